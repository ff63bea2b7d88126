"""How far apart two events are in time when each is known only within a span: the mean over both spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["clock_gap", "time_gap"]

MOMENT = 1e-4
"""Spans shorter than this share of the unit are taken as the moment in their middle."""


def time_gap(from_1: ArrayLike, to_1: ArrayLike, from_2: ArrayLike, to_2: ArrayLike) -> Floats:
    """
    Mean time between two events, each equally likely at any moment of its span.

    Parameters
    ----------
    from_1, to_1, from_2, to_2
        Begin and end of the two spans, in one unit; no span ends before it begins.

    Returns
    -------
    numpy.ndarray
        In the same unit; exact.

    Examples
    --------
    >>> time_gap([0, 0, 0], [2, 1, 10], [1, 5, 2], [3, 9, 4]).round(6).tolist()
    [1.083333, 6.5, 2.933333]
    """
    a, b, c, d = _arrays(from_1, to_1, from_2, to_2)
    apart = (b <= c) | (d <= a)
    middles = np.abs((a + b) / 2 - (c + d) / 2)
    return np.where(apart, middles, _mean_gap(a, b, c, d, np.abs, _slope, _bend))


def clock_gap(from_1: ArrayLike, to_1: ArrayLike, from_2: ArrayLike, to_2: ArrayLike) -> Floats:
    """
    Mean difference of the hours of the day of two events, the short way round the clock.

    Parameters
    ----------
    from_1, to_1, from_2, to_2
        Begin and end of the two spans in hours, also beyond 24; no span ends before it begins.

    Returns
    -------
    numpy.ndarray
        Hours, from 0 to 12; 6 where either span is a whole day, which says nothing; exact.

    Examples
    --------
    >>> clock_gap([23, 22, 8, 0], [25, 26, 17.5, 24], [1, 0, 20, 7], [1, 4, 22, 7]).round(4).tolist()
    [1.0, 2.1667, 8.1096, 6.0]
    """
    a, b, c, d = _arrays(from_1, to_1, from_2, to_2)
    turn_1, turn_2 = 24 * np.floor(a / 24), 24 * np.floor(c / 24)
    return _mean_gap(a - turn_1, b - turn_1, c - turn_2, d - turn_2, _clock, _clock_slope, _clock_bend)


def _arrays(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))


def _mean_gap(a: Floats, b: Floats, c: Floats, d: Floats, *integrals: Callable[[Floats], Floats]) -> Floats:
    """
    Return the mean of f(x - y) for x in [a, b] and y in [c, d], from f and its first and second integral.

    A span without a length leaves a single integral, two leave none.
    """
    f, once, twice = integrals
    long_1, long_2 = b - a > MOMENT, d - c > MOMENT
    x, y = (a + b) / 2, (c + d) / 2
    width_1, width_2 = np.where(long_1, b - a, 1.0), np.where(long_2, d - c, 1.0)
    both = (twice(b - c) + twice(a - d) - twice(a - c) - twice(b - d)) / (width_1 * width_2)
    first = (once(b - y) - once(a - y)) / width_1
    second = (once(x - c) - once(x - d)) / width_2
    return np.select([long_1 & long_2, long_1, long_2], [both, first, second], f(x - y))


def _slope(t: Floats) -> Floats:
    found: Floats = t * np.abs(t) / 2
    return found


def _bend(t: Floats) -> Floats:
    found: Floats = np.abs(t) ** 3 / 6
    return found


def _clock(t: Floats) -> Floats:
    hour = np.mod(t, 24)
    found: Floats = np.minimum(hour, 24 - hour)
    return found


def _clock_slope(t: Floats) -> Floats:
    turns = np.floor(t / 24)
    r = t - 24 * turns
    found: Floats = 144 * turns + np.where(r <= 12, r**2 / 2, 144 - (24 - r) ** 2 / 2)
    return found


def _clock_bend(t: Floats) -> Floats:
    turns = np.floor(t / 24)
    r = t - 24 * turns
    rest = np.where(r <= 12, r**3 / 6, 144 * (r - 12) + (24 - r) ** 3 / 6)
    found: Floats = 1728 * turns**2 + 144 * turns * r + rest
    return found
