"""Communities: vertices that lie closer together in the collected data than chance would put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._ties import Floats, Integers, Roles, Ties, WeightIs, rows_of, seed_of, take_ties, whole

if TYPE_CHECKING:
    from ._ties import Graph

__all__ = ["communities"]


def communities(
    graph: Graph,
    *,
    weight: str | None = None,
    weight_is: WeightIs = "strength",
    resolution: float = 1.0,
    runs: int = 20,
    roles: Roles = "implicated",
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Find parts of a network with many links inside and few between (Louvain), and how firm they are.

    Parameters
    ----------
    graph
        As for `centralities`; directions are left aside.
    weight, weight_is
        As for `centralities`; here a weight is a strength unless said otherwise.
    resolution
        Above 1: more and smaller parts; below 1: fewer and larger ones.
    runs
        How often it is done from another start; the best of them (by modularity) is shown.
    roles
        As for `centralities`: whose rows are shown.
    rng
        A seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        In id order: ``entity_id``, ``role`` (where any is known), ``community`` (numbered from 1 by first
        id), ``community_n`` (all vertices in it, those without a row too) and ``stability`` (mean overlap,
        intersection over union, of its community with that of the other runs; 1 is always the same). The
        choices hold the modularity, the smallest and largest number of communities of the runs, and how far
        runs agree (mean adjusted Rand).

    Raises
    ------
    InputError
        If a weight or a choice is out of range.

    Notes
    -----
    A community is a pattern of links in a file, no gang and no group that anybody joined: nobody becomes a
    member of anything by this table. Chance makes communities too: random networks of few links reach a
    modularity of 0.5 and more. Modularity overlooks small parts of large networks. A vertex without links is
    a community of its own.

    References
    ----------
    Blondel et al. (2008), doi:10.1088/1742-5468/2008/10/P10008; Newman & Girvan (2004),
    doi:10.1103/PhysRevE.69.026113; Fortunato & Barthélemy (2007), doi:10.1073/pnas.0605965104; agreement:
    Hubert & Arabie (1985), doi:10.1007/BF01908075.

    Examples
    --------
    >>> import networkx as nx
    >>> found = communities(nx.barbell_graph(4, 0), rng=1)
    >>> found["community"].tolist(), round(found.attrs["choices"]["modularity"], 3)
    ([1, 1, 1, 1, 2, 2, 2, 2], 0.423)
    """
    import networkx as nx

    if not (np.isfinite(resolution) and resolution > 0):
        msg = _("`{name}` must be above 0, got {value!r}.")
        raise InputError(msg.format(name="resolution", value=resolution))
    times = whole(runs, "runs")
    ties = take_ties(graph, weight=weight, weight_is=weight_is)
    rows = rows_of(ties, roles)
    plain = _numbered(ties)
    seeds = np.random.default_rng(rng).integers(0, 2**31 - 1, size=times).tolist()
    found = []
    for seed in seeds:
        parts = nx.community.louvain_communities(plain, weight="weight", resolution=resolution, seed=seed)
        value = (
            nx.community.modularity(plain, parts, weight="weight", resolution=resolution)
            if plain.number_of_edges()
            else float("nan")
        )
        found.append((value, _labels(parts, len(ties.names))))
    best = max(range(times), key=lambda i: (round(found[i][0], 12), -i)) if plain.number_of_edges() else 0
    label = found[best][1]
    others = [labels for i, (_value, labels) in enumerate(found) if i != best]
    sizes = np.bincount(label, minlength=1)
    table = rows.begin(ties).assign(
        community=label[rows.kept] + 1,
        community_n=sizes[label][rows.kept],
        stability=_overlap(label, others)[rows.kept],
    )
    numbers = [int(labels.max()) + 1 if len(labels) else 0 for _value, labels in found]
    return choices.record(
        table,
        **rows.notes,
        **ties.notes,
        method="Louvain",
        resolution=float(resolution),
        runs=times,
        rng=seed_of(rng),
        modularity=None if np.isnan(found[best][0]) else round(float(found[best][0]), 12),
        communities=numbers[best],
        communities_least=min(numbers),
        communities_most=max(numbers),
        agreement=round(float(np.mean([_rand(label, one) for one in others])), 12) if others else None,
        not_shown="patterns of links in the collected data; nobody's membership of anything",
    )


def _numbered(ties: Ties) -> Any:
    """Return the network with numbers for names, so that the order of sets does not depend on the names."""
    import networkx as nx

    plain: Any = nx.Graph()
    plain.add_nodes_from(range(len(ties.names)))
    strength = np.ones(len(ties.net.start)) if ties.strength is None else ties.strength
    for one, two, value in zip(
        ties.net.start.tolist(), ties.net.end.tolist(), strength.tolist(), strict=True
    ):
        before = plain.edges[one, two]["weight"] if plain.has_edge(one, two) else 0.0
        plain.add_edge(one, two, weight=before + value)
    return plain


def _labels(parts: Any, n: int) -> Integers:
    """Return the number of each vertex' community, by its first vertex."""
    labels = np.zeros(n, dtype=np.int64)
    for number, part in enumerate(sorted(parts, key=min)):
        labels[list(part)] = number
    return labels


def _counts(one: Integers, two: Integers) -> Any:
    from scipy.sparse import coo_array

    return coo_array((np.ones(len(one)), (one, two))).tocsr()


def _overlap(label: Integers, others: list[Integers]) -> Floats:
    if not others or not len(label):
        return np.full(len(label), np.nan)
    sizes = np.bincount(label)[label]
    total = np.zeros(len(label))
    for other in others:
        shared = np.asarray(_counts(label, other)[label, other]).ravel()
        total += shared / (sizes + np.bincount(other)[other] - shared)
    mean: Floats = total / len(others)
    return mean


def _rand(one: Integers, two: Integers) -> float:
    """Return how far two partitions agree, beyond chance (adjusted Rand index)."""

    def pairs(counts: Any) -> float:
        counts = np.asarray(counts, dtype=float)
        return float((counts * (counts - 1) / 2).sum())

    if len(one) < 2:
        return 1.0
    both, first, second = pairs(_counts(one, two).data), pairs(np.bincount(one)), pairs(np.bincount(two))
    expected = first * second / (len(one) * (len(one) - 1) / 2)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
