"""Running series as charts: weeks with their limits, and the sums that watch for a lasting shift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import choices
from ..i18n import _, plural
from . import style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .ticks import SMALL, calendar, check_columns, day, joined, known, numbers

__all__ = ["cusum", "describe_cusum", "describe_weekly_series", "weekly_series"]

_WEEKS = ("n", "expected", "lower", "upper", "signal")
_SUMS = ("upper", "lower", "signal")


@styled
def weekly_series(
    weeks: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw counts by week with the band of what is usual.

    Parameters
    ----------
    weeks
        What `patterns.weekly_series` returned. A week whose ``n`` is empty leaves a gap.
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
        Counts from zero; weeks outside their limits bear a triangle that points up or down, and their
        number; incomplete weeks are hollow.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    check_columns(weeks, _WEEKS, "patterns.weekly_series")
    n, expected = known(weeks["n"]), known(weeks["expected"])
    whole = weeks["complete"].to_numpy(dtype=bool) if "complete" in weeks else np.ones(len(weeks), bool)
    key = _("Band: limits of what is usual from the weeks before. Triangles: weeks outside.")
    axes = new_axes(
        ax,
        title=title or _weeks_finding(weeks),
        subtitle=subtitle if subtitle is not None else _("Recorded incidents in each week"),
        foot=joined(foot, key, _("Hollow: weeks that the data do not cover.") if not whole.all() else None),
        body=2.0 if size == "full" else 1.7,
        size=size,
        margins=(0.5, text_width(_("expected"), SMALL) + 0.15, 0.14, 0.42),
    )
    x = np.arange(len(weeks))
    axes.fill_between(
        x, known(weeks["lower"]), known(weeks["upper"]), step="mid", facecolor=style.CONTEXT, alpha=0.35, lw=0
    )
    axes.step(x, expected, where="mid", color=style.MUTED, linestyle=(0, (4, 2)), lw=0.9)
    axes.plot(x, np.where(whole, n, np.nan), color=style.INK, lw=1.1)
    axes.plot(x[~whole], n[~whole], "o", color=style.PAPER, markeredgecolor=style.INK, markersize=3.5)
    _signals(axes, x, n, weeks["signal"].to_numpy())
    top = np.nanmax(np.concatenate([n, known(weeks["upper"]), [1.0]]))
    axes.set_ylim(0, float(top) * 1.12)
    axes.set_xlim(-0.5, max(len(weeks) - 0.5, 0.5))
    if len(weeks) and np.isfinite(expected[-1]):
        _label(axes, _("expected"), float(expected[-1]))
    numbers(axes.yaxis, whole=True)
    if len(weeks):
        calendar(axes.xaxis, weeks.index, count=8 if size == "full" else 5)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_weekly_series(weeks: pd.DataFrame) -> str:
    """
    Say which weeks left their limits, at most the last four.

    Parameters
    ----------
    weeks
        What `patterns.weekly_series` returned.

    Returns
    -------
    str
        How many weeks were judged, and which of them were too high or too low.
    """
    check_columns(weeks, _WEEKS, "patterns.weekly_series")
    judged = int(weeks["expected"].notna().sum())
    out = weeks[(weeks["signal"].fillna("") != "") & weeks["n"].notna()]
    if judged == 0:
        return _("There are too few weeks to say what is usual.")
    text = plural(
        "{n} of {all} week is outside the limits of what is usual.",
        "{n} of {all} weeks are outside the limits of what is usual.",
        judged,
    ).format(n=style.number(len(out)), all=style.number(judged))
    said = [
        _("week of {day}: {n} ({usual} expected)").format(
            day=day(label), n=style.number(int(row["n"])), usual=style.figure_number(float(row["expected"]))
        )
        for label, row in out.tail(4).iterrows()
    ]
    if not said:
        return text
    return f"{text} " + _("The last of them: {weeks}.").format(weeks="; ".join(said))


@styled
def cusum(
    table: pd.DataFrame,
    *,
    limit: float | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the sums that watch for a small lasting shift, with the limit at which they signal.

    Parameters
    ----------
    table
        What `change.cusum` returned.
    limit
        The sum above which a signal is given; left out, the one that the table was made with.
    ax, title, subtitle, foot, size
        As in `weekly_series`.

    Returns
    -------
    Axes
        The sum of what exceeds the usual upwards above zero, of what falls short of it downwards below.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    check_columns(table, _SUMS, "change.cusum")
    if limit is None:
        limit = float(choices.of(table).get("limit", 5.0))
    axes = new_axes(
        ax,
        title=title or _cusum_finding(table),
        subtitle=subtitle if subtitle is not None else _("Sum of what was more, and less, than usual"),
        foot=joined(foot, _("Dashed: limit of {limit} standard deviations; triangles: beyond it.").format(
            limit=style.figure_number(limit)
        )),
        body=1.9 if size == "full" else 1.6,
        size=size,
        margins=(0.5, max(text_width(_("more"), SMALL), text_width(_("less"), SMALL)) + 0.16, 0.1, 0.42),
    )  # fmt: skip
    x, upper, lower = np.arange(len(table)), known(table["upper"]), known(table["lower"])
    axes.fill_between(x, 0, upper, facecolor=style.ACCENT, alpha=0.25, lw=0)
    axes.fill_between(x, 0, -lower, facecolor=style.CONTEXT, alpha=0.5, lw=0)
    axes.plot(x, upper, color=style.ACCENT, lw=1.3)
    axes.plot(x, -lower, color=style.MUTED, lw=1.3)
    for at in (limit, -limit):
        axes.axhline(at, color=style.INK, lw=0.9, linestyle=(0, (4, 3)))
    axes.axhline(0, color=style.RULE, lw=0.8)
    signal = table["signal"].to_numpy()
    for word, values, marker in (("up", upper, "^"), ("down", -lower, "v")):
        at = signal == word
        axes.plot(x[at], values[at], marker, color=style.INK, markersize=4.5)
    reach = max(float(np.nanmax([*upper, *lower, limit])), limit) * 1.15
    axes.set_ylim(-reach, reach)
    axes.set_xlim(-0.5, max(len(table) - 0.5, 0.5))
    _label(axes, _("more"), reach * 0.5)
    _label(axes, _("less"), -reach * 0.5)
    numbers(axes.yaxis, count=5)
    if len(table):
        calendar(axes.xaxis, table.index, count=8 if size == "full" else 5)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_cusum(table: pd.DataFrame) -> str:
    """
    Say when the sums first crossed their limit, and when the shift began.

    Parameters
    ----------
    table
        What `change.cusum` returned.

    Returns
    -------
    str
        One sentence a direction, or that nothing lasting is seen.
    """
    check_columns(table, _SUMS, "change.cusum")
    said = []
    for word, column, text in (
        ("up", "upper", _("A lasting rise is signalled from {day} on; it began after {start}.")),
        ("down", "lower", _("A lasting fall is signalled from {day} on; it began after {start}.")),
    ):
        places = np.flatnonzero(table["signal"].to_numpy() == word)
        if len(places):
            quiet = np.flatnonzero(known(table[column])[: places[0]] == 0)
            start = table.index[quiet[-1]] if len(quiet) else table.index[0]
            said.append(text.format(day=day(table.index[places[0]]), start=day(start)))
    return " ".join(said) or _("No lasting shift: the sums stay within their limits.")


def _signals(ax: Axes, x: Any, n: Any, signal: Any) -> None:
    """Mark weeks outside their limits; write the number where it runs into no other."""
    free = -1e9
    gap = 0.3 * (len(x) or 1) / max(inches(ax)[0], 0.1)
    for word, marker, drop in (("high", "^", 4), ("low", "v", -10)):
        for at in np.flatnonzero((signal == word) & np.isfinite(n)):
            ax.plot(x[at], n[at], marker, color=style.ACCENT, markersize=5, zorder=5)
            if x[at] - free < gap:
                continue
            free = x[at]
            ax.annotate(
                style.number(int(n[at])), (x[at], n[at]), (0, drop), textcoords="offset points",
                ha="center", fontsize=SMALL, color=style.INK, fontweight="bold",
            )  # fmt: skip


def _label(ax: Axes, text: str, height: float) -> None:
    ax.annotate(
        text, (1, height), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=SMALL, color=style.MUTED, annotation_clip=False,
    )  # fmt: skip


def _weeks_finding(weeks: pd.DataFrame) -> str:
    signal = weeks["signal"].fillna("").to_numpy()
    high, low = int((signal == "high").sum()), int((signal == "low").sum())
    if not weeks["expected"].notna().any():
        return _("Recorded incidents by week")
    if not high and not low:
        return _("No week leaves the limits of what is usual")
    return _("Weeks above what is usual: {high}; below: {low}").format(
        high=style.number(high), low=style.number(low)
    )


def _cusum_finding(table: pd.DataFrame) -> str:
    signal = set(table["signal"].fillna(""))
    if {"up", "down"} <= signal:
        return _("A lasting rise and a lasting fall")
    if "up" in signal:
        return _("A lasting rise")
    return _("A lasting fall") if "down" in signal else _("No lasting shift")
