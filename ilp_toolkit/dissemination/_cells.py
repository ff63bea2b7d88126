"""
The cells of tables with their margins, and the equations between them.

A dimension is a tree: codes, groups of codes, the total. A cell is a node of each dimension; where one
dimension has a node with children, the cell is the sum of the cells of the children. Tables that share
dimensions share cells: a cell is what it counts, not where it stands.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["TOTAL", "Cells", "cells_of", "linked"]

TOTAL = "total"
"""The label of a margin over a whole dimension."""

Parents = Mapping[Hashable, Mapping[Hashable, Hashable]]


@dataclass(frozen=True)
class Cells:
    """The cells of one table or of several, each once, and what ties them."""

    values: Whole
    keys: tuple[frozenset[tuple[str, Hashable]], ...]
    """What each cell counts: dimension and code, totals left out."""
    matrix: sparse.csr_array
    """Equations that equal zero: the parts less their sum."""
    basis: sparse.csr_array
    """Enough of them that the others follow."""
    tables: Mapping[str, pd.Series[int]]
    """The cell of each place of a table, margins included."""


@dataclass(frozen=True)
class _Tree:
    """The codes of a dimension: leaves first, then groups, then the total."""

    nodes: tuple[Hashable, ...]
    sums: NDArray[np.int64]
    """Which leaves each node holds."""
    equations: NDArray[np.int64]
    """The children less their parent, a row for each node that has children."""


def cells_of(
    table: pd.DataFrame | pd.Series[Any],
    *,
    parents: Parents | None = None,
    name: str = "",
    margins: bool = True,
) -> Cells:
    """
    Lay a table out with all its margins.

    Parameters
    ----------
    table
        Counts by the finest codes: a Series whose index levels are the dimensions (what is missing counts as
        zero), or a crosstab.
    parents
        For a dimension, the group that each code belongs to; groups may belong to groups.
    name
        The name of the table.
    margins
        Whether totals stand in the table.

    Returns
    -------
    Cells

    Raises
    ------
    InputError
        If a count is missing, below zero or no whole number, or a code stands twice.
    """
    counts = _checked(_stacked(table))
    names = [str(each) for each in counts.index.names]
    trees = [
        _tree(
            sorted(counts.index.unique(level), key=str),
            (parents or {}).get(dimension, {}),
            dimension,
            margins,
        )
        for level, dimension in enumerate(counts.index.names)
    ]
    full = _leaves(counts, trees)
    for axis, tree in enumerate(trees):
        full = np.moveaxis(np.tensordot(tree.sums, full, axes=(1, axis)), 0, axis)
    index = pd.MultiIndex.from_product([tree.nodes for tree in trees], names=names)
    keys = tuple(
        frozenset((dim, code) for dim, code in zip(names, place, strict=True) if code != TOTAL)
        for place in index
    )
    at = pd.Series(np.arange(len(index)), index=index)
    return Cells(full.ravel().astype(np.int64), keys, *_equations(trees), {name: at})


def linked(parts: Mapping[str, Cells]) -> Cells:
    """Put tables together: cells that count the same are one; raises where their values differ."""
    number: dict[frozenset[tuple[str, Hashable]], int] = {}
    values: list[int] = []
    where, tables = [], {}
    for name, part in parts.items():
        at = np.array([number.setdefault(key, len(number)) for key in part.keys])
        for key, value, cell in zip(part.keys, part.values.tolist(), at.tolist(), strict=True):
            if cell == len(values):
                values.append(value)
            elif values[cell] != value:
                what = ", ".join(f"{dim} = {code}" for dim, code in sorted(key, key=str)) or TOTAL
                msg = _("The linked tables disagree: {what} is {one} in one of them and {other} in another.")
                raise InputError(msg.format(what=what, one=values[cell], other=value))
        where.append(at)
        tables[name] = pd.Series(at, index=part.tables[""].index)
    size = len(values)
    every = [_spread(part.matrix, at, size) for part, at in zip(parts.values(), where, strict=True)]
    enough = [_spread(part.basis, at, size) for part, at in zip(parts.values(), where, strict=True)]
    return Cells(
        np.array(values, dtype=np.int64),
        tuple(number),
        sparse.csr_array(sparse.vstack(every)),
        sparse.csr_array(sparse.vstack(enough)),
        tables,
    )


def _spread(matrix: sparse.csr_array, at: Whole, size: int) -> sparse.csr_array:
    entries = matrix.tocoo()
    return sparse.csr_array((entries.data, (entries.row, at[entries.col])), shape=(matrix.shape[0], size))


def _stacked(table: pd.DataFrame | pd.Series[Any]) -> pd.Series[Any]:
    series: pd.Series[Any] = (
        table.copy() if isinstance(table, pd.Series) else pd.Series(table.copy().stack())  # noqa: PD013
    )
    names = [each if each is not None else f"dimension {i + 1}" for i, each in enumerate(series.index.names)]
    if not isinstance(series.index, pd.MultiIndex):
        series.index = pd.MultiIndex.from_arrays([series.index])
    series.index = series.index.set_names(names)
    return series


def _checked(counts: pd.Series[Any]) -> pd.Series[int]:
    values = pd.to_numeric(counts, errors="coerce")
    wrong = values.isna() | (values < 0) | (values % 1 != 0)
    if wrong.any():
        first = ", ".join(map(str, counts.index[wrong.to_numpy()][0]))
        msg = _("A table must hold whole numbers, zero or more: {n} cells do not (first: {first}).")
        raise InputError(msg.format(n=int(wrong.sum()), first=first))
    if counts.index.has_duplicates:
        first = ", ".join(map(str, counts.index[counts.index.duplicated()][0]))
        raise InputError(_("A cell of the table stands twice (first: {first}).").format(first=first))
    return values.astype("int64")


def _leaves(counts: pd.Series[int], trees: list[_Tree]) -> NDArray[np.int64]:
    leaves = [tree.nodes[: tree.sums.shape[1]] for tree in trees]
    at = tuple(pd.Index(each).get_indexer(counts.index.get_level_values(i)) for i, each in enumerate(leaves))
    full = np.zeros([len(each) for each in leaves], dtype=np.int64)
    full[at] = counts.to_numpy()
    return full


def _tree(
    leaves: list[Hashable], parents: Mapping[Hashable, Hashable], dim: Hashable, margins: bool
) -> _Tree:
    children: dict[Hashable, list[Hashable]] = {}
    seen, line = set(leaves), list(leaves)
    if TOTAL in seen or TOTAL in parents.values():
        msg = _("“{code}” is the name of the margin and cannot be a code of {dimension}; leave margins out.")
        raise InputError(msg.format(code=TOTAL, dimension=dim))
    while line:
        code = line.pop(0)
        above = parents.get(code, TOTAL if margins else None)
        if above is None:
            continue
        children.setdefault(above, []).append(code)
        if above not in seen:
            seen.add(above)
            if above != TOTAL:
                line.append(above)
    wrong = [code for code in leaves if code in children]
    if wrong:
        msg = _("{code} of {dimension} is a group and a code with counts of its own at once.")
        raise InputError(msg.format(code=wrong[0], dimension=dim))
    groups = [code for code in children if code != TOTAL]
    nodes = [*leaves, *groups, *([TOTAL] if TOTAL in children else [])]
    at = {code: i for i, code in enumerate(nodes)}
    equations = np.zeros((len(children), len(nodes)), dtype=np.int64)
    for row, (above, codes) in enumerate(children.items()):
        equations[row, at[above]] = -1
        equations[row, [at[code] for code in codes]] = 1
    return _Tree(tuple(nodes), _sums(nodes, children, len(leaves), dim), equations)


def _sums(
    nodes: list[Hashable], children: dict[Hashable, list[Hashable]], leaves: int, dim: Hashable
) -> NDArray[np.int64]:
    at = {code: i for i, code in enumerate(nodes)}
    sums = np.zeros((len(nodes), leaves), dtype=np.int64)

    def held(code: Hashable, above: tuple[Hashable, ...]) -> Any:
        if code in above:
            msg = _("The groups of {dimension} go in a circle at {code}.").format(dimension=dim, code=code)
            raise InputError(msg)
        if code not in children:
            return np.eye(1, leaves, at[code], dtype=np.int64)[0]
        return np.sum([held(child, (*above, code)) for child in children[code]], axis=0)

    for code in nodes:
        sums[at[code]] = held(code, ())
    return sums


def _equations(trees: list[_Tree]) -> tuple[sparse.csr_array, sparse.csr_array]:
    """
    Return all equations, and enough of them that the others follow.

    Where a dimension adds up for every node of the others, the next one needs to add up only for the leaves
    of those before it. A dimension with groups goes first: then a table of two dimensions is a network.
    """
    order = sorted(range(len(trees)), key=lambda axis: -len(trees[axis].equations))
    every, enough = [], []
    for place, axis in enumerate(order):
        whole: Any = sparse.csr_array(np.ones((1, 1)))
        part: Any = whole
        for other, tree in enumerate(trees):
            unit = sparse.eye_array(len(tree.nodes), format="csr")
            here = sparse.csr_array(tree.equations.astype(float)) if other == axis else unit
            leaves = unit[: tree.sums.shape[1]] if other in order[:place] else here
            whole, part = sparse.kron(whole, here), sparse.kron(part, leaves)
        every.append(whole)
        enough.append(part)
    return sparse.csr_array(sparse.vstack(every)), sparse.csr_array(sparse.vstack(enough))
