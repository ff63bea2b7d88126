"""
What a case remembers: an append-only file of records under a kind, without raw personal data.

The ledger keeps ids, hashes, passports and what was released, so that a later session, or another program,
knows what was done. The numbers of records stand in it as keyed pseudonyms only. A record that holds what
looks like personal data, or the number of a record of the case, is refused.
"""

from __future__ import annotations

import datetime as dt
import marshal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..collection.identity import personal_text
from ..errors import InputError
from ..i18n import _
from .journal import Journal

__all__ = ["Ledger", "texts"]

TORN = "torn"
_NUMBERS = {int, float, bool, type(None)}


class Ledger:
    """
    The memory of a case.

    Parameters
    ----------
    path
        The file.
    clock
        Says what time it is.
    key
        Key of the case: seals the lines.
    witness
        Returns the hash of the audit log's last line; each record holds it, so that neither of the two files
        can be cut without the other showing it.
    has_record
        Says whether any of some texts holds the number of a record of the case.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], dt.datetime],
        key: bytes | None = None,
        witness: Callable[[], str] | None = None,
        has_record: Callable[[list[str]], bool] | None = None,
    ) -> None:
        self._journal = Journal(path, torn=self._torn, key=key, strict=True)
        self._clock = clock
        self._witness = witness or (lambda: "")
        self._has_record = has_record or (lambda told: False)

    @property
    def path(self) -> Path:
        """The file."""
        return self._journal.path

    def remember(self, kind: str, record: dict[str, Any]) -> str:
        """
        Add a record.

        Parameters
        ----------
        kind
            What it is about: ``material``, ``finding``, ``publication`` and so on.
        record
            JSON values.

        Returns
        -------
        str
            Its id: the kind and the number of the line.

        Raises
        ------
        InputError
            If it holds personal data, or is no JSON.
        """
        self._check(kind, record)
        line = self._journal.append(lambda last: self._body(kind, record))
        return f"{kind}-{line['n']}"

    def recall(self, kind: str) -> list[dict[str, Any]]:
        """Return the records of a kind, as they were given, in order."""
        # Marshalling is the fastest copy of JSON values.
        return [marshal.loads(marshal.dumps(line["record"])) for line in self.lines(kind)]

    def lines(self, kind: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the lines of a kind (of all), with ``n at kind record``; they are to be read only."""
        for line in self._journal.lines():
            if kind is None or line.get("kind") == kind:
                yield line

    def head(self) -> str:
        """Return the hash of the last line; empty where there is none."""
        last = self._journal.tail()
        return str(last["hash"]) if last else ""

    def _body(self, kind: str, record: dict[str, Any]) -> dict[str, Any]:
        body = {"at": self._clock().isoformat(timespec="seconds"), "kind": kind, "record": record}
        seen = self._witness()
        return {**body, "audit": seen} if seen else body

    def _torn(self, facts: dict[str, Any]) -> dict[str, Any]:
        return self._body(TORN, facts)

    def _check(self, kind: str, record: dict[str, Any]) -> None:
        told = list(dict.fromkeys(texts(record)))
        found = next((category for text in told if (category := personal_text(text))), None)
        if found is None and self._has_record(told):
            found = "record"
        if found is not None:
            msg = _(
                "The record {kind!r} holds what looks like personal data ({category}). "
                "Keep a pseudonym instead: case.pseudonym(value)."
            )
            raise InputError(msg.format(kind=kind, category=found))


def texts(value: Any) -> Iterator[str]:
    """
    Yield every text inside JSON values, names included.

    Examples
    --------
    >>> sorted(texts({"a": ["b", 1, {"c": None}]}))
    ['a', 'b', 'c']
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        # A record of a publication holds its figures by the hundred thousand, and no text among them.
        elif isinstance(one, list | tuple) and not set(map(type, one)) <= _NUMBERS:
            waiting += one
