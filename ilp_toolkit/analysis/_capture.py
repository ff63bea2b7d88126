"""
Coverage: how much of a market the pages that were fetched show.

A snapshot misses pages. What two snapshots have in common says how many were missed, as with fish that are
marked and caught again. Listings come and go, which looks like missing: a listing that was seen before and
after a day was there on that day, and whether it was seen then needs no closed market.
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
from ._listing_tables import cannot_show, take_listings, whole_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

__all__ = ["Capture", "Coverage", "chapman", "coverage"]


@dataclass(frozen=True)
class Capture:
    """How many there are, from two looks."""

    estimate: float
    """All of them, seen or not."""
    se: float
    low: float
    """Never below what was seen."""
    high: float
    seen: int
    """Seen in one look at least."""


@dataclass(frozen=True)
class Coverage:
    """What share of a market was seen."""

    snapshots: pd.DataFrame
    """By ``market`` and ``snapshot_date``: ``n`` seen, ``known_there`` (seen before and after, so there),
    ``known_seen`` (of these, seen that day), ``share_seen`` with ``low`` and ``high``, ``estimate`` (n over
    the share), ``chapman`` with ``chapman_low`` and ``chapman_high`` (this snapshot and the next)."""
    markets: pd.DataFrame
    """By ``market``: ``snapshots``, ``seen`` (ever), ``share_seen`` with ``low`` and ``high`` (all days
    together), ``schnabel`` with ``schnabel_low`` and ``schnabel_high`` (if nothing came or went)."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def chapman(first: int, second: int, both: int, *, confidence: float = 0.95) -> Capture:
    """
    Estimate how many there are from two looks (Chapman's form of Lincoln and Petersen).

    Parameters
    ----------
    first, second
        Seen in the first and in the second look.
    both
        Seen in both.
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    Capture

    Raises
    ------
    InputError
        If `both` is more than was seen in a look, or a number is no count.

    Notes
    -----
    (n1 + 1)(n2 + 1)/(m + 1) - 1. It takes the two looks as independent, all pages as equally easy to see, and
    nothing as come or gone between. A crawler that follows the same links misses the same pages: the
    estimate is then too low. The interval is log-normal in the unseen, so that it cannot end below the seen.

    References
    ----------
    Chapman (1951), Some properties of the hypergeometric distribution with applications to zoological sample
    censuses, University of California Publications in Statistics 1, 131-160.

    Examples
    --------
    >>> found = chapman(50, 60, 20)
    >>> round(found.estimate, 6), found.seen
    (147.142857, 90)
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    one, two = whole_number(first, "first", least=0), whole_number(second, "second", least=0)
    m = whole_number(both, "both", least=0)
    if m > min(one, two):
        msg = _("`both` is {both}, more than were seen in one of the two looks ({first} and {second}).")
        raise InputError(msg.format(both=m, first=one, second=two))
    seen = one + two - m
    estimate = (one + 1) * (two + 1) / (m + 1) - 1
    variance = (one + 1) * (two + 1) * (one - m) * (two - m) / ((m + 1) ** 2 * (m + 2))
    unseen = estimate - seen
    if unseen <= 0 or variance <= 0:
        return Capture(float(estimate), float(np.sqrt(variance)), float(seen), float(estimate), seen)
    factor = np.exp(float(ndtri((1 + confidence) / 2)) * np.sqrt(np.log1p(variance / unseen**2)))
    return Capture(
        float(estimate),
        float(np.sqrt(variance)),
        float(seen + unseen / factor),
        float(seen + unseen * factor),
        seen,
    )


def coverage(listings: pd.DataFrame, *, confidence: float = 0.95) -> Coverage:
    """
    Estimate what share of the listings each snapshot shows.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``listing_id``,
        ``snapshot_date``.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Coverage

    Raises
    ------
    ColumnsError
        If a column is missing.

    Notes
    -----
    ``share_seen`` is the answer to read: of the listings that were seen before and after a day, and so were
    there, the share that was seen on it (Wilson interval). It needs no closed market. It has no value on the
    first and the last day. A listing that was taken down and put up again counts as missed. ``chapman`` and
    ``schnabel`` take the market as closed: what comes and goes makes them too high. All of them take pages
    as equally easy to fetch; those that are never fetched are in none.

    References
    ----------
    Chapman (1951), University of California Publications in Statistics 1, 131-160; Schnabel (1938),
    The estimation of the total fish population of a lake, American Mathematical Monthly 45, 348-352; open
    populations: Manly & Parr (1968), A new method of estimating population size, survivorship, and birth
    rate from capture-recapture data; Wilson (1927), Probable inference, the law of succession, and
    statistical inference, Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> seen = {"2025-01-01": "abcd", "2025-01-08": "abc", "2025-01-15": "abcd"}
    >>> table = pd.DataFrame([("M", day, one) for day, all_ in seen.items() for one in all_],
    ...     columns=["market", "snapshot_date", "listing_id"])
    >>> coverage(table).snapshots["share_seen"].tolist()
    [nan, 0.75, nan]
    """
    check_confidence(confidence)
    table = take_listings(listings, ("market", "listing_id"))
    dated = table["snapshot_date"].notna() & table["listing_id"].notna()
    table = table[dated].drop_duplicates()
    days, markets = [], []
    for market, part in table.groupby("market", sort=True):
        seen = pd.crosstab(part["listing_id"], part["snapshot_date"]).astype(bool)
        rows = _by_day(seen.to_numpy(), confidence)
        days.append(rows.assign(market=market, snapshot_date=seen.columns))
        markets.append({"market": market, **_whole_market(seen.to_numpy(), rows, confidence)})
    made = {
        "confidence": float(confidence),
        "unit": "listings",
        "without_day": int((~dated).sum()),
        "share_seen_of": "listings seen before and after the day",
        "cannot_show": cannot_show("unseen"),
    }
    first = ["market", "snapshot_date", "n", "known_there", "known_seen", "share_seen", "low", "high"]
    first += ["estimate", "chapman", "chapman_low", "chapman_high"]
    second = ["market", "snapshots", "seen", "share_seen", "low", "high"]
    second += ["schnabel", "schnabel_low", "schnabel_high"]
    by_day = pd.concat(days, ignore_index=True)[first] if days else pd.DataFrame(columns=first)
    return Coverage(
        choices.record(by_day, **made),
        choices.record(pd.DataFrame(markets, columns=second).set_index("market"), **made),
        made,
    )


def _by_day(seen: Flags, confidence: float) -> pd.DataFrame:
    """Return a row for each snapshot; `seen` is listings × snapshots."""
    ever = np.maximum.accumulate(seen, axis=1)
    later = np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
    before = np.zeros_like(seen)
    before[:, 1:] = ever[:, :-1]
    after = np.zeros_like(seen)
    after[:, :-1] = later[:, 1:]
    there = before & after
    n, known, hit = seen.sum(axis=0), there.sum(axis=0), (there & seen).sum(axis=0)
    share = np.divide(hit, known, out=np.full(len(n), np.nan), where=known > 0)
    limits = [_wilson(int(a), int(b), confidence) for a, b in zip(hit, known, strict=True)]
    both = (seen[:, :-1] & seen[:, 1:]).sum(axis=0)
    pair = [
        chapman(int(n[day]), int(n[day + 1]), int(again), confidence=confidence)
        for day, again in enumerate(both)
    ]
    nothing = Capture(np.nan, np.nan, np.nan, np.nan, 0)
    pair = [*pair, nothing]
    return pd.DataFrame(
        {
            "n": n.astype(np.int64),
            "known_there": known.astype(np.int64),
            "known_seen": hit.astype(np.int64),
            "share_seen": share,
            "low": [low for low, _high in limits],
            "high": [high for _low, high in limits],
            "estimate": np.divide(n, share, out=np.full(len(n), np.nan), where=share > 0),
            "chapman": [one.estimate for one in pair],
            "chapman_low": [one.low for one in pair],
            "chapman_high": [one.high for one in pair],
        }
    )


def _whole_market(seen: Flags, days: pd.DataFrame, confidence: float) -> dict[str, float]:
    from scipy.stats import chi2

    known, hit = int(days["known_there"].sum()), int(days["known_seen"].sum())
    low, high = _wilson(hit, known, confidence)
    caught = seen.sum(axis=0)
    marked = np.concatenate([[0], np.maximum.accumulate(seen, axis=1).sum(axis=0)[:-1]])
    again = np.zeros(len(caught), dtype=np.int64)
    if len(caught) > 1:
        again[1:] = (np.maximum.accumulate(seen, axis=1)[:, :-1] & seen[:, 1:]).sum(axis=0)
    total, recaught = float((caught * marked).sum()), int(again.sum())
    tail = (1 - confidence) / 2
    most = float(chi2.ppf(1 - tail, 2 * recaught + 2) / 2)
    least = float(chi2.ppf(tail, 2 * recaught) / 2) if recaught else 0.0
    ever = int(seen.any(axis=1).sum())
    known_days = total > 0
    return {
        "snapshots": len(caught),
        "seen": ever,
        "share_seen": hit / known if known else np.nan,
        "low": low,
        "high": high,
        "schnabel": max(total / (recaught + 1), ever) if known_days else np.nan,
        "schnabel_low": max(total / (most + 1), ever) if known_days else np.nan,
        "schnabel_high": max(total / (least + 1), ever) if known_days else np.nan,
    }


def _wilson(hit: int, n: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a share; empty where there is nothing to share."""
    from scipy.special import ndtri

    if n == 0:
        return np.nan, np.nan
    z = float(ndtri((1 + confidence) / 2))
    middle = (hit + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(hit * (n - hit) / n + z * z / 4)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)
