"""
The archive of a submission: packing three parts, and unpacking what a stranger has sent within limits.

The table of contents is looked at before a byte is unpacked, and what comes out is counted, because the
table may lie. Nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import FileError
from ..i18n import _

__all__ = ["ANSWERS", "LIMITS", "MANIFEST", "NOTEBOOK", "pack", "plain", "too_large", "unpack"]

MANIFEST, ANSWERS, NOTEBOOK = "manifest.json", "answers.json", "exam.ipynb"
_NAMES = frozenset({MANIFEST, ANSWERS, NOTEBOOK})
_CHUNK = 1 << 16
_FOLDER = 0x10
"""MS-DOS's mark of a folder."""


@dataclass(frozen=True)
class Limits:
    """How much a submission may hold."""

    packed: int = 20_000_000
    """Bytes of the file."""
    unpacked: int = 50_000_000
    """Bytes of all parts together."""
    entries: int = 10
    ratio: int = 200
    """Unpacked bytes to one packed byte, where a part is larger than a megabyte."""


LIMITS = Limits()


def pack(payload: Mapping[str, bytes]) -> bytes:
    """Pack with fixed names and times, so that the same answers give the same file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in payload.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return packed.getvalue()


def unpack(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts of an archive by name; raises FileError for whatever is not a submission's."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _allowed(infos, name)
            return _members(archive, infos, name)
    except FileError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError,
            UnicodeError, IndexError, OverflowError, MemoryError):  # fmt: skip
        # NotImplementedError and RuntimeError: kinds of packing and encryption that Python does not know.
        msg = _("{file} is no submission or is damaged. Copy it again, without packing or renaming it.")
        raise FileError(msg.format(file=name)) from None


def _allowed(infos: list[zipfile.ZipInfo], name: str) -> None:
    """Look at the table of contents before a byte is unpacked."""
    if len(infos) > LIMITS.entries:
        msg = _("{file} holds {n} files; a submission holds two or three.")
        raise FileError(msg.format(file=name, n=len(infos)))
    found = [info.orig_filename for info in infos]
    for one in found:
        if one not in _NAMES:
            msg = _(
                "{file} holds “{part}”, which no submission holds. "
                "Send the .ilpsub file as the course made it; do not pack it again."
            )
            raise FileError(msg.format(file=name, part=plain(one)))
    if len(set(found)) != len(found):
        raise FileError(_("{file} holds a part twice.").format(file=name))
    for part in (MANIFEST, ANSWERS):
        if part not in found:
            raise FileError(_("{file} lacks its part {part}.").format(file=name, part=part))
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or info.is_dir() or info.external_attr & _FOLDER:
            msg = _("{file}: {part} is a link, a folder or a device, not a file.")
            raise FileError(msg.format(file=name, part=info.orig_filename))
        if info.flag_bits & 0x1:
            raise FileError(_("{file} is locked with a password.").format(file=name))
        swollen = info.file_size > 1_000_000 and info.file_size > LIMITS.ratio * max(info.compress_size, 1)
        if info.file_size > LIMITS.unpacked or swollen:
            raise FileError(too_large(name))
    if sum(info.file_size for info in infos) > LIMITS.unpacked:
        raise FileError(too_large(name))


def _members(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str) -> dict[str, bytes]:
    """Unpack, counting what really comes out: the table of contents may lie."""
    left, payload = LIMITS.unpacked, {}
    for info in infos:
        pieces = io.BytesIO()
        with archive.open(info) as stream:
            while piece := stream.read(min(_CHUNK, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise FileError(too_large(name))
                pieces.write(piece)
        payload[info.orig_filename] = pieces.getvalue()
    return payload


def plain(text: str) -> str:
    """Make a stranger's text fit for a terminal and a log: no control characters, not long."""
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "?" for c in text)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def too_large(name: str) -> str:
    """Say that a file is larger than a submission may be."""
    return _("{file} is larger than a submission may be ({packed} MB, {unpacked} MB unpacked).").format(
        file=name, packed=LIMITS.packed // 1_000_000, unpacked=LIMITS.unpacked // 1_000_000
    )
