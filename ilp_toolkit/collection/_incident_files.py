"""
One raw table of incidents from a file, or from the many files that a register is handed out in.

A folder, an archive or a list of files is read as one table where all have the same columns: the months of
a year, the districts of a city. Of the files of police.uk, which lie together by month, those of the streets
are the incidents; outcomes and stops are other records and are named, not read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..errors import FileError
from ..i18n import _
from ._seizure_files import FILE_COLUMN
from .containers import data_members, open_content, zip_names
from .files import open_table
from .headers import name_layout
from .rawtable import RawTable

__all__ = ["FILE_COLUMN", "open_incidents"]

_STREETS = "-street.csv"
"""How police.uk ends the names of its files of incidents."""
_MOST = 2_000


def open_incidents(source: Any) -> RawTable:
    """
    Open everything that a source names as one raw table.

    Raises
    ------
    FileError
        If there is no file, nothing in it can be read as a table, or the files have different columns.
    """
    names = _names(source)
    if names is None:
        return open_table(source)
    chosen = [name for name in names if name.lower().endswith(_STREETS)] or names
    parts = [_named(open_table(name)) for name in chosen]
    for name, part in zip(chosen, parts, strict=True):
        if part.columns.column_names != parts[0].columns.column_names:
            _refuse_mixture(chosen[0], name, parts[0], part)
    return _joined(chosen, parts, left_out=[name for name in names if name not in chosen])


def _named(raw: RawTable) -> RawTable:
    """Name the columns of a known layout without a header before a column is added to them."""
    return raw if raw.header else replace(raw, columns=name_layout(raw.columns))


def _names(source: Any) -> list[str] | None:
    """Return the files of a list, a folder or an archive with several tables; None for a single source."""
    if isinstance(source, list | tuple):
        if not source:
            raise FileError(_("`source` is an empty list. Give at least one file."))
        return [found for one in source for found in _names(one) or [os.fspath(one)]]
    if not isinstance(source, str | os.PathLike):
        return None
    path = Path(os.fspath(source))
    if path.is_dir():
        inside = sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file())
        found = [str(path / name) for name in data_members(inside[:_MOST])]
        if not found:
            raise FileError(_("{file} is a folder without a table in it.").format(file=path.name))
        return found
    if path.suffix.lower() == ".zip" and path.is_file():
        members = data_members(zip_names(open_content(path)[0]))
        streets = [name for name in members if name.lower().endswith(_STREETS)]
        if len(members) > 1 and (streets or len({PurePath(name).suffix.lower() for name in members}) == 1):
            return [f"{path}!{name}" for name in sorted(members)]
    return None


def _refuse_mixture(first: str, other: str, one: RawTable, two: RawTable) -> None:
    extra = [name for name in two.columns.column_names if name not in one.columns.column_names]
    lacks = [name for name in one.columns.column_names if name not in two.columns.column_names]
    msg = _(
        "{first} and {other} have different columns ({names}), so they are no parts of one register. "
        "Give files of one kind, for instance source=[{example!r}]."
    )
    shown = ", ".join((extra + lacks)[:6]) or _("another order")
    raise FileError(msg.format(first=_short(first), other=_short(other), names=shown, example=first))


def _joined(names: Sequence[str], parts: Sequence[RawTable], left_out: Sequence[str]) -> RawTable:
    first = parts[0]
    shapes = None
    if any(part.geometry is not None for part in parts):
        if any(part.geometry is None or part.crs != first.crs for part in parts):
            msg = _("{first} and {other} have different coordinate systems. Read them one by one.")
            raise FileError(msg.format(first=_short(names[0]), other=_short(names[-1])))
        shapes = np.concatenate([part.geometry for part in parts if part.geometry is not None])
    tables = [
        part.columns.append_column(FILE_COLUMN, pa.array([_short(name)] * len(part), pa.string()))
        for name, part in zip(names, parts, strict=True)
    ]
    notes = [note for part in parts for note in part.notes]
    if left_out:
        remedy = _("Files of other records were not read: {names}.").format(
            names=", ".join(map(_short, left_out[:6]))
        )
        notes.append(("several_tables", len(left_out), None, remedy))
    return replace(
        first,
        columns=pa.concat_tables(tables),
        source_row=np.concatenate([part.source_row for part in parts]),
        bad=pd.concat([part.bad for part in parts], ignore_index=True),
        geometry=shapes,
        choices={**first.choices, "file": [_short(name) for name in names]},
        notes=notes,
    )


def _short(name: str) -> str:
    """Return the last part of a path, with its archive where it stands in one."""
    outer, mark, member = name.partition("!")
    return f"{Path(outer).name}{mark}{PurePath(member).name}" if mark else Path(outer).name
