"""The commands of trainers: build, lint, translations, new, tracks, leaks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _, plural

from . import modules as reading
from .languages import LANGUAGES, Source, gaps, merge, update
from .workspace import DEFAULT, Workspace

__all__ = ["build", "leaks", "lint", "new", "sources", "tracks", "translations"]

Wanted = Annotated[
    str | None, typer.Option("--module", metavar="NN", help=_("Only this module: its number or its id."))
]
Root = Annotated[Path, typer.Option("--root", help=_("The checkout."), show_default=False)]


def build(module: Wanted = None, root: Root = reading.ROOT) -> None:
    """Make notebooks/ from modules/: casework, the course and its index; or one module of the course."""
    from .build import build as build_casework
    from .course import build_module
    from .lint import lint as look
    from .tracks import Curriculum, build_index

    target = root / "notebooks" / "course"
    written: list[Path] = [] if module else build_casework(root)
    broken, there = 0, []
    for folder in reading.find(root, module):
        stopping = [problem for problem in look(folder) if problem.stops]
        if stopping:
            broken += 1
            typer.echo("\n".join(map(str, stopping)), err=True)
            continue
        there.append(reading.load(folder))
        written += build_module(there[-1], target)
    if module is None:
        written += build_index(Curriculum.load(root), there, target)
    for path in written:
        typer.echo(path.relative_to(root).as_posix())
    if broken:
        msg = plural("{n} module was not built.", "{n} modules were not built.", broken)
        raise InputError(msg.format(n=broken))


def lint(module: Wanted = None, root: Root = reading.ROOT) -> None:
    """Tell every mistake in modules: file, what is wrong, how to mend it."""
    from .lint import lint as look

    found = [problem for folder in reading.find(root, module) for problem in look(folder)]
    for problem in found:
        typer.echo(str(problem))
    if found:
        msg = plural("{n} mistake was found.", "{n} mistakes were found.", len(found))
        raise InputError(msg.format(n=len(found)))
    typer.echo(_("No mistake was found."))


def translations(
    module: Wanted = None,
    merging: Annotated[
        Path | None,
        typer.Option("--merge", metavar="FRAGMENT.po", help=_("Take translations from this PO file.")),
    ] = None,
    language: Annotated[str, typer.Option("--language", help=_("Language of the PO file."))] = "ru",
    root: Root = reading.ROOT,
) -> None:
    """Bring modules/NN_topic/locale/ up to date with the sources, and list what is not translated."""
    if language not in LANGUAGES or language == "en":
        msg = _("`--language` must be one of {known}, got {found}.")
        raise InputError(msg.format(known=", ".join(LANGUAGES[1:]), found=language))
    from .tracks import Curriculum

    sources: list[Source] = [reading.load(folder) for folder in reading.find(root, module)]
    for source in sources if module else [*sources, Curriculum.load(root)]:
        if merging is not None:
            n = merge(source, language, merging)
            typer.echo(_("{module}: {n} texts were filled or changed.").format(module=source.id, n=n))
        update(source, language)
        left = gaps(source, language)
        typer.echo(_("{module}: {n} texts are not translated.").format(module=source.id, n=len(left)))
        for message, state in left:
            mark = "?" if state == "stale" else "-"
            typer.echo(f"  {mark} {message.context}: {' '.join(message.text.split())[:90]}")


def tracks(root: Root = reading.ROOT) -> None:
    """Say which tracks are whole and which modules the others still miss."""
    from .tracks import Curriculum, missing

    curriculum = Curriculum.load(root)
    there = {folder.name.split("_")[0] for folder in reading.find(root)}
    for track in curriculum.tracks:
        gone = missing(track, there)
        state = _("whole") if not gone else _("missing: {modules}").format(modules=", ".join(gone))
        typer.echo(f"{track.id:12} {state}")


def new(name: Annotated[str, typer.Argument(metavar="NN_topic")], root: Root = reading.ROOT) -> None:
    """Make a new module from the template."""
    from .template import new_module

    folder = new_module(root, name)
    typer.echo(
        _("Made {folder}. Edit it, then: python -m grading lint --module {number}").format(
            folder=folder.relative_to(root).as_posix(), number=name[:2]
        )
    )


def sources(
    module: Wanted = None,
    work: Annotated[Path, typer.Option("--work", help=_("The examiner's workspace."))] = DEFAULT,
    overlay: Annotated[Path | None, typer.Option("--overlay", help=_("The examiner's own items."))] = None,
    root: Root = reading.ROOT,
) -> None:
    """Write what nbgrader calls source and release into the workspace, for formgrader."""
    from .nbgrader_source import write_sources

    found = [reading.load(folder, overlay) for folder in reading.find(root, module)]
    for path in write_sources(Workspace(work).checked(), found):
        typer.echo(path.relative_to(work).as_posix())


def leaks(paths: Annotated[list[Path] | None, typer.Argument()] = None, root: Root = reading.ROOT) -> None:
    """Search what learners get (or the files and folders named) for solutions and keys of exams."""
    from .leaks import all_secrets, find

    where, known = paths or [root / "notebooks"], all_secrets(root)
    found = [leak for place in where for leak in find(place, known)]
    for leak in found:
        typer.echo(str(leak))
    if found:
        msg = plural("{n} leak was found.", "{n} leaks were found.", len(found))
        raise InputError(msg.format(n=len(found)))
    typer.echo(_("No solution or key of an exam was found."))
