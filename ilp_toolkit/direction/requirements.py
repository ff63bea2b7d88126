"""
What is asked, who will look for it, and what is still not known.

A collection without a question collects everything. So a requirement says which decision waits for its
answer and by when; a task says who looks where, on what basis; and what is left is the register of gaps.
Nothing here reads the clock: the day is an argument, so that a register of last March can be made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import ColumnsError, InputError
from ..i18n import N_, _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CollectionPlan", "Requirement", "Task", "from_tables"]

Priority = Literal["immediate", "priority", "routine"]
Status = Literal["open", "partly", "answered", "withdrawn"]
TaskStatus = Literal["planned", "under way", "done", "failed", "dropped"]

GAPS: dict[str, str] = {
    "nobody_asked": N_("nobody has been asked"),
    "failed": N_("those who were asked found nothing"),
    "late": N_("the answer is late"),
    "waiting": N_("somebody is looking"),
    "partly": N_("answered in part"),
}
"""Why a requirement is still a gap, gravest first."""


@dataclass(frozen=True)
class Requirement:
    """One question, and the decision that waits for it."""

    id: str
    question: str
    decision: str
    """What will be decided with the answer; without one there is no need to collect."""
    asked_by: str
    """A role or unit."""
    asked_on: dt.date
    needed_by: dt.date
    priority: Priority = "routine"
    status: Status = "open"
    answer: str = ""
    """Where the answer stands: number of a product or finding, not the answer itself."""

    def __post_init__(self) -> None:
        """Refuse a requirement that nobody could answer."""
        slips = [
            *_empty(self, ("id", "question", "decision", "asked_by")),
            *_one_of(self.priority, Priority, "priority"),
            *_one_of(self.status, Status, "status"),
        ]
        if self.needed_by < self.asked_on:
            slips.append(_("`needed_by` is before `asked_on`"))
        if self.status == "answered" and not self.answer.strip():
            slips.append(_("it is answered and does not say where the answer stands"))
        _raise(slips, _("The requirement “{id}”").format(id=self.id))


@dataclass(frozen=True)
class Task:
    """Who looks where for the answer to a requirement."""

    id: str
    requirement: str
    what: str
    source: str
    """Kind of source: open, register, patrol, interview, partner …, never a name."""
    unit: str
    due: dt.date
    basis: str
    """Lawful basis for looking there."""
    status: TaskStatus = "planned"
    done_on: dt.date | None = None
    result: str = ""
    """Numbers of the reports that came in."""

    def __post_init__(self) -> None:
        """Refuse a task without a basis, or one that is done and says not when."""
        slips = [
            *_empty(self, ("id", "requirement", "what", "source", "unit", "basis")),
            *_one_of(self.status, TaskStatus, "status"),
        ]
        if self.status == "done" and self.done_on is None:
            slips.append(_("it is done and does not say when"))
        _raise(slips, _("The task “{id}”").format(id=self.id))


@dataclass(frozen=True)
class CollectionPlan:
    """
    Requirements and the tasks that serve them.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> month = dt.timedelta(30)
    >>> ask = Requirement("R-1", "Where are the goods sold?", "where to inspect", "head", day, day + month)
    >>> plan = CollectionPlan((ask,))
    >>> plan.gaps(at=day)["gap"].tolist()
    ['nobody_asked']
    >>> look = Task("T-1", "R-1", "visit the markets", "patrol", "unit 4", day + month, "Police Act, Art. 9")
    >>> plan.with_task(look).gaps(at=day)["gap"].tolist()
    ['waiting']
    """

    requirements: tuple[Requirement, ...] = ()
    tasks: tuple[Task, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ids that come twice, and tasks that serve no requirement."""
        known = [requirement.id for requirement in self.requirements]
        slips = [_("{id} comes twice").format(id=again) for again in _twice(known)]
        slips += [_("{id} comes twice").format(id=again) for again in _twice(task.id for task in self.tasks)]
        slips += [
            _("the task {id} serves {requirement}, which is not in the plan").format(
                id=task.id, requirement=task.requirement
            )
            for task in self.tasks
            if task.requirement not in known
        ]
        _raise(slips, _("The collection plan"))

    def with_requirement(self, requirement: Requirement) -> CollectionPlan:
        """Return the plan with a requirement added, or put in place of the one with its id."""
        return replace(self, requirements=_put(self.requirements, requirement))

    def with_task(self, task: Task) -> CollectionPlan:
        """Return the plan with a task added, or put in place of the one with its id."""
        return replace(self, tasks=_put(self.tasks, task))

    def gaps(self, *, at: dt.date) -> pd.DataFrame:
        """
        Return the register of intelligence gaps.

        Parameters
        ----------
        at
            The day for which it is made.

        Returns
        -------
        pandas.DataFrame
            A row for each requirement asked by that day that is not answered or withdrawn, the most urgent
            first: ``requirement``, ``question``, ``decision``, ``priority``, ``gap`` (a code of `GAPS`),
            ``gap_words``, ``needed_by``, ``days_left`` (negative where late), ``tasks``, ``next_due``.
        """
        import pandas as pd

        rows = [
            self._gap(requirement, at)
            for requirement in self.requirements
            if requirement.status in {"open", "partly"} and requirement.asked_on <= at
        ]
        rank = {name: place for place, name in enumerate(get_args(Priority))}
        rows.sort(
            key=lambda row: (
                row["days_left"] >= 0,
                rank[row["priority"]],
                row["days_left"],
                row["requirement"],
            )
        )
        return pd.DataFrame(rows, columns=_GAP_COLUMNS)

    def overdue(self, *, at: dt.date) -> tuple[Task, ...]:
        """Return the tasks that were due before a day and are neither done nor given up, the oldest first."""
        late = [task for task in self.tasks if task.due < at and task.status in {"planned", "under way"}]
        return tuple(sorted(late, key=lambda task: (task.due, task.id)))

    def to_tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the requirements and the tasks as tables, one row each; `from_tables` reads them back."""
        import pandas as pd

        return (
            pd.DataFrame([asdict(one) for one in self.requirements], columns=_names(Requirement)),
            pd.DataFrame([asdict(one) for one in self.tasks], columns=_names(Task)),
        )

    def _gap(self, requirement: Requirement, at: dt.date) -> dict[str, Any]:
        tasks = [
            task for task in self.tasks if task.requirement == requirement.id and task.status != "dropped"
        ]
        running = [task for task in tasks if task.status in {"planned", "under way"}]
        left = (requirement.needed_by - at).days
        if requirement.status == "partly":
            gap = "partly"
        elif not tasks:
            gap = "nobody_asked"
        elif left < 0:
            gap = "late"
        else:
            gap = "waiting" if running else "failed"
        return {
            "requirement": requirement.id,
            "question": requirement.question,
            "decision": requirement.decision,
            "priority": requirement.priority,
            "gap": gap,
            "gap_words": _(GAPS[gap]),
            "needed_by": requirement.needed_by,
            "days_left": left,
            "tasks": len(tasks),
            "next_due": min((task.due for task in running), default=None),
        }


_GAP_COLUMNS = [
    "requirement", "question", "decision", "priority", "gap", "gap_words", "needed_by", "days_left", "tasks",
    "next_due",
]  # fmt: skip


def from_tables(requirements: pd.DataFrame, tasks: pd.DataFrame | None = None) -> CollectionPlan:
    """
    Read a collection plan from tables, such as the sheets of a workbook.

    Parameters
    ----------
    requirements
        A row for each requirement, columns as the fields of `Requirement`; those with a default may be
        missing. Dates as dates or as text (2026-03-02).
    tasks
        A row for each task, columns as the fields of `Task`.

    Returns
    -------
    CollectionPlan
        The plan.

    Raises
    ------
    ColumnsError
        If a needed column is missing.
    InputError
        If a row cannot be used; its row is named.

    Examples
    --------
    >>> import pandas as pd
    >>> asked = {
    ...     "id": "R-1", "question": "Who buys?", "decision": "where to inspect", "asked_by": "head of unit",
    ...     "asked_on": "2026-03-02", "needed_by": "2026-04-01",
    ... }
    >>> plan = from_tables(pd.DataFrame([asked]))
    >>> plan.requirements[0].needed_by
    datetime.date(2026, 4, 1)
    """
    asked = _read(requirements, Requirement, "requirements")
    looked = _read(tasks, Task, "tasks") if tasks is not None else []
    return CollectionPlan(tuple(asked), tuple(looked))


def _read(table: pd.DataFrame, kind: type[Any], name: str) -> list[Any]:
    from dataclasses import MISSING

    needed = [one.name for one in fields(kind) if one.default is MISSING]
    missing = [column for column in needed if column not in table]
    if missing:
        msg = _("`{name}` has no column “{column}”. It needs: {known}.")
        raise ColumnsError(msg.format(name=name, column=missing[0], known=", ".join(needed)))
    known = [one for one in fields(kind) if one.name in table]
    made = []
    for place, row in enumerate(table.to_dict("records"), start=2):
        given = {one.name: row[one.name] for one in known if not _blank(row[one.name]) or one.name in needed}
        try:
            made.append(
                kind(
                    **{one.name: _value(given[one.name], str(one.type)) for one in known if one.name in given}
                )
            )
        except (InputError, ValueError, TypeError) as error:
            msg = _("Row {row} of `{name}`: {reason}").format(row=place, name=name, reason=error)
            raise InputError(msg) from None
    return made


def _value(value: Any, kind: str) -> Any:
    if "dt.date" not in kind:
        return "" if _blank(value) else str(value).strip()
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value).strip()[:10])


def _blank(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124 - NaN


def _names(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind)]


def _put(held: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    ids = [other.id for other in held]
    return tuple(one if other.id == one.id else other for other in held) + (() if one.id in ids else (one,))


def _empty(one: Any, names: Iterable[str]) -> list[str]:
    return [
        _("`{name}` is empty").format(name=name)
        for name in names
        if not str(getattr(one, name) or "").strip()
    ]


def _one_of(value: str, known: Any, name: str) -> list[str]:
    if value in get_args(known):
        return []
    msg = _("`{name}` must be one of {known}, got {value!r}")
    return [msg.format(name=name, known=", ".join(get_args(known)), value=value)]


def _twice(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again = []
    for name in ids:
        if name in seen:
            again.append(name)
        seen.add(name)
    return again


def _raise(slips: list[str], what: str) -> None:
    if slips:
        raise InputError(_("{what} cannot be used: {slips}.").format(what=what, slips="; ".join(slips)))
