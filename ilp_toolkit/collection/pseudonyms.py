"""
Pseudonyms: the same value gets the same code within a case, and nobody without the case's key can go back.

A plain hash protects nothing here. A Kyrgyz personal number is a digit for sex, a date of birth and five more
digits: some seven thousand million of them, so a laptop tries them all within an hour, and telephone numbers
are fewer. Hence a keyed hash (HMAC-SHA256, RFC 2104), with a key drawn for each case and kept *outside* the
folder of the case: whoever copies the folder has the codes and not the key. Losing the key is final, and so
is destroying it: that is a way to erase.

Letters count. The Cyrillic and the Latin spelling of a name get two codes, since merging persons is a
decision for a human; `look_alikes` lists what may be the same.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import math
import os
import re
import secrets
import stat
import sys
import time
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileError, InputError
from ..i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Key",
    "canonical",
    "destroy_key",
    "digest",
    "key_folder",
    "look_alikes",
    "open_key",
    "pseudonym",
    "pseudonyms",
    "rotate_key",
]

LENGTH = 12
"""Letters of a pseudonym, 60 bits: of a million values two meet with a chance of one in two million."""
_SHORTEST = 8
_LONGEST = 52
_SECRET_BYTES = 32
_FORMAT = "ilp-toolkit keys 1"
_CASE = re.compile(r"[\w.-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class Key:
    """One key of a case; it never shows itself when printed."""

    case: str
    """Id of the case."""
    number: int
    """1 for the first key, one more after each rotation."""
    secret: bytes = field(repr=False)
    """32 bytes from the system's source of randomness."""

    def derive(self, use: str) -> bytes:
        """Return a key of its own for another use (masking of points, say), so that uses do not meet."""
        return digest(f"ilp {use}".encode(), key=self.secret)


def digest(message: bytes, *, key: bytes) -> bytes:
    """
    Hash a message under a key: HMAC-SHA256.

    Examples
    --------
    >>> digest(b"The quick brown fox jumps over the lazy dog", key=b"key").hex()[:8]
    'f7bc83f4'
    """
    return hmac.digest(key, message, "sha256")


def canonical(value: object) -> str:
    """
    Write a value the way it is hashed: Unicode composed, small letters, single spaces, whole numbers whole.

    Examples
    --------
    >>> canonical("  AMZIN   Torvelim "), canonical(12345678901234.0), canonical(12345678901234)
    ('amzin torvelim', '12345678901234', '12345678901234')
    """
    if isinstance(value, bytes):
        msg = f"`value` must be text or a number, got {type(value).__name__}."
        raise TypeError(msg)
    if hasattr(value, "is_integer") and value.is_integer():
        value = int(value)  # type: ignore[call-overload]
    return " ".join(unicodedata.normalize("NFC", str(value)).casefold().split())


def pseudonym(value: object, *, key: bytes | Key, kind: str = "", length: int = LENGTH) -> str:
    """
    Give one value its code.

    Parameters
    ----------
    value
        Text or a number; case, spaces around and repeated spaces do not matter, letters and accents do.
    key
        The key of the case (`open_key`), or its bytes.
    kind
        What the value is (``person``, ``phone``). The same digits as a telephone and as an account get two
        codes; the code begins with it.
    length
        Letters of the code, 8 to 52 (all of the hash).

    Returns
    -------
    str
        Letters A to Z and digits 2 to 7 (base 32), after ``kind`` and a hyphen where it is given.

    Raises
    ------
    InputError
        If the value is empty, or the length is out of bounds.

    Notes
    -----
    A pseudonym is still personal data: whoever holds the key can test a guess. Frequencies and links survive,
    and a person may be known by them.

    References
    ----------
    RFC 2104 (HMAC); RFC 4648, section 6 (base 32).

    Examples
    --------
    >>> pseudonym("Torvelim Amzin", key=b"k" * 32) == pseudonym("TORVELIM  AMZIN", key=b"k" * 32)
    True
    >>> pseudonym("Torvelim", key=b"k" * 32) == pseudonym("Торвелим", key=b"k" * 32)
    False
    """
    if not _SHORTEST <= length <= _LONGEST:
        msg = f"`length` must be {_SHORTEST} to {_LONGEST}, got {length!r}."
        raise InputError(msg)
    text = canonical(value)
    if not text or _is_missing(value):
        msg = _("`value` is empty, and an empty value has no pseudonym. Leave such rows out.")
        raise InputError(msg)
    hashed = digest(f"{kind}\0{text}".encode(), key=_secret(key))
    code = base64.b32encode(hashed).decode().rstrip("=")[:length]
    return f"{kind}-{code}" if kind else code


def pseudonyms(
    values: pd.Series[Any], *, key: bytes | Key, kind: str = "", length: int = LENGTH
) -> pd.Series[Any]:
    """
    Give each value of a column its code, and make sure that no two values share one.

    Parameters
    ----------
    values
        Text or numbers; missing and empty values stay missing.
    key, kind, length
        As in `pseudonym`.

    Returns
    -------
    Series
        Codes on the same index; nothing of the values (no categories, no attributes) comes with it.

    Raises
    ------
    InputError
        If two different values would get the same code; the message says which length parts them.
    """
    import pandas as pd

    codes: dict[str, str] = {}
    written = [None if _is_missing(value) else canonical(value) or None for value in values.tolist()]
    for text in written:
        if text is not None and text not in codes:
            codes[text] = pseudonym(text, key=key, kind=kind, length=length)
    _refuse_shared(codes, length)
    found = [None if text is None else codes[text] for text in written]
    return pd.Series(found, index=values.index, name=values.name, dtype=object)


def look_alikes(values: Iterable[object]) -> pd.DataFrame:
    """
    List values that may be one and the same in two spellings or scripts, for a human to decide.

    Parameters
    ----------
    values
        Names as they stand in the data.

    Returns
    -------
    DataFrame
        ``value``, ``group`` (numbered from 1): values of a group get different pseudonyms and share what
        spellings of a name have in common. For the analyst's eyes: it holds the names themselves.

    Examples
    --------
    >>> look_alikes(["Vansok", "Вансок", "Dorlek"])["value"].tolist()
    ['Vansok', 'Вансок']
    """
    import pandas as pd

    from .transliteration import skeleton

    groups: dict[str, dict[str, str]] = {}
    for value in values:
        if not _is_missing(value) and canonical(value):
            groups.setdefault(skeleton(str(value)), {}).setdefault(canonical(value), str(value))
    several = [list(group.values()) for group in groups.values() if len(group) > 1]
    rows = [(value, number) for number, group in enumerate(several, start=1) for value in group]
    return pd.DataFrame(rows, columns=["value", "group"])


# Keys


def key_folder(folder: str | Path | None = None) -> Path:
    r"""
    Say where keys are kept: the argument, else ``ILP_KEYS``, else the user's own data folder.

    That is ``%APPDATA%\ilp-toolkit\keys`` on Windows, ``~/Library/Application Support/ilp-toolkit/keys`` on a
    Mac, and ``$XDG_DATA_HOME/ilp-toolkit/keys`` (``~/.local/share``) elsewhere.
    """
    if folder is not None:
        return Path(folder)
    if named := os.environ.get("ILP_KEYS"):
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "ilp-toolkit" / "keys"


def open_key(
    case: str,
    *,
    folder: str | Path | None = None,
    outside: str | Path | None = None,
    number: int | None = None,
) -> Key:
    """
    Return the key of a case; the first time one is drawn and kept.

    Parameters
    ----------
    case
        Id of the case: letters, digits, ``.``, ``_`` and ``-``.
    folder
        Where keys are kept; left out, see `key_folder`.
    outside
        The folder of the case: a key inside it would travel with every copy, so that is refused.
    number
        An earlier key, after a rotation; left out, the newest.

    Returns
    -------
    Key

    Raises
    ------
    FileError
        If the place of keys lies in the case's folder or cannot be used, or the file of keys is damaged.
    InputError
        If the id cannot name a file, or there is no key of that number.
    """
    path = _path(case, folder, outside)
    if not path.exists():
        _make(path, {"format": _FORMAT, "case": case, "keys": [secrets.token_hex(_SECRET_BYTES)]})
    held = _read(path, case)
    if number is not None and not 1 <= number <= len(held):
        msg = _("The case has {n} keys; there is no key {number}.").format(n=len(held), number=number)
        raise InputError(msg)
    wanted = len(held) if number is None else number
    return Key(case, wanted, held[wanted - 1])


def rotate_key(case: str, *, folder: str | Path | None = None, outside: str | Path | None = None) -> Key:
    """
    Draw a new key for a case and keep the earlier ones.

    New pseudonyms no longer match those given before; with the earlier key (``number=``) the old codes can
    still be made, to carry records over. Rotate when a key may have been seen, or when recipients of two
    products must not be able to join them.
    """
    open_key(case, folder=folder, outside=outside)
    path = _path(case, folder, outside)
    held = [*_read(path, case), secrets.token_bytes(_SECRET_BYTES)]
    content = {"format": _FORMAT, "case": case, "keys": [secret.hex() for secret in held]}
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    _make(beside, content)
    beside.replace(path)
    return Key(case, len(held), held[-1])


def destroy_key(case: str, *, folder: str | Path | None = None) -> bool:
    """
    Remove every key of a case; returns whether there was one.

    From then on nobody can test a guess against the pseudonyms of the case, which cannot be undone. A copy of
    the file elsewhere (a backup) is not reached.
    """
    path = _path(case, folder, None)
    if not path.exists():
        return False
    path.unlink()
    return True


def _path(case: str, folder: str | Path | None, outside: str | Path | None) -> Path:
    if not _CASE.fullmatch(case) or set(case) == {"."}:
        msg = _("The id {case!r} cannot name a file of keys: use letters, digits, points and hyphens.")
        raise InputError(msg.format(case=case))
    place = key_folder(folder)
    if outside is not None and place.resolve().is_relative_to(Path(outside).resolve()):
        msg = _(
            "Keys would lie inside the folder of the case and leave with every copy of it. "
            "Name another place with ILP_KEYS."
        )
        raise FileError(msg)
    return place / f"{case}.json"


def _make(path: Path, content: Mapping[str, Any]) -> None:
    """Make a file that only its owner may read; where another process was first, its file stays."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        msg = _("No key can be kept in “{name}”: {reason}. Name another place with ILP_KEYS.")
        raise FileError(msg.format(name=path.parent.name, reason=error.strerror)) from None
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps(content, indent=1).encode())


def _read(path: Path, case: str) -> list[bytes]:
    # Another process may have made the file a moment ago and not filled it yet.
    for wait in (0.0, 0.05, 0.2, 0.75):
        time.sleep(wait)
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            content = json.loads(path.read_text(encoding="utf-8"))
            held = [bytes.fromhex(text) for text in content["keys"]]
            right = content["format"] == _FORMAT and content["case"] == case
            if right and held and all(len(secret) == _SECRET_BYTES for secret in held):
                _warn_if_open(path)
                return held
    msg = _(
        "The file of keys “{name}” is damaged. Take it back from a copy: no code can be repeated without."
    )
    raise FileError(msg.format(name=path.name))


def _warn_if_open(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        msg = _(
            "Others on this machine may read the file of keys “{name}”. Close it with chmod 600 and rotate."
        )
        warnings.warn(msg.format(name=path.name), UserWarning, stacklevel=4)


def _secret(key: bytes | Key) -> bytes:
    secret = key.secret if isinstance(key, Key) else key
    if not isinstance(secret, bytes) or len(secret) < 16:
        msg = "`key` must be a Key or at least 16 bytes (see open_key): a shorter one can be guessed."
        raise InputError(msg)
    return secret


def _refuse_shared(codes: Mapping[str, str], length: int) -> None:
    if len(set(codes.values())) == len(codes):
        return
    msg = _("Two different values would get the same pseudonym of {length} letters. Use length={longer}.")
    raise InputError(msg.format(length=length, longer=min(_LONGEST, length + 8)))


def _is_missing(value: object) -> bool:
    import pandas as pd

    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )
