"""Spread spans of time over the hours of the week, a whole column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.int64]

__all__ = ["over_the_week"]

HOUR = 3_600_000_000
WEEK = 168
MONDAY = 72


def over_the_week(start: Times, end: Times) -> NDArray[np.float64]:
    """
    Spread events over the 168 hours of the week.

    A span takes part of its first and of its last hour and all hours between; those between are noted by
    where they begin and end, twice round the week, and summed up once for all events.
    """
    length = end - start
    first, last = start // HOUR, np.maximum(start, end - 1) // HOUR
    short, long = first == last, length >= WEEK * HOUR
    between = ~short & ~long
    at = (first + MONDAY) % WEEK
    week = np.bincount(at[short], minlength=WEEK).astype(float)
    week += long.sum() / WEEK
    at, share = at[between], 1.0 / length[between]
    hours = (last - first)[between]
    head = (first[between] + 1) * HOUR - start[between]
    tail = end[between] - last[between] * HOUR
    week += np.bincount(at, head * share, WEEK)
    week += np.bincount((at + hours) % WEEK, tail * share, WEEK)
    twice = 2 * WEEK + 1
    turns = np.bincount(at + 1, share, twice) - np.bincount(at + hours, share, twice)
    week += np.cumsum(turns)[:-1].reshape(2, WEEK).sum(axis=0) * HOUR
    return np.asarray(np.maximum(week, 0.0), dtype=np.float64)
