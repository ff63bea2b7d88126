"""
Flows on a printed map: arcs as wide as their kilograms, with the doubt about them and with what is missing.

The ground is grey and silent. What is not drawn (small edges, places that are not on the map, loads whose
origin nobody named) is said below, because a map of flows is believed for what it leaves out.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from .. import choices
from ..i18n import _, plural
from . import arcs, style
from .figure import SIZES, Size, inches, new_axes, settle, styled
from .flow_ground import Ground, clear_of_scale, draw_ground, ground_of
from .flow_marks import (
    LOW,
    MIDDLE,
    Scale,
    round_sizes,
    sample_band,
    sample_direction,
    sample_dots,
    sample_hatch,
    sample_line,
    scale_of,
    strokes_of,
    tint,
)
from .flow_tables import (
    Edges,
    drug_name,
    edge_words,
    flows_limit,
    interval,
    left_out,
    mass,
    place_name,
    take_edges,
)
from .keys import Key, draw_keys, keys_depth
from .labels import Label, place_labels
from .ticks import joined

__all__ = [
    "describe_flow_map",
    "flow_map",
    "hatched_words",
    "left_words",
    "map_title",
    "shown_words",
]

_NODE = 0.045
"""Radius of a place, in inches."""
_NAMED = 12
"""Names in a list at the foot, at most."""


@styled
def flow_map(
    flows: pd.DataFrame,
    *,
    places: pd.DataFrame | None = None,
    borders: gpd.GeoDataFrame | None = None,
    threshold: float | None = None,
    most: int = 40,
    missing: Collection[str] = (),
    extent: tuple[float, float, float, float] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw flows between countries or places as arcs whose width is proportional to kilograms.

    Parameters
    ----------
    flows
        What `flows.estimate`, `flows.balance` or `flows.from_seizures` returned, of one period: ``origin``,
        ``destination``, ``kg`` and, where known, ``low`` and ``high`` (drawn as a dark core and a light
        band). Rows without an origin or destination are not drawn, and are named in the foot.
    places
        Where they lie: a column with the names used in `flows`, ``lon`` and ``lat`` in degrees (or ``x`` and
        ``y``, or points as geometry) and, where known, ``name`` and ``name_ru``. Left out, the capitals.
    borders
        Polygons of the ground with a column of codes (``code`` or ``iso_a2``). Left out, the borders of the
        package where the places are countries of the real world, and none for others.
    threshold
        Kilograms below which an edge is not drawn.
    most
        How many edges are drawn at most, largest first. The foot counts those left out.
    missing
        Countries that reported nothing in the period: hatched, for no report is no zero.
    extent
        West, south, east, north in degrees; left out, what holds all the places that are drawn.
    ax, title, subtitle, foot, size
        As in every chart; the finding is written where no title is given, and the limit is always added.

    Returns
    -------
    Axes
        In metres. Each arc bends to the right of its direction, so that the two directions lie apart.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an edge stands twice, there is no edge to draw, no place is known, or borders are needed and
        missing.

    Notes
    -----
    A country is drawn at its capital: an arc says from where to where, and nothing of the way between.
    """
    edges = take_edges(flows, threshold=threshold, most=most)
    ground = ground_of(edges, places=places, borders=borders, extent=extent, size=size)
    scale = scale_of(ground.drawn)
    keys = _keys(flows, edges, ground, scale, missing)
    axes = new_axes(
        ax,
        title=title or map_title(edges, ground.names),
        subtitle=subtitle if subtitle is not None else shown_words(flows, edges, ground),
        foot=joined(foot, flows_limit(), *left_words(flows, edges, ground), ground.land.note),
        body=ground.land.height,
        size=size,
        margins=(0.08, 0.08, 0.06, keys_depth(keys, SIZES[size] - 0.16) + 0.08),
    )
    draw_ground(axes, ground.land, missing=missing)
    lines = _draw_arcs(axes, ground, scale)
    _draw_nodes(axes, ground)
    _draw_names(axes, ground, lines)
    draw_keys(axes, keys)
    return settle(axes)


def describe_flow_map(
    flows: pd.DataFrame, *, threshold: float | None = None, most: int = 40, missing: Collection[str] = ()
) -> str:
    r"""
    Say what a map of flows shows: its largest edges with their intervals, and what it leaves out.

    Parameters
    ----------
    flows, threshold, most, missing
        As in `flow_map`.

    Examples
    --------
    >>> ends = {"origin": ["XB"], "destination": ["XA"]}
    >>> describe_flow_map(pd.DataFrame({**ends, "kg": [120.0], "low": [60.0], "high": [300.0]}))[:42]
    'Belzavat → Tolvania: 120\xa0kg (60 to 300\xa0kg)'
    """
    edges = take_edges(flows, threshold=threshold, most=most)
    said = [edge_words(row, {}) for row in edges.drawn.head(5).to_dict("records")]
    rest = len(edges.drawn) - len(said)
    more = plural("{n} more edge is drawn.", "{n} more edges are drawn.", rest).format(n=style.number(rest))
    return " ".join(
        part
        for part in (
            "; ".join(said) + ".",
            more if rest else None,
            left_out(edges),
            hatched_words(missing),
            flows_limit(),
        )
        if part
    )


# Words


def map_title(edges: Edges, names: dict[Any, str]) -> str:
    """Say the finding of a map of flows: its largest edge."""
    first = edges.drawn.to_dict("records")[0]
    text = (
        _("Most kilograms seized: {origin} → {destination}, {kg}")
        if edges.seized
        else _("Largest estimated flow: {origin} → {destination}, {kg}")
    )
    said = text.format(
        origin=place_name(first["origin"], names),
        destination=place_name(first["destination"], names),
        kg=mass(float(first["kg"])),
    )
    band = interval(float(first["low"]), float(first["high"]))
    return f"{said} ({band})" if band else said


def shown_words(flows: pd.DataFrame, edges: Edges, ground: Ground) -> str:
    """Say what a map of flows shows: measure, drug, year, edges, n."""
    made = choices.of(flows)
    what = (
        _("Kilograms seized, by the countries that the records name")
        if edges.seized
        else _("Estimated kilograms a year between countries")
    )
    parts = [what]
    if made.get("drug"):
        parts.append(drug_name(str(made["drug"])))
    if "year" in flows and len(set(flows["year"])) == 1:
        parts.append(str(int(flows["year"].iloc[0])))
    count = plural("{n} of {all} edge drawn", "{n} of {all} edges drawn", edges.n_all)
    parts.append(count.format(n=style.number(len(ground.drawn)), all=style.number(edges.n_all)))
    if isinstance(made.get("n"), int):
        cases = int(made["n"]) - int(made.get("without_edge", 0))
        count = plural(
            "n = {n} case that names another country", "n = {n} cases that name another country", cases
        )
        parts.append(count.format(n=style.number(cases)))
    return "; ".join(parts)


def left_words(flows: pd.DataFrame, edges: Edges, ground: Ground) -> list[str | None]:
    """Sentences on what the map leaves out."""
    said: list[str | None] = [left_out(edges)]
    if ground.n_beyond:
        text = plural(
            "{n} edge between places beyond the map is not drawn.",
            "{n} edges between places beyond the map are not drawn.",
            ground.n_beyond,
        )
        said.append(text.format(n=style.number(ground.n_beyond)))
    if ground.outside:
        said.append(_("Without a place on this map: {names}.").format(names=_listed(ground.outside)))
    if len(edges.unnamed):
        kg = float(edges.unnamed["kg"].sum())
        said.append(_("Origin or destination unknown, not drawn: {kg}.").format(kg=mass(kg)))
    made = choices.of(flows)
    if isinstance(made.get("without_edge"), int) and made["without_edge"]:
        text = plural(
            "{n} of {all} case names no other country and stands on no edge.",
            "{n} of {all} cases name no other country and stand on no edge.",
            int(made["without_edge"]),
        )
        said.append(text.format(n=style.number(made["without_edge"]), all=style.number(made.get("n", 0))))
    if made.get("without_supplier"):
        named = sorted((place_name(code) for code in made["without_supplier"]), key=str)
        said.append(_("Supplier unknown: {names}.").format(names=_listed(named)))
    return said


def _listed(names: Collection[str]) -> str:
    names = list(names)
    if len(names) <= _NAMED:
        return ", ".join(names)
    rest = len(names) - _NAMED
    return plural("{names} and {n} more", "{names} and {n} more", rest).format(
        names=", ".join(names[:_NAMED]), n=style.number(rest)
    )


def hatched_words(missing: Collection[str]) -> str | None:
    """Name the countries without reports."""
    if not missing:
        return None
    return _("No reports: {names}.").format(names=_listed(sorted(place_name(code) for code in missing)))


# Drawing


def _draw_arcs(ax: Axes, ground: Ground, scale: Scale) -> Any:
    """Draw the arcs, largest first, each on a white edge of its own; return points along them."""
    ends = ax.get_xlim()
    metres = (ends[1] - ends[0]) / inches(ax)[0]
    turn = ground.land.plane.turn
    lines: list[tuple[Any, float, str]] = []
    heads, along = [], []
    for row in ground.drawn.to_dict("records"):
        whole = arcs.arc(ground.spots[row["origin"]], ground.spots[row["destination"]], turn)
        line = arcs.trimmed(whole, 1.2 * _NODE * metres, 1.6 * _NODE * metres)
        head = max(5.0, 1.9 * scale.width(float(row["kg"]))) / 72 * metres
        for part in arcs.copies(line, turn, ends):
            body, tip = arcs.arrow(part, 0.9 * head, head)
            lines += [(body, width, colour) for width, colour in strokes_of(scale, row)]
            heads.append(tip)
            along.append(arcs.resampled(body, 0.06 * metres))
    bodies, widths, colours = zip(*lines, strict=True)
    strokes = LineCollection(
        bodies, linewidths=widths, colors=colours, capstyle="butt", zorder=4, gid="flows"
    )
    ax.add_collection(strokes, autolim=False)
    tone = tint(MIDDLE if scale.bands else LOW)
    ax.add_collection(
        PolyCollection(heads, facecolors=tone, edgecolors=style.PAPER, linewidths=0.4, zorder=5),
        autolim=False,
    )
    dots = [
        part
        for row in ground.unweighed.to_dict("records")
        for part in arcs.copies(
            arcs.arc(ground.spots[row["origin"]], ground.spots[row["destination"]], turn), turn, ends
        )
    ]
    ax.add_collection(
        LineCollection(dots, colors=style.MUTED, linewidths=0.7, linestyles=":", zorder=3.9, gid="unweighed"),
        autolim=False,
    )
    return np.vstack(along)


def _draw_nodes(ax: Axes, ground: Ground) -> None:
    spots = np.array([spot for spot in ground.spots.values() if ground.land.holds(spot)]).reshape(-1, 2)
    ax.scatter(
        spots[:, 0], spots[:, 1], s=(2 * _NODE * 72) ** 2, color=style.PAPER, edgecolors=style.INK,
        linewidths=0.9, zorder=7,
    )  # fmt: skip


def _draw_names(ax: Axes, ground: Ground, lines: Any) -> None:
    """Write the names of places, those with the largest edge first; of places beyond the map at its edge."""
    rows = ground.drawn.to_dict("records")
    order = dict.fromkeys(name for row in rows for name in (row["origin"], row["destination"]))
    labels = {
        key: Label.at(ground.names[key], ground.spots[key])
        for key in order
        if ground.land.holds(ground.spots[key])
    }
    for row in rows:
        for key in (row["origin"], row["destination"]):
            if key not in labels and (spot := _leaves(ground, row, key)) is not None:
                labels[key] = Label.at(ground.names[key], spot, quiet=True)
    lost = place_labels(
        ax, list(labels.values()), radius=_NODE, avoid=np.vstack([lines, clear_of_scale(ground.land)])
    )
    short = [
        Label(str(key), one.x, one.y) for key, one in labels.items() if one.text in lost and not one.quiet
    ]
    place_labels(ax, short, radius=_NODE)


def _leaves(ground: Ground, row: Any, key: Any) -> tuple[float, float] | None:
    """Return where an arc to or from a place beyond the map crosses its edge."""
    whole = arcs.arc(ground.spots[row["origin"]], ground.spots[row["destination"]], ground.land.plane.turn)
    inside = np.flatnonzero([ground.land.holds(point) for point in whole])
    if not len(inside):
        return None
    last = whole[inside[-1] if key == row["destination"] else inside[0]]
    return float(last[0]), float(last[1])


def _keys(
    flows: pd.DataFrame, edges: Edges, ground: Ground, scale: Scale, missing: Collection[str]
) -> list[Key]:
    tone = tint(MIDDLE if scale.bands else LOW)
    keys = [
        Key(partial(sample_line, width=scale.width(kg), colour=tone), mass(kg), high=scale.width(kg) / 72)
        for kg in round_sizes(float(ground.drawn["kg"].max()), scale)
    ]
    if scale.bands:
        sure = choices.of(flows).get("confidence", 0.95)
        text = _("dark: at least; middle: estimate; light: at most ({confidence} interval)")
        keys.append(
            Key(sample_band, text.format(confidence=style.percent(float(sure))), wide=0.42, high=9 / 72)
        )
    keys.append(Key(sample_direction, _("each flow bends to the right of its direction"), wide=0.42))
    if len(ground.unweighed):
        keys.append(Key(sample_dots, _("cases without a weight")))
    if missing and ground.land.shapes is not None:
        keys.append(Key(sample_hatch, _("no reports (not zero)"), wide=0.26, high=0.13))
    return keys
