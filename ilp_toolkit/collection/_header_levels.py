"""
Headers on several levels, as forms and journals in spreadsheets have them: groups above, columns below.

A cell merged across columns is the name of a group; the column is called by what stands lowest, and by the
group as well where two columns have one name. A row that only numbers the columns (1, 2, 3 …) belongs to the
header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .layout import unique_names

__all__ = ["header_levels", "is_numbering", "level_names"]

_DEEPEST = 5
_TITLE = 0.8
"""A cell merged over more than this share of the columns is a title."""
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""


def header_levels(rows: Sequence[Sequence[str]], row: int, merged: Sequence[Range]) -> tuple[int, int]:
    """
    Return the first and the last row of the header that `row` belongs to.

    Parameters
    ----------
    rows
        The first rows of the sheet.
    row
        The row that was taken for the header.
    merged
        Merged cells of the sheet.

    Examples
    --------
    >>> rows = [["No", "Place", ""], ["", "District", "Street"], ["1", "A", "x"]]
    >>> header_levels(rows, 0, [(0, 0, 1, 0), (0, 1, 0, 2)])
    (0, 1)
    """
    width = max(len(one) for one in rows)
    groups = [one for one in merged if one[3] - one[1] + 1 <= _TITLE * width]
    top = bottom = row
    for _again in range(_DEEPEST):
        before = (top, bottom)
        for first, left, last, right in groups:
            wide = right > left
            if first > bottom or last < top - wide or last >= row + _DEEPEST:
                continue
            top, bottom = min(top, first), max(bottom, last + wide)
        if (top, bottom) == before:
            break
    while bottom > row and (bottom >= len(rows) or _holds_values(rows[bottom])):
        bottom -= 1
    return max(top, row - _DEEPEST), bottom


def level_names(rows: Sequence[Sequence[str]], levels: tuple[int, int], merged: Sequence[Range]) -> list[str]:
    """
    Return a name for each column of a header on several levels.

    Examples
    --------
    >>> rows = [["No", "From", "", "To", ""], ["", "date", "time", "date", "time"]]
    >>> level_names(rows, (0, 1), [(0, 1, 0, 2), (0, 3, 0, 4)])
    ['No', 'From date', 'From time', 'To date', 'To time']
    """
    top, bottom = levels
    width = max(len(row) for row in rows)
    cells = [[*rows[at], *[""] * (width - len(rows[at]))] for at in range(top, bottom + 1)]
    for first, left, last, right in merged:
        if top <= first <= bottom and left < width:
            for at in range(first, min(last, bottom) + 1):
                for place in range(left, min(right + 1, width)):
                    cells[at - top][place] = cells[at - top][place] or cells[first - top][left]
    columns = [[row[place].strip() for row in cells] for place in range(width)]
    paths = [list(dict.fromkeys(filter(None, column))) for column in columns]
    lowest = Counter(path[-1] for path in paths if path)
    fields = [path[-1] if path and lowest[path[-1]] == 1 else " ".join(path) for path in paths]
    return unique_names(fields)


def is_numbering(row: Sequence[str]) -> bool:
    """
    Return whether a row only numbers the columns, as the forms of statistics do.

    Examples
    --------
    >>> is_numbering(["1", "2", "3", "4"]), is_numbering(["А", "Б", "1", "2", "3"])
    (True, True)
    """
    filled = [cell.strip() for cell in row if cell.strip()]
    letters = [cell for cell in filled if re.fullmatch(r"[А-ГA-D]", cell)]
    numbers = [int(cell) for cell in filled if re.fullmatch(r"\d{1,3}", cell)]
    return (
        len(numbers) >= 3
        and len(letters) + len(numbers) == len(filled) >= len(row) - 1
        and numbers == list(range(1, len(numbers) + 1))
    )


def _holds_values(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    digits = [cell for cell in filled if re.search(r"\d", cell)]
    values = [cell for cell in digits if not re.search(r"[^\W\d_]{3}", cell)]
    return len(values) > len(filled) / 2 or not filled
