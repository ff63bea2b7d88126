"""Counts by calendar month as bars from zero, months that are not whole set off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from babel.dates import get_month_names
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..i18n import _, current
from . import style
from .figure import Size, inches, new_axes, settle, styled, text_width
from .ticks import SMALL, counted, joined

__all__ = ["monthly_counts", "months_of"]


@styled
def monthly_counts(
    series: pd.Series[Any] | pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    partial: Any = None,
    size: Size = "full",
) -> Axes:
    """
    Draw counts by calendar month as bars from zero, with the mean of the whole months.

    Parameters
    ----------
    series
        ``n`` by month, as `patterns.month_series`: a series, or a table with a column ``n``; months are the
        index or a column ``month``; ``complete`` is false for months that the data do not cover.
    partial
        Months that the data cover only in part, as true and false in the order of the series; they are
        hatched and left out of the mean.
    ax, title, subtitle, foot, size
        The words, and the axes to draw on or the width of a page, as in `charts.time_profile`.

    Returns
    -------
    Axes
        One bar a month, years below, the highest month labelled.
    """
    counts = months_of(series)
    flags = _partial(series, partial, len(counts))
    axes = new_axes(
        ax,
        title=title or _("Recorded incidents by month"),
        subtitle=subtitle if subtitle is not None else counted(float(counts.sum())),
        foot=joined(foot, _("Hatched: the data do not cover the whole month.") if flags.any() else None),
        body=1.8 if size == "full" else 1.5,
        size=size,
        margins=(
            0.5,
            text_width(_mean_words(counts.to_numpy(dtype=float), flags), SMALL) + 0.16,
            0.18,
            0.36,
        ),
    )
    _month_bars(axes, counts.to_numpy(dtype=float), flags)
    _month_axis(axes, pd.PeriodIndex(counts.index))
    _month_mean(axes, counts.to_numpy(dtype=float), flags)
    return settle(axes)


def months_of(series: pd.Series[Any] | pd.DataFrame) -> pd.Series[Any]:
    """Return counts indexed by calendar month, in order, whichever way the table holds them."""
    if isinstance(series, pd.DataFrame):
        index = series["month"] if "month" in series.columns else series.index
        series = pd.Series(series["n"].to_numpy(), index=index)
    index = series.index
    if not isinstance(index, pd.PeriodIndex):
        stamps = pd.to_datetime(pd.Index(index))
        index = (stamps.tz_localize(None) if stamps.tz is not None else stamps).to_period("M")
    return pd.Series(series.to_numpy(), index=index.asfreq("M"))


def _partial(series: Any, partial: Any, count: int) -> Any:
    if partial is None and isinstance(series, pd.DataFrame) and "complete" in series.columns:
        partial = ~series["complete"].astype(bool)
    return np.zeros(count, bool) if partial is None else np.asarray(partial, dtype=bool)


def _month_bars(ax: Axes, values: Any, flags: Any) -> None:
    bars = ax.bar(np.arange(len(values)), values, width=0.82, color=style.CONTEXT)
    whole = np.where(flags, -1, values)
    for place, (bar, short) in enumerate(zip(bars, flags, strict=True)):
        if short:
            bar.set(facecolor=style.PAPER, edgecolor=style.SUPPRESSED, hatch="//////", linewidth=0.5)
        elif values[place] == whole.max() and values[place] > 0:
            bar.set_facecolor(style.ACCENT)
    for top in np.flatnonzero(whole == whole.max()) if len(values) and whole.max() > 0 else ():
        ax.annotate(
            style.figure_number(float(values[top])), (top, values[top]), (0, 2), textcoords="offset points",
            ha="center", color=style.INK, fontweight="bold",
        )  # fmt: skip
    ax.set_ylim(0, max(float(values.max()) * 1.12, 1) if len(values) else 1)
    ticks = MaxNLocator(4, integer=True).tick_values(*ax.get_ylim())
    ticks = [tick for tick in ticks if 0 <= tick <= ax.get_ylim()[1]]
    ax.set_yticks(ticks, [style.figure_number(tick) for tick in ticks])
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def _month_axis(ax: Axes, months: pd.PeriodIndex) -> None:
    """Few months by name, many by the year that begins."""
    ax.set_xlim(-0.6, len(months) - 0.4)
    if len(months) <= 15:
        names = get_month_names("abbreviated", "stand-alone", locale=current())
        labels = [_month_label(month, names, first=i == 0) for i, month in enumerate(months)]
        room = inches(ax)[0] / len(months)
        wide = max(text_width(label.partition("\n")[0], style.SIZES["figure_pt"]) for label in labels)
        every = 1 + int((wide + 0.05) // room)
        ax.set_xticks(range(0, len(months), every), labels[::every])
        ax.tick_params(axis="x", length=0)
        return
    starts = [place for place, month in enumerate(months) if place == 0 or month.month == 1]
    years = [str(months[place].year) for place in starts]
    if len(starts) > 1 and starts[1] - starts[0] < 4:
        years[0] = ""
    every = 1 + len(starts) // 13
    ax.set_xticks([place - 0.5 for place in starts[::every]], years[::every], ha="left")
    ax.tick_params(axis="x", length=5)


def _month_label(month: pd.Period, names: Any, *, first: bool) -> str:
    name = str(names[month.month]).rstrip(".")
    return f"{name}\n{month.year}" if first or month.month == 1 else name


def _mean_words(values: Any, flags: Any) -> str:
    whole = values[~flags]
    if len(whole) < 2:
        return ""
    mean = float(whole.mean())
    return _("mean {mean}").format(mean=style.figure_number(mean, digits=0 if mean >= 10 else 1))


def _month_mean(ax: Axes, values: Any, flags: Any) -> None:
    whole = values[~flags]
    if len(whole) < 2:
        return
    mean = float(whole.mean())
    ax.axhline(mean, color=style.INK, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.annotate(
        _mean_words(values, flags), (1, mean), (4, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
        fontsize=style.SIZES["small_pt"], color=style.INK, annotation_clip=False,
    )  # fmt: skip
