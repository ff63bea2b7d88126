"""
One scorer, for the learner's instant feedback and for the examiner outside of the learner's kernel.

An answer is data. It is copied into plain JSON first, by exact types; after that nothing of the learner's is
ever called, evaluated, formatted or compared by its own methods. What cannot be read is worth nothing and
stops nobody. What cannot be scored for a fault of the examiner's (no key, a check without its data) is put
before a person instead of being marked wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..i18n import _
from ._kinds import SCORERS, KeyFaultError
from ._plain import AnswerError, plain
from .items import Item
from .marks import Mark, Part, mark

__all__ = ["Mark", "Part", "score"]

_EMPTY_IS_AN_ANSWER = {"suppress", "value", "frame", "geoframe", "graph"}


def score(item: Item, answer: Any, key: Any = None, *, data: Path | None = None) -> Mark:
    """
    Score one answer.

    Parameters
    ----------
    item
        The question, whole (not as released).
    answer
        What was recorded: plain JSON. Anything may stand in it.
    key
        The key, recorded the same way; None takes that of the item itself.
    data
        Folder with the data of the learner's variant, for checks that need them.

    Returns
    -------
    Mark
        Points, verdict, comments that do not tell the key. Practice is scored out of 1.

    Notes
    -----
    It never raises on an answer. A verdict ``review`` gives no points until a person has looked: written
    items, a missing key, an error inside the scorer.

    Examples
    --------
    >>> item = Item(id="q1", part="exam", kind="number", points=2, answer=12.5, tolerance=0.1, prompt="?")
    >>> score(item, 12.55).points, score(item, "12,5").points, score(item, [12.5]).points
    (2.0, 2.0, 0.0)
    """
    try:
        recorded = plain(answer)
        if _nothing(item, recorded):
            return mark(item, 0.0, [_("There is no answer.")], verdict="missing")
        return _scored(item, recorded, item.key() if key is None else key, data)
    except AnswerError as error:
        return mark(item, 0.0, [str(error)])
    except Exception:  # whatever the answer made go wrong: nobody else is stopped, a person looks
        words = _("This answer could not be scored by the machine; the examiner looks at it.")
        return mark(item, 0.0, [words], verdict="review")


def _nothing(item: Item, recorded: Any) -> bool:
    if recorded is None:
        return True
    if type(recorded) is str:
        return not recorded.strip() and item.kind not in _EMPTY_IS_AN_ANSWER
    return recorded in ([], {}) and item.kind not in _EMPTY_IS_AN_ANSWER


def _scored(item: Item, recorded: Any, key: Any, data: Path | None) -> Mark:
    if item.check:
        from .checks import CHECKS

        if item.check not in CHECKS:
            raise KeyFaultError(item.check)
        return CHECKS[item.check](item, recorded, key, data)
    if item.kind == "text":
        return SCORERS["text"](item, recorded, None)
    if key is None:
        raise KeyFaultError("no key")
    if item.kind in SCORERS:
        return SCORERS[item.kind](item, recorded, key)
    return _compared(item, recorded, key)


def _compared(item: Item, recorded: Any, key: Any) -> Mark:
    """Score what the learner's code made."""
    from .compare import Rules, compare

    try:
        rules = Rules.of(item)
    except ValidationError:
        raise KeyFaultError("params") from None
    try:
        sound = compare(key, key, rules).fraction == 1
    except AnswerError:
        sound = False
    if not sound:
        raise KeyFaultError("the key does not equal itself")
    made = compare(recorded, key, rules)
    comments = list(made.comments)
    if made.fraction < 1 and item.mistake:
        comments[:0] = _mistakes(item, recorded)
    parts = [Part(name, right, comment) for name, right, comment in made.parts]
    return mark(item, made.fraction, comments, parts)


def _mistakes(item: Item, recorded: Any) -> list[str]:
    """Return why a value that learners arrive at is wrong."""
    from ._cells import cell, close

    found = cell(recorded)
    if found.kind != "number":
        return []
    return [each.why for each in item.mistake if close(found.value, each.value, item.tolerance, 1e-6)][:1]
