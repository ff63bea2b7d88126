"""
Words for "how likely" and "how sure", taken from one table and from nowhere else.

*How likely* is about the world, *how sure* about the evidence; one sentence never says both. How sure we are
is not a feeling: it follows from a few stated inputs, each of which gives a reason that is printed. One
register, not checked against another source, never gives more than moderate confidence. `lint` holds what
people wrote against the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import InputError
from ..i18n import _, current, number, percent
from ._lint import Remark, lint, mixed_sentences
from ._yardstick import Scale, confidence, rows, source_of

if TYPE_CHECKING:
    from ..direction.policy import Confidence as Limits

__all__ = [
    "Confidence",
    "Evidence",
    "Level",
    "Remark",
    "how_sure",
    "likelihood",
    "lint",
    "mixed_sentences",
    "source",
]

Level = Literal["low", "moderate", "high"]


@dataclass(frozen=True)
class Evidence:
    """What "how sure" is judged by. Shares from 0 to 1; None where the question does not arise."""

    n: int
    """Incidents that the finding rests on."""
    located: float | None
    """Share of them with a usable place."""
    timed: float | None
    """Share of them whose hour is known."""
    snapped: float
    """Share of the places that were moved to points of a street map, or stand for a district."""
    origin_unknown: float
    """Share of incidents of which nobody noted whether the public or the police noticed them."""
    rejected: float
    """Share of the file's rows that could not be read."""
    totals: bool = False
    """Whether the rows seem to be totals, so that no number made of them is a number of incidents."""


@dataclass(frozen=True)
class Confidence:
    """How sure we are, in words of the table, and why."""

    level: Level
    phrase: str
    """“moderate confidence”, in the language in use."""
    reasons: tuple[str, ...]
    """What lowers it, the weightiest first; the last one always: a single register."""


def how_sure(evidence: Evidence, *, limits: Limits) -> Confidence:
    """
    Judge how sure a finding is from stated inputs.

    Parameters
    ----------
    evidence
        Shares and counts that come from the data.
    limits
        The policy's part ``confidence``.

    Returns
    -------
    Confidence
        ``low`` where one input is weak or three are limited; ``moderate`` otherwise.

    Examples
    --------
    >>> from ilp_toolkit.direction.policy import load
    >>> good = Evidence(n=900, located=0.99, timed=0.97, snapped=0, origin_unknown=0, rejected=0)
    >>> how_sure(good, limits=load().confidence).phrase
    'moderate confidence'
    """
    found = [judged for judged in _judge(evidence, limits) if judged is not None]
    weak = [reason for is_weak, reason in found if is_weak]
    limited = [reason for is_weak, reason in found if not is_weak]
    level: Level = "low" if weak or len(limited) >= 3 else "moderate"
    alone = _("it rests on one register that was not checked against another source")
    return Confidence(level, _phrase(level), (*weak, *limited, alone))


def likelihood(probability: float, *, scale: Scale = "icd203") -> str | None:
    """
    Say how likely something is.

    Parameters
    ----------
    probability
        From 0 to 1.
    scale
        ``icd203``, whose rows meet, or ``phia``, which leaves gaps on purpose.

    Returns
    -------
    str or None
        The words, in the language in use; None where the table has none (a gap of ``phia``, or as good as
        certain or impossible, for which ``icd203`` has no word).

    Examples
    --------
    >>> likelihood(0.22), likelihood(0.22, scale="phia")
    ('unlikely', None)
    """
    if not 0 <= probability <= 1:
        msg = _("`probability` must be from 0 to 1, got {value}.").format(value=probability)
        raise InputError(msg)
    table = rows(scale)
    for row in table:
        last = row is table[-1] and probability == row.high
        if row.low <= probability < row.high or last:
            return row.said[current()]
    return None


def source(scale: Scale | Literal["confidence"]) -> str:
    """Name the standard that the words of a table come from."""
    return source_of(scale)[current()]


def _judge(evidence: Evidence, limits: Limits) -> list[tuple[bool, str] | None]:
    return [
        (True, _("the rows of the file seem to be totals, not single incidents"))
        if evidence.totals
        else None,
        _too_few(evidence.n, limits),
        _below(
            evidence.located,
            limits.located_limited,
            limits.located_weak,
            _("only {share} of the incidents have a usable place"),
            _("no incident has a usable place"),
        ),
        _below(
            evidence.timed,
            limits.timed_limited,
            limits.timed_weak,
            _("the hour is known for only {share} of the incidents"),
            _("the hour is known for no incident"),
        ),
        _above(evidence.rejected, limits.rejected_limited, limits.rejected_weak),
        _moved(evidence.snapped),
        _unknown_origin(evidence.origin_unknown, limits),
    ]


def _too_few(n: int, limits: Limits) -> tuple[bool, str] | None:
    if n >= limits.rows_limited:
        return None
    return n < limits.rows_weak, _("there are only {n} incidents").format(n=number(n))


def _below(
    share: float | None, limited: float, weak: float, reason: str, none: str
) -> tuple[bool, str] | None:
    if share is None or share >= limited:
        return None
    return share < weak, reason.format(share=percent(share)) if share >= 0.005 else none


def _above(share: float, limited: float, weak: float) -> tuple[bool, str] | None:
    if share <= limited:
        return None
    return share > weak, _("{share} of the file's rows could not be read").format(share=percent(share))


def _moved(share: float) -> tuple[bool, str] | None:
    if share < 0.5:
        return None
    return False, _("places are only near the true ones ({share} were moved or stand for a district)").format(
        share=percent(share)
    )


def _unknown_origin(share: float, limits: Limits) -> tuple[bool, str] | None:
    if share <= limits.origin_unknown_limited:
        return None
    if share >= 0.995:
        return False, _("nobody noted who noticed the incidents, the public or the police")
    return False, _("of {share} nobody noted who noticed them, the public or the police").format(
        share=percent(share)
    )


def _phrase(level: Level) -> str:
    return confidence()[level][current()]
