"""
When it happened: one span ``[from, to)`` a row from whatever columns the register has.

A moment is a span of no length; a day reaches from midnight to midnight, a month from its first day to the
next. Where a register writes 00:00 because it keeps no times, or the first of the month because it keeps no
days, the span is the day or the month, not that minute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .moments import DAY, HOUR, MINUTE, MONTH, NO_OFFSET, UNREADABLE, YEAR, days_of, read_clock, read_moments
from .shapes import NOTHING, Bools, Ints, words_and_codes
from .timeforms import month_of
from .zones import to_clock, to_moments

__all__ = ["NAT", "Spans", "month_numbers", "read_spans", "time_roles"]

NAT = np.iinfo(np.int64).min
"""In place of a moment that is not known."""

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_FIRST = -2_208_988_800_000_000  # 1900-01-01
_ZERO_DATES = (-25_569 * _DAY, -25_568 * _DAY)  # 1899-12-30 and -31: what a spreadsheet makes of 0

Grains = npt.NDArray[np.uint8]


@dataclass
class Spans:
    """When each row of a file happened, and what is the matter with it."""

    begin: Ints
    """Microseconds since 1970 in UTC, `NAT` where unknown."""
    end: Ints
    grain: Grains
    """`MONTH`, `DAY`, `HOUR` or `MINUTE`; lower where neither end is readable."""
    checks: dict[str, Bools] = field(default_factory=dict)
    """Rows that a check found, by its code."""
    unusable: dict[str, Bools] = field(default_factory=dict)
    """Rows without a usable time, by reason."""
    has_offsets: bool = False
    month_first: bool = False
    facts: dict[str, object] = field(default_factory=dict)


@dataclass
class _Side:
    """One end of the span, on the clock as written."""

    clock: Ints
    offset: npt.NDArray[np.int16]
    grain: Grains
    empty: Bools
    checks: dict[str, Bools] = field(default_factory=dict)
    month_first: bool = False


def time_roles(roles: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """
    Return the roles that give the start and the end of the span, in the order in which they are used.

    Start and end of a pair are taken where both are there; else one moment, the finest column first; the
    date of the report only where there is no other.

    Examples
    --------
    >>> time_roles({"year": "YEAR", "date": "incident_date", "time": "clock"})
    (['date', 'time'], [])
    """
    last = [[r for r in ("to_datetime",) if r in roles], [r for r in ("to_date", "to_time") if r in roles]]
    end = next((side for side in last if side and side != ["to_time"]), [])
    sides = [["from_datetime"], ["from_date", "from_time"]]
    sides += [["datetime", "time", "hour", "minute"], ["date", "time", "hour", "minute"]]
    sides += [["year", "month", "day", "hour", "minute", "time"], ["month"], ["reported"]]
    if not end:
        sides = [*sides[2:-1], *sides[:2], sides[-1]]
    for side in sides:
        if side[0] in roles and (side[0] != "year" or "month" in roles):
            start = [role for role in side if role in roles]
            unused = "time" if side[0] == "year" and "hour" in start else ""
            rest = (
                ("hour", "minute") if side[0] != "year" and ("time" in start or "hour" not in start) else ()
            )
            return [role for role in start if role != unused and role not in rest], end
    return [], end


def read_spans(
    table: pa.Table, roles: Mapping[str, str], *, zone: ZoneInfo | None = None, wall_clock: bool = False
) -> Spans:
    """
    Read when each row happened.

    Parameters
    ----------
    table
        Columns of text.
    roles
        Role to column (see `headers.match_headers`); at least one of them must be about time.
    zone
        The zone of clocks without an offset, and the zone in which days begin.
    wall_clock
        Whether offsets in the data are wrong and the clock is that of `zone`.

    Returns
    -------
    Spans
        One entry a row.

    Notes
    -----
    Where nothing says the zone, the clock is kept as if it were UTC.
    """
    first, last = time_roles(roles)
    start = _side(table, roles, first) if first else _nothing(table.num_rows)
    begin, begin_end, grain, local = _place(start, zone, wall_clock, "month" in first)
    spans = Spans(begin, begin_end, grain, dict(start.checks))
    spans.has_offsets = bool((start.offset != NO_OFFSET).any())
    spans.month_first = start.month_first
    if last:
        _add_end(spans, _side(table, roles, last), zone, wall_clock, start)
    _judge(spans, start, local, n_ends=len(last))
    return spans


def month_numbers(cells: pa.ChunkedArray) -> Ints:
    """Return 1 to 12 for months written as a number or a name in any of the languages known, else 0."""
    return _whole(cells, named=True)


# Reading one side


def _side(table: pa.Table, roles: Mapping[str, str], names: list[str]) -> _Side:
    if names[0] == "year":
        return _parts(table, roles, names)
    moments = read_moments(table.column(roles[names[0]]))
    side = _Side(moments.clock, moments.offset, moments.grain, moments.empty, month_first=moments.month_first)
    if names[0] == "month" and not (side.grain > YEAR).any():
        side.grain[:] = UNREADABLE
    side.grain[np.isin(side.clock // _DAY * _DAY, _ZERO_DATES)] = UNREADABLE
    side.checks = {"ambiguous_day_month": moments.undecided, "mixed_day_month": moments.minority}
    clocks = [name for name in names if name.endswith("time") and not name.endswith("datetime")]
    if clocks:
        _add_clock(side, table.column(roles[clocks[0]]))
    elif "hour" in names and not (side.clock[side.grain >= DAY] % _DAY).any():
        _add_hour(side, *(_whole(table.column(roles[name])) for name in ("hour", "minute") if name in names))
    return side


def _add_hour(side: _Side, hour: Ints, minute: Ints | None = None) -> None:
    """Put an hour from a column of its own on days; 24 is the midnight that ends the day."""
    day = side.grain >= DAY
    timed = day & (hour >= 0) & (hour <= 24)
    good = minute if minute is not None else np.full(len(hour), -1, dtype=np.int64)
    good = np.where((good >= 0) & (good < 60) & (hour < 24), good, -1)
    micros = (hour * 60 + np.maximum(good, 0)) * 60_000_000
    side.clock = np.where(timed, side.clock + micros, side.clock)
    side.grain = np.where(timed, np.where(good >= 0, MINUTE, HOUR), np.where(day, DAY, side.grain)).astype(
        np.uint8
    )
    side.checks["time_unreadable"] = day & ~timed & (hour >= 0)


def _add_clock(side: _Side, cells: pa.ChunkedArray) -> None:
    """Put a time of day on the rows that have a day and no time."""
    midnight = (side.clock % _DAY == 0) & (side.grain >= DAY)
    micros, grain, empty = read_clock(cells)
    bare = (side.grain == DAY) | midnight
    usable = bare & (grain > UNREADABLE)
    side.clock = np.where(usable, side.clock // _DAY * _DAY + micros, side.clock)
    side.grain = np.where(usable, grain, np.where(midnight, DAY, side.grain)).astype(np.uint8)
    side.checks["time_unreadable"] = bare & (grain == UNREADABLE) & ~empty


def _parts(table: pa.Table, roles: Mapping[str, str], names: list[str]) -> _Side:
    """Read year, month, day, hour and minute from columns of their own."""
    n = table.num_rows
    values = {
        name: _whole(table.column(roles[name]), named=name == "month") for name in names if name != "time"
    }
    nothing = np.full(n, -1, dtype=np.int64)
    year, month, day, hour, minute = (
        values.get(k, nothing) for k in ("year", "month", "day", "hour", "minute")
    )
    year = np.where(
        (year >= 0) & (year < 100), year + 1900 + 100 * (year + 2000 <= dt.date.today().year), year
    )
    days, real = days_of(year, np.where(month > 0, month, 1), np.where((day > 0) & (month > 0), day, 1))
    real &= (day != 0) & (month != 0)
    timed = (hour >= 0) & (hour < 24) & (day > 0) & (minute < 60)
    micros = np.where(timed, hour * 3600 + np.maximum(minute, 0) * 60, 0) * 1_000_000
    finest = np.where(timed & (minute >= 0), MINUTE, np.where(timed, HOUR, DAY))
    grain = np.where(day > 0, finest, np.where(month > 0, MONTH, YEAR))
    grain = np.where(real & (year > 0), grain, UNREADABLE).astype(np.uint8)
    side = _Side(days * _DAY + micros, np.full(n, NO_OFFSET, dtype=np.int16), grain, year < 0)
    side.checks["time_unreadable"] = (day > 0) & ~timed & (hour >= 0) & (grain > UNREADABLE)
    if "time" in names:
        _add_clock(side, table.column(roles["time"]))
    return side


def _nothing(n: int) -> _Side:
    return _Side(
        np.zeros(n, dtype=np.int64),
        np.full(n, NO_OFFSET, dtype=np.int16),
        np.zeros(n, np.uint8),
        np.ones(n, bool),
    )


def _whole(cells: pa.ChunkedArray, named: bool = False) -> Ints:
    """Return whole numbers, -1 where a cell has none."""
    words, codes = words_and_codes(cells)
    return np.asarray(np.array([_whole_of(word, named) for word in words], dtype=np.int64)[codes])


def _whole_of(cell: str, named: bool) -> int:
    text = cell.strip().casefold()
    if named and month_of(text):
        return month_of(text)
    head, _point, tail = text.partition(".")
    if head.isascii() and head.isdigit() and len(head) < 10 and not tail.strip("0"):
        return int(head)
    return -1 if text in NOTHING else (0 if named else -1)


# From clocks to spans


def _place(
    side: _Side, zone: ZoneInfo | None, wall_clock: bool, month_header: bool
) -> tuple[Ints, Ints, Grains, Ints]:
    """Return begin, end, grain and the local clock of what one side says."""
    known = side.grain > YEAR
    grain = _coarsen(side.clock, side.grain, known, month_header)
    offset = np.where(known & (grain > DAY) & (not wall_clock), side.offset, NO_OFFSET)
    believed = offset != NO_OFFSET
    begin, skipped, twice = to_moments(side.clock, zone)
    local = side.clock
    if believed.any():
        begin = np.where(believed, side.clock - offset.astype(np.int64) * 60_000_000, begin)
        local = np.where(believed, to_clock(begin, zone), side.clock)
        skipped, twice = skipped & ~believed, twice & ~believed
        if known.all() and believed.all() and (local % _DAY == 0).all():
            grain = _coarsen(local, grain, known, month_header)
    side.checks["skipped_hour"] = skipped & known & (grain > DAY)
    side.checks["repeated_hour"] = twice & known & (grain > DAY)
    end = np.where(known, _end_of(local, begin, grain, zone), NAT)
    return np.where(known, begin, NAT), end, grain, local


def _coarsen(clock: Ints, grain: Grains, known: Bools, month_header: bool) -> Grains:
    """Return the grain that a whole column bears out: no times kept, no days kept, no minutes kept."""
    timed = known & (grain > DAY)
    n = int(timed.sum())
    if n and not (clock[timed] % _DAY).any():
        grain = np.where(timed, DAY, grain).astype(np.uint8)
    elif n >= 30 and not (clock[timed] % _HOUR).any() and len(np.unique(clock[timed] % _DAY)) > 2:
        grain = np.where(timed, HOUR, grain).astype(np.uint8)
    dated = known & (grain >= DAY)
    if dated.any() and bool((grain[dated] == DAY).all()):
        days = clock[dated].astype("M8[us]").astype("M8[D]")
        months = days.astype("M8[M]")
        if bool((months.astype("M8[D]") == days).all()):
            several = int(dated.sum()) >= 30 and bool((months != months[0]).any())
            if month_header or several:
                grain = np.where(dated, MONTH, grain).astype(np.uint8)
    return grain


def _end_of(local: Ints, begin: Ints, grain: Grains, zone: ZoneInfo | None) -> Ints:
    """Return where the span of a moment, an hour, a day or a month ends."""
    end = np.where(grain == HOUR, begin + _HOUR, begin)
    for unit, code in ((DAY, "M8[D]"), (MONTH, "M8[M]")):
        rows = grain == unit
        if rows.any():
            after = (local[rows].astype("M8[us]").astype(code) + 1).astype("M8[us]").astype(np.int64)
            end[rows] = to_moments(after, zone)[0]
    return end


def _add_end(spans: Spans, side: _Side, zone: ZoneInfo | None, wall_clock: bool, start: _Side) -> None:
    """Let the span reach to what the end columns say; unknown where they say nothing."""
    begin, end, grain, _local = _place(side, zone, wall_clock, month_header=False)
    known = grain > YEAR
    spans.checks["end_missing"] = side.empty & (spans.grain > YEAR)
    spans.checks["end_unreadable"] = ~known & ~side.empty & (spans.grain > YEAR)
    spans.checks["start_missing"] = known & (spans.grain <= YEAR)
    # A day that ends after the start does not lie before it, though it begins before it.
    before = (begin < spans.begin) & (end <= spans.begin)
    spans.checks["reversed_interval"] = known & (spans.grain > YEAR) & before
    for check in (
        "ambiguous_day_month",
        "mixed_day_month",
        "time_unreadable",
        "skipped_hour",
        "repeated_hour",
    ):
        if check in side.checks:
            spans.checks[check] = spans.checks.get(check, False) | side.checks[check]
    spans.end = np.where(known, end, NAT)
    both = known & (spans.grain > YEAR)
    spans.grain = np.where(both, np.minimum(grain, spans.grain), np.where(known, grain, spans.grain)).astype(
        np.uint8
    )
    spans.has_offsets |= bool((side.offset != NO_OFFSET).any())
    start.empty = start.empty & side.empty


def _judge(spans: Spans, start: _Side, local: Ints, n_ends: int) -> None:
    """Note what cannot be used and what is doubtful."""
    known = spans.grain > YEAR
    spans.unusable = {
        "date_missing": ~known & start.empty,
        "year_only": ~known & ~start.empty & (start.grain == YEAR),
        "date_unreadable": ~known & ~start.empty & (start.grain != YEAR),
    }
    dated = known & (spans.begin != NAT)
    now = int(dt.datetime.now(dt.UTC).timestamp() * 1e6)
    spans.checks["future_date"] = dated & (spans.begin > now + _DAY)
    spans.checks["old_date"] = dated & (local < _FIRST)
    midnights = _default_midnight(local, dated & (spans.grain == MINUTE))
    if midnights is not None:
        spans.checks["midnight_default"] = midnights


def _default_midnight(local: Ints, timed: Bools) -> Bools | None:
    """
    Return the rows at 00:00 (or 00:01) where there are far more of them than at other full hours.

    That is: at least 20 rows and 1 % of the timed ones, and over three times the median of the other
    full hours.
    """
    minute = local // 60_000_000 % 1440
    counts = np.bincount(minute[timed], minlength=1440)
    usual = float(np.median(counts[60::60]))
    rows = None
    for default in (0, 1):
        if counts[default] >= max(20, 0.01 * timed.sum()) and counts[default] > 3 * max(usual, 1):
            here = timed & (minute == default)
            rows = here if rows is None else rows | here
    return rows
