"""
Clocks and time zones: from what a register wrote to moments, and back.

A zone changes its offset on a few days in a century. So a column is treated by whole days: where a day has
one offset it is taken from all its rows at once, and only the days of a change are looked at closely. The
result is exact, and does not depend on zone files that only some systems have.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from ..errors import InputError
from ..i18n import _
from .shapes import Bools, Ints

__all__ = ["find_zone", "to_clock", "to_moments"]

_DAY = 86_400_000_000
_SECOND = 1_000_000
_EPOCH = dt.date(1970, 1, 1).toordinal()
_LOW, _HIGH = dt.date(1800, 1, 1).toordinal() - _EPOCH, dt.date(2200, 1, 1).toordinal() - _EPOCH
_NEAR = ("Asia/Dushanbe", "Asia/Tashkent", "Asia/Ashgabat", "Asia/Almaty", "Asia/Bishkek", "Asia/Kabul")


def find_zone(name: str | None) -> ZoneInfo | None:
    """
    Return the zone of a name such as ``Asia/Dushanbe``; None for None.

    Raises
    ------
    InputError
        If there is no such zone, or the name is an offset: an offset does not know summer time.

    Examples
    --------
    >>> find_zone("Asia/Dushanbe").key
    'Asia/Dushanbe'
    >>> find_zone("UTC+5")
    Traceback (most recent call last):
    ilp_toolkit.errors.InputError: `timezone` is 'UTC+5', ... Asia/Dushanbe, ...
    """
    if name is None:
        return None
    name = str(getattr(name, "key", name)).strip()
    if name in available_timezones() and not name.startswith("Etc/"):
        return ZoneInfo(name)
    near = _zones_of_offset(name) or _zones_like(name)
    msg = _("`timezone` is {name!r}, which is no zone name. Zones are named by a town, for example: {near}.")
    raise InputError(msg.format(name=name, near=", ".join(near)))


def to_moments(clock: Ints, zone: ZoneInfo | None) -> tuple[Ints, Bools, Bools]:
    """
    Turn the clock of a zone into moments (microseconds since 1970 in UTC).

    Returns
    -------
    tuple
        The moments, which of them fell into an hour that was skipped (moved to its end), and which into
        an hour that came twice (the first is taken).
    """
    skipped, twice = (np.zeros(len(clock), dtype=bool) for _i in range(2))
    if zone is None or zone.key == "UTC" or not len(clock):
        return clock, skipped, twice
    day, begin, changing = _offsets_by_day(clock, zone, local=True)
    moments = clock - begin
    for odd in np.unique(day[changing]):
        rows = changing[day[changing] == odd]
        change, before, after = _change(int(odd), zone)
        here = clock[rows]
        early = here < change + before
        gap = ~early & (here < change + after)
        moments[rows] = np.where(early, here - before, np.where(gap, change, here - after))
        skipped[rows] = gap
        twice[rows] = early & (here >= change + after)
    return moments, skipped, twice


def to_clock(moments: Ints, zone: ZoneInfo | None) -> Ints:
    """Turn moments (microseconds since 1970 in UTC) into the clock of a zone."""
    if zone is None or zone.key == "UTC" or not len(moments):
        return moments
    day, begin, changing = _offsets_by_day(moments, zone, local=False)
    clock = moments + begin
    for odd in np.unique(day[changing]):
        rows = changing[day[changing] == odd]
        middle = _bisect(int(odd) * _DAY, (int(odd) + 1) * _DAY, zone)
        after = _offset(middle, zone)
        clock[rows] = np.where(moments[rows] < middle, clock[rows], moments[rows] + after)
    return clock


def _offsets_by_day(micros: Ints, zone: ZoneInfo, *, local: bool) -> tuple[Ints, Ints, Ints]:
    """Return each row's day, the offset (microseconds) as it begins, and the rows of days with a change."""
    day = np.clip(micros // _DAY, _LOW, _HIGH)
    low, high = int(day.min()), int(day.max())
    present = np.flatnonzero(np.bincount(day - low, minlength=high - low + 1))
    table = np.zeros((high - low + 1, 2), dtype=np.int64)
    for known in present:
        table[known] = [_day_offset(low + int(known) + side, zone, local) for side in (0, 1)]
    place = day - low
    changing = np.flatnonzero((table[:, 0] != table[:, 1]).take(place))
    return day, table[:, 0].take(place), changing


@lru_cache(maxsize=1 << 16)
def _day_offset(day: int, zone: ZoneInfo, local: bool) -> int:
    """Return the offset at midnight of a day: the zone's own midnight, or UTC's."""
    midnight = dt.datetime.combine(dt.date.fromordinal(day + _EPOCH), dt.time())
    if not local:
        return _offset(day * _DAY, zone)
    offset = midnight.replace(tzinfo=zone).utcoffset() or dt.timedelta()
    return round(offset.total_seconds()) * _SECOND


def _offset(moment: int, zone: ZoneInfo) -> int:
    utc = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=moment)
    offset = utc.astimezone(zone).utcoffset() or dt.timedelta()
    return round(offset.total_seconds()) * _SECOND


def _change(day: int, zone: ZoneInfo) -> tuple[int, int, int]:
    """Return the moment of the change that touches a local day, and the offsets before and after it."""
    low, high = day * _DAY - _day_offset(day, zone, True), (day + 1) * _DAY - _day_offset(day + 1, zone, True)
    low, high = low - _DAY // 8, high + _DAY // 8
    moment = _bisect(low, high, zone)
    return moment, _offset(low, zone), _offset(moment, zone)


def _bisect(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the first moment after `low` with the offset of `high`, to the second."""
    last = _offset(high, zone)
    low, high = low // _SECOND, -(-high // _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(middle * _SECOND, zone) == last else (middle, high)
    return high * _SECOND


def _zones_of_offset(name: str) -> list[str]:
    match = re.fullmatch(r"(?i)(?:etc/)?(utc|gmt|z)?\s*([+\-−])\s*(\d{1,2})(?::?(\d\d))?", name)
    if not match:
        return []
    minutes = int(match[3]) * 60 + int(match[4] or 0)
    minutes = -minutes if (match[2] != "+") != name.lower().startswith("etc/") else minutes
    now = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    fitting = [
        z
        for z in (*_NEAR, *named)
        if now.astimezone(ZoneInfo(z)).utcoffset() == dt.timedelta(minutes=minutes)
    ]
    return list(dict.fromkeys(fitting))[:4]


def _zones_like(name: str) -> list[str]:
    by_town = {zone.split("/")[-1].casefold(): zone for zone in sorted(available_timezones()) if "/" in zone}
    town = name.rsplit("/", maxsplit=1)[-1].strip().casefold().replace(" ", "_")
    close = difflib.get_close_matches(town, by_town, n=3, cutoff=0.6)
    return [by_town[c] for c in close] or list(_NEAR[:3])
