"""
What a result is, in 64 digits: the same content gives the same fingerprint, whatever object holds it.

A case knows its materials and findings by their content, never by notes on a table: `attrs` are lost by merge
and survive where they should not. A table that was edited, even by one cell, has another fingerprint.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
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


def _parts(value: Any, depth: int) -> list[bytes]:
    import numpy as np
    import pandas as pd

    if depth > 12:
        raise _UnknownError
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
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return [f"{type(value).__name__}:{value!r};".encode("utf-8", "surrogatepass")]
    if isinstance(value, Mapping):
        parts = [b"{"]
        for name, inner in value.items():
            parts += [f"{name!r}:".encode("utf-8", "surrogatepass"), *_parts(inner, depth + 1)]
        return [*parts, b"}"]
    if isinstance(value, list | tuple):
        return [b"[", *(part for inner in value for part in _parts(inner, depth + 1)), b"]"]
    if isinstance(value, set | frozenset):
        return [b"<", *sorted(b"".join(_parts(inner, depth + 1)) for inner in value), b">"]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return [type(value).__qualname__.encode(), *_of_plain(fields, depth)]
    return _of_other(value, depth)


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

    if str(column.dtype) == "geometry":
        import shapely

        shapes = shapely.to_wkb(np.asarray(column.array))
        return b"geometry" + str(getattr(column, "crs", None)).encode() + _of_objects(shapes)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if column.dtype == object:
        return _of_objects(column.to_numpy())
    hashes = pd.util.hash_pandas_object(column, index=False, categorize=False)
    return str(column.dtype).encode() + hashes.to_numpy().tobytes()


def _of_objects(values: Any) -> bytes:
    """Hash texts, bytes and whatever else stands in a column of objects."""
    pieces = [_piece(value) for value in values]
    lengths = b"".join([len(piece).to_bytes(8, "little") for piece in pieces])
    return hashlib.sha256(lengths + b"".join(pieces)).digest()


def _piece(value: Any) -> bytes:
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return b"b" + value
    return b"o" + b"".join(_of_cell(value))


def _of_cell(value: Any) -> list[bytes]:
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return [b"missing"]
    return _parts(value, 1)


def _of_array(values: Any) -> bytes:
    if values.dtype == object:
        return _of_objects(values.ravel())
    return str(values.dtype).encode() + bytes(values.tobytes())
