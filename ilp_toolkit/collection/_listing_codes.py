"""
Sellers, listings and keys under codes: keyed hashes, with the key of a case or one that is thrown away.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from ..errors import InputError
from ..i18n import _
from .pseudonyms import Key, canonical, digest

__all__ = ["Codes"]

_LENGTH = 12
_SHORTEST = 16


class Codes:
    """
    Gives codes under one key.

    Parameters
    ----------
    key
        The key of a case, or its bytes (16 at least); without one a key is drawn, used, and forgotten.

    Raises
    ------
    InputError
        If the key is too short to be one.

    Examples
    --------
    >>> codes = Codes(b"sixteen bytes at" * 2)
    >>> codes.given, codes.code("v", "Lunimet", "Somebody") == codes.code("v", "Lunimet", " somebody ")
    (True, True)
    >>> codes.code("v", "Lunimet", "Somebody") == codes.code("v", "Gorkosul", "Somebody")
    False
    """

    def __init__(self, key: bytes | Key | None = None) -> None:
        self.given = key is not None
        secret = key.derive("listings") if isinstance(key, Key) else key
        if secret is not None and (not isinstance(secret, bytes) or len(secret) < _SHORTEST):
            msg = _("`key` must be the key of a case or {n} bytes at least. Leave it out to have one drawn.")
            raise InputError(msg.format(n=_SHORTEST))
        self._secret = secret if secret is not None else secrets.token_bytes(32)
        self._known: dict[str, str] = {}

    def code(self, kind: str, *parts: str) -> str:
        """Return the code of some texts that belong together; letters' size and spaces do not matter."""
        message = "\0".join((kind, *map(canonical, parts)))
        if message not in self._known:
            self._known[message] = f"{kind}_{digest(message.encode(), key=self._secret).hex()[:_LENGTH]}"
        return self._known[message]

    def codes(self, kind: str, rows: Iterable[tuple[str, ...]]) -> list[str | None]:
        """Return the codes of many; None where the last text is empty."""
        return [self.code(kind, *row) if row[-1].strip() else None for row in rows]
