"""
An assessment of listings of online markets: what is offered, from where, at which price, and how sure.

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
from . import assessment, darknet_back, darknet_body, darknet_figures, darknet_front, darknet_more
from .blocks import Block, Figure, PageBreak, Pair, Product
from .darknet_facts import Request
from .darknet_prepared import PARTS, Prepared, prepare
from .darknet_watch import canaries_of

if TYPE_CHECKING:
    import datetime as dt

    from ...collection.listings import ListingIntake
    from ...direction.policy import Policy

__all__ = ["PARTS", "Request", "canaries_of", "draw", "listing_assessment", "publish"]


def publish(
    intake: ListingIntake,
    out: str | Path,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """
    Make an assessment of listings, scan every byte of it and write it as a draft.

    Parameters
    ----------
    intake
        What `read_listings` returned.
    out
        The folder to make; an earlier product in it is replaced.
    policy
        The limits.
    request
        Markets, closures, people; everything by default.
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
    made = listing_assessment(intake, policy=policy, request=asked, source=source, step=step)
    step(_("Checking what leaves"))
    watch = canaries_of(intake, asked, source=source)
    step(_("Writing"))
    gate.publish_draft(made, out, canaries=watch)
    return made


def listing_assessment(
    intake: ListingIntake,
    *,
    policy: Policy,
    request: Request | None = None,
    source: str | Path | None = None,
    step: Callable[[str], None] = lambda description: None,
) -> Product:
    """Make an assessment, in the language in use; nothing is written. Parameters as in `publish`."""
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
        title=facts.request.title or _("Assessment of listings on online markets"),
        subtitle=assessment.subtitle(facts.period, facts.request.source),
        number=assessment.number("LA", record, created),
        language=i18n.current(),
        created=created,
        marking=_("DRAFT – no case – not for release"),
        author=facts.request.author,
        blocks=tuple(_blocks(prepared, record=record, created=created)),
        name="darknet",
        tables=prepared.tables(),
        record=record,
        readme=assessment.readme(
            _("darknet.html   the product; opens in any browser, without a network"),
            _("darknet.pdf    the same on paper"),
        ),
    )


def _blocks(prepared: Prepared, *, record: dict[str, Any], created: dt.date) -> list[Block]:
    foot = darknet_figures.foot_of(prepared, created)
    return [
        darknet_front.answers(prepared),
        *_front_figures(prepared, foot),
        PageBreak(),
        *darknet_back.quality(prepared),
        *darknet_body.coverage_blocks(prepared),
        *darknet_body.substance_blocks(prepared, foot=foot),
        *darknet_body.price_blocks(prepared, foot=foot),
        *darknet_more.sales_blocks(prepared),
        *darknet_more.account_blocks(prepared, foot=foot),
        *darknet_body.offer_blocks(prepared, foot=foot),
        *darknet_more.closure_blocks(prepared, foot=foot),
        *darknet_more.lead_blocks(prepared),
        *darknet_back.limits(prepared),
        *darknet_back.choices_made(prepared),
        *assessment.how_to_repeat(record, _command(prepared)),
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
    """One chart and one matrix, side by side; one alone where the other shows nothing."""
    code = darknet_figures.front_price(prepared)

    def left(size: Any) -> Figure | None:
        if code:
            return darknet_figures.price_figure(prepared, code, foot=foot, size=size)
        return darknet_figures.substance_figure(prepared, foot=foot, size=size)

    def right(size: Any) -> Figure | None:
        return darknet_figures.matrix_figure(prepared, foot=foot, size=size)

    found = [figure for maker in (left, right) if (figure := maker("half")) is not None]
    if len(found) == 2:
        return [Pair(found[0], found[1])]
    return [figure for maker in (left, right) if (figure := maker("full")) is not None]


def _record(prepared: Prepared, source: str | Path | None) -> dict[str, Any]:
    facts = prepared.facts
    record = assessment.input_of(source)
    record["rows"] = {
        "file": facts.rows,
        "read": len(facts.intake.table),
        "rejected": len(facts.intake.rejected),
        "assessment": len(facts.table),
        "left_out_as_no_drug": facts.not_drug,
        "left_out_as_of_other_markets": facts.other_markets,
    }
    record["markets"] = facts.markets
    record["choices"] = {
        "closures": [[each.market, each.day.isoformat()] for each in prepared.trade.closures],
        "control": [facts.labels[name] for name in facts.request.control],
        "feedback_cap": facts.intake.choices.get("feedback_cap"),
        "rates_of": facts.intake.choices.get("rates_of", []),
        "without": sorted(facts.request.without),
    }
    record["policy"] = facts.policy.model_dump(mode="json")
    return json.loads(json.dumps(record, default=str))  # type: ignore[no-any-return]
