"""
Conditional permutations of a map, drawn once for all areas.

To test one area, its own value stays and its neighbours' are drawn from all others. Drawing anew for each
area costs areas × permutations × neighbours. Here ordered draws of all areas are shared: an area with k
neighbours takes the first k of each draw, and where it was drawn itself among them, the next one in its
place. That is exactly a draw of k from all others, so each p-value is that of the textbook; only the luck
of the draw is common to all areas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

__all__ = ["extremes"]

_MOST = 4_000_000
"""Areas drawn at a time: what is held in memory."""


def extremes(
    values: Floats, sums: Floats, sizes: Indices, permutations: int, rng: np.random.Generator
) -> Indices:
    """
    Return how many permutations bring each area's neighbours at least as far from expectation as they are.

    `sums` and `sizes` are of the neighbours without the area itself; both sides count, and ties do.
    """
    n = len(values)
    tested = np.flatnonzero((sizes > 0) & (sizes < n - 1))
    found = np.zeros(n, dtype=np.int64)
    if len(tested) == 0:
        return found
    expected = sizes * (values.sum() - values) / (n - 1)
    far = np.abs(sums - expected) * (1 - 1e-9) - 1e-9 * np.abs(values).max()
    longest = int(sizes[tested].max()) + 1
    step = max(1, _MOST // longest)
    order = tested[np.argsort(sizes[tested], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(sizes[order])) + 1)
    for start in range(0, permutations, step):
        drawn = _draws(n, longest, min(step, permutations - start), rng)
        running = np.cumsum(values[drawn], axis=1)
        for areas in groups:
            found[areas] += _beyond(running[:, sizes[areas[0]] - 1], expected[areas], far[areas])
            _mend(found, values, drawn, running, sizes, int(sizes[areas[0]]), expected, far)
    return found


def _beyond(drawn: Floats, expected: Floats, far: Floats) -> Indices:
    """Return how many of the sums drawn lie at least so far from what each area expects."""
    in_order = np.sort(drawn)
    above = len(drawn) - np.searchsorted(in_order, expected + far, side="left")
    below = np.searchsorted(in_order, expected - far, side="right")
    return np.asarray(np.minimum(above + below, len(drawn)), dtype=np.int64)


def _mend(  # noqa: PLR0917
    found: Indices, values: Floats, drawn: Indices, running: Floats, sizes: Indices, size: int,
    expected: Floats, far: Floats,
) -> None:  # fmt: skip
    """Where an area was drawn as its own neighbour, count the draw with the next area in its place."""
    among = drawn[:, :size]
    turn, place = np.nonzero(sizes[among] == size)
    area = among[turn, place]
    naive = running[turn, size - 1]
    true = naive - values[area] + values[drawn[turn, size]]
    gained = (np.abs(true - expected[area]) >= far[area]).astype(np.int64)
    lost = (np.abs(naive - expected[area]) >= far[area]).astype(np.int64)
    np.add.at(found, area, gained - lost)


def _draws(n: int, length: int, times: int, rng: np.random.Generator) -> Indices:
    """Return ordered draws without replacement, one a row."""
    if length * length > n:
        return np.stack([rng.choice(n, length, replace=False) for _ in range(times)]).astype(np.int64)
    drawn = rng.integers(0, n, (times, length))
    while True:
        again = np.flatnonzero((np.diff(np.sort(drawn, axis=1), axis=1) == 0).any(axis=1))
        if len(again) == 0:
            return drawn
        drawn[again] = rng.integers(0, n, (len(again), length))
