"""The options that more than one command takes, said once."""

from __future__ import annotations

from typing import Annotated

import typer

from ..i18n import LANGUAGES, _

__all__ = ["Lang"]


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
