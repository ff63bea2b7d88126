"""
Tasking and coordination: which problems matter most, what was decided about them, and what came of it.

Problems, places and groups are put in order, never persons (`subjects`); what is not known stays visible
and is never filled in with a middle value. A decision names its measures, and each measure says who does
what by when and how anybody will see that it worked. The review closes the loop: what the decision-maker
did with the product, what came of it, and which question follows. Without that there is a cycle on paper
only.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import InputError
from ..i18n import _
from ._harm import HarmIndex, harm, read_harm
from ._threat import Matrix, Part, matrix, read_matrix, sleipnir
from .requirements import Requirement
from .subjects import KINDS, person_like

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "KINDS",
    "Decision",
    "HarmIndex",
    "Matrix",
    "Measure",
    "Part",
    "Review",
    "due",
    "follow_up",
    "from_record",
    "harm",
    "matrix",
    "read_harm",
    "read_matrix",
    "review",
    "sleipnir",
    "to_record",
    "to_table",
]

Verdict = Literal["adopted", "deferred", "referred", "rejected"]
Done = Literal["done", "partly", "not done"]
Next = Literal["close", "continue", "change", "ask again"]


@dataclass(frozen=True)
class Measure:
    """One thing to be done, and how it will be seen whether it worked."""

    id: str
    what: str
    owner: str
    """A unit or a role, never a name."""
    due: dt.date
    indicator: str
    """What will be counted."""
    baseline: float | None = None
    """Its value before; None where it is not known."""
    target: float | None = None
    """The value hoped for."""


@dataclass(frozen=True)
class Review:
    """What the decision-maker did, and what came of it."""

    date: dt.date
    by: str
    """A role or unit."""
    done: Mapping[str, Done]
    """By id of the measure."""
    results: Mapping[str, float]
    """Value of the indicator by id of the measure; a measure without one was not measured."""
    used: str
    """What the decision-maker did with the product, in a sentence."""
    outcome: str
    """What came of it, in a sentence, other causes included."""
    next: Next


@dataclass(frozen=True)
class Decision:
    """
    One entry of the record of tasking and coordination.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> visits = Measure("M-1", "advise owners", "prevention unit", day, "burglaries a month", 31, 24)
    >>> made = Decision(
    ...     "D-7", "Residential burglary in Tesvar", "problem", "adopted", "most harm, many repeats",
    ...     "head of city police", day, day + dt.timedelta(90), measures=(visits,), findings=("F-12",),
    ... )
    >>> made.state(at=day), made.state(at=day + dt.timedelta(91))
    ('running', 'review due')
    """

    id: str
    problem: str
    kind: str
    """One of `KINDS`."""
    verdict: Verdict
    reason: str
    decided_by: str
    """A role, never a name."""
    date: dt.date
    review_on: dt.date
    measures: tuple[Measure, ...] = ()
    findings: tuple[str, ...] = ()
    """Ids of the findings or numbers of the products that were on the table."""
    reviews: tuple[Review, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be done, measured or reviewed, and persons as problems."""
        slips = _slips(self)
        if slips:
            msg = _("The decision “{id}” cannot be recorded: {slips}.")
            raise InputError(msg.format(id=self.id, slips="; ".join(slips)))

    @property
    def closed(self) -> bool:
        """Whether nothing more is to follow: it was not adopted, or its last review closed it."""
        return self.verdict in {"rejected", "referred"} or bool(
            self.reviews and self.reviews[-1].next == "close"
        )

    def state(self, *, at: dt.date) -> str:
        """Return ``closed``, ``review due`` or ``running`` on a day."""
        if self.closed:
            return "closed"
        return "review due" if at > self.review_on else "running"


def review(
    decision: Decision,
    *,
    on: dt.date,
    by: str,
    done: Mapping[str, Done],
    used: str,
    outcome: str,
    results: Mapping[str, float] | None = None,
    then: Next = "close",
    review_on: dt.date | None = None,
) -> Decision:
    """
    Record what came of a decision.

    Parameters
    ----------
    decision
        The entry to review.
    on, by
        When, and which role or unit.
    done
        For every measure: ``done``, ``partly`` or ``not done``. None may be passed over.
    used
        What the decision-maker did with the product.
    outcome
        What came of it, and what else may have caused it.
    results
        Values of the indicators, where they were measured.
    then
        ``close``, ``continue``, ``change`` (other measures) or ``ask again`` (see `follow_up`).
    review_on
        Day of the next review; needed unless it is closed.

    Returns
    -------
    Decision
        The entry with the review added; the one given is not changed.

    Raises
    ------
    InputError
        If a measure is left out or unknown, a date runs backwards, or a text is empty.

    Notes
    -----
    A number that moved after a measure does not show that the measure moved it. Compare with places where
    nothing was done (`change.weighted_displacement_difference`) before saying so.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> visits = Measure("M-1", "advise owners", "prevention unit", day, "burglaries a month", 31, 24)
    >>> made = Decision("D-7", "Burglary", "crime", "adopted", "most harm", "head", day, day, (visits,))
    >>> closed = review(
    ...     made, on=day, by="analysis unit", done={"M-1": "done"}, results={"M-1": 25},
    ...     used="adopted the first of two options", outcome="25 a month; the city as a whole fell too",
    ... )
    >>> closed.closed, to_table([closed])["change"].tolist()
    (True, [-6.0])
    """
    known = {measure.id for measure in decision.measures}
    values = dict(results or {})
    slips = [_("the measure {id} is left out").format(id=one) for one in sorted(known - set(done))]
    slips += [
        _("there is no measure {id}").format(id=one) for one in sorted((set(done) | set(values)) - known)
    ]
    slips += [
        _("{id}: {value!r} is no state of a measure").format(id=one, value=state)
        for one, state in done.items()
        if state not in get_args(Done)
    ]
    slips += [
        _("`{name}` is empty").format(name=name)
        for name, text in (("by", by), ("used", used), ("outcome", outcome))
        if not text.strip()
    ]
    if then not in get_args(Next):
        slips.append(
            _("`{name}` must be one of {known}, got {value!r}").format(
                name="then", known=", ".join(get_args(Next)), value=then
            )
        )
    if on < max([decision.date, *(one.date for one in decision.reviews)]):
        slips.append(_("the review is before the decision or the last review"))
    if then != "close" and (review_on is None or review_on <= on):
        slips.append(_("it goes on, so it needs a later `review_on`"))
    if decision.closed:
        slips.append(_("it is closed"))
    if slips:
        msg = _("The review of “{id}” cannot be recorded: {slips}.")
        raise InputError(msg.format(id=decision.id, slips="; ".join(slips)))
    made = Review(on, by, dict(done), values, used, outcome, then)
    return replace(decision, reviews=(*decision.reviews, made), review_on=review_on or decision.review_on)


def follow_up(
    decision: Decision, *, id: str, question: str, asked_by: str, needed_by: dt.date
) -> Requirement:
    """
    Return the requirement that follows from a review: where the loop starts again.

    Parameters
    ----------
    decision
        An entry whose last review says ``ask again``.
    id, question, asked_by, needed_by
        As in `requirements.Requirement`.

    Returns
    -------
    Requirement
        Asked on the day of the review, for the decision on the same problem.

    Raises
    ------
    InputError
        If the last review does not ask again.
    """
    if not decision.reviews or decision.reviews[-1].next != "ask again":
        raise InputError(_("The last review of “{id}” does not ask again.").format(id=decision.id))
    return Requirement(id, question, decision.problem, asked_by, decision.reviews[-1].date, needed_by)


def due(decisions: Iterable[Decision], *, at: dt.date) -> pd.DataFrame:
    """
    Return what is due on a day: measures that nobody reported as done, and reviews that nobody held.

    Parameters
    ----------
    decisions
        The record.
    at
        The day.

    Returns
    -------
    pandas.DataFrame
        The oldest first: ``decision``, ``problem``, ``what``, ``owner``, ``due``, ``days_late``.
    """
    import pandas as pd

    rows = []
    for one in decisions:
        if one.closed:
            continue
        told = one.reviews[-1].done if one.reviews else {}
        rows += [
            (one.id, one.problem, measure.what, measure.owner, measure.due)
            for measure in one.measures
            if measure.due < at and told.get(measure.id) != "done"
        ]
        if one.review_on < at:
            rows.append((one.id, one.problem, _("review"), one.decided_by, one.review_on))
    table = pd.DataFrame(rows, columns=["decision", "problem", "what", "owner", "due"])
    table["days_late"] = [(at - day).days for day in table["due"]]
    return table.sort_values(["due", "decision"], kind="stable", ignore_index=True)


def to_table(decisions: Iterable[Decision]) -> pd.DataFrame:
    """
    Return the record as a table, a row for each measure, in the order of the record.

    Parameters
    ----------
    decisions
        The record.

    Returns
    -------
    pandas.DataFrame
        ``decision``, ``problem``, ``kind``, ``verdict``, ``decided_by``, ``date``, ``measure``, ``what``,
        ``owner``, ``due``, ``indicator``, ``baseline``, ``target``, ``done`` (of the last review; missing
        where none was held), ``result``, ``change`` (result − baseline, missing where either is), ``used``,
        ``outcome``, ``next``. A decision without measures has one row.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for one in decisions:
        last = one.reviews[-1] if one.reviews else None
        for measure in one.measures or (None,):
            row = {
                "decision": one.id,
                **{name: getattr(one, name) for name in ("problem", "kind", "verdict", "decided_by", "date")},
            }
            if measure is not None:
                row |= {
                    ("measure" if name == "id" else name): value for name, value in asdict(measure).items()
                }
            if last is not None:
                result = last.results.get(measure.id) if measure is not None else None
                row |= {
                    "done": last.done.get(measure.id) if measure is not None else None,
                    "result": result,
                    "used": last.used,
                    "outcome": last.outcome,
                    "next": last.next,
                }
                if measure is not None and result is not None and measure.baseline is not None:
                    row["change"] = float(result - measure.baseline)
            rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def to_record(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON values, for the ledger of a case; `from_record` reads it back."""
    return json.loads(json.dumps(asdict(decision), default=str))  # type: ignore[no-any-return]


def from_record(record: Mapping[str, Any]) -> Decision:
    """
    Return the decision that a record was made of.

    Parameters
    ----------
    record
        As `to_record` returns it.

    Returns
    -------
    Decision
        The entry, with its measures and reviews.

    Raises
    ------
    InputError
        If the record lacks a field or holds one that a decision has not.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> made = Decision("D-9", "Burglary", "crime", "deferred", "no officers", "head", day, day)
    >>> from_record(to_record(made)) == made
    True
    """

    def dated(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
        return {**values, **{name: dt.date.fromisoformat(values[name]) for name in names}}

    try:
        values = dated(record, "date", "review_on")
        values["measures"] = tuple(Measure(**dated(one, "due")) for one in record["measures"])
        values["reviews"] = tuple(Review(**dated(one, "date")) for one in record["reviews"])
        values["findings"] = tuple(record["findings"])
        return Decision(**values)
    except (KeyError, TypeError) as error:
        raise InputError(
            _("The record of a decision cannot be read: {reason}.").format(reason=error)
        ) from None


_COLUMNS = [
    "decision", "problem", "kind", "verdict", "decided_by", "date", "measure", "what", "owner", "due",
    "indicator", "baseline", "target", "done", "result", "change", "used", "outcome", "next",
]  # fmt: skip


def _slips(one: Decision) -> list[str]:
    slips = [
        _("`{name}` is empty").format(name=name)
        for name in ("id", "problem", "reason", "decided_by")
        if not str(getattr(one, name)).strip()
    ]
    why = person_like(one.problem)
    if why is not None:
        slips.append(
            _("“{problem}”: {why}, and persons are not tasked here").format(problem=one.problem, why=why)
        )
    if one.kind not in KINDS:
        slips.append(
            _("`{name}` must be one of {known}, got {value!r}").format(
                name="kind", known=", ".join(KINDS), value=one.kind
            )
        )
    if one.verdict not in get_args(Verdict):
        known = ", ".join(get_args(Verdict))
        slips.append(
            _("`{name}` must be one of {known}, got {value!r}").format(
                name="verdict", known=known, value=one.verdict
            )
        )
    if one.review_on < one.date:
        slips.append(_("the review is before the decision or the last review"))
    if one.verdict == "adopted" and not one.measures:
        slips.append(_("it is adopted without a measure"))
    ids = [measure.id for measure in one.measures]
    slips += [
        _("{id} comes twice").format(id=name)
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    for measure in one.measures:
        slips += [
            _("the measure {id} has no {name}").format(id=measure.id or "?", name=name)
            for name in ("id", "what", "owner", "indicator")
            if not str(getattr(measure, name)).strip()
        ]
        if person_like(measure.what):
            slips.append(_("the measure {id} is about a person").format(id=measure.id))
    return slips
