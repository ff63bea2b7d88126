"""What is put in order, and what is matched: rows with buttons or a list to choose from, no dragging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from ...i18n import _
from .fields import Changed, Field, dropdown, names_in
from .plain import markdown

__all__ = ["match", "order"]

Shown = Mapping[str, Any]


def order(shown: Shown, value: Any, changed: Changed) -> Field:
    """
    Answer with an order: each row moves up and down with two buttons, and the focus goes with it.

    Notes
    -----
    The order that is shown first is no answer: who has moved nothing has answered nothing.
    """
    texts = {step["id"]: step["text"] for step in shown["step"]}
    given = names_in(value)
    known = sorted(given) == sorted(texts)
    rows = _Order(texts, given if known else list(texts), moved=known, changed=changed)
    return Field(rows.widget, rows.answer)


class _Order:
    """The rows of an order. Rows stay where they are; their texts change places."""

    def __init__(self, texts: dict[str, str], now: list[str], *, moved: bool, changed: Changed) -> None:
        self._texts, self._now, self._moved, self._changed = texts, now, moved, changed
        self._labels = [widgets.HTML("") for _step in now]
        self._up = [self._button(i, -1) for i in range(len(now))]
        self._down = [self._button(i, +1) for i in range(len(now))]
        for label in self._labels:
            label.add_class("ilp-grow")
        rows = [
            _row([label, _side([up, down])])
            for label, up, down in zip(self._labels, self._up, self._down, strict=True)
        ]
        self.widget = widgets.VBox(rows)
        self._draw()

    def answer(self) -> list[str] | None:
        return list(self._now) if self._moved else None

    def _button(self, place: int, step: int) -> Any:
        word = _("↑ Up") if step < 0 else _("↓ Down")
        inside = 0 <= place + step < len(self._now)
        button = widgets.Button(description=word, disabled=not inside)
        button.on_click(lambda _button: self._move(place, step))
        return button

    def _move(self, place: int, step: int) -> None:
        there = place + step
        self._now[place], self._now[there] = self._now[there], self._now[place]
        self._moved = True
        self._draw()
        same, other = (self._up, self._down) if step < 0 else (self._down, self._up)
        (other if same[there].disabled else same)[there].focus()
        self._changed(self.answer())

    def _draw(self) -> None:
        for place, (label, name) in enumerate(zip(self._labels, self._now, strict=True)):
            label.value = f"<strong>{place + 1}.</strong> {markdown(self._texts[name], inline=True)}"
            for button, word in ((self._up[place], _("Up")), (self._down[place], _("Down"))):
                button.tooltip = f"{word}: {self._texts[name]}"


def match(shown: Shown, value: Any, changed: Changed) -> Field:
    """Answer by choosing an option for each row."""
    given = value if isinstance(value, dict) else {}
    boxes: dict[str, Any] = {}
    rows = []
    for row in shown["row"]:
        box = dropdown(shown["option"], given.get(row["id"]), tooltip=row["text"])
        label = widgets.HTML(markdown(row["text"], inline=True))
        label.add_class("ilp-grow")
        rows.append(_row([label, box]))
        boxes[row["id"]] = box

    def answer() -> dict[str, str] | None:
        return {name: box.value for name, box in boxes.items() if box.value} or None

    for box in boxes.values():
        box.observe(lambda _change: changed(answer()), names="value")
    return Field(widgets.VBox(rows), answer)


def _row(parts: list[Any]) -> Any:
    row = widgets.Box(parts)
    row.add_class("ilp-row")
    return row


def _side(parts: list[Any]) -> Any:
    side = widgets.HBox(parts)
    side.add_class("ilp-side")
    return side
