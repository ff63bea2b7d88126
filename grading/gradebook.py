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
from typing import Any, Self

import nbformat
from nbformat import NotebookNode

from .assessment import Assessment, Attempt
from .key import Bench
from .marks import Effective, Entry, Kind
from .modules import Module
from .workspace import Workspace

__all__ = ["FORMGRADER", "NOTEBOOK", "Pulled", "View", "opened", "path_with_scripts", "project", "pull"]

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


class View:
    """
    nbgrader's gradebook beside the record, open for a run; use it in a ``with`` block.

    nbgrader is loaded when it is first needed, and single attempts can be shown while others are still being
    executed.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    page
        Draws the notebook of an attempt for markers.
    """

    def __init__(self, workspace: Workspace, record: Assessment, bench: Bench, page: Page) -> None:
        self.workspace, self.record, self.bench, self.page = workspace, record, bench, page
        self._closing = contextlib.ExitStack()
        self._book: Any = None
        self._entered: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.close()

    @property
    def book(self) -> Any:
        """The gradebook; made where there is none."""
        if self._book is None:
            if not self.workspace.gradebook.is_file():
                self.record.forget_shown()
            self._book = self._closing.enter_context(opened(self.workspace.gradebook))
        return self._book

    def take(self, marker: str = FORMGRADER) -> list[Pulled]:
        """Take what people gave in formgrader into the record; see `pull`."""
        if not self.workspace.gradebook.is_file():
            return []
        return [mark for shown in self.record.projections() for mark in self._taken(*shown, marker)]

    def update(self, attempt: Attempt | None = None) -> list[Pulled]:
        """
        Show what the record holds; what is shown already and has not changed since is left alone.

        Parameters
        ----------
        attempt
            Only the learner and module of this attempt; None: everything.

        Returns
        -------
        list of Pulled
            What people had given meanwhile to what is shown anew.
        """
        if not self.workspace.gradebook.is_file():
            self.record.forget_shown()
        seen = {old.id: (shown, mark) for old, shown, mark in self.record.projections()}
        modules = [attempt.module] if attempt else sorted({one.module for one in self.record.attempts()})
        policy = self.workspace.policy.attempts
        given = []
        for module in filter(self.bench.knows, modules):
            for one in self.record.counting(module, policy, learner=attempt.learner if attempt else None):
                shown, mark = seen.get(one.id, ({}, None))
                page = self.workspace.notebook("autograded", module, one.learner)
                if mark == self.record.latest(one.id) and page.is_file():
                    continue
                if mark is not None:
                    given += self._taken(one, shown, mark, FORMGRADER)
                self._show(one)
        return given

    def _show(self, attempt: Attempt) -> None:
        if attempt.module not in self._entered:
            self.workspace.notebook("source", attempt.module).parent.mkdir(parents=True, exist_ok=True)
            _cells(self.book, self.bench.module(attempt.module))
            self._entered.add(attempt.module)
        _place(self.workspace, attempt, self.page(attempt, self.record.effective(attempt.id)))
        _show(self.record, self.book, attempt)

    def _taken(
        self, attempt: Attempt, before: Mapping[str, tuple[float | None, str]], seen: int, marker: str
    ) -> list[Pulled]:
        """Take over what differs from what was shown of an attempt."""
        now = _by_hand(self.book, attempt)
        changed = {item: value for item, value in now.items() if value != before.get(item, (None, ""))}
        if not changed:
            return []
        standing, found = self.record.effective(attempt.id), []
        with self.record.transaction():
            for item, (points, comment) in changed.items():
                if item not in standing:
                    continue
                kind, entry = _entry(standing[item], points, comment, marker)
                if self.record.mark(attempt.id, [entry], kind=kind, marker=marker):
                    told = {"item": item, "marker": marker}
                    self.record.log("marked by hand", attempt=attempt.id, detail=told)
                    found.append(Pulled(attempt.id, item, entry.points, comment))
            self.record.show(attempt, {**before, **now}, seen)
        return found


def project(workspace: Workspace, record: Assessment, bench: Bench, page: Page) -> list[Pulled]:
    """
    Bring nbgrader's gradebook up to date with the record, and the record with what people gave in formgrader.

    Parameters
    ----------
    workspace, record, bench, page
        As `View` has them.

    Returns
    -------
    list of Pulled
        What people had given since the last time.
    """
    with View(workspace, record, bench, page) as view:
        return [*view.take(), *view.update()]


def pull(workspace: Workspace, record: Assessment, bench: Bench, *, marker: str) -> list[Pulled]:
    """
    Take points and comments that a person gave in formgrader into the record.

    Points of an item that people mark become a mark of kind ``written``; where the machine, or another
    marker, has marked it already they are an ``override``.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    marker
        Who gave them: formgrader does not say.

    Returns
    -------
    list of Pulled
        What was new.
    """
    with View(workspace, record, bench, _no_page) as view:
        return view.take(marker)


def _no_page(_attempt: Attempt, _marks: Mapping[str, Effective]) -> NotebookNode:
    msg = "Taking marks over shows nothing."
    raise AssertionError(msg)


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
