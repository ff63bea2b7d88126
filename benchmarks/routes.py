"""
Routes and interdiction, with what is asked of each row; the ways beside SciPy's `yen`, in alternating pairs.

Run with ``python -m benchmarks.routes``; ``--quick`` takes one pair. The roads are the real clip of 12,287
nodes where it lies in ``../shared/data`` (or ``ILP_REAL_DATA``), an invented lattice as large elsewhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import HEADER, once, paired

REAL = Path(os.environ.get("ILP_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PAIRS = {
    "Kunduz to Orenburg": ((36.73, 68.86), (51.77, 55.1)),
    "Dushanbe to Orenburg": ((38.56, 68.78), (51.77, 55.1)),
    "Khorog to Osh": ((37.49, 71.55), (40.53, 72.8)),
    "Termez to Tashkent": ((37.22, 67.28), (41.3, 69.24)),
    "Ashgabat to Almaty": ((37.95, 58.38), (43.24, 76.9)),
}
"""Five pairs of places, by latitude and longitude."""


def roads() -> tuple[Any, list[tuple[int, int]]]:
    """Return arcs in both directions, nodes numbered from 0, and the five pairs."""
    import pandas as pd

    folder = REAL / "roads_centralasia_osm"
    if folder.exists():
        nodes = pd.read_csv(folder / "nodes.csv")
        edges = pd.read_csv(folder / "edges.csv")
        place = pd.Index(nodes["node_id"])
        ends = place.get_indexer(edges["from"]), place.get_indexer(edges["to"])
        lat, lon, km = nodes["lat"].to_numpy(), nodes["lon"].to_numpy(), edges["km"].to_numpy()
    else:
        rng = np.random.default_rng(1)
        side = 111
        number = np.arange(side * side).reshape(side, side)
        ends = (
            np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()]),
            np.concatenate([number[:, 1:].ravel(), number[1:].ravel()]),
        )
        lat, lon = 35 + number.ravel() // side * 0.19, 46 + number.ravel() % side * 0.38
        km = rng.uniform(15, 45, len(ends[0]))
    table = pd.DataFrame({"source": ends[0], "target": ends[1], "km": km})
    table = table[(table["source"] != table["target"]) & (table["km"] > 0)]
    back = table.rename(columns={"source": "target", "target": "source"})
    arcs = (
        pd.concat([table, back], ignore_index=True).groupby(["source", "target"], as_index=False)["km"].min()
    )

    def near(at: tuple[float, float]) -> int:
        return int(np.argmin((lat - at[0]) ** 2 + ((lon - at[1]) * 0.78) ** 2))

    return arcs, [(near(one), near(two)) for one, two in PAIRS.values()]


def corridors() -> Callable[[], Any]:
    from ilp_toolkit.analysis import routes

    arcs, pairs = roads()
    routes.corridors(arcs, *pairs[2], k=2, weight="km")
    return lambda: [routes.corridors(arcs, *pair, k=20, weight="km") for pair in pairs]


def yen() -> Callable[[], Any]:
    from ilp_toolkit.analysis import routes

    arcs, pairs = roads()
    routes.corridors(arcs, *pairs[2], k=2, weight="km", method="yen")
    return lambda: routes.corridors(arcs, *pairs[0], k=20, weight="km", method="yen")


def scipy_yen() -> Callable[[], Any]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import yen as peer

    arcs, pairs = roads()
    n = int(arcs[["source", "target"]].to_numpy().max()) + 1
    matrix = csr_array((arcs["km"], (arcs["source"], arcs["target"])), shape=(n, n))
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return lambda: peer(matrix, *pairs[0], 20)


def lattice(side: int, *, drop: float = 0.2) -> Any:
    """Return a connected lattice of roads with uneven costs."""
    import networkx as nx

    rng = np.random.default_rng(2)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side))
    for edge in list(graph.edges):
        graph.edges[edge].update(cost=float(rng.uniform(1, 3)), capacity=float(rng.integers(1, 30)))
    for edge in [edge for edge in list(graph.edges) if rng.random() < drop]:
        kept = dict(graph.edges[edge])
        graph.remove_edge(*edge)
        if not nx.has_path(graph, *edge):
            graph.add_edge(*edge, **kept)
    return graph


def flows_between(graph: Any, n: int) -> Any:
    import pandas as pd

    rng = np.random.default_rng(3)
    ends = rng.choice(len(graph), 2 * n, replace=False)
    rows = [(int(a), int(b), float(rng.gamma(1) + 0.1)) for a in ends[:n] for b in ends[n:]]
    return pd.DataFrame(rows, columns=["origin", "destination", "kg"])


def chokepoints() -> Callable[[], Any]:
    from ilp_toolkit.analysis import routes

    graph = lattice(50)
    flows = flows_between(graph, 25)
    routes.chokepoints(graph, flows.head(3), of="nodes", bootstraps=2, measures=["betweenness", "bridges"])
    return lambda: routes.chokepoints(graph, flows, of="nodes", bootstraps=200, rng=1)


def interdiction_graph() -> tuple[Any, int, int]:
    """Return 150 nodes and 400 edges in the plane, and two nodes with many edges far from each other."""
    import networkx as nx
    from scipy.spatial import Delaunay

    rng = np.random.default_rng(4)
    at = rng.random((150, 2))
    sides = {
        tuple(sorted(map(int, pair)))
        for t in Delaunay(at).simplices
        for pair in zip(t, np.roll(t, 1), strict=True)
    }
    edges = sorted(sides)
    rng.shuffle(edges)
    graph = nx.Graph()
    graph.add_nodes_from(range(150))
    for a, b in edges[:400]:
        cost = float(np.hypot(*(at[a] - at[b])))
        graph.add_edge(int(a), int(b), cost=cost, capacity=float(rng.uniform(1, 30)))
    degree = np.array([graph.degree(v) for v in range(150)])
    left = int(np.argmax(np.where(at[:, 0] < 0.25, degree, 0)))
    right = int(np.argmax(np.where(at[:, 0] > 0.75, degree, 0)))
    return graph, left, right


def max_flow_interdiction() -> Callable[[], Any]:
    from ilp_toolkit.analysis import interdiction

    graph, source, sink = interdiction_graph()
    run = interdiction.max_flow_interdiction
    run(graph, source, sink, k=1)

    def work() -> None:
        assert run(graph, source, sink, k=3).proven

    return work


def shortest_path_interdiction() -> Callable[[], Any]:
    from ilp_toolkit.analysis import interdiction

    graph, source, sink = interdiction_graph()
    run = interdiction.shortest_path_interdiction
    run(graph, source, sink, k=1)

    def work() -> None:
        assert run(graph, source, sink, k=3).proven

    return work


def displacement() -> Callable[[], Any]:
    from ilp_toolkit.analysis import interdiction

    graph = lattice(10)
    flows = flows_between(graph, 2)
    interdiction.displacement(graph, flows, k=3, months=2, runs=2, rng=1)
    return lambda: interdiction.displacement(graph, flows, k=3, months=180, runs=100, rng=1)


ALONE = [
    ("20 corridors each, five pairs, 12,287 nodes", corridors, 1.0),
    ("chokepoints, 2,500 nodes, 25 × 25, 200 draws", chokepoints, 3.0),
    ("max-flow interdiction, 150/400, k = 3, proven", max_flow_interdiction, 1.0),
    ("shortest-path interdiction, the same, proven", shortest_path_interdiction, 15.0),
    ("displacement, 100 runs × 180 months, 100 nodes", displacement, 1.5),
]
"""What is timed alone, and how many seconds it may take."""


def main() -> None:
    print(HEADER)
    pairs = paired(yen, scipy_yen, pairs=1 if "--quick" in sys.argv else 5)
    print(
        pairs.line("Yen, 20 ways, 12,287 nodes (peer: scipy)"),
        f"  asked: 5 times as fast, is {pairs.faster:.3g}",
    )
    for job, work, asked in ALONE:
        run = once(work)
        print(f"{job:<48}{run.seconds:>7.2f} s{run.peak_mb:>8.0f} MB   asked: {asked:g} s")


if __name__ == "__main__":
    main()
