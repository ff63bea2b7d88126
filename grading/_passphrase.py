"""
A signing key under a passphrase, in a file.

PKCS #8 as `cryptography` writes it stretches a passphrase 2,048 times, which a graphics card undoes at once.
So scrypt comes first, and what it gives is the password of the PKCS #8 file. Its numbers and salt stand in
a line above: without the toolkit, ``hashlib.scrypt`` and openssl open the file as well.

References
----------
scrypt is specified in RFC 7914, https://www.rfc-editor.org/rfc/rfc7914.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["SHORTEST", "is_sealed", "key_of", "text_of"]

SHORTEST = 12
"""Characters of a passphrase, at least."""
_COST = (2**17, 8, 1)
"""scrypt's n, r and p: about half a second and 128 MB for each guess."""
_LINE = re.compile(rb"scrypt n=(\d{1,7}) r=(\d{1,2}) p=(\d) salt=([0-9a-f]{32})\r?\n")
_MEMORY = 2**29
_SEALED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def is_sealed(data: bytes) -> bool:
    """Say whether a passphrase is needed to read a key."""
    return _SEALED in data


def text_of(key: PrivateKeyTypes, passphrase: str = "") -> bytes:
    """
    Write a key: under a passphrase, or bare where there is none.

    Raises
    ------
    InputError
        If the passphrase is short.
    """
    from cryptography.hazmat.primitives import serialization as files

    lock: files.KeySerializationEncryption
    head, lock = b"", files.NoEncryption()
    if passphrase:
        if len(passphrase) < SHORTEST:
            msg = _(
                "A passphrase of {n} characters or more is needed: three or four words that nobody guesses."
            )
            raise InputError(msg.format(n=SHORTEST))
        n, r, p = _COST
        salt = secrets.token_bytes(16)
        head = f"scrypt n={n} r={r} p={p} salt={salt.hex()}\n".encode("ascii")
        lock = files.BestAvailableEncryption(_stretched(passphrase, salt, n, r, p))
    return head + key.private_bytes(files.Encoding.PEM, files.PrivateFormat.PKCS8, lock)


def key_of(data: bytes, passphrase: str = "") -> PrivateKeyTypes:
    """
    Read a key that `text_of` wrote, or any PKCS #8 file.

    Raises
    ------
    ValueError
        If it is no key, or the passphrase is not the right one.
    """
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not is_sealed(data):
        return load_pem_private_key(data, None)
    found = _LINE.match(data)
    if found is None:
        return load_pem_private_key(data, _bare(passphrase))
    n, r, p = (int(number) for number in found.groups()[:3])
    word = _stretched(passphrase, bytes.fromhex(found[4].decode("ascii")), n, r, p)
    return load_pem_private_key(data[found.end() :], word)


def _stretched(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    value = hashlib.scrypt(_bare(passphrase), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
    return value.hex().encode("ascii")


def _bare(passphrase: str) -> bytes:
    """Return the bytes of a passphrase; one keyboard writes й as one sign, another as two."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")
