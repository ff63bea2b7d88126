"""
One raw table from a file, a folder, an archive or a list of files of one kind: split exports are joined.

Files are joined by what their columns are, not by their names, so that both spellings of UNODC's headers go
together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..errors import ColumnsError, FileError
from ..i18n import _
from ._seizure_fields import counting_column, match_columns, missing_columns
from .containers import data_members, open_content, zip_names
from .files import open_table
from .rawtable import RawTable
from .rolecolumns import stated_values

__all__ = ["FILE_COLUMN", "open_parts", "open_seizures"]

FILE_COLUMN = "source_file"
"""The column that names the file of each row, where several are joined."""


def open_seizures(source: Any, columns: Mapping[Any, Any] | None) -> tuple[RawTable, dict[str, str]]:
    """
    Open everything that a source names as one raw table, and say which column is what.

    Raises
    ------
    FileError
        If there is no file, or nothing in it can be read as a table.
    ColumnsError
        If a file lacks what a seizure must have.
    """
    return open_parts(source, lambda raw: _recognised(raw, columns))


def open_parts(
    source: Any, recognise: Callable[[RawTable], tuple[RawTable, dict[str, str]]]
) -> tuple[RawTable, dict[str, str]]:
    """
    Open everything that a source names as one raw table of any kind of record.

    Parameters
    ----------
    source
        A file, a folder, an archive, a list of them, or a table.
    recognise
        Says which column of a raw table is what; it may change the table.
    """
    parts = [recognise(open_table(one)) for one in _sources(source)]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _sources(source: Any) -> list[Any]:
    """Return the files that a source names: one, those of a folder or an archive, those of a list."""
    if isinstance(source, list | tuple):
        if not source:
            raise FileError(_("`source` is an empty list. Give at least one file."))
        return [found for one in source for found in _sources(one)]
    if not isinstance(source, str | os.PathLike):
        return [source]
    path = Path(os.fspath(source))
    if path.is_dir():
        found = [str(path / name) for name in data_members(sorted(one.name for one in path.iterdir()))]
        if not found:
            raise FileError(_("{file} is a folder without a table in it.").format(file=path.name))
        return found
    if path.suffix.lower() == ".zip" and path.is_file():
        members = data_members(zip_names(open_content(path)[0]))
        if len(members) > 1:
            return [f"{path}!{name}" for name in members]
    return [source]


def _recognised(raw: RawTable, columns: Mapping[Any, Any] | None) -> tuple[RawTable, dict[str, str]]:
    stated, columns = stated_values(columns, raw.columns.column_names)
    for name, value in stated.items():
        column = pa.array([value] * len(raw), pa.string())
        raw = replace(raw, columns=raw.columns.append_column(name, column))
    names = list(raw.columns.column_names)
    found = match_columns(names, columns)
    missing = missing_columns(found)
    totals = None if missing else counting_column(raw.columns, set(found.values()))
    if totals is not None:
        msg = _(
            "Column {column} counts several seizures in a row: a table of totals is no list of seizures. "
            "Ask for the single seizures, or leave the column out if it counts something else."
        )
        raise ColumnsError(msg.format(column=repr(totals)))
    if missing == ["country"]:
        msg = _(
            "No column says the country of the seizure. Name it with `columns=`, or state it for all rows, "
            "as {example}. Columns: {names}."
        )
        example = '{"country": "=TJ"}'
        raise ColumnsError(msg.format(example=example, names=", ".join(names[:40])))
    if missing:
        msg = _(
            "No column was recognised as {roles}. Name it with `columns=`, as {example}. Columns: {names}. "
            "A table of totals is no list of seizures."
        )
        example = f'{{"{missing[0]}": "{(names or [""])[0]}"}}'
        raise ColumnsError(msg.format(roles=", ".join(missing), example=example, names=", ".join(names[:40])))
    return raw, found


def _joined(parts: list[tuple[RawTable, dict[str, str]]]) -> tuple[RawTable, dict[str, str]]:
    """Put raw tables below each other, columns of one role under the name that they have first."""
    known: dict[str, str] = {}
    for _raw, found in parts:
        for role, column in found.items():
            known.setdefault(role, column)
    tables = []
    for raw, found in parts:
        own = {column: known[role] for role, column in found.items()}
        table = raw.columns.rename_columns([own.get(name, name) for name in raw.columns.column_names])
        file = _called(raw)
        tables.append(table.append_column(FILE_COLUMN, pa.array([file] * table.num_rows, pa.string())))
    first = parts[0][0]
    raws = [raw for raw, _found in parts]
    joined = replace(
        first,
        columns=pa.concat_tables(tables, promote_options="default"),
        source_row=np.concatenate([raw.source_row for raw in raws]),
        bad=pd.concat([raw.bad for raw in raws], ignore_index=True),
        choices={**first.choices, "file": [_called(raw) for raw in raws]},
        notes=[note for raw in raws for note in raw.notes],
        geometry=None,
    )
    return joined, known


def _called(raw: RawTable) -> str:
    """Return the name of a file, with its member where it is an archive."""
    names = [raw.choices.get(name) for name in ("file", "member")]
    return "!".join(str(name) for name in names if name)
