"""The description of Kelovar's files as a Frictionless Data Package (version 1): schema, licence, hashes."""

from __future__ import annotations

from typing import Any

from .offences import OFFENCES
from .register_ru import COLUMNS_RU

__all__ = ["describe"]

_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_TITLES = {
    "incidents.csv": "Register of offences, Kelovar, three years",
    "register_ru.csv": "The same register, one year, Russian layout, no coordinates",
    "boundary.geojson": "Edge of the city",
    "districts.geojson": "Districts with population and households",
    "streets.geojson": "Street segments with names",
    "features.geojson": "River and park",
    "decisions.csv": "What a human decided about the names of districts in register_ru.csv",
    "truth.json": "What was planted",
}


def describe(sums: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """
    Describe the files of the city.

    Parameters
    ----------
    sums
        Bytes and sha256 (hexadecimal) by file name.

    Returns
    -------
    dict
        The contents of ``datapackage.json``.
    """
    return {
        "profile": "data-package",
        "name": "kelovar",
        "title": "Kelovar: an invented city with a known truth",
        "description": "Generated data of a place that does not exist. Read datasheet.md before use.",
        "version": "1.0.0",
        "licenses": [_LICENCE],
        "contributors": [{"title": "The ILP toolkit developers", "role": "author"}],
        "sources": [{"title": "Recipe: python -m ilp_toolkit.synthetic datasets"}],
        "resources": [_resource(name, *sums[name]) for name in _TITLES],
    }


def _resource(name: str, size: int, digest: str) -> dict[str, Any]:
    stem, kind = name.rsplit(".", 1)
    resource: dict[str, Any] = {"name": stem.replace("_", "-"), "path": name, "title": _TITLES[name]}
    resource |= {"format": kind, "mediatype": _MEDIA[kind], "bytes": size, "hash": f"sha256:{digest}"}
    if kind == "csv":
        russian = name == "register_ru.csv"
        resource |= {
            "profile": "tabular-data-resource",
            "encoding": "windows-1251" if russian else "utf-8",
            "dialect": {"delimiter": ";" if russian else ",", "lineTerminator": "\n", "header": True},
            "schema": {"fields": _FIELDS[name], "missingValues": [""]},
        }
    else:
        resource |= {"encoding": "utf-8"}
    return resource


_MEDIA = {"csv": "text/csv", "geojson": "application/geo+json", "json": "application/json"}


def _field(name: str, kind: str, description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": description, **more}


_OFFENCES = {"enum": [item.name for item in OFFENCES]}
_ENGLISH = [
    _field("incident_no", "string", "Number of the register; not always unique, as in real registers",
           constraints={"required": True, "pattern": r"K\d\d-\d{5}"}),
    _field("offence", "string", "The offence", constraints=_OFFENCES),
    _field("article", "string", "Article of the invented penal code"),
    _field("reported_at", "string", "When it came to the register, local clock, YYYY-MM-DD HH:MM"),
    _field("occurred_from", "string", "Earliest it can have happened; a few are unreadable"),
    _field("occurred_to", "string", "Latest it can have happened; empty where unknown"),
    _field("origin", "string", "Who noticed it: the public or the police",
           constraints={"enum": ["reported", "discovered"]}),
    _field("longitude", "number", "Degrees, WGS 84; some wrong on purpose"),
    _field("latitude", "number", "Degrees, WGS 84; some wrong on purpose"),
    _field("address", "string", "House number and street"),
    _field("district", "string", "District, by its Latin name"),
    _field("beat", "string", "Patrol beat"),
    _field("premises", "string", "What stands at the address",
           constraints={"enum": ["house", "flats", "shop", "bar", "car park", "public"]}),
    _field("loss_telar", "integer", "Loss in telars, the currency of the invented world"),
    _field("status", "string", "State of the inquiry", constraints={"enum": ["open", "solved", "suspended"]}),
]  # fmt: skip


def _russian() -> list[dict[str, Any]]:
    meaning = (
        *("Number of the register", "Day of registration, DD.MM.YYYY", "The offence", "Article"),
        *("Day from, DD.MM.YYYY", "Time from, HH:MM; empty where only the day is known"),
        *("Day to; empty where unknown", "Time to", "Who noticed it", "District as typed: spellings vary"),
        *(
            "Address",
            "Loss in telars, decimal comma",
            "Invented name of the victim",
            "Invented number",
        ),
    )
    return [_field(name, "string", text) for name, text in zip(COLUMNS_RU, meaning, strict=True)]


_DECISIONS = [
    _field("wording", "string", "District as typed in register_ru.csv"),
    _field("area", "string", "Full Russian name of the district, or - for none of the city"),
]
_FIELDS = {"incidents.csv": _ENGLISH, "register_ru.csv": _russian(), "decisions.csv": _DECISIONS}
