"""Tables that are kept in files of their own making: GeoPackage (SQLite) and Parquet."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .spots import among, keys

if TYPE_CHECKING:
    import geopandas as gpd

    from .searching import Search

__all__ = ["of_geopackage", "of_parquet"]

_MOST_VALUES = 100_000
_SHORTEST_LEFT = 5
"""Values from five signs on are looked for where deleted rows lie."""


def of_geopackage(data: bytes, search: Search, depth: int) -> None:
    """Search every table of a database, its shapes, and the space where deleted rows lie."""
    try:
        connection = sqlite3.connect(":memory:")
        # A database that was written with a journal of its own can be read once its head says otherwise.
        connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
        connection.text_factory = lambda held: held.decode("utf-8", "replace")
        try:
            _tables(connection, search, depth)
            _layers(connection, search)
        finally:
            connection.close()
    except (sqlite3.Error, ValueError, RuntimeError, AttributeError):
        # A Python whose SQLite cannot read from memory has no `deserialize`: then nothing is let through.
        search.note("damaged")
    search.remains(_unused(data), depth + 1, shortest=_SHORTEST_LEFT)


def _tables(connection: sqlite3.Connection, search: Search, depth: int) -> None:
    texts = [f"{name} {sql}" for name, sql in connection.execute("SELECT name, sql FROM sqlite_master")]
    blobs: list[bytes] = []
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in tables:
        if name == "gpkg_spatial_ref_sys" or name.startswith("rtree_"):
            continue
        for row in connection.execute(f"SELECT * FROM {_quoted(name)}"):
            texts.append(" ".join(_cell(value) for value in row if isinstance(value, str | int | float)))
            blobs += [value for value in row if isinstance(value, bytes) and not value.startswith(b"GP")]
    search.text("\n".join(texts), depth + 1)
    for blob in blobs:
        search.blob(blob, depth + 1)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(value: str | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _layers(connection: sqlite3.Connection, search: Search) -> None:
    import geopandas as gpd
    import shapely

    listed = connection.execute(
        "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
    ).fetchall()
    for name, column, number in listed:
        held = connection.execute(f"SELECT {_quoted(column)} FROM {_quoted(name)}")
        shapes = [_without_head(row[0]) for row in held if isinstance(row[0], bytes)]
        geometry = shapely.from_wkb(np.array(shapes, dtype=object))
        _shapes(gpd.GeoDataFrame(geometry=geometry, crs=_crs(connection, number)), search)


def _without_head(held: bytes) -> bytes:
    """Take the head off a shape (OGC 12-128, 2.1.3); what is left is WKB."""
    return held[8 + (0, 32, 48, 48, 64)[min(held[3] >> 1 & 7, 4)] :]


def _crs(connection: sqlite3.Connection, number: int) -> Any:
    from pyproj import CRS

    query = (
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    )
    organisation, code, definition = connection.execute(query, [number]).fetchone() or ("", 0, "undefined")
    if str(organisation).upper() == "EPSG":
        return CRS.from_epsg(code)
    return None if definition == "undefined" else CRS.from_wkt(definition)


def _shapes(table: gpd.GeoDataFrame, search: Search) -> None:
    if not search.masked:
        search.note("point", int(table.geom_type.isin(["Point", "MultiPoint"]).any()))
    search.note("coordinate", _exact_vertices(table, search))


def _exact_vertices(table: gpd.GeoDataFrame, search: Search) -> int:
    import shapely

    canaries = search.canaries
    if table.crs is None or not len(canaries.metres):
        return search.canaries.spots.in_columns(list(shapely.get_coordinates(np.asarray(table.geometry)).T))
    same = table if table.crs == canaries.crs else table.to_crs(canaries.crs)
    vertices = keys(shapely.get_coordinates(np.asarray(same.geometry)), 100)
    found = int(among(vertices, canaries.metres).sum())
    # Points of tables in another projection have no key in this one.
    return found + _elsewhere(table, search)


def _elsewhere(table: gpd.GeoDataFrame, search: Search) -> int:
    import shapely

    if not search.canaries.elsewhere:
        return 0
    degrees = shapely.get_coordinates(np.asarray(table.geometry.to_crs(4326)))
    return int(among(keys(degrees, 1e7), keys(search.canaries.degrees, 1e7)).sum())


def _unused(data: bytes) -> bytes:
    """Return what a database holds outside its rows: free pages, free blocks, and gaps inside pages."""
    if not data.startswith(b"SQLite format 3\0"):
        return b""
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    if size < 512:
        return b""
    free = set(_free_pages(data, size))
    return b"\n".join(
        data[number * size - size : number * size] if number in free else part
        for number in range(1, len(data) // size + 1)
        for part in ([b""] if number in free else _gaps(data, number, size))
    )


def _free_pages(data: bytes, size: int) -> Iterator[int]:
    trunk, steps = int.from_bytes(data[32:36], "big"), 0
    while trunk and steps <= len(data) // size:
        page = data[(trunk - 1) * size : trunk * size]
        yield trunk
        count = min(int.from_bytes(page[4:8], "big"), size // 4 - 2)
        yield from (int.from_bytes(page[8 + 4 * i : 12 + 4 * i], "big") for i in range(count))
        trunk, steps = int.from_bytes(page[:4], "big"), steps + 1


def _gaps(data: bytes, number: int, size: int) -> Iterator[bytes]:
    """Yield the unused parts of a page of a tree (https://www.sqlite.org/fileformat.html, 1.6)."""
    page = data[(number - 1) * size : number * size]
    head = 100 if number == 1 else 0
    if page[head : head + 1] not in {b"\x02", b"\x05", b"\x0a", b"\x0d"}:
        return
    block, cells, content = (int.from_bytes(page[head + at : head + at + 2], "big") for at in (1, 3, 5))
    front = head + (12 if page[head] in (2, 5) else 8) + 2 * cells
    yield page[front : content or size]
    while 0 < block < size - 4:
        following, length = (int.from_bytes(page[block + at : block + at + 2], "big") for at in (0, 2))
        yield page[block + 4 : block + length]
        if following <= block:
            break
        block = following


def of_parquet(data: bytes, search: Search, depth: int) -> None:
    """Search the schema's own notes, every value, and every category, used or not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        notes = {**(file.metadata.metadata or {}), **(file.schema_arrow.metadata or {})}
        table = file.read()
    except (pa.ArrowException, OSError, ValueError):
        search.note("damaged")
        return
    for key, value in notes.items():
        search.blob(key, depth + 1)
        search.blob(value, depth + 1)
    search.shown(f"{file.metadata.created_by}\n" + "\n".join(table.column_names))
    for field in table.schema:
        for note in (field.metadata or {}).values():
            search.blob(note, depth + 1)
    for name in table.column_names:
        _column(table.column(name), search, depth)
    numeric = [c for c in table.columns if pa.types.is_floating(c.type) or pa.types.is_decimal(c.type)]
    search.columns([c.cast(pa.float64(), safe=False).to_numpy() for c in numeric])
    _shapes_of_parquet(data, notes, search)


def _column(column: Any, search: Search, depth: int) -> None:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        for chunk in column.chunks:
            _column(pa.chunked_array([chunk.dictionary]), search, depth)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = [value for value in column.unique().to_pylist() if value]
        search.remains(b"\n".join(values), depth + 1)
        for value in values[:_MOST_VALUES]:
            search.packed(value, depth + 1)
    elif pa.types.is_floating(kind):
        whole = [
            str(int(v))
            for v in column.to_pylist()
            if v is not None and float(v).is_integer() and abs(v) >= 1e5
        ]
        search.shown("\n".join(whole))
    elif pa.types.is_nested(kind):
        search.text(json.dumps(column.to_pylist(), ensure_ascii=False, default=str), depth + 1)
    else:
        texts = column.cast(pa.string()).to_pylist()
        search.text("\n".join(text for text in texts if text), depth + 1)


def _shapes_of_parquet(data: bytes, notes: dict[bytes, bytes], search: Search) -> None:
    if b"geo" not in notes:
        return
    import geopandas as gpd

    try:
        table = gpd.read_parquet(io.BytesIO(data))  # type: ignore[arg-type]
    except (ValueError, TypeError, KeyError):
        search.note("damaged")
        return
    _shapes(table, search)
