"""
One check of the gate: what was asked, what was found, and the one line that would mend it.

A check never decides by itself what happens: the gate does, and it fails closed. A check that does not apply
says why; one that an exception covers says whose word that is, as *claimed*: nobody can verify it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ..i18n import N_, _

__all__ = ["RULES", "Check", "Status", "exempted", "failed", "failures", "not_needed", "passed", "to_json"]

Status = Literal["passed", "failed", "exempted", "not needed"]

RULES: dict[str, str] = {
    "governed": N_("Everything that went in came through the case."),
    "current": N_("No record behind it was corrected or erased since it was made."),
    "purpose": N_("The purpose is one for which the information may be used."),
    "legal_basis": N_("The case states its legal basis."),
    "necessity": N_("The case says why it is necessary and goes no further than needed."),
    "audience": N_("The handling codes allow this audience."),
    "conditions": N_("Each condition of the handling codes is met, or travels with the product."),
    "originator_consent": N_("Whoever gave the information agrees that it is passed on."),
    "retention": N_("The information may still be kept."),
    "lawful_origin": N_("The information was obtained lawfully and without ill-treatment."),
    "roles": N_("Suspects, victims and witnesses do not stand in one list."),
    "fact_assessment": N_("It is marked as fact or assessment, and an assessment has an author."),
    "sensitive_offences": N_(
        "Offences of belief or assembly have no place; domestic and sexual violence a district at most."
    ),
    "columns": N_("Only columns that may leave stand in it."),
    "small_counts": N_("No small count can be read or worked out, also beside everything released before."),
    "places": N_("No place is shown more finely than the audience may see."),
    "free_text": N_("Free text holds no names, numbers or contacts of persons."),
    "bias": N_("What ranks places for future attention was tested for reporting bias and feedback."),
    "language": N_("Likelihood and confidence are worded by the yardstick."),
    "uncertainty": N_("An assessment says how sure it is."),
    "four_eyes": N_("A second person has seen it."),
    "payload": N_("The finished files hold nothing that must stay inside."),
}
"""The checks in the order in which the gate makes them, each with its rule in words."""

MEND = N_("mend:")
"""Stands before the line that would mend a refusal. Named here, as no message is found inside an f-string."""


@dataclass(frozen=True)
class Check:
    """The outcome of one check."""

    id: str
    """A name of `RULES`."""
    status: Status
    evidence: str = ""
    """What was found, in words; never a value that must stay inside."""
    fix: str = ""
    """The one line that would mend it, as code where that is possible."""
    citations: tuple[str, ...] = ()
    """Rules of the case's rule pack that ask for this check."""
    facts: dict[str, Any] = field(default_factory=dict, compare=False)
    """Numbers for the manifest (JSON values)."""

    @property
    def rule(self) -> str:
        """The rule in words, in the language in use."""
        return _(RULES[self.id])

    def __str__(self) -> str:
        parts = [f"{self.id}: {_(_WORDS[self.status])}", self.evidence, self.fix and f"→ {self.fix}"]
        return " ".join(part for part in parts if part)


_WORDS: dict[Status, str] = {
    "passed": N_("passed."),
    "failed": N_("refused."),
    "exempted": N_("excepted (claimed)."),
    "not needed": N_("not needed."),
}


def passed(name: str, evidence: str = "", **facts: Any) -> Check:
    """Return a check that holds."""
    return Check(name, "passed", evidence, facts=facts)


def not_needed(name: str, evidence: str = "") -> Check:
    """Return a check that has nothing to look at here."""
    return Check(name, "not needed", evidence)


def failed(name: str, evidence: str, fix: str, **facts: Any) -> Check:
    """Return a check that does not hold, with what would mend it."""
    return Check(name, "failed", evidence, fix, facts=facts)


def exempted(check: Check, reason: str, second_person: str) -> Check:
    """Return a failed check as excepted; the reason and the second person are kept as claims."""
    evidence = _("{found} Excepted, as claimed by {person}: {reason}").format(
        found=check.evidence, person=second_person, reason=reason
    )
    return Check(check.id, "exempted", evidence, check.fix, check.citations, check.facts)


def failures(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that do not hold."""
    return [check for check in checks if check.status == "failed"]


def to_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Return checks as the manifest keeps them."""
    return [
        {
            "id": check.id,
            "status": check.status,
            "rule": check.rule,
            "evidence": check.evidence,
            "fix": check.fix,
            "citations": list(check.citations),
            **({"facts": check.facts} if check.facts else {}),
        }
        for check in checks
    ]
