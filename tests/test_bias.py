"""Reporting bias and feedback: the urns of Ensign and others, exposure, origin, reporting rates, the audit."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from ilp_toolkit import choices, i18n
from ilp_toolkit.analysis import bias, forecasts
from ilp_toolkit.analysis._urn import Urn, fixed_point, simulate
from ilp_toolkit.errors import ColumnsError, InputError

RATES = {"A": 3.68511, "B": 2.816466}
"""Ensign and others: what a day of attention finds in two districts of Oakland."""
TRUTH = 0.56680
STRONG, WEAK = {"A": 609.0, "B": 379.0}, {"A": 6.09, "B": 3.79}


def series(values: dict[str, float], by: float = 1.0) -> pd.Series:
    return pd.Series(values) * by


@pytest.mark.parametrize(
    ("start", "days", "corrected", "expected"),
    [
        (STRONG, 1000, False, 0.7015), (STRONG, 10_000, False, 0.7987),
        (WEAK, 1000, False, 0.8363), (WEAK, 10_000, False, 0.8923),
        (STRONG, 1000, True, 0.6062), (STRONG, 10_000, True, 0.5800),
        (WEAK, 1000, True, 0.5690), (WEAK, 10_000, True, 0.5668),
    ],
)  # fmt: skip
def test_the_urn_runs_away_and_the_correction_brings_it_back_as_published(
    start: dict[str, float], days: int, corrected: bool, expected: float
) -> None:
    found = series(RATES, 0.1 if corrected else 1.0)
    runs = 2000 if days == 1000 else 500
    made = bias.feedback(series(start), discovered=found, days=days, runs=runs, corrected=corrected, rng=7)
    spread = (made.table.loc["A", "upper"] - made.table.loc["A", "lower"]) / 4
    assert made.table.loc["A", "share"] == pytest.approx(expected, abs=5 * spread / math.sqrt(runs))
    assert made.table.loc["A", "truth"] == pytest.approx(TRUTH, abs=1e-5)


def test_the_spread_of_the_strong_prior_is_the_published_one() -> None:
    urn = Urn(np.array([609.0, 379.0]), np.array(list(RATES.values())), np.zeros(2))
    share = simulate(urn, days=1000, runs=2000, rng=np.random.default_rng(3))[:, 0]
    assert np.quantile(share, [0.05, 0.95]) == pytest.approx([0.666, 0.734], abs=0.003)


@pytest.mark.parametrize(("corrected", "mean"), [(False, 0.923), (True, 0.666)])
def test_two_to_one_goes_to_nine_in_ten_uncorrected_and_to_the_truth_corrected(
    corrected: bool, mean: float
) -> None:
    made = bias.feedback(
        series({"A": 1, "B": 1}), discovered=series({"A": 2, "B": 1}), corrected=corrected, rng=1
    )
    assert made.table.loc["A", "share"] == pytest.approx(mean, abs=0.012)


def test_the_urn_of_one_and_one_ends_uniform() -> None:
    urn = Urn(np.ones(2), np.ones(2), np.zeros(2))
    share = simulate(urn, days=500, runs=8000, rng=np.random.default_rng(5))[:, 0]
    assert share.var() == pytest.approx(1 / 12, abs=0.003)
    steps = np.arange(0.1, 1, 0.1)
    assert np.quantile(share, steps) == pytest.approx(steps, abs=0.02)


@pytest.mark.parametrize(
    ("found", "told", "expected"),
    [((2, 1), (2, 1), math.sqrt(3) - 1), ((2, 1), (0.2, 0.1), 0.91789), ((2, 1), (0, 0), 1.0), ((2, 1), (0, 0.1), 0.9)],
)  # fmt: skip
def test_reports_attenuate_the_loop_and_do_not_end_it(
    found: tuple[float, float], told: tuple[float, float], expected: float
) -> None:
    fixed = fixed_point(np.array(found, float), np.array(told, float))
    assert fixed is not None
    assert fixed[0] == pytest.approx(expected, abs=1e-5)
    long = bias.feedback(pd.Series([1.0, 1.0]), discovered=pd.Series(found, dtype=float),
                         reported=pd.Series(told, dtype=float), days=6000, runs=1)  # fmt: skip
    assert long.path.iloc[-1, 0] == pytest.approx(expected, abs=0.04)


def test_equal_places_without_reports_settle_nowhere() -> None:
    assert fixed_point(np.array([1.0, 1.0]), np.zeros(2)) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0.01, 9)), min_size=2, max_size=6),
)
def test_a_fixed_point_is_a_share_that_the_next_day_leaves_alone(pairs: list[tuple[float, float]]) -> None:
    found, told = (np.array(column) for column in zip(*pairs, strict=True))
    share = fixed_point(found, told)
    assert share is not None
    assert share.sum() == pytest.approx(1)
    added = share * found + told
    assert added / added.sum() == pytest.approx(share, abs=1e-6)


def test_the_places_with_most_records_keep_all_attention_in_the_setting_of_lum_and_isaac() -> None:
    """Equal drug use everywhere, unequal records, a fifth added where the police go: the first stay first."""
    start = pd.Series([30.0, 20.0, 10.0, 10.0, 10.0])
    made = bias.feedback(start, discovered=2.0, reported=1.0, truth=pd.Series([1.0] * 5), allocation="top", visits=2,
                         days=365, runs=50, rng=2)  # fmt: skip
    grown = made.table["share"] - made.table["start"]
    assert (made.table["share"][:2] > 0.2).all()
    assert made.table["share"][2:].max() < 0.2
    assert grown[1] > 0
    assert made.drift > 0.1


def test_a_seed_gives_the_same_answer_and_the_callers_table_stays() -> None:
    start, found = series(STRONG), series(RATES)
    before = start.copy(), found.copy()
    one, two = (bias.feedback(start, discovered=found, days=50, runs=40, rng=9).table for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert before[0].equals(start)
    assert before[1].equals(found)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"start": pd.Series({"A": 1.0})}, "at least 2"), ({"start": pd.Series({"A": -1.0, "B": 2.0})}, "start"),
        ({"discovered": pd.Series({"A": 1.0, "C": 1.0})}, "discovered"), ({"reported": float("nan")}, "reported"),
        ({"days": 0}, "days"), ({"visits": 2}, "visits"), ({"allocation": "top", "corrected": True}, "corrected"),
        ({"allocation": "top", "visits": 3}, "visits"), ({"start": pd.Series({"A": 0.0, "B": 0.0})}, "above 0"),
    ],
)  # fmt: skip
def test_a_test_that_contradicts_itself_is_refused(options: dict[str, object], named: str) -> None:
    arguments = {"start": series(STRONG), "discovered": series(RATES), **options}
    with pytest.raises(InputError, match=named):
        bias.feedback(arguments.pop("start"), **arguments)


def test_exposure_is_attention_beside_people_and_victims() -> None:
    people = pd.Series({"A": 60_000, "B": 40_000, "C": 0})
    table = bias.exposure(
        pd.Series({"B": 3, "A": 1}), population=people, survey=pd.Series({"A": 50, "B": 50, "C": 0})
    )
    assert table["attention_share"].tolist() == [0.25, 0.75, 0.0]
    assert table["ratio_population"].tolist()[:2] == pytest.approx([0.25 / 0.6, 0.75 / 0.4])
    assert table["ratio_survey"].tolist()[:2] == [0.5, 1.5]
    assert table.loc["C"].isna().sum() == 2


@pytest.mark.parametrize(
    ("attention", "survey", "named"),
    [({"D": 1}, None, "D"), ({"A": -1}, None, "A"), ({"A": 1}, {"A": 1}, "B"), ({"A": 0}, None, "above 0")],
)
def test_districts_that_do_not_match_are_refused_by_name(attention, survey, named: str) -> None:
    with pytest.raises(InputError, match=named):
        bias.exposure(
            pd.Series(attention), population=pd.Series({"A": 1, "B": 1}),
            survey=None if survey is None else pd.Series(survey),
        )  # fmt: skip


def test_only_the_word_reported_counts_as_noticed_by_the_public() -> None:
    events = pd.DataFrame(
        {
            "area": ["A"] * 5 + [None],
            "origin": ["reported", "discovered", "unknown", None, "Reported", "reported"],
        }
    )
    table = bias.by_origin(events)
    assert table.loc["A"].tolist() == [5, 1, 1, 3, 0.8]
    assert choices.of(table)["not_placed"] == 1
    assert bias.by_origin(events.drop(columns="origin"))["share_discovered"].tolist() == [1.0]


def test_the_margin_is_where_the_next_place_catches_up() -> None:
    values = pd.Series([50.0, 12.0, 10.0, 2.0])
    noted = choices.of(bias.reporting_sensitivity(values, top=2, rng=0))
    assert noted["margin"] == pytest.approx(2 / 22)
    assert (
        choices.of(bias.reporting_sensitivity(values, top=2, change=2 / 22 - 1e-6, rng=0))["certain_share"]
        == 1
    )
    assert (
        choices.of(bias.reporting_sensitivity(values, top=2, change=2 / 22 + 1e-6, rng=0))["certain_share"]
        == 0.5
    )


def test_places_of_one_district_share_its_rate_and_cannot_pass_each_other() -> None:
    values = pd.Series([50.0, 12.0, 10.0, 2.0])
    table = bias.reporting_sensitivity(values, top=2, change=0.5, groups=pd.Series(list("aaab")), rng=0)
    assert table["certain"].tolist() == [True, True, False, False]
    assert table["stays"].tolist() == [1.0, 1.0, 0.0, 0.0]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_what_is_certain_always_stays_and_what_is_impossible_never_does(data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 9), min_size=2, max_size=9).filter(sum))
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=len(values), max_size=len(values)))
    top = data.draw(st.integers(2, len(values)))
    change = data.draw(st.sampled_from([0.0, 0.1, 0.3, 0.8]))
    table = bias.reporting_sensitivity(
        pd.Series(values, dtype=float), top=top, change=change, groups=pd.Series(groups), draws=60, rng=1
    )
    assert (table.loc[table["certain"], "stays"] == 1).all()
    assert (table.loc[~table["possible"], "stays"] == 0).all()
    assert not (table["certain"] & ~table["possible"]).any()
    if change == 0:
        assert table["certain"].equals(table["top"])


def world(origin: str = "reported", n: int = 400) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Return events, ranked places and people of two districts that are alike."""
    events = pd.DataFrame({
        "incident_id": [f"K{i}" for i in range(n)], "area": ["A", "B"] * (n // 2), "origin": origin,
        "occurred_from": pd.date_range("2025-01-01", periods=n, freq="D", tz="Indian/Maldives"),
    })  # fmt: skip
    risk = [float(value) for value in range(40)]
    return events, pd.DataFrame({"area": ["A", "B"] * 20, "risk": risk}), pd.Series({"A": 9000, "B": 9000})


def test_a_ranking_of_reported_events_passes_and_says_what_that_does_not_show() -> None:
    events, places, people = world()
    made = bias.audit(events, places, population=people)
    assert made.passed
    assert made.problems == ()
    assert made.top == 2
    assert made.covers(places)
    assert "do not show" in made.sentences()[-2]
    assert "No survey" in made.sentences()[-1]


def test_the_summary_is_json_and_the_record_is_frozen() -> None:
    events, places, people = world()
    made = bias.audit(events, places, population=people, survey=pd.Series({"A": 10, "B": 12}))
    summary = json.loads(json.dumps(made.summary()))
    assert summary["verdict"] == "passed"
    assert bias.BiasAudit.from_summary(summary) == made
    with pytest.raises(AttributeError):
        made.verdict = "passed"  # type: ignore[misc]


def test_a_survey_shows_reports_that_are_missing() -> None:
    """All passes on reports alone; a survey says that most victims of B never report."""
    events, places, people = world()
    events["area"] = ["A", "A", "A", "B"] * 100
    assert bias.audit(events, places, population=people).passed
    made = bias.audit(events, places, population=people, survey=pd.Series({"A": 40, "B": 60}))
    assert made.verdict == "failed"
    assert [code for code, _ in made.problems] == ["feedback"]
    assert made.drift == pytest.approx(0.35, abs=0.001)


def test_districts_are_found_by_where_the_places_lie() -> None:
    districts = gpd.GeoDataFrame({"area": ["A", "B"]}, geometry=[box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)], crs="EPSG:32742")  # fmt: skip
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 2000, 600), rng.uniform(0, 1000, 600)
    days = pd.date_range("2025-01-01", periods=600, freq="12h", tz="Indian/Maldives")
    events = gpd.GeoDataFrame({"origin": "reported", "occurred_from": days, "occurred_to": days},
                              geometry=gpd.points_from_xy(x, y), crs="EPSG:32742")  # fmt: skip
    ranking = forecasts.retrospective_kde(events, cell_size=200)
    made = bias.audit(events, ranking, districts=districts.assign(population=[5, 5]))
    assert made.choices["district_of_events"] == "lies in"
    assert sum(district.reported for district in made.districts) == 600
    assert bias.requires_audit(ranking)


def test_the_record_speaks_every_language() -> None:
    events, places, people = world()
    made = bias.audit(events, places, population=people)
    english = made.sentences()
    with i18n.language("ru"):
        russian = made.sentences()
    assert len(english) == len(russian)
    assert all(one != two for one, two in zip(english, russian, strict=True))


@pytest.mark.parametrize(
    ("change", "error", "named"),
    [
        (lambda e, p: p.rename(columns={"risk": "x"}), ColumnsError, "risk"),
        (lambda e, p: p.assign(risk=1.0), InputError, "ranks nothing"),
        (lambda e, p: p.assign(risk=[float("nan"), *range(39)]), InputError, "values"),
        (lambda e, p: p.drop(columns="area"), ColumnsError, "districts"),
        (lambda e, p: p.iloc[:1], InputError, "nothing to rank"),
    ],
)
def test_a_ranking_that_cannot_be_tested_is_refused(change, error, named: str) -> None:
    events, places, people = world()
    with pytest.raises(error, match=named):
        bias.audit(events, change(events, places), population=people)
