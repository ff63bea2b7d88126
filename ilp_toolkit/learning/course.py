"""
A module as a learner works through it: questions asked, answers kept at once, checks that explain.

Each change of an answer is kept on the disk at once, so that a restart, a power cut or another day loses
nothing. Practice is checked and explained; an exam question says only that, and when, the answer was kept.
What goes wrong behind a button is told in a sentence where the learner looks, never as a traceback.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from .. import i18n
from ..errors import IlpError, InputError
from ..i18n import _
from ..views.widgets.feedback import Row, State, hints_html, solution_html
from ..views.widgets.plain import escape, show_html
from . import _showing, cards, telling
from .answers import encode
from .handing_in import hand_in, local_time, readiness
from .items import Item, ItemPack
from .places import GUEST, Place

if TYPE_CHECKING:
    from .marks import Mark

__all__ = ["Course", "Part"]

Part = Literal["lesson", "lab", "exam"]


class Course:
    """
    A part of a module that a learner works through.

    Parameters
    ----------
    place, pack
        The module's place and items.
    part
        Which part.
    clock
        Gives the time with its offset.
    """

    def __init__(
        self, place: Place, pack: ItemPack, part: Part, *, clock: Callable[[], dt.datetime] = local_time
    ) -> None:
        self.place, self.pack, self.part = place, pack, part
        self._clock = clock
        self._panels: dict[str, Any] = {}
        self._overviews: list[tuple[Any, bool]] = []
        self._forms: list[Any] = []
        self._outdated: frozenset[str] = frozenset()
        self._marks: dict[str, tuple[Any, Mark]] = {}
        self._left = place.take_over(self._data_bound())
        self.book = place.book()

    @property
    def learner(self) -> str:
        """Id on the card, ``guest`` without one."""
        return self.place.learner

    @property
    def variant(self) -> int:
        """Which data this part works on: practice always on 0, an exam on what the card says."""
        return self.place.variant if self.part == "exam" else 0

    def data(self, name: str) -> Path:
        """Return the path of a data file of this module, in the variant of this part."""
        return self.place.data(name, self.variant)

    def welcome(self) -> None:
        """Show whose answers these are, how far they are, and what comes next."""
        with self._speaking():
            overview = self._overview(_("{title}: where you are").format(title=self.pack.title), short=True)
            self._show(overview.widget)
            if self.part == "exam" and self.place.card is None:
                self.card()

    def card(self) -> None:
        """Show the form that asks for the course card."""
        from ..views.widgets.forms import CardForm

        with self._speaking():
            known = self.place.card
            shown = (known.learner, known.printed()) if known else ("", "")
            self._show(CardForm(*shown, self.keep_card).widget)

    def keep_card(self, learner: str, code: str) -> tuple[bool, str]:
        """Keep a card that was typed; return whether it was taken, and what to say."""
        with self._speaking():
            try:
                made = cards.typed(learner, code)
                self._flush()
                before, variant = self.place.card, self.place.variant
                cards.write_card(self.place.answers, made)
            except (IlpError, OSError) as error:
                return False, str(error)
            if self.place.variant != variant:
                self._outdated = self._data_bound()
            self._left = self.place.take_over(self._data_bound())
            self.book = self.place.book()
            self._redraw()
            words = _("Card {learner} is kept.").format(learner=made.learner)
            if before != made:
                words = f"{words} {_outdated_words()}"
            return True, words

    def ask(self, item: str) -> None:
        """Ask a question; the answer given before is in it."""
        from ..views.widgets.panel import Deeds, Panel

        with self._speaking():
            asked = self._item(item)
            deeds = Deeds()
            if asked.practice:
                deeds = Deeds(
                    check=None if asked.code else partial(self._deed, self.check, item),
                    hint=partial(self._deed, self.hint, item) if asked.hints else None,
                    solution=partial(self._deed, self.solution, item) if asked.solution else None,
                )
            book = self.book.whole()
            before = book["answers"].get(item)
            changed = partial(self._changed, item)
            shown = _showing.question(asked, self.pack, self.place, self.variant)
            panel = Panel(telling.head(asked), shown, before, changed, deeds)
            self._panels[item] = panel
            if item in book["times"]:
                moment = dt.datetime.fromisoformat(book["times"][item])
                panel.saved(_("Kept {day}, {time}").format(
                    day=i18n.date(moment.date()), time=telling.clock_words(moment)
                ))  # fmt: skip
            self._help(asked)
            self._show(panel.widget)

    def answer(self, item: str, value: Any) -> None:
        """
        Record the answer that code gives, say what was recorded, and check it where it is practice.

        Parameters
        ----------
        item
            The question.
        value
            A number, a text, a table, a graph; None or ``...`` says that there is no answer yet.

        Raises
        ------
        AnswerError
            If the value is of a kind that cannot be recorded, or is too large.
        """
        with self._speaking():
            asked = self._item(item)
            if value is None or value is ...:
                words = _("{item} has no answer yet: complete the cell above, run it, then run this cell.")
                self.say(words.format(item=item))
                return
            recorded = encode(value)
            self._put(item, recorded)
            words = _("{item} is kept ({time}): {what}").format(
                item=item, time=telling.clock_words(self._clock()), what=telling.recorded(recorded)
            )
            if not asked.practice:
                self.say(words)
                return
            self.book.tried(item)
            show_html(f"<p>{escape(words)}</p>{self._told(asked)}")
            self._help(asked)
            self._redraw()

    def check(self, item: str) -> None:
        """Check a practice question: what is right, what is wrong and why, where to read."""
        with self._speaking():
            asked = self._practice(item)
            panel = self._panels.get(item)
            if panel is not None:
                panel.flush()
            if item in self.book.answers:
                self.book.tried(item)
            html = self._told(asked)
            if panel is None:
                show_html(html)
            else:
                panel.tell(html)
            self._help(asked)
            self._redraw()

    def hint(self, item: str) -> None:
        """Show one more hint of a practice question."""
        with self._speaking():
            asked = self._practice(item)
            if self.book.hints.get(item, 0) < len(asked.hints):
                self.book.hinted(item)
            if item in self._panels:
                self._help(asked)
            else:
                taken = min(self.book.hints.get(item, 0), len(asked.hints))
                show_html(hints_html(asked.hints[:taken], len(asked.hints)))

    def solution(self, item: str) -> None:
        """Show the worked solution of a practice question, after an attempt."""
        with self._speaking():
            asked = self._practice(item)
            if not self.book.tries.get(item):
                words = _("The worked solution of {item} opens after your first attempt.")
                raise InputError(words.format(item=item))
            html = solution_html(asked.solution)
            panel = self._panels.get(item)
            if panel is None:
                show_html(html)
            else:
                panel.tell(self._told(asked) + html)

    def progress(self) -> None:
        """Show each question of this part with its state, and what comes next; drawn anew as you answer."""
        with self._speaking():
            self._show(self._overview(_("How far you are"), short=False).widget)

    def submit(self) -> None:
        """Show what would be handed in, with the button that makes the file."""
        from ..views.widgets.forms import CardForm, SubmitForm

        with self._speaking():
            card = CardForm("", "", self.keep_card).widget
            form = SubmitForm(self._ready, self._submitted, card, lambda: self.place.card is not None)
            self._forms.append(form)
            self._show(form.widget)

    def say(self, words: str) -> None:
        """Say one sentence under the cell."""
        show_html(f"<p>{escape(words)}</p>")

    # What happens behind the buttons

    def _deed(self, deed: Callable[[str], None], item: str) -> None:
        """Do what a button says; what goes wrong is told in the question, never as a traceback."""
        with self._speaking():
            try:
                deed(item)
            except IlpError as error:
                self._panels[item].complain(str(error))
            except Exception as error:  # a learner cannot mend the program: say so, and go on
                self._panels[item].complain(_showing.fault(error))

    def _changed(self, item: str, answer: Any) -> None:
        with self._speaking():
            panel = self._panels.get(item)
            if item in self._outdated:
                if panel is not None:
                    panel.complain(_outdated_words())
                return
            try:
                self._put(item, answer)
            except (IlpError, OSError) as error:
                if panel is not None:
                    words = _("Your answer could not be kept: {reason}").format(reason=error)
                    panel.complain(words)
                return
            if panel is not None:
                panel.saved(_("Kept {time}").format(time=telling.clock_words(self._clock())))
                panel.tell("")
            self._redraw()

    def _put(self, item: str, recorded: Any) -> None:
        self.book.put(item, recorded)

    def _submitted(self, insists: bool) -> tuple[bool, str]:
        with self._speaking():
            try:
                self._flush()
                if readiness(self.place, self.pack).unsaved and not insists:
                    return False, _showing.complaint(_showing.unsaved())
                path, parts = hand_in(self.place, self.pack, clock=self._clock)
            except (IlpError, OSError) as error:
                return False, _showing.complaint(str(error))
            except Exception as error:  # as in `_deed`
                return False, _showing.complaint(_showing.fault(error))
            return True, _showing.made(path, parts.receipt, parts.manifest.attempt)

    def _flush(self) -> None:
        for panel in self._panels.values():
            panel.flush()

    def _ready(self) -> str:
        with self._speaking():
            return _showing.ready(readiness(self.place, self.pack))

    # What is shown

    def _help(self, item: Item) -> None:
        """Bring the hints and the button of the solution to where the learner is."""
        panel = self._panels.get(item.id)
        if panel is None or not item.practice:
            return
        taken = min(self.book.hints.get(item.id, 0), len(item.hints))
        panel.show_hints_left(taken, len(item.hints))
        panel.show_solution(open_=bool(self.book.tries.get(item.id)))
        if taken:
            panel.help(hints_html(item.hints[:taken], len(item.hints)))

    def _mark(self, item: Item) -> Mark:
        answer = self.book.answers.get(item.id)
        known = self._marks.get(item.id)
        if known is None or known[0] != answer:
            from .scoring import score

            folder = self.place.data_folder(0)
            data = folder if folder.is_dir() else None
            known = (answer, score(item, answer, self.pack.key(item.id), data=data))
            self._marks[item.id] = known
        return known[1]

    def _told(self, item: Item) -> str:
        return _showing.mark(item, self._mark(item), self.place, self.part)

    def _overview(self, title: str, *, short: bool) -> Any:
        from ..views.widgets.forms import Overview

        overview = Overview(title)
        self._overviews.append((overview, short))
        self._draw(overview, short=short)
        return overview

    def _redraw(self) -> None:
        for overview, short in self._overviews:
            self._draw(overview, short=short)
        for form in self._forms:
            form.refresh()

    def _draw(self, overview: Any, *, short: bool) -> None:
        rows = [Row(item.id, telling.title(item), self._state(item)) for item in self.pack.part(self.part)]
        overview.draw(rows, self._notes(), short=short)

    def _state(self, item: Item) -> State:
        book = self.book.whole()
        if item.id not in book["answers"]:
            return "open"
        if not item.practice:
            return "answered"
        if not book["tries"].get(item.id):
            return "open"
        verdict = self._mark(item).verdict
        return cast("State", verdict) if verdict in {"right", "partly", "wrong"} else "answered"

    def _notes(self) -> list[str]:
        if self.learner == GUEST:
            notes = [_("No course card yet: you practise as a guest.")]
        else:
            notes = [_("Course card: {learner}.").format(learner=self.learner)]
            if self.part == "exam" and self.place.data_folder(self.variant).is_dir():
                notes.append(_("Your data: set {n}.").format(n=self.variant))
        notes.append(_("Your answers are kept in {folder}.").format(folder=self.place.answers))
        if self._left:
            words = _("The card gives you data of your own. Work out anew: {items}.")
            notes.append(words.format(items=", ".join(self._left)))
        return notes

    # Small things

    def _item(self, item: str) -> Item:
        if item not in self.pack:
            msg = _("Module {module} has no question {item}. It has: {known}.")
            known = ", ".join(one.id for one in self.pack.part(self.part))
            raise InputError(msg.format(module=self.pack.module, item=item, known=known))
        return self.pack[item]

    def _practice(self, item: str) -> Item:
        asked = self._item(item)
        if not asked.practice or asked.keyless:
            msg = _("{item} is an exam question: it is marked after you have handed in.")
            raise InputError(msg.format(item=item))
        return asked

    def _data_bound(self) -> frozenset[str]:
        """Return the exam's questions whose answer may depend on the data of a variant."""
        if not self.place.data_folder(0).is_dir():
            return frozenset()
        exam = (item for item in self.pack.items if not item.practice)
        return frozenset(i.id for i in exam if i.code or i.rows_from or i.kind == "number" or i.forms > 1)

    def _speaking(self) -> Any:
        """Speak the notebook's language; a button is pressed outside of the cell that set it."""
        language = self.pack.language
        return i18n.language(language if language in i18n.LANGUAGES else "en")

    def _show(self, widget: Any) -> None:
        from ..views.widgets.panel import show

        show(widget)


def _outdated_words() -> str:
    return _("Now choose Run → Restart Kernel and Run All Cells, to load your own data.")
