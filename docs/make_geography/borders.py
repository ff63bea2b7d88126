"""
Borders of countries from the topology of world-atlas: shared lines made into polygons that no map tears.

A ring that runs across the antimeridian comes as one that jumps from 180 to -180 degrees; it is laid out
without the jump and cut there. A ring around the pole is closed along it.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import shapely
from babel.core import get_global
from shapely.geometry.polygon import orient

Ring = list[tuple[float, float]]

WITHOUT_CODE = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Indian Ocean Ter.": "AU"}
"""Areas that the source draws apart and gives no number. The Siachen Glacier stays without a country."""
MOVED = [("RU", "UA", (34.1, 45.0))]
"""A part drawn with one country that the United Nations' General Assembly counts to another (resolution
68/262): from, to, and a point of it."""


def make(source: bytes) -> bytes:
    """Return the GeoJSON of all countries, one feature a code, in the order of the codes."""
    topology = json.loads(source)
    arcs = _arcs(topology)
    drawn: dict[tuple[str, str], list[shapely.Polygon]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        polygons = [_polygon(rings, arcs) for rings in _polygons_of(geometry)]
        code = _code(geometry.get("id"), name)
        drawn.setdefault((code, "" if code else name), []).extend(part for some in polygons for part in some)
    for old, new, point in MOVED:
        _move(drawn, (old, ""), (new, ""), shapely.Point(point))
    features = [_feature(code, shapely.unary_union(parts)) for (code, _), parts in sorted(drawn.items())]
    head = {"type": "FeatureCollection", "features": features}
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(arc)
    return arcs


def _polygons_of(geometry: dict[str, Any]) -> list[list[list[int]]]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])


def _polygon(rings: list[list[int]], arcs: list[Ring]) -> list[shapely.Polygon]:
    outer, *holes = [_laid_out(_ring(ring, arcs)) for ring in rings]
    whole = shapely.make_valid(shapely.Polygon(outer))
    for hole in holes:
        whole = whole.difference(shapely.make_valid(shapely.Polygon(hole)))
    parts = []
    for turn in (-1, 0, 1):
        piece = whole.intersection(shapely.box(-180 + 360 * turn, -90, 180 + 360 * turn, 90))
        parts += _polygonal(shapely.transform(piece, lambda xy, t=turn: xy - [360 * t, 0]))
    return parts


def _polygonal(shape: Any) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _laid_out(ring: Ring) -> Ring:
    """Return a ring without jumps at 180 degrees, closed along the pole where it goes round it."""
    laid, turn = [ring[0]], 0.0
    for (before, _), (x, y) in pairwise(ring):
        turn += -360.0 if x - before > 180 else 360.0 if x - before < -180 else 0.0
        laid.append((x + turn, y))
    if turn:
        pole = -90.0 if sum(y for _, y in ring) < 0 else 90.0
        laid += [(laid[-1][0], pole), (laid[0][0], pole)]
    return laid


def _code(number: str | None, name: str) -> str:
    if number is None:
        return WITHOUT_CODE.get(name, "")
    if number == "036" and name != "Australia":
        return "AU"
    return str(get_global("territory_aliases")[number][0])


def _move(drawn: Any, old: tuple[str, str], new: tuple[str, str], point: shapely.Point) -> None:
    moved = [part for part in drawn[old] if part.contains(point)]
    assert len(moved) == 1
    drawn[old] = [part for part in drawn[old] if part is not moved[0]]
    drawn[new] += moved


def _feature(code: str, shape: Any) -> dict[str, Any]:
    rounded = shapely.set_precision(shape, 0.001)
    polygons = [orient(part) for part in _polygonal(rounded)]
    polygons.sort(key=lambda part: (-part.area, part.bounds))
    coordinates = [[_written(ring) for ring in (part.exterior, *part.interiors)] for part in polygons]
    geometry = {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": {"country": code or None}, "geometry": geometry}


def _written(ring: Any) -> list[list[float]]:
    return [[round(x, 3), round(y, 3)] for x, y in ring.coords]
