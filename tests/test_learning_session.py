"""A learner's way through a module, without a screen: what is kept, what is told, what is never told."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from toy_course import MODULE, build, items

from ilp_toolkit import i18n, learning
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.learning import submission, telling
from ilp_toolkit.learning._marking import Marking
from ilp_toolkit.learning.answers import AnswerError
from ilp_toolkit.learning.course import Course
from ilp_toolkit.learning.items import Item
from ilp_toolkit.learning.places import find
from ilp_toolkit.views.widgets import panel, plain

NOW = dt.datetime(2026, 11, 26, 14, 3, tzinfo=dt.timezone(dt.timedelta(hours=5)))
CARD = ("kg-014", "ABCD2345")


@pytest.fixture(autouse=True)
def speaking() -> Iterator[None]:
    """Give the language back after each test: opening a course changes it."""
    with i18n.language("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "notebooks" / "course")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is told under a cell."""
    seen: list[str] = []
    monkeypatch.setattr("ilp_toolkit.learning.course.show_html", seen.append)
    monkeypatch.setattr("ilp_toolkit.learning._marking.show_html", seen.append)
    return seen


def opened(folder: Path, part: str) -> Course:
    place, pack = find(folder)
    return Course(place, pack, part, clock=lambda: NOW)


def asked(course: Course, item: str) -> Any:
    course.ask(item)
    return course._panels[item]


def shown(output: Any) -> str:
    return "".join(one["data"]["text/html"] for one in output.outputs)


def test_an_answer_is_kept_at_once_and_comes_back_after_a_restart(folder: Path) -> None:
    question = asked(opened(folder, "lesson"), "p1")
    question.field.widget.value = "b"
    kept = json.loads((folder.parents[1] / "answers" / f"guest.{MODULE}.json").read_text(encoding="utf-8"))
    assert kept["answers"] == {"p1": "b"}
    assert asked(opened(folder, "lesson"), "p1").answer() == "b"


def test_a_check_says_what_was_wrong_why_and_where_to_read(folder: Path) -> None:
    course = opened(folder, "lesson")
    question = asked(course, "p1")
    question.field.widget.value = "b"
    question.check.click()
    html = shown(question._told)
    assert "Not right yet" in html
    assert "cannot be mended later" in html
    assert 'href="#necessity">Necessity and proportionality</a>' in html
    assert course.book.tries == {"p1": 1}
    question.field.widget.value = "a"
    assert shown(question._told) == "", "an old verdict does not stand beside a new answer"
    question.check.click()
    assert "✓ Right" in shown(question._told)


def test_from_the_lab_the_link_leads_into_the_lesson(folder: Path) -> None:
    question = asked(opened(folder, "lab"), "p2")
    question.field.widget.children[2].value = True
    question.check.click()
    cell = next(
        cell["id"]
        for cell in json.loads((folder / "lesson.ipynb").read_text(encoding="utf-8"))["cells"]
        if "necessity" in "".join(cell["source"])
    )
    assert f'href="lesson.ipynb#cell-id={cell}">Necessity and proportionality<' in shown(question._told)


def test_hints_come_one_by_one_and_are_counted(folder: Path) -> None:
    course = opened(folder, "lesson")
    question = asked(course, "p1")
    assert question.hint.description == "Hint 1 of 2"
    question.hint.click()
    assert "judge" in shown(question._helped)
    assert "before the act" not in shown(question._helped)
    question.hint.click()
    assert "before the act" in shown(question._helped)
    assert question.hint.disabled
    assert course.book.hints == {"p1": 2}
    assert "before the act" in shown(asked(opened(folder, "lesson"), "p1")._helped), "they come back"


def test_the_worked_solution_opens_only_after_an_attempt(folder: Path) -> None:
    course = opened(folder, "lesson")
    question = asked(course, "p1")
    assert question.solution.disabled
    question.check.click()
    assert question.solution.disabled, "a check of nothing is no attempt"
    with pytest.raises(InputError, match="after your first attempt"):
        course.solution("p1")
    question.field.widget.value = "b"
    question.check.click()
    assert not question.solution.disabled
    question.solution.click()
    assert "the basis comes first" in shown(question._told)


def test_an_exam_question_has_no_button_and_tells_only_that_it_was_kept(folder: Path) -> None:
    course = opened(folder, "exam")
    question = asked(course, "q1")
    assert (question.check, question.hint, question.solution) == (None, None, None)
    question.field.widget.value = "a"
    assert "Kept 14:03" in question._saved.value
    assert shown(question._told) == ""
    for deed in (course.check, course.hint, course.solution):
        with pytest.raises(InputError, match="exam question"):
            deed("q1")


def test_the_released_folder_holds_no_key_of_the_exam(folder: Path) -> None:
    _place, pack = find(folder)
    for item in pack.items:
        if not item.practice:
            assert item.key() is None
            assert item.keyless
    text = (folder / "items.json").read_text(encoding="utf-8")
    assert "Retention ends" not in text
    assert "Without a basis" not in text


def test_an_order_is_shown_as_it_was_released_and_never_in_the_right_order(folder: Path) -> None:
    right = [step.id for step in next(item for item in items() if item.id == "p3").step]
    question = asked(opened(folder, "lab"), "p3")
    assert question.field.answer() is None
    from ilp_toolkit.learning import _showing

    place, pack = find(folder)
    first = [step["id"] for step in _showing.question(pack["p3"], pack, place, 0)["step"]]
    assert first != right
    keyless = pack["p3"].model_validate(pack["p3"].shown())
    again = [step["id"] for step in _showing.question(keyless, pack, place, 0)["step"]]
    assert again == first


def test_code_is_recorded_in_one_line_and_checked_against_the_key_of_practice(
    folder: Path, told: list[str]
) -> None:
    course = opened(folder, "lab")
    course.ask("p8")
    course.answer("p8", None)
    assert "has no answer yet" in told[-1]
    course.answer("p8", 5)
    assert "the number 5" in told[-1]
    assert "Not right yet" in told[-1]
    assert not course._panels["p8"].solution.disabled
    course.answer("p8", 4)
    assert "✓ Right" in told[-1]
    course.answer("p8", pd.DataFrame({"area": ["North", "South"], "n": [1, 2]}))
    assert "a table of 2 rows and 2 columns: area, n. First row: North, 1" in told[-1]


def test_what_cannot_be_recorded_ends_in_a_sentence_without_a_traceback(folder: Path) -> None:
    with pytest.raises(AnswerError, match="cannot be recorded") as refusal:
        opened(folder, "lab").answer("p8", object())
    assert len(refusal.value._render_traceback_()) == 1


def test_a_fault_behind_a_button_is_told_in_the_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = opened(folder, "lesson")
    question = asked(course, "p1")
    question.field.widget.value = "b"
    monkeypatch.setattr(course, "_told", lambda _item: 1 / 0)
    question.check.click()
    assert "fault of the course, not yours" in shown(question._told)
    monkeypatch.setattr(type(course.book), "put", lambda *_words: (_ for _ in ()).throw(OSError("disk full")))
    question.field.widget.value = "a"
    assert "could not be kept: disk full" in shown(question._told)


def test_progress_counts_what_is_right_and_names_what_is_next(folder: Path) -> None:
    course = opened(folder, "lab")
    overview = course._overview("Progress", short=False)
    assert "0 of 7 done" in overview._html.value
    question = asked(course, "p5")
    box = question.field.widget.children[0].children[0]
    box.value = "12,5"
    question.check.click()
    assert "1 of 7 done" in overview._html.value
    assert "Go on with p2." in overview._html.value
    again = opened(folder, "lab")._overview("Progress", short=False)
    assert "1 of 7 done" in again._html.value


def test_a_button_speaks_the_notebooks_language_whatever_the_kernel_speaks(tmp_path: Path) -> None:
    folder = build(tmp_path / "course", "ru")
    question = asked(opened(folder, "lesson"), "p1")
    with i18n.language("en"):
        question.field.widget.value = "b"
        question.check.click()
        assert i18n.current() == "en"
    assert "Пока неверно" in shown(question._told)
    assert "потом не исправить" in shown(question._told)


def test_opening_in_a_notebook_takes_the_language_from_the_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(build(tmp_path / "course", "ru"))
    course = learning.open(MODULE, "lesson")
    assert isinstance(course, Course)
    assert i18n.current() == "ru"


def test_another_modules_notebook_and_a_folder_without_items_are_told_so(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="03_rights"):
        learning.open("03_rights", "lab", folder=folder)
    with pytest.raises(FileError, match="copy the course folder again"):
        learning.open(MODULE, "lab", folder=tmp_path / "nowhere")
    with pytest.raises(InputError, match="It has: p2, p3"):
        opened(folder, "lab").ask("p77")


def test_data_are_of_the_cards_variant_in_the_exam_and_of_the_first_in_practice(folder: Path) -> None:
    exam = opened(folder, "exam")
    assert exam.data("rows.csv").parent.name == "v0"
    assert exam.keep_card(*CARD)[0]
    assert exam.data("rows.csv").parent.name == f"v{exam.place.variant}"
    assert exam.place.variant != 0
    assert opened(folder, "lab").data("rows.csv").parent.name == "v0"
    for name in ("../rows.csv", "/etc/passwd", "a/b", ".hidden"):
        with pytest.raises(InputError, match="plain name"):
            exam.data(name)
    with pytest.raises(FileError, match="whole"):
        exam.data("missing.csv")


def test_a_guests_answers_become_those_of_the_card_but_for_other_data(folder: Path) -> None:
    exam = opened(folder, "exam")
    asked(exam, "q1").field.widget.value = "b"
    table = asked(exam, "q3")
    table.field.widget.children[0].children[1].value = "v"
    practice = asked(opened(folder, "lesson"), "p1")
    practice.field.widget.value = "a"
    assert exam.keep_card(*CARD) == (
        True,
        "Card kg-014 is kept. Now choose Run → Restart Kernel and Run All Cells, to load your own data.",
    )
    assert set(exam.book.answers) == {"q1", "p1"}
    assert "Work out anew: q3." in exam._notes()[-1]
    table.field.widget.children[1].children[1].value = "t"
    assert "q3" not in exam.book.answers, "what is still on the screen belongs to other data"
    assert "load your own data" in shown(table._told)
    other = opened(folder, "exam")
    assert other.keep_card("kg-015", "ABCD2345")[0]
    assert other.book.answers == {}, "the next person on this computer gets nobody's answers"


def test_a_slip_in_the_card_is_told_and_nothing_is_kept(folder: Path) -> None:
    course = opened(folder, "exam")
    taken, words = course.keep_card("kg-014", "12")
    assert not taken
    assert "ABCD-2345" in words
    assert course.learner == "guest"


def submitted(course: Course) -> Any:
    course.submit()
    return course._forms[-1]


def save(folder: Path, moment: dt.datetime) -> None:
    os.utime(folder / "exam.ipynb", (moment.timestamp(),) * 2)


def test_handing_in_asks_for_the_card_lists_what_is_missing_and_makes_the_file(folder: Path) -> None:
    course = opened(folder, "exam")
    form = submitted(course)
    assert "Not answered: q1, q2, q3, w1." in form._words.value
    assert form._card.layout.display is None
    form.button.click()
    assert "no course card yet" in form._told.value
    assert course.keep_card(*CARD)[0]
    assert form._card.layout.display == "none"
    form.button.click()
    assert "Nothing is answered yet" in form._told.value
    asked(course, "q1").field.widget.value = "b"
    save(folder, dt.datetime.now() + dt.timedelta(minutes=1))
    assert "Answered: 1 of 4." in form._words.value
    form.button.click()
    made = folder.parents[1] / "answers" / f"kg-014_{MODULE}_1.ilpsub"
    parts = submission.read(made)
    assert parts.answers == {"q1": "b"}
    assert parts.receipt in form._told.value
    assert str(made) in form._told.value
    assert parts.manifest.made == submission.Made(local="2026-11-26T14:03:00", offset=300, counter=1)
    assert parts.notebook == (folder / "exam.ipynb").read_bytes()


def test_attempts_count_up_even_where_a_file_was_taken_away(folder: Path) -> None:
    course = opened(folder, "exam")
    course.keep_card(*CARD)
    asked(course, "q1").field.widget.value = "b"
    save(folder, dt.datetime.now() + dt.timedelta(minutes=1))
    form, answers = submitted(course), folder.parents[1] / "answers"
    form.button.click()
    (answers / f"kg-014_{MODULE}_1.ilpsub").unlink()
    form.button.click()
    (answers / "counters.json").unlink()
    form.button.click()
    assert sorted(path.name for path in answers.glob("*.ilpsub")) == [
        f"kg-014_{MODULE}_2.ilpsub",
        f"kg-014_{MODULE}_3.ilpsub",
    ]


def test_an_unsaved_notebook_is_warned_of_once_and_then_handed_in(folder: Path) -> None:
    course = opened(folder, "exam")
    course.keep_card(*CARD)
    asked(course, "q1").field.widget.value = "b"
    save(folder, dt.datetime.now() - dt.timedelta(minutes=1))
    form, answers = submitted(course), folder.parents[1] / "answers"
    form.button.click()
    assert "Ctrl+S" in form._told.value
    assert form.button.description == "Hand in all the same"
    assert not list(answers.glob("*.ilpsub"))
    form.button.click()
    assert len(list(answers.glob("*.ilpsub"))) == 1


@pytest.fixture
def marking(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set what a marker's kernel sets; return where code's answers go."""
    recorded = tmp_path / "recorded.json"
    hostile = {"q1": "b", "w1": "<script>alert(1)</script>", "q3": {"r1": {"c": "v"}}, "q2": [[{"x": 1}]]}
    recorded.write_text(json.dumps(hostile), encoding="utf-8")
    monkeypatch.setenv("ILP_COURSE_MODE", "marking")
    monkeypatch.setenv("ILP_COURSE_ITEMS", str(folder / "items.json"))
    monkeypatch.setenv("ILP_COURSE_ANSWERS_FILE", str(recorded))
    monkeypatch.setenv("ILP_COURSE_OUT", str(tmp_path / "out.json"))
    monkeypatch.setenv("ILP_COURSE_DATA", str(folder.parents[1] / "data" / MODULE / "v3"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out.json"


def test_a_markers_kernel_shows_what_was_recorded_and_writes_codes_answers_alone(
    marking: Path, told: list[str], folder: Path
) -> None:
    course = learning.open(MODULE, "exam")
    assert isinstance(course, Marking)
    for item in ("q1", "q2", "q3", "w1", "unknown"):
        course.ask(item)
    course.progress()
    course.submit()
    assert "b: No" in told[0]
    assert "Violence" in told[2]
    assert "Refuse in writing" in told[3]
    assert "&lt;script&gt;" in told[3]
    assert "<script>" not in told[3]
    assert course.data("rows.csv").parent.name == "v3"
    assert not marking.exists()
    course.answer("q8", 4)
    course.answer("q9", None)
    learning.open(MODULE, "exam").answer("q7", "text")
    assert json.loads(marking.read_text(encoding="utf-8")) == {"q8": 4, "q7": "text"}
    assert not (folder.parents[1] / "answers").exists()


@pytest.mark.parametrize(
    "answer", [{"a": []}, ["x", {"y": 1}], 3, {"r1": 5}, {"r1": {"zz": [1]}}, "", [], {}, True]
)
def test_a_strange_answer_is_shown_to_the_marker_and_stops_nothing(
    answer: Any, marking: Path, told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    every = tmp_path / "every.json"
    every.write_text(json.dumps({"answers": {item.id: answer for item in items()}}), encoding="utf-8")
    monkeypatch.setenv("ILP_COURSE_ANSWERS_FILE", str(every))
    course = learning.open(MODULE, "exam")
    for item in items():
        course.ask(item.id)
    assert len(told) == len(items())


def test_a_strange_answer_in_the_learners_own_file_does_not_break_the_question(folder: Path) -> None:
    path = folder.parents[1] / "answers" / f"guest.{MODULE}.json"
    path.parent.mkdir()
    for answer in ({"a": []}, ["x", {"y": 1}], 3, {"r1": 5}, {"r1": {"s": [1]}}, "zz", True, [["a"]]):
        path.write_text(json.dumps({"answers": {item.id: answer for item in items()}}), encoding="utf-8")
        for part in ("lesson", "lab", "exam"):
            course = opened(folder, part)
            course._overview("x", short=False)
            for item in course.pack.part(part):
                course.ask(item.id)


def test_nothing_is_drawn_where_there_is_no_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    plain.show_html("<p>x</p>")
    panel.show(object())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Make `by_district` of `gi_z`, *not* of __q__.", "Make by_district of gi_z, not of q."),
        ("In place of ___ put a_name_ or 2 * 3 * 4.", "In place of ___ put a_name_ or 2 * 3 * 4."),
        (
            "## **Hurdle.** Read [the rule](lesson#rule)\nand answer:\n- a\n- b",
            "Hurdle. Read the rule and answer:",
        ),
        ("A memo says: *“Finds\nhave doubled.”*\n\nWhy?", "A memo says: “Finds have doubled.”"),
    ],
)
def test_the_overview_takes_markdown_out_of_a_question_and_leaves_names_whole(prompt: str, told: str) -> None:
    assert telling.title(Item(id="p1", part="lab", kind="number", prompt=prompt)) == told
