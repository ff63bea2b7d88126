"""
Holding prices: prices that say "not for sale now", and rules to leave them out.

A vendor without stock keeps the page and its reviews and asks a price that nobody pays. Taken as prices they
make millions out of a few reviews. No rule finds all of them and no other price, so the rules are
parameters, and what hangs on them is told beside each total (`darknet.sales_from_feedback`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

__all__ = ["HoldingRules", "is_held", "usual_price"]


@dataclass(frozen=True)
class HoldingRules:
    """
    Which prices of a listing are left out; None switches a rule off.

    `times_peers` compares with what others ask for so much of the same; the last two work within one
    listing, over its snapshots. Where the substance or the size is not known and most prices of a listing are
    holding prices, nothing here can tell which of the prices is the true one.
    """

    free: bool = True
    """Leave out prices of 0."""
    above: float | None = 10_000.0
    """Leave out prices above so many USD; a kilogram may rightly cost more."""
    times_peers: float | None = 10.0
    """Leave out prices above so many times what is usual for the substance and the size (`usual_price`)."""
    times_median: float | None = 5.0
    """Of the rest, leave out prices above so many times the listing's median."""
    share_of_median: float | None = 0.25
    """Of the rest, leave out prices below this share of the listing's median."""

    def __post_init__(self) -> None:
        """Refuse limits that leave out everything or nothing by mistake."""
        for name, value, least, most in (
            ("above", self.above, 0.0, np.inf),
            ("times_peers", self.times_peers, 1.0, np.inf),
            ("times_median", self.times_median, 1.0, np.inf),
            ("share_of_median", self.share_of_median, 0.0, 1.0),
        ):
            if value is not None and not least < value < most:
                msg = _("`{name}` must lie between {low:g} and {high:g}, or be None; got {value!r}.")
                raise InputError(msg.format(name=name, low=least, high=most, value=value))

    def noted(self) -> dict[str, Any]:
        """Return the rules as choices."""
        return asdict(self)


def usual_price(table: pd.DataFrame) -> pd.Series[Any]:
    """
    Return what is usual for the substance and the size of each row, in USD; empty where not known.

    A line of log price on log size through the medians of each size, its slope the median of all slopes
    (Theil and Sen), so that neither holding prices nor a slip of the unit bend it.

    Parameters
    ----------
    table
        ``substance``, ``price_usd``, ``quantity_g`` and, if there, ``units`` (pieces, where it is no mass).
    """
    from scipy.stats import theilslopes

    price = pd.to_numeric(table["price_usd"], errors="coerce").astype(float)
    grams = pd.to_numeric(table["quantity_g"], errors="coerce").astype(float)
    pieces = (
        pd.to_numeric(table["units"], errors="coerce").astype(float) if "units" in table else grams * np.nan
    )
    size = grams.fillna(pieces)
    kind: pd.Series[Any] = table["substance"].astype(str) + np.where(grams.notna(), "|g", "|n")
    usual = pd.Series(np.nan, index=table.index)
    sized = np.isfinite(size) & (size > 0)
    priced = sized & np.isfinite(price) & (price > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = pd.DataFrame({"kind": kind, "x": np.log(size).round(6), "y": np.log(price)})
    for name, part in rows[priced].groupby("kind", sort=True):
        points = part.groupby("x")["y"].median()
        slope = 0.8 if len(points) < 2 else float(theilslopes(points, points.index)[0])
        level = float((part["y"] - slope * part["x"]).median())
        all_of = sized & (kind == name)
        usual[all_of] = np.exp(level + slope * rows.loc[all_of, "x"])
    return usual


def is_held(
    prices: pd.Series[Any],
    listing: pd.Series[Any],
    rules: HoldingRules,
    *,
    usual: pd.Series[Any] | None = None,
) -> Flags:
    """
    Say of each price whether a rule leaves it out; a price that is missing or below 0 never counts.

    The median is the lower of the two middle prices where there is an even number of them: a holding price
    is a high one, and of two prices the lower is the likelier.

    Examples
    --------
    >>> is_held(pd.Series([50.0, 52, 48, 9999]), pd.Series(["a"] * 4), HoldingRules()).tolist()
    [False, False, False, True]
    """
    price = pd.to_numeric(prices, errors="coerce").astype(float).reset_index(drop=True)
    gone: Flags = ~(np.isfinite(price.to_numpy()) & (price.to_numpy() >= 0))
    if rules.free:
        gone |= price.to_numpy() == 0
    if rules.above is not None:
        gone |= price.to_numpy() > rules.above
    if rules.times_peers is not None and usual is not None:
        with np.errstate(invalid="ignore"):
            gone |= price.to_numpy() > rules.times_peers * usual.to_numpy(dtype=float)
    if rules.times_median is None and rules.share_of_median is None:
        return gone
    middle = _lower_median(price.where(~gone), listing.reset_index(drop=True))
    with np.errstate(invalid="ignore"):
        if rules.times_median is not None:
            gone = gone | (price.to_numpy() > rules.times_median * middle)
        if rules.share_of_median is not None:
            gone = gone | (price.to_numpy() < rules.share_of_median * middle)
    return gone


def _lower_median(price: pd.Series[Any], listing: pd.Series[Any]) -> NDArray[np.float64]:
    """Return for each row the lower median of its listing's known prices; NaN where there is none."""
    code = pd.factorize(listing)[0]
    order = np.lexsort((price.to_numpy(), code))  # missing prices come last within a listing
    known = price.notna().to_numpy()
    n = np.bincount(code, weights=known, minlength=int(code.max()) + 1 if len(code) else 0).astype(int)
    size = np.bincount(code, minlength=len(n))
    start = np.cumsum(size) - size
    at = start + np.maximum(n - 1, 0) // 2
    middle = np.full(len(n), np.nan)
    has = n > 0
    middle[has] = price.to_numpy()[order][at[has]]
    found: NDArray[np.float64] = middle[code]
    return found
