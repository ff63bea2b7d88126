"""
Countries, links between them and drugs, as a reader says them.
"""

from __future__ import annotations

from typing import Any

from ...collection import countries
from ...collection.seizures import DRUG_CLASSES
from ...errors import InputError
from ...i18n import _, current

__all__ = ["country", "drug_words", "link"]


def country(code: Any) -> str:
    """Return the name of a country in the language in use, the code itself where it has none."""
    try:
        return countries.name(str(code), language=current())
    except InputError:
        return str(code)


def link(origin: Any, destination: Any) -> str:
    """Write a link between two countries."""
    return f"{country(origin)} → {country(destination)}"


def drug_words(drug: Any) -> str:
    """Return a drug, or a class of drugs, in words."""
    if drug == "opiates":
        return _("opiates")
    return _(DRUG_CLASSES[str(drug)]) if str(drug) in DRUG_CLASSES else str(drug)
