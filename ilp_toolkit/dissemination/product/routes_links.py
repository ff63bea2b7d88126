"""
Links between countries: what the seizures name, and how far it hangs on one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...analysis import flows
from ...errors import InputError
from ...i18n import _
from . import public_sums as public

if TYPE_CHECKING:
    from .routes_facts import Facts

__all__ = ["Links", "cases_of", "find_links"]

DRAWS = 500
"""How often the cases are drawn anew for the interval of a share."""
SEED = 20_250_101
"""Seed of every draw: the same file gives the same product."""


@dataclass(frozen=True)
class Links:
    """Links with enough cases, and what may be shown of them."""

    edges: pd.DataFrame
    """As `flows.from_seizures` gives them, with ``share_low`` and ``share_high``; inside only."""
    shown: pd.DataFrame
    """``origin destination cases kg share share_low share_high largest``: rounded, ``<NA>`` where hidden."""
    few: int
    """Links with fewer cases than may be shown."""
    unsafe_into: frozenset[str]
    """Countries into which no kilograms are shown."""
    moved: int
    """How many of the ten heaviest links would leave the ten without their largest seizure."""
    choices: dict[str, Any]

    @property
    def top(self) -> int:
        """How many links the ten heaviest are."""
        return min(10, len(self.edges))

    def with_cases(self, cases: pd.Series[Any]) -> Links:
        """Return the links with other counts shown: what the gate left of them."""
        return replace(self, shown=self.shown.assign(cases=cases.to_numpy()))


def find_links(facts: Facts) -> Links:
    """
    Bring the seizures into links between countries.

    Raises
    ------
    InputError
        If no seizure names another country.
    """
    if not facts.crossing.any():
        msg = _(
            "No seizure of {drug} names another country as departure or destination, so there is no link "
            "to draw. Name the columns: --columns departure=…, --columns destination=…"
        )
        raise InputError(msg.format(drug=facts.what))
    edges = flows.from_seizures(facts.table)
    minimum = facts.policy.cells.minimum_count
    made = edges.attrs["choices"]
    weights = _weights(facts, edges)
    bad = np.array([public.dominated(kg, minimum=minimum) for kg in weights], dtype=bool)
    edges["dominated"] = bad
    edges["share_low"], edges["share_high"] = _intervals(facts, edges)
    moved = _moved(edges)
    enough = edges["n"] >= minimum
    heavy = enough & edges["dominated"] & (edges["share_of_destination"] >= public.STEP / 2)
    unsafe = frozenset(edges.loc[heavy, "destination"].astype(str))
    kept = edges[enough].reset_index(drop=True)
    return Links(kept, _shown(kept, unsafe), int((~enough).sum()), unsafe, moved, made)


def cases_of(facts: Facts, origin: Any, destination: Any) -> Any:
    """Say which seizures stand on a link (both legs of the two-edge rule)."""
    here, start, end = (facts.table[c].astype(object) for c in ("country", "departure", "destination"))
    into = (start == origin) & (here == destination)
    out = (here == origin) & (end == destination)
    return (into | out).fillna(False).to_numpy(dtype=bool)


def _weights(facts: Facts, edges: pd.DataFrame) -> list[Any]:
    """Return the kilograms of every seizure on each link."""
    kg = pd.Series(facts.table["kg"].to_numpy(dtype=float), index=facts.table["seizure_id"].astype(str))
    kg = kg[~kg.index.duplicated()]
    return [kg.reindex([str(one) for one in ids]).to_numpy() for ids in edges["seizure_ids"]]


def _shown(edges: pd.DataFrame, unsafe: frozenset[str]) -> pd.DataFrame:
    hidden = edges["dominated"] | edges["destination"].isin(unsafe)
    return pd.DataFrame(
        {
            "origin": edges["origin"],
            "destination": edges["destination"],
            "cases": edges["n"].astype("Int64"),
            "kg": edges["kg"].map(public.significant).astype("Float64").mask(hidden),
            "share": edges["share_of_destination"].map(public.rounded_share),
            "share_low": edges["share_low"].map(public.rounded_share),
            "share_high": edges["share_high"].map(public.rounded_share),
            "largest": np.where(edges["dominated"], "over half", edges["largest_share"].map(_class)),
        }
    )


def _class(share: float) -> str:
    """Return the share of the largest seizure as a class."""
    if not np.isfinite(share):
        return "unknown"
    return "under a quarter" if share < 0.25 else "a quarter to half"


def _intervals(facts: Facts, edges: pd.DataFrame) -> tuple[Any, Any]:
    """Return 95 % intervals of the share in the destination's kilograms: cases are drawn anew (Poisson)."""
    from scipy.sparse import csr_array

    generator = np.random.default_rng(SEED)
    place = {str(one): at for at, one in enumerate(facts.table["seizure_id"])}
    rows = [place[str(one)] for ids in edges["seizure_ids"] for one in ids]
    at = np.repeat(np.arange(len(edges)), [len(ids) for ids in edges["seizure_ids"]])
    used, case = np.unique(np.array(rows, dtype=np.int64), return_inverse=True)
    kg = np.nan_to_num(facts.table["kg"].to_numpy(dtype=float)[used])
    matrix = csr_array((np.where(kg > 0, kg, 0.0)[case], (at, case)), shape=(len(edges), len(used)))
    sums = np.asarray(matrix @ generator.poisson(1.0, (len(used), DRAWS)).astype(float))
    into = pd.factorize(edges["destination"])[0]
    whole = np.zeros((into.max() + 1, DRAWS))
    np.add.at(whole, into, sums)
    share = np.full_like(sums, np.nan)
    np.divide(sums, whole[into], out=share, where=whole[into] > 0)
    found = pd.DataFrame(share).quantile([0.025, 0.975], axis=1).to_numpy()
    known = edges["share_of_destination"].to_numpy(dtype=float)
    return np.fmin(found[0], known), np.fmax(found[1], known)


def _moved(edges: pd.DataFrame) -> int:
    """Count the links that leave the ten heaviest once every link loses its largest seizure."""
    first = set(edges.nlargest(10, "kg").index)
    without = edges["kg"] * (1 - edges["largest_share"].fillna(0.0))
    return len(first - set(without.nlargest(10).index))
