"""Rounded tables that add up, keep the mean, and keep small counts open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilp_toolkit.dissemination.rounding import round_table
from ilp_toolkit.errors import InputError

TABLE = pd.DataFrame([[20, 3, 17], [12, 25, 8], [9, 14, 30]])
CASES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@CASES
@given(
    st.lists(st.lists(st.integers(6, 40), min_size=4, max_size=4), min_size=2, max_size=5).map(pd.DataFrame),
    st.sampled_from([3, 5, 10]),
)
def test_every_number_is_a_next_multiple_and_every_sum_is_kept(table: pd.DataFrame, base: int) -> None:
    done = round_table(table, base=base)
    shown = done.table.to_numpy().reshape(len(table) + 1, 5)
    true = np.zeros_like(shown)
    true[:-1, :-1] = table
    true[:-1, -1] = table.sum(axis=1)
    true[-1] = true[:-1].sum(axis=0)
    assert done.zero_restricted
    assert (shown % base == 0).all()
    assert (np.abs(shown - true) < base).all()
    assert (shown[:, -1] == shown[:, :-1].sum(axis=1)).all()
    assert (shown[-1] == shown[:-1].sum(axis=0)).all()


def test_the_mean_of_many_roundings_is_the_true_table() -> None:
    rng = np.random.default_rng(5)
    shown = np.array([round_table(TABLE, rng=rng).table for _ in range(300)])
    true = TABLE.to_numpy()
    error = np.abs(shown.mean(axis=0).reshape(4, 4)[:3, :3] - true)
    # The standard deviation of a count rounded to 5 is 2.5 at most, of the mean of 300 a 17th of that.
    assert (error < 4 * 2.5 / np.sqrt(300)).all()


def test_the_same_table_is_rounded_the_same_in_any_order_of_its_rows() -> None:
    counts = TABLE.stack()  # noqa: PD013
    turned = counts.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(round_table(counts).table, round_table(turned).table)


def test_groups_and_three_dimensions_add_up() -> None:
    rng = np.random.default_rng(2)
    index = pd.MultiIndex.from_product([range(4), range(3), range(3)], names=list("abc"))
    table = pd.Series(rng.integers(6, 40, 36), index=index)
    done = round_table(table, parents={"a": {0: "g", 1: "g", 2: "h", 3: "h"}})
    leaves = done.table[done.table.index.isin(index)]
    assert int(leaves.sum()) == done.table["total", "total", "total"]
    assert (done.table["g", "total", "total"] + done.table["h", "total", "total"]) == leaves.sum()
    assert done.largest_error < (5 if done.zero_restricted else 15)


@CASES
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.sampled_from([2, 3, 5]))
def test_a_reader_who_tries_every_table_is_left_with_two_values_of_a_small_count(
    values: list[int], base: int
) -> None:
    true = np.array(values).reshape(2, 2)
    shown = round_table(pd.DataFrame(true), base=base).table.to_numpy().reshape(3, 3)
    every = np.indices((14,) * 4).reshape(4, -1).T.reshape(-1, 2, 2)
    rows = np.concatenate([every, every.sum(axis=2, keepdims=True)], axis=2)
    full = np.concatenate([rows, rows.sum(axis=1, keepdims=True)], axis=1)
    possible = full[(np.abs(full - shown) < base).all(axis=(1, 2))]
    spread = (possible.max(axis=0) - possible.min(axis=0))[:2, :2]
    assert (spread[(true > 0) & (true < 5)] >= 1).all()


def test_a_base_of_one_is_refused() -> None:
    with pytest.raises(InputError, match="2 or more"):
        round_table(TABLE, base=1)
