"""Files that hold files: ZIP, the office formats made of it, and notebooks."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import wrappings

if TYPE_CHECKING:
    from .searching import Search

__all__ = ["of_notebook", "of_office", "of_zip"]

_PART = (".xml", ".rels", ".vml", ".bin", ".emf", ".wmf")
"""Parts of an office file beside pictures."""
_ACTS = re.compile(
    r"vbaProject|/embeddings/|/activeX/|/externalLinks/|/connections\.xml|/queryTables/|/customUI/", re.I
)
_HIDDEN = re.compile(r"""<(?:\w+:)?sheet\s[^>]*\bstate\s*=\s*["'](?:veryH|h)idden["']""")
_EXTERNAL = re.compile(
    r"""<Relationship\b(?=[^>]*TargetMode\s*=\s*["']External["'])(?![^>]*/hyperlink["'])[^>]*>""", re.I
)
_FORMULA = re.compile(r"<f[^>]*>[^<]*\b(?:WEBSERVICE|IMAGE|DDE|RTD|CALL)\s*\(|<f[^>]*>[^<]*\|'", re.I)
_PAGE_HEADER = re.compile(r"<(?:odd|even|first)(?:Header|Footer)>(.*?)</", re.DOTALL)
_HEADER_CODE = re.compile(r"""&(?:"[^"]*"|\d+|[A-Z])""")
_MOST = 256 * 2**20


def of_zip(data: bytes, search: Search, depth: int) -> None:
    """Search the members of an archive, their names and notes, and what lies between them."""
    _archive(data, search, depth, office=False)


def of_office(data: bytes, search: Search, depth: int) -> None:
    """Search a workbook or document: shared texts, hidden sheets, rows and columns, notes, properties."""
    _archive(data, search, depth, office=True)


def _archive(data: bytes, search: Search, depth: int, *, office: bool) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _MOST:
                search.note("deep")
                return
            notes = [
                archive.comment,
                *(part for member in members for part in (member.comment, member.extra)),
            ]
            for member in members:
                search.text(member.filename, depth + 1)
                if member.flag_bits & 1:
                    search.note("damaged")
                elif not member.is_dir():
                    _member(member.filename, archive.read(member), search, depth, office=office)
            search.remains(b"\n".join(notes), depth + 1)
            search.remains(b"\n".join(_between(data, archive)), depth + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError):
        search.note("damaged")


def _member(name: str, body: bytes, search: Search, depth: int, *, office: bool) -> None:
    from .readers import read_named

    if not office or not name.lower().endswith(_PART):
        read_named(name, body, search, depth + 1)
        return
    if _ACTS.search(f"/{name}"):
        search.note("active")
    if not name.endswith((".xml", ".rels", ".vml")):
        search.blob(body, depth + 1)
        return
    for text in wrappings.decoded(body):
        search.note("hidden", len(_HIDDEN.findall(text)) if name.endswith("workbook.xml") else 0)
        search.note("address", len(_EXTERNAL.findall(text)))
        search.note("active", len(_FORMULA.findall(text)))
        search.text(text, depth + 1)
        for header in _PAGE_HEADER.findall(text):
            search.shown(_HEADER_CODE.sub(" ", wrappings.plain(header)))
        if "/worksheets/" in f"/{name}":
            search.columns(_number_columns(text))


_CELL = re.compile(
    r"""<c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*(?:<f[^>]*>[^<]*</f>\s*)?<v>(-?[\d.]+(?:[eE][+-]?\d+)?)</v>"""
)


def _number_columns(text: str) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Read the numbers of a sheet by column; cells without one are no number."""
    cells = [(column, int(row), float(value)) for column, row, value in _CELL.findall(text) if "." in value]
    if not cells:
        return []
    rows = max(row for _column, row, _value in cells)
    columns: dict[str, Any] = {}
    for column, row, value in cells:
        columns.setdefault(column, np.full(rows + 1, np.nan))[row] = value
    return list(columns.values())


def _between(data: bytes, archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Yield the bytes that belong to no member: before, between and behind them."""
    spans = []
    for member in archive.infolist():
        head = member.header_offset
        name, extra = (int.from_bytes(data[head + at : head + at + 2], "little") for at in (26, 28))
        spans.append((head, head + 30 + name + extra + member.compress_size))
    end = data.rfind(b"PK\x05\x06")
    spans += [(archive.start_dir, end + 22 + len(archive.comment))]
    position = 0
    for start, stop in sorted(spans):
        if start > position:
            yield data[position:start]
        position = max(position, stop)
    yield data[position:]


def of_notebook(data: bytes, search: Search, depth: int) -> None:
    """Search every text of a notebook: cells, outputs in each of their forms, attachments, metadata."""
    for text in wrappings.decoded(data):
        search.text(text, depth + 1)
    try:
        held = json.loads(data)
    except ValueError:
        search.note("damaged")
        return
    for form, text in _forms(held):
        search.text(text, depth + 1, page=form in {"text/html", "image/svg+xml", "application/javascript"})


def _forms(value: Any, form: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with the kind of output it is; lists of lines are put together."""
    if isinstance(value, str):
        yield form, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _forms(inner, key)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield form, "".join(value)
        else:
            for inner in value:
                yield from _forms(inner, form)
