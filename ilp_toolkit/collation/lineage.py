"""
Where a result comes from: the function, its choices, what went in, and back to the rows of the files.

From a cell of a map back to its rows goes by joining the points with the cell again, with the cell's own rule
(half-open squares, whole even where they are drawn clipped). Where a result cannot be joined again, all rows
of its materials are given, and the answer says so: too many rows are honest, too few are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..i18n import N_, _
from .inputs import Input

if TYPE_CHECKING:
    import pandas as pd

    from .finding import Finding, Material

__all__ = ["HOW", "Lineage", "source_rows"]

HOW: dict[str, str] = {
    "in_cell": N_("the point lies in the cell"),
    "in_area": N_("the point lies in the area, or the row names it"),
    "same_row": N_("the result has a row for each of these"),
    "all": N_("all rows: this result cannot be joined with its sources again"),
}
"""How rows were found, in words."""


@dataclass(frozen=True)
class Lineage:
    """What made a finding."""

    function: str
    """Name of the function, as "hotspots.gi_star"."""
    version: str
    """Version of the toolkit."""
    inputs: tuple[Input, ...] = ()
    choices: dict[str, Any] = field(default_factory=dict)
    """What the caller chose, as JSON values."""
    result: str | None = None
    """Fingerprint of the result; None where its content cannot be told."""

    @property
    def ungoverned(self) -> tuple[Input, ...]:
        """What came in around the case."""
        return tuple(one for one in self.inputs if one.kind == "ungoverned")

    @property
    def geography(self) -> tuple[Input, ...]:
        """Layers of shapes that came in without a passport: a product names them by their hash."""
        return tuple(one for one in self.inputs if one.kind == "geography")

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "function": self.function,
            "version": self.version,
            "inputs": [one.to_json() for one in self.inputs],
            "choices": self.choices,
            "result": self.result,
        }


def source_rows(finding: Finding, row: Any = None) -> pd.DataFrame:
    """
    Return the rows of the files that a row of a finding comes from.

    Parameters
    ----------
    finding
        A finding.
    row
        Label of the row in its table, or a ``cell_id`` or ``area`` of it; None for the whole finding.

    Returns
    -------
    DataFrame
        ``material`` (id), ``source_row`` (as a spreadsheet numbers it), ``how`` (a key of `HOW`).

    Raises
    ------
    InputError
        If the finding has no such row.
    """
    import pandas as pd

    bases = _bases(finding)
    if row is None:
        found = [(ids, "all" if _is_aggregate(finding) else "same_row") for _table, ids in bases]
    else:
        one = _one_row(finding.table, row)
        found = [_of_row(one, finding, table, ids) for table, ids in bases]
    parts = [ids.assign(how=how) for ids, how in found]
    empty = pd.DataFrame({"material": [], "source_row": [], "how": []})
    rows = (
        pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else empty
    )
    return rows.drop_duplicates(ignore_index=True)


def _is_aggregate(finding: Finding) -> bool:
    return not (_has(finding.table, "source_row"))


def _has(table: Any, column: str) -> bool:
    return column in getattr(table, "columns", ())


def _bases(item: Material | Finding) -> list[tuple[Any, pd.DataFrame]]:
    """
    Return the tables of single records that an item was made of, with material and source row of each row.
    """
    inputs = getattr(item, "inputs", ())
    found: list[tuple[Any, pd.DataFrame]] = []
    for one in inputs:
        if one.lineage is None or _has(one.table, "source_row"):
            found.append((one.table, _identity(one)))
        else:
            found += _bases(one)
    return found


def _identity(item: Material | Finding) -> pd.DataFrame:
    import pandas as pd

    table, ids = item.table, [material.id for material in item.materials()]
    rows = table["source_row"] if _has(table, "source_row") else range(len(table))
    if _has(table, "material") and set(table["material"]) <= set(ids):
        names: Any = table["material"].to_numpy()
    else:
        names = ids[0] if len(ids) == 1 else ", ".join(ids)
    return pd.DataFrame({"material": names, "source_row": list(rows)}, index=table.index)


def _one_row(table: Any, row: Any) -> Any:
    if not hasattr(table, "index"):
        msg = _("This finding is no table and has no rows of its own. Leave `row` out.")
        raise InputError(msg)
    for column in ("cell_id", "area"):
        if _has(table, column) and isinstance(row, str):
            same = table[table[column].astype(object) == row]
            if len(same):
                return same.iloc[:1]
    try:
        return table.loc[[row]].iloc[:1]
    except KeyError:
        msg = _("The finding has no row {row!r}. Take a label of its index, or a cell_id.")
        raise InputError(msg.format(row=row)) from None


def _of_row(one: Any, finding: Finding, table: Any, ids: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    if _has(one, "source_row"):
        same = ids["source_row"] == one["source_row"].iloc[0]
        if _has(one, "material"):
            same &= ids["material"] == one["material"].iloc[0]
        return ids[same], "same_row"
    if _is_polygon(one) and _has_points(table, one):
        if _has(one, "area") and _has(table, "area") and not _has(one, "cell_id"):
            return ids[_in_shape(one, table) | _named(one, table)], "in_area"
        return ids[_in_cell(one, finding, table)], "in_cell"
    if _has(one, "area") and _has(table, "area"):
        return ids[_named(one, table)], "in_area"
    return ids, "all"


def _is_polygon(one: Any) -> bool:
    import geopandas as gpd

    if not isinstance(one, gpd.GeoDataFrame) or one._geometry_column_name not in list(one.columns):
        return False
    return bool(one.geom_type.isin(["Polygon", "MultiPolygon"]).all())


def _has_points(table: Any, one: Any) -> bool:
    import geopandas as gpd

    if not isinstance(table, gpd.GeoDataFrame) or table._geometry_column_name not in list(table.columns):
        return False
    kinds = set(table.geom_type.dropna())
    return table.crs == one.crs and bool(kinds) and kinds <= {"Point"}


def _placed(table: Any) -> Any:
    """Return which rows have a point of their own: the rule of every analysis of points."""
    import shapely

    shapes = table.geometry.array
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if "place_precision" in table:
        there &= ~table["place_precision"].isin(["area", "none"]).to_numpy(dtype=bool)
    return there


def _in_cell(one: Any, finding: Finding, table: Any) -> Any:
    import numpy as np

    shape, size = finding.choices.get("shape"), finding.choices.get("cell_size")
    if not (size and {"column", "row"} <= set(one.columns)) or shape not in {"square", "hex", None}:
        return _in_shape(one, table)
    column, row, size = int(one["column"].iloc[0]), int(one["row"].iloc[0]), float(size)
    if shape == "hex":
        return _in_shape(_hexagon(one, column, row, size), table)
    x, y = np.asarray(table.geometry.x), np.asarray(table.geometry.y)
    west, south = column * size, row * size
    inside = (x >= west) & (x < (column + 1) * size) & (y >= south) & (y < (row + 1) * size)
    drawn = one.geometry.iloc[0].bounds
    slack = 1e-6 * size
    fits = drawn[0] >= west - slack and drawn[1] >= south - slack and drawn[2] <= west + size + slack
    return (inside & _placed(table)) if fits else _in_shape(one, table)


def _hexagon(one: Any, column: int, row: int, size: float) -> Any:
    import numpy as np
    import shapely

    x, y = (2 * column + (row & 1)) * size / 2, row * size * np.sqrt(3) / 2
    turns = np.radians(np.arange(30, 390, 60))
    corners = np.column_stack([x + size / np.sqrt(3) * np.cos(turns), y + size / np.sqrt(3) * np.sin(turns)])
    return one.set_geometry([shapely.Polygon(corners)], crs=one.crs)


def _in_shape(one: Any, table: Any) -> Any:
    import numpy as np
    import shapely

    shape = one.geometry.iloc[0]
    shapely.prepare(shape)
    inside = shapely.intersects(shape, np.asarray(table.geometry.array))
    return np.where(inside, True, False) & _placed(table)


def _named(one: Any, table: Any) -> Any:
    """Return the rows without a point of their own that name the area."""
    import numpy as np

    name = str(one["area"].iloc[0]).strip().casefold()
    same = (
        table["area"]
        .astype(object)
        .map(lambda word: isinstance(word, str) and word.strip().casefold() == name)
    )
    spatial = hasattr(table, "geom_type") and table._geometry_column_name in table.columns
    placed = _placed(table) if spatial else np.zeros(len(table), dtype=bool)
    return same.to_numpy(dtype=bool) & ~placed
