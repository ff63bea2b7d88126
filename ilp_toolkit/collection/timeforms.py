"""
What the shape of a date says: where in it the year, the month, the day and the time of day stand.

A shape is a date with every digit replaced by 0, such as ``00.00.0000 00:00`` or ``0 янв. 0000``. It is
understood once; `moments` then reads all cells that have it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Form", "form_of", "month_of"]


@dataclass(frozen=True)
class Form:
    """Where the parts of a date and time stand in a shape."""

    spans: dict[str, tuple[int, int]]
    """Byte positions of the numbers, by part."""
    fixed: dict[str, int]
    """Parts that the shape itself gives: the number of a named month, half of the day, no offset."""
    mark: str = ""
    """What stands between day and month where either may come first, else empty."""


@lru_cache(maxsize=4096)
def form_of(shape: bytes) -> Form | None:
    """
    Understand a shape; None where it is no date.

    Examples
    --------
    >>> form_of(b"0000-00-00 00:00").spans["hour"]
    (11, 13)
    >>> form_of("00 января 0000".encode()).fixed
    {'month': 1}
    >>> form_of(b"00/00/0000").mark
    '/'
    """
    canonical, positions = _canonical(shape)
    for pattern in _PATTERNS:
        match = pattern.fullmatch(canonical)
        if match:
            return _read_match(match, positions)
    return None


def month_of(word: str) -> int:
    """Return 1 to 12 for the name of a month in lower case, else 0."""
    return _months().get(word.rstrip("."), 0)


def _read_match(match: re.Match[str], positions: list[int]) -> Form:
    spans, fixed, found = {}, {}, match.groupdict()
    for part, text in found.items():
        if text is not None and part not in {"half", "zone", "sign", "mark", "name"}:
            low, high = match.span(part)
            spans[part] = (positions[low], positions[high - 1] + 1)
    if found.get("name"):
        fixed["month"] = ord(found["name"]) - ord("A") + 1
    if found.get("half"):
        fixed["afternoon"] = int(found["half"] == "pm")
    if found.get("sign"):
        fixed["sign"] = 1 if found["sign"] == "+" else -1
    elif found.get("zone"):
        fixed["sign"], fixed["zone_hour"] = 1, 0
    return Form(spans, fixed, found["mark"] if "first" in spans else "")


def _canonical(shape: bytes) -> tuple[str, list[int]]:
    """Return the shape with its words replaced by signs, and the byte position of each sign."""
    text, at = shape.decode("utf-8", "replace"), 0
    signs: list[str] = []
    positions: list[int] = []
    for token in _TOKEN.finditer(text):
        for offset, sign in enumerate(_signs(token)):
            blank = sign.isspace()
            if not (blank and (not signs or signs[-1] == " ")) and not (not signs and sign in ",.;"):
                signs.append(" " if blank else sign)
                positions.append(at + offset)
        at += len(token.group().encode("utf-8", "replace"))
    while signs and signs[-1] in " ,.;":
        signs.pop()
    return "".join(signs), positions


def _signs(token: re.Match[str]) -> str:
    text = token.group()
    if token["half"]:
        return "am" if text[0] in "aA" else "pm"
    if not token["word"]:
        return text
    word = text.rstrip(".").lower()
    if word in _months():
        return f"@{chr(ord('A') + _months()[word] - 1)}@"
    if word in _idle():
        return " "
    return word if word in {"t", "z", "utc", "gmt", "h", "ч"} else f"?{word}"


@lru_cache(maxsize=1)
def _calendar() -> dict[str, dict[str, list[str]]]:
    path = resources.files(__package__) / "vocabulary" / "calendar.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {word: int(month) for month, words in _calendar()["months"].items() for word in words}


@lru_cache(maxsize=1)
def _idle() -> frozenset[str]:
    return frozenset(_calendar()["words"]["idle"])


_TOKEN = re.compile(
    r"(?P<half>(?<![^\W\d_])[aApP]\.?\s?[mM](?![^\W\d_])\.?)|(?P<word>[^\W\d_]+\.?)|.", re.DOTALL
)
_TIME = (
    r"(?:(?:t\s?|,?\s)(?P<hour>0{1,2})"
    r"(?: ?[:.hч-] ?(?P<minute>00|(?<=:)0(?!0))(?:[:.](?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?)?"
    r"(?:\s?(?P<half>am|pm))?"
    r"(?:\s?(?P<zone>z|utc|gmt)?(?:(?P<sign>[+\-−])(?P<zone_hour>0{1,2})(?::?(?P<zone_minute>00))?)?)?)?"
)
_COMPACT = r"(?:[t ]?(?P<hour>00)(?P<minute>00)(?P<second>00)?(?P<zone>z)?)?"
_NAME = r"@(?P<name>[A-L])@"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        r"(?P<year>0000)(?P<mark>[-./ ])(?P<month>0{1,2})(?P=mark)(?P<day>0{1,2})" + _TIME,
        r"(?P<year>0000)[-./ ](?P<month>0{1,2})",
        r"(?P<month>0{1,2})[-./ ](?P<year>0000)",
        r"(?P<first>0{1,2})(?P<mark>[-./ ])(?P<latter>0{1,2})(?P=mark)(?P<year>0000)" + _TIME,
        r"(?P<first>0{1,2})(?P<mark>[-./])(?P<latter>0{1,2})(?P=mark)(?P<short_year>00)" + _TIME,
        r"(?P<year>0000)(?P<month>00)(?P<day>00)" + _COMPACT,
        r"(?P<year>0000)(?P<month>00)",
        r"(?P<year>0000)",
        r"(?P<day>0{1,2})[ \-./]*" + _NAME + r"[ \-./,]*(?P<year>0000)" + _TIME,
        r"(?P<day>0{1,2})[ \-./]*" + _NAME + r"[ \-./,]*(?P<short_year>00)" + _TIME,
        _NAME + r"[ .\-]*(?P<day>0{1,2})[ ,]+(?P<year>0000)" + _TIME,
        r"(?P<year>0000)[ \-./]*" + _NAME + r"[ \-./]*(?P<day>0{1,2})" + _TIME,
        r"(?P<year>0000)[ \-./]*(?P<day>0{1,2})[ \-./]*" + _NAME + _TIME,
        _NAME + r"[ .\-,/]*(?P<year>0000)",
        r"(?P<year>0000)[ .\-,/]*" + _NAME,
        _NAME + r"[-'’](?P<short_year>00)",
        r"(?P<serial>00000)(?:[.,](?P<fraction>0+))?",
        r"(?P<milliseconds>0{13})|(?P<seconds>0{10})",
    )
]
