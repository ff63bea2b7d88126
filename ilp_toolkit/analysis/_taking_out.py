"""How a network of links comes apart when vertices are taken out: a curve, never an order of persons."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._graph import Net
from ._ties import Integers, Ties, seed_of, take_ties, whole

if TYPE_CHECKING:
    from ._ties import Graph

Bools = NDArray[np.bool_]
Strategy = Literal["degree", "betweenness"]

__all__ = ["LEAST_GROUP", "removal"]

LEAST_GROUP = 3
"""A group of fewer vertices is not taken out by itself: its row would speak of single persons."""
_STRATEGIES = ("degree", "betweenness")
_CELLS = 16_000_000
"""Vertices times removals that are looked at in one go."""
_COLUMNS = ("reachability", "largest", "efficiency")


def removal(
    graph: Graph,
    *,
    by: str | None = None,
    strategies: Sequence[Strategy] = ("degree", "betweenness"),
    most: float = 0.3,
    steps: int = 20,
    draws: int = 100,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Draw the curve of a network as vertices are taken out: at random, by position, or a whole role or group.

    Parameters
    ----------
    graph
        As for `centralities`.
    by
        Attribute of the vertices, such as ``role`` or ``type``: each of its values is taken out whole, beside
        as many vertices at random. None draws the curve of `strategies` instead.
    strategies
        ``degree`` and ``betweenness``: at each step of the curve those highest in what is left go.
    most
        Share of the vertices to take out, above 0 and at most 1.
    steps
        Points of the curve after the first.
    draws
        How often vertices are taken out at random.
    confidence
        Of the range of the random draws.
    rng
        A seed gives the same answer on any number of cores.

    Returns
    -------
    pandas.DataFrame
        ``strategy`` (``random``, or ``group``), ``group`` (with `by`), ``removed`` (number of vertices),
        ``reachability`` (share of all ordered pairs of the first network that still reach each other),
        ``largest`` (share of the first vertices in the largest connected part), ``efficiency`` (mean of
        1 / steps over those pairs, 0 where there is no way), of random draws the mean with ``…_low`` and
        ``…_high``. Which vertices went is not in the result.

    Raises
    ------
    ColumnsError
        If no vertex has the attribute `by`.
    InputError
        If a choice is out of range, or no value of `by` is shared by `LEAST_GROUP` vertices.

    Notes
    -----
    A static picture of collected links: networks mend themselves, and who was not collected does not go. The
    curve says how much the picture hangs on few vertices, not what an operation would do. No list of persons
    comes out of it, and none should be made from it: removal is no plan.

    References
    ----------
    Albert, Jeong & Barabási (2000), doi:10.1038/35019019; Borgatti (2006), doi:10.1007/s10588-006-7084-x;
    efficiency: Latora & Marchiori (2001), doi:10.1103/PhysRevLett.87.198701.

    Examples
    --------
    >>> import networkx as nx
    >>> found = removal(nx.star_graph(4), strategies=["degree"], most=0.2, draws=20, rng=1)
    >>> found[["strategy", "removed", "reachability", "largest"]]
      strategy  removed  reachability  largest
    0   degree        0          1.00     1.00
    1   degree        1          0.00     0.20
    2   random        0          1.00     1.00
    3   random        1          0.51     0.71
    """
    times = whole(draws, "draws")
    points = whole(steps, "steps")
    _check(strategies, most, confidence)
    ties = take_ties(graph)
    generator = np.random.default_rng(rng)
    tail = 50 * (1 - confidence)
    notes: dict[str, Any] = {}
    if by is None:
        table = _curves(
            ties, strategies, most=most, steps=points, draws=times, tail=tail, generator=generator
        )
    else:
        table, notes = _groups(ties, by, times, tail, generator)
    return choices.record(
        table,
        **ties.notes,
        **notes,
        **({} if by is not None else {"strategies": list(strategies)}),
        draws=times,
        confidence=float(confidence),
        rng=seed_of(rng),
        not_shown="the curve of a network that does not mend itself; no order of its nodes",
    )


def _check(strategies: Sequence[str], most: float, confidence: float) -> None:
    for strategy in strategies:
        if strategy not in _STRATEGIES:
            msg = _("`{name}` must be one of {choices}, got {value!r}.")
            raise InputError(msg.format(name="strategies", choices=", ".join(_STRATEGIES), value=strategy))
    if not 0 < most <= 1:
        msg = _("`{name}` must be above 0 and at most 1, got {value!r}.")
        raise InputError(msg.format(name="most", value=most))
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _curves(
    ties: Ties,
    strategies: Sequence[str],
    *,
    most: float,
    steps: int,
    draws: int,
    tail: float,
    generator: np.random.Generator,
) -> pd.DataFrame:
    n = len(ties.names)
    last = min(max(1, round(most * n)), n)
    counts = np.unique(np.linspace(0, last, min(steps, last) + 1).round().astype(np.int64))
    tables = []
    for strategy in strategies:
        gone = _aimed(ties, strategy, counts)
        tables.append(_rows(strategy, counts, [_left(ties, gone)], None))
    places = (np.argsort(generator.permutation(n)) for _draw in range(draws))
    found = _drawn_left(ties, (place[None, :] < counts[:, None] for place in places), len(counts))
    tables.append(_rows("random", counts, found, tail))
    return pd.concat(tables, ignore_index=True)


def _groups(
    ties: Ties, by: str, draws: int, tail: float, generator: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, Any]]:
    named = ties.of(by)
    values = [None if value is None or pd.isna(value) else str(value) for value in named]
    if values and all(value is None for value in values):
        msg = _("No vertex of `graph` has the attribute {group!r}; they have: {found}.")
        found = sorted({str(key) for name in ties.names for key in ties.net.nodes[name]})
        raise ColumnsError(msg.format(group=by, found=", ".join(found) or "-"))
    counts = pd.Series(values, dtype=object).value_counts()
    large = sorted(str(value) for value in counts.index[counts >= LEAST_GROUP])
    if not large:
        msg = _("No value of {by!r} is shared by {least} vertices: a row about fewer would speak of persons.")
        raise InputError(msg.format(by=by, least=LEAST_GROUP))
    everybody = np.array([], dtype=np.int64)
    tables = [_rows("group", np.array([0]), [_left(ties, _mask(ties, everybody)[None])], None)]
    tables[0].insert(1, "group", None)
    for value in large:
        members = np.flatnonzero([one == value for one in values])
        size = np.array([len(members)])
        alone = _rows("group", size, [_left(ties, _mask(ties, members)[None])], None)
        drawn = (generator.permutation(len(values))[: len(members)] for _draw in range(draws))
        random = _drawn_left(ties, (_mask(ties, some)[None] for some in drawn), 1)
        pair = [alone, _rows("random", size, random, tail)]
        for table in pair:
            table.insert(1, "group", value)
        tables += pair
    notes = {"group": by, "n_groups": len(large), "groups_too_small": len(counts) - len(large)}
    return pd.concat([table.astype({"group": object}) for table in tables], ignore_index=True), notes


def _mask(ties: Ties, members: Integers) -> Bools:
    gone = np.zeros(len(ties.names), dtype=bool)
    gone[members] = True
    return gone


def _aimed(ties: Ties, strategy: str, counts: Integers) -> Bools:
    """Return which vertices are gone at each point of the curve; ties of a measure go by id order."""
    from .kernels import centrality

    net, n = ties.net, len(ties.names)
    gone = np.zeros((len(counts), n), dtype=bool)
    for step in range(1, len(counts)):
        here = ~gone[step - 1]
        edges = here[net.start] & here[net.end]
        start, end = net.start[edges], net.end[edges]
        if strategy == "betweenness":
            left = Net(net.names, net.directed, start, end, {}, {}, 0, 0)
            score = centrality.between(left, None)[0].round(9)
        else:
            score = (np.bincount(start, minlength=n) + np.bincount(end, minlength=n)).astype(float)
        score = np.where(here, score, -1.0)
        first = np.argsort(-score, kind="stable")[: counts[step] - counts[step - 1]]
        gone[step] = gone[step - 1]
        gone[step, first] = True
    return gone


def _left(ties: Ties, gone: Bools) -> NDArray[np.float64]:
    """Return reachability, the largest part and efficiency, a row each, for each row of `gone`."""
    from .kernels import remaining

    n = len(ties.names)
    pairs, near, largest = remaining.remaining(ties.net, gone)
    whole_pairs = max(n * (n - 1), 1)
    return np.array([pairs / whole_pairs, largest / max(n, 1), near / whole_pairs])


def _drawn_left(ties: Ties, draws: Iterable[Bools], points: int) -> list[NDArray[np.float64]]:
    """Return the same for each draw of so many rows, several draws at once."""
    found: list[NDArray[np.float64]] = []
    many = max(1, _CELLS // max(points * len(ties.names), 1))
    left = iter(draws)
    while some := list(itertools.islice(left, many)):
        values = _left(ties, np.concatenate(some))
        found += np.split(values, len(some), axis=1)
    return found


def _rows(
    strategy: str, counts: Integers, found: list[NDArray[np.float64]], tail: float | None
) -> pd.DataFrame:
    table = pd.DataFrame({"strategy": strategy, "removed": counts})
    values = np.array(found)
    for number, name in enumerate(_COLUMNS):
        one = values[:, number]
        table[name] = one.mean(axis=0).round(12)
        low, high = (
            (np.nan, np.nan) if tail is None else np.percentile(one, [tail, 100 - tail], axis=0).round(12)
        )
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    return table
