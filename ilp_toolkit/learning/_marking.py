"""
The course in a marker's kernel: the same cells show what was recorded, and only code's answers are written.

The learner's code runs in this process and could write that file itself: what stands in it is a claim, which
the marker scores as data. Nothing else is written, and no widget library is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .. import i18n
from ..views.widgets.plain import answer_html, markdown, show_html
from . import telling
from .answers import AnswerError, dumps, encode, loads
from .items import ItemPack
from .places import Place

__all__ = ["Marking"]

_LIMIT = 32_000_000
"""Bytes of the recorded answers that are read."""


class Marking:
    """
    A part of a module while it is marked; has what `session.Course` has, and keeps quiet.

    Parameters
    ----------
    place, pack
        The module's place and items.
    part
        Which part.
    """

    def __init__(self, place: Place, pack: ItemPack, part: str) -> None:
        self.place, self.pack, self.part = place, pack, part
        self._recorded = _recorded(os.environ.get("ILP_COURSE_ANSWERS_FILE"))

    def data(self, name: str) -> Path:
        """Return the path of a data file, of the variant that the marker gave."""
        return self.place.data(name, 0)

    def ask(self, item: str) -> None:
        """Show the question and the recorded answer as plain text; a strange answer is shown as it is."""
        language = self.pack.language
        with i18n.language(language if language in i18n.LANGUAGES else "en"):
            answer = self._recorded.get(item)
            if item not in self.pack:
                show_html(answer_html(item, answer))
                return
            asked = self.pack[item]
            prompt = markdown(asked.prompt) if asked.written else ""
            show_html(prompt + answer_html(telling.head(asked), telling.spoken(asked, answer)))

    def answer(self, item: str, value: Any) -> None:
        """Write the answer that code gave, and show it in one line; None is no answer."""
        if value is None or value is ...:
            return
        made = encode(value)
        _write(os.environ.get("ILP_COURSE_OUT"), str(item), made)
        show_html(answer_html(str(item), telling.recorded(made)))

    def hint(self, item: str) -> None:
        """Do nothing: there is no learner."""

    def check(self, item: str) -> None:
        """Do nothing: the marker checks."""

    def solution(self, item: str) -> None:
        """Do nothing: there is no learner."""

    def card(self) -> None:
        """Do nothing: the marker knows whose work it is."""

    def progress(self) -> None:
        """Do nothing: there is no learner."""

    def submit(self) -> None:
        """Do nothing: it was handed in."""


def _recorded(path: str | None) -> dict[str, Any]:
    if not path:
        return {}
    try:
        found = loads(Path(path).read_bytes(), limit=_LIMIT)
    except (OSError, AnswerError):
        return {}
    if isinstance(found, dict) and isinstance(found.get("answers"), dict):
        found = found["answers"]
    return found if isinstance(found, dict) else {}


def _write(path: str | None, item: str, made: Any) -> None:
    """Add one answer to the file; whoever reads sees the old file or the new one."""
    if not path:
        return
    file = Path(path)
    known = _recorded(path)
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_bytes(dumps({**known, item: made}))
    fresh.replace(file)
