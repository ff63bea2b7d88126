"""Attempts to keep somebody in a case after they were erased from it: by links, calls, accounts, seizures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination.release import ReleaseError, release
from ilp_toolkit.dissemination.release_links import release_links
from tests.attacks.test_people import entities, links, listings, new_case

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate
WHO = {"by": "analyst-07", "reason": "kept without a basis"}


def of_links(case: ilp.Case, **more: Any) -> ilp.Material:
    return case.collect(
        links("N"),
        reader=ilp.read_links,
        entities=entities("N"),
        quality="invented",
        handling="4x4:H0",
        **more,
    )


@attack
@pytest.mark.parametrize("record", ["N5", "n5", " N5 "])
def test_a_person_erased_from_links_is_on_no_chart_any_more(record: str, tmp_path: Path) -> None:
    case = new_case(tmp_path)
    material = of_links(case)
    first = release_links(material, tmp_path / "first", audience="agency", author="analyst-07")
    told = ilp.retention.erase(case, record, **WHO)
    assert told.materials == (material.id,)
    assert [notice.recipient for notice in told.notices] == ["agency"]
    assert len(told.rows) > 1  # the links, and the entity beside them
    with pytest.raises(ReleaseError, match="current"):
        release_links(material, tmp_path / "second", audience="agency", author="analyst-07")
    assert first.exists()
    assert not (tmp_path / "second").exists()


@attack
def test_a_file_that_brings_an_erased_person_back_is_stale_from_the_start(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    of_links(case)
    ilp.retention.erase(case, "N5", **WHO)
    table = links("N")
    again = case.collect(
        table[table["source"].eq("N5") | table.index.isin([0, 1])], reader=ilp.read_links, quality="another file",
        handling="4x4:H0",
    )  # fmt: skip
    assert case.stale(again)
    table = table[~table[["source", "target"]].eq("N5").any(axis=1)]
    without = case.collect(table, reader=ilp.read_links, quality="a third file", handling="4x4:H0")
    assert not case.stale(without)


@attack
def test_an_account_and_a_listing_can_be_erased(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    material = case.collect(
        listings(), reader=ilp.read_listings, quality="invented", handling="4x4:H0", market="Lunimet"
    )
    for column in ("vendor_id", "listing_id"):
        told = ilp.retention.erase(case, material.table[column].iloc[3], **WHO)
        assert told.materials == (material.id,)
        assert len(told.rows)


@attack
def test_a_seizure_can_be_rectified_and_what_was_made_of_it_stays(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    table = pd.DataFrame({"seizure_id": ["S-1", "S-2"], "drug": "heroin", "mass_kg": [1.0, 2.0]})
    material = case.collect(table, reader=lambda t: t, quality="invented", handling="internal")
    made = case.analyse(lambda t: t.groupby("drug")["mass_kg"].sum().reset_index(), material)
    ilp.retention.rectify(case, "S-2", **WHO)
    with pytest.raises(ReleaseError, match="current"):
        release(
            made,
            tmp_path / "out",
            audience="agency",
            author="a",
            columns=["drug", "mass_kg"],
            confidence="low",
        )


@attack
def test_keys_of_links_name_nobody_in_the_folder(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    of_links(case)
    for path in case.folder.rglob("*"):
        if path.is_file() and path.suffix != ".toml":
            assert b"Arshumet" not in path.read_bytes(), path.name
