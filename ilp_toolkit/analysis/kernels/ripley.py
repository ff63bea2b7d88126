"""
Sums over pairs of points for Ripley's K, with the weight that puts right what the edge of the area hides.

No pair is kept: each is found on a grid of cells as wide as the farthest distance and added at once, so
memory grows with the points alone.
"""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one and hold their branches themselves

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .near_pairs import cells

__all__ = ["CORRECTIONS", "inside_share", "pair_sums"]

Floats = NDArray[np.float64]

CORRECTIONS = {"none": 0, "border": 1, "translation": 2, "isotropic": 3}
MOST_WEIGHT = 100.0
"""A pair of which the area shows less than a hundredth of the circle counts a hundred times, not more."""


def pair_sums(
    x: Floats, y: Floats, distances: Floats, correction: str, *,
    to_border: Floats, edges: Floats, overlap: Floats, step: float, area: float,
) -> Floats:  # fmt: skip
    """
    Return for each distance the weighted count of ordered pairs up to that distance apart.

    `edges` holds the sides of the area as rows x, y, x, y with the inside on the left; `overlap` the area
    shared with a shifted copy, at shifts of whole steps (columns from west to east, rows from 0 north).
    """
    number, row = cells(x, y, float(distances[-1]) * (1 + 1e-9))
    order = np.argsort(number, kind="stable")
    number = number[order]
    same = np.searchsorted(number, number + 1, side="right")
    begin = np.searchsorted(number, number + row - 1, side="left")
    end = np.searchsorted(number, number + row + 1, side="right")
    out = np.zeros(len(distances) + 1)
    _add_pairs(
        x[order], y[order], same, begin, end, distances, CORRECTIONS[correction], to_border[order],
        edges[0], edges[1], edges[2], edges[3], overlap, step, area, out,
    )  # fmt: skip
    sums: Floats = np.cumsum(out[:-1])
    return sums


def inside_share(x: float, y: float, radius: float, edges: Floats) -> float:
    """Return the share of a circle that lies inside the area."""
    return float(_inside(x, y, radius, edges[0], edges[1], edges[2], edges[3]))


@compiled
def _inside(x, y, radius, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """
    Walk along the border, inside on the left: where it leaves the disc an arc inside begins.

    Where it enters the disc one ends.
    The lengths of all arcs add up to the sum of ends less the sum of beginnings, but for whole turns.
    """
    square, total, crossed = radius * radius, 0.0, False
    for k in range(len(ax)):
        px, py, qx, qy = ax[k] - x, ay[k] - y, bx[k] - x, by[k] - y
        p, q = px * px + py * py, qx * qx + qy * qy
        if p < square and q < square:
            continue
        ex, ey = qx - px, qy - py
        a, b = ex * ex + ey * ey, px * ex + py * ey
        if a == 0.0:
            continue
        root = b * b - a * (p - square)
        if p >= square and q >= square and (root <= 0.0 or b >= 0.0 or b <= -a):
            continue
        root = math.sqrt(max(root, 0.0))
        crossed = True
        if p >= square:
            t = (-b - root) / a
            total += math.atan2(py + t * ey, px + t * ex)
        if q >= square:
            t = (-b + root) / a
            total -= math.atan2(py + t * ey, px + t * ex)
    if not crossed:
        return 1.0
    share = (total / (2 * math.pi)) % 1.0
    return share if share > 0.0 else 1.0


@compiled
def _overlap_at(dx, dy, overlap, step):  # type: ignore[no-untyped-def]
    """Return the area shared with a copy shifted by dx, dy, between the four nearest entries."""
    if dy < 0:
        dx, dy = -dx, -dy
    middle = overlap.shape[1] // 2
    column, row = dx / step + middle, dy / step
    c = min(max(math.floor(column), 0), overlap.shape[1] - 2)
    r = min(math.floor(row), overlap.shape[0] - 2)
    s, t = column - c, row - r
    low = overlap[r, c] * (1 - s) + overlap[r, c + 1] * s
    high = overlap[r + 1, c] * (1 - s) + overlap[r + 1, c + 1] * s
    return low * (1 - t) + high * t


@compiled
def _add_pairs(  # type: ignore[no-untyped-def]
    x, y, same, begin, end, distances, kind, to_border, ax, ay, bx, by, overlap, step, area, out
):
    limit = distances[-1] * distances[-1]
    for i in range(len(x)):
        for part in range(2):
            low, high = (i + 1, same[i]) if part == 0 else (begin[i], end[i])
            for j in range(low, high):
                dx, dy = x[j] - x[i], y[j] - y[i]
                square = dx * dx + dy * dy
                if square > limit:
                    continue
                d = math.sqrt(square)
                k = np.searchsorted(distances, d)
                if kind == 0:
                    out[k] += 2.0
                elif kind == 1:
                    for one in (i, j):
                        stop = np.searchsorted(distances, to_border[one])
                        if k < stop:
                            out[k] += 1.0
                            out[stop] -= 1.0
                elif kind == 2:
                    out[k] += 2.0 * min(area / max(_overlap_at(dx, dy, overlap, step), 1e-300), MOST_WEIGHT)
                else:
                    for one in (i, j):
                        weight = 1.0
                        if d > to_border[one]:
                            share = _inside(x[one], y[one], d, ax, ay, bx, by)
                            weight = 1.0 / max(share, 1.0 / MOST_WEIGHT)
                        out[k] += weight
