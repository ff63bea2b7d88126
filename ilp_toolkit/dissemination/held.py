"""
Counts of an assessment as sets: what a reader could work out from all of them, and from earlier ones.

Each count is a set of records of one file, kept as bits in the order of its rows; `joint` says whether any
small set can be told from the counts, beside those of every assessment that was made of the same file before.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..i18n import _
from . import joint
from .joint import Publication, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]

__all__ = ["Counts", "Held", "hold"]


@dataclass(frozen=True)
class Counts:
    """Every count that an assessment would show."""

    names: tuple[str, ...]
    """What each of them counts, as the assessment names it."""
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
