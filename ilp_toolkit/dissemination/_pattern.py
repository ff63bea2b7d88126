"""
Which numbers to hide besides the small ones: the cheapest set under which no attack succeeds.

The master chooses what to hide; the attacker answers with a cut. If the largest move of a hidden number is
too small, the prices of the attacker's programme say which numbers hold it in place, and one of them has to
be hidden: ``sum(price * room * hidden) >= need``, each coefficient clipped to the need. The cuts are made on
the relaxation first, then on whole patterns, until the pattern passes the audit; its cost is then proven the
least. Where time runs out, the pattern of the heuristic stands, with the distance to the proven bound.

Hiding more never helps the reader: what is safe under a pattern stays safe under a larger one. So goals that
the small numbers alone protect are looked at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from ._programme import Deadline, cheapest, least_move, priced
from .attacker import Audit, Goals, Reader, audit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Pattern", "Problem", "Rule", "secure"]

_SLACK = 1e-5
_ROUNDS = 40


@dataclass(frozen=True)
class Rule:
    """One kind of reader: the range that each hidden number has for them, and what they may not learn."""

    lower: Floats
    upper: Floats
    goals: Goals
    company: float = 0.0
    """The width that every other hidden number must keep."""


@dataclass(frozen=True)
class Problem:
    """Numbers tied by equations, some hidden, some that may be."""

    matrix: sparse.csr_array
    truth: Floats
    cost: Floats
    """What is lost by hiding a number, whole."""
    hidden: Mask
    """Hidden in any case."""
    candidates: Mask
    """May be hidden."""
    rules: tuple[Rule, ...]

    @property
    def total(self) -> Floats:
        """The right sides of the equations, which the truth satisfies."""
        return np.asarray(self.matrix @ self.truth, dtype=float)

    def reader(self, rule: Rule, hidden: Mask) -> Reader:
        """Return what a reader of this kind knows under a pattern."""
        lower = np.where(hidden, rule.lower, self.truth)
        return Reader(self.matrix, self.total, lower, np.where(hidden, rule.upper, self.truth))


@dataclass(frozen=True)
class Pattern:
    """What is hidden, and how that was shown to be enough."""

    hidden: Mask
    safe: bool
    cost: float
    """The cost of what is hidden besides what has to be."""
    bound: float
    """No safe pattern costs less."""
    audits: tuple[Audit, ...]
    method: str

    @property
    def optimal(self) -> bool:
        """Whether the pattern is proven the cheapest."""
        return self.safe and self.cost <= self.bound + 0.5

    @property
    def gap(self) -> float:
        """The share of the cost that is not proven needed: 0 where optimal."""
        return 0.0 if self.optimal else float((self.cost - max(self.bound, 0.0)) / max(self.cost, 1.0))


def secure(problem: Problem, *, exact: bool = True, deadline: Deadline) -> Pattern:
    """Find what to hide; `safe` is False where hiding everything is not enough or time ran out before."""
    work = _Work(problem, deadline)
    audits = work.audits(problem.hidden)
    if _passed(audits):
        return Pattern(problem.hidden, True, 0.0, 0.0, audits, "primary")
    open_goals = [_unsafe(each) for each in audits]
    found = work.heuristic(open_goals, deadline.share(0.5) if exact else deadline)
    if exact and not deadline.over:
        return work.proven(open_goals, found)
    return found


def _passed(audits: tuple[Audit, ...]) -> bool:
    return all(each.passed for each in audits)


def _unsafe(each: Audit) -> Goals:
    return each.goals.take(~each.safe)


class _Work:
    def __init__(self, problem: Problem, deadline: Deadline) -> None:
        self.problem, self.deadline = problem, deadline
        self.columns = problem.matrix.tocsc()
        self.room = [(problem.truth - rule.lower, rule.upper - problem.truth) for rule in problem.rules]

    def goals(self, rule: Rule, hidden: Mask, goals: Goals) -> Goals:
        """Return the goals under a pattern: those asked, and the company that others hidden must keep."""
        more = np.flatnonzero(hidden & self.problem.candidates & ~self.problem.hidden)
        if not rule.company or not len(more):
            return goals
        width = np.full(len(more), rule.company)
        return Goals(
            np.concatenate([goals.cells, more]),
            np.concatenate([goals.width, width]),
            np.concatenate([goals.reach, np.full(len(more), -np.inf)]),
        )

    def audits(self, hidden: Mask, goals: list[Goals] | None = None) -> tuple[Audit, ...]:
        problem = self.problem
        asked = [rule.goals for rule in problem.rules] if goals is None else goals
        return tuple(
            audit(
                problem.reader(rule, hidden),
                problem.truth,
                self.goals(rule, hidden, each),
                seconds=self.deadline.left(),
            )
            for rule, each in zip(problem.rules, asked, strict=True)
        )

    def cost(self, hidden: Mask) -> float:
        return float(self.problem.cost[hidden & ~self.problem.hidden].sum())

    def pattern(self, hidden: Mask, bound: float, method: str) -> Pattern:
        audits = self.audits(hidden)
        return Pattern(hidden, _passed(audits), self.cost(hidden), bound, audits, method)

    # the heuristic

    def heuristic(self, open_goals: list[Goals], deadline: Deadline) -> Pattern:
        """Hide along the cheapest moves, goal by goal; then show again what turns out not needed."""
        hidden = self.problem.hidden.copy()
        goals = open_goals
        for _round in range(_ROUNDS):
            before = hidden.copy()
            for which, each in enumerate(goals):
                for goal in range(len(each)):
                    if not deadline.over:
                        hidden = self._extended(which, each, goal, hidden)
            audits = self.audits(hidden, open_goals)
            if _passed(audits) or deadline.over:
                break
            goals = [_unsafe(each) for each in audits]
            if (before == hidden).all():
                hidden = self._one_more(hidden)
            if (before == hidden).all():
                break
        if _passed(audits):
            hidden = self._trimmed(hidden, open_goals, deadline)
        return self.pattern(hidden, 0.0, "heuristic")

    def _one_more(self, hidden: Mask) -> Mask:
        """Hide the cheapest of the rest: moves in fractions did not help."""
        rest = np.flatnonzero(self.problem.candidates & ~hidden)
        more = hidden.copy()
        if len(rest):
            more[rest[np.argmin(self.problem.cost[rest])]] = True
        return more

    def _extended(self, which: int, goals: Goals, goal: int, hidden: Mask) -> Mask:
        cell = int(goals.cells[goal])
        below, above = self.room[which]
        reach = goals.reach[goal] - self.problem.truth[cell]
        plans: list[Floats] = []
        if reach > 0:
            plans = [self._move(which, cell, reach, hidden)]
        elif goals.width[goal] > 0:
            width = goals.width[goal]
            for up in np.arange(min(width, above[cell]), max(width - below[cell], 0) - 1, -1):
                both = [self._move(which, cell, step, hidden) for step in (up, up - width) if step]
                if all(move is not None for move in both):
                    plans.append(np.max([np.abs(move) for move in both], axis=0))
        plans = [plan for plan in plans if plan is not None]
        if not plans:
            return hidden
        used = [hidden | (np.abs(plan) > 1e-7) for plan in plans]
        return min(used, key=self.cost)

    def _move(self, which: int, cell: int, step: float, hidden: Mask) -> Any:
        problem = self.problem
        may = hidden | problem.candidates
        below, above = self.room[which]
        lower, upper = np.where(may, -below, 0.0), np.where(may, above, 0.0)
        lower[cell] = upper[cell] = step
        cost = np.where(hidden, 1e-4, 1.0 + problem.cost)
        keep = np.flatnonzero(may)
        move = least_move(cost[keep], self.columns[:, keep], lower[keep], upper[keep], deadline=self.deadline)
        if move is None:
            return None
        whole = np.zeros(len(may))
        whole[keep] = move
        return whole

    def _trimmed(self, hidden: Mask, goals: list[Goals], deadline: Deadline) -> Mask:
        extra = np.flatnonzero(hidden & ~self.problem.hidden)
        for cell in extra[np.argsort(-self.problem.cost[extra], kind="stable")]:
            if deadline.over:
                break
            less = hidden.copy()
            less[cell] = False
            if _passed(self.audits(less, goals)):
                hidden = less
        return hidden

    # the proof

    def proven(self, open_goals: list[Goals], best: Pattern) -> Pattern:
        """Raise the bound by cuts until it meets a pattern that passes the audit."""
        master = _Master(self.problem)
        for which, goals in enumerate(open_goals):
            for goal in range(len(goals)):
                self._cuts_of_equations(master, which, goals, goal)
        bound = self._relaxed(master, open_goals)
        top = best.cost if best.safe else np.inf
        while bound < top - 0.5 and not self.deadline.over:
            chosen, low = master.solve(whole=True, deadline=self.deadline)
            bound = max(bound, np.ceil(low - 1e-6))
            if chosen is None or bound >= top - 0.5:
                break
            hidden = self.problem.hidden | (chosen > 0.5)
            audits = self.audits(hidden, open_goals)
            if _passed(audits):
                found = self.pattern(hidden, bound, "optimal")
                if found.safe and found.cost < top:
                    best, top = found, found.cost
                continue
            self._cut_off(master, audits, hidden)
        return Pattern(best.hidden, best.safe, best.cost, min(bound, top), best.audits, best.method)

    def _relaxed(self, master: _Master, open_goals: list[Goals]) -> float:
        bound = 0.0
        for _round in range(_ROUNDS):
            chosen, low = master.solve(whole=False, deadline=self.deadline)
            if chosen is None or self.deadline.over:
                break
            bound = max(bound, np.ceil(low - 1e-6))
            size = len(master.rows)
            for which, goals in enumerate(open_goals):
                for goal in range(len(goals)):
                    if not self.deadline.over:
                        self._separate(master, which, goals, goal, chosen)
            if len(master.rows) == size:
                break
        return float(bound)

    def _cut_off(self, master: _Master, audits: tuple[Audit, ...], hidden: Mask) -> None:
        size = len(master.rows)
        chosen = hidden.astype(float)
        for which, each in enumerate(audits):
            failing = _unsafe(each)
            for goal in range(len(failing)):
                self._separate(master, which, failing, goal, chosen)
        if len(master.rows) == size:
            # The relaxation does not see it: no smaller pattern is safe either, so one more must be hidden.
            rest = self.problem.candidates & ~hidden
            master.add(rest.astype(float), 1.0)

    def _cuts_of_equations(self, master: _Master, which: int, goals: Goals, goal: int) -> None:
        """Whoever shares an equation with a number that has to move must hold its counterweight."""
        cell = int(goals.cells[goal])
        below, above = self.room[which]
        need, ways = self._need(which, goals, goal)
        start, end = self.columns.indptr[cell : cell + 2]
        for row, sign in zip(self.columns.indices[start:end], self.columns.data[start:end], strict=True):
            others = np.asarray(self.problem.matrix[[row]].todense()).ravel() * sign
            others[cell] = 0.0
            weight = np.zeros(len(below))
            for way in ways:
                push = others * way
                weight += np.where(push > 0, _room(below), 0.0) + np.where(push < 0, _room(above), 0.0)
            master.add(weight, need)

    def _need(self, which: int, goals: Goals, goal: int) -> tuple[float, tuple[float, ...]]:
        cell = int(goals.cells[goal])
        reach = goals.reach[goal] - self.problem.truth[cell]
        return (float(reach), (1.0,)) if reach > 0 else (float(goals.width[goal]), (1.0, -1.0))

    def _separate(self, master: _Master, which: int, goals: Goals, goal: int, chosen: Floats) -> None:
        cell = int(goals.cells[goal])
        need, ways = self._need(which, goals, goal)
        weight = np.zeros(len(chosen))
        for way in ways:
            part = self._prices(which, cell, way, need, chosen)
            if part is None:
                return
            weight += part
        master.add(weight, need, when=cell, unless=chosen)

    def _prices(self, which: int, cell: int, way: float, need: float, chosen: Floats) -> Floats | None:
        """Return, for each number, how far it lets the cell move, by the attacker's prices."""
        problem = self.problem
        y = np.where(problem.hidden, 1.0, np.where(problem.candidates, chosen, 0.0))
        y[cell] = max(y[cell], 1.0)
        keep = np.flatnonzero(y > 1e-6)
        below, above = self.room[which]
        part = y[keep] < 1 - 1e-6
        lower = -np.where(part, np.minimum(below[keep], need) * y[keep], below[keep])
        upper = np.where(part, np.minimum(above[keep], need) * y[keep], above[keep])
        objective = np.zeros(len(keep))
        at = int(np.searchsorted(keep, cell))
        objective[at] = way
        lower[at], upper[at] = max(lower[at], -need), min(upper[at], need)
        block = self.columns[:, keep].tocsr()
        rows = np.flatnonzero(np.diff(block.indptr))
        answer = priced(objective, block[rows], lower, upper, deadline=self.deadline)
        if answer is None:
            return None
        reduced = -(problem.matrix[rows].T @ answer[2])
        reduced[cell] -= way
        reduced[np.abs(reduced) < 1e-9] = 0.0
        return np.where(reduced > 0, reduced * _room(below), -reduced * _room(above))


def _room(side: Floats) -> Floats:
    """Endless room as a large number: a coefficient is clipped to the need anyway."""
    return np.minimum(side, 1e7)


class _Master:
    """The choice of what to hide, under the cuts so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cells = np.flatnonzero(problem.candidates & ~problem.hidden)
        self.rows: list[Floats] = []
        self.needs: list[float] = []
        self._seen: set[bytes] = set()

    def add(self, weight: Floats, need: float, *, when: int | None = None, unless: Any = None) -> None:
        """Add a cut: the weights of what is hidden reach the need (where `when` is hidden)."""
        fixed = self.problem.hidden
        need = need - float(weight[fixed].sum())
        conditional = when is not None and not fixed[when]
        if conditional:
            need -= float(weight[when])
        if need <= _SLACK:
            return
        row = np.minimum(weight[self.cells], need)
        if conditional:
            row = np.where(self.cells == when, -need, row)
        row = np.where(np.abs(row) < 1e-9, 0.0, row)
        target = 0.0 if conditional else need
        if unless is not None and row @ unless[self.cells] >= target - 1e-4 * need:
            return
        key = np.round(np.append(row, target) / need, 6).tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        self.rows.append(row / need)
        self.needs.append(target / need)

    def solve(self, *, whole: bool, deadline: Deadline) -> tuple[Floats | None, float]:
        """Return the cheapest choice under the cuts, over all numbers, and a bound of its cost."""
        size = len(self.cells)
        answer = cheapest(
            self.problem.cost[self.cells],
            sparse.csr_array(np.array(self.rows).reshape(-1, size)),
            np.array(self.needs),
            np.zeros(size),
            np.ones(size),
            whole=whole,
            deadline=deadline,
        )
        if answer.point is None:
            return None, answer.bound
        chosen = np.zeros(len(self.problem.truth))
        chosen[self.cells] = answer.point
        return chosen, answer.bound
