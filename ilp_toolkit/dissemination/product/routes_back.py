"""
What stands behind a route assessment: what was read and caught, methods, limits, choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...collection import producers as producer_list
from ...i18n import _, number, percent, plural
from .assessment import methods_and_limits, report_table
from .blocks import Block, Bullets, Column, Heading, Note, Paragraph, Table
from .blocks import Facts as FactList
from .names import country
from .routes_flows import BOOTSTRAP, SEED
from .routes_front import how_sure, limit
from .routes_links import DRAWS
from .routes_ways import BETA

if TYPE_CHECKING:
    from .routes_prepared import Prepared

__all__ = ["choices_made", "limits", "quality", "trap_words"]


def quality(prepared: Prepared) -> list[Block]:
    """Say what was read, which traps were caught, and who did not report."""
    facts = prepared.facts
    intake = facts.intake
    named = prepared.links.choices
    rows = [
        (_("Rows in the file"), number(facts.rows)),
        (_("Read"), number(len(intake.table))),
        (_("Rejected"), number(len(intake.rejected))),
        (_("Of {drug}, counted here").format(drug=facts.what), number(facts.n)),
        (_("Name another country"), percent(float(facts.crossing.mean()))),
        (_("With a weight"), percent(float((facts.table["kg"] > 0).mean()))),
        (_("Own country named as departure or destination"), number(int(named.get("self_loops", 0)))),
    ]
    found: list[Block] = [
        Heading(_("What was read")),
        FactList(tuple(rows)),
        Bullets(tuple(trap_words(prepared))),
    ]
    if len(prepared.report):
        found.append(report_table(prepared.report.to_dict("records"), _("What the checks found in the file")))
    prices = facts.request.prices
    if prices is not None and len(prices.report):
        found.append(report_table(prices.report.to_dict("records"), _("What the checks found in the prices")))
    return [*found, *_reported(prepared)]


def trap_words(prepared: Prepared) -> list[str]:
    """Say which rows were left out, or kept with a doubt, and how many."""
    facts = prepared.facts
    words = [facts.why_drug]
    if facts.twins:
        text = plural(
            "{n} row is left out: the same seizure stands in the file in another unit.",
            "{n} rows are left out: the same seizures stand in the file in another unit.",
            facts.twins,
        )
        words.append(text.format(n=number(facts.twins)))
    if facts.outliers:
        text = plural(
            "{n} row is left out: it weighs more than ten times the next of its drug.",
            "{n} rows are left out: they weigh more than ten times the next of their drug.",
            facts.outliers,
        )
        words.append(text.format(n=number(facts.outliers)))
    if facts.repeats:
        text = plural(
            "{n} row repeats another one exactly; it is kept, for repeats can be real.",
            "{n} rows repeat others exactly; they are kept, for repeats can be real.",
            facts.repeats,
        )
        words.append(text.format(n=number(facts.repeats)))
    words.append(
        _(
            "“Unknown” and “other” are missing countries; a departure that is the country itself gives "
            "no link."
        )
    )
    return words


def _reported(prepared: Prepared) -> list[Block]:
    """List the country-years without a record: not reported is no zero."""
    table = prepared.reported
    silent = table[~table["reported"]]
    if silent.empty:
        return [Paragraph(_("Every country of the file has records in every year."))]
    years = silent.groupby("year")["country"].agg(list)
    rows = tuple(
        (str(year), number(len(codes)), ", ".join(country(code) for code in codes))
        for year, codes in years.items()
    )
    columns = (
        Column(_("Year")),
        Column(_("Countries"), number=True),
        Column(_("Without a record of any drug")),
    )
    note = _("Not reported, not sent or nothing found: the file does not say, and none of it is a zero.")
    return [Table(_("Country-years without a record"), columns, rows, note)]


def limits(prepared: Prepared) -> list[Block]:
    """Say what the numbers cannot bear, and how sure we are."""
    minimum = prepared.facts.policy.cells.minimum_count
    items = [
        limit(),
        _("A link is what officers wrote down as departure or destination: often the last or the next stop."),
        _(
            "Counts below {minimum} are not shown, nor kilograms that one seizure makes for more than half; "
            "days, places finer than a post and numbers of seizures stay inside."
        ).format(minimum=number(minimum)),
        _(
            "Intervals hold the luck of the cases and the doubt about demand, not borders where nobody "
            "looks, nor countries that do not report."
        ),
        _(
            "Shares, corridors and posts describe a model of the past. None of them says where to send "
            "anybody."
        ),
        _("Boundaries and names on maps do not imply endorsement or acceptance."),
    ]
    _level, reasons = how_sure(prepared)
    return methods_and_limits(_methods(), items, reasons)


def _methods() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Links: the two-edge rule (departure to country, country to destination)"),
            _("where few records name another country, or one seizure makes most of a link"),
        ),
        (
            _("Share-and-solve: I = (1 − F′)⁻¹ M, cases drawn anew"),
            _("where loads circle, a supplier does not report, or borders differ in how much they catch"),
        ),
        (
            _("Share caught as a guess (Beta)"),
            _("as an amount: the guess is nobody's measurement"),
        ),
        (
            _("Prices: changes that move together, from cheap to dear, false discoveries controlled"),
            _("with few periods, mixed levels of the market, or prices filled in by hand"),
        ),
        (
            _("Corridors (penalty method) and path-size logit"),
            _("as routes that were taken, or as a ranking of posts"),
        ),
        (
            _("Before and after with neighbours and control"),
            _("where hours of work changed and are not known, or the control was changed too"),
        ),
    )


def choices_made(prepared: Prepared) -> list[Block]:
    """List what was chosen on the way, by the caller or for them."""
    facts = prepared.facts
    rows = [
        (_("Drug"), facts.what),
        (_("Measure"), facts.measure),
        (_("Years"), facts.period),
        (_("Producers"), _producers(prepared)),
        (_("Smallest count shown"), number(facts.policy.cells.minimum_count)),
        (_("Counts held against each other"), number(prepared.held.n)),
        (_("Draws"), _("{n} for shares, {m} for flows").format(n=number(DRAWS), m=number(BOOTSTRAP))),
        (_("Seed of every draw"), str(SEED)),
    ]
    if prepared.ways.corridors is not None:
        rows.append((_("Weight of an hour in the corridors"), number(BETA, 1)))
    made: list[Block] = [Heading(_("Choices made")), FactList(tuple(rows))]
    if not facts.producers_given and (sources := _sources(prepared)):
        text = _(
            "The list is short, and nobody has held it against its sources; name producers with --producer."
        )
        made.append(Note(f"{text} {'; '.join(sources)}.", _("Producers were taken from a list")))
    return made


def _producers(prepared: Prepared) -> str:
    return ", ".join(country(code) for code in prepared.facts.producers) or _("none")


def _sources(prepared: Prepared) -> list[str]:
    """Return the sources of the producers that were taken, as far as nobody looked them up."""
    table = producer_list.producers()
    mine = table[table["country"].isin(prepared.facts.producers) & ~table["verified"]]
    wanted = "heroin" if prepared.facts.drug == "opiates" else prepared.facts.drug
    return sorted(set(mine.loc[mine["drug_class"] == wanted, "source"].str.split(":").str[0]))
