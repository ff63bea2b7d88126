"""Hidden counts in tables with totals, held against readers who do the sums: by hand, by count, by brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination.suppression import TOTAL, Suppression, by_policy, suppress, suppress_linked
from ilp_toolkit.errors import DisclosureError, InputError

RECTANGLE = pd.DataFrame([[20, 3, 17], [12, 25, 8], [9, 14, 30]])
"""Worked by hand: one small count, four rectangles that protect it, at 46, 53, 60 and 64."""
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def shown(done: Suppression) -> list[int | None]:
    return [None if pd.isna(n) else int(n) for n in done.table]


# worked examples


def test_the_cheapest_rectangle_is_hidden_and_proven_the_cheapest() -> None:
    done = suppress(RECTANGLE)
    hidden = done.table[done.table.isna()].index.tolist()
    assert (done.cost, done.optimal, done.gap) == (46, True, 0.0)
    assert hidden == [(0, 0), (0, 1), (2, 0), (2, 1)]


def test_the_reader_of_the_rectangle_is_left_with_a_range_from_0_to_17() -> None:
    bounds = suppress(RECTANGLE).bounds()
    small = bounds[bounds["n"] == 3]
    assert small[["lower", "upper"]].to_numpy().tolist() == [[0.0, 17.0]]


def test_the_reader_who_knows_the_rules_is_left_with_every_small_count() -> None:
    bounds = suppress(RECTANGLE).bounds(knowing="rules")
    assert bounds[bounds["n"] == 3][["lower", "upper"]].to_numpy().tolist() == [[1.0, 4.0]]


@pytest.mark.parametrize(
    ("shut", "cost"), [([], 46), ([(2, 0)], 53), ([(2, 0), (1, 2)], 60), ([(2, 0), (1, 2), (1, 0)], 64)]
)
def test_the_next_rectangles_cost_53_60_and_64(shut: list[tuple[int, int]], cost: int) -> None:
    """Take the cheapest corner away by making it so dear that it is never taken; costs are those of the rest."""
    corners = {46: (2, 0), 53: (1, 2), 60: (1, 0), 64: (2, 2)}
    sums = {
        cost: RECTANGLE.loc[0, 1] + RECTANGLE.loc[0, c] + RECTANGLE.loc[r, 1] + RECTANGLE.loc[r, c]
        for cost, (r, c) in corners.items()
    }
    assert all(key == value for key, value in sums.items())
    dear = RECTANGLE.copy()
    for row, column in shut:
        dear.loc[row, column] += 1000
    assert suppress(dear).cost == cost


def test_margins_do_not_give_a_count_below_ten_away() -> None:
    """ACRO issue 198: with totals shown, the count that was blanked out is the total less the others."""
    table = pd.DataFrame({"no": [12, 40, 33], "yes": [4, 25, 61]}, index=["A", "B", "C"])
    done = suppress(table, minimum=10)
    assert pd.isna(done.table["A", "yes"])
    for row in ["A", "B", "C"]:
        line = done.table.loc[row]
        assert line.isna().sum() != 1, "one hidden number beside its total"
    assert done.bounds()["upper"].min() >= 10


def test_two_ones_beside_their_total_are_not_told_by_their_sum() -> None:
    """SdcTools issue 194: 15 = 10 + 3 + x + x, hidden cells hold one at least, so both are one."""
    done = suppress(pd.Series([10, 3, 1, 1], index=pd.Index(list("abcd"), name="code")), minimum=3)
    assert shown(done)[2:4] == [None, None]
    assert None in shown(done)[:2] or shown(done)[4] is None
    bounds = done.bounds(knowing="rules")
    assert (bounds["upper"] - bounds["lower"]).min() >= 1


def test_cells_that_two_tables_share_are_hidden_in_both() -> None:
    """SdcTools issue 136: each table alone is safe, the sums across them are not."""
    place = pd.MultiIndex.from_product([["north", "south"], ["theft", "fraud"]], names=["place", "offence"])
    month = pd.MultiIndex.from_product([["May", "June"], ["theft", "fraud"]], names=["month", "offence"])
    done = suppress_linked(
        {
            "places": pd.Series([30, 2, 22, 11], index=place),
            "months": pd.Series([25, 4, 27, 9], index=month),
        }
    )
    for code in ["theft", "fraud", TOTAL]:
        one, other = done.tables["places"][TOTAL, code], done.tables["months"][TOTAL, code]
        assert pd.isna(one) == pd.isna(other)
    assert pd.isna(done.tables["places"]["north", "fraud"])
    assert pd.isna(done.tables["months"]["May", "fraud"])
    widths = done.bounds(knowing="rules")
    assert (widths["upper"] - widths["lower"]).min() >= 1


def test_linked_tables_that_disagree_are_refused() -> None:
    one = pd.Series([10, 20], index=pd.Index(["a", "b"], name="x"))
    other = pd.Series([10, 21], index=pd.Index(["c", "d"], name="y"))
    with pytest.raises(InputError, match="total is 30 in one of them and 31"):
        suppress_linked({"one": one, "other": other})


def test_groups_of_codes_are_margins_too() -> None:
    counts = pd.Series([3, 20, 30, 40, 8], index=pd.Index(list("abcde"), name="area"))
    done = suppress(
        counts, parents={"area": {"a": "west", "b": "west", "c": "east", "d": "east", "e": "east"}}
    )
    assert done.table.index.get_level_values(0).tolist()[-3:] == ["west", "east", TOTAL]
    assert pd.isna(done.table["a"])
    assert pd.isna(done.table["b"]) or pd.isna(done.table["west"])
    assert done.optimal
    assert done.cost == 23


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    done = suppress(pd.DataFrame([[0, 9], [12, 5]]))
    assert (done.cost, done.method, done.primary, done.secondary) == (0, "primary", 0, 0)


def test_a_total_that_hiding_cannot_protect_is_refused() -> None:
    with pytest.raises(DisclosureError, match="coarser table"):
        suppress(pd.Series([1, 1, 1, 1, 0, 0], index=pd.Index(list("abcdef"), name="code")))


def test_a_zero_keeps_others_company_only_where_nothing_else_does() -> None:
    done = suppress(pd.DataFrame([[0, 3, 17], [12, 0, 8], [9, 14, 0]]), zeros="company")
    assert (done.table[done.table == 0].count(), done.optimal) == (3, True)


def test_hidden_zeros_are_treated_as_small() -> None:
    done = suppress(pd.Series([0, 30, 9], index=pd.Index(list("abc"), name="code")), zeros="hidden")
    assert pd.isna(done.table["a"])
    assert done.secondary == 1


def test_a_wider_range_is_kept_where_asked() -> None:
    counts = pd.Series([1, 1, 1, 2, 60, 70], index=pd.Index(list("abcdef"), name="code"))
    one, three = suppress(counts), suppress(counts, width=3)
    assert one.cost < three.cost
    ranges = three.bounds(knowing="rules")
    assert (ranges["upper"] - ranges["lower"]).min() >= 3


def test_without_totals_nothing_needs_company() -> None:
    assert suppress(RECTANGLE, margins=False).secondary == 0


def test_the_limits_of_a_policy_are_kept() -> None:
    assert by_policy(RECTANGLE, policy=load()).cost == 46
    assert by_policy(RECTANGLE, policy=load(), minimum=3).cost == 0


# arguments


@pytest.mark.parametrize("wrong", [[[1.5, 2]], [[-1, 2]], [[np.nan, 2]]])
def test_what_is_no_count_is_refused(wrong: list[list[float]]) -> None:
    with pytest.raises(InputError, match="whole numbers"):
        suppress(pd.DataFrame(wrong))


def test_a_margin_among_the_codes_is_refused() -> None:
    with pytest.raises(InputError, match="name of the margin"):
        suppress(pd.Series([7, 9], index=pd.Index(["a", TOTAL], name="code")))


def test_a_circle_of_groups_is_refused() -> None:
    counts = pd.Series([7, 9], index=pd.Index(["a", "b"], name="code"))
    with pytest.raises(InputError, match="circle"):
        suppress(counts, parents={"code": {"a": "g", "g": "h", "h": "g", "b": "g"}})


@pytest.mark.parametrize("choice", [{"minimum": 2}, {"width": 0}, {"width": 4}, {"zeros": "maybe"}])
def test_choices_out_of_range_are_refused(choice: dict[str, object]) -> None:
    with pytest.raises(InputError):
        suppress(RECTANGLE, **choice)  # type: ignore[arg-type]


def test_the_callers_table_is_left_alone() -> None:
    before = RECTANGLE.copy()
    suppress(RECTANGLE)
    pd.testing.assert_frame_equal(before, RECTANGLE)


# an attacker who tries every table, written without the library's own

MOST = 400_000
"""Tables that the brute attacker tries; larger cases are not drawn."""


def margins(tables: np.ndarray) -> np.ndarray:
    """Add totals along every axis but the first, which counts the tables."""
    for axis in range(1, tables.ndim):
        tables = np.concatenate([tables, tables.sum(axis=axis, keepdims=True)], axis=axis)
    return tables


def every_table(full: np.ndarray, hidden: np.ndarray, top: int) -> np.ndarray:
    """Return every table with margins that agrees with what is shown, its hidden parts from 0 to `top`."""
    inner = tuple(slice(0, n - 1) for n in full.shape)
    free = np.argwhere(hidden[inner])
    assume((top + 1) ** len(free) <= MOST)
    values = np.indices((top + 1,) * len(free)).reshape(len(free), -1) if len(free) else np.zeros((0, 1), int)
    tables = np.repeat(full[inner][None], values.shape[1], axis=0)
    for place, column in zip(free, values, strict=True):
        tables[(slice(None), *place)] = column
    whole = margins(tables)
    return whole[(whole == full)[:, ~hidden].all(axis=1)]


def told(tables: np.ndarray, hidden: np.ndarray, small: np.ndarray, minimum: int) -> np.ndarray:
    """Keep the tables that a reader who knows the rules cannot exclude."""
    few, many = tables[:, hidden & small], tables[:, hidden & ~small]
    inside = ((few >= 1) & (few < minimum)).all(axis=1) & (many >= minimum).all(axis=1)
    return tables[inside]


def brute_safe(full: np.ndarray, hidden: np.ndarray, minimum: int = 3) -> bool:
    small = (full > 0) & (full < minimum)
    stranger = every_table(full, hidden, int(full.max()) + minimum)
    insider = told(stranger, hidden, small, minimum)
    spread = insider.max(axis=0) - insider.min(axis=0)
    return bool((spread[hidden] >= 1).all() and (stranger.max(axis=0)[small] >= minimum).all())


COUNT = st.integers(0, 5)
SMALL = st.one_of(
    st.lists(COUNT, min_size=3, max_size=5).map(np.array),
    st.lists(COUNT, min_size=4, max_size=4).map(lambda n: np.array(n).reshape(2, 2)),
    st.lists(st.sampled_from([0, 1, 2, 3, 9]), min_size=6, max_size=6).map(
        lambda n: np.array(n).reshape(2, 3)
    ),
    st.lists(st.sampled_from([0, 1, 3, 5]), min_size=8, max_size=8).map(
        lambda n: np.array(n).reshape(2, 2, 2)
    ),
)


def hidden_in(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, Suppression] | None:
    names = [f"d{i}" for i in range(table.ndim)]
    index = pd.MultiIndex.from_product([range(n) for n in table.shape], names=names)
    full = margins(table[None])[0]
    try:
        done = suppress(pd.Series(table.ravel(), index=index), minimum=3, method="optimal")
    except DisclosureError:
        # Only where hiding everything but the zeros is not enough either.
        assert not brute_safe(full, full > 0)
        return None
    told_values = done.table.to_numpy(dtype=float, na_value=-1).reshape(full.shape)
    assert (told_values[told_values >= 0] == full[told_values >= 0]).all()
    return full, told_values < 0, done


@SLOW
@given(SMALL)
def test_an_attacker_who_tries_every_table_finds_no_hidden_count(table: np.ndarray) -> None:
    outcome = hidden_in(table)
    if outcome is not None:
        assert brute_safe(*outcome[:2])


@SLOW
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 6]), min_size=4, max_size=4))
def test_no_cheaper_pattern_is_safe(values: list[int]) -> None:
    """Every set of company, tried: none that passes the brute attacker costs less than the proven optimum."""
    outcome = hidden_in(np.array(values).reshape(2, 2))
    if outcome is None:
        return
    full, _hidden, done = outcome
    assert done.optimal
    small = (full > 0) & (full < 3)
    others = [tuple(at) for at in np.argwhere(full >= 3)]
    for chosen in product([False, True], repeat=len(others)):
        hidden = small.copy()
        for at, yes in zip(others, chosen, strict=True):
            hidden[at] |= yes
        if full[hidden].sum() < done.cost:
            assert not brute_safe(full, hidden)


# properties of larger tables


def random_table(shape: tuple[int, ...], seed: int, mean: float) -> pd.Series:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.8, mean / 0.8, shape))
    names = [f"d{i}" for i in range(len(shape))]
    return pd.Series(counts.ravel(), index=pd.MultiIndex.from_product([range(n) for n in shape], names=names))


CASES = [
    ((8, 9), None),
    ((4, 5, 3), None),
    ((9, 6), {"d0": {i: f"g{i // 3}" for i in range(9)}}),
    ((14,), None),
]


@pytest.mark.parametrize(("shape", "parents"), CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_shown_is_true_and_never_small_and_the_rest_stays_apart(
    shape: tuple[int, ...], parents: dict[object, dict[object, object]] | None, seed: int
) -> None:
    table = random_table(shape, seed, 12)
    done = suppress(table, parents=parents, seconds=6)
    kept = done.table.dropna()
    assert not kept.between(1, 4).any()
    assert (
        kept.loc[kept.index.intersection(table.index)] == table.loc[kept.index.intersection(table.index)]
    ).all()
    inside = done.bounds(knowing="rules")
    outside = done.bounds()
    assert ((inside["lower"] <= inside["n"]) & (inside["n"] <= inside["upper"])).all()
    assert (inside["upper"] - inside["lower"]).min() >= 1
    assert outside.loc[outside["n"].between(1, 4), "upper"].min() >= 5


@pytest.mark.parametrize("method", ["optimal", "heuristic"])
def test_the_same_table_gives_the_same_pattern_in_any_order_of_its_rows(method: str) -> None:
    """τ-Argus issue 315: patterns that differ between runs can be compared and taken apart."""
    table = random_table((7, 8), 5, 15)
    turned = table.sample(frac=1, random_state=3)
    one, other = (suppress(each, method=method).table for each in (table, turned))  # type: ignore[arg-type]
    pd.testing.assert_series_equal(one, other)
    pd.testing.assert_series_equal(one, suppress(table, method=method).table)  # type: ignore[arg-type]


def test_the_heuristic_costs_no_less_than_the_proven_optimum_and_states_no_false_gap() -> None:
    table = random_table((8, 9), 4, 20)
    best, quick = suppress(table, method="optimal"), suppress(table, method="heuristic")
    assert best.optimal
    assert quick.cost >= best.cost
    assert quick.optimal is (quick.secondary == 0)
    assert 0 <= quick.gap <= 1


def test_a_table_that_cannot_be_settled_in_time_is_refused() -> None:
    with pytest.raises(DisclosureError, match="Give it more time"):
        suppress(random_table((30, 30), 1, 40), seconds=0.0)
