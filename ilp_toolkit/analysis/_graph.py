"""
A graph for the compiled loops, taken out of networkx or a table of edges, checked.

What a way costs is what a person reads off a map: kilometres, hours, or a cost made of these. How likely
somebody is to be found is no cost here, whatever the column is called.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ColumnsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    import networkx as nx

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Weight = Literal["cost", "km", "hours"]
GraphLike: TypeAlias = "nx.Graph[Any] | pd.DataFrame"

__all__ = [
    "GraphLike",
    "Net",
    "Weight",
    "in_order",
    "place_of",
    "refuse_detection",
    "take_flows",
    "take_graph",
    "take_weight",
]

_WEIGHTS = ("cost", "km", "hours")
_FOUND_OUT = ("detect", "risk", "seiz", "patrol", "search_prob", "intercept")


@dataclass(frozen=True)
class Net:
    """A graph as arrays; an edge that runs both ways is one edge with two arcs."""

    names: list[Any]
    directed: bool
    start: Integers
    """Where each edge begins, by number of the node."""
    end: Integers
    values: dict[str, Floats]
    """Numbers of each edge."""
    nodes: dict[Any, dict[str, Any]]
    """What is known of each node."""
    self_loops: int
    """Edges from a node to itself, left out."""
    parallel: int
    """Edges beside a shorter one, left out."""

    @cached_property
    def number(self) -> dict[Any, int]:
        """Number of each node."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def _arcs(self) -> tuple[Integers, Integers, Integers]:
        edges = np.arange(len(self.start))
        if self.directed:
            tail, head, edge = self.start, self.end, edges
        else:
            tail = np.concatenate([self.start, self.end])
            head = np.concatenate([self.end, self.start])
            edge = np.concatenate([edges, edges])
        order = np.argsort(tail, kind="stable")
        return tail[order], head[order], edge[order]

    @property
    def tail(self) -> Integers:
        """Where each arc begins."""
        return self._arcs[0]

    @property
    def head(self) -> Integers:
        """Where each arc ends."""
        return self._arcs[1]

    @property
    def edge(self) -> Integers:
        """The edge of each arc."""
        return self._arcs[2]

    @cached_property
    def row(self) -> Integers:
        """First arc of each node, and the number of arcs."""
        return _rows(self.tail, len(self.names))

    @cached_property
    def back_arc(self) -> Integers:
        """Arcs sorted by where they end."""
        return np.argsort(self.head, kind="stable")

    @cached_property
    def back_row(self) -> Integers:
        """First of `back_arc` for each node."""
        return _rows(self.head, len(self.names))

    @cached_property
    def part(self) -> Integers:
        """Number of the connected part (directions aside) of each node, numbered by first node."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        n = len(self.names)
        matrix = coo_array((np.ones(len(self.start)), (self.start, self.end)), shape=(n, n))
        labels = connected_components(matrix, directed=False)[1]
        found: Integers = pd.factorize(labels)[0].astype(np.int64)
        return found


def _rows(ends: Integers, nodes: int) -> Integers:
    counts = np.bincount(ends, minlength=nodes)
    rows: Integers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return rows


def take_weight(weight: str) -> str:
    """Return the name of a weight that is a cost of the way itself."""
    refuse_detection([weight], "weight")
    if weight not in _WEIGHTS:
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="weight", choices=", ".join(_WEIGHTS), value=weight))
    return weight


def refuse_detection(columns: list[str], argument: str) -> None:
    """Refuse what would make the way on which nobody is found the cheapest."""
    for column in columns:
        if any(word in str(column).casefold() for word in _FOUND_OUT):
            msg = _(
                "`{name}` holds {column!r}. How likely somebody is to be found is never part of a cost here: "
                "the cheapest way would be the way past the police. Use kilometres, hours and crossing times."
            )
            raise InputError(msg.format(name=argument, column=str(column)))


def take_graph(
    graph: GraphLike,
    needs: dict[str, float | None],
    *,
    argument: str = "graph",
    positive: bool = True,
    parallel: str | None = None,
) -> Net:
    """
    Read a graph of networkx, or a table of arcs (``source``, ``target`` and numbers).

    `needs` names the numbers of an edge with what stands for a missing one (None: it may not be missing; NaN:
    it stays unknown). Of parallel edges the one lowest in `parallel` is kept; all where it is None.
    """
    if isinstance(graph, pd.DataFrame):
        names, start, end, values, nodes, directed = _from_table(graph, needs, argument)
    elif hasattr(graph, "is_directed") and hasattr(graph, "edges"):
        names, start, end, values, nodes, directed = _from_networkx(graph, needs, argument)
    else:
        msg = _("`{name}` must be a graph of networkx or a table with `source` and `target`, got {kind}.")
        raise InputError(msg.format(name=argument, kind=type(graph).__name__))
    for column, numbers in values.items():
        unknown = np.isnan(numbers) & (needs[column] is not None)
        wrong = ~unknown & ~((numbers > 0) if positive else (numbers >= 0))
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            at = names[start[first]], names[end[first]]
            _refuse(argument, column, int(wrong.sum()), at, positive)
    keep = start != end
    loops = int((~keep).sum())
    parallels = 0
    if parallel is not None:
        first = _shortest_of_parallel(start, end, values[parallel], directed) & keep
        parallels, keep = int(keep.sum() - first.sum()), first
    return Net(
        names,
        directed,
        start[keep],
        end[keep],
        {c: v[keep] for c, v in values.items()},
        nodes,
        loops,
        parallels,
    )


def _from_table(table: pd.DataFrame, needs: dict[str, float | None], argument: str) -> tuple[Any, ...]:
    wanted = ["source", "target", *(column for column, default in needs.items() if default is None)]
    missing = [column for column in wanted if column not in table]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name=argument, columns=", ".join(missing)))
    ends = pd.concat([table["source"], table["target"]], ignore_index=True)
    codes, names = pd.factorize(ends)
    if (codes < 0).any():
        msg = _("`{name}` has edges without a source or target (first: row {row}).")
        raise InputError(msg.format(name=argument, row=int(np.flatnonzero(codes < 0)[0] % len(table))))
    values = {}
    for column, default in needs.items():
        found = pd.to_numeric(table[column], errors="coerce") if column in table else None
        numbers = (
            np.full(len(table), np.nan) if found is None else found.to_numpy(dtype=float, na_value=np.nan)
        )
        values[column] = numbers if default is None else np.where(np.isnan(numbers), default, numbers)
    listed = pd.Index(names).tolist()
    half = len(table)
    return listed, codes[:half].astype(np.int64), codes[half:].astype(np.int64), values, {}, True


def _from_networkx(graph: Any, needs: dict[str, float | None], argument: str) -> tuple[Any, ...]:
    names = list(graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    edges = list(graph.edges(data=True))
    values = {}
    for column, default in needs.items():
        raw = [attributes.get(column) for _source, _target, attributes in edges]
        if default is None and edges and all(value is None for value in raw):
            msg = _("The edges of `{name}` have no `{column}`; they have: {found}.")
            found = sorted({str(key) for _s, _t, attributes in edges for key in attributes})
            raise ColumnsError(msg.format(name=argument, column=column, found=", ".join(found) or "-"))
        blank = np.nan if default is None else default
        values[column] = np.array([blank if value is None else float(value) for value in raw], dtype=float)
    start = np.array([number[source] for source, _target, _a in edges], dtype=np.int64)
    end = np.array([number[target] for _source, target, _a in edges], dtype=np.int64)
    return names, start, end, values, dict(graph.nodes(data=True)), bool(graph.is_directed())


def _refuse(argument: str, column: str, n: int, ends: tuple[Any, Any], positive: bool) -> None:
    msg = (
        _("`{name}` has {n} edges whose `{column}` is missing or not above 0 (first: {source} to {target}).")
        if positive
        else _("`{name}` has {n} edges whose `{column}` is missing or below 0 (first: {source} to {target}).")
    )
    raise InputError(msg.format(name=argument, n=n, column=column, source=ends[0], target=ends[1]))


def _shortest_of_parallel(start: Integers, end: Integers, w: Floats, directed: bool) -> NDArray[np.bool_]:
    one, two = (start, end) if directed else (np.minimum(start, end), np.maximum(start, end))
    order = np.lexsort((np.arange(len(w)), w, two, one))
    first = np.ones(len(w), dtype=bool)
    first[1:] = (np.diff(one[order]) != 0) | (np.diff(two[order]) != 0)
    keep = np.zeros(len(w), dtype=bool)
    keep[order[first]] = True
    return keep


def place_of(net: Net, node: Hashable, argument: str) -> int:
    """Return the number of a node that an argument names."""
    if node not in net.number:
        msg = _("`{name}` {node!r} is not in the graph of {n} nodes, such as {examples}.")
        examples = ", ".join(map(repr, net.names[:3])) or "-"
        raise InputError(msg.format(name=argument, node=node, n=len(net.names), examples=examples))
    return net.number[node]


def in_order(names: list[Any]) -> list[int]:
    """Return the numbers of the nodes in the order of their names, numbers by size."""
    try:
        return sorted(range(len(names)), key=lambda i: names[i])
    except TypeError:
        return sorted(range(len(names)), key=lambda i: str(names[i]))


def take_flows(
    net: Net, flows: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """
    Return the places of origins and destinations, and the kilograms, of a table of flows.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If kilograms are missing or negative, or a place is no node.
    """
    missing = [column for column in ("origin", "destination", "kg") if column not in flows]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="flows", columns=", ".join(missing)))
    kg = pd.to_numeric(flows["kg"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~(np.isfinite(kg) & (kg >= 0))
    if wrong.any():
        msg = _("`flows` has {n} rows whose kg is missing or negative (first: row {row}).")
        raise InputError(msg.format(n=int(wrong.sum()), row=int(np.flatnonzero(wrong)[0])))
    origin = np.array([place_of(net, node, "origin") for node in flows["origin"]], dtype=np.int64)
    destination = np.array(
        [place_of(net, node, "destination") for node in flows["destination"]], dtype=np.int64
    )
    return origin, destination, kg
