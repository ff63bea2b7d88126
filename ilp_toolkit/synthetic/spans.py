"""
What the register knows of a moment: the span between "last seen whole" and "found broken".

A burglary is noticed when people come home, so its true moment hides in the absence; an assault has a
minute; a fraud has days. Each style turns true moments into a start, an end and a way of writing them.
All times are minutes since the start of the three years, on the city's clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Minutes = NDArray[np.int64]

__all__ = ["DAY_ONLY", "MIDNIGHT", "NO_END", "known_spans"]

DAY_ONLY = 0.04
"""Share of spans of which the register holds only the day."""
NO_END = 0.03
"""Share of spans without an end."""
MIDNIGHT = 0.01
"""Share of single moments written as 00:00 because the form asks for a time and nobody knew it."""


def known_spans(
    rng: np.random.Generator, moment: Minutes, style: NDArray[np.object_], exact: NDArray[np.bool_]
) -> pd.DataFrame:
    """
    Say what is known of each moment.

    Parameters
    ----------
    rng
        Source of chance.
    moment
        True moments.
    style
        Text per row: ``absence``, ``parked``, ``damage``, ``moment`` or ``days``.
    exact
        Whether the police were there: then the moment itself is written.

    Returns
    -------
    DataFrame
        ``start`` and ``end`` (minutes; `end` is -1 where unknown) and ``written``: ``span``, ``moment``,
        ``day``, ``midnight``.
    """
    start, end = moment.copy(), moment.copy()
    for name, rule in (("absence", _absence), ("parked", _parked), ("damage", _damage), ("days", _days)):
        rows = np.flatnonzero((style == name) & ~exact)
        start[rows], end[rows] = rule(rng, moment[rows])
    single = np.flatnonzero((style == "moment") & ~exact)
    start[single] = end[single] = _heap(rng, moment[single])
    written = np.where((style == "moment") | exact, "moment", "span").astype(object)
    chance = rng.random(len(moment))
    written[(written == "span") & (chance < DAY_ONLY)] = "day"
    end[(written == "span") & (chance > 1 - NO_END)] = -1
    midnight = (written == "moment") & ~exact & (chance < MIDNIGHT)
    written[midnight] = "midnight"
    start[midnight] -= start[midnight] % 1440
    end[midnight] = start[midnight]
    return pd.DataFrame({"start": np.maximum(start, 0), "end": end, "written": written})


def _between(rng: np.random.Generator, low: float, high: float, n: int, *, step: int = 5) -> Minutes:
    """Draw minutes between two hours, in steps of five: nobody remembers 18:03."""
    drawn = low * 60 + (high - low) * 60 * rng.random(n)
    minutes: Minutes = (np.floor(drawn / step) * step).astype(np.int64)
    return minutes


def _around(moment: Minutes, start: Minutes, end: Minutes) -> tuple[Minutes, Minutes]:
    """Stretch spans so that they hold their moment."""
    return np.minimum(start, moment - moment % 5), np.maximum(end, moment - moment % 5 + 5)


def _absence(rng: np.random.Generator, moment: Minutes) -> tuple[Minutes, Minutes]:
    """Working day, night, weekend away, or an evening out."""
    n, day = len(moment), moment - moment % 1440
    hour, weekday = (moment % 1440) // 60, (moment // 1440 + 6) % 7  # 2023-01-01 was a Sunday
    start, end = moment - _between(rng, 0.4, 3, n), moment + _between(rng, 0.4, 3, n)
    work = (hour >= 8) & (hour < 18)
    start, end = (
        np.where(work, day + _between(rng, 7, 9, n), start),
        np.where(work, day + _between(rng, 17, 19.5, n), end),
    )
    night = (hour >= 22) | (hour < 7)
    evening = np.where(hour >= 22, day, day - 1440)
    start = np.where(night, evening + _between(rng, 21, 23.5, n), start)
    end = np.where(night, evening + 1440 + _between(rng, 6, 8, n), end)
    away = (rng.random(n) < 0.35) & ((weekday >= 5) | ((weekday == 4) & (hour >= 18)))
    friday = day - (weekday - 4) * 1440
    start = np.where(away, friday + _between(rng, 16, 20, n), start)
    end = np.where(away, friday + 2 * 1440 + _between(rng, 17, 22, n), end)
    return _around(moment, start, end)


def _parked(rng: np.random.Generator, moment: Minutes) -> tuple[Minutes, Minutes]:
    """Overnight in the street, or some hours by day."""
    n, day, hour = len(moment), moment - moment % 1440, (moment % 1440) // 60
    night = (hour >= 20) | (hour < 8)
    evening = np.where(hour >= 20, day, day - 1440)
    start = np.where(night, evening + _between(rng, 18, 23, n), moment - _between(rng, 0.2, 3, n))
    end = np.where(night, evening + 1440 + _between(rng, 6, 9, n), moment + _between(rng, 0.2, 3, n))
    return _around(moment, start, end)


def _damage(rng: np.random.Generator, moment: Minutes) -> tuple[Minutes, Minutes]:
    n, day, hour = len(moment), moment - moment % 1440, (moment % 1440) // 60
    night = (hour >= 20) | (hour < 7)
    evening = np.where(hour >= 20, day, day - 1440)
    start = np.where(night, evening + _between(rng, 19, 23, n), moment - _between(rng, 0.1, 2, n))
    end = np.where(night, evening + 1440 + _between(rng, 7, 9.5, n), moment + _between(rng, 0.1, 2, n))
    return _around(moment, start, end)


def _days(rng: np.random.Generator, moment: Minutes) -> tuple[Minutes, Minutes]:
    """Talked into it over hours or days."""
    length = np.floor(rng.exponential(1.5, len(moment)) * 288).astype(np.int64) * 5
    return _around(moment, moment - moment % 5, moment - moment % 5 + 30 + length)


def _heap(rng: np.random.Generator, moment: Minutes) -> Minutes:
    """Round remembered times: most to five minutes, many to the half hour."""
    chance = rng.random(len(moment))
    step = np.where(chance < 0.55, 5, np.where(chance < 0.85, 30, 1))
    return moment - moment % step
