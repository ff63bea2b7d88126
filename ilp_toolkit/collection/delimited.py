"""
Delimited text as a raw table: CSV with any separator, encoding and line end.

Three readers, one answer. Almost every file is cut by pyarrow in parallel, and its count of rows is then
held against the count of lines: an open quotation mark that swallowed lines cannot pass. A file that fails
this is cut by pyarrow where no line has a quotation mark, and exactly where one has. What is odd in another
way is read again line by line, slowly and exactly.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ..errors import FileError
from ..i18n import _
from .encodings import Survey, survey, utf8_stream
from .layout import best_separator, decimal_mark, find_header
from .rawtable import Note, RawTable, bad_rows, strip_outer
from .records import MAX_LINE, ONE_COLUMN, HeldLines, Record, read_lines, read_records

__all__ = ["read_delimited"]

_SAMPLE_ROWS = 500
_SAMPLE_BYTES = 1 << 20
_BLOCK = 1 << 20
_BATCH = 20_000
_WHOLE = 1 << 28
"""Bytes up to which a file is held in memory as a whole."""

Opener = Callable[[], BinaryIO]


def read_delimited(open_stream: Opener, name: str, *, header: bool | None = None) -> RawTable:
    r"""
    Read delimited text into a raw table without losing a row.

    Parameters
    ----------
    open_stream
        Opens the text for reading bytes; called several times.
    name
        Name of the file, for messages.
    header
        Whether row 1 names the columns; None decides by what stands in it.

    Raises
    ------
    FileError
        If the file holds no text, or only a header, or begins with an enormous line.

    Examples
    --------
    >>> table = read_delimited(lambda: io.BytesIO(b"code,place\n0820,A\n0821\n"), "x.csv")
    >>> table.columns.to_pydict(), table.bad["source_row"].tolist()
    ({'code': ['0820'], 'place': ['A']}, [3])
    """
    found = survey(open_stream)
    layout = _Layout(_sample(open_stream, found, name), name, header)
    cut = None
    if layout.simple and not (found.carriage_returns and found.line_feeds):
        cut = _cut_fast(open_stream, found, layout)
    if cut is None:
        cut = _cut_around_quotes(open_stream, found, layout) or _cut_exactly(open_stream, found, layout)
    _set_blank_aside(cut, layout)
    if not cut.table.num_rows:
        raise FileError(_no_rows(cut, layout, name))
    return RawTable(
        cut.table,
        cut.source_row,
        bad_rows(cut.bad),
        header=layout.header.present,
        choices=_choices(found, layout),
        notes=_notes(found, layout, cut),
        above=layout.titles,
    )


def _no_rows(cut: _Cut, layout: _Layout, name: str) -> str:
    if not cut.bad:
        return _("{file} holds a header and no rows. Export it again with the rows you need.").format(
            file=name
        )
    row, reason, _text = min(cut.bad)
    msg = _(
        "{file} is no table that can be read: none of its rows fits the {n} columns of row {header} "
        "(row {row}: {reason}). Export it again as CSV."
    )
    return msg.format(file=name, n=layout.width, header=layout.above, row=row, reason=reason)


class _Layout:
    """How the text lies: its separator, its header, and what stands above it."""

    def __init__(self, sample: str, name: str, header: bool | None) -> None:
        self.old_mac = "\r" in sample and "\n" not in sample
        first = sample.splitlines()[0].strip() if sample.strip() else ""
        self.sep_line = len(first) == 5 and first.lower().startswith("sep=")
        separator = (
            first[4]
            if self.sep_line
            else best_separator(lambda mark: [r.fields for r in self._rows(sample, mark)])
        )
        self.separator = separator or ONE_COLUMN
        records = self._rows(sample, self.separator)
        rows = [record.fields for record in records]
        if not any(cell.strip() for row in rows for cell in row):
            raise FileError(
                _("{file} holds no text. Export it again from the system it came from.").format(file=name)
            )
        self.header = find_header(rows, header=header)
        self.above = self.header.row + 1
        self.titles = tuple(cell.strip() for row in rows[: self.header.row] for cell in row if cell.strip())
        self.lines_above = sum(record.lines for record in records[: self.above]) + self.sep_line
        self.decimal = decimal_mark(rows[self.above :], separator=separator)
        self.one_line_rows = self.lines_above == self.above + self.sep_line

        spaced = f'{self.separator} "' in sample
        self.simple = separator is not None and self.one_line_rows and not spaced

    @property
    def width(self) -> int:
        return len(self.header.names)

    def _rows(self, sample: str, separator: str) -> list[Record]:
        lines = read_lines(io.BytesIO(sample.encode()), old_mac=self.old_mac)
        return list(islice(read_records(islice(lines, int(self.sep_line), None), separator), _SAMPLE_ROWS))


@dataclass
class _Cut:
    """Rows cut into columns, and rows that could not be."""

    table: pa.Table
    source_row: npt.NDArray[np.int64]
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)


def _sample(open_stream: Opener, found: Survey, name: str) -> str:
    with utf8_stream(open_stream, found) as stream:
        data = stream.read(_SAMPLE_BYTES)
        more = bool(stream.read(1))
    if more:
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        if end < 0:
            msg = _(
                "{file} begins with a line of over {n} characters and no line break, so it is no table. "
                "Export it again as CSV, one record a line."
            ).format(file=name, n=MAX_LINE)
            raise FileError(msg)
        data = data[: end + 1]
    return data.decode("utf-8", "replace")


def _cut_fast(open_stream: Opener, found: Survey, layout: _Layout) -> _Cut | None:
    """Cut with pyarrow; None where its rows and the lines of the file do not tally."""
    try:
        table, ragged = _arrow(open_stream, found, layout)
    except pa.ArrowInvalid:
        return None
    if found.lines - layout.lines_above != table.num_rows + len(ragged):
        return None
    if any('"' in row.text for row in ragged):
        return None
    first = layout.above + 1
    source_row = np.arange(first, first + table.num_rows + len(ragged), dtype=np.int64)
    if not ragged:
        return _Cut(table, source_row)
    numbered = _arrow(open_stream, found, layout, threads=False)[1]
    places = np.array([row.number - layout.sep_line for row in numbered], dtype=np.int64)
    bad = [
        (int(place), _wrong_width(row.actual_columns, layout.width), row.text)
        for place, row in zip(places, numbered, strict=True)
    ]
    return _Cut(table, np.delete(source_row, places - first), bad)


def _arrow(
    open_stream: Opener, found: Survey, layout: _Layout, *, threads: bool = True
) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    """Read with pyarrow; row numbers of ragged rows are known only without threads."""
    ragged: list[pa_csv.InvalidRow] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    names = layout.header.names
    with utf8_stream(open_stream, found) as stream:
        table = pa_csv.read_csv(
            stream,
            pa_csv.ReadOptions(
                column_names=names, skip_rows=layout.lines_above, use_threads=threads, block_size=_BLOCK
            ),
            pa_csv.ParseOptions(
                delimiter=layout.separator, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=names if threads else names[:1],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    return table, ragged


def _cut_around_quotes(open_stream: Opener, found: Survey, layout: _Layout) -> _Cut | None:
    """
    Cut lines without a quotation mark with pyarrow and the others exactly; None where that may go wrong.

    A record begins at every line that no earlier record has taken, and only a line with a quotation mark can
    begin one that takes more.
    """
    if layout.old_mac or layout.separator == ONE_COLUMN:
        return None
    with utf8_stream(open_stream, found) as stream:
        data = stream.read(_WHOLE + 1)
    lines = HeldLines.of(data, layout.lines_above)
    if len(data) > _WHOLE or lines.longest > MAX_LINE:
        return None
    plain = np.ones(len(lines), dtype=bool)
    begins = np.ones(len(lines), dtype=bool)
    bad: list[tuple[int, str, str]] = []
    kept: list[int] = []
    rows: list[list[str]] = []
    stray: list[int] = []
    free = 0
    for at in lines.with_quote.tolist():
        if at < free:
            continue
        record = next(read_records(lines.read(at), layout.separator, layout.width))
        free = at + record.lines
        plain[at:free], begins[at + 1 : free] = False, False
        if problem := _problem(record, layout.width):
            bad.append((at, problem, record.text))
            continue
        stray += [at] if record.problem else []
        kept.append(at)
        rows.append(record.fields)
    simple = _plain_table(data, lines, plain, layout)
    if simple is None:
        return None
    place = np.cumsum(begins) + layout.above
    at_line = np.concatenate([np.flatnonzero(plain), np.array(kept, dtype=np.int64)])
    order = np.argsort(at_line, kind="stable")
    both = pa.concat_tables([simple, pa.Table.from_batches([_batch(rows, layout.header.names)])])
    told = [(int(place[at]), problem, text) for at, problem, text in bad]
    return _Cut(both.take(pa.array(order)), place[at_line[order]], told, [int(place[at]) for at in stray])


def _plain_table(
    data: bytes, lines: HeldLines, plain: npt.NDArray[np.bool_], layout: _Layout
) -> pa.Table | None:
    """Cut the lines that hold no quotation mark; None where one has the wrong number of fields."""
    names = layout.header.names
    edges = np.flatnonzero(np.diff(np.concatenate([[False], plain, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    text = b"".join(
        data[lines.start[low] : lines.start[high - 1] + lines.length[high - 1]] for low, high in runs
    )
    kinds = dict.fromkeys(names, pa.string())
    if not text:
        return pa.table({name: pa.array([], pa.string()) for name in names}) if not plain.any() else None
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(text),
            pa_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            pa_csv.ParseOptions(delimiter=layout.separator, quote_char=False, ignore_empty_lines=False),
            pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == int(plain.sum()) else None


def _cut_exactly(open_stream: Opener, found: Survey, layout: _Layout) -> _Cut:
    """Cut line by line, in batches so that memory stays bounded."""
    width, bad, stray = layout.width, [], []
    places: list[int] = []
    rows: list[list[str]] = []
    batches: list[pa.RecordBatch] = []
    with utf8_stream(open_stream, found) as stream:
        lines = islice(read_lines(stream, old_mac=layout.old_mac), layout.lines_above, None)
        for place, record in enumerate(read_records(lines, layout.separator, width), start=layout.above + 1):
            problem = _problem(record, width)
            if problem:
                bad.append((place, problem, record.text))
                continue
            if record.problem:
                stray.append(place)
            places.append(place)
            rows.append(record.fields)
            if len(rows) >= _BATCH:
                batches.append(_batch(rows, layout.header.names))
                rows = []
    batches.append(_batch(rows, layout.header.names))
    return _Cut(pa.Table.from_batches(batches), np.array(places, dtype=np.int64), bad, stray)


def _problem(record: Record, width: int) -> str:
    if record.problem == "long":
        return _("line of over {n} characters").format(n=MAX_LINE)
    if len(record.fields) == width:
        return ""
    if record.problem == "quote":
        return _("a quotation mark opens and does not close")
    return _wrong_width(len(record.fields), width)


def _wrong_width(found: int, expected: int) -> str:
    return _("{found} fields instead of {expected}").format(found=found, expected=expected)


def _batch(rows: list[list[str]], names: list[str]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.RecordBatch.from_arrays([pa.array(column, type=pa.string()) for column in columns], names=names)


def _set_blank_aside(cut: _Cut, layout: _Layout) -> None:
    """Take white space off; empty rows become bad rows, those at the end are no rows at all."""
    cut.table = strip_outer(cut.table)
    nothing = f'{layout.separator}" \t\x1a'
    cut.bad = [(n, _empty_line() if not text.strip(nothing) else reason, text) for n, reason, text in cut.bad]
    blank = _blank_rows(cut.table)
    repeated = _repeats_header(cut.table, layout) if layout.header.present else None
    if blank is not None:
        cut.bad += [(int(place), _empty_line(), "") for place in cut.source_row[blank]]
    if repeated is not None:
        text = layout.separator.join(layout.header.names)
        cut.bad += [(int(place), _("the header again"), text) for place in cut.source_row[repeated]]
    gone = [mask for mask in (blank, repeated) if mask is not None]
    if gone:
        keep = ~np.logical_or.reduce(gone)
        cut.table = cut.table.filter(pa.array(keep))
        cut.source_row = cut.source_row[keep]
    last = max([int(cut.source_row[-1])] if len(cut.source_row) else [0])
    last = max([last, *(n for n, reason, _text in cut.bad if reason != _empty_line())])
    cut.bad = [row for row in cut.bad if row[0] < last or row[1] != _empty_line()]


def _empty_line() -> str:
    return _("empty line")


def _blank_rows(table: pa.Table) -> npt.NDArray[np.bool_] | None:
    return _all_equal(table, [""] * table.num_columns)


def _repeats_header(table: pa.Table, layout: _Layout) -> npt.NDArray[np.bool_] | None:
    """Find rows that say the header again, as files joined end to end have."""
    return None if layout.header.changed else _all_equal(table, layout.header.names)


def _all_equal(table: pa.Table, texts: list[str]) -> npt.NDArray[np.bool_] | None:
    """Return which rows hold just these texts, None where no row does; looks no further than it must."""
    mask = None
    for column, text in zip(table.columns, texts, strict=True):
        same = pc.equal(column, text)
        mask = same if mask is None else pc.and_(mask, same)
        if not pc.any(mask, min_count=0).as_py():
            return None
    return None if mask is None else mask.to_numpy()


def _choices(found: Survey, layout: _Layout) -> dict[str, object]:
    separators = {"\t": "tab", ONE_COLUMN: None}
    return {
        "format": "CSV",
        "encoding": found.encoding,
        "separator": separators.get(layout.separator, layout.separator),
        "decimal": layout.decimal,
        "header_row": layout.above if layout.header.present else None,
    }


def _notes(found: Survey, layout: _Layout, cut: _Cut) -> list[Note]:
    n, first = cut.table.num_rows, layout.above + 1
    notes: list[Note] = []
    if not found.certain:
        remedy = _("It was read as {encoding}. If the letters are wrong, save the file as UTF-8.")
        notes.append(("encoding_guessed", n, first, remedy.format(encoding=found.encoding)))
    if found.invalid:
        remedy = _("They are shown as \\xe9 and the like. Save the file as UTF-8 in the system it came from.")
        notes.append(("invalid_bytes", found.invalid, None, remedy))
    if found.nul:
        notes.append(
            ("zero_bytes", 1, None, _("They were left out. Export it again: the file may be damaged."))
        )
    if layout.header.changed:
        remedy = _("Columns without a name of their own: {names}.").format(
            names=", ".join(layout.header.changed)
        )
        notes.append(("names_changed", len(layout.header.changed), layout.above, remedy))
    above = layout.header.row
    if above > 0:
        notes.append(
            ("rows_above_header", above, 1, _("Row {n} was taken as the header.").format(n=above + 1))
        )
    if not layout.header.present:
        remedy = _(
            "Name the columns you need with `columns=`, for instance columns={{'occurred_from': '2'}}."
        )
        notes.append(("no_header", n, first, remedy.replace("{{", "{").replace("}}", "}")))
    if cut.stray:
        remedy = _("They were read with the mark as part of the text. Look at these rows.")
        notes.append(("stray_quote", len(cut.stray), cut.stray[0], remedy))
    return notes
