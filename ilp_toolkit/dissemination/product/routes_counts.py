"""
The counts of a route assessment as statements: what a reader could work out from all of them together.

A seizure stands on up to two links, at one place, before or after a day. Each count is a set of seizures of
one file, kept as bits in the order of its rows; `joint` says whether any small set can be told from the
counts, beside those of every assessment that was made of the same file before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..held import Counts
from .routes_evidence import at_place
from .routes_links import cases_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .routes_evidence import Evidence
    from .routes_facts import Facts
    from .routes_links import Links
    from .routes_ways import Ways

    Bits = NDArray[np.bool_]

__all__ = ["counts_of"]


def counts_of(facts: Facts, links: Links, evidence: Evidence, ways: Ways) -> Counts:
    """
    Return every count of an assessment as a set of rows of its file.

    Their names: ``total``, ``crossing``, ``link 0`` …, ``place XY`` …, ``displaced 0 near before`` ….
    """
    rows = facts.intake.table["source_row"].to_numpy()
    file = facts.intake.table.get("source_file")
    keys = pd.MultiIndex.from_arrays([rows, rows if file is None else file.astype(str)])
    own = facts.table.get("source_file")
    mine = pd.MultiIndex.from_arrays(
        [facts.table["source_row"], facts.table["source_row"] if own is None else own.astype(str)]
    )
    at = keys.get_indexer(mine)

    def marked(inside: Any) -> Bits:
        found = np.zeros(len(rows), dtype=bool)
        found[at[np.asarray(inside, dtype=bool)]] = True
        return found

    names, members = ["total", "crossing"], [marked(np.ones(facts.n, dtype=bool)), marked(facts.crossing)]
    shown = links.edges.iloc[:0] if "links" in facts.request.without else links.edges
    for place, link in enumerate(shown[["origin", "destination"]].itertuples(index=False)):
        names.append(f"link {place}")
        members.append(marked(cases_of(facts, link.origin, link.destination)))
    for place in evidence.effort["place"] if evidence.effort is not None else ():
        names.append(f"place {place}")
        members.append(marked(at_place(facts, str(place))))
    for number, each in enumerate(ways.displaced):
        if each.readable:
            names += [f"displaced {number} {part}" for part in each.members]
            members += [marked(inside) for inside in each.members.values()]
    return Counts(tuple(names), tuple(members))
