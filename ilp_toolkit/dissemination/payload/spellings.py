"""
The spellings under which a value may leave: in other case and spacing, turned round, in the other script.

Each value is looked for in four ways. *Worded*: as words, whatever stands between them. *Packed*: with
nothing between the words (``torvelimamzin``). *Literal*: values without a letter, with their own punctuation.
*Digits*: long numbers, whatever grouping they are written in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ...collection.transliteration import to_latin
from .digits import runs_of
from .folding import (
    CUT,
    SPACE,
    Codes,
    codes_of,
    edges,
    is_alnum,
    is_digit,
    is_letter,
    literal,
    packed,
    text_of,
    worded,
)
from .segments import Segments, before
from .windows import Needles, compile_needles

__all__ = ["Spellings", "spellings"]

_PIECE = 120_000
"""Signs that are folded at once: their hashes stay near the processor, and memory low."""
_OVERLAP = 4_096
_PACKED = 10
"""Letters and digits that make a value without its spaces telling."""
_NUMBER = (11, 20)
"""Digits of a number that is known in any grouping: telephone with its country, national id, account."""
_TELLING, _FAR = 10, 4
"""Digits that make a number, with at most three signs from one to the next."""
_BETWEEN = [ord(sign) for sign in " ()/-"]
_GROUPED = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){10}")
"""What a long number has at least, however it is grouped."""
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ t]00:00(?::00)?)?")
_DAY = (10, 19)
"""Signs of a day, without and with midnight."""
_WORDS = 3
"""A name of so many words may stand with its first word last."""
_CYRILLIC = range(0x400, 0x500)
_ASCII = 0x80


@dataclass(frozen=True, eq=False)
class Spellings:
    """Values in all their spellings, ready to be looked for."""

    words: Needles
    bare: Needles
    """The worded spellings without spaces."""
    plain: Needles
    """Values without letters."""
    numbers: NDArray[np.uint64]
    """Long numbers modulo 2**64, sorted."""
    owners: NDArray[np.int64]
    """Whose they are."""

    @cached_property
    def shortest(self) -> int:
        """Signs of the shortest spelling."""
        lengths = [level.lengths[0] for kind in (self.words, self.bare, self.plain) for level in kind.levels]
        return min(lengths, default=0)

    def in_text(self, text: str) -> set[int]:
        """Return the numbers of the values that a text holds."""
        found: set[int] = set()
        for piece, first, last in _pieces(text):
            codes = literal(piece)
            if len(codes) >= self.shortest:
                found |= self._in_piece(codes, first=first, last=last)
        if len(self.numbers) and _GROUPED.search(text):
            found |= self._grouped(text)
        return found

    def _in_piece(self, codes: Codes, *, first: bool, last: bool) -> set[int]:
        found: set[int] = set()
        if self.words.levels:
            words = worded(codes)
            begins, ends = _inner(*edges(words), first=first, last=last)
            found |= set(self.words.find(words, begins, ends).tolist())
            if self.bare.levels:
                bare, begin, end = packed(words)
                begin, end = _inner(begin, end, first=first, last=last)
                found |= set(self.bare.find(bare, begin, end).tolist())
        if self.plain.levels:
            begins, ends = _inner(*_number_edges(codes), first=first, last=last)
            found |= set(self.plain.find(codes, begins, ends).tolist())
        return found

    def _grouped(self, text: str) -> set[int]:
        at = runs_of(text).grouped(self.numbers, digits=_NUMBER)
        return set(self.owners[at].tolist())

    def in_remains(self, text: str, *, shortest: int) -> set[int]:
        """
        Return the values in what surrounds them without a gap: bytes of a database, of a picture.

        Parameters
        ----------
        text
            The bytes, decoded in one way or another.
        shortest
            Signs from which a value is telling even inside a longer word.

        Notes
        -----
        What stands free is for `in_text` to find.
        """
        found: set[int] = set()
        for piece, _first, _last in _pieces(text):
            codes = literal(piece)
            if len(codes) < max(shortest, self.shortest):
                continue
            for needles, shown in ((self.words, worded(codes)), (self.plain, codes)):
                found |= set(needles.find(shown, shortest=shortest).tolist())
        return found


def spellings(values: Iterable[str]) -> Spellings:
    """
    Compile values into their spellings.

    Parameters
    ----------
    values
        Distinct texts; finds are their places in this order.
    """
    texts = list(values)
    if not texts:
        nothing = compile_needles(Segments.nothing())
        return Spellings(nothing, nothing, nothing, np.empty(0, np.uint64), np.empty(0, np.int64))
    blob = chr(CUT).join(texts)
    if blob.count(chr(CUT)) >= len(texts):
        texts = [text.replace(chr(CUT), " ") for text in texts]
        blob = chr(CUT).join(texts)
    owners = np.arange(len(texts))
    folded = literal(blob)
    kept, words = Segments.parted(folded, owners), Segments.parted(worded(folded), owners)
    lettered = words.count(is_letter(words.codes)) > 0
    named = words.where(lettered)
    bare = kept.where(~lettered & (words.lengths > 0))
    # Of equal spellings the later one counts: a value's own before another's in the other script.
    written = Segments.together([*_rewritten(texts, blob, lettered), named])
    several = written.where(written.count(written.codes == SPACE) > 0)
    together = several.without_spaces()
    numbers, holders = _long_numbers(Segments.together([named, bare]))
    return Spellings(
        compile_needles(Segments.together([_turned(several), written])),
        compile_needles(together.where(together.lengths >= _PACKED)),
        compile_needles(Segments.together([bare, _dated(bare)])),
        numbers,
        holders,
    )


def _long_numbers(texts: Segments) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the long numbers among values, modulo 2**64 and sorted, and whose they are."""
    digits = texts.count(is_digit(texts.codes))
    texts = texts.where((digits >= _NUMBER[0]) & (digits <= _NUMBER[1]))
    texts = texts.where(
        (_holds_number(texts) | (texts.count(texts.codes == ord("+")) > 0)) & ~_begins_day(texts)
    )
    whole = _whole(texts)[::-1]
    # Turned round, so that of equal ones the last is met first.
    numbers, chosen = np.unique(whole, return_index=True)
    return numbers, texts.owners[::-1][chosen]


def _holds_number(texts: Segments) -> NDArray[np.bool_]:
    """Say which texts, of ten digits and more, have ten with only blanks, brackets and dashes between."""
    digit = is_digit(texts.codes)
    at = np.flatnonzero(digit)
    if len(at) < _TELLING:
        return np.zeros(len(texts), dtype=bool)
    others = before(~digit & ~np.isin(texts.codes, _BETWEEN))
    apart = (np.diff(at) > _FAR) | (np.diff(others[at]) > 0)
    breaks = before(apart)
    together = before(breaks[_TELLING - 1 :] == breaks[: len(breaks) - _TELLING + 1])
    first, last = np.searchsorted(at, texts.starts), np.searchsorted(at, texts.starts + texts.lengths)
    found: NDArray[np.bool_] = together[last - _TELLING + 1] > together[first]
    return found


def _whole(texts: Segments) -> NDArray[np.uint64]:
    """Return the digits of each text as one whole number, modulo 2**64."""
    at = np.flatnonzero(is_digit(texts.codes))
    value = texts.codes[at].astype(np.uint64) - np.uint64(ord("0"))
    strange = np.flatnonzero(texts.codes[at] > ord("9"))
    value[strange] = [int(sign) for sign in text_of(texts.codes[at[strange]])]
    first, last = np.searchsorted(at, texts.starts), np.searchsorted(at, texts.starts + texts.lengths)
    whole = np.zeros(len(texts), dtype=np.uint64)
    for place in range(int((last - first).max(initial=0))):
        more = first + place < last
        whole[more] = whole[more] * np.uint64(10) + value[first[more] + place]
    return whole


def _begins_day(texts: Segments) -> NDArray[np.bool_]:
    """Say which texts, of ten signs and more, begin with a day as ISO 8601 writes it."""
    signs = texts.codes[texts.starts[:, None] + np.arange(_DAY[0])] if len(texts) else np.empty((0, _DAY[0]))
    dash = np.isin(np.arange(_DAY[0]), (4, 7))
    fits = np.where(dash, signs == ord("-"), is_digit(signs.astype(np.uint32)))
    return np.asarray(fits.all(axis=1), dtype=bool)


def _turned(texts: Segments) -> Segments:
    """Return names turned round: Amzin Torvelim beside Torvelim Amzin."""
    spaces = texts.count(texts.codes == SPACE)
    names = texts.count(is_letter(texts.codes)) + spaces == texts.lengths
    return texts.where((spaces <= _WORDS - 1) & names).turned()


def _rewritten(texts: list[str], blob: str, lettered: NDArray[np.bool_]) -> Iterator[Segments]:
    """Write each value in the other script: Cyrillic in two Latin ways, plain Latin in Cyrillic."""
    raw = Segments.parted(codes_of(blob), np.arange(len(texts)))
    cyrillic = lettered & (raw.count((raw.codes >= _CYRILLIC.start) & (raw.codes < _CYRILLIC.stop)) > 0)
    latin = lettered & (raw.count(raw.codes < _ASCII) == raw.lengths)
    for chosen, rewrite in ((cyrillic, _as_registers), (cyrillic, _as_passports), (latin, _cyrillic)):
        owners = np.flatnonzero(chosen)
        if len(owners):
            some = chr(CUT).join(texts[owner] for owner in owners.tolist())
            small = unicodedata.normalize("NFC", some).casefold()
            yield Segments.parted(worded(literal(rewrite(small))), owners)


def _as_registers(blob: str) -> str:
    return blob.translate(_latin_table())


def _as_passports(blob: str) -> str:
    return blob.translate(_latin_table() | str.maketrans(_PASSPORT))


def _cyrillic(blob: str) -> str:
    for latin, letter in _FROM_LATIN.items():
        blob = blob.replace(latin, letter)
    return blob


_PASSPORT = {
    "ё": "e", "ж": "zh", "и": "i", "й": "i", "х": "kh", "ц": "ts", "щ": "shch", "ъ": "ie", "ь": "", "ы": "y",
    "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
"""As machine-readable passports write what other systems write otherwise (ICAO 9303)."""
_FROM_LATIN = {
    "shch": "щ", "sh": "ш", "zh": "ж", "ch": "ч", "kh": "х", "ts": "ц", "ya": "я", "yu": "ю", "yo": "ё",
    "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ж",
    "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т",
    "u": "у", "v": "в", "w": "в", "x": "кс", "y": "й", "z": "з",
}  # fmt: skip
"""Several letters before single ones."""


@lru_cache(maxsize=1)
def _latin_table() -> dict[int, str]:
    """How the toolkit writes each small Cyrillic letter."""
    letters = (chr(code) for code in range(0x400, 0x500) if chr(code).islower())
    return {ord(letter): to_latin(letter) for letter in letters if to_latin(letter) != letter}


def _dated(texts: Segments) -> Segments:
    """Return days in the ways they are written."""
    likely = texts.where((texts.lengths >= _DAY[0]) & (texts.lengths <= _DAY[1]))
    likely = likely.where(_begins_day(likely))
    days = [
        (_DATE.fullmatch(text), owner)
        for text, owner in zip(likely.texts(), likely.owners.tolist(), strict=True)
    ]
    ways = [
        (way, owner)
        for match, owner in days
        if match
        for way in (
            f"{match[1]}-{match[2]}-{match[3]}",
            f"{match[3]}.{match[2]}.{match[1]}",
            f"{match[3]}/{match[2]}/{match[1]}",
        )
    ]
    if not ways:
        return Segments.nothing()
    owners = np.array([owner for _way, owner in ways], dtype=np.int64)
    return Segments.parted(codes_of(chr(CUT).join(way for way, _owner in ways)), owners)


def _pieces(text: str) -> Iterable[tuple[str, bool, bool]]:
    """Cut a text into pieces that overlap; with each, whether it is the first and the last."""
    if len(text) <= _PIECE + _OVERLAP:
        yield text, True, True
        return
    for start in range(0, len(text), _PIECE):
        end = start + _PIECE + _OVERLAP
        yield text[start:end], start == 0, end >= len(text)


def _inner(
    begins: NDArray[np.bool_], ends: NDArray[np.bool_], *, first: bool, last: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Take away the edges where a piece was cut: nobody knows what stood beyond."""
    if len(begins) and not first:
        begins[0] = False
    if len(ends) and not last:
        ends[-1] = False
    return begins, ends


def _number_edges(codes: Codes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say where a number may begin and end: not inside a word, a decimal or a longer numbering."""
    alnum = is_alnum(codes)
    point = codes == ord(".")
    joint = point | (codes == ord("-")) | (codes == ord("/"))
    begins = np.ones(len(codes), dtype=bool)
    begins[1:] = ~(alnum | point)[:-1]
    # A sign that is no letter and no digit ("+", "(") may begin a value wherever it stands.
    begins |= ~alnum
    ends = np.ones(len(codes), dtype=bool)
    ends[:-1] = ~alnum[1:]
    ends[:-2] &= ~(joint[1:-1] & alnum[2:])
    return begins, ends
