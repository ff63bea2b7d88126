"""
What a map page carries: the ground, the places with their class and their few numbers, the legend.

Everything here is a choice of what to let in. The numbers of a suppressed place are replaced before they
are written, and no column is written that was not named.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..errors import InputError
from ..i18n import N_, _
from . import shapes, style
from .classes import Layer

__all__ = ["COLUMN_WORDS", "is_hot", "legend_of", "looks_of", "payload_of"]

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
    "spot": N_("Compared with chance"),
}
"""Names of columns in the box that a click opens; other columns keep their own."""

_DECIMALS = 4
"""Of a degree, about ten metres: no coordinate that stands alone in the page is as exact as a point."""
_VALUE_WORDS = {"hot": N_("hot spot"), "cold": N_("cold spot"), "none": N_("no clear difference")}
_OPACITY = 0.8
_PLAIN, _SUPPRESSED, _MISSING = 0, 1, 2
_CLASSES = 3
"""Looks of a page: three for places without a class, then the classes."""
_HAND = 170
"""Width of a place in pixels at which a closer look shows nothing more."""

Look = dict[str, Any]


def payload_of(
    places: gpd.GeoDataFrame,
    measure: Layer,
    *,
    drawn: Any,
    ground: dict[str, gpd.GeoDataFrame | None],
    columns: Sequence[str],
    name: str | None,
    letters: str,
    looks: list[Look],
    max_zoom: int | None,
) -> dict[str, Any]:
    """
    Gather what the page draws.

    Parameters
    ----------
    places
        The table.
    measure
        The measure of it that is graded.
    drawn
        True for the places that are drawn.
    ground
        Layers below and around: ``boundary``, ``areas``, ``streets``, ``water``.
    columns
        The only columns whose values are written, as text.
    name
        Column with names of places.
    letters
        Column with the letters of places.
    looks
        From `looks_of`.
    max_zoom
        Where the zoom stops; left out, by the size of the places.

    Returns
    -------
    dict
        JSON values.

    Raises
    ------
    InputError
        If there is nothing to draw.
    """
    everything = shapes.degrees(places)
    usable = drawn & ~shapely.is_missing(everything) & ~shapely.is_empty(everything)
    layers = {key: shapes.degrees(one) for key, one in ground.items() if one is not None and len(one)}
    west, south, east, north = _frame(layers, everything[usable])
    origin = (round(west, _DECIMALS), round(south, _DECIMALS))
    inside = places.loc[usable]
    width = _typical_width(everything[usable])
    return {
        "origin": list(origin),
        "scale": shapes.SCALE,
        "bounds": [[origin[1], origin[0]], [round(north, _DECIMALS), round(east, _DECIMALS)]],
        "width": round(width, 6),
        "maxZoom": _closest(width) if max_zoom is None else max_zoom,
        "reset": _("Whole map"),
        "zoom": [_("Zoom in"), _("Zoom out")],
        "lengths": [_("{length} m"), _("{length} km")],
        "columns": [_(COLUMN_WORDS.get(column, column)) for column in columns],
        "styles": looks,
        "ground": _ground(layers, origin)
        + _labels(ground.get("areas"), layers, measure, own=name is not None),
        "places": _places(
            names=_names(inside, name),
            kinds=_kinds(measure)[usable].tolist(),
            numbers=[_written(inside[column], measure.suppressed[usable]) for column in columns],
            rings=shapes.encode_polygons(everything[usable], origin=origin),
        ),
        "hotColour": style.HOT,
        "hot": _hot(places, everything, measure, origin),
        "letters": _letters(inside, letters),
    }


def looks_of(measure: Layer, minimum: int | None) -> list[Look]:
    """Return how each kind of place looks: no class, suppressed, no data, then the classes."""
    rest = measure.rest(minimum)
    base: Look = {"line": style.PAPER, "weight": 0.5, "opacity": _OPACITY, "hatch": None, "note": ""}
    hidden = {"hatch": ["up", style.SUPPRESSED], "note": rest["suppressed"], "opacity": 0.5}
    looks: list[Look] = [
        {**base, "label": rest["plain"], "fill": style.PAPER, "opacity": 0.5},
        {**base, "label": rest["suppressed"], "fill": style.PAPER, **hidden},
        {
            **base,
            "label": rest["missing"],
            "fill": style.PAPER,
            "hatch": ["down", style.CONTEXT],
            "note": rest["missing"],
        },
    ]
    classes = measure.classes
    for label, colour, pattern in zip(classes.labels, classes.colours, classes.patterns, strict=True):
        hatch = ["dots", style.INK] if pattern else None
        looks.append({**base, "label": label, "fill": colour, "hatch": hatch})
    return looks


def legend_of(looks: list[Look], measure: Layer, *, hot: bool, ground: bool) -> str:
    """
    Write the legend's list, most first, with only the kinds that occur.

    Parameters
    ----------
    looks
        From `looks_of`.
    measure
        The measure.
    hot
        Hot spots are outlined over it.
    ground
        Places without a class show as the ground even where they are not drawn.

    Returns
    -------
    str
        An HTML list; the shapes in it are hidden from screen readers, the words are not.
    """
    present = set(_kinds(measure).tolist())
    if not ground:
        present.discard(_PLAIN)
    rows = [
        _row(_swatch(looks[i], i), looks[i]["label"])
        for i in (*range(len(looks) - 1, 2, -1), 0, 1, 2)
        if i in present
    ]
    if hot:
        outline = (
            f'<rect x="2" y="2" width="22" height="12" fill="none" stroke="{style.HOT}" stroke-width="2.5"/>'
        )
        mark = f'<svg viewBox="0 0 26 16" aria-hidden="true">{outline}</svg>'
        rows.insert(0, _row(mark, _("Hot spot: more than chance would bring")))
    return f"<ul>{''.join(rows)}</ul>"


def is_hot(places: pd.DataFrame, measure: Layer) -> bool:
    """Say whether hot spots are to be outlined over another measure."""
    return not measure.compared and "spot" in places.columns and bool((places["spot"] == "hot").any())


def _frame(layers: dict[str, Any], places: Any) -> tuple[float, float, float, float]:
    ground = [layers[key] for key in ("boundary", "areas") if key in layers]
    shown = np.concatenate([*ground, places])
    if shapely.is_empty(shown).all() or shapely.is_missing(shown).all():
        msg = _("There is nothing to draw: the table has no place with a value, and no boundary was given.")
        raise InputError(msg)
    return shapes.bounds(shown)


def _kinds(measure: Layer) -> Any:
    kinds = measure.classes.codes.astype(int) + _CLASSES
    kinds[measure.classes.codes < 0] = _PLAIN
    kinds[measure.suppressed] = _SUPPRESSED
    kinds[measure.missing] = _MISSING
    return kinds


def _names(places: pd.DataFrame, name: str | None) -> list[str]:
    if name is None:
        return [_("Grid cell")] * len(places)
    return [str(value) if isinstance(value, str) else _("no name") for value in places[name]]


def _places(
    *, names: list[str], kinds: list[int], numbers: list[list[str | None]], rings: list[Any]
) -> list[list[Any]]:
    values = [list(row) for row in zip(*numbers, strict=True)] if numbers else [[] for _name in names]
    return [list(place) for place in zip(names, kinds, values, rings, strict=True)]


def _written(values: pd.Series[Any], hidden: Any) -> list[str | None]:
    """Write numbers as people do, each distinct one once; suppressed ones are never looked at."""
    known: dict[Any, str | None] = {}
    written: list[str | None] = []
    for value, secret in zip(values.tolist(), hidden.tolist(), strict=True):
        if secret or pd.isna(value):
            written.append(None)
            continue
        if value not in known:
            known[value] = _say(value)
        written.append(known[value])
    return written


def _say(value: Any) -> str:
    if isinstance(value, str):
        return _(_VALUE_WORDS[value]) if value in _VALUE_WORDS else value
    return style.figure_number(float(value))


def _letters(places: pd.DataFrame, column: str) -> list[list[Any]]:
    if column not in places.columns:
        return []
    return [
        [place, text, _("Place {letter}").format(letter=text)]
        for place, text in enumerate(places[column].tolist())
        if isinstance(text, str) and text
    ]


def _ground(layers: dict[str, Any], origin: tuple[float, float]) -> list[dict[str, Any]]:
    """Lines and surfaces in greys; those of the study area and of inner borders lie above the data."""
    parts = []
    if "boundary" in layers:
        parts.append(_surface(layers["boundary"], style.PAPER, origin))
    if "water" in layers:
        parts.append(_surface(layers["water"], style.WATER, origin))
    for key, colour, weight, above in (
        ("streets", style.STREET, 1, False),
        ("areas", style.BOUNDARY, 0.8, True),
        ("boundary", style.BOUNDARY, 1.6, True),
    ):
        if key in layers:
            look = {"color": colour, "weight": weight, "fill": False, "opacity": 1}
            lines = shapes.encode_lines(layers[key], origin=origin)
            parts.append({"shapes": lines, "style": look, "above": above})
    return parts


def _surface(geometries: Any, colour: str, origin: tuple[float, float]) -> dict[str, Any]:
    polygons = shapes.encode_polygons(geometries, origin=origin)
    look = {"stroke": False, "fill": True, "fillColor": colour, "fillOpacity": 1}
    return {"shapes": [rings for shape in polygons for rings in shape], "style": look, "above": False}


def _labels(areas: Any, layers: dict[str, Any], measure: Layer, *, own: bool) -> list[dict[str, Any]]:
    """Names of areas; where the areas themselves are graded, light on dark classes."""
    if areas is None or "areas" not in layers or "area" not in areas.columns:
        return []
    codes = measure.classes.codes.tolist() if own else [-1] * len(areas)
    dark = [code >= 0 and style.ink_on(measure.classes.colours[code]) == style.PAPER for code in codes]
    points = shapes.label_points(layers["areas"])
    names = [
        [round(point.x, _DECIMALS), round(point.y, _DECIMALS), name, int(light)]
        for point, name, light in zip(points, areas["area"].tolist(), dark, strict=True)
        if point is not None and isinstance(name, str)
    ]
    return [{"shapes": [], "style": {}, "above": True, "names": names}]


def _hot(places: pd.DataFrame, everything: Any, measure: Layer, origin: tuple[float, float]) -> list[Any]:
    if not is_hot(places, measure):
        return []
    cells = everything[(places["spot"] == "hot").to_numpy()]
    # Cells are rounded first: neighbours then share their corners and the outline has no seams.
    union = shapely.union_all(shapely.set_precision(cells, 1 / shapes.SCALE))
    return shapes.encode_lines([union], origin=origin)


def _typical_width(geometries: Any) -> float:
    """Return how wide a typical place is, in degrees of longitude."""
    boxes = shapely.bounds(geometries)
    return max(float(np.median(boxes[:, 2] - boxes[:, 0])), 1e-5) if len(boxes) else 0.01


def _closest(width: float) -> int:
    """Return the zoom at which a place of that width is about as wide as a hand on the screen."""
    return int(np.clip(np.floor(np.log2(_HAND * 360 / (256 * width))), 3, 18))


def _row(mark: str, label: str) -> str:
    return f"<li>{mark}<span>{html.escape(label)}</span></li>"


def _swatch(look: Look, place: int) -> str:
    mark = ""
    if look["hatch"]:
        kind, colour = look["hatch"]
        marks = {
            "up": '<path d="M-1 8L8 -1M-1 1L1 -1M6 8L8 6"/>',
            "down": '<path d="M-1 -1L8 8M6 -1L8 1M-1 6L1 8"/>',
            "dots": f'<circle cx="3.5" cy="3.5" r="1.1" fill="{colour}"/>',
        }
        tile = f'<pattern id="p{place}" width="7" height="7" patternUnits="userSpaceOnUse" stroke="{colour}">'
        fill = f'<rect width="26" height="16" fill="url(#p{place})"/>'
        mark = f"<defs>{tile}{marks[kind]}</pattern></defs>{fill}"
    frame = '<rect x=".5" y=".5" width="25" height="15"'
    colours = f'fill="{look["fill"]}" fill-opacity="{look["opacity"]}" stroke="{style.CONTEXT}"'
    return f'<svg viewBox="0 0 26 16" aria-hidden="true">{frame} {colours}/>{mark}</svg>'
