"""
Sixty information reports about the invented world: two circular, one planted false, some tainted.

The texts are written by hand (``report_texts.toml``), so that an officer can read them in class; the recipe
puts in names, takes out what tells of a source for the sanitised text, adds a second grader, and writes down
the truth. Nothing here is random except where the second grader differs, and that has a seed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from .files import csv_bytes, json_bytes
from .names import cyrillic

__all__ = ["SEED", "grades_table", "make_reports", "named", "reports_table"]

SEED = 6021
"""Where the second grader differs from the first."""
DIFFERS = 0.3
"""Share of codes that the second grader moves by one."""

HEADERS: dict[str, tuple[str, str]] = {
    "report_id": ("Report number", "Номер сообщения"),
    "received": ("Date received", "Дата получения"),
    "collector": ("Reporting officer", "Кто получил"),
    "originator": ("Originating agency", "Орган, давший сведения"),
    "subject": ("Subject", "Тема"),
    "area": ("District", "Район"),
    "source_id": ("Source code", "Код источника"),
    "origin_id": ("First source", "Первоисточник"),
    "path": ("Through whom", "Через кого"),
    "how_obtained": ("How obtained", "Как получено"),
    "lawful": ("Obtained lawfully", "Получено законно"),
    "ill_treatment_free": ("Free of ill-treatment", "Без жестокого обращения"),
    "text": ("Information", "Сведения"),
    "sanitised": ("Sanitised text", "Обезличенный текст"),
    "scale": ("Grading scale", "Шкала оценки"),
    "source_grade": ("Source grade", "Оценка источника"),
    "information_grade": ("Information grade", "Оценка сведений"),
    "handling": ("Handling", "Порядок обращения"),
    "feedback": ("Analyst feedback", "Отзыв аналитика"),
}
"""Headers as the paper form prints them, English and Russian."""
_YES_NO = {"yes": ("yes", "да"), "no": ("no", "нет"), "?": ("", "")}
_COMPANIES = {"C1": ("{} Repairs", "«{}»"), "C2": ("{} Haulage", "ТК «{}»"), "C3": ("{} Storage", "«{}»")}
_CODES = {"source": "ABC", "information": "1234"}
"""Codes of the 4x4 that stand in an order; the second grader moves along it."""


def make_reports() -> dict[str, bytes]:
    """
    Make every generated file of ``datasets/reports``.

    Returns
    -------
    dict of str to bytes
        File names and contents; the same on every call.

    Examples
    --------
    >>> sorted(make_reports())[:2]
    ['datapackage.json', 'reports.csv']
    """
    files = {
        "reports.csv": csv_bytes(reports_table("en")),
        "reports_ru.csv": csv_bytes(reports_table("ru"), encoding="cp1251", separator=";"),
        "second_grader.csv": csv_bytes(grades_table()),
        "truth.json": json_bytes(_truth()),
    }
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    files["datapackage.json"] = json_bytes(_describe(sums))
    return files


def reports_table(language: str) -> pd.DataFrame:
    """
    Return the reports in one language, as text under the headers of the form.

    Examples
    --------
    >>> reports_table("en").shape
    (60, 19)
    """
    side = 1 if language == "ru" else 0
    rows = [_row(number, item, side) for number, item in enumerate(_texts()["report"], start=1)]
    return pd.DataFrame(rows, columns=[names[side] for names in HEADERS.values()])


def grades_table() -> pd.DataFrame:
    """
    Return what a second grader gave to the reports of the 4x4, working alone.

    Returns
    -------
    DataFrame
        ``report_id``, ``scale``, ``source_grade``, ``information_grade``.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED])))
    rows = []
    for number, item in enumerate(_texts()["report"], start=1):
        grade = str(item["grade"])
        if item.get("scale", "4x4") != "4x4" or not grade:
            continue
        moved = [_moved(code, axis, rng) for code, axis in zip(grade, _CODES, strict=True)]
        rows.append([_number(number), "4x4", *moved])
    return pd.DataFrame(rows, columns=["report_id", "scale", "source_grade", "information_grade"])


def named(key: str) -> str:
    """
    Return the name of a person or a company of the reports, in Latin letters.

    Examples
    --------
    >>> named("C2")
    'Vontulek'
    """
    return str(_texts()["names"][key])


def _moved(code: str, axis: str, rng: np.random.Generator) -> str:
    order = _CODES[axis]
    chance, step = rng.random(), 1 if rng.random() < 0.5 else -1
    if code not in order or chance >= DIFFERS:
        return code
    place = order.index(code) + step
    return order[place] if 0 <= place < len(order) else order[order.index(code) - step]


def _row(number: int, item: dict[str, Any], side: int) -> list[str]:
    collector, originator, source, origin, path = item["who"]
    text = item["ru" if side else "en"]
    grade = str(item["grade"]) or "  "
    values = {
        "report_id": _number(number),
        "received": _moment(item["at"], side),
        "collector": collector,
        "originator": originator,
        "subject": item["subject"][side],
        "area": cyrillic(item["area"]) if side else item["area"],
        "source_id": source,
        "origin_id": origin,
        "path": _texts()["paths"][path] if side else path,
        "how_obtained": _texts()["how"][item["how"]][side],
        "lawful": _YES_NO[item.get("lawful", "yes")][side],
        "ill_treatment_free": _YES_NO[item.get("free", "no" if item["how"] == "custody" else "yes")][side],
        "text": _original(text, side),
        "sanitised": _sanitised(text, item.get("sanitised", ""), side),
        "scale": item.get("scale", "4x4"),
        "source_grade": grade[0].strip(),
        "information_grade": grade[1].strip(),
        "handling": item["handling"],
        "feedback": item["feedback"][side] if "feedback" in item else "",
    }
    return [values[role] for role in HEADERS]


def _number(number: int) -> str:
    return f"R25-{number:03d}"


def _moment(text: str, side: int) -> str:
    return dt.datetime.fromisoformat(text).strftime("%d.%m.%Y %H:%M") if side else text


def _original(text: str, side: int) -> str:
    named = re.sub(r"\{(\w+)\}", lambda match: f" ({_name(match[1], side)})", text)
    return named.replace("[[", "").replace("]]", "")


def _sanitised(text: str, how: str, side: int) -> str:
    if how == "none":
        return ""
    if how == "same":
        return _original(text, side)
    return re.sub(r"\{\w+\}", "", re.sub(r"\s*\[\[.*?\]\]", "", text))


def _name(key: str, side: int) -> str:
    if key in _texts()["vehicles"]:
        return str(_texts()["vehicles"][key])
    name = _texts()["names"][key]
    written = cyrillic(name) if side else name
    return _COMPANIES[key][side].format(written) if key in _COMPANIES else written


def _truth() -> dict[str, Any]:
    items = list(enumerate(_texts()["report"], start=1))

    def having(test: Any) -> list[str]:
        return [_number(number) for number, item in items if test(item)]

    origins = {item["who"][3] for _n, item in items}
    paths = {origin: {item["who"][4] for _n, item in items if item["who"][3] == origin} for origin in origins}
    circular = sorted(origin for origin, found in paths.items() if len(found) > 1)
    facts = {
        code: {**fact, "reports": having(lambda item, code=code: item["fact"] == code)}
        for code, fact in _texts()["facts"].items()
    }
    first, second = _graded()
    same = sum(one == other for one, other in zip(first, second, strict=True))
    return {
        "about": "What was planted in the invented reports. Keep it from learners until they have answered.",
        "reports": len(items),
        "facts": facts,
        "circular": {
            origin: {
                "reports": having(lambda item, origin=origin: item["who"][3] == origin),
                "paths": sorted(paths[origin]),
            }
            for origin in circular
        },
        "planted_false": {
            "fact": "B5",
            "report": having(lambda item: item["who"][3] == "O-19"),
            "spoken_against_by": having(lambda item: item["fact"] == "B5" and item["who"][3] != "O-19"),
            "why": "The source is a rival of the tenant. Its grade, B2, is a good one.",
        },
        "refused": {
            "ill_treatment": having(lambda item: item["how"] in {"beaten", "custody"}),
            "unlawful": having(lambda item: item.get("lawful") == "no"),
        },
        "unstated": {
            "lawful": having(lambda item: item.get("lawful") == "?"),
            "ill_treatment_free": having(lambda item: item.get("free") == "?"),
        },
        "without_handling": having(lambda item: not item["handling"]),
        "without_grade": having(lambda item: not item["grade"]),
        "not_sanitised": having(lambda item: item.get("sanitised") == "none"),
        "sanitised_by_copying": having(lambda item: item.get("sanitised") == "same"),
        "scales": {
            scale: having(lambda i, scale=scale: i.get("scale", "4x4") == scale) for scale in _scales()
        },
        "second_grader": {"reports": len(first), "same_grade": same},
    }


def _graded() -> tuple[list[str], list[str]]:
    table = grades_table()
    own = {_number(n): str(item["grade"]) for n, item in enumerate(_texts()["report"], start=1)}
    second = (table["source_grade"] + table["information_grade"]).tolist()
    return [own[number] for number in table["report_id"]], second


def _scales() -> list[str]:
    return sorted({str(item.get("scale", "4x4")) for item in _texts()["report"]})


def _describe(sums: dict[str, tuple[int, str]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": "reports",
        "title": "Sixty information reports of the invented world",
        "description": "Written for a course: no person, place or case exists. Read datasheet.md before use.",
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
        "resources": [_resource(name, *sums[name]) for name in _TITLES],
    }


_TITLES = {
    "reports.csv": "Information reports, English",
    "reports_ru.csv": "The same reports, Russian",
    "second_grader.csv": "Grades of a second grader",
    "truth.json": "What was planted",
}


def _resource(name: str, size: int, digest: str) -> dict[str, Any]:
    stem, kind = name.rsplit(".", 1)
    resource: dict[str, Any] = {"name": stem.replace("_", "-"), "path": name, "title": _TITLES[name]}
    resource |= {"format": kind, "bytes": size, "hash": f"sha256:{digest}"}
    if kind == "json":
        return resource | {"mediatype": "application/json", "encoding": "utf-8"}
    russian = name == "reports_ru.csv"
    return resource | {
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "encoding": "windows-1251" if russian else "utf-8",
        "dialect": {"delimiter": ";" if russian else ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": _fields(name), "missingValues": [""]},
    }


def _fields(name: str) -> list[dict[str, Any]]:
    if name == "second_grader.csv":
        roles = {role: role for role in grades_table().columns}
    else:
        roles = {role: names[1 if name == "reports_ru.csv" else 0] for role, names in HEADERS.items()}
    return [
        {"name": header, "type": "string", "description": f"Column {role} of ilp.reports.REPORTS"}
        for role, header in roles.items()
    ]


@cache
def _texts() -> dict[str, Any]:
    path = resources.files(__package__) / "report_texts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
