"""`ilp form`: writes the blank form of the information report, to print or to type into."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..i18n import _, use
from .options import Lang

__all__ = ["form"]

_SCALES = ("4x4", "6x6", "5x5x5", "3x5x2")


def _known_scale(name: str) -> str:
    if name not in _SCALES:
        raise typer.BadParameter(
            _("{code} is not one of {known}").format(code=name, known=", ".join(_SCALES))
        )
    return name


def form(
    file: Annotated[
        Path, typer.Argument(help=_("File to make: .pdf to print, .csv to type into."), metavar="FILE")
    ],
    scale: Annotated[
        str,
        typer.Option(
            "--scale", help=_("Scale of the grades."), callback=_known_scale, metavar="4x4|6x6|5x5x5|3x5x2"
        ),
    ] = "4x4",
    lang: Lang = None,
) -> None:
    """Write the blank form of the information report."""
    from ..dissemination.product.form import write

    if lang:
        use(lang)
    made = write(file, scale=scale)  # type: ignore[arg-type]  # the option's callback knows the scales
    typer.echo(_("Written: {file}").format(file=made))
