"""What is left of a network without some vertices: pairs that reach each other, and how near they are."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["remaining"]

Floats = NDArray[np.float64]


def remaining(net: Any, gone: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """
    Return, for each row of `gone`, ordered pairs that reach each other and the sum of 1 / steps over them.

    Parameters
    ----------
    net
        The graph, as arrays.
    gone
        By row (one removal) and vertex, whether it is gone.
    """
    row, head = net.row.astype(np.int32), net.head.astype(np.int32)
    pairs, near = np.zeros(len(gone)), np.zeros(len(gone))

    def work(part: NDArray[np.int64]) -> None:
        rows = slice(int(part[0]), int(part[-1]) + 1)
        _remaining(row, head, gone[rows], pairs[rows], near[rows])

    workers = min(os.cpu_count() or 1, 8, max(len(gone), 1))
    parts = [part for part in np.array_split(np.arange(len(gone)), 4 * workers) if len(part)]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(work, parts))
    return pairs, near


@compiled
def _remaining(row, head, gone, pairs, near):  # type: ignore[no-untyped-def]
    nodes = len(row) - 1
    dist = np.full(nodes, -1, np.int32)
    order = np.empty(nodes, np.int32)
    for r in range(len(gone)):
        for source in range(nodes):
            if gone[r, source]:
                continue
            dist[source] = 0
            order[0] = source
            n = 1
            i = 0
            while i < n:
                v = order[i]
                i += 1
                for a in range(row[v], row[v + 1]):
                    u = head[a]
                    if dist[u] < 0 and not gone[r, u]:
                        dist[u] = dist[v] + 1
                        order[n] = u
                        n += 1
            for i in range(n):
                v = order[i]
                if i > 0:
                    near[r] += 1.0 / dist[v]
                dist[v] = -1
            pairs[r] += n - 1
