"""
Dated links along time, a row for each kind: when something was recorded, and when for long nothing was.

Where only the month or the year is known, a bar shows it; what has no date is counted, never put anywhere.
Gaps are gaps in what was recorded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import choices
from ..errors import InputError
from ..i18n import _, plural
from . import style
from .event_marks import Days, draw_marks, key_below, mark_entries, spans
from .figure import SIZES, Size, break_lines, inches, new_axes, settle, styled, text_width
from .link_key import key_depth
from .link_marks import firmness, limit_of_links
from .ticks import SMALL, check_columns, joined

__all__ = ["describe_timeline", "timeline"]

_KINDS = 14
"""More kinds than this are drawn as one row, the rarest of them."""
_LISTED = 6
_TALLEST = 7.4
_STEP = 0.085
"""Inches between marks that stand one above the other."""


@styled
def timeline(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw dated links along time, a row for each kind, with the gaps in which nothing was recorded.

    Parameters
    ----------
    table
        What `networks.timeline` returned; a column ``date_precision`` is believed where it is there.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        Marks by grade: full, half, empty, a question mark where it is not known.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no link has a date.
    """
    rows = _dated(table)
    kinds = list(dict.fromkeys(rows["kind"]))
    if len(kinds) > _KINDS:
        counts = rows["kind"].value_counts(sort=False)
        rest = set(sorted(kinds, key=lambda kind: -int(counts[kind]))[_KINDS - 1 :])
        rows["kind"] = rows["kind"].map(lambda kind: _("other kinds") if kind in rest else kind)
        kinds = list(dict.fromkeys(rows["kind"]))
    days, levels = Days(rows["date"]), [firmness(grade) for grade in rows["grade"]]
    coarse = rows["date_precision"].isin(["month", "year"]).any()
    entries = mark_entries(levels, coarse=bool(coarse))
    left = max(text_width(row, SMALL) for kind in kinds for row in break_lines(kind, 1.3, SMALL)) + 0.15
    key = key_depth(entries, 6.5)
    lane = rows["kind"].map({kind: i for i, kind in enumerate(kinds)}).to_numpy(dtype=int)
    width = SIZES[size] - left - 0.2 if ax is None else inches(ax)[0]
    x = [days.middle(*one) for one in zip(rows["date"], rows["date_precision"], strict=True)]
    y, middles, depth = _stacked(x, lane, 0.075 * (len(days.index) - 1) / width)
    axes = new_axes(
        ax,
        title=title or _timeline_title(rows),
        subtitle=subtitle if subtitle is not None else _timeline_subtitle(table, rows),
        foot=joined(foot, limit_of_links()),
        body=float(np.clip(_STEP * depth, 0.8, _TALLEST)),
        size=size,
        margins=(left, 0.2, 0.2, 0.42 + key),
    )
    axes.set_ylim(depth, 0)
    axes.set_yticks(middles, ["\n".join(break_lines(kind, 1.3, SMALL)) for kind in kinds])
    axes.tick_params(axis="y", length=0, labelsize=SMALL, labelcolor=style.INK)
    days.draw(axes)
    _gaps(axes, table, rows, days)
    _draw_spans(axes, rows, y, days)
    draw_marks(axes, x, y, levels)
    if ax is None:
        key_below(axes, entries, left=left, drop=0.42)
    for side in ("left", "top", "right"):
        axes.spines[side].set_visible(False)
    return settle(axes)


def describe_timeline(table: pd.DataFrame) -> str:
    """
    Say from when until when links are dated, which kinds there are, and how long nothing was recorded.

    Parameters
    ----------
    table
        What `networks.timeline` returned.

    Examples
    --------
    >>> from ilp_toolkit import networks
    >>> links = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "kind": "call",
    ...     "date": ["2025-01-02", "2025-03-09"]})
    >>> describe_timeline(networks.timeline(links))[:72]
    '2 dated links, 2 January 2025 to 9 March 2025. call: 2. The longest time'
    """
    rows = _dated(table)
    counts = rows["kind"].value_counts(sort=False)
    most = sorted(counts.items(), key=lambda one: -int(one[1]))
    listed = ", ".join(f"{kind}: {style.number(int(n))}" for kind, n in most[:_LISTED])
    if len(most) > _LISTED:
        listed = _("{list} and {n} more").format(list=listed, n=style.number(len(most) - _LISTED))
    return (
        joined(f"{_timeline_title(rows)}.", f"{listed}.", _timeline_subtitle(table, rows), limit_of_links())
        or ""
    )


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    check_columns(table, ("date", "kind", "grade", "gap"), "networks.timeline")
    rows = table[table["date"].notna()].copy()
    if not len(rows):
        raise InputError(_("No link has a date, so there is no time to draw."))
    rows["kind"] = [
        str(kind) if isinstance(kind, str) and kind else _("kind not said") for kind in rows["kind"]
    ]
    if "date_precision" not in rows:
        rows["date_precision"] = "day"
    return rows.reset_index(drop=True)


def _timeline_title(rows: pd.DataFrame) -> str:
    text = plural("{n} dated link, {first} to {last}", "{n} dated links, {first} to {last}", len(rows))
    first, last = rows["date"].min(), rows["date"].max()
    return text.format(
        n=style.number(len(rows)), first=style.date(first.date()), last=style.date(last.date())
    )


def _timeline_subtitle(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    gap = rows["gap"].max()
    longest = ""
    if not pd.isna(gap):
        span = plural("{n} day", "{n} days", gap.days).format(n=style.number(gap.days))
        longest = _("The longest time without a record: {span}.").format(span=span)
    left = int(choices.of(table).get("without_date", 0) or 0)
    undated = plural("{n} link has no date.", "{n} links have no date.", left).format(n=style.number(left))
    return joined(longest, undated if left else None) or ""


def _gaps(ax: Axes, table: pd.DataFrame, rows: pd.DataFrame, days: Days) -> None:
    """Shade the times in which nothing was recorded for long, with their length in days."""
    quiet = pd.Timedelta(choices.of(table).get("quiet") or "30 days")
    scale = inches(ax)[0] / (len(days.index) - 1)
    for date, gap in zip(rows["date"], rows["gap"], strict=True):
        if pd.isna(gap) or gap <= quiet:
            continue
        end = days.at(date)
        start = end - gap / pd.Timedelta(days=1)
        ax.axvspan(start, end, facecolor=style.GROUND, linewidth=0, zorder=0)
        text = plural("{n} day", "{n} days", gap.days).format(n=style.number(gap.days))
        if text_width(text, SMALL) < (end - start) * scale:
            ax.annotate(
                text, ((start + end) / 2, 1), (0, 3), xycoords=("data", "axes fraction"),
                textcoords="offset points", ha="center", fontsize=SMALL, color=style.MUTED,
            )  # fmt: skip


def _stacked(x: list[float], lane: Any, near: float) -> tuple[list[float], list[float], float]:
    """Return the height of each mark, the middle of each row and the depth of all: marks never hide marks."""
    level: list[int] = []
    taken: dict[int, list[tuple[float, int]]] = {}
    for at, row in zip(x, lane.tolist(), strict=True):
        beside = {k for place, k in taken.get(row, []) if abs(place - at) < near}
        level.append(next(k for k in range(len(x) + 1) if k not in beside))
        taken.setdefault(row, []).append((at, level[-1]))
    tall = [max((k for _place, k in taken.get(row, [])), default=0) + 1 for row in range(int(lane.max()) + 1)]
    edges = np.concatenate([[0.0], np.cumsum([max(count + 1.6, 3.4) for count in tall])])
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    y = [
        middles[row] + ((k + 1) // 2) * (1.0 if k % 2 else -1.0) + (0.5 if tall[row] % 2 == 0 else 0.0) * -1.0
        for row, k in zip(lane.tolist(), level, strict=True)
    ]
    return y, middles, float(edges[-1])


def _draw_spans(ax: Axes, rows: pd.DataFrame, y: list[float], days: Days) -> None:
    for date, precision, height in zip(rows["date"], rows["date_precision"], y, strict=True):
        span = spans(date, precision)
        if span is not None:
            ends = np.clip([days.at(span[0]), days.at(span[1]) + 1], 0, len(days.index) - 1)
            ax.plot(ends, [height] * 2, color=style.CONTEXT, linewidth=4, solid_capstyle="butt", zorder=3)
