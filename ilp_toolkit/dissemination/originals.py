"""
What the records behind a finding said when they came in: a step in between may have written over it.

Whether an offence may have a place, a report was obtained lawfully or a person is a witness, is asked of the
material and not of what a function of one's own made of it. What a step leaves out counts no more; what it
writes over does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..collation import recordkeys
from ..collation.roles import ROLES
from . import disclosure

if TYPE_CHECKING:
    from ..direction.policy import Policy

__all__ = ["LAWFUL", "finest_places", "incident_tables", "lawful_reports", "roles_of"]

LAWFUL = ("lawful", "ill_treatment_free")
"""Columns in which a report says how it was obtained."""
_INCIDENTS = frozenset({"offence", "occurred_from"})


def incident_tables(finding: Any) -> Iterator[tuple[pd.DataFrame, tuple[Any, ...]]]:
    """
    Yield each table of incidents that an analysis was given, with the materials it was made of.

    Parameters
    ----------
    finding
        A finding of a case.
    """
    for given in finding.inputs:
        table = given.table
        if isinstance(table, pd.DataFrame) and set(table.columns) >= _INCIDENTS:
            yield table, given.materials()
        elif given.inputs:
            yield from incident_tables(given)


def finest_places(finding: Any, policy: Policy) -> Iterator[pd.Series[str]]:
    """
    Yield how finely incidents may be placed: as each analysis was given them, and as they came in.

    Parameters
    ----------
    finding
        A finding of a case.
    policy
        The limits, for `disclosure.finest_place`.
    """
    for used, materials in incident_tables(finding):
        yield disclosure.finest_place(used, policy=policy)
        tables = [one.table for one in materials if set(getattr(one.content, "columns", ())) >= _INCIDENTS]
        if any(_same_offences(used, one) for one in tables):
            continue
        numbers = _numbers(used)
        known: set[str] = set().union(*(_numbers(one) or set() for one in tables))
        for table in tables:
            which = pd.Series(True, index=table.index)
            if numbers is not None and numbers <= known and "incident_id" in table:
                which = table["incident_id"].astype(str).isin(numbers)
            yield disclosure.finest_place(table[which], policy=policy)


def _same_offences(used: pd.DataFrame, table: pd.DataFrame) -> bool:
    """Say whether two tables hold the same incidents, as far as it decides how finely they may be placed."""
    # Shapes are slow to compare, and no offence hangs on them.
    plain = [name for name in table.columns if table[name].dtype != "geometry"]
    return set(plain) <= set(used.columns) and bool(used[plain].equals(table[plain]))


def _numbers(table: pd.DataFrame) -> set[str] | None:
    """Return the numbers of all incidents of a table; None where some have none."""
    if "incident_id" not in table or table["incident_id"].isna().any():
        return None
    return set(table["incident_id"].astype(str))


def lawful_reports(item: Any) -> list[pd.DataFrame]:
    """
    Return the tables of reports that went in, after what was left out on the way, with their own answers.

    Parameters
    ----------
    item
        A material or a finding.
    """
    table, before = item.table, [found for given in item.inputs for found in lawful_reports(given)]
    if not isinstance(table, pd.DataFrame) or not set(LAWFUL) & set(table.columns):
        return before
    if not item.inputs:
        return [table]
    names = ["report_id", *LAWFUL]
    told = [one[names] for one in before if set(names) <= set(one.columns)]
    if set(names) <= set(table.columns) and len(told) == len(before) and told:
        known = set(pd.concat(told).astype(str).itertuples(index=False, name=None))
        if set(table[names].astype(str).itertuples(index=False, name=None)) <= known:
            return [table]
    return before


def roles_of(finding: Any) -> dict[str, int] | None:
    """
    Count the roles in a table of persons, each as it came in; None where nobody can tell who is who.

    Parameters
    ----------
    finding
        A finding of a case.
    """
    table = finding.table
    if not isinstance(table, pd.DataFrame) or "role" not in table:
        return None
    column = recordkeys.record_column(table)
    materials = [m.table for m in finding.materials() if column in m.table and "role" in m.table]
    if column is None or not materials or len(materials) < len(finding.materials()):
        return None
    told = pd.concat([one[[column, "role"]] for one in materials]).astype(str)
    order = list(ROLES)
    known = told.groupby(column)["role"].agg(lambda roles: min(roles, key=lambda role: _rank(role, order)))
    roles = table[column].astype(str).map(known)
    if roles.isna().any():
        return None
    return {str(role): int(n) for role, n in roles.value_counts().items() if n}


def _rank(role: str, order: list[str]) -> int:
    return order.index(role) if role in order else 0
