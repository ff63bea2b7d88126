"""PDF: the words of its pages, its metadata, what its objects hold, and what no page shows any more."""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import wrappings

if TYPE_CHECKING:
    from .searching import Search

__all__ = ["of_pdf", "page_text"]

_TEXT_BLOCK = re.compile(rb"(?<!\S)BT\s.*?\sET(?!\S)", re.DOTALL)
_PLACED_TEXT = re.compile(
    rb"(?:B(?<!\SB)T\s.*?\sET|q(?<!\Sq)|Q(?<!\SQ)|c(?<!\Sc)m)(?!\w)",
    re.DOTALL,
)
"""Blocks of text, and what moves them: without that all lines of a page would run into one another."""
_MOVE = re.compile(rb"(?<!\S)(?:[-\d.]+\s+){6}\Z")
_BEFORE_MOVE = 1_000
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_BROKEN = re.compile(r"(?<=\w)[-\u00ad]\n(?=\w)")
_DRAWN = {"/Image", "/Type1C", "/CIDFontType0C", "/OpenType"}


def of_pdf(data: bytes, search: Search, depth: int) -> None:
    """Search a PDF."""
    import pypdf
    from pypdf.errors import PyPdfError

    search.note("revision", max(0, data.count(b"%%EOF") - (2 if b"/Linearized" in data[:2048] else 1)))
    known: list[int] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        known = sorted(offset for table in reader.xref.values() for offset in table.values())
        _whole(reader, search, depth)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError):
        search.note("damaged")
    for stream in _orphans(data, known):
        search.remains(stream, depth + 1)


def _whole(reader: Any, search: Search, depth: int) -> None:
    root: Any = reader.trailer["/Root"]
    if reader.is_encrypted:
        search.note("damaged")
        return
    acts = [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in root]
    names = root["/Names"].get_object() if "/Names" in root else {}
    search.note("active", len(acts) + sum(name in names for name in ("/EmbeddedFiles", "/JavaScript")))
    search.note("picture", sum(_forms_with_text(page.get("/Resources", {})) for page in reader.pages))
    search.shown(" ".join(str(value) for value in (reader.metadata or {}).values()))
    drawn = set()
    for page in reader.pages:
        drawn |= _own_streams(page)
    texts, streams = _objects(reader, drawn)
    search.text("\n".join(texts), depth + 1)
    for stream in streams:
        search.blob(stream, depth + 1)
    for page in reader.pages:
        text = page_text(page)
        search.text(text, depth + 1)
        search.text(_BROKEN.sub("", text), depth + 1)


def page_text(page: Any) -> str:
    """
    Extract the text of a page from its text blocks, and what moves them, alone.

    A page with a map holds a hundred thousand lines and curves; reading them one by one takes minutes.
    """
    from pypdf.generic import NameObject, StreamObject

    contents = page.get_contents()
    if contents is None:
        return ""
    only = StreamObject()
    only.set_data(b"\n".join(_placed_text(contents.get_data())))
    page[NameObject("/Contents")] = only
    return str(page.extract_text())


def _placed_text(drawing: bytes) -> list[bytes]:
    """Return the blocks of text of a page and what moves them, without saved states that hold no text."""
    kept: list[bytes] = []
    saved: list[int] = []
    with_text = 0
    for match in _PLACED_TEXT.finditer(drawing):
        step = match[0]
        if step == b"cm":
            numbers = _MOVE.search(drawing[max(0, match.start() - _BEFORE_MOVE) : match.start()])
            kept += [numbers[0] + step] if numbers else []
            continue
        if step == b"Q" and saved and saved[-1] >= with_text:
            del kept[saved.pop() :]
            continue
        if step == b"q":
            saved.append(len(kept))
        elif step == b"Q":
            saved = saved[:-1]
        kept.append(step)
        with_text = with_text if step in {b"q", b"Q"} else len(kept)
    return kept


def _own_streams(page: Any) -> set[int]:
    """Return the numbers of the objects that draw a page: their words are read from the page."""
    contents = page.get("/Contents")
    raw = page.raw_get("/Contents") if contents is not None else None
    held = list(contents) if isinstance(contents, list) else [raw]
    numbers = (getattr(part, "idnum", None) for part in (*held, raw))
    return {number for number in numbers if number is not None}


def _objects(reader: Any, drawn: set[int]) -> tuple[list[str], list[bytes]]:
    """Return the strings of every object, and the streams that draw nothing (metadata, attached files)."""
    texts: list[str] = []
    streams: list[bytes] = []
    for number, generation in _numbers(reader):
        held = _object(reader, number, generation)
        if held is None:
            continue
        texts += _strings(held)
        if number not in drawn and hasattr(held, "get_data") and not _draws(held):
            streams.append(held.get_data())
    return texts, streams


def _numbers(reader: Any) -> Iterator[tuple[int, int]]:
    yield from ((number, gen) for gen, table in reader.xref.items() for number in table)
    yield from ((number, 0) for number in reader.xref_objStm)


def _object(reader: Any, number: int, generation: int) -> Any:
    from pypdf.errors import PyPdfError
    from pypdf.generic import IndirectObject

    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _strings(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for value in held.values():
            yield from _strings(value)
    elif isinstance(held, list):
        for value in held:
            yield from _strings(value)
    elif isinstance(held, bytes):
        yield from wrappings.decoded(held)
    elif isinstance(held, str) and not held.startswith("/"):
        yield held


def _draws(stream: Any) -> bool:
    """Say whether a stream is a picture, a font, a profile of colours or a drawing."""
    if stream.get("/Subtype") in _DRAWN or stream.get("/Type") in {"/XRef", "/ObjStm"}:
        return True
    drawing = stream.get("/Subtype") == "/Form" or "/ShadingType" in stream or "/PatternType" in stream
    return (
        drawing
        or "/Length1" in stream
        or "/FunctionType" in stream
        or ("/N" in stream and "/Alternate" in stream)
    )


def _orphans(data: bytes, known: list[int]) -> Iterator[bytes]:
    """Yield streams that no object of the file leads to: what an editor left behind."""
    for match in _STREAM.finditer(data):
        begin = data.rfind(b" obj", 0, match.start())
        line = max(data.rfind(b"\n", 0, begin), data.rfind(b"\r", 0, begin)) + 1
        if begin < 0 or any(abs(line - offset) <= 2 for offset in _around(known, line)):
            continue
        with contextlib.suppress(zlib.error):
            yield wrappings.inflated(match[1])
            continue
        yield match[1]


def _around(known: list[int], offset: int) -> list[int]:
    import bisect

    at = bisect.bisect_left(known, offset)
    return known[max(0, at - 1) : at + 2]


def _forms_with_text(resources: Any) -> int:
    """Count the drawings inside a page that hold text of their own: ours hold letters as shapes."""
    found = 0
    for reference in resources.get_object().get("/XObject", {}).values():
        form = reference.get_object()
        if form.get("/Subtype") != "/Form":
            continue
        found += int(_TEXT_BLOCK.search(form.get_data()) is not None)
        found += _forms_with_text(form.get("/Resources", {}))
    return found
