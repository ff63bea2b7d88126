"""
The pictures of an assessment of listings: tables that passed the rules in, finished blocks out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import InputError
from ...i18n import _, number
from ...views import charts
from . import picture
from .darknet_facts import place_words
from .darknet_front import limit, main_substances

if TYPE_CHECKING:
    from .blocks import Figure
    from .darknet_prepared import Prepared
    from .darknet_trade import Closure
    from .picture import Size

__all__ = [
    "closure_figure",
    "concentration_figure",
    "front_price",
    "lives_figure",
    "matrix_figure",
    "price_figure",
    "substance_figure",
]

_LARGEST = {"full": 10, "half": 5}
"""Origins and destinations of the matrix."""


def drawn(name: str, size: Size, axes: Any, alt: str) -> Figure:
    """Make the block of a chart; whoever does not see it reads the limit as well."""
    return picture.drawn(name, size, axes, f"{alt} {limit()}")


def substance_figure(prepared: Prepared, *, foot: str, size: Size) -> Figure | None:
    """Draw how many listings offer each class."""
    table = prepared.offers.substances
    try:
        axes = charts.offers_by_substance(table, foot=f"{foot} {limit()}", size=size)
    except InputError:
        return None
    return drawn("substances", size, axes, charts.describe_offers_by_substance(table))


def price_figure(prepared: Prepared, code: str, *, foot: str, size: Size) -> Figure | None:
    """Draw what is asked for a gram of one substance, by size."""
    prices = prepared.offers.prices
    if prices is None or prepared.left("prices") or code not in set(prices.bands["substance"]):
        return None
    axes = charts.unit_prices(prices, substance=code, foot=foot, size=size)
    return drawn(
        f"price-{code}".replace("_", "-"), size, axes, charts.describe_unit_prices(prices, substance=code)
    )


def front_price(prepared: Prepared) -> str:
    """Return the substance whose prices stand on page one, empty where none has any."""
    prices = prepared.offers.prices
    if prices is None or prepared.left("prices"):
        return ""
    counts = prices.bands["substance"].value_counts()
    fits = [code for code in main_substances(prepared)["substance"] if counts.get(code, 0) >= 2]
    return fits[0] if fits else ""


def matrix_figure(prepared: Prepared, *, foot: str, size: Size) -> Figure | None:
    """Draw between which countries offers are made; the largest alone where space is short."""
    if prepared.left("origins") or prepared.offers.shipping.flows.empty:
        return None
    offers = prepared.offers.shipping
    flows, most = offers.flows, _LARGEST[size]
    starts = flows.groupby("origin")["n"].sum().nlargest(most).index
    ends = flows.groupby("destination")["n"].sum().nlargest(most).index
    flows = flows[flows["origin"].isin(starts) & flows["destination"].isin(ends)].reset_index(drop=True)
    codes = sorted({*flows["origin"], *flows["destination"]})
    names = pd.DataFrame({"country": codes, "name": [place_words(code) for code in codes]})
    axes = charts.offers_by_country(
        replace(offers, flows=flows),
        places=names,
        subtitle=_(
            "Listings to the nearest five; in parts where one ships to several countries. Empty: few "
            "accounts."
        ),
        foot=foot,
        size=size,
    )
    return drawn("offers-by-country", size, axes, _matrix_words(flows))


def _matrix_words(flows: pd.DataFrame) -> str:
    rows = flows.sort_values("n", ascending=False, kind="stable").head(5)
    said = [
        f"{place_words(row['origin'])} → {place_words(row['destination'])}: {number(int(row['n']))}"
        for row in rows.to_dict("records")
    ]
    return _("Most listings: {ways}.").format(ways="; ".join(said))


def concentration_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw how concentrated the markets are."""
    table = prepared.trade.concentration
    if table.empty:
        return None
    try:
        axes = charts.concentration_of_markets(table, foot=foot)
    except InputError:
        return None
    return drawn("concentration", "full", axes, charts.describe_concentration_of_markets(table))


def lives_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw what share of accounts is still seen, in steps of four weeks."""
    lives = prepared.trade.survival
    if lives is None:
        return None
    n = int(lives.medians["n"].sum())
    subtitle = _("About {n} accounts whose beginning was seen, in steps of four weeks; band: 95%").format(
        n=number(n)
    )
    axes = charts.account_lives(lives, subtitle=subtitle, foot=foot)
    return drawn("lives", "full", axes, charts.describe_account_lives(lives))


def closure_figure(each: Closure, *, place: int, foot: str) -> Figure | None:
    """Draw the accounts of the other markets before and after a closure."""
    if each.study is None:
        return None
    axes = charts.closure(each.study, foot=foot)
    return drawn(f"closure-{place + 1}", "full", axes, charts.describe_closure(each.study))
