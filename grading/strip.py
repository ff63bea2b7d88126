"""
Outputs out of notebooks: what a run left behind does not belong in a commit.

An output can hold rows of a real register. The hook in ``.pre-commit-config.yaml`` runs this on every
notebook that is committed; it fetches nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import nbformat
import typer

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _

from .course import text_of

__all__ = ["strip", "stripped"]

_LEFT_BEHIND = ("execution", "collapsed", "scrolled", "ExecuteTime", "papermill", "trusted")
"""Metadata of a cell that a run writes."""


def stripped(text: str) -> str:
    """
    Return a notebook without anything that a run left behind; cells, ids and their metadata stay.

    Parameters
    ----------
    text
        The content of the ``.ipynb``.

    Raises
    ------
    ValueError
        If it is no notebook.
    """
    made = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    for cell in made.cells:
        for name in _LEFT_BEHIND:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for name in ("widgets", "papermill", "signature"):
        made.metadata.pop(name, None)
    spoken: dict[str, Any] = made.metadata.get("language_info", {})
    if "name" in spoken:
        made.metadata["language_info"] = {"name": spoken["name"]}
    return text_of(made)


def strip(paths: Annotated[list[Path], typer.Argument(help=_("Notebooks."))]) -> None:
    """Take outputs out of notebooks; ends with status 1 if one had any, so that a commit stops."""
    changed = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        try:
            bare = stripped(text)
        except (ValueError, AttributeError) as error:
            msg = _("“{path}” is no notebook: {reason}")
            raise FileError(msg.format(path=path, reason=error)) from None
        if bare != text:
            path.write_text(bare, encoding="utf-8", newline="\n")
            changed.append(path)
            typer.echo(_("Outputs were taken out of {path}.").format(path=path.as_posix()))
    if changed:
        raise typer.Exit(1)
