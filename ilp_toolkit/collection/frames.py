"""
Columns of text as pandas columns, and the two tables that a reader returns.

Text stays in Arrow's memory where pandas can use it there: a million cells are not copied into a million
Python strings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .moments import DAY, HOUR, MINUTE, MONTH
from .points import Points
from .schema import INCIDENTS
from .shapes import Bools, Ints
from .times import NAT, Spans

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["as_text", "free_name", "incident_table", "pick", "rejected_table"]

_PRECISION = {MONTH: "month", DAY: "day", HOUR: "hour", MINUTE: "minute"}


def as_text(cells: pa.ChunkedArray | pa.Array) -> pd.Series[Any]:
    """
    Return text as a pandas column; missing cells are NaN.

    Examples
    --------
    >>> as_text(pa.chunked_array([["0820", None]])).isna().tolist()
    [False, True]
    """
    chunked = cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
    return pd.Series(_text_array(chunked), copy=False)


def pick(words: Iterable[str | None], codes: Ints) -> pd.Series[Any]:
    """Return a column of text from a few words and the place of each row's word among them."""
    known = pa.array(list(words), pa.large_string())
    first = int(codes[0]) if len(codes) else 0
    if len(codes) and bool((codes == first).all()):
        return as_text(pa.repeat(known[first], len(codes)))
    return as_text(known.take(pa.array(codes.astype(np.int32))))


def free_name(name: str, taken: Iterable[str]) -> str:
    """
    Return a name for a column that passes through: its own, marked where a contract column has that name.

    Examples
    --------
    >>> free_name("Area", INCIDENTS), free_name("colour", INCIDENTS)
    ('Area (original)', 'colour')
    """
    used = {other.casefold() for other in taken}
    while name.casefold() in used:
        name = f"{name} (original)"
    return name


def incident_table(
    core: dict[str, Any],
    spans: Spans,
    points: Points,
    rest: dict[str, pa.ChunkedArray],
    zone: ZoneInfo | None,
) -> gpd.GeoDataFrame:
    """
    Put the columns of the contract and those that pass through into one table.

    Parameters
    ----------
    core
        Columns of the contract that are ready, by name, for the rows that are kept.
    spans, points
        Time and place of the same rows.
    rest
        Columns that pass through.
    zone
        The zone in which times are shown; UTC for None.
    """
    import geopandas as gpd
    from geopandas.array import GeometryArray

    core = {
        **core,
        "occurred_from": _times(spans.begin, zone),
        "occurred_to": _times(spans.end, zone),
        "time_precision": pick([None, None, *_PRECISION.values()], spans.grain.astype(np.int64)),
        "geometry": GeometryArray(points.geometry, crs=points.crs),
    }
    data = {name: core[name] for name in INCIDENTS}
    for name, cells in rest.items():
        data[free_name(name, data)] = as_text(cells)
    return gpd.GeoDataFrame(data, geometry="geometry", copy=False)


def rejected_table(
    table: pa.Table, source_row: Ints, reasons: list[tuple[Bools, str]], bad: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """Return the rejected rows with reason and all columns, and the name of the column of bad lines."""
    unusable = np.logical_or.reduce([rows for rows, _reason in reasons])
    rows = np.flatnonzero(unusable)
    words = np.full(len(unusable), "", dtype=object)
    for chosen, reason in reasons:
        words[chosen] = reason
    data: dict[str, Any] = {"source_row": source_row[rows], "reason": words[rows]}
    some = table.filter(pa.array(unusable)) if len(rows) else table.slice(0, 0)
    for name, column in zip(table.column_names, some.columns, strict=True):
        data[free_name(name, data)] = as_text(column)
    line = free_name("line", data)
    rejected = pd.DataFrame(data)
    if len(bad):
        lines = bad[["source_row", "reason", "text"]].rename(columns={"text": line})
        rejected = (
            pd.concat([rejected, lines], ignore_index=True)
            if len(rejected)
            else lines.reindex(columns=[*data, line])
        )
        rejected = rejected.sort_values("source_row", kind="stable", ignore_index=True)
    return rejected, line


def _times(micros: Ints, zone: ZoneInfo | None) -> pd.Series[Any]:
    moments = pd.DatetimeIndex(
        np.where(micros == NAT, np.datetime64("NaT"), micros.view("M8[us]")).astype("M8[us]")
    )
    local = moments.tz_localize("UTC")
    return pd.Series(local if zone is None else local.tz_convert(zone))


def _text_type() -> Any:
    """Return pandas' text type kept in Arrow with NaN for missing, under whatever name this pandas has it."""
    try:
        return pd.StringDtype("pyarrow", na_value=np.nan)
    except TypeError:  # pandas 2.2
        return pd.StringDtype("pyarrow_numpy")


def _text_array(cells: pa.ChunkedArray) -> Any:
    large = cells if pa.types.is_large_string(cells.type) else pc.cast(cells, pa.large_string())
    kind = _text_type().construct_array_type()
    return kind(large, dtype=_text_type()) if _takes_type(kind) else kind(large)


def _takes_type(kind: Any) -> bool:
    import inspect

    return "dtype" in inspect.signature(kind.__init__).parameters
