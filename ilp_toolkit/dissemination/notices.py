"""
Correction notices: what every past recipient of a product must be told when something in it was wrong.

A notice names the product and what is to be done with it, never the record or the value: a notice that
repeats the error spreads it. Recipients pass it on to whomever they gave the product.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..collation.ledger import texts
from ..errors import InputError
from ..i18n import N_, _, current, date, language

if TYPE_CHECKING:
    from ..collation.case import Case

__all__ = ["LEFT", "Notice", "notices_for", "open_notices", "sent"]

LEFT = ("release", "disclosure", "transfer", "exchange")
"""Kinds of records in the ledger that say that something left the case."""

UNNAMED = "unnamed"
"""Stands for recipients of whom nobody wrote down who they are."""
_REASONS: dict[str, str] = {
    "rectified": N_("a record that went into it was wrong and has been put right"),
    "erased": N_("a record that went into it had to be erased"),
    "acquitted": N_("a person whom it counts as suspected was acquitted"),
}


@dataclass(frozen=True)
class Notice:
    """What one recipient of one product is told."""

    id: str
    """Id in the ledger."""
    correction: str
    """Id of the correction behind it."""
    what: str
    """``rectified``, ``erased`` or ``acquitted``."""
    recipient: str
    product: str
    """Number of the product."""
    released: dt.datetime
    """When it left."""

    def text(self, code: str | None = None) -> str:
        """
        Return the notice as a letter.

        Parameters
        ----------
        code
            Language, "en" or "ru"; None for the one in use.
        """
        with language(code or current()):
            lines = [
                _("To: {recipient}").format(
                    recipient=_("everybody who received it") if self.recipient == UNNAMED else self.recipient
                ),
                _("Correction of product {product} of {day}").format(
                    product=self.product, day=date(self.released.date())
                ),
                _("Part of this product must no longer be relied on: {reason}.").format(
                    reason=_(_REASONS[self.what])
                ),
                _(
                    "Do not use or pass on the product. Take it out of your files, or mark it as corrected, "
                    "and ask us for the new one."
                ),
                _("Tell everybody to whom you gave it, and confirm to us that you have done so."),
                _("Reference: {id}").format(id=self.id),
            ]
        return "\n\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values with the text in both languages."""
        return {
            "id": self.id,
            "correction": self.correction,
            "what": self.what,
            "recipient": self.recipient,
            "product": self.product,
            "released": self.released.isoformat(),
            "text": {code: self.text(code) for code in ("en", "ru")},
        }


def notices_for(case: Case, correction: str, what: str, items: Iterable[str]) -> list[Notice]:
    """
    Make a notice for every recipient of every product that the items went into, and note each in the ledger.

    Parameters
    ----------
    case
        The case.
    correction
        Id of the correction.
    what
        Its kind.
    items
        Ids of the materials and findings that are stale.
    """
    found = []
    for product, recipients, released in _products(case, set(items)):
        for recipient in recipients:
            record = {
                "correction": correction,
                "what": what,
                "recipient": recipient,
                "product": product,
                "released": released.isoformat(),
            }
            found.append(
                Notice(case.remember("notice", record), correction, what, recipient, product, released)
            )
    return found


def open_notices(case: Case) -> list[Notice]:
    """Return the notices that nobody has sent yet, the oldest first."""
    done = {record["notice"] for record in case.recall("notice_sent")}
    return [notice for notice in _all(case) if notice.id not in done]


def sent(case: Case, notice: str | Notice, *, by: str, how: str) -> None:
    """
    Note that a notice went out.

    Raises
    ------
    InputError
        If there is no such notice, or nobody is named.
    """
    name = notice if isinstance(notice, str) else notice.id
    if name not in {one.id for one in _all(case)}:
        raise InputError(_("There is no notice {id} in this case.").format(id=name))
    if not by.strip():
        raise InputError(_("`by` is empty: name who sent it."))
    case.remember(
        "notice_sent", {"notice": name, "by": case.without_records(by), "how": case.without_records(how)}
    )
    case.audit.append("disclosure", subject=name, what="correction-notice", by_claimed=by, justification=how)


def _all(case: Case) -> Iterator[Notice]:
    for line in case.ledger.lines("notice"):
        one = line["record"]
        released = dt.datetime.fromisoformat(one["released"])
        yield Notice(
            f"notice-{line['n']}", one["correction"], one["what"], one["recipient"], one["product"], released
        )


def _products(case: Case, items: set[str]) -> Iterator[tuple[str, list[str], dt.datetime]]:
    """Yield what left with any of the items: number of the product, its recipients, and when."""
    for kind in LEFT:
        for line in case.ledger.lines(kind):
            record = line["record"]
            if items & set(texts(record)):
                number = str(record.get("product") or f"{kind}-{line['n']}")
                yield number, _recipients(record), dt.datetime.fromisoformat(line["at"])


def _recipients(record: dict[str, Any]) -> list[str]:
    """Return who got it: those named, or else the audience as a whole."""
    named = record.get("recipients") or record.get("recipient") or record.get("audience") or ""
    several = [named] if isinstance(named, str) else list(named)
    return [str(one) for one in several if one] or [UNNAMED]
