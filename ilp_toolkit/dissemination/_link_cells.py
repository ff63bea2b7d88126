"""
Links and entities as text, the same for every format that they leave in: nothing made up, nothing rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..errors import ColumnsError, InputError
from ..evaluation import grades
from ..i18n import _

__all__ = ["ENTITY_COLUMNS", "LINK_COLUMNS", "Rows", "cells_of"]

LINK_COLUMNS = (
    *("source", "target", "kind", "weight", "date", "date_precision", "directed"),
    *("grade", "handling", "item_ids", "seconds"),
)
"""Columns of links that may leave without being asked for."""
ENTITY_COLUMNS = ("entity_id", "label", "type", "role", "grade", "handling", "item_ids", "mode", "authorised")
"""Columns of entities that may leave without being asked for."""
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML may hold."""

Rows = list[dict[str, str]]


def cells_of(
    links: pd.DataFrame, entities: pd.DataFrame | None, *, columns: Iterable[str] = ()
) -> tuple[Rows, Rows]:
    """
    Return links and entities as rows of text; a cell that is not known is left out of its row.

    Parameters
    ----------
    links, entities
        Tables as `read_links` makes them; entities that only links name are added.
    columns
        Further columns that may leave.

    Raises
    ------
    ColumnsError
        If an end of the links is missing, or a column asked for is in neither table.
    InputError
        If an end is empty, or an entity stands twice.
    """
    more = list(dict.fromkeys(columns))
    missing = [name for name in ("source", "target") if name not in links.columns]
    known = {*links.columns, *(entities.columns if entities is not None else ())}
    missing += [name for name in more if name not in known]
    if missing:
        msg = _("`links` lacks the columns {columns}. Read them with `read_links`.")
        raise ColumnsError(msg.format(columns=", ".join(missing)))
    rows = [_link(row) for row in _records(links, (*LINK_COLUMNS, *more))]
    if any(not row.get("source") or not row.get("target") for row in rows):
        raise InputError(_("`links` has a link without one of its ends. Leave such rows out."))
    nodes = _entities(entities, more)
    ends = dict.fromkeys(end for row in rows for end in (row["source"], row["target"]))
    told = {row["entity_id"] for row in nodes}
    nodes += [
        {"entity_id": end, "label": end, "type": "unknown", "role": "unknown"}
        for end in ends
        if end not in told
    ]
    return rows, nodes


def _entities(entities: pd.DataFrame | None, more: list[str]) -> Rows:
    if entities is None:
        return []
    if "entity_id" not in entities.columns:
        raise ColumnsError(_("`entities` lacks the column entity_id. Read them with `read_links`."))
    rows = []
    seen: set[str] = set()
    for row in _records(entities, (*ENTITY_COLUMNS, *more)):
        one = {name: _text(value) for name, value in row.items()}
        number = one.get("entity_id", "")
        if not number or number in seen:
            msg = _("`entities` holds an entity without a number, or twice: {number}.")
            raise InputError(msg.format(number=repr(number)))
        seen.add(number)
        filled = {"label": number, "type": "unknown", "role": "unknown"}
        rows.append(_known(filled | _known(one) | _graded(one)))
    return rows


def _link(row: dict[str, Any]) -> dict[str, str]:
    cells = {name: _text(value) for name, value in row.items()}
    precision = cells.pop("date_precision", "") or "minute"
    moment = row.get("date")
    cells["date"] = "" if moment is None or pd.isna(moment) else _moment(pd.Timestamp(moment), precision)
    cells["directed"] = "true" if _flag(row.get("directed")) else "false"
    return _known(cells | _graded(cells))


def _moment(moment: pd.Timestamp, precision: str) -> str:
    """
    Write a moment as finely as it is known, and no finer.

    Examples
    --------
    >>> when = pd.Timestamp("2025-03-01 14:05")
    >>> [_moment(when, how) for how in ("year", "month", "day", "hour", "minute")]
    ['2025', '2025-03', '2025-03-01', '2025-03-01T14', '2025-03-01T14:05:00']
    """
    length = {"year": 4, "month": 7, "day": 10, "hour": 13}.get(precision)
    text = moment.isoformat()
    return text if length is None else text[:length]


def _graded(cells: dict[str, str]) -> dict[str, str]:
    """Write a grade as its scale writes it; what is no grade of its scale is not passed on as one."""
    text = cells.get("grade", "")
    if not text:
        return {}
    grade = grades.parse(text)
    return {"grade": "" if grade is None else str(grade)}


def _records(table: pd.DataFrame, names: Iterable[str]) -> list[dict[str, Any]]:
    held = [name for name in dict.fromkeys(names) if name in table.columns]
    columns = [table[name].astype(object).tolist() for name in held]
    return [dict(zip(held, row, strict=True)) for row in zip(*columns, strict=True)]


def _text(value: Any) -> str:
    """Return a value as text that any format can hold; nothing for what is not known."""
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(filter(None, map(_text, value)))
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _BAD.sub("\ufffd", str(value))


def _flag(value: Any) -> bool:
    return value is not None and not pd.isna(value) and bool(value)


def _known(cells: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell != ""}
