"""
Areas: the layer of districts that incidents are laid over, read once, with one name for each polygon.

Map layers name their districts in a column of any heading; it is chosen by a rule, and the choice is told.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import ColumnsError, FileError, InputError
from ..i18n import _
from .placenames import words
from .transliteration import plain

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

__all__ = ["codes", "other_names", "read_areas"]

_NUMBERED = re.compile(r"num|code|cod\b|cd\b|номер|код|№|\bn[or]\b")
"""Headers of columns with official numbers; a row counter (OBJECTID, fid) is never one of them."""


def read_areas(
    source: str | Path | gpd.GeoDataFrame, *, name: str | None = None, language: str | None = None
) -> gpd.GeoDataFrame:
    """
    Read the areas (districts, neighbourhoods, wards) of a map layer.

    Parameters
    ----------
    source
        A file with polygons (GeoPackage, GeoJSON, Shapefile, KML, also zipped), or a table of them.
    name
        Column with the areas' names. Chosen if not given: a column headed as a name whose values differ, else
        one headed as a kind of area, else the text column with the most values of its own.
    language
        Prefer names in this language where the layer has a column of them headed so (``name_ru``).

    Returns
    -------
    GeoDataFrame
        ``area``, ``geometry`` (valid polygons, in the file's projection), then the other columns. The column
        used, areas without a name and names that occur twice are noted in the choices.

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it holds no polygons.
    ColumnsError
        If there is no such column, or none that could hold names.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> layer = gpd.GeoDataFrame({"district": ["West", "East"]}, geometry=[shapely.box(0, 0, 1, 1),
    ...                          shapely.box(1, 0, 2, 1)], crs="EPSG:32642")
    >>> read_areas(layer)["area"].tolist()
    ['West', 'East']
    """
    layer = _read_layer(source)
    polygons = layer[_is_polygon(layer)].reset_index(drop=True)
    if polygons.empty:
        msg = _("`areas` holds no polygons, so nothing can lie inside them. Give a layer of districts.")
        raise InputError(msg)
    column = _name_column(polygons, name or _in_language(polygons, language))
    return _named(polygons, column, left_out=len(layer) - len(polygons))


def other_names(areas: gpd.GeoDataFrame) -> dict[str, str]:
    """
    Return the other names that a layer gives its areas: other name to name.

    Parameters
    ----------
    areas
        Areas, as `read_areas` returns them. Columns headed as names (``name_ru``, ``nombre``) hold them.

    Examples
    --------
    >>> import geopandas as gpd
    >>> layer = gpd.GeoDataFrame({"area": ["Tesvar"], "name_ru": ["Тесварский район"]}, geometry=[None])
    >>> other_names(layer)
    {'Тесварский район': 'Tesvar'}
    """
    found: dict[str, str] = {}
    for column in areas.columns:
        if column in ("area", areas.geometry.name) or _rank(areas[column], plain(str(column)))[0] > 2:
            continue
        if not _headed_as_name(plain(str(column))):
            continue
        pairs = areas[["area", column]].dropna().astype(str)
        if pairs[column].is_unique:
            found |= dict(zip(pairs[column], pairs["area"], strict=True))
    return {other: name for other, name in found.items() if other.strip() and other != name}


def codes(areas: gpd.GeoDataFrame, wordings: pd.Series[Any]) -> dict[str, str]:
    """
    Return the official numbers by which a file calls the areas, where a column of the layer holds them.

    Parameters
    ----------
    areas
        Areas, as `read_areas` returns them.
    wordings
        What the incidents call their areas.

    Returns
    -------
    dict
        Number as the file words it, to name; empty unless nine in ten wordings stand in one column.

    Notes
    -----
    Bare numbers are believed only from a column headed as a number or a code: a row counter would fit as
    well and be wrong. Two such columns that disagree are not chosen between.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> layer = gpd.GeoDataFrame({"area": ["OAKLAND", "DOUGLAS"], "area_numbe": ["36", "35"],
    ...                           "objectid": ["35", "36"]}, geometry=[None, None])
    >>> codes(layer, pd.Series(["35", "036", "36"]))
    {'35': 'DOUGLAS', '036': 'OAKLAND', '36': 'OAKLAND'}
    """
    asked = {wording: _bare(wording) for wording in map(str, wordings.dropna().unique())}
    if not asked or not all(any(sign.isdigit() for sign in code) for code in asked.values()):
        return {}
    found = []
    for column in areas.columns.drop(["area", areas.geometry.name]):
        pairs = areas[["area", column]].dropna().astype(str)
        known = dict(zip(pairs[column].map(_bare), pairs["area"], strict=True))
        hits = {wording: known[code] for wording, code in asked.items() if code in known}
        telling = bool(_NUMBERED.search(str(column).lower())) or not all(c.isdigit() for c in asked.values())
        if telling and len(known) == len(pairs) and len(hits) >= 0.9 * len(asked):
            found.append(hits)
    return found[0] if found and all(hits == found[0] for hits in found) else {}


def _bare(code: str) -> str:
    """Write a number without what spreadsheets add to it: 07, 7 and 7.0 are the same district."""
    text = code.strip().casefold().removesuffix(".0")
    return text.lstrip("0") or text


def _headed_as_name(header: str) -> bool:
    names = {word for word, rank in words("header").items() if rank == "1"}
    return header in names or bool(names & set(header.split()))


def _read_layer(source: str | Path | gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if isinstance(source, gpd.GeoDataFrame):
        return source
    path = Path(source)
    if not path.exists():
        raise FileError(_("There is no file {name}.").format(name=path.name))
    try:
        layer = gpd.read_file(path)
    except Exception as error:
        # GDAL's drivers raise many kinds of errors; to the user they all mean the same.
        msg = _("{name} cannot be read as a map. Give a GeoPackage, GeoJSON, Shapefile or KML of polygons.")
        raise FileError(msg.format(name=path.name)) from error
    if not isinstance(layer, gpd.GeoDataFrame):
        msg = _("{name} is a table without shapes. Give a GeoPackage, GeoJSON, Shapefile or KML of polygons.")
        raise InputError(msg.format(name=path.name))
    return layer


def _is_polygon(layer: gpd.GeoDataFrame) -> np.ndarray[Any, Any]:
    return (layer.geom_type.isin(["Polygon", "MultiPolygon"]) & ~layer.geometry.is_empty).to_numpy()


def _named(polygons: gpd.GeoDataFrame, column: str, *, left_out: int) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    names = polygons[column].astype("string").str.strip().replace("", None)
    shapes = _only_polygons(shapely.make_valid(shapely.force_2d(polygons.geometry.to_numpy())))
    rest = polygons.drop(columns=[polygons.geometry.name, *([column] if column == "area" else [])])
    rest = rest.rename(columns={"area": "area_of_file"})
    data = {"area": _text(names), **{str(key): rest[key] for key in rest.columns}}
    areas = gpd.GeoDataFrame(data, geometry=shapes, crs=polygons.crs)
    areas = areas[["area", "geometry", *(key for key in areas.columns if key not in {"area", "geometry"})]]
    twice = sorted(set(names[names.duplicated() & names.notna()]))
    noted = {"names_twice": twice, "without_name": int(names.isna().sum()), "shapes_left_out": left_out}
    return choices.record(areas, name_column=column, **noted)


def _only_polygons(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    # Mending a shape can leave loose lines and points beside its polygons.
    import shapely

    for i in (shapely.get_type_id(shapes) == 7).nonzero()[0]:
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes


def _in_language(layer: gpd.GeoDataFrame, language: str | None) -> str | None:
    """Return the column with names in a language: every area has one, and no two the same."""
    for column in map(str, layer.columns):
        header = plain(column)
        if language not in header.split()[1:] or not _headed_as_name(header):
            continue
        if layer[column].notna().all() and layer[column].is_unique:
            return column
    return None


def _name_column(layer: gpd.GeoDataFrame, name: str | None) -> str:
    columns = [str(column) for column in layer.columns if column != layer.geometry.name]
    if name is not None:
        if name not in columns:
            msg = _("`name`: there is no column {name}; the layer has {columns}.")
            raise ColumnsError(msg.format(name=repr(name), columns=", ".join(columns)))
        return name
    ranked = sorted((_rank(layer[column], plain(column)), place) for place, column in enumerate(columns))
    if not ranked or ranked[0][0][0] > 4:
        msg = _("No column of the layer looks like names ({columns}). Say which with `name=`.")
        raise ColumnsError(msg.format(columns=", ".join(columns)))
    return columns[ranked[0][1]]


def _rank(values: pd.Series[Any], header: str) -> tuple[int, float]:
    """Rank a column as names, best lowest: a header that says so, then how many of its values differ."""
    from pandas.api.types import is_float_dtype

    if is_float_dtype(values):
        return 9, 0.0  # "AREA" in a layer is mostly how large the shape is.
    text = values.dropna().astype(str).str.strip()
    own = text.nunique() / max(1, len(values))
    if (len(values) > 1 and own < 0.5) or not len(text):
        return 9, 0.0
    headers = words("header")
    if header in headers:
        return int(headers[header]) - 1, -own
    if any(word in header.split() or header.endswith(word) or word in header[-5:] for word in headers):
        return 2, -own
    return (3 if text.str.contains("[^\\W\\d_]{3}").mean() > 0.9 else 9), -own


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.astype("object").where(values.notna(), None)
