"""The description that goes with the files of ``datasets/seizures`` (Frictionless Data Package 1)."""

from __future__ import annotations

from typing import Any

__all__ = ["describe_seizures"]

_TITLES = {
    "seizures.csv": "Seizures that three countries sent in, layout of UNODC's individual drug seizures",
    "seizures_ru.csv": "The register of Tolvania: all its seizures, Russian, own layout",
    "prices.csv": "Prices by place and quarter",
    "effort.csv": "Hours of work by country, place and month",
    "demand.csv": "What surveys say each country takes in a year",
    "roads.csv": "Roads between places",
    "places.csv": "Towns and border posts",
    "flows_truth.csv": "What truly crossed each border",
    "truth.json": "What was planted",
}
_NUMBERS = frozenset({"hours", "usd", "purity", "kg", "low", "high", "km", "lon", "lat", "capacity"})
_WHOLE = frozenset({"year", "quarter"})
_MEANING = {
    **{"COUNTRY": "Country of the seizure", "PLACE": "Place, in several spellings and two scripts"},
    **{"SEIZURE_DATE": "Day, YYYY-MM-DD; a few only the year, a few empty", "DRUG_UNIT": "Unit; some empty"},
    **{"AMOUNT": "Amount in the unit; some empty", "DEPARTURE_COUNTRY": "As written: often the own country"},
    **{
        "DESTINATION_COUNTRY": "As written",
        "PRODUCING_COUNTRY": "As written",
        "ROUTING": "Where it was found",
    },
    **{"REGION": "The same in every row", "SUBREGION": "The same in every row", "DRUG_NAME": "The drug"},
    **{"ADMINISTRATIVE_DIVISION": "Province", "HIDING_PLACE": "Where it was hidden; some empty"},
    **{"INSTALLATION": "Kind of place", "TRANSPORT": "Means of transport"},
    **{"№ изъятия": "Number in the register", "Дата изъятия": "Day, DD.MM.YYYY", "Область": "Province"},
    **{"Страна изъятия": "Country of the seizure", "Место изъятия": "Place", "Вид наркотика": "The drug"},
    **{"Количество": "Amount, decimal comma", "Единица измерения": "Unit; some empty"},
    **{"Вид транспорта": "Means of transport", "Направление": "Into, out of or within the country"},
    **{
        "Страна отправления": "Country of departure as written",
        "Страна назначения": "Country of destination",
    },
    **{"country": "Code of the country", "place": "Town", "year": "Year", "quarter": "Quarter, 1 to 4"},
    **{
        "drug": "The drug",
        "level": "wholesale or retail",
        "usd": "US dollars for one unit",
        "unit": "kg or g",
    },
    **{
        "purity": "Share of pure drug, 0 to 1; empty where it makes no sense",
        "post": "Place of work or post",
    },
    **{"month": "Month, YYYY-MM", "hours": "Hours", "kg": "Kilograms", "low": "Lower end of what is known"},
    **{"high": "Upper end of what is known", "source": "One end", "target": "Other end", "km": "Kilometres"},
    **{
        "kind": "Kind",
        "road": "Name of the road",
        "node": "Name of the place",
        "name_ru": "Name in Cyrillic",
    },
    **{"other_country": "Of a post: the country on the other side", "lon": "Longitude", "lat": "Latitude"},
    **{"post_kind": "What kind of post", "capacity": "Vehicles a day, invented", "origin": "From (country)"},
    "destination": "To (country)",
}


def describe_seizures(sums: dict[str, tuple[int, str]], headers: dict[str, list[str]]) -> dict[str, Any]:
    """
    Describe the files.

    Parameters
    ----------
    sums
        Bytes and SHA-256 of each file.
    headers
        Column names of each table.
    """
    return {
        "profile": "data-package",
        "name": "seizures",
        "title": "Seizures of drugs in three invented countries, with the flow behind them",
        "description": "Invented for a course: no country or case exists. Read datasheet.md before use.",
        "version": "1.0.0",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0",
            }
        ],
        "contributors": [{"title": "The ILP toolkit developers", "role": "author"}],
        "sources": [{"title": "Recipe: python -m ilp_toolkit.synthetic datasets"}],
        "resources": [_resource(name, *sums[name], headers.get(name, [])) for name in _TITLES],
    }


def _resource(name: str, size: int, digest: str, header: list[str]) -> dict[str, Any]:
    stem, kind = name.rsplit(".", 1)
    resource: dict[str, Any] = {"name": stem.replace("_", "-"), "path": name, "title": _TITLES[name]}
    resource |= {"format": kind, "bytes": size, "hash": f"sha256:{digest}"}
    if kind == "json":
        return resource | {"mediatype": "application/json", "encoding": "utf-8"}
    russian = name == "seizures_ru.csv"
    return resource | {
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "encoding": "windows-1251" if russian else "utf-8",
        "dialect": {"delimiter": ";" if russian else ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": [_field(one) for one in header], "missingValues": [""]},
    }


def _field(name: str) -> dict[str, str]:
    kind = "number" if name in _NUMBERS else "integer" if name in _WHOLE else "string"
    return {"name": name, "type": kind, "description": _MEANING[name]}
