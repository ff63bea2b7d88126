"""The ground of a map of flows: where places lie, what of the world is shown, and the land under it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import NDArray

from ..collection.places import borders as world_borders
from ..errors import CrsError, InputError
from ..geography import ATTRIBUTION, DISCLAIMER
from ..i18n import _
from . import arcs, furniture, style
from .arcs import Plane, plane_of
from .capitals import capitals
from .figure import SIZES, Size
from .flow_tables import Edges, names_of, place_name

__all__ = [
    "Ground",
    "Land",
    "clear_of_scale",
    "draw_ground",
    "ground_of",
    "land_of",
    "plane_for",
    "points_of",
    "scale_bar",
    "take_borders",
]

Floats = NDArray[np.float64]
_TALLEST, _LOWEST = 4.7, 2.3
"""Inches that a map may be high."""
_SEAM = 179.95
_POLYGON = 3
_SMALLEST = 2e-7
"""Islands smaller than this share of the squared width of a map are not seen on it."""
_ONE_SCALE = 4_000_000.0
"""Metres: a wider map has no one scale."""
_KEYS = ("code", "iso_a2", "iso2", "country", "place", "node", "post_id", "post", "name")
_INVENTED = frozenset({"XA", "XB", "XC"})


@dataclass(frozen=True)
class Land:
    """What of the world a map shows, in metres of its plane."""

    plane: Plane
    box: tuple[float, float, float, float]
    """West, south, east, north in metres."""
    height: float
    """Of the map, in inches."""
    shapes: Any
    """Polygons in metres, or None."""
    codes: Any
    """Their codes."""
    own: bool = False
    """The borders are the package's own, of the real world."""

    def holds(self, spot: Any) -> bool:
        """Say whether a point lies on the map."""
        west, south, east, north = self.box
        return bool(west <= spot[0] <= east and south <= spot[1] <= north)

    @property
    def note(self) -> str:
        """Projection, what boundaries mean and whose they are, for the foot."""
        crs = _("Equidistant cylindrical projection, true at {degrees}°").format(
            degrees=style.figure_number(abs(self.plane.parallel))
        )
        if self.own:
            north = _("{crs}; north is up.").format(crs=crs)
            return f"{north} {_(DISCLAIMER)} {_(ATTRIBUTION)}"
        return _("{crs}; north is up. Boundaries and names imply no official position.").format(crs=crs)


@dataclass(frozen=True)
class Ground:
    """What a map of flows stands on, and what of the flows can be drawn there."""

    land: Land
    drawn: pd.DataFrame
    unweighed: pd.DataFrame
    """Edges of which both ends have a place."""
    spots: dict[Any, Floats]
    names: dict[Any, str]
    outside: list[str]
    """Names of ends that have no place."""
    n_beyond: int
    """Edges that were to be drawn and have neither end on the map."""


def ground_of(
    edges: Edges,
    *,
    places: pd.DataFrame | None,
    borders: gpd.GeoDataFrame | None,
    extent: tuple[float, float, float, float] | None,
    size: Size,
) -> Ground:
    """
    Place the ends of edges, choose what is shown of the world, and cut the borders to it.

    Raises
    ------
    InputError
        If no edge has both its ends on the map.
    """
    ends = list(dict.fromkeys([*edges.drawn["origin"], *edges.drawn["destination"]]))
    degrees, names = points_of(places, ends)
    outside = [place_name(end) for end in ends if end not in degrees]
    drawn = edges.drawn[edges.drawn["origin"].isin(degrees) & edges.drawn["destination"].isin(degrees)]
    if drawn.empty:
        msg = _(
            "No edge has both its ends on the map; without a place: {names}. "
            "Give `places` with their longitude and latitude."
        )
        raise InputError(msg.format(names=", ".join(map(str, outside[:8]))))
    used = set(drawn["origin"]) | set(drawn["destination"])
    unweighed = edges.unweighed
    unweighed = unweighed[unweighed["origin"].isin(used) & unweighed["destination"].isin(used)]
    lon, lat = np.array([degrees[key] for key in degrees if key in used]).T
    pairs = list(zip(drawn["origin"], drawn["destination"], strict=True))
    over = [(degrees[start][0], degrees[end][0]) for start, end in pairs]
    plane = plane_for(lon, lat, extent, over)
    spots = {key: plane.points(*degrees[key])[0] for key in degrees if key in used}
    bows = np.vstack([arcs.arc(spots[start], spots[end], plane.turn) for start, end in pairs])
    real = places is None and not used <= _INVENTED
    land = land_of(plane, bows, borders=borders, real=real, extent=extent, size=size)
    by = np.array([not (land.holds(spots[start]) or land.holds(spots[end])) for start, end in pairs])
    if by.all():
        raise InputError(_("`extent` holds no place that has an edge."))
    return Ground(land, drawn[~by], unweighed, spots, names, outside, int(by.sum()))


def land_of(
    plane: Plane,
    points: Floats,
    *,
    borders: gpd.GeoDataFrame | None,
    real: bool,
    extent: tuple[float, float, float, float] | None,
    size: Size,
) -> Land:
    """
    Choose what of the world a map shows so that points (metres) lie on it, with the borders cut to it.

    Parameters
    ----------
    real
        The places are of the real world: the package's own borders stand in where none are given.
    """
    box, height = _framed(plane, points, extent, SIZES[size] - 0.16)
    polygons, codes = take_borders(borders, real=real)
    if polygons is None:
        return Land(plane, box, height, None, None)
    shapes, rows = arcs.shifted(polygons, plane, _degrees(box, plane))
    shapes = shapely.simplify(shapes, 0.25 / 72 * (box[2] - box[0]) / SIZES[size])
    return Land(plane, box, height, shapes, codes[rows], own=borders is None)


def points_of(places: pd.DataFrame | None, ends: list[Any]) -> tuple[dict[Any, Any], dict[Any, str]]:
    """Return longitude and latitude of ends, and their names in the language in use."""
    found: dict[Any, Any] = {}
    names: dict[Any, str] = {}
    if places is not None:
        column = _key_column(places, ends)
        lon, lat = _coordinates(places)
        if column is not None:
            wanted = set(ends)
            names = names_of(places, places[column])
            for key, x, y in zip(places[column], lon, lat, strict=True):
                if key in wanted and np.isfinite(x) and np.isfinite(y):
                    found[key] = (float(x), float(y))
    known = capitals()
    for end in ends:
        if end not in found and end in known:
            found[end] = known[end]
    return found, {end: place_name(end, names) for end in ends}


def take_borders(borders: gpd.GeoDataFrame | None, *, real: bool) -> tuple[Any, Any]:
    """
    Return polygons in degrees and their codes: the caller's, the package's own, or none.

    Raises
    ------
    CrsError
        If the caller's have no reference system.
    """
    if borders is None:
        if not real:
            return None, None
        borders = world_borders()
    if borders.crs is None:
        msg = _("`borders` has no coordinate reference system. Set it with borders.set_crs(4326).")
        raise CrsError(msg)
    column = next((name for name in _KEYS if name in borders.columns), None)
    codes = borders[column] if column is not None else pd.Series(None, index=borders.index, dtype=object)
    land = borders.geometry if borders.crs.is_geographic else borders.geometry.to_crs(4326)
    return np.asarray(land.array, dtype=object), codes.to_numpy(dtype=object)


def draw_ground(ax: Axes, ground: Land, *, missing: Collection[str] = ()) -> None:
    """Draw land, borders and hatched countries, and set the axes to the map's box."""
    west, south, east, north = ground.box
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect("equal", anchor="NW", adjustable="box")
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(True)
        side.set_color(style.RULE)
    _draw_scale_bar(ax, ground)
    if ground.shapes is None:
        return
    ax.set_facecolor(style.PAPER)
    parts, of = shapely.get_parts(ground.shapes, return_index=True)
    flat = shapely.get_type_id(parts) == _POLYGON
    flat &= shapely.area(parts) > _SMALLEST * (ground.box[2] - ground.box[0]) ** 2
    rings = [shapely.get_coordinates(shapely.get_exterior_ring(one)) for one in parts[flat]]
    unknown = np.isin(ground.codes[of[flat]].astype(str), list(missing))
    looks: tuple[tuple[Any, dict[str, Any]], ...] = (
        (~unknown, {"facecolors": style.GROUND, "edgecolors": "none", "zorder": 1}),
        (
            unknown,
            {
                "facecolors": style.NO_DATA,
                "edgecolors": style.CONTEXT,
                "linewidths": 0,
                "hatch": furniture.MISSING_HATCH,
                "zorder": 1.1,
                "gid": "missing",
            },
        ),
    )
    for inside, look in looks:
        chosen = [ring for ring, one in zip(rings, inside, strict=True) if one]
        if chosen:
            ax.add_collection(PolyCollection(chosen, **look), autolim=False)
    lines = [piece for ring in rings for piece in _without_seam(ring, ground.plane, ground.box)]
    ax.add_collection(LineCollection(lines, colors=style.STREET, linewidths=0.5, zorder=2), autolim=False)


def scale_bar(ground: Land) -> Floats:
    """Return the ends of a bar of a round length inside the map; empty where a map has no one scale."""
    west, south, east, north = ground.box
    width = east - west
    if width > _ONE_SCALE:
        return np.empty((0, 2))
    power = 10.0 ** np.floor(np.log10(width / 5))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= width / 4))
    x, y = west + 0.02 * width, south + 0.03 * (north - south)
    return np.array([[x, y], [x + length, y]])


def _draw_scale_bar(ax: Axes, ground: Land) -> None:
    bar = scale_bar(ground)
    if not len(bar):
        return
    ax.plot(bar[:, 0], bar[:, 1], color=style.INK, linewidth=2, solid_capstyle="butt", zorder=9)
    ax.annotate(
        _("{length} km").format(length=style.figure_number(float(np.ptp(bar[:, 0])) / 1000)), bar[1], (4, 0),
        textcoords="offset points", va="center", color=style.INK, fontsize=style.SIZES["small_pt"], zorder=9,
    )  # fmt: skip


def clear_of_scale(ground: Land) -> Floats:
    """Return points over the scale bar and its text, many enough that no name is written there."""
    bar = scale_bar(ground)
    if not len(bar):
        return bar
    along = np.linspace(bar[0, 0], bar[1, 0] + 0.8 * np.ptp(bar[:, 0]), 60)
    high = ground.box[3] - ground.box[1]
    return np.array([[x, bar[0, 1] + step * high] for x in along for step in (-0.012, 0.0, 0.012)])


def _without_seam(ring: Floats, plane: Plane, box: tuple[float, float, float, float]) -> list[Floats]:
    """Return a ring without stretches along 180 degrees or the map's edge, which are no borders."""
    west, south, east, north = box
    lon = ring[:, 0] / plane.turn * 360
    near = 1e-6 * (east - west)
    seam = np.abs((lon % 360) - 180) < 180 - _SEAM
    sides = (
        seam,
        ring[:, 0] <= west + near,
        ring[:, 0] >= east - near,
        ring[:, 1] <= south + near,
        ring[:, 1] >= north - near,
    )
    hidden = np.zeros(len(ring) - 1, dtype=bool)
    for side in sides:
        hidden |= side[1:] & side[:-1]
    if not hidden.any():
        return [ring]
    pieces = np.split(ring, np.flatnonzero(hidden) + 1)
    return [piece for piece in pieces if len(piece) > 1]


def plane_for(lon: Any, lat: Any, extent: tuple[float, float, float, float] | None, pairs: Any = ()) -> Plane:
    """Return the plane of a map: where its extent lies, else where its places lie."""
    if extent is None:
        return plane_of(lon, lat, pairs)
    west, south, east, north = extent
    span = (east - west) % 360 or 360
    middle = west + span / 2
    begin = middle - 180
    return Plane(float(begin), float(np.clip(round((south + north) / 2), -65, 65)))


def _framed(
    plane: Plane, points: Floats, extent: tuple[float, float, float, float] | None, width: float
) -> tuple[tuple[float, float, float, float], float]:
    """Return the box of the map in metres, and its height in inches on a page of a given width."""
    first = plane.west / 360 * plane.turn
    if extent is not None:
        west, south, east, north = extent
        low = plane.metres(plane.unrolled(west), south)[0]
        box = [low[0], low[1], low[0] + ((east - west) % 360 or 360) / 360 * plane.turn, north * arcs.METRES]
    else:
        inside = points[(points[:, 0] >= first) & (points[:, 0] <= first + plane.turn)]
        (west, south), (east, north) = inside.min(axis=0), inside.max(axis=0)
        pad = 0.07 * max(east - west, north - south, 200_000.0)
        box = [west - 1.4 * pad, south - pad, east + 1.4 * pad, north + pad]
    wide, high = box[2] - box[0], box[3] - box[1]
    height = float(np.clip(width * high / wide, _LOWEST, _TALLEST))
    if width * high / wide > height:  # too tall for a page: show more to both sides
        more = (width * high / height - wide) / 2
        box = [box[0] - more, box[1], box[2] + more, box[3]]
    else:
        more = (height * wide / width - high) / 2
        box = [box[0], box[1] - more, box[2], box[3] + more]
    if box[2] - box[0] > plane.turn:
        middle = (box[0] + box[2]) / 2
        box[0], box[2] = middle - plane.turn / 2, middle + plane.turn / 2
        height = width * (box[3] - box[1]) / plane.turn
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3])), height


def _degrees(box: tuple[float, float, float, float], plane: Plane) -> tuple[float, float, float, float]:
    around = 360 / plane.turn
    return box[0] * around, box[1] / arcs.METRES, box[2] * around, box[3] / arcs.METRES


def _key_column(places: pd.DataFrame, ends: list[Any]) -> str | None:
    """Return the column that names the ends of edges, each once."""
    wanted = set(ends)
    hits = {}
    for name in _KEYS:
        if name in places.columns:
            held = places[name][places[name].isin(wanted)]
            if len(held) and not held.duplicated().any():
                hits[name] = len(held)
    return max(hits, key=lambda name: hits[name]) if hits else None


def _coordinates(places: pd.DataFrame) -> tuple[Any, Any]:
    for x, y in (("lon", "lat"), ("longitude", "latitude"), ("x", "y")):
        if x in places.columns and y in places.columns:
            return places[x].to_numpy(dtype=float), places[y].to_numpy(dtype=float)
    if isinstance(places, gpd.GeoDataFrame):
        points = places.geometry if places.crs is None else places.geometry.to_crs(4326)
        points = points.representative_point()
        return points.x.to_numpy(dtype=float), points.y.to_numpy(dtype=float)
    msg = _("`places` needs longitude and latitude: columns `lon` and `lat`, or points as geometry.")
    raise InputError(msg)
