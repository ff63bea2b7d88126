"""
A module of the course, as it stands in its folder: the head, the items, the cells of its sources.

Reading is strict about what a trainer can mistype, because a field that nobody reads is a question that
nobody gets. All mistakes of the two tables are told at once, each with its file and how to mend it. What
can only be judged with the whole module before one's eyes (every item placed once, an anchor that exists)
is `grading.lint`'s.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import jupytext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import N_, _
from ilp_toolkit.learning.itemfile import read_items
from ilp_toolkit.learning.items import Item

__all__ = [
    "LEVELS",
    "PARTS",
    "ROOT",
    "Cell",
    "Head",
    "Message",
    "Module",
    "ModuleError",
    "Problem",
    "find",
    "load",
    "load_all",
]

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""
PartName = Literal["lesson", "lab", "exam"]
PARTS: tuple[PartName, ...] = get_args(PartName)
Level = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
LEVELS: dict[Level, str] = {
    "remember": N_("remember"),
    "understand": N_("understand"),
    "apply": N_("apply"),
    "analyse": N_("analyse"),
    "evaluate": N_("evaluate"),
    "create": N_("create"),
}
"""Bloom's levels, lowest first."""
CellKind = Literal["prose", "code", "words", "item"]

_NAME = re.compile(r"[0-9]{2}_[a-z0-9_]+|_template|cap_[a-z0-9_]+", re.ASCII)
_SOURCES = ("module.toml", "items.toml", "lesson.py", "lab.py", "exam.py", "data.py", "solver.py")


@dataclass(frozen=True)
class Problem:
    """One mistake in a module: where it stands, what is wrong and how to mend it."""

    file: str
    what: str
    line: int | None = None
    stops: bool = True
    """Whether the module cannot be built until it is mended."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.what}"


class ModuleError(InputError):
    """A module cannot be used; the message lists every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Outcome(_Table):
    """What a learner can do after the module."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    level: Level
    text: str


class Short(_Table):
    """The short form of the module for a track of few days: which sections and items, in how many minutes."""

    minutes: int = Field(ge=45, le=60)
    sections: tuple[str, ...] = ()
    """Anchors of the sections of the lesson."""
    items: tuple[str, ...] = ()
    text: str = ""
    """What the trainer does in this form (markdown)."""


class Head(_Table):
    """What module.toml says."""

    title: str = Field(min_length=1)
    summary: str = ""
    version: int = Field(default=1, ge=1)
    hours: float = Field(gt=0, le=40)
    code: bool
    """Whether learners type code."""
    prerequisites: tuple[str, ...] = ()
    outcome: tuple[Outcome, ...]
    short: Short

    def texts(self) -> tuple[str, ...]:
        """Return every text that is translated."""
        found = [self.title, self.summary, *(o.text for o in self.outcome), self.short.text]
        return tuple(dict.fromkeys(text for text in found if text.strip()))


@dataclass(frozen=True)
class Cell:
    """One cell of a source."""

    kind: CellKind
    source: str
    slug: str
    """What its id is made from: the item's id, or the kind and its number among its like."""
    item: str = ""
    tags: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class Message:
    """One text and where it stands."""

    context: str
    text: str
    place: str
    words: bool = False
    """Whether it is a code cell of which only texts and comments are translated."""


@dataclass(frozen=True)
class Module:
    """One module, read."""

    id: str
    folder: Path
    head: Head
    items: tuple[Item, ...]
    parts: Mapping[PartName, tuple[Cell, ...]] = field(default_factory=dict)
    build: str = ""
    """Fingerprint of the sources that decide what a learner is asked and how it is marked."""

    def part(self, name: str) -> tuple[Item, ...]:
        """Return the items of a part in the order in which its source places them."""
        order = {cell.item: n for n, cell in enumerate(self.cells(name)) if cell.item}
        own = [item for item in self.items if item.part == name]
        return tuple(sorted(own, key=lambda item: order.get(item.id, len(order))))

    def cells(self, name: str) -> tuple[Cell, ...]:
        """Return the cells of a part's source."""
        return next((cells for part, cells in self.parts.items() if part == name), ())

    def item(self, name: str) -> Item:
        """Return an item by its id; KeyError if there is none."""
        for item in self.items:
            if item.id == name:
                return item
        raise KeyError(name)

    @property
    def ordered(self) -> tuple[Item, ...]:
        """Every item in the order of the sources: lesson, lab, exam."""
        return tuple(item for name in PARTS for item in self.part(name))

    def po(self, language: str) -> Path:
        """Return where the translation of the module lies."""
        return self.folder / "locale" / f"{language}.po"

    def messages(self) -> tuple[Message, ...]:
        """Return every text that is translated, in the order of the files, each once where it stands."""
        place = f"modules/{self.id}"
        found = [Message("module", text, f"{place}/module.toml") for text in self.head.texts()]
        for name, cells in self.parts.items():
            found += [
                Message(name, cell.source, f"{place}/{name}.py", cell.kind == "words")
                for cell in cells
                if cell.kind in ("prose", "words")
            ]
        for item in self.items:
            found += [Message(item.id, text, f"{place}/items.toml") for text in item.texts()]
        return tuple({(m.context, m.text): m for m in reversed(found)}.values())[::-1]

    @property
    def number(self) -> str:
        """What stands before the title: ``03``; ``00`` for the template."""
        return self.id.split("_")[0] or "00"


def find(root: Path, wanted: str | None = None) -> list[Path]:
    """
    Return the folders of the modules under ``modules/``.

    Parameters
    ----------
    root
        The checkout.
    wanted
        An id (``03_rights``) or its number (``03``); None: all, but for the template.

    Raises
    ------
    InputError
        If no module is called so.
    """
    folder = root / "modules"
    known = sorted(path.parent for path in folder.glob("*/module.toml") if _NAME.fullmatch(path.parent.name))
    if wanted is None:
        return [path for path in known if not path.name.startswith("_")]
    hits = [path for path in known if wanted in (path.name, path.name.split("_")[0])]
    if not hits:
        msg = _("There is no module “{name}” in {folder}; there are: {known}.")
        names = ", ".join(path.name for path in known)
        raise InputError(msg.format(name=wanted, folder=folder, known=names))
    return hits


def load_all(root: Path = ROOT) -> tuple[Module, ...]:
    """Read every module of a checkout but the template, in the order of their numbers."""
    return tuple(load(folder) for folder in find(root))


def load(folder: Path, overlay: Path | None = None) -> Module:
    """
    Read one module.

    Parameters
    ----------
    folder
        ``modules/NN_topic``.
    overlay
        An examiner's folder beside the repository: ``<overlay>/NN_topic/items.toml`` replaces exam items of
        the same ids, so that what the open repository shows is not what is asked.

    Raises
    ------
    ModuleError
        If a table or a source cannot be read, or the overlay adds an item or changes another one's part.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    head = _head(folder, problems)
    items = _items(folder / "items.toml", folder.name, problems)
    parts = {name: _cells(folder / f"{name}.py", folder.name, problems) for name in PARTS}
    replaced = b""
    if overlay is not None and (path := Path(overlay) / folder.name / "items.toml").is_file():
        items = _overlaid(items, _items(path, f"{overlay.name}/{folder.name}", problems), path, problems)
        replaced = path.read_bytes()
    if problems or head is None:
        raise ModuleError(problems)
    return Module(folder.name, folder, head, items, parts, _fingerprint(folder, replaced))


def _head(folder: Path, problems: list[Problem]) -> Head | None:
    place = f"{folder.name}/module.toml"
    table = _table(folder / "module.toml", place, problems)
    if table is None:
        return None
    try:
        return Head.model_validate(table)
    except ValidationError as error:
        problems += [Problem(place, text) for text in _sentences(error, table)]
        return None


def _items(path: Path, shown: str, problems: list[Problem]) -> tuple[Item, ...]:
    try:
        return read_items(path)
    except FileError as error:
        head, *mistakes = str(error).split("\n- ")
        problems += [Problem(f"{shown}/items.toml", text) for text in mistakes or [head]]
        return ()


def _table(path: Path, place: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(place, _("The file is missing; modules/_template shows one.")))
    except UnicodeDecodeError:
        problems.append(Problem(place, _("The file is not UTF-8: save it again with that encoding.")))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        msg = _("The file is no TOML: {reason}. Look for a quotation mark or a bracket that is not closed.")
        problems.append(Problem(place, msg.format(reason=error), line))
    return None


def _sentences(error: ValidationError, table: Any) -> list[str]:
    """Return what pydantic found, in the words of the file."""
    found = []
    for one in error.errors():
        field_name = _spoken(one["loc"], table)
        match one["type"]:
            case "missing":
                text = _("{field} is missing: add it.").format(field=field_name)
            case "extra_forbidden":
                text = _("{field} is no field here: look for a typing slip or a table that begins too late.")
                text = text.format(field=field_name)
            case "literal_error":
                text = _("{field} must be {expected}, found {value}.")
                expected = one["ctx"]["expected"].replace("' or '", "', '")
                text = text.format(field=field_name, expected=expected, value=repr(one["input"]))
            case _:
                text = _("{field} cannot be used, found {value}: {reason}.")
                text = text.format(field=field_name, value=repr(one["input"])[:80], reason=one["msg"])
        found.append(text)
    return found


def _spoken(place: Sequence[int | str], table: Any) -> str:
    """Say a place: ``option b · why`` for ``("option", 1, "why")``."""
    words: list[str] = []
    here = table
    for step in place:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int) and words:
            words[-1] += f" {here['id']}" if isinstance(here, dict) and "id" in here else f" {step + 1}"
        else:
            words.append(str(step))
    return "`" + " · ".join(words) + "`"


def _cells(path: Path, module: str, problems: list[Problem]) -> tuple[Cell, ...]:
    place = f"{module}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(place, _("The file is missing; modules/_template shows one.")))
        return ()
    except UnicodeDecodeError:
        problems.append(Problem(place, _("The file is not UTF-8: save it again with that encoding.")))
        return ()
    return _read_cells(text)


@lru_cache(maxsize=256)
def _read_cells(text: str) -> tuple[Cell, ...]:
    """Take a source apart: many commands read the same one again and again, and it is slow."""
    notebook = jupytext.reads(text, fmt="py:percent")
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    lines: list[int | None] = (
        list(starts) if len(starts) == len(notebook.cells) else [None] * len(notebook.cells)
    )
    cells, counts = [], dict.fromkeys(get_args(CellKind), 0)
    for line, cell in zip(lines, notebook.cells, strict=True):
        item, tags = str(cell.metadata.get("item", "")), tuple(cell.metadata.get("tags", ()))
        kind: CellKind = "item" if item else "prose" if cell.cell_type == "markdown" else "code"
        if kind == "code" and "words" in tags:
            kind = "words"
        if not cell.source.strip() and not item:
            continue
        counts[kind] += 1
        cells.append(Cell(kind, cell.source, item or f"{kind}-{counts[kind]}", item, tags, line))
    return tuple(cells)


def _overlaid(
    items: tuple[Item, ...], replacing: tuple[Item, ...], path: Path, problems: list[Problem]
) -> tuple[Item, ...]:
    """Put an examiner's items in the place of those with the same ids."""
    own = {item.id: item for item in items}
    for item in replacing:
        before = own.get(item.id)
        if before is None:
            what = _("{item}: the module has no such item, and an overlay adds none.")
        elif before.practice:
            what = _("{item}: an overlay replaces items of the exam, not practice.")
        elif (before.part, before.kind, before.points, before.hurdle) != (
            item.part, item.kind, item.points, item.hurdle,
        ):  # fmt: skip
            what = _("{item}: part, kind, points and hurdle must be those of the item that it replaces.")
        else:
            own[item.id] = item
            continue
        problems.append(Problem(path.as_posix(), what.format(item=item.id)))
    return tuple(own.values())


def _fingerprint(folder: Path, overlay: bytes) -> str:
    """Return a short hash of the sources; line ends of Windows make no difference."""
    found = hashlib.sha256()
    for name in _SOURCES:
        path = folder / name
        text = path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else b""
        found.update(name.encode() + b"\0" + text + b"\0")
    found.update(overlay.replace(b"\r\n", b"\n"))
    return found.hexdigest()[:16]
