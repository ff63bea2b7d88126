"""
Typed values as text: what a number, a date or a flag of a spreadsheet, a map layer or a data frame is called.

A whole number has no decimals (820.0 is "820"), other numbers the fewest digits that say them exactly.
Moments are ISO text; where no cell of a column has a time of day, the column holds days: "2019-04-23".
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["array_as_text", "cell_as_text", "cells_as_text", "number_as_text"]

Moment = dt.datetime | dt.date | dt.time | dt.timedelta


def number_as_text(value: float) -> str:
    """
    Write a number with the fewest digits that say it exactly, without an exponent unless it is extreme.

    Examples
    --------
    >>> [number_as_text(value) for value in (820.0, -75.56985, 4500000.0, 1e-7)]
    ['820', '-75.56985', '4500000', '0.0000001']
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return "" if math.isnan(value) else str(value)
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    text = repr(float(value))
    return np.format_float_positional(value, trim="-") if "e" in text and 1e-12 < abs(value) < 1e18 else text


def cells_as_text(cells: Sequence[Any]) -> list[str | None]:
    """
    Write the cells of one column; None stays None.

    Examples
    --------
    >>> cells_as_text([dt.datetime(2019, 4, 23), dt.date(2019, 4, 24), "NA", None])
    ['2019-04-23', '2019-04-24', 'NA', None]
    >>> cells_as_text([dt.datetime(2019, 4, 23), dt.datetime(2019, 4, 24, 12, 30)])
    ['2019-04-23 00:00:00', '2019-04-24 12:30:00']
    """
    days_only = not any(_has_clock(cell) for cell in cells if isinstance(cell, dt.date))
    return [cell_as_text(cell, days_only=days_only) for cell in cells]


def cell_as_text(cell: Any, *, days_only: bool = True) -> str | None:
    """Write one cell."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, int | float | np.integer | np.floating):
        return number_as_text(cell.item() if isinstance(cell, np.generic) else cell)
    if isinstance(cell, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _moment(cell, days_only=days_only)
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else str(cell)


def array_as_text(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """
    Write a column of any Arrow type as text; nulls stay nulls.

    Examples
    --------
    >>> array_as_text(pa.chunked_array([[820.0, None, 0.5]])).to_pylist()
    ['820', None, '0.5']
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return array_as_text(array.cast(kind.value_type))
    if pa.types.is_string(kind):
        return array
    if pa.types.is_large_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return array.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _moments_as_text(array)
    chunks = [pa.array(_texts(chunk), type=pa.string()) for chunk in array.chunks]
    return pa.chunked_array(chunks, type=pa.string())


def _texts(chunk: pa.Array) -> Iterable[str | None]:
    if pa.types.is_floating(chunk.type):
        values = chunk.to_numpy(zero_copy_only=False)
        return [None if math.isnan(value) else number_as_text(value) for value in values.tolist()]
    return cells_as_text(chunk.to_pylist())


def _moments_as_text(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write timestamps by Arrow itself: columns are long, and pandas' nanoseconds are not Python's."""
    whole = pc.equal(pc.floor_temporal(array, unit="day"), array) if array.type.tz is None else None
    if whole is not None and pc.all(whole, min_count=0).as_py():
        return pc.strftime(array, format="%Y-%m-%d")
    seconds = pc.equal(pc.floor_temporal(array, unit="second"), array)
    if pc.all(seconds, min_count=0).as_py():
        array = array.cast(pa.timestamp("s", tz=array.type.tz))
    return pc.strftime(array, format="%Y-%m-%d %H:%M:%S" + ("%z" if array.type.tz else ""))


def _has_clock(cell: dt.date) -> bool:
    return isinstance(cell, dt.datetime) and _rounded(cell).time() != dt.time()


def _moment(cell: Moment, *, days_only: bool) -> str:
    if isinstance(cell, dt.datetime):
        cell = _rounded(cell)
        return cell.date().isoformat() if days_only and cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat() + ("" if days_only else " 00:00:00")
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return cell.replace(microsecond=0).isoformat()


def _rounded(moment: dt.datetime) -> dt.datetime:
    """Take off what a spreadsheet's fraction of a day leaves over: a few milliseconds either way."""
    off = moment.microsecond % 1_000_000
    if 0 < off <= 5_000:
        return moment.replace(microsecond=0)
    if off >= 995_000:
        return moment.replace(microsecond=0) + dt.timedelta(seconds=1)
    return moment
