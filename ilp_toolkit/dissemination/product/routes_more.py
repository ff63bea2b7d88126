"""
The sections of a route assessment that its links are held against: prices, guesses, effort, ways and posts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...analysis.routes import DISPLACEMENT_READINGS
from ...geography import ROADS_ATTRIBUTION
from ...i18n import _, date, number, percent, plural
from . import public_sums as public
from . import routes_figures as figures
from .assessment import first_rows, table_of
from .blocks import Block, Column, Heading, Note, Paragraph, Table
from .names import country, drug_words, link
from .picture import some
from .routes_evidence import priced_as
from .routes_front import limit

if TYPE_CHECKING:
    from .routes_prepared import Prepared

__all__ = ["evidence_blocks", "way_blocks"]


def evidence_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Return the sections on prices, on what may have passed, and on effort."""
    return [*_prices(prepared, foot), *_caught(prepared, foot), *_effort(prepared)]


def _prices(prepared: Prepared, foot: str) -> list[Block]:
    prices = prepared.evidence.prices
    if prices is None:
        why = prepared.evidence.why_no_prices
        return [Heading(_("Prices")), Note(why)] if why else []
    level = _("wholesale") if prices.level == "wholesale" else _("retail")
    text = _(
        "Prices of {drug} ({level}, {first}–{last}), US dollars a gram of bulk weight, median of the years. "
        "Drugs go from where they are cheap to where they are dear; a rising price does not prove a link."
    ).format(
        drug=drug_words(priced_as(prepared.facts.drug)),
        level=level,
        first=prices.years[0],
        last=prices.years[1],
    )
    found: list[Block] = [
        Heading(_("Prices")),
        Paragraph(text),
        *some(figures.price_figure(prepared, foot=foot)),
    ]
    rows = [
        (
            link(row["origin"], row["destination"]),
            number(float(row["price_origin"]), 2),
            number(float(row["price_destination"]), 2),
            percent(float(row["markup"])),
        )
        for row in first_rows(prices.steps, "markup")
    ]
    if rows:
        columns = (
            Column(_("Link")),
            Column(_("Price at the start"), number=True),
            Column(_("Price at the end"), number=True),
            Column(_("Mark-up"), number=True),
        )
        note = _("A mark-up below 0 speaks against the link, or against one of the prices.")
        found.append(table_of(_("Prices along the links"), columns, rows, note, prices.steps))
    return [*found, Paragraph(" ".join(_price_words(prepared)))]


def _price_words(prepared: Prepared) -> list[str]:
    prices = prepared.evidence.prices
    if prices is None:
        return []
    words = []
    if prices.gradient is not None:
        tested, linked = int(prices.gradient["p_value"].notna().sum()), int(prices.gradient["linked"].sum())
        words.append(
            _(
                "Of {tested} pairs of places that could be tested, the prices of {linked} move together."
            ).format(tested=number(tested), linked=number(linked))
        )
    if prices.suspect:
        words.append(
            _("Left out because the price looks like another unit or an outlier: {names}.").format(
                names=", ".join(_place(prepared, name) for name in prices.suspect)
            )
        )
    if prices.left_out:
        text = plural(
            "The reader flagged {n} price as an outlier or a slip of a unit; it is left out.",
            "The reader flagged {n} prices as outliers or slips of a unit; they are left out.",
            prices.left_out,
        )
        words.append(text.format(n=number(prices.left_out)))
    return words


def _caught(prepared: Prepared, foot: str) -> list[Block]:
    table = prepared.evidence.caught
    if table is None:
        return []
    rows = [
        (
            _("about {share} ({low} to {high})").format(
                share=percent(row["share_caught"]), low=percent(row["low"]), high=percent(row["high"])
            ),
            public.kg_words(row["seized"]),
            public.kg_words(row["flow"]),
            _("{low} to {high}").format(
                low=public.kg_words(row["flow_low"]), high=public.kg_words(row["flow_high"])
            ),
        )
        for row in table.to_dict("records")
    ]
    columns = (
        Column(_("If the share caught is")),
        Column(_("Seized a year, kg"), number=True),
        Column(_("Then there was, kg"), number=True),
        Column(_("95% interval"), number=True),
    )
    note = _(
        "Nobody knows the share caught: the rows are guesses, and the intervals hold only their own doubt."
    )
    return [
        Heading(_("What may have passed")),
        *some(figures.caught_figure(prepared, foot=foot)),
        Table(
            _("What a guess of the share caught makes of the seizures"),
            columns,
            tuple(rows),
            f"{note} {limit()}",
        ),
    ]


def _effort(prepared: Prepared) -> list[Block]:
    table = prepared.evidence.effort
    if table is None:
        why = prepared.evidence.why_no_effort
        return [Heading(_("Seizures by hours of work")), Note(why)] if why else []
    rows = [
        (
            _place(prepared, row["place"]),
            number(int(row["cases"])),
            number(float(row["hours"])),
            number(float(row["rate"]), 2),
            _("{low} to {high}").format(low=number(float(row["low"]), 2), high=number(float(row["high"]), 2)),
        )
        for row in table.to_dict("records")
    ]
    columns = (
        Column(_("Place")),
        Column(_("Seizures"), number=True),
        Column(_("Hours of work"), number=True),
        Column(_("Seizures in 1,000 hours"), number=True),
        Column(_("95% interval"), number=True),
    )
    note = _(
        "In the order of names. More hours find more; a rate compares places only where the work is alike."
    )
    return [
        Heading(_("Seizures by hours of work")),
        Table(_("Seizures by hours of work, places with enough seizures"), columns, tuple(rows), note),
    ]


def _place(prepared: Prepared, name: Any) -> str:
    """Return the name of a country by its code, or of a place of the roads."""
    return country(name) if len(str(name)) == 2 else prepared.ways.name(name)


def way_blocks(prepared: Prepared, *, foot: str) -> list[Block]:
    """Return the section on corridors, posts and displacement."""
    ways = prepared.ways
    found: list[Block] = [Heading(_("Corridors and posts"))]
    if ways.why_none:
        found.append(Note(ways.why_none))
    else:
        found.append(
            Paragraph(
                _(
                    "Corridors are modelled ways that differ, each with the share that a flow would have "
                    "which weighs hours alone; none of them is the best, and ways that are not listed are "
                    "used too."
                )
            )
        )
        if ways.packaged:
            found.append(Note(_packaged(), _("Roads of the toolkit")))
        found += some(figures.corridor_figure(prepared, foot=foot))
        found += _corridors(prepared) if ways.corridors is not None else [Note(ways.why_no_corridors)]
        found += _posts(prepared, foot)
    for each in ways.displaced:
        found += _displaced(prepared, each, foot)
    return found


def _packaged() -> str:
    text = _(
        "No roads were given, so those of the toolkit are taken: main roads between the capitals, two hours "
        "for each border, whether a post is open or not. Posts that the toolkit does not know are not named. "
        "Give your own with --roads, --places."
    )
    whose = _(ROADS_ATTRIBUTION)
    return f"{text} {whose}"


def _corridors(prepared: Prepared) -> list[Block]:
    ways = prepared.ways
    if ways.corridors is None:
        return []
    rows = [
        (
            f"{ways.name(row['origin'])} → {ways.name(row['destination'])}, {number(int(row['corridor']))}",
            percent(float(row["share"])),
            number(float(row["km"])),
            number(float(row["hours"]), 1),
            ", ".join(ways.name(post) for post in row["posts"]) or "–",
        )
        for row in ways.corridors.to_dict("records")
    ]
    columns = (
        Column(_("Corridor")),
        Column(_("Share in the model"), number=True),
        Column(_("Model km"), number=True),
        Column(_("Model hours"), number=True),
        Column(_("Posts on the way")),
    )
    note = _(
        "Between the first town of each country in the file of places. Model kilometres are too short in "
        "mountains; nothing of who watches a road goes in."
    )
    return [Table(_("Corridors of the heaviest links, with shares"), columns, tuple(rows), note)]


def _posts(prepared: Prepared, foot: str) -> list[Block]:
    ways = prepared.ways
    if ways.posts is None or ways.posts.empty:
        return []
    rows = [
        (
            ways.name(row["post"]),
            percent(float(row["share"])),
            _("{low} to {high}").format(low=percent(float(row["low"])), high=percent(float(row["high"]))),
        )
        for row in ways.posts[ways.posts["high"] >= figures.PASSED].to_dict("records")
    ]
    columns = (
        Column(_("Post")),
        Column(_("Share of the flows"), number=True),
        Column(_("95% interval"), number=True),
    )
    note = _(
        "In the order of names. A high share says where the model's flow passes, not that a post is weak or "
        "worth the next patrol; when a post is reinforced the flow moves."
    )
    return [
        *some(figures.posts_figure(prepared, foot=foot)),
        Table(_("Share of the estimated flows over each post"), columns, tuple(rows), f"{note} {limit()}"),
    ]


def _displaced(prepared: Prepared, each: Any, foot: str) -> list[Block]:
    title = _("Before and after: {post}, from {day}").format(
        post=prepared.ways.name(each.post), day=date(each.start)
    )
    found: list[Block] = [Heading(title, 3)]
    if not each.readable:
        return [*found, Note(each.why_none)]
    roles = {"treated": _("the post"), "near": _("its neighbours"), "control": _("the control")}
    rows = [
        (
            roles[str(row["role"])],
            number(float(row["ratio"]), 2),
            _("{low} to {high}").format(
                low=number(float(row["ratio_low"]), 2), high=number(float(row["ratio_high"]), 2)
            ),
            *_rates(each, str(row["role"])),
        )
        for row in each.table.to_dict("records")
    ]
    columns = [
        Column(_("Part")),
        Column(_("Seizures after over before"), number=True),
        Column(_("95% interval"), number=True),
    ]
    if each.rates:
        columns += [
            Column(_("In 1,000 hours before"), number=True),
            Column(_("In 1,000 hours after"), number=True),
        ]
    note = _("Reading: {reading}. Seizures, not flow: more work at a post finds more.").format(
        reading=_(DISPLACEMENT_READINGS[each.reading])
    )
    found += some(figures.displacement_figure(each, foot=foot))
    found.append(Table(_("Seizures before and after, for equal time"), tuple(columns), tuple(rows), note))
    return found


def _rates(each: Any, role: str) -> tuple[str, ...]:
    if not each.rates:
        return ()
    before, after = each.rates[role]
    return number(before, 1), number(after, 1)
