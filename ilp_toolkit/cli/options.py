"""The options that more than one command takes, said once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from ..i18n import LANGUAGES, _

__all__ = [
    "Audience",
    "Author",
    "CaseFolder",
    "Columns",
    "Handling",
    "Keys",
    "Lang",
    "Out",
    "PolicyFile",
    "Purpose",
    "Quality",
    "Quiet",
    "SecondPerson",
    "Source",
    "Title",
    "as_options",
]

_ARGUMENT = re.compile(r"`(columns|crs|timezone|wall_clock|keep)=([^`]*)`")

_ROLE = re.compile(r'\{"(\w+)": "([^"{}]*)"\}')


def as_options(told: str) -> str:
    """
    Name the options of the command where a message names arguments of Python.

    Examples
    --------
    >>> as_options("Say so: `crs='EPSG:32642'`.")
    'Say so: `--crs EPSG:32642`.'
    >>> as_options('Name its column with `columns=`, as {"date": "Day"}.')
    'Name its column with `--columns`, as date=Day.'
    """
    return _ROLE.sub(r"\1=\2", _ARGUMENT.sub(_option, told))


def _option(argument: re.Match[str]) -> str:
    name, value = argument[1].replace("_", "-"), argument[2].strip("'\"")
    return f"`--{name}`" if value in {"", "True"} else f"`--{name} {value}`"


def _known_language(code: str | None) -> str | None:
    if code is not None and code not in LANGUAGES:
        raise typer.BadParameter(
            _("{code} is not one of {known}").format(code=code, known=", ".join(LANGUAGES))
        )
    return code


Lang = Annotated[
    str | None,
    typer.Option("--lang", help=_("Language: en or ru."), callback=_known_language, metavar="en|ru"),
]
"""Language of what the command prints and writes; ``ILP_LANG`` or English where it is not given."""

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help=_("Folder for the product."))]
"""Where the product goes."""

Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ROLE=HEADER",
        help=_("What a column is, as date=Day; may be repeated. Or the path of a mapping file."),
    ),
]
"""Which column is what."""

PolicyFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help=_("Other limits than the toolkit's own."))
]
"""The limits."""

Title = Annotated[str, typer.Option(help=_("Title of the product."), show_default=False)]
"""Title of the product."""

Source = Annotated[str, typer.Option(help=_("Where the data come from, in words."), show_default=False)]
"""Source, as every figure names it."""

Author = Annotated[str, typer.Option(help=_("Who made it: a name or a service number."), show_default=False)]
"""Who answers for it."""

CaseFolder = Annotated[
    Path | None,
    typer.Option("--case", metavar="FOLDER", help=_("A case: the product goes through its gate.")),
]
"""The case whose gate the product goes through."""

Audience = Annotated[
    str, typer.Option(metavar="AUDIENCE", help=_("With --case: for whom, as agency or public."))
]
"""For whom."""

Handling = Annotated[
    str | None,
    typer.Option(metavar="MARKING", help=_("With --case: the marking of the file, as internal.")),
]
"""Marking of the file."""

Quality = Annotated[
    str, typer.Option(help=_("With --case: how good the file is, in a sentence."), show_default=False)
]
"""How good the file is."""

Purpose = Annotated[str, typer.Option(help=_("With --case: what for, where several purposes are possible."))]
"""What for."""

SecondPerson = Annotated[str, typer.Option(help=_("With --case: who else has seen it."), show_default=False)]
"""Who else has seen it, as claimed."""

Keys = Annotated[
    Path | None,
    typer.Option("--keys", metavar="FOLDER", help=_("With --case: where the key of the case lies.")),
]
"""Where the key of the case lies."""

Quiet = Annotated[bool, typer.Option("--quiet", help=_("Print nothing."))]
"""Whether nothing is printed."""
