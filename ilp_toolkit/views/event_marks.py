"""What a chart of events in time needs: an axis of days, spans of coarse dates, marks by grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..i18n import _
from . import style
from .figure import inches
from .link_key import Entry, draw_key, key_depth
from .link_marks import FIRMNESS
from .ticks import calendar

__all__ = ["Days", "draw_marks", "key_below", "mark_entries", "spans"]

_MARKS: dict[str, dict[str, Any]] = {
    "firm": {"marker": "o", "fillstyle": "full", "markersize": 5},
    "mixed": {"marker": "o", "fillstyle": "left", "markersize": 5},
    "weak": {"marker": "o", "fillstyle": "none", "markersize": 5},
    "unknown": {"marker": "$?$", "fillstyle": "full", "markersize": 5.5},
}
"""How a dated link is marked: full, half, empty, and a question mark; no meaning hangs on colour."""


class Days:
    """Days from the first to the last of some dates, as an axis counts them."""

    def __init__(self, dates: pd.Series[Any]) -> None:
        known = pd.to_datetime(dates).dropna()
        first, last = known.min().normalize(), known.max().normalize()
        spare = max(pd.Timedelta(days=1), (last - first) * 0.02).ceil("D")
        self.index = pd.date_range(first - spare, last + spare, freq="D")

    def at(self, moment: Any) -> float:
        """Return where a moment lies, in days from the left end."""
        return float((pd.Timestamp(moment) - self.index[0]) / pd.Timedelta(days=1))

    def middle(self, date: Any, precision: Any) -> float:
        """Return where a date is marked: in the middle of what it may stand for."""
        span = spans(date, precision)
        return self.at(date) if span is None else (self.at(span[0]) + self.at(span[1]) + 1) / 2

    def draw(self, ax: Axes) -> None:
        """Write the calendar below the chart, with a quiet line at each date."""
        ax.set_xlim(0, len(self.index) - 1)
        calendar(ax.xaxis, self.index, count=max(int(inches(ax)[0] / 0.95), 3))
        ax.grid(axis="x", color=style.RULE, linewidth=0.5)


def spans(date: Any, precision: Any) -> tuple[Any, Any] | None:
    """
    Return the first and the last day that a coarse date may stand for; None where the day is known.

    Examples
    --------
    >>> spans(pd.Timestamp("2025-02-01"), "month")
    (Timestamp('2025-02-01 00:00:00'), Timestamp('2025-02-28 00:00:00'))
    """
    if precision not in ("month", "year"):
        return None
    period = pd.Timestamp(date).to_period("M" if precision == "month" else "Y")
    return period.start_time, period.end_time.normalize()


def draw_marks(ax: Axes, x: Any, y: Any, levels: list[str]) -> None:
    """Mark dated links by how firm they are."""
    for level, look in _MARKS.items():
        inside = [i for i, one in enumerate(levels) if one == level]
        if inside:
            colour = style.MUTED if level == "unknown" else style.INK
            ax.plot(
                np.asarray(x)[inside], np.asarray(y)[inside], linestyle="none", color=colour,
                markerfacecoloralt=style.PAPER, markeredgewidth=0.9, zorder=5, clip_on=False, **look,
            )  # fmt: skip


def mark_entries(levels: list[str], *, coarse: bool) -> list[Entry]:
    """Return the entries of the key for marks that occur."""
    entries: list[Entry] = [(_mark(level), _(FIRMNESS[level])) for level in FIRMNESS if level in levels]
    if coarse:
        entries.append((_bar, _("bar: only the month or the year is known, the mark stands in its middle")))
    return entries


def key_below(ax: Axes, entries: list[Entry], *, left: float, drop: float) -> None:
    """Draw a key below the axes, `drop` inches deep, beginning `left` inches to the left of them."""
    width, height = inches(ax)
    wide, depth = width + left, key_depth(entries, width + left)
    inset = ax.inset_axes((-left / width, -(drop + depth) / height, wide / width, depth / height))
    inset.set_xlim(0, wide)
    inset.set_ylim(-depth, 0)
    inset.set_axis_off()
    draw_key(inset, entries, wide, 0.06)


def _mark(level: str) -> Callable[[Axes, float, float], None]:
    def draw(ax: Axes, x: float, y: float) -> None:
        draw_marks(ax, [x], [y], [level])

    return draw


def _bar(ax: Axes, x: float, y: float) -> None:
    ax.plot([x - 0.11, x + 0.11], [y, y], color=style.CONTEXT, linewidth=4, solid_capstyle="butt")
