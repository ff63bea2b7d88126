"""
The solver behind the attacker: linear and whole-number programmes, through SciPy alone.

Everything here is asked under a deadline. An answer says whether it is proven; what is not proven is never
taken for safe by those who ask.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize, sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEAR = 1e-6
"""Closer than this to a whole number counts as whole."""


class Deadline:
    """A moment on the machine's own clock, after which nothing more is tried."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, never below zero."""
        return 3600.0 if self._end is None else max(0.0, self._end - time.monotonic())

    def limit(self) -> float:
        """Return the seconds that the solver may take: it needs a little even to say that it has no time."""
        return max(self.left(), 0.001)

    def share(self, part: float) -> Deadline:
        """Return a deadline after a part of what is left."""
        return self if self._end is None else Deadline(part * self.left())

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self._end is not None and time.monotonic() >= self._end


@dataclass(frozen=True)
class Answer:
    """What the solver found: a point, its value, and the best value that can be (equal where proven)."""

    point: Floats | None
    value: float
    bound: float
    status: int
    """0 solved, 1 out of time, 2 impossible, 3 unbounded, 4 other."""


def highest(
    objective: Floats,
    matrix: Any,
    total: Floats,
    lower: Floats,
    upper: Floats,
    *,
    whole: bool = False,
    deadline: Deadline,
) -> Answer:
    """Maximise ``objective @ x`` subject to ``matrix @ x == total`` and bounds."""
    done: Any = optimize.milp(
        -objective,
        integrality=np.full(len(objective), int(whole)),
        bounds=optimize.Bounds(lower, upper),
        constraints=optimize.LinearConstraint(matrix, total, total) if matrix.shape[0] else None,
        options={"time_limit": deadline.limit(), "presolve": True},
    )
    if done.x is None:
        return Answer(None, np.nan, np.nan, int(done.status))
    bound = done.mip_dual_bound if whole and done.mip_dual_bound is not None else done.fun
    return Answer(np.asarray(done.x), -float(done.fun), -float(bound), int(done.status))


def cheapest(
    cost: Floats, rows: Any, at_least: Floats, *, whole: bool, deadline: Deadline, gap: float = 0.0
) -> Answer:
    """Minimise ``cost @ y`` subject to ``rows @ y >= at_least``, y from 0 to 1; the bound is from below."""
    if not len(cost):
        return Answer(
            None if (at_least > 0).any() else np.zeros(0), 0.0, 0.0, 2 if (at_least > 0).any() else 0
        )
    done: Any = optimize.milp(
        cost,
        integrality=np.full(len(cost), int(whole)),
        bounds=optimize.Bounds(0.0, 1.0),
        constraints=optimize.LinearConstraint(rows, at_least, np.inf) if rows.shape[0] else None,
        options={"time_limit": deadline.limit(), "mip_rel_gap": gap},
    )
    bound = done.mip_dual_bound if whole and done.mip_dual_bound is not None else done.fun
    if done.x is None:
        return Answer(None, np.nan, -np.inf if bound is None else float(bound), int(done.status))
    return Answer(np.asarray(done.x), float(done.fun), float(bound), int(done.status))


def relaxed(
    cost: Floats, rows: Any, at_least: Floats, *, deadline: Deadline
) -> tuple[float, Floats, Floats] | None:
    """Minimise as `cheapest` does, in fractions: value, choice, and what one more of each would add."""
    if not len(cost) or not rows.shape[0]:
        return 0.0, np.zeros(len(cost)), cost
    done: Any = optimize.linprog(
        cost, A_ub=-rows, b_ub=-at_least, bounds=(0.0, 1.0), options={"time_limit": deadline.limit()}
    )
    if done.status != 0:
        return None
    return float(done.fun), np.asarray(done.x), np.asarray(done.lower.marginals)


def priced(
    objective: Floats, matrix: Any, lower: Floats, upper: Floats, *, deadline: Deadline
) -> tuple[float, Floats, Floats] | None:
    """Maximise ``objective @ d`` where ``matrix @ d == 0``: value, point and a price for each equation."""
    solve: Any = optimize.linprog
    done = solve(
        -objective,
        A_eq=matrix if matrix.shape[0] else None,
        b_eq=np.zeros(matrix.shape[0]) if matrix.shape[0] else None,
        bounds=np.column_stack([lower, upper]),
        method="highs",
        options={"time_limit": deadline.limit(), "presolve": len(objective) > 2000},
    )
    if done.status != 0:
        return None
    prices = np.asarray(done.eqlin.marginals) if matrix.shape[0] else np.zeros(0)
    return -float(done.fun), np.asarray(done.x), prices


def least_move(
    cost: Floats, matrix: Any, lower: Floats, upper: Floats, *, deadline: Deadline
) -> Floats | None:
    """Find the cheapest ``d`` with ``matrix @ d == 0`` inside bounds that hold zero for all but the asked."""
    n = len(cost)
    both = sparse.hstack([matrix, -matrix], format="csc")
    low = np.concatenate([np.maximum(lower, 0), np.maximum(-upper, 0)])
    high = np.concatenate([np.maximum(upper, 0), np.maximum(-lower, 0)])
    done: Any = optimize.milp(
        np.concatenate([cost, cost]),
        bounds=optimize.Bounds(low, high),
        constraints=optimize.LinearConstraint(both, 0.0, 0.0) if matrix.shape[0] else None,
        options={"time_limit": deadline.limit()},
    )
    return None if done.x is None else np.asarray(done.x[:n] - done.x[n:])


def nearest_whole(
    values: Floats, matrix: Any, lower: Floats, upper: Floats, *, deadline: Deadline
) -> Floats | None:
    """Find the whole ``x`` with ``matrix @ x == 0`` inside bounds that is nearest to values, by distance."""
    n = len(values)
    unit = sparse.eye_array(n)
    rows = sparse.block_array([[matrix, None], [unit, -unit], [unit, unit]], format="csc")
    done: Any = optimize.milp(
        np.concatenate([np.zeros(n), np.ones(n)]),
        integrality=np.concatenate([np.ones(n), np.zeros(n)]),
        bounds=optimize.Bounds(np.append(lower, np.zeros(n)), np.append(upper, np.full(n, np.inf))),
        constraints=optimize.LinearConstraint(
            rows,
            np.concatenate([np.zeros(matrix.shape[0]), np.full(n, -np.inf), values]),
            np.concatenate([np.zeros(matrix.shape[0]), values, np.full(n, np.inf)]),
        ),
        options={"time_limit": deadline.limit(), "mip_rel_gap": 0.01},
    )
    return None if done.x is None else np.round(done.x[:n])
