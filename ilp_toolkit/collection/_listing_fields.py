"""
Columns of a file of listings: which is what, and which currency or unit a header states.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from ..errors import ColumnsError
from ..i18n import _
from .headers import normalise
from .quantities import currency_of, unit_of
from .rawtable import RawTable
from .rolecolumns import given_roles

__all__ = ["header_currency", "header_unit", "match_columns", "recognise", "roles", "style_columns"]

_LAST = re.compile(r"[\s,_(\[-]+([^\W\d_]+|[$€£₽₿฿])\.?\s*[)\]]?\s*$")


@lru_cache(maxsize=1)
def roles() -> tuple[str, ...]:
    """Return what a column of listings can be."""
    return tuple(_vocabulary())


def match_columns(names: list[str], given: Mapping[Any, Any] | None = None) -> dict[str, str]:
    """
    Find the column for each role, role to column, in the order of the roles.

    Examples
    --------
    >>> match_columns(["Vendor", " Item", "price_btc", "Origin"])
    {'vendor': 'Vendor', 'title': ' Item', 'price': 'price_btc', 'ships_from': 'Origin'}
    """
    wanted = given_roles(names, given, roles())
    found = {role: column for role, column in wanted.items() if column}
    plain: dict[str, list[str]] = {}
    for name in names:
        plain.setdefault(normalise(name), []).append(name)
        if header_currency(name) or header_unit(name):
            plain.setdefault(normalise(_LAST.sub("", name)), []).append(name)
    for role, headers in _vocabulary().items():
        if role in wanted:
            continue
        for header in headers:
            free = [name for name in plain.get(normalise(header), []) if name not in found.values()]
            if free:
                found[role] = free[0]
                break
    return {role: found[role] for role in roles() if role in found}


def recognise(raw: RawTable, columns: Mapping[Any, Any] | None) -> tuple[RawTable, dict[str, str]]:
    """
    Say which column is what.

    Raises
    ------
    ColumnsError
        If no column holds a price, or none says what is offered or by whom.
    """
    names = list(raw.columns.column_names)
    found = match_columns(names, columns)
    missing = [role for role in ("price",) if role not in found]
    if not missing and not {"title", "substance", "category", "vendor", "listing_id"} & set(found):
        missing = ["title"]
    if missing:
        msg = _(
            "No column was recognised as {roles}. Name it with `columns=`, as {example}. Columns: {names}."
        )
        example = f'{{"{missing[0]}": "{(names or [""])[0]}"}}'
        raise ColumnsError(msg.format(roles=", ".join(missing), example=example, names=", ".join(names[:40])))
    return raw, found


def header_currency(name: str) -> tuple[str, float] | None:
    """
    Return the currency that a header ends in and its factor.

    Examples
    --------
    >>> header_currency("price_btc"), header_currency("Цена, руб."), header_currency("price")
    (('BTC', 1.0), ('RUB', 1.0), None)
    """
    found = _LAST.search(name)
    return currency_of(found[1]) if found else None


def header_unit(name: str) -> str | None:
    """
    Return the unit that a header ends in.

    Examples
    --------
    >>> header_unit("Вес, г"), header_unit("qty_unit")
    ('g', None)
    """
    found = _LAST.search(name)
    return None if found is None or found[1].casefold() in {"unit", "units"} else unit_of(found[1])


def style_columns(names: list[str]) -> list[str]:
    """
    Return the columns that hold a way of writing as numbers, in their order.

    Examples
    --------
    >>> style_columns(["style_2", "price", "style_1", "style"])
    ['style_1', 'style_2']
    """
    found = [name for name in names if re.fullmatch(r"style_\d{1,3}", name)]
    return sorted(found, key=lambda name: int(name[6:]))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, list[str]]:
    path = resources.files(__package__) / "vocabulary" / "listing_headers.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["headers"])
