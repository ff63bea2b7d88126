"""Running series of counts: a lasting shift, a busy run, a trend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._poisson import scan_p
from .significance import two_sided_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Scan", "Trend", "cusum", "mann_kendall", "scan_statistic", "take_series"]


@dataclass(frozen=True)
class Scan:
    """The busiest run of periods in a series."""

    start: Any
    """Label of the first period of the window."""
    end: Any
    """Label of its last period."""
    observed: int
    expected: float
    """Incidents to expect in one window."""
    p_value: float
    """Chance that any window of the series holds as many, if the rate never changed."""
    choices: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trend:
    """Whether a series rises or falls all along."""

    n: int
    s: int
    """Pairs of values that rise less pairs that fall."""
    variance: float
    z: float
    p_value: float
    """Two-sided."""
    tau: float
    """`s` as a share of all pairs: 1 where every later value is higher."""
    tau_b: float
    """The same with tied pairs taken out of the base."""
    slope: float
    """Median change from one period to the next (Theil–Sen)."""
    choices: dict[str, Any] = field(default_factory=dict)


def cusum(
    counts: pd.Series[Any],
    *,
    expected: float | pd.Series[Any] | None = None,
    spread: float | None = None,
    slack: float = 0.5,
    limit: float = 5.0,
) -> pd.DataFrame:
    """
    Watch a running series for a small lasting shift (cumulative sum chart).

    Parameters
    ----------
    counts
        Incidents in each period, in order, quiet periods as 0.
    expected
        What is usual: a number, or one for each period; the mean of the series itself by default, which
        hides a shift that lasted for much of it.
    spread
        Standard deviation of one period. Without it the counts are taken as Poisson: z = 2 (√n − √expected).
    slack
        Part of each z that is let go: half the shift that matters, in standard deviations.
    limit
        The sum above which a signal is given.

    Returns
    -------
    pandas.DataFrame
        On the index of `counts`: ``n``, ``expected``, ``z``, ``upper`` and ``lower`` (sums of what
        exceeds the slack above and below, both from 0 up), ``signal`` (``up``, ``down`` or empty).

    Raises
    ------
    InputError
        If a value is missing or negative, or a choice is not above 0.

    Notes
    -----
    With a slack of 0.5 and a limit of 5 a normal series in order gives one false signal in about 465
    periods. The sums go on after a signal: the last period in which the sum was 0 tells when the shift began.

    References
    ----------
    Page (1954), doi:10.1093/biomet/41.1-2.100; Montgomery, Introduction to Statistical Quality Control.

    Examples
    --------
    >>> cusum(pd.Series([4, 4, 9, 9, 9, 9]), expected=4)[["n", "z", "upper", "signal"]]
       n    z  upper signal
    0  4  0.0    0.0
    1  4  0.0    0.0
    2  9  2.0    1.5
    3  9  2.0    3.0
    4  9  2.0    4.5
    5  9  2.0    6.0     up
    """
    values = take_series(counts, "counts", least=0.0 if spread is None else -np.inf)
    for name, value in {"slack": slack, "limit": limit, "spread": 1.0 if spread is None else spread}.items():
        if not np.isfinite(value) or value < 0 or (value == 0 and name != "slack"):
            raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name=name, value=value))
    usual = _usual(values, expected)
    score = 2 * (np.sqrt(values) - np.sqrt(usual)) if spread is None else (values - usual) / spread
    upper, lower = _sums(score, slack), _sums(-score, slack)
    table = pd.DataFrame(
        {
            "n": counts,
            "expected": usual,
            "z": score,
            "upper": upper,
            "lower": lower,
            "signal": np.select([upper > limit, lower > limit], ["up", "down"], ""),
        },
        index=counts.index,
    )
    return choices.record(
        table,
        expected="mean of the series" if expected is None else "given",
        spread="Poisson" if spread is None else float(spread),
        slack=float(slack),
        limit=float(limit),
    )


def scan_statistic(counts: pd.Series[Any], *, window: int, expected: float | None = None) -> Scan:
    """
    Find the busiest run of periods and say how likely such a run is somewhere in the series.

    Parameters
    ----------
    counts
        Incidents in each period, in order, quiet periods as 0.
    window
        Length of the run in periods.
    expected
        Usual incidents in one period; the mean of the series by default (the run itself included).

    Returns
    -------
    Scan
        The first busiest window and its p-value.

    Raises
    ------
    InputError
        If a count is negative, missing or no whole number, or the window does not fit in the series.

    Notes
    -----
    "Six in one fortnight" is rare in a fortnight named beforehand and common in some fortnight of four
    years. The approximation of Naus is for windows that may begin at any moment; windows of whole periods
    are fewer, so the p-value is on the safe side. Incidents must be independent: two victims of one event
    are one.

    References
    ----------
    Naus (1982), doi:10.1080/01621459.1982.10477783.

    Examples
    --------
    >>> weeks = pd.Series([0, 1, 0, 0, 1, 4, 2, 0, 1, 0, 0, 1], index=range(1, 13))
    >>> found = scan_statistic(weeks, window=2, expected=0.8)
    >>> found.start, found.end, found.observed, round(found.p_value, 3)
    (6, 7, 6, 0.108)
    """
    values = take_series(counts, "counts", whole=True)
    if isinstance(window, bool) or int(window) != window or not 1 <= window <= len(values):
        msg = _("`window` must be a whole number from 1 to the {n} periods of `counts`, got {value!r}.")
        raise InputError(msg.format(n=len(values), value=window))
    mean = float(values.mean()) if expected is None else float(expected)
    if not np.isfinite(mean) or mean < 0 or (expected is not None and mean == 0):
        raise InputError(_("`expected` must be above 0, got {value!r}.").format(value=expected))
    held = np.convolve(values, np.ones(int(window)), mode="valid").round().astype(np.int64)
    at = int(held.argmax())
    return Scan(
        start=counts.index[at],
        end=counts.index[at + int(window) - 1],
        observed=int(held[at]),
        expected=mean * int(window),
        p_value=scan_p(len(values), int(window), mean, int(held[at])),
        choices={
            "window": int(window),
            "n_periods": len(values),
            "expected": "mean of the series" if expected is None else mean,
        },
    )


def mann_kendall(values: pd.Series[Any]) -> Trend:
    """
    Test whether a series rises or falls all along, whatever the shape of the trend.

    Parameters
    ----------
    values
        One number for each period, in order; missing periods are left out of every pair.

    Returns
    -------
    Trend
        The test, Kendall's tau and the median slope per period.

    Raises
    ------
    InputError
        If there are fewer than two values.

    Notes
    -----
    Ties are corrected for; z has the continuity correction. The p-value is of the normal approximation,
    which wants about ten values. A season or a memory from period to period makes p too small: take whole
    years, or the seasons out first.

    References
    ----------
    Mann (1945), doi:10.2307/1907187; Kendall (1975), Rank Correlation Methods; slope: Sen (1968),
    doi:10.1080/01621459.1968.10480934.

    Examples
    --------
    >>> found = mann_kendall(pd.Series([1, 3, 2, 5, 4, 6, 6, 8]))
    >>> found.s, round(found.z, 3), round(found.p_value, 3), round(found.tau, 3)
    (23, 2.743, 0.006, 0.821)
    """
    series = np.asarray(pd.to_numeric(pd.Series(values), errors="coerce"), dtype=float)
    known = np.flatnonzero(np.isfinite(series))
    n = len(known)
    if n < 2:
        raise InputError(_("`values` has {n} numbers; a trend needs at least two.").format(n=n))
    found = series[known]
    s = int(sum(np.sign(found[i + 1 :] - found[i]).sum() for i in range(n - 1)))
    ties = np.unique(found, return_counts=True)[1].astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = float(np.sign(s) * (abs(s) - 1) / np.sqrt(variance)) if s else 0.0
    pairs = n * (n - 1) / 2
    untied = pairs - (ties * (ties - 1)).sum() / 2
    slopes = [(found[i + 1 :] - found[i]) / (known[i + 1 :] - known[i]) for i in range(n - 1)]
    return Trend(
        n=n,
        s=s,
        variance=float(variance),
        z=z,
        p_value=float(two_sided_p(z)),
        tau=s / pairs,
        tau_b=float(s / np.sqrt(pairs * untied)) if untied else float("nan"),
        slope=float(np.median(np.concatenate(slopes))),
        choices={"n_used": n, "n_missing": len(series) - n, "test": "two-sided, normal, ties corrected"},
    )


def take_series(values: Any, name: str, *, least: float = 0.0, whole: bool = False) -> Floats:
    """Return the numbers of a series, checked."""
    if not isinstance(values, pd.Series):
        raise InputError(
            _("`{name}` must be a Series, one number for each period, in order.").format(name=name)
        )
    found = np.asarray(pd.to_numeric(values, errors="coerce"), dtype=float)
    bad = ~np.isfinite(found) | (found < least)
    if whole:
        bad |= found != np.floor(found)
    if bad.any():
        msg = _(
            "`{name}` must hold counts from 0 up; {n} are not (first: row {row}, {value}). "
            "A quiet period is 0."
        )
        row = int(np.flatnonzero(bad)[0])
        raise InputError(msg.format(name=name, n=int(bad.sum()), row=row, value=values.iloc[row]))
    if not len(found):
        raise InputError(_("`{name}` is empty.").format(name=name))
    return found


def _usual(values: Floats, expected: float | pd.Series[Any] | None) -> Floats:
    given = values.mean() if expected is None else expected
    usual = np.array(np.broadcast_to(np.asarray(given, dtype=float), values.shape))
    if not np.isfinite(usual).all() or (usual < 0).any():
        raise InputError(_("`expected` must be from 0 up, got {value!r}.").format(value=expected))
    return cast("Floats", usual)


def _sums(score: Floats, slack: float) -> Floats:
    total, sums = 0.0, np.empty(len(score))
    for number, value in enumerate(score):
        total = max(0.0, total + float(value) - slack)
        sums[number] = total
    return sums
