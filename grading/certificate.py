"""
Certificates: that a learner passed, signed so that anybody can hold it against the issuer's public key.

A certificate says which modules were passed and what is taught in them, no points. A transcript lists every
module that was handed in with its outcomes, hurdles and who marked it. Both are one page (HTML and PDF) with
a QR code, and the signed JSON that `ilp verify-certificate` reads. The private key lies in a folder of the
issuer's own, never in the repository or the workspace, which are copied and shared; a passphrase may protect
it, so that a copied file alone signs nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ilp_toolkit import __version__
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.i18n import _, current
from ilp_toolkit.learning.certificate import FORMAT, Issuer, canonical, details_hash, signed

from ._passphrase import is_sealed, key_of, text_of
from .assessment import Assessment
from .key import Bench
from .languages import LANGUAGES, Translation
from .marks import Effective
from .modules import LEVELS, Module
from .standing import PASS, STATES, Standing, standings
from .workspace import ROOT, Workspace

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Key", "certify", "details_of", "envelope_of"]

Kind = Literal["certificate", "transcript"]
_PRIVATE, _PUBLIC, _REVOKED = "issuer.key", "issuer.json", "revoked.json"


@dataclass(frozen=True)
class Key:
    """
    An issuer's keys: ``issuer.key`` (secret), ``issuer.json`` and ``revoked.json`` (to publish).

    Parameters
    ----------
    folder
        The folder.
    passphrase
        Is asked for the passphrase when a key needs one.
    """

    folder: Path
    passphrase: Callable[[], str] | None = field(default=None, compare=False, repr=False)

    @property
    def public(self) -> Path:
        """The file that whoever verifies needs."""
        return self.folder / _PUBLIC

    @property
    def revoked(self) -> Path:
        """The list of withdrawn certificates."""
        return self.folder / _REVOKED

    @property
    def protected(self) -> bool:
        """Whether the secret half needs a passphrase."""
        return is_sealed(self._bytes())

    @classmethod
    def make(
        cls,
        folder: Path,
        name: str,
        *,
        today: dt.date,
        apart: Iterable[Path] = (ROOT,),
        passphrase: str = "",
    ) -> Key:
        """
        Make new keys in a folder that only its owner reads.

        Parameters
        ----------
        folder
            Where to.
        name
            The issuer, as certificates name it.
        today
            The date of the empty list of withdrawn certificates.
        apart
            Folders that are shared, in which no key may lie.
        passphrase
            Protects the secret half; empty: whoever gets the file can certify.

        Raises
        ------
        InputError
            If the folder lies in a shared one, the name is empty, or the passphrase is short.
        FileError
            If there is a key already: what it signed could not be verified any more.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = cls(folder.resolve(), lambda: passphrase)
        for shared in apart:
            if key.folder.is_relative_to(shared.resolve()):
                msg = _("“{folder}” lies in “{shared}”, which is shared. Keep the key elsewhere.")
                raise InputError(msg.format(folder=key.folder, shared=shared))
        if not name.strip():
            raise InputError(_("The issuer needs a name: --issuer NAME."))
        secret = Ed25519PrivateKey.generate()
        text = text_of(secret, passphrase)
        key.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(key.folder / _PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            msg = _("There is a key in “{folder}” already; it is never replaced.")
            raise FileError(msg.format(folder=key.folder)) from None
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        _write(key.public, Issuer(name.strip(), secret.public_key().public_bytes_raw()).document())
        key.revoke([], today=today)
        return key

    def issuer(self) -> Issuer:
        """Return the public half."""
        return Issuer.load(self.public)

    def private(self) -> Ed25519PrivateKey:
        """
        Return the secret half.

        Raises
        ------
        FileError
            If it is missing, no key, not that of ``issuer.json``, or readable by others; or if the passphrase
            is wrong.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path, data = self.folder / _PRIVATE, self._bytes()
        sealed = is_sealed(data)
        word = self.passphrase() if sealed and self.passphrase is not None else ""
        if sealed and not word:
            msg = _("The issuer's key “{path}” is protected by a passphrase, and none was given.")
            raise FileError(msg.format(path=path))
        try:
            open_to = stat.S_IMODE(path.stat().st_mode) & 0o077 if os.name == "posix" else 0
            found = key_of(data, word)
        except (OSError, ValueError, TypeError) as error:
            msg = _("The issuer's key “{path}” cannot be used: {reason}.")
            if sealed:
                msg = _("The passphrase does not open the issuer's key “{path}”: {reason}.")
            raise FileError(msg.format(path=path, reason=error)) from None
        if open_to:
            msg = _("Others can read the issuer's key “{path}”. Only its owner may: chmod 600 {path}")
            raise FileError(msg.format(path=path))
        if not isinstance(found, Ed25519PrivateKey) or (
            found.public_key().public_bytes_raw() != self.issuer().key
        ):
            msg = _("The issuer's key “{path}” does not belong to {public} beside it.")
            raise FileError(msg.format(path=path, public=_PUBLIC))
        return found

    def protect(self, passphrase: str) -> None:
        """
        Put the secret half under a passphrase, or under another one; what it signed stays good.

        Copies of the file that were made before stay as they were: destroy them.
        """
        path = self.folder / _PRIVATE
        fresh = path.with_suffix(".new")
        text = text_of(self.private(), passphrase)
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _bytes(self) -> bytes:
        path = self.folder / _PRIVATE
        try:
            return path.read_bytes()
        except OSError as error:
            msg = _("The issuer's key “{path}” cannot be used: {reason}.")
            raise FileError(msg.format(path=path, reason=error)) from None

    def revoke(self, serials: Iterable[str], *, today: dt.date) -> tuple[str, ...]:
        """Add certificates to the list of withdrawn ones, sign it anew and return all of them."""
        before = json.loads(self.revoked.read_text("utf-8")) if self.revoked.is_file() else None
        known = before["statement"]["serials"] if before else []
        every = sorted({*known, *(serial.strip().upper() for serial in serials)})
        statement = {"format": FORMAT, "kind": "revocations", "serials": every, "made": today.isoformat()}
        _write(self.revoked, signed(statement, self.private()))
        return tuple(every)


def certify(
    workspace: Workspace,
    record: Assessment,
    bench: Bench,
    key: Key,
    *,
    today: dt.date,
    kind: Kind = "certificate",
    modules: Sequence[str] = (),
    learners: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    expires: dt.date | None = None,
    unsandboxed: bool = False,
) -> tuple[list[Path], list[tuple[str, str]]]:
    """
    Write certificates or transcripts into ``results/certificates/`` of a workspace.

    Parameters
    ----------
    workspace, record, bench
        The workspace, its record and the modules.
    key
        The issuer's.
    today
        The date on it.
    kind
        What to write.
    modules
        Modules that must all be passed; none named: those that a learner passed.
    learners
        Only these; none named: all.
    names
        Pseudonym to name; None: pseudonyms alone.
    expires
        Last day on which it holds.
    unsandboxed
        Whether marks of code that was run without a sandbox will do; the document says so.

    Returns
    -------
    tuple of list of Path and list of tuple of str
        The pages, and who got none, with the reason.
    """
    from .certificate_page import page, render

    secret, issuer = key.private(), key.issuer()
    named = [bench.module(name).id for name in modules]
    wanted = named or [m for m in sorted({a.module for a in record.attempts()}) if bench.knows(m)]
    found: dict[str, list[Standing]] = {}
    for name in wanted:
        for stand in standings(record, bench.module(name), workspace.policy.attempts):
            found.setdefault(stand.attempt.learner, []).append(stand)
    folder = workspace.results / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    written, refused = [], []
    for learner in sorted(learners or found):
        stands = found.get(learner, [])
        reason = _refused(stands, named, kind, unsandboxed=unsandboxed)
        if reason:
            refused.append((learner, reason))
            continue
        used = stands if kind == "transcript" else [stand for stand in stands if stand.state == "passed"]
        details = details_of(bench, record, used, kind, issuer)
        name = "" if names is None else names.get(learner, "")
        path = folder / f"{learner}.{kind}.json"
        envelope = _issued(path, details, name, expires, issuer)
        if envelope is None:
            envelope = envelope_of(details, learner, name, secret, kind=kind, today=today, expires=expires)
            _write(path, envelope)
            record.log("certified", detail={"learner": learner, "serial": envelope["statement"]["serial"]})
        path.with_suffix(".html").write_text(page(envelope), encoding="utf-8", newline="\n")
        path.with_suffix(".pdf").write_bytes(render(envelope))
        written.append(path.with_suffix(".pdf"))
    return written, refused


def details_of(
    bench: Bench, record: Assessment, stands: Sequence[Standing], kind: Kind, issuer: Issuer
) -> dict[str, Any]:
    """Return what a document tells beside the signed statement, which pins it: in the language in use."""
    spoken = current() if current() in LANGUAGES else "en"
    return {
        "course": _("Intelligence-led policing"),
        "issuer": issuer.name,
        "language": spoken,
        "toolkit": __version__,
        "rule": round(100 * PASS),
        "modules": [_module(bench.module(s.attempt.module), record, s, kind, spoken) for s in stands],
    }


def envelope_of(
    details: Mapping[str, Any],
    learner: str,
    name: str,
    key: Ed25519PrivateKey,
    *,
    kind: Kind,
    today: dt.date,
    expires: dt.date | None = None,
    serial: str | None = None,
) -> dict[str, Any]:
    """
    Return a signed document.

    Parameters
    ----------
    details
        As `details_of` gives them.
    learner, name
        The pseudonym, and a name or nothing.
    key
        The issuer's secret key.
    kind, today, expires
        What it is, its date, and the last day on which it holds.
    serial
        Sixteen letters and digits; drawn where none is given.
    """
    statement = {
        "format": FORMAT,
        "kind": kind,
        "serial": serial or base64.b32encode(secrets.token_bytes(10)).decode("ascii"),
        "learner": learner,
        "name": name,
        "modules": [f"{module['id']}@{module['version']}" for module in details["modules"]],
        "issued": today.isoformat(),
        "expires": None if expires is None else expires.isoformat(),
        "details": details_hash(details),
    }
    return {**signed(statement, key), "details": dict(details)}


def _refused(stands: Sequence[Standing], named: Sequence[str], kind: Kind, *, unsandboxed: bool) -> str:
    """Return why a learner gets none; empty where nothing speaks against it."""
    if not stands:
        return _("Nothing was handed in.")
    if kind == "transcript":
        return ""
    passed = {stand.attempt.module: stand for stand in stands if stand.state == "passed"}
    missing = [name for name in named if name not in passed]
    used = list(passed.values())
    if missing or not used:
        words = _("Not passed: {modules}.").format(modules=", ".join(missing))
        return words if missing else _("No module is passed.")
    if any(stand.provisional for stand in used):
        return _("The marks are provisional: code was not executed.")
    if any(stand.unsandboxed for stand in used) and not unsandboxed:
        return _("Code was executed without a sandbox; --unsandboxed certifies it and says so.")
    return ""


def _module(module: Module, record: Assessment, stand: Standing, kind: Kind, language: str) -> dict[str, Any]:
    translation = Translation(module, language)
    told: dict[str, Any] = {
        "id": module.id,
        "number": module.number,
        "title": translation.phrase("module", module.head.title),
        "version": module.head.version,
        "build": module.build,
        "hours": module.head.hours,
        "outcomes": [
            {"level": _(LEVELS[outcome.level]), "text": translation.phrase("module", outcome.text)}
            for outcome in module.head.outcome
        ],
        "hurdles": [{"item": item, "met": item in stand.met} for item in stand.hurdles],
        "unsandboxed": stand.unsandboxed,
    }
    if kind == "transcript":
        told |= {
            "state": _(STATES[stand.state]),
            "provisional": stand.provisional,
            "attempt": stand.attempt.number,
            "attempts": len(record.attempts(module.id, stand.attempt.learner)),
            "people": len({row.marker for mark in stand.marks.values() for row in _by_hand(mark)}),
        }
    return told


def _by_hand(mark: Effective) -> list[Any]:
    return [row for row in mark.marks if row.kind != "auto"]


def _issued(
    path: Path, details: Mapping[str, Any], name: str, expires: dt.date | None, issuer: Issuer
) -> dict[str, Any] | None:
    """Return the document that was issued before, where it says the same; None where a new one is due."""
    try:
        before: dict[str, Any] = json.loads(path.read_text("utf-8"))
        statement = before["statement"]
        same = (
            canonical(before["details"]) == canonical(details)
            and (statement["name"], before["key"]) == (name, issuer.id)
            and statement["expires"] == (None if expires is None else expires.isoformat())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return before if same else None


def _write(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
