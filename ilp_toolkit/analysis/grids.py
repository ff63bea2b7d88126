"""
Grids: equal cells over an area, the same wherever and whenever they are made.

A grid starts at whole multiples of the cell size from the origin of the coordinate system, never at the
corner of the data. So two grids of one size fit each other, last year's map can be laid on this year's,
and a point lies in the same cell whatever else is in the file. Cells are half-open, ``[lo, hi)``: a point
on a shared edge is in one cell, the eastern or northern one. Cells are clipped to the area, so that maps
show the jurisdiction; counts are not, so that no event is lost at the border.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import check_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Shapes = NDArray[np.object_]

__all__ = ["MAX_CELLS", "Lattice", "default_cell_size", "hex_grid", "lattice_of", "square_grid"]

MAX_CELLS = 4_000_000
"""Cells in the box around an area above which a grid is refused."""

_HEX_ROW = math.sqrt(3) / 2
"""Distance between rows of hexagons, in cell sizes."""


def square_grid(area: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_size: float) -> gpd.GeoDataFrame:
    """
    Square cells over an area.

    Parameters
    ----------
    area
        Polygons (a jurisdiction; several parts are taken together), to which the cells are clipped; or
        points, for which all cells of their bounding box are made, whole. Projected, in metres.
    cell_size
        Side of a cell in metres.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a cell, row by row from the south-west: ``cell_id`` (text: easting and northing of the
        cell's south-west corner, so the same in every grid of this size), ``column`` and ``row`` (whole
        cells from the origin of the coordinate system), ``geometry``.

    Raises
    ------
    CrsError
        If `area` is not projected in metres.
    InputError
        If `cell_size` is not above 0 or gives more than four million cells, or `area` holds nothing.

    Notes
    -----
    A cell that the area only touches is not part of the grid. A point on the outer northern or eastern
    edge of the area, where that edge is also an edge of a cell, lies in no cell.

    Examples
    --------
    >>> import shapely, geopandas
    >>> town = geopandas.GeoSeries([shapely.box(0, 0, 500, 250)], crs="EPSG:32642")
    >>> square_grid(town, cell_size=250)[["cell_id", "column", "row"]].values.tolist()
    [['E0N0', 0, 0], ['E250N0', 1, 0]]
    """
    return _grid(area, "square", cell_size)


def hex_grid(area: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_size: float) -> gpd.GeoDataFrame:
    """
    Hexagonal cells over an area.

    Parameters
    ----------
    area
        Polygons, to which the cells are clipped, or points; projected, in metres. As in `square_grid`.
    cell_size
        Distance between opposite sides of a cell, and so between the centres of neighbours, in metres.
        The cell's area is 0.866 of a square of that size.

    Returns
    -------
    geopandas.GeoDataFrame
        As `square_grid`; ``cell_id`` is easting and northing of the cell's centre. Cells stand on a
        corner ("pointy top"); odd rows are shifted half a cell to the east.

    Raises
    ------
    CrsError
        If `area` is not projected in metres.
    InputError
        If `cell_size` is not above 0 or gives more than four million cells, or `area` holds nothing.

    Notes
    -----
    A point belongs to the cell with the nearest centre; on a shared edge to the northern cell, on an edge
    that runs north to the eastern one.

    Examples
    --------
    >>> import shapely, geopandas
    >>> town = geopandas.GeoSeries([shapely.Point(0, 0), shapely.Point(110, 80)], crs="EPSG:32642")
    >>> hex_grid(town, cell_size=100)["cell_id"].tolist()
    ['E0N0', 'E100N0', 'E50N86.6', 'E150N86.6']
    """
    return _grid(area, "hex", cell_size)


def default_cell_size(x: Floats, y: Floats) -> tuple[float, str]:
    """
    Cell size where the caller named none, and the rule behind it in words.

    Parameters
    ----------
    x, y
        Coordinates in metres.

    Returns
    -------
    tuple
        Metres, and the rule.

    Notes
    -----
    A rule of thumb for a first map: results depend on the size, so try others (`hotspots.stability`).

    Examples
    --------
    >>> default_cell_size(np.array([0.0, 9000.0]), np.array([0.0, 12000.0]))[0]
    200.0
    """
    shorter = min(np.ptp(x), np.ptp(y)) if len(x) else 0.0
    size = max(50.0 * np.ceil(shorter / 50 / 50), 100.0)
    return float(size), "shorter side of the data / 50, up to whole 50 m, at least 100 m"


@dataclass(frozen=True)
class Lattice:
    """
    The arithmetic of a grid: which cell a point is in, and where a cell is.

    Examples
    --------
    >>> column, row = Lattice("square", 100.0).locate(np.array([99.9, 100.0]), np.array([-0.1, 0.0]))
    >>> column.tolist(), row.tolist()
    ([0, 1], [-1, 0])
    """

    shape: Literal["square", "hex"]
    cell_size: float
    """Side of a square; distance between opposite sides of a hexagon. Metres."""

    @property
    def cell_area(self) -> float:
        """Area of a whole cell in square metres."""
        return self.cell_size**2 * (1.0 if self.shape == "square" else _HEX_ROW)

    def locate(self, x: Floats, y: Floats) -> tuple[Indices, Indices]:
        """Return column and row of the cell that holds each point."""
        if self.shape == "square":
            return self._step(x), self._step(y)
        return self._nearest(x, y)

    def centres(self, column: Indices, row: Indices) -> tuple[Floats, Floats]:
        """Return the centre of each whole cell."""
        if self.shape == "square":
            x, y = (column + 0.5) * self.cell_size, (row + 0.5) * self.cell_size
            return x.astype(np.float64), y.astype(np.float64)
        return self._knots(2 * column + (row & 1), 3 * row)

    def rectangles(self, column: Indices, row: Indices) -> list[tuple[Any, ...]]:
        """
        Take the centres apart into rectangular lattices: one for squares, even and odd rows of hexagons.

        Each is: which cells, their columns and rows in it, the place of its centre (0, 0), its steps.
        """
        size, step = self.cell_size, _HEX_ROW * self.cell_size
        if self.shape == "square":
            return [(slice(None), column, row, (size / 2, size / 2), (size, size))]
        parts = []
        for odd in (0, 1):
            cells = np.flatnonzero((row & 1) == odd)
            origin = (odd * size / 2, odd * step)
            parts.append((cells, column[cells], row[cells] >> 1, origin, (size, 2 * step)))
        return parts

    def bounds(self, column: Indices, row: Indices) -> Floats:
        """Return the box around each whole cell: min x, min y, max x, max y."""
        if self.shape == "square":
            return np.stack([column, row, column + 1, row + 1], axis=1) * self.cell_size
        across, up = 2 * column + (row & 1), 3 * row
        return np.stack([*self._knots(across - 1, up - 2), *self._knots(across + 1, up + 2)], axis=1)

    def polygons(self, column: Indices, row: Indices) -> Shapes:
        """Return each whole cell as a polygon."""
        if self.shape == "square":
            return np.asarray(shapely.box(*self.bounds(column, row).T), dtype=object)
        across = (2 * column + (row & 1))[:, None] + np.array([1, 0, -1, -1, 0, 1, 1])
        up = 3 * row[:, None] + np.array([1, 2, 1, -1, -2, -1, 1])
        return np.asarray(shapely.polygons(np.stack(self._knots(across, up), axis=-1)), dtype=object)

    def ids(self, column: Indices, row: Indices) -> Shapes:
        """Return the name of each cell: easting and northing of its corner (square) or centre (hex)."""
        if self.shape == "square":
            east, north = self.bounds(column, row)[:, :2].T
        else:
            east, north = self.centres(column, row)
        names: Shapes = _labels("E", east) + _labels("N", north)
        return names

    def inside(self, bounds: Floats) -> tuple[Indices, Indices]:
        """Return column and row of all cells whose box may meet a box, row by row."""
        (left, right), (low, high) = self._span(bounds[[0, 2]]), self._rows(bounds[[1, 3]])
        width, height = right - left + 1, high - low + 1
        if width * height > MAX_CELLS:
            msg = _(
                "`cell_size` of {size:g} m would make {n} cells over {w:.0f} × {h:.0f} km. "
                "Use {better:g} m or more, or take out points that lie far from all others."
            )
            sides = (bounds[2:] - bounds[:2]) / 1000
            better = np.ceil(self.cell_size * np.sqrt(width * height / MAX_CELLS))
            raise InputError(
                msg.format(
                    size=self.cell_size, n=int(width * height), w=sides[0], h=sides[1], better=float(better)
                )
            )
        rows, columns = np.divmod(np.arange(width * height, dtype=np.int64), width)
        return columns + left, rows + low

    def _knots(self, across: Indices, up: Indices) -> tuple[Floats, Floats]:
        """Return points of the net on which hexagons lie: neighbours share their corners to the last bit."""
        x, y = across * (self.cell_size / 2), up * (self.cell_size / (2 * math.sqrt(3)))
        return x.astype(np.float64), y.astype(np.float64)

    def _step(self, values: Floats) -> Indices:
        """Whole cells from the origin, held to the edges as they are drawn: index × size."""
        index = np.floor(values / self.cell_size)
        index -= values < index * self.cell_size
        index += values >= (index + 1) * self.cell_size
        return index.astype(np.int64)

    def _nearest(self, x: Floats, y: Floats) -> tuple[Indices, Indices]:
        """Hexagon centres are two rectangular lattices, even and odd rows: the nearer of both candidates."""
        size, step = self.cell_size, _HEX_ROW * self.cell_size
        even = 2 * np.floor(y / (2 * step) + 0.5)
        odd = 2 * np.floor((y - step) / (2 * step) + 0.5) + 1
        even_column, odd_column = np.floor(x / size + 0.5), np.floor(x / size)
        to_even = (x - even_column * size) ** 2 + (y - even * step) ** 2
        to_odd = (x - (odd_column + 0.5) * size) ** 2 + (y - odd * step) ** 2
        take_odd = (to_odd < to_even) | ((to_odd == to_even) & (odd > even))
        column = np.where(take_odd, odd_column, even_column)
        return column.astype(np.int64), np.where(take_odd, odd, even).astype(np.int64)

    def _span(self, ends: Floats) -> tuple[int, int]:
        if self.shape == "square":
            first, last = self._step(ends)
            return int(first), int(last)
        first, last = np.floor(ends / self.cell_size + np.array([-0.5, 0.5]))
        return int(first), int(last)

    def _rows(self, ends: Floats) -> tuple[int, int]:
        if self.shape == "square":
            return self._span(ends)
        first, last = np.floor(ends / (_HEX_ROW * self.cell_size) + np.array([0.0, 1.0]))
        return int(first), int(last)


def lattice_of(grid: gpd.GeoDataFrame) -> Lattice | None:
    """
    Lattice behind a grid, or None where its cells are any polygons.

    Parameters
    ----------
    grid
        A grid of `square_grid` or `hex_grid`, whole or in part, or a caller's own polygons.

    Notes
    -----
    What is noted on the table is believed only where it agrees with the columns and the shapes: a grid may
    have been projected, merged or edited since.

    Examples
    --------
    >>> import shapely
    >>> town = gpd.GeoSeries([shapely.box(0, 0, 500, 250)], crs="EPSG:32642")
    >>> lattice_of(square_grid(town, cell_size=200))
    Lattice(shape='square', cell_size=200.0)
    """
    noted = choices.of(grid)
    shape, size = noted.get("shape"), noted.get("cell_size")
    if shape not in {"square", "hex"} or not size or not {"column", "row"} <= set(grid.columns):
        return None
    if noted.get("crs") != _crs_name(grid):
        return None
    lattice = Lattice(shape, float(size))
    try:
        column, row = grid["column"].to_numpy(np.int64), grid["row"].to_numpy(np.int64)
    except (TypeError, ValueError):
        return None
    drawn, whole = shapely.bounds(np.asarray(grid.geometry.array)), lattice.bounds(column, row)
    whole -= drawn  # below 0 at the lower sides, above 0 at the upper ones, where a cell is clipped
    slack = 1e-6 * lattice.cell_size
    fits = not len(grid) or (whole[:, :2].max() <= slack and whole[:, 2:].min() >= -slack)
    width, height = (int(np.ptp(index)) + 1 if len(index) else 1 for index in (column, row))
    if width * height > 4 * MAX_CELLS:  # two towns far apart: the box around both is mostly nothing
        return None
    keys = row * width + column
    alone = bool((np.diff(keys) > 0).all()) or len(np.unique(keys)) == len(keys)
    return lattice if fits and alone else None


def _grid(
    area: gpd.GeoDataFrame | gpd.GeoSeries, shape: Literal["square", "hex"], cell_size: float
) -> gpd.GeoDataFrame:
    lattice = Lattice(shape, _checked_size(cell_size))
    check_crs(area, "area")
    polygon = _polygon(area)
    if polygon is None:
        column, row = _all_cells(lattice, area)
        cells = lattice.polygons(column, row)
    else:
        column, row = lattice.inside(np.asarray(polygon.bounds))
        cells = _clip(lattice, column, row, polygon)
        kept = np.flatnonzero(~shapely.is_missing(cells))
        column, row, cells = column[kept], row[kept], cells[kept]
    grid = gpd.GeoDataFrame(
        {"cell_id": pd.Series(lattice.ids(column, row), dtype=object), "column": column, "row": row},
        geometry=cells,
        crs=area.crs,
    )
    return choices.record(
        grid,
        shape=shape,
        cell_size=lattice.cell_size,
        origin=[0.0, 0.0],
        crs=_crs_name(area),
        clipped=polygon is not None,
        cells=len(grid),
    )


def _checked_size(cell_size: float) -> float:
    if isinstance(cell_size, bool) or not np.isfinite(cell_size) or cell_size <= 0:
        msg = _("`cell_size` must be a length in metres above 0, got {size!r}.")
        raise InputError(msg.format(size=cell_size))
    return float(cell_size)


def _polygon(area: gpd.GeoDataFrame | gpd.GeoSeries) -> Any:
    """Return all polygons of an area as one valid shape, or None where it holds points."""
    shapes = np.asarray(area.geometry.array)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(shapes) == 0:
        raise InputError(_("`area` holds no shapes: there is nothing to lay a grid over."))
    dimensions = shapely.get_dimensions(shapes)
    if (dimensions == 0).all():
        return None
    if (dimensions != 2).any():
        msg = _("`area` must hold polygons or points, not both and not lines (first: {kind}).")
        raise InputError(msg.format(kind=shapes[dimensions != 2][0].geom_type))
    return _flat(shapely.union_all(shapely.make_valid(shapely.force_2d(shapes))))


def _all_cells(lattice: Lattice, points: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[Indices, Indices]:
    """Return column and row of the whole rectangle of cells that holds points."""
    coordinates = shapely.get_coordinates(np.asarray(points.geometry.array))
    coordinates = coordinates[np.isfinite(coordinates).all(axis=1)]
    if len(coordinates) == 0:
        raise InputError(_("`area` holds no points with coordinates: there is nothing to lay a grid over."))
    lattice.inside(np.concatenate([coordinates.min(axis=0), coordinates.max(axis=0)]))
    column, row = lattice.locate(*coordinates.T)
    columns, rows = np.arange(column.min(), column.max() + 1), np.arange(row.min(), row.max() + 1)
    return np.tile(columns, len(rows)), np.repeat(rows, len(columns))


def _clip(lattice: Lattice, column: Indices, row: Indices, area: Any) -> Shapes:
    """
    Cut each cell to the area; None where they do not overlap.

    The area is halved together with the cells, so that each cell meets only the piece of border near it:
    a jurisdiction of a hundred thousand vertices costs little more than its border cells.
    """
    cells = np.full(len(column), None, dtype=object)
    bounds = lattice.bounds(column, row)
    todo = [(np.arange(len(column)), area)]
    while todo:
        group, piece = todo.pop()
        low, high = bounds[group, :2].min(axis=0), bounds[group, 2:].max(axis=0)
        box = shapely.box(*low, *high)
        if shapely.covers(piece, box):
            cells[group] = lattice.polygons(column[group], row[group])
            continue
        piece = _flat(shapely.intersection(piece, box))
        if piece.is_empty:
            continue
        if len(group) <= 4:
            parts = shapely.intersection(lattice.polygons(column[group], row[group]), piece)
            cells[group] = [_flat(part) for part in parts]
            continue
        lengths = (high - low) if len(group) > 1 else (0, 0)
        along = column[group] if lengths[0] >= lengths[1] else row[group]
        middle = (int(along.min()) + int(along.max())) // 2
        todo += [(group[along > middle], piece), (group[along <= middle], piece)]
    cells[shapely.is_empty(cells)] = None
    return cells


def _flat(shape: Any) -> Any:
    """Return the polygons of a shape: an overlap may come with stray lines and points where edges touch."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = shapely.get_parts(shapely.get_parts([shape]))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _labels(letter: str, values: Floats) -> Shapes:
    different, where = np.unique(np.round(values, 2), return_inverse=True)
    words = np.array([f"{letter}{value + 0.0:.2f}".rstrip("0").rstrip(".") for value in different], object)
    return np.asarray(words[where], dtype=object)


def _crs_name(table: gpd.GeoDataFrame | gpd.GeoSeries) -> str | None:
    return None if table.crs is None else str(table.crs.to_string())
