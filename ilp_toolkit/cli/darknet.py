"""`ilp darknet`: from listings of online markets to an assessment, in one command."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..i18n import _
from .options import (
    Audience,
    Author,
    CaseFolder,
    Columns,
    Handling,
    Keys,
    Lang,
    Out,
    PolicyFile,
    Purpose,
    Quality,
    Quiet,
    SecondPerson,
    Source,
    Title,
)
from .order import Making, Order, command_words, fill, taken

if TYPE_CHECKING:
    from ..dissemination.product.darknet_facts import Request

__all__ = ["darknet"]


def darknet(
    file: Annotated[Path, typer.Argument(help=_("The file of listings."), show_default=False)],
    *,
    out: Out,
    rates: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("US dollars for a unit of a currency, by day."))
    ] = None,
    population: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("People by country: country, people."))
    ] = None,
    market: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=_("Market to take, as the file names it; may be repeated.")),
    ] = None,
    closure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MARKET=DATE",
            help=_("Market that closed, and the first day without it; may be repeated."),
        ),
    ] = None,
    control: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help=_("Market that no closure touched, to compare with; may be repeated.")
        ),
    ] = None,
    name_markets: Annotated[
        bool, typer.Option("--name-markets", help=_("Show markets under their names, not as letters."))
    ] = False,
    feedback_cap: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help=_("Feedback that a page shows at most; seen if left out.")),
    ] = None,
    columns: Columns = None,
    policy: PolicyFile = None,
    title: Title = "",
    source: Source = "",
    author: Author = "",
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help=_("Part to leave out, as prices; may be repeated.")),
    ] = None,
    case: CaseFolder = None,
    audience: Audience = "agency",
    handling: Handling = None,
    quality: Quality = "",
    purpose: Purpose = "",
    second_person: SecondPerson = "",
    keys: Keys = None,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Read listings of online markets and write an assessment."""
    from .check import columns_from

    order = Order(
        file=file,
        out=out,
        policy=policy,
        case=case,
        keys=keys,
        audience=audience,
        handling=handling,
        quality=quality,
        purpose=purpose,
        second_person=second_person,
        lang=lang,
        quiet=quiet,
    )
    with taken(order) as limits:
        request = _request(
            markets=tuple(market or ()),
            closures=tuple(_market_and_day(text) for text in closure or ()),
            control=tuple(control or ()),
            name_markets=name_markets,
            population=population,
            words={"title": title, "source": source, "author": author},
            without=frozenset(without or ()),
        )
        how = {"columns": columns_from(columns), "rates": rates, "feedback_cap": feedback_cap}
        fill(order, _making(), request=request, how=how, limits=limits)


def _making() -> Making:
    from ..collection.listings import read_listings
    from ..dissemination.product.darknet import publish
    from ..dissemination.release_darknet import release_darknet

    return Making(
        read=read_listings,
        publish=publish,
        release=release_darknet,
        steps=5,
        page="darknet.html",
        counted="assessment",
        told=_("Read {read} of {rows} rows; rejected {rejected}; in the assessment {n}."),
    )


def _request(*, population: Path | None, words: dict[str, str], **given: Any) -> Request:
    from ..collection.sidetables import read_population
    from ..dissemination.product.darknet_facts import Request

    people = None if population is None else read_population(population)
    return Request(
        population=people,
        command=command_words(),
        title=words["title"],
        source=words["source"],
        author=words["author"],
        **given,
    )


def _market_and_day(text: str) -> tuple[str, dt.date]:
    from ..errors import InputError

    name, _equals, day = text.rpartition("=")
    msg = _("--closure must be a market and a day, as Lunimet=2025-04-12; got “{text}”.").format(text=text)
    if not name.strip():
        raise InputError(msg)
    try:
        return name.strip(), dt.date.fromisoformat(day.strip())
    except ValueError:
        raise InputError(msg) from None
