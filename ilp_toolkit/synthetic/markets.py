"""
The folder of the invented markets: what crawls brought home, rates, shops, finds, and, apart, the truth.

No text of a seller, no handle, link, key or address is in it, and no place finer than a district: an account
is a random code, a key is a number, a way of writing is eight numbers. A test reads every byte for them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .files import csv_bytes, json_bytes
from .market_pages import (
    COIN,
    COLUMNS,
    COVERAGE,
    FEEDBACK,
    ORDERS_END,
    RISE,
    SCAM_FROM,
    SHOWN,
    make_rates,
    place_orders,
    snapshots,
)
from .market_schema import describe
from .sellers import CLOSES, FIRST_DAY, GOODS, LAST_DAY, make_accounts, make_listings
from .shops import CAMPAIGN, DISTRICTS, SPREAD, finds_table, offers_table

if TYPE_CHECKING:
    from .sellers import Account, Listing

__all__ = ["SEED", "make_markets"]

SEED = 7351
"""Each step has a generator of its own, seeded with this number and the number of the step."""


def make_markets(*, seed: int = SEED, coverage: float = COVERAGE) -> dict[str, bytes]:
    """
    Make every generated file of ``datasets/markets``.

    Parameters
    ----------
    seed
        Another seed gives other sellers in the same world.
    coverage
        Share of pages that a crawl gets, above 0 and at most 1.

    Returns
    -------
    dict of str to bytes
        File names (those of the truth below ``truth/``) and contents; the same on every call.

    Raises
    ------
    ValueError
        If the coverage is out of range.

    Examples
    --------
    >>> sorted(make_markets())[:4]
    ['datapackage.json', 'finds.csv', 'listings.csv', 'rates.csv']
    """
    if not 0 < coverage <= 1:
        msg = f"`coverage` must be above 0 and at most 1, got {coverage!r}."
        raise ValueError(msg)
    accounts = make_accounts(_chance(seed, 1))
    listings = make_listings(_chance(seed, 2), accounts)
    rates = make_rates(_chance(seed, 3))
    place_orders(_chance(seed, 4), listings)
    pages, crawls = snapshots(_chance(seed, 5), listings, rates, coverage=coverage)
    finds = finds_table(_chance(seed, 7))
    files = {
        "listings.csv": csv_bytes(pages[list(COLUMNS)]),
        "rates.csv": csv_bytes(_rates(rates)),
        "shops.csv": csv_bytes(offers_table(_chance(seed, 6))),
        "finds.csv": csv_bytes(finds),
        "truth/vendors_truth.csv": csv_bytes(_vendors(accounts, listings)),
        "truth/listings_truth.csv": csv_bytes(_listings(listings)),
        "truth/holding_rows.csv": csv_bytes(pages.loc[pages["holding"], ["snapshot_date", "listing_id"]]),
        "truth/snapshots_truth.csv": csv_bytes(crawls.astype(str)),
        "truth/events.json": json_bytes(_events(accounts, listings, pages, coverage)),
    }
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    files["datapackage.json"] = json_bytes(describe(sums))
    return files


def _chance(seed: int, step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, step])))


def _iso(date: int) -> str:
    return str(FIRST_DAY + date)


def _rates(rates: np.ndarray[Any, np.dtype[np.float64]]) -> pd.DataFrame:
    rows = [(_iso(date), COIN, f"{rate:.4f}") for date, rate in enumerate(rates.tolist())]
    rows += [(_iso(date), "TLR", "0.0250") for date in range(len(rates))]
    return pd.DataFrame(sorted(rows), columns=["date", "currency", "usd"])


def _opened(date: int) -> str:
    """Return a day, empty where it lies before the first day: nobody saw it."""
    return _iso(date) if date >= 0 else ""


def _closed(date: int) -> str:
    return _iso(date) if date <= LAST_DAY else ""


def _vendors(accounts: list[Account], listings: list[Listing]) -> pd.DataFrame:
    own: dict[str, list[Listing]] = {}
    for one in listings:
        own.setdefault(one.account.vendor_id, []).append(one)
    rows = [
        {
            "vendor_id": account.vendor_id,
            "market_id": account.market,
            "seller_id": account.seller,
            "kind": account.kind,
            "copycat_of": account.copycat_of,
            "migrated": "yes" if account.migrated else "no",
            "home": account.home,
            "opened": _opened(account.opened),
            "closed": _closed(account.closed),
            "pgp_id": "" if account.pgp is None else str(account.pgp),
            "listings": str(len(own[account.vendor_id])),
            "orders": str(sum(_since(one.orders) for one in own[account.vendor_id])),
            "feedback": str(sum(_since(one.feedback) for one in own[account.vendor_id])),
            "revenue_usd": f"{sum(_since(one.orders) * one.usd for one in own[account.vendor_id]):.2f}",
        }
        for account in accounts
    ]
    return pd.DataFrame(rows)


def _since(days: list[int]) -> int:
    """Count the days from the first day of the crawls on."""
    return sum(date >= 0 for date in days)


def _listings(listings: list[Listing]) -> pd.DataFrame:
    rows = [
        {
            "listing_id": one.listing_id,
            "vendor_id": one.account.vendor_id,
            "market_id": one.account.market,
            "substance_class": one.goods.substance,
            "qty_value": f"{one.quantity:g}",
            "qty_unit": one.goods.unit,
            "price_usd": f"{one.usd:.2f}",
            "opened": _opened(one.opened),
            "closed": _closed(one.closed),
            "orders": str(_since(one.orders)),
            "feedback": str(_since(one.feedback)),
            "purity_true": f"{one.purity_true:.2f}",
            "holding_from": _iso(one.holding[0]) if one.holding else "",
            "holding_to": _iso(one.holding[1] - 1) if one.holding else "",
            "wrong_unit": one.wrong_unit,
        }
        for one in sorted(listings, key=lambda one: one.listing_id)
    ]
    return pd.DataFrame(rows)


def _events(
    accounts: list[Account], listings: list[Listing], pages: pd.DataFrame, coverage: float
) -> dict[str, Any]:
    by_seller: dict[str, list[Account]] = {}
    for account in accounts:
        by_seller.setdefault(account.seller, []).append(account)
    pairs = [sorted(one.vendor_id for one in held) for held in by_seller.values() if len(held) > 1]
    ending = [one for one in accounts if one.market == "Lunimet" and one.closed == CLOSES["Lunimet"]]
    went = {one.seller for one in accounts if one.market == "Gorkosul" and one.kind == "genuine"}
    migrants = [one for one in accounts if one.migrated]
    wrong = next(one for one in listings if one.wrong_unit)
    held = int(pages["holding"].sum())
    return {
        "about": "Do not edit. Made by: python -m ilp_toolkit.synthetic datasets",
        "period": {"first_day": _iso(0), "last_day": _iso(LAST_DAY)},
        "rows": {"listings": len(pages), "vendors": len(accounts), "sellers": len(by_seller)},
        "coverage": {
            "share_of_pages": coverage,
            "feedback_shown": SHOWN,
            "share_of_orders_with_feedback": FEEDBACK,
        },
        "holding": {"rows": held, "share": round(held / len(pages), 4)},
        "unit_error": {
            "listing_id": wrong.listing_id,
            "stated": f"{wrong.quantity:g} {wrong.wrong_unit}",
            "true": f"{wrong.quantity:g} {wrong.goods.unit}",
            "rows": int((pages["listing_id"] == wrong.listing_id).sum()),
        },
        "discount": {
            one.substance: {"exponent": one.exponent, "usd_of_one": one.usd, "unit": one.unit}
            for one in GOODS
        },
        "closure": {
            "market": "Lunimet",
            "kind": "closure",
            "last_orders": _iso(ORDERS_END - 1),
            "gone_from": _iso(CLOSES["Lunimet"]),
            "accounts_at_the_end": len(ending),
            "of_sellers_also_on_gorkosul": sum(one.seller in went for one in ending),
            "migrants": sorted(one.vendor_id for one in migrants),
            "migrants_with_the_same_key": sorted(
                new.vendor_id
                for new in migrants
                if any(old.pgp == new.pgp for old in by_seller[new.seller] if old is not new)
            ),
            "factor_on_orders_of_gorkosul": RISE,
            "effect_on_prices": "none",
        },
        "exit_scam": {
            "market": "Arzerak",
            "kind": "exit scam",
            "nothing_delivered_from": _iso(SCAM_FROM),
            "gone_from": _iso(CLOSES["Arzerak"]),
        },
        "same_seller": sorted(pairs),
        "copycats": {
            one.vendor_id: {"of": one.copycat_of, "shows_its_key": _same_key(one, accounts)}
            for one in accounts
            if one.kind == "copycat"
        },
        "two_sellers_one_key": _shared_keys(accounts),
        "shops": {"factor_after_closure": SPREAD, "from": _iso(CLOSES["Lunimet"])},
        "finds": {
            "district_weights": DISTRICTS,
            "campaign": {
                "district": CAMPAIGN[0],
                "first_day": _iso(CAMPAIGN[1]),
                "last_day": _iso(CAMPAIGN[2]),
                "factor_on_discovered": CAMPAIGN[3],
            },
        },
    }


def _same_key(copycat: Account, accounts: list[Account]) -> bool:
    return any(one.vendor_id == copycat.copycat_of and one.pgp == copycat.pgp for one in accounts)


def _shared_keys(accounts: list[Account]) -> list[list[str]]:
    """Return the genuine accounts that show one key and are of two sellers."""
    by_key: dict[int, list[Account]] = {}
    for one in accounts:
        if one.pgp is not None and one.kind == "genuine":
            by_key.setdefault(one.pgp, []).append(one)
    return [
        sorted(one.vendor_id for one in held)
        for _key, held in sorted(by_key.items())
        if len({one.seller for one in held}) > 1
    ]
