"""
A file that only grows: one record a line, each holding the hash of the one before it.

The ledger and the audit log of a case are journals. A line is canonical JSON with its number ``n``, ``prev``
(the hash of the line before), ``hash`` (its own), and, where a key is given, ``seal`` (a keyed hash, which
nobody can make who only has the folder). Lines are written under a lock, in one piece, and forced to the
disk. A line that a crash cut short is kept aside and noted; the journal goes on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ..errors import FileError
from ..i18n import _
from .canonicaljson import canonical, joined
from .filelock import locked

__all__ = ["GENESIS", "Journal", "changed_words", "is_intact", "line_hash", "line_seal"]

GENESIS = "0" * 64
"""What stands for the hash before the first line."""

Line = dict[str, Any]
_OWN = {"n", "prev", "hash", "seal"}


def line_hash(line: Line) -> str:
    """Return the hash that a line must bear: SHA-256 of all of it but the hash and the seal."""
    body = {name: value for name, value in line.items() if name not in {"hash", "seal"}}
    return hashlib.sha256(canonical(body)).hexdigest()


def line_seal(line: Line, key: bytes) -> str:
    """Return the seal that a line must bear under a key."""
    return hmac.digest(key, str(line["hash"]).encode(), "sha256").hex()[:32]


def is_intact(line: Line) -> bool:
    """Say whether a line bears the hash of what it holds."""
    body = {name: value for name, value in line.items() if name not in {"hash", "seal"}}
    # Written by the standard library first: it is fast, and right but for rare numbers and names.
    quick = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(quick.encode("utf-8", "surrogatepass")).hexdigest()
    return found == line.get("hash") or line_hash(line) == line.get("hash")


def changed_words(path: Path) -> str:
    """Say that a file is not as it was written."""
    msg = _(
        "“{name}” was changed by hand. `ilp audit verify` says what is wrong; take the file back from a copy."
    )
    return msg.format(name=path.name)


class Journal:
    """
    An append-only file of records.

    Parameters
    ----------
    path
        The file; made at the first record.
    torn
        Turns what is known about a line cut short (``sha256``, ``bytes``, ``kept`` in which file) into the
        record that notes it.
    key
        With it every line is sealed.
    strict
        Whether lines are believed only where hash, order and seal are right.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder) / "notes.jsonl")
    ...     line = journal.append(lambda last: {"said": "first"})
    ...     [line["said"] for line in journal]
    ['first']
    """

    def __init__(
        self,
        path: Path,
        *,
        torn: Callable[[dict[str, Any]], Line] | None = None,
        key: bytes | None = None,
        strict: bool = False,
    ) -> None:
        self.path = path
        self._strict = strict
        self._torn = torn or (lambda facts: {"torn": facts})
        self._key = key
        self._seen = 0
        self._last: Line | None = None
        self._read = 0
        self._lines: list[Line] = []

    def append(self, make: Callable[[Line | None], Line]) -> Line:
        """
        Add one record.

        Parameters
        ----------
        make
            Gets the last line (None before the first) and returns the record. It is called under the lock, so
            that what it reads from a clock is in the order of the lines.

        Returns
        -------
        dict
            The line as it was written.

        Raises
        ------
        FileError
            If the file cannot be written.
        InputError
            If the record is no JSON, or uses a name that is the journal's own.
        """
        try:
            with locked(self.path), self._opened() as file:
                self._mend(file)
                self._catch_up(file)
                return self._put(file, make(self._last))
        except OSError as error:
            msg = _("“{name}” cannot be written: {reason}. Is the folder there, and may you write in it?")
            raise FileError(msg.format(name=self.path.name, reason=error.strerror)) from None

    def __iter__(self) -> Iterator[Line]:
        """Read all lines in order; what cannot be read is passed over (`verify` names it)."""
        yield from self.lines()

    def raw(self) -> list[bytes]:
        """Return all whole lines as bytes."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return data.split(b"\n")[:-1]

    def lines(self) -> list[Line]:
        """
        Return all lines, reading only what was added since the last time.

        Raises
        ------
        FileError
            If the journal is strict and a line is not as it was written.
        """
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size < self._read:
            if self._strict:
                raise FileError(changed_words(self.path))
            self._read, self._lines = 0, []
        if size > self._read:
            with self.path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            found = _parsed(whole.split(b"\n")[:-1], strict=self._strict)
            if found is None or (self._strict and not self._continues(found)):
                raise FileError(changed_words(self.path))
            self._read += len(whole)
            self._lines += found
        return list(self._lines)

    def tail(self) -> Line | None:
        """Return the last line, None where there is none."""
        lines = self.lines()
        return lines[-1] if lines else None

    def _continues(self, found: list[Line]) -> bool:
        last: Line = self._lines[-1] if self._lines else {"n": 0, "hash": GENESIS}
        for line in found:
            follows = line.get("n") == last["n"] + 1 and line.get("prev") == last["hash"]
            sealed = self._key is None or line.get("seal") == line_seal(line, self._key)
            if not (follows and is_intact(line) and sealed):
                return False
            last = line
        return True

    def _opened(self) -> IO[bytes]:
        if not self.path.exists():
            self.path.touch()
        return self.path.open("r+b")

    def _mend(self, file: IO[bytes]) -> None:
        """Finish a line that lacks only its end; put a broken one aside and note it."""
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            return
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return
        start = _start_of_last(file, size)
        file.seek(start)
        piece = file.read()
        if _is_whole(piece):
            file.write(b"\n")
            _force(file)
            return
        facts = self._keep_aside(piece)
        file.truncate(start)
        _force(file)
        self._catch_up(file)
        self._put(file, self._torn(facts))

    def _keep_aside(self, piece: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(piece).hexdigest()
        aside = self.path.with_name(f"{self.path.stem}-torn-{digest[:12]}.txt")
        with aside.open("wb") as kept:
            kept.write(piece)
            _force(kept)
        return {"sha256": digest, "bytes": len(piece), "kept": aside.name}

    def _catch_up(self, file: IO[bytes]) -> None:
        """Learn which line is the last: another process may have written since."""
        size = file.seek(0, os.SEEK_END)
        if size == self._seen:
            return
        self._last, self._seen = None, size
        if size:
            file.seek(_start_of_last(file, size - 1))
            try:
                self._last = json.loads(file.read())
            except ValueError:
                self._last = None
            if not isinstance(self._last, dict) or not {"n", "hash"} <= self._last.keys():
                msg = _(
                    "The last line of “{name}” cannot be read: the file was changed by hand. "
                    "`ilp audit verify` says what is wrong; take the file back from a copy."
                )
                raise FileError(msg.format(name=self.path.name))

    def _put(self, file: IO[bytes], body: Line) -> Line:
        if clash := _OWN & body.keys():
            msg = f"`record` uses the names {', '.join(sorted(clash))}, which are the journal's own."
            raise ValueError(msg)
        last = self._last
        line = {**body, "n": last["n"] + 1 if last else 1, "prev": last["hash"] if last else GENESIS}
        # A publication is long: each part of the line is written out once, for the hash and for the file.
        parts = {name: canonical(value) for name, value in line.items()}
        line["hash"] = hashlib.sha256(joined(parts)).hexdigest()
        added = ["hash"]
        if self._key is not None:
            line["seal"] = line_seal(line, self._key)
            added.append("seal")
        parts |= {name: canonical(line[name]) for name in added}
        file.seek(0, os.SEEK_END)
        file.write(joined(parts) + b"\n")
        _force(file)
        self._last, self._seen = line, file.tell()
        return line


def _parsed(texts: list[bytes], *, strict: bool) -> list[Line] | None:
    """Return the lines that can be read; None where one cannot and that matters."""
    found = []
    for text in texts:
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict):
            found.append(line)
        elif strict:
            return None
    return found


def _start_of_last(file: IO[bytes], end: int, step: int = 65_536) -> int:
    """Return where the line that ends at `end` begins."""
    place = end
    while place > 0:
        begin = max(0, place - step)
        file.seek(begin)
        found = file.read(place - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        place = begin
    return 0


def _is_whole(piece: bytes) -> bool:
    try:
        line = json.loads(piece)
        return isinstance(line, dict) and line["hash"] == line_hash(line)
    except (ValueError, KeyError, TypeError):
        return False


def _force(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
