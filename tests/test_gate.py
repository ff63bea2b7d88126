"""The one door out: what it writes, what it refuses, and what it leaves behind when it refuses."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from ilp_toolkit.dissemination import gate
from ilp_toolkit.dissemination.payload import Canaries
from ilp_toolkit.dissemination.product.blocks import Figure, Heading, Paragraph, Product
from ilp_toolkit.errors import DisclosureError, FileError

NOTHING = Canaries()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def product(text: str = "Theft is recorded on Fridays.") -> Product:
    cells = gpd.GeoDataFrame(
        {"cell": [1, 2], "n": pd.array([7, None], dtype="Int64")},
        geometry=[box(0, 0, 200, 200), box(200, 0, 400, 200)], crs=32642,
    )  # fmt: skip
    return Product(
        title="Theft in Kelovar", subtitle="2024", number="PP-1", language="en", created=dt.date(2026, 11, 23),
        marking="DRAFT", blocks=(Heading("When"), Paragraph(text), Figure("when", "Fridays", SVG, PNG)),
        tables={"cells": cells, "months": pd.DataFrame({"month": ["2024-01"], "n": [9]})},
        record={"input": {"file": "a.csv"}}, readme="What lies where\n",
    )  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


EXPECTED = {
    "profile.html", "profile.pdf", "README.txt", "manifest.json", "figures/when.svg", "figures/when.png",
    "tables/cells.csv", "tables/cells.gpkg", "tables/months.csv",
}  # fmt: skip


def test_a_product_is_a_folder_with_page_paper_tables_figures_and_manifest(tmp_path: Path) -> None:
    out = gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    assert names(out) == EXPECTED
    assert names(tmp_path) == {f"out/{name}" for name in EXPECTED}


def test_the_manifest_lists_every_other_file_with_its_hash(tmp_path: Path) -> None:
    out = gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    listed = {file["file"]: file["sha256"] for file in manifest["files"]}
    assert set(listed) == EXPECTED - {"manifest.json"}
    for name, digest in listed.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert manifest["format"] == gate.FORMAT
    assert manifest["status"] == "draft"
    assert manifest["input"] == {"file": "a.csv"}


def test_the_same_product_gives_the_same_bytes(tmp_path: Path) -> None:
    one = gate.publish_draft(product(), tmp_path / "one", canaries=NOTHING)
    two = gate.publish_draft(product(), tmp_path / "two", canaries=NOTHING)
    for name in EXPECTED:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_a_product_replaces_the_one_that_was_there(tmp_path: Path) -> None:
    gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    gate.publish_draft(product("Now on Mondays."), tmp_path / "out", canaries=NOTHING)
    assert "Now on Mondays" in (tmp_path / "out" / "profile.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_and_missing_parents_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    gate.publish_draft(product(), tmp_path / "a" / "b" / "c", canaries=NOTHING)
    assert names(tmp_path / "a" / "b" / "c") == EXPECTED


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="Name a new folder"):
        gate.publish_draft(product(), tmp_path, canaries=NOTHING)
    assert names(tmp_path) == {"notes.txt"}


def test_notes_that_somebody_put_into_a_product_are_not_lost(tmp_path: Path) -> None:
    out = gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    (out / "my notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="my notes"):
        gate.publish_draft(product(), out, canaries=NOTHING)
    assert (out / "my notes.txt").exists()


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"format": "datapackage"}', "\x00"])
def test_another_programs_manifest_is_not_taken_for_ours(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(FileError):
        gate.publish_draft(product(), tmp_path, canaries=NOTHING)


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="is a file"):
        gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)


def test_a_leak_leaves_nothing_behind_and_the_old_product_in_its_place(tmp_path: Path) -> None:
    out = gate.publish_draft(product(), tmp_path / "out", canaries=NOTHING)
    before = {name: (out / name).read_bytes() for name in names(out)}
    watch = Canaries(identifiers=frozenset({"KUSP-2024-17"}))
    with pytest.raises(DisclosureError, match="incident number") as refused:
        gate.publish_draft(product("Case KUSP-2024-17."), out, canaries=watch)
    assert "KUSP" not in str(refused.value)
    assert {name: (out / name).read_bytes() for name in names(out)} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_secret_in_the_manifest_is_found_too(tmp_path: Path) -> None:
    made = product()
    made.record["input"]["file"] = "KUSP-2024-17.csv"
    with pytest.raises(DisclosureError, match=r"manifest\.json"):
        gate.publish_draft(made, tmp_path / "out", canaries=Canaries(set_aside=frozenset({"kusp-2024-17"})))
    assert not list(tmp_path.iterdir())


def test_a_fault_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    made = product()
    made.tables["broken"] = "no table"  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        gate.publish_draft(made, tmp_path / "out", canaries=NOTHING)
    assert not list(tmp_path.iterdir())


def test_a_sentence_with_likelihood_and_confidence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="Make two of it"):
        gate.publish_draft(
            product("We have high confidence that it is very likely."), tmp_path / "out", canaries=NOTHING
        )


def test_the_moment_of_a_product_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert gate.now() == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)


def test_the_record_of_an_input_names_the_file_without_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n")
    assert gate.input_record(tmp_path / "a.csv") == {
        "file": "a.csv", "bytes": 4, "sha256": hashlib.sha256(b"a,b\n").hexdigest(),
    }  # fmt: skip


def test_spreadsheets_see_cyrillic_in_the_tables(tmp_path: Path) -> None:
    made = product()
    made.tables["areas"] = pd.DataFrame({"area": ["Северный"]})
    out = gate.publish_draft(made, tmp_path / "out", canaries=NOTHING)
    assert (out / "tables" / "areas.csv").read_bytes().startswith(b"\xef\xbb\xbf")
