"""
The product of one finding: what it says, what it does not say, where it came from, what was held back.

It is made after the checks, from tables that may leave, and is one list of blocks like every other product.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

from ... import __version__, i18n
from ...evaluation import handling
from ...i18n import N_, _, date, number, plural
from ..checks import Check
from . import finding_back, finding_figures, finding_tables
from .blocks import Answer, Answers, Block, Heading, Paragraph, Product

if TYPE_CHECKING:
    from ..asked import Asked
    from ..counts import Counted
    from ..outline import Outline

__all__ = ["KINDS", "finding_product", "hot_title", "marking"]

KINDS = {"fact": N_("fact"), "assessment": N_("assessment")}
_CONFIDENCE = {
    "low": N_("low confidence"),
    "moderate": N_("moderate confidence"),
    "high": N_("high confidence"),
}


def finding_product(
    finding: Any,
    asked: Asked,
    shape: Outline,
    counted: Counted,
    checks: list[Check],
    *,
    created: dt.date,
    root: str,
) -> Product:
    """
    Make the product of a finding, in the language in use; nothing is written.

    Parameters
    ----------
    finding
        A finding of a case.
    asked
        What the author asked for.
    shape, counted
        What may leave, and the tables after small counts were hidden.
    checks
        The checks made so far.
    created
        The day that the product carries.
    root
        Root of the case's audit log, printed so that a later change of the log can be shown.
    """
    record = finding_back.record(finding, asked, counted.hidden, checks, root)
    return Product(
        title=asked.title or _title(shape, finding),
        subtitle=_subtitle(finding, asked, counted),
        number=_number(record, created),
        language=i18n.current(),
        created=created,
        marking=marking(finding, asked),
        author=asked.author,
        watermark="" if asked.audience == handling.PUBLIC else _("NOT PUBLIC"),
        name="finding",
        blocks=tuple(_blocks(finding, asked, shape, counted, checks, created=created, root=root)),
        tables=counted.tables,
        record=record,
        readme=_readme(),
    )


def _title(shape: Outline, finding: Any) -> str:
    """Say the finding where the classes of cells say one; else what it is."""
    main = shape.main
    if shape.shape == "cells" and "spot" in main:
        n = int((main["spot"] == "hot").sum())
        if "hot" in set(main["spot"]) or finding.function == "hotspots.gi_star":
            return hot_title(n)
    return _(shape.allowed.title) if shape.allowed else str(finding.function)


def hot_title(n: int) -> str:
    """
    Say how many cells stand out.

    Examples
    --------
    >>> hot_title(0), hot_title(3)
    ('No cell holds more than chance explains', '3 cells hold more than chance explains')
    """
    if n == 0:
        return _("No cell holds more than chance explains")
    return plural(
        "{n} cell holds more than chance explains", "{n} cells hold more than chance explains", n
    ).format(n=number(n))


def _subtitle(finding: Any, asked: Asked, counted: Counted) -> str:
    parts = [_period(finding, asked, counted), _("Source: {source}").format(source=source_of(finding, asked))]
    return " · ".join(part for part in parts if part)


def source_of(finding: Any, asked: Asked) -> str:
    """Return where the data come from: the author's words, else the materials' statements of quality."""
    return asked.source or "; ".join(finding.passport.quality) or _("not stated")


def _period(finding: Any, asked: Asked, counted: Counted) -> str:
    """Say of what time it is: under public rules in months, for a first day is a single incident."""
    from ..contents import incidents_of

    rows = incidents_of(finding)
    if rows is None or not len(rows):
        return ""
    days = rows["occurred_from"].dropna()
    if not len(days):
        return ""
    if not asked.public_rules(finding):
        return _("{first} to {last}").format(first=date(days.min().date()), last=date(days.max().date()))
    hidden = counted.publication is not None and counted.total is None
    if hidden or len(rows) < finding.case.policy.cells.minimum_count:
        return ""
    first, last = (i18n.month(day.date()) for day in (days.min(), days.max()))
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def marking(finding: Any, asked: Asked) -> str:
    """Return the handling marking that stands on every page: for whom, fact or assessment, the codes."""
    known = handling.audiences()
    parts = [_("For: {audience}").format(audience=known[asked.audience].words), _(KINDS[finding.kind])]
    return " · ".join(
        [*parts, *finding.passport.handling.markings[:3]] if asked.audience != "public" else parts
    )


def _blocks(
    finding: Any,
    asked: Asked,
    shape: Outline,
    counted: Counted,
    checks: list[Check],
    *,
    created: dt.date,
    root: str,
) -> list[Block]:
    found: list[Block] = [_answers(finding, asked, shape, counted)]
    if asked.statement:
        found += [
            Heading(_("Assessment") if finding.kind == "assessment" else _("Fact")),
            Paragraph(asked.statement),
        ]
    found += finding_figures.drawn(
        finding,
        asked,
        shape,
        counted,
        title=_title(shape, finding),
        source=source_of(finding, asked),
        created=created,
    )
    tables = (finding_tables.shown(name, part, counted) for name, part in counted.tables.items())
    found += [table for table in tables if table is not None]
    return found + finding_back.behind(finding, asked, checks, root=root)


def _answers(finding: Any, asked: Asked, shape: Outline, counted: Counted) -> Answers:
    known = shape.allowed
    what = (
        _(known.says)
        if known
        else _("The result of a function of the author's own: {name}.").format(name=finding.function)
    )
    limits = _(known.misleads) if known else _("What it does not show is for the author to say.")
    answers = [Answer(_("What"), what)]
    n = counted.total
    if n is not None:
        answers.append(
            Answer(
                _("Of what"),
                _("{n} recorded incidents. {period}").format(
                    n=number(n), period=_period(finding, asked, counted)
                ),
            )
        )
    sure = (
        _(_CONFIDENCE[asked.confidence]).capitalize() + "."
        if asked.confidence in _CONFIDENCE
        else _tested(shape)
    )
    answers.append(Answer(_("How sure"), sure))
    answers.append(Answer(_("Not shown"), limits))
    questions = (
        _("What else would explain it?"),
        _("Who is helped or harmed if we act on it, and how will we know?"),
    )
    return Answers(_("In short"), tuple(answers), _("Questions for the decision-maker"), questions)


def _tested(shape: Outline) -> str:
    names = {str(c) for table in shape.tables.values() for c in table.columns}
    if names & {"spot", "cluster", "found", "q_value", "p_value"}:
        return _("Compared with chance; what stands out does so beyond it.")
    return _("Counts as recorded; nothing was tested.")


def _number(record: dict[str, Any], created: dt.date) -> str:
    content = json.dumps(
        [__version__, {k: v for k, v in record.items() if k != "gate"}], sort_keys=True, default=str
    )
    return f"FI-{created.year}-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:8].upper()}"


def _readme() -> str:
    lines = [
        _("finding.html   the product; opens in any browser, without a network"),
        _("finding.pdf    the same on paper"),
        _("tables/        the tables that may leave: CSV for spreadsheets, GeoPackage for maps"),
        _("figures/       the pictures: SVG and PNG"),
        _("manifest.json  what was checked, what was chosen, every file with its hash"),
    ]
    return "\n".join([*lines, ""])
