"""
The gazetteer from GeoNames: every place of 500 people in six countries, and the larger places elsewhere.

Of the other names of a place those in Latin, Cyrillic and Arabic script are kept; of several that sound the
same one is kept. Names that a machine spelt from another script (they come in small letters) and codes of
airports are left out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any

from ilp_toolkit.collection.placefolds import sound
from ilp_toolkit.collection.transliteration import plain

WHOLE = ("AF", "KG", "KZ", "TJ", "TM", "UZ")
"""Countries of which everything is kept."""
NEAR = ("AM", "AZ", "BY", "CN", "GE", "IR", "MN", "PK", "RU", "TR", "UA")
"""Countries of which places of 15,000 people and more are kept (of China in Xinjiang, elsewhere as below)."""
TOWN, CITY = 15_000, 100_000
A_CITY = {"KG.01", "KG.10", "KZ.02", "KZ.05", "KZ.08", "KZ.1537272", "TJ.04", "TM.S", "UZ.13"}
"""Divisions that are one city: the city is in the gazetteer as such."""
COLUMNS = ("place_id", "kind", "name", "country", "admin", "lon", "lat", "population", "names", "sounds")

_SCRIPT = {"LATIN", "CYRILLIC", "ARABIC"}


def make(cities: bytes, divisions: bytes) -> bytes:
    """Return the gazetteer as CSV: the regions, then the places, each in the order of their ids."""
    regions = {row["code"]: row["name"] for row in json.loads(divisions)}
    places = [place for place in json.loads(cities).values() if _kept(place)]
    rows: list[tuple[Any, ...]] = [
        (code, "region", name, code[:2], name, "", "", "", "", sound(name))
        for code, name in sorted(regions.items())
        if code[:2] in WHOLE and code not in A_CITY
    ]
    for place in sorted(places, key=lambda place: place["geonameid"]):
        admin = regions.get(f"{place['countrycode']}.{place['admin1code']}", "")
        at = (f"{place['longitude']:.4f}", f"{place['latitude']:.4f}")
        names = _names(place)
        sounds = "|".join(sound(name) for name in (place["name"], *names))
        about = (place["name"], place["countrycode"], admin, *at, place["population"] or "")
        rows.append((place["geonameid"], "town", *about, "|".join(names), sounds))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def _kept(place: dict[str, Any]) -> bool:
    country, people = place["countrycode"], place["population"]
    if country in WHOLE:
        return True
    near = country in NEAR and (country != "CN" or place["admin1code"] == "13")
    return bool(people >= (TOWN if near else CITY))


def _names(place: dict[str, Any]) -> list[str]:
    """Return the other names of a place that sound unlike its own."""
    own = place["name"]
    wanted = _SCRIPT if place["countrycode"] in (*WHOLE, *NEAR) else {"CYRILLIC"}
    if place["countrycode"] not in WHOLE:
        wanted = wanted - {"LATIN"}
    kept, heard = [], {sound(own)}
    for name in sorted(place["alternatenames"], key=lambda name: (_script(name), name)):
        if _script(name) not in wanted or sound(name) in heard or not _is_a_name(name):
            continue
        heard.add(sound(name))
        kept.append(unicodedata.normalize("NFC", name).replace("|", " "))
    return kept


def _is_a_name(name: str) -> bool:
    small = name[:1].islower() and _script(name) == "LATIN"
    code = name.isascii() and name.isupper() and len(name) <= 4
    return not small and not code and re.search(r"[\d,،()]", name) is None and len(plain(name)) > 1


def _script(name: str) -> str:
    """Return the script of the first letter of a name."""
    letter = next((letter for letter in name if letter.isalpha()), "")
    return unicodedata.name(letter, "?").split(" ")[0] if letter else "?"
