"""Corridors: several ways between two places that differ, and Yen's shortest ways for comparison."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._graph import GraphLike, Net, Weight, place_of, take_graph, take_weight

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

__all__ = ["corridors"]


def corridors(
    graph: GraphLike,
    origin: Hashable,
    destination: Hashable,
    *,
    k: int = 10,
    overlap: float = 0.7,
    detour: float = 1.6,
    penalty: float = 1.4,
    method: Literal["penalty", "yen"] = "penalty",
    weight: Weight = "cost",
    searches: int | None = None,
) -> pd.DataFrame:
    """
    Find several ways between two places that differ from each other.

    Parameters
    ----------
    graph
        What `corridor_graph` returns, a graph of networkx, or a table of arcs (``source``, ``target``); of
        parallel edges the shortest is taken.
    origin, destination
        Nodes of the graph.
    k
        How many corridors at most; from 2 up, for one way alone would be a claim that nobody can defend.
    overlap
        A corridor is left out if it shares this part, or more, of the cost of the cheaper of the two with one
        that was found before.
    detour
        A corridor is left out if it costs more than this many times the cheapest way.
    penalty
        Each time an edge is used its weight is multiplied by this before the next search.
    method
        ``penalty``: ways that differ. ``yen``: the k cheapest ways without loops, which mostly differ by a
        street; for teaching, `overlap`, `detour` and `penalty` are then not used.
    weight
        What is summed along a way: ``cost``, ``km`` or ``hours``. Never how likely somebody is to be found.
    searches
        How often to search at most with penalties; 10 × `k` where None.

    Returns
    -------
    pandas.DataFrame
        A row a corridor, cheapest first: ``corridor`` (from 1), ``origin``, ``destination``, ``cost`` (sum of
        `weight`), ``detour`` (to the cheapest), ``overlap`` (largest part that it shares with another),
        ``km`` and ``hours`` (NaN where unknown), ``posts``, ``countries`` and ``nodes`` (tuples in order),
        ``legs`` (cost of each edge). The choices hold ``reason`` where there are fewer than `k`.

    Raises
    ------
    InputError
        If a place is not in the graph, a weight is missing or not above 0, or a choice is out of range.

    Notes
    -----
    Modelled ways on a simplified map, not observed ones: mountain roads come out 15 to 20 % too short. Which
    corridors are found hangs on `penalty`; those that are not found may be used as well. Fewer
    than `k` in a valley with one road is an answer, not a failure: the choices give the reason.

    References
    ----------
    Yen (1971), doi:10.1287/mnsc.17.11.712.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("aabc"), "target": list("bcdd"), "km": [2.0, 3.0, 2.0, 3.0]})
    >>> corridors(arcs, "a", "d", k=3, weight="km")[["cost", "detour", "overlap", "nodes"]]
       cost  detour  overlap      nodes
    0   4.0     1.0      0.0  (a, b, d)
    1   6.0     1.5      0.0  (a, c, d)
    """
    take_weight(weight)
    _check_choices(k, overlap, detour, penalty, method)
    net = take_graph(graph, {"km": np.nan, "hours": np.nan, weight: None}, parallel=weight)
    ends = place_of(net, origin, "origin"), place_of(net, destination, "destination")
    if ends[0] == ends[1]:
        raise InputError(_("`origin` and `destination` are the same place, {node!r}.").format(node=origin))
    w = net.values[weight]
    cap = 10 * k if searches is None else int(searches)
    notes: dict[str, Any] = {"method": method, "weight": weight, "k": int(k)}
    if method == "yen":
        ways = _yen(net, w, ends, k)
        fewer = "no more ways without loops"
    else:
        from .kernels import ways as kernel

        ways, counts = kernel.penalised(
            net, w, ends, k=k, overlap=overlap, detour=detour, penalty=penalty, searches=cap
        )
        made, alike, long = map(int, counts)
        notes |= {"overlap": float(overlap), "detour": float(detour), "penalty": float(penalty)}
        notes |= {"searches": made, "turned_down": {"too_alike": alike, "too_long": long}}
        fewer = "searches used up"
    reason = None if len(ways) == k else fewer if ways else "no way between the two"
    table = _table(net, w, ends, ways)
    return choices.record(
        table,
        **notes,
        n=len(table),
        reason=reason,
        not_shown="modelled ways, not observed ones; no way is the best",
    )


def _check_choices(k: int, overlap: float, detour: float, penalty: float, method: str) -> None:
    if isinstance(k, bool) or int(k) != k or k < 2:
        msg = _(
            "`k` must be a whole number from 2 up, got {k!r}: "
            "a single corridor would be a claim of a best route."
        )
        raise InputError(msg.format(k=k))
    if not 0 < overlap <= 1:
        raise InputError(_("`overlap` must be above 0 and at most 1, got {value!r}.").format(value=overlap))
    for name, value in (("detour", detour), ("penalty", penalty)):
        if not (np.isfinite(value) and value > 1):
            raise InputError(_("`{name}` must be above 1, got {value!r}.").format(name=name, value=value))
    if method not in ("penalty", "yen"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="method", choices="penalty, yen", value=method))


def _yen(net: Net, w: Floats, ends: tuple[int, int], k: int) -> list[Integers]:
    """Return the k cheapest ways without loops, as arcs; in Lawler's order, led by the tree to the end."""
    from .kernels import ways as kernel

    rest = kernel.tree_to(net.back_row, net.back_arc, net.tail, net.edge, w, ends[1])
    if not np.isfinite(rest[ends[0]]):
        return []
    room: dict[str, Any] = {}
    waiting: list[tuple[float, tuple[int, ...], int, Integers]] = []
    found: list[Integers] = []
    way, start = _downhill(net, w, ends, rest), 0
    while True:
        found.append(way)
        wanted = k - len(found)
        if wanted == 0:
            return found
        limit = heapq.nsmallest(wanted, waiting)[-1][0] if len(waiting) >= wanted else np.inf
        limit *= 1 + 1e-12
        for cost, at, arcs in kernel.spurs(
            net, w, ends, rest=rest, ways=found, way=way, start=start, limit=limit, room=room
        ):
            heapq.heappush(waiting, (cost, tuple(arcs.tolist()), at, arcs))
        if not waiting:
            return found
        _cost, _key, start, way = heapq.heappop(waiting)


def _downhill(net: Net, w: Floats, ends: tuple[int, int], rest: Floats) -> Integers:
    """Return the cheapest way, read off the tree that leads to the end."""
    way, v = [], ends[0]
    while v != ends[1]:
        arcs = np.arange(net.row[v], net.row[v + 1])
        a = int(arcs[np.argmin(w[net.edge[arcs]] + rest[net.head[arcs]])])
        way.append(a)
        v = int(net.head[a])
    return np.array(way, dtype=np.int64)


def _table(net: Net, w: Floats, ends: tuple[int, int], ways: list[Integers]) -> pd.DataFrame:
    legs = [w[net.edge[way]] for way in ways]
    order = sorted(range(len(ways)), key=lambda i: (float(legs[i].sum()), ways[i].tolist()))
    ways, legs = [ways[i] for i in order], [legs[i] for i in order]
    cost = np.array([float(leg.sum()) for leg in legs])
    nodes = [(net.names[ends[0]], *(net.names[v] for v in net.head[way])) for way in ways]
    kinds = [[net.nodes.get(node, {}) for node in way] for way in nodes]
    return pd.DataFrame(
        {
            "corridor": np.arange(1, len(ways) + 1),
            "origin": [net.names[ends[0]]] * len(ways),
            "destination": [net.names[ends[1]]] * len(ways),
            "cost": cost,
            "detour": cost / cost[0] if len(cost) else cost,
            "overlap": _overlaps(net, w, ways, cost),
            "km": [float(net.values["km"][net.edge[way]].sum()) for way in ways],
            "hours": [float(net.values["hours"][net.edge[way]].sum()) for way in ways],
            "posts": _column(
                tuple(node for node, kind in zip(way, known, strict=True) if kind.get("kind") == "post")
                for way, known in zip(nodes, kinds, strict=True)
            ),
            "countries": _column(_countries(known) for known in kinds),
            "nodes": _column(nodes),
            "legs": _column(tuple(leg.tolist()) for leg in legs),
        }
    )


def _column(values: Any) -> pd.Series[Any]:
    return pd.Series(list(values), dtype=object)


def _countries(known: list[dict[str, Any]]) -> tuple[str, ...]:
    passed: list[str] = []
    for node in known:
        country = node.get("country")
        if isinstance(country, str) and country and (not passed or passed[-1] != country):
            passed.append(country)
    return tuple(passed)


def _overlaps(net: Net, w: Floats, ways: list[Integers], cost: Floats) -> list[float]:
    edges = [set(net.edge[way].tolist()) for way in ways]
    shares = []
    for i, own in enumerate(edges):
        shared = [
            float(w[sorted(own & other)].sum() / min(cost[i], cost[j]))
            for j, other in enumerate(edges)
            if j != i
        ]
        shares.append(max(shared, default=0.0))
    return shares
