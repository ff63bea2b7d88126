"""
An assessment of listings that is worked out and not yet drawn: everything it says, and the tables that leave.

Between working out and drawing stands the check on small counts, for a draft and for a case alike: what must
not be shown is taken out here, so that no sentence and no picture speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...collection.listings import REMEDIES
from ...i18n import N_, _
from ..held import Held, hold
from .darknet_counts import counts_of
from .darknet_facts import Facts, Request, gather
from .darknet_offers import Offers, offers
from .darknet_trade import Trade, trade
from .parts import check_parts, public_tables

if TYPE_CHECKING:
    from ...collection.listings import ListingIntake
    from ...direction.policy import Policy

__all__ = ["COLUMNS", "PARTS", "Prepared", "prepare"]

PARTS: dict[str, str] = {
    "leads": N_("wrong links among leads"),
    "closures": N_("before and after a closure"),
    "survival": N_("how long accounts last"),
    "concentration": N_("concentration of markets"),
    "sales": N_("floors of sales"),
    "origins": N_("offers by country"),
    "prices": N_("prices per gram"),
}
"""Parts that can be left out, those that a reader misses least first."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "coverage": ("market", "accounts", "listings", "snapshots", "share_seen", "low", "high", "there"),
    "substances": ("substance", "accounts", "listings", "share", "category_only"),
    "prices": (
        "substance",
        "grams_from",
        "grams_to",
        "n",
        "median",
        "lower_quartile",
        "upper_quartile",
        "n_claimed",
        "median_claimed",
    ),
    "discounts": ("substance", "per_doubling", "b", "low", "high", "basis"),
    "sales": ("kind", "name", "feedback", "revenue_usd", "censored"),
    "sensitivity": ("rule", "value", "revenue_usd", "ratio"),
    "concentration": ("market", "measure", "share", "value", "low", "high", "equal"),
    "lives": ("time", "at_risk", "survival", "low", "high"),
    "offers_by_country": ("origin", "destination", "n", "share", "share_of_destination"),
    "origins": (
        "origin",
        "n",
        "share",
        "share_domestic",
        "per_million",
        "low",
        "high",
        "quotient",
        "quotient_low",
        "quotient_high",
    ),
    "closures": ("market", "date", "measure", "change", "low", "high", "clear", "p_placebo"),
    "moved": ("market", "destination", "before", "after", "share", "expected_wrong"),
    "leads": ("outcome", "n", "wrong_per_100", "low", "high"),
    "checks": ("check", "n", "share", "remedy"),
}
"""Public tables and the columns that they may have."""

_EXAMPLES = ("{example}", "{columns}")
"""Places of a remedy where the reader puts cells or headers of the file."""


@dataclass(frozen=True)
class Prepared:
    """Everything that an assessment says, before it is drawn."""

    facts: Facts
    offers: Offers
    trade: Trade
    held: Held

    def left(self, part: str) -> bool:
        """Say whether a part was left out on purpose."""
        return part in self.facts.request.without

    @property
    def report(self) -> pd.DataFrame:
        """What the reader noticed, without the cells and headers that it gives as examples."""
        found = self.facts.intake.report
        told = [
            "" if any(each in REMEDIES.get(check, "") for each in _EXAMPLES) else remedy
            for check, remedy in zip(found["check"], found["remedy"], strict=True)
        ]
        return found.assign(remedy=told)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that would leave."""
        found, made = self.offers, self.trade
        prices = None if self.left("prices") or found.prices is None else found.prices
        origins = not self.left("origins")
        tables: dict[str, pd.DataFrame | None] = {
            "coverage": found.coverage,
            "substances": found.substances,
            "prices": prices.bands if prices else None,
            "discounts": prices.discount.reset_index() if prices else None,
            "sales": made.sales,
            "sensitivity": made.sensitivity,
            "concentration": made.concentration,
            "lives": made.survival.curve if made.survival else None,
            "offers_by_country": found.shipping.flows if origins else None,
            "origins": found.shipping.origins.reset_index() if origins else None,
            "closures": _joined(made, "effects"),
            "moved": _joined(made, "moved"),
            "leads": made.leads,
            "checks": self.report,
        }
        return public_tables(tables, COLUMNS)


def prepare(
    intake: ListingIntake,
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
        Markets, closures, people; everything by default.
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
    said = _("“{part}” is no part of an assessment of listings. Parts are: {known}.")
    check_parts(asked.without, PARTS, said=said)
    facts = gather(intake, asked, policy=policy)
    step(_("Looking at what is offered"))
    found = offers(facts)
    step(_("Looking at what is traded"))
    made = _left_out(asked.without, trade(facts))
    counts = counts_of(facts, found)
    held = hold(counts, earlier=earlier, policy=policy, seconds=policy.release.seconds_for_counts)
    return _hidden(Prepared(facts, found, made, held))


def _left_out(without: frozenset[str], made: Trade) -> Trade:
    why = _("Left out of this product on purpose.")
    if "sales" in without:
        nothing = made.sales.iloc[:0], made.sensitivity.iloc[:0]
        made = replace(made, sales=nothing[0], sensitivity=nothing[1], total=float("nan"), why_no_sales=why)
    if "concentration" in without:
        made = replace(made, why_no_concentration=why)
    if "survival" in without:
        made = replace(made, why_no_survival=why)
    return replace(made, why_no_leads=why) if "leads" in without else made


def _hidden(prepared: Prepared) -> Prepared:
    """Take out every count of accounts that the verdict hides."""
    shown, found, made = prepared.held.shown, prepared.offers, prepared.trade

    def kept(table: pd.DataFrame, names: Any, kind: str) -> pd.DataFrame:
        rows = [shown.get(f"{kind} {name}", False) for name in names]
        return table.assign(
            accounts=table["accounts"].astype("Int64").where(pd.Series(rows, index=table.index))
        )

    coverage = kept(found.coverage, found.coverage["market"], "market")
    substances = kept(found.substances, found.substances["substance"], "substance")
    offered = replace(found, coverage=coverage, substances=substances)
    concentration = made.concentration
    if len(concentration):
        holders = concentration["market"].map(coverage.set_index("market")["accounts"])
        attrs = dict(concentration.attrs)
        concentration = concentration.assign(holders=holders)[holders.notna()].reset_index(drop=True)
        concentration.attrs.update(attrs)
    return replace(prepared, offers=offered, trade=replace(made, concentration=concentration))


def _joined(made: Trade, part: str) -> pd.DataFrame | None:
    """Return one part of all closures as a table."""
    tables = []
    for each in made.closures:
        table = each.effects if part == "effects" else each.moved
        if table is not None and len(table):
            tables.append(table.assign(market=each.market, date=each.day.isoformat()))
    return pd.concat(tables, ignore_index=True) if tables else None
