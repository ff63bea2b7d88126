"""Shipments that choose their way month by month, against posts that go where they last found something."""

# ruff: noqa: PLR0912, PLR0915, PLR0917 - compiled loops take arrays one by one and hold their branches

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled
from .ways import pop, push

__all__ = ["simulate"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def simulate(
    net: Any, cost: Floats, pairs: tuple[Integers, Integers], share: Floats, settings: Any, seeds: Integers
) -> Floats:
    """
    Run each seed, and return by run and month: edges used, edges ever used, HHI of use, share seized.

    `pairs` must be sorted by destination; `share` of the shipments goes to each.
    """
    destination = pairs[1]
    first = np.flatnonzero(np.r_[True, np.diff(destination) != 0])
    bounds = np.r_[first, len(destination)].astype(np.int64)
    found = np.zeros((len(seeds), settings.months, 4))
    upto = np.cumsum(share)

    def work(part: Integers) -> None:
        rows = slice(int(part[0]), int(part[-1]) + 1)
        _simulate(
            net.row, net.tail, net.head, net.edge, net.back_row, net.back_arc,
            cost, pairs[0], destination, bounds, upto,
            settings.shipments, settings.posts, settings.theta, settings.penalty, settings.learning,
            settings.memory, settings.explore, settings.detection, seeds[rows], found[rows],
        )  # fmt: skip

    workers = min(os.cpu_count() or 1, 8, len(seeds))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(work, [part for part in np.array_split(np.arange(len(seeds)), workers) if len(part)]))
    return found


@compiled
def _simulate(  # type: ignore[no-untyped-def]
    row,
    tail,
    head,
    edge,
    back_row,
    back_arc,
    cost,
    origin,
    destination,
    bounds,
    upto,
    shipments,
    posts,
    theta,
    penalty,
    learning,
    memory,
    explore,
    detection,
    seeds,
    found,
):
    nodes, arcs, edges = len(row) - 1, len(tail), len(cost)
    dist = np.empty(nodes)
    value = np.empty(nodes)
    order = np.empty(nodes, np.int64)
    chance = np.empty(arcs)
    keys = np.empty(arcs + 2)
    items = np.empty(arcs + 2, np.int64)
    for run in range(len(seeds)):
        np.random.seed(seeds[run])
        risk = np.zeros(edges)
        success = np.zeros(edges)
        ever = np.zeros(edges, np.bool_)
        for month in range(found.shape[1]):
            guarded = _stand(success, posts, explore)
            used = np.zeros(edges)
            taken = np.zeros(edges)
            seized = 0
            perceived = cost + penalty * risk
            sent = np.zeros(len(origin), np.int64)
            for _shipment in range(shipments):
                p = np.searchsorted(upto, np.random.random() * upto[-1], side="right")
                sent[min(p, len(origin) - 1)] += 1
            for b in range(len(bounds) - 1):
                going = 0
                for p in range(bounds[b], bounds[b + 1]):
                    going += sent[p]
                if going == 0:
                    continue
                target = destination[bounds[b]]
                _weigh(
                    row,
                    tail,
                    head,
                    edge,
                    back_row,
                    back_arc,
                    perceived,
                    theta,
                    target,
                    dist,
                    value,
                    order,
                    chance,
                    keys,
                    items,
                )
                for p in range(bounds[b], bounds[b + 1]):
                    for _shipment in range(sent[p]):
                        v = origin[p]
                        while v != target:
                            draw = np.random.random()
                            taken_arc = -1
                            for a in range(row[v], row[v + 1]):
                                if chance[a] > 0.0:
                                    taken_arc = a
                                    draw -= chance[a]
                                    if draw < 0.0:
                                        break
                            e = edge[taken_arc]
                            used[e] += 1.0
                            if guarded[e] and np.random.random() < detection:
                                taken[e] += 1.0
                                seized += 1
                                break
                            v = head[taken_arc]
            total = used.sum()
            active = 0
            hhi = 0.0
            so_far = 0
            for e in range(edges):
                if used[e] > 0:
                    active += 1
                    ever[e] = True
                    hhi += (used[e] / total) ** 2
                so_far += ever[e]
                risk[e] = (1 - learning) * risk[e] + learning * (1.0 if taken[e] > 0 else 0.0)
                success[e] = memory * success[e] + taken[e]
            found[run, month, 0] = active
            found[run, month, 1] = so_far
            found[run, month, 2] = hhi
            found[run, month, 3] = seized / shipments


@compiled
def _stand(success, posts, explore):  # type: ignore[no-untyped-def]
    """Choose the edges to stand on: where most was found; now and then, or where nothing was, anywhere."""
    edges = len(success)
    guarded = np.zeros(edges, np.bool_)
    for _post in range(posts):
        best = -1
        if np.random.random() >= explore:
            for e in range(edges):
                if not guarded[e] and success[e] > 1e-9 and (best < 0 or success[e] > success[best]):
                    best = e
        while best < 0 or guarded[best]:
            best = np.random.randint(0, edges)
        guarded[best] = True
    return guarded


@compiled
def _weigh(  # type: ignore[no-untyped-def]
    row, tail, head, edge, back_row, back_arc, w, theta, target, dist, value, order, chance, keys, items
):
    """
    Give each arc that leads nearer to the target its chance, so that all such ways go by exp(-theta × cost).

    value[v] is the logarithm of the sum over these ways from v.
    """
    dist[:] = np.inf
    dist[target] = 0.0
    n = push(keys, items, 0, 0.0, target)
    settled = 0
    chance[:] = 0.0
    value[target] = 0.0
    while n > 0:
        key = keys[0]
        v = items[0]
        n = pop(keys, items, n)
        if key > dist[v]:
            continue
        order[settled] = v
        settled += 1
        if v != target:
            most = -np.inf
            for a in range(row[v], row[v + 1]):
                u = head[a]
                if dist[u] < dist[v]:
                    most = max(most, value[u] - theta * w[edge[a]])
            total = 0.0
            for a in range(row[v], row[v + 1]):
                u = head[a]
                if dist[u] < dist[v]:
                    chance[a] = np.exp(value[u] - theta * w[edge[a]] - most)
                    total += chance[a]
            for a in range(row[v], row[v + 1]):
                chance[a] /= total
            value[v] = most + np.log(total)
        for i in range(back_row[v], back_row[v + 1]):
            a = back_arc[i]
            u = tail[a]
            further = key + w[edge[a]]
            if further < dist[u]:
                dist[u] = further
                n = push(keys, items, n, further, u)
