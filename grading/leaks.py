"""
What an exam keeps to itself, searched for in everything that learners get.

Secrets of an exam item are its explanations, rubric anchors and mistakes in every language, its solution in
code, its key, and the code that works out keys from data. A file is looked at as a curious learner would:
as text, as JSON, with entities and escapes undone, unpacked where it is packed or written in base64. Words
are compared in windows, without punctuation and case, so that a line break or a changed dash hides nothing.
What modules show on purpose (prose, prompts, practice) is no leak unless a secret stands there whole.
"""

from __future__ import annotations

import ast
import base64
import binascii
import gzip
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from babel.messages.pofile import read_po

from ilp_toolkit.i18n import N_, _
from ilp_toolkit.learning.items import Item

from .course import BEGIN, END, released, solution_cell
from .data import solver
from .languages import LANGUAGES, Translation
from .modules import PARTS, ROOT, Module, load
from .modules import find as find_modules

__all__ = ["Leak", "Secrets", "all_secrets", "find", "secrets"]

Kind = Literal["explanation", "solution", "key", "field", "file", "mark"]
_SAID: dict[str, str] = {
    "explanation": N_("an explanation, anchor or mistake of {item}"),
    "solution": N_("the solution of {item}"),
    "key": N_("the key of {item}"),
    "field": N_("a field of {item} that tells its key"),
    "file": N_("a file that stays with the examiner"),
    "mark": N_("the mark of a solution or a hidden test"),
}
_FIELDS = frozenset({
    "right", "why", "answer", "hints", "solution", "hide", "tolerance", "mistake", "check", "anchor",
})  # fmt: skip
"""Fields of an item that tell its key."""
_FILES = frozenset({
    "items.toml", "solver.py", "exam.py", "facilitator.md", "facilitator.ru.md", "gradebook.db",
    "assessment.db", "salt.txt", "roster.csv", "learners.csv",
})  # fmt: skip
_MARKS = re.compile(r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_WINDOW, _SHORTEST, _WHOLE = 8, 4, 20
"""Words of a window, of the shortest text that is searched for, of one that is never shown whole."""
_DEPTH, _LARGEST = 4, 50_000_000


@dataclass(frozen=True)
class Leak:
    """A secret in a file that learners get."""

    file: Path
    item: str
    kind: Kind
    found: str

    def __str__(self) -> str:
        return f"{self.file.as_posix()}: {_(_SAID[self.kind]).format(item=self.item)}: “{self.found[:80]}”"


@dataclass(frozen=True)
class Secrets:
    """What one module keeps to itself."""

    module: str
    items: frozenset[str]
    texts: tuple[tuple[str, Kind, str], ...]
    """Item, kind and text."""
    keys: tuple[tuple[str, str], ...]
    """Item and key as JSON without blanks."""
    public: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def windows(self) -> dict[str, tuple[str, Kind]]:
        """Windows of words that stand in a secret and in nothing that is shown on purpose."""
        shown = " " + "  ".join(map(_words, self.public)) + " "
        found: dict[str, tuple[str, Kind]] = {}
        for item, kind, text in self.texts:
            words = _words(text).split()
            for start in range(max(1, len(words) - _WINDOW + 1)):
                window = " ".join(words[start : start + _WINDOW])
                if f" {window} " not in shown:
                    found.setdefault(window, (item, kind))
            if len(words) >= _WHOLE:
                found.setdefault(" ".join(words), (item, kind))
        return found


def secrets(module: Module, data: Path | None = None) -> Secrets:
    """
    Return what a module keeps to itself.

    Parameters
    ----------
    module
        The module.
    data
        The folder with the data of its variants; with it, keys that follow from data are searched for too.
    """
    exam = [item for item in module.items if item.part == "exam"]
    texts: list[tuple[str, Kind, str]] = []
    public = []
    for language in LANGUAGES:
        translation = Translation(module, language)
        for item in exam:
            texts += [(item.id, "explanation", text) for text in _untold(translation.item(item))]
        public += list(_shown(module, translation))
    for cell in module.cells("exam"):
        if cell.item and (item := module.item(cell.item)).code:
            code = _between(solution_cell(cell.source, item.variable))
            texts.append((item.id, "solution", code))
    texts += [("solver.py", "solution", code) for code in _bodies(module.folder / "solver.py")]
    kept = [(item, kind, text) for item, kind, text in texts if _long_enough(kind, text)]
    keys = [(item.id, item.key()) for item in exam] + list(_data_keys(module, exam, data))
    told = dict.fromkeys((item, text) for item, key in keys if (text := _compact(key)))
    names = frozenset(item.id for item in exam)
    return Secrets(module.id, names, tuple(kept), tuple(told), tuple(public))


def all_secrets(root: Path = ROOT) -> list[Secrets]:
    """Return the secrets of every module; what any of them, or the casework, shows on purpose is none."""
    data = root / "notebooks" / "course" / "data"
    known = [secrets(load(folder), data) for folder in find_modules(root)]
    sources = sorted((root / "modules" / "casework").glob("*.py"))
    # The prose of a source stands behind the signs of a comment.
    own = [re.sub(r"(?m)^#", "", path.read_text(encoding="utf-8")) for path in sources]
    for path in sorted((root / "modules" / "locale").glob("*.po")):
        with path.open("rb") as file:
            own += [str(message.string) for message in read_po(file) if message.id]
    public = (*own, *(text for secret in known for text in secret.public))
    return [replace(secret, public=public) for secret in known]


def find(place: Path, known: Iterable[Secrets]) -> list[Leak]:
    """
    Search a file or a folder, and everything in it.

    Parameters
    ----------
    place
        A notebook, a folder of notebooks, a bundle.
    known
        The secrets of every module.

    Returns
    -------
    list of Leak
        One for each secret and file.
    """
    known = tuple(known)
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    leaks: dict[tuple[Path, str, Kind], Leak] = {}
    for path in files:
        for leak in _in_file(path, known):
            leaks.setdefault((path, leak.item, leak.kind), leak)
    return list(leaks.values())


def _in_file(path: Path, known: tuple[Secrets, ...]) -> Iterator[Leak]:
    if path.name in _FILES:
        yield Leak(path, path.name, "file", path.name)
    for name, content in _contents(path.name, path.read_bytes()):
        if name in _FILES:
            yield Leak(path, name, "file", name)
        for view in _views(content):
            yield from _in_text(path, view, known)
        value = _json(content)
        if value is not None:
            yield from _in_fields(path, value, known)


def _in_text(path: Path, view: str, known: tuple[Secrets, ...]) -> Iterator[Leak]:
    if mark := _MARKS.search(view):
        yield Leak(path, "", "mark", mark[0])
    words = _words(view).split()
    windows = {" ".join(words[n : n + _WINDOW]) for n in range(len(words))}
    line = f" {' '.join(words)} "
    tight = _tight(view)
    for secret in known:
        for window, (item, kind) in secret.windows.items():
            whole = window.count(" ") + 1 == _WINDOW
            if window in windows if whole else f" {window} " in line:
                yield Leak(path, f"{secret.module} {item}", kind, window)
        for item, key in secret.keys:
            for needle in (f'"{item}":{key}', *([key] if key.count(",") >= 2 else [])):
                if needle in tight:
                    yield Leak(path, f"{secret.module} {item}", "key", needle)


def _in_fields(path: Path, value: Any, known: tuple[Secrets, ...], item: str = "") -> Iterator[Leak]:
    """Look for an exam item that was released with the fields that tell its key."""
    if isinstance(value, list):
        for one in value:
            yield from _in_fields(path, one, known, item)
    if not isinstance(value, dict):
        return
    own = value.get("id")
    if isinstance(own, str) and "kind" in value and any(own in secret.items for secret in known):
        item = own
    for name, one in value.items():
        if item and name in _FIELDS:
            yield Leak(path, item, "field", name)
        yield from _in_fields(path, one, known, item)


def _contents(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Give a file and what is packed in it: archives, gzip, base64, zlib."""
    yield name.rsplit("/", 1)[-1], data
    if depth == _DEPTH or len(data) > _LARGEST:
        return
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.file_size <= _LARGEST:
                    yield from _contents(entry.filename, archive.read(entry), depth + 1)
        return
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield from _contents("", unpack(data), depth + 1)
        except (OSError, EOFError, zlib.error):
            continue
    joined = data.replace(b"\\n", b"").replace(b"\n", b"").replace(b"\r", b"")
    for hit in {*_BASE64.findall(data), *([joined] if _BASE64.fullmatch(joined) else [])}:
        try:
            inside = base64.b64decode(hit.replace(b"-", b"+").replace(b"_", b"/") + b"==")
        except (ValueError, binascii.Error):
            continue
        yield from _contents("", inside, depth + 1)


def _views(content: bytes) -> Iterator[str]:
    """Give the ways in which a reader can read a file's bytes."""
    for encoding in ("utf-8", "utf-16"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield text
        if "&" in text:
            yield html.unescape(re.sub(r"<[^<>]+>", " ", text))
        value = _json(content) if encoding == "utf-8" else None
        if value is not None:
            yield "\n\n".join(_strings(value))
        return


def _strings(value: Any) -> Iterator[str]:
    """Give every text of a JSON value; the lines of a cell as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(one, str) for one in value):
            yield "".join(value)
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", plain))


def _tight(text: str) -> str:
    """Return a text without blanks and with one kind of quotation mark, as keys are written."""
    return re.sub(r"\s+", "", text.replace('\\"', '"').replace("'", '"'))


def _compact(key: Any) -> str:
    """Return a key as JSON without blanks; empty where there is none."""
    if key is None or key in ([], {}):
        return ""
    return _tight(json.dumps(key, ensure_ascii=False, separators=(",", ":")))


def _long_enough(kind: Kind, text: str) -> bool:
    return len(_words(text).split()) >= (2 if kind == "solution" else _SHORTEST)


def _untold(item: Item) -> Iterator[str]:
    """Give the texts of an exam item that a learner does not see."""
    for group in (item.option, item.step, item.row, item.span, item.mistake):
        for one in group:
            yield one.why
    for criterion in item.criterion:
        yield from criterion.anchor
    yield from (*item.hints, item.solution)


def _shown(module: Module, translation: Translation) -> Iterator[str]:
    """Give what a module shows on purpose: prose, code, practice whole, and of an exam item what is asked."""
    for part in PARTS:
        for cell in module.cells(part):
            if cell.kind == "prose":
                yield translation.prose(part, cell.source)
            elif cell.kind == "words":
                yield translation.words(part, cell.source)
            elif cell.kind == "code":
                yield cell.source
            elif (item := module.item(cell.item)).code:
                code = solution_cell(cell.source, item.variable)
                yield code if item.practice else released(code)
    for item in module.items:
        spoken = translation.item(item)
        yield from _strings(spoken.whole() if item.practice else spoken.shown())


def _between(code: str) -> str:
    """Return the lines between the marks of a solution."""
    inside, lines = False, []
    for line in code.split("\n"):
        if BEGIN in line or END in line:
            inside = BEGIN in line
        elif inside:
            lines.append(line)
    return "\n".join(lines)


def _bodies(path: Path) -> Iterator[str]:
    """Give the bodies of the functions in a file, without their texts: those stand in the data as well."""
    if not path.is_file():
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for text in [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]:
        text.value = "" if isinstance(text.value, str) else text.value
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield "\n".join(map(ast.unparse, body))


def _data_keys(module: Module, exam: list[Item], data: Path | None) -> Iterator[tuple[str, Any]]:
    solve = solver(module)
    if data is None or solve is None:
        return
    wanted = {item.id for item in exam}
    for folder in sorted((data / module.id).glob("v[0-7]")):
        for item, key in solve(folder).items():
            if item in wanted:
                yield item, key
