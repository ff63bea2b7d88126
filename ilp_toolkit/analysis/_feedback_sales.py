"""
Feedback as a floor of sales: how much was sold at least, and what hangs on each rule.

Markets show only the last so many pieces of feedback. Several snapshots of a page are put together to the
feedback seen on any of them; where the pages of two snapshots do not overlap, some may have been pushed out
unseen, and the count is a "no less than".
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices, i18n
from ..errors import InputError
from ..i18n import _
from ._holding import HoldingRules, is_held, usual_price
from ._listing_tables import cannot_show, days_of, take_listings, take_text, whole_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Sales", "sales_from_feedback"]

PriceAt = Literal["nearest", "median", "last"]


@dataclass(frozen=True)
class Sales:
    """Sales that feedback speaks of: lower bounds."""

    listings: pd.DataFrame
    """In the order of market and listing: ``market``, ``listing_id``, ``vendor_id``, ``substance``,
    ``snapshots``, ``n_feedback`` (at least), ``censored`` (there may be more), ``price_usd`` (median of the
    prices kept, if any), ``prices_left_out``, ``revenue_usd`` (at least; empty without a price)."""
    totals: pd.DataFrame
    """By ``market``: ``listings``, ``n_feedback``, ``censored`` (listings), ``share_censored``,
    ``without_price`` (listings with feedback and no price kept), ``revenue_usd``."""
    sensitivity: pd.DataFrame
    """The same data under other rules, one changed at a time: ``rule``, ``value``, ``prices_left_out``,
    ``without_price``, ``revenue_usd``, ``ratio`` to the rules chosen, and ``words``: the rule in the language
    that was in use."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def sales_from_feedback(
    listings: pd.DataFrame,
    *,
    cap: int = 20,
    rules: HoldingRules | None = None,
    price: PriceAt = "nearest",
    period: tuple[Any, Any] | None = None,
) -> Sales:
    """
    Count feedback over all snapshots, and price it: a lower bound of what was sold.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``listing_id``,
        ``vendor_id``, ``substance``, ``price_usd``, ``snapshot_date``, ``n_feedback`` and, if there,
        ``feedback_dates`` (a tuple of days), ``feedback_censored``, ``quantity_g`` and ``units``.
    cap
        How many pieces of feedback a page shows at most.
    rules
        Which prices are holding prices (`HoldingRules`); the default rules where None.
    price
        What a piece of feedback is worth: the price kept at the ``nearest`` snapshot to its day (the earlier
        of two, the median where it has no day), the ``median`` of the listing's kept prices, or the ``last``
        of them.
    period
        First and last day, both counted, of the feedback to count; feedback without a day is then left out.

    Returns
    -------
    Sales
        By listing (in the order of ids, no ranking), by market, and under other rules.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `cap` or `price` cannot be used.

    Notes
    -----
    One piece of feedback counts as one sale of the listing as offered; where a market does not make feedback
    a duty it is fewer than the sales, and where vendors write their own it is more. Dates are days: of two
    snapshots that show two and three pieces of one day, three are counted. A count is ``censored`` where a
    full page (`cap` shown) does not reach back before the snapshot before it. Feedback older than the first
    snapshot counts if it is shown. Never quote a revenue without its row in ``sensitivity``: a published
    estimate of one market was lowered by a third after its rules were looked at.

    References
    ----------
    Christin (2013), doi:10.1145/2488388.2488408; Soska & Christin (2015), Measuring the longitudinal
    evolution of the online anonymous marketplace ecosystem, USENIX Security; pages cut off at 20:
    Décary-Hétu & Giommoni (2017), doi:10.1007/s10611-016-9644-4.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "listing_id": "a", "vendor_id": "v1", "substance": "heroin",
    ...     "snapshot_date": pd.to_datetime(["2025-01-01", "2025-01-08", "2025-01-15", "2025-01-22"]),
    ...     "price_usd": [50.0, 52, 48, 9999], "n_feedback": [2, 5, 8, 10]})
    >>> float(sales_from_feedback(table).totals["revenue_usd"].iloc[0])
    500.0
    """
    whole_number(cap, "cap", least=1)
    if price not in get_args(PriceAt):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="price", choices=", ".join(get_args(PriceAt)), value=price))
    rules = HoldingRules() if rules is None else rules
    table, undated = _rows(listings)
    units, counts = _count(table, cap)
    if period is not None:
        units, counts = _within(units, counts, period)
    chosen = _priced(table, units, rules, price)
    result = counts.assign(**chosen)
    result["revenue_usd"] = result["revenue_usd"].where(
        result["revenue_usd"].notna() | (result["n_feedback"] > 0), 0.0
    )
    made = {
        "cap": int(cap),
        "holding_rules": rules.noted(),
        "price_of_feedback": price,
        "period": None if period is None else [str(pd.Timestamp(day).date()) for day in period],
        "interval": "lower bounds, no upper ones",
        "censored_listings": int(result["censored"].sum()),
        "without_day": undated,
        "cannot_show": cannot_show("feedback", "price", "unseen"),
    }
    return Sales(
        choices.record(result, **made),
        choices.record(_totals(result), **made),
        choices.record(_sensitivity(table, units, rules, price), **made),
        made,
    )


def _rows(listings: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    columns = ("market", "listing_id", "vendor_id", "substance", "price_usd", "n_feedback")
    table = take_listings(listings, columns)
    for name in ("feedback_dates", "feedback_censored", "quantity_g", "units"):
        table[name] = listings[name].to_numpy() if name in listings else None
    table["usual"] = usual_price(table)
    dated = table["snapshot_date"].notna()
    table = table[dated].sort_values(["market", "listing_id", "snapshot_date"], kind="stable")
    table = table.reset_index(drop=True)
    table["listing"] = pd.factorize(pd.MultiIndex.from_frame(table[["market", "listing_id"]]))[0]
    table["price_usd"] = pd.to_numeric(table["price_usd"], errors="coerce").astype(float)
    table["n_feedback"] = pd.to_numeric(table["n_feedback"], errors="coerce").fillna(0).clip(lower=0)
    return table, int((~dated).sum())


def _count(table: pd.DataFrame, cap: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pieces of feedback (listing, day or none, how many), and the count of each listing."""
    names = ("snapshot_date", "n_feedback", "feedback_dates")
    said = np.array([not pd.isna(value) and bool(value) for value in table["feedback_censored"]], dtype=bool)
    pages = list(zip(*(table[name].tolist() for name in names), said.tolist(), strict=True))
    code = table["listing"].to_numpy()
    edges = np.flatnonzero(np.diff(code, prepend=-1, append=-1)) if len(code) else np.zeros(1, dtype=np.int64)
    pieces: list[tuple[int, Any, int]] = []
    totals: list[tuple[int, bool]] = []
    for listing, (start, end) in enumerate(itertools.pairwise(edges.tolist())):
        seen, total, censored = _union(pages[start:end], cap)
        pieces += [(listing, day, n) for day, n in sorted(seen.items())]
        if total > sum(seen.values()):
            pieces.append((listing, pd.NaT, total - sum(seen.values())))
        totals.append((total, censored))
    units = pd.DataFrame(pieces, columns=["listing", "day", "n"]).astype({"listing": "int64", "n": "int64"})
    units["day"] = pd.to_datetime(units["day"]).astype("datetime64[ns]")
    last = table.drop_duplicates("listing", keep="last")
    counts = last[["market", "listing_id", "vendor_id", "substance"]].reset_index(drop=True)
    counts["substance"] = take_text(counts["substance"], "unknown")
    counts["snapshots"] = table.groupby("listing")["snapshot_date"].nunique().to_numpy(dtype=np.int64)
    counts["n_feedback"] = np.array([total for total, _censored in totals], dtype=np.int64)
    counts["censored"] = np.array([censored for _total, censored in totals], dtype=bool)
    return units, counts


def _union(pages: list[tuple[Any, Any, Any, bool]], cap: int) -> tuple[Counter[pd.Timestamp], int, bool]:
    """Put the pages of one listing together: days with their feedback, how much at least, whether more."""
    seen: Counter[pd.Timestamp] = Counter()
    most, censored, before = 0, False, None
    for day, number, dates, said in pages:
        days = days_of(dates) or []
        shown = max(int(number), len(days))
        most = max(most, shown)
        reaches_back = bool(days) and before is not None and min(days) < before
        censored |= (shown >= cap or said) and not reaches_back
        for one, n in Counter(days).items():
            seen[one] = max(seen[one], n)
        before = day
    return seen, max(most, sum(seen.values())), censored


def _within(
    units: pd.DataFrame, counts: pd.DataFrame, period: tuple[Any, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the feedback of a period."""
    if len(period) != 2 or pd.Timestamp(period[0]) > pd.Timestamp(period[1]):
        msg = _("`period` must be a first and a last day, got {value!r}.")
        raise InputError(msg.format(value=period))
    first, last = (pd.Timestamp(day) for day in period)
    kept = units[units["day"].between(first, last)].reset_index(drop=True)
    n = np.bincount(kept["listing"], weights=kept["n"], minlength=len(counts)).astype(np.int64)
    return kept, counts.assign(n_feedback=n)


def _priced(
    table: pd.DataFrame, units: pd.DataFrame, rules: HoldingRules, price: PriceAt
) -> dict[str, Floats]:
    """Return for each listing its price, the prices left out, and what its feedback is worth."""
    held = is_held(table["price_usd"], table["listing"], rules, usual=table["usual"])
    n = int(table["listing"].max()) + 1 if len(table) else 0
    kept = table.loc[~held, ["listing", "snapshot_date", "price_usd"]]
    by_listing = kept.groupby("listing")["price_usd"]
    middle = by_listing.median().reindex(range(n)).to_numpy(dtype=float)
    known = np.isfinite(table["price_usd"].to_numpy())
    left_out = np.bincount(table["listing"], weights=held & known, minlength=n)
    if price == "last":
        worth = by_listing.last().reindex(range(n)).to_numpy(dtype=float)[units["listing"].to_numpy()]
    else:
        worth = middle[units["listing"].to_numpy()]
    if price == "nearest":
        worth = _nearest(units, kept, worth)
    amount = worth * units["n"].to_numpy(dtype=float)
    revenue = np.full(n, np.nan)
    some = np.unique(units["listing"].to_numpy())
    revenue[some] = np.bincount(units["listing"], weights=amount, minlength=n)[some]
    revenue[~np.isfinite(middle)] = np.nan
    return {"price_usd": middle, "prices_left_out": left_out.astype(np.int64), "revenue_usd": revenue}


def _nearest(units: pd.DataFrame, kept: pd.DataFrame, otherwise: Floats) -> Floats:
    """Return the price kept nearest in time to each piece of feedback; `otherwise` where it has no day."""
    dated = units["day"].notna().to_numpy()
    if not dated.any() or kept.empty:
        return otherwise
    one = units.loc[dated, ["listing", "day"]].assign(row=np.flatnonzero(dated)).sort_values("day")
    other = (
        kept.sort_values("snapshot_date")
        .rename(columns={"snapshot_date": "day"})
        .assign(at=lambda t: t["day"])
    )
    back = pd.merge_asof(one, other, on="day", by="listing", direction="backward").sort_values("row")
    ahead = pd.merge_asof(one, other, on="day", by="listing", direction="forward").sort_values("row")
    behind = (back["day"] - back["at"]).to_numpy() / np.timedelta64(1, "D")
    before = (ahead["at"] - ahead["day"]).to_numpy() / np.timedelta64(1, "D")
    take_ahead = np.isnan(behind) | (before < behind)
    found = np.where(take_ahead, ahead["price_usd"], back["price_usd"])
    worth = otherwise.copy()
    worth[np.flatnonzero(dated)] = np.where(np.isfinite(found), found, otherwise[dated])
    return worth


def _totals(result: pd.DataFrame) -> pd.DataFrame:
    with_price = result["price_usd"].notna()
    table = (
        result.assign(no_price=~with_price & (result["n_feedback"] > 0))
        .groupby("market", sort=True)
        .agg(
            listings=("listing_id", "size"),
            n_feedback=("n_feedback", "sum"),
            censored=("censored", "sum"),
            share_censored=("censored", "mean"),
            without_price=("no_price", "sum"),
            revenue_usd=("revenue_usd", "sum"),
        )
    )
    return table.astype({"censored": "int64", "without_price": "int64"})


def _sensitivity(
    table: pd.DataFrame, units: pd.DataFrame, rules: HoldingRules, price: PriceAt
) -> pd.DataFrame:
    """Return the revenue with one rule changed at a time, the chosen rules first."""
    off = HoldingRules(free=False, above=None, times_peers=None, times_median=None, share_of_median=None)
    runs: list[tuple[str, Any, HoldingRules, PriceAt]] = [("as chosen", None, rules, price)]
    runs += [("above", value, replace(rules, above=value), price) for value in (None, 1_000.0, 10_000.0)]
    runs += [("times_peers", value, replace(rules, times_peers=value), price) for value in (None, 5.0, 20.0)]
    runs += [
        ("times_median", value, replace(rules, times_median=value), price) for value in (None, 3.0, 5.0, 10.0)
    ]
    runs += [
        ("share_of_median", value, replace(rules, share_of_median=value), price)
        for value in (None, 0.1, 0.25, 0.5)
    ]
    others: tuple[PriceAt, ...] = ("nearest", "median", "last")
    runs += [("price_of_feedback", value, rules, value) for value in others]
    runs += [("no rules", None, off, price), ("no rules, last price", None, off, "last")]
    rows = []
    for name, value, one, at in runs:
        found = _priced(table, units, one, at)
        fed = np.unique(units["listing"].to_numpy())
        rows.append(
            {
                "rule": name,
                "value": "" if value is None else str(value),
                "prices_left_out": int(found["prices_left_out"].sum()),
                "without_price": int(np.isnan(found["price_usd"][fed]).sum()),
                "revenue_usd": float(np.nansum(found["revenue_usd"])),
            }
        )
    result = pd.DataFrame(rows)
    base = result["revenue_usd"].iloc[0]
    result["ratio"] = result["revenue_usd"] / base if base > 0 else np.nan
    result["words"] = [_words(name, value) for name, value, _rules, _price in runs]
    return result


def _words(rule: str, value: Any) -> str:
    """Say a row of the sensitivity table in words."""
    prices = {"nearest": _("the nearest snapshot's"), "median": _("the median"), "last": _("the last one")}
    if value is None:
        return {
            "as chosen": _("as chosen"),
            "above": _("no rule on high prices"),
            "times_peers": _("no rule on what is usual"),
            "times_median": _("no rule on the listing's median"),
            "share_of_median": _("no rule on low prices"),
            "no rules": _("no rule: every price counts"),
            "no rules, last price": _("no rule, last price of the listing"),
        }[rule]
    said = {
        "above": _("prices above {value} US dollars left out"),
        "times_peers": _("prices above {value} times the usual left out"),
        "times_median": _("prices above {value} times the listing's median left out"),
        "share_of_median": _("prices below {value} of the listing's median left out"),
        "price_of_feedback": _("price of a piece of feedback: {value}"),
    }[rule]
    if isinstance(value, str):
        return said.format(value=prices[value])
    return said.format(value=i18n.number(value, 0 if value == round(value) else 2))
