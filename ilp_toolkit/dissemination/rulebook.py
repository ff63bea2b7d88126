"""
The rule pack of a case beside the checks: which rule asks for which check, and where it stands.

Nothing here decides: the checks do. A pack makes a product say which rules its checks answer, that nobody has
held them against the original yet, and that this is no legal advice.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ..direction import rules

if TYPE_CHECKING:
    from .checks import Check

__all__ = ["PREDICATES", "asks_for", "cited", "pack_of"]

PREDICATES: dict[str, tuple[str, ...]] = {
    "governed": ("governed", "log"),
    "lawful_origin": ("lawful_origin", "no_torture"),
    "sensitive_offences": ("sensitive_offences", "special_categories"),
    "columns": ("special_categories",),
    "small_counts": ("small_cells",),
}
"""A check of the gate, and the predicates of rule packs that it answers; others have the same name."""


def pack_of(case: Any) -> rules.RulePack | None:
    """Return the rule pack that a case works under, None where it names none."""
    return rules.load(case.rules) if case.rules else None


def asks_for(case: Any, predicate: str) -> bool:
    """Say whether the case's pack asks for a check."""
    pack = pack_of(case)
    return pack is not None and predicate in pack.predicates


def cited(check: Check, pack: rules.RulePack | None) -> Check:
    """Return a check with the rules that ask for it."""
    if pack is None:
        return check
    wanted = PREDICATES.get(check.id, (check.id,))
    found = tuple(f"{rule.id}: {rule.citation}" for rule in pack.rules if rule.predicate in wanted)
    return dataclasses.replace(check, citations=found) if found else check
