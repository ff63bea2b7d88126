"""Spread spans of time over the hours of the week, a whole column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._compile import compiled

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
    where they begin and end, twice round the week, and summed up once for all events. A span of a week or
    longer goes evenly to all hours.
    """
    week, turns = np.zeros(WEEK), np.zeros(2 * WEEK + 1)
    even = _add(start, end, week, turns)
    week += even / WEEK
    week += np.cumsum(turns)[:-1].reshape(2, WEEK).sum(axis=0) * HOUR
    return np.asarray(np.maximum(week, 0.0), dtype=np.float64)


@compiled
def _add(start, end, week, turns):  # type: ignore[no-untyped-def]
    """Add the first and last hours to `week` and the ends of what lies between to `turns`; count the even."""
    even = 0
    for i in range(len(start)):
        length = end[i] - start[i]
        if length >= WEEK * HOUR:
            even += 1
            continue
        first, last = start[i] // HOUR, max(start[i], end[i] - 1) // HOUR
        at, hours = (first + MONDAY) % WEEK, last - first
        if hours == 0:
            week[at] += 1.0
            continue
        share = 1.0 / length
        week[at] += ((first + 1) * HOUR - start[i]) * share
        week[(at + hours) % WEEK] += (end[i] - last * HOUR) * share
        turns[at + 1] += share
        turns[at + hours] -= share
    return even
