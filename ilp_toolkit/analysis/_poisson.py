"""Chances of Poisson counts: two counts compared, and the busiest window of a series."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["e_test_p", "ratio_interval", "scan_p"]

Integers = NDArray[np.int64]

_TAIL = 1e-16
"""Chance below which a count is not looked at."""
_TIE = 1e-9
"""Relative difference below which two scores are the same score, computed in another order."""


def e_test_p(first: int, second: int, exposure: tuple[float, float]) -> float:
    """
    P-value of the E-test: two Poisson counts, two-sided, the common rate estimated from both.

    Sums the chance of every pair of counts whose score is at least as far from zero. For each first count
    these are the second counts below one number and from another number on, found by halving.
    """
    from scipy.stats import poisson

    total = first + second
    if total == 0:
        return 1.0
    n1, n2 = exposure
    rate = total / (n1 + n2)
    limit = abs(_score(np.array([first]), np.array([second]), exposure)[0]) * (1 - _TIE)
    if limit == 0:
        return 1.0
    low, high = int(poisson.ppf(_TAIL, rate * n1)), int(poisson.ppf(1 - _TAIL, rate * n1))
    counts = np.arange(max(low - 1, 0), high + 2, dtype=np.int64)
    end = int(poisson.ppf(1 - _TAIL, rate * n2)) + 2
    score_falls_below = _first_where(lambda second: _score(counts, second, exposure) < limit, counts, end)
    score_is_low = _first_where(lambda second: _score(counts, second, exposure) <= -limit, counts, end)
    both = poisson.cdf(score_falls_below - 1, rate * n2) + poisson.sf(score_is_low - 1, rate * n2)
    return float(min((poisson.pmf(counts, rate * n1) * both).sum(), 1.0))


def ratio_interval(
    first: int, second: int, exposure: tuple[float, float], confidence: float
) -> tuple[float, float]:
    """Return the exact interval of the ratio of the second rate to the first, given the total."""
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, second, first + 1)) if second else 0.0
    high = float(beta.ppf(1 - tail, second + 1, first)) if first else 1.0
    scale = exposure[0] / exposure[1]
    return _odds(low) * scale, _odds(high) * scale


def scan_p(periods: float, window: float, mean: float, n: int) -> float:
    """
    Return the chance that some window of a Poisson series holds `n` or more (Naus 1982).

    Exact for a series of one, two or three windows, an approximation (to some units in the third digit)
    for longer ones.
    """
    from scipy.stats import poisson

    expected = mean * window
    if n <= 0:
        return 1.0
    if n == 1:
        return -math.expm1(-mean * periods)
    if periods <= window:
        return float(poisson.sf(n - 1, mean * periods))
    chance, below = poisson.pmf(np.arange(2 * n), expected), poisson.cdf(np.arange(n), expected)

    def p(k: int) -> float:
        return float(chance[k]) if k >= 0 else 0.0

    def f(k: int) -> float:
        return float(below[k]) if k >= 0 else 0.0

    two = f(n - 1) ** 2 - (n - 1) * p(n) * p(n - 2) - (n - 1 - expected) * p(n) * f(n - 3)
    a1 = 2 * p(n) * f(n - 1) * ((n - 1) * f(n - 2) - expected * f(n - 3))
    a2 = 0.5 * p(n) ** 2
    a2 *= (n - 1) * (n - 2) * f(n - 3) - 2 * (n - 2) * expected * f(n - 4) + expected**2 * f(n - 5)
    a3 = sum(p(2 * n - r) * f(r - 1) ** 2 for r in range(1, n))
    a4 = sum(p(2 * n - r) * p(r) * ((r - 1) * f(r - 2) - expected * f(r - 3)) for r in range(2, n))
    three = f(n - 1) ** 3 - a1 + a2 + a3 - a4
    if not (0 < two <= 1 and three > 0):
        return 1.0
    quiet = two * (min(three / two, 1.0)) ** (periods / window - 2)
    return float(min(max(1 - quiet, 0.0), 1.0))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _score(first: Integers, second: Integers, exposure: tuple[float, float]) -> NDArray[np.float64]:
    """Return the difference of the two rates over its standard error; 0 where both are 0."""
    n1, n2 = exposure
    spread = np.sqrt(first / n1**2 + second / n2**2)
    difference = first / n1 - second / n2
    return np.divide(difference, spread, out=np.zeros_like(spread), where=spread > 0)


def _first_where(holds, counts: Integers, end: int) -> Integers:  # type: ignore[no-untyped-def]
    """Return for each count the least number up to `end` from which on `holds` is true."""
    low, high = np.zeros_like(counts), np.full_like(counts, end)
    while (low < high).any():
        middle = (low + high) // 2
        true = holds(middle)
        high = np.where(true, middle, high)
        low = np.where(true, low, np.minimum(middle + 1, high))
    return low
