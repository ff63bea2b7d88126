"""
What is left of a network without some vertices: pairs that reach each other, how near, the largest part.

Sixty-four sources go over the network together, a bit each: what one step of all of them reaches is one
operation on whole numbers, and numbers are counted, not added up one by one.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["remaining"]

Floats = NDArray[np.float64]

_ONE = np.uint64(1)
_FIVES, _THREES, _FIFTEENS = (
    np.uint64(0x5555555555555555),
    np.uint64(0x3333333333333333),
    np.uint64(0x0F0F0F0F0F0F0F0F),
)
_BYTES = np.uint64(0x0101010101010101)
_2, _4, _56 = np.uint64(2), np.uint64(4), np.uint64(56)


def remaining(net: Any, gone: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """
    Return, for each row of `gone`, what is left.

    Parameters
    ----------
    net
        The graph, as arrays.
    gone
        By row (one removal) and vertex, whether it is gone.

    Returns
    -------
    tuple
        Ordered pairs that reach each other, the sum of 1 / steps over them, and how many vertices the largest
        connected part has (directions left aside).
    """
    row, head = net.row.astype(np.int32), net.head.astype(np.int32)
    pairs, near, largest = np.zeros(len(gone)), np.zeros(len(gone)), np.zeros(len(gone))

    def work(part: NDArray[np.int64]) -> None:
        rows = slice(int(part[0]), int(part[-1]) + 1)
        _remaining(row, head, gone[rows], pairs[rows], near[rows], largest[rows])

    workers = min(os.cpu_count() or 1, 8, max(len(gone), 1))
    parts = [part for part in np.array_split(np.arange(len(gone)), 4 * workers) if len(part)]
    if len(parts) < 2:
        for part in parts:
            work(part)
        return pairs, near, largest
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(work, parts))
    return pairs, near, largest


@compiled
def _bits(word):  # type: ignore[no-untyped-def]
    word -= (word >> _ONE) & _FIVES
    word = (word & _THREES) + ((word >> _2) & _THREES)
    word = (word + (word >> _4)) & _FIFTEENS
    return np.int64((word * _BYTES) >> _56)


@compiled
def _root(parent, i):  # type: ignore[no-untyped-def]
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def _largest(first, ahead, n, parent, size):  # type: ignore[no-untyped-def]
    """Return how many vertices the largest part has, directions left aside."""
    for i in range(n):
        parent[i] = i
        size[i] = 1
    most = 1 if n else 0
    for i in range(n):
        for a in range(first[i], first[i + 1]):
            one, two = _root(parent, i), _root(parent, ahead[a])
            if one != two:
                if size[one] < size[two]:
                    one, two = two, one
                parent[two] = one
                size[one] += size[two]
                most = max(most, size[one])
    return most


@compiled
def _without(row, head, gone, number, first, ahead):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Write down the network without who is gone, numbered anew, and return how many are left."""
    nodes = len(row) - 1
    n = 0
    for v in range(nodes):
        number[v] = -1
        if not gone[v]:
            number[v] = n
            n += 1
    k = 0
    for v in range(nodes):
        if number[v] < 0:
            continue
        first[number[v]] = k
        for a in range(row[v], row[v + 1]):
            if number[head[a]] >= 0:
                ahead[k] = number[head[a]]
                k += 1
    first[n] = k
    return n


@compiled
def _step(first, ahead, m, seen, here, coming, active, touched):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Go one step from all that are active; return how many vertices are next, and how many bits are new."""
    k = 0
    for j in range(m):
        v = active[j]
        now = here[v]
        for a in range(first[v], first[v + 1]):
            u = ahead[a]
            new = now & ~seen[u]
            if new:
                if coming[u] == 0:
                    touched[k] = u
                    k += 1
                coming[u] |= new
    count = 0
    for j in range(k):
        u = touched[j]
        here[u] = coming[u]
        seen[u] |= coming[u]
        count += _bits(coming[u])
        coming[u] = 0
        active[j] = u
    return k, count


@compiled
def _remaining(row, head, gone, pairs, near, largest):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    nodes = len(row) - 1
    number = np.empty(nodes, np.int32)
    first = np.empty(nodes + 1, np.int32)
    ahead = np.empty(len(head), np.int32)
    seen, here, coming = np.zeros(nodes, np.uint64), np.zeros(nodes, np.uint64), np.zeros(nodes, np.uint64)
    active, touched = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    for r in range(len(gone)):
        n = _without(row, head, gone[r], number, first, ahead)
        largest[r] = _largest(first, ahead, n, active, touched)
        for begin in range(0, n, 64):
            m = min(64, n - begin)
            seen[:n] = 0
            for j in range(m):
                active[j] = begin + j
                here[begin + j] = _ONE << np.uint64(j)
                seen[begin + j] = here[begin + j]
            step = 0
            while m > 0:
                step += 1
                m, count = _step(first, ahead, m, seen, here, coming, active, touched)
                pairs[r] += count
                near[r] += count / step
