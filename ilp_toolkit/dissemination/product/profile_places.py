"""
Places: groups of touching hot cells, lettered from west to east, with names that people know them by.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage

from ...i18n import current
from ...views import charts
from .. import disclosure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .profile_facts import Facts

    Groups = NDArray[np.int64]

__all__ = ["form_places", "street_column"]

_STREET_COLUMNS = ("name", "street", "street_name", "NAME", "название", "улица", "nombre")
_STREETS, _DISTRICTS = 3, 2
"""How many names a place gets."""


def form_places(
    facts: Facts, tested: gpd.GeoDataFrame, cells: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, int]:
    """
    Join touching hot cells to places.

    Parameters
    ----------
    facts
        What the profile is about; its layers give the names.
    tested
        Cells with ``n``, ``column`` and ``row``, true counts.
    cells
        The same cells as they may be published, with the class of their ``stability``.

    Returns
    -------
    tuple
        The cells with ``label`` (the letter of a place on one of its cells); the places (``place``, ``n``,
        ``exact``, ``cells``, ``km2``, ``stability``, ``area``, ``streets``), west to east; how many the table
        leaves out.
    """
    hot = (cells["spot"] == "hot").to_numpy(dtype=bool)
    counts = pd.Series(tested["n"].to_numpy(dtype=np.int64))
    minimum = facts.policy.cells.minimum_count
    groups = _large(_touching(tested, hot), counts.to_numpy(), minimum)
    lettered = cells.copy()
    # A hot cell may be empty itself and hot through its neighbours: alone it is no place, and is not shown.
    lettered.loc[hot & (groups < 0), "spot"] = "none"
    lettered.loc[lettered["spot"] != "hot", "stability"] = ""
    totals = disclosure.group_totals(counts, pd.Series(groups), minimum=minimum)
    table = _table(lettered, totals, groups)
    kept = _kept(table, facts.policy.places.maximum_places)
    kept.insert(0, "place", list(string.ascii_uppercase[: len(kept)]))
    kept["area"] = _district_names(kept, facts.request.areas)
    kept["streets"] = _street_names(kept, facts.request.streets)
    kept["stability"] = [_stability(lettered["stability"][groups == group]) for group in kept["group"]]
    lettered["label"] = _labels(lettered, kept, groups)
    columns = ["place", "n", "exact", "cells", "km2", "stability", "area", "streets", "geometry"]
    return lettered, kept[columns], len(table) - len(kept)


def _touching(cells: gpd.GeoDataFrame, hot: NDArray[np.bool_]) -> Groups:
    """Give hot cells that touch, diagonally too, one number; -1 for all others."""
    column = cells["column"].to_numpy(dtype=np.int64) - int(cells["column"].min())
    row = cells["row"].to_numpy(dtype=np.int64) - int(cells["row"].min())
    raster = np.zeros((int(row.max()) + 1, int(column.max()) + 1), dtype=bool)
    raster[row[hot], column[hot]] = True
    numbered: Any = ndimage.label(raster, structure=np.ones((3, 3)))[0]
    found: Groups = numbered[row, column].astype(np.int64) - 1
    return found


def _large(groups: Groups, counts: Groups, minimum: int) -> Groups:
    """Keep the groups with at least so many incidents, numbered anew; -1 for all other cells."""
    totals = np.bincount(groups[groups >= 0], weights=counts[groups >= 0])
    kept = np.flatnonzero(totals >= minimum)
    renumbered = np.full(len(totals) + 1, -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    return renumbered[groups]


def _table(cells: gpd.GeoDataFrame, totals: pd.DataFrame, groups: Groups) -> gpd.GeoDataFrame:
    shapes = np.asarray(cells.geometry)
    united = [shapely.union_all(shapes[groups == group]) for group in totals.index]
    values = {
        "group": np.asarray(totals.index),
        "n": totals["n"].to_numpy(),
        "exact": totals["exact"].to_numpy(),
        "cells": np.bincount(groups[groups >= 0], minlength=len(totals)),
        "km2": np.round(shapely.area(united) / 1e6, 2),
    }
    table = gpd.GeoDataFrame(values, geometry=united, crs=cells.crs)
    table["n"] = table["n"].astype("Int64")
    return table


def _kept(table: gpd.GeoDataFrame, maximum: int) -> gpd.GeoDataFrame:
    """Keep what fits the table, most cells first, and list it from west to east."""
    most = table.sort_values(["cells", "group"], ascending=[False, True]).head(maximum)
    return most.assign(x=most.geometry.centroid.x).sort_values("x").drop(columns="x").reset_index(drop=True)


def _stability(classes: pd.Series[str]) -> str:
    """Return the class of the most stable cell of a place: so often there is a hot spot in it."""
    order = list(charts.STABILITY_CLASSES)
    ranks = [order.index(name) for name in classes if name in order]
    return order[max(ranks)] if ranks else ""


def _district_names(places: gpd.GeoDataFrame, layer: gpd.GeoDataFrame | None) -> list[str]:
    """Name the districts that a place lies in, largest part first."""
    if layer is None or layer.crs is None or places.crs is None:
        return [""] * len(places)
    return _names(places, layer.to_crs(places.crs), "area", shapely.area, _DISTRICTS)


def _street_names(places: gpd.GeoDataFrame, layer: gpd.GeoDataFrame | None) -> list[str]:
    """Name the streets that run longest through a place."""
    if layer is None or layer.crs is None or places.crs is None:
        return [""] * len(places)
    column = street_column(layer)
    if column is None:
        return [""] * len(places)
    return _names(places, layer.to_crs(places.crs), column, shapely.length, _STREETS)


def street_column(layer: gpd.GeoDataFrame) -> str | None:
    """Return the column that names the streets of a layer, best in the language in use."""
    own = [f"{name}{mark}{current()}" for name in _STREET_COLUMNS for mark in (":", "_")]
    return next((name for name in (*own, *_STREET_COLUMNS) if name in layer), None)


def _names(places: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, column: str, size: Any, most: int) -> list[str]:
    shapes, names = np.asarray(layer.geometry), layer[column].to_numpy(dtype=object)
    found = []
    for place in places.geometry:
        inside = size(shapely.intersection(shapes, place))
        sizes = pd.Series(inside).groupby(pd.Series(names)).sum()
        found.append(", ".join(str(name) for name in sizes[sizes > 0].nlargest(most).index))
    return found


def _labels(cells: gpd.GeoDataFrame, places: gpd.GeoDataFrame, groups: Groups) -> NDArray[Any]:
    """Put the letter of each place on the cell nearest to its middle."""
    labels = np.full(len(cells), "", dtype=object)
    centres = shapely.centroid(np.asarray(cells.geometry))
    for letter, group, middle in zip(places["place"], places["group"], places.geometry.centroid, strict=True):
        inside = np.flatnonzero(groups == group)
        labels[inside[np.argmin(shapely.distance(centres[inside], middle))]] = letter
    return labels
