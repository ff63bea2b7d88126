"""What a case remembers of earlier figures: later extracts, other registers, files that are gone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from attacks.test_legitimate import events, new_case

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks, memory
from ilp_toolkit.dissemination.release import preview, release
from ilp_toolkit.errors import InputError


def written(tmp_path: Path, name: str, table: pd.DataFrame) -> Path:
    path = tmp_path / f"{name}.csv"
    table.to_csv(path, index=False)
    return path


def collect(case: ilp.Case, path: Path) -> ilp.Material:
    return case.collect(
        path, quality="invented", handling="internal", timezone="Indian/Maldives", name=path.stem
    )


def months(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
    return case.analyse(ilp.patterns.month_series, material, kind="fact")


def early(table: pd.DataFrame) -> pd.DataFrame:
    return table[pd.to_datetime(table["occurred from"]) < "2025-10-01"]


def refused(finding: ilp.Finding) -> list[checks.Check]:
    return checks.failures(preview(finding, audience="public").checks)


@pytest.mark.legitimate
def test_a_later_extract_of_the_same_register_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    case, table = new_case(tmp_path), events()
    first = collect(case, written(tmp_path, "first", early(table)))
    release(months(case, first), tmp_path / "one", audience="public", author="a")
    again = ilp.open_case(case.folder, key_folder=tmp_path / "keys")
    later = collect(again, written(tmp_path, "later", table))
    assert not refused(months(again, later))


@pytest.mark.legitimate
def test_another_register_with_the_same_offences_and_months_is_told_apart(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    north = collect(case, written(tmp_path, "north", events(700, seed=1)))
    other = events(700, seed=2)
    other["incident number"] = "S" + other["incident number"]
    south = collect(case, written(tmp_path, "south", other))
    release(months(case, north), tmp_path / "one", audience="public", author="a")
    assert not refused(months(case, south))
    assert not refused(months(case, north))


@pytest.mark.attack
def test_without_the_incidents_of_an_earlier_product_nothing_is_compared_and_nothing_leaves(
    tmp_path: Path,
) -> None:
    case, table = new_case(tmp_path), events()
    first = collect(case, written(tmp_path, "first", early(table)))
    release(months(case, first), tmp_path / "one", audience="public", author="a")
    again = ilp.open_case(case.folder, key_folder=tmp_path / "keys")
    other = events(500, seed=9)
    other["incident number"] = "X" + other["incident number"]
    elsewhere = collect(again, written(tmp_path, "other", other))
    found = refused(months(again, elsewhere))
    assert [check.id for check in found] == ["small_counts"]
    assert first.id in found[0].evidence
    collect(again, written(tmp_path, "first", early(table)))
    assert not refused(months(again, elsewhere))


@pytest.mark.attack
def test_numbers_that_the_reader_made_do_not_stand_for_another_files_incidents(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    bare = events(500).drop(columns="incident number")
    first = collect(case, written(tmp_path, "first", bare))
    release(months(case, first), tmp_path / "one", audience="public", author="a")
    again = ilp.open_case(case.folder, key_folder=tmp_path / "keys")
    other = collect(again, written(tmp_path, "other", events(600, seed=4).drop(columns="incident number")))
    with pytest.raises(InputError, match="not at hand"):
        memory.universe_of(again, [other], other.table)


@pytest.mark.attack
def test_what_came_in_late_is_not_told_by_the_second_extract(tmp_path: Path) -> None:
    """Three incidents of January were registered in autumn: January less January would be those three."""
    case, table = new_case(tmp_path), events()
    january = pd.to_datetime(table["occurred from"]).dt.month == 1
    late = table[january].head(3).index
    first = collect(case, written(tmp_path, "first", early(table).drop(late)))
    release(months(case, first), tmp_path / "one", audience="public", author="a")
    later = collect(case, written(tmp_path, "later", early(table)))
    seen = preview(months(case, later), audience="public")
    if seen.would_leave:
        shown = seen.tables["periods"].set_index("month")["n"]
        assert pd.isna(shown.iloc[0])
