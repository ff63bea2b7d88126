"""
Charts of results: when, where, how much. Each returns its axes and neither shows nor saves anything.

Titles state the finding and are the caller's; left out, they say what is shown. Every chart has a sibling
in words, `describe`, for those who cannot see it. Bars start at zero. Greys are context, the accent is
the message, and no meaning hangs on colour alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from babel.dates import get_month_names
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from ..errors import InputError
from ..i18n import _, current, plural, weekday
from . import style
from .figure import Size, close, frame, inches, new_axes, settle, styled, text_width, to_png, to_svg
from .static import area_map, density_map, gi_star, hotspot_map
from .words import describe_months, describe_places, describe_time_profile, describe_weekdays

__all__ = [
    "area_map",
    "close",
    "density_map",
    "describe_months",
    "describe_places",
    "describe_time_profile",
    "describe_weekdays",
    "frame",
    "gi_star",
    "hotspot_map",
    "monthly_counts",
    "time_profile",
    "to_png",
    "to_svg",
    "weekday_profile",
]

_SMALL = style.SIZES["small_pt"]


@styled
def time_profile(
    profile: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    estimated: bool | None = None,
    accent_day: bool = True,
    size: Size = "full",
) -> Axes:
    """
    Draw the hours of the week: seven days by twenty-four hours, with the totals along both sides.

    Parameters
    ----------
    profile
        7 × 24, Monday first, as `patterns.time_profile` (counts) or `patterns.aoristic` (weights).
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit.
    estimated
        Say in the subtitle that hours are estimated from spans of time; left out, true where the
        numbers are no whole numbers.
    accent_day
        Set the total of the busiest day off; false where the days do not differ beyond chance.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        Those of the hours and days; the busiest hour is framed.

    Raises
    ------
    InputError
        If the table is not 7 × 24.
    """
    table = np.asarray(profile, dtype=float)
    if table.shape != (7, 24):
        msg = _("`profile` must have 7 rows (Monday first) and 24 columns, got {rows} × {columns}.").format(
            rows=table.shape[0], columns=table.shape[1] if table.ndim > 1 else 1
        )
        raise InputError(msg)
    if estimated is None:
        estimated = not np.array_equal(table, np.round(table))
    if subtitle is None:
        subtitle = _week_subtitle(table, estimated=estimated)
    axes = new_axes(
        ax,
        title=title or _("Recorded incidents by hour and day of the week"),
        subtitle=subtitle,
        foot=foot,
        body=1.9 if size == "full" else 1.35,
        size=size,
        margins=(_day_margin(), _total_margin(table), *((0.5, 0.3) if size == "full" else (0.4, 0.28))),
    )
    _hour_cells(axes, table, numbers=size == "full" and not estimated)
    _hour_axes(axes)
    _hour_margins(axes, table, accent_day=accent_day)
    return settle(axes)


@styled
def weekday_profile(
    counts: pd.Series[Any],
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    accent: bool = True,
    size: Size = "half",
) -> Axes:
    """
    Draw the days of the week as bars from zero.

    Parameters
    ----------
    counts
        Seven numbers, Monday first, as `patterns.weekday_profile`.
    ax, title, subtitle, foot, size
        As in `time_profile`.
    accent
        Set the busiest day off; false where the days do not differ beyond chance.

    Returns
    -------
    Axes
        One bar a day, each with its number.
    """
    values = _column(counts)
    if values.shape != (7,):
        msg = _("`counts` must have 7 values (Monday first), got {count}.").format(count=values.size)
        raise InputError(msg)
    axes = new_axes(
        ax,
        title=title or _("Recorded incidents by day of the week"),
        subtitle=subtitle if subtitle is not None else _counted(float(values.sum())),
        foot=foot,
        body=1.7,
        size=size,
        margins=(0.12, 0.1, 0.1, 0.3),
    )
    axes.bar(range(7), values, color=_peak_colours(values, accent=accent), width=0.78)
    for day, value in enumerate(values):
        axes.annotate(
            style.figure_number(value),
            (day, value),
            (0, 2),
            textcoords="offset points",
            ha="center",
            color=style.INK,
        )
    axes.set_xticks(range(7), [weekday(day, short=True) for day in range(7)])
    axes.set_ylim(0, max(float(values.max()) * 1.12, 1))
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    return settle(axes)


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
        As in `time_profile`.

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
        subtitle=subtitle if subtitle is not None else _counted(float(counts.sum())),
        foot=_joined(foot, _("Hatched: the data do not cover the whole month.") if flags.any() else None),
        body=1.8 if size == "full" else 1.5,
        size=size,
        margins=(
            0.5,
            text_width(_mean_words(counts.to_numpy(dtype=float), flags), _SMALL) + 0.16,
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


def _week_subtitle(table: Any, *, estimated: bool) -> str:
    total = round(float(table.sum()))
    text = plural("{n} incident with a known hour", "{n} incidents with a known hour", total)
    if estimated:
        text = plural(
            "{n} incident, its hour estimated from a span of time",
            "{n} incidents, hours estimated from spans of time",
            total,
        )
    return text.format(n=style.number(total))


def _counted(total: float) -> str:
    return plural("{n} incident", "{n} incidents", round(total)).format(n=style.figure_number(round(total)))


def _joined(*texts: str | None) -> str | None:
    return " ".join(text for text in texts if text) or None


def _day_margin() -> float:
    """Room for the names of days, whatever the language calls them."""
    points = style.SIZES["figure_pt"]
    return max(text_width(weekday(day, short=True), points) for day in range(7)) + 0.2


def _total_margin(table: Any) -> float:
    """Room for the bars of days and the widest total beside them."""
    totals = (style.figure_number(round(value)) for value in table.sum(axis=1))
    return 0.42 + max(text_width(total, _SMALL) for total in totals)


def _hour_cells(ax: Axes, table: Any, *, numbers: bool) -> None:
    colours = LinearSegmentedColormap.from_list("ilp", [style.PAPER, *style.SEQUENCE])
    top = float(table.max()) or 1.0
    ax.pcolormesh(
        np.arange(25),
        np.arange(8),
        table,
        cmap=colours,
        vmin=0,
        vmax=top,
        edgecolors=style.RULE,
        linewidth=0.4,
    )
    ax.invert_yaxis()
    if table.max() > 0:
        day, hour = divmod(int(table.argmax()), 24)
        ax.add_patch(
            Rectangle((hour, day), 1, 1, fill=False, edgecolor=style.INK, linewidth=1.8, clip_on=False)
        )
    if numbers and top < 1000:
        for (day, hour), value in np.ndenumerate(table):
            if value:
                shade = style.ink_on(_hex(colours(value / top)))
                ax.text(
                    hour + 0.5, day + 0.52, f"{value:.0f}", ha="center", va="center", size=6.5, color=shade
                )


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


def _hour_axes(ax: Axes) -> None:
    ax.set_xlim(0, 24)
    ax.set_xticks([0, 6, 12, 18, 24], ["0:00", "6:00", "12:00", "18:00", "24:00"])
    ax.set_yticks(np.arange(7) + 0.5, [weekday(day, short=True) for day in range(7)])
    ax.tick_params(axis="y", length=0)
    for side in ax.spines.values():
        side.set_visible(False)


def _hour_margins(ax: Axes, table: Any, *, accent_day: bool) -> None:
    """Totals by hour above and by day on the right, bars from zero."""
    width, height = inches(ax)
    above = ax.inset_axes((0, 1 + 0.04 / height, 1, 0.32 / height), sharex=ax)
    beside = ax.inset_axes((1 + 0.05 / width, 0, 0.32 / width, 1), sharey=ax)
    hours, days = table.sum(axis=0), table.sum(axis=1)
    above.bar(np.arange(24) + 0.5, hours, width=0.84, color=_peak_colours(hours))
    beside.barh(np.arange(7) + 0.5, days, height=0.74, color=_peak_colours(days, accent=accent_day))
    above.set_ylim(0, float(hours.max()) * 1.02 or 1)
    beside.set_xlim(0, float(days.max()) * 1.02 or 1)
    for each in (above, beside):
        each.set_axis_off()
    for day, value in enumerate(days):
        beside.annotate(
            style.figure_number(round(value)), (value, day + 0.5), (2, 0), textcoords="offset points",
            va="center", fontsize=_SMALL, color=style.MUTED, annotation_clip=False,
        )  # fmt: skip


def _peak_colours(values: Any, *, accent: bool = True) -> list[str]:
    return [style.ACCENT if accent and v == values.max() and v > 0 else style.CONTEXT for v in values]


def _column(counts: Any) -> Any:
    if isinstance(counts, pd.DataFrame):
        counts = counts["n"]
    return np.asarray(counts, dtype=float).ravel()


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
