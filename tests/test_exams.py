"""Every exam of the course, on the examiner's path: the reference earns full marks, the release earns none."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import exam_sample
import pandas as pd
import pytest
from exam_sample import card_variant, hand_in

from grading.key import Bench
from grading.marking import Settings, mark
from grading.modules import load_all
from grading.roster import Person, enrol
from grading.sandbox import available
from grading.workspace import ROOT, Workspace
from ilp_toolkit.dissemination.suppression import suppress
from ilp_toolkit.learning.items import Item

MODULES = [module.id for module in load_all() if module.part("exam")]
WELL, BLANK = "kg-001", "kg-002"


def hidden(item: Item, data: Path) -> list[list[str]]:
    """Hide cells as the toolkit does; the check attacks what is left, so no key says which."""
    with (data / item.rows_from).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    inside = pd.DataFrame(
        [[int(n) for n in line[1:-1]] for line in lines[1:-1]],
        index=[line[0] for line in lines[1:-1]],
        columns=lines[0][1:-1],
    )
    shown = suppress(inside, minimum=item.params["threshold"]).table
    return [
        [row, column] for row in inside.index for column in inside.columns if pd.isna(shown.loc[row, column])
    ]


def first(cells: dict) -> dict:
    """Where a key allows several values of a cell, the first is that of the reference."""
    return {column: value[0] if isinstance(value, list) else value for column, value in cells.items()}


def reference(bench: Bench, module: str, variant: int) -> dict:
    """Return the right answers of an exam: the key, and a good product where there is no key."""
    answers = bench.keys(module, variant)
    for item in bench.module(module).part("exam"):
        if item.kind == "suppress":
            answers = {**answers, item.id: hidden(item, bench.files(module, variant))}
        elif item.kind == "table":
            answers = {**answers, item.id: {row: first(cells) for row, cells in answers[item.id].items()}}
        elif item.written:
            answers = {**answers, item.id: "An answer that a person marks."}
    return answers


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, tuple]]:
    """Mark a reference and an untouched release of every module in one run; read nbgrader's gradebook."""
    folder = tmp_path_factory.mktemp("exams")
    workspace = Workspace(folder / "work").make()
    roster, _ = enrol(workspace, [Person("One", learner=WELL), Person("Two", learner=BLANK)])
    bench = Bench(workspace, root=ROOT)
    inbox = folder / "inbox"
    for module in MODULES:
        answers = reference(bench, module, card_variant(roster, WELL, module))
        solved, blank = exam_sample.solved(bench, module), exam_sample.exam(bench, module)
        hand_in(inbox, bench, roster, WELL, answers, solved, module=module)
        hand_in(inbox, bench, roster, BLANK, {}, blank, module=module)
    summary = mark(inbox, workspace, bench, Settings(sandbox=available() is None))
    assert not summary.quarantined
    assert not summary.waiting
    with sqlite3.connect(workspace.gradebook) as database:
        rows = database.execute(
            "SELECT assignment.name, student_id, base_cell.name, auto_score, max_score, needs_manual_grade FROM grade"
            " JOIN base_cell ON base_cell.id = grade.cell_id JOIN grade_cells ON grade_cells.id = base_cell.id"
            " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"
            " JOIN assignment ON assignment.id = submitted_assignment.assignment_id"
        ).fetchall()
    database.close()
    found: dict[tuple[str, str], dict[str, tuple]] = {}
    for module, learner, item, *values in rows:
        found.setdefault((module, learner), {})[item] = tuple(values)
    return found


def test_there_are_exams() -> None:
    assert len(MODULES) >= 3


@pytest.mark.parametrize("module", MODULES)
def test_the_reference_solution_earns_full_marks(marked, module: str) -> None:
    items = marked[module, WELL]
    auto = {item: values[:2] for item, values in items.items() if not item.startswith("w")}
    assert auto
    assert {item: points for item, (points, _) in auto.items()} == {
        item: full for item, (_, full) in auto.items()
    }
    written = [values for item, values in items.items() if item.startswith("w")]
    assert all(points is None and waits for points, _full, waits in written), "people mark these"


@pytest.mark.parametrize("module", MODULES)
def test_the_untouched_release_earns_nothing(marked, module: str) -> None:
    items = marked[module, BLANK]
    assert set(items) == set(marked[module, WELL])
    assert {item: points for item, (points, *_) in items.items()} == dict.fromkeys(items, 0.0)
    assert not any(waits for *_, waits in items.values()), "nobody has to look at an empty exam"
