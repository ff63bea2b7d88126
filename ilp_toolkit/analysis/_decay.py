"""How fast the excess of near repeats fades: an exponential decay fitted to the bands of a Knox table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["HalfLife", "half_life"]

_STEPS = 400
"""Half-lives at which the likelihood is looked at before the best is refined."""
_NOTHING = 1e-9
"""Gain of the log-likelihood that is rounding, not a find."""


@dataclass(frozen=True)
class HalfLife:
    """How fast the excess of near pairs fades; an empty duration (NaT) is one that the bands cannot tell."""

    half_life: pd.Timedelta
    """Time in which the excess falls to one half."""
    low: pd.Timedelta
    high: pd.Timedelta
    """Limits of the confidence interval."""
    excess: float
    """Excess right after an event, as a share of the level to which it fades: 1.5 is 2.5 times that level."""
    level: float
    """Ratio of observed to expected pairs to which the excess fades."""
    confidence: float
    choices: dict[str, Any] = field(default_factory=dict)


def half_life(table: pd.DataFrame, *, within: float | None = None, confidence: float = 0.95) -> HalfLife:
    """
    Fit how fast the excess of near repeats fades.

    Parameters
    ----------
    table
        What `knox` returned, with at least four bands of time.
    within
        Take the bands of distance up to this edge together, in metres; the nearest band alone by default.
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    HalfLife
        ``half_life`` with its ``low`` and ``high``, ``excess``, ``level``.

    Raises
    ------
    InputError
        If there are fewer than four bands of time, no band up to `within`, or no excess that fades.

    Notes
    -----
    Maximum likelihood: the observed pairs of a band are taken as Poisson around
    expected × level × (1 + excess × mean of 2^(-t / half-life) over the band); half-life, excess and level
    are fitted together. The level is seldom one: where near repeats abound they raise the expected pairs
    too, and slow changes of the whole pattern raise the observed ones. The interval holds the half-lives
    whose profile likelihood is within half a chi-square quantile of the best. Pairs share events, so they
    are not independent and the interval is rather too narrow. Use bands of time that reach well past the
    fading, or the level is a guess.

    References
    ----------
    Profile likelihood: Venzon & Moolgavkar (1988), doi:10.2307/2347496. Decay of the risk after a
    burglary: Johnson et al. (2007), doi:10.1007/s10940-007-9025-3.

    Examples
    --------
    >>> week = pd.Timedelta(weeks=1)
    >>> table = pd.DataFrame({
    ...     "distance_from": 0.0, "distance_to": 200.0,
    ...     "duration_from": [k * week for k in range(5)], "duration_to": [(k + 1) * week for k in range(5)],
    ...     "observed": [2443, 1721, 1361, 1180, 1090], "expected": 1000.0,
    ... })
    >>> half_life(table).half_life.round("D")
    Timedelta('7 days 00:00:00')
    """
    from scipy.stats import chi2

    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))
    bands = _bands_of_time(table, within)
    day = pd.Timedelta(days=1)
    held = bands["observed"].sum() > 0 and bands["expected"].sum() > 0
    fitted = held and _fit(
        bands["observed"].to_numpy(dtype=float),
        bands["expected"].to_numpy(dtype=float),
        np.array([value / day for value in bands["duration_from"]]),
        np.array([value / day for value in bands["duration_to"]]),
        drop=float(chi2.ppf(confidence, 1)) / 2,
    )
    if not fitted:
        msg = _("`table` shows no excess of near pairs that fades. Look at its column `ratio`.")
        raise InputError(msg)
    note = {
        "within": float(bands["distance_to"].max()),
        "estimator": "Poisson maximum likelihood, profile interval",
        "n_bands": len(bands),
    }
    return HalfLife(
        half_life=_days(fitted.half_life),
        low=_days(fitted.low),
        high=_days(fitted.high),
        excess=fitted.excess,
        level=fitted.level,
        confidence=confidence,
        choices=note,
    )


def _bands_of_time(table: pd.DataFrame, within: float | None) -> pd.DataFrame:
    """Add up the bands of distance up to `within`: one row for each band of time."""
    needed = ["distance_to", "duration_from", "duration_to", "observed", "expected"]
    missing = [name for name in needed if name not in table]
    if missing:
        msg = _("`table` lacks {columns}; pass what `knox` returned.")
        raise ColumnsError(msg.format(columns=", ".join(missing)))
    limit = table["distance_to"].min() if within is None else within
    chosen = table[table["distance_to"] <= limit]
    bands = chosen.groupby(["duration_from", "duration_to"], as_index=False).agg(
        {"distance_to": "max", "observed": "sum", "expected": "sum"}
    )
    if len(bands) < 4:
        msg = _("`table` has {n} bands of time within {limit} m; a half-life needs at least four.")
        raise InputError(msg.format(n=len(bands), limit=limit))
    return bands


def _days(value: float) -> pd.Timedelta:
    return cast("pd.Timedelta", pd.NaT if np.isnan(value) else pd.Timedelta(days=value))


@dataclass(frozen=True)
class _Decay:
    """A fitted decay, in the unit of the edges; NaN where the bands cannot tell."""

    half_life: float
    low: float
    high: float
    excess: float
    level: float


def _fit(observed: Floats, expected: Floats, lower: Floats, upper: Floats, *, drop: float) -> _Decay | None:
    """
    Maximise the likelihood over the half-life, the excess and the level best for each half-life.

    `drop` is how far the log-likelihood may fall below its maximum inside the interval. Returns None where
    no decaying excess fits better than none.
    """
    from scipy.optimize import brentq, minimize_scalar

    width = float((upper - lower).min())
    grid = np.linspace(np.log(width / 20), np.log(20 * float(upper.max())), _STEPS)

    def loss(log_half_life: float) -> float:
        return _fit_height(observed, expected, _mean_share(np.exp(log_half_life), lower, upper))[2]

    losses = np.array([loss(point) for point in grid])
    best = int(losses.argmin())
    if losses[best] > -_NOTHING:
        return None
    inside = 0 < best < _STEPS - 1
    at = float(grid[best])
    if inside:
        at = float(minimize_scalar(loss, bounds=(grid[best - 1], grid[best + 1]), method="bounded").x)
    limit = loss(at) + drop
    left = np.flatnonzero(losses[:best] > limit)
    right = np.flatnonzero(losses[best:] > limit)
    low = brentq(lambda v: loss(v) - limit, grid[left[-1]], at) if len(left) else np.nan
    high = brentq(lambda v: loss(v) - limit, at, grid[best + right[0]]) if len(right) else np.nan
    height, level, _loss = _fit_height(observed, expected, _mean_share(np.exp(at), lower, upper))
    middle = float(np.exp(at)) if inside else float("nan")
    excess = height / level if level > 0 else float("inf")
    return _Decay(middle, float(np.exp(low)), float(np.exp(high)), excess, level)


def _mean_share(half_life: float, lower: Floats, upper: Floats) -> Floats:
    """Return the mean of 2^(-t/h) over each band."""
    rate = np.log(2) / half_life
    share: Floats = (np.exp(-rate * lower) - np.exp(-rate * upper)) / (rate * (upper - lower))
    return share


def _fit_height(observed: Floats, expected: Floats, share: Floats) -> tuple[float, float, float]:
    """
    Fit expected × (level + height × share), both from 0 up, and say how much worse that is than no decay.

    At the maximum the fitted pairs add up to the observed ones, which leaves one unknown.
    """
    from scipy.optimize import brentq

    total, all_expected = float(observed.sum()), float(expected.sum())
    slope_of_level = float((expected * share).sum()) / all_expected
    flat = total / all_expected
    most = flat / slope_of_level if slope_of_level > 0 else 0.0

    def relative(height: float) -> Floats:
        values: Floats = 1 + height * (share - slope_of_level) / flat
        return values

    def slope(height: float) -> float:
        return float((observed * (share - slope_of_level) / relative(height)).sum())

    if total == 0 or slope(0.0) <= 0:
        return 0.0, flat, 0.0
    end = most * (1 - 1e-9)
    height = end if slope(end) >= 0 else float(brentq(slope, 0.0, end))
    gain = float((observed * np.log(relative(height))).sum())
    return height, flat - height * slope_of_level, -gain
