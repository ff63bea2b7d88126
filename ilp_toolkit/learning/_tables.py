"""
Tables beside each other: columns by name, rows by what identifies them, cells within tolerance.

What earns part of the points is whole columns or whole rows: a table filled with one frequent value gets
many cells right and shows nothing.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import Any

from ..i18n import _, plural
from ._cells import Cell, cell, label, same, told
from ._plain import TAG, AnswerError
from ._rules import Outcome, Rules
from ._shapes import differs, distance_unit

__all__ = ["compare_tables"]

_MOST = 10
"""Rows of an answer for each of the key's, and a hundred more, beyond which it is not looked at."""


@dataclass(frozen=True)
class _Column:
    name: str
    cells: list[Any]
    geometry: bool
    crs: str | None


@dataclass(frozen=True)
class _Table:
    index: list[Any]
    columns: dict[str, _Column]
    series: bool
    index_name: str = ""

    def __len__(self) -> int:
        return len(self.index)


def compare_tables(given: dict[str, Any], key: dict[str, Any], rules: Rules) -> Outcome:
    """Compare two recorded tables; AnswerError where one is not in the form."""
    mine, right = _table(given), _table(key)
    if len(mine) > _MOST * len(right) + 100:
        words = _("The table has {n} rows, far too many. Is it the whole register instead of the result?")
        return Outcome(0.0, (words.format(n=len(mine)),))
    if right.series and len(right.columns) == 1 and len(mine.columns) == 1:
        mine = _renamed(mine, next(iter(right.columns)))
    wanted = [name for name in rules.columns or right.columns if name in right.columns]
    comments, ordered = _columns(mine, right, rules, wanted)
    rows = _rows(mine, right, rules)
    comments.extend(rows.comments)
    made = [_compared(name, mine, right, rows, rules) for name in wanted if name not in rules.on]
    return _outcome(made, rows, comments, rules, faulty=not ordered or rows.shuffled)


def _bad() -> AnswerError:
    return AnswerError(_("The answer is not in the form in which answers are recorded."))


def _table(value: dict[str, Any]) -> _Table:
    """Read a recorded table; every column must be as long as the index."""
    index = value.get("index")
    labels = index.get("v") if type(index) is dict else None
    series = value.get(TAG) == "series"
    raw = [value] if series else value.get("columns")
    if type(labels) is not list or type(raw) is not list:
        raise _bad()
    columns: dict[str, _Column] = {}
    for each in raw:
        cells = each.get("v") if type(each) is dict else None
        if type(cells) is not list or len(cells) != len(labels):
            raise _bad()
        name = _name(each.get("name"))
        if name in columns:
            raise AnswerError(_("The column {name} stands twice.").format(name=name[:60]))
        crs = each.get("crs")
        shapes = each.get("dtype") == "geometry"
        columns[name] = _Column(name, cells, shapes, crs if type(crs) is str else None)
    names = index.get("names") if type(index) is dict else None
    named = type(names) is list and len(names) == 1 and type(names[0]) is str
    return _Table(labels, columns, series, names[0] if named and type(names) is list else "")


def _name(value: Any) -> str:
    """Write the name of a column as text: 2024 and "2024" are one name."""
    if type(value) is str:
        return value.strip()
    return "" if value is None else label(value).partition(":")[2]


def _renamed(table: _Table, name: str) -> _Table:
    (column,) = table.columns.values()
    return replace(table, columns={name: replace(column, name=name)})


def _columns(mine: _Table, right: _Table, rules: Rules, wanted: list[str]) -> tuple[list[str], bool]:
    """Say which columns are missing, too many or in another order; and whether number and order are right."""
    comments: list[str] = []
    fine = True
    needed = [*wanted, *(name for name in rules.on if name not in wanted)]
    for name in needed:
        if name not in mine.columns:
            near = difflib.get_close_matches(
                name[:60], [each[:60] for each in list(mine.columns)[:200]], 1, 0.6
            )
            words = _("The column {name} is missing.").format(name=name)
            hint = _("Is {near} meant? Rename it.").format(near=near[0]) if near else ""
            comments.append(f"{words} {hint}".strip())
    extra = [name for name in mine.columns if name not in right.columns]
    if extra and not rules.extra_columns:
        fine = False
        words = plural(
            "{n} column is too many: {first}.", "{n} columns are too many, first: {first}.", len(extra)
        )
        comments.append(words.format(n=len(extra), first=extra[0][:60]))
    shared = [name for name in mine.columns if name in needed]
    if rules.column_order and shared != [name for name in right.columns if name in shared]:
        fine = False
        comments.append(_("The columns stand in another order than asked for."))
    return comments, fine


@dataclass(frozen=True)
class _Rows:
    """Which row of the answer stands for which row of the key."""

    pairs: list[tuple[int, int]]
    missing: int
    extra: int
    by_label: bool
    comments: list[str]
    shuffled: bool = False

    @property
    def whole(self) -> bool:
        return not self.missing and not self.extra


def _rows(mine: _Table, right: _Table, rules: Rules) -> _Rows:
    """Find each row of the key in the answer."""
    labels = _labels(right, rules)
    theirs = _labels(mine, rules, right.index_name) if labels is not None else None
    if labels is None or len(set(labels)) < len(labels):
        return _in_order(mine, right)
    if theirs is None:
        words = _("The rows have no labels (index) by which they are known.")
        return _Rows([], len(right), len(mine), True, [] if rules.on else [words])
    comments = []
    place: dict[str, int] = {}
    for at, each in enumerate(theirs):
        place.setdefault(each, at)
    twice = len(theirs) - len(place)
    if twice:
        words = plural("{n} row stands there twice.", "{n} rows stand there twice or more.", twice)
        comments.append(words.format(n=twice))
    pairs = [(place[each], at) for at, each in enumerate(labels) if each in place]
    known = set(labels)
    strange = [each for each in place if each not in known]
    missing, extra = len(labels) - len(pairs), len(theirs) - len(pairs)
    if missing:
        words = plural("{n} row is missing.", "{n} rows are missing.", missing)
        comments.append(words.format(n=missing))
    if strange:
        words = plural(
            "{n} row is too many: {first}.", "{n} rows are too many, first: {first}.", len(strange)
        )
        comments.append(words.format(n=len(strange), first=_readable(strange[0])))
    shuffled = rules.rows == "ordered" and [a for a, _b in pairs] != sorted(a for a, _b in pairs)
    if shuffled:
        comments.append(_("The rows stand in another order than asked for."))
    return _Rows(pairs, missing, extra, True, comments, shuffled)


def _labels(table: _Table, rules: Rules, name: str = "") -> list[str] | None:
    """
    Return what identifies each row, or None where only its place does.

    With `name`, the column of that name serves where the index was turned into a column.
    """
    if rules.on:
        if any(name not in table.columns for name in rules.on):
            return None
        columns = [table.columns[name].cells for name in rules.on]
        return ["|".join(map(label, each)) for each in zip(*columns, strict=True)]
    if rules.index == "ignore":
        return None
    if table.index == list(range(len(table))):
        named = table.columns.get(name) if name else None
        return None if named is None else list(map(label, named.cells))
    return [label(each) for each in table.index]


def _readable(name: str) -> str:
    """Write a label for people."""
    parts = [part.partition(":")[2] or part for part in name.removeprefix("list:").split("|")]
    return ", ".join(parts)[:60]


def _in_order(mine: _Table, right: _Table) -> _Rows:
    """Pair rows by their place."""
    shared = min(len(mine), len(right))
    missing, extra = len(right) - shared, len(mine) - shared
    comments = []
    if missing:
        words = plural("{n} row is missing.", "{n} rows are missing.", missing)
        comments.append(words.format(n=missing))
    if extra:
        words = plural("The table has {n} row too many.", "The table has {n} rows too many.", extra)
        comments.append(words.format(n=extra))
    return _Rows([(at, at) for at in range(shared)], missing, extra, False, comments)


@dataclass(frozen=True)
class _Compared:
    """One column: which paired rows are wrong in it."""

    name: str
    there: bool
    wrong: frozenset[int]
    comment: str


def _compared(name: str, mine: _Table, right: _Table, rows: _Rows, rules: Rules) -> _Compared:
    if name not in mine.columns:
        return _Compared(name, False, frozenset(b for _a, b in rows.pairs), "")
    given, key = mine.columns[name], right.columns[name]
    if key.geometry:
        return _shapes(given, key, rows, rules)
    if given.geometry:
        words = _("Column {name} holds shapes, but values are expected.").format(name=name)
        return _Compared(name, True, frozenset(b for _a, b in rows.pairs), words)
    absolute = rules.tolerances.get(name)
    wrong: dict[int, tuple[Cell, Cell]] = {}
    first = -1
    for a, b in rows.pairs:
        found, wanted = cell(given.cells[a]), cell(key.cells[b])
        if not same(found, wanted, rules, absolute=absolute):
            wrong[b] = (found, wanted)
            first = a if first < 0 else first
    if not wrong:
        return _Compared(name, True, frozenset(), "")
    words = plural(
        "Column {name}: {n} of {all} cells differs", "Column {name}: {n} of {all} cells differ", len(wrong)
    )
    text = words.format(name=name, n=len(wrong), all=len(rows.pairs))
    if rows.by_label and len(wrong) < len(rows.pairs):
        text += _(", first in the row {label}").format(
            label=_readable(_label_at(mine, first, rules, right.index_name))
        )
    return _Compared(name, True, frozenset(wrong), _ended(text, _said(list(wrong.values()), rules)))


def _label_at(table: _Table, at: int, rules: Rules, name: str) -> str:
    if table.index == list(range(len(table))) and name in table.columns:
        return label(table.columns[name].cells[at])
    if rules.on:
        return "|".join(label(table.columns[name].cells[at]) for name in rules.on)
    return label(table.index[at])


def _said(pairs: list[tuple[Cell, Cell]], rules: Rules) -> str:
    """Say how cells differ: first the empty ones, then what the rest have in common."""
    empty = sum(given.kind == "missing" for given, _key in pairs)
    filled = sum(key.kind == "missing" for _given, key in pairs)
    rest = [pair for pair in pairs if "missing" not in {pair[0].kind, pair[1].kind}]
    said = []
    if empty:
        said.append(plural("{n} is empty", "{n} are empty", empty).format(n=empty))
    if filled:
        said.append(plural("{n} should be empty", "{n} should be empty", filled).format(n=filled))
    words = told(rest, rules.unit) if rest else ""
    if words and len(rest) > 1 and words == _("it is too high"):
        words = _("all are too high; is something counted twice, or from outside of what was asked?")
    elif words and len(rest) > 1 and words == _("it is too low"):
        words = _("all are too low; are records left out that belong there?")
    return "; ".join([*said, *([words] if words else [])])


def _ended(text: str, said: str) -> str:
    whole = f"{text}: {said}" if said else text
    return whole if whole.endswith((".", "?", "!")) else whole + "."


def _shapes(given: _Column, key: _Column, rows: _Rows, rules: Rules) -> _Compared:
    """Compare shapes; in another CRS none is right, and nothing is reprojected."""
    everything = frozenset(b for _a, b in rows.pairs)
    if not given.geometry:
        words = _("Column {name} holds no shapes; a GeoDataFrame is expected.").format(name=key.name)
        return _Compared(key.name, True, everything, words)
    if not _same_crs(given.crs, key.crs):
        if given.crs is None:
            words = _("The shapes in {name} have no CRS: say which it is with set_crs.")
        else:
            words = _("The shapes in {name} are in {crs}, another CRS than asked for: use to_crs.")
        text = words.format(name=key.name, crs=_crs_name(given.crs)[:60])
        return _Compared(key.name, True, everything, text)
    tolerance = rules.geometry_tolerance / distance_unit(key.crs)
    wrong: dict[int, str] = {}
    corners = 0
    for a, b in rows.pairs:
        mine, right = given.cells[a], key.cells[b]
        corners += len(mine) if type(mine) is str else 0
        if corners > 20_000 + 20 * sum(len(each) for each in key.cells if type(each) is str):
            words = _("The shapes in {name} have far more corners than those expected.").format(name=key.name)
            return _Compared(key.name, True, everything, words)
        said = differs(mine, right, tolerance=tolerance) if mine is None or type(mine) is str else "kind"
        if said:
            wrong[b] = said
    if not wrong:
        return _Compared(key.name, True, frozenset(), "")
    words = plural(
        "Column {name}: {n} of {all} shapes differs", "Column {name}: {n} of {all} shapes differ", len(wrong)
    )
    text = words.format(name=key.name, n=len(wrong), all=len(rows.pairs))
    how = {
        "empty": _("there is none where one is expected, or one too many"),
        "kind": _("they are of another kind (points, lines, areas)"),
        "place": _("they lie elsewhere or have another form"),
    }
    kinds = set(wrong.values())
    return _Compared(
        key.name, True, frozenset(wrong), _ended(text, how[kinds.pop()] if len(kinds) == 1 else "")
    )


def _same_crs(given: str | None, key: str | None) -> bool:
    if given is None or key is None:
        return given is key
    return "".join(given.split()).casefold() == "".join(key.split()).casefold()


def _crs_name(crs: str | None) -> str:
    """Name a CRS shortly: its code, or the name at the head of its WKT."""
    text = crs or ""
    return text if "[" not in text else text.split('"')[1][:60] if '"' in text else text[:20]


def _outcome(
    made: list[_Compared], rows: _Rows, comments: list[str], rules: Rules, *, faulty: bool
) -> Outcome:
    """Weigh columns and rows; a table that is right but for its order or further columns earns half."""
    comments = [*comments, *(each.comment for each in made if each.comment)]
    right = [each for each in made if each.there and not each.wrong]
    all_right = len(right) == len(made) and rows.whole and not comments
    parts = tuple((each.name, each.there and not each.wrong and rows.whole, each.comment) for each in made)
    if all_right:
        return Outcome(1.0, (), parts)
    pairs = len(rows.pairs)
    every = pairs + rows.missing + rows.extra
    columns = len(right) / len(made) if made and rows.whole else 0.0
    spoilt = frozenset[int]().union(*(each.wrong for each in made))
    by_row = (pairs - len(spoilt)) / every if every and made else 0.0
    cells = sum(pairs - len(each.wrong) for each in made if each.there)
    shares = {
        "best": max(columns, by_row),
        "columns": columns,
        "rows": by_row,
        "cells": cells / (every * len(made)) if every and made else 0.0,
        "none": 0.0,
    }
    return Outcome(min(shares[rules.partial], 0.5 if faulty else 0.99), tuple(comments), parts)
