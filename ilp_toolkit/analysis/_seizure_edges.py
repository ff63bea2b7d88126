"""
From seizures to edges: the two-edge rule, each edge with the cases it stands on.

A record made in B of a load from A for C shows that drugs went from A to B and were bound from B to C. The
second leg was meant, not made: the load was taken before. Loads that cross give two legs and one amount, so
the kilograms of legs are never to be added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import list_of_names, need_columns, noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

Amount = Literal["kg", "kg_pure"]

__all__ = ["Amount", "Coded", "Legs", "chosen", "coded_rows", "from_seizures", "legs_of", "reported_years"]


@dataclass(frozen=True)
class Coded:
    """Seizures with countries as positions in a list; -1 where none is named."""

    countries: list[str]
    here: Integers
    source: Integers
    target: Integers
    kg: Floats
    """Kilograms; NaN where unknown or not above 0."""
    year: Integers
    """0 where unknown."""


@dataclass(frozen=True)
class Legs:
    """The legs of a table of seizures, as positions in one list of countries."""

    countries: list[str]
    """All countries named, in order."""
    row: Integers
    """Position of the seizure that a leg comes from."""
    origin: Integers
    destination: Integers
    kg: Floats
    """Kilograms of the seizure; NaN where unknown."""
    year: Integers
    """Year of the seizure; 0 where unknown."""
    transit: NDArray[np.bool_]
    """Whether the seizure gives two legs."""
    made_in: Integers
    """For every seizure, the country that made it; -1 where missing."""
    seized: Floats
    """For every seizure, its kilograms; NaN where unknown."""
    seized_year: Integers
    """For every seizure, its year; 0 where unknown."""
    notes: dict[str, Any]


def from_seizures(
    seizures: pd.DataFrame,
    *,
    by_year: bool = False,
    drug: str | None = None,
    amount: Amount = "kg",
    leave_out: Sequence[str] = (),
) -> pd.DataFrame:
    """
    Bring seizures into edges: who is named as origin and as destination, with cases and kilograms.

    Parameters
    ----------
    seizures
        One row a seizure, as `ilp.read_seizures` gives it: ``country`` (where it was made), ``departure``,
        ``destination``, ``kg``; ``seizure_id``, ``year``, ``drug``, ``drug_class``, ``flags`` where used.
    by_year
        A row for each edge and year.
    drug
        Only this drug (``drug``) or class of drugs (``drug_class``); None takes all of them together.
    amount
        Bulk kilograms, or pure ones where purity is known.
    leave_out
        Flags whose rows do not count, such as ``("duplicate", "unit_twin")``; none by default.

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination``, (``year``), ``n`` (cases), ``n_kg`` (cases with
        kilograms), ``kg``, ``share_of_destination`` (of the kilograms that lead there, 0 to 1; NaN where
        none are known), ``share_of_cases`` (the same of cases), ``largest_share`` (of the edge's kilograms
        in its largest seizure), ``transit_kg`` (kilograms of it that also stand on another edge) and
        ``seizure_ids`` (the cases the edge stands on).

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If no row is of the drug asked for.

    Notes
    -----
    Seizures are not flows. A record gives up to two edges, departure to country and country to destination;
    a departure or destination that is the country itself gives none and is counted (``self_loops``), and
    so are records that name neither. Of loads that cross (``transit``) both legs carry the whole amount:
    the sum of ``kg`` is more than was seized, by half the sum of ``transit_kg``. A country named as
    destination may have been a guess of the officer, or the next stop. Without `drug`, kilograms of
    cannabis are added to those of heroin. An edge that one seizure makes (``largest_share`` near 1) is one
    seizure, not a route.

    References
    ----------
    Giommoni, Aziani & Berlusconi (2017), doi:10.1177/0022042616682426.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "seizure_id": ["s1", "s2"],
    ...         "country": ["XB", "XC"],
    ...         "departure": ["XA", "XB"],
    ...         "destination": ["XC", "XC"],
    ...         "kg": [100.0, 20.0],
    ...     }
    ... )
    >>> from_seizures(table)[["origin", "destination", "n", "kg", "transit_kg", "seizure_ids"]]
      origin destination  n     kg  transit_kg seizure_ids
    0     XA          XB  1  100.0       100.0       (s1,)
    1     XB          XC  2  120.0       100.0    (s1, s2)
    """
    need_columns(seizures, ["seizure_id"], "seizures")
    table = chosen(seizures, drug=drug, leave_out=leave_out)
    legs = legs_of(table, amount=amount, by_year=by_year)
    edges = _grouped(legs, table["seizure_id"].to_numpy(dtype=object), by_year=by_year)
    return noted(edges, drug=drug, amount=amount, left_out_flags=list(leave_out), **legs.notes)


def chosen(seizures: pd.DataFrame, *, drug: str | None, leave_out: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a drug, without those that carry a flag to leave out."""
    leave_out = list_of_names(leave_out, "leave_out")
    keep = np.ones(len(seizures), dtype=bool)
    if drug is not None:
        named = [column for column in ("drug", "drug_class") if column in seizures]
        need_columns(seizures, [] if named else ["drug_class"], "seizures")
        wanted = drug.casefold()
        keep = np.zeros(len(seizures), dtype=bool)
        for column in named:
            kinds = pd.Categorical(seizures[column])
            match = np.array([str(kind).casefold() == wanted for kind in kinds.categories], dtype=bool)
            keep |= np.append(match, False)[kinds.codes]
        if not keep.any():
            raise InputError(_("`drug`: no seizure is of {drug!r}.").format(drug=drug))
    if leave_out:
        need_columns(seizures, ["flags"], "seizures")
        flags = pd.Categorical(seizures["flags"].fillna(""))
        struck = [bool(set(str(text).split()) & set(leave_out)) for text in flags.categories]
        keep &= ~np.append(np.array(struck, dtype=bool), False)[flags.codes]
    return seizures if keep.all() else seizures[keep]


def reported_years(seizures: pd.DataFrame) -> frozenset[tuple[str, int]]:
    """Return countries and years with a record of any drug; a year without one is not reported, not zero."""
    need_columns(seizures, ["country", "year"], "seizures")
    pairs = seizures[["country", "year"]].dropna().drop_duplicates()
    return frozenset((str(name), int(year)) for name, year in pairs.itertuples(index=False))


def coded_rows(seizures: pd.DataFrame, *, amount: Amount = "kg") -> Coded:
    """Return seizures with countries as positions in one list of names."""
    need_columns(seizures, ["country", "departure", "destination", amount], "seizures")
    named = [pd.Categorical(seizures[column]) for column in ("country", "departure", "destination")]
    countries = sorted({str(name) for column in named for name in column.categories})
    place = {name: at for at, name in enumerate(countries)}
    here, source, target = (
        np.array([*(place[str(name)] for name in column.categories), -1], dtype=np.int64)[column.codes]
        for column in named
    )
    kg = pd.to_numeric(seizures[amount], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    year = (
        pd.to_numeric(seizures["year"], errors="coerce").fillna(0).to_numpy(dtype=np.int64)
        if "year" in seizures
        else np.zeros(len(seizures), dtype=np.int64)
    )
    kg = np.where(np.isfinite(kg) & (kg > 0), kg, np.nan)
    return Coded(countries, here, source, target, kg, year)


def legs_of(seizures: pd.DataFrame, *, amount: Amount = "kg", by_year: bool = False) -> Legs:
    """Return the legs of seizures under the two-edge rule, with what was counted on the way."""
    need_columns(seizures, ["year"] if by_year else [], "seizures")
    coded = coded_rows(seizures, amount=amount)
    here, source, target, kg, year = coded.here, coded.source, coded.target, coded.kg, coded.year
    into = (source >= 0) & (here >= 0) & (source != here)
    out = (target >= 0) & (here >= 0) & (target != here)
    if by_year:
        into, out = into & (year != 0), out & (year != 0)
    first, second = np.flatnonzero(into), np.flatnonzero(out)
    row = np.concatenate([first, second])
    both = into & out
    return Legs(
        countries=coded.countries,
        row=row,
        origin=np.concatenate([source[first], here[second]]),
        destination=np.concatenate([here[first], target[second]]),
        kg=kg[row],
        year=year[row],
        transit=both[row],
        made_in=here,
        seized=kg,
        seized_year=year,
        notes={
            "n": len(seizures),
            "self_loops": int(
                ((source >= 0) & (source == here)).sum() + ((target >= 0) & (target == here)).sum()
            ),
            "without_edge": int((~(into | out)).sum()),
            "without_kg": int(np.isnan(kg).sum()),
            "without_year": int((year == 0).sum()) if by_year else 0,
            "flagged": _flagged(seizures),
            "transit": int(both.sum()),
            "kg_seized": float(np.nansum(kg[into | out])),
            "kg_of_legs": float(np.nansum(kg[row])),
            "legs": "never add up legs: a load that crosses stands on two",
        },
    )


def _flagged(seizures: pd.DataFrame) -> dict[str, int]:
    """Return how many rows carry a flag that may mean one seizure counted twice."""
    if "flags" not in seizures:
        return {}
    flags = pd.Categorical(seizures["flags"].fillna(""))
    rows = np.bincount(flags.codes, minlength=len(flags.categories))
    twice = ("duplicate", "repeated_id", "unit_twin")
    words = [set(str(text).split()) for text in flags.categories]
    counts = {flag: int(rows[[flag in found for found in words]].sum()) for flag in twice}
    return {flag: n for flag, n in counts.items() if n}


def _grouped(legs: Legs, ids: NDArray[Any], *, by_year: bool) -> pd.DataFrame:
    """Return a row for each edge (and year) in the order of names, seizures in the order of the table."""
    keys = [legs.destination, legs.origin]
    order = np.lexsort([legs.row, *([legs.year] if by_year else []), *keys])
    parts = [key[order] for key in (legs.origin, legs.destination, *([legs.year] if by_year else []))]
    new = np.ones(len(order), dtype=bool)
    if len(order):
        new[1:] = np.logical_or.reduce([part[1:] != part[:-1] for part in parts])
    start = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    size = len(start)
    kg = legs.kg[order]
    known = ~np.isnan(kg)
    mass = np.where(known, kg, 0.0)
    names = np.array(legs.countries, dtype=object)
    total = np.bincount(group, weights=mass, minlength=size).astype(float)
    largest = np.asarray(np.maximum.reduceat(mass, start) if size else np.zeros(0), dtype=float)
    pieces = np.split(ids[legs.row[order]], start[1:]) if size else []
    edges = pd.DataFrame(
        {
            "origin": names[parts[0][start]] if size else names[:0],
            "destination": names[parts[1][start]] if size else names[:0],
            **({"year": pd.array(parts[2][start], dtype="Int64")} if by_year else {}),
            "n": np.bincount(group, minlength=size).astype(np.int64),
            "n_kg": np.bincount(group, weights=known, minlength=size).astype(np.int64),
            "kg": total,
        }
    )
    to = edges.groupby(["destination", "year"] if by_year else ["destination"], sort=False)
    edges["share_of_destination"] = _ratio(total, to["kg"].transform("sum").to_numpy(dtype=float))
    edges["share_of_cases"] = _ratio(
        edges["n"].to_numpy(dtype=float), to["n"].transform("sum").to_numpy(dtype=float)
    )
    edges["largest_share"] = _ratio(largest, total)
    edges["transit_kg"] = np.bincount(group, weights=mass * legs.transit[order], minlength=size)
    edges["seizure_ids"] = pd.Series([tuple(piece) for piece in pieces], index=edges.index, dtype=object)
    return edges


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
