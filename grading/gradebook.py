"""
nbgrader's gradebook as a view of our record, so that formgrader shows what learners answered.

`project` writes the attempt that counts of each learner into ``gradebook.db`` (through nbgrader's own
`Gradebook`) and puts its notebook where formgrader looks. A person then gives points and comments there, and
`pull` takes what they changed back into the record, as marks of a person. What was shown is remembered, so
that a change by hand is told from what the machine wrote.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import sysconfig
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from .assessment import Assessment, Attempt
from .key import Bench
from .marks import Effective, Entry, Kind
from .modules import Module
from .workspace import Workspace

__all__ = ["FORMGRADER", "NOTEBOOK", "Pulled", "opened", "path_with_scripts", "project", "pull"]

NOTEBOOK = "exam"
"""What nbgrader calls the notebook."""
COURSE = "ilp"
FORMGRADER = "formgrader"
"""The marker of what was given in formgrader, which does not say by whom."""
Page = Callable[[Attempt, Mapping[str, Effective]], NotebookNode]


@dataclass(frozen=True)
class Pulled:
    """A mark that a person gave in formgrader."""

    attempt: int
    item: str
    points: float | None
    comment: str


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open nbgrader's gradebook, made where there is none; its own SQLAlchemy warnings stay unsaid."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"nbgrader|sqlalchemy|dateutil")
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SAWarning

        warnings.filterwarnings("ignore", category=SAWarning)
        if not path.is_file():
            _begin(path)
        book = Gradebook(f"sqlite:///{path}", COURSE)
        try:
            with book:
                yield book
        finally:
            book.engine.dispose()


def _begin(path: Path) -> None:
    """
    Make an empty database that names the version of nbgrader's layout.

    nbgrader would ask the program `alembic` for it, by its bare name, which an environment that is not
    activated does not have on its path, and a new process takes seconds.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES (?)", (head,))


def path_with_scripts() -> str:
    """Return ``PATH`` with the scripts of this interpreter's environment before everything else."""
    return os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])


def project(workspace: Workspace, record: Assessment, bench: Bench, page: Page) -> list[Pulled]:
    """
    Bring nbgrader's gradebook up to date with the record, and the record with what people gave in formgrader.

    What is shown already and has not changed since is left alone.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    page
        Draws the notebook of an attempt for markers.

    Returns
    -------
    list of Pulled
        What people had given since the last time.
    """
    new = not workspace.gradebook.is_file()
    given = pull(workspace, record, marker=FORMGRADER)
    shown = {} if new else {attempt.id: seen for attempt, _shown, seen in record.projections()}
    policy = workspace.policy.attempts
    stale = [
        attempt
        for module in sorted({attempt.module for attempt in record.attempts()})
        if bench.knows(module)
        for attempt in record.counting(module, policy)
        if shown.get(attempt.id) != record.latest(attempt.id)
        or not workspace.notebook("autograded", attempt.module, attempt.learner).is_file()
    ]
    if not stale:
        return given
    with opened(workspace.gradebook) as book:
        for module in sorted({attempt.module for attempt in stale}):
            workspace.notebook("source", module).parent.mkdir(parents=True, exist_ok=True)
            _cells(book, bench.module(module))
        for attempt in stale:
            _place(workspace, attempt, page(attempt, record.effective(attempt.id)))
            _show(record, book, attempt)
    return given


def pull(workspace: Workspace, record: Assessment, *, marker: str) -> list[Pulled]:
    """
    Take points and comments that a person gave in formgrader into the record.

    Points of an item that people mark become a mark of kind ``written``; where the machine, or another
    marker, has marked it already they are an ``override``.

    Parameters
    ----------
    workspace, record
        The workspace and its record.
    marker
        Who gave them: formgrader does not say.

    Returns
    -------
    list of Pulled
        What was new.
    """
    if not workspace.gradebook.is_file():
        return []
    found = []
    with opened(workspace.gradebook) as book:
        for attempt, before, seen in record.projections():
            now = _by_hand(book, attempt)
            changed = {item: value for item, value in now.items() if value != before.get(item, _EMPTY)}
            standing = record.effective(attempt.id)
            with record.transaction():
                for item, (points, comment) in changed.items():
                    mark = standing.get(item)
                    if mark is None:
                        continue
                    kind, entry = _entry(mark, points, comment, marker)
                    if record.mark(attempt.id, [entry], kind=kind, marker=marker):
                        told = {"item": item, "marker": marker}
                        record.log("marked by hand", attempt=attempt.id, detail=told)
                        found.append(Pulled(attempt.id, item, entry.points, comment))
                if changed:
                    record.show(attempt, {**before, **now}, seen)
    return found


_EMPTY: tuple[float | None, str] = (None, "")


def _entry(mark: Effective, points: float | None, comment: str, marker: str) -> tuple[Kind, Entry]:
    others = {m.marker for m in mark.marks if m.kind == "written"} - {marker}
    by_people = mark.kind == "written" or (mark.pending and mark.verdict == "review")
    kind: Kind = "written" if by_people and not others and mark.kind != "override" else "override"
    if points is not None:
        points = min(max(points, 0.0), mark.out_of)
    if points is None:
        verdict = "review"
    else:
        verdict = "right" if points >= mark.out_of else "partly" if points else "wrong"
    comments = (comment,) if comment else ()
    version = mark.marks[-1].version if mark.marks else None
    return kind, Entry(mark.item, points, mark.out_of, verdict, comments, version=version)


def _cells(book: Any, module: Module) -> None:
    """Enter a module and its cells; a cell that nbgrader does not know yet is added, none is removed."""
    book.update_or_create_assignment(module.id)
    book.update_or_create_notebook(NOTEBOOK, module.id)
    for item in module.part("exam"):
        book.update_or_create_grade_cell(
            item.id, NOTEBOOK, module.id, max_score=item.points, cell_type="code"
        )
        name = f"{item.id}-code" if item.code else item.id if item.written else None
        if name is not None:
            book.update_or_create_solution_cell(name, NOTEBOOK, module.id)
    _complete(book, module.id)


def _complete(book: Any, module: str) -> None:
    """Give submissions that are there already a grade and a comment for cells that were added since."""
    from nbgrader.api import Comment, Grade

    notebook = book.find_notebook(NOTEBOOK, module)
    for submitted in notebook.submissions:
        graded = {grade.cell_id for grade in submitted.grades}
        spoken = {comment.cell_id for comment in submitted.comments}
        for cell in notebook.grade_cells:
            if cell.id not in graded:
                book.db.add(Grade(cell_id=cell.id, notebook=submitted))
        for cell in notebook.solution_cells:
            if cell.id not in spoken:
                book.db.add(Comment(cell_id=cell.id, notebook=submitted))
    book.db.commit()


def _show(record: Assessment, book: Any, attempt: Attempt) -> None:
    """Write one attempt's marks into the gradebook."""
    latest = record.latest(attempt.id)
    book.update_or_create_student(attempt.learner)
    submission = book.update_or_create_submission(attempt.module, attempt.learner, timestamp=_moment(attempt))
    marks, automatic = record.effective(attempt.id), record.machine(attempt.id)
    (notebook,) = submission.notebooks
    for grade in notebook.grades:
        mark, machine = marks.get(grade.name), automatic.get(grade.name)
        grade.auto_score = None if machine is None or machine.verdict == "review" else machine.points
        grade.manual_score = mark.points if mark is not None and mark.kind != "auto" else None
        grade.extra_credit = None
        grade.needs_manual_grade = mark is None or mark.pending
    for comment in notebook.comments:
        comment.auto_comment = None
        comment.manual_comment = record.comment(attempt.id, _item(comment.name)) or None
    book.db.commit()
    record.show(attempt, _by_hand(book, attempt), latest)


def _place(workspace: Workspace, attempt: Attempt, page: NotebookNode) -> None:
    """Put the notebook where formgrader looks for it, with the time that it compares."""
    text: str = nbformat.writes(page)  # type: ignore[no-untyped-call]
    for step in ("submitted", "autograded"):
        path = workspace.notebook(step, attempt.module, attempt.learner)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        (path.parent / "timestamp.txt").write_text(_moment(attempt), encoding="ascii")


def _moment(attempt: Attempt) -> str:
    """Write a time so that nbgrader reads it rightly: an offset of +0500 it takes for 500 seconds."""
    return attempt.received[:19].replace("T", " ") + " UTC"


def _by_hand(book: Any, attempt: Attempt) -> dict[str, tuple[float | None, str]]:
    """Return the points and comments that stand in nbgrader as given by hand, by item."""
    from nbgrader.api import MissingEntry

    try:
        (notebook,) = book.find_submission(attempt.module, attempt.learner).notebooks
    except (MissingEntry, ValueError):
        return {}
    found: dict[str, tuple[float | None, str]] = {}
    comments = {_item(comment.name): comment.manual_comment or "" for comment in notebook.comments}
    for grade in notebook.grades:
        points = grade.manual_score
        if grade.extra_credit is not None:
            points = (grade.auto_score if points is None else points) or 0.0
            points += grade.extra_credit
        if points is not None and not math.isfinite(points):
            points = None
        found[grade.name] = (points, comments.get(grade.name, ""))
    return found


def _item(cell: str) -> str:
    return cell.removesuffix("-code")
