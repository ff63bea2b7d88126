"""
Which kind of file of links a source is, told by what it holds, and its parts.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa

from ..errors import ColumnsError, InputError
from ..i18n import _
from ._link_fields import (
    CALL_ROLES,
    ENTITY_ROLES,
    LINK_ROLES,
    Kind,
    given_roles,
    match_ends,
    match_entities,
    match_rest,
)
from ._link_json import json_parts, network_of
from ._link_matrix import Grid, is_matrix, matrix_parts
from ._link_pajek import is_dl, is_pajek, pajek_parts, ucinet_parts
from ._link_parts import Listed, Parts
from ._link_spaced import spaced_as_tabs
from ._link_xml import xml_parts
from .containers import Content, data_members, open_content, peel, zip_names
from .files import open_table
from .jsonrecords import load_json
from .kinds import JSON, kind_of
from .markings import secret_stamp
from .rawtable import RawTable
from .shapes import words_and_codes

__all__ = ["LAYOUTS", "open_entities", "open_links"]

LAYOUTS = ("list", "statements", "matrix", "two_mode", "graphml", "gexf", "anx", "calls")
"""What a file of links can be."""
_XML = (".graphml", ".gexf", ".anx", ".xml")


def open_links(
    source: Any, *, columns: Mapping[Any, Any] | None, layout: str | None, directed: bool | None
) -> Parts:
    """
    Open a file of links as its parts, whatever its form.

    Raises
    ------
    FileError
        If there is no such file, or nothing in it can be read as links.
    ColumnsError
        If no columns hold the ends of links.
    InputError
        If the file bears the stamp of a secret, or `layout` is none of `LAYOUTS`.
    """
    if layout is not None and layout not in LAYOUTS:
        msg = "`layout` must be one of {layouts}, got {layout!r}."
        raise InputError(msg.format(layouts=", ".join(LAYOUTS), layout=layout))
    if isinstance(source, pd.DataFrame):
        return _from_frame(source, columns, layout, directed)
    content, member = open_content(source)
    content = _unpacked(content, member)
    if content.head(4096).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return xml_parts(content, layout=layout, directed=directed)
    if not columns and layout is None:
        parts = _network_file(content, directed)
        if parts is not None:
            return parts
        content = spaced_as_tabs(content)
    again = source if content.data is None else _Named(content)
    return _from_table(again, columns, layout, directed)


def _network_file(content: Content, directed: bool | None) -> Parts | None:
    """Read a file that is a network by its own form: Pajek, UCINET's DL, JSON; None for any other."""
    head = content.head(8192)
    start = head.decode("utf-8", "ignore")
    if is_pajek(start) or is_dl(start):
        _refuse_marked([line.strip("%*# ") for line in start.splitlines()[:40]])
    if is_pajek(start):
        return pajek_parts(content, directed=directed)
    if is_dl(start):
        return ucinet_parts(content, directed=directed)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and kind_of(content) == JSON:
        held = load_json(content)
        if network_of(held) is not None:
            return json_parts(held, content.name, directed=directed)
    return None


def open_entities(source: Any, columns: Mapping[Any, Any] | None = None) -> tuple[Listed, RawTable]:
    """Open a list of entities; the number is the first column where no header says otherwise."""
    raw = open_table(source, header=True) if not isinstance(source, pd.DataFrame) else open_table(source)
    _refuse_stamped(raw)
    names = list(raw.columns.column_names)
    given = given_roles(columns, names, ENTITY_ROLES)
    return Listed.of(raw, match_entities(names, given)), raw


class _Named(io.BytesIO):
    """Bytes with a name, as an open file has one."""

    def __init__(self, content: Content) -> None:
        super().__init__(content.bytes())
        self.name = content.name


def _unpacked(content: Content, member: str | None) -> Content:
    """Take the one XML file out of an archive that holds no table; anything else is left to `open_table`."""
    head = content.head(4)
    if head.startswith(b"\x1f\x8b"):
        inner = peel(content, None)
        return inner if inner.head(64).lstrip(b"\xef\xbb\xbf").startswith(b"<") else content
    if not head.startswith(b"PK\x03\x04"):
        return content
    names = zip_names(content)
    if "[Content_Types].xml" in names or "mimetype" in names:
        return content
    found = [name for name in names if PurePosixPath(name).suffix.lower() in _XML and "__MACOSX" not in name]
    if member is not None:
        found = [name for name in found if member in {name, PurePosixPath(name).name}]
    if len(found) == 1 and (member is not None or not data_members(names)):
        return peel(content, found[0])
    return content


# Tables


def _from_frame(
    frame: pd.DataFrame, columns: Mapping[Any, Any] | None, layout: str | None, directed: bool | None
) -> Parts:
    labelled = not isinstance(frame.index, pd.RangeIndex) and match_ends(map(str, frame.columns)) is None
    if (labelled and not columns) or layout in ("matrix", "two_mode"):
        cells = [["", *map(str, frame.columns)]]
        own = list(frame.index) if labelled else list(frame.columns)[: len(frame)]
        for label, row in zip(own, frame.itertuples(index=False), strict=False):
            cells.append([str(label), *("NA" if pd.isna(cell) else str(cell) for cell in row)])
        grid = Grid(cells, pd.RangeIndex(1, len(cells) + 1).to_numpy())
        if layout in ("matrix", "two_mode") or is_matrix(grid):
            two_mode = None if layout is None else layout == "two_mode"
            return matrix_parts(grid, directed=directed, two_mode=two_mode, choices={"format": "data frame"})
    raw = open_table(frame)
    return _list_parts(raw, columns, layout, directed)


def _from_table(
    source: Any, columns: Mapping[Any, Any] | None, layout: str | None, directed: bool | None
) -> Parts:
    if layout in (None, "matrix", "two_mode") and not columns:
        grid, raw = _grid(_rewound(source))
        wanted = layout in ("matrix", "two_mode")
        named = match_ends(grid.cells[0]) if grid.cells else None
        if wanted or (named is None and is_matrix(grid)):
            two_mode = None if layout is None else layout == "two_mode"
            made = {name: value for name, value in raw.choices.items() if name != "header_row"}
            parts = matrix_parts(grid, directed=directed, two_mode=two_mode, choices=made)
            parts.notes.extend(note for note in raw.notes if note[0] not in ("no_header", "names_changed"))
            return parts
    raw = _listed(_rewound(source), columns)
    if raw.header and not columns and _is_no_header(raw):
        raw = open_table(_rewound(source), header=False)
    return _list_parts(raw, columns, layout, directed)


def _rewound(source: Any) -> Any:
    if isinstance(source, io.IOBase):
        source.seek(0)
    return source


def _grid(source: Any) -> tuple[Grid, RawTable]:
    """Read every row as cells, the first as well; a first row that is one cell short has lost its corner."""
    raw = open_table(source, header=False)
    _refuse_stamped(raw)
    rows = [list(row) for row in zip(*(_cells(column) for column in raw.columns.columns), strict=True)]
    numbers = raw.source_row
    short = len(raw.bad) and int(raw.bad["source_row"].iloc[0]) < int(numbers[0])
    if short:
        headed = open_table(_rewound(source), header=True)
        if headed.header and headed.columns.num_columns == raw.columns.num_columns:
            names = ["" if name == "column 1" else name for name in headed.columns.column_names]
            rows = [names, *rows]
            numbers = pd.Index(numbers).insert(0, int(raw.bad["source_row"].iloc[0])).to_numpy()
    return Grid(rows, numbers, str(raw.choices.get("decimal", "."))).trimmed(), raw


def _cells(column: pa.ChunkedArray) -> list[str]:
    return [cell or "" for cell in column.to_pylist()]


def _listed(source: Any, columns: Mapping[Any, Any] | None) -> RawTable:
    """Open a list; a first row whose cells are headers of ends is a header, whatever stands below."""
    raw = open_table(source)
    if raw.header:
        return raw
    first = [column[0].as_py() or "" for column in raw.columns.columns]
    named = {str(one).strip() for pair in (columns or {}).items() for one in pair}
    if match_ends(first) is not None or named & set(first):
        return open_table(_rewound(source), header=True)
    return raw


def _is_no_header(raw: RawTable) -> bool:
    """Say whether the first row of a short list is a link: no ends are named, and a label comes again."""
    names = list(raw.columns.column_names)
    if len(names) > 3 or len(names) < 2 or match_ends(names) is not None:
        return False
    body = {cell for column in raw.columns.columns[:2] for cell in words_and_codes(column)[0]}
    return bool(set(names[:2]) & body)


def _list_parts(
    raw: RawTable, columns: Mapping[Any, Any] | None, layout: str | None, directed: bool | None
) -> Parts:
    _refuse_stamped(raw)
    names = list(raw.columns.column_names)
    kind, roles, found = _ends(raw, names, columns, layout)
    said = given_roles(columns, names, LINK_ROLES) if kind != "calls" else {}
    closed = {role: "" for role, column in said.items() if column is None}
    if kind != "calls":
        roles = match_rest("links", names, {**closed, **roles})
        if "directed" not in roles:
            _type_is_direction(raw, roles)
    told, by = directed, "caller"
    if directed is None:
        told, by = (True, "statements") if kind in ("statements", "calls") else (None, "")
        if kind == "two_mode":
            told, by = False, "two kinds of vertices"
    name = "calls" if kind == "calls" else layout or {"pairs": "list", "two_mode": "list"}.get(kind, kind)
    parts = Parts(Listed.of(raw, roles), name, None, told, by, dict(raw.choices), list(raw.notes), found)
    return _with_modes(parts, raw, roles) if kind == "two_mode" else parts


def _ends(
    raw: RawTable, names: list[str], columns: Mapping[Any, Any] | None, layout: str | None
) -> tuple[Kind, dict[str, str], list[tuple[str, int, int | None, dict[str, Any]]]]:
    """Find the two columns of the ends: named by the caller, by their headers, or by position."""
    matched = match_ends(names) if raw.header else None
    if (matched is not None and matched[0] == "calls") or layout == "calls":
        return "calls", _call_ends(names, columns, matched), []
    said = {role: column for role, column in given_roles(columns, names, LINK_ROLES).items() if column}
    if {"source", "target"} <= set(said):
        kind: Kind = "statements" if layout == "statements" else "pairs"
        return kind, said, []
    if matched is not None:
        return matched[0], {"source": matched[1], "target": matched[2], **said}, []
    free = [name for name in names if name not in said.values()]
    if len(names) <= 3 and len(free) >= 2 and not {"source", "target"} & set(said):
        ends = {"source": free[0], "target": free[1]}
        if len(free) == 3:
            ends["weight"] = free[2]
        return (
            "pairs",
            {**ends, **said},
            [("ends_by_position", len(raw), None, {"columns": f"{free[0]}, {free[1]}"})],
        )
    msg = _(
        "No two columns were recognised as the ends of links. Name them with `columns=`, as {example}. "
        "Columns: {names}. A list of persons or of totals is no list of links."
    )
    example = f'{{"source": "{(names or [""])[0]}", "target": "{(names or ["", ""])[-1]}"}}'
    raise ColumnsError(msg.format(example=example, names=", ".join(names[:40])))


def _call_ends(
    names: list[str], columns: Mapping[Any, Any] | None, matched: tuple[Kind, str, str] | None
) -> dict[str, str]:
    """Find the columns of a file of calls, whatever roles they were given."""
    alias = {"source": "caller", "target": "called", "date": "started"}
    known = (*CALL_ROLES, "kind", *alias)
    said = {
        alias.get(role, role): column for role, column in given_roles(columns, names, known).items() if column
    }
    ends = {"caller": said.pop("caller", ""), "called": said.pop("called", "")}
    if matched is not None and not all(ends.values()):
        ends = {"caller": ends["caller"] or matched[1], "called": ends["called"] or matched[2]}
    if not all(ends.values()):
        msg = _("No columns are {roles}. Name them with `columns=`, as {example}. Columns: {names}.")
        example = f'{{"caller": "{(names or [""])[0]}"}}'
        raise ColumnsError(msg.format(roles="caller, called", example=example, names=", ".join(names[:40])))
    return {"source": ends["caller"], "target": ends["called"], **said}


def _type_is_direction(raw: RawTable, roles: dict[str, str]) -> None:
    """Take a column of types that says no more than Directed or Undirected for the direction."""
    for column in raw.columns.column_names:
        if column.casefold() not in ("type", "kind", "тип") or column in (roles["source"], roles["target"]):
            continue
        words = [word for word in words_and_codes(raw.columns.column(column))[0] if word]
        if words and all(word.casefold() in ("directed", "undirected", "mutual") for word in words):
            roles["directed"] = column
            if roles.get("kind") == column:
                del roles["kind"]
                free = [n for n in raw.columns.column_names if n not in roles.values()]
                roles.update(match_rest("links", free, roles))
            return


def _with_modes(parts: Parts, raw: RawTable, roles: Mapping[str, str]) -> Parts:
    """Say of each end of a list of two kinds which kind it is."""
    from dataclasses import replace

    from ._link_fields import type_word
    from ._link_parts import rows_of, text_table

    modes: dict[str, tuple[str, str]] = {}
    for role, mode in (("source", "1"), ("target", "2")):
        kind = type_word(roles[role]) or ""
        for cell in _cells(raw.columns.column(roles[role])):
            if cell:
                modes.setdefault(cell, (mode, kind))
    table = text_table(
        {"id": list(modes), "mode": [m for m, _k in modes.values()], "type": [k for _m, k in modes.values()]}
    )
    listed = Listed(table, {"entity_id": "id", "mode": "mode", "type": "type"}, rows_of([0] * len(modes)))
    return replace(parts, entities=listed)


def _refuse_stamped(raw: RawTable) -> None:
    """Refuse a file that bears the stamp of a secret outside of its records."""
    _refuse_marked([*raw.above, *map(str, raw.bad["text"]), *raw.columns.column_names])


def _refuse_marked(cells: list[str]) -> None:
    for cell in dict.fromkeys(cells):
        marking = secret_stamp(cell)
        if marking is not None:
            msg = _(
                "The file is marked “{marking}”: state secrets must not enter. Take it off this computer."
            )
            raise InputError(msg.format(marking=marking))
