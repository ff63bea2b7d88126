"""The area in which points were looked for: its border, its overlap with a copy, random points inside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.polygon import orient

from ..errors import InputError
from ..i18n import _
from ._points import check_crs, same_crs

if TYPE_CHECKING:
    from ._points import Events, Flags, Floats, Spatial

__all__ = ["Window", "study_window"]

_SHIFTS, _FEWER_SHIFTS, _MANY_VERTICES = 24, 12, 1000
"""Shifts a side at which the overlap is measured; fewer where the border is long, which takes time."""


@dataclass(frozen=True)
class Window:
    """The study area as one valid shape in metres."""

    shape: Any
    rule: str
    """Where it comes from, in words."""

    @property
    def area(self) -> float:
        """Square metres."""
        return float(self.shape.area)

    @property
    def perimeter(self) -> float:
        """Metres, holes included."""
        return float(self.shape.length)

    @property
    def shorter_side(self) -> float:
        """Of the bounding box, in metres."""
        left, low, right, high = self.shape.bounds
        return float(min(right - left, high - low))

    @cached_property
    def edges(self) -> Floats:
        """Sides of the border as rows x, y, x, y, with the inside on the left."""
        parts = [orient(part, 1.0) for part in shapely.get_parts(self.shape)]
        rings = [
            np.asarray(ring.coords)[:, :2] for part in parts for ring in (part.exterior, *part.interiors)
        ]
        return np.ascontiguousarray(np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings]).T)

    def holds(self, x: Floats, y: Floats) -> Flags:
        """Return which points lie inside or on the border."""
        shapely.prepare(self.shape)
        return np.asarray(shapely.intersects_xy(self.shape, x, y), dtype=bool)

    def to_border(self, x: Floats, y: Floats) -> Floats:
        """Return the distance of each point to the border."""
        border = shapely.boundary(self.shape)
        shapely.prepare(border)
        return np.asarray(shapely.distance(border, shapely.points(x, y)), dtype=float)

    def overlaps(self, reach: float) -> tuple[Floats, float]:
        """Return the area shared with copies shifted up to `reach`, and the step between the shifts."""
        many = shapely.get_num_coordinates(self.shape) > _MANY_VERTICES
        count = _FEWER_SHIFTS if many else _SHIFTS
        step = reach / count
        rows, columns = np.mgrid[0 : count + 1, -count : count + 1]
        shifts = np.stack([columns.ravel(), rows.ravel()], axis=1) * step
        corners, copies = shapely.get_coordinates(self.shape), np.full(len(shifts), self.shape, dtype=object)
        moved = np.repeat(shifts, len(corners), axis=0) + np.tile(corners, (len(shifts), 1))
        copies = shapely.set_coordinates(copies, moved)
        shared = shapely.area(shapely.intersection(self.shape, copies))
        return np.asarray(shared, dtype=float).reshape(rows.shape), step

    def random(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return `n` points, every place in the area equally likely."""
        left, low, right, high = self.shape.bounds
        share = self.area / ((right - left) * (high - low))
        found: list[Floats] = []
        missing = n
        while missing > 0:
            tries = int(missing / share * 1.1) + 10
            at = np.stack([rng.uniform(left, right, tries), rng.uniform(low, high, tries)])
            at = at[:, self.holds(at[0], at[1])][:, :missing]
            found.append(at)
            missing -= at.shape[1]
        x, y = np.concatenate(found, axis=1) if found else np.zeros((2, 0))
        return x, y


def study_window(
    points: Spatial, events: Events, area: gpd.GeoDataFrame | gpd.GeoSeries | None
) -> tuple[Window, Flags]:
    """Return the study area, by default the bounding box of the points, and which events lie inside."""
    if area is None:
        window = Window(_bounding_box(events), "bounding box of the points")
    else:
        check_crs(area, "area")
        same_crs(points, "points", area, "area")
        shapes = np.asarray(area.geometry.array)
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        if len(shapes) == 0 or (shapely.get_dimensions(shapes) != 2).any():
            raise InputError(_("`area` must hold polygons, and at least one."))
        window = Window(shapely.union_all(shapely.make_valid(shapely.force_2d(shapes))), "given")
    return window, window.holds(events.x, events.y)


def _bounding_box(events: Events) -> Any:
    if len(events.x) and np.ptp(events.x) > 0 and np.ptp(events.y) > 0:
        return shapely.box(events.x.min(), events.y.min(), events.x.max(), events.y.max())
    msg = _(
        "`points` lie in one place or on one line ({n} usable), so they do not show the study area. "
        "Give its polygons as `area`."
    )
    raise InputError(msg.format(n=len(events.x)))
