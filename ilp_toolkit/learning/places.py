"""
Where a learner's things lie: the module's folder, the answers, the data of the variant.

The folders are found from the notebook that runs, never from a setting:
``notebooks/course/<language>/<module>`` holds the notebooks and ``items.json``, ``notebooks/course/answers``
what the learner did, in all languages together. Environment variables move the answers (on a shared computer)
or replace the places (in a marker's kernel).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..errors import FileError, InputError
from ..i18n import _
from . import cards
from .answers import AnswerBook, dumps
from .items import ItemPack

__all__ = ["GUEST", "Place", "find", "heading"]

GUEST = "guest"
"""Whose answers they are as long as there is no course card."""
ITEMS = "items.json"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")


@dataclass(frozen=True)
class Place:
    """The folders of one module, and whose answers are in them."""

    folder: Path
    """Notebooks and ``items.json``."""
    answers: Path
    """The learner's own answers."""
    module: str

    @property
    def card(self) -> cards.Card | None:
        """The course card that is kept here."""
        return cards.read_card(self.answers)

    @property
    def learner(self) -> str:
        """Id on the card, `GUEST` without one."""
        card = self.card
        return card.learner if card else GUEST

    @property
    def exam(self) -> Path:
        """The exam's notebook."""
        return self.folder / "exam.ipynb"

    @property
    def variant(self) -> int:
        """Which data the exam works on: 0 without a card."""
        card = self.card
        return cards.variant(card.code, self.module) if card else 0

    def book_path(self, learner: str) -> Path:
        """Return where somebody's answers to this module lie."""
        return self.answers / f"{learner}.{self.module}.json"

    def book(self) -> AnswerBook:
        """Open the answers of whoever the card names."""
        return AnswerBook(self.book_path(self.learner))

    def data_folder(self, variant: int) -> Path:
        """Return the folder of the data of one variant."""
        given = os.environ.get("ILP_COURSE_DATA")
        return Path(given) if given else self.folder.parents[1] / "data" / self.module / f"v{variant}"

    def data(self, name: str, variant: int) -> Path:
        """
        Return the path of a data file.

        Raises
        ------
        InputError
            If the name is no plain name of a file.
        FileError
            If there is no such file.
        """
        if not _FILE.fullmatch(name):
            msg = _("`name` must be the plain name of a file of this module, got {name!r}.")
            raise InputError(msg.format(name=name))
        path = self.data_folder(variant) / name
        if not path.is_file():
            msg = _("The data file {file} is not there. Copy the folder of the course again, whole.")
            raise FileError(msg.format(file=path))
        return path

    def take_over(self, data_bound: frozenset[str]) -> tuple[str, ...]:
        """
        Give what was answered before there was a card to the learner of the card, once.

        Parameters
        ----------
        data_bound
            Items whose answer depends on the data: the card may have given other data, so that these are
            left behind.

        Returns
        -------
        tuple of str
            Items that were left behind.
        """
        guest, own = self.book_path(GUEST), self.book_path(self.learner)
        if self.learner == GUEST or own.exists() or not guest.exists():
            return ()
        book = AnswerBook(guest).whole()
        left = data_bound & set(book["answers"]) if self.variant else frozenset()
        for part in ("answers", "tries", "hints", "times"):
            book[part] = {name: value for name, value in book[part].items() if name not in left}
        fresh = own.with_name(f"{own.name}.new")
        fresh.write_bytes(dumps(book))
        fresh.replace(own)
        guest.replace(guest.with_name(f"{GUEST}.{self.module}.{self.learner}.json"))
        return tuple(sorted(left))


def find(folder: Path, *, module: str | None = None) -> tuple[Place, ItemPack]:
    """
    Find a module's place and items.

    Parameters
    ----------
    folder
        The folder of the notebook. In a marker's kernel ``ILP_COURSE_ITEMS`` says where the items are.
    module
        The module that is expected, None for whatever is there.

    Raises
    ------
    FileError
        If the items are missing or damaged.
    InputError
        If they are another module's.
    """
    given = os.environ.get("ILP_COURSE_ITEMS")
    folder = Path(given).parent if given else Path(folder).resolve()
    pack = ItemPack.load(folder)
    if module is not None and pack.module != module:
        msg = _("This notebook is of module {module}, but lies in the folder of {found}. Put it back there.")
        raise InputError(msg.format(module=module, found=pack.module))
    answers = os.environ.get("ILP_COURSE_ANSWERS")
    return Place(folder, Path(answers) if answers else folder.parents[1] / "answers", pack.module), pack


@lru_cache(maxsize=64)
def heading(notebook: Path, anchor: str) -> tuple[str, str]:
    """
    Find where an anchor of a notebook leads.

    Returns
    -------
    tuple of str
        The heading that follows the anchor (the anchor itself where there is none), and the id of its cell.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts = [("".join(cell["source"]), str(cell.get("id", ""))) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        texts = []
    mark = f'<a id="{anchor}">'
    for text, cell in texts:
        if mark in text:
            hit = re.search(r"^#+ +(.+)$", text.partition(mark)[2], re.MULTILINE)
            return (hit[1].strip() if hit else anchor.replace("-", " ")), cell
    return anchor.replace("-", " "), ""
