"""Getis-Ord Gi*: cells that hold, with their neighbours, more or fewer events than chance would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._cells import Neighbours, check_neighbours, counted, grid_for, neighbourhoods
from ._moran import check_permutations
from ._points import take_events
from .significance import benjamini_hochberg, pseudo_p, two_sided_p

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats, Spatial, Weights

__all__ = ["getis_ord", "gi_star", "scored"]

Table = TypeVar("Table", bound=pd.DataFrame)


def gi_star(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    permutations: int | None = None,
    rng: int | np.random.Generator | None = None,
) -> gpd.GeoDataFrame:
    """
    Cells that hold, with their neighbours, more or fewer events than chance would put there (Getis-Ord Gi*).

    Parameters
    ----------
    points, grid, cell_size
        As in `count`. Cells without events count too: give the grid of the jurisdiction, or lakes and
        fields in the bounding box make every street look hot.
    weights
        As in `count`; the statistic is then that of the summed weights.
    neighbours
        ``queen``: cells that share an edge or a corner; ``rook``: an edge; a number: all cells whose
        centres lie within so many metres, that distance included. The cell itself always belongs.
    permutations
        How often each cell's neighbours are drawn anew from all other cells, for a p-value that takes no
        normal curve for granted; None for the normal approximation.
    rng
        Seed or generator.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n`` (and ``weight``), ``gi_z``, ``p_value`` (two-sided) and ``q_value``
        (Benjamini-Hochberg over all cells). Judge by ``q_value``; see `significance.hot_spot_class`.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    See `getis_ord`. The p-value is the normal approximation, which is rough where cells hold few events or
    a neighbourhood has fewer than about eight cells; with `permutations` it is (r + 1) /
    (n + 1), the cell's own value kept and both sides counted, so never below 1 / (n + 1): a large map wants
    9,999. Hexagons have six neighbours under both rules.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x; conditional permutation: Anselin (1995),
    doi:10.1111/j.1538-4632.1995.tb00338.x.

    Examples
    --------
    >>> import geopandas as gpd
    >>> x, y = np.repeat([50.0, 150, 250, 350, 450], 5), np.tile([50.0, 150, 250, 350, 450], 5)
    >>> x, y = np.append(x, [50.0] * 9), np.append(y, [50.0] * 9)
    >>> hot = gi_star(gpd.GeoSeries.from_xy(x, y, crs="EPSG:32642"), cell_size=100)
    >>> hot.nlargest(1, "gi_z")[["cell_id", "n", "gi_z"]].round(3).values.tolist()
    [['E0N0', 10, 2.291]]
    """
    check_neighbours(neighbours)
    check_permutations(permutations)
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    result = counted(events, grid, lattice, notes)
    values = result["n" if events.weight is None else "weight"].to_numpy(dtype=float)
    sums, sizes = neighbourhoods(values, result, lattice, neighbours)
    choices.record(result, neighbours=neighbours)
    scored(result, values, sums, sizes)
    if permutations is None:
        return result
    from .kernels.shared_draws import extremes

    others, near = sums - values, (sizes - 1).astype(np.int64)
    count = extremes(values, others, near, permutations, np.random.default_rng(rng))
    tested = result["gi_z"].notna() & (near > 0)
    result["p_value"] = np.where(tested, pseudo_p(count, permutations), np.nan)
    result["q_value"] = benjamini_hochberg(result["p_value"])
    return choices.record(
        result,
        permutations=permutations,
        p_value="conditional permutation, two-sided",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
    )


def getis_ord(values: pd.Series[Any], neighbours: Any) -> pd.DataFrame:
    """
    Score any areas with the Getis-Ord Gi* statistic.

    Parameters
    ----------
    values
        One number an area: a count, a sum, a rate. None may be missing.
    neighbours
        Who is next to whom: a dict from each label of `values` to its neighbours' labels, a list with the
        positions of each area's neighbours, a sparse matrix, or the weights of libpysal. Only whether two
        areas are neighbours is used (binary weights); each area is made its own neighbour.

    Returns
    -------
    pandas.DataFrame
        On the index of `values`: ``gi_z``, ``p_value`` (two-sided), ``q_value`` (Benjamini-Hochberg).

    Raises
    ------
    InputError
        If values are missing, or `neighbours` does not fit them.

    Notes
    -----
    The score is the sum over the neighbourhood less its expectation, over its standard deviation, if the
    values were shuffled over the map. It is undefined (NaN) where all values are equal, and for an area
    whose neighbourhood is the whole map. Row-standardised weights without self are another statistic.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.

    Examples
    --------
    >>> values = pd.Series({"A": 9.0, "B": 8.0, "C": 1.0, "D": 2.0})
    >>> getis_ord(values, {"A": ["B"], "B": ["A"], "C": ["D"], "D": ["C"]})["gi_z"].round(3).tolist()
    [1.715, 1.715, -1.715, -1.715]
    """
    from .kernels import neighbours as near

    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(numbers)
    if bad.any():
        msg = _(
            "`values` has {n} areas without a number (first: {label!r}). Leave them out of both arguments."
        )
        raise InputError(msg.format(n=int(bad.sum()), label=values.index[bad][0]))
    sums, sizes = near.pair_sums(numbers, *near.listed_pairs(neighbours, values.index))
    return scored(pd.DataFrame(index=values.index), numbers, sums, sizes)


def scored(result: Table, values: Floats, sums: Floats, sizes: Floats) -> Table:
    """Write score, p-value and q-value of each area into a table."""
    from .kernels import neighbours as near

    result["gi_z"] = near.gi_z(values, sums, sizes)
    result["p_value"] = two_sided_p(result["gi_z"])
    result["q_value"] = benjamini_hochberg(result["p_value"])
    return choices.record(
        result,
        neighbours_include_self=True,
        p_value="normal approximation, two-sided",
        q_value="Benjamini-Hochberg",
        undefined=int(result["gi_z"].isna().sum()),
    )
