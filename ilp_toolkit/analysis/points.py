"""
Points as a whole: where their middle is, how far they spread, and whether they keep close together.

One number for a whole map hides more than it shows: two hot spots have their mean centre where nothing
happened. These measures are for comparing (this year with last, one offence with another), not for sending
anybody anywhere. Distances are metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import shapely

from ..errors import InputError
from ..i18n import _
from ._nearest import NearestNeighbour, nearest_neighbour_index
from ._points import take_events
from ._ripley import Correction, Repeats, ripley_k, ripley_l

if TYPE_CHECKING:
    from ._points import Events, Floats, Spatial, Weights

__all__ = [
    "Centre",
    "Correction",
    "Ellipse",
    "NearestNeighbour",
    "Repeats",
    "StandardDistance",
    "ellipse",
    "mean_centre",
    "median_centre",
    "nearest_neighbour_index",
    "ripley_k",
    "ripley_l",
    "standard_distance",
]

Convention = Literal["crimestat", "arcgis", "yuill"]

_STEPS = 1000
_NEAR_ENOUGH = 1e-9


@dataclass(frozen=True)
class Centre:
    """One place that stands for many."""

    x: float
    """Metres, in the CRS of the points."""
    y: float
    n: int
    """Events used."""
    crs: str
    choices: dict[str, Any] = field(default_factory=dict)

    @property
    def point(self) -> shapely.Point:
        """The place as a point."""
        return shapely.Point(self.x, self.y)


@dataclass(frozen=True)
class StandardDistance:
    """How far events lie from their mean centre; ``float()`` gives the metres."""

    distance: float
    """Root of the mean squared distance, in metres."""
    centre: Centre
    choices: dict[str, Any] = field(default_factory=dict)

    def __float__(self) -> float:
        return self.distance


@dataclass(frozen=True)
class Ellipse:
    """Standard deviational ellipse around the mean centre."""

    centre: Centre
    major: float
    """Half of the longer axis, in metres."""
    minor: float
    """Half of the shorter axis, in metres."""
    angle: float
    """Of the longer axis, in degrees clockwise from grid north, 0 to below 180; NaN for a circle."""
    choices: dict[str, Any] = field(default_factory=dict)

    @property
    def area(self) -> float:
        """Square metres."""
        return math.pi * self.major * self.minor

    @property
    def polygon(self) -> shapely.Polygon:
        """The outline with 128 corners."""
        turn = np.deg2rad(0.0 if math.isnan(self.angle) else self.angle)
        way = np.linspace(0, 2 * np.pi, 128, endpoint=False)
        along, across = self.major * np.cos(way), self.minor * np.sin(way)
        x = self.centre.x + along * np.sin(turn) + across * np.cos(turn)
        y = self.centre.y + along * np.cos(turn) - across * np.sin(turn)
        return shapely.Polygon(np.stack([x, y], axis=1))


def mean_centre(points: Spatial, *, weights: Weights = None) -> Centre:
    """
    Mean centre of events: the mean of their coordinates.

    Parameters
    ----------
    points
        Events, projected in metres. Rows without a point of their own are left out and counted.
    weights
        A column of `points`, or one number an event.

    Returns
    -------
    Centre
        ``x``, ``y``, ``n``, ``crs``.

    Raises
    ------
    CrsError
        If the points are not in metres.
    InputError
        If no point can be used, or all weights are 0.

    Notes
    -----
    One far event moves it, and two hot spots have it where nothing happened: compare it with another year
    or offence, and with `median_centre`. It is no place to send anybody to.

    References
    ----------
    Lefever (1926), doi:10.1086/214027.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoSeries.from_xy([0, 0, 300], [0, 0, 300], crs="EPSG:32642")
    >>> mean_centre(points).point.wkt
    'POINT (100 100)'
    """
    events = _some(points, weights)
    return _centre(points, events, *_mean(events), kind="mean")


def median_centre(points: Spatial, *, weights: Weights = None) -> Centre:
    """
    Median centre of events: the place with the least sum of distances to all of them.

    Parameters
    ----------
    points, weights
        As in `mean_centre`.

    Returns
    -------
    Centre
        ``x``, ``y``, ``n``, ``crs``.

    Raises
    ------
    CrsError, InputError
        As `mean_centre`.

    Notes
    -----
    Outliers hardly move it. Found step by step from the mean centre (Weiszfeld, as mended by Vardi and
    Zhang for steps that land on an event). Where all events lie on one line with an even count, every place
    between the middle two is as good; the answer is one of them.

    References
    ----------
    Vardi & Zhang (2000), doi:10.1073/pnas.97.4.1423.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoSeries.from_xy([0, 0, 0, 9000], [0, 10, -10, 0], crs="EPSG:32642")
    >>> round(median_centre(points).x, 3) + 0.0
    0.0
    """
    events = _some(points, weights)
    return _centre(points, events, *_median(events.x, events.y, events.values), kind="median")


def standard_distance(points: Spatial, *, weights: Weights = None) -> StandardDistance:
    """
    Measure how far events spread around their mean centre.

    Parameters
    ----------
    points, weights
        As in `mean_centre`.

    Returns
    -------
    StandardDistance
        ``distance`` in metres and its ``centre``.

    Raises
    ------
    CrsError, InputError
        As `mean_centre`.

    Notes
    -----
    The root of the sum of squared distances over n (over the sum of weights), as in ArcGIS and pointpats.
    CrimeStat divides by n - 2 instead, which is more by a factor of √(n / (n - 2)).

    References
    ----------
    Bachi (1963), Papers of the Regional Science Association 10, 83-132.

    Examples
    --------
    >>> import geopandas as gpd
    >>> float(standard_distance(gpd.GeoSeries.from_xy([0, 200], [0, 0], crs="EPSG:32642")))
    100.0
    """
    events = _some(points, weights)
    middle = _mean(events)
    square = (events.x - middle[0]) ** 2 + (events.y - middle[1]) ** 2
    centre = _centre(points, events, *middle, kind="mean")
    distance = math.sqrt(float(np.average(square, weights=events.values)))
    return StandardDistance(distance, centre, {**centre.choices, "divisor": "n, or the sum of weights"})


def ellipse(points: Spatial, *, weights: Weights = None, convention: Convention = "crimestat") -> Ellipse:
    """
    Measure how far events spread, and in which direction: the standard deviational ellipse.

    Parameters
    ----------
    points, weights
        As in `mean_centre`.
    convention
        What one standard deviation along an axis is. ``crimestat``: √(2 × sum of squares / (n - 2));
        ``arcgis``: √(2 × sum of squares / n); ``yuill``: √(sum of squares / n), the oldest. With weights, n
        is the sum of the weights.

    Returns
    -------
    Ellipse
        ``centre``, ``major``, ``minor``, ``angle``, ``area``, ``polygon``.

    Raises
    ------
    CrsError, InputError
        As `mean_centre`; also for fewer than three events (weights of 2 or less in all) under
        ``crimestat``.

    Notes
    -----
    Direction and ratio of the axes are the same under all three; the size is not, so compare within one.
    With the √2 an ellipse around normally spread events holds 63 % of them, without it 39 %. Where both
    axes are equal there is no direction. The ellipse is a summary, not a boundary.

    References
    ----------
    Yuill (1971), doi:10.2307/490885; Wang, Shi & Miao (2015), doi:10.1371/journal.pone.0118537.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoSeries.from_xy([0, 100, 200, 300], [0, 100, 200, 300], crs="EPSG:32642")
    >>> found = ellipse(points, convention="yuill")
    >>> round(found.major, 1), round(found.minor, 1), round(found.angle, 1)
    (158.1, 0.0, 45.0)
    """
    if convention not in get_args(Convention):
        msg = _("`{name}` must be one of {known}, got {value!r}.")
        raise InputError(
            msg.format(name="convention", known=", ".join(get_args(Convention)), value=convention)
        )
    events = _some(points, weights)
    total = float(events.values.sum())
    divisor = total - 2 if convention == "crimestat" else total
    if divisor <= 0:
        msg = _(
            "`points` are too few for the convention {convention}, which divides by n - 2. Use {other!r}."
        )
        raise InputError(msg.format(convention=convention, other="arcgis"))
    centre = _centre(points, events, *_mean(events), kind="mean")
    away = np.stack([events.x - centre.x, events.y - centre.y])
    squares, axes = np.linalg.eigh((away * events.values) @ away.T)
    factor = (1 if convention == "yuill" else 2) / divisor
    minor, major = (math.sqrt(max(float(value), 0.0) * factor) for value in squares)
    circle = major - minor <= _NEAR_ENOUGH * major
    angle = math.nan if circle else math.degrees(math.atan2(axes[0, 1], axes[1, 1])) % 180
    return Ellipse(centre, major, minor, angle, {**centre.choices, "convention": convention})


def _some(points: Spatial, weights: Weights) -> Events:
    events = take_events(points, weights)
    if len(events.x) == 0:
        raise InputError(_("`points` holds no point that can be used."))
    if events.values.sum() <= 0:
        raise InputError(_("`weights` are 0 for every point, so there is no middle."))
    return events


def _mean(events: Events) -> tuple[float, float]:
    weight = events.values
    return float(np.average(events.x, weights=weight)), float(np.average(events.y, weights=weight))


def _centre(points: Spatial, events: Events, x: float, y: float, *, kind: str) -> Centre:
    note = {"centre": kind, "weighted": events.weight is not None, **events.counts}
    return Centre(x, y, len(events.x), str(points.crs), note)


def _median(x: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    """Return the place with the least weighted sum of distances (Vardi and Zhang)."""
    at, places = np.array([np.average(x, weights=weight), np.average(y, weights=weight)]), np.stack([x, y])
    scale = float(np.ptp(places, axis=1).max())
    for _step in range(_STEPS):
        away = np.hypot(*(places - at[:, None]))
        here = away <= scale * 1e-12
        pull = np.divide(weight, away, out=np.zeros_like(away), where=~here)
        if pull.sum() == 0:
            break
        towards = (places * pull).sum(axis=1) / pull.sum()
        force = float(np.hypot(*((places - at[:, None]) * pull).sum(axis=1)))
        stay = min(1.0, float(weight[here].sum()) / force) if force > 0 else 1.0
        moved = (1 - stay) * towards + stay * at
        if np.hypot(*(moved - at)) <= scale * 1e-12:
            break
        at = moved
    nearest = places[:, np.argmin(np.hypot(*(places - at[:, None])))]
    if _all_the_way(nearest, places, weight) <= _all_the_way(at, places, weight):
        at = nearest
    return float(at[0]), float(at[1])


def _all_the_way(at: Floats, places: Floats, weight: Floats) -> float:
    return float((weight * np.hypot(*(places - at[:, None]))).sum())
