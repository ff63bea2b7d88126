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
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Capture", "Coverage", "chapman", "coverage", "schnabel"]


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
    together), ``lumps`` (how much more days differ than chance would make them: missed pages come in lumps)
    and ``share_seen_twice`` (from snapshots up to `closed` days apart)."""
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


def schnabel(
    caught: Sequence[int], marked: Sequence[int], recaught: Sequence[int], *, confidence: float = 0.95
) -> Capture:
    """
    Estimate how many there are from many looks, if nothing comes or goes (Schnabel).

    Parameters
    ----------
    caught
        Seen in each look.
    marked
        Of all, how many had been seen before that look.
    recaught
        Of those seen in the look, how many had been seen before.
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    Capture
        The estimate is infinite where none was seen again.

    Raises
    ------
    InputError
        If the three do not match, or are no counts.

    Notes
    -----
    The sum of caught × marked over the sum of recaught; the interval takes the recaught as Poisson, exact. A
    market in which listings come and go is not closed over months: use it for looks within days.

    References
    ----------
    Schnabel (1938), The estimation of the total fish population of a lake, American Mathematical Monthly 45,
    348-352.

    Examples
    --------
    >>> schnabel([50, 60], [0, 50], [0, 20]).estimate
    150.0
    """
    from scipy.stats import chi2

    check_confidence(confidence)
    looks = np.array(
        [[whole_number(n, "caught", least=0) for n in row] for row in (caught, marked, recaught)]
    )
    if looks.ndim != 2 or (looks[2] > np.minimum(looks[0], looks[1])).any():
        raise InputError(_("`recaught` is more than were caught, or had been seen, in one of the looks."))
    total, again = float((looks[0] * looks[1]).sum()), int(looks[2].sum())
    seen = int((looks[0] - looks[2]).sum())
    tail = (1 - confidence) / 2
    most = float(chi2.ppf(1 - tail, 2 * again + 2) / 2)
    least = float(chi2.ppf(tail, 2 * again) / 2) if again else 0.0
    estimate = total / again if again else np.inf
    return Capture(
        float(estimate),
        float(estimate / np.sqrt(again)) if again else np.inf,
        max(total / most, float(seen)),
        total / least if least else np.inf,
        seen,
    )


def coverage(listings: pd.DataFrame, *, closed: int = 2, confidence: float = 0.95) -> Coverage:
    """
    Estimate what share of the listings each snapshot shows.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``listing_id``,
        ``snapshot_date``.
    closed
        Snapshots up to so many days apart show the same listings (``share_seen_twice``).
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
    there, the share that was seen on it (Wilson interval, widened by ``lumps``). It needs no closed market
    and has no value on the first and the last day. A listing that was taken down and put up again counts as
    missed. ``chapman`` takes the market as closed from one snapshot to the next: what comes and goes makes it
    too high. All of them take pages as equally easy to fetch; those that are never fetched are in none.

    References
    ----------
    Chapman (1951), University of California Publications in Statistics 1, 131-160; open populations: Manly &
    Parr (1968), A new method of estimating population size, survivorship, and birth rate from
    capture-recapture data; Wilson (1927), Probable inference, the law of succession, and
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
        apart = np.diff(seen.columns.to_numpy()) / np.timedelta64(1, "D")
        days.append(rows.assign(market=market, snapshot_date=seen.columns))
        markets.append(
            {"market": market, **_whole_market(seen.to_numpy(), rows, apart <= closed, confidence)}
        )
    made = {
        "confidence": float(confidence),
        "unit": "listings",
        "without_day": int((~dated).sum()),
        "closed_days": int(closed),
        "share_seen_of": "listings seen before and after the day",
        "cannot_show": cannot_show("unseen"),
    }
    first = ["market", "snapshot_date", "n", "known_there", "known_seen", "share_seen", "low", "high"]
    first += ["estimate", "chapman", "chapman_low", "chapman_high"]
    second = ["market", "snapshots", "seen", "share_seen", "low", "high", "lumps", "share_seen_twice"]
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
    lumps = _lumps(hit, known)
    limits = [_wilson(a / lumps, b / lumps, confidence) for a, b in zip(hit, known, strict=True)]
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


def _lumps(hit: Counts, known: Counts) -> float:
    """Return how much more the shares of days vary than if each listing were missed by itself; 1 at least."""
    used = known > 0
    n, x = known[used].astype(float), hit[used].astype(float)
    if len(n) < 2 or not 0 < x.sum() < n.sum():
        return 1.0
    p = x.sum() / n.sum()
    return max(float((((x - n * p) ** 2) / (n * p * (1 - p))).sum() / (len(n) - 1)), 1.0)


def _whole_market(seen: Flags, days: pd.DataFrame, close: Flags, confidence: float) -> dict[str, float]:
    known, hit = days["known_there"].to_numpy(), days["known_seen"].to_numpy()
    lumps = _lumps(hit, known)
    low, high = _wilson(hit.sum() / lumps, known.sum() / lumps, confidence)
    n = seen.sum(axis=0)
    both = (seen[:, :-1] & seen[:, 1:]).sum(axis=0)
    twice = (n[:-1] + n[1:])[close].sum()
    return {
        "snapshots": seen.shape[1],
        "seen": int(seen.any(axis=1).sum()),
        "share_seen": float(hit.sum() / known.sum()) if known.sum() else np.nan,
        "low": low,
        "high": high,
        "lumps": lumps,
        "share_seen_twice": float(2 * both[close].sum() / twice) if twice else np.nan,
    }


def _wilson(hit: float, n: float, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a share; empty where there is nothing to share."""
    from scipy.special import ndtri

    if not n > 0:
        return np.nan, np.nan
    z = float(ndtri((1 + confidence) / 2))
    middle = (hit + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(hit * (n - hit) / n + z * z / 4)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)
