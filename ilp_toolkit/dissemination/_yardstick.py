"""The tables of words: read once, and their patterns made into expressions that find them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

__all__ = [
    "Row",
    "Scale",
    "abbreviations",
    "confidence",
    "confidence_pattern",
    "other",
    "pattern",
    "rows",
    "source_of",
    "words",
]

Scale = Literal["icd203", "phia"]
SCALES: tuple[Scale, ...] = ("icd203", "phia")


@dataclass(frozen=True)
class Row:
    """One row of a yardstick: its bounds and its words."""

    low: float
    high: float
    said: dict[str, str]
    """The words by language."""
    patterns: dict[str, tuple[str, ...]]
    """The words, their synonyms and forms by language."""


@cache
def rows(scale: Scale) -> tuple[Row, ...]:
    """Return the rows of a yardstick, from the least likely to the most."""
    return tuple(
        Row(
            float(row["low"]),
            float(row["high"]),
            {code: row[code] for code in ("en", "ru")},
            {code: (row[code].casefold(), *row.get(f"also_{code}", ())) for code in ("en", "ru")},
        )
        for row in _table(scale)["rows"]
    )


def other(scale: Scale) -> Scale:
    """Return the other yardstick."""
    return "phia" if scale == "icd203" else "icd203"


def confidence() -> dict[str, dict[str, str]]:
    """Return the words for how sure, by level and language."""
    return {row["level"]: row for row in _yardstick()["confidence"]["levels"]}


def source_of(table: Scale | Literal["confidence"]) -> dict[str, str]:
    """Return the standard that the words of a table come from, by language."""
    found = _yardstick()["confidence"] if table == "confidence" else _table(table)
    return dict(found["source"])


def words(kind: str, code: str) -> tuple[str, ...]:
    """Return the patterns of one kind in one language."""
    return tuple(_wording()[kind][code])


@cache
def abbreviations() -> frozenset[str]:
    """Return the words whose full stop ends no sentence."""
    return frozenset(_wording()["abbreviations"].split())


@cache
def pattern(written: tuple[str, ...]) -> re.Pattern[str]:
    """Return an expression that finds any of the patterns, the longest first, as whole words."""
    parts = sorted((_expression(text) for text in written), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?![^\W_])")


@cache
def confidence_pattern(code: str) -> re.Pattern[str]:
    """Return an expression that finds the levels of confidence, in any order of the words."""
    if code == "en":
        level, noun = "(?:low|moderate|high)", r"(?:levels? of )?confiden(?:ce|t)(?! interval)"
        back = rf"confidence(?: level)?(?: in [^.;]{{1,40}})?\s*(?:is|was|remains|:|=|–|—|-|,)?\s*{level}"
        return re.compile(rf"(?<!\w)(?:{level}(?:ly)?(?: to {level})?[ -]{noun}|{back})(?!\w)")
    level = r"(?:низк|средн|умеренн|высок)(?:ая|яя|ой|ей|ую|юю|а|о|им|их|ими)"
    noun = r"(?:степен(?:ь|и|ью) )?уверенност(?:ь|и|ью)"
    back = rf"{noun}(?: в [^.;]{{1,40}})?\s*(?:–|—|-|:|,)?\s*{level}"
    return re.compile(rf"(?<!\w)(?:{level} {noun}|{back})(?!\w)")


def _expression(text: str) -> str:
    text = text.replace("~", f"({_wording()['endings']})").replace("*", r"[^\W\d_]*").replace("(", "(?:")
    return text.replace(" ", r"[\s-]+").replace(r"|)", "|)")


def _table(scale: Scale) -> dict[str, Any]:
    found: dict[str, Any] = next(table for table in _yardstick()["likelihood"] if table["scale"] == scale)
    return found


@cache
def _yardstick() -> dict[str, Any]:
    return _read("yardstick.toml")


@cache
def _wording() -> dict[str, Any]:
    return _read("wording.toml")


def _read(name: str) -> dict[str, Any]:
    path = resources.files("ilp_toolkit.dissemination").joinpath(name)
    return tomllib.loads(path.read_text(encoding="utf-8"))
