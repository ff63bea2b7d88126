"""
Maps for the screen, each one HTML page that works with the network unplugged; and flows on printed maps.

Only the columns that are named go into the page. What else the table holds stays out of it, and a
suppressed place carries no number at all: a page can be opened with a text editor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import folium
import geopandas as gpd
import pandas as pd

from ..errors import ColumnsError
from ..i18n import _
from . import sheet, style, words
from .classes import Layer, layer
from .corridor_maps import corridor_map, describe_corridor_map
from .flow_maps import describe_flow_map, flow_map
from .flow_screen import flows
from .offline import OfflineMap, to_html

__all__ = [
    "areas",
    "corridor_map",
    "density",
    "describe_corridor_map",
    "describe_flow_map",
    "flow_map",
    "flows",
    "gi_star",
    "hotspots",
    "to_html",
]


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
    return _page(
        cells,
        measure,
        zeros=zeros,
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
    return _page(
        areas,
        measure,
        zeros=True,
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


def _columns(places: pd.DataFrame, column: str, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        beside = {
            "n": ["n", "spot"],
            "spot": ["n", "spot"],
            "gi_z": ["n", "gi_z", "q_value"],
            "ratio": ["observed", "expected", "ratio"],
        }
        return [c for c in beside.get(column, [column]) if c in places.columns]
    missing = [c for c in columns if c not in places.columns]
    if missing:
        msg = _("There is no column {column!r} to show in the map.").format(column=missing[0])
        raise ColumnsError(msg)
    return list(columns)


def _page(
    places: gpd.GeoDataFrame,
    measure: Layer,
    *,
    zeros: bool,
    ground: dict[str, gpd.GeoDataFrame | None],
    columns: list[str],
    name: str | None,
    letters: str,
    minimum: int | None,
    max_zoom: int | None,
    texts: dict[str, str],
) -> OfflineMap:
    looks = sheet.looks_of(measure, minimum)
    payload = sheet.payload_of(
        places,
        measure,
        drawn=~measure.plain | zeros | _compared(places, measure),
        ground=ground,
        columns=columns,
        name=name,
        letters=letters,
        looks=looks,
        max_zoom=max_zoom,
    )
    legend = sheet.legend_of(
        looks,
        measure,
        hot=sheet.is_hot(places, measure),
        ground=zeros or measure.compared or ground.get("boundary") is not None,
    )
    return OfflineMap(payload, legend=legend, texts=texts)


def _compared(places: pd.DataFrame, measure: Layer) -> Any:
    """Find places that were compared with chance and had something in them: they are shown as that."""
    if not measure.compared or "n" not in places.columns:
        return False
    return (pd.to_numeric(places["n"], errors="coerce").fillna(0) > 0).to_numpy(dtype=bool)


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
