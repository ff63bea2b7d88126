"""Cuts: the smallest set of edges that parts two places, and what closures take from the flow."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import InputError
from ..i18n import _
from ._graph import GraphLike, Net, place_of, take_graph

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Edge = tuple[Any, Any]

__all__ = [
    "Cut",
    "Interdiction",
    "costs_of",
    "edges_named",
    "max_flow_interdiction",
    "min_cut",
    "sets_out",
    "take_budget",
]

_WARNING = "the user's numbers; one set of possibly several, and flows move"


@dataclass(frozen=True)
class Cut:
    """The edges whose capacities bound the flow between two places."""

    value: float
    """The largest flow, and the capacity of the cut: the two are equal."""
    edges: pd.DataFrame
    """The cut in the order of names: ``source``, ``target``, ``capacity``."""
    source_side: tuple[Any, ...]
    """The nodes on the side of the source, in the order of names."""
    choices: dict[str, Any]


@dataclass(frozen=True)
class Interdiction:
    """What a budget of closures does to the flow, or to the shortest way, between two places."""

    before: float
    """Largest flow, or length of the shortest way, with nothing closed."""
    after: float
    """The same with `edges` closed; infinite where no way is left."""
    edges: tuple[Edge, ...]
    """The edges to close, in the order of names; others may do as well."""
    spent: float
    """Sum of their costs."""
    bound: float
    """No set within the budget does better than this."""
    gap: float
    """Distance of `after` from `bound`, as a share of `bound`; 0 where proven."""
    proven: bool
    """Whether no set within the budget does better."""
    greedy_after: float
    """What the greedy rule reaches, one edge after the other."""
    greedy_edges: tuple[Edge, ...]
    choices: dict[str, Any]


def min_cut(graph: GraphLike, source: Hashable, sink: Hashable, *, capacity: str = "capacity") -> Cut:
    """
    Find the smallest cut between two places: the edges that bound what can pass.

    Parameters
    ----------
    graph
        A graph of networkx, or a table of arcs (``source``, ``target``), with `capacity` on its edges.
    source, sink
        Nodes of the graph.
    capacity
        Name of the edges' numbers, from 0 up; an edge without one has no bound and is never cut.

    Returns
    -------
    Cut

    Raises
    ------
    InputError
        If a place is not in the graph, a capacity is negative, or nothing bounds the flow.

    Notes
    -----
    Of several smallest cuts this is the one nearest the source. Exact for real capacities (peers round to
    whole numbers). What a road can carry is hardly ever what bounds a flow of drugs, of which a car holds a
    year's worth: read it as the fewest places that all ways pass (capacity 1 everywhere), not as tonnes.

    References
    ----------
    Ford & Fulkerson (1956), doi:10.4153/CJM-1956-045-5.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("sab"), "target": list("abt"), "capacity": [3.0, 1.0, 2.0]})
    >>> cut = min_cut(arcs, "s", "t")
    >>> cut.value, cut.source_side
    (1.0, ('a', 's'))
    """
    from .kernels import cutting

    net, ends = _net_and_ends(graph, {capacity: np.nan}, source, sink)
    size = _capacities(net, capacity)
    value, reached = cutting.largest_flow(net, size, ends)
    if not np.isfinite(value):
        msg = _("Nothing bounds the flow from {source!r} to {sink!r}: a way between them has no `{column}`.")
        raise InputError(msg.format(source=source, sink=sink, column=capacity))
    out, back = reached[net.start], reached[net.end]
    crossing = (out & ~back) if net.directed else (out != back)
    edges = np.flatnonzero(crossing & (size > 0))
    named = edges_named(net, edges, reached)
    table = pd.DataFrame(
        {
            "source": [pair[0] for _edge, pair in named],
            "target": [pair[1] for _edge, pair in named],
            "capacity": [float(size[edge]) for edge, _pair in named],
        }
    )
    side = tuple(sorted((net.names[v] for v in np.flatnonzero(reached)), key=_by_name))
    return Cut(
        float(table["capacity"].sum()),
        table,
        side,
        {"capacity": capacity, "cut": "nearest the source", "not_shown": _WARNING},
    )


def max_flow_interdiction(
    graph: GraphLike,
    source: Hashable,
    sink: Hashable,
    *,
    k: int | None = None,
    budget: float | None = None,
    costs: str | Mapping[Edge, float] | None = None,
    protected: Collection[Edge] = (),
    capacity: str = "capacity",
    time_limit: float = 60.0,
) -> Interdiction:
    """
    Find the closures within a budget that leave the smallest largest flow, with proof.

    Parameters
    ----------
    graph, source, sink, capacity
        As for `min_cut`. An edge of an undirected graph is closed in both directions.
    k
        How many edges may be closed; or
    budget, costs
        what may be spent, and what each edge costs to close: name of the edges' numbers, or numbers by
        (source, target); 1 where neither gives one.
    protected
        Edges that cannot be closed.
    time_limit
        Seconds for the solver; the best set so far comes back with its gap.

    Returns
    -------
    Interdiction
        `bound` is a lower bound of the flow that is left.

    Raises
    ------
    InputError
        If a place or an edge is not in the graph, a number is out of range, or nothing bounds the flow.

    Notes
    -----
    Exact: a mixed-integer program (SciPy's HiGHS) over cuts, each edge of which is counted or closed. The
    greedy rule beside it closes one edge at a time, always the one that takes most from the flow that is
    left; it is often poor where two closures work only together. A plan on a frozen network: in life flows
    move to what was not worth while before (`displacement`). Real capacities and costs are the user's; none
    are shipped.

    References
    ----------
    Wood (1993), doi:10.1016/0895-7177(93)90236-R.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("ssab"), "target": list("abtt"), "capacity": [5, 2, 4, 2]})
    >>> found = max_flow_interdiction(arcs, "s", "t", k=1)
    >>> found.before, found.after, found.edges, found.proven
    (6.0, 2.0, (('a', 't'),), True)
    """
    from .kernels import cutting

    net, ends = _net_and_ends(graph, {capacity: np.nan, **_cost_column(costs)}, source, sink)
    size = _capacities(net, capacity)
    price, allowed = costs_of(net, costs, protected)
    limit = take_budget(k, budget)
    before, _reached = cutting.largest_flow(net, size, ends)
    if not np.isfinite(before):
        msg = _("Nothing bounds the flow from {source!r} to {sink!r}: a way between them has no `{column}`.")
        raise InputError(msg.format(source=source, sink=sink, column=capacity))

    def left(closed: Integers) -> float:
        open_ = size.copy()
        open_[closed] = 0.0
        return cutting.largest_flow(net, open_, ends)[0]

    greedy = _greedy(size, price, allowed, limit, left)
    chosen, bound = _solve(net, size, price, allowed, limit=limit, ends=ends, seconds=time_limit)
    if chosen is None or left(greedy) < left(chosen):
        chosen = greedy
    after = left(chosen)
    scale = max(before, 1e-300)
    proven = after - bound <= 1e-9 * scale
    bound = after if proven else bound
    return Interdiction(
        before=before,
        after=after,
        edges=sets_out(net, chosen),
        spent=float(price[chosen].sum()),
        bound=bound,
        gap=0.0 if proven else float((after - bound) / bound) if bound > 0 else float("inf"),
        proven=bool(proven),
        greedy_after=left(greedy),
        greedy_edges=sets_out(net, greedy),
        choices={
            "capacity": capacity,
            "budget": limit,
            "solver": "HiGHS, mixed-integer",
            "time_limit_seconds": float(time_limit),
            "proven": bool(proven),
            "not_shown": _WARNING,
        },
    )


def _net_and_ends(
    graph: GraphLike, needs: dict[str, float | None], source: Hashable, sink: Hashable
) -> tuple[Net, tuple[int, int]]:
    net = take_graph(graph, needs, positive=False)
    ends = place_of(net, source, "source"), place_of(net, sink, "sink")
    if ends[0] == ends[1]:
        raise InputError(_("`source` and `sink` are the same place, {node!r}.").format(node=source))
    return net, ends


def _capacities(net: Net, capacity: str) -> Floats:
    size = net.values[capacity]
    return np.where(np.isnan(size), np.inf, size)


def _cost_column(costs: Any) -> dict[str, float | None]:
    return {costs: 1.0} if isinstance(costs, str) else {}


def costs_of(net: Net, costs: Any, protected: Collection[Edge]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what each edge costs to close, and which may be closed."""
    price = net.values[costs].copy() if isinstance(costs, str) else np.ones(len(net.start))
    allowed = np.ones(len(net.start), dtype=bool)
    if costs is not None and not isinstance(costs, str):
        for edge, cost in costs.items():
            if not (np.isfinite(cost) and cost >= 0):
                raise InputError(
                    _("`costs` of {edge!r} is {value!r}; from 0 up is needed.").format(edge=edge, value=cost)
                )
            price[_numbers_of(net, edge, "costs")] = cost
    for edge in protected:
        allowed[_numbers_of(net, edge, "protected")] = False
    return price, allowed


def _numbers_of(net: Net, edge: Edge, argument: str) -> Integers:
    a, b = (place_of(net, node, argument) for node in edge)
    found = (net.start == a) & (net.end == b)
    if not net.directed:
        found |= (net.start == b) & (net.end == a)
    if not found.any():
        raise InputError(_("`{name}` {edge!r} is no edge of the graph.").format(name=argument, edge=edge))
    return np.flatnonzero(found)


def take_budget(k: int | None, budget: float | None) -> float:
    """Return what may be spent."""
    if (k is None) == (budget is None):
        raise InputError(_("Pass either `k` (how many edges) or `budget` (what may be spent)."))
    limit = float(k if k is not None else budget)  # type: ignore[arg-type]
    if not (np.isfinite(limit) and limit >= 0) or (k is not None and (isinstance(k, bool) or int(k) != k)):
        name = "k" if k is not None else "budget"
        raise InputError(
            _("`{name}` must be a number from 0 up, got {value!r}.").format(
                name=name, value=k if k is not None else budget
            )
        )
    return limit


def _greedy(size: Floats, price: Floats, allowed: NDArray[np.bool_], limit: float, left: Any) -> Integers:
    closed: list[int] = []
    spent = 0.0
    while True:
        now = left(np.array(closed, dtype=np.int64))
        best, best_left = -1, now
        for edge in np.flatnonzero(allowed & (size > 0) & (price <= limit - spent + 1e-9)):
            if int(edge) not in closed:
                then = left(np.array([*closed, int(edge)], dtype=np.int64))
                if then < best_left * (1 - 1e-12):
                    best, best_left = int(edge), then
        if best < 0:
            return np.array(sorted(closed), dtype=np.int64)
        closed.append(best)
        spent += float(price[best])


def _solve(
    net: Net,
    size: Floats,
    price: Floats,
    allowed: NDArray[np.bool_],
    *,
    limit: float,
    ends: tuple[int, int],
    seconds: float,
) -> tuple[Integers | None, float]:
    """
    Solve the program of Wood: node on the side of the sink or not, edge counted or closed.

    For each arc (i, j): side[j] - side[i] <= counted + closed, side[source] = 0, side[sink] = 1.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    nodes, edges = len(net.names), len(size)
    arcs = len(net.tail)
    line = np.arange(arcs)
    entries = [
        (line, net.head, 1.0),
        (line, net.tail, -1.0),
        (line, nodes + net.edge, -1.0),
        (line, nodes + edges + net.edge, -1.0),
    ]
    data = np.concatenate([np.full(arcs, value) for _row, _column, value in entries])
    rows = np.concatenate([row for row, _column, _value in entries])
    columns = np.concatenate([column for _row, column, _value in entries])
    n = nodes + 2 * edges
    flow = coo_array((data, (rows, columns)), shape=(arcs, n)).tocsr()
    spent = coo_array(
        (price, (np.zeros(edges, dtype=np.int64), nodes + edges + np.arange(edges))), shape=(1, n)
    ).tocsr()
    finite = np.isfinite(size)
    scale = float(size[finite].max(initial=1.0)) or 1.0
    worth = np.concatenate([np.zeros(nodes), np.where(finite, size, 0.0) / scale, np.zeros(edges)])
    low, high = np.zeros(n), np.ones(n)
    high[ends[0]], low[ends[1]] = 0.0, 1.0
    high[nodes : nodes + edges] = finite
    high[nodes + edges :] = allowed
    done = milp(
        worth,
        constraints=[LinearConstraint(flow, -np.inf, 0.0), LinearConstraint(spent, -np.inf, limit)],
        integrality=np.repeat([1, 0, 1], [nodes, edges, edges]),
        bounds=Bounds(low, high),
        options={"time_limit": float(seconds), "mip_rel_gap": 0.0},
    )
    known = getattr(done, "mip_dual_bound", None)
    bound = 0.0 if known is None or not np.isfinite(known) else max(float(known) * scale, 0.0)
    if done.x is None:
        return None, bound
    chosen: Integers = np.flatnonzero(done.x[nodes + edges :] > 0.5)
    return chosen, bound


def edges_named(
    net: Net, edges: Integers, reached: NDArray[np.bool_] | None = None
) -> list[tuple[int, Edge]]:
    """Return edges with the names of their ends, in the order of names; from the reached side where given."""
    named = []
    for edge in edges.tolist():
        a, b = int(net.start[edge]), int(net.end[edge])
        if reached is not None and not reached[a]:
            a, b = b, a
        named.append((edge, (net.names[a], net.names[b])))
    return sorted(named, key=lambda item: (_by_name(item[1][0]), _by_name(item[1][1])))


def sets_out(net: Net, edges: Integers) -> tuple[Edge, ...]:
    """Return the names of edges, in order."""
    return tuple(pair for _edge, pair in edges_named(net, edges))


def _by_name(name: Any) -> tuple[bool, Any]:
    return (False, name) if isinstance(name, int | float) else (True, str(name))
