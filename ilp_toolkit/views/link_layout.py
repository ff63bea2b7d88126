"""
Where the vertices of a link chart stand: the same places each time, whatever the order of the rows.

Chance has no part in it. Vertices are taken in id order, begin where the distances of the network put them,
and move until distances on paper fit best. The whole is turned so that each id keeps its side: a network that
gained a link looks much as before, and with the places of the earlier chart as a start, very nearly so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.kernels.stress import relax
from ..errors import InputError
from ..i18n import _

__all__ = ["Floats", "Integers", "in_order", "link_layout", "take_graph"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_PIVOTS = 60
_FEW, _MANY = 200, 20
"""How often vertices move: in a small network, and in one of thousands."""


def take_graph(graph: Any) -> Any:
    """Return a graph of networkx as it is, or refuse what is none or has no vertex."""
    if not all(hasattr(graph, name) for name in ("is_directed", "edges", "nodes")):
        msg = _("`graph` must be a graph of networkx, as `networks.graph_from_links` makes it; got {kind}.")
        raise InputError(msg.format(kind=type(graph).__name__))
    if not len(graph):
        raise InputError(_("`graph` has no vertex, so there is nothing to draw."))
    return graph


def in_order(names: Any) -> list[Any]:
    """Return ids in order: numbers by size, texts by letters; ids of several kinds as if all were texts."""
    listed = list(names)
    try:
        return sorted(listed)
    except TypeError:
        return sorted(listed, key=lambda name: (str(name), type(name).__name__))


def link_layout(
    graph: Any, *, start: Mapping[Any, tuple[float, float]] | None = None
) -> dict[Any, tuple[float, float]]:
    """
    Return a place for each vertex, so that few steps in the network are a short way on paper.

    Parameters
    ----------
    graph
        A graph of networkx; directions and weights are left aside.
    start
        Places of an earlier chart, so that vertices stay about where readers found them; vertices that it
        lacks begin beside their neighbours.

    Returns
    -------
    dict
        Id to x and y, in id order; a link is about 1 long. The largest part comes first, smaller parts stand
        beside and below it, vertices without links in rows at the end.

    Raises
    ------
    InputError
        If it is no graph, or empty.

    Notes
    -----
    Nearness on paper is nearness in collected links. It says nothing about who knows whom or where anybody
    is, and the middle of the picture is no rank.

    Examples
    --------
    >>> import networkx as nx
    >>> places = link_layout(nx.path_graph(3))
    >>> round(abs(places[0][0] - places[2][0]), 2), list(places)
    (2.0, [0, 1, 2])
    """
    names = in_order(take_graph(graph).nodes)
    number = {name: i for i, name in enumerate(names)}
    ends = _ends(graph, number)
    part = _parts(len(names), ends)
    sizes = np.bincount(part)
    order = sorted(range(len(sizes)), key=lambda k: (-sizes[k], int(np.flatnonzero(part == k)[0])))
    places = np.zeros((len(names), 2))
    blocks: list[Integers] = []
    for k in order:
        inside = np.flatnonzero(part == k)
        if len(inside) > 1:
            places[inside] = _laid([names[i] for i in inside], inside, ends, start)
            blocks.append(inside)
    if start is None or not all(name in start for name in names):
        _pack(places, blocks)
    else:
        for inside in blocks:
            places[inside] += np.mean([start[names[i]] for i in inside], axis=0) - places[inside].mean(axis=0)
    _line_up(
        places, np.array([i for k in order if sizes[k] == 1 for i in np.flatnonzero(part == k)], dtype=int)
    )
    rounded = np.round(places, 6) + 0.0
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, rounded, strict=True)}


def _ends(graph: Any, number: dict[Any, int]) -> Integers:
    """Return each pair of linked vertices once, in order; loops left out."""
    pairs = {
        (min(number[one], number[two]), max(number[one], number[two]))
        for one, two in graph.edges()
        if one != two
    }
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _parts(n: int, ends: Integers) -> Integers:
    from scipy.sparse.csgraph import connected_components

    return np.asarray(connected_components(_matrix(n, ends), directed=False)[1], dtype=np.int64)


def _matrix(n: int, ends: Integers) -> Any:
    from scipy.sparse import coo_array

    both = np.vstack([ends, ends[:, ::-1]])
    return coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n)).tocsr()


def _laid(names: list[Any], inside: Integers, ends: Integers, start: Any) -> Floats:
    """Lay out one part, its vertices in id order."""
    from scipy.sparse.csgraph import dijkstra

    within = np.isin(ends[:, 0], inside)
    near = np.searchsorted(inside, ends[within])
    matrix = _matrix(len(names), near)
    distances = np.asarray(dijkstra(matrix, directed=False, unweighted=True))
    sides = _sides(names)
    known = None if start is None else _started(names, near, start)
    begin = _scaled(distances, sides) if known is None else known
    sweeps = int(np.clip(5e7 / max(len(names) ** 2, 1), _MANY, _FEW))
    laid = relax(begin, distances, sweeps=sweeps)
    laid -= laid.mean(axis=0)
    return laid if known is not None else _turned(laid, sides)


def _sides(names: list[Any]) -> Floats:
    """Return two numbers for each id, from minus one to one, that depend on the id alone."""
    raw = b"".join(hashlib.sha256(str(name).encode("utf-8", "surrogatepass")).digest()[:8] for name in names)
    return np.frombuffer(raw, dtype=">u4").reshape(-1, 2).astype(float) / 2**31 - 1.0


def _scaled(distances: Floats, sides: Floats) -> Floats:
    """Return first places by classical scaling of the distances from some vertices far apart."""
    n = len(distances)
    pivots = [0]
    reach = distances[0].copy()
    while len(pivots) < min(n, _PIVOTS):
        pivots.append(int(reach.argmax()))
        reach = np.minimum(reach, distances[pivots[-1]])
    squares = distances[:, pivots] ** 2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean())
    _values, vectors = np.linalg.eigh(np.einsum("ij,ik->jk", centred, centred))
    flat = np.einsum("ij,jk->ik", centred, vectors[:, -2:])
    if flat.shape[1] < 2:
        flat = np.column_stack([flat, np.zeros(n)])
    flat *= np.where(np.einsum("ij,ij->j", flat, sides) < 0, -1.0, 1.0)
    spread = float(np.sqrt((flat**2).sum(axis=1).mean())) or 1.0
    wanted = float(np.sqrt((distances**2).mean() / 2)) or 1.0
    return np.asarray(np.round(flat * wanted / spread, 4) + 0.15 * sides)


def _started(names: list[Any], near: Integers, start: Any) -> Floats | None:
    """Return the places of an earlier chart; new vertices stand beside their neighbours."""
    known = np.array([name in start for name in names])
    if not known.any():
        return None
    places = np.array([start.get(name, (np.nan, np.nan)) for name in names], dtype=float)
    sides = _sides(names)
    for i in np.flatnonzero(~known):
        others = np.concatenate([near[near[:, 0] == i, 1], near[near[:, 1] == i, 0]])
        placed = places[others][np.isfinite(places[others, 0])]
        beside = placed.mean(axis=0) if len(placed) else places[known].mean(axis=0)
        places[i] = beside + 0.5 * sides[i]
    return places


def _turned(laid: Floats, sides: Floats) -> Floats:
    """Lay the longer side across the page, and turn the whole so that ids keep their sides."""
    values, vectors = np.linalg.eigh(np.einsum("ij,ik->jk", laid, laid))
    if values[1] > 1.3 * values[0]:
        flat = np.einsum("ij,jk->ik", laid, vectors[:, ::-1])
        return np.asarray(flat * np.where(np.einsum("ij,ij->j", flat, sides) < 0, -1.0, 1.0))
    best, most = laid, -np.inf
    for flip in (1.0, -1.0):
        one = laid * [1.0, flip]
        along, across = np.einsum("ij,ij->", one, sides), np.einsum("i,i->", one[:, 0], sides[:, 1])
        across -= np.einsum("i,i->", one[:, 1], sides[:, 0])
        if np.hypot(along, across) > most:
            most = float(np.hypot(along, across))
            turn = np.array([[along, -across], [across, along]]) / (most or 1.0)
            best = np.einsum("ij,kj->ik", one, turn)
    return np.asarray(best)


def _pack(places: Floats, blocks: list[Integers]) -> None:
    """Set the parts side by side in rows, the largest first."""
    gap, widest = 1.0, 0.0
    x = y = depth = 0.0
    for number, inside in enumerate(blocks):
        low, high = places[inside].min(axis=0), places[inside].max(axis=0)
        width, height = high - low
        if number == 0:
            widest = max(width, 4.0)
        elif x + width > widest:
            x, y, depth = 0.0, y - depth - gap, 0.0
        places[inside] += [x - low[0], y - high[1]]
        x, depth = x + width + gap, max(depth, height)


def _line_up(places: Floats, alone: Integers) -> None:
    """Set vertices without links in rows below the rest."""
    if not len(alone):
        return
    rest = np.setdiff1d(np.arange(len(places)), alone)
    if len(rest):
        low, high = places[rest].min(axis=0), places[rest].max(axis=0)
    else:
        low = high = np.zeros(2)
    wide = max(high[0] - low[0], float(np.ceil(np.sqrt(2 * len(alone)))))
    row = max(int(wide / 0.8), 1)
    step = wide / row
    places[alone, 0] = low[0] + step * (np.arange(len(alone)) % row)
    places[alone, 1] = low[1] - 0.9 - 0.7 * (np.arange(len(alone)) // row)
