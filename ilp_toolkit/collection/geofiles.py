"""
Map layers (GeoPackage, GeoJSON, KML, Shapefile, FlatGeobuf) as a raw table with shapes.

Attributes are written as text. Dates of a layer stay as its driver words them. A shapefile that does not
say how its letters are encoded is read by the rule of `encodings`, not as Western European by default.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyogrio
import pyproj
import shapely

from ..errors import FileError
from ..i18n import _
from .celltext import cells_as_text, number_as_text
from .containers import Content
from .encodings import guess_single_byte
from .layout import unique_names
from .rawtable import Note, RawTable, bad_rows, strip_outer
from .typedtables import feature_rows

__all__ = ["read_layer"]

_OPTIONS: dict[str, dict[str, str]] = {"GeoJSON": {"DATE_AS_STRING": "YES"}}
_DRIVERS = {
    "GeoPackage": {"GPKG", "SQLite"},
    "GeoJSON": {"GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON"},
    "KML": {"KML", "LIBKML"},
    "Shapefile": {"ESRI Shapefile"},
    "dBase": {"ESRI Shapefile"},
    "FlatGeobuf": {"FlatGeobuf"},
}
"""Drivers that may open each kind: a damaged file called .csv must not pass as CSV."""

_SUFFIXES = {
    "GeoPackage": {".gpkg", ".sqlite", ".db"},
    "GeoJSON": {".geojson", ".json"},
    "KML": {".kml", ".kmz"},
    "Shapefile": {".shp", ".shx"},
    "dBase": {".dbf"},
    "FlatGeobuf": {".fgb"},
}

_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")


def read_layer(content: Content, kind: str, *, layer: str | None = None) -> RawTable:
    """
    Read one layer of a map file.

    Parameters
    ----------
    content
        The map file.
    kind
        What it is, as `files` recognised it ("GeoPackage", "GeoJSON", …).
    layer
        Name of the layer, None for the first that holds features.

    Raises
    ------
    FileError
        If it is damaged, lacks a part, has no such layer, or holds no features.
    """
    source = _source(content, kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chosen, others = _choose(source, content.name, kind, layer)
            read = _read(source, kind, chosen)
    except (RuntimeError, OSError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(_damaged(content, kind)) from error
    meta, geometry, fields = read
    if not len(fields) and geometry is None:
        raise FileError(_damaged(content, kind))
    n = len(geometry) if geometry is not None else len(fields[0])
    if not n:
        raise FileError(_("{file} holds a layer and no features. Export it again.").format(file=content.name))
    columns = [pa.chunked_array([_texts(values)], type=pa.string()) for values in fields]
    shapes, notes = _shapes(geometry)
    encoding = meta.get("guessed")
    if encoding:
        remedy = _("It was read as {encoding}. If the letters are wrong, put a .cpg file beside it.")
        notes.append(("encoding_guessed", n, 2, remedy.format(encoding=encoding)))
    if others:
        remedy = _("Layer {layer} was read. Others: {names}.").format(
            layer=chosen, names=", ".join(others[:10])
        )
        notes.append(("several_tables", len(others), None, remedy))
    return RawTable(
        strip_outer(pa.table(columns, names=unique_names([str(name) for name in meta["fields"]]))),
        feature_rows(n),
        bad_rows([]),
        geometry=shapes,
        crs=pyproj.CRS.from_user_input(meta["crs"]) if meta.get("crs") else None,
        choices={"format": kind, "layer": chosen, **({"encoding": encoding} if encoding else {})},
        notes=notes,
    )


def _source(content: Content, kind: str) -> Any:
    """Hand over the path; or the bytes where the end of the name would mislead the driver."""
    if content.path is not None and content.path.suffix.lower() in _SUFFIXES[kind]:
        return str(content.path)
    return content.bytes()


def _choose(source: Any, name: str, kind: str, layer: str | None) -> tuple[str, list[str]]:
    """Return the layer to read and the others; make sure that the driver is one for this kind of file."""
    names = [str(found) for found in pyogrio.list_layers(source)[:, 0]]
    if layer is not None:
        if layer in names:
            return layer, []
        msg = _("{file} has no layer {layer!r}. Its layers: {names}.")
        raise FileError(msg.format(file=name, layer=layer, names=", ".join(names[:20])))
    if len(names) > 1:
        filled = [
            found
            for found in names
            if pyogrio.read_info(source, layer=found, force_feature_count=True)["features"]
        ]
        names = filled or names
    if not names:
        raise FileError(_("{file} holds no layer. Check that it is the right file.").format(file=name))
    if pyogrio.read_info(source, layer=names[0]).get("driver") not in _DRIVERS[kind]:
        raise ValueError(name)
    return names[0], names[1:]


def _read(source: Any, kind: str, layer: str) -> tuple[dict[str, Any], Any, list[Any]]:
    options = _OPTIONS.get(kind, {})
    meta, _fids, geometry, fields = pyogrio.raw.read(source, layer=layer, datetime_as_string=True, **options)
    if kind == "Shapefile":
        guessed = _guess(meta, fields)
        if guessed:
            meta, _fids, geometry, fields = pyogrio.raw.read(
                source, layer=layer, datetime_as_string=True, encoding=guessed
            )
            meta["guessed"] = guessed
    return meta, geometry, fields


def _guess(meta: dict[str, Any], fields: list[Any]) -> str | None:
    """Return the encoding of a shapefile that says none: GDAL then reads bytes one by one as ISO 8859-1."""
    if str(meta.get("encoding", "")).upper() not in {"ISO-8859-1", "ISO8859-1", "LATIN1"}:
        return None
    words: Counter[bytes] = Counter()
    for values in fields:
        for text in values[:20_000] if values.dtype == object else ():
            if isinstance(text, str) and not text.isascii():
                words.update(_WORD.findall(text.encode("iso-8859-1", "ignore")))
    if not words:
        return None
    try:
        b" ".join(words).decode("utf-8")
    except UnicodeDecodeError:
        return guess_single_byte(words)
    return "utf-8"


def _texts(values: npt.NDArray[Any]) -> pa.Array:
    if values.dtype.kind == "f":
        return pa.array(
            [None if np.isnan(value) else number_as_text(value) for value in values.tolist()], pa.string()
        )
    if values.dtype.kind == "M":
        texts = np.datetime_as_string(values)
        return pa.array(
            [None if text == "NaT" else str(text).replace("T", " ") for text in texts], pa.string()
        )
    return pa.array(cells_as_text(values.tolist()), type=pa.string())


def _shapes(binary: Any) -> tuple[npt.NDArray[np.object_] | None, list[Note]]:
    if binary is None:
        return None, []
    shapes = shapely.from_wkb(binary, on_invalid="ignore")
    lost = np.flatnonzero([b is not None for b in binary] & (shapes == None))  # noqa: E711
    if not len(lost):
        return shapes, []
    remedy = _("These rows stay without a place. Mend the shapes in QGIS.")
    return shapes, [("geometry_unreadable", len(lost), int(lost[0]) + 2, remedy)]


def _damaged(content: Content, kind: str) -> str:
    if kind == "Shapefile":
        msg = _(
            "{file} cannot be read. A shapefile needs its .shp, .shx and .dbf together: copy all of them."
            " Or give the zip."
        )
    else:
        msg = _("{file} is damaged and cannot be read as {kind}. Copy or export it again.")
    return msg.format(file=content.name, kind=kind)
