"""Axes as people read them: round numbers, shares in per cent, calendar days; and sentences put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from babel.dates import format_date, get_month_names
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from ..errors import ColumnsError
from ..i18n import _, current, plural
from . import style
from .figure import break_lines

__all__ = [
    "SMALL",
    "calendar",
    "check_columns",
    "counted",
    "day",
    "folded",
    "joined",
    "known",
    "numbers",
    "percents",
    "stamps",
    "stars",
    "written",
]

SMALL = style.SIZES["small_pt"]
"""Size of labels inside a chart, in points."""


def numbers(axis: Axis, *, count: int = 4, whole: bool = False, grid: bool = True) -> None:
    """Write round numbers along an axis, with a quiet line at each."""
    low, high = sorted(axis.get_view_interval())
    places = MaxNLocator(count, integer=whole).tick_values(low, high)
    places = [place for place in places if low - 1e-9 * abs(low) <= place <= high * (1 + 1e-9)]
    axis.set_ticks(places, written(places))
    _quiet(axis, grid=grid)


def written(places: Any) -> list[str]:
    """
    Write the numbers of a scale, all with as many decimals as they need.

    Examples
    --------
    >>> written([0, 0.25, 0.5]), written([0, 1000])
    (['0.00', '0.25', '0.50'], ['0', '1,000'])
    """
    decimals = max((len(f"{float(place):.6g}".partition(".")[2]) for place in places), default=0)
    return [style.figure_number(float(place), digits=decimals) for place in places]


def percents(axis: Axis, *, count: int = 5, grid: bool = True) -> None:
    """Write shares along an axis in per cent, with a quiet line at each."""
    low, high = sorted(axis.get_view_interval())
    places = [place for place in MaxNLocator(count).tick_values(low, high) if low <= place <= high + 1e-9]
    if low <= 0 and 1 <= high < 1.2:
        places = [0.0, 0.25, 0.5, 0.75, 1.0] if count > 3 else [0.0, 0.5, 1.0]
    digits = 0 if high - low >= 0.04 else 1
    axis.set_ticks(places, [style.percent(float(place), digits) for place in places])
    _quiet(axis, grid=grid)


def calendar(axis: Axis, index: Any, *, count: int = 6) -> None:
    """Write the dates of a series drawn at 0, 1, 2, …: months and years where it is long, else days."""
    dates = stamps(index)
    if dates is None:
        places = _spread(len(index), count)
        axis.set_ticks(places, [str(index[place]) for place in places])
        return
    places = _turns(dates, count)
    labels = [_date_label(dates, place, first=number == 0) for number, place in enumerate(places)]
    axis.set_ticks(places, labels)
    axis.set_tick_params(length=3)


def stamps(index: Any) -> pd.DatetimeIndex | None:
    """Return the days that an index stands for, or None where it holds none."""
    if isinstance(index, pd.PeriodIndex):
        return index.to_timestamp()
    return index if isinstance(index, pd.DatetimeIndex) else None


def day(moment: Any) -> str:
    """Write a label of a series: a date where it is one."""
    if isinstance(moment, pd.Period):
        moment = moment.start_time
    return style.date(moment.date()) if isinstance(moment, pd.Timestamp) else str(moment)


def stars(q: float) -> str:
    """
    Mark how often chance alone would do as much: two stars up to 1 in 100, one up to 5 in 100.

    Examples
    --------
    >>> stars(0.004), stars(0.04), stars(0.4)
    ('**', '*', '')
    """
    return "**" if q <= 0.01 else "*" if q <= 0.05 else ""


def check_columns(table: pd.DataFrame, columns: tuple[str, ...], source: str) -> None:
    """Refuse a table that lacks what a chart draws, naming the function that makes it."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        msg = _("The table lacks the columns {columns}: give what {source} returned.")
        raise ColumnsError(msg.format(columns=", ".join(missing), source=source))


def joined(*texts: str | None) -> str | None:
    """Put sentences together, leaving out those that are not there."""
    return " ".join(text for text in texts if text) or None


def counted(total: float) -> str:
    """Write a number of incidents."""
    return plural("{n} incident", "{n} incidents", round(total)).format(n=style.figure_number(round(total)))


def folded(text: str, width: float, points: float = SMALL) -> str:
    """Break a label into lines that fit a width in inches."""
    return "\n".join(break_lines(text, width, points))


def known(values: Any) -> Any:
    """Return numbers as floats; what is hidden or missing becomes NaN."""
    return pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _quiet(axis: Axis, *, grid: bool) -> None:
    axis.set_tick_params(length=0)
    if grid:
        axis.grid(True)


def _turns(dates: pd.DatetimeIndex, count: int) -> list[int]:
    """Return where years or months begin, as many as there is room for; else evenly spread."""
    months = dates.year * 12 + dates.month - 1
    span = int(months[-1] - months[0])
    step = next((one for one in (1, 2, 3, 6, 12, 24, 60, 120) if span / one <= count), 240)
    starts = [place for place in range(1, len(dates)) if months[place] // step != months[place - 1] // step]
    if len(starts) < 2:
        return [
            int(place) for place in np.unique(np.linspace(0, len(dates) - 1, min(count, len(dates))).round())
        ]
    return starts


def _spread(length: int, count: int) -> list[int]:
    """Return places spread evenly over a series."""
    return [int(place) for place in np.unique(np.linspace(0, length - 1, min(count, length)).round())]


def _date_label(dates: pd.DatetimeIndex, place: int, *, first: bool) -> str:
    moment = dates[place]
    months = (dates[-1] - dates[0]).days > 80
    if not months:
        return str(format_date(moment.date(), format="d MMM", locale=_locale()))
    names = get_month_names("abbreviated", "stand-alone", locale=current())
    name = str(names[moment.month]).rstrip(".")
    return f"{name}\n{moment.year}" if first or moment.month == 1 else name


def _locale() -> str:
    return "en_GB" if current() == "en" else current()
