"""
Who did what with which information, when and why: a log in which a change shows.

The events are those of Article 25 of the EU Law Enforcement Directive (2016/680), with the few that the gate
adds. The log holds ids and hashes only: words, names and numbers that could be personal are replaced by a
keyed hash before they are written. Each line holds the hash of the line before; the Merkle root over all
lines is printed on every product. What that cannot show is said in `verify`: whoever can write the folder can
cut the end off the log, and only a root that is kept elsewhere, or the case's key, gives that away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import FileError, InputError
from ..i18n import N_
from .integrity import Problem, check_journal
from .journal import Journal, changed_words
from .merkle import merkle_root

__all__ = ["EVENTS", "FILE", "AuditLog", "Entry", "verify"]

FILE = "audit.jsonl"
"""Name of the log in a case's folder."""

EVENTS: dict[str, str] = {
    "collection": N_("taken in"),
    "alteration": N_("changed"),
    "consultation": N_("looked at"),
    "disclosure": N_("disclosed"),
    "transfer": N_("transferred"),
    "combination": N_("combined"),
    "erasure": N_("erased"),
    "open": N_("case opened"),
    "release": N_("released as a product"),
    "refusal": N_("release refused"),
    "exception": N_("exception claimed"),
    "hold": N_("legal hold set or lifted"),
    "review": N_("reviewed"),
    "feedback": N_("feedback given"),
}
"""Events with their words. The first seven are those of the directive's Article 25(1)."""

_SLACK = dt.timedelta(minutes=5)
"""How far the clock may go back between two entries before the entry says so."""
_ID = re.compile(r"(?=.*[A-Za-z_])[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,99}", re.ASCII)
_PERSONAL = re.compile(
    r"[A-Z]{1,3}-?\d{6,9}"  # a passport
    r"|[A-Z][a-z]+(?:-[A-Z][a-z]+)?"  # a name
    r"|(?:[A-Za-z][A-Za-z0-9]*:)?\+?\d[\d./:+-]{6,}",  # a number with a prefix
    re.ASCII,
)


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    n: int
    at: dt.datetime
    event: str
    subject: str
    hash: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else stands in it: purpose, recipient, justification (hashes), ids."""


class AuditLog:
    """
    The log of a case.

    Parameters
    ----------
    path
        The file.
    clock
        Says what time it is; left out, the clock of this machine.
    key
        Key of the case: words are hashed under it and lines sealed with it. Without it words are hashed
        plainly, which hides no short word from somebody who tries all.
    by
        Who acts: an id such as "analyst-07".
    ledger
        Returns the hash of the ledger's last line; each entry holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = AuditLog(Path(folder) / "audit.jsonl", key=b"k" * 32, by="analyst-07")
    ...     first = log.append("collection", subject="M-0a1b2c3d4e", purpose="tasking")
    ...     second = log.append("consultation", subject="M-0a1b2c3d4e", justification="asked by the chief")
    ...     first.n, second.fields["justification"][:5], log.verify()
    (1, 'hmac:', [])
    """

    def __init__(
        self,
        path: str | Path,
        clock: Callable[[], dt.datetime] | None = None,
        *,
        key: bytes | None = None,
        by: str = "",
        ledger: Callable[[], str] | None = None,
    ) -> None:
        self.path = Path(path)
        self._clock = clock or (lambda: dt.datetime.now(tz=dt.UTC))
        self._key = key
        self._by = by
        self._ledger = ledger or (lambda: "")
        self._journal = Journal(self.path, torn=self._torn, key=key)

    def append(
        self,
        event: str,
        *,
        subject: str,
        purpose: str | Iterable[str] = "",
        recipient: str | Iterable[str] = "",
        justification: str = "",
        **ids: Any,
    ) -> Entry:
        """
        Add an entry.

        Parameters
        ----------
        event
            One of `EVENTS`.
        subject
            Id of what it was done with.
        purpose, recipient
            Ids; words are hashed.
        justification
            Why. Words are hashed: keep them in the ledger (`Case.remember`), where their hash finds them.
        ids
            More ids, hashes, small numbers, lists of those.

        Returns
        -------
        Entry

        Raises
        ------
        InputError
            If the event is none of the vocabulary, or nothing is named.
        FileError
            If the log cannot be written.
        """
        if event not in EVENTS:
            msg = f"`event` must be one of {', '.join(EVENTS)}, got {event!r}."
            raise InputError(msg)
        if not subject:
            raise InputError("`subject` is empty: name the id of what it was done with.")
        said = {"purpose": purpose, "recipient": recipient, "justification": justification, **ids}
        fields = {name: self._safe(value) for name, value in said.items() if value not in ("", None, [], ())}
        line = self._journal.append(lambda last: self._body(last, event, subject, fields))
        at = dt.datetime.fromisoformat(line["at"])
        return Entry(line["n"], at, event, line["subject"], line["hash"], fields)

    def entries(self) -> list[Entry]:
        """Return all entries that can be read, in order."""
        found = (_entry(line) for line in self._journal.lines())
        return [entry for entry in found if entry is not None]

    def root(self, entries: int | None = None) -> str:
        """
        Return the Merkle root (RFC 6962) over the lines of the log, as hexadecimal digits.

        Parameters
        ----------
        entries
            Over the first so many; left out, over all.
        """
        return merkle_root(self._journal.raw()[:entries])

    def anchor(self) -> dict[str, Any]:
        """Return what a product prints and the ledger keeps: how many entries there are, and their root."""
        lines = self._journal.raw()
        return {"entries": len(lines), "root": merkle_root(lines)}

    def head(self) -> str:
        """Return the hash of the last line; empty where there is none."""
        last = self._journal.tail()
        return str(last["hash"]) if last else ""

    def latest(self) -> dt.datetime | None:
        """
        Return the latest moment that any entry bears: the present cannot be before it.

        Raises
        ------
        FileError
            If an entry bears none that can be read: the log was changed by hand.
        """
        try:
            moments = [dt.datetime.fromisoformat(line["at"]) for line in self._journal.lines()]
            return max(moments, default=None)
        except (KeyError, TypeError, ValueError):
            raise FileError(changed_words(self.path)) from None

    def verify(self, *, anchors: Iterable[Mapping[str, Any]] = ()) -> list[Problem]:
        """Compare the log with itself, its seals and roots known from elsewhere; see `verify`."""
        return verify(self.path, anchors=anchors, key=self._key)

    def hashed(self, words: str) -> str:
        """Return what stands in the log for words: to find the ledger's record that belongs to an entry."""
        return str(self._hash(words))

    def _body(self, last: dict[str, Any] | None, event: str, subject: str, fields: Any) -> dict[str, Any]:
        at = self._clock().astimezone(dt.UTC)
        body = {
            **fields,
            "at": at.isoformat(timespec="seconds"),
            "event": event,
            "subject": self._safe(subject),
        }
        if self._by:
            body["by"] = self._safe(self._by)
        if seen := self._ledger():
            body["ledger"] = seen
        if last and "at" in last and at < dt.datetime.fromisoformat(str(last["at"])) - _SLACK:
            body["clock"] = "set_back"
        return body

    def _torn(self, facts: dict[str, Any]) -> dict[str, Any]:
        fields = {"torn": f"sha256:{facts['sha256']}", "kept": facts["kept"], "bytes": facts["bytes"]}
        return self._body(None, "alteration", "audit-log", fields)

    def _safe(self, value: Any) -> Any:
        """Let ids, hashes and small numbers through, and hash everything else."""
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return value if abs(value) < 1e8 else self._hash(value)
        if isinstance(value, list | tuple | set | frozenset):
            items = [self._safe(item) for item in value]
            return sorted(items, key=str) if isinstance(value, set | frozenset) else items
        if isinstance(value, str) and _ID.fullmatch(value) and not _PERSONAL.fullmatch(value):
            return value
        return self._hash(value)

    def _hash(self, value: Any) -> str:
        text = " ".join(str(value).split()).encode("utf-8", "surrogatepass")
        if self._key is None:
            return f"sha256:{hashlib.sha256(text).hexdigest()}"
        return f"hmac:{hmac.digest(self._key, b'ilp audit words' + text, 'sha256').hex()[:32]}"


def verify(
    path: str | Path, *, anchors: Iterable[Mapping[str, Any]] = (), key: bytes | None = None
) -> list[Problem]:
    """
    Say whether a log is as it was written, and which entry is not.

    Parameters
    ----------
    path
        The file.
    anchors
        Roots known from elsewhere, as printed on products: mappings with ``entries`` and ``root``.
    key
        Key of the case: with it an entry that somebody else added is found, too.

    Returns
    -------
    list of Problem
        Empty where everything agrees.

    Notes
    -----
    Without anchors and key, what is found is every entry changed, dropped, reordered or added *inside* the
    log. Not found is what a person could do who may write the folder and takes the trouble: cut off the end,
    add entries at the end, or write the whole log anew. An anchor shows that up to its entry nothing of the
    kind happened; the key, which the folder does not hold, shows who sealed each line.
    """
    return check_journal(Path(path), anchors=anchors, key=key)


def _entry(line: Mapping[str, Any]) -> Entry | None:
    known = {"n", "prev", "hash", "seal", "at", "event", "subject"}
    rest = {name: value for name, value in line.items() if name not in known}
    try:
        at = dt.datetime.fromisoformat(line["at"])
        return Entry(int(line["n"]), at, str(line["event"]), str(line["subject"]), str(line["hash"]), rest)
    except (KeyError, TypeError, ValueError):
        return None
