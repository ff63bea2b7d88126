"""
Repeats, counted and flagged, never dropped: two burglaries of one house on one day are two burglaries.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from .shapes import Bools, fingerprint, mix

__all__ = ["earlier", "repeated_rows", "shared"]


def shared(marks: npt.NDArray[np.uint64]) -> Bools:
    """Return which marks (see `shapes.fingerprint`) occur more than once."""
    return np.array(pd.Series(marks).duplicated(keep=False))


def earlier(marks: npt.NDArray[np.uint64], among: Bools) -> Bools:
    """Return which of the rows chosen have the mark of a row chosen earlier."""
    found = np.zeros(len(marks), dtype=bool)
    rows = np.flatnonzero(among)
    found[rows] = pd.Series(marks[rows]).duplicated()
    return found


def repeated_rows(table: pa.Table, candidates: Bools) -> Bools:
    """
    Return which rows repeat an earlier row in every column.

    Parameters
    ----------
    table
        Columns of text.
    candidates
        Rows that may be repeats: those that share with another row what is known already, such as the
        number, or the time and the place. The others are not looked at.

    Examples
    --------
    >>> table = pa.table({"a": ["1", "1", "2"], "b": ["x", "x", "x"]})
    >>> repeated_rows(table, np.array([True, True, True])).tolist()
    [False, True, False]
    """
    found = np.zeros(table.num_rows, dtype=bool)
    if candidates.any() and table.num_columns:
        some = table if candidates.all() else table.filter(pa.array(candidates))
        marks = np.zeros(some.num_rows, dtype=np.uint64)
        for column in some.columns:
            marks = mix(marks + fingerprint(column))
        found[candidates] = pd.Series(marks).duplicated()
    return found
