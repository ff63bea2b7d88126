"""
One record was wrong, must go, or its person was acquitted: what is stale, and who must be told.

The toolkit does not reach into your files: it says which rows of which file are to be changed, and marks what
was made of them. The case itself never held the value, only a keyed pseudonym of the record's number; of an
erased record that pseudonym stays, so that a file which brings it back is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..collation import corrections, recordkeys
from ..errors import InputError
from ..i18n import _
from .notices import Notice, notices_for

if TYPE_CHECKING:
    import pandas as pd

    from ..collation.case import Case

__all__ = ["Correction", "acquit", "erase", "rectify"]

What = Literal["rectified", "erased", "acquitted"]


@dataclass(frozen=True)
class Correction:
    """What followed from correcting one record."""

    id: str
    """Id of the correction in the ledger."""
    what: str
    """``rectified``, ``erased`` or ``acquitted``."""
    record: str
    """Pseudonym of the record."""
    materials: tuple[str, ...]
    """Materials that held it; stale now."""
    findings: tuple[str, ...]
    """Findings made of those; stale now."""
    products: tuple[str, ...]
    """Products that left with those findings."""
    notices: tuple[Notice, ...]
    """One for each recipient of each product."""
    rows: pd.DataFrame
    """Where to make the change: ``material``, ``file``, ``source_row``; of materials of this session only."""
    merges: tuple[str, ...] = ()
    """Merges that name it: those of an erased record stand no longer, others are to be looked at again."""

    def __repr__(self) -> str:
        msg = _("<Correction {id}: {what}; stale: {m} materials, {f} findings; to be told: {n}>")
        n = (len(self.materials), len(self.findings), len(self.notices))
        return msg.format(id=self.id, what=_(corrections.WHAT[self.what]), m=n[0], f=n[1], n=n[2])


def rectify(case: Case, record: object, *, by: str, reason: str, materials: Iterable[str] = ()) -> Correction:
    """
    Note that one record was wrong and has been put right at its source.

    Parameters
    ----------
    case
        The case.
    record
        Number of the record, as the register has it ("K23-00001"). It is not written down.
    by
        Who rectifies: an id.
    reason
        What was wrong, without saying the value.
    materials
        Materials that held it although they number no records.

    Returns
    -------
    Correction
        What is stale now, and the notices to every past recipient.

    Raises
    ------
    InputError
        If no material of the case held such a record, or one of the texts is empty.

    Notes
    -----
    Materials that came in before are stale for good. Put the record right in the file, take the file in again
    and repeat the analysis: the corrected file is another material.
    """
    return _correct(case, record, what="rectified", by=by, reason=reason, more=materials)


def acquit(case: Case, record: object, *, by: str, reason: str, materials: Iterable[str] = ()) -> Correction:
    """
    Note that a person was acquitted, or that proceedings against them ended without a conviction.

    Parameters and result are those of `rectify`. A table that names the role ``acquitted`` of somebody whom
    an earlier material names otherwise starts the same by itself when it is taken in.
    """
    return _correct(case, record, what="acquitted", by=by, reason=reason, more=materials)


def erase(case: Case, record: object, *, by: str, reason: str, materials: Iterable[str] = ()) -> Correction:
    """
    Note that one record must go: a tombstone stays, and no trace of the value.

    Parameters and result are those of `rectify`. Take the rows out of the files that `Correction.rows` names.
    A file that brings the record back later is stale from the moment it is taken in.

    Raises
    ------
    InputError
        Also if a legal hold is on a material that holds it.
    """
    held = [one["id"] for name in _holders(case, record, materials) for one in case.holds(name)]
    if held:
        msg = _(
            "A legal hold ({hold}) is on a material with this record: it may not be erased before that is "
            "lifted."
        )
        raise InputError(msg.format(hold=", ".join(dict.fromkeys(held))))
    return _correct(case, record, what="erased", by=by, reason=reason, more=materials)


def _correct(
    case: Case, record: object, *, what: What, by: str, reason: str, more: Iterable[str]
) -> Correction:
    if not by.strip() or not reason.strip():
        raise InputError(_("`by` and `reason` must be filled in: somebody must stand for a correction."))
    holders = _holders(case, record, more)
    if not holders:
        msg = _(
            "No material of this case holds such a record. Name it as the register numbers it, or name the "
            "material."
        )
        raise InputError(msg)
    name = recordkeys.name_of(record, case.key)
    noted = {
        "record": name,
        "key": f"{recordkeys.key_of(record, case.key):x}",
        "what": what,
        "by": case.without_records(by),
        "reason": _told(case, reason, record),
        "materials": holders,
    }
    number = case.remember("correction", noted)
    findings = corrections.made_of(case.ledger, holders)
    notices = notices_for(case, number, what, {*holders, *findings})
    event = "erasure" if what == "erased" else "alteration"
    case.audit.append(
        event, subject=name, correction=number, materials=holders, what=what, justification=reason
    )
    products = tuple(dict.fromkeys(notice.product for notice in notices))
    rows = _rows(case, record, holders)
    merges = tuple(corrections.merges_of(case.ledger, name))
    return Correction(
        number, what, name, tuple(holders), tuple(findings), products, tuple(notices), rows, merges
    )


def _holders(case: Case, record: object, more: Iterable[str]) -> list[str]:
    found = corrections.holders(case.ledger, recordkeys.key_of(record, case.key), case.keys)
    named = [more] if isinstance(more, str) else list(more)
    unknown = sorted(set(named) - set(corrections.items_of(case.ledger, "material")))
    if unknown:
        msg = _("`materials` names {unknown}, which this case does not know. Take ids from case.materials().")
        raise InputError(msg.format(unknown=", ".join(unknown)))
    return list(dict.fromkeys([*found, *named]))


def _rows(case: Case, record: object, holders: list[str]) -> pd.DataFrame:
    """Return where the record stands in the files, as far as this session has read them."""
    import pandas as pd

    wanted = recordkeys.key_of(record, case.key)
    rows = []
    for material in case.session_materials():
        if material.id not in holders:
            continue
        file = material.source.name if material.source is not None else ""
        tables = (material.content, getattr(material.intake, "entities", None))
        for table in [one for one in tables if isinstance(one, pd.DataFrame)]:
            names = recordkeys.numbering(table)
            same = [_is_record(table[name], wanted, case.key) for name in names]
            if not same:
                continue
            places = table["source_row"] if "source_row" in table else table.index.to_series()
            held = pd.concat(same, axis=1).any(axis=1)
            rows += [{"material": material.id, "file": file, "source_row": place} for place in places[held]]
    return pd.DataFrame(rows, columns=["material", "file", "source_row"])


def _is_record(column: pd.Series[Any], wanted: int, key: bytes) -> pd.Series[bool]:
    """Say of each cell whether it is, or holds, the record with this key."""

    def held(cell: Any) -> bool:
        parts = cell if isinstance(cell, list | tuple | set) else (cell,)
        return any(recordkeys.key_of(part, key) == wanted for part in parts)

    return column.map(held, na_action="ignore").fillna(False).astype(bool)


def _told(case: Case, text: str, record: object) -> str:
    """Return a reason for the ledger in which neither this record nor another can be read."""
    found = re.escape(str(record).strip())
    text = re.sub(rf"(?<!\w){found}(?!\w)", case.pseudonym(record), text, flags=re.IGNORECASE)
    return case.without_records(text)
