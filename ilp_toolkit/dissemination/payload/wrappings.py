"""
What texts and bytes are wrapped in, and taking it off: entities, escapes, percent signs, base 64, zip.

Everything that reads as a wrapping is unwrapped, because a browser or a program would do so too. Deliberate
hiding (reversed letters, pixels) is no aim: whoever wants to carry data out can do it without this package.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import html
import itertools
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

__all__ = ["TooLargeError", "decoded", "extras", "inflated", "plain", "unpacked", "visible", "without_data"]

_LARGEST = 256 * 2**20
"""Bytes that one wrapping may unpack to."""
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w*);?", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\u([0-9a-f]{4})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}|\\x([0-9a-f]{2})",
    re.IGNORECASE,
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""Colours of a terminal, as tracebacks in notebooks hold them."""
_CSS_ESCAPES = re.compile(r"(?:\\[0-9a-f]{2,6}[ \t]?){3,}", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{2,6})[ \t]?", re.IGNORECASE)
_PERCENT = re.compile(r"(?:%[0-9a-f]{2}[\w.+\-:?=/]{0,64})+", re.IGNORECASE)
_BEFORE_PERCENT = re.compile(r"[\w.+\-:?=/]{0,64}\Z")
_POWER = re.compile(r"[eE]\+?\d{1,2}(?![\w.])")
_MANTISSA = re.compile(r"(?<![\w.])\d\.\d{4,17}\Z")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_LINES = re.compile(r"^(?:[ \t]*[A-Za-z0-9+/]{56,100}\r?\n)+[ \t]*[A-Za-z0-9+/]*={0,2}", re.MULTILINE)
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{2}){8,}(?![0-9a-zA-Z])")
_SMALL, _LARGE, _OTHER = np.uint8(1), np.uint8(2), np.uint8(4)
_KINDS = np.zeros(256, dtype=np.uint8)
"""Which signs of base 64 are small letters, large ones, and others; 0 for what is none."""
_KINDS[ord("a") : ord("z") + 1], _KINDS[ord("A") : ord("Z") + 1] = _SMALL, _LARGE
_KINDS[[*b"0123456789+/_-"]] = _OTHER
_SHORTEST_RUN, _SHORTEST_HEX, _SHORTEST_LINE = 12, 16, 56
_SHORT_DATA = 20
"""Letters from which what is no text may still be numbers: two doubles are 22."""
_SHORT_RUN = 64
"""What a shorter run decodes to is remembered."""
_LONG_RUN = 2_000
"""A longer run of base 64 is data, whatever it decodes to."""
_INLINE = re.compile(
    r"</?(?=[abefimrstuw])(?:b|i|em|strong|span|a|u|s|font|mark|small|big|sub|sup|wbr|tspan|r|t|w:[rt])(?:\s[^<>]*)?/?>",
    re.I,
)
_TAG = re.compile(r"<!--|-->|<[^<>]{1,4000}>")
_SILENT = re.compile(r"<(script|style)\b", re.IGNORECASE)
_READABLE = re.compile(r"[\w\s.,;:!?'\"()\[\]{}<>/+@#№%&*=|\\°$€«»“”„…–—-]")


class TooLargeError(ValueError):
    """Something unpacks to more than can be checked."""


def decoded(data: bytes) -> list[str]:
    """Read bytes as text in every encoding they may be in; one where that is sure."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [data[len(mark) :].decode(encoding, "replace")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if _is_wide(data[:100_000]):
        # A byte more or less in front changes every letter of UTF-16, so both are read.
        wide = [data[start:].decode(e, "replace") for start in (0, 1) for e in ("utf-16-le", "utf-16-be")]
        return [*wide, text or data.decode("latin-1")]
    if text or not data:
        return [text]
    return [
        data.decode(encoding, "replace") for encoding in ("utf-8", "cp1251", "cp866", "koi8-r", "latin-1")
    ]


def _is_wide(data: bytes) -> bool:
    """Say whether every other byte is that of a Latin or Cyrillic block, as in UTF-16."""
    if data.count(0) > len(data) // 20:
        return True
    halves = (data[start::2] for start in (0, 1))
    return any(half.count(0) + half.count(4) > 0.6 * len(half) for half in halves)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def plain(text: str) -> str:
    r"""
    Resolve entities (``&#1040;``, ``&amp;lt;``) and escapes (``\u0410``, ``\x41``) in place.

    A map stands in a page as text that is escaped twice, so this goes on until nothing changes.
    """
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    for _round in range(5):
        before = text
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        if "\\" in text:
            text = _ESCAPE.sub(_sign, text)
        if text == before:
            break
    return text


def _sign(match: re.Match[str]) -> str:
    high, low, *single = match.groups()
    if high and "d800" <= high.lower() < "dc00":
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if high:
        return chr(int(high, 16)) + chr(int(low, 16))
    number = int(next(part for part in single if part), 16)
    return chr(number) if number <= 0x10FFFF else " "


def extras(text: str) -> Iterator[str]:
    """Yield what stands percent-encoded, in CSS escapes, or as a number in powers of ten."""
    if "%" in text:
        parts = [part for match in _PERCENT.finditer(text) for part in _percent(_token(text, match))]
        if parts:
            yield "\n".join(parts)
    if "\\" in text:
        parts = [_CSS_ESCAPE.sub(_css_sign, match[0]) for match in _CSS_ESCAPES.finditer(text)]
        if parts:
            yield "\n".join(parts)
    parts = [_written_out(text, match) for match in _POWER.finditer(text)]
    if any(parts):
        yield "\n".join(part for part in parts if part)


def _token(text: str, match: re.Match[str]) -> str:
    """Return a word with percent signs from its beginning, which has none."""
    front = _BEFORE_PERCENT.search(text[max(0, match.start() - 64) : match.start()])
    return (front[0] if front else "") + match[0]


def _percent(token: str) -> list[str]:
    raw = unquote_to_bytes(token.replace("+", " "))
    try:
        return [raw.decode("utf-8")]
    except UnicodeDecodeError:
        return [raw.decode("cp1251", "replace")]


def _css_sign(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if 0 < number <= 0x10FFFF else " "


def _written_out(text: str, power: re.Match[str]) -> str:
    mantissa = _MANTISSA.search(text[max(0, power.start() - 24) : power.start()])
    if mantissa is None:
        return ""
    value = float(mantissa[0] + power[0])
    return str(int(value)) if value.is_integer() and value < 2**63 else ""


def visible(text: str) -> str:
    """Return what a reader of a page or a sheet sees: tags inside a word drop out, others part words."""
    return _TAG.sub(" ", _INLINE.sub("", _spoken(text)))


def _spoken(text: str) -> str:
    """Leave out scripts and styles; one that is not closed goes to the end."""
    small, parts, position = text.lower(), [], 0
    while opening := _SILENT.search(text, position):
        parts.append(text[position : opening.start()])
        closing = small.find(f"</{opening[1].lower()}", opening.end())
        position = len(text) if closing < 0 else closing
    return " ".join([*parts, text[position:]])


def without_data(text: str) -> tuple[str, list[bytes]]:
    """Take the wrapped bytes out of a text; returns what is left and the bytes."""
    found: list[bytes] = []
    cuts: list[tuple[int, int]] = []
    spans = _spans(text)
    lines = _LINES.finditer(text) if spans.any_from(_SHORTEST_LINE) and "\n" in text else iter(())
    runs = (match for start in spans.mixed() if (match := _RUN.match(text, start)))
    for match in itertools.chain(lines, runs):
        run = match[0]
        if run[1:].islower() or run.isupper() or run.isdigit():
            continue
        data = _unwrapped_short(run) if len(run) <= _SHORT_RUN else list(_unwrapped(run))
        found += data
        if data and len(run) > _LONG_RUN:
            cuts.append(match.span())
    long = (text[start:end] for start, end in spans.of_from(_SHORTEST_HEX))
    for match in (match for run in long for match in _HEX.finditer(run)):
        if len(match[0]) <= _LONG_RUN or not match[0].isdigit():
            found.append(bytes.fromhex(match[0]))
    return _without(text, cuts), found


@dataclass(frozen=True, eq=False)
class _Spans:
    """Where runs of the signs of base 64 stand that are long enough to hold something."""

    kinds: NDArray[np.uint8]
    """What each sign of the text is, and one more at the end."""
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def any_from(self, length: int) -> bool:
        """Say whether one is so long."""
        return bool((self.ends - self.starts >= length).any())

    def of_from(self, length: int) -> Iterator[tuple[int, int]]:
        """Yield begin and end of those that are so long."""
        long = self.ends - self.starts >= length
        return zip(self.starts[long].tolist(), self.ends[long].tolist(), strict=True)

    def mixed(self) -> list[int]:
        """Return where those begin that are no plain word: a page has thousands of words as long as a run."""
        if not len(self.starts):
            return []
        bounds = np.column_stack([self.starts + 1, self.ends]).ravel()
        rest = np.bitwise_or.reduceat(self.kinds, bounds)[::2]
        whole = rest | self.kinds[self.starts]
        word = (rest & (_SMALL | _LARGE)) == _SMALL
        capitals = (whole & (_SMALL | _LARGE)) == _LARGE
        return cast("list[int]", self.starts[~(word | capitals)].tolist())


def _spans(text: str) -> _Spans:
    # One byte a sign, so that places in the array are places in the text.
    kinds = _KINDS[np.frombuffer(text.encode("latin-1", "replace") + b" ", dtype=np.uint8)]
    held = kinds != 0
    change = np.flatnonzero(held[1:] != held[:-1]) + 1
    bounds = np.concatenate([[0] if held[0] else [], change]).astype(np.int64)
    starts, ends = bounds[::2], bounds[1::2]
    long = ends - starts >= _SHORTEST_RUN
    return _Spans(kinds, starts[long], ends[long])


def _without(text: str, cuts: list[tuple[int, int]]) -> str:
    if not cuts:
        return text
    parts, position = [], 0
    for start, end in sorted(cuts):
        parts.append(text[position : max(position, start)])
        position = max(position, end)
    return " ".join([*parts, text[position:]])


@lru_cache(maxsize=100_000)
def _unwrapped_short(run: str) -> tuple[bytes, ...]:
    # Names of shapes and functions stand in a page a thousand times.
    return tuple(_unwrapped(run))


def _unwrapped(run: str) -> Iterator[bytes]:
    """Decode a run of base 64; what looks like neither text nor a file is left, unless it is long."""
    letters = "".join(run.split()).rstrip("=").replace("-", "+").replace("_", "/")
    for front in range(4 if len(letters) <= _LONG_RUN else 1):
        data = _base64(letters[front:])
        if data and (_is_file(data) or _reads(data)):
            yield data
            return
    if len(letters) >= _SHORT_DATA:
        yield _base64(letters)


def _base64(letters: str) -> bytes:
    rest = len(letters) % 4
    usable = letters if rest != 1 else letters[:-1]
    try:
        return base64.b64decode(usable + "=" * (-len(usable) % 4))
    except (binascii.Error, ValueError):
        return b""


def _is_file(data: bytes) -> bool:
    return any(data.startswith(mark) for mark in _FILE_MARKS)


_FILE_MARKS = (
    b"\x89PNG",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"SQLite format 3",
    b"PAR1",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BZh",
    b"\xfd7zXZ",
)


def _reads(data: bytes) -> bool:
    """Say whether bytes look like text."""
    for text in decoded(data[:400]):
        whole = text.rstrip("\ufffd") if len(data) > 400 else text
        if len(whole) >= 5 and len(_READABLE.findall(whole)) >= 0.95 * len(whole) and _one_script(whole):
            return True
    return False


def _one_script(text: str) -> bool:
    """Say whether the letters are Latin or Cyrillic: what is no text reads as letters of all the world."""
    letters = [sign for sign in text if sign.isalpha()]
    usual = [sign for sign in letters if sign.isascii() or "\u0400" <= sign <= "\u04ff"]
    return len(usual) >= 0.9 * len(letters)


def unpacked(data: bytes) -> bytes | None:
    """Take off gzip, zlib, bzip2 or xz; None where the bytes are none of these."""
    unpack = next((unpack for mark, unpack in _PACKED if data.startswith(mark)), None)
    if unpack is None:
        return None
    try:
        made = unpack(data)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        if isinstance(error, TooLargeError):
            raise
        return None
    return made


def inflated(data: bytes, *, wbits: int = 15) -> bytes:
    """Inflate a stream, at most 256 MiB of it."""
    machine = zlib.decompressobj(wbits)
    made = machine.decompress(data, _LARGEST)
    if machine.unconsumed_tail:
        raise TooLargeError
    return made


def _bounded(machine: bz2.BZ2Decompressor | lzma.LZMADecompressor, data: bytes) -> bytes:
    made = machine.decompress(data, _LARGEST)
    if not machine.eof and len(made) >= _LARGEST:
        raise TooLargeError
    return made


_PACKED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b", lambda data: inflated(data, wbits=31)),
    (b"\x78\x01", inflated),
    (b"\x78\x5e", inflated),
    (b"\x78\x9c", inflated),
    (b"\x78\xda", inflated),
    (b"BZh", lambda data: _bounded(bz2.BZ2Decompressor(), data)),
    (b"\xfd7zXZ\x00", lambda data: _bounded(lzma.LZMADecompressor(), data)),
)
