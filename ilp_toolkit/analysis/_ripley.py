"""Ripley's K and L: how many other points lie around a point, at every distance, against chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import take_events
from ._window import study_window
from .significance import benjamini_hochberg, pseudo_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from ._points import Floats, Spatial
    from ._window import Window

__all__ = ["Correction", "Repeats", "one_a_place", "ripley_k", "ripley_l"]

Correction = Literal["isotropic", "translation", "border", "none"]
Repeats = Literal["keep", "merge"]

_STEPS = 25
_QUARTER = 0.25


def ripley_k(
    points: Spatial,
    *,
    area: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    distances: Sequence[float] | None = None,
    correction: Correction = "isotropic",
    repeats: Repeats = "keep",
    simulations: int = 99,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Ripley's K: clustering of points at every distance, with envelopes of points strewn by chance.

    Parameters
    ----------
    points
        Events, projected in metres. Those outside `area` are left out and counted.
    area
        Polygons in which events could have been recorded, taken together. Without it, the bounding box of
        the points, which is nearly always wrong: give the jurisdiction, without lakes and fields if you can.
    distances
        Metres, rising, above 0; without it, 25 steps up to a quarter of the shorter side of the area.
    correction
        What is done about neighbours that lie beyond the border: ``isotropic`` (Ripley: a pair counts one
        over the share of the circle through it that lies inside), ``translation`` (Ohser: one over the
        share of the area in which a pair with this direction could lie), ``border`` (only points that are
        farther from the border than the distance are asked), or ``none``, which shows too little.
    repeats
        ``keep`` counts every event, those at one address as pairs 0 m apart; ``merge`` takes each place once.
    simulations
        How many random patterns of as many points are strewn over the area; 0 leaves the envelopes empty.
    confidence
        Of the envelopes, between 0 and 1.
    rng
        A seed gives the same answer every time.

    Returns
    -------
    pandas.DataFrame
        A row a distance: ``distance``, ``k`` (m²; the mean number of others within the distance, over the
        density), ``expected`` (π × distance²), ``low`` and ``high`` (pointwise envelope), ``p_value``
        (pointwise, two-sided) and ``q_value``, ``global_low`` and ``global_high`` (envelope for the curve as
        a whole) and ``global_p_value``, the one to judge by, the same in each row.

    Raises
    ------
    CrsError
        If a table is not in metres, or the two differ.
    InputError
        If fewer than two points lie in the area, or an argument cannot be used.

    Notes
    -----
    K = area / (n (n - 1)) × the sum of the weights of all ordered pairs up to the distance apart, the
    distance included; for ``border``, the mean count of the points asked (those farther from the border than
    the distance) over the density n / area, empty where there are none. A weight is at most 100. The
    overlap of the area with its shifted copy is measured at 24 steps a side (12 for a long border) and read
    between them: exact for an upright rectangle, otherwise good to about one in a thousand.

    The simulations hold the number of points fixed. A pointwise band is for one distance chosen beforehand;
    the global test orders whole curves by their extreme ranks, however many distances there are. Crime is
    never strewn evenly, because people and buildings are not: a small p-value alone is no news. What may be
    news is the distance up to which K rises.

    References
    ----------
    Ripley (1977), doi:10.1111/j.2517-6161.1977.tb01615.x; corrections: Baddeley, Rubak & Turner (2015),
    doi:10.1201/b19708; global envelopes: Myllymäki et al. (2017), doi:10.1111/rssb.12172; p-values: Phipson
    & Smyth (2010), doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> town = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([500, 520, 900, 100], [500, 500, 900, 100], crs="EPSG:32642")
    >>> table = ripley_k(points, area=town, distances=[10, 25], simulations=99, rng=1)
    >>> table[["distance", "k", "expected"]].round(1).values.tolist()
    [[10.0, 0.0, 314.2], [25.0, 166666.7, 1963.5]]
    """
    _check(correction, repeats, simulations, confidence)
    events = take_events(points)
    window, inside = study_window(points, events, area)
    x, y, n_repeats = one_a_place(events.x[inside], events.y[inside], repeats)
    if len(x) < 2:
        msg = _("`points` has {n} points inside `area`; K needs at least two.")
        raise InputError(msg.format(n=len(x)))
    steps = _distances(distances, window)
    estimate = _Estimate(window, steps, correction)
    table = pd.DataFrame({"distance": steps, "k": estimate(x, y), "expected": np.pi * steps**2})
    chance = np.random.default_rng(rng)
    strewn = np.array([estimate(*window.random(len(x), chance)) for _i in range(simulations)])
    _envelopes(table, strewn.reshape(simulations, len(steps)), confidence)
    return choices.record(
        table,
        area=window.rule,
        area_m2=window.area,
        correction=correction,
        repeats=repeats,
        n_repeats=n_repeats,
        simulations=int(simulations),
        null="as many points, strewn evenly over the area",
        confidence=confidence,
        global_test="extreme rank length",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        outside=int((~inside).sum()),
        **events.counts,
    )


def ripley_l(
    points: Spatial,
    *,
    area: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    distances: Sequence[float] | None = None,
    correction: Correction = "isotropic",
    repeats: Repeats = "keep",
    simulations: int = 99,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Ripley's L, the square root of K / π: a straight line where points are strewn by chance.

    Parameters
    ----------
    points, area, distances, correction, repeats, simulations, confidence, rng
        As in `ripley_k`.

    Returns
    -------
    pandas.DataFrame
        As `ripley_k`, with ``l`` in place of ``k``, in metres, also for the envelopes; ``expected`` is the
        distance itself and ``excess`` is ``l`` less the distance: above zero the points are clustered.

    Raises
    ------
    CrsError, InputError
        As `ripley_k`.

    Notes
    -----
    The p-values are those of K: a root does not change the order of curves.

    References
    ----------
    Besag (1977), in the discussion of Ripley, doi:10.1111/j.2517-6161.1977.tb01616.x.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> town = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([500, 520, 900, 100], [500, 500, 900, 100], crs="EPSG:32642")
    >>> ripley_l(points, area=town, distances=[25], simulations=0)["l"].round(1).tolist()
    [230.3]
    """
    table = ripley_k(
        points,
        area=area,
        distances=distances,
        correction=correction,
        repeats=repeats,
        simulations=simulations,
        confidence=confidence,
        rng=rng,
    )
    roots = ["k", "expected", "low", "high", "global_low", "global_high"]
    table[roots] = np.sqrt(table[roots] / np.pi)
    table = table.rename(columns={"k": "l"})
    table.insert(2, "excess", table["l"] - table["distance"])
    return table


def one_a_place(x: Floats, y: Floats, repeats: Repeats) -> tuple[Floats, Floats, int]:
    """Return the points, each place once where asked for, and how many are at a place that came before."""
    places = np.unique(np.stack([x, y]), axis=1)
    extra = len(x) - places.shape[1]
    if repeats == "merge":
        return places[0].copy(), places[1].copy(), extra
    return x, y, extra


class _Estimate:
    """K of any points in one window: what the window alone decides is worked out once."""

    def __init__(self, window: Window, distances: Floats, correction: str) -> None:
        self.window, self.distances, self.correction = window, distances, correction
        self.overlap, self.step = np.ones((2, 3)), 1.0
        if correction == "translation":
            self.overlap, self.step = window.overlaps(float(distances[-1]))

    def __call__(self, x: Floats, y: Floats) -> Floats:
        from .kernels.ripley import pair_sums

        near = self.correction in ("border", "isotropic")
        to_border = self.window.to_border(x, y) if near else np.zeros(len(x))
        sums = pair_sums(
            x,
            y,
            self.distances,
            self.correction,
            to_border=to_border,
            edges=self.window.edges,
            overlap=self.overlap,
            step=self.step,
            area=self.window.area,
        )
        pairs = np.full(len(self.distances), len(x) * (len(x) - 1.0))
        if self.correction == "border":
            pairs = len(x) * (to_border[:, None] > self.distances).sum(axis=0).astype(float)
        empty: Floats = np.full(len(pairs), np.nan)
        np.divide(sums * self.window.area, pairs, out=empty, where=pairs > 0)
        return empty


def _check(correction: str, repeats: str, simulations: Any, confidence: float) -> None:
    for name, value, known in (
        ("correction", correction, get_args(Correction)),
        ("repeats", repeats, get_args(Repeats)),
    ):
        if value not in known:
            msg = _("`{name}` must be one of {known}, got {value!r}.")
            raise InputError(msg.format(name=name, known=", ".join(known), value=value))
    if isinstance(simulations, bool) or int(simulations) != simulations or simulations < 0:
        msg = _("`simulations` must be a whole number from 0 up, got {n!r}.")
        raise InputError(msg.format(n=simulations))
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _distances(distances: Sequence[float] | None, window: Window) -> Floats:
    if distances is None:
        return np.linspace(0.0, window.shorter_side * _QUARTER, _STEPS + 1)[1:]
    steps = np.asarray(list(distances), dtype=float)
    if len(steps) == 0 or not np.isfinite(steps).all() or steps[0] <= 0 or (np.diff(steps) <= 0).any():
        msg = _("`distances` must be rising numbers of metres above 0; got {found}.")
        raise InputError(msg.format(found=steps.tolist()))
    return steps


def _envelopes(table: pd.DataFrame, strewn: Floats, confidence: float) -> None:
    """Add the envelopes and p-values of the simulated curves to the table, in place (the table is ours)."""
    names = ["low", "high", "p_value", "q_value", "global_low", "global_high", "global_p_value"]
    table[names] = np.nan
    n = len(strewn)
    known = ~np.isnan(table["k"].to_numpy()) & ~np.isnan(strewn).any(axis=0)
    if n == 0 or not known.any():
        return
    curves = np.concatenate([table["k"].to_numpy()[None], strewn])[:, known]
    rows = table.index[known]
    cut = max(int((1 - confidence) / 2 * (n + 1)), 1)
    ranked = np.sort(curves[1:], axis=0)
    table.loc[rows, "low"], table.loc[rows, "high"] = ranked[cut - 1], ranked[n - cut]
    one_sided = pseudo_p(
        np.minimum((curves[1:] >= curves[0]).sum(axis=0), (curves[1:] <= curves[0]).sum(axis=0)), n
    )
    table.loc[rows, "p_value"] = np.minimum(2 * one_sided, 1.0)
    table["q_value"] = benjamini_hochberg(table["p_value"])
    place = _extremeness(curves)
    table["global_p_value"] = float(pseudo_p((place[1:] <= place[0]).sum(), n))
    usual = curves[[(place <= at).mean() > 1 - confidence for at in place]]
    table.loc[rows, "global_low"], table.loc[rows, "global_high"] = usual.min(axis=0), usual.max(axis=0)


def _extremeness(curves: Floats) -> Floats:
    """Return the place of each curve among all, most extreme first (0); equal curves share a place."""
    from scipy.stats import rankdata

    rank = rankdata(curves, axis=0)
    depth = np.sort(np.minimum(rank, len(curves) + 1 - rank), axis=1)
    _unique, place = np.unique(depth, axis=0, return_inverse=True)
    return np.asarray(place, dtype=float).ravel()
