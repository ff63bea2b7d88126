"""
Classes of records: whether the rows of a result are groups of what came in, and how many accounts each holds.

A function of one's own may call anything a count. Here it is counted again: the values of a column are held
against the columns of the material and the parts of its dates, and the records behind each row are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pandas as pd

from .named import fold, record_columns

if TYPE_CHECKING:
    from .named import Named

__all__ = ["Groups", "groups_of", "is_counted"]

_MOST_KEYS = 3
_MOST_FITS = 4
_MOST_CLASSES = 500
_MOST_FORMS = 3
_TIME_FORMS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-01", "%H", "%A", "")


@dataclass(frozen=True, eq=False)
class Groups:
    """The rows of a result as groups of records."""

    rows: pd.Series[Any]
    """Number of records behind each row of the result."""
    people: pd.Series[Any]
    """Number of different persons or accounts in those records."""
    sums: tuple[pd.Series[Any], ...] = ()
    """Other counts and sums over those records: by column of ids, of the material's numbers."""


def groups_of(table: pd.DataFrame, named: Named) -> list[Groups]:
    """
    Find the ways in which the rows of a table are groups of the material's records.

    Parameters
    ----------
    table
        What would leave.
    named
        Whom the material names, with its records.

    Returns
    -------
    list of Groups
        Empty where no column, nor two or three together, hold classes of the material, each group once.
    """
    keys = [name for name in table.columns if name != "geometry"]
    found: list[Groups] = []
    for records in named.records:
        forms = dict(_forms(records))
        fits = {name: _fitting(table[name], forms) for name in keys}
        # Words before numbers: nearly any small number could be an hour or a day.
        words = sorted(fits, key=lambda name: pd.api.types.is_numeric_dtype(table[name]))
        fits = {name: fits[name] for name in words if fits[name]}
        fits = dict(list(fits.items())[:_MOST_FITS])
        for length in range(1, min(_MOST_KEYS, len(fits)) + 1):
            for chosen in combinations(fits, length):
                if table[list(chosen)].astype(str).duplicated().any():
                    continue
                found += _counted(table, records, forms, {name: fits[name] for name in chosen})
    return found


def is_counted(column: pd.Series[Any], groups: list[Groups], named: Named) -> bool:
    """Say whether a column of whole numbers is a count or a sum of the material's records, row by row."""
    values = pd.to_numeric(column, errors="coerce").reset_index(drop=True)
    for group in groups:
        for counted in (group.rows, group.people, *group.sums):
            if ((values == counted) | values.isna()).all() and values.notna().any():
                return True
    if len(values) == 1:
        totals = {len(records) for records in named.records} | {len(named.ids)}
        totals |= {records[name].nunique() for records in named.records for name in record_columns(records)}
        return whole(values.iloc[0]) in totals
    return False


def whole(value: Any) -> int | None:
    """Return a whole number, None where it is missing."""
    return None if pd.isna(value) else int(value)


def _forms(records: pd.DataFrame) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield the classes that records fall into: columns of few values, and the parts of their dates."""
    naming = set(record_columns(records)) | {"label", "item_ids", "source_row", "flags"}
    for name in records.columns:
        column = records[name]
        if not isinstance(name, str) or name in naming or name.startswith("style_"):
            continue
        if pd.api.types.is_datetime64_any_dtype(column):
            hours = column.dt.floor("h")
            moments = pd.Series(hours.dropna().unique())
            for form in _TIME_FORMS:
                told = moments.dt.strftime(form) if form else moments.dt.day_of_week.astype(str)
                yield f"{name} {form}", hours.map(dict(zip(moments, map(_class, told), strict=True)))
        elif not pd.api.types.is_float_dtype(column) or name == "mode":
            told = _told(column)
            flat = told.explode()
            if flat.nunique() <= max(min(_MOST_CLASSES, len(records) // 2), 1):
                yield name, told


def _told(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return the class, or the classes, of each cell."""
    try:
        known = {cell: _members(cell) for cell in column.unique()}
    except TypeError:  # lists
        return column.map(_members)
    return column.astype(object).map(known)


def _members(cell: Any) -> Any:
    if isinstance(cell, tuple | list | set | frozenset):
        return tuple(sorted({_class(part) for part in cell}))
    return None if pd.isna(cell) else _class(cell)


def _class(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    text = fold(value)
    return text.lstrip("0") or "0" if text.isdigit() else text


def _fitting(column: pd.Series[Any], forms: dict[str, pd.Series[Any]]) -> list[str]:
    """Return the classes of the material that a column's values are."""
    if pd.api.types.is_float_dtype(column):
        return []
    values = {_class(value) for value in column.dropna()}
    if not values:
        return []
    found = [name for name, told in forms.items() if values <= set(told.explode().dropna())]
    return [column.name] if column.name in found else found[:_MOST_FORMS]


def _counted(
    table: pd.DataFrame,
    records: pd.DataFrame,
    forms: dict[str, pd.Series[Any]],
    fits: dict[str, list[str]],
) -> Iterator[Groups]:
    names = list(fits)
    for way in product(*(fits[name] for name in names)):
        if len(set(way)) < len(way):
            continue
        frame = pd.DataFrame({f"k{at}": forms[form].to_numpy() for at, form in enumerate(way)})
        keys = list(frame.columns)
        frame["at"] = range(len(records))
        for key in keys:
            frame = frame.explode(key)
        asked = pd.DataFrame(
            {key: table[name].map(_class).to_numpy() for key, name in zip(keys, names, strict=True)}
        )
        asked["row"] = range(len(table))
        both = asked.merge(frame, on=keys, how="left").dropna(subset=["at"])
        at = both["at"].astype(int)
        rows = both.groupby("row")["at"].nunique().reindex(range(len(table)), fill_value=0)
        people = _different(both["row"], records, at, len(table))
        numbers = [
            name for name in records.columns
            if pd.api.types.is_numeric_dtype(records[name]) and not pd.api.types.is_bool_dtype(records[name])
            and name != "source_row"
        ]  # fmt: skip
        sums = tuple(
            pd.Series(records[name].to_numpy()[at], index=both["row"]).groupby(level=0).sum()
            .reindex(range(len(table)), fill_value=0)
            for name in numbers
        )  # fmt: skip
        ends = tuple(
            _different(both["row"], records, at, len(table), [name]) for name in record_columns(records)
        )
        yield Groups(rows, people, (*ends, *sums))


def _different(
    rows: pd.Series[Any], records: pd.DataFrame, at: pd.Series[Any], n: int, ends: list[str] | None = None
) -> pd.Series[Any]:
    """Count the different persons or accounts behind each row."""
    names = ends or (["vendor_id"] if "vendor_id" in records else list(record_columns(records)))
    parts = [pd.DataFrame({"row": rows.to_numpy(), "id": records[name].to_numpy()[at]}) for name in names]
    return pd.concat(parts).groupby("row")["id"].nunique().reindex(range(n), fill_value=0)
