"""
A table of grades that a learner gave: scored against all that can be defended, agreement told beside it.

Grades are judgements, so a key may hold several codes for one cell. Agreement is told, never scored: the
other grader may be the one who errs. "Cannot be judged" is a category here and has no place in an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from ..evaluation.grades import Agreement, Grade, Scale, agreement, codes
from ..i18n import _, number, plural
from ._kinds import KeyFaultError, score_table
from ._plain import AnswerError
from .items import Item
from .marks import Mark, mark

__all__ = ["kappa"]

_AXES = ("source", "information")
_FEW = 30
"""Below so many reports kappa is a rough figure."""
_HALO = 3
"""So many wrong grades of the information that repeat that of the source are told as a habit."""
_FOLLOWS = {"A": "1", "B": "2", "C": "3", "X": "4"}
"""On the 4x4: the information grade that follows the source grade, code by code."""
_SLIPS: dict[str, tuple[str, Callable[[str, str], bool], Callable[[int], str]]] = {
    "unknown": ("source", lambda ref, own: ref == "X" != own, lambda n: plural(
        "{n} source that nobody can judge got a grade: unknown is neither medium nor bad.",
        "{n} sources that nobody can judge got a grade: unknown is neither medium nor bad.", n,
    )),
    "record": ("source", lambda ref, own: own == "X" != ref, lambda n: plural(
        "{n} source with a record was called unknown: look how many reports held.",
        "{n} sources with a record were called unknown: look how many reports held.", n,
    )),
    "hearsay": ("information", lambda ref, own: ref in "34" and own in "12", lambda n: plural(
        "{n} time hearsay was taken for what the source knows itself.",
        "{n} times hearsay was taken for what the source knows itself.", n,
    )),
    "circular": ("information", lambda ref, own: ref == "4" and own == "3", lambda n: plural(
        "{n} report counts as corroborated without another first source: ask who said it first.",
        "{n} reports count as corroborated without another first source: ask who said it first.", n,
    )),
    "overlooked": ("information", lambda ref, own: ref == "3" and own == "4", lambda n: plural(
        "{n} time a recorded report of another first source was overlooked.",
        "{n} times a recorded report of another first source was overlooked.", n,
    )),
    "personal": ("information", lambda ref, own: ref == "2" and own == "1", lambda n: plural(
        "{n} time what the source knows was taken for what the officer saw.",
        "{n} times what the source knows was taken for what the officer saw.", n,
    )),
}  # fmt: skip
"""On the 4x4, kinds of slips: the axis, reference and own code, and how it is told."""


def kappa(item: Item, answer: Any, key: Any, _data: Path | None) -> Mark:
    """
    Score a table of grades, and tell how far it agrees with the reference beyond chance.

    The columns are named ``source`` and ``information``. A cell of the key is a code or a list of codes, the
    reference's own first; all of them count as right, and as agreement. `params`: ``scale`` ("4x4" if
    missing); ``accept`` (row to column to codes that count beside the key's); ``second`` (row to column to
    the code of a second grader who worked alone).

    Parameters
    ----------
    item
        The question.
    answer
        Row to column to code, as recorded.
    key
        Row to column to the code or codes that can be defended.

    Returns
    -------
    Mark
        Points by the share of cells. Comments: wrong rows a column, agreement, kappa, kinds of slips.

    Examples
    --------
    >>> from ilp_toolkit.learning.items import Column, Option
    >>> codes = tuple(Option(id=code, text=code) for code in "ABCX")
    >>> column = Column(id="source", text="Source", option=codes)
    >>> item = Item(id="q1", part="exam", kind="table", points=2, column=(column,), check="kappa")
    >>> given = {"r1": {"source": "A"}, "r2": {"source": "C"}}
    >>> made = kappa(item, given, {"r1": {"source": ["B", "A"]}, "r2": {"source": "X"}}, None)
    >>> made.points, made.comments[-2]
    (1.0, '1 source that nobody can judge got a grade: unknown is neither medium nor bad.')
    """
    if type(answer) is not dict:
        raise AnswerError(_("The answer is not in the form in which answers are recorded."))
    scale: Scale = item.params.get("scale", "4x4")
    allowed = _defended(item, key, scale)
    reference = {row: _closest(cells, answer.get(row)) for row, cells in allowed.items()}
    made = score_table(item, answer, reference)
    columns = {column.id: column.text for column in item.column if column.id in _AXES}
    comments = list(made.comments)
    few = 0
    for other, words in ((reference, _with_reference), (item.params.get("second"), _with_second)):
        for axis, name in columns.items() if other else ():
            found = agreement(_column(answer, reference, axis, scale), _column(other, reference, axis, scale),
                              scale=scale, axis=axis)  # type: ignore[arg-type]  # fmt: skip
            comments.append(words(name, found))
            few = max(few, found.n)
    if scale == "4x4":
        comments += _slips(answer, reference)
    if few < _FEW:
        comments.append(_("With fewer than {n} reports kappa is a rough figure.").format(n=_FEW))
    return mark(item, made.fraction, comments, made.parts)


def _defended(item: Item, key: Any, scale: Scale) -> dict[str, dict[str, list[str]]]:
    """Return for every cell the codes that count, the reference's first; a key of other codes is a fault."""
    if scale not in get_args(Scale) or type(key) is not dict or not key:
        raise KeyFaultError("the key holds no grades of a known scale")
    more = item.params.get("accept", {})
    found: dict[str, dict[str, list[str]]] = {}
    for row, cells in key.items():
        if type(cells) is not dict or not cells or not set(cells) <= set(_AXES):
            raise KeyFaultError("the key grades something else than source and information")
        found[row] = {}
        for axis, cell in cells.items():
            own = cell if type(cell) is list else [cell]
            listed = list(dict.fromkeys([*own, *more.get(row, {}).get(axis, ())]))
            if not listed or not set(listed) <= set(codes(scale, axis)):
                raise KeyFaultError("the key has a code that is not of the scale")
            found[row][axis] = listed
    return found


def _closest(cells: Mapping[str, list[str]], mine: Any) -> dict[str, str]:
    """Return the learner's own code where it can be defended, the reference's elsewhere."""
    own = mine if type(mine) is dict else {}
    return {
        axis: own[axis] if type(own.get(axis)) is str and own[axis] in listed else listed[0]
        for axis, listed in cells.items()
    }


def _column(table: Any, rows: Mapping[str, Any], axis: str, scale: Scale) -> list[Grade | None]:
    """Return one column of grades in the order of the rows; None where there is none of the scale."""
    found: list[Grade | None] = []
    for row in rows:
        cells = table.get(row)
        code = cells.get(axis) if type(cells) is dict else None
        fine = type(code) is str and code in codes(scale, axis)  # type: ignore[arg-type]
        found.append(Grade(scale, **{"source": None, "information": None, axis: code}) if fine else None)
    return found


def _with_reference(column: str, found: Agreement) -> str:
    words = _("{column}: the reference's grade on {same} of {n}, kappa {kappa}.")
    return _agreed(words, column, found)


def _with_second(column: str, found: Agreement) -> str:
    words = _("{column}: the second grader's grade on {same} of {n}, kappa {kappa}.")
    return _agreed(words, column, found)


def _agreed(words: str, column: str, found: Agreement) -> str:
    value = _("not defined") if found.kappa is None else number(found.kappa, 2)
    same = round((found.observed or 0) * found.n)
    return words.format(column=column, same=same, n=found.n, kappa=value)


def _slips(answer: Mapping[str, Any], reference: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Say which kinds of slips were made, and how often; never on which report."""
    counts: Counter[str] = Counter()
    followed: list[str] = []
    for row, cells in reference.items():
        mine = answer.get(row)
        own = mine if type(mine) is dict else {}
        for name, (axis, is_slip, _words) in _SLIPS.items():
            code = own.get(axis)
            if axis in cells and type(code) is str and code and is_slip(cells[axis], code):
                counts[name] += 1
        follows = _FOLLOWS.get(own["source"]) if type(own.get("source")) is str else None
        if follows is not None and own.get("information") == follows != cells.get("information"):
            followed.append(own["source"])
    told = [
        said(counts[name]).format(n=counts[name])
        for name, (_axis, _is, said) in _SLIPS.items()
        if counts[name]
    ]
    if len(followed) >= _HALO and len(set(followed)) > 1:  # one grade for all is another habit
        words = _("The information grade often follows the source grade (halo effect): grade by column.")
        told.append(words)
    return told
