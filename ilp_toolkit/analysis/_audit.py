"""The record of an audit of bias: its verdict, what it rests on, and the sentences that a product prints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..i18n import N_, _, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from ..direction.policy import Bias

__all__ = ["FAILING", "PROBLEMS", "BiasAudit", "DistrictAudit", "Verdict", "fingerprint"]

Verdict = Literal["passed", "failed", "insufficient"]

PROBLEMS: dict[str, str] = {
    "discovered": N_(
        "{share} of the events were noticed by the police or nobody noted by whom; at most {limit} may be. "
        "Rank by events that the public reported."
    ),
    "feedback": N_(
        "Attention to {district} is or gets {drift} above its reference share within {days} days; at most "
        "{limit} may be. Rank by events that the public reported."
    ),
    "reporting": N_(
        "Only {kept} of the top places stay on top on average if reporting rates differ by {change}; {limit} "
        "must. Name fewer places, or larger ones."
    ),
    "exposure": N_(
        "{district} gets {ratio} times the attention that its share of victims in the survey would give; at "
        "most {limit} times may be. Look into the reason before anything is published."
    ),
    "other_events": N_(
        "The ranking was made of {n} more events than were looked at here. Give the audit all of them."
    ),
    "too_few": N_(
        "Only {n} events are known to have been reported by the public; {limit} are needed to show anything."
    ),
    "one_district": N_("All events or all attention lie in one district, so there is nothing to compare."),
    "unplaced": N_("{share} of the top places or events lie in no known district, so exposure is not known."),
    "no_population": N_("No population by district was given, so exposure is not known."),
}
"""What an audit can find, by code."""
FAILING = ("discovered", "feedback", "reporting", "exposure", "other_events")
"""Those that make it fail; the others leave it without enough evidence."""


@dataclass(frozen=True)
class DistrictAudit:
    """One district in an audit. Shares from 0 to 1; None where a number is not known."""

    name: str
    reported: int
    discovered: int
    unknown: int
    attention: float
    """Share of the top places."""
    population: float | None
    survey: float | None
    ratio_population: float | None
    ratio_survey: float | None
    start: float
    """Share of all records today."""
    reference: float
    """Share of reports, or of victims where a survey is given."""
    after: float
    """Mean share of attention after the stress test."""
    lower: float
    upper: float
    """Bounds of 95 of 100 runs."""
    what_if: float
    """The share after the test if records grew by a fifth where attention goes."""


@dataclass(frozen=True)
class BiasAudit:
    """What the tests found about one ranking; made by `audit`, printed by products, asked for at the gate."""

    verdict: Verdict
    """``passed``; ``failed``; ``insufficient`` where the data cannot show it. Only the first lets go."""
    problems: tuple[tuple[str, str], ...]
    """Code and sentence of each reason why not; none where passed."""
    ranked_by: str
    n: int
    """Events looked at."""
    share_discovered: float
    """Share noticed by the police, unknown included; the larger of the events' and the ranking's own."""
    origin_known: bool
    top: int
    """Places on top."""
    kept_share: float
    """Share of them that stay on top on average over random reporting rates within the bounds."""
    certain_share: float
    """Share of them that stay on top whatever the rates within the bounds."""
    margin: float | None
    """Smallest difference of reporting rates at which one drops out."""
    drift: float
    """Largest share of attention of a district above its reference, on any day of the stress test."""
    districts: tuple[DistrictAudit, ...]
    limits: Mapping[str, float]
    """The policy's part ``bias`` that it was held to."""
    ranking: str
    """Fingerprint of the ranking: the audit speaks for this one alone."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What was supposed on the way (JSON values)."""

    @property
    def passed(self) -> bool:
        """Whether the ranking may leave as far as these tests go."""
        return self.verdict == "passed"

    def covers(self, table: pd.DataFrame, *, limits: Bias | None = None) -> bool:
        """
        Say whether the audit was made of this ranking, and held to these limits where they are given.

        The same places with the same numbers, in the same order.
        """
        if limits is not None and dict(self.limits) != limits.model_dump():
            return False
        return self.ranked_by in table and fingerprint(table, self.ranked_by) == self.ranking

    def agrees_with(self, noted: Mapping[str, Any]) -> bool:
        """
        Say whether the audit was shown the events that a ranking notes of itself (its choices).

        A ranking of more events, or of more that the police discovered, was made of others than these.
        """
        used, share = noted.get("n_used", 0), noted.get("share_discovered", 0.0)
        return (
            int(used or 0) <= int(self.choices["given"]) and float(share or 0) <= self.share_discovered + 1e-9
        )

    def summary(self) -> dict[str, Any]:
        """Return everything as JSON values, for manifests and ledgers."""
        made = asdict(self)
        made["limits"] = dict(self.limits)
        made["problems"] = [list(problem) for problem in self.problems]
        made["districts"] = [asdict(district) for district in self.districts]
        return made

    @classmethod
    def from_summary(cls, summary: Mapping[str, Any]) -> BiasAudit:
        """Return the audit that a summary was made of."""
        values = dict(summary)
        values["problems"] = tuple((code, sentence) for code, sentence in values["problems"])
        values["districts"] = tuple(DistrictAudit(**district) for district in values["districts"])
        return cls(**values)

    def sentences(self) -> tuple[str, ...]:
        """Return what a product prints, in the language in use: one finding a sentence."""
        return tuple(_sentences(self))


def fingerprint(ranking: pd.DataFrame, by: str) -> str:
    """Return a SHA-256 over the ranked numbers and the places they belong to, in order."""
    digest = hashlib.sha256(f"{by}:{len(ranking)}".encode())
    digest.update(np.ascontiguousarray(ranking[by].to_numpy(dtype="<f8")).tobytes())
    for name in ("area", "cell_id"):
        if name in ranking:
            digest.update("\x1f".join(map(str, ranking[name])).encode())
    if "geometry" in ranking:
        digest.update(b"".join(ranking.geometry.normalize().to_wkb()))
    return digest.hexdigest()


def _sentences(made: BiasAudit) -> list[str]:
    limits, most = made.limits, max(made.districts, key=lambda district: district.attention)
    grown = max(made.districts, key=lambda district: district.after - district.reference)
    lines = [
        _(
            "Of {n} events, {share} were noticed by the police or nobody noted by whom, which counts as the "
            "same; at most {limit} may be."
        ).format(
            n=number(made.n),
            share=percent(made.share_discovered),
            limit=percent(limits["maximum_share_discovered"]),
        ),
        _exposed(most),
        _(
            "Where attention follows the records for {days} days, {district} goes from {start} to {after} of "
            "it ({lower} to {upper} in 95 of 100 runs); its reference share is {reference}."
        ).format(
            days=number(limits["days"]),
            district=grown.name,
            start=percent(grown.start, 1),
            after=percent(grown.after, 1),
            lower=percent(grown.lower, 1),
            upper=percent(grown.upper, 1),
            reference=percent(grown.reference, 1),
        ),
        _(
            "If patrols added a fifth to the records where they go, {district} would come to {share} of the "
            "attention."
        ).format(district=grown.name, share=percent(grown.what_if, 1)),
        _(
            "If reporting rates differ by up to {change} from district to district, {kept} of the {top} top "
            "places stay on top on average, and {certain} in every case."
        ).format(
            change=percent(limits["reporting_change"]),
            kept=percent(made.kept_share),
            certain=percent(made.certain_share),
            top=number(made.top),
        ),
    ]
    lines += [sentence for _code, sentence in made.problems]
    if made.passed:
        lines.append(
            _("These tests found nothing beyond the limits. They do not show that the records are fair.")
        )
    if made.choices.get("reference") == "reported":
        lines.append(_("No survey of the public was at hand: who does not report is not seen here."))
    return lines


def _exposed(most: DistrictAudit) -> str:
    if most.population is None:
        return _("Most of the attention goes to {district}: {share} of the top places.").format(
            district=most.name, share=percent(most.attention)
        )
    if most.survey is None:
        return _(
            "Most of the attention goes to {district}: {share} of the top places, with {people} of the "
            "people."
        ).format(district=most.name, share=percent(most.attention), people=percent(most.population))
    return _(
        "Most of the attention goes to {district}: {share} of the top places, with {people} of the people "
        "and {victims} of the victims in the survey."
    ).format(
        district=most.name,
        share=percent(most.attention),
        people=percent(most.population),
        victims=percent(most.survey),
    )
