"""
Models of where flows go: gravity fitted to flows with their zeros, and radiation without parameters.

Gravity is fitted as Poisson pseudo-maximum likelihood: logs of flows would drop the zeros, which are most of
the table, and weigh tiny flows as much as large ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import WARNING, check_confidence, need_columns, noted, numbers_by_name, square
from .significance import two_sided_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GravityFit", "gravity", "radiation"]

_ROUNDS = 200
_NOTHING = 1e-11
"""An expected flow this far below the mean flow is none: a coefficient runs away."""


@dataclass(frozen=True)
class GravityFit:
    """A gravity model fitted to flows."""

    coefficients: pd.DataFrame
    """By term: ``estimate`` (of a logged predictor the elasticity), ``se`` (robust), ``z``, ``p_value``,
    ``low``, ``high``."""
    flows: pd.DataFrame
    """``origin``, ``destination``, ``observed``, ``kg`` (expected by the model), ``low`` and ``high`` of that
    expectation, ``method``, in the order of the rows given."""
    deviance_explained: float
    """Share of the deviance that the predictors explain, 0 to 1."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def gravity(
    pairs: pd.DataFrame,
    *,
    flow: str = "kg",
    logs: Sequence[str] = ("mass_origin", "mass_destination", "distance"),
    linear: Sequence[str] = (),
    confidence: float = 0.95,
) -> GravityFit:
    """
    Fit flows by masses and distance, zeros kept (PPML), with robust errors.

    Parameters
    ----------
    pairs
        A row for each pair of places that could have had a flow: ``origin``, ``destination``, the flow and
        the predictors. Pairs with no flow belong in it, with 0.
    flow
        Column of the flow, from 0 up, in any unit.
    logs
        Columns whose logarithm enters (so above 0).
    linear
        Columns that enter as they are, such as a shared border (0 or 1).
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    GravityFit
        The coefficients, and the flow that the model expects for each pair.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If a number is missing or out of range, two predictors say the same, or the zeros can be told from
        the rest without error, so that a coefficient has no limit.

    Notes
    -----
    E[T] = exp(b0 + sum of b log x). The errors are robust to a variance that is not the mean (HC1), not to
    pairs that share a country: these make the intervals too narrow. Flows of seizures fit where police look;
    an elasticity of distance from seizures is one of detection too. The interval is of the expected flow, not
    of a single flow.

    References
    ----------
    Santos Silva & Tenreyro (2006), doi:10.1162/rest.88.4.641.

    Examples
    --------
    >>> pairs = pd.DataFrame(
    ...     {
    ...         "origin": ["A", "A", "B", "B"],
    ...         "destination": ["C", "D", "C", "D"],
    ...         "kg": [8.0, 0.0, 2.0, 2.0],
    ...         "distance": [1.0, 2.0, 2.0, 2.0],
    ...     }
    ... )
    >>> fit = gravity(pairs, logs=["distance"])
    >>> fit.flows["kg"].round(3).tolist()
    [8.0, 1.333, 1.333, 1.333]
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    design, terms = _design(pairs, logs, linear)
    values = _column(pairs, flow, least=0.0)
    if not values.any():
        raise InputError(_("`pairs` has no flow above 0 in {column}.").format(column=flow))
    scale = float(values.mean())
    beta, rounds = _ppml(design, values / scale, terms)
    fitted = np.exp(design @ beta)
    covariance = _robust(design, values / scale, fitted)
    error = np.sqrt(np.diag(covariance))
    beta = beta + np.log(scale) * (np.arange(len(beta)) == 0)
    reach = float(ndtri((1 + confidence) / 2))
    z = np.divide(beta, error, out=np.full(len(beta), np.nan), where=error > 0)
    coefficients = pd.DataFrame(
        {
            "estimate": beta,
            "se": error,
            "z": z,
            "p_value": two_sided_p(z),
            "low": beta - reach * error,
            "high": beta + reach * error,
        },
        index=pd.Index(terms, name="term"),
    )
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", design, covariance, design), 0.0))
    flows = pd.DataFrame(
        {
            "origin": pairs["origin"].to_numpy(),
            "destination": pairs["destination"].to_numpy(),
            "observed": values,
            "kg": fitted * scale,
            "low": fitted * scale * np.exp(-reach * spread),
            "high": fitted * scale * np.exp(reach * spread),
            "method": "gravity",
        }
    )
    made = {
        "warning": WARNING,
        "method": "gravity",
        "model": "Poisson pseudo-maximum likelihood, zeros kept",
        "errors": "robust (HC1)",
        "n": len(pairs),
        "zeros": int((values == 0).sum()),
        "iterations": rounds,
        "converged": True,
        "confidence": float(confidence),
        "interval": "of the expected flow, not of a single flow",
    }
    explained = 1 - _deviance(values / scale, fitted) / _deviance(values / scale, np.ones(len(values)))
    return GravityFit(
        coefficients,
        noted(flows, **made),
        max(float(explained), 0.0) if np.isfinite(explained) else np.nan,
        made,
    )


def radiation(
    outflow: pd.Series[Any] | pd.DataFrame,
    mass: pd.Series[Any],
    distance: pd.DataFrame,
    *,
    finite: bool = False,
) -> pd.DataFrame:
    """
    Share out what leaves each place by masses and what lies nearer (the radiation model).

    Parameters
    ----------
    outflow
        What leaves each origin: a Series by place, or a table by place with ``kg``, ``low`` and ``high``.
    mass
        Size of each place (people, users), above 0.
    distance
        Distance from each origin (rows) to every place (columns), in any unit: only its order counts.
    finite
        Divide by what the model keeps back in a closed world, so that all that leaves arrives.

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination``, ``kg`` (in the unit of `outflow`), ``low`` and
        ``high`` (from those of `outflow`; NaN without them), ``method``.

    Raises
    ------
    InputError
        If a number is missing or out of range, or a place has no distance.

    Notes
    -----
    T = T_i m_i n_j / ((m_i + s)(m_i + n_j + s)), s being the mass nearer than j or as near, without i and j.
    It has no parameter to fit and knows no borders, laws or roads but through `distance`. It was made for
    commuters; for drugs it is a baseline that an estimate should beat. Without `finite` part of what leaves
    arrives nowhere. The interval carries the doubt about `outflow` alone, none about the model.

    References
    ----------
    Simini, González, Maritan & Barabási (2012), doi:10.1038/nature10856.

    Examples
    --------
    >>> mass = pd.Series({"A": 100, "B": 100, "C": 100})
    >>> distance = pd.DataFrame([[0, 1, 2]], index=["A"], columns=["A", "B", "C"])
    >>> radiation(pd.Series({"A": 100}), mass, distance)[["origin", "destination", "kg"]].round(3)
      origin destination      kg
    0      A           B  50.000
    1      A           C  16.667
    """
    names = ["kg", "low", "high"]
    table = outflow if isinstance(outflow, pd.DataFrame) else pd.DataFrame({"kg": outflow})
    need_columns(table, ["kg"], "outflow")
    leaving = pd.DataFrame({key: numbers_by_name(table[key], "outflow") for key in names if key in table})
    leaving = leaving.reindex(columns=names).sort_index()
    sizes = numbers_by_name(mass, "mass").sort_index()
    if (sizes <= 0).any():
        raise InputError(
            _("`mass` must be above 0; {first} is not.").format(first=sizes.index[sizes <= 0][0])
        )
    gone = [str(place) for place in leaving.index if place not in sizes.index]
    if gone:
        raise InputError(_("`mass` lacks these places: {names}.").format(names=", ".join(gone)))
    far = square(distance, list(leaving.index), list(sizes.index), "distance")
    m = sizes.to_numpy()
    share = np.zeros_like(far)
    for row, place in enumerate(leaving.index):
        i = int(sizes.index.get_loc(place))  # type: ignore[arg-type]
        share[row] = _radiated(far[row], m, i)
        if finite and m.sum() > m[i]:
            share[row] /= 1 - m[i] / m.sum()
    at, to = np.nonzero(sizes.index.to_numpy()[None, :] != leaving.index.to_numpy()[:, None])
    flows = pd.DataFrame(
        {
            "origin": leaving.index.to_numpy(dtype=object)[at],
            "destination": sizes.index.to_numpy(dtype=object)[to],
            **{key: leaving[key].to_numpy(dtype=float)[at] * share[at, to] for key in names},
            "method": "radiation",
        }
    )
    return noted(
        flows,
        method="radiation",
        finite=bool(finite),
        equally_near="counts as nearer",
        interval="of the outflow alone, none of the model" if "low" in table else None,
    )


def _radiated(far: Floats, mass: Floats, i: int) -> Floats:
    """Return the share of what leaves `i` that goes to each place; 0 to itself."""
    others = np.flatnonzero(np.arange(len(mass)) != i)
    order = others[np.argsort(far[others], kind="stable")]
    within = np.cumsum(mass[order])
    reach = np.searchsorted(far[order], far[order], side="right")
    between = within[reach - 1] - mass[order]
    share = np.zeros(len(mass))
    share[order] = mass[i] * mass[order] / ((mass[i] + between) * (mass[i] + mass[order] + between))
    return share


def _column(pairs: pd.DataFrame, name: str, *, least: float, above: bool = False) -> Floats:
    values = pd.to_numeric(pairs[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < least) | (above & (values <= least))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        msg = (
            _("`pairs`: {column} must be above 0; row {row} has {value!r}.")
            if above
            else _("`pairs`: {column} must hold numbers; row {row} has {value!r}.")
        )
        raise InputError(msg.format(column=name, row=pairs.index[row], value=pairs[name].iloc[row]))
    return values


def _design(pairs: pd.DataFrame, logs: Sequence[str], linear: Sequence[str]) -> tuple[Floats, list[str]]:
    need_columns(pairs, ["origin", "destination", *logs, *linear], "pairs")
    terms = ["constant", *(f"log {name}" for name in logs), *linear]
    columns = [np.ones(len(pairs))]
    columns += [np.log(_column(pairs, name, least=0.0, above=True)) for name in logs]
    columns += [_column(pairs, name, least=-np.inf) for name in linear]
    design = np.column_stack(columns)
    for size in range(1, len(terms) + 1):
        if np.linalg.matrix_rank(design[:, :size]) < size:
            msg = _("`pairs`: {term} says nothing that the terms before it do not say. Leave it out.")
            raise InputError(msg.format(term=terms[size - 1]))
    return design, terms


def _ppml(design: Floats, values: Floats, terms: list[str]) -> tuple[Floats, int]:
    """Return coefficients by iterated least squares, and the rounds it took."""
    mean = (values + values.mean()) / 2
    eta = np.log(mean)
    beta = np.zeros(design.shape[1])
    rounds, moved = 0, np.inf
    while moved >= 1e-9 and rounds < _ROUNDS:
        root = np.sqrt(mean)
        beta = np.linalg.lstsq(design * root[:, None], (eta + (values - mean) / mean) * root, rcond=None)[0]
        before, eta = eta, np.clip(design @ beta, -200.0, 200.0)
        mean = np.exp(eta)
        moved = float(np.abs(eta - before).max())
        rounds += 1
    if moved < 1e-9 and mean.min() > _NOTHING:
        return beta, rounds
    term = terms[int(np.abs(beta).argmax())]
    msg = _(
        "`pairs`: the fit does not settle ({term} runs away): the pairs without flow can be told from the "
        "rest without error. Leave the term out, or bring classes together."
    )
    raise InputError(msg.format(term=term))


def _robust(design: Floats, values: Floats, fitted: Floats) -> Floats:
    n, k = design.shape
    bread = np.linalg.inv(design.T @ (design * fitted[:, None]))
    meat = design.T @ (design * ((values - fitted) ** 2)[:, None])
    return np.asarray(bread @ meat @ bread * (n / (n - k) if n > k else 1.0), dtype=float)


def _deviance(values: Floats, fitted: Floats) -> float:
    some = values > 0
    term = np.where(some, values * np.log(np.where(some, values, 1.0) / fitted), 0.0)
    return float(2 * (term - (values - fitted)).sum())
