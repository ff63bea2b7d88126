"""
Lines of text cut into records, exactly: quotation marks, line breaks inside them, and what goes wrong.

A field that begins with a quotation mark ends at the next single one; a doubled mark inside stands for
one. Where no mark closes it within `MAX_JOIN` lines, or the lines so joined do not give the right number
of fields, the mark was a stray one: that line is cut literally and the lines after it stay records of
their own.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

__all__ = ["MAX_JOIN", "MAX_LINE", "HeldLines", "Line", "Record", "read_lines", "read_records"]

MAX_LINE = 1 << 20
"""Characters in a line beyond which it is no record; a line this long is a file without line breaks."""

MAX_JOIN = 500
"""Lines that one quoted field may span."""

ONE_COLUMN = "\0"
"""Stands for "no separator": it never occurs in text that was read."""

_SHOWN = 200
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; where it was over-long only the beginning is left."""

    text: str
    too_long: bool = False
    end: str = "\n"
    """What ended it; kept where it stands inside quotation marks."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file."""

    fields: list[str]
    text: str
    """The row as it was written."""
    lines: int = 1
    """Lines it takes up."""
    problem: str = ""
    """Empty, ``quote`` (a stray quotation mark) or ``long`` (an over-long line)."""


@dataclass(frozen=True)
class HeldLines:
    """The lines of a text held in memory."""

    data: bytes
    start: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    """Bytes, the line's end included."""
    with_quote: npt.NDArray[np.int64]
    """The lines that hold a quotation mark, in order."""

    @classmethod
    def of(cls, data: bytes, above: int) -> HeldLines:
        """Find the lines of a text, without those above."""
        signs = np.frombuffer(data, dtype=np.uint8)
        edges = np.concatenate([[0], np.flatnonzero(signs == ord("\n")) + 1, [len(data)]]).astype(np.int64)
        edges = np.unique(edges)[above:]
        quotes = np.flatnonzero(signs == ord('"'))
        holders = np.unique(np.searchsorted(edges, quotes, side="right") - 1)
        return cls(data, edges[:-1], np.diff(edges), holders[holders >= 0])

    def __len__(self) -> int:
        return len(self.start)

    @property
    def longest(self) -> int:
        """Return the bytes of the longest line."""
        return int(self.length.max(initial=0))

    def read(self, first: int) -> Iterator[Line]:
        """Yield the lines from one on, as many as a record may take."""
        for at in range(first, min(len(self), first + MAX_JOIN + 1)):
            begin = int(self.start[at])
            text = (
                self.data[begin : begin + int(self.length[at])].decode("utf-8", "replace").removesuffix("\n")
            )
            yield Line(text.removesuffix("\r"), end="\r\n" if text.endswith("\r") else "\n")


def read_lines(stream: BinaryIO, *, old_mac: bool = False) -> Iterator[Line]:
    r"""
    Read lines of UTF-8 with bounded memory, however long a line is.

    Parameters
    ----------
    stream
        Valid UTF-8.
    old_mac
        Whether a carriage return alone ends a line.

    Examples
    --------
    >>> import io
    >>> [line.text for line in read_lines(io.BytesIO(b"a\r\nb"))]
    ['a', 'b']
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    end, rest, over = ("\r" if old_mac else "\n"), "", False
    while chunk := stream.read(_CHUNK):
        pieces = decoder.decode(chunk).split(end)
        if not over:
            pieces[0] = rest + pieces[0]
        elif len(pieces) > 1:
            pieces[0] = rest
        else:
            continue
        last = pieces.pop()
        for piece in pieces:
            yield _line(piece, over, old_mac=old_mac)
            over = False
        over, rest = len(last) > MAX_LINE, last
        if over:
            rest = last[:_SHOWN]
    if rest or over:
        yield _line(rest, over, old_mac=old_mac)


def read_records(lines: Iterable[Line], separator: str, width: int | None = None) -> Iterator[Record]:
    r"""
    Cut lines into records.

    Parameters
    ----------
    lines
        What `read_lines` yields.
    separator
        One character; `ONE_COLUMN` where the file has a single column.
    width
        How many fields a record has; tells a line break inside a field from a stray quotation mark.

    Examples
    --------
    >>> rows = [Line('1,"a'), Line('b"'), Line('2,"c'), Line("3,d")]
    >>> [(record.fields, record.problem) for record in read_records(rows, ",", 2)]
    [(['1', 'a\nb'], ''), (['2', '"c'], 'quote'), (['3', 'd'], '')]
    """
    source = iter(lines)
    waiting: deque[Line] = deque()
    while (line := _next(source, waiting)) is not None:
        if line.too_long:
            yield Record([], line.text[:_SHOWN] + "…", problem="long")
        elif '"' not in line.text:
            yield Record(line.text.split(separator), line.text)
        else:
            yield _quoted(line, separator, width, source, waiting)


def _quoted(
    first: Line, separator: str, width: int | None, source: Iterator[Line], waiting: deque[Line]
) -> Record:
    text = first.text
    fields, state = _cut(text, separator)
    if state == "open":
        joined = _join(first, separator, width, source, waiting)
        if joined is not None:
            return joined
    if state == "closed" and (width is None or len(fields) == width):
        return Record(fields, text)
    problem = "" if state == "closed" else "quote"
    literal = text.split(separator)
    attempts = {"closed": [], "stray": [fields, literal], "open": [literal]}[state]
    if '\\"' in text:
        escaped, how = _cut(text, separator, escape=True)
        attempts.insert(0, escaped if how == "closed" else [])
    for attempt in attempts:
        if len(attempt) == width:
            return Record(attempt, text, problem="quote")
    return Record(literal if state == "open" else fields, text, problem=problem)


def _join(
    first: Line, separator: str, width: int | None, source: Iterator[Line], waiting: deque[Line]
) -> Record | None:
    """Add the lines that follow until the quotation mark closes; put them back where that gives no record."""
    taken: list[Line] = []
    text, end = first.text, first.end
    while len(taken) < MAX_JOIN and len(text) <= MAX_LINE:
        line = _next(source, waiting)
        if line is None:
            break
        taken.append(line)
        if line.too_long:
            break
        text += end + line.text
        end = line.end
        if '"' not in line.text:
            continue
        fields, state = _cut(text, separator)
        if state == "closed" and (width is None or len(fields) == width):
            return Record(fields, text, lines=1 + len(taken))
        if state != "open" or (width is not None and len(fields) > width):
            break
    waiting.extendleft(reversed(taken))
    return None


def _cut(text: str, separator: str, *, escape: bool = False) -> tuple[list[str], str]:
    """Cut a row; the state is ``closed``, ``open`` (a mark has no partner) or ``stray`` (text after it)."""
    fields: list[str] = []
    state, place = "closed", 0
    while True:
        begin = (
            place + (len(text) - place - len(text[place:].lstrip(" ")))
            if text[place : place + 1] == " "
            else place
        )
        if text[begin : begin + 1] == '"':
            close = _closing(text, begin + 1, escape=escape)
            if close < 0:
                return [*fields, text[begin + 1 :]], "open"
            value = text[begin + 1 : close].replace('""', '"')
            if escape:
                value = value.replace('\\"', '"')
            end = text.find(separator, close + 1)
            tail = text[close + 1 : len(text) if end < 0 else end]
            if tail.strip():
                value, state = value + tail, "stray"
            fields.append(value)
        else:
            end = text.find(separator, place)
            fields.append(text[place:] if end < 0 else text[place:end])
        if end < 0:
            return fields, state
        place = end + 1


def _closing(text: str, place: int, *, escape: bool) -> int:
    """Return where the mark stands that closes a field, or -1."""
    while True:
        found = text.find('"', place)
        if found < 0:
            return -1
        if escape and text[found - 1] == "\\":
            place = found + 1
        elif text[found + 1 : found + 2] == '"':
            place = found + 2
        else:
            return found


def _next(source: Iterator[Line], waiting: deque[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(source, None)


def _line(text: str, over: bool, *, old_mac: bool) -> Line:
    if over or len(text) > MAX_LINE:
        return Line(text[:_SHOWN], too_long=True)
    if not old_mac and text.endswith("\r"):
        return Line(text[:-1], end="\r\n")
    return Line(text, end="\r" if old_mac else "\n")
