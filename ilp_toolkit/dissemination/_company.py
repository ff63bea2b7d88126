"""
The heuristic: hide along the cheapest moves, goal by goal, then show again what turns out not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._cuts import Master, equation_cuts
from ._pattern import attacks, passed, unsafe
from ._programme import Deadline, least_move

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._pattern import Problem
    from .attacker import Goals

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["moved"]

_ROUNDS = 30
_MANY = 150
"""Goals above which a cheap cover comes first."""
_TRIMMED = 300_000
"""Numbers hidden for company times all numbers, up to which each is tried to be shown again."""


def moved(problem: Problem, deadline: Deadline, *, guide: Floats | None = None) -> Mask:
    """
    Return what to hide; the caller audits it.

    A `guide` is a choice in fractions: what it takes part of comes cheaper. Then nothing is tried to be shown
    again: the proof that follows does better.
    """
    goals = tuple(rule.goals for rule in problem.rules)
    hidden = problem.hidden
    if guide is None and sum(map(len, goals)) > _MANY:
        hidden = _cover(problem, goals, deadline)
    cost = problem.cost if guide is None else problem.cost * np.maximum(1.0 - guide, 0.01)
    for _round in range(_ROUNDS):
        audits = attacks(problem, hidden, goals, deadline)
        if passed(audits):
            return hidden if guide is not None else _trimmed(problem, hidden, goals, deadline.share(0.5))
        if deadline.over:
            break
        before = hidden
        hidden = _Walk(problem, hidden, cost, deadline).over(tuple(unsafe(each) for each in audits))
        if (before == hidden).all():
            hidden = _one_more(problem, hidden)
        if (before == hidden).all():
            break
    return hidden


def _cover(problem: Problem, goals: tuple[Goals, ...], deadline: Deadline) -> Mask:
    """Start with the cheapest set that gives every number in question a counterweight in its equations."""
    master = Master(problem)
    equation_cuts(problem, master, goals)
    chosen, _low = master.solve(deadline=deadline.share(0.25), gap=0.02)
    return problem.hidden.copy() if chosen is None else problem.hidden | (chosen > 0.5)


def _one_more(problem: Problem, hidden: Mask) -> Mask:
    """Hide the cheapest of the rest: moves in fractions did not help."""
    rest = np.flatnonzero(problem.candidates & ~hidden)
    more = hidden.copy()
    if len(rest):
        more[rest[np.argmin(problem.cost[rest])]] = True
    return more


def _trimmed(problem: Problem, hidden: Mask, goals: tuple[Goals, ...], deadline: Deadline) -> Mask:
    extra = np.flatnonzero(hidden & ~problem.hidden)
    if len(extra) * len(hidden) > _TRIMMED:
        return hidden
    for cell in extra[np.argsort(-problem.cost[extra], kind="stable")]:
        if deadline.over:
            break
        less = hidden.copy()
        less[cell] = False
        if passed(attacks(problem, less, goals, deadline)):
            hidden = less
    return hidden


class _Walk:
    """One round over the goals; each move is remembered, for it moves other numbers too."""

    def __init__(self, problem: Problem, hidden: Mask, cost: Floats, deadline: Deadline) -> None:
        self.problem, self.hidden, self.deadline = problem, hidden.copy(), deadline
        self.cost = cost
        basis = problem.matrix if problem.basis is None else problem.basis
        self.may = np.flatnonzero(hidden | problem.candidates)
        self.columns = basis.tocsc()[:, self.may]
        self.room = [(problem.truth - rule.lower, rule.upper - problem.truth) for rule in problem.rules]
        self.low = [np.zeros(len(hidden)) for _rule in problem.rules]
        self.high = [np.zeros(len(hidden)) for _rule in problem.rules]

    def over(self, goals: tuple[Goals, ...]) -> Mask:
        """Give every goal the moves that it needs, and return what is hidden then."""
        for which, each in enumerate(goals):
            for cell, width, reach in zip(each.cells, each.width, each.reach, strict=True):
                if self.deadline.over:
                    return self.hidden
                self._toward(which, int(cell), float(width), float(reach - self.problem.truth[cell]))
        return self.hidden

    def _toward(self, which: int, cell: int, width: float, reach: float) -> None:
        low, high = self.low[which][cell], self.high[which][cell]
        if reach > 0:
            if high < reach:
                self._take(which, [self._move(which, cell, reach)])
        elif high - low < width:
            below, above = self.room[which]
            ups = np.arange(min(width, above[cell]), max(width - below[cell], 0) - 1, -1)
            best: tuple[float, list[Floats | None]] = (np.inf, [])
            for up in ups:
                plan = [self._move(which, cell, float(step)) for step in (up, up - width) if step]
                if all(move is not None for move in plan):
                    best = min(best, (self._price(plan), plan), key=lambda each: each[0])
                if best[0] == 0:
                    break
            self._take(which, best[1])

    def _price(self, plan: list[Floats | None]) -> float:
        used = np.logical_or.reduce([np.abs(move) > 1e-7 for move in plan if move is not None])
        return float(self.problem.cost[used & ~self.hidden].sum())

    def _take(self, which: int, plan: list[Floats | None]) -> None:
        for move in plan:
            if move is None:
                continue
            self.hidden |= np.abs(move) > 1e-7
            if np.abs(move - np.round(move)).max() < 1e-6:
                self.low[which] = np.minimum(self.low[which], np.round(move))
                self.high[which] = np.maximum(self.high[which], np.round(move))

    def _move(self, which: int, cell: int, step: float) -> Floats | None:
        below, above = self.room[which]
        at = int(np.searchsorted(self.may, cell))
        lower, upper = -below[self.may], above[self.may]
        lower[at] = upper[at] = step
        cost = np.where(self.hidden, 1e-4, 1.0 + self.cost)[self.may]
        move = least_move(cost, self.columns, lower, upper, deadline=self.deadline)
        if move is None:
            return None
        whole = np.zeros(len(self.hidden))
        whole[self.may] = move
        return whole
