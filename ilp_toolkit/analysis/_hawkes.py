"""
A self-exciting process fitted to events: some happen by themselves, some are set off by earlier ones nearby.

Expectation-maximisation: guess for each event how likely it is background and how likely each earlier event
set it off; fit background and triggering to these chances; repeat. Nothing is drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Process", "fit", "temporal_log_likelihood"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_UNIFORM = 0.01
"""Share of the background spread evenly over the bounding box, so that no event is impossible."""
_FLATTEST, _STEEPEST = 1e-3, 1e6
"""Limits of a rate times its reach: below the one it is flat, above the other a spike."""
_LATTICE, _MOST_CELLS = 4, 2000
"""Steps of the lattice in a bandwidth, and along a side at most."""
_FADES = 0.5
"""Rate times reach below which nothing to speak of has faded."""
_LEAST_SPREAD = 1.0
"""Metres below which the spread of triggering is not believed."""


@dataclass(frozen=True)
class Process:
    """What was fitted. Days and metres."""

    branching: float
    decay: float
    """Rate at which triggering fades, per day; NaN where nothing is triggered."""
    spread: float
    """Standard deviation of the distance between an event and what it sets off."""
    background: Floats
    """Chance of each event that it happened by itself."""
    log_likelihood: float
    iterations: int
    converged: bool
    bandwidth: float
    flat: bool
    """Whether triggering does not fade within its reach, in time or in space: then it is background."""
    rate_at_end: float
    """Background events a day at the end."""


def fit(
    x: Floats, y: Floats, t: Floats, *, end: float, distance: float, duration: float, bandwidth: float,
    trend: float | None, iterations: int, tolerance: float,
) -> Process:  # fmt: skip
    """Fit the process to events in the order of time, seen from day 0 to `end`."""
    later, delay, square = _pairs(x, y, t, distance, duration)
    background, branching = np.full(len(t), 0.7), 0.3
    decay, sharp = 3 / duration, 4.5 / distance**2
    before = np.zeros(3)
    likelihood, converged, step = float("nan"), False, 0
    while step < iterations and not converged:
        step += 1
        alone, _rate = _background(x, y, t, background, end=end, bandwidth=bandwidth, trend=trend)
        triggering = branching * _faded(delay, decay, duration) * _spread_out(square, sharp, distance)
        total = alone + np.bincount(later, triggering, minlength=len(t))
        seen = float(_fallen(end - t, decay, duration).sum())
        likelihood = float(np.log(total).sum()) - float(background.sum()) - branching * seen
        background, chance = alone / total, triggering / total[later]
        set_off = float(chance.sum())
        branching = set_off / seen if seen > 0 else 0.0
        if set_off > 0:
            decay = _rate_of_mean(float((chance * delay).sum()) / set_off, duration)
            sharp = _rate_of_mean(float((chance * square).sum()) / set_off, distance**2)
            sharp = min(sharp, 1 / (2 * _LEAST_SPREAD**2))
        now = np.array([branching, decay, sharp])
        if (np.abs(now - before) <= tolerance * np.maximum(np.abs(now), 1e-12)).all() or branching < 1e-9:
            converged = True
        before = now
    nothing = len(later) == 0 or branching < 1e-9
    return Process(
        branching=0.0 if nothing else branching,
        decay=float("nan") if nothing else decay,
        spread=float("nan") if nothing else float(1 / np.sqrt(2 * sharp)),
        background=np.asarray(background, dtype=float),
        log_likelihood=likelihood,
        iterations=step,
        converged=converged,
        bandwidth=bandwidth,
        flat=not nothing and bool(min(decay * duration, sharp * distance**2) < _FADES),
        rate_at_end=_background(x, y, t, background, end=end, bandwidth=bandwidth, trend=trend)[1],
    )


def temporal_log_likelihood(
    times: Floats, *, until: float, rate: float, branching: float, decay: float
) -> float:
    """
    Return the log-likelihood of moments under a constant rate and exponential triggering, in one pass.

    Parameters
    ----------
    times
        Moments in order, from 0 on, in one unit.
    until
        End of the observation, in that unit.
    rate
        Events a unit of time that happen by themselves, above 0.
    branching
        Events that one event sets off, on average.
    decay
        Rate at which triggering fades, per unit of time.

    Returns
    -------
    float
        The log-likelihood.

    Notes
    -----
    Time alone, without places: for comparing settings on one series. Values for different series, or
    different units, cannot be compared.

    References
    ----------
    Ozaki (1979), doi:10.1007/BF02480272.
    """
    t = np.asarray(times, dtype=float)
    total, excited = -rate * until, 0.0
    for i in range(len(t)):
        if i:
            excited = (excited + 1.0) * float(np.exp(-decay * (t[i] - t[i - 1])))
        total += float(np.log(rate + branching * decay * excited))
    return total - branching * float((1 - np.exp(-decay * (until - t))).sum())


def _pairs(
    x: Floats, y: Floats, t: Floats, distance: float, duration: float
) -> tuple[Indices, Floats, Floats]:
    """Return the later event of each pair in reach, days and squared metres between the two."""
    from scipy.spatial import cKDTree

    at = np.stack([x / distance, y / distance, t / duration], axis=1)
    pair = cKDTree(at).query_pairs(1.0, p=np.inf, output_type="ndarray")
    i, j = pair[:, 0].astype(np.int64), pair[:, 1].astype(np.int64)
    later, earlier = np.where(t[i] > t[j], i, j), np.where(t[i] > t[j], j, i)
    delay = t[later] - t[earlier]
    square = (x[later] - x[earlier]) ** 2 + (y[later] - y[earlier]) ** 2
    keep = (delay > 0) & (delay < duration) & (square < distance**2)
    order = np.lexsort((earlier[keep], later[keep]))
    return later[keep][order], delay[keep][order], square[keep][order]


def _faded(delay: Floats, decay: float, reach: float) -> Floats:
    """Return the density of an exponential delay that ends at the reach."""
    return np.asarray(decay * np.exp(-decay * delay) / -np.expm1(-decay * reach), dtype=float)


def _fallen(delay: Floats, decay: float, reach: float) -> Floats:
    """Return the share of what an event sets off that comes within a delay."""
    within = np.clip(delay, 0, reach)
    return np.asarray(np.expm1(-decay * within) / np.expm1(-decay * reach), dtype=float)


def _spread_out(square: Floats, sharp: float, reach: float) -> Floats:
    """Return the density, per m², of a Gaussian that ends at the reach."""
    return np.asarray(sharp / np.pi * np.exp(-sharp * square) / -np.expm1(-sharp * reach**2), dtype=float)


def _rate_of_mean(mean: float, reach: float) -> float:
    """Return the rate of an exponential cut off at `reach` that has this mean."""
    from scipy.optimize import brentq

    def excess(log_rate: float) -> float:
        rate = float(np.exp(log_rate))
        rest = reach / np.expm1(rate * reach) if rate * reach < 700 else 0.0
        return float(1 / rate - rest - mean)

    low, high = np.log(_FLATTEST / reach), np.log(_STEEPEST / reach)
    if excess(low) <= 0:
        return float(np.exp(low))
    if excess(high) >= 0:
        return float(np.exp(high))
    return float(np.exp(brentq(excess, low, high, xtol=1e-12)))


def _background(
    x: Floats, y: Floats, t: Floats, weight: Floats, *, end: float, bandwidth: float, trend: float | None
) -> tuple[Floats, float]:
    """Return the background at each event without itself, per m² and day, and its rate at the end."""
    total = float(weight.sum())
    others = np.maximum(total - weight, 1e-12)
    inside = weight / (_share_inside(x, bandwidth) * _share_inside(y, bandwidth))
    own = inside / (2 * np.pi * bandwidth**2)
    near = np.maximum(_smoothed(x, y, inside, bandwidth) - own, 0) / others
    box = max(float(np.ptp(x) * np.ptp(y)), 2 * np.pi * bandwidth**2)
    place = (1 - _UNIFORM) * near + _UNIFORM / box
    when, last = _over_time(t, weight, end, trend)
    return place * when * total, last * total


def _share_inside(values: Floats, bandwidth: float) -> Floats:
    """Return the share of each event's Gaussian that lies between the outermost events."""
    from scipy.special import ndtr

    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.ones(len(values))
    return np.asarray(ndtr((high - values) / bandwidth) - ndtr((low - values) / bandwidth), dtype=float)


def _smoothed(x: Floats, y: Floats, weight: Floats, bandwidth: float) -> Floats:
    """
    Return the Gaussian density at the events, read from a lattice of a quarter of the bandwidth.

    Each event is shared out among the four nearest points of the lattice, which spreads it by a sixth of a
    square step; the Gaussian is narrower by as much.
    """
    from scipy.ndimage import gaussian_filter, map_coordinates

    cell = max(bandwidth / _LATTICE, float(max(np.ptp(x), np.ptp(y))) / _MOST_CELLS)
    width = max(bandwidth / cell, 0.5)
    column, row = (x - x.min()) / cell + 3, (y - y.min()) / cell + 3
    shape = int(row.max()) + 5, int(column.max()) + 5
    r, c = row.astype(np.int64), column.astype(np.int64)
    up, right = row - r, column - c
    field = np.zeros(shape[0] * shape[1])
    for dr, dc, share in (
        (0, 0, (1 - up) * (1 - right)),
        (0, 1, (1 - up) * right),
        (1, 0, up * (1 - right)),
        (1, 1, up * right),
    ):
        field += np.bincount((r + dr) * shape[1] + c + dc, weight * share, minlength=len(field))
    field = gaussian_filter(field.reshape(shape), np.sqrt(width**2 - 1 / 6), mode="constant", truncate=6.0)
    return np.asarray(map_coordinates(field, np.stack([row, column]), order=3) / cell**2, dtype=float)


def _over_time(t: Floats, weight: Floats, end: float, trend: float | None) -> tuple[Floats, float]:
    """Return the density in time at each event and at the end; even without a trend."""
    from scipy.ndimage import gaussian_filter1d

    if trend is None or end < 2 * trend:
        return np.full(len(t), 1 / end), 1 / end
    bins = max(int(np.ceil(8 * end / trend)), 1)
    width = end / bins
    mass = np.bincount(np.minimum((t / width).astype(np.int64), bins - 1), weight, minlength=bins)
    level = gaussian_filter1d(mass / mass.sum() / width, trend / width, mode="reflect")
    middle = (np.arange(bins) + 0.5) * width
    return np.interp(t, middle, level), float(level[-1])
