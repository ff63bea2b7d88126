"""
What stands behind an assessment of listings: what was read and caught, methods, limits, choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...i18n import _, number, percent, plural
from .assessment import methods_and_limits, report_table
from .blocks import Block, Bullets, Heading, Note
from .blocks import Facts as FactList
from .darknet_front import how_sure, limit
from .darknet_trade import SAMPLES, SEED

if TYPE_CHECKING:
    from .darknet_prepared import Prepared

__all__ = ["choices_made", "limits", "quality"]

_REFUSED = "refused_"


def quality(prepared: Prepared) -> list[Block]:
    """Say what was read, what was refused, and what was left out."""
    facts = prepared.facts
    intake = facts.intake
    rows = [
        (_("Rows in the file"), number(facts.rows)),
        (_("Read"), number(len(intake.table))),
        (_("Rejected"), number(len(intake.rejected))),
        (_("Rows that count here"), number(len(facts.table))),
        (_("With a price in US dollars"), percent(float((facts.table["price_usd"] > 0).mean()))),
        (_("With a weight"), percent(float((facts.table["quantity_g"] > 0).mean()))),
    ]
    found = prepared.report.to_dict("records")
    return [
        Heading(_("What was read")),
        FactList(tuple(rows)),
        Bullets(tuple(_left_out(prepared))),
        *([report_table(found, _("What the checks found in the file"))] if found else []),
    ]


def _left_out(prepared: Prepared) -> list[str]:
    facts = prepared.facts
    words = [
        _(
            "Titles and descriptions were read for substance and amount and dropped; sellers and listings "
            "are codes that stay inside."
        )
    ]
    refused = prepared.report[prepared.report["check"].astype(str).str.startswith(_REFUSED)]
    if len(refused):
        n = int(refused["n"].sum())
        text = plural(
            "{n} cell held an address, a key, a name or a number that was refused.",
            "{n} cells held addresses, keys, names or numbers that were refused.",
            n,
        )
        words.append(text.format(n=number(n)))
    if facts.not_drug:
        text = plural(
            "{n} row is left out: no drug, going by its words (books, accounts, tools and the like).",
            "{n} rows are left out: no drugs, going by their words (books, accounts, tools and the like).",
            facts.not_drug,
        )
        words.append(text.format(n=number(facts.not_drug)))
    if facts.other_markets:
        text = plural("{n} row is of another market.", "{n} rows are of other markets.", facts.other_markets)
        words.append(text.format(n=number(facts.other_markets)))
    unknown = int((facts.table["substance"] == "unknown").sum())
    if unknown:
        text = plural(
            "{n} row names no substance that is known; it is kept as unknown.",
            "{n} rows name no substance that is known; they are kept as unknown.",
            unknown,
        )
        words.append(text.format(n=number(unknown)))
    return words


def limits(prepared: Prepared) -> list[Block]:
    """Say what the numbers cannot bear, and how sure we are."""
    items = [
        limit(),
        _("An account is no person: one person may hold several, and several may share one."),
        _(
            "Counts of accounts below {minimum} are not shown, nor figures of which one account makes "
            "over half; "
            "listings are to the nearest five, money has two digits."
        ).format(minimum=number(prepared.facts.minimum)),
        _(
            "Pages that were not fetched are not known to be empty; markets that were not fetched are "
            "not in it."
        ),
        _("Intervals hold the luck of which listings and accounts were seen, not lies of sellers."),
        _("Concentration is said of a market. None of these figures says whom to look at."),
    ]
    _level, reasons = how_sure(prepared)
    return methods_and_limits(_methods(), items, reasons)


def _methods() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Substance by the words of the listing (a dictionary in two languages)"),
            _("where the seller's category alone speaks, or titles name several"),
        ),
        (
            _("Price per gram in bands of size; discount by a line within accounts"),
            _("across bands, or as what a pure gram costs"),
        ),
        (
            _("Sales from feedback, holding prices left out by stated rules"),
            _("as a total: it is a floor, and a rule can move it by a third"),
        ),
        (
            _("Share seen, and Chapman's estimate from two snapshots"),
            _("where pages are missed in lumps, or listings come and go between snapshots"),
        ),
        (
            _("Concentration: index, Gini and share of the largest, accounts drawn anew"),
            _("with few accounts, or where feedback is cut off"),
        ),
        (
            _("Lives of accounts (Kaplan and Meier), steps of four weeks"),
            _("beyond the time for which enough accounts are at risk"),
        ),
        (
            _("Closure as an interrupted series; accounts found again by matches"),
            _("as a cause: other things fall on the same weeks"),
        ),
        (
            _("Links by the weights of Fellegi and Sunter, in three outcomes"),
            _("as proof of who is who: keys, names and goods can be copied"),
        ),
    )


def choices_made(prepared: Prepared) -> list[Block]:
    """List what was chosen on the way, by the caller or for them."""
    facts = prepared.facts
    cap = facts.intake.choices.get("feedback_cap")
    rows = [
        (_("Markets"), ", ".join(facts.markets)),
        (_("Time"), facts.period),
        (
            _("Feedback that a page shows at most"),
            number(int(cap)) if cap else _("not seen in the file; 20 taken"),
        ),
        (_("Rates for"), ", ".join(facts.intake.choices.get("rates_of", [])) or _("no currency")),
        (_("Smallest count shown"), number(facts.minimum)),
        (_("Counts held against each other"), number(prepared.held.n)),
        (_("Draws"), number(SAMPLES)),
        (_("Seed of every draw"), str(SEED)),
    ]
    made: list[Block] = [Heading(_("Choices made")), FactList(tuple(rows))]
    if not facts.request.name_markets:
        made.append(
            Note(
                _(
                    "Letters stand in the order of the names in the file, which stay inside; who has the "
                    "file "
                    "can tell which is which. With --name-markets they stand under their names."
                ),
                _("Markets are shown as letters"),
            )
        )
    return made
