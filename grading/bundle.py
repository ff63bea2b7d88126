"""
The course on a USB stick: notebooks, data, packages, start files, lessons for phones and handouts in one zip.

A bundle is put together from what learners get and nothing else, is searched for what an exam keeps to
itself, and is written the same way each time. Packages are many megabytes and are never committed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ilp_toolkit import __version__
from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _, plural

from . import handouts, leaks, phone, read_me, wheels
from .course import build_module
from .data import SAMPLE
from .key import Overlay
from .languages import LANGUAGES
from .modules import ROOT, Module, load, load_all
from .tracks import Curriculum, build_index
from .wheels import PLATFORMS, PYTHONS

__all__ = ["Bundle", "bundle", "make", "packed", "sums"]

NAME = "ilp-course"
_TEMPLATES = Path(__file__).parent / "templates" / "stick"
_UNWANTED = {".ipynb_checkpoints", "__pycache__", "answers"}
_STORED = {".whl", ".pdf", ".parquet", ".gpkg", ".xlsx", ".png"}
"""What is packed already: deflating it again costs minutes and saves nothing."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Bundle:
    """What was made."""

    folder: Path
    archive: Path
    id: str
    """Short hash of what learners work on and install: it names their folder."""


def bundle(
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help=_("Where the folder and its zip are written."))
    ] = Path("dist/bundle"),
    platforms: Annotated[
        str, typer.Option("--platforms", help=_("For which systems: windows,linux or one of them."))
    ] = "windows,linux",
    python: Annotated[
        str, typer.Option("--python", help=_("For which versions of Python: 3.11, 3.12, 3.13, with commas."))
    ] = PYTHONS[0],
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="FOLDER", help=_("The examiner's own items and salt.")),
    ] = None,
    no_wheels: Annotated[
        bool, typer.Option("--no-wheels", help=_("Without packages: for computers that have them already."))
    ] = False,
    root: Annotated[Path, typer.Option("--root", help=_("The checkout."), show_default=False)] = ROOT,
) -> None:
    """Make the course for a USB stick: one folder and the same as a zip."""
    systems = () if no_wheels else wheels.chosen(platforms, PLATFORMS, "--platforms")
    versions = wheels.chosen(python, PYTHONS, "--python")
    examiner = Overlay.find(overlay, root=root)
    made = make(out, root, platforms=systems, pythons=versions, overlay=examiner, progress=typer.echo)
    size = round(made.archive.stat().st_size / 1e6)
    typer.echo(_("{archive} ({size} MB), course {id}").format(archive=made.archive, size=size, id=made.id))


def make(
    out: Path,
    root: Path = ROOT,
    *,
    modules: Iterable[Module] | None = None,
    platforms: Iterable[str] = (),
    pythons: Iterable[str] = PYTHONS[:1],
    overlay: Overlay | None = None,
    progress: Progress = lambda text: None,
) -> Bundle:
    """
    Make a bundle.

    Parameters
    ----------
    out
        Gets the folder ``ilp-course`` and ``ilp-course.zip``; an earlier bundle there is replaced, but
        wheels that still fit are kept.
    root
        The checkout.
    modules
        Modules whose lessons become pages for phones and whose handouts are printed; None: all.
    platforms, pythons
        For which systems packages are added; no platform: none.
    overlay
        The examiner's items and salt: the course is built anew with them.
    progress
        Is told each step.

    Raises
    ------
    FileError
        If something of an exam would leave; the bundle is removed again.
    """
    folder = out / NAME
    platforms, pythons = tuple(platforms), tuple(pythons)
    out.mkdir(parents=True, exist_ok=True)
    kept = _emptied(folder, keep_wheels=bool(platforms))
    progress(_("Notebooks and data"))
    _course(root, folder, overlay)
    shutil.copytree(root / "datasets", folder / "datasets", ignore=_unwanted)
    for name in ("LICENSE", "LICENSE-CONTENT"):
        shutil.copyfile(root / name, folder / name)
    own = tuple(load_all(root) if modules is None else modules)
    course = folder / "notebooks" / "course"
    for language in LANGUAGES:
        progress(_("Lessons for phones and handouts, {language}").format(language=language))
        phone.write(own, course, language, folder / "phone" / language)
        handouts.write(own, course, language, folder / "handouts" / language)
    _start_files(folder, platforms, pythons)
    progress(_("Search for what an exam keeps to itself"))
    _searched(folder, root, overlay)
    if platforms:
        progress(_("Packages for {systems}").format(systems=", ".join(platforms)))
        _settled(folder / "wheels", kept)
        wheels.gather(root, folder / "wheels", platforms, pythons)
        _only_listed(folder / "wheels")
    identity = _identity(folder)
    about = {"id": identity, "platforms": platforms, "python": pythons, "toolkit": __version__}
    (folder / "start" / "course.json").write_text(json.dumps(about) + "\n", encoding="utf-8", newline="\n")
    (folder / "SHA256SUMS").write_text(sums(folder), encoding="utf-8", newline="\n")
    return Bundle(folder, packed(folder, out / f"{NAME}.zip"), identity)


def sums(folder: Path) -> str:
    """Return the checksum of each file of a folder, as ``sha256sum -c`` reads it."""
    lines = []
    for path in _files(folder):
        if path.name != "SHA256SUMS":
            with path.open("rb") as file:
                value = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{value}  {path.relative_to(folder).as_posix()}")
    return "\n".join(lines) + "\n"


def packed(folder: Path, archive: Path) -> Path:
    """Pack a folder: names in UTF-8 and in order, one time for all: the same files give the same zip."""
    fresh = archive.with_suffix(".tmp")
    with zipfile.ZipFile(fresh, "w") as target:
        for path in _files(folder):
            info = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
            info.create_system = 3  # else a zip that was made on Windows would differ
            info.external_attr = (0o100755 if path.suffix == ".sh" else 0o100644) << 16
            info.compress_type = zipfile.ZIP_STORED if path.suffix in _STORED else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, target.open(info, "w") as file:
                shutil.copyfileobj(source, file)
    fresh.replace(archive)
    return archive


def _files(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def _unwanted(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in _UNWANTED or name.endswith((".pyc", ".ilpsub"))}


def _emptied(folder: Path, *, keep_wheels: bool) -> Path | None:
    """Remove an earlier bundle; its wheels are put aside, since fetching them takes minutes."""
    kept = folder.with_name(f"{NAME}.wheels")
    if keep_wheels and (folder / "wheels").is_dir() and not kept.exists():
        (folder / "wheels").rename(kept)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return kept if kept.is_dir() else None


def _settled(folder: Path, kept: Path | None) -> None:
    if kept is not None:
        kept.rename(folder)


def _only_listed(folder: Path) -> None:
    """Remove wheels of an earlier bundle that no list names."""
    lists = [wheels.locked(path.read_text(encoding="utf-8")) for path in folder.glob("*.txt")]
    listed = {value for pins in lists for many in pins.values() for pin in many for value in pin.hashes}
    for path in folder.glob("*.whl"):
        if hashlib.sha256(path.read_bytes()).hexdigest() not in listed:
            path.unlink()


def _course(root: Path, folder: Path, overlay: Overlay | None) -> None:
    """Copy the notebooks; with an examiner's items or salt the course is built anew."""
    shutil.copytree(root / "notebooks", folder / "notebooks", ignore=_unwanted)
    if overlay is None:
        return
    target = folder / "notebooks" / "course"
    shutil.rmtree(target)
    own = [load(module.folder, overlay.folder) for module in load_all(root)]
    for module in own:
        build_module(module, target, salt=overlay.salt or SAMPLE)
    build_index(Curriculum.load(root), own, target)


def _identity(folder: Path) -> str:
    found = hashlib.sha256()
    for part in ("notebooks", "datasets", "wheels"):
        for path in _files(folder / part) if (folder / part).is_dir() else ():
            if path.suffix != ".whl":
                found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:8]


def _start_files(folder: Path, platforms: tuple[str, ...], pythons: tuple[str, ...]) -> None:
    start = folder / "start"
    start.mkdir()
    (folder / "python").mkdir()
    for name, place in (
        ("start.py", start),
        ("no-python.txt", start),
        ("start-linux.sh", folder),
        ("start-windows.cmd", folder),
    ):
        _filled(_TEMPLATES / name, place / name, pythons)
    _filled(_TEMPLATES / "python.txt", folder / "python" / "READ ME.txt", pythons)
    wheels.pip_wheel(start)
    page = read_me.page(platforms, pythons)
    (folder / "READ ME FIRST.html").write_text(page, encoding="utf-8", newline="\n")


def _filled(template: Path, target: Path, pythons: tuple[str, ...]) -> None:
    """Write a start file with the versions in it; Windows wants its own line ends."""
    text = template.read_text(encoding="utf-8")
    text = text.replace("@VERSIONS@", " ".join(pythons))
    text = text.replace("@PYTHONS@", " ".join(f"python{version}" for version in pythons))
    windows = target.suffix in {".cmd", ".txt"}
    target.write_text(text, encoding="utf-8", newline="\r\n" if windows else "\n")


def _searched(folder: Path, root: Path, overlay: Overlay | None) -> None:
    """
    Search all that comes from the course, before packages are added.

    Those of other people are held against the lock, and the toolkit's own is made of its folder alone.
    """
    known = leaks.all_secrets(root)
    if overlay is not None:
        data = folder / "notebooks" / "course" / "data"
        known += [leaks.secrets(load(module.folder, overlay.folder), data) for module in load_all(root)]
    found = leaks.find(folder, known)
    with tempfile.TemporaryDirectory() as texts:
        for path in sorted((folder / "handouts").rglob("*.pdf")):
            # What a PDF says stands packed in it.
            target = Path(texts) / f"{path.parent.name}-{path.stem}.txt"
            target.write_text(handouts.text_of(path), encoding="utf-8")
        found += leaks.find(Path(texts), known)
    if found:
        shutil.rmtree(folder)
        said = plural("{n} secret of an exam would leave:", "{n} secrets of an exam would leave:", len(found))
        raise FileError("\n".join([said.format(n=len(found)), *map(str, found[:20])]))
