"""
From what is seized to what was there: interception and effort.

Seizures are flow times the chance of being caught times the chance of being reported. None of the three is
known; a guess of one, said with its doubt, shows how little the seizures alone can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence, noted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["effort_rate", "interception"]


def interception(
    seized: float | pd.Series[Any], *, a: float, b: float, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Flow behind an amount seized, if the share that is caught is a guess with its doubt (a Beta).

    Parameters
    ----------
    seized
        Amount seized in a period, or a Series by country; the flow is in the same unit and period.
    a, b
        The guess of the share caught, as good as `a` loads caught and `b` missed: mean a / (a + b).
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        On the index of `seized`: ``seized``, ``naive`` (seized over the mean share), ``mean`` (infinite where
        `a` is at most 1), ``median``, ``low``, ``high``.

    Raises
    ------
    InputError
        If an amount is negative or missing, or `a` or `b` is not above 0.

    Notes
    -----
    Mean = seized × (a + b − 1) / (a − 1), which is above the naive number: a low share caught makes the flow
    large without limit. The interval is of the doubt about the share alone. With ``a=3, b=17`` ("about 15 %")
    the ends are ten times apart: that is what such a guess is worth. The same share is taken for each row;
    countries whose police are more active would seem to carry more.

    References
    ----------
    On detection and reporting in seizures: Underwood, Burn & Milliken (2013),
    doi:10.1371/journal.pone.0076539.

    Examples
    --------
    >>> interception(12.0, a=3, b=17).round(1)
       seized  naive   mean  median   low   high
    0    12.0   80.0  114.0    86.8  36.2  354.8
    """
    from scipy.special import betaincinv

    check_confidence(confidence)
    values, index = _amounts(seized, "seized")
    for name, value in (("a", a), ("b", b)):
        if not np.isfinite(value) or value <= 0:
            raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name=name, value=value))
    tail = (1 - confidence) / 2
    least, middle, most = (float(betaincinv(a, b, p)) for p in (tail, 0.5, 1 - tail))
    factor = (a + b - 1) / (a - 1) if a > 1 else np.inf
    table = pd.DataFrame(
        {
            "seized": values,
            "naive": values * ((a + b) / a),
            "mean": np.where(values > 0, values * factor if np.isfinite(factor) else np.inf, 0.0),
            "median": values / middle,
            "low": values / most,
            "high": values / least,
        },
        index=index,
    )
    return noted(
        table,
        method="interception",
        share_caught=float(a / (a + b)),
        share_caught_low=least,
        share_caught_high=most,
        confidence=float(confidence),
    )


def effort_rate(
    seizures: int | pd.Series[Any],
    effort: float | pd.Series[Any],
    *,
    a: float = 1.0,
    b: float = 1.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Seizures for each unit of effort, drawn towards what was expected where effort is small.

    Parameters
    ----------
    seizures
        Cases, whole numbers from 0 up; a Series by post or country.
    effort
        Hours of patrol, vehicles searched: on the same index, from 0 up.
    a, b
        What was known before: as good as `a` seizures in an effort of `b` (a Gamma).
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        On the index of `seizures`: ``n``, ``effort``, ``raw`` (NaN without effort), ``rate``
        (posterior mean), ``low``, ``high``.

    Raises
    ------
    InputError
        If counts are no whole numbers from 0 up, effort is negative or missing, or the two do not match.

    Notes
    -----
    Rate = (a + n) / (b + effort). Its unit is that of `effort`, and so the prior's: with the default of one
    seizure in one unit, hours and thousands of hours give other answers. A rate by effort compares places
    only if the effort is of the same kind; searches on a tip find more than searches at random. Cases are
    taken as independent: one operation of twenty arrests is no twenty cases.

    References
    ----------
    Gelman et al., Bayesian Data Analysis (3rd ed., 2013), section 2.6.

    Examples
    --------
    >>> effort_rate(pd.Series([30, 10]), pd.Series([3.0, 1.0])).round(2)
        n  effort   raw  rate   low   high
    0  30     3.0  10.0  7.75  5.27  10.71
    1  10     1.0  10.0  5.50  2.75   9.20
    """
    from scipy.special import gammaincinv

    check_confidence(confidence)
    counts, index = _amounts(seizures, "seizures")
    hours, other = _amounts(effort, "effort")
    if not index.equals(other):
        msg = _("`seizures` and `effort` are on different indexes ({n} and {other} rows).")
        raise InputError(msg.format(n=len(index), other=len(other)))
    if (counts != np.round(counts)).any():
        first = counts[counts != np.round(counts)][0]
        raise InputError(
            _("`seizures` must be whole numbers of cases, got {value!r}.").format(value=float(first))
        )
    for name, value in (("a", a), ("b", b)):
        if not np.isfinite(value) or value <= 0:
            raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name=name, value=value))
    tail = (1 - confidence) / 2
    shape, scale = a + counts, 1 / (b + hours)
    table = pd.DataFrame(
        {
            "n": counts.astype(np.int64),
            "effort": hours,
            "raw": np.divide(counts, hours, out=np.full(len(counts), np.nan), where=hours > 0),
            "rate": shape * scale,
            "low": gammaincinv(shape, tail) * scale,
            "high": gammaincinv(shape, 1 - tail) * scale,
        },
        index=index,
    )
    return noted(table, method="Gamma-Poisson", prior=[float(a), float(b)], confidence=float(confidence))


def _amounts(values: Any, name: str) -> tuple[Floats, pd.Index[Any]]:
    series = values if isinstance(values, pd.Series) else pd.Series(np.atleast_1d(np.asarray(values)))
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(numbers) | (numbers < 0)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        msg = _("`{name}` must hold numbers from {least} up; {first} has {value!r}.")
        raise InputError(msg.format(name=name, least="0", first=series.index[at], value=series.iloc[at]))
    return numbers, series.index
