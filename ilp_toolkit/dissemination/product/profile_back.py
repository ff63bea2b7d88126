"""
What stands behind the answers: the quality of the data, the limits, the choices, how to do it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...collection.schema import check_label
from ...i18n import N_, _, number, percent, plural
from ..language import how_sure
from .assessment import report_table, why_this_sure
from .blocks import Block, Bullets, Column, Heading, Paragraph, Table
from .blocks import Facts as FactList
from .profile_repeats import DISTANCES, SEED
from .profile_shares import SAMPLES
from .profile_streets import REACH

if TYPE_CHECKING:
    from .profile_evidence import Evidence
    from .profile_facts import Facts
    from .profile_when import When
    from .profile_where import Where

__all__ = ["choices_made", "draws_made", "limits", "quality"]

PRECISION = {
    "minute": N_("to the minute"),
    "hour": N_("to the hour"),
    "day": N_("only the day"),
    "month": N_("only the month"),
}
PLACES = {
    "exact": N_("exact point"),
    "snapped": N_("point moved to the street or to a shared place"),
    "area": N_("only the district"),
    "none": N_("no place"),
}
ORIGINS = {
    "reported": N_("reported by the public"),
    "discovered": N_("discovered by the police"),
    "unknown": N_("not noted (counted as discovered)"),
}
AREA_CHECKS = {
    "area_not_known": N_("Name of a district not known"),
    "area_not_said": N_("Neither a district nor a point"),
    "outside_areas": N_("Point outside all districts"),
    "area_and_point_differ": N_("District and point differ"),
}
_SHOWN_REASONS = 8


def quality(facts: Facts) -> list[Block]:
    """Say what was read, what was rejected, and what was noticed."""
    intake = facts.intake
    rows = [
        (_("Rows in the file"), number(facts.rows)),
        (_("Read"), number(len(intake.table))),
        (_("Rejected"), _with_share(len(intake.rejected), facts.rows)),
        (_("In this profile"), number(facts.n)),
        (_("Time known"), _spread(facts.table["time_precision"], PRECISION)),
        (_("Place known"), _spread(facts.table["place_precision"], PLACES)),
        (_("Who noticed it"), _spread(facts.table["origin"], ORIGINS)),
    ]
    found: list[Block] = [Heading(_("Data quality")), FactList(tuple(rows))]
    if len(intake.report) or (facts.located_report is not None and len(facts.located_report)):
        found.append(_report(facts))
    else:
        found.append(Paragraph(_("The checks of the reader found nothing to report.")))
    if len(intake.rejected):
        found.append(_rejected(facts))
    return found


def _with_share(n: int, total: int) -> str:
    if n == 0 or total == 0:
        return _("none")
    share = _("less than 1%") if n < 0.01 * total else percent(n / total)
    return _("{n} ({share})").format(n=number(n), share=share)


def _spread(values: Any, words: dict[str, str]) -> str:
    counts = values.value_counts().reindex(list(words), fill_value=0)
    parts = [
        _("{what}: {n}").format(what=_(words[key]), n=_with_share(int(n), len(values)))
        for key, n in counts.items()
        if n
    ]
    return "; ".join(parts)


def _report(facts: Facts) -> Table:
    found = [facts.intake.report, facts.located_report]
    lines = [line for table in found if table is not None for line in table.to_dict("records")]
    return report_table(lines, _("What the checks found in the file"), label=_label)


def _label(code: str) -> str:
    return _(AREA_CHECKS[code]) if code in AREA_CHECKS else check_label(code)


def _rejected(facts: Facts) -> Table:
    counts = facts.intake.rejected["reason"].value_counts()
    rows = tuple((str(reason), number(int(n))) for reason, n in counts.head(_SHOWN_REASONS).items())
    note = _("Rejected rows are in no number of this profile. “ilp check FILE --rejected OUT” lists them.")
    return Table(
        _("Why rows were rejected"), (Column(_("Reason")), Column(_("Rows"), number=True)), rows, note
    )


def limits(facts: Facts, when: When, where: Where) -> list[Block]:
    """Say what the numbers cannot bear."""
    minimum = facts.policy.cells.minimum_count
    items = [
        _(
            "Recorded is not occurred. Where people trust the police less, or live farther away, less "
            "is recorded."
        ),
        _reporting(facts),
        _(
            "This profile describes the past. It is no forecast, and no reason by itself to send "
            "patrols anywhere."
        ),
        _(
            "Counts from 1 to {most} are not shown, and where one could be worked out from a total, "
            "another is "
            "hidden too. Zeros are shown. Of each cell only its count and its class are given, never "
            "the score of "
            "the test: from the scores of neighbours counts could be worked out."
        ).format(most=minimum - 1),
    ]
    items += _place_limits(facts, where) + _time_limits(facts, when)
    return [Heading(_("Limits")), Bullets(tuple(items)), *_sure_block(facts, when)]


def _reporting(facts: Facts) -> str:
    share = (facts.origin["discovered"] + facts.origin["unknown"]) / facts.n
    if share == 0:
        return _(
            "All incidents were reported by the public: offences without a victim who reports are missing."
        )
    if facts.origin["unknown"] == facts.n:
        return _(
            "Nobody noted who noticed the incidents, so all of them count as discovered by the police. Such "
            "offences show where police look, so more patrols make more records."
        )
    return _(
        "{share} of the incidents were discovered by the police, or nobody noted who noticed them. Such "
        "offences show where police look, so more patrols make more records."
    ).format(share=percent(share))


def _place_limits(facts: Facts, where: Where) -> list[str]:
    found = []
    if facts.snapped > 0:
        found.append(
            _(
                "{share} of the places are not where it happened but the nearest point of a street map, or a "
                "district. A single street or address must not be read from them."
            ).format(share=percent(facts.snapped))
        )
    if where.cells is not None and facts.request.boundary is None and facts.request.areas is None:
        found.append(
            _(
                "No boundary was given, so fields and water around the points count as places where nothing "
                "happened. That makes hot spots look hotter."
            )
        )
    if where.cells is not None:
        found.append(
            _(
                "The test takes incidents as independent and is rough where cells hold few. Other cell "
                "sizes can "
                "give other places."
            )
        )
    apart = int((facts.finest != "cell").sum())
    if apart and not where.why_no_map:
        found.append(
            _(
                "Incidents of domestic or sexual violence, or of belief, speech or assembly, are not on "
                "the map "
                "of cells, whatever their place."
            )
        )
    if len(facts.offences) > 1 and where.cells is not None:
        found.append(
            _("Kinds of offence are mapped together: a common kind can hide where a rare one gathers.")
        )
    if where.unplaced > 0 and where.areas is not None:
        found.append(
            _capital(
                _("{share} of the incidents are in no district of the table.").format(
                    share=_with_little(where.unplaced / facts.n)
                )
            )
        )
    return found


def _with_little(share: float) -> str:
    return _("less than 1%") if share < 0.01 else percent(share)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _time_limits(facts: Facts, when: When) -> list[str]:
    found = [text for text in (when.why_no_hours, when.why_no_weekdays) if text]
    if when.hours is not None and when.n_midnight:
        text = plural(
            "{n} incident is timed at exactly midnight, which often stands for an unknown hour. It is left "
            "out of the hours, so the hour after midnight may be shown too low.",
            "{n} incidents are timed at exactly midnight, which often stands for an unknown hour. They are "
            "left out of the hours, so the hour after midnight may be shown too low.",
            when.n_midnight,
        )
        found.append(text.format(n=number(when.n_midnight)))
    if when.estimated and when.hours is not None:
        found.append(
            _(
                "Hours are estimated: each incident is spread evenly over the span in which it may have "
                "happened."
            )
        )
    return found


def _sure_block(facts: Facts, when: When) -> list[Block]:
    sure = how_sure(facts.evidence(says_hours=when.hours is not None), limits=facts.policy.confidence)
    return why_this_sure(sure.reasons)


def choices_made(facts: Facts, where: Where) -> list[Block]:
    """List what was chosen on the way, by the caller or for them."""
    chosen = facts.intake.choices
    policy = facts.policy
    rows = [
        (_("Offences"), facts.what),
        (_("Time zone"), str(chosen.get("timezone") or _("not known: the clock of the file"))),
        (_("Projection"), facts.table.crs.name if facts.table.crs is not None else _("none: no coordinates")),
        (_("Study area"), _study_area(facts)),
        (_("Columns set aside"), _listed(chosen.get("set_aside"))),
        (_("Smallest count shown"), number(policy.cells.minimum_count)),
    ]
    if where.cells is not None:
        size = _("{size} m, {rule}").format(
            size=number(where.choices["cell_size"]), rule=where.choices["cell_size_rule"]
        )
        rows += [
            (_("Cells"), size),
            (
                _("Test"),
                _(
                    "Getis-Ord Gi* with the eight neighbours and the cell itself; {level} of the cells "
                    "called hot or cold may be false alarms (Benjamini-Hochberg)"
                ).format(level=percent(policy.profile.significance)),
            ),
            (_("Cells tested"), number(len(where.cells))),
            (_("Outside the study area"), _with_share(where.outside, facts.n)),
        ]
    rows += _located_rows(facts)
    return [Heading(_("Choices made")), FactList(tuple(rows))]


def draws_made(where: Where, evidence: Evidence) -> list[Block]:
    """List how often chance was asked, and from which seed: the same again gives the same."""
    rows = []
    if where.cells is not None:
        rows.append(
            (
                _("Stability"),
                _(
                    "{n} maps; shift of the grid, cells of 0.7 to 1.5 times the size, neighbours, sample"
                ).format(n=number(where.choices["stability"]["draws"])),
            )
        )
    if evidence.repeats.table is not None:
        rows.append(
            (
                _("Repeats"),
                _("Knox test, {n} permutations of the times; bands up to {metres} m and {days} days").format(
                    n=number(int(evidence.repeats.choices["permutations"])),
                    metres=number(DISTANCES[-1]),
                    days=number(int(evidence.repeats.table["duration_to"].max().days)),
                ),
            )
        )
    if evidence.shares(where):
        rows.append(
            (_("Concentration"), _("{n} samples of the places, {n} random spreads").format(n=number(SAMPLES)))
        )
    if evidence.streets is not None and evidence.streets.marked is not None:
        rows.append(
            (
                _("Streets"),
                _("nearest segment within {reach} m; marked from {least} incidents").format(
                    reach=number(int(REACH)), least=number(evidence.streets.least)
                ),
            )
        )
    if not rows:
        return []
    return [FactList((*rows, (_("Seed of every draw"), number(SEED))))]


def _study_area(facts: Facts) -> str:
    if facts.request.boundary is not None:
        return _("the boundary that was given")
    if facts.request.areas is not None:
        return _("all districts of the layer")
    return _("the rectangle around the points")


def _listed(names: Any) -> str:
    return ", ".join(str(name) for name in names) if names else _("none")


def _located_rows(facts: Facts) -> list[tuple[str, str]]:
    used = facts.table.attrs.get("choices", {}).get("located")
    if facts.request.areas is None or not isinstance(used, dict):
        return []
    return [
        (_("Districts in the layer"), number(used.get("areas", 0))),
        (_("Names of districts decided by hand"), number(used.get("decisions", 0))),
        (_("Names of districts not decided"), number(facts.undecided)),
        (_("Likeness of names accepted"), _("{score} of 100").format(score=number(used.get("cutoff", 0)))),
    ]
