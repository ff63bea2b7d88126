"""From a score to a probability, and how well scores part true cases from false ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Calibration", "auc", "calibrate", "check_base_rate", "isotonic", "reliability", "roc"]


@dataclass(frozen=True)
class Calibration:
    """A curve from score to probability: straight between its points, level beyond them."""

    method: str
    scores: Floats
    probabilities: Floats

    def predict(self, score: Floats) -> Floats:
        """Return the probability at each score."""
        found: Floats = np.interp(score, self.scores, self.probabilities)
        return found


def calibrate(score: Floats, true: Flags, *, base_rate: float, method: str) -> Calibration:
    """
    Fit a curve at a base rate that need not be that of the cases.

    Cases of both kinds are weighted so that `base_rate` of the total weight is true. No probability comes
    nearer to 0 or 1 than one in so many cases: n cases cannot show more.
    """
    share = true.mean()
    weight = np.where(true, base_rate / share, (1 - base_rate) / (1 - share))
    if method == "isotonic":
        x, y = isotonic(score, true.astype(float), weight)
    else:
        x = np.linspace(score.min(), score.max(), 201)
        y = _s_curve(score, true, weight, x)
    edge = min(1 / (len(score) + 2), base_rate)
    return Calibration(method, x, np.clip(y, edge, 1 - edge))


def isotonic(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """
    Return the rising step function nearest to y (pool adjacent violators): each distinct x and its value.

    References
    ----------
    Ayer et al. (1955), doi:10.1214/aoms/1177728423.

    Examples
    --------
    >>> isotonic(np.array([1.0, 2, 3]), np.array([0.0, 1, 0]), np.ones(3))[1].tolist()
    [0.0, 0.5, 0.5]
    """
    places, which = np.unique(x, return_inverse=True)
    total = np.bincount(which, weight)
    mean = np.bincount(which, weight * y) / total
    pools: list[tuple[float, float, int]] = []
    for value, mass in zip(mean.tolist(), total.tolist(), strict=True):
        pool = (value, mass, 1)
        while pools and pools[-1][0] >= pool[0]:
            before, heavy, n = pools.pop()
            both = heavy + pool[1]
            pool = ((before * heavy + pool[0] * pool[1]) / both, both, n + pool[2])
        pools.append(pool)
    return places, np.repeat([value for value, _mass, _n in pools], [n for _value, _mass, n in pools])


def roc(weight: Any, linked: Any, *, base_rate: float) -> pd.DataFrame:
    """
    Return what is found and what is falsely found at every threshold.

    Parameters
    ----------
    weight
        A score a pair.
    linked
        Whether each is linked indeed.
    base_rate
        Share of linked pairs where the scores will be used; precision depends on it, the curve does not.

    Returns
    -------
    pandas.DataFrame
        Highest threshold first: ``threshold``, ``recall``, ``false_alarms``, ``precision``.

    Raises
    ------
    InputError
        If one of the two kinds, or a score, is missing.

    Notes
    -----
    Linked pairs are rare: a small share of false alarms can still be most of what is flagged. Read precision.

    Examples
    --------
    >>> roc([3, 2, 2, 1], [True, True, False, False], base_rate=0.01).round(3)
       threshold  recall  false_alarms  precision
    0        3.0     0.5           0.0       1.00
    1        2.0     1.0           0.5       0.02
    2        1.0     1.0           1.0       0.01
    """
    score_, is_linked = _both_kinds(weight, linked)
    rate = check_base_rate(base_rate, is_linked)
    values, group = np.unique(-score_, return_inverse=True)
    recall = np.cumsum(np.bincount(group, is_linked)) / is_linked.sum()
    false = np.cumsum(np.bincount(group, ~is_linked)) / (~is_linked).sum()
    precision = rate * recall / (rate * recall + (1 - rate) * false)
    table = pd.DataFrame(
        {"threshold": -values, "recall": recall, "false_alarms": false, "precision": precision}
    )
    linked_n = int(is_linked.sum())
    return choices.record(
        table, base_rate=rate, tested_linked=linked_n, tested_unlinked=len(is_linked) - linked_n
    )


def auc(weight: Any, linked: Any) -> float:
    """
    Return the chance that a linked pair scores above an unlinked one, ties counting half.

    Raises
    ------
    InputError
        If one of the two kinds, or a score, is missing.

    Notes
    -----
    It does not know how rare links are; look at precision at the base rate (`roc`) before using a threshold.

    References
    ----------
    Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747.

    Examples
    --------
    >>> auc([3, 2, 2, 1], [True, True, False, False])
    0.875
    """
    from scipy.stats import rankdata

    values, is_linked = _both_kinds(weight, linked)
    n = int(is_linked.sum())
    ranks = float(rankdata(values)[is_linked].sum())
    return (ranks - n * (n + 1) / 2) / (n * (len(values) - n))


def reliability(chance: Floats, linked: Flags, rate: float) -> pd.DataFrame:
    """Return predicted and observed probability of tenths of the pairs, weighted to the base rate."""
    weight = np.where(linked, rate / linked.mean(), (1 - rate) / (1 - linked.mean()))
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, 10) if len(part)]
    return pd.DataFrame(
        {
            "n": [len(part) for part in parts],
            "predicted": [float(np.average(chance[part], weights=weight[part])) for part in parts],
            "observed": [float(np.average(linked[part], weights=weight[part])) for part in parts],
        }
    )


def check_base_rate(value: float | None, linked: Flags) -> float:
    """Return the base rate, by default the share that is linked; refuse what is no share."""
    rate = float(linked.mean()) if value is None else value
    if not 0 < rate < 1:
        raise InputError(_("`base_rate` must lie between 0 and 1, got {value!r}.").format(value=rate))
    return float(rate)


def _both_kinds(weight: Any, linked: Any) -> tuple[Floats, Flags]:
    values, is_linked = np.asarray(weight, dtype=float), np.asarray(linked, dtype=bool)
    if values.shape != is_linked.shape or is_linked.all() or not is_linked.any():
        raise InputError(_("`linked` must say of each pair whether it is linked; both kinds are needed."))
    if np.isnan(values).any():
        msg = _("`weight` has {n} pairs without a score (first: row {row}); leave them out.")
        row = int(np.flatnonzero(np.isnan(values))[0])
        raise InputError(msg.format(n=int(np.isnan(values).sum()), row=row))
    return values, is_linked


def _s_curve(score: Floats, true: Flags, weight: Floats, at: Floats) -> Floats:
    """Return Platt's logistic curve at some scores; its targets keep away from 0 and 1."""
    from scipy.optimize import minimize

    middle, spread = score.mean(), score.std() or 1.0
    z = (score - middle) / spread
    yes, no = int(true.sum()), int((~true).sum())
    target = np.where(true, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(line: Floats) -> tuple[float, Floats]:
        value = line[0] + line[1] * z
        error = weight * (1 / (1 + np.exp(-np.clip(value, -500, 500))) - target)
        total = float((weight * (np.logaddexp(0, value) - target * value)).sum())
        return total, np.array([error.sum(), (error * z).sum()])

    line = minimize(
        loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0, None)]
    ).x
    curve: Floats = 1 / (1 + np.exp(-np.clip(line[0] + line[1] * (at - middle) / spread, -500, 500)))
    return curve
