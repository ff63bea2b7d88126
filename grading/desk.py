"""
The desk: what is done with one attempt between its arrival and its marks.

`marking` decides what is marked and when; here an attempt is entered, its notebook is put together, its
answers are scored as data, and its page for markers is drawn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from ilp_toolkit import i18n
from ilp_toolkit.i18n import _
from ilp_toolkit.learning.items import Item
from ilp_toolkit.learning.scoring import Part, score

from . import course
from .assessment import Assessment, Attempt
from .display import shown
from .graft import graft
from .graft import read as read_submitted
from .key import Bench
from .languages import LANGUAGES, Translation
from .marks import Effective, Entry, Mode
from .modules import Module
from .workspace import Workspace

if TYPE_CHECKING:
    from .inbox import Submission

__all__ = ["MACHINE", "Desk", "Ran", "UnusableError", "alike"]

MACHINE = "machine"
"""The marker of everything that no person marked."""
SUBMITTED = "exam.ipynb"
EXECUTED = "executed.ipynb"
"""The notebook as it was run, in the folder of an attempt."""


class UnusableError(Exception):
    """A notebook cannot be put together; the message says why."""


@dataclass(frozen=True)
class Ran:
    """What execution gave; of an attempt that was not executed, there is none."""

    answers: Mapping[str, Any]
    finished: bool
    """Whether it ran to its end."""
    note: str = ""


@dataclass
class Desk:
    """
    One run's work on single attempts.

    Parameters
    ----------
    workspace, record, bench
        Where things lie.
    mode
        How notebooks are executed in this run; `not executed` makes what code answers provisional.
    run
        Row of the run.
    """

    workspace: Workspace
    record: Assessment
    bench: Bench
    mode: Mode
    run: int | None = None
    _releases: dict[tuple[str, str], NotebookNode] = field(default_factory=dict, repr=False)

    def enter(self, submission: Submission) -> Attempt:
        """Enter a submission and its recorded answers; one that is there already stays as it is."""
        module = self.bench.module(submission.module)
        items = module.part("exam")
        coded = submission.notebook is not None
        complete = all(_answered(submission.answers.get(item.id)) or (item.code and coded) for item in items)
        with self.record.transaction():
            row = self.record.add_attempt(
                submission.module,
                submission.learner,
                submission.attempt,
                language=submission.language,
                variant=submission.variant,
                receipt=submission.receipt,
                received=submission.received,
                complete=complete,
                notes=submission.notes,
            )
            self.record.respond(row, submission.answers, origin="recorded")
        return self.record.attempt(row)

    def needs_running(self, attempt: Attempt) -> bool:
        """Whether something in the exam is answered by code, so that recorded answers are not enough."""
        return any(item.code for item in self.bench.module(attempt.module).part("exam"))

    def notebook(self, attempt: Attempt) -> tuple[NotebookNode, tuple[str, ...]]:
        """Return the released exam with the learner's cells grafted on, and what was found changed."""
        path = self.folder(attempt) / SUBMITTED
        release = self.release(attempt.module, attempt.language)
        try:
            grafted = graft(release, read_submitted(path) if path.is_file() else None)
        except Exception as problem:  # whatever a notebook holds: it stops nobody else's marking
            raise UnusableError(str(problem) or type(problem).__name__) from problem
        told = (f"{c.item}: {c.what}" if c.item else c.what for c in grafted.changes)
        return grafted.notebook, tuple(dict.fromkeys(told))

    def release(self, module: str, language: str) -> NotebookNode:
        """Return the released exam in a language; English where there is no such language."""
        spoken = _spoken(language)
        if (module, spoken) not in self._releases:
            loaded = self.bench.module(module)
            made = course.notebook(loaded, "exam", Translation(loaded, spoken))
            self._releases[module, spoken] = made
        return nbformat.from_dict(self._releases[module, spoken])  # type: ignore[no-any-return, no-untyped-call]

    def items(self, attempt: Attempt) -> tuple[Item, ...]:
        """Return the exam's items in the learner's language."""
        module = self.bench.module(attempt.module)
        translation = Translation(module, _spoken(attempt.language))
        return tuple(translation.item(item) for item in module.part("exam"))

    def released_items(self, attempt: Attempt, folder: Path) -> Path:
        """Write the ``items.json`` that the notebook of an attempt reads; return its path."""
        spoken = _spoken(attempt.language)
        path = folder / f"{attempt.module}.{spoken}" / "items.json"
        if not path.is_file():
            module = self.bench.module(attempt.module)
            path.parent.mkdir(parents=True, exist_ok=True)
            content = course.pack(module, Translation(module, spoken)).released()
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    def settle(self, attempt: Attempt, ran: Ran | None, notes: Iterable[str] = ()) -> None:
        """Score an attempt and write its marks: all of them in one transaction, or none."""
        entries, flags = self.entries(attempt, ran)
        provisional = any(entry.provisional for entry in entries)
        trouble = [*flags, *([ran.note] if ran is not None and ran.note else [])]
        with self.record.transaction():
            if ran is not None:
                self.record.respond(attempt.id, ran.answers, origin="executed")
            self.record.mark(attempt.id, entries, kind="auto", marker=MACHINE, run=self.run)
            for what, texts in (("changed", list(notes)), ("flagged", trouble)):
                if texts:
                    self.record.log(what, attempt=attempt.id, run=self.run, detail=texts)
            detail = {
                "mode": "not executed" if ran is None else self.mode,
                "finished": ran is None or ran.finished,
            }
            event = "marked provisionally" if provisional else "marked"
            self.record.log(event, attempt=attempt.id, run=self.run, detail=detail)

    def entries(
        self, attempt: Attempt, ran: Ran | None, *, mode: Mode | None = None, only: str | None = None
    ) -> tuple[list[Entry], list[str]]:
        """
        Score the answers of an attempt against the key of its variant.

        Parameters
        ----------
        attempt
            The attempt.
        ran
            What its execution gave; None where it was not executed.
        mode
            How it was executed; by default as this run does.
        only
            One item's id, where not all are scored.

        Returns
        -------
        tuple of list of Entry and list of str
            The marks, and what a person should look at.
        """
        recorded = self.record.responses(attempt.id, origin="recorded")
        keys = self.bench.keys(attempt.module, attempt.variant)
        data = self.bench.files(attempt.module, attempt.variant)
        module = self.bench.module(attempt.module)
        spoken = _spoken(attempt.language)
        entries, flags = [], []
        with i18n.language(spoken if spoken in i18n.LANGUAGES else "en"):
            for item in self.items(attempt):
                if only not in (None, item.id):
                    continue
                version = self._version(module, item.id, attempt.variant)
                answer = recorded.get(item.id)
                if item.code and ran is not None:
                    given = ran.answers.get(item.id)
                    if not ran.finished and given is None and _answered(answer):
                        entries.append(_unsettled(item, version, mode or self.mode))
                        continue
                    if _answered(answer) and not alike(answer, given):
                        flags.append(_flag(item.id))
                    answer = given
                result = score(item, answer, keys.get(item.id), data=data)
                entries.append(
                    Entry(
                        item=item.id,
                        points=result.points,
                        out_of=item.points,
                        verdict=result.verdict,
                        comments=tuple(result.comments),
                        parts=tuple(_part(part) for part in result.parts),
                        version=version,
                        provisional=item.code and ran is None,
                        mode=(mode or self.mode) if item.code else "not executed",
                    )
                )
        return entries, flags

    def _version(self, module: Module, item: str, variant: int) -> int:
        asked = module.item(item)
        head = {
            "kind": asked.kind, "points": asked.points, "hurdle": asked.hurdle, "outcome": asked.outcome,
            "variant": variant, "module_version": module.head.version, "build": module.build,
        }  # fmt: skip
        digest = self.bench.digest(module.id, asked, variant)
        return self.record.item_version(module.id, item, version=asked.version, digest=digest, head=head)

    def page(self, attempt: Attempt, marks: Mapping[str, Effective]) -> NotebookNode:
        """Return the notebook of an attempt as markers see it."""
        notebook = _read(self.folder(attempt) / EXECUTED)
        if notebook is None:
            try:
                notebook, _changes = self.notebook(attempt)
            except UnusableError:
                notebook = self.release(attempt.module, attempt.language)
        recorded = self.record.responses(attempt.id, origin="recorded")
        ran = self.record.responses(attempt.id, origin="executed")
        items = self.items(attempt)
        answers = {item.id: (ran if item.code and ran else recorded).get(item.id) for item in items}
        return shown(notebook, items, answers, marks)

    def keep(self, attempt: Attempt, notebook: NotebookNode) -> None:
        """Keep the notebook as it was run; a run that is killed leaves no half of it."""
        path = self.folder(attempt) / EXECUTED
        beside = path.with_suffix(".new")
        beside.write_text(nbformat.writes(notebook), encoding="utf-8", newline="\n")  # type: ignore[no-untyped-call]
        beside.replace(path)

    def folder(self, attempt: Attempt) -> Path:
        """Return the folder of an attempt."""
        return self.workspace.attempt(attempt.module, attempt.learner, attempt.number)


def alike(recorded: Any, given: Any) -> bool:
    """
    Whether two answers, as JSON, are the same but for the last digits of their numbers.

    Another processor rounds otherwise; that is no reason to suspect anybody.

    Examples
    --------
    >>> alike({"a": [0.1 + 0.2, "x"]}, {"a": [0.3, "x"]}), alike([1], [1, 2]), alike(True, 1)
    (True, False, False)
    """
    if isinstance(recorded, dict) and isinstance(given, dict):
        same = recorded.keys() == given.keys()
        return same and all(alike(value, given[name]) for name, value in recorded.items())
    if isinstance(recorded, list) and isinstance(given, list):
        return len(recorded) == len(given) and all(map(alike, recorded, given))
    if isinstance(recorded, int | float) and isinstance(given, int | float):
        if isinstance(recorded, bool) or isinstance(given, bool):
            return recorded is given
        return math.isclose(recorded, given, rel_tol=1e-9, abs_tol=1e-12)
    return type(recorded) is type(given) and bool(recorded == given)


def _answered(answer: Any) -> bool:
    return answer is not None and answer != ""


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _part(part: Part) -> dict[str, Any]:
    return {"id": part.id, "right": part.right, "comment": part.comment}


def _unsettled(item: Item, version: int, mode: Mode) -> Entry:
    """Return the mark of an answer that was recorded and that a broken run could not give again."""
    words = _("The notebook did not run to its end, so this answer could not be checked. A person decides.")
    return Entry(item.id, 0.0, item.points, "review", (words,), version=version, mode=mode)


def _flag(item: str) -> str:
    msg = _("{item}: the recorded answer is not what the code gives when it is run; the latter was scored.")
    return msg.format(item=item)


def _read(path: Path) -> NotebookNode | None:
    """Return a notebook, None where there is none that can be read."""
    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-any-return, no-untyped-call]
    except Exception:
        return None
