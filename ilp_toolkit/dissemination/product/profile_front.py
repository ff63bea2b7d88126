"""
Page one: the answers that a busy reader needs, and the questions that only they can answer.

What, where, when, how sure, what this does not show. The questions carry the numbers of this file; none of
them says where to send anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...i18n import _, number, percent, plural
from ..language import how_sure
from .assessment import answer_box
from .profile_stability import robust_places
from .profile_when import clock, month_range

if TYPE_CHECKING:
    from .blocks import Answers
    from .profile_facts import Facts
    from .profile_when import When
    from .profile_where import Where

__all__ = ["answers", "say_where"]

_NAMED = 5
"""Places that page one names."""


def answers(facts: Facts, when: When, where: Where) -> Answers:
    """Return the answer box."""
    sure = how_sure(facts.evidence(says_hours=when.hours is not None), limits=facts.policy.confidence)
    said = (
        (_("What"), _what(facts)),
        (_("Where"), say_where(facts, where)),
        (_("When"), _when(facts, when)),
    )
    return answer_box(
        said,
        sure=(sure.level, sure.reasons),
        not_shown=_not_shown(facts),
        questions=_questions(facts, when, where),
    )


def say_where(facts: Facts, where: Where) -> str:
    """Say where, in one or two sentences."""
    if where.why_no_map:
        return " ".join([where.why_no_map, _districts(facts, where)]).strip()
    if not where.has_hot or where.places is None:
        return _("No cell of the map holds more than chance would put there.")
    count = len(where.places) + where.left_places
    places = plural(
        "{n} place has more incidents than chance explains.",
        "{n} places have more incidents than chance explains.",
        count,
    ).format(n=number(count))
    if not where.hot_share or not where.hot_area:
        return places
    shares = _("Together: {area} of the study area, {share} of the {n} incidents on the map.")
    text = shares.format(area=_little(where.hot_area), share=_hot(where), n=number(where.points))
    parts = (places, text, _named(where), _stable(where), _off_the_map(facts, where))
    return " ".join(part for part in parts if part)


def _stable(where: Where) -> str:
    """Say in a few words how many places another map would show too."""
    if where.places is None:
        return ""
    robust, _fragile = robust_places(where)
    if len(robust) == len(where.places):
        return (
            _("Maps with other cells show them too.")
            if len(robust) > 1
            else _("Maps with other cells show it too.")
        )
    if not robust:
        return _("Maps with other cells often do not show them.")
    return _("Maps with other cells reliably show only {places}.").format(places=_letters(robust))


def _off_the_map(facts: Facts, where: Where) -> str:
    share = 1 - where.points / facts.n
    if share < 0.1:
        return ""
    return _("{share} of all incidents are not on the map.").format(share=percent(share))


def _named(where: Where) -> str:
    """Name the districts of a few places, so that nobody has to look for the letters."""
    if where.places is None or len(where.places) > _NAMED or (where.places["area"] == "").any():
        return ""
    rows = zip(where.places["place"], where.places["area"], strict=True)
    named = [_("{letter} in {district}").format(letter=letter, district=area) for letter, area in rows]
    return _("West to east: {places}.").format(places="; ".join(named))


def _hot(where: Where) -> str:
    share = percent(where.hot_share or 0)
    return share if where.hot_exact else _("at least {share}").format(share=share)


def _what(facts: Facts) -> str:
    text = ""
    if facts.totals:
        text = (
            _("Each row of this file seems to be a total of several incidents: these are numbers of rows.")
            + " "
        )
    text += _("{counted} ({what}), {period}.").format(
        counted=facts.counted, what=facts.what, period=facts.period
    )
    everything = len(facts.intake.table)
    if facts.n < everything:
        text += " " + _("That is {share} of the {n} incidents in the file.").format(
            share=percent(facts.n / everything), n=number(everything)
        )
    elif len(facts.offences) > 1:
        text += " " + plural(
            "This profile takes {n} kind of offence together; a profile of one kind says more.",
            "This profile takes {n} kinds of offence together; a profile of one kind says more.",
            len(facts.offences),
        ).format(n=number(len(facts.offences)))
    return text


def _when(facts: Facts, when: When) -> str:
    found = when.sentences()
    if not found:
        found = [month_range(when) or _("Only the period is known: {period}.").format(period=facts.period)]
        found.append(when.why_no_hours)
    return " ".join(found[:3]).strip()


def _not_shown(facts: Facts) -> str:
    text = _("What was never reported or recorded, why it happens, and what will happen next.")
    shown = facts.origin["discovered"] + facts.origin["unknown"]
    if facts.origin["unknown"] == facts.n:
        return text + " " + _("Nobody noted who noticed the incidents: the map may show where police look.")
    if shown > 0.5 * facts.n:
        text += " " + _(
            "{share} were found by the police, or nobody noted by whom: the map may show where police look."
        ).format(share=percent(shown / facts.n))
    return text


def _questions(facts: Facts, when: When, where: Where) -> list[str]:
    found = []
    if where.has_hot and where.places is not None and where.hot_share:
        found.append(
            (
                _(
                    "What is it about place {places}, with {share} of the incidents on the map, that these "
                    "records do not say, and who knows it?"
                )
                if len(where.places) == 1
                else _(
                    "What do places {places}, with {share} of the incidents on the map, have in common that "
                    "these records do not say, and who knows it?"
                )
            ).format(
                places=_letters(where.places["place"].tolist()),
                share=_hot(where),
            )
        )
    found.append(_time_question(when))
    unknown = facts.origin["unknown"] / facts.n
    if unknown > facts.policy.confidence.origin_unknown_limited:
        found.append(
            _(
                "Who can say which of the {n} incidents the public reported and which the police found?"
            ).format(n=number(facts.n))
        )
    missing = facts.n - int((facts.has_point | facts.table["area"].notna()).sum())
    if missing >= facts.policy.cells.minimum_count and missing > 0.05 * facts.n:
        found.append(
            _("{n} incidents have no usable place: should the register be mended before a decision?").format(
                n=number(missing)
            )
        )
    found.append(_("Where do people report least readily, and what would these numbers be if they did?"))
    return found


def _letters(letters: list[str]) -> str:
    return ", ".join(letters) if len(letters) <= _NAMED else f"{letters[0]}–{letters[-1]}"


def _time_question(when: When) -> str:
    if when.peak is not None and when.has_peak:
        return _("What has already been tried between {start} and {end}, and what came of it?").format(
            start=clock(when.peak.start), end=clock(when.peak.end)
        )
    return _("What has already been tried against this, and what came of it?")


def _districts(facts: Facts, where: Where) -> str:
    if where.areas is None:
        return where.why_no_areas
    shown = where.areas.dropna(subset=["n"])
    if len(shown) < 2:
        return ""
    most = shown.sort_values("n", ascending=False).iloc[0]
    return _("The district with the most is {district}, with {share}.").format(
        district=most["area"], share=percent(most["n"] / facts.n)
    )


def _little(share: float) -> str:
    return _("less than 1%") if share < 0.01 else percent(share)
