"""
The file that is handed in: ``.ilpsub``, written by the learner and read as what a stranger has sent.

It is a zip archive of at most three parts with fixed names: ``manifest.json``, ``answers.json`` and the
notebook ``exam.ipynb``. The manifest holds a hash of each other part; the receipt is a hash of the manifest,
so that ten characters on paper tell later what was handed in. Hashes show damage, not forgery: whoever can
write answers can also write hashes. What a learner may claim (id, code, variant) is therefore checked here
against itself, and by the examiner against the roster.
"""

from __future__ import annotations

import base64
import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import FileError
from ..i18n import _
from ._archive import ANSWERS, LIMITS, MANIFEST, NOTEBOOK, pack, plain, too_large, unpack
from ._plain import plain as plain_json
from .answers import AnswerError, dumps, loads
from .cards import variant

__all__ = ["BOOK", "Made", "Manifest", "Parts", "read", "receipt", "write"]

_LEARNER = r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$"
_MODULE = r"^[a-z0-9](?:[a-z0-9_]{0,62}[a-z0-9])?$"
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}
)
"""Names that Windows gives to devices: a file of this name cannot be kept there."""
BOOK = ("answers", "tries", "hints", "times")
"""Parts of ``answers.json``."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Made(_Strict):
    """When a submission was made, by the clock of the learner's computer."""

    local: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
    offset: int = Field(ge=-24 * 60, le=24 * 60)
    """Minutes that the clock is ahead of UTC."""
    counter: int = Field(ge=1, le=1_000_000)
    """How many files were made on this computer: a clock can be set back, this only goes up."""


class Manifest(_Strict):
    """What a submission says about itself."""

    format: Literal[1]
    course: Literal["ilp"]
    module: str = Field(pattern=_MODULE)
    language: str = Field(pattern=r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})?$")
    learner: str = Field(pattern=_LEARNER)
    card_code: str = Field(pattern=r"^[A-Z2-7]{8}$")
    variant: int = Field(ge=0, le=7)
    attempt: int = Field(ge=1, le=9999)
    toolkit: str = Field(max_length=40, pattern=r"^[0-9A-Za-z.+-]+$")
    build: str = Field(max_length=80, pattern=r"^[0-9A-Za-z]*$")
    items: list[str] = Field(max_length=200)
    parts: dict[str, str] = Field(max_length=2)
    """Name of each other part, and the SHA-256 of its bytes."""
    made: Made


@dataclass(frozen=True)
class Parts:
    """A submission that was read and found whole."""

    manifest: Manifest
    answers: dict[str, Any]
    """Item's id to the encoded answer."""
    tries: dict[str, Any]
    hints: dict[str, Any]
    times: dict[str, Any]
    notebook: bytes | None
    """The notebook ``exam.ipynb`` as it was sent, None where there is none: not looked into here."""
    receipt: str

    @property
    def name(self) -> str:
        """Name that the file should have."""
        return f"{self.manifest.learner}_{self.manifest.module}_{self.manifest.attempt}.ilpsub"


def receipt(manifest: bytes) -> str:
    """
    Return the ten characters that stand for a manifest.

    Examples
    --------
    >>> receipt(b"{}")
    'IQJW7I2VWN'
    """
    return base64.b32encode(hashlib.sha256(manifest).digest())[:10].decode("ascii")


def write(
    folder: Path,
    head: Mapping[str, Any],
    book: Mapping[str, Any],
    notebook: bytes | None,
) -> tuple[Path, Parts]:
    """
    Write a submission and read it back.

    Parameters
    ----------
    folder
        Where it goes; made if need be.
    head
        The manifest without `format`, `course`, `variant` and `parts`.
    book
        ``answers`` and, where they are kept, ``tries``, ``hints`` and ``times``.
    notebook
        Bytes of the exam's notebook, None where the module has none.

    Returns
    -------
    tuple of Path and Parts
        The file, and what an examiner will read from it.

    Raises
    ------
    FileError
        If there is a file of this name (nothing is overwritten), or the disk does not take it.
    InputError
        If an answer or the notebook is larger than may be handed in.
    """
    payload = {ANSWERS: dumps({name: dict(book.get(name, {})) for name in BOOK})}
    if notebook is not None:
        payload[NOTEBOOK] = notebook
    claims = {
        **head,
        "format": 1,
        "course": "ilp",
        "variant": variant(str(head["card_code"]), str(head["module"])),
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in payload.items()},
    }
    data = pack({MANIFEST: dumps(claims), **payload})
    parts = _read(data, _("the new submission"))
    folder = Path(folder)
    path = folder / parts.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        msg = _("{file} is there already and is not overwritten. Move it elsewhere, then hand in again.")
        raise FileError(msg.format(file=path)) from None
    except OSError as error:
        msg = _("{file} cannot be written ({why}). Is the disk full, or the USB stick write-protected?")
        raise FileError(msg.format(file=path, why=error.strerror or error)) from None
    if read(path) != parts:
        msg = _("{file} did not arrive on the disk as it was written. Choose another folder.")
        raise FileError(msg.format(file=path))
    return path, parts


def read(path: Path) -> Parts:
    """
    Read a submission that somebody has sent, trusting nothing in it.

    Parameters
    ----------
    path
        The file. Its name is not believed: who sent it stands in the manifest.

    Returns
    -------
    Parts

    Raises
    ------
    FileError
        If it is no submission, is damaged, too large, holds what it may not hold or contradicts itself; the
        message says what and, where that helps, how to mend it.
    """
    path = Path(path)
    name = plain(path.name)
    try:
        status = path.lstat()
    except (OSError, ValueError):
        raise FileError(_("There is no file {file}.").format(file=name)) from None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(_("{file} is a link, a folder or a device, not a file.").format(file=name))
    if status.st_size > LIMITS.packed:
        raise FileError(too_large(name))
    try:
        with path.open("rb") as file:
            data = file.read(LIMITS.packed + 1)
    except OSError as error:
        msg = _("{file} cannot be read ({why}). Copy it to this computer and try again.")
        raise FileError(msg.format(file=name, why=error.strerror or error)) from None
    return _read(data, name)


def _read(data: bytes, name: str) -> Parts:
    if len(data) > LIMITS.packed:
        raise FileError(too_large(name))
    payload = unpack(data, name)
    claims = _json(payload[MANIFEST], MANIFEST, name)
    try:
        manifest = Manifest.model_validate(claims)
    except ValidationError as error:
        first = error.errors()[0]
        where = plain(".".join(str(part) for part in first["loc"]) or MANIFEST)
        msg = _("{file}: the manifest is not one of this course (`{field}`: {why}).")
        raise FileError(msg.format(file=name, field=where, why=plain(first["msg"]))) from None
    _consistent(manifest, payload, name)
    book = _json(payload[ANSWERS], ANSWERS, name)
    if not _is_book(book):
        raise FileError(_("{file}: answers.json is not laid out as it should be.").format(file=name))
    known = set(manifest.items)
    strange = sorted(set().union(*(book.get(key, {}) for key in BOOK)) - known)
    if strange:
        msg = _("{file}: it answers {item}, which its manifest does not name.")
        raise FileError(msg.format(file=name, item=plain(strange[0])))
    parts = {key: dict(book.get(key, {})) for key in BOOK}
    return Parts(manifest, **parts, notebook=payload.get(NOTEBOOK), receipt=receipt(payload[MANIFEST]))


def _consistent(manifest: Manifest, payload: Mapping[str, bytes], name: str) -> None:
    """Hold the manifest against the parts, and its claims against each other."""
    there = set(payload) - {MANIFEST}
    if set(manifest.parts) != there:
        msg = _("{file}: the manifest names {named}, the file holds {found}.")
        named, found = (", ".join(sorted(map(plain, names))) for names in (manifest.parts, there))
        raise FileError(msg.format(file=name, named=named, found=found))
    for part in sorted(there):
        if hashlib.sha256(payload[part]).hexdigest() != manifest.parts[part]:
            msg = _("{file}: {part} was changed after the file was made. Hand in again from the course.")
            raise FileError(msg.format(file=name, part=part))
    if manifest.variant != variant(manifest.card_code, manifest.module):
        msg = _("{file}: variant {n} does not belong to the code of the card.")
        raise FileError(msg.format(file=name, n=manifest.variant))
    if manifest.learner in _RESERVED or manifest.module in _RESERVED:
        msg = _("{file}: {name} is a name that Windows keeps for devices.")
        raise FileError(msg.format(file=name, name=manifest.learner))
    if len(set(manifest.items)) != len(manifest.items):
        raise FileError(_("{file}: the manifest names an item twice.").format(file=name))


def _json(data: bytes, part: str, name: str) -> dict[str, Any]:
    try:
        value = loads(data, limit=LIMITS.unpacked)
    except AnswerError:
        value = None
    if not isinstance(value, dict):
        msg = _("{file}: {part} cannot be read. Hand in again from the course.")
        raise FileError(msg.format(file=name, part=part))
    return value


def _is_book(book: dict[str, Any]) -> bool:
    """Say whether answers are laid out as a learner's book, in plain and finite values."""
    if set(book) - set(BOOK) or not all(isinstance(book.get(part, {}), dict) for part in BOOK):
        return False
    counts = [*book.get("tries", {}).values(), *book.get("hints", {}).values()]
    times = book.get("times", {}).values()
    if not all(type(n) is int and 0 <= n < 10**6 for n in counts):
        return False
    if not all(isinstance(moment, str) and len(moment) <= 40 for moment in times):
        return False
    try:
        for answer in book.get("answers", {}).values():
            dumps(plain_json(answer))
    except AnswerError:
        return False
    return True
