"""
What simple questions are answered with: one option, several options, a number, a text.

Each function takes the question as released (`Item.shown()`), the answer given before and a callback, and
returns a `Field`. A field that nobody has touched answers None.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from ...i18n import _, number, plural
from .plain import escape

__all__ = [
    "Changed",
    "Field",
    "Later",
    "as_number",
    "choice",
    "choices",
    "dropdown",
    "names_in",
    "numeric",
    "text",
]

Changed = Callable[[Any], None]
"""Called with the answer whenever the learner has changed it; None where it was taken back."""
Shown = Mapping[str, Any]


def _nothing() -> None:
    """Do nothing: a field without delay has nothing to hand over."""


@dataclass(frozen=True)
class Field:
    """What a question is answered with."""

    widget: Any
    answer: Callable[[], Any]
    """Return the answer as JSON, None where there is none."""
    flush: Callable[[], None] = _nothing
    """Hand over at once what was typed a moment ago."""


class Later:
    """
    Does something a second after the last call, so that a file is not written at each letter.

    Without a running event loop (in a test, in a script) it is done at once.
    """

    def __init__(self, act: Callable[[], None], seconds: float = 1.0) -> None:
        self._act, self._seconds = act, seconds
        self._waiting: asyncio.TimerHandle | None = None

    def __call__(self) -> None:
        """Do it soon."""
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._act()
            return
        self._waiting = loop.call_later(self._seconds, self.flush, context=contextvars.copy_context())

    def flush(self) -> None:
        """Do it now if it is waiting."""
        if self._waiting is not None:
            self.cancel()
            self._act()

    def cancel(self) -> None:
        """Forget what is waiting."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def choice(shown: Shown, value: Any, changed: Changed) -> Field:
    """Answer with one option."""
    options = [(option["text"], option["id"]) for option in shown["option"]]
    known = {name for _text, name in options}
    box = widgets.RadioButtons(
        options=options,
        value=value if isinstance(value, str) and value in known else None,
        layout=widgets.Layout(width="100%"),
    )
    box.observe(lambda _change: changed(box.value), names="value")
    return Field(box, lambda: box.value)


def choices(shown: Shown, value: Any, changed: Changed) -> Field:
    """Answer with any number of options."""
    given = set(names_in(value))
    boxes = {
        option["id"]: widgets.Checkbox(
            description=option["text"],
            value=option["id"] in given,
            indent=False,
            layout=widgets.Layout(width="100%"),
        )
        for option in shown["option"]
    }

    def answer() -> list[str] | None:
        return sorted(name for name, box in boxes.items() if box.value) or None

    for box in boxes.values():
        box.observe(lambda _change: changed(answer()), names="value")
    words = _("Tick all that apply.")
    note = widgets.HTML(f'<p class="ilp-quiet">{escape(words)}</p>')
    return Field(widgets.VBox([note, *boxes.values()]), answer)


def names_in(value: Any) -> list[str]:
    """
    Return the texts of a list, whatever else may stand in a damaged file.

    Examples
    --------
    >>> names_in(["a", {}, "b"]), names_in(3)
    (['a', 'b'], [])
    """
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def dropdown(options: Sequence[Shown], value: Any, **look: Any) -> Any:
    """Make a list to choose one option from; until one is chosen its value is the empty text."""
    pairs = [(_("choose …"), ""), *((option["text"], option["id"]) for option in options)]
    known = isinstance(value, str) and any(value == name for _text, name in pairs)
    box = widgets.Dropdown(options=pairs, value=value if known else "", **look)
    box.add_class("ilp-field")
    return box


def numeric(shown: Shown, value: Any, changed: Changed) -> Field:
    """Answer with a number, typed with a point or a comma."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    box = widgets.Text(
        value=_typed(value) if known else "",
        placeholder=_("a number"),
        description=_("Number"),
        style={"description_width": "initial"},
        layout=widgets.Layout(width="18rem", max_width="100%"),
    )
    unit = widgets.HTML(f"<span>{escape(shown.get('unit') or '')}</span>")
    note = widgets.HTML("")

    def tell() -> None:
        answer = as_number(box.value)
        wrong = bool(box.value.strip()) and answer is None
        words = _("“{text}” is no number. Write for example {example}.")
        note.value = (
            f'<p class="ilp-quiet">✗ {escape(words.format(text=box.value, example=number(12.5, 1)))}</p>'
            if wrong
            else ""
        )
        changed(answer)

    later = Later(tell)
    box.observe(lambda _change: later(), names="value")
    typed = widgets.HBox([box, unit], layout=widgets.Layout(align_items="center", grid_gap="8px"))
    return Field(widgets.VBox([typed, note]), lambda: as_number(box.value), later.flush)


def text(shown: Shown, value: Any, changed: Changed) -> Field:
    """Answer with a text in the learner's own words."""
    box = widgets.Textarea(
        value=value if isinstance(value, str) else "",
        placeholder=_("Write here. What you write is kept as you type."),
        rows=8,
        layout=widgets.Layout(width="100%"),
    )
    bounds, criteria = shown.get("words"), shown.get("criterion", ())
    count = widgets.HTML(_count(box.value, bounds))

    def tell() -> None:
        count.value = _count(box.value, bounds)
        changed(box.value if box.value.strip() else None)

    later = Later(tell)
    box.observe(lambda _change: later(), names="value")
    parts = [box, count]
    if criteria:
        lines = "".join(f"<li>{escape(one['text'])}</li>" for one in criteria)
        head = escape(_("A person reads your answer and looks at:"))
        parts.insert(0, widgets.HTML(f"<p>{head}</p><ul>{lines}</ul>"))
    return Field(widgets.VBox(parts), lambda: box.value if box.value.strip() else None, later.flush)


def as_number(typed: str) -> float | None:
    """
    Read a number as people type it: with a comma or a point, with spaces between thousands, with a sign.

    Examples
    --------
    >>> as_number("1 234,5"), as_number("−3"), as_number("twelve"), as_number("1e400")
    (1234.5, -3.0, None, None)
    """
    bare = "".join(typed.split()).replace("\u2212", "-").replace(",", ".")
    try:
        value = float(bare)
    except ValueError:
        return None
    return value if abs(value) < 1e300 else None


def _typed(value: float) -> str:
    """Write a number back as it can be typed again, in the language's own decimal sign."""
    written = f"{value:.12g}"
    return written.replace(".", number(0.5, 1)[1])


def _count(written: str, bounds: Sequence[int] | None) -> str:
    n = len(written.split())
    words = plural("{n} word", "{n} words", n).format(n=number(n))
    if bounds:
        wanted = _("asked for: {least} to {most}").format(least=number(bounds[0]), most=number(bounds[1]))
        words = f"{words} ({wanted})"
    return f'<p class="ilp-quiet">{escape(words)}</p>'
