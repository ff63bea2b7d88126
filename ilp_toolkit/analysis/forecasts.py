"""
Forecasts: where events like those of the past are to be expected next, and how well that works.

Three methods of growing ambition, and the scoring that tells whether ambition paid. A forecast is a
statement about records, not about crime: where the police look they find, and a forecast of what they found
sends them back. So results stay on screen (``on_screen_only`` in their choices) until the tests of
reporting bias and feedback exist: nothing here writes or releases, and nothing allots patrols. Events whose
origin is ``discovered``, unknown or not given are named in a `ReportingBiasWarning` and in the choices
(``share_discovered``); a table that holds only discovered events is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices
from ._cells import centres_of, grid_for
from ._hawkes import temporal_log_likelihood
from ._moments import duration_text
from ._origin import ReportingBiasWarning
from ._past import positive, positive_duration, take_past
from ._self_exciting import HawkesFit, fit_hawkes, hawkes
from .hotspots import Kernel, kde
from .scoring import Forecast, accuracy, hit_rate, pai, pei, rri, score

if TYPE_CHECKING:
    from ._points import Events, Floats

__all__ = [
    "Forecast",
    "HawkesFit",
    "ReportingBiasWarning",
    "accuracy",
    "fit_hawkes",
    "hawkes",
    "hit_rate",
    "pai",
    "pei",
    "prospective",
    "retrospective_kde",
    "rri",
    "score",
    "temporal_log_likelihood",
]

Duration = pd.Timedelta | str

_CHUNK = 2000
"""Events whose cells are listed at a time."""


def prospective(
    points: gpd.GeoDataFrame,
    *,
    at: pd.Timestamp | str | None = None,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    distance: float = 400.0,
    duration: Duration = "56 days",
    step: float | None = None,
) -> gpd.GeoDataFrame:
    """
    Prospective hot spots: recent events nearby, the nearer in space and time the heavier.

    Parameters
    ----------
    points
        Incidents: points in a projected CRS in metres, ``occurred_from``, ``origin`` and, if there,
        ``occurred_to``.
    at
        The moment of the forecast, on the local clock: only what happened before counts. Without it, the
        midnight after the last event.
    grid, cell_size
        As in `hotspots.count`; without `grid`, squares over the bounding box of the events used.
    distance
        Events closer to the centre of a cell than this count, in metres.
    duration
        Events from this long before `at` on count.
    step
        Distances are counted in whole steps of so many metres; half a cell where not given.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``risk``, a number without a unit.

    Raises
    ------
    CrsError
        If a table is not in metres, or they differ.
    InputError
        If no event can be used, all were discovered by the police, or an argument cannot be used.

    Warns
    -----
    ReportingBiasWarning
        If some events were discovered by the police or their origin is unknown.

    Notes
    -----
    On screen only (see the module). Each event weighs 1 / (1 + whole steps) × 1 / (1 + whole weeks). The
    paper leaves open how a distance in half cells is measured; here it runs from the event to the centre of
    the cell. The weights are the authors' and were not fitted to your events: see `near_repeat.half_life`,
    and `score` against counts of the last period before believing them.

    References
    ----------
    Bowers, Johnson & Pease (2004), doi:10.1093/bjc/azh036.

    Examples
    --------
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01", "2024-01-09"]), "origin": "reported"},
    ...     geometry=gpd.points_from_xy([50, 250], [50, 50]), crs="EPSG:32642",
    ... )
    >>> prospective(points, cell_size=100, distance=100, at="2024-01-10")["risk"].tolist()
    [0.5, 0.0, 1.0]
    """
    reach, span = positive(distance, "distance"), positive_duration(duration, "duration")
    past = take_past(points, at, span)
    cells, lattice, made = grid_for(past.events, points, grid, cell_size)
    whole = float(np.sqrt(cells.geometry.area.mean())) if lattice is None else lattice.cell_size
    unit = whole / 2 if step is None else positive(step, "step")
    result = cells.copy()
    weeks = np.floor(past.age / 7)
    result["risk"] = _decayed(*centres_of(cells, lattice), past.events, 1 / (1 + weeks), reach, unit)
    return choices.record(
        result,
        method="1 / (1 + whole steps) / (1 + whole weeks)",
        distance=reach,
        duration=duration_text(span),
        step=unit,
        unit="none",
        **made,
        **past.notes,
    )


def retrospective_kde(
    points: gpd.GeoDataFrame,
    *,
    at: pd.Timestamp | str | None = None,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    duration: Duration = "365 days",
    bandwidth: float | None = None,
    kernel: Kernel = "quartic",
) -> gpd.GeoDataFrame:
    """
    Density of past events as a forecast: where it was, it will be.

    Parameters
    ----------
    points, at, grid, cell_size
        As in `prospective`.
    duration
        Events from this long before `at` on count, all alike.
    bandwidth, kernel
        As in `hotspots.kde`.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``risk``, events per km² within the duration.

    Raises
    ------
    CrsError, InputError
        As `prospective`.

    Warns
    -----
    ReportingBiasWarning
        As `prospective`.

    Notes
    -----
    On screen only (see the module). Places where crime concentrates change slowly, so this simple forecast
    is hard to beat.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066.

    Examples
    --------
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01", "2021-01-09"]), "origin": "reported"},
    ...     geometry=gpd.points_from_xy([50, 250], [50, 50]), crs="EPSG:32642",
    ... )
    >>> table = retrospective_kde(points, cell_size=100, bandwidth=200, at="2024-01-10")
    >>> table["risk"].max().round(2).item()
    23.87
    """
    span = positive_duration(duration, "duration")
    past = take_past(points, at, span)
    seen = gpd.GeoSeries.from_xy(past.events.x, past.events.y, crs=points.crs)
    with_density = kde(seen, grid=grid, cell_size=cell_size, bandwidth=bandwidth, kernel=kernel)
    noted = choices.of(with_density)
    result = with_density.rename(columns={"density": "risk"})
    noted["unit"] = "events per km² within the duration"
    return choices.record(result, **{**noted, "duration": duration_text(span), **past.notes})


def _decayed(x: Floats, y: Floats, events: Events, weight: Floats, reach: float, unit: float) -> Floats:  # noqa: PLR0917
    """Return for each place the sum of weights of the events within reach, over one plus whole steps."""
    from scipy.spatial import cKDTree

    cells = cKDTree(np.stack([x, y], axis=1))
    at, out = np.stack([events.x, events.y], axis=1), np.zeros(len(x))
    for first in range(0, len(at), _CHUNK):
        part = cKDTree(at[first : first + _CHUNK])
        near = part.sparse_distance_matrix(cells, reach, output_type="ndarray")
        near = near[near["v"] < reach]
        share = weight[first + near["i"]] / (1 + np.floor(near["v"] / unit))
        out += np.bincount(near["j"], share, minlength=len(out))
    return out
