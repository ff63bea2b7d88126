"""Self-exciting forecasts: a background, and events that set off others nearby."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._cells import centres_of, grid_for
from ._hawkes import Process, fit
from ._moments import duration_text
from ._past import DAY, Past, positive, positive_duration, take_past

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats

__all__ = ["HawkesFit", "fit_hawkes", "hawkes"]

Duration = pd.Timedelta | str


@dataclass(frozen=True)
class HawkesFit:
    """A self-exciting process fitted to events."""

    branching: float
    """Events that one event sets off, on average: also about the share of events that were set off."""
    mean_delay: pd.Timedelta
    """Mean of the exponential by which triggering fades; empty (NaT) where nothing is triggered."""
    spread: float
    """Standard deviation, in metres along each axis, of where a triggered event lies."""
    background_rate: float
    """Events a day at the end that happen by themselves."""
    background: pd.Series[Any]
    """Chance of each event used that it happened by itself, on the index of the points."""
    log_likelihood: float
    converged: bool
    iterations: int
    choices: dict[str, Any] = field(default_factory=dict)


def hawkes(
    points: gpd.GeoDataFrame,
    *,
    at: pd.Timestamp | str | None = None,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    horizon: Duration = "7 days",
    distance: float = 1000.0,
    duration: Duration = "60 days",
    bandwidth: float | None = None,
    trend: Duration | None = "90 days",
    iterations: int = 200,
    tolerance: float = 1e-4,
) -> gpd.GeoDataFrame:
    """
    Forecast with a self-exciting process (ETAS): a background, and events that set off others nearby.

    Parameters
    ----------
    points, at, grid, cell_size
        As in `prospective`.
    horizon
        How far ahead the forecast reaches.
    distance, duration, bandwidth, trend, iterations, tolerance
        As in `fit_hawkes`.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``risk``: events expected per km² within the horizon, at the centre of each whole cell.
        The choices hold what was fitted, also whether the fit converged.

    Raises
    ------
    CrsError, InputError
        As `prospective`.

    Warns
    -----
    ReportingBiasWarning
        As `prospective`.
    UserWarning
        If the fit did not converge.

    Notes
    -----
    On screen only (see `forecasts`). What events after `at` will set off is not in it, so a long horizon
    comes out too low; the background runs on past the outermost events. Reports of victims excite further
    reports, and arrests excite arrests: branching speaks of records.

    References
    ----------
    Mohler et al. (2011), doi:10.1198/jasa.2011.ap09546.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.date_range("2024-01-01", periods=60), "origin": "reported"},
    ...     geometry=gpd.points_from_xy([50, 2050] * 30, [50, 1050] * 30), crs="EPSG:32642",
    ... )
    >>> table = hawkes(points, cell_size=100, bandwidth=100, trend=None)
    >>> table.attrs["choices"]["on_screen_only"], table.nlargest(2, "risk")["cell_id"].tolist()
    (True, ['E2000N1000', 'E0N0'])
    """
    from .kernels import density

    ahead = positive_duration(horizon, "horizon") / DAY
    past = take_past(points, at, None)
    process, note = _fitted(past, distance, duration, bandwidth, trend, (iterations, tolerance))
    cells, lattice, made = grid_for(past.events, points, grid, cell_size)
    x, y = centres_of(cells, lattice)
    to_come = process.background / process.background.sum() * process.rate_at_end * ahead
    risk = density.at_places(
        x, y, past.events.x, past.events.y, to_come, bandwidth=process.bandwidth, gaussian=True
    )
    if process.branching > 0:
        reach = positive_duration(duration, "duration") / DAY
        left = _share_between(past.age, past.age + ahead, process.decay, reach) * process.branching
        risk += density.at_places(
            x, y, past.events.x, past.events.y, left, bandwidth=process.spread, gaussian=True
        )
    result = cells.copy()
    result["risk"] = 1e6 * risk
    unit = {"horizon": duration_text(round(ahead * DAY)), "unit": "events per km² within the horizon"}
    return choices.record(result, **unit, **_said(process), **note, **made, **past.notes)


def fit_hawkes(
    points: gpd.GeoDataFrame,
    *,
    at: pd.Timestamp | str | None = None,
    distance: float = 1000.0,
    duration: Duration = "60 days",
    bandwidth: float | None = None,
    trend: Duration | None = "90 days",
    iterations: int = 200,
    tolerance: float = 1e-4,
) -> HawkesFit:
    """
    Fit a self-exciting process to events: how many set off others, how near, how soon.

    Parameters
    ----------
    points, at
        As in `prospective`; all events before `at` are used.
    distance, duration
        An event sets off others only closer than this (metres) and less than this long after.
    bandwidth
        Standard deviation in metres of the Gaussian that smooths the background; Scott's rule where not
        given. Clusters smaller than this are taken for triggering if they are also brief.
    trend
        Standard deviation of the Gaussian that smooths the background over time; None keeps it even, as do
        events over less than twice that time.
    iterations
        Steps of the fit at most.
    tolerance
        The fit has converged when no parameter changes by more than this share in a step.

    Returns
    -------
    HawkesFit
        ``branching``, ``mean_delay``, ``spread``, ``background_rate``, ``background``,
        ``log_likelihood``, ``converged``, ``iterations``.

    Raises
    ------
    CrsError, InputError
        As `prospective`; also for fewer than two events.

    Warns
    -----
    ReportingBiasWarning
        As `prospective`.
    UserWarning
        If the fit did not converge.

    Notes
    -----
    Intensity = background(place) × background(time) + sum over earlier events of branching × exponential
    (time) × Gaussian (place), both cut off at their reach and normalised. Fitted by expectation-maximisation
    from a fixed start: no chance is involved, the same events give the same answer. The background at an
    event leaves that event out, puts back what is smoothed past the bounding box, and holds 1 % spread
    evenly over it. Of events near the end, only what they could already have set off is asked for; edges in
    space are not allowed for in triggering. Events of exactly the same time do not set off each other: for
    events known by the day, those of one day. The fading is held above a millionth of the duration and the
    spread above a metre.

    Slow local changes look like triggering: compare several `bandwidth` and `trend`. Where triggering does
    not fade within its reach (``flat`` in the choices) it is background by another name, and branching
    means nothing.

    References
    ----------
    Mohler et al. (2011), doi:10.1198/jasa.2011.ap09546; Ogata (1988), doi:10.1080/01621459.1988.10478560;
    Veen & Schoenberg (2008), doi:10.1198/016214508000000148.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.date_range("2024-01-01", periods=60), "origin": "reported"},
    ...     geometry=gpd.points_from_xy([50, 5050] * 30, [50, 1050] * 30), crs="EPSG:32642",
    ... )
    >>> found = fit_hawkes(points, bandwidth=100, trend=None)
    >>> found.converged, len(found.background)
    (True, 60)
    """
    past = take_past(points, at, None)
    process, note = _fitted(past, distance, duration, bandwidth, trend, (iterations, tolerance))
    return HawkesFit(
        branching=process.branching,
        mean_delay=_days(1 / process.decay),
        spread=process.spread,
        background_rate=process.rate_at_end,
        background=pd.Series(process.background, index=past.index, name="background"),
        log_likelihood=process.log_likelihood,
        converged=process.converged,
        iterations=process.iterations,
        choices={**_said(process), **note, **past.notes},
    )


def _fitted(  # noqa: PLR0917
    past: Past,
    distance: float,
    duration: Any,
    bandwidth: float | None,
    trend: Any,
    limits: tuple[int, float],
) -> tuple[Process, dict[str, Any]]:
    from .kernels.density import scott

    if len(past.age) < 2:
        raise InputError(_("`points` has {n} events that can be used; at least two are needed.").format(n=1))
    if limits[0] < 1 or not limits[1] > 0:
        raise InputError(_("`iterations` must be at least 1, and `tolerance` above 0."))
    e, reach = past.events, positive(distance, "distance")
    span = positive_duration(duration, "duration")
    slow = None if trend is None else positive_duration(trend, "trend")
    width = max(scott(e.x, e.y, True), 1.0) if bandwidth is None else positive(bandwidth, "bandwidth")
    start = float(past.age[0])
    process = fit(
        e.x,
        e.y,
        start - past.age,
        end=start,
        distance=reach,
        duration=span / DAY,
        bandwidth=width,
        trend=None if slow is None else slow / DAY,
        iterations=limits[0],
        tolerance=limits[1],
    )
    if not process.converged:
        msg = _("The fit had not converged after {n} steps; raise `iterations` before using it.")
        warnings.warn(msg.format(n=process.iterations), UserWarning, stacklevel=3)
    note = {
        "distance": reach,
        "duration": duration_text(span),
        "bandwidth": width,
        "bandwidth_rule": "Scott's rule" if bandwidth is None else "given",
        "trend": None if slow is None else duration_text(slow),
        "start": "fixed, nothing is drawn at random",
    }
    return process, note


def _said(process: Process) -> dict[str, Any]:
    known = process.branching > 0
    return {
        "branching": process.branching,
        "mean_delay_days": 1 / process.decay if known else None,
        "spread": process.spread if known else None,
        "background_rate": process.rate_at_end,
        "flat": process.flat,
        "log_likelihood": process.log_likelihood,
        "converged": process.converged,
        "iterations": process.iterations,
    }


def _share_between(start: Floats, stop: Floats, decay: float, reach: float) -> Floats:
    """Return the share of what an event sets off between two ages in days."""
    low, high = np.minimum(start, reach), np.minimum(stop, reach)
    return np.asarray((np.exp(-decay * low) - np.exp(-decay * high)) / -np.expm1(-decay * reach), dtype=float)


def _days(value: float) -> pd.Timedelta:
    return cast("pd.Timedelta", pd.NaT if np.isnan(value) else pd.Timedelta(days=value))
