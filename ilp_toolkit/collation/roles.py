"""
What a person is in a case: suspect, victim, witness, and the others, kept apart and never guessed.

A row about a person whose role nobody wrote down has the role `unknown`. Unknown is a value: it never turns
into suspect, and products treat it as what needs most protection. A row that names two roles is counted under
both and shown as the one that protects more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ColumnsError, InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROTECTED", "ROLES", "UNKNOWN", "read_roles", "role_of", "with_roles"]

UNKNOWN = "unknown"
ROLES: dict[str, str] = {
    "minor": N_("a minor"),
    "victim": N_("a victim"),
    "complainant": N_("a complainant"),
    "witness": N_("a witness"),
    "contact": N_("a contact"),
    "other": N_("another person"),
    "unknown": N_("a person whose role is not known"),
    "acquitted": N_("an acquitted person"),
    "suspect": N_("a suspect"),
    "accused": N_("an accused person"),
    "convicted": N_("a convicted person"),
}
"""Roles of persons with their words, the one that needs most protection first."""
PROTECTED = frozenset(ROLES) - {"suspect", "accused", "convicted"}
"""Roles of persons whom nobody has a reason to suspect."""

_COLUMNS = (
    "role",
    "person_role",
    "role_of_person",
    "роль",
    "роль лица",
    "процессуальный статус",
    "статус лица",
)
_WORDS: dict[str, tuple[str, ...]] = {
    "minor": (
        "minor", "child", "juvenile", "несовершеннолетний", "несовершеннолетняя", "малолетний", "ребёнок",
    ),
    "victim": (
        "victim", "injured party", "потерпевший", "потерпевшая", "жертва", "пострадавший", "пострадавшая",
    ),
    "complainant": ("complainant", "reporting person", "заявитель", "заявительница"),
    "witness": ("witness", "bystander", "свидетель", "свидетельница", "очевидец"),
    "contact": ("contact", "associate", "контакт", "связь", "знакомый", "знакомая"),
    "other": ("other", "other person", "иное лицо", "другое лицо", "иное", "прочее"),
    "acquitted": (
        "acquitted", "exonerated", "not guilty", "оправданный", "оправданная", "оправдан", "оправдана",
    ),
    "suspect": ("suspect", "suspected", "подозреваемый", "подозреваемая"),
    "accused": ("accused", "defendant", "charged", "обвиняемый", "обвиняемая", "подсудимый", "подсудимая"),
    "convicted": ("convicted", "sentenced", "осуждённый", "осуждённая", "осужден", "осуждена"),
}  # fmt: skip
_BETWEEN = re.compile(r"\s*(?:[;,/|+&]|\band\b|\bи\b)\s*")


def role_of(word: Any, words: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """
    Return the roles that a cell names, the most protected first; unknown where none is recognised.

    Parameters
    ----------
    word
        The cell, in English or Russian; several roles separated by commas, slashes or "and".
    words
        A register's own words for roles, before those of the package.

    Examples
    --------
    >>> role_of("Потерпевший"), role_of("suspect / victim"), role_of("person of interest"), role_of(None)
    (('victim',), ('victim', 'suspect'), ('unknown',), ('unknown',))
    """
    text = _plain(word)
    known = {**_known(), **{_plain(key): value for key, value in (words or {}).items()}}
    if text in known:
        return (known[text],)
    found = {known.get(part, UNKNOWN) for part in _BETWEEN.split(text) if part}
    return tuple(role for role in ROLES if role in found) or (UNKNOWN,)


def read_roles(
    cells: pd.Series[Any], words: Mapping[str, str] | None = None
) -> tuple[pd.Series[Any], dict[str, int]]:
    """
    Read a column of roles.

    Parameters
    ----------
    cells
        One cell a person row.
    words
        A register's own words: word to role.

    Returns
    -------
    tuple
        The role of each row, on the same index (the more protected where a cell names two), and how many rows
        name each role.

    Raises
    ------
    InputError
        If `words` names a role that does not exist.

    Examples
    --------
    >>> import pandas as pd
    >>> read_roles(pd.Series(["victim", "suspect/victim", "?"]))[1]
    {'victim': 2, 'unknown': 1, 'suspect': 1}
    """
    import numpy as np
    import pandas as pd

    wrong = sorted(set((words or {}).values()) - set(ROLES))
    if wrong:
        msg = _("`roles` names {wrong}, which is no role. Roles: {known}.")
        raise InputError(msg.format(wrong=", ".join(wrong), known=", ".join(ROLES)))
    counts = dict.fromkeys(ROLES, 0)
    codes, distinct = pd.factorize(cells.astype(object), use_na_sentinel=True)
    told = [role_of(cell, words) for cell in distinct] + [
        (UNKNOWN,)
    ]  # code -1, a missing cell, takes the last
    for code, n in zip(*np.unique(codes, return_counts=True), strict=True):
        for role in told[code]:
            counts[role] += int(n)
    first = [told[code][0] for code in codes]
    roles = pd.Series(first, index=cells.index, name="role", dtype=object)
    return roles, {role: n for role, n in counts.items() if n}


def with_roles(table: Any, roles: str | Mapping[str, Any] | None) -> tuple[Any, dict[str, int]]:
    """
    Return a table with a column ``role`` where its rows are persons, and how many rows each role has.

    Parameters
    ----------
    table
        What was read.
    roles
        A column that holds roles; or one role for all rows; or ``{column: {word: role}}`` with a register's
        own words; None looks for a column that is called so ("role", "роль"). Where there is none, the rows
        are no persons.

    Raises
    ------
    ColumnsError
        If a column that was named does not exist.
    InputError
        If what was given is neither a column nor a role.
    """
    column, words, single = _asked(table, roles)
    if single is not None:
        new = table.copy()
        new["role"] = single
        return new, {single: len(table)} if len(table) else {}
    if column is None:
        return table, {}
    found, counts = read_roles(table[column], words)
    new = table.copy()
    if column == "role" and not found.equals(table["role"].astype(object)):
        new["role_as_written"] = table["role"]
    new["role"] = found
    return new, counts


def _asked(
    table: Any, roles: str | Mapping[str, Any] | None
) -> tuple[str | None, Mapping[str, str] | None, str | None]:
    """Return the column, the words for it, or the one role of all rows."""
    names = list(map(str, table.columns))
    if roles is None:
        named = [name for name in names if _plain(name) in _COLUMNS]
        return (named[0] if named else None), None, None
    if isinstance(roles, str):
        if roles in names:
            return roles, None, None
        if roles in ROLES:
            return None, None, roles
        msg = _("`roles` is {roles!r}, neither a column nor a role. Columns: {names}. Roles: {known}.")
        raise InputError(msg.format(roles=roles, names=", ".join(names[:20]), known=", ".join(ROLES)))
    if len(roles) != 1 or not isinstance(next(iter(roles.values())), Mapping):
        msg = _("`roles` takes one column with its words: {example}.")
        raise InputError(msg.format(example='{"status": {"A": "suspect"}}'))
    column, words = next(iter(roles.items()))
    if column not in names:
        msg = _("`roles` names the column {column!r}, which the table does not have. Columns: {names}.")
        raise ColumnsError(msg.format(column=column, names=", ".join(names[:20])))
    return column, words, None


def _known() -> dict[str, str]:
    return {_plain(word): role for role, words in _WORDS.items() for word in words}


def _plain(word: Any) -> str:
    return " ".join(str(word).casefold().replace("ё", "е").split()) if isinstance(word, str) else ""
