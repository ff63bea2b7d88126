"""
The blocks that a product is made of.

A product is one list of blocks whose text is already in its language. HTML and typst render the same list, so
that the page and the paper cannot say different things. A block holds plain text and pictures, never markup:
what came from a user's file is shown as it is and can do nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

__all__ = [
    "Answer",
    "Answers",
    "Block",
    "Bullets",
    "Column",
    "Facts",
    "Figure",
    "Heading",
    "InteractiveMap",
    "Note",
    "PageBreak",
    "Pair",
    "Paragraph",
    "Product",
    "Table",
    "figures",
    "texts",
]


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 opens a section, level 3 a part of one."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A short list; numbered where the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Answer:
    """One line of the answer box: the question word, and the answer in one or two sentences."""

    question: str
    text: str


@dataclass(frozen=True)
class Answers:
    """The answer box of page one, and the questions that the reader is left with."""

    title: str
    answers: tuple[Answer, ...]
    questions_title: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and a value."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand to the right."""

    name: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption above and, where needed, a note below."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture, already drawn. `alt` says the finding to those who do not see it."""

    name: str
    """Name of the file in ``figures/``, without its ending."""
    alt: str
    svg: bytes = field(repr=False)
    png: bytes = field(repr=False)
    caption: str = ""


@dataclass(frozen=True)
class InteractiveMap:
    """A map to click on where there is a screen; the picture beside it stands for it on paper."""

    title: str
    html: str = field(repr=False)
    """A whole page that asks for nothing from the network."""
    caption: str = ""


@dataclass(frozen=True)
class Pair:
    """Two figures side by side; one below the other on a narrow screen."""

    left: Figure
    right: Figure


@dataclass(frozen=True)
class Note:
    """A remark that must not be overlooked."""

    text: str
    title: str = ""


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page of paper; on a screen it is a rule."""


Block = (
    Heading
    | Paragraph
    | Bullets
    | Answers
    | Facts
    | Table
    | Figure
    | InteractiveMap
    | Pair
    | Note
    | PageBreak
)


@dataclass(frozen=True)
class Product:
    """Everything that will stand in the folder, before anything is written."""

    title: str
    subtitle: str
    number: str
    language: str
    created: dt.date
    marking: str
    """Handling marking: at the top and the bottom of every page."""
    blocks: tuple[Block, ...]
    name: str = "profile"
    """Name of the page and the paper, without their endings."""
    author: str = ""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Public tables by name; one with geometry becomes a layer of a GeoPackage too."""
    record: dict[str, Any] = field(default_factory=dict)
    """What the manifest says of the input, the choices and the checks (JSON values)."""
    readme: str = ""
    """What lies where, for whoever opens the folder."""
    files: dict[str, bytes] = field(default_factory=dict)
    """More files by name, such as the message that a machine reads; scanned like all others."""
    watermark: str | None = None
    """What stands large and pale across each sheet: who it is for; None says that it is a draft."""


def figures(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    """Yield every figure of a product once, in the order in which they are shown."""
    seen: set[str] = set()
    for block in blocks:
        found = (block.left, block.right) if isinstance(block, Pair) else (block,)
        for figure in found:
            if isinstance(figure, Figure) and figure.name not in seen:
                seen.add(figure.name)
                yield figure


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield every sentence that a product shows, for the checks on language."""
    for block in blocks:
        match block:
            case Heading(text=text) | Paragraph(text=text):
                yield text
            case Note(text=text, title=title):
                yield from (title, text)
            case Bullets(items=items):
                yield from items
            case Answers():
                yield block.title
                yield from (part for answer in block.answers for part in (answer.question, answer.text))
                yield from (block.questions_title, *block.questions)
            case Facts(items=pairs):
                yield from (text for pair in pairs for text in pair)
            case Table():
                yield from (block.caption, block.note, *(column.name for column in block.columns))
                yield from (cell for row in block.rows for cell in row)
            case Figure():
                yield from (block.alt, block.caption)
            case InteractiveMap():
                yield from (block.title, block.caption)
            case Pair():
                yield from (block.left.alt, block.left.caption, block.right.alt, block.right.caption)
