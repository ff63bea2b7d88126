"""The description that goes with the files of ``datasets/network`` (Frictionless Data Package 1)."""

from __future__ import annotations

from typing import Any

__all__ = ["describe_network"]

_TITLES = {
    "entities.csv": "People, companies, telephones, vehicles, accounts, places, events and documents",
    "links.csv": "Links between them, one row an item of information",
    "statements.csv": "Statements taken by the centre: who did what with whom, when",
    "statements_ru.csv": "The same statements, Russian",
    "calls.csv": "Records of calls as the operator handed them over",
    "authorisation.json": "What the court allowed to be read of the calls",
    "register_a.csv": "First register of persons, mostly Latin",
    "register_b.csv": "Second register of persons, mostly Cyrillic",
    "register_truth.csv": "Which record is which person, and how it was written",
    "register_pairs.csv": "Pairs of records that are one person, and pairs that only look alike",
    "links_truth.csv": "Which links are true, and true links that nobody collected",
    "truth.json": "What was planted",
}
_MEANING = {
    **{
        "entity_id": "Number of the entity",
        "label": "Name, Latin",
        "label_ru": "Name, Cyrillic",
        "type": "Type",
    },
    **{
        "role": "Role of a person in the case; empty for things",
        "handling": "Handling; empty is the strictest",
    },
    **{
        "item_ids": "Reports (R25-…) and statements (ST-…)",
        "link_id": "Number of the link",
        "source": "One end",
    },
    **{
        "target": "Other end",
        "kind": "What the link is",
        "weight": "Always 1: one item",
        "scale": "Grading scale",
    },
    **{"grade": "Grade of the item, or empty", "date": "Day of the report or statement, YYYY-MM-DD"},
    **{"item": "Number of the statement", "who": "Who", "did": "Did what", "with whom": "With whom or what"},
    **{"when": "Day", "how": "How it was come by", "Донесение": "Number of the statement", "Кто": "Who"},
    **{"Что сделал": "Did what", "С кем или с чем": "With whom or what", "Когда": "Day, DD.MM.YYYY"},
    **{"Как получено": "How it was come by", "Оценка": "Grade, 4x4", "Обращение": "Handling"},
    **{
        "caller": "Number that called",
        "called": "Number that was called; two are missing",
        "cell": "District",
    },
    **{"started": "Local clock, YYYY-MM-DD HH:MM; three unreadable", "seconds": "Duration"},
    **{
        "called_cell": "District of the called",
        "record_id": "Number of the record",
        "family_name": "Family name",
    },
    **{"given_name": "Given name", "patronymic": "Patronymic", "birth_date": "Day of birth as written"},
    **{
        "place": "Town",
        "register": "Which register",
        "person_id": "Who it truly is",
        "record_a": "One record",
    },
    **{
        "record_b": "Other record",
        "same": "Whether it is one person",
        "why": "same, twins, father_and_son, namesakes",
    },
    **{
        "written": "What was done to the record",
        "collected": "Whether it is in links.csv",
        "true": "yes, no, unknown",
    },
}


def describe_network(sums: dict[str, tuple[int, str]], headers: dict[str, list[str]]) -> dict[str, Any]:
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
        "name": "network",
        "title": "An invented network of people and things, with calls, registers and the truth",
        "description": "Invented for a course: nobody in it exists. Read datasheet.md before use.",
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
    russian = name == "statements_ru.csv"
    fields = [{"name": one, "type": "string", "description": _MEANING[one]} for one in header]
    return resource | {
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "encoding": "windows-1251" if russian else "utf-8",
        "dialect": {"delimiter": ";" if russian else ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": fields, "missingValues": [""]},
    }
