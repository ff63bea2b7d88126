"""
From a learner's objects to JSON.

Only exact types are taken apart, by the methods of the types themselves (``dict.items(value)``, never
``value.items()``), so that an object that lies about itself is refused or gives away its data, not its lies.
pandas, geopandas, shapely, numpy and networkx are looked up among what is loaded: an answer that is a number
loads none of them.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from ..i18n import _
from ._plain import DEPTH, DIGITS, NODES, TAG, TEXT, AnswerError

__all__ = ["encoded"]

_SAFE = 2**53
_DAY = 86_400 * 10**9


def encoded(value: Any) -> Any:
    """Return the JSON of a value; see `answers.encode`."""
    return _Encoder().of(value, 0)


class _Encoder:
    """One encoding, with its count of values."""

    def __init__(self) -> None:
        self.nodes = 0

    def of(self, value: Any, depth: int) -> Any:
        """Encode one value."""
        self.nodes += 1
        if self.nodes > NODES or depth > DEPTH - 6:
            raise AnswerError(_("The answer is too large or too deeply nested."))
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, int):
            return _whole(int.__index__(value))
        if issubclass(kind, str):
            return _text(str.__str__(value))
        for maker in (_number, _moment):
            found = maker(kind, value)
            if found is not None:
                return found
        found = self._container(kind, value, depth)
        return self._library(kind, value, depth) if found is None else found

    def _container(self, kind: type, value: Any, depth: int) -> Any:
        if issubclass(kind, dict):
            return self._mapping(list(dict.items(value)), depth)
        if issubclass(kind, tuple):
            return [self.of(each, depth + 1) for each in tuple.__iter__(value)]
        if issubclass(kind, list):
            return [self.of(each, depth + 1) for each in list.__iter__(value)]
        for base in (set, frozenset):
            if issubclass(kind, base):
                parts = [self.of(each, depth + 1) for each in base.__iter__(value)]
                return {TAG: "set", "v": sorted(parts, key=repr)}
        return None

    def _mapping(self, pairs: list[tuple[Any, Any]], depth: int) -> Any:
        if all(issubclass(type(name), str) for name, _value in pairs):
            made = {_text(str.__str__(name)): self.of(each, depth + 1) for name, each in pairs}
            if TAG not in made:
                return made
        items = [[self.of(name, depth + 1), self.of(each, depth + 1)] for name, each in pairs]
        return {TAG: "dict", "v": items}

    def _library(self, kind: type, value: Any, depth: int) -> Any:
        root = kind.__module__ if type(kind.__module__) is str else ""
        if root.startswith("numpy"):
            return self._numpy(kind, value, depth)
        if root.startswith(("pandas", "geopandas")):
            return self._pandas(kind, value, depth)
        if root.startswith("shapely"):
            made = _geometry(kind, value)
            if made is not None:
                return made
        if root.startswith("networkx"):
            return self._networkx(kind, value, depth)
        raise _refused(kind)

    def _numpy(self, kind: type, value: Any, depth: int) -> Any:
        numpy = sys.modules.get("numpy")
        if numpy is None:
            raise _refused(kind)
        if issubclass(kind, (numpy.datetime64, numpy.timedelta64)):
            import pandas as pd

            made = pd.Timestamp(value) if issubclass(kind, numpy.datetime64) else pd.Timedelta(value)
            return self.of(made, depth + 1)
        if issubclass(kind, numpy.generic):
            return self.of(numpy.generic.item(value), depth + 1)
        if kind is numpy.ndarray:
            self._room(value.size)
            flat = [self.of(each, depth + 2) for each in value.ravel().tolist()]
            return {TAG: "array", "shape": list(value.shape), "v": flat}
        raise _refused(kind)

    def _pandas(self, kind: type, value: Any, depth: int) -> Any:  # noqa: PLR0911 - one return a type
        pandas = sys.modules.get("pandas")
        if pandas is None:
            raise _refused(kind)
        if value is pandas.NaT or value is pandas.NA:
            return None
        if kind is pandas.Timedelta:
            return {TAG: "timedelta", "v": int(value.as_unit("ns").value)}
        if kind is pandas.Interval:
            sides = [self.of(value.left, depth + 1), self.of(value.right, depth + 1)]
            return {TAG: "interval", "v": sides, "closed": value.closed}
        if kind is pandas.Period:
            return {TAG: "period", "v": str(value), "freq": value.freqstr}
        if issubclass(kind, pandas.Index):
            return {TAG: "index", **self._index(value, depth)}
        geopandas = sys.modules.get("geopandas")
        if kind is pandas.Series or (geopandas is not None and kind is geopandas.GeoSeries):
            column = self._column(value.name, value, depth)
            return {TAG: "series", "index": self._index(value.index, depth), **column}
        if kind is pandas.DataFrame or (geopandas is not None and kind is geopandas.GeoDataFrame):
            self._room(value.shape[0] * value.shape[1])
            columns = [
                self._column(name, value.iloc[:, i], depth) for i, name in enumerate(value.columns.tolist())
            ]
            made = {TAG: "frame", "index": self._index(value.index, depth), "columns": columns}
            if kind is not pandas.DataFrame:
                made["geometry"] = self.of(value._geometry_column_name, depth + 1)
            return made
        raise _refused(kind)

    def _index(self, index: Any, depth: int) -> dict[str, Any]:
        self._room(len(index) * index.nlevels)
        labels = [self.of(label, depth + 3) for label in index.tolist()]
        names = [self.of(name, depth + 3) for name in index.names]
        return {"names": names, "v": labels}

    def _column(self, name: Any, column: Any, depth: int) -> dict[str, Any]:
        self._room(len(column))
        made = {"name": self.of(name, depth + 3), "dtype": str(column.dtype)[:60]}
        if made["dtype"] == "geometry":
            cells = [None if each is None else _geometry(type(each), each) for each in column]
            made["crs"] = _crs(column.crs)
            return {**made, "v": [None if cell is None else cell["v"] for cell in cells]}
        return {**made, "v": [self._cell(each, depth) for each in column.tolist()]}

    def _cell(self, value: Any, depth: int) -> Any:
        """Encode a cell of a column: not a number is a missing value, as in pandas."""
        if type(value) is float and math.isnan(value):
            self.nodes += 1
            return None
        return self.of(value, depth + 3)

    def _networkx(self, kind: type, value: Any, depth: int) -> Any:
        networkx = sys.modules.get("networkx")
        if networkx is None or not issubclass(kind, networkx.Graph):
            raise _refused(kind)
        graph = networkx.Graph
        directed = bool(issubclass(kind, networkx.DiGraph))
        several = bool(issubclass(kind, networkx.MultiGraph))
        self._room(graph.number_of_nodes(value) + graph.number_of_edges(value))
        nodes = [
            [self.of(n, depth + 2), self.of(dict(data), depth + 2)] for n, data in value.nodes(data=True)
        ]
        edges = [
            [self.of(a, depth + 2), self.of(b, depth + 2), self.of(dict(data), depth + 2)]
            for a, b, data in value.edges(data=True)
        ]
        return {TAG: "graph", "directed": directed, "multi": several, "nodes": nodes, "edges": edges}

    def _room(self, more: int) -> None:
        if self.nodes + more > NODES:
            msg = _("The answer has {n} values; at most {most} can be recorded. Is it the whole register?")
            raise AnswerError(msg.format(n=more, most=NODES))


def _whole(value: int) -> Any:
    if -_SAFE <= value <= _SAFE:
        return value
    if value.bit_length() > 996:  # 10 ** 300
        raise AnswerError(_("The answer holds a number of more than {n} digits.").format(n=DIGITS))
    return {TAG: "int", "v": str(value)}


def _text(value: str) -> str:
    if len(value) > TEXT:
        raise AnswerError(_("The answer holds a text that is too long."))
    return value.encode("utf-8", "replace").decode("utf-8")


def _number(kind: type, value: Any) -> Any:
    if issubclass(kind, float):
        exact = float.__float__(value)
        if math.isfinite(exact):
            return exact
        return {TAG: "float", "v": "nan" if math.isnan(exact) else "inf" if exact > 0 else "-inf"}
    if kind is Decimal or kind is Fraction:
        try:
            return _number(float, float(value))
        except OverflowError:
            raise AnswerError(_("The answer holds a number that is too large.")) from None
    return None


def _moment(kind: type, value: Any) -> Any:  # noqa: PLR0911 - one return a type
    """Encode what the clock and the calendar give; a Timestamp of pandas is a datetime, too."""
    if issubclass(kind, dt.datetime):
        if kind is not dt.datetime and not _is_pandas(kind, "Timestamp"):
            return None
        zone = value.tzinfo
        if zone is not None and type(zone) not in {dt.timezone, ZoneInfo} and not _known_zone(zone):
            return None
        name = None if zone is None else str(zone)[:60]
        return {TAG: "datetime", "v": value.isoformat(), "zone": name}
    if kind is dt.date:
        return {TAG: "date", "v": value.isoformat()}
    if kind is dt.time:
        return {TAG: "time", "v": value.replace(tzinfo=None).isoformat()}
    if kind is dt.timedelta:
        return {
            TAG: "timedelta",
            "v": (value.days * _DAY) + value.seconds * 10**9 + value.microseconds * 1000,
        }
    return None


def _is_pandas(kind: type, name: str) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and kind is getattr(pandas, name)


def _known_zone(zone: Any) -> bool:
    root = type(zone).__module__
    return type(root) is str and root.split(".")[0] in {"pytz", "dateutil", "zoneinfo", "datetime"}


def _geometry(kind: type, value: Any) -> Any:
    shapely = sys.modules.get("shapely")
    if shapely is None or not issubclass(kind, shapely.Geometry):
        return None
    text = shapely.to_wkb(value, hex=True, output_dimension=2, include_srid=False)
    if len(text) > 10 * TEXT:
        raise AnswerError(_("The answer holds a shape with too many corners."))
    return {TAG: "geometry", "v": text}


def _crs(crs: Any) -> str | None:
    """Name a CRS by its authority where it has one, else by its WKT."""
    if crs is None:
        return None
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else str(crs.to_wkt())[:TEXT]


def _refused(kind: type) -> AnswerError:
    name = type.__getattribute__(kind, "__name__")
    words = _(
        "An answer of type {name} cannot be recorded. Give a number, a text, a date, a list, "
        "a table (DataFrame, GeoDataFrame, Series) or a graph."
    )
    return AnswerError(words.format(name=str.__str__(name)[:60]))
