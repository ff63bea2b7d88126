"""
Pieces of one dimension, and the pieces into which shapes cut a map.

Rectangles are cut by their coordinates, half-open as grids are: a point on a shared edge lies in the eastern
or northern cell. Other shapes are cut along all their borders; a point on such a border goes the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Pieces", "shapes_of", "shapes_pieces"]

_NUDGE = 1e-4
"""Metres by which a point is moved east and north before it is looked for in a shape that is no rectangle."""
_SLIVER = 1.0
"""Square metres below which a piece is a rounding of coordinates and no place."""
_MOST = 4_000_000
"""Elementary rectangles up to which empty pieces are looked at."""


@dataclass(frozen=True)
class Pieces:
    """One dimension, cut into pieces that no extent divides."""

    members: sparse.csr_array
    """A distinct extent a row, a piece a column."""
    extent: Whole
    """The distinct extent of each statement."""
    row: Whole
    """The piece that each incident lies in."""
    real: Mask
    """Whether a piece exists for the reader also where nothing happened."""

    @property
    def size(self) -> int:
        """How many pieces there are."""
        return int(self.members.shape[1])

    @classmethod
    def of(cls, held: Sequence[Whole], size: int, extent: Whole, row: Whole, real: Mask) -> Pieces:
        """Build from the pieces that each distinct extent holds."""
        rows = np.repeat(np.arange(len(held)), [len(each) for each in held])
        cols = np.concatenate(held) if held else np.zeros(0, dtype=np.int64)
        members = sparse.csr_array((np.ones(len(rows)), (rows, cols)), shape=(len(held), size))
        return cls(members, np.asarray(extent, dtype=np.int64), np.asarray(row, dtype=np.int64), real)

    @classmethod
    def whole(cls, statements: int, rows: int) -> Pieces:
        """Return one piece that everything holds."""
        nothing = np.zeros(statements, dtype=np.int64)
        return cls.of([np.array([0])], 1, nothing, np.zeros(rows, dtype=np.int64), np.array([True]))

    def merged(self) -> Pieces:
        """Put pieces together that the same extents hold."""
        columns = self.members.tocsc()
        key = np.random.default_rng(63).integers(1, 2**63, columns.shape[0], dtype=np.uint64)
        entries = columns.tocoo()
        hashes = np.zeros(self.size, dtype=np.uint64)
        np.add.at(hashes, entries.col, key[entries.row])
        _known, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        which = which.ravel()
        real = np.zeros(len(first), dtype=bool)
        np.logical_or.at(real, which, self.real)
        return replace(self, members=sparse.csr_array(columns[:, first]), row=which[self.row], real=real)

    def distinct(self) -> Pieces:
        """Put extents together that hold the same pieces."""
        key = np.random.default_rng(66).integers(1, 2**63, self.size, dtype=np.uint64)
        entries = self.members.tocoo()
        hashes = np.zeros(self.members.shape[0], dtype=np.uint64)
        np.add.at(hashes, entries.row, key[entries.col])
        _known, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        return replace(self, members=self.members[first], extent=which.ravel()[self.extent])

    def crossed(self, other: Pieces) -> Pieces:
        """Combine shapes with names: the pairs that the register shows."""
        pairs, row = np.unique(np.column_stack([self.row, other.row]), axis=0, return_inverse=True)
        extents, extent = np.unique(np.column_stack([self.extent, other.extent]), axis=0, return_inverse=True)
        members = self.members[extents[:, 0]][:, pairs[:, 0]].multiply(
            other.members[extents[:, 1]][:, pairs[:, 1]]
        )
        real = np.ones(len(pairs), dtype=bool)
        return Pieces(sparse.csr_array(members), extent.ravel(), row.ravel(), real)


def shapes_of(asked: Sequence[Any], rows: pd.DataFrame) -> dict[int, Any]:
    """
    Read the shapes among the places of statements, in the coordinates of the rows.

    Parameters
    ----------
    asked
        The place of each statement: a shape as hexadecimal WKB (with an SRID, or in the rows' coordinates),
        the name of an area, or None.
    rows
        The incidents.

    Returns
    -------
    dict
        Position of a statement and its shape; names and None are left out.
    """
    texts = sorted({each for each in asked if isinstance(each, str) and _hexadecimal(each)})
    if not texts:
        return {}
    if not isinstance(rows, gpd.GeoDataFrame) or rows.crs is None:
        msg = _(
            "Published figures are about shapes on a map, but `rows` has no points with a coordinate system."
        )
        raise InputError(msg)
    read = np.array([shapely.from_wkb(text) for text in texts], dtype=object)
    for srid in np.unique(shapely.get_srid(read)):
        which = shapely.get_srid(read) == srid
        if srid > 0 and rows.crs.to_epsg() != int(srid):
            read[which] = gpd.GeoSeries(read[which], crs=int(srid)).to_crs(rows.crs).to_numpy()
    known = dict(zip(texts, read, strict=True))
    return {i: known[each] for i, each in enumerate(asked) if each in known}


def _hexadecimal(text: str) -> bool:
    return len(text) >= 42 and len(text) % 2 == 0 and text[:2] in {"00", "01"} and _is_hex(text)


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True


def shapes_pieces(shapes: Mapping[int, Any], statements: int, rows: pd.DataFrame) -> Pieces:
    """Cut the map by the shapes; a statement without one holds everything."""
    texts = {i: shapely.to_wkb(shapely.normalize(shape)) for i, shape in shapes.items()}
    order = {text: i for i, text in enumerate(sorted(set(texts.values())))}
    distinct = np.empty(len(order), dtype=object)
    for i, text in texts.items():
        distinct[order[text]] = shapes[i]
    # The last distinct extent is everything.
    extent = np.full(statements, len(distinct), dtype=np.int64)
    for i, text in texts.items():
        extent[i] = order[text]
    geometry = rows.geometry
    located = ~(geometry.isna() | geometry.is_empty).to_numpy()
    points = geometry.to_numpy()[located]
    inside = _inside(distinct, shapely.get_x(points), shapely.get_y(points))
    empty = _inside_pieces(distinct)
    held_rows = sparse.csr_array((len(distinct), len(rows)))
    if located.any():
        at = np.flatnonzero(located)
        held_rows = sparse.csr_array(
            (np.ones(inside.shape[1]), (inside[0], at[inside[1]])), shape=held_rows.shape
        )
    both = sparse.hstack([held_rows, empty], format="csr")
    everything = sparse.csr_array(np.ones((1, both.shape[1])))
    real = np.arange(both.shape[1]) >= len(rows)
    members = sparse.csr_array(sparse.vstack([both, everything]))
    return Pieces(members, extent, np.arange(len(rows)), real).merged()


def _box(shapes: NDArray[np.object_]) -> Mask:
    """Say which shapes are rectangles along the axes."""
    bounds = shapely.bounds(shapes)
    area = (bounds[:, 2] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 1])
    return np.asarray(np.isclose(shapely.area(shapes), area, rtol=1e-9) & (area > 0))


def _inside(shapes: NDArray[np.object_], x: Floats, y: Floats) -> Whole:
    """Return pairs of shape and point, as two rows."""
    if len(x) == 0:
        return np.zeros((2, 0), dtype=np.int64)
    box = _box(shapes)
    tree = shapely.STRtree(np.asarray(shapely.points(x, y), dtype=object))
    which, at = tree.query(shapely.box(*shapely.bounds(shapes[box]).T), predicate="intersects")
    low_x, low_y, high_x, high_y = shapely.bounds(shapes[box]).T
    half_open = (
        (x[at] >= low_x[which]) & (x[at] < high_x[which]) & (y[at] >= low_y[which]) & (y[at] < high_y[which])
    )
    pairs = [np.stack([np.flatnonzero(box)[which[half_open]], at[half_open]])]
    if not box.all():
        moved = shapely.STRtree(np.asarray(shapely.points(x + _NUDGE, y + _NUDGE / 3), dtype=object))
        which, at = moved.query(shapes[~box], predicate="contains")
        pairs.append(np.stack([np.flatnonzero(~box)[which], at]))
    return np.concatenate(pairs, axis=1)


def _inside_pieces(shapes: NDArray[np.object_]) -> Any:
    """Return which shapes hold each piece of the map, whether or not anything happened there."""
    if _box(shapes).all():
        x, y = _middles(shapes)
    else:
        lines = shapely.union_all(shapely.boundary(shapes), grid_size=0.001)
        parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        spots = shapely.point_on_surface(parts[shapely.area(parts) >= _SLIVER])
        x, y = shapely.get_x(spots), shapely.get_y(spots)
    pairs = _inside(shapes, x, y)
    return sparse.csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(shapes), len(x)))


def _middles(boxes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Middles of the elementary rectangles between all edges, a millimetre taken for the same edge."""
    edges = np.round(shapely.bounds(boxes), 3)
    xs, ys = np.unique(edges[:, [0, 2]]), np.unique(edges[:, [1, 3]])
    if len(xs) * len(ys) > _MOST:
        return np.zeros(0), np.zeros(0)
    x, y = np.meshgrid((xs[:-1] + xs[1:]) / 2, (ys[:-1] + ys[1:]) / 2)
    return x.ravel(), y.ravel()
