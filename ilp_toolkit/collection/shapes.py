"""
Columns of text as bytes: many cells treated at once, by their length and shape.

A register is written by a machine, so a column holds few *shapes*: replace every digit by 0 and a million
cells become a handful of patterns such as ``0000-00-00 00:00``. Whatever is done for a shape is done for
all its cells together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "NOTHING",
    "Bools",
    "Bytes",
    "Floats",
    "Ints",
    "by_length",
    "by_shape",
    "chunks",
    "digits",
    "filled",
    "fingerprint",
    "frugal_memory",
    "mix",
    "spread",
    "words_and_codes",
]

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOTHING = frozenset(
    [
        *(
            "",
            "-",
            "--",
            "—",
            "na",
            "n/a",
            "#n/a",
            "nan",
            "nat",
            "none",
            "null",
            "nil",
            "unknown",
            "\\n",
            "(null)",
        ),
        *("нет", "нет данных", "неизвестно", "не установлено", "не указано", "desconocido", "sin dato"),
    ]
)
"""Words for nothing, in lower case."""

_NOTHING = sorted(
    {form for word in NOTHING for form in (word, word.upper(), word.capitalize(), word.title())}
)
_CHUNK = 1 << 17
_SHAPE_OF = np.arange(256, dtype=np.uint8)
_SHAPE_OF[ord("0") : ord("9") + 1] = ord("0")


def chunks(text: pa.ChunkedArray) -> Iterator[tuple[int, pa.Array]]:
    """Yield pieces of a column small enough for the processor's cache, each with its first row."""
    start = 0
    for chunk in text.chunks:
        for low in range(0, len(chunk), _CHUNK):
            part = chunk.slice(low, _CHUNK)
            yield start, part
            start += len(part)


def by_length(cells: pa.Array) -> Iterator[tuple[Ints | None, Bytes]]:
    """Yield the bytes of all cells of one length as a matrix, with their rows; None stands for all rows."""
    lengths = pc.fill_null(pc.binary_length(cells), 0).to_numpy(zero_copy_only=False)
    for length in np.flatnonzero(np.bincount(lengths, minlength=1)):
        if length == 0:
            continue
        rows = np.flatnonzero(lengths == length)
        if len(rows) == len(cells):
            yield None, _matrix(cells, int(length))
        else:
            yield rows, _matrix(cells.take(pa.array(rows)), int(length))


def by_shape(matrix: Bytes) -> Iterator[tuple[bytes, Ints | None]]:
    """Yield each shape of a matrix of cells with the rows that have it; None stands for all rows."""
    shapes = _SHAPE_OF[matrix]
    if bool((shapes == shapes[0]).all()):
        yield shapes[0].tobytes(), None
        return
    width = matrix.shape[1]
    bytes_ = pa.py_buffer(np.ascontiguousarray(shapes))
    known = pa.Array.from_buffers(pa.binary(width), len(shapes), [None, bytes_]).dictionary_encode()
    codes = known.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(known.dictionary) + 1))
    for code, shape in enumerate(known.dictionary.to_pylist()):
        yield shape, order[bounds[code] : bounds[code + 1]]


def digits(cells: Bytes, low: int, high: int) -> Ints:
    """Return the whole number that stands in the byte columns from `low` up to `high` of each cell."""
    value = np.zeros(len(cells), dtype=np.int64)
    for column in range(low, high):
        value *= 10
        value += cells[:, column]
    return np.asarray(value - sum(ord("0") * 10**k for k in range(high - low)))


def filled(cells: pa.ChunkedArray) -> Bools:
    """
    Return which cells hold something other than a word for nothing.

    Examples
    --------
    >>> filled(pa.chunked_array([["x", "", "N/A", None, "нет данных"]])).tolist()
    [True, False, False, False, False]
    """
    found = np.asarray(pc.fill_null(pc.greater(pc.binary_length(cells), 0), False))
    words = pc.is_in(cells, value_set=pa.array(_NOTHING, pa.string()))
    return np.asarray(found & ~np.asarray(words))


def fingerprint(text: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """
    Return a 64-bit number for each cell, equal for equal text; a missing cell counts as empty.

    Notes
    -----
    Two different texts get the same number with a chance of about n² / 4·10¹⁹ for n cells: one in forty
    million for a million.
    """
    marks = np.zeros(len(text), dtype=np.uint64)
    for start, cells in chunks(text):
        for rows, matrix in by_length(cells):
            where = slice(start, start + len(cells)) if rows is None else start + rows
            marks[where] = _mark(matrix)
    return marks


@contextmanager
def frugal_memory() -> Iterator[None]:
    """
    Let Arrow take its memory from the system inside a ``with`` block.

    Arrow's own allocator hands memory back as soon as it is free and fetches it again page by page; where
    many large columns come and go that takes as long as all the rest of the reading.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def words_and_codes(cells: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """
    Return the distinct texts of a column, the empty one last, and the place of each row's text among them.

    Examples
    --------
    >>> words, codes = words_and_codes(pa.chunked_array([["b", None, "b"]]))
    >>> words, codes.tolist()
    (['b', ''], [0, 1, 0])
    """
    known = pa.concat_arrays(cells.chunks or [pa.array([], pa.string())]).dictionary_encode()
    words = [*known.dictionary.to_pylist(), ""]
    codes = known.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return words, codes.astype(np.int64)


def spread(column: pa.ChunkedArray, n: int) -> pa.ChunkedArray:
    """Return about `n` filled cells in small groups from all over a column; all filled ones where few are."""
    groups, size = 40, -(-n // 40)
    starts = np.unique(np.linspace(0, max(0, len(column) - size), groups).astype(np.int64))
    some = (
        column
        if len(column) <= n
        else pa.chunked_array(
            [chunk for start in starts for chunk in column.slice(int(start), size).chunks], type=column.type
        )
    )
    filled = _filled_cells(some)
    if len(filled) < n // 20 and len(column) > n:
        filled = _filled_cells(column)
        filled = filled.slice(0, n) if len(filled) > n else filled
    return filled


def _filled_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.filter(pa.array(filled(column)))


def _matrix(cells: pa.Array, width: int) -> Bytes:
    offset_type = np.int64 if pa.types.is_large_string(cells.type) else np.int32
    begin = int(np.frombuffer(cells.buffers()[1], dtype=offset_type)[cells.offset])
    data = np.frombuffer(cells.buffers()[2], dtype=np.uint8)
    return data[begin : begin + len(cells) * width].reshape(len(cells), width)


def _mark(matrix: Bytes) -> npt.NDArray[np.uint64]:
    n, width = matrix.shape
    words = np.zeros((n, -(-width // 8) * 8), dtype=np.uint8)
    words[:, :width] = matrix
    mark = np.full(n, width, dtype=np.uint64)
    for word in words.view(np.uint64).T:
        mark ^= word
        mark = mix(mark)
    return mark


def mix(mark: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scatter numbers over all 64 bits (the finaliser of splitmix64), so that sums of them stay apart."""
    mark = (mark ^ (mark >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mark ^ (mark >> np.uint64(31))
