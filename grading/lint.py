"""
Every mistake of a trainer that can be found before a learner meets it.

`grading.modules` says what cannot be read, and `ilp_toolkit.learning.itemfile` what is wrong within an item.
Here the module is looked at as a whole: each item placed once, each anchor there, code that can be read,
data that items name, translations that kept what they must keep.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ilp_toolkit.i18n import _
from ilp_toolkit.learning.items import Item

from .data import made
from .languages import LANGUAGES, mistakes
from .modules import PARTS, Cell, Module, ModuleError, PartName, Problem, load

__all__ = ["anchors", "lint", "texts_shown"]

_ANCHOR = re.compile(r'<a\s+(?:id|name)="([^"]*)"')
_LINK = re.compile(r"\]\(([^)\s]+)(?:\s[^)]*)?\)")
_SOLUTION = re.compile(r"#+ (?:BEGIN|END) SOLUTION")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]{2,}")
_SHOWING = frozenset({
    "print", "display", "Markdown", "HTML", "set_title", "set_xlabel", "set_ylabel", "suptitle", "title",
    "xlabel", "ylabel", "text", "annotate", "rename", "set_axis", "legend",
})  # fmt: skip
"""Functions whose texts people read."""
_BUILT = re.compile(r"\b(?:learning\.open|course\.(?:ask|answer|progress|submit))\s*\(")


def lint(folder: Path) -> list[Problem]:
    """
    Return every mistake in a module.

    Parameters
    ----------
    folder
        ``modules/NN_topic``.
    """
    try:
        module = load(folder)
    except ModuleError as error:
        return list(error.problems)
    found = [*_head(module), *_counts(module), *_items(module), *_data(module), *_files(module)]
    for part in PARTS:
        found += [*_places(module, part), *_cells(module, part)]
    for language in LANGUAGES[1:]:
        found += mistakes(module, language)
    return found


def anchors(module: Module, part: str) -> set[str]:
    """Return the anchors of a part: what ``read`` and links may lead to."""
    return {
        name for cell in module.cells(part) if cell.kind == "prose" for name in _ANCHOR.findall(cell.source)
    }


def texts_shown(tree: ast.AST) -> list[str]:
    """
    Return the texts that code shows to people and that stand in the code itself.

    Examples
    --------
    >>> texts_shown(ast.parse("print('Calls by district', n); read('calls.csv')"))
    ['Calls by district']
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in _SHOWING]
    inside = [part for call in calls for part in ast.walk(call) if isinstance(part, ast.Constant)]
    return [
        str(part.value) for part in inside if isinstance(part.value, str) and _SENTENCE.search(part.value)
    ]


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _head(module: Module) -> Iterator[Problem]:
    file = f"{module.id}/module.toml"
    for name, n in Counter(outcome.id for outcome in module.head.outcome).items():
        if n > 1:
            yield Problem(
                file, _("The outcome `{name}` stands twice: give each its own id.").format(name=name)
            )
    for name in module.head.prerequisites:
        if not re.fullmatch(r"[0-9]{2}_[a-z0-9_]+", name) or name == module.id:
            msg = _("`prerequisites`: “{name}” is no id of another module, such as 02_cycle.")
            yield Problem(file, msg.format(name=name))
    for name in set(module.head.short.sections) - anchors(module, "lesson"):
        msg = _('`short.sections`: no anchor “{name}”; put <a id="{name}"></a> above its heading.')
        yield Problem(file, msg.format(name=name), stops=False)
    for name in set(module.head.short.items) - {item.id for item in module.items}:
        yield Problem(file, _("`short.items`: there is no item {name} in items.toml.").format(name=name))
    served = {item.outcome for item in module.items}
    for outcome in module.head.outcome:
        if outcome.id not in served:
            msg = _("No item serves the outcome `{name}`: name it as `outcome` in an item, or take it out.")
            yield Problem(file, msg.format(name=outcome.id), stops=False)


def _counts(module: Module) -> Iterator[Problem]:
    """Compare the number of items with the curriculum's."""
    from .tracks import Curriculum

    if not (module.folder.parent / "tracks.toml").is_file():
        return
    planned = {m.number: m for m in Curriculum.load(module.folder.parents[1]).modules}.get(module.id[:2])
    if planned is None:
        return
    found = {
        "practice": sum(item.practice for item in module.items),
        "graded": sum(not item.practice and not item.written for item in module.items),
        "hurdles": sum(item.hurdle for item in module.items),
        "written": sum(item.written and not item.practice for item in module.items),
    }
    for name, n in found.items():
        if n < getattr(planned, name):
            msg = _("{name}: the curriculum in tracks.toml asks for {wanted} items; only {n} are here.")
            what = msg.format(name=name, wanted=getattr(planned, name), n=n)
            yield Problem(f"{module.id}/items.toml", what, stops=False)


def _items(module: Module) -> Iterator[Problem]:
    file = f"{module.id}/items.toml"
    outcomes = {outcome.id for outcome in module.head.outcome}
    known = {part: anchors(module, part) for part in PARTS}
    for item in module.items:
        for what, stops in _judged(module, item, outcomes, known):
            yield Problem(file, f"{item.id}: {what}", stops=stops)


def _judged(
    module: Module, item: Item, outcomes: set[str], known: Mapping[PartName, set[str]]
) -> Iterator[tuple[str, bool]]:
    """Give what is wrong with one item beside its module, and whether that stops the build."""
    if item.outcome not in outcomes:
        msg = _("`outcome` is “{found}”; module.toml has {known}.")
        yield msg.format(found=item.outcome, known=", ".join(sorted(outcomes))), True
    part, _sep, anchor = item.read.partition("#")
    if not item.read:
        yield _("`read` is missing: say where to read again, such as lesson#necessity."), False
    elif anchor not in {name for other, names in known.items() if other == part for name in names}:
        msg = _('`read` leads to “{read}”, which is not there; put <a id="{anchor}"></a> above the heading.')
        yield msg.format(read=item.read, anchor=anchor), False
    if item.part == "lab" and not item.hints:
        yield _("`hints` is missing: an item of the lab helps in steps."), False
    if item.part == "lab" and not item.solution.strip():
        yield _("`solution` is missing: the lab shows the worked solution after an attempt."), False
    if item.code and not module.head.code:
        yield _("It is answered in code, and module.toml says code = false."), True
    if item.code and not item.variable.isidentifier():
        yield _("`variable` is “{name}”, which is no name of a variable.").format(name=item.variable), True
    by_data = item.rows_from and item.kind == "table"
    if (by_data or item.params.get("solver")) and not (module.folder / "solver.py").is_file():
        yield _("Its key follows from data: write solver.py, as modules/_template shows."), True
    if item.check and item.check not in _checks():
        yield (
            _("`check` is “{name}”; there are {known}.").format(name=item.check, known=", ".join(_checks())),
            True,
        )


def _checks() -> tuple[str, ...]:
    from ilp_toolkit.learning.checks import CHECKS

    return tuple(sorted(CHECKS))


def _data(module: Module) -> Iterator[Problem]:
    """Make the data of one variant and look whether items find in them what they name."""
    wanted = [item for item in module.items if item.rows_from]
    if not (module.folder / "data.py").is_file():
        for item in wanted:
            msg = _("{item}: `rows_from` needs data; write data.py, as modules/_template shows.")
            yield Problem(f"{module.id}/items.toml", msg.format(item=item.id))
        return
    try:
        files = made(module, 0)
    except Exception as error:
        msg = _("make(0, seed) fails with {kind}: {error}")
        yield Problem(f"{module.id}/data.py", msg.format(kind=type(error).__name__, error=error))
        return
    named = [
        (item, dict.fromkeys(item.rows_from.replace("{lang}", lang) for lang in LANGUAGES)) for item in wanted
    ]
    for item, file in ((item, file) for item, files_of in named for file in files_of):
        if file not in files:
            msg = _("{item}: data.py makes no file “{name}”; it makes {known}.")
            known = ", ".join(sorted(files))
            what = msg.format(item=item.id, name=file, known=known)
            yield Problem(f"{module.id}/items.toml", what)
            continue
        columns = next(csv.reader(files[file].splitlines()), [])
        for name in (*item.show, *([item.row_id] if item.row_id else [])):
            if name not in columns:
                msg = _("{item}: “{file}” has no column “{name}”; it has {known}.")
                known = ", ".join(columns)
                what = msg.format(item=item.id, file=file, name=name, known=known)
                yield Problem(f"{module.id}/items.toml", what)


def _files(module: Module) -> Iterator[Problem]:
    for name in ("facilitator.md", *(f"facilitator.{language}.md" for language in LANGUAGES[1:])):
        path = module.folder / name
        if not path.is_file() or not path.read_text(encoding="utf-8").strip():
            msg = _("The notes for the trainer are missing; modules/_template shows how they are laid out.")
            yield Problem(f"{module.id}/{name}", msg, stops=False)


def _places(module: Module, part: str) -> Iterator[Problem]:
    """Hold that each item stands once in the source of its part, and nowhere else."""
    file = f"{module.id}/{part}.py"
    known = {item.id: item for item in module.items}
    placed = Counter(cell.item for cell in module.cells(part) if cell.kind == "item")
    for cell in module.cells(part):
        if cell.kind != "item":
            continue
        item = known.get(cell.item)
        if item is None:
            msg = _("There is no item {item} in items.toml.")
            yield Problem(file, msg.format(item=cell.item), cell.line)
        elif item.part != part:
            msg = _("{item} belongs to the {part}, as items.toml says; place it there.")
            yield Problem(file, msg.format(item=item.id, part=item.part), cell.line)
        if placed[cell.item] > 1:
            yield Problem(file, _("{item} is placed more than once.").format(item=cell.item), cell.line)
    for item in module.items:
        if item.part == part and item.id not in placed:
            msg = _('{item} is not placed: add a cell that begins with # %% item="{item}"')
            yield Problem(file, msg.format(item=item.id))


def _cells(module: Module, part: str) -> Iterator[Problem]:
    """Look into the cells of a source."""
    file = f"{module.id}/{part}.py"
    known = {item.id: item for item in module.items}
    twice = Counter(
        name for c in module.cells(part) if c.kind == "prose" for name in _ANCHOR.findall(c.source)
    )
    for name, n in twice.items():
        if n > 1:
            yield Problem(file, _("The anchor “{name}” stands {n} times.").format(name=name, n=n))
    for cell in module.cells(part):
        found = _prose(module, part, cell) if cell.kind == "prose" else _code(cell, known.get(cell.item))
        for what, stops in found:
            yield Problem(file, what, cell.line, stops)


def _prose(module: Module, part: str, cell: Cell) -> Iterator[tuple[str, bool]]:
    if re.search(r"(?m)^# ", cell.source):
        yield _("A heading with one # is the title, which the build writes; begin yours with ##."), False
    for target in _LINK.findall(cell.source):
        if re.match(r"https?:", target):
            yield (
                _("“{target}” needs the internet; learners have none. Name the source in words.").format(
                    target=target
                ),
                False,
            )
            continue
        file, _sep, anchor = target.partition("#")
        other = file.removesuffix(".ipynb") or part
        if other in PARTS and anchor and anchor not in anchors(module, other):
            yield _("The link “{target}” leads to no anchor.").format(target=target), False
    if re.search(r"<(?:script|iframe|img)\b", cell.source):
        yield _("Scripts, frames and pictures by HTML do not stand in prose."), True


def _code(cell: Cell, item: Item | None) -> Iterator[tuple[str, bool]]:
    marks = [mark.split()[1] for mark in _SOLUTION.findall(cell.source)]
    if item is not None and not item.code:
        if cell.source.strip():
            yield _("{item} is answered by a widget: leave its cell empty.").format(item=item.id), True
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        msg = _("The code cannot be read: {reason} (line {n} of the cell)")
        yield msg.format(reason=error.msg, n=error.lineno), True
        return
    if _BUILT.search(cell.source):
        yield _("The build writes course.ask, answer, progress and submit itself; take the line out."), True
    if marks != ["BEGIN", "END"] * (len(marks) // 2):
        yield _("Each ### BEGIN SOLUTION needs one ### END SOLUTION after it."), True
    if cell.kind != "item" and marks:
        yield _('A solution stands outside an item: give the cell its item, # %% item="q1".'), True
    if cell.kind == "code":
        for text in texts_shown(tree):
            msg = _("“{text}” is shown by code; put it into a cell with the tag `words`, to be translated.")
            yield msg.format(text=text[:40]), False
    if item is not None and item.variable not in _assigned(tree):
        msg = _("The solution of {item} sets no variable `{name}`.")
        yield msg.format(item=item.id, name=item.variable), True


def _assigned(tree: ast.AST) -> set[str]:
    """Return the names that code sets."""
    stored = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return stored | defined
