"""
What is worth finding out: which gap in the records the ranking of edges hangs on.

A gap is a field left empty by a country, or a year in which it did not report. It is filled many times with
what the same country wrote elsewhere, and the ranking is made again: a gap that moves it is worth a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import need_columns, noted
from ._seizure_edges import Amount, Coded, chosen, coded_rows, reported_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["value_of_information"]

_CELLS = 2_000_000
"""Most numbers filled in at a time."""


@dataclass(frozen=True)
class _Gap:
    """Something that was not reported, and where to draw it from."""

    country: int
    field: str
    year: int
    rows: Integers
    """Rows with the gap; for a year not reported, as many places as rows are expected."""
    donors: Integers
    """Rows that have what is missing."""
    of_all: int
    """Rows of the country."""
    own: bool
    """Whether the donors are the country's own."""


def value_of_information(
    seizures: pd.DataFrame,
    *,
    top: int = 10,
    draws: int = 200,
    drug: str | None = None,
    amount: Amount = "kg",
    leave_out: Sequence[str] = (),
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Say which missing field, or which country's reporting, would change the ranking of edges most.

    Parameters
    ----------
    seizures
        As for `from_seizures`; with ``year``, years without a record of a country count as gaps too.
    top
        How many of the largest edges (by kilograms) the ranking is about.
    draws
        How often each gap is filled.
    drug, amount, leave_out
        As for `from_seizures`.
    rng
        A seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        The gap that matters most first: ``country``, ``field`` (departure, destination, the amount, or
        ``report`` for a year without a record or a country without any), ``year`` (of such a year), ``n``
        (rows with the gap; rows expected in such a year), ``share`` (of the country's rows; NaN for
        reports), ``change`` (mean share of the `top` edges that others would replace) with ``low`` and
        ``high`` (95 % of the draws), ``shift`` (mean share of all kilograms on edges that would move) and
        ``donors`` (``own`` or ``all``: whose records filled it; ``none`` where nothing can).

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `top` or `draws` is no whole number from 1 up, or no edge has kilograms.

    Notes
    -----
    It asks what *would* change if what is missing were like what is known. Fields are rarely left empty by
    chance: a destination is missing where nobody talked. A gap with a small change may hide another world.
    A country that is named by others and never reports has nothing to draw from: it is listed with ``n``, the
    times it is named, and without a number. The ranking is of edges by kilograms seized, not of flows.

    References
    ----------
    Howard (1966), doi:10.1109/TSSC.1966.300074.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "country": ["B", "B", "B", "C"],
    ...         "departure": ["A", "D", None, "B"],
    ...         "destination": ["B", "B", "B", "C"],
    ...         "kg": [10.0, 9.0, 50.0, 40.0],
    ...     }
    ... )
    >>> found = value_of_information(table, top=1, rng=1)
    >>> found[["country", "field", "n", "change", "donors"]].head(1).round(1)
      country      field  n  change donors
    0       B  departure  1     1.0    own
    """
    for name, value in (("top", top), ("draws", draws)):
        if isinstance(value, bool) or int(value) != value or value < 1:
            msg = _("`{name}` must be a whole number from 1 up, got {n!r}.")
            raise InputError(msg.format(name=name, n=value))
    need_columns(seizures, ["country", "departure", "destination", amount], "seizures")
    generator = np.random.default_rng(rng)
    coded = _in_order(coded_rows(chosen(seizures, drug=drug, leave_out=leave_out), amount=amount))
    keys, kg = _edges(coded, np.arange(len(coded.here)))
    edges, at = np.unique(keys, return_inverse=True)
    base = np.bincount(at, weights=kg, minlength=len(edges)).astype(float)
    if not (base > 0).any():
        raise InputError(_("`seizures`: no edge between countries has kilograms."))
    edges, base = edges[base > 0], base[base > 0]
    reported = reported_years(seizures) if "year" in seizures else frozenset()
    rows = []
    for gap in _gaps(coded, amount, reported):
        moved = None
        if len(gap.donors):
            moved = _filled(
                gap, coded, (edges, base), top=min(top, len(edges)), draws=draws, generator=generator
            )
        rows.append(_row(gap, coded.countries, moved))
    rows += _silent(coded, set(seizures["country"].dropna().astype(str)))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["year"] = table["year"].astype("Int64")
    table = table.sort_values(
        ["change", "shift", "country", "field", "year"],
        ascending=[False, False, True, True, True],
        ignore_index=True,
    )
    return noted(
        table,
        method="value of information",
        top_edges=int(min(top, len(edges))),
        draws=int(draws),
        drug=drug,
        amount=amount,
        left_out_flags=list(leave_out),
        filled="with what the same country wrote elsewhere, as if left empty by chance",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
    )


_COLUMNS = ["country", "field", "year", "n", "share", "change", "low", "high", "shift", "donors"]


def _in_order(coded: Coded) -> Coded:
    """Return the rows in an order that does not hang on the order of the table."""
    order = np.lexsort([coded.kg, coded.year, coded.target, coded.source, coded.here])
    return Coded(
        coded.countries,
        coded.here[order],
        coded.source[order],
        coded.target[order],
        coded.kg[order],
        coded.year[order],
    )


def _edges(coded: Coded, rows: Integers) -> tuple[Integers, Floats]:
    """Return the edges of rows as numbers, with their kilograms."""
    here, source, target = (part[rows] for part in (coded.here, coded.source, coded.target))
    kg = np.nan_to_num(coded.kg[rows])
    size = len(coded.countries)
    into = (source >= 0) & (here >= 0) & (source != here)
    out = (target >= 0) & (here >= 0) & (target != here)
    return (
        np.concatenate([(source * size + here)[into], (here * size + target)[out]]),
        np.concatenate([kg[into], kg[out]]),
    )


def _gaps(coded: Coded, amount: str, reported: frozenset[tuple[str, int]]) -> list[_Gap]:
    missing = {"departure": coded.source < 0, "destination": coded.target < 0, amount: np.isnan(coded.kg)}
    years = {year for _country, year in reported}
    gaps = []
    for country in np.unique(coded.here[coded.here >= 0]).tolist():
        mine = coded.here == country
        for field, empty in missing.items():
            rows = np.flatnonzero(mine & empty)
            if not len(rows):
                continue
            own = np.flatnonzero(mine & ~empty)
            donors = own if len(own) else np.flatnonzero(~empty & (coded.here >= 0))
            gaps.append(_Gap(country, field, 0, rows, donors, int(mine.sum()), bool(len(own))))
        own = np.flatnonzero(mine & (coded.year > 0))
        there = {year for name, year in reported if name == coded.countries[country]}
        for year in sorted(years - there) if len(own) else []:
            expected = np.zeros(max(1, round(len(own) / len(there))), dtype=np.int64)
            gaps.append(_Gap(country, "report", year, expected, own, int(mine.sum()), True))
    return gaps


def _filled(
    gap: _Gap,
    coded: Coded,
    known: tuple[Integers, Floats],
    *,
    top: int,
    draws: int,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return, for each draw, the share of the top that is replaced and of the kilograms that move."""
    edges, base = known
    first = np.argsort(-base, kind="stable")[:top]
    changes, shifts = [], []
    batch = max(1, min(draws, _CELLS // max(len(gap.rows), 1)))
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        draw, key, kg = _added(gap, coded, generator, size)
        universe = np.union1d(edges, key)
        home = np.searchsorted(universe, edges)
        cell = draw * len(universe) + np.searchsorted(universe, key)
        table = np.bincount(cell, weights=kg, minlength=size * len(universe)).astype(float)
        table = table.reshape(size, len(universe))
        table[:, home] += base
        leaders = np.argsort(-table, axis=1, kind="stable")[:, :top]
        changes.append(1 - np.isin(leaders, home[first]).mean(axis=1))
        share = table / table.sum(axis=1, keepdims=True)
        share[:, home] -= base / base.sum()
        shifts.append(np.abs(share).sum(axis=1) / 2)
    return np.concatenate(changes), np.concatenate(shifts)


def _added(
    gap: _Gap, coded: Coded, generator: np.random.Generator, size: int
) -> tuple[Integers, Integers, Floats]:
    """Return what filling the gap adds to the edges: draw, edge, kilograms."""
    n = len(coded.countries)
    pick = gap.donors[generator.integers(0, len(gap.donors), (size, len(gap.rows)))]
    draw = np.repeat(np.arange(size), len(gap.rows))
    whole = gap.field == "report"
    rows = pick.ravel() if whole else np.tile(gap.rows, size)
    source, target, kg = coded.source[rows], coded.target[rows], np.nan_to_num(coded.kg[rows])
    here = np.full(len(rows), gap.country)
    given = pick.ravel()
    if gap.field in ("departure", "destination"):
        side = coded.source if gap.field == "departure" else coded.target
        value = np.where(side[given] == coded.here[given], gap.country, side[given])
        source = value if gap.field == "departure" else np.full(len(rows), -1)
        target = value if gap.field == "destination" else np.full(len(rows), -1)
    elif not whole:
        kg = coded.kg[given]
    into, out = (source >= 0) & (source != here), (target >= 0) & (target != here)
    return (
        np.concatenate([draw[into], draw[out]]),
        np.concatenate([(source * n + here)[into], (here * n + target)[out]]),
        np.concatenate([kg[into], kg[out]]),
    )


def _row(gap: _Gap, countries: list[str], moved: tuple[Floats, Floats] | None) -> dict[str, Any]:
    change, shift = moved if moved else (np.full(1, np.nan), np.full(1, np.nan))
    low, high = np.quantile(change, [0.025, 0.975])
    return {
        "country": countries[gap.country],
        "field": gap.field,
        "year": gap.year or None,
        "n": len(gap.rows),
        "share": np.nan if gap.field == "report" else len(gap.rows) / gap.of_all,
        "change": float(change.mean()),
        "low": float(low),
        "high": float(high),
        "shift": float(shift.mean()),
        "donors": ("own" if gap.own else "all") if moved else "none",
    }


def _silent(coded: Coded, reporting: set[str]) -> list[dict[str, Any]]:
    """Return the countries that others name and that made no record themselves."""
    size = len(coded.countries)
    named = np.bincount(coded.source[coded.source >= 0], minlength=size)
    named += np.bincount(coded.target[coded.target >= 0], minlength=size)
    named[[at for at, name in enumerate(coded.countries) if name in reporting]] = 0
    empty = dict.fromkeys(_COLUMNS[4:9], np.nan)
    return [
        {
            "country": coded.countries[at],
            "field": "report",
            "year": None,
            "n": int(named[at]),
            **empty,
            "donors": "none",
        }
        for at in np.flatnonzero(named)
    ]
