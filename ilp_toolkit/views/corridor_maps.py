"""
Corridors on a printed map: several ways between two places, as wide as their modelled share.

No corridor is the message: all have one colour, letters run from west to east, and every post is marked
alike, whatever passes it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from .. import choices
from ..errors import InputError
from ..i18n import _, current, plural
from . import furniture, style
from .figure import SIZES, Size, inches, new_axes, settle, styled
from .flow_ground import Land, clear_of_scale, draw_ground, land_of, plane_for, points_of
from .flow_tables import flows_limit, place_name, short
from .keys import Key, draw_keys, keys_depth
from .labels import Label, place_labels
from .ticks import check_columns, joined, known

__all__ = ["corridor_map", "describe_corridor_map"]

Floats = NDArray[np.float64]
_WIDEST, _THINNEST = 7.0, 0.9
"""Points: of an edge that all of the flow takes, and of the thinnest corridor."""
_MOST = 26
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RING = {"boxstyle": "circle,pad=0.22", "facecolor": style.PAPER, "edgecolor": style.INK, "linewidth": 0.9}


@styled
def corridor_map(
    corridors: pd.DataFrame,
    graph: Any,
    *,
    places: pd.DataFrame | None = None,
    borders: gpd.GeoDataFrame | None = None,
    extent: tuple[float, float, float, float] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw corridors between two places, with their modelled shares and all posts.

    Parameters
    ----------
    corridors
        What `routes.corridors` returned, best with the ``share`` that `routes.assign` adds. Two rows or
        more: one way alone would be a claim that nobody can defend.
    graph
        The graph they were found in (of `routes.corridor_graph`, nodes with ``x``, ``y``, ``kind``), or a
        table of arcs with ``source`` and ``target``; then `places` says where the nodes lie.
    places
        A column with the nodes (``node``), ``lon`` and ``lat`` in degrees, and where known ``kind``
        ("post", "town", "junction"), ``name`` and ``name_ru``. Goes before what the graph says.
    borders
        Polygons of the ground; none are drawn where it is left out.
    extent, ax, title, subtitle, foot, size
        As in `flow_map`.

    Returns
    -------
    Axes
        In metres.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there are fewer than two corridors, more than 26, or a node of one has no place.
    """
    net = _net(corridors, graph, places)
    ways = _ways(corridors, net)
    every = np.vstack([net.spots[node] for way in ways for node in way.nodes])
    land = land_of(net.plane, every, borders=borders, real=False, extent=extent, size=size)
    keys = _keys(ways, net)
    axes = new_axes(
        ax,
        title=title or _finding(ways, net),
        subtitle=subtitle if subtitle is not None else _shown(corridors, ways),
        foot=joined(foot, *_limits(), land.note),
        body=land.height,
        size=size,
        margins=(0.08, 0.08, 0.06, keys_depth(keys, SIZES[size] - 0.16) + 0.08),
    )
    draw_ground(axes, land)
    lines = _draw_roads(axes, net, ways, land)
    _draw_places(axes, net, ways, land, lines)
    _draw_letters(axes, ways)
    draw_keys(axes, keys)
    return settle(axes)


def describe_corridor_map(corridors: pd.DataFrame, graph: Any, *, places: pd.DataFrame | None = None) -> str:
    """
    Say which corridors there are, with their shares, lengths and posts, in the order of their letters.

    Parameters
    ----------
    corridors, graph, places
        As in `corridor_map`.
    """
    net = _net(corridors, graph, places)
    ways = _ways(corridors, net)
    return " ".join([*(f"{way.letter}: {_way_words(way, net)}." for way in ways), *filter(None, _limits())])


# What is drawn


@dataclass(frozen=True)
class _Net:
    spots: dict[Hashable, Floats]
    names: dict[Hashable, str]
    kinds: dict[Hashable, str]
    edges: list[tuple[Hashable, Hashable]]
    plane: Any


@dataclass(frozen=True)
class _Way:
    letter: str
    nodes: tuple[Hashable, ...]
    share: float
    km: float
    hours: float
    mark: Floats
    """Middle of the stretch that fewest other corridors take: where the letter stands."""


def _net(corridors: pd.DataFrame, graph: Any, places: pd.DataFrame | None) -> _Net:
    check_columns(corridors, ("origin", "destination", "nodes"), "routes.corridors")
    if not 2 <= len(corridors) <= _MOST:
        msg = _("`corridors` has {n} rows; a map of corridors takes from 2 to {most}.")
        raise InputError(msg.format(n=len(corridors), most=_MOST))
    if isinstance(graph, pd.DataFrame):
        check_columns(graph, ("source", "target"), "routes.corridor_graph")
        edges = list(zip(graph["source"], graph["target"], strict=True))
        nodes: dict[Hashable, dict[str, Any]] = {node: {} for edge in edges for node in edge}
    else:
        edges = [(start, end) for start, end in graph.edges()]
        nodes = {node: dict(data) for node, data in graph.nodes(data=True)}
    wanted = list(dict.fromkeys([*(node for way in corridors["nodes"] for node in way), *nodes]))
    degrees, names = points_of(places, wanted) if places is not None else ({}, {})
    kinds = _column(places, wanted, "kind")
    for node, data in nodes.items():
        if node not in degrees and {"x", "y"} <= set(data):
            degrees[node] = (float(data["x"]), float(data["y"]))
        if data.get("kind") and node not in kinds:
            kinds[node] = str(data["kind"])
        if names.get(node, str(node)) == str(node):
            names[node] = str(data.get(f"name_{current()}") or data.get("name") or place_name(node))
    lost = [str(node) for way in corridors["nodes"] for node in way if node not in degrees]
    if lost:
        msg = _("`corridors` passes {node}, which has no place. Give `places` with longitude and latitude.")
        raise InputError(msg.format(node=lost[0]))
    lon, lat = np.array([degrees[node] for way in corridors["nodes"] for node in way]).T
    plane = plane_for(lon, lat, None)
    spots = {node: plane.points(*degrees[node])[0] for node in degrees}
    return _Net(spots, names, kinds, [edge for edge in edges if {*edge} <= set(spots)], plane)


def _column(places: pd.DataFrame | None, nodes: list[Hashable], column: str) -> dict[Hashable, str]:
    if places is None or column not in places.columns:
        return {}
    key = next((name for name in ("node", "place", "post_id", "name") if name in places.columns), None)
    if key is None:
        return {}
    wanted = set(nodes)
    return {
        node: str(value)
        for node, value in zip(places[key], places[column], strict=True)
        if node in wanted and isinstance(value, str)
    }


def _ways(corridors: pd.DataFrame, net: _Net) -> list[_Way]:
    """Return the corridors from west to east, each with its letter."""
    users: dict[frozenset[Hashable], int] = {}
    for nodes in corridors["nodes"]:
        for edge in pairwise(nodes):
            users[frozenset(edge)] = users.get(frozenset(edge), 0) + 1
    numbers = {
        name: known(corridors[name]) if name in corridors else np.full(len(corridors), np.nan)
        for name in ("share", "km", "hours")
    }
    found = []
    for row, nodes in enumerate(corridors["nodes"]):
        least = min(users[frozenset(edge)] for edge in pairwise(nodes))
        own = [edge for edge in pairwise(nodes) if users[frozenset(edge)] == least]
        lengths = [float(np.hypot(*(net.spots[end] - net.spots[start]))) for start, end in own]
        start, end = own[int(np.argmax(lengths))]
        mark = (net.spots[start] + net.spots[end]) / 2
        share, km, hours = (float(numbers[name][row]) for name in ("share", "km", "hours"))
        found.append(_Way("", tuple(nodes), share, km, hours, mark))
    found.sort(key=lambda way: (float(way.mark[0]), -float(way.mark[1]), way.nodes.__repr__()))
    return [
        _Way(letter, way.nodes, way.share, way.km, way.hours, way.mark)
        for letter, way in zip(_LETTERS, found, strict=False)
    ]


def _loads(ways: list[_Way]) -> dict[tuple[Hashable, Hashable], float]:
    """Return the share of each edge: of each pair of places, the sum of the corridors over it."""
    pairs = {(way.nodes[0], way.nodes[-1]) for way in ways}
    loads: dict[tuple[Hashable, Hashable], float] = {}
    for way in ways:
        for edge in pairwise(way.nodes):
            key = edge if (edge[1], edge[0]) not in loads else (edge[1], edge[0])
            loads[key] = loads.get(key, 0.0) + way.share / len(pairs)
    return loads


# Words


def _finding(ways: list[_Way], net: _Net) -> str:
    pairs = {(way.nodes[0], way.nodes[-1]) for way in ways}
    shares = [way.share for way in ways]
    if len(pairs) > 1:
        text = _("{n} corridors between {pairs} pairs of places")
        return text.format(n=style.number(len(ways)), pairs=style.number(len(pairs)))
    origin, destination = next(iter(pairs))
    names = {"origin": net.names[origin], "destination": net.names[destination]}
    if not np.isfinite(shares).all():
        text = plural(
            "{origin} → {destination}: {n} corridor", "{origin} → {destination}: {n} corridors", len(ways)
        )
        return text.format(n=style.number(len(ways)), **names)
    text = plural(
        "{origin} → {destination}: {n} corridor, with a share of {high}",
        "{origin} → {destination}: {n} corridors, with shares from {low} to {high}",
        len(ways),
    )
    low, high = style.percent(min(shares)), style.percent(max(shares))
    return text.format(n=style.number(len(ways)), low=low, high=high, **names)


def _shown(corridors: pd.DataFrame, ways: list[_Way]) -> str:
    made = choices.of(corridors)
    text = (
        _("Modelled share of the flow, by what a way costs; posts (squares) all alike")
        if np.isfinite([way.share for way in ways]).all()
        else _("Ways that differ, shares not estimated; posts (squares) all alike")
    )
    beta = made.get("beta")
    return f"{text}; beta = {short(float(beta))}" if isinstance(beta, int | float) else text


def _limits() -> list[str]:
    return [
        _("Model: nobody has observed who takes which way. Letters run from west to east and rank nothing."),
        flows_limit(),
    ]


def _way_words(way: _Way, net: _Net) -> str:
    parts = []
    if np.isfinite(way.share):
        parts.append(style.percent(way.share))
    if np.isfinite(way.km):
        parts.append(_("{length} km").format(length=style.figure_number(round(way.km))))
    posts = [net.names[node] for node in way.nodes if net.kinds.get(node) == "post"]
    between = posts or [net.names[node] for node in way.nodes[1:-1] if net.kinds.get(node) == "town"]
    if between:
        parts.append(_("through {places}").format(places=", ".join(between[:5])))
    return "; ".join(parts)


def _keys(ways: list[_Way], net: _Net) -> list[Key]:
    keys = [
        Key(partial(_sample_letter, letter=way.letter), _way_words(way, net), wide=0.18, column=0.5)
        for way in ways
    ]
    keys.append(Key(_sample_post, _("border post"), wide=0.14))
    if np.isfinite([way.share for way in ways]).all():
        for share in (0.5, 0.1):
            keys.append(Key(partial(_sample_width, share=share), style.percent(share), wide=0.3))
    return keys


# Drawing


def _draw_roads(ax: Axes, net: _Net, ways: list[_Way], land: Land) -> Floats:
    """Draw all roads thin and grey, then the corridors; return points along these."""
    roads = [np.vstack([net.spots[start], net.spots[end]]) for start, end in net.edges]
    ax.add_collection(LineCollection(roads, colors=style.CONTEXT, linewidths=0.7, zorder=3), autolim=False)
    loads = _loads(ways)
    lines = [np.vstack([net.spots[start], net.spots[end]]) for start, end in loads]
    widths = [_width(load) for load in loads.values()]
    for extra, colour, zorder in ((1.2, style.PAPER, 4.0), (0.0, style.ACCENT, 4.1)):
        ax.add_collection(
            LineCollection(
                lines,
                colors=colour,
                linewidths=[width + extra for width in widths],
                capstyle="round",
                zorder=zorder,
                gid="corridors" if not extra else None,
            ),
            autolim=False,
        )
    return np.vstack([line[0] + (line[1] - line[0]) * np.linspace(0, 1, 12)[:, None] for line in lines])


def _width(load: float) -> float:
    return 2.0 if not np.isfinite(load) else max(_WIDEST * load, _THINNEST)


def _draw_places(ax: Axes, net: _Net, ways: list[_Way], land: Land, lines: Floats) -> None:
    ends = list(dict.fromkeys(node for way in ways for node in (way.nodes[0], way.nodes[-1])))
    on = dict.fromkeys(node for way in ways for node in way.nodes)
    shown = [node for node in net.spots if land.holds(net.spots[node])]
    posts = [node for node in shown if net.kinds.get(node) == "post" and node not in ends]
    towns = [node for node in on if net.kinds.get(node) == "town" and node not in ends]
    for nodes, marker, area, face in (
        (posts, "s", 26, style.PAPER),
        (towns, "o", 14, style.PAPER),
        (ends, "o", 42, style.INK),
    ):
        spots = np.array([net.spots[node] for node in nodes]).reshape(-1, 2)
        ax.scatter(
            spots[:, 0], spots[:, 1], s=area, marker=marker, color=face, edgecolors=style.INK,
            linewidths=0.9, zorder=6,
        )  # fmt: skip
    names = [Label.at(net.names[node], net.spots[node], bold=True) for node in ends]
    names += [Label.at(net.names[node], net.spots[node]) for node in posts]
    names += [Label.at(net.names[node], net.spots[node], quiet=True) for node in towns]
    rings = np.repeat(np.array([way.mark for way in ways]), 40, axis=0)
    place_labels(ax, names, radius=0.05, avoid=np.vstack([lines, rings, clear_of_scale(land)]))


def _draw_letters(ax: Axes, ways: list[_Way]) -> None:
    gap = 0.2 * (ax.get_xlim()[1] - ax.get_xlim()[0]) / inches(ax)[0]
    marks = np.array([way.mark for way in ways])
    for way, spot in zip(ways, furniture.apart(marks, gap), strict=True):
        ax.annotate(
            way.letter, spot, ha="center", va="center", fontsize=style.SIZES["small_pt"], fontweight="bold",
            color=style.INK, bbox=_RING, zorder=10,
        )  # fmt: skip


def _sample_letter(ax: Axes, x: float, y: float, *, letter: str) -> None:
    ax.text(
        x + 0.08, y, letter, ha="center", va="center", fontsize=style.SIZES["small_pt"], fontweight="bold",
        bbox=_RING,
    )  # fmt: skip


def _sample_post(ax: Axes, x: float, y: float) -> None:
    ax.scatter([x + 0.07], [y], s=26, marker="s", color=style.PAPER, edgecolors=style.INK, linewidths=0.9)


def _sample_width(ax: Axes, x: float, y: float, *, share: float) -> None:
    ax.plot([x, x + 0.3], [y, y], color=style.ACCENT, linewidth=_width(share), solid_capstyle="butt")
