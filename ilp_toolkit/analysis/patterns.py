"""
Patterns in time: by hour, weekday and month, and how sure it is that there is one.

Times are read on the clock of the place where it happened: "Saturday, 02:00" is what a witness and a shift
plan mean, in summer and in winter, so on this clock every day has 24 hours. A burglary found on return is
known by a span, not by a moment. Counting its start would put holiday burglaries on Friday; leaving it out
would hide them. `aoristic` spreads each event evenly over its span instead.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._seasons import decompose, month_series, seasonal_profile, weekly_series
from ._spans import DAY, HOUR, MONDAY, WEEK_HOURS, Spans
from .significance import benjamini_hochberg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Peak",
    "aoristic",
    "decompose",
    "month_series",
    "peak",
    "rhythm",
    "seasonal_profile",
    "time_profile",
    "weekday_profile",
    "weekly_series",
]


def aoristic(incidents: pd.DataFrame) -> pd.DataFrame:
    """
    Hours of the week in which events may have happened, each event spread over its span.

    Parameters
    ----------
    incidents
        Events with ``occurred_from`` and ``occurred_to``; ``time_precision`` is used where it is there.

    Returns
    -------
    pandas.DataFrame
        7 × 24 weights, a row a weekday (0 is Monday), a column an hour; they add up to the events used.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.

    Notes
    -----
    Exact to the microsecond. An event whose end is unknown, equal to its start or before it counts at its
    start. A span of a week or longer tells nothing about the hour: 1/168 to each. Rows known only by the
    day or the month are left out and counted. Weights are not counts: neighbouring hours share events, and
    the evenness inside a span is an assumption.

    References
    ----------
    Ratcliffe (2002), doi:10.1023/A:1013240828824.

    Examples
    --------
    >>> span = pd.to_datetime(["2024-01-01 01:00", "2024-01-01 02:30"]).tz_localize("Asia/Dushanbe")
    >>> row = pd.DataFrame({"occurred_from": span[:1], "occurred_to": span[1:]})
    >>> aoristic(row).iloc[0, 0:4].round(3).tolist()
    [0.0, 0.667, 0.333, 0.0]
    """
    from .kernels.aoristic import over_the_week

    spans = Spans.of(incidents)
    use = spans.known & ~spans.coarse
    start, end = spans.start[use], spans.end[use]
    result = _table(over_the_week(start, end).reshape(7, 24))
    left_out = {"no_time": ~spans.known, "known_by_day_or_month": spans.known & spans.coarse}
    return choices.record(
        result,
        **spans.notes(use, left_out),
        spans_of_a_week_or_more=int((end - start >= WEEK_HOURS * HOUR).sum()),
        spans_of_a_week_or_more_rule="1/168 to each hour",
    )


def time_profile(incidents: pd.DataFrame) -> pd.DataFrame:
    """
    Count events by weekday and hour, where the hour is known.

    Parameters
    ----------
    incidents
        Events with ``occurred_from`` and ``occurred_to``; ``time_precision`` is used where it is there.

    Returns
    -------
    pandas.DataFrame
        7 × 24 counts, a row a weekday (0 is Monday), a column an hour.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.

    Notes
    -----
    Rows known only by the day or the month, or by a span of more than an hour, are left out and counted in
    the choices: look at `aoristic` where they are many. The others count at their start, also where the
    end is unknown.

    Examples
    --------
    >>> time = pd.to_datetime(["2024-01-06 23:10"]).tz_localize("Asia/Dushanbe")
    >>> profile = time_profile(pd.DataFrame({"occurred_from": time, "occurred_to": time}))
    >>> profile.loc[5, 23].item(), profile.sum().sum().item()
    (1, 1)
    """
    spans = Spans.of(incidents)
    long = spans.end - spans.start > HOUR
    use = spans.known & ~spans.coarse & ~long
    hours = (spans.start[use] // HOUR + MONDAY) % WEEK_HOURS
    result = _table(np.bincount(hours, minlength=WEEK_HOURS).reshape(7, 24))
    left_out = {
        "no_time": ~spans.known,
        "known_by_day_or_month": spans.known & spans.coarse,
        "span_over_an_hour": spans.known & ~spans.coarse & long,
    }
    return choices.record(result, **spans.notes(use, left_out))


def weekday_profile(incidents: pd.DataFrame) -> pd.DataFrame:
    """
    Count events by weekday, where the day is known.

    Parameters
    ----------
    incidents
        Events with ``occurred_from`` and ``occurred_to``; ``time_precision`` is used where it is there.

    Returns
    -------
    pandas.DataFrame
        A row a weekday (0 is Monday): ``n``; ``days``, how many of that weekday lie between the first and
        the last event; ``per_day``, the one over the other.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.

    Notes
    -----
    Rows known only by the month, or by a span that goes past midnight, are left out and counted in the
    choices. Where nights are the matter, take the rows' sums of `aoristic`.

    Examples
    --------
    >>> day = pd.to_datetime(["2024-01-06", "2024-01-07"]).tz_localize("Asia/Dushanbe")
    >>> weekday_profile(pd.DataFrame({"occurred_from": day[:1], "occurred_to": day[1:]}))["n"].tolist()
    [0, 0, 0, 0, 0, 1, 0]
    """
    spans = Spans.of(incidents)
    across = spans.last // DAY != spans.start // DAY
    use = spans.known & ~across
    days = spans.start[use] // DAY
    weekdays = (days + 3) % 7
    result = pd.DataFrame(index=pd.RangeIndex(7, name="weekday"))
    result["n"] = np.bincount(weekdays, minlength=7)
    period = np.arange(days.min(), days.max() + 1) if len(days) else days
    result["days"] = np.bincount((period + 3) % 7, minlength=7)
    result["per_day"] = result["n"] / result["days"].where(result["days"] > 0)
    left_out = {"no_time": ~spans.known, "span_past_midnight": spans.known & across}
    return choices.record(result, **spans.notes(use, left_out))


@dataclass(frozen=True)
class Peak:
    """The busiest stretch of a day or a week."""

    cycle: str
    """``hour`` or ``weekday``."""
    start: int
    """First hour (0 to 23) or weekday (0 is Monday)."""
    end: int
    """First hour or weekday after it; smaller than `start` where it runs past midnight or Sunday."""
    observed: float
    """Events in it."""
    share: float
    """Of all events, 0 to 1."""
    expected: float
    """Events in a stretch of that length if all hours (days) were alike."""
    ratio: float
    """Observed over expected."""
    p_value: float
    """Chance of a stretch at least as busy anywhere in the cycle, if all hours (days) were alike."""

    def __repr__(self) -> str:
        # Four digits say what fifteen do, and can be read in a lesson.
        told = ((one.name, getattr(self, one.name)) for one in fields(self))
        written = (
            f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value!r}" for name, value in told
        )
        return f"Peak({', '.join(written)})"


def peak(profile: pd.DataFrame, *, cycle: Literal["hour", "weekday"] = "hour", width: int = 6) -> Peak:
    """
    Find the busiest stretch of the day or of the week.

    Parameters
    ----------
    profile
        7 × 24 table of `time_profile` or `aoristic`.
    cycle
        ``hour``: over the day, all weekdays together; ``weekday``: over the week.
    width
        Hours (1 to 23) or days (1 to 6) of the stretch, which may run past midnight or Sunday.

    Returns
    -------
    Peak
        The stretch with the most events, the earliest of equals.

    Raises
    ------
    InputError
        If the profile is not 7 × 24, holds no events, or `width` does not fit.

    Notes
    -----
    The p-value is that of the binomial times the number of stretches looked at, so it errs on the side of
    caution. It takes events as independent; series of one offender make it too small.

    Examples
    --------
    >>> profile = pd.DataFrame(0, index=range(7), columns=range(24))
    >>> profile.loc[4, 22], profile.loc[5, 1], profile.loc[0, 12] = 6, 5, 1
    >>> found = peak(profile, width=4)
    >>> found.start, found.end, found.observed, round(found.ratio, 2)
    (22, 2, 11.0, 5.5)
    """
    from scipy.special import betainc

    counts = _by_cycle(profile, cycle)
    size, total = len(counts), float(counts.sum())
    if not 1 <= width < size:
        msg = _("`width` must be from 1 to {most} for the cycle {cycle!r}, got {width!r}.")
        raise InputError(msg.format(most=size - 1, cycle=cycle, width=width))
    if total <= 0:
        raise InputError(_("`profile` holds no events, so nothing in it is busiest."))
    sums = np.array([np.take(counts, range(at, at + width), mode="wrap").sum() for at in range(size)])
    start = int(np.argmax(np.round(sums, 9)))
    observed, expected = float(sums[start]), total * width / size
    whole = np.floor(observed)
    tail = float(betainc(whole, total - whole + 1, width / size)) if whole >= 1 else 1.0
    return Peak(
        cycle, start, (start + width) % size, observed, observed / total, expected, observed / expected,
        min(1.0, size * tail),
    )  # fmt: skip


def rhythm(profile: pd.DataFrame) -> pd.DataFrame:
    """
    Test whether weekdays, and hours of the day, differ more than chance would make them.

    Parameters
    ----------
    profile
        7 × 24 table of `time_profile` or `aoristic`.

    Returns
    -------
    pandas.DataFrame
        Rows ``weekday`` and ``hour``: ``peak``, the busiest one; ``observed``, its events; ``expected`` if
        all were alike; ``ratio``; ``p_value`` of Pearson's chi-square; ``q_value`` over the two.

    Raises
    ------
    InputError
        If the profile is not 7 × 24.

    Notes
    -----
    Takes events as independent. With fewer than about five expected a weekday or an hour the p-value is
    rough. Of aoristic weights, which are smoothed, it is too large rather than too small.

    References
    ----------
    Pearson (1900), doi:10.1080/14786440009463897.

    Examples
    --------
    >>> profile = pd.DataFrame(1, index=range(7), columns=range(24))
    >>> profile.loc[5] = 4
    >>> rhythm(profile)[["peak", "ratio"]].round(1).values.tolist()
    [[5.0, 2.8], [0.0, 1.0]]
    """
    from scipy.special import chdtrc

    rows = []
    for cycle in ("weekday", "hour"):
        counts = _by_cycle(profile, cycle)
        expected = float(counts.mean())
        busiest = int(np.argmax(np.round(counts, 9)))
        defined = expected > 0
        square = float(((counts - expected) ** 2).sum() / expected) if defined else np.nan
        rows.append(
            {
                "peak": busiest,
                "observed": float(counts[busiest]),
                "expected": expected,
                "ratio": float(counts[busiest]) / expected if defined else np.nan,
                "p_value": float(chdtrc(len(counts) - 1, square)) if defined else np.nan,
            }
        )
    result = pd.DataFrame(rows, index=pd.Index(["weekday", "hour"], name="cycle"))
    result["q_value"] = benjamini_hochberg(result["p_value"])
    return choices.record(result, p_value="Pearson's chi-square", q_value="Benjamini-Hochberg")


def _table(values: NDArray[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        values, index=pd.RangeIndex(7, name="weekday"), columns=pd.RangeIndex(24, name="hour")
    )


def _by_cycle(profile: pd.DataFrame, cycle: str) -> NDArray[np.float64]:
    if cycle not in {"hour", "weekday"}:
        msg = _("`cycle` must be hour or weekday, got {cycle!r}.")
        raise InputError(msg.format(cycle=cycle))
    if profile.shape != (7, 24):
        msg = _("`profile` must be 7 × 24, weekdays by hours, got {rows} × {columns}.")
        raise InputError(msg.format(rows=profile.shape[0], columns=profile.shape[1]))
    return np.asarray(profile.sum(axis=0 if cycle == "hour" else 1), dtype=float)
