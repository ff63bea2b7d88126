"""
Dates of birth as people write them: in digits, in words, in part; and how far two of them agree.

`moments` reads columns of times for analysis and settles day and month over a whole column. Here single cells
of any register are read for comparing persons: what is not written stays unknown, and what could be read in
two ways is compared both ways.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from .timeforms import month_of

__all__ = ["DATE_LEVELS", "WrittenDate", "date_level", "read_date"]

DATE_LEVELS = ("same", "day and month swapped", "as far as known", "one part differs", "different")
"""How far two dates agree, the strongest first."""

_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_YEARS_APART = 2
"""What a guess of a year, or a slip in it, may be off."""
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_UNKNOWN = re.compile(r"(?<![^\W_])[x×хX\?]{2,4}(?![^\W_])")


@dataclass(frozen=True)
class WrittenDate:
    """The parts of a date that are written."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    about: bool = False
    """Whether it is said to be a guess."""

    @property
    def whole(self) -> bool:
        """Whether year, month and day are known."""
        return None not in (self.year, self.month, self.day)


@lru_cache(maxsize=65536)
def read_date(text: str, *, turn: int = 30) -> WrittenDate | None:
    """
    Read one date.

    Parameters
    ----------
    text
        In digits (day first, unless only the month can be), with a named month in English, Russian, Tajik,
        Kyrgyz, Kazakh or Uzbek, or all in English or Russian words. Parts may be lacking, zero or ``xx``.
    turn
        Years of two digits below this are of the 2000s, all others of the 1900s.

    Returns
    -------
    WrittenDate or None
        None where nothing can be read, and where there is no such day.

    Examples
    --------
    >>> read_date("двенадцатое марта тысяча девятьсот восемьдесят пятого года")
    WrittenDate(year=1985, month=3, day=12, about=False)
    >>> read_date("March the twelfth, 1985") == read_date("1985 жылдын 12 марты") == read_date("12.03.85")
    True
    >>> read_date("00.03.1985"), read_date("около 1985 г.р.").about, read_date("31.02.1985")
    (WrittenDate(year=1985, month=3, day=None, about=False), True, None)
    """
    plain = _UNKNOWN.sub("00", text.strip().casefold().replace("ё", "е"))
    bare = _about().sub(" ", plain).strip()
    found = _in_digits(bare, turn) or _in_words(bare, turn)
    if found is None or not _possible(found):
        return None
    return replace(found, about=bare != plain)


@lru_cache(maxsize=262144)
def date_level(one: str | WrittenDate, other: str | WrittenDate) -> str | None:
    """
    Say how far two dates of one event agree.

    Parameters
    ----------
    one, other
        As written, or as `read_date` gives them.

    Returns
    -------
    str or None
        One of `DATE_LEVELS`; None where one cannot be read, or they share no part. ``as far as known``: the
        parts that both have agree and one has no more; also where one is the first of January, which many
        registers put where only the year is known. ``one part differs``: all others agree; a year may be off
        by two.

    Examples
    --------
    >>> date_level("12 марта 1985 г.", "1985-03-12"), date_level("05.04.1990", "04.05.1990")
    ('same', 'day and month swapped')
    >>> date_level("1985", "12.03.1985"), date_level("01.01.1985", "12.03.1985")
    ('as far as known', 'as far as known')
    >>> date_level("13.03.1985", "12.03.1985"), date_level("12.03.1985", "12.03.2009")
    ('one part differs', 'different')
    """
    a, b = (read_date(date) if isinstance(date, str) else date for date in (one, other))
    return None if a is None or b is None else _level(a, b)


def _level(a: WrittenDate, b: WrittenDate) -> str | None:
    both = [part for part in ("year", "month", "day") if getattr(a, part) and getattr(b, part)]
    alike = [part for part in both if getattr(a, part) == getattr(b, part)]
    if not both:
        return None
    whole = a.whole and b.whole
    if whole and len(alike) == 3 and not (a.about or b.about or _first_of_january(a)):
        return "same"
    if whole and len(alike) == 1 and a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return "day and month swapped"
    near = a.year is not None and b.year is not None and abs(a.year - b.year) <= _YEARS_APART
    guessed = (a.year == b.year and whole and _guessed(a, b)) or ((a.about or b.about) and near)
    if len(alike) == len(both) or guessed:
        return "as far as known"
    slip = len(both) > 1 and len(alike) == len(both) - 1 and ("year" in alike or near)
    return "one part differs" if slip else "different"


def _guessed(a: WrittenDate, b: WrittenDate) -> bool:
    return _first_of_january(a) or _first_of_january(b)


def _first_of_january(date: WrittenDate) -> bool:
    return date.month == 1 and date.day == 1


def _possible(date: WrittenDate) -> bool:
    if date.year is not None and not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        return False
    if date.month is None:
        return date.day is None and date.year is not None
    try:
        dt.date(date.year or 2000, date.month, date.day or 1)
    except ValueError:
        return False
    return True


# In digits


_SHAPES = (
    re.compile(r"(?P<y>\d{4})[-./ ](?P<m>\d{1,2})[-./ ](?P<d>\d{1,2})(?:[t ]\d{1,2}:.*)?"),
    re.compile(r"(?P<a>\d{1,2})[-./ ]+(?P<b>\d{1,2})[-./ ]+(?P<y>\d{4}|\d{2})(?: \d{1,2}:.*)?"),
    re.compile(r"(?P<m>\d{1,2})[-./ ](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-./ ](?P<m>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<y>\d{4})"),
)


def _in_digits(text: str, turn: int) -> WrittenDate | None:
    bare = re.sub(r"\s*(?:г\.?\s?р\.?|г\.?|года?|ж\.?)$", "", text).strip(" .,")
    for shape in _SHAPES:
        if match := shape.fullmatch(bare):
            found = match.groupdict()
            day, month = found.get("d") or found.get("a"), found.get("m") or found.get("b")
            if "a" in found and int(month or 0) > 12 >= int(day or 0):
                day, month = month, day
            year = int(found["y"])
            year = _full_year(year, turn) if len(found["y"]) == 2 else year
            return WrittenDate(year or None, int(month or 0) or None, int(day or 0) or None)
    return None


def _full_year(short: int, turn: int) -> int:
    return short + (2000 if short < turn else 1900)


# In words


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "date_words.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _about() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_known()['about']['words'])})(?!\w)\.?")


def _in_words(text: str, turn: int) -> WrittenDate | None:
    text, month = _without_folk_month(text)
    before: list[int] = []
    after: list[int] = []
    digits: dict[str, int] = {}
    strangers = False
    for token in _TOKEN.findall(text):
        if token.isdigit():
            if not _note_digits(token, digits, turn):
                return None
        elif (number := _number_of(token)) is not None:
            (before if month is None else after).append(number)
        elif month is None and (named := _month_of(token)) is not None:
            month = named
        else:
            strangers |= _stranger(token)
    if strangers and (before or after):
        return None
    day, year = digits.get("day"), digits.get("year")
    for words in (before, after):
        if words:
            found = _day_and_year(words, need_day=day is None and month is not None, turn=turn)
            if found is None:
                return None
            day, year = (
                found[0] if found[0] is not None else day,
                found[1] if found[1] is not None else year,
            )
    if month is None and day is not None:
        return None
    return WrittenDate(year, month, day) if month or year else None


def _without_folk_month(text: str) -> tuple[str, int | None]:
    for month, names in _known()["months"].items():
        for name in names:
            if re.search(rf"(?<!\w){name}", text):
                return re.sub(rf"(?<!\w){name}\w*", " ", text), int(month)
    return text, None


def _note_digits(token: str, digits: dict[str, int], turn: int) -> bool:
    """Keep a number as year or day; say whether there was room for it."""
    value = int(token)
    if len(token) == 4:
        part = "year"
    elif len(token) <= 2 and "day" not in digits:
        part = "day"
    elif len(token) == 2:
        part, value = "year", _full_year(value, turn)
    else:
        return False
    if part in digits:
        return False
    digits[part] = value
    return True


def _month_of(word: str) -> int | None:
    if month := month_of(word):
        return month
    for ending in sorted(_known()["endings"]["month"], key=len, reverse=True):
        if word.endswith(ending) and (month := month_of(word.removesuffix(ending))):
            return month
    return None


@lru_cache(maxsize=4096)
def _number_of(word: str) -> int | None:
    known = _known()
    if word in known["words"]:
        return int(known["words"][word])
    if word in {"oh", "ноль"}:
        return 0
    for stem, value in sorted(known["stems"].items(), key=lambda pair: -len(pair[0])):
        if word.startswith(stem):
            rest = word[len(stem) :]
            return int(value) if not rest or rest in known["endings"]["number"] else None
    return None


def _stranger(word: str) -> bool:
    """Say whether a word may be a number that is not known: to pass over it would change the date."""
    return len(word) > 3 and word not in _known()["idle"]["words"]


def _day_and_year(words: list[int], *, need_day: bool, turn: int) -> tuple[int | None, int | None] | None:
    """Part numbers in words into a day and a year; None where they make neither."""
    if need_day:
        for place in range(len(words), 0, -1):
            day = _below_hundred(words[:place])
            year = _year_of(words[place:], turn) if words[place:] else None
            if day is not None and 1 <= day <= 31 and (year is not None or place == len(words)):
                return day, year
    year = _year_of(words, turn)
    if year is not None:
        return None, year
    day = _below_hundred(words)
    return (day, None) if day is not None and 1 <= day <= 31 else None


def _below_hundred(words: list[int]) -> int | None:
    if len(words) == 1 and words[0] < 100:
        return words[0]
    if len(words) == 2 and (words[0] == 0 or 20 <= words[0] <= 90) and 1 <= words[1] <= 9:
        return words[0] + words[1]
    return None


def _year_of(words: list[int], turn: int) -> int | None:
    """Return the year that numbers in words say, as Russian or as English counts."""
    if words[0] == 2000:
        return 2000
    if 1000 in words:
        place = words.index(1000)
        thousands = _below_hundred(words[:place]) if place else 1
        rest = words[place + 1 :]
        hundreds = 0
        if rest and rest[0] in (800, 900):
            hundreds, rest = rest[0], rest[1:]
        elif len(rest) > 1 and rest[1] == 100:
            hundreds, rest = rest[0] * 100, rest[2:]
        tail = _below_hundred(rest) if rest else 0
        return None if thousands is None or tail is None else thousands * 1000 + hundreds + tail
    if words[0] in (800, 900):
        return None
    if 10 <= words[0] <= 20 and len(words) > 1:
        rest = words[2:] if words[1] == 100 else words[1:]
        tail = _below_hundred(rest) if rest else 0
        return None if tail is None else words[0] * 100 + tail
    short = _below_hundred(words)
    return None if short is None or short < 20 else _full_year(short, turn)
