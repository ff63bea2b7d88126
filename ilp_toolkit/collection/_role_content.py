"""
What the cells of columns settle that their headers leave open, once headers are matched to roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ._header_words import is_other_date, names_of, normalise, squeeze, vocabulary
from .contents import Samples, clocks_of, is_clock, is_degrees, is_full_date, is_pair_of_degrees, is_point

__all__ = [
    "by_content",
    "clock_by_word",
    "clock_called_date",
    "counts_column",
    "drop_empty_pair",
    "finer_parts",
    "has_start",
    "points_before_numbers",
]


def by_content(found: dict[str, str], columns: list[str], samples: Samples) -> None:
    """Take the one column that holds dates, where no header says which does."""
    free = [
        c for c in columns if c == found.get("time") or (c not in found.values() and not is_other_date(c))
    ]
    dates = [c for c in free if samples.has_values(c) and samples.share(c, is_full_date) >= 0.95]
    if len(dates) == 1:
        found["datetime"] = dates[0]
        if found.get("time") == dates[0]:
            del found["time"]


def drop_empty_pair(found: dict[str, str], given: set[str], samples: Samples) -> None:
    """Forget an end that is empty, and an empty pair of columns where another column has the date."""
    ends = [role for role in found if role.startswith("to_")]
    known = any(samples.has_values(found[role]) for role in ends if role != "to_time")
    if has_start({role: "" for role in found if role not in ends}) and not known and not given & set(ends):
        for role in ends:
            del found[role]
    pair = [role for role in found if role.startswith(("from_", "to_"))]
    starts = [role for role in pair if role.startswith("from_")]
    rest = {role: column for role, column in found.items() if role not in pair}
    empty = starts and not any(samples.has_values(found[role]) for role in starts)
    if empty and has_start(rest) and not given & set(pair):
        for role in pair:
            del found[role]


def clock_called_date(found: dict[str, str], closed: set[str], columns: list[str], samples: Samples) -> None:
    """Take a column that is called a date and holds times of day for the time, where there is a date."""
    if "time" in found or "time" in closed or not {"date", "datetime", "year"} & set(found):
        return
    called = [c for c in columns if c not in found.values() and squeeze(c) in names_of("date")]
    clocks = [c for c in called if samples.has_values(c) and samples.share(c, is_clock) >= 0.95]
    if len(clocks) == 1:
        found["time"] = clocks[0]


def clock_by_word(found: dict[str, str], closed: set[str], columns: list[str], samples: Samples) -> None:
    """Take the one column of times of day that is called a time, where there is a date and no time yet."""
    if (
        {"time", "hour", "from_time"} & set(found)
        or "time" in closed
        or not {"date", "datetime"} & set(found)
    ):
        return
    words = set(vocabulary()["time"]["words"])
    free = [c for c in columns if c not in found.values() and words & set(normalise(c).split())]
    clocks = [c for c in free if not is_other_date(c) and samples.has_values(c)]
    clocks = [c for c in clocks if samples.share(c, is_clock) >= 0.95]
    if len(clocks) == 1:
        found["time"] = clocks[0]


def finer_parts(found: dict[str, str], given: set[str], samples: Samples) -> None:
    """Forget a date whose time of day is always the same, where year, month, day and hour say more."""
    whole = [role for role in ("datetime", "date") if role in found]
    if not whole or "time" in found or {"datetime", "date"} & given:
        return
    if {"year", "month", "day", "hour"} <= set(found) and all(
        len(clocks_of(samples.cells(found[role]))) <= 2 for role in whole
    ):
        for role in whole:
            del found[role]


def points_before_numbers(
    found: dict[str, str], closed: set[str], columns: list[str], samples: Samples
) -> None:
    """Take a column of points in degrees before numbers in an unnamed system, or where there are none."""
    if {"longitude", "latitude"} <= set(found) or {"x", "y", "wkt", "coordinates"} & closed:
        return
    numbers = {"x", "y"} <= set(found)
    if (
        numbers
        and samples.share(found["x"], is_degrees) >= 0.5
        and samples.share(found["y"], is_degrees) >= 0.5
    ):
        return
    role = next((role for role in ("coordinates", "wkt") if role in found), None)
    if role is None:
        free = [c for c in columns if c not in found.values() and samples.has_values(c)]
        points = [c for c in free if samples.share(c, is_point) >= 0.95]
        if len(points) != 1:
            return
        role, found["wkt"] = "wkt", points[0]
    if numbers and samples.share(found[role], is_pair_of_degrees) >= 0.5:
        del found["x"], found["y"]


def counts_column(columns: list[str], taken: set[str], samples: Samples) -> str | None:
    """Return the column that says how many incidents a row stands for, None where there is none."""
    words = {squeeze(name) for name in vocabulary()["counts"]["names"]}
    for column in columns:
        if column not in taken and squeeze(column) in words and samples.has_values(column):
            cells = [
                cell.replace("\u00a0", "").replace(" ", "") for cell in samples.cells(column).to_pylist()
            ]
            numbers = [float(cell) for cell in cells if re.fullmatch(r"\d+([.]0*)?", cell)]
            if len(numbers) >= 0.95 * len(cells) and any(number > 1 for number in numbers):
                return column
    return None


def has_start(found: Mapping[str, str]) -> bool:
    return bool(
        {"datetime", "date", "from_datetime", "from_date", "month", "to_datetime", "to_date"} & set(found)
    )
