"""The nearest-neighbour index: whether events keep closer together than chance would put them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ..errors import InputError
from ..i18n import _
from ._points import take_events
from ._ripley import Repeats, one_a_place
from ._window import study_window
from .significance import two_sided_p

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats, Spatial

__all__ = ["NearestNeighbour", "nearest_neighbour_index"]

_MANY_REPEATS = 0.1
"""Share of events at a place that came before above which distances between events mislead."""


@dataclass(frozen=True)
class NearestNeighbour:
    """Whether events lie nearer to each other than if strewn by chance (below 1) or farther (above 1)."""

    index: float
    """Mean distance to the nearest other event over the distance that chance would make."""
    mean_distance: float
    """Metres."""
    expected: float
    """Metres."""
    z: float
    p_value: float
    """Two-sided, normal approximation."""
    n: int
    n_repeats: int
    """Events at a place that came before."""
    uncorrected: float
    """The index without any correction for the edge (Clark and Evans)."""
    choices: dict[str, Any] = field(default_factory=dict)


def nearest_neighbour_index(
    points: Spatial,
    *,
    area: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    correction: Literal["donnelly", "none"] = "donnelly",
    repeats: Repeats = "keep",
) -> NearestNeighbour:
    """
    Nearest-neighbour index: whether events lie nearer to each other than chance would put them.

    Parameters
    ----------
    points
        Events, projected in metres. Those outside `area` are left out and counted.
    area
        Polygons in which events could have been recorded. Without it, the bounding box of the points.
    correction
        ``donnelly`` allows for events near the border, whose true neighbour may lie beyond it; ``none`` is
        the index of Clark and Evans.
    repeats
        ``keep`` counts every event: those at one address are 0 m apart and pull the index down. ``merge``
        takes each place once and so asks about places.

    Returns
    -------
    NearestNeighbour
        ``index`` (below 1: clustered), ``mean_distance``, ``expected``, ``z``, ``p_value``, ``uncorrected``.

    Raises
    ------
    CrsError
        If a table is not in metres, or the two differ.
    InputError
        If fewer than two events lie in the area, or they show no area.

    Warns
    -----
    UserWarning
        If more than one event in ten is at a place that came before and `repeats` is ``keep``.

    Notes
    -----
    Chance alone makes a mean distance of ½ √(area / n), to which Donnelly adds
    (0.0514 + 0.0412 / √n) × perimeter / n; variances (4 / π - 1) × area / 4n² and, corrected,
    0.0703 area / n² + 0.037 perimeter √(area / n⁵). Donnelly's constants come from simulated rectangles:
    for a ragged border or an area of many parts they are a guess. The index looks at one distance only; see
    `ripley_k`. Crime always clusters where people are.

    References
    ----------
    Clark & Evans (1954), doi:10.2307/1931034; Donnelly (1978), in Hodder, Simulation Studies in Archaeology.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoSeries.from_xy([0, 10, 990, 1000], [0, 0, 1000, 1000], crs="EPSG:32642")
    >>> found = nearest_neighbour_index(points)
    >>> found.mean_distance, found.uncorrected, round(found.index, 3)
    (10.0, 0.04, 0.031)
    """
    for name, value, known in (
        ("correction", correction, ("donnelly", "none")),
        ("repeats", repeats, get_args(Repeats)),
    ):
        if value not in known:
            msg = _("`{name}` must be one of {known}, got {value!r}.")
            raise InputError(msg.format(name=name, known=", ".join(known), value=value))
    events = take_events(points)
    window, inside = study_window(points, events, area)
    x, y, extra = one_a_place(events.x[inside], events.y[inside], repeats)
    n = len(x)
    if n < 2:
        raise InputError(_("`points` has {n} places inside `area`; at least two are needed.").format(n=n))
    if repeats == "keep" and extra > _MANY_REPEATS * n:
        msg = _(
            "{n} of {all} events are at a place that came before, 0 m apart: the index speaks of repeats. "
            'Ask about places with repeats="merge".'
        )
        warnings.warn(msg.format(n=extra, all=n), UserWarning, stacklevel=2)
    mean, plain = _nearest(x, y), 0.5 * math.sqrt(window.area / n)
    expected, variance = plain, (4 / math.pi - 1) * window.area / (4 * n**2)
    if correction == "donnelly":
        expected += (0.0514 + 0.0412 / math.sqrt(n)) * window.perimeter / n
        variance = 0.0703 * window.area / n**2 + 0.037 * window.perimeter * math.sqrt(window.area / n**5)
    z = (mean - expected) / math.sqrt(variance)
    return NearestNeighbour(
        index=mean / expected,
        mean_distance=mean,
        expected=expected,
        z=z,
        p_value=float(two_sided_p(z)),
        n=n,
        n_repeats=extra,
        uncorrected=mean / plain,
        choices={
            "area": window.rule,
            "area_m2": window.area,
            "correction": correction,
            "repeats": repeats,
            "outside": int((~inside).sum()),
            **events.counts,
        },
    )


def _nearest(x: Floats, y: Floats) -> float:
    """Return the mean distance to the nearest other event."""
    from scipy.spatial import cKDTree

    places = np.stack([x, y], axis=1)
    away = np.asarray(cKDTree(places).query(places, k=2)[0])
    return float(away[:, 1].mean())
