"""`ilp submit`: the same file as from the notebook, for who prefers a command."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_course import MODULE, build
from typer.testing import CliRunner, Result

from ilp_toolkit import i18n
from ilp_toolkit.cli.app import app
from ilp_toolkit.learning import submission
from ilp_toolkit.learning.answers import AnswerBook
from ilp_toolkit.learning.cards import Card, write_card


@pytest.fixture(autouse=True)
def speaking() -> Iterator[None]:
    with i18n.language("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a module's folder with one answer of a learner with a card; the current folder is the checkout."""
    made = build(tmp_path / "notebooks" / "course")
    answers = made.parents[1] / "answers"
    write_card(answers, Card("kg-014", "ABCD2345"))
    AnswerBook(answers / f"kg-014.{MODULE}.json").put("q1", "b")
    later = dt.datetime.now().timestamp() + 60
    os.utime(made / "exam.ipynb", (later, later))
    monkeypatch.chdir(tmp_path)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["submit", *words])


def test_it_finds_the_module_says_what_is_missing_and_gives_file_and_receipt(folder: Path) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    made = folder.parents[1] / "answers" / f"kg-014_{MODULE}_1.ilpsub"
    parts = submission.read(made)
    assert "Answered: 1 of 4." in done.output
    assert "Not answered: q2, q3, w1." in done.output
    assert f"Hand over this file: {made}" in done.output
    assert parts.receipt in done.output
    assert parts.notebook == (folder / "exam.ipynb").read_bytes()


def test_a_copy_goes_to_a_stick_and_the_file_stays(folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    done = run(MODULE, "--to", str(stick))
    assert done.exit_code == 0, done.output
    copy = stick / f"kg-014_{MODULE}_1.ilpsub"
    assert copy.read_bytes() == (folder.parents[1] / "answers" / copy.name).read_bytes()
    assert str(copy) in done.output


def test_a_stick_that_has_the_file_already_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    taken = stick / f"kg-014_{MODULE}_1.ilpsub"
    taken.write_bytes(b"of another computer")
    done = run("--to", str(stick))
    assert "not overwritten" in str(done.exception)
    assert taken.read_bytes() == b"of another computer"
    assert (folder.parents[1] / "answers" / taken.name).is_file()


def test_it_works_inside_the_modules_folder_and_speaks_its_language(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(build(folder.parents[1] / "other" / "course", "ru"))
    monkeypatch.setenv("ILP_COURSE_ANSWERS", str(folder.parents[1] / "answers"))
    assert "Отвечено: 1 из 4." in run().output


@pytest.mark.parametrize(
    ("words", "told"),
    [(("77_nothing",), f"Modules found: {MODULE}"), ((MODULE, "--lang", "xx"), "xx")],
)  # fmt: skip
def test_a_wrong_word_ends_in_a_sentence(words: tuple[str, ...], told: str, folder: Path) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert told in done.output + str(done.exception)


def test_without_answers_or_a_card_it_says_what_to_do_first(folder: Path) -> None:
    shutil.rmtree(folder.parents[1] / "answers")
    assert "No answered exam" in str(run().exception)
    assert "course card" in str(run(MODULE).exception)


def test_an_unsaved_notebook_is_said_and_stops_it_only_where_code_counts(folder: Path) -> None:
    os.utime(folder / "exam.ipynb", (1_700_000_000,) * 2)
    done = run()
    assert done.exit_code == 0
    assert "older than your last answer" in done.output
    items = folder / "items.json"
    text = items.read_text(encoding="utf-8").replace(
        '"id": "p8", "part": "lab"', '"id": "q8", "part": "exam"'
    )
    items.write_text(text, encoding="utf-8")
    assert "Ctrl+S" in str(run().exception)
    assert run("--as-it-is").exit_code == 0
    assert len(list((folder.parents[1] / "answers").glob("*.ilpsub"))) == 2


def test_of_two_answered_modules_one_must_be_named(folder: Path) -> None:
    other = folder.parent / "99_other"
    shutil.copytree(folder, other)
    items = other / "items.json"
    items.write_text(items.read_text(encoding="utf-8").replace(MODULE, other.name), encoding="utf-8")
    AnswerBook(folder.parents[1] / "answers" / "kg-014.99_other.json").put("q1", "a")
    assert f"{MODULE}, 99_other" in str(run().exception)
    assert run("99_other").exit_code == 0
