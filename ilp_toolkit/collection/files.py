"""
Any incident file as a raw table of text.

A file is known by its content, never by the end of its name: an Excel file called ``.csv`` is read as Excel, and a
PDF called ``.csv`` is refused by name. Nothing is interpreted (`rawtable` says what a raw table promises); reading
dates, places and missing values is the next step.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..errors import FileError
from ..i18n import N_, _
from .containers import Content, data_members, open_content, peel, zip_names
from .rawtable import CHECKS, RawTable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECKS", "RawTable", "open_table"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPREADSHEET, _PARQUET, _TEXT = "spreadsheet", "Parquet", "CSV"
_GEO = ("GeoPackage", "GeoJSON", "KML", "Shapefile", "FlatGeobuf", "dBase")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "GeoPackage"),
    (b"PAR1", _PARQUET),
    (b"fgb", "FlatGeobuf"),
    (b"\0\0\x27\x0a", "Shapefile"),
)
_WRONG: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", N_("a PDF document")),
    (b"{\\rtf", N_("a Word document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"II*\0", N_("a picture")),
    (b"MM\0*", N_("a picture")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive")),
    (b"Rar!", N_("a RAR archive")),
    (b"BZh", N_("a bzip2 archive")),
    (b"\xfd7zXZ", N_("an xz archive")),
    (b"\x28\xb5\x2f\xfd", N_("a Zstandard archive")),
    (b"\0\1\0\0Standard", N_("an Access database")),
    (b"RDX", N_("an R data file")),
    (b"RDA", N_("an R data file")),
    (b"ARROW1", N_("an Arrow file")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
)
_DEPTH = 4
"""Archives inside archives that are opened, at most."""


def open_table(
    source: str | os.PathLike[str] | pd.DataFrame, *, layer: str | None = None, header: bool | None = None
) -> RawTable:
    """
    Read any incident file into a table of text, losing no row.

    Parameters
    ----------
    source
        Path of a file: CSV, TSV or other delimited text, a spreadsheet (xlsx, xls, xlsb, ods), GeoPackage, GeoJSON,
        KML, Shapefile, FlatGeobuf, Parquet, each also inside gzip or zip. ``archive.zip!member.csv`` names a member,
        ``book.xlsx!Sheet2`` a sheet. Or a data frame.
    layer
        The member, sheet or layer to read where there are several; None takes the only member, the first sheet or
        layer that holds data.
    header
        Whether the first row names the columns; None decides by the rule in `layout`.

    Returns
    -------
    RawTable
        Text columns, the rows that are no records, shapes where the file has them, and what was chosen and noticed.

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
    if not isinstance(source, str | os.PathLike):
        return _open_frame(source)
    content, named = open_content(source)
    try:
        return _open(content, named if named is not None else layer, header)
    except MemoryError as error:
        msg = _("{file} does not fit into this computer's memory. Split it, for instance by year.")
        raise FileError(msg.format(file=content.name)) from error


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
    kind = _kind(content)
    if kind == "archive":
        return _open_packed(content, layer, header, depth)
    if kind == _SPREADSHEET:
        from .workbooks import read_workbook

        table = read_workbook(content, layer=layer, header=header)
    elif kind in _GEO:
        from .geofiles import read_layer

        table = read_layer(content, kind, layer=layer)
    elif kind == _PARQUET:
        from .typedtables import read_parquet

        table = read_parquet(content)
    else:
        from .delimited import read_delimited

        table = read_delimited(content.open, content.name, header=header)
    return replace(table, choices={"file": content.name, **content.choices, **table.choices})


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


def _kind(content: Content) -> str:
    """Say what a file is by its first bytes; raise FileError for what is no table."""
    if content.kind is not None:
        return content.kind
    head = content.head()
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_zip(content)
    if head.startswith(b"\x1f\x8b"):
        return "archive"
    if head.startswith(_OLE):
        return _kind_of_ole(content)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    for magic, what in _WRONG:
        if head.startswith(magic):
            raise FileError(_wrong(content.name, _(what)))
    if head[:2] in {b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"} and head[2:4] in {
        b"\x10\0",
        b"\x08\0",
        b"\x06\0",
    }:
        return _SPREADSHEET
    if content.name.lower().endswith(".dbf") and head[:1] in {b"\x03", b"\x83", b"\x8b", b"\x30", b"\xf5"}:
        return "dBase"
    return _kind_of_text(content, head)


def _kind_of_zip(content: Content) -> str:
    names = set(zip_names(content))
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/") for name in names):
            return _SPREADSHEET
        what = (
            _("a Word document")
            if any(name.startswith("word/") for name in names)
            else _("an Office document")
        )
        raise FileError(_wrong(content.name, what))
    if "mimetype" in names and "content.xml" in names:
        if peel(content, "mimetype").head().startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return _SPREADSHEET
        raise FileError(_wrong(content.name, _("a text document")))
    shallow = [name for name in names if name.lower().endswith(".kml") and "/" not in name]
    return "KML" if shallow and content.name.lower().endswith(".kmz") else "archive"


def _kind_of_ole(content: Content) -> str:
    """Tell old Excel files from other old Office files by the names of their streams."""
    data = content.bytes()
    for stream, what in (
        ("WordDocument", N_("a Word document")),
        ("PowerPoint Document", N_("a presentation")),
    ):
        if stream.encode("utf-16-le") in data:
            raise FileError(_wrong(content.name, _(what)))
    if "EncryptedPackage".encode("utf-16-le") in data:
        from .workbooks import locked

        raise FileError(locked(content.name))
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return _SPREADSHEET
    raise FileError(_wrong(content.name, _("an Office document")))


def _kind_of_text(content: Content, head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    low = start[:4096].lower()
    if low.startswith(b"<"):
        return _kind_of_markup(content, low)
    if re.match(rb'\{\s*("|\}|$)|\[\s*(\{|\[|$)', low):
        return _kind_of_json(content)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(head):
        raise FileError(_wrong(content.name, _("no text and no kind of file that can be read here")))
    return _TEXT


def _kind_of_markup(content: Content, low: bytes) -> str:
    if b"<kml" in low:
        return "KML"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        msg = _("{file} is an Excel 2003 XML table. Open it in Excel and save it as .xlsx or CSV.")
        raise FileError(msg.format(file=content.name))
    if any(mark in low for mark in (b"<html", b"<!doctype html", b"<table", b"<head", b"<body")):
        msg = _(
            "{file} is a web page (HTML), whatever its name says. Open it in Excel and save it as .xlsx or CSV."
        )
        raise FileError(msg.format(file=content.name))
    if low.startswith((b"<?xml", b"<!")) or low[1:2].isalpha():
        raise FileError(_wrong(content.name, _("an XML document")))
    return _TEXT


def _kind_of_json(content: Content) -> str:
    with content.open() as stream:
        start = stream.read(1 << 20)
    if any(mark in start for mark in (b'"FeatureCollection"', b'"Feature"', b'"features"')):
        return "GeoJSON"
    msg = _("{file} is JSON and no GeoJSON, so it has no rows and columns. Export it as CSV.").format(
        file=content.name
    )
    raise FileError(msg)


def _is_binary(head: bytes) -> bool:
    """Say whether control characters are more than a few; zero bytes alone may be UTF-16."""
    odd = sum(head.count(code) for code in (*range(1, 9), *range(14, 26), *range(27, 32)))
    zeros = head.count(0)
    wide = zeros > 0.2 * len(head) and min(head[::2].count(0), head[1::2].count(0)) < 0.05 * zeros
    return odd > 0.02 * len(head) + 1 and not wide


def _wrong(name: str, what: str) -> str:
    msg = _("{file} is {what}, whatever its name says. Export the records as CSV, Excel or a map layer.")
    return msg.format(file=name, what=what)
