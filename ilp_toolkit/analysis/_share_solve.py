"""
Imports from shares and demand: what each country must bring in so that every market is served.

A country takes in what its own market needs and what it passes on. If F holds the share of each importer's
supply that comes from each exporter, imports solve I = M + F'I. Producers have no suppliers, so chains end
with them; a ring of countries that supply only each other never ends, and is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import WARNING, numbers_by_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["closed_groups", "solve", "solve_imports"]

_TOLERANCE = 1e-6
"""A row of shares whose sum is this near to 1 leaves nothing to a source of its own."""


def solve_imports(shares: pd.DataFrame, demand: pd.Series[Any]) -> pd.Series[Any]:
    """
    Solve what each country imports so that its market and those it supplies are served.

    Parameters
    ----------
    shares
        A row for each importer, a column for each exporter: the share (0 to 1) of the importer's supply that
        comes from there. A row adds up to 1; a country without a row, or with a row of zeros, is a
        producer. A row below 1 leaves the rest to the country's own production.
    demand
        Kilograms a year that each country's own market takes (consumption and what is seized there), by
        country; a country that is not named takes nothing.

    Returns
    -------
    pandas.Series
        Kilograms by country, in the order of names: for importers what they bring in, for producers what
        they must make (their own market included). The flow from an exporter to an importer is the share
        times the importer's imports: ``shares.mul(imports, axis=0)``.

    Raises
    ------
    InputError
        If shares are negative, add up to more than 1, lead from a country to itself, or close a ring without
        a producer (the countries are named); if a demand is negative or missing.

    Notes
    -----
    I = (1 - F')^-1 M, with F importer by exporter. Shares of *seizures* stand for shares of supply: that
    holds only if every border of a country catches the same part of what crosses it. What comes by a route
    where nobody looks has share 0 here. The sum of all flows is larger than the sum of demand wherever
    drugs cross a third country: 100 kg over four borders are 400 kg of legs.

    References
    ----------
    Giommoni, Berlusconi & Aziani (2022), doi:10.1007/s10610-020-09473-0.

    Examples
    --------
    A gets a third from D and two thirds from C; B and C get all from D.

    >>> shares = pd.DataFrame({"C": [2 / 3, 0, 0], "D": [1 / 3, 1, 1]}, index=["A", "B", "C"])
    >>> solve_imports(shares, pd.Series({"A": 15.0, "B": 10.0, "C": 5.0, "D": 5.0})).round(6)
    A    15.0
    B    10.0
    C    15.0
    D    35.0
    Name: imports, dtype: float64
    """
    wanted = numbers_by_name(demand, "demand")
    if not isinstance(shares, pd.DataFrame):
        msg = f"`shares` must be a DataFrame of importers by exporters, got {type(shares).__name__}."
        raise TypeError(msg)
    for names in (shares.index, shares.columns):
        if names.has_duplicates:
            msg = _("`shares` names {first} more than once.")
            raise InputError(msg.format(first=names[names.duplicated()][0]))
    countries = sorted({*shares.index, *shares.columns, *wanted.index}, key=str)
    matrix = _checked(shares.reindex(index=countries, columns=countries).fillna(0.0), countries)
    if groups := closed_groups(matrix):
        rings = "; ".join(", ".join(str(countries[at]) for at in group) for group in groups)
        msg = _(
            "`shares`: these countries supply only each other, so no producer serves them: {rings}. Name a "
            "producer among them (a row of zeros), or add the supplier that is missing."
        )
        raise InputError(msg.format(rings=rings))
    imports = solve(matrix, wanted.reindex(countries).fillna(0.0).to_numpy())
    result = pd.Series(imports, index=pd.Index(countries, name=shares.index.name), name="imports")
    sources = [str(name) for name, row in zip(countries, matrix, strict=True) if row.sum() < 1 - _TOLERANCE]
    return choices.record(
        result,
        warning=WARNING,
        producers=sources,
        kg_consumed=float(wanted.sum()),
        kg_of_legs=float((matrix * imports[:, None]).sum()),
        legs="never add up legs: a load that crosses stands on two",
    )


def _checked(table: pd.DataFrame, countries: list[Any]) -> Floats:
    matrix = table.to_numpy(dtype=float)
    wrong = ~np.isfinite(matrix) | (matrix < 0) | (matrix > 1 + _TOLERANCE)
    if wrong.any():
        i, j = (int(at[0]) for at in np.nonzero(wrong))
        msg = _("`shares` must lie from 0 to 1; {importer} takes {value!r} from {exporter}.")
        found = float(matrix[i, j])
        raise InputError(msg.format(importer=countries[i], exporter=countries[j], value=found))
    own = np.flatnonzero(np.diag(matrix))
    if len(own):
        msg = _(
            "`shares`: {country} is named as its own supplier. Leave that share out and bring the row to 1."
        )
        raise InputError(msg.format(country=countries[int(own[0])]))
    sums = matrix.sum(axis=1)
    over = np.flatnonzero(sums > 1 + _TOLERANCE)
    if len(over):
        msg = _("`shares` of {importer} add up to {total}, more than 1. Divide each row by its sum.")
        at = int(over[0])
        raise InputError(msg.format(importer=countries[at], total=f"{sums[at]:.6g}"))
    whole = np.where(sums >= 1 - _TOLERANCE, sums, 1.0)
    return np.asarray(matrix / whole[:, None], dtype=float)


def closed_groups(matrix: Floats) -> list[list[int]]:
    """Return the groups of countries that supply only each other and have no source of their own."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    linked = matrix > 0
    if not linked.any():
        return []
    graph = csr_array(linked.astype(np.int8))
    _count, label = connected_components(graph, directed=True, connection="strong")
    full = matrix.sum(axis=1) >= 1 - _TOLERANCE
    importer, exporter = np.nonzero(linked)
    leaves = np.zeros(label.max() + 1, dtype=bool)
    leaves[label[importer[label[importer] != label[exporter]]]] = True
    leaves[label[~full]] = True
    members = [np.flatnonzero(label == group) for group in np.flatnonzero(~leaves)]
    return sorted(group.tolist() for group in members)


def solve(matrix: Floats, demand: Floats) -> Floats:
    """Return the imports of one system; no country takes in less than nothing."""
    return np.asarray(np.maximum(np.linalg.solve(np.eye(len(matrix)) - matrix.T, demand), 0.0), dtype=float)
