"""
The cells of a seizure record: which column is what, which group a drug belongs to, what number an amount is.

Words are data: ``vocabulary/seizure_headers.toml`` and ``vocabulary/drugs.csv``.
"""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import pyarrow as pa

from .headers import normalise
from .rolecolumns import given_roles
from .shapes import NOTHING
from .units import code_of

__all__ = [
    "ROLES",
    "counting_column",
    "drug_class",
    "header_unit",
    "match_columns",
    "missing_columns",
    "read_amount",
    "roles",
]

_NUMBER = re.compile(r"[+-]?\d[\d\s.,'’]*(?:[eE][+-]?\d+)?")
_LAST_WORD = re.compile(r"[\s,_(\[]+([^\W\d_]+)\.?\s*[)\]]?\s*$")
_COUNTS = frozenset(
    [
        *("number of seizures", "no of seizures", "seizures", "number of cases", "no of cases", "cases"),
        *("count of event", "count", "seizure count", "число изъятий", "количество изъятий", "число случаев"),
        *("количество случаев", "кол во изъятий", "изъятий"),
    ]
)
"""Headers of columns that count seizures."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})+")


@lru_cache(maxsize=1)
def roles() -> tuple[str, ...]:
    """Return what a column of seizures can be."""
    return tuple(_vocabulary())


ROLES = ("date", "country", "drug", "amount")
"""Roles that a file must fill, the date by the year if need be."""


def match_columns(names: list[str], given: Mapping[Any, Any] | None = None) -> dict[str, str]:
    """
    Find the column for each role, role to column, in the order of the roles.

    Parameters
    ----------
    names
        Columns of the file.
    given
        Role to column, or column to role; None for a role leaves it unfilled.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist.

    Examples
    --------
    >>> match_columns(["COUNTRY_OF_SEIZURE", "SEIZURE_DATE", "AMOUNT_OF_DRUG"])
    {'date': 'SEIZURE_DATE', 'country': 'COUNTRY_OF_SEIZURE', 'amount': 'AMOUNT_OF_DRUG'}
    """
    wanted = given_roles(names, given, roles())
    found = {role: column for role, column in wanted.items() if column}
    plain: dict[str, list[str]] = {}
    for name in names:
        plain.setdefault(normalise(name), []).append(name)
        if header_unit(name):
            plain.setdefault(normalise(_LAST_WORD.sub("", name)), []).append(name)
    for role, headers in _vocabulary().items():
        if role in wanted:
            continue
        for header in headers:
            free = [name for name in plain.get(normalise(header), []) if name not in found.values()]
            if free:
                found[role] = free[0]
                break
    return {role: found[role] for role in roles() if role in found}


def header_unit(name: str) -> str | None:
    """
    Return the unit that a header ends in, None where it ends in none.

    Examples
    --------
    >>> header_unit("Вес, кг"), header_unit("amount (g)"), header_unit("AMOUNT_OF_DRUG")
    ('kg', 'g', None)
    """
    found = _LAST_WORD.search(name)
    return code_of(found[1]) if found else None


def missing_columns(found: Mapping[str, str]) -> list[str]:
    """Return the roles that must be filled and are not."""
    return [role for role in ROLES if role not in found and not (role == "date" and "year" in found)]


def counting_column(table: pa.Table, taken: set[str]) -> str | None:
    """Return the column that counts the seizures behind a row, None where rows are single seizures."""
    for name in table.column_names:
        if name not in taken and normalise(name) in _COUNTS:
            cells = [cell for cell in table.column(name).to_pylist()[:2000] if cell]
            if any(re.fullmatch(r"0*([2-9]|[1-9]\d+)([.]0*)?", cell.strip()) for cell in cells):
                return str(name)
    return None


@lru_cache(maxsize=4096)
def drug_class(wording: str) -> str | None:
    """
    Return the group of a drug, None where the table does not know the wording.

    Examples
    --------
    >>> drug_class("Cocaine HCL"), drug_class("Героин (смесь)"), drug_class("JWH-018"), drug_class("Blix")
    ('cocaine', 'heroin', 'nps', None)
    """
    text = " ".join(wording.casefold().replace("ё", "е").split())
    exact, starts = _drugs()
    if text in exact:
        return exact[text]
    return next((group for start, group in starts if text.startswith(start)), None)


def read_amount(text: str, *, decimal: str = ".") -> tuple[float, str]:
    """
    Read an amount, and the unit behind it where the cell holds both; NaN where it is no number.

    Parameters
    ----------
    text
        A cell.
    decimal
        The decimal sign of the file: settles what "1,234" is.

    Examples
    --------
    >>> read_amount("1 234,5"), read_amount("5,5 кг"), read_amount("1,234.5"), read_amount("about 3")
    ((1234.5, ''), (5.5, 'кг'), (1234.5, ''), (nan, ''))
    >>> read_amount("1,234"), read_amount("1,234", decimal=",")
    ((1234.0, ''), (1.234, ''))
    """
    if decimal == "." and text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text), ""  # as most cells are
    found = _NUMBER.match(text.strip())
    if found is None:
        return math.nan, ""
    digits, unit = re.sub(r"[\s'’]", "", found[0]).rstrip(".,"), text.strip()[found.end() :].strip()
    grouped = _THOUSANDS.fullmatch(digits)
    if "." in digits and "," in digits:
        last = max(digits.rfind("."), digits.rfind(","))
        digits = re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    elif grouped is not None and grouped[1] != decimal:
        digits = re.sub("[.,]", "", digits)
    elif digits.count(",") + digits.count(".") > 1:
        digits = re.sub("[.,]", "", digits) if grouped is not None else ""
    try:
        return float(digits.replace(",", ".")), unit
    except ValueError:
        return math.nan, ""


# Vocabulary


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, list[str]]:
    path = resources.files(__package__) / "vocabulary" / "seizure_headers.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["headers"])


@lru_cache(maxsize=1)
def _drugs() -> tuple[dict[str, str], list[tuple[str, str]]]:
    path = resources.files(__package__) / "vocabulary" / "drugs.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    exact = {row["wording"]: row["class"] for row in rows if row["match"] == "exact"}
    exact |= dict.fromkeys((word for word in NOTHING if word), "unknown")
    return exact, [(row["wording"], row["class"]) for row in rows if row["match"] == "start"]
