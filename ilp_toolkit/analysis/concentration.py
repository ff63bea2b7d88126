"""
Concentration: how few places hold how much of the crime.

`counts` is one number a place, for *every* place that could have had an incident, zeros included: leaving
out the quiet places overstates concentration. With fewer incidents than places most places must be empty,
whatever the pattern, so each measure can be set beside what pure chance would give.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Measure = Callable[[Floats, Integers], float]

Counts: TypeAlias = "pd.Series[Any] | Sequence[float] | NDArray[Any]"

__all__ = ["generalized_gini", "gini", "lorenz", "share_of_places", "summary", "top_share"]


def lorenz(counts: Counts) -> pd.DataFrame:
    """
    Lorenz curve, busiest places first: what share of places holds what share of incidents.

    Parameters
    ----------
    counts
        Incidents (or harm) at every place of the study area, zeros included.

    Returns
    -------
    pandas.DataFrame
        ``places_share`` and ``incidents_share`` from (0, 0) to (1, 1), a row for each place and one for the
        start, and ``even_share``: the incidents' share of the same places if incidents were spread as
        evenly as whole incidents can be (the line of equality where there are at least as many incidents
        as places).

    Raises
    ------
    InputError
        If there is no place or no incident, or a count is negative or missing.

    Notes
    -----
    With fewer incidents than places the curve rises steeply whatever the pattern: read it beside
    ``even_share``, not beside the diagonal. Leaving out the quiet places makes it steeper still.

    References
    ----------
    Bernasco & Steenbeek (2017), doi:10.1007/s10940-016-9324-7.

    Examples
    --------
    >>> lorenz([3, 1, 0, 0])
       places_share  incidents_share  even_share
    0          0.00             0.00        0.00
    1          0.25             0.75        0.25
    2          0.50             1.00        0.50
    3          0.75             1.00        0.75
    4          1.00             1.00        1.00
    """
    values = _values(counts)
    total, places = values.sum(), len(values)
    share = np.arange(places + 1) / places
    held = np.concatenate([[0.0], np.cumsum(np.sort(values)[::-1])]) / total
    held[-1] = 1.0
    table = pd.DataFrame(
        {
            "places_share": share,
            "incidents_share": held,
            "even_share": np.minimum(share * max(places / total, 1.0), 1.0),
        }
    )
    return choices.record(table, order="busiest first", n_places=places, n_incidents=float(total))


def gini(counts: Counts, *, unbiased: bool = False) -> float:
    """
    Gini coefficient: 0 where every place has the same, towards 1 where one place has it all.

    Parameters
    ----------
    counts
        Incidents (or harm) at every place of the study area, zeros included.
    unbiased
        Divide by the highest value that so many places can reach, so that "all in one place" is 1.

    Returns
    -------
    float
        The coefficient.

    Raises
    ------
    InputError
        If there is no place or no incident, or a count is negative or missing; with `unbiased`, also if
        there is one place only.

    Notes
    -----
    With fewer incidents than places it is high even if no place has two; use `generalized_gini` then.

    References
    ----------
    Bernasco & Steenbeek (2017), doi:10.1007/s10940-016-9324-7.

    Examples
    --------
    >>> round(gini([10, 8, 2, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.78
    """
    values = _values(counts)
    return _gini(*_tally(values)) * _correction(len(values), unbiased)


def generalized_gini(counts: Counts, *, unbiased: bool = False) -> float:
    """
    Gini coefficient for few incidents on many places.

    Parameters
    ----------
    counts
        Incidents at every place of the study area, zeros included: whole numbers, each incident counting one.
    unbiased
        Divide by the highest value that so many places and incidents can reach.

    Returns
    -------
    float
        0 where incidents are spread as evenly as whole incidents can be, towards 1 where one place has all.

    Raises
    ------
    InputError
        If there is no place or no incident, a count is negative, missing or no whole number; with
        `unbiased`, also if there is only one place or one incident.

    Notes
    -----
    The same as `gini` where there are at least as many incidents as places. A single incident says nothing
    about concentration and gives 0. The value still rises by chance: five incidents that fall on twenty
    places at random often meet. `summary` shows what chance alone would give.

    References
    ----------
    Bernasco & Steenbeek (2017), doi:10.1007/s10940-016-9324-7.

    Examples
    --------
    >>> round(generalized_gini([5, 2, 1, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.75
    >>> round(generalized_gini([3, 1, 1, 0, 0, 0, 0, 0, 0, 0], unbiased=True), 2)
    0.7
    """
    values = _values(counts)
    if (values != np.floor(values)).any():
        raise InputError(_("`counts` must be whole numbers here; for weights or harm use gini."))
    most = min(len(values), int(values.sum()))
    return _generalized(*_tally(values)) * _correction(most, unbiased)


def top_share(counts: Counts, *, share: float = 0.05) -> float:
    """
    Share of all incidents that fall in the busiest places.

    Parameters
    ----------
    counts
        Incidents at every place of the study area, zeros included.
    share
        Fraction of places to take, busiest first; above 0, at most 1. Rounded to whole places, at least one.

    Returns
    -------
    float
        Fraction of all incidents, from 0 to 1.

    Raises
    ------
    InputError
        If `share` is out of range, there is no place or no incident, or a count is negative or missing.

    Notes
    -----
    With fewer incidents than places some concentration is certain by arithmetic; see `summary`.

    References
    ----------
    Bernasco & Steenbeek (2017), doi:10.1007/s10940-016-9324-7.

    Examples
    --------
    >>> top_share([8, 1, 1, 0, 0, 0, 0, 0, 0, 0], share=0.1)
    0.8
    """
    return _top(_share(share))(*_tally(_values(counts)))


def share_of_places(counts: Counts, *, share: float = 0.5) -> float:
    """
    Smallest share of places that holds a given share of the incidents.

    Parameters
    ----------
    counts
        Incidents at every place of the study area, zeros included.
    share
        Fraction of the incidents to reach; above 0, at most 1.

    Returns
    -------
    float
        Fraction of places, busiest first, whole places: what "half of the crime on 5 % of the streets" says.

    Raises
    ------
    InputError
        If `share` is out of range, there is no place or no incident, or a count is negative or missing.

    Notes
    -----
    It falls as places outnumber incidents, without any pattern, and it depends on what a place is: compare
    only equal units and periods of equal length, and see `summary` for what chance alone would give.

    References
    ----------
    Weisburd (2015), doi:10.1111/1745-9125.12070.

    Examples
    --------
    >>> share_of_places([8, 1, 1, 0, 0, 0, 0, 0, 0, 0], share=0.9)
    0.2
    """
    return _places(_share(share))(*_tally(_values(counts)))


def summary(
    counts: Counts,
    *,
    shares: Sequence[float] = (0.25, 0.5),
    top: Sequence[float] = (0.01, 0.05, 0.1),
    samples: int = 999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    All measures of concentration, each with its uncertainty and with what pure chance would give.

    Parameters
    ----------
    counts
        Incidents at every place of the study area, zeros included: whole numbers.
    shares
        Shares of incidents for `share_of_places`.
    top
        Shares of places for `top_share`.
    samples
        Bootstrap samples, and as many random spreads.
    confidence
        Of the intervals, between 0 and 1.
    rng
        A seed gives the same answer again.

    Returns
    -------
    pandas.DataFrame
        A row for each measure (``measure``, ``share``: empty for the Gini coefficients): ``value``; ``low``
        and ``high`` of its bootstrap interval; ``expected``, ``expected_low`` and ``expected_high`` if each
        incident fell on any place with the same chance.

    Raises
    ------
    InputError
        As the single measures; also if `samples` is below 1.

    Notes
    -----
    The bootstrap draws places with all their incidents, again and again (percentile interval): the places
    are taken as a sample of places like these. It runs below the value where the busiest few places decide.
    A value inside the range of chance is no finding. The converse is little: places differ in size,
    and a long street has more of everything.

    References
    ----------
    Bernasco & Steenbeek (2017), doi:10.1007/s10940-016-9324-7; chance beside it: Chalfin, Kaplan &
    Cuellar (2021), doi:10.1177/0022427820984213. Bootstrap: Efron & Tibshirani (1986),
    doi:10.1214/ss/1177013815.

    Examples
    --------
    >>> table = summary([3, 1, 1, 0, 0, 0, 0, 0, 0, 0], shares=[0.5], top=[0.1], samples=199, rng=1)
    >>> table[["measure", "share", "value"]].round(2)
                measure  share  value
    0              gini    NaN   0.78
    1  generalized_gini    NaN   0.56
    2   share_of_places    0.5   0.10
    3         top_share    0.1   0.60
    >>> bool(table["expected"][1] > 0.2)  # five incidents on ten places meet by chance
    True
    """
    values = _values(counts)
    if isinstance(samples, bool) or int(samples) != samples or samples < 1:
        raise InputError(_("`samples` must be a whole number from 1 up, got {n!r}.").format(n=samples))
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))
    generalized_gini(values)
    rows: list[tuple[str, float, Measure]] = [
        ("gini", np.nan, _gini),
        ("generalized_gini", np.nan, _generalized),
        *(("share_of_places", share, _places(_share(share))) for share in shares),
        *(("top_share", share, _top(_share(share))) for share in top),
    ]
    generator = np.random.default_rng(rng)
    measures = [measure for _name, _of, measure in rows]
    tally = _tally(values)
    drawn = _repeat(measures, samples, lambda: _draw_places(*tally, generator))
    chance = _repeat(measures, samples, lambda: _spread(values, generator))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.nanquantile(drawn, tails, axis=0)
    chance_low, chance_high = np.quantile(chance, tails, axis=0)
    table = pd.DataFrame(
        {
            "measure": [name for name, _of, _measure in rows],
            "share": [float(share) for _name, share, _measure in rows],
            "value": [measure(*tally) for measure in measures],
            "low": low,
            "high": high,
            "expected": chance.mean(axis=0),
            "expected_low": chance_low,
            "expected_high": chance_high,
        }
    )
    return choices.record(
        table,
        n_places=len(values),
        n_incidents=int(values.sum()),
        samples=int(samples),
        confidence=float(confidence),
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        interval="bootstrap of places, percentile",
        expected="each incident on any place with the same chance",
    )


def _values(counts: Counts) -> Floats:
    values = np.asarray(pd.to_numeric(pd.Series(counts), errors="coerce"), dtype=float)
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        msg = _("`counts` must be numbers from 0 up; {n} are not (first: place {row}). A quiet place is 0.")
        raise InputError(msg.format(n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    if not len(values) or values.sum() == 0:
        raise InputError(_("`counts` holds no incidents, so there is nothing to concentrate."))
    return values


def _share(share: float) -> float:
    if not 0 < share <= 1:
        raise InputError(_("`share` must be above 0 and at most 1, got {value!r}.").format(value=share))
    return float(share)


def _correction(most: int, unbiased: bool) -> float:
    if not unbiased:
        return 1.0
    if most < 2:
        raise InputError(_("`unbiased` needs at least two places and two incidents."))
    return most / (most - 1)


def _tally(values: Floats) -> tuple[Floats, Integers]:
    """Return each count that occurs, least first, and how many places have it: all that a measure needs."""
    number, places = np.unique(values, return_counts=True)
    return number, places


def _mean_rank(number: Floats, places: Integers) -> float:
    """Return the mean rank of the place of an incident, the quietest place being the first."""
    before = np.cumsum(places) - places
    ranks = places * before + places * (places + 1) / 2
    return float((number * ranks).sum() / (number * places).sum())


def _gini(number: Floats, places: Integers) -> float:
    n = int(places.sum())
    return (2 * _mean_rank(number, places) - n - 1) / n


def _generalized(number: Floats, places: Integers) -> float:
    n, incidents = int(places.sum()), float((number * places).sum())
    return (2 * _mean_rank(number, places) - n - 1) / min(n, incidents) - max(n / incidents, 1) + 1


def _top(share: float) -> Measure:
    def measure(number: Floats, places: Integers) -> float:
        wanted = max(1, round(share * int(places.sum())))
        before = np.cumsum(places[::-1]) - places[::-1]
        taken = np.clip(wanted - before, 0, places[::-1])
        return float((number[::-1] * taken).sum() / (number * places).sum())

    return measure


def _places(share: float) -> Measure:
    def measure(number: Floats, places: Integers) -> float:
        number, places = number[::-1], places[::-1]
        held = np.cumsum(number * places)
        target = share * held[-1] * (1 - 1e-12)
        group = int(np.searchsorted(held, target))
        missing = target - (held[group - 1] if group else 0.0)
        taken = int(places[:group].sum()) + max(1, math.ceil(missing / number[group]))
        return float(taken / places.sum())

    return measure


def _draw_places(number: Floats, places: Integers, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw as many places as there are, each with all its incidents, from the places themselves."""
    n = int(places.sum())
    return number, rng.multinomial(n, places / n)


def _spread(values: Floats, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Let as many incidents fall on any place with the same chance."""
    fallen = np.bincount(rng.integers(0, len(values), int(values.sum())), minlength=len(values))
    places = np.bincount(fallen)
    return np.arange(len(places), dtype=float), places


def _repeat(measures: list[Measure], samples: int, draw: Callable[[], tuple[Floats, Integers]]) -> Floats:
    """Take every measure of every sample: samples × measures; NaN where a sample holds no incident."""
    found = np.full((samples, len(measures)), np.nan)
    for number in range(samples):
        values, places = draw()
        if (values * places).sum() > 0:
            found[number] = [measure(values, places) for measure in measures]
    return found
