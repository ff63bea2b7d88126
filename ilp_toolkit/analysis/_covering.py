"""Closures or delays that make the shortest way as long as a budget can: exact, by covering short ways."""

from __future__ import annotations

import time
from collections.abc import Collection, Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..i18n import _
from ._cuts import Edge, Interdiction, costs_of, sets_out, take_budget
from ._graph import GraphLike, Net, Weight, place_of, take_graph, take_weight

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

__all__ = ["shortest_path_interdiction"]

_SAME = 1e-9
"""Relative difference below which two lengths are one."""
_STEP = 1e-5
"""The least relative improvement that is looked for: the solver itself counts to a millionth."""


def shortest_path_interdiction(
    graph: GraphLike,
    source: Hashable,
    sink: Hashable,
    *,
    k: int | None = None,
    budget: float | None = None,
    costs: str | Mapping[Edge, float] | None = None,
    delay: float | str | None = None,
    protected: Collection[Edge] = (),
    weight: Weight = "cost",
    time_limit: float = 60.0,
) -> Interdiction:
    """
    Find the closures, or delays, within a budget that make the shortest way longest, with proof.

    Parameters
    ----------
    graph, source, sink
        As for `min_cut`, with `weight` above 0 on its edges.
    k
        How many edges may be closed; or
    budget, costs
        what may be spent, and what each edge costs: name of the edges' numbers, or numbers by (source,
        target); 1 where neither gives one.
    delay
        None: what is chosen is closed. A number, or the name of the edges' numbers: it takes so much longer.
    protected
        Edges that cannot be chosen.
    weight
        ``cost``, ``km`` or ``hours``.
    time_limit
        Seconds; the best set so far comes back with its gap.

    Returns
    -------
    Interdiction
        `after` is infinite where the budget parts the two places; `bound` is an upper bound of the length.

    Raises
    ------
    InputError
        If a place or an edge is not in the graph, there is no way, or a number is out of range.

    Notes
    -----
    Exact: each way that is no longer than the best found so far must be hit; a mixed-integer program (SciPy's
    HiGHS) looks for a set within the budget that hits all the ways listed, the shortest way that is left is
    listed next, and where no such set is left the best is proven (to one part in 100,000). The greedy rule
    beside it takes, one at a time, the edge of the shortest way that lengthens it most. Whoever travels is
    taken to know what is closed and to take the shortest way; who has a hundred small parcels need not.
    Closures are assumed to work always.

    References
    ----------
    Israeli & Wood (2002), doi:10.1002/net.10039.

    Examples
    --------
    >>> import pandas as pd
    >>> arcs = pd.DataFrame({"source": list("ssab"), "target": list("abtt"), "km": [5.0, 2.0, 4.0, 2.0]})
    >>> found = shortest_path_interdiction(arcs, "s", "t", k=1, weight="km")
    >>> found.before, found.after, found.edges, found.proven
    (4.0, 9.0, (('s', 'b'),), True)
    """
    take_weight(weight)
    limit = take_budget(k, budget)
    needs: dict[str, float | None] = {weight: None}
    if isinstance(costs, str):
        needs[costs] = 1.0
    if isinstance(delay, str):
        needs[delay] = 0.0
    net = take_graph(graph, needs, positive=False)
    ends = place_of(net, source, "source"), place_of(net, sink, "sink")
    if ends[0] == ends[1]:
        raise InputError(_("`source` and `sink` are the same place, {node!r}.").format(node=source))
    w = net.values[weight]
    if not (w > 0).all():
        raise InputError(_("`{name}` must be above 0 on every edge of the graph.").format(name=weight))
    price, allowed = costs_of(net, costs, protected)
    longer = _delays(net, delay)
    allowed &= (longer > 0) & (price <= limit)
    search = _Search(net, w, longer, ends)
    before, _way = search.way([])
    if not np.isfinite(before):
        raise InputError(_("There is no way from {source!r} to {sink!r}.").format(source=source, sink=sink))
    greedy = _greedy(search, price, allowed, limit)
    parted = _parting(net, price, allowed, limit, ends) if delay is None else None
    if parted is not None:
        chosen, after, bound = parted, float("inf"), float("inf")
    else:
        chosen, after, bound = _cover(
            search, price, allowed, limit, chosen=greedy, until=time.monotonic() + time_limit
        )
    proven = after == bound
    return Interdiction(
        before=before,
        after=after,
        edges=sets_out(net, np.array(sorted(chosen), dtype=np.int64)),
        spent=float(price[sorted(chosen)].sum()),
        bound=bound,
        gap=0.0 if proven else float((bound - after) / bound) if np.isfinite(bound) else 1.0,
        proven=proven,
        greedy_after=search.way(greedy)[0],
        greedy_edges=sets_out(net, np.array(sorted(greedy), dtype=np.int64)),
        choices={
            "weight": weight,
            "budget": limit,
            "delay": "it is closed" if delay is None else delay if isinstance(delay, str) else float(delay),
            "solver": "HiGHS, mixed-integer",
            "time_limit_seconds": float(time_limit),
            "proven": proven,
            "not_shown": "the user's numbers; one set of possibly several, and flows move",
        },
    )


def _delays(net: Net, delay: float | str | None) -> Floats:
    if delay is None:
        return np.full(len(net.start), np.inf)
    if isinstance(delay, str):
        return net.values[delay]
    if not (np.isfinite(delay) and delay > 0):
        raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name="delay", value=delay))
    return np.full(len(net.start), float(delay))


class _Search:
    """The shortest way with some edges chosen; each way that was met is kept."""

    def __init__(self, net: Net, w: Floats, longer: Floats, ends: tuple[int, int]) -> None:
        self.net, self.w, self.longer, self.ends = net, w, longer, ends
        n, arcs = len(net.names), len(net.tail)
        self._room = (
            np.empty(n),
            np.empty(n, np.int64),
            np.empty(n, np.int64),
            np.empty(arcs + 2),
            np.empty(arcs + 2, np.int64),
        )
        self.met: dict[tuple[int, ...], float] = {}
        """Length of each way met, nothing chosen, by its edges."""

    def way(self, chosen: Collection[int]) -> tuple[float, list[int]]:
        """Return the length of the shortest way, and its edges."""
        from .kernels import ways as kernel

        net, (source, sink) = self.net, self.ends
        w = self.w.copy()
        w[list(chosen)] += self.longer[list(chosen)]
        dist, via, *rest = self._room
        kernel.tree(net.row, net.head, net.edge, w, source, dist, via, *rest)
        if not np.isfinite(dist[sink]):
            return float("inf"), []
        edges, v = [], sink
        while v != source:
            edges.append(int(net.edge[via[v]]))
            v = int(net.tail[via[v]])
        key = tuple(sorted(edges))
        self.met.setdefault(key, float(self.w[list(key)].sum()))
        return float(w[list(key)].sum()), edges


def _greedy(search: _Search, price: Floats, allowed: NDArray[np.bool_], limit: float) -> list[int]:
    chosen: list[int] = []
    spent = 0.0
    while True:
        now, way = search.way(chosen)
        options = [e for e in way if allowed[e] and e not in chosen and price[e] <= limit - spent + _SAME]
        gains = [(search.way([*chosen, e])[0], -e) for e in options]
        if not gains or max(gains)[0] <= now:
            return chosen
        best = -max(gains)[1]
        chosen.append(best)
        spent += float(price[best])


def _parting(
    net: Net, price: Floats, allowed: NDArray[np.bool_], limit: float, ends: tuple[int, int]
) -> list[int] | None:
    """Return closures within the budget that leave no way at all, if there are any."""
    from .kernels import cutting

    size = np.where(allowed, price, np.inf)
    value, reached = cutting.largest_flow(net, size, ends)
    if not value <= limit * (1 + _SAME) + _SAME:
        return None
    out, back = reached[net.start], reached[net.end]
    crossing = (out & ~back) if net.directed else (out != back)
    return [int(e) for e in np.flatnonzero(crossing)]


def _cover(
    search: _Search,
    price: Floats,
    allowed: NDArray[np.bool_],
    limit: float,
    *,
    chosen: list[int],
    until: float,
) -> tuple[list[int], float, float]:
    """Return the best set, the length it leaves, and the bound; the two are equal where it is proven."""
    best = search.way(chosen)[0]
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return chosen, best, _bound(search, price, allowed, limit, best)
        found = _hit(search, price, allowed, limit, best=best, seconds=left)
        if found is None:
            return chosen, best, best
        if isinstance(found, str):
            return chosen, best, _bound(search, price, allowed, limit, best)
        attempt: list[int] = list(found)
        length, way = search.way(attempt)
        while True:
            spent = float(price[attempt].sum())
            more = [e for e in way if allowed[e] and e not in attempt and price[e] <= limit - spent + _SAME]
            if not more:
                break
            attempt.append(max(more, key=lambda e: (search.way([*attempt, e])[0], -e)))
            length, way = search.way(attempt)
        if length > best * (1 + _SAME):
            chosen, best = attempt, length


def _hit(
    search: _Search, price: Floats, allowed: NDArray[np.bool_], limit: float, *, best: float, seconds: float
) -> list[int] | str | None:
    """
    Return a set within the budget that makes each way met longer than `best`; None where there is none.

    A way of length c needs delays that add up to more than best - c; of one edge no more than that counts.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    goal = best * (1 + _STEP)
    rows = [(edges, goal - length) for edges, length in search.met.items() if length < goal]
    indices = np.concatenate([edges for edges, _need in rows])
    needs = np.repeat([need for _edges, need in rows], [len(edges) for edges, _need in rows])
    data = np.minimum(search.longer[indices] / needs, 1.0)
    starts = np.cumsum([0, *(len(edges) for edges, _need in rows)])
    n = len(price)
    ways = csr_array((data, indices, starts), shape=(len(rows), n))
    spent = csr_array(np.where(allowed, price, 0.0)[None, :])
    done = milp(
        -np.asarray(ways.sum(axis=0)).ravel(),
        constraints=[LinearConstraint(ways, 1.0, np.inf), LinearConstraint(spent, -np.inf, limit)],
        integrality=np.ones(n, dtype=np.int64),
        bounds=Bounds(np.zeros(n), allowed.astype(float)),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 1.0},
    )
    if done.x is not None:
        return [int(e) for e in np.flatnonzero(done.x > 0.5)]
    return None if done.status == 2 else "late"


def _bound(search: _Search, price: Floats, allowed: NDArray[np.bool_], limit: float, best: float) -> float:
    """Return a length that no set within the budget passes, by the ways met; infinite if they show none."""
    lengths = sorted({length for length in search.met.values() if length > best})
    low, high = 0, len(lengths)
    while low < high:
        middle = (low + high) // 2
        if _hit(search, price, allowed, limit, best=lengths[middle], seconds=2.0) is None:
            high = middle
        else:
            low = middle + 1
    return lengths[low] if low < len(lengths) else float("inf")
