"""Languages: numbers and dates as people write them, and a catalogue without gaps."""

from __future__ import annotations

import datetime as dt
import gettext
import io
import threading

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ilp_toolkit import i18n


def test_numbers_are_written_as_people_of_the_language_do() -> None:
    with i18n.language("ru"):
        assert i18n.number(1234567.5, 1) == "1\xa0234\xa0567,5"
        assert i18n.percent(0.125, 1) == "12,5\xa0%"
    with i18n.language("en"):
        assert i18n.number(1234567.5, 1) == "1,234,567.5"
        assert i18n.percent(0.125, 1) == "12.5%"


def test_dates_are_written_day_first_in_both_languages() -> None:
    day = dt.date(2026, 11, 3)
    with i18n.language("ru"):
        assert i18n.date(day).startswith("3 ноября 2026")
        assert i18n.month(day).startswith("ноябрь 2026")
        assert i18n.weekday(4) == "пятница"
    with i18n.language("en"):
        assert i18n.date(day) == "3 November 2026"
        assert i18n.month(day) == "November 2026"


def test_the_russian_plural_has_three_forms() -> None:
    with i18n.language("ru"):
        forms = {n: i18n.plural("{n} byte", "{n} bytes", n).format(n=n) for n in (1, 3, 5, 21)}
    assert forms == {1: "1 байт", 3: "3 байта", 5: "5 байт", 21: "21 байт"}


def test_a_language_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(RuntimeError), i18n.language("ru"):  # noqa: PT012
        assert i18n.current() == "ru"
        raise RuntimeError
    assert i18n.current() == "en"


def test_a_language_belongs_to_its_thread() -> None:
    seen = []
    with i18n.language("ru"):
        thread = threading.Thread(target=lambda: seen.append(i18n.current()))
        thread.start()
        thread.join()
    assert seen == ["en"]


def test_the_environment_names_the_language_and_an_unknown_one_is_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ILP_LANG", "ru_RU.UTF-8")
    assert i18n.current() == "ru"
    monkeypatch.setenv("ILP_LANG", "fr")
    assert i18n.current() == "en"


def test_a_language_without_a_catalogue_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="en, ru"):
        i18n.use("fr")


PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "row"
msgstr "строка"

msgid "{n} row"
msgid_plural "{n} rows"
msgstr[0] "{n} строка"
msgstr[1] "{n} строки"
msgstr[2] "{n} строк"

#, fuzzy
msgid "guess"
msgstr "догадка"

msgctxt "of a table"
msgid "head"
msgstr "шапка"

msgid "not yet"
msgstr ""
"""


def test_a_catalogue_says_what_gettext_reads_in_it() -> None:
    read = read_po(io.BytesIO(PO.encode()), locale="ru")
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    expected, found = gettext.GNUTranslations(compiled), i18n._Messages(read)
    for message in ("row", "{n} row", "guess", "head", "not yet", "unknown"):
        assert found.gettext(message) == expected.gettext(message)
        for n in range(112):
            assert found.ngettext(message, "rows", n) == expected.ngettext(message, "rows", n)
