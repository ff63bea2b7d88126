"""What was found in each text and each run of bytes, so that what stands twice is searched once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Found", "Mark", "Memory"]

Mark = tuple[bool, int, int]
"""How a text or bytes are known again: which of the two, hash and length."""


@dataclass(eq=False)
class Found:
    """What a text or bytes hold by themselves, and what is wrapped in them."""

    values: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    inside: list[Found] = field(default_factory=list)
    page: bool = False
    """Whether addresses that a browser would fetch were looked for."""

    def parts(self) -> Iterator[Found]:
        """Yield this and everything inside, at any depth, each once."""
        known, waiting = {id(self)}, [self]
        while waiting:
            part = waiting.pop()
            yield part
            fresh = {id(inner): inner for inner in part.inside if id(inner) not in known}
            known |= set(fresh)
            waiting += fresh.values()

    def is_cut(self) -> bool:
        """Say whether something inside was left unsearched, because it lay too deep or was too large."""
        return any(part.counts["deep"] for part in self.parts())


Memory = dict[Mark, Found]
