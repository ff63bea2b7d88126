"""
A market closes: what happened on the others, and how many accounts that were linked turn up there.

What a crawl missed is not zero: a period without a snapshot is empty, and counts are brought to full coverage
where the share seen is given. Accounts are linked by persons (`link_vendors`, `sign_off`), so the matrix of
migration counts only pairs that a person signed, unless all matches are asked for; it names no account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._holding import HoldingRules, is_held, usual_price
from ._interrupted import Interrupted, interrupted_series
from ._listing_tables import cannot_show, days_of, take_listings, take_text, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._leads import VendorLinks

__all__ = ["EventStudy", "event_study", "market_series", "migration"]

Measure = Literal["listings", "vendors", "feedback", "price"]
Used = Literal["signed", "match"]


@dataclass(frozen=True)
class EventStudy:
    """What a closure did elsewhere."""

    effects: pd.DataFrame
    """As `Interrupted.effects`."""
    series: pd.DataFrame
    """As `Interrupted.series`."""
    recovered_after: int | None
    """As `Interrupted.recovered_after`."""
    migration: pd.DataFrame | None
    """As `migration` gives it; None without links."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def market_series(
    listings: pd.DataFrame,
    *,
    markets: Sequence[str],
    measure: Measure = "vendors",
    period: int = 14,
    share_seen: pd.DataFrame | None = None,
    substance: str | None = None,
    rules: HoldingRules | None = None,
) -> pd.Series[Any]:
    """
    Bring listings to one number a period: how many, or at what price.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it.
    markets
        The markets to take together.
    measure
        ``listings`` or ``vendors`` seen on a mean snapshot; ``feedback`` with a day in the period (of all
        pages; pieces of one listing and day count as the most one page shows); ``price`` over what is usual
        for substance and size (median, holding prices left out).
    period
        Days a period.
    share_seen
        ``Coverage.snapshots`` of `coverage`: counts of listings and vendors are divided by the share seen.
    substance
        Only this substance; None takes all.
    rules
        Which prices are holding prices, for ``price``.

    Returns
    -------
    pandas.Series
        On the first day of each period; empty where no snapshot was taken (for ``feedback``: where the period
        was not over at the last snapshot).

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no row is of the markets, or an argument cannot be used.

    Notes
    -----
    To divide vendors by the share of listings seen is rough: a vendor with ten listings is rarely missed.
    Feedback lags sales by days, so the last periods are low. Prices are relative, so that a change in
    what is on offer does not look like a change of price.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "vendor_id": ["v1", "v2", "v1"], "listing_id": ["a", "b", "a"],
    ...     "substance": "opium", "quantity_g": 1.0, "price_usd": 10.0, "n_feedback": 0,
    ...     "snapshot_date": pd.to_datetime(["2025-01-01", "2025-01-01", "2025-01-29"])})
    >>> market_series(table, markets=["M"]).tolist()
    [2.0, nan, 1.0]
    """
    if measure not in get_args(Measure):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="measure", choices=", ".join(get_args(Measure)), value=measure))
    days = whole_number(period, "period", least=1)
    columns = ("market", "vendor_id", "listing_id", "substance", "quantity_g", "price_usd")
    table = take_listings(listings, columns)
    for name in ("units", "feedback_dates"):
        table[name] = listings[name].to_numpy() if name in listings else None
    table["substance"] = take_text(table["substance"], "unknown")
    chosen = table["market"].astype(str).isin([str(one) for one in markets]) & table["snapshot_date"].notna()
    if not chosen.any():
        raise InputError(_("`listings` has no row of the markets {names}.").format(names=", ".join(markets)))
    start, end = table["snapshot_date"].min(), table.loc[chosen, "snapshot_date"].max()
    index = pd.date_range(start, end, freq=f"{days}D")
    usual = usual_price(table)
    kind = pd.Series(True, index=table.index) if substance is None else table["substance"] == substance
    rows = table[chosen & kind]
    if measure == "feedback":
        found = _feedback(rows, index, days, end)
    elif measure == "price":
        held = is_held(
            rows["price_usd"], rows["listing_id"], rules or HoldingRules(), usual=usual[rows.index]
        )
        ratio = (pd.to_numeric(rows["price_usd"], errors="coerce") / usual[rows.index])[~held]
        found = ratio.groupby(_period(rows["snapshot_date"][~held], start, days)).median()
    else:
        found = _mean_count(table[chosen], rows, measure, share_seen, start=start, days=days)
    if measure != "feedback":
        found = found.reindex(range(len(index)))
    return pd.Series(found.to_numpy(dtype=float), index=index, name=measure)


def migration(listings: pd.DataFrame, links: VendorLinks, *, date: Any, use: Used = "signed") -> pd.DataFrame:
    """
    Count linked accounts by the market they came from and the market where they turn up.

    Parameters
    ----------
    listings
        As for `link_vendors`.
    links
        From `link_vendors`, with what persons signed.
    date
        The first day after the closure.
    use
        ``signed`` counts pairs that a person signed as the same; ``match`` counts all matches, of which some
        are wrong (`VendorLinks.expected`).

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination`` (markets), ``before`` (linked accounts that were on
        both before the date), ``after`` (first seen on the destination on or after it), ``accounts`` (of the
        origin, seen in the 60 days before the date), ``share`` (after over accounts), ``expected_wrong``
        (per 100 links, where matches are counted). No account is named.

    Raises
    ------
    InputError
        If `use` cannot be used.

    Notes
    -----
    First seen is not opened: where crawls miss pages an account is seen some time after it opened. Who was on
    two markets before the closure did not migrate because of it. Who is not linked may go on
    under a name that nothing links: shares are lower bounds as far as the links are right.
    """
    if use not in get_args(Used):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="use", choices=", ".join(get_args(Used)), value=use))
    moment = pd.Timestamp(date)
    pairs = links.signed() if use == "signed" else links.pairs[links.pairs["outcome"] == "match"]
    table = take_listings(listings, ("market", "vendor_id"))
    table = table.dropna()
    seen = table.groupby(["market", "vendor_id"])["snapshot_date"].agg(["min", "max"])
    lately = (seen["min"] < moment) & (seen["max"] >= moment - pd.Timedelta(days=60))
    accounts = lately.groupby(level="market").sum()
    rows = []
    sides = pairs[["first_market", "first", "second_market", "second"]].itertuples(index=False, name=None)
    for market, one, other_market, other in sides:
        both = [
            (seen.loc[(market, one), "min"], market),
            (seen.loc[(other_market, other), "min"], other_market),
        ]
        (_early, origin), (late, destination) = sorted(both)
        rows.append({"origin": origin, "destination": destination, "after": bool(late >= moment)})
    made = pd.DataFrame(rows, columns=["origin", "destination", "after"]).astype({"after": bool})
    by = made.groupby(["origin", "destination"], sort=True)["after"].agg(["size", "sum"])
    result = by.assign(before=by["size"] - by["sum"], after=by["sum"]).reset_index()
    result["accounts"] = result["origin"].map(accounts).fillna(0).astype("int64")
    result["share"] = result["after"] / result["accounts"].where(result["accounts"] > 0)
    wrong = float(links.expected["wrong_per_100"].loc[["match"]].iloc[0]) if use == "match" else np.nan
    result["expected_wrong"] = wrong
    order = ["origin", "destination", "before", "after", "accounts", "share", "expected_wrong"]
    return choices.record(
        result[order],
        date=str(moment.date()),
        links_used="signed by a person" if use == "signed" else "all matches",
        links=len(pairs),
        cannot_show=cannot_show("link", "gone", "cause"),
    )


def event_study(
    listings: pd.DataFrame,
    *,
    markets: Sequence[str],
    date: Any,
    control: Sequence[str] | None = None,
    measure: Measure = "vendors",
    period: int = 14,
    log: bool = False,
    lags: int | None = None,
    share_seen: pd.DataFrame | None = None,
    links: VendorLinks | None = None,
    use: Used = "signed",
    confidence: float = 0.95,
) -> EventStudy:
    """
    Ask what a closure did to other markets: level and slope, beside a control, and who turns up.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it.
    markets
        The markets on which an effect is looked for; not the one that closed.
    date
        The first day after the event.
    control
        Markets that the event did not touch.
    measure, period, share_seen
        As for `market_series`.
    log, lags, confidence
        As for `interrupted_series`.
    links, use
        As for `migration`; without links there is no matrix.

    Returns
    -------
    EventStudy

    Raises
    ------
    InputError
        If a market is treated and control at once, or there are too few periods.

    Notes
    -----
    Small markets make bad controls, and a control that takes in vendors of the closed market is none. Other
    things fall on the same weeks (an exit scam, a season, a rate of exchange): name them before you read p.

    References
    ----------
    Décary-Hétu & Giommoni (2017), doi:10.1007/s10611-016-9644-4; Bernal, Cummins & Gasparrini (2017),
    doi:10.1093/ije/dyw098.
    """
    both = sorted(set(map(str, markets)) & set(map(str, control or ())))
    if both:
        raise InputError(
            _("`control` names {names}, which is in `markets` as well.").format(names=", ".join(both))
        )
    made: dict[str, Any] = {"measure": measure, "period": period, "share_seen": share_seen}
    treated = market_series(listings, markets=markets, **made)
    other = None
    if control:
        other = market_series(listings, markets=control, **made)
        first, last = max(treated.index[0], other.index[0]), min(treated.index[-1], other.index[-1])
        treated, other = treated[first:last], other[first:last]
    study: Interrupted = interrupted_series(
        treated, date=date, control=other, log=log, lags=lags, confidence=confidence
    )
    noted = {
        **study.choices,
        "markets": list(map(str, markets)),
        "control": list(map(str, control or ())),
        "measure": measure,
        "brought_to_full_coverage": share_seen is not None,
        "cannot_show": cannot_show("cause", "unseen", "vendor"),
    }
    moved = None if links is None else migration(listings, links, date=date, use=use)
    return EventStudy(
        choices.record(study.effects, **noted),
        choices.record(study.series, **noted),
        study.recovered_after,
        moved,
        noted,
    )


def _period(dates: pd.Series[Any], start: pd.Timestamp, days: int) -> pd.Series[Any]:
    return (dates - start).dt.days // days


def _mean_count(
    seen: pd.DataFrame,
    rows: pd.DataFrame,
    measure: str,
    share_seen: pd.DataFrame | None,
    *,
    start: pd.Timestamp,
    days: int,
) -> pd.Series[Any]:
    """Return by period the mean over its snapshots, markets added up; empty unless each market was seen."""
    name = "listing_id" if measure == "listings" else "vendor_id"
    keys = ["market", "snapshot_date"]
    every = seen[keys].drop_duplicates().set_index(keys).index
    n = rows.groupby(keys)[name].nunique().reindex(every, fill_value=0).astype(float)
    if share_seen is not None:
        share = share_seen.set_index(keys)["share_seen"].reindex(every)
        n = n / share.where(share > 0)
    table = n.rename("n").reset_index()
    table["period"] = _period(table["snapshot_date"], start, days)
    by = table.pivot_table(index="period", columns="market", values="n", aggfunc="mean")
    return by.sum(axis=1, min_count=by.shape[1])


def _feedback(rows: pd.DataFrame, index: pd.DatetimeIndex, days: int, end: pd.Timestamp) -> pd.Series[Any]:
    """Return the feedback of each period; of one listing and day the most that one page shows."""
    pieces: dict[tuple[Any, Any, pd.Timestamp], int] = {}
    for market, listing, dates in zip(
        rows["market"], rows["listing_id"], rows["feedback_dates"], strict=True
    ):
        found = days_of(dates) or []
        for day in set(found):
            key = (market, listing, day)
            pieces[key] = max(pieces.get(key, 0), found.count(day))
    n = np.zeros(len(index))
    for (_market, _listing, day), number in pieces.items():
        place = (day - index[0]).days // days
        if 0 <= place < len(n):
            n[place] += number
    unfinished = index + pd.Timedelta(days=days - 1) > end
    return pd.Series(np.where(unfinished, np.nan, n))
