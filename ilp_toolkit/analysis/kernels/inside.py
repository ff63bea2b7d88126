"""
Which polygon each point is in: by a grid over the polygons, each cell of which knows what can be there.

A cell that no border crosses lies in certain polygons whole; elsewhere only the borders in the same row of
cells are asked, by counting how often a line to the east crosses them. Where rounding could decide (a point
on a border, or nearer to it than a double can tell) the answer is `UNSURE`, and the caller asks exactly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ._compile import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

__all__ = ["UNSURE", "first_inside"]

UNSURE = -2
"""The point lies on a border, or so near that only exact arithmetic can tell."""

_MOST_SIDE = 1500


def first_inside(shapes: Any, x: Floats, y: Floats) -> Indices:
    """Return the first of valid polygons in order that holds each point, -1 where none does, or `UNSURE`."""
    edges, polygon = _edges(shapes)
    if len(edges) == 0 or len(x) == 0:
        return np.full(len(x), -1, dtype=np.int64)
    left, right = edges[:, [0, 2]].min(), edges[:, [0, 2]].max()
    low, high = edges[:, [1, 3]].min(), edges[:, [1, 3]].max()
    side = int(min(max(2 * math.sqrt(len(edges)), 8), _MOST_SIDE))
    wide, tall = max(right - left, 1e-9) / side * 1.001, max(high - low, 1e-9) / side * 1.001
    box = (left - 0.0004 * wide * side, low - 0.0004 * tall * side, wide, tall)
    row, edge = _rows(edges, box, side)
    order = np.lexsort((edge, polygon[edge], row))
    row, edge = row[order], edge[order]
    new = np.flatnonzero(np.diff(row * (int(polygon.max()) + 1) + polygon[edge]) != 0) + 1
    bounds = np.concatenate([[0], new, [len(edge)]])
    group_row, group_polygon = row[bounds[:-1]], polygon[edge[bounds[:-1]]]
    listed = edges[edge]
    cell, group, whole = _cells(listed, bounds, group_row, box, side)
    order = np.argsort(cell, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=side * side))])
    out = np.empty(len(x), dtype=np.int64)
    _find(x, y, listed, bounds, group_polygon, start, group[order], whole[order], box, side, out)
    return out


def _edges(shapes: Any) -> tuple[Floats, Indices]:
    """Return both ends of each edge, and the polygon it belongs to."""
    parts, polygon = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    ends = np.concatenate([places[:-1], places[1:]], axis=1)[joined]
    return np.ascontiguousarray(ends), polygon[part[ring[:-1][joined]]].astype(np.int64)


def _rows(edges: Floats, box: tuple[float, ...], side: int) -> tuple[Indices, Indices]:
    """Return each row of cells that each edge is in, with a hair to spare."""
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    first = np.clip(np.floor((low - box[1]) / box[3] - 1e-7), 0, side - 1).astype(np.int64)
    last = np.clip(np.floor((high - box[1]) / box[3] + 1e-7), 0, side - 1).astype(np.int64)
    many = last - first + 1
    edge = np.repeat(np.arange(len(edges)), many)
    return np.arange(len(edge)) - np.repeat(np.cumsum(many) - many - first, many), edge


@compiled
def _cells(edges, bounds, group_row, box, side):  # type: ignore[no-untyped-def]
    """Return each cell that a polygon is in, the polygon's edges in its row, and if it fills the cell."""
    cell, group, whole = [0][:0], [0][:0], [False][:0]
    touched = np.zeros(side, np.bool_)
    for g in range(len(group_row)):
        under = box[1] + group_row[g] * box[3]
        over = under + box[3]
        first, last = side, -1
        for e in range(bounds[g], bounds[g + 1]):
            ax, ay, bx, by = edges[e]
            near, far = min(ax, bx), max(ax, bx)
            if ay != by:
                slope = (bx - ax) / (by - ay)
                at_under, at_over = ax + (under - ay) * slope, ax + (over - ay) * slope
                near, far = max(near, min(at_under, at_over)), min(far, max(at_under, at_over))
            c0 = min(max(math.floor((near - box[0]) / box[2] - 1e-6), 0), side - 1)
            c1 = min(max(math.floor((far - box[0]) / box[2] + 1e-6), 0), side - 1)
            c0, c1 = min(c0, c1), max(c0, c1)
            first, last = min(first, c0), max(last, c1)
            for c in range(c0, c1 + 1):
                touched[c] = True
        for c in range(first, last + 1):
            here = touched[c]
            inside = False
            if not here:
                px, py = box[0] + (c + 0.5) * box[2], under + 0.5 * box[3]
                for e in range(bounds[g], bounds[g + 1]):
                    ax, ay, bx, by = edges[e]
                    if (ay > py) != (by > py) and px < ax + (py - ay) * (bx - ax) / (by - ay):
                        inside = not inside
            if here or inside:
                cell.append(group_row[g] * side + c)
                group.append(g)
                whole.append(inside)
            touched[c] = False
    return np.array(cell), np.array(group), np.array(whole)


@compiled
def _find(x, y, edges, bounds, polygon, start, group, whole, box, side, out):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    for i in range(len(x)):
        px, py = x[i], y[i]
        out[i] = -1
        c, r = math.floor((px - box[0]) / box[2]), math.floor((py - box[1]) / box[3])
        if not (0 <= c < side and 0 <= r < side):
            continue
        at = int(r) * side + int(c)
        for k in range(start[at], start[at + 1]):
            g = group[k]
            if whole[k]:
                out[i] = polygon[g]
                break
            inside, unsure = False, False
            for e in range(bounds[g], bounds[g + 1]):
                ax, ay, bx, by = edges[e]
                if py < min(ay, by) or py > max(ay, by) or px > max(ax, bx):
                    continue
                if px < min(ax, bx):
                    if (ay > py) != (by > py):
                        inside = not inside
                    continue
                one, two = (bx - ax) * (py - ay), (by - ay) * (px - ax)
                cross = one - two
                if abs(cross) <= 4e-16 * (abs(one) + abs(two)):  # what rounding may have made of 0
                    unsure = True
                    break
                if (ay > py) != (by > py) and (cross > 0) == (by > ay):
                    inside = not inside
            if unsure:
                out[i] = -2
                break
            if inside:
                out[i] = polygon[g]
                break
