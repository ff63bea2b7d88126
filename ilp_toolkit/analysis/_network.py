"""The streets as a network: segments between junctions, which meet where, and the nearest to a point."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import check_crs, same_crs, take_events

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._points import Events, Floats, Indices, Spatial, Weights

    Lines = NDArray[np.object_]

__all__ = ["Network", "Snapped", "joined", "label_column", "snap_events", "snapping_notes", "split_streets"]

TOUCH = 0.01
"""Ends of streets up to a centimetre apart, in metres, are one junction."""
TIE = 0.001
"""Streets whose distances differ by no more than a millimetre are equally near."""
LINES = {shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING}


def split_streets(streets: gpd.GeoDataFrame, *, planarise: bool = False) -> gpd.GeoDataFrame:
    """Return one row a segment with ``street_id`` and ``length_m``; see `streets.segments`."""
    check_crs(streets, "streets")
    if not isinstance(streets, gpd.GeoDataFrame):
        streets = gpd.GeoDataFrame(geometry=streets)
    line, row = shapely.get_parts(np.asarray(streets.geometry.array), return_index=True)
    _only_lines(streets, line, row)
    line = shapely.force_2d(line)
    real = shapely.length(line) > 0
    line, row = line[real], row[real]
    if len(line) == 0:
        raise InputError(_("`streets` holds no line with a length, so there is nothing to count on."))
    several = int((np.bincount(row, minlength=len(streets)) > 1).sum())
    without = int((np.bincount(row, minlength=len(streets)) == 0).sum())
    if planarise:
        line, row = _planar(line, row)
    return choices.record(
        _as_table(streets, line, row),
        segments=len(line),
        planarised=planarise,
        streets_in_several_parts=several,
        streets_left_out={"no_length": without} if without else {},
    )


@dataclass(frozen=True)
class Network:
    """Segments and the junctions at their ends."""

    lines: Lines
    length: Floats
    """Metres."""
    first: Indices
    """Junction where each segment begins."""
    last: Indices
    """Junction where each segment ends; the same for a closed loop."""
    junctions: int

    @classmethod
    def of(cls, segments: gpd.GeoDataFrame) -> Network:
        """Join the ends of segments that touch."""
        lines = np.asarray(segments.geometry.array)
        ends = shapely.get_coordinates(
            np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
        )
        number, label = _junctions(ends)
        n = len(lines)
        return cls(lines, shapely.length(lines), label[:n], label[n:], number)

    @cached_property
    def ends_at(self) -> tuple[Indices, Indices]:
        """
        The ends of segments by junction: `end[start[j]:start[j + 1]]` meet at junction `j`.

        End ``2 s`` is the beginning of segment ``s``, ``2 s + 1`` its end: a loop meets itself.
        """
        at = np.column_stack([self.first, self.last]).ravel()
        end = np.argsort(at, kind="stable").astype(np.int64)
        start = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=self.junctions))])
        return start.astype(np.int64), end

    def neighbours(self) -> Any:
        """Return the sparse matrix of segments that share a junction, the segment itself included."""
        from scipy import sparse

        n = len(self.length)
        segment = np.concatenate([np.arange(n), np.arange(n)])
        ends = np.concatenate([self.first, self.last])
        incidence = sparse.csr_matrix((np.ones(2 * n), (segment, ends)), shape=(n, self.junctions))
        return incidence @ incidence.T

    def graph(self) -> Any:
        """Return the sparse matrix of lengths between junctions; of parallel streets the shortest."""
        from scipy import sparse

        low, high = np.minimum(self.first, self.last), np.maximum(self.first, self.last)
        order = np.lexsort((self.length, high, low))
        order = order[low[order] != high[order]]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
        order = order[new]
        shape = (self.junctions, self.junctions)
        return sparse.csr_matrix((self.length[order], (low[order], high[order])), shape=shape)

    def distances(self, limit: float) -> tuple[Indices, Indices, Floats]:
        """Return the junctions within so many metres of each: where its list starts, which, how far."""
        from scipy.sparse.csgraph import dijkstra

        graph = self.graph()
        rows = max(1, 4_000_000 // self.junctions)
        sizes, near, metres = [np.zeros(1, np.int64)], [], []
        for begin in range(0, self.junctions, rows):
            sources = np.arange(begin, min(begin + rows, self.junctions))
            found = dijkstra(graph, directed=False, indices=sources, limit=limit)
            row, column = np.nonzero(np.isfinite(found))
            sizes.append(np.bincount(row, minlength=len(sources)))
            near.append(column)
            metres.append(found[row, column])
        start = np.cumsum(np.concatenate(sizes)).astype(np.int64)
        return start, np.concatenate(near).astype(np.int64), np.concatenate(metres)

    def unmarked_crossings(self) -> int:
        """Count pairs of segments that meet where neither ends: no way leads from one to the other there."""
        one, other = shapely.STRtree(self.lines).query(self.lines, predicate="intersects")
        once = one < other
        one, other = one[once], other[once]
        shared = np.zeros(len(one), dtype=bool)
        for a in (self.first, self.last):
            for b in (self.first, self.last):
                shared |= a[one] == b[other]
        return int((~shared).sum())


@dataclass(frozen=True)
class Snapped:
    """The nearest place on a street of each point."""

    segment: Indices
    """Position of the segment; -1 where none is near enough."""
    offset: Floats
    """Metres from the beginning of the segment; NaN where none is near enough."""
    distance: Floats
    """Metres from the point to the nearest street, however far."""
    ties: int
    """How many points were equally near to several segments."""


def snap_events(
    points: Spatial, parts: gpd.GeoDataFrame, weights: Weights, max_distance: float
) -> tuple[Events, Snapped]:
    """Return the events that can be used, and the nearest place on a street of each."""
    events = take_events(points, weights)
    same_crs(points, "points", parts, "streets")
    reach = max_distance
    if isinstance(reach, bool) or not isinstance(reach, int | float | np.number) or not reach >= 0:
        msg = _("`max_distance` must be a distance in metres from 0 up, got {value!r}.")
        raise InputError(msg.format(value=max_distance))
    lines = np.asarray(parts.geometry.array)
    return events, _nearest_segments(events.x, events.y, lines, float(max_distance))


def snapping_notes(events: Events, found: Snapped, max_distance: float) -> dict[str, Any]:
    """Return what to note beside a result."""
    return {
        **events.counts,
        "max_distance": float(max_distance),
        "snapped": int((found.segment >= 0).sum()),
        "too_far_from_streets": int((found.segment < 0).sum()),
        "ties": found.ties,
    }


def joined(parts: gpd.GeoDataFrame, result: pd.DataFrame) -> Network:
    """Return the network; note on the result, and warn, where lines cross and neither ends."""
    network = Network.of(parts)
    crossings = network.unmarked_crossings()
    if 20 * crossings > len(parts):
        msg = _(
            "In `streets`, {n} pairs of lines cross where neither ends, so no way leads from one to the "
            "other there. If these are junctions, cut them first: streets.segments(streets, planarise=True)."
        )
        warnings.warn(msg.format(n=crossings), UserWarning, stacklevel=3)
    choices.record(result, **choices.of(parts), crossings_without_junction=crossings)
    return network


def _nearest_segments(x: Floats, y: Floats, lines: Lines, max_distance: float) -> Snapped:
    """Snap points to lines: the nearest, of those equally near the first in order."""
    places, which = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    which = which.reshape(-1)
    dots: Lines = np.asarray(shapely.points(places), dtype=object)
    tree = shapely.STRtree(lines)
    (found, _line), metres = tree.query_nearest(dots, return_distance=True, all_matches=False)
    distance = np.empty(len(dots))
    distance[found] = metres
    dot, line = tree.query(dots, predicate="dwithin", distance=distance + TIE)
    first = np.full(len(dots), len(lines), dtype=np.int64)
    np.minimum.at(first, dot, line)
    near = distance <= max_distance
    offset = np.full(len(dots), np.nan)
    offset[near] = shapely.line_locate_point(lines[first[near]], dots[near])
    tied = np.bincount(dot, minlength=len(dots)) > 1
    segment = np.where(near, first, -1)
    return Snapped(segment[which], offset[which], distance[which], int((tied & near)[which].sum()))


def _only_lines(streets: gpd.GeoDataFrame, parts: Lines, row: Indices) -> None:
    wrong = ~np.isin(shapely.get_type_id(parts), list(LINES))
    if wrong.any():
        first = int(row[np.flatnonzero(wrong)[0]])
        msg = _(
            "`streets` must hold lines; {n} rows hold something else (first: {label!r}, {kind}). "
            "Keep the lines only, or take the edges of areas: streets.set_geometry(streets.boundary)."
        )
        kind = parts[np.flatnonzero(wrong)[0]].geom_type
        n = len(np.unique(row[wrong]))
        raise InputError(msg.format(n=n, label=streets.index[first], kind=kind))


def _as_table(streets: gpd.GeoDataFrame, line: Lines, row: Indices) -> gpd.GeoDataFrame:
    table = streets.iloc[row].copy()
    if "street_id" not in table:
        table["street_id"] = table.index
    table["length_m"] = shapely.length(line)
    table = table.set_geometry(gpd.GeoSeries(line, index=table.index, crs=streets.crs))
    if not table.index.is_unique:
        table = table.reset_index(drop=True)
    table.attrs = {}
    return table


def _planar(line: Lines, row: Indices) -> tuple[Lines, Indices]:
    """Cut lines wherever they meet; a stretch that several share is kept once, for the first of them."""
    pieces = shapely.get_parts(shapely.node(shapely.multilinestrings(line)))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, parent = shapely.STRtree(line).query(middle, predicate="dwithin", distance=TIE)
    owner = np.full(len(pieces), len(line), dtype=np.int64)
    np.minimum.at(owner, piece, parent)
    along = shapely.line_locate_point(line[owner], middle)
    order = np.lexsort((along, owner))
    pieces, owner = pieces[order], owner[order]
    return _turned(pieces, line[owner]), row[owner]


def _turned(pieces: Lines, parents: Lines) -> Lines:
    """Let each piece run the way its street runs."""
    begin = shapely.line_locate_point(parents, shapely.line_interpolate_point(pieces, 0.25, normalized=True))
    end = shapely.line_locate_point(parents, shapely.line_interpolate_point(pieces, 0.75, normalized=True))
    turned: Lines = np.where(begin > end, shapely.reverse(pieces), pieces)
    return turned


def _junctions(ends: Floats) -> tuple[int, Indices]:
    """Give each place where ends lie a number; places within a touch of each other are one."""
    from scipy import sparse
    from scipy.spatial import KDTree

    places, which = np.unique(ends, axis=0, return_inverse=True)
    pairs = KDTree(places).query_pairs(TOUCH, output_type="ndarray")
    links = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(places),) * 2)
    number, label = sparse.csgraph.connected_components(links, directed=False)
    return int(number), label[which.reshape(-1)].astype(np.int64)


def label_column(labels: pd.Index[Any], position: Indices) -> Any:
    """Return the labels at positions, empty where the position is -1."""
    found = labels.to_numpy()[position]
    if pd.api.types.is_integer_dtype(labels.dtype):
        return pd.arrays.IntegerArray(found.astype(np.int64), position < 0)
    empty = np.full(len(position), None, dtype=object)
    empty[position >= 0] = found[position >= 0]
    return empty
