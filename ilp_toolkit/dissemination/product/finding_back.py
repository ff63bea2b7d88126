"""
What stands behind a finding: conditions, where it comes from, how it was made, what was checked.

It is for whoever checks the answer: an ombudsman, a court, the next analyst.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ... import choices
from ...evaluation import handling
from ...i18n import _, date, number
from .. import rulebook
from ..checks import Check, to_json
from .blocks import Block, Bullets, Column, Facts, Heading, Note, Table

if TYPE_CHECKING:
    from ..asked import Asked

__all__ = ["behind", "record", "settings"]

_SETTINGS = frozenset({
    "adaptive", "bands", "bandwidth", "bandwidth_rule", "cell_size", "cell_size_rule", "clipped",
    "confidence", "crs", "distance", "distances", "draws", "durations", "edge_correction", "error",
    "expected", "exposure", "grid", "interval", "kernel", "level", "limit", "measure", "metric",
    "min_points", "month", "near", "neighbours", "neighbours_in_time", "neighbours_include_self", "order",
    "origin", "outline", "p_value", "permutations", "q_value", "rng", "samples", "shape", "sizes",
    "spatial_weights", "spread", "step", "steps", "test", "time", "timezone", "unit", "week", "weeks",
})  # fmt: skip
"""Choices that may be printed for everybody: settings. Numbers of incidents are no settings."""


def behind(finding: Any, asked: Asked, checks: list[Check], *, root: str, made: bool = True) -> list[Block]:
    """
    Return the back of the product.

    Parameters
    ----------
    finding, asked, checks
        The finding, what its author asked for, and what was checked.
    root
        How many entries the case's audit log had, and their root: what ``ilp audit verify --root`` takes.
    made
        Whether to say how it was made; false where the product says so elsewhere.
    """
    found = _travelling(checks)
    found += [Heading(_("Where it comes from")), Facts(tuple(_origin(finding, asked, root)))]
    if made:
        found += [Heading(_("How it was made")), Bullets(tuple(_made(finding)))]
    moved = [check.evidence for check in checks if check.id == "places" and asked.mask and check.evidence]
    found += [Note(text, title=_("Points were moved")) for text in moved]
    if asked.bias_audit is not None:
        found += [Heading(_("Reporting bias and feedback")), Bullets(tuple(asked.bias_audit.sentences()))]
    found += [Heading(_("What was checked before it left")), _checked(checks)]
    return found + _pack(finding, checks)


def _travelling(checks: list[Check]) -> list[Block]:
    words = handling.conditions()
    codes = [code for check in checks for code in check.facts.get("travelling", [])]
    return (
        [Note("; ".join(words[code] for code in codes), title=_("Conditions for whoever receives this"))]
        if codes
        else []
    )


def _origin(finding: Any, asked: Asked, root: str) -> list[tuple[str, str]]:
    passport = finding.passport
    purpose = asked.purpose or ", ".join(sorted(passport.purposes))
    rows = [
        (_("Case"), str(finding.case.id)),
        (_("Purpose"), purpose),
        (_("Legal basis"), str(finding.case.legal_basis)),
        (_("Quality of the data"), "; ".join(passport.quality) or _("not stated")),
        (_("Kept until"), date(passport.expires.date()) if passport.expires else _("not set")),
        (_("Author"), asked.author),
    ]
    grades = {grade: n for grade, n in passport.grades.items() if n}
    if grades:
        listed = "; ".join(f"{grade}: {number(n)}" for grade, n in sorted(grades.items()))
        rows.append((_("Grades of the reports"), listed))
    for name, value in ((_("Necessity"), "necessity"), (_("Proportionality"), "proportionality")):
        text = str(getattr(finding.case, value, "") or "")
        if text:
            rows.append((name, text))
    if asked.second_person:
        rows.append((_("Second person, as claimed"), asked.second_person))
    return [*rows, (_("Root of the audit log"), root)]


def _made(finding: Any) -> list[str]:
    shown = settings(finding)
    text = choices.explain(_Noted(shown))
    return [_("Function: {name}").format(name=finding.function), *text.splitlines()]


def settings(finding: Any) -> dict[str, Any]:
    """Return what was chosen on the way to a finding, as far as everybody may see it."""
    noted = choices.of(finding.table) | choices.of(finding)
    return {name: value for name, value in noted.items() if name in _SETTINGS}


_TOLD_OF_COUNTS = frozenset({"figures_before", "figures_new", "method"})


class _Noted:
    def __init__(self, noted: dict[str, Any]) -> None:
        self.choices = noted


def _checked(checks: list[Check]) -> Table:
    words = {
        "passed": _("holds"),
        "exempted": _("excepted, as claimed"),
        "not needed": _("not needed"),
        "failed": _("does not hold"),
    }
    rows = tuple((check.rule, words[check.status]) for check in checks if check.status != "not needed")
    note = _(
        "A check is no proof, and the toolkit gives no legal advice. Who runs Python can write files past it."
    )
    return Table(_("Checks"), (Column(_("Rule")), Column(_("Outcome"))), rows, note)


def _pack(finding: Any, checks: list[Check]) -> list[Block]:
    """Show the rules of the case's pack beside the checks that answer them; never as a badge."""
    pack = rulebook.pack_of(finding.case)
    if pack is None:
        return []
    answered = {
        rule.split(":")[0] for check in checks if check.status == "passed" for rule in check.citations
    }
    rows = tuple(
        (rule.text, rule.citation, _("checked") if rule.id in answered else _("not checked by the gate"))
        for rule in pack.rules
    )
    columns = (Column(_("Rule")), Column(_("Source")), Column(_("Here")))
    missing = [_("To be supplied: {what}").format(what=what) for what in pack.missing]
    found: list[Block] = [Heading(pack.title), Note(pack.note), Table(_("Rules"), columns, rows)]
    return [*found, Bullets(tuple(missing))] if missing else found


def _outside(checks: list[Check]) -> list[Check]:
    """Leave out what the search for small counts found on the way: how many were small narrows them down."""
    return [
        replace(check, facts={name: fact for name, fact in check.facts.items() if name in _TOLD_OF_COUNTS})
        if check.id in {"small_counts", "roles"}
        else check
        for check in checks
    ]


def record(
    finding: Any, asked: Asked, hidden: dict[str, int], checks: list[Check], root: str
) -> dict[str, Any]:
    """Return what the manifest says of a finding, its checks and its audit log (JSON values)."""
    noted = {
        "case": finding.case.id,
        "finding": finding.id,
        "function": finding.function,
        "kind": finding.kind,
        "audience": asked.audience,
        "purpose": asked.purpose or sorted(finding.passport.purposes),
        "choices": settings(finding),
        "handling": finding.passport.handling.to_json() if asked.audience != "public" else None,
        "hidden": hidden,
        "gate": to_json(_outside(checks) if asked.public_rules(finding) else checks),
        "audit_root": root,
    }
    return json.loads(json.dumps(noted, default=str, ensure_ascii=False))  # type: ignore[no-any-return]
