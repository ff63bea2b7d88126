"""
Spreadsheets (xlsx, xlsm, xlsb, xls, ods) as a raw table.

The first visible sheet with two rows or more is read unless another is named. Titles above the header are
passed over by the rule of `layout`. A cell merged over several rows of data stands for each of them.
Empty rows at the end are no rows. A column without a name and without a filled cell is no column.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from ..errors import FileError
from ..i18n import _
from ._header_levels import header_levels, is_numbering, level_names
from .celltext import cell_as_text
from .containers import Content
from .layout import Header, decimal_mark, find_header, unique_names
from .rawtable import Note, RawTable, bad_rows, strip_outer

__all__ = ["read_workbook"]

_SAMPLE_ROWS = 200
_BATCH = 20_000
_MIDNIGHT = "\0"
"""Stands after a day that came without a time of day, until the whole column is known."""


def read_workbook(content: Content, *, layer: str | None = None, header: bool | None = None) -> RawTable:
    """
    Read one sheet of a spreadsheet.

    Parameters
    ----------
    content
        The spreadsheet.
    layer
        Name of the sheet, None for the first that holds data.
    header
        Whether the first full row names the columns; None decides by what stands in it.

    Raises
    ------
    FileError
        If it cannot be read, is locked with a password, has no such sheet, or holds no rows.
    """
    book = _open(content)
    sheet, others = _choose(book, content.name, layer)
    table = _read_sheet(sheet, content.name, header)
    table.choices.update(format="spreadsheet", sheet=sheet.name)
    if others:
        remedy = _("Sheet {sheet} was read. Others hold data: {names}. Name one in the source: {example}.")
        example = f"{content.name}!{others[0]}"
        remedy = remedy.format(sheet=sheet.name, names=", ".join(others[:10]), example=example)
        table.notes.append(("several_tables", len(others), None, remedy))
    return table


def _open(content: Content) -> Any:
    try:
        return calamine.CalamineWorkbook.from_object(content.path or io.BytesIO(content.bytes()))
    except calamine.PasswordError as error:
        raise FileError(locked(content.name)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower():
            raise FileError(locked(content.name)) from error
        msg = _("{file} cannot be read as a spreadsheet. Open it in Excel and save it anew as .xlsx or CSV.")
        raise FileError(msg.format(file=content.name)) from error


def locked(name: str) -> str:
    """Return what to say of a spreadsheet that is locked with a password."""
    msg = _("{file} is locked with a password. Open it in Excel and save a copy without the password.")
    return msg.format(file=name)


def _choose(book: Any, name: str, layer: str | None) -> tuple[Any, list[str]]:
    """Return the sheet to read and the names of others that hold data."""
    names = [meta.name for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    if layer is not None:
        if layer not in names:
            msg = _("{file} has no sheet {sheet!r}. Its sheets: {names}.")
            raise FileError(msg.format(file=name, sheet=layer, names=", ".join(names[:20])))
        return book.get_sheet_by_name(layer), []
    filled = [sheet for sheet in (_sheet(book, sheet, name) for sheet in names) if sheet.height > 0]
    if not filled:
        msg = _("{file} holds no data on any of its sheets. Check that it is the right file.").format(
            file=name
        )
        raise FileError(msg)
    visible = {
        meta.name for meta in book.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible
    }
    chosen = next((sheet for sheet in filled if sheet.name in visible and sheet.height > 1), filled[0])
    return chosen, [sheet.name for sheet in filled if sheet.name != chosen.name]


def _sheet(book: Any, sheet: str, name: str) -> Any:
    try:
        return book.get_sheet_by_name(sheet)
    except (calamine.CalamineError, OSError, ValueError) as error:
        msg = _("Sheet {sheet} of {file} cannot be read. Open it in Excel and save it anew as .xlsx or CSV.")
        raise FileError(msg.format(file=name, sheet=sheet)) from error


def _read_sheet(sheet: Any, name: str, forced: bool | None) -> RawTable:
    sample = [[_plain(cell) for cell in row] for row in islice(sheet.iter_rows(), _SAMPLE_ROWS)]
    if not any(cell for row in sample for cell in row):
        msg = _("The first {n} rows of sheet {sheet} in {file} are empty. Name another sheet.")
        raise FileError(msg.format(n=_SAMPLE_ROWS, sheet=sheet.name, file=name))
    header = _header(sample, forced)
    header, above = _levels(sheet, sample, header) if header.present else (header, header.row + 1)
    merged = _merged_down(sheet, above)
    table = strip_outer(_columns(sheet, above, header.names, merged))
    table = table.select(
        [name for name in table.column_names if name not in header.changed or _filled(table, name)]
    )
    blank = _blank(table)
    filled = np.flatnonzero(~blank)
    if not len(filled):
        msg = _("{file} holds a header and no rows. Export it again with the rows you need.").format(
            file=name
        )
        raise FileError(msg)
    source_row = np.arange(above + 1, above + 1 + table.num_rows, dtype=np.int64)
    bad = [(int(source_row[place]), _("empty row"), "") for place in np.flatnonzero(blank[: filled[-1]])]
    choices = {
        "decimal": decimal_mark(sample[above:]),
        "header_row": above if header.present else None,
    }
    header = replace(header, changed=[name for name in header.changed if name in table.column_names])
    notes = _notes(header, above, len(merged), table.num_rows)
    if blank.any():
        table = table.filter(pa.array(~blank))
    titles = tuple(cell.strip() for row in sample[: header.row] for cell in row if cell.strip())
    return RawTable(
        table,
        source_row[~blank],
        bad_rows(bad),
        header=header.present,
        choices=choices,
        notes=notes,
        above=titles,
    )


def _header(sample: list[list[str]], forced: bool | None) -> Header:
    """Find the header among the columns that the sample fills; those outside it are named by their place."""
    width = max(len(row) for row in sample)
    used = [place for place in range(width) if any(row[place] for row in sample if len(row) > place)]
    left, right = used[0], used[-1] + 1
    found = find_header([row[left:right] for row in sample], header=forced)
    outside = [*range(1, left + 1), *range(right + 1, width + 1)]
    if not outside:
        return found
    inner = found.names if found.present else [str(place) for place in range(left + 1, right + 1)]
    fields = [""] * left + inner + [""] * (width - right)
    names = unique_names(fields)
    return replace(found, names=names, changed=[*found.changed, *(names[place - 1] for place in outside)])


def _levels(sheet: Any, sample: list[list[str]], header: Header) -> tuple[Header, int]:
    """Name the columns by all levels of a header; return it with the number of rows down to the data."""
    start = (sheet.start or (0, 0))[1]
    found = getattr(sheet, "merged_cell_ranges", None) or []
    merged = [(top, left - start, bottom, right - start) for (top, left), (bottom, right) in found]
    levels = header_levels(sample, header.row, merged)
    if levels != (header.row, header.row):
        names = level_names(sample, levels, merged)
        changed = [name for name in names if name.startswith("column ")]
        header = replace(header, row=levels[0], names=names, changed=changed)
    above = levels[1] + 1
    return header, above + (above < len(sample) - 1 and is_numbering(sample[above]))


def _filled(table: pa.Table, name: str) -> bool:
    return bool(pc.any(pc.not_equal(table.column(name), "")).as_py())


def _columns(
    sheet: Any, above: int, names: list[str], merged: dict[tuple[int, int], tuple[int, int]]
) -> pa.Table:
    """Read the cells below the header as text, in batches so that memory stays bounded."""
    batches, width = [], len(names)
    masters: dict[tuple[int, int], str] = {}
    wanted = set(merged.values())
    for first, rows in _batches(sheet, above):
        columns = [[_plain(row[place], mark=True) for row in rows] for place in range(width)]
        for row, column in sorted(wanted):
            if first <= row < first + len(rows) and column < width:
                masters[row, column] = columns[column][row - first]
        for (row, column), master in merged.items():
            if first <= row < first + len(rows) and column < width:
                columns[column][row - first] = masters.get(master, "")
        arrays = [pa.array(column, type=pa.string()) for column in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, names=names))
    schema = pa.schema([(name, pa.string()) for name in names])
    table = pa.Table.from_batches(batches, schema=schema)
    return pa.table([_settle_days(column) for column in table.columns], names=names)


def _batches(sheet: Any, above: int) -> Iterator[tuple[int, list[Sequence[Any]]]]:
    """Yield batches of rows below the header, each with the index of its first row in the sheet."""
    rows, first = islice(sheet.iter_rows(), above, None), above
    while batch := list(islice(rows, _BATCH)):
        yield first, batch
        first += len(batch)


def _plain(cell: Any, *, mark: bool = False) -> str:
    if cell == "" or isinstance(cell, str):
        return str(cell).replace("\0", "")
    text = cell_as_text(cell) or ""
    if mark and isinstance(cell, dt.date) and len(text) == len("2019-04-23"):
        return text + _MIDNIGHT
    return text


def _settle_days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give midnight its clock where other cells of the column have one."""
    days = pc.match_substring(column, _MIDNIGHT)
    if not pc.any(days, min_count=0).as_py():
        return column
    clock = pc.any(pc.match_substring_regex(column, r"^\d{4}-\d\d-\d\d \d\d:\d\d"), min_count=0).as_py()
    return pc.replace_substring(column, _MIDNIGHT, " 00:00:00" if clock else "")


def _merged_down(sheet: Any, above: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each cell hidden by one merged downwards the cell (row, column) that speaks for it."""
    start = (sheet.start or (0, 0))[1]
    merged = {}
    for (top, column), (bottom, _right) in getattr(sheet, "merged_cell_ranges", None) or []:
        if top >= above and column >= start and bottom - top < 100_000:
            for row in range(top + 1, bottom + 1):
                merged[row, column - start] = (top, column - start)
    return merged


def _blank(table: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        blank &= pc.equal(column, "").to_numpy()
    return blank


def _notes(header: Header, above: int, merged: int, n: int) -> list[Note]:
    notes: list[Note] = []
    if header.changed:
        remedy = _("Columns without a name of their own: {names}.").format(names=", ".join(header.changed))
        notes.append(("names_changed", len(header.changed), above, remedy))
    if header.row > 0:
        notes.append(
            (
                "rows_above_header",
                header.row,
                1,
                _("Row {n} was taken as the header.").format(n=header.row + 1),
            )
        )
    if not header.present:
        remedy = _("Name the columns you need with `columns=`: they are called 1, 2 and so on.")
        notes.append(("no_header", n, above + 1, remedy))
    if merged:
        notes.append(
            (
                "merged_cells",
                merged,
                None,
                _("Each row has the value of the merged cell. Check that it applies."),
            )
        )
    return notes
