"""
One writer at a time, on every system: a lock that the operating system itself lets go when its holder dies.

The lock is on a small file beside the one that is written. It is no file whose mere presence locks: such a
one stays behind after a crash, and then somebody deletes it at the wrong moment.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import FileError
from ..i18n import _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["locked"]

_PAUSE = 0.01


@contextmanager
def locked(path: Path, *, seconds: float = 30.0) -> Iterator[None]:
    """
    Hold the lock of a file inside a ``with`` block; threads and processes alike wait for each other.

    Parameters
    ----------
    path
        The file that is to be written. The lock lies beside it, under its name and ``.lock``.
    seconds
        How long to wait.

    Raises
    ------
    FileError
        If the lock cannot be made, or another process holds it for longer.
    """
    try:
        file = path.with_name(path.name + ".lock").open("a+b")
    except OSError as error:
        msg = _("“{name}” cannot be written: {reason}. Is the folder there, and may you write in it?")
        raise FileError(msg.format(name=path.name, reason=error.strerror)) from None
    with file:
        _wait(file, path.name, time.monotonic() + seconds)
        try:
            yield
        finally:
            _let_go(file)


def _wait(file: IO[bytes], name: str, until: float) -> None:
    while not _take(file):
        if time.monotonic() > until:
            msg = _("Another process has been writing “{name}” for long. Close it and try again.")
            raise FileError(msg.format(name=name))
        time.sleep(_PAUSE)


if sys.platform == "win32":

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
