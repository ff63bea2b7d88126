"""
Where a point goes: the five ways of `geomask`, each on plain arrays in metres.

Every draw comes from a keyed hash of the point and of the way it is moved: no state, no order, no other point
has a part in it. So a subset, a second run and a second machine move a point to the same spot.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..collection.pseudonyms import digest

__all__ = ["Draws", "adaptive_radii", "grid", "ring", "snap", "voronoi", "voronoi_edges"]

Floats = NDArray[np.float64]
Inside = Callable[[Floats], NDArray[np.bool_]]

TRIES = 2_000
"""Draws before a point counts as impossible to place inside the boundary."""


class Draws:
    """Pairs of uniform numbers, always the same for a key, a way of masking and a point."""

    def __init__(self, key: bytes, way: str, places: Floats) -> None:
        # Hundred-thousandths of a degree are about a metre: what lies within it is one place.
        whole = np.rint(places * 1e5).astype(np.int64)
        self._seeds = [digest(f"{way}\0{x},{y}".encode(), key=key) for x, y in whole.tolist()]

    def pairs(self, at: NDArray[np.int64], attempt: int) -> Floats:
        """Return two numbers in [0, 1) for each chosen point at an attempt."""
        number = attempt.to_bytes(4, "big")
        drawn = b"".join(digest(number, key=self._seeds[i])[:16] for i in at.tolist())
        whole = np.frombuffer(drawn, dtype=">u8").reshape(-1, 2)
        return (whole >> np.uint64(11)).astype(np.float64) / 2.0**53


def ring(
    xy: Floats, draws: Draws, inner: Floats, outer: Floats, inside: Inside
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Move each point to a spot of the ring around it, every square metre being as likely.

    Parameters
    ----------
    xy
        Points, metres.
    draws
        The numbers of each point.
    inner, outer
        Radii of each point, metres.
    inside
        Says of spots whether they may be used; others are drawn anew, so that what is left of the ring near a
        border is as evenly used as a whole ring.

    Returns
    -------
    tuple
        The spots, and which points found none.
    """
    moved = xy.copy()
    left = np.arange(len(xy))
    for attempt in range(TRIES):
        u, v = draws.pairs(left, attempt).T
        radius = np.sqrt(inner[left] ** 2 + u * (outer[left] ** 2 - inner[left] ** 2))
        spots = xy[left] + radius[:, None] * np.column_stack([np.cos(2 * np.pi * v), np.sin(2 * np.pi * v)])
        good = inside(spots)
        moved[left[good]] = spots[good]
        left = left[~good]
        if not len(left):
            break
    lost = np.zeros(len(xy), dtype=bool)
    lost[left] = True
    return moved, lost


def grid(xy: Floats, cell_size: float, boundary: Any) -> tuple[Floats, NDArray[np.bool_]]:
    """Move each point to the middle of its cell; where that lies outside, to a point of the part inside."""
    corner = np.floor(xy / cell_size) * cell_size
    moved = corner + cell_size / 2
    lost = np.zeros(len(xy), dtype=bool)
    if boundary is None or not len(xy):
        return moved, lost
    outside = ~shapely.intersects_xy(boundary, *moved.T)
    corners, which = np.unique(corner[outside], axis=0, return_inverse=True)
    cells = shapely.intersection(shapely.box(*corners.T, *(corners + cell_size).T), boundary)
    empty = shapely.is_empty(cells)
    filled = np.asarray(cells, dtype=object)
    filled[empty] = shapely.Point(0, 0)
    middles = shapely.get_coordinates(shapely.point_on_surface(filled))
    moved[outside] = middles[which.ravel()]
    lost[outside] = empty[which.ravel()]
    return moved, lost


def snap(xy: Floats, spots: Floats) -> Floats:
    """Move each point to the nearest of the spots; of two as near, to the western, then the southern one."""
    ordered = spots[np.lexsort(spots.T[::-1])]
    near = cKDTree(ordered)
    distance, _at = near.query(xy)
    # Rounding may part two that are as near: all within a millimetre are compared, and the first is taken.
    same: Any = near.query_ball_point(xy, distance + 1e-3)
    return ordered[[min(found) for found in same]] if len(xy) else xy.copy()


def voronoi_edges(sites: Floats, boundary: Any) -> NDArray[np.object_]:
    """Return the lines that lie as near to one site as to another, inside the boundary."""
    extent = shapely.total_bounds(shapely.points(sites)) if boundary is None else shapely.bounds(boundary)
    margin = max(extent[2] - extent[0], extent[3] - extent[1], 1.0)
    frame = shapely.box(extent[0] - margin, extent[1] - margin, extent[2] + margin, extent[3] + margin)
    lines = shapely.voronoi_polygons(
        shapely.multipoints(np.unique(sites, axis=0)), extend_to=frame, only_edges=True
    )
    parts = shapely.get_parts(shapely.get_parts(np.array([lines])))
    if boundary is not None:
        parts = shapely.get_parts(shapely.intersection(parts, boundary))
    kept: NDArray[np.object_] = parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]
    return kept


def voronoi(xy: Floats, edges: NDArray[np.object_]) -> Floats:
    """Move each point to the nearest edge."""
    points = shapely.points(xy)
    nearest = edges[shapely.STRtree(edges).nearest(points)]
    along = shapely.line_locate_point(nearest, points)
    return shapely.get_coordinates(shapely.line_interpolate_point(nearest, along)).reshape(-1, 2)


def adaptive_radii(
    xy: Floats, people: Floats | None, density: Callable[[Floats], Floats] | None, k: int
) -> Floats:
    """Return for each point how far around it at least k addresses (or people) lie, in metres."""
    if people is not None:
        if len(people) < k:
            return np.full(len(xy), math.inf)
        distance, _at = cKDTree(people).query(xy, k=[k])
        return np.asarray(distance, dtype=np.float64)[:, 0]
    assert density is not None
    with np.errstate(divide="ignore"):
        return np.sqrt(k / (np.pi * density(xy)))
