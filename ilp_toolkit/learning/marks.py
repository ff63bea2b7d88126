"""The mark of one item: what it is worth, and what is told to the learner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .items import Item

__all__ = ["Mark", "Part", "Verdict", "mark"]

Verdict = Literal["right", "partly", "wrong", "missing", "review"]


@dataclass(frozen=True)
class Part:
    """One part of an answer: a row, an option that was chosen, a column."""

    id: str
    right: bool | None
    """None where it is not judged."""
    comment: str = ""


@dataclass(frozen=True)
class Mark:
    """
    The result of scoring one item.

    Comments are translated and never tell the key. They may quote names from the answer itself (a row, a
    column): whoever puts them on a page escapes them.
    """

    item: str
    points: float
    """Rounded to hundredths; practice counts as one point here."""
    out_of: float
    verdict: Verdict
    """``review``: a person has to look at it, no points until then."""
    comments: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    fraction: float = 0.0
    """From 0 to 1."""


def mark(
    item: Item,
    fraction: float,
    comments: Iterable[str] = (),
    parts: Iterable[Part] = (),
    *,
    verdict: Verdict | None = None,
) -> Mark:
    """
    Make the mark of an item from the share that is right.

    Examples
    --------
    >>> from ilp_toolkit.learning.items import Item
    >>> made = mark(Item(id="q1", part="exam", kind="match", points=3), 2 / 3)
    >>> made.points, made.out_of, made.verdict
    (2.0, 3.0, 'partly')
    """
    share = min(max(float(fraction), 0.0), 1.0)
    out_of = float(item.points) if not item.practice else 1.0
    words: Verdict = "right" if share == 1 else "partly" if share > 0 else "wrong"
    said = tuple(dict.fromkeys(comment for comment in comments if comment))
    return Mark(item.id, round(share * out_of, 2), out_of, verdict or words, said, tuple(parts), share)
