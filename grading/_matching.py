"""
Which cell of a submission is which of the release.

A cell is known by nbgrader's name, else by its id, else by its text, else by the variable that the next
locked cell hands over, by its neighbours, or by the words that it shares with the released one. Everything
about a submission's cell may be of a wrong kind: it was written by a stranger.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode

__all__ = [
    "Cell",
    "assigned",
    "believed",
    "find_homes",
    "grade_id",
    "is_open",
    "item",
    "neighbours",
    "squeezed",
    "variable",
]

_LONGEST = 200_000
"""Characters of one cell that are taken; nobody types more."""
_MOST = 2_000
"""Cells of a submission that are looked at."""
_NAMELESS = 200
"""Cells without a name that are looked through for one that is missing."""
_PARSED = 20_000
"""Characters of a cell that are parsed; of a longer one lines are looked at."""
_ALIKE = 0.75
"""How like the released text a cell must be to be taken for it, where its names are gone."""


@dataclass
class Cell:
    """A cell of the submission, as far as it can be believed."""

    place: int
    kind: str
    source: str
    id: str
    grade_id: str
    home: int | None = None
    """Index of the released cell that it is, or is a copy of."""


def believed(submitted: NotebookNode) -> tuple[list[Cell], list[int]]:
    """Return the cells of a submission, empty names where theirs are of a wrong kind, and the broken ones."""
    found: list[Cell] = []
    broken: list[int] = []
    cells = submitted.get("cells")
    cells = cells if isinstance(cells, list) else []
    broken += range(_MOST + 1, len(cells) + 1)
    for place, cell in enumerate(cells[:_MOST]):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if not isinstance(source, str) or len(source) > _LONGEST:
            broken.append(place + 1)
            continue
        source = source.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        named = marks.get("grade_id") if isinstance(marks, dict) else None
        found.append(Cell(place, str(cell.get("cell_type")), source, _name(cell.get("id")), _name(named)))
    return found, broken


def _name(value: object) -> str:
    return value if isinstance(value, str) else ""


def find_homes(release: list[NotebookNode], cells: list[Cell]) -> None:
    """Say of each cell which released one it is: by its name, its id, its text, or its place among these."""
    names = {grade_id(cell): index for index, cell in enumerate(release) if grade_id(cell)}
    ids = {cell.get("id"): index for index, cell in enumerate(release) if cell.get("id")}
    texts: dict[str, list[int]] = {}
    for index, released in enumerate(release):
        texts.setdefault(squeezed(released.source), []).append(index)
    for cell in cells:
        cell.home = names.get(cell.grade_id, ids.get(cell.id))
    filled = {cell.home for cell in cells}
    for cell in cells:
        same = texts.get(squeezed(cell.source), []) if cell.home is None else []
        if same:
            # Stubs are alike: the first that has no cell yet.
            cell.home = next((index for index in same if index not in filled), same[0])
            filled.add(cell.home)
    homes = {cell.home for cell in cells}
    for index, released in enumerate(release):
        if index not in homes and is_open(released):
            found = _stranger(release, index, cells)
            if found is not None:
                found.home = index


def _stranger(release: list[NotebookNode], index: int, cells: list[Cell]) -> Cell | None:
    """Return the nameless cell that stands where a released one is missing, or is much like it."""
    nameless = [cell for cell in cells if cell.home is None and cell.source.strip()][:_NAMELESS]
    wanted = variable(release, index)
    if wanted:
        assigning = [cell for cell in nameless if wanted in assigned(cell.source)]
        if assigning:
            return assigning[-1]
    here = (index - 1, index + 1)
    between = [cell for cell in nameless if cell.kind == "code" and neighbours(cells, cell) == here]
    if between:
        return between[-1]
    alike = [(_likeness(release[index].source, cell.source), cell.place, cell) for cell in nameless]
    best = max(alike, default=None, key=lambda one: one[:2])
    return best[2] if best is not None and best[0] >= _ALIKE else None


def neighbours(cells: list[Cell], cell: Cell) -> tuple[int | None, int | None]:
    """Return the released cells that the nearest known ones before and after it are."""
    before = next(
        (one.home for one in reversed(cells) if one.place < cell.place and one.home is not None), None
    )
    after = next((one.home for one in cells if one.place > cell.place and one.home is not None), None)
    return before, after


def is_open(cell: NotebookNode) -> bool:
    """Whether a learner may write into a released cell: code that is neither locked nor opens the course."""
    if cell.cell_type != "code" or cell.metadata.get("editable") is False:
        return False
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("locked") or (marks.get("grade") and not marks.get("solution")):
        return False
    return re.search(r"\bcourse\.(ask|answer|submit|progress)\(|\blearning\.open\(", cell.source) is None


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a released cell, empty for none."""
    return _name(cell.metadata.get("nbgrader", {}).get("grade_id"))


def item(cells: list[NotebookNode], index: int) -> str:
    """Return the item that a released cell belongs to, empty for none."""
    named = cells[index].metadata.get("ilp", {}).get("item")
    return _name(named) or grade_id(cells[index]).removesuffix("-code")


def variable(cells: list[NotebookNode], index: int) -> str:
    """Return the name that the locked cell after a solution hands over as its answer."""
    wanted = item(cells, index)
    if not wanted:
        return ""
    for cell in cells[index + 1 :]:
        if grade_id(cell) == wanted:
            given = re.search(r"course\.answer\(\s*[\"'][^\"']+[\"']\s*,\s*([A-Za-z_]\w*)\s*\)", cell.source)
            return given.group(1) if given else ""
    return ""


@lru_cache(8192)
def assigned(source: str) -> frozenset[str]:
    """Return the names that code gives a value to at its top level."""
    by_lines = frozenset(re.findall(r"(?m)^([A-Za-z_]\w*)[ \t]*=(?!=)(?![ \t]*None\b)", source))
    if len(source) > _PARSED:
        return by_lines
    try:
        # Lines for the shell and for IPython are no Python, and may stand beside a solution.
        body = ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return by_lines
    return frozenset(name for statement in body for name in _targets(statement))


def _targets(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
        return
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Constant) and value.value is None:
        # As the stub has it: a name without an answer.
        return
    goals: list[Any] = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    goals += [item.optional_vars for item in getattr(statement, "items", [])]
    for goal in goals:
        if isinstance(goal, ast.AST):
            yield from (node.id for node in ast.walk(goal) if isinstance(node, ast.Name))
    for inner in (*getattr(statement, "body", []), *getattr(statement, "orelse", [])):
        yield from _targets(inner)


def squeezed(source: str) -> str:
    """Return text without what editors change by themselves."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _likeness(stub: str, source: str) -> float:
    """Return the share of words that two texts have in common, from 0 to 1."""
    one, other = Counter(re.findall(r"\w+", stub)), Counter(re.findall(r"\w+", source))
    return 2 * (one & other).total() / max(1, one.total() + other.total())
