"""The file that is handed in, as an honest learner makes it."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilp_toolkit.errors import FileError
from ilp_toolkit.learning import submission

HEAD: dict[str, Any] = {
    "module": "03_rights", "language": "ru", "learner": "kg-014", "card_code": "ABCD2345", "attempt": 1,
    "toolkit": "0.1.0", "build": "0" * 40, "items": ["p1", "q1", "q3", "w1"],
    "made": {"local": "2026-11-26T14:03:00", "offset": 300, "counter": 1},
}  # fmt: skip
BOOK: dict[str, Any] = {
    "answers": {"q1": "b", "q3": {"$": "date", "v": "2026-11-26"}, "w1": "Отказываю: нет решения суда."},
    "tries": {"p1": 2},
    "hints": {"p1": 1},
    "times": {"q1": "2026-11-26T14:00:00+05:00"},
}
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def test_what_was_answered_is_what_is_read(tmp_path: Path) -> None:
    path, made = submission.write(tmp_path, HEAD, BOOK, NOTEBOOK)
    read = submission.read(path)
    assert read == made
    assert {part: getattr(read, part) for part in BOOK} == BOOK
    assert read.notebook == NOTEBOOK
    assert path.name == read.name == "kg-014_03_rights_1.ilpsub"
    assert read.manifest.made.offset == 300


def test_the_archive_holds_three_parts_of_ascii_names_and_their_hashes(tmp_path: Path) -> None:
    path, _made = submission.write(tmp_path, HEAD, BOOK, NOTEBOOK)
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["answers.json", "exam.ipynb", "manifest.json"]
        manifest = json.loads(archive.read("manifest.json"))
        for name, digest in manifest["parts"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        raw = archive.read("manifest.json")
    expected = base64.b32encode(hashlib.sha256(raw).digest()).decode()[:10]
    assert submission.read(path).receipt == expected
    assert manifest["variant"] == int(hashlib.sha256(b"ABCD2345|03_rights").hexdigest(), 16) % 8


def test_the_same_answers_give_the_same_file_and_another_answer_another_receipt(tmp_path: Path) -> None:
    one, first = submission.write(tmp_path / "a", HEAD, BOOK, NOTEBOOK)
    two, second = submission.write(tmp_path / "b", HEAD, BOOK, NOTEBOOK)
    assert one.read_bytes() == two.read_bytes()
    changed = {**BOOK, "answers": {**BOOK["answers"], "q1": "a"}}
    _three, third = submission.write(tmp_path / "c", HEAD, changed, NOTEBOOK)
    assert first.receipt == second.receipt != third.receipt


def test_a_module_without_an_exam_notebook_is_handed_in_as_well(tmp_path: Path) -> None:
    path, made = submission.write(tmp_path, HEAD, BOOK, None)
    assert made.notebook is None
    assert set(submission.read(path).manifest.parts) == {"answers.json"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path, _made = submission.write(tmp_path, HEAD, BOOK, NOTEBOOK)
    before = path.read_bytes()
    with pytest.raises(FileError, match="not overwritten"):
        submission.write(tmp_path, HEAD, {**BOOK, "answers": {"q1": "a"}}, NOTEBOOK)
    assert path.read_bytes() == before


def test_a_full_disk_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def full(path: Path, *words: Any, **more: Any) -> Any:
        if path.suffix == ".ilpsub":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *words, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(FileError, match="disk full"):
        submission.write(tmp_path, HEAD, BOOK, NOTEBOOK)


def test_an_answer_to_nothing_that_was_asked_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="q9"):
        submission.write(tmp_path, HEAD, {"answers": {"q9": 1}}, NOTEBOOK)
    assert not list(tmp_path.iterdir())


def test_a_notebook_with_a_large_picture_goes_through(tmp_path: Path) -> None:
    import os

    picture = base64.b64encode(os.urandom(3_000_000))
    path, made = submission.write(tmp_path, HEAD, BOOK, NOTEBOOK + picture)
    assert submission.read(path) == made


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.dictionaries(st.sampled_from(["q1", "q3", "w1"]), JSON))
def test_any_json_answer_survives_the_journey(answers: dict[str, Any], tmp_path_factory: Any) -> None:
    path, _made = submission.write(tmp_path_factory.mktemp("any"), HEAD, {"answers": answers}, NOTEBOOK)
    assert submission.read(path).answers == answers
