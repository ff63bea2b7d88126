"""From who was at what to who was with whom: the projection of a two-mode network, and what it loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..errors import ColumnsError, InputError
from ..i18n import _
from ._ties import POSITION, id_order, take_ties

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["two_mode"]


def two_mode(
    graph: Graph, *, onto: Any, by: str = "type", weighting: Literal["newman", "count"] = "newman"
) -> Graph:
    """
    Link vertices of one mode that meet at vertices of the other: people at events, firms with one owner.

    Parameters
    ----------
    graph
        As for `centralities`; directions are left aside.
    onto
        The value of `by` of the vertices to keep ("person"); a list of several. All others are what they
        meet at.
    by
        Attribute of the vertices that tells the modes apart: ``type``, or ``mode`` of a two-mode matrix.
    weighting
        ``newman``: a meeting of k counts 1 / (k - 1) for each pair of them, so that a crowd adds no more to
        anybody than a meeting of two. ``count``: each meeting counts 1.

    Returns
    -------
    networkx.Graph
        The vertices to keep with their attributes; an edge for each pair that meets, with ``weight``, ``n``
        (meetings), ``through`` (ids of what they met at), ``item_ids`` and ``grades`` of the links on both
        sides, and ``ungraded``. The choices say what the projection loses.

    Raises
    ------
    ColumnsError
        If no vertex has the attribute.
    InputError
        If no vertex, or every vertex, has the value, or the weighting is none.

    Notes
    -----
    To be at one event is not to know each other, and an edge here is nobody's report of a tie. One event of k
    people makes k (k - 1) / 2 edges, so clusters and closeness are made by the projection itself; who was
    alone at an event stays without an edge; and which edges come from one event shows only in ``through``.
    Links inside a mode are left out and counted.

    References
    ----------
    Newman (2001), doi:10.1103/PhysRevE.64.016132; Breiger (1974), doi:10.2307/2576011.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.Graph([("a", "wedding"), ("b", "wedding"), ("c", "wedding"), ("a", "firm"), ("b", "firm")])
    >>> nx.set_node_attributes(graph, {name: "person" for name in "abc"}, "type")
    >>> found = two_mode(graph, onto="person")
    >>> [(one, two, edge["weight"]) for one, two, edge in found.edges(data=True)]
    [('a', 'b', 1.5), ('a', 'c', 0.5), ('b', 'c', 0.5)]
    """
    import networkx as nx

    if weighting not in ("newman", "count"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="weighting", choices="newman, count", value=weighting))
    take_ties(graph)
    kept = _kept(graph, onto, by)
    others = [node for node in id_order(graph.nodes) if node not in kept]
    found: Any = nx.Graph()
    found.add_nodes_from((node, dict(graph.nodes[node])) for node in id_order(kept))
    near = graph.to_undirected() if graph.is_directed() else graph
    sizes = []
    for place in others:
        met = [node for node in id_order(set(near[place])) if node in kept]
        sizes.append(len(met))
        for i, one in enumerate(met):
            for two in met[i + 1 :]:
                _meet(found, near, (one, two, place), 1 / (len(met) - 1) if weighting == "newman" else 1.0)
    found.graph["ilp"] = {"projected": True}
    found.graph["choices"] = _lost(graph, kept, sizes, found, onto=onto, by=by, weighting=weighting)
    return found  # type: ignore[no-any-return]


def _kept(graph: Any, onto: Any, by: str) -> set[Any]:
    known = {
        node: attributes[by] for node, attributes in graph.nodes(data=True) if attributes.get(by) is not None
    }
    if not known:
        msg = _("No vertex of `graph` has the attribute {group!r}; they have: {found}.")
        found = sorted({str(key) for _node, attributes in graph.nodes(data=True) for key in attributes})
        raise ColumnsError(msg.format(group=by, found=", ".join(found) or "-"))
    wanted = list(onto) if isinstance(onto, list | tuple | set | frozenset) else [onto]
    kept = {node for node, value in known.items() if value in wanted}
    if not kept or len(kept) == graph.number_of_nodes():
        msg = _(
            "`onto` must pick one of two modes by {by!r}; {n} of {total} vertices have it. Values: {found}."
        )
        values = ", ".join(sorted({str(value) for value in known.values()})[:10])
        raise InputError(msg.format(by=by, n=len(kept), total=graph.number_of_nodes(), found=values))
    return kept


def _meet(found: Any, graph: Any, meeting: tuple[Any, Any, Any], weight: float) -> None:
    one, two, place = meeting
    if not found.has_edge(one, two):
        found.add_edge(one, two, weight=0.0, n=0, through=(), item_ids=(), grades=(), ungraded=0)
    edge = found.edges[one, two]
    edge["weight"] += weight
    edge["n"] += 1
    edge["through"] += (place,)
    for side in (_edge(graph, one, place), _edge(graph, two, place)):
        edge["item_ids"] = tuple(dict.fromkeys([*edge["item_ids"], *side.get("item_ids", ())]))
        edge["grades"] = tuple(sorted({*edge["grades"], *side.get("grades", ())}))
        edge["ungraded"] += side.get("ungraded", 0)


def _edge(graph: Any, one: Any, two: Any) -> dict[str, Any]:
    edge = graph.get_edge_data(one, two)
    return next(iter(edge.values())) if graph.is_multigraph() else edge


def _lost(graph: Any, kept: set[Any], sizes: list[int], found: Any, **asked: Any) -> dict[str, Any]:
    inside = sum((one in kept) == (two in kept) for one, two in graph.edges() if one != two)
    pairs = sum(k * (k - 1) // 2 for k in sizes)
    largest = max(sizes, default=0)
    onto = asked["onto"]
    return {
        "warning": POSITION,
        "onto": [str(one) for one in onto] if isinstance(onto, list | tuple | set | frozenset) else str(onto),
        "modes_by": asked["by"],
        "weighting": asked["weighting"],
        "n": found.number_of_nodes(),
        "n_edges": found.number_of_edges(),
        "meetings": len(sizes),
        "meetings_of_one": sum(k == 1 for k in sizes),
        "largest_meeting": largest,
        "largest_meeting_share": round(largest * (largest - 1) / 2 / pairs, 12) if pairs else None,
        "links_inside_a_mode": inside,
        "without_edges": sum(1 for node in found if found.degree[node] == 0),
        "not_shown": "who met whom: to be at one place is no tie, and crowds make clusters by themselves",
    }
