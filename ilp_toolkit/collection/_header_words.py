"""
The words of headers of incidents: ``vocabulary/headers.toml``, and what two headers have to share to be one.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

__all__ = ["is_other_date", "names_of", "normalise", "origin_of", "squeeze", "vocabulary"]


def normalise(header: str) -> str:
    """
    Return a header without what registers vary in: case, dots, underscores, units in brackets, ё.

    Examples
    --------
    >>> normalise("Crime.type"), normalise("StartDateTime"), normalise("Широта, град. (WGS-84)")
    ('crime type', 'start date time', 'широта град')
    """
    text = re.sub(r"[(\[{].*?[)\]}]", " ", header) or header
    text = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", text)
    text = text.casefold().replace("ё", "е")
    return " ".join(re.findall(r"[^\W_]+|№", text))


def origin_of(word: str) -> str:
    """
    Return ``reported``, ``discovered`` or ``unknown`` for what a register says of who noticed an incident.

    Examples
    --------
    >>> origin_of("On-view"), origin_of("Заявление гражданина"), origin_of("other")
    ('discovered', 'reported', 'unknown')
    """
    for origin, words in vocabulary()["origin_values"].items():
        if normalise(word) in words:
            return str(origin)
    return "unknown"


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "headers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def names_of(role: str) -> dict[str, int]:
    names = vocabulary()[role]["names"]
    return {squeeze(name): rank for rank, name in reversed(list(enumerate(names)))}


def squeeze(header: str) -> str:
    return normalise(header).replace(" ", "") or header.strip().casefold()


def is_other_date(column: str) -> bool:
    return bool(set(normalise(column).split()) & set(vocabulary()["never"]["words"]))
