"""
Maps on paper: the same measures, classes and colours as the maps on screen, drawn in metres.

The ground is muted (boundary, streets, water in greys) and the data lie on top. Zero is left unfilled, no
data and suppressed are hatched in different directions, so that none can be taken for another.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path

from ..errors import InputError
from ..i18n import _
from . import furniture, shapes, style
from .classes import Layer, layer
from .figure import SIZES, Size, new_axes, settle, styled

__all__ = ["area_map", "density_map", "gi_star", "hotspot_map"]

_FEW = 3000
"""More cells than this are drawn as one shape, and put into an SVG as an image, which opens faster."""
_POLYGON = 3


@styled
def hotspot_map(
    cells: gpd.GeoDataFrame,
    *,
    column: str = "n",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    letters: str = "label",
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    legend: str | None = None,
    minimum: int | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the cells of a grid, graded by one measure.

    Parameters
    ----------
    cells
        Polygons with the measure; a column ``suppressed`` marks cells that are hatched and carry no class.
    column
        The measure: ``n``, ``density``, ``ratio``, ``gi_z``.
    boundary, areas, streets, water
        Layers of the ground, any reference system.
    letters
        Column with letters of the places that the text speaks of.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The projection is added to the foot.
    legend
        Measure and unit; left out, what the column's name stands for.
    minimum
        Count below which cells were suppressed, said in the legend.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        In metres; grid coordinates of the cells' reference system, UTM where that is in degrees.
    """
    measure = layer(cells, column, title=legend)
    return _draw(
        cells,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        names=None,
        letters=letters,
        ax=ax,
        words=(title or _("Where incidents were recorded"), subtitle, foot),
        minimum=minimum,
        size=size,
    )


def density_map(cells: gpd.GeoDataFrame, **options: Any) -> Axes:
    """
    Draw a density surface: what `hotspots.kde` returned.

    Parameters
    ----------
    cells
        Polygons with ``density``, events per km².
    options
        As in `hotspot_map`.

    Returns
    -------
    Axes
        A smooth surface also covers places where nothing happened.
    """
    options.setdefault("title", _("How densely incidents were recorded"))
    return hotspot_map(cells, column="density", **options)


def gi_star(cells: gpd.GeoDataFrame, **options: Any) -> Axes:
    """
    Draw hot and cold spots: what `hotspots.gi_star` returned.

    Parameters
    ----------
    cells
        Polygons with ``gi_z`` and ``q_value``.
    options
        As in `hotspot_map`.

    Returns
    -------
    Axes
        Cells that chance explains are left unfilled; cold spots are dotted.
    """
    options.setdefault("title", _("Hot and cold spots of recorded incidents"))
    return hotspot_map(cells, column="gi_z", **options)


@styled
def area_map(
    areas: gpd.GeoDataFrame,
    *,
    column: str = "n",
    name: str = "area",
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    legend: str | None = None,
    minimum: int | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw districts, graded by one measure and labelled with their names.

    Parameters
    ----------
    areas
        Polygons with the measure, as `hotspots.count_by_area` returns them.
    column, streets, water, ax, title, subtitle, foot, legend, minimum, size
        As in `hotspot_map`.
    name
        Column with the names; names that do not fit their district are left out.

    Returns
    -------
    Axes
        In metres.
    """
    measure = layer(areas, column, title=legend)
    return _draw(
        areas,
        measure,
        ground={"areas": areas, "streets": streets, "water": water},
        names=name if name in areas.columns else None,
        letters="label",
        ax=ax,
        words=(title or _("Recorded incidents by district"), subtitle, foot),
        minimum=minimum,
        size=size,
    )


def _draw(
    places: gpd.GeoDataFrame,
    measure: Layer,
    *,
    ground: dict[str, gpd.GeoDataFrame | None],
    names: str | None,
    letters: str,
    ax: Axes | None,
    words: tuple[str, str | None, str | None],
    minimum: int | None,
    size: Size,
) -> Axes:
    places = shapes.projected(places)
    layers = {
        key: shapes.projected(one, like=places.crs)
        for key, one in ground.items()
        if one is not None and len(one)
    }
    frame = layers.get("boundary", layers.get("areas", places))
    west, south, east, north = frame.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        msg = _("There is nothing to draw: the table has no place with a value, and no boundary was given.")
        raise InputError(msg)
    hot = _hot(places, measure)
    handles = furniture.handles_of(measure, hot is not None, minimum)
    title, subtitle, foot = words
    note = _("{crs}; north is up. Boundaries and names imply no official position.").format(
        crs=shapes.crs_name(places)
    )
    axes = _map_axes(
        ax,
        words=(title, subtitle, f"{foot} {note}" if foot else note),
        handles=handles,
        ratio=(north - south) / (east - west),
        size=size,
    )
    _ground(axes, layers)
    _places(axes, np.asarray(places.geometry.array, dtype=object), measure)
    if measure.compared and "boundary" not in layers and "n" in places.columns:
        _add(axes, _busy(places, measure), facecolor=style.GROUND, edgecolor=style.RULE, linewidth=0.25)
    _outlines(axes, layers)
    if hot is not None:
        axes.add_collection(_lines([hot], colors=style.HOT, linewidths=1.5, zorder=6))
    pad = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - pad, east + pad)
    axes.set_ylim(south - pad, north + pad)
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()
    furniture.draw_legend(axes, handles, measure.title, size, own=ax is None)
    furniture.draw_scale_bar(axes, east - west)
    if names is not None:
        furniture.draw_names(axes, places, names, measure)
    if letters in places.columns:
        furniture.draw_letters(axes, places, letters)
    return settle(axes)


def _map_axes(
    ax: Axes | None,
    *,
    words: tuple[str, str | None, str],
    handles: list[Patch],
    ratio: float,
    size: Size,
) -> Axes:
    title, subtitle, foot = words
    width = SIZES[size]
    right = 1.85 if size == "full" else 0.08
    below = 0.26 if size == "full" else 0.3 + furniture.legend_depth(handles, size)
    body = float(np.clip((width - right - 0.08) * ratio, 1.6, 6.2 if size == "full" else 4.2))
    return new_axes(
        ax,
        title=title,
        subtitle=subtitle,
        foot=foot,
        body=body,
        size=size,
        margins=(0.08, right, 0.05, below),
    )


def _busy(places: Any, measure: Layer) -> Any:
    """Return the places that chance explains and that had something in them, for want of a boundary."""
    something = (pd.to_numeric(places["n"], errors="coerce").fillna(0) > 0).to_numpy(dtype=bool)
    return np.asarray(places.geometry.array, dtype=object)[measure.plain & something]


def _hot(places: Any, measure: Layer) -> Any:
    """Return the outline around hot cells, to be drawn over another measure; None where there are none."""
    if measure.compared or "spot" not in places.columns:
        return None
    hot = places.geometry[(places["spot"] == "hot").to_numpy()]
    return shapely.union_all(np.asarray(hot.array, dtype=object)) if len(hot) else None


def _ground(ax: Axes, layers: dict[str, Any]) -> None:
    if "boundary" in layers:
        ax.add_collection(
            _polygons(layers["boundary"].geometry, facecolor=style.PAPER, edgecolor="none", zorder=1)
        )
    if "water" in layers:
        ax.add_collection(
            _polygons(layers["water"].geometry, facecolor=style.WATER, edgecolor="none", zorder=1.5)
        )
    if "streets" in layers:
        ax.add_collection(_lines(layers["streets"].geometry, colors=style.STREET, linewidths=0.45, zorder=2))


def _outlines(ax: Axes, layers: dict[str, Any]) -> None:
    if "areas" in layers:
        ax.add_collection(_lines(layers["areas"].geometry, colors=style.BOUNDARY, linewidths=0.5, zorder=5))
    if "boundary" in layers:
        ax.add_collection(
            _lines(layers["boundary"].geometry, colors=style.BOUNDARY, linewidths=1.0, zorder=5)
        )


def _places(ax: Axes, geometries: Any, measure: Layer) -> None:
    """One collection a class, so that a figure of a large grid stays small."""
    known = ~shapely.is_missing(geometries) & ~shapely.is_empty(geometries)
    few = len(geometries) <= _FEW
    edge = {"edgecolor": style.PAPER, "linewidth": 0.25} if few else {"edgecolor": "none", "linewidth": 0}
    dotted = {"edgecolor": style.INK, "linewidth": 0}
    classes = measure.classes
    for code, (colour, pattern) in enumerate(zip(classes.colours, classes.patterns, strict=True)):
        inside = known & (classes.codes == code)
        look = {"facecolor": colour, "hatch": pattern or None, **(dotted if pattern else edge)}
        _add(ax, geometries[inside], rasterized=not few, antialiased=few, **look)
    for inside, hatch, colour in (
        (measure.suppressed, furniture.SUPPRESSED_HATCH, style.SUPPRESSED),
        (measure.missing, furniture.MISSING_HATCH, style.CONTEXT),
    ):
        _add(ax, geometries[known & inside], hatch=hatch, facecolor="none", edgecolor=colour, linewidth=0)


def _add(ax: Axes, geometries: Any, **look: Any) -> None:
    if len(geometries):
        ax.add_collection(_polygons(geometries, zorder=3, **look))


def _polygons(geometries: Any, **look: Any) -> PathCollection:
    parts = shapely.get_parts(np.asarray(geometries, dtype=object))
    parts = parts[shapely.get_type_id(parts) == _POLYGON]
    one_by_one = len(parts) <= _FEW and not look.get("hatch")
    return PathCollection([_path([part]) for part in parts] if one_by_one else [_path(parts)], **look)


def _path(polygons: Any) -> Path:
    """Return polygons as one path, holes as rings of their own."""
    rings = shapely.get_rings(np.asarray(polygons, dtype=object))
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    first = np.searchsorted(ring_of, np.arange(len(rings)))
    codes[first] = Path.MOVETO
    codes[np.append(first[1:], len(points)) - 1] = Path.CLOSEPOLY
    return Path(points, codes)


def _lines(geometries: Any, **look: Any) -> LineCollection:
    array = np.asarray(geometries, dtype=object)
    array = np.where(shapely.get_dimensions(array) == 2, shapely.boundary(array), array)
    lines = shapely.get_parts(shapely.get_parts(array))
    return LineCollection([shapely.get_coordinates(line) for line in lines], capstyle="round", **look)
