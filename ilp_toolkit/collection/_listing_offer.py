"""
What one listing offers: the class of drug and the amount, from whichever of its texts says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ._seizure_fields import drug_class, read_amount
from ._seizure_schema import DRUG_CLASSES
from .quantities import Quantity, quantity, unit_of
from .shapes import NOTHING
from .substances import substance
from .units import factor

__all__ = ["Offer", "amount_of", "category_of", "read_offer"]

_PIECES = {"tablet", "capsule", "unit", "dose", "stamp", "ampoule"}
_LONGEST = 60


@dataclass(frozen=True)
class Offer:
    """What is offered, how much of it, and what is to be known about both."""

    substance: str = "unknown"
    probability: float = 0.0
    category: str | None = None
    grams: float = math.nan
    units: float = math.nan
    mg_each: float = math.nan
    flags: tuple[str, ...] = ()


def category_of(*levels: str) -> str:
    """
    Put the levels of a category together; a level of more than sixty letters is a text and no category.

    Examples
    --------
    >>> category_of("Drugs", " Hash ", "")
    'Drugs / Hash'
    """
    words = [" ".join(level.split()) for level in levels]
    return " / ".join(word for word in words if word.casefold() not in NOTHING and len(word) <= _LONGEST)


@lru_cache(maxsize=65536)
def read_offer(title: str, category: str, named: str, description: str) -> Offer:
    """
    Say what is offered: as the file's own column names it, else by title and category, else by description.

    Examples
    --------
    >>> read_offer("", "", "Opium", "").substance, read_offer("кокаин 1 г", "", "", "").probability
    ('opium', 0.97)
    """
    kept = category or None
    by_words = substance(title, category)
    code = _named(named)
    if code is not None:
        other = by_words.substance not in (code[0], "unknown") and "category_only" not in by_words.flags
        return Offer(*code, kept, flags=("substance_conflict",) if other else ())
    if named.strip() and named.strip().casefold() not in NOTHING:
        by_words = substance(f"{named} {title}", category)
    if by_words.substance == "unknown" and not by_words.flags and description:
        by_words = substance(description[:2000])
        if "substance_mixed" in by_words.flags:
            return Offer(category=kept, flags=("substance_mixed", "substance_missing"))
    missing = ("substance_missing",) if by_words.substance == "unknown" else ()
    return Offer(by_words.substance, by_words.probability, kept, flags=(*by_words.flags, *missing))


def amount_of(offer: Offer, text: Mapping[str, str], *, unit: str | None, decimal: str) -> Offer:
    """
    Add the amount: as the columns of amount and unit say, else by the title, else by the description.

    Parameters
    ----------
    offer
        What is offered.
    text
        Texts by role: quantity, unit, title, description.
    unit
        The unit that the header of the amounts states.
    decimal
        The decimal sign of the file.
    """
    stated = text["quantity"].strip()
    if stated and stated.casefold() not in NOTHING:
        read, flags = _of_columns(stated, text["unit"], unit, decimal)
    else:
        read, flags = quantity(text["title"]), ()
        if read == Quantity() and text["description"]:
            read = quantity(text["description"][:2000])
            flags = ("quantity_from_description",) if read != Quantity() else ()
    flags += (read.flag,) if read.flag else ()
    nothing = math.isnan(read.grams) and math.isnan(read.units) and not flags
    flags += ("quantity_missing",) if nothing else ()
    return replace(
        offer, grams=read.grams, units=read.units, mg_each=read.mg_each, flags=(*offer.flags, *flags)
    )


def _of_columns(stated: str, word: str, header: str | None, decimal: str) -> tuple[Quantity, tuple[str, ...]]:
    number, behind = read_amount(stated, decimal=decimal)
    if behind or math.isnan(number):
        return quantity(stated), ()
    code = unit_of(word) if word.strip() else header
    if code is None:
        return Quantity(), ("unit_missing",)
    if code in _PIECES:
        return Quantity(units=number), ()
    kind = factor(code)
    if kind.basis != "weight":
        return Quantity(), ("unit_no_weight",)
    return Quantity(grams=float(f"{number * kind.kg * 1000:.12g}")), ()


def _named(word: str) -> tuple[str, float] | None:
    text = word.strip()
    if text.casefold() in DRUG_CLASSES:
        return text.casefold(), 0.0 if text.casefold() == "unknown" else 1.0
    found = drug_class(text) if text and text.casefold() not in NOTHING else None
    return (found, 0.95) if found not in (None, "unknown") else None
