"""
Estimates side by side: where methods that know different things agree, and where they do not.

Seizures, prices, demand and distance err in different ways. An average of them would hide that; here each
keeps its own number, and an edge gets a score of how near they are.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import need_columns, noted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Unit = Literal["share_of_destination", "kg"]

__all__ = ["Unit", "fuse"]

_EDGE = ["origin", "destination"]


def fuse(estimates: Mapping[str, pd.DataFrame], *, unit: Unit = "share_of_destination") -> pd.DataFrame:
    """
    Put estimates of flows side by side, with a score of how far they agree on each edge.

    Parameters
    ----------
    estimates
        Tables by name, each with ``origin``, ``destination`` and either ``kg`` (with ``low`` and ``high``
        where known) or ``linked`` (yes or no, as `price_gradient` gives). An edge stands once in a table:
        take one year.
    unit
        What is compared: shares of all that reaches the destination (no unit, so that kilograms seized and
        kilograms estimated compare), or kilograms as they are.

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination``; for each estimate its own number under its name,
        with ``…_low``, ``…_high`` and, where shares are compared, ``…_share`` (or True and False for
        ``linked``); empty where the estimate says nothing of the destination, 0 where it knows the
        destination and not this edge. Then ``n_estimates`` (that know the destination), ``n_present`` (that
        have the edge), ``lowest`` and ``highest`` (in `unit`), ``agreement`` (0 to 1, NaN with fewer than two
        numbers) and ``overlap`` (share of the pairs of estimates whose intervals in kilograms touch).

    Raises
    ------
    ColumnsError
        If a table lacks its columns.
    InputError
        If fewer than two estimates are given, or one has an edge twice.

    Notes
    -----
    Agreement is the mean, over all pairs of estimates that know the destination, of the smaller number over
    the larger: 1 where all are the same, 0.5 where one is twice the other, 0 where one has no such edge.
    Estimates that share a source (seizures, and flows solved from these seizures) agree because of it; that
    is no second witness. There is no average on purpose: where estimates differ the question is why.

    Examples
    --------
    >>> seized = pd.DataFrame({"origin": ["A", "B"], "destination": ["C", "C"], "kg": [6.0, 4.0]})
    >>> solved = pd.DataFrame({"origin": ["A", "B"], "destination": ["C", "C"], "kg": [300.0, 700.0]})
    >>> table = fuse({"seized": seized, "solved": solved})
    >>> table[["origin", "destination", "seized", "solved", "agreement"]].round(3)
      origin destination  seized  solved  agreement
    0      A           C     6.0   300.0      0.500
    1      B           C     4.0   700.0      0.571
    """
    if unit not in ("share_of_destination", "kg"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="unit", choices="share_of_destination, kg", value=unit))
    if len(estimates) < 2:
        raise InputError(_("`estimates` needs two tables or more, got {n}.").format(n=len(estimates)))
    keyed = {name: _keyed(table, name) for name, table in estimates.items()}
    edges = sorted({edge for table in keyed.values() for edge in table.index[_stands(table)]}, key=str)
    index = (
        pd.MultiIndex.from_tuples(edges, names=_EDGE)
        if edges
        else pd.MultiIndex.from_arrays([[], []], names=_EDGE)
    )
    fused = pd.DataFrame(index=index)
    compared, limits, known, there = [], [], [], []
    for name, table in keyed.items():
        knows = _knows(table, index)
        known.append(knows)
        there.append(_stands(table).reindex(index, fill_value=False).to_numpy(dtype=bool))
        if "kg" not in table:
            fused[name] = pd.array(np.where(knows, there[-1], False), dtype="boolean")
            fused.loc[~knows, name] = pd.NA
            continue
        numbers = _numbers(table, index, knows)
        fused[name], fused[f"{name}_low"], fused[f"{name}_high"] = numbers.T
        compared.append(numbers[:, 0])
        limits.append(numbers)
        if unit == "share_of_destination":
            compared[-1] = _shares(table, index, numbers[:, 0])
            fused[f"{name}_share"] = compared[-1]
    fused["n_estimates"] = np.sum(known, axis=0, dtype=np.int64)
    fused["n_present"] = np.sum(there, axis=0, dtype=np.int64)
    fused["lowest"], fused["highest"] = _range(compared, len(index))
    fused["agreement"] = _mean_over_pairs(compared, _nearness, len(index))
    fused["overlap"] = _mean_over_pairs(limits, _touching, len(index))
    return noted(
        fused.reset_index(),
        estimates=list(keyed),
        unit=unit,
        agreement="smaller number over larger, mean over pairs; no average of the estimates is made",
        without_numbers=[name for name, table in keyed.items() if "kg" not in table],
    )


def _keyed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table by edge, with numbers (kg, low, high) or links."""
    need_columns(table, _EDGE, name)
    if "kg" not in table and "linked" not in table:
        need_columns(table, ["kg"], name)
    keep = ["kg", "low", "high"] if "kg" in table else ["linked"]
    found = table.set_index(_EDGE)[[column for column in keep if column in table]]
    if found.index.has_duplicates:
        origin, destination = found.index[found.index.duplicated()][0]
        msg = _(
            "`estimates`: {name} has {origin} to {destination} more than once. Take one year, or add them up."
        )
        raise InputError(msg.format(name=name, origin=origin, destination=destination))
    return found


def _stands(table: pd.DataFrame) -> pd.Series[Any]:
    return table["kg"] > 0 if "kg" in table else table["linked"].fillna(False).astype(bool)


def _knows(table: pd.DataFrame, index: pd.MultiIndex) -> NDArray[np.bool_]:
    """Return which edges an estimate can speak of: it knows the destination, or has tested the pair."""
    if "kg" in table:
        known = set(table.index[_stands(table)].get_level_values("destination"))
        return np.array([destination in known for _origin, destination in index], dtype=bool)
    tested = set(table.index) | {(there, here) for here, there in table.index}
    return np.array([edge in tested for edge in index], dtype=bool)


def _numbers(table: pd.DataFrame, index: pd.MultiIndex, knows: NDArray[np.bool_]) -> Floats:
    """Return kg, low and high of each edge: 0 where the destination is known and the edge is not."""
    found = table.reindex(index=index, columns=["kg", "low", "high"])
    numbers = found.to_numpy(dtype=float, na_value=np.nan, copy=True)
    absent = knows & np.isnan(numbers[:, 0])
    numbers[absent, 0] = 0.0
    numbers[~knows] = np.nan
    return np.asarray(numbers, dtype=float)


def _shares(table: pd.DataFrame, index: pd.MultiIndex, kg: Floats) -> Floats:
    whole = table["kg"].groupby(level="destination").sum()
    total = whole.reindex(index.get_level_values("destination")).to_numpy(dtype=float, na_value=np.nan)
    share = np.full(len(kg), np.nan)
    np.divide(kg, total, out=share, where=total > 0)
    return share


def _range(compared: list[Floats], size: int) -> tuple[Floats, Floats]:
    lowest = highest = np.full(size, np.nan)
    for numbers in compared:
        lowest, highest = np.fmin(lowest, numbers), np.fmax(highest, numbers)
    return lowest, highest


def _mean_over_pairs(values: list[Floats], score: Any, size: int) -> Floats:
    """Return the mean of a score over all pairs that have it; NaN where none has."""
    total, count = np.zeros(size), np.zeros(size)
    for one, other in combinations(values, 2):
        found = score(one, other)
        there = ~np.isnan(found)
        total += np.where(there, found, 0.0)
        count += there
    mean = np.full(size, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


def _nearness(one: Floats, other: Floats) -> Floats:
    """Return the smaller over the larger; NaN where either is missing or both are 0."""
    larger = np.maximum(one, other)
    ratio = np.full(len(larger), np.nan)
    np.divide(np.minimum(one, other), larger, out=ratio, where=larger > 0)
    return ratio


def _touching(one: Floats, other: Floats) -> Floats:
    """Return 1 where the intervals of two estimates touch, 0 where not, NaN where one has none."""
    low, high = np.maximum(one[:, 1], other[:, 1]), np.minimum(one[:, 2], other[:, 2])
    return np.where(np.isnan(low) | np.isnan(high), np.nan, (low <= high).astype(float))
