"""
The sections of a route assessment on links and flows: each says what it means and what it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...i18n import N_, _, number, plural
from . import public_sums as public
from . import routes_figures as figures
from .assessment import first_rows, table_of
from .blocks import Block, Column, Heading, Note, Paragraph, Table
from .names import country, link
from .picture import some
from .routes_front import field_words, limit

if TYPE_CHECKING:
    from .routes_prepared import Prepared

__all__ = ["flow_blocks", "gap_blocks", "link_blocks"]

LARGEST: dict[str, str] = {
    "under a quarter": N_("under a quarter"),
    "a quarter to half": N_("a quarter to half"),
    "over half": N_("over half"),
    "unknown": N_("not known"),
}
"""The share of the largest seizure of a link, in words."""


def link_blocks(prepared: Prepared) -> list[Block]:
    """Return the section on links between countries."""
    links, facts = prepared.links, prepared.facts
    found: list[Block] = [Heading(_("Links between countries"))]
    found.append(
        Paragraph(
            _(
                "A seizure in B of a load from A for C shows that the drug went from A to B and was bound "
                "for C: it stands on two links with its whole weight, so links never add up. {limit}"
            ).format(limit=limit())
        )
    )
    if prepared.left("links"):
        return [*found, Note(_("Left out of this product on purpose."))]
    rows = [
        (
            link(row["origin"], row["destination"]),
            _("hidden") if pd.isna(row["cases"]) else number(int(row["cases"])),
            public.kg_words(row["kg"]),
            public.share_words(row["share"]),
            public.range_words(row["share_low"], row["share_high"]),
            _(LARGEST[str(row["largest"])]),
        )
        for row in first_rows(links.shown, "cases")
    ]
    columns = (
        Column(_("Link")),
        Column(_("Seizures"), number=True),
        Column(_("Kilograms"), number=True),
        Column(_("Share of the way in"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("Largest seizure")),
    )
    note = _(
        "Kilograms: {measure}, two digits. Hidden: fewer than {minimum} seizures, or one of them makes over "
        "half, here or on another link into the same country. Shares to the nearest 5%. Largest seizure: its "
        "part of the kilograms."
    ).format(measure=facts.measure, minimum=number(facts.policy.cells.minimum_count))
    found.append(
        table_of(_("Links with enough seizures, in the order of names"), columns, rows, note, links.shown)
    )
    if links.few:
        text = plural(
            "{n} link has fewer than {minimum} seizures and is not listed.",
            "{n} links have fewer than {minimum} seizures and are not listed.",
            links.few,
        )
        found.append(
            Paragraph(text.format(n=number(links.few), minimum=number(facts.policy.cells.minimum_count)))
        )
    found.append(Paragraph(_moved(prepared)))
    return found


def _moved(prepared: Prepared) -> str:
    links = prepared.links
    if not links.moved:
        return _("Without the largest seizure of each link the {top} heaviest links stay the same.").format(
            top=number(links.top)
        )
    return _(
        "Without the largest seizure of each link, {n} of the {top} heaviest links would be others: a rank "
        "that one seizure makes is no finding."
    ).format(n=number(links.moved), top=number(links.top))


def flow_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Return the section on estimated flows."""
    estimated, facts = prepared.estimated, prepared.facts
    found: list[Block] = [Heading(_("Estimated flows"))]
    if estimated.why_none:
        return [*found, Note(estimated.why_none)]
    found.append(Paragraph(_flow_words(prepared)))
    if estimated.circling:
        found.append(Note(estimated.warning(facts), _("Loads that circle")))
    found += some(figures.flow_figure(prepared, foot=foot, size="full"))
    found += some(figures.ladder_figure(prepared, foot=foot, size="full"))
    rows = [
        (
            link(row["origin"], row["destination"]),
            public.kg_words(row["kg"]),
            _("hidden")
            if pd.isna(row["kg"])
            else _("{low} to {high}").format(
                low=public.kg_words(row["low"]), high=public.kg_words(row["high"])
            ),
            public.share_words(row["share"]),
        )
        for row in first_rows(estimated.shown, "kg")
    ]
    columns = (
        Column(_("Link")),
        Column(_("Kilograms a year"), number=True),
        Column(_("95% interval"), number=True),
        Column(_("Share of the supply"), number=True),
    )
    note = _(
        "Share-and-solve on links with {minimum} seizures and more; producers: {producers}. Hidden: it would "
        "rest on one seizure, or nothing is known of what the country takes."
    ).format(
        minimum=number(facts.policy.cells.minimum_count),
        producers=", ".join(country(code) for code in facts.producers) or _("none"),
    )
    found.append(
        table_of(_("Flows with their intervals, in the order of names"), columns, rows, note, estimated.shown)
    )
    return found + _agreement(prepared, foot)


def _flow_words(prepared: Prepared) -> str:
    words = [
        _(
            "The estimate takes the shares of seizures for shares of supply and solves what each country "
            "must bring in. It believes that every border of a country catches the same part."
        )
    ]
    if prepared.estimated.relative:
        words.append(
            _(
                "No demand was given (--demand), so a market is what was seized in it: the kilograms are "
                "proportions, no amounts."
            )
        )
    words.append(limit())
    return " ".join(words)


def _agreement(prepared: Prepared, foot: str) -> list[Block]:
    table = prepared.evidence.agreement
    if table is None or table.empty:
        return []
    yes = {True: _("yes"), False: _("no")}
    rows = [
        (
            link(row["origin"], row["destination"]),
            public.share_words(row["seized"]),
            public.share_words(row["cases"]),
            public.share_words(row["solved"]),
            "–" if pd.isna(row["linked"]) else yes[bool(row["linked"])],
            "–" if pd.isna(row["agreement"]) else number(float(row["agreement"]), 1),
        )
        for row in first_rows(table.assign(least=1 - table["agreement"]), "least")
    ]
    columns = (
        Column(_("Link")),
        Column(_("By kilograms"), number=True),
        Column(_("By seizures"), number=True),
        Column(_("Estimated"), number=True),
        Column(_("Prices move together")),
        Column(_("Agreement"), number=True),
    )
    note = _(
        "Agreement: the smaller share over the larger, mean of all pairs; no average is made. The first "
        "three come from the same records and are no independent witnesses; prices are."
    )
    return [
        Heading(_("Estimates side by side"), 3),
        *some(figures.agreement_figure(prepared, foot=foot)),
        table_of(_("Share of the way in, by each estimate"), columns, rows, note, table),
    ]


def gap_blocks(prepared: Prepared) -> list[Block]:
    """Return the section on what is worth finding out."""
    table = prepared.evidence.gaps
    if table is None:
        return []
    found: list[Block] = [Heading(_("What is worth finding out"))]
    if table.empty:
        return [*found, Paragraph(_("No gap in the records would change which links are heaviest."))]
    rows = [
        (
            country(row["country"]),
            field_words(str(row["field"])) + ("" if pd.isna(row["year"]) else f", {int(row['year'])}"),
            public.share_words(row["change"]),
            public.range_words(row["low"], row["high"]),
        )
        for row in table.to_dict("records")
    ]
    columns = (
        Column(_("Country")),
        Column(_("What is missing")),
        Column(_("Heaviest links that would change"), number=True),
        Column(_("95% of the draws"), number=True),
    )
    note = _(
        "Each gap was filled many times with what the same country wrote elsewhere, as if left empty by "
        "chance."
    )
    return [*found, Table(_("Gaps, the one that would change most first"), columns, tuple(rows), note)]
