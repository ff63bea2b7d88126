"""
Marking: from an inbox to marks in one command, in steps that may be interrupted anywhere.

Collect, graft, execute several at a time, score outside of the learner's kernel, write with one writer. An
attempt is entered when it is collected and marked in one transaction, so a run that is killed is taken up by
the next one with nothing lost and nothing doubled; the notebooks for markers and nbgrader's gradebook are
views that are brought up to date at the end. Widgets' answers are scored as they were recorded; what code
answers is scored as its execution gives it, and a recorded value that execution does not give again is
flagged and not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilp_toolkit.collation.filelock import locked
from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

from . import gradebook
from .assessment import Assessment, Attempt
from .desk import Desk, Ran, UnusableError
from .inbox import Edition, collect, editions, kept
from .key import Bench
from .marks import Mode
from .roster import Roster
from .workspace import Workspace

__all__ = ["Line", "Progress", "Settings", "Summary", "editions_given", "mark"]

Progress = Callable[[int, int, float], None]
"""Is told how many are done, of how many, and about how many seconds are left."""


@dataclass(frozen=True)
class Settings:
    """How a run marks."""

    answers_only: bool = False
    """Execute nothing: what code answers is scored as recorded, and those marks are provisional."""
    sandbox: bool = True
    workers: int = 2

    @property
    def mode(self) -> Mode:
        """How what code answers is come by."""
        if self.answers_only:
            return "not executed"
        return "sandbox" if self.sandbox else "unsandboxed"


@dataclass(frozen=True)
class Line:
    """One attempt in the summary."""

    module: str
    learner: str
    attempt: int
    points: float
    out_of: float
    pending: tuple[str, ...]
    """Items that a person still has to mark."""
    provisional: bool
    fresh: bool
    """Whether this run marked it."""
    counts: bool
    """Whether it is the attempt that counts."""
    changed: tuple[str, ...]
    """What was found changed in the notebook; no reason for fewer points."""
    flagged: tuple[str, ...]
    """What a person should look at."""


@dataclass(frozen=True)
class Summary:
    """What a run did."""

    lines: tuple[Line, ...]
    """Every marked attempt of the workspace."""
    quarantined: tuple[tuple[str, str], ...]
    """Name of a file and why it was not accepted."""
    repeated: int
    """Files that had been collected before."""
    waiting: tuple[tuple[str, str], ...]
    """Attempts that could not be run at all, and why; the next run tries again."""
    by_hand: int
    """Marks that people gave in formgrader since the last run."""

    @property
    def code(self) -> int:
        """Exit status: 0 all is marked; 1 a person has to look at something (quarantine, flags, waiting)."""
        flagged = any(line.flagged for line in self.lines if line.fresh)
        return int(bool(self.quarantined or self.waiting or flagged))


def mark(
    inbox: Path, workspace: Workspace, bench: Bench, settings: Settings, *, progress: Progress | None = None
) -> Summary:
    """
    Mark what lies in a folder.

    Parameters
    ----------
    inbox
        The folder with submissions. Nothing in it is changed.
    workspace
        Where attempts, marks and the gradebook are kept.
    bench
        Modules, data and keys, with the overlay if there is one.
    settings
        Whether to execute, confined or not, and how many at a time.
    progress
        Is told how far it is.

    Returns
    -------
    Summary
        Every attempt of the workspace, and what this run did.

    Raises
    ------
    FileError
        If another process is marking in this workspace.
    SandboxError
        If notebooks have to be executed and this machine cannot confine them; nothing is executed then, and
        what needs no execution is marked.
    """
    roster = Roster.load(workspace)
    with locked(workspace.assessment, seconds=1), Assessment(workspace.assessment) as record:
        workspace.sweep()
        run = record.begin(
            {"mode": settings.mode, "workers": settings.workers, "overlay": bench.overlay is not None}
        )
        collected = collect(inbox, workspace, roster, known=editions_given(workspace, bench))
        desk = Desk(workspace, record, bench, settings.mode, run)
        for submission in kept(workspace, roster):
            if bench.knows(submission.module):
                desk.enter(submission)
        todo = [a for a in record.attempts() if not record.is_marked(a.id, provisional=settings.answers_only)]
        with gradebook.View(workspace, record, bench, desk.page) as view:
            given = view.take()
            try:
                waiting = _work(desk, todo, settings, view, progress)
            finally:
                given += view.update()
        record.finish(run)
        return Summary(
            lines=_lines(record, {attempt.id for attempt in todo} - set(waiting), workspace.policy.attempts),
            quarantined=tuple((item.name, item.reason) for item in collected.quarantined),
            repeated=len(collected.repeated),
            waiting=tuple((_name(record.attempt(row)), why) for row, why in waiting.items()),
            by_hand=len(given),
        )


def editions_given(workspace: Workspace, bench: Bench) -> dict[str, Edition]:
    """Return the editions of modules whose submissions are accepted: those given out, and the overlay's."""
    given = editions(workspace, bench.root / "notebooks" / "course")
    return {
        name: Edition(edition.builds | {bench.module(name).build}, edition.items)
        for name, edition in given.items()
        if bench.knows(name)
    }


def _work(
    desk: Desk,
    todo: Sequence[Attempt],
    settings: Settings,
    view: gradebook.View,
    progress: Progress | None,
) -> dict[int, str]:
    """Mark attempts: those that need no execution first. Return those that could not be marked, and why."""
    run: list[Attempt] = []
    plain: list[Attempt] = []
    waiting: dict[int, str] = {}
    for attempt in todo:
        try:
            # The keys first: working them out runs the modules' own solutions, and that in this process.
            desk.bench.keys(attempt.module, attempt.variant)
        except InputError as problem:
            waiting[attempt.id] = str(problem)
        else:
            (run if desk.needs_running(attempt) and not settings.answers_only else plain).append(attempt)
    begun = time.monotonic()

    def tell(done: int, left: float) -> None:
        if progress is not None:
            progress(done, len(plain) + len(run), left)

    for done, attempt in enumerate(plain, 1):
        try:
            changes = desk.notebook(attempt)[1]
        except UnusableError as problem:
            changes = (_unusable(problem),)
        desk.settle(attempt, None, changes)
        tell(done, (time.monotonic() - begun) / done * (len(plain) - done))
    if run:
        waiting |= _run(desk, run, settings, view, lambda done, left: tell(len(plain) + done, left))
    return waiting


def _run(
    desk: Desk,
    todo: Sequence[Attempt],
    settings: Settings,
    view: gradebook.View,
    tell: Callable[[int, float], None],
) -> dict[int, str]:
    """Execute attempts; mark and show each as soon as it is done, while the others run."""
    from .execute import Job, execute

    by_key = {str(attempt.id): attempt for attempt in todo}
    waiting: dict[int, str] = {}
    with desk.workspace.secret() as folder:
        changes, jobs = {}, []
        for key, attempt in by_key.items():
            try:
                notebook, changes[key] = desk.notebook(attempt)
            except UnusableError as problem:
                waiting[attempt.id] = _unusable(problem)
                continue
            jobs.append(
                Job(
                    key=key,
                    notebook=notebook,
                    items=desk.released_items(attempt, folder),
                    data=desk.bench.files(attempt.module, attempt.variant),
                    answers=desk.record.responses(attempt.id, origin="recorded"),
                )
            )
        for executed in execute(
            jobs,
            workers=settings.workers,
            sandbox=settings.sandbox,
            progress=lambda done, _total, left: tell(done, left),
        ):
            attempt = by_key[executed.key]
            if executed.status == "failed":
                waiting[attempt.id] = executed.note
                desk.record.log("not run", attempt=attempt.id, run=desk.run, detail=executed.note)
                continue
            desk.keep(attempt, executed.notebook)
            ran = Ran(executed.answers, finished=executed.status == "done", note=executed.note)
            desk.settle(attempt, ran, changes[executed.key])
            view.update(attempt)
    return waiting


def _unusable(problem: UnusableError) -> str:
    return _("Its notebook could not be put together ({reason}).").format(reason=problem)


def _lines(record: Assessment, fresh: set[int], policy: str) -> tuple[Line, ...]:
    modules = sorted({attempt.module for attempt in record.attempts()})
    counting = {attempt.id for module in modules for attempt in record.counting(module, policy)}
    return tuple(
        _line(record, attempt, fresh=attempt.id in fresh, counts=attempt.id in counting)
        for attempt in record.attempts()
        if record.is_marked(attempt.id, provisional=True)
    )


def _line(record: Assessment, attempt: Attempt, *, fresh: bool, counts: bool) -> Line:
    marks = record.effective(attempt.id)

    def told(what: str) -> tuple[str, ...]:
        events = record.events(what, attempt.id)
        return tuple(events[-1]["detail"]) if events else ()

    return Line(
        module=attempt.module,
        learner=attempt.learner,
        attempt=attempt.number,
        points=sum(mark.points for mark in marks.values()),
        out_of=sum(mark.out_of for mark in marks.values()),
        pending=tuple(sorted(item for item, mark in marks.items() if mark.pending)),
        provisional=any(mark.provisional for mark in marks.values()),
        fresh=fresh,
        counts=counts,
        changed=(*attempt.notes, *told("changed")),
        flagged=told("flagged"),
    )


def _name(attempt: Attempt) -> str:
    return f"{attempt.module} · {attempt.learner} · {attempt.number}"
