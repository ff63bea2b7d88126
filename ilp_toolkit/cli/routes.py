"""`ilp routes`: from records of seizures to a route assessment, in one command."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import i18n, progress
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
from .profile import command_words

if TYPE_CHECKING:
    from ..collection.seizures import SeizureIntake
    from ..direction.policy import Policy
    from ..dissemination.product.routes_facts import Request

__all__ = ["routes"]

_SHOWN = 8
"""Findings of the reader that are printed; the product lists all."""


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
    from ..direction.policy import load
    from ..dissemination import gate
    from .check import columns_from

    with i18n.language(lang or i18n.current()), progress.quiet() if quiet else nullcontext():
        limits = load(policy)
        gate.check_place(out)
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
        if case is not None:
            governed = {"audience": audience, "purpose": purpose, "second_person": second_person}
            rules = {"handling": handling, "quality": quality}
            intake, n = _release(
                file, out, case=(case, keys), request=request, rules=rules | how, asked=governed
            )
        else:
            intake, n = _make(file, out, limits=limits, request=request, how=how)
        if not quiet:
            _tell(intake, n, out)


def _make(
    file: Path, out: Path, *, limits: Policy, request: Request, how: dict[str, Any]
) -> tuple[SeizureIntake, int]:
    from ..collection.seizures import read_seizures
    from ..dissemination.product import routes as assessments

    # The reader shows progress of its own: two bars at once would fight for the line.
    intake = read_seizures(file, **how)
    with progress.steps(6) as step:
        made = assessments.publish(intake, out, policy=limits, request=request, source=file, step=step)
    return intake, int(made.record["rows"]["assessment"])


def _release(
    file: Path,
    out: Path,
    *,
    case: tuple[Path, Path | None],
    request: Request,
    rules: dict[str, Any],
    asked: dict[str, Any],
) -> tuple[SeizureIntake, int]:
    """Take the file into a case, and let its assessment out through the gate."""
    from ..collation.training import open_case
    from ..collection.seizures import read_seizures
    from ..dissemination.product.routes_facts import gather
    from ..dissemination.release_routes import release_routes

    folder, keys = case
    opened = open_case(folder, key_folder=keys)
    material = opened.collect(file, reader=read_seizures, **rules)
    with progress.steps(6) as step:
        author = request.author or opened.owner
        release_routes(material, out, author=author, request=request, step=step, **asked)
    return material.intake, gather(material.intake, request, policy=opened.policy).n


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


def _tell(intake: SeizureIntake, n: int, out: Path) -> None:
    from ..collection.schema import check_label
    from .profile import relative

    rows = len(intake.table) + len(intake.rejected)
    typer.echo(
        _("Read {read} of {rows} rows; rejected {rejected}; in the assessment {n}.").format(
            read=i18n.number(len(intake.table)),
            rows=i18n.number(rows),
            rejected=i18n.number(len(intake.rejected)),
            n=i18n.number(n),
        )
    )
    for row in intake.report.head(_SHOWN).to_dict("records"):
        typer.echo(f"  {check_label(str(row['check']))}: {i18n.number(int(row['n']))}")
    typer.echo(_("The product is in {folder}: open {page}.").format(folder=relative(out), page="routes.html"))
