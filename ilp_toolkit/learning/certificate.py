"""
Certificates and transcripts that verify offline: a signed statement, and details that it pins.

What is signed is small enough for a QR code: who, which modules, when, and the hash of the details (titles,
outcomes, hurdles). The signature is Ed25519 over the canonical JSON of the statement; the issuer's public key
is a small file that is passed on with the toolkit's course, and nothing is asked of any server. A list of
withdrawn certificates is signed in the same way. Who holds the private key can certify anything: the
signature says who stated it, not that it is true.

References
----------
Ed25519 is specified in RFC 8032, https://www.rfc-editor.org/rfc/rfc8032.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import FileError, InputError
from ..i18n import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "FORMAT",
    "MARK",
    "Certificate",
    "CertificateError",
    "Issuer",
    "Revocations",
    "canonical",
    "details_hash",
    "embedded",
    "key_id",
    "pack",
    "parse",
    "read",
    "signed",
    "verify",
]

FORMAT = 1
MARK = "ILP1:"
"""What the text of a QR code begins with."""
_LIMIT = 2_000_000
"""Bytes of a file, and of what a QR code unpacks to."""
_DOMAIN = b"ilp-certificate-1\n"
"""Stands before what is signed, so that a signature made for something else is none here."""
_EMBEDDED = re.compile(r'<script type="application/json" id="ilp-certificate">(.*?)</script>', re.DOTALL)
_SERIAL = re.compile(r"[A-Z2-7]{16}", re.ASCII)
Kind = Literal["certificate", "transcript", "revocations"]


class CertificateError(InputError):
    """A certificate does not hold; the message says why."""


@dataclass(frozen=True)
class Issuer:
    """Who certifies: a name and a public key."""

    name: str
    key: bytes
    """32 bytes."""

    @property
    def id(self) -> str:
        """The fingerprint of the key, which certificates name."""
        return key_id(self.key)

    def document(self) -> dict[str, Any]:
        """Return what the issuer's file holds."""
        key = base64.b64encode(self.key).decode("ascii")
        return {"format": FORMAT, "kind": "issuer", "name": self.name, "id": self.id, "key": key}

    @classmethod
    def load(cls, path: Path) -> Issuer:
        """
        Read an issuer's file.

        Raises
        ------
        FileError
            If it is none, or its fingerprint is not that of its key.
        """
        try:
            found = _strict(_bytes(path))
            key = base64.b64decode(found["key"], validate=True)
            issuer = cls(str(found["name"]), key)
        except (CertificateError, KeyError, TypeError, ValueError, binascii.Error):
            issuer = None
        if (
            issuer is None
            or len(issuer.key) != 32
            or found.get("kind") != "issuer"
            or found["id"] != issuer.id
        ):
            msg = _("“{path}” is no issuer's file. Ask the issuer for issuer.json; it is no secret.")
            raise FileError(msg.format(path=path))
        return issuer


@dataclass(frozen=True)
class Revocations:
    """Certificates that were withdrawn, as their issuer signed it."""

    issuer: str
    """Fingerprint of the issuer's key."""
    serials: frozenset[str]
    made: dt.date


@dataclass(frozen=True)
class Certificate:
    """A certificate whose signature was found good; nothing else makes one."""

    kind: Kind
    serial: str
    learner: str
    name: str
    """Empty where it names an id alone."""
    modules: tuple[str, ...]
    """Module and version: ``03_rights@1``."""
    issued: dt.date
    expires: dt.date | None
    issuer: Issuer
    details: Mapping[str, Any] | None = field(repr=False)
    """None where only the code was read: then outcomes and hurdles are not to be seen."""
    revocation_checked: bool = False
    """Whether a list of withdrawn certificates of this issuer was looked through."""


def canonical(value: Any) -> bytes:
    """
    Return the one way to write JSON that is signed and hashed.

    Examples
    --------
    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def key_id(key: bytes) -> str:
    """Return the fingerprint of a public key: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:32]


def details_hash(details: Mapping[str, Any]) -> str:
    """Return the hash that a statement pins its details with."""
    return hashlib.sha256(canonical(details)).hexdigest()


def signed(statement: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """
    Sign a statement.

    Parameters
    ----------
    statement
        What is said: JSON types.
    key
        The issuer's private key.

    Returns
    -------
    dict
        ``statement``, ``key`` (the fingerprint) and ``signature``.
    """
    public = key.public_key().public_bytes_raw()
    signature = base64.b64encode(key.sign(_DOMAIN + canonical(statement))).decode("ascii")
    return {"statement": dict(statement), "key": key_id(public), "signature": signature}


def pack(envelope: Mapping[str, Any]) -> str:
    """
    Return a signed statement as text for a QR code: capital letters and digits alone, which it packs best.

    Examples
    --------
    >>> text = pack({"statement": {"a": 1}, "key": "k", "signature": "s"})
    >>> text.startswith("ILP1:"), parse(text)["statement"]
    (True, {'a': 1})
    """
    packed = zlib.compress(canonical({name: envelope[name] for name in ("statement", "key", "signature")}), 9)
    return MARK + base64.b32encode(packed).decode("ascii").rstrip("=")


def parse(text: str) -> dict[str, Any]:
    """
    Take a signed statement out of what a person has: the JSON, the page, or the text of the QR code.

    Raises
    ------
    CertificateError
        If none is in it.
    """
    bare = text.strip().lstrip("\ufeff")
    if bare.upper().startswith(MARK):
        return _strict(_unpacked(bare[len(MARK) :]))
    found = _EMBEDDED.search(bare)
    return _strict((found[1] if found else bare).encode())


def embedded(envelope: Mapping[str, Any]) -> str:
    """Return a signed statement as it lies in a page; no sign of it ends the element that holds it."""
    content = canonical(envelope).decode()
    for sign in "<>&":
        content = content.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="ilp-certificate">{content}</script>'


def read(source: str | Path) -> dict[str, Any]:
    """Take a signed statement out of a file, or of the text of a QR code."""
    if isinstance(source, str) and source.strip().upper().startswith(MARK):
        return parse(source)
    try:
        return parse(_bytes(Path(source)).decode("utf-8"))
    except UnicodeDecodeError:
        raise CertificateError(_no_certificate()) from None


def verify(
    envelope: Mapping[str, Any],
    issuers: Iterable[Issuer],
    *,
    today: dt.date,
    revocations: Iterable[Mapping[str, Any]] = (),
) -> Certificate:
    """
    Hold a certificate against its issuer's key, its dates, its details and the lists of withdrawn ones.

    Parameters
    ----------
    envelope
        As `read` gives it.
    issuers
        Issuers that are trusted.
    today
        The date on which it should hold.
    revocations
        Signed lists of withdrawn certificates; those of other issuers are passed over.

    Returns
    -------
    Certificate
        What it says.

    Raises
    ------
    CertificateError
        If it was changed, is of an issuer that is not trusted, is expired, not valid yet, or withdrawn.
    """
    statement, issuer = _opened(envelope, issuers)
    made = _certificate(statement, issuer, envelope.get("details"))
    if made.issued > today:
        raise CertificateError(_("It is dated {date}, which is yet to come.").format(date=made.issued))
    if made.expires is not None and made.expires < today:
        raise CertificateError(_("It expired on {date}.").format(date=made.expires))
    lists = [_revocations(one, issuer) for one in revocations if one.get("key") == issuer.id]
    if any(made.serial in one.serials for one in lists):
        raise CertificateError(_("The issuer has withdrawn certificate {serial}.").format(serial=made.serial))
    return replace(made, revocation_checked=bool(lists))


def _opened(envelope: Mapping[str, Any], issuers: Iterable[Issuer]) -> tuple[Mapping[str, Any], Issuer]:
    """Return a statement whose signature holds, and who signed it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    statement, named = envelope.get("statement"), envelope.get("key")
    issuer = next((one for one in issuers if one.id == named), None)
    if not isinstance(statement, dict) or not isinstance(named, str):
        raise CertificateError(_no_certificate())
    if issuer is None:
        msg = _("It is signed by the key {key}, which is none of the issuers you trust.")
        raise CertificateError(msg.format(key=named[:64]))
    try:
        signature = base64.b64decode(str(envelope.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(issuer.key).verify(signature, _DOMAIN + canonical(statement))
    except (InvalidSignature, ValueError, binascii.Error):
        msg = _("The signature does not fit: it was changed after {issuer} signed it, or never signed.")
        raise CertificateError(msg.format(issuer=issuer.name)) from None
    return statement, issuer


def _certificate(statement: Mapping[str, Any], issuer: Issuer, details: Any) -> Certificate:
    try:
        kind, expires = statement["kind"], statement["expires"]
        made = Certificate(
            kind=kind,
            serial=statement["serial"],
            learner=statement["learner"],
            name=statement["name"],
            modules=tuple(statement["modules"]),
            issued=dt.date.fromisoformat(statement["issued"]),
            expires=None if expires is None else dt.date.fromisoformat(expires),
            issuer=issuer,
            details=details,
        )
        sound = statement["format"] == FORMAT and kind in ("certificate", "transcript")
        whole = details is None or (
            isinstance(details, dict) and details_hash(details) == statement["details"]
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise CertificateError(_no_certificate()) from None
    if not sound or not _SERIAL.fullmatch(str(made.serial)):
        raise CertificateError(_no_certificate())
    if not whole:
        msg = _("Its details (outcomes, hurdles, titles) are not those that {issuer} signed.")
        raise CertificateError(msg.format(issuer=issuer.name))
    return made


def _revocations(envelope: Mapping[str, Any], issuer: Issuer) -> Revocations:
    statement, _who = _opened(envelope, [issuer])
    none = CertificateError(_("The list of withdrawn certificates is none."))
    if statement.get("kind") != "revocations":
        raise none
    try:
        made = dt.date.fromisoformat(statement["made"])
        return Revocations(issuer.id, frozenset(map(str, statement["serials"])), made)
    except (KeyError, TypeError, ValueError):
        raise none from None


def _strict(data: bytes) -> dict[str, Any]:
    """Read JSON in which no name stands twice: what is shown and what is signed must be the same."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise CertificateError(_no_certificate())
        return found

    def never(_text: str) -> Any:
        raise CertificateError(_no_certificate())

    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_constant=never)
    except CertificateError:
        raise
    except (ValueError, RecursionError):
        raise CertificateError(_no_certificate()) from None
    if not isinstance(found, dict):
        raise CertificateError(_no_certificate())
    return found


def _unpacked(text: str) -> bytes:
    bare = re.sub(r"\s", "", text).upper()
    try:
        engine = zlib.decompressobj()
        data = engine.decompress(base64.b32decode(bare + "=" * (-len(bare) % 8)), _LIMIT)
        if not engine.eof:
            raise CertificateError(_no_certificate())
    except (binascii.Error, zlib.error, ValueError):
        raise CertificateError(_no_certificate()) from None
    return data


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            data = handle.read(_LIMIT + 1)
    except OSError as error:
        raise FileError(_("“{path}” cannot be read: {reason}.").format(path=path, reason=error)) from None
    if len(data) > _LIMIT:
        raise FileError(_("“{path}” is too large to be a certificate.").format(path=path))
    return data


def _no_certificate() -> str:
    return _("This is no certificate of the course: a .json or .html file of it, or the text of its QR code.")
