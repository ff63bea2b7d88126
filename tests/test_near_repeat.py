"""Near repeats: against published tables, a slow count of every pair, and the rules stated in the docstrings."""

from __future__ import annotations

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit.analysis.near_repeat as near_repeat
from ilp_toolkit import choices
from ilp_toolkit.errors import ColumnsError, CrsError, InputError

CRS = "EPSG:32642"
DAY = pd.Timedelta(days=1)


def events(x, y, days, *, until=None, **more):
    """Build incidents from coordinates in metres and days since the start of 2024."""
    start = pd.Timestamp("2024-01-01")
    table = {"occurred_from": start + pd.to_timedelta(np.asarray(days, float), unit="D"), **more}
    if until is not None:
        table["occurred_to"] = start + pd.to_timedelta(np.asarray(until, float), unit="D")
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs=CRS)


@pytest.fixture(scope="module")
def burkitt():
    from libpysal import examples

    cases = gpd.read_file(examples.get_path("burkitt.shp"))
    return events(cases["X"], cases["Y"], cases["T"])


def slow_knox(x, y, t, distances, durations, *, manhattan=False):
    """Count every pair one by one."""
    table = np.zeros((len(distances) - 1, len(durations) - 1), int)
    for i in range(len(x)):
        for j in range(i):
            dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
            d = dx + dy if manhattan else dx * dx + dy * dy
            edges = distances if manhattan else np.square(distances)
            a = np.searchsorted(edges, d, side="right") - 1
            b = np.searchsorted(durations, abs(t[i] - t[j]), side="right") - 1
            if 0 <= a < table.shape[0] and 0 <= b < table.shape[1]:
                table[a, b] += 1
    return table


# Burkitt's lymphoma in Uganda (188 cases): Knox statistics as in pointpats' documentation, whose bands are
# closed; the edges here lie a hair beyond.


@pytest.mark.parametrize(
    ("distance", "days", "observed", "expected"),
    [(20, 5, 13, 10.143816), (5, 20, 2, 2.949141), (2.5, 60, 4, 2.653999), (10, 30, 24, 15.138127)],
)
def test_knox_of_burkitt_lymphoma_is_as_published(burkitt, distance, days, observed, expected):
    table = near_repeat.knox(
        burkitt,
        distances=[0, distance + 1e-7],
        durations=[0, pd.Timedelta(days=days, seconds=1)],
        permutations=0,
    )
    assert table["observed"].tolist() == [observed]
    assert table["expected"][0] == pytest.approx(expected, abs=1e-6)
    assert table["ratio"][0] == pytest.approx(observed / expected, abs=1e-6)


def test_the_margins_of_burkitt_lymphoma_are_as_published(burkitt):
    table = near_repeat.knox(
        burkitt,
        distances=[0, 20.0000001, 1e6],
        durations=[0, pd.Timedelta(days=5, seconds=1), "100000 days"],
        permutations=0,
    )
    assert table["observed"].tolist() == [13, 3416, 39, 14110]
    assert table["observed"].sum() == 188 * 187 // 2


def test_the_permutation_p_of_burkitt_lymphoma_agrees_with_the_poisson_tail(burkitt):
    table = near_repeat.knox(
        burkitt,
        distances=[0, 20.0000001],
        durations=[0, pd.Timedelta(days=5, seconds=1)],
        permutations=4999,
        rng=7,
    )
    assert table["expected_permuted"][0] == pytest.approx(10.143816, abs=0.15)
    assert table["p_value"][0] == pytest.approx(0.22226667, abs=0.03)


def calculator_table(text, title):
    """Read one table of the Near Repeat Calculator's verbose file; empty cells are 0."""
    lines = text.split(title)[1].splitlines()[3:8]
    return np.array([[float(cell or 0) for cell in line.split(",")[-5:-1]] for line in lines])


def test_knox_of_arson_in_chicago_is_that_of_the_near_repeat_calculator(real_data):
    """
    522 arsons, blocks of 200 m, by day, along the axes (Near Repeat Calculator 1.3, 99 permutations).

    The calculator's bands of time, labelled "0 to 1", "2 to 2" …, hold differences of 0, 1, 2 and more days; one
    pair 399.96 m apart stands in its band "401 to 600".
    """
    folder = real_data / "near_repeat_chicago"
    arson = pd.read_csv(folder / "chicago_arson.csv", header=None, names=["x", "y", "day"])
    peer = next(folder.glob("*NRverbose*")).read_text(encoding="utf-8")
    points = gpd.GeoDataFrame(
        {"occurred_from": pd.to_datetime(arson["day"])},
        geometry=gpd.points_from_xy(arson["x"], arson["y"]),
        crs="EPSG:26971",
    )
    table = near_repeat.knox(
        points,
        distances=[0, 0.001, 200.0001, 399.96, 600.0001, 1e7],
        durations=["0 days", "1 day", "2 days", "3 days", "9999 days"],
        metric="manhattan",
        rng=1,
    )
    observed = calculator_table(peer, "Observed frequencies distribution")
    assert table["observed"].tolist() == observed.ravel().tolist()
    ratio = calculator_table(peer, "Observed over mean expected frequencies").ravel()
    many = table["expected"] > 300
    assert np.allclose(table["ratio"][many], ratio[many], atol=0.01)
    significant = calculator_table(peer, "Statistical significant table").ravel() <= 0.01
    assert ((table["p_value"] <= 0.011) == significant).all()


# Properties

coordinate = st.integers(0, 12).map(float)
event = st.tuples(coordinate, coordinate, st.integers(0, 20))


@settings(max_examples=60, deadline=None)
@given(st.lists(event, max_size=25), st.booleans())
def test_knox_counts_every_pair_once(rows, manhattan):
    x, y, t = (np.array([row[k] for row in rows], float) for k in range(3))
    table = near_repeat.knox(
        events(x, y, t),
        distances=[0, 1, 3, 5],
        durations=["0 days", "1 days", "4 days", "9 days"],
        metric="manhattan" if manhattan else "euclidean",
        permutations=3,
        rng=1,
    )
    slow = slow_knox(x, y, t, [0, 1, 3, 5], [0, 1, 4, 9], manhattan=manhattan)
    assert table["observed"].tolist() == slow.ravel().tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(event, min_size=2, max_size=25), st.randoms(use_true_random=False))
def test_knox_does_not_depend_on_the_order_of_rows_nor_on_where_zero_lies(rows, random):
    edges = {"distances": [0, 2, 4], "durations": ["0 days", "3 days", "6 days"], "permutations": 0}
    first = near_repeat.knox(events(*zip(*rows, strict=True)), **edges)
    random.shuffle(rows)
    x, y, t = (np.array(column, float) for column in zip(*rows, strict=True))
    pd.testing.assert_frame_equal(near_repeat.knox(events(x + 4e5, y + 4e6, t + 400), **edges), first)


@settings(max_examples=30, deadline=None)
@given(st.lists(event, min_size=2, max_size=20))
def test_over_all_bands_observed_and_expected_are_all_pairs(rows):
    table = near_repeat.knox(
        events(*zip(*rows, strict=True)),
        distances=[0, 2, 100],
        durations=["0 days", "3 days", "100 days"],
        permutations=5,
        rng=3,
    )
    pairs = len(rows) * (len(rows) - 1) // 2
    assert table["observed"].sum() == pairs
    assert table["expected"].sum() == pytest.approx(pairs)
    assert table["expected_permuted"].sum() == pytest.approx(pairs)
    assert table["p_value"].between(1 / 6, 1).all()
    assert (table["q_value"] >= table["p_value"]).all()


def random_events(n, seed=1, side=3000):
    rng = np.random.default_rng(seed)
    return events(rng.uniform(0, side, n), rng.uniform(0, side, n), rng.integers(0, 200, n))


EDGES = {"distances": [0, 100, 300], "durations": ["0 days", "7 days", "14 days"]}


def test_the_mean_of_the_permutations_is_the_closed_form():
    table = near_repeat.knox(random_events(400), **EDGES, permutations=1999, rng=5)
    assert np.allclose(table["expected_permuted"], table["expected"], rtol=0.03)


def test_under_chance_small_p_values_are_as_rare_as_they_say():
    p = [
        near_repeat.knox(random_events(80, seed), **EDGES, permutations=99, rng=seed)["p_value"].iloc[3]
        for seed in range(120)
    ]
    assert 0.0 < np.mean(np.array(p) <= 0.2) < 0.33


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    points = random_events(300)
    first, again, other = (
        near_repeat.knox(points, **EDGES, permutations=199, rng=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["expected_permuted"].equals(other["expected_permuted"])
    made = near_repeat.knox(points, **EDGES, permutations=199, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(first, made)


def test_the_answer_is_the_same_on_one_core(monkeypatch):
    points = random_events(300)
    many = near_repeat.knox(points, **EDGES, permutations=300, rng=1)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    pd.testing.assert_frame_equal(near_repeat.knox(points, **EDGES, permutations=300, rng=1), many)


def test_times_to_the_second_give_what_times_to_the_day_give():
    points = random_events(300)
    table = near_repeat.knox(points, **EDGES, permutations=99, rng=1)
    shifted = points.assign(
        occurred_from=points["occurred_from"] + pd.to_timedelta([1e-6] + [0] * 299, unit="s")
    )
    fine = near_repeat.knox(shifted, **EDGES, permutations=99, rng=1)
    assert (fine["observed"] - table["observed"]).abs().max() <= 6
    assert np.allclose(fine["expected_permuted"], table["expected_permuted"], atol=6)


# Rules at the edges


def test_bands_are_half_open():
    points = events([0, 3, 3], [0, 4, 4], [0, 7, 7])
    table = near_repeat.knox(
        points, distances=[0, 5, 10], durations=["0 days", "7 days", "14 days"], permutations=0
    )
    assert table["observed"].tolist() == [1, 0, 0, 2]


def test_a_first_band_above_zero_leaves_out_repeats_at_the_same_place():
    points = events([0, 0, 3], [0, 0, 4], [0, 1, 2])
    table = near_repeat.knox(points, distances=[1, 10], durations=["0 days", "7 days"], permutations=9, rng=1)
    assert table["observed"].tolist() == [2]
    assert table["expected"].tolist() == [2.0]
    later = near_repeat.knox(points, distances=[0, 10], durations=["2 days", "7 days"], permutations=9, rng=1)
    assert later["observed"].tolist() == [1]
    assert later["expected_permuted"].tolist() == [1.0]


def test_the_time_is_the_middle_of_the_interval_and_the_start_where_the_end_is_unknown():
    points = events([0, 0], [0, 0], [0, 5], until=[8, np.nan])
    table = near_repeat.knox(
        points, distances=[0, 10], durations=["0 days", "1 days", "2 days"], permutations=0
    )
    assert table["observed"].tolist() == [0, 1]
    assert choices.of(table)["unknown_end_taken_as_start"] == 1


def test_an_end_before_its_start_counts_as_unknown():
    table = near_repeat.knox(
        events([0, 0], [0, 0], [5, 5], until=[1, 5]),
        distances=[0, 10],
        durations=[0, "1 hour"],
        permutations=0,
    )
    assert table["observed"].tolist() == [1]
    assert choices.of(table)["end_before_start_taken_as_start"] == 1


def test_a_week_is_seven_days_also_when_the_clocks_change():
    days = pd.to_datetime(["2024-03-07", "2024-03-14"]).tz_localize("America/New_York")
    points = gpd.GeoDataFrame({"occurred_from": days}, geometry=gpd.points_from_xy([0, 0], [0, 0]), crs=CRS)
    table = near_repeat.knox(
        points, distances=[0, 10], durations=["0 days", "7 days", "14 days"], permutations=0
    )
    assert table["observed"].tolist() == [0, 1]


def test_rows_without_time_or_point_are_left_out_and_counted():
    points = events([0] * 5, [0] * 5, [0, 1, np.nan, 1, 0])
    points["place_precision"] = ["exact", "exact", "exact", "area", "none"]
    points = points.set_geometry([*points.geometry[:4], None], crs=CRS)
    before = points.copy()
    table = near_repeat.knox(points, distances=[0, 10], durations=["0 days", "7 days"], permutations=0)
    assert table["observed"].tolist() == [1]
    assert choices.of(table)["left_out"] == {"no_place": 1, "only_area_known": 1, "no_time": 1}
    pd.testing.assert_frame_equal(points, before)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_events_show_nothing(n):
    table = near_repeat.knox(events([0] * n, [0] * n, [0] * n).iloc[:n], **EDGES, permutations=99, rng=1)
    assert table["observed"].sum() == (n == 2)
    assert (table["p_value"] == 1).all()
    assert table["ratio"].isna().sum() == 4 - (n == 2)


def test_all_events_in_one_place_are_no_news():
    table = near_repeat.knox(
        events([5] * 400, [5] * 400, np.arange(400) % 50), **EDGES, permutations=99, rng=1
    )
    assert table["observed"].iloc[:2].sum() > 0
    assert table["observed"].tolist() == table["expected"].round(6).tolist()
    assert (table["p_value"] == 1).all()


def test_one_far_outlier_costs_nothing():
    x = [*np.random.default_rng(1).uniform(0, 1000, 200), 9e6]
    table = near_repeat.knox(events(x, x, np.arange(201) % 30), **EDGES, permutations=9, rng=1)
    assert table["observed"].sum() > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"distances": [100]}, "two rising edges"),
        ({"distances": [0, 100, 100]}, "two rising edges"),
        ({"distances": [-5, 100]}, "two rising edges"),
        ({"distances": [0, float("nan")]}, "two rising edges"),
        ({"durations": ["7 days"]}, "two rising edges"),
        ({"durations": [0, 7]}, "no unit"),
        ({"durations": [0, "a week"]}, "no duration"),
        ({"durations": [0, None]}, "durations"),
        ({"metric": "taxi"}, "metric"),
        ({"permutations": -1}, "permutations"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_remedy(change, words):
    with pytest.raises(InputError, match=words):
        near_repeat.knox(random_events(5), **{**EDGES, **change})


def test_more_pairs_than_memory_holds_are_refused_with_the_remedy(monkeypatch):
    from ilp_toolkit.analysis.kernels import near_pairs

    monkeypatch.setattr(near_pairs, "MOST_PAIRS", 10)
    with pytest.raises(InputError, match="shorter `distances`"):
        near_repeat.knox(random_events(50, side=100), **EDGES)


def test_degrees_and_missing_times_are_refused():
    with pytest.raises(CrsError, match="to_crs"):
        near_repeat.knox(random_events(5).to_crs("EPSG:4326"), **EDGES)
    with pytest.raises(ColumnsError, match="occurred_from"):
        near_repeat.knox(random_events(5).drop(columns="occurred_from"), **EDGES)
    with pytest.raises(InputError, match="to_datetime"):
        near_repeat.knox(random_events(5).assign(occurred_from="2024-01-01"), **EDGES)


# Series


def test_chains_link_what_ptools_links():
    """Wheeler's test of near_strings: five events a metre apart, three on one day, two on another."""
    found = near_repeat.chains(
        events([1, 2, 3, 4, 5], [0] * 5, [0, 0, 0, 4, 4]), distance=2, duration="1 day"
    )
    assert found["series"].tolist() == [1, 1, 1, 2, 2]
    assert found["series_n"].tolist() == [3, 3, 3, 2, 2]
    assert found["role"].unique().tolist() == ["unordered"]


def test_events_of_one_day_that_are_known_by_the_day_have_no_originator():
    by_day = events([0, 0, 50], [0, 0, 0], [0, 0, 1], until=[1, 1, 2])
    found = near_repeat.chains(by_day, distance=100, duration="7 days")
    assert found["role"].tolist() == ["originator", "originator", "near_repeat"]
    found = near_repeat.chains(by_day.iloc[:2], distance=100, duration="7 days")
    assert found["role"].tolist() == ["unordered", "unordered"]


def test_overlapping_spans_have_no_order():
    found = near_repeat.chains(events([0, 0], [0, 0], [0, 1], until=[3, 2.5]), distance=10, duration="7 days")
    assert found["role"].tolist() == ["unordered", "unordered"]


def test_a_repeat_goes_before_a_near_repeat():
    points = events([0, 50, 50, 51], [0] * 4, [0, 1, 2, 3])
    found = near_repeat.chains(points, distance=100, duration="7 days")
    assert found["role"].tolist() == ["originator", "near_repeat", "repeat", "near_repeat"]
    found = near_repeat.chains(points, distance=100, duration="7 days", same_place=1)
    assert found["role"].tolist() == ["originator", "near_repeat", "repeat", "repeat"]


def test_series_are_numbered_by_their_first_event_and_rows_left_out_are_empty():
    points = events([0, 900, 0, 900, 500], [0] * 5, [5, 1, 6, 2, np.nan])
    found = near_repeat.chains(points, distance=100, duration="7 days")
    assert found["series"].tolist()[:4] == [2, 1, 2, 1]
    assert pd.isna(found["series"].iloc[4])
    assert found["role"].iloc[4] is None or pd.isna(found["role"].iloc[4])
    assert "series" not in points


@settings(max_examples=60, deadline=None)
@given(st.lists(event, min_size=1, max_size=25))
def test_series_are_the_connected_components(rows):
    from scipy.sparse.csgraph import connected_components

    x, y, t = (np.array(column, float) for column in zip(*rows, strict=True))
    found = near_repeat.chains(events(x, y, t), distance=3, duration="4 days")
    near = (np.subtract.outer(x, x) ** 2 + np.subtract.outer(y, y) ** 2 < 9) & (
        abs(np.subtract.outer(t, t)) < 4
    )
    _, label = connected_components(near)
    members = [frozenset(np.flatnonzero(label == one)) for one in set(label)]
    expected = {group for group in members if len(group) > 1}
    groups = found.reset_index().dropna(subset="series").groupby("series")["index"]
    assert {frozenset(rows) for _, rows in groups} == expected
    assert (found["role"] == "single").tolist() == (near.sum(axis=1) == 1).tolist()
    earlier = (near & (np.subtract.outer(t, t) > 0)).any(axis=1)
    assert found["role"].isin(["repeat", "near_repeat"]).tolist() == earlier.tolist()


# Clusters


@settings(max_examples=80, deadline=None)
@given(st.lists(event, min_size=1, max_size=40), st.integers(1, 6))
def test_st_dbscan_agrees_with_dbscan_on_all_distances(rows, min_points):
    from sklearn.cluster import DBSCAN

    x, y, t = (np.array(column, float) for column in zip(*rows, strict=True))
    near = (np.subtract.outer(x, x) ** 2 + np.subtract.outer(y, y) ** 2 < 9) & (
        abs(np.subtract.outer(t, t)) < 4
    )
    peer = DBSCAN(eps=0.5, min_samples=min_points, metric="precomputed").fit(1.0 - near)
    found = near_repeat.st_dbscan(events(x, y, t), distance=3, duration="4 days", min_points=min_points)
    core = np.zeros(len(x), bool)
    core[peer.core_sample_indices_] = True
    assert found["core"].tolist() == core.tolist()
    assert found["cluster"].isna().tolist() == (peer.labels_ < 0).tolist()
    pairs = set(zip(peer.labels_[core], found["cluster"].to_numpy()[core], strict=True))
    assert len(pairs) == len(set(peer.labels_[core])) == len(set(found["cluster"][core]))
    for i in np.flatnonzero(~core & (peer.labels_ >= 0)):
        assert found["cluster"].iloc[i] in set(found["cluster"][core & near[i]])


def test_a_border_event_goes_with_its_nearest_core_whatever_the_order_of_rows():
    points = events([0, 0, 0, 9, 14, 14, 14], [0] * 7, [0] * 7)
    for order in ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 0, 4, 1, 5, 2, 6]):
        found = near_repeat.st_dbscan(points.iloc[order], distance=10, duration="1 day", min_points=4)
        assert found["cluster"].loc[3] == found["cluster"].loc[4]
        assert found["cluster"].isna().sum() in (0, 3)


def test_twenty_five_thousand_repeats_at_one_address_are_one_cluster():
    n = 25_000
    points = events(np.zeros(n), np.zeros(n), np.linspace(0, 3000, n))
    found = near_repeat.st_dbscan(points, distance=10, duration="2 days", min_points=5)
    assert found["cluster"].eq(1).all()
    assert found["core"].all()


def test_no_events_make_no_clusters():
    found = near_repeat.st_dbscan(events([], [], []), distance=10, duration="2 days")
    assert len(found) == 0
    assert near_repeat.chains(events([], [], []), distance=10, duration="2 days")["series"].dtype == "Int64"


@pytest.mark.parametrize(
    "change", [{"distance": 0}, {"distance": float("nan")}, {"duration": "0 days"}, {"min_points": 0}]
)
def test_a_neighbourhood_must_have_a_size(change):
    with pytest.raises(InputError):
        near_repeat.st_dbscan(random_events(5), **{"distance": 10, "duration": "1 day", **change})


def test_the_same_place_must_lie_inside_the_distance():
    with pytest.raises(InputError, match="same_place"):
        near_repeat.chains(random_events(5), distance=10, duration="1 day", same_place=10)


# Half-life


def decaying(half_life, excess, *, bands=8, expected=1000.0, width=7.0, observed=None):
    lower = np.arange(bands) * width
    rate = np.log(2) / half_life
    share = (np.exp(-rate * lower) - np.exp(-rate * (lower + width))) / (rate * width)
    return pd.DataFrame(
        {
            "distance_to": 200.0,
            "duration_from": pd.to_timedelta(lower, unit="D"),
            "duration_to": pd.to_timedelta(lower + width, unit="D"),
            "observed": expected * (1 + excess * share) if observed is None else observed,
            "expected": expected,
        }
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(3, 40), st.floats(0.3, 5))
def test_an_exact_decay_is_found_again(half_life, excess):
    found = near_repeat.half_life(decaying(half_life, excess))
    assert found.half_life / DAY == pytest.approx(half_life, rel=1e-3)
    assert found.excess == pytest.approx(excess, rel=1e-3)
    assert found.level == pytest.approx(1, rel=1e-3)
    assert found.low is pd.NaT or found.low < found.half_life
    assert found.high is pd.NaT or found.high > found.half_life


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    truth = decaying(10, 1.0, expected=300)
    held = 0
    for _ in range(100):
        found = near_repeat.half_life(truth.assign(observed=rng.poisson(truth["observed"])))
        low = pd.Timedelta(0) if found.low is pd.NaT else found.low
        high = pd.Timedelta(days=10_000) if found.high is pd.NaT else found.high
        held += low <= 10 * DAY <= high
    assert 89 <= held <= 100


def test_bands_of_distance_are_added_up():
    near, far = decaying(10, 2.0), decaying(10, 2.0).assign(distance_to=400.0)
    both = pd.concat([near, far])
    assert near_repeat.half_life(both, within=400).half_life / DAY == pytest.approx(10, rel=1e-3)
    assert near_repeat.half_life(both, within=400).choices["within"] == 400.0
    assert near_repeat.half_life(both).choices["within"] == 200.0


def test_without_an_excess_there_is_no_half_life():
    with pytest.raises(InputError, match="no excess"):
        near_repeat.half_life(decaying(10, 0.0, observed=[900, 950, 980, 990, 1000, 1000, 1000, 1000]))
    with pytest.raises(InputError, match="at least four"):
        near_repeat.half_life(decaying(10, 1.0, bands=3))
    with pytest.raises(ColumnsError):
        near_repeat.half_life(pd.DataFrame({"observed": [1]}))


def test_an_excess_gone_after_the_first_band_has_only_an_upper_limit():
    found = near_repeat.half_life(
        decaying(10, 1.0, observed=[1500, 1000, 1000, 1000, 1000, 1000, 1000, 1000])
    )
    assert found.low is pd.NaT
    assert found.high < 7 * DAY


def test_knox_and_half_life_fit_together():
    rng = np.random.default_rng(2)
    mother = random_events(1500, seed=4, side=10_000)
    later = mother["occurred_from"] + pd.to_timedelta(rng.exponential(10, 1500), unit="D")
    child = mother.assign(occurred_from=later).set_geometry(mother.translate(20, 0))
    table = near_repeat.knox(
        pd.concat([mother, child], ignore_index=True),
        distances=[0, 100],
        durations=[f"{7 * k} days" for k in range(13)],
        permutations=99,
        rng=1,
    )
    found = near_repeat.half_life(table)
    assert found.level < 1
    assert found.low / DAY < 10 * np.log(2) < found.high / DAY
    assert table["p_value"].iloc[0] == 0.01


def test_a_read_only_installation_without_a_home_still_counts(tmp_path):
    """Numba refuses to cache when it can write neither beside the module nor in the user's folder."""
    code = (
        "import numba\n"
        "from numba.core.caching import CacheImpl\n"
        "def refuse(self, function): raise RuntimeError('cannot cache function: no locator available')\n"
        "CacheImpl.__init__ = refuse\n"
        "from ilp_toolkit.analysis.kernels._compile import compiled\n"
        "@compiled\n"
        "def double(x): return 2 * x\n"
        "assert double(4) == 8\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_without_a_pair_there_is_no_half_life():
    empty = decaying(10, 1.0, observed=[0] * 8).assign(expected=0.0)
    with pytest.raises(InputError, match="no excess"):
        near_repeat.half_life(empty)
    with pytest.raises(InputError, match="no excess"):
        near_repeat.half_life(decaying(10, 1.0, observed=[0] * 8))
