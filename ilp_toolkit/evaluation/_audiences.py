"""Audiences: bodies that may receive, and which are part of which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..errors import InputError
from ..i18n import _, current

__all__ = ["PUBLIC", "Audience", "audiences", "parts", "vocabulary", "worded"]

PUBLIC = "public"
"""The widest audience: anybody."""


@dataclass(frozen=True)
class Audience:
    """A body or a group of bodies that may receive something."""

    id: str
    words: str
    """What it is, in the language in use."""
    members: tuple[str, ...] = ()
    """Audiences that are part of it: what goes to it goes to all of them."""


def audiences(extra: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Audience]:
    """
    Return all audiences by id.

    Parameters
    ----------
    extra
        More audiences, or others in place of the package's: id to a table with ``words`` and ``members``, as
        a policy file holds them. Members of a regional centre are named here.

    Raises
    ------
    InputError
        If a member is no audience, or an audience is part of itself.

    Examples
    --------
    >>> audiences()["regional_centre"].members
    ('law_enforcement', 'centre_members')
    """
    known = {
        row["id"]: Audience(row["id"], worded(row), tuple(row["members"]))
        for row in vocabulary()["audiences"]
    }
    for name, entry in (extra or {}).items():
        known[name] = Audience(name, str(entry.get("words", name)), tuple(entry.get("members", ())))
    for audience in known.values():
        for member in audience.members:
            if member not in known:
                msg = _("Audience {audience} has the member {member}, which is no audience: add it.")
                raise InputError(msg.format(audience=audience.id, member=member))
            if audience.id in parts(member, known):
                msg = _("Audience {audience} is part of itself through {member}: take one of the two out.")
                raise InputError(msg.format(audience=audience.id, member=member))
    return known


def parts(name: str, known: Mapping[str, Audience] | None = None) -> frozenset[str]:
    """Return an audience and everything that is part of it."""
    if known is None:
        return _own().get(name, frozenset({name}))
    found, open_names = {name}, [name]
    while open_names:
        entry = known.get(open_names.pop())
        for member in entry.members if entry else ():
            if member not in found:
                found.add(member)
                open_names.append(member)
    return frozenset(found)


def worded(row: Mapping[str, Any]) -> str:
    """Return the words of an entry in the language in use."""
    return str(row["ru" if current() == "ru" else "en"])


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return all that is said of handling: audiences, conditions, systems of codes, national markings."""
    path = resources.files("ilp_toolkit") / "evaluation" / "scales" / "handling.json"
    return MappingProxyType(json.loads(path.read_text(encoding="utf-8")))


@cache
def _own() -> dict[str, frozenset[str]]:
    known = {row["id"]: Audience(row["id"], "", tuple(row["members"])) for row in vocabulary()["audiences"]}
    return {name: parts(name, known) for name in known}
