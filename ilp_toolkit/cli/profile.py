"""`ilp profile`: from an incident file to a problem profile, in one command."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import i18n, progress
from ..i18n import _
from .check import columns_from
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

if TYPE_CHECKING:
    from ..collection.schema import Intake
    from ..direction.policy import Policy
    from ..dissemination.product.profile import Request

__all__ = ["command_words", "profile", "relative"]

_SHOWN = 5
"""Findings of the reader that are printed; the product lists all."""


def profile(
    file: Annotated[Path, typer.Argument(help=_("The file of incidents."), show_default=False)],
    *,
    out: Out,
    offence: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=_("Offence as the file words it; may be repeated.")),
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Map layer of the study area."))
    ] = None,
    areas: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Map layer of districts, with their names."))
    ] = None,
    area_column: Annotated[
        str | None, typer.Option(metavar="HEADER", help=_("Column of that layer with the names."))
    ] = None,
    streets: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Map layer of streets."))] = None,
    decisions: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("What was decided about names of districts."))
    ] = None,
    columns: Columns = None,
    crs: Annotated[
        str | None, typer.Option(metavar="CODE", help=_("Coordinate system, as EPSG:32642."))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help=_("Time zone, as Asia/Dushanbe."))
    ] = None,
    wall_clock: Annotated[
        bool, typer.Option("--wall-clock", help=_("Ignore offsets: the clock in the file is local."))
    ] = False,
    layer: Annotated[
        str | None, typer.Option(metavar="NAME", help=_("Sheet, layer or member to read."))
    ] = None,
    cell_size: Annotated[
        float | None, typer.Option(metavar="METRES", help=_("Side of a cell of the map."))
    ] = None,
    policy: PolicyFile = None,
    title: Title = "",
    source: Source = "",
    author: Author = "",
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help=_("Part to leave out, as months; may be repeated.")),
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
    """Read a file and write a problem profile of it."""
    from ..direction.policy import load
    from ..dissemination import gate

    with i18n.language(lang or i18n.current()), progress.quiet() if quiet else nullcontext():
        limits = load(policy)
        gate.check_place(out)
        request = _request(
            offences=tuple(offence or ()),
            boundary=_layer(boundary, "--boundary"),
            areas=_areas(areas, area_column),
            streets=_layer(streets, "--streets"),
            decisions=decisions,
            cell_size=_positive(cell_size),
            title=title,
            source=source,
            author=author,
            without=frozenset(without or ()),
        )
        how = {"crs": crs, "timezone": timezone, "wall_clock": wall_clock, "columns": columns_from(columns)}
        table = file if layer is None else f"{file}!{layer}"
        if case is not None:
            governed = {"audience": audience, "purpose": purpose, "second_person": second_person}
            rules = {"handling": handling, "quality": quality}
            intake, n = _release(
                table, out, case=(case, keys), request=request, rules=rules | how, asked=governed
            )
        else:
            intake, n = _make(table, out, limits=limits, request=request, how=how)
        if not quiet:
            _tell(intake, n, out)


def _make(
    table: Path | str, out: Path, *, limits: Policy, request: Request, how: dict[str, Any]
) -> tuple[Intake, int]:
    from ..collection.readers import read_incidents
    from ..dissemination.product import profile as profiles

    # The reader shows progress of its own: two bars at once would fight for the line.
    intake = read_incidents(table, **how)
    with progress.steps(6) as step:
        made = profiles.publish(intake, out, policy=limits, request=request, source=table, step=step)
    return intake, int(made.record["rows"]["profile"])


def _release(
    table: Path | str,
    out: Path,
    *,
    case: tuple[Path, Path | None],
    request: Request,
    rules: dict[str, Any],
    asked: dict[str, Any],
) -> tuple[Intake, int]:
    """Take the file into a case, and let its profile out through the gate."""
    from ..collation.training import open_case
    from ..dissemination.product.profile_facts import select
    from ..dissemination.release_profile import release_profile

    folder, keys = case
    opened = open_case(folder, key_folder=keys)
    material = opened.collect(table, **rules)
    with progress.steps(6) as step:
        author = request.author or opened.owner
        release_profile(material, out, author=author, request=request, step=step, **asked)
    return material.intake, len(select(material.intake.table, request.offences))


def _request(**asked: Any) -> Request:
    from ..dissemination.product.profile import Request

    return Request(command=command_words(), **asked)


def _areas(path: Path | None, column: str | None) -> Any:
    if path is None:
        return None
    from ..collection.places import read_areas

    return read_areas(path, name=column, language=i18n.current())


def _layer(path: Path | None, option: str) -> Any:
    if path is None:
        return None
    import geopandas as gpd

    from ..errors import FileError

    try:
        layer = gpd.read_file(path)
    except Exception as error:
        msg = _("{option}: “{name}” cannot be read as a map layer ({reason}).")
        raise FileError(msg.format(option=option, name=path.name, reason=_first_line(error))) from None
    if not isinstance(layer, gpd.GeoDataFrame) or layer.empty or layer.crs is None:
        msg = _("{option}: “{name}” holds no shapes with a projection. Take a GeoPackage or a GeoJSON.")
        raise FileError(msg.format(option=option, name=path.name))
    return layer


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _positive(cell_size: float | None) -> float | None:
    from ..errors import InputError

    if cell_size is not None and not 0 < cell_size < 1e6:
        msg = _("--cell-size must be above 0 metres, got {size}.").format(size=cell_size)
        raise InputError(msg)
    return cell_size


def command_words() -> str:
    """Write the command as it was given, without folders: those are this machine's own."""
    import shlex
    import sys

    words = [_without_folder(word) for word in sys.argv[1:]]
    return " ".join(["ilp", *(shlex.quote(word) for word in words)])


def _without_folder(word: str) -> str:
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    path = Path(value)
    # "Asia/Dushanbe" looks like a path and is none: only what is there, or is absolute, is one.
    is_path = path.is_absolute() or (path.name != value and (path.exists() or path.parent.exists()))
    return f"{option}{equals}{path.name}" if is_path else word


def _tell(intake: Intake, n: int, out: Path) -> None:
    from ..collection.schema import check_label

    rows = len(intake.table) + len(intake.rejected)
    typer.echo(
        _("Read {read} of {rows} rows; rejected {rejected}; in the profile {n}.").format(
            read=i18n.number(len(intake.table)),
            rows=i18n.number(rows),
            rejected=i18n.number(len(intake.rejected)),
            n=i18n.number(n),
        )
    )
    for row in intake.report.head(_SHOWN).to_dict("records"):
        typer.echo(f"  {check_label(str(row['check']))}: {i18n.number(int(row['n']))}")
    if len(intake.report) > _SHOWN:
        typer.echo("  " + _("and more: “ilp check FILE” lists all."))
    typer.echo(
        _("The product is in {folder}: open {page}.").format(folder=relative(out), page="profile.html")
    )


def relative(path: Path) -> str:
    """Return a path as it is seen from here, where it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
