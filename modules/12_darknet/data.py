"""
Listings of two invented markets around the closure of one of them; eight variants.

Sellers, listings and prices are those of ``ilp_toolkit.synthetic.make_markets`` with a seed of the variant's own.
Kept are the first crawl of each fortnight from January to August 2025, without the days of feedback: what a page shows
is then all that is known, 20 pieces at most.
"""

from __future__ import annotations

import csv
import io

from ilp_toolkit.synthetic.markets import make_markets

__all__ = ["FIRST", "LAST", "MARKETS", "make", "world"]

MARKETS = ("Gorkosul", "Lunimet")
FIRST, LAST = "2025-01-01", "2025-08-31"
_KEPT = (
    *("market_id", "snapshot_date", "listing_id", "vendor_id", "substance_class", "qty_value", "qty_unit"),
    *("price", "currency", "ships_from", "ships_to", "purity_claimed", "feedback_n_shown", "pgp_id"),
    *("style_1", "style_2", "style_3", "style_4"),
)


def make(variant: int, seed: int) -> dict[str, str]:
    """
    Make the files of one variant.

    Parameters
    ----------
    variant
        0 to 7; the seed alone says what differs.
    seed
        Of the sellers, their listings and all else that is drawn.

    Returns
    -------
    dict of str to str
        ``listings.csv`` and ``rates.csv``.
    """
    files = world(seed)
    first_crawls = {
        (row["market_id"], row["snapshot_date"])
        for row in _rows(files["truth/snapshots_truth.csv"])
        if row["pass"] == "1"
    }
    listings = [
        [row[name] for name in _KEPT]
        for row in _rows(files["listings.csv"])
        if row["market_id"] in MARKETS
        and FIRST <= row["snapshot_date"] <= LAST
        and (row["market_id"], row["snapshot_date"]) in first_crawls
    ]
    rates = [
        [row["date"], row["currency"], row["usd"]]
        for row in _rows(files["rates.csv"])
        if FIRST <= row["date"] <= LAST and row["currency"] == "ZLM"
    ]
    return {
        "listings.csv": _text(list(_KEPT), listings),
        "rates.csv": _text(["date", "currency", "usd"], rates),
    }


def world(seed: int) -> dict[str, bytes]:
    """Return all that was drawn for a seed, the truth among it."""
    return make_markets(seed=seed % 2**31)


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8"), newline="")))


def _text(header: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return out.getvalue()
