"""
What a result is, in 64 digits: the same content gives the same fingerprint, whatever object holds it.

A case knows its materials and findings by their content, never by notes on a table: `attrs` are lost by merge
and survive where they should not. A table that was edited, even by one cell, has another fingerprint.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["fingerprint"]


def fingerprint(value: Any) -> str | None:
    """
    Hash a table, a series, an array, a dataclass, a graph, or plain values.

    Parameters
    ----------
    value
        What a function took or returned.

    Returns
    -------
    str or None
        64 hexadecimal digits; None where it holds something whose content cannot be told.

    Notes
    -----
    Index, column names, types and order count; ``attrs`` and unused categories do not.

    Examples
    --------
    >>> import pandas as pd
    >>> fingerprint(pd.DataFrame({"n": [1, 2]})) == fingerprint(pd.DataFrame({"n": [1, 2]}))
    True
    >>> fingerprint(pd.DataFrame({"n": [1, 2]})) == fingerprint(pd.DataFrame({"n": [1, 3]}))
    False
    """
    try:
        return hashlib.sha256(b"".join(_parts(value, 0))).hexdigest()
    except _UnknownError:
        return None


class _UnknownError(Exception):
    """Something whose content cannot be told."""


_DEEPEST = 12
"""Levels of lists in lists; deeper ones are not told."""
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
_NESTED = frozenset({list, tuple, dict})
_QUICK = _PLAIN | _NESTED
"""Asked for by their very type first, since asking what else a value may be takes ten times as long."""


def _parts(value: Any, depth: int) -> list[bytes]:
    if depth > _DEEPEST:
        raise _UnknownError
    if isinstance(value, dt.date):  # a moment, too
        return [f"time:{value.isoformat()}".encode()]
    return _of_plain(value, depth) if type(value) in _QUICK else _of_tabular(value, depth)


def _of_tabular(value: Any, depth: int) -> list[bytes]:
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        parts = [b"table", _of_index(value.columns), _of_index(value.index)]
        return parts + [_of_column(value.iloc[:, place]) for place in range(value.shape[1])]
    if isinstance(value, pd.Series):
        return [b"series", str(value.name).encode(), _of_index(value.index), _of_column(value)]
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return [b"column", _of_column(pd.Series(value))]
    if isinstance(value, pd.Index):
        return [b"index", _of_index(value)]
    if isinstance(value, np.ndarray):
        return [b"array", str(value.shape).encode(), _of_array(value)]
    return _of_plain(value, depth)


def _of_plain(value: Any, depth: int) -> list[bytes]:
    if type(value) in _PLAIN or isinstance(value, bool | int | float | complex | str | bytes):
        return [f"{type(value).__name__}:{value!r};".encode("utf-8", "surrogatepass")]
    if isinstance(value, list | tuple):
        return [b"[", *_of_items(value, depth), b"]"]
    if isinstance(value, Mapping):
        parts = [b"{"]
        for name, inner in value.items():
            parts += [f"{name!r}:".encode("utf-8", "surrogatepass"), *_parts(inner, depth + 1)]
        return [*parts, b"}"]
    if isinstance(value, set | frozenset):
        return [b"<", *sorted(b"".join(_parts(inner, depth + 1)) for inner in value), b">"]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return [type(value).__qualname__.encode(), *_of_plain(fields, depth)]
    return _of_other(value, depth)


def _of_items(values: Sequence[Any], depth: int) -> list[bytes]:
    if depth < _DEEPEST and _PLAIN.issuperset(map(type, values)):
        told = "".join([f"{type(value).__name__}:{value!r};" for value in values])
        return [told.encode("utf-8", "surrogatepass")]
    parts = []
    for value in values:
        parts += _parts(value, depth + 1)
    return parts


def _of_other(value: Any, depth: int) -> list[bytes]:
    if hasattr(value, "nodes") and hasattr(value, "edges"):  # a graph of networkx
        nodes, edges = list(value.nodes(data=True)), list(value.edges(data=True))
        return [b"graph", *_of_plain([nodes, edges], depth)]
    if hasattr(value, "wkb") and isinstance(value.wkb, bytes):
        return [b"shape", value.wkb]
    if hasattr(value, "isoformat"):
        return [f"time:{value.isoformat()}".encode()]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return _of_plain(value.item(), depth)
    raise _UnknownError


def _of_index(index: Any) -> bytes:
    import pandas as pd

    names = str(list(index.names)).encode()
    if pd.api.types.is_numeric_dtype(index.dtype):
        return names + _of_array(index.to_numpy())
    return names + _of_objects(index.to_numpy().astype(object))


def _of_column(column: Any) -> bytes:
    import numpy as np
    import pandas as pd

    kind = column.dtype
    if str(kind) == "geometry":
        return b"geometry" + str(getattr(column, "crs", None)).encode() + _of_shapes(np.asarray(column.array))
    if isinstance(kind, pd.CategoricalDtype) or pd.api.types.is_object_dtype(kind):
        label = b"" if pd.api.types.is_object_dtype(kind) else b"category"
        return label + _of_objects(np.asarray(column.astype(object)))
    if isinstance(kind, pd.StringDtype):
        return b"text" + _of_texts(column.array)
    if isinstance(kind, pd.DatetimeTZDtype) or (isinstance(kind, np.dtype) and kind.kind in "biufmM"):
        moments = kind.kind in "mM"
        numbers = column.astype("int64").to_numpy() if moments else column.to_numpy()
        return str(kind).encode() + bytes(numbers.tobytes())
    hashes = pd.util.hash_pandas_object(column, index=False, categorize=False)
    return str(kind).encode() + hashes.to_numpy().tobytes()


def _of_shapes(shapes: Any) -> bytes:
    import numpy as np
    import shapely

    kinds = shapely.get_type_id(shapes).astype("<i4")
    if np.isin(kinds, [-1, 0]).all() and not shapely.has_z(shapes).any():
        empty = shapely.is_empty(shapes)
        digest = hashlib.sha256(kinds.tobytes() + empty.tobytes())
        digest.update(shapely.get_coordinates(shapes).tobytes())
        return digest.digest()
    return _of_objects(shapely.to_wkb(shapes))


def _of_texts(values: Any) -> bytes:
    """Hash texts by where each ends and by all their letters; a missing one is no empty one."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(values, type=pa.large_string(), from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    missing = np.asarray(pc.is_null(array), dtype=bool)
    whole = pc.fill_null(array, "")
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if not len(whole):
        return b"none"
    ends = np.frombuffer(whole.buffers()[1], dtype="<i8")[whole.offset : whole.offset + len(whole) + 1]
    letters = whole.buffers()[2]
    digest = hashlib.sha256(missing.tobytes() + np.diff(ends).tobytes())
    if letters is not None:
        digest.update(memoryview(letters)[int(ends[0]) : int(ends[-1])])
    return digest.digest()


def _of_objects(values: Any) -> bytes:
    """Hash texts, bytes and whatever else stands in a column of objects."""
    texts = _as_texts(values)
    if texts is not None:
        return b"text" + texts
    # Where many rows hold one and the same object it is taken apart once. The array holds all of them
    # meanwhile, so that no two have one id.
    known: dict[int, bytes] = {}
    pieces = [known.get(id(value)) or known.setdefault(id(value), _piece(value)) for value in values]
    lengths = b"".join([len(piece).to_bytes(8, "little") for piece in pieces])
    return hashlib.sha256(lengths + b"".join(pieces)).digest()


def _as_texts(values: Any) -> bytes | None:
    """Hash objects that are all texts, or missing, the fast way; None where some are anything else."""
    import pandas as pd

    if len(values) < 64 or pd.api.types.infer_dtype(values, skipna=True) != "string":
        return None
    try:
        return _of_texts(values)
    except (UnicodeEncodeError, ValueError, TypeError):
        return None


def _piece(value: Any) -> bytes:
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return b"b" + value
    return b"o" + b"".join(_of_cell(value))


def _of_cell(value: Any) -> list[bytes]:
    if type(value) in _NESTED:
        return _parts(value, 1)
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return [b"missing"]
    return _parts(value, 1)


def _of_array(values: Any) -> bytes:
    if values.dtype == object:
        return _of_objects(values.ravel())
    return str(values.dtype).encode() + bytes(values.tobytes())
