"""
The inbox: what learners handed in, checked, and kept for good.

The folder that is read is not touched. What is accepted is copied to ``attempts/<module>/<learner>/<n>/``,
built beside and then renamed, so that an interrupted run leaves either a whole attempt or none; nothing is
ever overwritten. What cannot be accepted is copied to ``quarantine/`` with a file that says why. A file that
was collected before is known again by its content, however it is called or packed now.

A submission (``.ilpsub``) says whose it is, and the code on the learner's card proves it. A plain notebook
proves nothing: it is taken for the learner whose pseudonym is in its name or its folder's, and that is noted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _
from ilp_toolkit.learning.cards import variant

from ._archives import Sent, Unreadable, sent
from ._intake import NOTEBOOK, Edition, Incoming, KnownLearners, RefusedError, Registry, editions, part_of
from .workspace import Workspace

__all__ = ["Collected", "Edition", "Quarantined", "Submission", "collect", "editions", "kept"]

_ABOUT = "received.json"
_ANSWERS = "answers.json"


@dataclass(frozen=True)
class Submission:
    """One attempt."""

    learner: str
    module: str
    attempt: int
    language: str
    variant: int
    folder: Path
    answers: dict[str, Any]
    """Recorded answers by item: untrusted JSON."""
    notebook: Path | None
    receipt: str
    received: str
    """When it was collected: UTC, ISO 8601."""
    notes: tuple[str, ...] = ()
    """What an examiner should know."""
    times: dict[str, str] = field(default_factory=dict)
    """When answers were last changed, by item: untrusted, from the learner's clock."""


@dataclass(frozen=True)
class Quarantined:
    """Something that was not accepted."""

    name: str
    reason: str
    folder: Path | None
    """Where it was copied to with its reason."""


@dataclass(frozen=True)
class Collected:
    """What one look into the inbox gave."""

    accepted: tuple[Submission, ...]
    """New attempts."""
    quarantined: tuple[Quarantined, ...]
    repeated: tuple[str, ...]
    """Names of files that had been collected before."""


def collect(
    inbox: Path,
    workspace: Workspace,
    roster: KnownLearners,
    *,
    known: Mapping[str, Edition] | None = None,
    clock: Callable[[], dt.datetime] | None = None,
) -> Collected:
    """
    Take in what lies in a folder.

    Parameters
    ----------
    inbox
        A folder with submissions, notebooks, folders and archives of them, or one such file.
    workspace
        Where attempts are kept.
    roster
        The learners and the codes on their cards.
    known
        The modules that learners were given; by default those of the checkout, and builds that the
        workspace's ``accepted_builds.txt`` names.
    clock
        What gives the time, in UTC.

    Returns
    -------
    Collected

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If the workspace lies in it.
    """
    inbox = Path(inbox)
    if not inbox.exists():
        msg = _("There is no folder {folder}.").format(folder=inbox)
        raise FileError(msg)
    if workspace.folder.resolve().is_relative_to(inbox.resolve()):
        msg = _(
            "The workspace lies in {folder}: what was collected would be collected again. Name the inbox."
        )
        raise InputError(msg.format(folder=inbox))
    registry = Registry(workspace, roster, editions(workspace) if known is None else known)
    desk = _Desk(registry, clock or _now)
    return desk.work(sent(inbox))


def kept(workspace: Workspace, roster: KnownLearners | None = None) -> Iterator[Submission]:
    """Give every attempt of a workspace (of the learners of a roster), by module, learner and number."""
    if not workspace.attempts.is_dir():
        return
    for about in sorted(workspace.attempts.glob(f"*/*/*/{_ABOUT}"), key=_in_order):
        if roster is None or about.parent.parent.name in roster:
            yield _load(about.parent)


@dataclass
class _Desk:
    registry: Registry
    clock: Callable[[], dt.datetime]

    @property
    def workspace(self) -> Workspace:
        return self.registry.workspace

    def work(self, files: Iterable[Sent | Unreadable]) -> Collected:
        _sweep(self.workspace)
        seen = _fingerprints(self.workspace)
        found: list[Incoming] = []
        quarantined: list[Quarantined] = []
        repeated: list[str] = []
        books: dict[tuple[str, str], dict[str, Any]] = {}
        loose: list[Sent] = []
        for file in files:
            if isinstance(file, Unreadable):
                quarantined.append(self.quarantine(file.path, file.name, file.reason, file.data))
                continue
            if file.suffix == ".json":
                self.registry.book(file, books)
                continue
            if file.suffix == ".ipynb":
                loose.append(file)
                continue
            self.take(file, self.registry.submission, found, quarantined)
        exams = {file.path[:-1] for file in loose if part_of(file) == "exam"}
        for file in loose:
            # Whoever sends the whole folder sends the lesson and the lab with it.
            if part_of(file) in {"lesson", "lab"} and file.path[:-1] in exams:
                continue
            self.take(file, lambda one: self.registry.notebook(one, books), found, quarantined)
        accepted = []
        for new in sorted(
            found, key=lambda one: (one.learner, one.module, one.moment, one.counter, one.claimed)
        ):
            if new.receipt in seen:
                repeated.append(new.original.name)
                continue
            seen.add(new.receipt)
            accepted.append(self.keep(new))
        return Collected(tuple(accepted), tuple(quarantined), tuple(repeated))

    def take(
        self,
        file: Sent,
        check: Callable[[Sent], Incoming],
        found: list[Incoming],
        quarantined: list[Quarantined],
    ) -> None:
        try:
            found.append(check(file))
        except (RefusedError, InputError) as problem:
            quarantined.append(self.quarantine(file.path, file.name, str(problem), file.data))

    def keep(self, new: Incoming) -> Submission:
        """Give an attempt its number and its folder."""
        home = self.workspace.attempt(new.module, new.learner, 1).parent
        home.mkdir(parents=True, exist_ok=True)
        card = new.card or self.registry.roster.codes(new.learner)[-1]
        about = {
            "learner": new.learner, "module": new.module, "language": new.language,
            "variant": variant(card, new.module), "receipt": new.receipt,
            "received": self.clock().astimezone(dt.UTC).isoformat(timespec="seconds"), "made": new.moment,
            "counter": new.counter, "file": new.original.name, "notes": new.notes, **new.details,
        }  # fmt: skip
        building = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
        original = "submission.ilpsub" if new.original.suffix != ".ipynb" else "submitted.ipynb"
        (building / original).write_bytes(new.original.data)
        if new.notebook is not None:
            (building / NOTEBOOK).write_bytes(new.notebook)
        _write(building / _ANSWERS, new.answers)
        _write(building / _ABOUT, about)
        number = self.number(home, new.claimed)
        while True:
            try:
                building.rename(home / str(number))
            except OSError:
                # Somebody took the number meanwhile: nothing is overwritten.
                if not (home / str(number)).exists():
                    raise
                number += 1
                continue
            return _load(home / str(number))

    def number(self, home: Path, claimed: int) -> int:
        """Return the number that the submission claims where it is free, else the next one."""
        there = {int(path.name) for path in home.iterdir() if path.name.isdecimal()}
        return claimed if claimed and claimed not in there else max(there, default=0) + 1

    def quarantine(self, path: tuple[str, ...], name: str, reason: str, data: bytes | None) -> Quarantined:
        """Copy something aside with its reason; the same thing for the same reason is there once."""
        mark = hashlib.sha256(
            "\0".join([*path, reason]).encode("utf-8", "replace") + (data or b"")
        ).hexdigest()[:16]
        folder = self.workspace.quarantine / mark
        if not folder.exists():
            self.workspace.quarantine.mkdir(parents=True, exist_ok=True)
            building = Path(tempfile.mkdtemp(prefix=".new-", dir=self.workspace.quarantine))
            text = f"{name}\n{reason}\n{self.clock().astimezone(dt.UTC).isoformat(timespec='seconds')}\n"
            (building / "reason.txt").write_text(text, encoding="utf-8", newline="\n")
            if data is not None:
                # The name is ours: a stranger's may be anything.
                (building / "content.bin").write_bytes(data)
            building.rename(folder)
        return Quarantined(name, reason, folder)


def _load(folder: Path) -> Submission:
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    answers = json.loads((folder / _ANSWERS).read_text(encoding="utf-8"))
    notebook = folder / NOTEBOOK
    return Submission(
        about["learner"], about["module"], int(folder.name), about["language"], about["variant"], folder,
        answers, notebook if notebook.is_file() else None, about["receipt"], about["received"],
        tuple(about["notes"]), about.get("times", {}),
    )  # fmt: skip


def _in_order(about: Path) -> tuple[str, str, int]:
    number, learner, module = about.parent.name, about.parent.parent.name, about.parent.parent.parent.name
    return module, learner, int(number) if number.isdecimal() else 0


def _fingerprints(workspace: Workspace) -> set[str]:
    """Return the receipts of all attempts: each stands for the whole content of a submission."""
    return {one.receipt for one in kept(workspace)}


def _sweep(workspace: Workspace) -> None:
    """Remove what an interrupted run was building."""
    for place in (workspace.attempts, workspace.quarantine):
        place.mkdir(parents=True, exist_ok=True)
        for old in [*place.glob(".new-*"), *place.glob("*/*/.new-*")]:
            shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: Any) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(content, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
