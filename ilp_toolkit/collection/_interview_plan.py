"""The plan of an interview after PEACE, and the record that the rights were given."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import InputError
from ..i18n import _, current

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Plan", "Right", "Topic", "plan", "rights_record"]


@dataclass(frozen=True)
class Topic:
    """Something that the interview is to cover."""

    name: str
    aim: str = ""
    """What has to be known."""
    required: bool = False


@dataclass(frozen=True)
class Right:
    """A right that is explained before the interview."""

    id: str
    words: str
    """The right in the language in use."""
    citation: str
    verified: bool = False


@dataclass(frozen=True)
class Plan:
    """A plan of an interview: why, with whom (role and pseudonym, no name), about what, with what rights."""

    purpose: str
    interviewee_id: str
    role: str
    topics: tuple[Topic, ...]
    rights: tuple[Right, ...]
    needs: tuple[str, ...] = ()
    """What the person needs: an interpreter, a person of trust, breaks."""

    def tasks(self) -> pd.DataFrame:
        """
        Return the checklist of PEACE.

        Returns
        -------
        DataFrame
            ``phase``, ``task`` (codes), ``words``: a row a task, in order.
        """
        import pandas as pd

        rows = [
            [phase["id"], task, russian if current() == "ru" else english]
            for phase in _vocabulary()["phases"]
            for task, english, russian in phase["tasks"]
        ]
        return pd.DataFrame(rows, columns=["phase", "task", "words"])


def plan(
    purpose: str,
    *,
    interviewee_id: str,
    role: str,
    topics: Iterable[Topic | str],
    needs: Iterable[str] = (),
    national: Iterable[Right] = (),
) -> Plan:
    """
    Plan an interview.

    Parameters
    ----------
    purpose
        What has to be known, and why from this person.
    interviewee_id
        Pseudonym of the person.
    role
        Role of the person in the case: suspect, accused, convicted, acquitted, victim, complainant, witness,
        contact, minor or other.
    topics
        What is to be covered; a name alone will do.
    needs
        What the person needs.
    national
        Rights of the national code, each with its article: the package knows none.

    Returns
    -------
    Plan
        With the rights that such a person has to be told.

    Raises
    ------
    InputError
        If there is no purpose or topic, or the role is unknown.

    References
    ----------
    Principles on Effective Interviewing for Investigations and Information Gathering (Méndez Principles,
    2021).

    Examples
    --------
    >>> made = plan("Who drove the van", interviewee_id="P-7", role="witness", topics=["the van"])
    >>> [right.id for right in made.rights]
    ['interpreter', 'self_incrimination', 'no_ill_treatment', 'record']
    """
    named = tuple(topic if isinstance(topic, Topic) else Topic(str(topic)) for topic in topics)
    roles = _roles()
    if role not in roles:
        raise InputError(
            _("`role` must be one of {known}, got {role}.").format(known=", ".join(roles), role=repr(role))
        )
    if not purpose.strip() or not named:
        raise InputError(_("A plan needs a purpose and at least one topic: an interview without is fishing."))
    repeated = sorted({topic.name for topic in named if [t.name for t in named].count(topic.name) > 1})
    if repeated:
        raise InputError(_("Topics stand twice in the plan: {names}.").format(names=", ".join(repeated)))
    own = tuple(_right(entry) for entry in _vocabulary()["rights"] if role in entry["roles"])
    return Plan(purpose, interviewee_id, role, named, (*own, *national), tuple(needs))


def rights_record(plan: Plan, given: Mapping[str, dt.datetime]) -> pd.DataFrame:
    """
    Record which rights were given, and when.

    Parameters
    ----------
    plan
        The plan of the interview.
    given
        Id of a right to the moment at which it was explained and understood, with a time zone.

    Returns
    -------
    DataFrame
        ``right``, ``words``, ``given_at`` (NaT where it was not given), ``citation``, ``verified``. Choices:
        ``rights_missing``, the ids that were not given.

    Raises
    ------
    InputError
        If a right is none of the plan's, or a moment has no time zone.
    """
    import pandas as pd

    known = [right.id for right in plan.rights]
    for right, moment in given.items():
        if right not in known:
            msg = _("{right} is no right of this plan; it has {known}.")
            raise InputError(msg.format(right=repr(right), known=", ".join(known)))
        if moment.tzinfo is None:
            raise InputError(_("The moment at which {right} was given has no time zone.").format(right=right))
    moments = pd.to_datetime(pd.Series([given.get(right) for right in known], dtype="object"), utc=True)
    table = pd.DataFrame(
        {
            "right": known,
            "words": [right.words for right in plan.rights],
            "given_at": moments,
            "citation": [right.citation for right in plan.rights],
            "verified": [right.verified for right in plan.rights],
        }
    )
    return choices.record(table, rights_missing=[right for right in known if right not in given])


def _right(entry: Mapping[str, Any]) -> Right:
    source = _vocabulary()["sources"][entry["source"]]
    return Right(
        entry["id"], entry["ru" if current() == "ru" else "en"], source["citation"], source["verified"]
    )


@cache
def _roles() -> list[str]:
    return list(dict.fromkeys(role for entry in _vocabulary()["rights"] for role in entry["roles"]))


@cache
def _vocabulary() -> dict[str, Any]:
    path = resources.files(__package__) / "vocabulary" / "interviews.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
