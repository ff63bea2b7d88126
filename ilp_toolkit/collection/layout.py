"""
How a table lies in a file: what separates its columns, which row names them, where the data begin.

The rules, for text files and for spreadsheets alike:

- The separator is the one of tab, ``|``, ``;`` and ``,`` that cuts most rows into the same number of
  fields (two at least); one that also cuts the first row so counts a fifth more; between equals, the
  order just given.
- Rows above the header are those with fewer than half of the columns filled (and fewer than two cells).
- Row 1 is data, not names, where some column holds a number or a date in row 1 and below it, and no
  column has words in row 1 above numbers or dates; or where the columns are those of police.uk.
- Names are made unique: ``name``, ``name (2)``; an empty one becomes ``column 3``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["SEPARATORS", "Header", "best_separator", "decimal_mark", "find_header", "unique_names"]

SEPARATORS = ("\t", "|", ";", ",")
"""Separators tried, the one least likely to stand inside a value first."""

_PREAMBLE = 50
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "nd", "#n/a"})
_NUMBER = re.compile(r"[+-]?[\d\u00a0 ]*\d([.,]\d+)?([eE][+-]?\d+)?%?")
_MOMENT = re.compile(r"\d{1,4}[-./]\d{1,2}([-./]\d{1,4})?([T ,]+\d.*)?|\d{1,2}:\d{2}(:\d{2})?.*")
_MONTH = re.compile(r"(19|20)\d\d-\d\d")


@dataclass(frozen=True)
class Header:
    """Where the names of the columns stand and what they are."""

    row: int
    """Index of the row of names among the rows looked at; where there is none, one less than the data's."""
    names: list[str]
    """One unique name a column."""
    present: bool
    """Whether the file names its columns."""
    changed: list[str]
    """Names that were made up or made unique."""


def best_separator(cut: Callable[[str], Sequence[Sequence[str]]]) -> str | None:
    """
    Choose what separates the columns.

    Parameters
    ----------
    cut
        Cuts the first rows of the file into fields at a separator.

    Returns
    -------
    str or None
        None where no separator cuts half of the rows alike: the file has one column.

    Examples
    --------
    >>> rows = ["longitud;latitud", "-75,569;6,257", "-75,610;6,222"]
    >>> best_separator(lambda separator: [row.split(separator) for row in rows])
    ';'
    """
    best, best_score = None, 0.5
    for separator in SEPARATORS:
        widths = [len(row) for row in cut(separator) if _filled(row)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        width, n = wide.most_common(1)[0]
        score = n / len(widths) + 0.2 * (widths[0] == width)
        if n / len(widths) >= 0.5 and score > best_score + 1e-9:
            best, best_score = separator, score
    return best


def find_header(rows: Sequence[Sequence[str]], *, header: bool | None = None) -> Header:
    """
    Find the row that names the columns, or that there is none.

    Parameters
    ----------
    rows
        The first rows of the file, at least one with a filled cell.
    header
        True or False where the caller knows whether the file names its columns.

    Examples
    --------
    >>> find_header([["Report for 2024", ""], ["date", "place"], ["2024-01-02", "A"]]).row
    1
    >>> find_header([["359192.3", "2016-01-01"], ["356347.3", "2016-01-03"]]).names
    ['1', '2']
    """
    width = _usual_width(rows)
    top = _first_full_row(rows, width)
    below = [row for row in rows[top + 1 :] if _filled(row)]
    present = _is_header(rows[top], below) if header is None else header
    if not present:
        return Header(top - 1, [str(place + 1) for place in range(width)], False, [])
    fields = _fit(list(rows[top]), below, width)
    names = unique_names(fields)
    changed = [name for name, field in zip(names, fields, strict=True) if name != field.strip()]
    return Header(top, names, True, changed)


def unique_names(fields: Sequence[str]) -> list[str]:
    """
    Make names of columns from the cells of a header.

    Examples
    --------
    >>> unique_names(["date", "date", "", " date (2)"])
    ['date', 'date (2)', 'column 3', 'date (2) (2)']
    """
    names: list[str] = []
    taken: set[str] = set()
    for place, field in enumerate(fields, start=1):
        stem = " ".join(field.split()).strip("\ufeff\u200b") or f"column {place}"
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem} ({n})"
        taken.add(name)
        names.append(name)
    return names


def decimal_mark(rows: Sequence[Sequence[str]], *, separator: str | None = None) -> str:
    """
    Say whether numbers in these rows have a decimal comma or a decimal point.

    A sign before exactly three digits ("4,419") may part thousands as well, so such numbers count only where
    there are no others; what parts the columns then settles it, for a file with ``;`` has decimal commas.

    Examples
    --------
    >>> decimal_mark([["-75,569", "6,25"], ["", "6.1"], ["", "7,1"]])
    ','
    >>> decimal_mark([["4,419"], ["12,350"]]), decimal_mark([["4,419"], ["12,350"]], separator=";")
    ('.', ',')
    """
    cells = [cell.strip() for row in rows for cell in row]
    numbers = [found for cell in cells if (found := re.fullmatch(r"[+-]?(\d+)([.,])(\d+)", cell))]
    doubtful = [len(n[3]) == 3 and len(n[1]) <= 3 and not n[1].startswith("0") for n in numbers]
    marks = Counter(found[2] for found, either in zip(numbers, doubtful, strict=True) if not either)
    if not marks and separator == ";":
        marks = Counter(found[2] for found in numbers)
    return "," if marks[","] > marks["."] else "."


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in rows if _filled(row))
    wide = {width: n for width, n in widths.items() if width > 1} or widths
    return max(wide, key=lambda width: (wide[width], width))


def _first_full_row(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the first row that is no title: about as wide as the others and at least half filled."""
    needed = min(width, max(2, (width + 1) // 2))
    for place, row in enumerate(rows[:_PREAMBLE]):
        if len(row) >= width - 1 and sum(1 for cell in row if cell.strip()) >= needed:
            return place
    return next((place for place, row in enumerate(rows) if _filled(row)), 0)


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    if len(first) == 12 and _MONTH.fullmatch(first[1].strip()):
        return False
    if _counts_up(first):
        return True
    for_data = False
    for place, cell in enumerate(first):
        text = cell.strip()
        if text.lower() in _MISSING or not _mostly_values(below, place):
            continue
        if not _is_value(text):
            return True
        for_data = True
    return not for_data


def _mostly_values(rows: Sequence[Sequence[str]], place: int) -> bool:
    cells = [row[place].strip() for row in rows if len(row) > place]
    filled = [cell for cell in cells if cell.lower() not in _MISSING]
    return bool(filled) and sum(map(_is_value, filled)) >= 0.8 * len(filled)


def _is_value(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text) or _MOMENT.fullmatch(text))


def _counts_up(first: Sequence[str]) -> bool:
    """Return whether the row holds years, months or numbers in a row (2003, 2004, 2005), as names do."""
    numbers = [
        int(cell) for cell in first if re.fullmatch(r"\d{1,4}|(19|20)\d\d(0[1-9]|1[0-2])", cell.strip())
    ]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) >= 3 and (steps == {1} or (steps == {1, 89} and min(numbers) > 190_000))


def _fit(fields: list[str], below: Sequence[Sequence[str]], width: int) -> list[str]:
    """Give the header as many names as the rows have fields."""
    if len(fields) == width - 1:
        last = [row[-1] for row in below if len(row) == width]
        first = [row[0] for row in below if len(row) == width]
        unnamed_first = any(last) and len(set(first)) == len(first)
        return ["", *fields] if unnamed_first else [*fields, ""]
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    return fields


def _filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)
