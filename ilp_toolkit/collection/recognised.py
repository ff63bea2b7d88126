"""Which column of a file was taken for what, before the file is read: for a person to look at and correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import headers

__all__ = ["Recognised", "recognise"]

_LOOKED_AT = 2_000
"""Rows in which examples are looked for."""
_EXAMPLES = 3


@dataclass(frozen=True)
class Recognised:
    """The columns of a file and what they were taken for."""

    names: tuple[str, ...]
    """Its columns, in their order."""
    roles: dict[str, str]
    """Role to column, for the roles that were recognised or given."""
    examples: dict[str, tuple[str, ...]]
    """Column to the first values that differ; empty where there are none."""


def recognise(source: Any, *, columns: Mapping[Any, Any] | str | Path | None = None) -> Recognised:
    """
    Look at the columns of a file as `read_incidents` does.

    Parameters
    ----------
    source, columns
        As for `read_incidents`.

    Raises
    ------
    FileError
        If the file cannot be opened.
    ColumnsError
        If a column or role that was named does not exist.

    Notes
    -----
    The examples are values of the file as they stand, personal ones too: they are for the analyst's screen.

    Examples
    --------
    >>> import pandas as pd
    >>> found = recognise(pd.DataFrame({"Дата": ["12.01.2024"], "Район": ["Сино"], "Прочее": ["a"]}))
    >>> found.roles, found.examples["Район"]
    ({'date': 'Дата', 'area': 'Район'}, ('Сино',))
    """
    from .files import open_table

    if isinstance(columns, str | Path):
        columns = headers.read_mapping(columns).get("columns")
    raw = open_table(source)
    table = raw.columns if raw.header else headers.name_layout(raw.columns)
    names = [str(name) for name in table.column_names]
    roles = headers.match_headers(table, given=headers.given_columns(columns, names))
    top = table.slice(0, _LOOKED_AT)
    examples = {}
    for name in names:
        values = (str(value).strip() for value in top[name].to_pylist() if value is not None)
        examples[name] = tuple(list(dict.fromkeys(value for value in values if value))[:_EXAMPLES])
    return Recognised(tuple(names), roles, examples)
