"""Brokers: who stands between two who are not linked, by the groups of the three (Gould and Fernandez)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError
from ..i18n import N_, _
from ._ties import Floats, Integers, Roles, Ties, rows_of, take_ties

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["BROKERAGE", "brokers"]

BROKERAGE: dict[str, str] = {
    "coordinator": N_("all three in one group"),
    "consultant": N_("the outer two in one group, the broker in another"),
    "gatekeeper": N_("the broker lets in: it and the receiver in one group, the giver in another"),
    "representative": N_("the broker speaks for: it and the giver in one group, the receiver in another"),
    "liaison": N_("all three in different groups"),
}
"""The five kinds of brokerage of `brokers`, with their meaning."""


def brokers(graph: Graph, *, group: str = "role", roles: Roles = "implicated") -> pd.DataFrame:
    """
    Count the open two-step ways (a to b to c, no link from a to c) that pass each vertex, by three groups.

    Parameters
    ----------
    graph
        As for `centralities`. An undirected network is read in both directions, so each way counts twice and
        gatekeepers are representatives too.
    group
        Attribute of the vertices that names their group, such as ``role``, ``type`` or a column of the
        entities. Ways through or between vertices without a group are left out.
    roles
        As for `centralities`: whose rows are shown.

    Returns
    -------
    pandas.DataFrame
        In id order: ``entity_id``, ``role`` (where any is known), ``group``, the five counts (`BROKERAGE`:
        ``coordinator``, ``consultant``, ``gatekeeper``, ``representative``, ``liaison``), their sum
        ``total``, and for each the number expected (``coordinator_expected`` …) if the same ways stood and
        all other vertices' groups were dealt anew, sizes kept.

    Raises
    ------
    ColumnsError
        If no vertex has the attribute.

    Notes
    -----
    Who brokers between two records may never have met either: the missing link from a to c is often one that
    nobody collected. Compare a count with what is expected: in a large group coordinators come by chance.

    References
    ----------
    Gould & Fernandez (1989), doi:10.2307/270949.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> nx.set_node_attributes(graph, {"a": "north", "b": "south", "c": "south"}, "group")
    >>> brokers(graph, group="group")[["entity_id", "gatekeeper", "gatekeeper_expected", "liaison"]]
      entity_id  gatekeeper  gatekeeper_expected  liaison
    0         a           0                  0.0        0
    1         b           1                  0.5        0
    2         c           0                  0.0        0
    """
    ties = take_ties(graph)
    rows = rows_of(ties, roles)
    named = ties.of(group)
    missing = np.array([_blank(value, group) for value in named], dtype=bool)
    if len(named) and missing.all():
        msg = _("No vertex of `graph` has the attribute {group!r}; they have: {found}.")
        found = sorted({str(key) for name in ties.names for key in ties.net.nodes[name]})
        raise ColumnsError(msg.format(group=group, found=", ".join(found) or "-"))
    codes, groups = pd.factorize(
        np.array([None if m else str(v) for v, m in zip(named, missing, strict=True)])
    )
    counts, ways = _counted(ties, codes)
    expected = _expected(codes, len(groups), ways)
    table = rows.begin(ties)
    table["group"] = [None if missing[i] else str(named[i]) for i in rows.kept]
    for number, name in enumerate(BROKERAGE):
        table[name] = counts[rows.kept, number]
    table["total"] = ways[rows.kept]
    for number, name in enumerate(BROKERAGE):
        table[f"{name}_expected"] = expected[rows.kept, number]
    return choices.record(
        table,
        **rows.notes,
        **ties.notes,
        group=group,
        n_groups=len(groups),
        without_group=int(missing.sum()),
        expected="the same ways, groups of the others dealt anew, sizes kept",
    )


def _blank(value: Any, group: str) -> bool:
    return value is None or bool(pd.isna(value)) or (group == "role" and value == "unknown")


def _counted(ties: Ties, codes: Integers) -> tuple[Integers, Integers]:
    """Return the five counts of each vertex, and how many open ways pass it."""
    from scipy.sparse import coo_array

    n = len(ties.names)
    start, end = ties.net.start, ties.net.end
    if not ties.net.directed:
        start, end = np.concatenate([start, end]), np.concatenate([end, start])
    known = (codes[start] >= 0) & (codes[end] >= 0) if len(start) else np.zeros(0, dtype=bool)
    start, end = start[known], end[known]
    matrix = coo_array((np.ones(len(start), dtype=bool), (start, end)), shape=(n, n)).tocsr()
    back = matrix.T.tocsr()
    counts = np.zeros((n, len(BROKERAGE)), dtype=np.int64)
    for j in range(n):
        givers = back.indices[back.indptr[j] : back.indptr[j + 1]]
        takers = matrix.indices[matrix.indptr[j] : matrix.indptr[j + 1]]
        if not len(givers) or not len(takers):
            continue
        is_open = ~matrix[givers][:, takers].toarray() & (givers[:, None] != takers[None, :])
        giver, taker, mine = codes[givers][:, None], codes[takers][None, :], codes[j]
        same = giver == taker
        kinds = (
            same & (giver == mine),
            same & (giver != mine),
            ~same & (taker == mine),
            ~same & (giver == mine),
            ~same & (giver != mine) & (taker != mine),
        )
        counts[j] = [int((is_open & kind).sum()) for kind in kinds]
    return counts, counts.sum(axis=1)


def _expected(codes: Integers, groups: int, ways: Integers) -> Floats:
    """Return the mean over all ways to deal the groups of the others among them."""
    sizes = np.bincount(codes[codes >= 0], minlength=groups).astype(float)
    total = sizes.sum()
    found = np.zeros((len(codes), len(BROKERAGE)))
    pairs = (total - 1) * (total - 2)
    if pairs <= 0:
        return found
    for j in np.flatnonzero(codes >= 0):
        own = sizes[codes[j]] - 1
        others = np.delete(sizes, codes[j])
        rest = others.sum()
        inside = float((others * (others - 1)).sum())
        share = np.array([own * (own - 1), inside, rest * own, own * rest, rest * rest - (others**2).sum()])
        found[j] = ways[j] * share / pairs
    return found
