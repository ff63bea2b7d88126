"""
The reader who does the sums: what is published, turned against what is hidden.

A reader knows equations (a total is the sum of its parts, one map cell is the sum of four others), and for
each number the range that the rules leave: a published one is itself, a hidden one is whole and not below
zero. Everything the reader can work out about a hidden number is its smallest and its largest value over all
tables that fit: two linear programmes a number.

Most of them need no programme. Bounds are first carried from equation to equation; what a random vector of
the equations' null space does not move is known by algebra alone; and one table that fits is a *witness* for
every number that it moves at once. A witness is whole and is checked exactly, so "safe" never rests on the
solver's word or on fractions of incidents; what is not shown safe in time is not safe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from ._programme import NEAR, Deadline
from ._search import Part, Run, Search, components, rows_of, still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Audit", "Goals", "Reader", "audit", "bounds", "determined", "tightened"]

_BLOCK = 4000
"""Unknown numbers that are put into one programme together."""


@dataclass(frozen=True)
class Reader:
    """What a reader knows: ``matrix @ x == total``, ``lower <= x <= upper``, and that x is whole."""

    matrix: sparse.csr_array
    """An equation a row, a number a column; the coefficients are 1 and -1."""
    total: Floats
    lower: Floats
    upper: Floats
    """Infinite where nothing bounds the number from above."""

    def fits(self, numbers: Floats) -> bool:
        """Whether whole numbers satisfy everything that the reader knows."""
        inside = (numbers >= self.lower).all() and (numbers <= self.upper).all()
        return bool(inside and (self.matrix @ numbers == self.total).all())


@dataclass(frozen=True)
class Goals:
    """What must stay hidden: for each number a range, or a height, that the reader cannot exclude."""

    cells: Whole
    """Columns of the reader's matrix."""
    width: Floats
    """Largest less smallest possible value must be at least this; 0 asks for nothing."""
    reach: Floats
    """The largest possible value must be at least this; minus infinity asks for nothing."""

    def __len__(self) -> int:
        """Return how many numbers are asked about."""
        return len(self.cells)

    def take(self, keep: Any) -> Goals:
        """Return some of the goals."""
        return Goals(self.cells[keep], self.width[keep], self.reach[keep])


@dataclass(frozen=True)
class Audit:
    """The outcome of an attack on each goal."""

    goals: Goals
    safe: Mask
    """Shown by whole tables that fit everything the reader knows."""
    found: Mask
    """The reader gets closer than the goal allows: proven."""
    lower: Floats
    """The smallest value that was shown possible (proven the smallest only where `found`)."""
    upper: Floats

    def take(self, keep: Any) -> Audit:
        """Return the verdicts on some of the goals."""
        return Audit(
            self.goals.take(keep), self.safe[keep], self.found[keep], self.lower[keep], self.upper[keep]
        )

    @property
    def passed(self) -> bool:
        """Whether every goal was shown safe."""
        return bool(self.safe.all())


def tightened(reader: Reader, *, rounds: int = 60) -> Reader:
    """
    Carry bounds from equation to equation until nothing moves: what a reader sees with pencil and paper.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> pair = sparse.csr_array([[1.0, 1.0]])
    >>> row = Reader(pair, np.array([7.0]), np.array([1.0, 1.0]), np.array([4.0, 9.0]))
    >>> tightened(row).lower.tolist(), tightened(row).upper.tolist()
    ([1.0, 3.0], [4.0, 6.0])
    """
    entries = reader.matrix.tocoo()
    row, col, sign = entries.row, entries.col, entries.data
    lower, upper = reader.lower.copy(), reader.upper.copy()
    for _round in range(rounds):
        least = np.where(sign > 0, lower[col] * sign, _times(upper[col], sign))
        most = np.where(sign > 0, _times(upper[col], sign), lower[col] * sign)
        rest_least = _rest(least, row, len(reader.total))
        rest_most = _rest(most, row, len(reader.total))
        one, other = reader.total[row] - rest_least, reader.total[row] - rest_most
        new_upper, new_lower = upper.copy(), lower.copy()
        np.minimum.at(new_upper, col, np.floor(np.where(sign > 0, one, -other) + NEAR))
        np.maximum.at(new_lower, col, np.ceil(np.where(sign > 0, other, -one) - NEAR))
        if (new_upper == upper).all() and (new_lower == lower).all():
            break
        upper, lower = new_upper, new_lower
    return replace(reader, lower=lower, upper=upper)


def _times(values: Floats, sign: Floats) -> Floats:
    return values * sign  # no coefficient is zero, so infinity stays infinity


def _rest(terms: Floats, row: Any, rows: int) -> Floats:
    """Sum every other term of a term's equation; infinite where any of those is."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    sums = np.bincount(row, finite, rows)[row] - finite
    others = np.bincount(row, endless, rows)[row] - endless
    direction = np.sign(np.bincount(row, np.where(endless, np.sign(terms), 0.0), rows))[row]
    return np.where(others > 0, np.where(direction >= 0, np.inf, -np.inf), sums)


def determined(reader: Reader) -> Mask:
    """
    Say which numbers follow from the equations alone, whatever their range.

    A random vector of the null space moves every number that the equations leave free (with probability
    one); those that it leaves in place are known. Components without a common equation are taken apart first.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> known = sparse.csr_array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    >>> free = np.zeros(3), np.full(3, np.inf)
    >>> determined(Reader(known, np.array([5.0, 6.0, 2.0]), *free)).tolist()
    [True, True, True]
    """
    fixed = reader.lower == reader.upper
    known = fixed.copy()
    for cells in components(reader, ~fixed):
        rows = rows_of(reader, cells)
        part = reader.matrix[rows][:, cells]
        known[cells] = still(part)
    return np.asarray(known)


def bounds(
    reader: Reader, cells: Whole | None = None, *, whole: bool = True, seconds: float | None = None
) -> tuple[Floats, Floats]:
    """
    Return the smallest and the largest value of each number over all tables that fit.

    Parameters
    ----------
    reader
        What is known.
    cells
        Columns in question; all if None.
    whole
        Whether the reader uses that counts are whole. Where time runs out, the bounds of the relaxation
        stand: they are never tighter than the truth.
    seconds
        Time for all of them.

    Returns
    -------
    tuple of ndarray
        Smallest and largest values, in the order of `cells`.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> row = Reader(sparse.csr_array([[1.0, 1.0]]), np.array([7.0]), np.zeros(2), np.full(2, np.inf))
    >>> [side.tolist() for side in bounds(row)]
    [[0.0, 0.0], [7.0, 7.0]]
    """
    deadline = Deadline(seconds)
    asked = np.arange(len(reader.lower)) if cells is None else np.asarray(cells)
    tight = tightened(reader) if whole else reader
    low, high = tight.lower[asked].copy(), tight.upper[asked].copy()
    place = {int(cell): i for i, cell in enumerate(asked)}
    for group in components(tight, tight.lower < tight.upper):
        wanted = [int(cell) for cell in group if int(cell) in place]
        part = Part(tight, group)
        for cell in wanted:
            if deadline.over:
                break
            at = place[cell]
            high[at] = min(high[at], part.extreme(cell, 1.0, whole=whole, deadline=deadline))
            low[at] = max(low[at], -part.extreme(cell, -1.0, whole=whole, deadline=deadline))
    return low, high


def audit(reader: Reader, truth: Floats, goals: Goals, *, seconds: float | None = None) -> Audit:
    """
    Attack: find out whether the reader can come closer to any of these numbers than the goals allow.

    Parameters
    ----------
    reader
        What is known.
    truth
        The true numbers, which must fit what is known.
    goals
        What must stay hidden.
    seconds
        When the time is up, goals that were neither shown safe nor found stay neither: treat them as found.

    Returns
    -------
    Audit
        A verdict a goal.

    Raises
    ------
    ValueError
        If the truth contradicts what the reader is said to know.
    """
    if not reader.fits(truth):
        msg = (
            "`truth` does not fit what the reader is said to know: a published number differs from its parts."
        )
        raise ValueError(msg)
    deadline = Deadline(seconds)
    tight = tightened(reader)
    run = Run(goals, truth)
    run.exclude(tight)
    asked = np.zeros(len(truth), dtype=bool)
    asked[goals.cells[~run.found & ~run.safe()]] = True
    batch: list[Whole] = []
    for group in components(tight, tight.lower < tight.upper):
        if asked[group].any():
            batch.append(group)
            if sum(map(len, batch)) >= _BLOCK:
                Search(Part(tight, np.concatenate(batch)), run, deadline).go()
                batch = []
    if batch:
        Search(Part(tight, np.concatenate(batch)), run, deadline).go()
    cells = goals.cells
    return Audit(goals, run.safe() & ~run.found, run.found, run.low[cells], run.high[cells])
