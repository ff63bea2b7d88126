"""
The temporary folder of one run, and the end of those that runs left behind that were killed.

A run holds a lock on a file in its folder for as long as it lives, whatever ends it. A folder whose lock is
free belongs to nobody. Paths of sockets may have 107 characters, so the folder stands high in the tree.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from ._kernel import remove

__all__ = ["Folder"]

_PREFIX = "ilp-run-"
_YOUNG = 60.0
"""Seconds in which a folder may still be without its lock."""
_LONGEST = 40
"""Characters of the path above it."""


class Folder:
    """A folder for a ``with`` block, removed after it."""

    path: Path
    _lock: IO[bytes]

    def __enter__(self) -> Folder:
        """Make the folder, and clear away what dead runs left."""
        parent = Path(tempfile.gettempdir())
        if sys.platform != "win32" and len(str(parent)) > _LONGEST:
            parent = Path("/tmp")
        for old in parent.glob(f"{_PREFIX}*"):
            _sweep(old)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        self._lock = (self.path / "lock").open("wb")
        _lock(self._lock)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove it."""
        self._lock.close()
        remove(self.path)


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        about = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or time.time() - about.st_mtime < _YOUNG:
            return
        if hasattr(os, "geteuid") and about.st_uid != os.geteuid():
            return
        with (folder / "lock").open("ab") as file:
            if not _lock(file):
                return
        remove(folder)


def _lock(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        # An open file cannot be removed there: that is the lock.
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
