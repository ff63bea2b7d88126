"""`ilp darknet`: from listings of online markets to an assessment, in one command."""

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
    from ..collection.listings import ListingIntake
    from ..direction.policy import Policy
    from ..dissemination.product.darknet_facts import Request

__all__ = ["darknet"]

_SHOWN = 8
"""Findings of the reader that are printed; the product lists all."""


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
    from ..direction.policy import load
    from ..dissemination import gate
    from .check import columns_from

    with i18n.language(lang or i18n.current()), progress.quiet() if quiet else nullcontext():
        limits = load(policy)
        gate.check_place(out)
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
) -> tuple[ListingIntake, int]:
    from ..collection.listings import read_listings
    from ..dissemination.product import darknet as assessments

    # The reader shows progress of its own: two bars at once would fight for the line.
    intake = read_listings(file, **how)
    with progress.steps(5) as step:
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
) -> tuple[ListingIntake, int]:
    """Take the file into a case, and let its assessment out through the gate."""
    from ..collation.training import open_case
    from ..collection.listings import read_listings
    from ..dissemination.product.darknet_facts import gather
    from ..dissemination.release_darknet import release_darknet

    folder, keys = case
    opened = open_case(folder, key_folder=keys)
    material = opened.collect(file, reader=read_listings, **rules)
    with progress.steps(5) as step:
        author = request.author or opened.owner
        release_darknet(material, out, author=author, request=request, step=step, **asked)
    return material.intake, len(gather(material.intake, request, policy=opened.policy).table)


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


def _tell(intake: ListingIntake, n: int, out: Path) -> None:
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
    typer.echo(
        _("The product is in {folder}: open {page}.").format(folder=relative(out), page="darknet.html")
    )
