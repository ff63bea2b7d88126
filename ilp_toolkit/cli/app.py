"""
The command `ilp`: what it offers, and how it ends when something is wrong.

A mistake in a user's data ends with one sentence and exit status 2, never with a traceback. A fault of the
program says so, and shows its traceback where ``ILP_DEBUG`` is set.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import Annotated

import typer

from .. import __version__
from ..errors import IlpError
from ..i18n import LANGUAGES, _, current, language
from .audit import audit
from .check import check
from .darknet import darknet
from .doctor import doctor
from .form import form
from .options import as_options
from .profile import profile
from .routes import routes
from .submit import submit
from .verify_certificate import verify_certificate

__all__ = ["app", "main"]

app = typer.Typer(
    name="ilp",
    help=_("Intelligence-led policing: from a crime file to a product that can be defended."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ilp {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=_("Show the version and exit."), callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


app.command(help=_("Read an incident file and report what is wrong with it."))(check)
app.command(help=_("Write a problem profile from an incident file."))(profile)
app.command(help=_("Write a route assessment from records of seizures."))(routes)
app.command(help=_("Write an assessment of listings of online markets."))(darknet)
app.add_typer(audit, name="audit")
app.command(help=_("Write the blank form of the information report, to print or to type into."))(form)
app.command(help=_("Pack what you have answered into the file to hand in."))(submit)
app.command(help=_("Try what the toolkit needs on this machine, and name the fix."))(doctor)
app.command("verify-certificate", help=_("Say whether a certificate of the course holds, without internet."))(
    verify_certificate
)


def main() -> None:
    """Run the command line and end with 0, 1 (findings) or 2 (unusable)."""
    _speak_utf8()
    with language(_asked(sys.argv[1:])):
        try:
            app()
        except IlpError as error:
            typer.echo(_("Error: {reason}").format(reason=as_options(str(error))), err=True)
            raise SystemExit(2) from None
        except Exception as error:
            if os.environ.get("ILP_DEBUG"):
                raise
            typer.echo(_fault(error), err=True)
            raise SystemExit(3) from None


def _asked(words: list[str]) -> str:
    """Return the language that the command was asked to speak: an error is told in it, too."""
    parts = [part for word in words for part in word.split("=", 1)]
    named = [value for option, value in pairwise(parts) if option == "--lang" and value in LANGUAGES]
    return named[-1] if named else current()


def _speak_utf8() -> None:
    # A Windows console or a pipe there may be cp1251 or cp866: better a "?" than no answer at all.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _fault(error: Exception) -> str:
    return _(
        "This is a fault of the program, not of your data ({kind}: {error}). "
        "Set ILP_DEBUG=1 and run it again to see where it happened."
    ).format(kind=type(error).__name__, error=error)
