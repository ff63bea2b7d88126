"""
Networks as Pajek and UCINET write them: ``.net`` files, and ``.dl`` files in their usual forms.

Vertices are called by their labels; where two have one label, by their numbers, with the label beside them.
What stands only for a drawing (coordinates, colours) is left. A list that has every link both ways is a
network without direction; one that has some both ways has a direction; of any other the file does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import FileError
from ..i18n import _
from ._link_graphml import Row, listed_entities, listed_links
from ._link_matrix import Grid, matrix_parts
from ._link_parts import Parts, rows_of
from ._link_spaced import text_of
from .containers import Content

__all__ = ["is_dl", "is_pajek", "pajek_parts", "ucinet_parts"]

_MARKS = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^\s,]+)')
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_LABELS = {"row": "row_labels", "column": "column_labels", "col": "column_labels"}
_LABELS |= {"matrix": "matrix_labels", "level": "matrix_labels"}
_FORMATS = ("fullmatrix", "edgelist1", "nodelist1", "edgelist2", "nodelist2")


def is_pajek(head: str) -> bool:
    r"""
    Say whether a text begins as a Pajek network does.

    Examples
    --------
    >>> is_pajek("% by hand\n*Vertices 3\n1 a"), is_pajek("source,target")
    (True, False)
    """
    first = next((line for line in head.splitlines() if line.strip() and not line.startswith("%")), "")
    return re.match(r"(?i)\ufeff?\s*\*(network|vertices|arcs|edges)\b", first) is not None


def is_dl(head: str) -> bool:
    r"""
    Say whether a text begins as UCINET's data language does.

    Examples
    --------
    >>> is_dl("dl n=4 format=edgelist1"), is_dl("DL\nN=3"), is_dl("dl,name")
    (True, True, False)
    """
    return re.match(r"(?is)\ufeff?\s*dl\s+(n|nr|nc|nm)\s*=", head) is not None


@dataclass
class _Edges:
    """Links with the line of each, and how they are to be understood."""

    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, line: int, ends: tuple[str | None, str | None], weight: str | None, **more: Any) -> None:
        directed = more.pop("directed", None)
        told = None if directed is None else str(directed).lower()
        self.rows.append({"source": ends[0], "target": ends[1], "directed": told, "link_id": None,
                          "weight": weight, **more})  # fmt: skip
        self.lines.append(line)


def pajek_parts(content: Content, *, directed: bool | None) -> Parts:
    """
    Read a Pajek network: vertices, arcs, edges, lists of them, a matrix.

    Raises
    ------
    FileError
        If it holds vertices and no links, or neither.
    """
    labels: dict[str, str] = {}
    edges = _Edges()
    first_kind, section, kind, matrix_row = 0, "", None, 0
    n = 0
    for number, raw in enumerate(text_of(content).splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("%"):
            continue
        if line.startswith("*"):
            section, rest = _section(line)
            kind, matrix_row = _quoted(rest), 0
            if section == "vertices":
                counts = [int(one) for one in re.findall(r"\d+", rest)]
                n, first_kind = [*counts, 0, 0][:2]
            continue
        words = [quoted or plain for quoted, plain in _WORDS.findall(line)]
        if section == "vertices":
            labels[words[0]] = words[1] if len(words) > 1 else words[0]
        elif section in ("arcs", "edges"):
            _pair(edges, number, words, directed=section == "arcs", kind=kind)
        elif section in ("arcslist", "edgeslist"):
            for other in words[1:]:
                edges.add(number, (words[0], other), None, directed=section == "arcslist", kind=kind)
        elif section == "matrix":
            matrix_row += 1
            _matrix_line(edges, number, matrix_row, words, first_kind=first_kind, kind=kind)
    for place in range(1, n + 1):
        labels.setdefault(str(place), str(place))
    _halve_symmetric_matrix(edges)
    return _parts(content, labels, edges, directed, form="Pajek", kinds=first_kind)


def ucinet_parts(content: Content, *, directed: bool | None) -> Parts:
    """
    Read UCINET's data language: a full matrix, one or several, a list of edges or of nodes.

    Raises
    ------
    FileError
        If its form is another, or it lacks its data.
    """
    text = text_of(content)
    found = re.search(r"(?im)^[^\S\n]*data\s*:|\bdata\s*:", text)
    if found is None:
        raise FileError(_("{file} has no line “data:”, which begins the links.").format(file=content.name))
    told = _Told(text[: found.start()])
    lines = text[found.end() :].splitlines()
    start = text[: found.end()].count("\n") + 1
    numbered = [(start + at, line.strip()) for at, line in enumerate(lines) if line.strip()]
    if told.form not in _FORMATS:
        msg = _("{file} has the format {form}, which is not read. Save it with one of: {forms}.")
        raise FileError(msg.format(file=content.name, form=told.form, forms=", ".join(_FORMATS)))
    if told.form == "fullmatrix":
        return _matrices(content, told, numbered, directed)
    edges = _Edges()
    rows, columns = told.ends()
    for number, line in numbered:
        words = [a or b or c for a, b, c in _MARKS.findall(line)]
        if told.form.startswith("edgelist"):
            ends = [*words[:2], ""][:2]
            edges.add(number, (rows.get(ends[0], ends[0]), columns.get(ends[1], ends[1]) or None),
                      words[2] if len(words) > 2 else None)  # fmt: skip
        else:
            for other in words[1:]:
                edges.add(number, (rows.get(words[0], words[0]), columns.get(other, other)), None)
    _direction_from_pairs(edges, two_kinds=told.form.endswith("2"))
    named = told.labels or told.row_labels + told.column_labels
    kinds = len(told.row_labels) if told.form.endswith("2") else 0
    return _parts(content, {name: name for name in named}, edges, directed, form="UCINET DL", kinds=kinds)


class _Told:
    """What the head of a DL file says."""

    def __init__(self, head: str) -> None:
        parts = re.split(r"(?i)\b((?:row|column|col|matrix|level)?\s*labels(?:\s+embedded)?)\s*:?", head)
        plain = parts[0]
        self.embedded = bool(re.search(r"(?i)labels\s+embedded", head))
        self.row_labels: list[str] = []
        self.column_labels: list[str] = []
        self.matrix_labels: list[str] = []
        self.labels: list[str] = []
        for title, body in zip(parts[1::2], parts[2::2], strict=True):
            words = re.split(r"(?i)\b(?:diagonal|format)\b", body)[0]
            names = [a or b or c for a, b, c in _MARKS.findall(words)]
            first = title.casefold().split()[0]
            if "embedded" not in title.casefold():
                getattr(self, _LABELS.get(first, "labels")).extend(names)
        found = re.search(r"(?i)format\s*=\s*(\w+)", head)
        self.form = found[1].casefold() if found else "fullmatrix"
        self.n, self.rows, self.columns, self.matrices = (
            int(one[1]) if (one := re.search(rf"(?i)\b{name}\s*=\s*(\d+)", plain)) else 0
            for name in ("n", "nr", "nc", "nm")
        )
        self.no_diagonal = bool(re.search(r"(?i)diagonal\s*=?\s*absent", head))

    def ends(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the labels of rows and of columns by their numbers; none where they stand in the data."""
        if self.embedded:
            return {}, {}
        rows, columns = self.row_labels or self.labels, self.column_labels or self.labels
        return ({str(at): name for at, name in enumerate(names, 1)} for names in (rows, columns))  # type: ignore[return-value]


def _matrices(content: Content, told: _Told, numbered: list[tuple[int, str]], directed: bool | None) -> Parts:
    rows, columns = told.rows or told.n, told.columns or told.n
    words = [(at, a or b or c) for at, line in numbered for a, b, c in _MARKS.findall(line)]
    row_labels = told.row_labels or told.labels or [str(at) for at in range(1, rows + 1)]
    column_labels = told.column_labels or told.labels or [str(at) for at in range(1, columns + 1)]
    two_kinds = bool(told.rows and told.columns) and row_labels != column_labels
    width = columns - told.no_diagonal + told.embedded
    needed = max(1, told.matrices) * (rows * width + (columns if told.embedded else 0))
    if not rows or not columns or len(words) < needed:
        msg = _("{file} should hold {n} numbers after “data:” and holds {found}. Save it again.")
        raise FileError(msg.format(file=content.name, n=needed, found=len(words)))
    edges, at = _Edges(), 0
    for layer in range(max(1, told.matrices)):
        if told.embedded:
            column_labels, at = [word for _line, word in words[at : at + columns]], at + columns
        cells, lines = [["", *column_labels]], [words[at][0]]
        for row in range(rows):
            line, at = words[at : at + width], at + width
            label = line.pop(0)[1] if told.embedded else row_labels[row]
            values = [word for _line, word in line]
            if told.no_diagonal:
                values.insert(row, "0")
            cells.append([label, *values])
            lines.append(line[0][0] if line else lines[-1])
        if told.matrices <= 1:
            made = {"file": content.name, "format": "UCINET DL"}
            grid = Grid(cells, np.array(lines))
            return matrix_parts(grid, directed=directed, two_mode=two_kinds or None, choices=made)
        names = told.matrix_labels
        _cells_as_edges(edges, cells, lines, names[layer] if layer < len(names) else str(layer + 1))
    return _parts(content, {name: name for name in row_labels}, edges, directed, form="UCINET DL", kinds=0)


def _cells_as_edges(edges: _Edges, cells: list[list[str]], lines: list[int], kind: str) -> None:
    """Turn one of several matrices into links of one kind; a symmetric one gives each link once."""
    body = [row[1:] for row in cells[1:]]
    symmetric = body == [list(column) for column in zip(*body, strict=True)]
    for row, values in enumerate(body):
        for column, value in enumerate(values):
            if re.fullmatch(r"[+-]?0*(\.0*)?", value) or (symmetric and column < row):
                continue
            ends = (cells[row + 1][0], cells[0][column + 1])
            edges.add(lines[row + 1], ends, value, directed=not symmetric, kind=kind)


# Pieces of Pajek


def _section(line: str) -> tuple[str, str]:
    found = re.match(r"\*\s*(\w+)(.*)", line)
    return (found[1].casefold(), found[2]) if found else ("", "")


def _quoted(rest: str) -> str | None:
    """Return the name of a relation: ``*Arcs :2 "lends to"``; its number where it has no name."""
    found = re.search(r'"([^"]*)"', rest) or re.search(r":\s*(\d+)", rest)
    return found[1] if found else None


def _pair(edges: _Edges, number: int, words: list[str], **more: Any) -> None:
    ends = (words[0], words[1] if len(words) > 1 else None)
    weight = words[2] if len(words) > 2 and re.fullmatch(r"[-+.\deE]+", words[2]) else None
    edges.add(number, ends, weight, **more)


def _matrix_line(
    edges: _Edges, number: int, row: int, words: list[str], *, first_kind: int, kind: str | None
) -> None:
    for place, value in enumerate(words, start=1 + first_kind):
        if not re.fullmatch(r"[+-]?0*(\.0*)?", value):
            edges.add(number, (str(row), str(place)), value, directed=not first_kind, kind=kind, of="matrix")


def _halve_symmetric_matrix(edges: _Edges) -> None:
    """Keep each link of a symmetric matrix once, without a direction."""
    cells = {(row["source"], row["target"], row["weight"], row.get("kind"))
             for row in edges.rows if row.pop("of", None)}  # fmt: skip
    if not cells or len(cells) < len(edges.rows) or any((b, a, w, k) not in cells for a, b, w, k in cells):
        return
    kept = [at for at, row in enumerate(edges.rows) if int(row["source"] or 0) <= int(row["target"] or 0)]
    edges.rows, edges.lines = [edges.rows[at] for at in kept], [edges.lines[at] for at in kept]
    for row in edges.rows:
        row["directed"] = "false"


# Together


def _direction_from_pairs(edges: _Edges, *, two_kinds: bool) -> None:
    """Say whether links have a direction, where some stand both ways; where all do, keep each once."""
    pairs = {(row["source"], row["target"]) for row in edges.rows}
    both = [pair for pair in pairs if pair[0] != pair[1] and pair[::-1] in pairs]
    if two_kinds or not both:
        return
    values = {(row["source"], row["target"], row["weight"]) for row in edges.rows}
    if len(values) == len(edges.rows) and all((b, a, weight) in values for a, b, weight in values):
        seen: set[tuple[Any, ...]] = set()
        kept = []
        for at, row in enumerate(edges.rows):
            if (row["target"], row["source"]) not in seen or row["source"] == row["target"]:
                kept.append(at)
            seen.add((row["source"], row["target"]))
        edges.rows, edges.lines = [edges.rows[at] for at in kept], [edges.lines[at] for at in kept]
        told = "false"
    else:
        told = "true"
    for row in edges.rows:
        row["directed"] = told


def _parts(
    content: Content, labels: dict[str, str], edges: _Edges, directed: bool | None, *, form: str, kinds: int
) -> Parts:
    if not edges.rows:
        msg = _("{file} holds {n} vertices and no links. Save the network again with its lines.")
        raise FileError(msg.format(file=content.name, n=len(labels)))
    unique = len(set(labels.values())) == len(labels)
    nodes: list[Row] = []
    for place, (number, label) in enumerate(labels.items()):
        node: Row = {"id": label if unique else number}
        if not unique:
            node["label"] = label
        if kinds:
            node["mode"] = "1" if place < kinds else "2"
        nodes.append(node)
    if unique:
        for row in edges.rows:
            for end in ("source", "target"):
                row[end] = labels.get(row[end] or "", row[end])
    if not any(row.get("kind") for row in edges.rows):
        for row in edges.rows:
            row.pop("kind", None)
    links = replace(listed_links(edges.rows), source_row=rows_of(edges.lines))
    by = "caller" if directed is not None else ("file" if "directed" in links.roles else "")
    made = {"file": content.name, "format": form}
    return Parts(links, "two_mode" if kinds else "list", listed_entities(nodes), directed, by, made)
