"""What a profile holds its answers against: right, said in words, and giving no small count away."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from ilp_toolkit.analysis import near_repeat
from ilp_toolkit.collection.schema import Intake
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination.language import how_sure
from ilp_toolkit.dissemination.product import profile_facts
from ilp_toolkit.dissemination.product.profile_change import change_blocks, compare, lumped, public_change
from ilp_toolkit.dissemination.product.profile_front import _what
from ilp_toolkit.dissemination.product.profile_repeats import find_repeats, public_repeats
from ilp_toolkit.dissemination.product.profile_shares import public_shares, share_out
from ilp_toolkit.dissemination.product.profile_streets import find_streets, public_streets
from ilp_toolkit.dissemination.product.profile_weeks import count_weeks
from ilp_toolkit.dissemination.product.profile_when import follow, month_range
from ilp_toolkit.dissemination.product.profile_where import locate

CRS = "EPSG:32642"
WEST, SOUTH = 500_000, 4_200_000
MINIMUM = 5
BOUNDARY = gpd.GeoDataFrame(geometry=[box(WEST, SOUTH, WEST + 4000, SOUTH + 4000)], crs=CRS)


def town(n: int = 600, *, series: int = 60, seed: int = 3, **columns: Any) -> Intake:
    """Make two years in a town of 4 km, with pairs of incidents within 80 m and five days."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(WEST, WEST + 4000, n), rng.uniform(SOUTH, SOUTH + 4000, n)
    day = rng.uniform(0, 730, n)
    x[series : 2 * series] = x[:series] + rng.uniform(-50, 50, series)
    y[series : 2 * series] = y[:series] + rng.uniform(-50, 50, series)
    day[series : 2 * series] = day[:series] + rng.uniform(0, 5, series)
    start = pd.Timestamp("2023-01-02", tz="Asia/Dushanbe") + pd.to_timedelta(np.minimum(day, 729), unit="D")
    table = gpd.GeoDataFrame(
        {
            "incident_id": [f"KUSP-{i:05d}" for i in range(n)], "offence": "Theft", "iccs": "0502",
            "occurred_from": start, "occurred_to": start, "time_precision": "minute", "origin": "reported",
            "place_precision": "exact", "area": None, "source_row": np.arange(2, n + 2), "flags": "",
        },
        geometry=gpd.points_from_xy(x, y), crs=CRS,
    )  # fmt: skip
    for name, values in columns.items():
        table[name] = values
    report = pd.DataFrame(columns=["check", "n", "share", "first_row", "remedy"])
    return Intake(table, pd.DataFrame({"source_row": [], "reason": []}), report, {"crs": CRS})


def facts(intake: Intake | None = None, **request: Any) -> profile_facts.Facts:
    asked = profile_facts.Request(boundary=BOUNDARY, **request)
    return profile_facts.gather(intake or town(), asked, policy=load())


# Repeats


def test_planted_near_repeats_are_found_where_they_were_planted() -> None:
    found = find_repeats(facts())
    near = found.beyond.iloc[0]
    assert (near["distance_to"], near["duration_to"]) == (100, pd.Timedelta(days=7))
    assert near["ratio"] > 5
    assert "1 to 100 m and 0 to 7 days apart" in found.meaning()
    assert "same people" in found.limit()


def test_a_town_without_series_has_no_repeats_beyond_chance() -> None:
    found = find_repeats(facts(town(series=0)))
    assert found.beyond.empty
    assert found.meaning().startswith("At no distance up to 400 m and no time up to 56 days")


def test_the_counts_of_pairs_are_those_of_the_test_itself() -> None:
    points = facts().points
    table = near_repeat.knox(
        points, distances=[0, 1, 100, 200, 400], durations=[f"{d} days" for d in (0, 7, 14, 28, 56)], rng=1
    )
    told = public_repeats(find_repeats(facts()))
    assert told is not None
    shown = told["pairs"].notna().to_numpy()
    assert told["pairs"][shown].tolist() == table["observed"][shown].tolist()
    assert table["observed"][~shown].between(1, 9).all()


def test_a_hidden_box_of_pairs_leaves_no_ratio_no_q_and_no_expectation() -> None:
    found = find_repeats(facts(town(120, series=8)))
    assert found.table is not None
    hidden = found.table["observed"].isna()
    assert hidden.any()
    assert found.table.loc[hidden, ["ratio", "q_value"]].isna().all(axis=None)
    assert not {"expected", "expected_permuted", "p_value"} & set(found.table.columns)
    told = public_repeats(found)
    assert told is not None
    assert told.loc[hidden.to_numpy(), ["ratio", "beyond_chance"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"time_precision": "month"}, "only 0 incidents have both a place and a day"),
        ({"offence": "Rape"}, "no incident has a place that may be used"),
        ({"offence": "Unlawful assembly"}, "no incident has a place that may be used"),
        ({"Domestic": True}, "no incident has a place that may be used"),
    ],
)
def test_repeats_are_not_counted_where_they_may_not_be_or_cannot(columns: dict[str, Any], words: str) -> None:
    found = find_repeats(facts(town(**columns)))
    assert found.table is None
    assert words in found.why_not


def test_spans_of_weeks_have_no_middle_to_be_counted_by() -> None:
    intake = town()
    late = intake.table["occurred_from"] + pd.to_timedelta(np.where(np.arange(600) % 2 == 0, 30, 0), unit="D")
    found = find_repeats(facts(town(occurred_to=late)))
    assert found.n == 300


def test_points_on_a_street_map_are_said_to_make_one_place_of_a_block() -> None:
    assert "whole block" in find_repeats(facts(town(place_precision="snapped"))).limit()


def test_the_same_file_gives_the_same_table_of_repeats() -> None:
    one, other = public_repeats(find_repeats(facts())), public_repeats(find_repeats(facts()))
    pd.testing.assert_frame_equal(one, other)


# Concentration


def test_shares_agree_with_a_count_by_hand_to_five_places() -> None:
    counts = pd.Series([40] * 10 + [1] * 100 + [0] * 390)
    found = share_out(counts, kind="cells", base=5, seed=1)
    assert found is not None
    # 250 of 500 incidents: seven places of 40 hold 280, six hold 240.
    assert found.half["places"] == pytest.approx(5 / 500)
    assert found.beyond
    assert "1.0% of the cells" in found.meaning()
    assert "more concentrated than chance" in found.meaning()


def test_incidents_strewn_by_chance_are_not_called_concentrated() -> None:
    rng = np.random.default_rng(5)
    counts = pd.Series(np.bincount(rng.integers(0, 400, 2000), minlength=400))
    found = share_out(counts, kind="cells", base=5, seed=1)
    assert found is not None
    assert not found.beyond
    assert "not clearly more concentrated" in found.meaning()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=100, max_size=160), st.integers(3, 10))
def test_a_curve_tells_no_share_finer_than_so_many_incidents_or_places(counts: list[int], base: int) -> None:
    found = share_out(pd.Series(counts), kind="cells", base=base, seed=1)
    if found is None:
        assert sum(counts) < 100
        return
    unit = max(base / sum(counts), 0.01)
    told = found.curve["incidents_share"].to_numpy()
    own = np.isin(np.round(told, 9), np.round([0.25, 0.5, 0.8, 1.0], 9))
    steps = told / unit
    assert (own | (np.abs(steps - np.round(steps)) < 1e-6)).all()
    assert (np.diff(told) >= 0).all()
    places = found.table["places"].to_numpy() * len(counts) / base
    assert np.allclose(places, np.round(places), atol=0.03 * len(counts) / base)


def test_few_places_are_told_nothing_of() -> None:
    assert share_out(pd.Series([50] * 99), kind="cells", base=5, seed=1) is None
    assert public_shares([]) is None


# Streets


def street_layer(spacing: int = 100) -> gpd.GeoDataFrame:
    lines = [
        LineString([(WEST + x, SOUTH + y), (WEST + x + spacing, SOUTH + y)])
        for y in range(0, 4000, spacing)
        for x in range(0, 4000, spacing)
    ]
    names = [f"Street {i // 40:02d}" for i in range(len(lines))]
    return gpd.GeoDataFrame({"name": names}, geometry=lines, crs=CRS)


def busy_town() -> Intake:
    """A town in which two segments hold thirty incidents each."""
    intake = town()
    x, y = intake.table.geometry.x.to_numpy().copy(), intake.table.geometry.y.to_numpy().copy()
    x[-60:-30], y[-60:-30] = WEST + 1050, SOUTH + 1001
    x[-30:], y[-30:] = WEST + 2050, SOUTH + 3001
    return replace(intake, table=intake.table.set_geometry(gpd.points_from_xy(x, y), crs=CRS))


def test_busy_segments_are_marked_without_a_count_and_listed_by_name() -> None:
    found = find_streets(facts(busy_town(), streets=street_layer()))
    assert found is not None
    told = public_streets(found)
    assert told is not None
    assert sorted(told["street"]) == ["Street 10", "Street 30"]
    assert set(told["at_least"]) == {10}
    assert set(told.columns) == {"street", "at_least", "km", "geometry"}
    assert "2 of 1,600 street segments hold 10 incidents or more" in found.meaning()
    assert "nothing is said of them" in found.limit(0.0)


def test_a_layer_that_does_not_fit_is_said_not_to() -> None:
    far = street_layer().translate(0, 90_000)
    found = find_streets(facts(streets=gpd.GeoDataFrame(geometry=far.to_numpy(), crs=CRS)))
    assert found is not None
    assert "only 0% of the incidents lie within 50 m" in found.why_not
    shapes = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)] * 30, crs=CRS)
    few = find_streets(facts(streets=shapes))
    assert few is not None
    assert "too few lines" in few.why_not
    assert find_streets(facts()) is None


def test_sensitive_offences_mark_no_street() -> None:
    assert find_streets(facts(town(offence="Rape"), streets=street_layer())) is None


# Stability


def test_a_strong_hot_spot_is_robust_and_scores_stay_inside() -> None:
    intake = town(900)
    x, y = intake.table.geometry.x.to_numpy().copy(), intake.table.geometry.y.to_numpy().copy()
    rng = np.random.default_rng(2)
    x[:300], y[:300] = rng.normal(WEST + 3000, 120, 300), rng.normal(SOUTH + 3000, 120, 300)
    strong = replace(intake, table=intake.table.set_geometry(gpd.points_from_xy(x, y), crs=CRS))
    where = locate(facts(strong))
    assert where.places is not None
    assert where.places["stability"].tolist() == ["robust"]
    assert where.cells is not None
    assert set(where.cells["stability"]) <= {"", "robust", "fair", "fragile"}
    assert (where.cells.loc[where.cells["spot"] != "hot", "stability"] == "").all()


# Weeks


def test_weeks_go_out_rounded_and_so_does_what_they_are_held_against() -> None:
    weeks = count_weeks(facts(town(4000)))
    assert weeks is not None
    assert (weeks.table["n"] % 5 == 0).all()
    expected = weeks.table["expected"].dropna()
    assert np.allclose(expected * 8 / 5, np.round(expected * 8 / 5))
    assert weeks.judged >= 90


def test_few_incidents_a_week_give_no_chart_of_weeks() -> None:
    assert count_weeks(facts()) is None
    assert count_weeks(facts(town(4000, time_precision="month"))) is None


# Change


def test_the_change_by_offence_adds_up_to_that_of_all() -> None:
    offences = np.resize(["Theft", "Robbery", "Fraud", "Arson"], 2000)
    found_facts = facts(town(2000, offence=offences))
    found = compare(found_facts, follow(found_facts))
    assert found is not None
    assert found.rows["before"].sum() == found.total["before"].sum()
    assert found.rows["after"].sum() == found.total["after"].sum()
    told = public_change(found)
    assert told is not None
    assert told["offence"].tolist() == ["all", "Arson", "Fraud", "Robbery", "Theft"]
    assert "does not say why" in found.limit()
    assert len(change_blocks(found, foot="x")) == 5


def test_one_offence_alone_is_compared_as_a_whole() -> None:
    found_facts = facts(town(2000))
    found = compare(found_facts, follow(found_facts))
    assert found is not None
    assert found.rows.empty
    assert found.meaning().startswith("The last twelve whole months hold ")


def test_an_offence_with_a_small_number_is_put_together_with_others() -> None:
    table = pd.DataFrame(
        {"before": [200, 150, 3, 60], "after": [180, 170, 40, 80], "rest": [0, 0, 0, 0]},
        index=["Theft", "Fraud", "Arson", "Robbery"],
    )
    shown, rest = lumped(table, minimum=MINIMUM)
    assert "Arson" not in shown.index
    assert rest is not None
    assert len(shown) <= 2
    assert shown["before"].sum() + rest["before"] == 413


counts = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=8
)


@settings(deadline=None)
@given(counts)
def test_no_small_number_of_an_offence_is_shown_or_pinned_down(rows: list[tuple[int, int, int]]) -> None:
    table = pd.DataFrame(rows, columns=["before", "after", "rest"], index=[f"o{i}" for i in range(len(rows))])
    shown, rest = lumped(table, minimum=MINIMUM)
    small = (shown[["before", "after", "rest"]] > 0) & (shown[["before", "after", "rest"]] < MINIMUM)
    assert not small.any(axis=None)
    if rest is None:
        return
    others = table.drop(index=shown.index)
    assert len(others) >= 2
    assert not ((rest > 0) & (rest < MINIMUM)).any()
    # The reader knows the total of each offence and of each column: every table that fits is possible.
    everything = others.to_numpy().sum()
    for name, row in others.iterrows():
        if row.sum() < MINIMUM:
            continue
        for column in others.columns:
            held = others[column].sum()
            low, high = max(0, row.sum() + held - everything), min(row.sum(), held)
            assert held == 0 or high - low >= MINIMUM, (name, column)


# Page one


def test_page_one_begins_with_rows_that_are_totals_and_is_not_sure_of_them() -> None:
    counted = town(n=80, series=0)
    totals = {"check": "counts_rows", "n": 80, "share": 1.0, "first_row": 2, "remedy": ""}
    counted = replace(counted, report=pd.DataFrame([totals]))
    for intake, level in ((counted, "low"), (town(n=800, series=0), "moderate")):
        gathered = facts(intake)
        assert _what(gathered).startswith("Each row of this file seems to be a total") == (level == "low")
        sure = how_sure(gathered.evidence(says_hours=False), limits=gathered.policy.confidence)
        assert sure.level == level


def test_months_that_are_all_the_same_have_no_highest() -> None:
    months = pd.DataFrame({"n": [5, 5, 5], "complete": True}, index=["2024-01", "2024-02", "2024-03"])
    when: Any = SimpleNamespace(months=months)
    assert month_range(when) == "All whole months have the same number."
    months["n"] = [5, 9, 7]
    assert month_range(when) == "Among whole months, February 2024 has the most and January 2024 the fewest."
