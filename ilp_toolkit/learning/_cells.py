"""
Single values of an answer: read from JSON, compared within tolerance, their difference told in words.

The words say what kind of error it is (too high, a factor of 1000, another time zone, letters in another
case) and never the value that was expected.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..i18n import N_, _
from ._plain import DIGITS, TAG, AnswerError
from ._rules import Rules

__all__ = ["Cell", "cell", "close", "label", "same", "told"]

_EPOCH = dt.datetime(1970, 1, 1)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:([+-])(\d\d):(\d\d)(?::\d\d)?)?",
    re.ASCII,
)
_WHOLE = re.compile(rf"-?[0-9]{{1,{DIGITS + 1}}}", re.ASCII)
_NUMERAL = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{0,15})? ?%?", re.ASCII)
_MARKS = 30
_HOUR = 3600 * 10**9

_KINDS = {
    "missing": N_("an empty value"),
    "bool": N_("true or false"),
    "number": N_("a number"),
    "text": N_("a text"),
    "moment": N_("a date or time without a time zone"),
    "instant": N_("a time with a time zone"),
    "time": N_("a time of day"),
    "span": N_("a length of time"),
    "interval": N_("an interval"),
    "period": N_("a period"),
    "geometry": N_("a shape"),
    "other": N_("a list or table"),
}
_FACTORS = (
    (1000.0, N_("by a factor of 1000: metres and kilometres, or grams and kilograms?")),
    (1_000_000.0, N_("by a factor of a million: square metres and square kilometres?")),
    (10_000.0, N_("by a factor of 10,000: square metres and hectares, or the base of a rate?")),
    (100_000.0, N_("by a factor of 100,000: a rate for each person and one for 100,000?")),
    (100.0, N_("by a factor of 100: a share and per cent?")),
    (3600.0, N_("by a factor of 3600: seconds and hours?")),
    (60.0, N_("by a factor of 60: minutes and hours, or seconds and minutes?")),
    (24.0, N_("by a factor of 24: hours and days?")),
    (7.0, N_("by a factor of 7: days and weeks?")),
    (2.0, N_("by a factor of 2: is something counted twice, or only half of it?")),
)


class Cell(NamedTuple):
    """One value: its kind and what is compared."""

    kind: str
    value: Any


def cell(value: Any) -> Cell:
    """
    Read one value.

    Raises
    ------
    AnswerError
        If it claims a type that it does not fit.

    Examples
    --------
    >>> cell({"$": "date", "v": "1970-01-02"})
    Cell(kind='moment', value=86400000000000)
    """
    if value is None:
        return Cell("missing", None)
    if type(value) is bool:
        return Cell("bool", value)
    if type(value) in {int, float}:
        return Cell("number", value) if value == value else Cell("missing", None)  # noqa: PLR0124 - NaN
    if type(value) is str:
        return Cell("text", _composed(value).strip())
    if type(value) is dict and TAG in value:
        return _tagged(value.get(TAG), value)
    return _other(value)


def _other(value: Any) -> Cell:
    """Take a list or table in one cell as it is written."""
    return Cell("other", json.dumps(value, sort_keys=True))


def _composed(text: str) -> str:
    """
    Compose letters and their marks, so that ё typed in two ways is one letter.

    A text with more than thirty marks in a row is left as it is (no language has it, Unicode's stream-safe
    form ends there): the time that composing takes grows with the square of their number.
    """
    if text.isascii():
        return text
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run > _MARKS:
            return text
    return unicodedata.normalize("NFC", text)


def _tagged(tag: Any, value: dict[str, Any]) -> Cell:  # noqa: PLR0911 - one return a type
    inside = value.get("v")
    match tag, inside:
        case "float", "nan":
            return Cell("missing", None)
        case "float", "inf" | "-inf":
            return Cell("number", math.inf if inside == "inf" else -math.inf)
        case "int", str() if _WHOLE.fullmatch(inside):
            return Cell("number", int(inside))
        case "date" | "datetime", str():
            return _moment(inside)
        case "time", str() if len(inside) <= 20:
            return Cell("time", inside)
        case "timedelta", int() if type(inside) is int:
            return Cell("span", inside)
        case "interval", [left, right]:
            closed = value.get("closed")
            return Cell("interval", (cell(left), cell(right), closed if type(closed) is str else ""))
        case "period", str():
            return Cell("period", inside[:40])
        case "geometry", str():
            return Cell("geometry", inside)
        case (("array" | "set" | "dict" | "index" | "series" | "frame" | "graph"), _rest):
            return _other(value)
    raise AnswerError(_("The answer is not in the form in which answers are recorded."))


def _moment(text: str) -> Cell:
    hit = _ISO.fullmatch(text)
    try:
        if hit is None:
            raise ValueError  # noqa: TRY301 - one message for both
        year, month, day, hour, minute, second = (int(part or 0) for part in hit.groups()[:6])
        whole = dt.datetime(year, month, day, hour, minute, second) - _EPOCH
    except ValueError:
        raise AnswerError(_("A date in the answer cannot be read.")) from None
    at = (whole.days * 86_400 + whole.seconds) * 10**9 + int((hit[7] or "0").ljust(9, "0"))
    if hit[8] is None:
        return Cell("moment", at)
    offset = (int(hit[9]) * 60 + int(hit[10])) * 60 * 10**9
    return Cell("instant", at - offset if hit[8] == "+" else at + offset)


def label(value: Any) -> str:
    """
    Name a value that identifies a row, a node or an entry: the same text for the same value.

    A text, because Python's dicts are slow on purpose-made numbers, and fast on any text.

    Examples
    --------
    >>> label(2.0) == label(2), label("2") == label(2), label(["a", None])
    (True, False, 'list:text:a|missing:')
    """
    if type(value) is list:
        return "list:" + "|".join(label(each) for each in value)
    found = cell(value)
    match found.kind:
        case "number":
            number = found.value
            whole = math.isfinite(number) and number == int(number)
            return f"number:{int(number) if whole else number!r}"
        case "interval":
            left, right, closed = found.value
            return f"interval:{left.value!r},{right.value!r},{closed}"
        case "missing":
            return "missing:"
        case _:
            return f"{found.kind}:{found.value}"


def close(given: float, key: float, absolute: float, relative: float) -> bool:
    """
    Whether two numbers are the same within tolerance; never raises, whatever their size.

    Examples
    --------
    >>> close(10.4, 10, 0.5, 0), close(10**300, 5, 0.5, 0), close(float("inf"), 5, 1, 0)
    (True, False, False)
    """
    if given == key:
        return True
    try:
        if not (math.isfinite(given) and math.isfinite(key)):
            return False
        exact = type(given) is int and type(key) is int
        noise = 0.0 if exact else 1e-9 * max(abs(float(key)), 1e-3)
        return bool(abs(given - key) <= max(absolute, relative * abs(key)) + noise)
    except OverflowError:
        return False


def same(given: Cell, key: Cell, rules: Rules, *, absolute: float | None = None) -> bool:
    """Whether two values are the same by the rules of the item; shapes are compared elsewhere."""
    if given.kind != key.kind:
        return False
    match key.kind:
        case "number":
            allowed = rules.tolerance if absolute is None else absolute
            return close(given.value, key.value, allowed, rules.relative)
        case "text":
            return _folded(given.value, rules) == _folded(key.value, rules)
        case "moment" | "instant" | "span":
            return bool(abs(given.value - key.value) <= rules.seconds * 1e9)
        case "interval":
            left, right, closed = given.value
            return (
                closed == key.value[2]
                and same(left, key.value[0], rules, absolute=absolute)
                and same(right, key.value[1], rules, absolute=absolute)
            )
        case _:
            return bool(given.value == key.value)


def _folded(text: str, rules: Rules) -> str:
    spaced = " ".join(text.split())
    return spaced if rules.case else spaced.casefold()


def told(pairs: Sequence[tuple[Cell, Cell]], unit: str = "") -> str:
    """
    Say in words in what way values differ that should be the same.

    Parameters
    ----------
    pairs
        What was given and what was expected, only where they differ.
    unit
        The unit that the item asks for.

    Examples
    --------
    >>> told([(Cell("number", 3200.0), Cell("number", 3.2)), (Cell("number", 500), Cell("number", 0.5))])
    'it differs by a factor of 1000: metres and kilometres, or grams and kilograms?'
    """
    kinds = {(given.kind, key.kind) for given, key in pairs}
    if len(kinds) != 1:
        return ""
    mine, wanted = kinds.pop()
    if mine != wanted:
        return _other_kind(pairs, mine, wanted)
    if wanted == "number":
        said = _numbers([(given.value, key.value) for given, key in pairs])
        return said + _(" The unit asked for is {unit}.").format(unit=unit) if said and unit else said
    if wanted == "text":
        folded = all(
            _bare(given.value) == _bare(key.value) and given.value != key.value for given, key in pairs
        )
        return _("only capitals, spaces or punctuation differ") if folded else ""
    if wanted in {"moment", "instant", "span"}:
        return _times({given.value - key.value for given, key in pairs})
    return ""


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _other_kind(pairs: Sequence[tuple[Cell, Cell]], mine: str, wanted: str) -> str:
    if mine == "text" and wanted == "number" and all(_NUMERAL.fullmatch(g.value) for g, _k in pairs):
        return _("it is text that looks like a number: turn it into a number")
    if mine == "missing":
        return _("it is empty")
    words = _("it is {found}, but {wanted} is expected")
    return words.format(found=_(_KINDS[mine]), wanted=_(_KINDS[wanted]))


def _numbers(pairs: Sequence[tuple[float, float]]) -> str:  # noqa: PLR0911 - one return a finding
    try:
        given, key = [float(g) for g, _k in pairs], [float(k) for _g, k in pairs]
    except OverflowError:
        return _("a number is far too large")
    if not all(map(math.isfinite, [*given, *key])):
        return _("a number is infinite")
    both = list(zip(given, key, strict=True))
    if all(g == -k and k for g, k in both):
        return _("it has the opposite sign")
    telling = len(both) > 2 or not all(g.is_integer() and k.is_integer() for g, k in both)
    if all(g and k for g, k in both):
        for factor, words in _FACTORS:
            if factor < 100 and not telling:
                continue  # between two small counts such a factor is chance
            if any(all(_ratio(g, k, f) for g, k in both) for f in (factor, 1 / factor)):
                return _("it differs {how}").format(how=_(words))
    if all(g > k for g, k in both):
        return _("it is too high")
    if all(g < k for g, k in both):
        return _("it is too low")
    return _("some are too high, some too low")


def _ratio(given: float, key: float, factor: float) -> bool:
    return math.isclose(given, key * factor, rel_tol=1e-6)


def _times(gaps: set[int]) -> str:
    if len(gaps) == 1:
        (gap,) = gaps
        if gap % _HOUR == 0 and abs(gap) <= 14 * _HOUR:
            words = _("it differs by {n} hours throughout: is it in another time zone?")
            return words.format(n=abs(gap) // _HOUR)
    if all(gap > 0 for gap in gaps):
        return _("it is too late or too long")
    if all(gap < 0 for gap in gaps):
        return _("it is too early or too short")
    return _("some are too late, some too early")
