"""
The problem profile: from what was read to a product that a decision-maker can read standing up.

Page one answers; what follows lets somebody else check the answer. Everything computed here runs through
`analysis`, everything published through the public rules of `disclosure`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import __version__, i18n
from ...i18n import _
from .. import gate, payload
from . import profile_back, profile_figures, tables
from .blocks import Block, Figure, Heading, Note, PageBreak, Pair, Paragraph, Product
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
    from ...direction.policy import Policy
    from ..payload import Canaries

__all__ = ["Request", "canaries_of", "draw", "problem_profile", "publish"]


def publish(
    intake: Intake,
    out: str | Path,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """
    Make a problem profile, scan every byte of it and write it as a draft, for command and notebook alike.

    Parameters
    ----------
    intake
        What was read.
    out
        The folder to make; an earlier product in it is replaced.
    policy
        The limits.
    request
        Offences, layers, title and the rest; everything by default.
    source
        What was read, as the reader took it (``file.zip!member`` too): its columns that were set aside are
        looked for in the product.
    step
        Called with the name of each step of the work.

    Returns
    -------
    Product
        What was written.

    Raises
    ------
    InputError
        If there are too few incidents, an offence is not in the file, or the folder is in other use.
    DisclosureError
        If something that must stay inside stands in a file; nothing was written.
    """
    asked = request or Request()
    file = None if source is None else _file_of(source)
    made = problem_profile(intake, policy=policy, request=asked, source=file, step=step)
    step(_("Checking what leaves"))
    watch = canaries_of(intake, made, asked, source=source)
    step(_("Writing"))
    gate.publish_draft(made, out, canaries=watch)
    return made


def problem_profile(
    intake: Intake,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """
    Make a problem profile, in the language in use; nothing is written.

    Parameters
    ----------
    intake
        What was read.
    policy
        The limits.
    request
        Offences, layers, title and the rest; everything by default.
    source
        The file that was read, for the record (its name, size and hash).
    step
        Called with the name of each step of the work.

    Returns
    -------
    Product
        For `gate.publish_draft`.

    Raises
    ------
    InputError
        If there are too few incidents, or an offence is not in the file.
    """
    return draw(prepare(intake, policy=policy, request=request, step=step), source=source, step=step)


def draw(
    prepared: Prepared,
    *,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """Draw a profile that was worked out, as a draft; as `problem_profile`."""
    facts, when, where, evidence = prepared.facts, prepared.when, prepared.where, prepared.evidence
    created = gate.now().date()
    record = _record(facts, where, evidence, source)
    step(_("Drawing"))
    blocks = _blocks(facts, when, where, evidence=evidence, record=record, created=created)
    return Product(
        title=facts.request.title or _title(facts),
        subtitle=_subtitle(facts),
        number=_number(record, created),
        language=i18n.current(),
        created=created,
        marking=_("DRAFT – no case – not for release"),
        author=facts.request.author,
        blocks=tuple(blocks),
        tables=prepared.tables(),
        record=record,
        readme=_readme(),
    )


def _file_of(source: str | Path) -> Path:
    """Return the file of a source that may name a member or a layer behind an exclamation mark."""
    whole = Path(source)
    return whole if whole.exists() else Path(str(source).rsplit("!", 1)[0])


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
        paths=[_file_of(source).resolve().parent] if source is not None else [],
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


def _blocks(
    facts: Facts,
    when: When,
    where: Where,
    *,
    evidence: Evidence,
    record: dict[str, Any],
    created: dt.date,
) -> list[Block]:
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
        *profile_back.how_to_repeat(facts, record),
    ]


def _front_figures(facts: Facts, when: When, where: Where, foot: str) -> list[Block]:
    """One map and one chart, side by side; two charts, or one, where there is no map."""
    drawn: dict[str, Any] = {"foot": foot, "size": "half"}
    makers: list[Callable[[], Figure]] = []
    if where.cells is not None:
        makers.append(lambda: profile_figures.spots_figure(facts, where, **drawn))
    elif _has_area_map(where):
        makers.append(lambda: profile_figures.areas_figure(facts, where, **drawn))
    if when.draws_hours(facts.policy.profile.minimum_per_hour_box):
        makers.append(lambda: profile_figures.hours_figure(facts, when, **drawn))
    elif _draws_weekdays(facts, when):
        makers.append(lambda: profile_figures.weekdays_figure(facts, when, **drawn))
    if len(when.months) > 2:
        makers.append(lambda: profile_figures.months_figure(facts, when, **drawn))
    if len(makers) == 1:
        drawn["size"] = "full"
        return [makers[0]()]
    return [Pair(makers[0](), makers[1]())] if makers else []


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


def _title(facts: Facts) -> str:
    if (facts.table["offence"] == "unknown").all():
        return _("Problem profile")
    return _("Problem profile: {what}").format(what=facts.what)


def _subtitle(facts: Facts) -> str:
    if facts.request.source:
        return _("{period} · Source: {source}").format(period=facts.period, source=facts.request.source)
    return facts.period


def _record(facts: Facts, where: Where, evidence: Evidence, source: str | Path | None) -> dict[str, Any]:
    record: dict[str, Any] = {"input": gate.input_record(source)} if source is not None else {}
    record["rows"] = {
        "file": facts.rows,
        "read": len(facts.intake.table),
        "rejected": len(facts.intake.rejected),
        "profile": facts.n,
    }
    record["offences"] = list(facts.request.offences) or "all"
    record["choices"] = {"reading": facts.intake.choices, "places": where.choices, **evidence.choices(where)}
    record["policy"] = facts.policy.model_dump(mode="json")
    return json.loads(json.dumps(record, default=str))  # type: ignore[no-any-return]


def _number(record: dict[str, Any], created: dt.date) -> str:
    """Make the number of a product from its content: the same input and choices give the same number."""
    content = json.dumps([__version__, record], sort_keys=True, ensure_ascii=False)
    return f"PP-{created.year}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:8].upper()}"


def _readme() -> str:
    lines = [
        _("profile.html   the product, with a map to click on; opens in any browser, without a network"),
        _("profile.pdf    the same on paper"),
        _("tables/        the public tables: CSV for spreadsheets, GeoPackage for maps"),
        _("figures/       the pictures: SVG and PNG"),
        _("manifest.json  what went in, what was chosen, every file with its hash"),
    ]
    return "\n".join([_("DRAFT – no case – not for release"), "", *lines, ""])
