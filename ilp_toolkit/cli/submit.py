"""`ilp submit`: packs what a learner has answered into the one file that is handed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import FileError, InputError
from ..i18n import LANGUAGES, _, use
from .options import Lang

if TYPE_CHECKING:
    from ..learning.handing_in import Readiness
    from ..learning.items import ItemPack
    from ..learning.places import Place

__all__ = ["submit"]


def submit(
    module: Annotated[
        str | None,
        typer.Argument(
            help=_("Module, such as 03_rights; left out, the one whose exam you have answered."),
            metavar="MODULE",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help=_("Put a copy here, for example on a USB stick."), metavar="FOLDER"),
    ] = None,
    as_it_is: Annotated[
        bool, typer.Option("--as-it-is", help=_("Hand in although the notebook is not saved."))
    ] = False,
    lang: Lang = None,
) -> None:
    """Make the file to hand in, and say where it is and what its receipt is."""
    from ..learning.handing_in import hand_in, readiness

    if lang:
        use(lang)
    place, pack = _chosen(module)
    if not lang and pack.language in LANGUAGES:
        use(pack.language)
    ready = readiness(place, pack)
    _tell(ready, place)
    if ready.unsaved and ready.needs_notebook and not as_it_is:
        msg = _("{file} is older than your last answer. Save it in JupyterLab (Ctrl+S), or give --as-it-is.")
        raise FileError(msg.format(file=place.exam))
    path, parts = hand_in(place, pack, to=to)
    typer.echo(_("Hand over this file: {file}").format(file=path))
    typer.echo(_("Receipt, to write down: {receipt}").format(receipt=parts.receipt))


def _tell(ready: Readiness, place: Place) -> None:
    total = len(ready.answered) + len(ready.unanswered)
    typer.echo(_("Answered: {n} of {total}.").format(n=len(ready.answered), total=total))
    if ready.unanswered:
        names = ", ".join(item.id for item in ready.unanswered)
        typer.echo(_("Not answered: {names}.").format(names=names))
    if ready.unsaved:
        words = _("Bear in mind: {file} is older than your last answer; it goes along as it was saved.")
        typer.echo(words.format(file=place.exam), err=True)


def _chosen(module: str | None) -> tuple[Place, ItemPack]:
    """Find the module: in this folder, or among those of the course that have answers."""
    from ..learning.places import find

    here = Path.cwd()
    if (here / "items.json").is_file():
        return find(here, module=module)
    folders = _folders(here)
    if module is not None:
        fitting = [folder for folder in folders if folder.name == module]
        if not fitting:
            known = ", ".join(sorted({folder.name for folder in folders})) or _("none")
            msg = _("There is no module {module} here. Modules found: {known}.")
            raise InputError(msg.format(module=module, known=known))
        return _latest([find(folder) for folder in fitting])
    found = [find(folder) for folder in folders]
    answered = [(place, pack) for place, pack in found if _has_exam_answers(place, pack)]
    modules = sorted({place.module for place, _pack in answered})
    if len(modules) == 1:
        return _latest(answered)
    if modules:
        msg = _("You have answered several modules: {modules}. Say which, for example: ilp submit {example}")
        raise InputError(msg.format(modules=", ".join(modules), example=modules[0]))
    msg = _("No answered exam was found from {folder} on. Change to the folder of the course and try again.")
    raise InputError(msg.format(folder=here))


def _folders(here: Path) -> list[Path]:
    """Return the folders of modules in and under the course that lies here or above."""
    for folder in (here, *here.parents):
        for course in (folder / "notebooks" / "course", folder / "course", folder):
            found = sorted(path.parent for path in course.glob("*/*/items.json"))
            if found:
                return found
    return []


def _has_exam_answers(place: Place, pack: ItemPack) -> bool:
    answers = place.book().answers
    return any(item.id in answers for item in pack.items if not item.practice)


def _latest(found: list[tuple[Place, ItemPack]]) -> tuple[Place, ItemPack]:
    """Of one module in several languages take the one whose exam was saved last."""
    return max(found, key=lambda one: one[0].exam.stat().st_mtime if one[0].exam.exists() else 0.0)
