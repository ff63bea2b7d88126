"""Linkage: the mean gaps of published examples, calibration against other code, planted series, and leaks."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import linkage
from ilp_toolkit.analysis._calibration import calibrate, isotonic
from ilp_toolkit.errors import ColumnsError, InputError

CRS = "EPSG:32642"


# The examples of the R package crimelinkage.


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((0, 2), (1, 3), 13 / 12), ((0, 1), (5, 9), 6.5), ((0, 10), (2, 4), 2.933333), ((1, 1), (4, 4), 3)],
)
def test_the_mean_time_between_is_as_published(one, other, expected):
    assert float(linkage.time_gap(*one, *other)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((23, 25), (1, 1), 1),
        ((22, 26), (0, 4), 13 / 6),
        ((8, 17.5), (20, 22), 8.109647),
        ((0, 24), (7, 9), 6),
        ((5, 29), (3, 3), 6),
        ((23, 23), (1, 1), 2),
    ],
)
def test_the_mean_difference_round_the_clock_is_as_published(one, other, expected):
    assert float(linkage.clock_gap(*one, *other)) == pytest.approx(expected, abs=1e-5)


spans = st.tuples(st.floats(-100, 100), st.floats(0.01, 60)).map(lambda s: (s[0], s[0] + s[1]))


@settings(deadline=None)
@given(spans, spans)
def test_mean_gaps_are_what_many_moments_of_both_spans_give(one, other):
    share = (np.arange(400) + 0.5) / 400
    x, y = (low + (high - low) * share for low, high in (one, other))
    apart = np.abs(x[:, None] - y[None, :])
    round_the_clock = np.minimum(np.mod(apart, 24), 24 - np.mod(apart, 24))
    assert float(linkage.time_gap(*one, *other)) == pytest.approx(apart.mean(), abs=2e-3, rel=1e-3)
    assert float(linkage.clock_gap(*one, *other)) == pytest.approx(round_the_clock.mean(), abs=2e-3, rel=1e-3)


@settings(deadline=None)
@given(spans, spans, st.integers(-3, 3))
def test_gaps_do_not_ask_which_is_first_nor_on_which_day(one, other, days):
    moved = (other[0] + 24 * days, other[1] + 24 * days)
    assert np.isclose(linkage.clock_gap(*one, *other), linkage.clock_gap(*moved, *one), atol=1e-5)
    assert np.isclose(linkage.time_gap(*one, *other), linkage.time_gap(*other, *one), atol=1e-5)
    assert 0 <= linkage.clock_gap(*one, *other) <= 12


def test_the_rising_curve_and_the_area_agree_with_scikit_learn():
    sklearn_isotonic = pytest.importorskip("sklearn.isotonic")
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    x, w = rng.integers(0, 40, 300).astype(float), rng.uniform(0.1, 3, 300)
    y = (rng.random(300) < x / 40).astype(float)
    places, values = isotonic(x, y, w)
    theirs = sklearn_isotonic.IsotonicRegression().fit(x, y, sample_weight=w).predict(places)
    assert np.allclose(values, theirs)
    assert linkage.auc(x, y == 1) == pytest.approx(metrics.roc_auc_score(y, x))
    table = linkage.roc(x, y == 1, base_rate=float(y.mean()))
    fpr, tpr, _thresholds = metrics.roc_curve(y, x, drop_intermediate=False)
    assert np.allclose(table["recall"], tpr[1:])
    assert np.allclose(table["false_alarms"], fpr[1:])
    precision, _recall, _at = metrics.precision_recall_curve(y, x)
    assert np.allclose(table["precision"][::-1], precision[:-1])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.floats(0.1, 5)), min_size=1, max_size=30))
def test_the_rising_curve_rises_and_keeps_the_mean(rows):
    x, y, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    places, values = isotonic(x, y, w)
    assert (np.diff(values) >= -1e-12).all()
    assert np.average(values[np.searchsorted(places, x)], weights=w) == pytest.approx(
        np.average(y, weights=w)
    )


def test_precision_is_that_of_the_base_rate_by_hand():
    # recall 0.9 at 1 % false alarms, one pair in a thousand linked: 0.0009 / (0.0009 + 0.00999) = 8.26 %.
    weight = [1.0] * 9 + [0.0] + [1.0] * 1 + [0.0] * 99
    table = linkage.roc(weight, [True] * 10 + [False] * 100, base_rate=0.001)
    assert table["precision"].iloc[0] == pytest.approx(0.0826446, abs=1e-6)


@pytest.mark.parametrize("method", ["isotonic", "platt"])
def test_probabilities_hold_at_a_base_rate_that_is_not_that_of_the_cases(method):
    rng = np.random.default_rng(2)
    true = rng.random(20_000) < 0.5
    score = rng.normal(np.where(true, 1.0, -1.0), 1)
    curve = calibrate(score, true, base_rate=0.02, method=method)
    odds = 0.02 / 0.98 * np.exp(2 * np.array([-1.0, 0, 1, 2]))
    assert curve.predict(np.array([-1.0, 0, 1, 2])) == pytest.approx(odds / (1 + odds), rel=0.3)
    assert curve.probabilities.min() > 0
    assert curve.probabilities.max() < 1


def world(seed=0, series=60, alone=240):
    """Return crimes of which some belong to series: near each other, alike in tool and way in."""
    rng = np.random.default_rng(seed)
    size = np.concatenate([rng.integers(2, 7, series), np.ones(alone, dtype=int)])
    name = np.repeat(np.arange(len(size)), size)
    n = len(name)
    centre, start = rng.uniform(0, 12_000, (len(size), 2))[name], rng.uniform(0, 300, len(size))[name]
    hour = rng.uniform(0, 24, len(size))[name]
    habit = rng.integers(0, 4, len(size))[name]
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        np.floor(start + rng.exponential(8, n)) * 24 + np.mod(hour + rng.normal(0, 1.5, n), 24), unit="h"
    ).round("min")
    return gpd.GeoDataFrame(
        {
            "occurred_from": moments,
            "occurred_to": moments + pd.to_timedelta(rng.integers(0, 180, n), unit="min"),
            "entry": np.where(rng.random(n) < 0.8, habit, rng.integers(0, 4, n)).astype(str),
            "series_name": name,
        },
        geometry=gpd.points_from_xy(*(centre + rng.normal(0, 400, (n, 2))).T),
        index=[f"c{i}" for i in range(n)],
        crs=CRS,
    )


def listed(crimes, **change):
    return linkage.pairs(crimes, **{"distance": 4000, "duration": "90 days", "mo": ["entry"], **change})


def test_planted_series_are_told_from_chance_and_precision_is_stated_at_the_base_rate():
    crimes = world()
    table = listed(crimes)
    found = linkage.evaluate(table, crimes["series_name"], rng=1)
    assert found.auc > 0.85
    names = crimes["series_name"]
    linked = names[table["first"]].to_numpy() == names[table["second"]].to_numpy()
    assert found.base_rate == pytest.approx(linked.mean())
    assert found.roc["precision"].iloc[-1] == pytest.approx(found.base_rate)
    # what is tested holds many more linked pairs than the listing: raw precision would flatter
    noted = found.choices
    assert noted["tested_linked"] / (noted["tested_linked"] + noted["tested_unlinked"]) > 2 * found.base_rate
    assert noted["tested_linked"] == linked.sum()
    again = linkage.evaluate(table, crimes["series_name"], rng=1)
    assert again.auc == found.auc
    assert np.average(found.calibration["predicted"]) == pytest.approx(
        found.calibration["observed"].mean(), abs=0.1
    )


def test_names_dealt_at_random_teach_nothing():
    crimes = world(1)
    names = crimes["series_name"].sample(frac=1, random_state=1).set_axis(crimes.index)
    assert linkage.evaluate(listed(crimes), names, rng=1).auc == pytest.approx(0.5, abs=0.13)


@pytest.mark.parametrize("calibration", ["isotonic", "platt"])
def test_a_score_shows_each_weight_and_the_mean_probability_is_the_base_rate(calibration):
    crimes = world(2)
    table = listed(crimes)
    model = linkage.fit(table, crimes["series_name"], calibration=calibration, rng=1)
    scored = linkage.score(table, model)
    parts = [f"weight_{name}" for name in ("distance_m", "days", "hours", "mo_entry")]
    assert np.allclose(scored[parts].sum(axis=1), scored["weight"])
    assert scored["probability"].mean() == pytest.approx(model.base_rate, rel=0.5)
    assert scored[["first", "second"]].equals(table[["first", "second"]])
    weights = model.weights.table.set_index(["field", "level"])["weight"]
    assert weights["mo_entry", "same"] > 0 > weights["mo_entry", "different"]
    assert weights["distance_m", "[100, 250)"] > 0 > weights["distance_m", "[2000, 5000)"]


def test_pairs_with_a_crime_of_unknown_series_teach_nothing():
    crimes = world(3)
    table = listed(crimes)
    names = crimes["series_name"].astype("Int64")
    names.iloc[:40] = pd.NA
    model = linkage.fit(table, names, rng=1)
    known = ~table["first"].isin(crimes.index[:40]) & ~table["second"].isin(crimes.index[:40])
    same = linkage.fit(table[known], names, rng=1)
    pd.testing.assert_frame_equal(model.weights.table, same.weights.table)


def test_pairs_are_those_that_brute_force_lists():
    crimes = world(4, series=10, alone=60)
    middle = crimes["occurred_from"] + (crimes["occurred_to"] - crimes["occurred_from"]) / 2
    expected = [
        (a, b)
        for i, a in enumerate(crimes.index)
        for b in crimes.index[i + 1 :]
        if crimes.geometry[a].distance(crimes.geometry[b]) < 3000
        and abs(middle[a] - middle[b]) < pd.Timedelta("60 days")
    ]
    before = crimes.copy()
    table = listed(crimes, distance=3000, duration="60 days")
    assert list(zip(table["first"], table["second"], strict=True)) == expected
    far = [crimes.geometry[a].distance(crimes.geometry[b]) for a, b in expected]
    assert np.allclose(table["distance_m"], far)
    pd.testing.assert_frame_equal(crimes, before)


def test_repeats_at_one_place_and_rows_without_place_or_time_are_handled():
    crimes = gpd.GeoDataFrame(
        {"occurred_from": pd.to_datetime(["2024-01-01 22:00", "2024-01-02 02:00", None, "2024-01-02 02:00"])},
        geometry=gpd.points_from_xy([5, 5, 5, np.nan], [5, 5, 5, np.nan]),
        crs=CRS,
    )
    table = linkage.pairs(crimes, distance=100, duration="7 days")
    assert table.drop(columns="days").to_numpy().tolist() == [[0, 1, 0.0, 4.0]]
    assert choices.of(table)["n_used"] == 2
    assert len(linkage.pairs(crimes.iloc[:0], distance=100, duration="7 days")) == 0


@pytest.mark.parametrize(
    "column", ["suspect_name", "Victim age", "пол", "ФИО", "nationality", "telephone", "anything"]
)
def test_columns_about_persons_are_refused(column):
    crimes = world(5, series=3, alone=5)
    crimes[column] = "x"
    if column == "anything":
        crimes.attrs["choices"] = {"set_aside": ["anything"]}
    with pytest.raises(ColumnsError, match="persons"):
        listed(crimes, mo=["entry", column])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda c: listed(c, distance=0), "above 0"),
        (lambda c: listed(c, duration=7), "no unit"),
        (lambda c: listed(c, mo=["tool"]), "'tool'"),
        (lambda c: listed(c, mo="entry"), "list"),
        (lambda c: listed(pd.concat([c, c])), "repeats"),
        (lambda c: linkage.fit(listed(c), pd.Series("one", index=c.index)), "both kinds"),
        (lambda c: linkage.fit(listed(c), c["series_name"], folds=1), "folds"),
        (lambda c: linkage.fit(listed(c), c["series_name"], base_rate=1.5), "base_rate"),
        (lambda c: linkage.fit(listed(c), c["series_name"], calibration="beta"), "calibration"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_way_out(call, said):
    with pytest.raises((InputError, ColumnsError), match=said):
        call(world(6, series=8, alone=20))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows):
    score, linked = (np.array(column) for column in zip(*rows, strict=True))
    assume(linked.any() and not linked.all())
    wins = (score[linked][:, None] > score[~linked]) + 0.5 * (score[linked][:, None] == score[~linked])
    assert linkage.auc(score, linked) == pytest.approx(wins.mean())
