"""
What of a result would leave: its tables in the form in which an audience may see them, and what stays inside.

Nothing is decided here about single counts (that is `joint`'s); here columns are chosen, classes are put in
the place of statistics that give counts away, and tables of hours are cut to what can be protected.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ..i18n import N_, _
from .columns import Allowed, Shape, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..direction.policy import Policy

Tables = dict[str, pd.DataFrame]

__all__ = ["CLASSES", "Outline", "frame_of", "outline"]

CLASSES: dict[str, str] = {
    "hot": N_("hot"),
    "cold": N_("cold"),
    "none": N_("not set off"),
    "firm": N_("firm"),
    "fair": N_("fairly firm"),
    "shaky": N_("shaky"),
    "more": N_("more"),
    "fewer": N_("fewer"),
    "unclear": N_("no clear change"),
}
"""Classes that stand in the place of statistics, in words."""

_LEVELS = 5
_FIRM, _FAIR = 0.8, 0.5
_LEAST_RATIO = 1.2
_TEXT_SHARE = 0.5
"""A column with more different values than this share of its rows is text or a number, no class."""


@dataclass(frozen=True)
class Outline:
    """What would leave, before counts are hidden."""

    shape: Shape
    tables: dict[str, pd.DataFrame]
    """By name; one with geometry becomes a map layer."""
    withheld: tuple[str, ...] = ()
    """Columns of the result that stay inside."""
    allowed: Allowed | None = None
    refused: str = ""
    """Why nothing of it can leave, in words; empty where something can."""
    fix: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> pd.DataFrame:
        """The table that the product shows first."""
        return next(iter(self.tables.values()))


def outline(
    result: Any,
    *,
    function: str,
    public_rules: bool,
    policy: Policy,
    columns: Sequence[str] = (),
    moved: bool = False,
) -> Outline:
    """
    Choose what of a result may leave.

    Parameters
    ----------
    result
        What an analysis returned: a table, or an object with numbers.
    function
        Its dotted name, as `hotspots.gi_star`.
    public_rules
        Whether small counts must be hidden from this audience.
    policy
        The limits.
    columns
        Columns that the author names for a function that the toolkit does not know.
    moved
        Whether points will be moved before they leave.

    Returns
    -------
    Outline
        With ``refused`` filled in where nothing may leave.
    """
    known = allowed(function)
    table = frame_of(result)
    if known is None:
        return _unknown(table, function, public_rules=public_rules, columns=columns)
    names: tuple[str, ...] | None = known.closed
    if public_rules:
        names = known.moved if moved and known.moved is not None else known.open
    if names is None:
        return Outline(
            known.shape,
            {},
            tuple(map(str, table.columns)),
            known,
            refused=_("“{what}” shows single places or records and cannot be made public.").format(
                what=_(known.title)
            ),
            fix=_fix_of(known),
        )
    shaped = _SHAPED.get(known.shape, _plain)(table, function, public_rules, policy)
    tables = {name: _chosen(part, names) for name, part in shaped.items()}
    left = {str(c) for part in tables.values() for c in part.columns}
    withheld = tuple(str(c) for c in table.columns if str(c) not in left and known.shape != "hours")
    return Outline(known.shape, tables, withheld, known)


def frame_of(result: Any) -> pd.DataFrame:
    """
    Return a result as a table: an object with numbers becomes one row, a series one column.

    Examples
    --------
    >>> frame_of(pd.Series([4, 5], name="n")).columns.tolist()
    ['n']
    """
    if isinstance(result, pd.DataFrame):
        return result
    if isinstance(result, pd.Series):
        return result.to_frame(result.name or "value")
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        inner = getattr(result, "table", None)
        if isinstance(inner, pd.DataFrame):
            return inner
        fields = {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
        plain = {k: v for k, v in fields.items() if isinstance(v, bool | int | float | str)}
        return pd.DataFrame([plain])
    return pd.DataFrame([{"value": result}]) if isinstance(result, int | float | str) else pd.DataFrame()


def _unknown(table: pd.DataFrame, function: str, *, public_rules: bool, columns: Sequence[str]) -> Outline:
    named = [c for c in columns if c in table.columns]
    if not named:
        ask = ", ".join(repr(str(c)) for c in list(table.columns)[:3])
        return Outline(
            "table",
            {},
            tuple(map(str, table.columns)),
            refused=_(
                "“{what}” is a function of your own: the toolkit does not know what its columns hold."
            ).format(what=function),
            fix=f"ilp.release(…, columns=[{ask}])",
        )
    text = [c for c in named if public_rules and _own_text(table[c])]
    if text:
        return Outline(
            "table",
            {},
            tuple(map(str, table.columns)),
            refused=_("The column “{column}” holds texts or numbers of single records.").format(
                column=text[0]
            ),
            fix=_("leave {column!r} out of columns=").format(column=text[0]),
        )
    withheld = tuple(str(c) for c in table.columns if c not in named)
    shape: Shape = "points" if _has_points(table[named]) else "table"
    return Outline(shape, {"table": table[named].reset_index(drop=True)}, withheld)


def _fix_of(known: Allowed) -> str:
    if known.moved is not None:
        return 'ilp.release(…, mask="donut")'
    if known.shape in {"points", "records"}:
        return "ilp.release(case.analyse(ilp.hotspots.count, …, cell_size=500), …)"
    if known.shape == "segments":
        return "ilp.release(case.analyse(ilp.hotspots.gi_star, …, cell_size=250), …)"
    return 'ilp.release(…, audience="agency")'


def _own_text(column: pd.Series[Any]) -> bool:
    if (
        pd.api.types.is_numeric_dtype(column)
        or pd.api.types.is_bool_dtype(column)
        or column.name == "geometry"
    ):
        return False
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    if (
        column.dropna()
        .map(lambda cell: isinstance(cell, list | tuple | dict | set | frozenset | bytes))
        .any()
    ):
        return True
    values = column.dropna().astype(str)
    return len(values) > 0 and values.nunique() > max(_TEXT_SHARE * len(values), 1) and len(values) > 2


def _has_points(table: pd.DataFrame) -> bool:
    return isinstance(table, gpd.GeoDataFrame) and bool(table.geom_type.isin(["Point", "MultiPoint"]).any())


def _chosen(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    if names == ("*",):
        return table
    kept = [name for name in names if name in table.columns]
    return table[kept]


def _plain(table: pd.DataFrame, function: str, public_rules: bool, policy: Policy) -> Tables:
    if function == "concentration.lorenz" and public_rules:
        return {"numbers": _thinned(table)}
    if function == "change.compare_periods":
        return {"changes": _changes(table, public_rules, policy)}
    named = str(table.index.name or "label")
    plain = not isinstance(table.index, pd.RangeIndex) and named not in table.columns
    return {"numbers": table.rename_axis(named).reset_index() if plain else table.reset_index(drop=True)}


def _changes(table: pd.DataFrame, public_rules: bool, policy: Policy) -> pd.DataFrame:
    """Say which way each count went; under public rules to one decimal, and not where counts are small."""
    level = policy.profile.significance
    clear = (table["q_value"] <= level).to_numpy()
    made = table.rename_axis("label").reset_index()
    more = made["after"].to_numpy() > made["before"].to_numpy()
    made["direction"] = np.where(clear, np.where(more, "more", "fewer"), "unclear")
    if public_rules:
        small = (made[["before", "after"]] < policy.cells.minimum_count).any(axis=1)
        made["ratio"] = made["ratio"].round(1).mask(small)
        made.loc[small, "direction"] = None
    return made


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Show a Lorenz curve at every twentieth: each of its steps is the count of one place."""
    at = np.linspace(0, 1, 21)
    place = curve["places_share"].to_numpy(dtype=float)
    return pd.DataFrame(
        {"places_share": at}
        | {
            name: np.interp(at, place, curve[name].to_numpy(dtype=float)).round(3)
            for name in curve.columns[1:]
        }
    )


def _cells(table: pd.DataFrame, function: str, public_rules: bool, policy: Policy) -> Tables:
    made = table.copy(deep=False)
    level = policy.profile.significance
    if "spot" not in made and {"gi_z", "q_value"} <= set(made.columns):
        strong, z = made["q_value"].to_numpy() <= level, made["gi_z"].to_numpy()
        made["spot"] = np.where(strong & (z > 0), "hot", np.where(strong & (z < 0), "cold", "none"))
    if "quadrant" in made and "q_value" in made:
        strong = made["q_value"].to_numpy() <= level
        made["cluster"] = np.where(strong, made["quadrant"].astype(str), "none")
    for source in ("stability", "hot_share"):
        if source in made and "firmness" not in made and function != "hotspots.classify":
            made["firmness"] = _firmness(made[source])
    for source in ("density", "risk", "ratio"):
        if source in made and "level" not in made:
            made["level"] = _level(made[source])
    if "cell_id" not in made and "area" not in made:
        made["cell_id"] = np.arange(1, len(made) + 1).astype(str)
    return {"districts" if function == "hotspots.count_by_area" else "cells": made.reset_index(drop=True)}


def _firmness(share: pd.Series[float]) -> pd.Series[str]:
    values = share.to_numpy(dtype=float)
    words = np.select([values >= _FIRM, values >= _FAIR, values > 0], ["firm", "fair", "shaky"], "none")
    return pd.Series(words, index=share.index)


def _level(values: pd.Series[float]) -> pd.Series[Any]:
    """Class values from 0 (nothing) to 5 (the highest fifth of what is above nothing)."""
    numbers = values.to_numpy(dtype=float)
    some = np.isfinite(numbers) & (numbers > 0)
    made = np.zeros(len(numbers), dtype="int64")
    if some.any():
        edges = np.quantile(numbers[some], np.linspace(0, 1, _LEVELS + 1)[1:-1])
        made[some] = np.searchsorted(edges, numbers[some], side="left") + 1
    return pd.Series(made, index=values.index)


def _periods(table: pd.DataFrame, function: str, public_rules: bool, policy: Policy) -> Tables:
    made = table.reset_index() if table.index.name else table.copy(deep=False)
    if function == "patterns.seasonal_profile" and public_rules:
        # Its months leave out those that are not over, so its counts are of incidents that nobody can name.
        made["ratio"] = made["ratio"].round(1).mask(made["n"] < policy.cells.minimum_count)
    return {"periods": made}


def _hours(table: pd.DataFrame, function: str, public_rules: bool, policy: Policy) -> Tables:
    """Show weekdays and hours apart under public rules: 168 boxes of few incidents each protect nobody."""
    estimated = function == "patterns.aoristic"
    whole = table.reset_index(names="weekday")
    if not public_rules:
        return {"hours": whole}
    step = 3
    values = table.to_numpy(dtype=float)
    by_hour = values.sum(axis=0).reshape(-1, step).sum(axis=1)
    starts = np.arange(0, 24, step)
    days = pd.DataFrame({"weekday": np.arange(7), "n": values.sum(axis=1)})
    hours = pd.DataFrame({"from": starts, "to": starts + step, "n": by_hour})
    base = policy.cells.rounding_base if estimated else 1
    for part in (days, hours):
        part["n"] = (np.round(part["n"] / base) * base).astype("int64")
    return {"weekdays": days, "hours": hours}


def _pairs(table: pd.DataFrame, function: str, public_rules: bool, policy: Policy) -> Tables:
    made = table.copy(deep=False)
    made["found"] = (made["q_value"] <= policy.profile.significance) & (made["ratio"] >= _LEAST_RATIO)
    for name in ("duration_from", "duration_to"):
        made[name] = made[name].dt.total_seconds() / 86400
    if public_rules:
        # Pairs, not incidents: `m` incidents make m (m - 1) / 2 pairs.
        least = policy.cells.minimum_count * (policy.cells.minimum_count - 1) // 2
        small = (made["observed"] > 0) & (made["observed"] < least)
        made["observed"] = made["observed"].astype("Int64").mask(small)
        made["ratio"] = made["ratio"].round(1).mask(small)
        made["found"] = made["found"].astype("boolean").mask(small)
    return {"pairs": made.reset_index(drop=True)}


def _records(
    table: pd.DataFrame, function: str, public_rules: bool, policy: Policy
) -> dict[str, pd.DataFrame]:
    return {"records": table.reset_index(drop=True)}


_SHAPED: dict[str, Any] = {
    "cells": _cells,
    "areas": _cells,
    "segments": _cells,
    "hours": _hours,
    "periods": _periods,
    "pairs": _pairs,
    "points": _records,
    "records": _records,
    "people": _records,
}
