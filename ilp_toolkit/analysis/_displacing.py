"""Displacement: how a traffic that learns spreads over a network when posts move after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._graph import GraphLike, Weight, take_flows, take_graph, take_weight

__all__ = ["displacement"]


@dataclass(frozen=True)
class _Settings:
    months: int
    shipments: int
    posts: int
    theta: float
    penalty: float
    learning: float
    memory: float
    explore: float
    detection: float


def displacement(
    graph: GraphLike,
    flows: pd.DataFrame,
    *,
    k: int,
    months: int = 180,
    runs: int = 100,
    shipments: int = 50,
    theta: float = 1.0,
    penalty: float = 5.0,
    learning: float = 0.3,
    detection: float = 0.3,
    memory: float = 0.8,
    explore: float = 0.1,
    weight: Weight = "cost",
    confidence: float = 0.9,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Let a traffic that learns from its losses meet mobile posts that learn from their finds, month by month.

    Parameters
    ----------
    graph
        What `routes.corridor_graph` returns, a graph of networkx, or a table of arcs.
    flows
        ``origin``, ``destination`` (nodes of the graph) and ``kg``: how shipments divide among the pairs.
    k
        Mobile posts, each on an edge of its own; 0 for the run without.
    months, runs
        How long, and how often.
    shipments
        Sent a month.
    theta
        How strongly cost counts, in 1 / unit of cost.
    penalty
        What a perceived risk of 1 adds to the cost of an edge.
    learning
        λ: perceived risk of an edge becomes (1 − λ) × risk + λ × (1 if something was seized there this
        month).
    detection
        Chance that a post finds a shipment that passes it. A setting of the model, never of a real post.
    memory
        Share of past finds that a post still counts a month later.
    explore
        Chance that a post is sent anywhere rather than where most was found.
    weight
        ``cost``, ``km`` or ``hours``.
    confidence
        Of the range over the runs.
    rng
        A seed gives the same answer on any number of cores.

    Returns
    -------
    pandas.DataFrame
        A row a month: ``month``; ``active_edges`` (used that month), ``ever_used``, ``hhi`` (concentration of
        the use of edges: 1 is all on one) and ``seizure_rate`` (share of shipments), each the mean over the
        runs with ``…_low`` and ``…_high``; and ``active_edges_without``, ``ever_used_without``,
        ``hhi_without``: the mean of as many runs without posts. Which edges these were is not in the result.

    Raises
    ------
    InputError
        If a place is not in the graph, a flow has no way, or a setting is out of range.
    ColumnsError
        If a column is missing.

    Notes
    -----
    A minimal version of NarcoLogic for a question of principle: does moving the posts shrink the traffic or
    spread it? Each month a shipment takes a way that leads nearer to its destination at every step, with a
    probability proportional to exp(−theta × (cost + penalty × risk)) summed along it. The model is not
    calibrated: read the difference between settings, over a wide range of them, and never a month, a rate or
    a place as a forecast.

    References
    ----------
    Magliocca et al. (2019), doi:10.1073/pnas.1812459116.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("aabc"), "target": list("bcdd"), "cost": [1.0, 2.0, 1.0, 2.0]})
    >>> flows = pd.DataFrame({"origin": ["a"], "destination": ["d"], "kg": [1.0]})
    >>> found = displacement(arcs, flows, k=1, months=24, runs=20, theta=3, rng=1)
    >>> last = found.iloc[-12:].mean()
    >>> bool(last["active_edges"] > last["active_edges_without"])
    True
    """
    from .kernels import shipments as kernel

    take_weight(weight)
    settings = _Settings(months, shipments, k, theta, penalty, learning, memory, explore, detection)
    net = take_graph(graph, {weight: None}, parallel=weight)
    _check(settings, runs, confidence, len(net.start))
    pairs, share = _take(net, flows)
    seeds = np.random.default_rng(rng).integers(0, 2**31 - 1, size=(2, runs))
    cost = net.values[weight]
    with_posts = kernel.simulate(net, cost, pairs, share, settings, seeds[0])
    without = kernel.simulate(net, cost, pairs, share, _Settings(**{**vars(settings), "posts": 0}), seeds[1])
    tail = 50 * (1 - confidence)
    columns: dict[str, Any] = {"month": np.arange(1, months + 1)}
    for i, name in enumerate(("active_edges", "ever_used", "hhi", "seizure_rate")):
        columns[name] = with_posts[:, :, i].mean(axis=0)
        columns[f"{name}_low"], columns[f"{name}_high"] = np.percentile(
            with_posts[:, :, i], [tail, 100 - tail], axis=0
        )
    for i, name in enumerate(("active_edges", "ever_used", "hhi")):
        columns[f"{name}_without"] = without[:, :, i].mean(axis=0)
    return choices.record(
        pd.DataFrame(columns),
        weight=weight,
        mobile_posts=int(k),
        runs=int(runs),
        shipments_a_month=int(shipments),
        theta=float(theta),
        risk_penalty=float(penalty),
        learning_rate=float(learning),
        detection=float(detection),
        memory=float(memory),
        explore=float(explore),
        confidence=float(confidence),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        n=len(net.start),
        not_shown="a model of a principle, not calibrated: no forecast of a month, a rate or a place",
    )


def _check(settings: _Settings, runs: int, confidence: float, edges: int) -> None:
    whole = {
        "k": (settings.posts, 0),
        "months": (settings.months, 1),
        "runs": (runs, 1),
        "shipments": (settings.shipments, 1),
    }
    for name, (value, least) in whole.items():
        if isinstance(value, bool) or int(value) != value or value < least:
            msg = _("`{name}` must be a whole number from {least} up, got {n!r}.")
            raise InputError(msg.format(name=name, least=least, n=value))
    if settings.posts > edges:
        raise InputError(_("`k` is {k}, but the graph has {n} edges.").format(k=settings.posts, n=edges))
    for name in ("theta", "penalty"):
        value = getattr(settings, name)
        if not (np.isfinite(value) and value >= 0):
            raise InputError(
                _("`{name}` must be a number from 0 up, got {value!r}.").format(name=name, value=value)
            )
    for name in ("learning", "memory", "explore", "detection"):
        value = getattr(settings, name)
        if not 0 <= value <= 1:
            raise InputError(
                _("`{name}` must lie between 0 and 1, got {value!r}.").format(name=name, value=value)
            )
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _take(net: Any, flows: pd.DataFrame) -> tuple[tuple[Any, Any], Any]:
    """Return origins and destinations sorted by destination, and the share of each pair."""
    from .kernels import ways

    origin, destination, kg = take_flows(net, flows)
    go = (origin != destination) & (kg > 0)
    if not go.any():
        raise InputError(_("`flows` holds no flow between two different places."))
    order = np.argsort(destination[go], kind="stable")
    origin, destination, kg = origin[go][order], destination[go][order], kg[go][order]
    for target in np.unique(destination):
        away = ways.tree_to(net.back_row, net.back_arc, net.tail, net.edge, np.ones(len(net.start)), target)
        lost = [int(v) for v in origin[destination == target] if not np.isfinite(away[v])]
        if lost:
            msg = _("There is no way from {source!r} to {sink!r}.")
            raise InputError(msg.format(source=net.names[lost[0]], sink=net.names[int(target)]))
    return (origin, destination), kg / kg.sum()
