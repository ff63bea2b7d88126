"""
An assessment of listings of online markets: what is offered, from where, at which price, and how sure.

Everything is worked out and cut to what may be shown first, then drawn. The product has the form of the
problem profile: one page for whoever decides, the evidence behind it, tables, a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...i18n import _
from . import darknet_back, darknet_body, darknet_figures, darknet_front, darknet_more
from .blocks import Block, Figure, PageBreak
from .darknet_facts import Request
from .darknet_prepared import PARTS, Prepared, prepare
from .darknet_watch import canaries_of
from .frame import Frame
from .picture import foot, side_by_side

if TYPE_CHECKING:
    import datetime as dt

    from .picture import Size

__all__ = ["FRAME", "PARTS", "Request", "canaries_of", "draw", "listing_assessment", "publish"]


def _title(_prepared: Prepared) -> str:
    return _("Assessment of listings on online markets")


def _blocks(prepared: Prepared, created: dt.date) -> list[Block]:
    below = foot(prepared.facts.request.source, created)
    return [
        darknet_front.answers(prepared),
        *_front_figures(prepared, below),
        PageBreak(),
        *darknet_back.quality(prepared),
        *darknet_body.coverage_blocks(prepared),
        *darknet_body.substance_blocks(prepared, foot=below),
        *darknet_body.price_blocks(prepared, foot=below),
        *darknet_more.sales_blocks(prepared),
        *darknet_more.account_blocks(prepared, foot=below),
        *darknet_body.offer_blocks(prepared, foot=below),
        *darknet_more.closure_blocks(prepared, foot=below),
        *darknet_more.lead_blocks(prepared),
        *darknet_back.limits(prepared),
        *darknet_back.choices_made(prepared),
    ]


def _command(prepared: Prepared) -> str:
    """Return the command as it was given, markets by the words that stand for them."""
    facts = prepared.facts
    text = facts.request.command
    for name, label in facts.labels.items():
        if name and name != label:
            text = text.replace(name, label.replace(" ", "-"))
    return text


def _front_figures(prepared: Prepared, foot: str) -> list[Block]:
    """One chart and one matrix."""
    code = darknet_figures.front_price(prepared)

    def left(size: Size) -> Figure | None:
        if code:
            return darknet_figures.price_figure(prepared, code, foot=foot, size=size)
        return darknet_figures.substance_figure(prepared, foot=foot, size=size)

    def right(size: Size) -> Figure | None:
        return darknet_figures.matrix_figure(prepared, foot=foot, size=size)

    return side_by_side((left, right))


def _record(prepared: Prepared) -> dict[str, Any]:
    facts = prepared.facts
    return {
        "rows": {
            "assessment": len(facts.table),
            "left_out_as_no_drug": facts.not_drug,
            "left_out_as_of_other_markets": facts.other_markets,
        },
        "markets": facts.markets,
        "choices": {
            "closures": [[each.market, each.day.isoformat()] for each in prepared.trade.closures],
            "control": [facts.labels[name] for name in facts.request.control],
            "feedback_cap": facts.intake.choices.get("feedback_cap"),
            "rates_of": facts.intake.choices.get("rates_of", []),
            "without": sorted(facts.request.without),
        },
    }


def _readme() -> tuple[str, ...]:
    return (
        _("darknet.html   the product; opens in any browser, without a network"),
        _("darknet.pdf    the same on paper"),
        _("tables/        the public tables, as CSV for spreadsheets"),
    )


FRAME: Frame[Request, Prepared] = Frame(
    name="darknet",
    prefix="LA",
    request=Request,
    prepare=prepare,
    watch=lambda intake, _product, request, source: canaries_of(intake, request, source=source),
    title=_title,
    blocks=_blocks,
    record=_record,
    readme=_readme,
    command=_command,
)
"""How an assessment of what `read_listings` returned comes to be."""
publish, listing_assessment, draw = FRAME.publish, FRAME.make, FRAME.draw
