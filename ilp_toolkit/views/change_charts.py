"""Change as a chart: each ratio with its interval, so that luck is not taken for change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from ..errors import InputError
from ..i18n import _, plural
from . import style
from .figure import Size, new_axes, settle, styled, text_width
from .ticks import SMALL, check_columns, folded, joined, known, written

__all__ = ["change", "describe_change"]

_COLUMNS = ("before", "after", "ratio", "ratio_low", "ratio_high", "q_value")
_MOST = 40
"""Rows beyond which a chart is no longer read."""
_EDGES = (0.05, 20.0)
"""Ratios beyond these run out of the axis, marked by an arrow."""


@styled
def change(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw ratios of two periods with their intervals, one row an area or an offence.

    Parameters
    ----------
    table
        What `change.compare_periods` returned; its index names the rows. A row whose ratio is empty is
        drawn as hidden.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The finding is written where no title
        is given.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        Ratios on a scale where halving and doubling are equally far from 1. Filled: beyond chance (q at
        most 0.05); hollow: chance explains it. The two counts stand on the right.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If there is no row, or there are more than forty.
    """
    check_columns(table, _COLUMNS, "change.compare_periods")
    if not 0 < len(table) <= _MOST:
        msg = _("`table` has {n} rows; a chart of change takes from 1 to {most}.")
        raise InputError(msg.format(n=len(table), most=_MOST))
    room = 1.9 if size == "full" else 1.1
    names = [folded(str(name), room, style.SIZES["figure_pt"]) for name in table.index]
    counts = [_counts(row) for row in table.to_dict("records")]
    heights = np.array([0.22 + 0.13 * name.count("\n") for name in names])
    left = min(max(text_width(line, 8.5) for name in names for line in name.split("\n")) + 0.2, room + 0.2)
    axes = new_axes(
        ax,
        title=title or _finding(table),
        subtitle=subtitle if subtitle is not None else _("Later period against the earlier (1 = the same)"),
        foot=joined(foot, _("Lines: 95% intervals. Filled: beyond chance; hollow: chance explains it.")),
        body=float(heights.sum()) + 0.1,
        size=size,
        margins=(left, max(text_width(text, SMALL) for text in counts) + 0.22, 0.06, 0.3),
    )
    low, high, ratio = (known(table[name]) for name in ("ratio_low", "ratio_high", "ratio"))
    ends = _ends(np.concatenate([low, high, ratio]))
    axes.set_xscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.axvline(1, color=style.INK, lw=0.9)
    for place, q in enumerate(known(table["q_value"])):
        _row(axes, place, (float(low[place]), float(ratio[place]), float(high[place])), ends, sure=q <= 0.05)
        axes.annotate(
            counts[place], (1, place), (6, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=SMALL, color=style.MUTED, annotation_clip=False,
        )  # fmt: skip
    ticks = [tick for tick in (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20) if ends[0] <= tick <= ends[1]]
    axes.set_xticks(ticks, [written([tick])[0] for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(table)), names)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_change(table: pd.DataFrame) -> str:
    """
    Say which rows rose or fell beyond chance, in the order of the table.

    Parameters
    ----------
    table
        What `change.compare_periods` returned.

    Returns
    -------
    str
        At most five rows each way, with their counts.

    Examples
    --------
    >>> from ilp_toolkit.analysis.change import compare_periods
    >>> rows = compare_periods(pd.Series({"Theft": 40, "Robbery": 5}), pd.Series({"Theft": 80, "Robbery": 6}))
    >>> describe_change(rows)
    'More than before, beyond chance: Theft (40 → 80). In 1 of 2 rows chance explains the difference.'
    """
    check_columns(table, _COLUMNS, "change.compare_periods")
    sure = (known(table["q_value"]) <= 0.05) & np.isfinite(known(table["ratio"]))
    said = []
    for text, mine in (
        (_("More than before, beyond chance: {rows}."), known(table["ratio"]) > 1),
        (_("Fewer than before, beyond chance: {rows}."), known(table["ratio"]) < 1),
    ):
        rows = table[sure & mine].head(5)
        if len(rows):
            named = (f"{name} ({_counts(row)})" for name, row in rows.iterrows())
            said.append(text.format(rows="; ".join(named)))
    rest = int((~sure & np.isfinite(known(table["ratio"]))).sum())
    if rest:
        said.append(
            plural(
                "In {n} of {all} rows chance explains the difference.",
                "In {n} of {all} rows chance explains the difference.",
                rest,
            ).format(n=style.number(rest), all=style.number(len(table)))
        )
    return " ".join(said) or _("There is nothing to compare.")


def _counts(row: Any) -> str:
    before, after = known([row["before"], row["after"]])
    if np.isnan(before) or np.isnan(after):
        return _("hidden")
    return f"{style.number(int(before))} → {style.number(int(after))}"


def _ends(values: Any) -> tuple[float, float]:
    """Return the ends of the scale, as far below 1 as above it."""
    finite = values[np.isfinite(values) & (values > 0)]
    reach = float(np.exp(np.abs(np.log(finite)).max())) if len(finite) else 2.0
    reach = float(np.clip(reach * 1.15, 2.0, _EDGES[1]))
    return 1 / reach, reach


def _row(
    ax: Axes, place: int, band: tuple[float, float, float], ends: tuple[float, float], *, sure: bool
) -> None:
    low, ratio, high = band
    if np.isnan(low) and np.isnan(ratio):
        return
    low, high = (0.0 if np.isnan(low) else low), (np.inf if np.isnan(high) else high)
    colour = style.ACCENT if sure else style.MUTED
    ax.plot([max(low, ends[0]), min(high, ends[1])], [place, place], color=colour, lw=1.4, zorder=3)
    for beyond, edge, marker in ((low < ends[0], ends[0], "<"), (high > ends[1], ends[1], ">")):
        if beyond:
            ax.plot([edge], [place], marker, color=colour, markersize=4, clip_on=False)
    if ends[0] <= ratio <= ends[1]:
        ax.plot(
            [ratio], [place], "o", markersize=5.5, markeredgecolor=colour, zorder=4,
            markerfacecolor=colour if sure else style.PAPER,
        )  # fmt: skip


def _finding(table: pd.DataFrame) -> str:
    ratio, q = known(table["ratio"]), known(table["q_value"])
    more, fewer = int(((q <= 0.05) & (ratio > 1)).sum()), int(((q <= 0.05) & (ratio < 1)).sum())
    if not more and not fewer:
        return _("No change beyond chance")
    return _("Beyond chance: more in {more}, fewer in {fewer} of {all}").format(
        more=style.number(more), fewer=style.number(fewer), all=style.number(len(table))
    )
