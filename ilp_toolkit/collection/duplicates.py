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
    """Return which filled cells have the mark of an earlier one."""
    rows = np.flatnonzero(filled)
    found = np.zeros(len(marks), dtype=bool)
    found[rows] = _again(marks[rows])
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
    rows = np.arange(table.num_rows if table.num_columns else 0)
    marks = np.zeros(len(rows), dtype=np.uint64)
    for hint in hints:
        marks = mix(marks + hint[rows])
        shared = _shared(marks)
        rows, marks = rows[shared], marks[shared]
    if len(rows):
        chosen = np.zeros(table.num_rows, dtype=bool)
        chosen[rows] = True
        some = table if len(rows) == table.num_rows else table.filter(pa.array(chosen))
        marks = np.zeros(len(rows), dtype=np.uint64)
        for column in some.columns:
            marks = mix(marks + fingerprint(column))
        found[rows] = _again(marks)
    return found


def _again(marks: npt.NDArray[np.uint64]) -> Bools:
    """Return which marks stood earlier in the array."""
    found = np.zeros(len(marks), dtype=bool)
    shared = np.flatnonzero(_shared(marks))
    found[shared] = pd.Series(marks[shared]).duplicated().to_numpy()
    return found


def _shared(marks: npt.NDArray[np.uint64]) -> Bools:
    """Return which marks occur more than once; sorting is quick where, as mostly, few do."""
    ordered = np.sort(marks)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return np.zeros(len(marks), dtype=bool)
    if len(twice) > len(marks) // 50:
        return pd.Series(marks).duplicated(keep=False).to_numpy()
    place = np.minimum(np.searchsorted(twice, marks), len(twice) - 1)
    return np.asarray(twice[place] == marks)
