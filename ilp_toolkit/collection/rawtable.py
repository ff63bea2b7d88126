"""
A file as text: every cell as it was written, every row accounted for.

Nothing is interpreted here. Codes stay text, dates stay as written, missing values stay the words they are. A
row that is no record (too few fields, an empty line) is kept beside the table with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyproj

from ..i18n import N_

__all__ = ["CHECKS", "OUTER", "Note", "RawTable", "bad_rows", "strip_outer"]

Note = tuple[str, int, int | None, str]
"""Code of the check, rows (or bytes) concerned, first row concerned, what to do about it."""

CHECKS: dict[str, str] = {
    "encoding_guessed": N_("Encoding guessed"),
    "invalid_bytes": N_("Bytes that are no text"),
    "zero_bytes": N_("Zero bytes left out"),
    "names_changed": N_("Column names made up or made unique"),
    "rows_above_header": N_("Rows above the header passed over"),
    "no_header": N_("No header: columns are numbered"),
    "stray_quote": N_("Rows with a stray quotation mark"),
    "several_tables": N_("Other sheets, layers or members not read"),
    "merged_cells": N_("Merged cells filled"),
    "geometry_unreadable": N_("Shapes that could not be read"),
}
"""Checks that can stand in `RawTable.notes`, each with its name in words."""

OUTER = " \t\n\r\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
OUTER += "\u2028\u2029\u202f\u205f\u3000\ufeff"
_FIRST = np.isin(np.arange(256), [sign.encode()[0] for sign in OUTER])
_LAST = np.isin(np.arange(256), [sign.encode()[-1] for sign in OUTER])


@dataclass(frozen=True)
class RawTable:
    """What a file holds, as text."""

    columns: pa.Table
    """The columns in the order of the file, all of them text; a geometry column is in `geometry` instead."""
    source_row: npt.NDArray[np.int64]
    """
    The row of the file, as a spreadsheet numbers it: the first is 1, empty rows and rows above the header
    count, a line break inside quotation marks does not begin a row, an Excel ``sep=`` line does not count.
    Features of a map layer and rows of a data frame are numbered from 2, as if a header stood above them.
    """
    bad: pd.DataFrame
    """Rows that are no records: ``source_row``, ``reason`` (in words), ``text``."""
    header: bool = True
    """Whether the file names its columns; where not, they are called "1", "2" and so on."""
    geometry: npt.NDArray[np.object_] | None = None
    """Shapes of a map layer, None where a row has none."""
    crs: pyproj.CRS | None = None
    """The coordinate reference system of the shapes."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What was decided: format, encoding, separator, decimal, member, sheet, layer (JSON values)."""
    notes: list[Note] = field(default_factory=list)
    """What was noticed and is no reason to lose a row."""
    above: tuple[str, ...] = ()
    """Cells that stand above the header: titles, stamps."""

    def __len__(self) -> int:
        """Return how many rows are records."""
        return int(self.columns.num_rows)


def bad_rows(rows: Sequence[tuple[int, str, str]]) -> pd.DataFrame:
    """
    Make the table of rows that are no records.

    Examples
    --------
    >>> bad_rows([(7, "empty line", "")])["source_row"].tolist()
    [7]
    """
    places, reasons, texts = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "source_row": np.array(places, dtype=np.int64),
            "reason": pd.Series(reasons, dtype=object),
            "text": pd.Series(texts, dtype=object),
        }
    )


def strip_outer(table: pa.Table) -> pa.Table:
    r"""
    Take outer white space off every cell, at next to no cost where there is none.

    Examples
    --------
    >>> strip_outer(pa.table({"a": [" x\u00a0", "y"]})).column(0).to_pylist()
    ['x', 'y']
    """
    for place, column in enumerate(table.columns):
        chunks = [_strip(chunk) if _needs_strip(chunk) else chunk for chunk in column.chunks]
        if any(new is not old for new, old in zip(chunks, column.chunks, strict=True)):
            table = table.set_column(place, table.field(place), pa.chunked_array(chunks, type=pa.string()))
    return table


def _strip(texts: pa.StringArray) -> pa.StringArray:
    return pc.utf8_trim(texts, characters=OUTER)


def _needs_strip(texts: pa.StringArray) -> bool:
    """Say whether a cell begins or ends with white space, by two bytes a cell; may say yes for Cyrillic."""
    _, offsets, data = texts.buffers()
    if data is None or not len(data) or not len(texts):
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    codes = np.frombuffer(data, dtype=np.uint8)
    start, stop = ends[:-1], ends[1:]
    if (start == stop).any():
        filled = start != stop
        start, stop = start[filled], stop[filled]
    return _holds(codes[start], _FIRST) or _holds(codes[stop - 1], _LAST)


def _holds(codes: npt.NDArray[np.uint8], signs: npt.NDArray[np.bool_]) -> bool:
    """Say whether a byte belongs to a white space; the least and the greatest settle it for plain ASCII."""
    if not len(codes) or codes.min() <= ord(" "):
        return len(codes) > 0
    return bool(codes.max() > 127 and signs[codes].any())
