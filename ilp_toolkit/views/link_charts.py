"""
Link charts: who and what is linked in what was collected, by a sign for each type and a line for each grade.

The same network gives the same chart, whatever the order of its rows. Nobody is drawn larger for having more
links: the size of a sign says nothing. Up to some hundreds of vertices each is drawn; beyond, nobody could
read them, and the chart shows parts of the network and the links between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patheffects import withStroke

from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import SIZES, Size, inches, new_axes, settle, styled
from .link_key import arrow_tip, draw_key, draw_signs, entries_of, key_depth, looks_of
from .link_layout import Floats, link_layout, take_graph
from .link_marks import (
    FIRMNESS,
    KINDS,
    Edge,
    Vertex,
    date_words,
    edges_of,
    graded_words,
    limit_of_links,
    title_words,
    vertices_of,
)
from .link_parts import draw_parts, parts_of
from .link_room import LINE, Room, clipped, find_room, free_spots
from .ticks import joined

__all__ = ["describe_link_chart", "link_chart"]

_MOST = 250
"""More vertices than this are shown as parts unless each is asked for."""
_TALLEST = 8.2
"""Inches: with the words, a page."""
_WORDS = 6.0
"""Size of the words beside lines, in points."""


@styled
def link_chart(
    graph: Any,
    *,
    names: bool = False,
    accent: str | Collection[str] = (),
    coarse: bool | None = None,
    start: Mapping[Any, tuple[float, float]] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw a network of links: a sign for each type, a line by how firm the link is, arrows for directions.

    Parameters
    ----------
    graph
        What `networks.graph_from_links` returns; a bare graph of networkx has no types, grades and dates.
    names
        Write labels below the signs rather than ids: only for those who may see the names.
    accent
        Kinds of links to set off, such as "payment". Links are set off, never persons.
    coarse
        True draws parts of the network as circles, False each vertex; left out, parts from 251 vertices on.
    start
        Places of an earlier chart (`link_layout`), so that readers find everything where it was.
    ax
        Axes to draw on; left out, a figure of its own, as high as it needs.
    title, subtitle, foot
        The finding; measure, dates, n; source and date. That a position in collected data is no culpability
        is always added.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        Its data units are inches.

    Raises
    ------
    InputError
        If it is no graph, it is empty, or `accent` names a kind that no link has.

    Notes
    -----
    Victims, witnesses, minors and all others whom nobody has a reason to suspect are drawn in grey, all
    alike: a chart points at nobody among them. A line is drawn as its firmest link; grades never add up.
    Do not read a middle place as importance: it is where those stand who were watched most.
    """
    take_graph(graph)
    if coarse or (coarse is None and len(graph) > _MOST):
        return draw_parts(graph, ax=ax, title=title, subtitle=subtitle, foot=foot, size=size)
    vertices, edges = vertices_of(graph, names=names), edges_of(graph)
    marked = _marked(edges, accent)
    ends = np.array([(edge.one, edge.two) for edge in edges], dtype=np.int64).reshape(-1, 2)
    places = np.array(list(link_layout(graph, start=start).values()))
    entries = entries_of(vertices, edges)
    width = SIZES[size] - 0.2 if ax is None else inches(ax)[0]
    key = key_depth(entries, width)
    height = (2.0, _TALLEST - key) if ax is None else (inches(ax)[1] - key,) * 2
    room = find_room(vertices, places, ends, width=width, height=height)
    axes = new_axes(
        ax,
        title=title or title_words(len(vertices), len(edges), parts_of(len(vertices), ends)),
        subtitle=subtitle if subtitle is not None else joined(graded_words(edges), date_words(edges)),
        foot=joined(foot, limit_of_links(), _lost(room)),
        body=room.size[1] + key,
        size=size,
        margins=(0.1, 0.1, 0.06, 0.04),
    )
    axes.set_xlim(0, width)
    axes.set_ylim(-key, room.size[1])
    axes.set_axis_off()
    _draw_lines(axes, room, edges, marked)
    _draw_vertices(axes, room, vertices)
    draw_key(axes, entries, width, 0.0)
    return settle(axes)


def describe_link_chart(graph: Any) -> str:
    """
    Say what a link chart shows: how much, of which types, how firm; no single person.

    Parameters
    ----------
    graph
        As in `link_chart`.

    Examples
    --------
    >>> import networkx as nx
    >>> describe_link_chart(nx.path_graph(3))[:60]
    '3 entities and 2 links, all connected. Entity, its type not '
    """
    vertices, edges = vertices_of(graph), edges_of(graph)
    ends = np.array([(edge.one, edge.two) for edge in edges], dtype=np.int64).reshape(-1, 2)
    counts = {kind: sum(one.kind == kind for one in vertices) for kind in KINDS}
    listed = ", ".join(f"{_(KINDS[kind])}: {style.number(n)}" for kind, n in counts.items() if n)
    heading = title_words(len(vertices), len(edges), parts_of(len(vertices), ends))
    types = f"{listed[:1].upper()}{listed[1:]}."
    return joined(f"{heading}.", types, graded_words(edges), date_words(edges), limit_of_links()) or ""


def _marked(edges: list[Edge], accent: str | Collection[str]) -> list[bool]:
    wanted = {accent} if isinstance(accent, str) else set(accent)
    known = {kind for edge in edges for kind in edge.kinds}
    missing = sorted(wanted - known)
    if missing:
        msg = _("`accent` names {kind!r}, which is no kind of link here. Kinds: {known}.")
        raise InputError(msg.format(kind=missing[0], known=", ".join(sorted(known)) or "-"))
    return [bool(wanted & set(edge.kinds)) for edge in edges]


def _lost(room: Room) -> str:
    if not room.lost:
        return ""
    text = plural(
        "{n} sign is without its words for want of room.",
        "{n} signs are without their words for want of room.",
        room.lost,
    )
    return text.format(n=style.number(room.lost))


def _draw_lines(ax: Axes, room: Room, edges: list[Edge], marked: list[bool]) -> None:
    lines = [clipped(room, edge.one, edge.two) for edge in edges]
    looks = looks_of(edges)
    slim = 1.0 if len(edges) <= 150 else 0.8 if len(edges) <= 600 else 0.4
    for level in tuple(FIRMNESS)[::-1]:
        for set_off in (False, True):
            parts = [
                line
                for line, edge, one in zip(lines, edges, marked, strict=True)
                if edge.firmness == level and one == set_off
            ]
            if parts:
                pattern, width, colour = looks[level]
                ax.add_collection(
                    LineCollection(
                        parts, linestyles=[pattern], linewidths=slim * width * (1.7 if set_off else 1.0),
                        colors=style.ACCENT if set_off else colour, zorder=3 if set_off else 2,
                    ),
                    autolim=False,
                )  # fmt: skip
    _draw_arrows(ax, room, edges, lines, marked)
    if room.look.points and len(edges) <= 400:
        for i, (x, y) in free_spots(room, edges, lines, _WORDS):
            ax.text(
                x, y, edges[i].text, fontsize=_WORDS, color=style.ACCENT if marked[i] else style.MUTED,
                ha="center", va="center", zorder=4,
                path_effects=[withStroke(linewidth=2.2, foreground=style.PAPER)],
            )  # fmt: skip


def _draw_arrows(
    ax: Axes, room: Room, edges: list[Edge], lines: list[tuple[Floats, Floats]], marked: list[bool]
) -> None:
    length = 0.075 if room.look.points else 0.03
    for set_off, colour in ((False, style.INK), (True, style.ACCENT)):
        tips = []
        for (start, end), edge, one in zip(lines, edges, marked, strict=True):
            if one != set_off or not (edge.forth or edge.back):
                continue
            way = end - start
            unit = way / (float(np.hypot(*way)) or 1e-9)
            tips += [arrow_tip(end, unit, length)] * edge.forth + [
                arrow_tip(start, -unit, length)
            ] * edge.back
        if tips:
            ax.add_collection(PolyCollection(tips, facecolors=colour, linewidths=0, zorder=4), autolim=False)


def _draw_vertices(ax: Axes, room: Room, vertices: list[Vertex]) -> None:
    look = room.look
    for kind in sorted({one.kind for one in vertices}):
        for quiet, colour in ((True, style.SUPPRESSED), (False, style.INK)):
            inside = [i for i, one in enumerate(vertices) if one.kind == kind and one.quiet == quiet]
            if inside:
                line = 1.0 if look.radius > 0.11 else 0.8 if look.radius > 0.06 else 0.4
                draw_signs(ax, kind, room.centres[inside], look.radius, colour=colour, line=line)
    for i, rows in enumerate(room.rows):
        x, y = room.centres[i]
        for number, row in enumerate(rows):
            drop = look.radius + 0.012 + (number + 0.78) * LINE * look.points / 72
            ax.text(
                x, y - drop, row, fontsize=look.points, ha="center", va="baseline", zorder=6,
                color=style.MUTED if vertices[i].quiet else style.INK,
                path_effects=[withStroke(linewidth=2.4, foreground=style.PAPER)],
            )  # fmt: skip
