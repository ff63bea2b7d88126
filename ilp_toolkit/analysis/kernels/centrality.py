"""Betweenness and distances from every vertex, by breadth first or by weights (Brandes), over all cores."""

# ruff: noqa: PLR0912, PLR0915, PLR0917 - compiled loops take arrays one by one

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

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
    parts = np.array_split(np.arange(nodes), 1 if nodes < _FEW else _PARTS) if nodes else []
    row, head = net.row.astype(np.int32), net.head.astype(np.int32)
    length = None if w is None else w[net.edge]

    def work(part: Integers) -> tuple[Floats, Floats, Integers]:
        at, total, reached = np.zeros(nodes), np.zeros(nodes), np.zeros(nodes, np.int64)
        if length is None:
            _by_steps(row, head, part, at, total, reached)
        else:
            _by_length(row, head, length, part, at, total, reached)
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
def _by_length(row, head, w, sources, at, total, reached):  # type: ignore[no-untyped-def]
    nodes = len(row) - 1
    dist = np.full(nodes, np.inf)
    ways = np.zeros(nodes)
    share = np.zeros(nodes)
    order = np.empty(nodes, np.int32)
    done = np.zeros(nodes, np.bool_)
    place = np.full(nodes, -1, np.int32)
    heap = np.empty(nodes, np.int32)
    for source in sources:
        dist[source] = 0.0
        ways[source] = 1.0
        heap[0] = source
        place[source] = 0
        size = 1
        n = 0
        while size > 0:
            v = heap[0]
            size -= 1
            if size > 0:
                u = heap[size]
                key = dist[u]
                i = 0
                while True:
                    c = 4 * i + 1
                    if c >= size:
                        break
                    best = c
                    bk = dist[heap[c]]
                    for j in range(c + 1, min(c + 4, size)):
                        k = dist[heap[j]]
                        if k < bk:
                            bk = k
                            best = j
                    if bk >= key:
                        break
                    heap[i] = heap[best]
                    place[heap[i]] = i
                    i = best
                heap[i] = u
                place[u] = i
            order[n] = v
            n += 1
            done[v] = True
            here = dist[v]
            many = ways[v]
            for a in range(row[v], row[v + 1]):
                u = head[a]
                further = here + w[a]
                d = dist[u]
                slack = _SAME * further
                if further < d - slack:
                    dist[u] = further
                    ways[u] = many
                    if place[u] < 0:
                        i = size
                        size += 1
                    else:
                        i = place[u]
                    while i > 0:
                        up = (i - 1) >> 2
                        if dist[heap[up]] <= further:
                            break
                        heap[i] = heap[up]
                        place[heap[i]] = i
                        i = up
                    heap[i] = u
                    place[u] = i
                elif further <= d + slack and not done[u]:
                    ways[u] += many
        for i in range(n - 1, -1, -1):
            v = order[i]
            here = dist[v]
            s = 0.0
            for a in range(row[v], row[v + 1]):
                u = head[a]
                further = here + w[a]
                if abs(further - dist[u]) <= _SAME * further:
                    s += share[u]
            s *= ways[v]
            share[v] = (1.0 + s) / ways[v]
            if i > 0:
                at[v] += s
                total[v] += here
                reached[v] += 1
        for i in range(n):
            v = order[i]
            dist[v] = np.inf
            ways[v] = 0.0
            share[v] = 0.0
            done[v] = False
            place[v] = -1
