"""
Charts of calls that were lawfully read: hours of the week, and bursts against what is usual.

A number is not a person, and a call is not what was said; every chart says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from ..errors import InputError
from ..i18n import _, plural
from . import style
from .event_marks import Days
from .figure import Size, inches, new_axes, settle, styled, text_width
from .ticks import SMALL, joined, numbers

if TYPE_CHECKING:
    from ..analysis.networks import CallPatterns

__all__ = ["call_bursts", "call_hours", "describe_call_bursts"]


def limit_of_calls() -> str:
    """Return the limit that every chart of calls states."""
    return _("A number is not a person, and a call is not what was said.")


def call_hours(
    patterns: CallPatterns,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw when calls were made: seven days by twenty-four hours.

    Parameters
    ----------
    patterns
        What `networks.call_patterns` returned.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        As of `time_profile`.
    """
    from .charts import time_profile

    week = patterns.hours.pivot_table(index="weekday", columns="hour", values="n", aggfunc="sum")
    n = int(patterns.hours["n"].sum())
    text = plural("{n} call, on the clock of the records", "{n} calls, on the clock of the records", n)
    return time_profile(
        week,
        ax=ax,
        title=title or _("Calls by hour and day of the week"),
        subtitle=subtitle if subtitle is not None else text.format(n=style.number(n)),
        foot=joined(foot, limit_of_calls()),
        estimated=False,
        size=size,
    )


@styled
def call_bursts(
    patterns: CallPatterns,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw bursts of calls along time, as high as the calls a day in them, against what is usual.

    Parameters
    ----------
    patterns
        What `networks.call_patterns` returned.
    ax, title, subtitle, foot, size
        As in every chart.

    Returns
    -------
    Axes
        A bar from the beginning to the end of each burst; the dashed line is the mean of the file.

    Raises
    ------
    InputError
        If there is no burst.
    """
    bursts = patterns.bursts
    if not len(bursts):
        raise InputError(_("No burst of calls was found, so there is none to draw."))
    dates = pd.concat([patterns.pairs["first"], patterns.pairs["last"], bursts["from"], bursts["to"]])
    days = Days(dates)
    heights = [_per_day(row) for row in bursts.to_dict("records")]
    usual = float(bursts["usual_per_day"].iloc[0])
    axes = new_axes(
        ax,
        title=title or _bursts_title(bursts),
        subtitle=subtitle
        if subtitle is not None
        else _("Calls a day in each burst, over at least a day; dashed: usual, {n} a day").format(
            n=style.figure_number(usual)
        ),
        foot=joined(foot, limit_of_calls()),
        body=2.0,
        size=size,
        margins=(0.4, 0.3, 0.18, 0.34),
    )
    days.draw(axes)
    axes.set_ylim(0, max(*heights, usual) * 1.15)
    wide = (len(days.index) - 1) / inches(axes)[0]
    last = -1e9
    for row, height in zip(bursts.to_dict("records"), heights, strict=True):
        start, end = days.at(row["from"]), days.at(row["to"])
        width = max(end - start, 0.05 * wide)
        axes.bar(start, height, width=width, align="edge", color=style.ACCENT)
        text = plural("{n} call", "{n} calls", row["n"]).format(n=style.number(row["n"]))
        reach = text_width(text, SMALL) * wide
        middle = start + width / 2
        if middle - reach / 2 > last:
            axes.annotate(
                text, (middle, height), (0, 2), textcoords="offset points", ha="center", fontsize=SMALL
            )
            last = middle + reach / 2
    axes.axhline(usual, color=style.INK, linewidth=1.0, linestyle=(0, (4, 2)))
    numbers(axes.yaxis)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_call_bursts(patterns: CallPatterns) -> str:
    """
    Say how many bursts there are, when the densest was, and what is usual.

    Examples
    --------
    >>> from ilp_toolkit import networks
    >>> calls = pd.DataFrame({"caller": ["1", "2"], "called": ["2", "1"],
    ...     "started": pd.to_datetime(["2025-03-03 10:05", "2025-03-04 10:20"])})
    >>> describe_call_bursts(networks.call_patterns(calls))
    'No burst of calls was found. A number is not a person, and a call is not what was said.'
    """
    bursts = patterns.bursts
    if not len(bursts):
        return joined(_("No burst of calls was found."), limit_of_calls()) or ""
    usual = style.figure_number(float(bursts["usual_per_day"].iloc[0]))
    said = _("Usual: {n} a day.").format(n=usual)
    return joined(f"{_bursts_title(bursts)}.", said, limit_of_calls()) or ""


def _per_day(row: dict[Any, Any]) -> float:
    days = max((row["to"] - row["from"]) / pd.Timedelta(days=1), 1.0)
    return float(row["n"] / days)


def _bursts_title(bursts: pd.DataFrame) -> str:
    rows = bursts.to_dict("records")
    top = max(rows, key=_per_day)
    text = plural(
        "{count} burst of calls: the densest had {n} calls from {first} on",
        "{count} bursts of calls: the densest had {n} calls from {first} on",
        len(rows),
    )
    first = style.date(top["from"].date())
    return text.format(count=style.number(len(rows)), n=style.number(int(top["n"])), first=first)
