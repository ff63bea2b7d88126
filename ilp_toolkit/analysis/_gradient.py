"""
The price gradient: drugs go from where they are cheap to where they are dear, and shocks go with them.

Two places are linked if their prices move together after what moves all prices is taken out, and the flow
runs from the lower mean price to the higher. Many pairs are tried, so each is judged by its q-value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import noted
from .significance import benjamini_hochberg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["price_gradient"]

_JUMP = 5.0
"""Prices that differ by more than this factor from all others are taken for a unit gone wrong."""
_LEAST = 4
"""Fewest pairs of changes that are tested."""
_SHORT = 10
"""Fewer pairs of changes than this are counted as few."""


def price_gradient(
    prices: pd.DataFrame, *, level: float = 0.05, lag: int = 0, common: bool = True
) -> pd.DataFrame:
    """
    Infer which places are linked, and which way, from their prices.

    Parameters
    ----------
    prices
        A row for each period in order, a column for each place: price of one unit of one drug at one level of
        the market (wholesale or retail, never both), best adjusted for purity. Missing is NaN.
    level
        Q-value up to which a pair counts as linked.
    lag
        Periods by which the dearer place follows the cheaper.
    common
        Take out what moves all prices: the mean change of all other places is partialled out of each pair.
        Needs at least three other places with prices; with fewer it is left in, and noted.

    Returns
    -------
    pandas.DataFrame
        A row for each pair, from the cheaper to the dearer, in the order of names: ``origin``,
        ``destination``, ``price_origin``, ``price_destination`` (geometric means), ``markup`` (difference
        over the price at origin), ``r`` of the changes of logarithms with ``low`` and ``high`` (95 %),
        ``r_critical`` (what a single test at `level` would ask), ``n`` (pairs of changes), ``p_value``
        (two-sided), ``q_value``, ``linked`` (r above 0, q up to `level`, neither place suspect) and
        ``suspect`` (a price of one of the two looks like another unit, or an outlier).

    Raises
    ------
    InputError
        If a price is 0 or below, a place is named twice, or `level` or `lag` is out of range.

    Notes
    -----
    Correlation of prices is no proof of trade: two places with one supplier move together as well, and so do
    two that share an exchange rate. Levels are not compared at all where trends would do the work: changes
    are. Prices filled in by hand, or copied from the year before, make links. With ten periods r must be
    large: most real links are missed. A place is suspect if its median price is more than five times away
    from the run in which most places lie, or if its price jumps by such a factor from one period to the
    next: mend the unit and run it again.

    References
    ----------
    The two assumptions: doi:10.1080/24725854.2023.2254357; q-values: Benjamini & Hochberg (1995),
    doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> drift = [0.0, 0.1, -0.05, 0.2, 0.0, 0.15, -0.1, 0.3, 0.05, 0.2, 0.1, 0.25]
    >>> near, far = 1000 * np.exp(drift), 4000 * np.exp(np.array(drift) * 0.9)
    >>> table = price_gradient(pd.DataFrame({"XA": near, "XB": far}), common=False)
    >>> table[["origin", "destination", "markup", "r", "n", "linked"]].round(2)
      origin destination  markup    r   n  linked
    0     XA          XB    2.96  1.0  11    True
    """
    if not 0 < level < 1:
        raise InputError(_("`level` must lie between 0 and 1, got {value!r}.").format(value=level))
    if isinstance(lag, bool) or int(lag) != lag or lag < 0:
        raise InputError(_("`lag` must be a whole number of periods from 0 up, got {n!r}.").format(n=lag))
    table = _prices(prices)
    logs = np.log(table.to_numpy())
    change = np.diff(logs, axis=0)
    suspect = _suspect(logs, change)
    mean = np.array(
        [np.mean(column[~np.isnan(column)]) if (~np.isnan(column)).any() else np.nan for column in logs.T]
    )
    i, j = _pairs(mean)
    shock = _others(change, suspect, i, j) if common else None
    r, n, control = _correlations(change, i, j, shock, int(lag))
    found = pd.DataFrame({"i": i, "j": j, "r": r, "n": n, "control": control})
    partialled = int((control > 0).sum())
    return noted(
        _judged(found, table.columns, mean, suspect, level),
        method="price gradient",
        level=float(level),
        lag=int(lag),
        common="mean change of the other places, partialled out" if partialled else None,
        correction="Benjamini-Hochberg",
        pairs=len(found),
        pairs_partialled=partialled,
        n_below_10=int((found["n"] < _SHORT).sum()),
        not_tested=int((found["n"] < _LEAST).sum()),
        suspect=[str(name) for name, bad in zip(table.columns, suspect, strict=True) if bad],
        suspect_rule="a factor above 5 from the run of most prices, or from one period to the next",
    )


def _prices(prices: Any) -> pd.DataFrame:
    if not isinstance(prices, pd.DataFrame):
        msg = f"`prices` must be a DataFrame of periods by places, got {type(prices).__name__}."
        raise TypeError(msg)
    if prices.columns.has_duplicates:
        first = prices.columns[prices.columns.duplicated()][0]
        raise InputError(_("`prices` names {first} more than once.").format(first=first))
    if not (prices.index.is_monotonic_increasing and prices.index.is_unique):
        raise InputError(_("`prices` must have each period once, in order: prices.sort_index()."))
    table = prices.astype(float).sort_index(axis=1)
    wrong = (table <= 0) | np.isinf(table)
    if wrong.to_numpy().any():
        i, j = (int(at[0]) for at in np.nonzero(wrong.to_numpy()))
        msg = _("`prices` must be above 0; {place} has {value!r} in {period}. Write a missing price as NaN.")
        place, period = table.columns[j], table.index[i]
        raise InputError(msg.format(place=place, period=period, value=float(table.to_numpy()[i, j])))
    return table


def _suspect(logs: Floats, change: Floats) -> NDArray[np.bool_]:
    """Return the places whose price looks like another unit: off the main run, or with a jump."""
    with_price = np.flatnonzero(~np.isnan(logs).all(axis=0))
    middle = np.full(logs.shape[1], np.nan)
    middle[with_price] = [np.nanmedian(logs[:, at]) for at in with_price]
    order = with_price[np.argsort(middle[with_price], kind="stable")]
    run = np.concatenate([[0], np.cumsum(np.diff(middle[order]) > np.log(_JUMP))]) if len(order) else order
    off = np.zeros(logs.shape[1], dtype=bool)
    if len(order) > 2 and run[-1] > 0:
        off[order[run != np.bincount(run).argmax()]] = True
    with np.errstate(invalid="ignore"):
        jumps = (np.abs(change) > np.log(_JUMP)).any(axis=0)
    return np.asarray(off | jumps)


def _pairs(mean: Floats) -> tuple[Integers, Integers]:
    """Return pairs from the cheaper place to the dearer, in the order of names; equal prices make none."""
    i, j = np.nonzero(mean[:, None] < mean[None, :])
    return i.astype(np.int64), j.astype(np.int64)


def _others(change: Floats, suspect: NDArray[np.bool_], i: Integers, j: Integers) -> Floats:
    """Return, by pair and period, the mean change of the others; NaN where fewer than three have one."""
    use = ~np.isnan(change) & ~suspect
    part = np.where(use, change, 0.0)
    count = use.sum(axis=1) - use.T[i].astype(np.int64) - use.T[j]
    total = part.sum(axis=1) - part.T[i] - part.T[j]
    mean = np.full(total.shape, np.nan)
    np.divide(total, count, out=mean, where=count >= 3)
    return mean


def _correlations(
    change: Floats, i: Integers, j: Integers, shock: Floats | None, lag: int
) -> tuple[Floats, Integers, Integers]:
    """Return the (partial) correlations, the pairs of changes behind each, and what was partialled out."""
    periods = max(len(change) - lag, 0)
    first, second = change.T[i][:, :periods], change.T[j][:, lag:]
    r, n = _residual_correlation(first, second, [])
    control = np.zeros(len(i), dtype=np.int64)
    if shock is not None:
        known = [shock[:, :periods], *([shock[:, lag:]] if lag else [])]
        partial, m = _residual_correlation(first, second, known)
        enough = m >= _LEAST + len(known)
        r, n = np.where(enough, partial, r), np.where(enough, m, n)
        control[enough] = len(known)
    return np.where(n >= _LEAST, r, np.nan), n, control


def _residual_correlation(first: Floats, second: Floats, known: list[Floats]) -> tuple[Floats, Integers]:
    """Return the correlation of two sets of rows once their means and the known rows are taken out."""
    there = np.logical_and.reduce([~np.isnan(rows) for rows in (first, second, *known)])
    n = there.sum(axis=1)

    def centred(rows: Floats) -> Floats:
        sums = np.where(there, rows, 0.0).sum(axis=1)
        return np.where(there, rows - (sums / np.maximum(n, 1))[:, None], 0.0)

    x, y = centred(first), centred(second)
    spread = np.minimum((x**2).sum(axis=1), (y**2).sum(axis=1))
    basis: list[Floats] = []
    for rows in known:
        base = centred(rows)
        for other in basis:
            base = _without(base, other)
        basis.append(base)
        x, y = _without(x, base), _without(y, base)
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    r = np.full(len(first), np.nan)
    left = np.minimum((x**2).sum(axis=1), (y**2).sum(axis=1))
    np.divide((x * y).sum(axis=1), scale, out=r, where=(left > 1e-18 * spread) & (spread > 1e-24))
    return np.clip(r, -1.0, 1.0), n.astype(np.int64)


def _without(rows: Floats, base: Floats) -> Floats:
    """Return rows without their part along `base`."""
    size = (base**2).sum(axis=1)
    along = np.zeros(len(rows))
    np.divide((rows * base).sum(axis=1), size, out=along, where=size > 0)
    return rows - along[:, None] * base


def _judged(
    found: pd.DataFrame, places: pd.Index[Any], mean: Floats, suspect: NDArray[np.bool_], level: float
) -> pd.DataFrame:
    from scipy.special import stdtr, stdtrit

    i, j = found["i"].to_numpy(dtype=np.int64), found["j"].to_numpy(dtype=np.int64)
    r, n = found["r"].to_numpy(dtype=float), found["n"].to_numpy(dtype=float)
    known = found["control"].to_numpy(dtype=float)
    free = np.where(np.isnan(r), np.nan, n - 2 - known)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stdtr(free, -np.abs(r) * np.sqrt(free / (1 - r**2)))
        bound = stdtrit(free, 1 - level / 2)
        critical = bound / np.sqrt(free + bound**2)
        reach = 1.959963984540054 / np.sqrt(np.where(free > 1, free - 1, np.nan))
        middle = np.arctanh(r)
    q = benjamini_hochberg(p)
    doubt = suspect[i] | suspect[j]
    return pd.DataFrame(
        {
            "origin": places[i],
            "destination": places[j],
            "price_origin": np.exp(mean[i]),
            "price_destination": np.exp(mean[j]),
            "markup": np.expm1(mean[j] - mean[i]),
            "r": r,
            "low": np.where(np.abs(r) == 1, r, np.tanh(middle - reach)),
            "high": np.where(np.abs(r) == 1, r, np.tanh(middle + reach)),
            "r_critical": critical,
            "n": found["n"].to_numpy(dtype=np.int64),
            "p_value": p,
            "q_value": q,
            "linked": (r > 0) & (q <= level) & ~doubt,
            "suspect": doubt,
        }
    )
