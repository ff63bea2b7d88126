"""nbgrader's gradebook: a view of the record that formgrader opens, and a way back for what people give."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import exam_sample
import nbformat
import pytest
from exam_sample import MODULE

from grading import gradebook
from grading.assessment import Assessment
from grading.desk import Desk
from grading.key import Bench
from grading.workspace import Workspace


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exam_sample.checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def desk(checkout: Path, tmp_path: Path):
    workspace = Workspace(tmp_path / "work").make()
    with Assessment(workspace.assessment) as record:
        yield Desk(workspace, record, Bench(workspace, root=checkout), "not executed")


def handed_in(
    desk: Desk, answers: dict, *, learner: str = "kg-014", number: int = 1, language: str = "en"
) -> int:
    row = desk.record.add_attempt(
        MODULE, learner, number, language=language, variant=2, receipt=f"{learner}{number}",
        received="2026-11-26T09:30:00.000000Z",
    )  # fmt: skip
    desk.record.respond(row, answers, origin="recorded")
    desk.settle(desk.record.attempt(row), None)
    return row


def project(desk: Desk):
    return gradebook.project(desk.workspace, desk.record, desk.bench, desk.page)


def right(desk: Desk) -> dict:
    return dict(desk.bench.keys(MODULE, 2))


def rows(path: Path, query: str) -> list[tuple]:
    with sqlite3.connect(path) as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


def give(
    desk: Desk, item: str, points: float | None, comment: str | None = None, learner: str = "kg-014"
) -> None:
    """Do what formgrader does when a person types points and a comment."""
    with gradebook.opened(desk.workspace.gradebook) as book:
        grade = book.find_grade(item, "exam", MODULE, learner)
        grade.manual_score = points
        grade.needs_manual_grade = points is None and grade.auto_score is None
        if comment is not None:
            book.find_comment(item, "exam", MODULE, learner).manual_comment = comment
        book.db.commit()


def written(desk: Desk) -> str:
    return next(item.id for item in desk.bench.module(MODULE).part("exam") if item.written)


def machine(desk: Desk) -> str:
    return next(item.id for item in desk.bench.module(MODULE).part("exam") if not item.written)


def test_nbgraders_own_reading_gives_the_points_of_the_record(desk: Desk) -> None:
    row = handed_in(desk, {**right(desk), written(desk): "Because of the law."})
    project(desk)
    with gradebook.opened(desk.workspace.gradebook) as book:
        (submission,) = book.submission_dicts(MODULE)
        effective = desk.record.effective(row)
        assert submission["score"] == sum(mark.points for mark in effective.values())
        assert submission["max_score"] == sum(item.points for item in desk.bench.module(MODULE).part("exam"))
        assert submission["needs_manual_grade"] is True
        assert {grade.name for grade in book.find_submission(MODULE, "kg-014").notebooks[0].grades} == set(
            effective
        )


def test_the_time_of_a_submission_is_the_one_that_was_recorded(desk: Desk) -> None:
    handed_in(desk, right(desk))
    project(desk)
    assert rows(desk.workspace.gradebook, "SELECT timestamp FROM submitted_assignment") == [
        ("2026-11-26 09:30:00.000000",)
    ]
    path = desk.workspace.notebook("submitted", MODULE, "kg-014").with_name("timestamp.txt")
    assert path.read_text(encoding="ascii") == "2026-11-26 09:30:00 UTC"


def test_nbgrader_takes_the_submission_for_autograded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    handed_in(desk, right(desk))
    project(desk)
    with gradebook.opened(desk.workspace.gradebook):
        course = CourseDirectory(root=str(desk.workspace.folder))
        course.db_url = f"sqlite:///{desk.workspace.gradebook}"
        course.course_id = "ilp"
        assert NbGraderAPI(course).get_autograded_students(MODULE) == {"kg-014"}


def test_a_second_projection_changes_nothing(desk: Desk) -> None:
    handed_in(desk, right(desk))
    project(desk)
    files = {p: p.stat().st_mtime_ns for p in desk.workspace.folder.rglob("*") if p.is_file()}
    assert project(desk) == []
    assert {p: p.stat().st_mtime_ns for p in desk.workspace.folder.rglob("*") if p.is_file()} == files


def test_points_and_a_comment_given_by_hand_become_a_written_mark(desk: Desk) -> None:
    row = handed_in(desk, {**right(desk), written(desk): "Because of the law."})
    project(desk)
    give(desk, written(desk), 2.5, "Names the law, not the necessity.")
    (pulled,) = project(desk)
    assert (pulled.item, pulled.points) == (written(desk), 2.5)
    mark = desk.record.effective(row)[written(desk)]
    assert (mark.points, mark.kind, mark.pending) == (2.5, "written", False)
    assert mark.comments == ("Names the law, not the necessity.",)
    assert mark.marks[0].marker == gradebook.FORMGRADER
    assert project(desk) == [], "what was taken over once is not taken over again"
    assert len([m for m in desk.record.marks(row, history=True) if m.kind == "written"]) == 1


def test_points_given_over_the_machines_are_an_override_and_stay_after_marking_again(desk: Desk) -> None:
    row = handed_in(desk, {})
    project(desk)
    item = machine(desk)
    give(desk, item, 1.0)
    project(desk)
    assert desk.record.effective(row)[item].kind == "override"
    desk.settle(desk.record.attempt(row), None)
    project(desk)
    assert desk.record.effective(row)[item].points == 1.0
    assert rows(
        desk.workspace.gradebook,
        "SELECT manual_score FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
        f" WHERE base_cell.name = '{item}'",
    ) == [(1.0,)]


def test_points_that_are_taken_away_again_give_the_item_back(desk: Desk) -> None:
    row = handed_in(desk, {**right(desk), written(desk): "Because."})
    project(desk)
    give(desk, written(desk), 2.0)
    project(desk)
    give(desk, written(desk), None)
    project(desk)
    assert desk.record.effective(row)[written(desk)].pending
    assert [m.points for m in desk.record.marks(row, history=True) if m.kind == "written"] == [2.0, None]


@pytest.mark.parametrize(("typed", "kept"), [(99.0, "all"), (-3.0, "none")])
def test_points_beyond_what_an_item_gives_are_held_to_it(desk: Desk, typed: float, kept: str) -> None:
    row = handed_in(desk, {written(desk): "Because."})
    project(desk)
    give(desk, written(desk), typed)
    project(desk)
    mark = desk.record.effective(row)[written(desk)]
    assert mark.points == (mark.out_of if kept == "all" else 0.0)


def test_a_mark_given_to_the_first_attempt_stays_with_it_when_a_second_comes(desk: Desk) -> None:
    first = handed_in(desk, {written(desk): "One."})
    project(desk)
    give(desk, written(desk), 1.0)
    second = handed_in(desk, {**right(desk), written(desk): "Two."}, number=2)
    project(desk)
    assert desk.record.effective(first)[written(desk)].kind == "written"
    assert desk.record.effective(second)[written(desk)].pending
    (grade,) = rows(
        desk.workspace.gradebook,
        "SELECT manual_score, needs_manual_grade FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
        f" WHERE base_cell.name = '{written(desk)}'",
    )
    assert grade == (None, 1)
    page = desk.workspace.notebook("autograded", MODULE, "kg-014").read_text(encoding="utf-8")
    assert "Two." in page
    assert "One." not in page


def test_a_gradebook_that_was_lost_is_made_again_from_the_record(desk: Desk) -> None:
    handed_in(desk, {**right(desk), written(desk): "Because."})
    project(desk)
    give(desk, written(desk), 3.0, "Good.")
    project(desk)
    query = "SELECT auto_score, manual_score FROM grade ORDER BY auto_score, manual_score"
    before = rows(desk.workspace.gradebook, query)
    desk.workspace.gradebook.unlink()
    assert project(desk) == []
    assert rows(desk.workspace.gradebook, query) == before


def test_the_notebook_for_markers_shows_each_answer_and_lets_nothing_run(desk: Desk) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    handed_in(desk, {written(desk): hostile, machine(desk): hostile})
    project(desk)
    path = desk.workspace.notebook("autograded", MODULE, "kg-014")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_no_name_and_no_key_is_in_the_gradebook_or_its_notebooks(desk: Desk) -> None:
    handed_in(desk, {})
    desk.workspace.roster.write_text("learner,name\nkg-014,Mariam Oduya\n", encoding="utf-8")
    project(desk)
    assert rows(desk.workspace.gradebook, "SELECT id, first_name, last_name, email FROM student") == [
        ("kg-014", None, None, None)
    ]
    text = desk.workspace.notebook("autograded", MODULE, "kg-014").read_text(encoding="utf-8")
    whys = [o.why for item in desk.bench.module(MODULE).part("exam") for o in item.option if o.why]
    assert not [why for why in whys if why in text]
    assert "BEGIN SOLUTION" not in text


def test_cells_of_a_russian_submission_are_those_of_the_english_one(desk: Desk) -> None:
    handed_in(desk, right(desk))
    handed_in(desk, right(desk), learner="kg-015", language="ru")
    project(desk)
    cells = []
    for learner in ("kg-014", "kg-015"):
        notebook = nbformat.read(desk.workspace.notebook("autograded", MODULE, learner), as_version=4)
        cells.append([c.metadata["nbgrader"]["grade_id"] for c in notebook.cells if "nbgrader" in c.metadata])
    assert cells[0] == cells[1]
    scores = rows(desk.workspace.gradebook, "SELECT sum(auto_score) FROM grade GROUP BY notebook_id")
    assert scores[0] == scores[1]
