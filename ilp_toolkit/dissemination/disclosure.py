"""
Public rules for counts and places: what a reader could work out, not only what a table shows.

Three decisions stand behind this module.

*Small counts.* A count from 1 to ``minimum - 1`` is hidden. A zero is published: where nothing is recorded
there is nobody to find, and a map without zeros cannot be read. Where a total stands beside its parts, one
hidden part is the total less the others; then the next smallest part is hidden too. The rule is held against
a reader who knows the total, the published parts and this very rule.

*Cells of a map.* From the z-values of neighbouring cells the counts behind them can be worked out by
differencing, so a published cell holds its count (or that it is hidden) and the class of the test, never
``gi_z``, ``p_value``, ``q_value`` or ``density``.

*Sensitive offences.* Domestic and sexual violence is counted by district at the finest; offences of belief,
speech and assembly are never put on a map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from ..collection import offences

if TYPE_CHECKING:
    from ..direction.policy import Policy, Sensitive

__all__ = [
    "CELL",
    "DISTRICT",
    "NOWHERE",
    "finest_place",
    "group_totals",
    "hidden",
    "protects",
    "public_cells",
    "rounded",
    "suppress",
]

Finest = Literal["cell", "district", "nowhere"]
CELL: Finest = "cell"
DISTRICT: Finest = "district"
NOWHERE: Finest = "nowhere"

_TRUE = {"true", "t", "yes", "y", "1", "1.0", "да", "истина", "si", "sí", "x", "+"}


def suppress(counts: pd.Series[int], *, minimum: int) -> pd.Series[int]:
    """
    Hide small counts, and as many others as it takes that no small one can be worked out.

    Parameters
    ----------
    counts
        Whole numbers, zero or more, whose sum is published beside them.
    minimum
        The smallest count above zero that may be shown.

    Returns
    -------
    Series
        The counts on the same index as nullable integers, ``<NA>`` where hidden.

    Notes
    -----
    Some totals cannot be protected by hiding parts (a total below `minimum`, or every part being one): ask
    `protects` first and leave the table out. Counts that stand in two tables at once (by district and by
    month, say) need more than this; publish one of the two.

    Examples
    --------
    >>> suppress(pd.Series([3, 9, 40, 0]), minimum=5).tolist()
    [<NA>, <NA>, 40, 0]
    """
    return counts.astype("Int64").mask(hidden(counts, minimum=minimum))


def protects(counts: pd.Series[int], *, minimum: int) -> bool:
    """
    Say whether hiding parts can protect the small ones while their total is published.

    Examples
    --------
    >>> protects(pd.Series([1, 1, 40]), minimum=5), protects(pd.Series([1, 1, 1]), minimum=5)
    (True, False)
    """
    mask = hidden(counts, minimum=minimum).to_numpy()
    return not mask.any() or _protected(counts.to_numpy(dtype=np.int64)[mask], minimum)


def hidden(counts: pd.Series[int], *, minimum: int) -> pd.Series[bool]:
    """
    Say which counts must be hidden; see `suppress`.

    Examples
    --------
    >>> hidden(pd.Series([3, 4, 40]), minimum=5).tolist()
    [True, True, False]
    """
    values = counts.to_numpy(dtype=np.int64)
    if (values < 0).any():
        msg = f"`counts` holds a number below zero ({int(values.min())}); counts are zero or more."
        raise ValueError(msg)
    mask = (values > 0) & (values < minimum)
    if mask.any():
        mask = _with_company(values, mask, minimum)
    return pd.Series(mask, index=counts.index)


def group_totals(counts: pd.Series[int], groups: pd.Series[int], *, minimum: int) -> pd.DataFrame:
    """
    Sum counts by group, and say which sums may be exact while the counts themselves are published.

    Parameters
    ----------
    counts
        Counts of which the small ones are hidden, as in `suppress`.
    groups
        The group of each count, 0 and up; -1 for none.
    minimum
        The smallest count above zero that may be shown.

    Returns
    -------
    DataFrame
        A row a group: ``n`` and ``exact``. Where a sum would give a hidden count away, ``n`` is the sum of
        the shown counts alone, a lower bound, and ``<NA>`` where none is shown.

    Examples
    --------
    >>> counts, groups = pd.Series([9, 3, 4, 8, 2, 3, 3]), pd.Series([0, 0, 0, 1, 1, -1, -1])
    >>> group_totals(counts, groups, minimum=5).values.tolist()
    [[16, True], [8, False]]
    """
    values, where = counts.to_numpy(dtype=np.int64), groups.to_numpy()
    mask = hidden(counts, minimum=minimum).to_numpy()
    exact = {
        group: not mask[where == group].any() or _protected(values[mask & (where == group)], minimum)
        for group in range(where.max(initial=-1) + 1)
    }
    # What no exact group holds is known as a sum as well. That a group has no exact sum tells that its sum is
    # small: then the counts outside all groups must be able to hide it.
    outside = mask & (where < 0)
    rest = outside | (mask & np.isin(where, [group for group, safe in exact.items() if not safe]))
    if rest.any() and not (_protected(values[rest], minimum) and _protected(values[outside], minimum)):
        exact = {group: not mask[where == group].any() for group in exact}
    rows = []
    for group, safe in exact.items():
        told = (where == group) & (~mask | safe)
        rows.append((int(values[told].sum()) if told.any() else pd.NA, safe))
    return pd.DataFrame(rows, columns=["n", "exact"]).astype({"n": "Int64", "exact": bool})


def _with_company(values: np.ndarray, mask: np.ndarray, minimum: int) -> np.ndarray:
    """Hide the next smallest count until the hidden ones protect each other; zeros go last."""
    size = np.where(values == 0, np.iinfo(np.int64).max, values)
    while not _protected(values[mask], minimum) and not mask.all():
        # Equal counts go together: which of them went first would tell how they stand to each other.
        mask = mask | (size == size[~mask].min())
    return mask


def _protected(group: np.ndarray, minimum: int) -> bool:
    """
    Say whether each hidden count keeps at least two possible values for a reader who knows their sum.

    All of them being one is the only way to sum to their number, and all being ``minimum - 1`` the only way
    to reach the most that hidden counts can hold: both give the counts away.
    """
    total, size = int(group.sum()), len(group)
    return size > 1 and total >= minimum and total != size and total != size * (minimum - 1)


def rounded(counts: pd.DataFrame, *, base: int) -> pd.DataFrame:
    """
    Round every count to a multiple of a base, so that rows keep their totals as nearly as can be.

    Parameters
    ----------
    counts
        A table of counts that is drawn, hours by weekday for instance.
    base
        Five makes 0, 5, 10 and so on.

    Returns
    -------
    DataFrame
        Each count is moved by less than the base, down or up; each row's sum is its true sum rounded. What
        rounds up are the counts with the largest remainders, the first of equals.

    Notes
    -----
    A cell that shows 5 may be anything from 1 to 9, also to a reader who knows the true totals of rows.

    Examples
    --------
    >>> rounded(pd.DataFrame([[0, 2, 3, 12]]), base=5).values.tolist()
    [[0, 0, 5, 10]]
    """
    values = counts.to_numpy(dtype=float)
    down = np.floor(values / base)
    units = np.floor(values.sum(axis=1) / base + 0.5) - down.sum(axis=1)
    order = np.argsort(-(values / base - down), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    up = down + (place < units[:, None])
    return pd.DataFrame((up * base).astype("int64"), index=counts.index, columns=counts.columns)


def finest_place(incidents: pd.DataFrame, *, policy: Policy) -> pd.Series[str]:
    """
    Say how finely each incident may be placed in anything that leaves.

    Parameters
    ----------
    incidents
        A table with ``offence``, and any column that marks domestic offences.
    policy
        Its part ``sensitive`` names the columns that mark domestic offences.

    Returns
    -------
    Series
        ``cell``, ``district`` or ``nowhere`` for each row.
    """
    kinds = _kinds(incidents)
    place = pd.Series(CELL, index=incidents.index, dtype="object")
    place[kinds == "district"] = DISTRICT
    place[_marked_domestic(incidents, policy.sensitive)] = DISTRICT
    place[kinds == "no_hotspot"] = NOWHERE
    return place


def _kinds(incidents: pd.DataFrame) -> pd.Series[str]:
    # A register repeats a few hundred wordings: each is looked up once.
    codes, wordings = pd.factorize(incidents["offence"])
    levels = np.array([*(offences.sensitivity(str(wording)) for wording in wordings), "none"], dtype=object)
    return pd.Series(levels[codes], index=incidents.index)


def _marked_domestic(incidents: pd.DataFrame, sensitive: Sensitive) -> pd.Series[bool]:
    """Find rows that a column of the register marks as domestic, whatever their offence is called."""
    marked = pd.Series(False, index=incidents.index)
    for name in incidents.columns:
        if str(name).strip().casefold() in sensitive.domestic_columns:
            marked |= incidents[name].astype("string").str.strip().str.casefold().isin(_TRUE).fillna(False)
    return marked


def public_cells(cells: gpd.GeoDataFrame, *, minimum: int, significance: float) -> gpd.GeoDataFrame:
    """
    Reduce cells with a test to what may be published of them.

    Parameters
    ----------
    cells
        Every cell of a grid with ``n``, ``gi_z`` and ``q_value``.
    minimum
        The smallest count above zero that may be shown.
    significance
        The largest ``q_value`` of a cell that counts as a hot or a cold spot.

    Returns
    -------
    GeoDataFrame
        ``cell`` (a number), ``n`` (``<NA>`` where hidden), ``suppressed``, ``spot`` (``hot``, ``cold``
        or ``none``) and the geometry: columns are chosen, not removed, so that no new one slips through.
    """
    counts = cells["n"].reset_index(drop=True)
    values = {
        "cell": np.arange(1, len(cells) + 1),
        "n": suppress(counts, minimum=minimum),
        "spot": _spot(cells, significance),
    }
    public = gpd.GeoDataFrame(values, geometry=cells.geometry.to_numpy(), crs=cells.crs)
    public.insert(2, "suppressed", public["n"].isna())
    return public


def _spot(cells: gpd.GeoDataFrame, significance: float) -> np.ndarray:
    if "gi_z" not in cells:
        return np.full(len(cells), "none", dtype=object)
    strong = cells["q_value"].to_numpy() <= significance
    z = cells["gi_z"].to_numpy()
    return np.where(strong & (z > 0), "hot", np.where(strong & (z < 0), "cold", "none")).astype(object)
