"""
What a file is, told by its first bytes and never by the end of its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import FileError
from ..i18n import N_, _
from .containers import Content, peel, zip_names

__all__ = ["ARCHIVE", "JSON", "MAPS", "PARQUET", "SPREADSHEET", "TEXT", "kind_of"]

ARCHIVE, JSON, PARQUET, SPREADSHEET, TEXT = "archive", "JSON", "Parquet", "spreadsheet", "CSV"
MAPS = ("GeoPackage", "GeoJSON", "KML", "Shapefile", "FlatGeobuf", "dBase")
"""Kinds that hold layers of features."""

_DBASE = frozenset({b"\x03", b"\x83", b"\x8b", b"\x30", b"\xf5"})

# Long enough that no header of a CSV file begins like it.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "GeoPackage"),
    (b"PAR1\x15", PARQUET),
    (b"fgb\x03", "FlatGeobuf"),
    (b"\0\0\x27\x0a", "Shapefile"),
    *(
        (b"\x09" + version + size, SPREADSHEET)
        for version in (b"\0", b"\2", b"\4", b"\x08")
        for size in (b"\4\0", b"\6\0", b"\x08\0", b"\x10\0")
    ),
)
_WRONG: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", N_("a PDF document")),
    (b"{\\rtf", N_("a Word document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF87a", N_("a picture")),
    (b"GIF89a", N_("a picture")),
    (b"II*\0", N_("a picture")),
    (b"MM\0*", N_("a picture")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive")),
    (b"Rar!\x1a", N_("a RAR archive")),
    (b"BZh91AY&SY", N_("a bzip2 archive")),
    (b"\xfd7zXZ", N_("an xz archive")),
    (b"\x28\xb5\x2f\xfd", N_("a Zstandard archive")),
    (b"\0\1\0\0Standard", N_("an Access database")),
    (b"RDX2\n", N_("an R data file")),
    (b"RDX3\n", N_("an R data file")),
    (b"ARROW1\0\0", N_("an Arrow file")),
)


def kind_of(content: Content) -> str:
    """Say what a file is by its first bytes; raise FileError for what is no table."""
    if content.kind is not None:
        return content.kind
    head = content.head()
    for starts, decide in _PACKED:
        if head.startswith(starts):
            return decide(content)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    for magic, what in _WRONG:
        if head.startswith(magic):
            raise FileError(_wrong(content.name, _(what)))
    if content.name.lower().endswith(".dbf") and head[:1] in _DBASE:
        return "dBase"
    return _kind_of_text(content, head)


def _kind_of_zip(content: Content) -> str:
    names = set(zip_names(content))
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/") for name in names):
            return SPREADSHEET
        what = (
            _("a Word document")
            if any(name.startswith("word/") for name in names)
            else _("an Office document")
        )
        raise FileError(_wrong(content.name, what))
    if "mimetype" in names and "content.xml" in names:
        if peel(content, "mimetype").head().startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return SPREADSHEET
        raise FileError(_wrong(content.name, _("a text document")))
    shallow = [name for name in names if name.lower().endswith(".kml") and "/" not in name]
    return "KML" if shallow and content.name.lower().endswith(".kmz") else ARCHIVE


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
        return SPREADSHEET
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
    return TEXT


def _kind_of_markup(content: Content, low: bytes) -> str:
    if b"<kml" in low:
        return "KML"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        msg = _("{file} is an Excel 2003 XML table. Open it in Excel and save it as .xlsx or CSV.")
        raise FileError(msg.format(file=content.name))
    if any(mark in low for mark in (b"<html", b"<!doctype html", b"<table", b"<head", b"<body")):
        msg = _(
            "{file} is a web page (HTML), whatever its name says. "
            "Open it in Excel and save it as .xlsx or CSV."
        )
        raise FileError(msg.format(file=content.name))
    if low.startswith((b"<?xml", b"<!")) or low[1:2].isalpha():
        raise FileError(_wrong(content.name, _("an XML document")))
    return TEXT


def _kind_of_json(content: Content) -> str:
    with content.open() as stream:
        start = stream.read(1 << 20)
    if any(mark in start for mark in (b'"FeatureCollection"', b'"Feature"', b'"features"')):
        return "GeoJSON"
    return JSON


def _is_binary(head: bytes) -> bool:
    """Say whether control characters are more than a few; in UTF-16 each second byte is one (0 or 4)."""
    odd = sum(head.count(code) for code in (*range(1, 9), *range(14, 26), *range(27, 32)))
    wide = max(half.count(0) + half.count(4) for half in (head[::2], head[1::2])) > 0.45 * len(head)
    return odd > 0.02 * len(head) + 1 and not wide


def _wrong(name: str, what: str) -> str:
    msg = _("{file} is {what}, whatever its name says. Export the records as CSV, Excel or a map layer.")
    return msg.format(file=name, what=what)


_PACKED: tuple[tuple[tuple[bytes, ...], Callable[[Content], str]], ...] = (
    ((b"PK\x03\x04", b"PK\x05\x06"), _kind_of_zip),
    ((b"\x1f\x8b",), lambda _content: ARCHIVE),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), _kind_of_ole),
)
