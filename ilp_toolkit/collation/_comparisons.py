"""Compare records field by field: at which level two values agree, the strongest agreement first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Comparison", "compare", "exact", "similar", "term_shares", "within"]

Comparison = Callable[["pd.Series[Any]", "pd.Series[Any]"], "pd.Series[Any]"]
"""Two columns of values, pair by pair, to one ordered category: the strongest agreement first."""


def exact() -> Comparison:
    """
    Compare by equality: ``same`` or ``different``; empty where either is missing.

    Examples
    --------
    >>> exact()(pd.Series(["a", "b", None]), pd.Series(["a", "c", "d"])).tolist()
    ['same', 'different', nan]
    """

    def comparison(one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
        same = (one == other).fillna(False).astype(bool).to_numpy()
        return _levels(np.where(same, 0, 1), ["same", "different"], one, other)

    return comparison


def similar(*thresholds: float) -> Comparison:
    """
    Compare texts by their Jaro-Winkler similarity: ``same``, one level a threshold, ``different``.

    Parameters
    ----------
    thresholds
        Least similarity of each level, falling, between 0 and 1; 0.92 and 0.8 where none is given.

    Raises
    ------
    InputError
        If the thresholds do not fall or lie outside 0 to 1.

    References
    ----------
    Winkler (1990), String comparator metrics and enhanced decision rules in the Fellegi-Sunter model.

    Examples
    --------
    >>> names = similar(0.9)(pd.Series(["Martha", "Martha", "Martha"]), pd.Series(["Martha", "Marhta", "Bo"]))
    >>> names.tolist()
    ['same', 'from 0.9', 'different']
    """
    steps = thresholds or (0.92, 0.8)
    if any(not 0 < step < 1 for step in steps) or any(a <= b for a, b in itertools.pairwise(steps)):
        msg = _("`thresholds` must fall and lie between 0 and 1, got {found}.")
        raise InputError(msg.format(found=list(steps)))

    def comparison(one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
        from rapidfuzz.distance import JaroWinkler

        both = (one.notna() & other.notna()).to_numpy()
        alike = np.array(
            [
                JaroWinkler.similarity(str(a), str(b)) if known else 0.0
                for a, b, known in zip(one, other, both, strict=True)
            ]
        )
        code = np.searchsorted(-np.array([1.0, *steps]), -alike, side="left")
        return _levels(code, ["same", *(f"from {step:g}" for step in steps), "different"], one, other)

    return comparison


def within(*edges: float) -> Comparison:
    """
    Compare numbers by how far they differ, in half-open bands: ``[0, 1)``, ``[1, 5)``, ``5 or more``.

    Parameters
    ----------
    edges
        Rising, above 0.

    Raises
    ------
    InputError
        If the edges do not rise from above 0.

    Examples
    --------
    >>> within(1, 5)(pd.Series([3.0, 3, 3]), pd.Series([3.5, 4, 9])).tolist()
    ['[0, 1)', '[1, 5)', '5 or more']
    """
    low = (0.0, *edges)
    if not edges or any(a >= b for a, b in zip(low, edges, strict=False)):
        msg = _("`edges` must rise from above 0, got {found}.")
        raise InputError(msg.format(found=list(edges)))
    names = [f"[{a:g}, {b:g})" for a, b in zip(low, edges, strict=False)] + [f"{edges[-1]:g} or more"]

    def comparison(one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
        apart = (one.astype(float) - other.astype(float)).abs().to_numpy()
        return _levels(np.searchsorted(edges, apart, side="right"), names, one, other)

    return comparison


def compare(records: pd.DataFrame, pairs: pd.DataFrame, *, fields: Mapping[str, Comparison]) -> pd.DataFrame:
    """
    Say for each pair of records at which level each field agrees.

    Parameters
    ----------
    records
        One row a record, on a unique index.
    pairs
        Two labels of `records` a row, in ``first`` and ``second``.
    fields
        Columns of `records` with how to compare them: `exact`, `similar`, `within`, or a function of two
        Series to one of ordered categories, the strongest agreement first.

    Returns
    -------
    pandas.DataFrame
        On the index of `pairs`, a categorical column a field; empty where a record lacks the value.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If the index of `records` repeats, or `pairs` names a record that is not there.

    Examples
    --------
    >>> plates = pd.DataFrame({"plate": ["A1", "A1", "B2"]}, index=[7, 8, 9])
    >>> pairs = pd.DataFrame({"first": [7, 7], "second": [8, 9]})
    >>> compare(plates, pairs, fields={"plate": exact()})["plate"].tolist()
    ['same', 'different']
    """
    missing = [name for name in fields if name not in records]
    if missing:
        msg = _("`fields` names the column {name!r}, which `records` does not have.")
        raise ColumnsError(msg.format(name=missing[0]))
    one, other = _positions(records, pairs, "first"), _positions(records, pairs, "second")
    found = {}
    for name, comparison in fields.items():
        left, right = (records[name].iloc[side].reset_index(drop=True) for side in (one, other))
        found[name] = pd.Series(comparison(left, right).array, index=pairs.index)
    return pd.DataFrame(found, index=pairs.index)


def term_shares(records: pd.DataFrame, pairs: pd.DataFrame, *, column: str) -> pd.Series[Any]:
    """
    Return how common the value is that both records of a pair share.

    Parameters
    ----------
    records, pairs
        As in `compare`.
    column
        A column of `records`.

    Returns
    -------
    pandas.Series
        Share of all records that have the value; empty where the two differ or one is missing.

    Examples
    --------
    >>> records = pd.DataFrame({"make": ["Lada", "Lada", "Lada", "Tatra"]})
    >>> term_shares(records, pd.DataFrame({"first": [0, 0], "second": [1, 3]}), column="make").tolist()
    [0.75, nan]
    """
    if column not in records:
        msg = _("`records` has no column {name!r}.")
        raise ColumnsError(msg.format(name=column))
    values = records[column]
    one = values.iloc[_positions(records, pairs, "first")].reset_index(drop=True)
    other = values.iloc[_positions(records, pairs, "second")].reset_index(drop=True)
    same = (one == other).fillna(False).astype(bool)
    share = one.map(values.value_counts(normalize=True)).astype(float).where(same)
    return pd.Series(share.to_numpy(), index=pairs.index, name=column)


def _levels(code: Any, names: list[str], one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
    missing = (one.isna() | other.isna()).to_numpy()
    code = np.where(missing, -1, code).astype(np.int64)
    values = pd.Categorical.from_codes(code.tolist(), categories=pd.Index(names), ordered=True)
    return pd.Series(values, index=one.index)


def _positions(records: pd.DataFrame, pairs: pd.DataFrame, side: str) -> NDArray[np.int64]:
    if side not in pairs:
        raise ColumnsError(_("`pairs` has no column {name!r}.").format(name=side))
    if not records.index.is_unique:
        raise InputError(_("The index of `records` repeats; number it: records.reset_index(drop=True)."))
    position = records.index.get_indexer(pd.Index(pairs[side]))
    if (position < 0).any():
        label = pairs[side].iloc[int(np.flatnonzero(position < 0)[0])]
        raise InputError(_("`pairs` names the record {label!r}, which is not there.").format(label=label))
    return np.asarray(position, dtype=np.int64)
