"""Moran's I: whether like values lie together, over the whole map and around each cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._cells import Neighbours, check_neighbours, counted, grid_for, summing
from ._points import take_events
from .significance import benjamini_hochberg, pseudo_p, two_sided_p

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats, Spatial, Weights

__all__ = ["Moran", "check_permutations", "local_moran", "moran"]


@dataclass(frozen=True)
class Moran:
    """Whether like values lie together on a map."""

    i: float
    """Above `expected` like lies with like, below it unlike with unlike; NaN where nothing varies."""
    expected: float
    variance: float
    """Under random placing of the values (randomisation)."""
    z: float
    p_value: float
    """Two-sided: of the permutations where some were made, else of the normal approximation."""
    choices: dict[str, Any] = field(default_factory=dict)


def moran(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    permutations: int | None = None,
    rng: int | np.random.Generator | None = None,
) -> Moran:
    """
    Test whether busy cells lie next to busy cells over the map as a whole (global Moran's I).

    Parameters
    ----------
    points, grid, cell_size, weights, neighbours
        As in `gi_star`; the cell itself is not its own neighbour here.
    permutations
        How often to shuffle the values over the map for the p-value; None for the normal approximation.
    rng
        Seed or generator.

    Returns
    -------
    Moran
        The statistic, its expectation and variance, z and p. One test, so no q-value.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    Weights are row-standardised: each cell is set against the mean of its neighbours. Cells without a
    neighbour count in the mean and the spread only. Crime is almost always clustered, so a small p says
    little; compare `i` between maps on one grid.

    References
    ----------
    Moran (1950), doi:10.1093/biomet/37.1-2.17; Cliff & Ord (1981), Spatial Processes.

    Examples
    --------
    >>> import geopandas as gpd
    >>> x = [50, 50, 50, 150, 150, 250, 350, 450]
    >>> found = moran(gpd.GeoSeries.from_xy(x, [50] * 8, crs="EPSG:32642"), cell_size=100)
    >>> print(round(found.i, 3), found.expected)
    0.469 -0.25
    """
    table, values, near, notes = _values(points, grid, cell_size, weights, neighbours, permutations)
    sizes = near(np.ones(len(values)))[1] - 1
    linked = sizes > 0
    share = np.divide(1.0, sizes, out=np.zeros(len(sizes)), where=linked)
    statistic = _global(values, near, share)
    expected, variance = _randomised(values, near, share)
    z = (statistic - expected) / np.sqrt(variance) if variance > 0 else np.nan
    p = float(two_sided_p(z))
    if permutations and np.isfinite(statistic):
        generator = np.random.default_rng(rng)
        drawn = np.array([_global(generator.permutation(values), near, share) for _ in range(permutations)])
        far = abs(statistic - expected) * (1 - 1e-9)
        p = float(pseudo_p(int((np.abs(drawn - expected) >= far).sum()), permutations))
    noted = {**choices.of(table), **notes, "spatial_weights": "row-standardised"}
    noted["islands"] = int((~linked).sum())
    noted["rng"] = int(rng) if isinstance(rng, int | np.integer) else None
    return Moran(float(statistic), expected, variance, float(z), p, noted)


def local_moran(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    permutations: int = 999,
    rng: int | np.random.Generator | None = None,
) -> gpd.GeoDataFrame:
    """
    Cells that are like their neighbours, and cells that stand out from them (local Moran's I).

    Parameters
    ----------
    points, grid, cell_size, weights, neighbours
        As in `gi_star`; the cell itself is not its own neighbour here.
    permutations
        How often each cell's neighbours are drawn anew from all other cells.
    rng
        Seed or generator.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n`` (and ``weight``), ``moran_i``, ``quadrant`` (``high_high``, ``low_low``,
        ``high_low``: a busy cell among quiet ones, ``low_high``), ``p_value`` (two-sided) and ``q_value``.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    Row-standardised weights. A cell without neighbours, or one next to all others, and every cell of a map
    without differences has no score (NaN). Unlike Gi*, it tells an island of crime from a cluster. With 999
    permutations and many cells few q-values can get small: ask for 9,999 where the map is large.

    References
    ----------
    Anselin (1995), doi:10.1111/j.1538-4632.1995.tb00338.x.

    Examples
    --------
    >>> import geopandas as gpd
    >>> x = [50, 50, 50, 150, 150, 250, 350, 450]
    >>> found = local_moran(gpd.GeoSeries.from_xy(x, [50] * 8, crs="EPSG:32642"), cell_size=100, rng=1)
    >>> found["moran_i"].round(2).tolist(), found["quadrant"].tolist()[:2]
    ([0.87, 0.25, 0.09, 0.56, 0.56], ['high_high', 'high_high'])
    """
    from .kernels.shared_draws import extremes

    table, values, near, notes = _values(points, grid, cell_size, weights, neighbours, permutations)
    sums, sizes = near(values)
    sums, sizes = sums - values, sizes - 1
    apart = values - values.mean() if len(values) else values
    spread = float((apart**2).mean()) if len(values) else 0.0
    tested = (sizes > 0) & (sizes < len(values) - 1) & (spread > 0)
    lag = np.divide(sums, sizes, out=np.zeros(len(values)), where=sizes > 0) - (
        values.mean() if len(values) else 0
    )
    count = extremes(values, sums, sizes.astype(np.int64), permutations, np.random.default_rng(rng))
    table["moran_i"] = np.where(tested, apart * lag / (spread or 1.0), np.nan)
    names = np.array([["low_low", "low_high"], ["high_low", "high_high"]], dtype=object)
    quadrant = names[(apart > 0).astype(int), (lag > 0).astype(int)]
    quadrant[~tested] = None
    table["quadrant"] = quadrant
    table["p_value"] = np.where(tested, pseudo_p(count, permutations), np.nan)
    table["q_value"] = benjamini_hochberg(table["p_value"])
    return choices.record(
        table,
        **notes,
        spatial_weights="row-standardised",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        undefined=int((~tested).sum()),
        q_value="Benjamini-Hochberg",
    )


def check_permutations(permutations: Any) -> None:
    """Refuse what is no number of permutations; None is one way to say that none are wanted."""
    whole = isinstance(permutations, int | np.integer) and not isinstance(permutations, bool)
    if permutations is not None and (not whole or permutations < 1):
        msg = _("`permutations` must be a whole number from 1 up, got {n!r}.")
        raise InputError(msg.format(n=permutations))


def _values(  # noqa: PLR0917
    points: Spatial, grid: Any, cell_size: Any, weights: Any, neighbours: Any, permutations: Any
) -> tuple[gpd.GeoDataFrame, Floats, Any, dict[str, Any]]:
    check_neighbours(neighbours)
    check_permutations(permutations)
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    table = counted(events, grid, lattice, notes)
    values = table["n" if events.weight is None else "weight"].to_numpy(dtype=float)
    p = "normal approximation, two-sided" if permutations is None else "conditional permutation, two-sided"
    said = {
        "neighbours": neighbours,
        "neighbours_include_self": False,
        "permutations": permutations,
        "p_value": p,
    }
    return table, values, summing(grid, lattice, neighbours), said


def _global(values: Floats, near: Any, share: Floats) -> float:
    if len(values) < 2 or values.min() == values.max() or not share.any():
        return float("nan")
    apart = values - values.mean()
    return float(
        len(values) / (share > 0).sum() * (apart * share * (near(apart)[0] - apart)).sum() / (apart**2).sum()
    )


def _randomised(values: Floats, near: Any, share: Floats) -> tuple[float, float]:
    """Return expectation and variance of I when the values are shuffled over the map."""
    n = len(values)
    if n < 4 or values.min() == values.max() or not share.any():
        return (-1.0 / (n - 1) if n > 1 else float("nan")), float("nan")
    s0 = float((share > 0).sum())
    received = near(share)[0] - share
    s1 = float((share + share * received).sum())
    s2 = float((((share > 0) + received) ** 2).sum())
    apart = values - values.mean()
    kurtosis = float((apart**4).mean() / (apart**2).mean() ** 2)
    first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0**2)
    expected = -1.0 / (n - 1)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    return expected, float(variance)
