"""
Data frames and Parquet files as a raw table: values that have types, written as text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from ..errors import FileError
from ..i18n import _
from .celltext import array_as_text, cells_as_text
from .containers import Content
from .layout import unique_names
from .rawtable import RawTable, bad_rows, strip_outer

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["feature_rows", "from_frame", "read_parquet"]


def from_frame(frame: pd.DataFrame) -> RawTable:
    """
    Take a data frame that the caller already has, with or without geometry, as a raw table.

    Examples
    --------
    >>> from_frame(pd.DataFrame({"code": ["0820"], "n": [3.0]})).columns.to_pydict()
    {'code': ['0820'], 'n': ['3']}
    """
    if frame.empty:
        raise FileError(_("The data frame holds no rows. Check what it was made from."))
    active = getattr(frame, "_geometry_column_name", None)
    places = [place for place, column in enumerate(frame.columns) if column != active]
    columns = [_series_as_text(frame.iloc[:, place]) for place in places]
    names = unique_names([str(frame.columns[place]) for place in places])
    geometry = crs = None
    if active is not None and active in frame.columns:
        geometry, crs = np.asarray(frame[active].array, dtype=object), getattr(frame, "crs", None)
    return RawTable(
        strip_outer(_table(columns, names)),
        feature_rows(len(frame)),
        bad_rows([]),
        geometry=geometry,
        crs=crs,
        choices={"format": "data frame"},
    )


def read_parquet(content: Content) -> RawTable:
    """
    Read a Parquet or GeoParquet file.

    Raises
    ------
    FileError
        If it is damaged or holds no rows.
    """
    try:
        source = str(content.path) if content.path else pa.BufferReader(content.bytes())
        table = pq.ParquetFile(source).read()
    except (pa.ArrowException, OSError) as error:
        msg = _("{file} is damaged and cannot be read as Parquet. Copy or download it again.")
        raise FileError(msg.format(file=content.name)) from error
    if not table.num_rows:
        raise FileError(
            _("{file} holds columns and no rows. Export it again with the rows.").format(file=content.name)
        )
    geometry, crs, table = _split_geometry(table)
    keep = [place for place, name in enumerate(table.column_names) if not name.startswith("__index_level_")]
    columns = [array_as_text(table.column(place)) for place in keep]
    names = unique_names([table.column_names[place] for place in keep])
    return RawTable(
        strip_outer(_table(columns, names)),
        feature_rows(table.num_rows),
        bad_rows([]),
        geometry=geometry,
        crs=crs,
        choices={"format": "Parquet" if geometry is None else "GeoParquet"},
    )


def feature_rows(n: int) -> npt.NDArray[np.int64]:
    """Count rows that no spreadsheet numbers from 2 on, as if a header stood above them."""
    return np.arange(2, n + 2, dtype=np.int64)


def _table(columns: list[pa.ChunkedArray], names: list[str]) -> pa.Table:
    return pa.table(columns, names=names)


def _series_as_text(series: pd.Series[Any]) -> pa.ChunkedArray:
    if series.dtype == object or isinstance(series.dtype, pd.CategoricalDtype):
        cells = [None if cell is None or cell is pd.NaT or cell is pd.NA else cell for cell in series]
        return pa.chunked_array([pa.array(cells_as_text(cells), type=pa.string())], type=pa.string())
    if isinstance(series.dtype, pd.PeriodDtype | pd.IntervalDtype) or str(series.dtype) == "geometry":
        cells = [None if empty else str(cell) for cell, empty in zip(series, series.isna(), strict=True)]
        return pa.chunked_array([pa.array(cells, type=pa.string())], type=pa.string())
    array = pa.array(series, from_pandas=True)
    return array_as_text(array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array]))


def _split_geometry(table: pa.Table) -> tuple[npt.NDArray[np.object_] | None, pyproj.CRS | None, pa.Table]:
    """Take the main geometry column off a GeoParquet table; it is in longitude/latitude unless said."""
    meta = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    name = meta.get("primary_column")
    if name not in table.column_names:
        return None, None, table
    about = meta["columns"][name]
    said = about.get("crs", "OGC:CRS84")
    crs = None if said is None else pyproj.CRS.from_user_input(said)
    if about.get("encoding") == "WKB":
        binary = table.column(name).to_numpy(zero_copy_only=False)
        geometry = shapely.from_wkb(binary, on_invalid="ignore")
    else:
        import geopandas as gpd

        geometry = np.asarray(gpd.GeoDataFrame.from_arrow(table).geometry.array, dtype=object)
    return geometry, crs, table.drop_columns([name])
