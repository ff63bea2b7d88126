"""`ilp profile`: from an incident file to a problem profile, in one command."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..i18n import _
from .options import Lang

if TYPE_CHECKING:
    from ..collection.schema import Intake
    from ..dissemination.product.profile import Request

__all__ = ["profile"]


def profile(
    file: Annotated[Path, typer.Argument(help=_("Incident file: CSV, Excel, GeoPackage, GeoJSON, ..."))],
    out: Annotated[Path, typer.Option("--out", help=_("Folder for the product; made if missing."))],
    offence: Annotated[
        list[str] | None, typer.Option(help=_("Offence as the file words it; may be given several times."))
    ] = None,
    boundary: Annotated[Path | None, typer.Option(help=_("Map layer of the study area."))] = None,
    areas: Annotated[Path | None, typer.Option(help=_("Map layer of districts, with their names."))] = None,
    streets: Annotated[Path | None, typer.Option(help=_("Map layer of streets."))] = None,
    crs: Annotated[
        str | None, typer.Option(help=_("Projection of the coordinates, such as EPSG:32642."))
    ] = None,
    timezone: Annotated[str | None, typer.Option(help=_("Time zone, such as Asia/Dushanbe."))] = None,
    wall_clock: Annotated[
        bool | None,
        typer.Option("--wall-clock/--offsets", help=_("Ignore, or believe, offsets in the times.")),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help=_("Columns: a mapping file, or offence=CRIME_TYPE,longitude=X,..."))
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option(help=_("File with decisions on names of districts."))
    ] = None,
    cell_size: Annotated[float | None, typer.Option(help=_("Side of a map cell in metres."))] = None,
    policy: Annotated[Path | None, typer.Option(help=_("File with other limits than the toolkit's."))] = None,
    title: Annotated[str, typer.Option(help=_("Title of the product."))] = "",
    source: Annotated[str, typer.Option(help=_("Where the data come from, in words."))] = "",
    author: Annotated[str, typer.Option(help=_("Who made it: a name or a service number."))] = "",
    lang: Lang = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Print nothing but errors."))] = False,
) -> None:
    """Write a problem profile."""
    from .. import i18n, progress
    from ..collection.readers import read_incidents
    from ..direction import policy as policies
    from ..dissemination import gate
    from ..dissemination.product import profile as profiles

    with ExitStack() as stack:
        if lang is not None:
            stack.enter_context(i18n.language(lang))
        stack.enter_context(progress.quiet(quiet))
        limits = policies.load(policy)
        gate.check_place(out)
        request = _request(
            offence, boundary, areas, streets, decisions, cell_size, title=title, source=source, author=author
        )
        with progress.steps(6) as step:
            step(_("Reading"))
            intake = read_incidents(
                file, columns=_mapping(columns), crs=crs, timezone=timezone, **_clock(wall_clock)
            )
            made = profiles.problem_profile(intake, policy=limits, request=request, source=file, step=step)
            step(_("Checking what leaves"))
            watch = profiles.canaries_of(intake, made, request, source=file)
            step(_("Writing"))
            gate.publish_draft(made, out, canaries=watch)
        if not quiet:
            _tell(intake, made.record["rows"]["profile"], out)


def _request(
    offence: list[str] | None,
    boundary: Path | None,
    areas: Path | None,
    streets: Path | None,
    decisions: Path | None,
    cell_size: float | None,
    **words: str,
) -> Request:
    from ..collection import places
    from ..dissemination.product.profile import Request

    return Request(
        offences=tuple(offence or ()),
        boundary=_layer(boundary, "--boundary"),
        areas=places.read_areas(areas) if areas is not None else None,
        streets=_layer(streets, "--streets"),
        decisions=decisions,
        cell_size=_positive(cell_size),
        command=_command(),
        **words,
    )


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


def _mapping(text: str | None) -> Any:
    """Read `--columns`: a file, or pairs such as offence=CRIME_TYPE,longitude=X."""
    if text is None or "=" not in text:
        return text
    return dict(pair.split("=", 1) for pair in (part.strip() for part in text.split(",")) if "=" in pair)


def _clock(wall_clock: bool | None) -> dict[str, bool]:
    return {} if wall_clock is None else {"wall_clock": wall_clock}


def _command() -> str:
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
    from ..i18n import number

    rows = len(intake.table) + len(intake.rejected)
    typer.echo(
        _("Read {read} of {rows} rows; rejected {rejected}; in the profile {n}.").format(
            read=number(len(intake.table)),
            rows=number(rows),
            rejected=number(len(intake.rejected)),
            n=number(n),
        )
    )
    for row in intake.report.head(5).to_dict("records"):
        typer.echo(f"  {check_label(str(row['check']))}: {number(int(row['n']))}")
    if len(intake.report) > 5:
        typer.echo("  " + _("and more: “ilp check FILE” lists all."))
    typer.echo(
        _("The product is in {folder}: open {page}.").format(folder=_relative(out), page="profile.html")
    )


def _relative(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
