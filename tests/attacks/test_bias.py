"""Attempts to let a ranking of places out without, or past, the tests of reporting bias and feedback."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from ilp_toolkit import choices
from ilp_toolkit.analysis import bias
from ilp_toolkit.direction.policy import load
from ilp_toolkit.errors import InputError

PEOPLE = pd.Series({"A": 9000, "B": 9000, "C": 9000})


def events(n: int = 600, origin: str | list[str] = "reported") -> pd.DataFrame:
    return pd.DataFrame({"incident_id": range(n), "area": ["A", "B", "C"] * (n // 3), "origin": origin})


def places() -> pd.DataFrame:
    return pd.DataFrame({"area": ["A", "B", "C"] * 20, "risk": np.linspace(0, 59, 60)})


def codes(made: bias.BiasAudit) -> set[str]:
    return {code for code, _sentence in made.problems}


@pytest.mark.attack
@pytest.mark.parametrize("origin", ["discovered", "unknown", "", None, "REPORTED?", "public"])
def test_events_that_nobody_is_known_to_have_reported_do_not_pass(origin: str | None) -> None:
    made = bias.audit(events(origin=origin), places(), population=PEOPLE)
    assert made.verdict == "failed"
    assert made.share_discovered == 1


@pytest.mark.attack
def test_a_register_without_the_column_origin_does_not_pass_as_reported() -> None:
    made = bias.audit(events().drop(columns="origin"), places(), population=PEOPLE)
    assert "discovered" in codes(made)
    assert not made.origin_known


@pytest.mark.attack
@pytest.mark.parametrize("n", [0, 3, 30, 99])
def test_a_tiny_sample_shows_nothing_and_does_not_pass(n: int) -> None:
    made = bias.audit(events(99).head(n), places(), population=PEOPLE)
    assert not made.passed
    assert "too_few" in codes(made)


@pytest.mark.attack
def test_a_tiny_sample_copied_many_times_is_still_tiny() -> None:
    made = bias.audit(pd.concat([events(30)] * 40), places(), population=PEOPLE)
    assert made.n == 30
    assert not made.passed


@pytest.mark.attack
def test_one_district_for_all_leaves_nothing_to_compare_and_does_not_pass() -> None:
    made = bias.audit(events().assign(area="A"), places().assign(area="A"), population=pd.Series({"A": 1}))
    assert not made.passed


@pytest.mark.attack
def test_without_population_exposure_is_unknown_and_does_not_pass() -> None:
    assert bias.audit(events(), places()).verdict == "insufficient"


@pytest.mark.attack
def test_places_outside_every_district_do_not_hide_where_attention_goes() -> None:
    ranked = places()
    ranked.loc[ranked.index[-2:], "area"] = None
    assert "unplaced" in codes(bias.audit(events(), ranked, population=PEOPLE))
    ranked["area"] = None
    with pytest.raises(InputError, match="in a district"):
        bias.audit(events(), ranked, population=PEOPLE)


@pytest.mark.attack
def test_better_events_shown_to_the_audit_do_not_hide_what_the_ranking_was_made_of() -> None:
    ranked = choices.record(places(), on_screen_only=True, share_discovered=0.8)
    made = bias.audit(events(), ranked, population=PEOPLE)
    assert made.share_discovered == 0.8
    assert made.verdict == "failed"


@pytest.mark.attack
def test_a_choice_of_the_events_is_not_all_events() -> None:
    ranked = choices.record(places(), n_used=2600)
    made = bias.audit(events(), ranked, population=PEOPLE)
    assert made.verdict == "failed"
    assert codes(made) == {"other_events"}


@pytest.mark.attack
@pytest.mark.parametrize("noted", [{"n_used": 2600}, {"share_discovered": 0.4}])
def test_a_ranking_stripped_of_its_notes_before_the_audit_is_known_by_those_of_its_finding(noted) -> None:
    made = bias.audit(events(), places(), population=PEOPLE)
    assert made.passed
    assert made.agrees_with({"n_used": 600, "share_discovered": 0.0})
    assert not made.agrees_with(noted)


@pytest.mark.attack
def test_an_audit_held_to_looser_limits_does_not_count_for_stricter_ones() -> None:
    loose = load().bias.model_copy(update={"minimum_reported": 30})
    made = bias.audit(events(60), places(), population=PEOPLE, limits=loose)
    assert made.passed
    assert made.covers(places(), limits=loose)
    assert not made.covers(places(), limits=load().bias)


@pytest.mark.attack
@pytest.mark.parametrize(
    "changed",
    [
        lambda table: table.assign(risk=table["risk"][::-1].to_numpy()),
        lambda table: table.assign(area=table["area"][::-1].to_numpy()),
        lambda table: table.iloc[:-1],
        lambda table: table.assign(risk=table["risk"].where(table["risk"] < 59, 58.9)),
        lambda table: table.rename(columns={"risk": "score"}),
    ],
)
def test_the_audit_of_another_ranking_does_not_cover_this_one(changed) -> None:
    made = bias.audit(events(), places(), population=PEOPLE)
    assert made.covers(places())
    assert not made.covers(changed(places()))


@pytest.mark.attack
def test_finds_that_pile_up_in_one_district_are_caught_by_the_loop() -> None:
    """A fifth of the records were found by patrols, all in C: within the limit of origin, beyond that of drift."""
    table = events()
    extra = pd.DataFrame({"incident_id": range(1000, 1140), "area": "C", "origin": "discovered"})
    made = bias.audit(pd.concat([table, extra]), places(), population=PEOPLE)
    assert made.share_discovered < 0.2
    assert codes(made) == {"feedback"}


@pytest.mark.attack
def test_a_list_that_hangs_on_reporting_rates_does_not_pass() -> None:
    ranked = pd.DataFrame({"area": list("ABC") * 200, "risk": 100 + np.arange(600) / 1000})
    assert "reporting" in codes(bias.audit(events(), ranked, population=PEOPLE))


@pytest.mark.attack
def test_attention_that_a_survey_of_victims_does_not_explain_does_not_pass() -> None:
    ranked = places()
    ranked["risk"] = np.where(ranked["area"] == "A", 100.0 + ranked.index, 1.0)
    told = pd.concat([events(), events(60).assign(area="A", incident_id=range(5000, 5060))])
    survey = pd.Series({"A": 5, "B": 50, "C": 45})
    assert "exposure" in codes(bias.audit(told, ranked, population=PEOPLE, survey=survey))


@pytest.mark.attack
@pytest.mark.parametrize(
    ("function", "table", "noted"),
    [
        ("ilp_toolkit.analysis.forecasts.prospective", None, None),
        ("forecasts.hawkes", pd.DataFrame({"score": [1.0]}), None),
        ("", pd.DataFrame({"risk": [1.0]}), None),
        ("", pd.DataFrame({"score": [1.0]}), {"on_screen_only": True}),
    ],
)
def test_a_forecast_under_another_name_still_needs_an_audit(function: str, table, noted) -> None:
    assert bias.requires_audit(table, function=function, noted=noted)


@pytest.mark.attack
def test_an_audit_cannot_be_turned_into_a_passed_one_in_place() -> None:
    made = bias.audit(events(origin="discovered"), places(), population=PEOPLE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.verdict = "passed"  # type: ignore[misc]


@pytest.mark.attack
def test_districts_spelt_in_two_ways_do_not_thin_out_the_exposure() -> None:
    table = events()
    table.loc[:50, "area"] = "А"  # Cyrillic
    with pytest.raises(InputError, match="Spell districts alike"):
        bias.audit(table, places(), population=PEOPLE)


@pytest.mark.legitimate
@pytest.mark.parametrize("seed", range(5))
def test_a_ranking_of_reported_thefts_with_a_few_discovered_ones_passes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "incident_id": range(900),
        "area": rng.choice(["A", "B", "C"], 900, p=[0.5, 0.3, 0.2]),
        "origin": rng.choice(["reported", "discovered", "unknown"], 900, p=[0.92, 0.05, 0.03]),
    })  # fmt: skip
    ranked = pd.DataFrame({"area": rng.choice(["A", "B", "C"], 400), "risk": rng.gamma(0.4, 1, 400)})
    made = bias.audit(table, ranked, population=PEOPLE, limits=load().bias)
    assert made.passed, made.problems
