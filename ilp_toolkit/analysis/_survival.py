"""
Survival: how long something lasts when some were there before anybody looked and some are there still.

Kaplan and Meier's curve counts, at each end, how many were at risk: those who had been seen to enter and
had not gone. Who came under observation at an age of ten weeks is at risk from the tenth week on (left
truncation); who is still there at the end is at risk until then (right censoring).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Numbers: TypeAlias = Sequence[float] | pd.Series[Any] | Floats

__all__ = ["kaplan_meier", "log_rank", "median_of"]


def kaplan_meier(
    duration: Numbers,
    ended: Sequence[bool] | pd.Series[Any],
    *,
    entry: Numbers | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Kaplan-Meier curve with late entry and with ends that were not seen.

    Parameters
    ----------
    duration
        Age at the end or at the last sight, in any unit, above 0.
    ended
        Whether the end was seen; False where observation stopped first.
    entry
        Age when observation began, below the duration; 0 without it.
    confidence
        Of the interval at each time, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row for 0 and for each distinct duration: ``time``, ``at_risk``, ``ended``, ``censored`` (at that
        time), ``survival`` (share that lasts longer), ``se`` (Greenwood), ``low`` and ``high`` (log-log).

    Raises
    ------
    InputError
        If numbers are missing or out of range, or lengths differ.

    Notes
    -----
    Those who stop being observed are taken to be like those who go on. With late entry few are at risk at
    young ages, and one end among two at risk halves the curve: read ``at_risk`` first. Intervals hold at a
    time, not for the curve as a whole.

    References
    ----------
    Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452.

    Examples
    --------
    >>> kaplan_meier([6, 6, 6, 6, 7], [True, True, True, False, True])["survival"].round(2).tolist()
    [1.0, 0.4, 0.0]
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    last, gone, first = _spells(duration, ended, entry)
    times = np.unique(last)
    risk, ends = _at_risk(last, gone, first, times)
    out = np.bincount(np.searchsorted(times, last), minlength=len(times)) if len(times) else np.zeros(0)
    share = np.divide(risk - ends, risk, out=np.ones(len(times)), where=risk > 0)
    survival = np.cumprod(share)
    left = risk - ends
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where((ends > 0), ends / (risk * left), 0.0))
        se = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
        spread = float(ndtri((1 + confidence) / 2)) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    none = (survival >= 1) | (survival <= 0)
    table = pd.DataFrame(
        {
            "time": np.concatenate([[0.0], times]),
            "at_risk": np.concatenate([[int((first <= 0).sum())], risk]).astype(np.int64),
            "ended": np.concatenate([[0], ends]).astype(np.int64),
            "censored": np.concatenate([[0], out - ends]).astype(np.int64),
            "survival": np.concatenate([[1.0], survival]),
            "se": np.concatenate([[0.0], se]),
            "low": np.concatenate([[1.0], np.where(none, survival, low)]),
            "high": np.concatenate([[1.0], np.where(none, survival, high)]),
        }
    )
    return choices.record(
        table,
        n=len(last),
        ended=int(gone.sum()),
        late_entries=int((first > 0).sum()),
        confidence=float(confidence),
        interval="log-log, at each time",
    )


def median_of(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Return the median of a curve and its interval: the first time at which a half or less is left."""

    def first(column: str) -> float:
        below = curve.loc[curve[column] <= 0.5 + 1e-12, "time"]
        return float(below.iloc[0]) if len(below) else np.nan

    return first("survival"), first("low"), first("high")


def log_rank(
    duration: Numbers,
    ended: Sequence[bool] | pd.Series[Any],
    group: Sequence[Any] | pd.Series[Any],
    *,
    entry: Numbers | None = None,
) -> pd.DataFrame:
    """
    Log-rank test: whether groups last equally long.

    Parameters
    ----------
    duration, ended, entry
        As for `kaplan_meier`.
    group
        The group of each.

    Returns
    -------
    pandas.DataFrame
        By ``group``: ``n``, ``observed`` ends and ``expected`` ones if all groups were alike, ``ratio``; then
        ``chi_square``, ``df`` and ``p_value`` of the test, the same in each row.

    Raises
    ------
    InputError
        As `kaplan_meier`, or if there are fewer than two groups.

    Notes
    -----
    It sees best a ratio of risks that stays the same; curves that cross may differ and give a large p. The
    p-value leans on many ends: with fewer than some five expected in a group it is a rough guide.

    References
    ----------
    Mantel (1966), Evaluation of survival data and two new rank order statistics arising in its
    consideration, Cancer Chemotherapy Reports 50, 163-170; Peto & Peto (1972), doi:10.2307/2344317.

    Examples
    --------
    >>> table = log_rank([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"])
    >>> table[["observed", "expected", "chi_square"]].round(3).iloc[0].tolist()
    [2.0, 0.833, 2.882]
    """
    from scipy.stats import chi2

    last, gone, first = _spells(duration, ended, entry)
    names, code = np.unique(np.asarray(pd.Series(group).astype(str)), return_inverse=True)
    if len(code) != len(last):
        raise InputError(_("`group` has {n} values for {m} durations.").format(n=len(code), m=len(last)))
    if len(names) < 2:
        raise InputError(_("`group` has fewer than two groups; there is nothing to compare."))
    times = np.unique(last[gone])
    parts = [_at_risk(last[code == k], gone[code == k], first[code == k], times) for k in range(len(names))]
    risk, ends = (np.array([part[side] for part in parts], dtype=float) for side in (0, 1))
    all_risk, all_ends = risk.sum(axis=0), ends.sum(axis=0)
    share = np.divide(risk, all_risk, out=np.zeros_like(risk), where=all_risk > 0)
    expected = (share * all_ends).sum(axis=1)
    observed = ends.sum(axis=1)
    weight = np.divide(
        all_ends * (all_risk - all_ends), all_risk - 1, out=np.zeros_like(all_risk), where=all_risk > 1
    )
    variance = np.einsum("it,jt,t->ij", -share, share, weight) + np.diag((share * weight).sum(axis=1))
    gap = (observed - expected)[:-1]
    square = float(gap @ np.linalg.pinv(variance[:-1, :-1]) @ gap)
    df = int(np.linalg.matrix_rank(variance))
    table = pd.DataFrame(
        {
            "n": np.bincount(code),
            "observed": observed.astype(np.int64),
            "expected": expected,
            "ratio": np.divide(observed, expected, out=np.full(len(names), np.nan), where=expected > 0),
            "chi_square": square,
            "df": df,
            "p_value": float(chi2.sf(square, df)) if df else np.nan,
        },
        index=pd.Index(names, name="group"),
    )
    return choices.record(table, test="log-rank", n=len(last))


def _spells(duration: Any, ended: Any, entry: Any) -> tuple[Floats, Flags, Floats]:
    last = np.asarray(pd.to_numeric(pd.Series(duration), errors="coerce"), dtype=float)
    gone = np.asarray(pd.Series(ended).fillna(False), dtype=bool)
    first = np.zeros(len(last)) if entry is None else np.asarray(pd.Series(entry), dtype=float)
    if not len(last) == len(gone) == len(first):
        msg = _("`duration`, `ended` and `entry` must have one value each; got {n}, {m} and {k}.")
        raise InputError(msg.format(n=len(last), m=len(gone), k=len(first)))
    bad = ~(np.isfinite(last) & np.isfinite(first) & (first >= 0) & (last > first))
    if bad.any():
        msg = _(
            "`duration` must be above its `entry`, and `entry` from 0 up; "
            "{n} are not (first: position {row})."
        )
        raise InputError(msg.format(n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    return last, gone, first


def _at_risk(last: Floats, gone: Flags, first: Floats, times: Floats) -> tuple[Floats, Floats]:
    """Return how many are at risk just before each time, and how many end at it."""
    entered = np.searchsorted(np.sort(first), times, side="left")
    left = np.searchsorted(np.sort(last), times, side="left")
    ends = np.searchsorted(np.sort(last[gone]), times, side="right") - np.searchsorted(
        np.sort(last[gone]), times, side="left"
    )
    return (entered - left).astype(float), ends.astype(float)
