"""
The counts of a route assessment as statements: what a reader could work out from all of them together.

A seizure stands on up to two links, at one place, before or after a day. Each count is a set of seizures of
one file, kept as bits in the order of its rows; `joint` says whether any small set can be told from the
counts, beside those of every assessment that was made of the same file before.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...i18n import _
from .. import joint
from ..joint import Publication, Statement
from .routes_evidence import at_place
from .routes_links import cases_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .routes_evidence import Evidence
    from .routes_facts import Facts
    from .routes_links import Links
    from .routes_ways import Ways

    Bits = NDArray[np.bool_]

__all__ = ["Counts", "Held", "counts_of", "hold"]


@dataclass(frozen=True)
class Counts:
    """Every count that an assessment would show."""

    names: tuple[str, ...]
    """``total``, ``crossing``, ``link 0`` …, ``place XY`` …, ``displaced 0 near before`` …."""
    members: tuple[Bits, ...]
    """Which rows of the file each of them counts."""


@dataclass(frozen=True)
class Held:
    """Which counts may be shown."""

    shown: Mapping[str, bool]
    publication: dict[str, Any]
    sets: dict[str, str]
    refused: str = ""
    """What to do, where no choice of hidden counts is safe; empty where there is one."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    n: int = 0
    """Counts that were compared."""


def counts_of(facts: Facts, links: Links, evidence: Evidence, ways: Ways) -> Counts:
    """Return every count of an assessment as a set of rows of its file."""
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


def hold(
    counts: Counts,
    *,
    earlier: Sequence[Mapping[str, Any]],
    policy: Any,
    seconds: float,
) -> Held:
    """
    Say which counts may be shown, beside those shown before.

    Parameters
    ----------
    counts
        What would be shown.
    earlier
        Records of earlier assessments of the same file: ``publication`` and ``sets``, as `Held` has them.
    policy
        Its parts ``cells`` and ``suppression`` hold the limits.
    seconds
        Time for the verdict.
    """
    packed = [_packed(one) for one in counts.members]
    sets = dict(packed)
    size = len(counts.members[0])
    columns = {name: bits for (name, _text), bits in zip(packed, counts.members, strict=True)}
    for record in earlier:
        columns |= {name: _unpacked(text, size) for name, text in record["sets"].items()}
    rows = pd.DataFrame(columns)
    rows = rows[rows.any(axis=1).to_numpy()].reset_index(drop=True)
    statements = tuple(
        Statement({name: [True]}, int(bits.sum()))
        for (name, _text), bits in zip(packed, counts.members, strict=True)
    )
    minimum = policy.cells.minimum_count
    new = Publication(
        hashlib.sha256("".join(sorted(sets)).encode()).hexdigest()[:12],
        tuple(
            Statement(each.extent, None if 0 < (each.value or 0) < minimum else each.value)
            for each in statements
        ),
    )
    before = [Publication.from_json(record["publication"]) for record in earlier]
    verdict = joint.protect(new, earlier=before, rows=rows, policy=policy, seconds=seconds)
    if verdict.status == "refused":
        nothing = dict.fromkeys(counts.names, False)
        fix = verdict.fix or _("Make the assessment with the choices of the earlier one.")
        return Held(nothing, Publication(new.id, ()).to_json(), {}, fix, verdict.evidence, len(statements))
    shown = {
        name: statement.value is not None
        for name, statement in zip(counts.names, verdict.publication.statements, strict=True)
    }
    return Held(shown, verdict.publication.to_json(), sets, "", verdict.evidence, len(statements))


def _packed(members: Bits) -> tuple[str, str]:
    whole = np.packbits(members).tobytes()
    name = "set:" + hashlib.sha256(whole).hexdigest()[:12]
    return name, base64.b64encode(zlib.compress(whole, 9)).decode("ascii")


def _unpacked(text: str, size: int) -> Bits:
    whole = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=np.uint8)
    return np.unpackbits(whole)[:size].astype(bool)
