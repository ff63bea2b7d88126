"""
What is offered: how much of it was seen, which substances, at which prices, from where to where.

Everything here is cut to what may be shown before it is returned, so that no picture holds more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import darknet
from ...errors import InputError
from ...i18n import _
from . import darknet_public as public
from .public_sums import dominated, rounded_share

if TYPE_CHECKING:
    from .darknet_facts import Facts

__all__ = ["Offers", "offers", "public_coverage", "public_prices", "public_shipping", "public_substances"]

_SUSPECT = 50.0


@dataclass(frozen=True)
class Offers:
    """What is offered, cut to what may be shown."""

    coverage: pd.DataFrame
    """By market: ``market accounts listings snapshots share_seen low high there`` (of a snapshot)."""
    substances: pd.DataFrame
    """``substance accounts listings share category_only``: shares in per cent of the listings."""
    prices: darknet.UnitPrices | None
    shipping: darknet.Shipping
    """Offers between countries; cells that tell of few accounts are not in it."""
    hidden_routes: float
    """Share of the listings that stand in cells that are not shown."""
    why_no_prices: str = ""


def offers(facts: Facts) -> Offers:
    """Work out what is offered."""
    prices, why = public_prices(facts)
    shipping, hidden = public_shipping(facts)
    return Offers(public_coverage(facts), public_substances(facts), prices, shipping, hidden, why)


def public_coverage(facts: Facts) -> pd.DataFrame:
    """Return by market what was seen, and what share of what was there on a day."""
    seen = darknet.coverage(facts.table)
    days = seen.snapshots.groupby("market")
    there = days["chapman"].median() if len(seen.snapshots) else pd.Series(dtype=float)
    rows = []
    for market in facts.markets:
        inside = (facts.once["market"] == market).to_numpy()
        safe = public.may_show(facts, inside)
        part = seen.markets[seen.markets["market"] == market] if "market" in seen.markets else seen.markets[
            seen.markets.index == market
        ]  # fmt: skip
        row = part.iloc[0] if len(part) else pd.Series(dtype=float)
        rows.append(
            {
                "market": market,
                "accounts": int(facts.members(inside).sum()),
                "listings": public.rounded(inside.sum()) if safe else pd.NA,
                "snapshots": int(row.get("snapshots", 0)),
                **{name: _near(row.get(name, np.nan)) for name in ("share_seen", "low", "high")},
                "there": _there(row, there.get(market)) if safe else np.nan,
            }
        )
    return _complemented(rows)


def public_substances(facts: Facts) -> pd.DataFrame:
    """Return the classes with their listings; of those that few accounts offer only the name is kept."""
    flags = facts.once["flags"].astype("string").fillna("")
    by_category = flags.str.contains(r"\bcategory_only\b").to_numpy(dtype=bool)
    rows = []
    for code in sorted(facts.once["substance"].unique()):
        inside = (facts.once["substance"] == code).to_numpy()
        safe = public.may_show(facts, inside)
        rows.append(
            {
                "substance": code,
                "accounts": int(facts.members(inside).sum()),
                "listings": public.rounded(inside.sum()) if safe else pd.NA,
                "share": round(float(inside.mean()), 2) if safe else np.nan,
                "category_only": rounded_share(float(by_category[inside].mean())) if safe else np.nan,
            }
        )
    return _complemented(rows)


def public_prices(facts: Facts) -> tuple[darknet.UnitPrices | None, str]:
    """Return prices per gram of bands that enough accounts offer, or the reason why there are none."""
    table = facts.table
    if not (table["price_usd"] > 0).any():
        return None, _(
            "No price could be brought to US dollars: give the rates of the currency with --rates (date, "
            "currency, usd)."
        )
    if not (table["quantity_g"] > 0).any():
        return None, _("The file tells no weights, so there is no price per gram.")
    try:
        found = darknet.price_per_gram(table, suspect=_SUSPECT)
    except InputError as error:
        return None, str(error)
    bands = _safe_bands(facts, found.bands)
    if bands.empty:
        return None, _("No substance has enough accounts in a band of sizes for its price to be shown.")
    return replace(found, bands=bands, discount=_safe_discount(facts, found.discount)), ""


def _safe_bands(facts: Facts, bands: pd.DataFrame) -> pd.DataFrame:
    grams = facts.once["quantity_g"].astype(float)
    priced = (facts.once["price_usd"] > 0).to_numpy(dtype=bool)
    claimed = facts.once["purity_claimed"].notna().to_numpy(dtype=bool)
    rows = []
    for row in bands.to_dict("records"):
        top = float(row["grams_to"]) if np.isfinite(float(row["grams_to"])) else np.inf
        inside = (facts.once["substance"] == row["substance"]).to_numpy() & priced
        inside &= ((grams >= float(row["grams_from"])) & (grams < top)).to_numpy()
        if int(row["vendors"]) < facts.minimum or not public.may_show(facts, inside):
            continue
        row["n"] = public.rounded(row["n"])
        for name in ("median", "lower_quartile", "upper_quartile", "median_claimed"):
            row[name] = public.significant(float(row[name]))
        if not public.may_show(facts, inside & claimed):
            row["n_claimed"], row["median_claimed"] = pd.NA, np.nan
        else:
            row["n_claimed"] = public.rounded(row["n_claimed"])
        rows.append(row)
    made = pd.DataFrame(rows, columns=bands.columns)
    made.attrs.update(bands.attrs)
    return made[made["n"].notna()].reset_index(drop=True)


def _safe_discount(facts: Facts, discount: pd.DataFrame) -> pd.DataFrame:
    """Blank what rests on few accounts; the rows stay, for the chart reads them."""
    few = (discount["vendors"].fillna(0).astype(float) < facts.minimum).to_numpy(dtype=bool)
    made = discount.copy()
    numbers = [c for c in made.columns if c not in ("basis", "n", "vendors")]
    made[numbers] = made[numbers].astype(float)
    made.loc[few, numbers] = np.nan
    for name in numbers:
        made[name] = made[name].map(lambda value: round(float(value), 2))
    return made


def public_shipping(facts: Facts) -> tuple[darknet.Shipping, float]:
    """Return offers between countries without the cells that tell of few accounts."""
    found = darknet.shipping(facts.table, population=facts.request.population)
    ends = _ends(facts)
    keep, n = [], []
    for row in found.flows.to_dict("records"):
        mine = ends[(ends["origin"] == row["origin"]) & (ends["destination"] == row["destination"])]
        sums = mine.groupby("vendor_id")["part"].sum().to_numpy(dtype=float)
        near = public.rounded(row["n"])
        keep.append(bool(pd.notna(near)) and not dominated(sums, minimum=facts.minimum))
        n.append(near)
    near_n = public.complement(pd.Series(n, dtype="Float64").where(np.asarray(keep, dtype=bool)))
    inside = near_n.notna().to_numpy(dtype=bool)
    hidden = float(1 - found.flows.loc[inside, "share"].sum())
    flows = found.flows.assign(n=near_n.to_numpy(dtype=float, na_value=np.nan))[inside].reset_index(drop=True)
    flows = flows.assign(
        share=flows["share"].round(2),
        share_of_destination=flows["share_of_destination"].map(rounded_share),
    )
    return replace(found, flows=flows, origins=_safe_origins(facts, found.origins)), max(hidden, 0.0)


def _ends(facts: Facts) -> pd.DataFrame:
    """Return the parts of each listing with the account behind: origin, destination, part."""
    once = facts.once
    rows = []
    for account, here, to in zip(once["vendor_id"], facts.origin, once["ships_to"], strict=True):
        targets = ("worldwide",) if "worldwide" in to else tuple(dict.fromkeys(to)) or ("undeclared",)
        rows += [(account, here, target, 1 / len(targets)) for target in targets]
    return pd.DataFrame(rows, columns=["vendor_id", "origin", "destination", "part"])


def _safe_origins(facts: Facts, origins: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for code, row in origins.iterrows():
        inside = (facts.origin == str(code)).to_numpy(dtype=bool)
        if public.may_show(facts, inside):
            made = row.to_dict()
            made |= {"n": public.rounded(made["n"]), "share": round(float(made["share"]), 2)}
            made["share_domestic"] = rounded_share(float(made["share_domestic"]))
            for name in ("per_million", "low", "high", "quotient", "quotient_low", "quotient_high"):
                made[name] = public.significant(float(made[name]))
            rows.append({"origin": code, **made})
    made_all = pd.DataFrame(rows, columns=["origin", *origins.columns]).set_index("origin")
    return made_all[made_all["n"].notna()]


def _complemented(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make the table; where the listings of one row alone are hidden, those of the smallest are as well."""
    made = pd.DataFrame(rows).astype({"accounts": "Int64", "listings": "Int64"})
    made["listings"] = public.complement(made["listings"])
    hidden = made["listings"].isna()
    for name in ("share", "category_only", "there"):
        if name in made:
            made[name] = made[name].mask(hidden)
    return made


def _there(row: pd.Series[Any], there: Any) -> float:
    """Return how many listings a snapshot had, where listings were seen more than once."""
    known = pd.notna(there) and pd.notna(row.get("share_seen"))
    return public.significant(float(there)) if known else float("nan")


def _near(share: Any) -> float:
    return round(float(share), 2) if pd.notna(share) else float("nan")
