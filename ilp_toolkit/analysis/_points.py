"""Take points out of a table, checked: what cannot be used is counted by reason, never dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..errors import ColumnsError, CrsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]
    Spatial = gpd.GeoDataFrame | gpd.GeoSeries
    Weights = str | pd.Series[Any] | Sequence[float] | Floats | None

__all__ = ["Events", "check_crs", "in_polygons", "located", "same_crs", "take_events", "usable"]


MANY_POINTS = 50_000
"""Points from which a compiled search pays; the answer is the same."""


@dataclass(frozen=True)
class Events:
    """Points that can be used."""

    x: Floats
    y: Floats
    weight: Floats | None
    """One value an event, or None where every event counts one."""
    left_out: dict[str, int]
    """How many rows were left out, by reason; empty where none was."""

    @property
    def values(self) -> Floats:
        """The weights, ones where there are none."""
        return np.ones(len(self.x)) if self.weight is None else self.weight

    @property
    def counts(self) -> dict[str, Any]:
        """What to note beside a result."""
        return {"n_used": len(self.x), "left_out": self.left_out}


def take_events(points: Spatial, weights: Weights = None, *, name: str = "points") -> Events:
    """
    Return the coordinates, in metres, of all rows that have a point, with their weights.

    Rows without a place, and rows that are placed only by the name of an area, are left out.
    """
    check_crs(points, name)
    keep, left_out, x, y = located(points, name)
    weight = _weights(points, weights)
    return Events(x, y, None if weight is None else weight[keep], left_out)


def usable(points: Spatial, name: str) -> tuple[Flags, dict[str, int]]:
    """Return which rows hold a point of their own, and how many do not, by reason."""
    keep, left_out, _x, _y = located(points, name)
    return keep, left_out


def located(points: Spatial, name: str) -> tuple[Flags, dict[str, int], Floats, Floats]:
    """Return what `usable` does, and the x and y of the rows to keep."""
    shapes = _shapes(points)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    other = ~empty & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    if other.any():
        first = int(np.flatnonzero(other)[0])
        msg = _(
            "`{name}` must hold points; {n} rows hold something else (first: row {row}, {kind}). "
            "Take their middle: {name}.set_geometry({name}.representative_point())."
        )
        raise InputError(msg.format(name=name, n=int(other.sum()), row=first, kind=shapes[first].geom_type))
    coarse = np.zeros(len(shapes), dtype=bool)
    if isinstance(points, gpd.GeoDataFrame) and "place_precision" in points:
        coarse = ~empty & points["place_precision"].isin(["area", "none"]).to_numpy(dtype=bool)
    placed = ~(empty | coarse)
    there = shapes if placed.all() else shapes[placed]
    x, y = shapely.get_x(there), shapely.get_y(there)
    finite = np.isfinite(x) & np.isfinite(y)
    broken = placed.copy()
    broken[placed] = ~finite
    reasons = {"no_place": empty, "only_area_known": coarse, "not_finite": broken}
    left_out = {key: int(rows.sum()) for key, rows in reasons.items() if rows.any()}
    return placed & ~broken, left_out, *((x, y) if finite.all() else (x[finite], y[finite]))


def check_crs(table: Spatial, name: str) -> None:
    """Refuse what is no spatial table, has no CRS, or is not in metres; say how to mend it."""
    if not isinstance(table, gpd.GeoDataFrame | gpd.GeoSeries):
        msg = _(
            "`{name}` must be a GeoDataFrame or a GeoSeries, got {kind}. "
            'Shapes alone do not say where they are: geopandas.GeoSeries([shape], crs="EPSG:…").'
        )
        raise InputError(msg.format(name=name, kind=type(table).__name__))
    if isinstance(table, gpd.GeoDataFrame) and table._geometry_column_name not in list(table.columns):
        msg = _("`{name}` has no geometry column. Name it with {name}.set_geometry(…).")
        raise ColumnsError(msg.format(name=name))
    crs = table.crs
    if crs is None and len(table) and table.geometry.isna().all():
        msg = _(
            "No row of `{name}` has a point of its own, so there is nothing to put on a map of places. "
            "hotspots.count_by_area counts the rows by the name of their area."
        )
        raise CrsError(msg.format(name=name))
    if crs is None:
        msg = _(
            "`{name}` has no coordinate reference system, so metres are unknown. "
            'Say which it is: {name}.set_crs("EPSG:…").'
        )
        raise CrsError(msg.format(name=name))
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if crs.is_geographic or units - {"metre", "meter"}:
        msg = _(
            "`{name}` is in {crs}, measured in {unit}; distances here are metres. "
            "Project it first: {name}.to_crs({name}.estimate_utm_crs())."
        )
        raise CrsError(msg.format(name=name, crs=crs.name, unit=", ".join(sorted(units))))


def same_crs(table: Spatial, name: str, other: Spatial, other_name: str) -> None:
    """Refuse two tables that are not in the same coordinate reference system."""
    if table.crs != other.crs:
        msg = _("`{name}` is in {crs} and `{other}` in {other_crs}. Bring one to the other: {fix}.")
        raise CrsError(
            msg.format(
                name=name,
                crs=table.crs.name if table.crs else _("none"),
                other=other_name,
                other_crs=other.crs.name if other.crs else _("none"),
                fix=f"{name}.to_crs({other_name}.crs)",
            )
        )


def in_polygons(polygons: gpd.GeoDataFrame, x: Floats, y: Floats) -> Indices:
    """Return the first polygon in order that holds each point or has it on its edge, -1 where none does."""
    shapes = np.asarray(polygons.geometry.array)
    if len(x) >= MANY_POINTS and _plain(shapes):
        from .kernels.inside import UNSURE, first_inside

        found = first_inside(shapes, x, y)
        unsure = np.flatnonzero(found == UNSURE)
        found[unsure] = _exactly(shapes, x[unsure], y[unsure])
        return found
    return _exactly(shapes, x, y)


def _plain(shapes: NDArray[np.object_]) -> bool:
    """Return whether all shapes are valid polygons (or nothing)."""
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    polygonal = np.isin(
        shapely.get_type_id(there), [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
    )
    return bool(polygonal.all() and shapely.is_valid(there).all())


def _exactly(shapes: NDArray[np.object_], x: Floats, y: Floats) -> Indices:
    point, polygon = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    first = np.full(len(x), len(shapes), dtype=np.int64)
    np.minimum.at(first, point, polygon)
    return np.where(first < len(shapes), first, -1)


def _shapes(table: Spatial) -> NDArray[np.object_]:
    series = table.geometry if isinstance(table, gpd.GeoDataFrame) else table
    return np.asarray(series.array)


def _weights(points: Spatial, weights: Weights) -> Floats | None:
    if weights is None:
        return None
    if isinstance(weights, str):
        if not isinstance(points, gpd.GeoDataFrame) or weights not in points:
            msg = _("`weights` names the column {name!r}, which `points` does not have.")
            raise ColumnsError(msg.format(name=weights))
        weights = points[weights]
    elif isinstance(weights, pd.Series) and not weights.index.equals(points.index):
        msg = _("`weights` is a Series on another index than `points`: weights.reindex(points.index).")
        raise InputError(msg)
    values = pd.to_numeric(pd.Series(np.asarray(weights)), errors="coerce").to_numpy(dtype=np.float64)
    if values.shape != (len(points),):
        msg = _("`weights` has {n} values for {rows} rows of `points`.")
        raise InputError(msg.format(n=values.size, rows=len(points)))
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        msg = _("`weights` must be numbers from 0 up; {n} rows are not (first: row {row}).")
        raise InputError(msg.format(n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    return values
