"""
The cells of a table of prices: which column is what, what number a price is, of which level and unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import ColumnsError
from ..i18n import _
from ._seizure_fields import read_amount

__all__ = ["ROLES", "header_unit", "market_level", "match_columns", "read_price"]

ROLES: dict[str, tuple[str, ...]] = {
    "country": (
        "country",
        "countryterritory",
        "countryorterritory",
        "territory",
        "countryname",
        "страна",
        "кишвар",
    ),
    "place": ("place", "town", "city", "город", "место"),
    "year": ("year", "referenceyear", "yearofprice", "год", "сол"),
    "quarter": ("quarter", "квартал"),
    "drug": (
        "drug",
        "drugname",
        "drugtype",
        "substance",
        "наркотик",
        "виднаркотика",
        "наименованиенаркотика",
        "вещество",
    ),
    "level": (
        "levelofsale",
        "level",
        "saleslevel",
        "market",
        "уровень",
        "уровеньрынка",
        "уровеньсбыта",
        "рынок",
    ),
    "usd": (
        *(
            "typicalusd",
            "typicalpriceusd",
            "typical",
            "typicalprice",
            "usd",
            "price",
            "priceusd",
            "priceinusd",
        ),
        *(
            "averageprice",
            "averageusd",
            "meanprice",
            "meanusd",
            "average",
            "mean",
            "цена",
            "ценаusd",
            "ценадолл",
        ),
        *("ценадоллсша", "ценавдолл", "ценавдолларах", "ценадолларсша", "ценавдолларахсша", "средняяцена"),
    ),
    "low": ("minimumusd", "minimum", "minimumprice", "minusd", "low", "min", "минимум", "минимальнаяцена"),
    "high": (
        "maximumusd",
        "maximum",
        "maximumprice",
        "maxusd",
        "high",
        "max",
        "максимум",
        "максимальнаяцена",
    ),
    "unit": (
        "unit",
        "units",
        "unitofmeasure",
        "unitofmeasurement",
        "единица",
        "единицаизмерения",
        "едизм",
        "ед",
    ),
    "purity": ("purity", "чистота"),
}
_LEVELS = {"wholesale": "wholesale", "опт": "wholesale", "оптовая": "wholesale", "оптовый": "wholesale"}
_LEVELS |= {
    "retail": "retail",
    "street": "retail",
    "розница": "retail",
    "розничная": "retail",
    "розничный": "retail",
}
_PER = re.compile(r"(?i)(?:/|\bper[ _]|(?<=_)per_|\bза\s)\s*(kg|g|kilogram|gram|кг|г)(?![^\W_])")
"""The unit in a header, as in "price_per_kg_usd" or "Цена за кг, долл."."""
_DOLLARS = re.compile(r"(?i)usd|\$|dollar|долл")


def match_columns(names: list[str], given: Mapping[str, str] | None) -> dict[str, str]:
    """
    Find the column for each role, role to column.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist, or country, year, drug or price is in no column.
    """
    plain = {re.sub(r"[\W_]+", "", name).casefold(): name for name in names if name.strip()}
    found = {role: name for role, name in (given or {}).items() if name}
    strange = [name for name in found.values() if name not in names] + [r for r in found if r not in ROLES]
    if strange:
        msg = _("`columns` names {name}, which is no column or role. Columns: {names}.")
        raise ColumnsError(msg.format(name=strange[0], names=", ".join(names[:40])))
    for role, headers in ROLES.items():
        fits = [
            plain[header] for header in headers if header in plain and plain[header] not in found.values()
        ]
        if role not in found and fits:
            found[role] = fits[0]
    if not {"usd", "low", "high"} & set(found):
        priced = [name for name in names if _PER.search(name) and _DOLLARS.search(name)]
        found.update({"usd": priced[0]} if len(priced) == 1 else {})
    missing = [role for role in ("country", "year", "drug") if role not in found]
    missing += [] if {"usd", "low", "high"} & set(found) else ["usd"]
    if missing:
        msg = _("No column of prices was recognised as {roles}. Columns: {names}.")
        raise ColumnsError(msg.format(roles=", ".join(missing), names=", ".join(names[:40])))
    return found


def header_unit(header: str) -> str | None:
    """
    Return the unit that a header of prices names.

    Examples
    --------
    >>> header_unit("price_per_kg_usd"), header_unit("Price (USD/g)"), header_unit("Typical_USD")
    ('kg', 'g', None)
    """
    found = _PER.search(header)
    return found[1] if found else None


def read_price(cell: str, decimal: str) -> float:
    """
    Return the number in a cell; NaN where it holds more than a number and the sign of the dollar.

    Examples
    --------
    >>> read_price("$5,000", "."), read_price("12,5", ","), read_price("8 USD", "."), read_price("8 EUR", ".")
    (5000.0, 12.5, 8.0, nan)
    """
    value, rest = read_amount(cell.replace("$", "").strip(), decimal=decimal)
    return value if not rest or _DOLLARS.fullmatch(rest.strip(". ")) else float("nan")


def market_level(wording: str) -> str:
    """Return ``wholesale``, ``retail`` or ``unknown``."""
    words = wording.casefold().replace("-", " ").split()
    return next((_LEVELS[word] for word in words if word in _LEVELS), "unknown")
