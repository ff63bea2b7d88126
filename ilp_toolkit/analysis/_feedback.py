"""The stress test: what happens when attention follows records and records follow attention."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._urn import Allocation, Finds, Urn, expected_path, fixed_point, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Feedback", "feedback"]


@dataclass(frozen=True)
class Feedback:
    """What became of the shares of attention; made by `feedback`."""

    table: pd.DataFrame = field(repr=False)
    """By place: ``start``, ``truth``, ``share`` (mean of the runs), ``lower``, ``upper`` (95 of 100 runs),
    ``fixed_point``, ``drift`` (share − truth). All but ``drift`` from 0 to 1; ``fixed_point`` is missing
    where chance and the start decide, and for the corrected urn and for ``top``, which have none."""
    path: pd.DataFrame = field(repr=False)
    """Share of each place without chance, on at most 101 days; index ``day``."""
    drift: float
    """The largest ``drift`` of a place: attention above what the truth would give it."""
    place: Any
    """The place of that drift."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What the test supposed (JSON values)."""


def feedback(
    start: pd.Series[float],
    *,
    discovered: pd.Series[float] | float,
    reported: pd.Series[float] | float = 0.0,
    truth: pd.Series[float] | None = None,
    days: int = 1000,
    runs: int = 2000,
    allocation: Allocation = "proportional",
    visits: int = 1,
    corrected: bool = False,
    finds: Finds = "exact",
    rng: int | np.random.Generator | None = None,
) -> Feedback:
    """
    Let records send patrols and patrols make records, and see where the attention goes.

    Parameters
    ----------
    start
        Records of each place before the first day; above 0 in at least one place.
    discovered
        Records that one day of attention adds in the place where it is.
    reported
        Records that the public adds in each place in a day, wherever attention is.
    truth
        Shares that attention ought to have, in any unit. Without it, those of `reported`; where nothing is
        reported, those of `discovered`.
    days, runs
        How long, and how many times over.
    allocation
        ``proportional``: each day one place, drawn by its share of the records (Ensign and others).
        ``top``: each day the `visits` places with the most records (Lum and Isaac).
    visits
        Places visited in a day; above 1 only with ``top``.
    corrected
        Whether finds count with a chance inverse to the place's share of attention: the smallest share
        divided by the place's own. It undoes the loop, slowly where one share is tiny.
    finds
        ``exact``: each visit adds the rate itself; ``poisson``: it adds a random number with that mean.
    rng
        A seed or a generator; the same seed gives the same answer.

    Returns
    -------
    Feedback
        The shares after the last day.

    Raises
    ------
    InputError
        If numbers are missing or negative, places do not match, or arguments contradict each other.

    Notes
    -----
    A model of one mechanism, not of a city: nobody learns, moves or is deterred. It shows what a rule does
    with its own records, so a small drift here is no proof of fairness. Reports from the public attenuate
    the loop and do not end it.

    References
    ----------
    Ensign, Friedler, Neville, Scheidegger & Venkatasubramanian (2018), Runaway feedback loops in predictive
    policing, Proceedings of Machine Learning Research 81. Lum & Isaac (2016),
    doi:10.1111/j.1740-9713.2016.00960.x.

    Examples
    --------
    Two places where patrols find 2 and 1 a visit, and the public reports 0.2 and 0.1 a day:

    >>> test = feedback(
    ...     pd.Series({"A": 1.0, "B": 1.0}), discovered=pd.Series({"A": 2.0, "B": 1.0}),
    ...     reported=pd.Series({"A": 0.2, "B": 0.1}), runs=200, rng=1,
    ... )
    >>> test.table["truth"].round(3).tolist(), test.table["fixed_point"].round(3).tolist()
    ([0.667, 0.333], [0.918, 0.082])
    """
    urn = _urn(start, discovered, reported, allocation, visits, corrected, finds)
    _check_whole(days, "days")
    _check_whole(runs, "runs")
    goal = _goal(truth, urn, start.index)
    shares = simulate(urn, days=days, runs=runs, rng=np.random.default_rng(rng))
    table = pd.DataFrame(index=start.index)
    table["start"] = urn.start / urn.start.sum()
    table["truth"] = goal
    table["share"] = shares.mean(axis=0)
    table["lower"], table["upper"] = np.quantile(shares, [0.025, 0.975], axis=0)
    plain = allocation == "proportional" and not corrected
    fixed = fixed_point(urn.discovered, urn.reported) if plain else None
    table["fixed_point"] = np.nan if fixed is None else fixed
    table["drift"] = table["share"] - table["truth"]
    noted = {
        "days": days,
        "runs": runs,
        "allocation": allocation,
        "visits": visits,
        "corrected": corrected,
        "finds": finds,
    }
    return Feedback(table, _path(urn, days, start.index), *_largest(table["drift"]), noted)


def _urn(  # noqa: PLR0917
    start: pd.Series[float],
    discovered: pd.Series[float] | float,
    reported: pd.Series[float] | float,
    allocation: Allocation,
    visits: int,
    corrected: bool,
    finds: Finds,
) -> Urn:
    balls = _vector(start, start, "start")
    if len(balls) < 2:
        raise InputError(_("`start` holds {n} places; a loop needs at least 2.").format(n=len(balls)))
    if not balls.sum() > 0:
        raise InputError(_("`start` holds no number above 0."))
    if allocation not in {"proportional", "top"}:
        msg = f"`allocation` must be 'proportional' or 'top', got {allocation!r}."
        raise ValueError(msg)
    if allocation == "top":
        if corrected:
            raise InputError(_("`corrected` needs shares of attention, which `allocation='top'` has not."))
        _check_whole(visits, "visits", most=len(balls))
    elif visits != 1:
        raise InputError(_("`visits` above 1 needs `allocation='top'`."))
    found, told = _vector(discovered, start, "discovered"), _vector(reported, start, "reported")
    return Urn(balls, found, told, allocation, int(visits), bool(corrected), finds)


def _vector(values: pd.Series[float] | float, start: pd.Series[float], name: str) -> Floats:
    if not isinstance(values, pd.Series):
        values = pd.Series(float(values), index=start.index)
    if not start.index.is_unique:
        raise InputError(_("`{name}` names {where} twice. Sum it up first.").format(
            name="start", where=start.index[start.index.duplicated()][0]))  # fmt: skip
    missing = start.index.difference(values.index)
    if len(missing) or len(values) != len(start):
        where = missing[0] if len(missing) else values.index.difference(start.index)[0]
        msg = _("`{name}` and `start` must name the same places; {where} is not in both.")
        raise InputError(msg.format(name=name, where=where))
    numbers = values.reindex(start.index).to_numpy(dtype=float)
    bad = ~np.isfinite(numbers) | (numbers < 0)
    if bad.any():
        msg = _("`{name}` must hold numbers of at least 0; that of {where} is {value!r}. Fill it in.")
        raise InputError(msg.format(name=name, where=start.index[bad][0], value=float(numbers[bad][0])))
    return np.asarray(numbers)


def _check_whole(value: int, name: str, most: int = 1_000_000) -> None:
    if isinstance(value, bool) or value != int(value) or not 1 <= value <= most:
        msg = _("`{name}` must be a whole number from 1 to {most}, got {value!r}.")
        raise InputError(msg.format(name=name, most=most, value=value))


def _goal(truth: pd.Series[float] | None, urn: Urn, index: pd.Index[Any]) -> Floats:
    if truth is not None:
        goal = _vector(truth, pd.Series(0.0, index=index), "truth")
        if not goal.sum() > 0:
            raise InputError(_("`{name}` holds no number above 0.").format(name="truth"))
    else:
        goal = urn.reported if urn.reported.any() else urn.discovered
        goal = goal if goal.any() else urn.start
    return np.asarray(goal / goal.sum())


def _path(urn: Urn, days: int, index: pd.Index[Any]) -> pd.DataFrame:
    path = expected_path(urn, days=days)
    kept = np.unique(np.linspace(0, days, 101).round().astype(int))
    return pd.DataFrame(path[kept], index=pd.Index(kept, name="day"), columns=index)


def _largest(drift: pd.Series[float]) -> tuple[float, Any]:
    return float(drift.max()), drift.index[int(drift.to_numpy().argmax())]
