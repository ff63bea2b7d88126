"""
Near repeats: whether one event raises the risk nearby, and for how long.

An event is a point and a moment: the middle of the span in which it happened, on the local clock. Rows
without a point or without a time are left out and counted. "Near" always means *closer than* the distance
and *less than* the duration apart, the same half-open rule in every function here, so that a chain drawn
with 200 m and 7 days is made of exactly the pairs that the bands [0, 200) and [0, 7 days) count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import N_, _
from ._decay import HalfLife, half_life
from ._moments import duration_in_microseconds, duration_text, take_moments
from .significance import benjamini_hochberg, pseudo_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Duration = pd.Timedelta | str

__all__ = ["ROLES", "HalfLife", "chains", "half_life", "knox", "st_dbscan"]

ROLES: dict[str, str] = {
    "originator": N_("first of a series: others followed nearby, none came before"),
    "repeat": N_("an earlier event at the same place"),
    "near_repeat": N_("an earlier event nearby"),
    "unordered": N_("part of a series, but no neighbour is known to be earlier or later"),
    "single": N_("no other event near in space and time"),
}
"""The roles of `chains`, with their meaning."""


def knox(
    points: gpd.GeoDataFrame,
    *,
    distances: Sequence[float],
    durations: Sequence[Duration | int],
    metric: Literal["euclidean", "manhattan"] = "euclidean",
    permutations: int = 999,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Knox test: whether more pairs are near in both space and time than chance would make.

    Parameters
    ----------
    points
        Incidents: points in a projected CRS in metres, ``occurred_from`` and, if there, ``occurred_to``.
    distances
        Edges of the bands of distance, in metres, rising: ``[0, 100, 200]`` is two bands, [0, 100) and
        [100, 200). A first edge of 0 includes repeats at the very same place.
    durations
        Edges of the bands of time apart, rising: ``["0 days", "7 days", "14 days"]``.
    metric
        Straight lines, or along the axes of the map (blocks of streets that run north to south).
    permutations
        How often the times are dealt anew among the places; 0 leaves the p-values empty.
    rng
        A seed gives the same answer on any number of cores.

    Returns
    -------
    pandas.DataFrame
        A row for each pair of bands, distance first: ``distance_from``, ``distance_to`` (metres),
        ``duration_from``, ``duration_to`` (Timedelta), ``observed`` and ``expected`` pairs,
        ``expected_permuted`` (mean of the permutations, which should agree), ``ratio`` (observed to
        expected; NaN where none is expected), ``p_value`` (upper-tailed), ``q_value`` (over the table).

    Raises
    ------
    CrsError
        If the points are not in metres.
    InputError
        If the edges do not rise, are negative, or a duration has no unit.

    Notes
    -----
    Expected = (pairs in the band of distance) × (pairs in the band of time) / (all pairs), the mean over
    all orders of the times. Pairs are counted, not events: a place with five events in a week gives ten
    pairs, so ratio and p-value speak of clustering, not of how many people were affected. A change of the
    whole pattern over time (a new estate, another season elsewhere) also makes near pairs. Look at the
    ratio as well as at q: with many events tiny excesses are significant (1.2 is a usual floor).
    A span longer than a band (a burglary found after a holiday) is put in its middle; the choices say how
    many spans are longer than the first band of time.

    References
    ----------
    Knox & Bartlett (1964), doi:10.2307/2985220; Ratcliffe (2009), Near Repeat Calculator; Steenbeek (2018),
    NearRepeat. P-values: Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-03-01", "2024-03-04"])},
    ...     geometry=gpd.points_from_xy([0, 60, 5000, 5000], [0, 80, 0, 0]),
    ...     crs="EPSG:32642",
    ... )
    >>> table = knox(points, distances=[0, 50, 200], durations=["0 days", "7 days"], rng=1)
    >>> table[["distance_from", "distance_to", "observed", "expected", "ratio"]]
       distance_from  distance_to  observed  expected  ratio
    0            0.0         50.0         1  0.333333    3.0
    1           50.0        200.0         1  0.333333    3.0
    """
    from .kernels import near_pairs

    metres = _distance_edges(distances)
    edges = _duration_edges(durations)
    if metric not in ("euclidean", "manhattan"):
        msg = _("`metric` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(choices="euclidean, manhattan", value=metric))
    if isinstance(permutations, bool) or int(permutations) != permutations or permutations < 0:
        raise InputError(
            _("`permutations` must be a whole number from 0 up, got {n!r}.").format(n=permutations)
        )
    moments = take_moments(points)
    time, limits = near_pairs.whole_units(moments.middle, edges)
    pairs = near_pairs.list_pairs(moments.x, moments.y, metres, manhattan=metric == "manhattan")
    observed = near_pairs.observed(pairs, time, limits)
    chance = near_pairs.permuted(
        pairs, time, limits, permutations=permutations, rng=np.random.default_rng(rng)
    )
    table = _band_table(metres, edges)
    table["observed"] = observed.ravel()
    table["expected"] = _expected(pairs.per_band, moments.middle, edges).ravel()
    return choices.record(
        _compare(table, chance.reshape(permutations, len(table))),
        distances=[float(edge) for edge in metres],
        durations=[duration_text(edge) for edge in edges],
        bands="[from, to)",
        metric=metric,
        permutations=int(permutations),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        spans_longer_than_first_band=int((moments.end - moments.start > edges[1] - edges[0]).sum()),
        **moments.notes,
    )


def chains(
    points: gpd.GeoDataFrame, *, distance: float, duration: Duration, same_place: float = 0.0
) -> gpd.GeoDataFrame:
    """
    Link near repeats to series and say what part each event plays.

    Parameters
    ----------
    points
        Incidents, as for `knox`.
    distance, duration
        Two events are linked if they are closer than `distance` (metres) and less than `duration` apart.
    same_place
        Events up to this far apart, in metres, count as at the same place; 0 means the very same point.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy of `points` with ``series`` (numbered from 1 by first event; empty for events that are in
        none), ``series_n`` (events in it) and ``role`` (a key of `ROLES`; empty for rows left out).

    Notes
    -----
    A series holds all events that are linked directly or through others, so its ends may be far apart.
    An event is *earlier* only if its span is over before the other's begins. Of two events of the same
    day that are known only by the day nobody knows which was first: neither is the other's originator.
    ``repeat`` goes before ``near_repeat`` where an event is both; ``originator`` has later neighbours
    and no earlier one. A series can have several originators, or none.

    References
    ----------
    Wheeler, Riddell & Haberman (2021), doi:10.1177/0734016821999707; Johnson et al. (2007),
    doi:10.1007/s10940-007-9025-3.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-04", "2024-05-01"])},
    ...     geometry=gpd.points_from_xy([0, 0, 50, 0], [0, 0, 0, 0]),
    ...     crs="EPSG:32642",
    ... )
    >>> chains(points, distance=100, duration="7 days")[["series", "series_n", "role"]]
       series  series_n         role
    0       1         3   originator
    1       1         3       repeat
    2       1         3  near_repeat
    3    <NA>      <NA>       single
    """
    from .kernels import neighbours_in_time as kernel

    reach, span = _positive(distance, "distance"), _positive_duration(duration)
    if not 0 <= same_place < reach:
        msg = _("`same_place` must be from 0 up and below `distance` ({distance} m), got {value!r}.")
        raise InputError(msg.format(distance=reach, value=same_place))
    m = take_moments(points)
    series, _core = kernel.clusters(m.x, m.y, m.middle, distance=reach, duration=span, min_points=2)
    at_place, before, after = kernel.order_in_series(
        m.x, m.y, m.middle, m.start, m.end, distance=reach, duration=span, same=same_place
    )
    role = np.select(
        [series < 0, at_place, before, after], ["single", "repeat", "near_repeat", "originator"], "unordered"
    )
    table = points.assign(series=_numbered(series, m.keep))
    table["series_n"] = table["series"].map(table["series"].value_counts()).astype("Int64")
    table["role"] = _spread(role.astype(object), m.keep, None)
    return choices.record(
        table,
        distance=reach,
        duration=duration_text(span),
        same_place=float(same_place),
        near="closer than",
        **m.notes,
    )


def st_dbscan(
    points: gpd.GeoDataFrame, *, distance: float, duration: Duration, min_points: int = 5
) -> gpd.GeoDataFrame:
    """
    Find dense groups of events in space and time (ST-DBSCAN).

    Parameters
    ----------
    points
        Incidents, as for `knox`.
    distance, duration
        Two events are neighbours if they are closer than `distance` (metres) and less than `duration` apart.
    min_points
        An event is at the core of a group if it has at least this many neighbours, itself included.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy of `points` with ``cluster`` (numbered from 1 by first event; empty outside clusters and
        for rows left out) and ``core`` (True, False, empty for rows left out).

    Notes
    -----
    Exact, repeats at one address included. The classical definition also takes neighbours at exactly the
    distance; here bands are half-open: pass a little more to include them. An event at the edge of two
    groups goes with its nearest core event (in space, then in time, then by row), so the answer does not
    depend on the order of the rows. Groups are a description: try other distances before acting on one.

    References
    ----------
    Birant & Kut (2007), doi:10.1016/j.datak.2006.01.013.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-05-01"])},
    ...     geometry=gpd.points_from_xy([0, 0, 50, 0], [0, 0, 0, 0]),
    ...     crs="EPSG:32642",
    ... )
    >>> st_dbscan(points, distance=100, duration="7 days", min_points=3)["cluster"].tolist()
    [1, 1, 1, <NA>]
    """
    from .kernels import neighbours_in_time as kernel

    reach, span = _positive(distance, "distance"), _positive_duration(duration)
    if isinstance(min_points, bool) or int(min_points) != min_points or min_points < 1:
        raise InputError(_("`min_points` must be a whole number from 1 up, got {n!r}.").format(n=min_points))
    m = take_moments(points)
    x, y, middle, keep, notes = m.x, m.y, m.middle, m.keep, m.notes
    del m  # a million spans are memory
    cluster, core = kernel.clusters(x, y, middle, distance=reach, duration=span, min_points=int(min_points))
    del x, y, middle
    table = points.assign(
        cluster=_numbered(cluster, keep),
        core=pd.arrays.BooleanArray(_spread(core, keep, False), ~keep),
    )
    return choices.record(
        table,
        distance=reach,
        duration=duration_text(span),
        min_points=int(min_points),
        near="closer than",
        border="nearest core event",
        **notes,
    )


def _distance_edges(distances: Sequence[float]) -> NDArray[np.float64]:
    edges = np.asarray(list(distances), dtype=float)
    if len(edges) < 2 or not np.isfinite(edges).all() or edges[0] < 0 or (np.diff(edges) <= 0).any():
        msg = _(
            "`distances` must be at least two rising edges in metres, from 0 up, "
            "such as [0, 100, 200]; got {found}."
        )
        raise InputError(msg.format(found=edges.tolist()))
    return edges


def _duration_edges(durations: Sequence[Any]) -> Integers:
    edges = np.array([duration_in_microseconds(value, "durations") for value in durations], dtype=np.int64)
    if len(edges) < 2 or edges[0] < 0 or (np.diff(edges) <= 0).any():
        msg = _(
            '`durations` must be at least two rising edges from 0 up, such as ["0 days", "7 days"]; '
            "got {found}."
        )
        raise InputError(msg.format(found=", ".join(map(str, durations))))
    return edges


def _positive(value: float, name: str) -> float:
    if not np.isfinite(value) or value <= 0:
        raise InputError(_("`{name}` must be above 0 metres, got {value!r}.").format(name=name, value=value))
    return float(value)


def _positive_duration(value: Any) -> int:
    found = duration_in_microseconds(value, "duration")
    if found <= 0:
        raise InputError(_("`duration` must be above 0, got {value!r}.").format(value=value))
    return found


def _band_table(metres: NDArray[np.float64], edges: Integers) -> pd.DataFrame:
    bands = len(edges) - 1
    times = pd.to_timedelta(edges, unit="us")
    return pd.DataFrame(
        {
            "distance_from": np.repeat(metres[:-1], bands),
            "distance_to": np.repeat(metres[1:], bands),
            "duration_from": np.tile(times[:-1], len(metres) - 1),
            "duration_to": np.tile(times[1:], len(metres) - 1),
        }
    )


def _expected(near: Integers, times: Integers, edges: Integers) -> NDArray[np.float64]:
    """Return near in space × near in time / all pairs, for each pair of bands."""
    n = len(times)
    if n < 2:
        return np.zeros((len(near), len(edges) - 1))
    times = np.sort(times)
    below = [np.searchsorted(times, times + edge, side="left") - np.arange(1, n + 1) for edge in edges]
    in_time = np.diff([int(np.maximum(count, 0).sum()) for count in below])
    return np.outer(near.astype(float), in_time.astype(float)) / (n * (n - 1) / 2)


def _compare(table: pd.DataFrame, chance: Integers) -> pd.DataFrame:
    expected = table["expected"].to_numpy()
    observed = table["observed"].to_numpy()
    empty = np.full(len(table), np.nan)
    table["expected_permuted"] = chance.mean(axis=0) if len(chance) else empty
    table["ratio"] = np.divide(observed, expected, out=empty.copy(), where=expected > 0)
    table["p_value"] = pseudo_p((chance >= observed).sum(axis=0), len(chance)) if len(chance) else empty
    table["q_value"] = benjamini_hochberg(table["p_value"])
    return table


def _spread(values: NDArray[Any], keep: NDArray[np.bool_], missing: Any) -> NDArray[Any]:
    """Put values of the events that were used back on all rows of the caller's table."""
    rows = np.full(len(keep), missing, dtype=values.dtype)
    rows[keep] = values
    return rows


def _numbered(group: NDArray[Any], keep: NDArray[np.bool_]) -> Any:
    """Return the groups from 1 on for all rows of the caller's table; empty where a row is in none."""
    numbers = np.zeros(len(keep), np.int64)
    numbers[keep] = group
    numbers[keep] += 1
    return pd.arrays.IntegerArray(numbers, numbers == 0)
