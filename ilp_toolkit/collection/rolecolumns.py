"""
Which columns a caller names for which roles, held against the file: role to column, or column to role.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import ColumnsError
from ..i18n import _
from .headers import near_hint, normalise

__all__ = ["existing_column", "given_roles", "stated_values"]


def given_roles(
    names: list[str], given: Mapping[Any, Any] | None, roles: Collection[str]
) -> dict[str, str | None]:
    """
    Return role to column, None for a role that is to stay unfilled.

    Parameters
    ----------
    names
        Columns of the file.
    given
        Role to column, or column to role.
    roles
        Roles that exist.

    Raises
    ------
    ColumnsError
        If a role or a column does not exist.

    Examples
    --------
    >>> given_roles(["Datum", "Preis"], {"Preis": "price"}, ["date", "price"])
    {'price': 'Preis'}
    """
    pairs = {str(key): None if value in (None, "") else str(value) for key, value in (given or {}).items()}
    known = set(roles)
    if pairs and not set(pairs) <= known and all(value in known or value is None for value in pairs.values()):
        pairs = {str(role): column for column, role in pairs.items() if role is not None}
    for role, column in pairs.items():
        if role not in known:
            msg = _("`columns` names the role {role!r}, which does not exist. {near}Roles: {roles}.")
            near = near_hint(role, list(roles))
            raise ColumnsError(msg.format(role=role, near=near, roles=", ".join(roles)))
        if column is not None:
            pairs[role] = existing_column(column, names)
    return pairs


def existing_column(column: str, names: list[str]) -> str:
    """
    Return the name of a column as the file has it; a number counts the columns from 1.

    Raises
    ------
    ColumnsError
        If the file has no such column.
    """
    same = [name for name in names if name == column] or [
        n for n in names if normalise(n) == normalise(column)
    ]
    if len(same) == 1:
        return same[0]
    if column.isdigit() and 1 <= int(column) <= len(names):
        return names[int(column) - 1]
    msg = _("`columns` names the column {column!r}, which the file does not have. {near}Columns: {names}.")
    raise ColumnsError(msg.format(column=column, near=near_hint(column, names), names=", ".join(names[:40])))


def stated_values(
    given: Mapping[Any, Any] | None, names: Collection[str]
) -> tuple[dict[str, str], dict[Any, Any] | None]:
    """
    Part what a caller states for all rows ("=TJ") from the columns that a caller names.

    Returns
    -------
    tuple
        A free name of a column to the value that stands in all its rows; and `given` with these names.

    Examples
    --------
    >>> stated_values({"country": "=TJ", "date": "Day"}, ["Day", "country"])
    ({'country (stated)': 'TJ'}, {'country': 'country (stated)', 'date': 'Day'})
    """
    stated: dict[str, str] = {}
    pairs = dict(given or {})
    for role, value in pairs.items():
        if isinstance(value, str) and value.startswith("=") and value[1:].strip() and value not in names:
            name = str(role) if role not in names else f"{role} (stated)"
            stated[name] = value[1:].strip()
            pairs[role] = name
    return stated, pairs if given else None
