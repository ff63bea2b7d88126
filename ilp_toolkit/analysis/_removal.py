"""How a network holds when nodes are taken out: chosen by their position, or at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._graph import GraphLike, Net, take_graph

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Strategy = Literal["out_degree", "in_degree", "degree", "strength", "betweenness"]

__all__ = ["removal_experiment"]

_STRATEGIES = ("out_degree", "in_degree", "degree", "strength", "betweenness")


def removal_experiment(
    network: GraphLike,
    *,
    strategies: Sequence[Strategy] = ("degree", "betweenness"),
    flow: str | None = None,
    weight: str | None = None,
    most: float = 0.3,
    draws: int = 100,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Compare how a network comes apart when its central nodes are taken out, and when any are.

    Parameters
    ----------
    network
        A network of places (countries, towns, posts): a graph of networkx or a table of arcs.
    strategies
        By what the next node is chosen, anew after each: ``degree``, ``in_degree``, ``out_degree``,
        ``strength`` (sum of `flow`) or ``betweenness``. Ties go by the order of the nodes.
    flow
        Name of the edges' flow, for ``strength``.
    weight
        Name of the edges' length, above 0, for closeness and betweenness; 1 where None. Never the flow: a
        large flow is no long way.
    most
        Share of the nodes to take out, above 0 and at most 1.
    draws
        How often nodes are taken out at random.
    confidence
        Of the range of the random draws.
    rng
        A seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        A row for each strategy (``random`` last) and number of nodes taken out: ``strategy``, ``removed``,
        ``reachability`` (share of all ordered pairs of the first network that still reach each other) and
        ``closeness`` (mean of 1 / length over these pairs, 0 where there is no way), of random draws the
        mean, with ``reachability_low``, ``reachability_high``, ``closeness_low`` and ``closeness_high`` (of
        the draws). Which nodes were taken is not in the result: the curve is of the network.

    Raises
    ------
    InputError
        If a strategy is unknown or lacks its flow, or a number is out of range.

    Notes
    -----
    A static network: nobody steps in for who is gone and no new edge comes up, both of which happen within
    months, so the curves say how much a network hangs on few places and not what an operation would do. For
    networks of persons use it to describe the network; it gives no list, and none should be made from it. In
    the countries' networks of the reference, betweenness broke most, volume little, and random least.

    References
    ----------
    Opsahl, Agneessens & Skvoretz (2010), doi:10.1016/j.socnet.2010.03.006; Giommoni, Berlusconi & Aziani
    (2022), European Journal on Criminal Policy and Research 28, 545.

    Examples
    --------
    >>> import networkx as nx
    >>> found = removal_experiment(nx.star_graph(4), strategies=["degree"], most=0.2, draws=20, rng=1)
    >>> found[["strategy", "removed", "reachability"]]
      strategy  removed  reachability
    0   degree        0          1.00
    1   degree        1          0.00
    2   random        0          1.00
    3   random        1          0.51
    """
    from .kernels import removals

    _check(strategies, flow, most, draws, confidence)
    needs: dict[str, float | None] = {name: None for name in (flow, weight) if name is not None}
    net = take_graph(
        network, needs, argument="network", positive=weight is not None and flow is None, parallel=weight
    )
    w = np.ones(len(net.start)) if weight is None else net.values[weight]
    if not (w > 0).all():
        raise InputError(_("`{name}` must be above 0 on every edge of the graph.").format(name=weight))
    nodes = len(net.names)
    steps = min(max(1, round(most * nodes)), nodes)
    tables = []
    for strategy in strategies:
        order = _order(net, w, strategy, None if flow is None else net.values[flow], steps)
        reach, near = removals.curve(net, w, order, steps)
        tables.append(_table(strategy, reach[None], near[None], None))
    generator = np.random.default_rng(rng)
    random = [removals.curve(net, w, generator.permutation(nodes), steps) for _draw in range(draws)]
    reach, near = (np.array([pair[i] for pair in random]) for i in range(2))
    tables.append(_table("random", reach, near, confidence))
    return choices.record(
        pd.concat(tables, ignore_index=True),
        strategies=list(strategies),
        weight=weight,
        draws=int(draws),
        confidence=float(confidence),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        n=nodes,
        not_shown="the curve of a network that does not mend itself; no order of its nodes",
    )


def _check(strategies: Sequence[str], flow: str | None, most: float, draws: int, confidence: float) -> None:
    for strategy in strategies:
        if strategy not in _STRATEGIES:
            msg = _("`{name}` must be one of {choices}, got {value!r}.")
            raise InputError(msg.format(name="strategies", choices=", ".join(_STRATEGIES), value=strategy))
    if "strength" in strategies and flow is None:
        raise InputError(_("The strategy strength needs `flow`, the name of the edges' flow."))
    if not 0 < most <= 1:
        raise InputError(
            _("`{name}` must be above 0 and at most 1, got {value!r}.").format(name="most", value=most)
        )
    if isinstance(draws, bool) or int(draws) != draws or draws < 1:
        raise InputError(
            _("`{name}` must be a whole number from 1 up, got {n!r}.").format(name="draws", n=draws)
        )
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _order(net: Net, w: Floats, strategy: str, flow: Floats | None, steps: int) -> Integers:
    """Return which nodes go, one after the other, each chosen in what is left."""
    from .kernels import loads

    here = np.ones(len(net.names), dtype=bool)
    order = []
    for _step in range(steps):
        edges = here[net.start] & here[net.end]
        if strategy == "betweenness":
            left = Net(net.names, net.directed, net.start[edges], net.end[edges], {}, {}, 0, 0)
            score = loads.betweenness(left, w[edges])[0].round(12)
        else:
            size = flow[edges] if strategy == "strength" and flow is not None else np.ones(int(edges.sum()))
            out = np.bincount(net.start[edges], size, len(here)).astype(np.float64)
            into = np.bincount(net.end[edges], size, len(here)).astype(np.float64)
            one_way = net.directed and strategy in ("in_degree", "out_degree")
            score = (into if strategy == "in_degree" else out) if one_way else out + into
        score = np.where(here, score, -1.0)
        order.append(int(np.argmax(score)))
        here[order[-1]] = False
    return np.array(order, dtype=np.int64)


def _table(strategy: str, reach: Floats, near: Floats, confidence: float | None) -> pd.DataFrame:
    table = pd.DataFrame({"strategy": strategy, "removed": np.arange(reach.shape[1])})
    for name, values in (("reachability", reach), ("closeness", near)):
        table[name] = values.mean(axis=0).round(12)
        tail = 0.0 if confidence is None else 50 * (1 - confidence)
        limits = np.percentile(values, [tail, 100 - tail], axis=0).round(12)
        table[f"{name}_low"], table[f"{name}_high"] = limits if confidence is not None else (np.nan, np.nan)
    return table
