"""
Page one of an assessment of listings: what is offered from where, at which price, and how sure.

Markets stand as letters, accounts not at all; the questions carry the gaps of this file, and none of them
says whom to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...i18n import _, number, percent, plural
from . import darknet_public as public
from .assessment import answer_box, judged
from .darknet_facts import place_words
from .names import drug_words

if TYPE_CHECKING:
    from .blocks import Answers
    from .darknet_prepared import Prepared

__all__ = ["answers", "band_words", "how_sure", "limit", "main_substances", "share_words"]

_NAMED = 4
_UNNAMED = ("other", "unknown")


def limit() -> str:
    """Return the sentence that stands on every page and figure."""
    return _("A listing is no shipment, feedback no sale, a claimed purity no measurement.")


def answers(prepared: Prepared) -> Answers:
    """Return the answer box."""
    said = (
        (_("What"), _what(prepared)),
        (_("From where"), _where(prepared)),
        (_("Price"), _price(prepared)),
        (_("Sales"), _sales(prepared)),
    )
    return answer_box(
        said, sure=how_sure(prepared), not_shown=_not_shown(prepared), questions=_questions(prepared)
    )


def main_substances(prepared: Prepared) -> pd.DataFrame:
    """Return the classes with most listings that may be shown, without other and unknown ones."""
    table = prepared.offers.substances
    table = table[table["listings"].notna() & ~table["substance"].isin(_UNNAMED)]
    return table.sort_values(["listings", "substance"], ascending=[False, True], kind="stable")


def band_words(low: float, high: float) -> str:
    """Write a band of sizes in grams."""
    if pd.isna(high) or not np.isfinite(high):
        return _("{low} g and more").format(low=number(low))
    if low == 0:
        return _("below {high} g").format(high=number(high))
    return _("{low} to {high} g").format(low=number(low), high=number(high))


def share_words(share: float) -> str:
    """Write a share of listings; what is below one per cent as that."""
    if pd.isna(share):
        return _("hidden")
    return _("less than 1%") if share < 0.005 else percent(float(share))


def how_sure(prepared: Prepared) -> tuple[str, list[str]]:
    """Return the level and its reasons, the weightiest first; crawls alone never give more than moderate."""
    facts, found = prepared.facts, prepared.offers
    doubts: list[tuple[bool, str]] = []
    seen = found.coverage["share_seen"].dropna()
    if seen.empty:
        text = _("each listing was seen once, so nobody can say how much the pages missed")
        doubts.append((True, text))
    elif (least := float(seen.min())) < 0.9:
        text = _("a snapshot shows {share} of the listings that were there").format(share=percent(least))
        doubts.append((least < 0.4, text))
    silent = float((facts.origin == "undeclared").mean())
    if silent > 0.1:
        text = _("{share} of the listings do not say from where they ship").format(share=percent(silent))
        doubts.append((silent > 0.5, text))
    flags = facts.once["flags"].astype("string").fillna("")
    category = float(flags.str.contains(r"\bcategory_only\b").mean())
    if category > 0.2:
        text = _("the substance of {share} is known by the seller's category alone")
        doubts.append((False, text.format(share=percent(category))))
    priced = float((facts.once["price_usd"] > 0).mean())
    if priced == 0:
        doubts.append((False, _("no price could be brought to US dollars")))
    elif priced < 0.9:
        text = _("{share} of the listings have a price in US dollars").format(share=percent(priced))
        doubts.append((False, text))
    alone = _("what sellers write stands alone, with nothing seized or tested beside it")
    return judged(doubts, alone=alone)


def _what(prepared: Prepared) -> str:
    facts, found = prepared.facts, prepared.offers
    n = len(facts.markets)
    where = plural("{n} market", "{n} markets", n).format(n=number(n))
    most = [
        _("{drug} {share}").format(drug=drug_words(row["substance"]), share=share_words(row["share"]))
        for row in main_substances(prepared).head(_NAMED).to_dict("records")
    ]
    text = _("{counted} on {markets}, {period}.").format(
        counted=facts.counted, markets=where, period=facts.period
    )
    text = text[:1].upper() + text[1:]
    if prepared.held.shown.get("total", False):
        n = facts.n_accounts
        text += " " + plural("{n} account offers them.", "{n} accounts offer them.", n).format(n=number(n))
    if most:
        text += " " + _("Most offered: {drugs}.").format(drugs=", ".join(most))
    unknown = found.substances.set_index("substance")["share"].get("unknown", np.nan)
    if pd.notna(unknown) and unknown >= 0.01:
        text += " " + _("Of {share} the substance is not known.").format(share=percent(float(unknown)))
    return text


def _where(prepared: Prepared) -> str:
    if prepared.left("origins"):
        return _("Left out of this product on purpose.")
    table = prepared.offers.shipping.origins
    table = table[table.index != "undeclared"].sort_values("n", ascending=False, kind="stable").head(_NAMED)
    if table.empty:
        return _("No country of origin has enough accounts to be shown.")
    said = [
        _("{place} {share}").format(place=place_words(code), share=share_words(row["share"]))
        for code, row in table.iterrows()
    ]
    text = _("Going by what sellers say, listings ship from: {places}.").format(places=", ".join(said))
    silent = float((prepared.facts.origin == "undeclared").mean())
    return text + " " + _("{share} say nothing.").format(share=share_words(round(silent, 2)))


def _price(prepared: Prepared) -> str:
    prices = prepared.offers.prices
    if prepared.left("prices"):
        return _("Left out of this product on purpose.")
    if prices is None:
        return prepared.offers.why_no_prices
    said = []
    for code in main_substances(prepared)["substance"]:
        bands = prices.bands[prices.bands["substance"] == code]
        if bands.empty:
            continue
        first, last = bands.iloc[0], bands.iloc[-1]
        text = _("{drug}: about {price} US dollars a gram ({band})").format(
            drug=drug_words(code),
            price=public.money_words(first["median"]),
            band=band_words(float(first["grams_from"]), float(first["grams_to"])),
        )
        if len(bands) > 1:
            text += _(", {price} where it is {band}").format(
                price=public.money_words(last["median"]),
                band=band_words(float(last["grams_from"]), float(last["grams_to"])),
            )
        said.append(text)
    return _("Asked, not paid, purity not known: {prices}.").format(prices="; ".join(said[:3]))


def _sales(prepared: Prepared) -> str:
    made = prepared.trade
    if np.isfinite(made.total):
        text = _("Feedback stands for {money} US dollars at least").format(
            money=public.money_words(made.total)
        )
        other = made.sensitivity["revenue_usd"].dropna()
        if len(other) and other.min() < other.max():
            text += _(" ({low} to {high} under other rules on prices)").format(
                low=public.money_words(other.min()), high=public.money_words(other.max())
            )
        return _("{text}; who left no feedback is not in it.").format(text=text)
    return made.why_no_sales or _("Few accounts have most of the sales, so no sum is told.")


def _not_shown(prepared: Prepared) -> str:
    text = limit()
    text += " " + _("Who sells, where parcels truly go, and markets that nobody fetched.")
    hidden = prepared.offers.hidden_routes
    if hidden >= 0.01 and not prepared.left("origins"):
        text += " " + _("{share} of the listings ship on ways with too few accounts to be shown.").format(
            share=percent(round(hidden, 2))
        )
    return text


def _questions(prepared: Prepared) -> list[str]:
    found = []
    table = prepared.offers.shipping.flows
    abroad = table[
        ~table["domestic"] & table[["origin", "destination"]].apply(lambda c: c.str.isupper()).all(axis=1)
    ]
    if len(abroad) and not prepared.left("origins"):
        row = abroad.sort_values("n", ascending=False, kind="stable").iloc[0]
        found.append(
            _("What do post and customs know of parcels from {origin} to {destination}?").format(
                origin=place_words(row["origin"]), destination=place_words(row["destination"])
            )
        )
    if prepared.trade.closures:
        found.append(
            _("What else happened in the weeks of the closure, so that it is not taken for its effect?")
        )
    if prepared.trade.leads is not None:
        found.append(_("Who checks leads by hand and signs them, and how many a week can they check?"))
    seen = prepared.offers.coverage["share_seen"].dropna()
    if seen.empty or float(seen.min()) < 0.9:
        found.append(_("Can the pages be collected more often, so that what was missed can be told?"))
    found.append(_("Can what is seized be tested and compared with what was offered: weight, purity, price?"))
    return found
