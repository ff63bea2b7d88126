"""
Exchange with a partner agency or a regional centre: a request, or sanitised reports.

A message holds the fields that the recipient needs and no others: no source, no collector, no path, no
original text. Handling and grade are mandatory; each destination is reviewed (onward transfer, ill-treatment,
death penalty), and whoever sends to a regional centre sends to all of its members. What is sent stays the
originator's: it goes no further without consent. Reading a message back checks all of it again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DisclosureError, InputError
from ..i18n import _, current, language, plural
from . import gate, payload
from ._exchange_making import Draft, report, request
from ._exchange_parties import Recipient, Review, Sender
from ._exchange_reading import Received, read
from ._sanitising import fragments
from .checks import Check, failed, failures

if TYPE_CHECKING:
    from ..collation.case import Case

__all__ = [
    "Draft",
    "ExchangeError",
    "Receipt",
    "Received",
    "Recipient",
    "Review",
    "Sender",
    "acknowledge",
    "note_receipt",
    "read",
    "report",
    "request",
    "send",
    "to_stix",
]

FILE = "exchange.json"
"""Name of the message in the folder that is sent."""


class ExchangeError(DisclosureError):
    """The message may not leave: nothing was written, and each refusal names what would mend it."""

    def __init__(self, refused: Iterable[Check]) -> None:
        self.checks = tuple(refused)
        head = plural(
            "Nothing left: {n} check does not hold.",
            "Nothing left: {n} checks do not hold.",
            len(self.checks),
        )
        lines = [head.format(n=len(self.checks))]
        for check in self.checks:
            lines.append(f"  {check.id}: {check.evidence}")
            lines += [f"    {_('mend:')} {check.fix}"] if check.fix else []
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Receipt:
    """What a recipient says back."""

    message: str
    """Id of the message."""
    sha256: str
    """Hash of what was received."""
    by: str
    at: dt.datetime
    accepted: bool
    conditions: tuple[str, ...]
    """Conditions that the recipient has taken note of."""
    reason: str = ""
    """Why it was not accepted."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**dataclasses.asdict(self), "at": self.at.isoformat(), "conditions": list(self.conditions)}


def send(draft: Draft, path: str | Path, *, in_language: str | None = None) -> Path:
    """
    Check everything again, write the message as a folder, and note it in the case.

    Parameters
    ----------
    draft
        What `report` or `request` returned.
    path
        The folder to make: ``exchange.json`` for machines, ``exchange.pdf`` and ``.html`` for people.
    in_language
        "en" or "ru"; None for the language in use.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ExchangeError
        If a check does not hold; nothing was written, and the refusal stands in the audit log.
    """
    from ._exchange_paper import paper

    with language(in_language or current()):
        fresh = draft.again()
        case, recipient = fresh.case, fresh.wish.recipient
        if not fresh.would_leave:
            _note_refusal(fresh, failures(fresh.checks))
            raise ExchangeError(failures(fresh.checks))
        message = dict(fresh.message)
        product = paper(message, fresh.checks, root=case.audit.root(), created=case.now().date())

        def record(built: Path) -> None:
            note = {
                "product": message["id"],
                "kind": message["kind"],
                "recipient": recipient.id,
                "audience": recipient.audience,
                "destinations": recipient.destinations(fresh.wish.sender),
                "of": fresh.subject,
                "materials": [material.id for material in fresh.materials],
                "sha256": message["sha256"],
            }
            case.remember("exchange", note)
            event = "transfer" if recipient.destinations(fresh.wish.sender) else "disclosure"
            case.audit.append(
                event,
                subject=fresh.subject,
                purpose=message["purpose"],
                recipient=recipient.id,
                justification=recipient.agreement,
                message=message["id"],
                sha256=message["sha256"],
            )

        try:
            return gate.put(
                product, path, canaries=_canaries(fresh), status="released", replace=False, last=record
            )
        except DisclosureError as error:
            found = failed("sanitised", str(error), _("write the sanitised text anew"))
            _note_refusal(fresh, [found])
            raise ExchangeError([found]) from None


def acknowledge(
    received: Received, *, by: str, at: dt.datetime, accepted: bool = True, reason: str = ""
) -> Receipt:
    """
    Make the receipt for a message that was read.

    Parameters
    ----------
    received
        What `read` returned.
    by
        Who received it.
    at
        When, with a time zone.
    accepted
        Whether its conditions are accepted; where not, it is destroyed.
    reason
        Why not.

    Returns
    -------
    Receipt
        `Receipt.to_json` goes back to the sender.
    """
    if at.tzinfo is None:
        raise InputError(_("`at` has no time zone: give one, so that the moment is known."))
    if not accepted and not reason.strip():
        raise InputError(_("A message is refused with a reason: say it."))
    message = received.message
    conditions = tuple(message["handling"]["conditions"])
    return Receipt(message["id"], message["sha256"], by, at, accepted, conditions, reason)


def note_receipt(case: Case, receipt: Receipt) -> None:
    """
    Note a recipient's receipt in the case that sent the message.

    Raises
    ------
    InputError
        If the case sent no such message, or another one under that number: what was received is then not
        what was sent.
    """
    sent = {record["product"]: record for record in case.recall("exchange")}
    if receipt.message not in sent:
        raise InputError(_("This case sent no message {id}.").format(id=receipt.message))
    if sent[receipt.message]["sha256"] != receipt.sha256:
        msg = _("What was received as {id} is not what was sent: ask for it back, and send it again.")
        raise InputError(msg.format(id=receipt.message))
    note = {"message": receipt.message, "accepted": receipt.accepted, "at": receipt.at.isoformat()}
    case.remember("receipt", note)
    case.audit.append(
        "feedback", subject=receipt.message, recipient=receipt.by, what="receipt", accepted=receipt.accepted
    )


def to_stix(message: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a message as a STIX 2.1 bundle; see `_exchange_stix`.

    Parameters
    ----------
    message
        The message of a `Draft` or of `Received`.

    Raises
    ------
    InputError
        If the package stix2, which checks the bundle, is not installed.
    """
    from ._exchange_stix import bundle

    return bundle(message)


def _canaries(draft: Draft) -> Any:
    message = draft.message
    known = [
        message["purpose"],
        message["legal_basis"],
        message["sender"]["author"],
        message["sender"]["second_person"],
    ]
    for item in message["items"]:
        known += [item["subject"], item["area"], item["text"], *item["handling"]["originators"]]
    # Of the original texts it is what sanitising took out that must not stand anywhere, not what it left.
    sources = [(m.table.drop(columns="text"), m.intake, m.source) for m in draft.materials]
    watch = payload.canaries_of_materials(sources, known=known)
    said = " ".join(known).casefold()
    taken_out = {part for m in draft.materials for part in fragments(m.table) if part not in said}
    return dataclasses.replace(watch, set_aside=watch.set_aside | taken_out)


def _note_refusal(draft: Draft, refused: list[Check]) -> None:
    ids = ",".join(check.id for check in refused)
    draft.case.audit.append(
        "refusal", subject=draft.subject, recipient=draft.wish.recipient.id, justification=ids
    )
