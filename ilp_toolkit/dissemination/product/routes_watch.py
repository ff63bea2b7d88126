"""
What must not stand in any file of a route assessment: numbers of seizures, days, places finer than posts.

The product holds no column of the file but countries and posts; this is the second lock, not the first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ...collection import countries
from ...i18n import LANGUAGES
from .. import gate
from .input_file import watch_for
from .routes_network import public_names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ...collection.seizures import SeizureIntake
    from ..payload import Canaries
    from .routes_facts import Request

__all__ = ["canaries_of"]

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 7
"""A shorter place is like any other word."""
_TELLING = 5
"""A place tells something if one of its words has so many letters: “AU (SG)” is two codes like any others."""
_MADE = "row-"
"""How a number begins that the reader made of a row."""


def canaries_of(intake: SeizureIntake, request: Request, *, source: str | Path | None = None) -> Canaries:
    """
    Gather what must not stand in any file of an assessment.

    Parameters
    ----------
    intake
        What was read.
    request
        What was asked for: its posts and towns are public, its words are the author's own.
    source
        The file that was read.
    """
    table = intake.table
    known = {word.casefold() for text in _known(request) for word in _WORD.findall(text)}
    values = {*_days(table, request), *_places(table, _words() | known)}
    ids = {str(v) for v in table["seizure_id"].dropna() if not str(v).startswith(_MADE)}
    telling = {v for v in ids if len(v) >= 6 and any(c.isdigit() for c in v)}
    return watch_for(request, source, identifiers=telling, values=values)


def _known(request: Request) -> Iterable[str]:
    """Yield the words that the product may show: the author's, posts and towns, places with prices."""
    yield from (request.title, request.source, request.author, request.command)
    if request.roads is None:
        yield from public_names()
    if request.places is not None:
        for column in request.places.select_dtypes(include=["object", "string"]).columns:
            yield from request.places[column].dropna().astype(str)
    if request.effort is not None:
        yield from request.effort["place"].dropna().astype(str)
    if request.prices is not None:
        yield from request.prices.table["place"].dropna().astype(str)


def _places(table: Any, open_words: frozenset[str]) -> Iterable[str]:
    """Yield the places and provinces of the file, but those of words that the product may say."""
    for column in ("place", "admin"):
        for value in table[column].dropna().astype(str).unique():
            text = " ".join(value.split())
            words = [word.casefold() for word in _WORD.findall(text)]
            telling = [word for word in words if len(word) >= _TELLING and word not in open_words]
            if len(text) >= _SHORTEST and telling:
                yield text


def _days(table: Any, request: Request) -> Iterable[str]:
    """Yield the days of seizures as people write them, but for those that the product names by itself."""
    own = {gate.now().date(), *(day for _post, day in request.reinforced)}
    for day in table["date"].dropna().dt.date.unique():
        if day not in own:
            yield f"{day:%Y-%m-%d}"
            yield f"{day:%d.%m.%Y}"


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Return every word of the toolkit's own texts and of the names of countries, in small letters."""
    found: set[str] = set()
    po = resources.files("ilp_toolkit") / "locale" / "ru" / "LC_MESSAGES" / "ilp_toolkit.po"
    found |= {word.casefold() for word in _WORD.findall(po.read_text(encoding="utf-8"))}
    found |= {word.casefold() for word in _WORD.findall(_aliases())}
    for code in countries.codes()["code"]:
        for language in LANGUAGES:
            found |= {word.casefold() for word in _WORD.findall(countries.name(code, language=language))}
    return frozenset(found)


def _aliases() -> str:
    path = resources.files("ilp_toolkit.collection") / "vocabulary" / "country_aliases.csv"
    return path.read_text(encoding="utf-8")
