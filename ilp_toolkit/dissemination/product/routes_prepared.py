"""
A route assessment that is worked out and not yet drawn: everything it says, and the tables that would leave.

Between working out and drawing stands the check on small counts, for a draft and for a case alike: what must
not be shown is taken out here, so that no sentence and no picture speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...collection.seizures import REMEDIES, coverage
from ...i18n import N_, _
from ..held import Held, hold
from . import public_sums as public
from .parts import check_parts, public_tables
from .routes_counts import counts_of
from .routes_evidence import Evidence, weigh
from .routes_facts import Facts, Request, gather
from .routes_flows import Estimated, estimate
from .routes_links import Links, find_links
from .routes_ways import Ways, find_ways

if TYPE_CHECKING:
    from ...collection.seizures import SeizureIntake
    from ...direction.policy import Policy

__all__ = ["COLUMNS", "PARTS", "Prepared", "prepare"]

PARTS: dict[str, str] = {
    "gaps": N_("what is worth finding out"),
    "effort": N_("seizures by hours of work"),
    "caught": N_("what guesses of the share caught would mean"),
    "prices": N_("prices"),
    "displacement": N_("before and after a post was reinforced"),
    "posts": N_("posts and corridors"),
    "flows": N_("estimated flows"),
    "links": N_("cases and kilograms of links"),
}
"""Parts that can be left out, those that a reader misses least first."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "links": ("origin", "destination", "cases", "kg", "share", "share_low", "share_high", "largest"),
    "flows": ("origin", "destination", "kg", "low", "high", "share"),
    "agreement": ("origin", "destination", "seized", "cases", "solved", "linked", "agreement"),
    "prices": ("country", "price", "years"),
    "price_steps": ("origin", "destination", "price_origin", "price_destination", "markup"),
    "price_links": ("origin", "destination", "markup", "r", "low", "high", "n", "q_value", "linked"),
    "caught": ("share_caught", "low", "high", "seized", "flow", "flow_low", "flow_high"),
    "effort": ("place", "cases", "hours", "rate", "low", "high"),
    "corridors": (
        "corridor",
        "country_from",
        "country_to",
        "origin",
        "destination",
        "km",
        "hours",
        "detour",
        "share",
        "posts",
        "countries",
    ),
    "posts": ("post", "share", "low", "high"),
    "displacement": ("post", "role", "change", "low", "high", "relative", "relative_low", "relative_high"),
    "gaps": ("country", "field", "year", "change", "low", "high"),
    "reported": ("country", "year", "reported"),
    "checks": ("check", "n", "share", "remedy"),
}
"""Public tables and the columns that they may have."""


_RAW = ("date_unreadable", "amount_unreadable", "purity_unreadable")
"""Checks whose example is a cell of one row as it stands in the file."""


@dataclass(frozen=True)
class Prepared:
    """Everything that an assessment says, before it is drawn."""

    facts: Facts
    links: Links
    estimated: Estimated
    evidence: Evidence
    ways: Ways
    held: Held

    def left(self, part: str) -> bool:
        """Say whether a part was left out on purpose."""
        return part in self.facts.request.without

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that would leave."""
        evidence, ways = self.evidence, self.ways
        prices = evidence.prices
        tables: dict[str, pd.DataFrame | None] = {
            "links": None if self.left("links") else self.links.shown,
            "flows": self.estimated.shown,
            "agreement": evidence.agreement,
            "prices": prices.ladder if prices else None,
            "price_steps": prices.steps if prices else None,
            "price_links": prices.gradient if prices else None,
            "caught": evidence.caught,
            "effort": evidence.effort,
            "corridors": ways.corridors,
            "posts": ways.posts,
            "displacement": _displacement(ways),
            "gaps": evidence.gaps,
            "reported": self.reported,
            "checks": self.report,
        }
        return {name: _rounded(name, table) for name, table in public_tables(tables, COLUMNS).items()}

    @property
    def report(self) -> pd.DataFrame:
        """What the reader noticed, without the cells it gives as examples where those are of few rows."""
        minimum = self.facts.policy.cells.minimum_count
        found = self.facts.intake.report
        told = [
            _(REMEDIES[check]).format(example="…")
            if "{example}" in REMEDIES.get(check, "") and (check in _RAW or n < minimum)
            else remedy
            for check, n, remedy in zip(found["check"], found["n"], found["remedy"], strict=True)
        ]
        return found.assign(remedy=told)

    @property
    def reported(self) -> pd.DataFrame:
        """Which countries reported in which year: yes or no, without counts."""
        first, last = self.facts.years
        inside = self.facts.intake.table
        inside = inside[inside["year"].between(first, last).fillna(False).to_numpy(dtype=bool)]
        return coverage(inside)[["country", "year", "reported"]]


def prepare(
    intake: SeizureIntake,
    *,
    policy: Policy,
    request: Request | None = None,
    earlier: Sequence[Mapping[str, Any]] = (),
    step: Callable[[str], None] = lambda description: None,
) -> Prepared:
    """
    Work an assessment out without drawing it.

    Parameters
    ----------
    intake
        What was read.
    policy
        The limits.
    request
        Drug, producers, other files; everything by default.
    earlier
        What was shown of the same file before, as `held.hold` takes it.
    step
        Called with the name of each step of the work.

    Raises
    ------
    InputError
        If the request does not fit the file.
    """
    asked = request or Request()
    said = _("“{part}” is no part of a route assessment. Parts are: {known}.")
    check_parts(asked.without, PARTS, said=said)
    facts = gather(intake, asked, policy=policy)
    step(_("Linking countries"))
    links = find_links(facts)
    step(_("Estimating flows"))
    estimated = estimate(facts, links)
    step(_("Holding it against other evidence"))
    evidence = weigh(facts, links, estimated)
    ways = find_ways(facts, links, estimated)
    estimated, evidence, ways = _left_out(asked.without, estimated, evidence, ways)
    counts = counts_of(facts, links, evidence, ways)
    held = hold(counts, earlier=earlier, policy=policy, seconds=policy.release.seconds_for_counts)
    return _hidden(Prepared(facts, links, estimated, evidence, ways, held))


def _left_out(
    without: frozenset[str], estimated: Estimated, evidence: Evidence, ways: Ways
) -> tuple[Estimated, Evidence, Ways]:
    why = _("Left out of this product on purpose.")
    if "gaps" in without:
        evidence = replace(evidence, gaps=None)
    if "effort" in without:
        evidence = replace(evidence, effort=None, why_no_effort=why)
    if "caught" in without:
        evidence = replace(evidence, caught=None)
    if "prices" in without:
        evidence = replace(evidence, prices=None, why_no_prices=why)
    if "displacement" in without:
        ways = replace(ways, displaced=())
    if "posts" in without:
        ways = replace(ways, corridors=None, posts=None, graph=None, why_none=why)
    if "flows" in without:
        nothing = estimated.shown.iloc[:0]
        estimated = replace(estimated, flows=estimated.flows.iloc[:0], shown=nothing, why_none=why)
        evidence = replace(evidence, agreement=None)
    return estimated, evidence, ways


def _hidden(prepared: Prepared) -> Prepared:
    """Take out every count that the verdict hides."""
    shown = prepared.held.shown
    links = prepared.links
    keep = [shown.get(f"link {place}", False) for place in range(len(links.shown))]
    links = links.with_cases(links.shown["cases"].where(pd.Series(keep, index=links.shown.index)))
    evidence = prepared.evidence
    if evidence.effort is not None:
        # A rate beside its hours gives the count away: the row goes as a whole.
        rows = [shown.get(f"place {place}", False) for place in evidence.effort["place"]]
        kept = evidence.effort[rows].reset_index(drop=True)
        evidence = replace(evidence, effort=kept if len(kept) else None)
    ways, why = prepared.ways, _("One of its counts would give a small one away.")
    displaced = tuple(
        each
        if all(shown.get(f"displaced {number} {part}", False) for part in each.members) or not each.readable
        else replace(each, ratio=None, rates=None, why_none=why)
        for number, each in enumerate(ways.displaced)
    )
    return replace(prepared, links=links, evidence=evidence, ways=replace(ways, displaced=displaced))


def _displacement(ways: Ways) -> pd.DataFrame | None:
    """Return the change by part of the comparison; counts stay inside."""
    found = [
        pd.DataFrame(
            {
                "post": each.post,
                "role": each.table["role"],
                "change": each.table["ratio"].map(public.significant),
                "low": each.table["ratio_low"].map(public.significant),
                "high": each.table["ratio_high"].map(public.significant),
                "relative": each.table["relative"].map(public.significant),
                "relative_low": each.table["relative_low"].map(public.significant),
                "relative_high": each.table["relative_high"].map(public.significant),
            }
        )
        for each in ways.displaced
        if each.readable
    ]
    return pd.concat(found, ignore_index=True) if found else None


def _rounded(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is written: lists as words, numbers with three digits."""
    for column in table.columns:
        if table[column].map(lambda cell: isinstance(cell, tuple)).any():
            table[column] = table[column].map("; ".join)
        elif pd.api.types.is_float_dtype(table[column]) and name != "checks":
            table[column] = table[column].map(lambda v: v if pd.isna(v) else public.significant(float(v), 3))
    return table
