"""
The ladder of flows: from where a drug is made, stage by stage, to where it is taken.

A country stands one stage behind its main supplier. What runs within a stage or backwards cannot be drawn on
a ladder; it is counted, because a drug does not know the stages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from .. import choices
from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import SIZES, Size, inches, new_axes, settle, styled, text_width
from .flow_marks import tint
from .flow_tables import (
    Edges,
    drug_name,
    edge_words,
    flows_limit,
    left_out,
    mass,
    names_among,
    place_name,
    take_edges,
)
from .ticks import SMALL, joined

__all__ = ["describe_flow_ladder", "flow_ladder"]

_BAR = 0.1
"""Width of a place, in inches."""
_RIBBON = 0.45
"""Inches that a ribbon needs between a name and the next bar."""
_PITCH = 0.21
"""Least distance of two names, in inches."""
_STAGES = 7


@styled
def flow_ladder(
    flows: pd.DataFrame,
    *,
    stages: Mapping[Any, int] | None = None,
    places: pd.DataFrame | None = None,
    threshold: float | None = None,
    most: int = 25,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw flows from origin through transit to destination, as ribbons as wide as their kilograms.

    Parameters
    ----------
    flows
        What `flows.estimate` or `flows.from_seizures` returned, of one period: ``origin``, ``destination``,
        ``kg`` and, where known, ``low`` and ``high``.
    stages
        The stage of each place, from 0; left out, a place stands one behind its main supplier.
    places
        Names of the places, as for `maps.flow_map`.
    threshold, most
        As for `maps.flow_map`.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A column a stage. Ribbons whose interval reaches down to zero are hatched: that flow may not exist.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an edge stands twice, or nothing runs from one stage to the next.
    """
    ladder = _ladder(flows, stages, places, threshold=threshold, most=most)
    tallest = max(len(column) for column in ladder.columns)
    two = _is_narrow(ladder, SIZES[size])
    axes = new_axes(
        ax,
        title=title or _finding(ladder),
        subtitle=subtitle if subtitle is not None else _shown(flows, ladder),
        foot=joined(foot, flows_limit(), _key(ladder), left_out(ladder.edges), _backwards(ladder)),
        body=float(np.clip((0.34 if two else 0.3) * tallest + 0.5, 1.6, 5.6)),
        size=size,
        margins=(_name_room(ladder, 0, two), _name_room(ladder, -1, two), 0.24, 0.05),
    )
    _draw(axes, ladder, two)
    return settle(axes)


def describe_flow_ladder(
    flows: pd.DataFrame,
    *,
    stages: Mapping[Any, int] | None = None,
    places: pd.DataFrame | None = None,
    threshold: float | None = None,
    most: int = 25,
) -> str:
    """
    Say which places stand on which stage, and the largest edges with their intervals.

    Parameters
    ----------
    flows, stages, places, threshold, most
        As in `flow_ladder`.

    Examples
    --------
    >>> table = pd.DataFrame({"origin": ["XB", "XA"], "destination": ["XA", "XC"], "kg": [120.0, 90.0]})
    >>> describe_flow_ladder(table)[:56]
    'Origin: Belzavat. Stage 1: Tolvania. Stage 2: Ruzmara. B'
    """
    ladder = _ladder(flows, stages, places, threshold=threshold, most=most)
    said = [
        f"{_head(number)}: {', '.join(ladder.names[node] for node in column)}."
        for number, column in enumerate(ladder.columns)
    ]
    rows = ladder.edges.drawn.head(5).to_dict("records")
    said.append("; ".join(edge_words(row, ladder.names) for row in rows) + ".")
    return joined(*said, left_out(ladder.edges), _backwards(ladder), flows_limit()) or ""


@dataclass(frozen=True)
class _Ladder:
    edges: Edges
    ribbons: pd.DataFrame
    """Edges from one stage to a later one."""
    back: pd.DataFrame
    """Edges within a stage, or backwards."""
    columns: list[list[Any]]
    """Places of each stage, from top to bottom."""
    load: dict[Any, float]
    """Kilograms that a place's bar stands for: what comes in or goes out, the larger."""
    names: dict[Any, str]


def _ladder(
    flows: pd.DataFrame,
    stages: Mapping[Any, int] | None,
    places: pd.DataFrame | None,
    *,
    threshold: float | None,
    most: int,
) -> _Ladder:
    edges = take_edges(flows, threshold=threshold, most=most)
    drawn = edges.drawn
    nodes = list(dict.fromkeys([*drawn["origin"], *drawn["destination"]]))
    made = _stages(drawn, nodes) if stages is None else {node: stages.get(node) for node in nodes}
    gone = [str(node) for node in nodes if made[node] is None]
    if gone:
        raise InputError(_("`stages` has no stage for {names}.").format(names=", ".join(gone[:8])))
    level = {node: int(made[node] or 0) for node in nodes}
    steps = drawn["destination"].map(level) - drawn["origin"].map(level)
    ribbons, back = drawn[steps > 0], drawn[steps <= 0]
    if ribbons.empty:
        raise InputError(_("Nothing runs from one stage to the next: nothing to draw as a ladder."))
    used = set(ribbons["origin"]) | set(ribbons["destination"])
    into = ribbons.groupby("destination")["kg"].sum()
    out = ribbons.groupby("origin")["kg"].sum()
    load = {node: float(max(into.get(node, 0.0), out.get(node, 0.0))) for node in nodes if node in used}
    numbers = sorted({level[node] for node in used})
    columns = [[node for node in nodes if node in used and level[node] == number] for number in numbers]
    named = names_among(places, nodes)
    ladder = _Ladder(edges, ribbons, back, columns, load, {node: place_name(node, named) for node in nodes})
    return _ordered(ladder)


def _stages(drawn: pd.DataFrame, nodes: list[Any]) -> dict[Any, int | None]:
    """Put each place one stage behind its main supplier; where suppliers run in a ring it begins one."""
    first = drawn.drop_duplicates("destination")
    supplier = dict(zip(first["destination"], first["origin"], strict=True))
    level: dict[Any, int | None] = {}
    for node in nodes:
        way = [node]
        while way[-1] in supplier and supplier[way[-1]] not in way and way[-1] not in level:
            way.append(supplier[way[-1]])
        base = level.get(way[-1]) or 0
        for step, one in enumerate(reversed(way)):
            level.setdefault(one, min(base + step, _STAGES - 1))
    return level


def _ordered(ladder: _Ladder) -> _Ladder:
    """Order each stage by where its suppliers stand, so that ribbons cross little."""
    at: dict[Any, float] = {}
    columns = []
    for number, column in enumerate(ladder.columns):
        rank = {
            node: -ladder.load[node] if number == 0 else _middle(node, ladder.ribbons, at) for node in column
        }
        columns.append(
            [node for _rank, _text, node in sorted((rank[node], str(node), node) for node in column)]
        )
        for place, node in enumerate(columns[-1]):
            at[node] = (place + 0.5) / len(column)
    return _Ladder(ladder.edges, ladder.ribbons, ladder.back, columns, ladder.load, ladder.names)


def _middle(node: Any, ribbons: pd.DataFrame, at: dict[Any, float]) -> float:
    mine = ribbons[ribbons["destination"] == node]
    known = [
        (float(kg), at[origin]) for origin, kg in zip(mine["origin"], mine["kg"], strict=True) if origin in at
    ]
    whole = sum(kg for kg, _place in known)
    return sum(kg * place for kg, place in known) / whole if whole else 0.5


# Words


def _finding(ladder: _Ladder) -> str:
    n = len(ladder.columns) - 1
    first = ladder.edges.drawn.to_dict("records")[0]
    text = plural(
        "{n} step from origin to destination; the largest flow is {edge}",
        "{n} steps from origin to destination; the largest flow is {edge}",
        n,
    )
    if ladder.edges.seized:
        text = plural(
            "{n} step from origin to destination; most was seized on {edge}",
            "{n} steps from origin to destination; most was seized on {edge}",
            n,
        )
    return text.format(n=style.number(n), edge=edge_words(first, ladder.names))


def _shown(flows: pd.DataFrame, ladder: _Ladder) -> str:
    made = choices.of(flows)
    parts = [_("Kilograms seized") if ladder.edges.seized else _("Estimated kilograms a year")]
    if made.get("drug"):
        parts.append(drug_name(str(made["drug"])))
    if "year" in flows and len(set(flows["year"])) == 1:
        parts.append(str(int(flows["year"].iloc[0])))
    count = plural("{n} of {all} edge drawn", "{n} of {all} edges drawn", ladder.edges.n_all)
    parts.append(count.format(n=style.number(len(ladder.ribbons)), all=style.number(ladder.edges.n_all)))
    return "; ".join(parts)


def _key(ladder: _Ladder) -> str:
    first = _("The first column holds every place without a supplier in the table.")
    if not np.isfinite(ladder.ribbons["low"]).any():
        return first
    hatched = _("Hatched: the interval reaches down to zero, so the flow may not exist.")
    return f"{first} {hatched}"


def _backwards(ladder: _Ladder) -> str | None:
    if ladder.back.empty:
        return None
    text = plural(
        "Within a stage or backwards, not drawn: {n} edge, {kg}.",
        "Within a stage or backwards, not drawn: {n} edges, {kg}.",
        len(ladder.back),
    )
    return text.format(n=style.number(len(ladder.back)), kg=mass(float(ladder.back["kg"].sum())))


def _head(number: int) -> str:
    return _("Origin") if number == 0 else _("Stage {n}").format(n=style.number(number))


# Drawing


def _label(ladder: _Ladder, node: Any, two: bool) -> str:
    return f"{ladder.names[node]}{chr(10) if two else ', '}{mass(ladder.load[node])}"


def _name_room(ladder: _Ladder, column: int, two: bool) -> float:
    lines = [line for node in ladder.columns[column] for line in _label(ladder, node, two).split("\n")]
    return max(text_width(line, SMALL) for line in lines) + 0.16


def _gaps(ladder: _Ladder, two: bool) -> list[float]:
    """Return the least inches between the columns: room for names, and for ribbons to be seen."""
    between = range(len(ladder.columns) - 1)
    return [_RIBBON + (0.0 if number == 0 else _name_room(ladder, number, two)) for number in between]


def _is_narrow(ladder: _Ladder, width: float) -> bool:
    """Say whether names and kilograms must stand under each other."""
    taken = _name_room(ladder, 0, two=False) + _name_room(ladder, -1, two=False)
    return sum(_gaps(ladder, two=False)) + taken + _BAR > width


def _draw(ax: Axes, ladder: _Ladder, two: bool) -> None:
    width, height = inches(ax)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    slots = max(len(column) for column in ladder.columns)
    heaviest = max(sum(ladder.load[node] for node in column) for column in ladder.columns)
    pitch = 1.35 * _PITCH if two else _PITCH
    scale = max(height - pitch * slots, 0.3 * height) / heaviest
    gaps = np.array(_gaps(ladder, two))
    gaps += (width - _BAR - gaps.sum()) / len(gaps)
    left = np.concatenate([[0.0], np.cumsum(gaps)])
    top: dict[Any, float] = {}
    for column in ladder.columns:
        sizes = [max(scale * ladder.load[node], 0.012) for node in column]
        gap = (height - sum(sizes)) / len(column)
        y = gap / 2
        for node, size in zip(column, sizes, strict=True):
            top[node] = y
            y += size + gap
    stage = {node: number for number, column in enumerate(ladder.columns) for node in column}
    _ribbons(ax, ladder, scale, left=left, top=top, stage=stage)
    for node, y in top.items():
        x, size = left[stage[node]], max(scale * ladder.load[node], 0.012)
        ax.add_patch(Rectangle((x, y), _BAR, size, facecolor=style.INK, edgecolor="none", zorder=5))
        before = stage[node] == 0
        ax.text(
            x - 0.06 if before else x + _BAR + 0.06, y + size / 2, _label(ladder, node, two), zorder=6,
            ha="right" if before else "left", va="center", fontsize=SMALL, color=style.INK, clip_on=False,
            path_effects=[withStroke(linewidth=2.2, foreground=style.PAPER, alpha=0.8)],
        )  # fmt: skip
    for number, x in enumerate(left):
        ax.text(
            x + _BAR / 2, -0.1, _head(number), ha="right" if number == 0 else "left", va="center",
            fontsize=SMALL, fontweight="bold", color=style.MUTED, clip_on=False,
        )  # fmt: skip


def _ribbons(
    ax: Axes, ladder: _Ladder, scale: float, *, left: Any, top: dict[Any, float], stage: Any
) -> None:
    """Draw ribbons between the bars, stacked at both ends in the order of the other end."""
    out, into = dict(top), dict(top)
    rows = ladder.ribbons.to_dict("records")
    rows.sort(key=lambda row: (top[row["origin"]], top[row["destination"]]))
    starts = {}
    for row in rows:
        starts[row["origin"], row["destination"]] = out[row["origin"]]
        out[row["origin"]] += scale * float(row["kg"])
    rows.sort(key=lambda row: (top[row["destination"]], top[row["origin"]]))
    for row in rows:
        size = max(scale * float(row["kg"]), 0.008)
        x0, x1 = left[stage[row["origin"]]] + _BAR, left[stage[row["destination"]]]
        y0, y1 = starts[row["origin"], row["destination"]], into[row["destination"]]
        into[row["destination"]] += scale * float(row["kg"])
        doubtful = np.isfinite(row["low"]) and float(row["low"]) <= 0.005 * float(row["kg"])
        ax.add_patch(
            PathPatch(
                _ribbon(x0, y0, x1, y1, size),
                facecolor=tint(0.14) if doubtful else tint(0.42),
                edgecolor=tint(0.7),
                linewidth=0.4,
                hatch="////" if doubtful else None,
                zorder=3,
                gid=f"ribbon {row['origin']} {row['destination']}",
            )
        )


def _ribbon(x0: float, y0: float, x1: float, y1: float, size: float) -> Path:
    middle = (x0 + x1) / 2
    points = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1),
        (x1, y1 + size), (middle, y1 + size), (middle, y0 + size), (x0, y0 + size), (x0, y0),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
