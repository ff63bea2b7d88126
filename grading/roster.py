"""
Who takes the course: pseudonyms for marking, and names in a file of their own.

A list of people becomes two files. ``learners.csv`` holds pseudonyms (``kg-014``) and languages, and is all
that marking, gradebook, results and feedback read. ``roster.csv`` says which pseudonym is whom; it can be
kept elsewhere, since all but `names` works without it. Numbers are drawn, not given in the order of the
alphabet: a sorted list of pseudonyms tells nothing of a sorted list of names. The code on a learner's card
comes from the workspace's salt, so that nobody makes a card for somebody else.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ilp_toolkit.errors import ColumnsError, FileError, InputError
from ilp_toolkit.i18n import LANGUAGES, _
from ilp_toolkit.learning.cards import variant

from .workspace import Workspace

__all__ = ["Learner", "Person", "Roster", "card_code", "enrol", "names", "read_people", "retake"]

_ID = re.compile(r"[a-z][a-z0-9]{0,15}-[0-9]{3,6}", re.ASCII)
_PREFIX = re.compile(r"[a-z][a-z0-9]{0,15}", re.ASCII)
_HEADERS = {
    "name": {"name", "full name", "participant", "фио", "ф.и.о.", "имя", "фамилия имя", "фамилия, имя",
             "фамилия и имя", "слушатель", "участник"},
    "learner": {"learner", "learner id"},
    "language": {"language", "lang", "язык"},
    "group": {"group", "группа"},
}  # fmt: skip
_LIST = ("learner", "language", "group", "card")
_NAMES = ("learner", "name")


@dataclass(frozen=True)
class Person:
    """A row of the list of people: who, not yet under a pseudonym."""

    name: str
    learner: str = ""
    language: str = "en"
    group: str = ""


@dataclass(frozen=True)
class Learner:
    """A learner as marking knows them."""

    id: str
    language: str = "en"
    group: str = ""
    card: int = 0
    """Number of the card in use; 0 is the first, and each retake has one of its own."""


@dataclass(frozen=True)
class Roster:
    """
    The learners of a workspace, without their names.

    Examples
    --------
    >>> roster = Roster((Learner("kg-014"),), salt=b"a salt of sixteen")
    >>> "kg-014" in roster, "kg-015" in roster, len(roster.code("kg-014"))
    (True, False, 8)
    """

    learners: tuple[Learner, ...]
    salt: bytes

    def __contains__(self, learner: object) -> bool:
        """Whether a learner is known."""
        return any(known.id == learner for known in self.learners)

    def __len__(self) -> int:
        """Return how many learners there are."""
        return len(self.learners)

    @property
    def ids(self) -> tuple[str, ...]:
        """The pseudonyms, sorted."""
        return tuple(sorted(learner.id for learner in self.learners))

    def code(self, learner: str) -> str:
        """Return the code on a learner's card in use; KeyError for an unknown learner."""
        return self.codes(learner)[-1]

    def codes(self, learner: str) -> tuple[str, ...]:
        """Return the codes of a learner's cards, the one in use last; KeyError for an unknown learner."""
        known = {one.id: one for one in self.learners}[learner]
        return tuple(card_code(self.salt, learner, number) for number in range(known.card + 1))

    @classmethod
    def load(cls, workspace: Workspace) -> Roster:
        """
        Read the learners of a workspace.

        Raises
        ------
        FileError
            If there is no list yet.
        InputError
            If two rows have the same pseudonym, or a pseudonym is malformed.
        """
        path = workspace.learners
        if not path.is_file():
            msg = _("There are no learners yet: python -m grading roster people.csv --work {folder}")
            raise FileError(msg.format(folder=workspace.folder))
        rows = _read(path, _LIST)
        _check_ids((row["learner"] for row in rows), path)
        return cls(
            tuple(
                Learner(row["learner"], row["language"] or "en", row["group"], _number(row["card"], path))
                for row in rows
            ),
            workspace.salt,
        )


def card_code(salt: bytes, learner: str, number: int = 0) -> str:
    """
    Return the code on a learner's card: eight letters and digits that only who has the salt can make.

    Parameters
    ----------
    salt
        The workspace's secret.
    learner
        Pseudonym.
    number
        Of the card: 0 for the first, more for retakes.

    Examples
    --------
    >>> card_code(b"sample", "kg-014") == card_code(b"sample", "kg-014") != card_code(b"other", "kg-014")
    True
    """
    message = f"{learner}|{number}" if number else learner
    return base64.b32encode(hmac.digest(salt, message.encode(), hashlib.sha256)).decode("ascii")[:8]


def read_people(path: Path) -> list[Person]:
    """
    Read a list of people: CSV in any encoding, or a spreadsheet.

    Parameters
    ----------
    path
        A table with a column of names (``name``, ``ФИО``), and, if wanted, ``learner`` (a pseudonym that is
        in use already), ``language`` and ``group``. Other columns are not read.

    Raises
    ------
    FileError
        If it cannot be read.
    ColumnsError
        If no column holds names.
    InputError
        If a language is unknown, or there is no name in a row.
    """
    from ilp_toolkit.collection.files import open_table

    raw = open_table(path)
    found: dict[str, list[str]] = {}
    for column in raw.columns.column_names:
        for role, words in _HEADERS.items():
            if str(column).strip().casefold() in words and role not in found:
                found[role] = [str(value or "").strip() for value in raw.columns[column].to_pylist()]
    if "name" not in found:
        if raw.header or raw.columns.num_columns != 1:
            msg = _("“{file}” has no column of names. Call it “name” or “ФИО”; found: {columns}.")
            raise ColumnsError(msg.format(file=Path(path).name, columns=", ".join(raw.columns.column_names)))
        found["name"] = [str(value or "").strip() for value in raw.columns[0].to_pylist()]
    people = []
    for number, row in enumerate(raw.source_row.tolist()):
        values = {role: column[number] for role, column in found.items()}
        language = values.get("language", "").lower() or "en"
        if not values["name"]:
            msg = _("“{file}” has no name in row {row}.")
            raise InputError(msg.format(file=Path(path).name, row=row))
        if language not in LANGUAGES:
            msg = _("“{file}” has the language {value} in row {row}; known: {known}.")
            known = ", ".join(LANGUAGES)
            raise InputError(msg.format(file=Path(path).name, value=repr(language), row=row, known=known))
        people.append(Person(values["name"], values.get("learner", ""), language, values.get("group", "")))
    return people


def enrol(workspace: Workspace, people: Iterable[Person], *, prefix: str = "ilp") -> tuple[Roster, list[str]]:
    """
    Give people pseudonyms and add them to a workspace.

    Who is there already (the same name, as often as it occurs) keeps the pseudonym, so that a list can be
    read again after somebody was added to it. Nobody is removed.

    Parameters
    ----------
    workspace
        The workspace.
    people
        The people.
    prefix
        What new pseudonyms begin with: small Latin letters and digits.

    Returns
    -------
    tuple of Roster and list of str
        All learners, and the pseudonyms that are new.

    Raises
    ------
    InputError
        If the prefix or a pseudonym is malformed, or a pseudonym belongs to somebody else already.
    """
    if not _PREFIX.fullmatch(prefix):
        msg = _("`prefix` must be small Latin letters and digits, such as kg; found {value}.")
        raise InputError(msg.format(value=repr(prefix)))
    known = names(workspace) if workspace.roster.is_file() else {}
    listed = (
        {row["learner"]: row for row in _read(workspace.learners, _LIST)}
        if workspace.learners.is_file()
        else {}
    )
    unclaimed = Counter(known.values())
    fresh: list[Person] = []
    for person in people:
        if unclaimed[person.name] and person.learner in (
            "",
            *[i for i, n in known.items() if n == person.name],
        ):
            unclaimed[person.name] -= 1
        else:
            fresh.append(person)
    taken = set(known) | set(listed)
    given = [person.learner for person in fresh if person.learner]
    _check_ids([*taken, *given], workspace.learners)
    free = _free(prefix, taken | set(given), sum(not person.learner for person in fresh))
    added = []
    for person in fresh:
        learner = person.learner or free.pop()
        known[learner] = person.name
        row = {"learner": learner, "language": person.language, "group": person.group, "card": ""}
        listed[learner] = row
        added.append(learner)
    _write(workspace.roster, _NAMES, [{"learner": i, "name": known[i]} for i in sorted(known)])
    _write(workspace.learners, _LIST, [listed[i] for i in sorted(listed)])
    return Roster.load(workspace), sorted(added)


def retake(workspace: Workspace, learners: Iterable[str], modules: Iterable[str]) -> Roster:
    """
    Give learners a new card, with which they work on other data than before.

    Cards given earlier stay good for what was handed in with them.

    Parameters
    ----------
    workspace
        The workspace.
    learners
        Pseudonyms.
    modules
        Ids of the modules: in none of them the new card draws the variant of the card before.

    Raises
    ------
    InputError
        If a learner is unknown.
    """
    roster, drawn = Roster.load(workspace), list(modules)
    rows = {row["learner"]: row for row in _read(workspace.learners, _LIST)}
    for learner in learners:
        if learner not in roster:
            msg = _("There is no learner {learner} in this course.").format(learner=learner)
            raise InputError(msg)
        number = len(roster.codes(learner))
        while _draws_again(roster, learner, number, drawn):
            number += 1
        rows[learner]["card"] = str(number)
    _write(workspace.learners, _LIST, [rows[learner] for learner in sorted(rows)])
    return Roster.load(workspace)


def _draws_again(roster: Roster, learner: str, number: int, modules: Iterable[str]) -> bool:
    old, new = roster.code(learner), card_code(roster.salt, learner, number)
    return any(variant(old, module) == variant(new, module) for module in modules)


def _number(text: str, path: Path) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        msg = _("“{file}” has {value} as the number of a card; a whole number is expected.")
        raise InputError(msg.format(file=path.name, value=repr(text)))
    return int(text or 0)


def names(workspace: Workspace) -> dict[str, str]:
    """Return who is who: pseudonym to name. Nothing of marking calls this."""
    return {row["learner"]: row["name"] for row in _read(workspace.roster, _NAMES)}


def _free(prefix: str, taken: set[str], n: int) -> list[str]:
    """Draw free pseudonyms: from as many numbers again as are needed, so that they stay short."""
    numbers = [i for i in range(1, len(taken) + 2 * n + 10) if f"{prefix}-{i:03d}" not in taken]
    return [f"{prefix}-{i:03d}" for i in secrets.SystemRandom().sample(numbers, n)]


def _check_ids(ids: Iterable[str], path: Path) -> None:
    seen: set[str] = set()
    for learner in ids:
        if not _ID.fullmatch(learner):
            msg = _("“{file}” has a pseudonym that cannot be used: {value}. It must look like kg-014.")
            raise InputError(msg.format(file=path.name, value=repr(learner)))
        if learner in seen:
            msg = _("“{file}” has the pseudonym {value} twice.")
            raise InputError(msg.format(file=path.name, value=learner))
        seen.add(learner)


def _read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        rows = [{name: (row.get(name) or "").strip() for name in columns} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        msg = _("“{path}” cannot be read: {reason}. It is a CSV in UTF-8 that this toolkit writes.")
        raise FileError(msg.format(path=path, reason=error)) from None
    if columns[0] not in (reader.fieldnames or ()):
        msg = _("“{path}” has no column “{name}”. Was it saved by another program with another separator?")
        raise ColumnsError(msg.format(path=path, name=columns[0]))
    return rows


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    beside = path.with_suffix(".new")
    beside.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    beside.replace(path)
