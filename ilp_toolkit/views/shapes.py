"""
Geometries for a page: whole numbers, each the step from the point before.

A grid of 50,000 cells written as GeoJSON takes tens of megabytes. Rounded to about a metre and written as
steps it takes a tenth, and the page reads it in one pass.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from ..errors import CrsError
from ..i18n import _

__all__ = [
    "SCALE",
    "bounds",
    "crs_name",
    "degrees",
    "encode_lines",
    "encode_polygons",
    "label_points",
    "projected",
]

SCALE = 100_000
"""Parts of a degree that are kept: one part is about a metre on the ground."""


def degrees(layer: gpd.GeoDataFrame | gpd.GeoSeries) -> npt.NDArray[np.object_]:
    """Return a layer's geometries in degrees; raises `CrsError` where its reference system is unknown."""
    _has_crs(layer)
    return np.asarray(layer.geometry.to_crs(4326).array, dtype=object)


def projected(layer: Any, *, like: Any = None) -> Any:
    """Return a layer in metres: in the system ``like``, else its own, else the UTM zone it lies in."""
    _has_crs(layer)
    if like is not None:
        return layer.to_crs(like)
    return layer if layer.crs.is_projected else layer.to_crs(layer.estimate_utm_crs())


def crs_name(layer: Any) -> str:
    """Return the name of a layer's reference system, as it stands in the foot of a map."""
    return str(layer.crs.name)


def bounds(geometries: Any) -> tuple[float, float, float, float]:
    """Return the box around geometries, west, south, east, north."""
    west, south, east, north = shapely.total_bounds(geometries)
    return float(west), float(south), float(east), float(north)


def label_points(geometries: Any) -> list[shapely.Point | None]:
    """Return for each polygon the point deepest inside its largest part, where a name fits best."""
    return [_deepest(geometry) for geometry in geometries]


def encode_polygons(geometries: Any, *, origin: tuple[float, float]) -> list[list[list[list[int]]]]:
    """
    Write polygons as steps.

    Parameters
    ----------
    geometries
        Polygons in degrees; empty and missing ones become an empty list.
    origin
        Longitude and latitude from which the first step goes.

    Returns
    -------
    list
        For each geometry its parts, for each part its rings (the outer first), for each ring
        ``[dx, dy, dx, dy, ...]`` without the closing point. The steps run on through the whole list.

    Examples
    --------
    >>> encode_polygons([shapely.box(10, 50, 10.00002, 50.00001)], origin=(10, 50))
    [[[[2, 0, 0, 1, -2, 0, 0, -1]]]]
    """
    parts, part_of = shapely.get_parts(np.asarray(geometries, dtype=object), return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, point_of = shapely.get_coordinates(rings, return_index=True)
    last = np.append(point_of[1:] != point_of[:-1], True) if len(point_of) else np.zeros(0, bool)
    steps = _steps(points[~last], origin)
    written: list[list[list[list[int]]]] = [[] for _geometry in range(len(geometries))]
    of_part: list[list[list[int]]] = [[] for _part in range(len(parts))]
    for ring, chunk in zip(ring_of.tolist(), _split(steps, point_of[~last], len(rings)), strict=True):
        of_part[ring].append(chunk)
    for part, geometry in enumerate(part_of.tolist()):
        written[geometry].append(of_part[part])
    return written


def encode_lines(geometries: Any, *, origin: tuple[float, float]) -> list[list[list[int]]]:
    """Write lines, or the outlines of polygons, as steps; one entry a single line."""
    array = np.asarray(geometries, dtype=object)
    array = np.where(shapely.get_dimensions(array) == 2, shapely.boundary(array), array)
    lines = shapely.get_parts(shapely.get_parts(array))
    points, point_of = shapely.get_coordinates(lines, return_index=True)
    return [[chunk] for chunk in _split(_steps(points, origin), point_of, len(lines))]


def _deepest(geometry: Any) -> shapely.Point | None:
    from shapely.ops import polylabel

    if geometry is None or geometry.is_empty:
        return None
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    if not polygons:
        return geometry.representative_point()  # type: ignore[no-any-return]
    largest = max(polygons, key=lambda part: part.area)
    if not largest.is_valid:
        return largest.representative_point()  # type: ignore[no-any-return]
    return polylabel(largest, tolerance=max(float(largest.area) ** 0.5 / 50, 1e-9))


def _has_crs(layer: Any) -> None:
    if layer.crs is None:
        msg = _(
            "A layer to draw has no coordinate reference system. Set it, for example with "
            'layer.set_crs("EPSG:4326").'
        )
        raise CrsError(msg)


def _steps(points: npt.NDArray[np.float64], origin: tuple[float, float]) -> npt.NDArray[np.int64]:
    whole = np.rint((points - np.asarray(origin)) * SCALE).astype(np.int64)
    before = np.vstack([np.zeros((1, 2), np.int64), whole[:-1]])
    steps: npt.NDArray[np.int64] = (whole - before)[: len(whole)]
    return steps


def _split(steps: npt.NDArray[np.int64], owner: npt.NDArray[Any], count: int) -> list[list[int]]:
    cuts = np.searchsorted(owner, np.arange(count + 1))
    flat = steps.ravel().tolist()
    return [flat[2 * a : 2 * b] for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)]
