"""
Places by their names: what a wording means, in the scripts of the region, or what a person must say.

A wording is resolved where it is a known name of exactly one place: as written, or as it sounds in another
script. "City", "г.", "ш.", "шаҳри" and the like say of what kind it is and are otherwise passed over. A name
of several places is ambiguous, a name merely like another is not taken: both are shown with what they may be.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import InputError
from ..i18n import N_, _
from . import countries
from ._place_index import Found, Place, PlaceIndex, place_index
from .placefolds import fold

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HOW", "resolve"]

HOW: dict[str, str] = {
    "name": N_("a name of the place"),
    "spelling": N_("a name of the place, spelt another way or in another script"),
    "former": N_("what the place was called once"),
    "country": N_("a country"),
    "largest": N_("a name of several places, of which one is by far the largest"),
    "ambiguous": N_("a name of several places"),
    "close": N_("like the name of a place, not taken for it"),
    "nothing": N_("no place is named"),
    "unresolved": N_("not known"),
}
"""How a wording was resolved: the code and its meaning."""

SCORES = {"name": 100.0, "former": 100.0, "country": 100.0, "spelling": 98.0, "largest": 95.0}
LARGEST = 20.0
"""How many times larger than all others together a place must be to be taken for them."""
COLUMNS = ("place", "place_id", "kind", "country", "admin", "lon", "lat", "how", "score", "candidates")
SHOWN = 5
"""So many candidates are named."""
_LIKE_A_COUNTRY = 90.0
_UNKNOWN_PEOPLE = 1000.0
"""As many people are thought to live where nobody knows."""

_PARTS = re.compile(r"[,;/()|]+|(?<=\w{4})\.\s+")
_BESIDE = re.compile(
    r"\b(\S+[сц]к(?:ая|ой|ий|ого|ом|ую)\s+(?:область|области|обл\b\.?|район\w*|р-н\w*|край|края))",
    re.IGNORECASE,
)
"""A region or district that Russian writes beside a place without a comma."""
_TAKEN = {"name", "spelling", "former", "largest", "country"}
_SPOKEN = ("en", "ru", "tg", "ky", "kk", "uz", "fa")


@dataclass(frozen=True)
class _Answer:
    how: str
    place: Place | None = None
    country: str | None = None
    score: float = 0.0
    candidates: tuple[str, ...] = ()


def resolve(names: Iterable[Any], *, country: str | Iterable[Any] | None = None) -> pd.DataFrame:
    """
    Resolve the names of places and countries.

    Parameters
    ----------
    names
        Wordings in English, Russian, Tajik, Kyrgyz, Kazakh, Uzbek or Persian, with or without "city", a
        region or a country beside them ("г. Ош", "Osh city, Kyrgyzstan"); a Series keeps its index.
    country
        The country that all of them lie in, or one for each; codes or names. A country that is not known
        limits nothing.

    Returns
    -------
    DataFrame
        One row a wording: ``name`` (the wording), ``place`` (its name in the gazetteer), ``place_id``,
        ``kind`` ("country", "town", "region", "post"), ``country`` (alpha-2), ``admin``, ``lon`` and ``lat``
        (missing for countries and regions: they are no points), ``how`` (see `HOW`), ``score`` (0 to 100)
        and ``candidates`` (what it may be or was not taken for, with "; " between them).

    Raises
    ------
    InputError
        If `country` is one text that names no country, or as many as there are names are not given.

    Notes
    -----
    A place's own name goes before one that another place has besides. Of several places of that name one is
    taken only where it has 20 times the people of all others together ("largest": look at the candidates);
    else the name is ambiguous, and where all of them lie in one country that country is given. A country
    goes before a city of the same name, unless the wording says "city". A district is not in the gazetteer:
    its town is shown and not taken. A wording that is like a known name is not taken at any score: look at
    the candidates and decide. Former names are given by their years in `gazetteer.other_names`; the place is
    the one of today. Distinct wordings are resolved once.

    Examples
    --------
    >>> found = resolve(["г. Ош", "Ленинабад", "шаҳри Душанбе", "کابل", "Tashkemt", "Ленинск"])
    >>> print(found[["place", "country", "how", "candidates"]].fillna("").to_string(index=False))
       place country       how                                                                  candidates
         Osh      KG      name
     Khujand      TJ    former
    Dushanbe      TJ  spelling
       Kabul      AF      name
                         close Tashkent (UZ, Tashkent); Tashkent Region (UZ); Tayshet (RU, Irkutsk Oblast)
                     ambiguous                         Baikonur (KZ, Baikonur); Asaka (UZ, Andijan Region)
    """
    import pandas as pd

    cells = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
    wordings = cells.astype("string")
    limits = _limits(country, len(cells))
    pairs = list(zip(wordings.fillna("").tolist(), limits, strict=True))
    answers = {pair: _resolved(*pair) for pair in dict.fromkeys(pairs)}
    rows = [_row(answers[pair]) for pair in pairs]
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=cells.index)
    table[["lon", "lat", "score"]] = table[["lon", "lat", "score"]].astype(float)
    table.insert(0, "name", cells.astype(object))
    counts = table["how"].value_counts()
    noted = {said: int(counts[how]) for how, said in HOW.items() if how in counts}
    return choices.record(table, names_resolved=noted)


def _limits(country: str | Iterable[Any] | None, n: int) -> list[str | None]:
    if country is None:
        return [None] * n
    if isinstance(country, str):
        code = countries.code(country)
        if code is None:
            msg = _("`country` is {name!r}, which is no country that is known. Give a code such as TJ.")
            raise InputError(msg.format(name=country))
        return [code] * n
    given = [one if isinstance(one, str) else "" for one in country]
    if len(given) != n:
        msg = _("`country` has {n} values for {m} names; give one for all, or one for each.")
        raise InputError(msg.format(n=len(given), m=n))
    known = {one: countries.code(one) if one else None for one in set(given)}
    return [known[one] for one in given]


def _row(answer: _Answer) -> tuple[Any, ...]:
    place, shown = answer.place, "; ".join(answer.candidates)
    last = (answer.how, answer.score, shown)
    if place is not None:
        about = (place.name, place.place_id, place.kind, place.country, place.admin or None)
        return (*about, place.lon, place.lat, *last)
    if answer.how == "country" and answer.country is not None:
        return (
            countries.name(answer.country, language="en"),
            None,
            "country",
            answer.country,
            None,
            None,
            None,
            *last,
        )
    return (None, None, None, answer.country, None, None, None, *last)


@lru_cache(maxsize=65536)
def _resolved(wording: str, country: str | None) -> _Answer:
    text = " ".join(wording.split())
    if not re.search(r"[^\W\d_]", text):
        return _Answer("nothing")
    whole = _one(text, country, place_index())
    parts = [part.strip() for part in _PARTS.split(_BESIDE.sub(r", \1, ", text)) if part.strip()]
    if whole.how in _TAKEN or len(parts) < 2:
        return whole if whole.how in _TAKEN | {"ambiguous", "nothing"} else _like(text, country, whole)
    return _of_parts(parts, country) or (whole if whole.how == "ambiguous" else _like(text, country, whole))


def _of_parts(parts: list[str], country: str | None) -> _Answer | None:
    """Resolve "place, region, country": the country and the region say which place is meant."""
    named = {part: _as_country(part) for part in parts if fold(part) in _country_names()}
    lands = {answer.country for answer in named.values() if answer.country}
    limit = country or (next(iter(lands)) if len(lands) == 1 else None)
    read = [_Part.read(part, limit) for part in parts if part not in named]
    fitting = {
        place: part.found
        for part in read
        for place in part.towns
        if all(other is part or other.agrees(place) for other in read)
    }
    if fitting and any(part.is_district for part in read):
        # "Ferghana, Bagdad district" is in the region, "Tashkent, Chilonzor district" in the city.
        regions = [place for part in read if part.towns for place in part.regions]
        if regions:
            lands = {place.country for place in (*fitting, *regions)}
            one = lands.pop() if len(lands) == 1 else None
            return _Answer("ambiguous", None, one, candidates=_shown((*fitting, *regions)))
    if fitting:
        places = tuple(sorted(fitting, key=lambda place: (-place.people, place.place_id)))
        first = fitting[places[0]]
        return _as_place(Found(places, first.how if first else "name"), "")
    if towns := dict.fromkeys(place for part in read for place in part.towns):
        # One town, and a region that it is not in (any more): a person must say.
        how = "ambiguous" if len(towns) > 1 else "close"
        return _Answer(how, score=SCORES["largest"] if how == "close" else 0.0, candidates=_shown(towns))
    named_regions = tuple(dict.fromkeys(place for part in read for place in part.regions))
    if named_regions:
        return _as_place(Found(named_regions, "name"), "")
    return next((answer for answer in named.values() if answer.country), None)


@dataclass(frozen=True)
class _Part:
    """A part of a wording between commas, and what it may mean."""

    found: Found | None
    towns: tuple[Place, ...]
    regions: tuple[Place, ...]
    is_district: bool

    @classmethod
    def read(cls, text: str, country: str | None) -> _Part:
        index = place_index()
        found, kind = index.find(text, country=country)
        is_town = (
            found is not None and found.places[0].kind != "region" and kind not in ("district", "region")
        )
        towns = (*found.places, *found.besides) if found is not None and is_town else ()
        return cls(found, towns, index.regions(text, country=country), kind == "district")

    def agrees(self, town: Place) -> bool:
        """Return whether a part says nothing against a town: it names it too, or its region, or nothing."""
        lies = any((place.name, place.country) == (town.admin, town.country) for place in self.regions)
        return lies or town in self.towns or not (self.towns or self.regions)


def _one(text: str, country: str | None, index: PlaceIndex) -> _Answer:
    """Resolve a wording that names one thing; how is "unresolved" or "close" where it does not."""
    if fold(text) in _country_names():
        return _as_country(text)
    found, kind = index.find(text, country=country)
    if found is not None:
        return _as_place(found, kind)
    return _Answer("unresolved")


def _as_place(found: Found, kind: str) -> _Answer:
    places = found.places
    shown = (*places, *found.besides)
    if kind == "district" or (kind == "region" and places[0].kind != "region"):
        return _Answer("close", score=SCORES["spelling"], candidates=_shown(shown))
    if len(places) == 1:
        return _Answer(found.how, places[0], places[0].country, SCORES[found.how], _shown(found.besides))
    others = sum(max(place.people, _UNKNOWN_PEOPLE) for place in shown[1:])
    if places[0].people >= LARGEST * others:
        return _Answer("largest", places[0], places[0].country, SCORES["largest"], _shown(shown[1:]))
    lands = {place.country for place in places}
    return _Answer("ambiguous", None, lands.pop() if len(lands) == 1 else None, 0.0, _shown(shown))


def _shown(places: Iterable[Place]) -> tuple[str, ...]:
    said = tuple(map(_said, places))
    return said[:SHOWN] + (("…",) if len(said) > SHOWN else ())


def _as_country(text: str) -> _Answer:
    known = countries.find(text)
    if known.status == "nothing":
        return _Answer("nothing")
    if known.code is not None:
        return _Answer("country", None, known.code, SCORES["country"])
    candidates = tuple(f"{countries.name(code, language='en')} ({code})" for code in known.candidates)
    if known.status in ("ambiguous", "historic"):
        return _Answer("ambiguous", candidates=candidates)
    if known.status == "close":
        return _Answer("close", score=_LIKE_A_COUNTRY, candidates=candidates)
    return _Answer("unresolved")


def _like(text: str, country: str | None, whole: _Answer) -> _Answer:
    """Say what country a wording names in any form that is known, else what it is like."""
    known = _as_country(text)
    if known.how in ("country", "ambiguous", "nothing"):
        return known
    near = place_index().near(text, country=country)
    shown = dict.fromkeys((*whole.candidates, *known.candidates, *(_said(place) for place, _score in near)))
    if not shown:
        return _Answer("unresolved")
    best = max([whole.score, known.score, *(score for _place, score in near)])
    return _Answer("close", score=round(best, 1), candidates=tuple(shown)[:SHOWN])


def _said(place: Place) -> str:
    where = f"{place.country}–{place.other_country}" if place.other_country else place.country
    region = f", {place.admin}" if place.admin and place.kind == "town" else ""
    return f"{place.name} ({where}{region})"


@lru_cache(maxsize=1)
def _country_names() -> frozenset[str]:
    """Return the names of countries that go before places, folded: our own, and the region's languages'."""
    path = resources.files(__package__) / "vocabulary" / "country_aliases.csv"
    own = [row["name"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
    codes = countries.codes()["code"]
    known = [countries.name(code, language=language) for language in _SPOKEN for code in codes]
    return frozenset(map(fold, (*own, *known)))
