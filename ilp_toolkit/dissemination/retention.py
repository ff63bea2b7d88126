"""
How long what was taken in may be held, and what happens when it may not, or was wrong.

Nothing is held for ever: each material and each case has an end, which only a review by a named person with a
reason puts off. A legal hold keeps something from being erased and lets nothing leave. When one record is
wrong, or must go, or its person was acquitted, the case says what is stale because of it and who must be
told: every past recipient of a product that it went into. Time comes from the case's clock, which cannot be
set back.

"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..collation import corrections, terms
from ..errors import InputError
from ..i18n import N_, _, date
from .notices import Notice, open_notices, sent
from .rectification import Correction, acquit, erase, rectify

if TYPE_CHECKING:
    import pandas as pd

    from ..collation.case import Case
    from ..collation.finding import Finding

__all__ = [
    "CASE",
    "Correction",
    "Notice",
    "Obstacle",
    "acquit",
    "due",
    "erase",
    "hold",
    "obstacles",
    "open_notices",
    "rectify",
    "release_hold",
    "review",
    "sent",
]

CASE = terms.CASE
"""Stands for the whole case where items are named."""

STATES: dict[str, str] = {
    "over": N_("over"),
    "held": N_("over, and on hold"),
    "review": N_("review due"),
    "due": N_("ends soon"),
    "ok": N_("in time"),
}
"""What stands in the column ``state`` of `due`, in words."""


@dataclass(frozen=True)
class Obstacle:
    """One reason why nothing of a case, or a finding, may leave now."""

    code: str
    """``case_over``, ``material_over``, ``stale``, ``no_end``, ``clock``."""
    words: str
    fix: str
    """The line that would mend it."""


def due(case: Case, *, within: int | None = None) -> pd.DataFrame:
    """
    List when the case and its materials end, and what must be looked at.

    Parameters
    ----------
    case
        The case.
    within
        Days before an end from which it is listed as due; None takes the policy's.

    Returns
    -------
    DataFrame
        The soonest first: ``item``, ``name``, ``ends``, ``review_by``, ``state`` (a key of `STATES`).

    Examples
    --------
    >>> import ilp_toolkit as ilp
    >>> due(ilp.open_case())[["item", "state"]].values.tolist()
    [['case', 'ok']]
    """
    import pandas as pd

    now = case.now()
    warn = dt.timedelta(days=case.policy.retention.warn_days if within is None else within)
    rows = []
    for item, name, begun in _items(case):
        ends = case.expiry(item)
        looked = max([begun, *_reviews(case, item)])
        again = looked + dt.timedelta(days=case.policy.retention.review_every_days)
        state = _state(now, ends, again, warn, held=bool(case.holds(item)))
        rows.append({"item": item, "name": name, "ends": ends, "review_by": again, "state": state})
    found = pd.DataFrame(rows, columns=["item", "name", "ends", "review_by", "state"])
    return found.sort_values(["ends", "item"], ignore_index=True)


def review(
    case: Case,
    *,
    reviewer: str,
    reason: str,
    items: str | Iterable[str] = CASE,
    until: Any = None,
) -> str:
    """
    Record that somebody looked at what is held and found a reason to hold it longer.

    Parameters
    ----------
    case
        The case.
    reviewer
        Who looked: an id. Not checked, and recorded as claimed.
    reason
        Why it is still needed.
    items
        Ids of materials; `CASE` for the case as a whole.
    until
        The last day; None takes the longest that the policy allows from now.

    Returns
    -------
    str
        Id of the review in the ledger.

    Raises
    ------
    InputError
        If nobody is named or no reason is given, the day is beyond the policy, or the end is already past and
        no legal hold is on it: what is over is erased, not revived.

    References
    ----------
    28 CFR 23.20(h): review before the end, name of the reviewer, date and reason, five years at most.
    """
    named = _named(case, items)
    _needs(reviewer=reviewer, reason=reason)
    now = case.now()
    latest = now + dt.timedelta(days=case.policy.retention.maximum_days)
    wanted = latest if until is None else terms.moment_of(until, "until")
    if wanted > latest:
        msg = _("`until` is {wanted}, and the policy allows {latest} at most. Name an earlier day.")
        raise InputError(msg.format(wanted=date(wanted.date()), latest=date(latest.date())))
    for item in named:
        ends = case.expiry(item)
        if ends is not None and ends <= now and not case.holds(item):
            msg = _(
                "The time of {item} was over on {day}: a review comes before the end. Erase it at its source."
            )
            raise InputError(msg.format(item=_shown(case, item), day=date(ends.date())))
    record = {
        "items": named,
        "by": case.without_records(reviewer),
        "reason": case.without_records(reason),
        "until": wanted.isoformat(timespec="seconds"),
    }
    number = case.remember("review", record)
    case.audit.append("review", subject=number, by_claimed=reviewer, items=named, justification=reason)
    return number


def hold(case: Case, *, by: str, authority: str, reason: str, items: str | Iterable[str] = CASE) -> str:
    """
    Put a legal hold on a case or on materials: they may not be erased, whatever their end.

    Parameters
    ----------
    case
        The case.
    by
        Who sets it: an id.
    authority
        The court, prosecutor or ombudsman that asks for it, and the number of the order.
    reason
        Why.
    items
        Ids of materials; `CASE` for the case as a whole.

    Returns
    -------
    str
        Id of the hold, for `release_hold`.

    Raises
    ------
    InputError
        If one of the texts is empty, or an item is unknown.

    Notes
    -----
    A hold keeps; it does not let out. What is over stays over at the gate, held or not.
    """
    named = _named(case, items)
    _needs(by=by, authority=authority, reason=reason)
    record = {
        "items": named,
        "by": case.without_records(by),
        "authority": case.without_records(authority),
        "reason": case.without_records(reason),
    }
    number = case.remember("hold", record)
    case.audit.append("hold", subject=number, what="set", items=named, justification=reason)
    return number


def release_hold(case: Case, hold: str, *, by: str, reason: str) -> None:
    """
    Lift a legal hold.

    Raises
    ------
    InputError
        If there is no such hold in force, or one of the texts is empty.
    """
    _needs(by=by, reason=reason)
    in_force = {one["id"] for item in _all_items(case) for one in case.holds(item)}
    if hold not in in_force:
        msg = _("There is no hold {hold} in force. In force: {known}.")
        raise InputError(msg.format(hold=hold, known=", ".join(sorted(in_force)) or _("none")))
    case.remember(
        "hold_released",
        {"hold": hold, "by": case.without_records(by), "reason": case.without_records(reason)},
    )
    case.audit.append("hold", subject=hold, what="lifted", justification=reason)


def obstacles(case: Case, finding: Finding | None = None) -> list[Obstacle]:
    """
    Say why time or a correction keeps a case, or a finding of it, from leaving.

    Returns
    -------
    list of Obstacle
        Empty where nothing does.
    """
    now, found = case.now(), []
    ends: list[tuple[str, dt.datetime | None]] = [(CASE, case.expires)]
    if finding is not None:
        ends += [(material.id, case.expiry(material.id)) for material in finding.materials()]
    for item, end in ends:
        if end is None:
            words = _("No end is set for {item}.").format(item=_shown(case, item))
            found.append(Obstacle("no_end", words, 'case.collect(…, expires="2027-12-31")'))
        elif end <= now:
            words = _("The time of {item} was over on {day}.").format(
                item=_shown(case, item), day=date(end.date())
            )
            code = "case_over" if item == CASE else "material_over"
            found.append(Obstacle(code, words, _("erase it at its source, or ask for a legal hold")))
    for reason in case.stale(finding.id) if finding is not None else []:
        found.append(Obstacle("stale", reason, "case.collect(…) → case.analyse(…)"))
    return found


def _items(case: Case) -> list[tuple[str, str, dt.datetime]]:
    materials = corrections.items_of(case.ledger, "material")
    taken = [(name, one["name"], dt.datetime.fromisoformat(one["taken"])) for name, one in materials.items()]
    return [(CASE, case.name, case.created), *taken]


def _all_items(case: Case) -> list[str]:
    return [item for item, _name, _begun in _items(case)]


def _named(case: Case, items: str | Iterable[str]) -> list[str]:
    named = [items] if isinstance(items, str) else list(items)
    known = set(_all_items(case))
    unknown = [item for item in named if item not in known]
    if unknown or not named:
        msg = _(
            "`items` names {unknown}, which this case does not know. Take ids from case.materials(), or "
            "“case”."
        )
        raise InputError(msg.format(unknown=", ".join(map(str, unknown)) or _("nothing")))
    return named


def _shown(case: Case, item: str) -> str:
    return case.id if item == CASE else item


def _reviews(case: Case, item: str) -> list[dt.datetime]:
    lines = case.ledger.lines("review")
    return [dt.datetime.fromisoformat(line["at"]) for line in lines if item in line["record"]["items"]]


def _state(
    now: dt.datetime, ends: dt.datetime | None, again: dt.datetime, warn: dt.timedelta, *, held: bool
) -> str:
    if ends is None or ends <= now:
        return "held" if held else "over"
    if again <= now:
        return "review"
    return "due" if min(ends, again) <= now + warn else "ok"


def _needs(**texts: str) -> None:
    empty = [name for name, text in texts.items() if not str(text).strip()]
    if empty:
        msg = _("{arguments} must be filled in: what nobody stands for cannot be checked later.")
        raise InputError(msg.format(arguments=", ".join(f"`{name}`" for name in empty)))
