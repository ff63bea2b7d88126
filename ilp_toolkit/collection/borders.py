"""
Borders of countries, and the country that a point lies in.

The lines are Natural Earth's at 1:50 million: a kilometre or two off in the plain, several where a river or
a ridge winds. A point nearer to a border than that can come out on the wrong side. The exclaves of the
Fergana valley that the lines know (Sokh, Shohimardon, Vorukh, Sarvan) belong to their own countries; the
smallest ones (such as Barak) are not drawn. No position is taken on any status or line.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import InputError
from ..i18n import _
from . import countries as naming

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["borders", "country_at"]

_KM = 111.195
"""Kilometres of a degree of latitude."""


def borders(countries: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """
    Return the borders of countries, for maps and for laying points over them.

    Parameters
    ----------
    countries
        Codes (ISO 3166 alpha-2) or names; None gives all of the world.

    Returns
    -------
    GeoDataFrame
        One row a country, in the order of the codes: ``country`` (alpha-2, ``XK`` for Kosovo; missing for the
        Siachen Glacier, which the source gives to nobody), ``name`` in the language in use, and polygons in
        degrees (EPSG:4326). No polygon crosses the antimeridian: what lies on both its sides is in pieces.

    Raises
    ------
    InputError
        If a country is not known, or the source draws none under its code.

    Notes
    -----
    Natural Earth 4.1 at 1:50 million, public domain, rounded to 0.001 degrees. Lines are those of the source
    (mostly who holds an area) but for areas without a code of ISO 3166: Northern Cyprus is in CY, Somaliland
    in SO; and Crimea is in UA (resolution 68/262 of the General Assembly). Every map says
    `ilp_toolkit.geography.DISCLAIMER`.

    Examples
    --------
    >>> borders(["TJ", "Kyrgyzstan"])[["country", "name"]].values.tolist()
    [['KG', 'Kyrgyzstan'], ['TJ', 'Tajikistan']]
    """
    import geopandas as gpd
    import shapely

    codes, shapes, _parts = _world()
    wanted = None if countries is None else {_code(one) for one in countries}
    if wanted is not None and (missing := sorted(wanted - set(codes))):
        msg = _("`countries`: no borders are known of {codes}.")
        raise InputError(msg.format(codes=", ".join(missing)))
    rows = [row for row, code in enumerate(codes) if wanted is None or code in wanted]
    names = [naming.name(codes[row]) if codes[row] else None for row in rows]
    table = gpd.GeoDataFrame(
        {"country": [codes[row] or None for row in rows], "name": names},
        geometry=[shapely.from_wkb(shapely.to_wkb(shapes[row])) for row in rows],
        crs="EPSG:4326",
    )
    return choices.record(table, lines_from="Natural Earth 4.1, 1:50 million", endorsed=False)


def country_at(lon: ArrayLike, lat: ArrayLike, *, within_km: float = 0.0) -> NDArray[np.object_]:
    """
    Return the country that each point lies in.

    Parameters
    ----------
    lon, lat
        Longitude (-180 to 180) and latitude in degrees, as many of the one as of the other. A missing one
        gives no country.
    within_km
        A point in no country (off a coast, for coasts are coarse) gets the nearest one within so many
        kilometres; 0 gives it none.

    Returns
    -------
    ndarray
        Alpha-2 codes, None where a point lies in no country.

    Raises
    ------
    InputError
        If the two differ in length or a value is out of range, as where the two are swapped.

    Notes
    -----
    Of the places of 500 people and more that GeoNames counts to Tajikistan, Kyrgyzstan, Kazakhstan,
    Uzbekistan, Turkmenistan and Afghanistan, 98 in 100 come out in their country; the others stand at
    a border (Khorgos, Kara-Suu) or at the edge of an exclave (Shohimardon). Within 5 km of a border look at a
    better map. Overseas parts are drawn with their state (Réunion is FR). A point exactly on a line gets the
    country whose code comes first.

    Examples
    --------
    >>> lon, lat = [72.80, 71.13, 70.58, 50.5], [40.53, 39.97, 39.85, 42.0]  # Osh, Sokh, Vorukh, the Caspian
    >>> country_at(lon, lat).tolist()
    ['KG', 'UZ', 'TJ', None]
    """
    import numpy as np
    import shapely

    x, y = _degrees(lon, lat)
    codes, _shapes, parts = _world()
    found = np.full(len(x), None, dtype=object)
    places = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(places):
        return found
    points, pieces = parts.tree.query(shapely.points(x[places], y[places]))
    order = np.argsort(pieces, kind="stable")
    points, pieces = places[points[order]], pieces[order]
    starts = np.flatnonzero(np.diff(pieces, prepend=-1))
    for group in np.split(np.arange(len(pieces)), starts[1:]) if len(pieces) else ():
        piece, some = pieces[group[0]], points[group]
        inside = some[shapely.intersects_xy(parts.shapes[piece], x[some], y[some])]
        found[inside] = np.where(found[inside] == None, codes[parts.owner[piece]] or None, found[inside])  # noqa: E711
    if within_km > 0:
        for row in places[[found[row] is None for row in places]]:
            found[row] = _nearest(float(x[row]), float(y[row]), within_km, codes, parts)
    return found


class _Parts:
    """The polygons of the world one by one, each with its country's row, ready for questions."""

    def __init__(self, shapes: Any) -> None:
        import shapely

        self.shapes, self.owner = shapely.get_parts(shapes, return_index=True)
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)


@lru_cache(maxsize=1)
def _world() -> tuple[list[str], Any, _Parts]:
    """Return codes (empty for an area of nobody), shapes, and the parts of the shapes."""
    import shapely

    path = resources.files("ilp_toolkit") / "geography" / "borders.geojson.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    shapes = shapely.get_parts(shapely.from_geojson(text))
    codes = [feature["properties"]["country"] or "" for feature in json.loads(text)["features"]]
    return codes, shapes, _Parts(shapes)


def _code(country: str) -> str:
    code = naming.code(country)
    if code is None:
        msg = _("`countries`: {name!r} is no country that is known. Give codes such as TJ.")
        raise InputError(msg.format(name=country))
    return code


def _degrees(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    x, y = (np.atleast_1d(np.asarray(values, dtype=float)) for values in (lon, lat))
    if x.shape != y.shape or x.ndim != 1:
        msg = _("`lon` has {n} values and `lat` has {m}; as many of the one as of the other are needed.")
        raise InputError(msg.format(n=x.size, m=y.size))
    for name, values, limit in (("lon", x, 180), ("lat", y, 90)):
        wrong = np.flatnonzero(np.abs(values) > limit)
        if len(wrong):
            msg = _(
                "`{name}` has {n} values beyond {limit} degrees (first: {value:g}, at place {place}). Are "
                "`lon` and `lat` in degrees, and not swapped?"
            )
            first = int(wrong[0])
            values_said = {"n": len(wrong), "value": float(values[first]), "place": first}
            raise InputError(msg.format(name=name, limit=limit, **values_said))
    return x, y


def _nearest(x: float, y: float, km: float, codes: list[str], parts: _Parts) -> str | None:
    """Return the country whose land comes nearest to a point, within so many kilometres."""
    import numpy as np
    import shapely

    high = km / _KM
    wide = min(high / max(np.cos(np.radians(min(abs(y) + high, 89.9))), 1e-3), 180.0)
    box = (x - wide, max(y - high, -90.0), x + wide, min(y + high, 90.0))
    scale = np.array([np.cos(np.radians(y)) * _KM, _KM])
    best: tuple[float, str] | None = None
    for turn in (0.0, 360.0, -360.0):
        west, east = box[0] + turn, box[2] + turn
        for piece in parts.tree.query(shapely.box(west, box[1], east, box[3])):
            land = shapely.clip_by_rect(parts.shapes[piece], west, box[1], east, box[3])
            code = codes[parts.owner[piece]]
            if land.is_empty or not code:
                continue
            away = (_kilometres(land, (x + turn, y), scale), code)
            best = away if best is None else min(best, away)
    return best[1] if best is not None and best[0] <= km else None


def _kilometres(land: Any, origin: tuple[float, float], scale: NDArray[np.float64]) -> float:
    """Return how far land is from a place, as if the ground near it were flat."""
    import shapely

    flat = shapely.transform(land, lambda xy: (xy - origin) * scale)
    return float(shapely.distance(flat, shapely.Point(0, 0)))
