"""
Columns about persons, set aside by default: what a pattern of crime does not need must not travel with it.

Headers are compared with a list kept as data (``vocabulary/identity.toml``); where a header says nothing,
the cells are looked at: national numbers with a date of birth in them, telephone numbers, e-mail addresses,
passports, names with a patronymic. Age and sex are left: they describe, and do not identify on their own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ColumnsError
from ..i18n import _
from .headers import near_hint, normalise
from .personal_numbers import iin_check, is_birth
from .shapes import spread

__all__ = ["kept_columns", "personal_columns", "personal_text"]

_SAMPLE = 200
_SHARE = 0.6


def personal_columns(table: pa.Table, *, used: Iterable[str] = ()) -> dict[str, str]:
    """
    Find the columns that look like identity or special categories.

    Parameters
    ----------
    table
        Columns of text.
    used
        Columns that have a role as an incident's number, time, place or kind: those are judged by no
        header, and by their cells only.

    Returns
    -------
    dict
        Column to category: ``name``, ``national_id``, ``contact``, ``birth_date``, ``origin``, ``belief``,
        ``health``.

    Examples
    --------
    >>> personal_columns(pa.table({"ФИО": ["x"], "Area name": ["y"], "Victim name": ["z"], "code": ["0820"]}))
    {'ФИО': 'name', 'Victim name': 'name'}
    """
    used = set(used)
    found: dict[str, str] = {}
    for name in table.column_names:
        category = None if name in used else _by_header(name)
        category = category or _by_cells(table.column(name))
        if category:
            found[name] = category
    return found


def kept_columns(keep: str | Iterable[str], names: list[str]) -> set[str]:
    """
    Return the columns that `keep` names.

    Raises
    ------
    ColumnsError
        If the file has no such column.
    """
    wanted = [keep] if isinstance(keep, str) else list(keep)
    kept = set()
    for name in wanted:
        same = [n for n in names if n == name] or [n for n in names if normalise(n) == normalise(str(name))]
        if not same:
            msg = _(
                "`keep` names the column {column!r}, which the file does not have. {near}Columns: {names}."
            )
            raise ColumnsError(
                msg.format(column=name, near=near_hint(str(name), names), names=", ".join(names[:40]))
            )
        kept.update(same)
    return kept


def personal_text(text: str) -> str | None:
    """
    Return which kind of personal data one text is as a whole, None where it does not look like any.

    Examples
    --------
    >>> personal_text("+996 555 123 456"), personal_text("no answer")
    ('contact', None)
    """
    return next((category for category, test in _CELL_TESTS if test(text)), None)


# Headers


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "identity.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _known() -> list[tuple[str, frozenset[str], frozenset[str], frozenset[str]]]:
    known = []
    for category, lists in _vocabulary()["categories"].items():
        names = frozenset(_plain(name) for name in lists["names"])
        known.append((category, names, frozenset(lists["words"]), frozenset(lists["beside"])))
    return known


def _plain(header: str) -> str:
    """Return a header in its normal form, initials drawn together: Ф.И.О. is ФИО."""
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", normalise(header))


def _by_header(header: str) -> str | None:
    text = _plain(header)
    words = set(text.split())
    person = bool(words & set(_vocabulary()["person"]["words"]))
    for category, names, alone, beside in _known():
        if text in names or words & alone or (person and words & beside):
            return category
    return None


# Cells


def _by_cells(column: pa.ChunkedArray) -> str | None:
    cells = _some(column)
    if len(cells) < 3:
        return None
    for category, test in _CELL_TESTS:
        if np.mean([test(cell) for cell in cells]) >= _SHARE:
            return category
    return None


def _some(column: pa.ChunkedArray) -> list[str]:
    """Return distinct filled cells from all over a column."""
    return list(pc.unique(spread(column, 3 * _SAMPLE)).to_pylist()[:_SAMPLE])


def _has_birth_date(cell: str) -> bool:
    """
    Return whether digits are a national number: 12 (Kazakhstan) or 14 (Kyrgyzstan, Uzbekistan).

    Of a column most cells must be one, so less is asked of each than where one is looked for in a text: the
    century may be any, and so may the digit that tells it.
    """
    if re.fullmatch(r"\d{12}", cell):
        born = _in_a_century(cell[:2], cell[2:4], cell[4:6])
        return cell[6] in "0123456" and born and iin_check(cell)
    if re.fullmatch(r"[1-6]\d{13}", cell):
        day, month = cell[1:3], cell[3:5]
        return is_birth(int(cell[5:9]), int(month), int(day)) or _in_a_century(cell[5:7], month, day)
    return False


def _in_a_century(year: str, month: str, day: str) -> bool:
    return any(is_birth(century + int(year), int(month), int(day)) for century in (1900, 2000))


_PHONE = re.compile(
    r"\+\d[\d\s()\-]{8,17}\d|(8|0)[\s(\-]*\d{3}[\s)\-]+\d{3}[\s\-]?\d{2}[\s\-]?\d{2}|\(\d{3}\)\s?\d{3}-\d{4}"
)
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(\.[\w\-]+)+")
_PASSPORT = re.compile(r"(AN|AC|ID|N|AA|AB|AD|A)\s?№?\s?\d{7,8}|\d{2}\s?\d{2}\s№?\s?\d{6}")
_PATRONYMIC = re.compile(
    r"[А-ЯЁӘІҢҒҮҰҚӨҺӮҲҶ][\w\-]+\s+[А-ЯЁӘІҢҒҮҰҚӨҺӮҲҶ][\w\-]+\s+[А-ЯЁӘІҢҒҮҰҚӨҺӮҲҶ]?[\w\-]*(вич|вна|ична|улы|уулу|кызы|қызы|оглы|ўғли|зода)"
    r"|[A-Z][a-z\-]+\s+[A-Z][a-z\-]+\s+[A-Z][a-z\-]*(vich|vna|uulu|kyzy|uly|qizi|ovich)"
    r"|[А-ЯЁ][а-яё\-]+\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.",
    re.IGNORECASE,
)

_CELL_TESTS: list[tuple[str, Callable[[str], bool]]] = [
    ("national_id", _has_birth_date),
    ("contact", lambda cell: bool(_EMAIL.fullmatch(cell) or _PHONE.fullmatch(cell))),
    ("name", lambda cell: bool(_PATRONYMIC.fullmatch(cell))),
    ("national_id", lambda cell: bool(_PASSPORT.fullmatch(cell))),
]
