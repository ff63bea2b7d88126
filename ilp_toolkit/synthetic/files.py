"""The formats of the invented world: text with fixed decimals, so that a recipe gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from .register import lonlat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["csv_bytes", "geojson_bytes", "json_bytes"]


def csv_bytes(table: pd.DataFrame, *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Write a table of text as CSV with a header and plain line ends."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.itertuples(index=False, name=None))
    return out.getvalue().encode(encoding)


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Write JSON for people: indented, but lists of plain values on one line."""
    return (_say(value, 0) + "\n").encode()


def geojson_bytes(geometries: Iterable[Any], properties: Iterable[Mapping[str, Any]]) -> bytes:
    """Write shapes in metres as GeoJSON in degrees with six decimals, a feature a line."""
    lines = []
    for geometry, values in zip(geometries, properties, strict=True):
        feature = {"type": "Feature", "properties": dict(values), "geometry": _degrees(geometry)}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _degrees(geometry: Any) -> dict[str, Any]:
    def turn(xy: Any) -> Any:
        lon, lat = lonlat(xy[:, 0], xy[:, 1])
        return np.column_stack([lon, lat])

    whole = orient(geometry) if geometry.geom_type == "Polygon" else geometry
    shape = shapely.transform(whole, turn)
    mapping: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return mapping


def _say(value: Any, depth: int) -> str:
    pad = " " * (depth + 1)
    if isinstance(value, dict) and value:
        named = ((json.dumps(str(k), ensure_ascii=False), _say(v, depth + 1)) for k, v in value.items())
        inside = (f"{pad}{name}: {text}" for name, text in named)
        return "{\n" + ",\n".join(inside) + "\n" + " " * depth + "}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(pad + _say(item, depth + 1) for item in value) + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False)
