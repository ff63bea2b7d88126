"""
Files as people send them: loose, in folders, in archives made by any system, one archive inside another.

Everything here reads and nothing is unpacked: a member comes out as bytes, within limits of size, number
and ratio, under a name that is text only and never a path to write to. Links are not followed.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ilp_toolkit.i18n import _

__all__ = ["LARGEST", "Sent", "Unreadable", "is_submission", "sent", "shown"]

LARGEST = 20_000_000
"""Bytes of one file that is looked at."""
_ARCHIVE = 500_000_000
"""Bytes of an archive of many submissions."""
_ENTRIES = 5_000
_RATIO = 200
_DEPTH = 10
"""Folders inside each other."""
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_WANTED = (".ilpsub", ".ipynb", ".json")
_UNICODE = 0x800
_FAILURES = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError,
    IndexError, OverflowError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One file that was sent."""

    path: tuple[str, ...]
    """Folders and name, archives included, as far as names go."""
    data: bytes
    modified: float = 0.0
    """Seconds since 1970 that the file claims, 0 where it claims none."""

    @property
    def name(self) -> str:
        """The path in one line, fit to be shown."""
        return shown("/".join(self.path))

    @property
    def suffix(self) -> str:
        """What the name ends with, in small letters."""
        return os.path.splitext(self.path[-1])[1].lower()  # noqa: PTH122 - a name, not a path


@dataclass(frozen=True)
class Unreadable:
    """Something that was sent and cannot be taken in."""

    path: tuple[str, ...]
    reason: str
    data: bytes | None = None

    @property
    def name(self) -> str:
        """The path in one line, fit to be shown."""
        return shown("/".join(self.path))


def sent(folder: Path) -> Iterator[Sent | Unreadable]:
    """
    Give every submission, notebook and answer book in a folder, whatever it is packed in, in order of names.

    Parameters
    ----------
    folder
        The folder; one file is taken as it is.
    """
    if folder.is_file() and not folder.is_symlink():
        yield from _file(folder, (folder.name,))
        return
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    seen = 0
    while waiting:
        here, parts = waiting.pop()
        entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        deeper = []
        for entry in entries:
            seen += 1
            named = (*parts, entry.name)
            if entry.name.startswith((".", "~$")) or entry.name == "__MACOSX":
                continue
            if entry.is_symlink():
                yield Unreadable(named, _("It is a link; links are not followed."))
            elif entry.is_dir(follow_symlinks=False):
                if len(named) > _DEPTH:
                    yield Unreadable(named, _("It lies too deep in folders."))
                else:
                    deeper.append((Path(entry.path), named))
            elif seen <= 20 * _ENTRIES:
                yield from _file(Path(entry.path), named)
        waiting += reversed(deeper)


def shown(text: str) -> str:
    """Return a stranger's text fit for a terminal and a log: on one line, without commands, not long."""
    fit = "".join(sign if sign.isprintable() else "?" for sign in text)
    return fit if len(fit) <= 160 else f"…{fit[-159:]}"


def is_submission(data: bytes) -> bool:
    """Whether this is a submission's archive, whatever it is called by now."""
    with contextlib.suppress(*_FAILURES), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "manifest.json" in {info.orig_filename for info in archive.infolist()[:20]}
    return False


def _file(path: Path, named: tuple[str, ...]) -> Iterator[Sent | Unreadable]:
    suffix = path.suffix.lower()
    if suffix in _OTHER_ARCHIVES:
        yield Unreadable(named, _("This kind of archive is not read. Unpack it into the inbox."))
        return
    if suffix not in (*_WANTED, ".zip"):
        return
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                yield Unreadable(named, _("It is no file."))
            elif about.st_size > (_ARCHIVE if suffix == ".zip" else LARGEST):
                yield Unreadable(named, _too_large())
            else:
                yield from _content(Sent(named, file.read(), about.st_mtime), nested=False)
    except OSError as problem:
        yield Unreadable(named, _("It cannot be read: {why}").format(why=problem.strerror or problem))


def _content(file: Sent, *, nested: bool) -> Iterator[Sent | Unreadable]:
    """Give the file, or what is in it where it is an archive."""
    if file.suffix != ".zip" or is_submission(file.data):
        yield file if len(file.data) <= LARGEST else Unreadable(file.path, _too_large())
        return
    if nested and len(file.path) > 2 * _DEPTH:
        yield Unreadable(file.path, _("It lies too deep in folders."))
        return
    try:
        yield from _members(file, nested=nested)
    except _FAILURES:
        yield Unreadable(file.path, _("The archive is damaged or of a kind that is not read."), file.data)


def _members(file: Sent, *, nested: bool) -> Iterator[Sent | Unreadable]:
    left, found = _ARCHIVE, False
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        infos = archive.infolist()
        if len(infos) > _ENTRIES:
            yield Unreadable(file.path, _("The archive holds too many files ({n}).").format(n=len(infos)))
            return
        for info in infos:
            name = _named(info)
            inner = _parts(name)
            if info.is_dir() or (inner and (inner[-1].startswith((".", "~$")) or "__MACOSX" in inner)):
                continue
            path = (*file.path, *(inner or (name,)))
            suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path
            if suffix in _OTHER_ARCHIVES or (suffix == ".zip" and nested):
                found = True
                yield Unreadable(path, _("An archive in an archive: unpack it into the inbox."))
            if suffix not in _WANTED and not (suffix == ".zip" and not nested):
                continue
            found = True
            problem = _problem(info, inner, left)
            if problem:
                yield Unreadable(path, problem)
                continue
            with archive.open(info) as stream:
                data = stream.read(min(LARGEST, left) + 1)
            left -= len(data)
            if len(data) > LARGEST or left < 0:
                yield Unreadable(path, _too_large())
                continue
            yield from _content(Sent(path, data, 0.0), nested=True)
    if not found:
        yield Unreadable(file.path, _("The archive holds no submission and no notebook."), file.data)


def _problem(info: zipfile.ZipInfo, inner: tuple[str, ...], left: int) -> str:
    """Return why a member is not read, empty where it is."""
    if not inner:
        return _("Its name leads out of the archive.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return _("It is a link; links are not followed.")
    if info.flag_bits & 0x1:
        return _("It is locked with a password.")
    swollen = info.file_size > 1_000_000 and info.file_size > _RATIO * max(1, info.compress_size)
    if info.file_size > min(LARGEST, left) or swollen:
        return _too_large()
    return ""


def _named(info: zipfile.ZipInfo) -> str:
    """
    Return the name of a member as its author saw it.

    Windows writes names in the code page of its console (cp866 in Russian) and does not say so; Python then
    reads them as cp437.
    """
    name = info.orig_filename
    if info.flag_bits & _UNICODE:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "cp866"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return name


def _parts(name: str) -> tuple[str, ...]:
    """Return folders and name, or nothing where the path leads somewhere else than into the archive."""
    if "\0" in name or name.startswith(("/", "\\")) or name[1:2] == ":":
        return ()
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    return () if ".." in parts else parts


def _too_large() -> str:
    return _("It is larger than a submission may be ({limit} MB).").format(limit=LARGEST // 1_000_000)
