"""The index of places: which rows of the gazetteer a wording may mean, as it is written or as it sounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .gazetteer import gazetteer, other_names
from .placefolds import fold, sound, without_kind
from .placenames import PlaceName
from .posts import post_table
from .transliteration import skeleton

__all__ = ["Found", "Place", "PlaceIndex", "place_index"]

Sort = Literal["own", "former", "other"]
"""A name may be a place's own, its own once, or one that it has besides."""
_ORDER: dict[Sort, int] = {"former": 0, "own": 1, "other": 2}
"""What the table of former names says goes first."""

_POST_PARTS = re.compile(r"\s+–\s+|\|")
_ADJECTIVE = re.compile(r"(?:ин|ов)?(?:ск(?:ая|ий|ой|ого|ую|ое|ом)|sk(?:aya|iy|i|oy|oe))$")
_NEAR = 80.0
_SHORT = 4


@dataclass(frozen=True, eq=False)
class Place:
    """A town, a region or a border post."""

    place_id: str
    kind: str
    name: str
    country: str
    admin: str
    lon: float
    lat: float
    people: float
    other_country: str = ""
    """Of a border post: the country on its other side."""

    def within(self, country: str | None) -> bool:
        """Return whether the place is of a country; of None everything is."""
        return country is None or country in (self.country, self.other_country)


Index = dict[str, dict[Place, Sort]]


class Way(NamedTuple):
    """A key under which places were looked for, those that bear it, and whether it is a sound."""

    key: str
    places: dict[Place, Sort]
    spelt: bool


Ways = list[Way]


@dataclass(frozen=True)
class Found:
    """What a wording may mean, and how it was found."""

    places: tuple[Place, ...]
    """Those whose own name it is, or, where it is nobody's own, those who have it besides; largest first."""
    how: Literal["name", "spelling", "former"]
    besides: tuple[Place, ...] = ()
    """Those who have it besides, where it is somebody's own."""


class PlaceIndex:
    """All names of all places, as written and as they sound; made once."""

    def __init__(self) -> None:
        self._written: Index = {}
        self._sounds: Index = {}
        by_name: dict[tuple[str, str, str], Place] = {}
        for place, names, sounds in _gazetteer_places():
            key = (place.country, place.kind, place.name)
            if key not in by_name or by_name[key].people < place.people:
                by_name[key] = place
            for number, (name, heard) in enumerate(zip(names, sounds, strict=True)):
                self._add(place, "own" if number == 0 else "other", fold(name), heard)
        rows: Any = other_names().itertuples(index=False)
        for row in rows:
            place = by_name[row.country, row.place_kind, row.place]
            self._add(place, "former" if row.sort == "former" else "own", *_keys(row.name))
        for place, names in _posts():
            for name in names:
                self._add(place, "own", *_keys(name))
        self._by_first_letter: dict[str, list[str]] = {}
        for heard in self._sounds:
            self._by_first_letter.setdefault(heard[0], []).append(heard)

    def find(self, text: str, *, country: str | None = None) -> tuple[Found | None, str]:
        """
        Return what a wording may mean, None where nothing, and the kind that it says it is.

        A town's own name goes first; then, as written and after that as it sounds, a region's own name before
        one that a town has besides; then border posts. Where the wording says "region", regions go first.
        """
        whole = fold(text)
        rest, kind = without_kind(whole)
        as_it_is = Way(whole, self._written.get(whole, {}), False)
        towns = _among(as_it_is, "town", country)
        if kind != "region" and any(sort != "other" for sort in towns.values()):
            return _found(towns, False), "" if whole != rest else kind
        written, heard = self._ways(whole, rest, kind)
        if kind == "region" and (regions := self._regions(written, heard, country)):
            return regions, kind
        for way in (*written, *heard):
            towns = _among(way, "town", country)
            if any(sort != "other" for sort in towns.values()):
                # A name that holds "district" as a part of it, such as Nishon Tumani, says nothing by it.
                said = "" if way.key == whole != rest else kind
                return _beside_larger(towns, way, written, country), said
        for ways in (written, heard):
            for wanted in ("region", "town"):
                for way in ways:
                    if here := _among(way, wanted, country):
                        return _found(here, way.spelt), kind
        for way in (*written, *heard):
            if here := _among(way, "post", country):
                return _found(here, way.spelt), kind
        return None, kind

    def regions(self, text: str, *, country: str | None = None) -> tuple[Place, ...]:
        """Return the regions that a wording beside a place may mean: by their names, or their towns'."""
        whole = fold(text)
        rest, kind = without_kind(whole)
        if kind not in ("", "region"):
            return ()
        found = self._regions(*self._ways(whole, rest, "region"), country)
        return found.places if found else ()

    def _regions(self, written: Ways, heard: Ways, country: str | None) -> Found | None:
        for way in (*written, *heard):
            if here := _among(way, "region", country):
                return _found(here, way.spelt)
        for way in (*written, *heard):
            if regions := self._named_after(_among(way, "town", country)):
                return Found(regions, "spelling")
        return None

    def _ways(self, whole: str, rest: str, kind: str) -> tuple[Ways, Ways]:
        """Return the entries of a folded wording: as written, and as it sounds."""
        parts = PlaceName.read(whole)
        heard = [skeleton(rest), parts.core if not parts.marks else "", *_stems(rest, kind)]
        written = [Way(key, self._written.get(key, {}), False) for key in dict.fromkeys((whole, rest))]
        sounds = [key for key in dict.fromkeys(heard) if len(key) > 1]
        return written, [Way(key, self._sounds.get(key, {}), True) for key in sounds]

    def near(self, text: str, *, country: str | None = None, limit: int = 3) -> list[tuple[Place, float]]:
        """Return the places whose names are most alike, with their likeness (0 to 100)."""
        from rapidfuzz import fuzz, process

        wanted = skeleton(without_kind(fold(text))[0])
        if len(wanted) < _SHORT:
            return []
        best: dict[Place, float] = {}
        keys = self._by_first_letter.get(wanted[0], [])
        for key, ratio, _number in process.extract(
            wanted, keys, scorer=fuzz.ratio, limit=12, score_cutoff=_NEAR
        ):
            for place in self._sounds[key]:
                if place.within(country):
                    best[place] = max(best.get(place, 0.0), ratio)
        return sorted(best.items(), key=lambda pair: (-pair[1], -pair[0].people, pair[0].place_id))[:limit]

    def _named_after(self, towns: Iterable[Place]) -> tuple[Place, ...]:
        """Return the regions that bear the name of a town: one knows "ولایت قندوز" by its town."""
        return tuple(
            {
                region.place_id: region
                for town in towns
                for region in self._sounds.get(sound(town.name), {})
                if region.kind == "region" and region.country == town.country
            }.values()
        )

    def _add(self, place: Place, sort: Sort, written: str, *heard: str) -> None:
        _note(self._written, written, place, sort)
        for key in heard:
            _note(self._sounds, key, place, sort)


@lru_cache(maxsize=1)
def place_index() -> PlaceIndex:
    """Return the index, made when first asked for."""
    return PlaceIndex()


def _note(index: Index, key: str, place: Place, sort: Sort) -> None:
    if key:
        known = index.setdefault(key, {})
        if place not in known or _ORDER[sort] < _ORDER[known[place]]:
            known[place] = sort


def _keys(name: str) -> tuple[str, ...]:
    """Return a name as written and as it sounds, with and without what an adjective ends in."""
    written = fold(name)
    return (written, *dict.fromkeys((sound(name), PlaceName.read(written).core)))


def _stems(rest: str, kind: str) -> list[str]:
    """Return how a region sounds that is said as an adjective: "Кундузская провинция" is Kunduz."""
    if kind not in ("region", "district"):
        return []
    stem = _ADJECTIVE.sub("", rest)
    return [] if stem == rest else [skeleton(stem + end) for end in ("", "а", "о", "и")]


def _beside_larger(towns: dict[Place, Sort], way: Way, written: Ways, country: str | None) -> Found:
    """Return towns found, with larger ones that are written so: "Москва" sounds like a village's own name."""
    found = _found(towns, way.spelt)
    if not way.spelt or found.how == "former":
        return found
    here = [place for one in written for place in _among(one, "town", country)]
    others = [place for place in here if place not in found.places]
    if others and max(place.people for place in others) > found.places[0].people:
        everyone = sorted({*towns, *others}, key=lambda place: (-place.people, place.place_id))
        return Found(tuple(everyone), "name")
    return Found(found.places, found.how, tuple(dict.fromkeys((*found.besides, *others))))


def _among(way: Way, kind: str, country: str | None) -> dict[Place, Sort]:
    return {place: sort for place, sort in way.places.items() if place.kind == kind and place.within(country)}


def _found(here: dict[Place, Sort], spelt: bool) -> Found:
    """Return the places found: those whose own (or once own) name it is, before those who have it besides."""
    by_size = sorted(here, key=lambda place: (-place.people, place.place_id))
    own = [place for place in by_size if here[place] != "other"]
    first = own or by_size
    former = all(here[place] == "former" for place in first)
    besides = tuple(place for place in by_size if place not in first)
    return Found(tuple(first), "former" if former else "spelling" if spelt else "name", besides)


def _gazetteer_places() -> list[tuple[Place, list[str], list[str]]]:
    table = gazetteer()
    table["population"] = table["population"].fillna(0.0)
    columns = ["place_id", "kind", "name", "country", "admin", "lon", "lat", "population"]
    rows: Any = table[columns].itertuples(index=False, name=None)
    return [
        (Place(*row), [row[2], *(names.split("|") if names else [])], sounds.split("|"))
        for row, names, sounds in zip(rows, table["names"], table["sounds"], strict=True)
    ]


def _posts() -> list[tuple[Place, list[str]]]:
    found = []
    posts: Any = post_table().itertuples(index=False)
    for post in posts:
        local = post.names_local or ""
        names = [name for text in (post.name_en, post.name_ru, local) for name in _POST_PARTS.split(text)]
        at = (float(post.lon), float(post.lat), 0.0, post.country_b)
        place = Place(post.post_id, "post", post.name_en, post.country_a, "", *at)
        found.append((place, [post.name_en, post.name_ru, *names]))
    return found
