"""
Any incident file as a raw table of text.

A file is known by its content, never by the end of its name: an Excel file called ``.csv`` is read as
Excel, and a PDF called ``.csv`` is refused by name. Nothing is interpreted (`rawtable` says what a raw
table promises); reading dates, places and missing values is the next step.
"""

from __future__ import annotations

import os
from dataclasses import replace
from io import IOBase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..errors import FileError
from ..i18n import _
from .containers import Content, data_members, open_content, peel, zip_names
from .kinds import ARCHIVE, JSON, MAPS, PARQUET, SPREADSHEET, kind_of
from .rawtable import CHECKS, RawTable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECKS", "RawTable", "open_table"]

_DEPTH = 4
"""Archives inside archives that are opened, at most."""


def open_table(
    source: str | os.PathLike[str] | IOBase | pd.DataFrame,
    *,
    layer: str | None = None,
    header: bool | None = None,
) -> RawTable:
    """
    Read any incident file into a table of text, losing no row.

    Parameters
    ----------
    source
        Path of a file: CSV, TSV or other delimited text, a spreadsheet (xlsx, xls, xlsb, ods),
        GeoPackage, GeoJSON, KML, Shapefile, FlatGeobuf, Parquet, records of JSON, each also inside gzip or
        zip.
        ``archive.zip!member.csv`` names a member, ``book.xlsx!Sheet2`` a sheet. Or a data frame, or a file
        open for reading bytes.
    layer
        The member, sheet or layer to read where there are several; None takes the only member, the first
        sheet or layer that holds data.
    header
        Whether the first row names the columns; None decides by the rule in `layout`.

    Returns
    -------
    RawTable
        Text columns, the rows that are no records, shapes where the file has them, and what was chosen
        and noticed.

    Raises
    ------
    FileError
        If there is no such file, or nothing in it can be read as a table; the message says what to do.

    Examples
    --------
    >>> import pandas as pd
    >>> len(open_table(pd.DataFrame({"date": ["2024-01-02"], "place": ["A"]})))
    1
    """
    if not isinstance(source, str | os.PathLike | IOBase):
        return _open_frame(source)
    content, named = open_content(source)
    try:
        table = _open(content, named if named is not None else layer, header)
    except MemoryError as error:
        msg = _("{file} does not fit into this computer's memory. Split it, for instance by year.")
        raise FileError(msg.format(file=content.name)) from error
    return replace(table, choices={"file": content.name, **table.choices})


def _open_frame(source: object) -> RawTable:
    import pandas as pd

    from .typedtables import from_frame

    if isinstance(source, pd.DataFrame):
        return from_frame(source)
    msg = _("`source` must be the path of a file or a data frame, got {kind}.").format(
        kind=type(source).__name__
    )
    raise FileError(msg)


def _open(content: Content, layer: str | None, header: bool | None, depth: int = 0) -> RawTable:
    kind = kind_of(content)
    if kind == ARCHIVE:
        return _open_packed(content, layer, header, depth)
    if kind == SPREADSHEET:
        from .workbooks import read_workbook

        table = read_workbook(content, layer=layer, header=header)
    elif kind in MAPS:
        from .geofiles import read_layer

        table = read_layer(content, kind, layer=layer)
    elif kind == JSON:
        from .jsonrecords import read_json

        table = read_json(content)
    elif kind == PARQUET:
        from .typedtables import read_parquet

        table = read_parquet(content)
    else:
        from .delimited import read_delimited

        table = read_delimited(content.open, content.name, header=header)
    return replace(table, choices={**content.choices, **table.choices})


def _open_packed(content: Content, layer: str | None, header: bool | None, depth: int) -> RawTable:
    if depth >= _DEPTH:
        msg = _("{file} holds archives inside archives. Unpack it and give the file inside.").format(
            file=content.name
        )
        raise FileError(msg)
    member = layer if layer is not None and _names_member(content, layer) else None
    inner = peel(content, member)
    return _open(inner, layer if member is None else None, header, depth + 1)


def _names_member(content: Content, layer: str) -> bool:
    """Say whether `layer` means a member: it is one, or the archive does not hold just one table."""
    if content.head(2) == b"\x1f\x8b":
        return False
    names = zip_names(content)
    if layer in names or any(layer == PurePosixPath(name).name for name in names):
        return True
    return len(data_members(names)) != 1
