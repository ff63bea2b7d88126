"""
What a figure says, in words: the alternative text for those who cannot see it.

A text says the finding (the peak, the spread) and not how the figure looks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..i18n import _, plural, weekday
from . import style
from .classes import Layer

__all__ = ["describe_months", "describe_places", "describe_time_profile", "describe_weekdays"]


def describe_time_profile(profile: pd.DataFrame) -> str:
    """
    Say when events concentrate in the week.

    Parameters
    ----------
    profile
        7 × 24, Monday first: counts or estimated weights.

    Returns
    -------
    str
        The busiest hour of the week, the busiest day, the quietest and the busiest six hours of the day.

    Examples
    --------
    >>> week = pd.DataFrame(0, index=range(7), columns=range(24))
    >>> week.loc[4, 22] = 5
    >>> describe_time_profile(week).split(". ")[0]
    'Busiest hour of the week: Friday 22:00 to 23:00 (5 of 5)'
    """
    table = np.asarray(profile, dtype=float)
    total = float(table.sum())
    if not total > 0:
        return _("No event has a known hour.")
    day, hour = np.unravel_index(int(table.argmax()), table.shape)
    days, hours = table.sum(axis=1), table.sum(axis=0)
    start = int(np.argmax([np.take(hours, range(i, i + 6), mode="wrap").sum() for i in range(24)]))
    share = np.take(hours, range(start, start + 6), mode="wrap").sum() / total
    return " ".join(
        [
            _("Busiest hour of the week: {day} {start}:00 to {end}:00 ({n} of {total}).").format(
                day=weekday(int(day)),
                start=f"{hour:02d}",
                end=f"{hour + 1:02d}",
                n=style.figure_number(float(table.max())),
                total=style.figure_number(round(total)),
            ),
            _("Busiest day: {day} ({share}).").format(
                day=weekday(int(days.argmax())), share=style.percent(float(days.max() / total))
            ),
            _("Busiest six hours of the day: {start}:00 to {end}:00 ({share}).").format(
                start=f"{start:02d}", end=f"{(start + 6) % 24:02d}", share=style.percent(float(share))
            ),
        ]
    )


def describe_weekdays(counts: pd.Series[Any]) -> str:
    """Say which days of the week are busiest and quietest, Monday first."""
    values = np.asarray(counts, dtype=float)
    if not values.sum() > 0:
        return _("No event has a known day.")
    high, low = int(values.argmax()), int(values.argmin())
    return _("Busiest day: {high} ({most}); quietest: {low} ({least}).").format(
        high=weekday(high),
        most=style.figure_number(float(values[high])),
        low=weekday(low),
        least=style.figure_number(float(values[low])),
    )


def describe_months(counts: pd.Series[Any]) -> str:
    """Say the range of monthly counts and where the highest and the lowest lie; indexed by month."""
    if len(counts) == 0:
        return _("No month has an event.")
    months = pd.PeriodIndex(counts.index)
    values = counts.to_numpy(dtype=float)
    high, low = int(values.argmax()), int(values.argmin())
    return _("Highest month: {high} ({most}); lowest: {low} ({least}); mean {mean} a month.").format(
        high=style.month(months[high].start_time.date()),
        most=style.figure_number(float(values[high])),
        low=style.month(months[low].start_time.date()),
        least=style.figure_number(float(values[low])),
        mean=style.figure_number(float(values.mean()), digits=0 if values.mean() >= 10 else 1),
    )


def describe_places(places: pd.DataFrame, measure: Layer, *, name: str | None = None) -> str:
    """
    Say how many places are in each class, how many are not shown, and where the highest lies.

    Parameters
    ----------
    places
        The table that is drawn.
    measure
        The measure of it.
    name
        Column with names of places, so that the highest can be named.

    Returns
    -------
    str
        Sentences; no number of a suppressed place is in them.
    """
    parts = [f"{measure.title}:"]
    for code in range(len(measure.classes.labels) - 1, -1, -1):
        count = int((measure.classes.codes == code).sum())
        if count:
            places_text = plural("{count} place", "{count} places", count)
            parts.append(f"{measure.classes.labels[code]}: {places_text.format(count=style.number(count))};")
    text = " ".join(parts).rstrip(";:") + "."
    values = measure.values
    if name is not None and np.isfinite(values).any():
        top = int(np.nanargmax(values))
        text += " " + _("Highest: {name} ({value}).").format(
            name=places[name].iloc[top], value=style.figure_number(float(values[top]))
        )
    hidden = int(measure.suppressed.sum())
    if hidden:
        text += " " + plural(
            "{count} place is not shown because its count is small.",
            "{count} places are not shown because their counts are small.",
            hidden,
        ).format(count=style.number(hidden))
    return text
