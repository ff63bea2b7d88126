"""
A matrix as links: one vertex a row and a column, a number where they meet.

Rows and columns that name the same vertices make a network of one kind; others make one of two kinds (persons
and meetings). R writes "X1" for a column called 1 and points for spaces, spreadsheets number the rows, and
some files leave the corner out: such labels are matched, and what was done is said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..i18n import _
from ._link_parts import Listed, Parts, rows_of, text_table
from ._seizure_fields import read_amount
from .shapes import Ints

__all__ = ["Grid", "is_matrix", "matrix_parts"]

_UNKNOWN = frozenset({"na", "n/a", "#n/a", "nan", "null", "?", "unknown", "неизвестно", "нд", "н/д"})
_BLANK = frozenset({"", "-", "--", "–", "—", ".", "none"})
_MARKS = frozenset({"x", "х", "✓", "✔", "+", "yes", "да", "true", "t"})
_NO_MARKS = frozenset({"false", "f", "no", "нет"})
_LIKELY = 0.9


@dataclass(frozen=True)
class Grid:
    """Cells of a file, rows of equal width, and the row of the file in which each stands."""

    cells: list[list[str]]
    source_row: Ints
    decimal: str = "."

    @property
    def width(self) -> int:
        """Columns, those of labels included."""
        return len(self.cells[0]) if self.cells else 0

    def trimmed(self) -> Grid:
        """Leave out columns and rows that hold nothing, as spreadsheets add at the end."""
        filled = [any(row[at].strip() for row in self.cells) for at in range(self.width)]
        while filled and not filled[-1]:
            filled.pop()
        kept = [place for place, row in enumerate(self.cells) if any(cell.strip() for cell in row)]
        cells = [self.cells[place][: len(filled)] for place in kept]
        return Grid(cells, self.source_row[kept], self.decimal)


@dataclass
class _Labelled:
    """A matrix with its labels, and what was done to get them."""

    rows: list[str]
    columns: list[str]
    body: list[list[str]]
    source_row: Ints
    made: bool = False
    found: list[tuple[str, int, int | None, dict[str, Any]]] = field(default_factory=list)


def is_matrix(grid: Grid) -> bool:
    """
    Say whether the cells look like a matrix: numbers throughout, but for labels on top and at the left.

    Examples
    --------
    >>> is_matrix(Grid([["", "a", "b"], ["a", "0", "1"], ["b", "1", "0"]], np.array([1, 2, 3])))
    True
    >>> is_matrix(Grid([["1", "2"], ["1", "3"], ["4", "2"]], np.array([1, 2, 3])))
    False
    """
    cells = grid.cells
    if len(cells) < 2 or grid.width < 2:
        return False
    inner = Counter(cell for row in cells[1:] for cell in row[1:])
    n = inner.total()
    if not n or sum(many for cell, many in inner.items() if _is_cell(cell)) < _LIKELY * n:
        return False
    top, left = [cell.strip() for cell in cells[0][1:]], [row[0].strip() for row in cells[1:]]
    if not cells[0][0].strip() or (set(top) == set(left) and len(top) > 1):
        return True
    if len(cells) == grid.width and all(map(_is_cell, {cell for row in cells for cell in row})):
        return grid.width > 2 and _blank_diagonal(cells)  # no labels at all
    words = [label for label in top if not _is_number(label)]
    if len(cells) - 1 == grid.width and len(words) == len(top) and not _is_number(cells[0][0]):
        return all(map(_is_cell, {row[0] for row in cells[1:]} | set(inner))) and grid.width > 2
    return grid.width >= 4 and len(words) > len(top) / 2 and _mostly_small(inner)


def matrix_parts(
    grid: Grid, *, directed: bool | None, two_mode: bool | None, choices: dict[str, Any]
) -> Parts:
    """
    Turn a matrix into its links.

    Parameters
    ----------
    grid
        The cells, labels included.
    directed
        Whether links have a direction; None lets the symmetry of the matrix decide.
    two_mode
        Whether rows and columns are of two kinds; None lets the labels decide.
    choices
        What the file reader chose.

    Raises
    ------
    InputError
        If the cells are no matrix.
    """
    if len(grid.cells) < 2 or grid.width < 2:
        msg = _("`source` has {rows} rows and {columns} columns: that is no matrix of links.")
        raise InputError(msg.format(rows=len(grid.cells), columns=grid.width))
    labelled = _labels(grid)
    one_kind = _one_kind(labelled) if two_mode is None else not two_mode
    if one_kind and two_mode is None:
        _match_labels(labelled)
    values, unknown = _values(labelled.body, grid.decimal)
    builder = _Links(labelled, values, unknown, one_kind)
    return builder.parts(directed, choices)


def _labels(grid: Grid) -> _Labelled:
    """Find the labels: on top and at the left, on top alone, or nowhere."""
    cells = grid.cells
    n_rows, width = len(cells), grid.width
    numbers = all(_is_cell(cell) and cell.strip() for cell in {cell for row in cells for cell in row})
    top, left = [cell.strip() for cell in cells[0][1:]], [row[0].strip() for row in cells[1:]]
    labelled = set(top) == set(left) and len(set(top)) == len(top) > 2  # two signs may meet by chance
    if numbers and n_rows == width and not labelled:
        names = [str(place + 1) for place in range(width)]
        made = _Labelled(names, list(names), cells, grid.source_row, made=True)
        made.found.append(("labels_missing", width, None, {"example": ", ".join(names[:3])}))
        return made
    only_top = n_rows - 1 == width and all(_is_cell(row[0]) for row in cells[1:]) and cells[0][0].strip()
    if only_top and set(top) != set(left):
        names = [cell.strip() for cell in cells[0]]
        return _Labelled(names, list(names), cells[1:], grid.source_row[1:])
    found = _Labelled(left, top, [row[1:] for row in cells[1:]], grid.source_row[1:])
    _name_blanks(found)
    return found


def _name_blanks(found: _Labelled) -> None:
    blank = 0
    for labels, letter in ((found.rows, "row"), (found.columns, "column")):
        for place, label in enumerate(labels):
            if not label:
                labels[place] = f"{letter} {place + 1}"
                blank += 1
    if blank:
        example = next(
            label for label in [*found.rows, *found.columns] if re.match(r"(row|column) \d", label)
        )
        found.found.append(("labels_missing", blank, None, {"example": example}))


def _one_kind(found: _Labelled) -> bool:
    """Say whether rows and columns are the same vertices."""
    rows, columns = found.rows, found.columns
    shared = set(rows) & set(columns)
    if len(shared) >= 0.5 * min(len(set(rows)), len(set(columns))):
        return True
    if len(rows) != len(columns):
        return False
    if [_bare(label) for label in rows] == [_bare(label) for label in columns]:
        return True
    numbered = [str(place + 1) for place in range(len(rows))]
    return numbered in (rows, columns) and _blank_diagonal(found.body)


def _match_labels(found: _Labelled) -> None:
    """Give rows and columns one set of labels where they are written differently."""
    rows, columns = found.rows, found.columns
    if rows == columns or len(rows) != len(columns):
        return
    if set(rows) == set(columns):
        _order_columns(found)
        return
    numbered = [str(place + 1) for place in range(len(rows))]
    same = [_bare(label) for label in rows] == [_bare(label) for label in columns]
    if not same and numbered not in (rows, columns):
        return
    taken = columns if not same and rows == numbered else rows
    other = columns if taken is rows else rows
    pairs = [(a, b) for a, b in zip(taken, other, strict=True) if a != b]
    example = ", ".join(f"{a} = {b}" for a, b in pairs[:3])
    found.found.append(("labels_differ", len(pairs), None, {"example": example}))
    found.rows, found.columns = list(taken), list(taken)


def _order_columns(found: _Labelled) -> None:
    """Put columns into the order of the rows, where both hold the same labels, each once."""
    if len(set(found.rows)) < len(found.rows):
        return
    place = {label: at for at, label in enumerate(found.columns)}
    order = [place[label] for label in found.rows]
    found.columns = list(found.rows)
    found.body = [[row[at] for at in order] for row in found.body]


def _bare(label: str) -> str:
    """Return what R's rule for names of columns leaves of a label."""
    bare = re.sub(r"[\W_]+", "", label.casefold())
    return re.sub(r"^[xv](?=\d)", "", bare)


def _values(body: list[list[str]], decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the weight of each cell (NaN: a link whose weight cannot be read), and which are unknown."""
    known: dict[str, tuple[float, bool]] = {}
    values = np.zeros((len(body), len(body[0])), dtype=float)
    unknown = np.zeros(values.shape, dtype=bool)
    for at, row in enumerate(body):
        for place, cell in enumerate(row):
            if cell not in known:
                known[cell] = _value(cell, decimal)
            values[at, place], unknown[at, place] = known[cell]
    return values, unknown


def _value(cell: str, decimal: str) -> tuple[float, bool]:
    text = cell.strip().casefold()
    if text in _BLANK or text in _NO_MARKS:
        return 0.0, False
    if text in _UNKNOWN:
        return 0.0, True
    if text in _MARKS:
        return 1.0, False
    number, unit = read_amount(text, decimal=decimal)
    return (float("nan") if unit else number), False


class _Links:
    """The links of a labelled matrix."""

    def __init__(
        self,
        labelled: _Labelled,
        values: npt.NDArray[np.float64],
        unknown: npt.NDArray[np.bool_],
        one_kind: bool,
    ) -> None:
        self.labelled, self.values, self.unknown, self.one_kind = labelled, values, unknown, one_kind
        self.found = list(labelled.found)

    def parts(self, directed: bool | None, choices: dict[str, Any]) -> Parts:
        rows, columns = self.labelled.rows, self.labelled.columns
        by, told = "caller", directed
        mirrored, lower = np.zeros(self.values.shape, dtype=bool), np.zeros(self.values.shape, dtype=bool)
        if self.one_kind:
            self._diagonal()
            symmetric = self._is_symmetric()
            if directed is None:
                half = not symmetric and self._is_half()
                told, by = not symmetric and not half, "matrix"
                if half:
                    self.found.append(("half_matrix", int(self._tied().sum()), None, {}))
                elif not symmetric:
                    self.found.append(("asymmetric", int(self._one_way()), None, {}))
            if symmetric and not told:
                # An undirected pair stands in two cells; the upper one is the link.
                lower = np.tril(np.ones(self.values.shape, dtype=bool), -1)
                mirrored = lower & self._tied()
                self.found.append(("cells_mirrored", int(mirrored.sum()), None, {}))
        elif directed is None:
            told, by = False, "two kinds of vertices"
        self._sides()
        cells = self._tied() & ~mirrored
        self._repeated()
        at, place = np.nonzero(cells)
        numbers = self.labelled.source_row[at]
        links = Listed(
            text_table(
                {
                    "source": [rows[i] for i in at],
                    "target": [columns[j] for j in place],
                    "weight": [self._weight(int(i), int(j)) for i, j in zip(at, place, strict=True)],
                }
            ),
            {"source": "source", "target": "target", "weight": "weight"},
            numbers,
        )
        more = {
            "rows": len(rows),
            "columns": len(columns),
            "nonzero_cells": int((self._tied() | self.unknown).sum()),
            "mirrored_cells": int(mirrored.sum()),
        }
        refused = [
            (int(self.labelled.source_row[i]), "cell_unknown", rows[i], columns[j])
            for i, j in zip(*np.nonzero(self.unknown & ~lower), strict=True)
        ]
        layout = "matrix" if self.one_kind else "two_mode"
        return Parts(
            links, layout, self._entities(), told, by, {**choices, **more}, found=self.found, refused=refused
        )

    def _tied(self) -> npt.NDArray[np.bool_]:
        return np.asarray((self.values != 0) & ~self.unknown)

    def _weight(self, i: int, j: int) -> str:
        value = self.values[i, j]
        return self.labelled.body[i][j].strip() if np.isnan(value) else _written(float(value))

    def _diagonal(self) -> None:
        """Say nothing of a vertex with itself where the file says nothing."""
        if self.labelled.rows != self.labelled.columns:
            return
        on = np.eye(len(self.labelled.rows), dtype=bool)
        blank = self.unknown & on
        if blank.any():
            self.found.append(("diagonal_blank", int(blank.sum()), None, {}))
            self.unknown = self.unknown & ~on

    def _is_symmetric(self) -> bool:
        rows = self.labelled.rows
        if rows != self.labelled.columns or len(set(rows)) < len(rows):
            return False
        values, unknown = self.values, self.unknown
        return bool(np.array_equal(values, values.T, equal_nan=True) and np.array_equal(unknown, unknown.T))

    def _is_half(self) -> bool:
        """Say whether one half of the matrix was left blank, as those do who write each pair once."""
        if self.labelled.rows != self.labelled.columns or len(self.labelled.rows) < 3:
            return False
        blank = np.array([[not cell.strip() for cell in row] for row in self.labelled.body], dtype=bool)
        halves = [np.tril(np.ones(blank.shape, dtype=bool), -1), np.triu(np.ones(blank.shape, dtype=bool), 1)]
        return sum(bool(blank[half].all()) for half in halves) == 1

    def _one_way(self) -> int:
        """Count the links without one of the same weight the other way round."""
        rows, columns = self.labelled.rows, self.labelled.columns
        tied = {
            (rows[i], columns[j]): float(self.values[i, j])
            for i, j in zip(*np.nonzero(self._tied()), strict=True)
        }
        return sum(tied.get((b, a)) != weight for (a, b), weight in tied.items())

    def _sides(self) -> None:
        if not self.one_kind:
            return
        single = [
            *(label for label in self.labelled.rows if label not in set(self.labelled.columns)),
            *(label for label in self.labelled.columns if label not in set(self.labelled.rows)),
        ]
        if single:
            self.found.append(("labels_one_side", len(single), None, {"example": ", ".join(single[:3])}))

    def _repeated(self) -> None:
        again = [
            label
            for labels in (self.labelled.rows, self.labelled.columns)
            for label, n in Counter(labels).items()
            if n > 1
        ]
        if again:
            several = list(dict.fromkeys(again))
            self.found.append(("labels_repeated", len(several), None, {"example": ", ".join(several[:3])}))

    def _entities(self) -> Listed:
        rows, columns = self.labelled.rows, self.labelled.columns
        if self.one_kind:
            names = list(dict.fromkeys([*rows, *columns]))
            return Listed(text_table({"id": names}), {"entity_id": "id"}, rows_of([0] * len(names)))
        modes = dict.fromkeys(rows, "1")
        for label in columns:
            modes.setdefault(label, "2")
        table = text_table({"id": list(modes), "mode": list(modes.values())})
        return Listed(table, {"entity_id": "id", "mode": "mode"}, rows_of([0] * len(modes)))


def _written(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _is_number(cell: str) -> bool:
    number, unit = read_amount(cell.strip())
    return not unit and number == number  # noqa: PLR0124 - NaN is no number


def _is_cell(cell: str) -> bool:
    text = cell.strip().casefold()
    return text in _BLANK or text in _UNKNOWN or text in _MARKS or text in _NO_MARKS or _is_number(text)


def _mostly_small(cells: Counter[str]) -> bool:
    """Say whether most cells are 0, 1 or blank, as those of a sparse matrix are."""
    few = {"", "0", "1", "0.0", "1.0"} | _MARKS
    small = sum(many for cell, many in cells.items() if cell.strip().casefold() in few)
    return small >= 0.5 * cells.total()


def _blank_diagonal(body: list[list[str]]) -> bool:
    return all(_value(row[at], ".")[0] == 0 for at, row in enumerate(body) if at < len(row))
