"""
Where a listing says that it ships from and to: free text to countries, regions, or nothing said.

"From: X To: Y" in one cell is taken apart. A region stays a word in small letters ("eu", "worldwide"): which
countries it holds, and with what weight, is for the analysis to say. A joke is no country.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from . import countries
from .shapes import NOTHING
from .transliteration import plain

__all__ = ["Places", "places", "split_cell"]


@dataclass(frozen=True)
class Places:
    """What one text names."""

    codes: tuple[str, ...] = ()
    """Codes of countries, in their order, and regions in small letters; empty where nothing is named."""
    undeclared: bool = False
    """Whether nothing is said, or something is said to say nothing."""
    excepted: tuple[str, ...] = ()
    """Codes and regions that are left out by name."""
    domestic: bool = False
    unresolved: tuple[str, ...] = ()
    """Pieces of the text that no table knows."""


@lru_cache(maxsize=65536)
def split_cell(text: str) -> tuple[str, str]:
    """
    Take a cell that may hold both ends apart.

    Examples
    --------
    >>> split_cell("From: XA To: Worldwide"), split_cell("XB"), split_cell("To: XC")
    (('XA', 'Worldwide'), ('XB', ''), ('', 'XC'))
    """
    found = _BOTH.match(text.strip())
    if found is None:
        return text.strip(), ""
    return (found["start"] or "").strip(), (found["end"] or found["only"] or "").strip()


@lru_cache(maxsize=65536)
def places(text: str) -> Places:
    """
    Read one text.

    Examples
    --------
    >>> places("XA, XB & XC").codes, places("Worldwide except XB").excepted, places("undeclared").undeclared
    (('XA', 'XB', 'XC'), ('XB',), True)
    >>> places("EU / XA").codes, places("somewhere nice").unresolved
    (('XA', 'eu'), ('somewhere nice',))
    """
    bare = re.sub(r"\([^()]*\)|[;:=]+\)|[\"!:=\[\]]+", " ", text)
    folded = plain(bare)
    if text.strip().casefold() in NOTHING or folded in _table("nothing"):
        return Places(undeclared=True)
    never = next((word for word in _words("never") if folded.startswith(word)), None)
    if never:
        but, strange = _pieces(" ".join(bare.split())[len(never) :])
        return Places(("worldwide",), excepted=but, unresolved=strange)
    parts = _EXCEPT.split(bare, maxsplit=1)
    named, unknown, domestic, nothing = _read(parts[0])
    left_out, more = _pieces(parts[1]) if len(parts) > 1 else ((), ())
    undeclared = not named and not unknown and not domestic and nothing
    return Places(named, undeclared, left_out, domestic, (*unknown, *more))


def _pieces(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named, unknown, _domestic, _nothing = _read(text)
    return named, unknown


def _read(text: str) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    codes: set[str] = set()
    unknown: list[str] = []
    domestic = nothing = False
    whole = _one(text)
    pieces = [text] if whole else [piece for piece in _SPLIT.split(text) if re.search(r"\w", piece)]
    for piece in pieces:
        found = _one(piece)
        if found is None:
            unknown.append(" ".join(piece.split()))
        elif found == "undeclared":
            nothing = True
        elif found == "domestic":
            domestic = True
        else:
            codes.add(found)
    return tuple(sorted(codes)), tuple(unknown), domestic, nothing


def _one(piece: str) -> str | None:
    """Return the code, region or word for nothing that one piece stands for; None where it is not known."""
    text = " ".join(piece.split()).strip(" .,")
    folded = plain(text)
    for form in dict.fromkeys((folded, _idle().sub(" ", f" {folded} ").strip())):
        for name in ("regions", "nothing", "own"):
            if form in _table(name):
                return _table(name)[form]
    found = countries.find(text.upper() if _CODE.fullmatch(text) and folded not in _SMALL else text)
    if found.code is None and "." in text:
        found = countries.find(text.replace(".", ""))
    if found.code is None:
        found = countries.find(_idle().sub(" ", f" {folded} ").strip() or "-")
    return found.code if found.status in ("exact", "part", "historic") else None


# Words


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "shipping.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def _table(name: str) -> dict[str, str]:
    return {plain(word): code for code, words in _vocabulary()[name].items() for word in words}


@lru_cache(maxsize=8)
def _words(name: str) -> tuple[str, ...]:
    return tuple(plain(word) for word in _vocabulary()["words"][name])


@lru_cache(maxsize=1)
def _idle() -> re.Pattern[str]:
    return re.compile(r"(?<=\s)(?:" + "|".join(map(re.escape, _words("idle"))) + r")(?=\s)")


_BOTH = re.compile(
    r"(?is)^(?:(?:ships?\s+)?from\s*:\s*(?P<start>.*?)(?:\s*\b(?:ships?\s+)?to\s*:\s*(?P<end>.*))?|"
    r"(?:ships?\s+)?to\s*:\s*(?P<only>.*))$"
)
_CODE = re.compile(r"[A-Za-z]\.?[A-Za-z]\.?(?:[A-Za-z]\.?)?")
_SMALL = {
    "am",
    "an",
    "as",
    "at",
    "be",
    "by",
    "do",
    "go",
    "in",
    "is",
    "it",
    "la",
    "me",
    "my",
    "no",
    "re",
    "so",
    "to",
}
"""Words that are codes of countries only where they are written large."""
_SPLIT = re.compile(r"\s*(?:[,;/|+&]|\band\b|\bor\b|\s-\s|\bи\b)\s*", re.IGNORECASE)
_EXCEPT = re.compile(
    r"\b(?:except(?:\s+for)?|but(?:\s+not)?|excluding|excl\.?|not\s+to|кроме|за\s+исключением)\b",
    re.IGNORECASE,
)
