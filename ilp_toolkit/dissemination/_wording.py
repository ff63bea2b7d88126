"""Text as a reader sees it: one alphabet a word, one space between words, whole sentences."""

from __future__ import annotations

import re
import unicodedata

from ._yardstick import abbreviations

__all__ = ["plain", "sentences"]

_LATIN, _CYRILLIC = "aceopxyikmthb", "асеорхуікмтнв"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC.replace("і", "и"))
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def plain(text: str) -> str:
    r"""
    Return a text as it reads: small letters, no invisible signs or mark-up, look-alike letters set right.

    Examples
    --------
    >>> plain("It is un\u00adlike\u200bly,  very\u00a0L\u0456kely")
    'it is unlikely, very likely'
    """
    seen = unicodedata.normalize("NFKC", text)
    seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    seen = re.sub(r"</?[a-zA-Z][^<>]*>|[*`]|\{\w*[^{}]*\}", "", seen)
    seen = re.sub(
        r"(?<=[^\W\d_])-[ \t]*\r?\n\s*(?=[^\W\d_])", "", seen
    )  # a word divided at the end of a line
    seen = re.sub(r"\s+", " ", seen.replace("_", " ")).casefold().replace("ё", "е").strip()
    seen = re.sub(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w)", lambda found: found[0].replace(" ", ""), seen)
    return re.sub(
        r"[^\W\d_]+", lambda word: _one_alphabet(word[0]), seen.replace("’", "'").replace("'ll ", " will ")
    )


def sentences(text: str) -> list[str]:
    """
    Return the sentences of a text, white space made single.

    Examples
    --------
    >>> sentences("See fig. 2, e.g. the peak. It is likely.")
    ['See fig. 2, e.g. the peak.', 'It is likely.']
    """
    parts: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-•*–—]|\d+[.)])\s)", _undivided(text)):
        parts += _split(re.sub(r"\s+", " ", block).strip())
    return parts


def _undivided(text: str) -> str:
    """Put words together that are divided at the end of a line."""
    return re.sub(r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*(?=[^\W\d_])", "", text)


def _split(block: str) -> list[str]:
    found, start = [], 0
    for stop in re.finditer(r"[.!?…]+[\"”»’')\]]*\s+", block):
        if _ends(block, start, stop):
            found.append(block[start : stop.end()].strip())
            start = stop.end()
    return [part for part in (*found, block[start:].strip()) if part]


def _ends(block: str, start: int, stop: re.Match[str]) -> bool:
    after = block[stop.end() : stop.end() + 1]
    if not after or after.islower():
        return False
    if stop[0].strip() != ".":
        return True
    before = block[start : stop.start()].casefold().split()
    last = re.sub(r"^[^\w]+", "", before[-1]) if before else ""
    return last not in abbreviations() and not (len(last) == 1 and last.isalpha())


def _one_alphabet(word: str) -> str:
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in word)
    if not cyrillic or cyrillic == len(word):
        return word
    # A letter that only one alphabet has says which one is meant; else the majority.
    own = sum("\u0400" <= letter <= "\u04ff" and letter not in _CYRILLIC for letter in word)
    alien = sum(not "\u0400" <= letter <= "\u04ff" and letter not in _LATIN for letter in word)
    russian = own > 0 if own or alien else cyrillic * 2 > len(word)
    return word.translate(_TO_CYRILLIC if russian else _TO_LATIN)
