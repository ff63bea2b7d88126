"""
Marks: what one marker gave one item of one attempt, and what an item earns when several gave one.

A mark is ``auto`` (the machine's), ``written`` (a person's, of an item that people mark) or ``override`` (a
person's, in place of the machine's).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Effective", "Entry", "ItemVersion", "Kind", "MarkRow", "Mode", "same", "settled"]

Kind = Literal["auto", "written", "override"]
Mode = Literal["sandbox", "unsandboxed", "not executed"]
"""How the answers of a mark were come by; `not executed` is right for items that no code answers."""


@dataclass(frozen=True)
class Entry:
    """A mark that is about to be written."""

    item: str
    points: float | None
    """None withdraws the marker's earlier mark."""
    out_of: float
    verdict: str
    comments: tuple[str, ...] = ()
    parts: tuple[Mapping[str, Any], ...] = ()
    version: int | None = None
    """Row of the item's version, see `Assessment.item_version`."""
    provisional: bool = False
    mode: Mode = "not executed"


@dataclass(frozen=True)
class MarkRow:
    """A mark as it stands in the record."""

    id: int
    attempt: int
    item: str
    kind: Kind
    marker: str
    points: float | None
    out_of: float
    verdict: str
    comments: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...]
    version: int | None
    provisional: bool
    mode: Mode
    run: int | None
    made: str
    supersedes: int | None


@dataclass(frozen=True)
class ItemVersion:
    """What an item asked when it was marked."""

    id: int
    module: str
    item: str
    version: int
    digest: str
    head: Mapping[str, Any]
    """Kind, points, hurdle, outcome, variant, version and build of the module."""


@dataclass(frozen=True)
class Effective:
    """What an item of an attempt earns: the override, else the markers' mean, else the machine's mark."""

    item: str
    points: float
    out_of: float
    kind: Kind
    verdict: str
    comments: tuple[str, ...]
    provisional: bool
    pending: bool
    """Whether a person still has to mark it."""
    marks: tuple[MarkRow, ...] = field(repr=False)
    """The marks that it comes from."""

    @property
    def full(self) -> bool:
        """Whether it earns everything; what a hurdle asks for."""
        return not self.pending and self.points >= self.out_of - 1e-9


def settled(item: str, marks: Sequence[MarkRow]) -> Effective | None:
    """Return what an item earns by the marks that stand; None where there is none."""
    given = {
        kind: [mark for mark in marks if mark.kind == kind and mark.points is not None]
        for kind in ("override", "written", "auto")
    }
    machine = [mark for mark in marks if mark.kind == "auto"]
    pending = any(mark.verdict == "review" for mark in machine)
    used = given["override"][-1:] or given["written"] or given["auto"]
    if not used:
        used = machine
    if not used:
        return None
    by_hand = used[0].kind != "auto"
    points = [mark.points or 0.0 for mark in used]
    return Effective(
        item=item,
        points=sum(points) / len(points),
        out_of=used[-1].out_of,
        kind=used[0].kind,
        verdict=used[-1].verdict,
        comments=tuple(dict.fromkeys(comment for mark in used for comment in mark.comments)),
        provisional=any(mark.provisional for mark in used),
        pending=pending and not by_hand,
        marks=tuple(used),
    )


def same(before: MarkRow, entry: Entry) -> bool:
    """Whether a mark that is about to be written says what the standing one says."""
    return (
        before.points == entry.points
        and before.out_of == entry.out_of
        and before.verdict == entry.verdict
        and before.comments == tuple(entry.comments)
        and [dict(part) for part in before.parts] == [dict(part) for part in entry.parts]
        and before.version == entry.version
        and before.provisional == entry.provisional
        and before.mode == entry.mode
    )
