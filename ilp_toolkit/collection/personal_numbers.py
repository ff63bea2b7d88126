"""
Numbers that are given to persons and things, checked by their own arithmetic.

A number of twelve or fourteen digits is common; one that holds a date of birth, or whose last digit follows
from the others, is not. Each check says whether the digits could be such a number, never that they are one.
"""

from __future__ import annotations

import datetime as dt
import re

__all__ = [
    "CHECKS",
    "card",
    "coordinates",
    "digits_of",
    "fourteen_digits",
    "iban",
    "iin_check",
    "is_birth",
    "kz_iin",
    "luhn",
]

_CENTURIES = {"1": 18, "2": 18, "3": 19, "4": 19, "5": 20, "6": 20}


def digits_of(text: str) -> str:
    """Return the digits of a text, in ASCII."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def fourteen_digits(text: str) -> bool:
    """
    Say whether fourteen digits hold a date of birth where Kyrgyz or Uzbek numbers hold it.

    Kyrgyz: sex (1, 2), day, month, year in four digits, five more. Uzbek: sex and century (1 to 6), day,
    month, year in two digits, seven more.

    Examples
    --------
    >>> fourteen_digits("21503199001234"), fourteen_digits("29999199001234")
    (True, False)
    >>> fourteen_digits("31503900011234")
    True
    """
    digits = digits_of(text)
    if len(digits) != 14:
        return False
    day, month = int(digits[1:3]), int(digits[3:5])
    kyrgyz = digits[0] in "12" and is_birth(int(digits[5:9]), month, day)
    uzbek = digits[0] in _CENTURIES and is_birth(100 * _CENTURIES[digits[0]] + int(digits[5:7]), month, day)
    return kyrgyz or uzbek


def kz_iin(text: str) -> bool:
    """
    Say whether twelve digits are built like a Kazakh IIN: date of birth, century and sex, check digit.

    Examples
    --------
    >>> kz_iin("900101300017"), kz_iin("900101300018"), kz_iin("901301300017")
    (True, False, False)
    """
    digits = digits_of(text)
    if len(digits) != 12 or digits[6] not in _CENTURIES:
        return False
    year = 100 * _CENTURIES[digits[6]] + int(digits[:2])
    return is_birth(year, int(digits[2:4]), int(digits[4:6])) and iin_check(digits)


def iin_check(digits: str) -> bool:
    """
    Say whether the twelfth digit of an IIN checks the eleven before it.

    Examples
    --------
    >>> iin_check("900101300017"), iin_check("900101300018")
    (True, False)
    """
    numbers = [int(digit) for digit in digits]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(w * n for w, n in zip(weights, numbers, strict=False)) % 11
        if rest < 10:
            return rest == numbers[11]
    return False


def is_birth(year: int, month: int, day: int) -> bool:
    """
    Say whether somebody who may be alive was, or will be, born on a day: there is such a day, from 1900 on.

    Examples
    --------
    >>> is_birth(1992, 2, 29), is_birth(1991, 2, 29), is_birth(1891, 2, 28)
    (True, False, False)
    """
    try:
        born = dt.date(year, month, day)
    except ValueError:
        return False
    return 1900 <= born.year < 2100


def luhn(text: str) -> bool:
    """
    Say whether the last digit follows from the others (Luhn; ISO/IEC 7812): cards, IMEI.

    Examples
    --------
    >>> luhn("490154203237518"), luhn("490154203237519")
    (True, False)
    """
    numbers = [int(digit) for digit in digits_of(text)][::-1]
    total = sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers))
    return len(set(numbers)) > 1 and total % 10 == 0


def card(text: str) -> bool:
    """
    Say whether digits could be the number of a payment card.

    Examples
    --------
    >>> card("4111 1111 1111 1111"), card("1234 5678 9012 3456")
    (True, False)
    """
    digits = digits_of(text)
    return 15 <= len(digits) <= 19 and digits[0] in "2345689" and luhn(digits)


def iban(text: str) -> bool:
    """
    Say whether the two check digits of an IBAN are right (ISO 13616: modulo 97).

    Examples
    --------
    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    plain = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain, re.ASCII):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def coordinates(text: str) -> bool:
    """
    Say whether two decimals could be a latitude and a longitude, in this order.

    Examples
    --------
    >>> coordinates("38.56123, 68.78765"), coordinates("98.56123, 68.78765")
    (True, False)
    """
    numbers = [float(found) for found in re.findall(r"-?\d+\.\d+", text)]
    return len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180


CHECKS = {
    "fourteen_digits": fourteen_digits, "kz_iin": kz_iin, "luhn": luhn, "card": card, "iban": iban,
    "coordinates": coordinates,
}  # fmt: skip
"""Checks by the name that the table of patterns uses."""
