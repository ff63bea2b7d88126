"""
The city of Kelovar: its edge, river, park, districts, streets and addresses.

The large shapes (edge, river, avenues) are drawn by hand in kilometres. They cut the city into districts,
and each district fills itself with streets of its own direction and block size, bent a little, with some
blocks merged. So the map has a grain that changes from district to district, as a city that grew has.
All is kept in metres on UTM zone 42 south; longitude and latitude are made when files are written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely import unary_union
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.ops import polygonize

from .addresses import make_addresses
from .names import make_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["CITY", "CRS", "DISTRICTS", "City", "make_city"]

CRS = "EPSG:32742"
"""UTM zone 42 south, in metres: the projection of everything in this package."""
CITY = "Kelovar"
ORIGIN = (337_000.0, 6_086_000.0)
"""Easting and northing of the drawing's lower left corner."""

_EDGE = [
    *[(0.35, 3.2), (0.15, 4.6), (0.8, 5.9), (2.3, 6.25), (3.4, 6.95), (5.1, 6.6), (6.3, 6.95), (7.7, 6.2)],
    *[(8.75, 5.3), (8.6, 4.0), (9.0, 2.9), (8.6, 1.5), (7.7, 0.35), (6.5, 0.7), (5.4, 0.05), (3.9, 0.4)],
    *[(2.7, 0.75), (1.5, 0.8), (1.0, 2.0)],
]
_RIVER = [
    *[(-0.6, 5.7), (0.5, 5.15), (1.6, 5.2), (2.6, 4.5), (3.4, 4.2), (4.2, 3.75), (4.7, 3.05), (5.6, 2.75)],
    *[(6.5, 2.55), (7.2, 1.75), (8.1, 1.35), (9.6, 0.9)],
]
_RING = [
    *[(3.0, 3.45), (3.15, 4.6), (4.0, 5.05), (5.1, 4.95), (5.95, 4.3), (6.05, 3.3), (5.6, 2.35), (4.5, 2.0)],
    *[(3.5, 2.35)],
]
_AVENUES = {
    "north-south": [
        *[(4.2, 7.2), (4.1, 6.2), (4.0, 5.6), (4.05, 5.06), (4.3, 4.4), (4.55, 3.8), (4.7, 3.1), (4.6, 2.5)],
        *[(4.5, 2.0), (4.6, 1.4), (4.35, 0.8), (4.5, -0.2)],
    ],
    "north-east": [(5.2, 4.4), (6.3, 5.0), (6.9, 5.7), (7.6, 6.6)],
    "east": [(5.5, 3.5), (6.9, 3.75), (7.8, 3.5), (9.3, 3.6)],
    "south-west": [(3.8, 3.0), (2.4, 2.45), (1.7, 1.9), (0.7, 1.6)],
}
_PARK = [(3.25, 4.42), (3.55, 4.75), (3.95, 4.8), (4.12, 4.45), (3.95, 4.12), (3.55, 4.28)]
_RIVER_HALF_WIDTH = 65.0
_NEAR = 18.0
"""Crossings closer than this become one."""
_BANK = 120.0
"""Distance of the embankment streets from the middle of the river."""

DISTRICTS: dict[str, dict[str, float]] = {
    # inside: a point of the district (km); turn: direction of the streets (degrees); a, b: block (m)
    "Tesvar": {"x": 5.0, "y": 4.2, "turn": 22, "a": 210, "b": 300, "wave": 26, "people": 27_400},
    "Lomiran": {"x": 3.9, "y": 3.0, "turn": -28, "a": 220, "b": 325, "wave": 30, "people": 24_900},
    "Nartul": {"x": 2.6, "y": 5.6, "turn": -24, "a": 295, "b": 430, "wave": 38, "people": 38_600},
    "Golvir": {"x": 5.3, "y": 5.9, "turn": 6, "a": 275, "b": 405, "wave": 30, "people": 41_200},
    "Gumrel": {"x": 7.5, "y": 4.7, "turn": 38, "a": 290, "b": 415, "wave": 34, "people": 44_800},
    "Dashvar": {"x": 7.6, "y": 2.6, "turn": -12, "a": 370, "b": 545, "wave": 24, "people": 21_700},
    "Pelsim": {"x": 6.1, "y": 1.4, "turn": -33, "a": 275, "b": 430, "wave": 36, "people": 36_900},
    "Korvast": {"x": 3.2, "y": 1.4, "turn": 15, "a": 260, "b": 390, "wave": 30, "people": 43_500},
    "Umtelor": {"x": 1.5, "y": 3.6, "turn": 31, "a": 300, "b": 455, "wave": 40, "people": 31_000},
}


@dataclass(frozen=True)
class City:
    """The shapes and addresses of the city, in metres (`CRS`)."""

    boundary: Polygon
    river: Polygon
    park: Polygon
    districts: pd.DataFrame
    """``area`` ``population`` ``households`` ``geometry``; in the order of `DISTRICTS`."""
    streets: pd.DataFrame
    """One row a segment: ``segment`` ``street`` ``kind`` ``district`` ``geometry``."""
    addresses: pd.DataFrame
    """One row an address: ``x`` ``y`` ``street`` ``kind`` ``house`` ``district`` ``segment`` ``premises``."""


def make_city(rng: np.random.Generator) -> City:
    """
    Draw the city.

    Parameters
    ----------
    rng
        Source of chance; the same state gives the same city.

    Returns
    -------
    City
        Shapes in metres, streets with names, addresses along them.
    """
    drawing = _draw()
    water: Any = drawing.river.buffer(_RIVER_HALF_WIDTH).intersection(drawing.boundary)
    districts = _districts(drawing)
    lines = _street_lines(rng, drawing, districts)
    streets = _segments(rng, lines, districts)
    addresses = make_addresses(rng, lines, streets, districts)
    return City(drawing.boundary, water, drawing.park, districts, streets, addresses)


@dataclass(frozen=True)
class _Drawing:
    """The shapes drawn by hand, in metres."""

    boundary: Polygon
    river: LineString
    ring: LineString
    avenues: list[LineString]
    """The first one runs through the ring; the others end at it."""
    park: Polygon


def _draw() -> _Drawing:
    ring = LineString(_smooth(_RING, closed=True))
    through, *others = (LineString(_smooth(points)) for points in _AVENUES.values())
    radials: list[Any] = [line.difference(Polygon(ring)) for line in others]
    return _Drawing(
        Polygon(_smooth(_EDGE, closed=True)),
        LineString(_smooth(_RIVER)),
        ring,
        [through, *radials],
        Polygon(_smooth(_PARK, closed=True)),
    )


def _smooth(points: list[tuple[float, float]], *, closed: bool = False) -> NDArray[np.float64]:
    """Turn hand-drawn corners (km) into a curve (m): Catmull-Rom, ten points between corners."""
    p = np.array(points, dtype=float) * 1000 + ORIGIN
    p = np.vstack([p[-1], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, 11)[:-1, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True)
    ]
    last = parts[0][:1] if closed else p[-2:-1]
    curve: NDArray[np.float64] = np.round(np.vstack([*parts, last]), 1)
    return curve


def _districts(drawing: _Drawing) -> pd.DataFrame:
    """Cut the city along river, ring and avenues; slivers go to the neighbour with the longest border."""
    radials = [line.difference(Polygon(drawing.ring)) for line in drawing.avenues]
    boundary = drawing.boundary
    cuts = unary_union([boundary.exterior, drawing.river, drawing.ring, *radials], grid_size=0.1)
    faces = [face for face in polygonize(cuts) if boundary.contains(face.representative_point())]
    rows = []
    for area, plan in DISTRICTS.items():
        inside = Point(plan["x"] * 1000 + ORIGIN[0], plan["y"] * 1000 + ORIGIN[1])
        (face,) = [face for face in faces if face.contains(inside)]
        rows.append((area, face))
    parts = {area: [face] for area, face in rows}
    taken = [face for _, face in rows]
    for (
        face
    ) in faces:  # slivers between a drawn line and the next go to the neighbour with the longest border
        if not any(face.equals(other) for other in taken):
            shared = {area: face.intersection(own).length for area, own in rows}
            parts[max(shared, key=lambda area: shared[area])].append(face)
    table = pd.DataFrame(
        {
            "area": list(DISTRICTS),
            "population": [int(plan["people"]) for plan in DISTRICTS.values()],
        }
    )
    table["households"] = (table["population"] / 2.75).round(-1).astype(int)
    table["geometry"] = _shapes([unary_union(parts[area], grid_size=0.1) for area in DISTRICTS])
    return table


def _street_lines(rng: np.random.Generator, drawing: _Drawing, districts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a named street: ``street`` ``kind`` ``geometry``; avenues first."""
    boundary, river = drawing.boundary, drawing.river
    banks = [river.parallel_offset(_BANK, side) for side in ("left", "right")]
    rows: list[tuple[str, object]] = [("avenue", drawing.ring)]
    rows += [("avenue", line.intersection(boundary)) for line in drawing.avenues]
    rows += [("embankment", line.intersection(boundary.buffer(-60))) for line in banks]
    rows.append(("lane", LineString(drawing.park.exterior.coords)))
    closed = unary_union([river.buffer(_BANK), drawing.park])
    for plan, face in zip(DISTRICTS.values(), districts["geometry"], strict=True):
        room = face.difference(closed).intersection(boundary.buffer(-70))
        rows += [("street", line) for line in _lattice(rng, room, plan, along=True)]
        rows += [("lane", line) for line in _lattice(rng, room, plan, along=False)]
    names = make_names(rng, len(rows), taken=frozenset(DISTRICTS))
    return pd.DataFrame(
        {"street": names, "kind": [kind for kind, _ in rows], "geometry": [line for _, line in rows]}
    )


def _lattice(
    rng: np.random.Generator, room: Polygon, plan: dict[str, float], *, along: bool
) -> Iterable[MultiLineString]:
    """Draw parallel lines over a district at its own angle, bend them, and clip them to it."""
    turn, wave = math.radians(plan["turn"]), plan["wave"]
    step = plan["a"] if along else plan["b"]
    x0, y0 = room.centroid.x, room.centroid.y
    reach = 3600.0
    s = np.arange(-reach, reach + 1, 45.0)
    phase = 2 * math.pi * rng.random(2)
    for offset in np.arange(-reach, reach + 1, step):
        o = offset + step * (0.36 * rng.random() - 0.18)
        u, v = (s, np.full_like(s, o)) if along else (np.full_like(s, o), s)
        u = u + wave * np.sin(v / 340 + phase[0]) + wave * np.sin((u + v) / 900)
        v = v + wave * np.sin(u / 410 + phase[1]) + 1.5 * wave * np.sin(u / 1300 + phase[0])
        x = x0 + u * math.cos(turn) - v * math.sin(turn)
        y = y0 + u * math.sin(turn) + v * math.cos(turn)
        line = LineString(np.round(np.column_stack([x, y]), 1)).intersection(room)
        pieces = [piece for piece in shapely.get_parts(line) if piece.length > 110]
        if pieces:
            yield MultiLineString(pieces)


def _segments(rng: np.random.Generator, lines: pd.DataFrame, districts: pd.DataFrame) -> pd.DataFrame:
    """Cut the streets at their crossings, merge some blocks, keep what hangs together."""
    noded = unary_union(list(lines["geometry"]), grid_size=1.0)
    parts = shapely.get_parts(noded)
    middle = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    owner = _owners(middle, lines)
    table = pd.DataFrame({"line": owner, "geometry": parts})
    table["kind"] = lines["kind"].to_numpy()[owner]
    table["x"], table["y"] = np.round(shapely.get_x(middle), 1), np.round(shapely.get_y(middle), 1)
    table = table.sort_values(["line", "x", "y"], kind="stable", ignore_index=True)
    lost = table["kind"].map({"avenue": 0.0, "embankment": 0.0, "street": 0.07, "lane": 0.24}).to_numpy()
    table = table[rng.random(len(table)) >= lost]
    table = _largest_part(_drop_stubs(_join_near_crossings(table)))
    home = shapely.STRtree(list(districts["geometry"])).nearest(
        shapely.points(table["x"].to_numpy(), table["y"].to_numpy())
    )
    table["district"] = districts["area"].to_numpy()[home]
    table["street"] = lines["street"].to_numpy()[table["line"]]
    table["segment"] = [f"S{i:04d}" for i in range(1, len(table) + 1)]
    return table[["segment", "street", "kind", "district", "line", "geometry"]].reset_index(drop=True)


def _owners(points: NDArray[np.object_], lines: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each point the first street (an avenue before a lane) within 2 m, or else the nearest."""
    tree = shapely.STRtree(list(lines["geometry"]))
    owner: NDArray[np.int64] = np.asarray(tree.nearest(points), dtype=np.int64)
    at, line = tree.query(points, predicate="dwithin", distance=2.0)
    np.minimum.at(owner, at, line)
    return owner


def _join_near_crossings(table: pd.DataFrame) -> pd.DataFrame:
    """Make one crossing of two that are a few steps apart: the segment between them goes."""
    geometry = table["geometry"].to_numpy()
    short = shapely.length(geometry) < _NEAR
    ends = _ends(table)
    place = np.arange(int(ends.max()) + 1)
    for a, b in ends[short]:
        place[place == max(place[a], place[b])] = min(place[a], place[b])
    corners = np.empty((len(place), 2))
    corners[ends[:, 0]] = shapely.get_coordinates(shapely.get_point(geometry, 0))
    corners[ends[:, 1]] = shapely.get_coordinates(shapely.get_point(geometry, -1))
    kept = table[~short].copy()
    joined = []
    for line, (a, b) in zip(kept["geometry"], ends[~short], strict=True):
        inside = shapely.get_coordinates(line)[1:-1]
        joined.append(LineString(np.vstack([corners[place[a]], inside, corners[place[b]]])))
    kept["geometry"] = _shapes(joined)
    return kept[[not line.is_closed for line in joined]]


def _shapes(geometries: list[Any]) -> NDArray[np.object_]:
    """Put shapes into an array of objects, as a column of a table wants them."""
    column = np.empty(len(geometries), dtype=object)
    column[:] = geometries
    return column


def _ends(table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the two end nodes of every segment as numbers."""
    geometry = table["geometry"].to_numpy()
    ends = np.concatenate([shapely.get_point(geometry, 0), shapely.get_point(geometry, -1)])
    _, number = np.unique(np.round(shapely.get_coordinates(ends)), axis=0, return_inverse=True)
    pair: NDArray[np.int64] = number.reshape(2, -1).T.astype(np.int64)
    return pair


def _drop_stubs(table: pd.DataFrame) -> pd.DataFrame:
    """Take away short dead ends, twice: they look like drawing errors."""
    for _ in range(2):
        ends = _ends(table)
        degree = np.bincount(ends.ravel())
        dead = (degree[ends] == 1).any(axis=1)
        table = table[~(dead & (shapely.length(table["geometry"].to_numpy()) < 120))]
    return table


def _largest_part(table: pd.DataFrame) -> pd.DataFrame:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = _ends(table)
    n = int(ends.max()) + 1
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    label = part[ends[:, 0]]
    largest: pd.DataFrame = table[label == np.bincount(label).argmax()].copy()
    return largest
