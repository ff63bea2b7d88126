"""Along the streets: density that spreads through junctions, and pairs near by way of streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ..progress import steps
from ._network import joined, snap_events, snapping_notes, split_streets
from .significance import benjamini_hochberg, pseudo_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._network import Network, Snapped
    from ._points import Events, Floats, Indices, Spatial, Weights

__all__ = ["network_k", "network_kde"]

Split = Literal["discontinuous", "continuous"]


def network_kde(
    points: Spatial,
    streets: gpd.GeoDataFrame,
    *,
    bandwidth: float = 300,
    lixel: float | None = None,
    split: Split = "discontinuous",
    max_distance: float = 50,
    weights: Weights = None,
) -> gpd.GeoDataFrame:
    """
    Density of events along the streets, smoothed, in events per kilometre.

    Parameters
    ----------
    points, streets, max_distance, weights
        As in `streets.count`.
    bandwidth
        Metres along the streets at which an event's influence ends (quartic kernel).
    lixel
        Longest piece of street in the answer, in metres; a tenth of the bandwidth without it. Each segment
        is cut into equal pieces no longer than this.
    split
        What happens at a junction: ``discontinuous`` parts what arrives among the *other* streets equally,
        ``continuous`` also sends some back, so that density does not jump at junctions.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a piece, segment by segment: ``segment``, ``street_id``, ``from_m``, ``to_m``, ``density``
        (events or weight per km, the mean over the piece) and the piece.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Warns
    -----
    UserWarning
        If many lines cross where neither ends, so that no way leads across.

    Notes
    -----
    Integrated, not sampled: density times length adds up to the events on the streets, exactly but for
    shares of less than a millionth of an event, which are followed no farther (``mass_not_followed``). At a
    dead end the kernel turns back under both rules, so that nothing is lost there. The sum runs over all
    ways without an immediate turn (``discontinuous``) or all ways (``continuous``), so round trips within
    the bandwidth count. ``continuous`` is slow for bandwidths of many segments.

    References
    ----------
    Okabe, Satoh & Sugihara (2009), doi:10.1080/13658810802475491; Okabe & Sugihara (2012),
    doi:10.1002/9781119967101.

    Examples
    --------
    >>> from shapely import LineString
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1000, 0)])], crs="EPSG:32642")
    >>> field = network_kde(gpd.GeoSeries.from_xy([500], [0], crs="EPSG:32642"), streets, lixel=100)
    >>> field["density"].round(2).tolist()
    [0.0, 0.0, 0.35, 1.74, 2.9, 2.9, 1.74, 0.35, 0.0, 0.0]
    """
    from .kernels import network as kernel

    if split not in get_args(Split):
        msg = _("`split` must be one of {known}, got {split!r}.")
        raise InputError(msg.format(known=", ".join(get_args(Split)), split=split))
    h = _metres(bandwidth, "bandwidth")
    step = _metres(h / 10 if lixel is None else lixel, "lixel")
    parts = split_streets(streets)
    events, found = snap_events(points, parts, weights, max_distance)
    table, pieces = _lixels(parts, step)
    network = joined(parts, table)
    segment, offset, weight = _merged(found, events)
    mass, lost = kernel.spread(
        segment,
        offset,
        weight,
        length=network.length,
        ends=network.ends_at,
        junctions=(network.first, network.last),
        pieces=pieces,
        bandwidth=h,
        continuous=split == "continuous",
    )
    table["density"] = 1000 * mass / (table["to_m"] - table["from_m"]).to_numpy()
    return choices.record(
        table,
        **snapping_notes(events, found, max_distance),
        bandwidth=h,
        lixel=step,
        kernel="quartic",
        split=split,
        dead_ends="kernel turns back",
        mass_not_followed=float(f"{lost:.3g}"),
        unit="events per km" if weights is None else "weight per km",
    )


def network_k(
    points: Spatial,
    streets: gpd.GeoDataFrame,
    *,
    distances: Sequence[float],
    permutations: int = 99,
    max_distance: float = 50,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Whether events lie nearer to each other along the streets than chance would put them (network K).

    Parameters
    ----------
    points, streets, max_distance
        As in `streets.snap`.
    distances
        Metres along the streets, rising.
    permutations
        How often as many events are laid on the streets anew, any metre of street as likely as any other.
    rng
        A seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        A row a distance: ``distance``, ``observed`` (K in metres: length of street, divided by n (n - 1),
        times ordered pairs at most this far apart), ``expected`` (mean of the permutations), ``low`` and
        ``high`` (middle 95 % of them, distance by distance), ``ratio``, ``p_value`` (two-sided) and
        ``q_value`` (over the distances).

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If fewer than two events lie on streets, or an argument cannot be used.

    Warns
    -----
    UserWarning
        If many lines cross where neither ends, so that no way leads across.

    Notes
    -----
    Chance here is "any metre of street is as likely": a town whose people, shops and cars are in its middle
    departs from that before any crime does. K adds up: what happens at short distances (repeats at one
    address above all) lifts all longer ones too.

    References
    ----------
    Okabe & Yamada (2001), doi:10.1111/j.1538-4632.2001.tb00448.x.

    Examples
    --------
    >>> from shapely import LineString
    >>> arms = [LineString([(0, 0), end]) for end in [(0, 5), (5, 0), (0, -5), (-5, 0)]]
    >>> cross = gpd.GeoDataFrame(geometry=arms, crs="EPSG:32642")
    >>> points = gpd.GeoSeries.from_xy([0, 3, 1, 0], [3, 0, 0, 1], crs="EPSG:32642")
    >>> network_k(points, cross, distances=[3, 6], rng=1)["observed"].tolist()
    [10.0, 20.0]
    """
    edges = _rising(distances)
    if isinstance(permutations, bool) or int(permutations) != permutations or permutations < 1:
        raise InputError(
            _("`permutations` must be a whole number from 1 up, got {n!r}.").format(n=permutations)
        )
    parts = split_streets(streets)
    events, found = snap_events(points, parts, None, max_distance)
    on = found.segment >= 0
    n = int(on.sum())
    if n < 2:
        raise InputError(_("`points` has {n} events on streets; pairs need at least two.").format(n=n))
    table = pd.DataFrame({"distance": edges})
    network = joined(parts, table)
    pairs = _pair_counter(network, edges)
    scale = 2 * float(network.length.sum()) / (n * (n - 1))
    observed = scale * pairs(found.segment[on], found.offset[on])
    generator = np.random.default_rng(rng)
    chance = np.empty((int(permutations), len(edges)))
    with steps(int(permutations)) as step:
        for number in range(int(permutations)):
            step(_("Laying events on the streets anew"))
            chance[number] = scale * pairs(*_anywhere(network.length, n, generator))
    return choices.record(
        _against(table, observed, chance),
        **snapping_notes(events, found, max_distance),
        permutations=int(permutations),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        expected="each event on any metre of street with the same chance",
        pairs="at most this far apart along the streets",
    )


def _merged(found: Snapped, events: Events) -> tuple[Indices, Floats, Floats]:
    """Return the places on streets where events lie, each once, with the sum of their weights."""
    on = found.segment >= 0
    places, which = np.unique(
        np.column_stack([found.segment[on], found.offset[on]]), axis=0, return_inverse=True
    )
    weight = np.bincount(which.reshape(-1), events.values[on], minlength=len(places))
    return places[:, 0].astype(np.int64), places[:, 1].copy(), weight.astype(float)


def _lixels(parts: gpd.GeoDataFrame, step: float) -> tuple[gpd.GeoDataFrame, Indices]:
    """Cut each segment in equal pieces; return them, and at which piece each segment begins."""
    from shapely.ops import substring

    length = parts["length_m"].to_numpy()
    pieces = np.maximum(np.ceil(length / step - 1e-9), 1).astype(np.int64)
    row = np.repeat(np.arange(len(parts)), pieces)
    begin = np.concatenate([[0], np.cumsum(pieces)]).astype(np.int64)
    number = np.arange(len(row)) - begin[row]
    start, end = number * length[row] / pieces[row], (number + 1) * length[row] / pieces[row]
    lines = np.asarray(parts.geometry.array)
    shapes = [substring(lines[r], a, b) for r, a, b in zip(row, start, end, strict=True)]
    columns = {
        "segment": parts.index.to_numpy()[row],
        "street_id": parts["street_id"].to_numpy()[row],
        "from_m": start,
        "to_m": end,
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=parts.crs)), begin


def _pair_counter(network: Network, edges: Floats) -> Any:
    from .kernels import network as kernel

    near = network.distances(float(edges[-1]))

    def pairs(segment: Indices, offset: Floats) -> Indices:
        return kernel.pair_counts(
            segment,
            offset,
            edges,
            length=network.length,
            ends=network.ends_at,
            junctions=(network.first, network.last),
            near=near,
        )

    return pairs


def _anywhere(length: Floats, n: int, rng: np.random.Generator) -> tuple[Indices, Floats]:
    """Return `n` places on the network, any metre as likely as any other."""
    reached = np.cumsum(length)
    at = rng.random(n) * reached[-1]
    segment = np.minimum(np.searchsorted(reached, at, side="right"), len(length) - 1)
    return segment, np.clip(at - (reached - length)[segment], 0.0, length[segment])


def _against(table: pd.DataFrame, observed: Floats, chance: Floats) -> pd.DataFrame:
    n = len(chance)
    expected = chance.mean(axis=0)
    table["observed"] = observed
    table["expected"] = expected
    table["low"], table["high"] = np.quantile(chance, [0.025, 0.975], axis=0)
    table["ratio"] = np.divide(observed, expected, out=np.full(len(table), np.nan), where=expected > 0)
    above = pseudo_p((chance >= observed * (1 - 1e-12)).sum(axis=0), n)
    below = pseudo_p((chance <= observed * (1 + 1e-12)).sum(axis=0), n)
    table["p_value"] = np.minimum(2 * np.minimum(above, below), 1.0)
    table["q_value"] = benjamini_hochberg(table["p_value"])
    return table


def _metres(value: float, name: str) -> float:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not np.isfinite(value) or value <= 0:
        msg = _("`{name}` must be a distance in metres above 0, got {value!r}.")
        raise InputError(msg.format(name=name, value=value))
    return float(value)


def _rising(distances: Sequence[float]) -> Floats:
    edges = np.asarray(list(distances), dtype=float)
    if len(edges) == 0 or not np.isfinite(edges).all() or edges[0] <= 0 or (np.diff(edges) <= 0).any():
        msg = _("`distances` must be rising distances in metres above 0, such as [100, 200]; got {found}.")
        raise InputError(msg.format(found=edges.tolist()))
    return edges
