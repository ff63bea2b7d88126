"""
Vendors: when accounts were seen, what they offered, and how long they last.

Accounts come in the order of their ids: this is no list of whom to look at first. How long an account lasts
can only be told from accounts whose beginning and end could have been seen, so both truncations are marked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence, need_columns
from ._listing_tables import cannot_show, take_listings, take_text, whole_number
from ._survival import kaplan_meier, log_rank, median_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Survival", "vendor_activity", "vendor_survival"]

UnknownStart = Literal["leave_out", "first_seen"]


@dataclass(frozen=True)
class Survival:
    """How long accounts last."""

    curve: pd.DataFrame
    """By ``group``: ``time`` (days), ``at_risk``, ``ended``, ``censored``, ``survival``, ``se``, ``low``,
    ``high``."""
    medians: pd.DataFrame
    """By ``group``: ``n`` accounts, ``ended``, ``median`` (days; empty where more than half last), ``low``,
    ``high``."""
    test: pd.DataFrame | None
    """The log-rank test between groups; None where there is one group."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def vendor_activity(
    listings: pd.DataFrame, *, gap: int = 28, opened: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """
    Say when each account was seen, and what it offered.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``vendor_id``,
        ``listing_id``, ``substance``, ``snapshot_date``.
    gap
        An account that was seen in the last so many days of its market counts as still there.
    opened
        The day on which a market opened, where it is known: then who is there on the first snapshot is of
        known age at most, and is not marked.

    Returns
    -------
    pandas.DataFrame
        In the order of market and id: ``market``, ``vendor_id``, ``first_seen``, ``last_seen``,
        ``days_seen`` (snapshots on which it was seen), ``active_days`` (first to last, both counted),
        ``n_listings``, ``n_substances``, ``diversity`` (Shannon, in nats, over its listings),
        ``effective_substances`` (its exponential), ``specialisation`` (share of its most frequent
        substance), ``left_truncated`` (there on the market's first snapshot: its beginning was not seen),
        ``right_truncated`` (there within `gap` of the market's last: its end was not seen).

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `gap` is no number of days.

    Notes
    -----
    ``active_days`` is what was seen, a lower bound: snapshots miss pages. Of few listings the diversity is
    low by arithmetic. An account is no person.

    References
    ----------
    Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x; as effective numbers: Hill (1973),
    doi:10.2307/1934352; accounts over time: Christin (2013), doi:10.1145/2488388.2488408.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "vendor_id": ["v1", "v1", "v2"], "listing_id": ["a", "b", "c"],
    ...     "substance": ["heroin", "opium", "heroin"],
    ...     "snapshot_date": pd.to_datetime(["2025-01-01", "2025-01-08", "2025-01-08"])})
    >>> vendor_activity(table, gap=0)[["vendor_id", "active_days", "diversity", "left_truncated"]].round(3)
      vendor_id  active_days  diversity  left_truncated
    0        v1            8      0.693            True
    1        v2            1      0.000           False
    """
    whole_number(gap, "gap", least=0)
    table = take_listings(listings, ("market", "vendor_id", "listing_id", "substance"))
    known = table[["market", "vendor_id", "snapshot_date"]].notna().all(axis=1)
    table = table[known].assign(substance=lambda t: take_text(t["substance"], "unknown"))
    keys = ["market", "vendor_id"]
    seen = table.groupby(keys, sort=True)["snapshot_date"]
    result = pd.DataFrame({"first_seen": seen.min(), "last_seen": seen.max(), "days_seen": seen.nunique()})
    result["active_days"] = (result["last_seen"] - result["first_seen"]).dt.days + 1
    kinds = table.drop_duplicates(["market", "vendor_id", "listing_id", "substance"])
    n = kinds.groupby([*keys, "substance"], sort=True).size().rename("n").reset_index()
    n["share"] = n["n"] / n.groupby(keys)["n"].transform("sum")
    n["term"] = -n["share"] * np.log(n["share"])
    by = n.groupby(keys, sort=True)
    result["n_listings"] = table.groupby(keys, sort=True)["listing_id"].nunique()
    result["n_substances"] = by["substance"].nunique()
    result["diversity"] = by["term"].sum().clip(lower=0) + 0.0
    result["effective_substances"] = np.exp(result["diversity"].astype(float))
    result["specialisation"] = by["share"].max()
    result = result.reset_index()
    by_market = table.groupby("market")["snapshot_date"]
    market = result["market"].astype(object)
    begin, end = (
        market.map(one).astype("datetime64[ns]")
        for one in (by_market.min().to_dict(), by_market.max().to_dict())
    )
    if opened:
        days = {str(name): pd.Timestamp(day).normalize() for name, day in opened.items()}
        begin = begin.where(~result["market"].astype(str).isin(days))
    last = end - pd.Timedelta(days=gap)
    result["left_truncated"] = (result["first_seen"] <= begin).astype(bool)
    result["right_truncated"] = (result["last_seen"] >= last).astype(bool)
    return choices.record(
        result,
        order="market and id",
        gap_days=int(gap),
        opened=sorted(map(str, opened)) if opened else [],
        diversity="Shannon, nats, over listings",
        left_out_rows=int((~known).sum()),
        cannot_show=cannot_show("vendor", "unseen"),
    )


def vendor_survival(
    activity: pd.DataFrame,
    *,
    by: str | None = None,
    unknown_start: UnknownStart = "leave_out",
    since: pd.Series[Any] | None = None,
    confidence: float = 0.95,
) -> Survival:
    """
    How long accounts last, with beginnings and ends that were not seen (Kaplan-Meier).

    Parameters
    ----------
    activity
        As `vendor_activity` gives it: ``first_seen``, ``last_seen``, ``left_truncated``,
        ``right_truncated``.
    by
        A column of groups to compare, such as ``market``.
    unknown_start
        What to do with accounts that were there on the first snapshot: leave them out, or count from the day
        they were first seen, which makes lives too short.
    since
        The day from which an account was on the market, by the index of `activity`, where a page says so.
        Such accounts enter at the age they had when first seen (left truncation).
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Survival

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no account is left, or an argument cannot be used.

    Notes
    -----
    An end is the last day an account was seen, if that is more than the ``gap`` of `vendor_activity` before
    the last snapshot of its market; who is there still when a market closes is censored. Ages are counted in
    days, the first being 1. With snapshots a week apart the curve has steps of a week, and an account seen
    once lasts a day. Counting those that were there at the beginning from their first sight, as if new, would
    mix old accounts with young ones; they can only enter with `since`. An account that ends is not a vendor
    who stops.

    References
    ----------
    Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452; Peto & Peto (1972), doi:10.2307/2344317.

    Examples
    --------
    >>> activity = pd.DataFrame({"first_seen": pd.to_datetime(["2025-01-01"] * 4),
    ...     "last_seen": pd.to_datetime(["2025-01-03", "2025-01-05", "2025-01-09", "2025-03-01"]),
    ...     "left_truncated": False, "right_truncated": [False, False, False, True]})
    >>> float(vendor_survival(activity).medians["median"].iloc[0])
    5.0
    """
    check_confidence(confidence)
    if unknown_start not in get_args(UnknownStart):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        known = ", ".join(get_args(UnknownStart))
        raise InputError(msg.format(name="unknown_start", choices=known, value=unknown_start))
    need_columns(activity, ["first_seen", "last_seen", "left_truncated", "right_truncated"], "activity")
    if by is not None:
        need_columns(activity, [by], "activity")
    spells = _spells(activity, since)
    without = activity["left_truncated"].to_numpy(dtype=bool) & (spells["entry"] == 0).to_numpy()
    used = spells[~without] if unknown_start == "leave_out" else spells
    if used.empty:
        raise InputError(_("`activity` has no account whose beginning was seen; give `since`, or opened."))
    group = take_text(activity.loc[used.index, by], "unknown") if by else pd.Series("all", index=used.index)
    curves, medians = [], []
    for name in sorted(group.unique()):
        part = used[(group == name).to_numpy()]
        curve = kaplan_meier(part["age"], part["ended"], entry=part["entry"], confidence=confidence)
        middle, low, high = median_of(curve)
        curves.append(curve.assign(group=name))
        ends = int(part["ended"].sum())
        medians.append(
            {"group": name, "n": len(part), "ended": ends, "median": middle, "low": low, "high": high}
        )
    test = None
    if len(curves) > 1:
        test = log_rank(used["age"], used["ended"], group, entry=used["entry"])
    made = {
        "by": by,
        "unit": "days, the first is 1",
        "unknown_start": unknown_start,
        "n": len(used),
        "left_out": {"unknown_start": int(without.sum()) if unknown_start == "leave_out" else 0},
        "late_entries": int((used["entry"] > 0).sum()),
        "gap_days": choices.of(activity).get("gap_days"),
        "confidence": float(confidence),
        "interval": "log-log, at each time",
        "cannot_show": cannot_show("vendor", "gone", "unseen"),
    }
    columns = ["group", "time", "at_risk", "ended", "censored", "survival", "se", "low", "high"]
    whole = pd.concat(curves, ignore_index=True)[columns]
    whole.attrs.clear()
    return Survival(
        choices.record(whole, **made),
        choices.record(pd.DataFrame(medians).set_index("group"), **made),
        None if test is None else choices.record(test, **made),
        made,
    )


def _spells(activity: pd.DataFrame, since: pd.Series[Any] | None) -> pd.DataFrame:
    """Return the age at entry and at the last sight, and whether the end was seen."""
    first, last = (pd.to_datetime(activity[name]) for name in ("first_seen", "last_seen"))
    begin = first
    if since is not None:
        if not since.index.is_unique:
            raise InputError(_("The index of `since` repeats; it must name each account once."))
        said = pd.to_datetime(since).reindex(activity.index)
        begin = said.where(said.notna() & (said <= first), first)
    return pd.DataFrame(
        {
            "entry": (first - begin).dt.days.astype(float),
            "age": (last - begin).dt.days.astype(float) + 1,
            "ended": ~activity["right_truncated"].to_numpy(dtype=bool),
        },
        index=activity.index,
    )
