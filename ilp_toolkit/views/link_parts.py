"""
The coarse view of a large network: parts with many links inside as circles, and the links between them.

A part is a pattern of links in a file, no gang and no group that anybody joined. Circles are as large as the
number of vertices in them; no vertex is named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from ..analysis.kernels.stress import separate
from ..i18n import _, plural
from . import style
from .figure import SIZES, Size, break_lines, inches, new_axes, settle, text_width
from .link_layout import Floats, Integers, link_layout
from .link_marks import (
    KINDS,
    Edge,
    date_words,
    edges_of,
    graded_words,
    limit_of_links,
    title_words,
    vertices_of,
)
from .link_room import spread
from .ticks import joined

__all__ = ["draw_parts", "parts_of"]

_SHOWN = 24
"""More parts than this are not drawn one by one."""
_LEAST = 4
"""Parts of fewer vertices are counted together: two people would be named by their circle."""
_SMALL = style.SIZES["small_pt"]
_FOLD = 1.15


def parts_of(n: int, ends: Integers) -> int:
    """Return in how many pieces that no link connects a network of `n` vertices falls."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return int(connected_components(matrix, directed=False)[0])


@dataclass(frozen=True)
class _Parts:
    n: list[int]
    """Vertices of each part, the largest part first."""
    inner: list[int]
    """Links inside each."""
    words: list[list[str]]
    """What is written below each circle."""
    between: dict[tuple[int, int], int]
    """Links between two parts."""
    rest: tuple[int, int]
    """Parts that are not drawn, and their vertices."""
    outside: int
    """Links with an end in a part that is not drawn."""


def draw_parts(
    graph: Any,
    *,
    ax: Axes | None,
    title: str | None,
    subtitle: str | None,
    foot: str | None,
    size: Size,
) -> Axes:
    """Draw the parts of a network; arguments as in `link_chart`."""
    vertices, edges = vertices_of(graph), edges_of(graph)
    ends = np.array([(edge.one, edge.two) for edge in edges], dtype=np.int64).reshape(-1, 2)
    parts = _parts([one.kind for one in vertices], edges, ends)
    width = SIZES[size] - 0.2 if ax is None else inches(ax)[0]
    height = inches(ax)[1] if ax is not None else None
    spots, radii, high = _placed(parts, width, height)
    axes = new_axes(
        ax,
        title=title or title_words(len(vertices), len(edges), parts_of(len(vertices), ends)),
        subtitle=subtitle
        if subtitle is not None
        else joined(
            _("Circles: parts with many links inside and few between, as large as their number of entities."),
            graded_words(edges),
            date_words(edges),
        ),
        foot=joined(
            foot,
            limit_of_links(),
            _("A part is a pattern of links, nobody's membership of anything."),
            _rest(parts),
        ),
        body=high,
        size=size,
        margins=(0.1, 0.1, 0.06, 0.04),
    )
    axes.set_xlim(0, width)
    axes.set_ylim(0, high)
    axes.set_axis_off()
    _draw(axes, parts, spots, radii)
    return settle(axes)


def _parts(kinds: list[str], edges: list[Edge], ends: Integers) -> _Parts:
    label = _communities(len(kinds), edges, ends)
    sizes = np.bincount(label)
    order = sorted(range(len(sizes)), key=lambda k: (-sizes[k], int(np.flatnonzero(label == k)[0])))
    drawn = [k for k in order if sizes[k] >= _LEAST][:_SHOWN] or order[:1]
    number = {k: i for i, k in enumerate(drawn)}
    inner, outside = [0] * len(drawn), 0
    between: dict[tuple[int, int], int] = {}
    for edge in edges:
        one, two = number.get(int(label[edge.one])), number.get(int(label[edge.two]))
        if one is None or two is None:
            outside += edge.n
        elif one == two:
            inner[one] += edge.n
        else:
            pair = (min(one, two), max(one, two))
            between[pair] = between.get(pair, 0) + edge.n
    told = [Counter(kinds[i] for i in np.flatnonzero(label == k)) for k in drawn]
    words = [_words(i, told[i], inner[i]) for i in range(len(drawn))]
    rest = len(sizes) - len(drawn)
    return _Parts(
        [int(sizes[k]) for k in drawn],
        inner,
        words,
        between,
        (rest, len(kinds) - int(sum(sizes[k] for k in drawn))),
        outside,
    )


def _communities(n: int, edges: list[Edge], ends: Integers) -> Integers:
    """Return the part of each vertex; ids have no influence but their order (Louvain, one fixed start)."""
    import networkx as nx

    plain: Any = nx.Graph()
    plain.add_nodes_from(range(n))
    plain.add_edges_from(ends.tolist())
    label = np.zeros(n, dtype=np.int64)
    for k, inside in enumerate(nx.community.louvain_communities(plain, weight=None, seed=0)):
        label[list(inside)] = k
    del edges
    return label


def _words(number: int, told: Counter[str], inner: int) -> list[str]:
    kinds = [(kind, told[kind]) for kind in KINDS if told[kind]]
    kinds.sort(key=lambda one: -one[1])
    listed = ", ".join(f"{_(KINDS[kind])} {style.number(n)}" for kind, n in kinds[:3])
    listed += " …" if len(kinds) > 3 else ""
    links = plural("{n} link inside", "{n} links inside", inner).format(n=style.number(inner))
    name = _("Part {number}").format(number=number + 1)
    known = [] if [kind for kind, _n in kinds] == ["bare"] else break_lines(listed, _FOLD, _SMALL)
    return [name, *known, *break_lines(links, _FOLD, _SMALL)]


def _placed(parts: _Parts, width: float, height: float | None) -> tuple[Floats, Floats, float]:
    """Return where the circles stand, their radii and the height of the chart, in inches."""
    import networkx as nx

    n = np.array(parts.n, dtype=float)
    largest = min(0.5, 0.32 * width / np.sqrt(len(n)))
    radii = np.maximum(largest * np.sqrt(n / n.max()), 0.05)
    coarse: Any = nx.Graph()
    coarse.add_nodes_from(range(len(n)))
    coarse.add_edges_from(parts.between)
    places = np.array(list(link_layout(coarse).values()))
    halves, drops = np.zeros((len(n), 2)), np.zeros((len(n), 2))
    for i, rows in enumerate(parts.words):
        depth = (1.25 * len(rows) * _SMALL + 2) / 72
        halves[i] = (
            max(radii[i], max(text_width(row, _SMALL, bold=True) for row in rows) / 2),
            radii[i] + depth / 2,
        )
        drops[i, 1] = depth / 2
    halves += 0.06
    high = height or float(np.clip(3.6 * (4 * halves[:, 0] * halves[:, 1]).sum() / width, 2.0, 8.2))
    while True:
        low, top = places.min(axis=0), places.max(axis=0)
        room = np.maximum(np.array([width, high]) - 2 * halves.max(axis=0), 0.1)
        scale = np.minimum(room / np.maximum(top - low, 1e-6), 2.5)
        spots = (places - (low + top) / 2) * scale + np.array([width, high]) / 2
        middles, left = separate(spots - drops, halves, (width, high), turns=600)
        if not left or height is not None or high >= 8.2:
            middles, high = spread(middles, halves, (width, high), crop=height is None)
            return middles + drops, radii, high
        high = min(high * 1.15, 8.2)


def _draw(ax: Axes, parts: _Parts, spots: Floats, radii: Floats) -> None:
    most = max(parts.between.values(), default=1)
    pairs = sorted(parts.between, key=lambda pair: parts.between[pair])
    widths = [0.4 + 2.6 * parts.between[pair] / most for pair in pairs]
    lines = [[tuple(spots[one]), tuple(spots[two])] for one, two in pairs]
    ax.add_collection(LineCollection(lines, linewidths=widths, colors=style.CONTEXT, zorder=2), autolim=False)
    for i, (x, y) in enumerate(spots):
        ax.add_patch(
            Circle(
                (x, y), radii[i], facecolor=style.ACCENT_TINT, edgecolor=style.ACCENT, linewidth=1.1, zorder=4
            )
        )
        count = style.number(parts.n[i])
        inside = text_width(count, 8.5, bold=True) < 1.7 * radii[i]
        if inside:
            ax.text(x, y, count, ha="center", va="center", fontsize=8.5, fontweight="bold", zorder=6)
        for number, row in enumerate(parts.words[i]):
            text = f"{row}: {count}" if number == 0 and not inside else row
            drop = radii[i] + (1.25 * (number + 0.8) * _SMALL + 2) / 72
            ax.text(
                x, y - drop, text, ha="center", va="baseline", fontsize=_SMALL, zorder=6,
                fontweight="bold" if number == 0 else "normal",
                color=style.INK if number == 0 else style.MUTED,
                path_effects=[withStroke(linewidth=2.0, foreground=style.PAPER)],
            )  # fmt: skip
    _counts(ax, parts, spots, radii)


def _counts(ax: Axes, parts: _Parts, spots: Floats, radii: Floats) -> None:
    """Write how many links there are between parts, the most first, where there is room on the line."""
    boxes = []
    for i, rows in enumerate(parts.words):
        wide = max(radii[i], max(text_width(row, _SMALL, bold=True) for row in rows) / 2)
        low = radii[i] + (1.25 * len(rows) * _SMALL + 2) / 72
        boxes.append((spots[i][0] - wide, spots[i][1] - low, spots[i][0] + wide, spots[i][1] + radii[i]))
    for pair in sorted(parts.between, key=lambda pair: (-parts.between[pair], pair)):
        text = style.number(parts.between[pair])
        half = np.array([text_width(text, _SMALL) / 2 + 0.03, 0.07])
        for share in (0.5, 0.42, 0.58, 0.35, 0.65):
            spot = spots[pair[0]] + share * (spots[pair[1]] - spots[pair[0]])
            box = (*(spot - half), *(spot + half))
            if any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in boxes):
                continue
            boxes.append(box)
            middle = (float(spot[0]), float(spot[1]))
            ax.text(
                *middle, text, ha="center", va="center", fontsize=_SMALL, color=style.INK, zorder=5,
                path_effects=[withStroke(linewidth=2.4, foreground=style.PAPER)],
            )  # fmt: skip
            break


def _rest(parts: _Parts) -> str:
    count, vertices = parts.rest
    if not count:
        return ""
    text = plural(
        "Not drawn: {count} small part with {vertices} entities.",
        "Not drawn: {count} small parts with {vertices} entities.",
        count,
    )
    return text.format(count=style.number(count), vertices=style.number(vertices))
