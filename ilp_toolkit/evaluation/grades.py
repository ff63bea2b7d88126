"""
How good one piece of information is: a grade carries the name of its scale and is never turned into a number.

"B2" means one thing in the 4x4 and another in the 5x5x5, and the 3x5x2 writes the digit first. So a grade is
tagged with its scale, scales are never converted into each other, and there is no arithmetic: no mean, no
order, no sum. "Cannot be judged" is not the middle of a scale. A grade that nobody gave is None.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._agreement import Agreement, agreement, kappa
from ._origins import circular, corroboration, need
from ._scales import SCALES, Axis, Scale, axis_codes, is_missing, known_scale, worded

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "SCALES",
    "Agreement",
    "Grade",
    "Scale",
    "agreement",
    "circular",
    "codes",
    "corroboration",
    "histogram",
    "kappa",
    "of_reports",
    "parse",
]

UNKNOWN = "unknown"
"""How `histogram` counts reports without a grade."""


@dataclass(frozen=True)
class Grade:
    """
    One grade: of the source and of the information, on one scale.

    Examples
    --------
    >>> grade = parse("4x4:B2")
    >>> str(grade), grade.source, grade.information
    ('4x4:B2', 'B', '2')
    """

    scale: Scale
    source: str | None
    """Code of the source; None where nobody graded it."""
    information: str | None
    """Code of the information; None where nobody graded it."""

    def __post_init__(self) -> None:
        known_scale(self.scale)
        for axis in ("source", "information"):
            code = getattr(self, axis)
            if code is not None and code not in axis_codes(self.scale, axis):
                raise InputError(_no_such_code(self.scale, axis, code))
        if self.source is None and self.information is None:
            msg = "A grade without any code is no grade: use None."
            raise InputError(msg)

    def __str__(self) -> str:
        source, information = self.source or "?", self.information or "?"
        return f"{self.scale}:{source}{information}"

    def words(self) -> str:
        """Say in words what both codes mean, in the language in use."""
        source, information = _meaning(self, "source"), _meaning(self, "information")
        msg = _("{grade}: source: {source}; information: {information}")
        return msg.format(grade=self, source=source, information=information)

    def judged(self, axis: Axis) -> bool:
        """Say whether the source, or the information, could be judged: X, F and 6 say that it could not."""
        code = getattr(self, axis)
        return code is not None and not axis_codes(self.scale, axis)[code].get("unknown", False)

    def _no_arithmetic(self, *_others: object) -> NoReturn:
        msg = "Grades are codes: they have no order, mean, sum or difference. Count them with `histogram`."
        raise TypeError(msg)

    __lt__ = __le__ = __gt__ = __ge__ = _no_arithmetic
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _no_arithmetic
    __neg__ = __int__ = __float__ = __index__ = _no_arithmetic


def parse(text: object, *, scale: Scale = "4x4") -> Grade | None:
    """
    Read a grade as it is written.

    Parameters
    ----------
    text
        "B2", "4x4:B2", "3x5x2:2B", "B" where only the source is graded ("B?" and "?2" say so outright). A
        scale named in the text goes before `scale`.
    scale
        The scale that is meant where the text does not name one.

    Returns
    -------
    Grade or None
        None where no grade was given: nothing, "unknown", "?", "-", «неизвестно».

    Raises
    ------
    InputError
        If the scale has no such code, or the order of letter and digit is that of another scale. Words such
        as "medium", and numbers, are no grades.

    Notes
    -----
    Cyrillic А, С, Х stand for the Latin letters of the same shape. Other Cyrillic letters are refused: В is
    the third letter of the Russian alphabet and the shape of the second Latin one.

    Examples
    --------
    >>> str(parse("B2")), str(parse("2B", scale="3x5x2")), parse("unknown")
    ('4x4:B2', '3x5x2:2B', None)
    """
    if text is None or (not isinstance(text, str | Grade) and is_missing(text)):
        return None
    if isinstance(text, Grade):
        return text
    if not isinstance(text, str):
        msg = _("A grade is a code such as B2, not the number {value}.").format(value=repr(text))
        raise InputError(msg)
    named, body = _tag(text)
    used = known_scale(named or scale)
    plain = unicodedata.normalize("NFKC", body).strip().upper()
    if plain.casefold() in _NOT_GIVEN:
        return None
    return Grade(used, *_split(plain, used))


def codes(scale: Scale, axis: Axis, *, wording: str = "") -> dict[str, str]:
    """
    Return the codes of a scale with their meaning in the language in use.

    Parameters
    ----------
    scale
        One of `SCALES`.
    axis
        "source" or "information".
    wording
        "europol" for Europol's wording of the 4x4; empty for the scale's own (of the 4x4: UNODC's).

    Returns
    -------
    dict
        Code to meaning, in the order of the scale.

    Examples
    --------
    >>> codes("4x4", "source")["X"], codes("4x4", "source", wording="europol")["X"]
    ('Reliability cannot be judged', 'Reliability cannot be assessed')
    """
    return {code: worded(entry, wording) for code, entry in axis_codes(known_scale(scale), axis).items()}


def of_reports(
    table: pd.DataFrame, *, scale: Scale = "4x4", invalid: Literal["raise", "unknown"] = "raise"
) -> pd.Series[Any]:
    """
    Return the grade of each report.

    Parameters
    ----------
    table
        Reports with the columns ``source_grade`` and ``information_grade``, and ``scale`` where it differs
        from row to row.
    scale
        The scale where a row names none.
    invalid
        What to do with a code that is not of its scale: "raise", or take the grade for "unknown". How many
        were taken so is in the choices.

    Returns
    -------
    Series
        `Grade` or None, on the table's index.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If a code is not of its scale and `invalid` is "raise"; the message names the row.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"source_grade": ["B", ""], "information_grade": ["2", ""]})
    >>> [str(grade) for grade in of_reports(table)]
    ['4x4:B2', 'None']
    """
    import pandas as pd

    need(table, ["source_grade", "information_grade"])
    scales = table["scale"] if "scale" in table else pd.Series(scale, index=table.index)
    found: list[Grade | None] = []
    unread = 0
    rows = zip(table.index, scales, table["source_grade"], table["information_grade"], strict=True)
    for label, named, source, information in rows:
        used = scale if is_missing(named) or not str(named).strip() else str(named).strip()
        try:
            found.append(_from_codes(used, source, information))
        except InputError as error:
            if invalid == "raise":
                raise InputError(_("Report {row}: {problem}").format(row=label, problem=error)) from error
            unread += 1
            found.append(None)
    grades = pd.Series(found, index=table.index, name="grade", dtype="object")
    return choices.record(grades, grades_not_read=unread)


def histogram(grades: Iterable[Grade | None]) -> dict[str, int]:
    """
    Count grades: the only way to sum them up.

    Parameters
    ----------
    grades
        Grades, of any scales; None for a report without one.

    Returns
    -------
    dict
        Grade as text to number of reports, sorted by the text; reports without a grade last, as "unknown".

    Examples
    --------
    >>> histogram([parse("B2"), parse("B2"), None, parse("2B", scale="3x5x2")])
    {'3x5x2:2B': 1, '4x4:B2': 2, 'unknown': 1}
    """
    counts: Counter[str] = Counter()
    without = 0
    for grade in grades:
        if isinstance(grade, Grade):
            counts[str(grade)] += 1
        elif is_missing(grade):
            without += 1
        else:
            msg = f"`grades` must hold grades or None, got {grade!r}: read text with `parse`."
            raise InputError(msg)
    listed = dict(sorted(counts.items()))
    return {**listed, UNKNOWN: without} if without else listed


_NOT_GIVEN = {"", "?", "??", "-", "--", "–", "—", "unknown", "n/a", "na", "none", "not graded", "ungraded",
              "неизвестно", "не указано", "не оценено", "нет данных", "нет"}  # fmt: skip
_CYRILLIC = str.maketrans("АСХ", "ACX")


def _tag(text: str) -> tuple[str, str]:
    head, colon, body = text.partition(":")
    return (head.strip().casefold().replace("х", "x"), body) if colon else ("", text)


def _split(plain: str, scale: Scale) -> tuple[str | None, str | None]:
    """Take a grade apart into the code of the source and that of the information."""
    latin = plain.translate(_CYRILLIC)
    if re.search(r"[А-ЯЁ]", latin):
        msg = _("The grade {text} has a Cyrillic letter: write the Latin letter of the scale {scale}.")
        raise InputError(msg.format(text=plain, scale=scale))
    parts = re.fullmatch(r"([A-Z0-9?])[\s/.,-]*([A-Z0-9?])?", latin)
    if parts is None:
        msg = _("{text} is no grade of the scale {scale}, which is written {how}.")
        raise InputError(msg.format(text=repr(plain), scale=scale, how=_example(scale)))
    source = None if parts[1] == "?" else parts[1]
    information = None if parts[2] in (None, "?") else parts[2]
    wrong_order = source in axis_codes(scale, "information") and information in axis_codes(scale, "source")
    if wrong_order and source not in axis_codes(scale, "source"):
        msg = _("{text} is in the wrong order: the scale {scale} is written {how}. Is another scale meant?")
        raise InputError(msg.format(text=plain, scale=scale, how=_example(scale)))
    return source, information


def _from_codes(scale: str, source: object, information: object) -> Grade | None:
    # Excel turns the digit of a grade into a number: 2.0 in a column of codes is the code 2.
    given = [_code_text(value) for value in (source, information)]
    if not any(given):
        return None
    if given[0] == given[1] and len(given[0]) > 1:
        return parse(given[0], scale=known_scale(scale))  # what is no grade is shown as it was written
    return parse(f"{given[0] or '?'} {given[1] or '?'}", scale=known_scale(scale))


def _code_text(value: object) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text.casefold() in _NOT_GIVEN else text


def _no_such_code(scale: Scale, axis: str, code: str) -> str:
    what = _("for the source") if axis == "source" else _("for the information")
    msg = _("{code} is no code {what} in the scale {scale}; it has {known}. Written {how}.")
    return msg.format(
        code=repr(code), what=what, scale=scale, known=", ".join(axis_codes(scale, axis)), how=_example(scale)
    )


def _example(scale: Scale) -> str:
    return "2B" if scale == "3x5x2" else "B2"


def _meaning(grade: Grade, axis: Axis) -> str:
    code = getattr(grade, axis)
    return _("not graded") if code is None else worded(axis_codes(grade.scale, axis)[code], "")
