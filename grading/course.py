"""
Course notebooks from a module, in each language, with their items and their data.

A notebook opens with a cell that says what it is, then one that opens the course; the cells of the source
follow; the last ones show progress and, in the exam, hand in. Code and ids are the same in every language.
Each byte follows from the sources: a rebuild leaves no difference.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ilp_toolkit.i18n import N_
from ilp_toolkit.learning.items import Item, ItemPack

from .data import SAMPLE, write_data
from .languages import LANGUAGES, Translation, reviewed
from .modules import LEVELS, PARTS, Cell, Module, PartName
from .worked import practice_keys

__all__ = ["build_module", "notebook", "pack", "text_of"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
"""What stands around a solution; nbgrader knows the same words."""
HIDE = "hide"
"""Tag of code cells that are shown folded; where learners type no code, all are."""
PART_TITLES: dict[PartName, str] = {"lesson": N_("Lesson"), "lab": N_("Lab"), "exam": N_("Exam")}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_OPEN = 'from ilp_toolkit import learning\n\ncourse = learning.open("{module}", "{part}")'
_FIXED = {"deletable": False, "editable": False}
"""A cell that the builder wrote: Lab lets nobody change or delete it by mistake."""
_RUN_ALL = N_(
    "First choose *Run → Run All Cells*: the questions then appear below. What you answered is kept on this "
    "computer, and you can go on another day."
)
_INDEX = N_("All modules")
_OUTCOMES = N_("After this module you can:")
_UNREVIEWED = N_(
    "Nobody who speaks this language and knows the field has reviewed the translation yet. Where the words "
    "of the law matter, look at the English text."
)
_GENERATED = N_("Made from modules/{module}/{part}.py; changes made here are lost at the next build.")


def build_module(
    module: Module, target: Path, languages: tuple[str, ...] = LANGUAGES, salt: bytes = SAMPLE
) -> list[Path]:
    """
    Write the notebooks, items and data of a module.

    Parameters
    ----------
    module
        The module.
    target
        The folder ``notebooks/course``.
    languages
        In which languages.
    salt
        What the data of the variants are drawn from; an examiner's own makes data that the repository
        does not show.

    Returns
    -------
    list of Path
        Every file that belongs to the module now; a notebook or data file of an earlier build that no
        longer belongs to it is removed.
    """
    written = write_data(module, target / "data", salt)
    keys = practice_keys(module, target / "data")
    for language in languages:
        folder = target / language / module.id
        folder.mkdir(parents=True, exist_ok=True)
        translation = Translation(module, language)
        files = {f"{part}.ipynb": text_of(notebook(module, part, translation)) for part in PARTS}
        items = pack(module, translation).model_copy(update={"keys": keys})
        files["items.json"] = _json(items.released())
        files["practice.dat"] = items.practice()
        written += [_write(folder / name, text) for name, text in files.items()]
    kept = set(written)
    for folder in [*(target / language / module.id for language in languages), target / "data" / module.id]:
        for old in sorted(folder.rglob("*")):
            if old.is_file() and old not in kept and ".ipynb_checkpoints" not in old.parts:
                old.unlink()
    return written


def pack(module: Module, translation: Translation) -> ItemPack:
    """Return the items of a module in one language, in the order of its sources."""
    return ItemPack(
        module=module.id,
        version=module.head.version,
        language=translation.language,
        build=module.build,
        title=translation.phrase("module", module.head.title),
        items=tuple(translation.item(item) for item in module.ordered),
        words={o.id: translation.phrase("module", o.text) for o in module.head.outcome},
    )


def notebook(
    module: Module, part: PartName, translation: Translation, *, solutions: bool = False
) -> NotebookNode:
    """
    Return one notebook of a module.

    Parameters
    ----------
    module, part
        What to build.
    translation
        In which language.
    solutions
        With the solutions of items that are answered in code: what nbgrader calls the source. Without:
        what learners get.
    """
    cells = [
        _markdown(module, part, "head", _head(module, part, translation)),
        _fixed(module, part, "open", _OPEN.format(module=module.id, part=part)),
    ]
    for cell in module.cells(part):
        cells += _expanded(module, part, cell, translation, solutions=solutions)
    cells.append(_fixed(module, part, "progress", "course.progress()"))
    if part == "exam":
        cells.append(_fixed(module, part, "submit", "course.submit()"))
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    made.metadata = _node(
        {
            **METADATA,
            "ilp": {
                "build": module.build,
                "language": translation.language,
                "module": module.id,
                "note": _GENERATED.format(module=module.id, part=part),
                "part": part,
            },
        }
    )
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    return made


def text_of(made: NotebookNode) -> str:
    """Return a notebook as it stands on the disk: sorted keys, one line end at the end."""
    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def released(code: str) -> str:
    r"""
    Return code without its solutions, as nbgrader's own ClearSolutions leaves it with an empty stub.

    Examples
    --------
    >>> released("q1 = None\n### BEGIN SOLUTION\nq1 = 42\n### END SOLUTION")
    'q1 = None\n'
    """
    lines, inside = [], False
    for line in code.split("\n"):
        if BEGIN in line:
            inside = True
            lines.append(re.match(r"\s*", line)[0])  # type: ignore[index]
        elif END in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _head(module: Module, part: PartName, translation: Translation) -> str:
    """Return the first cell: title, ways to the other parts, outcomes, state of the translation."""
    say = translation.say
    title = f"# {module.number} · {translation.phrase('module', module.head.title)}"
    others = [f"[{say(PART_TITLES[name])}]({name}.ipynb)" for name in PARTS if name != part]
    others.append(f"[{say(_INDEX)}](../index.ipynb)")
    lines = [title, " · ".join([f"**{say(PART_TITLES[part])}**", *others])]
    if not (translation.language == "en" or _is_reviewed(module, translation)):
        lines.append(f"> {say(_UNREVIEWED)}")
    if part == "lesson":
        if module.head.summary:
            lines.append(translation.prose("module", module.head.summary))
        outcomes = [
            f"- {translation.phrase('module', outcome.text)} *({say(LEVELS[outcome.level])})*"
            for outcome in module.head.outcome
        ]
        lines.append("\n".join([say(_OUTCOMES), "", *outcomes]))
    return "\n\n".join([*lines, say(_RUN_ALL)])


def _is_reviewed(module: Module, translation: Translation) -> bool:
    return translation.language in LANGUAGES and reviewed(module, translation.language)


def _expanded(
    module: Module, part: PartName, cell: Cell, translation: Translation, *, solutions: bool
) -> Iterator[NotebookNode]:
    """Give the notebook's cells for one cell of the source."""
    match cell.kind:
        case "prose":
            yield _markdown(module, part, cell.slug, translation.prose(part, cell.source))
        case "words" | "code":
            code = translation.words(part, cell.source) if cell.kind == "words" else cell.source
            metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
            # Where learners type no code they need not look at any; it unfolds with a click.
            if HIDE in cell.tags or not module.head.code:
                metadata["jupyter"] = {"source_hidden": True}
            yield _code(module, part, cell.slug, code, metadata)
        case "item":
            yield from _asked(module, part, cell, module.item(cell.item), solutions=solutions)


def _asked(
    module: Module, part: PartName, cell: Cell, item: Item, *, solutions: bool
) -> Iterator[NotebookNode]:
    """Give the cells of an item: the question; for code also where to write and what takes the answer."""
    ask = f'course.ask("{item.id}")'
    graded = part == "exam"
    if not item.code:
        if item.written and graded:
            # nbgrader empties a solution's cell that has no such marks; these leave the question in it.
            ask = f"{ask}\n{BEGIN}\n{END}"
        made = _fixed(module, part, item.id, ask if solutions else released(ask), item=item.id)
        if graded:
            _graded(made, item, solution=item.written)
        yield made
        return
    yield _fixed(module, part, f"{item.id}-ask", ask, item=item.id)
    source = solution_cell(cell.source, item.variable)
    shown = source if solutions else released(source)
    written = _code(module, part, f"{item.id}-code", shown, {"deletable": False, "ilp": {"item": item.id}})
    taken = _fixed(module, part, item.id, f'course.answer("{item.id}", {item.variable})', item=item.id)
    if graded:
        written.metadata["nbgrader"] = _node(_nbgrader(f"{item.id}-code", grade=False, solution=True))
        _graded(taken, item, solution=False)
    yield from (written, taken)


def solution_cell(source: str, variable: str) -> str:
    """
    Return the cell of a code item as nbgrader's source has it.

    Where the trainer marked no solution, all of it is the solution; before the first one stands a line that
    lets an untouched notebook run to its end.

    Examples
    --------
    >>> print(solution_cell("q3 = 6 * 7", "q3"))
    q3 = None  # your code here
    ### BEGIN SOLUTION
    q3 = 6 * 7
    ### END SOLUTION
    """
    if BEGIN not in source:
        source = f"{BEGIN}\n{source}\n{END}"
    first = source.index(BEGIN)
    if re.search(rf"(?m)^{re.escape(variable)}\s*=", source[:first]):
        return source
    start = source.rfind("\n", 0, first) + 1
    return f"{source[:start]}{variable} = None  # your code here\n{source[start:]}"


def _graded(cell: NotebookNode, item: Item, *, solution: bool) -> None:
    details = _nbgrader(item.id, grade=True, solution=solution)
    cell.metadata["nbgrader"] = _node({**details, "points": item.points})


def _nbgrader(grade_id: str, *, grade: bool, solution: bool) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "grade": grade,
        "grade_id": grade_id,
        "locked": grade and not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }


def _fixed(module: Module, part: str, slug: str, code: str, item: str = "") -> NotebookNode:
    """Return a cell that the builder wrote: its code is folded away, what it shows is what counts."""
    details: dict[str, Any] = {**_FIXED, "jupyter": {"source_hidden": True}}
    if item:
        details["ilp"] = {"item": item}
    return _code(module, part, slug, code, details)


def _code(module: Module, part: str, slug: str, code: str, metadata: dict[str, Any]) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
        code, id=_cell_id(module, part, slug), metadata=_node(metadata)
    )
    return cell


def _markdown(module: Module, part: str, slug: str, text: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(  # type: ignore[no-untyped-call]
        text, id=_cell_id(module, part, slug)
    )
    return cell


def _cell_id(module: Module, part: str, slug: str) -> str:
    return hashlib.sha256(f"{module.id}|{part}|{slug}".encode()).hexdigest()[:12]


def _node(value: Any) -> Any:
    return nbformat.from_dict(value)  # type: ignore[no-untyped-call]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> Path:
    """Write a file if it changes; practice.dat stays where it unpacks to the same, whoever packed it."""
    if path.suffix == ".dat" and path.is_file() and _same_practice(path, text):
        return path
    if not path.is_file() or path.read_bytes() != text.encode():
        path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _same_practice(path: Path, text: str) -> bool:
    try:
        return zlib.decompress(base64.b64decode(path.read_bytes())) == zlib.decompress(base64.b64decode(text))
    except (ValueError, zlib.error):
        return False
