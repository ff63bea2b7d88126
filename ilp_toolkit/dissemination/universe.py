"""
The incidents that a count can be about, and the words in which it says which of them.

A count is described by offence, time and place, as it is printed. Where the author chose incidents in another
way, they get a set of their own, so that the difference between two sets can be seen as well.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..collation import recordkeys
from ..errors import InputError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SET", "Universe", "extents_of", "labelled", "whole_cells"]

SET = "set:"
"""How the name of a set of incidents begins that offence and time do not describe."""
_NAME, _FROM = "name of the incident", "material of the incident"
_MADE = "row-"
"""How a number begins that the reader made of a row."""
_HOUR, _DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


@dataclass(frozen=True)
class Universe:
    """All incidents of a case, and which of them an analysis was given."""

    rows: pd.DataFrame
    """Every incident once, with the labels that extents name."""
    base: dict[str, Any]
    """The extent of those that were given."""
    mask: NDArray[np.bool_]
    """Which of `rows` those are."""
    sets: dict[str, str]
    """New sets of incidents: name to members, packed."""
    secret: bytes = field(default=b"", repr=False)
    """Key of the case."""

    # Two hashes a row are slow to make and most products need neither.
    @cached_property
    def marks(self) -> list[bytes]:
        """A keyed hash of each of `rows`."""
        return _marks(self.rows[_NAME], self.secret)

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """The keys of their numbers, as the case keeps them for each material."""
        return _keys(self.rows, self.secret)

    @classmethod
    def of(
        cls,
        materials: Mapping[str, Any],
        used: pd.DataFrame,
        *,
        key: bytes,
        known: Mapping[str, str] | None = None,
        within: Mapping[str, NDArray[np.uint64]] | None = None,
        own: str = "",
    ) -> Universe:
        """
        Describe the incidents used.

        Parameters
        ----------
        materials
            Tables of the case's materials, by the name of the set that each is.
        used
            The incidents that the analysis was given.
        key
            Key of the case: the members of a set are kept as keyed hashes.
        known
            Sets of earlier products, as `sets` had them.
        within
            Sets by the keys of records (`recordkeys`): the incidents of each material.
        own
            Which of those the new figures are about; empty for none.

        Raises
        ------
        InputError
            If an incident used is in no material of the case, or was put in twice.
        """
        every = _together(materials)
        given = set(_names(every, used).to_numpy(dtype=object))
        rows = labelled(every[~every[_NAME].duplicated()])
        made = cls(rows, {}, np.empty(0, dtype=bool), {}, key)
        for name, packed in (known or {}).items():
            rows[name] = _members(packed, made.marks)
        for name, held in (within or {}).items():
            inside = (rows[_FROM] == name).to_numpy()
            rows[name] = inside if inside.all() else inside | np.isin(made.keys, held)
        names = rows[_NAME].to_numpy(dtype=object)
        mask = np.fromiter((name in given for name in names), dtype=bool, count=len(rows))
        base, described = _described(rows, mask)
        if own in (within or {}):
            base, described = base | {own: [True]}, described & rows[own].to_numpy()
        made = dataclasses.replace(made, base=base, mask=mask)
        if (described == mask).all():
            return made
        made, name = made.with_set(mask)
        return dataclasses.replace(made, base=base | {name: [True]})

    def with_set(self, members: NDArray[np.bool_]) -> tuple[Universe, str]:
        """
        Give some incidents a set of their own, for counts that offence, time and place do not describe.

        Parameters
        ----------
        members
            Which of `rows`.

        Returns
        -------
        tuple
            The universe with the set, and the set's name: an extent says ``{name: [True]}``.
        """
        inside = [mark for mark, member in zip(self.marks, members, strict=True) if member]
        name, packed = _packed(inside)
        rows = self.rows.assign(**{name: members})
        return dataclasses.replace(self, rows=rows, sets=self.sets | {name: packed}), name

    def members(self, some: pd.DataFrame) -> NDArray[np.bool_]:
        """Say which incidents of `rows` stand in a table, by number and row of the file."""
        where = ["incident_id", "source_row"]
        wanted = pd.MultiIndex.from_frame(pd.DataFrame(some[where]).astype(str))
        return pd.MultiIndex.from_frame(pd.DataFrame(self.rows[where]).astype(str)).isin(wanted)


def labelled(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Return incidents with the labels by which tables of hours and weekdays count them.

    Parameters
    ----------
    rows
        Incidents with ``occurred_from`` and ``occurred_to``.

    Returns
    -------
    DataFrame
        With ``sure_weekday`` (of those whose day is sure), ``timed_weekday`` and ``known_hour`` (of those
        whose hour is known); -1 elsewhere.
    """
    start = rows["occurred_from"]
    end = rows["occurred_to"].where(rows["occurred_to"] >= start, start)
    known = start.notna().to_numpy()
    last = end.where(end <= start, end - pd.Timedelta(microseconds=1))
    sure_day = known & (last.dt.floor("D") == start.dt.floor("D")).to_numpy()
    coarse = rows["time_precision"].isin(["day", "month"]).to_numpy() if "time_precision" in rows else ~known
    timed = known & ~coarse & (end - start <= _HOUR).to_numpy()
    weekday, hour = start.dt.day_of_week.fillna(-1).to_numpy(), start.dt.hour.fillna(-1).to_numpy()
    return rows.assign(
        sure_weekday=np.where(sure_day, weekday, -1).astype("int64"),
        timed_weekday=np.where(timed, weekday, -1).astype("int64"),
        known_hour=np.where(timed, hour, -1).astype("int64"),
    )


def whole_cells(shapes: Any, *, cell_size: float) -> NDArray[np.object_]:
    """
    Return the whole squares of cells that were cut at the edge of an area: their counts were not cut.

    Parameters
    ----------
    shapes
        Cells of a square grid, in metres.
    cell_size
        Their side in metres; grids start at whole multiples of it.
    """
    inside = shapely.get_coordinates(shapely.point_on_surface(np.asarray(shapes)))
    corner = np.floor(inside / cell_size) * cell_size
    return np.asarray(shapely.box(*corner.T, *(corner + cell_size).T), dtype=object)


def extents_of(name: str, table: pd.DataFrame, *, cell_size: float | None = None) -> list[dict[str, Any]]:
    """
    Say of each row of a table which incidents its count is about.

    Parameters
    ----------
    name
        Name of the table: ``cells``, ``districts``, ``weekdays``, ``hours``, ``periods``.
    table
        Its rows, as they would be published.
    cell_size
        Side of the cells of a square grid, metres; None for other shapes.

    Returns
    -------
    list of dict
        In the order of the rows; what is not named is not narrowed down.
    """
    if isinstance(table, gpd.GeoDataFrame):
        shapes: Any = np.asarray(table.geometry)
        if cell_size is not None:
            shapes = whole_cells(shapes, cell_size=cell_size)
        return [{"place": text} for text in shapely.to_wkb(shapes, hex=True).tolist()]
    if name == "hours":
        spans = zip(table["from"], table["to"], strict=True)
        return [{"known_hour": list(range(int(start), int(end)))} for start, end in spans]
    if "weekday" in table:
        column = "timed_weekday" if name == "weekdays" else "sure_weekday"
        return [{column: [int(day)]} for day in table["weekday"]]
    if "week" in table:
        return [_span(day, day + 7 * _DAY) for day in table["week"]]
    if "month" in table:
        return [_span(day, day + pd.offsets.MonthBegin(1)) for day in table["month"]]
    msg = f"The table {name!r} has no column that says what its counts are about."
    raise ValueError(msg)


def _span(start: Any, end: Any) -> dict[str, Any]:
    return {"from": pd.Timestamp(start).isoformat(), "to": pd.Timestamp(end).isoformat()}


def _keys(rows: pd.DataFrame, key: bytes) -> NDArray[np.uint64]:
    """Return the keys of the incidents' numbers; 0, which is nobody's, where the reader made the number."""
    made = rows["incident_id"].astype(str) == _MADE + rows["source_row"].astype(str)
    found = [
        0 if own else recordkeys.key_of(value, key)
        for value, own in zip(rows["incident_id"], made, strict=True)
    ]
    return np.array(found, dtype=np.uint64)


def _together(materials: Mapping[str, Any]) -> pd.DataFrame:
    """
    Put the incidents of several materials below each other, each under a name that is the same in all.

    The name is the register's number; where a material has it on several rows, the row is added. A number
    that the reader made of a row is no number of the register: another extract has it for another incident.
    """
    tables = []
    for source, table in materials.items():
        if {"occurred_from", "incident_id", "source_row"} <= set(table.columns):
            ids, rows = table["incident_id"].astype(str), table["source_row"].astype(str)
            name = ids.where(~ids.duplicated(keep=False), ids + "#" + rows)
            name = name.where(ids != _MADE + rows, source + "#" + rows)
            tables.append(table.assign(**{_NAME: name, _FROM: source}))
    if not tables:
        raise InputError(_astray())
    whole: pd.DataFrame = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    return whole


def _names(every: pd.DataFrame, used: pd.DataFrame) -> pd.Series[str]:
    """Return the names of the incidents that an analysis was given."""
    where = ["incident_id", "source_row"]
    if not set(where) <= set(used.columns):
        raise InputError(_astray())
    named = every[[*where, _NAME]].drop_duplicates(where)
    found = pd.DataFrame(used[where]).merge(pd.DataFrame(named), on=where, how="left")[_NAME]
    if found.isna().any() or found.duplicated().any():
        raise InputError(_astray())
    return found


def _astray() -> str:
    return _("Some incidents of the analysis are in no material of the case, or are there twice.")


def _described(rows: pd.DataFrame, mask: NDArray[np.bool_]) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """Describe the rows marked by their offences and days, and return the rows that this describes."""
    days = rows["occurred_from"]
    offences = sorted({str(offence) for offence in rows["offence"][mask].unique()})
    base: dict[str, Any] = {"offence": offences}
    described = rows["offence"].astype(str).isin(offences).to_numpy()
    dated = days[mask].dropna()
    if len(dated):
        first, end = dated.min().floor("D"), dated.max().floor("D") + _DAY
        base |= {"from": _naive(first), "to": _naive(end)}
        described = described & ((days >= first) & (days < end)).to_numpy(dtype=bool)
    return base, described


def _naive(moment: pd.Timestamp) -> str:
    """Write a moment on the local clock: periods are printed as people write them, without a zone."""
    return str(moment.tz_localize(None).isoformat())


def _marks(ids: pd.Series[Any], key: bytes) -> list[bytes]:
    """Mark incidents by keyed hashes: without the key nobody can try out which number is in a set."""
    return [
        hmac.digest(key, str(value).encode("utf-8"), "sha256")[:8] for value in ids.to_numpy(dtype=object)
    ]


def _packed(marks: list[bytes]) -> tuple[str, str]:
    whole = b"".join(sorted(marks))
    name = SET + hashlib.sha256(whole).hexdigest()[:12]
    return name, base64.b64encode(zlib.compress(whole, 9)).decode("ascii")


def _members(packed: str, marks: list[bytes]) -> NDArray[np.bool_]:
    whole = zlib.decompress(base64.b64decode(packed))
    members = {whole[i : i + 8] for i in range(0, len(whole), 8)}
    return np.fromiter((mark in members for mark in marks), dtype=bool, count=len(marks))
