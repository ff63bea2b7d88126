"""Public rules for counts and places, held against a reader who knows the rules and does the sums."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import disclosure

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=25).map(pd.Series)


def published(counts: tuple[int, ...], minimum: int) -> tuple[int | None, ...]:
    shown = disclosure.suppress(pd.Series(counts), minimum=minimum)
    return tuple(None if pd.isna(n) else int(n) for n in shown)


def test_the_row_of_a_published_table_hides_its_small_count_and_a_second_one() -> None:
    # τ-Argus' own warning: 15 = 10 + 3 + x + x tells both x; here the next smallest goes too.
    assert published((10, 3, 1, 1), 3) == (10, None, None, None)


def test_one_small_count_never_stands_alone() -> None:
    assert published((3, 20, 17), 5) == (None, 20, None)


def test_two_small_counts_that_are_both_one_take_a_third() -> None:
    assert published((1, 1, 40, 9), 5) == (None, None, 40, None)


def test_two_small_counts_that_are_both_the_largest_small_count_take_a_third() -> None:
    assert published((4, 4, 40, 9), 5) == (None, None, 40, None)


def test_zeros_are_shown_and_hide_nothing() -> None:
    assert published((0, 0, 3, 12, 30), 5) == (0, 0, None, None, 30)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert published((0, 5, 6), 5) == (0, 5, 6)


@pytest.mark.parametrize(("minimum", "top", "parts"), [(3, 9, 3), (3, 6, 4), (4, 12, 3), (5, 16, 3)])
def test_an_attacker_who_tries_every_table_finds_no_hidden_count(minimum: int, top: int, parts: int) -> None:
    """All tables that give the same publication and total: each hidden count keeps two values or more."""
    behind: dict[tuple[tuple[int | None, ...], int], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(top + 1), repeat=parts):
        if sum(counts) <= top and disclosure.protects(pd.Series(counts), minimum=minimum):
            behind[published(counts, minimum), sum(counts)].append(counts)
    for (shown, _total), tables in behind.items():
        for place, count in enumerate(shown):
            assert count is not None or len({table[place] for table in tables}) > 1, tables


def test_an_attacker_with_the_sums_of_groups_finds_no_hidden_count() -> None:
    """Two groups of two counts and one of neither: every table that gives the same publication."""
    groups, minimum = pd.Series([0, 0, 1, 1, -1]), 3
    behind: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(5), repeat=5):
        if sum(counts) > 12 or not disclosure.protects(pd.Series(counts), minimum=minimum):
            continue
        told = disclosure.group_totals(pd.Series(counts), groups, minimum=minimum)
        sums = tuple(int(n) if exact else None for n, exact in zip(told["n"], told["exact"], strict=True))
        behind[(*published(counts, minimum), sums, sum(counts))].append(counts)
    found = [
        tables
        for shown, tables in behind.items()
        if any(shown[i] is None and {table[i] for table in tables} in ({1}, {2}) for i in range(5))
    ]
    assert found == []


@given(COUNTS, st.integers(3, 12))
def test_no_small_count_is_shown_and_no_shown_count_is_changed(counts: pd.Series[int], minimum: int) -> None:
    shown = disclosure.suppress(counts, minimum=minimum)
    kept = shown.dropna()
    assert not kept.between(1, minimum - 1).any()
    assert (kept == counts[kept.index]).all()


@given(COUNTS, st.integers(3, 12))
def test_the_sum_of_the_hidden_counts_is_no_small_count(counts: pd.Series[int], minimum: int) -> None:
    mask = disclosure.hidden(counts, minimum=minimum)
    if mask.any() and disclosure.protects(counts, minimum=minimum):
        assert mask.sum() > 1
        assert counts[mask].sum() >= minimum


@given(COUNTS)
def test_the_order_of_the_counts_makes_no_difference(counts: pd.Series[int]) -> None:
    turned = disclosure.suppress(counts[::-1], minimum=5)[::-1]
    pd.testing.assert_series_equal(turned, disclosure.suppress(counts, minimum=5))


def test_the_callers_counts_are_left_alone() -> None:
    counts = pd.Series([1, 2, 30])
    disclosure.suppress(counts, minimum=5)
    assert counts.tolist() == [1, 2, 30]


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        disclosure.suppress(pd.Series([-1, 4]), minimum=5)


def test_a_total_that_hiding_cannot_protect_is_said_to_be_so() -> None:
    assert not disclosure.protects(pd.Series([3, 0, 0]), minimum=5)
    assert not disclosure.protects(pd.Series([1, 1, 1, 1, 1]), minimum=5)


WEEKS = st.lists(st.lists(st.integers(0, 40), min_size=6, max_size=6), min_size=1, max_size=7).map(
    pd.DataFrame
)


@given(WEEKS, st.sampled_from([5, 10]))
def test_a_rounded_count_is_a_multiple_near_the_true_one_and_rows_keep_their_sums(
    table: pd.DataFrame, base: int
) -> None:
    drawn = disclosure.rounded(table, base=base)
    assert (drawn % base == 0).all().all()
    assert ((drawn - table).abs() < base).all().all()
    assert ((drawn.sum(axis=1) - table.sum(axis=1)).abs() <= base / 2).all()


def test_no_single_small_count_can_be_told_from_rounded_ones() -> None:
    """Rows of three that sum to the same: each drawn table has several true ones behind it."""
    behind = defaultdict(set)
    for row in product(range(10), repeat=3):
        drawn = tuple(disclosure.rounded(pd.DataFrame([row]), base=5).iloc[0])
        behind[drawn, sum(row)].add(row)
    small = [rows for (_, total), rows in behind.items() if 5 <= total <= 20]
    alone = [rows for rows in small if any(len({row[i] for row in rows}) == 1 for i in range(3))]
    assert not [rows for rows in alone if any(0 < n < 5 for row in rows for n in row)]


def incidents(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("offence", "finest"),
    [
        ("Burglary", "cell"),
        ("Rape", "district"),
        ("Изнасилование", "district"),
        ("Domestic violence", "district"),
        ("Организация несанкционированного митинга", "nowhere"),
    ],
)
def test_an_offence_is_placed_as_finely_as_its_kind_allows(offence: str, finest: str) -> None:
    assert disclosure.finest_place(incidents(offence=[offence]), policy=load()).tolist() == [finest]


@pytest.mark.parametrize("column", ["Domestic", "DOMESTIC_VIOLENCE", " семейное насилие "])
@pytest.mark.parametrize("yes", ["True", True, 1, "1", "Y", "да", "TRUE "])
def test_a_column_of_the_register_makes_any_offence_domestic(column: str, yes: object) -> None:
    table = incidents(offence=["Battery", "Battery"], **{column: [yes, None]})
    assert disclosure.finest_place(table, policy=load()).tolist() == ["district", "cell"]


def test_a_row_without_an_offence_is_placed_like_any_other() -> None:
    table = incidents(offence=[None, "Theft"])
    assert disclosure.finest_place(table, policy=load()).tolist() == ["cell", "cell"]


def cells() -> gpd.GeoDataFrame:
    geometry = [box(200 * i, 0, 200 * i + 200, 200) for i in range(4)]
    values = {
        "n": [30, 3, 2, 0], "gi_z": [4.0, 3.9, -3.0, 0.1], "p_value": [0.001] * 4, "q_value": [0.004, 0.004, 0.01, 0.9],
        "density": [1.0] * 4, "victim_name": ["x"] * 4,
    }  # fmt: skip
    table = gpd.GeoDataFrame(values, geometry=geometry, crs=32642, index=[7, 8, 9, 10])
    table.attrs["informant"] = "name"
    return table


def test_a_published_cell_holds_its_count_and_its_class_and_nothing_to_work_back_from() -> None:
    public = disclosure.public_cells(cells(), minimum=5, significance=0.05)
    assert list(public.columns) == ["cell", "n", "suppressed", "spot", "geometry"]
    assert public["spot"].tolist() == ["hot", "hot", "cold", "none"]
    assert public["suppressed"].tolist() == [False, True, True, False]
    assert public["cell"].tolist() == [1, 2, 3, 4]
    assert not public.attrs


def test_a_cell_without_a_test_is_no_spot() -> None:
    public = disclosure.public_cells(cells().drop(columns=["gi_z", "q_value"]), minimum=5, significance=0.05)
    assert set(public["spot"]) == {"none"}
