"""
Equations that are a network: two-dimensional tables, also with groups in one of the dimensions.

Where every number stands in two equations at most, with signs that can be turned so that it enters one and
leaves the other, numbers are arcs and equations are nodes. How far a number can move is then a largest flow,
and what holds it is a smallest cut: hundreds of times faster than a programme, and exact for whole numbers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Network"]

_FINE = 1000
"""Flows are whole: a choice in fractions is taken to a thousandth."""


@dataclass(frozen=True)
class Network:
    """Numbers as arcs: a number flows from its `tail` to its `head`."""

    tail: Whole
    head: Whole
    nodes: int
    indices: Whole
    """The pairs of nodes that an arc joins, either way, as the columns of a sparse matrix."""
    starts: Whole
    place: Whole
    """Where each arc stands among the pairs: first all forwards, then all backwards."""

    @classmethod
    def of(cls, columns: sparse.csc_array) -> Network | None:
        """Read equations as a network; None where they are none."""
        count = np.diff(columns.indptr)
        if (count > 2).any():
            return None
        rows, size = columns.shape
        first = columns.indptr[:-1]
        double, single = count == 2, count == 1
        one, other = columns.indices[first[double]], columns.indices[first[double] + 1]
        signs = columns.data[first[double]], columns.data[first[double] + 1]
        turn = _turns(rows, one, other, signs[0] * signs[1])
        if turn is None:
            return None
        ground = rows
        tail, head = np.full(size, ground), np.full(size, ground)
        enters = signs[0] * turn[one] > 0
        head[double], tail[double] = np.where(enters, one, other), np.where(enters, other, one)
        alone = columns.indices[first[single]]
        enters = columns.data[first[single]] * turn[alone] > 0
        head[single], tail[single] = np.where(enters, alone, ground), np.where(enters, ground, alone)
        return cls._laid_out(tail, head, rows + 1)

    @classmethod
    def _laid_out(cls, tail: Whole, head: Whole, nodes: int) -> Network:
        pairs = np.concatenate([tail * nodes + head, head * nodes + tail])
        known, place = np.unique(pairs, return_inverse=True)
        starts: Any = np.searchsorted(known // nodes, np.arange(nodes + 1)).astype(np.int32)
        return cls(tail, head, nodes, (known % nodes).astype(np.int32), starts, place.ravel())

    def smallest_cut(
        self, arc: int, way: float, room: tuple[Floats, Floats], chosen: Floats, need: float
    ) -> Floats:
        """Return how much each number lets an arc move, along a smallest cut of what holds it."""
        below, above = room
        own = above[arc] if way > 0 else below[arc]
        source, sink = (self.head[arc], self.tail[arc]) if way > 0 else (self.tail[arc], self.head[arc])
        weight = np.zeros(len(below))
        if source == sink:
            weight[arc] = own
            return weight
        part = np.where(self.head == self.tail, 0.0, chosen)
        part[arc] = 0.0
        forward, backward = np.minimum(above, need) * part, np.minimum(below, need) * part
        capacity = np.bincount(self.place, np.concatenate([forward, backward]), len(self.indices))
        graph = self._graph(np.round(capacity * _FINE).astype(np.int32), self.indices, self.starts)
        flow = csgraph.maximum_flow(graph, int(source), int(sink))
        if flow.flow_value >= own * _FINE:
            weight[arc] = own
            return weight
        side = self._reached(graph.data - flow.flow.data, int(source))
        leaves, enters = side[self.tail] & ~side[self.head], side[self.head] & ~side[self.tail]
        weight[leaves], weight[enters] = above[leaves], below[enters]
        weight[arc] = 0.0
        return weight

    def _graph(self, data: Whole, indices: Whole, starts: Whole) -> Any:
        return sparse.csr_array((data, indices, starts), shape=(self.nodes, self.nodes))

    def _reached(self, left: Whole, source: int) -> NDArray[np.bool_]:
        keep = left > 0
        starts: Any = np.concatenate([[0], np.cumsum(keep)])[self.starts].astype(np.int32)
        graph = self._graph(np.ones(starts[-1], dtype=np.int32), self.indices[keep], starts)
        side = np.zeros(self.nodes, dtype=bool)
        side[csgraph.breadth_first_order(graph, source, return_predecessors=False)] = True
        return side


def _turns(rows: int, one: Whole, other: Whole, product: Floats) -> Floats | None:
    """Return a sign for each equation under which every number enters one of its two and leaves the other."""
    near: list[list[tuple[int, float]]] = [[] for _row in range(rows)]
    for a, b, sign in {(int(a), int(b), float(s)) for a, b, s in zip(one, other, product, strict=True)}:
        near[a].append((b, -sign))
        near[b].append((a, -sign))
    turn = np.zeros(rows)
    for start in range(rows):
        if turn[start]:
            continue
        turn[start] = 1.0
        line = deque([start])
        while line:
            here = line.popleft()
            for there, sign in near[here]:
                if not turn[there]:
                    turn[there] = turn[here] * sign
                    line.append(there)
                elif turn[there] != turn[here] * sign:
                    return None
    return turn
