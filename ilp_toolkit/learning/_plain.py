"""
Plain JSON and nothing else: the only form in which an answer is ever looked at.

An answer comes from a kernel that its learner controls. Before it is scored it is copied into values of
exactly the types of JSON, within bounds of size and depth. What is not of these types is refused by its type
alone: no method, comparison or format of a stranger's object is called.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import InputError
from ..i18n import _

__all__ = ["DEPTH", "DIGITS", "NODES", "SIZE", "TAG", "TEXT", "AnswerError", "loads", "plain"]

TAG = "$"
"""Key of an object that stands for something JSON has no word for."""
SIZE = 8_000_000
"""Bytes of one encoded answer."""
NODES = 400_000
"""Values in one answer, containers included."""
DEPTH = 24
"""Containers inside each other."""
TEXT = 100_000
"""Characters of one text; a geometry may take ten times as many."""
DIGITS = 300
"""Digits of a whole number."""
_HIGHEST = 10**DIGITS


class AnswerError(InputError):
    """An answer is of a kind, a size or a form that cannot be recorded or read."""


def plain(value: Any) -> Any:
    """
    Copy a value that must be plain JSON.

    Raises
    ------
    AnswerError
        If something in it is not of a type of JSON, or it is too large or too deep.

    Examples
    --------
    >>> plain({"q": [1, 2.5, None, "a"]})
    {'q': [1, 2.5, None, 'a']}
    """
    return _copy(value, 0, [0, 0])


def loads(text: str | bytes, *, limit: int = SIZE) -> Any:
    """
    Read JSON from outside: bounded, without doubled keys, and nothing but an AnswerError when it is bad.

    Examples
    --------
    >>> loads('{"q1": [1, "a"]}')
    {'q1': [1, 'a']}
    """
    if len(text) > limit:
        raise AnswerError(_("The answers are too large ({n} bytes).").format(n=len(text)))
    try:
        return json.loads(text, object_pairs_hook=_single)
    except AnswerError:
        raise
    except (ValueError, RecursionError, MemoryError):
        raise AnswerError(_("The answers cannot be read: they are no JSON.")) from None


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise AnswerError(_("The answers cannot be read: a name stands twice."))
    return made


def _copy(value: Any, depth: int, used: list[int]) -> Any:
    """Copy one value; `used` counts values and characters over the whole answer."""
    kind = type(value)
    used[0] += 1
    if depth > DEPTH or used[0] > NODES:
        raise AnswerError(_("The answer is too large or too deeply nested."))
    if value is None or kind is bool or kind is float:
        return value
    if kind is int:
        if not -_HIGHEST < value < _HIGHEST:
            raise AnswerError(_("The answer holds a number of more than {n} digits.").format(n=DIGITS))
        return value
    if kind is str:
        used[1] += len(value)
        if len(value) > 10 * TEXT or used[1] > SIZE:
            raise AnswerError(_("The answer holds a text that is too long."))
        return value
    if kind is list:
        return [_copy(each, depth + 1, used) for each in value]
    if kind is dict:
        for name in value:
            if type(name) is not str:
                raise AnswerError(_("The answer is not in the form in which answers are recorded."))
            used[1] += len(name)
        return {name: _copy(each, depth + 1, used) for name, each in value.items()}
    raise AnswerError(_("The answer is not in the form in which answers are recorded."))
