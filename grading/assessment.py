"""
The record of marking: a database of ours that only grows.

nbgrader's database knows one submission a learner and one number a cell: no attempts, no markers, no text of
an item, no log. So the record is kept here and nbgrader's is made from it (`gradebook`). A row of attempts,
responses, marks or the log is never changed and never deleted, triggers see to that: a mark that no longer
holds is *superseded* by a later one. Learners appear by their pseudonym alone.

Each step of a submission is one transaction, so that a run which is killed leaves it as it was before that
step or as it is after it, and the next run goes on from there.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _

from .marks import Effective, Entry, ItemVersion, Kind, MarkRow, same, settled
from .tables import SCHEMA, VERSION

__all__ = ["Assessment", "Attempt", "Run"]


@dataclass(frozen=True)
class Attempt:
    """One submission of one module by one learner."""

    id: int
    module: str
    learner: str
    number: int
    language: str
    variant: int
    receipt: str
    received: str
    """UTC, ISO 8601."""
    complete: bool
    """Whether every item of the exam is answered."""
    notes: tuple[str, ...] = ()
    """What collecting noticed."""


@dataclass(frozen=True)
class Run:
    """One call of the marking command."""

    id: int
    started: str
    finished: str | None
    settings: Mapping[str, Any]


class Assessment:
    """
    The record, open; use it in a ``with`` block.

    Parameters
    ----------
    path
        The database; made where there is none.
    clock
        What gives the time, in UTC.

    Raises
    ------
    FileError
        If the file is no record of ours, or a later toolkit made it.

    Notes
    -----
    One process writes at a time; `marking` holds a lock for that. Reading beside it is safe.

    Examples
    --------
    >>> from grading.marks import Entry
    >>> with Assessment(Path(":memory:")) as record:
    ...     attempt = record.add_attempt("03_rights", "kg-014", 1, language="en", variant=3, receipt="ABC")
    ...     written = record.mark(attempt, [Entry("q1", 1.0, 2.0, "partly")], kind="auto", marker="machine")
    ...     record.effective(attempt)["q1"].points
    1.0
    """

    def __init__(self, path: Path, *, clock: Any = None) -> None:
        self.path = path
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        new = str(path) == ":memory:" or not path.exists()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA synchronous = FULL")
            if new or self._is_empty():
                self._db.executescript(f"BEGIN; {SCHEMA}; PRAGMA user_version = {VERSION}; COMMIT")
            found = self._db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            msg = _("“{path}” cannot be opened as a record of marking: {reason}.")
            raise FileError(msg.format(path=path, reason=error)) from None
        if found != VERSION:
            self._db.close()
            msg = _(
                "“{path}” has layout {found}; this toolkit reads layout {known}. Use the one that made it."
            )
            raise FileError(msg.format(path=path, found=found, known=VERSION))

    def _is_empty(self) -> bool:
        return bool(self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of what is inside, or nothing; blocks may stand in one another."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def now(self) -> str:
        """Return the time in UTC as it is written in the record."""
        moment: dt.datetime = self._clock()
        return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    # --- attempts and their answers -------------------------------------------------------------------------

    def add_attempt(
        self,
        module: str,
        learner: str,
        number: int,
        *,
        language: str,
        variant: int,
        receipt: str,
        received: str | None = None,
        complete: bool = True,
        notes: Sequence[str] = (),
    ) -> int:
        """
        Enter an attempt; one that is there already stays as it is.

        Returns
        -------
        int
            The row of the attempt.
        """
        with self.transaction():
            row = self._db.execute(
                "SELECT id FROM attempt WHERE module = ? AND learner = ? AND number = ?",
                (module, learner, number),
            ).fetchone()
            if row:
                return int(row["id"])
            values = (
                module,
                learner,
                number,
                language,
                variant,
                receipt,
                received or self.now(),
                int(complete),
            )
            done = self._db.execute(
                "INSERT INTO attempt (module, learner, number, language, variant, receipt, received,"
                " complete, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, _json(list(notes))),
            )
            attempt = int(done.lastrowid or 0)
            self.log("collected", attempt=attempt, detail={"receipt": receipt})
            return attempt

    def attempts(self, module: str | None = None, learner: str | None = None) -> list[Attempt]:
        """Return the attempts, by module, learner and number."""
        rows = self._db.execute(
            "SELECT * FROM attempt WHERE module = coalesce(?, module) AND learner = coalesce(?, learner)"
            " ORDER BY module, learner, number",
            (module, learner),
        )
        return [_attempt(row) for row in rows]

    def attempt(self, attempt: int) -> Attempt:
        """Return one attempt."""
        return _attempt(self._db.execute("SELECT * FROM attempt WHERE id = ?", (attempt,)).fetchone())

    def respond(
        self, attempt: int, answers: Mapping[str, Any], *, origin: Literal["recorded", "executed"]
    ) -> None:
        """Enter answers as JSON; those that stand there alike already are not entered twice."""
        known = self.responses(attempt, origin=origin)
        fresh = {
            item: answer for item, answer in answers.items() if item not in known or known[item] != answer
        }
        with self.transaction():
            self._db.executemany(
                "INSERT INTO response (attempt, item, origin, answer, made) VALUES (?, ?, ?, ?, ?)",
                [(attempt, item, origin, _json(answer), self.now()) for item, answer in fresh.items()],
            )

    def responses(self, attempt: int, *, origin: Literal["recorded", "executed"]) -> dict[str, Any]:
        """Return the latest answers of an attempt: as handed in, or as its code gave them when it was run."""
        rows = self._db.execute(
            "SELECT item, answer FROM response WHERE attempt = ? AND origin = ? ORDER BY id",
            (attempt, origin),
        )
        return {row["item"]: json.loads(row["answer"]) for row in rows}

    # --- items and marks ------------------------------------------------------------------------------------

    def item_version(
        self, module: str, item: str, *, version: int, digest: str, head: Mapping[str, Any]
    ) -> int:
        """Enter what an item asked, with a digest of all of it and its key; return its row."""
        with self.transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO item_version (module, item, version, digest, head, made)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (module, item, version, digest, _json(head), self.now()),
            )
            row = self._db.execute(
                "SELECT id FROM item_version WHERE module = ? AND item = ? AND digest = ?",
                (module, item, digest),
            ).fetchone()
            return int(row["id"])

    def item_versions(self, module: str | None = None) -> dict[int, ItemVersion]:
        """Return what items asked, by the row that marks name."""
        rows = self._db.execute("SELECT * FROM item_version WHERE module = coalesce(?, module)", (module,))
        names = ItemVersion.__dataclass_fields__
        found = [{**{name: row[name] for name in names}, "head": json.loads(row["head"])} for row in rows]
        return {one["id"]: ItemVersion(**one) for one in found}

    def mark(
        self, attempt: int, entries: Iterable[Entry], *, kind: Kind, marker: str, run: int | None = None
    ) -> int:
        """
        Write marks; each supersedes the same marker's earlier mark of that item and kind.

        A mark that says what the standing one says is not written again, and a provisional mark never
        supersedes a final one.

        Returns
        -------
        int
            How many marks were written.
        """
        standing = {m.item: m for m in self.marks(attempt) if (m.kind, m.marker) == (kind, marker)}
        written = 0
        with self.transaction():
            for entry in entries:
                before = standing.get(entry.item)
                if before is not None and (
                    same(before, entry) or (entry.provisional and not before.provisional)
                ):
                    continue
                self._db.execute(
                    "INSERT INTO mark (attempt, item, kind, marker, points, out_of, verdict, comments, parts,"
                    " version, provisional, mode, run, made, supersedes)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        attempt, entry.item, kind, marker, entry.points, entry.out_of, entry.verdict,
                        _json(list(entry.comments)), _json([dict(part) for part in entry.parts]),
                        entry.version, int(entry.provisional), entry.mode, run, self.now(),
                        before.id if before else None,
                    ),
                )  # fmt: skip
                written += 1
        return written

    def marks(self, attempt: int, *, history: bool = False) -> list[MarkRow]:
        """Return the marks that stand, or with ``history`` all that ever stood, in the order of writing."""
        rows = self._db.execute(
            "SELECT * FROM mark WHERE attempt = ? AND (? OR id NOT IN"
            " (SELECT supersedes FROM mark WHERE supersedes IS NOT NULL AND attempt = ?)) ORDER BY id",
            (attempt, int(history), attempt),
        )
        return [_mark(row) for row in rows]

    def effective(self, attempt: int) -> dict[str, Effective]:
        """
        Return what each item of an attempt earns now.

        An override by a person comes first (the latest), then the mean of the marks of those who marked it by
        hand, then the machine's mark.
        """
        by_item: dict[str, list[MarkRow]] = {}
        for mark in self.marks(attempt):
            by_item.setdefault(mark.item, []).append(mark)
        return {item: found for item, marks in by_item.items() if (found := settled(item, marks))}

    def machine(self, attempt: int) -> dict[str, MarkRow]:
        """Return the machine's standing marks of an attempt."""
        return {mark.item: mark for mark in self.marks(attempt) if mark.kind == "auto"}

    def comment(self, attempt: int, item: str) -> str:
        """Return what people last wrote about an item of an attempt."""
        said = [mark for mark in self.marks(attempt) if mark.item == item and mark.kind != "auto"]
        return "\n".join(said[-1].comments) if said else ""

    def counting(self, module: str, attempts: str = "last", *, learner: str | None = None) -> list[Attempt]:
        """
        Return the attempt that counts of each learner, in the order of their pseudonyms.

        Parameters
        ----------
        module
            The module.
        attempts
            "last": the last complete attempt; "best": the complete one with most points, the later one of
            equals. Where no marked attempt is complete, the incomplete ones are taken alike.
        learner
            Only this learner.
        """
        marked: dict[str, list[Attempt]] = {}
        for attempt in self.attempts(module, learner):
            if self.is_marked(attempt.id, provisional=True):
                marked.setdefault(attempt.learner, []).append(attempt)
        chosen = []
        for _learner, own in sorted(marked.items()):
            complete = [attempt for attempt in own if attempt.complete] or own
            chosen.append(max(complete, key=self._points) if attempts == "best" else complete[-1])
        return chosen

    def _points(self, attempt: Attempt) -> tuple[float, int]:
        return sum(mark.points for mark in self.effective(attempt.id).values()), attempt.number

    def is_marked(self, attempt: int, *, provisional: bool = False) -> bool:
        """Whether an attempt has its marks from the machine (with ``provisional``: or provisional ones)."""
        row = self._db.execute(
            "SELECT count(*) AS n FROM event WHERE attempt = ? AND (what = 'marked' OR (? AND what = "
            "'marked provisionally'))",
            (attempt, int(provisional)),
        ).fetchone()
        return bool(row["n"])

    # --- runs and the log -----------------------------------------------------------------------------------

    def begin(self, settings: Mapping[str, Any]) -> int:
        """Enter the beginning of a run and return its row."""
        with self.transaction():
            done = self._db.execute(
                "INSERT INTO run (started, settings) VALUES (?, ?)", (self.now(), _json(settings))
            )
            return int(done.lastrowid or 0)

    def finish(self, run: int) -> None:
        """Enter the end of a run."""
        self._db.execute("UPDATE run SET finished = ? WHERE id = ? AND finished IS NULL", (self.now(), run))

    def runs(self) -> list[Run]:
        """Return the runs; one that was interrupted has no end."""
        rows = self._db.execute("SELECT * FROM run ORDER BY id")
        return [Run(r["id"], r["started"], r["finished"], json.loads(r["settings"])) for r in rows]

    def latest(self, attempt: int) -> int:
        """Return the number of the latest mark of an attempt, 0 where there is none."""
        row = self._db.execute("SELECT coalesce(max(id), 0) AS id FROM mark WHERE attempt = ?", (attempt,))
        return int(row.fetchone()["id"])

    def show(self, attempt: Attempt, shown: Mapping[str, tuple[float | None, str]], seen: int) -> None:
        """Remember what nbgrader shows of a learner: which attempt, what by hand, up to which mark."""
        values = {item: list(value) for item, value in shown.items()}
        with self.transaction():
            self._db.execute(
                "INSERT INTO projection (module, learner, attempt, shown, seen) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (module, learner) DO UPDATE SET attempt = excluded.attempt,"
                " shown = excluded.shown, seen = excluded.seen",
                (attempt.module, attempt.learner, attempt.id, _json(values), seen),
            )

    def forget_shown(self) -> None:
        """Forget what nbgrader's gradebook showed: it is gone, and a new one shows nothing yet."""
        with self.transaction():
            self._db.execute("DELETE FROM projection")

    def projections(self) -> list[tuple[Attempt, dict[str, tuple[float | None, str]], int]]:
        """Return what nbgrader's gradebook shows, as `show` was told."""
        rows = self._db.execute("SELECT * FROM projection ORDER BY module, learner").fetchall()
        return [
            (
                self.attempt(row["attempt"]),
                {item: (value[0], value[1]) for item, value in json.loads(row["shown"]).items()},
                row["seen"],
            )
            for row in rows
        ]

    def log(
        self, what: str, *, attempt: int | None = None, run: int | None = None, detail: Any = None
    ) -> None:
        """Enter an event."""
        self._db.execute(
            "INSERT INTO event (at, what, attempt, run, detail) VALUES (?, ?, ?, ?, ?)",
            (self.now(), what, attempt, run, _json(detail)),
        )

    def events(self, what: str | None = None, attempt: int | None = None) -> list[dict[str, Any]]:
        """Return the log, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM event WHERE what = coalesce(?, what) AND (? IS NULL OR attempt = ?) ORDER BY id",
            (what, attempt, attempt),
        )
        return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]


def _attempt(row: sqlite3.Row) -> Attempt:
    values = {name: row[name] for name in Attempt.__dataclass_fields__}
    return Attempt(**{**values, "complete": bool(row["complete"]), "notes": tuple(json.loads(row["notes"]))})


def _mark(row: sqlite3.Row) -> MarkRow:
    values = {name: row[name] for name in MarkRow.__dataclass_fields__}
    values["comments"] = tuple(json.loads(row["comments"]))
    values["parts"] = tuple(json.loads(row["parts"]))
    values["provisional"] = bool(row["provisional"])
    return MarkRow(**values)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
