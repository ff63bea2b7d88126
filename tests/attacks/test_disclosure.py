"""
Attacks on published figures: one release, and many releases of one case taken together.

Each attack is a small group of incidents that somebody tries to carve out of what was published. It is repelled
if the second release is refused, or if the figures that the attack needs are hidden. Legitimate releases beside
them must pass: a safeguard that refuses ordinary work is switched off.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination.joint import Publication, Statement, Verdict, protect, true_values
from ilp_toolkit.dissemination.rounding import round_table
from ilp_toolkit.dissemination.suppression import suppress, suppress_linked
from ilp_toolkit.errors import DisclosureError

POLICY = load()
CRS = 32642


def incidents(groups: list[tuple[int, dict[str, Any]]]) -> gpd.GeoDataFrame:
    """Return a register: so many incidents of each group, with its offence, day, area and point."""
    rows = [group for n, group in groups for _ in range(n)]
    points = [group.get("at", (50.0, 50.0)) for group in rows]
    days = pd.to_datetime([group.get("day", "2025-01-10") for group in rows])
    table = {
        "offence": [group.get("offence", "theft") for group in rows],
        "area": [group.get("area", "North") for group in rows],
        "occurred_from": days.tz_localize("Asia/Dushanbe"),
    }
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs=CRS)


def said(name: str, extents: list[dict[str, Any]], rows: pd.DataFrame) -> Publication:
    values = true_values(extents, rows=rows)
    return Publication(name, tuple(Statement(e, n) for e, n in zip(extents, values, strict=True)))


def released(rows: pd.DataFrame, *releases: list[dict[str, Any]]) -> list[Verdict]:
    """Publish one release after the other, each beside all before it."""
    earlier: list[Publication] = []
    verdicts = []
    for number, extents in enumerate(releases):
        verdict = protect(
            said(f"p{number}", extents, rows), earlier=earlier, rows=rows, policy=POLICY, seconds=60
        )
        earlier.append(verdict.publication)
        verdicts.append(verdict)
    return verdicts


def told(verdict: Verdict) -> list[int | None]:
    return [each.value for each in verdict.publication.statements]


def repelled(verdicts: list[Verdict], needed: list[int] | None = None) -> bool:
    """Whether the last release lets out less than the attack needs."""
    last = verdicts[-1]
    if last.status == "refused":
        return True
    values = told(last)
    return any(values[i] is None for i in (needed or range(len(values))))


def cell(x: float, y: float, size: float = 100.0) -> dict[str, Any]:
    return {"place": shapely.to_wkb(shapely.box(x, y, x + size, y + size), hex=True)}


JANUARY = {"from": "2025-01-01", "to": "2025-02-01"}
FEBRUARY = {"from": "2025-02-01", "to": "2025-03-01"}

# differencing over time


@pytest.mark.attack
def test_a_longer_period_less_a_shorter_one_is_no_small_group() -> None:
    rows = incidents([(30, {"day": "2025-01-10"}), (2, {"day": "2025-02-03"})])
    assert repelled(released(rows, [JANUARY], [{"from": "2025-01-01", "to": "2025-03-01"}]))


@pytest.mark.attack
def test_cumulative_totals_do_not_tell_a_small_month() -> None:
    rows = incidents([(30, {"day": "2025-01-10"}), (3, {"day": "2025-02-10"}), (25, {"day": "2025-03-10"})])
    year = [{"from": "2025-01-01", "to": f"2025-0{m}-01"} for m in (2, 3, 4)]
    assert repelled(released(rows, *([each] for each in year[:2])))
    assert not repelled(released(rows, [year[0]], [year[2]]))


@pytest.mark.attack
def test_overlapping_date_ranges_do_not_tell_the_days_between() -> None:
    rows = incidents([(20, {"day": "2025-01-05"}), (1, {"day": "2025-01-16"}), (20, {"day": "2025-01-25"})])
    first, second = {"from": "2025-01-01", "to": "2025-01-16"}, {"from": "2025-01-01", "to": "2025-01-17"}
    assert repelled(released(rows, [first], [second]))


@pytest.mark.attack
def test_three_ranges_together_do_not_tell_what_two_of_them_do_not() -> None:
    """A + B and B + C and A + C tell A, B and C."""
    rows = incidents([(2, {"offence": "a"}), (30, {"offence": "b"}), (40, {"offence": "c"})])
    pairs = [[{"offence": list(pair)}] for pair in ("ab", "bc", "ac")]
    assert repelled(released(rows, *pairs))


@pytest.mark.attack
def test_a_sliding_window_does_not_tell_the_day_that_enters() -> None:
    rows = incidents([(40, {"day": f"2025-01-{d:02}"}) for d in range(1, 8)] + [(3, {"day": "2025-01-08"})])
    weeks = [
        [{"from": "2025-01-01", "to": "2025-01-08"}],
        [{"from": "2025-01-02", "to": "2025-01-09"}],
        [{"from": "2025-01-01", "to": "2025-01-02"}],
    ]
    assert repelled(released(rows, *weeks))


@pytest.mark.attack
def test_the_hour_of_one_offence_is_not_found_by_leaving_an_hour_out() -> None:
    rows = incidents([(30, {"day": "2025-01-10 09:15"}), (1, {"day": "2025-01-10 23:40"})])
    assert repelled(released(rows, [JANUARY], [{**JANUARY, "hour": [9]}]))


# complements and totals


@pytest.mark.attack
def test_all_less_one_category_is_no_small_category() -> None:
    rows = incidents([(50, {"offence": "theft"}), (2, {"offence": "arson"})])
    assert repelled(released(rows, [{}], [{"offence": ["theft"]}]))


@pytest.mark.attack
def test_a_sum_of_many_categories_does_not_tell_the_one_left_out() -> None:
    rows = incidents([(20, {"offence": f"k{i}"}) for i in range(5)] + [(4, {"offence": "rare"})])
    assert repelled(released(rows, [{}], [{"offence": [f"k{i}" for i in range(5)]}]))


@pytest.mark.attack
def test_the_total_of_a_district_does_not_tell_its_hidden_cell() -> None:
    rows = incidents([(20, {"at": (50, 50)}), (3, {"at": (150, 50)}), (30, {"at": (250, 50)})])
    grid = [cell(0, 0), cell(100, 0), cell(200, 0)]
    verdicts = released(rows, grid, [{"area": ["North"]}])
    assert told(verdicts[0])[1] is None
    assert repelled(verdicts)


@pytest.mark.attack
def test_the_named_area_gives_its_total_away_as_a_shape_would() -> None:
    rows = incidents(
        [(20, {"at": (50, 50)}), (3, {"at": (150, 50)}), (30, {"area": "South", "at": (250, 50)})]
    )
    assert repelled(released(rows, [cell(0, 0), cell(100, 0)], [{"place": "North"}]))


@pytest.mark.attack
def test_the_margins_of_a_crosstab_do_not_tell_its_hidden_cells() -> None:
    groups = [(20, "theft", "North"), (3, "arson", "North"), (12, "theft", "South"), (25, "arson", "South")]
    rows = incidents([(n, {"offence": offence, "area": area}) for n, offence, area in groups])
    table = [{"offence": [o], "area": [a]} for o in ("theft", "arson") for a in ("North", "South")]
    margins = [
        {},
        *({"offence": [o]} for o in ("theft", "arson")),
        *({"area": [a]} for a in ("North", "South")),
    ]
    assert told(released(rows, [*table, *margins])[0]).count(None) >= 4
    assert repelled(released(rows, table, margins))


# grids


@pytest.mark.attack
def test_a_nested_grid_does_not_tell_the_hidden_cell_inside() -> None:
    rows = incidents(
        [(20, {"at": (25, 25)}), (2, {"at": (75, 25)}), (9, {"at": (25, 75)}), (7, {"at": (75, 75)})]
    )
    fine = [cell(x, y, 50) for x in (0, 50) for y in (0, 50)]
    assert repelled(released(rows, fine, [cell(0, 0, 100)]))


@pytest.mark.attack
def test_the_coarse_grid_first_and_the_fine_one_after_hide_as_much() -> None:
    rows = incidents(
        [(20, {"at": (25, 25)}), (2, {"at": (75, 25)}), (9, {"at": (25, 75)}), (7, {"at": (75, 75)})]
    )
    fine = [cell(x, y, 50) for x in (0, 50) for y in (0, 50)]
    values = told(released(rows, [cell(0, 0, 100)], fine)[-1])
    assert values.count(None) >= 2
    assert values[2] is None


@pytest.mark.attack
def test_a_grid_that_starts_later_does_not_carve_out_a_strip() -> None:
    """A cell of 100 m, then one that begins 10 m further in and ends with it: the strip is the difference."""
    rows = incidents([(2, {"at": (5, 50)}), (40, {"at": (50, 50)})])
    shorter = {"place": shapely.to_wkb(shapely.box(10, 0, 100, 100), hex=True)}
    assert repelled(released(rows, [cell(0, 0)], [shorter]))


@pytest.mark.attack
def test_two_grids_that_meet_at_an_edge_do_not_carve_out_a_strip() -> None:
    """Shifted by 10 m, and the cell beyond the last one is known to be empty."""
    rows = incidents([(2, {"at": (5, 50)}), (40, {"at": (50, 50)})])
    assert repelled(released(rows, [cell(0, 0), cell(100, 0)], [cell(10, 0)]))


@pytest.mark.attack
def test_four_shifted_cells_around_one_house_do_not_find_it() -> None:
    house = (105.0, 105.0)
    rows = incidents(
        [(1, {"at": house}), (30, {"at": (40, 40)}), (30, {"at": (170, 170)}), (30, {"at": (40, 170)})]
    )
    around = [
        [cell(0, 0, 200)],
        [cell(0, 0, 104)],
        [cell(0, 110, 90)],
        [cell(110, 110, 90), cell(110, 0, 90)],
    ]
    last = [
        {
            "place": shapely.to_wkb(
                shapely.MultiPolygon([shapely.box(0, 0, 200, 104), shapely.box(0, 106, 200, 200)]), hex=True
            )
        }
    ]
    assert repelled(released(rows, *around, last))


@pytest.mark.attack
def test_a_ring_around_a_house_does_not_find_what_is_inside() -> None:
    rows = incidents([(3, {"at": (50, 50)}), (30, {"at": (5, 5)})])
    block = shapely.box(0, 0, 100, 100)
    ring = block.difference(shapely.Point(50, 50).buffer(10))
    whole = [{"place": shapely.to_wkb(block, hex=True)}]
    assert repelled(released(rows, whole, [{"place": shapely.to_wkb(ring, hex=True)}]))


@pytest.mark.attack
def test_the_same_cell_drawn_another_way_is_the_same_cell() -> None:
    rows = incidents([(3, {"at": (50, 50)}), (30, {"at": (150, 50)})])
    turned = shapely.Polygon([(100, 100), (100, 0), (50, 0), (0, 0), (0, 100)])
    verdicts = released(rows, [cell(0, 0), cell(100, 0)], [{"place": shapely.to_wkb(turned, hex=True)}])
    assert told(verdicts[-1]) in ([None], [])


@pytest.mark.attack
def test_map_cells_by_month_and_by_quarter_do_not_tell_a_hidden_month() -> None:
    rows = incidents([(20, {"day": "2025-01-10"}), (2, {"day": "2025-02-10"}), (18, {"day": "2025-03-10"})])
    months = [{**cell(0, 0), "from": f"2025-0{m}-01", "to": f"2025-0{m + 1}-01"} for m in (1, 2, 3)]
    quarter = {**cell(0, 0), "from": "2025-01-01", "to": "2025-04-01"}
    assert repelled(released(rows, months, [quarter]))


# patterns, audiences, repetition


@pytest.mark.attack
def test_a_second_release_with_other_hidden_cells_does_not_fill_the_first() -> None:
    """Re-release with another pattern: what one hides for company the other shows."""
    names = ["a", "b", "c", "d"]
    rows = incidents([(n, {"offence": o}) for n, o in zip((3, 9, 12, 40), names, strict=True)])
    table = [{}, *({"offence": [o]} for o in names)]
    first = released(rows, table)[0].publication
    hidden = {tuple(each.extent["offence"]) for each in first.statements if each.value is None}
    assert ("a",) in hidden
    other = Publication(
        "other",
        tuple(
            Statement({"offence": [o]}, None if o in "ad" else n)
            for o, n in zip(names, (3, 9, 12, 40), strict=True)
        ),
    )
    verdict = protect(other, earlier=[first], rows=rows, policy=POLICY)
    assert verdict.status == "refused" or None in [told(verdict)[i] for i in (1, 2) if (names[i],) in hidden]


@pytest.mark.attack
def test_two_audiences_that_pool_what_they_got_learn_no_more() -> None:
    rows = incidents([(30, {"offence": "a"}), (2, {"offence": "b"}), (30, {"offence": "c"})])
    partners, press = [{"offence": ["a", "b"]}], [{"offence": ["a"]}]
    assert repelled(released(rows, partners, press))
    assert not repelled(released(rows, [{"offence": ["a", "b"]}], [{"offence": ["c"]}]))


@pytest.mark.attack
def test_a_secondary_cell_published_later_opens_the_primary_one() -> None:
    rows = incidents([(40, {"offence": "a"}), (9, {"offence": "b"}), (3, {"offence": "c"})])
    table = [{}, *({"offence": [o]} for o in "abc")]
    assert told(released(rows, table)[0]) == [52, 40, None, None]
    assert repelled(released(rows, table, [{"offence": ["b"]}]))


@pytest.mark.attack
def test_a_figure_corrected_by_two_does_not_tell_what_was_registered_late() -> None:
    before = incidents([(30, {"day": "2025-01-10"})])
    after = incidents([(32, {"day": "2025-01-10"})])
    earlier = [said("old", [JANUARY], before)]
    verdict = protect(said("new", [JANUARY], after), earlier=earlier, rows=after, policy=POLICY)
    assert verdict.status == "refused" or told(verdict) == [None]


@pytest.mark.attack
def test_a_corrected_figure_is_not_told_by_a_sum_either() -> None:
    before = incidents([(30, {"day": "2025-01-10"})])
    after = incidents([(32, {"day": "2025-01-10"}), (20, {"day": "2025-02-10"})])
    earlier = [said("old", [JANUARY], before)]
    both = [FEBRUARY, {"from": "2025-01-01", "to": "2025-03-01"}]
    verdict = protect(said("new", both, after), earlier=earlier, rows=after, policy=POLICY)
    assert verdict.status == "refused" or None in told(verdict)


@pytest.mark.attack
def test_figures_that_the_register_does_not_give_do_not_leave() -> None:
    rows = incidents([(30, {})])
    verdict = protect(Publication("p", (Statement(JANUARY, 27),)), earlier=[], rows=rows, policy=POLICY)
    assert verdict.status == "refused"


# zeros, ones, rounding, tables


@pytest.mark.attack
def test_zeros_around_a_small_count_do_not_close_in_on_it() -> None:
    rows = incidents([(3, {"offence": "b"}), (30, {"area": "South"})])
    table = [{"area": ["North"], "offence": [o]} for o in ("theft", "b", "c")]
    verdicts = released(rows, table, [{"area": ["North"]}])
    assert told(verdicts[0]) == [0, None, 0]
    assert repelled(verdicts)


@pytest.mark.attack
def test_a_row_of_ones_is_not_told_by_its_number_of_cells() -> None:
    rows = incidents([(1, {"offence": f"k{i}"}) for i in range(6)] + [(30, {"offence": "theft"})])
    table = [{"offence": [f"k{i}"]} for i in range(6)]
    assert repelled(released(rows, table, [{"offence": [f"k{i}" for i in range(6)]}]))


@pytest.mark.attack
def test_counts_just_below_the_minimum_are_not_told_by_their_sum() -> None:
    rows = incidents([(4, {"offence": o}) for o in "abc"] + [(30, {"offence": "theft"})])
    assert repelled(released(rows, [{"offence": [o]} for o in "abc"], [{"offence": list("abc")}]))


@pytest.mark.attack
def test_fifteen_is_not_ten_and_three_and_x_and_x() -> None:
    done = suppress(pd.Series([10, 3, 1, 1], index=pd.Index(list("abcd"), name="k")), minimum=3)
    bounds = done.bounds(knowing="rules")
    assert (bounds["upper"] - bounds["lower"] >= 1).all()


@pytest.mark.attack
def test_linked_tables_are_not_solved_together() -> None:
    one = pd.Series([3, 20, 30], index=pd.Index(["arson", "theft", "fraud"], name="offence"))
    other = pd.Series([23, 30], index=pd.Index(["May", "June"], name="month"))
    done = suppress_linked({"one": one, "other": other})
    assert done.tables["one"].isna().sum() >= 2
    assert (done.bounds()["upper"] >= 5).all()


@pytest.mark.attack
def test_a_table_of_nothing_but_ones_does_not_leave() -> None:
    with pytest.raises(DisclosureError):
        suppress(pd.Series([1, 1, 1, 1], index=pd.Index(list("abcd"), name="k")))


@pytest.mark.attack
def test_a_rounded_figure_beside_exact_ones_does_not_narrow_to_one_value() -> None:
    """10 rounded from 12, beside 9 exact for a part of it: the rest is 1 to 5, and is no more than that."""
    rows = incidents([(9, {"offence": "a"}), (3, {"offence": "b"}), (30, {"offence": "c"})])
    first = Publication("r", (Statement({"offence": ["a", "b"]}, 10, 5),))
    verdict = protect(said("e", [{"offence": ["a"]}], rows), earlier=[first], rows=rows, policy=POLICY)
    assert verdict.status in {"safe", "suppressed"}
    exact = said("x", [{"offence": ["a", "b"]}], rows)
    both = protect(exact, earlier=[first, verdict.publication], rows=rows, policy=POLICY)
    assert both.status == "refused" or told(both) == [None]


@pytest.mark.attack
def test_a_rounded_table_beside_its_true_total_keeps_small_counts_open() -> None:
    done = round_table(pd.DataFrame([[1, 0, 12], [3, 8, 20], [40, 2, 0]]))
    assert (done.table % 5 == 0).all()
    assert done.table.to_numpy().reshape(4, 4)[:3, :3].sum() == done.table.iloc[-1]


@pytest.mark.attack
def test_rounding_the_same_table_again_and_again_gives_nothing_to_average() -> None:
    table = pd.DataFrame([[1, 3, 12], [3, 8, 21]])
    shown = {tuple(round_table(table).table) for _ in range(5)}
    assert len(shown) == 1


@pytest.mark.attack
def test_time_that_runs_out_opens_no_door() -> None:
    rows = incidents([(3 + i % 9, {"offence": f"k{i}"}) for i in range(30)])
    table = [{}, *({"offence": [f"k{i}"]} for i in range(30))]
    verdict = protect(said("p", table, rows), earlier=[], rows=rows, policy=POLICY, seconds=0.0)
    assert (verdict.status, verdict.publication.statements) == ("refused", ())


# one dimension beside another


def town(n: int = 6000) -> gpd.GeoDataFrame:
    """Invent incidents of a year on 20 by 20 cells, in two districts that follow the cells, nearly."""
    rng = np.random.default_rng(9)
    x, y = (np.clip(rng.normal(1000, 450, n), 0, 1999) for _axis in range(2))
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, n), unit="D")
    rows = incidents([(1, {"at": at}) for at in zip(x, y, strict=True)])
    north = (y > 1000) ^ (rng.random(n) < 0.01)
    return rows.assign(
        occurred_from=days.tz_localize("Asia/Dushanbe"), **{"set:north": north, "set:south": ~north}
    )


MAP = [{}, *(cell(x, y) for x in range(0, 2000, 100) for y in range(0, 2000, 100))]
MONTHS = [
    {"from": str(day.date()), "to": str((day + pd.offsets.MonthBegin(1)).date())}
    for day in pd.date_range("2025-01-01", periods=12, freq="MS")
]
WEEK = [{"weekday": [day]} for day in range(7)]
DISTRICTS = [{"set:north": [True]}, {"set:south": [True]}]


@pytest.mark.attack
def test_a_map_by_month_beside_the_map_and_the_months_leaves_no_small_rest() -> None:
    """A cell of a year less the same cell in eleven months of it: the month that was left out."""
    rows = town()
    part = {"from": "2025-02-01", "to": "2026-01-01"}
    coarse = [{}, *(cell(x, y, 400) for x in range(0, 2000, 400) for y in range(0, 2000, 400))]
    cells = [each | part for each in coarse]
    first, _months, last = released(rows, coarse, MONTHS, cells)
    if last.status == "refused":
        return
    pairs = list(zip(told(first), told(last), true_values(cells, rows=rows), strict=True))
    assert any(shown is None and n >= 5 for _year, shown, n in pairs)
    for year, shown, _n in pairs:
        assert year is None or shown is None or not 0 < year - shown < 5


@pytest.mark.attack
def test_one_cell_in_one_month_is_not_what_the_cell_and_the_month_leave() -> None:
    """Every month but one of a cell, one by one: each is large, and the last is two."""
    house = [(2, {"at": (50, 50), "day": "2025-12-24"})]
    months = [(8, {"at": (50, 50), "day": f"2025-{m:02}-10"}) for m in range(1, 12)]
    elsewhere = [(9, {"at": (x + 50, 50), "day": "2025-12-10"}) for x in range(100, 2000, 100)]
    rows = incidents([*house, *months, *elsewhere])
    in_months = [cell(0, 0) | each for each in MONTHS[:11]]
    assert repelled(released(rows, MAP, MONTHS, in_months))


@pytest.mark.attack
def test_a_district_less_its_shown_cells_is_not_its_hidden_cell() -> None:
    """Whoever looks at the map knows which cells lie in a district, though it is described as a set."""
    groups = [(20, (50, 50), True), (3, (150, 50), True), (30, (50, 150), False), (25, (150, 150), False)]
    rows = incidents([(n, {"at": at}) for n, at, _north in groups])
    rows["set:north"] = np.repeat([north for _n, _at, north in groups], [n for n, _at, _north in groups])
    grid = [cell(0, 0), cell(100, 0), cell(0, 100), cell(100, 100)]
    verdicts = released(rows, grid, [{"set:north": [True]}])
    assert told(verdicts[0]) == [20, None, 30, 25]
    assert repelled(verdicts)


@pytest.mark.attack
def test_all_januaries_less_one_are_not_the_hidden_one() -> None:
    groups = [(20, "2024-01-10"), (30, "2024-02-10"), (3, "2025-01-10"), (30, "2025-02-10")]
    rows = incidents([(n, {"day": day}) for n, day in groups])
    rows["month_of_year"] = rows["occurred_from"].dt.month
    months = [{"from": f"{y}-0{m}-01", "to": f"{y}-0{m + 1}-01"} for y in (2024, 2025) for m in (1, 2)]
    verdicts = released(rows, months, [{"month_of_year": [1]}])
    assert told(verdicts[0]) == [20, 30, None, 30]
    assert repelled(verdicts)


# ordinary work


@pytest.mark.legitimate
def test_a_map_then_months_weekdays_and_districts_of_the_same_incidents_pass() -> None:
    rows = town()
    verdicts = released(rows, MAP, MONTHS, WEEK, DISTRICTS)
    assert [each.status for each in verdicts] == ["suppressed", "safe", "safe", "safe"]
    small = [0 < n < 5 for n in true_values(MAP, rows=rows)]
    assert [value is None for value in told(verdicts[0])] == small


@pytest.mark.legitimate
def test_a_map_with_months_weekdays_and_districts_passes_at_once() -> None:
    rows = town()
    extents = [*MAP, *MONTHS, *WEEK, *DISTRICTS]
    verdict = protect(said("p", extents, rows), earlier=[], rows=rows, policy=POLICY)
    assert verdict.evidence["atoms"] < 2 * len(extents)
    small = [0 < n < 5 for n in true_values(extents, rows=rows)]
    assert [value is None for value in told(verdict)] == small


@pytest.mark.legitimate
def test_month_after_month_of_the_same_table_passes() -> None:
    groups = [
        (12 + 3 * m, {"day": f"2025-0{m}-10", "offence": o}) for m in range(1, 7) for o in ("a", "b", "c")
    ]
    rows = incidents(groups)
    months = [
        [
            {"from": f"2025-0{m}-01", "to": f"2025-0{m + 1}-01", **kind}
            for kind in ({}, *({"offence": [o]} for o in "abc"))
        ]
        for m in range(1, 7)
    ]
    assert [each.status for each in released(rows, *months)] == ["safe"] * 6


@pytest.mark.legitimate
def test_a_cumulative_total_beside_its_months_passes() -> None:
    rows = incidents([(20, {"day": f"2025-0{m}-10"}) for m in range(1, 5)])
    releases = [
        [
            {"from": f"2025-0{m}-01", "to": f"2025-0{m + 1}-01"},
            {"from": "2025-01-01", "to": f"2025-0{m + 1}-01"},
        ]
        for m in range(1, 5)
    ]
    assert {each.status for each in released(rows, *releases)} == {"safe"}


@pytest.mark.legitimate
def test_the_same_figures_may_be_released_again() -> None:
    rows = incidents([(20, {"offence": "a"}), (9, {"offence": "b"}), (3, {"offence": "c"})])
    table = [{}, *({"offence": [o]} for o in "abc")]
    first, second = released(rows, table, table)
    assert told(second) == told(first)


@pytest.mark.legitimate
def test_an_earlier_figure_may_be_repeated_after_late_registrations() -> None:
    before, after = incidents([(30, {})]), incidents([(32, {})])
    old = said("old", [JANUARY], before)
    verdict = protect(Publication("new", old.statements), earlier=[old], rows=after, policy=POLICY)
    assert told(verdict) == [30]


@pytest.mark.legitimate
def test_a_nested_grid_of_busy_cells_passes() -> None:
    rows = incidents([(10, {"at": (x, y)}) for x in (25, 75, 125, 175) for y in (25, 75, 125, 175)])
    fine = [cell(x, y, 50) for x in (0, 50, 100, 150) for y in (0, 50, 100, 150)]
    coarse = [cell(x, y, 100) for x in (0, 100) for y in (0, 100)]
    assert [each.status for each in released(rows, fine, coarse)] == ["safe", "safe"]


@pytest.mark.legitimate
def test_cells_that_share_an_edge_are_no_overlap() -> None:
    rows = incidents([(10, {"at": (100, 50)}), (10, {"at": (50, 50)})])
    verdict = released(rows, [cell(0, 0), cell(100, 0)])[0]
    assert (verdict.status, told(verdict)) == ("safe", [10, 10])


@pytest.mark.legitimate
def test_another_district_in_another_year_passes() -> None:
    rows = incidents(
        [(20, {"day": "2024-05-10"}), (3, {"day": "2024-05-10", "area": "South"}), (30, {"area": "South"})]
    )
    first = [{"area": ["North"], "from": "2024-01-01", "to": "2025-01-01"}]
    second = [{"area": ["South"], "from": "2025-01-01", "to": "2026-01-01"}]
    assert [each.status for each in released(rows, first, second)] == ["safe", "safe"]


@pytest.mark.legitimate
def test_a_total_over_several_small_groups_passes() -> None:
    rows = incidents([(3, {"offence": o}) for o in "abcdef"] + [(40, {"offence": "theft"})])
    verdicts = released(rows, [{"offence": [o]} for o in "abcdef"], [{}], [{"offence": ["theft"]}])
    assert [each.status for each in verdicts] == ["suppressed", "safe", "safe"]


@pytest.mark.legitimate
def test_a_shifted_grid_over_busy_places_passes() -> None:
    rng = np.random.default_rng(4)
    spots = [
        (int(n), {"at": (x + 12.5, y + 12.5)})
        for x in range(0, 200, 25)
        for y in range(0, 200, 25)
        for n in [rng.integers(6, 20)]
    ]
    rows = incidents(spots)
    grid = [cell(x, y, 100) for x in (0, 100) for y in (0, 100)]
    shifted = [cell(x, y, 100) for x in (-50, 50, 150) for y in (-50, 50, 150)]
    assert [each.status for each in released(rows, grid, shifted)] == ["safe", "safe"]


@pytest.mark.legitimate
def test_a_shifted_cell_that_reaches_into_the_unknown_passes() -> None:
    rows = incidents([(2, {"at": (5, 50)}), (40, {"at": (50, 50)})])
    assert [each.status for each in released(rows, [cell(0, 0)], [cell(10, 0)])] == ["safe", "safe"]


@pytest.mark.legitimate
def test_a_figure_corrected_by_many_passes() -> None:
    before, after = incidents([(30, {})]), incidents([(42, {})])
    old = said("old", [JANUARY], before)
    assert protect(said("new", [JANUARY], after), earlier=[old], rows=after, policy=POLICY).status == "safe"
