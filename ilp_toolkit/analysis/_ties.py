"""
A network of links as arrays, vertices in id order, and whose rows may stand in a table.

Everybody stays in the network that is computed with; victims, witnesses and all others whom nobody has a
reason to suspect stay out of the rows that come back, and how many these are is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..collation.roles import PROTECTED, ROLES, UNKNOWN
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._graph import Net

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.Graph[Any]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WeightIs = Literal["distance", "strength"]
Roles = Literal["implicated"] | Sequence[str]

__all__ = [
    "POSITION",
    "Floats",
    "Integers",
    "Roles",
    "Rows",
    "Ties",
    "WeightIs",
    "id_order",
    "rows_of",
    "seed_of",
    "take_ties",
    "whole",
]

POSITION = "position in collected data, not culpability"
"""What every table about vertices says first."""
ROLES_UNKNOWN = "roles are not known: every vertex has its row, and a row calls nobody a suspect"
IMPLICATED = tuple(role for role in ROLES if role not in PROTECTED)


@dataclass(frozen=True)
class Ties:
    """A network without loops and parallel edges, as arrays; vertices in id order."""

    net: Net
    distance: Floats | None
    """Length of each edge; None where each is one step."""
    strength: Floats | None
    """How strong each edge is: one over its length; None where all are alike."""
    notes: dict[str, Any]
    """What was chosen on the way (JSON values)."""

    @property
    def names(self) -> list[Any]:
        """Ids of the vertices."""
        return self.net.names

    def of(self, attribute: str) -> list[Any]:
        """Return an attribute of each vertex, None where it has none."""
        return [self.net.nodes[name].get(attribute) for name in self.net.names]


@dataclass(frozen=True)
class Rows:
    """Whose rows stand in a table."""

    kept: Integers
    """Numbers of the vertices, in id order."""
    notes: dict[str, Any]
    """Who was left out, and what the rows are not (JSON values)."""
    roles: list[str] | None = None
    """Role of each vertex in `kept`; None where no role is known."""

    def begin(self, ties: Ties) -> pd.DataFrame:
        """Begin a table of these rows: ``entity_id`` and, where roles are known, ``role``."""
        table = pd.DataFrame({"entity_id": pd.Series([ties.names[i] for i in self.kept])})
        if self.roles is not None:
            table["role"] = pd.Series(self.roles, dtype=object)
        return table


def id_order(names: Iterable[Any]) -> list[Any]:
    """Return ids in order: numbers by size, texts by letters; ids of several kinds as if all were texts."""
    listed = list(names)
    try:
        return sorted(listed)
    except TypeError:
        return sorted(listed, key=lambda name: (str(name), type(name).__name__))


def take_ties(graph: Graph, *, weight: str | None = None, weight_is: WeightIs = "distance") -> Ties:
    """
    Read a graph of networkx.

    Loops are left out and counted. Of parallel edges the shortest counts as distance, the sum as strength.

    Raises
    ------
    InputError
        If it is no graph, or a weight is missing, not a number, or not above 0.
    ColumnsError
        If no edge has the weight.
    """
    if not (hasattr(graph, "is_directed") and hasattr(graph, "edges") and hasattr(graph, "nodes")):
        msg = _("`graph` must be a graph of networkx, as `networks.graph_from_links` makes it; got {kind}.")
        raise InputError(msg.format(kind=type(graph).__name__))
    if weight_is not in ("distance", "strength"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="weight_is", choices="distance, strength", value=weight_is))
    names = id_order(graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    edges = list(graph.edges(data=True))
    start = np.array([number[one] for one, _two, _a in edges], dtype=np.int64)
    end = np.array([number[two] for _one, two, _a in edges], dtype=np.int64)
    values = None if weight is None else _weights(edges, weight, weight_is)
    keep = start != end
    loops = int((~keep).sum())
    directed = bool(graph.is_directed())
    start, end, values, parallel = _single(
        start[keep], end[keep], None if values is None else values[keep], directed, weight_is
    )
    distance = strength = None
    if values is not None:
        distance, strength = (1 / values, values) if weight_is == "strength" else (values, 1 / values)
    net = Net(names, directed, start, end, {}, dict(graph.nodes(data=True)), loops, parallel)
    notes: dict[str, Any] = {"n": len(names), "n_edges": len(start), "directed": directed}
    notes["weight"] = weight
    if weight is not None:
        notes["weight_is"] = weight_is
        notes["inverted"] = (
            "distance = 1 / strength" if weight_is == "strength" else "strength = 1 / distance"
        )
    notes |= {name: n for name, n in (("loops_left_out", loops), ("parallel_merged", parallel)) if n}
    return Ties(net, distance, strength, notes)


def _weights(edges: list[Any], weight: str, weight_is: str) -> Floats:
    raw = [attributes.get(weight) for _one, _two, attributes in edges]
    if edges and all(value is None for value in raw):
        msg = _("The edges of `{name}` have no `{column}`; they have: {found}.")
        found = sorted({str(key) for _one, _two, attributes in edges for key in attributes})
        raise ColumnsError(msg.format(name="graph", column=weight, found=", ".join(found) or "-"))
    values = pd.to_numeric(pd.Series(raw, dtype=object), errors="coerce").to_numpy(
        dtype=float, na_value=np.nan
    )
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        one, two, _attributes = edges[first]
        msg = (
            _(
                "`graph` has {n} edges whose `{column}` is missing, no number, or not above 0 "
                "(first: {source} to {target}). "
                "A distance of 0 is none: fill such edges in, or leave `weight` out."
            )
            if weight_is == "distance"
            else _(
                "`graph` has {n} edges whose `{column}` is missing, no number, or not above 0 "
                "(first: {source} to {target}). "
                "A tie of strength 0 is no tie: leave such edges out, or leave `weight` out."
            )
        )
        raise InputError(msg.format(n=int(wrong.sum()), column=weight, source=one, target=two))
    return np.asarray(values, dtype=np.float64)


def _single(
    start: Integers, end: Integers, values: Floats | None, directed: bool, weight_is: str
) -> tuple[Integers, Integers, Floats | None, int]:
    """Return one edge a pair, sorted by its ends, and how many were merged into another."""
    one, two = (start, end) if directed else (np.minimum(start, end), np.maximum(start, end))
    order = np.lexsort((two, one))
    one, two = one[order], two[order]
    first = np.ones(len(one), dtype=bool)
    first[1:] = (np.diff(one) != 0) | (np.diff(two) != 0)
    if values is not None and len(one):
        at = np.flatnonzero(first)
        merge = np.minimum if weight_is == "distance" else np.add
        values = np.asarray(merge.reduceat(values[order], at), dtype=np.float64)
    return one[first], two[first], values, int((~first).sum())


def rows_of(ties: Ties, roles: Roles = "implicated") -> Rows:
    """
    Return whose rows may stand in a table about vertices.

    Where no vertex has a role, all have a row, and the notes say that roles are not known. As soon as any
    role is known, persons without one, and everybody whom nobody has a reason to suspect, have none.

    Raises
    ------
    InputError
        If `roles` names a role that never stands in such a table.
    """
    wanted = _wanted(roles)
    role = [_role(attributes) for attributes in (ties.net.nodes[name] for name in ties.names)]
    thing = [_is_thing(ties.net.nodes[name]) for name in ties.names]
    notes: dict[str, Any] = {"warning": POSITION, "rows_in_order": "by id"}
    if all(one == UNKNOWN for one in role):
        return Rows(np.arange(len(role)), {**notes, "roles": ROLES_UNKNOWN})
    shown = [one in wanted or (one == UNKNOWN and it) for one, it in zip(role, thing, strict=True)]
    out = Counter(one for one, show in zip(role, shown, strict=True) if not show)
    notes["roles"] = [f"role_{one}" for one in wanted]
    notes["left_out"] = {f"role_{one}": out[one] for one in ROLES if out[one]}
    kept = np.flatnonzero(np.array(shown, dtype=bool))
    return Rows(kept, notes, [role[i] for i in kept])


def _wanted(roles: Roles) -> tuple[str, ...]:
    if roles == "implicated":
        return IMPLICATED
    asked = (roles,) if isinstance(roles, str) else tuple(roles)
    if not asked or any(role not in IMPLICATED for role in asked):
        msg = _(
            "`roles` may name {choices}, or be implicated (all of these); got {value}. Victims, witnesses, "
            "minors and all others whom nobody has a reason to suspect stay out of such tables."
        )
        raise InputError(msg.format(choices=", ".join(IMPLICATED), value=", ".join(map(str, asked)) or "-"))
    return asked


def _role(attributes: dict[str, Any]) -> str:
    from ..collation.roles import role_of

    word = attributes.get("role")
    return str(word) if word in ROLES else role_of(word)[0]


def _is_thing(attributes: dict[str, Any]) -> bool:
    """Say whether a vertex is known to be no person; one of unknown type may be one."""
    kind = str(attributes.get("type") or UNKNOWN).strip().casefold()
    return kind not in ("person", UNKNOWN, "лицо", "человек", "")


def whole(value: Any, name: str, *, least: int = 1) -> int:
    """Return a whole number from `least` up."""
    if isinstance(value, bool) or int(value) != value or value < least:
        msg = _("`{name}` must be a whole number from {least} up, got {n!r}.")
        raise InputError(msg.format(name=name, least=least, n=value))
    return int(value)


def seed_of(rng: Any) -> int | None:
    """Return a seed as a choice can note it."""
    return int(rng) if isinstance(rng, int | np.integer) else None
