"""The largest flow through a graph of capacities, real numbers and boundless ones included (Dinic)."""

# ruff: noqa: PLR0912, PLR0915, PLR0917 - compiled loops take arrays one by one and hold their branches

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["largest_flow"]

Floats = NDArray[np.float64]

_NOTHING = 1e-12
"""Share of the largest capacity below which nothing is left of one."""


def largest_flow(net: Any, capacity: Floats, ends: tuple[int, int]) -> tuple[float, NDArray[np.bool_]]:
    """
    Return the largest flow (infinite where nothing bounds it) and which nodes then can still be reached.

    The edges from reached nodes to others are a smallest cut, the one nearest the source.
    """
    finite = capacity[np.isfinite(capacity)]
    boundless = 2.0 * float(finite.sum()) + 1.0
    size = np.where(np.isfinite(capacity), capacity, boundless)
    back = np.zeros(len(size)) if net.directed else size
    tail = np.concatenate([net.start, net.end])
    head = np.concatenate([net.end, net.start])
    room = np.concatenate([size, back])
    order = np.argsort(tail, kind="stable")
    at = np.empty(len(order), np.int64)
    at[order] = np.arange(len(order))
    half = len(size)
    other = at[np.concatenate([np.arange(half, 2 * half), np.arange(half)])][order]
    row = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(net.names)))]).astype(np.int64)
    left = room[order]
    least = _NOTHING * max(float(finite.max(initial=0.0)), 1e-300)
    value, reached = _dinic(row, head[order], other, left, *ends, least)
    return (np.inf if value > finite.sum() * (1 + 1e-9) else float(value)), reached


@compiled
def _dinic(row, head, other, left, source, sink, least):  # type: ignore[no-untyped-def]
    nodes = len(row) - 1
    level = np.empty(nodes, np.int64)
    queue = np.empty(nodes, np.int64)
    turn = np.empty(nodes, np.int64)
    path = np.empty(nodes, np.int64)
    value = 0.0
    while True:
        level[:] = -1
        level[source] = 0
        queue[0] = source
        first, last = 0, 1
        while first < last:
            v = queue[first]
            first += 1
            for a in range(row[v], row[v + 1]):
                if left[a] > least and level[head[a]] < 0:
                    level[head[a]] = level[v] + 1
                    queue[last] = head[a]
                    last += 1
        if level[sink] < 0:
            return value, level >= 0
        turn[:] = row[:-1]
        steps = 0
        v = source
        while True:
            if v == sink:
                most = np.inf
                for i in range(steps):
                    most = min(most, left[path[i]])
                back = 0
                for i in range(steps - 1, -1, -1):
                    a = path[i]
                    left[a] -= most
                    left[other[a]] += most
                    if left[a] <= least:
                        back = i
                value += most
                steps = back
                v = head[other[path[back]]]
                continue
            found = False
            while turn[v] < row[v + 1]:
                a = turn[v]
                if left[a] > least and level[head[a]] == level[v] + 1:
                    found = True
                    break
                turn[v] += 1
            if found:
                path[steps] = turn[v]
                steps += 1
                v = head[turn[v]]
            elif steps == 0:
                break
            else:
                steps -= 1
                v = head[other[path[steps]]]
                turn[v] += 1
