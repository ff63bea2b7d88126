"""
Betweenness beside igraph's and networkx's, in alternating pairs; the two must agree before they are timed.

Run with ``python -m benchmarks.networks``; ``--quick`` takes one pair. Peers that are not installed are named
and skipped. The network is one that grows by preferential attachment: few vertices with many links, as in
records of calls.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.measure import HEADER, once, paired


def network(n: int) -> Any:
    """Return a network of `n` vertices and about three edges each, with weights."""
    import networkx as nx

    graph = nx.barabasi_albert_graph(n, 3, seed=1)
    rng = np.random.default_rng(1)
    for edge in graph.edges:
        graph.edges[edge]["w"] = float(rng.integers(1, 20))
    return graph


def ours(n: int, weighted: bool) -> Callable[[], Any]:
    from ilp_toolkit.analysis import networks

    graph, weight = network(n), "w" if weighted else None
    networks.centralities(network(50), weight=weight, measures=["betweenness"])
    return lambda: networks.centralities(graph, weight=weight, measures=["betweenness"])


def igraph(n: int, weighted: bool) -> Callable[[], Any]:
    import igraph as peer

    graph = network(n)
    made = peer.Graph(n=n, edges=list(graph.edges))
    weights = [graph.edges[edge]["w"] for edge in graph.edges] if weighted else None
    return lambda: made.betweenness(weights=weights)


def by_networkx(n: int, weighted: bool) -> Callable[[], Any]:
    import networkx as nx

    graph = network(n)
    return lambda: nx.betweenness_centrality(graph, weight="w" if weighted else None, normalized=False)


def stability(n: int) -> Callable[[], Any]:
    from ilp_toolkit.analysis import networks

    graph = network(n)
    networks.rank_stability(network(250), draws=1, rng=1)
    return lambda: networks.rank_stability(graph, draws=100, levels=[0.1], rng=1)


def removal(n: int) -> Callable[[], Any]:
    from ilp_toolkit.analysis import networks

    graph = network(n)
    networks.removal(network(50), draws=1, rng=1)
    return lambda: networks.removal(graph, draws=100, rng=1)


def agree(peer: Callable[..., Callable[[], Any]], n: int) -> None:
    """Stop where a peer's betweenness differs."""
    for weighted in (False, True):
        theirs = peer(n, weighted)()
        values = [theirs[v] for v in range(n)]
        np.testing.assert_allclose(ours(n, weighted)()["betweenness"], values, rtol=1e-9, atol=1e-6)


def main() -> None:
    quick = "--quick" in sys.argv
    print(HEADER)
    if importlib.util.find_spec("igraph"):
        agree(igraph, 1000)
        for weighted in (False, True):
            job = f"betweenness, 10,000, {'weights' if weighted else 'steps'} (peer: igraph)"
            print(
                paired(ours, igraph, args=(10_000, weighted), pairs=1 if quick else 3).line(job), flush=True
            )
    else:
        print("igraph is not installed: skipped")
    agree(by_networkx, 300)
    print(
        paired(ours, by_networkx, args=(1000, False), pairs=1 if quick else 3).line("1,000 (peer: networkx)")
    )
    for job, work in (
        ("rank stability, 1,000, 2 × 100 draws", stability),
        ("removal, 1,000, 100 draws", removal),
    ):
        print(f"{job:<44}{once(work, 1000).seconds:>8.2f} s", flush=True)


if __name__ == "__main__":
    main()
