"""One file, searched to the bottom: each text in each wrapping, each array of numbers, each file inside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from . import wrappings
from .found import Found, Mark, Memory
from .packed_maps import rings
from .watch import Canaries

__all__ = ["Search"]

_DEEPEST = 12
_BUDGET = 2**30
"""Bytes and characters that one file may unpack to."""
_REMAINS = 8
"""Signs from which a value is telling among bytes that nothing parts."""
_ADDRESS = re.compile(r"//[\w\[{]|file:|\\\\\w")
"""What an address has; whether it is fetched is said by what stands before it."""
_FETCHED = re.compile(
    r"""(?:(?:\b(?:src|srcset|poster|action|formaction|background|xlink:href|href|data|ping)\s*=\s*["']?[^"'<>]{0,120}?"""
    r"""|url\(\s*["']?|@import\s+["']?|image-set\(\s*["']?|http-equiv\s*=\s*["']?refresh["'\s][^>]{0,80}?url\s*=\s*["']?)\s*"""
    r"""|\(\s*["'`]|["'`]\s*[),]?\s*=\s*["'`]|\.(?:src|href|action)\s*=\s*["'`])(?:(?:https?|ftp|wss?):)?\Z""",
    re.IGNORECASE,
)
_NAMED = re.compile(r"//www\.w3\.org/")
_TILES = re.compile(r"""//[^"'`\s]{0,200}\{[xyzs]\}""")
_BEFORE = 160
_LINK = re.compile(r"<a\s[^>]*>", re.IGNORECASE)
_NAMESPACE = re.compile(r"""xmlns(?<!\wxmlns)(?::\w+)?\s*=\s*["'][^"']*["']""")
_POINTS = re.compile(r""""type"\s*:\s*"(?:Multi)?Point\"""")


class Search:
    """What has been found in one file so far; texts, bytes and files inside are handed to it."""

    def __init__(self, canaries: Canaries, *, masked: bool = False, memory: Memory | None = None) -> None:
        self.canaries = canaries
        self.masked = masked
        """Points may stand in the product, since they were moved."""
        self._memory: Memory = {} if memory is None else memory
        """What earlier files of the same scan held."""
        self._here: Memory = {}
        """What this file held so far."""
        self._file = self._now = Found()
        self._spent = 0

    def results(self) -> Iterator[tuple[str, int]]:
        """Yield each kind of find with its number."""
        values: set[int] = set()
        counts: Counter[str] = Counter()
        for part in self._file.parts():
            values |= part.values
            counts.update(part.counts)
        yield from ((kind, n) for kind, n in self.canaries.kinds_of(values) if n)
        yield from ((kind, n) for kind, n in sorted(counts.items()) if n)

    def note(self, kind: str, n: int = 1) -> None:
        """Add finds of a kind."""
        if n:
            self._now.counts[kind] += n

    def text(self, text: str, depth: int = 0, *, page: bool = False) -> None:
        """
        Search a text and what it wraps.

        Parameters
        ----------
        text
            As it stands in the file.
        depth
            Wrappings around it.
        page
            Whether a browser would show it, and so fetch what it names.
        """
        if text and not self._known(text, page=page) and self._may_go_on(len(text), depth):
            with self._inside(text, page=page):
                self._text(text, depth, page=page)

    def _text(self, text: str, depth: int, *, page: bool) -> None:
        self._paths(text)
        opened = wrappings.plain(text)
        rest, data = wrappings.without_data(opened)
        if opened is not text and opened != text:
            self._paths(opened)
        if page or "<script" in rest or "<svg" in rest:
            self._now.page = True
            self._addresses(rest)
        self._plain_text(rest)
        if "<" in rest and ">" in rest:
            shown = wrappings.visible(rest)
            self._plain_text(shown)
        for extra in wrappings.extras(rest):
            self.text(extra, depth + 1)
        self.note("coordinate", self.canaries.spots.in_steps(rings(rest)))
        self.note("coordinate", self.canaries.spots.in_columns(_typed_arrays(data)))
        for blob in data:
            self.blob(blob, depth + 1)

    def shown(self, text: str) -> None:
        """Search a text that is wrapped in nothing: cells of a table, words of a page."""
        self._paths(text)
        self._plain_text(text)

    def blob(self, data: bytes, depth: int) -> None:
        """Search bytes of any kind that were wrapped in something: a file, a text, numbers."""
        if data and not self._known(data) and self._may_go_on(len(data), depth):
            with self._inside(data):
                self._blob(data, depth)

    def _blob(self, data: bytes, depth: int) -> None:
        from .readers import reader_of

        reader = reader_of(data)
        if reader is not None:
            reader(data, self, depth)
            return
        try:
            made = wrappings.unpacked(data)
        except wrappings.TooLargeError:
            self.note("deep")
            return
        if made is not None:
            self.blob(made, depth + 1)
        else:
            self.remains(data, depth)

    def packed(self, data: bytes, depth: int) -> None:
        """Search bytes only where they are a file or compressed."""
        from .readers import reader_of

        try:
            if reader_of(data) is not None or wrappings.unpacked(data) is not None:
                self.blob(data, depth)
        except wrappings.TooLargeError:
            self.note("deep")

    def remains(self, data: bytes, depth: int = 0, *, shortest: int = _REMAINS) -> None:
        """Search bytes that are no text as a whole, but may hold some, or numbers."""
        first, *others = wrappings.decoded(data)
        for text in (first, *others):
            self._now.values |= self.canaries.spellings.in_remains(text, shortest=shortest)
        for text in others:
            self.shown(text)
        self.note("coordinate", self.canaries.spots.in_bytes(data))
        self.text(first, depth + 1)

    def columns(self, columns: list[NDArray[np.float64]]) -> None:
        """Search the numeric columns of a table for places."""
        self.note("coordinate", self.canaries.spots.in_columns(columns))

    def points(self, text: str) -> None:
        """Note points in GeoJSON."""
        if not self.masked:
            self.note("point", int(bool(_POINTS.search(text))))

    def _plain_text(self, text: str) -> None:
        self._now.values |= self.canaries.spellings.in_text(text)
        self.note("coordinate", self.canaries.spots.in_text(text))

    def _paths(self, text: str) -> None:
        small = text.lower()
        self.note("path", sum(small.count(path) for path in self.canaries.written_paths))

    def _addresses(self, text: str) -> None:
        bare = _LINK.sub(" ", _NAMESPACE.sub(" ", text))
        self.note("address", sum(_is_fetched(bare, match.start()) for match in _ADDRESS.finditer(bare)))

    def _known(self, held: str | bytes, *, page: bool = False) -> bool:
        """Say whether a text or bytes were searched before; what they held is then held here too."""
        mark = _mark(held)
        earlier = self._here.get(mark) or self._memory.get(mark)
        if earlier is None or (page and not earlier.page):
            return False
        self._here[mark] = earlier
        self._now.inside.append(earlier)
        return True

    @contextmanager
    def _inside(self, held: str | bytes, *, page: bool = False) -> Iterator[None]:
        """Note what is found meanwhile as held by a text or by bytes."""
        mark, around = _mark(held), self._now
        mine = self._here[mark] = self._now = Found(page=page)
        around.inside.append(mine)
        try:
            yield
        finally:
            self._now = around
        if not mine.is_cut():
            self._memory[mark] = mine

    def _may_go_on(self, size: int, depth: int) -> bool:
        self._spent += size
        if depth > _DEEPEST or self._spent > _BUDGET:
            self.note("deep")
            return False
        return True


def _mark(held: str | bytes) -> Mark:
    # A text and its bytes have one hash.
    return isinstance(held, str), hash(held), len(held)


def _typed_arrays(data: list[bytes]) -> list[NDArray[np.float64]]:
    """Read wrapped bytes as columns of doubles or floats, as charts in a page keep them."""
    columns = []
    for blob in data[:64]:
        for kind, width in (("<f8", 8), ("<f4", 4)):
            if len(blob) >= width and len(blob) % width == 0:
                with np.errstate(invalid="ignore"):
                    columns.append(np.frombuffer(blob, dtype=kind).astype(np.float64))
    return columns


def _is_fetched(text: str, start: int) -> bool:
    """Say whether a page fetches the address that begins there: a link that a person clicks it does not."""
    if _NAMED.match(text, start):
        return False
    before = text[max(0, start - _BEFORE) : start]
    return _FETCHED.search(before) is not None or _TILES.match(text, start) is not None
