"""Hot spots in time: which are new, which last, which fade (Gi* in a space-time cube, with a trend test)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import N_, _
from ._cells import Neighbours, cells_of, check_neighbours, grid_for, summing
from ._moments import duration_in_microseconds, duration_text, take_moments
from ._points import Events, take_events, usable
from .change import mann_kendall
from .significance import benjamini_hochberg, two_sided_p

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ._points import Floats, Weights

    Flags = NDArray[np.bool_]

__all__ = ["LEAST_STEPS", "SPOT_CLASSES", "classify"]

LEAST_STEPS = 10
"""Steps below which a trend over them is not to be had."""

_DAY = 86_400_000_000

SPOT_CLASSES: dict[str, str] = {
    "new": N_("new: never before the last quarter of the period, and in at least half of it"),
    "emerging": N_("emerging: there now, and rising"),
    "intensifying": N_("intensifying: there nearly always, and rising"),
    "persistent": N_("persistent: there nearly always"),
    "diminishing": N_("diminishing: there nearly always, and falling"),
    "sporadic": N_("sporadic: there on and off"),
    "historical": N_("historical: there before, not now"),
    "none": N_("no hot or cold spot"),
}
"""The classes of `classify`; those of cold spots bear ``cold_`` in front."""


def classify(
    points: gpd.GeoDataFrame,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    step: str | pd.Timedelta = "28 days",
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    level: float = 0.05,
) -> gpd.GeoDataFrame:
    """
    Tell new, lasting and fading hot spots apart.

    Parameters
    ----------
    points
        Events with ``occurred_from``; where ``occurred_to`` is there, the middle of the span counts.
    grid, cell_size, weights, neighbours
        As in `gi_star`.
    step
        Length of a step in time. Whole weeks keep each step's weekends alike. Steps end at the midnight
        after the last event; what lies before the first whole step is left out and counted.
    level
        Q-value up to which a cell is hot (or cold) in a step, and a trend is one.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n`` (and ``weight``) over all steps; ``spot``, a code of `SPOT_CLASSES`, cold ones with
        ``cold_`` in front; ``hot_share`` and ``cold_share`` of the steps; ``hot_recent``, the share of the
        last quarter of the steps; ``trend_z``, ``p_value`` and ``q_value`` of the trend (Mann-Kendall).

    Raises
    ------
    ColumnsError
        If `points` has no times.
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If there are fewer than ten steps, or an argument cannot be used.

    Notes
    -----
    Every cell has a value in every step, 0 included. Gi* sets cell, neighbours and the same in the step
    before against all cells of all steps; q-values are over the whole cube. *Recent* is the last quarter of
    the steps, at least two. A spot is there *now* if hot in at least half of them; *nearly always* is nine
    steps in ten. In order: now and never before is ``new``; now and nearly always is ``intensifying``,
    ``diminishing`` or ``persistent`` by its trend; now with a rising trend ``emerging``, without
    ``sporadic``; not now, but in a fifth of the earlier steps or more, ``historical``; hot twice or more
    otherwise ``sporadic``. Steps overlap by their memory of the one before, and crime has a memory too: the
    trend's p-value is too small. A season can pass for a trend: take whole years.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x; Mann (1945), doi:10.2307/1907187; the idea of
    the classes: Esri's Emerging Hot Spot Analysis, whose rules differ.

    Examples
    --------
    >>> import geopandas as gpd
    >>> day = pd.date_range("2024-01-01", periods=420)
    >>> x, late = np.tile(np.arange(50, 1050, 100), 42), day >= "2024-12-01"
    >>> x[late] = np.where(np.arange(late.sum()) % 3, 50, x[late])
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": day}, geometry=gpd.points_from_xy(x, x * 0 + 50), crs="EPSG:32642"
    ... )
    >>> classify(points, cell_size=100)["spot"].tolist()[:3]
    ['new', 'new', 'none']
    """
    check_neighbours(neighbours)
    if isinstance(level, bool) or not 0 < level < 1:
        raise InputError(_("`level` must lie between 0 and 1, got {level!r}.").format(level=level))
    events, moment, notes = _events(points, weights)
    grid, lattice, made = grid_for(events, points, grid, cell_size)
    number, steps, timing = _steps(moment, step)
    cell = cells_of(grid, lattice, events.x, events.y)
    use = (cell >= 0) & (number >= 0)
    at = cell[use] * steps + number[use]
    cube = np.bincount(at, events.values[use], len(grid) * steps).astype(float).reshape(len(grid), steps)
    z = _scores(cube, summing(grid, lattice, neighbours))
    q = benjamini_hochberg(two_sided_p(z).ravel()).reshape(z.shape)
    result = grid.copy()
    result["n"] = np.bincount(cell[use], minlength=len(grid))
    if events.weight is not None:
        result["weight"] = cube.sum(axis=1)
    hot, cold = (q <= level) & (z > 0), (q <= level) & (z < 0)
    trend, p = _trends(z)
    trend_q = benjamini_hochberg(p)
    rising, falling = (trend_q <= level) & (trend > 0), (trend_q <= level) & (trend < 0)
    spot, cool = _classes(hot, rising, falling), _classes(cold, falling, rising)
    result["spot"] = np.where((spot == "none") & (cool != "none"), "cold_" + cool, spot)
    result["hot_share"], result["cold_share"] = hot.mean(axis=1), cold.mean(axis=1)
    result["hot_recent"] = hot[:, -_recent(steps) :].mean(axis=1)
    result["trend_z"], result["p_value"], result["q_value"] = trend, p, trend_q
    return choices.record(
        result, **made, **notes, **timing,
        before_first_step=int((number < 0).sum()), outside=int(((cell < 0) & (number >= 0)).sum()),
        neighbours=neighbours, neighbours_in_time="the step before", level=level,
        p_value="Mann-Kendall, two-sided; too small where steps remember each other",
        q_value="Benjamini-Hochberg",
    )  # fmt: skip


def _events(points: gpd.GeoDataFrame, weights: Weights) -> tuple[Events, Any, dict[str, Any]]:
    """Return the events with place and time, their moments, and what was left out."""
    placed = take_events(points, weights)
    m = take_moments(points)
    if len(m.x) == 0:
        raise InputError(_("`points` holds no event with place and time, so there are no steps in time."))
    if placed.weight is None:
        return Events(m.x, m.y, None, m.left_out), m.middle, m.notes
    timed = points.loc[:, "occurred_from"].notna().to_numpy()
    kept, _reasons = usable(points, "points")
    return Events(m.x, m.y, placed.weight[timed[kept]], m.left_out), m.middle, m.notes


def _steps(moment: Any, step: Any) -> tuple[Any, int, dict[str, Any]]:
    """Return the step of each event, -1 before the first, how many there are, and what was chosen."""
    length = duration_in_microseconds(step, "step")
    if length <= 0:
        raise InputError(_("`step` must be above 0, got {step!r}.").format(step=step))
    end = (int(moment.max()) // _DAY + 1) * _DAY
    first = int(moment.min()) // _DAY * _DAY
    steps = (end - first) // length
    if steps < LEAST_STEPS:
        msg = _(
            "`step` of {step} gives {n} whole steps in the {days} days of `points`; a trend needs at least "
            "{least}. Take steps of at most {better} days, or a longer period."
        )
        days = (end - first) // _DAY
        raise InputError(
            msg.format(step=step, n=steps, days=days, least=LEAST_STEPS, better=max(days // LEAST_STEPS, 1))
        )
    begin = end - steps * length
    number = np.where(moment < begin, -1, (moment - begin) // length)
    noted = {
        "step": duration_text(length),
        "steps": int(steps),
        "first_step": str(pd.Timestamp(begin, unit="us")),
        "end": str(pd.Timestamp(end, unit="us")),
    }
    return number, int(steps), noted


def _scores(cube: Floats, near: Any) -> Floats:
    """Return Gi* of each cell in each step, its neighbourhood in this step and the one before."""
    from .kernels.neighbours import gi_z

    cells, steps = cube.shape
    sums, sizes = np.zeros_like(cube), np.zeros_like(cube)
    for number in range(steps):
        found, size = near(np.ascontiguousarray(cube[:, number]))
        for later in (number, number + 1):
            if later < steps:
                sums[:, later] += found
                sizes[:, later] += size
    return gi_z(cube.ravel(), sums.ravel(), sizes.ravel()).reshape(cells, steps)


def _trends(z: Floats) -> tuple[Floats, Floats]:
    """Return the Mann-Kendall score and p-value of each cell; NaN where a cell has no scores."""
    score, p = np.full(len(z), np.nan), np.full(len(z), np.nan)
    different, where = np.unique(np.round(z, 9), axis=0, return_inverse=True)
    where = where.ravel()
    for number, series in enumerate(different):
        if np.isfinite(series).all():
            flat = series.min() == series.max()
            found = None if flat else mann_kendall(pd.Series(series))
            score[where == number] = found.z if found else 0.0
            p[where == number] = found.p_value if found else 1.0
    return score, p


def _recent(steps: int) -> int:
    return max(2, steps // 4)


def _classes(there: Flags, rising: Flags, falling: Flags) -> Any:
    """Return the class of each cell by the steps in which it was a spot."""
    recent = _recent(there.shape[1])
    now = there[:, -recent:].mean(axis=1) >= 0.5
    before = there[:, :-recent].mean(axis=1)
    always = now & (there.mean(axis=1) >= 0.9)
    rules = [
        (now & (before == 0), "new"),
        (always & rising, "intensifying"),
        (always & falling, "diminishing"),
        (always, "persistent"),
        (now & rising, "emerging"),
        (now, "sporadic"),
        (before >= 0.2, "historical"),
        (there.sum(axis=1) >= 2, "sporadic"),
    ]
    return np.select([rule for rule, _name in rules], [name for _rule, name in rules], "none").astype(object)
