"""The tables of a finding as a product shows them: names, numbers and classes in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ... import i18n
from ...analysis.hotspots import SPOT_CLASSES
from ...i18n import N_, _, date, number
from ..outline import CLASSES
from .blocks import Column, Table

if TYPE_CHECKING:
    from ..counts import Counted

__all__ = ["COLUMN_NAMES", "shown"]

_SHOWN_ROWS = 40
_WHOLE = ("distance", "duration", "n", "days")
"""How columns begin that hold whole numbers, whatever they are kept as."""

COLUMN_NAMES: dict[str, str] = {
    "area": N_("District"),
    "cell_id": N_("Cell"),
    "n": N_("Incidents"),
    "spot": N_("Spot"),
    "cluster": N_("Cluster"),
    "firmness": N_("Firmness"),
    "level": N_("Level"),
    "weekday": N_("Weekday"),
    "month": N_("Month"),
    "week": N_("Week"),
    "from": N_("From"),
    "to": N_("To"),
    "days": N_("Days"),
    "complete": N_("Complete"),
    "population": N_("People"),
    "households": N_("Households"),
    "area_km2": N_("km²"),
    "distance_from": N_("From, m"),
    "distance_to": N_("To, m"),
    "duration_from": N_("From, days"),
    "duration_to": N_("To, days"),
    "observed": N_("Pairs"),
    "expected": N_("Expected"),
    "ratio": N_("Ratio"),
    "found": N_("Beyond chance"),
    "measure": N_("Measure"),
    "share": N_("Share"),
    "value": N_("Value"),
    "low": N_("Low"),
    "high": N_("High"),
    "p_value": N_("p"),
    "q_value": N_("q"),
    "gi_z": N_("z"),
    "offence": N_("Offence"),
    "role": N_("Role"),
    "years": N_("Years"),
}
"""Names of columns in words; one that is not here is shown as it is."""


def shown(name: str, part: pd.DataFrame, counted: Counted) -> Table | None:
    """
    Show a table that may leave; None where it is too long for paper and has no classes to count.

    Parameters
    ----------
    name
        Its name among the tables of the product.
    part
        The table.
    counted
        What was hidden of it.
    """
    plain = pd.DataFrame(part.drop(columns="geometry", errors="ignore"))
    if name == "cells" or len(plain) > _SHOWN_ROWS:
        plain = _summary(plain)
        if plain is None:
            return None
    columns = tuple(Column(_column(str(c)), number=_is_number(plain[c])) for c in plain.columns)
    rows = tuple(
        tuple(_cell(str(c), v) for c, v in zip(plain.columns, row, strict=True))
        for row in plain.itertuples(index=False)
    )
    note = _(
        "Not shown: counts so small that they could point to a person, and those that would give them away."
    )
    return Table(
        _TABLES_WORDS.get(name, lambda: name)(), columns, rows, note if counted.hidden.get(name) else ""
    )


_TABLES_WORDS = {
    "cells": lambda: _("Cells by class"),
    "districts": lambda: _("By district"),
    "weekdays": lambda: _("By weekday"),
    "hours": lambda: _("By hour"),
    "periods": lambda: _("By period"),
    "pairs": lambda: _("Pairs of incidents by distance and time"),
    "numbers": lambda: _("Numbers"),
    "changes": lambda: _("Change"),
    "segments": lambda: _("Street segments"),
    "records": lambda: _("Records"),
    "table": lambda: _("Table"),
}


def _summary(plain: pd.DataFrame) -> Any:
    """Count cells by class: a list of hundreds of cells helps nobody on paper."""
    for name in ("spot", "cluster", "firmness", "level"):
        if name in plain:
            counts = plain[name].value_counts().sort_index()
            return pd.DataFrame({name: counts.index, "cells": counts.to_numpy()})
    return None


def _column(name: str) -> str:
    if name == "cells":
        return _("Cells")
    return _(COLUMN_NAMES[name]) if name in COLUMN_NAMES else name


def _is_number(column: pd.Series[Any]) -> bool:
    return (
        bool(pd.api.types.is_numeric_dtype(column))
        and not pd.api.types.is_bool_dtype(column)
        and column.name != "weekday"
    )


def _cell(name: str, value: Any) -> str:
    if pd.isna(value):
        return _("not shown")
    if name == "weekday":
        return i18n.weekday(int(value))
    if name in {"from", "to"}:
        return f"{int(value):02d}:00"
    if isinstance(value, bool | np.bool_):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return i18n.month(value.date()) if name == "month" else date(value.date())
    return _figure(name, value) if isinstance(value, int | float | np.number) else _word(str(value))


def _figure(name: str, value: Any) -> str:
    """Write a number; measures get two decimals throughout, so that a column can be read down."""
    size = abs(float(value))
    whole = not isinstance(value, float | np.floating) or name.startswith(_WHOLE) or size >= 100
    return number(float(value), 0 if whole else 2)


def _word(value: str) -> str:
    """Say a class in words; the classes of hot spots in time have theirs in the analysis."""
    if value in CLASSES:
        return _(CLASSES[value])
    name = value.removeprefix("cold_")
    if name not in SPOT_CLASSES:
        return value
    words = _(SPOT_CLASSES[name])
    return words if name == value else _("cold: {words}").format(words=words)
