"""
Competing hypotheses, the record of an inference, and the indicators that would tell hypotheses apart.

Structured reasoning is a way to write down what one thinks so that another can find the mistake. So
sensitivity comes first (`ach` says which single judgement the order hangs on), grades travel as tags and are
counted, never averaged, and nothing here gives a probability or puts persons in an order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..evaluation import grades as scales
from ..i18n import _
from ._ach import Ach, ach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Ach", "Inference", "InferenceRecord", "Premise", "ach", "indicators"]

Kind = Literal["hypothesis", "prediction", "estimation", "conclusion"]


@dataclass(frozen=True)
class Premise:
    """One thing that an inference rests on."""

    id: str
    text: str
    kind: Literal["fact", "assessment"]
    items: tuple[str, ...] = ()
    """Numbers of the reports or findings it comes from."""
    grades: tuple[str | None, ...] = ()
    """Their grades as tags (``4x4:B2``); None where nobody graded one."""


@dataclass(frozen=True)
class Inference:
    """One step of reasoning: from premises, or from earlier inferences, to a statement."""

    id: str
    text: str
    kind: Kind
    """``hypothesis`` (a theory to be tested), ``prediction``, ``estimation`` (of a number),
    ``conclusion``."""
    rests_on: tuple[str, ...]
    """Ids of premises and of inferences."""
    author: str
    """A role or a work name: an assessment has an author."""


@dataclass(frozen=True)
class InferenceRecord:
    """
    Premises and the inferences drawn from them: premise → inference → hypothesis.

    Examples
    --------
    >>> record = InferenceRecord(
    ...     (Premise("P1", "The locks were drilled in 9 of 12 cases.", "fact", ("F-3",), ("4x4:A1",)),
    ...      Premise("P2", "Drills were sold in Zolovan in May.", "fact", ("R-7", "R-8"), ("4x4:B3", None))),
    ...     (Inference("I1", "One group with tools is at work.", "hypothesis", ("P1", "P2"), "analyst-07"),),
    ... )
    >>> record.grades("I1")
    {'4x4:A1': 1, '4x4:B3': 1, 'unknown': 1}
    """

    premises: tuple[Premise, ...]
    inferences: tuple[Inference, ...]

    def __post_init__(self) -> None:
        """Refuse inferences that rest on nothing, on themselves or on what is not there."""
        slips = list(_slips(self))
        if slips:
            msg = _("The record of inferences cannot be used: {slips}.").format(slips="; ".join(slips))
            raise InputError(msg)

    def rests_on(self, id: str) -> tuple[Premise, ...]:
        """Return every premise that an inference rests on in the end, in the order of the record."""
        wanted, seen = {id}, set[str]()
        steps = {one.id: one.rests_on for one in self.inferences}
        if id not in steps:
            raise InputError(_("There is no inference “{id}” in the record.").format(id=id))
        while wanted:
            name = wanted.pop()
            seen.add(name)
            wanted |= set(steps.get(name, ())) - seen
        return tuple(premise for premise in self.premises if premise.id in seen)

    def grades(self, id: str) -> dict[str, int]:
        """Count the grades under an inference by tag, each report once; ungraded ones are ``unknown``."""
        seen: dict[tuple[str, int] | str, str | None] = {}
        for premise in self.rests_on(id):
            for place, item in enumerate(premise.items):
                # One report under two premises is one report.
                seen[item] = _tag(premise.grades[place]) if place < len(premise.grades) else None
        counts: dict[str, int] = {}
        for tag in sorted(str(tag) if tag else "unknown" for tag in seen.values()):
            counts[tag] = counts.get(tag, 0) + 1
        return counts

    def to_table(self) -> pd.DataFrame:
        """
        Return the record as a table, a row for each inference.

        Returns
        -------
        pandas.DataFrame
            ``inference``, ``kind``, ``text``, ``author``, ``premises``, ``facts``, ``assessments`` (numbers
            of premises in the end), ``items`` (reports, each once), ``grades`` (tags with their numbers),
            ``weak`` (ids of premises that are assessments or rest on nothing graded).
        """
        rows = []
        for one in self.inferences:
            base, counted = self.rests_on(one.id), self.grades(one.id)
            rows.append(
                {
                    "inference": one.id,
                    "kind": one.kind,
                    "text": one.text,
                    "author": one.author,
                    "premises": len(base),
                    "facts": sum(premise.kind == "fact" for premise in base),
                    "assessments": sum(premise.kind == "assessment" for premise in base),
                    "items": sum(counted.values()),
                    "grades": "; ".join(f"{tag} × {n}" for tag, n in counted.items()),
                    "weak": ", ".join(premise.id for premise in base if _weak(premise)),
                }
            )
        return pd.DataFrame(rows)


def indicators(table: pd.DataFrame, *, at: dt.date) -> pd.DataFrame:
    """
    Count which signs that each hypothesis would give were seen, and which were not looked for.

    Parameters
    ----------
    table
        A row for each sign: ``hypothesis``, ``indicator``, ``expected_by`` (a date; empty: any time),
        ``seen`` (``yes``, ``no``, or empty where nobody looked).
    at
        The day for which it is counted.

    Returns
    -------
    pandas.DataFrame
        By hypothesis, in the order given: ``indicators``, ``seen``, ``absent`` (due, looked for and not
        seen), ``unknown`` (nobody looked, or looked before it was due), ``shared`` (signs seen that another
        hypothesis gives too, which tell nothing). No score.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `seen` holds another word, or a sign is named twice for a hypothesis.

    Notes
    -----
    A sign that nobody looked for is not absent. A sign that two hypotheses share does not tell them apart.

    Examples
    --------
    >>> signs = pd.DataFrame(
    ...     [["local", "sold nearby", "2026-03-01", "no"], ["local", "same week", None, "yes"],
    ...      ["passing", "hire van", "2026-09-01", None]],
    ...     columns=["hypothesis", "indicator", "expected_by", "seen"],
    ... )
    >>> indicators(signs, at=dt.date(2026, 4, 1))[["seen", "absent", "unknown"]].to_numpy().tolist()
    [[1, 1, 0], [0, 0, 1]]
    """
    missing = [name for name in ("hypothesis", "indicator", "expected_by", "seen") if name not in table]
    if missing:
        raise ColumnsError(_("`table` has no column “{name}”.").format(name=missing[0]))
    said = table["seen"].map(lambda value: "" if pd.isna(value) else str(value).strip().casefold())
    wrong = ~said.isin(["yes", "no", "", "unknown"])
    if wrong.any():
        msg = _("“{value}” in `seen` (first: {row}) is not yes, no or empty.")
        raise InputError(msg.format(value=table["seen"][wrong].iloc[0], row=table.index[wrong][0]))
    names = table[["hypothesis", "indicator"]].astype(str)
    if names.duplicated().any():
        msg = _("`table` names the indicator “{indicator}” twice for “{hypothesis}”.")
        first = names[names.duplicated()].iloc[0]
        raise InputError(msg.format(indicator=first["indicator"], hypothesis=first["hypothesis"]))
    by = pd.to_datetime(table["expected_by"], errors="raise")
    due = by.isna() | (by <= pd.Timestamp(at))
    yes, no = said.eq("yes"), said.eq("no") & due
    given = names.groupby("indicator")["hypothesis"].transform("nunique")
    counted = pd.DataFrame(
        {
            "indicators": 1,
            "seen": yes.astype(int),
            "absent": no.astype(int),
            "unknown": (~yes & ~no).astype(int),
            "shared": (yes & given.gt(1)).astype(int),
        }
    )
    result = counted.groupby(names["hypothesis"], sort=False).sum()
    return choices.record(result, at=at.isoformat())


def _slips(record: InferenceRecord) -> Iterator[str]:
    ids = [premise.id for premise in record.premises] + [one.id for one in record.inferences]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield _("{id} comes twice").format(id=name)
    for premise in record.premises:
        if premise.kind not in {"fact", "assessment"}:
            yield _("{id} is neither fact nor assessment").format(id=premise.id)
        if len(premise.grades) > len(premise.items):
            yield _("{id} has more grades than reports").format(id=premise.id)
        yield from _bad_grades(premise)
    for one in record.inferences:
        if one.kind not in get_args(Kind):
            yield _("the kind of {id} must be one of {known}").format(
                id=one.id, known=", ".join(get_args(Kind))
            )
        if not one.author.strip():
            yield _("{id} has no author").format(id=one.id)
        if not one.rests_on:
            yield _("{id} rests on nothing").format(id=one.id)
        for name in one.rests_on:
            if name not in ids:
                yield _("{id} rests on {name}, which is not in the record").format(id=one.id, name=name)
    for name in _circles({one.id: one.rests_on for one in record.inferences}):
        yield _("{id} rests on itself").format(id=name)


def _bad_grades(premise: Premise) -> Iterator[str]:
    for grade in premise.grades:
        try:
            _tag(grade)
        except InputError as error:
            yield f"{premise.id}: {error}"


def _tag(grade: str | None) -> str | None:
    """Return a grade as its scale writes it; refuse one that does not name its scale."""
    if grade is None:
        return None
    if ":" not in str(grade):
        raise InputError(_("the grade “{grade}” does not name its scale (4x4:B2)").format(grade=grade))
    read = scales.parse(str(grade))
    return None if read is None else str(read)


def _circles(steps: dict[str, tuple[str, ...]]) -> Iterable[str]:
    for start, first in steps.items():
        wanted, seen = set(first), set[str]()
        while wanted:
            name = wanted.pop()
            if name == start:
                yield start
                break
            seen.add(name)
            wanted |= set(steps.get(name, ())) - seen


def _weak(premise: Premise) -> bool:
    known: list[Any] = [grade for grade in premise.grades if grade is not None]
    return premise.kind == "assessment" or not known
