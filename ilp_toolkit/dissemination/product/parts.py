"""
The parts of a product: those that its author leaves out, and the tables that leave with their columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ...errors import DisclosureError, InputError
from ...i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_parts", "public_tables"]


def check_parts(without: Collection[str], known: Collection[str], *, said: str) -> None:
    """
    Refuse to leave out what is no part.

    Parameters
    ----------
    without
        Parts to leave out.
    known
        The parts of the product.
    said
        What the error says, with places for ``{part}`` and ``{known}``.

    Raises
    ------
    InputError
        If one of them is not known; the message lists those that are.
    """
    unknown = sorted(set(without) - set(known))
    if unknown:
        raise InputError(said.format(part=unknown[0], known=", ".join(known)))


def public_tables(
    tables: Mapping[str, pd.DataFrame | None], columns: Mapping[str, tuple[str, ...]]
) -> dict[str, pd.DataFrame]:
    """
    Return the tables that have rows, each with the columns that may leave and with nothing else.

    Parameters
    ----------
    tables
        What was worked out, by name; None where there is nothing.
    columns
        The columns that each table may have.

    Raises
    ------
    DisclosureError
        If a table lacks one of its columns.
    """
    return {
        name: _public(name, table, columns[name])
        for name, table in tables.items()
        if table is not None and len(table)
    }


def _public(name: str, table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    missing = [column for column in columns if column not in table]
    if missing:
        msg = _("The table “{name}” lacks the column “{column}”.")
        raise DisclosureError(msg.format(name=name, column=missing[0]))
    result = table[list(columns)].reset_index(drop=True)
    result.attrs.clear()
    return result
