"""
Texts as the search compares them: what does not change a name is taken away, in whole arrays at once.

Letters are made small and lose their marks (``й`` is ``и``, ``ё`` is ``е``, ``é`` is ``e``, composed or not);
invisible signs go, dashes and spaces become one kind each. Values and texts pass through the same table, so
whatever it does to one it does to the other.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CUT",
    "SPACE",
    "Codes",
    "codes_of",
    "edges",
    "is_alnum",
    "is_digit",
    "is_letter",
    "literal",
    "packed",
    "text_of",
    "worded",
]

Codes = NDArray[np.uint32]
SPACE = 32
CUT = 1
"""Stands between values that are folded together."""

_TOP = 0x10000
_MATHS = range(0x1D400, 0x1D800)
"""Letters of formulas, sometimes used for show: they read as ordinary ones."""
_SAME = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xE000, 0xF900))
"""Ideographs and signs for private use: nothing folds them. Surrogates, in between, are spaces."""
_SYLLABLES = range(0xAC00, 0xD7A4)
"""Of Korean; each folds to its first letter, which 588 of them share."""
_LIGATURES = {chr(code): unicodedata.normalize("NFKD", chr(code)) for code in range(0xFB00, 0xFB07)}


def literal(text: str) -> Codes:
    """Fold a text and keep its punctuation."""
    table, _alnum = _tables()
    if text.isascii():
        # No sign of ASCII is dropped.
        return table.take(np.frombuffer(text.encode("ascii"), dtype=np.uint8))
    for joined, parts in _LIGATURES.items():
        text = text.replace(joined, parts)
    folded = table.take(codes_of(text), mode="clip")
    kept: Codes = folded[folded != 0]
    return kept


def worded(codes: Codes) -> Codes:
    """Turn everything that is neither letter nor digit into single spaces."""
    plain = np.where(is_alnum(codes) | (codes == CUT), codes, np.uint32(SPACE))
    space = plain == SPACE
    keep = np.ones(len(plain), dtype=bool)
    keep[1:] = ~(space[1:] & space[:-1])
    words: Codes = plain[keep]
    return words


def packed(words: Codes) -> tuple[Codes, NDArray[np.bool_], NDArray[np.bool_]]:
    """Drop the spaces of `worded`; with it, whether a word began or ended at each sign that stays."""
    stays = words != SPACE
    begins, ends = edges(words)
    return words[stays], begins[stays], ends[stays]


def edges(words: Codes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say at each sign of `worded` whether a word begins, and whether one ends there."""
    space = words == SPACE
    begins, ends = ~space, ~space
    begins[1:] &= space[:-1]
    ends[:-1] &= space[1:]
    return begins, ends


def is_alnum(codes: Codes) -> NDArray[np.bool_]:
    """Say which folded signs are letters or digits."""
    _table, alnum = _tables()
    return alnum.take(codes, mode="clip")


def is_digit(codes: Codes) -> NDArray[np.bool_]:
    """Say which folded signs are decimal digits."""
    return _digits().take(codes, mode="clip")


def is_letter(codes: Codes) -> NDArray[np.bool_]:
    """Say which folded signs are letters."""
    return is_alnum(codes) & ~is_digit(codes)


def codes_of(text: str) -> Codes:
    """Return the code points of a text as it is."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(codes: Codes) -> str:
    """Return folded signs as a text."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


@lru_cache(maxsize=1)
def _tables() -> tuple[Codes, NDArray[np.bool_]]:
    """Return for each code point its folded one (0: drop), and which of those are letters or digits."""
    table = np.full(_MATHS.stop + 1, SPACE, dtype=np.uint32)
    alnum = np.zeros(_MATHS.stop + 1, dtype=bool)
    for same in _SAME:
        table[same.start : same.stop] = same
    table[_SYLLABLES.start : _SYLLABLES.stop] = 0x1100 + np.arange(len(_SYLLABLES)) // 588
    others = np.ones(_MATHS.stop, dtype=bool)
    for known in (*_SAME, _SYLLABLES, range(0xD800, 0xE000), range(_TOP, _MATHS.start)):
        others[known.start : known.stop] = False
    for code in np.flatnonzero(others).tolist():
        table[code] = _folded(chr(code))
    table[CUT] = CUT
    for code in np.unique(table).tolist():
        alnum[code] = chr(code).isalnum()
    return table, alnum


@lru_cache(maxsize=1)
def _digits() -> NDArray[np.bool_]:
    table, _alnum = _tables()
    digits = np.zeros(len(table), dtype=bool)
    for code in np.unique(table).tolist():
        digits[code] = chr(code).isdecimal()
    return digits


def _folded(sign: str) -> int:
    kind = unicodedata.category(sign)
    if kind in {"Mn", "Me", "Cf"}:
        return 0
    if kind in {"Cc", "Cs", "Zs", "Zl", "Zp"}:
        return SPACE
    if kind == "Pd":
        return ord("-")
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    bare = [part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"}]
    return ord(bare[0]) if bare and ord(bare[0]) < _TOP else SPACE
