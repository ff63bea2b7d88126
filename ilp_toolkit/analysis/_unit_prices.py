"""
Price per gram: what is asked for a gram, by size of the offer, and how it falls with size.

Ten grams are never ten times one gram. A median over all sizes says which sizes were on offer, not what the
drug costs: so prices are compared within a band of sizes, and the discount is estimated by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence
from ._holding import HoldingRules, is_held, usual_price
from ._listing_tables import cannot_show, take_listings, take_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BANDS", "UnitPrices", "price_per_gram"]

BANDS = (0.0, 1.0, 5.0, 28.0, 100.0, 1000.0)
"""Edges of the bands of size, in grams; half-open, the last one is open."""


@dataclass(frozen=True)
class UnitPrices:
    """What is asked for a gram."""

    bands: pd.DataFrame
    """``substance``, ``grams_from``, ``grams_to`` (empty for the last band), ``n`` listings, ``vendors``,
    ``median``, ``lower_quartile``, ``upper_quartile`` (USD a gram as sold), ``n_claimed`` (listings that
    claim a purity) and ``median_claimed`` (USD a gram of what those claim to be pure)."""
    discount: pd.DataFrame
    """By ``substance``: ``b`` of price = a × grams^b with ``se``, ``low``, ``high`` (1 is no discount),
    ``per_doubling`` (change of the price per gram as the size doubles, -0.2 is a fifth less),
    ``usd_at_1g`` with ``usd_at_1g_low`` and ``usd_at_1g_high``, ``basis`` (``within vendors``, or ``between
    vendors`` where fewer than three offer two sizes), ``n`` listings, ``vendors``; empty where fewer than
    three vendors or one size only."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def price_per_gram(
    listings: pd.DataFrame,
    *,
    bands: Sequence[float] = BANDS,
    rules: HoldingRules | None = None,
    suspect: float | None = 50.0,
    confidence: float = 0.95,
) -> UnitPrices:
    """
    Price per gram within bands of size, and the discount for quantity.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``listing_id``,
        ``vendor_id``, ``substance``, ``quantity_g`` (grams; empty where it is no mass), ``price_usd``,
        ``snapshot_date`` and, if there, ``purity_claimed`` (a share, 0 to 1).
    bands
        Edges of the bands of size in grams, rising from 0 up.
    rules
        Which prices are holding prices (`HoldingRules`); the default rules where None.
    suspect
        Offers whose price per gram is more than so many times above or below the median of the substance
        are left out and counted: kilograms that should be grams. None keeps them.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    UnitPrices
        ``bands``, in the order of substance and size, and ``discount``.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If the edges do not rise.

    Notes
    -----
    A listing counts once, with the median of its prices over the snapshots, so that a page fetched often
    does not weigh more. Pills and litres are left out and counted:
    they have no mass without a guess. Purity stands apart, for it is a claim, and those who claim are not
    those who do not.
    The discount is a straight line of log price on log grams, by least squares within vendors: how the price
    of one vendor falls with size. Across vendors it would also measure who sells in bulk; where too few offer
    two sizes it has to, and ``basis`` says so. Listings of one vendor are not independent, so the errors are
    robust to vendors (clusters, t with vendors less 1); with fewer than some fifteen vendors the interval is
    still too narrow. It mends nothing if large offers are of another quality than small ones. Read on masses
    between the smallest and largest offer only.

    References
    ----------
    Discount for quantity: Caulkins & Padman (1993), Quantity discounts and quality premia for illicit drugs,
    Journal of the American Statistical Association 88, 748-757. Holding prices: Soska & Christin (2015),
    Measuring the longitudinal evolution of the online anonymous marketplace ecosystem, USENIX Security.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "listing_id": list("abc"), "vendor_id": ["v1", "v2", "v3"],
    ...     "snapshot_date": pd.Timestamp("2025-01-01"), "substance": "heroin",
    ...     "quantity_g": [1.0, 10.0, 100.0], "price_usd": [100.0, 500.0, 2500.0]})
    >>> price_per_gram(table).bands[["grams_from", "n", "median"]].to_numpy().tolist()
    [[1.0, 1.0, 100.0], [5.0, 1.0, 50.0], [100.0, 1.0, 25.0]]
    >>> round(float(price_per_gram(table).discount["b"].iloc[0]), 3)
    0.699
    """
    check_confidence(confidence)
    edges = _edges(bands)
    rules = HoldingRules() if rules is None else rules
    if suspect is not None and not suspect > 1:
        raise InputError(_("`suspect` must be above 1, or None; got {value!r}.").format(value=suspect))
    offers, notes = _offers(listings, rules)
    middle = offers.groupby("substance")["usd"].transform("median")
    odd = (offers["usd"] > middle * (suspect or np.inf)) | (offers["usd"] * (suspect or np.inf) < middle)
    offers = offers[~odd]
    notes["left_out"]["unit_suspect"] = int(odd.sum())
    made = {
        "bands_grams": edges,
        "holding_rules": rules.noted(),
        "suspect_factor": suspect,
        "unit": "USD per gram, each listing once",
        "n": len(offers),
        "errors": "robust to listings of one vendor (clusters)",
        "confidence": float(confidence),
        **notes,
        "cannot_show": cannot_show("listing", "price", "purity"),
    }
    return UnitPrices(
        choices.record(_band_table(offers, edges), **made),
        choices.record(_discount(offers, confidence), **made),
        made,
    )


def _edges(bands: Sequence[float]) -> list[float]:
    edges = [float(edge) for edge in bands]
    if not edges or edges[0] < 0 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        msg = _("`bands` must be rising edges in grams, from 0 up, such as [0, 1, 10]; got {found}.")
        raise InputError(msg.format(found=edges))
    return edges


def _offers(listings: pd.DataFrame, rules: HoldingRules) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one row a listing with what it asks, and how many rows and listings were left out for what."""
    columns = ("market", "listing_id", "vendor_id", "substance", "quantity_g", "price_usd")
    table = take_listings(listings, columns)
    table["purity"] = (
        pd.to_numeric(listings["purity_claimed"], errors="coerce").to_numpy(dtype=float)
        if "purity_claimed" in listings
        else np.nan
    )
    name = pd.MultiIndex.from_frame(table[["market", "listing_id"]])
    table["listing"] = pd.factorize(name)[0]
    grams = pd.to_numeric(table["quantity_g"], errors="coerce").astype(float)
    mass = np.isfinite(grams.to_numpy()) & (grams.to_numpy() > 0)
    held = is_held(table["price_usd"], table["listing"], rules, usual=usual_price(table))
    odd = table["purity"].notna() & ~table["purity"].between(0, 1, inclusive="right")
    table["purity"] = table["purity"].where(~odd)
    table["quantity_g"], table["price_usd"] = grams, pd.to_numeric(table["price_usd"], errors="coerce")
    used = table[mass & ~held & (table["price_usd"] > 0).to_numpy()]
    used = used.assign(
        substance=take_text(used["substance"], "unknown"),
        usd=used["price_usd"].astype(float) / used["quantity_g"],
    )
    offers = used.groupby("listing", sort=True).agg(
        market=("market", "first"),
        listing_id=("listing_id", "first"),
        vendor_id=("vendor_id", "last"),
        substance=("substance", "last"),
        usd=("usd", "median"),
        grams=("quantity_g", "median"),
        purity=("purity", "median"),
    )
    notes = {
        "left_out": {
            "no_mass": int((~mass).sum()),
            "holding_price_or_none": int((mass & held).sum()),
        },
        "purity_out_of_range": int(odd.sum()),
    }
    return offers.reset_index(drop=True), notes


def _band_table(offers: pd.DataFrame, edges: list[float]) -> pd.DataFrame:
    code = np.searchsorted(edges, offers["grams"].to_numpy(dtype=float), side="right") - 1
    inside = offers.assign(band=code)[code >= 0]
    rows = []
    for (substance, band), part in inside.groupby(["substance", "band"], sort=True):
        at = int(str(band))
        claimed = part[part["purity"].notna()]
        low, middle, high = np.quantile(part["usd"], [0.25, 0.5, 0.75])
        rows.append(
            {
                "substance": substance,
                "grams_from": edges[at],
                "grams_to": edges[at + 1] if at + 1 < len(edges) else np.nan,
                "n": len(part),
                "vendors": int(part["vendor_id"].nunique()),
                "median": float(middle),
                "lower_quartile": float(low),
                "upper_quartile": float(high),
                "n_claimed": len(claimed),
                "median_claimed": float((claimed["usd"] / claimed["purity"]).median()),
            }
        )
    columns = ["substance", "grams_from", "grams_to", "n", "vendors", "median", "lower_quartile"]
    columns += ["upper_quartile", "n_claimed", "median_claimed"]
    return pd.DataFrame(rows, columns=columns)


def _discount(offers: pd.DataFrame, confidence: float) -> pd.DataFrame:
    rows = []
    for substance, part in offers.groupby("substance", sort=True):
        x, y = (np.log(part[name].to_numpy(dtype=float)) for name in ("grams", "usd"))
        vendor = pd.factorize(part["vendor_id"], use_na_sentinel=False)[0]
        fit = _line(x, y, vendor, confidence)
        rows.append({"substance": substance, **fit, "n": len(part), "vendors": int(vendor.max()) + 1})
    columns = ["substance", "b", "se", "low", "high", "per_doubling"]
    columns += ["usd_at_1g", "usd_at_1g_low", "usd_at_1g_high", "basis", "n", "vendors"]
    return pd.DataFrame(rows, columns=columns).set_index("substance")


def _line(x: Floats, y: Floats, vendor: NDArray[np.int64], confidence: float) -> dict[str, Any]:
    """Fit log price per gram on log grams, within vendors where enough have two sizes; b is slope + 1."""
    n = np.bincount(vendor)
    mean_x, mean_y = np.bincount(vendor, x) / n, np.bincount(vendor, y) / n
    inner = x - mean_x[vendor]
    several = np.bincount(vendor, inner**2) > 1e-12
    if several.sum() >= 3:
        slope, variance, clusters = _slope(inner, y - mean_y[vendor], vendor, int(several.sum()))
        basis = "within vendors"
    elif len(n) >= 3 and np.ptp(x) > 1e-9:
        slope, variance, clusters = _slope(x - x.mean(), y - y.mean(), vendor, len(n))
        basis = "between vendors"
    else:
        names = ("b", "se", "low", "high", "per_doubling", "usd_at_1g", "usd_at_1g_low", "usd_at_1g_high")
        return {**dict.fromkeys(names, np.nan), "basis": ""}
    level = mean_y - slope * mean_x
    spread = float(level.var(ddof=1)) / len(level) + float(mean_x.mean()) ** 2 * variance
    reach = _t_limit(confidence, clusters - 1) * np.sqrt(variance)
    usd_reach = _t_limit(confidence, len(level) - 1) * np.sqrt(spread)
    return {
        "b": slope + 1,
        "se": float(np.sqrt(variance)),
        "low": float(slope + 1 - reach),
        "high": float(slope + 1 + reach),
        "per_doubling": 2**slope - 1,
        "usd_at_1g": float(np.exp(level.mean())),
        "usd_at_1g_low": float(np.exp(level.mean() - usd_reach)),
        "usd_at_1g_high": float(np.exp(level.mean() + usd_reach)),
        "basis": basis,
    }


def _slope(x: Floats, y: Floats, vendor: NDArray[np.int64], clusters: int) -> tuple[float, float, int]:
    """Return the slope of centred numbers, its variance robust to vendors, and how many tell of it."""
    square = float((x**2).sum())
    slope = float((x * y).sum()) / square
    score = np.bincount(vendor, x * (y - slope * x))
    variance = float((score**2).sum()) / square**2 * clusters / (clusters - 1)
    return slope, variance, clusters


def _t_limit(confidence: float, df: int) -> float:
    from scipy.stats import t as student

    return float(student.ppf((1 + confidence) / 2, df))
