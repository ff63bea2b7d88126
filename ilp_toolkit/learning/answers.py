"""
Answers: how a value is recorded, and the book in which a learner's answers lie.

Recording happens in the learner's kernel, scoring elsewhere. Between them stands JSON and nothing else: what
`encode` refuses is not recorded, and what is recorded is data, whatever the object said of itself.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ..collation.filelock import locked
from ..errors import FileError
from ..i18n import _
from ._decoding import decoded
from ._encoding import encoded
from ._plain import SIZE, AnswerError, loads, plain

__all__ = ["AnswerBook", "AnswerError", "decode", "dumps", "encode", "loads"]

_T = TypeVar("_T")
FORMAT = 1
_PARTS = ("answers", "tries", "hints", "times")
_BOOK = 4 * SIZE
"""Bytes of a whole book."""


def encode(value: Any) -> Any:
    """
    Turn a value into plain JSON.

    Parameters
    ----------
    value
        A number, text, truth value, date, time, span of time, interval, period; lists, tuples, sets and
        dicts of such; arrays; Series, DataFrame, Index; GeoSeries, GeoDataFrame, shapes; graphs of networkx.

    Returns
    -------
    object
        None, bool, int, float, str, lists and dicts with text keys. Other types become
        ``{"$": name, ...}``; a missing value in a column is null.

    Raises
    ------
    AnswerError
        If the value is of another type (subclasses of tables, too), too large or too deep.

    Notes
    -----
    Tuples come back as lists, arrays of numpy scalars as plain numbers, coordinates without height, and a
    frame of a whole register is refused: an answer is a result.

    Examples
    --------
    >>> import datetime as dt
    >>> encode({"n": 3, "first": dt.date(2025, 3, 1)})
    {'n': 3, 'first': {'$': 'date', 'v': '2025-03-01'}}
    """
    made = encoded(value)
    if len(dumps(made)) > SIZE:
        raise AnswerError(_("The answer is too large or too deeply nested."))
    return made


def decode(recorded: Any) -> Any:
    """
    Turn recorded JSON back into a value, for the eye; scoring never does.

    Raises
    ------
    AnswerError
        If it is not such as `encode` makes.

    Examples
    --------
    >>> decode({"$": "timedelta", "v": 60_000_000_000})
    Timedelta('0 days 00:01:00')
    """
    return decoded(recorded)


def dumps(recorded: Any) -> bytes:
    """
    Write recorded JSON the same way each time: sorted keys, no spaces, UTF-8.

    Examples
    --------
    >>> dumps({"b": 1, "a": [None, "ё"]}).decode()
    '{"a":[null,"ё"],"b":1}'

    Raises
    ------
    AnswerError
        If it is no JSON: not a number, infinite, or with half a letter in it.
    """
    try:
        text = json.dumps(
            recorded, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        return text.encode("utf-8")
    except ValueError:  # not a number, or half a letter
        raise AnswerError(_("The answer is not in the form in which answers are recorded.")) from None


class AnswerBook:
    """
    A learner's answers to one module in one file: answers, tries, hints used, times.

    Parameters
    ----------
    path
        The file, ``<learner>.<module>.json``; it is made with the first answer.
    clock
        Gives the time of an answer, with a zone.

    Notes
    -----
    Every change reads the file, changes it and replaces it in one step under a lock: two notebooks of one
    learner do not lose each other's answers, and a power cut leaves the old file or the new one.
    """

    def __init__(self, path: Path, *, clock: Callable[[], dt.datetime] | None = None) -> None:
        self.path = Path(path)
        self._clock = clock or _now

    @property
    def answers(self) -> dict[str, Any]:
        """Recorded JSON by item."""
        return dict(self._read()["answers"])

    @property
    def tries(self) -> dict[str, int]:
        """How often an item was checked."""
        return dict(self._read()["tries"])

    @property
    def hints(self) -> dict[str, int]:
        """How many hints were taken."""
        return dict(self._read()["hints"])

    @property
    def times(self) -> dict[str, str]:
        """When the answer to an item was last changed, ISO 8601 with offset."""
        return dict(self._read()["times"])

    def put(self, item: str, recorded: Any) -> None:
        """
        Record an answer (as `encode` gives it), in place of an earlier one; None takes it out.

        The same answer again keeps the time of the first: a notebook that is run once more answers nothing.
        """
        value = plain(recorded)

        def change(book: dict[str, Any]) -> None:
            same = dumps(book["answers"].get(item)) == dumps(value)
            if value is None:
                book["answers"].pop(item, None)
            else:
                book["answers"][item] = value
            if same and item in book["times"]:
                return
            book["times"][item] = self._clock().isoformat(timespec="seconds")

        self._change(change)

    def tried(self, item: str) -> int:
        """Count one more try and return how many there were."""

        def change(book: dict[str, Any]) -> None:
            book["tries"][item] = book["tries"].get(item, 0) + 1

        return int(self._change(change)["tries"][item])

    def hinted(self, item: str) -> int:
        """Count one more hint and return how many were taken."""

        def change(book: dict[str, Any]) -> None:
            book["hints"][item] = book["hints"].get(item, 0) + 1

        return int(self._change(change)["hints"][item])

    def whole(self) -> dict[str, Any]:
        """Return all that is recorded: what is handed in."""
        return self._read()

    def _read(self) -> dict[str, Any]:
        try:
            raw = loads(_patiently(self.path.read_bytes), limit=_BOOK)
        except FileNotFoundError:
            raw = {}
        except (OSError, AnswerError):
            words = _("{path} cannot be read: move it away to begin anew, or put back your copy.")
            raise FileError(words.format(path=self.path)) from None
        parts = raw if isinstance(raw, dict) else {}
        kept: dict[str, Any] = {"format": FORMAT}
        for name in _PARTS:
            found = parts.get(name)
            kept[name] = found if isinstance(found, dict) else {}
        return kept

    def _change(self, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            book = self._read()
            change(book)
            data = dumps(book)
            if len(data) > _BOOK:
                raise AnswerError(_("The answers are too large ({n} bytes).").format(n=len(data)))
            _replace(self.path, data)
        return book


def _replace(path: Path, data: bytes) -> None:
    """Write beside and put in place: whoever reads sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: Path(name).replace(path))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _patiently(act: Callable[[], _T]) -> _T:
    """Try for a second: Windows refuses to read or replace a file that another program has open."""
    for _attempt in range(20):
        try:
            return act()
        except PermissionError:
            time.sleep(0.05)
    return act()


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
