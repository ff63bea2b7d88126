"""
The cells of a file of links: which column is what, what type and role a word is, how a grade is tagged.

Words are data: ``vocabulary/links.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from ..errors import ColumnsError
from ..i18n import _
from .headers import near_hint, normalise

__all__ = [
    "CALL_ROLES",
    "ENTITY_ROLES",
    "LINK_ROLES",
    "Kind",
    "direction_of",
    "existing",
    "given_roles",
    "item_numbers",
    "match_ends",
    "match_entities",
    "match_rest",
    "role_word",
    "tagged_grade",
    "type_word",
    "vocabulary",
]

Kind = Literal["pairs", "statements", "two_mode", "calls"]
"""What two headers say about a list: plain ends, statements, two kinds of vertices, or calls."""

SCALES = ("4x4", "6x6", "5x5x5", "3x5x2")
_NOT_GIVEN = {"", "?", "??", "-", "--", "–", "—", "unknown", "n/a", "na", "none", "not graded", "ungraded",
              "неизвестно", "не указано", "не оценено", "нет данных", "нет"}  # fmt: skip
_CYRILLIC = str.maketrans("АСХ", "ACX")
_GRADE = re.compile(r"[A-Z0-9?][\s/.,-]*[A-Z0-9?]?")
_BETWEEN = re.compile(r"\s*(?:[;,/|+&]|\band\b|\bи\b)\s*")


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """Return the words of files of links."""
    path = resources.files(__package__) / "vocabulary" / "links.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


LINK_ROLES = (
    *("source", "target", "weight", "kind", "item_ids", "grade", "source_grade", "information_grade"),
    *("scale", "date", "time", "handling", "directed", "link_id"),
)
CALL_ROLES = ("caller", "called", "started", "time", "seconds", "cell", "called_cell")
ENTITY_ROLES = (
    *("entity_id", "label", "type", "role", "grade", "source_grade", "information_grade", "scale"),
    *("handling", "item_ids", "mode"),
)


def match_ends(names: Iterable[str]) -> tuple[Kind, str, str] | None:
    """
    Find the two columns that name the ends of a link, and what kind of list they make; None where none do.

    Examples
    --------
    >>> match_ends(["from", "to", "weight"]), match_ends(["Кто", "Что сделал", "С кем"])
    (('pairs', 'from', 'to'), ('statements', 'Кто', 'С кем'))
    >>> match_ends(["A-number", "B-number"]), match_ends(["Bill", "Blacky"])
    (('calls', 'A-number', 'B-number'), None)
    """
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_squeeze(name), name)
    kinds: tuple[Kind, ...] = ("calls", "statements", "pairs", "two_mode")
    for kind in kinds:
        for first, second in vocabulary()["ends"][kind]:
            if _squeeze(first) in plain and _squeeze(second) in plain:
                return kind, plain[_squeeze(first)], plain[_squeeze(second)]
    return None


def match_rest(section: str, names: Iterable[str], found: Mapping[str, str]) -> dict[str, str]:
    """Fill the other roles of a section of the vocabulary from headers that have no role yet."""
    roles = dict(found)
    plain: dict[str, list[str]] = {}
    for name in names:
        plain.setdefault(_squeeze(name), []).append(name)
    for role, headers in vocabulary()[section].items():
        if role in roles:
            continue
        for header in headers:
            free = [name for name in plain.get(_squeeze(header), []) if name not in roles.values()]
            if free:
                roles[role] = free[0]
                break
    return {role: column for role, column in roles.items() if column}


def match_entities(names: list[str], given: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """
    Find the columns of a list of entities; the first column is the number where no header says so.

    Examples
    --------
    >>> match_entities(["id", "name", "Роль"]), match_entities(["name", "Age"])
    ({'entity_id': 'id', 'label': 'name', 'role': 'Роль'}, {'entity_id': 'name'})
    """
    wanted = dict(given or {})
    found = match_rest("entities", names, {role: column or "" for role, column in wanted.items()})
    if "entity_id" not in found and names:
        free = [name for name in names if name not in found.values()]
        found["entity_id"] = free[0] if free else names[0]
    return {role: found[role] for role in ENTITY_ROLES if role in found}


def given_roles(
    columns: Mapping[Any, Any] | None, names: list[str], known: Iterable[str]
) -> dict[str, str | None]:
    """
    Read what a caller wrote as `columns`: role to column, or column to role.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist.
    """
    roles = list(known)
    pairs = {str(key): None if value in (None, "") else str(value) for key, value in (columns or {}).items()}
    if (
        pairs
        and not set(pairs) <= set(roles)
        and all(value in roles or value is None for value in pairs.values())
    ):
        pairs = {str(role): column for column, role in pairs.items() if role is not None}
    for role, column in pairs.items():
        if role not in roles:
            msg = _("`columns` names the role {role!r}, which does not exist. {near}Roles: {roles}.")
            raise ColumnsError(msg.format(role=role, near=near_hint(role, roles), roles=", ".join(roles)))
        if column is not None:
            pairs[role] = existing(column, names)
    return pairs


def existing(column: str, names: list[str]) -> str:
    """Return the column that a caller names, by its header or by its number counted from 1."""
    same = [name for name in names if name == column] or [
        name for name in names if _squeeze(name) == _squeeze(column)
    ]
    if len(same) == 1:
        return same[0]
    if column.isdigit() and 1 <= int(column) <= len(names):
        return names[int(column) - 1]
    msg = _("`columns` names the column {column!r}, which the file does not have. {near}Columns: {names}.")
    raise ColumnsError(msg.format(column=column, near=near_hint(column, names), names=", ".join(names[:40])))


# Words


@lru_cache(maxsize=4096)
def type_word(word: str) -> str | None:
    """
    Return the type of an entity that a word names, None where no list knows it.

    Examples
    --------
    >>> type_word("Физическое лицо"), type_word("ET_Person"), type_word("Vehicle (car)"), type_word("x")
    ('person', 'person', 'vehicle', None)
    """
    return _word("types", re.sub(r"^(?:et|icon)[_ ]", "", word.strip(), flags=re.IGNORECASE))


@lru_cache(maxsize=4096)
def role_word(word: str) -> str | None:
    """
    Return the role of a person that a cell names, the most protected where it names two.

    Examples
    --------
    >>> role_word("Потерпевший"), role_word("suspect / victim"), role_word("person of interest")
    ('victim', 'victim', None)
    """
    whole = _word("roles", word)
    if whole is not None:
        return whole
    parts = [_word("roles", part) or "unknown" for part in _BETWEEN.split(word.casefold()) if part]
    known = [role for role in vocabulary()["roles"] if role in parts]
    return known[0] if known and known != ["unknown"] else None


def direction_of(word: str) -> bool | None:
    """Return whether a word says that a link is directed, None where it says neither."""
    found = _word("directions", word)
    return None if found is None else found == "directed"


def tagged_grade(text: str, scale: str) -> str | None:
    """
    Write a grade with the name of its scale; None where nobody graded.

    Raises
    ------
    ValueError
        If the text has not the form of a grade.

    Notes
    -----
    Only the form is looked at here; whether the scale has the code is for `evaluation.grades` to say.

    Examples
    --------
    >>> tagged_grade("b2", "4x4"), tagged_grade("3x5x2: 2B", "4x4"), tagged_grade("?", "4x4")
    ('4x4:B2', '3x5x2:2B', None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() in _NOT_GIVEN:
        return None
    head, colon, body = plain.partition(":")
    named = head.strip().casefold().replace("х", "x") if colon else scale
    code = (body if colon else plain).strip().upper().translate(_CYRILLIC)
    if named not in SCALES or not _GRADE.fullmatch(code):
        raise ValueError(text)
    bare = re.sub(r"[\s/.,-]", "", code)
    return f"{named}:{bare if len(bare) > 1 else bare + '?'}"


def item_numbers(text: str) -> tuple[str, ...]:
    """
    Return the numbers of items in a cell, each once, in the order of the cell.

    Examples
    --------
    >>> item_numbers("R-1; R-2,R-1"), item_numbers("")
    (('R-1', 'R-2'), ())
    """
    parts = (part.strip() for part in re.split(r"[;,|\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part and part.casefold() not in _NOT_GIVEN))


def _squeeze(header: str) -> str:
    return normalise(header).replace(" ", "") or header.strip().casefold()


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace("_", " ").split())


@lru_cache(maxsize=8)
def _words(section: str) -> dict[str, str]:
    return {_plain(word): code for code, words in reversed(vocabulary()[section].items()) for word in words}


def _word(section: str, word: str) -> str | None:
    known = _words(section)
    plain = _plain(word)
    return known.get(plain) or known.get(_plain(re.sub(r"[(\[].*?[)\]]", " ", plain)))
