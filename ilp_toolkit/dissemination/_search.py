"""
The search for tables that fit what a reader knows, for `attacker`: many numbers at once, then one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from ._programme import NEAR, Answer, Deadline, highest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .attacker import Goals, Reader

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

_WORK = 3e8
"""Multiplications of a factorisation above which the solver is quicker."""
_FAR = 10_000.0
"""How far beyond what is needed a whole number is looked for."""
_FEW = 8
"""Waiting numbers above which algebra is asked before the solver."""


def components(reader: Reader, among: Mask) -> list[Whole]:
    """Group the unknown numbers that equations tie together, smallest column first."""
    cells = np.flatnonzero(among)
    if len(cells) == 0:
        return []
    part = reader.matrix[:, cells]
    tie = csgraph.connected_components(
        sparse.block_array([[None, part], [part.T, None]], format="csr"), directed=False
    )[1][part.shape[0] :]
    order = np.argsort(tie, kind="stable")
    cuts = np.flatnonzero(np.diff(tie[order])) + 1
    return sorted((cells[each] for each in np.split(order, cuts)), key=lambda each: int(each[0]))


def rows_of(reader: Reader, cells: Whole) -> Whole:
    """Return the equations in which any of these numbers stands."""
    return np.unique(reader.matrix[:, cells].tocoo().row)


def still(part: Any) -> Mask:
    """Say which columns a random vector of the null space does not move."""
    rng = np.random.default_rng(20)
    start = rng.uniform(1.0, 2.0, part.shape[1]) * rng.choice([-1.0, 1.0], part.shape[1])
    if part.shape[0] == 0:
        return np.zeros(part.shape[1], dtype=bool)
    if min(part.shape) ** 2 * max(part.shape) <= 30 * _WORK:
        dense = part.toarray()
        move = start - dense.T @ np.linalg.lstsq(dense.T, start, rcond=None)[0]
    else:
        from scipy.sparse.linalg import lsmr

        move = start - part.T @ lsmr(part.T, start, atol=1e-12, btol=1e-12, maxiter=4 * part.shape[0])[0]
    return np.asarray(np.abs(move) < 1e-7, dtype=bool)


class Part:
    """Some components of a reader's knowledge, with the numbers that are known taken out."""

    def __init__(self, reader: Reader, cells: Whole) -> None:
        self.cells = cells
        rows = rows_of(reader, cells)
        inside = np.zeros(len(reader.lower), dtype=bool)
        inside[cells] = True
        known = np.where(inside, 0.0, np.where(reader.lower == reader.upper, reader.lower, 0.0))
        across = reader.matrix[rows]
        self.matrix = across[:, cells]
        self.total = reader.total[rows] - across @ known
        self.lower, self.upper = reader.lower[cells], reader.upper[cells]
        self.at = {int(cell): i for i, cell in enumerate(cells)}

    def solve(
        self, objective: Floats, limits: tuple[Floats, Floats], *, whole: bool, deadline: Deadline
    ) -> Answer:
        """Maximise an objective within limits of the numbers."""
        return highest(objective, self.matrix, self.total, *limits, whole=whole, deadline=deadline)

    def extreme(self, cell: int, sign: float, *, whole: bool, deadline: Deadline) -> float:
        """Return the largest value of ``sign * x``; a proven bound of it where time runs out."""
        objective = np.zeros(len(self.cells))
        objective[self.at[cell]] = sign
        loose = self.solve(objective, (self.lower, self.upper), whole=False, deadline=deadline)
        if loose.point is None or loose.status != 0:
            return np.inf
        if not whole:
            return float(loose.value)
        best = float(np.floor(loose.value + NEAR))
        if self.exact(loose.point) is not None:
            return best
        tight = self.solve(objective, (self.lower, self.upper), whole=True, deadline=deadline)
        return best if tight.point is None else min(best, float(np.floor(tight.bound + NEAR)))

    def exact(self, point: Floats | None) -> Floats | None:
        """Return a whole table, checked without tolerance, or None."""
        if point is None:
            return None
        near = np.round(point)
        if np.abs(near - point).max(initial=0.0) > NEAR:
            return None
        fits = (near >= self.lower).all() and (near <= self.upper).all()
        return near if fits and (self.matrix @ near == self.total).all() else None


class Run:
    """What has been shown so far: the smallest and largest witnessed value of each number."""

    def __init__(self, goals: Goals, truth: Floats) -> None:
        self.goals = goals
        self.low, self.high = truth.copy(), truth.copy()
        self.found = np.zeros(len(goals), dtype=bool)

    def safe(self) -> Mask:
        cells = self.goals.cells
        wide = self.high[cells] - self.low[cells] >= self.goals.width
        return np.asarray(wide & (self.high[cells] >= self.goals.reach))

    def waiting(self, cells: Whole) -> Mask:
        inside = np.zeros(len(self.low), dtype=bool)
        inside[cells] = True
        return np.asarray(inside[self.goals.cells] & ~self.found & ~self.safe())

    def exclude(self, tight: Reader) -> None:
        """Note what pencil and paper find already."""
        cells = self.goals.cells
        narrow = tight.upper[cells] - tight.lower[cells] < self.goals.width
        self.found |= narrow | (tight.upper[cells] < self.goals.reach)

    def witness(self, cells: Whole, table: Floats) -> None:
        self.low[cells] = np.minimum(self.low[cells], table)
        self.high[cells] = np.maximum(self.high[cells], table)


class Search:
    """One attack on the goals of one part."""

    def __init__(self, part: Part, run: Run, deadline: Deadline) -> None:
        self.part, self.run, self.deadline = part, run, deadline
        self.rng = np.random.default_rng(7)

    def go(self) -> None:
        """Settle what waits in this part: together while that helps, then one by one."""
        idle = 0
        while idle < 3 and not self.deadline.over:
            waiting = self._waiting()
            if len(waiting) <= 2:
                break
            self._together(waiting)
            idle = idle + 1 if len(self._waiting()) == len(waiting) else 0
        if len(self._waiting()) > _FEW:
            self._known_by_algebra()
        for goal in self._waiting():
            if self.deadline.over:
                return
            if not self.run.safe()[goal]:
                self._alone(int(goal))

    def _known_by_algebra(self) -> None:
        if min(self.part.matrix.shape) ** 2 * max(self.part.matrix.shape) > _WORK:
            return
        known = self.part.cells[still(self.part.matrix)]
        self.run.found |= np.isin(self.run.goals.cells, known) & (self.run.goals.width > 0)

    def _waiting(self) -> Whole:
        return np.flatnonzero(self.run.waiting(self.part.cells))

    def _together(self, waiting: Whole) -> None:
        """Look for one table that raises, and one that lowers, as many waiting numbers as it can."""
        part, run = self.part, self.run
        cells, width = run.goals.cells[waiting], run.goals.width[waiting]
        at = np.array([part.at[int(cell)] for cell in cells])
        need = np.maximum.reduce([run.goals.reach[waiting], run.low[cells] + width, run.high[cells]])
        cap, floor = part.upper.copy(), part.lower.copy()
        cap[at] = np.minimum(cap[at], need)
        self._try(at, self.rng.uniform(0.5, 1.5, len(at)), part.lower, cap)
        still = run.waiting(part.cells)[waiting]
        if still.any():
            floor[at] = np.maximum(floor[at], np.minimum(run.high[cells] - width, run.low[cells]))
            self._try(at, np.where(still, -self.rng.uniform(0.5, 1.5, len(at)), 0.0), floor, part.upper)

    def _try(self, at: Whole, weight: Floats, lower: Floats, upper: Floats) -> None:
        objective = np.zeros(len(self.part.cells))
        objective[at] = weight
        answer = self.part.solve(objective, (lower, upper), whole=False, deadline=self.deadline)
        table = self.part.exact(answer.point)
        if table is not None:
            self.run.witness(self.part.cells, table)

    def _alone(self, goal: int) -> None:
        """Settle one goal: exactly, where time allows."""
        run = self.run
        cell = int(run.goals.cells[goal])
        width, reach = float(run.goals.width[goal]), float(run.goals.reach[goal])
        high = self._furthest(cell, 1.0, max(run.high[cell], reach, run.low[cell] + width))
        if high < reach:
            run.found[goal] = True
        elif not run.safe()[goal]:
            low = -self._furthest(cell, -1.0, width - min(high, run.high[cell]))
            run.found[goal] = high - low < width

    def _furthest(self, cell: int, sign: float, need: float) -> float:
        """Return a proven bound of ``sign * x``, not looked for beyond `need`; note what was witnessed."""
        part, at = self.part, self.part.at[cell]
        objective = np.zeros(len(part.cells))
        objective[at] = sign
        lower, upper = part.lower.copy(), part.upper.copy()
        if sign > 0:
            upper[at] = min(upper[at], need)
        else:
            lower[at] = max(lower[at], -need)
        best = np.inf
        # Whole numbers can have gaps: then the value at the limit may not exist, and one beyond it may.
        beyond = part.upper.copy()
        beyond[at] = min(beyond[at], abs(need) + _FAR)
        for whole, limits in ((False, (lower, upper)), (True, (part.lower, beyond))):
            answer = part.solve(objective, limits, whole=whole, deadline=self.deadline)
            if answer.point is None:
                return best
            best = min(best, float(np.floor(answer.bound + NEAR)))
            table = part.exact(answer.point)
            if table is not None:
                self.run.witness(part.cells, table)
                if answer.status == 0:
                    break
        return best
