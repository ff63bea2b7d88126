"""
Sums over neighbours: on a lattice by running sums along its rows, elsewhere by listed pairs.

Nothing here is ever n × n.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ...errors import InputError
from ...i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Ranges = dict[int, tuple[int, int]]

__all__ = ["around", "gi_z", "listed_pairs", "pair_sums", "polygon_pairs", "window_sums"]


def around(neighbours: str | float, *, hexagons: bool, cell_size: float) -> Ranges:
    """
    Return a cell's neighbourhood, itself included: for each step in rows the first and last step in columns.

    Hexagons are counted in axial steps: a step of one row goes up and to the east.
    """
    if neighbours in {"queen", "rook"} and hexagons:
        return {-1: (0, 1), 0: (-1, 1), 1: (-1, 0)}
    if neighbours == "queen":
        return dict.fromkeys((-1, 0, 1), (-1, 1))
    if neighbours == "rook":
        return {-1: (0, 0), 0: (-1, 1), 1: (0, 0)}
    limit = (float(neighbours) / cell_size) ** 2 * (1 + 1e-12)
    most = math.floor(math.sqrt(limit * 4 / 3)) + 1
    steps = np.arange(-2 * most, 2 * most + 1)
    found = {}
    for row in range(-most, most + 1):
        near = steps[steps**2 + (steps * row if hexagons else 0) + row**2 <= limit]
        if len(near):
            found[row] = (int(near[0]), int(near[-1]))
    return found


def window_sums(values: Floats, column: Indices, row: Indices, ranges: Ranges) -> tuple[Floats, Floats]:
    """Return the sum over each cell's neighbourhood and how many cells that has."""
    column, row = column - column.min(), row - row.min()
    rows, columns = int(row.max()) + 1, int(column.max()) + 1
    if len(values) == rows * columns and bool((np.diff(row * columns + column) == 1).all()):
        table = np.ascontiguousarray(values, dtype=float).reshape(rows, columns)  # a whole rectangle
        return _windows(table, ranges).ravel(), _window_sizes(rows, columns, ranges).ravel()
    table, present = np.zeros((rows, columns)), np.zeros((rows, columns))
    table[row, column], present[row, column] = values, 1.0
    return _windows(table, ranges)[row, column], _windows(present, ranges)[row, column]


def gi_z(values: Floats, sums: Floats, sizes: Floats) -> Floats:
    """Return the Gi* score of binary neighbourhoods; NaN where nothing can vary."""
    n = len(values)
    z = np.full(n, np.nan)
    if n > 1 and values.min() < values.max():
        room = (n - sizes) * sizes
        spread = np.sqrt(np.maximum(room, 0.0)) * (values.std() / math.sqrt(n - 1))
        np.divide(sums - sizes * values.mean(), spread, out=z, where=room > 0)
    return z


def _window_sizes(rows: int, columns: int, ranges: Ranges) -> Floats:
    """Return how many cells of a whole rectangle lie in each cell's neighbourhood."""
    sizes = np.zeros((rows, columns))
    at, above = np.arange(columns), np.arange(rows)
    for step, (first, last) in ranges.items():
        across = np.minimum(at + last, columns - 1) - np.maximum(at + first, 0) + 1
        there = (above + step >= 0) & (above + step < rows)
        sizes[there] += np.maximum(across, 0)
    return sizes


def _windows(table: Floats, ranges: Ranges) -> Floats:
    rows, columns = table.shape
    up = min(max(abs(step) for step in ranges), rows)
    side = min(max(abs(end) for ends in ranges.values() for end in ends), columns)
    running = np.zeros((rows + 2 * up, columns + 2 * side + 1))
    running[up : up + rows, side + 1 : side + 1 + columns] = np.cumsum(table, axis=1)
    running[:, side + 1 + columns :] = running[:, [side + columns]]
    out = np.zeros_like(table)
    for step, (first, last) in ranges.items():
        if abs(step) > up:
            continue
        lines = running[up + step : up + step + rows]
        a, b = side + max(first, -side), side + min(last, side) + 1
        out += lines[:, b : b + columns] - lines[:, a : a + columns]
    return out


def pair_sums(values: Floats, focal: Indices, other: Indices) -> tuple[Floats, Floats]:
    """Return for each area the sum over itself and its listed neighbours, and how many areas that is."""
    n = len(values)
    pairs = np.unique(focal * n + other) if len(focal) else np.zeros(0, np.int64)
    focal, other = np.divmod(pairs, max(n, 1))
    apart = focal != other
    focal, other = focal[apart], other[apart]
    sums = np.bincount(focal, weights=values[other], minlength=n) + values
    return sums, (np.bincount(focal, minlength=n) + 1).astype(float)


def polygon_pairs(cells: Any, neighbours: str | float) -> tuple[Indices, Indices]:
    """Return all pairs of neighbouring polygons: touching, sharing an edge, or with middles within metres."""
    if neighbours in {"queen", "rook"}:
        focal, other = shapely.STRtree(cells).query(cells, predicate="intersects")
        if neighbours == "rook":
            edge = shapely.get_dimensions(shapely.intersection(cells[focal], cells[other])) >= 1
            focal, other = focal[edge], other[edge]
        return focal.astype(np.int64), other.astype(np.int64)
    from scipy.spatial import KDTree

    middle = shapely.get_coordinates(shapely.centroid(cells))
    pairs = KDTree(middle).query_pairs(float(neighbours), output_type="ndarray").astype(np.int64)
    return np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])


def listed_pairs(neighbours: Any, index: pd.Index[Any]) -> tuple[Indices, Indices]:
    """Return pairs of positions from any of the usual ways to write neighbours down."""
    if hasattr(neighbours, "tocoo"):
        return _from_matrix(neighbours, len(index))
    if hasattr(neighbours, "adjacency"):
        return _from_adjacency(neighbours.adjacency, index)
    listed = getattr(neighbours, "neighbors", neighbours)
    if isinstance(listed, Mapping):
        return _from_mapping(listed, index)
    if isinstance(listed, Sequence) and not isinstance(listed, str) and len(listed) == len(index):
        positions = pd.RangeIndex(len(index))
        return _from_mapping(dict(enumerate(listed)), positions)
    msg = _(
        "`neighbours` must be a dict from each area to its neighbours, a list with one entry for each of the "
        "{n} areas, a sparse matrix, or libpysal weights; got {kind}."
    )
    raise InputError(msg.format(n=len(index), kind=type(neighbours).__name__))


def _from_matrix(matrix: Any, n: int) -> tuple[Indices, Indices]:
    if matrix.shape != (n, n):
        msg = _("`neighbours` is a matrix of {rows} × {columns}, and there are {n} areas.")
        raise InputError(msg.format(rows=matrix.shape[0], columns=matrix.shape[1], n=n))
    found = matrix.tocoo()
    linked = found.data != 0
    return found.row[linked].astype(np.int64), found.col[linked].astype(np.int64)


def _from_adjacency(adjacency: pd.Series[Any], index: pd.Index[Any]) -> tuple[Indices, Indices]:
    linked = adjacency[adjacency != 0]
    focal, other = linked.index.get_level_values(0), linked.index.get_level_values(1)
    return _positions(index, focal), _positions(index, other)


def _from_mapping(listed: Mapping[Any, Iterable[Any]], index: pd.Index[Any]) -> tuple[Indices, Indices]:
    missing = [label for label in index if label not in listed]
    if missing:
        msg = _(
            "`neighbours` says nothing about {n} areas (first: {label!r}). "
            "Give an empty list where an area has none."
        )
        raise InputError(msg.format(n=len(missing), label=missing[0]))
    near = [list(listed[label]) for label in index]
    focal = np.repeat(np.arange(len(index)), [len(labels) for labels in near])
    return focal.astype(np.int64), _positions(index, [label for labels in near for label in labels])


def _positions(index: pd.Index[Any], labels: Any) -> Indices:
    labels = list(labels)
    if not labels:
        return np.zeros(0, np.int64)
    if not index.is_unique:
        raise InputError(_("`values` has areas with the same name; make its index unique."))
    positions = index.get_indexer(pd.Index(labels))
    if (positions < 0).any():
        unknown = labels[int(np.flatnonzero(positions < 0)[0])]
        msg = _("`neighbours` names {label!r}, which is not among the areas of `values`.")
        raise InputError(msg.format(label=unknown))
    return positions.astype(np.int64)
