"""
Scoring of what is answered on the screen, kind by kind.

Practice explains everything; a graded item explains only what the learner chose, and says of the rest how
much is missing, not what.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from ..i18n import _, plural
from ._cells import Cell, close, told
from ._plain import AnswerError
from .items import Column, Item
from .marks import Mark, Part, mark

__all__ = ["SCORERS", "KeyFaultError", "chosen", "score_table"]

_NUMERAL = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)


class KeyFaultError(ValueError):
    """The key, the data or the item itself cannot be used: the examiner's to mend, not the learner's loss."""


def _bad() -> AnswerError:
    return AnswerError(_("The answer is not in the form in which answers are recorded."))


def chosen(answer: Any, known: set[str], *, key: bool = False) -> list[str]:
    """Return ids that were chosen, each once; an unknown or doubled one is no answer."""
    fault: Exception = KeyFaultError("the key names what the item does not have") if key else _bad()
    if type(answer) is not list or not all(type(each) is str and each in known for each in answer):
        raise fault
    if len(set(answer)) < len(answer):
        raise fault
    return answer


def _choice(item: Item, answer: Any, key: Any) -> Mark:
    options = {option.id: option for option in item.option}
    if key not in options:
        raise KeyFaultError("the key is no option")
    if type(answer) is not str or answer not in options:
        raise _bad()
    right, why = answer == key, options[answer].why
    return mark(item, float(right), [why], [Part(answer, right, why)])


def _choices(item: Item, answer: Any, key: Any) -> Mark:
    options = {option.id: option for option in item.option}
    right = set(chosen(key, set(options), key=True))
    if not right:
        raise KeyFaultError("no option is right")
    mine = chosen(answer, set(options))
    hits = [one for one in mine if one in right]
    parts = [Part(one, one in right, options[one].why) for one in mine]
    missing = len(right) - len(hits)
    comments = [part.comment for part in parts if not part.right]
    if missing:
        words = plural("{n} more option belongs to it.", "{n} more options belong to it.", missing)
        comments.append(words.format(n=missing))
    return mark(item, max(0, len(hits) - (len(mine) - len(hits))) / len(right), comments, parts)


def _order(item: Item, answer: Any, key: Any) -> Mark:
    steps = {step.id: step for step in item.step}
    right = chosen(key, set(steps), key=True)
    mine = chosen(answer, set(steps))
    place = {one: at for at, one in enumerate(mine)}
    pairs = list(itertools.pairwise(right))
    good = [(a, b) for a, b in pairs if a in place and b in place and place[a] < place[b]]
    if not pairs:
        raise KeyFaultError("an order of one step")
    if mine == right:
        return mark(item, 1.0, parts=[Part(one, True, steps[one].why) for one in right])
    words = _("{n} of {all} neighbouring pairs stand in the right order.")
    comments = [words.format(n=len(good), all=len(pairs))]
    if len(mine) < len(right):
        comments.append(_("Not all steps are placed."))
    if item.practice:
        first = next((pair for pair in pairs if pair not in good), None)
        if first:
            words = _("“{later}” comes after “{earlier}”.")
            comments.append(words.format(later=steps[first[1]].text, earlier=steps[first[0]].text))
            comments.append(steps[first[1]].why)
    return mark(item, min(len(good) / len(pairs), 0.99), comments)


def _match(item: Item, answer: Any, key: Any) -> Mark:
    options = {option.id: option for option in item.option}
    rows = {row.id: row for row in item.row}
    if type(key) is not dict or not key or not set(key) <= set(rows) or not set(key.values()) <= set(options):
        raise KeyFaultError("the key names what the item does not have")
    if type(answer) is not dict or not all(type(each) is str or each is None for each in answer.values()):
        raise _bad()
    parts = []
    for name, wanted in key.items():
        mine = answer.get(name)
        right = mine == wanted
        said = rows[name].why if right or item.practice else ""
        if not right and mine in options and options[mine].why:
            said = f"{options[mine].why} {said}".strip()
        parts.append(Part(name, right, said))
    right = sum(bool(part.right) for part in parts)
    words = _("{n} of {all} rows are right.")
    comments = [] if right == len(parts) else [words.format(n=right, all=len(parts))]
    return mark(item, right / len(parts), comments, parts)


def _number(item: Item, answer: Any, key: Any) -> Mark:
    if type(key) not in {int, float}:
        raise KeyFaultError("the key is no number")
    mine = _as_number(answer)
    relative = item.params.get("relative", 0)
    if close(mine, key, item.tolerance, relative):
        return mark(item, 1.0)
    for mistake in item.mistake:
        if close(mine, mistake.value, item.tolerance, max(relative, 1e-6)):
            return mark(item, 0.0, [mistake.why])
    said = told([(Cell("number", mine), Cell("number", key))], item.unit)
    words = _("The value: {said}").format(said=said)
    return mark(item, 0.0, [words if words.endswith(("?", ".")) else words + "."])


def _as_number(answer: Any) -> float:
    """Read a number; a learner may have typed it with a decimal comma."""
    if type(answer) is str and _NUMERAL.fullmatch(answer.strip()):
        answer = float(answer.strip().replace(",", "."))
    if type(answer) not in {int, float} or answer != answer:  # noqa: PLR0124 - NaN
        raise AnswerError(_("The answer is no number."))
    return float(answer) if type(answer) is float else int(answer)


def score_table(item: Item, answer: Any, key: Any) -> Mark:
    """Score a table that was filled in: the share of its cells."""
    columns = {column.id: column for column in item.column}
    whys = {row.id: row.why for row in item.row}
    if type(key) is not dict or not key or not all(type(row) is dict for row in key.values()):
        raise KeyFaultError("the key is no table")
    if type(answer) is not dict:
        raise _bad()
    parts, right, every = [], 0, 0
    wrong: dict[str, int] = dict.fromkeys(columns, 0)
    empty = 0
    for name, cells in key.items():
        mine = answer.get(name)
        mine = mine if type(mine) is dict else {}
        flaws = 0
        said: list[str] = []
        for column in columns.values():
            if column.id not in cells:
                continue
            every += 1
            found = mine.get(column.id)
            empty += found is None or found == ""
            if _cell_right(found, cells[column.id], column, item):
                right += 1
            else:
                flaws += 1
                wrong[column.id] += 1
                said += [option.why for option in column.option if option.id == found]
        if not flaws or item.practice:
            said.append(whys.get(name, ""))
        parts.append(Part(name, not flaws, " ".join(filter(None, said))))
    if not every:
        raise KeyFaultError("the key has none of the columns")
    comments = []
    for column in columns.values():
        if wrong[column.id]:
            words = plural(
                "“{column}”: {n} row of {all} is not right.",
                "“{column}”: {n} rows of {all} are not right.",
                wrong[column.id],
            )
            comments.append(words.format(column=column.text, n=wrong[column.id], all=len(key)))
    if empty:
        words = plural("{n} cell is empty.", "{n} cells are empty.", empty)
        comments.append(words.format(n=empty))
    return mark(item, right / every, comments, parts)


def _cell_right(found: Any, wanted: Any, column: Column, item: Item) -> bool:
    """Compare one cell; where the key lists several values, each of them is right."""
    if type(wanted) is list:
        return any(_cell_right(found, each, column, item) for each in wanted)
    match column.type:
        case "number":
            if type(wanted) not in {int, float}:
                raise KeyFaultError("a cell of the key is no number")
            try:
                number = _as_number(found)
            except AnswerError:
                return False
            tolerances = item.params.get("tolerances", {})
            allowed = tolerances.get(column.id, item.tolerance)
            return close(number, wanted, allowed, item.params.get("relative", 0))
        case "text":
            return type(found) is str and _bare(found) == _bare(str(wanted))
        case _:
            return type(found) is str and found == wanted


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def _spans(item: Item, answer: Any, key: Any) -> Mark:
    spans = {span.id: span for span in item.form_of(key).span}
    hide = set(chosen(key, set(spans), key=True))
    if not hide:
        raise KeyFaultError("nothing must be hidden")
    mine = chosen(answer, set(spans))
    hits = sum(one in hide for one in mine)
    parts = [Part(one, one in hide, spans[one].why) for one in mine]
    left = [one for one in sorted(hide) if one not in mine]
    comments = [part.comment for part in parts if not part.right]
    if left:
        words = plural(
            "{n} passage that must not be read is still readable.",
            "{n} passages that must not be read are still readable.",
            len(left),
        )
        comments.insert(0, words.format(n=len(left)))
        if item.practice:
            comments.extend(spans[one].why for one in left)
            parts.extend(Part(one, False, spans[one].why) for one in left)
    share = max(0, hits - (len(mine) - hits)) / len(hide)
    return mark(item, 0.0 if left and item.params.get("strict") else share, comments, parts)


def _text(item: Item, answer: Any, _key: Any) -> Mark:
    if type(answer) is not str:
        raise _bad()
    count = len(answer.split())
    comments = []
    if item.words and not item.words[0] <= count <= item.words[1]:
        words = _("The text has {n} words; {least} to {most} are asked for.")
        comments.append(words.format(n=count, least=item.words[0], most=item.words[1]))
    return mark(item, 0.0, comments, verdict="review")


SCORERS: dict[str, Callable[[Item, Any, Any], Mark]] = {
    "choice": _choice,
    "choices": _choices,
    "order": _order,
    "match": _match,
    "number": _number,
    "table": score_table,
    "spans": _spans,
    "text": _text,
}
"""The scorer of each kind that is answered on the screen."""
