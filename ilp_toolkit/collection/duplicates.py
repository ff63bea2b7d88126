"""
Repeats, counted and flagged, never dropped: two burglaries of one house on one day are two burglaries.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from .shapes import Bools, fingerprint, mix

__all__ = ["repeated_cells", "repeated_rows"]


def repeated_cells(marks: npt.NDArray[np.uint64], filled: Bools) -> Bools:
    """Return which filled cells have the same mark as another one; all of them, not only the later ones."""
    rows = np.flatnonzero(filled)
    found = np.zeros(len(marks), dtype=bool)
    found[rows] = pd.Series(marks[rows]).duplicated(keep=False).to_numpy()
    return found


def repeated_rows(table: pa.Table, hints: list[npt.NDArray[np.uint64]]) -> Bools:
    """
    Return which rows repeat an earlier row in every column.

    Parameters
    ----------
    table
        Columns of text.
    hints
        Marks of columns already at hand (see `shapes.fingerprint`), or of values read from them: rows that
        differ in one cannot be equal, so that only the others are compared in full.

    Examples
    --------
    >>> repeated_rows(pa.table({"a": ["1", "1", "2"], "b": ["x", "x", "x"]}), []).tolist()
    [False, True, False]
    """
    found = np.zeros(table.num_rows, dtype=bool)
    if table.num_columns == 0:
        return found
    rows = np.arange(table.num_rows)
    marks = np.zeros(len(rows), dtype=np.uint64)
    for hint in hints:
        marks = mix(marks + hint[rows])
        again = pd.Series(marks).duplicated(keep=False).to_numpy()
        rows, marks = rows[again], marks[again]
    if not len(rows):
        return found
    some = table if len(rows) == table.num_rows else table.take(pa.array(rows))
    marks = np.zeros(len(rows), dtype=np.uint64)
    for column in some.columns:
        marks = mix(marks + fingerprint(column))
    found[rows] = pd.Series(marks).duplicated(keep="first").to_numpy()
    return found
