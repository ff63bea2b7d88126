"""The gate as an analyst meets it: what leaves, what is refused and how it is mended, what is recorded."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks, columns
from ilp_toolkit.dissemination.release import Preview, ReleaseError, preview, release
from ilp_toolkit.errors import InputError

NOW = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def events(n: int = 400, seed: int = 5) -> pd.DataFrame:
    """Invent burglaries and thefts around two places of a small town, over a year."""
    rng = np.random.default_rng(seed)
    centre = np.array([[67.250, -35.330], [67.262, -35.322]])[rng.integers(0, 2, n)]
    place = centre + rng.normal(0, 0.006, (n, 2))
    moment = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 24 * 60, n), unit="min")
    return pd.DataFrame(
        {
            "incident number": [f"KLV-{i:05d}" for i in range(n)],
            "offence": rng.choice(["Residential burglary", "Theft"], n, p=[0.7, 0.3]),
            "date and time": moment.strftime("%Y-%m-%d %H:%M"),
            "longitude": place[:, 0].round(6),
            "latitude": place[:, 1].round(6),
            "victim name": [f"Velkopil Arshumet {i}" for i in range(n)],
        }
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def case(tmp_path: Path, clock: Clock) -> ilp.Case:
    return ilp.Case(
        "Burglary, Kelovar", folder=tmp_path / "case", purpose="tasking", owner="analyst-07", clock=clock,
        legal_basis="Police Act (invented), s. 12", key_folder=tmp_path / "keys",
    )  # fmt: skip


def collected(
    case: ilp.Case, tmp_path: Path, table: pd.DataFrame | None = None, **rules: Any
) -> ilp.Material:
    path = tmp_path / "register.csv"
    (events() if table is None else table).to_csv(path, index=False)
    how = {"quality": "invented register, to the address", "handling": "internal"} | rules
    return case.collect(path, timezone="Indian/Maldives", **how)


@pytest.fixture
def hot(case: ilp.Case, tmp_path: Path) -> ilp.Finding:
    return case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=500)


def refused(finding: ilp.Finding, tmp_path: Path, **wishes: Any) -> dict[str, checks.Check]:
    """Try to release, and return what refused it; nothing may be left behind."""
    before = set(tmp_path.iterdir())
    asked = {"audience": "public", "author": "analyst-07"} | wishes
    with pytest.raises(ReleaseError) as caught:
        release(finding, tmp_path / "out", **asked)
    assert set(tmp_path.iterdir()) == before
    return {check.id: check for check in caught.value.checks}


def texts_of(folder: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".csv", ".json", ".txt", ".svg"}
    )


@pytest.mark.legitimate
def test_hot_spots_of_an_internal_register_may_be_public(hot: ilp.Finding, tmp_path: Path) -> None:
    out = release(hot, tmp_path / "out", audience="public", author="analyst-07")
    assert {path.name for path in out.iterdir()} == {
        "finding.html", "finding.pdf", "README.txt", "manifest.json", "figures", "tables",
    }  # fmt: skip
    cells = pd.read_csv(out / "tables" / "cells.csv")
    assert list(cells.columns) == ["cell_id", "n", "spot"]
    assert not cells["n"].between(1, 4).any()
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "released"
    assert manifest["audience"] == "public"
    statuses = {check["id"]: check["status"] for check in manifest["gate"]}
    assert set(statuses) == set(checks.RULES) - {"payload"}
    assert not {"failed", "exempted"} & set(statuses.values())


@pytest.mark.attack
def test_no_name_number_or_exact_point_of_the_register_is_in_any_file(
    hot: ilp.Finding, tmp_path: Path
) -> None:
    out = release(hot, tmp_path / "out", audience="public", author="analyst-07")
    text = texts_of(out)
    assert "Velkopil" not in text
    assert "KLV-" not in text
    point = events().iloc[0]
    assert str(point["longitude"]) not in text


def test_the_release_is_in_the_audit_log_and_its_root_on_the_product(
    case: ilp.Case, hot: ilp.Finding, tmp_path: Path
) -> None:
    before = case.audit.root()
    out = release(hot, tmp_path / "out", audience="public", author="analyst-07")
    assert before in (out / "finding.html").read_text(encoding="utf-8")
    last = case.audit.entries()[-1]
    assert (last.event, last.subject) == ("release", hot.id)
    assert not case.audit.verify()
    assert case.recall("release")[-1]["audience"] == "public"


def test_a_refusal_leaves_nothing_and_names_what_would_mend_it(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=60)
    found = refused(finding, tmp_path)
    assert found["places"].fix == "case.analyse(…, cell_size=100)"
    assert case.audit.entries()[-1].event == "refusal"


def test_all_refusals_are_told_at_once(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(
        ilp.hotspots.gi_star, collected(case, tmp_path, handling="4x4:H2", originator="XB"), cell_size=60
    )
    assert {"places", "audience", "originator_consent"} <= set(refused(finding, tmp_path))


@pytest.mark.attack
def test_a_table_without_a_case_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="case governs"):
        release(pd.DataFrame({"n": [1]}), tmp_path / "out", audience="public", author="a")  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


@pytest.mark.attack
def test_what_came_in_past_the_case_does_not_leave(case: ilp.Case, tmp_path: Path) -> None:
    loose = ilp.read_incidents(events(), timezone="Indian/Maldives").table
    finding = case.analyse(ilp.hotspots.gi_star, loose, cell_size=500)
    assert "governed" in refused(finding, tmp_path)


@pytest.mark.attack
def test_single_records_do_not_become_public(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.near_repeat.chains, collected(case, tmp_path), distance=100, duration="7D")
    assert "columns" in refused(finding, tmp_path)


@pytest.mark.legitimate
def test_the_own_agency_sees_single_records_and_small_counts(case: ilp.Case, tmp_path: Path) -> None:
    material = collected(case, tmp_path)
    chains = case.analyse(ilp.near_repeat.chains, material, distance=100, duration="7D")
    out = release(chains, tmp_path / "chains", audience="agency", author="analyst-07")
    assert "Velkopil" not in texts_of(out)
    counts = case.analyse(ilp.hotspots.count, material, cell_size=500)
    out = release(counts, tmp_path / "counts", audience="agency", author="analyst-07")
    assert pd.read_csv(out / "tables" / "cells.csv")["n"].between(1, 4).any()


@pytest.mark.attack
def test_the_wider_audience_needs_the_originators_consent(case: ilp.Case, tmp_path: Path) -> None:
    material = collected(case, tmp_path, handling="4x4:H2", originator="XB")
    finding = case.analyse(ilp.hotspots.gi_star, material, cell_size=500)
    found = refused(finding, tmp_path, audience="law_enforcement")
    assert "XB" in found["originator_consent"].fix


@pytest.mark.legitimate
def test_with_consent_it_leaves_and_the_claim_is_kept(case: ilp.Case, tmp_path: Path) -> None:
    material = collected(case, tmp_path, handling="4x4:H2", originator="XB")
    finding = case.analyse(ilp.hotspots.gi_star, material, cell_size=500)
    out = release(
        finding,
        tmp_path / "out",
        audience="law_enforcement",
        author="analyst-07",
        consent={"XB": "letter 12/3"},
    )
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    evidence = {check["id"]: check["evidence"] for check in manifest["gate"]}
    assert "letter 12/3" in evidence["originator_consent"]


@pytest.mark.attack
def test_expired_information_does_not_leave(
    case: ilp.Case, clock: Clock, hot: ilp.Finding, tmp_path: Path
) -> None:
    clock.now = NOW + dt.timedelta(days=366 * 6)
    assert "retention" in refused(hot, tmp_path)


@pytest.mark.attack
def test_a_purpose_that_the_case_does_not_have_is_refused(hot: ilp.Finding, tmp_path: Path) -> None:
    assert "purpose" in refused(hot, tmp_path, purpose="press work")


@pytest.mark.attack
def test_a_forecast_needs_the_tests_of_reporting_bias(case: ilp.Case, tmp_path: Path) -> None:
    table = events().assign(origin="reported")
    material = collected(case, tmp_path, table)
    finding = case.analyse(ilp.forecasts.retrospective_kde, material, cell_size=500)
    assert "bias_audit" in refused(finding, tmp_path, audience="agency")["bias"].fix


@pytest.mark.attack
def test_exceptions_are_never_made_for_the_public(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=60)
    found = refused(finding, tmp_path, exceptions={"places": "urgent"}, second_person="chief-02")
    assert "places" in found


@pytest.mark.attack
def test_an_exception_needs_somebody_else(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=60)
    wishes = {"audience": "partners", "exceptions": {"places": "urgent"}}
    assert "four_eyes" in refused(finding, tmp_path, **wishes)
    assert "four_eyes" in refused(finding, tmp_path, **wishes, second_person="ANALYST-07")


@pytest.mark.legitimate
def test_an_exception_with_a_second_person_is_kept_as_claimed(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=90)
    out = release(
        finding, tmp_path / "out", audience="partners", author="analyst-07",
        exceptions={"places": "agreed with the housing office"}, second_person="chief-02",
    )  # fmt: skip
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    places = next(check for check in manifest["gate"] if check["id"] == "places")
    assert places["status"] == "exempted"
    assert "chief-02" in places["evidence"]
    assert "housing office" in places["evidence"]


@pytest.mark.attack
def test_a_statement_without_confidence_is_no_assessment(hot: ilp.Finding, tmp_path: Path) -> None:
    found = refused(hot, tmp_path, statement="Burglary is likely to stay where it is.")
    assert 'confidence="moderate"' in found["uncertainty"].fix


@pytest.mark.legitimate
def test_a_statement_with_confidence_leaves(hot: ilp.Finding, tmp_path: Path) -> None:
    out = release(
        hot, tmp_path / "out", audience="public", author="analyst-07", confidence="moderate",
        statement="Burglary is likely to stay where it is.",
    )  # fmt: skip
    assert "likely to stay" in (out / "finding.html").read_text(encoding="utf-8")


@pytest.mark.attack
def test_a_function_of_ones_own_needs_its_columns_named_and_no_ids_among_them(
    case: ilp.Case, tmp_path: Path
) -> None:
    material = collected(case, tmp_path)

    def by_hand(table: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(table[["incident_id", "offence"]])

    finding = case.analyse(by_hand, material)
    assert "columns" in refused(finding, tmp_path)
    assert "columns" in refused(finding, tmp_path, columns=["incident_id"])


def test_the_preview_writes_nothing_and_says_what_is_lost(
    case: ilp.Case, hot: ilp.Finding, tmp_path: Path
) -> None:
    entries = len(case.audit.entries())
    before = set(tmp_path.rglob("*"))
    seen = preview(hot, audience="public")
    assert isinstance(seen, Preview)
    assert seen.would_leave
    assert seen.loss["counts_hidden"].sum() > 0
    assert 0 < seen.loss["share_hidden"].max() < 1
    assert "gi_z" in seen.withheld
    assert set(tmp_path.rglob("*")) - before <= {tmp_path / "case" / "gate.lock"}
    assert len(case.audit.entries()) == entries


def test_preview_and_release_judge_alike(case: ilp.Case, tmp_path: Path) -> None:
    finding = case.analyse(ilp.hotspots.gi_star, collected(case, tmp_path), cell_size=90)
    seen = preview(finding, audience="public")
    assert not seen.would_leave
    assert {check.id for check in checks.failures(seen.checks)} == set(refused(finding, tmp_path))
    assert "cell_size=100" in str(seen)


def test_an_audience_that_nobody_knows_is_an_error_and_not_a_public_one(
    hot: ilp.Finding, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="none of"):
        release(hot, tmp_path / "out", audience="everyone", author="a")


def test_an_author_must_be_named(hot: ilp.Finding, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="author"):
        release(hot, tmp_path / "out", audience="public", author=" ")


@pytest.mark.attack
def test_a_second_product_does_not_give_away_what_the_first_hid(case: ilp.Case, tmp_path: Path) -> None:
    material = collected(case, tmp_path)
    burglary = case.analyse(lambda t: t[t["offence"] == "Residential burglary"], material)
    release(
        case.analyse(ilp.hotspots.count, material, cell_size=1000),
        tmp_path / "all",
        audience="public",
        author="a",
    )
    second = case.analyse(ilp.hotspots.count, burglary, cell_size=1000)
    seen = preview(second, audience="public")
    # Whatever is shown of burglary: all minus burglary is theft, and no theft cell below five may come out of it.
    whole = pd.read_csv(tmp_path / "all" / "tables" / "cells.csv").set_index("cell_id")["n"]
    if seen.would_leave:
        shown = seen.tables["cells"].set_index("cell_id")["n"]
        theft = (whole.reindex(shown.index) - shown.astype("Float64")).dropna()
        assert not theft.between(1, 4).any()


def test_every_listed_function_exists_and_every_column_list_is_sane() -> None:
    for name in columns.functions():
        module, function = name.split(".")
        known = columns.allowed(name)
        assert known is not None
        if module not in {"readers"}:
            assert callable(getattr(getattr(ilp, module), function)), name
        forbidden = {"incident_id", "occurred_from", "gi_z", "p_value", "density", "source_row"}
        if known.shape in {"cells", "areas", "segments"}:
            assert not forbidden & set(known.open or ()), name


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_product_speaks_the_language_asked_for(hot: ilp.Finding, tmp_path: Path, language: str) -> None:
    out = release(hot, tmp_path / "out", audience="public", author="analyst-07", language=language)
    page = (out / "finding.html").read_text(encoding="utf-8")
    assert ("Where it comes from" in page) == (language == "en")
