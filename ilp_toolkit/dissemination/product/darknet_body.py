"""
The sections of an assessment on what is offered: coverage, substances, prices, offers between countries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...i18n import _, number, percent
from . import darknet_figures as figures
from . import darknet_public as public
from .assessment import first_rows
from .blocks import Block, Column, Heading, Note, Paragraph, Table
from .darknet_facts import place_words
from .darknet_front import band_words, main_substances, share_words
from .names import drug_words
from .picture import some

if TYPE_CHECKING:
    from .darknet_prepared import Prepared

__all__ = ["coverage_blocks", "offer_blocks", "price_blocks", "substance_blocks"]

_FIGURES = 3
"""Substances whose prices are drawn."""


def coverage_blocks(prepared: Prepared) -> list[Block]:
    """Say how much of each market was seen."""
    rows = [
        (
            str(row["market"]),
            public.count_words(row["accounts"]),
            public.count_words(row["listings"]),
            number(int(row["snapshots"])),
            _("not known") if pd.isna(row["share_seen"]) else percent(float(row["share_seen"])),
            _share_range(row["low"], row["high"]),
            _("not known") if pd.isna(row["there"]) else number(float(row["there"])),
        )
        for row in prepared.offers.coverage.to_dict("records")
    ]
    columns = (
        Column(_("Market")),
        Column(_("Accounts"), number=True),
        Column(_("Listings"), number=True),
        Column(_("Snapshots"), number=True),
        Column(_("Share seen"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("There on a day (Chapman)"), number=True),
    )
    note = _(
        "Share seen: of the listings seen before and after a day, those seen on it. Chapman: two "
        "snapshots in "
        "turn, median; too high where listings come and go. Pages that are never fetched are in neither."
    )
    return [
        Heading(_("How much was seen")),
        Table(_("Markets, and how much of them the snapshots show"), columns, tuple(rows), note),
    ]


def _share_range(low: float, high: float) -> str:
    if pd.isna(low) or pd.isna(high):
        return _("not known")
    return _("{low} to {high}").format(low=percent(float(low)), high=percent(float(high)))


def substance_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Say what is offered."""
    rows = [
        (
            drug_words(row["substance"]),
            public.count_words(row["accounts"]),
            public.count_words(row["listings"]),
            share_words(row["share"]),
            _("hidden") if pd.isna(row["category_only"]) else percent(float(row["category_only"])),
        )
        for row in prepared.offers.substances.to_dict("records")
    ]
    columns = (
        Column(_("Substance")),
        Column(_("Accounts"), number=True),
        Column(_("Listings"), number=True),
        Column(_("Share"), number=True),
        Column(_("By category alone"), number=True),
    )
    note = _(
        "Listings to the nearest five, each once. Hidden: few accounts, or one of them has most, or the "
        "number "
        "would give another away. By category alone: the seller's category is all that says so. What is not "
        "known stays unknown and is not shared out."
    )
    return [
        Heading(_("What is offered")),
        *some(figures.substance_figure(prepared, foot=foot, size="full")),
        Table(_("Classes of substance, by name"), columns, tuple(rows), note),
    ]


def price_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Say what is asked for a gram."""
    found: list[Block] = [Heading(_("Prices per gram"))]
    prices = prepared.offers.prices
    if prepared.left("prices"):
        return [*found, Note(_("Left out of this product on purpose."))]
    if prices is None:
        return [*found, Note(prepared.offers.why_no_prices)]
    found.append(
        Paragraph(
            _(
                "Ten grams never cost ten times one gram, so prices are compared within bands of size. "
                "Holding "
                "prices and slips of a unit are left out. A price asked is no price paid."
            )
        )
    )
    for code in main_substances(prepared)["substance"].tolist()[:_FIGURES]:
        found += some(figures.price_figure(prepared, code, foot=foot, size="full"))
    first = ~prices.bands["substance"].duplicated()
    rows = [
        (
            drug_words(row["substance"]) if named else "",
            band_words(float(row["grams_from"]), float(row["grams_to"])),
            number(int(row["n"])),
            public.money_words(row["median"]),
            _("{low} to {high}").format(
                low=public.money_words(row["lower_quartile"]), high=public.money_words(row["upper_quartile"])
            ),
            _("hidden") if pd.isna(row["n_claimed"]) else public.money_words(row["median_claimed"]),
        )
        for row, named in zip(prices.bands.to_dict("records"), first, strict=True)
    ]
    columns = (
        Column(_("Substance")),
        Column(_("Size")),
        Column(_("Listings"), number=True),
        Column(_("Middle"), number=True),
        Column(_("Middle half"), number=True),
        Column(_("Claimed pure"), number=True),
    )
    note = _(
        "US dollars a gram as sold. Claimed pure: for a gram of what sellers claim to be pure, of those "
        "who claim; "
        "a claim is advertising. Bands that fewer than {minimum} accounts offer are not shown."
    ).format(minimum=number(prepared.facts.minimum))
    found.append(Table(_("What is asked for a gram, by size of the offer"), columns, tuple(rows), note))
    return [*found, *_discounts(prepared)]


def _discounts(prepared: Prepared) -> list[Block]:
    prices = prepared.offers.prices
    if prices is None:
        return []
    table = prices.discount[np.isfinite(prices.discount["b"].astype(float))]
    if table.empty:
        return []
    rows = [
        (
            drug_words(code),
            percent(-float(row["per_doubling"])),
            _("{low} to {high}").format(
                low=percent(1 - 2 ** (float(row["high"]) - 1)), high=percent(1 - 2 ** (float(row["low"]) - 1))
            ),
            _("within accounts") if row["basis"] == "within vendors" else _("between accounts"),
        )
        for code, row in table.iterrows()
    ]
    columns = (
        Column(_("Substance")),
        Column(_("Less a gram, at twice the size"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("Compared")),
    )
    note = _(
        "A straight line of log price on log grams. Between accounts it also measures who sells in bulk."
    )
    return [Table(_("Discount for quantity"), columns, tuple(rows), note)]


def offer_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Say from where to where offers are made."""
    found: list[Block] = [Heading(_("Offers between countries"))]
    if prepared.left("origins"):
        return [*found, Note(_("Left out of this product on purpose."))]
    shipping = prepared.offers.shipping
    found.append(
        Paragraph(
            _(
                "From where a seller says to ship, and to where: offers, not parcels. A listing counts "
                "once; one "
                "that ships to three countries gives a third to each, and worldwide stays worldwide. "
                "{undeclared} of the listings do not say from where, {to} not to where."
            ).format(
                undeclared=percent(float((prepared.facts.origin == "undeclared").mean())),
                to=percent(float(shipping.choices["to_undeclared"]) / max(int(shipping.choices["n"]), 1)),
            )
        )
    )
    found += some(figures.matrix_figure(prepared, foot=foot, size="full"))
    people = shipping.origins["quotient"].notna().any()
    rows = []
    for row in first_rows(shipping.origins.reset_index(), "n"):
        cells = [
            place_words(row["origin"]),
            public.count_words(row["n"]),
            share_words(row["share"]),
            _("not told") if pd.isna(row["share_domestic"]) or row["origin"] == "undeclared"
            else percent(float(row["share_domestic"])),
        ]  # fmt: skip
        if people:
            cells += [
                "–" if pd.isna(row["quotient"]) else number(float(row["quotient"]), 1),
                public.interval_words(row["quotient_low"], row["quotient_high"], 1)
                if pd.notna(row["quotient"])
                else "–",
            ]
        rows.append(tuple(cells))
    columns = [
        Column(_("Ships from")),
        Column(_("Listings"), number=True),
        Column(_("Share"), number=True),
        Column(_("Within the country"), number=True),
    ]
    note = _("Within the country: of the listings that say both ends, to the nearest 5%.")
    if people:
        columns += [Column(_("Quotient"), number=True), Column(_("95% interval"), number=True)]
        note += " " + _("Quotient: share of the listings over share of the people; 1 is as many as people.")
    found.append(Table(_("Origins with enough accounts, by name"), tuple(columns), tuple(sorted(rows)), note))
    return found
