"""
Flows estimated from the links: shares of seizures and demand, solved together, with intervals.

Links with fewer cases than may be shown do not go in at all: one record against the current can turn a whole
country round, and one record is what must not be read from the result.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import flows
from ...errors import InputError
from ...i18n import _
from . import public_sums as public
from .names import country

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .routes_facts import Facts
    from .routes_links import Links

__all__ = ["Estimated", "estimate"]

BOOTSTRAP = 500
SEED = 20_250_101


@dataclass(frozen=True)
class Estimated:
    """Flows and what may be shown of them."""

    flows: pd.DataFrame
    """As `flows.estimate` gives them, a year; without what circles. Inside only."""
    shown: pd.DataFrame
    """``origin destination kg low high share``: rounded, ``<NA>`` where hidden."""
    circling: tuple[str, ...]
    """Countries among which loads circle."""
    struck: int
    """Links that are left out because of that."""
    choices: dict[str, Any]
    relative: bool
    """Whether kilograms are proportions only, because no demand was given."""
    why_none: str = ""

    def warning(self, facts: Facts) -> str:
        """Say that loads circle and what would mend it; empty where none do."""
        if not self.circling:
            return ""
        wanted = [*facts.producers, self.circling[0]]
        return _(
            "Loads circle among {countries}: each of them is supplied by the others and hardly by anybody "
            "else, so the amounts there have no meaning. {n} links that depend on them are left out. If one "
            "of them is where the drug comes from, say so: {line}"
        ).format(
            countries=", ".join(country(code) for code in self.circling),
            n=self.struck,
            line=" ".join(f"--producer {code}" for code in wanted),
        )


def estimate(facts: Facts, links: Links) -> Estimated:
    """Estimate flows from the seizures of an assessment."""
    minimum = facts.policy.cells.minimum_count
    demand = _demand(facts)
    try:
        found = _solved(facts, demand, minimum)
    except InputError as error:
        return _nothing(str(error), demand is None)
    made = found.attrs["choices"]
    circling = tuple(made["circling"])
    kept = found[~found["destination"].isin(_touched(found, circling))].reset_index(drop=True)
    struck = len(found) - len(kept)
    if kept.empty:
        why = _("No link has enough cases on both sides for an estimate.")
        return Estimated(kept, _shown(kept, frozenset()), circling, struck, made, demand is None, why)
    unsafe = links.unsafe_into | _rests_on_one(facts, found, demand)
    return Estimated(kept, _shown(kept, unsafe, _alone(links)), circling, struck, made, demand is None)


def _alone(links: Links) -> frozenset[tuple[str, str]]:
    """Return the links of which one seizure makes the most: their flow would tell it."""
    edges = links.edges[links.edges["dominated"]]
    return frozenset(zip(edges["origin"].astype(str), edges["destination"].astype(str), strict=True))


def _nothing(why: str, relative: bool) -> Estimated:
    empty = pd.DataFrame(columns=["origin", "destination", "kg", "low", "high", "share", "n", "stays"])
    return Estimated(empty, _shown(empty, frozenset()), (), 0, {}, relative, why)


def _solved(facts: Facts, demand: pd.DataFrame | None, minimum: int) -> pd.DataFrame:
    with warnings.catch_warnings():
        # What the warning says stands in the choices and is said in the product.
        warnings.simplefilter("ignore", UserWarning)
        return flows.estimate(
            facts.yearly,
            pd.Series(dtype=float) if demand is None else demand,
            producers=list(facts.producers),
            least_cases=minimum,
            bootstrap=BOOTSTRAP,
            rng=SEED,
        )


def _demand(facts: Facts) -> pd.DataFrame | None:
    """Return demand by country, for the drug of the assessment."""
    table = facts.request.demand
    return None if table is None else table.set_index("country")


def _touched(found: pd.DataFrame, circling: tuple[str, ...]) -> frozenset[str]:
    """Return the countries whose imports hang on those that circle: these, and all that supply them."""
    touched = set(circling)
    while True:
        more = set(found.loc[found["destination"].isin(touched), "origin"]) - touched
        if not more:
            return frozenset(touched)
        touched |= more


def _rests_on_one(facts: Facts, found: pd.DataFrame, demand: pd.DataFrame | None) -> frozenset[str]:
    """Return the countries whose imports, as they are solved, rest for more than half on one seizure."""
    table = facts.yearly[["country", "kg"]].dropna()
    table = table[table["kg"] > 0]
    names = sorted({*found["origin"], *found["destination"], *table["country"].astype(str)})
    at = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    matrix[found["destination"].map(at), found["origin"].map(at)] = found["share"]
    try:
        reach = np.linalg.inv(np.eye(len(names)) - matrix.T)
    except np.linalg.LinAlgError:
        return frozenset(names)
    market, tops = np.zeros(len(names)), np.zeros((2, len(names)))
    for name, kg in table.groupby(table["country"].astype(str))["kg"]:
        falling = np.sort(kg.to_numpy(dtype=float))[::-1]
        market[at[str(name)]] = falling.sum()
        tops[: min(2, len(falling)), at[str(name)]] = falling[:2]
    if demand is not None:
        market += demand["kg"].reindex(names).fillna(0.0).to_numpy(dtype=float)
    return frozenset(name for name in names if _one(reach[at[name]], market, tops))


def _one(reach: NDArray[Any], market: NDArray[Any], tops: NDArray[Any]) -> bool:
    total = float(reach @ market)
    parts = np.sort((tops * reach).ravel())[::-1]
    if total <= 0:
        return False
    return bool(parts[0] > 0.5 * total or total - parts[0] - parts[1] < 0.1 * parts[0])


def _shown(
    found: pd.DataFrame, unsafe: frozenset[str], alone: frozenset[tuple[str, str]] = frozenset()
) -> pd.DataFrame:
    # Where a country sends no seizures in and no demand was given, nothing is known of what it takes.
    hidden = found["destination"].isin(unsafe) | ~(found["kg"].astype(float) > 0)
    pairs = zip(found["origin"], found["destination"], strict=True)
    hidden = hidden | np.array([pair in alone for pair in pairs], dtype=bool)
    rounded = {
        name: found[name].astype(float).map(public.significant).astype("Float64").mask(hidden)
        for name in ("kg", "low", "high")
    }
    return pd.DataFrame(
        {
            "origin": found["origin"],
            "destination": found["destination"],
            **rounded,
            "share": found["share"].astype(float).map(public.rounded_share),
        }
    )
