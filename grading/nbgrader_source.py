"""
What nbgrader calls source and release, written into an examiner's workspace.

The source has the solutions and nbgrader's metadata whole; its release is what learners get, cell by cell,
with the checksums that nbgrader wants. Both are made here, so that a workspace does not depend on which
version of nbgrader made it; nbgrader's own ``generate_assignment`` on the source gives the same cells, which
a test holds. Formgrader reads the titles and points of items from these notebooks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

from .course import notebook, text_of
from .languages import Translation
from .modules import Module
from .workspace import Workspace

__all__ = ["checksum", "release", "source", "write_sources"]


def write_sources(workspace: Workspace, modules: Iterable[Module]) -> list[Path]:
    """
    Write source and release of each module's exam.

    Parameters
    ----------
    workspace
        Where they go: ``source/<module>/exam.ipynb`` and ``release/<module>/exam.ipynb``.
    modules
        The modules; with an examiner's overlay where there is one.

    Returns
    -------
    list of Path
        The files, the source of each module before its release.
    """
    written = []
    for module in modules:
        for step, made in (("source", source(module)), ("release", release(module))):
            path = workspace.notebook(step, module.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text_of(made), encoding="utf-8", newline="\n")
            written.append(path)
    return written


def source(module: Module) -> NotebookNode:
    """Return the exam with its solutions."""
    return notebook(module, "exam", Translation(module, "en"), solutions=True)


def release(module: Module) -> NotebookNode:
    """Return the exam as learners get it, with nbgrader's checksums."""
    made = notebook(module, "exam", Translation(module, "en"))
    for cell in made.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["checksum"] = checksum(cell)
    return made


def checksum(cell: NotebookNode) -> str:
    """
    Return the checksum of a graded cell or a solution as nbgrader computes it.

    Raises
    ------
    KeyError
        If the cell has no metadata of nbgrader.
    """
    details = cell.metadata["nbgrader"]
    grade, solution = bool(details["grade"]), bool(details["solution"])
    locked = not solution and (grade or bool(details["locked"]))
    parts = [cell.source, cell.cell_type, str(grade), str(solution), str(locked), details["grade_id"]]
    if grade:
        parts.append(str(float(details["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
