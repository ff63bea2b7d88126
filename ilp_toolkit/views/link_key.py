"""The key of a link chart: what signs, lines and arrows mean, in columns below the chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.transforms import IdentityTransform

from ..i18n import _
from . import style
from .figure import break_lines
from .link_icons import icon_paths
from .link_layout import Floats
from .link_marks import FIRMNESS, KINDS, Edge, Vertex

__all__ = ["Entry", "arrow_tip", "draw_key", "draw_signs", "entries_of", "key_depth", "looks_of"]

LINES: dict[str, tuple[Any, float, str]] = {
    "firm": ("solid", 1.3, style.INK),
    "mixed": ((0, (4.5, 2.2)), 1.1, style.INK),
    "weak": ((0, (1.2, 1.5)), 1.1, style.INK),
    "unknown": ((0, (1, 3.2)), 0.9, style.MUTED),
}
"""How a line is drawn: pattern, width in points, colour; the patterns alone tell them apart."""
_FINE: tuple[Any, float, str] = ((0, (0.8, 1.3)), 0.75, style.MUTED)
"""Where no link is graded there is nothing to tell apart, and finer dots read better."""
_SMALL = style.SIZES["small_pt"]
_ROW = 1.5 * _SMALL / 72
_SIGN = 0.3
"""Inches for the sign of an entry, before its words."""

Entry = tuple[Callable[[Axes, float, float], None], str]


def entries_of(vertices: list[Vertex], edges: list[Edge]) -> list[Entry]:
    """Return the entries of the key: what occurs in the chart, nothing else."""
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in vertices)]
    entries: list[Entry] = [(_sign(kind, style.INK), _(KINDS[kind])) for kind in kinds]
    if any(one.quiet for one in vertices):
        text = _("grey: a person whom nobody has a reason to suspect, or whose role is not known")
        quiet = next(one.kind for one in vertices if one.quiet)
        entries.append((_sign(quiet, style.SUPPRESSED), text))
    levels = [level for level in FIRMNESS if any(edge.firmness == level for edge in edges)]
    looks = looks_of(edges)
    entries += [(_line(looks[level]), _(FIRMNESS[level])) for level in levels]
    if any(edge.forth or edge.back for edge in edges):
        entries.append((_arrow, _("runs from one to the other")))
    return entries


def looks_of(edges: list[Edge]) -> dict[str, tuple[Any, float, str]]:
    """Return how lines are drawn in a chart."""
    return LINES if any(edge.firmness != "unknown" for edge in edges) else {**LINES, "unknown": _FINE}


def key_depth(entries: list[Entry], width: float) -> float:
    """Return how high the key is, in inches."""
    columns = _columns(entries, width)
    return (
        max(sum(len(rows) for _draw, rows in column) for column in columns) * _ROW + 0.16 if entries else 0.0
    )


def draw_key(ax: Axes, entries: list[Entry], width: float, top: float) -> None:
    """Draw the key below a height (axes in inches)."""
    columns = _columns(entries, width)
    step = width / len(columns)
    for number, column in enumerate(columns):
        y = top - 0.1
        for draw, rows in column:
            draw(ax, number * step + _SIGN / 2 - 0.02, y - _ROW / 2)
            for row in rows:
                y -= _ROW
                ax.text(
                    number * step + _SIGN,
                    y + 0.27 * _ROW,
                    row,
                    fontsize=_SMALL,
                    color=style.INK,
                    va="baseline",
                )


def _columns(entries: list[Entry], width: float) -> list[list[tuple[Callable[..., None], list[str]]]]:
    """Deal the entries out in order, so that the columns are about equally long."""
    count = 3 if width > 5 else 2
    room = width / count - _SIGN - 0.12
    told = [(draw, break_lines(text, room, _SMALL)) for draw, text in entries]
    total = sum(len(rows) for _draw, rows in told)
    columns: list[list[tuple[Callable[..., None], list[str]]]] = [[] for _each in range(count)]
    done = 0
    for draw, rows in told:
        middle = done + len(rows) / 2
        columns[min(int(middle * count / total), count - 1)].append((draw, rows))
        done += len(rows)
    return [column for column in columns if column] or [[]]


def draw_signs(ax: Axes, kind: str, spots: Floats, radius: float, *, colour: str, line: float) -> None:
    """Draw the sign of a type at spots (inches)."""
    outline, inside = icon_paths(kind)
    scale = (radius * 72) ** 2
    for path, face, width in ((outline, style.PAPER, line), (inside, "none", 0.8 * line)):
        if path is not None:
            signs = PathCollection(
                [path], sizes=[scale], offsets=spots, offset_transform=ax.transData, facecolors=face,
                edgecolors=colour, linewidths=width, zorder=5, capstyle="round", joinstyle="round",
            )  # fmt: skip
            signs.set_transform(IdentityTransform())
            ax.add_collection(signs, autolim=False)


def arrow_tip(tip: Floats, unit: Floats, size: float) -> list[tuple[float, float]]:
    """Return the three corners of an arrow's head."""
    back = tip - size * unit
    side = 0.42 * size * unit[::-1] * [-1.0, 1.0]
    return [(float(x), float(y)) for x, y in (tip, back + side, back - side)]


def _sign(kind: str, colour: str) -> Callable[[Axes, float, float], None]:
    def draw(ax: Axes, x: float, y: float) -> None:
        import numpy as np

        draw_signs(ax, kind, np.array([[x, y]]), 0.065, colour=colour, line=0.8)

    return draw


def _line(look: tuple[Any, float, str]) -> Callable[[Axes, float, float], None]:
    def draw(ax: Axes, x: float, y: float) -> None:
        pattern, width, colour = look
        ax.add_collection(
            LineCollection(
                [[(x - 0.12, y), (x + 0.12, y)]], linestyles=[pattern], linewidths=width, colors=colour,
                clip_on=False,
            ),
            autolim=False,
        )  # fmt: skip

    return draw


def _arrow(ax: Axes, x: float, y: float) -> None:
    import numpy as np

    ax.add_collection(
        LineCollection([[(x - 0.12, y), (x + 0.06, y)]], linewidths=1.0, colors=style.INK), autolim=False
    )
    tip = arrow_tip(np.array([x + 0.12, y]), np.array([1.0, 0.0]), 0.08)
    ax.add_collection(PolyCollection([tip], facecolors=style.INK, linewidths=0), autolim=False)
