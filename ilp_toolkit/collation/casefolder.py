"""
The folder of a case on the disk: what is in it, what was agreed, and whether that is still what it was.

``case.json`` says what the case is for; ``ledger.jsonl`` and ``audit.jsonl`` say what was done; ``records/``
holds keyed pseudonyms of the records of each material; ``policy.toml``, where it is there, overrules the
toolkit's policy. No data of the materials lie in it, and no key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..direction.policy import OVERRIDES
from ..errors import FileError, InputError
from ..i18n import _
from .canonicaljson import canonical
from .filelock import locked

if TYPE_CHECKING:
    from .recordkeys import Keys

__all__ = [
    "AUDIT",
    "FORMAT",
    "LEDGER",
    "Folder",
    "changed",
    "machine_clock",
    "new_id",
    "refuse_empty",
    "words",
]

FORMAT = "ilp-toolkit case 1"
AUDIT, LEDGER = "audit.jsonl", "ledger.jsonl"
_FILE = "case.json"
_RECORDS = "records"
_OURS = {_FILE, f"{_FILE}.lock", OVERRIDES}
_NAMES = {
    "name": "name", "purposes": "purpose", "legal_basis": "legal_basis", "owner": "owner",
    "legal_reference": "legal_reference", "necessity": "necessity", "proportionality": "proportionality",
    "retention_days": "retention", "rules": "rules",
}  # fmt: skip
"""What is agreed, and the argument that says it."""


def new_id() -> str:
    """Return the id of a new case."""
    return f"case-{secrets.token_hex(5)}"


class Folder:
    """
    One folder.

    Parameters
    ----------
    path
        Where it is, or shall be.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._keys: dict[str, Keys | None] = {}

    def agreed(self) -> dict[str, Any] | None:
        """
        Return what the case is for, None where the folder is no case yet.

        Raises
        ------
        FileError
            If ``case.json`` is there and cannot be read.
        """
        file = self.path / _FILE
        if not file.exists():
            return None
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            if found["format"] == FORMAT and found["id"]:
                return dict(found)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        msg = _("“{name}” holds a case.json that is no case of this toolkit. Name another folder.")
        raise FileError(msg.format(name=self.path.name))

    def make(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """
        Make the folder and write down what was agreed; where another process was first, return what it wrote.

        Raises
        ------
        FileError
            If the folder holds something else, or cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with locked(self.path / _FILE):
                found = self.agreed()
                if found is None:
                    self._refuse_foreign()
                    beside = self.path / f".{_FILE}-{secrets.token_hex(4)}"
                    text = json.dumps(wanted, ensure_ascii=False, indent=1) + "\n"
                    beside.write_text(text, encoding="utf-8", newline="\n")
                    beside.replace(self.path / _FILE)
                return found or wanted
        except OSError as error:
            msg = _("No case can be made in “{name}”: {reason}. Name another folder.")
            raise FileError(msg.format(name=self.path.name, reason=error.strerror)) from None

    def compare(self, stored: dict[str, Any], wanted: dict[str, Any]) -> None:
        """
        Make sure that what a caller says about a case is what was agreed when it was opened.

        Raises
        ------
        InputError
            If something differs; all differences are named.
        """
        given = {
            name: value for name, value in wanted.items() if name in _NAMES and value not in ("", None, [])
        }
        wrong = [_NAMES[name] for name, value in given.items() if stored.get(name) != value]
        if wrong:
            msg = _(
                "The folder “{folder}” already is the case “{name}”, opened with another {arguments}. "
                "Open it as it was (ilp.open_case(folder)), or name another folder."
            )
            arguments = ", ".join(f"`{name}`" for name in wrong)
            raise InputError(msg.format(folder=self.path.name, name=stored["name"], arguments=arguments))

    @staticmethod
    def mark(agreed: dict[str, Any]) -> str:
        """Return the hash of what was agreed: the first line of the ledger holds it."""
        return hashlib.sha256(canonical(agreed)).hexdigest()

    def adopt_policy(self, source: str | Path) -> None:
        """
        Keep a copy of a policy in the folder, so that the case is under it in every later session.

        Raises
        ------
        FileError
            If there is no such file.
        InputError
            If the case has another policy already.
        """
        try:
            content = Path(source).read_bytes()
        except OSError:
            msg = _("There is no policy file “{name}”. Check the path.").format(name=Path(source).name)
            raise FileError(msg) from None
        own = self.path / OVERRIDES
        if not own.exists():
            own.write_bytes(content)
        elif own.read_bytes() != content:
            msg = _(
                "The case already is under another policy. Change its policy.toml, or leave `policy` out."
            )
            raise InputError(msg)

    def policy_mark(self) -> str:
        """Return the hash of the case's own policy file; empty where it has none."""
        own = self.path / OVERRIDES
        return hashlib.sha256(own.read_bytes()).hexdigest() if own.exists() else ""

    def keep_keys(self, material: str, keys: Keys) -> dict[str, Any]:
        """Keep the keys of a material's records, and return what the ledger shall say of the file."""
        data = keys.astype("<u8").tobytes()
        place = self.path / _RECORDS
        place.mkdir(exist_ok=True)
        file = place / f"{material}.bin"
        if not file.exists():
            beside = place / f".{material}-{secrets.token_hex(4)}"
            beside.write_bytes(data)
            beside.replace(file)
        self._keys[material] = keys
        return {"n": len(keys), "sha256": hashlib.sha256(data).hexdigest()}

    def keys(self, material: str, noted: dict[str, Any] | None) -> Keys | None:
        """
        Return the keys of a material's records, None where it has none that are numbered.

        Raises
        ------
        FileError
            If the file is not the one that the ledger noted: then nobody can tell what a correction reaches.
        """
        import numpy as np

        if material not in self._keys:
            file = self.path / _RECORDS / f"{material}.bin"
            data = file.read_bytes() if file.exists() else b""
            if noted is not None and hashlib.sha256(data).hexdigest() != noted["sha256"]:
                msg = _(
                    "The file of records of material {material} was changed or taken away: take it in again."
                )
                raise FileError(msg.format(material=material))
            self._keys[material] = None if noted is None else np.frombuffer(data, dtype="<u8")
        return self._keys[material]

    def _refuse_foreign(self) -> None:
        foreign = sorted(path.name for path in self.path.iterdir() if path.name not in _OURS)
        foreign = [name for name in foreign if not name.startswith(f".{_FILE}-")]
        if foreign:
            msg = _("The folder “{name}” holds “{file}” and is no case. Name a new folder.")
            raise FileError(msg.format(name=self.path.name, file=foreign[0]))


def words(given: str | Iterable[str]) -> frozenset[str]:
    """Return purposes as a set: one word, or several."""
    many = [given] if isinstance(given, str) else list(given)
    return frozenset(str(word).strip() for word in many if str(word).strip())


def refuse_empty(required: dict[str, Any]) -> None:
    """Refuse a case in which something required is empty."""
    empty = [name for name, value in required.items() if not value]
    if empty:
        msg = _("A case needs {arguments}: say it in a few words.")
        raise InputError(msg.format(arguments=", ".join(f"`{name}`" for name in empty)))


def changed(folder: Path) -> str:
    """Say that a case is no longer what was agreed."""
    msg = _(
        "The case in “{name}” was changed by hand: its files no longer agree with each other. "
        "`ilp audit verify` says what is wrong; take the folder back from a copy."
    )
    return msg.format(name=folder.name)


def machine_clock() -> dt.datetime:
    """Return the present of this machine, in UTC and whole seconds."""
    return dt.datetime.now(tz=dt.UTC).replace(microsecond=0)
