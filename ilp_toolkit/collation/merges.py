"""
Which records a person decided to take for one, and how that is taken back.

A merge is a decision, not an operation on data: records stay as they are, the decision is appended to a log
under pseudonyms, and which records are one entity is worked out from the decisions that stand. So nothing is
lost by a merge, and taking it back restores exactly what was before. No function merges by itself.

A decision rests on what the records said when it was taken. Where one of them was rectified since, or its
person acquitted, the merge is flagged until a person confirms it or takes it back; where one was erased, the
merge stands no longer, nor what it alone held together.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..collection import pseudonyms
from ..collection.identity import personal_text
from ..collection.transliteration import plain
from ..collection.written_dates import date_level, read_date
from ..errors import ColumnsError, InputError
from ..i18n import _
from . import corrections
from ._person_fields import persons
from .name_keys import read_name, word_key

if TYPE_CHECKING:
    from ._linking import LinkResult
    from .case import Case

__all__ = ["KIND", "MergeLog"]

KIND = "merge"
"""Under which the ledger of a case keeps decisions."""
_CERTAIN = ("personal_number", "national_id", "sex", "birth_date")
_DATES = frozenset({"birth_date", "date_of_birth", "born", "дата рождения"})
_BY = re.compile(r"[A-Za-z][A-Za-z0-9._-]*\d[A-Za-z0-9._-]*")
_SHORTEST_REASON = 10
_NUMBER = re.compile(r"\d[\d\s().-]+\d")
_DIGITS = 7
"""A number of so many digits, with spaces in it too, may be a telephone or a person's number."""
_COLUMNS = [
    "n",
    "what",
    "merge",
    "first",
    "second",
    "by",
    "reason",
    "at",
    "outcome",
    "probability",
    "stands",
    "corrected",
]


class MergeLog:
    """
    Decisions of persons on which records are one entity, append-only, each of which can be taken back.

    Parameters
    ----------
    records
        One row a record, on a unique index that numbers them.
    case
        Decisions go to its ledger under the case's pseudonyms, and into its audit log; a later session finds
        them there. Without it they live in memory, for training.
    certain
        Columns that cannot differ for one person; those of a personal number, sex and date of birth that
        `records` has, where none are named. Two dates contrast where they are wholly different, not where day
        and month are swapped or one part is off.
    columns
        Which columns hold the name, as in `entities.persons`: so that no name gets into a reason.
    clock
        Says what time it is; that of the case, or of this machine.

    Raises
    ------
    ColumnsError, InputError
        If a column is missing or the index repeats.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["Vansok Dorlek", "Вансок Дорлек"]}, index=["A1", "B7"])
    >>> log = MergeLog(rows)
    >>> number = log.merge("A1", "B7", by="analyst-07", reason="same fingerprints, note 14 of the file")
    >>> log.entities().to_dict()
    {'A1': 'A1', 'B7': 'A1'}
    >>> _done = log.unmerge(number, by="chief-02", reason="note 14 is about somebody else")
    >>> log.entities().to_dict()
    {'A1': 'A1', 'B7': 'B7'}
    """

    def __init__(
        self,
        records: pd.DataFrame,
        *,
        case: Case | None = None,
        certain: Iterable[str] | None = None,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        clock: Callable[[], dt.datetime] | None = None,
    ) -> None:
        if not records.index.is_unique:
            raise InputError(_("The index of `records` repeats; number it: records.reset_index(drop=True)."))
        self._records = records
        self._case = case
        self._certain = [name for name in _CERTAIN if name in records] if certain is None else list(certain)
        missing = [name for name in self._certain if name not in records]
        if missing:
            raise ColumnsError(_("`records` has no column {name!r}.").format(name=missing[0]))
        self._clock = clock or (case.now if case is not None else lambda: dt.datetime.now(tz=dt.UTC))
        secret = secrets.token_bytes(32)
        self._code: dict[Any, str] = {
            label: case.pseudonym(label)
            if case is not None
            else pseudonyms.pseudonym(label, key=secret, kind="record")
            for label in records.index
        }
        if len(set(self._code.values())) < len(self._code):
            raise InputError(
                _("Two numbers of `records` differ in capitals or spaces alone; number them anew.")
            )
        self._names = _words_of_names(records, columns)
        self._memory: list[dict[str, Any]] = []

    def merge(
        self, first: Any, second: Any, *, by: str, reason: str, result: LinkResult | None = None
    ) -> str:
        """
        Record that a person takes two records, and what each was merged with, for one entity.

        Parameters
        ----------
        first, second
            Labels of the two records.
        by
            Id of the person who decides, such as "analyst-07"; no name.
        reason
            What the decision rests on beside the score, in ten characters or more; no names, no numbers of
            persons.
        result
            The leads it was decided on: outcome and probability are kept beside the decision.

        Returns
        -------
        str
            Number of the merge, for `unmerge`.

        Raises
        ------
        InputError
            If the records are one entity already, if anywhere in the chain two records contradict each other
            in what is certain or were kept apart, or if ``by`` or the reason cannot be taken.
        """
        groups = self._groups()
        one, other = groups[self._known(first)], groups[self._known(second)]
        gone = {record for record, _n, what in self._corrections() if what == "erased"}
        if {self._code[first], self._code[second]} & gone:
            raise InputError(_("One of the two records was erased in this case; nothing was recorded."))
        if one == other:
            raise InputError(_("`first` and `second` are one entity already; nothing was recorded."))
        self._refuse_contradictions(groups, one, other)
        found = {} if result is None else _lead(result, first, second)
        lines = self._lines()
        number = f"{KIND}-{sum(line['what'] == 'merge' for line in lines) + 1}"
        pair = {"first": self._code[first], "second": self._code[second]}
        self._append({"what": "merge", "merge": number, **pair, **found}, by, reason)
        return number

    def unmerge(self, merge: str, *, by: str, reason: str) -> str:
        """
        Take one merge back: the entities are then what they are without that decision, all others standing.

        Parameters
        ----------
        merge
            Number from `merge`.
        by, reason
            As in `merge`.

        Returns
        -------
        str
            The same number.

        Raises
        ------
        InputError
            If no such merge stands, or ``by`` or the reason cannot be taken.
        """
        return self._decide("unmerge", merge, by, reason)

    def confirm(self, merge: str, *, by: str, reason: str) -> str:
        """
        Record that a person looked at a flagged merge again, and that it holds with the corrected records.

        Parameters
        ----------
        merge
            Number from `merge`.
        by, reason
            As in `merge`.

        Returns
        -------
        str
            The same number.

        Raises
        ------
        InputError
            If no such merge stands, or ``by`` or the reason cannot be taken.
        """
        return self._decide("confirm", merge, by, reason)

    def _decide(self, what: str, merge: str, by: str, reason: str) -> str:
        """Record a decision on a merge that stands."""
        if merge not in self._standing():
            msg = _("`merge` names {value!r}, and no merge of that number stands; see `history`.")
            raise InputError(msg.format(value=merge))
        self._append({"what": what, "merge": merge}, by, reason)
        return merge

    def keep_apart(self, first: Any, second: Any, *, by: str, reason: str) -> None:
        """
        Record that a person found two records to be two persons (twins, say): no chain joins them from now.

        Raises
        ------
        InputError
            If they are one entity now (take that merge back first), or ``by`` or the reason cannot be taken.
        """
        groups = self._groups()
        if groups[self._known(first)] == groups[self._known(second)]:
            raise InputError(_("`first` and `second` are one entity now: take the merge back first."))
        self._append({"what": "apart", "first": self._code[first], "second": self._code[second]}, by, reason)

    def entities(self) -> pd.Series[Any]:
        """
        Return for each record the entity it belongs to: the label of the first record of the same entity.

        Returns
        -------
        pandas.Series
            On the index of the records, named ``entity``; a new one each time.
        """
        groups = self._groups()
        first: dict[str, Any] = {}
        for label in self._records.index:
            first.setdefault(groups[label], label)
        found = [first[groups[label]] for label in self._records.index]
        return pd.Series(found, index=self._records.index, name="entity")

    def history(self) -> pd.DataFrame:
        """
        Return every decision in the order in which they were taken; records stand under pseudonyms.

        Returns
        -------
        pandas.DataFrame
            ``n``, ``what`` (``merge``, ``unmerge``, ``confirm``, ``apart``), ``merge``, ``first``,
            ``second``, ``by``, ``reason``, ``at``, ``outcome`` and ``probability`` of the lead, ``stands``,
            and ``corrected``: what happened to one of its records since (``rectified``, ``acquitted``,
            ``erased``), until the merge is confirmed or taken back; empty for all others.
        """
        standing, open_ones = self._standing(), self._corrected()
        rows = [
            {
                **line,
                "n": n,
                "stands": line["what"] == "apart" or line.get("merge") in standing,
                "corrected": ", ".join(open_ones.get(line["merge"], ())) if line["what"] == "merge" else "",
            }
            for n, line in enumerate(self._lines(), start=1)
        ]
        return pd.DataFrame(rows, columns=_COLUMNS)

    # Inside

    def _lines(self) -> list[dict[str, Any]]:
        if self._case is None:
            return self._memory
        return [{**line["record"], "line": line["n"]} for line in self._case.ledger.lines(KIND)]

    def _corrections(self) -> list[tuple[str, int, str]]:
        """Return pseudonym, line in the ledger and kind of each correction of a record."""
        if self._case is None:
            return []
        told = corrections.corrections(self._case.ledger)
        return [(one["record"], one["n"], one["what"]) for one in told]

    def _corrected(self) -> dict[str, tuple[str, ...]]:
        """Return what happened to the records of merges since somebody last looked at them."""
        told = self._corrections()
        looked: dict[str, int] = {}
        named: dict[str, set[str]] = {}
        for line in self._lines() if told else ():
            if line["what"] == "merge":
                named[line["merge"]] = {line["first"], line["second"]}
            elif line["what"] == "unmerge":
                named.pop(line["merge"], None)
            if line["what"] != "apart":
                looked[line["merge"]] = line["line"]
        found = {
            merge: [what for record, n, what in told
                    if record in records and (what == "erased" or n > looked[merge])]
            for merge, records in named.items()
        }  # fmt: skip
        return {merge: tuple(dict.fromkeys(whats)) for merge, whats in found.items() if whats}

    def _append(self, decision: dict[str, Any], by: str, reason: str) -> None:
        if not isinstance(by, str) or not _BY.fullmatch(by.strip()) or self._named(by):
            raise InputError(_("`by` must be the id of a person with a digit in it, such as analyst-07."))
        told = self._told(reason)
        at = self._clock().isoformat(timespec="seconds")
        line = {**decision, "by": by.strip(), "reason": told, "at": at}
        if self._case is None:
            self._memory.append(line)
            return
        self._case.remember(KIND, line)
        event = "combination" if decision["what"] == "merge" else "alteration"
        subject = decision.get("merge", "records-apart")
        ids = {name: decision[name] for name in ("what", "first", "second") if name in decision}
        self._case.audit.append(event, subject=subject, by_claimed=by.strip(), justification=told, **ids)

    def _told(self, reason: str) -> str:
        """Return a reason fit for the log: numbers of records as pseudonyms, and no names."""
        if not isinstance(reason, str) or len(reason.strip()) < _SHORTEST_REASON:
            raise InputError(_("`reason` must say what the decision rests on, in ten characters or more."))
        if self._named(reason):
            raise InputError(
                _("`reason` holds a name of a record. Write numbers of records or of the file instead.")
            )
        codes = {plain(str(label)): code for label, code in self._code.items()}
        words = [codes.get(plain(word), word) for word in reason.split()]
        number = any(sum(map(str.isdigit, run)) >= _DIGITS for run in _NUMBER.findall(" ".join(words)))
        if number or any(_is_personal(word) for word in words) or personal_text(reason):
            raise InputError(
                _("`reason` holds what looks like personal data. Write numbers of the file instead.")
            )
        told = " ".join(words)
        return told if self._case is None else self._case.without_records(told)

    def _named(self, text: str) -> bool:
        """Say whether a text holds a word of a name of the records, in any script, with any ending."""
        keys = [word_key(word) for word in plain(text).split()]
        starts = {key[:n] for key in keys for n in range(5, len(key))}
        return bool(self._names & {*keys, *starts})

    def _known(self, label: Any) -> Any:
        if label not in self._code:
            raise InputError(_("`records` has no record {label!r}.").format(label=label))
        return label

    def _standing(self) -> dict[str, dict[str, Any]]:
        standing: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            if line["what"] == "merge":
                standing[line["merge"]] = line
            elif line["what"] == "unmerge":
                standing.pop(line["merge"], None)
        for merge, whats in self._corrected().items():
            if "erased" in whats:
                standing.pop(merge, None)
        return standing

    def _roots(self) -> Callable[[str], str]:
        """Return what finds the entity of a pseudonym; records that are not in the table count too."""
        up: dict[str, str] = {}

        def root(code: str) -> str:
            while code in up:
                code = up[code]
            return code

        for line in self._standing().values():
            one, other = root(line["first"]), root(line["second"])
            if one != other:
                up[other] = one
        return root

    def _groups(self) -> dict[Any, str]:
        root = self._roots()
        return {label: root(code) for label, code in self._code.items()}

    def _refuse_contradictions(self, groups: Mapping[Any, str], one: str, other: str) -> None:
        here = [label for label, group in groups.items() if group == one]
        there = [label for label, group in groups.items() if group == other]
        for column in self._certain:
            values = self._records[column]
            for a, b in itertools.product(here, there):
                if _contradict(column, values[a], values[b]):
                    msg = _(
                        "{a!r} and {b!r} would become one entity and contradict each other in {column!r}. "
                        "Correct the record, or take back the merge that brought them together."
                    )
                    raise InputError(msg.format(a=a, b=b, column=column))
        root = self._roots()
        for line in self._lines():
            if line["what"] == "apart" and {root(line["first"]), root(line["second"])} == {one, other}:
                msg = _("A person decided that two records of this chain are two persons; see `history`.")
                raise InputError(msg)


def _words_of_names(
    records: pd.DataFrame, columns: Mapping[str, str | Sequence[str]] | None
) -> frozenset[str]:
    names = [name for name in persons(records, columns=columns)["name"] if isinstance(name, str)]
    words = {word_key(word) for name in names for word in plain(name).split()}
    read = {part for name in names for part in (*read_name(name).words, read_name(name).father)}
    return frozenset(word for word in words | read if len(word) > 3)


def _is_personal(word: str) -> bool:
    bare = word.strip(".,;:()«»\"'")
    date = read_date(bare)
    return bool(personal_text(bare)) or (date is not None and date.whole)


def _contradict(column: str, one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return False
    if str(column).casefold() in _DATES:
        return date_level(str(one), str(other)) == "different"
    a, b = plain(str(one)), plain(str(other))
    return bool(a and b and a != b)


def _lead(result: LinkResult, first: Any, second: Any) -> dict[str, Any]:
    from ._linking import why

    noted = why(result, (first, second)).attrs["choices"]
    return {"outcome": noted["outcome"], "probability": round(noted["probability"], 6)}
