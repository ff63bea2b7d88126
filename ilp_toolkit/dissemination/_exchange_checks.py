"""
What must hold before a message leaves: each check with what was found and the line that would mend it.

The checks fail closed: what is not stated, not graded, not marked, not sanitised or not reviewed does not go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..collection.reports import REPORTS
from ..errors import InputError
from ..evaluation import grades, handling
from ..evaluation.handling import Handling
from ..i18n import N_, _
from . import _sanitising as sanitising
from ._exchange_parties import ABROAD, Recipient, Review, Sender
from .checks import Check, failed, not_needed, passed

__all__ = [
    "EXCHANGE_RULES",
    "Wish",
    "content_checks",
    "destination",
    "four_eyes",
    "origin_checks",
    "row_handling",
    "rows_of",
]

EXCHANGE_RULES: dict[str, str] = {
    "governed": N_("Everything that goes came through the case and is what it was."),
    "current": N_("No record behind it was corrected or erased since."),
    "purpose": N_("The purpose is one for which the information may be used."),
    "retention": N_("The information may still be kept."),
    "lawful_origin": N_("Each item is stated to be lawfully obtained and free of ill-treatment."),
    "grade": N_("Each item has a grade."),
    "audience": N_("The handling of each item allows this recipient, with all its members."),
    "conditions": N_("Each condition is met, or travels with the item."),
    "originator_consent": N_("Whoever gave an item agrees that it is passed on."),
    "sanitised": N_("The words are sanitised: they tell nothing of sources and persons."),
    "destination": N_(
        "The risks at each destination were reviewed: onward transfer, ill-treatment, death penalty."
    ),
    "four_eyes": N_("A second person has seen it."),
}
"""The checks of a message in their order, each with its rule in words."""

_TRAVELLING = frozenset(
    {"no_court_use", "crime_purpose_only", "policing_purpose", "official_use_only", "overt_use", "covert_use",
     "covert_development", "need_to_know"}
)  # fmt: skip
"""Conditions that bind whoever receives."""
_BY_CONSENT = frozenset(
    {"originator_consent", "sanitise_originator", "no_onward_transfer", "named_recipients_only"}
)


@dataclass(frozen=True)
class Wish:
    """What an author asks to send, as it was stated."""

    sender: Sender
    recipient: Recipient
    author: str
    purpose: str = ""
    second_person: str = ""
    reviews: tuple[Review, ...] = ()
    consent: Mapping[str, str] = field(default_factory=dict)
    """Originator to the reference of their consent."""
    conditions_met: Mapping[str, str] = field(default_factory=dict)
    """Condition to what was done about it."""
    known: tuple[str, ...] = ()
    """Words that may stand although sanitising took them out elsewhere."""


def row_handling(row: Any, item: Any) -> Handling:
    """Return the handling of one report: its own marking, and what is stated of the whole material."""
    originator = str(getattr(row, "originator", "") or "") or min(item.passport.originators, default="")
    own = handling.parse(getattr(row, "handling", None), originator=originator)
    stated = [m.stated for m in item.materials() if m.stated is not None]
    blank = not str(getattr(row, "handling", "") or "").strip()
    return handling.combine(*([] if blank and stated else [own]), *stated)


def origin_checks(item: Any, rows: pd.DataFrame, wish: Wish) -> list[Check]:
    """Check where the items come from and what they may be used for."""
    return [_governed(item), _current(item), _purpose(item, wish), _retention(item), _lawful(rows)]


def content_checks(
    item: Any, rows: pd.DataFrame, wish: Wish, now: dt.datetime, review_days: int
) -> list[Check]:
    """Check each item, and the recipient."""
    held = [row_handling(row, item) for row in rows.itertuples(index=False)]
    tables = [material.table for material in item.materials() if "text" in material.table]
    everything = pd.concat([rows, *tables])
    return [
        _grade(rows),
        _audience(held, wish),
        _conditions(held, wish),
        _consent(held, wish),
        _sanitised(rows, everything, wish),
        destination(wish, now, review_days),
        four_eyes(wish),
    ]


def _governed(item: Any) -> Check:
    doubts = item.case.verify(item)
    fix = 'case.collect("reports.csv", reader=ilp.read_reports, quality="…")'
    return failed("governed", doubts[0], fix) if doubts else passed("governed")


def _current(item: Any) -> Check:
    reasons = list(item.case.stale(item.id))
    fix = "case.collect(…), and ilp.exchange.report(…) again"
    return failed("current", "; ".join(map(str, reasons[:2])), fix) if reasons else passed("current")


def _purpose(item: Any, wish: Wish) -> Check:
    allowed = frozenset(item.passport.purposes) & frozenset(item.case.purposes)
    wanted = wish.purpose or (next(iter(allowed)) if len(allowed) == 1 else "")
    if wanted in allowed:
        return passed("purpose", wanted, purpose=wanted)
    found = _("“{wanted}” is not among the purposes: {listed}.").format(
        wanted=wanted, listed=", ".join(sorted(allowed)) or "—"
    )
    return failed("purpose", found, f'purpose="{min(allowed, default="…")}"')


def _retention(item: Any) -> Check:
    ends = [moment for moment in (item.case.expiry(item), item.case.expires) if moment is not None]
    if not ends or min(ends) <= item.case.now():
        fix = 'ilp.retention.review(case, …, reviewer="…", reason="…")'
        return failed("retention", _("It may no longer be kept, so it may not be given either."), fix)
    return passed("retention", until=min(ends).date().isoformat())


def _lawful(rows: pd.DataFrame) -> Check:
    bad = [str(row.report_id) for row in rows.itertuples(index=False)
           if str(row.lawful) != "yes" or str(row.ill_treatment_free) != "yes"]  # fmt: skip
    if bad:
        found = _("Not stated of: {reports}.").format(reports=_some(bad))
        return failed("lawful_origin", found, "case.analyse(ilp.reports.lawful, …)")
    return passed("lawful_origin")


def _grade(rows: pd.DataFrame) -> Check:
    graded = grades.of_reports(rows, invalid="unknown")
    bad = [str(number) for number, grade in zip(rows["report_id"], graded, strict=True)
           if grade is None or grade.source is None or grade.information is None]  # fmt: skip
    if bad:
        fix = _("grade them: X4 says that nobody can judge, nothing says nothing")
        return failed("grade", _("Without a grade: {reports}.").format(reports=_some(bad)), fix)
    return passed("grade", **dict[str, Any](grades.histogram(graded)))


def _audience(held: list[Handling], wish: Wish) -> Check:
    shut = [
        one
        for one in held
        if not _opened(one, wish).permits(wish.recipient.audience, known=wish.recipient.known())
    ]
    if not shut:
        return passed("audience")
    found = _("Items that may not go to {recipient}: {n}. First: {words}").format(
        n=len(shut), recipient=wish.recipient.id, words=handling.words(shut[0])
    )
    asked = ", ".join(f'"{name}": "…"' for name in sorted(shut[0].originators)) or '"…": "…"'
    return failed("audience", found, f"consent={{{asked}}}")


def _opened(held: Handling, wish: Wish) -> Handling:
    agreed = {name for name, reference in wish.consent.items() if str(reference).strip()}
    if not held.originators or not held.originators <= agreed:
        return held
    return held.with_consent(wish.recipient.audience, by=agreed)


def _conditions(held: list[Handling], wish: Wish) -> Check:
    words = handling.conditions()
    conditions = frozenset().union(*(one.conditions for one in held)) if held else frozenset()
    met = {name for name, done in wish.conditions_met.items() if str(done).strip()}
    free = sorted(conditions - _TRAVELLING - _BY_CONSENT - met)
    if free:
        found = _("Not met: {what}.").format(what="; ".join(words.get(c, c.partition(":")[2]) for c in free))
        return failed("conditions", found, f'conditions_met={{"{free[0]}": "…"}}')
    return (
        passed("conditions", travelling=sorted(conditions & _TRAVELLING))
        if conditions
        else not_needed("conditions")
    )


def _consent(held: list[Handling], wish: Wish) -> Check:
    bound = [one for one in held if one.conditions & _BY_CONSENT]
    if any(not one.originators for one in bound):
        return failed(
            "originator_consent",
            _("An originator must consent, and none is named."),
            'case.collect(…, originator="…")',
        )
    asked = frozenset().union(*(one.originators for one in bound)) if bound else frozenset()
    missing = sorted(name for name in asked if not str(wish.consent.get(name, "")).strip())
    if missing:
        given = ", ".join(f'"{name}": "…"' for name in missing)
        return failed(
            "originator_consent",
            _("No consent of: {names}.").format(names=", ".join(missing)),
            f"consent={{{given}}}",
        )
    return passed("originator_consent") if asked else not_needed("originator_consent")


def _sanitised(rows: pd.DataFrame, everything: pd.DataFrame, wish: Wish) -> Check:
    missing = [str(row.report_id) for row in rows.itertuples(index=False) if not str(row.sanitised).strip()]
    if missing:
        found = _("Without a sanitised text: {reports}.").format(reports=_some(missing))
        return failed(
            "sanitised", found, _("write it in the column “sanitised”, or name others in reports=[…]")
        )
    removed, codes = sanitising.names_removed(everything, known=wish.known), sanitising.codes(everything)
    bad = [str(row.report_id) for row in rows.itertuples(index=False)
           if sanitising.tells(f"{row.sanitised} {row.subject} {row.area}", removed, codes)]  # fmt: skip
    if bad:
        found = _(
            "A source, a name, a number plate or a contact stands in: {reports}. What sanitising took out of "
            "one report may not stand in another."
        ).format(reports=_some(bad))
        return failed(
            "sanitised", found, _("write the sanitised text anew, or name harmless words with known=(…)")
        )
    return passed("sanitised", removed=len(removed))


def destination(wish: Wish, now: dt.datetime, review_days: int) -> Check:
    """Check the reviews of the destinations."""
    places = wish.recipient.destinations(wish.sender)
    if not places:
        return not_needed("destination", _("It stays in the country."))
    reviews = {review.destination: review for review in wish.reviews}
    wrong = list(_objections(places, reviews, wish, now.date(), review_days))
    if wrong:
        fix = f'reviews=[ilp.exchange.Review(destination="{places[0]}", …)]'
        return failed("destination", " ".join(wrong), fix)
    return passed("destination", destinations=places)


def _objections(
    places: Iterable[str], reviews: Mapping[str, Review], wish: Wish, today: dt.date, days: int
) -> Iterator[str]:
    for place in places:
        review = reviews.get(place)
        if review is None:
            yield _("{country}: nobody reviewed the risks there.").format(country=place)
            continue
        yield from review.objections()
        if review.reviewer.strip().casefold() == wish.author.strip().casefold():
            yield _("{country}: the author reviewed it; it takes somebody else.").format(country=place)
        if review.date > today or (today - review.date).days > days:
            yield _("{country}: the review is too old or not yet made (days allowed: {n}).").format(
                country=place, n=days
            )


def four_eyes(wish: Wish) -> Check:
    """Check that somebody else has seen what goes abroad."""
    second = wish.second_person.strip()
    if wish.recipient.audience not in ABROAD:
        return passed("four_eyes") if second else not_needed("four_eyes")
    if not second or second.casefold() == wish.author.strip().casefold():
        return failed("four_eyes", _("What goes abroad is seen by two."), 'second_person="…"')
    return passed("four_eyes", _("As claimed: {person}.").format(person=second))


def rows_of(item: Any, reports: Iterable[str] | None) -> pd.DataFrame:
    """Return the reports that are to go."""
    table = item.table
    missing = [name for name in REPORTS if name not in getattr(table, "columns", ())]
    if missing:
        msg = _("That holds no information reports: {columns} are missing. Use reader=ilp.read_reports.")
        raise InputError(msg.format(columns=", ".join(missing[:4])))
    if reports is None:
        return pd.DataFrame(table)
    wanted = list(dict.fromkeys(reports))
    absent = sorted(set(wanted) - set(table["report_id"]))
    if absent or not wanted:
        msg = _("`reports` names reports that are not there: {reports}.")
        raise InputError(msg.format(reports=", ".join(absent) or "—"))
    return pd.DataFrame(table[table["report_id"].isin(wanted)])


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else _("{names} and {n} more").format(names=shown, n=len(names) - 5)
