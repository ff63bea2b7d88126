"""
Which numbers to hide besides the small ones, so that no attack succeeds and as little as can be is lost.

What cannot move under any pattern is taken out first, and what no equation ties together is solved apart.
Hiding more never helps the reader: what is safe under a pattern stays safe under a larger one. So goals that
the small numbers alone protect are looked at once, and each pattern is judged by the goals that are left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from ._programme import Deadline
from ._search import components, rows_of
from .attacker import Audit, Goals, Reader, audit, tightened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Pattern", "Problem", "Rule", "attacks", "passed", "secure", "unsafe"]


@dataclass(frozen=True)
class Rule:
    """One kind of reader: the range that each hidden number has for them, and what they may not learn."""

    lower: Floats
    upper: Floats
    goals: Goals
    company: Floats
    """The width that each number must keep if it is hidden for company."""


@dataclass(frozen=True)
class Problem:
    """Numbers tied by equations, some hidden, some that may be."""

    matrix: sparse.csr_array
    """All equations, also those that follow from others: cuts and pencil and paper are better for them."""
    truth: Floats
    cost: Floats
    """What is lost by hiding a number, whole."""
    hidden: Mask
    """Hidden in any case."""
    candidates: Mask
    """May be hidden."""
    rules: tuple[Rule, ...]
    basis: sparse.csr_array | None = None
    """Enough of the equations that the others follow; all if None."""

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


def secure(
    problem: Problem, *, exact: bool = True, deadline: Deadline, first: tuple[Audit, ...] | None = None
) -> Pattern:
    """
    Find what to hide; `safe` is False where hiding everything is not enough or time ran out before.

    `first` is the audit of what has to be hidden, where it was made already.
    """
    from ._company import moved
    from ._cuts import proven

    goals = tuple(rule.goals for rule in problem.rules)
    audits = attacks(problem, problem.hidden, goals, deadline) if first is None else first
    if passed(audits):
        return Pattern(problem.hidden, True, 0.0, 0.0, audits, "primary")
    hidden, bound, proofs = problem.hidden.copy(), 0.0, True
    for cells, part in _parts(problem, tuple(unsafe(each) for each in audits)):
        if exact:
            chosen, low, proof = proven(part, deadline.share(0.7))
        else:
            chosen, low, proof = moved(part, deadline.share(0.8)), 0.0, False
        hidden[cells] |= chosen
        bound, proofs = bound + low, proofs and proof
    final = attacks(problem, hidden, goals, deadline)
    cost = float(problem.cost[hidden & ~problem.hidden].sum())
    method = "optimal" if proofs else "heuristic"
    return Pattern(hidden, passed(final), cost, min(bound, cost), final, method)


def passed(audits: tuple[Audit, ...]) -> bool:
    """Whether every goal was shown safe."""
    return all(each.passed for each in audits)


def unsafe(done: Audit) -> Goals:
    """Return the goals that were not shown safe."""
    return done.goals.take(~done.safe)


def attacks(
    problem: Problem, hidden: Mask, goals: tuple[Goals, ...], deadline: Deadline
) -> tuple[Audit, ...]:
    """Let each kind of reader attack: the goals that are asked, and the company that is hidden as well."""
    more = np.flatnonzero(hidden & problem.candidates & ~problem.hidden)
    return tuple(
        audit(
            problem.reader(rule, hidden),
            problem.truth,
            _with_company(rule, each, more),
            seconds=deadline.left(),
        )
        for rule, each in zip(problem.rules, goals, strict=True)
    )


def _with_company(rule: Rule, goals: Goals, more: Whole) -> Goals:
    more = more[rule.company[more] > 0]
    if not len(more):
        return goals
    return Goals(
        np.concatenate([goals.cells, more]),
        np.concatenate([goals.width, rule.company[more]]),
        np.concatenate([goals.reach, np.full(len(more), -np.inf)]),
    )


def _parts(problem: Problem, goals: tuple[Goals, ...]) -> list[tuple[Whole, Problem]]:
    """Take the problem apart: the numbers that can move and that equations tie to an unsafe one."""
    may = problem.hidden | problem.candidates
    tight = [tightened(problem.reader(rule, may)) for rule in problem.rules]
    free = np.logical_or.reduce([each.lower < each.upper for each in tight])
    whole = problem.reader(problem.rules[0], may)
    asked = np.zeros(len(free), dtype=bool)
    for each in goals:
        asked[each.cells] = True
    return [
        (cells, _part(problem, tight, goals, cells))
        for cells in components(whole, free)
        if asked[cells].any()
    ]


def _part(problem: Problem, tight: list[Reader], goals: tuple[Goals, ...], cells: Whole) -> Problem:
    at = np.full(len(problem.truth), -1)
    at[cells] = np.arange(len(cells))
    rules = []
    for rule, reader, each in zip(problem.rules, tight, goals, strict=True):
        inside = each.take(at[each.cells] >= 0)
        here = Goals(at[inside.cells], inside.width, inside.reach)
        rules.append(
            replace(
                rule,
                lower=reader.lower[cells],
                upper=reader.upper[cells],
                goals=here,
                company=rule.company[cells],
            )
        )
    basis = None
    if problem.basis is not None:
        basis = problem.basis[np.unique(problem.basis[:, cells].tocoo().row)][:, cells]
    return Problem(
        problem.matrix[rows_of(tight[0], cells)][:, cells],
        problem.truth[cells],
        problem.cost[cells],
        problem.hidden[cells],
        problem.candidates[cells],
        tuple(rules),
        basis,
    )
