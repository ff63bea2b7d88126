"""
The command ``python -m grading``: building, marking and all that a course needs behind the scenes.

A command is a function that typer can read; the table below says where it lives. Only the room of the
command that was called is imported, so that each one starts quickly.
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module

import typer

from ilp_toolkit.errors import IlpError
from ilp_toolkit.i18n import _

COMMANDS: dict[str, str] = {
    # trainers: notebooks from modules/
    "build": "commands:build",
    "lint": "commands:lint",
    "translations": "commands:translations",
    "new": "commands:new",
    "tracks": "commands:tracks",
    "leaks": "commands:leaks",
    "sources": "commands:sources",
    "strip": "strip:strip",
    "bundle": "bundle:bundle",
    # examiners: marking
    "start": "examiner:start",
    "roster": "examiner:roster",
    "cards": "examiner:cards",
    "collect": "examiner:collect",
    "mark": "examiner:mark",
    "regrade": "examiner:regrade",
    "formgrader": "examiner:formgrader",
    # examiners: what was learnt
    "feedback": "reporting:feedback",
    "results": "reporting:results",
    "class": "reporting:classroom",
    "items": "reporting:items",
    "similarity": "reporting:similarity",
    "written": "reporting:written",
    "certify": "reporting:certify",
}
"""Name of a command → ``file:function`` in this folder; its docstring, translated, is its help."""


def make_app(wanted: str | None = None) -> typer.Typer:
    """
    Return the application with one command, or with all of them.

    Parameters
    ----------
    wanted
        Name of the one command that is needed; None or an unknown name: all of them.
    """
    app = typer.Typer(
        name="python -m grading",
        help=_("Build the course, mark what learners hand in, and say what was learnt."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # With a callback typer keeps the command's name even where there is only one.
    app.callback()(lambda: None)
    names = [wanted] if wanted in COMMANDS else list(COMMANDS)
    for name in names:
        file, function = COMMANDS[str(name)].split(":")
        command = getattr(import_module(f"grading.{file}"), function)
        app.command(str(name), help=_(str(inspect.getdoc(command))))(command)
    return app


def main() -> None:
    """Run one command; a mistake in the data ends with a sentence and status 2, not with a traceback."""
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        make_app(wanted)()
    except IlpError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
