"""A message on paper: the same words as its JSON, with what the recipient has to observe on top."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..evaluation import grades
from ..evaluation.handling import Handling, words
from ..i18n import N_, _, date
from ._exchange_checks import EXCHANGE_RULES
from .checks import Check
from .product.blocks import Block, Column, Facts, Heading, Note, Paragraph, Product, Table

__all__ = ["paper"]

_ANSWERS = {
    "excluded": N_("excluded"),
    "consent_needed": N_("only with consent"),
    "no_risk_found": N_("no risk found"),
    "not_provided": N_("not provided for"),
    "excluded_by_assurance": N_("excluded by assurance"),
}


def paper(message: Mapping[str, Any], checks: Iterable[Check], *, root: str, created: dt.date) -> Product:
    """Return a message as a product: the page, the paper and the JSON beside them."""
    held = Handling.from_json(message["handling"])
    report = message["kind"] == "report"
    recipient = message["recipient"]
    title = _("Information for {name}") if report else _("Request to {name}")
    blocks: list[Block] = [
        Note(
            _(
                "It stays the originator's: without consent it is not passed on, filed elsewhere or used in "
                "court."
            )
            + " "
            + words(held),
            _("Originator control"),
        ),
        Facts(_facts(message)),
    ]
    blocks += _items(message) if report else _question(message)
    if message["reviews"]:
        blocks += [Heading(_("Risks at the destination")), _reviews(message)]
    blocks += [Heading(_("What was checked")), _checked(checks)]
    body = json.dumps(message, ensure_ascii=False, indent=1) + "\n"
    return Product(
        title=title.format(name=recipient["name"]),
        subtitle=f"{message['id']} · {date(created)}",
        number=message["id"],
        language=message["language"],
        created=created,
        marking=_("Originator control: not to be passed on without consent"),
        blocks=tuple(blocks),
        name="exchange",
        author=message["sender"]["author"],
        record={"message": message["id"], "sha256": message["sha256"], "audit root": root},
        watermark=recipient["id"],
        files={"exchange.json": body.encode("utf-8")},
    )


def _facts(message: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    sender, recipient = message["sender"], message["recipient"]
    members = (
        _(" (members: {names})").format(names=", ".join(recipient["members"])) if recipient["members"] else ""
    )
    facts = [
        (_("From"), f"{sender['id']} ({sender['country']})"),
        (_("To"), f"{recipient['name']}{members}"),
        (_("On the basis of"), f"{message['legal_basis']}; {recipient['agreement']}"),
        (_("Purpose"), message["purpose"]),
        (_("To be destroyed or reviewed by"), date(dt.date.fromisoformat(message["expires"]))),
    ]
    if message["in_reply_to"]:
        facts.append((_("In reply to"), message["in_reply_to"]))
    return tuple(facts)


def _items(message: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(_("Information"))]
    for number, item in enumerate(message["items"], start=1):
        grade = grades.parse(item["grade"])
        day = date(dt.date.fromisoformat(item["date"])) if item["date"] else _("date not known")
        blocks += [
            Heading(f"{number}. {item['subject'] or item['item']}", 3),
            Paragraph(item["text"]),
            Facts(
                (
                    (_("Item"), item["item"]),
                    (_("Date and place"), ", ".join(part for part in (day, item["area"]) if part)),
                    (_("Grade"), grade.words() if grade else item["grade"]),
                    (_("Handling"), words(Handling.from_json(item["handling"]))),
                )
            ),
        ]
    return blocks


def _question(message: Mapping[str, Any]) -> list[Block]:
    question = message["question"]
    day = date(dt.date.fromisoformat(question["reply_by"]))
    return [
        Heading(_("What is asked")),
        Paragraph(question["text"]),
        Heading(_("Why")),
        Paragraph(question["reason"]),
        Facts(((_("An answer helps until"), day),)),
    ]


def _reviews(message: Mapping[str, Any]) -> Table:
    columns = [
        _("Destination"),
        _("Onward transfer"),
        _("Ill-treatment"),
        _("Death penalty"),
        _("Reviewed by"),
    ]
    rows = [
        (
            review["destination"],
            *(_(_ANSWERS[review[name]]) for name in ("onward_transfer", "ill_treatment", "death_penalty")),
            f"{review['reviewer']}, {date(dt.date.fromisoformat(review['date']))}",
        )
        for review in message["reviews"]
    ]
    return Table(
        _("Review of the risks, as claimed by the reviewer"), tuple(map(Column, columns)), tuple(rows)
    )


def _checked(checks: Iterable[Check]) -> Table:
    outcome = {"passed": _("holds"), "not needed": _("does not apply")}
    rows = tuple((_(EXCHANGE_RULES[check.id]), outcome.get(check.status, check.status)) for check in checks)
    return Table(_("Checks before sending"), (Column(_("Check")), Column(_("Outcome"))), rows)
