"""
A route assessment: how a drug moves between countries, as far as seizures can say, and how sure that is.

Everything is worked out and cut to what may be shown first, then drawn. The product has the form of the
problem profile: one page for whoever decides, the evidence behind it, tables, a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...i18n import _
from . import routes_back, routes_body, routes_figures, routes_front, routes_more
from .blocks import Block, Figure, PageBreak
from .frame import Frame
from .picture import side_by_side
from .routes_facts import Request
from .routes_prepared import PARTS, Prepared, prepare
from .routes_watch import canaries_of

if TYPE_CHECKING:
    import datetime as dt

    from .picture import Size

__all__ = ["FRAME", "PARTS", "Request", "canaries_of", "draw", "publish", "route_assessment"]


def _title(prepared: Prepared) -> str:
    return _("Route assessment: {drug}").format(drug=prepared.facts.what)


def _blocks(prepared: Prepared, created: dt.date) -> list[Block]:
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
    ]


def _front_figures(prepared: Prepared, foot: str) -> list[Block]:
    """One map and one chart."""
    if prepared.left("flows") and prepared.left("links"):
        return []

    def flows(size: Size) -> Figure | None:
        return routes_figures.flow_figure(prepared, foot=foot, size=size)

    def ladder(size: Size) -> Figure | None:
        return routes_figures.ladder_figure(prepared, foot=foot, size=size)

    return side_by_side((flows, ladder))


def _record(prepared: Prepared) -> dict[str, Any]:
    facts = prepared.facts
    return {
        "rows": {
            "assessment": facts.n,
            "left_out_as_twins": facts.twins,
            "left_out_as_outliers": facts.outliers,
        },
        "drug": facts.drug,
        "years": list(facts.years),
        "producers": {"codes": list(facts.producers), "given": facts.producers_given},
        "choices": {
            "flows": _settings(prepared.estimated.choices),
            "ways": prepared.ways.choices or {},
            "without": sorted(facts.request.without),
        },
    }


def _settings(made: dict[str, Any]) -> dict[str, Any]:
    """Return what was set, without sums and counts of seizures."""
    names = ("method", "producers", "prune", "least_cases", "bootstrap", "confidence", "rng", "circling")
    return {name: made[name] for name in names if name in made}


def _readme() -> tuple[str, ...]:
    return (
        _("routes.html    the product; opens in any browser, without a network"),
        _("routes.pdf     the same on paper"),
        _("tables/        the public tables, as CSV for spreadsheets"),
    )


FRAME: Frame[Request, Prepared] = Frame(
    name="routes",
    prefix="RA",
    request=Request,
    prepare=prepare,
    watch=lambda intake, _product, request, source: canaries_of(intake, request, source=source),
    title=_title,
    blocks=_blocks,
    record=_record,
    readme=_readme,
)
"""How a route assessment of what `read_seizures` returned comes to be."""
publish, route_assessment, draw = FRAME.publish, FRAME.make, FRAME.draw
