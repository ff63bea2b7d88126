"""The course's forms: the card that says whose answers these are, handing in, and how far somebody is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ...i18n import _
from .feedback import Row, progress_html
from .look import CLASS, style_tag
from .plain import escape, told

__all__ = ["CardForm", "Overview", "SubmitForm"]


class CardForm:
    """
    Asks for the course card: the learner's id and the code.

    Parameters
    ----------
    learner, code
        What is known already, empty where nothing is.
    keep
        Called with both; returns what to say about it, and whether it was taken.
    """

    def __init__(self, learner: str, code: str, keep: Callable[[str, str], tuple[bool, str]]) -> None:
        look = {
            "style": {"description_width": "initial"},
            "layout": widgets.Layout(width="20rem", max_width="100%"),
        }
        self.learner = widgets.Text(value=learner, description=_("Id"), placeholder="kg-014", **look)
        self.code = widgets.Text(value=code, description=_("Code"), placeholder="ABCD-2345-K", **look)
        self.button = widgets.Button(description=_("Keep the card"), button_style="primary")
        self._keep, self._told = keep, widgets.HTML("")
        for box in (self.learner, self.code):
            box.add_class("ilp-field")
        self.button.on_click(lambda _button: self._kept())
        name = _("Your course card")
        head = f'<h4 class="ilp-head">{escape(name)}</h4>'
        ask = escape(_("Type what stands on your card. Without a card you can practise; an exam needs it."))
        self.widget = _framed(
            [
                widgets.HTML(f"{style_tag()}{head}<p>{ask}</p>"),
                self.learner,
                self.code,
                _buttons([self.button]),
                self._told,
            ]
        )

    def _kept(self) -> None:
        taken, words = self._keep(self.learner.value, self.code.value)
        sign = "✓" if taken else "⚠"
        self._told.value = told(f"<p>{sign} {escape(words)}</p>", "right" if taken else "caution")


class SubmitForm:
    """
    Hands in: says what is answered and what is not, then makes the file at the press of a button.

    Parameters
    ----------
    describe
        Returns HTML that says what would be handed in now.
    submit
        Called with whether the learner insists; returns (made or not, HTML to show).
    card
        The form of the card.
    has_card
        Says whether a card is kept; the form is shown until there is one.
    """

    def __init__(
        self,
        describe: Callable[[], str],
        submit: Callable[[bool], tuple[bool, str]],
        card: Any,
        has_card: Callable[[], bool],
    ) -> None:
        self._describe, self._submit, self._card, self._has_card = describe, submit, card, has_card
        self._words, self._told = widgets.HTML(""), widgets.HTML("")
        self.button = widgets.Button(description=_("Make the file to hand in"), button_style="primary")
        self._insists = False
        self.button.on_click(lambda _button: self._pressed())
        name = _("Hand in")
        head = widgets.HTML(f'{style_tag()}<h4 class="ilp-head">{escape(name)}</h4>')
        self.widget = _framed([head, self._words, card, _buttons([self.button]), self._told])
        self.refresh()

    def refresh(self) -> None:
        """Say anew what would be handed in."""
        self._words.value = self._describe()
        self._card.layout.display = "none" if self._has_card() else None

    def _pressed(self) -> None:
        made, html = self._submit(self._insists)
        self._insists = not made and not self._insists and self._has_card()
        usual, all_the_same = _("Make the file to hand in"), _("Hand in all the same")
        self.button.description = all_the_same if self._insists else usual
        self._told.value = html
        self.refresh()


class Overview:
    """Shows how far somebody is, and is drawn anew after each answer."""

    def __init__(self, head: str) -> None:
        self._head, self._html = head, widgets.HTML("")
        self.widget = _framed([self._html])

    def draw(self, rows: list[Row], notes: list[str], *, short: bool) -> None:
        """Draw the questions with their states, or in short how many are done and which comes next."""
        body = progress_html(rows, notes=notes, short=short)
        self._html.value = f'{style_tag()}<h4 class="ilp-head">{escape(self._head)}</h4>{body}'


def _buttons(parts: list[Any]) -> Any:
    row = widgets.Box(parts)
    row.add_class("ilp-buttons")
    return row


def _framed(parts: list[Any]) -> Any:
    frame = widgets.VBox(parts)
    frame.add_class(CLASS)
    frame.add_class("ilp-panel")
    return frame
