"""Pictures: what a PNG, JPEG, GIF or WebP carries beside what it shows."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import wrappings

if TYPE_CHECKING:
    from .searching import Search

__all__ = ["of_picture", "of_png"]

_PIXELS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"sBIT",
    b"bKGD",
    b"pHYs",
    b"tIME",
}


def of_png(data: bytes, search: Search, depth: int) -> None:
    """Search every chunk that holds no pixels, and whatever stands behind the end."""
    for body in _chunks(data):
        search.remains(body, depth + 1)


def of_picture(data: bytes, search: Search, depth: int) -> None:
    """Search another kind of picture, whose notes are not compressed, as bytes."""
    search.remains(data, depth + 1)


def _chunks(data: bytes) -> Iterator[bytes]:
    position = 8
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        if kind not in _PIXELS:
            yield body
            yield from _inflated(kind, body)
        position += 12 + length
        if kind == b"IEND":
            break
    yield data[position:]


def _inflated(kind: bytes, body: bytes) -> Iterator[bytes]:
    """Unpack the texts (zTXt, iTXt) and the profile (iCCP) that a chunk holds compressed."""
    _name, _zero, rest = body.partition(b"\0")
    if kind in {b"zTXt", b"iCCP"}:
        packed = rest[1:]
    elif kind == b"iTXt" and rest[:1] == b"\x01":
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        return
    try:
        yield wrappings.inflated(packed)
    except zlib.error:
        return
