"""
Where a learner stands in a module: points, hurdles, and whether that is enough.

A module is passed with 70 per cent of its points and every hurdle full, in one and the same attempt. What a
person still has to mark leaves the outcome open only as long as it can change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ilp_toolkit.i18n import N_

from .assessment import Assessment, Attempt
from .marks import Effective, ItemVersion
from .modules import Module

__all__ = ["PASS", "STATES", "Standing", "standing", "standings"]

PASS = 0.7
"""Share of the points that a module is passed with."""
State = Literal["passed", "failed", "open"]
STATES: dict[State, str] = {"passed": N_("passed"), "failed": N_("not passed"), "open": N_("still open")}
"""What each state is called."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Standing:
    """One attempt, weighed."""

    attempt: Attempt
    marks: Mapping[str, Effective] = field(repr=False)
    hurdles: tuple[str, ...]
    """Items that must be full."""

    @property
    def points(self) -> float:
        """Points so far; what waits for a person counts nothing yet."""
        return sum(mark.points for mark in self.marks.values() if not mark.pending)

    @property
    def out_of(self) -> float:
        """Points that there are."""
        return sum(mark.out_of for mark in self.marks.values())

    @property
    def share(self) -> float:
        """Points so far as a share of all, 0 to 1."""
        return self.points / self.out_of if self.out_of else 0.0

    @property
    def pending(self) -> tuple[str, ...]:
        """Items that a person still has to mark."""
        return tuple(sorted(item for item, mark in self.marks.items() if mark.pending))

    @property
    def missed(self) -> tuple[str, ...]:
        """Hurdles that are marked and not full."""
        return tuple(item for item in self.hurdles if not self._full(item) and item not in self.pending)

    @property
    def met(self) -> tuple[str, ...]:
        """Hurdles that are full."""
        return tuple(item for item in self.hurdles if self._full(item))

    @property
    def provisional(self) -> bool:
        """Whether a mark rests on recorded answers that nobody executed."""
        return any(mark.provisional for mark in self.marks.values())

    @property
    def unsandboxed(self) -> bool:
        """Whether a mark comes from code that was run without a sandbox."""
        return any(row.mode == "unsandboxed" for mark in self.marks.values() for row in mark.marks)

    @property
    def state(self) -> State:
        """Passed, failed, or open where what is pending can still decide it."""
        needed = PASS * self.out_of - _ROUNDING
        waiting = sum(self.marks[item].out_of for item in self.pending)
        if not self.out_of or self.missed or self.points + waiting < needed:
            return "failed"
        return "passed" if self.points >= needed and len(self.met) == len(self.hurdles) else "open"

    def _full(self, item: str) -> bool:
        return item in self.marks and self.marks[item].full


def standing(
    record: Assessment, attempt: Attempt, module: Module | None, versions: Mapping[int, ItemVersion]
) -> Standing:
    """
    Weigh one attempt by what its items were when they were marked.

    Parameters
    ----------
    record
        The record of marking.
    attempt
        The attempt.
    module
        The module as it is now, for marks that name no version of their item.
    versions
        As `Assessment.item_versions` gives them.
    """
    marks = record.effective(attempt.id)
    own = {item.id: item.hurdle for item in module.part("exam")} if module is not None else {}
    hurdles = [item for item, mark in marks.items() if _hurdle(mark, own.get(item, False), versions)]
    return Standing(attempt, marks, tuple(sorted(hurdles)))


def standings(record: Assessment, module: Module, policy: str = "last") -> list[Standing]:
    """Weigh the attempt that counts of each learner, in the order of their pseudonyms."""
    versions = record.item_versions(module.id)
    return [standing(record, attempt, module, versions) for attempt in record.counting(module.id, policy)]


def _hurdle(mark: Effective, now: bool, versions: Mapping[int, ItemVersion]) -> bool:
    asked = [versions[row.version].head for row in mark.marks if row.version and row.version in versions]
    return bool(asked[-1].get("hurdle", now)) if asked else now
