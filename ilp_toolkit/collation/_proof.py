"""Whether a material or finding is what its case made, and whether a text names a record of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..collection.identity import personal_text
from ..errors import FileError
from ..i18n import _
from . import corrections, recordkeys, terms
from ._analysing import joined, record_of
from .casefolder import Folder, changed
from .filelock import locked
from .finding import Finding, Material

if TYPE_CHECKING:
    from .case import Case

__all__ = ["doubts", "name_records", "note_opening", "without_records"]

_TOKEN = re.compile(r"[0-9A-F]{60,}|(\w[\w/.-]{3,38}\w)")
"""A word that may number a record. Shapes of cells, written in hexadecimal, are many and number none."""
_WORD = re.compile(r"[+\w][\w@+/.-]{3,60}\w")


def doubts(case: Case, item: Any) -> list[str]:
    """Return one sentence a reason why an object is not what this case made."""
    if not isinstance(item, Material | Finding) or item.case is not case:
        return [_("This was not made in this case. Take it in with case.collect, or open its own case.")]
    kind = "material" if isinstance(item, Material) else "finding"
    record = corrections.items_of(case.ledger, kind).get(item.id)
    if record is None:
        return [_("{id} is not in the ledger of this case. Make it again with the case.").format(id=item.id)]
    found = _content(item, record)
    found += (
        _of_material(case, item, record) if isinstance(item, Material) else _of_finding(case, item, record)
    )
    return list(dict.fromkeys(found))


def _content(item: Material | Finding, record: dict[str, Any]) -> list[str]:
    noted = record["table"] if isinstance(item, Material) else record["result"]
    if item.fingerprint is None:
        msg = _("The result of {id} is an object whose content cannot be told. Return a table instead.")
        return [msg.format(id=item.id)]
    if item.fingerprint != noted or not item.unchanged():
        msg = _(
            "The table of {id} was changed after it was made. Make the change a function: case.analyse(…)."
        )
        return [msg.format(id=item.id)]
    return []


def _of_material(case: Case, item: Material, record: dict[str, Any]) -> list[str]:
    told = item.passport.to_json()
    noted = record["passport"]
    wrong = [name for name in told if name != "expires" and told[name] != noted[name]]
    stated = None if item.stated is None else item.stated.to_json()
    wrong += ["stated"] if (stated, item.originator) != (record["stated"], record["originator"]) else []
    if wrong or item.passport.expires not in terms.expiries(case.ledger, item.id):
        return [_passport_words(item.id)]
    return []


def _of_finding(case: Case, item: Finding, record: dict[str, Any]) -> list[str]:
    found = [reason for one in item.inputs for reason in doubts(case, one)]
    told = record_of(item)
    same = ("function", "kind", "author", "inputs", "materials", "choices")
    if any(told[name] != record[name] for name in same):
        msg = _("{id} is not the finding that the ledger holds under this id. Make it again with the case.")
        found.append(msg.format(id=item.id))
    governed = not item.lineage.ungoverned
    expected, selection = joined(case, item.inputs, item.content, governed=governed)
    if item.passport.to_json() != expected.to_json() or item.selection != selection:
        found.append(_passport_words(item.id))
    for one in item.lineage.ungoverned:
        msg = _(
            "Argument {argument} of {id} came around the case. "
            "Take it in with case.collect and pass the material."
        )
        found.append(msg.format(argument=one.argument, id=item.id))
    if not item.inputs:
        msg = _("{id} was made of no material of the case. Pass the material, not a file or a table.")
        found.append(msg.format(id=item.id))
    return found


def _passport_words(name: str) -> str:
    msg = _("The passport of {id} is not the one that the case gave it. Make it again with the case.")
    return msg.format(id=name)


def name_records(case: Case, told: list[str]) -> bool:
    """Say whether a word of any text (five signs or more, a digit among them) is the number of a record."""
    return bool(_records_in(case, " ".join(text for text in told if len(text) <= 2000)))


def without_records(case: Case, text: str) -> str:
    """Put pseudonyms in the place of words that number records of the case, or are numbers and contacts."""
    records = _records_in(case, text)
    for word in sorted(set(_WORD.findall(text)), key=len, reverse=True):
        if word in records:
            text = text.replace(word, case.pseudonym(word))
        elif personal_text(word):
            text = text.replace(word, case.pseudonym(word, kind="text"))
    return case.pseudonym(text, kind="text") if personal_text(text) else text


def _records_in(case: Case, text: str) -> set[str]:
    import numpy as np

    words = [word for word in dict.fromkeys(_TOKEN.findall(text)) if _is_number(word)]
    if not words:
        return set()
    numbers = np.array([recordkeys.key_of(word, case.key) for word in words], dtype=np.uint64)
    held = [case.keys(material) for material in corrections.items_of(case.ledger, "material")]
    known = np.zeros(len(words), dtype=bool)
    for keys in held:
        if keys is not None:
            known |= np.isin(numbers, keys)
    return {word for word, is_known in zip(words, known, strict=True) if is_known}


def _is_number(word: str) -> bool:
    """Say whether a word could number a record and nothing else: years, sizes and codes of CRS are none."""
    digits = sum(map(str.isdigit, word))
    return digits > 8 or 0 < digits < len(word.strip(".-/"))


def note_opening(case: Case, folder: Folder, agreed: dict[str, Any]) -> None:
    """Note that a case was opened; refuse one whose terms are not those that its ledger began with."""
    mark, policy = Folder.mark(agreed), folder.policy_mark()
    with locked(case.folder / "opening"):
        first = next(case.ledger.lines("case"), None)
        if first is None:
            if case.ledger.head() or case.audit.head():
                raise FileError(changed(case.folder))
            over = (case.created + case.retention).isoformat(timespec="seconds")
            case.ledger.remember("case", {"agreed": mark, "policy": policy, "expires": over})
            case.audit.append("open", subject=case.id, agreed=mark)
            return
    known = {line["hash"] for line in case.ledger.lines()}
    lost = any(entry.fields.get("ledger", first["hash"]) not in known for entry in case.audit.entries())
    if first["record"]["agreed"] != mark or lost:
        raise FileError(changed(case.folder))
    before = [line["record"]["policy"] for line in case.ledger.lines() if line["kind"] in {"case", "policy"}]
    if before[-1] != policy:
        case.ledger.remember("policy", {"policy": policy})
        case.audit.append("alteration", subject="policy", policy=policy)
