"""Dates of birth as they are written: every form gives back its day, and levels are the same both ways round."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection.written_dates import DATE_LEVELS, WrittenDate, date_level, read_date
from ilp_toolkit.synthetic.birth_words import FORMS, written

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
WHOLE = [form for form in FORMS if form not in {"year", "none"}]


@settings(max_examples=150, deadline=None)
@given(DAYS, st.sampled_from(WHOLE))
def test_a_day_that_was_written_down_is_read_back(day, form):
    assert read_date(written(day, form)) == WrittenDate(day.year, day.month, day.day)


@pytest.mark.parametrize(
    "text",
    [
        "двенадцатое марта тысяча девятьсот восемьдесят пятого года",
        "Двенадцатого марта одна тысяча девятьсот восемьдесят пятого года",
        "12 марта 1985 г.", "12-го марта 1985 года рождения", "пятница, 12 марта 1985", "12.03.1985 г.р.", "12/3/85",
        "March the twelfth, 1985", "the twelfth of March, nineteen eighty-five", "Mar 12, 1985", "12th March 1985",
        "12 March one thousand nine hundred and eighty-five", "1985-03-12 00:00:00", "19850312",
        "12 марти соли 1985", "1985-жылдын 12-марты", "1985 жылғы 12 наурыз", "12 наурыздың 1985", "1985-yil 12-mart",
        "1985 йил 12 март", "жалган куран айынын 12, 1985",
    ],
)  # fmt: skip
def test_one_day_is_read_in_the_languages_of_the_region(text):
    assert read_date(text) == WrittenDate(1985, 3, 12)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1985", (1985, None, None)), ("март 1985", (1985, 3, None)), ("03.1985", (1985, 3, None)),
        ("00.00.1985", (1985, None, None)), ("xx.03.1985", (1985, 3, None)), ("??.03.1985", (1985, 3, None)),
        ("12 марта", (None, 3, 12)), ("восемьдесят пятого года", (1985, None, None)), ("двухтысячного года", (2000, None, None)),
        ("03/25/1985", (1985, 3, 25)), ("12.03.29", (2029, 3, 12)), ("12.03.30", (1930, 3, 12)),
    ],
)  # fmt: skip
def test_what_is_not_written_stays_unknown(text, parts):
    assert read_date(text) == WrittenDate(*parts)


@pytest.mark.parametrize(
    "text",
    ["", "31.02.1985", "31 февраля 1985", "вчера", "12", "32.01.1985", "1700-01-01", "01.13.13.1985",
     "пятое мая тысяча девятьсот девянадцатого года"],
)  # fmt: skip
def test_what_is_no_date_is_not_guessed(text):
    assert read_date(text) is None


def test_a_guess_is_said_to_be_one_in_every_form():
    assert all(
        read_date(text).about for text in ("около 1985", "ок. 12.03.1985", "about March 1985", "circa 1985")
    )
    assert not read_date("1985").about
    assert date_level("около 1985", "1987") == "as far as known"
    assert date_level("около 1985", "1989") == "different"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("twelfth of March nineteen eighty-five", "двенадцатое марта 1985", "same"),
        ("05.04.1990", "04.05.1990", "day and month swapped"),
        ("05.04.1990", "04.05.1991", "different"),
        ("1985", "12.03.1985", "as far as known"),
        ("03.1985", "12.03.1985", "as far as known"),
        ("01.01.1985", "01.01.1985", "as far as known"),
        ("01.01.1985", "12.03.1985", "as far as known"),
        ("01.01.1985", "12.03.1986", "different"),
        ("12.03.1985", "17.03.1985", "one part differs"),
        ("12.03.1985", "12.08.1985", "one part differs"),
        ("12.03.1985", "12.03.1986", "one part differs"),
        ("12.03.1985", "12.03.2009", "different"),
        ("1985", "1986", "different"),
        ("12 марта", "1985", None),
        ("12 марта", "no date", None),
    ],
)
def test_dates_agree_at_levels_worked_by_hand(one, other, level):
    assert date_level(one, other) == level
    assert date_level(other, one) == level


PARTIAL = st.builds(
    WrittenDate,
    st.none() | st.integers(1900, 2010),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 28),
    st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(PARTIAL, PARTIAL)
def test_levels_do_not_depend_on_which_date_comes_first(one, other):
    level = date_level(one, other)
    assert level == date_level(other, one)
    assert level is None or level in DATE_LEVELS


@settings(max_examples=60, deadline=None)
@given(DAYS, st.sampled_from(WHOLE), st.sampled_from(WHOLE))
def test_a_day_agrees_with_itself_however_it_is_written(day, form, other):
    expected = "as far as known" if (day.month, day.day) == (1, 1) else "same"
    assert date_level(written(day, form), written(day, other)) == expected
