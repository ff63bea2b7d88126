"""
A practice question without a screen that answers: what is asked, what can be entered, what is right and why.

Phones and paper show the same; only practice is read this way, and only from what learners have already.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ilp_toolkit.i18n import N_, _, number
from ilp_toolkit.learning.items import Item, ItemPack, Passage

from .course import BEGIN, END

__all__ = ["Answer", "Asked", "practice", "read"]

Mark = Literal["one", "some", "order", ""]
TASKS: dict[str, str] = {
    "choice": N_("Choose one."),
    "choices": N_("Choose all that are right; there may be several."),
    "order": N_("Number them in the right order."),
    "match": N_("Enter one for each row."),
    "number": N_("Enter a number."),
    "table": N_("Fill in the empty cells."),
    "spans": N_("Black out what must not leave. The passages in frames may be blacked out."),
    "suppress": N_("Cross out the cells that must not be published."),
    "text": N_("Write your answer."),
}


@dataclass(frozen=True)
class Answer:
    """One line of the answer."""

    text: str
    why: str = ""
    sign: str = ""
    """✓ or ✗ for a choice, a number for a step, what to do with a passage."""


@dataclass(frozen=True)
class Asked:
    """One question; texts are markdown, cells plain."""

    id: str
    kind: str
    prompt: str
    task: str
    mark: Mark = ""
    lines: tuple[str, ...] = ()
    """What is chosen from or put in order."""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    """A table; None is a cell to fill in."""
    entries: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What can be entered, by column."""
    passages: tuple[Passage, ...] = ()
    unit: str = ""
    hints: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    solution: str = ""
    code: str = ""
    """A worked solution in code."""


def read(item: Item, pack: ItemPack, data: Path, code: str = "") -> Asked:
    """
    Read a practice item.

    Parameters
    ----------
    item
        From `ItemPack.load`, with practice.dat beside it.
    pack
        The items that it is one of.
    data
        The folder of the variant that is shown.
    code
        For an item that is answered in code: its worked solution.
    """
    shape: dict[str, Any] = {}
    key = pack.key(item.id, 0)
    match item.kind:
        case "choice" | "choices":
            shape["mark"] = "one" if item.kind == "choice" else "some"
            shape["lines"] = tuple(option.text for option in item.option)
            shape["answers"] = tuple(Answer(o.text, o.why, "✓" if o.right else "✗") for o in item.option)
        case "order":
            shape["mark"] = "order"
            shape["lines"] = tuple(step["text"] for step in item.shown()["step"])
            shape["answers"] = tuple(
                Answer(step.text, step.why, str(n)) for n, step in enumerate(item.step, 1)
            )
        case "match":
            words = {option.id: option.text for option in item.option}
            shape["rows"] = tuple((row.text, None) for row in item.row)
            shape["entries"] = (("", tuple(words.values())),)
            shape["answers"] = tuple(
                Answer(f"{row.text} → {words.get(str(row.answer), str(row.answer))}", row.why)
                for row in item.row
            )
        case "number":
            shape["unit"] = item.unit
            right = Answer(f"{_figure(item.answer)} {item.unit}".strip(), sign="✓")
            shape["answers"] = (right, *(Answer(_figure(m.value), m.why, "✗") for m in item.mistake))
        case "table":
            shape |= _table(item, pack, data, key if isinstance(key, dict) else {})
        case "spans":
            item = item.form(0)
            shape["passages"] = item.passages()
            words = {p.id: p.text for p in item.passages() if p.id is not None}
            shape["answers"] = tuple(
                Answer(words.get(span.id, ""), span.why, _("black out") if span.hide else _("leave"))
                for span in item.span
            )
        case "suppress":
            lines = _csv(data / item.rows_from)
            shape["head"], shape["rows"] = tuple(lines[0]), tuple(map(tuple, lines[1:]))
    task = _(TASKS[item.kind]) if item.kind in TASKS else _("Answer in code, at a computer.")
    return Asked(
        item.id,
        item.kind,
        item.prompt,
        task,
        hints=item.hints,
        solution=item.solution,
        code=_bare(code),
        **shape,
    )


def _table(item: Item, pack: ItemPack, data: Path, key: dict[str, Any]) -> dict[str, Any]:
    blanks = (None,) * len(item.column)
    if item.rows_from:
        lines = _csv(data / item.rows_from)
        named = [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]
        columns = item.show or tuple(lines[0])
        head = tuple("" if name == "#" else pack.words.get(name, name) for name in columns)
        rows = [
            (line.get(item.row_id, ""), tuple(pack.words.get(line[c], line[c]) for c in columns), "")
            for line in named
        ]
    else:
        head = ("",)
        rows = [(row.id, (row.text,), row.why) for row in item.row]
    own = {column.id: {option.id: option.text for option in column.option} for column in item.column}
    answers = []
    for name, shown, why in rows:
        given = key.get(name)
        if isinstance(given, dict):
            said = [
                f"{c.text}: {own[c.id].get(str(given.get(c.id)), _said(given.get(c.id)))}"
                for c in item.column
            ]
            answers.append(Answer(f"{shown[0]} → {'; '.join(said)}", why))
    return {
        "head": (*head, *(column.text for column in item.column)),
        "rows": tuple((*shown, *blanks) for _name, shown, _why in rows),
        "entries": tuple((c.text, tuple(o.text for o in c.option)) for c in item.column if c.option),
        "answers": tuple(answers),
    }


def _bare(code: str) -> str:
    """Return a worked solution without the lines that mark where it begins and ends."""
    return "\n".join(line for line in code.split("\n") if BEGIN not in line and END not in line)


def _said(value: object) -> str:
    return _figure(value) if isinstance(value, int | float) else str(value)


def _figure(value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    digits = 0 if float(value).is_integer() else min(len(f"{value:.10g}".partition(".")[2]), 6)
    return number(value, digits)


def practice(pack: ItemPack, part: str) -> Iterator[Item]:
    """Give the practice of a part, in order."""
    return (item for item in pack.part(part) if item.practice)


def _csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [line for line in csv.reader(file) if line]
