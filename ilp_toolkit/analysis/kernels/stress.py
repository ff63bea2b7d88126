"""
Places of the vertices of a drawing: distances on paper as near as can be to distances in the network.

Each vertex in turn moves to where its distances from all others would have it (majorization of stress, one
vertex at a time). No chance is drawn and no sum depends on the number of cores: the same network and the same
start give the same places.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._compile import compiled

__all__ = ["relax", "separate"]

Floats = NDArray[np.float64]


def relax(places: Floats, distances: Floats, *, sweeps: int, enough: float = 1e-3) -> Floats:
    """
    Return places moved to where distances on paper agree best with those of the network.

    Parameters
    ----------
    places
        n × 2, the start.
    distances
        n × n, all finite; a step is 1.
    sweeps
        How often each vertex is moved at most.
    enough
        Stop when a sweep moves nothing further than this.

    Notes
    -----
    Near pairs weigh most: one over the square of the distance.

    References
    ----------
    Gansner, Koren & North (2005), Graph drawing by stress majorization, doi:10.1007/978-3-540-31843-9_25.
    """
    moved = np.array(places, dtype=np.float64)
    if len(moved) > 1:
        _relax(moved, np.ascontiguousarray(distances, dtype=np.float64), sweeps, enough)
    return moved


def separate(centres: Floats, halves: Floats, limits: tuple[float, float], *, turns: int) -> tuple[Any, int]:
    """
    Move boxes apart, each as little as it takes, inside a frame.

    Parameters
    ----------
    centres, halves
        n × 2: middle of each box, and half of its width and height.
    limits
        Width and height of the frame.
    turns
        How often all pairs are gone through at most.

    Returns
    -------
    tuple
        The new middles, and how many pairs still overlap.
    """
    moved = np.array(centres, dtype=np.float64)
    left = _separate(moved, np.ascontiguousarray(halves, dtype=np.float64), limits[0], limits[1], turns)
    return moved, int(left)


@compiled
def _relax(places, distances, sweeps, enough):  # type: ignore[no-untyped-def]
    n = len(places)
    for _sweep in range(sweeps):
        furthest = 0.0
        for i in range(n):
            x, y, weights = 0.0, 0.0, 0.0
            for j in range(n):
                if i == j:
                    continue
                wanted = distances[i, j]
                weight = 1.0 / (wanted * wanted)
                dx, dy = places[i, 0] - places[j, 0], places[i, 1] - places[j, 1]
                length = np.sqrt(dx * dx + dy * dy)
                scale = wanted / length if length > 1e-9 else 0.0
                x += weight * (places[j, 0] + scale * dx)
                y += weight * (places[j, 1] + scale * dy)
                weights += weight
            x, y = x / weights, y / weights
            step = abs(x - places[i, 0]) + abs(y - places[i, 1])
            furthest = max(furthest, step)
            places[i, 0], places[i, 1] = x, y
        if furthest < enough:
            break


@compiled
def _separate(centres, halves, width, height, turns):  # type: ignore[no-untyped-def]
    n = len(centres)
    left = 0
    for _turn in range(turns):
        left = 0
        for i in range(n):
            for j in range(i):
                dx, dy = centres[i, 0] - centres[j, 0], centres[i, 1] - centres[j, 1]
                over_x = halves[i, 0] + halves[j, 0] - abs(dx)
                over_y = halves[i, 1] + halves[j, 1] - abs(dy)
                if over_x <= 1e-9 or over_y <= 1e-9:
                    continue
                left += 1
                if over_x < over_y:
                    push = 0.51 * over_x if dx >= 0 else -0.51 * over_x
                    centres[i, 0] += push
                    centres[j, 0] -= push
                else:
                    push = 0.51 * over_y if dy >= 0 else -0.51 * over_y
                    centres[i, 1] += push
                    centres[j, 1] -= push
        for i in range(n):
            centres[i, 0] = min(max(centres[i, 0], halves[i, 0]), width - halves[i, 0])
            centres[i, 1] = min(max(centres[i, 1], halves[i, 1]), height - halves[i, 1])
        if left == 0:
            break
    return left
