"""The layers that masking uses, checked: points, spots of a catalogue, addresses, people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..errors import CrsError, InputError
from ..i18n import _
from . import _moves

__all__ = ["between", "check_crs", "check_points", "check_sizes", "needed", "people_of", "spots_of"]

Spatial = gpd.GeoDataFrame | gpd.GeoSeries
Floats = NDArray[np.float64]


def check_points(points: Spatial, name: str) -> None:
    """Refuse a layer without metres, or with shapes that are no points."""
    check_crs(points, name)
    shapes = np.asarray(points.geometry)
    wrong = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (shapely.get_type_id(shapes) != 0)
    if wrong.any():
        msg = _("`{name}` has {n} rows that are no points (first: row {row}). Take their middles first.")
        raise InputError(msg.format(name=name, n=int(wrong.sum()), row=points.index[wrong][0]))


def check_crs(layer: Spatial, name: str, *, like: Spatial | None = None) -> None:
    """Refuse a layer that is not in metres, or in other ones than the points."""
    if layer.crs is None:
        msg = _("`{name}` has no coordinate reference system. Set it with {name}.set_crs(…).")
        raise CrsError(msg.format(name=name))
    if layer.crs.is_geographic:
        msg = _("`{name}` is in degrees; masking needs metres. Use {name}.to_crs({name}.estimate_utm_crs()).")
        raise CrsError(msg.format(name=name))
    if abs(layer.crs.axis_info[0].unit_conversion_factor - 1) > 1e-9:
        msg = _("`{name}` is not in metres. Use {name}.to_crs({name}.estimate_utm_crs()).")
        raise CrsError(msg.format(name=name))
    if like is not None and layer.crs != like.crs:
        msg = _(
            "`{name}` and `points` are in different coordinate reference systems. Use "
            "{name}.to_crs(points.crs)."
        )
        raise CrsError(msg.format(name=name))


def check_sizes(choices: Mapping[str, Any]) -> None:
    """Refuse sizes that make no sense."""
    if "inner" in choices and not 0 < choices["inner"] < choices["outer"] < np.inf:
        msg = _("`inner` must be above 0 and below `outer`, got {inner} and {outer}.")
        raise InputError(msg.format(inner=choices["inner"], outer=choices["outer"]))
    for name in ("cell_size", "k", "farthest"):
        if name in choices and not 0 < choices[name] < np.inf:
            msg = _("`{name}` must be above 0, got {value}.")
            raise InputError(msg.format(name=name, value=choices[name]))


def needed(layer: Spatial | None, name: str, method: str) -> Spatial:
    """Return a layer that a method cannot do without."""
    if layer is None or not len(layer):
        msg = _("The method “{method}” needs `{name}`, and none was given or it is empty.")
        raise InputError(msg.format(method=method, name=name))
    return layer


def spots_of(catalogue: Spatial | None, addresses: Spatial | None, border: Any, minimum: int) -> Floats:
    """Return the spots of the catalogue that may be used."""
    layer = needed(catalogue, "catalogue", "snap")
    check_points(layer, "catalogue")
    spots = np.unique(shapely.get_coordinates(np.asarray(layer.geometry)), axis=0)
    if border is not None:
        spots = spots[shapely.intersects_xy(border, *spots.T)]
    if addresses is not None and len(spots) and len(addresses):
        nearest = cKDTree(spots).query(shapely.get_coordinates(np.asarray(addresses.geometry)))[1]
        served = np.bincount(nearest, minlength=len(spots))
        spots = spots[(served >= minimum) | (served == 0)]
    if not len(spots):
        msg = _("No spot of `catalogue` is left inside the boundary with {n} addresses or none around it.")
        raise InputError(msg.format(n=minimum))
    return np.asarray(spots)


def between(xy: Floats, addresses: Spatial | None, border: Any) -> Floats:
    """Move points to the lines between addresses."""
    layer = needed(addresses, "addresses", "voronoi")
    check_points(layer, "addresses")
    sites = np.unique(shapely.get_coordinates(np.asarray(layer.geometry)), axis=0)
    edges = _moves.voronoi_edges(sites, border) if len(sites) > 1 else np.empty(0, dtype=object)
    if not len(edges):
        msg = _(
            "`addresses` needs two different places at least, with a line between them inside the boundary."
        )
        raise InputError(msg)
    return _moves.voronoi(xy, edges)


def people_of(layer: Spatial) -> tuple[Floats | None, Any]:
    """Return addresses as coordinates, or a function from places to people per square metre."""
    shapes = np.asarray(layer.geometry)
    if (shapely.get_type_id(shapes) == 0).all():
        return shapely.get_coordinates(shapes), None
    if "population" not in getattr(layer, "columns", []):
        msg = _("`population` holds areas and no column “population” that says how many people live in each.")
        raise InputError(msg)
    people = np.asarray(layer["population"], dtype=float) / shapely.area(shapes)
    tree = shapely.STRtree(shapes)

    def density(xy: Floats) -> Floats:
        found = np.zeros(len(xy))
        which, area = tree.query(shapely.points(xy), predicate="intersects")
        np.maximum.at(found, which, people[area])
        return found

    return None, density
