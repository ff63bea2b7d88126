"""
The proof: a master that chooses, and the attacker's answer as a cut.

If a hidden number cannot move far enough, the prices of the attacker's programme say which others hold it in
place, and enough of those must be hidden: ``sum(price * room * hidden) >= need``. Each coefficient is clipped
to the need. Cuts are made on the relaxation first, then on whole choices, until one passes the audit: nothing
cheaper is safe. In tables of two dimensions the attacker's programme is a flow, its prices a smallest cut.

Fischetti & Salazar-González (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from ._flows import Network
from ._pattern import attacks, passed, unsafe
from ._programme import Deadline, cheapest, priced, relaxed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._pattern import Problem
    from .attacker import Goals

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["Master", "equation_cuts", "proven"]

_SLACK = 1e-5
_ENDLESS = 1e7
"""Room that nothing bounds: a coefficient is clipped to the need anyway."""


def proven(problem: Problem, deadline: Deadline) -> tuple[Mask, float, bool]:
    """Return the best pattern found, a proven bound of the cost, and whether the pattern meets it."""
    from ._company import moved

    goals = tuple(rule.goals for rule in problem.rules)
    master = Master(problem)
    equation_cuts(problem, master, goals)
    attack = _Attack(problem, master, deadline.share(0.5))
    bound = attack.relax(goals)
    best = moved(problem, deadline.share(0.5), guide=attack.chosen)
    top = _cost(problem, best) if passed(attacks(problem, best, goals, deadline)) else np.inf
    attack.deadline = deadline
    while bound < top - 0.5 and not deadline.over:
        chosen, low = master.solve(deadline=deadline, top=top)
        bound = max(bound, min(float(np.ceil(low - 1e-6)), top))
        if chosen is None or bound > top - 0.5:
            break
        hidden = problem.hidden | (chosen > 0.5)
        audits = attacks(problem, hidden, goals, deadline)
        if deadline.over:
            break
        if passed(audits):
            best, top = hidden, min(top, _cost(problem, hidden))
            continue
        size = len(master)
        for which, each in enumerate(audits):
            attack.each(which, unsafe(each), hidden.astype(float))
        if len(master) == size:
            # The relaxation does not see it: no smaller pattern is safe either, so one more must be hidden.
            master.add((problem.candidates & ~hidden).astype(float), 1.0)
    return best, max(min(bound, top), 0.0), bool(bound > top - 0.5)


def _cost(problem: Problem, hidden: Mask) -> float:
    return float(problem.cost[hidden & ~problem.hidden].sum())


def equation_cuts(problem: Problem, master: Master, goals: tuple[Goals, ...]) -> None:
    """Whoever shares an equation with a number that has to move must hold its counterweight."""
    columns = problem.matrix.tocsc()
    for rule, each in zip(problem.rules, goals, strict=True):
        below = np.minimum(problem.truth - rule.lower, _ENDLESS)
        above = np.minimum(rule.upper - problem.truth, _ENDLESS)
        for cell, width, reach in zip(each.cells, each.width, each.reach, strict=True):
            need, ways = _need(problem, cell, width, reach)
            start, end = columns.indptr[cell : cell + 2]
            for row, sign in zip(columns.indices[start:end], columns.data[start:end], strict=True):
                first, last = problem.matrix.indptr[row : row + 2]
                others = problem.matrix.indices[first:last]
                push = problem.matrix.data[first:last] * sign
                weight = np.zeros(len(below))
                for way in ways:
                    side = np.where(push * way > 0, below[others], above[others])
                    part = np.where(others == cell, 0.0, side)
                    own = above[cell] if way > 0 else below[cell]
                    weight[others] += part if part.sum() < own or len(ways) == 1 else 0.0
                    if len(ways) > 1 and part.sum() >= own:
                        weight[cell] += own
                master.add(weight, need)


def _need(problem: Problem, cell: int, width: float, reach: float) -> tuple[float, tuple[float, ...]]:
    higher = reach - problem.truth[cell]
    return (float(higher), (1.0,)) if higher > 0 else (float(width), (1.0, -1.0))


class _Attack:
    """The attacker's programme for one goal at a time, priced under a choice in fractions."""

    def __init__(self, problem: Problem, master: Master, deadline: Deadline) -> None:
        self.problem, self.master, self.deadline = problem, master, deadline
        self.chosen: Floats | None = None
        self.basis = problem.matrix if problem.basis is None else problem.basis
        self.columns = self.basis.tocsc()
        self.network = Network.of(self.columns)
        self.room = [
            (
                np.minimum(problem.truth - rule.lower, _ENDLESS),
                np.minimum(rule.upper - problem.truth, _ENDLESS),
            )
            for rule in problem.rules
        ]

    def relax(self, goals: tuple[Goals, ...]) -> float:
        """Add cuts while the relaxation breaks any; return its bound."""
        bound = 0.0
        live = goals
        while not self.deadline.over:
            answer = self.master.relax(self.deadline)
            if answer is None:
                break
            bound, self.chosen = max(bound, float(np.ceil(answer[0] - 1e-6))), answer[1]
            broken = [self.each(which, each, self.chosen) for which, each in enumerate(live)]
            if not any(mask.any() for mask in broken):
                if live is goals:
                    break
                live = goals
            else:
                live = tuple(each.take(mask) for each, mask in zip(live, broken, strict=True))
        return bound

    def each(self, which: int, goals: Goals, chosen: Floats) -> Mask:
        """Add the cuts that a choice breaks, and say for which goals there was one."""
        problem = self.problem
        broken = np.zeros(len(goals), dtype=bool)
        y = np.where(problem.hidden, 1.0, np.where(problem.candidates, chosen, 0.0))
        for i, (cell, width, reach) in enumerate(zip(goals.cells, goals.width, goals.reach, strict=True)):
            if self.deadline.over:
                break
            need, ways = _need(problem, cell, width, reach)
            weight: Any = np.zeros(len(y))
            for way in ways:
                part = self._prices(which, int(cell), way, need, y)
                weight = None if part is None or weight is None else weight + part
            if weight is not None:
                broken[i] = self.master.add(weight, need, when=int(cell), broken_by=chosen)
        return broken

    def _prices(self, which: int, cell: int, way: float, need: float, y: Floats) -> Floats | None:
        """Return, for each number, how far it lets the cell move, by the attacker's prices."""
        below, above = self.room[which]
        if self.network is not None:
            return self.network.smallest_cut(cell, way, (below, above), y, need)
        keep = np.flatnonzero(y > 1e-6)
        part = y[keep] < 1 - 1e-6
        lower = -np.where(part, np.minimum(below[keep], need) * y[keep], below[keep])
        upper = np.where(part, np.minimum(above[keep], need) * y[keep], above[keep])
        objective = np.zeros(len(keep))
        at = int(np.searchsorted(keep, cell))
        objective[at] = way
        lower[at], upper[at] = max(-below[cell], -need), min(above[cell], need)
        block = self.columns[:, keep].tocsr()
        rows = np.flatnonzero(np.diff(block.indptr))
        answer = priced(objective, block[rows], lower, upper, deadline=self.deadline)
        if answer is None:
            return None
        reduced = -(self.basis[rows].T @ answer[2])
        reduced[cell] -= way
        reduced[np.abs(reduced) < 1e-9] = 0.0
        return np.asarray(np.where(reduced > 0, reduced * below, -reduced * above))


class Master:
    """The choice of what to hide, under the cuts so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cells = np.flatnonzero(problem.candidates & ~problem.hidden)
        self._cols: list[Any] = []
        self._data: list[Floats] = []
        self._needs: list[float] = []
        self._seen: set[bytes] = set()
        self._costs = problem.cost[self.cells]
        self.low, self.extra = 0.0, self._costs * 0.0

    def __len__(self) -> int:
        """Return how many cuts there are."""
        return len(self._needs)

    def add(self, weight: Floats, need: float, *, when: int | None = None, broken_by: Any = None) -> bool:
        """
        Add a cut: the weights of what is hidden reach the need.

        With `when`, only where that number is hidden; with `broken_by`, only if that choice breaks the cut.
        """
        fixed = self.problem.hidden
        need = need - float(weight[fixed].sum())
        conditional = when is not None and not fixed[when]
        if conditional:
            need -= float(weight[when])
        if need <= _SLACK:
            return False
        row = np.minimum(weight[self.cells], need) / need
        if conditional:
            row = np.where(self.cells == when, -1.0, row)
        row = np.where(np.abs(row) < 1e-9, 0.0, row)
        target = 0.0 if conditional else 1.0
        if broken_by is not None and row @ broken_by[self.cells] >= target - 1e-4:
            return False
        at = np.flatnonzero(row)
        key = at.tobytes() + np.round(row[at], 6).tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        self._cols.append(at)
        self._data.append(row[at])
        self._needs.append(target)
        return True

    def relax(self, deadline: Deadline) -> tuple[float, Floats] | None:
        """Return the cost of the best choice in fractions, and the choice, over all numbers."""
        answer = relaxed(self._costs, self._rows(), np.array(self._needs), deadline=deadline)
        if answer is None:
            return None
        self.low, self.extra = answer[0], answer[2]
        return answer[0], self._spread(answer[1])

    def solve(
        self, *, deadline: Deadline, top: float = np.inf, gap: float = 0.0
    ) -> tuple[Floats | None, float]:
        """Return the cheapest choice under the cuts that costs less than `top`, and a bound of the cost."""
        # What would cost more than the best pattern known, by the prices of the relaxation, is out.
        worth = np.flatnonzero(self.low + self.extra <= top - 1 + 1e-6)
        answer = cheapest(
            self._costs[worth],
            self._rows()[:, worth],
            np.array(self._needs),
            whole=True,
            deadline=deadline,
            gap=gap,
        )
        if answer.point is None:
            impossible = answer.status == 2
            return None, top if impossible else answer.bound
        chosen = np.zeros(len(self.cells))
        chosen[worth] = answer.point
        return self._spread(chosen), min(answer.bound, top)

    def _rows(self) -> Any:
        starts = np.concatenate([[0], np.cumsum([len(each) for each in self._cols])]).astype(np.int64)
        none = np.zeros(0)
        cols = np.concatenate([none.astype(np.int64), *self._cols])
        shape = (len(self), len(self.cells))
        return sparse.csr_array((np.concatenate([none, *self._data]), cols, starts), shape=shape)

    def _spread(self, chosen: Floats) -> Floats:
        out = np.zeros(len(self.problem.truth))
        out[self.cells] = chosen
        return out
