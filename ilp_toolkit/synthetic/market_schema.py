"""The description of the markets' files as a Frictionless Data Package (version 1)."""

from __future__ import annotations

from typing import Any

from .market_pages import COLUMNS

__all__ = ["describe"]

_TITLES = {
    "listings.csv": "Listings of three invented markets, crawl by crawl",
    "rates.csv": "US dollars a coin and a telar, by day",
    "shops.csv": "Offers of shops in a messenger, by week",
    "finds.csv": "Dead drops found in Kelovar, by district",
    "truth/vendors_truth.csv": "Accounts with their sellers and what they really sold",
    "truth/listings_truth.csv": "Listings with their right amounts, prices and orders",
    "truth/holding_rows.csv": "Rows of listings.csv whose price stands for out of stock",
    "truth/snapshots_truth.csv": "Crawls with what was there and what was seen",
    "truth/events.json": "What was planted",
}
_SUBSTANCES = "Class of drug, a code of ilp.seizures.DRUG_CLASSES"
_MEANING: dict[str, str] = {
    "market_id": "Invented market",
    "snapshot_date": "Day of the crawl",
    "listing_id": "Random code of the listing",
    "vendor_id": "Random code of the account",
    "substance_class": _SUBSTANCES,
    "qty_value": "Amount offered",
    "qty_unit": "Unit of the amount; one listing states a wrong one",
    "price": "Price of the whole amount",
    "currency": "ZLM (invented coin), USD or TLR (telar)",
    "ships_from": "Country or undeclared, as claimed",
    "ships_to": "Countries with semicolons, worldwide or undeclared, as claimed",
    "purity_claimed": "Share claimed by the seller; empty where none is",
    "feedback_n_shown": "Feedback shown on the page, at most 20",
    "feedback_dates": "Days of the feedback shown, with semicolons",
    "pgp_id": "Number in place of a key; empty where none is shown",
    **{f"style_{k}": "A number in place of a way of writing" for k in range(1, 9)},
    "date": "Day",
    "usd": "US dollars for one unit of the currency",
    "shop_id": "Random code of the shop",
    "week": "Monday of the week",
    "delivery": "dead drop or post",
    "districts": "Districts of Kelovar named, with semicolons",
    "posts": "Posts in the week",
    "find_no": "Number of the find",
    "offence": "The offence",
    "occurred_from": "Day of the find",
    "district": "District of Kelovar; there is no finer place",
    "parcels": "Parcels found",
    "origin": "Who noticed it: the public (reported) or the police (discovered)",
    "seller_id": "The one behind the account",
    "kind": "genuine or copycat",
    "copycat_of": "Account that is copied",
    "migrated": "Whether it was opened because Lunimet closed",
    "home": "Country of the seller",
    "opened": "First day; empty where before the crawls began",
    "closed": "First day without it; empty where after the crawls ended",
    "listings": "Listings: of the account, or on the market at the crawl",
    "orders": "Orders since the crawls began",
    "feedback": "Feedback since the crawls began",
    "revenue_usd": "Orders times price",
    "price_usd": "Price in US dollars",
    "purity_true": "Share that a laboratory would find",
    "holding_from": "First day of the price that stands for out of stock",
    "holding_to": "Last day of it",
    "wrong_unit": "Unit that the page states instead of the right one",
    "pass": "1, or 2 for a crawl repeated on the next day",
    "seen": "Listings that the crawl got",
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "listings.csv": COLUMNS,
    "rates.csv": ("date", "currency", "usd"),
    "shops.csv": (
        *("shop_id", "week", "substance_class", "qty_value", "qty_unit", "price", "currency", "delivery"),
        *("districts", "posts"),
    ),
    "finds.csv": (
        *("find_no", "offence", "occurred_from", "district", "substance_class", "qty_value", "qty_unit"),
        *("parcels", "origin"),
    ),
    "truth/vendors_truth.csv": (
        *("vendor_id", "market_id", "seller_id", "kind", "copycat_of", "migrated", "home", "opened"),
        *("closed", "pgp_id", "listings", "orders", "feedback", "revenue_usd"),
    ),
    "truth/listings_truth.csv": (
        *("listing_id", "vendor_id", "market_id", "substance_class", "qty_value", "qty_unit", "price_usd"),
        *("opened", "closed", "orders", "feedback", "purity_true", "holding_from", "holding_to"),
        "wrong_unit",
    ),
    "truth/holding_rows.csv": ("snapshot_date", "listing_id"),
    "truth/snapshots_truth.csv": ("market_id", "snapshot_date", "pass", "listings", "seen"),
}
_NUMBERS = {"qty_value", "price", "purity_claimed", "usd", "revenue_usd", "price_usd", "purity_true"} | {
    f"style_{k}" for k in range(1, 9)
}
_COUNTS = {"feedback_n_shown", "pgp_id", "posts", "parcels", "listings", "orders", "feedback", "pass", "seen"}


def describe(sums: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """
    Describe the files of the markets.

    Parameters
    ----------
    sums
        Bytes and sha256 (hexadecimal) by file name.

    Returns
    -------
    dict
        The contents of ``datapackage.json``.
    """
    licence = {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    }
    return {
        "profile": "data-package",
        "name": "markets",
        "title": "Three invented online markets with a known truth",
        "description": "Generated: no market, seller or parcel of it exists. Read datasheet.md before use.",
        "version": "1.0.0",
        "licenses": [licence],
        "contributors": [{"title": "The ILP toolkit developers", "role": "author"}],
        "sources": [{"title": "Recipe: python -m ilp_toolkit.synthetic datasets"}],
        "resources": [_resource(name, *sums[name]) for name in _TITLES],
    }


def _resource(name: str, size: int, digest: str) -> dict[str, Any]:
    stem, kind = name.rsplit("/", 1)[-1].rsplit(".", 1)
    resource: dict[str, Any] = {"name": stem.replace("_", "-"), "path": name, "title": _TITLES[name]}
    resource |= {"format": kind, "bytes": size, "hash": f"sha256:{digest}", "encoding": "utf-8"}
    if kind == "json":
        return resource | {"mediatype": "application/json"}
    return resource | {
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": [_field(column) for column in _COLUMNS[name]], "missingValues": [""]},
    }


def _field(name: str) -> dict[str, str]:
    kind = "number" if name in _NUMBERS else "integer" if name in _COUNTS else "string"
    return {"name": name, "type": kind, "description": _MEANING[name]}
