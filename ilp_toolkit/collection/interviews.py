"""
The interview after PEACE: a plan, a record that the rights were given, and an account as dated statements.

What a person says becomes statements that are graded one by one, like any information. Nothing here says
whether somebody lies: no score of deception exists that is right often enough to be let near a person, and
this package will not have one. Two accounts can be laid side by side; a difference is a question to ask, not
an answer, and accounts of victims are not compared at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import N_, _
from ._interview_plan import Plan, Right, Topic, plan, rights_record

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DIFFERENCES",
    "PROTECTED",
    "STATEMENTS",
    "Plan",
    "Right",
    "Topic",
    "account",
    "as_reports",
    "differences",
    "plan",
    "rights_record",
    "topics_covered",
]

PROTECTED = frozenset({"victim", "complainant", "minor"})
"""Roles whose accounts are never compared."""

STATEMENTS: dict[str, str] = {
    "statement_id": N_("Number of the statement."),
    "account_id": N_("The account that it is part of."),
    "interviewee_id": N_("Pseudonym of the person who gave it."),
    "role": N_("Role of that person."),
    "given_at": N_("When the account was given, with a time zone."),
    "topic": N_("The topic of the plan."),
    "item": N_("What exactly it is about, where the plan asks for it."),
    "about_from": N_("Start of the time that it speaks of; empty where none is named."),
    "about_to": N_("End of that time, not included."),
    "said": N_("What was said."),
    "basis": N_("How the person knows: own, heard or unknown."),
}
"""Columns of a table of statements, in order, each with its meaning."""

DIFFERENCES: dict[str, str] = {
    "only_first": N_("said in the first account only"),
    "only_second": N_("said in the second account only"),
    "time": N_("another time"),
    "words": N_("other words"),
}
"""What two accounts can differ in. None of them says which account is right."""

_BASES = ("own", "heard", "unknown")


def account(
    statements: Iterable[Mapping[str, Any]], *, plan: Plan, account_id: str, given_at: dt.datetime
) -> pd.DataFrame:
    """
    Write an account down as dated statements.

    Parameters
    ----------
    statements
        One dict a statement, in the order in which they were said: ``said``, ``topic`` (of the plan), and
        where known ``item``, ``about`` (a day as 2025-03-01, a month as 2025-03, a moment as
        2025-03-01 21:40) or ``about_from`` and ``about_to``, ``basis`` (own, heard or unknown).
    plan
        The plan of the interview.
    account_id
        Number of the account.
    given_at
        When it was given, with a time zone; times in the account are on the same clock.

    Returns
    -------
    DataFrame
        The columns of `STATEMENTS`.

    Raises
    ------
    InputError
        If a statement has no words, a topic that the plan does not have, or a time that cannot be read; the
        message names it by its place.

    Examples
    --------
    >>> made = plan("Who drove the van", interviewee_id="P-7", role="witness", topics=["the van"])
    >>> moment = dt.datetime(2025, 3, 7, 15, tzinfo=dt.UTC)
    >>> table = account([{"topic": "the van", "said": "It was grey.", "about": "2025-03-01", "basis": "own"}],
    ...                 plan=made, account_id="A1", given_at=moment)
    >>> table.loc[0, ["statement_id", "about_from", "basis"]].astype(str).tolist()
    ['A1-1', '2025-03-01 00:00:00+00:00', 'own']
    """
    import pandas as pd

    if given_at.tzinfo is None:
        raise InputError(_("`given_at` has no time zone: give one, so that the moment is known."))
    names = [topic.name for topic in plan.topics]
    rows = []
    for place, statement in enumerate(statements, start=1):
        said, topic = str(statement.get("said", "")).strip(), str(statement.get("topic", ""))
        basis = str(statement.get("basis", "unknown"))
        if not said:
            raise InputError(_("Statement {n} has no words.").format(n=place))
        if topic not in names:
            msg = _("Statement {n} is on the topic {topic}, which the plan does not have: {known}.")
            raise InputError(msg.format(n=place, topic=repr(topic), known=", ".join(names)))
        if basis not in _BASES:
            msg = _("Statement {n}: `basis` must be one of {known}, got {basis}.")
            raise InputError(msg.format(n=place, known=", ".join(_BASES), basis=repr(basis)))
        begin, end = _span(statement, given_at.tzinfo, place)
        who = [f"{account_id}-{place}", account_id, plan.interviewee_id, plan.role, pd.Timestamp(given_at)]
        rows.append([*who, topic, str(statement.get("item", "")), begin, end, said, basis])
    return pd.DataFrame(rows, columns=list(STATEMENTS))


def topics_covered(plan: Plan, statements: pd.DataFrame) -> pd.DataFrame:
    """
    Say which topics of the plan the account speaks of.

    Returns
    -------
    DataFrame
        ``topic``, ``aim``, ``required``, ``n`` (statements), in the order of the plan.
    """
    import pandas as pd

    said = statements["topic"].value_counts()
    rows = [[topic.name, topic.aim, topic.required, int(said.get(topic.name, 0))] for topic in plan.topics]
    return pd.DataFrame(rows, columns=["topic", "aim", "required", "n"])


def as_reports(
    statements: pd.DataFrame,
    *,
    rights: pd.DataFrame,
    collector: str,
    how_obtained: str,
    ill_treatment_free: bool | None,
    originator: str = "",
    handling: str = "",
) -> pd.DataFrame:
    """
    Turn an account into reports that are ready for grading, one a statement.

    Parameters
    ----------
    statements
        An account, from `account`.
    rights
        The record of its rights, from `rights_record`.
    collector
        Who led the interview.
    how_obtained
        In words.
    ill_treatment_free
        Whether nobody was ill-treated: True, or None where nobody states it.
    originator, handling
        As in `reports.REPORTS`; no handling is the strictest.

    Returns
    -------
    DataFrame
        The columns of `reports.REPORTS` as far as an account fills them. Grades are empty. Where a right was
        not given, the reports are not stated to be lawful. What a person heard from others has an unknown
        origin.

    Raises
    ------
    InputError
        If the account is said to be tainted: it must not enter.

    References
    ----------
    Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment (1984),
    Article 15.
    """
    import pandas as pd

    from .reportfields import said_tainted
    from .reports import REPORTS

    if ill_treatment_free is False or said_tainted(how_obtained):
        msg = _("The account is said to have been obtained by ill-treatment: it must not enter (Article 15).")
        raise InputError(msg)
    _need(statements)
    complete = not rights["given_at"].isna().any()
    data: dict[str, Any] = dict.fromkeys(REPORTS, "")
    data |= {
        "report_id": statements["statement_id"],
        "received": statements["given_at"],
        "source_id": statements["interviewee_id"],
        "origin_id": statements["interviewee_id"].where(statements["basis"] == "own", ""),
        "subject": statements["topic"],
        "text": statements["said"],
        "source_row": pd.Series(range(1, len(statements) + 1), index=statements.index),
    }
    fixed = {
        "collector": collector, "originator": originator, "handling": handling, "how_obtained": how_obtained,
        "path": "interview", "scale": "4x4", "lawful": "yes" if complete else "unstated",
        "ill_treatment_free": "yes" if ill_treatment_free else "unstated",
    }  # fmt: skip
    made = pd.DataFrame(data, index=statements.index).assign(**fixed)
    return choices.record(made[list(REPORTS)], rights_complete=complete)


def differences(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """
    Lay two accounts side by side and show where they differ.

    Parameters
    ----------
    first, second
        Accounts, from `account`. Statements on the same ``topic`` and ``item`` are set against each other.

    Returns
    -------
    DataFrame
        ``topic``, ``item``, ``first``, ``second`` (what was said), ``first_about``, ``second_about``,
        ``difference`` (a code of `DIFFERENCES`), ``words``. What is the same in both is left out.

    Raises
    ------
    InputError
        If one of the accounts is that of a victim, a complainant or a minor.

    Notes
    -----
    People who saw the same thing tell it differently, and the same person tells it differently twice. A
    difference is what to ask about next; it is no sign of a lie, and nothing here counts or weighs it.
    """
    import pandas as pd

    for table in (first, second):
        _need(table)
        protected = sorted(set(table["role"]) & PROTECTED)
        if protected:
            msg = _(
                "Accounts are not compared where the role is {role}: differences are a normal trace of what "
                "happened to a person, and would be held against them. Ask them instead."
            )
            raise InputError(msg.format(role=", ".join(protected)))
    rows = []
    one, other = _by_subject(first), _by_subject(second)
    for topic, item in dict.fromkeys([*one, *other]):
        a, b = one.get((topic, item)), other.get((topic, item))
        code = _difference(a, b)
        if code is not None:
            rows.append([topic, item, _said(a), _said(b), _about(a), _about(b), code, _(DIFFERENCES[code])])
    columns = ["topic", "item", "first", "second", "first_about", "second_about", "difference", "words"]
    return pd.DataFrame(rows, columns=columns)


def _difference(first: list[Any] | None, second: list[Any] | None) -> str | None:
    if first is None or second is None:
        return "only_second" if first is None else "only_first"
    if _plain(_said(first)) != _plain(_said(second)):
        return "words"
    return "time" if _about(first) != _about(second) else None


def _by_subject(table: pd.DataFrame) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for row in table.itertuples(index=False):
        found.setdefault((str(row.topic), str(row.item)), []).append(row)
    return found


def _said(rows: Sequence[Any] | None) -> str:
    return " ".join(str(row.said) for row in rows or ())


def _about(rows: Sequence[Any] | None) -> str:
    import pandas as pd

    spans = [(row.about_from, row.about_to) for row in rows or () if not pd.isna(row.about_from)]
    return "; ".join(str(begin) if begin == end else f"{begin} – {end}" for begin, end in spans)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")


def _span(statement: Mapping[str, Any], zone: dt.tzinfo, place: int) -> tuple[Any, Any]:
    import pandas as pd

    about = str(statement.get("about", "")).strip()
    texts = [str(statement.get(name, "") or "").strip() for name in ("about_from", "about_to")]
    try:
        if about:
            period = pd.Period(about, freq={7: "M", 10: "D"}.get(len(about), "min"))
            begin = period.start_time.tz_localize(zone)
            moment = len(about) not in {7, 10}
            return begin, begin if moment else (period + 1).start_time.tz_localize(zone)
        spans = [pd.Timestamp(text).tz_localize(zone) if text else pd.NaT for text in texts]
    except ValueError as error:
        msg = _("Statement {n}: the time cannot be read. Write it as 2025-03-01 21:40.")
        raise InputError(msg.format(n=place)) from error
    return spans[0], spans[1]


def _need(table: pd.DataFrame) -> None:
    missing = [name for name in STATEMENTS if name not in table.columns]
    if missing:
        raise ColumnsError(_("The account has no column {columns}.").format(columns=", ".join(missing)))
