"""Chokepoints: what share of an estimated flow passes each post, with intervals over costs and flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import InputError
from ..i18n import _
from ._flow_tables import noted
from ._graph import GraphLike, Net, Weight, in_order, take_flows, take_graph, take_weight

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Measure = Literal["betweenness", "current_flow", "bridges"]

__all__ = ["chokepoints"]

_MEASURES = ("betweenness", "current_flow", "bridges")
_Z95 = 1.959963984540054


def chokepoints(
    graph: GraphLike,
    flows: pd.DataFrame,
    *,
    of: Literal["posts", "nodes", "edges"] = "posts",
    measures: Sequence[Measure] = ("betweenness", "bridges"),
    weight: Weight = "cost",
    cost_error: float = 0.2,
    flow_error: float = 0.3,
    bootstraps: int = 200,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Estimate what share of a flow passes each post, and how far that hangs on costs and flows nobody knows.

    Parameters
    ----------
    graph
        What `corridor_graph` returns, a graph of networkx, or a table of arcs.
    flows
        ``origin``, ``destination`` (nodes of the graph) and ``kg``; where there, ``low`` and ``high`` (95 %).
    of
        ``posts`` (nodes whose ``kind`` is "post"; all nodes where the graph knows no kinds), ``nodes`` or
        ``edges``.
    measures
        ``betweenness``, ``current_flow`` (takes O(n³); nodes only) and ``bridges``.
    weight
        ``cost``, ``km`` or ``hours``: what makes a way long. Never a flow: betweenness weighted with flows
        takes the busiest road for the longest.
    cost_error
        Standard deviation of the logarithm of each edge's cost between draws: 0.2 is about 20 %.
    flow_error
        The same of each flow, where `flows` has no ``low`` and ``high``.
    bootstraps
        How often costs and flows are drawn.
    confidence
        Of the intervals (percentiles of the draws).
    rng
        A seed gives the same answer on any number of cores.

    Returns
    -------
    pandas.DataFrame
        In the order of names, never of a share: ``post`` (or ``node``; ``source`` and ``target`` of an edge),
        ``share`` (of all flow that has a way; mean of the draws), ``low``, ``high``, ``share_as_given``
        (with the costs and flows as they are), then the measures: ``betweenness`` (of nodes: share of
        all pairs of other nodes), ``current_flow``, ``articulation`` (nodes: without it the graph falls
        apart) and ``bridge`` (edges: the same; nodes: whether such an edge meets it).

    Raises
    ------
    InputError
        If a place is not in the graph, a flow is negative, no flow has a way, or a choice is out of range.
    ColumnsError
        If a column is missing.

    Notes
    -----
    The flows are estimates, the ways a model in which everybody takes what is cheapest to them; the draws
    stand for what varies between people and for what is not known. The intervals hold that and not the error
    of the map, of flows nobody knows of, or of ways off the roads. A flow's own ends are not
    counted as passed. A high share says where the model's flow passes: not that a post is weak, corrupt or
    worth the next patrol, and when a post is reinforced the flow moves (`interdiction.displacement`).

    References
    ----------
    Freeman (1977), doi:10.2307/3033543; Brandes (2001), doi:10.1080/0022250X.2001.9990249; current flow:
    Newman (2005), doi:10.1016/j.socnet.2004.11.009; bridges: Hopcroft & Tarjan (1973),
    doi:10.1145/362248.362272.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("aabcd"), "target": list("bcdde"), "km": [2.0, 9, 2, 9, 1]})
    >>> flows = pd.DataFrame({"origin": ["a", "c"], "destination": ["e", "e"], "kg": [30.0, 10.0]})
    >>> found = chokepoints(arcs, flows, of="nodes", weight="km", rng=1)
    >>> found[["node", "share", "share_as_given", "bridge"]].round(2)
      node  share  share_as_given  bridge
    0    a   0.00            0.00   False
    1    b   0.75            0.75   False
    2    c   0.00            0.00   False
    3    d   1.00            1.00    True
    4    e   0.00            0.00    True
    """
    from .kernels import loads

    take_weight(weight)
    _check(of, measures, confidence, cost_error=cost_error, flow_error=flow_error, bootstraps=bootstraps)
    net = take_graph(graph, {weight: None}, parallel=weight)
    w = net.values[weight]
    pairs, kg, spread, bounds = _take_flows(net, flows, flow_error)
    generator = np.random.default_rng(rng)
    cost_noise = np.exp(cost_error * generator.standard_normal((bootstraps, len(w))))
    flow_noise = np.exp(spread * generator.standard_normal((bootstraps, len(kg))))
    drawn = np.vstack([w[None, :], w * cost_noise]), np.vstack([kg[None, :], kg * flow_noise])
    at, along, lost = loads.passing(net, drawn[0], pairs, drawn[1])
    total = drawn[1].sum(axis=1) - lost
    if not total[0] > 0:
        raise InputError(_("None of the {n} flows has a way through the graph.").format(n=len(kg)))
    table, rows = _rows(net, of)
    shares = np.clip((along if of == "edges" else at)[:, rows] / total[:, None], 0, 1).round(12)
    tail = 100 * (1 - confidence) / 2
    table["share"] = shares[1:].mean(axis=0)
    table["low"], table["high"] = np.percentile(shares[1:], [tail, 100 - tail], axis=0)
    table["share_as_given"] = shares[0]
    _add_measures(table, net, w, of=of, rows=rows, measures=measures)
    return noted(
        table,
        weight=weight,
        cost_error=float(cost_error),
        flow_error="low and high of each flow" if bounds else float(flow_error),
        bootstraps=int(bootstraps),
        confidence=float(confidence),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        n_flows=len(kg),
        share_without_a_way=round(float(lost[0] / drawn[1][0].sum()), 12),
        rows_in_order="by name",
        not_shown="shares of a modelled flow; a high share says nothing of how well a post works",
    )


def _check(
    of: str,
    measures: Sequence[str],
    confidence: float,
    *,
    cost_error: float,
    flow_error: float,
    bootstraps: int,
) -> None:
    msg = _("`{name}` must be one of {choices}, got {value!r}.")
    if of not in ("posts", "nodes", "edges"):
        raise InputError(msg.format(name="of", choices="posts, nodes, edges", value=of))
    for measure in measures:
        if measure not in _MEASURES:
            raise InputError(msg.format(name="measures", choices=", ".join(_MEASURES), value=measure))
    for name, value in (("cost_error", cost_error), ("flow_error", flow_error)):
        if not (np.isfinite(value) and value >= 0):
            raise InputError(
                _("`{name}` must be a number from 0 up, got {value!r}.").format(name=name, value=value)
            )
    if isinstance(bootstraps, bool) or int(bootstraps) != bootstraps or bootstraps < 1:
        raise InputError(
            _("`{name}` must be a whole number from 1 up, got {n!r}.").format(name="bootstraps", n=bootstraps)
        )
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _take_flows(
    net: Net, flows: pd.DataFrame, flow_error: float
) -> tuple[tuple[Integers, Integers], Floats, Floats, bool]:
    """Return pairs sorted by origin, kilograms, the spread of their logarithms, and if bounds gave it."""
    origin, destination, kg = take_flows(net, flows)
    spread = np.full(len(kg), float(flow_error))
    bounds = "low" in flows and "high" in flows
    if bounds:
        low, high = (
            pd.to_numeric(flows[c], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            for c in ("low", "high")
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            known = (np.log(high) - np.log(low)) / (2 * _Z95)
        spread = np.where(np.isfinite(known) & (known >= 0), known, spread)
    go = origin != destination
    order = np.argsort(origin[go], kind="stable")
    pairs = origin[go][order], destination[go][order]
    return pairs, kg[go][order], spread[go][order], bounds


def _rows(net: Net, of: str) -> tuple[pd.DataFrame, Integers]:
    """Return the table's first columns and the numbers of its nodes or edges."""
    rank = {i: place for place, i in enumerate(in_order(net.names))}
    if of == "edges":
        edges = sorted(range(len(net.start)), key=lambda e: (rank[int(net.start[e])], rank[int(net.end[e])]))
        ends = {
            "source": [net.names[net.start[e]] for e in edges],
            "target": [net.names[net.end[e]] for e in edges],
        }
        return pd.DataFrame(ends), np.array(edges, dtype=np.int64)
    rows = list(rank)
    kinds = [net.nodes.get(name, {}).get("kind") for name in net.names]
    if of == "posts" and any(kind is not None for kind in kinds):
        rows = [i for i in rows if kinds[i] == "post"]
    name = "post" if of == "posts" else "node"
    return pd.DataFrame({name: [net.names[i] for i in rows]}), np.array(rows, dtype=np.int64)


def _add_measures(
    table: pd.DataFrame, net: Net, w: Floats, *, of: str, rows: Integers, measures: Sequence[str]
) -> None:
    from .kernels import loads

    if "betweenness" in measures:
        at, along = loads.betweenness(net, w)
        table["betweenness"] = (along if of == "edges" else at)[rows]
    if "current_flow" in measures and of != "edges":
        table["current_flow"] = loads.current_flow(net, w)[rows]
    if "bridges" in measures:
        cut_nodes, bridges = _weak_points(net)
        if of == "edges":
            table["bridge"] = bridges[rows]
        else:
            meets = np.zeros(len(net.names), dtype=bool)
            meets[net.start[bridges]] = meets[net.end[bridges]] = True
            table["articulation"] = cut_nodes[rows]
            table["bridge"] = meets[rows]


def _weak_points(net: Net) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which nodes and which edges hold the graph together, directions left aside."""
    import networkx as nx

    graph: Any = nx.Graph()
    graph.add_nodes_from(range(len(net.names)))
    graph.add_edges_from(zip(net.start.tolist(), net.end.tolist(), strict=True))
    nodes = np.zeros(len(net.names), dtype=bool)
    nodes[list(nx.articulation_points(graph))] = True
    found = {(min(pair), max(pair)) for pair in nx.bridges(graph)}
    ends = zip(np.minimum(net.start, net.end).tolist(), np.maximum(net.start, net.end).tolist(), strict=True)
    return nodes, np.array([pair in found for pair in ends], dtype=bool)
