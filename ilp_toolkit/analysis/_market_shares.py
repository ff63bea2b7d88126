"""
Concentration of markets: how much of the trade few accounts hold, said of the market and of no account.

Shares of accounts are known from feedback at best, so the interval speaks of the luck of which accounts were
seen, not of sales that left no feedback. No account is named in any answer here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence, need_columns
from ._listing_tables import cannot_show, take_text, whole_number
from .concentration import gini, top_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["herfindahl", "market_concentration"]


def herfindahl(amounts: Sequence[float] | pd.Series[Any] | Floats) -> float:
    """
    Herfindahl-Hirschman index: the sum of squared shares, from 1/n (all equal) to 1 (one holds all).

    Parameters
    ----------
    amounts
        Sales, feedback or listings of each account or market, from 0 up.

    Returns
    -------
    float
        The index as a share; times 10,000 it is the points of competition authorities.

    Raises
    ------
    InputError
        If an amount is missing or negative, or all are 0.

    Notes
    -----
    One over the index is the number of equal holders that would give it. Those who hold nothing change
    nothing, unlike for `concentration.gini`.

    References
    ----------
    Hirschman (1964), The paternity of an index, American Economic Review 54, 761-762; sales of markets by
    traced payments: Hiramoto & Tsuchiya (2020), doi:10.1016/j.fsidi.2020.301086.

    Examples
    --------
    >>> round(herfindahl([50, 30, 20]), 2)
    0.38
    """
    values = _amounts(amounts)
    return float(((values / values.sum()) ** 2).sum())


def market_concentration(
    table: pd.DataFrame,
    *,
    amount: str | None = "n_feedback",
    of: str = "vendor_id",
    by: str | None = "market",
    top: Sequence[float] = (0.01, 0.05, 0.1),
    samples: int = 999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Say how concentrated markets are, with intervals: HHI, Gini and the share of the largest.

    Parameters
    ----------
    table
        Such as `Sales.listings` of `sales_from_feedback`, a row a listing: the columns named below.
    amount
        What is shared out: ``n_feedback``, ``revenue_usd``; None counts rows.
    of
        Who holds it: ``vendor_id``, or ``market`` (then with `by` None).
    by
        A column of groups that are looked at apart; None takes all together.
    top
        Shares of holders for the share of the largest; rounded to whole holders, at least one.
    samples
        Bootstrap samples; 0 leaves the intervals empty.
    confidence
        Of the intervals, between 0 and 1.
    rng
        A seed gives the same answer again.

    Returns
    -------
    pandas.DataFrame
        By group, then measure: (the group), ``measure`` (hhi, gini, top_share), ``share`` (of holders; empty
        but for top_share), ``value``, ``low``, ``high``, ``equal`` (the value if all held the same),
        ``holders``, ``total``. No holder is named.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an amount is negative or an argument cannot be used.

    Notes
    -----
    Holders are drawn anew with what they hold (percentile interval). Where a few hold most, samples that miss
    the largest make the interval wide and low. Holders with nothing count for Gini and top_share: whether a
    dead account is a holder is a choice. Amounts that are lower bounds (censored feedback) understate the
    largest first, and with them the concentration. Rows without an amount are left out and counted.

    References
    ----------
    Hirschman (1964), American Economic Review 54, 761-762; bootstrap: Efron & Tibshirani (1986),
    doi:10.1214/ss/1177013815; concentration of accounts: Soska & Christin (2015), Measuring the longitudinal
    evolution of the online anonymous marketplace ecosystem, USENIX Security.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "vendor_id": list("abc"), "n_feedback": [50, 30, 20]})
    >>> market_concentration(table, top=[0.3], samples=0)[["measure", "value", "equal"]].round(3)
         measure  value  equal
    0        hhi   0.38  0.333
    1       gini   0.20  0.000
    2  top_share   0.50  0.333
    """
    check_confidence(confidence)
    whole_number(samples, "samples", least=0)
    if any(not 0 < share <= 1 for share in top):
        raise InputError(
            _("`top` must hold shares above 0, at most 1; got {value!r}.").format(value=list(top))
        )
    wanted = [of, *([by] if by else []), *([amount] if amount else [])]
    need_columns(table, wanted, "table")
    values = pd.to_numeric(table[amount], errors="coerce") if amount else pd.Series(1.0, index=table.index)
    if (values < 0).any():
        raise InputError(_("`{name}` holds amounts below 0.").format(name=amount))
    known = (values.notna() & table[of].notna()).to_numpy()
    rows = pd.DataFrame(
        {
            "group": (take_text(table[by], "unknown") if by else pd.Series("all", index=table.index))[known],
            "holder": table[of][known].astype(str),
            "amount": values[known].astype(float),
        }
    )
    held = rows.groupby(["group", "holder"], sort=True)["amount"].sum()
    generator = np.random.default_rng(rng)
    found = []
    for group, part in held.groupby(level="group", sort=True):
        # By amount, not by name: codes of accounts are made anew at each reading, and a seed must still hold.
        amounts = np.sort(part.to_numpy(dtype=float))
        one = _measures(amounts, top, samples, confidence, generator)
        found += [{"group": group, **row} for row in one]
    columns = ["group", "measure", "share", "value", "low", "high", "equal", "holders", "total"]
    result = pd.DataFrame(found, columns=columns)
    result = result.rename(columns={"group": by}) if by else result.drop(columns="group")
    return choices.record(
        result,
        amount=amount or "rows",
        of=of,
        by=by,
        samples=int(samples),
        confidence=float(confidence),
        interval="bootstrap of holders, percentile",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        left_out_rows=int((~known).sum()),
        cannot_show=cannot_show("vendor", "feedback", "unseen"),
    )


def _amounts(amounts: Any) -> Floats:
    values = np.asarray(pd.to_numeric(pd.Series(amounts), errors="coerce"), dtype=float)
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any() or not values.sum() > 0:
        raise InputError(_("`amounts` must be numbers from 0 up, not all of them 0, and none missing."))
    return values


def _measures(
    values: Floats, top: Sequence[float], samples: int, confidence: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return the measures of one group; empty where it holds nothing."""
    n, total = len(values), float(values.sum())
    names: list[tuple[str, float]] = [("hhi", np.nan), ("gini", np.nan)]
    names += [("top_share", float(share)) for share in top]
    if total <= 0:
        nothing = {"value": np.nan, "low": np.nan, "high": np.nan, "equal": np.nan}
        return [
            {"measure": name, "share": share, **nothing, "holders": n, "total": total}
            for name, share in names
        ]
    value = _all(values, top)
    equal = _all(np.ones(n), top)
    low = high = np.full(len(value), np.nan)
    if samples:
        drawn = (values[rng.integers(0, n, n)] for _sample in range(samples))
        runs = np.array([_all(one, top) for one in drawn if one.sum() > 0])
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        low, high = np.quantile(runs, tails, axis=0) if len(runs) else (low, high)
    return [
        {
            "measure": name,
            "share": share,
            "value": float(value[at]),
            "low": float(low[at]),
            "high": float(high[at]),
            "equal": float(equal[at]),
            "holders": n,
            "total": total,
        }
        for at, (name, share) in enumerate(names)
    ]


def _all(values: Floats, top: Sequence[float]) -> Floats:
    return np.array([herfindahl(values), gini(values), *(top_share(values, share=share) for share in top)])
