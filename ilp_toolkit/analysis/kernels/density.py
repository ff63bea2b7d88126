"""
Sums of kernels over points: on a square lattice by each point's window, anywhere else by buckets of points.

Both are exact for the kernels (1 - u²)^power, which are zero beyond their bandwidth (power 1 Epanechnikov, 2
quartic, 3 triweight). A bandwidth may be one number or one for each event (adaptive). The Gaussian is cut off
at `GAUSSIAN_REACH` bandwidths, which loses less than two parts in a hundred million of its mass. Values are
per unit of area of the coordinates (per square metre); each kernel integrates to one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ._compile import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Pair = tuple[float, float]
    Bandwidth = float | Floats

__all__ = [
    "GAUSSIAN_REACH",
    "at_cells",
    "at_places",
    "left_out_likelihood",
    "merged",
    "reach",
    "scott",
    "wider",
]

GAUSSIAN_REACH = 6.0
"""Bandwidths (standard deviations) at which the Gaussian is cut off."""

_MOST_BUCKETS = 2000
"""Buckets along a side: more would cost memory and save nothing."""


def reach(bandwidth: float, gaussian: bool) -> float:
    """Return how far from a point its kernel is not zero."""
    return bandwidth * GAUSSIAN_REACH if gaussian else bandwidth


def wider(gaussian: bool, power: int = 2) -> float:
    """Return how many times as wide as the Gaussian a kernel of the same spread is."""
    return 1.0 if gaussian else math.sqrt(2 * (power + 2))


def scott(x: Floats, y: Floats, gaussian: bool, power: int = 2) -> float:
    """Return Scott's bandwidth for a normal reference; the quartic of the same spread is √8 times as wide."""
    rule = math.sqrt(_spread(x) * _spread(y)) * math.pow(max(len(x), 1), -1 / 6)
    return rule * wider(gaussian, power)


def merged(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each place once with its summed weight: registers repeat addresses, kernels need not."""
    places, where = np.unique(x + 1j * y, return_inverse=True)
    summed = np.bincount(where.ravel(), weight, len(places)).astype(float)
    return np.asarray(places.real, dtype=float).copy(), np.asarray(places.imag, dtype=float).copy(), summed


def at_cells(  # noqa: PLR0917
    column: Indices, row: Indices, origin: Pair, step: Pair, x: Floats, y: Floats, weight: Floats, *,
    bandwidth: Bandwidth, gaussian: bool, power: int = 2,
) -> Floats:  # fmt: skip
    """Return the density of weighted points at places in columns and rows, whole steps from an origin."""
    if len(column) == 0:
        return np.zeros(0)
    left, low = int(column.min()), int(row.min())
    field = np.zeros((int(row.max()) - low + 1, int(column.max()) - left + 1))
    first = (origin[0] + left * step[0], origin[1] + low * step[1])
    wide = _each(bandwidth, len(x))
    if gaussian:
        _scatter_gaussian(x, y, weight, first, step, wide, field)
    else:
        _scatter_power(x, y, weight, first, step, wide, power, field)
    return field[row - low, column - left] * _scale(gaussian, power)


def at_places(
    to_x: Floats, to_y: Floats, x: Floats, y: Floats, weight: Floats, *,
    bandwidth: Bandwidth, gaussian: bool, power: int = 2, of_place: bool = False,
) -> Floats:  # fmt: skip
    """Return the density of weighted points at any places; the bandwidth is the points' or the places'."""
    out = np.zeros(len(to_x))
    if len(x) == 0 or len(to_x) == 0:
        return out
    wide = _each(bandwidth, len(to_x) if of_place else len(x))
    far = reach(float(wide.max()), gaussian)
    side = max(far, float(max(np.ptp(x), np.ptp(y))) / _MOST_BUCKETS)
    left, low = float(x.min()), float(y.min())
    column, row = ((x - left) // side).astype(np.int64), ((y - low) // side).astype(np.int64)
    columns, rows = int(column.max()) + 1, int(row.max()) + 1
    bucket = row * columns + column
    order = np.argsort(bucket, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=columns * rows))])
    _gather(
        to_x, to_y, x[order], y[order], weight[order], start, left, low, side, columns, rows,
        wide if of_place else wide[order], of_place, far, gaussian, power, out,
    )  # fmt: skip
    return out * _scale(gaussian, power)


def left_out_likelihood(x: Floats, y: Floats, bandwidth: float) -> float:
    """Return the mean log density at each place, Gaussian, over all others; -inf where one is alone."""
    n = len(x)
    here = at_places(x, y, x, y, np.ones(n), bandwidth=bandwidth, gaussian=True)
    others = here - _scale(True, 0) / bandwidth**2
    with np.errstate(divide="ignore"):
        return float(np.log(np.maximum(others, 0.0) / (n - 1)).mean())


def _each(bandwidth: Bandwidth, n: int) -> Floats:
    return np.broadcast_to(np.asarray(bandwidth, dtype=np.float64), (n,)).copy()


def _spread(values: Floats) -> float:
    """Return the standard deviation, or the quartiles' word for it where outliers blow that up."""
    if len(values) < 2:
        return 0.0
    quartiles = np.diff(np.percentile(values, [25, 75]))[0] / 1.349
    deviation = float(np.std(values, ddof=1))
    return min(deviation, float(quartiles)) if quartiles > 0 else deviation


def _scale(gaussian: bool, power: int) -> float:
    return 1 / (2 * math.pi) if gaussian else (power + 1) / math.pi


@compiled
def _scatter_power(x, y, weight, first, step, bandwidth, power, out):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    rows, columns = out.shape
    for i in range(len(x)):
        far = bandwidth[i]
        limit = far * far
        scale = weight[i] / limit
        for _ in range(power):
            scale /= limit
        r0 = max(math.ceil((y[i] - far - first[1]) / step[1]), 0)
        r1 = min(math.floor((y[i] + far - first[1]) / step[1]), rows - 1)
        for r in range(r0, r1 + 1):
            dy = first[1] + r * step[1] - y[i]
            rest = limit - dy * dy
            if rest <= 0:
                continue
            half = math.sqrt(rest)
            c0 = max(math.ceil((x[i] - half - first[0]) / step[0]), 0)
            c1 = min(math.floor((x[i] + half - first[0]) / step[0]), columns - 1)
            if c1 < c0:
                continue
            line = out[r, c0 : c1 + 1]  # counted from 0, so that the compiler may take several cells at once
            start = first[0] + c0 * step[0] - x[i]
            if power == 2:
                for c in range(len(line)):
                    dx = start + c * step[0]
                    rising = rest - dx * dx
                    line[c] += scale * rising * rising
            elif power == 1:
                for c in range(len(line)):
                    dx = start + c * step[0]
                    line[c] += scale * max(rest - dx * dx, 0.0)
            else:
                for c in range(len(line)):
                    dx = start + c * step[0]
                    rising = max(rest - dx * dx, 0.0)
                    line[c] += scale * rising * rising * rising


@compiled
def _scatter_gaussian(x, y, weight, first, step, bandwidth, out):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """
    Add each event's Gaussian to the cells of its window, as the product of one along and one up.

    Along a row the curve is followed outwards from the column nearest to the event: from cell to cell it
    falls by a factor that itself falls by a constant one, so that an exponential is taken four times an
    event and not once a column.
    """
    rows, columns = out.shape
    across, upward = np.empty(columns), np.empty(rows)
    for i in range(len(x)):
        wide = bandwidth[i]
        far = 6.0 * wide
        r0 = max(math.ceil((y[i] - far - first[1]) / step[1]), 0)
        r1 = min(math.floor((y[i] + far - first[1]) / step[1]), rows - 1)
        c0 = max(math.ceil((x[i] - far - first[0]) / step[0]), 0)
        c1 = min(math.floor((x[i] + far - first[0]) / step[0]), columns - 1)
        if c1 < c0 or r1 < r0:
            continue
        _curve((first[0] + c0 * step[0] - x[i]) / wide, step[0] / wide, across[: c1 - c0 + 1])
        _curve((first[1] + r0 * step[1] - y[i]) / wide, step[1] / wide, upward[: r1 - r0 + 1])
        scale = weight[i] / (wide * wide)
        for r in range(r1 - r0 + 1):
            up = scale * upward[r]
            line, curve = out[r0 + r, c0 : c1 + 1], across[: c1 - c0 + 1]
            for c in range(len(line)):
                line[c] += up * curve[c]


@compiled
def _curve(begin, step, out):  # type: ignore[no-untyped-def]
    """Write exp(-u²/2) at u = begin, begin + step, ... into `out`, outwards from its highest place."""
    n = len(out)
    top = min(max(round(-begin / step), 0), n - 1)
    u = begin + top * step
    out[top] = math.exp(-0.5 * u * u)
    bend = math.exp(-step * step)
    fall = math.exp(-step * (u + 0.5 * step))
    for k in range(top + 1, n):
        out[k] = out[k - 1] * fall
        fall *= bend
    fall = math.exp(step * (u - 0.5 * step))
    for k in range(top - 1, -1, -1):
        out[k] = out[k + 1] * fall
        fall *= bend


@compiled
def _gather(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    to_x, to_y, x, y, weight, start, left, low, side, columns, rows, bandwidth, of_place, far, gaussian,
    power, out,
):  # fmt: skip
    for k in range(len(to_x)):
        c0 = max(math.floor((to_x[k] - far - left) / side), 0)
        c1 = min(math.floor((to_x[k] + far - left) / side), columns - 1)
        r0 = max(math.floor((to_y[k] - far - low) / side), 0)
        r1 = min(math.floor((to_y[k] + far - low) / side), rows - 1)
        total = 0.0
        if c1 < c0:
            continue
        for r in range(r0, r1 + 1):
            for i in range(start[r * columns + c0], start[r * columns + c1 + 1]):
                dx, dy = x[i] - to_x[k], y[i] - to_y[k]
                wide = bandwidth[k] if of_place else bandwidth[i]
                square = (dx * dx + dy * dy) / (wide * wide)
                if gaussian:
                    if abs(dx) <= 6.0 * wide and abs(dy) <= 6.0 * wide:
                        total += weight[i] * math.exp(-0.5 * square) / (wide * wide)
                elif square < 1.0:
                    rising = 1.0 - square
                    height = rising
                    for _ in range(power - 1):
                        height *= rising
                    total += weight[i] * height / (wide * wide)
        out[k] = total
