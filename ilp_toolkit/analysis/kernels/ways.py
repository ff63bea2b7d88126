"""
Ways through a graph: trees of shortest ways, Yen's ways without loops, and ways that differ (penalties).

A graph is given as arcs sorted by where they begin: arc `a` runs from `tail[a]` to `head[a]` and weighs
``w[edge[a]]``, so that both directions of a road share one weight; the arcs of node `v` are ``row[v]`` to
``row[v + 1]``. `back_row` and `back_arc` list the arcs that end at a node. Weights must be above 0.
"""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one and hold their branches

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["penalised", "pop", "push", "spurs", "tree", "tree_to"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@compiled
def push(keys, items, n, key, item):  # type: ignore[no-untyped-def]
    """Put an item on the heap, and return how many it then holds."""
    i = n
    while i > 0:
        up = (i - 1) >> 1
        if keys[up] <= key:
            break
        keys[i] = keys[up]
        items[i] = items[up]
        i = up
    keys[i] = key
    items[i] = item
    return n + 1


@compiled
def pop(keys, items, n):  # type: ignore[no-untyped-def]
    """Take the first item (which the caller has read) off the heap, and return how many are left."""
    n -= 1
    key = keys[n]
    item = items[n]
    i = 0
    while True:
        c = 2 * i + 1
        if c >= n:
            break
        if c + 1 < n and keys[c + 1] < keys[c]:
            c += 1
        if keys[c] >= key:
            break
        keys[i] = keys[c]
        items[i] = items[c]
        i = c
    keys[i] = key
    items[i] = item
    return n


@compiled
def tree(row, head, edge, w, source, dist, via, order, keys, items):  # type: ignore[no-untyped-def]
    """Fill `dist` and `via` (the arc by which a node is reached); return how many nodes were settled."""
    dist[:] = np.inf
    via[:] = -1
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
        for a in range(row[v], row[v + 1]):
            further = key + w[edge[a]]
            u = head[a]
            if further < dist[u]:
                dist[u] = further
                via[u] = a
                n = push(keys, items, n, further, u)
    return settled


@compiled
def tree_to(back_row, back_arc, tail, edge, w, target):  # type: ignore[no-untyped-def]
    """Return how far it is from each node to the target."""
    nodes, arcs = len(back_row) - 1, len(tail)
    dist = np.full(nodes, np.inf)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    dist[target] = 0.0
    n = push(keys, items, 0, 0.0, target)
    while n > 0:
        key = keys[0]
        v = items[0]
        n = pop(keys, items, n)
        if key > dist[v]:
            continue
        for i in range(back_row[v], back_row[v + 1]):
            a = back_arc[i]
            further = key + w[edge[a]]
            u = tail[a]
            if further < dist[u]:
                dist[u] = further
                n = push(keys, items, n, further, u)
    return dist


@compiled
def _seek(  # type: ignore[no-untyped-def]
    row, head, edge, w, source, target, rest, closed, barred, limit, stamp, seen, done, dist, via, keys, items
):
    """
    Look for the shortest way (A*) that stays off closed nodes and barred arcs and is not above `limit`.

    `rest` is the way that is left to the target at weights that are nowhere above `w`: no guess is too high.
    """
    if not np.isfinite(rest[source]) or rest[source] > limit:
        return np.inf
    seen[source] = stamp
    dist[source] = 0.0
    n = push(keys, items, 0, rest[source], source)
    while n > 0:
        v = items[0]
        n = pop(keys, items, n)
        if v == target:
            return dist[v]
        if done[v] == stamp:
            continue
        done[v] = stamp
        for a in range(row[v], row[v + 1]):
            u = head[a]
            if closed[u] or barred[a] or done[u] == stamp:
                continue
            further = dist[v] + w[edge[a]]
            if further + rest[u] > limit:
                continue
            if seen[u] != stamp or further < dist[u]:
                seen[u] = stamp
                dist[u] = further
                via[u] = a
                n = push(keys, items, n, further + rest[u], u)
    return np.inf


def penalised(
    net: Any,
    base: Floats,
    ends: tuple[int, int],
    *,
    k: int,
    overlap: float,
    detour: float,
    penalty: float,
    searches: int,
) -> tuple[list[Integers], Integers]:
    """
    Return ways that differ, as arcs in order, and how many searches were made and turned down.

    The counts: searches, too much like an earlier way, longer than `detour` times the shortest.
    """
    rest = tree_to(net.back_row, net.back_arc, net.tail, net.edge, base, ends[1])
    counts = np.zeros(3, np.int64)
    if not np.isfinite(rest[ends[0]]):
        return [], counts
    found, steps = _penalised(
        net.row,
        net.tail,
        net.head,
        net.edge,
        base,
        rest,
        *ends,
        k,
        overlap,
        detour,
        penalty,
        searches,
        counts,
    )
    return [found[i, : steps[i]].copy() for i in range(len(steps))], counts


@compiled
def _penalised(  # type: ignore[no-untyped-def]
    row, tail, head, edge, base, rest, source, target, k, overlap, detour, penalty, searches, counts
):
    nodes, arcs = len(row) - 1, len(tail)
    w = base.copy()
    limit = rest[source] * detour * (1 + 1e-12)
    away = np.empty(nodes)
    via = np.empty(nodes, np.int64)
    order = np.empty(nodes, np.int64)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    tree(row, head, edge, base, source, away, via, order, keys, items)
    closed = np.empty(nodes, np.bool_)
    for v in range(nodes):
        closed[v] = away[v] + rest[v] > limit
    barred = np.zeros(arcs, np.bool_)
    seen = np.zeros(nodes, np.int64)
    done = np.zeros(nodes, np.int64)
    dist = np.empty(nodes)
    path = np.empty(nodes, np.int64)
    found = np.empty((k, nodes), np.int64)
    steps = np.zeros(k, np.int64)
    last = np.zeros((k, len(base)), np.bool_)
    costs = np.zeros(k)
    n = 0
    while n < k and counts[0] < searches:
        counts[0] += 1
        _seek(row, head, edge, w, source, target, rest, closed, barred, np.inf,
              counts[0], seen, done, dist, via, keys, items)  # fmt: skip
        length = 0
        cost = 0.0
        v = target
        while v != source:
            a = via[v]
            path[length] = a
            length += 1
            cost += base[edge[a]]
            w[edge[a]] *= penalty
            v = tail[a]
        if cost > limit:
            counts[2] += 1
            continue
        most = 0.0
        for i in range(n):
            shared = 0.0
            for j in range(length):
                if last[i, edge[path[j]]]:
                    shared += base[edge[path[j]]]
            most = max(most, shared / min(cost, costs[i]))
        if n > 0 and most >= overlap:
            counts[1] += 1
            continue
        for j in range(length):
            found[n, j] = path[length - 1 - j]
            last[n, edge[path[j]]] = True
        steps[n] = length
        costs[n] = cost
        n += 1
    return found[:n], steps[:n]


def spurs(
    net: Any,
    w: Floats,
    ends: tuple[int, int],
    *,
    rest: Floats,
    ways: list[Integers],
    way: Integers,
    start: int,
    limit: float,
    room: dict[str, Any],
) -> list[tuple[float, int, Integers]]:
    """
    Return the shortest way that leaves `way` at each of its nodes from number `start` on.

    Each is (cost, number of the node where it leaves, arcs). It shares the way up to there and then takes no
    arc that a way of `ways` with the same beginning has taken. `room` is kept between calls: working memory.
    """
    if not room:
        nodes, arcs = len(net.row) - 1, len(net.tail)
        room["marks"] = np.zeros((2, nodes), np.int64)
        room["dist"] = np.empty(nodes)
        room["via"] = np.empty(nodes, np.int64)
        room["heap"] = (np.empty(arcs + 2), np.empty(arcs + 2, np.int64))
        room["stamp"] = np.zeros(1, np.int64)
    table = np.full((len(ways), max(map(len, ways))), -1, np.int64)
    for i, arcs_of in enumerate(ways):
        table[i, : len(arcs_of)] = arcs_of
    seen, done = room["marks"]
    cost, length, arcs = _spurs(
        net.row, net.tail, net.head, net.edge, w, *ends, rest, table, way, start, limit,
        room["stamp"], seen, done, room["dist"], room["via"], *room["heap"],
    )  # fmt: skip
    found = []
    end = np.cumsum(length)
    for i in range(len(cost)):
        if length[i]:
            at = start + i
            found.append(
                (float(cost[i]), at, np.concatenate([way[:at], arcs[end[i] - length[i] : end[i]][::-1]]))
            )
    return found


@compiled
def _spurs(  # type: ignore[no-untyped-def]
    row,
    tail,
    head,
    edge,
    w,
    source,
    target,
    rest,
    table,
    way,
    start,
    limit,
    stamp,
    seen,
    done,
    dist,
    via,
    keys,
    items,
):
    spots = len(way) - start
    costs = np.zeros(spots)
    lengths = np.zeros(spots, np.int64)
    flat = np.empty(1024, np.int64)
    used = 0
    closed = np.zeros(len(row) - 1, np.bool_)
    barred = np.zeros(len(tail), np.bool_)
    alike = np.ones(len(table), np.bool_)
    before = 0.0
    v = source
    for i in range(len(way)):
        if i >= start:
            for p in range(len(table)):
                if alike[p] and table[p, i] >= 0:
                    barred[table[p, i]] = True
            stamp[0] += 1
            cost = _seek(row, head, edge, w, v, target, rest, closed, barred, limit - before,
                         stamp[0], seen, done, dist, via, keys, items)  # fmt: skip
            for p in range(len(table)):
                if alike[p] and table[p, i] >= 0:
                    barred[table[p, i]] = False
            if np.isfinite(cost):
                costs[i - start] = before + cost
                u = target
                while u != v:
                    if used == len(flat):
                        flat = np.concatenate((flat, np.empty(used, np.int64)))
                    flat[used] = via[u]
                    used += 1
                    lengths[i - start] += 1
                    u = tail[via[u]]
        for p in range(len(table)):
            alike[p] = alike[p] and table[p, i] == way[i]
        closed[v] = True
        before += w[edge[way[i]]]
        v = head[way[i]]
    return costs, lengths, flat[:used]
