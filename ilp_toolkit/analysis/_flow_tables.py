"""
What every table of flows has in common: its columns, its warning, and the checks of what goes in.

A flow is a row of origin, destination and an amount with its interval. Seizures measure enforcement times
flow times reporting, so every result here carries the words that seizures are not flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "WARNING",
    "check_confidence",
    "list_of_names",
    "need_columns",
    "noted",
    "numbers_by_name",
    "square",
]

WARNING = N_("seizures are not flows: they measure enforcement and reporting as well")
"""What every result says of itself (`choices.explain`)."""


def noted(table: pd.DataFrame, **made: Any) -> pd.DataFrame:
    """Note choices, the warning first."""
    return choices.record(choices.record(table, warning=WARNING), **made)


def check_confidence(confidence: float) -> float:
    """Return a confidence between 0 and 1."""
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))
    return float(confidence)


def need_columns(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a table that lacks columns, naming all of them."""
    missing = [column for column in columns if column not in table]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name=name, columns=", ".join(missing)))


def list_of_names(names: Any, argument: str) -> list[str]:
    """Return names as text; one text alone is a slip, for its letters would be taken as names."""
    if isinstance(names, str):
        msg = f"`{argument}` must be a list of names, got the text {names!r}: write [{names!r}]."
        raise TypeError(msg)
    return [str(name) for name in names]


def numbers_by_name(values: Any, name: str, *, least: float = 0.0) -> pd.Series[Any]:
    """Return numbers on an index of names, each name once, no number missing or below `least`."""
    if not isinstance(values, pd.Series):
        msg = f"`{name}` must be a Series with names as its index, got {type(values).__name__}."
        raise TypeError(msg)
    if twice := sorted(values.index[values.index.duplicated()].astype(str).unique()):
        msg = _(
            "`{name}` names {first} more than once. Add up its rows first: {name}.groupby(level=0).sum()."
        )
        raise InputError(msg.format(name=name, first=twice[0]))
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = ~np.isfinite(numbers.to_numpy()) | (numbers.to_numpy() < least)
    if wrong.any():
        msg = _("`{name}` must hold numbers from {least} up; {first} has {value!r}.")
        place = int(np.flatnonzero(wrong)[0])
        raise InputError(
            msg.format(name=name, least=f"{least:g}", first=values.index[place], value=values.iloc[place])
        )
    return numbers


def square(table: Any, rows: Sequence[Any], columns: Sequence[Any], name: str) -> Floats:
    """Return a frame as an array in the order asked for; a missing row, column or number is refused."""
    if not isinstance(table, pd.DataFrame):
        msg = f"`{name}` must be a DataFrame with names on both sides, got {type(table).__name__}."
        raise TypeError(msg)
    gone = [str(key) for key in rows if key not in table.index]
    gone += [str(key) for key in columns if key not in table.columns]
    if gone:
        raise InputError(
            _("`{name}` has no row or column for {names}.").format(name=name, names=", ".join(gone))
        )
    values = table.loc[list(rows), list(columns)].to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        i, j = (int(at[0]) for at in np.nonzero(~np.isfinite(values) | (values < 0)))
        msg = _("`{name}` must hold numbers from 0 up; from {row} to {column} it has {value!r}.")
        raise InputError(msg.format(name=name, row=rows[i], column=columns[j], value=float(values[i, j])))
    return np.asarray(values, dtype=float)
