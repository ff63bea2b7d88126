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
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from ..errors import InputError
from ..i18n import _, plural, weekday
from . import style
from .account_charts import account_lives, closure, describe_account_lives, describe_closure
from .agreement_charts import agreement, describe_agreement
from .call_charts import call_bursts, call_hours, describe_call_bursts
from .change_charts import change, describe_change
from .concentration_charts import describe_lorenz, lorenz
from .curve_charts import describe_ripley, describe_roc, ripley, roc
from .displacement_charts import describe_displacement, displacement
from .event_charts import event_chart
from .figure import Size, close, frame, inches, new_axes, settle, styled, text_width, to_png, to_svg
from .flow_charts import describe_flow_ladder, flow_ladder
from .link_charts import describe_link_chart, link_chart
from .link_layout import link_layout
from .link_screen import LinkPage, link_screen
from .market_charts import (
    concentration_of_markets,
    describe_concentration_of_markets,
    describe_offers_by_country,
    describe_unit_prices,
    offers_by_country,
    unit_prices,
)
from .month_charts import monthly_counts, months_of
from .near_repeat_charts import chains, describe_chains, describe_knox, knox
from .offer_charts import describe_offers_by_substance, offers_by_substance
from .post_charts import chokepoints, describe_chokepoints
from .price_charts import describe_interception, describe_price_ladder, interception, price_ladder
from .season_charts import decomposition, describe_decomposition, describe_seasonal_profile, seasonal_profile
from .series_charts import cusum, describe_cusum, describe_weekly_series, weekly_series
from .spot_maps import describe_hot_areas, describe_spot_classes, hot_areas, spot_classes
from .stability_maps import (
    STABILITY_CLASSES,
    describe_stability,
    describe_uncertainty,
    stability,
    stability_codes,
    uncertainty,
)
from .static import area_map, density_map, gi_star, hotspot_map
from .street_maps import describe_hot_streets, hot_streets, marked_streets, street_density
from .ticks import counted
from .timeline_charts import describe_timeline, timeline
from .words import describe_months, describe_places, describe_time_profile, describe_weekdays

__all__ = [
    "STABILITY_CLASSES",
    "LinkPage",
    "account_lives",
    "agreement",
    "area_map",
    "call_bursts",
    "call_hours",
    "chains",
    "change",
    "chokepoints",
    "close",
    "closure",
    "concentration_of_markets",
    "cusum",
    "decomposition",
    "density_map",
    "describe_account_lives",
    "describe_agreement",
    "describe_call_bursts",
    "describe_chains",
    "describe_change",
    "describe_chokepoints",
    "describe_closure",
    "describe_concentration_of_markets",
    "describe_cusum",
    "describe_decomposition",
    "describe_displacement",
    "describe_flow_ladder",
    "describe_hot_areas",
    "describe_hot_streets",
    "describe_interception",
    "describe_knox",
    "describe_link_chart",
    "describe_lorenz",
    "describe_months",
    "describe_offers_by_country",
    "describe_offers_by_substance",
    "describe_places",
    "describe_price_ladder",
    "describe_ripley",
    "describe_roc",
    "describe_seasonal_profile",
    "describe_spot_classes",
    "describe_stability",
    "describe_time_profile",
    "describe_timeline",
    "describe_uncertainty",
    "describe_unit_prices",
    "describe_weekdays",
    "describe_weekly_series",
    "displacement",
    "event_chart",
    "flow_ladder",
    "frame",
    "gi_star",
    "hot_areas",
    "hot_streets",
    "hotspot_map",
    "interception",
    "knox",
    "link_chart",
    "link_layout",
    "link_screen",
    "lorenz",
    "marked_streets",
    "monthly_counts",
    "months_of",
    "offers_by_country",
    "offers_by_substance",
    "price_ladder",
    "ripley",
    "roc",
    "seasonal_profile",
    "spot_classes",
    "stability",
    "stability_codes",
    "street_density",
    "time_profile",
    "timeline",
    "to_png",
    "to_svg",
    "uncertainty",
    "unit_prices",
    "weekday_profile",
    "weekly_series",
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
        subtitle=subtitle if subtitle is not None else counted(float(values.sum())),
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
