"""
`ilp audit verify`: says whether the records of a case are as they were written, and which entry is not.

The exit status is for scripts: 0 nothing found, 1 something was changed, 2 there is no case. It needs no key;
with the key of the case at hand it also finds entries that somebody else added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import i18n
from ..errors import InputError
from ..i18n import _
from .options import Lang

if TYPE_CHECKING:
    from ..collation.verdict import Verdict

__all__ = ["audit", "verify"]

audit = typer.Typer(
    help=_("Check the records of a case."), no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@audit.callback()
def _audit() -> None:
    """Hold the commands of `ilp audit`: with one alone typer would drop its name."""


@audit.command(help=_("Say whether the records of a case are as they were written, and which entry is not."))
def verify(
    folder: Annotated[Path, typer.Argument(help=_("The folder of the case."), show_default=False)],
    *,
    root: Annotated[
        list[str] | None,
        typer.Option(
            "--root",
            metavar="N:ROOT",
            help=_("Number of entries and root as a product prints them; may be repeated."),
        ),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FOLDER", help=_("Where the key of the case lies."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the report as JSON."))] = False,
    lang: Lang = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Print nothing."))] = False,
) -> None:
    """Check ledger and log of a case, print what was found, and exit with 1 where it was anything."""
    from ..collation.verdict import verify_folder

    with i18n.language(lang or i18n.current()):
        found = verify_folder(folder, anchors=[_anchor(text) for text in root or []], key_folder=keys)
        if not quiet:
            typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1) if as_json else _said(found))
    if found.problems:
        raise typer.Exit(1)


def _anchor(text: str) -> dict[str, Any]:
    number, _colon, root = text.strip().partition(":")
    if not number.isdigit() or len(root) != 64:
        msg = _("`--root` takes the number of entries and the root, as 12:76e67dad…; got {given}.")
        raise InputError(msg.format(given=repr(text)))
    return {"entries": int(number), "root": root.lower()}


def _said(found: Verdict) -> str:
    lines = [str(problem) for problem in found.problems]
    if not lines:
        n = i18n.number(found.entries)
        lines = [_("Nothing was changed: {n} entries agree with each other.").format(n=n)]
    lines += ["", _("Entries: {n}. Root: {root}").format(n=i18n.number(found.entries), root=found.root)]
    if found.anchors:
        known = i18n.plural(
            "{n} root known from elsewhere was compared.",
            "{n} roots known from elsewhere were compared.",
            found.anchors,
        )
        lines.append(known.format(n=i18n.number(found.anchors)))
    else:
        lines.append(
            _(
                "No root from a product was compared: entries cut off at the end would not show. "
                "Add --root N:ROOT."
            )
        )
    if not found.sealed:
        lines.append(
            _("The key of the case is not here: an entry added at the end by somebody else would not show.")
        )
    return "\n".join(lines)
