"""What a course puts on the screen, as HTML and plain data: a question's field, a mark, what is handed in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..i18n import _
from ..views.widgets.feedback import Line, mark_html
from ..views.widgets.plain import escape, told
from . import telling
from .handing_in import Readiness
from .items import Item, ItemPack
from .places import Place, heading

if TYPE_CHECKING:
    from .marks import Mark

__all__ = ["complaint", "fault", "made", "mark", "question", "ready", "unsaved"]


def question(item: Item, pack: ItemPack, place: Place, variant: int) -> dict[str, Any]:
    """Return what a field needs: the question as released, and what comes from the data of a variant."""
    item = item.form(variant)
    # The steps of a released order are shuffled already; shuffling them anew could set them right.
    shown = item.whole() if item.keyless else item.shown()
    if item.kind == "spans":
        shown["passages"] = [tuple(passage) for passage in item.passages()]
    if item.rows_from:
        lines = _csv(place.data(item.rows_from, variant))
        if item.kind == "suppress":
            shown["head"], shown["body"] = lines[0], lines[1:]
        else:
            named = [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]
            shown["row"] = [_row(item, line, pack.words) for line in named]
    return shown


def mark(item: Item, found: Mark, place: Place, part: str) -> str:
    """Tell a mark, part by part, with where to read again."""
    words = telling.names(item)
    lines = [
        Line(words.get(one.id, one.id if item.rows_from else ""), one.right, one.comment)
        for one in found.parts
        if one.comment or not one.right
    ]
    said = {line.comment for line in lines}
    comments = [comment for comment in found.comments if comment not in said]
    return mark_html(found.verdict, found.fraction, comments, lines, read=_read(item, place, part))


def ready(found: Readiness) -> str:
    """Tell what would be handed in."""
    total = len(found.answered) + len(found.unanswered)
    words = _("Answered: {n} of {total}.").format(n=len(found.answered), total=total)
    parts = [f"<p><strong>{escape(words)}</strong></p>"]
    if found.unanswered:
        names = ", ".join(item.id for item in found.unanswered)
        words = _("Not answered: {names}.").format(names=names)
        parts.append(f"<p>○ {escape(words)}</p>")
    save = _("Save the notebook first (Ctrl+S). You may hand in again; nothing is overwritten.")
    return "".join([*parts, f'<p class="ilp-quiet">{escape(save)}</p>'])


def made(path: Path, receipt: str, attempt: int) -> str:
    """Tell where the file is, and the receipt to note down."""
    done = _("The file is made (attempt {n}).").format(n=attempt)
    hand_over = _("Hand over this file:")
    note_down = _("Your receipt. Write it down: it proves what you handed in.")
    way = _("USB stick, chat or e-mail will do. Do not open, rename or pack the file.")
    lines = [
        f"<p><strong>✓ {escape(done)}</strong></p>",
        f"<p>{escape(hand_over)}<br><code>{escape(path)}</code></p>",
        f'<p>{escape(note_down)}<br><span class="ilp-code">{escape(receipt)}</span></p>',
        f"<p>{escape(way)}</p>",
    ]
    return told("".join(lines), "right")


def complaint(words: str) -> str:
    """Tell in one sentence what went wrong."""
    return told(f"<p>⚠ {escape(words)}</p>", "caution")


def fault(error: Exception) -> str:
    """Say that the program is at fault: a learner cannot mend it, and must not think that they broke it."""
    words = _(
        "This is a fault of the course, not yours ({kind}: {error}). What you answered is kept. "
        "Run the cell again; if it comes back, show this sentence to your trainer."
    )
    return words.format(kind=type(error).__name__, error=error)


def unsaved() -> str:
    """Say that the notebook on the disk is older than the last answer."""
    return _(
        "The notebook on the disk is older than your last answer. Press Ctrl+S, then press the button again."
    )


def _csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [line for line in csv.reader(file) if line]


def _row(item: Item, line: dict[str, str], words: dict[str, str]) -> dict[str, Any]:
    columns = item.show or tuple(line)
    # A number in a column called # heads its row and needs no heading of its own.
    heads = ["" if c == "#" else words.get(c, c) for c in columns]
    cells = [
        (head, words.get(line.get(c, ""), line.get(c, ""))) for head, c in zip(heads, columns, strict=True)
    ]
    return {"id": line.get(item.row_id, ""), "cells": cells}


def _read(item: Item, place: Place, part: str) -> tuple[str, str] | None:
    there, _sign, anchor = item.read.partition("#")
    if not there:
        return None
    notebook = f"{there}.ipynb"
    if not anchor:
        return notebook, there
    name, cell = heading(place.folder / notebook, anchor)
    if there == part:
        return f"#{anchor}", name
    # Lab finds a cell by its id in a notebook that it has yet to draw; an anchor it finds only afterwards.
    return f"{notebook}#{f'cell-id={cell}' if cell else anchor}", name
