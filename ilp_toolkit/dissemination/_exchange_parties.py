"""Who gives and who receives, and the review of what may happen to people where the information goes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..errors import InputError
from ..evaluation import handling
from ..i18n import N_, _

__all__ = ["ABROAD", "QUESTIONS", "SOURCES", "Recipient", "Review", "Sender"]

ABROAD = frozenset({"foreign_law_enforcement", "regional_centre"})
"""Audiences that need a review of each destination."""
_AUDIENCES = ("law_enforcement", "prosecution", "partners", "foreign_law_enforcement", "regional_centre")

QUESTIONS: dict[str, str] = {
    "onward_transfer": N_("Can it be passed on without the originator being asked?"),
    "ill_treatment": N_(
        "Are there substantial grounds to believe that it leads to torture or ill-treatment?"
    ),
    "death_penalty": N_("Can it contribute to a sentence of death?"),
}
"""What a review asks of each destination."""

SOURCES: dict[str, dict[str, Any]] = {
    "ill_treatment": {
        "citation": "Convention against Torture (1984), Articles 3 and 15; ICCPR (1966), Article 7",
        "verified": False,
    },
    "death_penalty": {
        "citation": "ICCPR (1966), Article 6, and its Second Optional Protocol",
        "verified": False,
    },
    "onward_transfer": {
        "citation": "Directive (EU) 2016/680, Article 35(1)(e); binds none of the countries of this course",
        "verified": False,
    },
}
"""Where each question comes from. No lawyer has verified this."""


@dataclass(frozen=True)
class Sender:
    """The agency that sends."""

    id: str
    country: str
    """Two letters, as in ISO 3166."""

    def __post_init__(self) -> None:
        _refuse_empty(self, ("id",))
        _refuse_country(self.country)


@dataclass(frozen=True)
class Recipient:
    """The agency or centre that receives."""

    id: str
    name: str
    country: str
    """Where it is: two letters, as in ISO 3166."""
    audience: str
    """Id of `handling.audiences`."""
    agreement: str
    """The treaty or law on which it is given."""
    members: tuple[str, ...] = ()
    """Countries of all members, for a regional centre: what it gets, they all get."""

    def __post_init__(self) -> None:
        _refuse_empty(self, ("id", "name", "agreement"))
        _refuse_country(self.country)
        if self.audience not in _AUDIENCES:
            msg = _("`audience` is {audience!r}; a message goes to one of: {known}.")
            raise InputError(msg.format(audience=self.audience, known=", ".join(_AUDIENCES)))
        for member in self.members:
            _refuse_country(member)
        if self.audience == "regional_centre" and not self.members:
            msg = _("A regional centre has members, and they are part of the audience: name their countries.")
            raise InputError(msg)

    def destinations(self, sender: Sender) -> list[str]:
        """Return the countries other than the sender's where it arrives."""
        reached = {self.country, *self.members} if self.audience in ABROAD else set()
        return sorted(reached - {sender.country})

    def known(self) -> dict[str, handling.Audience]:
        """Return all audiences, with the members of this centre in place."""
        if self.audience != "regional_centre":
            return handling.audiences()
        extra = {country: {"words": country} for country in self.members}
        return handling.audiences({**extra, "centre_members": {"members": list(self.members)}})


@dataclass(frozen=True)
class Review:
    """What somebody other than the author found on the risks at one destination."""

    destination: str
    """The country, two letters."""
    reviewer: str
    date: dt.date
    onward_transfer: Literal["excluded", "consent_needed", "possible", "unknown"]
    ill_treatment: Literal["no_risk_found", "risk", "unknown"]
    death_penalty: Literal["not_provided", "excluded_by_assurance", "possible", "unknown"]
    basis: str
    """What was read: country reports, judgments, law."""
    assurance: str = ""
    """Number and date of a written assurance, for the death penalty. None is accepted against torture."""

    def __post_init__(self) -> None:
        _refuse_empty(self, ("reviewer", "basis"))
        _refuse_country(self.destination)
        choices = {
            "onward_transfer": ("excluded", "consent_needed", "possible", "unknown"),
            "ill_treatment": ("no_risk_found", "risk", "unknown"),
            "death_penalty": ("not_provided", "excluded_by_assurance", "possible", "unknown"),
        }
        for name, known in choices.items():
            if getattr(self, name) not in known:
                msg = _("`{name}` must be one of {known}, got {value!r}.")
                raise InputError(msg.format(name=name, known=", ".join(known), value=getattr(self, name)))

    def objections(self) -> list[str]:
        """Say what in this review stands against sending: one sentence each, empty where nothing does."""
        found = []
        if self.ill_treatment == "risk":
            found.append(
                _("{country}: a risk of ill-treatment was found; no assurance mends that.").format(
                    country=self.destination
                )
            )
        if self.onward_transfer == "possible":
            found.append(_("{country}: it can be passed on without asking.").format(country=self.destination))
        if self.death_penalty == "possible":
            found.append(
                _("{country}: it can contribute to a sentence of death.").format(country=self.destination)
            )
        if self.death_penalty == "excluded_by_assurance" and not self.assurance.strip():
            found.append(
                _("{country}: the assurance on the death penalty is not named.").format(
                    country=self.destination
                )
            )
        unknown = [name for name in QUESTIONS if getattr(self, name) == "unknown"]
        if unknown:
            msg = _("{country}: not known: {names}. What is not known is no “no”.")
            found.append(msg.format(country=self.destination, names=", ".join(unknown)))
        return found

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**asdict(self), "date": self.date.isoformat()}


def _refuse_empty(part: object, names: tuple[str, ...]) -> None:
    for name in names:
        if not str(getattr(part, name)).strip():
            raise InputError(_("`{name}` is empty.").format(name=name))


def _refuse_country(code: str) -> None:
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise InputError(
            _("{code!r} is no country: write two capital letters, as in ISO 3166.").format(code=code)
        )
