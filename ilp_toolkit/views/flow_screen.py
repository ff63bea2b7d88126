"""
Flows on a screen: the map of flows as one page that works with the network unplugged.

Arcs are strips on the ground, as wide as their kilograms, so that a click or a key opens the numbers behind
each. Only origin, destination and these numbers get into the page: not the cases an edge stands on.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import choices
from ..geography import ATTRIBUTION, DISCLAIMER
from ..i18n import _
from . import arcs, shapes, style
from .flow_ground import Ground, ground_of, take_borders
from .flow_maps import describe_flow_map, hatched_words, left_words, map_title, shown_words
from .flow_marks import HIGH, LOW, MIDDLE, round_sizes, scale_of, tint
from .flow_tables import flows_limit, interval, mass, take_edges
from .offline import OfflineMap
from .ticks import joined

__all__ = ["flows"]

_POINT = 0.0016
"""Width of a point of the printed map, as a share of the width of the map."""
_MARGIN = 0.25
"""Ground that is kept around the map, as a share of its size."""
_TONES = (("high", HIGH), ("kg", MIDDLE), ("low", LOW))


def flows(
    flows: pd.DataFrame,
    *,
    places: pd.DataFrame | None = None,
    borders: gpd.GeoDataFrame | None = None,
    threshold: float | None = None,
    most: int = 60,
    missing: Collection[str] = (),
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
    date: dt.date | None = None,
    limit: str | None = None,
    max_zoom: int = 7,
) -> folium.Map:
    """
    Map flows for the screen: strips as wide as their kilograms; a click opens the numbers.

    Parameters
    ----------
    flows, places, borders, threshold, most, missing
        As in `flow_map`.
    title, subtitle, source, date, limit
        As in `hotspots`; that seizures are not flows is always said.
    max_zoom
        Where the zoom stops: a country drawn at its capital has no closer look.

    Returns
    -------
    folium.Map
        For a notebook as it is; for a file through `to_html`.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        As in `flow_map`.
    """
    edges = take_edges(flows, threshold=threshold, most=most)
    ground = ground_of(edges, places=places, borders=borders, extent=None, size="full")
    heading = title or map_title(edges, ground.names)
    said = _("Source: {source}.").format(source=source or _("not stated"))
    if date is not None:
        said = _("Source: {source}, {date}.").format(source=source or _("not stated"), date=style.date(date))
    left = left_words(flows, edges, ground)
    foot = (said, limit, flows_limit(), *left, hatched_words(missing), *_boundaries(ground))
    words = describe_flow_map(flows, threshold=threshold, most=most, missing=missing)
    texts = {
        "title": heading,
        "subtitle": subtitle if subtitle is not None else shown_words(flows, edges, ground),
        "legend": _("Kilograms"),
        "alt": f"{heading}. {words}",
        "role": _("map"),
        "foot": joined(*foot) or "",
    }
    payload = _payload(ground, borders, missing, max_zoom)
    return OfflineMap(payload, legend=_legend(flows, ground, bool(missing)), texts=texts)


def _boundaries(ground: Ground) -> list[str]:
    if ground.land.own:
        return [_("{crs}; north is up.").format(crs="Web Mercator"), _(DISCLAIMER), _(ATTRIBUTION)]
    return [_("Web Mercator, north is up. Boundaries and names imply no official position.")]


def _payload(
    ground: Ground, borders: gpd.GeoDataFrame | None, missing: Collection[str], max_zoom: int
) -> dict[str, Any]:
    page = _Page.of(ground)
    strips, rows = _strips(ground, page)
    west, south, east, north = page.degrees(np.array(page.box).reshape(2, 2)).ravel()
    origin = (round(float(west), 4), round(float(south), 4))
    rings = shapes.encode_polygons(strips, origin=origin)
    return {
        "origin": list(origin),
        "scale": shapes.SCALE,
        "bounds": [[origin[1], origin[0]], [round(float(north), 4), round(float(east), 4)]],
        "width": 1.0,
        "maxZoom": max_zoom,
        "reset": _("Whole map"),
        "zoom": [_("Zoom in"), _("Zoom out")],
        "lengths": [_("{length} m"), _("{length} km")],
        "columns": [_("Kilograms"), _("Interval")],
        "styles": [_look(share) for _name, share in _TONES],
        "ground": [*_land(borders, ground, page, missing, origin=origin), *_nodes(ground, page, origin)],
        "places": [[*row, ring] for row, ring in zip(rows, rings, strict=True)],
        "hotColour": style.HOT,
        "hot": [],
        "letters": [],
    }


@dataclass(frozen=True)
class _Page:
    """The plane of a page, Mercator's with one unit a degree of longitude: shapes stay as they are drawn."""

    spots: dict[Any, Any]
    box: tuple[float, float, float, float]
    point: float
    """What a point of the printed map is here."""

    @classmethod
    def of(cls, ground: Ground) -> _Page:
        """Return the places and the box of a printed map as they lie on the page."""
        plane = ground.land.plane
        scale = np.array([360 / plane.turn, 1 / arcs.METRES])
        spots = {key: cls.mercator((spot * scale)[None])[0] for key, spot in ground.spots.items()}
        corners = np.array(ground.land.box).reshape(2, 2) * scale
        west, south, east, north = (float(side) for side in cls.mercator(corners).ravel())
        return cls(spots, (west, south, east, north), _POINT * (east - west))

    @staticmethod
    def mercator(degrees: Any) -> Any:
        """Project unrolled degrees."""
        up = np.degrees(np.log(np.tan(np.pi / 4 + np.radians(np.clip(degrees[:, 1], -80, 83)) / 2)))
        return np.column_stack([degrees[:, 0], up])

    @staticmethod
    def degrees(points: Any) -> Any:
        """Return unrolled degrees of points on the page."""
        down = np.degrees(2 * np.arctan(np.exp(np.radians(points[:, 1]))) - np.pi / 2)
        return np.column_stack([points[:, 0], down])


def _strips(ground: Ground, page: _Page) -> tuple[list[Any], list[list[Any]]]:
    """Return strips in degrees, wide ones below, with name, tone and numbers of each."""
    scale = scale_of(ground.drawn)
    strips, rows = [], []
    for row in ground.drawn.to_dict("records"):
        line = arcs.arc(page.spots[row["origin"]], page.spots[row["destination"]], 360.0)
        line = arcs.trimmed(line, 4 * page.point, 5 * page.point)
        name = f"{ground.names[row['origin']]} → {ground.names[row['destination']]}"
        numbers = [mass(float(row["kg"])), interval(float(row["low"]), float(row["high"])) or None]
        for tone, (column, _share) in enumerate(_TONES):
            kg = float(row[column])
            if not (np.isfinite(kg) and kg > 0) or (column == "low" and scale.points * kg < 0.25):
                continue
            for part in arcs.copies(line, 360.0, (page.box[0], page.box[2])):
                strips.append(_strip(page, part, scale.width(kg) * page.point, head=column == "kg"))
                rows.append([name, tone, numbers])
    return strips, rows


def _strip(page: _Page, line: Any, width: float, *, head: bool) -> Any:
    size = 5 * page.point
    body, tip = arcs.arrow(line, max(size, 1.6 * width), max(size, 2.2 * width))
    strip: Any = shapely.LineString(body).buffer(width / 2, cap_style="flat")
    if head:
        strip = shapely.union(strip, shapely.Polygon(tip))
    return shapely.transform(strip, page.degrees)


def _look(share: float) -> dict[str, Any]:
    return {
        "line": style.PAPER, "weight": 0.5, "opacity": 1.0, "hatch": None, "note": "", "label": "",
        "fill": tint(share),
    }  # fmt: skip


def _land(
    borders: gpd.GeoDataFrame | None,
    ground: Ground,
    page: _Page,
    missing: Collection[str],
    *,
    origin: tuple[float, float],
) -> list[dict[str, Any]]:
    """Return the countries around the map as well, for the page can be moved."""
    if ground.land.shapes is None:
        return []
    land, codes = take_borders(borders, real=True)
    west, south, east, north = page.degrees(np.array(page.box).reshape(2, 2)).ravel()
    wide, high = _MARGIN * (east - west), _MARGIN * (north - south)
    box = (west - wide, max(south - high, -80.0), east + wide, min(north + high, 83.0))
    cut, rows = arcs.shifted(land, ground.land.plane, box)
    scale = np.array([360 / ground.land.plane.turn, 1 / arcs.METRES])
    polygons = shapely.simplify(shapely.transform(cut, lambda points: points * scale), (east - west) / 4000)
    unknown = np.isin(codes[rows].astype(str), list(missing))
    parts = []
    for inside, hatch in ((~unknown, None), (unknown, ["down", style.CONTEXT])):
        rings = [ring for shape in shapes.encode_polygons(polygons[inside], origin=origin) for ring in shape]
        look: dict[str, Any] = {"stroke": True, "color": style.STREET, "weight": 0.8, "fill": True}
        look |= {"fillColor": style.NO_DATA, "fillOpacity": 1} | ({"hatch": hatch} if hatch else {})
        if rings:
            parts.append({"shapes": rings, "style": look, "above": False})
    return parts


def _nodes(ground: Ground, page: _Page, origin: tuple[float, float]) -> list[dict[str, Any]]:
    radius = 3 * page.point
    names = [key for key in page.spots if ground.land.holds(ground.spots[key])]
    rings = [shapely.transform(shapely.Point(page.spots[key]).buffer(radius), page.degrees) for key in names]
    look = {"color": style.INK, "weight": 1.2, "fill": True, "fillColor": style.PAPER, "fillOpacity": 1}
    below = page.degrees(np.array([page.spots[key] for key in names]) - np.array([0.0, 3.2 * radius]))
    written = [
        [round(float(x), 4), round(float(y), 4), ground.names[key], 0]
        for key, (x, y) in zip(names, below, strict=True)
    ]
    polygons = [ring for shape in shapes.encode_polygons(rings, origin=origin) for ring in shape]
    return [{"shapes": polygons, "style": look, "above": True, "names": written}]


def _legend(flows: pd.DataFrame, ground: Ground, hatched: bool) -> str:
    scale = scale_of(ground.drawn)
    rows = [
        (_bar(scale.width(kg), tint(MIDDLE)), mass(kg))
        for kg in round_sizes(float(ground.drawn["kg"].max()), scale)
    ]
    if scale.bands:
        tones = zip((13, 7, 3), _TONES, strict=True)
        bars = "".join(_bar(width, tint(share)) for width, (_name, share) in tones)
        sure = style.percent(float(choices.of(flows).get("confidence", 0.95)))
        text = _("dark: at least; middle: estimate; light: at most ({confidence} interval)")
        rows.append((bars, text.format(confidence=sure)))
    if hatched and ground.land.shapes is not None:
        lines = f'<path d="M0 0L16 16M8 0L24 16M16 0L26 10" stroke="{style.CONTEXT}"/>'
        rows.append((lines, _("no reports (not zero)")))
    items = "".join(
        f'<li><svg viewBox="0 0 26 16" aria-hidden="true">{mark}</svg><span>{html.escape(text)}</span></li>'
        for mark, text in rows
    )
    return f"<ul>{items}</ul>"


def _bar(width: float, colour: str) -> str:
    return f'<rect y="{8 - width / 2:.1f}" width="26" height="{width:.1f}" fill="{colour}"/>'
