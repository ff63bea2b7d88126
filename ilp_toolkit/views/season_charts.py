"""The year as a chart: how its months differ, and a series taken apart into trend, season and rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from babel.dates import get_month_names
from matplotlib.axes import Axes

from .. import choices
from ..i18n import _, current, plural
from . import style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .ticks import SMALL, calendar, check_columns, day, joined, known, numbers

__all__ = ["decomposition", "describe_decomposition", "describe_seasonal_profile", "seasonal_profile"]

_PROFILE = ("ratio", "least", "most", "years")
_PARTS = ("observed", "trend", "season", "rest")


@styled
def seasonal_profile(
    profile: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the calendar months against the mean of the year, with the range of the single years.

    Parameters
    ----------
    profile
        What `patterns.seasonal_profile` returned.
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
        A bar a month from zero, a line at the mean of the year, whiskers over the years.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    check_columns(profile, _PROFILE, "patterns.seasonal_profile")
    ratio, least, most = (known(profile[name]) for name in ("ratio", "least", "most"))
    years = int(profile["years"].max()) if len(profile) else 0
    many = years > 1
    axes = new_axes(
        ax,
        title=title or _season_finding(profile),
        subtitle=subtitle if subtitle is not None else _season_subtitle(years),
        foot=joined(foot, _("Whiskers: lowest and highest single year.") if many else _one_year()),
        body=1.8 if size == "full" else 1.5,
        size=size,
        margins=(0.5, text_width(_("mean"), SMALL) + 0.16, 0.12, 0.26),
    )
    x = np.arange(len(profile))
    top = np.nanargmax(ratio) if np.isfinite(ratio).any() else -1
    colours = [style.ACCENT if place == top else style.CONTEXT for place in x]
    axes.bar(x, np.nan_to_num(ratio), width=0.78, color=colours)
    if many:
        axes.vlines(x, least, most, color=style.INK, lw=1)
    axes.axhline(1, color=style.INK, lw=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        _("mean"), (1, 1), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=SMALL, color=style.INK, annotation_clip=False,
    )  # fmt: skip
    names = get_month_names("narrow" if inches(axes)[0] < 3.6 else "abbreviated", "stand-alone", current())
    axes.set_xticks(x, [str(names[int(month)]).rstrip(".") for month in profile.index])
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, float(np.nanmax(np.concatenate([ratio, most, [1.2]]))) * 1.08)
    axes.set_xlim(-0.6, len(profile) - 0.4)
    numbers(axes.yaxis)
    axes.spines["left"].set_visible(False)
    return settle(axes)


def describe_seasonal_profile(profile: pd.DataFrame) -> str:
    """
    Say which months of the year are highest and lowest against its mean.

    Parameters
    ----------
    profile
        What `patterns.seasonal_profile` returned.

    Returns
    -------
    str
        One sentence; a second where a single year is all there is.
    """
    check_columns(profile, _PROFILE, "patterns.seasonal_profile")
    ratio = pd.Series(known(profile["ratio"]), index=profile.index).dropna()
    if ratio.empty:
        return _("No month of the year is covered by the data.")
    names = get_month_names("wide", "stand-alone", current())
    text = _("Highest: {high} ({most} times the mean of the year); lowest: {low} ({least} times).").format(
        high=names[_at(ratio.idxmax())],
        most=style.figure_number(float(ratio.max()), digits=2),
        low=names[_at(ratio.idxmin())],
        least=style.figure_number(float(ratio.min()), digits=2),
    )
    return text if int(profile["years"].max()) > 1 else f"{text} {_one_year()}"


@styled
def decomposition(
    parts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw a series and what it is made of: trend, season and rest, one below the other.

    Parameters
    ----------
    parts
        What `patterns.decompose` returned.
    ax, title, subtitle, foot, size
        As in `seasonal_profile`.

    Returns
    -------
    Axes
        Four strips (its ``child_axes``) over one time. Trend, season and rest of an additive series share
        one scale, so that a small swing looks small.

    Raises
    ------
    ColumnsError
        If a column is missing.
    """
    check_columns(parts, _PARTS, "patterns.decompose")
    axes = new_axes(
        ax,
        title=title or _trend_finding(parts),
        subtitle=subtitle if subtitle is not None else _("Counts, and what they are made of"),
        foot=joined(foot, _("At both ends there is no trend: half a round is missing there.")),
        body=3.3 if size == "full" else 3.0,
        size=size,
        margins=(0.5, 0.1, 0.16, 0.42),
    )
    axes.set_axis_off()
    words = {"observed": _("Counts"), "trend": _("Trend"), "season": _("Season"), "rest": _("Rest")}
    times = choices.of(parts).get("model") == "multiplicative"
    reach = [float(np.nanmax(np.abs(known(parts[name]) - times))) for name in ("season", "rest")]
    x = np.arange(len(parts))
    for number, name in enumerate(_PARTS):
        strip = axes.inset_axes((0, 0.765 - 0.255 * number, 1, 0.2))
        values = known(parts[name])
        strip.set_title(words[name], fontsize=SMALL, color=style.MUTED, pad=2, fontweight="normal")
        if name in {"observed", "trend"}:
            strip.plot(x, values, color=style.INK if name == "observed" else style.ACCENT, lw=1.3)
            strip.set_ylim(0, float(np.nanmax(known(parts["observed"]))) * 1.1 or 1)
        else:
            strip.bar(x, values - times, bottom=float(times), width=0.8, color=style.CONTEXT)
            strip.axhline(float(times), color=style.INK, lw=0.6)
            most = max(*reach, 1e-9) * 1.1
            strip.set_ylim(times - most, times + most)
        strip.set_xlim(-0.6, len(parts) - 0.4)
        numbers(strip.yaxis, count=2)
        strip.spines["left"].set_visible(False)
        if number < len(_PARTS) - 1:
            strip.set_xticks([])
            strip.spines["bottom"].set_visible(False)
        else:
            calendar(strip.xaxis, parts.index, count=8 if size == "full" else 5)
    return settle(axes)


def describe_decomposition(parts: pd.DataFrame) -> str:
    """
    Say how the trend went, and how far season and rest move the series.

    Parameters
    ----------
    parts
        What `patterns.decompose` returned.

    Returns
    -------
    str
        Two sentences.
    """
    check_columns(parts, _PARTS, "patterns.decompose")
    trend = parts["trend"].dropna()
    if trend.empty:
        return _("The series is too short for a trend.")
    first, last = float(trend.iloc[0]), float(trend.iloc[-1])
    swing = float(np.ptp(known(parts["season"])))
    rest = float(np.nanstd(known(parts["rest"])))
    return " ".join(
        [
            _("The trend goes from {first} ({start}) to {last} ({end}).").format(
                first=style.figure_number(first, digits=1),
                last=style.figure_number(last, digits=1),
                start=day(trend.index[0]),
                end=day(trend.index[-1]),
            ),
            _("The season moves by {swing} between low and high; the rest scatters by {rest}.").format(
                swing=style.figure_number(swing, digits=1), rest=style.figure_number(rest, digits=1)
            ),
        ]
    )


def _season_finding(profile: pd.DataFrame) -> str:
    ratio = pd.Series(known(profile["ratio"]), index=profile.index).dropna()
    if ratio.empty or ratio.max() < 1.05:
        return _("The months of the year hardly differ")
    return _("Highest in the year: {month}, {ratio} times the mean").format(
        month=get_month_names("wide", "stand-alone", current())[_at(ratio.idxmax())],
        ratio=style.figure_number(float(ratio.max()), digits=2),
    )


def _at(label: Any) -> int:
    return int(label)


def _season_subtitle(years: int) -> str:
    text = _("Incidents a day in each calendar month against the mean of the twelve")
    return f"{text}; " + plural("{n} year", "{n} years", years).format(n=style.number(years))


def _one_year() -> str:
    return _("With one year, season and chance cannot be told apart.")


def _trend_finding(parts: Any) -> str:
    trend = parts["trend"].dropna()
    if trend.empty or trend.iloc[0] <= 0:
        return _("Counts, trend, season and rest")
    ratio = float(trend.iloc[-1] / trend.iloc[0])
    if ratio >= 1.1:
        return _("The trend rises")
    return _("The trend falls") if ratio <= 1 / 1.1 else _("The trend is level")
