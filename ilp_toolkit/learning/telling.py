"""
What is told of answers and marks in words: which option it was, what was recorded, which question this is.

An answer may come from anybody. Whoever puts one into words here looks names up and escapes nothing: the
widgets and the plain page escape every text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..i18n import _, number, plural
from .items import Item

__all__ = ["clock_words", "head", "names", "recorded", "spoken", "title"]

_CODE = re.compile(r"(`+)(.*?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1|(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\3(?!\w)")
_LISTED = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|[|>#])")
_OPENING = re.compile(r"^(?:#{1,6}\s+|>\s*)+")
_FIRST = 4
"""How many names, columns or values are told before the rest is counted."""


def head(item: Item) -> str:
    """
    Return the line above a question: its name and what it counts.

    Examples
    --------
    >>> head(Item(id="q3", part="exam", kind="number", points=2, hurdle=True))
    'Question q3 · 2 points · must be answered fully to pass'
    """
    parts = [_("Question {item}").format(item=item.id)]
    if item.practice:
        parts.append(_("practice, does not count"))
    else:
        digits = 0 if item.points == int(item.points) else 1
        words = plural("{n} point", "{n} points", int(item.points) if not digits else 2)
        parts.append(words.format(n=number(item.points, digits)))
    if item.hurdle:
        parts.append(_("must be answered fully to pass"))
    return " · ".join(parts)


def title(item: Item, most: int = 70) -> str:
    r"""
    Return the beginning of a question without its markdown, for an overview.

    Examples
    --------
    >>> title(Item(id="p1", part="lab", kind="number", prompt="How **many** cells?\n\nCount them."))
    'How many cells?'
    >>> title(Item(id="p2", part="lab", kind="number", prompt="*Which* `gi_z` > 2 at q_value < 0.05?"))
    'Which gi_z > 2 at q_value < 0.05?'
    """
    bare = _bare(_paragraph(item.prompt)).strip()
    return bare if len(bare) <= most else f"{bare[:most].rpartition(' ')[0] or bare[:most]} …"


def _paragraph(prompt: str) -> str:
    """Return the first paragraph: emphasis may reach over the end of a line."""
    lines: list[str] = []
    for line in prompt.strip().splitlines():
        if lines and (not line.strip() or _LISTED.match(line)):
            break
        lines.append(line.strip())
    return " ".join(lines)


def _bare(line: str) -> str:
    """Take the marks of markdown out of a line; what stands between backticks stays as it is."""
    parts, end = [], 0
    line = _OPENING.sub("", line.strip())
    for code in _CODE.finditer(line):
        parts += [_plain(line[end : code.start()]), code[2].strip()]
        end = code.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    before, text = "", _LINK.sub(r"\1", text)
    while before != text:  # **a *word* in it**
        before, text = text, _EMPHASIS.sub(lambda found: found[2] or found[4], text)
    return text


def names(item: Item) -> dict[str, str]:
    """Return the words of each option, step, row and passage of a question, by its id."""
    found = {option.id: option.text for option in item.option}
    found |= {step.id: step.text for step in item.step} | {row.id: row.text for row in item.row}
    found |= {passage.id: passage.text for passage in item.passages() if passage.id is not None}
    return found


def spoken(item: Item, answer: Any) -> Any:
    """
    Put the words of options and rows in the place of their ids, for a person who reads the answer.

    Whatever does not look like an answer of this kind is returned as it is.

    Examples
    --------
    >>> from ilp_toolkit.learning.items import Option
    >>> pair = (Option(id="a", text="Yes"), Option(id="b", text="No"))
    >>> spoken(Item(id="q1", part="exam", kind="choice", prompt="?", option=pair), "b")
    'b: No'
    """
    words = names(item)

    def named(name: Any) -> Any:
        return f"{name}: {words[name]}" if isinstance(name, str) and name in words else name

    match item.kind:
        case "choice":
            return named(answer)
        case "choices" | "order" | "spans" if isinstance(answer, list):
            return [named(one) for one in answer]
        case "match" if isinstance(answer, dict):
            return {named(row): named(option) for row, option in answer.items()}
        case "table" if isinstance(answer, dict):
            return {named(row): _cells(item, cells) for row, cells in answer.items()}
        case _:
            return answer


def _cells(item: Item, cells: Any) -> Any:
    if not isinstance(cells, dict):
        return cells
    columns = {column.id: column for column in item.column}
    told = {}
    for name, value in cells.items():
        column = columns.get(name)
        options = {option.id: option.text for option in column.option} if column else {}
        shown = options.get(value, value) if isinstance(value, str) else value
        told[column.text if column else name] = shown
    return told


def recorded(value: Any) -> str:
    """
    Say in one line what was recorded: its shape and its first values.

    Parameters
    ----------
    value
        As `answers.encode` gives it.

    Examples
    --------
    >>> recorded([3, 1, 2]), recorded(12.5)
    ('a list of 3 values: 3, 1, 2', 'the number 12.5')
    """
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return _("the number {n}").format(n=f"{value:.6g}")
    if isinstance(value, str):
        return _("the text “{text}”").format(text=_short(value))
    if isinstance(value, list):
        words = plural("a list of {n} value: {first}", "a list of {n} values: {first}", len(value))
        return words.format(n=number(len(value)), first=_some(value))
    return _tagged(value) if isinstance(value, Mapping) else _short(value)


def _tagged(value: Mapping[str, Any]) -> str:
    kind = value.get("$")
    if kind == "frame":
        rows, columns = len(value["index"]["v"]), [str(column["name"]) for column in value["columns"]]
        n_rows = plural("{n} row", "{n} rows", rows).format(n=number(rows))
        n_columns = plural("{n} column", "{n} columns", len(columns)).format(n=number(len(columns)))
        words = _("a table of {rows} and {columns}: {names}").format(
            rows=n_rows, columns=n_columns, names=_some(columns)
        )
        first = _some([column["v"][0] for column in value["columns"]]) if rows else ""
        opening = _("First row: {first}").format(first=first)
        return f"{words}. {opening}" if first else words
    if kind == "series":
        n = len(value["v"])
        words = plural("a column of {n} value: {first}", "a column of {n} values: {first}", n)
        return words.format(n=number(n), first=_some(value["v"]))
    if kind == "graph":
        words = _("a graph of {nodes} nodes and {edges} links")
        return words.format(nodes=number(len(value["nodes"])), edges=number(len(value["edges"])))
    if kind is not None:
        return _short(value.get("v", kind))
    words = plural("{n} named value: {first}", "{n} named values: {first}", len(value))
    pairs = [f"{name} = {_short(one)}" for name, one in value.items()]
    return words.format(n=number(len(value)), first=_some(pairs))


def _some(values: Sequence[Any]) -> str:
    shown = ", ".join(_short(value) for value in values[:_FIRST])
    return f"{shown} …" if len(values) > _FIRST else shown


def _short(value: Any, most: int = 40) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def clock_words(moment: dt.datetime) -> str:
    """
    Write the time of day.

    Examples
    --------
    >>> clock_words(dt.datetime(2026, 11, 26, 9, 5))
    '09:05'
    """
    return f"{moment:%H:%M}"
