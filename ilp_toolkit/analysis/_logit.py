"""How a flow may split over corridors: the path-size logit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _

__all__ = ["assign"]


def assign(corridors: pd.DataFrame, *, beta: float) -> pd.DataFrame:
    """
    Split a flow over corridors by their cost, and less over those that share their road.

    Parameters
    ----------
    corridors
        What `corridors` returns, for one pair of places or several (put together with ``pandas.concat``): the
        columns ``origin``, ``destination``, ``cost``, ``nodes`` and ``legs``.
    beta
        How strongly cost counts, in 1 / unit of cost, from 0 up. At 0 cost does not count; a corridor that
        costs ``0.69 / beta`` more has half the share. Nobody has measured it for trafficking: try several.

    Returns
    -------
    pandas.DataFrame
        The corridors with ``path_size`` (1 where no edge is shared, 1/n where n corridors are the same) and
        ``share`` of the flow between the two places, which adds up to 1 for each pair.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `beta` is negative.

    Notes
    -----
    P is proportional to path size × exp(−beta × cost); path size = Σ (length of the edge / length of the way)
    / (number of ways on the edge). A share of a model: it says how a flow that weighs cost alone would split
    over these corridors, and nothing of who weighs what. Ways that are not in the table have no share, so
    shares are too high by what they carry.

    References
    ----------
    Ben-Akiva & Bierlaire (1999), Discrete choice methods and their applications to short term travel
    decisions.

    Examples
    --------
    >>> arcs = pd.DataFrame({"source": list("aabc"), "target": list("bcdd"), "km": [2.0, 2.5, 2.0, 2.5]})
    >>> from ilp_toolkit.analysis import routes
    >>> found = routes.corridors(arcs, "a", "d", k=2, weight="km")
    >>> assign(found, beta=0.7)[["cost", "path_size", "share"]].round(3)
       cost  path_size  share
    0   4.0        1.0  0.668
    1   5.0        1.0  0.332
    """
    missing = [c for c in ("origin", "destination", "cost", "nodes", "legs") if c not in corridors]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="corridors", columns=", ".join(missing)))
    if not (np.isfinite(beta) and beta >= 0):
        raise InputError(_("`beta` must be a number from 0 up, got {value!r}.").format(value=beta))
    table = corridors.copy()
    sizes, shares = np.full(len(table), np.nan), np.full(len(table), np.nan)
    cost = table["cost"].to_numpy(dtype=float)
    nodes, legs = table["nodes"].tolist(), table["legs"].tolist()
    for rows in table.groupby(["origin", "destination"], sort=False).indices.values():
        at = np.asarray(rows, dtype=np.int64)
        sizes[at] = _path_sizes([nodes[i] for i in at], [legs[i] for i in at])
        utility = np.log(sizes[at]) - beta * cost[at]
        weight = np.exp(utility - utility.max())
        shares[at] = weight / weight.sum()
    table["path_size"], table["share"] = sizes, shares
    return choices.record(
        table, beta=float(beta), shares="path-size logit", not_shown="shares of a model, not of a flow"
    )


def _path_sizes(nodes: list[tuple[Any, ...]], legs: list[tuple[float, ...]]) -> np.ndarray[Any, Any]:
    ways = [list(pairwise(way)) for way in nodes]
    users: dict[Any, int] = {}
    for way in ways:
        for leg in way:
            users[leg] = users.get(leg, 0) + 1
    sizes = [
        sum(length / users[leg] for leg, length in zip(way, own, strict=True)) / sum(own)
        for way, own in zip(ways, legs, strict=True)
    ]
    return np.array(sizes)
