"""Centralities: where a vertex stands in the links that were collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._ties import Floats, Roles, Ties, WeightIs, rows_of, take_ties

if TYPE_CHECKING:
    from ._ties import Graph

Measure = Literal["degree", "betweenness", "closeness", "eigenvector", "constraint"]
MEASURES: tuple[Measure, ...] = ("degree", "betweenness", "closeness", "eigenvector", "constraint")

__all__ = ["MEASURES", "Measure", "centralities", "measured", "take_measures"]

_DENSE = 300
"""Up to so many vertices eigenvectors are taken of the whole matrix."""
_SAME = 1e-9
"""Relative difference below which two parts of a network are equally dense."""


def centralities(
    graph: Graph,
    *,
    weight: str | None = None,
    weight_is: WeightIs = "distance",
    measures: Sequence[Measure] = MEASURES,
    roles: Roles = "implicated",
) -> pd.DataFrame:
    """
    Measure where each vertex stands in the network, in id order.

    Parameters
    ----------
    graph
        What `graph_from_links` returns, or a graph of networkx; vertices may have ``type`` and ``role``.
    weight
        Name of a number on the edges; None where each edge is one step.
    weight_is
        ``distance``: a large number is a long way (kilometres, days between calls). ``strength``: a large
        number is a strong tie (calls, meetings); it is then inverted, distance = 1 / strength. Calls taken
        for distances make the strongest ties the longest.
    measures
        Some of `MEASURES`.
    roles
        ``implicated``: suspects, accused, convicted; or some of them. Nobody else has a row.

    Returns
    -------
    pandas.DataFrame
        In id order: ``entity_id``, ``role`` (where any is known) and

        - ``degree`` (edges; both directions of a directed network, with ``in_degree`` and ``out_degree``),
          ``degree_normalised`` (over n - 1), and with a weight ``strength`` (sum over its edges);
        - ``betweenness`` (shortest ways between two others that pass, each pair shared among its ways) and
          ``betweenness_normalised`` (over all pairs of others);
        - ``closeness`` (1 / sum of the distances from those who reach it) and ``closeness_normalised``
          (reached / sum of distances × reached / (n - 1): networkx's, which allows for several parts);
        - ``eigenvector`` (of the ties' strength, directions aside; length 1) and ``eigenvector_normalised``
          (largest 1); 0 outside the densest part; NaN where there is no tie at all;
        - ``constraint`` (Burt's; low where contacts do not know each other), NaN without ties.

    Raises
    ------
    InputError
        If a weight is missing or not above 0, or a choice is none.

    Notes
    -----
    Position in collected data, not culpability: who was watched, or whose phone was read, has more links, and
    of the people whom a real wiretap brought up most were not implicated. Persons whom nobody has a reason to
    suspect, and, as soon as any role is known, persons without one, stay in the network and out of the rows.
    Use `rank_stability` before reading one row against another. Shortest ways are counted as equally long
    within one part in 10¹².

    References
    ----------
    Freeman (1977), doi:10.2307/3033543; Freeman (1978), doi:10.1016/0378-8733(78)90021-7; Brandes (2001),
    doi:10.1080/0022250X.2001.9990249; Opsahl, Agneessens & Skvoretz (2010),
    doi:10.1016/j.socnet.2010.03.006; Burt (1992), Structural Holes.

    Examples
    --------
    >>> import networkx as nx
    >>> found = centralities(nx.path_graph(5))
    >>> found[["entity_id", "degree", "betweenness", "betweenness_normalised"]].round(4)
       entity_id  degree  betweenness  betweenness_normalised
    0          0       1          0.0                  0.0000
    1          1       2          3.0                  0.5000
    2          2       2          4.0                  0.6667
    3          3       2          3.0                  0.5000
    4          4       1          0.0                  0.0000
    """
    asked = take_measures(measures)
    ties = take_ties(graph, weight=weight, weight_is=weight_is)
    rows = rows_of(ties, roles)
    table = rows.begin(ties)
    for name, values in measured(ties, asked).items():
        table[name] = values[rows.kept]
    return choices.record(table, **rows.notes, **ties.notes, measures=list(asked))


def take_measures(measures: Sequence[str]) -> tuple[Measure, ...]:
    """Return the measures that are asked for, in the order of `MEASURES`."""
    wanted = [measures] if isinstance(measures, str) else list(measures)
    for measure in wanted:
        if measure not in MEASURES:
            msg = _("`{name}` must be one of {choices}, got {value!r}.")
            raise InputError(msg.format(name="measures", choices=", ".join(MEASURES), value=measure))
    return tuple(measure for measure in MEASURES if measure in wanted)


def measured(ties: Ties, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return the columns of each measure, for all vertices in id order."""
    found: dict[str, Any] = {}
    n = len(ties.names)
    if "degree" in measures:
        found |= _degree(ties)
    if "betweenness" in measures or "closeness" in measures:
        from .kernels import centrality

        at, total, reached = centrality.between(ties.net, ties.distance)
        if "betweenness" in measures:
            found["betweenness"] = at if ties.net.directed else at / 2
            found["betweenness_normalised"] = at / max((n - 1) * (n - 2), 1)
        if "closeness" in measures:
            near = np.divide(1.0, total, out=np.zeros(n), where=total > 0)
            found["closeness"] = near
            found["closeness_normalised"] = near * reached * reached / max(n - 1, 1)
    if "eigenvector" in measures:
        found |= _eigenvector(ties)
    if "constraint" in measures:
        found["constraint"] = _constraint(ties)
    return found


def _degree(ties: Ties) -> dict[str, Any]:
    net, n = ties.net, len(ties.names)
    out = np.bincount(net.start, minlength=n)
    into = np.bincount(net.end, minlength=n)
    found: dict[str, Any] = {"degree": (out + into).astype(np.int64)}
    found["degree_normalised"] = found["degree"] / max(n - 1, 1)
    if net.directed:
        found |= {"in_degree": into.astype(np.int64), "out_degree": out.astype(np.int64)}
    if ties.strength is not None:
        found["strength"] = np.bincount(net.start, ties.strength, n) + np.bincount(net.end, ties.strength, n)
    return found


def _matrix(ties: Ties) -> Any:
    """Return the ties' strength, directions aside, as a symmetric matrix."""
    from scipy.sparse import coo_array

    net, n = ties.net, len(ties.names)
    strength = np.ones(len(net.start)) if ties.strength is None else ties.strength
    half = coo_array((strength, (net.start, net.end)), shape=(n, n)).tocsr()
    return (half + half.T).tocsr()


def _eigenvector(ties: Ties) -> dict[str, Floats]:
    """Return the leading eigenvector, begun from an even one; of several equally dense parts all."""
    n = len(ties.names)
    if len(ties.net.start) == 0:
        return {"eigenvector": np.full(n, np.nan), "eigenvector_normalised": np.full(n, np.nan)}
    matrix, found, sizes = _matrix(ties), np.zeros(n), {}
    part = ties.net.part
    vectors = {}
    for label in np.flatnonzero(np.bincount(part) > 1):
        members = np.flatnonzero(part == label)
        sizes[label], vectors[label] = _leading(matrix[members][:, members])
    most = max(sizes.values())
    for label, size in sizes.items():
        if size >= most * (1 - _SAME):
            members = np.flatnonzero(part == label)
            found[members] = vectors[label].sum() * vectors[label]
    found /= np.linalg.norm(found)
    return {"eigenvector": found, "eigenvector_normalised": found / found.max()}


def _leading(matrix: Any) -> tuple[float, Floats]:
    n = matrix.shape[0]
    if n <= _DENSE:
        values, vectors = np.linalg.eigh(matrix.toarray())
        size, vector = float(values[-1]), vectors[:, -1]
    else:
        from scipy.sparse.linalg import eigsh

        values, vectors = eigsh(matrix, k=1, which="LA", v0=np.ones(n), maxiter=100 * n)
        size, vector = float(values[0]), vectors[:, 0]
    return size, np.abs(vector)


def _constraint(ties: Ties) -> Floats:
    """Return Burt's constraint: what share of somebody's ties leads, directly or not, to one contact."""
    from scipy.sparse import diags_array

    n = len(ties.names)
    matrix = _matrix(ties)
    total = np.asarray(matrix.sum(axis=1)).ravel()
    share = (diags_array(np.divide(1.0, total, out=np.zeros(n), where=total > 0)) @ matrix).tocsr()
    found = np.full(n, np.nan)
    for begin in range(0, n, 1000):
        rows = share[begin : begin + 1000]
        direct = rows.copy()
        direct.data[:] = 1.0
        both = rows + (rows @ share) * direct
        found[begin : begin + 1000] = np.asarray((both * both * direct).sum(axis=1)).ravel()
    found[total == 0] = np.nan
    return found
