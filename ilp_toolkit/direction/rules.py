"""
Rule packs: what a law or a recommendation asks, one line a rule, each with its citation and its check.

A pack turns paper into questions that the gate can answer; it is no legal advice, and a product that met
every line of it has met these lines and nothing else. So there is no badge. A rule stays ``verified = false``
until a person with a name and a date has held it against the original, and what nobody has supplied yet is
listed as missing, never guessed. Packs are TOML files in ``direction/rules``; a ministry writes its own.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import FileError, InputError
from ..i18n import N_, _, current

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PREDICATES", "Rule", "RulePack", "available", "load", "read"]

Standing = Literal["binds", "training", "teaches"]

PREDICATES: dict[str, str] = {
    "audience": N_("the audience may receive it, under its conditions"),
    "fact_assessment": N_("facts and assessments are told apart, and an assessment has an author"),
    "lawful_origin": N_("each item was obtained lawfully, and says how"),
    "legal_basis": N_("a legal basis is named"),
    "log": N_("what was done is in the audit log: what, when, by whom, for whom, why"),
    "necessity": N_("necessity and proportionality are stated"),
    "no_torture": N_("no item rests on a statement made under torture or other ill-treatment"),
    "originator_consent": N_("who supplied it agrees to its being passed on"),
    "payload": N_("the finished files hold nothing that was held back"),
    "purpose": N_("the purpose is one of the case's own"),
    "retention": N_("the review date is set and not past"),
    "roles": N_("suspects, convicted persons, victims and others are kept apart"),
    "sensitive_offences": N_(
        "offences of belief, speech or assembly are not mapped, sensitive ones not finely"
    ),
    "small_cells": N_("no count is so small that it points to a person"),
    "special_categories": N_("special categories of data are absent, or need and reason are stated"),
}
"""Checks that a rule can name: those of the gate, in words."""

_NOT_ADVICE = N_(
    "This is not legal advice. It is a list of questions for training and for checks, made by people who are "
    "no lawyers of your country. A lawyer who knows the law in force decides."
)
_STANDINGS: dict[Standing, str] = {
    "binds": N_("Binds the states that are parties to it."),
    "training": N_("For training: only what could be traced to a source; the rest is listed as missing."),
    "teaches": N_("Binds none of the countries for which this course was first written; it teaches."),
}


@dataclass(frozen=True)
class Rule:
    """One rule: what it asks, which check answers it, and where it stands."""

    id: str
    text: str
    """In the language that was in use when the pack was read."""
    predicate: str
    """One of `PREDICATES`."""
    citation: str
    verified: bool
    """Whether a person has held text and citation against the original."""
    reviewer: str
    date: dt.date | None
    """When that was; None while nobody has."""


@dataclass(frozen=True)
class RulePack:
    """Rules of one source or one country."""

    name: str
    title: str
    standing: Standing
    rules: tuple[Rule, ...]
    note: str
    """“Not legal advice”, what the pack's standing is, and its own remark."""
    missing: tuple[str, ...] = ()
    """What is still to be supplied by somebody who knows it."""

    @property
    def predicates(self) -> frozenset[str]:
        """The checks that the pack asks for."""
        return frozenset(rule.predicate for rule in self.rules)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules that nobody has held against the original yet."""
        return tuple(rule for rule in self.rules if not rule.verified)

    def page(self) -> tuple[str, ...]:
        """Return the pack as lines to print: the note first, each rule with citation and state of review."""
        lines = [self.title, self.note]
        lines += [f"{rule.id}. {rule.text} [{rule.citation}] {_state(rule)}" for rule in self.rules]
        lines += [_("To be supplied: {what}").format(what=what) for what in self.missing]
        return tuple(lines)


def available() -> tuple[str, ...]:
    """
    Return the names of the packs that come with the toolkit, those that bind first.

    Examples
    --------
    >>> available()[:2]
    ('iccpr17', 'uncat15')
    """
    order = get_args(Standing)
    packs = [
        load(path.name.removesuffix(".toml")) for path in _folder().iterdir() if path.name.endswith(".toml")
    ]
    return tuple(
        pack.name for pack in sorted(packs, key=lambda pack: (order.index(pack.standing), pack.name))
    )


def load(name: str) -> RulePack:
    """
    Read a pack that comes with the toolkit, in the language in use.

    Parameters
    ----------
    name
        One of `available`.

    Returns
    -------
    RulePack
        Its rules, and those of the packs that it includes.

    Raises
    ------
    InputError
        If there is no such pack.

    Examples
    --------
    >>> pack = load("uncat15")
    >>> [rule.predicate for rule in pack.rules], len(pack.unverified) == len(pack.rules)
    (['no_torture', 'lawful_origin'], True)
    """
    found = _folder() / f"{name}.toml"
    if not name.isidentifier() or not found.is_file():
        names = ", ".join(sorted(path.name.removesuffix(".toml") for path in _folder().iterdir()))
        raise InputError(
            _("There is no rule pack “{name}”. There are: {names}.").format(name=name, names=names)
        )
    return _pack(tomllib.loads(found.read_text(encoding="utf-8")), name)


def read(path: str | Path) -> RulePack:
    """
    Read a pack of your own.

    Parameters
    ----------
    path
        A TOML file in the form of those in ``direction/rules``.

    Returns
    -------
    RulePack
        Its rules.

    Raises
    ------
    FileError
        If the file is missing or no TOML.
    InputError
        If a rule lacks its citation, names no check, or calls itself verified without reviewer and date;
        all such slips are listed at once.
    """
    file = Path(path)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError:
        raise FileError(
            _("There is no rule pack file “{name}”. Check the path.").format(name=file.name)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = _("The rule pack “{name}” is no valid TOML: {reason}.").format(name=file.name, reason=error)
        raise FileError(msg) from None
    return _pack(values, file.stem)


def _pack(values: dict[str, Any], name: str) -> RulePack:
    slips = _slips(values)
    if slips:
        msg = _("The rule pack “{name}” cannot be used: {slips}.").format(name=name, slips="; ".join(slips))
        raise InputError(msg)
    own = tuple(_rule(value) for value in values.get("rules", ()))
    taken = tuple(rule for other in values.get("includes", ()) for rule in load(other).rules)
    standing: Standing = values["standing"]
    notes = (_(_NOT_ADVICE), _(_STANDINGS[standing]), _said(values.get("note", "")))
    return RulePack(
        name=name,
        title=_said(values["title"]),
        standing=standing,
        rules=(*taken, *own),
        note=" ".join(note for note in notes if note),
        missing=tuple(_said(what) for what in values.get("missing", ())),
    )


def _rule(value: dict[str, Any]) -> Rule:
    return Rule(
        id=value["id"],
        text=_said(value["text"]),
        predicate=value["predicate"],
        citation=_said(value["citation"]),
        verified=value["verified"],
        reviewer=value.get("reviewer", ""),
        date=value.get("date"),
    )


def _slips(values: dict[str, Any]) -> list[str]:
    slips = []
    if not values.get("title"):
        slips.append(_("it has no title"))
    if values.get("standing") not in get_args(Standing):
        slips.append(_("its standing must be one of {known}").format(known=", ".join(get_args(Standing))))
    rules = values.get("rules", ())
    for place, rule in enumerate(rules, start=1):
        slips += [f"{rule.get('id') or place}: {slip}" for slip in _slips_of(rule)]
    slips += [
        _("{id} comes twice").format(id=again) for again in _twice(str(rule.get("id")) for rule in rules)
    ]
    return slips


def _slips_of(rule: dict[str, Any]) -> list[str]:
    slips = []
    if not str(rule.get("id", "")).strip():
        slips.append(_("no id"))
    if not _filled(rule.get("text")):
        slips.append(_("no text"))
    if not _filled(rule.get("citation")):
        slips.append(_("no citation"))
    if rule.get("predicate") not in PREDICATES:
        slips.append(_("`predicate` must be one of {known}").format(known=", ".join(PREDICATES)))
    verified = rule.get("verified")
    if not isinstance(verified, bool):
        slips.append(_("`verified` must be true or false"))
    signed = bool(str(rule.get("reviewer", "")).strip()) and isinstance(rule.get("date"), dt.date)
    if verified is True and not signed:
        slips.append(_("verified without reviewer and date"))
    return slips


def _filled(value: Any) -> bool:
    texts: Iterable[Any] = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(text, str) and text.strip() for text in texts)


def _twice(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in ids if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _said(value: Any) -> str:
    """Return a text that a pack gives in one language or in several."""
    if isinstance(value, dict):
        return str(value.get(current()) or value.get("en") or next(iter(value.values())))
    return str(value)


def _state(rule: Rule) -> str:
    if not rule.verified or rule.date is None:
        return _("(not yet held against the original)")
    return _("(held against the original by {who}, {date})").format(
        who=rule.reviewer, date=rule.date.isoformat()
    )


def _folder() -> Any:
    return resources.files("ilp_toolkit.direction").joinpath("rules")
