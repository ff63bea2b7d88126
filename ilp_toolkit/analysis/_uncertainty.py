"""Uncertainty carried through: unsure times and places drawn again and again, and a band on every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._bandwidth import Kernel, check_bandwidth, check_kernel
from ._cells import Neighbours, cells_of, check_neighbours, summing
from ._density import Field, field_for, smooth
from ._moments import take_moments
from ._points import Events, take_events, usable
from ._spans import HOUR, MONDAY, WEEK_HOURS
from .significance import benjamini_hochberg, two_sided_p

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from ._points import Floats, Weights

__all__ = ["uncertain"]

_QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}


def uncertain(
    points: gpd.GeoDataFrame,
    *,
    error: float | str,
    hours: Iterable[int] | None = None,
    weekdays: Iterable[int] | None = None,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    bandwidth: float | None = None,
    kernel: Kernel = "quartic",
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    draws: int = 199,
    level: float = 0.05,
    rng: int | np.random.Generator | None = None,
) -> gpd.GeoDataFrame:
    """
    Map density and Gi* with a band for what is not known: the exact place, and the exact time.

    Parameters
    ----------
    points
        Events; with ``occurred_from`` and ``occurred_to`` where `hours` or `weekdays` are asked for.
    error
        Standard deviation of the place, in metres east and north; one for all, or a column of `points`.
        0 where places are believed.
    hours, weekdays
        The hours (0 to 23) and weekdays (0 is Monday) of which the map is to be; all by default. Each draw
        puts every event at a moment of its span and keeps those that fall in.
    grid, cell_size, bandwidth, kernel, weights, neighbours
        As in `kde` and `gi_star`.
    draws
        Maps made.
    level
        Q-value up to which a cell is hot.
    rng
        Seed or generator.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n_mean``; ``density_q05``, ``density_q50``, ``density_q95`` (per km²); ``gi_z_q05``,
        ``gi_z_q50``, ``gi_z_q95``; ``hot_share``: the share of maps in which the cell is hot (0 to 1).

    Raises
    ------
    ColumnsError
        If a column that is asked for is missing.
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    Times are drawn evenly over the span (as `patterns.aoristic` spreads them), places from a round normal
    around what was recorded; repeats at one address move each for itself. The band holds what these errors
    do to the map, not the luck of the events: for that see `stability`. Moving points about flattens a map,
    so the density recorded can lie above the band at the peaks: it was drawn too sharp. An event without a
    time, or known only by the day or the month, has its whole span; those with no time at all are left out
    where hours or weekdays are asked for.

    References
    ----------
    Ratcliffe (2002), doi:10.1023/A:1013240828824; positional error: Zandbergen (2008),
    doi:10.1111/j.1467-9671.2008.01088.x; Zimmerman & Li (2010), doi:10.1186/1476-072X-9-10.

    Examples
    --------
    >>> import geopandas as gpd
    >>> x = [450.0] * 40 + [50.0, 850.0]
    >>> points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, x), crs="EPSG:32642")
    >>> found = uncertain(points, error=60, cell_size=100, bandwidth=200, rng=1).set_index("cell_id")
    >>> found.loc[["E400N400", "E200N400"], "hot_share"].round(1).tolist()
    [1.0, 0.0]
    """
    check_neighbours(neighbours)
    check_kernel(kernel)
    check_bandwidth(bandwidth)
    _check(draws, level)
    events, spread, when, notes = _events(points, weights, error, hours, weekdays)
    field, made = field_for(events, points, grid, cell_size, bandwidth, kernel)
    generator = np.random.default_rng(rng)
    wanted = _wanted(hours, weekdays)
    density = np.empty((draws, len(field.grid)), dtype=np.float32)
    score, count, hot = np.empty_like(density), np.zeros(len(field.grid)), np.zeros(len(field.grid))
    near = summing(field.grid, field.lattice, neighbours)
    for number in range(draws):
        drawn = _draw(events, spread, when, wanted, generator)
        density[number] = smooth(field, drawn)[0]
        values, z = _scores(field, drawn, near)
        score[number] = z
        count += values
        q = benjamini_hochberg(two_sided_p(z))
        hot += (q <= level) & (z > 0)
    result = field.grid.copy()
    result["n_mean"] = count / draws
    for name, rows in (("density", density), ("gi_z", score)):
        for label, values in zip(_QUANTILES, _band(rows), strict=True):
            result[f"{name}_{label}"] = values
    result["hot_share"] = hot / draws
    return choices.record(
        result, **made, **notes, error=error, neighbours=neighbours, draws=int(draws), level=float(level),
        hours=None if hours is None else sorted({int(hour) for hour in hours}),
        weekdays=None if weekdays is None else sorted({int(day) for day in weekdays}),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
    )  # fmt: skip


def _events(
    points: gpd.GeoDataFrame, weights: Weights, error: Any, hours: Any, weekdays: Any
) -> tuple[Events, Floats, Any, dict[str, Any]]:
    """Return events, the error of each, their spans where these matter, and what was left out."""
    placed = take_events(points, weights)
    keep, _reasons = usable(points, "points")
    spread = _errors(points, error)[keep]
    if hours is None and weekdays is None:
        return placed, spread, None, placed.counts
    m = take_moments(points)
    timed = m.keep[keep]
    weight = None if placed.weight is None else placed.weight[timed]
    return Events(m.x, m.y, weight, m.left_out), spread[timed], (m.start, m.end), m.notes


def _errors(points: gpd.GeoDataFrame, error: Any) -> Floats:
    if isinstance(error, str):
        if error not in points:
            msg = _("`error` names the column {name!r}, which `points` does not have.")
            raise ColumnsError(msg.format(name=error))
        found = pd.to_numeric(points[error], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    else:
        found = np.full(len(points), error, dtype=float)
    bad = ~np.isfinite(found) | (found < 0)
    if bad.any():
        msg = _("`error` must be metres from 0 up; {n} rows are not (first: row {row}).")
        raise InputError(msg.format(n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    return found


def _wanted(hours: Any, weekdays: Any) -> NDArray[np.bool_]:
    """Return which hours of the week are asked for."""
    week = np.ones((7, 24), dtype=bool)
    for name, asked, most, axis in (("hours", hours, 24, 1), ("weekdays", weekdays, 7, 0)):
        if asked is None:
            continue
        chosen = list(asked)
        if not chosen or any(isinstance(value, bool) or value not in range(most) for value in chosen):
            msg = _("`{name}` must be whole numbers from 0 to {most}, at least one; got {values}.")
            raise InputError(msg.format(name=name, most=most - 1, values=chosen))
        mask = np.isin(np.arange(most), chosen)
        week &= mask[None, :] if axis else mask[:, None]
    return week.ravel()


def _draw(events: Events, spread: Floats, when: Any, wanted: Any, rng: np.random.Generator) -> Events:
    """Return the events as they may have been."""
    n = len(events.x)
    away = rng.standard_normal((2, n)) * spread
    x, y, weight = events.x + away[0], events.y + away[1], events.weight
    if when is not None:
        start, end = when
        moment = start + (rng.random(n) * (end - start)).astype(np.int64)
        inside = wanted[(moment // HOUR + MONDAY) % WEEK_HOURS]
        x, y, weight = x[inside], y[inside], None if weight is None else weight[inside]
    return Events(x, y, weight, {})


def _scores(field: Field, events: Events, near: Any) -> tuple[Floats, Floats]:
    from .kernels.neighbours import gi_z

    cell = cells_of(field.grid, field.lattice, events.x, events.y)
    inside = cell >= 0
    values = np.bincount(cell[inside], events.values[inside], len(field.grid)).astype(float)
    count = np.bincount(cell[inside], minlength=len(field.grid)).astype(float)
    return count, gi_z(values, *near(values))


def _band(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the quantiles of each cell; NaN where a cell has no value in any draw."""
    found = np.full((len(_QUANTILES), rows.shape[1]), np.nan)
    known = np.isfinite(rows).any(axis=0)
    if known.any():
        found[:, known] = np.nanquantile(rows[:, known], list(_QUANTILES.values()), axis=0)
    return found


def _check(draws: Any, level: Any) -> None:
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise InputError(_("`draws` must be a whole number from 1 up, got {n!r}.").format(n=draws))
    if isinstance(level, bool) or not 0 < level < 1:
        raise InputError(_("`level` must lie between 0 and 1, got {level!r}.").format(level=level))
