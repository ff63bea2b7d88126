"""Cut-points and bridges: where the collected network hangs on one vertex or one link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._ties import Integers, Roles, Ties, rows_of, take_ties

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["cut_points"]


def cut_points(
    graph: Graph, *, of: Literal["vertices", "edges"] = "vertices", roles: Roles = "implicated"
) -> pd.DataFrame:
    """
    Find the vertices (cut-points) or links (bridges) without which a part of the network falls off.

    Parameters
    ----------
    graph
        As for `centralities`; directions are left aside.
    of
        ``vertices`` or ``edges``.
    roles
        As for `centralities`: whose rows are shown. A bridge has a row if both its ends may have one.

    Returns
    -------
    pandas.DataFrame
        In id order. Of vertices: ``entity_id``, ``role`` (where any is known), ``parts`` (into how many its
        part of the network would fall) and ``cut_off`` (how many vertices would be off the largest of
        them). Of edges: ``source``, ``target``, ``cut_off`` (vertices on the smaller side) and ``n`` (links
        it stands on, where known). The choices hold the number of all of them, also of those without a row.

    Raises
    ------
    InputError
        If `of` is neither.

    Notes
    -----
    A cut-point is one of the links that were collected. One more phone, one more report, and it may be none:
    see `rank_stability`, and the ``n`` of a bridge.

    References
    ----------
    Hopcroft & Tarjan (1973), doi:10.1145/362248.362272.

    Examples
    --------
    >>> import networkx as nx
    >>> cut_points(nx.Graph(["ab", "bc", "cd", "ce"]))
      entity_id  parts  cut_off
    0         b      2        1
    1         c      3        2
    """
    if of not in ("vertices", "edges"):
        msg = _("`{name}` must be one of {choices}, got {value!r}.")
        raise InputError(msg.format(name="of", choices="vertices, edges", value=of))
    ties = take_ties(graph)
    rows = rows_of(ties, roles)
    if of == "vertices":
        points, parts = _points(ties)
        table = rows.begin(ties)[np.isin(rows.kept, points)].reset_index(drop=True)
        shown = np.isin(points, rows.kept)
        table["parts"] = parts[shown]
        table["cut_off"] = np.array([_off(ties, i) for i in points[shown]], dtype=np.int64)
        return choices.record(table, **rows.notes, **ties.notes, cut_points=len(points))
    found = _bridges(ties)
    shown_edges = [e for e in found if ties.net.start[e] in rows.kept and ties.net.end[e] in rows.kept]
    ends = [(ties.names[ties.net.start[e]], ties.names[ties.net.end[e]]) for e in shown_edges]
    table = pd.DataFrame(
        {
            "source": pd.Series([one for one, _two in ends], dtype=object),
            "target": pd.Series([two for _one, two in ends], dtype=object),
            "cut_off": np.array([_behind(ties, e) for e in shown_edges], dtype=np.int64),
            "n": pd.array([_links(graph, *pair) for pair in ends], dtype="Int64"),
        }
    )
    return choices.record(table, **rows.notes, **ties.notes, bridges=len(found))


def _plain(ties: Ties) -> Any:
    import networkx as nx

    plain: Any = nx.Graph()
    plain.add_nodes_from(range(len(ties.names)))
    plain.add_edges_from(zip(ties.net.start.tolist(), ties.net.end.tolist(), strict=True))
    return plain


def _points(ties: Ties) -> tuple[Integers, Integers]:
    """Return the cut-points, and into how many parts each would let its own fall."""
    import networkx as nx

    blocks = np.zeros(len(ties.names), dtype=np.int64)
    for members in nx.biconnected_components(_plain(ties)):
        blocks[np.array(list(members), dtype=np.int64)] += 1
    points = np.flatnonzero(blocks > 1)
    return points, blocks[points]


def _bridges(ties: Ties) -> list[int]:
    import networkx as nx

    found = {(min(pair), max(pair)) for pair in nx.bridges(_plain(ties))}
    one, two = np.minimum(ties.net.start, ties.net.end), np.maximum(ties.net.start, ties.net.end)
    pairs = list(zip(one.tolist(), two.tolist(), strict=True))
    if ties.net.directed:  # two arcs of one pair are one link here; the first stands for it
        return [e for e, pair in enumerate(pairs) if pair in found and pairs.index(pair) == e]
    return [e for e, pair in enumerate(pairs) if pair in found]


def _sizes(ties: Ties, keep: Any, members: Any) -> Integers:
    """Return the sizes of the parts into which `members` fall when only the edges `keep` are left."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(ties.names)
    start, end = ties.net.start[keep], ties.net.end[keep]
    labels = connected_components(
        coo_array((np.ones(len(start)), (start, end)), shape=(n, n)), directed=False
    )[1]
    sizes: Integers = np.bincount(np.unique(labels[members], return_inverse=True)[1])
    return sizes


def _off(ties: Ties, point: int) -> int:
    keep = (ties.net.start != point) & (ties.net.end != point)
    members = np.flatnonzero(ties.net.part == ties.net.part[point])
    sizes = _sizes(ties, keep, members[members != point])
    return int(sizes.sum() - sizes.max())


def _behind(ties: Ties, edge: int) -> int:
    one, two = ties.net.start, ties.net.end
    same = ((one == one[edge]) & (two == two[edge])) | ((one == two[edge]) & (two == one[edge]))
    members = np.flatnonzero(ties.net.part == ties.net.part[one[edge]])
    return int(_sizes(ties, ~same, members).min())


def _links(graph: Any, one: Any, two: Any) -> int | None:
    if graph.is_multigraph():
        return int(graph.number_of_edges(one, two))
    n = graph.edges[one, two].get("n") if graph.has_edge(one, two) else None
    return None if n is None else int(n)
