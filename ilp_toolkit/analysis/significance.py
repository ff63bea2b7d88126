"""
How sure: p-values, their correction for many tests, and the classes that maps show.

Written once for every method of this room. A map of a thousand cells holds fifty "significant" ones by
chance alone, so each p-value comes with a q-value: the share of false finds to expect among all cells
that are at least as extreme (the false discovery rate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CLASSES",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "hot_spot_class",
    "pseudo_p",
    "two_sided_p",
]

CLASSES: dict[str, str] = {
    "hot_99": N_("hot spot, 99 % sure"),
    "hot_95": N_("hot spot, 95 % sure"),
    "hot_90": N_("hot spot, 90 % sure"),
    "none": N_("no hot or cold spot"),
    "cold_90": N_("cold spot, 90 % sure"),
    "cold_95": N_("cold spot, 95 % sure"),
    "cold_99": N_("cold spot, 99 % sure"),
}
"""The classes of `hot_spot_class` in the order of a legend, with their names."""

_LEVELS = ((0.10, "90"), (0.05, "95"), (0.01, "99"))


def two_sided_p(z: ArrayLike) -> NDArray[np.float64]:
    """
    Two-sided p-value of a standard normal score.

    Parameters
    ----------
    z
        Scores; NaN stays NaN.

    Returns
    -------
    numpy.ndarray
        Chance of a score at least as far from zero, on either side, if there were no pattern.

    Notes
    -----
    Only as good as the normal approximation behind the score, which is rough where counts are small.

    Examples
    --------
    >>> two_sided_p([0.0, -1.959963984540054]).round(6).tolist()
    [1.0, 0.05]
    """
    from scipy.special import erfc

    return np.asarray(erfc(np.abs(np.asarray(z, dtype=float)) / np.sqrt(2)), dtype=float)


def pseudo_p(extreme: ArrayLike, permutations: int) -> NDArray[np.float64]:
    """
    P-value from permutations: (r + 1) / (n + 1).

    Parameters
    ----------
    extreme
        How many permutations gave a value at least as extreme as the one observed (ties count).
    permutations
        How many were made.

    Returns
    -------
    numpy.ndarray
        P-values, never 0: with 999 permutations nothing smaller than 0.001 can be claimed.

    Raises
    ------
    InputError
        If a count is below 0 or above `permutations`, or no permutation was made.

    Notes
    -----
    It speaks of the shuffle that was made: what the shuffle destroys besides the pattern (where people are,
    what season it was) is also in the p-value. More permutations make it finer, not truer.

    References
    ----------
    Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> pseudo_p([0, 49, 999], 999).tolist()
    [0.001, 0.05, 1.0]
    """
    counts = np.asarray(extreme, dtype=float)
    if permutations < 1 or (counts < 0).any() or (counts > permutations).any():
        msg = _("`extreme` must lie between 0 and `permutations` ({n}), and `permutations` be at least 1.")
        raise InputError(msg.format(n=permutations))
    return (counts + 1) / (permutations + 1)


def benjamini_hochberg(p_value: ArrayLike) -> NDArray[np.float64]:
    """
    Q-values: p-values corrected for the number of tests made.

    Parameters
    ----------
    p_value
        P-values, each from 0 to 1; NaN (no test made) stays NaN and does not count as a test.

    Returns
    -------
    numpy.ndarray
        Q-values in the same order: among all tests with a q-value up to 0.05, about one in twenty is
        expected to be a false find.

    Raises
    ------
    InputError
        If a value lies outside 0 to 1.

    Notes
    -----
    Neighbouring cells share events, so their tests depend on each other. The procedure holds under
    positive dependence, which is what neighbours have. Never correct twice.

    References
    ----------
    Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; under dependence Benjamini &
    Yekutieli (2001), doi:10.1214/aos/1013699998; for maps Caldas de Castro & Singer (2006),
    doi:10.1111/j.0016-7363.2006.00682.x.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    p = np.asarray(p_value, dtype=float)
    tested = np.flatnonzero(~np.isnan(p))
    if ((p[tested] < 0) | (p[tested] > 1)).any():
        raise InputError(_("`p_value` must hold values from 0 to 1."))
    q = np.full(p.shape, np.nan)
    order = tested[np.argsort(p[tested], kind="stable")]
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q


def benjamini_yekutieli(p_value: ArrayLike) -> NDArray[np.float64]:
    """
    Q-values that hold whatever the tests have to do with each other.

    Parameters
    ----------
    p_value
        As for `benjamini_hochberg`.

    Returns
    -------
    numpy.ndarray
        The q-values of `benjamini_hochberg` times 1 + 1/2 + … + 1/m for m tests, at most 1.

    Raises
    ------
    InputError
        If a value lies outside 0 to 1.

    Notes
    -----
    The price of certainty is power: with a hundred tests the q-values are five times as large.

    References
    ----------
    Benjamini & Yekutieli (2001), doi:10.1214/aos/1013699998.

    Examples
    --------
    >>> benjamini_yekutieli([0.01, 0.02, 0.03, 0.5]).round(4).tolist()
    [0.0833, 0.0833, 0.0833, 1.0]
    """
    q = benjamini_hochberg(p_value)
    tests = int((~np.isnan(q)).sum())
    return np.asarray(np.minimum(q * (1 / np.arange(1, tests + 1)).sum(), 1.0), dtype=float)


def hot_spot_class(z: ArrayLike, q_value: ArrayLike) -> pd.Series[Any]:
    """
    Class of each cell for a map: hot or cold, and how sure.

    Parameters
    ----------
    z
        Scores, such as ``gi_z``: above zero is hot, below is cold.
    q_value
        Q-values of the same cells.

    Returns
    -------
    pandas.Series
        A code of `CLASSES` for each cell, on the index of `z` where it has one. Cells without a score
        are ``none``.

    Raises
    ------
    InputError
        If the two differ in length.

    Notes
    -----
    A q-value of 0.05 means that about one in twenty of *all* cells so marked is a false find; it is no
    probability for a single cell, and it says nothing of how many events a cell holds.

    References
    ----------
    Caldas de Castro & Singer (2006), doi:10.1111/j.0016-7363.2006.00682.x.

    Examples
    --------
    >>> hot_spot_class([4.1, 2.0, -3.0, float("nan")], [0.001, 0.2, 0.04, float("nan")]).tolist()
    ['hot_99', 'none', 'cold_95', 'none']
    """
    index = z.index if isinstance(z, pd.Series) else None
    score, q = np.asarray(z, dtype=float), np.asarray(q_value, dtype=float)
    if score.shape != q.shape:
        msg = _("`z` has {z} values and `q_value` has {q}: they must be of the same cells.")
        raise InputError(msg.format(z=score.size, q=q.size))
    codes = np.full(score.shape, "none", dtype=object)
    for level, name in _LEVELS:
        codes[(q <= level) & (score > 0)] = f"hot_{name}"
        codes[(q <= level) & (score < 0)] = f"cold_{name}"
    return pd.Series(codes, index=index, dtype=object, name="hot_spot")
