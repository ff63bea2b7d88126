"""
Records that send patrols, patrols that make records: Ensign's urn, and the grid of Lum and Isaac.

A place's records are balls in an urn. Each day attention goes where the balls are, what it finds there is put
in, and so is what the public reports by itself everywhere. All runs are advanced together, a day at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Allocation", "Finds", "Urn", "expected_path", "fixed_point", "simulate"]

Allocation = Literal["proportional", "top"]
Finds = Literal["exact", "poisson"]


@dataclass(frozen=True)
class Urn:
    """What a simulation starts from; one number a place, none negative."""

    start: Floats
    """Records before the first day."""
    discovered: Floats
    """Records that a day of attention adds where it is."""
    reported: Floats
    """Records that the public adds in a day, wherever attention is."""
    allocation: Allocation = "proportional"
    visits: int = 1
    """Places that get attention each day; above one only with ``top``."""
    corrected: bool = False
    finds: Finds = "exact"


def simulate(urn: Urn, *, days: int, runs: int, rng: np.random.Generator) -> Floats:
    """Return the share of records in each place after the last day: runs × places."""
    balls = np.tile(urn.start.astype(float), (runs, 1))
    if urn.allocation == "top":
        for _day in range(days):
            _visit_top(balls, urn, rng)
            balls += _drawn(np.broadcast_to(urn.reported, balls.shape), urn.finds, rng)
    else:
        from .kernels.urns import draw_urns

        found, told = urn.discovered.astype(float), urn.reported.astype(float)
        draw_urns(balls, found, told, days, urn.corrected, urn.finds == "poisson", rng)
    return np.asarray(balls / balls.sum(axis=1, keepdims=True))


def expected_path(urn: Urn, *, days: int) -> Floats:
    """Return the share of each place day by day without chance: (days + 1) × places."""
    balls, path = urn.start.astype(float), np.empty((days + 1, len(urn.start)))
    for day in range(days + 1):
        share = balls / balls.sum()
        path[day] = share
        balls = balls + _attention(share, balls, urn) * urn.discovered + urn.reported
    return path


def fixed_point(discovered: Floats, reported: Floats) -> Floats | None:
    """
    Return where the shares of the uncorrected urn settle, None where only chance and the start decide.

    A share settles where it is the share of what is added: p = (p·d + r) / T, so that p = r / (T − d), and T
    is the one number above every d of a place with reports for which these sum to one.
    """
    told = reported > 0
    if not told.any():
        best = discovered == discovered.max()
        return best.astype(float) if best.sum() == 1 else None
    total = _root(discovered[told], reported[told])
    silent = float(discovered[~told].max(initial=-1.0))
    share = np.zeros(len(discovered))
    if total > silent:
        share[told] = reported[told] / (total - discovered[told])
        return share
    best = ~told & (discovered == silent)
    if best.sum() > 1:
        return None
    share[told] = reported[told] / (silent - discovered[told])
    share[best] = 1 - share.sum()
    return share


def _root(discovered: Floats, reported: Floats) -> float:
    """Return T above the largest d with Σ r / (T − d) = 1."""
    from scipy.optimize import brentq

    top = float(discovered.max())
    low = top + float(reported[discovered == top].sum())  # this term alone makes the sum one or more here
    high = top + float(reported.sum())
    if high <= low:
        return low
    return float(brentq(lambda t: float((reported / (t - discovered)).sum()) - 1, low, high, xtol=1e-14))


def _attention(share: Floats, balls: Floats, urn: Urn) -> Floats:
    if urn.allocation == "top":
        chosen = np.zeros(len(balls))
        chosen[np.argsort(-balls, kind="stable")[: urn.visits]] = 1.0
        return chosen
    return share * _accepted(share[None, :])[0] if urn.corrected else share


def _visit_top(balls: Floats, urn: Urn, rng: np.random.Generator) -> None:
    """Send attention to the places with most records; equal ones are drawn by chance."""
    noise = rng.random(balls.shape)
    order = np.lexsort((noise, -balls), axis=1)[:, : urn.visits]
    rows = np.arange(len(balls))[:, None]
    balls[rows, order] += _drawn(urn.discovered[order], urn.finds, rng)


def _accepted(share: Floats) -> Floats:
    """Chance that a find counts: the smallest share of all, divided by the place's own."""
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(share > 0, share, np.inf).min(axis=1, keepdims=True)
        return np.asarray(np.where(share > 0, least / share, 0.0))


def _drawn(rates: Floats, finds: Finds, rng: np.random.Generator) -> Floats:
    return rng.poisson(rates).astype(float) if finds == "poisson" else np.asarray(rates)
