"""
Items: the questions of a module, as a trainer writes them and as a learner sees them.

One model serves the trainer's ``items.toml`` (with keys and explanations), the released ``items.json``
(``Item.shown()``: what the screen needs and nothing else) and ``practice.dat`` (practice items whole). The
model is flat, one class with a table of the fields of each kind, so that whoever draws, extracts or scores
an item reads the names that stand in the file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ..errors import FileError
from ..i18n import _

__all__ = [
    "COMMON",
    "FORMAT",
    "KINDS",
    "Column",
    "Criterion",
    "Item",
    "ItemPack",
    "Mistake",
    "Option",
    "Passage",
    "Row",
    "Span",
    "Step",
]

FORMAT = 1
"""Version of the layout of ``items.json``."""

Kind = Literal[
    "choice", "choices", "order", "match", "number", "table", "spans", "suppress", "text",
    "value", "frame", "geoframe", "graph",
]  # fmt: skip
Part = Literal["lesson", "lab", "exam"]

KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "choice": (frozenset({"option"}), frozenset()),
    "choices": (frozenset({"option"}), frozenset()),
    "order": (frozenset({"step"}), frozenset()),
    "match": (frozenset({"row", "option"}), frozenset()),
    "number": (frozenset(), frozenset({"answer", "tolerance", "unit", "mistake"})),
    "table": (frozenset({"column"}), frozenset({"row", "rows_from", "show", "row_id", "tolerance"})),
    "spans": (frozenset({"text", "span"}), frozenset()),
    "suppress": (frozenset({"rows_from", "check"}), frozenset()),
    "text": (frozenset(), frozenset({"words", "criterion"})),
    "value": (frozenset({"variable"}), frozenset({"tolerance", "unit", "mistake"})),
    "frame": (frozenset({"variable"}), frozenset({"tolerance", "unit"})),
    "geoframe": (frozenset({"variable"}), frozenset({"tolerance", "unit"})),
    "graph": (frozenset({"variable"}), frozenset({"tolerance"})),
}
"""Fields of each kind beside the common ones: those that must stand there, and those that may."""

COMMON = frozenset({
    "id", "part", "kind", "outcome", "points", "hurdle", "version", "prompt", "hints", "read", "solution",
    "check", "params", "keyless",
})  # fmt: skip
"""Fields that an item of any kind may have."""
_SECRET = frozenset({
    "right", "why", "answer", "hints", "solution", "hide", "tolerance", "mistake", "check", "anchor",
})  # fmt: skip
"""Fields that tell the key or how it is compared; a released exam item has none of them."""
_TEXTS = frozenset({"prompt", "text", "why", "hints", "solution", "unit", "anchor"})
_PASSAGE = re.compile(r"\[\[([a-z][a-z0-9_-]*):(.*?)\]\]", re.DOTALL)
_FORMS = re.compile(r"\n[ \t]*-{3,}[ \t]*\n")
_PRACTICE_LIMIT = 20_000_000
"""Bytes that practice.dat may hold unpacked."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One possible answer; `why` explains to who chose it why it is right or wrong."""

    id: str
    text: str
    right: bool | None = None
    why: str = ""


class Step(_Frozen):
    """One step of an order; the file holds the steps in the right order."""

    id: str
    text: str
    why: str = ""


class Row(_Frozen):
    """One row to be matched (`answer`: an option's id) or filled in (`answer`: column's id to value)."""

    id: str
    text: str
    answer: str | dict[str, str | float] | None = None
    why: str = ""


class Column(_Frozen):
    """One column of a table to be filled in."""

    id: str
    text: str
    type: Literal["option", "number", "text"] = "option"
    option: tuple[Option, ...] = ()


class Mistake(_Frozen):
    """A wrong value that learners arrive at, and what they did to arrive there."""

    value: float
    why: str


class Span(_Frozen):
    """One candidate passage of a text: whether it must be blacked out, and why."""

    id: str
    hide: bool | None = None
    why: str = ""


class Criterion(_Frozen):
    """One criterion of a written item, with what earns 0, 1, 2, 3 and 4."""

    id: str
    text: str
    anchor: tuple[str, ...] = ()


class Passage(NamedTuple):
    """A stretch of a text of kind `spans`; `id` is None between the candidates."""

    id: str | None
    text: str


class Item(_Frozen):
    """One question of a module."""

    id: str = Field(pattern=r"^[pqw][1-9][0-9]?$")
    """p1… practice, q1… graded by the machine, w1… written and marked by people."""
    part: Part
    kind: Kind
    outcome: str = ""
    """The outcome of module.toml that it serves."""
    points: float = Field(default=0, ge=0, le=100)
    hurdle: bool = False
    """Whether the module is passed only with this item full."""
    version: int = Field(default=1, ge=1)
    prompt: str = ""
    """Markdown."""
    hints: tuple[str, ...] = ()
    read: str = ""
    """Where to read again: ``lesson#anchor``."""
    solution: str = ""
    check: str = ""
    """Name of a special check, else empty."""
    params: dict[str, Any] = Field(default_factory=dict)
    """What the comparison or the check needs; released only where `params.shown` names it."""
    keyless: bool = False
    """Whether key and explanations were taken out (a released item)."""

    option: tuple[Option, ...] = ()
    step: tuple[Step, ...] = ()
    row: tuple[Row, ...] = ()
    answer: float | None = None
    tolerance: float = Field(default=0, ge=0, allow_inf_nan=False)
    """Absolute, in the unit of the answer; geometry: metres."""
    unit: str = ""
    mistake: tuple[Mistake, ...] = ()
    column: tuple[Column, ...] = ()
    rows_from: str = ""
    show: tuple[str, ...] = ()
    row_id: str = ""
    text: str = ""
    span: tuple[Span, ...] = ()
    words: tuple[int, int] | None = None
    criterion: tuple[Criterion, ...] = ()
    variable: str = ""

    @property
    def practice(self) -> bool:
        """Whether it is practice: not counted, explained in full."""
        return self.id.startswith("p")

    @property
    def written(self) -> bool:
        """Whether people mark it."""
        return self.kind == "text"

    @property
    def code(self) -> bool:
        """Whether the answer is made by the learner's code."""
        return self.kind in {"value", "frame", "geoframe", "graph"}

    def key(self) -> Any:  # noqa: PLR0911 - one answer a kind
        """
        Return the key of a declarative item as JSON; None where a solver, the source or a check gives it.

        Examples
        --------
        >>> pair = (Option(id="a", text="Yes", right=True), Option(id="b", text="No", right=False))
        >>> Item(id="q1", part="exam", kind="choice", points=1, prompt="?", option=pair).key()
        'a'
        """
        if self.keyless:
            return None
        match self.kind:
            case "choice":
                return next((o.id for o in self.option if o.right), None)
            case "choices":
                return sorted(o.id for o in self.option if o.right)
            case "order":
                return [step.id for step in self.step]
            case "match":
                return {row.id: row.answer for row in self.row}
            case "number":
                return self.answer
            case "table":
                return {row.id: row.answer for row in self.row} if self.row else None
            case "spans":
                return sorted(span.id for span in self.span if span.hide)
            case _:
                return None

    def shown(self) -> dict[str, Any]:
        """
        Return what the screen needs, as JSON: no key, explanation, hint or solution.

        The steps of an order are shuffled, the same way each time.

        Examples
        --------
        >>> steps = tuple(Step(id=x, text=x) for x in "dbca")
        >>> shown = Item(id="q2", part="exam", kind="order", points=1, prompt="?", step=steps).shown()
        >>> sorted(step["id"] for step in shown["step"]), shown["keyless"]
        (['a', 'b', 'c', 'd'], True)
        """
        whole = self.model_dump(mode="json", exclude_defaults=True)
        bare: dict[str, Any] = _without_secrets(whole)
        released = self.params.get("shown", ())
        bare["params"] = {name: self.params[name] for name in released if name in self.params}
        if not bare["params"]:
            del bare["params"]
        if self.kind == "order":
            bare["step"] = [{"id": step.id, "text": step.text} for step in _shuffled(self.id, self.step)]
        bare["keyless"] = True
        return bare

    def whole(self) -> dict[str, Any]:
        """Return everything, as JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def passages(self) -> tuple[Passage, ...]:
        """
        Cut the text of kind `spans` into candidate passages and what stands between them.

        Examples
        --------
        >>> seen = Item(id="q1", part="exam", kind="spans", text="Seen by [[s1:M. O.]] at noon.")
        >>> [tuple(passage) for passage in seen.passages()]
        [(None, 'Seen by '), ('s1', 'M. O.'), (None, ' at noon.')]
        """
        found, at = [], 0
        for hit in _PASSAGE.finditer(self.text):
            if hit.start() > at:
                found.append(Passage(None, self.text[at : hit.start()]))
            found.append(Passage(hit[1], hit[2]))
            at = hit.end()
        if at < len(self.text):
            found.append(Passage(None, self.text[at:]))
        return tuple(found)

    @property
    def forms(self) -> int:
        """How many texts of kind `spans` there are: a line of three hyphens stands between them."""
        return len(_FORMS.split(self.text)) if self.kind == "spans" else 1

    def form(self, variant: int) -> Item:
        r"""
        Return the question as a variant asks it: with one of its texts, and the passages of that one.

        Examples
        --------
        >>> two = Item(id="q1", part="exam", kind="spans", text="By [[s1:M. O.]]\n---\nBy [[t1:a van]]")
        >>> two.form(3).text, two.form(4).forms
        ('By [[t1:a van]]', 1)
        """
        texts = _FORMS.split(self.text)
        if self.kind != "spans" or len(texts) == 1:
            return self
        one = self.model_copy(update={"text": texts[variant % len(texts)].strip()})
        marked = {passage.id for passage in one.passages()}
        return one.model_copy(update={"span": tuple(span for span in self.span if span.id in marked)})

    def form_of(self, key: Any) -> Item:
        """Return the question in the form that a key belongs to; the first where it belongs to none."""
        every = [self.form(n) for n in range(self.forms)]
        return next((one for one in every if one.key() == key), every[0])

    def texts(self) -> tuple[str, ...]:
        """Return every text that is translated, in the order of the file, each once."""
        return tuple(dict.fromkeys(_texts(self.whole())))

    def translated(self, translate: Callable[[str], str]) -> Item:
        """Return the same item with each text put through `translate`; ids and keys stay."""
        return Item.model_validate(_mapped(self.whole(), translate))


class ItemPack(_Frozen):
    """The items of one module in one language, as released."""

    format: Literal[1] = 1
    module: str
    version: int = 1
    language: str = "en"
    build: str = ""
    title: str = ""
    items: tuple[Item, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = Field(default_factory=dict, exclude=True)
    """Keys of practice items that depend on the data: item id, then variant ("0" to "7"), to the key."""

    def __getitem__(self, item: str) -> Item:
        """Return an item by its id; KeyError if there is none."""
        for candidate in self.items:
            if candidate.id == item:
                return candidate
        raise KeyError(item)

    def __contains__(self, item: object) -> bool:
        """Whether there is an item of this id."""
        return any(candidate.id == item for candidate in self.items)

    def part(self, part: str) -> tuple[Item, ...]:
        """Return the items of lesson, lab or exam, in the order of the source."""
        return tuple(item for item in self.items if item.part == part)

    def key(self, item: str, variant: int = 0) -> Any:
        """Return the key of a practice item for the data of a variant; None where there is none."""
        found = self.keys.get(item, {}).get(str(variant))
        return self[item].key() if found is None else found

    def released(self) -> dict[str, Any]:
        """Return the content of items.json: nothing that tells a key."""
        head = self.model_dump(mode="json", exclude={"items"})
        return {**head, "items": [item.shown() for item in self.items]}

    def practice(self) -> str:
        """Return the content of practice.dat: practice items whole, out of the way but no secret."""
        items = [item.whole() for item in self.items if item.practice]
        kept = {"items": items, "keys": {name: self.keys[name] for name in self.keys if self[name].practice}}
        text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii") + "\n"

    @classmethod
    def load(cls, folder: Path) -> ItemPack:
        """
        Read items.json, and beside it practice.dat if it is there.

        Raises
        ------
        FileError
            If a file is missing or damaged; the learner is told to fetch the folder again.
        """
        folder = Path(folder)
        path = folder / "items.json"
        try:
            pack = cls.model_validate_json(path.read_bytes())
            practice = folder / "practice.dat"
            whole, keys = _unpacked(practice.read_bytes()) if practice.exists() else ({}, {})
        except FileNotFoundError:
            raise FileError(_("{path} is missing: copy the course folder again.").format(path=path)) from None
        except (OSError, ValueError, KeyError, TypeError, zlib.error, binascii.Error):
            words = _("The items in {folder} are damaged: copy the course folder again.")
            raise FileError(words.format(folder=folder)) from None
        items = tuple(whole.get(item.id, item) for item in pack.items)
        return pack.model_copy(update={"items": items, "keys": keys})


def _unpacked(data: bytes) -> tuple[dict[str, Item], dict[str, dict[str, Any]]]:
    engine = zlib.decompressobj()
    text = engine.decompress(base64.b64decode(data, validate=False), _PRACTICE_LIMIT)
    if not engine.eof:
        msg = "practice.dat holds more than it may."
        raise ValueError(msg)
    kept = json.loads(text)
    return {item.id: item for item in map(Item.model_validate, kept["items"])}, dict(kept["keys"])


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_secrets(v) for k, v in value.items() if k not in _SECRET}
    if isinstance(value, list):
        return [_without_secrets(v) for v in value]
    return value


def _shuffled(item: str, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Shuffle by a hash of the ids: the same for all, and never the right order."""
    mixed = tuple(sorted(steps, key=lambda step: hashlib.sha256(f"{item}|{step.id}".encode()).digest()))
    return mixed if mixed != steps else (*mixed[1:], mixed[0])


def _texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name in _TEXTS and value.strip():
            yield value
    elif isinstance(value, Mapping):
        for k, v in value.items():
            if k != "params":
                yield from _texts(v, k)
    elif isinstance(value, list):
        for v in value:
            yield from _texts(v, name)


def _mapped(value: Any, translate: Callable[[str], str], name: str = "") -> Any:
    if isinstance(value, str):
        return translate(value) if name in _TEXTS and value.strip() else value
    if isinstance(value, Mapping):
        return {k: v if k == "params" else _mapped(v, translate, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_mapped(v, translate, name) for v in value]
    return value
