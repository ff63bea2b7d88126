"""`ilp routes`: from records of seizures to a route assessment, in one command."""

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
    from ..dissemination.product.routes_facts import Request

__all__ = ["routes"]


def routes(
    file: Annotated[Path, typer.Argument(help=_("The file of seizures."), show_default=False)],
    *,
    out: Out,
    drug: Annotated[
        str, typer.Option(metavar="NAME", help=_("Drug or group, as heroin or opiates; chosen if left out."))
    ] = "",
    producer: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=_("Country that makes the drug, as AF; may be repeated.")),
    ] = None,
    years: Annotated[
        str, typer.Option(metavar="FROM-TO", help=_("Years, as 2011-2013 or 2012; all if left out."))
    ] = "",
    demand: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("What countries use in a year: country, kg."))
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Prices by country and year, CSV or JSON."))
    ] = None,
    effort: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Hours of work by post or country, and month."))
    ] = None,
    roads: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Roads: source, target, km, hours."))
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("Places of the roads: node, kind, country, lon, lat.")),
    ] = None,
    reinforced: Annotated[
        list[str] | None,
        typer.Option(metavar="POST=DATE", help=_("Post that was reinforced and from when; may be repeated.")),
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
    """Read records of seizures and write a route assessment."""
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
            drug=drug,
            producers=tuple(producer or ()),
            years=_years(years),
            files={"demand": demand, "prices": prices, "effort": effort, "roads": roads, "places": places},
            reinforced=tuple(_post_and_day(text) for text in reinforced or ()),
            words={"title": title, "source": source, "author": author},
            without=frozenset(without or ()),
        )
        how = {"columns": columns_from(columns)}
        fill(order, _making(), request=request, how=how, limits=limits)


def _making() -> Making:
    from ..collection.seizures import read_seizures
    from ..dissemination.product.routes import publish
    from ..dissemination.release_routes import release_routes

    return Making(
        read=read_seizures,
        publish=publish,
        release=release_routes,
        steps=6,
        page="routes.html",
        counted="assessment",
        told=_("Read {read} of {rows} rows; rejected {rejected}; in the assessment {n}."),
    )


def _request(
    *,
    drug: str,
    producers: tuple[str, ...],
    years: tuple[int, int] | None,
    files: dict[str, Path | None],
    reinforced: tuple[tuple[str, dt.date], ...],
    words: dict[str, str],
    without: frozenset[str],
) -> Request:
    from ..collection import sidetables
    from ..collection.prices import read_prices
    from ..dissemination.product.routes_facts import Request
    from ..errors import InputError

    if (files["roads"] is None) != (files["places"] is None):
        msg = _("--roads and --places go together: the roads, and what lies where on them.")
        raise InputError(msg)
    if reinforced and files["places"] is None:
        msg = _("--reinforced needs --places: the other posts are what a post is compared with.")
        raise InputError(msg)
    wanted = {"opiates": "heroin", "опиаты": "heroin", "": "heroin"}.get(drug.casefold(), drug.casefold())
    readers: dict[str, Any] = {
        "demand": lambda path: sidetables.read_demand(path, drug=wanted),
        "prices": read_prices,
        "effort": sidetables.read_effort,
        "roads": sidetables.read_roads,
        "places": sidetables.read_places,
    }
    tables: dict[str, Any] = {name: readers[name](path) for name, path in files.items() if path is not None}
    return Request(
        drug=drug,
        producers=producers,
        years=years,
        reinforced=reinforced,
        without=without,
        command=command_words(),
        title=words["title"],
        source=words["source"],
        author=words["author"],
        **tables,
    )


def _years(text: str) -> tuple[int, int] | None:
    from ..errors import InputError

    if not text.strip():
        return None
    parts = text.replace("–", "-").split("-")
    if len(parts) <= 2 and all(part.strip().isdigit() and len(part.strip()) == 4 for part in parts):
        first, last = int(parts[0]), int(parts[-1])
        if first <= last:
            return first, last
    msg = _("--years must be a year or two, as 2012 or 2011-2013; got “{text}”.").format(text=text)
    raise InputError(msg)


def _post_and_day(text: str) -> tuple[str, dt.date]:
    from ..errors import InputError

    post, _equals, day = text.rpartition("=")
    try:
        return post.strip() or _no_post(text), dt.date.fromisoformat(day.strip())
    except ValueError:
        msg = _("--reinforced must be a post and a day, as Murgosin=2024-07-01; got “{text}”.")
        raise InputError(msg.format(text=text)) from None


def _no_post(text: str) -> str:
    raise ValueError(text)
