"""
Share and solve, from seizures and demand to flows with intervals.

Seizures say from whom a country's supply comes (shares), demand says how much it needs, and the two give
every flow. Both are uncertain: cases are drawn anew (a bootstrap) and demand is drawn from what is known of
it, and the whole is solved again each time.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._flow_tables import check_confidence, list_of_names, need_columns, noted, numbers_by_name
from ._seizure_edges import Amount, Legs, chosen, legs_of, reported_years
from ._share_draws import Network, intervals
from ._share_solve import closed_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["estimate"]

_WINDOW = {-1: 0.5, 0: 1.0, 1: 0.5}
"""Weights of the year before, the year and the year after."""


def estimate(
    seizures: pd.DataFrame,
    demand: pd.Series[Any] | pd.DataFrame,
    *,
    producers: Sequence[str],
    prune: float = 0.01,
    least_cases: int = 1,
    smooth: bool = True,
    bootstrap: int = 1000,
    year: int | None = None,
    drug: str | None = None,
    amount: Amount = "kg",
    leave_out: Sequence[str] = (),
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """
    Estimate the flow on every edge by shares of seizures and demand (share and solve), with intervals.

    Parameters
    ----------
    seizures
        As for `from_seizures`; with ``year`` each year is estimated, without it the table is one period.
    demand
        Kilograms that each country consumes in a year: a Series by country, or a table by country with
        ``kg`` and what is known of it, ``low`` and ``high`` (the limits of 95 % certainty).
    producers
        Countries that make the drug. They have no suppliers: what leads to them is left out.
    prune
        Shares of a country's supply below this are struck and the rest brought to 1.
    least_cases
        Edges with fewer cases are left out: one record against the current can turn a whole country round.
    smooth
        Take half of the year before and of the year after with each year. Years in which a country made no
        record at all count as not reported, never as zero: its window is then partial.
    bootstrap
        How often cases and demand are drawn anew; 0 leaves the intervals empty.
    year
        This year alone; None estimates all.
    drug, amount, leave_out
        As for `from_seizures`.
    confidence
        Of the intervals, between 0 and 1.
    rng
        A seed gives the same answer, whatever the order of the rows.

    Returns
    -------
    pandas.DataFrame
        In the order of names: ``origin``, ``destination``, (``year``), ``kg`` a year, ``low``, ``high``,
        ``share`` (of the destination's supply), ``n`` (cases behind the edge), ``stays`` (share of the draws
        in which the edge is there), ``method``. The choices name countries without a known supplier and rings
        that no producer serves: what these need comes from nowhere in the table.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If demand is negative or missing, an interval does not hold its number, or an option is out of range.

    Warns
    -----
    UserWarning
        If more reaches a country than all markets take together, which only loads that circle can do.

    Notes
    -----
    A market takes what it consumes and what is seized there. The method believes that seizures of a country
    show its suppliers in proportion, and gives intervals for the luck of the cases and the doubt about
    demand only: not for borders where nobody looks, for records that name the next stop as origin, or for a
    country that does not report. Doubts about demand are taken as independent from country to country;
    where all share one guess (grams a user a year), totals are less certain than their parts say. Edges of
    one case have low limits of 0, as they should.

    References
    ----------
    Giommoni, Berlusconi & Aziani (2022), doi:10.1007/s10610-020-09473-0; intervals: Efron & Tibshirani
    (1986), doi:10.1214/ss/1177013815.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "seizure_id": ["1", "2", "3"],
    ...         "country": ["XB", "XC", "XC"],
    ...         "departure": ["XA", "XB", "XA"],
    ...         "destination": ["XB", "XC", "XC"],
    ...         "kg": [5.0, 6.0, 4.0],
    ...     }
    ... )
    >>> found = estimate(table, pd.Series({"XB": 95.0, "XC": 90.0}), producers=["XA"], bootstrap=200, rng=1)
    >>> found[["origin", "destination", "kg", "share", "n"]]
      origin destination     kg  share  n
    0     XA          XB  160.0    1.0  1
    1     XA          XC   40.0    0.4  1
    2     XB          XC   60.0    0.6  1
    """
    check_confidence(confidence)
    if not 0 <= prune < 1:
        raise InputError(_("`prune` must be from 0 up and below 1, got {value!r}.").format(value=prune))
    if isinstance(least_cases, bool) or int(least_cases) != least_cases or least_cases < 1:
        msg = _("`{name}` must be a whole number from 1 up, got {n!r}.")
        raise InputError(msg.format(name="least_cases", n=least_cases))
    if isinstance(bootstrap, bool) or int(bootstrap) != bootstrap or bootstrap < 0:
        raise InputError(_("`bootstrap` must be a whole number from 0 up, got {n!r}.").format(n=bootstrap))
    generator = np.random.default_rng(rng)
    priors = _priors(demand)
    free = sorted(set(list_of_names(producers, "producers")))
    table = chosen(seizures, drug=drug, leave_out=leave_out)
    dated = "year" in table
    legs = legs_of(table, amount=amount, by_year=dated)
    years = _years(legs, year) if dated else [0]
    countries = sorted({*legs.countries, *priors.index, *free})
    reported = reported_years(seizures) if dated else frozenset()
    pieces, notes = [], _Notes()
    for target in years:
        weight = _weights(legs, target, reported, smooth=smooth) if dated else np.ones(len(legs.seized))
        network, system, cases = _system(legs, countries, weight, frozenset(free), (prune, int(least_cases)))
        piece = _solved(
            network,
            system,
            cases,
            priors,
            bootstrap=int(bootstrap),
            tail=(1 - confidence) / 2,
            generator=generator,
            notes=notes,
        )
        pieces.append(piece.assign(year=target) if dated else piece)
    if notes.circling:
        _warn_of_circles(sorted(notes.circling))
    flows = pd.concat(pieces, ignore_index=True)
    if dated:
        flows["year"] = flows["year"].astype("Int64")
        flows = flows[["origin", "destination", "year", *flows.columns[2:-1]]]
        flows = flows.sort_values(["origin", "destination", "year"], ignore_index=True)
    return noted(
        flows,
        method="share and solve",
        producers=free,
        producers_not_seen=sorted(set(free) - set(legs.countries)),
        prune=float(prune),
        least_cases=int(least_cases),
        smooth=bool(smooth and dated),
        bootstrap=int(bootstrap),
        priors="low" in priors,
        confidence=float(confidence),
        interval="bootstrap of cases and draws of demand, percentile, widened to hold the estimate",
        rng=int(rng) if isinstance(rng, int | np.integer) else None,
        drug=drug,
        amount=amount,
        left_out_flags=list(leave_out),
        without_supplier=sorted(notes.without_supplier),
        closed_rings=sorted(notes.rings),
        circling=sorted(notes.circling),
        edges_pruned=notes.pruned,
        kg_consumed=float(priors["kg"].sum()),
        kg_of_legs=float(flows["kg"].sum()),
        legs="never add up legs: a load that crosses stands on two",
        **{
            key: legs.notes[key]
            for key in ("n", "flagged", "self_loops", "without_edge", "without_kg", "without_year")
        },
    )


class _Notes:
    """What has to be said of the countries afterwards."""

    def __init__(self) -> None:
        self.without_supplier: set[str] = set()
        self.rings: set[str] = set()
        self.circling: set[str] = set()
        self.pruned = 0


def _warn_of_circles(countries: list[str]) -> None:
    msg = _(
        "More reaches {countries} than all markets take together: loads circle among countries that supply "
        "each other and have hardly another supplier. Name the producer among them, mend the departures, or "
        "raise `least_cases`; do not use these flows."
    )
    warnings.warn(msg.format(countries=", ".join(countries)), UserWarning, stacklevel=3)


def _priors(demand: Any) -> pd.DataFrame:
    """Return demand by country: kg, and low and high where they are given."""
    if isinstance(demand, pd.Series):
        return numbers_by_name(demand, "demand").to_frame("kg").rename(index=str)
    if not isinstance(demand, pd.DataFrame):
        msg = f"`demand` must be a Series or a DataFrame by country, got {type(demand).__name__}."
        raise TypeError(msg)
    need_columns(demand, ["kg"], "demand")
    if ("low" in demand) != ("high" in demand):
        need_columns(demand, ["low", "high"], "demand")
    names = ["kg", *(["low", "high"] if "low" in demand else [])]
    table = pd.DataFrame({name: numbers_by_name(demand[name], f"demand.{name}") for name in names})
    if "low" in table:
        wrong = ~((table["low"] <= table["kg"]) & (table["kg"] <= table["high"]))
        wrong |= (table["kg"] > 0) & (table["low"] <= 0)
        if wrong.any():
            msg = _(
                "`demand`: `low` must be above 0 and at most `kg`, and `high` at least `kg`; see {first}."
            )
            raise InputError(msg.format(first=table.index[wrong][0]))
    return table.rename(index=str)


def _years(legs: Legs, year: int | None) -> list[int]:
    found = sorted(set(legs.seized_year[legs.seized_year > 0].tolist()))
    if year is None:
        if not found:
            raise InputError(
                _("`seizures` has no row with a year. Leave the column out to take it as one period.")
            )
        return found
    if year not in found:
        msg = _("`year`: no seizure is of {year}; there are {years}.")
        raise InputError(msg.format(year=year, years=", ".join(map(str, found)) or _("none")))
    return [int(year)]


def _weights(legs: Legs, year: int, reported: frozenset[tuple[str, int]], *, smooth: bool) -> Floats:
    """Return what a case counts for in a year: its place in the window over the window that was reported."""
    window = _WINDOW if smooth else {0: 1.0}
    whole = np.array(
        [
            sum(part for step, part in window.items() if (name, year + step) in reported)
            for name in legs.countries
        ]
    )
    part = np.zeros(len(legs.seized))
    for step, value in window.items():
        part[legs.seized_year == year + step] = value
    size = whole[legs.made_in] if len(whole) else np.zeros(len(part))
    use = (legs.made_in >= 0) & (size > 0)
    return np.divide(part, size, out=np.zeros_like(part), where=use)


def _system(
    legs: Legs, countries: list[str], weight: Floats, producers: frozenset[str], least: tuple[float, int]
) -> tuple[Network, csr_array[Any], Integers]:
    """Return the network, what adds cases up to edges and then to countries, and the cases on each edge."""
    from scipy.sparse import csr_array

    n, at = len(countries), {name: k for k, name in enumerate(countries)}
    place = np.array([at[name] for name in legs.countries], dtype=np.int64)
    kg = np.nan_to_num(legs.seized) * weight
    use = kg[legs.row] > 0
    key = place[legs.destination[use]] * n + place[legs.origin[use]]
    edges, edge, count = np.unique(key, return_inverse=True, return_counts=True)
    often = count >= least[1]
    use[use] = often[edge]
    edges, edge, count = edges[often], (np.cumsum(often) - 1)[edge[often[edge]]], count[often]
    seized = np.flatnonzero((kg > 0) & (legs.made_in >= 0))
    rows = np.concatenate([edge, len(edges) + place[legs.made_in[seized]]])
    case = np.concatenate([legs.row[use], seized])
    order = _canonical(legs, kg)
    renumbered = np.full(len(kg), -1, dtype=np.int64)
    renumbered[order] = np.arange(len(order))
    table = csr_array((kg[case], (rows, renumbered[case])), shape=(len(edges) + n, len(order)))
    network = Network(
        countries,
        origin=edges % n,
        destination=edges // n,
        producer=np.array([name in producers for name in countries]),
        prune=least[0],
    )
    return network, table, count


def _canonical(legs: Legs, kg: Floats) -> Integers:
    """Return the cases that count in an order that does not hang on the order of the table."""
    sides = np.full((2, len(kg)), -1, dtype=np.int64)
    np.maximum.at(sides[0], legs.row, legs.origin)
    np.maximum.at(sides[1], legs.row, legs.destination)
    order = np.lexsort([sides[1], sides[0], legs.seized_year, legs.made_in, kg])
    return order[kg[order] > 0]


def _solved(
    network: Network,
    system: csr_array[Any],
    cases: Integers,
    priors: pd.DataFrame,
    *,
    bootstrap: int,
    tail: float,
    generator: np.random.Generator,
    notes: _Notes,
) -> pd.DataFrame:
    """Return the flows of one year with their intervals."""
    edges = len(network.origin)
    known = priors.reindex(network.countries).fillna(0.0)
    sums = np.asarray(system @ np.ones((system.shape[1], 1)))
    share = network.shares(sums[:edges])
    notes.pruned += int(((share[:, 0] == 0) & ~network.producer[network.destination]).sum())
    matrix = network.matrix(share[:, 0])
    notes.rings |= {", ".join(network.countries[at] for at in ring) for ring in closed_groups(matrix)}
    market = known["kg"].to_numpy() + sums[edges:, 0]
    imports = network.imports(share, market[:, None])[:, 0]
    matrix = network.matrix(share[:, 0])
    notes.circling |= {network.countries[at] for at in np.flatnonzero(imports > market.sum() * (1 + 1e-9))}
    unserved = (imports > 0) & ~network.producer & (matrix.sum(axis=1) == 0)
    ringed = {name for ring in notes.rings for name in ring.split(", ")}
    notes.without_supplier |= {network.countries[at] for at in np.flatnonzero(unserved)} - ringed
    used = share[:, 0]
    kg = used * imports[network.destination]
    low, high, stays = intervals(network, system, known, bootstrap=bootstrap, tail=tail, generator=generator)
    table = pd.DataFrame(
        {
            "origin": np.array(network.countries, dtype=object)[network.origin],
            "destination": np.array(network.countries, dtype=object)[network.destination],
            "kg": kg,
            "low": np.fmin(low, kg) if bootstrap else low,
            "high": np.fmax(high, kg) if bootstrap else high,
            "share": used,
            "n": cases,
            "stays": stays,
            "method": "share and solve",
        }
    )
    return table[used > 0].sort_values(["origin", "destination"], ignore_index=True)
