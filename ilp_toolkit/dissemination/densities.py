"""
Densities under public rules: no class where so few incidents stand behind it that their places show.

A density falls to nothing at one bandwidth from a lonely incident, so the middle of its spot is the incident,
to a few metres and on a map of any cells. Where fewer incidents than the minimum lie within reach of a cell,
its class is therefore the lowest one, that of cells where nothing was recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["without_lonely_spots"]

_CLASSES = ("level",)
_GAUSSIAN = 3
"""Bandwidths at which a normal curve is as good as over."""


def without_lonely_spots(
    finding: Any, table: pd.DataFrame, rows: pd.DataFrame | None, minimum: int
) -> pd.DataFrame:
    """
    Put cells that few incidents reach into the lowest class.

    Parameters
    ----------
    finding
        A finding of a case, whose choices say how far an incident reaches.
    table
        Cells with a class of density, as they would leave.
    rows
        The incidents that it was made of; None where it was made of none.
    minimum
        The least number of incidents within reach of a cell that has a class.

    Returns
    -------
    DataFrame
        A new table; the same one where it holds no densities of incidents.
    """
    names = [name for name in _CLASSES if name in table]
    if not names or not isinstance(table, gpd.GeoDataFrame) or not isinstance(rows, gpd.GeoDataFrame):
        return table
    noted = choices.of(finding) | choices.of(finding.table)
    reached = _within(table, _recent(rows, noted), _reach(noted))
    few = reached < minimum
    return table.assign(**{name: table[name].mask(few, 0) for name in names})


def _reach(noted: dict[str, Any]) -> float:
    """Return how far one incident is felt, in metres: the shortest of the distances that were chosen."""
    wide = _GAUSSIAN if noted.get("kernel") == "gaussian" else 1
    found = [float(noted["bandwidth"]) * wide] if noted.get("bandwidth") else []
    found += [float(noted["distance"])] if noted.get("distance") else []
    return min(found, default=2 * float(noted.get("cell_size") or 0))


def _recent(rows: gpd.GeoDataFrame, noted: dict[str, Any]) -> gpd.GeoDataFrame:
    """Leave out incidents that happened before a forecast begins to look, or after it was made."""
    if not noted.get("at") or not noted.get("duration") or "background_rate" in noted:
        return rows
    end = pd.Timestamp(noted["at"])
    start = end - pd.Timedelta(noted["duration"]) - pd.Timedelta(days=1)
    moments = rows["occurred_from"].dt.tz_localize(None)
    recent: gpd.GeoDataFrame = rows.loc[(moments >= start) & (moments <= end)]
    return recent


def _within(cells: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, reach: float) -> NDArray[np.int64]:
    from scipy.spatial import cKDTree

    points = rows[rows.geometry.notna() & ~rows.geometry.is_empty].geometry
    points = points if cells.crs is None else points.to_crs(cells.crs)
    if not len(points):
        return np.zeros(len(cells), dtype=np.int64)
    middles = cells.geometry.centroid
    tree = cKDTree(np.column_stack([points.x, points.y]))
    found = tree.query_ball_point(np.column_stack([middles.x, middles.y]), reach, return_length=True)
    return np.asarray(found, dtype=np.int64)
