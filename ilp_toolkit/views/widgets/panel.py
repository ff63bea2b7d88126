"""One question on the screen: what is asked, what it is answered with, the buttons, and what is told back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from ...i18n import N_, _, number
from . import fields, lists, tables
from .fields import Changed, Field
from .look import CLASS, style_tag
from .plain import escape, markdown, told

__all__ = ["KINDS", "Deeds", "Panel", "show"]

KINDS: dict[str, Callable[[Mapping[str, Any], Any, Changed], Field]] = {
    "choice": fields.choice,
    "choices": fields.choices,
    "order": lists.order,
    "match": lists.match,
    "number": fields.numeric,
    "table": tables.table,
    "spans": tables.spans,
    "suppress": tables.suppress,
    "text": fields.text,
}
"""What each kind of question is answered with. Kinds that are answered with code have no field."""
CODE_WORDS = N_("Write the code in the next cell and run it (Shift+Enter). Then run the cell below it.")


@dataclass(frozen=True)
class Deeds:
    """What the buttons do; a deed that is None has no button."""

    check: Callable[[], None] | None = None
    hint: Callable[[], None] | None = None
    solution: Callable[[], None] | None = None


class Panel:
    """
    One question.

    Parameters
    ----------
    head
        Line above the question, in words: its name, what it counts.
    shown
        The question as released, with what a field needs beside it (`passages`, `head` and `body`).
    value
        The answer given before, None where there is none.
    changed
        Called with each new answer.
    deeds
        The buttons. An exam question has none.
    """

    def __init__(
        self, head: str, shown: Mapping[str, Any], value: Any, changed: Changed, deeds: Deeds | None = None
    ) -> None:
        deeds = deeds or Deeds()
        make = KINDS.get(shown["kind"])
        self.field = None if make is None else make(shown, value, changed)
        self._saved = widgets.HTML("")
        self._told = widgets.Output()
        self._helped = widgets.Output()
        self.check = _button(_("Check my answer"), deeds.check, primary=True)
        self.hint = _button(_("Hint"), deeds.hint)
        self.solution = _button(_("Worked solution"), deeds.solution)
        buttons = [b for b in (self.check, self.hint, self.solution) if b is not None]
        row = widgets.Box([*buttons, self._saved])
        row.add_class("ilp-buttons")
        asked = widgets.HTML(
            f'{style_tag()}{_head(head)}<div class="ilp-prompt">{markdown(shown["prompt"])}</div>'
        )
        middle = widgets.HTML(f'<p class="ilp-quiet">{escape(_(CODE_WORDS))}</p>')
        answered = self.field.widget if self.field else middle
        self.widget = widgets.VBox([asked, answered, row, self._helped, self._told])
        self.widget.add_class(CLASS)
        self.widget.add_class("ilp-panel")

    def answer(self) -> Any:
        """Return the answer as it stands on the screen."""
        return self.field.answer() if self.field else None

    def flush(self) -> None:
        """Hand over what was typed a moment ago."""
        if self.field:
            self.field.flush()

    def saved(self, words: str) -> None:
        """Say that, and when, the answer was kept."""
        self._saved.value = f'<p class="ilp-quiet" role="status">{escape(words)}</p>'

    def tell(self, html: str) -> None:
        """Show what a check found; the empty text takes it away."""
        _put(self._told, html)

    def help(self, html: str) -> None:
        """Show hints."""
        _put(self._helped, html)

    def complain(self, words: str) -> None:
        """Say in one sentence what went wrong."""
        self.tell(told(f"<p>⚠ {escape(words)}</p>", "caution"))

    def show_hints_left(self, used: int, total: int) -> None:
        """Write on the button which hint comes next; a used-up button can no longer be pressed."""
        if self.hint is not None:
            words = _("Hint {n} of {total}").format(n=number(min(used + 1, total)), total=number(total))
            self.hint.description = words if used < total else _("No more hints")
            self.hint.disabled = used >= total

    def show_solution(self, *, open_: bool) -> None:
        """Let the solution be asked for, after an attempt."""
        if self.solution is not None:
            self.solution.disabled = not open_
            self.solution.tooltip = "" if open_ else _("After your first attempt")
            closed = _("Worked solution (after an attempt)")
            self.solution.description = _("Worked solution") if open_ else closed


def show(widget: Any) -> None:
    """Show a widget in the notebook; without a notebook nothing is shown."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        display(widget)  # type: ignore[no-untyped-call]


def _put(output: Any, html: str) -> None:
    # Lab follows a relative link to another notebook inside an output, but not inside an HTML widget.
    shown = ({"output_type": "display_data", "data": {"text/html": html}, "metadata": {}},)
    output.outputs = shown if html else ()


def _head(words: str) -> str:
    return f'<h4 class="ilp-head">{escape(words)}</h4>'


def _button(words: str, deed: Callable[[], None] | None, *, primary: bool = False) -> Any:
    if deed is None:
        return None
    button = widgets.Button(description=words, button_style="primary" if primary else "")
    button.on_click(lambda _button: deed())
    return button
