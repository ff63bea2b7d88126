"""
A problem profile that is worked out and not yet drawn: everything it says, and the tables that would leave.

Between working out and drawing stands the gate, where the profile belongs to a case: what must not be shown
is left out here, so that no sentence and no picture speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...i18n import N_, _
from . import tables
from .parts import check_parts
from .profile_evidence import Evidence, weigh
from .profile_facts import Facts, Request, gather
from .profile_when import When, follow
from .profile_where import Where, locate

if TYPE_CHECKING:
    import pandas as pd

    from ...collection.schema import Intake
    from ...direction.policy import Policy

__all__ = ["PARTS", "Prepared", "prepare"]

PARTS: dict[str, str] = {
    "change": N_("change against the year before"),
    "streets": N_("streets"),
    "hours": N_("hours"),
    "weekdays": N_("weekdays"),
    "offences": N_("counts by offence"),
    "months": N_("months"),
    "districts": N_("districts"),
    "cells": N_("the map of cells"),
}
"""Parts that can be left out, those that a reader misses least first."""


@dataclass(frozen=True)
class Prepared:
    """Everything that a profile says, before it is drawn."""

    facts: Facts
    when: When
    where: Where
    evidence: Evidence

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that would leave."""
        return tables.public_tables(self.facts, self.when, self.where, self.evidence)


def prepare(
    intake: Intake,
    *,
    policy: Policy,
    request: Request | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Prepared:
    """Work a profile out without drawing it; as `problem_profile`."""
    asked = request or Request()
    check_parts(asked.without, PARTS, said=_("“{part}” is no part of a profile. Parts are: {known}."))
    facts = gather(intake, asked, policy=policy)
    step(_("Counting by time"))
    when = follow(facts)
    step(_("Looking for places"))
    where = locate(facts)
    step(_("Holding it against chance"))
    return _left_out(Prepared(facts, when, where, weigh(facts, when, where)))


def _left_out(prepared: Prepared) -> Prepared:
    """Leave out the parts that were asked to stay away, so that nothing of them is said or drawn."""
    without = prepared.facts.request.without
    why = _("Left out of this product on purpose.")
    when, where, evidence = prepared.when, prepared.where, prepared.evidence
    if "months" in without:
        when = replace(when, months=when.months.iloc[:0])
    if "weekdays" in without:
        when = replace(when, weekdays=None, why_no_weekdays=why)
    if "hours" in without:
        when = replace(when, hours=None, peak=None, why_no_hours=why)
    if "change" in without:
        when, evidence = replace(when, change=None), replace(evidence, change=None)
    if "streets" in without:
        evidence = replace(evidence, streets=None)
    if "districts" in without:
        where = replace(where, areas=None, why_no_areas=why)
    if "cells" in without:
        where = replace(where, cells=None, places=None, why_no_map=why)
    return Prepared(prepared.facts, when, where, evidence)
