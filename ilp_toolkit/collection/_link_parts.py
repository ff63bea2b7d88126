"""
What any file of links holds before it is judged: a table of text for the links, and one for the entities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .rawtable import Note, RawTable, bad_rows
from .shapes import Ints

__all__ = ["Listed", "Parts", "text_table"]


@dataclass(frozen=True)
class Listed:
    """Rows of text with the role of each column."""

    table: pa.Table
    roles: dict[str, str]
    """Role to column."""
    source_row: Ints
    bad: pd.DataFrame = field(default_factory=lambda: bad_rows([]))

    @classmethod
    def of(cls, raw: RawTable, roles: Mapping[str, str]) -> Listed:
        """Take a raw table whose columns have roles."""
        return cls(raw.columns, dict(roles), raw.source_row, raw.bad)

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Parts:
    """A network as its file has it."""

    links: Listed
    layout: str
    """list, statements, matrix, two_mode, graphml, gexf, anx or calls."""
    entities: Listed | None = None
    directed: bool | None = None
    """Whether links have a direction, None where the file does not say."""
    directed_by: str = ""
    """What says so: the file, the matrix, the caller, or nothing."""
    choices: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    """What the file reader noticed."""
    found: list[tuple[str, int, int | None, dict[str, Any]]] = field(default_factory=list)
    """What was noticed on the way: check, number, first row, facts for its remedy."""
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Links that cannot be used: row, check, source, target."""


def text_table(columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """Make a table of text of lists of cells."""
    return pa.table(
        {name: pa.chunked_array([pa.array(cells, pa.string())]) for name, cells in columns.items()}
    )


def rows_of(numbers: Sequence[int]) -> Ints:
    """Return row numbers as an array."""
    return np.array(numbers, dtype=np.int64)
