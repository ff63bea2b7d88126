"""
What lies inside a file: plain, gzip, or the one member of a zip archive that holds data.

Members are chosen by what they are, never unpacked to disk. Where several hold data the caller says which:
``source="x.zip!member.csv"`` or ``layer="member.csv"``.
"""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ..errors import FileError
from ..i18n import _

__all__ = ["LARGEST", "Content", "check_there", "data_members", "open_content", "peel", "zip_names"]

LARGEST = 4 << 30
"""Bytes that a compressed file may unpack to; more is refused."""

_DATA = frozenset(
    [
        "csv",
        "tsv",
        "tab",
        "txt",
        "asc",
        "dat",
        "xlsx",
        "xlsm",
        "xlsb",
        "xls",
        "ods",
        "gpkg",
        "geojson",
        "json",
        "kml",
        "kmz",
        "fgb",
        "parquet",
        "geoparquet",
        "shp",
        "dbf",
        "gz",
        "zip",
    ]
)
_MAYBE = frozenset({"txt", "asc", "dat", "json", "dbf"})
_SIDECARS = frozenset(["dbf", "shx", "prj", "cpg", "sbn", "sbx", "qpj", "qix", "qmd", "cst"])


@dataclass(frozen=True)
class Content:
    """Bytes to be read, on disk or in memory, and the name to call them by."""

    name: str
    path: Path | None = None
    data: bytes | None = None
    kind: str | None = None
    """What it is, where that is known without looking inside."""
    choices: dict[str, Any] = field(default_factory=dict)
    """What was chosen to get here (member)."""

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        if self.data is not None:
            return io.BytesIO(self.data)
        assert self.path is not None
        try:
            return self.path.open("rb")
        except PermissionError as error:
            msg = _(
                "{file} cannot be opened: another program holds it, or you may not read it. "
                "Close it there or copy it."
            )
            raise FileError(msg.format(file=self.name)) from error
        except OSError as error:
            msg = _("{file} cannot be read ({why}). Copy it to this computer and try again.")
            raise FileError(msg.format(file=self.name, why=error.strerror or error)) from error

    def head(self, n: int = 8192) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return stream.read(n)

    def bytes(self) -> bytes:
        """Return everything."""
        if self.data is not None:
            return self.data
        with self.open() as stream:
            return stream.read()


def check_there(source: str | os.PathLike[str]) -> None:
    """
    Refuse a source that names nothing, before anything long begins.

    Parameters
    ----------
    source
        A path to a file or a folder, with a member after ``!`` where it names one.

    Raises
    ------
    FileError
        If there is no such file or folder.
    """
    path, _member = _split_member(os.fspath(source))
    if not _exists(path) and "://" not in os.fspath(source):
        raise FileError(_missing(path))


def _missing(path: Path) -> str:
    msg = _("There is no file {file}. Check the path; `ilp check` also takes a path in quotation marks.")
    return msg.format(file=path)


def open_content(source: str | os.PathLike[str] | io.IOBase) -> tuple[Content, str | None]:
    """
    Find the file that a source names, and the member after ``!`` where it names one.

    Parameters
    ----------
    source
        A path, or a file open for reading bytes.

    Raises
    ------
    FileError
        If there is no such file, it is a folder, or it is empty.
    """
    if not isinstance(source, str | os.PathLike):
        return _open_stream(source), None
    text = os.fspath(source)
    if "://" in text:
        msg = _("{file} is an address on a network. Download the file first and give its path.").format(
            file=text
        )
        raise FileError(msg)
    path, member = _split_member(text)
    if path.is_dir():
        msg = _("{file} is a folder. Give the path of a file in it.").format(file=path)
        raise FileError(msg)
    try:
        size = path.stat().st_size
    except PermissionError as error:
        msg = _("{file} cannot be opened: you may not read it. Ask for the right, or copy it.").format(
            file=path
        )
        raise FileError(msg) from error
    except (OSError, ValueError) as error:
        raise FileError(_missing(path)) from error
    if not size:
        msg = _("{file} is empty (0 bytes). Export it again from the system it came from.").format(
            file=path.name
        )
        raise FileError(msg)
    return Content(path.name, path=path), member


def peel(content: Content, member: str | None) -> Content:
    """
    Unpack gzip and choose the member of a zip archive; anything else is returned as it is.

    Parameters
    ----------
    content
        A gzip file or a zip archive that is no document of its own (Excel, OpenDocument).
    member
        Name of the member wanted, None for the only one.
    """
    if content.head(2) == b"\x1f\x8b":
        return Content(content.name.removesuffix(".gz"), data=_gunzip(content), choices=dict(content.choices))
    return _from_zip(content, member)


def data_members(names: Iterable[str]) -> list[str]:
    """Return the members that may hold a table; plain text and the like count where nothing else does."""
    found = [name for name in names if not _is_litter(name)]
    shapes = {name.lower().removesuffix(".shp") for name in found if name.lower().endswith(".shp")}
    data = [name for name in found if _suffix(name) in _DATA and not _goes_with(name, shapes)]
    sure = [name for name in data if _suffix(name) not in _MAYBE]
    return sure or data or [name for name in found if "." not in PurePosixPath(name).name]


def zip_names(content: Content) -> list[str]:
    """Return the members of an archive, their names readable; raises FileError where it is damaged."""
    with content.open() as stream, _archive(content, stream) as archive:
        return [_readable(info) for info in archive.infolist()]


def _open_stream(stream: io.IOBase) -> Content:
    name, data = Path(str(getattr(stream, "name", _("The open file")))).name, stream.read()
    if isinstance(data, str):
        msg = _("{file} is open as text. Open it for reading bytes (mode 'rb') or give its path.")
        raise FileError(msg.format(file=name))
    if not data:
        raise FileError(_("{file} is empty (0 bytes). Export it again.").format(file=name))
    return Content(name, data=data)


def _split_member(text: str) -> tuple[Path, str | None]:
    path = Path(text).expanduser()
    if _exists(path):
        return path, None
    if "!" in text:
        outer, _mark, member = text.partition("!")
        return Path(outer).expanduser(), member.replace("\\", "/").lstrip("/")
    for parent in path.parents:
        if _exists(parent):
            if parent.is_file() and parent.suffix.lower() == ".zip":
                return parent, path.relative_to(parent).as_posix()
            break
    return path, None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _gunzip(content: Content) -> bytes:
    try:
        with content.open() as stream, gzip.GzipFile(fileobj=stream) as unpacked:
            return _limited(unpacked, content.name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        msg = _("{file} is damaged: it does not unpack to the end. Copy or download it again.").format(
            file=content.name
        )
        raise FileError(msg) from error


def _from_zip(content: Content, member: str | None) -> Content:
    with content.open() as stream, _archive(content, stream) as archive:
        infos = {_readable(info): info for info in archive.infolist() if not info.is_dir()}
        names = data_members(infos)
        name = _choose(content, infos, names, member)
        if infos[name].flag_bits & 1:
            msg = _("{file} is locked with a password. Unpack it with the password and give the file inside.")
            raise FileError(msg.format(file=content.name))
        try:
            data = (
                _shapefile(archive, infos, name)
                if name.lower().endswith(".shp")
                else _member(archive, infos[name])
            )
        except NotImplementedError as error:
            msg = _(
                "{file} is packed by a method that cannot be read here. Unpack it, and give the file inside "
                "or pack it anew as a plain zip."
            )
            raise FileError(msg.format(file=content.name)) from error
        except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
            msg = _("{file} is damaged: {member} does not unpack. Copy or download it again.")
            raise FileError(msg.format(file=content.name, member=name)) from error
    kind = "Shapefile" if name.lower().endswith(".shp") else None
    choices = {**content.choices, "member": name}
    return Content(PurePosixPath(name).name, data=data, kind=kind, choices=choices)


def _archive(content: Content, stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        msg = _(
            "{file} is damaged: it begins like a zip archive and does not end like one. "
            "Copy or download it again."
        )
        raise FileError(msg.format(file=content.name)) from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as unpacked:
        return _limited(unpacked, info.filename)


def _limited(stream: Any, name: str) -> bytes:
    """Read to the end, but never more than `LARGEST`: a small archive can unpack to any size."""
    pieces, size = io.BytesIO(), 0
    while piece := stream.read(1 << 22):
        size += len(piece)
        if size > LARGEST:
            msg = _("{file} unpacks to more than {n} GB. Unpack it yourself and give the file inside.")
            raise FileError(msg.format(file=name, n=LARGEST >> 30))
        pieces.write(piece)
    return pieces.getvalue()


def _readable(info: zipfile.ZipInfo) -> str:
    """Return a member's name; archives made on Russian Windows hold it in cp866 and do not say so."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp866"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or not parts or parts[-1].startswith((".", "~$"))


def _goes_with(name: str, shapes: set[str]) -> bool:
    stem, _dot, suffix = name.lower().rpartition(".")
    return suffix in _SIDECARS and stem in shapes


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def _choose(content: Content, infos: Iterable[str], data: list[str], member: str | None) -> str:
    if member is not None:
        wanted = [name for name in infos if member in {name, PurePosixPath(name).name}]
        if wanted:
            return wanted[0]
        msg = _("{file} has no member {member!r}. It holds: {names}.")
        raise FileError(msg.format(file=content.name, member=member, names=_list(data or list(infos))))
    if len(data) == 1:
        return data[0]
    if not data:
        msg = _("{file} holds no table (it holds: {names}). Give an archive with a CSV, Excel or map file.")
        raise FileError(msg.format(file=content.name, names=_list(list(infos)) or _("nothing")))
    msg = _("{file} holds {n} tables: {names}. Say which, for instance source={example!r}.")
    example = f"{content.path or content.name}!{data[0]}"
    raise FileError(msg.format(file=content.name, n=len(data), names=_list(data), example=example))


def _list(names: list[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def _shapefile(archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    """Pack the parts of one shapefile anew under a plain name, for a driver that wants them together."""
    stem = name[:-4].lower()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as fresh:
        for other, info in infos.items():
            base, _dot, suffix = other.lower().rpartition(".")
            if base == stem and (suffix == "shp" or suffix in _SIDECARS):
                fresh.writestr(f"layer.{suffix}", _member(archive, info))
    return packed.getvalue()
