"""What is left of a network while nodes are taken out: pairs that reach each other, and how near they are."""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .ways import pop, push

__all__ = ["curve"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def curve(net: Any, w: Floats, order: Integers, steps: int) -> tuple[Floats, Floats]:
    """Return reachability and closeness with 0, 1, … `steps` nodes of `order` taken out."""
    reach, near = np.zeros(steps + 1), np.zeros(steps + 1)
    _curve(net.row, net.head, w[net.edge], order, reach, near)
    return reach, near


@compiled
def _curve(row, head, weight, order, reach, near):  # type: ignore[no-untyped-def]
    nodes, arcs = len(row) - 1, len(head)
    gone = np.zeros(nodes, np.bool_)
    dist = np.empty(nodes)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    pairs = max(nodes * (nodes - 1), 1)
    for step in range(len(reach)):
        if step > 0:
            gone[order[step - 1]] = True
        for source in range(nodes):
            if gone[source]:
                continue
            dist[:] = np.inf
            dist[source] = 0.0
            n = push(keys, items, 0, 0.0, source)
            while n > 0:
                key = keys[0]
                v = items[0]
                n = pop(keys, items, n)
                if key > dist[v]:
                    continue
                if v != source:
                    reach[step] += 1.0 / pairs
                    near[step] += 1.0 / key / pairs
                for a in range(row[v], row[v + 1]):
                    u = head[a]
                    further = key + weight[a]
                    if not gone[u] and further < dist[u]:
                        dist[u] = further
                        n = push(keys, items, n, further, u)
