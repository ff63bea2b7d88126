"""
The language in use: messages, numbers and dates.

English strings are the keys. A catalogue is a PO file in ``locale/<language>/LC_MESSAGES`` that
translators edit with any PO editor; it is read as it is, so there is no compiled file to forget.
The language belongs to the current context (thread or task), never to the process, so that two products
in two languages can be made side by side.
"""

from __future__ import annotations

import datetime as dt
import gettext as _gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

__all__ = [
    "LANGUAGES",
    "N_",
    "_",
    "current",
    "date",
    "language",
    "month",
    "number",
    "percent",
    "plural",
    "use",
    "weekday",
]

LANGUAGES = ("en", "ru")
"""Languages with a complete catalogue, English (the keys themselves) first."""

_DOMAIN = "ilp_toolkit"
_current: ContextVar[str | None] = ContextVar("ilp_language", default=None)


def current() -> str:
    """Return the language in use: what was set, else ``ILP_LANG``, else English."""
    chosen = _current.get()
    if chosen is None:
        chosen = os.environ.get("ILP_LANG", "en")[:2].lower()
    return chosen if chosen in LANGUAGES else "en"


def use(code: str) -> None:
    """Use a language from here on in this context; raises ``ValueError`` for one without a catalogue."""
    if code not in LANGUAGES:
        msg = f"`language` must be one of {', '.join(LANGUAGES)}, got {code!r}."
        raise ValueError(msg)
    _current.set(code)


@contextmanager
def language(code: str) -> Iterator[None]:
    """Use a language inside a ``with`` block."""
    before = _current.get()
    use(code)
    try:
        yield
    finally:
        _current.set(before)


def _(message: str) -> str:
    """Translate a message; placeholders are filled afterwards: ``_("{n} rows").format(n=3)``."""
    return _catalogue(current()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a message for the catalogue and return it as it is; it is translated where it is shown."""
    return message


def plural(one: str, many: str, n: int) -> str:
    """Translate a message that depends on a count, by the language's own plural rule."""
    return _catalogue(current()).ngettext(one, many, n)


def number(value: float, digits: int = 0) -> str:
    """
    Write a number as people of the language do, with a fixed count of decimals.

    Examples
    --------
    >>> number(1234.5, 1)
    '1,234.5'
    """
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=current())


def percent(share: float, digits: int = 0) -> str:
    """
    Write a share (0 to 1) as per cent.

    Examples
    --------
    >>> percent(0.256)
    '26%'
    """
    from babel.numbers import format_percent

    pattern = "#,##0" + ("." + "0" * digits if digits else "") + ("%" if current() == "en" else "\u00a0%")
    return format_percent(share, format=pattern, locale=current())


def date(day: dt.date) -> str:
    """
    Write a date in full, day first.

    Examples
    --------
    >>> date(dt.date(2026, 11, 3))
    '3 November 2026'
    """
    from babel.dates import format_date

    return format_date(day, format="d MMMM y", locale="en_GB" if current() == "en" else current())


def month(day: dt.date) -> str:
    """
    Write a month with its year.

    Examples
    --------
    >>> month(dt.date(2026, 11, 3))
    'November 2026'
    """
    from babel.dates import format_date

    return format_date(day, format="LLLL y", locale=current())


def weekday(day: int, *, short: bool = False) -> str:
    """
    Name a day of the week, Monday being 0.

    Examples
    --------
    >>> weekday(4), weekday(4, short=True)
    ('Friday', 'Fri')
    """
    from babel.dates import get_day_names

    names = get_day_names("abbreviated" if short else "wide", "stand-alone", locale=current())
    return str(names[day])


class _Messages(_gettext.NullTranslations):
    """The messages of a PO file as they were read; by way of gettext's binary form it takes twice as long."""

    def __init__(self, catalogue: Catalog) -> None:
        super().__init__()
        self._form = _gettext.c2py(catalogue.plural_expr)
        self._texts: dict[str, str] = {}
        self._plurals: dict[str, tuple[str, ...]] = {}
        for message in catalogue:
            if not message.id or message.fuzzy or message.context:
                continue
            if isinstance(message.id, str):
                self._texts[message.id] = str(message.string)
            else:
                self._plurals[message.id[0]] = tuple(message.string or ())

    def gettext(self, message: str) -> str:
        return self._texts.get(message) or self._plural(message, 1) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._plural(msgid1, n) or (msgid1 if n == 1 else msgid2)

    def _plural(self, message: str, n: int) -> str:
        return self._plurals[message][self._form(n)] if message in self._plurals else ""


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> _gettext.NullTranslations:
    if code == "en":
        return _gettext.NullTranslations()
    from babel.messages.pofile import read_po

    path = resources.files("ilp_toolkit") / "locale" / code / "LC_MESSAGES" / f"{_DOMAIN}.po"
    with path.open("rb") as file:
        return _Messages(read_po(file, locale=code))
