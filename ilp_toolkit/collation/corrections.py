"""
What a correction makes stale: every material that held the record, and all that was made of it.

A record is rectified, erased, or its person acquitted; the ledger notes that under the record's pseudonym. A
material that held the record and came in before is stale, for good: a corrected file is another material. An
erased record stays erased: a material that brings it back is stale from the start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..i18n import N_, _, date

if TYPE_CHECKING:
    from .ledger import Ledger
    from .recordkeys import Keys

__all__ = ["WHAT", "corrections", "holders", "items_of", "made_of", "merges_of", "stale_because"]

WHAT: dict[str, str] = {
    "rectified": N_("a record was rectified"),
    "erased": N_("a record was erased"),
    "acquitted": N_("a person was acquitted"),
}
"""Kinds of corrections, in words."""


def corrections(ledger: Ledger) -> list[dict[str, Any]]:
    """Return all corrections of a case, in order, each with the number of its line and its date."""
    return [{**line["record"], "n": line["n"], "at": line["at"]} for line in ledger.lines("correction")]


def items_of(ledger: Ledger, kind: str) -> dict[str, dict[str, Any]]:
    """Return the materials or findings of the ledger by id, each as first written, with the line's number."""
    found: dict[str, dict[str, Any]] = {}
    for line in ledger.lines(kind):
        found.setdefault(line["record"]["id"], {**line["record"], "n": line["n"]})
    return found


def holders(ledger: Ledger, key: int, keys: Callable[[str], Keys | None]) -> list[str]:
    """Return the materials that hold a record, by its key."""
    from .recordkeys import contains

    found = []
    for name in items_of(ledger, "material"):
        held = keys(name)
        if held is not None and contains(held, key):
            found.append(name)
    return found


def made_of(ledger: Ledger, materials: Iterable[str]) -> list[str]:
    """Return the findings that any of the materials went into."""
    wanted = set(materials)
    return [name for name, record in items_of(ledger, "finding").items() if wanted & set(record["materials"])]


def merges_of(ledger: Ledger, record: str) -> list[str]:
    """Return the numbers of the merges of `entities.MergeLog` that name a record, by its pseudonym."""
    told = ledger.lines("merge")
    named = [line["record"] for line in told if line["record"]["what"] == "merge"]
    return [one["merge"] for one in named if record in (one["first"], one["second"])]


def stale_because(ledger: Ledger, item: str, keys: Callable[[str], Keys | None]) -> list[str]:
    """
    Say why a material or a finding is stale.

    Parameters
    ----------
    ledger
        The ledger of the case.
    item
        Id of the material or finding.
    keys
        Returns the keys of the records that a material holds, None where it has none.

    Returns
    -------
    list of str
        One sentence a reason, in the language in use; empty where it is not stale.
    """
    materials = items_of(ledger, "material")
    finding = items_of(ledger, "finding").get(item)
    if finding is None and item not in materials:
        return [_("{id} is not in the ledger of this case.").format(id=item)]
    behind = [item] if finding is None else [name for name in finding["materials"] if name in materials]
    told = corrections(ledger)
    reasons = []
    for name in behind:
        for correction in told:
            if _hit(correction, name, materials[name], keys):
                what = WHAT[correction["what"]]
                day = date(dt.datetime.fromisoformat(correction["at"]).date())
                msg = _(
                    "{what} on {day} in material {material}: take the corrected file in and make it again."
                )
                reasons.append(msg.format(what=_(what), day=day, material=name))
    return reasons


def _hit(
    correction: dict[str, Any], name: str, material: dict[str, Any], keys: Callable[[str], Keys | None]
) -> bool:
    from .recordkeys import contains

    if name in correction.get("except", ()):
        return False
    if name in correction["materials"]:
        return True
    if correction["what"] != "erased" and material["n"] > correction["n"]:
        return False
    held = keys(name)
    return held is not None and contains(held, int(correction["key"], 16))
