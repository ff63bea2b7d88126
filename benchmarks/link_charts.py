"""
A link chart of 5,000 edges beside networkx.draw with its spring layout, in alternating pairs.

Run with ``python -m benchmarks.link_charts``; ``--quick`` takes one pair. Both make a PNG of the network.
Ours is drawn vertex by vertex (``coarse=False``) and as parts; the peer places vertices anew with each seed,
ours gives the same bytes each time, which is checked before anything is timed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.measure import HEADER, once, paired


def network(n: int) -> Any:
    """Return a network of `n` vertices and about five edges each."""
    import networkx as nx

    return nx.barabasi_albert_graph(n, 5, seed=1)


def ours(n: int, coarse: bool) -> Callable[[], Any]:
    from ilp_toolkit.views import charts

    graph = network(n)
    charts.to_png(charts.link_chart(network(20)), dpi=110)
    return lambda: charts.to_png(charts.link_chart(graph, coarse=coarse), dpi=110)


def by_networkx(n: int, _coarse: bool) -> Callable[[], Any]:
    import networkx as nx
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    graph = network(n)

    def draw() -> bytes:
        figure = Figure(figsize=(6.9, 8.0))
        FigureCanvasAgg(figure)
        ax = figure.add_axes((0, 0, 1, 1))
        nx.draw_networkx(
            graph, nx.spring_layout(graph, seed=1), ax=ax, node_size=8, width=0.3, with_labels=False
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=110)
        return buffer.getvalue()

    return draw


def screen(n: int) -> Callable[[], Any]:
    from ilp_toolkit.views import charts

    graph = network(n)
    charts.link_screen(network(20))
    return lambda: charts.link_screen(graph)


def main() -> None:
    quick = "--quick" in sys.argv
    if ours(200, False)() != ours(200, False)():
        msg = "The same network gave two pictures."
        raise SystemExit(msg)
    print(HEADER)
    for coarse, job in ((False, "5,000 edges, each vertex"), (True, "5,000 edges, as parts")):
        line = paired(ours, by_networkx, args=(1005, coarse), pairs=1 if quick else 3).line(job)
        print(f"{line}   (peer: networkx.draw)", flush=True)
    print(f"{'page for the screen, 5,000 edges':<44}{once(screen, 1005).seconds:>8.2f} s", flush=True)


if __name__ == "__main__":
    main()
