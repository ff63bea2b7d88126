"""What is filled in, blacked out or suppressed: tables of fields, a text with passages, a table of counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from ...i18n import _, number
from .fields import Changed, Field, Later, as_number, dropdown, names_in
from .plain import escape, markdown

__all__ = ["spans", "suppress", "table"]

Shown = Mapping[str, Any]
_WIDEST, _PROSE = 13, 40
"""Signs: a longer cell from a file goes on in a second line; one of prose takes the whole row."""


def table(shown: Shown, value: Any, changed: Changed) -> Field:
    """
    Answer by filling in the fields of each row.

    Parameters
    ----------
    shown
        With `column` and with `row`: id and either `text` (markdown) or `cells` (pairs of heading and text,
        where the rows come from a file).
    value
        ``{row: {column: value}}`` or None.
    changed
        Called with the same after each change, unfilled fields left out.
    """
    given = value if isinstance(value, dict) else {}
    fields: dict[str, dict[str, _Cell]] = {}

    def answer() -> dict[str, dict[str, Any]] | None:
        filled = {
            row: {name: cell.read() for name, cell in cells.items() if cell.read() is not None}
            for row, cells in fields.items()
        }
        return {row: cells for row, cells in filled.items() if cells} or None

    later = Later(lambda: changed(answer()))
    rows = []
    widths = _widths(shown["row"])
    for row in shown["row"]:
        before = given.get(row["id"])
        before = before if isinstance(before, dict) else {}
        fields[row["id"]] = {
            column["id"]: _Cell(column, before.get(column["id"]), later) for column in shown["column"]
        }
        label = widgets.HTML(_row_html(row, widths))
        label.add_class("ilp-grow")
        box = widgets.Box([label, *(cell.widget for cell in fields[row["id"]].values())])
        box.add_class("ilp-row")
        rows.append(box)
    return Field(widgets.VBox(rows), answer, later.flush)


class _Cell:
    """One field of a table: an option, a number or a text, with its column's name above it."""

    def __init__(self, column: Shown, value: Any, later: Callable[[], None]) -> None:
        self._kind = column.get("type", "option")
        look = {"description": column["text"], "style": {"description_width": "initial"}}
        if self._kind == "option":
            self.widget = dropdown(column["option"], value, **look)
        else:
            written = "" if value is None else _written(value)
            self.widget = widgets.Text(value=written, **look)
            self.widget.add_class("ilp-field")
        self.widget.observe(lambda _change: later(), names="value")

    def read(self) -> Any:
        value = self.widget.value
        if self._kind == "option":
            return value or None
        if self._kind == "number":
            return as_number(value)
        return value.strip() or None


def spans(shown: Shown, value: Any, changed: Changed) -> Field:
    """
    Answer by blacking out passages of a text.

    Parameters
    ----------
    shown
        With `passages`: pairs of id (None between candidates) and text.
    value
        Ids of the passages that were blacked out.
    changed
        Called with the sorted ids after each press; an empty list once somebody has pressed something.
    """
    given = set(names_in(value))
    touched = [isinstance(value, list)]
    buttons: dict[str, Any] = {}
    parts = []
    for name, words in shown["passages"]:
        if name is None:
            parts.append(widgets.HTML(f"<span>{escape(words)}</span>"))
            continue
        buttons[name] = _bar(words, pressed=name in given)
        parts.append(buttons[name])

    def answer() -> list[str] | None:
        return sorted(name for name, button in buttons.items() if button.value) if touched[0] else None

    def pressed(_change: Any) -> None:
        touched[0] = True
        changed(answer())

    for button in buttons.values():
        button.observe(pressed, names="value")
    flow = widgets.Box(parts)
    flow.add_class("ilp-flow")
    help_words = _("Press a passage to black it out (■), press again to leave it readable (□).")
    note = widgets.HTML(f'<p class="ilp-quiet">{escape(help_words)}</p>')
    return Field(widgets.VBox([note, flow]), answer)


def _bar(words: str, *, pressed: bool) -> Any:
    button = widgets.ToggleButton(value=pressed, description=f"{'■' if pressed else '□'} {words}")

    def draw(_change: Any) -> None:
        button.description = f"{'■' if button.value else '□'} {words}"
        button.tooltip = _("blacked out") if button.value else _("readable")

    button.observe(draw, names="value")
    draw(None)
    return button


def suppress(shown: Shown, value: Any, changed: Changed) -> Field:
    """
    Answer by hiding cells of a table of counts.

    Parameters
    ----------
    shown
        With `head` (names of the columns, the first one of the rows) and `body` (label and counts).
    value
        ``[[row, column], …]`` or None.
    changed
        Called with the same after each press.
    """
    head: Sequence[str] = shown["head"]
    pairs = value if isinstance(value, list) else []
    hidden = {tuple(pair) for pair in pairs if len(names_in(pair)) == 2}
    touched = [isinstance(value, list)]
    cells: dict[tuple[str, str], Any] = {}
    parts = [widgets.HTML(f"<strong>{escape(head[0])}</strong>")]
    parts += [widgets.HTML(f'<strong class="ilp-right">{escape(name)}</strong>') for name in head[1:]]
    for label, *counts in shown["body"]:
        parts.append(widgets.HTML(f"<strong>{escape(label)}</strong>"))
        for column, count in zip(head[1:], counts, strict=True):
            cells[label, column] = _count_cell(label, column, count, hidden=(label, column) in hidden)
            parts.append(cells[label, column])

    def answer() -> list[list[str]] | None:
        return [list(place) for place, cell in cells.items() if cell.value] if touched[0] else None

    def pressed(_change: Any) -> None:
        touched[0] = True
        changed(answer())

    for cell in cells.values():
        cell.observe(pressed, names="value")
    columns = f"minmax(7rem, 1.4fr) repeat({len(head) - 1}, minmax(3.8rem, 1fr))"
    grid = widgets.GridBox(parts, layout=widgets.Layout(grid_template_columns=columns, grid_gap="3px"))
    grid.add_class("ilp-grid")
    help_words = _("Press a count to hide it (✕ before the number), press again to show it.")
    note = widgets.HTML(f'<p class="ilp-quiet">{escape(help_words)}</p>')
    return Field(widgets.VBox([note, grid]), answer)


def _count_cell(label: str, column: str, count: str, *, hidden: bool) -> Any:
    cell = widgets.ToggleButton(value=hidden, description=count)
    cell.add_class("ilp-cell")

    def draw(_change: Any) -> None:
        cell.description = f"✕ {count}" if cell.value else count
        state = _("hidden") if cell.value else _("shown")
        cell.tooltip = f"{label}, {column}: {count} ({state})"

    cell.observe(draw, names="value")
    draw(None)
    return cell


def _widths(rows: Sequence[Shown]) -> list[int]:
    """Return how many signs wide each cell from a file is: like stands below like; 0: the whole row."""
    lengths = [[max(len(heading), len(words)) for heading, words in row.get("cells", ())] for row in rows]
    widest = map(max, zip(*lengths, strict=False))
    return [0 if longest > _PROSE else min(longest, _WIDEST) for longest in widest]


def _row_html(row: Shown, widths: Sequence[int]) -> str:
    if "cells" not in row:
        return markdown(row["text"], inline=True)
    pairs = []
    for (heading, words), width in zip(row["cells"], widths, strict=False):
        head = f'<span class="ilp-item-head">{escape(heading)}</span>' if heading else ""
        text = escape(words) if heading else f"<strong>{escape(words)}</strong>"
        room = f"min(100%,{width}ch)" if width else "100%"
        pairs.append(f'<div style="width:{room}">{head}{text}</div>')
    return f'<div class="ilp-pairs">{"".join(pairs)}</div>'


def _written(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.12g}".replace(".", number(0.5, 1)[1])
