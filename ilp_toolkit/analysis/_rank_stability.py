"""How firm positions are: what happens to ranks when links or vertices are missing, or links are false."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import InputError
from ..i18n import N_, _
from ._centrality import Measure, measured, take_measures
from ._graph import Net
from ._ties import Floats, Integers, Roles, Rows, Ties, WeightIs, rows_of, seed_of, take_ties, whole

if TYPE_CHECKING:
    from ._ties import Graph

Error = Literal["missing_edges", "missing_vertices", "false_edges"]
Bools = NDArray[np.bool_]

__all__ = ["BANDS", "RankStability", "rank_stability"]

_ERRORS = ("missing_edges", "missing_vertices", "false_edges")
BANDS: dict[str, str] = {
    "top": N_("among the first"),
    "upper": N_("in the upper half, not among the first"),
    "lower": N_("in the lower half"),
}
"""The bands of positions of `rank_stability`, with their meaning."""


@dataclass(frozen=True)
class RankStability:
    """How ranks of a network hold when some of it is missing or false."""

    network: pd.DataFrame
    """By ``measure``, ``error`` and ``level`` (share missing or false): ``top_1_kept`` (share of draws in
    which the first vertex stayed first), ``top_overlap`` (mean share of the first that stayed among the
    first, intersection over union), ``correlation`` (mean rank correlation, Spearman's)."""
    vertices: pd.DataFrame
    """In id order, by ``measure``, ``error`` and ``level``: ``entity_id``, ``role`` (where any is known),
    ``band`` (a key of `BANDS`), ``band_kept`` (share of draws in which it stayed in it), ``rank_low`` and
    ``rank_high`` (the interval of its rank, of ``n``)."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def rank_stability(
    graph: Graph,
    *,
    measures: Sequence[Measure] = ("degree", "betweenness"),
    errors: Sequence[Error] = ("missing_edges", "missing_vertices"),
    levels: Sequence[float] = (0.05, 0.1, 0.25),
    top: int = 10,
    draws: int = 200,
    weight: str | None = None,
    weight_is: WeightIs = "distance",
    confidence: float = 0.95,
    roles: Roles = "implicated",
    rng: int | np.random.Generator | None = None,
) -> RankStability:
    """
    Simulate gaps in the collection: how often a vertex keeps its place, and how far its rank moves.

    Parameters
    ----------
    graph, weight, weight_is, roles
        As for `centralities`.
    measures
        Some of `MEASURES`; low constraint counts as high.
    errors
        ``missing_edges`` (links nobody saw), ``missing_vertices`` (people nobody saw), ``false_edges`` (links
        that are none, between vertices that have none).
    levels
        Shares of edges or vertices, above 0 and below 1.
    top
        How many are "the first".
    draws
        How often each is simulated.
    confidence
        Of the intervals of ranks (percentiles of the draws in which the vertex was there).
    rng
        A seed gives the same answer on any number of cores.

    Returns
    -------
    RankStability
        ``network`` and ``vertices``; no rank of anybody as a point.

    Raises
    ------
    InputError
        If a choice is out of range.

    Notes
    -----
    What was collected stands in for the truth, and is damaged further: real gaps are already in it and are
    not random (who is not watched is missing whole, with all links). So real ranks are less firm than this.
    Vertices that are equal share the mean of their ranks; after missing vertices ranks are stretched to ``n``
    again. Read a rank whose interval covers half of the network as no rank at all.

    References
    ----------
    Borgatti, Carley & Krackhardt (2006), doi:10.1016/j.socnet.2005.05.001; Costenbader & Valente (2003),
    doi:10.1016/S0378-8733(03)00012-1.

    Examples
    --------
    >>> import networkx as nx
    >>> found = rank_stability(
    ...     nx.star_graph(9),
    ...     measures=["degree"],
    ...     errors=["missing_edges"],
    ...     levels=[0.1],
    ...     top=1,
    ...     draws=50,
    ...     rng=1,
    ... )
    >>> found.network[["measure", "error", "level", "top_1_kept", "top_overlap"]]
      measure          error  level  top_1_kept  top_overlap
    0  degree  missing_edges    0.1         1.0          1.0
    """
    asked = take_measures(measures)
    shares = _check(errors, levels, confidence)
    times, first = whole(draws, "draws"), whole(top, "top")
    ties = take_ties(graph, weight=weight, weight_is=weight_is)
    rows = rows_of(ties, roles)
    n = len(ties.names)
    everybody = np.ones(n, dtype=bool)
    seen = {m: _ranks(values, everybody) for m, values in _values(ties, asked).items()}
    streams = iter(np.random.default_rng(rng).spawn(len(errors) * len(shares)))
    network, vertices = [], []
    for error in errors:
        for level in shares:
            drawn = _drawn(ties, asked, (error, level), draws=times, generator=next(streams))
            for measure in asked:
                key = {"measure": measure, "error": error, "level": level}
                network.append({**key, **_whole_network(seen[measure], drawn[measure], first)})
                vertices.append(
                    _by_vertex(
                        ties,
                        rows,
                        (seen[measure], drawn[measure]),
                        top=first,
                        confidence=confidence,
                        key=key,
                    )
                )
    noted = {
        **rows.notes,
        **ties.notes,
        "measures": list(asked),
        "errors": list(errors),
        "levels": shares,
        "top": first,
        "draws": times,
        "confidence": float(confidence),
        "rng": seed_of(rng),
        "not_shown": "gaps drawn at random; the real ones are not, and are in the data already",
    }
    table = pd.concat(vertices, ignore_index=True)
    for one in (tables := (pd.DataFrame(network), table)):
        one.attrs["choices"] = dict(noted)
    return RankStability(tables[0], tables[1], noted)


def _check(errors: Sequence[str], levels: Sequence[float], confidence: float) -> list[float]:
    for error in errors:
        if error not in _ERRORS:
            msg = _("`{name}` must be one of {choices}, got {value!r}.")
            raise InputError(msg.format(name="errors", choices=", ".join(_ERRORS), value=error))
    if not len(errors) or not len(levels) or any(not 0 < level < 1 for level in levels):
        msg = _("`levels` must be shares above 0 and below 1, at least one, with at least one error.")
        raise InputError(msg)
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))
    return [float(level) for level in levels]


def _values(ties: Ties, measures: Sequence[Measure]) -> dict[Measure, Floats]:
    """Return each measure so that a high value stands for a high rank; NaN where there is none."""
    found = measured(ties, measures)
    name = {"closeness": "closeness_normalised"}
    values = {m: np.asarray(found[name.get(m, m)], dtype=float) for m in measures}
    if "constraint" in values:
        values["constraint"] = -values["constraint"]
    return values


def _ranks(values: Floats, here: Bools) -> Floats:
    """Return ranks from 1 for the highest, equals sharing the mean, stretched to all; NaN for who is gone."""
    n, left = len(values), int(here.sum())
    ranks = np.full(n, np.nan)
    if left:
        found = np.where(np.isnan(values[here]), -np.inf, values[here])
        scale = max(float(np.abs(found[np.isfinite(found)]).max(initial=0.0)), 1e-300)
        plain = _plain_ranks(-(found / scale).round(10))
        ranks[here] = (plain - 0.5) * n / left + 0.5
    return ranks


def _plain_ranks(values: Floats) -> Floats:
    """Return ranks from 1 for the lowest, equals sharing the mean."""
    _lowest, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def _drawn(
    ties: Ties,
    measures: Sequence[Measure],
    damage: tuple[str, float],
    *,
    draws: int,
    generator: np.random.Generator,
) -> dict[Measure, Floats]:
    """Return ranks by draw and vertex, for each measure."""
    n = len(ties.names)
    found = {m: np.full((draws, n), np.nan) for m in measures}
    for draw in range(draws):
        damaged, here = _damaged(ties, *damage, generator)
        for measure, values in _values(damaged, measures).items():
            found[measure][draw] = _ranks(values, here)
    return found


def _damaged(ties: Ties, error: str, level: float, generator: np.random.Generator) -> tuple[Ties, Bools]:
    n, m = len(ties.names), len(ties.net.start)
    here = np.ones(n, dtype=bool)
    if error == "false_edges":
        return _with_false(ties, max(1, round(level * m)) if m else 0, generator), here
    if error == "missing_edges":
        keep = np.ones(m, dtype=bool)
        keep[generator.permutation(m)[: max(1, round(level * m))]] = False
    else:
        here[generator.permutation(n)[: min(max(1, round(level * n)), max(n - 1, 0))]] = False
        keep = here[ties.net.start] & here[ties.net.end]
    return _rebuilt(ties, ties.net.start[keep], ties.net.end[keep], np.flatnonzero(keep)), here


def _rebuilt(ties: Ties, start: Integers, end: Integers, like: Integers) -> Ties:
    """Return the network with other edges, each as long as that edge of the first which `like` names."""
    net = Net(ties.net.names, ties.net.directed, start, end, {}, ties.net.nodes, 0, 0)
    distance = None if ties.distance is None else ties.distance[like]
    strength = None if ties.strength is None else ties.strength[like]
    return Ties(net, distance, strength, {})


def _with_false(ties: Ties, wanted: int, generator: np.random.Generator) -> Ties:
    """Add links between vertices that have none, each as long as a link drawn from those there are."""
    n, net = len(ties.names), ties.net
    taken = set(zip(net.start.tolist(), net.end.tolist(), strict=True))
    room = n * (n - 1) // (1 if net.directed else 2) - len(taken)
    new: list[tuple[int, int]] = []
    while len(new) < min(wanted, room):
        one, two = generator.integers(0, n, size=2).tolist()
        pair = (one, two) if net.directed else (min(one, two), max(one, two))
        if one != two and pair not in taken:
            taken.add(pair)
            new.append(pair)
    added = np.array(new, dtype=np.int64).reshape(-1, 2)
    like = np.concatenate(
        [np.arange(len(net.start)), generator.integers(0, max(len(net.start), 1), size=len(new))]
    )
    return _rebuilt(ties, np.r_[net.start, added[:, 0]], np.r_[net.end, added[:, 1]], like.astype(np.int64))


def _whole_network(seen: Floats, drawn: Floats, top: int) -> dict[str, float]:
    kept, overlap, alike = [], [], []
    first = seen <= top
    leader = seen == np.nanmin(seen) if len(seen) else np.zeros(0, dtype=bool)
    for ranks in drawn:
        now = ranks <= top
        kept.append(bool((leader & (ranks == np.nanmin(ranks))).any()) if len(ranks) else False)
        either = int((first | now).sum())
        if either:
            overlap.append(float((first & now).sum() / either))
        here = ~np.isnan(ranks)
        alike.append(_correlation(seen[here], ranks[here]))
    known = [value for value in alike if not np.isnan(value)]
    return {
        "top_1_kept": float(np.mean(kept)),
        "top_overlap": float(np.mean(overlap)) if overlap else float("nan"),
        "correlation": float(np.mean(known)) if known else float("nan"),
    }


def _correlation(one: Floats, two: Floats) -> float:
    a, b = _plain_ranks(one), _plain_ranks(two)
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _bands(ranks: Floats, top: int) -> NDArray[np.int64]:
    return np.where(ranks <= top, 0, np.where(ranks <= (len(ranks) + 1) / 2, 1, 2))


def _by_vertex(
    ties: Ties,
    rows: Rows,
    ranks_of: tuple[Floats, Floats],
    *,
    top: int,
    confidence: float,
    key: dict[str, Any],
) -> pd.DataFrame:
    seen, drawn = ranks_of
    kept = rows.kept
    tail = 50 * (1 - confidence)
    band = _bands(seen, top)
    n = len(seen)
    there = ~np.isnan(drawn)
    stays = np.array([_bands(ranks, top) == band for ranks in drawn]).reshape(drawn.shape) & there
    times = there.sum(axis=0)
    table = rows.begin(ties)
    for name, value in key.items():
        table[name] = value
    table["band"] = [list(BANDS)[band[i]] for i in kept]
    table["band_kept"] = [float(stays[:, i].sum() / times[i]) if times[i] else float("nan") for i in kept]
    limits = [
        np.percentile(drawn[there[:, i], i], [tail, 100 - tail]) if times[i] else (np.nan, np.nan)
        for i in kept
    ]
    table["rank_low"] = [
        float(np.floor(low)) if times[i] else np.nan for i, (low, _h) in zip(kept, limits, strict=True)
    ]
    table["rank_high"] = [
        float(np.ceil(high)) if times[i] else np.nan for i, (_l, high) in zip(kept, limits, strict=True)
    ]
    table["n"] = n
    return table
