"""
A learner's work on the notebook that was released.

What comes back is never what went out: cells were copied, deleted, moved, turned into text, edited where
they say do not edit, or went through an editor that drops what it does not know. nbgrader gives such a
notebook no points, or stops. Here the release is the stock, and only what a learner was asked to write is
taken from the submission and set into it, so that the notebook that is run has every question once, in its
place, with its own words. What was found changed is reported by item and is no reason for fewer points.

A learner's own extra code cells stay, after the cell that they stood after, because the solutions may need
them. Text cells of theirs stay as plain text that no browser runs.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _, plural

from ._matching import Cell, assigned, believed, find_homes, grade_id, is_open, neighbours, squeezed, variable
from ._matching import item as item_of

__all__ = ["Change", "Grafted", "graft", "read"]

_LARGEST = 20 << 20
"""Bytes of a notebook's file."""
_OWNED = {"metadata": {"ilp": {"own": True}}}
_OWN = 400
"""Cells of a learner's own that stay."""


@dataclass(frozen=True)
class Change:
    """Something that differs from the release."""

    item: str
    """The item, or empty where it is about the notebook."""
    what: str
    """In words, in the language in use."""


@dataclass(frozen=True)
class Grafted:
    """A notebook that can be run."""

    notebook: NotebookNode
    changes: tuple[Change, ...]


@dataclass
class _Chosen:
    """What is taken for one released cell."""

    cell: Cell | None
    """The cell whose text counts, None where the release's does."""
    parts: list[Cell]
    """Pieces of it that run beside it."""
    changes: list[Change]


def read(path: Path) -> NotebookNode:
    """
    Read a notebook that may be of any origin.

    Parameters
    ----------
    path
        The file; formats 3 and 4 are understood, and a byte order mark is passed over.

    Raises
    ------
    FileError
        If it is too large, or is no notebook.
    """
    if path.stat().st_size > _LARGEST:
        msg = _("{file} is larger than a notebook may be ({limit} MB).").format(
            file=path.name, limit=_LARGEST >> 20
        )
        raise FileError(msg)
    try:
        raw = json.loads(path.read_bytes().decode("utf-8-sig"))
        if isinstance(raw, dict) and raw.get("nbformat") == 3:
            raw = nbformat.convert(_node(raw), 4)  # type: ignore[no-untyped-call]
    except Exception as problem:
        msg = _("{file} is no notebook: it cannot be read.").format(file=path.name)
        raise FileError(msg) from problem
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        msg = _("{file} is no notebook: it has no cells.").format(file=path.name)
        raise FileError(msg)
    return _node({"metadata": {}, "nbformat": 4, "nbformat_minor": 5, "cells": raw["cells"]})


def graft(release: NotebookNode, submitted: NotebookNode | None) -> Grafted:
    """
    Set a learner's solutions into the released notebook.

    Parameters
    ----------
    release
        The released notebook, with nbgrader's names in the metadata of its cells.
    submitted
        What was handed in, well formed or not; None where no notebook was.

    Returns
    -------
    Grafted
        The release with the learner's code, without outputs, with the released kernel; and what was changed.
    """
    notebook = _stock(release)
    if submitted is None:
        return Grafted(notebook, (Change("", _("No notebook was handed in; the released one is used.")),))
    cells, broken = believed(submitted)
    changes = _about_broken(broken)
    find_homes(notebook.cells, cells)
    taken: dict[int, Cell] = {}
    parts: dict[int, int] = {}
    for index in range(len(notebook.cells)):
        chosen = _choose(notebook.cells, index, cells)
        changes += chosen.changes
        if chosen.cell is not None:
            taken[index] = chosen.cell
        for part in chosen.parts:
            parts[part.place] = index - 1 if chosen.cell and part.place < chosen.cell.place else index
    changes += _moved(cells, taken)
    used = {cell.place for cell in taken.values()}
    own = [cell for cell in cells if cell.place not in used and (cell.home is None or cell.place in parts)]
    for index, cell in taken.items():
        notebook.cells[index].source = cell.source
    changes += _set_in(notebook, cells, own, parts)
    nbformat.validate(notebook)
    return Grafted(notebook, tuple(changes))


def _about_broken(broken: list[int]) -> list[Change]:
    if not broken:
        return []
    words = plural(
        "{n} cell is too long or broken and is left out (first: cell {first}).",
        "{n} cells are too long or broken and are left out (first: cell {first}).",
        len(broken),
    )
    return [Change("", words.format(n=len(broken), first=broken[0]))]


def _stock(release: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _choose(release: list[NotebookNode], index: int, cells: list[Cell]) -> _Chosen:
    """Return the cell of the submission that counts for a released one, and what is to be said of it."""
    cell = release[index]
    item, stub = item_of(release, index), squeezed(cell.source)
    copies = [one for one in cells if one.home == index]
    changed = [one for one in copies if squeezed(one.source) != stub and one.source.strip()]
    if not is_open(cell):
        return _Chosen(None, [], _about_locked(cell, item, copies, changed))
    wanted = variable(release, index)
    full = [one for one in changed if wanted in assigned(one.source)] if wanted else changed
    if wanted and not full:
        elsewhere = _elsewhere(release, index, cells, wanted)
        if elsewhere is not None:
            found = [Change(item, _("Answered in another cell than the one for it; it counts."))]
            return _Chosen(elsewhere, [one for one in changed if one.kind == "code"], found)
    if not copies:
        return _Chosen(None, [], [Change(item, _("A cell was deleted; the released one is used."))])
    chosen = (full or changed or copies)[-1]
    # A copy that does not give the answer is a piece of a cell that was split: it runs, too.
    parts = [one for one in changed if one not in full and one is not chosen and one.kind == "code"]
    return _Chosen(chosen if changed else None, parts, _about_open(cell, item, copies, chosen))


def _elsewhere(release: list[NotebookNode], index: int, cells: list[Cell], wanted: str) -> Cell | None:
    """Return the last cell of the learner's own, or locked one written over, that gives the answer."""
    locked = {place for place in range(len(release)) if item_of(release, place) == item_of(release, index)}
    found = [
        one
        for one in cells
        if (one.home is None or one.home in locked - {index}) and wanted in assigned(one.source)
    ]
    return found[-1] if found else None


def _about_open(cell: NotebookNode, item: str, copies: list[Cell], chosen: Cell) -> list[Change]:
    found = []
    if len(copies) > 1:
        words = plural(
            "{n} copy of the cell was found; the last changed one counts.",
            "{n} copies of the cell were found; the last changed one counts.",
            len(copies),
        )
        found.append(Change(item, words.format(n=len(copies))))
    if chosen.kind != "code":
        found.append(Change(item, _("The cell was turned into text; it is code again.")))
    if grade_id(cell) and chosen.grade_id != grade_id(cell):
        found.append(Change(item, _("The cell had lost its name and was found by what it holds.")))
    return found


def _about_locked(cell: NotebookNode, item: str, copies: list[Cell], changed: list[Cell]) -> list[Change]:
    found = []
    if not copies:
        if item or cell.cell_type == "code":
            found.append(Change(item, _("A cell that belongs to the notebook was deleted; it is back.")))
    elif changed:
        found.append(
            Change(item, _("A cell that belongs to the notebook was edited; the released one is used."))
        )
    if len(copies) > 1:
        found.append(Change(item, _("A cell that belongs to the notebook was copied; it counts once.")))
    return found


def _moved(cells: list[Cell], taken: dict[int, Cell]) -> list[Change]:
    """Report cells that stand in another order than in the release."""
    seen = {index: cell.place for index, cell in taken.items()}
    for cell in cells:
        if cell.home is not None:
            seen.setdefault(cell.home, cell.place)
    places = [seen[index] for index in sorted(seen)]
    if places == sorted(places):
        return []
    return [Change("", _("Cells were moved; they stand in their order again."))]


def _set_in(
    notebook: NotebookNode, cells: list[Cell], own: list[Cell], parts: dict[int, int]
) -> list[Change]:
    """Set the learner's own cells in, each after the released cell that it stood after."""
    own = [cell for cell in own if cell.source.strip()][:_OWN]
    after: dict[int, list[NotebookNode]] = {}
    known = {cell.get("id", "") for cell in notebook.cells}
    for cell in own:
        before, _after = neighbours(cells, cell)
        made = _own(cell)
        made["id"] = _new_id(known, cell)
        after.setdefault(parts.get(cell.place, -1 if before is None else before), []).append(made)
    joined = after.get(-1, [])
    for index, cell in enumerate(notebook.cells):
        joined = [*joined, cell, *after.get(index, [])]
    notebook.cells = joined
    if not own:
        return []
    words = plural("{n} cell of the learner's own stays.", "{n} cells of the learner's own stay.", len(own))
    return [Change("", words.format(n=len(own)))]


def _own(cell: Cell) -> NotebookNode:
    if cell.kind == "code":
        return _node(
            {"cell_type": "code", "source": cell.source, "outputs": [], "execution_count": None, **_OWNED}
        )
    # A fence longer than any in it: markdown may hold HTML, and examiners read it in a browser.
    runs = re.findall(r"~{3,}", cell.source)
    fence = "~" * (max(map(len, runs), default=2) + 1)
    return _node({"cell_type": "markdown", "source": f"{fence}text\n{cell.source}\n{fence}", **_OWNED})


def _node(content: dict[str, Any]) -> NotebookNode:
    made: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    return made


def _new_id(known: set[str], cell: Cell) -> str:
    """Return an id that is the same each time, and no other cell's."""
    number = 0
    while True:
        text = f"{cell.place}|{number}|{cell.source}"
        made = "own-" + hashlib.sha256(text.encode()).hexdigest()[:12]
        if made not in known:
            known.add(made)
            return made
        number += 1
