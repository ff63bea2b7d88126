"""
What a crawl of the invented markets brings home: orders become feedback, and pages of listings are missed.

Orders are the truth that nobody sees. Some leave feedback, days later; a page shows the last twenty; a
crawl gets three pages of five; and a vendor without goods sets a price that nobody pays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .sellers import CLOSES, FIRST_DAY, LAST_DAY, day

if TYPE_CHECKING:
    from .sellers import Listing

__all__ = ["COLUMNS", "COVERAGE", "SHOWN", "make_rates", "place_orders", "snapshots"]

COVERAGE = 0.6
"""Share of pages that a crawl gets."""
SHOWN = 20
"""Feedback that a page shows."""
FEEDBACK = 0.8
"""Share of orders that leave feedback."""
PAGE = 10
"""Listings a page."""
EVERY, TWICE = 14, 4
"""Days between crawls, and every which crawl is done again on the next day."""
SCAM_FROM = day("2025-08-30")
"""Arzerak: nothing ordered from this day on was delivered, so nothing got feedback."""
ORDERS_END = day("2025-04-05")
"""Lunimet takes no orders from this day on."""
RISE = 1.3
"""Factor on orders of Gorkosul from the day on which Lunimet is gone."""
_RATE = {"Lunimet": 0.16, "Gorkosul": 0.15, "Arzerak": 0.12}
"""Orders a day and listing of a middling seller."""
COIN, START_USD = "ZLM", 20.0

COLUMNS = (
    *("market_id", "snapshot_date", "listing_id", "vendor_id", "substance_class", "qty_value", "qty_unit"),
    *("price", "currency", "ships_from", "ships_to", "purity_claimed", "feedback_n_shown", "feedback_dates"),
    *("pgp_id", *(f"style_{k}" for k in range(1, 9))),
)
"""Columns of ``listings.csv``."""


def make_rates(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return US dollars a coin for each day: a walk that ends where it likes."""
    steps = 0.02 * rng.standard_normal(LAST_DAY + 1)
    walk = START_USD * np.exp(np.cumsum(steps - steps.mean() * 0.5))
    rates: npt.NDArray[np.float64] = np.round(walk, 4)
    return rates


def place_orders(rng: np.random.Generator, listings: list[Listing]) -> None:
    """Fill in the days of orders and of feedback, those before the first crawl included."""
    for one in listings:
        days = np.arange(one.opened, min(one.closed, LAST_DAY + 1))
        rate = np.full(len(days), _RATE[one.account.market] * one.account.custom)
        rate *= one.quantity ** (-0.25) if one.goods.unit == "g" else 0.7
        if one.account.market == "Gorkosul":
            rate[days >= CLOSES["Lunimet"]] *= RISE
        if one.account.market == "Lunimet":
            rate[days >= ORDERS_END] = 0.0
        for low, high in (*one.account.pauses, *((one.holding,) if one.holding else ())):
            rate[(days >= low) & (days < high)] = 0.0
        placed = np.repeat(days, rng.poisson(rate))
        one.orders.extend(placed.tolist())
        told = placed[rng.random(len(placed)) < FEEDBACK]
        later = told + 3 + rng.integers(0, 12, len(told))
        kept = later < one.closed
        if one.account.market == "Arzerak":
            kept &= told < SCAM_FROM
        one.feedback.extend(sorted(later[kept].tolist()))


def snapshots(
    rng: np.random.Generator, listings: list[Listing], rates: npt.NDArray[np.float64], *, coverage: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Crawl every market every fortnight.

    Returns
    -------
    tuple of DataFrame
        The rows that were got, as text, with `COLUMNS`; and per crawl ``market_id``, ``snapshot_date``,
        ``listings`` on the market and ``seen``.
    """
    rows: list[dict[str, Any]] = []
    crawls: list[dict[str, Any]] = []
    for offset, market in enumerate(CLOSES):
        own = [one for one in listings if one.account.market == market]
        for at, date in _crawl_days(offset, market):
            there = [one for one in own if one.opened <= date < one.closed]
            shuffled = [there[k] for k in rng.permutation(len(there))]
            got = rng.random(-(-len(shuffled) // PAGE)) < coverage
            seen = [one for k, one in enumerate(shuffled) if got[k // PAGE]]
            rows.extend(_row(one, date, float(rates[date])) for one in seen)
            crawls.append(
                {
                    "market_id": market,
                    "snapshot_date": _iso(date),
                    "pass": at,
                    "listings": len(there),
                    "seen": len(seen),
                }
            )
    table = pd.DataFrame(rows, columns=[*COLUMNS, "holding"])
    order = table.sort_values(["snapshot_date", "market_id", "listing_id"], kind="stable", ignore_index=True)
    return order, pd.DataFrame(crawls)


def _crawl_days(offset: int, market: str) -> list[tuple[int, int]]:
    """Return the days of the crawls with 1 for a first and 2 for a second pass."""
    days = []
    for number, date in enumerate(range(5 + offset, min(CLOSES[market], LAST_DAY + 1), EVERY)):
        days.append((1, date))
        if number % TWICE == 0 and date + 1 < CLOSES[market]:
            days.append((2, date + 1))
    return days


def _row(one: Listing, date: int, rate: float) -> dict[str, Any]:
    held = one.holding is not None and one.holding[0] <= date < one.holding[1]
    usd = one.holding_usd if held else one.usd
    account = one.account
    coin = account.market != "Arzerak"
    shown = [back for back in one.feedback if back <= date][-SHOWN:]
    values = (
        *(account.market, _iso(date), one.listing_id, account.vendor_id, one.goods.substance),
        *(f"{one.quantity:g}", one.wrong_unit or one.goods.unit),
        *(f"{usd / rate:.6f}" if coin else f"{usd:.2f}", COIN if coin else "USD"),
        *(one.ships_from, one.ships_to, "" if one.purity_claimed is None else f"{one.purity_claimed:.2f}"),
        *(str(len(shown)), ";".join(_iso(back) for back in shown)),
        *("" if account.pgp is None else str(account.pgp), *(f"{number:.2f}" for number in account.style)),
        held,
    )
    return dict(zip([*COLUMNS, "holding"], values, strict=True))


def _iso(date: int) -> str:
    return str(FIRST_DAY + date)
