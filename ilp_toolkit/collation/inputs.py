"""
What goes into an analysis: items of the case, geography, settings, and what came around the case.

A boundary, a district layer or a grid is geography: shapes and their names, noted by its hash. Any other
table or array that the case does not know makes the result ungoverned: analysis goes on, and no product can
be made of it. A table is known by its content, so the very table of a material counts as that material.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..collection.schema import INCIDENTS
from .fingerprint import fingerprint

if TYPE_CHECKING:
    from .finding import Finding, Material

__all__ = ["GEOGRAPHY_NUMBERS", "Input", "Taken", "plain", "take"]

SMALL = 256
"""Values in a list or an array up to which it is a setting (edges of bands, names), and no table."""

GEOGRAPHY_NUMBERS = frozenset(
    {
        "column",
        "row",
        "level",
        "population",
        "households",
        "area_m2",
        "area_km2",
        "length",
        "length_m",
        "lanes",
    }
)
"""Columns of numbers that a layer of geography may have."""
_NAMES = [["name"], ["title"], ["label"], ["название"], ["наименование"]]
"""How columns with the names of places begin: a register's "name" is a person's, a layer's is a place's."""


@dataclass(frozen=True)
class Input:
    """One thing that went into an analysis."""

    argument: str
    """Its place (``0``) or name (``grid``)."""
    kind: str
    """``material``, ``finding``, ``geography`` or ``ungoverned``."""
    id: str = ""
    """Id of the material or finding."""
    rows: int | None = None
    fingerprint: str | None = None
    """Hash of the content, for what is neither material nor finding."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value not in ("", None)}


@dataclass(frozen=True)
class Taken:
    """An argument, ready for the function, and what it was made of."""

    value: Any
    inputs: tuple[Input, ...] = ()
    items: tuple[Material | Finding, ...] = ()


def take(argument: str, value: Any, *, owner: Any, known: Callable[[str], Any]) -> Taken:
    """
    Unwrap an argument: a material or finding gives its table; lists and dicts are looked into.

    Parameters
    ----------
    argument
        Its place or name.
    value
        What was passed.
    owner
        The case.
    known
        Returns the material or finding of the case that has a fingerprint, or None.
    """
    from .finding import Finding, Material

    if isinstance(value, Material | Finding):
        if value.case is owner:
            return _item(argument, value.table, value)
        return Taken(value.table, (Input(argument, "ungoverned", rows=_rows(value.table)),))
    if isinstance(value, Mapping):
        parts = {
            name: take(f"{argument}.{name}", inner, owner=owner, known=known) for name, inner in value.items()
        }
        return _together(
            argument, value, {name: part.value for name, part in parts.items()}, list(parts.values())
        )
    if type(value) in {list, tuple, set, frozenset} and len(value) <= SMALL:
        inner = [
            take(f"{argument}.{place}", part, owner=owner, known=known) for place, part in enumerate(value)
        ]
        return _together(argument, value, type(value)(part.value for part in inner), inner)
    if _is_setting(value):
        return Taken(value)
    return _content(argument, value, known)


def plain(value: Any) -> Any:
    """
    Say a choice as a JSON value: settings as they are, everything else by its kind and size alone.

    Examples
    --------
    >>> import pandas as pd
    >>> plain([100, pd.Timedelta("7D"), pd.DataFrame({"n": [1, 2]})])
    [100, '7 days 00:00:00', 'DataFrame, 2 rows']
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and len(value) <= SMALL:
        inner = [plain(part) for part in value]
        return sorted(inner, key=str) if isinstance(value, set | frozenset) else inner
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return plain(value.item())
    return _named(value)


def _named(value: Any) -> str:
    if isinstance(value, dt.timedelta | dt.date | Path):
        return str(value)
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    if hasattr(value, "id") and hasattr(value, "passport"):
        return str(value.id)
    rows = _rows(value)
    return type(value).__name__ if rows is None else f"{type(value).__name__}, {rows} rows"


def _together(argument: str, value: Any, unwrapped: Any, parts: list[Taken]) -> Taken:
    inputs = tuple(one for part in parts for one in part.inputs)
    items = tuple(one for part in parts for one in part.items)
    if len(parts) > SMALL and not inputs:
        inputs = (Input(argument, "ungoverned", rows=len(parts), fingerprint=fingerprint(value)),)
    return Taken(unwrapped, inputs, items)


def _item(argument: str, table: Any, item: Material | Finding) -> Taken:
    kind = "finding" if hasattr(item, "function") else "material"
    return Taken(table, (Input(argument, kind, item.id, _rows(table)),), (item,))


def _content(argument: str, value: Any, known: Callable[[str], Any]) -> Taken:
    """Take data that came without a passport: what the case knows by its content, geography, or neither."""
    mark = fingerprint(value)
    item = known(mark) if mark is not None else None
    if item is not None:
        return _item(argument, value, item)
    kind = "geography" if _is_geography(value) else "ungoverned"
    return Taken(value, (Input(argument, kind, rows=_rows(value), fingerprint=mark),))


def _rows(value: Any) -> int | None:
    try:
        return len(value)
    except TypeError:
        return None


def _is_setting(value: Any) -> bool:
    """
    Return whether a value is a choice and no data: a number, a word, a moment, a function, a few values.
    """
    import numpy as np

    if isinstance(value, str | Path):
        return not _is_file(value)
    if value is None or isinstance(
        value, bool | int | float | complex | dt.date | dt.time | dt.timedelta | type
    ):
        return True
    if isinstance(value, np.generic | np.random.Generator | dt.tzinfo | slice):
        return True
    if isinstance(value, np.ndarray):
        return value.size <= SMALL and value.dtype != object
    return callable(value) and hasattr(value, "__name__") and not hasattr(value, "__self__")


def _is_file(value: str | Path) -> bool:
    """Return whether a function that is given this could read a file around the case."""
    if isinstance(value, str) and (len(value) > 1000 or "\n" in value):
        return len(value) > 10_000
    try:
        return Path(str(value).split("!")[0]).is_file()
    except (OSError, ValueError):
        return False


def _is_geography(value: Any) -> bool:
    """Return whether a layer holds areas or lines with nothing but names, codes and sizes of places."""
    import geopandas as gpd
    import shapely

    if isinstance(value, shapely.geometry.base.BaseGeometry):
        return bool(shapely.get_dimensions(value) > 0) and value.geom_type != "GeometryCollection"
    if isinstance(value, gpd.GeoSeries):
        return _are_shapes(value)
    if not isinstance(value, gpd.GeoDataFrame) or value._geometry_column_name not in list(value.columns):
        return False
    columns = value.drop(columns=value._geometry_column_name)
    places = _are_shapes(value.geometry) and columns.columns.is_unique
    return (
        places
        and all(_is_of_places(columns[name], str(name)) for name in columns)
        and not _about_persons(columns)
    )


def _are_shapes(shapes: Any) -> bool:
    import numpy as np
    import shapely

    array = np.asarray(shapes.array)
    there = array[~shapely.is_missing(array)]
    return bool(len(there)) and bool(np.isin(shapely.get_dimensions(there), [1, 2]).all())


def _is_of_places(column: Any, name: str) -> bool:
    """Return whether a column says something about a place: no count, no moment, nothing of a record."""
    import pandas as pd

    if name in set(INCIDENTS) - {"area"} or str(column.dtype) == "geometry":
        return False
    if not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_datetime64_any_dtype(column):
        return True
    return name.casefold() in GEOGRAPHY_NUMBERS or name.casefold().endswith(("_id", "code"))


def _about_persons(columns: Any) -> bool:
    import pyarrow as pa

    from ..collection.identity import personal_columns

    words = columns.astype(object).where(columns.notna(), None)
    texts = {
        str(name): pa.array([None if v is None else str(v) for v in words[name]], pa.string())
        for name in words
    }
    names = [name for name in texts if name.casefold().replace("_", " ").split()[:1] in _NAMES]
    return bool(texts) and bool(personal_columns(pa.table(texts), used=names))
