"""
Graphs beside each other: nodes by their names, edges by their ends, attributes within tolerance.

Nodes have names, so no search for an isomorphism is needed, and none is made: on a graph built for it such a
search does not end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ..i18n import _, plural
from ._cells import cell, label, same
from ._plain import AnswerError
from ._rules import Outcome, Rules

__all__ = ["compare_graphs"]

Ends = tuple[str, str]


@dataclass(frozen=True)
class _Graph:
    directed: bool
    nodes: dict[str, dict[str, Any]]
    edges: dict[Ends, list[dict[str, Any]]]


def compare_graphs(given: dict[str, Any], key: dict[str, Any], rules: Rules) -> Outcome:
    """Compare two recorded graphs; AnswerError where one is not in the form."""
    right = _graph(key)
    mine = _graph(given, directed=right.directed)
    if given.get("directed") is not right.directed:
        words = (
            _("The graph has no direction; a directed one is expected.")
            if right.directed
            else (_("The graph is directed; one without direction is expected."))
        )
        return Outcome(0.0, (words,))
    comments: list[str] = []
    nodes = _nodes(mine, right, comments)
    edges = _edges(mine, right, comments)
    shares = {_("nodes"): nodes, _("edges"): edges}
    wanted = _attributes(right.nodes.values(), rules.node_attributes)
    if wanted:
        pairs = [(mine.nodes.get(name, {}), data) for name, data in right.nodes.items()]
        shares[_("attributes of nodes")] = _share(pairs, wanted, rules, comments, _("nodes"))
    wanted = _attributes((d for many in right.edges.values() for d in many), rules.edge_attributes)
    if wanted:
        shares[_("attributes of edges")] = _edge_share(mine, right, wanted, rules, comments)
    parts = tuple((name, share == 1, "") for name, share in shares.items())
    if not comments and all(share == 1 for share in shares.values()):
        return Outcome(1.0, (), parts)
    whole = sum(shares.values()) / len(shares)
    return Outcome(0.0 if rules.partial == "none" else min(whole, 0.99), tuple(comments), parts)


def _graph(value: dict[str, Any], *, directed: bool | None = None) -> _Graph:
    bad = AnswerError(_("The answer is not in the form in which answers are recorded."))
    nodes, edges = value.get("nodes"), value.get("edges")
    kind = value.get("directed")
    if type(nodes) is not list or type(edges) is not list or type(kind) is not bool:
        raise bad
    by_direction = kind if directed is None else directed
    names: dict[str, dict[str, Any]] = {}
    for each in nodes:
        if type(each) is not list or len(each) != 2 or type(each[1]) is not dict:
            raise bad
        names[label(each[0])] = each[1]
    ends: dict[Ends, list[dict[str, Any]]] = {}
    for each in edges:
        if type(each) is not list or len(each) != 3 or type(each[2]) is not dict:
            raise bad
        pair = label(each[0]), label(each[1])
        if pair[0] not in names or pair[1] not in names:
            raise bad
        place = pair if by_direction or pair[0] <= pair[1] else (pair[1], pair[0])
        ends.setdefault(place, []).append(each[2])
    return _Graph(kind, names, ends)


def _nodes(mine: _Graph, right: _Graph, comments: list[str]) -> float:
    missing = sum(name not in mine.nodes for name in right.nodes)
    extra = [name for name in mine.nodes if name not in right.nodes]
    if missing:
        words = plural("{n} node is missing.", "{n} nodes are missing.", missing)
        comments.append(words.format(n=missing))
    if extra:
        words = plural(
            "{n} node is too many: {first}.", "{n} nodes are too many, first: {first}.", len(extra)
        )
        comments.append(words.format(n=len(extra), first=extra[0].partition(":")[2][:60]))
    every = len(right.nodes) + len(extra)
    return (len(right.nodes) - missing) / every if every else 1.0


def _edges(mine: _Graph, right: _Graph, comments: list[str]) -> float:
    have = Counter({ends: len(many) for ends, many in mine.edges.items()})
    want = Counter({ends: len(many) for ends, many in right.edges.items()})
    missing, extra, common = (sum(part.values()) for part in (want - have, have - want, want & have))
    if missing:
        words = plural("{n} edge is missing.", "{n} edges are missing.", missing)
        comments.append(words.format(n=missing))
    if extra:
        words = plural("{n} edge is too many.", "{n} edges are too many.", extra)
        comments.append(words.format(n=extra))
    if (
        right.directed
        and missing
        and sum(have[b, a] >= n for (a, b), n in (want - have).items()) == len(want - have)
    ):
        comments.append(_("The missing edges are there in the opposite direction."))
    every = common + missing + extra
    return common / every if every else 1.0


def _attributes(data: Any, named: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the attributes that count."""
    return named if named is not None else tuple(dict.fromkeys(name for each in data for name in each))


def _share(
    pairs: list[tuple[dict[str, Any], dict[str, Any]]],
    wanted: tuple[str, ...],
    rules: Rules,
    comments: list[str],
    where: str,
) -> float:
    """Return the share of attributes that are right, and say how many are not, name by name."""
    right = every = 0
    for name in wanted:
        asked = [(given.get(name), key[name]) for given, key in pairs if name in key]
        absolute = rules.tolerances.get(name)
        hits = sum(same(cell(given), cell(key), rules, absolute=absolute) for given, key in asked)
        right, every = right + hits, every + len(asked)
        if hits < len(asked):
            words = _("The attribute {name} differs at {n} of {all} {where}.")
            comments.append(words.format(name=name[:60], n=len(asked) - hits, all=len(asked), where=where))
    return right / every if every else 1.0


def _edge_share(
    mine: _Graph, right: _Graph, wanted: tuple[str, ...], rules: Rules, comments: list[str]
) -> float:
    pairs: list[tuple[Any, Any]] = []
    for ends, many in right.edges.items():
        given = sorted(mine.edges.get(ends, []), key=lambda data: _sorting(data, wanted))
        key = sorted(many, key=lambda data: _sorting(data, wanted))
        pairs.extend(zip([*given, *({} for _missing in key)], key, strict=False))
    return _share(pairs, wanted, rules, comments, _("edges"))


def _sorting(data: dict[str, Any], wanted: tuple[str, ...]) -> tuple[Any, ...]:
    """Order parallel edges by what is compared."""
    found = [cell(data.get(name)) for name in wanted]
    return tuple((each.kind, each.value if each.kind == "number" else 0, str(each.value)) for each in found)
