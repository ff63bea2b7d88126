"""The cells of a grid: which grid to use, which cell each event is in, where the cells' centres are."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import shapely

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import check_crs, in_polygons, same_crs
from .grids import Lattice, default_cell_size, lattice_of, square_grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._points import Events, Floats, Indices, Spatial

__all__ = [
    "Neighbours",
    "cells_of",
    "centres_of",
    "check_neighbours",
    "counted",
    "grid_for",
    "lattice_indices",
    "neighbourhoods",
    "summing",
]

Neighbours = Literal["queen", "rook"]


def grid_for(
    events: Events,
    points: Spatial,
    grid: gpd.GeoDataFrame | None,
    cell_size: float | None,
    margin: float = 0.0,
) -> tuple[gpd.GeoDataFrame, Lattice | None, dict[str, Any]]:
    """Return the grid to use, the lattice behind it, and what was chosen on the way."""
    if grid is not None:
        if cell_size is not None:
            raise InputError(_("Give `grid` or `cell_size`, not both: a grid has its size."))
        check_crs(grid, "grid")
        same_crs(points, "points", grid, "grid")
        lattice = lattice_of(grid)
        _warn_of_no_overlap(events, grid, lattice)
        return grid, lattice, {"grid": "given" if lattice else "given, any polygons", "cells": len(grid)}
    if len(events.x) == 0:
        msg = _(
            "`points` holds no point that can be used, so there is nothing to lay a grid over; give `grid`."
        )
        raise InputError(msg)
    size, rule = (cell_size, "given") if cell_size is not None else default_cell_size(events.x, events.y)
    corners = gpd.GeoSeries.from_xy(
        [events.x.min() - margin, events.x.max() + margin],
        [events.y.min() - margin, events.y.max() + margin],
        crs=points.crs,
    )
    made = square_grid(corners, cell_size=size)
    return made, lattice_of(made), {"grid": "bounding box of the points", "cell_size_rule": rule}


def _warn_of_no_overlap(events: Events, grid: gpd.GeoDataFrame, lattice: Lattice | None) -> None:
    """Warn where the boxes around the events and around the grid do not meet: the answer is all zeros."""
    if len(events.x) == 0 or len(grid) == 0:
        return
    if lattice is None:
        box, slack = np.asarray(grid.total_bounds), 0.0
    else:
        corners = [np.array([index.min(), index.max()]) for index in lattice_indices(grid)]
        box, slack = lattice.bounds(*corners)[[0, 0, 1, 1], range(4)], lattice.cell_size
    here = np.array([events.x.min(), events.y.min(), events.x.max(), events.y.max()])
    gaps = np.concatenate([box[:2] - here[2:], here[:2] - box[2:]]) - slack
    if gaps.max() > 0:
        msg = _(
            "None of the {n} events of `points` lies in `grid`, which is {km:.1f} km away. "
            "Do both show the same place, in the right coordinate system?"
        )
        warnings.warn(msg.format(n=len(events.x), km=gaps.max() / 1000), UserWarning, stacklevel=4)


def cells_of(grid: gpd.GeoDataFrame, lattice: Lattice | None, x: Floats, y: Floats) -> Indices:
    """Return the position in the grid of each event's cell, -1 where it is in none."""
    if lattice is None or len(grid) == 0:
        return in_polygons(grid, x, y)
    columns, rows = lattice_indices(grid)
    left, low = columns.min(), rows.min()
    width, height = int(columns.max() - left) + 1, int(rows.max() - low) + 1
    table = np.full(width * height, -1, dtype=np.int64)
    table[(rows - low) * width + columns - left] = np.arange(len(grid))
    column, row = lattice.locate(x, y)
    column, row = column - left, row - low
    within = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    return np.where(within, table[np.where(within, row * width + column, 0)], -1)


def centres_of(grid: gpd.GeoDataFrame, lattice: Lattice | None) -> tuple[Floats, Floats]:
    if lattice is None:
        middle = shapely.centroid(np.asarray(grid.geometry.array))
        return shapely.get_x(middle), shapely.get_y(middle)
    return lattice.centres(*lattice_indices(grid))


def check_neighbours(neighbours: Any) -> None:
    """Refuse what is neither a rule nor a distance."""
    if neighbours in get_args(Neighbours):
        return
    number = isinstance(neighbours, int | float) and not isinstance(neighbours, bool)
    if not number or not np.isfinite(neighbours) or neighbours <= 0:
        msg = _("`neighbours` must be queen, rook or a distance in metres above 0, got {neighbours!r}.")
        raise InputError(msg.format(neighbours=neighbours))


def counted(
    events: Events, grid: gpd.GeoDataFrame, lattice: Lattice | None, notes: dict[str, Any]
) -> gpd.GeoDataFrame:
    """Return a new grid with the events (and their weight) in each cell."""
    cell = cells_of(grid, lattice, events.x, events.y)
    inside = cell >= 0
    result = grid.copy()
    result["n"] = np.bincount(cell[inside], minlength=len(grid))
    if events.weight is not None:
        result["weight"] = np.bincount(cell[inside], events.weight[inside], minlength=len(grid))
    return choices.record(result, **notes, **events.counts, outside=int((~inside).sum()))


def neighbourhoods(
    values: Floats, grid: gpd.GeoDataFrame, lattice: Lattice | None, neighbours: Neighbours | float
) -> tuple[Floats, Floats]:
    """Return sum and size of each cell's neighbourhood, itself included."""
    return summing(grid, lattice, neighbours)(values)


def summing(
    grid: gpd.GeoDataFrame, lattice: Lattice | None, neighbours: Neighbours | float
) -> Callable[[Floats], tuple[Floats, Floats]]:
    """Return what sums values over each cell's neighbourhood, itself included, and gives its size."""
    from .kernels import neighbours as near

    if lattice is None or len(grid) == 0:
        focal, other = near.polygon_pairs(np.asarray(grid.geometry.array), neighbours)
        return lambda values: near.pair_sums(values, focal, other)
    column, row = lattice_indices(grid)
    hexagons = lattice.shape == "hex"
    ranges = near.around(neighbours, hexagons=hexagons, cell_size=lattice.cell_size)
    across = column - row // 2 if hexagons else column
    return lambda values: near.window_sums(values, across, row, ranges)


def lattice_indices(grid: gpd.GeoDataFrame) -> tuple[Indices, Indices]:
    """Return column and row of each cell."""
    return grid["column"].to_numpy(np.int64), grid["row"].to_numpy(np.int64)
