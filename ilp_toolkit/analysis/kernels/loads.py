"""What passes where: flows loaded on shortest ways, betweenness, and currents of a random walk."""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one and hold their branches

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .ways import pop, push, tree

__all__ = ["betweenness", "current_flow", "passing"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SAME = 1e-12
"""Relative difference below which two ways are equally long, summed in another order."""


def passing(
    net: Any, w: Floats, pairs: tuple[Integers, Integers], flows: Floats
) -> tuple[Floats, Floats, Floats]:
    """
    Load flows on shortest ways, once for each row of weights and flows.

    Parameters
    ----------
    net
        The graph.
    w
        Weight of each edge, one row a draw.
    pairs
        Origin and destination of each flow, sorted by origin.
    flows
        Size of each flow, one row a draw.

    Returns
    -------
    tuple
        By draw: what passes through each node (origins and destinations of a flow not counted for it), what
        passes along each edge, and what has no way.
    """
    draws, nodes, edges = len(w), len(net.names), w.shape[1]
    at, along, lost = np.zeros((draws, nodes)), np.zeros((draws, edges)), np.zeros(draws)
    origin, destination = pairs
    first = np.flatnonzero(np.r_[True, np.diff(origin) != 0]) if len(origin) else np.zeros(0, np.int64)
    bounds = np.r_[first, len(origin)].astype(np.int64)

    def work(part: Integers) -> None:
        rows = slice(int(part[0]), int(part[-1]) + 1)
        _passing(
            net.row, net.tail, net.head, net.edge, w[rows], origin, destination, bounds, flows[rows],
            at[rows], along[rows], lost[rows],
        )  # fmt: skip

    workers = min(os.cpu_count() or 1, 8, draws)
    parts = [part for part in np.array_split(np.arange(draws), 4 * workers) if len(part)]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(work, parts))
    return at, along, lost


@compiled
def _passing(row, tail, head, edge, w, origin, destination, bounds, flows, at, along, lost):  # type: ignore[no-untyped-def]
    nodes, arcs = len(row) - 1, len(tail)
    dist = np.empty(nodes)
    via = np.empty(nodes, np.int64)
    order = np.empty(nodes, np.int64)
    load = np.zeros(nodes)
    wanted = np.zeros(nodes, np.int64)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    weight = np.empty(arcs)
    for d in range(len(w)):
        for a in range(arcs):
            weight[a] = w[d, edge[a]]
        for o in range(len(bounds) - 1):
            source = origin[bounds[o]]
            left = 0
            for p in range(bounds[o], bounds[o + 1]):
                if wanted[destination[p]] == 0:
                    left += 1
                wanted[destination[p]] += 1
            settled = _tree_until(row, head, weight, source, wanted, left, dist, via, order, keys, items)
            load[:] = 0.0
            for p in range(bounds[o], bounds[o + 1]):
                target = destination[p]
                wanted[target] = 0
                if np.isfinite(dist[target]):
                    load[target] += flows[d, p]
                    at[d, target] -= flows[d, p]
                else:
                    lost[d] += flows[d, p]
            for i in range(settled - 1, 0, -1):
                v = order[i]
                if load[v] != 0.0:
                    a = via[v]
                    at[d, v] += load[v]
                    along[d, edge[a]] += load[v]
                    load[tail[a]] += load[v]


@compiled
def _tree_until(row, head, weight, source, wanted, left, dist, via, order, keys, items):  # type: ignore[no-untyped-def]
    """Grow the tree of shortest ways until all wanted nodes are settled."""
    dist[:] = np.inf
    dist[source] = 0.0
    n = push(keys, items, 0, 0.0, source)
    settled = 0
    while n > 0:
        key = keys[0]
        v = items[0]
        n = pop(keys, items, n)
        if key > dist[v]:
            continue
        order[settled] = v
        settled += 1
        if wanted[v] > 0:
            left -= 1
            if left == 0:
                break
        for a in range(row[v], row[v + 1]):
            further = key + weight[a]
            u = head[a]
            if further < dist[u]:
                dist[u] = further
                via[u] = a
                n = push(keys, items, n, further, u)
    return settled


def betweenness(net: Any, w: Floats) -> tuple[Floats, Floats]:
    """
    Return the betweenness of each node and edge, as shares of all ordered pairs of (other) nodes.

    Ways that are equally long share their pair.
    """
    nodes = len(net.names)
    workers = min(os.cpu_count() or 1, 8)
    parts = [part for part in np.array_split(np.arange(nodes), workers) if len(part)]

    def work(part: Integers) -> tuple[Floats, Floats]:
        at, along = np.zeros(nodes), np.zeros(len(w))
        _betweenness(net.row, net.tail, net.head, net.edge, net.back_row, net.back_arc, w, part, at, along)
        return at, along

    with ThreadPoolExecutor(max_workers=workers) as pool:
        found = list(pool.map(work, parts))
    at = np.sum([a for a, _b in found], axis=0) if found else np.zeros(0)
    along = np.sum([b for _a, b in found], axis=0) if found else np.zeros(len(w))
    return at / max((nodes - 1) * (nodes - 2), 1), along / max(nodes * (nodes - 1), 1)


@compiled
def _betweenness(row, tail, head, edge, back_row, back_arc, w, sources, at, along):  # type: ignore[no-untyped-def]
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
        for i in range(settled - 1, 0, -1):
            v = order[i]
            near = dist[v] * (1 + _SAME)
            for j in range(back_row[v], back_row[v + 1]):
                a = back_arc[j]
                if dist[tail[a]] + w[edge[a]] <= near:
                    part = ways[tail[a]] / ways[v] * (1.0 + share[v])
                    share[tail[a]] += part
                    along[edge[a]] += part
            at[v] += share[v]


def current_flow(net: Any, w: Floats) -> Floats:
    """
    Return the current that passes each node, over all pairs, as a share; conductance is 1 / weight.

    Directions are left aside. Each connected part is taken alone; NaN for parts of fewer than three nodes.
    """
    found = np.full(len(net.names), np.nan)
    for part in range(int(net.part.max()) + 1 if len(net.part) else 0):
        members = np.flatnonzero(net.part == part)
        if len(members) < 3:
            continue
        place = np.full(len(net.names), -1)
        place[members] = np.arange(len(members))
        edges = np.flatnonzero(place[net.start] >= 0)
        found[members] = _current_flow(
            place[net.start[edges]], place[net.end[edges]], 1.0 / w[edges], len(members)
        )
    return found


def _current_flow(one: Integers, two: Integers, conductance: Floats, n: int) -> Floats:
    from scipy.linalg import lapack

    laplacian = np.zeros((n, n))
    np.add.at(laplacian, (one, two), -conductance)
    np.add.at(laplacian, (two, one), -conductance)
    laplacian[np.arange(n), np.arange(n)] = -laplacian.sum(axis=1)
    potential = np.zeros((n, n))
    factor, failed = lapack.dpotrf(laplacian[1:, 1:], lower=1, overwrite_a=0)
    inverse, failed_too = lapack.dpotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        inverse = np.linalg.inv(laplacian[1:, 1:])
    lower = np.tril(inverse)
    potential[1:, 1:] = lower + np.tril(lower, -1).T
    rank = 2.0 * np.arange(n) - (n - 1)
    total = np.zeros(n)
    for begin in range(0, len(one), 256):
        part = slice(begin, begin + 256)
        current = conductance[part, None] * (potential[one[part]] - potential[two[part]])
        current.sort(axis=1)
        through = current @ rank
        np.add.at(total, one[part], through)
        np.add.at(total, two[part], through)
    share: Floats = (total - (n - 1)) / ((n - 1) * (n - 2))
    return share
