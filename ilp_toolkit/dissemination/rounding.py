"""
Rounding a table so that rows and columns still add up: the alternative to hiding.

Every count becomes a multiple of a base, its next one down or up, and every total is the sum of what is shown
(controlled rounding). Which way a count goes is left to chance in proportion to its remainder, so that the
mean of a rounded count is the true one (unbiased); the chance is seeded by the table itself, so that the same
table is always rounded the same way and repeats cannot be averaged.

In tables of two dimensions, also with groups in one of them, this is always possible. In three dimensions it
may not be; then a count may miss its next multiples by one base more, and that is said.

The audit is the attacker of `suppression`, who knows for each cell the range that its rounded value leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..errors import DisclosureError, InputError
from ..i18n import _
from ._cells import Cells, cells_of
from ._programme import Deadline, nearest_whole
from .attacker import Goals, Reader, audit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Rounding", "round_table"]

_TINY = 1e-9


@dataclass(frozen=True)
class Rounding:
    """A rounded table."""

    table: pd.Series[int]
    """Multiples of the base, with margins (label ``total``), which add up."""
    base: int
    largest_error: int
    """The largest distance of a shown number from the true one."""
    zero_restricted: bool
    """Whether every number is one of its two next multiples."""


def round_table(
    table: pd.DataFrame | pd.Series[Any],
    *,
    base: int = 5,
    minimum: int = 5,
    parents: Mapping[Hashable, Mapping[Hashable, Hashable]] | None = None,
    rng: int | np.random.Generator | None = None,
    seconds: float = 10.0,
) -> Rounding:
    """
    Round a table to multiples of a base, keeping its sums.

    Parameters
    ----------
    table
        Counts by the finest codes, without totals, as in `suppression.suppress`.
    base
        The multiple.
    minimum
        Counts from 1 to ``minimum - 1`` must not be known exactly afterwards.
    parents
        Groups of codes, as in `suppression.suppress`.
    rng
        Seed; if None, it comes from the table itself: the same table is always rounded alike.
    seconds
        Time for the audit.

    Returns
    -------
    Rounding

    Raises
    ------
    InputError
        If the table does not hold counts, or the base is below 2.
    DisclosureError
        If the rounded table still gives a small count away, or that could not be excluded in time.

    Notes
    -----
    The reader is taken to know the base and the method. Rounded tables of the same incidents, each rounded on
    its own, narrow each other's ranges: `joint` holds them against each other.

    References
    ----------
    Cox (1987), A constructive procedure for unbiased controlled rounding, Journal of the American Statistical
    Association 82.

    Examples
    --------
    >>> import pandas as pd
    >>> done = round_table(pd.DataFrame([[20, 3, 17], [12, 25, 8], [9, 14, 30]]))
    >>> int((done.table % 5).sum()), done.largest_error < 5, done.zero_restricted
    (0, True, True)
    """
    if base < 2:
        msg = f"`base` must be 2 or more, got {base!r}."
        raise InputError(msg)
    cells = cells_of(table, parents=parents, name="table")
    true = cells.values.astype(float)
    chance = np.random.default_rng(_seed(cells, base) if rng is None else rng)
    units, strict = _rounded(true / base, cells.basis, chance, Deadline(seconds))
    shown = np.round(units * base).astype(np.int64)
    _audited(cells, shown, base, minimum, seconds)
    index = cells.tables["table"].index
    error = int(np.abs(shown - cells.values).max(initial=0))
    return Rounding(pd.Series(shown, index=index, name="n"), base, error, strict)


def _seed(cells: Cells, base: int) -> int:
    text = "|".join(
        sorted(f"{sorted(key, key=str)}={n}" for key, n in zip(cells.keys, cells.values, strict=True))
    )
    return int.from_bytes(hashlib.sha256(f"{base}|{text}".encode()).digest()[:8], "big")


def _rounded(
    units: Floats, matrix: sparse.csr_array, chance: np.random.Generator, deadline: Deadline
) -> tuple[Floats, bool]:
    """
    Walk inside the box of next multiples along directions that keep all sums, each step fair, to a corner.

    A step along a direction goes as far as the box allows one way or the other, with chances that keep the
    mean; each step settles a count at least. Where no direction is left and counts are not whole, the nearest
    whole table is taken.
    """
    low, at = np.floor(units + _TINY), units.copy()
    columns = matrix.tocsc()
    while True:
        loose = np.flatnonzero(np.abs(at - np.round(at)) > 1e-7)
        move = _direction(columns, loose)
        if move is None:
            break
        here = at[loose]
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(move > 0, (low[loose] + 1 - here) / move, (low[loose] - here) / move)
            down = np.where(move > 0, (here - low[loose]) / move, (here - low[loose] - 1) / move)
        forward, back = np.nanmin(up[move != 0]), np.nanmin(down[move != 0])
        step = forward if chance.random() < back / (forward + back) else -back
        at[loose] = np.clip(here + step * move, low[loose], low[loose] + 1)
    near = np.round(at)
    if np.abs(matrix @ near).max(initial=0.0) == 0:
        return near, True
    return _nearest(units, columns, deadline)


def _direction(columns: Any, loose: NDArray[np.int64]) -> Floats | None:
    """Return a move of loose counts that keeps all sums, or None; a few counts are enough to find one."""
    if len(loose) == 0:
        return None
    for size in (60, len(loose)):
        part = columns[:, loose[:size]]
        dense = part[np.unique(part.tocoo().row)].toarray()
        if dense.shape[0] == 0:
            return np.asarray(np.eye(1, len(loose), 0)[0])
        _left, values, right = np.linalg.svd(dense)
        rank = int((values > 1e-9).sum())
        if rank < dense.shape[1]:
            move = np.zeros(len(loose))
            move[: dense.shape[1]] = right[-1]
            move[np.abs(move) < 1e-9] = 0.0
            return move
        if size >= len(loose):
            break
    return None


def _nearest(units: Floats, columns: Any, deadline: Deadline) -> tuple[Floats, bool]:
    """Take the whole table nearest to the counts: one base off where the next multiples do not add up."""
    for reach in (0, 1, 2):
        low, high = np.floor(units + _TINY) - reach, np.ceil(units - _TINY) + reach
        found = nearest_whole(units, columns, np.maximum(low, 0.0), high, deadline=deadline)
        if found is not None:
            return found, reach == 0
    msg = _(
        "No rounded table that adds up was found in the given time. Give it more, or publish a coarser table."
    )
    raise DisclosureError(msg)


def _audited(cells: Cells, shown: NDArray[np.int64], base: int, minimum: int, seconds: float) -> None:
    true = cells.values.astype(float)
    reach = np.maximum(np.abs(shown - true).max(initial=0.0), base - 1)
    reader = Reader(
        cells.matrix, np.zeros(cells.matrix.shape[0]), np.maximum(shown - reach, 0.0), shown + reach
    )
    small = np.flatnonzero((true > 0) & (true < minimum))
    goals = Goals(small, np.ones(len(small)), np.full(len(small), -np.inf))
    done = audit(reader, true, goals, seconds=seconds)
    if not done.passed:
        msg = _("Rounded to {base}, the table still gives {n} small counts away. Round to a larger base.")
        raise DisclosureError(msg.format(base=base, n=int((~done.safe).sum())))
