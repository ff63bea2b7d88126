"""
The problem profile: from what was read to a product that a decision-maker can read standing up.

Page one answers; what follows lets somebody else check the answer. Everything computed here runs through
`analysis`, everything published through the public rules of `disclosure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...i18n import _
from .. import payload
from . import profile_back, profile_figures, tables
from .blocks import Block, Figure, Heading, Note, PageBreak, Paragraph, Product
from .frame import Frame
from .input_file import folders_of
from .picture import side_by_side
from .profile_change import change_blocks
from .profile_evidence import Evidence
from .profile_facts import Facts, Request
from .profile_front import answers, say_where
from .profile_prepared import Prepared, prepare
from .profile_shares import shares_blocks
from .profile_stability import stability_blocks
from .profile_streets import streets_blocks
from .profile_when import When, month_range
from .profile_where import Where

if TYPE_CHECKING:
    import datetime as dt

    from ...collection.schema import Intake
    from ..payload import Canaries
    from .picture import Size

__all__ = ["FRAME", "Request", "canaries_of", "draw", "problem_profile", "publish"]


def canaries_of(
    intake: Intake, product: Product, request: Request, *, source: str | Path | None = None
) -> Canaries:
    """
    Gather what must not stand in any file of a profile.

    Parameters
    ----------
    intake
        What was read.
    product
        The profile made of it.
    request
        What was asked for: its layers are public.
    source
        The file that was read; its columns that were set aside are looked for in the product.
    """
    layers = [layer for layer in (request.boundary, request.areas, request.streets) if layer is not None]
    cells = product.tables.get("cells")
    known: list[str] = [str(name) for name in intake.table["offence"].unique()]
    known += [str(name) for name in intake.table["area"].dropna().unique()]
    for layer in layers:
        for column in layer.columns.drop("geometry", errors="ignore"):
            known += layer[column].dropna().astype(str).tolist()
    return payload.canaries(
        intake,
        set_aside=_set_aside_values(intake, source),
        known=[*known, request.author, request.source, request.title],
        public=[*layers, *([cells] if cells is not None else [])],  # type: ignore[list-item]
        paths=folders_of(source),
    )


def _set_aside_values(intake: Intake, source: str | Path | None) -> Iterable[str]:
    names = intake.choices.get("set_aside") or []
    if source is None or not names:
        return []
    from ...collection.files import open_table

    columns = open_table(source).columns
    values: list[str] = []
    for name in names:
        if name in columns.column_names:
            values += [str(value) for value in columns[name].unique().to_pylist() if value]
    return values


def _blocks(prepared: Prepared, created: dt.date) -> list[Block]:
    facts, when, where, evidence = prepared.facts, prepared.when, prepared.where, prepared.evidence
    foot = profile_figures.foot_of(facts, created)
    return [
        answers(facts, when, where),
        *_front_figures(facts, when, where, foot),
        PageBreak(),
        *profile_back.quality(facts),
        *_what(facts),
        *_when(when, facts=facts, evidence=evidence, foot=foot),
        *_where(where, facts=facts, evidence=evidence, foot=foot, created=created),
        *evidence.repeats.blocks(facts, foot=foot),
        *profile_back.limits(facts, when, where),
        *profile_back.choices_made(facts, where),
        *profile_back.draws_made(where, evidence),
    ]


def _front_figures(facts: Facts, when: When, where: Where, foot: str) -> list[Block]:
    """One map and one chart, side by side; two charts, or one, where there is no map."""
    makers: list[Callable[[Size], Figure | None]] = []
    if where.cells is not None:
        makers.append(lambda size: profile_figures.spots_figure(facts, where, foot=foot, size=size))
    elif _has_area_map(where):
        makers.append(lambda size: profile_figures.areas_figure(facts, where, foot=foot, size=size))
    if when.draws_hours(facts.policy.profile.minimum_per_hour_box):
        makers.append(lambda size: profile_figures.hours_figure(facts, when, foot=foot, size=size))
    elif _draws_weekdays(facts, when):
        makers.append(lambda size: profile_figures.weekdays_figure(facts, when, foot=foot, size=size))
    if len(when.months) > 2:
        makers.append(lambda size: profile_figures.months_figure(facts, when, foot=foot, size=size))
    return side_by_side(makers)


def _draws_weekdays(facts: Facts, when: When) -> bool:
    # The chart writes each number: it is drawn only where none of them is small.
    return when.weekdays is not None and bool((when.weekdays["n"] >= facts.policy.cells.minimum_count).all())


def _has_area_map(where: Where) -> bool:
    return where.areas is not None and "geometry" in where.areas


def _what(facts: Facts) -> list[Block]:
    table = tables.offence_table(facts)
    return [Heading(_("What")), table] if table is not None else []


def _when(when: When, *, facts: Facts, evidence: Evidence, foot: str) -> list[Block]:
    found: list[Block] = [Heading(_("When"))]
    text = " ".join([*when.sentences(), month_range(when)]).strip()
    found.append(Paragraph(text or facts.period))
    if when.why_no_hours:
        found.append(Note(when.why_no_hours))
    if when.draws_hours(facts.policy.profile.minimum_per_hour_box):
        found.append(profile_figures.hours_figure(facts, when, foot=foot, size="full"))
    if len(when.months) > 2:
        found.append(profile_figures.months_figure(facts, when, foot=foot, size="full"))
    found += change_blocks(evidence.change, foot=foot)
    if evidence.weeks is not None:
        found += evidence.weeks.blocks(foot=foot)
    shown = (tables.weekday_table(facts, when), tables.hour_table(facts, when))
    return found + [table for table in shown if table is not None]


def _where(where: Where, *, facts: Facts, evidence: Evidence, foot: str, created: dt.date) -> list[Block]:
    found: list[Block] = [Heading(_("Where")), Paragraph(say_where(facts, where))]
    if where.why_no_map:
        found[-1] = Note(where.why_no_map)
    if where.cells is not None or _has_area_map(where):
        found.append(profile_figures.interactive(facts, where, created=created))
    if where.cells is not None:
        found.append(profile_figures.spots_figure(facts, where, foot=foot, size="full"))
    places = tables.place_table(facts, where)
    if places is not None:
        found.append(places)
        found += stability_blocks(facts, where, foot=foot)
    if where.cells is not None and where.cells["n"].fillna(0).gt(0).sum() >= 5:
        found.append(profile_figures.counts_figure(facts, where, foot=foot))
    if _has_area_map(where):
        found.append(profile_figures.areas_figure(facts, where, foot=foot, size="full"))
    areas = tables.area_table(facts, where)
    found.append(areas if areas is not None else Note(where.why_no_areas))
    found += streets_blocks(evidence.streets, facts, foot=foot)
    return found + shares_blocks(evidence.shares(where), foot=foot)


def _title(prepared: Prepared) -> str:
    facts = prepared.facts
    if (facts.table["offence"] == "unknown").all():
        return _("Problem profile")
    return _("Problem profile: {what}").format(what=facts.what)


def _record(prepared: Prepared) -> dict[str, Any]:
    facts, where = prepared.facts, prepared.where
    chosen = {"reading": facts.intake.choices, "places": where.choices}
    return {
        "rows": {"profile": facts.n},
        "offences": list(facts.request.offences) or "all",
        "choices": chosen | prepared.evidence.choices(where),
    }


def _readme() -> tuple[str, ...]:
    return (
        _("profile.html   the product, with a map to click on; opens in any browser, without a network"),
        _("profile.pdf    the same on paper"),
        _("tables/        the public tables: CSV for spreadsheets, GeoPackage for maps"),
    )


FRAME: Frame[Request, Prepared] = Frame(
    name="profile",
    prefix="PP",
    request=Request,
    prepare=prepare,
    watch=lambda intake, product, request, source: canaries_of(intake, product, request, source=source),
    title=_title,
    blocks=_blocks,
    record=_record,
    readme=_readme,
)
"""How a problem profile of what `read_incidents` returned comes to be."""
publish, problem_profile, draw = FRAME.publish, FRAME.make, FRAME.draw
