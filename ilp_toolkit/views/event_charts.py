"""
Links in time: what was recorded when, and between whom.

A date says when something was recorded as having been. Where only the month or the year is known, a bar
shows it; what has no date is counted or listed and never put somewhere. Gaps are gaps in what was recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ..analysis.networks import graph_from_links
from ..errors import InputError
from ..i18n import _, plural
from . import style
from .event_marks import Days, key_below, mark_entries, spans
from .figure import Size, inches, new_axes, settle, styled, text_width
from .link_key import arrow_tip, draw_signs, entries_of, key_depth, looks_of
from .link_layout import in_order
from .link_marks import Edge, Vertex, firmness, limit_of_links, vertices_of
from .ticks import SMALL, joined

__all__ = ["event_chart"]

_LANES = 30
"""More entities than this have no lanes that anybody could follow."""
_LANE = 0.27
"""Inches between lanes."""
_LISTED = 6


@dataclass(frozen=True)
class _Event:
    one: int
    two: int
    x: float
    span: tuple[float, float] | None
    edge: Edge


@styled
def event_chart(
    links: Any,
    *,
    entities: pd.DataFrame | None = None,
    of: Sequence[Any] | None = None,
    kinds: str | Collection[str] | None = None,
    names: bool = False,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw links over time, a lane for each entity and an upright line for each link between two lanes.

    Parameters
    ----------
    links
        A table of links, or what `ilp.read_links` returns.
    entities
        Their types, roles and labels; left out, those that came with the links.
    of
        Only links with one of these ids at an end; all where None.
    kinds
        Only links of these kinds; all where None.
    names
        Write labels rather than ids: only for those who may see the names.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        Lanes in the order in which entities first appear, which is no rank; lines as in a link chart.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no link has a date, or more than 30 entities would need a lane.

    Notes
    -----
    Of several links on one day nobody knows the order: they stand side by side in the order of their ids.
    """
    table, known = _tables(links, entities)
    table = _chosen(table, of, kinds)
    dated = table[table["date"].notna()].reset_index(drop=True)
    if not len(dated):
        raise InputError(_("No link has a date, so there is no time to draw."))
    vertices = _lanes(dated, known, names)
    days = Days(dated["date"])
    lane = {one.name: i for i, one in enumerate(vertices)}
    left = max(text_width(one.text, SMALL) for one in vertices) + 0.4
    edges = [_edge(row, lane) for row in dated.to_dict("records")]
    entries = entries_of(vertices, edges)
    if dated["date_precision"].isin(["month", "year"]).any():
        entries += mark_entries([], coarse=True)
    key = key_depth(entries, 6.5)
    axes = new_axes(
        ax,
        title=title or _event_title(len(edges), len(vertices)),
        subtitle=subtitle if subtitle is not None else _span_words(dated),
        foot=joined(foot, limit_of_links(), _undated(table)),
        body=max(_LANE * len(vertices), 0.9),
        size=size,
        margins=(left, 0.2, 0.08, 0.42 + key),
    )
    axes.set_ylim(len(vertices) - 0.5, -0.5)
    axes.set_yticks([])
    days.draw(axes)
    width = inches(axes)[0] / (len(days.index) - 1)
    events = _placed(dated, edges, days, width)
    _draw_lanes(axes, vertices, events)
    _draw_events(axes, events, width)
    if ax is None:
        key_below(axes, entries, left=left, drop=0.42)
    for side in ("left", "top", "right"):
        axes.spines[side].set_visible(False)
    return settle(axes)


def _tables(links: Any, entities: pd.DataFrame | None) -> tuple[pd.DataFrame, Any]:
    """Return the links with all columns, and a graph that knows the vertices."""
    graph = graph_from_links(links, entities=entities)
    raw = links if isinstance(links, pd.DataFrame) else links.table
    table = raw.copy()
    for column in ("kind", "grade", "directed"):
        if column not in table:
            table[column] = None
    table["date"] = pd.to_datetime(table["date"]) if "date" in table else pd.NaT
    if "date_precision" not in table:
        table["date_precision"] = "day"
    table = table[table["source"] != table["target"]]
    order = ["date", "source", "target", "kind"]
    return table.sort_values(order, key=lambda c: c if c.name == "date" else c.astype(str)), graph


def _chosen(
    table: pd.DataFrame, of: Sequence[Any] | None, kinds: str | Collection[str] | None
) -> pd.DataFrame:
    if of is not None:
        wanted = [of] if isinstance(of, str) else list(of)
        table = table[table["source"].isin(wanted) | table["target"].isin(wanted)]
    if kinds is not None:
        table = table[table["kind"].isin([kinds] if isinstance(kinds, str) else list(kinds))]
    return table


def _lanes(dated: pd.DataFrame, graph: Any, names: bool) -> list[Vertex]:
    order: list[Any] = []
    for _day, day in dated.groupby("date", sort=True):
        order += in_order({*day["source"], *day["target"]} - set(order))
    if len(order) > _LANES:
        msg = _(
            "{n} entities have dated links; up to {most} fit into lanes. Choose some with `of=` or `kinds=`."
        )
        raise InputError(msg.format(n=style.number(len(order)), most=_LANES))
    known = {one.name: one for one in vertices_of(graph, names=names)}
    return [known[name] for name in order]


def _edge(row: dict[Any, Any], lane: dict[Any, int]) -> Edge:
    one, two = lane[row["source"]], lane[row["target"]]
    grade = row["grade"] if isinstance(row["grade"], str) else None
    kind = (row["kind"],) if isinstance(row["kind"], str) and row["kind"] else ()
    way = row["directed"] is True or row["directed"] is np.True_
    return Edge(one, two, 1, firmness(grade), kind, way, False, ())


def _placed(dated: pd.DataFrame, edges: list[Edge], days: Days, scale: float) -> list[_Event]:
    """Return where each link stands; those of one day whose lines would meet stand side by side."""
    events: list[_Event] = []
    side = 0.09 / scale
    for edge, date, precision in zip(edges, dated["date"], dated["date_precision"], strict=True):
        span = spans(date, precision)
        x = days.middle(date, precision)
        low, high = sorted((edge.one, edge.two))
        taken = [e.x for e in events if max(low, min(e.one, e.two)) <= min(high, max(e.one, e.two))]
        while any(abs(other - x) < 0.95 * side for other in taken):
            x += side
        reach = None if span is None else (days.at(span[0]), days.at(span[1]) + 1)
        events.append(_Event(edge.one, edge.two, min(x, len(days.index) - 1.0), reach, edge))
    return events


def _draw_lanes(ax: Axes, vertices: list[Vertex], events: list[_Event]) -> None:
    width, height = inches(ax)
    left, right = ax.get_xlim()
    for i, one in enumerate(vertices):
        mine = [event.x for event in events if i in (event.one, event.two)]
        ax.plot([left, right], [i, i], color=style.RULE, linewidth=0.6, zorder=1)
        ax.plot([min(mine), max(mine)], [i, i], color=style.CONTEXT, linewidth=1.6, zorder=1)
        ax.annotate(
            one.text, (0, i), (-22, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="center", fontsize=SMALL, color=style.MUTED if one.quiet else style.INK,
        )  # fmt: skip
        spot = np.array([[left - 0.14 * (right - left) / width, i]])
        colour = style.SUPPRESSED if one.quiet else style.INK
        draw_signs(ax, one.kind, spot, 0.08, colour=colour, line=0.8)
    del height
    for collection in ax.collections:
        collection.set_clip_on(False)


def _draw_events(ax: Axes, events: list[_Event], scale: float) -> None:
    looks = looks_of([event.edge for event in events])
    tall = inches(ax)[1] / abs(np.subtract(*ax.get_ylim()))
    boxes: list[tuple[float, float, float, float]] = []
    for event in events:
        pattern, width, colour = looks[event.edge.firmness]
        if event.span is not None:
            ends = np.clip(event.span, *ax.get_xlim())
            for lane in (event.one, event.two):
                ax.plot(ends, [lane] * 2, color=style.CONTEXT, linewidth=4, solid_capstyle="butt", zorder=2)
        ax.plot(
            [event.x] * 2, [event.one, event.two], linestyle=pattern, linewidth=width, color=colour, zorder=3
        )
        ax.plot(
            [event.x] * 2, [event.one, event.two], "o", markersize=2.6, color=colour, zorder=4, clip_on=False
        )
        if event.edge.forth:
            down = 1.0 if event.two > event.one else -1.0
            tip = arrow_tip(np.array([0.0, 0.0]), np.array([0.0, down]), 0.075)
            corners = [(event.x + x / scale, event.two + y / tall) for x, y in tip]
            ax.fill(*zip(*corners, strict=True), color=style.INK, linewidth=0, zorder=5, clip_on=False)
    for event in events:
        _label(ax, event, events, boxes, (scale, tall))


def _label(
    ax: Axes,
    event: _Event,
    events: list[_Event],
    boxes: list[tuple[float, float, float, float]],
    scale: tuple[float, float],
) -> None:
    """Write the kind beside the line, where it runs into no other line and no other word."""
    if not event.edge.text:
        return
    wide, high = 1.08 * text_width(event.edge.text, 6.2) / scale[0], 0.1 / scale[1]
    low, top = sorted((event.one, event.two))
    gap = 0.06 / scale[0]
    for y in [row + 0.5 for row in range(low, top)]:
        for west in (event.x + gap, event.x - gap - wide):
            box = (west, y - high / 2, west + wide, y + high / 2)
            inside = ax.get_xlim()[0] <= box[0] and box[2] <= ax.get_xlim()[1]
            met = any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in boxes)
            crossed = any(
                box[0] < o.x < box[2] and min(o.one, o.two) < box[3] and box[1] < max(o.one, o.two)
                for o in events
                if o is not event
            )
            if inside and not met and not crossed:
                boxes.append(box)
                ax.text(
                    west, y, event.edge.text, fontsize=6.2, color=style.MUTED, va="center", zorder=6,
                    path_effects=[withStroke(linewidth=1.5, foreground=style.PAPER)],
                )  # fmt: skip
                return


def _event_title(n: int, lanes: int) -> str:
    links = plural("{n} dated link", "{n} dated links", n).format(n=style.number(n))
    return plural("{links} of {n} entity over time", "{links} of {n} entities over time", lanes).format(
        links=links, n=style.number(lanes)
    )


def _span_words(dated: pd.DataFrame) -> str:
    first, last = dated["date"].min(), dated["date"].max()
    said = _("From {first} to {last}; lanes in the order in which entities first appear, which is no rank.")
    return said.format(first=style.date(first.date()), last=style.date(last.date()))


def _undated(table: pd.DataFrame) -> str:
    rows = table[table["date"].isna()]
    if not len(rows):
        return ""
    ends = [f"{one} — {two}" for one, two in zip(rows["source"], rows["target"], strict=True)]
    text = "; ".join(ends[:_LISTED])
    if len(ends) > _LISTED:
        text = _("{list} and {n} more").format(list=text, n=style.number(len(ends) - _LISTED))
    return _("Without a date, not drawn: {links}.").format(links=text)
