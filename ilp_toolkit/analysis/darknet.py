"""
Darknet: what listings of online markets can tell, and what they cannot.

A listing is an offer, feedback a floor of sales, a claimed purity advertising, an account no person. Each
answer says so in its choices (``cannot_show``). Accounts come in the order of ids and are never ranked;
concentration is said of a market; accounts are never merged: a link is a lead that a person signs.
"""

from __future__ import annotations

from ._capture import Capture, Coverage, chapman, coverage, schnabel
from ._closure import EventStudy, event_study, market_series, migration
from ._co_spend import Clusters, crypto_clusters
from ._feedback_sales import Sales, sales_from_feedback
from ._holding import HoldingRules
from ._interrupted import Interrupted, interrupted_series
from ._leads import VendorLinks, ppv, sign_off
from ._listing_tables import CANNOT_SHOW
from ._market_shares import herfindahl, market_concentration
from ._shipping import Shipping, beside_flows, shipping
from ._survival import kaplan_meier, log_rank
from ._unit_prices import UnitPrices, price_per_gram
from ._vendor_features import FAMILIES
from ._vendor_links import link_vendors
from ._vendors import Survival, vendor_activity, vendor_survival

__all__ = [
    "CANNOT_SHOW",
    "FAMILIES",
    "Capture",
    "Clusters",
    "Coverage",
    "EventStudy",
    "HoldingRules",
    "Interrupted",
    "Sales",
    "Shipping",
    "Survival",
    "UnitPrices",
    "VendorLinks",
    "beside_flows",
    "chapman",
    "coverage",
    "crypto_clusters",
    "event_study",
    "herfindahl",
    "interrupted_series",
    "kaplan_meier",
    "link_vendors",
    "log_rank",
    "market_concentration",
    "market_series",
    "migration",
    "ppv",
    "price_per_gram",
    "sales_from_feedback",
    "schnabel",
    "shipping",
    "sign_off",
    "vendor_activity",
    "vendor_survival",
]
