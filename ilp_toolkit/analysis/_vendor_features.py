"""
What two accounts have in common: one field for each family of evidence, each on a few levels.

The families are independent in kind: a key, a way of writing (numbers made elsewhere; no text comes in),
goods and sizes, the level of prices, the weeks with sales, and the name where markets show one. Key, name,
goods and prices can be copied by anyone who looks at the page; a way of writing and weeks with sales hardly.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import N_, _
from ._holding import usual_price
from ._listing_tables import days_of, take_listings, take_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["FAMILIES", "HARD_TO_COPY", "MOST_PAIRS", "levels_of", "pairs_of", "profiles"]

FAMILIES: dict[str, str] = {
    "key": N_("the same key on the page"),
    "style": N_("the way of writing"),
    "goods": N_("goods and sizes"),
    "prices": N_("the level of prices"),
    "weeks": N_("weeks with and without feedback"),
    "name": N_("the same name"),
}
"""Families of evidence; each is one field, so that no evidence counts twice."""
HARD_TO_COPY = ("style", "weeks")
"""What nobody can take over from a page; all else a copycat shows as well."""
MOST_PAIRS = 2_000_000
STYLE = (0.25, 0.5, 0.8, 1.1)
GOODS = (0.75, 0.5, 0.25)
PRICES = (0.03, 0.07, 0.15, 0.3)
WEEKS = (0.5, 0.2)
LEAST_WEEKS = 8
"""Fewer common weeks say nothing."""


def profiles(listings: pd.DataFrame, *, least_style: int) -> pd.DataFrame:
    """
    Return one row an account, in the order of market and id, with what it shows.

    Columns: ``market``, ``vendor_id``, ``keys`` and ``names`` (frozensets), ``goods`` (frozenset of substance
    and size), ``substances``, ``level`` (median log of price over what is usual for substance and size),
    ``style`` (an array or None), ``weeks`` (frozenset of weeks with feedback), ``first``, ``last`` (weeks
    seen).
    """
    columns = ("market", "vendor_id", "listing_id", "substance", "quantity_g", "price_usd")
    table = take_listings(listings, columns)
    styles = sorted(name for name in listings.columns if str(name).startswith("style_"))
    for name in (*styles, "pgp_id", "handle_id", "feedback_dates", "units"):
        table[name] = listings[name].to_numpy() if name in listings else None
    table = table[table[["market", "vendor_id", "snapshot_date"]].notna().all(axis=1)]
    table = table.assign(
        substance=take_text(table["substance"], "unknown"),
        size=pd.to_numeric(table["quantity_g"], errors="coerce").fillna(
            -pd.to_numeric(table["units"], errors="coerce")
        ),
        week=(table["snapshot_date"] - pd.Timestamp(0)).dt.days // 7,
    )
    price = pd.to_numeric(table["price_usd"], errors="coerce").astype(float)
    table["residual"] = np.log(price.where(price > 0) / usual_price(table))
    for name in styles:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    spread = table.drop_duplicates(["market", "vendor_id"])[styles].std(ddof=0).replace(0, 1.0).fillna(1.0)
    rows = []
    for (market, vendor), part in table.groupby(["market", "vendor_id"], sort=True):
        by_listing = part.drop_duplicates("listing_id")
        known = part[styles].dropna() if styles else part[[]]
        enough = bool(styles) and len(known) >= least_style
        rows.append(
            {
                "market": market,
                "vendor_id": vendor,
                "keys": frozenset(part["pgp_id"].dropna().astype(str)),
                "names": frozenset(part["handle_id"].dropna().astype(str)),
                "goods": frozenset(zip(by_listing["substance"], by_listing["size"].round(6), strict=True)),
                "substances": frozenset(by_listing["substance"]),
                "level": float(part.groupby("listing_id")["residual"].median().median()),
                "style": (known.mean() / spread).to_numpy(dtype=float) if enough else None,
                "weeks": _weeks(part["feedback_dates"]),
                "first": int(part["week"].min()),
                "last": int(part["week"].max()),
            }
        )
    names = [
        "market",
        "vendor_id",
        "keys",
        "names",
        "goods",
        "substances",
        "level",
        "style",
        "weeks",
        "first",
        "last",
    ]
    return pd.DataFrame(rows, columns=names)


def _weeks(dates: pd.Series[Any]) -> frozenset[int]:
    days = {day for one in dates for day in days_of(one) or ()}
    return frozenset((day - pd.Timestamp(0)).days // 7 for day in days)


def pairs_of(accounts: pd.DataFrame, *, within_market: bool) -> tuple[Integers, Integers, int]:
    """Return pairs of accounts with a substance or a key in common, in order, and how many have none."""
    members: dict[Any, list[int]] = {}
    for row, (kinds, keys) in enumerate(zip(accounts["substances"], accounts["keys"], strict=True)):
        for token in (*(("s", one) for one in kinds), *(("k", one) for one in keys)):
            members.setdefault(token, []).append(row)
    market = pd.factorize(accounts["market"])[0]
    size = np.bincount(market) if len(market) else np.zeros(0, dtype=np.int64)
    n = len(accounts)
    everything = n * (n - 1) // 2 - (0 if within_market else int((size * (size - 1) // 2).sum()))
    total = sum(len(rows) * (len(rows) - 1) // 2 for rows in members.values())
    if total > MOST_PAIRS * 10:
        msg = _("`listings` gives more than {most} pairs of accounts; take one substance or two markets.")
        raise InputError(msg.format(most=MOST_PAIRS))
    found = {
        pair
        for rows in members.values()
        for pair in itertools.combinations(rows, 2)
        if within_market or market[pair[0]] != market[pair[1]]
    }
    ordered = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1], everything - len(ordered)


def levels_of(accounts: pd.DataFrame, one: Integers, other: Integers) -> pd.DataFrame:
    """Return the level of each family for each pair, strongest agreement first; empty where unknown."""
    level = accounts["level"].to_numpy(dtype=float)
    columns = {
        "key": _keys(accounts["keys"].to_numpy(), one, other),
        "style": _banded(_style(accounts["style"].to_numpy(), one, other), STYLE),
        "goods": _overlaps(accounts["goods"].to_numpy(), one, other),
        "prices": _banded(np.abs(level[one] - level[other]), PRICES),
        "weeks": _common_weeks(accounts, one, other),
    }
    handles = accounts["names"].to_numpy()
    named = pd.Series([name for names in handles for name in names], dtype=object)
    if named.duplicated().any():  # where no two accounts share a name it tells nothing apart
        columns["name"] = _keys(handles, one, other)
    return pd.DataFrame({name: value for name, value in columns.items() if value.notna().any()})


def _category(code: Integers, names: list[str]) -> pd.Series[Any]:
    return pd.Series(pd.Categorical.from_codes(code.tolist(), categories=pd.Index(names), ordered=True))


def _banded(distance: Floats, edges: tuple[float, ...]) -> pd.Series[Any]:
    names = [f"[{a:g}, {b:g})" for a, b in itertools.pairwise((0.0, *edges))] + [f"{edges[-1]:g} or more"]
    code = np.searchsorted(edges, distance, side="right")
    return _category(np.where(np.isfinite(distance), code, -1), names)


def _keys(keys: Any, one: Integers, other: Integers) -> pd.Series[Any]:
    code = [
        -1 if not keys[a] or not keys[b] else 0 if keys[a] & keys[b] else 1
        for a, b in zip(one, other, strict=True)
    ]
    return _category(np.array(code, dtype=np.int64), ["same", "different"])


def _style(style: Any, one: Integers, other: Integers) -> Floats:
    """Return the root mean square distance, in spreads of the accounts; NaN where one is not known."""
    known = np.array([value is not None for value in style], dtype=bool)
    if not known.any():
        return np.full(len(one), np.nan)
    width = len(next(value for value in style if value is not None))
    whole = np.array([value if value is not None else np.full(width, np.nan) for value in style])
    gap: Floats = np.sqrt(np.mean((whole[one] - whole[other]) ** 2, axis=1))
    return gap


def _overlaps(goods: Any, one: Integers, other: Integers) -> pd.Series[Any]:
    """Return the share of goods and sizes in common (Jaccard), in bands."""
    share = np.array(
        [
            len(goods[a] & goods[b]) / len(goods[a] | goods[b]) if goods[a] | goods[b] else np.nan
            for a, b in zip(one, other, strict=True)
        ]
    )
    names = [f"{GOODS[0]:g} to 1", *(f"[{b:g}, {a:g})" for a, b in itertools.pairwise(GOODS))]
    names += [f"below {GOODS[-1]:g}", "none"]
    code = np.searchsorted(-np.array(GOODS), -share, side="left")
    code = np.where(share == 0, len(GOODS) + 1, code)
    return _category(np.where(np.isfinite(share), code, -1), names)


def _common_weeks(accounts: pd.DataFrame, one: Integers, other: Integers) -> pd.Series[Any]:
    """Return how weeks with feedback go together (phi) while both accounts were there, in bands."""
    first, last = accounts["first"].to_numpy(dtype=np.int64), accounts["last"].to_numpy(dtype=np.int64)
    names = [f"{WEEKS[0]:g} or more", f"[{WEEKS[1]:g}, {WEEKS[0]:g})", f"below {WEEKS[1]:g}"]
    if not len(accounts):
        return _category(np.zeros(0, dtype=np.int64), names)
    start = int(first.min())
    span = int(last.max()) - start + 1
    week = np.arange(span) + start
    sold = np.zeros((len(accounts), span), dtype=bool)
    for row, weeks in enumerate(accounts["weeks"]):
        inside = [at - start for at in weeks if 0 <= at - start < span]
        sold[row, inside] = True
    there = (week >= first[:, None]) & (week <= last[:, None])
    both = there[one] & there[other]
    a, b = sold[one] & both, sold[other] & both
    n = both.sum(axis=1).astype(float)
    p, q, r = a.sum(axis=1) / np.maximum(n, 1), b.sum(axis=1) / np.maximum(n, 1), (a & b).sum(axis=1)
    spread = np.sqrt(p * (1 - p) * q * (1 - q))
    ok = (n >= LEAST_WEEKS) & (spread > 0)
    phi = np.divide(r / np.maximum(n, 1) - p * q, spread, out=np.zeros(len(n)), where=ok)
    code = np.searchsorted(-np.array(WEEKS), -phi, side="left")
    return _category(np.where(ok, code, -1), names)
