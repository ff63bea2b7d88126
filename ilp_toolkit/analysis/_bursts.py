"""Bursts: stretches in which events come faster than their usual rate (Kleinberg's automaton)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["burst_levels"]

Integers = NDArray[np.int64]


def burst_levels(seconds: NDArray[np.float64], *, times: float, cost: float, levels: int = 1) -> Integers:
    """
    Return the level of each gap between events: 0 is the usual rate, each higher level `times` as fast.

    Gaps are drawn from an exponential distribution of the level's rate; going up one level costs
    `cost` × log(number of gaps), coming down nothing. The levels returned are a cheapest sequence.

    References
    ----------
    Kleinberg (2002), doi:10.1145/775047.775061.

    Examples
    --------
    >>> burst_levels(np.array([100.0, 100, 1, 1, 1, 1, 1, 100, 100]), times=4, cost=1)
    array([0, 0, 1, 1, 1, 1, 1, 0, 0])
    """
    n = len(seconds)
    total = float(seconds.sum())
    if n < 2 or total <= 0:
        return np.zeros(n, dtype=np.int64)
    rate = n / total * times ** np.arange(levels + 1)
    up = cost * np.log(n) * np.maximum(np.arange(levels + 1)[None, :] - np.arange(levels + 1)[:, None], 0)
    spent = np.full(levels + 1, np.inf)
    spent[0] = 0.0
    came = np.zeros((n, levels + 1), dtype=np.int64)
    for i, gap in enumerate(seconds):
        ways = spent[:, None] + up
        came[i] = ways.argmin(axis=0)
        spent = ways.min(axis=0) - np.log(rate) + rate * gap
    found = np.zeros(n, dtype=np.int64)
    found[-1] = int(spent.argmin())
    for i in range(n - 1, 0, -1):
        found[i - 1] = came[i, found[i]]
    return found
