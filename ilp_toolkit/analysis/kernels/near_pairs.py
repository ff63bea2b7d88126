"""
Pairs of events that are near in space, and how many of them are near in time too.

The pairs are listed once, on a grid of cells as wide as the farthest distance asked for, so work and memory
grow with the pairs that count, never with all pairs. A permutation of the times touches the list only: 64
permutations stand side by side in memory, so that one step of the machine compares many of them.
"""

# ruff: noqa: PLR0917 - compiled loops take arrays one by one and hold their branches themselves

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...i18n import _
from ...progress import steps
from ._compile import compiled

__all__ = ["Pairs", "cells", "list_pairs", "observed", "permuted", "whole_units"]

LANES = 64
"""Permutations that are counted side by side."""
MOST_PAIRS = 500_000_000
"""Pairs that are listed at most, 2 GB of them; beyond that the machine would stall without a word."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs near in space, each once: `other[start[i, b]:start[i, b + 1]]` for event `i` and band `b`."""

    order: Integers
    """Row of the caller's arrays for each event, in the order of the cells."""
    start: NDArray[np.int64]
    """Events × (bands + 1): where the partners of an event in a band begin in `other`."""
    other: NDArray[np.int32]
    """The second event of each pair."""

    @property
    def per_band(self) -> Integers:
        """Count of pairs in each band."""
        total: Integers = np.diff(self.start, axis=1).sum(axis=0)
        return total


def cells(x: Floats, y: Floats, size: float) -> tuple[Integers, int]:
    """
    Return the square cell of each point, numbered row by row: neighbours in a row follow each other.

    Returns the number of each point's cell and the step from one row of cells to the next.
    """
    if len(x) == 0:
        return np.zeros(0, np.int64), 1
    extent = max(float(np.ptp(x)), float(np.ptp(y)))
    size = max(size, extent / 2**30)
    column = np.floor((x - x.min()) / size).astype(np.int64)
    row = np.floor((y - y.min()) / size).astype(np.int64)
    step = int(column.max()) + 2
    return row * step + column, step


def list_pairs(x: Floats, y: Floats, edges: Floats, *, manhattan: bool) -> Pairs:
    """List every pair of points whose distance falls in one of the half-open bands between `edges`."""
    number, step = cells(x, y, float(edges[-1]))
    order = np.argsort(number, kind="stable")
    number, x, y = number[order], x[order], y[order]
    same = np.searchsorted(number, number + 1, side="right")
    begin = np.searchsorted(number, number + step - 1, side="left")
    end = np.searchsorted(number, number + step + 1, side="right")
    limits = edges if manhattan else edges * edges
    count = _count_pairs(x, y, same, begin, end, limits, manhattan)
    start = np.zeros((len(x), len(edges)), np.int64)
    stops = np.cumsum(count.ravel())
    start[:, 1:] = stops.reshape(count.shape)
    start[1:, 0] = start[:-1, -1]
    total = int(stops[-1]) if len(stops) else 0
    if total > MOST_PAIRS:
        msg = _(
            "{pairs:,} pairs of `points` lie within {distance} m of each other; at most {most:,} "
            "can be compared. Take shorter `distances`, or a shorter period."
        )
        raise InputError(msg.format(pairs=total, distance=float(edges[-1]), most=MOST_PAIRS))
    other = np.empty(total, np.int32)
    _fill_pairs(x, y, same, begin, end, limits, manhattan, start, other)
    return Pairs(order, start, other)


def whole_units(times: Integers, edges: Integers) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return times (from 0) and edges in their greatest common unit, as the narrowest type."""
    times = times - (times.min() if len(times) else 0)
    unit = int(np.gcd.reduce(np.concatenate([times, edges]))) or 1
    times, edges = times // unit, edges // unit
    reach = int(times.max(initial=0)) + 2 * int(edges[-1])
    kind = next(kind for kind in (np.uint32, np.uint64) if reach < np.iinfo(kind).max)
    return times.astype(kind), edges.astype(kind)


def observed(pairs: Pairs, times: NDArray[Any], edges: NDArray[Any]) -> Integers:
    """Count the pairs of each distance band and duration band: bands × bands."""
    times = np.ascontiguousarray(times[pairs.order])
    below = np.zeros((pairs.start.shape[1] - 1, len(edges)), np.int64)
    _count_observed(times, pairs.start, pairs.other, edges.astype(np.int64), below)
    return np.diff(below, axis=1)


def permuted(
    pairs: Pairs, times: NDArray[Any], edges: NDArray[Any], *, permutations: int, rng: np.random.Generator
) -> Integers:
    """
    Count again with the times dealt anew, `permutations` times: permutations × bands × bands.

    Each block of permutations has a seed of its own, so the answer does not depend on who counts which.
    """
    blocks = -(-permutations // LANES)
    seeds = rng.integers(0, 2**64, size=blocks, dtype=np.uint64)
    edges = np.ascontiguousarray(edges)
    bands = pairs.start.shape[1] - 1

    def count(seed: np.uint64) -> Integers:
        below = np.zeros((bands, len(edges), LANES), np.int64)
        _count_permuted(times, seed, pairs.start, pairs.other, edges, below)
        return np.diff(below, axis=1).transpose(2, 0, 1)

    counts = []
    with steps(blocks) as step, ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 8)) as pool:
        for counted in pool.map(count, seeds):
            step(_("Dealing the times anew"))
            counts.append(counted)
    shape = (0, bands, len(edges) - 1)
    return np.concatenate([np.zeros(shape, np.int64), *counts])[:permutations]


@compiled
def _distance(dx: float, dy: float, manhattan: bool) -> float:
    if manhattan:
        return abs(dx) + abs(dy)
    return dx * dx + dy * dy


@compiled
def _count_pairs(x, y, same, begin, end, limits, manhattan):  # type: ignore[no-untyped-def]
    bands = len(limits) - 1
    count = np.zeros((len(x), bands), np.int64)
    for i in range(len(x)):
        for part in range(2):
            low, high = (i + 1, same[i]) if part == 0 else (begin[i], end[i])
            for j in range(low, high):
                d = _distance(x[i] - x[j], y[i] - y[j], manhattan)
                if limits[0] <= d < limits[bands]:
                    band = 0
                    while d >= limits[band + 1]:
                        band += 1
                    count[i, band] += 1
    return count


@compiled
def _fill_pairs(x, y, same, begin, end, limits, manhattan, start, other):  # type: ignore[no-untyped-def]
    bands = len(limits) - 1
    place = np.empty(bands, np.int64)
    for i in range(len(x)):
        place[:] = start[i, :bands]
        for part in range(2):
            low, high = (i + 1, same[i]) if part == 0 else (begin[i], end[i])
            for j in range(low, high):
                d = _distance(x[i] - x[j], y[i] - y[j], manhattan)
                if limits[0] <= d < limits[bands]:
                    band = 0
                    while d >= limits[band + 1]:
                        band += 1
                    other[place[band]] = j
                    place[band] += 1


@compiled
def _count_observed(times, start, other, edges, below):  # type: ignore[no-untyped-def]
    for i in range(start.shape[0]):
        for band in range(start.shape[1] - 1):
            for p in range(start[i, band], start[i, band + 1]):
                apart = abs(np.int64(times[i]) - np.int64(times[other[p]]))
                for e in range(len(edges)):
                    below[band, e] += apart < edges[e]


@compiled
def _random(state):  # type: ignore[no-untyped-def]
    """Return the next state and number of SplitMix64 (Steele et al. 2014, doi:10.1145/2660193.2660195)."""
    state = np.uint64(state + np.uint64(0x9E3779B97F4A7C15))
    z = state
    z = np.uint64((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
    z = np.uint64((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
    return state, np.uint64(z ^ (z >> np.uint64(31)))


@compiled
def _shuffle(values, state):  # type: ignore[no-untyped-def]
    """Shuffle in place, every order equally likely (Lemire 2019, doi:10.1145/3230636); return the state."""
    low32 = np.uint64(0xFFFFFFFF)
    for i in range(len(values) - 1, 0, -1):
        bound = np.uint64(i + 1)
        state, z = _random(state)
        product = np.uint64((z >> np.uint64(32)) * bound)
        if (product & low32) < bound:
            floor = np.uint64((np.uint64(1) << np.uint64(32)) % bound)
            while (product & low32) < floor:
                state, z = _random(state)
                product = np.uint64((z >> np.uint64(32)) * bound)
        j = np.int64(product >> np.uint64(32))
        values[i], values[j] = values[j], values[i]
    return state


@compiled
def _deal(times, seed):  # type: ignore[no-untyped-def]
    """Return the times in `LANES` random orders, one a column."""
    dealt = np.empty((len(times), LANES), times.dtype)
    hand = times.copy()
    state = np.uint64(seed)
    for lane in range(LANES):
        state = _shuffle(hand, state)
        for i in range(len(times)):
            dealt[i, lane] = hand[i]
    return dealt


@compiled
def _count_permuted(times, seed, start, other, edges, below):  # type: ignore[no-untyped-def]
    """
    Add to `below` the pairs of each band that lie less than each edge apart, for `LANES` random orders.

    With unsigned numbers that wrap around, |a - b| < e is one comparison: a - b + (e - 1) < 2e - 1.
    """
    dealt = _deal(times, seed)
    bands, steps = start.shape[1] - 1, len(edges)
    counts = np.zeros((bands, steps, LANES), times.dtype)
    apart = np.empty(LANES, times.dtype)
    limit = 65_000
    used = 0
    for i in range(start.shape[0]):
        for band in range(bands):
            for p in range(start[i, band], start[i, band + 1]):
                j = other[p]
                for lane in range(LANES):
                    apart[lane] = dealt[i, lane] - dealt[j, lane]
                for e in range(steps):
                    if edges[e] == 0:
                        continue
                    shift = edges[e] - 1
                    width = times.dtype.type(2 * edges[e] - 1)
                    for lane in range(LANES):
                        counts[band, e, lane] += times.dtype.type(apart[lane] + shift) < width
                used += 1
                if used == limit:
                    _flush(counts, below)
                    used = 0
    _flush(counts, below)


@compiled
def _flush(counts, below):  # type: ignore[no-untyped-def]
    for band in range(counts.shape[0]):
        for e in range(counts.shape[1]):
            for lane in range(LANES):
                below[band, e, lane] += np.int64(counts[band, e, lane])
                counts[band, e, lane] = 0
