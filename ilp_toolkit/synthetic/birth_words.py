"""Days of birth as people write them: in digits of several orders, and in words, English and Russian."""

from __future__ import annotations

import datetime as dt

__all__ = ["FORMS", "written"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_MONTHS_RU = (
    *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября"),
    *("ноября", "декабря"),
)
_ONES = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    *("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth"),
)
_STEMS_RU = (
    *("", "перв", "втор", "треть", "четвёрт", "пят", "шест", "седьм", "восьм", "девят", "десят"),
    *("одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат"),
    *("восемнадцат", "девятнадцат", "двадцат"),
)
_TENS_RU = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят",
            "девяносто")  # fmt: skip
_ROUND_RU = ("", "десят", "двадцат", "тридцат", "сороков", "пятидесят", "шестидесят", "семидесят",
             "восьмидесят", "девяност")  # fmt: skip
FORMS = ("iso", "dots", "slashes", "month_en", "month_ru", "words_en", "words_ru", "year", "none")
"""How a day of birth can be written; ``year`` and ``none`` lose what they do not say."""


def written(day: dt.date, form: str) -> str:
    """
    Write a day of birth.

    Parameters
    ----------
    day
        The day, from 1900 to 2099.
    form
        One of `FORMS`.

    Examples
    --------
    >>> written(dt.date(1987, 3, 12), "words_ru")
    'двенадцатое марта тысяча девятьсот восемьдесят седьмого года'
    >>> written(dt.date(2003, 8, 23), "words_ru"), written(dt.date(1990, 3, 3), "words_ru")
    ('двадцать третье августа две тысячи третьего года', 'третье марта тысяча девятьсот девяностого года')
    >>> written(dt.date(1987, 3, 12), "words_en"), written(dt.date(2000, 1, 31), "words_en")
    ('twelfth of March nineteen eighty-seven', 'thirty-first of January two thousand')
    """
    english, russian = _MONTHS[day.month - 1], _MONTHS_RU[day.month - 1]
    return {
        "iso": day.isoformat(),
        "dots": f"{day:%d.%m.%Y}",
        "slashes": f"{day:%d/%m/%Y}",
        "month_en": f"{day.day} {english} {day.year}",
        "month_ru": f"{day.day} {russian} {day.year} г.",
        "words_en": f"{_ordinal(day.day)} of {english} {_year(day.year)}",
        "words_ru": f"{_ordinal_ru(day.day)} {russian} {_year_ru(day.year)} года",
        "year": str(day.year),
        "none": "",
    }[form]


def _ordinal(n: int) -> str:
    if n <= 20:
        return _ORDINALS[n]
    return "thirtieth" if n == 30 else f"{_TENS[n // 10]}-{_ORDINALS[n % 10]}"


def _cardinal(n: int) -> str:
    if n < 20:
        return _ONES[n]
    return _TENS[n // 10] + (f"-{_ONES[n % 10]}" if n % 10 else "")


def _year(year: int) -> str:
    if 2000 <= year < 2010:
        return "two thousand" + (f" and {_ONES[year - 2000]}" if year > 2000 else "")
    rest = year % 100
    if not rest:
        return f"{_cardinal(year // 100)} hundred"
    return f"{_cardinal(year // 100)} {'oh ' if rest < 10 else ''}{_cardinal(rest)}"


def _ordinal_ru(n: int) -> str:
    if n > 20 and n % 10:
        return f"{_TENS_RU[n // 10]} {_ordinal_ru(n % 10)}"
    if n == 30:
        return "тридцатое"
    return _STEMS_RU[n] + ("е" if n == 3 else "ое")


def _year_ru(year: int) -> str:
    if year == 2000:
        return "двухтысячного"
    front = "две тысячи" if year >= 2000 else "тысяча девятьсот"
    rest = year % 100
    if not rest:
        return "тысяча девятисотого"
    return f"{front} {_genitive_ru(rest)}"


def _genitive_ru(n: int) -> str:
    if n < 20:
        return _STEMS_RU[n] + ("его" if n == 3 else "ого")
    if n % 10 == 0:
        return _ROUND_RU[n // 10] + "ого"
    return f"{_TENS_RU[n // 10]} {_genitive_ru(n % 10)}"
