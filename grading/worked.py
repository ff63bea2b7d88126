"""
The keys of practice that no table holds: what the solver works out and what the worked solutions give.

Practice is no secret, so its keys travel with the notebooks (out of the way, in practice.dat): checks must
explain themselves with no trainer in the room. The keys of an exam are `grading.key`'s and stay with the
examiner. The code that runs here is the trainer's own, in this process; a learner's code never does.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ilp_toolkit import i18n
from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

from .data import VARIANTS, solver, variant_folder, variants
from .modules import Module, PartName

__all__ = ["practice_keys", "worked"]


class _Bench:
    """What stands in for the course while a solution is worked: it gives data and takes answers."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.answers: dict[str, Any] = {}
        self.asked_for_data = False

    def data(self, name: str) -> Path:
        """Return a file of the variant."""
        self.asked_for_data = True
        return self._data / name

    def answer(self, item: str, value: object) -> None:
        """Take an answer."""
        from ilp_toolkit.learning.answers import encode

        self.answers[item] = encode(value)


def practice_keys(module: Module, data: Path) -> dict[str, dict[str, Any]]:
    """
    Return the keys of practice items that depend on data or code.

    Parameters
    ----------
    module
        The module.
    data
        The folder with the data of its variants, as `grading.data.write_data` fills it.

    Returns
    -------
    dict
        Item id, then variant ("0" to "7"), to the key.
    """
    keys: dict[str, dict[str, Any]] = {}
    parts: tuple[PartName, ...] = ("lesson", "lab")
    coded = [part for part in parts if any(item.code for item in module.part(part))]
    solve = solver(module)
    open_items = {item.id for item in module.items if item.practice and item.key() is None and not item.code}
    same: dict[PartName, dict[str, Any]] = {}
    for variant in range(VARIANTS):
        folder = variant_folder(data, module.id, variant)
        if solve is not None and open_items and variant in variants(module):
            for item, key in solve(folder).items():
                if item in open_items:
                    keys.setdefault(item, {})[str(variant)] = key
        for part in coded:
            answers = same.get(part)
            if answers is None:
                answers, varies = worked(module, part, folder)
                if not varies:
                    same[part] = answers
            for item, key in answers.items():
                keys.setdefault(item, {})[str(variant)] = key
    return keys


def worked(module: Module, part: PartName, data: Path) -> tuple[dict[str, Any], bool]:
    """
    Run the cells of a part with their solutions.

    Parameters
    ----------
    module, part
        What to run.
    data
        The folder of one variant.

    Returns
    -------
    dict, bool
        Item id to the encoded answer; whether the part asked for data of the variant.

    Raises
    ------
    InputError
        If a cell fails; the message names file, line and error.
    """
    bench = _Bench(data)
    names: dict[str, Any] = {"__name__": "__main__", "course": bench, "display": _shown}
    with _quiet(module.folder):
        for cell in module.cells(part):
            item = module.item(cell.item) if cell.kind == "item" else None
            if cell.kind == "prose" or (item is not None and not item.code):
                continue
            place = f"{module.id}/{part}.py"
            try:
                exec(compile(cell.source, f"{place}, {cell.slug}", "exec"), names)
                if item is not None:
                    bench.answer(item.id, names[item.variable])
            except KeyError as error:
                if item is None or error.args != (item.variable,):
                    raise _failed(place, cell.line, error) from error
                msg = _("{place}, line {line}: the solution of {item} sets no variable `{name}`.")
                raise InputError(
                    msg.format(place=place, line=cell.line, item=item.id, name=item.variable)
                ) from None
            except Exception as error:
                raise _failed(place, cell.line, error) from error
    return bench.answers, bench.asked_for_data


def _failed(place: str, line: int | None, error: Exception) -> InputError:
    msg = _("{place}, cell at line {line}: the worked solution fails with {kind}: {error}")
    return InputError(msg.format(place=place, line=line, kind=type(error).__name__, error=error))


def _shown(*things: object, **options: object) -> None:
    """Stand in for IPython's ``display``: nobody looks while keys are worked out."""


@contextlib.contextmanager
def _quiet(folder: Path) -> Iterator[None]:
    """Run in English, without a screen, in the folder where a learner's notebook would run."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    before, backend = Path.cwd(), mpl.get_backend()
    # Paths such as ../../../../datasets lead from there.
    with _present(folder.parents[1] / "notebooks" / "course" / "en" / folder.name) as inside:
        try:
            os.chdir(inside)
            mpl.use("Agg")
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), i18n.language("en"):
                warnings.simplefilter("ignore")
                yield
        finally:
            plt.close("all")
            mpl.use(backend)
            os.chdir(before)


@contextlib.contextmanager
def _present(folder: Path) -> Iterator[Path]:
    """Make a folder that a first build has not made yet, and take away again what was made and is empty."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        for one in missing:
            try:
                one.rmdir()
            except OSError:  # a cell wrote into it, or a build did meanwhile
                break
