"""
The geometry of a map of flows: a plane that may begin at any meridian, and arcs that keep to one side.

Longitudes are unrolled where the places drawn leave the widest gap, and an arc takes the shorter way round
the world, so that nothing runs across the whole map because a border of numbers lies at 180 degrees. An arc
bends to the right of its direction, as traffic does: the two directions between a pair lie apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["METRES", "Plane", "arc", "arrow", "copies", "plane_of", "resampled", "shifted", "trimmed"]

Floats = NDArray[np.float64]

METRES = 111_195.0
"""Metres a degree of latitude, on a sphere."""
_STEPS = 48
_BEND = 0.16
"""How far an arc bulges, as a share of its chord."""


@dataclass(frozen=True)
class Plane:
    """
    An equidistant cylindrical projection: metres, north up, true along one parallel.

    Attributes
    ----------
    west
        Longitude at which the plane begins; it goes round the world from there.
    parallel
        Latitude along which east-west distances are true.
    """

    west: float
    parallel: float

    @property
    def turn(self) -> float:
        """Metres once round the world."""
        return 360 * METRES * float(np.cos(np.radians(self.parallel)))

    def unrolled(self, longitude: Any) -> Any:
        """Return longitudes from `west` up, less than 360 degrees on."""
        return (np.asarray(longitude, dtype=float) - self.west) % 360 + self.west

    def metres(self, longitude: Any, latitude: Any) -> Floats:
        """Project unrolled longitudes and latitudes: rows of x and y."""
        x = np.asarray(longitude, dtype=float) * self.turn / 360
        return np.column_stack([x, np.asarray(latitude, dtype=float) * METRES])

    def points(self, longitude: Any, latitude: Any) -> Floats:
        """Project places as they are given, unrolled first."""
        return self.metres(self.unrolled(np.atleast_1d(longitude)), np.atleast_1d(latitude))


def plane_of(longitude: Any, latitude: Any, pairs: Any = ()) -> Plane:
    """
    Choose a plane for places: it begins in a wide gap between their longitudes.

    Parameters
    ----------
    longitude, latitude
        Of the places, in degrees.
    pairs
        Longitudes of the two ends of each arc: of the gaps that are at least half as wide as the widest,
        the one is taken over which fewest arcs run.

    Examples
    --------
    >>> plane_of([170, -170], [0, 0]).unrolled([170, -170]).tolist()
    [170.0, 190.0]
    """
    east = np.unique(np.asarray(longitude, dtype=float) % 360)
    gaps = np.diff(np.append(east, east[0] + 360))
    wide = np.flatnonzero(gaps >= gaps.max() / 2)
    middles = east[wide] + gaps[wide] / 2
    crossed = [sum(_crosses(float(at), *pair) for pair in pairs) for at in middles]
    best = min(range(len(wide)), key=lambda one: (crossed[one], -gaps[wide[one]]))
    west = float(middles[best])
    west = west - 360 if west > 180 else west
    low, high = float(np.min(latitude)), float(np.max(latitude))
    return Plane(west, float(np.clip(round((low + high) / 2), -65, 65)))


def _crosses(meridian: float, one: float, other: float) -> bool:
    """Say whether the shorter way between two longitudes runs over a meridian."""
    way = (other - one + 180) % 360 - 180
    ahead = (meridian - one) % 360
    return ahead < way if way > 0 else ahead - 360 > way


def resampled(points: Floats, step: float) -> Floats:
    """Return points along a line no farther apart than a step, both ends among them."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0.0, along[-1], max(int(np.ceil(along[-1] / step)), 1) + 1)
    return np.column_stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)])


def arc(start: Floats, end: Floats, turn: float) -> Floats:
    """
    Return the points of an arc that bends to the right of its direction, the shorter way round.

    Parameters
    ----------
    start, end
        x and y in metres.
    turn
        Metres once round the world: the end may come to lie beyond the plane.
    """
    step = end - start
    step = np.array([(step[0] + turn / 2) % turn - turn / 2 if abs(step[0]) > turn / 2 else step[0], step[1]])
    right = np.array([step[1], -step[0]])
    middle = start + step / 2 + 2 * _BEND * right
    t = np.linspace(0, 1, _STEPS)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * (start + step))


def copies(points: Floats, turn: float, ends: tuple[float, float]) -> list[Floats]:
    """Return a line as often as it shows between two ends of a plane: once, or at both edges."""
    found = []
    for shift in (-turn, 0.0, turn):
        moved = points + np.array([shift, 0.0])
        if moved[:, 0].max() >= ends[0] and moved[:, 0].min() <= ends[1]:
            found.append(moved)
    return found


def trimmed(points: Floats, before: float, after: float) -> Floats:
    """Return a line without its first and last metres; at least a third of it stays."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    length = float(along[-1])
    scale = min(1.0, length * 2 / 3 / max(before + after, 1e-9))
    first, last = before * scale, length - after * scale
    inside = (along > first) & (along < last)
    ends = [np.array([np.interp(at, along, points[:, axis]) for axis in (0, 1)]) for at in (first, last)]
    return np.vstack([ends[0], points[inside], ends[1]])


def arrow(points: Floats, length: float, width: float) -> tuple[Floats, Floats]:
    """
    Cut a line short and return what is left of it, and the triangle of its head.

    Parameters
    ----------
    points
        The line, in metres.
    length, width
        Of the head, in metres.
    """
    whole = float(np.hypot(*np.diff(points, axis=0).T).sum())
    length = min(length, whole / 2)
    body = trimmed(points, 0.0, length)
    tip, base = points[-1], body[-1]
    way = tip - base
    size = float(np.hypot(*way)) or 1.0
    side = np.array([way[1], -way[0]]) / size * width / 2
    return body, np.vstack([base + side, tip, base - side])


def shifted(geometries: Any, plane: Plane, box: tuple[float, float, float, float]) -> Any:
    """
    Return polygons in degrees as they lie on a plane, cut to a box, copies beyond 180 degrees included.

    Parameters
    ----------
    geometries
        Polygons in degrees, longitudes from -180 to 180.
    plane
        Where they are to lie.
    box
        West, south, east, north in unrolled degrees.

    Returns
    -------
    tuple
        The cut polygons in metres, and for each the position it came from.
    """
    array = np.asarray(geometries, dtype=object)
    source = np.arange(len(array))
    parts, kept = [], []
    scale = np.array([plane.turn / 360, METRES])
    for shift in (-360.0, 0.0, 360.0):
        bounds = shapely.bounds(array)
        inside = (bounds[:, 2] + shift >= box[0]) & (bounds[:, 0] + shift <= box[2])
        inside &= (bounds[:, 3] >= box[1]) & (bounds[:, 1] <= box[3])
        if not inside.any():
            continue
        cut = shapely.clip_by_rect(array[inside], box[0] - shift, box[1], box[2] - shift, box[3])
        move = np.array([shift, 0.0])
        parts.append(shapely.transform(cut, lambda xy, move=move: (xy + move) * scale))  # type: ignore[misc]
        kept.append(source[inside])
    if not parts:
        return np.array([], dtype=object), np.array([], dtype=int)
    shapes, rows = np.concatenate(parts), np.concatenate(kept)
    full = ~shapely.is_empty(shapes)
    return shapes[full], rows[full]
