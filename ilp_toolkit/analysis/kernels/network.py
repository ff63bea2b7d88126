"""Along the streets: spreading the kernel of an event, and counting the pairs of points that are near."""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one and hold their branches themselves

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["pair_counts", "spread"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SMALLEST = 1e-6
"""A share of an event below this is followed no farther."""


def spread(
    segment: Integers,
    offset: Floats,
    weight: Floats,
    *,
    length: Floats,
    ends: tuple[Integers, Integers],
    junctions: tuple[Integers, Integers],
    pieces: Integers,
    bandwidth: float,
    continuous: bool,
) -> tuple[Floats, float]:
    """
    Return the weight that falls on each piece of each segment, and the weight that was followed no farther.

    Piece ``p`` of segment ``s`` is number ``pieces[s] + p``; all pieces of a segment are equally long.
    """
    at = np.column_stack(junctions).ravel()
    mass = np.zeros(int(pieces[-1]))
    lost = _spread(segment, offset, weight, length, *ends, at, pieces, bandwidth, continuous, mass)
    return mass, float(lost)


def pair_counts(
    segment: Integers,
    offset: Floats,
    edges: Floats,
    *,
    length: Floats,
    ends: tuple[Integers, Integers],
    junctions: tuple[Integers, Integers],
    near: tuple[Integers, Integers, Floats],
) -> Integers:
    """Count the pairs of points whose way along the streets is at most each of `edges` (rising) long."""
    order = np.argsort(segment, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(segment, minlength=len(length)))]).astype(np.int64)
    counts = _pair_counts(start, offset[order], edges, length, *ends, *junctions, *near)
    total: Integers = np.cumsum(counts)
    return total


@compiled
def _below(t, h):  # type: ignore[no-untyped-def]
    """Share of a quartic kernel, on one side, that lies nearer than t: from 0 to 0.5."""
    u = min(max(t / h, 0.0), 1.0)
    return 15.0 / 16.0 * (u - 2.0 * u**3 / 3.0 + u**5 / 5.0)


@compiled
def _cover(end, travelled, share, length, pieces, h, mass):  # type: ignore[no-untyped-def]
    """Lay a kernel along a segment that is entered at one end, so many metres from the event."""
    s = end // 2
    n = pieces[s + 1] - pieces[s]
    step = length[s] / n
    before = _below(travelled, h)
    for i in range(max(0, int(np.floor(-travelled / step))), n):
        if travelled + i * step >= h:
            break
        after = _below(travelled + (i + 1) * step, h)
        mass[pieces[s] + (i if end % 2 == 0 else n - 1 - i)] += share * (after - before)
        before = after


@compiled
def _spread(segment, offset, weight, length, start, meet, at, pieces, h, continuous, mass):  # type: ignore[no-untyped-def]
    """
    Follow every event in both directions.

    A way is (key, end by which a segment is entered, metres travelled before, share). Ways that enter the
    same segment after the same distance are one, which keeps round trips from multiplying.
    """
    lost = 0.0
    for e in range(len(segment)):
        s = segment[e]
        ways = [
            (np.int64(-(2**62)), 2 * s, -offset[e], weight[e]),
            (np.int64(-(2**62)), 2 * s + 1, offset[e] - length[s], weight[e]),
        ]
        small = SMALLEST * abs(weight[e])
        while len(ways) > 0:
            key, end, travelled, share = heapq.heappop(ways)
            while len(ways) > 0 and ways[0][0] == key and ways[0][1] == end:
                share += heapq.heappop(ways)[3]
            _cover(end, travelled, share, length, pieces, h, mass)
            gone = travelled + length[end // 2]
            if gone >= h:
                continue
            out = end ^ 1
            node = at[out]
            n = start[node + 1] - start[node]
            for k in range(start[node], start[node + 1]):
                to = meet[k]
                if continuous:
                    part = share * (2.0 / n - (1.0 if to == out else 0.0))
                elif n == 1:
                    part = share
                else:
                    part = 0.0 if to == out else share / (n - 1)
                if abs(part) >= small:
                    heapq.heappush(ways, (np.int64(np.round(gone * 1e5)), to, gone, part))
                elif part != 0.0:
                    lost += abs(part) * (0.5 - _below(gone, h))
    return lost


@compiled
def _pair_counts(start, offset, edges, length, ends_start, meet, first, last, row, near, metres):  # type: ignore[no-untyped-def]
    n, junctions = len(length), len(row) - 1
    counts = np.zeros(len(edges), np.int64)
    from_first = np.full(junctions, np.inf)
    from_last = np.full(junctions, np.inf)
    seen = np.full(n, -1, np.int64)
    for a in range(n):
        if start[a] == start[a + 1]:
            continue
        for k in range(row[first[a]], row[first[a] + 1]):
            from_first[near[k]] = metres[k]
        for k in range(row[last[a]], row[last[a] + 1]):
            from_last[near[k]] = metres[k]
        for side in range(2):
            node = first[a] if side == 0 else last[a]
            for k in range(row[node], row[node + 1]):
                for m in range(ends_start[near[k]], ends_start[near[k] + 1]):
                    b = meet[m] // 2
                    if b < a or seen[b] == a or start[b] == start[b + 1]:
                        continue
                    seen[b] = a
                    _count_between(
                        a, b, start, offset, edges, length,
                        from_first[first[b]], from_first[last[b]], from_last[first[b]], from_last[last[b]],
                        counts,
                    )  # fmt: skip
        for k in range(row[first[a]], row[first[a] + 1]):
            from_first[near[k]] = np.inf
        for k in range(row[last[a]], row[last[a] + 1]):
            from_last[near[k]] = np.inf
    return counts


@compiled
def _count_between(a, b, start, offset, edges, length, ff, fl, lf, ll, counts):  # type: ignore[no-untyped-def]
    most = edges[len(edges) - 1]
    for i in range(start[a], start[a + 1]):
        p = offset[i]
        to_first = min(p + ff, length[a] - p + lf)
        to_last = min(p + fl, length[a] - p + ll)
        for j in range(i + 1 if a == b else start[b], start[b + 1]):
            t = offset[j]
            d = min(to_first + t, to_last + length[b] - t)
            if a == b:
                d = min(d, abs(p - t))
            if d <= most:
                counts[np.searchsorted(edges, d)] += 1
