"""
From recorded JSON back to objects, for the learner's screen and for whoever looks into an answer.

Scoring does not come by here: it compares the JSON itself. Types are taken from a short list, never from what
the answer says; a column whose cells do not fit its dtype stays a column of objects.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from ..i18n import _
from ._cells import cell
from ._plain import TAG, AnswerError, plain

__all__ = ["decoded"]

_DTYPES = {
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool",
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean",
    "str", "string", "category",
}  # fmt: skip


def decoded(value: Any) -> Any:
    """Return the object that recorded JSON stands for; see `answers.decode`."""
    try:
        return _of(plain(value))
    except AnswerError:
        raise
    except Exception:  # what a forged record can raise in pandas or shapely has no end
        raise AnswerError(_("The answer is not in the form in which answers are recorded.")) from None


def _of(value: Any) -> Any:
    if isinstance(value, list):
        return [_of(each) for each in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {name: _of(each) for name, each in value.items()}
    return _MAKERS[value[TAG]](value)


def _datetime(value: dict[str, Any]) -> Any:
    import pandas as pd

    cell(value)  # a word such as "now" is no moment
    moment = pd.Timestamp(value["v"])
    zone = value["zone"]
    if zone is None or moment.tzinfo is None:
        return moment
    try:
        return moment.tz_convert(zone)
    except (KeyError, ValueError):
        return moment


def _timedelta(value: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.Timedelta(value["v"], "ns")


def _interval(value: dict[str, Any]) -> Any:
    import pandas as pd

    left, right = map(_of, value["v"])
    return pd.Interval(left, right, closed=value["closed"])


def _period(value: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.Period(value["v"], freq=value["freq"])


def _array(value: dict[str, Any]) -> Any:
    import numpy as np

    cells = [_of(each) for each in value["v"]]
    numbers = all(type(cell) in {int, float, bool} for cell in cells)
    made = np.array(cells) if numbers else np.array([*cells, None], dtype=object)[:-1]
    return made.reshape(value["shape"])


def _geometry(value: dict[str, Any]) -> Any:
    from ._shapes import shape

    return shape(value["v"])


def _index(value: dict[str, Any]) -> Any:
    import pandas as pd

    labels, names = [_of(each) for each in value["v"]], [_of(each) for each in value["names"]]
    if len(names) > 1:
        return pd.MultiIndex.from_tuples([tuple(label) for label in labels], names=names)
    count = range(len(labels))
    if labels == list(count) and not any(type(label) is bool for label in labels):
        return pd.RangeIndex(len(labels), name=names[0])
    return pd.Index(labels, name=names[0])


def _column(value: dict[str, Any], index: Any) -> Any:
    import pandas as pd

    name, dtype = _hashable(_of(value["name"])), value["dtype"]
    if dtype == "geometry":
        import geopandas as gpd

        shapes: Any = [None if cell is None else _geometry({"v": cell}) for cell in value["v"]]
        return gpd.GeoSeries(shapes, index=index, crs=value["crs"], name=name)
    cells = [_of(each) for each in value["v"]]
    made = pd.Series(cells, index=index, name=name, dtype=object)
    if dtype in _DTYPES:
        try:
            return made.astype(dtype)
        except (TypeError, ValueError, OverflowError):
            return made
    if dtype.startswith(("datetime64", "timedelta64", "period", "interval")):
        again = made.infer_objects()
        try:
            return again.astype(dtype)
        except (TypeError, ValueError):
            return again
    return made


def _series(value: dict[str, Any]) -> Any:
    return _column(value, _index(value["index"]))


def _frame(value: dict[str, Any]) -> Any:
    import pandas as pd

    index = _index(value["index"])
    columns = [_column(each, index) for each in value["columns"]]
    made = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=index)
    made.columns = pd.Index([column.name for column in columns])
    if "geometry" not in value:
        return made
    import geopandas as gpd

    return gpd.GeoDataFrame(made, geometry=_of(value["geometry"]))


def _graph(value: dict[str, Any]) -> Any:
    """Make a graph of networkx; where that is not installed, give nodes and edges as lists."""
    nodes = [(_hashable(_of(n)), _of(data)) for n, data in value["nodes"]]
    edges = [(_hashable(_of(a)), _hashable(_of(b)), _of(data)) for a, b, data in value["edges"]]
    try:
        import networkx
    except ImportError:
        return {"directed": value["directed"], "multi": value["multi"], "nodes": nodes, "edges": edges}
    name = ("Multi" if value["multi"] else "") + ("DiGraph" if value["directed"] else "Graph")
    made = getattr(networkx, name)()
    made.add_nodes_from(nodes)
    made.add_edges_from(edges)
    return made


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


_MAKERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "float": lambda value: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[value["v"]],
    "int": lambda value: int(value["v"]),
    "date": lambda value: dt.date.fromisoformat(value["v"]),
    "time": lambda value: dt.time.fromisoformat(value["v"]),
    "datetime": _datetime,
    "timedelta": _timedelta,
    "interval": _interval,
    "period": _period,
    "set": lambda value: {_hashable(_of(each)) for each in value["v"]},
    "dict": lambda value: {_hashable(_of(name)): _of(each) for name, each in value["v"]},
    "array": _array,
    "geometry": _geometry,
    "index": _index,
    "series": _series,
    "frame": _frame,
    "graph": _graph,
}
