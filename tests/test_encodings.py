"""Encodings: what a file is written in is decided over the whole of it, and never silently."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection.encodings import (
    CHUNK,
    SINGLE_BYTE,
    Survey,
    guess_single_byte,
    survey,
    utf8_stream,
)

REGISTER = (
    "Дата;Вид преступления;Улица\n12.01.2024;Кража из квартиры;ул. Рудаки, 15\n13.01.2024;Грабёж;пр. Сино\n"
)
CAPITALS = "ДАТА;ВИД;УЛИЦА\n12.01.2024;КРАЖА;УЛ. АЙНИ\n13.01.2024;РАЗБОЙ;ПР. СОМОНИ\n"
SPANISH = "fecha;delito;barrio\n2019-04-23;Lesión;Niño Jesús\n2019-04-24;Hurto;Belén\n"
GERMAN = "Datum;Straße\n2019-04-23;Große Straße 5\n2019-04-24;Kölner Weg\n"
FRENCH = "date;lieu\n2019-04-23;Hôtel de l'Évêché\n2019-04-24;Gare de Châtelet, à côté\n"


def look(data: bytes) -> Survey:
    return survey(lambda: io.BytesIO(data))


def read(data: bytes) -> str:
    return utf8_stream(lambda: io.BytesIO(data), look(data)).read().decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [REGISTER, CAPITALS, SPANISH])
def test_unicode_in_any_form_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("text", [REGISTER, CAPITALS])
def test_russian_registers_are_recognised_in_each_of_their_encodings(text: str, encoding: str) -> None:
    found = look(text.encode(encoding))
    assert (found.encoding, found.certain) == (encoding, False)
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [SPANISH, GERMAN, FRENCH])
def test_western_european_text_is_cp1252(text: str) -> None:
    assert look(text.encode("cp1252")).encoding == "cp1252"
    assert read(text.encode("cp1252")) == text


def test_plain_ascii_is_certain_and_utf8() -> None:
    found = look(b"a,b\n1,2\n")
    assert (found.encoding, found.certain, found.plain) == ("utf-8", True, True)


def test_one_letter_at_the_end_of_a_long_file_still_decides() -> None:
    data = b"2024-01-02,theft\n" * (CHUNK // 10) + "2024-01-02,кража\n".encode("cp1251")
    assert look(data).encoding == "cp1251"


def test_a_character_cut_by_the_end_of_a_chunk_is_whole() -> None:
    data = b"a" * (CHUNK - 1) + "жжж\n".encode()
    found = look(data)
    assert (found.encoding, found.invalid) == ("utf-8", 0)


def test_a_stray_byte_in_utf8_is_kept_readable_and_counted() -> None:
    data = "место\nцентр, caf".encode() + b"\xe9\n"
    assert look(data).invalid == 1
    assert read(data) == "место\nцентр, caf\\xe9\n"


def test_an_incomplete_character_at_the_end_of_the_file_is_counted() -> None:
    data = "место\nцентр".encode() + b"\xd0"
    assert look(data).invalid == 1
    assert read(data) == "место\nцентр\\xd0"


def test_zero_bytes_are_left_out() -> None:
    assert read(b"a,b\n1,\x002\n") == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("data", "feeds", "returns", "lines"),
    [
        (b"a\nb\n", 2, 0, 2),
        (b"a\r\nb", 1, 0, 2),
        (b"a\rb\r", 0, 2, 2),
        (b"a\rb\nc\r\n", 2, 1, 2),
        (b"", 0, 0, 0),
    ],
)
def test_line_ends_are_counted(data: bytes, feeds: int, returns: int, lines: int) -> None:
    found = look(data)
    assert (found.line_feeds, found.carriage_returns, found.lines) == (feeds, returns, lines)


def test_a_line_end_cut_by_the_end_of_a_chunk_is_one_line_end() -> None:
    found = look(b"a" * (CHUNK - 1) + b"\r\nb\n")
    assert (found.line_feeds, found.carriage_returns) == (2, 0)


def test_no_words_give_the_likeliest_encoding() -> None:
    assert guess_single_byte(Counter()) == SINGLE_BYTE[0]


WORDS = "улица квартира кража грабёж разбой мошенничество транспорт велосипед рынок вокзал подъезд район автомобиль"


@given(
    words=st.lists(st.sampled_from(WORDS.split()), min_size=3, max_size=12, unique=True),
    case=st.sampled_from([str.lower, str.title, str.upper]),
    encoding=st.sampled_from(["cp1251", "cp866", "koi8-r"]),
)
def test_a_few_words_of_a_register_settle_the_encoding(words: list[str], case: object, encoding: str) -> None:
    text = ";".join(map(case, words)) + "\n"  # type: ignore[call-overload]
    assert read(text.encode(encoding)) == text


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_valid_utf8_is_never_changed(text: str) -> None:
    data = text.encode()
    assert read(data) == text
    assert look(data).certain


@given(st.binary(max_size=300))
def test_any_bytes_become_valid_utf8(data: bytes) -> None:
    read(data)
