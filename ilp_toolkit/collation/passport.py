"""
What travels with information: who may see it, for what, on what basis, until when, and how good it is.

Each material has a passport, and whatever is made of materials gets their passports joined: audiences and
purposes are those that all share, conditions add up, the earliest expiry counts, grades are counted and never
averaged. A passport belongs to the object of the case, never to a table: what is noted on tables is lost by
merging and survives where it should not.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..evaluation.handling import STRICTEST, Handling, combine

__all__ = ["UNGOVERNED", "Passport"]


@dataclass(frozen=True)
class Passport:
    """
    The rules that one material, or everything made of some, is under.

    Examples
    --------
    >>> from ilp_toolkit.evaluation.handling import parse
    >>> here = Passport(parse("internal"), purposes=frozenset({"tasking", "prevention"}))
    >>> there = Passport(parse("public"), purposes=frozenset({"prevention"}))
    >>> both = Passport.join(here, there)
    >>> sorted(both.handling.audiences), sorted(both.purposes)
    (['agency', 'originator'], ['prevention'])
    """

    handling: Handling = STRICTEST
    """Who may receive, and on what conditions."""
    purposes: frozenset[str] = frozenset()
    """What it may be used for; none left means that no product can be made of it."""
    legal_bases: frozenset[str] = frozenset()
    expires: dt.datetime | None = None
    """When it may no longer be held; None where nobody has said so."""
    grades: Mapping[str, int] = field(default_factory=dict)
    """Grade of sources and information (``4x4:B2``, ``unknown``) to how many items have it."""
    quality: tuple[str, ...] = ()
    """Statements of quality of the registers it comes from."""
    originators: frozenset[str] = frozenset()
    roles: Mapping[str, int] = field(default_factory=dict)
    """Role to rows about persons in it; empty where no row is about a person."""
    materials: tuple[str, ...] = ()
    """Ids of the materials that it comes from."""
    held: bool = False
    """Whether a legal hold keeps it from being erased."""
    governed: bool = True
    """Whether all of it came in through a case; what did not can leave through none."""

    @classmethod
    def join(cls, *passports: Passport) -> Passport:
        """
        Combine passports into that of what is made of all of them.

        Returns
        -------
        Passport
            Audiences and purposes: those in common. Conditions, bases, originators, statements: all. Expiry:
            the earliest. Grades and roles: counted over materials, never averaged. Without any passport:
            `UNGOVERNED`.
        """
        if not passports:
            return UNGOVERNED
        dates = [passport.expires for passport in passports if passport.expires is not None]
        return cls(
            handling=combine(*(passport.handling for passport in passports)),
            purposes=frozenset.intersection(*(passport.purposes for passport in passports)),
            legal_bases=frozenset().union(*(passport.legal_bases for passport in passports)),
            expires=min(dates, default=None),
            grades=_counted(passports, "grades"),
            quality=tuple(dict.fromkeys(text for passport in passports for text in passport.quality)),
            originators=frozenset().union(*(passport.originators for passport in passports)),
            roles=_counted(passports, "roles"),
            materials=tuple(dict.fromkeys(name for passport in passports for name in passport.materials)),
            held=any(passport.held for passport in passports),
            governed=all(passport.governed for passport in passports),
        )

    def limited_to(self, purposes: frozenset[str]) -> Passport:
        """Return the passport for use in a case: only the purposes that the case has, too."""
        return replace(self, purposes=self.purposes & purposes)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, in a fixed order: what the ledger keeps, and compares with later."""
        return {
            "handling": self.handling.to_json(),
            "purposes": sorted(self.purposes),
            "legal_bases": sorted(self.legal_bases),
            "expires": None if self.expires is None else self.expires.isoformat(),
            "grades": {grade: int(self.grades[grade]) for grade in sorted(self.grades)},
            "quality": list(self.quality),
            "originators": sorted(self.originators),
            "roles": {role: int(self.roles[role]) for role in sorted(self.roles)},
            "materials": list(self.materials),
            "governed": self.governed,
        }


UNGOVERNED = Passport(governed=False)
"""The passport of what came in through no case: nobody may receive it, for no purpose."""


def _counted(passports: tuple[Passport, ...], name: str) -> dict[str, int]:
    """Add up counts over different materials; of several parts of one material the largest count is taken."""
    of_material: dict[object, dict[str, int]] = {}
    for place, passport in enumerate(passports):
        most = of_material.setdefault(passport.materials or place, {})
        for key, n in getattr(passport, name).items():
            most[key] = max(most.get(key, 0), int(n))
    total: Counter[str] = Counter()
    for most in of_material.values():
        total.update(most)
    return {key: total[key] for key in sorted(total)}
