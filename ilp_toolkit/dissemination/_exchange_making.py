"""Making a message: what the recipient needs and no more, after every check; nothing is written here."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..collation.canonicaljson import canonical
from ..errors import InputError
from ..evaluation import grades, handling
from ..i18n import _, current
from ._exchange_checks import (
    EXCHANGE_RULES,
    Wish,
    content_checks,
    destination,
    four_eyes,
    origin_checks,
    row_handling,
    rows_of,
)
from ._exchange_parties import Recipient, Review, Sender
from ._exchange_reading import FORMAT, digest
from ._sanitising import tells_of_persons
from .checks import Check, failed, failures, passed

if TYPE_CHECKING:
    from ..collation.case import Case
    from ..collation.finding import Finding, Material

__all__ = ["Draft", "report", "request"]


@dataclass(frozen=True)
class Draft:
    """A message that was made and not sent, with its checks."""

    case: Case = field(repr=False)
    subject: str
    """Id of what it is made of."""
    message: Mapping[str, Any] = field(repr=False)
    """What the recipient would get (JSON values); empty where a check refuses."""
    checks: tuple[Check, ...]
    wish: Wish = field(repr=False)
    again: Callable[[], Draft] = field(repr=False)
    """Makes the message anew from what is so now."""
    materials: tuple[Material, ...] = field(default=(), repr=False)
    """Materials behind it; none for a request."""

    @property
    def would_leave(self) -> bool:
        """Whether every check holds."""
        return not failures(self.checks)

    def __str__(self) -> str:
        lines = [_("It would leave.") if self.would_leave else _("It would be refused.")]
        for check in self.checks:
            mark = "–" if check.status == "not needed" else "✗" if check.status == "failed" else "✓"
            lines.append(f"{mark} {_(EXCHANGE_RULES[check.id])} {check.evidence}".rstrip())
            lines += [f"    {_('mend:')} {check.fix}"] if check.status == "failed" and check.fix else []
        return "\n".join(lines)


def report(
    item: Material | Finding,
    *,
    sender: Sender,
    recipient: Recipient,
    author: str,
    reports: Iterable[str] | None = None,
    purpose: str = "",
    reviews: Iterable[Review] = (),
    second_person: str = "",
    consent: Mapping[str, str] | None = None,
    conditions_met: Mapping[str, str] | None = None,
    in_reply_to: str = "",
    known: Iterable[str] = (),
) -> Draft:
    """
    Make a message of sanitised reports; nothing is written.

    Parameters
    ----------
    item
        Reports that a case took in (`read_reports`), or what `reports.lawful` left of them.
    sender, recipient
        From whom to whom.
    author
        Who answers for it: a service number.
    reports
        Which of the reports, by ``report_id``; None for all.
    purpose
        What for; needed only where several are possible.
    reviews
        The review of each destination.
    second_person
        Who else has seen it; needed for what goes abroad. Kept as claimed.
    consent
        Originator to the reference of their consent. Kept as claimed.
    conditions_met
        Condition of the handling to what was done about it. Kept as claimed.
    in_reply_to
        Id of the request that it answers.
    known
        Words that may stand although sanitising took them out of some report: names of towns, for instance.

    Returns
    -------
    Draft
        Printed, it says whether it would leave, and what would mend each refusal.

    Raises
    ------
    InputError
        If an argument cannot be meant.

    Notes
    -----
    Items bear keyed pseudonyms that are the recipient's alone. First sources do so too, so that the recipient
    finds circular reports without learning who anybody is.
    """
    wish = _wish(
        sender,
        recipient,
        author,
        purpose=purpose,
        second_person=second_person,
        reviews=tuple(reviews),
        consent=dict(consent or {}),
        conditions_met=dict(conditions_met or {}),
        known=(known,) if isinstance(known, str) else tuple(known),
    )
    wanted = None if reports is None else list(reports)

    def make() -> Draft:
        case, rows = item.case, rows_of(item, wanted)
        checks = [
            *origin_checks(item, rows, wish),
            *content_checks(item, rows, wish, case.now(), case.policy.exchange.review_days),
        ]
        checks.sort(key=lambda check: list(EXCHANGE_RULES).index(check.id))
        made: dict[str, Any] = {}
        if not failures(checks):
            made = _message("report", case, wish, checks, in_reply_to, items=_items(item, rows, wish))
        return Draft(case, item.id, made, tuple(checks), wish, make, tuple(item.materials()))

    return make()


def request(
    case: Case,
    *,
    sender: Sender,
    recipient: Recipient,
    author: str,
    question: str,
    reason: str,
    reply_by: dt.date,
    purpose: str = "",
    reviews: Iterable[Review] = (),
    second_person: str = "",
) -> Draft:
    """
    Make a request for information; nothing is written.

    Parameters
    ----------
    case
        The case for which it is asked.
    question
        What is asked, without names: a person is asked after under the law, not in free text.
    reason
        Why, so that the recipient can judge whether it may answer.
    reply_by
        Until when an answer helps.
    sender, recipient, author, purpose, reviews, second_person
        As in `report`: a question tells something too.

    Returns
    -------
    Draft
    """
    wish = _wish(
        sender, recipient, author, purpose=purpose, second_person=second_person, reviews=tuple(reviews)
    )
    asked = {"text": question.strip(), "reason": reason.strip(), "reply_by": reply_by.isoformat()}

    def make() -> Draft:
        now = case.now()
        checks = [
            _case_purpose(case, wish),
            _case_retention(case),
            _plain_words(question, reason),
            destination(wish, now, case.policy.exchange.review_days),
            four_eyes(wish),
        ]
        if reply_by < now.date():
            raise InputError(_("`reply_by` is past: name a day on which an answer still helps."))
        made = {} if failures(checks) else _message("request", case, wish, checks, "", question=asked)
        return Draft(case, case.id, made, tuple(checks), wish, make)

    return make()


def _wish(sender: Sender, recipient: Recipient, author: str, **more: Any) -> Wish:
    if not author.strip():
        raise InputError(_("`author` is empty. Name who answers for the message: a service number."))
    return Wish(sender, recipient, author.strip(), **more)


def _message(
    kind: str,
    case: Case,
    wish: Wish,
    checks: list[Check],
    in_reply_to: str,
    *,
    items: list[dict[str, Any]] | None = None,
    question: dict[str, Any] | None = None,
) -> dict[str, Any]:
    now = case.now()
    keep = (now + dt.timedelta(days=case.policy.exchange.keep_days)).date()
    until = [check.facts["until"] for check in checks if "until" in check.facts]
    purpose = next(check.facts["purpose"] for check in checks if check.id == "purpose")
    held = [handling.Handling.from_json(one["handling"]) for one in items or ()]
    body: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "created": now.isoformat(timespec="seconds"),
        "expires": min([keep.isoformat(), *until]),
        "language": current(),
        "sender": {
            **dataclasses.asdict(wish.sender),
            "author": wish.author,
            "second_person": wish.second_person,
        },
        "recipient": {**dataclasses.asdict(wish.recipient), "members": list(wish.recipient.members)},
        "purpose": purpose,
        "legal_basis": case.legal_basis,
        "in_reply_to": in_reply_to,
        "handling": (handling.combine(*held) if held else _controlled(handling.STRICTEST, wish)).to_json(),
        "reviews": [
            review.to_json()
            for review in wish.reviews
            if review.destination in wish.recipient.destinations(wish.sender)
        ],
        "question": question,
        "items": items or [],
    }
    body["id"] = f"X-{hashlib.sha256(canonical(body)).hexdigest()[:10]}"
    return {**body, "sha256": digest(body)}


def _items(item: Any, rows: Any, wish: Wish) -> list[dict[str, Any]]:
    case, to = item.case, wish.recipient.id
    graded = grades.of_reports(rows)
    found = []
    for row, grade in zip(rows.itertuples(index=False), graded, strict=True):
        received: Any = getattr(row, "received", None)
        dated = not pd.isna(received)
        origin = str(row.origin_id).strip().casefold()
        found.append(
            {
                "item": case.pseudonym(f"{to} {row.report_id}", kind="item"),
                "date": received.date().isoformat() if dated else "",
                "subject": str(row.subject),
                "area": str(row.area),
                "text": str(row.sanitised).strip(),
                "grade": str(grade),
                "handling": _controlled(row_handling(row, item), wish).to_json(),
                "origin": case.pseudonym(f"{to} {origin}", kind="origin") if origin else "",
                "lawful": True,
            }
        )
    return sorted(found, key=lambda one: (one["date"], one["item"]))


def _controlled(held: handling.Handling, wish: Wish) -> handling.Handling:
    """Return the handling under which the recipient holds it: its own use, and no further without consent."""
    centre = {"regional_centre"} if wish.recipient.audience == "regional_centre" else set()
    return handling.Handling(
        frozenset({"originator", "agency"} | centre),
        held.conditions | {"originator_consent"},
        held.markings,
        held.originators | {wish.sender.id},
    )


def _case_purpose(case: Case, wish: Wish) -> Check:
    wanted = wish.purpose or (min(case.purposes) if len(case.purposes) == 1 else "")
    if wanted in case.purposes:
        return passed("purpose", wanted, purpose=wanted)
    found = _("“{wanted}” is not among the purposes: {listed}.").format(
        wanted=wanted, listed=", ".join(sorted(case.purposes))
    )
    return failed("purpose", found, f'purpose="{min(case.purposes)}"')


def _case_retention(case: Case) -> Check:
    if case.expires <= case.now():
        return failed("retention", _("The case is past its end."), "ilp.retention.review(case, …)")
    return passed("retention", until=case.expires.date().isoformat())


def _plain_words(question: str, reason: str) -> Check:
    if not question.strip() or not reason.strip():
        return failed("sanitised", _("A request says what is asked and why."), 'question="…", reason="…"')
    if tells_of_persons(question) or tells_of_persons(reason):
        return failed(
            "sanitised",
            _("A contact, a long number or a number plate stands in the request."),
            'question="…"',
        )
    return passed("sanitised")
