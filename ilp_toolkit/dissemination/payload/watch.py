"""What must not leave, gathered from what came in."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from .spellings import Spellings, spellings
from .spots import Keys, Spots, among, keys, pack

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from ...collection.schema import Intake

__all__ = ["Canaries", "also_names", "canaries", "canaries_of_materials"]

_IDS = (
    "incident_id", "report_id", "source_id", "origin_id", "person_id", "item_id", "case_number", "entity_id",
    "vendor_id", "listing_id", "handle_id", "pgp_id",
)  # fmt: skip
"""Columns whose values name one record."""
_RAW_TEXT = ("text", "original", "original_text", "narrative")
"""Columns of free text that was not sanitised."""
_VOCABULARIES = {"origin", "belief", "health"}
"""Categories whose columns often hold words of the language (a nationality), which name nobody."""
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_SENTENCE_LENGTH = 25
_DENSE = 1000
"""Whole numbers that fill more than one in so many of their range betray nothing: any count is one."""


def _nowhere() -> NDArray[np.float64]:
    return np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class Canaries:
    """What must not leave, ready to be looked for."""

    identifiers: frozenset[str] = field(default=frozenset(), repr=False)
    set_aside: frozenset[str] = field(default=frozenset(), repr=False)
    """Values in small letters."""
    degrees: NDArray[np.float64] = field(default_factory=_nowhere, repr=False)
    """Longitude and latitude of the exact points."""
    projected: NDArray[np.float64] = field(default_factory=_nowhere, repr=False)
    """The exact points in metres."""
    crs: str = ""
    """The projection of `projected`."""
    elsewhere: tuple[NDArray[np.float64], ...] = field(default=(), repr=False)
    """Points in the projections of other tables."""
    paths: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def places(self) -> Keys:
        """Longitude and latitude in hundred-thousandths of a degree, each pair as one number, sorted."""
        return keys(self.degrees, 1e5)

    @cached_property
    def metres(self) -> Keys:
        """The points in centimetres of the projection, likewise."""
        return keys(self.projected, 100)

    @cached_property
    def spots(self) -> Spots:
        """The places, ready to be looked for."""
        return Spots(self.degrees, (self.projected, *self.elsewhere))

    @cached_property
    def spellings(self) -> Spellings:
        """Identifiers first, then the values set aside, in every spelling."""
        return spellings([*self._ordered_identifiers, *self.set_aside])

    @cached_property
    def _ordered_identifiers(self) -> tuple[str, ...]:
        return tuple(self.identifiers)

    def kinds_of(self, found: set[int]) -> Iterator[tuple[str, int]]:
        """Say of which kind the values are whose numbers were found, and how many."""
        identifiers = sum(number < len(self._ordered_identifiers) for number in found)
        yield "identifier", identifiers
        yield "set_aside", len(found) - identifiers

    @cached_property
    def written_paths(self) -> tuple[str, ...]:
        """The paths as texts hold them: in small letters, escaped for JSON, for an address."""
        found: set[str] = set()
        for path in self.paths:
            found |= {path, path.replace("\\", "\\\\"), path.replace("/", "\\/"), quote(path)}
        return tuple(sorted(text.lower() for text in found))


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
    more are, plain numbers of seven digits and more. Incident numbers that are plain numbers so dense that
    any count could be one of them are left out too. The products of this package hold no column of the file
    except those they name, so this is the second lock, not the first.
    """
    degrees, projected, crs = _points(intake.table, public)
    return Canaries(
        identifiers=_identifiers(intake.table, known),
        set_aside=_telling(set_aside, known),
        degrees=degrees,
        projected=projected,
        crs=crs,
        paths=_machine_paths(paths),
    )


def canaries_of_materials(
    materials: Iterable[tuple[pd.DataFrame, Intake | None, str | Path | None]],
    *,
    public: Iterable[gpd.GeoDataFrame] = (),
    known: Iterable[str] = (),
    paths: Iterable[str | Path] = (),
) -> Canaries:
    """
    Gather what must not stand in a product made of several materials of a case.

    Parameters
    ----------
    materials
        For each material its table, what the reader returned for it (None where there is no intake), and the
        file it was read from (None where there is none, or it is gone).
    public, known, paths
        As in `canaries`, for all materials together.

    Returns
    -------
    Canaries
        Numbers of records, the columns about persons (those set aside and those kept by name, found by their
        headers and cells as the reader does), sentences of free text that was not sanitised, exact points.

    Notes
    -----
    Columns on origin, belief and health hold words of the language ("Russian"): those count only where they
    are longer than one word. Free text is known by its sentences of 25 characters and more; a sentence that
    also stands in the sanitised text may leave.
    """
    tables = [(table, intake, source) for table, intake, source in materials]
    layers, words = list(public), list(known)
    identifiers: set[str] = set()
    values: set[str] = set()
    found: list[tuple[NDArray[Any], NDArray[Any], str]] = []
    folders: list[str | Path] = list(paths)
    for table, intake, source in tables:
        identifiers |= _identifiers(table, words)
        values |= set(_values_about_persons(table, intake, source))
        if getattr(table, "crs", None) is not None:
            found.append(_points(table, layers))  # type: ignore[arg-type]
        if source is not None:
            folders.append(_file_of(source).resolve().parent)
    first = next(iter(found), (_nowhere(), _nowhere(), ""))
    same = [projected for _d, projected, crs in found if crs == first[2]]
    return Canaries(
        identifiers=frozenset(identifiers),
        set_aside=_telling(values, words),
        degrees=np.concatenate([_nowhere(), *(degrees for degrees, _p, _c in found)]),
        projected=np.concatenate([_nowhere(), *same]),
        crs=first[2],
        elsewhere=tuple(projected for _d, projected, crs in found if crs != first[2]),
        paths=_machine_paths(folders),
    )


def also_names(watch: Canaries, names: Iterable[str], *, known: Iterable[str] = ()) -> Canaries:
    """
    Add whom links, entities, calls or listings name: nothing of them may stand in a product for others.

    Parameters
    ----------
    watch
        What is looked for already.
    names
        Ids, labels and names, as `named.named_by` gathers them.
    known
        Words that the product may show.

    Returns
    -------
    Canaries
        With names of five characters and more, and plain numbers of seven digits and more.

    Notes
    -----
    "N1" or "7" cannot be looked for in bytes: they stand in every text. Before the files are made, such ids
    are looked for in the tables, cell by cell. A single word that the toolkit itself uses ("telephone") is
    none to look for either.
    """
    telling = _telling(names, known)
    own = _own_words()
    return replace(watch, identifiers=watch.identifiers | {name for name in telling if name not in own})


@lru_cache(maxsize=1)
def _own_words() -> frozenset[str]:
    """Return the words that the toolkit's own sentences are made of, in every language, in small letters."""
    folder = resources.files("ilp_toolkit").joinpath("locale")
    words: set[str] = set()
    for language in folder.iterdir():
        catalogue = language.joinpath("LC_MESSAGES", "ilp_toolkit.po")
        if catalogue.is_file():
            words |= set(_LETTERS.findall(catalogue.read_text(encoding="utf-8").casefold()))
    return frozenset(words)


def _values_about_persons(
    table: pd.DataFrame, intake: Intake | None, source: str | Path | None
) -> Iterator[str]:
    yield from _column_values(table, _personal(table))
    for column in _RAW_TEXT:
        if column in table:
            yield from _sentences(table, column)
    names = list(intake.choices.get("set_aside") or []) if intake is not None else []
    if intake is None or not names:
        return
    rejected = intake.rejected[[name for name in names if name in intake.rejected]]
    yield from _column_values(rejected, _personal(rejected, sure=names))
    if source is not None and _file_of(source).exists():
        from ...collection.files import open_table

        held = open_table(str(source)).columns
        kept = held.select([name for name in names if name in held.column_names]).to_pandas()
        yield from _column_values(kept, _personal(kept, sure=names))


def _personal(table: pd.DataFrame, *, sure: Iterable[str] = ()) -> dict[str, str]:
    """Return the columns about persons with their category, as the reader would see them."""
    import pyarrow as pa

    from ...collection.identity import personal_columns
    from ...collection.schema import INCIDENTS

    own = {*INCIDENTS, *_IDS, *_RAW_TEXT, "sanitised", "area"}
    texts = {
        name: table[name].dropna().head(2000).astype(str).tolist()
        for name in table.columns
        if name not in own and isinstance(name, str)
    }
    found: dict[str, str] = {}
    for name, cells in texts.items():
        found |= personal_columns(pa.table({name: pa.array(cells, type=pa.string())}))
    return {**dict.fromkeys((name for name in sure if name in table), "name"), **found}


def _column_values(table: pd.DataFrame, personal: dict[str, str]) -> Iterator[str]:
    for name, category in personal.items():
        for value in table[name].dropna().unique().tolist():
            text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
            if category not in _VOCABULARIES or len(text.split()) > 1:
                yield text


def _sentences(table: pd.DataFrame, column: str) -> Iterator[str]:
    cleared = table["sanitised"].dropna().astype(str).tolist() if "sanitised" in table else []
    open_sentences = {part.strip() for text in cleared for part in _SENTENCE.split(text)}
    for text in table[column].dropna().astype(str).unique().tolist():
        for part in _SENTENCE.split(text):
            if len(part.strip()) >= _SENTENCE_LENGTH and part.strip() not in open_sentences:
                yield part.strip()


def _file_of(source: str | Path) -> Path:
    """Return the file of a source that may name a member or a layer behind an exclamation mark."""
    whole = Path(source)
    return whole if whole.exists() else Path(str(source).rsplit("!", 1)[0])


def _points(
    table: gpd.GeoDataFrame, public: Iterable[gpd.GeoDataFrame]
) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return the exact points of a table as longitude and latitude, in metres, and the projection."""
    import pyproj
    import shapely

    if table.crs is None:
        return _nowhere(), _nowhere(), ""
    # Rows without a place give no coordinates; vertices of lines and areas are not places of incidents.
    geometries = np.asarray(table.geometry)
    both = shapely.get_coordinates(geometries[shapely.get_type_id(geometries) == 0])
    # Two numbers as one complex number: several times as fast to sort as rows.
    metres = np.unique(np.ascontiguousarray(both).view(np.complex128)).view(np.float64).reshape(-1, 2)
    for layer in public:
        if layer.crs is None:
            continue
        same = layer if layer.crs == table.crs else layer.to_crs(table.crs)
        known = keys(shapely.get_coordinates(np.asarray(same.geometry)), 100)
        metres = metres[~among(pack(metres, 100), known)]
    # Points as shapes take several times as long to make and to move as their coordinates.
    transformer = pyproj.Transformer.from_crs(table.crs, 4326, always_xy=True)
    degrees = np.column_stack(transformer.transform(metres[:, 0], metres[:, 1]))
    return degrees, metres, table.crs.to_string()


def _identifiers(table: pd.DataFrame, known: Iterable[str] = ()) -> frozenset[str]:
    import pyarrow.compute as pc

    # A short number is like any other and betrays nothing.
    open_words = {str(word).strip() for word in known}
    texts: set[str] = set()
    for column in _IDS:
        if column in table:
            names = _texts(table[column])
            names = names.filter(pc.invert(_made_of_rows(names, table)))
            names = names.filter(pc.greater_equal(pc.utf8_length(names), 6))
            texts.update(names.filter(pc.match_substring_regex(names, r"\p{Nd}")).to_pylist())
    return frozenset(_without_dense(texts - open_words))


def _without_dense(texts: set[str]) -> set[str]:
    """Leave plain numbers out that are so dense that any count could be one of them."""
    by_length: dict[int, set[str]] = {}
    for text in texts:
        if text.isdigit() and text.isascii():
            by_length.setdefault(len(text), set()).add(text)
    dense = [numbers for length, numbers in by_length.items() if len(numbers) > 10**length / _DENSE]
    return texts.difference(*dense)


def _texts(column: pd.Series[Any]) -> Any:
    """Return a column as an Arrow array of texts, without any where nothing is."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(column.dtype, pd.StringDtype) or pd.api.types.is_integer_dtype(column):
        return pa.array(column, from_pandas=True).cast(pa.string())
    values = zip(column.tolist(), column.isna().tolist(), strict=True)
    return pa.array([None if missing else str(value) for value, missing in values], type=pa.string())


def _made_of_rows(names: Any, table: pd.DataFrame) -> Any:
    """Say which numbers the reader made where the file had none: "row-262" is none of the register."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "source_row" not in table:
        return pa.array(np.zeros(len(table), dtype=bool))
    made = pc.binary_join_element_wise("row", _texts(table["source_row"]), "-")
    return pc.fill_null(pc.equal(names, made), False)


def _telling(values: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    open_words = {str(word).strip().casefold() for word in known}
    texts = {str(value).strip().casefold() for value in values if value is not None}
    return frozenset(
        text for text in texts if len(text) >= (7 if text.isdigit() else 5) and text not in open_words
    )


def _machine_paths(paths: Iterable[str | Path]) -> tuple[str, ...]:
    found: set[str] = set()
    for path in [Path.home(), Path.cwd(), *paths]:
        whole = Path(path).resolve()
        # As it was given, too: a path of another system means nothing to this one.
        found |= {str(path), str(whole), whole.as_posix()}
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    found |= {f"/home/{user}/", f"\\Users\\{user}", f"/Users/{user}/"} if user else set()
    # "/" or "C:\" alone stands everywhere, and so does a folder as short as "/work" in prose.
    return tuple(sorted(path for path in found if len(path.strip("/\\")) > 3))
