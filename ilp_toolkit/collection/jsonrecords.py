"""
JSON records as a raw table: what web services answer with when they are asked for rows.

Read are a list of records, an object that holds one such list under any name, one record a line, and the
answer of an open-data portal whose names stand apart from its rows. A value inside a value
("location": {"latitude": …}) becomes a column of its own, named by its last word where that word is free.
Lists stay text.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pyarrow as pa

from ..errors import FileError
from ..i18n import _
from .celltext import cells_as_text
from .containers import Content
from .layout import unique_names
from .rawtable import RawTable, bad_rows, strip_outer
from .typedtables import feature_rows

__all__ = ["load_json", "read_json"]

_DEEPEST = 3
Record = dict[str, Any]


def read_json(content: Content) -> RawTable:
    r"""
    Read records of JSON.

    Parameters
    ----------
    content
        The file.

    Returns
    -------
    RawTable
        One row a record, counted from 2 as if a header stood above; a line or an element that is no record is
        kept among the bad rows.

    Raises
    ------
    FileError
        If it is damaged, or holds no records.

    Examples
    --------
    >>> content = Content("a.json", data=b'[{"month": "2024-01", "location": {"latitude": "52.6"}}]')
    >>> read_json(content).columns.to_pydict()
    {'month': ['2024-01'], 'latitude': ['52.6']}
    """
    found, bad = _records(load_json(content))
    flat = [_flattened(record) for _place, record in found]
    if not flat:
        msg = _(
            "{file} is JSON and holds no list of records, so it has no rows and columns. Export it as CSV."
        )
        raise FileError(msg.format(file=content.name))
    paths = list(dict.fromkeys(path for record in flat for path in record))
    leaves = Counter(path[-1] for path in paths)
    names = unique_names([path[-1] if leaves[path[-1]] == 1 else ".".join(path) for path in paths])
    columns = [_column([record.get(path) for record in flat]) for path in paths]
    rows = feature_rows(len(found) + len(bad))
    source_row = rows[[place for place, _record in found]]
    lost = [(int(rows[place]), _("no record of JSON"), text) for place, text in bad]
    table = strip_outer(pa.table(columns, names=names))
    return RawTable(table, source_row, bad_rows(lost), choices={"format": "JSON"})


def load_json(content: Content) -> Any:
    """
    Return what a JSON file holds; a file with one value a line as a list, a line that is no JSON as its text.

    Raises
    ------
    FileError
        If it is damaged.
    """
    try:
        text = content.bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(_damaged(content.name, str(error))) from error
    try:
        return json.loads(text)
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        values = [_value(line) for line in lines]
        if len(lines) > 1 and isinstance(values[0], dict):
            return values
        raise FileError(_damaged(content.name, str(error))) from error


def _damaged(name: str, reason: str) -> str:
    return _("“{name}” is no valid JSON ({reason}).").format(name=name, reason=reason)


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line


def _records(held: Any) -> tuple[list[tuple[int, Record]], list[tuple[int, str]]]:
    """Return the records with their places, and what stands between them and is none."""
    rows = _portal_rows(held) or _longest_list(held)
    found = [(place, one) for place, one in enumerate(rows) if isinstance(one, dict)]
    bad = [(place, _text(one)) for place, one in enumerate(rows) if not isinstance(one, dict)]
    return found, bad


def _portal_rows(held: Any) -> list[Any]:
    """Return records of an answer whose names of columns stand under ``meta.view.columns``."""
    try:
        names = unique_names([str(column["name"]) for column in held["meta"]["view"]["columns"]])
        return [dict(zip(names, row, strict=True)) for row in held["data"]]
    except (KeyError, TypeError, ValueError):
        return []


def _longest_list(held: Any) -> list[Any]:
    lists = [held] if isinstance(held, list) else list(held.values()) if isinstance(held, dict) else []
    lists = [one for one in lists if isinstance(one, list) and any(isinstance(row, dict) for row in one)]
    return max(lists, key=len, default=[])


def _flattened(record: Record, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    flat: dict[tuple[str, ...], Any] = {}
    for name, value in record.items():
        here = (*path, str(name))
        if isinstance(value, dict) and value and len(here) < _DEEPEST:
            flat |= _flattened(value, here)
        else:
            flat[here] = value
    return flat


def _column(cells: list[Any]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells_as_text(cells), type=pa.string())], type=pa.string())


def _text(one: Any) -> str:
    return one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
