"""
The first checks of the gate: what the information may be used for, and who may see it.

They look at the passport of a finding, not at its numbers. Each returns a `Check`; what it cannot establish,
it refuses. Consent, conditions met and second persons are taken as claimed and kept as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..evaluation import handling
from ..i18n import _, date, number
from . import originals, people, rulebook
from .asked import AGGREGATED, Asked
from .checks import Check, failed, not_needed, passed

if TYPE_CHECKING:
    from .outline import Outline

__all__ = ["TRAVELLING", "governance"]

TRAVELLING = frozenset(
    {"no_court_use", "crime_purpose_only", "policing_purpose", "official_use_only", "overt_use", "covert_use",
     "covert_development", "need_to_know", "no_onward_transfer", "named_recipients_only"}
)  # fmt: skip
"""Conditions that bind whoever receives: they are printed on the product."""
_BY_CONSENT = frozenset(
    {"originator_consent", "sanitise_originator", "covert_use", "covert_development", "no_onward_transfer"}
)
_BY_NAMES = frozenset({"need_to_know", "named_recipients_only"})
_YES, _NO = frozenset({"yes", "true", "да"}), frozenset({"no", "false", "нет"})
_OWN = frozenset({"originator", "agency"})
_FIX_ROWS = 'table["handling"] = table["handling"].replace("", "internal")'


def governance(finding: Any, asked: Asked, shape: Outline) -> list[Check]:
    """
    Make the checks on purpose, audience, consent, time and roles.

    Parameters
    ----------
    finding
        A `collation` finding.
    asked
        What the author asks for.
    shape
        What would leave.

    Returns
    -------
    list of Check
        In the order of `checks.RULES`.
    """
    return [
        _governed(finding, asked),
        _current(finding),
        _purpose(finding, asked),
        _legal_basis(finding),
        _necessity(finding),
        _audience(finding, asked, shape),
        _conditions(finding, asked),
        _originators(finding, asked),
        _retention(finding),
        _lawful(finding),
        _roles(finding, shape),
        _fact(finding, asked),
    ]


def _governed(finding: Any, asked: Asked) -> Check:
    doubts = finding.case.verify(finding)
    if doubts:
        return failed("governed", doubts[0], 'case.analyse(…, case.collect(…, quality="…", handling="…"))')
    # A file may be called after a person: outside, its id is enough.
    inside = asked.audience in _OWN
    names = ", ".join(material.name if inside else material.id for material in finding.materials())
    return passed("governed", _("Made from: {names}.").format(names=names))


def _current(finding: Any) -> Check:
    reasons = list(finding.case.stale(finding.id))
    if reasons:
        found = _("It is out of date: {reason}.").format(
            reason="; ".join(str(one).rstrip(".") for one in reasons[:2])
        )
        return failed("current", found, "case.collect(…) → case.analyse(…) → ilp.release(…)")
    return passed("current")


def _purpose(finding: Any, asked: Asked) -> Check:
    common = frozenset(finding.passport.purposes) & frozenset(finding.case.purposes)
    if not common:
        found = _("The materials have no purpose in common, so the result has none.")
        return failed("purpose", found, _("analyse them apart, or collect them for one purpose"))
    wanted = asked.purpose or (next(iter(common)) if len(common) == 1 else "")
    listed = ", ".join(sorted(common))
    if not wanted:
        return failed(
            "purpose", _("Several purposes are possible: {listed}.").format(listed=listed),
            f'ilp.release(…, purpose="{min(common)}")',
        )  # fmt: skip
    if wanted not in common:
        found = _("“{wanted}” is not among the purposes: {listed}.").format(wanted=wanted, listed=listed)
        return failed("purpose", found, f'ilp.release(…, purpose="{min(common)}")')
    return passed("purpose", wanted, purpose=wanted)


def _legal_basis(finding: Any) -> Check:
    basis = str(finding.case.legal_basis).strip()
    if not basis:
        return failed("legal_basis", _("The case states none."), 'ilp.Case(…, legal_basis="…")')
    return passed("legal_basis", basis)


def _necessity(finding: Any) -> Check:
    case = finding.case
    stated = bool(case.necessity and case.proportionality)
    if stated:
        return passed("necessity")
    if rulebook.asks_for(case, "necessity"):
        found = _("The rule pack of the case asks for both, and they are not stated.")
        return failed("necessity", found, 'ilp.Case(…, necessity="…", proportionality="…")')
    return not_needed("necessity", _("The case works under no rules that ask for it."))


def _audience(finding: Any, asked: Asked, shape: Outline) -> Check:
    held = finding.passport.handling
    if held.permits(asked.audience):
        return passed("audience", handling.words(held))
    policy = finding.case.policy
    own = bool(held.markings) and set(held.markings) <= set(policy.release.counts_may_leave_from)
    foreign = sorted(held.originators - {"", finding.case.owner})
    protected = shape.shape in AGGREGATED or (bool(asked.mask) and shape.shape in {"points", "records"})
    if own and not foreign and protected and asked.public_rules(finding):
        found = _("Own material marked {markings}: only what passed the public rules leaves.")
        return passed("audience", found.format(markings=", ".join(held.markings)))
    agreed = set(asked.consent)
    if held.originators and held.originators <= agreed:
        widened = held.with_consent(asked.audience, by=agreed)
        if widened.permits(asked.audience):
            return passed("audience", _("By consent of {names}.").format(names=", ".join(sorted(agreed))))
    found = _("{words} “{audience}” is not among them.").format(
        words=handling.words(held), audience=asked.audience
    )
    unmarked = [] if held.audiences or foreign else _unmarked(finding)
    if unmarked:
        told = _(
            "Rows of “{name}” without a marking among rows that have one: {n}. They count as the strictest."
        )
        also = [told.format(n=number(n), name=name) for name, n in unmarked]
        return failed("audience", " ".join([found, *also]), _FIX_ROWS)
    return failed("audience", found, _fix_audience(held, foreign))


def _unmarked(finding: Any) -> list[tuple[str, int]]:
    """Return the materials whose whole was marked, with the number of their rows that were not."""
    found = []
    for material in finding.materials():
        if material.stated is None or "handling" not in material.content:
            continue
        empty = material.content["handling"].fillna("").astype(str).str.strip() == ""
        if empty.any():
            found.append((material.name, int(empty.sum())))
    return found


def _fix_audience(held: Any, foreign: list[str]) -> str:
    if foreign:
        asked_of = ", ".join(f'"{name}": "…"' for name in foreign)
        return f"ilp.release(…, consent={{{asked_of}}})"
    widest = min(held.audiences, default="")
    if widest:
        return f'ilp.release(…, audience="{widest}")'
    return 'case.collect(…, handling="internal")'


def _conditions(finding: Any, asked: Asked) -> Check:
    conditions = finding.passport.handling.conditions
    if not conditions:
        return not_needed("conditions", _("No conditions."))
    words = handling.conditions()
    open_ones = sorted(c for c in conditions if not _met(c, asked))
    if open_ones:
        first = open_ones[0]
        found = _("Not met: {what}.").format(
            what="; ".join(words.get(c, c.partition(":")[2]) for c in open_ones)
        )
        if first in _BY_NAMES:
            return failed("conditions", found, 'ilp.release(…, recipients=["…"])')
        return failed("conditions", found, f'ilp.release(…, conditions_met={{"{first}": "…"}})')
    travelling = sorted(words[c] for c in conditions & TRAVELLING)
    found = _("Printed on the product: {what}.").format(what="; ".join(travelling)) if travelling else ""
    return passed("conditions", found, travelling=sorted(conditions & TRAVELLING))


def _met(condition: str, asked: Asked) -> bool:
    if str(asked.conditions_met.get(condition, "")).strip():
        return True
    if condition in _BY_CONSENT:
        # Whether the originators agreed is a check of its own; here the audience alone counts.
        return asked.audience in _OWN or bool(asked.consent)
    if condition in _BY_NAMES:
        return asked.audience in _OWN or bool(asked.recipients)
    return condition in TRAVELLING or condition == "sanitise_delegated"


def _originators(finding: Any, asked: Asked) -> Check:
    held = finding.passport.handling
    if not held.conditions & _BY_CONSENT:
        return not_needed("originator_consent")
    if asked.audience in _OWN:
        return passed("originator_consent", _("It stays in the agency."))
    if not held.originators:
        found = _("An originator must consent, and none is named.")
        return failed("originator_consent", found, 'case.collect(…, originator="…")')
    missing = sorted(name for name in held.originators if not str(asked.consent.get(name, "")).strip())
    if missing:
        found = _("No consent of: {names}.").format(names=", ".join(missing))
        given = ", ".join(f'"{name}": "…"' for name in missing)
        return failed("originator_consent", found, f"ilp.release(…, consent={{{given}}})")
    claimed = "; ".join(f"{name}: {asked.consent[name]}" for name in sorted(held.originators))
    return passed("originator_consent", _("As claimed: {what}.").format(what=claimed))


def _retention(finding: Any) -> Check:
    case = finding.case
    ends = [moment for moment in (case.expiry(finding), case.expires) if moment is not None]
    if len(ends) < 2:
        return failed("retention", _("No end of keeping is set."), 'ilp.Case(…, retention="2 years")')
    if min(ends) <= case.now():
        found = _("It was to be kept until {day}.").format(day=date(min(ends).date()))
        return failed("retention", found, 'ilp.retention.review(case, …, reviewer="…", reason="…")')
    return passed("retention", _("Kept until {day}.").format(day=date(min(ends).date())))


def _lawful(finding: Any) -> Check:
    """Ask of reports how each item was obtained; a register is kept by law and is not asked again."""
    unstated, tainted = 0, 0
    for table in originals.lawful_reports(finding):
        for column in originals.LAWFUL:
            if column in table:
                stated = table[column].astype("string").str.strip().str.casefold()
                tainted += int(stated.isin(_NO).sum())
                unstated += int((~stated.isin(_YES | _NO)).fillna(True).sum())
    if tainted:
        found = _("{n} reports are said to be obtained unlawfully or by ill-treatment.").format(
            n=number(tainted)
        )
        return failed("lawful_origin", found, _("leave them out: they may not be used"))
    if unstated:
        found = _("Of {n} reports it is not stated that they were obtained lawfully.").format(
            n=number(unstated)
        )
        return failed("lawful_origin", found, "case.analyse(ilp.reports.lawful, …)")
    return passed("lawful_origin")


def _roles(finding: Any, shape: Outline) -> Check:
    roles = {role: n for role, n in finding.passport.roles.items() if n}
    shown = people.roles_shown(finding, shape)
    if shown is not None and people.mixes(shown):
        found = _("One list would hold: {roles}.").format(roles=", ".join(sorted(shown)))
        return failed("roles", found, _("leave out of it whom nobody has a reason to suspect"))
    if not roles:
        return not_needed("roles", _("No rows of persons."))
    if shape.shape in AGGREGATED:
        return passed("roles", _("Only counts leave."), roles=roles)
    # What was left out on the way counts no more: one list a role is what is asked for.
    roles = originals.roles_of(finding) or roles
    if len(roles) > 1:
        found = _("One list would hold: {roles}.").format(roles=", ".join(sorted(roles)))
        return failed("roles", found, "case.analyse(lambda t: t[t['role'] == 'victim'], …)")
    return passed("roles", ", ".join(f"{role}: {number(n)}" for role, n in sorted(roles.items())))


def _fact(finding: Any, asked: Asked) -> Check:
    if finding.kind not in {"fact", "assessment"}:
        return failed(
            "fact_assessment", _("Neither fact nor assessment."), 'case.analyse(…, kind="assessment")'
        )
    if finding.kind == "fact":
        return passed("fact_assessment", _("Marked as fact."))
    author = str(finding.author or asked.author).strip()
    return passed("fact_assessment", _("Marked as assessment of {author}.").format(author=author))
