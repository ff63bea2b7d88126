"""Attempts to get something past the gate, and what legitimate twin of each must pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks
from ilp_toolkit.dissemination.release import ReleaseError, preview, release
from ilp_toolkit.errors import FileError, InputError

from .test_legitimate import burglary, collect, districts, events, new_case, register

__all__ = ["register"]

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate


@pytest.fixture
def case(tmp_path: Path) -> ilp.Case:
    return new_case(tmp_path)


@pytest.fixture
def material(case: ilp.Case, register: Path) -> ilp.Material:
    return collect(case, register)


def with_rows(case: ilp.Case, tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> ilp.Material:
    path = tmp_path / "changed.csv"
    change(events(300)).to_csv(path, index=False)
    return collect(case, path)


def refused(finding: ilp.Finding, audience: str = "public", **wishes: Any) -> set[str]:
    return {check.id for check in checks.failures(preview(finding, audience=audience, **wishes).checks)}


# What came in, and what it may be used for


@attack
def test_a_passport_of_ones_own_making_is_not_believed(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=500)
    open_to_all = dataclasses.replace(finding.passport, handling=ilp.handling.parse("public"))
    assert "governed" in refused(dataclasses.replace(finding, passport=open_to_all))


@attack
def test_another_content_under_a_findings_name_is_not_believed(
    case: ilp.Case, material: ilp.Material
) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=500)
    assert "governed" in refused(dataclasses.replace(finding, content=finding.table.assign(n=7)))


@attack
def test_editing_the_table_of_a_finding_changes_nothing_that_leaves(
    case: ilp.Case, material: ilp.Material
) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, burglary(case, material), cell_size=500)
    finding.table["informant"] = "Velkopil Arshumet"
    finding.table.attrs["note"] = "Velkopil Arshumet"
    seen = preview(finding, audience="public")
    assert seen.would_leave
    assert "informant" not in seen.tables["cells"]
    assert not seen.tables["cells"].attrs.get("note")


@attack
def test_a_merge_does_not_widen_who_may_see(case: ilp.Case, material: ilp.Material, tmp_path: Path) -> None:
    theirs = case.collect(
        register_like(tmp_path),
        quality="extract of a partner",
        handling="4x4:H2",
        originator="XB",
        timezone="Indian/Maldives",
    )
    both = case.combine(material, theirs, function=lambda a, b: pd.concat([a, b], ignore_index=True))
    assert {"audience", "originator_consent"} <= refused(
        case.analyse(ilp.hotspots.count, both, cell_size=1000)
    )


def register_like(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.csv"
    table = events(200, seed=3)
    table["incident number"] = "B" + table["incident number"]
    table.to_csv(path, index=False)
    return path


@attack
def test_material_for_two_different_purposes_has_none_together(tmp_path: Path, register: Path) -> None:
    case = ilp.Case(
        "Two purposes", folder=tmp_path / "case", purpose=["tasking", "prevention"], owner="analyst-07",
        legal_basis="Police Act (invented), s. 12", key_folder=tmp_path / "keys",
    )  # fmt: skip
    one = case.collect(
        register, quality="a", handling="internal", purposes="tasking", timezone="Indian/Maldives"
    )
    two = case.collect(
        register_like(tmp_path),
        quality="b",
        handling="internal",
        purposes="prevention",
        timezone="Indian/Maldives",
    )
    both = case.combine(one, two, function=lambda a, b: pd.concat([a, b], ignore_index=True))
    assert "purpose" in refused(case.analyse(ilp.hotspots.count, both, cell_size=1000))


@attack
def test_a_record_erased_makes_what_was_made_of_it_stale(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=500)
    record = material.table["incident_id"].iloc[0]
    ilp.retention.erase(case, record, reason="request of the person", by="officer-03")
    assert "current" in refused(finding, audience="agency")


@attack
def test_a_clock_set_back_does_not_bring_information_back(tmp_path: Path, register: Path) -> None:
    now = [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]
    case = ilp.Case(
        "Short", folder=tmp_path / "case", purpose="tasking", owner="analyst-07", retention="30 days",
        legal_basis="Police Act (invented), s. 12", key_folder=tmp_path / "keys", clock=lambda: now[0],
    )  # fmt: skip
    finding = case.analyse(ilp.hotspots.count, collect(case, register), cell_size=500)
    now[0] += dt.timedelta(days=40)
    with pytest.raises(ReleaseError):
        release(finding, tmp_path / "out", audience="agency", author="analyst-07")
    now[0] -= dt.timedelta(days=39)
    assert "retention" in refused(finding, audience="agency")


@attack
def test_roles_in_one_list_do_not_leave(case: ilp.Case) -> None:
    persons = pd.DataFrame({"person": ["p1", "p2"], "role": ["suspect", "victim"], "district": ["A", "B"]})
    people = case.collect(
        persons, reader=lambda table: table, quality="list of the unit", handling="internal"
    )
    listed = case.analyse(lambda t: t, people)
    assert "roles" in refused(listed, audience="agency", columns=["role", "district"])
    victims = case.analyse(lambda t: t[t["role"] == "victim"], people)
    assert "roles" not in refused(victims, audience="agency", columns=["role", "district"])


# What stands in it


@attack
@pytest.mark.parametrize("offence", ["Unlawful assembly", "Blasphemy", "Religious extremism"])
def test_belief_speech_and_assembly_get_no_map_for_anybody(
    case: ilp.Case, tmp_path: Path, offence: str
) -> None:
    material = with_rows(case, tmp_path, lambda t: t.assign(offence=offence))
    finding = case.analyse(ilp.hotspots.gi_star, material, cell_size=500)
    for audience in ("agency", "public"):
        assert "sensitive_offences" in refused(finding, audience=audience)


@attack
def test_a_few_rows_of_assembly_in_a_map_of_all_are_found(case: ilp.Case, tmp_path: Path) -> None:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[:4, "offence"] = "Unlawful assembly"
        return table

    material = with_rows(case, tmp_path, change)
    assert "sensitive_offences" in refused(case.analyse(ilp.hotspots.count, material, cell_size=1000))
    rest = case.analyse(
        lambda t: t[ilp.disclosure.finest_place(t, policy=case.policy) == "cell"], material
    )  # the line that the refusal names
    assert "sensitive_offences" not in refused(case.analyse(ilp.hotspots.count, rest, cell_size=1000))


@attack
def test_domestic_violence_is_never_finer_than_a_district(case: ilp.Case, tmp_path: Path) -> None:
    material = with_rows(case, tmp_path, lambda t: t.assign(offence="Domestic violence"))
    fine = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    assert "sensitive_offences" in refused(fine, audience="agency")
    layer = districts().to_crs(material.table.crs)
    coarse = case.analyse(ilp.hotspots.count_by_area, material, layer)
    assert "sensitive_offences" not in refused(coarse)


@attack
def test_cells_named_as_districts_are_counted_as_cells(case: ilp.Case, tmp_path: Path) -> None:
    material = with_rows(case, tmp_path, lambda t: t.assign(offence="Domestic violence"))
    grid = ilp.grids.square_grid(material.table, cell_size=100).rename(columns={"cell_id": "area"})
    assert "sensitive_offences" in refused(case.analyse(ilp.hotspots.count_by_area, material, grid))


@attack
@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("title", "Burglaries of Asan Bekov uulu, +996 555 123 456"),
        ("source", "Call the officer at asan@example.org"),
        ("statement", "The man with passport AN1234567 lives at the hot spot."),
    ],
)
def test_persons_in_the_words_of_the_author_are_found(
    case: ilp.Case, material: ilp.Material, where: str, text: str
) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    assert "free_text" in refused(finding, **{where: text, "confidence": "moderate"})


@legitimate
@pytest.mark.parametrize(
    "text",
    ["Burglary in Kelovar, 2025", "Кражи из квартир, Келовар, 2025 год", "Theft around the bazaar at night"],
)
def test_plain_titles_pass(case: ilp.Case, material: ilp.Material, text: str) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    assert not {"free_text", "language"} & refused(finding, title=text)


@attack
def test_likelihood_and_confidence_do_not_share_a_sentence(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    text = "We judge with high confidence that burglary will likely rise."
    assert "language" in refused(finding, statement=text, confidence="high")


@attack
def test_statistics_of_cells_never_become_public(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, burglary(case, material), cell_size=500)
    seen = preview(finding, audience="public", columns=["gi_z", "p_value"])
    assert not {"gi_z", "p_value", "q_value"} & set(seen.tables["cells"].columns)


@attack
def test_a_whole_number_of_a_function_of_ones_own_may_be_a_count(
    case: ilp.Case, material: ilp.Material
) -> None:
    finding = case.analyse(lambda t: t.groupby("offence").size().rename("victims").reset_index(), material)
    assert "small_counts" in refused(finding, columns=["offence", "victims"])


@attack
def test_the_second_of_two_periods_does_not_give_away_the_week_between(
    case: ilp.Case, tmp_path: Path
) -> None:
    """The year less its last days, then the year: what lies between is three incidents."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        early = pd.to_datetime(table["occurred from"]) < "2025-12-20"
        late = table[~early].head(3)
        return pd.concat([table[early], late], ignore_index=True)

    material = with_rows(case, tmp_path, change)
    before = case.analyse(
        lambda t: t[t["occurred_from"] < pd.Timestamp("2025-12-20", tz="Indian/Maldives")], material
    )
    release(
        case.analyse(ilp.hotspots.count, before, cell_size=2000),
        tmp_path / "one",
        audience="public",
        author="a",
    )
    seen = preview(case.analyse(ilp.hotspots.count, material, cell_size=2000), audience="public")
    if not seen.would_leave:
        assert {check.id for check in checks.failures(seen.checks)} == {"small_counts"}
        return
    first = pd.read_csv(tmp_path / "one" / "tables" / "cells.csv").set_index("cell_id")["n"]
    second = seen.tables["cells"].set_index("cell_id")["n"]
    difference = (second.astype("Float64") - first.reindex(second.index)).dropna()
    assert not difference.between(1, 4).any()


@attack
def test_two_audiences_that_pool_what_they_have_learn_no_more(
    case: ilp.Case, material: ilp.Material, tmp_path: Path
) -> None:
    theft = case.analyse(lambda t: t[t["offence"] == "Theft"], material)
    release(
        case.analyse(ilp.hotspots.count, material, cell_size=1500),
        tmp_path / "one",
        audience="partners",
        author="a",
    )
    seen = preview(case.analyse(ilp.hotspots.count, theft, cell_size=1500), audience="public")
    if seen.would_leave:
        whole = pd.read_csv(tmp_path / "one" / "tables" / "cells.csv").set_index("cell_id")["n"]
        part = seen.tables["cells"].set_index("cell_id")["n"]
        rest = (whole.reindex(part.index) - part.astype("Float64")).dropna()
        assert not rest.between(1, 4).any()


# How it leaves


@attack
def test_a_folder_with_something_else_in_it_is_not_replaced(
    case: ilp.Case, material: ilp.Material, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("mine", encoding="utf-8")
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    with pytest.raises(FileError):
        release(finding, tmp_path / "out", audience="public", author="a")
    assert (tmp_path / "out" / "diary.txt").read_text(encoding="utf-8") == "mine"


@attack
def test_a_policy_loosened_by_hand_in_the_folder_shows_in_the_log(
    case: ilp.Case, register: Path, tmp_path: Path
) -> None:
    policy = case.folder / "policy.toml"
    policy.write_text("[cells]\nminimum_count = 3\n", encoding="utf-8")
    before = len(case.audit.entries())
    again = ilp.open_case(case.folder, key_folder=tmp_path / "keys")
    assert [entry.event for entry in again.audit.entries()[before:]] == ["alteration"]


@attack
def test_an_audience_named_after_a_person_is_none(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    with pytest.raises(InputError):
        preview(finding, audience="my cousin")


@attack
def test_if_the_record_cannot_be_kept_nothing_leaves(
    case: ilp.Case, material: ilp.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)

    def full(*_args: Any, **_fields: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(case, "remember", full)
    with pytest.raises(OSError, match="No space"):
        release(finding, tmp_path / "out", audience="agency", author="a")
    assert not (tmp_path / "out").exists()


@attack
def test_a_crash_while_writing_leaves_nothing(
    case: ilp.Case, material: ilp.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ilp_toolkit.dissemination.product import pdf

    def crash(_product: Any) -> bytes:
        raise MemoryError

    monkeypatch.setattr(pdf, "render", crash)
    finding = case.analyse(ilp.hotspots.count, material, cell_size=1000)
    with pytest.raises(MemoryError):
        release(finding, tmp_path / "out", audience="agency", author="a")
    assert {path.name for path in tmp_path.iterdir()} == {"case", "keys"}


@attack
def test_points_moved_in_two_ways_do_not_both_leave(
    case: ilp.Case, material: ilp.Material, tmp_path: Path
) -> None:
    finding = case.analyse(ilp.near_repeat.chains, burglary(case, material), distance=100, duration="7D")
    release(finding, tmp_path / "one", audience="public", author="a", mask="donut")
    assert "columns" in refused(finding, mask="grid")
    assert not refused(finding, mask="donut")


@attack
def test_the_same_points_moved_again_stand_where_they_stood(case: ilp.Case, material: ilp.Material) -> None:
    finding = case.analyse(ilp.near_repeat.chains, burglary(case, material), distance=100, duration="7D")
    one, two = (preview(finding, audience="public", mask="donut").tables["records"] for _ in range(2))
    assert np.allclose(one.geometry.x, two.geometry.x, equal_nan=True)
    part = case.analyse(lambda t: t.head(50), finding)
    assert part.function != finding.function, "another function, so its columns are named by the author"


@attack
def test_a_forecast_in_other_words_still_needs_its_tests(case: ilp.Case, material: ilp.Material) -> None:
    ranked = case.analyse(ilp.forecasts.retrospective_kde, burglary(case, material), cell_size=500)
    renamed = case.analyse(lambda t: t.rename(columns={"risk": "priority"})[["cell_id", "priority"]], ranked)
    assert "bias" in refused(renamed, audience="agency", columns=["cell_id", "priority"])


@attack
def test_the_tests_of_one_ranking_do_not_cover_another(case: ilp.Case, material: ilp.Material) -> None:
    incidents = burglary(case, material)
    one, two = (
        case.analyse(ilp.forecasts.retrospective_kde, incidents, cell_size=size) for size in (500, 750)
    )
    layer = districts().to_crs(material.table.crs)
    people = pd.Series(1000.0, index=layer["area"])
    audit = ilp.bias.audit(incidents.table, one.table, districts=layer, population=people)
    assert audit.passed
    assert "bias" in refused(two, audience="agency", bias_audit=audit)
    assert "bias" not in refused(one, audience="agency", bias_audit=audit)


@attack
def test_a_hidden_hour_does_not_follow_from_full_weekdays(case: ilp.Case, tmp_path: Path) -> None:
    """Both tables count the same incidents: seven full weekdays less the other hours would be the hidden one."""
    rng = np.random.default_rng(2)

    def change(table: pd.DataFrame) -> pd.DataFrame:
        hour = np.where(np.arange(len(table)) < 2, 4, rng.integers(6, 24, len(table)))
        day = pd.Timestamp("2025-01-06") + pd.to_timedelta(np.arange(len(table)) % 350, unit="D")
        moment = (day + pd.to_timedelta(hour, unit="h")).strftime("%Y-%m-%d %H:%M")
        return table.assign(**{"occurred from": moment, "occurred to": moment})

    material = with_rows(case, tmp_path, change)
    seen = preview(case.analyse(ilp.patterns.time_profile, material), audience="public")
    if seen.would_leave:
        hours, days = seen.tables["hours"]["n"], seen.tables["weekdays"]["n"]
        assert hours.isna().sum() >= 2 or days.isna().any()
