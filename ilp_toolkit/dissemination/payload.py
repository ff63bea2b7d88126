"""
What a product carries without showing it: the bytes that leave are read again, as a stranger would.

A map can hold every column of the table it was drawn from, a picture or a PDF a path, a GeoPackage can
hold points beside the cells. So the built folder, not the intention, is compared with what must stay inside
(`Canaries`): identifiers, values of the columns set aside, exact coordinates, paths of this machine, and any
address that a page would fetch. A find names the file and the kind, never the value itself.
"""

from __future__ import annotations

import base64
import getpass
import html
import io
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..i18n import N_, _

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..collection.schema import Intake

__all__ = ["KINDS", "Canaries", "Leak", "canaries", "page_text", "scan"]

KINDS: dict[str, str] = {
    "identifier": N_("an incident number"),
    "set_aside": N_("a value of a column that was set aside"),
    "coordinate": N_("an exact coordinate of an incident"),
    "point": N_("a layer of points"),
    "path": N_("a path of this machine"),
    "address": N_("an address that would be fetched"),
    "policy": N_("a page without a content security policy"),
    "active": N_("a PDF that acts or carries files"),
    "picture": N_("a picture in a PDF with text that cannot be checked"),
    "unknown": N_("a kind of file that cannot be checked"),
}
"""What the scan looks for."""

_TEXT = {".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".md"}
_WORD = re.compile(r"\w+")
_IDENTIFIER = re.compile(r"(?<![\w.])[\w](?:[\w/.-]*\w)?(?![\w])")
_LONG_DECIMAL = re.compile(r"-?\d{1,3}\.(\d{5,})")
_DATA = re.compile(r"data:([\w.+/-]+);base64,([A-Za-z0-9+/=]+)")
_FETCHED = re.compile(
    r"""(?<!<a\s)(?:\b(?:src|srcset|poster|action|background|xlink:href|href|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?)"""
    r"""\s*(?:(?:https?:|ftp:)?//[\w\[]|file:)""",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(r"""\bxmlns(?::\w+)?\s*=\s*["'][^"']*["']""")
_TEXT_BLOCK = re.compile(rb"(?<!\S)BT\s.*?\sET(?!\S)", re.DOTALL)
_PLACED_TEXT = re.compile(rb"(?<!\S)(?:BT\s.*?\sET|[qQ]|(?:[-\d.]+\s+){6}cm)(?!\w)", re.DOTALL)
"""Blocks of text, and what moves them: without that all lines of a page would run into one another."""
_LINK = re.compile(r"<a\s[^>]*>", re.IGNORECASE)

_GAP = 40
"""Characters that may stand between the two numbers of a coordinate."""


@dataclass(frozen=True)
class Leak:
    """One find: in which file, of which kind, how many."""

    file: str
    kind: str
    n: int = 1

    def __str__(self) -> str:
        return _("{file}: {what}").format(file=self.file, what=_(KINDS[self.kind]))


def _no_keys() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Canaries:
    """What must not leave, ready to be looked for."""

    identifiers: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    """Values in small letters."""
    places: NDArray[np.int64] = field(default_factory=_no_keys)
    """Longitude and latitude in hundred-thousandths of a degree, each pair as one number, sorted."""
    fine_places: NDArray[np.int64] = field(default_factory=_no_keys)
    """The same in millionths."""
    metres: NDArray[np.int64] = field(default_factory=_no_keys)
    """The points of the table in centimetres of its projection, likewise."""
    crs: str = ""
    """The projection in which `metres` are counted."""
    paths: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def set_aside_by_word(self) -> dict[str, list[str]]:
        """The values under the longest word of each: only those whose word occurs need a closer look."""
        found: dict[str, list[str]] = {}
        for value in self.set_aside:
            words = _WORD.findall(value)
            if words:
                found.setdefault(max(words, key=len), []).append(value)
        return found


def canaries(
    intake: Intake,
    *,
    set_aside: Iterable[str] = (),
    known: Iterable[str] = (),
    public: Iterable[gpd.GeoDataFrame] = (),
    paths: Iterable[str | Path] = (),
) -> Canaries:
    """
    Gather from the input what must not stand in the output.

    Parameters
    ----------
    intake
        What was read.
    set_aside
        Values of the columns that the reader set aside, as text.
    known
        Words that the product may show although a column set aside holds them too: offences, districts.
    public
        Layers that are public by nature (districts, streets, cells): a point of theirs is no exact point of
        an incident even where the two coincide.
    paths
        Folders and files of this machine, besides the usual ones.

    Notes
    -----
    Short values ("F", "35") cannot be looked for: they stand in every text. Values of five characters and
    more are. The products of this package hold no column of the file except those they name, so this is the
    second lock, not the first.
    """
    longitude_latitude, metres, crs = _points(intake.table, public)
    return Canaries(
        identifiers=_identifiers(intake.table),
        set_aside=_telling(set_aside, known),
        places=_keys(longitude_latitude, 1e5),
        fine_places=_keys(longitude_latitude, 1e6),
        metres=_keys(metres, 100),
        crs=crs,
        paths=_machine_paths(paths),
    )


def scan(folder: Path, canaries: Canaries) -> list[Leak]:
    """
    Read every file of a folder and list what must not leave.

    Parameters
    ----------
    folder
        A product that was built and not yet put in its place, or one file of it.
    canaries
        What to look for.

    Returns
    -------
    list of Leak
        Empty where nothing was found.
    """
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    leaks: list[Leak] = []
    for path in files:
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        leaks += [Leak(name, kind, n) for kind, n in _of_file(path, canaries) if n]
    return leaks


def _of_file(path: Path, canaries: Canaries) -> Iterator[tuple[str, int]]:
    ending = path.suffix.lower()
    if ending == ".gpkg":
        yield from _of_geopackage(path, canaries)
    elif ending in _READERS or ending in _TEXT:
        yield from _of_bytes(path.read_bytes(), ending, canaries)
    else:
        yield "unknown", 1


def _of_bytes(data: bytes, ending: str, canaries: Canaries) -> Iterator[tuple[str, int]]:
    if ending in _READERS:
        yield from _READERS[ending](data, canaries)
        return
    yield from _of_text(data.decode("utf-8", errors="replace"), ending, canaries)


def _of_text(text: str, ending: str, canaries: Canaries) -> Iterator[tuple[str, int]]:
    if ending == ".html":
        yield "policy", int("Content-Security-Policy" not in text)
        # A map stands in the page as escaped text, so twice.
        text = html.unescape(html.unescape(text))
    for match in _DATA.finditer(text):
        inner = _INNER.get(match[1])
        if inner:
            yield from _of_bytes(base64.b64decode(match[2]), inner, canaries)
    plain = _DATA.sub(" ", text)
    if ending in {".html", ".svg", ".css"}:
        yield "address", len(_FETCHED.findall(_LINK.sub(" ", _NAMESPACE.sub(" ", plain))))
    yield from _of_words(plain, canaries)


def _of_words(text: str, canaries: Canaries) -> Iterator[tuple[str, int]]:
    if canaries.identifiers:
        tokens = {match[0] for match in _IDENTIFIER.finditer(text)}
        yield "identifier", len(tokens & canaries.identifiers)
    if canaries.set_aside:
        yield "set_aside", _held(text.casefold(), canaries.set_aside_by_word)
    if len(canaries.places):
        yield "coordinate", _exact_pairs(text, canaries)
    yield "path", sum(text.count(path) for path in canaries.paths)


def _held(text: str, by_word: dict[str, list[str]]) -> int:
    words = by_word.keys() & set(_WORD.findall(text))
    likely = (value for word in words for value in by_word[word])
    return sum(1 for value in likely if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text))


def _exact_pairs(text: str, canaries: Canaries) -> int:
    """Count neighbouring numbers with more than four decimals that are the place of an incident."""
    matches = list(_LONG_DECIMAL.finditer(text))
    if len(matches) < 2:
        return 0
    values = np.array([float(match[0]) for match in matches])
    decimals = np.array([len(match[1]) for match in matches])
    ends, starts = (np.array([getattr(m, side)() for m in matches]) for side in ("end", "start"))
    near = starts[1:] - ends[:-1] <= _GAP
    pairs = np.column_stack([values[:-1], values[1:]])
    fine = np.minimum(decimals[:-1], decimals[1:]) > 5
    found = 0
    for chosen, places, scale in ((fine, canaries.fine_places, 1e6), (~fine, canaries.places, 1e5)):
        group = pairs[near & chosen]
        either = _among(_pack(group, scale), places) | _among(_pack(group[:, ::-1], scale), places)
        found += int(either.sum())
    return found


def _of_png(data: bytes, canaries: Canaries) -> Iterator[tuple[str, int]]:
    yield from _of_words("\n".join(_png_texts(data)), canaries)


def _png_texts(data: bytes) -> Iterator[str]:
    """Yield the texts that a PNG carries beside its picture (tEXt, zTXt, iTXt, eXIf)."""
    position = 8
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        if kind in {b"tEXt", b"iTXt", b"zTXt", b"eXIf"}:
            yield body.decode("utf-8", errors="replace")
            if kind == b"zTXt":
                yield zlib.decompress(body.split(b"\0", 1)[1][1:]).decode("latin-1")
        position += 12 + length


def _of_pdf(data: bytes, canaries: Canaries) -> Iterator[tuple[str, int]]:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    acts = [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in root]
    carried = "/EmbeddedFiles" in root.get("/Names", {}) or "/JavaScript" in root.get("/Names", {})
    yield "active", len(acts) + int(carried)
    yield "picture", sum(_forms_with_text(page.get("/Resources", {})) for page in reader.pages)
    metadata = " ".join(str(value) for value in (reader.metadata or {}).values())
    yield from _of_words("\n".join([metadata, *(page_text(page) for page in reader.pages)]), canaries)


def page_text(page: Any) -> str:
    """
    Extract the text of a page from its text blocks, and what moves them, alone.

    A page with a map holds a hundred thousand lines and curves; reading them one by one takes minutes.
    """
    from pypdf.generic import NameObject, StreamObject

    contents = page.get_contents()
    if contents is None:
        return ""
    only = StreamObject()
    only.set_data(b"\n".join(_PLACED_TEXT.findall(contents.get_data())))
    page[NameObject("/Contents")] = only
    return str(page.extract_text())


def _forms_with_text(resources: Any) -> int:
    """Count the drawings inside a page that hold text of their own: ours hold letters as shapes."""
    found = 0
    for reference in resources.get_object().get("/XObject", {}).values():
        form = reference.get_object()
        if form.get("/Subtype") != "/Form":
            continue
        found += int(_TEXT_BLOCK.search(form.get_data()) is not None)
        found += _forms_with_text(form.get("/Resources", {}))
    return found


def _of_geopackage(path: Path, canaries: Canaries) -> Iterator[tuple[str, int]]:
    import geopandas as gpd
    import pyogrio

    yield from _of_words("\n".join(_database_texts(path)), canaries)
    for layer, _kind in pyogrio.list_layers(path):
        table = gpd.read_file(path, layer=layer)
        if not isinstance(table, gpd.GeoDataFrame):
            continue
        yield "point", int(table.geom_type.isin(["Point", "MultiPoint"]).any())
        yield "coordinate", _exact_vertices(table, canaries)


def _database_texts(path: Path) -> Iterator[str]:
    """Yield every text of every table, those of the format itself included."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name == "gpkg_spatial_ref_sys" or name.startswith("rtree_"):
                continue
            quoted = name.replace('"', '""')
            for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                yield " ".join(str(value) for value in row if isinstance(value, str | int | float))
    finally:
        connection.close()


def _exact_vertices(table: gpd.GeoDataFrame, canaries: Canaries) -> int:
    import shapely

    if table.crs is None or not len(canaries.metres):
        return 0
    same = table if table.crs == canaries.crs else table.to_crs(canaries.crs)
    vertices = _keys(shapely.get_coordinates(np.asarray(same.geometry)), 100)
    return int(_among(vertices, canaries.metres).sum())


def _points(
    table: gpd.GeoDataFrame, public: Iterable[gpd.GeoDataFrame]
) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return the exact points of a table as longitude and latitude, in metres, and the projection."""
    import geopandas as gpd
    import shapely

    nothing = np.empty((0, 2))
    if table.crs is None:
        return nothing, nothing, ""
    # Points without a place give no coordinates.
    metres = np.unique(shapely.get_coordinates(np.asarray(table.geometry)), axis=0)
    for layer in public:
        same = layer if layer.crs == table.crs else layer.to_crs(table.crs)
        known = _keys(shapely.get_coordinates(np.asarray(same.geometry)), 100)
        metres = metres[~_among(_pack(metres, 100), known)]
    degrees = gpd.GeoSeries(gpd.points_from_xy(metres[:, 0], metres[:, 1]), crs=table.crs).to_crs(4326)
    return shapely.get_coordinates(np.asarray(degrees)), metres, table.crs.to_string()


def _keys(pairs: NDArray[Any], scale: float) -> NDArray[np.int64]:
    return np.unique(_pack(pairs, scale))


def _pack(pairs: NDArray[Any], scale: float) -> NDArray[np.int64]:
    """Put each pair of numbers into one whole number, so that a million of them can be compared at once."""
    whole = np.rint(pairs[:, :2] * scale).astype(np.int64)
    packed: NDArray[np.int64] = whole[:, 0] * 2**32 + whole[:, 1]
    return packed


def _among(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which keys are among others, which are sorted."""
    if len(known) == 0:
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: NDArray[np.bool_] = known[at] == keys
    return found


def _identifiers(table: pd.DataFrame) -> frozenset[str]:
    # A number made from the row number, or a short one, is a number like any other and betrays nothing.
    if "incident_id" not in table:
        return frozenset()
    texts = {str(value) for value in table["incident_id"].dropna().unique()}
    return frozenset(text for text in texts if len(text) >= 6 and any(sign.isdigit() for sign in text))


def _telling(values: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    open_words = {str(word).strip().casefold() for word in known}
    texts = {str(value).strip().casefold() for value in values if value is not None}
    return frozenset(text for text in texts if len(text) >= 5 and text not in open_words)


def _machine_paths(paths: Iterable[str | Path]) -> tuple[str, ...]:
    found: set[str] = set()
    for path in [Path.home(), Path.cwd(), *paths]:
        whole = Path(path).resolve()
        found |= {str(whole), whole.as_posix()}
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    found |= {f"/home/{user}/", f"\\Users\\{user}", f"/Users/{user}/"} if user else set()
    # "/" or "C:\" alone stands everywhere, and so does a folder as short as "/work" in prose.
    return tuple(sorted(path for path in found if len(path.strip("/\\")) > 3))


_READERS: dict[str, Callable[[bytes, Canaries], Iterator[tuple[str, int]]]] = {
    ".png": _of_png,
    ".pdf": _of_pdf,
}
_INNER = {"image/svg+xml": ".svg", "image/png": ".png", "text/html": ".html", "application/json": ".json"}
