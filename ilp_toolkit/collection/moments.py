"""
Dates and times of day from columns of text.

Each shape of text (see `shapes`) is understood once and its digits are taken out of all its cells
together: a million dates cost little more than twenty, and odd ones are still read. Nothing is guessed
silently: what could be read in two ways is marked.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .shapes import NOTHING, Bools, Bytes, Ints, by_length, by_shape, chunks, digits, words_and_codes
from .timeforms import Form, form_of

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "MONTH",
    "NO_OFFSET",
    "UNREADABLE",
    "YEAR",
    "Moments",
    "days_of",
    "read_clock",
    "read_moments",
]

UNREADABLE, YEAR, MONTH, DAY, HOUR, MINUTE = range(6)
"""How finely a text gives the time, coarsest first."""
NO_OFFSET = -32768
"""In place of minutes east of Greenwich where a text gives none."""

_DAY = 86_400_000_000
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class Moments:
    """What a column of text says about time, one entry a row."""

    clock: Ints
    """Microseconds since 1970 on the clock as written; 0 where unreadable."""
    offset: npt.NDArray[np.int16]
    """Minutes east of Greenwich where written, else `NO_OFFSET`."""
    grain: npt.NDArray[np.uint8]
    """`UNREADABLE`, `YEAR`, `MONTH`, `DAY`, `HOUR` or `MINUTE`."""
    empty: Bools
    """The cell holds nothing, or a word for nothing."""
    undecided: Bools
    """Day and month could be either way round, and no cell of the column settles it."""
    minority: Bools
    """Day and month stand the other way round than in most cells of the column."""
    month_first: bool
    """Whether dates such as 03/04/2024 were read with the month first."""


def read_moments(text: pa.ChunkedArray) -> Moments:
    """
    Read a column of dates, with or without a time of day.

    Parameters
    ----------
    text
        Strings as the file has them.

    Returns
    -------
    Moments
        One entry a row. Where some cells settle which of day and month comes first, the others follow
        them; where none does, the day comes first, unless the column uses AM and PM, which goes with the
        month first.

    Examples
    --------
    >>> moments = read_moments(pa.chunked_array([["2024-03-01 20:15", "12 января 2024 г.", "31/12/23"]]))
    >>> moments.clock.astype("M8[us]").astype("M8[m]").astype(str).tolist()
    ['2024-03-01T20:15', '2024-01-12T00:00', '2023-12-31T00:00']
    >>> moments.grain.tolist() == [MINUTE, DAY, DAY]
    True
    """
    reader = _Reader(len(text))
    for start, cells in chunks(text):
        reader.read(start, cells)
    return reader.moments()


def read_clock(text: pa.ChunkedArray) -> tuple[Ints, npt.NDArray[np.uint8], Bools]:
    """
    Read a column of times of day: ``20:15``, ``9:5``, ``8.15 PM``, ``2015``, ``0.84`` (a fraction of a day).

    Among numbers such as 2015 and 945, a number of one or two digits is minutes after midnight.

    Returns
    -------
    tuple
        Microseconds since midnight, the grain (`UNREADABLE`, `HOUR` or `MINUTE`), and which cells are empty.

    Examples
    --------
    >>> micros, grain, empty = read_clock(pa.chunked_array([["20:15", "8:15 pm", "2015", "", "25:00"]]))
    >>> (micros // 60_000_000).tolist(), empty.tolist()
    ([1215, 1215, 1215, 0, 0], [False, False, False, True, False])
    """
    words, codes = words_and_codes(text)
    words = [word.strip().casefold() for word in words]
    fractions = any(re.fullmatch(r"0?[.,]\d+", word) for word in words)
    military = _are_military(words)
    read = [_clock_of(word.zfill(4) if military and word.isdigit() else word, fractions) for word in words]
    micros = np.array([value for value, _grain in read], dtype=np.int64)
    grains = np.array([grain for _value, grain in read], dtype=np.uint8)
    empty = np.array([word in NOTHING for word in words], dtype=bool)
    return micros[codes], grains[codes], empty[codes]


def _are_military(words: list[str]) -> bool:
    """Return whether bare numbers are hours and minutes that lost their zeros: 5 is 00:05 beside 1849."""
    numbers = [word for word in words if word.isascii() and word.isdigit()]
    long = sum(len(word) in (3, 4) for word in numbers)
    return long > len(numbers) / 2 and all(len(word) <= 4 for word in numbers)


def days_of(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Bools]:
    """Return days since 1970 and whether there is such a day."""
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1)
    safe_month = np.where(good, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= day <= _LENGTHS[safe_month - 1] + (leap & (safe_month == 2))
    # Days from the civil calendar with years that begin in March, so that the leap day comes last.
    shifted = year - (safe_month <= 2)
    day_of_year = (153 * ((safe_month + 9) % 12) + 2) // 5 + day - 1
    days = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719_468
    return np.where(good, days, 0), good


class _Reader:
    """Fills the arrays of `Moments` chunk by chunk and settles day and month at the end."""

    def __init__(self, n: int) -> None:
        self.clock = np.zeros(n, dtype=np.int64)
        self.offset = np.full(n, NO_OFFSET, dtype=np.int16)
        self.grain = np.zeros(n, dtype=np.uint8)
        self.empty = np.ones(n, dtype=bool)
        self.day_first: list[Ints] = []
        self.month_first: list[Ints] = []
        self.either: list[tuple[str, Ints, Ints]] = []
        self.halves = False

    def read(self, start: int, cells: pa.Array) -> None:
        """Read one chunk whose first row is `start`."""
        for rows, matrix in by_length(cells):
            places = np.arange(len(cells)) if rows is None else rows
            for shape, members in by_shape(matrix):
                where = start + (places if members is None else places[members])
                self._read_shape(shape, where, matrix if members is None else matrix[members])

    def _read_shape(self, shape: bytes, rows: Ints, cells: Bytes) -> None:
        self.empty[rows] = shape.decode("utf-8", "replace").strip().lower() in NOTHING
        form = form_of(shape)
        if form is None:
            return
        values: dict[str, Ints] = {part: digits(cells, *span) for part, span in form.spans.items()}
        if "seconds" in values or "milliseconds" in values:
            self._read_count(rows, values)
        elif "serial" in values:
            self._read_serial(rows, cells, form)
        else:
            self._read_calendar(rows, values, form)

    def _read_calendar(self, rows: Ints, values: dict[str, Ints], form: Form) -> None:
        if "short_year" in values:
            short, now = values["short_year"], dt.date.today().year
            values["year"] = np.where(2000 + short > now, 1900 + short, 2000 + short)
        time, grain, good = _time_of_day(values, form)
        if form.mark:
            days, real = self._either_order(rows, values, form.mark, good)
        else:
            month = values["month"] if "month" in values else np.full(len(rows), form.fixed.get("month", 1))
            days, real = days_of(values["year"], month, values.get("day", np.ones_like(month)))
            real &= values["year"] >= 1000
            if "day" not in values:
                grain = MONTH if "month" in values or "month" in form.fixed else YEAR
        good &= real
        self.clock[rows] = np.where(good, days * _DAY + time, 0)
        self.grain[rows] = np.where(good, grain, UNREADABLE)
        self.halves |= "afternoon" in form.fixed
        if "sign" in form.fixed:
            hours = values.get("zone_hour", np.zeros_like(days))
            self.offset[rows] = form.fixed["sign"] * (hours * 60 + values.get("zone_minute", 0))

    def _either_order(
        self, rows: Ints, values: dict[str, Ints], mark: str, good: Bools
    ) -> tuple[Ints, Bools]:
        """Read a/b/year day first where that can be; note what could be either for the end."""
        days, day_first = days_of(values["year"], values["latter"], values["first"])
        swapped, month_first = days_of(values["year"], values["first"], values["latter"])
        both = day_first & month_first & good & (values["first"] != values["latter"])
        self.day_first.append(rows[day_first & ~month_first])
        self.month_first.append(rows[month_first & ~day_first])
        self.either.append((mark, rows[both], (swapped - days)[both]))
        return np.where(day_first, days, swapped), day_first | month_first

    def _read_count(self, rows: Ints, values: dict[str, Ints]) -> None:
        """Read seconds or milliseconds since 1970, as web services write them."""
        millis = "milliseconds" in values
        self.clock[rows] = values["milliseconds"] * 1000 if millis else values["seconds"] * 1_000_000
        self.offset[rows] = 0
        self.grain[rows] = MINUTE

    def _read_serial(self, rows: Ints, cells: Bytes, form: Form) -> None:
        """Read days since 1899-12-30 and fractions of a day, as spreadsheets count."""
        days = digits(cells, *form.spans["serial"])
        low, high = form.spans.get("fraction", (0, 0))
        high = min(high, low + 15)
        seconds = np.round(digits(cells, low, high) / 10.0 ** (high - low) * 86_400).astype(np.int64)
        good = (days >= 15_000) & (days < 80_000)
        self.clock[rows] = np.where(good, (days - 25_569) * _DAY + seconds * 1_000_000, 0)
        self.grain[rows] = np.where(good, MINUTE if high > low else DAY, UNREADABLE)

    def moments(self) -> Moments:
        """Settle day and month over the whole column, and return what was read."""
        undecided, minority = (np.zeros(len(self.clock), dtype=bool) for _ in range(2))
        n_day, n_month = (sum(map(len, rows)) for rows in (self.day_first, self.month_first))
        settled = n_day + n_month > 0
        month_first = n_month > n_day if settled else self.halves
        for mark, rows, change in self.either:
            dotted = mark == "." and not settled
            if month_first and not dotted:
                self.clock[rows] += change * _DAY
            undecided[rows] = not settled and not dotted
        for rows in self.day_first if month_first else self.month_first:
            minority[rows] = self.grain[rows] > UNREADABLE
        return Moments(self.clock, self.offset, self.grain, self.empty, undecided, minority, month_first)


def _time_of_day(values: dict[str, Ints], form: Form) -> tuple[Ints, int, Bools]:
    """Return microseconds since midnight, the grain, and whether there is such a time."""
    zero = np.zeros_like(values["year"])
    if "hour" not in values:
        return zero, DAY, np.ones(len(zero), dtype=bool)
    hour, minute, second = (values.get(part, zero) for part in ("hour", "minute", "second"))
    good = (minute < 60) & (second <= 60)
    if "afternoon" in form.fixed:
        good &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + 12 * form.fixed["afternoon"]
    good &= (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))
    micros = (hour * 3600 + minute * 60 + np.minimum(second, 59)) * 1_000_000
    if "fraction" in values:
        low, high = form.spans["fraction"]
        micros = micros + np.round(values["fraction"] * 10.0 ** (6 - (high - low))).astype(np.int64)
    return micros, MINUTE if "minute" in values or "afternoon" in form.fixed else HOUR, good


def _clock_of(word: str, fractions: bool) -> tuple[int, int]:
    """Return microseconds and grain of one time of day in lower case."""
    date_and_time = re.fullmatch(r"\d{4}-\d\d-\d\d[t ](.+)|(?:[\d./-]{8,10} )(.+:.+)", word)
    if date_and_time:
        word = date_and_time[1] or date_and_time[2]
    number = re.fullmatch(r"(\d*)[.,](\d{3,})|(0?[.,]\d{1,2})", word)
    if (number or (fractions and word in {"0", "1", "0.0", "1.0"})) and float(word.replace(",", ".")) <= 1:
        return round(float(word.replace(",", ".")) % 1 * 86_400) * 1_000_000, MINUTE
    match = re.fullmatch(
        r"(\d{1,2})(?:\s?[:.\-hч]\s?(\d\d|(?<=:)\d)?(?:\s?мин\.?)?(?:[:.](\d\d)(?:[.,]\d+)?)?)?\s?(?:([ap])\.?\s?m\.?)?(?:z)?",
        word,
    ) or re.fullmatch(r"(\d?\d)(\d\d)(?:(\d\d))?(?:\.0)?\s?(?:([ap])\.?\s?m\.?)?", word)
    if match is None:
        return 0, UNREADABLE
    hour, minute, second = (int(match[k] or 0) for k in (1, 2, 3))
    if match[4]:
        hour = hour % 12 + (12 if match[4] == "p" else 0) if 1 <= hour <= 12 else 99
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second):
        return 0, UNREADABLE
    grain = HOUR if match[2] is None and match[4] is None else MINUTE
    return (hour * 3600 + minute * 60 + min(second, 59)) * 1_000_000, grain
