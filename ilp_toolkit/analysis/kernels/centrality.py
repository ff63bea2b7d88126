"""Betweenness and distances from every vertex, by breadth first or by weights (Brandes), over all cores."""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .ways import tree

__all__ = ["between"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SAME = 1e-12
"""Relative difference below which two ways are equally long, summed in another order."""
_FEW = 200
"""Below so many vertices another core costs more than it saves."""
_PARTS = 16
"""Into so many parts the sources are dealt, whatever the number of cores: sums then come out the same."""


def between(net: Any, w: Floats | None) -> tuple[Floats, Floats, Integers]:
    """
    Return, for each vertex, what the compiled loops count.

    Parameters
    ----------
    net
        The graph, as arrays.
    w
        Length of each edge, above 0; None where each is one step.

    Returns
    -------
    tuple
        Betweenness, summed over ordered pairs of other vertices (ways that are equally long share their
        pair); the sum of distances from all vertices that reach this one; and how many these are.
    """
    nodes = len(net.names)
    parts = [part for part in np.array_split(np.arange(nodes), _PARTS) if len(part)]
    if w is None:
        row, head = net.row.astype(np.int32), net.head.astype(np.int32)

    def work(part: Integers) -> tuple[Floats, Floats, Integers]:
        at, total, reached = np.zeros(nodes), np.zeros(nodes), np.zeros(nodes, np.int64)
        if w is None:
            _by_steps(row, head, part, at, total, reached)
        else:
            _by_length(
                net.row, net.tail, net.head, net.edge, net.back_row, net.back_arc, w, part, at, total, reached
            )
        return at, total, reached

    workers = min(os.cpu_count() or 1, 8, max(len(parts), 1))
    if nodes < _FEW:
        found = [work(part) for part in parts]
    else:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            found = list(pool.map(work, parts))
    if not found:
        return np.zeros(0), np.zeros(0), np.zeros(0, np.int64)
    at, total, reached = (np.sum(list(column), axis=0) for column in zip(*found, strict=True))
    return at, total, reached


@compiled
def _by_steps(row, head, sources, at, total, reached):  # type: ignore[no-untyped-def]
    nodes = len(row) - 1
    dist = np.full(nodes, -1, np.int32)
    ways = np.zeros(nodes)
    part = np.zeros(nodes)
    order = np.empty(nodes, np.int32)
    ahead = np.empty(len(head), np.int32)
    first = np.empty(nodes + 1, np.int64)
    for source in sources:
        dist[source] = 0
        ways[source] = 1.0
        order[0] = source
        n = 1
        i = 0
        k = 0
        while i < n:
            v = order[i]
            first[i] = k
            i += 1
            step = dist[v] + 1
            many = ways[v]
            for a in range(row[v], row[v + 1]):
                u = head[a]
                if dist[u] < 0:
                    dist[u] = step
                    order[n] = u
                    n += 1
                if dist[u] == step:
                    ahead[k] = u
                    k += 1
                    ways[u] += many
        first[n] = k
        for i in range(n - 1, 0, -1):
            v = order[i]
            share = 0.0
            for a in range(first[i], first[i + 1]):
                share += part[ahead[a]]
            share *= ways[v]
            at[v] += share
            part[v] = (1.0 + share) / ways[v]
            total[v] += dist[v]
            reached[v] += 1
        for i in range(n):
            v = order[i]
            dist[v] = -1
            ways[v] = 0.0


@compiled
def _by_length(row, tail, head, edge, back_row, back_arc, w, sources, at, total, reached):  # type: ignore[no-untyped-def]
    nodes, arcs = len(row) - 1, len(tail)
    dist = np.empty(nodes)
    via = np.empty(nodes, np.int64)
    order = np.empty(nodes, np.int64)
    ways = np.empty(nodes)
    share = np.empty(nodes)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    for source in sources:
        settled = tree(row, head, edge, w, source, dist, via, order, keys, items)
        ways[:] = 0.0
        share[:] = 0.0
        ways[source] = 1.0
        for i in range(1, settled):
            v = order[i]
            near = dist[v] * (1 + _SAME)
            for j in range(back_row[v], back_row[v + 1]):
                a = back_arc[j]
                if dist[tail[a]] + w[edge[a]] <= near:
                    ways[v] += ways[tail[a]]
            total[v] += dist[v]
            reached[v] += 1
        for i in range(settled - 1, 0, -1):
            v = order[i]
            near = dist[v] * (1 + _SAME)
            for j in range(back_row[v], back_row[v + 1]):
                a = back_arc[j]
                if dist[tail[a]] + w[edge[a]] <= near:
                    share[tail[a]] += ways[tail[a]] / ways[v] * (1.0 + share[v])
            at[v] += share[v]
