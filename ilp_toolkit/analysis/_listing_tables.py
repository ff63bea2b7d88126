"""
What all results about online markets have in common: what they cannot show, and the checks of what goes in.

A row of the table of listings is one offer on one page on one day. An offer is no shipment, feedback is no
sale, a claimed purity is advertising, and what nobody fetched is not zero. Each result carries the lines that
hold for it under ``cannot_show`` in its choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import N_, _
from ._flow_tables import need_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "CANNOT_SHOW",
    "cannot_show",
    "days_of",
    "once_a_listing",
    "take_listings",
    "take_text",
    "whole_number",
]

CANNOT_SHOW: dict[str, str] = {
    "listing": N_("a listing is an offer, no shipment and no sale"),
    "feedback": N_("feedback is no sale: some buyers leave none, and some feedback is bought"),
    "price": N_("a price asked is no price paid"),
    "purity": N_("claimed purity is advertising, no measurement"),
    "unseen": N_("pages that were not fetched are not known to be empty"),
    "vendor": N_("an account is no person: one person may hold several, several may share one"),
    "gone": N_("no longer seen is not stopped: an account may go on under another name"),
    "origin": N_("ships from is what the vendor says, and many say nothing"),
    "link": N_("a link is a lead for a person to check, no proof of identity; one key may have two users"),
    "cause": N_("other things happened at the same time; a series shows when, not why"),
    "cluster": N_("coins spent together need not have one owner (joint payments, custodians); a toy ledger"),
}
"""What results about online markets cannot show, by subject."""


def cannot_show(*subjects: str) -> list[str]:
    """Return the lines for some subjects, as a result's choices carry them."""
    return [CANNOT_SHOW[subject] for subject in subjects]


def take_listings(listings: Any, columns: tuple[str, ...], *, dated: bool = True) -> pd.DataFrame:
    """
    Return a copy of the columns asked for, with dates as days; refuse a table that lacks them.

    Rows without a day cannot be placed in a series of snapshots: they are left out by who asks for days.
    """
    if not isinstance(listings, pd.DataFrame):
        msg = f"`listings` must be a table of listings, got {type(listings).__name__}; see ilp.read_listings."
        raise TypeError(msg)
    wanted = [*dict.fromkeys([*columns, *(["snapshot_date"] if dated else [])])]
    need_columns(listings, wanted, "listings")
    table = pd.DataFrame(listings)[wanted].reset_index(drop=True)
    if dated:
        days = pd.to_datetime(table["snapshot_date"], errors="coerce")
        if getattr(days.dt, "tz", None) is not None:
            days = days.dt.tz_localize(None)
        table["snapshot_date"] = days.dt.normalize().astype("datetime64[ns]")
    return table


def once_a_listing(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the last row of each listing, in the order of market and listing: a page fetched twice is one."""
    keys = ["market", "listing_id"]
    ordered = table.sort_values([*keys, "snapshot_date"], kind="stable")
    return ordered.drop_duplicates(keys, keep="last").reset_index(drop=True)


def days_of(value: Any) -> list[pd.Timestamp] | None:
    """Return the days of the feedback on a page; None where the page tells none."""
    if not isinstance(value, tuple | list | np.ndarray):
        return None
    days = (one if isinstance(one, pd.Timestamp) else pd.to_datetime(one, errors="coerce") for one in value)
    return [day.normalize().tz_localize(None) for day in days if not pd.isna(day)]


def take_text(values: pd.Series[Any], missing: str) -> pd.Series[Any]:
    """Return texts, with one word where there is none."""
    return values.astype(object).where(values.notna(), missing).astype(str)


def whole_number(value: Any, name: str, *, least: int) -> int:
    """Return a whole number from `least` up."""
    if isinstance(value, bool) or int(value) != value or value < least:
        msg = _("`{name}` must be a whole number from {least} up, got {value!r}.")
        raise InputError(msg.format(name=name, least=least, value=value))
    return int(value)
