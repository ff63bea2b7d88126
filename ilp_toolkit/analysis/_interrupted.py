"""
An interrupted series: whether a level or a slope changed at a known date, beyond what a control shows.

The date is given before looking; a date found in the series makes any p-value worthless. With a control the
difference of the two series is what is fitted, so that what hits both (a holiday, a rate of exchange, a crawl
that missed more) drops out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence
from ._listing_tables import cannot_show, whole_number
from .significance import benjamini_hochberg, pseudo_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Interrupted", "interrupted_series"]

LEAST = 4
"""Fewer periods on one side say nothing about a level and a slope."""
LEAST_PLACEBOS = 19
"""Fewer dates before the event cannot give a p-value of 0.05."""


@dataclass(frozen=True)
class Interrupted:
    """A series before and after a date."""

    effects: pd.DataFrame
    """By term, ``level`` (jump at the date) and ``slope`` (change a period): ``estimate``, ``se``
    (Newey-West), ``t``, ``p_value`` (two-sided), ``q_value``, ``low``, ``high``, ``p_placebo`` (share of
    dates before the event whose jump is as large; empty with fewer than 19)."""
    series: pd.DataFrame
    """By period: ``observed``, ``control`` (empty without one), ``after``, ``fitted``, ``expected`` (had
    nothing happened; before the date the fit) with ``low`` and ``high``."""
    recovered_after: int | None
    """Periods until the observed is no longer below the interval of the expected, three periods running; 0 if
    it never was below; None if it did not come back."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def interrupted_series(
    values: pd.Series[Any],
    *,
    date: Any,
    control: pd.Series[Any] | None = None,
    log: bool = False,
    lags: int | None = None,
    confidence: float = 0.95,
) -> Interrupted:
    """
    Fit level and slope before and after a date, with errors that allow for memory (Newey-West).

    Parameters
    ----------
    values
        A number a period, on an index of dates of even steps; empty where nothing was observed, never 0.
    date
        The first day after the event.
    control
        The same for what the event did not touch, on the same dates.
    log
        Whether logarithms are fitted: effects are then relative (0.1 is some 10 % more).
    lags
        How many periods the errors remember; from the length without it (4 (n/100)^(2/9), at least 1).
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Interrupted

    Raises
    ------
    InputError
        If fewer than four periods with numbers lie on a side, the dates do not match, or a logarithm is
        asked of numbers not above 0.

    Notes
    -----
    y = a + b t + level · after + slope · (t − date) · after, of the difference to the control where there is
    one: it is taken to have moved alike before. Look at the picture first: a season, or a change that began
    before the date, makes a level. Errors of short series are too small even so; ``p_placebo`` asks how often
    a date before the event, at which nothing is known to have happened, shows such a jump, and needs some
    twenty periods before. It takes the series before as what usually happens.

    References
    ----------
    Bernal, Cummins & Gasparrini (2017), doi:10.1093/ije/dyw098; Newey & West (1987), doi:10.2307/1913610.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06", periods=12, freq="7D")
    >>> series = pd.Series([10.0, 11, 10, 11, 10, 11, 20, 21, 20, 21, 20, 21], index=days)
    >>> interrupted_series(series, date="2025-02-17").effects["estimate"].round(2).to_dict()
    {'level': 9.49, 'slope': 0.0}
    """
    check_confidence(confidence)
    y, other = _series(values, "values"), None if control is None else _series(control, "control")
    if other is not None and not other.index.equals(y.index):
        msg = _("`values` and `control` are on different dates; bring them together: values.align(control).")
        raise InputError(msg)
    raw, base = _scale(y, log, "values"), _scale(other, log, "control") if other is not None else None
    gap = raw if base is None else raw - base
    step = _step(y.index)
    moment = pd.Timestamp(date)
    time = ((y.index - y.index[0]) / step).to_numpy(dtype=float)
    at = float((moment - y.index[0]) / step)
    after = (y.index >= moment).astype(float)
    known = np.isfinite(gap)
    if min((known & (after == 0)).sum(), (known & (after == 1)).sum()) < LEAST:
        msg = _("`values` needs {least} periods with numbers on each side of {date}.")
        raise InputError(msg.format(least=LEAST, date=moment.date()))
    memory = _lags(int(known.sum()), lags)
    design = np.column_stack([np.ones(len(time)), time, after, after * (time - at)])
    beta, covariance = _newey_west(design[known], gap[known], memory)
    df = int(known.sum()) - 4
    chance = _placebo(time, gap, after, beta[2])
    effects = _effects(beta, covariance, df, confidence, chance)
    fitted, expected = design @ beta, design[:, :2] @ beta[:2]
    spread = np.sqrt(np.einsum("ij,jk,ik->i", design[:, :2], covariance[:2, :2], design[:, :2]))
    residual = gap[known] - fitted[known]
    noise = float((residual**2).sum() / max(df, 1))
    reach = _limit(confidence, df) * np.sqrt(spread**2 + noise)
    add = np.zeros(len(y)) if base is None else base
    back = np.exp if log else np.asarray
    table = pd.DataFrame(
        {
            "observed": y,
            "control": np.nan if other is None else other,
            "after": after.astype(bool),
            "fitted": back(fitted + add),
            "expected": back(expected + add),
            "low": back(expected - reach + add),
            "high": back(expected + reach + add),
        },
        index=y.index,
    )
    made = {
        "date": str(moment.date()),
        "period_days": float(step / pd.Timedelta(days=1)),
        "control": other is not None,
        "log": bool(log),
        "errors": "Newey-West",
        "lags": memory,
        "periods": int(known.sum()),
        "empty_periods": int((~known).sum()),
        "placebo_dates": chance[1],
        "confidence": float(confidence),
        "cannot_show": cannot_show("cause", "unseen"),
    }
    return Interrupted(
        choices.record(effects, **made), choices.record(table, **made), _recovered(table), made
    )


def _series(values: Any, name: str) -> pd.Series[Any]:
    if not isinstance(values, pd.Series) or not isinstance(values.index, pd.DatetimeIndex):
        msg = f"`{name}` must be a Series on dates, got {type(values).__name__}."
        raise TypeError(msg)
    if not values.index.is_monotonic_increasing or values.index.has_duplicates:
        raise InputError(_("`{name}` must be in the order of its dates, each once.").format(name=name))
    return pd.to_numeric(values, errors="coerce").astype(float)


def _step(index: Any) -> pd.Timedelta:
    steps = np.unique(np.diff(index.to_numpy()))
    if len(steps) != 1:
        msg = _("`values` must have a row for each period, of even steps; empty where nothing was observed.")
        raise InputError(msg)
    return pd.Timedelta(steps[0])


def _scale(values: pd.Series[Any], log: bool, name: str) -> Floats:
    numbers = values.to_numpy(dtype=float)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    if log and (numbers <= 0).any():
        raise InputError(_("`log` needs numbers above 0, and `{name}` has others.").format(name=name))
    return np.asarray(np.log(numbers) if log else numbers, dtype=float)


def _lags(n: int, lags: int | None) -> int:
    return max(int(4 * (n / 100) ** (2 / 9)), 1) if lags is None else whole_number(lags, "lags", least=0)


def _newey_west(design: Floats, y: Floats, lags: int) -> tuple[Floats, Floats]:
    """Return the coefficients and their covariance, Bartlett's weights, with n/(n - k)."""
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    score = design * (y - design @ beta)[:, None]
    middle = score.T @ score
    for lag in range(1, min(lags, len(y) - 1) + 1):
        cross = score[lag:].T @ score[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    n, k = design.shape
    return beta, inverse @ middle @ inverse * n / max(n - k, 1)


def _limit(confidence: float, df: int) -> float:
    from scipy.stats import t as student

    return float(student.ppf((1 + confidence) / 2, max(df, 1)))


def _placebo(time: Floats, gap: Floats, after: Floats, level: float) -> tuple[float, int]:
    """Return how often a date before the event shows a jump as large, and how many dates there are."""
    before = (after == 0) & np.isfinite(gap)
    t, y = time[before], gap[before]
    jumps = []
    for place in range(LEAST, len(t) - LEAST + 1):
        late = (t >= t[place] if place < len(t) else np.zeros(len(t), dtype=bool)).astype(float)
        design = np.column_stack([np.ones(len(t)), t, late, late * (t - t[min(place, len(t) - 1)])])
        jumps.append(abs(float((np.linalg.pinv(design) @ y)[2])))
    if len(jumps) < LEAST_PLACEBOS:
        return np.nan, len(jumps)
    extreme = int((np.array(jumps) >= abs(level)).sum())
    return float(pseudo_p(extreme, len(jumps))), len(jumps)


def _effects(
    beta: Floats, covariance: Floats, df: int, confidence: float, chance: tuple[float, int]
) -> pd.DataFrame:
    from scipy.stats import t as student

    estimate, error = beta[2:], np.sqrt(np.maximum(np.diag(covariance)[2:], 0.0))
    t = np.divide(estimate, error, out=np.full(2, np.nan), where=error > 0)
    reach = _limit(confidence, df) * error
    p = 2 * student.sf(np.abs(t), max(df, 1))
    return pd.DataFrame(
        {
            "estimate": estimate,
            "se": error,
            "t": t,
            "p_value": p,
            "q_value": benjamini_hochberg(p),
            "low": estimate - reach,
            "high": estimate + reach,
            "p_placebo": [chance[0], np.nan],
        },
        index=pd.Index(["level", "slope"], name="term"),
    )


def _recovered(table: pd.DataFrame) -> int | None:
    """Return after how many periods the series is back within what was to be expected, and stays three."""
    late = table[table["after"] & table["observed"].notna()]
    below = (late["observed"] < late["low"]).to_numpy()
    if not below.any():
        return 0
    first = int(np.argmax(below))
    for start in range(first + 1, len(below) - 2):
        if not below[start : start + 3].any():
            return start
    return None
