"""
What columns hold: whether cells look like dates, times of day, coordinates or parts of a date.

A header says what a column should be, a few hundred of its cells say whether it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from .coordinates import read_numbers, read_pairs
from .moments import DAY, MINUTE, MONTH, UNREADABLE, YEAR, read_clock, read_moments
from .shapes import Bools, spread
from .times import month_numbers

__all__ = [
    "Samples",
    "clocks_of",
    "is_clock",
    "is_decimal",
    "is_degrees",
    "is_full_date",
    "is_pair_of_degrees",
    "is_point",
]

_SAMPLE = 400


class Samples:
    """A few hundred filled cells of each column, and whether they fit a role."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._cells: dict[str, pa.ChunkedArray] = {}

    def cells(self, column: str) -> pa.ChunkedArray:
        """Return the sample of a column."""
        if column not in self._cells:
            self._cells[column] = spread(self._table.column(column), _SAMPLE)
        return self._cells[column]

    def has_values(self, column: str) -> bool:
        """Return whether a column has filled cells."""
        return len(self.cells(column)) > 0

    def share(self, column: str, test: Callable[[pa.ChunkedArray], Bools]) -> float:
        """Return the share of the sample that a test accepts, 0 where there are no cells."""
        cells = self.cells(column)
        return float(test(cells).mean()) if len(cells) else 0.0

    def fit(self, column: str, role: str, least: float = 0.5) -> bool:
        """Return whether enough of a column can be what the role asks for; an empty column can."""
        test = _TESTS.get(role)
        return test is None or not self.has_values(column) or self.share(column, test) >= least


def is_full_date(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are dates beyond doubt: no bare numbers but eight digits, in 1900 to 2100."""
    moments = read_moments(cells)
    years = moments.clock.astype("M8[us]").astype("M8[Y]").astype(np.int64) + 1970
    plausible = (years >= 1900) & (years <= 2100) & (moments.grain > YEAR)
    looks = [bool(re.search(r"\D", cell)) or len(cell) == 8 for cell in cells.to_pylist()]
    return np.asarray(plausible & np.array(looks, dtype=bool))


def _date(cells: pa.ChunkedArray) -> Bools:
    moments = read_moments(cells)
    return (moments.grain >= DAY) | moments.empty


def _written_date(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are dates and no bare numbers: "from" and "to" may be the ends of a street."""
    return np.asarray(_date(cells) & ~np.array([cell.isdigit() for cell in cells.to_pylist()], dtype=bool))


def _month(cells: pa.ChunkedArray) -> Bools:
    moments = read_moments(cells)
    return (moments.grain >= MONTH) | (month_numbers(cells) > 0) | moments.empty


def is_clock(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are times of day beyond doubt, such as 20:15."""
    _micros, grain, _empty = read_clock(cells)
    looks = [":" in cell and not re.search(r"\d[-/.]\d+[-/.]\d", cell) for cell in cells.to_pylist()]
    return np.asarray((grain == MINUTE) & np.array(looks, dtype=bool))


def clocks_of(cells: pa.ChunkedArray) -> set[int]:
    """Return the different times of day in a column of dates, in microseconds since midnight."""
    moments = read_moments(cells)
    return set((moments.clock[moments.grain > YEAR] % 86_400_000_000).tolist())


def _clock(cells: pa.ChunkedArray) -> Bools:
    _micros, grain, empty = read_clock(cells)
    return (grain > UNREADABLE) | empty


def _number(cells: pa.ChunkedArray) -> Bools:
    return np.isfinite(read_numbers(cells))


def is_decimal(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are numbers with decimals."""
    return np.array([bool(re.fullmatch(r"-?\d+[.,]\d+", c)) for c in cells.to_pylist()], dtype=bool)


def is_degrees(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are numbers that can be degrees."""
    return np.asarray(np.abs(read_numbers(cells)) <= 180)


def is_pair_of_degrees(cells: pa.ChunkedArray) -> Bools:
    """Return which cells hold two numbers that can be degrees."""
    first, second = read_pairs(cells)
    return np.asarray((np.abs(first) <= 180) & (np.abs(second) <= 180))


def _pair(cells: pa.ChunkedArray) -> Bools:
    return np.isfinite(read_pairs(cells)[0])


def _whole(low: int, high: int) -> Callable[[pa.ChunkedArray], Bools]:
    def test(cells: pa.ChunkedArray) -> Bools:
        values = [int(float(c)) if re.fullmatch(r"\d+(\.0*)?", c) else -1 for c in cells.to_pylist()]
        return np.array([low <= value <= high for value in values], dtype=bool)

    return test


def is_point(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are points in WKT."""
    return _wkt(cells)


def _wkt(cells: pa.ChunkedArray) -> Bools:
    return np.array([bool(re.match(r"(?i)\s*(srid=\d+;)?\s*(multi)?point", c)) for c in cells.to_pylist()])


def _word(cells: pa.ChunkedArray) -> Bools:
    """Return which cells are no numbers with decimals: an offence is told in words or by a code."""
    return np.array([not re.fullmatch(r"-?\d+[.,]\d+", c) for c in cells.to_pylist()], dtype=bool)


_TESTS: dict[str, Callable[[pa.ChunkedArray], Bools]] = {
    "offence": _word,
    "area": _word,
    "datetime": _date,
    "date": _date,
    "time": _clock,
    "from_datetime": _written_date,
    "from_date": _date,
    "from_time": _clock,
    "to_datetime": _written_date,
    "to_date": _date,
    "to_time": _clock,
    "year": _whole(1900, 2100),
    "month": _month,
    "day": _whole(1, 31),
    "hour": _whole(0, 24),
    "minute": _whole(0, 59),
    "reported": _date,
    "longitude": _number,
    "latitude": _number,
    "x": _number,
    "y": _number,
    "coordinates": _pair,
    "wkt": _wkt,
}
