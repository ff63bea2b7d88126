"""Whether a material or finding is what its case made, and whether a text names a record of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..i18n import _
from . import corrections, recordkeys
from ._analysing import joined, record_of
from .finding import Finding, Material

if TYPE_CHECKING:
    from .case import Case

__all__ = ["doubts", "names_a_record"]

_TOKEN = re.compile(r"[\w][\w/.-]{3,38}[\w]")


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
    expiry = case.expiry(item.id)
    if wrong or expiry is None or item.passport.expires is None or item.passport.expires > expiry:
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
    expected = joined(case, item.inputs, governed=governed).to_json()
    passport = item.passport.to_json()
    if any(passport[name] != expected[name] for name in expected):
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


def names_a_record(case: Case, text: str) -> bool:
    """Say whether a word of a text (five signs or more, a digit among them) is the number of a record."""
    if len(text) > 2000:
        return False
    wanted = [word for word in _TOKEN.findall(text) if any(sign.isdigit() for sign in word)]
    if not wanted:
        return False
    numbers = [recordkeys.key_of(word, case.key) for word in dict.fromkeys(wanted)]
    for material in corrections.items_of(case.ledger, "material"):
        keys = case.keys(material)
        if keys is not None and any(recordkeys.contains(keys, number) for number in numbers):
            return True
    return False
