"""
Streets: where on the network events lie, on how few streets, and whether more near each other than chance.

Crime happens along streets, so distance here is the way along them, and places are segments: the lines of
the layer as given, from junction to junction. Two segments meet where their *ends* lie within a centimetre of
each other; lines that merely cross (a bridge, or a layer that is not cut at its junctions) do not. `segments`
cuts such a layer if asked to. What is mapped is what was recorded, and where it was recorded: registers
often put an event on the nearest crossing or the middle of a street.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._along import network_k, network_kde
from ._network import joined, label_column, snap_events, snapping_notes, split_streets
from ._points import usable
from .hotspots import getis_ord

if TYPE_CHECKING:
    from ._points import Floats, Spatial, Weights

__all__ = ["count", "gi_star", "hot_streets", "network_k", "network_kde", "segments", "snap"]

Measure = Literal["n", "per_km"]


def segments(streets: gpd.GeoDataFrame, *, planarise: bool = False) -> gpd.GeoDataFrame:
    """
    Lay out a layer of streets as single segments.

    Parameters
    ----------
    streets
        Lines, projected in metres. A street in several parts becomes one segment a part.
    planarise
        Cut all lines wherever they meet, bridges included; what several lines share is kept once, for the
        first of them. Without it, lines are segments as they are.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of `streets`, ``street_id`` (the label in `streets`; a column of that name is kept) and
        ``length_m``. On the index of `streets` while no street is cut, numbered from 0 otherwise. Rows
        without a line of some length are left out and counted.

    Raises
    ------
    CrsError
        If the layer is not projected in metres.
    InputError
        If a row holds something else than a line, or no line has a length.

    Notes
    -----
    All functions here do this first, without cutting; give them the result to have streets cut.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 5), (10, 5)]), LineString([(5, 0), (5, 10)])]
    >>> cross = gpd.GeoDataFrame(geometry=lines, index=["A", "B"], crs="EPSG:32642")
    >>> segments(cross, planarise=True)[["street_id", "length_m"]].values.tolist()
    [['A', 5.0], ['A', 5.0], ['B', 5.0], ['B', 5.0]]
    """
    return split_streets(streets, planarise=planarise)


def snap(points: Spatial, streets: gpd.GeoDataFrame, *, max_distance: float = 50) -> gpd.GeoDataFrame:
    """
    Find the nearest street of each event.

    Parameters
    ----------
    points
        Events, projected in metres.
    streets
        Lines in the same system; see `segments`.
    max_distance
        Metres; an event farther than this from every street stays without one.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy of `points`, not moved, with ``segment`` (label in ``segments(streets)``), ``offset_m``
        (metres along it from its beginning) and ``distance_m`` (to the nearest street, also where that is
        too far). Empty for rows without a point of their own.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    An event equally near to several streets (within a millimetre: at a crossing) goes to the first of them
    in the order of the table; the choices count these as ``ties``. Where they are many, counts per segment
    say more about the register's way to place events than about streets.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> lines = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 100)])]
    >>> streets = gpd.GeoDataFrame(geometry=lines, index=["A", "B"], crs="EPSG:32642")
    >>> points = gpd.GeoSeries([Point(30, 4), Point(100, 0), Point(190, 90)], crs="EPSG:32642")
    >>> snap(points, streets)[["segment", "offset_m", "distance_m"]].head(2)
      segment  offset_m  distance_m
    0       A      30.0         4.0
    1       A     100.0         0.0
    """
    parts = split_streets(streets)
    events, found = snap_events(points, parts, None, max_distance)
    keep, _reasons = usable(points, "points")
    position = np.full(len(points), -1, dtype=np.int64)
    position[keep] = found.segment
    result = points.copy() if isinstance(points, gpd.GeoDataFrame) else gpd.GeoDataFrame(geometry=points)
    result["segment"] = label_column(parts.index, position)
    for name, values in [("offset_m", found.offset), ("distance_m", found.distance)]:
        column = np.full(len(points), np.nan)
        column[keep] = values
        result[name] = column
    return choices.record(result, **snapping_notes(events, found, max_distance))


def count(
    points: Spatial, streets: gpd.GeoDataFrame, *, max_distance: float = 50, weights: Weights = None
) -> gpd.GeoDataFrame:
    """
    Count events on each street segment.

    Parameters
    ----------
    points, streets, max_distance
        As in `snap`. Each event counts once, on its nearest segment.
    weights
        A column of `points`, or one number an event: harm, or a share of an event.

    Returns
    -------
    geopandas.GeoDataFrame
        All of ``segments(streets)`` with ``n`` (and ``weight``, the sum of `weights`) and ``per_km``, events
        (or weight) per kilometre of street.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    ``per_km`` of a very short segment jumps with a single event: read it beside ``n``.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 100)])]
    >>> streets = gpd.GeoDataFrame(geometry=lines, crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([30, 50, 99], [4, 0, 80], crs="EPSG:32642")
    >>> count(points, streets)[["n", "per_km"]].values.tolist()
    [[2.0, 20.0], [1.0, 10.0]]
    """
    parts = split_streets(streets)
    return _counted(points, parts, weights, max_distance)


def hot_streets(
    points: Spatial,
    streets: gpd.GeoDataFrame,
    *,
    max_distance: float = 50,
    weights: Weights = None,
    measure: Measure = "n",
) -> gpd.GeoDataFrame:
    """
    How few streets hold how much of what was recorded (the 80/20 table).

    Parameters
    ----------
    points, streets, max_distance, weights
        As in `count`.
    measure
        Take streets by the number of events (or their weight), or by events per kilometre.

    Returns
    -------
    geopandas.GeoDataFrame
        The table of `count`, fullest segment first, with running shares from 0 to 1: ``incidents_share`` (of
        events on streets, or their weight), ``streets_share`` (of all segments) and ``length_share`` (of all
        metres). Segments that are equal stay in the order of the layer.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If no event lies on a street, or an argument cannot be used.

    Notes
    -----
    It describes the records of one period. With fewer events than segments some concentration is sure by
    arithmetic: hold the shares against chance with `concentration.summary` of the counts. Long segments
    hold more by their length alone: compare ``streets_share`` with ``length_share``.

    References
    ----------
    Weisburd (2015), doi:10.1111/1745-9125.12070.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 300)])]
    >>> streets = gpd.GeoDataFrame(geometry=lines, crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([30, 50, 60, 99], [4, 0, 0, 80], crs="EPSG:32642")
    >>> hot_streets(points, streets)[["n", "incidents_share", "streets_share", "length_share"]]
       n  incidents_share  streets_share  length_share
    0  3             0.75            0.5          0.25
    1  1             1.00            1.0          1.00
    """
    table = _counted(points, split_streets(streets), weights, max_distance)
    values, held = _values(table, measure, weights), _values(table, "n", weights)
    if held.sum() == 0:
        raise InputError(_("No event of `points` lies on a street, so there is nothing to share out."))
    order = np.argsort(-values, kind="stable")
    noted = choices.of(table)
    table = table.iloc[order].copy()
    length = table["length_m"].to_numpy()
    table["incidents_share"] = np.cumsum(held[order]) / held.sum()
    table["streets_share"] = np.arange(1, len(table) + 1) / len(table)
    table["length_share"] = np.cumsum(length) / length.sum()
    table.attrs = {}
    return choices.record(table, **noted, measure=measure)


def gi_star(
    points: Spatial,
    streets: gpd.GeoDataFrame,
    *,
    max_distance: float = 50,
    weights: Weights = None,
    measure: Measure = "n",
) -> gpd.GeoDataFrame:
    """
    Segments that hold, with those they meet, more or fewer events than chance would put there (Gi*).

    Parameters
    ----------
    points, streets, max_distance, weights
        As in `count`.
    measure
        Score the number of events (or their weight), or events per kilometre.

    Returns
    -------
    geopandas.GeoDataFrame
        The table of `count` with ``gi_z``, ``p_value`` (two-sided) and ``q_value`` (Benjamini-Hochberg over
        all segments). Judge by ``q_value``.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Warns
    -----
    UserWarning
        If many lines cross where neither ends, so that neighbours are missed.

    Notes
    -----
    Neighbours are the segments that share a junction, and the segment itself, each with weight one. The
    p-value is the normal approximation, rough where a neighbourhood has fewer than about eight segments or
    counts are mostly 0. See `hotspots.getis_ord`.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = [LineString([(100 * i, 0), (100 * i + 100, 0)]) for i in range(5)]
    >>> streets = gpd.GeoDataFrame(geometry=lines, crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([10, 20, 110, 120, 350], [0] * 5, crs="EPSG:32642")
    >>> gi_star(points, streets)["gi_z"].round(3).tolist()
    [1.826, 0.913, 0.0, -1.826, -0.913]
    """
    parts = split_streets(streets)
    table = _counted(points, parts, weights, max_distance)
    network = joined(parts, table)
    scored = getis_ord(pd.Series(_values(table, measure, weights), index=table.index), network.neighbours())
    for name in ("gi_z", "p_value", "q_value"):
        table[name] = scored[name]
    return choices.record(table, **choices.of(scored), measure=measure, neighbours="share a junction")


def _counted(
    points: Spatial, parts: gpd.GeoDataFrame, weights: Weights, max_distance: float
) -> gpd.GeoDataFrame:
    events, found = snap_events(points, parts, weights, max_distance)
    on = found.segment >= 0
    parts["n"] = np.bincount(found.segment[on], minlength=len(parts))
    if events.weight is not None:
        parts["weight"] = np.bincount(found.segment[on], events.weight[on], minlength=len(parts))
    held = parts["n" if events.weight is None else "weight"]
    parts["per_km"] = 1000 * held / parts["length_m"]
    return choices.record(parts, **snapping_notes(events, found, max_distance))


def _values(table: gpd.GeoDataFrame, measure: Measure, weights: Weights) -> Floats:
    if measure not in get_args(Measure):
        msg = _("`measure` must be one of {known}, got {measure!r}.")
        raise InputError(msg.format(known=", ".join(get_args(Measure)), measure=measure))
    column = measure if measure == "per_km" or weights is None else "weight"
    return table[column].to_numpy(dtype=float)
