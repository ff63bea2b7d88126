"""
What a link chart says about each vertex and each link: how firm a link is, whose sign is drawn how, in words.

A grade stays a code: what decides the line of a link is where the codes of one link stand in their own scale.
Several links of one pair are drawn as the firmest of them and never add up to a firmer one. A link that
nobody graded, or whose grade says that it cannot be judged, is drawn as unknown.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from ..collation.roles import PROTECTED, role_of
from ..collection.links import TYPES
from ..errors import InputError
from ..evaluation import grades
from ..i18n import N_, _, plural
from . import style
from .link_layout import in_order, take_graph

__all__ = [
    "FIRMNESS",
    "KINDS",
    "Edge",
    "Vertex",
    "date_words",
    "edges_of",
    "firmness",
    "graded_words",
    "limit_of_links",
    "title_words",
    "vertices_of",
]

FIRMNESS: dict[str, str] = {
    "firm": N_("firm: source and information both in the upper half of their scale"),
    "mixed": N_("mixed: only one of the two in the upper half"),
    "weak": N_("weak: neither in the upper half"),
    "unknown": N_("unknown: not graded, or cannot be judged"),
}
"""How firm a link is, the firmest first, with its words."""
KINDS: dict[str, str] = {**TYPES, "bare": N_("entity, its type not known")}
"""What a sign stands for."""
_ORDER = tuple(FIRMNESS)


@dataclass(frozen=True)
class Vertex:
    """One vertex as it is drawn."""

    name: Any
    text: str
    """What stands below the sign: the id, or the name where names were asked for."""
    kind: str
    """Type, one of `TYPES`; ``bare`` where the network knows no type at all."""
    quiet: bool
    """Drawn in grey: a person whom nobody has a reason to suspect, or whose role is not known."""


@dataclass(frozen=True)
class Edge:
    """All links of a pair as one line."""

    one: int
    two: int
    n: int
    firmness: str
    kinds: tuple[str, ...]
    forth: bool
    """Some link runs from the first to the second."""
    back: bool
    links: tuple[dict[str, Any], ...]
    """The evidence: a record of each link."""

    @property
    def text(self) -> str:
        """What is written beside the line: the kinds, and how many links."""
        kinds = ", ".join(self.kinds[:2]) + (" …" if len(self.kinds) > 2 else "")
        many = f"× {style.number(self.n)}" if self.n > 1 else ""
        return " ".join(part for part in (kinds, many) if part)


def limit_of_links() -> str:
    """Return the limit that every chart of links states."""
    return _("Position in collected data, not culpability; a missing link may only not have been collected.")


@cache
def firmness(grade: str | None) -> str:
    """
    Say where a grade stands in its own scale.

    Parameters
    ----------
    grade
        A grade with its scale, such as "4x4:B2"; None where nobody graded.

    Returns
    -------
    str
        One of `FIRMNESS`.

    Examples
    --------
    >>> [firmness(grade) for grade in ("4x4:A1", "4x4:B3", "4x4:C4", "4x4:X2", None)]
    ['firm', 'mixed', 'weak', 'unknown', 'unknown']
    """
    try:
        found = grades.parse(grade) if isinstance(grade, str) else None
    except InputError:
        return "unknown"
    if found is None or not (found.judged("source") and found.judged("information")):
        return "unknown"
    high = (found.source in _upper(found.scale, "source")) + (
        found.information in _upper(found.scale, "information")
    )
    return ("weak", "mixed", "firm")[high]


@cache
def _upper(scale: Any, axis: Any) -> frozenset[str]:
    judged = [
        code
        for code in grades.codes(scale, axis)
        if (grades.Grade(scale, code, None) if axis == "source" else grades.Grade(scale, None, code)).judged(
            axis
        )
    ]
    return frozenset(judged[: (len(judged) + 1) // 2])


def vertices_of(graph: Any, *, names: bool = False) -> list[Vertex]:
    """
    Return the vertices of a graph as they are drawn, in id order.

    Parameters
    ----------
    graph
        A graph of networkx.
    names
        Write labels rather than ids.
    """
    nodes = take_graph(graph).nodes
    words = {nodes[name].get("role") for name in nodes}
    meant = {word: role_of(word)[0] for word in words}
    roles = {name: meant[nodes[name].get("role")] for name in nodes}
    told = any(role != "unknown" for role in roles.values())
    typed = any(str(nodes[name].get("type") or "unknown") != "unknown" for name in nodes)
    found = []
    for name in in_order(nodes):
        kind = str(nodes[name].get("type") or "unknown")
        kind = (kind if kind in TYPES else "unknown") if typed else "bare"
        label = nodes[name].get("label") if names else None
        quiet = told and kind in ("person", "unknown", "bare") and roles[name] in PROTECTED
        found.append(Vertex(name, str(name if label is None else label), kind, quiet))
    return found


def edges_of(graph: Any) -> list[Edge]:
    """Return the links of a graph, one line a pair, in the order of their ends; loops are left out."""
    number = {name: i for i, name in enumerate(in_order(graph.nodes))}
    directed = graph.is_directed()
    pairs: dict[tuple[int, int], list[tuple[bool, dict[str, Any]]]] = {}
    for one, two, attributes in graph.edges(data=True):
        i, j = number[one], number[two]
        if i != j:
            pairs.setdefault((min(i, j), max(i, j)), []).append((i < j, attributes))
    return [_edge(pair, pairs[pair], number, directed) for pair in sorted(pairs)]


def _edge(
    pair: tuple[int, int], parts: list[tuple[bool, dict[str, Any]]], number: dict[Any, int], directed: bool
) -> Edge:
    forth = back = False
    links: dict[int, dict[str, Any]] = {}
    bare = 0
    for ahead, attributes in parts:
        records = attributes.get("links")
        if not isinstance(records, tuple):
            bare += 1
            forth, back = forth or (directed and ahead), back or (directed and not ahead)
            continue
        for record in records:
            links[id(record)] = record
            if record.get("directed") is True or (directed and record.get("directed") is None):
                start = number.get(record["source"], pair[0]) == pair[0]
                forth, back = forth or start, back or not start
    kinds = tuple(sorted({str(one["kind"]) for one in links.values() if one.get("kind")}))
    levels = [firmness(one.get("grade")) for one in links.values()]
    best = min(levels, key=_ORDER.index) if levels else "unknown"
    return Edge(*pair, len(links) or bare, best, kinds, forth, back, tuple(links.values()))


def title_words(n: int, m: int, parts: int) -> str:
    """Say how much there is and whether it hangs together."""
    entities = plural("{n} entity", "{n} entities", n).format(n=style.number(n))
    links = plural("{n} link", "{n} links", m).format(n=style.number(m))
    if parts == 1:
        return _("{entities} and {links}, all connected").format(entities=entities, links=links)
    apart = plural("{n} separate piece", "{n} separate pieces", parts).format(n=style.number(parts))
    return _("{entities} and {links} in {pieces}").format(entities=entities, links=links, pieces=apart)


def graded_words(edges: list[Edge]) -> str:
    """Count the links by how firm they are."""
    counts = {level: sum(edge.firmness == level for edge in edges) for level in _ORDER}
    if edges and counts["unknown"] == len(edges):
        return _("No link is graded.")
    words = {
        "firm": _("{n} firm"),
        "mixed": _("{n} mixed"),
        "weak": _("{n} weak"),
        "unknown": _("{n} not graded or not to be judged"),
    }
    listed = ", ".join(words[level].format(n=style.number(n)) for level, n in counts.items() if n)
    return _("Links by grade: {counts}.").format(counts=listed) if edges else ""


def date_words(edges: Collection[Edge]) -> str:
    """Say from when until when the links are dated, and how many are not."""
    dates = [one.get("date") for edge in edges for one in edge.links]
    known = sorted(pd.Timestamp(date) for date in dates if date is not None and not pd.isna(date))
    if not known:
        return ""
    span = _("Dated {first} to {last}").format(
        first=style.date(known[0].date()), last=style.date(known[-1].date())
    )
    left = len(dates) - len(known)
    if not left:
        return f"{span}."
    rest = plural("{n} link without a date", "{n} links without a date", left).format(n=style.number(left))
    return f"{span}; {rest}."
