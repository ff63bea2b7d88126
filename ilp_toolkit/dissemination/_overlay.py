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
        pieces, row = _pairs(self.row, other.row)
        extents, extent = _pairs(self.extent, other.extent)
        sparser, fuller, one, two = self.members, other.members, 0, 1
        if sparser.nnz * fuller.shape[0] * fuller.shape[1] > fuller.nnz * sparser.shape[0] * sparser.shape[1]:
            sparser, fuller, one, two = fuller, sparser, two, one
        # Of the entries of the sparser one those stay that the other has too.
        held = sparser[extents[:, one]][:, pieces[:, one]].tocoo()
        entries, size = fuller.tocoo(), fuller.shape[1]
        wanted = extents[held.row, two] * size + pieces[held.col, two]
        too = np.isin(wanted, entries.row.astype(np.int64) * size + entries.col)
        members = sparse.csr_array(
            (np.ones(int(too.sum())), (held.row[too], held.col[too])), shape=(len(extents), len(pieces))
        )
        return Pieces(members, extent, row, np.ones(len(pieces), dtype=bool))


def _pairs(one: Whole, two: Whole) -> tuple[Whole, Whole]:
    """Return the distinct pairs of two rows of numbers from 0 on, and which pair each place has."""
    size = int(two.max(initial=0)) + 1
    packed, which = np.unique(one * size + two, return_inverse=True)
    return np.column_stack(np.divmod(packed, size)), which.ravel()


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
    read = np.asarray(shapely.from_wkb(texts), dtype=object)
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
    asked = np.fromiter(shapes.values(), dtype=object, count=len(shapes))
    texts = shapely.to_wkb(shapely.normalize(asked))
    _distinct, first, which = np.unique(texts, return_index=True, return_inverse=True)
    distinct = asked[first]
    # The last distinct extent is everything.
    extent = np.full(statements, len(distinct), dtype=np.int64)
    extent[list(shapes)] = which
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
    which, at = _inside_boxes(shapely.bounds(shapes[box]), x, y)
    pairs = [np.stack([np.flatnonzero(box)[which], at])]
    if not box.all():
        moved = shapely.STRtree(np.asarray(shapely.points(x + _NUDGE, y + _NUDGE / 3), dtype=object))
        which, at = moved.query(shapes[~box], predicate="contains")
        pairs.append(np.stack([np.flatnonzero(~box)[which], at]))
    return np.concatenate(pairs, axis=1)


def _inside_boxes(bounds: Floats, x: Floats, y: Floats) -> tuple[Whole, Whole]:
    """Return pairs of box and point; points between the same edges lie in the same boxes."""
    xs, ys = np.unique(bounds[:, [0, 2]]), np.unique(bounds[:, [1, 3]])
    column, row = np.searchsorted(xs, x, side="right"), np.searchsorted(ys, y, side="right")
    between, which = _pairs(column, row)
    tree = shapely.STRtree(np.asarray(shapely.points(between - 0.5), dtype=object))
    # In steps between edges: the first is behind the first edge.
    low_x, high_x = np.searchsorted(xs, bounds[:, 0]), np.searchsorted(xs, bounds[:, 2])
    low_y, high_y = np.searchsorted(ys, bounds[:, 1]), np.searchsorted(ys, bounds[:, 3])
    boxes, cells = tree.query(shapely.box(low_x, low_y, high_x, high_y), predicate="intersects")
    order = np.argsort(which, kind="stable")
    counts = np.bincount(which, minlength=len(between))
    many = counts[cells]
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    starts = np.cumsum(counts) - counts
    return np.repeat(boxes, many), order[np.repeat(starts[cells], many) + within]


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
