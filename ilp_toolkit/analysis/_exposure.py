"""Who gets attention, who noticed the events, and how far a list of places hangs on reporting rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["by_origin", "exposure", "how_many_on_top", "reporting_sensitivity"]

_CHUNK = 4_000_000
"""Values drawn at a time."""


def exposure(
    attention: pd.Series[float], *, population: pd.Series[float], survey: pd.Series[float] | None = None
) -> pd.DataFrame:
    """
    Attention that each district gets, beside the people who live there and the victims a survey found.

    Parameters
    ----------
    attention
        Attention by district, in any unit (patrol hours, places on a list); its index names the districts.
    population
        People by district; every district of `attention` must be among them.
    survey
        Victims, or victimised households, by district, from a survey of the public; where there is one it
        says more than the population, since crime is not spread as people are.

    Returns
    -------
    pandas.DataFrame
        A row for each district of `population`: ``attention_share``, ``population_share``,
        ``ratio_population``, and with a survey ``survey_share`` and ``ratio_survey``. A ratio of 2 is twice
        the attention that the share of people (victims) would give; it is missing where that share is 0.

    Raises
    ------
    InputError
        If districts are missing or repeated, or a number is negative, missing or all are zero.

    Notes
    -----
    A ratio far from 1 is a question, not a verdict: a business district has few residents and many thefts.
    A survey has sampling error of its own, which this table does not know.

    Examples
    --------
    >>> people = pd.Series({"Tesvar": 60_000, "Lomiran": 40_000})
    >>> table = exposure(pd.Series({"Tesvar": 3, "Lomiran": 7}), population=people)
    >>> table["ratio_population"].round(3).tolist()
    [0.5, 1.75]
    """
    people = _numbers(population, "population")
    given = _numbers(attention, "attention")
    table = pd.DataFrame(index=people.index)
    table["attention_share"] = _share(given.reindex(_known(given, people, "attention"), fill_value=0.0))
    table["population_share"] = _share(people)
    table["ratio_population"] = _ratio(table["attention_share"], table["population_share"])
    if survey is not None:
        victims = _numbers(survey, "survey")
        _known(victims, people, "survey")
        missing = people.index.difference(victims.index)
        if len(missing):
            msg = _("`survey` has no number for {name}. Give one for each district of `population`.")
            raise InputError(msg.format(name=missing[0]))
        table["survey_share"] = _share(victims.reindex(people.index))
        table["ratio_survey"] = _ratio(table["attention_share"], table["survey_share"])
    return table


def by_origin(events: pd.DataFrame, *, by: str = "area") -> pd.DataFrame:
    """
    Count by district who noticed the events: the public or the police.

    Parameters
    ----------
    events
        Incidents with ``origin`` (``reported``, ``discovered``, ``unknown``) and the column `by`. Without
        ``origin`` every event is unknown.
    by
        Column that names the district.

    Returns
    -------
    pandas.DataFrame
        A row for each district, in order of its name: ``n``, ``reported``, ``discovered``, ``unknown``,
        ``share_discovered`` (unknown counted as discovered, 0 to 1).

    Raises
    ------
    ColumnsError
        If the column `by` is missing.

    Notes
    -----
    Only the word ``reported`` counts as noticed by the public. Events without a district are left out and
    counted in the choices.

    Examples
    --------
    >>> events = pd.DataFrame({"area": ["A", "A", "B"], "origin": ["reported", None, "discovered"]})
    >>> by_origin(events)["share_discovered"].tolist()
    [0.5, 1.0]
    """
    if by not in events:
        msg = _("`events` has no column “{name}” to say in which district an event lies.").format(name=by)
        raise ColumnsError(msg)
    placed = events[events[by].notna()]
    origin = _origin_of(placed)
    table = pd.crosstab(placed[by], origin).reindex(
        columns=["reported", "discovered", "unknown"], fill_value=0
    )
    table = table.rename_axis(columns=None)
    table.insert(0, "n", table.sum(axis=1))
    table["share_discovered"] = 1 - table["reported"] / table["n"]
    return choices.record(table, unknown_counts_as="discovered", not_placed=len(events) - len(placed))


def reporting_sensitivity(
    values: pd.Series[float],
    *,
    top: float = 0.05,
    change: float = 0.2,
    groups: pd.Series[Any] | None = None,
    draws: int = 500,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Find which of the top places would still be on top if the public reported more here and less there.

    Parameters
    ----------
    values
        What the places are ranked by: counts, densities or forecasts of reported events, none negative.
    top
        Part of the places that is on top, above 0 to 1, or their number where it is above 1. Equal places
        are on top together.
    change
        How far the reporting rate of a place may be from the common one, as a part of it: with 0.2 it lies
        between 0.8 and 1.2 of it. At least 0, below 1.
    groups
        Name of the group (district) whose places share one rate, on the index of `values`; without it each
        place has a rate of its own.
    draws
        Random sets of rates, drawn evenly within the bounds.
    rng
        A seed or a generator; the same seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        On the index of `values`: ``value``; ``top``; ``stays`` (share of the draws in which the place is on
        top); ``certain`` (on top whatever the rates) and ``possible`` (on top for some rates). The choices
        hold ``certain_share``, the share of the top places that are certain, ``kept_share``, the mean of
        their ``stays``, and ``margin``, the smallest change at which a place can drop out (missing where
        none can).

    Raises
    ------
    InputError
        If a value is missing or negative, or an argument is out of its bounds.

    Notes
    -----
    ``certain`` and ``possible`` are exact: the worst and the best rates for a place are known. Reporting
    rates that differ by more than `change` are outside this test; surveys in Bogotá found districts whose
    rates differ by far more, and forecasts that moved to where people report.

    References
    ----------
    Akpinar, De-Arteaga & Chouldechova (2021), doi:10.1145/3442188.3445877.

    Examples
    --------
    >>> table = reporting_sensitivity(pd.Series([50.0, 12.0, 10.0, 2.0]), top=2, rng=1)
    >>> table["certain"].tolist(), table["possible"].tolist()
    ([True, False, False, False], [True, True, True, False])
    >>> round(choices.of(table)["margin"], 3)
    0.091
    """
    number: Floats = np.asarray(_numbers(values, "values", unique=False), dtype=np.float64)
    many = how_many_on_top(len(number), top)
    if not 0 <= change < 1:
        raise InputError(_("`change` must be at least 0 and below 1, got {value!r}.").format(value=change))
    codes = np.arange(len(number)) if groups is None else _codes(groups, values)
    table = pd.DataFrame({"value": number}, index=values.index)
    table["top"] = _above(number, number) < many
    low, high = number / (1 + change), number / (1 - change)
    certain = _rivals(number, codes, low, high) < many
    possible = _rivals(number, codes, high, low) < many
    stays = np.zeros(len(number))
    # Only places that can be on top at all need to be drawn for.
    stays[possible] = _drawn_on_top(
        number[possible], codes[possible], many, change, draws, np.random.default_rng(rng)
    )
    table["stays"], table["certain"], table["possible"] = stays, certain, possible
    on_top = table[table["top"]]
    return choices.record(
        table,
        top=many,
        change=float(change),
        draws=int(draws),
        groups=None if groups is None else len(np.unique(codes)),
        certain_share=float(on_top["certain"].mean()),
        kept_share=float(on_top["stays"].mean()),
        margin=_margin(number, codes, table["top"].to_numpy(), many),
    )


def how_many_on_top(n: int, top: float) -> int:
    """Return the number of places on top of `n`: a part of them, or the number itself where above 1."""
    if isinstance(top, bool) or not np.isfinite(top) or top <= 0 or top > n or (top > 1 and top != int(top)):
        msg = _("`top` must be a part (above 0, to 1) or a whole number of the {n} places, got {value!r}.")
        raise InputError(msg.format(n=n, value=top))
    return int(top) if top > 1 else max(1, round(top * n))


def _origin_of(events: pd.DataFrame) -> pd.Series[str]:
    if "origin" not in events:
        return pd.Series("unknown", index=events.index, dtype=object)
    origin = events["origin"].astype(object)
    return origin.where(origin.isin(["reported", "discovered"]), "unknown")


def _numbers(values: pd.Series[float], name: str, *, unique: bool = True) -> pd.Series[float]:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    bad = ~np.isfinite(numbers.to_numpy()) | (numbers.to_numpy() < 0)
    if bad.any():
        where = values.index[bad][0]
        msg = _("`{name}` must hold numbers of at least 0; that of {where} is {value!r}. Fill it in.")
        raise InputError(msg.format(name=name, where=where, value=values[bad].iloc[0]))
    if not numbers.sum() > 0:
        raise InputError(_("`{name}` holds no number above 0.").format(name=name))
    if unique and not numbers.index.is_unique:
        twice = numbers.index[numbers.index.duplicated()][0]
        raise InputError(_("`{name}` names {where} twice. Sum it up first.").format(name=name, where=twice))
    return numbers


def _known(given: pd.Series[float], people: pd.Series[float], name: str) -> pd.Index[Any]:
    unknown = given.index.difference(people.index)
    if len(unknown):
        msg = _("`{name}` names {where}, which `population` does not. Spell districts alike in both.")
        raise InputError(msg.format(name=name, where=unknown[0]))
    return people.index


def _share(values: pd.Series[float]) -> pd.Series[float]:
    return values / values.sum()


def _ratio(part: pd.Series[float], whole: pd.Series[float]) -> pd.Series[float]:
    return part / whole.where(whole > 0)


def _codes(groups: pd.Series[Any], values: pd.Series[float]) -> NDArray[np.intp]:
    if len(groups) != len(values) or not groups.index.equals(values.index):
        raise InputError(_("`groups` must have the index of `values`: one group for each place."))
    return np.asarray(pd.factorize(groups, use_na_sentinel=False)[0])


def _above(values: Floats, limits: Floats) -> NDArray[np.intp]:
    """Count for each limit the values strictly above it."""
    return np.asarray(len(values) - np.searchsorted(np.sort(values), limits, side="right"))


def _rivals(number: Floats, codes: NDArray[np.intp], own: Floats, others: Floats) -> NDArray[np.intp]:
    """Count for each place the others ahead of it: within its group as counted, elsewhere as `others`."""
    ahead = _above(others, own)
    for rows in _rows_by_group(codes):
        # Places of one group share a rate, so among them the order is the order of the counts.
        ahead[rows] -= _above(others[rows], own[rows])
        ahead[rows] += _above(number[rows], number[rows])
    return ahead


def _rows_by_group(codes: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _margin(number: Floats, codes: NDArray[np.intp], top: NDArray[np.bool_], many: int) -> float | None:
    """Return the smallest change at which a place on top can be passed by one of another group."""
    last = top & (number == number[top].min())
    if top.sum() > many and len(np.unique(codes[last])) > 1:
        return 0.0  # equals share the last place on top; the slightest change parts them
    inside = pd.Series(number[top]).groupby(codes[top]).min()
    outside = pd.Series(number[~top]).groupby(codes[~top]).max()
    outside = outside.sort_values(ascending=False)[:2]  # the best of another group is one of these two
    margins = [
        (low - high) / (low + high)
        for group, low in inside.items()
        for other, high in outside.items()
        if other != group and low + high > 0
    ]
    return float(min(margins)) if margins else None


def _drawn_on_top(  # noqa: PLR0917
    number: Floats,
    codes: NDArray[np.intp],
    many: int,
    change: float,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    groups, on_top = int(codes.max()) + 1, np.zeros(len(number))
    for first in range(0, draws, size := max(1, _CHUNK // len(number))):
        rates = rng.uniform(1 - change, 1 + change, (min(size, draws - first), groups))
        true = number / rates[:, codes]
        cut = np.partition(true, len(number) - many, axis=1)[:, len(number) - many]
        on_top += (true >= cut[:, None]).sum(axis=0)
    return np.asarray(on_top / draws) if draws else np.full(len(number), np.nan)
