"""
Flows from totals: what leaves, what arrives, and what moving costs (or an earlier table) give the rest.

The doubly constrained model of maximum entropy is iterative proportional fitting of exp(-beta * cost): the
table nearest to the seed among all that have the totals. It adds nothing that the seed does not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import noted, numbers_by_name, square

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["balance"]


def balance(
    origins: pd.Series[Any],
    destinations: pd.Series[Any],
    cost: pd.DataFrame | None = None,
    *,
    beta: float | None = None,
    seed: pd.DataFrame | None = None,
    tolerance: float = 1e-10,
    iterations: int = 10_000,
) -> pd.DataFrame:
    """
    Fill the table between totals of origins and destinations (doubly constrained entropy, or IPF).

    Parameters
    ----------
    origins, destinations
        What leaves each origin and what arrives at each destination, in the same unit, with the same sum.
    cost
        Cost from each origin (rows) to each destination (columns): kilometres, hours.
    beta
        How fast flows fade with cost, for one unit of `cost`; 0 looks at the totals alone.
    seed
        In place of `cost` and `beta`: a first table, such as seizures by origin and destination. A 0 in it
        stays 0.
    tolerance
        Largest error of a total, as a share of the whole, at which the table is done.
    iterations
        Most rounds.

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination``, ``kg`` (in the unit of the totals), ``low`` and
        ``high`` (the least and most that the totals alone allow there) and ``method``.

    Raises
    ------
    InputError
        If the sums differ, a row or column is missing, or no table with these zeros has the totals (the
        origins and destinations that cannot be served are named).

    Notes
    -----
    Among all tables with the totals this is the one that assumes least beyond the seed. Where most of the
    table is unknown (origin and destination are known in about one seizure of seven) the answer is the seed:
    change `beta` and look what moves. The interval is no confidence interval: whatever the seed, the flow
    lies within it, and it is wide because the totals say little of the cells. `beta` has the unit of cost; it
    is known from mean costs of trips, which nobody has for drugs.

    References
    ----------
    Wilson (1967), doi:10.1016/0041-1647(67)90035-4; Deming & Stephan (1940), doi:10.1214/aoms/1177731829.

    Examples
    --------
    >>> cost = pd.DataFrame([[1, 3], [2, 1]], index=["A", "B"], columns=["C", "D"])
    >>> leave, arrive = pd.Series({"A": 100.0, "B": 200.0}), pd.Series({"C": 150.0, "D": 150.0})
    >>> balance(leave, arrive, cost, beta=0.5)[["origin", "destination", "kg", "low", "high"]].round(4)
      origin destination        kg   low   high
    0      A           C   73.5125   0.0  100.0
    1      A           D   26.4875   0.0  100.0
    2      B           C   76.4875  50.0  150.0
    3      B           D  123.5125  50.0  150.0
    """
    out = numbers_by_name(origins, "origins").sort_index()
    into = numbers_by_name(destinations, "destinations").sort_index()
    total = float(out.sum())
    if not np.isclose(total, into.sum(), rtol=1e-9, atol=0.0):
        msg = _(
            "`origins` add up to {out}, `destinations` to {into}. Bring them to one sum: "
            "destinations * origins.sum() / destinations.sum()."
        )
        raise InputError(msg.format(out=f"{total:.10g}", into=f"{float(into.sum()):.10g}"))
    start = _start(out, into, cost, beta, seed)
    into = into * (total / float(into.sum()) if total else 1.0)
    table, rounds, error = _fit(start, out.to_numpy(), into.to_numpy(), tolerance * total, iterations)
    if error > tolerance * total:
        _explain_failure(start, out, into, iterations)
    possible = start > 0
    most = np.minimum.outer(out.to_numpy(), into.to_numpy())
    least = np.maximum(np.add.outer(out.to_numpy(), into.to_numpy()) - total, 0.0)
    flows = pd.DataFrame(
        {
            "origin": np.repeat(out.index.to_numpy(dtype=object), len(into)),
            "destination": np.tile(into.index.to_numpy(dtype=object), len(out)),
            "kg": table.ravel(),
            "low": np.minimum(least, table).ravel(),
            "high": np.where(possible, np.maximum(most, table), 0.0).ravel(),
            "method": "entropy" if seed is None else "proportional fitting",
        }
    )
    return noted(
        flows,
        method="entropy" if seed is None else "proportional fitting",
        beta=None if beta is None else float(beta),
        iterations=rounds,
        converged=True,
        total=total,
        interval="what the totals alone allow, no confidence interval",
    )


def _start(
    out: pd.Series[Any],
    into: pd.Series[Any],
    cost: pd.DataFrame | None,
    beta: float | None,
    seed: pd.DataFrame | None,
) -> Floats:
    if (seed is None) == (cost is None) or (seed is None) != (beta is not None):
        raise InputError(_("Give either `cost` with `beta`, or `seed`."))
    if seed is not None:
        return square(seed, list(out.index), list(into.index), "seed")
    if beta is None or not np.isfinite(beta) or beta < 0:
        raise InputError(_("`beta` must be a number from 0 up, got {value!r}.").format(value=beta))
    exponent = -float(beta) * square(cost, list(out.index), list(into.index), "cost")
    if exponent.size:  # factors of rows and columns change nothing, and keep the powers in range
        exponent = exponent - exponent.max(axis=1, keepdims=True)
        exponent = exponent - exponent.max(axis=0, keepdims=True)
    return np.asarray(np.exp(np.maximum(exponent, -700.0)), dtype=float)


def _fit(
    start: Floats, out: Floats, into: Floats, tolerance: float, iterations: int
) -> tuple[Floats, int, float]:
    """Return the table, rounds and the largest error of a row; columns are exact."""
    table, rounds, error = start.copy(), 0, np.inf
    while rounds < iterations and error > tolerance:
        table *= _factor(out, table.sum(axis=1))[:, None]
        table *= _factor(into, table.sum(axis=0))[None, :]
        rounds += 1
        error = max(_error(table.sum(axis=1), out), _error(table.sum(axis=0), into))
    return table, rounds, error


def _factor(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def _error(found: Floats, wanted: Floats) -> float:
    return float(np.abs(found - wanted).max(initial=0.0))


def _explain_failure(start: Floats, out: pd.Series[Any], into: pd.Series[Any], iterations: int) -> None:
    """Say whether no table exists (and whom the zeros cut off), or only more rounds are needed."""
    from scipy.optimize import linprog

    at, to = np.nonzero(start > 0)
    total = float(out.sum())
    if len(at):
        rows = (at[None, :] == np.arange(len(out))[:, None]).astype(float)
        columns = (to[None, :] == np.arange(len(into))[:, None]).astype(float)
        limits = np.concatenate([out, into]) / total
        found = linprog(-np.ones(len(at)), A_ub=np.vstack([rows, columns]), b_ub=limits, method="highs").x
        left, wants = limits[: len(out)] - rows @ found, limits[len(out) :] - columns @ found
    else:
        left, wants = np.ones(len(out)), np.ones(len(into))
    if left.sum() > 1e-7:
        msg = _(
            "With these zeros no table has the totals: {origins} cannot send all, {destinations} cannot get "
            "all. Put a small number in place of a 0, or mend the totals."
        )
        raise InputError(
            msg.format(
                origins=", ".join(
                    str(name) for name, rest in zip(out.index, left, strict=True) if rest > 1e-9
                ),
                destinations=", ".join(
                    str(name) for name, rest in zip(into.index, wants, strict=True) if rest > 1e-9
                ),
            )
        )
    msg = _(
        "After {n} rounds the totals are not met: some flow must shrink to 0. "
        "Raise `iterations` or `tolerance`."
    )
    raise InputError(msg.format(n=iterations))
