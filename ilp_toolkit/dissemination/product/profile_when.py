"""
When: the period, the months, the days of the week, the hours, and which of them chance could explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from ...analysis import patterns
from ...analysis.change import compare_periods
from ...i18n import _, month, number, percent, plural, weekday
from .. import disclosure

if TYPE_CHECKING:
    from ...analysis.patterns import Peak
    from .profile_facts import Facts

__all__ = ["When", "follow"]

CHANCE = 0.05
"""A pattern that chance alone would show less often than this is called one."""


@dataclass(frozen=True)
class When:
    """What can be said, and shown, about when incidents were recorded."""

    months: pd.DataFrame
    """By month: ``n`` (true counts, not for publication), ``complete``."""
    weekdays: pd.DataFrame | None
    """By day of the week: ``n``, ``days``; None where the days are not known."""
    hours: pd.DataFrame | None
    """7 × 24; None where too few hours are known."""
    estimated: bool
    """Whether hours are estimated from spans of time."""
    n_hours: int
    n_midnight: int
    """Incidents left out of the hours: exactly midnight, where the file uses that for an unknown hour."""
    peak: Peak | None
    """The busiest six hours of the day; None where the hours are not known."""
    weekday_p: float
    """Chance of weekdays at least so different if all were alike."""
    why_no_hours: str
    why_no_weekdays: str
    change: tuple[int, int] | None
    """Incidents in the twelve whole months before the last twelve, and in the last twelve."""

    @property
    def busiest_day(self) -> int | None:
        """Day of the week (0 is Monday) with the most incidents a day, if the days differ beyond chance."""
        if self.weekdays is None or not self.weekday_p < CHANCE:
            return None
        return int(self.weekdays["per_day"].fillna(0).to_numpy().argmax())

    @property
    def has_peak(self) -> bool:
        """Whether the busiest six hours stand out beyond chance."""
        return self.peak is not None and self.peak.p_value < CHANCE

    @cached_property
    def trend(self) -> int | None:
        """1 more, -1 fewer, 0 what chance can explain (exact E-test); None where no years can be compared."""
        if self.change is None:
            return None
        before, after = self.change
        test = compare_periods(pd.Series([before]), pd.Series([after]))
        return int(np.sign(after - before)) if float(test["p_value"].iloc[0]) < CHANCE else 0

    def draws_hours(self, minimum: float) -> bool:
        """Say whether a chart of hours and weekdays has enough incidents a box."""
        return self.hours is not None and self.n_hours >= minimum * 168

    def sentences(self) -> list[str]:
        """Say when, most useful first: hours, days, change."""
        return [text for text in (self.say_hours(), self.say_day(), self.say_change()) if text]

    def say_hours(self) -> str:
        """Say which hours stand out, or that none do."""
        if self.peak is None:
            return ""
        if not self.has_peak:
            return _("No part of the day stands out beyond chance.")
        words = {
            "start": clock(self.peak.start),
            "end": clock(self.peak.end),
            "share": percent(self.peak.share),
        }
        if self.estimated:
            return _(
                "{start} to {end} has about {share} (25% if even), estimated from spans of time."
            ).format(**words)
        return _("{start} to {end} has {share} (25% if even).").format(**words)

    def say_day(self) -> str:
        """Say which day of the week stands out, or that none does."""
        if self.weekdays is None:
            return ""
        day = self.busiest_day
        if day is None:
            return _("No day of the week stands out beyond chance.")
        share = float(self.weekdays["n"].iloc[day] / self.weekdays["n"].sum())
        return _("Busiest day of the week: {day}, {share} (14% if even).").format(
            day=weekday(day), share=percent(share)
        )

    def say_change(self) -> str:
        """Say how the last twelve months compare with the twelve before."""
        if self.change is None:
            return ""
        before, after = self.change
        words = {"before": number(before), "after": number(after)}
        if self.trend == 1:
            text = _("Last twelve whole months: {after}; twelve before: {before}; more than chance explains.")
        elif self.trend == -1:
            text = _(
                "Last twelve whole months: {after}; twelve before: {before}; fewer than chance explains."
            )
        else:
            text = _("Last twelve whole months: {after}; twelve before: {before}; chance can explain that.")
        return text.format(**words)


def follow(facts: Facts) -> When:
    """Count the incidents of a profile by month, day of the week and hour."""
    months = patterns.month_series(facts.table)
    if (facts.table["time_precision"] == "month").all():
        # Each incident stands on the first of its month: no month only looks cut short.
        months["complete"] = True
    midnight = facts.table["flags"].str.split().map(lambda codes: "midnight_default" in codes).astype(bool)
    hours, estimated = _hours(facts.table[~midnight])
    weekdays, p = _weekdays(facts, hours)
    n_hours = round(float(hours.to_numpy().sum()))
    minimum = facts.policy.profile.minimum_rows_hours
    enough = n_hours >= minimum
    return When(
        months=months,
        weekdays=weekdays,
        hours=hours if enough else None,
        estimated=estimated,
        n_hours=n_hours,
        n_midnight=int(midnight.sum()),
        peak=patterns.peak(hours, width=6) if enough else None,
        weekday_p=p,
        why_no_hours="" if enough else _no_hours(n_hours, minimum),
        why_no_weekdays="" if weekdays is not None else _("The days of the week are not known well enough."),
        change=_change(months, facts.policy.cells.minimum_count),
    )


def _weekdays(facts: Facts, hours: pd.DataFrame) -> tuple[pd.DataFrame | None, float]:
    counted = patterns.weekday_profile(facts.table)
    spread = hours.to_numpy(dtype=float).sum(axis=1)
    if spread.sum() > counted["n"].sum():
        # Nights and weekends away run past midnight: the spans of time hold them, counts by day do not.
        counted["n"] = np.rint(spread).astype("int64")
        counted["per_day"] = counted["n"] / counted["days"].where(counted["days"] > 0)
    n, days = counted["n"].to_numpy(dtype=float), counted["days"].to_numpy(dtype=float)
    if n.sum() < max(facts.policy.profile.minimum_rows_hours, 0.5 * facts.n) or (days < 2).any():
        return None, 1.0
    return counted, float(chisquare(n, days / days.sum() * n.sum()).pvalue)


def _hours(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Take counted hours; where a fifth or more of the rows would be lost, hours estimated from spans."""
    counted = patterns.time_profile(table)
    spread = patterns.aoristic(table)
    if counted.to_numpy().sum() >= 0.8 * spread.to_numpy().sum():
        return counted, False
    return spread, True


def _no_hours(n: int, minimum: int) -> str:
    if n == 0:
        return _("There is no chart of hours: the file gives no time of day.")
    msg = plural(
        "There is no chart of hours: the hour is known for only {n} incident, and {minimum} are needed.",
        "There is no chart of hours: the hour is known for only {n} incidents, and {minimum} are needed.",
        n,
    )
    return msg.format(n=number(n), minimum=minimum)


def _change(months: pd.DataFrame, minimum: int) -> tuple[int, int] | None:
    whole = months.loc[months["complete"].to_numpy(dtype=bool), "n"]
    # Incomplete months can only be the first and the last, so the rest is without gaps.
    if len(whole) < 24:
        return None
    before, after = int(whole.iloc[-24:-12].sum()), int(whole.iloc[-12:].sum())
    return None if min(before, after) < minimum else (before, after)


def clock(hour: int) -> str:
    """
    Write a full hour.

    Examples
    --------
    >>> clock(7), clock(24)
    ('07:00', '00:00')
    """
    return f"{hour % 24:02d}:00"


def public_months(when: When, *, minimum: int) -> pd.DataFrame | None:
    """Return the table of months that may be published, or None where hiding cannot protect it."""
    if not disclosure.protects(when.months["n"], minimum=minimum):
        return None
    return pd.DataFrame(
        {
            "month": [f"{day:%Y-%m}" for day in when.months.index],
            "n": disclosure.suppress(when.months["n"], minimum=minimum).to_numpy(),
            "complete": when.months["complete"].to_numpy(dtype=bool),
        }
    )


def public_weekdays(when: When, *, minimum: int) -> pd.DataFrame | None:
    """Return the table of days of the week that may be published, or None."""
    if when.weekdays is None or not disclosure.protects(when.weekdays["n"], minimum=minimum):
        return None
    counts = disclosure.suppress(when.weekdays["n"], minimum=minimum)
    return pd.DataFrame({"weekday": range(1, 8), "n": counts.to_numpy()})


def public_hours(when: When, *, minimum: int) -> pd.DataFrame | None:
    """Return the table of three-hour parts of the day that may be published, or None."""
    if when.hours is None:
        return None
    parts = when.hours.sum(axis=0).to_numpy(dtype=float).reshape(8, 3).sum(axis=1)
    counts: pd.Series[Any] = pd.Series(np.rint(parts).astype("int64"))
    if not disclosure.protects(counts, minimum=minimum):
        return None
    hidden = disclosure.suppress(counts, minimum=minimum)
    return pd.DataFrame(
        {"from": [clock(3 * i) for i in range(8)], "to": [clock(3 * i + 3) for i in range(8)], "n": hidden}
    )


def month_range(when: When) -> str:
    """Say the months with the most and the fewest, among the whole ones."""
    whole = when.months[when.months["complete"].to_numpy(dtype=bool)]
    if len(whole) < 3:
        return ""
    if whole["n"].max() == whole["n"].min():
        return _("All whole months have the same number.")
    high, low = whole["n"].idxmax(), whole["n"].idxmin()
    return _("Among whole months, {high} has the most and {low} the fewest.").format(
        high=month(pd.Timestamp(str(high))), low=month(pd.Timestamp(str(low)))
    )
