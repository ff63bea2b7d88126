"""
The sections of an assessment on what is traded: sales, concentration, lives of accounts, closures, leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ...i18n import _, date, number, percent, plural
from . import darknet_figures as figures
from . import darknet_public as public
from .blocks import Block, Column, Heading, Note, Paragraph, Table
from .names import drug_words
from .picture import some

if TYPE_CHECKING:
    from .darknet_prepared import Prepared
    from .darknet_trade import Closure

__all__ = ["account_blocks", "closure_blocks", "lead_blocks", "sales_blocks"]


def sales_blocks(prepared: Prepared) -> list[Block]:
    """Say what feedback tells of sales, and what hangs on the rules."""
    made = prepared.trade
    found: list[Block] = [Heading(_("Sales, at least"))]
    if made.why_no_sales:
        found.append(Note(made.why_no_sales))
    if made.sales.empty:
        return found
    money = made.sales["revenue_usd"].notna().any()
    found.append(
        Paragraph(
            _(
                "Each piece of feedback counts as one sale of the listing as offered. Some buyers leave "
                "none, "
                "pages cut it off, and some is bought: read these as floors, and never without the table "
                "below."
            )
        )
    )
    rows = [
        (
            str(row["name"]) if row["kind"] == "market" else drug_words(row["name"]),
            public.money_words(row["feedback"]),
            *([public.money_words(row["revenue_usd"])] if money else []),
            _("hidden") if pd.isna(row["censored"]) else percent(float(row["censored"])),
        )
        for row in made.sales.to_dict("records")
    ]
    columns = (
        Column(_("Market or substance")),
        Column(_("Feedback"), number=True),
        *([Column(_("US dollars"), number=True)] if money else []),
        Column(_("Listings cut off"), number=True),
    )
    note = _(
        "Two digits. Hidden: no such feedback or price, few accounts, or one of them has most. Cut off: "
        "share of "
        "listings whose page shows no more feedback than it can."
    )
    found.append(
        Table(_("Feedback and what it stands for, by market and by substance"), columns, tuple(rows), note)
    )
    return [*found, *_sensitivity(prepared)]


def _sensitivity(prepared: Prepared) -> list[Block]:
    table = prepared.trade.sensitivity
    if table.empty:
        return []
    rows = []
    for row in table.to_dict("records"):
        if row["rule"] != "as chosen" and row["ratio"] == 1.0:
            continue
        rows.append((_rule(row), public.money_words(row["revenue_usd"]), percent(float(row["ratio"]))))
    columns = (
        Column(_("Rule on prices")),
        Column(_("US dollars"), number=True),
        Column(_("Of the sum chosen"), number=True),
    )
    note = plural(
        "{n} other rule changes the sum by less than 3%; the CSV file holds all.",
        "{n} other rules change the sum by less than 3% each; the CSV file holds all.",
        len(table) - len(rows),
    ).format(n=number(len(table) - len(rows)))
    return [Table(_("The same feedback under other rules on holding prices"), columns, tuple(rows), note)]


def _rule(row: dict[Any, Any]) -> str:
    names = {
        "as chosen": _("as chosen"),
        "free": _("prices of 0 kept"),
        "above": _("prices above {value} US dollars left out"),
        "times_peers": _("prices above {value} times the usual left out"),
        "times_median": _("prices above {value} times the listing's median left out"),
        "share_of_median": _("prices below {value} of the listing's median left out"),
        "price_of_feedback": _("price of a piece of feedback: {value}"),
        "no rules": _("no rule: every price counts"),
        "no rules, last price": _("no rule, last price of the listing"),
    }
    off = {
        "above": _("no rule on high prices"),
        "times_peers": _("no rule on what is usual"),
        "times_median": _("no rule on the listing's median"),
        "share_of_median": _("no rule on low prices"),
    }
    rule, value = str(row["rule"]), row["value"]
    said = str(value) if isinstance(value, str) else ""
    words = {"nearest": _("the nearest snapshot's"), "median": _("the median"), "last": _("the last one")}
    if said in words:
        return names[rule].format(value=words[said])
    try:
        amount = float(value)
    except (TypeError, ValueError):
        amount = float("nan")
    if pd.isna(amount):
        return off.get(rule) or names.get(rule, rule)
    digits = 0 if amount == round(amount) else 2
    return names.get(rule, rule).format(value=number(amount, digits))


def account_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Say how concentrated trade is, and how long accounts last."""
    return [*_concentration(prepared, foot), *_lives(prepared, foot)]


def _concentration(prepared: Prepared, foot: str) -> list[Block]:
    table = prepared.trade.concentration
    found: list[Block] = [Heading(_("Concentration of markets"))]
    if table.empty:
        return [
            *found,
            Note(prepared.trade.why_no_concentration or _("Few accounts have most of the trade.")),
        ]
    found += some(figures.concentration_figure(prepared, foot=foot))
    names = {"hhi": _("Herfindahl-Hirschman index"), "gini": _("Gini coefficient")}
    rows = []
    for row in table.to_dict("records"):
        top = row["measure"] == "top_share"
        name = (
            _("share of the largest {share} of accounts").format(share=percent(float(row["share"])))
            if top
            else names[str(row["measure"])]
        )
        digits = 3 if row["measure"] == "hhi" else 2
        rows.append(
            (
                str(row["market"]),
                name,
                percent(float(row["value"])) if top else number(float(row["value"]), digits),
                _("{low} to {high}").format(low=percent(float(row["low"])), high=percent(float(row["high"])))
                if top
                else public.interval_words(row["low"], row["high"], digits),
                percent(float(row["equal"])) if top else number(float(row["equal"]), digits),
            )
        )
    columns = (
        Column(_("Market")),
        Column(_("Measure")),
        Column(_("Value"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("If all had the same"), number=True),
    )
    note = _(
        "By feedback where there is any, by listings otherwise. Feedback that is cut off understates the "
        "largest "
        "first. Markets where one account has over half are not shown. One person may hold several accounts."
    )
    return [*found, Table(_("How trade is shared out"), columns, tuple(rows), note)]


def _lives(prepared: Prepared, foot: str) -> list[Block]:
    found: list[Block] = [Heading(_("How long accounts last"))]
    lives = prepared.trade.survival
    if lives is None:
        return [*found, Note(prepared.trade.why_no_survival)]
    found += some(figures.lives_figure(prepared, foot=foot))
    median = float(lives.medians["median"].iloc[0])
    text = (
        _("Half of the accounts are no longer seen after about {days} days.").format(
            days=number(round(median))
        )
        if pd.notna(median)
        else _("More than half of the accounts are still seen at the end of their curve.")
    )
    return [
        *found,
        Paragraph(
            text
            + " "
            + _(
                "All markets together; accounts that were there on the first snapshot are left out, for "
                "their age "
                "is not known. No longer seen is not stopped: a seller may go on under another name."
            )
        ),
    ]


def closure_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Say what happened on the other markets when one closed."""
    if prepared.left("closures"):
        return [Heading(_("Before and after a closure")), Note(_("Left out of this product on purpose."))]
    return [
        block
        for place, each in enumerate(prepared.trade.closures)
        for block in _closure(prepared, each, place, foot)
    ]


def _closure(prepared: Prepared, each: Closure, place: int, foot: str) -> list[Block]:
    title = _("Before and after the closure of {market}, {date}").format(
        market=each.market, date=date(each.day)
    )
    found: list[Block] = [Heading(title)]
    if each.effects.empty:
        return [*found, Note(each.why_none or _("Too few accounts are seen on the other markets."))]
    found.append(
        Paragraph(
            _(
                "The other markets ({others}), in periods of two weeks: the jump of their level at the date, "
                "beside what the time before leads one to expect. Other things may have happened in the "
                "same weeks."
            ).format(others=", ".join(each.others))
            + (
                " " + _("Compared with {control}.").format(control=", ".join(each.control))
                if each.control
                else ""
            )
        )
    )
    found += some(figures.closure_figure(each, place=place, foot=foot))
    names = {
        "vendors": _("accounts seen"),
        "feedback": _("pieces of feedback in two weeks"),
        "price": _("price, for the same substance and size"),
    }
    rows = []
    for row in each.effects.to_dict("records"):
        write = _in_per_cent if row["measure"] == "price" else _in_numbers
        rows.append(
            (
                names[str(row["measure"])],
                write(row["change"]),
                _("from {low} to {high}").format(low=write(row["low"]), high=write(row["high"])),
                _("yes") if row["clear"] else _("no"),
            )
        )
    columns = (
        Column(_("Measure")),
        Column(_("Change of level"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("Clear of zero")),
    )
    found.append(Table(_("What changed on the other markets"), columns, tuple(rows)))
    return [*found, *_moved(each)]


def _in_numbers(value: Any) -> str:
    return number(float(value), 0 if abs(float(value)) >= 10 else 1)


def _in_per_cent(value: Any) -> str:
    return percent(float(value), 0 if abs(float(value)) >= 0.1 else 1)


def _moved(each: Closure) -> list[Block]:
    if each.moved is None or each.moved.empty:
        return []
    rows = tuple(
        (
            str(row["destination"]),
            public.count_words(row["before"]),
            public.count_words(row["after"]),
            _("hidden") if pd.isna(row["share"]) else percent(float(row["share"])),
        )
        for row in each.moved.to_dict("records")
    )
    columns = (
        Column(_("Found again on")),
        Column(_("There before"), number=True),
        Column(_("First seen after"), number=True),
        Column(_("Of the accounts there"), number=True),
    )
    wrong = int(each.moved["expected_wrong"].iloc[0])
    note = _(
        "Accounts that match by at least two kinds of evidence, to the nearest five; nobody has signed "
        "them. Of a "
        "hundred such links {wrong} are expected to be wrong. First seen is not opened, and who is not found "
        "may go on under a name that nothing links."
    ).format(wrong=number(wrong))
    return [
        Table(
            _("Accounts of {market} that turn up elsewhere").format(market=each.market), columns, rows, note
        )
    ]


def lead_blocks(prepared: Prepared) -> list[Block]:
    """Say how many of a hundred leads would be wrong; never which."""
    found: list[Block] = [Heading(_("How good links between accounts would be"))]
    table = prepared.trade.leads
    if table is None:
        return [*found, Note(prepared.trade.why_no_leads)]
    found.append(
        Paragraph(
            _(
                "Pairs of accounts on different markets were compared by key, name, goods, prices, way "
                "of writing "
                "and days of feedback. Which pairs they are stays inside: a lead is for a person to "
                "check and to "
                "sign, and no accounts are merged."
            )
        )
    )
    names = {"match": _("match"), "possible": _("possible"), "leads": _("both together")}
    rows = tuple(
        (
            names[str(row["outcome"])],
            public.count_words(row["n"]),
            _("hidden") if pd.isna(row["wrong_per_100"]) else number(int(row["wrong_per_100"])),
            public.interval_words(row["low"], row["high"], 0),
        )
        for row in table.to_dict("records")
    )
    columns = (
        Column(_("Outcome")),
        Column(_("Pairs"), number=True),
        Column(_("Wrong of a hundred"), number=True),
        Column(_("95% interval"), number=True),
    )
    note = _(
        "Pairs to the nearest five. Wrong of a hundred is a least value: who imitates another in "
        "everything is not "
        "in it. A match needs two kinds of evidence, one of them hard to copy."
    )
    return [*found, Table(_("Leads, and how many would be wrong"), columns, rows, note)]
