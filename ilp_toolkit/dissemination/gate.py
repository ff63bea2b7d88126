"""
The one door out: a product folder is built beside, scanned whole, and only then put in its place.

No other module of the package writes a product. A refusal leaves nothing behind and names what to mend; a
folder that is already there is replaced only if it is one of our products and holds nothing else. This is no
security boundary: whoever runs Python can write files. It is a safe default, and the manifest is the record.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .. import __version__
from ..errors import DisclosureError, FileError
from ..i18n import _, language, number, plural
from . import language as wording
from . import payload
from .product import html, pdf
from .product.blocks import Product, figures, texts

if TYPE_CHECKING:
    import pandas as pd

    from .payload import Canaries

__all__ = ["FORMAT", "MANIFEST", "check_place", "input_record", "now", "publish_draft", "put"]

FORMAT = "ilp-toolkit product 1"
"""How a manifest says that the folder is one of ours."""
MANIFEST = "manifest.json"
_STRAY = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""Files that a desktop puts into any folder; nobody misses them."""
_PACKAGES = ("folium", "geopandas", "matplotlib", "numpy", "pandas", "pyproj", "scipy", "shapely", "typst")


def publish_draft(product: Product, out: str | Path, *, canaries: Canaries, replace: bool = True) -> Path:
    """
    Write a draft: a product without a case, under public rules.

    Parameters
    ----------
    product
        What to write.
    out
        The folder to make. Where it is already one of our products, it is replaced.
    canaries
        What must not stand in any file.
    replace
        Whether an earlier product in that folder may be replaced.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileError
        If the folder is in use for something else, or cannot be made.
    DisclosureError
        If a check fails; the message lists every find, and nothing is written.
    """
    return put(product, out, canaries=canaries, status="draft", replace=replace)


def put(
    product: Product,
    out: str | Path,
    *,
    canaries: Canaries,
    status: Literal["draft", "released"],
    replace: bool = True,
    may_hold: frozenset[str] = frozenset(),
    last: Callable[[Path], None] = lambda built: None,
) -> Path:
    """
    Build a product beside its place, scan every byte of it, and only then put it there.

    Parameters
    ----------
    product, out, canaries, replace
        As in `publish_draft`.
    status
        What the manifest says of it.
    may_hold
        Kinds of `payload.KINDS` that this product may hold: points, for those who may see them.
    last
        Called with the finished folder when everything holds, just before it takes its place: what must be
        on record before something leaves is recorded here. If it fails, nothing leaves.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileError, DisclosureError
        As in `publish_draft`.
    """
    place = Path(out)
    check_place(place, replace=replace)
    with language(product.language), _beside(place) as built:
        checks = _check_wording(product)
        _write(product, built)
        checks |= _check_payload(built, canaries, may_hold)
        _write_manifest(product, built, checks, status)
        _check_payload(built / MANIFEST, canaries, may_hold)
        last(built)
        _put(built, place)
    return place


def now() -> dt.datetime:
    """
    Return the moment that products carry: ``SOURCE_DATE_EPOCH`` where it is set, else the present, in UTC.

    With it set, the same input gives the same bytes.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC)
    return dt.datetime.now(tz=dt.UTC).replace(microsecond=0)


def input_record(source: str | Path) -> dict[str, Any]:
    """Say which file went in: its name alone, its size in bytes and its SHA-256."""
    path = Path(source)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest}


def check_place(out: str | Path, *, replace: bool = True) -> None:
    """
    Refuse a folder that a product must not replace; ask before long work.

    Raises
    ------
    FileError
        If the place is a file, or a folder that holds anything else than a product of ours.
    """
    place = Path(out)
    if not place.exists():
        return
    if not place.is_dir():
        msg = _("“{name}” is a file. Name a folder for the product.").format(name=place.name)
        raise FileError(msg)
    inside = [path for path in place.rglob("*") if path.is_file() and path.name not in _STRAY]
    if not inside:
        return
    ours = _own_files(place)
    if ours is None or not replace:
        msg = _("The folder “{name}” holds something else than a product. Name a new folder.")
        raise FileError(msg.format(name=place.name))
    foreign = sorted(path.relative_to(place).as_posix() for path in inside if path not in ours)
    if foreign:
        msg = _("The folder “{name}” also holds “{file}”, which is no part of the product. Move it first.")
        raise FileError(msg.format(name=place.name, file=foreign[0]))


def _own_files(place: Path) -> set[Path] | None:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return None
    return {place / MANIFEST} | {place / file["file"] for file in manifest.get("files", [])}


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Make a folder near the place, and remove it whatever happens."""
    near = next(folder for folder in place.absolute().parents if folder.is_dir())
    built = near / f".{place.name}-{secrets.token_hex(4)}"
    try:
        built.mkdir()
    except OSError as error:
        msg = _("No folder can be made in “{name}”: {reason}. Name another one.")
        raise FileError(msg.format(name=near.name, reason=error.strerror)) from None
    try:
        yield built
    finally:
        shutil.rmtree(built, ignore_errors=True)


def _write(product: Product, built: Path) -> None:
    (built / f"{product.name}.html").write_text(html.render(product), encoding="utf-8", newline="\n")
    (built / f"{product.name}.pdf").write_bytes(pdf.render(product))
    if product.readme:
        (built / "README.txt").write_text(product.readme, encoding="utf-8", newline="\n")
    for name, body in product.files.items():
        (built / name).write_bytes(body)
    (built / "figures").mkdir()
    for figure in figures(product.blocks):
        (built / "figures" / f"{figure.name}.svg").write_bytes(figure.svg)
        (built / "figures" / f"{figure.name}.png").write_bytes(figure.png)
    (built / "tables").mkdir()
    for name, table in product.tables.items():
        _write_table(table, built / "tables", name, product.created)


def _write_table(table: pd.DataFrame, folder: Path, name: str, created: dt.date) -> None:
    import geopandas as gpd

    plain = table.drop(columns="geometry", errors="ignore")
    # A spreadsheet reads UTF-8 only where a byte order mark says so.
    plain.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    if isinstance(table, gpd.GeoDataFrame):
        with _dated(created):
            table.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG", index=False)


@contextmanager
def _dated(created: dt.date) -> Iterator[None]:
    """Let GeoPackages carry the product's date instead of the clock's."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{created:%Y-%m-%d}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _check_wording(product: Product) -> dict[str, Any]:
    mixed = [sentence for text in texts(product.blocks) for sentence in wording.mixed_sentences(text)]
    if mixed:
        msg = _("This sentence says both how likely and how sure: “{sentence}” Make two of it.")
        raise DisclosureError(msg.format(sentence=mixed[0]))
    return {"likelihood and confidence kept apart": "passed"}


def _check_payload(built: Path, canaries: Canaries, may_hold: frozenset[str]) -> dict[str, Any]:
    leaks = [leak for leak in payload.scan(built, canaries) if leak.kind not in may_hold]
    if leaks:
        kinds = "; ".join(str(leak) for leak in leaks[:5])
        msg = plural(
            "Nothing was written: {n} file holds what must stay inside ({leaks}).",
            "Nothing was written: {n} files hold what must stay inside ({leaks}).",
            len(leaks),
        )
        raise DisclosureError(msg.format(n=number(len(leaks)), leaks=kinds))
    # Which kinds, not how many: their numbers are those of the records.
    sought = {
        "identifiers": canaries.identifiers,
        "values set aside": canaries.set_aside,
        "exact points": canaries.metres,
    }
    return {
        "payload of every file": "passed",
        "looked for": [name for name, held in sought.items() if len(held)],
    }


def _write_manifest(product: Product, built: Path, checks: dict[str, Any], status: str) -> None:
    files = sorted(path for path in built.rglob("*") if path.is_file())
    manifest = {
        "format": FORMAT,
        "status": status,
        "number": product.number,
        "title": product.title,
        "language": product.language,
        "marking": product.marking,
        "author": product.author or None,
        "created": product.created.isoformat(),
        "toolkit": __version__,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        **product.record,
        "checks": checks,
        "files": [_file_record(path, built) for path in files],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (built / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _file_record(path: Path, built: Path) -> dict[str, Any]:
    return input_record(path) | {"file": path.relative_to(built).as_posix()}


def _put(built: Path, place: Path) -> None:
    """Put the built folder in its place; an earlier one is moved aside first and comes back on failure."""
    aside = built.with_name(f"{built.name}-before")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            place.rename(aside)
        try:
            built.rename(place)
        except OSError:
            if aside.exists():
                aside.rename(place)
            raise
    except OSError as error:
        msg = _("The folder “{name}” could not be put in place: {reason}. Close files of it that are open.")
        raise FileError(msg.format(name=place.name, reason=error.strerror)) from None
    shutil.rmtree(aside, ignore_errors=True)
