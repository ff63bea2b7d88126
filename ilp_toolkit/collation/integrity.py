"""
Whether a journal is as it was written, and if not, which line and what was done to it.

Each line holds its number, the hash of the line before, and its own. A changed line no longer has its hash
(or, where that was made anew, the next line no longer points to it); a missing number was dropped; a number
that comes twice was added, and the next line says which of the two belongs; lines out of order were moved.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import FileError, InputError
from ..i18n import N_, _
from .canonicaljson import canonical
from .journal import GENESIS, Journal, is_intact, line_seal
from .merkle import merkle_root

__all__ = ["KINDS", "Problem", "check_journal", "check_witness"]

KINDS: dict[str, str] = {
    "missing": N_("there is no such file, or it is empty"),
    "unreadable": N_("the line is no record any more"),
    "changed": N_("the entry was changed"),
    "dropped": N_("the entry was taken out"),
    "added": N_("the entry was put in later"),
    "reordered": N_("the entry stands in another place than it was written"),
    "torn": N_("the last line was cut short; the next entry will put it aside"),
    "truncated": N_("entries at the end were taken away"),
    "rewritten": N_("the entries up to here are not those of which the root was printed"),
    "foreign": N_("the entry was not sealed with the key of the case"),
    "clock": N_("the clock had been set back"),
    "ledger": N_("the ledger does not hold the line that this entry points to"),
    "terms": N_("what the case is for was changed after it was opened"),
    "audit": N_("the audit log does not hold the entry that this line points to"),
}
"""What can be wrong, with its words."""


_MOST = 1000
"""Missing numbers in a row that are listed one by one."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file."""

    kind: str
    """One of `KINDS`."""
    entry: int | None = None
    """Number of the entry; None where it cannot be told."""
    line: int | None = None
    """Line of the file, counted from 1; None where there is none."""
    file: str = ""

    def __str__(self) -> str:
        words = _(KINDS[self.kind])
        if self.entry is not None:
            return _("{file}, entry {entry}: {what}").format(file=self.file, entry=self.entry, what=words)
        if self.line is not None:
            return _("{file}, line {line}: {what}").format(file=self.file, line=self.line, what=words)
        return _("{file}: {what}").format(file=self.file, what=words)


@dataclass(frozen=True)
class _Read:
    """One line that could be read."""

    line: int
    n: int
    record: dict[str, Any]
    intact: bool

    @property
    def hash(self) -> str:
        return str(self.record["hash"])


def check_journal(
    path: Path, *, anchors: Iterable[Mapping[str, Any]] = (), key: bytes | None = None
) -> list[Problem]:
    """
    Check one journal.

    Parameters
    ----------
    path
        The file.
    anchors
        Mappings with ``entries`` and ``root`` known from elsewhere.
    key
        Key of the case, where it is at hand.

    Returns
    -------
    list of Problem
        By entry.
    """
    try:
        *texts, tail = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [Problem("missing", file=path.name)]
    except OSError as error:
        msg = _("“{name}” cannot be read: {reason}.").format(name=path.name, reason=error.strerror)
        raise FileError(msg) from None
    if not texts and not tail:
        return [Problem("missing", file=path.name)]
    reads, found = _read(texts)
    found += _chain(reads, sum(problem.kind == "unreadable" for problem in found))
    if tail and _one(tail, len(texts) + 1) is None:
        found.append(Problem("torn", line=len(texts) + 1))
    changed = {problem.entry for problem in found}
    if key is not None:
        found += [
            Problem("foreign", read.n, read.line)
            for read in reads
            if read.n not in changed and read.record.get("seal") != line_seal(read.record, key)
        ]
    found += [Problem("clock", read.n, read.line) for read in reads if read.record.get("clock") == "set_back"]
    found += _anchored(texts, anchors)
    ordered = sorted(found, key=lambda problem: (problem.entry or 10**9, problem.line or 0))
    return [Problem(p.kind, p.entry, p.line, path.name) for p in ordered]


def check_witness(path: Path, name: str, other: Path) -> list[Problem]:
    """
    Check that every hash of the other file, which lines of one hold under a name, is still there.

    The ledger and the audit log hold each other's last hash: to cut one of them both must be cut.
    """
    known = {str(line.get("hash")) for line in _records(other)}
    lost = [line for line in _records(path) if line.get(name) and line[name] not in known]
    return [Problem(name, line.get("n"), file=path.name) for line in lost[:1]]


def _records(path: Path) -> list[dict[str, Any]]:
    return list(Journal(path))


def _read(texts: list[bytes]) -> tuple[list[_Read], list[Problem]]:
    reads, found = [], []
    for place, text in enumerate(texts, start=1):
        read = _one(text, place)
        if read is None:
            found.append(Problem("unreadable", line=place))
        else:
            reads.append(read)
    return reads, found


def _one(text: bytes, place: int) -> _Read | None:
    try:
        record = json.loads(text)
        n = record["n"]
        if not isinstance(n, int) or not isinstance(record["hash"], str):
            return None
        intact = canonical(record) == text and is_intact(record)
    except (ValueError, KeyError, TypeError, RecursionError, InputError):
        return None
    return _Read(place, n, record, intact)


def _chain(reads: list[_Read], unreadable: int) -> list[Problem]:
    found: list[Problem] = []
    by_number: dict[int, list[_Read]] = {}
    for read in reads:
        by_number.setdefault(read.n, []).append(read)
    kept: dict[int, _Read] = {}
    for n in sorted(by_number):
        chosen = _belongs(by_number[n], by_number.get(n + 1, []), kept.get(n - 1))
        found += [Problem("added", n, read.line) for read in by_number[n] if read is not chosen]
        kept[n] = chosen
    found += [Problem("changed", n, read.line) for n, read in kept.items() if not read.intact]
    found += _links(kept)
    found += _gaps(kept, unreadable)
    found += _moved(list(kept.values()))
    return found


def _belongs(candidates: list[_Read], following: list[_Read], before: _Read | None) -> _Read:
    """
    Of lines with the same number, return the one that the next line, or else the line before, vouches for.
    """
    if len(candidates) == 1:
        return candidates[0]
    named = {str(read.record.get("prev")) for read in following if read.intact}
    vouched = [read for read in candidates if read.intact and read.hash in named]
    linked = [
        read
        for read in vouched or candidates
        if read.intact and before is not None and read.record.get("prev") == before.hash
    ]
    intact = [read for read in candidates if read.intact]
    return (linked or vouched or intact or candidates)[0]


def _links(kept: dict[int, _Read]) -> list[Problem]:
    """Find lines whose hash was made anew after a change: the next line still holds the old one."""
    found = []
    for n, read in kept.items():
        following = kept.get(n + 1)
        if read.intact and following and following.intact and following.record.get("prev") != read.hash:
            found.append(Problem("changed", n, read.line))
    first = kept.get(1)
    if first is not None and first.intact and first.record.get("prev") != GENESIS:
        found.append(Problem("changed", 1, first.line))
    return found


def _gaps(kept: dict[int, _Read], unreadable: int) -> list[Problem]:
    """Return the numbers that are missing; a line that cannot be read may be one of them."""
    missing: list[int] = []
    expected = 1
    for n in sorted(kept):
        missing += range(expected, min(n, expected + _MOST))
        expected = max(expected, n + 1)
    return [Problem("dropped", n) for n in missing[unreadable:]]


def _moved(reads: list[_Read]) -> list[Problem]:
    """Return the fewest lines whose moving would put all in order again (all but a longest rising run)."""
    in_file = sorted(reads, key=lambda read: read.line)
    ends: list[int] = []  # place of the smallest number that ends a run of each length
    before: list[int] = []
    for place, read in enumerate(in_file):
        length = (
            bisect_left([in_file[end].n for end in ends], read.n)
            if _falls(in_file, ends, read)
            else len(ends)
        )
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [place]
    keep: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        keep.add(at)
        at = before[at]
    return [Problem("reordered", read.n, read.line) for i, read in enumerate(in_file) if i not in keep]


def _falls(reads: list[_Read], ends: list[int], read: _Read) -> bool:
    return bool(ends) and reads[ends[-1]].n >= read.n


def _anchored(texts: list[bytes], anchors: Iterable[Mapping[str, Any]]) -> list[Problem]:
    found = []
    for anchor in anchors:
        n = int(anchor["entries"])
        if n > len(texts):
            found.append(Problem("truncated", len(texts) + 1))
        elif merkle_root(texts[:n]) != str(anchor["root"]).lower():
            found.append(Problem("rewritten", n))
    return list(dict.fromkeys(found))
