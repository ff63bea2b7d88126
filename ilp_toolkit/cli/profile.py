"""`ilp profile`: from an incident file to a problem profile, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import i18n
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
from .order import Making, Order, command_words, fill, taken

if TYPE_CHECKING:
    from ..dissemination.product.profile import Request

__all__ = ["profile"]


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
    order = Order(
        file=file if layer is None else f"{file}!{layer}",
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
        fill(order, _making(), request=request, how=how, limits=limits)


def _making() -> Making:
    from ..collection.readers import read_incidents
    from ..dissemination.product.profile import publish
    from ..dissemination.release_profile import release_profile

    return Making(
        read=read_incidents,
        publish=publish,
        release=release_profile,
        steps=6,
        page="profile.html",
        counted="profile",
        told=_("Read {read} of {rows} rows; rejected {rejected}; in the profile {n}."),
        shown=5,
        more=_("and more: “ilp check FILE” lists all."),
    )


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
