"""A problem profile from a case: the same gate, the same records, parts left out by name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
from attacks.test_legitimate import collect, events, new_case
from test_profile import SVG

import ilp_toolkit as ilp
from ilp_toolkit.cli import main
from ilp_toolkit.dissemination.product import profile_shares, profile_where
from ilp_toolkit.dissemination.product.profile_facts import Request
from ilp_toolkit.dissemination.product.profile_prepared import PARTS, prepare
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.dissemination.release_profile import release_profile
from ilp_toolkit.errors import InputError
from ilp_toolkit.views import charts

LESS = frozenset(PARTS) - {"cells"}


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pictures blank and draw chance a few times, where the way out is looked at and not the product."""
    monkeypatch.setattr(charts, "to_svg", lambda axes: SVG)
    monkeypatch.setattr(charts, "to_png", lambda axes: b"")
    monkeypatch.setattr(profile_where, "_DRAWS", 9)
    monkeypatch.setattr(profile_shares, "SAMPLES", 19)


@pytest.fixture
def case(tmp_path: Path) -> ilp.Case:
    return new_case(tmp_path)


@pytest.fixture
def material(case: ilp.Case, tmp_path: Path) -> ilp.Material:
    path = tmp_path / "register.csv"
    events(300).to_csv(path, index=False)
    return collect(case, path)


@pytest.mark.legitimate
def test_the_own_agency_gets_the_whole_profile(
    case: ilp.Case, material: ilp.Material, tmp_path: Path
) -> None:
    out = release_profile(material, tmp_path / "out", audience="agency", author="analyst-07")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "released"
    assert manifest["case"] == case.id
    page = (out / "profile.html").read_text(encoding="utf-8")
    assert "DRAFT" not in page
    assert "DRAFT" not in (out / "README.txt").read_text(encoding="utf-8")
    assert case.audit.entries()[-1].event == "release"
    assert not case.audit.verify()


@pytest.mark.usefixtures("blank")
@pytest.mark.legitimate
def test_a_public_profile_is_remembered_with_every_figure(
    case: ilp.Case, material: ilp.Material, tmp_path: Path
) -> None:
    request = Request(cell_size=500, without=LESS)
    out = release_profile(material, tmp_path / "out", audience="public", author="analyst-07", request=request)
    cells = pd.read_csv(out / "tables" / "cells.csv")
    remembered = case.recall("publication")[-1]["statements"]
    assert len(remembered) == len(cells) + 1
    shown = [statement["value"] for statement in remembered[1:]]
    assert [None if pd.isna(n) else int(n) for n in cells["n"]] == shown


@pytest.mark.usefixtures("blank")
@pytest.mark.attack
def test_a_profile_for_a_wider_audience_than_its_marking_is_refused(case: ilp.Case, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    events(300).to_csv(path, index=False)
    theirs = case.collect(path, quality="x", handling="4x4:H2", originator="XB", timezone="Indian/Maldives")
    with pytest.raises(ReleaseError) as caught:
        release_profile(theirs, tmp_path / "out", audience="public", author="analyst-07")
    assert "originator_consent" in {check.id for check in caught.value.checks}
    assert not (tmp_path / "out").exists()
    assert case.audit.entries()[-1].event == "refusal"


@pytest.mark.usefixtures("blank")
@pytest.mark.parametrize("first", [0, 1])
def test_a_part_that_is_left_out_is_in_no_table_and_the_others_are(
    material: ilp.Material, case: ilp.Case, first: int
) -> None:
    without = frozenset(list(PARTS)[first::2])
    made = prepare(material.intake, policy=case.policy, request=Request(without=without)).tables()
    assert not without & set(made)
    whole = {"hours", "weekdays", "offences", "months", "cells"}
    assert whole - without <= set(made)


@pytest.mark.usefixtures("blank")
def test_a_part_that_nobody_knows_is_an_error(material: ilp.Material, case: ilp.Case) -> None:
    with pytest.raises(InputError, match="no part"):
        prepare(material.intake, policy=case.policy, request=Request(without=frozenset({"maps"})))


@pytest.mark.usefixtures("blank")
def test_the_command_takes_a_file_through_the_gate_of_a_case(
    case: ilp.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "register.csv", tmp_path / "out"
    events(300).to_csv(path, index=False)
    words = ["ilp", "profile", str(path), "--out", str(out), "--timezone", "Indian/Maldives", "--quiet", "--case", str(case.folder), "--keys", str(tmp_path / "keys"),
             "--audience", "agency", "--handling", "internal", "--quality", "register extract"]  # fmt: skip
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["status"] == "released"


@pytest.mark.usefixtures("blank")
def test_the_command_says_what_would_mend_a_refusal(
    case: ilp.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "register.csv"
    events(300).to_csv(path, index=False)
    words = ["ilp", "profile", str(path), "--out", str(tmp_path / "out"), "--timezone", "Indian/Maldives", "--quiet", "--case", str(case.folder),
             "--keys", str(tmp_path / "keys"), "--audience", "public", "--quality", "register extract"]  # fmt: skip
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert 'handling="internal"' in told
    assert "Traceback" not in told
