"""Paths: how two vertices are linked, with the evidence of every link on the way."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._graph import place_of
from ._ties import POSITION, Ties, WeightIs, take_ties, whole

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["paths"]

_SAME = 1e-12


def paths(
    graph: Graph,
    source: Any,
    target: Any,
    *,
    weight: str | None = None,
    weight_is: WeightIs = "distance",
    most: int = 100,
) -> pd.DataFrame:
    """
    List all shortest paths between two vertices, a row a link, with what each link stands on.

    Parameters
    ----------
    graph
        As for `centralities`; of a directed network paths go with the links.
    source, target
        Ids of the two ends.
    weight, weight_is
        As for `centralities`: what makes a path short.
    most
        At most so many paths are listed; the choices say whether there are more.

    Returns
    -------
    pandas.DataFrame
        ``path`` (numbered from 1, in the order of ids on the way), ``step``, ``source``, ``target``,
        ``kind``, ``n`` (links), ``item_ids``, ``grades`` (each grade of the link once, as given),
        ``ungraded`` (links without one) and ``path_grades`` (each grade on the whole path once: the path is
        no better than the weakest of them). Empty where there is no path.

    Raises
    ------
    InputError
        If an end is not in the network, both are one, or a weight is missing or not above 0.

    Notes
    -----
    Grades are listed and not added up: no number says how good a path is, and one link that nobody graded
    leaves the path ungraded there. A path of links in a file is no chain of orders, of knowledge or of guilt:
    in most networks anybody reaches anybody in a few steps. The shortest is not the likeliest.

    Examples
    --------
    >>> from ilp_toolkit.analysis.networks import graph_from_links
    >>> links = pd.DataFrame(
    ...     {"source": list("abac"), "target": list("bddd"), "grade": ["4x4:B2", None, "4x4:C4", "4x4:A1"]}
    ... )
    >>> paths(graph_from_links(links.iloc[:2]), "a", "d")[["path", "step", "source", "target", "grades"]]
       path  step source target     grades
    0     1     1      a      b  (4x4:B2,)
    1     1     2      b      d         ()
    """
    limit = whole(most, "most")
    ties = take_ties(graph, weight=weight, weight_is=weight_is)
    one, two = place_of(ties.net, source, "source"), place_of(ties.net, target, "target")
    if one == two:
        raise InputError(_("`source` and `target` are the same vertex, {node!r}.").format(node=source))
    found, more, length = _shortest(ties, one, two, limit)
    rows: list[dict[str, Any]] = []
    for number, way in enumerate(found, start=1):
        steps = [_step(graph, ties.names[a], ties.names[b]) for a, b in pairwise(way)]
        grades = tuple(sorted({grade for step in steps for grade in step["grades"]}))
        rows += [
            {"path": number, "step": place, **step, "path_grades": grades}
            for place, step in enumerate(steps, start=1)
        ]
    columns = [
        "path",
        "step",
        "source",
        "target",
        "kind",
        "n",
        "item_ids",
        "grades",
        "ungraded",
        "path_grades",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return choices.record(
        table,
        warning=POSITION,
        **ties.notes,
        paths=len(found),
        more_paths=more,
        length=length,
        rows_in_order="by id",
        grades="listed, never added up; a path is no better than its weakest link",
    )


def _shortest(ties: Ties, source: int, target: int, most: int) -> tuple[list[list[int]], bool, float | None]:
    """Return the shortest ways in id order, whether there are more, and their length."""
    from .kernels import ways

    net = ties.net
    w = np.ones(len(net.start)) if ties.distance is None else ties.distance
    rest = ways.tree_to(net.back_row, net.back_arc, net.tail, net.edge, w, target)
    if not np.isfinite(rest[source]):
        return [], False, None
    found: list[list[int]] = []
    stack = [[source]]
    while stack and len(found) <= most:
        way = stack.pop()
        here = way[-1]
        if here == target:
            found.append(way)
            continue
        arcs = range(net.row[here], net.row[here + 1])
        ahead = [
            int(net.head[a])
            for a in arcs
            if w[net.edge[a]] + rest[net.head[a]] <= rest[here] * (1 + _SAME) and net.head[a] not in way
        ]
        stack += [[*way, there] for there in sorted(ahead, reverse=True)]
    return found[:most], len(found) > most, float(rest[source])


def _step(graph: Any, one: Any, two: Any) -> dict[str, Any]:
    edge = graph.get_edge_data(one, two)
    if graph.is_multigraph():
        edge = next(iter(edge.values()))
    return {
        "source": one,
        "target": two,
        "kind": edge.get("kind", ""),
        "n": int(edge.get("n", 1)),
        "item_ids": tuple(edge.get("item_ids", ())),
        "grades": tuple(edge.get("grades", ())),
        "ungraded": int(edge.get("ungraded", 1)),
    }
