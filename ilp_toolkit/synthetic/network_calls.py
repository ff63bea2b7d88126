"""
Invented records of calls: habits, bursts before loads were moved, and rows that nobody may read.

An operator hands over more than was asked for, as operators do: calls before and after the authorised time,
and calls between numbers that the authorisation does not name. Cells are districts and towns, no finer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import numpy as np

__all__ = ["AUTHORISATION", "LOADS", "NO_END", "TAXI", "UNREADABLE", "calls_table", "number"]

TAXI = "T-12"
"""The line of a taxi firm: everybody calls it, and it means nothing."""
LOADS = (dt.date(2025, 3, 13), dt.date(2025, 4, 15), dt.date(2025, 4, 28))
"""Nights on which goods were moved; the day before, two numbers call each other again and again."""
AUTHORISATION: dict[str, Any] = {
    "id": "W-17/2025",
    "numbers": ["T-01", "T-05", "T-09"],
    "valid_from": "2025-03-01",
    "valid_to": "2025-04-30",
    "authority": "District court of Kelovar",
    "basis": "Code of procedure of Tolvania (invented), article 112",
}
"""What the court allowed; telephones by their number in the network."""
UNREADABLE, NO_END = (40, 222, 333), (17, 301)
"""Rows (from 0) whose start cannot be read, and whose other end is missing."""
_FIRST, _LAST = dt.date(2025, 2, 1), dt.date(2025, 5, 31)
_CELLS = {
    "T-01": "Gumrel",
    "T-02": "Gumrel",
    "T-03": "Tesvar",
    "T-04": "Gumrel",
    "T-05": "Dashvar",
    "T-06": "Dashvar",
    "T-07": "Dashvar",
    "T-08": "Murgosin",
    "T-09": "Pelsim",
    "T-10": "Palrigan",
    "T-11": "Zolovan",
    "T-12": "Korvast",
}


@dataclass(frozen=True)
class _Habit:
    one: str
    other: str
    a_week: float
    hours: tuple[int, int]


_HABITS = (
    _Habit("T-01", "T-02", 2.4, (17, 22)),
    _Habit("T-01", "T-04", 1.2, (9, 18)),
    _Habit("T-01", TAXI, 2.2, (20, 24)),
    _Habit("T-05", "T-06", 3.0, (8, 19)),
    _Habit("T-05", "T-07", 2.5, (8, 18)),
    _Habit("T-05", "T-08", 2.8, (6, 23)),
    _Habit("T-05", "T-09", 0.9, (10, 21)),
    _Habit("T-05", TAXI, 1.4, (6, 10)),
    _Habit("T-09", "T-04", 1.1, (10, 17)),
    _Habit("T-09", "T-06", 1.3, (11, 20)),
    _Habit("T-09", TAXI, 2.6, (18, 24)),
    _Habit("T-10", "T-05", 0.2, (12, 14)),
    _Habit("T-02", "T-03", 4.0, (8, 22)),
    _Habit("T-06", "T-07", 1.8, (9, 17)),
    _Habit("T-08", TAXI, 0.8, (4, 9)),
    _Habit("T-11", "T-07", 0.7, (13, 16)),
)


def number(telephone: str) -> str:
    """
    Return the number of a telephone of the network; the country code 000 is nobody's.

    Examples
    --------
    >>> number("T-05")
    '+000 70 551 05'
    """
    return f"+000 70 551 {telephone[2:]}"


def calls_table(rng: np.random.Generator) -> pd.DataFrame:
    """
    Return the records as the operator hands them over, in the order of time.

    Parameters
    ----------
    rng
        Source of chance.
    """
    rows: list[tuple[dt.datetime, str, str, int, str, str]] = []
    days = [_FIRST + dt.timedelta(days=n) for n in range((_LAST - _FIRST).days + 1)]
    for habit in _HABITS:
        for day in days:
            if rng.random() < habit.a_week / 7:
                rows.append(_call(rng, habit.one, habit.other, day, habit.hours))
    for day in days:
        if day.weekday() == 3:  # every Thursday, at the same hour
            rows.append(_call(rng, "T-09", "T-07", day, (11, 12), turn=False))
    for night in LOADS:
        eve = night - dt.timedelta(days=1)
        rows += [_call(rng, "T-05", "T-09", eve, (15, 23)) for _call_no in range(9)]
        rows += [_call(rng, "T-05", "T-08", eve, (18, 23)) for _call_no in range(4)]
        # Both are then in the cell of the lay-by, within minutes of each other.
        for telephone in ("T-05", "T-09"):
            started = dt.datetime.combine(night, dt.time(1, 10)) + dt.timedelta(
                minutes=int(15 * rng.random())
            )
            rows.append((started, telephone, "T-08", 20 + int(60 * rng.random()), "Murgosin", "Murgosin"))
    rows.sort()
    return _written(rows)


def _call(
    rng: np.random.Generator, one: str, other: str, day: dt.date, hours: tuple[int, int], *, turn: bool = True
) -> tuple[dt.datetime, str, str, int, str, str]:
    low, high = hours
    minute = int((high - low) * 60 * rng.random())
    started = dt.datetime.combine(day, dt.time(low)) + dt.timedelta(minutes=minute)
    ends = (other, one) if turn and other != TAXI and rng.random() < 0.45 else (one, other)
    seconds = int(8 + 240 * rng.random() ** 2)
    return (started, *ends, seconds, _CELLS[ends[0]], _CELLS[ends[1]])


def _written(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["started", "caller", "called", "seconds", "cell", "called_cell"])
    table = table[["caller", "called", "started", "seconds", "cell", "called_cell"]]
    table["started"] = [moment.strftime("%Y-%m-%d %H:%M") for moment in table["started"]]
    for column in ("caller", "called"):
        table[column] = [number(one) for one in table[column]]
    table = table.astype(str)
    table.loc[list(UNREADABLE), "started"] = "?"
    table.loc[list(NO_END), "called"] = ""
    return table
