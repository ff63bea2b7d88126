"""Hot-spot areas without a grid: dense groups of events (DBSCAN) as polygons with counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import take_events

if TYPE_CHECKING:
    from ._points import Floats, Indices, Spatial, Weights

__all__ = ["areas"]


def areas(
    points: Spatial, *, distance: float, min_points: int = 20, weights: Weights = None
) -> gpd.GeoDataFrame:
    """
    Outline where events lie densely, wherever cells would cut it (DBSCAN).

    Parameters
    ----------
    points
        Events, projected in metres. Rows without a point of their own are left out and counted.
    distance
        Metres: closer than this, two events are neighbours.
    min_points
        Events, itself included, that an event must have so near to be the core of an area. Repeats at one
        address count each.
    weights
        A column of `points`, or one number an event, summed up for each area; who belongs to it is decided
        by the events.

    Returns
    -------
    geopandas.GeoDataFrame
        A row an area, most events first: ``area`` (from 1), ``n``, ``weight`` where asked for, ``places``
        (different points), ``km2``, ``density`` (events per km²), ``geometry``.

    Raises
    ------
    CrsError
        If `points` is not projected in metres.
    InputError
        If an argument cannot be used.

    Notes
    -----
    The outline is all ground within half of `distance` of an event of the area: connected, as neighbours
    are closer than `distance`, never empty, and one address alone is a disc. A convex hull would take in
    ground where nothing happened. Events that are near a core but no cores themselves belong to the core
    nearest to them. The areas were sought where events are dense: no p-value can be had from the same events.

    References
    ----------
    Ester, Kriegel, Sander & Xu (1996), KDD-96, 226-231; on its limits Schubert et al. (2017),
    doi:10.1145/3068335.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([0, 0, 0, 60, 900], [0, 0, 0, 0, 0], crs="EPSG:32642")
    >>> areas(points, distance=100, min_points=3)[["area", "n", "places"]].values.tolist()
    [[1, 4, 2]]
    """
    if isinstance(distance, bool) or not np.isfinite(distance) or distance <= 0:
        raise InputError(_("`distance` must be above 0 metres, got {value!r}.").format(value=distance))
    if isinstance(min_points, bool) or int(min_points) != min_points or min_points < 1:
        raise InputError(_("`min_points` must be a whole number from 1 up, got {n!r}.").format(n=min_points))
    events = take_events(points, weights)
    group = _groups(events.x, events.y, float(distance), int(min_points))
    inside = group >= 0
    rows = [
        _outlined(events.x[mine], events.y[mine], float(distance), events.values[mine])
        for mine in _members(group)
    ]
    table = pd.DataFrame(rows, columns=["n", "weight", "places", "geometry"])
    table = table.sort_values(["n", "places"], ascending=False, kind="stable", ignore_index=True)
    result = gpd.GeoDataFrame(table, geometry="geometry", crs=points.crs)
    result.insert(0, "area", np.arange(1, len(result) + 1))
    result["km2"] = result.geometry.area / 1e6
    result["density"] = result["n"] / result["km2"]
    if events.weight is None:
        result = result.drop(columns="weight")
    return choices.record(
        result[[*(name for name in result if name != "geometry"), "geometry"]],
        **events.counts,
        distance=float(distance),
        min_points=int(min_points),
        near="closer than",
        in_no_area=int((~inside).sum()),
        outline="within half the distance of an event",
    )


def _groups(x: Floats, y: Floats, distance: float, min_points: int) -> Indices:
    from .kernels import neighbours_in_time as kernel

    if len(x) == 0:
        return np.zeros(0, np.int64)
    group, _core = kernel.clusters(
        x, y, np.zeros(len(x), np.int64), distance=distance, duration=1, min_points=min_points
    )
    return np.asarray(group, dtype=np.int64)


def _members(group: Indices) -> list[Indices]:
    """Return the positions of the events of each area."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    return [part for part in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(part)]


def _outlined(x: Floats, y: Floats, distance: float, weight: Floats) -> tuple[int, float, int, Any]:
    places = np.unique(np.stack([x, y], axis=1), axis=0)
    shape = shapely.union_all(shapely.buffer(shapely.points(places), distance / 2, quad_segs=8))
    if shape.geom_type != "Polygon":  # discs drawn with corners miss each other by a hair
        shape = shapely.buffer(shapely.buffer(shape, distance / 50), -distance / 50)
    return len(x), float(weight.sum()), len(places), shape
