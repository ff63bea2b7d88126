"""
Maps for the screen: one HTML page that works with the network unplugged.

Only the columns that are named go into the page. What else the table holds stays out of it, and a
suppressed place carries no number at all: a page can be opened with a text editor.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..errors import ColumnsError, InputError
from ..i18n import N_, _
from . import shapes, style, words
from .classes import Layer, layer
from .offline import OfflineMap, to_html

__all__ = ["areas", "density", "gi_star", "hotspots", "to_html"]

COLUMN_WORDS = {
    "n": N_("Recorded incidents"),
    "density": N_("Incidents per km²"),
    "gi_z": N_("Gi* score"),
    "p_value": N_("p-value"),
    "q_value": N_("q-value"),
    "ratio": N_("Recorded against expected"),
    "observed": N_("Recorded"),
    "expected": N_("Expected"),
    "population": N_("Population"),
}
"""Names of columns in the box that a click opens; other columns keep their own."""

_OPACITY = 0.82
_ZERO, _SUPPRESSED, _MISSING = 0, 1, 2
_WIDEST_CELL_PX = 170


def hotspots(
    cells: gpd.GeoDataFrame,
    *,
    column: str = "n",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    columns: Sequence[str] | None = None,
    letters: str = "label",
    zeros: bool = False,
    title: str | None = None,
    subtitle: str | None = None,
    legend: str | None = None,
    source: str | None = None,
    date: dt.date | None = None,
    limit: str | None = None,
    minimum: int | None = None,
    max_zoom: int | None = None,
) -> folium.Map:
    """
    Map the cells of a grid, graded by one measure.

    Parameters
    ----------
    cells
        Polygons with the measure. A column ``suppressed`` of true and false marks cells that are hatched
        and carry no number; a missing value is drawn as no data.
    column
        The measure: ``n``, ``density``, ``ratio``, ``gi_z`` (classed by ``q_value`` where it is there).
    boundary, areas, streets, water
        Layers of the ground, any reference system: the study area, inner borders (a column ``area`` names
        them), lines, water. All are drawn in greys.
    columns
        What the box of a clicked cell shows; left out, the measure and the numbers it rests on. No
        other column gets into the page.
    letters
        Column with the letters (A, B, C) of the places that the text speaks of; others are empty.
    zeros
        Draw cells whose measure is zero. A large grid opens faster without them.
    title, subtitle
        The finding, and what is shown: measure, place, dates, number.
    legend
        Measure and unit; left out, what the column's name stands for.
    source, date, limit
        Foot of the map: where the data come from, the day they were taken, the one limit that matters.
    minimum
        Count below which cells were suppressed, said in the legend.
    max_zoom
        Leaflet's zoom (0 to 19) at which the map stops; left out, where a cell fills the hand. Beyond the
        precision of the data a closer look shows nothing true.

    Returns
    -------
    folium.Map
        For a notebook as it is; for a file through `to_html`.

    Raises
    ------
    ColumnsError
        If a column that is named is not in the table.
    CrsError
        If a layer has no coordinate reference system.
    InputError
        If there is nothing to draw.

    Notes
    -----
    The page is in Web Mercator: shapes are true, sizes only within one city. A cell is a place on the
    ground, never a prediction about it.
    """
    measure = layer(cells, column, title=legend)
    drawn = _drawn(measure, zeros=zeros)
    return _build(
        cells,
        measure,
        drawn,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        columns=_columns(cells, column, columns),
        name=None,
        letters=letters,
        minimum=minimum,
        max_zoom=max_zoom,
        texts=_texts(
            title or _("Where incidents were recorded"),
            subtitle,
            measure,
            words.describe_places(cells, measure),
            [_sources(source, date), limit],
        ),
    )


def gi_star(cells: gpd.GeoDataFrame, **options: Any) -> folium.Map:
    """
    Map hot and cold spots: cells where more, or less, was recorded around than chance would bring.

    Parameters
    ----------
    cells
        What `hotspots.gi_star` returned (``n``, ``gi_z``, ``p_value``, ``q_value``).
    options
        As in `hotspots`.

    Returns
    -------
    folium.Map
        Cells that chance explains are left grey.
    """
    options.setdefault("title", _("Hot and cold spots of recorded incidents"))
    return hotspots(cells, column="gi_z", **options)


def density(cells: gpd.GeoDataFrame, **options: Any) -> folium.Map:
    """
    Map a density surface: events per square kilometre.

    Parameters
    ----------
    cells
        What `hotspots.kde` returned (``density``).
    options
        As in `hotspots`.

    Returns
    -------
    folium.Map
        Graded cells. A smooth surface also covers places where nothing happened.
    """
    options.setdefault("title", _("How densely incidents were recorded"))
    return hotspots(cells, column="density", **options)


def areas(
    areas: gpd.GeoDataFrame,
    *,
    column: str = "n",
    name: str = "area",
    columns: Sequence[str] | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    legend: str | None = None,
    source: str | None = None,
    date: dt.date | None = None,
    limit: str | None = None,
    minimum: int | None = None,
    max_zoom: int | None = None,
) -> folium.Map:
    """
    Map districts, graded by one measure, with their names.

    Parameters
    ----------
    areas
        Polygons with the measure, as `hotspots.count_by_area` returns them.
    column
        The measure.
    name
        Column with the names.
    columns, streets, water, title, subtitle, legend, source, date, limit, minimum, max_zoom
        As in `hotspots`.

    Returns
    -------
    folium.Map
        All areas, those with zero unfilled and those without data hatched.

    Notes
    -----
    Counts of large districts look large: compare with people or dwellings before calling it a finding.
    """
    measure = layer(areas, column, title=legend)
    named = name if name in areas.columns else None
    return _build(
        areas,
        measure,
        np.ones(len(areas), bool),
        ground={"areas": areas, "streets": streets, "water": water},
        columns=_columns(areas, column, columns),
        name=named,
        letters="label",
        minimum=minimum,
        max_zoom=max_zoom,
        texts=_texts(
            title or _("Recorded incidents by district"),
            subtitle,
            measure,
            words.describe_places(areas, measure, name=named),
            [_sources(source, date), limit],
        ),
    )


def _drawn(measure: Layer, *, zeros: bool) -> Any:
    something = (measure.classes.codes >= 0) | measure.suppressed | measure.missing
    if measure.title == _("Compared with chance (Gi*)"):
        return something
    return something | zeros


def _columns(places: pd.DataFrame, column: str, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        beside = {"gi_z": ["n", "gi_z", "q_value"], "ratio": ["observed", "expected", "ratio"]}
        return [c for c in beside.get(column, [column]) if c in places.columns]
    missing = [c for c in columns if c not in places.columns]
    if missing:
        msg = _("There is no column {column!r} to show in the map.").format(column=missing[0])
        raise ColumnsError(msg)
    return list(columns)


def _build(
    places: gpd.GeoDataFrame,
    measure: Layer,
    drawn: Any,
    *,
    ground: dict[str, gpd.GeoDataFrame | None],
    columns: list[str],
    name: str | None,
    letters: str,
    minimum: int | None,
    max_zoom: int | None,
    texts: dict[str, str],
) -> OfflineMap:
    everything = shapes.degrees(places)
    usable = drawn & ~shapely.is_missing(everything) & ~shapely.is_empty(everything)
    grounds = {
        key: shapes.degrees(found) for key, found in ground.items() if found is not None and len(found)
    }
    frame = [grounds[key] for key in ("boundary", "areas") if key in grounds] or [everything]
    shown = np.concatenate([*frame, everything[usable]])
    if shapely.is_empty(shown).all() or shapely.is_missing(shown).all():
        msg = _("There is nothing to draw: the table has no place with a value, and no boundary was given.")
        raise InputError(msg)
    west, south, east, north = shapes.bounds(shown)
    origin = (round(west, 5), round(south, 5))
    styles = _styles(measure, minimum)
    payload = {
        "origin": list(origin),
        "scale": shapes.SCALE,
        "bounds": [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]],
        "reset": _("Whole map"),
        "columns": [_(COLUMN_WORDS.get(column, column)) for column in columns],
        "styles": styles,
        "ground": _ground(grounds, ground.get("areas"), origin),
        "places": _places(places, measure, usable, columns, name, everything, origin),
        "letters": _letters(places, letters, usable),
    }
    options = {
        "maxZoom": _max_zoom(everything[usable], south) if max_zoom is None else max_zoom,
        "zoomSnap": 0.25,
        "attributionControl": False,
        "preferCanvas": True,
        "worldCopyJump": False,
    }
    return OfflineMap(payload, legend=_legend(styles, measure), texts=texts, options=options)


def _styles(measure: Layer, minimum: int | None) -> list[dict[str, Any]]:
    """Return how each kind of place looks: zero, suppressed, no data, then the classes."""
    few = _("Not shown: too few incidents")
    if minimum is not None:
        few = _("Not shown: fewer than {minimum} incidents").format(minimum=minimum)
    none = (
        _("No clear difference from chance") if measure.title == _("Compared with chance (Gi*)") else _("0")
    )
    line = {"line": style.PAPER, "weight": 0.5, "opacity": _OPACITY, "hatch": None, "note": ""}
    rows = [
        {**line, "label": none, "fill": style.PAPER, "opacity": 0.5},
        {**line, "label": few, "fill": style.PAPER, "hatch": ["up", style.SUPPRESSED], "note": few},
        {
            **line,
            "label": _("No data"),
            "fill": style.PAPER,
            "hatch": ["down", style.CONTEXT],
            "note": _("No data"),
        },
    ]
    for label, colour, pattern in zip(
        measure.classes.labels, measure.classes.colours, measure.classes.patterns, strict=True
    ):
        rows.append(
            {**line, "label": label, "fill": colour, "hatch": ["dots", style.INK] if pattern else None}
        )
    return rows


def _kinds(measure: Layer) -> Any:
    kinds = measure.classes.codes.astype(int) + 3
    kinds[measure.classes.codes < 0] = _ZERO
    kinds[measure.suppressed] = _SUPPRESSED
    kinds[measure.missing] = _MISSING
    return kinds


def _places(
    places: gpd.GeoDataFrame,
    measure: Layer,
    usable: Any,
    columns: list[str],
    name: str | None,
    everything: Any,
    origin: tuple[float, float],
) -> list[list[Any]]:
    rings = shapes.encode_polygons(everything[usable], origin=origin)
    hidden = measure.suppressed[usable]
    numbers = [_written(places.loc[usable, column], hidden) for column in columns]
    names = places.loc[usable, name].astype(str).tolist() if name else [_("Grid cell")] * int(usable.sum())
    rows = zip(names, _kinds(measure)[usable].tolist(), zip(*numbers, strict=True), rings, strict=True)
    return [[title, kind, list(values), shape] for title, kind, values, shape in rows]


def _written(values: pd.Series[Any], hidden: Any) -> list[str | None]:
    known = {value: _say(value) for value in pd.unique(values[~hidden])}
    return [
        None if secret or pd.isna(value) else known[value]
        for value, secret in zip(values, hidden, strict=True)
    ]


def _say(value: Any) -> str | None:
    if pd.isna(value):
        return None
    return str(value) if isinstance(value, str) else style.figure_number(float(value))


def _letters(places: gpd.GeoDataFrame, column: str, usable: Any) -> list[list[Any]]:
    if column not in places.columns:
        return []
    found = places.loc[usable, column].tolist()
    return [
        [i, str(text), _("Place {letter}").format(letter=text)]
        for i, text in enumerate(found)
        if isinstance(text, str) and text
    ]


def _ground(grounds: dict[str, Any], named: Any, origin: tuple[float, float]) -> list[dict[str, Any]]:
    looks: dict[str, tuple[dict[str, Any], bool]] = {
        "boundary": ({"color": style.BOUNDARY, "weight": 1.6, "fill": False, "opacity": 1}, True),
        "water": (
            {"color": style.WATER, "weight": 1, "fill": True, "fillColor": style.WATER, "fillOpacity": 1},
            False,
        ),
        "streets": ({"color": style.STREET, "weight": 1, "fill": False, "opacity": 1}, False),
        "areas": ({"color": style.SUPPRESSED, "weight": 1, "fill": False, "opacity": 1}, True),
    }
    parts: list[dict[str, Any]] = []
    if "boundary" in grounds:
        land = {"stroke": False, "fill": True, "fillColor": style.PAPER, "fillOpacity": 1}
        polygons = shapes.encode_polygons(grounds["boundary"], origin=origin)
        parts.append(
            {"shapes": [rings for shape in polygons for rings in shape], "style": land, "above": False}
        )
    for key in ("water", "streets", "areas", "boundary"):
        if key not in grounds:
            continue
        look, above = looks[key]
        if look["fill"]:
            drawn = [
                rings for shape in shapes.encode_polygons(grounds[key], origin=origin) for rings in shape
            ]
        else:
            drawn = shapes.encode_lines(grounds[key], origin=origin)
        parts.append({"shapes": drawn, "style": look, "above": above})
        if key == "areas" and named is not None and "area" in named.columns:
            parts[-1]["names"] = _names(grounds[key], named["area"].tolist())
    return parts


def _names(geometries: Any, names: list[Any]) -> list[list[Any]]:
    points = shapely.point_on_surface(geometries)
    return [
        [round(point.x, 5), round(point.y, 5), str(name)]
        for point, name in zip(points, names, strict=True)
        if point is not None and not point.is_empty and isinstance(name, str)
    ]


def _max_zoom(geometries: Any, south: float) -> int:
    """Return the zoom at which a typical place is about as wide as a hand on the screen."""
    boxes = shapely.bounds(geometries)
    width = float(np.nanmedian(boxes[:, 2] - boxes[:, 0])) if len(boxes) else 0.01
    width = max(width, 1e-5)
    return int(np.clip(np.floor(np.log2(_WIDEST_CELL_PX * 360 / (256 * width))), 3, 18))


def _legend(styles: list[dict[str, Any]], measure: Layer) -> str:
    present = set(_kinds(measure).tolist()) | {3 + i for i in range(len(measure.classes.labels))}
    order = [*range(len(styles) - 1, 2, -1), _ZERO, _SUPPRESSED, _MISSING]
    rows = [
        f"<li>{_swatch(styles[i], i)}<span>{html.escape(styles[i]['label'])}</span></li>"
        for i in order
        if i in present
    ]
    return f"<ul>{''.join(rows)}</ul>"


def _swatch(look: dict[str, Any], place: int) -> str:
    mark = ""
    if look["hatch"]:
        kind, colour = look["hatch"]
        marks = {
            "up": '<path d="M-1 8L8 -1M-1 1L1 -1M6 8L8 6"/>',
            "down": '<path d="M-1 -1L8 8M6 -1L8 1M-1 6L1 8"/>',
            "dots": f'<circle cx="3.5" cy="3.5" r="1.1" fill="{colour}"/>',
        }
        mark = (
            f'<defs><pattern id="p{place}" width="7" height="7" patternUnits="userSpaceOnUse" stroke="{colour}">'
            f'{marks[kind]}</pattern></defs><rect width="26" height="16" fill="url(#p{place})"/>'
        )
    return (
        f'<svg viewBox="0 0 26 16" aria-hidden="true"><rect x=".5" y=".5" width="25" height="15" fill="{look["fill"]}" '
        f'fill-opacity="{look["opacity"]}" stroke="{style.CONTEXT}"/>{mark}</svg>'
    )


def _texts(
    title: str, subtitle: str | None, measure: Layer, alt: str, foot: list[str | None]
) -> dict[str, str]:
    lines = [*foot, _("Web Mercator, north is up. Boundaries and names imply no official position.")]
    return {
        "title": title,
        "subtitle": subtitle or "",
        "legend": measure.title,
        "alt": f"{title}. {alt}",
        "role": _("map"),
        "foot": " ".join(line for line in lines if line),
    }


def _sources(source: str | None, date: dt.date | None) -> str:
    text = _("Source: {source}.").format(source=source or _("not stated"))
    if date is not None:
        text = _("Source: {source}, {date}.").format(source=source or _("not stated"), date=style.date(date))
    return text
