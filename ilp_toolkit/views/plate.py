"""
The plate of a printed map: frame, ground, places or streets, outlines, and what stands around them.

Polygons are filled by their class; lines take the colour and the width of theirs, so that a street map reads
in black and white too.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path

from ..errors import InputError
from ..i18n import _
from . import furniture, shapes, style
from .classes import Layer
from .figure import SIZES, Size, new_axes, settle

__all__ = ["draw_places", "draw_strips"]

_FEW = 3000
"""More cells than this are drawn as one shape, and put into an SVG as an image, which opens faster."""
_POLYGON = 3


def draw_places(
    places: gpd.GeoDataFrame,
    measure: Layer,
    *,
    ground: dict[str, gpd.GeoDataFrame | None],
    names: str | None = None,
    letters: str = "label",
    ax: Axes | None,
    words: tuple[str, str | None, str | None],
    minimum: int | None = None,
    size: Size,
    frame: gpd.GeoDataFrame | None = None,
) -> Axes:
    """
    Draw a map of polygons or lines.

    Parameters
    ----------
    places
        Polygons or lines, any reference system.
    measure
        The measure of it.
    ground
        Layers below and around: ``boundary``, ``areas``, ``streets``, ``water``; None where there is none.
    names
        Column with names to be written into the places.
    letters
        Column with letters of places.
    ax
        Axes of the caller, or None for a figure of its own.
    words
        Title, subtitle and foot; the projection is added to the foot.
    minimum
        Count below which places were suppressed, said in the legend.
    size
        ``full`` or ``half`` the width of a page.
    frame
        What the map shows where neither boundary nor areas are given; left out, the places.

    Returns
    -------
    Axes
        In metres.

    Raises
    ------
    InputError
        If there is nothing to draw.
    """
    places, layers, bounds = _prepared(places, ground, frame)
    hot = _hot(places, measure)
    lines = _are_lines(places)
    handles = furniture.handles_of(measure, hot is not None, minimum, lines=lines)
    axes = _map_axes(ax, words=_noted(words, places), handles=handles, bounds=bounds, size=size)
    _filled(axes, places, measure, layers, bounds)
    if hot is not None:
        axes.add_collection(_lines([hot], colors=style.HOT, linewidths=1.5, zorder=6))
    furniture.draw_legend(axes, handles, measure.title, size, own=ax is None)
    furniture.draw_scale_bar(axes, bounds[2] - bounds[0])
    if names is not None:
        furniture.draw_names(axes, places, names, measure)
    if letters in places.columns:
        furniture.draw_letters(axes, places, letters)
    return settle(axes)


def draw_strips(
    places: gpd.GeoDataFrame,
    measures: dict[str, Layer],
    *,
    ground: dict[str, gpd.GeoDataFrame | None],
    ax: Axes | None,
    words: tuple[str, str | None, str | None],
    size: Size,
) -> Axes:
    """
    Draw several measures of the same places as small maps side by side, with one legend for all.

    Parameters
    ----------
    places, ground, ax, words, size
        As in `draw_places`.
    measures
        Measures by the words that stand over their map; all with the same classes.

    Returns
    -------
    Axes
        Empty axes whose ``child_axes`` are the maps.
    """
    places, layers, bounds = _prepared(places, ground)
    together = list(measures.values())
    widest = max(together, key=lambda one: len(np.unique(one.classes.codes)))
    handles = furniture.handles_of(widest, False, None)
    axes = _map_axes(
        ax,
        words=_noted(words, places),
        handles=handles,
        bounds=bounds,
        size=size,
        shrink=len(measures),
    )
    axes.set_axis_off()
    step = 1 / len(measures)
    for number, (name, measure) in enumerate(measures.items()):
        panel = axes.inset_axes((number * step, 0, step * 0.95, 1))
        _filled(panel, places, measure, layers, bounds)
        panel.annotate(
            name, (0, 1), (0, 3), xycoords="axes fraction", textcoords="offset points", color=style.INK,
            fontsize=style.SIZES["small_pt"], fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        if number == 0:
            furniture.draw_scale_bar(panel, bounds[2] - bounds[0])
    furniture.draw_legend(axes, handles, widest.title, size, own=ax is None)
    return settle(axes)


def _prepared(
    places: gpd.GeoDataFrame,
    ground: dict[str, gpd.GeoDataFrame | None],
    frame: gpd.GeoDataFrame | None = None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any], tuple[float, float, float, float]]:
    """Return places and layers in metres, and the frame of the map."""
    places = shapes.projected(places)
    layers = {
        key: shapes.projected(one, like=places.crs)
        for key, one in ground.items()
        if one is not None and len(one)
    }
    rest = places if frame is None else shapes.projected(frame, like=places.crs)
    shown = layers.get("boundary", layers.get("areas", rest))
    west, south, east, north = (float(side) for side in shown.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        msg = _("There is nothing to draw: the table has no place with a value, and no boundary was given.")
        raise InputError(msg)
    reach = max(east - west, north - south, 1.0)
    if min(east - west, north - south) < reach / 50:  # one street, one row of cells: give it some air
        west, south, east, north = (
            west - reach / 10,
            south - reach / 10,
            east + reach / 10,
            north + reach / 10,
        )
    return places, layers, (west, south, east, north)


def _noted(
    words: tuple[str, str | None, str | None], places: gpd.GeoDataFrame
) -> tuple[str, str | None, str]:
    title, subtitle, foot = words
    note = _("{crs}; north is up. Boundaries and names imply no official position.").format(
        crs=shapes.crs_name(places)
    )
    return title, subtitle, f"{foot} {note}" if foot else note


def _are_lines(places: gpd.GeoDataFrame) -> bool:
    return bool((shapely.get_dimensions(np.asarray(places.geometry.array, dtype=object)) == 1).any())


def _filled(
    axes: Axes,
    places: gpd.GeoDataFrame,
    measure: Layer,
    layers: dict[str, Any],
    bounds: tuple[float, float, float, float],
) -> None:
    """Draw ground, places and outlines, and set the axes to the frame."""
    west, south, east, north = bounds
    _ground(axes, layers)
    geometries = np.asarray(places.geometry.array, dtype=object)
    if _are_lines(places):
        _streets(axes, geometries, measure)
    else:
        _places(axes, geometries, measure)
        if measure.compared and "boundary" not in layers and "n" in places.columns:
            _add(axes, _busy(places, measure), facecolor=style.GROUND, edgecolor=style.RULE, linewidth=0.25)
    _outlines(axes, layers)
    pad = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - pad, east + pad)
    axes.set_ylim(south - pad, north + pad)
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()


def _map_axes(
    ax: Axes | None,
    *,
    words: tuple[str, str | None, str],
    handles: list[Any],
    bounds: tuple[float, float, float, float],
    size: Size,
    shrink: int = 1,
) -> Axes:
    title, subtitle, foot = words
    width = SIZES[size]
    west, south, east, north = bounds
    right = 1.85 if size == "full" else 0.08
    below = 0.26 if size == "full" else 0.3 + furniture.legend_depth(handles, size)
    most = 6.2 if size == "full" else 4.2
    wide = (width - right - 0.08) / shrink * (0.95 if shrink > 1 else 1)
    body = float(np.clip(wide * (north - south) / (east - west), 1.6 if shrink == 1 else 0.8, most))
    return new_axes(
        ax,
        title=title,
        subtitle=subtitle,
        foot=foot,
        body=body,
        size=size,
        margins=(0.08, right, 0.05 if shrink == 1 else 0.22, below),
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


def _streets(ax: Axes, geometries: Any, measure: Layer) -> None:
    """Lines by class, least first, so that what matters lies on top; the width rises with the class."""
    known = ~shapely.is_missing(geometries) & ~shapely.is_empty(geometries)
    classes = measure.classes
    rest: tuple[tuple[Any, dict[str, Any]], ...] = (
        (measure.plain, {"colors": style.STREET, "linewidths": 0.6}),
        (measure.missing, {"colors": style.CONTEXT, "linewidths": 0.6, "linestyles": "dotted"}),
        (measure.suppressed, {"colors": style.SUPPRESSED, "linewidths": 1.0, "linestyles": "dashed"}),
    )
    for inside, look in rest:
        if (known & inside).any():
            ax.add_collection(_lines(geometries[known & inside], zorder=3, **look))
    for code, (colour, pattern) in enumerate(
        zip(furniture.line_colours(classes), classes.patterns, strict=True)
    ):
        inside = known & (classes.codes == code)
        if inside.any():
            look = {"linestyles": "dotted"} if pattern else {}
            width = furniture.line_width(code, len(classes.colours))
            ax.add_collection(
                _lines(geometries[inside], colors=colour, linewidths=width, zorder=3.2 + code / 100, **look)
            )


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


def _lines(geometries: Any, *, colors: str, linewidths: float, **look: Any) -> PathCollection:
    """Return lines, or outlines of polygons, as one path: streets one by one make a large file."""
    array = np.asarray(geometries, dtype=object)
    array = np.where(shapely.get_dimensions(array) == 2, shapely.boundary(array), array)
    lines = shapely.get_parts(shapely.get_parts(array))
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    codes[np.searchsorted(line_of, np.arange(len(lines)))] = Path.MOVETO
    return PathCollection(
        [Path(points, codes)], facecolors="none", edgecolors=colors, linewidths=linewidths, capstyle="round",
        **look,
    )  # fmt: skip
