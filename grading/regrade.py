"""
Marking again after an item, its key or its check was mended, with an account of what that changed.

Nothing is executed: answers as recorded, and as execution gave them at the time, are scored against the key
of today. New marks supersede the old ones, which stay in the record. Marks that people gave stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ilp_toolkit.collation.filelock import locked
from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

from . import gradebook
from .assessment import Assessment, Attempt
from .desk import MACHINE, Desk, Ran
from .key import Bench
from .marks import Entry, MarkRow
from .workspace import Workspace

__all__ = ["Change", "Regraded", "regrade"]


@dataclass(frozen=True)
class Change:
    """One item of one attempt that earns something else now."""

    learner: str
    attempt: int
    item: str
    before: float
    after: float
    by_hand: bool
    """Whether a person's mark stands over it, so that what the learner has does not change."""


@dataclass(frozen=True)
class Regraded:
    """What marking again changed."""

    module: str
    items: tuple[str, ...]
    """The items that were scored again."""
    attempts: int
    changes: tuple[Change, ...]
    totals: tuple[tuple[str, int, float, float], ...]
    """Learner, attempt, points of the whole exam before and after; where they differ."""
    written: bool
    """Whether the record was changed, or this is only what would change."""


def regrade(
    workspace: Workspace, bench: Bench, module: str, *, item: str | None = None, dry_run: bool = False
) -> Regraded:
    """
    Score every attempt of a module again.

    Parameters
    ----------
    workspace, bench
        The workspace, and the modules as they are now.
    module
        The module: id or number.
    item
        Only this item.
    dry_run
        Say what would change, and change nothing.

    Returns
    -------
    Regraded
        What changed.

    Raises
    ------
    InputError
        If the module has no such item that the machine marks.
    """
    loaded = bench.module(module)
    wanted = tuple(one.id for one in loaded.part("exam") if item in (None, one.id))
    if not wanted:
        msg = _("The exam of {module} has no item “{item}”; it has: {known}.")
        known = ", ".join(one.id for one in loaded.part("exam"))
        raise InputError(msg.format(module=loaded.id, item=item, known=known))
    with locked(workspace.assessment, seconds=1), Assessment(workspace.assessment) as record:
        if not dry_run:
            gradebook.pull(workspace, record, bench, marker=gradebook.FORMGRADER)
        run = None if dry_run else record.begin({"regrade": loaded.id, "item": item})
        desk = Desk(workspace, record, bench, "not executed", run)
        attempts = [a for a in record.attempts(loaded.id) if record.is_marked(a.id, provisional=True)]
        changes: list[Change] = []
        totals = []
        for attempt in attempts:
            found = _again(desk, attempt, item, write=not dry_run)
            changes += found
            step = sum(change.after - change.before for change in found if not change.by_hand)
            if step:
                after = _total(record, attempt)
                before = after if dry_run else after - step
                totals.append((attempt.learner, attempt.number, before, before + step))
        if run is not None:
            gradebook.project(workspace, record, bench, desk.page)
            record.finish(run)
    return Regraded(loaded.id, wanted, len(attempts), tuple(changes), tuple(totals), written=not dry_run)


def _again(desk: Desk, attempt: Attempt, item: str | None, *, write: bool) -> list[Change]:
    """Score one attempt again and return what earns something else."""
    record = desk.record
    before, standing = record.machine(attempt.id), record.effective(attempt.id)
    executed = record.responses(attempt.id, origin="executed")
    was_run = any(event["detail"]["mode"] != "not executed" for event in record.events("marked", attempt.id))
    ran = Ran(executed, finished=not _broke_off(record, attempt)) if was_run else None
    entries, _flags = desk.entries(attempt, ran, only=item)
    entries = [_like(before.get(entry.item), entry) for entry in entries]
    if write:
        with record.transaction():
            record.mark(attempt.id, entries, kind="auto", marker=MACHINE, run=desk.run)
            record.log("regraded", attempt=attempt.id, run=desk.run, detail={"item": item})
    found = []
    for entry in entries:
        old = before.get(entry.item)
        if old is not None and abs((old.points or 0) - (entry.points or 0)) > 1e-9:
            by_hand = standing[entry.item].kind != "auto"
            change = (entry.item, old.points or 0.0, entry.points or 0.0, by_hand)
            found.append(Change(attempt.learner, attempt.number, *change))
    return found


def _broke_off(record: Assessment, attempt: Attempt) -> bool:
    """Whether the run of an attempt did not end by itself: then an answer that it lacks says nothing."""
    return any(not event["detail"].get("finished", True) for event in record.events("marked", attempt.id))


def _like(old: MarkRow | None, entry: Entry) -> Entry:
    """Keep how the answer was come by: scoring again executes nothing."""
    return entry if old is None else replace(entry, mode=old.mode, provisional=old.provisional)


def _total(record: Assessment, attempt: Attempt) -> float:
    return sum(mark.points for mark in record.effective(attempt.id).values())
