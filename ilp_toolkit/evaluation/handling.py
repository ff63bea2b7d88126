"""
Who may see a piece of information, and on what conditions: audiences plus conditions, not one ladder.

Handling codes of different systems name different audiences (a police force abroad, a school, the public), so
no code is "higher" than another. Every marking is read as a set of audiences that may receive and a set of
conditions; combining takes the intersection of the one and the union of the other. What is not marked, or not
understood, goes to nobody beyond the case: the default is the strictest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ..collection.markings import secret_marking
from ..errors import InputError
from ..i18n import _
from ._audiences import PUBLIC, Audience, audiences, parts, vocabulary, worded

__all__ = [
    "PUBLIC",
    "STRICTEST",
    "Audience",
    "Handling",
    "audiences",
    "codes",
    "combine",
    "conditions",
    "parse",
    "words",
]

OTHER = "other:"
"""How a condition in free words begins."""


@dataclass(frozen=True)
class Handling:
    """
    Who may receive, and on what conditions.

    Examples
    --------
    >>> handling = parse("4x4:H1", originator="XB")
    >>> handling.permits("agency"), handling.permits("prosecution"), sorted(handling.conditions)
    (True, False, ['crime_purpose_only', 'no_court_use'])
    """

    audiences: frozenset[str] = frozenset()
    """Audiences that may receive, those that are part of another left out; empty: nobody beyond the case."""
    conditions: frozenset[str] = frozenset()
    """Codes of `conditions`, or free words after ``other:``."""
    markings: tuple[str, ...] = ()
    """The markings as they were written: "4x4:H2", "TLP:AMBER+STRICT", "ДСП"."""
    originators: frozenset[str] = frozenset()
    """Bodies that gave the information and whose consent counts."""

    def __post_init__(self) -> None:
        named = frozenset(self.audiences)
        object.__setattr__(self, "audiences", _widest(named) if named else named)
        object.__setattr__(self, "conditions", frozenset(self.conditions))
        object.__setattr__(self, "markings", tuple(dict.fromkeys(self.markings)))
        object.__setattr__(self, "originators", frozenset(o for o in self.originators if o))

    def permits(self, audience: str, *, known: Mapping[str, Audience] | None = None) -> bool:
        """
        Say whether an audience may receive, and with it everybody who is part of it.

        Parameters
        ----------
        audience
            Id of an audience. One that nobody knows is permitted only where it was named or all may see.
        known
            All audiences, from `audiences`; None for those of the package.

        Notes
        -----
        Conditions are not looked at here: whoever passes something on checks them as well. Something that
        came from several originators goes back to none of them as "the originator".
        """
        if audience == "originator" and len(self.originators) > 1:
            return any(
                allowed != "originator" and audience in parts(allowed, known) for allowed in self.audiences
            )
        return PUBLIC in self.audiences or any(
            audience in parts(allowed, known) for allowed in self.audiences
        )

    def with_consent(self, audience: str, *, by: Iterable[str]) -> Handling:
        """
        Return the handling after its originators agreed that one more audience receives.

        Parameters
        ----------
        audience
            The audience that they agreed to.
        by
            Those who agreed; each originator must be among them.

        Returns
        -------
        Handling
            With the audience added. Conditions stay: consent to one transfer is no consent to the next.

        Raises
        ------
        InputError
            If no originator is named, or one has not agreed.

        Examples
        --------
        >>> theirs = parse("4x4:H2", originator="XB")
        >>> theirs.with_consent("regional_centre", by=["XB"]).permits("regional_centre")
        True
        """
        missing = sorted(self.originators - set(by))
        if not self.originators:
            raise InputError(
                _("Nobody is named as originator, so nobody can consent: name the originator first.")
            )
        if missing:
            msg = _("{originators} gave the information and did not consent to {audience}.")
            raise InputError(msg.format(originators=", ".join(missing), audience=audience))
        return replace(self, audiences=self.audiences | {audience})

    def to_json(self) -> dict[str, Any]:
        """Return JSON values that `from_json` turns back into the same handling."""
        return {
            "audiences": sorted(self.audiences),
            "conditions": sorted(self.conditions),
            "markings": list(self.markings),
            "originators": sorted(self.originators),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Handling:
        """Make a handling of the JSON values of `to_json`; a missing audience list is the strictest."""
        return cls(
            frozenset(values.get("audiences", ())),
            frozenset(values.get("conditions", ())),
            tuple(values.get("markings", ())),
            frozenset(values.get("originators", ())),
        )


STRICTEST = Handling()
"""Nobody beyond the case: what nobody has marked."""


def parse(text: str | None, *, originator: str = "") -> Handling:
    """
    Read a marking as audiences and conditions.

    Parameters
    ----------
    text
        Codes with the name of their system ("4x4:H1 H2", "5x5x5:1 3", "3x5x2:C A2 S2", "TLP:GREEN"), national
        markings («ДСП»), "internal", "public", ids of `audiences` and `conditions`; several separated by
        commas, semicolons or blanks. Words in brackets are a condition of their own. H0 to H3 are known
        without their system.
    originator
        Who gave the information.

    Returns
    -------
    Handling
        `STRICTEST` where nothing is written; where something is not understood, nobody may receive and the
        words are kept as a condition.

    Raises
    ------
    InputError
        If the text is the marking of a state secret: such material must not enter.

    Notes
    -----
    Restricting codes of one system (H0 to H3, P and C, TLP) take the intersection of their audiences. Codes
    of the 5x5x5 permit, so their audiences add up, except 4 ("originating agency only"), which restricts.
    Two systems on one report restrict each other. What audiences a code means is this package's own reading,
    narrow where a text leaves room, and marked unverified in ``scales/handling.json``.

    Examples
    --------
    >>> sorted(parse("TLP:GREEN").audiences), parse("").audiences, parse("keep it to yourself").conditions
    (['law_enforcement', 'partners'], frozenset(), frozenset({'other:keep it to yourself'}))
    """
    source = frozenset({originator} if originator else ())
    if not isinstance(text, str) or not text.strip():
        return replace(STRICTEST, originators=source)
    secret = secret_marking(text)
    if secret is not None:
        msg = _(
            "`handling` is marked “{marking}”: state secrets must not enter. Leave the material where it is."
        )
        raise InputError(msg.format(marking=secret))
    found = _Reading()
    for statement in re.split(r"[;\n]", text):
        found.read(statement)
    return replace(found.result(), originators=source)


def combine(*handlings: Handling, known: Mapping[str, Audience] | None = None) -> Handling:
    """
    Combine the handling of several pieces: who may see all of them, on every condition of each.

    Parameters
    ----------
    handlings
        Any number; none gives the strictest.
    known
        All audiences, from `audiences`; None for those of the package.

    Returns
    -------
    Handling
        Audiences: the intersection, nested ones taken apart. Conditions, markings, originators: the union.

    Examples
    --------
    >>> sorted(combine(parse("public"), parse("4x4:H1"), parse("internal")).audiences)
    ['agency', 'originator']
    """
    if not handlings:
        return STRICTEST
    common = _everything(handlings[0].audiences, known)
    for handling in handlings[1:]:
        common = _common(common, _everything(handling.audiences, known))
    return Handling(
        frozenset(common),
        frozenset().union(*(handling.conditions for handling in handlings)),
        tuple(marking for handling in handlings for marking in handling.markings),
        frozenset().union(*(handling.originators for handling in handlings)),
    )


def conditions() -> dict[str, str]:
    """
    Return the codes of conditions with their words in the language in use.

    Examples
    --------
    >>> conditions()["originator_consent"]
    'ask the originator before passing it on'
    """
    return {row["id"]: worded(row) for row in vocabulary()["conditions"]}


def codes(system: str = "4x4") -> dict[str, str]:
    """
    Return the handling codes of a system with their meaning in the language in use.

    Parameters
    ----------
    system
        "4x4" (Europol's H0 to H3), "5x5x5", "3x5x2" or "TLP".

    Returns
    -------
    dict
        Code to meaning; empty for a system without codes of its own, such as the 6x6.

    Examples
    --------
    >>> list(codes()), codes("TLP")["RED"]
    (['H0', 'H1', 'H2', 'H3'], 'for the eyes of the recipients alone')
    """
    found = (scheme["codes"] for scheme in vocabulary()["schemes"] if scheme["scheme"] == system)
    return {entry["code"]: worded(entry) for entry in next(found, ())}


def words(handling: Handling, *, known: Mapping[str, Audience] | None = None) -> str:
    """
    Say a handling in words: who may receive, on what conditions, and whose consent counts.

    Examples
    --------
    >>> print(words(parse("TLP:RED")))
    For nobody beyond the case. Conditions: not to be passed on; only the persons named as recipients.
    """
    named = known or audiences()
    receivers = sorted(handling.audiences)
    if receivers:
        listed = "; ".join(named[name].words if name in named else name for name in receivers)
        parts = [_("For: {audiences}.").format(audiences=listed)]
    else:
        parts = [_("For nobody beyond the case.")]
    if handling.conditions:
        known_conditions = conditions()
        said = sorted(known_conditions.get(code, code.removeprefix(OTHER)) for code in handling.conditions)
        parts.append(_("Conditions: {conditions}.").format(conditions="; ".join(said)))
    if handling.originators:
        parts.append(_("From: {originators}.").format(originators=", ".join(sorted(handling.originators))))
    return " ".join(parts)


class _Reading:
    """One marking, read word by word; each system it names restricts what the others leave."""

    def __init__(self) -> None:
        self.permitted: dict[str, frozenset[str]] = {}
        self.restricted: list[Handling] = []
        self.conditions: set[str] = set()
        self.markings: list[str] = []
        self.unknown: list[str] = []

    def read(self, statement: str) -> None:
        for bracketed in re.findall(r"[(\[«“\"]([^)\]»”\"]+)[)\]»”\"]", statement):
            self.conditions.add(OTHER + bracketed.strip())
        rest = re.sub(r"[(\[«“\"][^)\]»”\"]*[)\]»”\"]", " ", statement)
        rest = self._phrases(_plain(rest))
        system, failed = "", []
        for token in re.split(r"[\s,|]+", re.sub(r"\s*\+\s*", "+", re.sub(r"\s*:\s*", ": ", rest))):
            if not token:
                continue
            name = _system(token.removesuffix(":"))
            if name:
                system = name
            elif token.startswith("to:"):
                continue
            elif not self._token(token, system):
                failed.append(token)
        if failed:
            # Kept as it was written: half a sentence as a condition helps nobody.
            self.unknown.append(" ".join(statement.split()))

    def _phrases(self, text: str) -> str:
        """Take out the national markings and plain words, which may be several words long."""
        for form, entry in _phrases():
            pattern = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)")
            if pattern.search(text):
                text = pattern.sub(" ", text)
                self.markings.append(str(entry.get("marking") or entry["word"]))
                self.restricted.append(_rule(entry))
        return text

    def _token(self, token: str, system: str) -> bool:
        code = token.removesuffix(":").upper().translate(_LATIN)
        if re.fullmatch(r"H[0-3]", code):
            system = "4x4"
        entry = _codes().get((system, code))
        if entry is not None:
            self.markings.append(f"{system}:{code}")
            self.conditions |= set(entry["conditions"])
            if _mode(system) == "permit" and not entry.get("restricts"):
                allowed = frozenset(entry["audiences"])
                self.permitted[system] = self.permitted.get(system, frozenset()) | allowed
            else:
                self.restricted.append(_rule(entry))
            return True
        if token in conditions():
            self.conditions.add(token)
            return True
        if not system and token in audiences():
            self.permitted["named"] = self.permitted.get("named", frozenset()) | {token}
            self.markings.append(token)
            return True
        return False

    def result(self) -> Handling:
        rules = [*self.restricted, *(Handling(allowed) for allowed in self.permitted.values())]
        merged = combine(*rules)
        if self.unknown:
            merged = replace(merged, audiences=frozenset())
        unknown = {OTHER + text for text in self.unknown}
        return Handling(
            merged.audiences,
            merged.conditions | self.conditions | unknown,
            (*self.markings, *self.unknown),
        )


_LATIN = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic letters typed in place of the Latin ones of a code."""
_SYSTEMS = {"4x4": "4x4", "5x5x5": "5x5x5", "3x5x2": "3x5x2", "tlp": "TLP"}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _system(token: str) -> str:
    return _SYSTEMS.get(token.replace("х", "x"), "")


def _rule(entry: Mapping[str, Any]) -> Handling:
    return Handling(frozenset(entry["audiences"]), frozenset(entry["conditions"]))


def _everything(names: Iterable[str], known: Mapping[str, Audience] | None) -> frozenset[str]:
    return frozenset().union(*(parts(name, known) for name in names))


def _common(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    # Everybody is more than the audiences that have a name, so the other side stays whole.
    if PUBLIC in one:
        return other
    return one if PUBLIC in other else one & other


def _widest(names: frozenset[str]) -> frozenset[str]:
    if PUBLIC in names:
        return frozenset({PUBLIC})
    return frozenset(name for name in names if not any(name in parts(o) for o in names if o != name))


def _mode(system: str) -> str:
    return next(str(scheme["mode"]) for scheme in vocabulary()["schemes"] if scheme["scheme"] == system)


@cache
def _codes() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (scheme["scheme"], code): entry
        for scheme in vocabulary()["schemes"]
        for entry in scheme["codes"]
        for code in [entry["code"], *entry.get("aliases", ())]
    }


@cache
def _phrases() -> list[tuple[str, dict[str, Any]]]:
    entries = [*vocabulary()["national"], *vocabulary()["plain"]]
    return sorted(
        ((form, entry) for entry in entries for form in entry["forms"]), key=lambda pair: -len(pair[0])
    )
