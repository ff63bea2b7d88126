"""Which reader a file goes to: by the end of its name, and by what its first bytes say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from . import wrappings
from .archives import of_notebook, of_office, of_zip
from .databases import of_geopackage, of_parquet
from .papers import of_pdf
from .pictures import of_picture, of_png

if TYPE_CHECKING:
    from .searching import Search

__all__ = ["read_named", "reader_of"]

Reader = Callable[[bytes, "Search", int], None]

_TEXTS = {
    ".html",
    ".htm",
    ".css",
    ".js",
    ".svg",
    ".json",
    ".geojson",
    ".csv",
    ".tsv",
    ".txt",
    ".md",
    ".xml",
    ".graphml",
    ".gexf",
    ".anx",
    ".toml",
}
_PAGES = {".html", ".htm", ".svg", ".css"}
_READERS: dict[str, Reader] = {
    ".png": of_png,
    ".pdf": of_pdf,
    ".gpkg": of_geopackage,
    ".parquet": of_parquet,
    ".xlsx": of_office,
    ".docx": of_office,
    ".ipynb": of_notebook,
    ".zip": of_zip,
}
_MARKS: tuple[tuple[bytes, frozenset[str], Reader], ...] = (
    (b"\x89PNG\r\n\x1a\n", frozenset({".png"}), of_png),
    (b"%PDF-", frozenset({".pdf"}), of_pdf),
    (b"SQLite format 3\0", frozenset({".gpkg"}), of_geopackage),
    (b"PAR1", frozenset({".parquet"}), of_parquet),
    (b"PK\x03\x04", frozenset({".zip", ".xlsx", ".docx"}), of_zip),
    (b"\xff\xd8\xff", frozenset(), of_picture),
    (b"GIF8", frozenset(), of_picture),
    (b"RIFF", frozenset(), of_picture),
)


def read_named(name: str, data: bytes, search: Search, depth: int = 0) -> None:
    """
    Search a file that has a name.

    A file whose content is not what its name says goes through both readers; an unknown kind is noted.
    """
    ending = PurePosixPath(name).suffix.lower()
    by_mark = next(((endings, reader) for mark, endings, reader in _MARKS if data.startswith(mark)), None)
    if by_mark is not None and ending not in by_mark[0]:
        search.note("unknown")
        by_mark[1](data, search, depth)
    elif ending in _READERS:
        _READERS[ending](data, search, depth)
    elif ending in _TEXTS:
        _text(data, ending, search, depth)
    else:
        search.note("unknown")


def reader_of(data: bytes) -> Reader | None:
    """Return the reader of bytes without a name, where their first ones say what they are."""
    return next((reader for mark, _endings, reader in _MARKS if data.startswith(mark)), None)


def _text(data: bytes, ending: str, search: Search, depth: int) -> None:
    for text in wrappings.decoded(data):
        if ending in {".html", ".htm"} and depth == 0:
            search.note("policy", int("Content-Security-Policy" not in text))
        if ending in {".json", ".geojson"}:
            search.points(text)
        search.text(text, depth, page=ending in _PAGES)
        if ending in {".csv", ".tsv"}:
            search.columns(_number_columns(text))


def _number_columns(text: str) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Read the columns of a table in text that hold decimals."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    first = text.split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text.encode("utf-8", "replace")),
            parse_options=pa_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=lambda row: "skip"
            ),
            convert_options=pa_csv.ConvertOptions(
                decimal_point="," if separator != "," and "," in text else "."
            ),
        )
    except pa.ArrowException:
        return []
    return [column.to_numpy() for column in table.columns if pa.types.is_floating(column.type)]
