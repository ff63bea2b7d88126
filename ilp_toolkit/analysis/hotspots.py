"""
Hot spots: where events concentrate, and how sure that is.

Three questions, three functions, one grid for all of them so that their maps compare: how many (`count`),
how dense (`kde`), and more than chance would gather in one place (`gi_star`). Every event counts once. What
is mapped is what was recorded: a hot spot of records may be a hot spot of reporting or of patrol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._cells import counted, grid_for
from ._density import Kernel, dual_kde, kde
from ._emerging import SPOT_CLASSES, classify
from ._getis import getis_ord, gi_star
from ._hot_areas import areas
from ._moran import Moran, local_moran, moran
from ._points import check_crs, in_polygons, same_crs, take_events, usable
from ._stability import stability
from ._uncertainty import uncertain

if TYPE_CHECKING:
    from ._points import Spatial, Weights

__all__ = [
    "SPOT_CLASSES",
    "Kernel",
    "Moran",
    "areas",
    "classify",
    "count",
    "count_by_area",
    "dual_kde",
    "getis_ord",
    "gi_star",
    "kde",
    "local_moran",
    "moran",
    "stability",
    "uncertain",
]


def count(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
) -> gpd.GeoDataFrame:
    """
    Count events in each cell of a grid.

    Parameters
    ----------
    points
        Events, projected in metres. Rows without a point of their own are left out and counted.
    grid
        Cells of `grids.square_grid` or `grids.hex_grid`, or any polygons. Without it, squares over the
        bounding box of the events.
    cell_size
        Side of those squares in metres; without it, see `grids.default_cell_size`.
    weights
        A column of `points`, or one number an event: harm, or a share of an event.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n``, events in the cell, and ``weight``, the sum of `weights`, where those are given.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If both `grid` and `cell_size` are given, or the values cannot be used.

    Warns
    -----
    UserWarning
        If the events and the grid lie apart: every count is 0, and the coordinate system may be wrong.

    Notes
    -----
    An event is counted in its whole cell, also where the cell is clipped: what happened just outside the
    border but in a border cell counts. Events in no cell are noted as ``outside``. With any polygons, an
    event on a shared edge belongs to the first polygon in the order of the table.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([10, 20, 150], [10, 20, 50], crs="EPSG:32642")
    >>> count(points, cell_size=100)[["cell_id", "n"]].values.tolist()
    [['E0N0', 2], ['E100N0', 1]]
    """
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    return counted(events, grid, lattice, notes)


def count_by_area(incidents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Count events in named areas: by polygon where the point is known, by name where only the area is.

    Parameters
    ----------
    incidents
        Events; rows with a point of their own are placed by it, all others by the column ``area``.
    areas
        Polygons with their names in ``area``; in the CRS of `incidents` where that has points.

    Returns
    -------
    geopandas.GeoDataFrame
        `areas` with ``n``.

    Raises
    ------
    ColumnsError
        If `areas` has no column ``area``.
    CrsError
        If the points and the areas are not in the same metric CRS.
    InputError
        If two areas bear the same name.

    Notes
    -----
    Names are compared without regard to capitals and spaces at their ends; `places.locate` finds spelling
    variants. The choices say how many rows were placed by point, by name, and not at all. An event on a
    shared border belongs to the first area in the order of the table.

    Examples
    --------
    >>> from shapely import Point, box
    >>> areas = gpd.GeoDataFrame({"area": ["North"]}, geometry=[box(0, 0, 9, 9)], crs="EPSG:32642")
    >>> rows = gpd.GeoDataFrame({"area": ["", "north "]}, geometry=[Point(5, 5), None], crs="EPSG:32642")
    >>> count_by_area(rows, areas)["n"].tolist()
    [2]
    """
    names = _area_names(areas, "areas")
    if names.duplicated().any():
        msg = _("`areas` has {n} rows with a name that came before (first: {name!r}). Unite them: {fix}.")
        twice = names[names.duplicated()]
        raise InputError(
            msg.format(n=len(twice), name=twice.iloc[0], fix='areas.dissolve("area", as_index=False)')
        )
    by_point, _reasons = usable(incidents, "incidents")
    where = np.full(len(incidents), -1, dtype=np.int64)
    if by_point.any():
        events = take_events(incidents, name="incidents")
        check_crs(areas, "areas")
        same_crs(areas, "areas", incidents, "incidents")
        where[by_point] = in_polygons(areas, events.x, events.y)
    by_name = ~by_point
    if by_name.any() and "area" in incidents:
        where[by_name] = pd.Index(names).get_indexer(pd.Index(_area_names(incidents, "incidents")[by_name]))
    placed = where >= 0
    result = areas.copy()
    result["n"] = np.bincount(where[placed], minlength=len(areas))
    return choices.record(
        result,
        n_used=int(placed.sum()),
        placed_by_point=int((placed & by_point).sum()),
        placed_by_name=int((placed & by_name).sum()),
        outside=int((~placed & by_point).sum()),
        not_placed=int((~placed & by_name).sum()),
    )


def _area_names(table: gpd.GeoDataFrame, name: str) -> pd.Series[Any]:
    if "area" not in table:
        raise ColumnsError(_("`{name}` has no column `area` with the names of the areas.").format(name=name))
    return table["area"].astype("string").fillna("").str.strip().str.casefold()
