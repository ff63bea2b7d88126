"""The graph of corridors: roads contracted to junctions, with border posts and what a crossing takes."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..i18n import _
from ._graph import GraphLike, Net, refuse_detection, take_graph

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["corridor_graph"]

_EARTH_KM = 6371.0088
_ROUNDS = 20
_PENALTY = 1.4
Roads = dict[Any, dict[Any, tuple[float, float]]]
"""To each node its neighbours, with kilometres and hours."""


def corridor_graph(
    roads: GraphLike,
    posts: pd.DataFrame | None = None,
    *,
    keep: Collection[Hashable],
    nodes: pd.DataFrame | None = None,
    speed: float = 60.0,
    crossing: float = 2.0,
    per_km: float = 0.0,
    per_hour: float = 1.0,
    borders: Literal["open", "posts"] = "open",
    snap_km: float = 25.0,
    max_nodes: int = 2500,
) -> nx.Graph[Any]:
    """
    Contract roads to a graph of towns, border posts and junctions, with modelled kilometres and hours.

    Parameters
    ----------
    roads
        Roads that run both ways: a table with ``source``, ``target``, ``km`` and, where known, ``hours``, or
        a graph of networkx with these on its edges.
    posts
        Border posts: ``post_id`` and ``node`` (the node of the roads where it lies), or ``x`` and ``y`` in
        degrees for the nearest node; where known ``country``, ``name`` and ``hours`` (to cross).
    keep
        Nodes that must stay: towns, origins, destinations.
    nodes
        What is known of the nodes of the roads: ``node``, ``x``, ``y`` (longitude and latitude) and, where
        known, ``country``. Attributes of a graph of networkx are used as well.
    speed
        Kilometres an hour for roads without ``hours``.
    crossing
        Hours that a post takes where `posts` has no ``hours``.
    per_km, per_hour
        What the cost is made of: ``cost`` = `per_km` × km + `per_hour` × hours. Never how likely somebody is
        to be found.
    borders
        ``open``: roads cross borders anywhere. ``posts``: a road between two countries without a post at one
        of its ends is left out, and counted.
    snap_km
        A post farther than this from every node is refused.
    max_nodes
        Where contraction leaves more nodes, only those stay that lie on the shortest ways, and on ways around
        them, between posts and kept nodes: as many as fit.

    Returns
    -------
    networkx.Graph
        Nodes with ``kind`` ("post", "town", "junction"), ``component`` (from 1, largest first) and, where
        known, ``country``, ``x``, ``y``; posts with ``post_id`` and ``name``. Edges with ``km``, ``hours``
        (half of a post's time on each edge that meets it) and ``cost``. Choices under
        ``graph.graph["choices"]``.

    Raises
    ------
    InputError
        If a column speaks of detection, a post or a kept node has no place, or not even the shortest ways
        fit.
    ColumnsError
        If a column is missing.

    Notes
    -----
    Model kilometres: simplified roads come out 15 to 20 % too short in the mountains. Crossing hours are the
    user's. Of parallel roads the one that takes less time stays. What is left out here can never come up as a
    corridor: compare with the whole network where it matters.

    Examples
    --------
    >>> ends = {"source": [1, 2, 3, 4, 3], "target": [2, 3, 4, 5, 9]}
    >>> roads = pd.DataFrame({**ends, "km": [10.0, 20.0, 30.0, 40.0, 5.0]})
    >>> posts = pd.DataFrame({"post_id": ["P1"], "node": [4]})
    >>> graph = corridor_graph(roads, posts, keep=[1, 5], speed=50, crossing=1)
    >>> for edge in graph.edges(data=True):
    ...     print(edge)
    (1, 4, {'km': 60.0, 'hours': 1.7, 'cost': 1.7})
    (4, 5, {'km': 40.0, 'hours': 1.3, 'cost': 1.3})
    """
    import networkx as nx

    _check_numbers(speed=speed, crossing=crossing, per_km=per_km, per_hour=per_hour)
    for table, argument in ((roads, "roads"), (posts, "posts"), (nodes, "nodes")):
        if isinstance(table, pd.DataFrame):
            refuse_detection([str(column) for column in table.columns], argument)
    net = take_graph(roads, {"km": None, "hours": np.nan}, argument="roads")
    hours = np.where(np.isnan(net.values["hours"]), net.values["km"] / speed, net.values["hours"])
    known = _known(net, nodes)
    at = _posts_at(net, known, posts, crossing, snap_km)
    stops = _stops(net, keep, at)
    network, closed = _roads(net, hours, known, at, borders)
    read = len(network)
    _contract(network, stops)
    thinned = None
    if len(network) > max_nodes:
        network, thinned = _thin(network, stops, max_nodes)
    graph: nx.Graph[Any] = nx.Graph()
    names = [name for name in net.names if name in network]
    for name in names:
        post = at.get(name)
        kind = "post" if post else "town" if name in stops else "junction"
        graph.add_node(name, kind=kind, **known.get(name, {}), **(post.attributes if post else {}))
    for name in names:
        for other, (km, time) in network[name].items():
            if not graph.has_edge(name, other):
                full = time + sum(at[end].hours / 2 for end in (name, other) if end in at)
                cost = per_km * km + per_hour * full
                graph.add_edge(name, other, km=round(km, 9), hours=round(full, 9), cost=round(cost, 9))
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    for number, part in enumerate(parts, start=1):
        for name in part:
            graph.nodes[name]["component"] = number
    graph.graph["choices"] = {
        "speed_km_h": float(speed),
        "crossing_hours": float(crossing),
        "cost": {"per_km": float(per_km), "per_hour": float(per_hour)},
        "borders": "crossed anywhere" if borders == "open" else "crossed at posts only",
        "roads_without_post_left_out": closed,
        "nodes_read": read,
        "nodes_kept": len(graph),
        "components": [len(part) for part in parts],
        "rounds_of_ways_kept": thinned,
        "not_shown": "modelled kilometres and hours; nothing of who watches a road",
    }
    return graph


@dataclass(frozen=True)
class _Post:
    hours: float
    attributes: dict[str, Any]


def _check_numbers(**values: float) -> None:
    for name, value in values.items():
        low_is_wrong = value <= 0 if name == "speed" else value < 0
        if not np.isfinite(value) or low_is_wrong:
            raise InputError(_("`{name}` is out of range: {value!r}.").format(name=name, value=value))
    if values["per_km"] + values["per_hour"] == 0:
        raise InputError(_("`per_km` and `per_hour` are both 0: then no way costs anything."))


def _known(net: Net, nodes: pd.DataFrame | None) -> dict[Any, dict[str, Any]]:
    """Return x, y and country of each node, from the graph and from the table (which goes first)."""
    known: dict[Any, dict[str, Any]] = {
        name: {str(key): values[key] for key in ("x", "y", "country") if key in values}
        for name, values in net.nodes.items()
    }
    if nodes is None:
        return known
    if "node" not in nodes:
        raise ColumnsError(_("`{name}` lacks the columns {columns}.").format(name="nodes", columns="node"))
    columns = [column for column in ("x", "y", "country") if column in nodes]
    for name, *values in nodes[["node", *columns]].itertuples(index=False, name=None):
        given = {key: value for key, value in zip(columns, values, strict=True) if not pd.isna(value)}
        known[name] = {**known.get(name, {}), **given}
    return known


def _posts_at(
    net: Net, known: dict[Any, dict[str, Any]], posts: pd.DataFrame | None, crossing: float, snap_km: float
) -> dict[Any, _Post]:
    if posts is None:
        return {}
    wanted = ["post_id"] if "node" in posts else ["post_id", "x", "y"]
    missing = [column for column in wanted if column not in posts]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="posts", columns=", ".join(missing)))
    where = posts["node"].tolist() if "node" in posts else _nearest(known, posts, snap_km)
    at: dict[Any, _Post] = {}
    for (_row, post), node in zip(posts.iterrows(), where, strict=True):
        if node not in net.number:
            msg = _("`posts` {post!r} lies at {node!r}, which is no node of the roads.")
            raise InputError(msg.format(post=post["post_id"], node=node))
        if node in at:
            msg = _("`posts` {post!r} and {other!r} lie at one node of the roads, {node!r}.")
            raise InputError(
                msg.format(post=post["post_id"], other=at[node].attributes["post_id"], node=node)
            )
        own = post.get("hours")
        time = crossing if own is None or pd.isna(own) else float(own)
        _check_crossing(post["post_id"], time)
        about = {"post_id": post["post_id"]}
        if isinstance(post.get("name"), str):
            about["name"] = post["name"]
        at[node] = _Post(time, about)
        if isinstance(post.get("country"), str):
            known.setdefault(node, {}).setdefault("country", post["country"])
    return at


def _check_crossing(post: Any, hours: float) -> None:
    if not (np.isfinite(hours) and hours >= 0):
        msg = _("`posts` {post!r} takes {hours!r} hours to cross; from 0 up is needed.")
        raise InputError(msg.format(post=post, hours=hours))


def _nearest(known: dict[Any, dict[str, Any]], posts: pd.DataFrame, snap_km: float) -> list[Any]:
    """Return the node nearest to each post, by the great circle."""
    placed = [name for name, about in known.items() if "x" in about and "y" in about]
    if not placed:
        raise InputError(_("`posts` has `x` and `y` but the nodes of the roads have none; pass `nodes`."))
    x, y = (np.radians([float(known[name][key]) for name in placed]) for key in ("x", "y"))
    found = []
    for post, lon, lat in posts[["post_id", "x", "y"]].itertuples(index=False, name=None):
        a, b = np.radians(float(lon)), np.radians(float(lat))
        half = np.sin((y - b) / 2) ** 2 + np.cos(y) * np.cos(b) * np.sin((x - a) / 2) ** 2
        km = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
        best = int(np.argmin(km))
        if not km[best] <= snap_km:
            msg = _(
                "`posts` {post!r} is {km:.0f} km from the nearest node of the roads; `snap_km` is {limit:g}."
            )
            raise InputError(msg.format(post=post, km=float(km[best]), limit=snap_km))
        found.append(placed[best])
    return found


def _stops(net: Net, keep: Collection[Hashable], at: dict[Any, _Post]) -> set[Any]:
    unknown = [name for name in keep if name not in net.number]
    if unknown:
        msg = _("`keep` names {n} nodes that are not in the roads (first: {node!r}).")
        raise InputError(msg.format(n=len(unknown), node=unknown[0]))
    return {*keep, *at}


def _roads(
    net: Net, hours: Any, known: dict[Any, dict[str, Any]], at: dict[Any, _Post], borders: str
) -> tuple[Roads, int]:
    if borders not in ("open", "posts"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="borders", choices="open, posts", value=borders))
    roads: Roads = {name: {} for name in net.names}
    closed = 0
    for a, b, km, time in zip(net.start, net.end, net.values["km"], hours, strict=True):
        one, two = net.names[a], net.names[b]
        if borders == "posts" and one not in at and two not in at:
            sides = [known.get(name, {}).get("country") for name in (one, two)]
            if None not in sides and sides[0] != sides[1]:
                closed += 1
                continue
        _join(roads, one, two, (float(km), float(time)))
    return roads, closed


def _join(roads: Roads, one: Any, two: Any, road: tuple[float, float]) -> None:
    """Lay a road between two nodes; of two roads the quicker stays."""
    there = roads[one].get(two)
    if there is None or (road[1], road[0]) < (there[1], there[0]):
        roads[one][two] = roads[two][one] = road


def _contract(roads: Roads, stops: set[Any]) -> None:
    """Take out dead ends, and nodes that merely continue a road, until only stops and junctions are left."""
    waiting = list(reversed(roads))
    while waiting:
        name = waiting.pop()
        if name in stops or name not in roads or len(roads[name]) > 2:
            continue
        around = list(roads[name].items())
        for other, _road in around:
            del roads[other][name]
        del roads[name]
        if len(around) == 2:
            (one, first), (two, second) = around
            _join(roads, one, two, (first[0] + second[0], first[1] + second[1]))
        waiting += [other for other, _road in around]


def _thin(roads: Roads, stops: set[Any], max_nodes: int) -> tuple[Roads, int]:
    """Keep the quickest ways between stops, then ways around them, round by round, while they fit."""
    from .kernels import loads

    names, ends, time = list(roads), [], []
    number = {name: i for i, name in enumerate(names)}
    for name, around in roads.items():
        for other, road in around.items():
            if number[name] < number[other]:
                ends.append((number[name], number[other]))
                time.append(road[1])
    start, end = np.array(ends, dtype=np.int64).T
    net = Net(names, False, start, end, {}, {}, 0, 0)
    at = np.array(sorted(number[name] for name in stops), dtype=np.int64)
    pairs = np.repeat(at, len(at)), np.tile(at, len(at))
    apart = pairs[0] < pairs[1]
    pairs = pairs[0][apart], pairs[1][apart]
    w, used = np.array(time), np.zeros(len(time), dtype=bool)
    best: Roads | None = None
    rounds = 0
    while rounds < _ROUNDS:
        found = loads.passing(net, w[None], pairs, np.ones((1, len(pairs[0]))))[1][0] > 0
        if best is not None and not (found & ~used).any():
            break
        used |= found
        kept = _kept(roads, names, [ends[i] for i in np.flatnonzero(used)], [names[i] for i in at])
        _contract(kept, stops)
        if len(kept) > max_nodes:
            break
        best, rounds = kept, rounds + 1
        w = np.where(found, w * _PENALTY, w)
    if best is None:
        msg = _(
            "The shortest ways between {n} posts and kept nodes need more than {limit} nodes. Keep fewer."
        )
        raise InputError(msg.format(n=len(stops), limit=max_nodes))
    return best, rounds


def _kept(roads: Roads, names: list[Any], ends: list[tuple[int, int]], stops: list[Any]) -> Roads:
    kept: Roads = {name: {} for name in stops}
    for a, b in ends:
        one, two = names[a], names[b]
        kept.setdefault(one, {})[two] = kept.setdefault(two, {})[one] = roads[one][two]
    return kept
