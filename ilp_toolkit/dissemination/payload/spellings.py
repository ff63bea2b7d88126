"""
The spellings under which a value may leave: in other case and spacing, turned round, in the other script.

Each value is looked for in four ways. *Worded*: as words, whatever stands between them. *Packed*: with
nothing between the words (``torvelimamzin``). *Literal*: values without a letter, with their own punctuation.
*Digits*: long numbers, whatever grouping they are written in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ...collection.transliteration import to_latin
from .digits import runs_of
from .folding import CUT, Codes, edges, is_alnum, literal, packed, text_of, worded
from .windows import Needles, compile_needles

__all__ = ["Spellings", "spellings"]

_PIECE = 120_000
"""Signs that are folded at once: their hashes stay near the processor, and memory low."""
_OVERLAP = 4_096
_PACKED = 10
"""Letters and digits that make a value without its spaces telling."""
_NUMBER = (11, 20)
"""Digits of a number that is known in any grouping: telephone with its country, national id, account."""
_MANY_DIGITS = re.compile(r"\d(?:[ ()/-]{0,3}\d){9}")
"""Ten digits with little between them."""
_LETTER = re.compile(r"[^\W\d_]")
_GROUPED = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){10}")
"""What a long number has at least, however it is grouped."""
_GROUP = re.compile(r"\d+")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ t]00:00(?::00)?)?")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


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
    texts = [text.replace(chr(CUT), " ") for text in values]
    if not texts:
        nothing = _compiled({})
        return Spellings(nothing, nothing, nothing, np.empty(0, np.uint64), np.empty(0, np.int64))
    kept = [text.strip() for text in text_of(literal(chr(CUT).join(texts))).split(chr(CUT))]
    words = _words_of(chr(CUT).join(texts))
    lettered = {owner for owner, text in enumerate(words) if _LETTER.search(text)}
    named = {words[owner]: owner for owner in lettered}
    bare = {text: owner for owner, text in enumerate(kept) if owner not in lettered and words[owner]}
    written = _rewritten(texts, lettered) | named
    every = _turned(written)
    together = {joined: owner for text, owner in written.items() if len(joined := _joined(text)) >= _PACKED}
    dated = {other: owner for text, owner in bare.items() for other in _dates(text)}
    numbers, owners = _long_numbers(bare | named)
    return Spellings(_compiled(every), _compiled(together), _compiled(bare | dated), numbers, owners)


def _long_numbers(texts: dict[str, int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    found: dict[int, int] = {}
    for text, owner in texts.items():
        if _MANY_DIGITS.search(text) or "+" in text:
            digits = "".join(_GROUP.findall(text))
            if _NUMBER[0] <= len(digits) <= _NUMBER[1] and not _DATE.match(text):
                found[int(digits) % 2**64] = owner
    numbers = sorted(found)
    return np.array(numbers, dtype=np.uint64), np.array([found[n] for n in numbers], dtype=np.int64)


def _compiled(owners: dict[str, int]) -> Needles:
    return compile_needles(list(owners), np.fromiter(owners.values(), dtype=np.int64, count=len(owners)))


def _words_of(blob: str) -> list[str]:
    return [text.strip() for text in text_of(worded(literal(blob))).split(chr(CUT))]


def _joined(text: str) -> str:
    return text.replace(" ", "") if " " in text else ""


def _turned(owners: dict[str, int]) -> dict[str, int]:
    """Add names turned round: Amzin Torvelim beside Torvelim Amzin."""
    turned = {}
    several = ((text, owner) for text, owner in owners.items() if " " in text)
    for text, owner in several:
        first, _space, others = text.partition(" ")
        if others and others.count(" ") < 2 and first.isalpha() and others.replace(" ", "").isalpha():
            turned[f"{others} {first}"] = owner
    return turned | owners


def _rewritten(texts: list[str], lettered: set[int]) -> dict[str, int]:
    """Write each value in the other script: Cyrillic in two Latin ways, plain Latin in Cyrillic."""
    from_cyrillic = [owner for owner in lettered if _CYRILLIC.search(texts[owner])]
    from_latin = [owner for owner in lettered if texts[owner].isascii()]
    found: dict[str, int] = {}
    for owners, rewrite in (
        (from_cyrillic, _as_registers),
        (from_cyrillic, _as_passports),
        (from_latin, _cyrillic),
    ):
        blob = unicodedata.normalize("NFC", chr(CUT).join(texts[owner] for owner in owners)).casefold()
        found |= dict(zip(_words_of(rewrite(blob)), owners, strict=False))
    return found


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


def _dates(text: str) -> list[str]:
    match = _DATE.fullmatch(text)
    if not match:
        return []
    year, month, day = match.groups()
    return [f"{year}-{month}-{day}", f"{day}.{month}.{year}", f"{day}/{month}/{year}"]


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
