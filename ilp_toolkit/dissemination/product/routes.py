"""
A route assessment: how a drug moves between countries, as far as seizures can say, and how sure that is.

Everything is worked out and cut to what may be shown first, then drawn. The product has the form of the
problem profile: one page for whoever decides, the evidence behind it, tables, a record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import i18n
from ...i18n import _
from .. import gate
from . import assessment, routes_back, routes_body, routes_figures, routes_front, routes_more
from .blocks import Block, Figure, PageBreak, Pair, Product
from .routes_facts import Request
from .routes_prepared import PARTS, Prepared, prepare
from .routes_watch import canaries_of

if TYPE_CHECKING:
    import datetime as dt

    from ...collection.seizures import SeizureIntake
    from ...direction.policy import Policy

__all__ = ["PARTS", "Request", "canaries_of", "draw", "publish", "route_assessment"]


def publish(
    intake: SeizureIntake,
    out: str | Path,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """
    Make a route assessment, scan every byte of it and write it as a draft, for command and notebook alike.

    Parameters
    ----------
    intake
        What `read_seizures` returned.
    out
        The folder to make; an earlier product in it is replaced.
    policy
        The limits.
    request
        Drug, producers, other files; everything by default.
    source
        The file that was read, for the record.
    step
        Called with the name of each step of the work.

    Raises
    ------
    InputError
        If the request does not fit the file, or the folder is in other use.
    DisclosureError
        If something that must stay inside stands in a file; nothing was written.
    """
    asked = request or Request()
    made = route_assessment(intake, policy=policy, request=asked, source=source, step=step)
    step(_("Checking what leaves"))
    watch = canaries_of(intake, asked, source=source)
    step(_("Writing"))
    gate.publish_draft(made, out, canaries=watch)
    return made


def route_assessment(
    intake: SeizureIntake,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """Make a route assessment, in the language in use; nothing is written. Parameters as in `publish`."""
    return draw(prepare(intake, policy=policy, request=request, step=step), source=source, step=step)


def draw(
    prepared: Prepared,
    *,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """Draw an assessment that was worked out, as a draft."""
    facts = prepared.facts
    created = gate.now().date()
    record = _record(prepared, source)
    step(_("Drawing"))
    return Product(
        title=facts.request.title or _("Route assessment: {drug}").format(drug=facts.what),
        subtitle=assessment.subtitle(facts.period, facts.request.source),
        number=assessment.number("RA", record, created),
        language=i18n.current(),
        created=created,
        marking=_("DRAFT – no case – not for release"),
        author=facts.request.author,
        blocks=tuple(_blocks(prepared, record=record, created=created)),
        name="routes",
        tables=prepared.tables(),
        record=record,
        readme=assessment.readme(
            _("routes.html    the product; opens in any browser, without a network"),
            _("routes.pdf     the same on paper"),
        ),
    )


def _blocks(prepared: Prepared, *, record: dict[str, Any], created: dt.date) -> list[Block]:
    foot = routes_figures.foot_of(prepared, created)
    return [
        routes_front.answers(prepared),
        *_front_figures(prepared, foot),
        PageBreak(),
        *routes_back.quality(prepared),
        *routes_body.link_blocks(prepared),
        *routes_body.flow_blocks(prepared, foot=foot),
        *routes_more.evidence_blocks(prepared, foot=foot),
        *routes_more.way_blocks(prepared, foot=foot),
        *routes_body.gap_blocks(prepared),
        *routes_back.limits(prepared),
        *routes_back.choices_made(prepared),
        *assessment.how_to_repeat(record, prepared.facts.request.command),
    ]


def _front_figures(prepared: Prepared, foot: str) -> list[Block]:
    """One map and one chart, side by side; one alone where the other shows nothing."""
    if prepared.left("flows") and prepared.left("links"):
        return []
    makers: list[Callable[[str], Figure | None]] = [
        lambda size: routes_figures.flow_figure(prepared, foot=foot, size=size),  # type: ignore[arg-type]
        lambda size: routes_figures.ladder_figure(prepared, foot=foot, size=size),  # type: ignore[arg-type]
    ]
    found = [figure for maker in makers if (figure := maker("half")) is not None]
    if len(found) == 2:
        return [Pair(found[0], found[1])]
    return [figure for maker in makers if (figure := maker("full")) is not None]


def _record(prepared: Prepared, source: str | Path | None) -> dict[str, Any]:
    facts = prepared.facts
    record = assessment.input_of(source)
    record["rows"] = {
        "file": facts.rows,
        "read": len(facts.intake.table),
        "rejected": len(facts.intake.rejected),
        "assessment": facts.n,
        "left_out_as_twins": facts.twins,
        "left_out_as_outliers": facts.outliers,
    }
    record["drug"], record["years"] = facts.drug, list(facts.years)
    record["producers"] = {"codes": list(facts.producers), "given": facts.producers_given}
    record["choices"] = {
        "flows": _settings(prepared.estimated.choices),
        "ways": prepared.ways.choices or {},
        "without": sorted(facts.request.without),
    }
    record["policy"] = facts.policy.model_dump(mode="json")
    return json.loads(json.dumps(record, default=str))  # type: ignore[no-any-return]


def _settings(made: dict[str, Any]) -> dict[str, Any]:
    """Return what was set, without sums and counts of seizures."""
    names = ("method", "producers", "prune", "least_cases", "bootstrap", "confidence", "rng", "circling")
    return {name: made[name] for name in names if name in made}
