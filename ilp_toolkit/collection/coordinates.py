"""
Coordinates from text, and what system they are in.

Numbers are read in any common spelling; longitude and latitude are put in order where the file has them
the other way round; projected coordinates need `crs=`. Everything ends in one projected system in metres.
Whether a point is believable is the business of `points`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CrsError
from ..i18n import _
from .shapes import Bools, Floats, filled, words_and_codes

if TYPE_CHECKING:
    from pyproj import CRS

__all__ = [
    "System",
    "degrees_apart",
    "find_system",
    "is_metric",
    "known_crs",
    "layer_system",
    "project",
    "read_numbers",
    "read_pairs",
    "read_wkt",
    "swapped_degrees",
]


@dataclass(frozen=True)
class System:
    """Where the numbers of a file come from and where they go."""

    source: CRS
    """The system of the numbers, first coordinate east, second north."""
    target: CRS
    """The projected system in metres that the table gets."""
    swapped: bool
    """Whether the two columns stand for each other."""
    doubtful: bool = False
    """Whether they may do so, with nothing to tell by."""


def read_numbers(text: pa.ChunkedArray) -> Floats:
    r"""
    Read a column of coordinates; NaN where a cell is empty or no number.

    Decimal commas, commas between thousands, signs, hemisphere letters (``71.4 W``, ``38,5° с.ш.``), blanks
    inside numbers, and degrees, minutes and seconds are understood.

    Examples
    --------
    >>> read_numbers(pa.chunked_array([["-75,5698", "71.42 W", "41°52'48\" N", "x", None]])).tolist()
    [-75.5698, -71.42, 41.88, nan, nan]
    """
    known = filled(text)
    if not known.all():
        text = _only(text, known)
    try:
        numbers = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return _odd_numbers(text)
    return np.asarray(numbers.to_numpy(zero_copy_only=False) if isinstance(numbers, pa.Array) else numbers)


def read_pairs(text: pa.ChunkedArray) -> tuple[Floats, Floats]:
    """
    Read a column with both coordinates, such as ``(41.88, -87.62)`` or ``POINT (-87.62 41.88)``.

    Returns
    -------
    tuple
        First and second number as they stand, but east and north for WKT.

    Examples
    --------
    >>> pairs = pa.chunked_array([["(41.88, -87.62)", "POINT (-87.62 41.88)", "41,88; -87,62"]])
    >>> read_pairs(pairs)[0].tolist()
    [41.88, -87.62, 41.88]
    """
    words, codes = words_and_codes(text)
    values = np.array([_pair_of(word) for word in words], dtype=np.float64)[codes]
    return values[:, 0], values[:, 1]


def read_wkt(text: pa.ChunkedArray) -> tuple[Floats, Floats]:
    """Read a column of WKT geometries; the middle of the box around those that are no points."""
    return read_pairs(text)


def known_crs(crs: Any) -> CRS:
    """
    Return the coordinate reference system that `crs` names.

    Raises
    ------
    CrsError
        If there is no such system.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        msg = _(
            "`crs` is {crs!r}, which is no coordinate system. Write it as an EPSG code, such as {example!r}."
        )
        raise CrsError(msg.format(crs=crs, example="EPSG:32642")) from error


def is_metric(crs: CRS) -> bool:
    """Return whether a system is projected, in metres, and no Mercator map of the whole world."""
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    world = "Mercator" in method and "Transverse" not in method and "Oblique" not in method
    return bool(crs.is_projected and not world and crs.axis_info[0].unit_conversion_factor == 1.0)


def find_system(
    x: Floats, y: Floats, *, crs: CRS | None, swappable: bool = True, timezone: str | None = None
) -> System:
    """
    Find out in which system coordinates are, and to which one to project them.

    Parameters
    ----------
    x, y
        East and north as the headers say; NaN and (0, 0) are passed over. At least one must be left.
    crs
        What the caller or the file says, or None. Numbers that are degrees are degrees even where a
        projected system is named: it then is the system to project to.
    swappable
        Whether the two may be exchanged (False for geometry from a geographic file).
    timezone
        Helps to tell longitude from latitude where both orders are possible.

    Raises
    ------
    CrsError
        If the numbers are no degrees and no system is given, or do not lie where the system is used.
    """
    from pyproj import CRS

    good = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    x, y = _some(x[good], y[good])
    degrees = _in_degrees(x, y) or (swappable and _in_degrees(y, x))
    if degrees and (crs is None or crs.is_projected):
        wgs84 = CRS.from_epsg(4326)
        swapped = swappable and swapped_degrees(x, y, timezone)
        lon, lat = (y, x) if swapped else (x, y)
        target = crs if crs is not None and is_metric(crs) else _utm(lon, lat)
        return System(wgs84, target, swapped, swappable and timezone is None and _arctic(lon, lat))
    if crs is None:
        raise CrsError(_no_crs(x, y))
    if crs.is_geographic:
        if not degrees:
            msg = _("`crs` {crs} is in degrees, and the coordinates are not (the first is {x:g}, {y:g}). ")
            msg += _("Name the projected system that they are in.")
            raise CrsError(msg.format(crs=_crs_name(crs), x=x[0], y=y[0]))
        swapped = swappable and swapped_degrees(x, y, timezone)
        return System(crs, _utm(*((y, x) if swapped else (x, y))), swapped)
    return _projected_system(x, y, crs, swappable)


def layer_system(x: Floats, y: Floats, own: CRS, wanted: CRS | None) -> System:
    """Return the system of a map layer, which names its own, and the system that it is projected to."""
    from pyproj import CRS

    good = np.isfinite(x) & np.isfinite(y)
    x, y = _some(x[good], y[good])
    if own.is_geographic and not _in_degrees(x, y):
        return find_system(x, y, crs=wanted, swappable=False)
    lon, lat = (x, y) if own.is_geographic else project(x, y, own, CRS.from_epsg(4326))
    metric = next((crs for crs in (wanted, own) if crs is not None and is_metric(crs)), None)
    return System(own, metric or _utm(lon, lat), swapped=False)


def swapped_degrees(x: Floats, y: Floats, timezone: str | None = None) -> bool:
    """
    Return whether longitude `x` and latitude `y` of nearly all points stand for each other.

    That is so where nearly all latitudes are beyond 90, or where the named time zone lies near the points
    only if they are exchanged.
    """
    beyond = np.abs(y) > 90
    if beyond.any():
        return bool(beyond.mean() > 0.9 and (np.abs(x) <= 90).mean() > 0.9)
    home = _zone_place(timezone) if timezone else None
    if home is None or len(x) == 0:
        return False
    east, north = float(np.median(x)), float(np.median(y))
    as_is = degrees_apart(np.array([east]), np.array([north]), *home)[0]
    other = degrees_apart(np.array([north]), np.array([east]), *home)[0] if abs(east) <= 90 else np.inf
    return bool(as_is > 2000 and other < as_is / 3)


def degrees_apart(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """Return kilometres from one place, near enough for sorting near from far."""
    a = np.radians(lat)
    b = np.radians(lat0)
    half = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon - lon0) / 2) ** 2
    return np.asarray(12_742.0 * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def project(x: Floats, y: Floats, source: CRS, target: CRS) -> tuple[Floats, Floats]:
    """Return coordinates in another system; infinite where there is no answer."""
    from pyproj import Transformer

    if source == target:
        return x, y
    # Older pyproj takes an array of one number for a number; two of it are an array everywhere.
    x, y = (np.append(values, values[-1:]) for values in (x, y))
    east, north = Transformer.from_crs(source, target, always_xy=True).transform(x, y)
    return np.asarray(east)[:-1], np.asarray(north)[:-1]


# Numbers


def _odd_numbers(text: pa.ChunkedArray) -> Floats:
    """Read what is not plain: a decimal comma in all cells together, anything else cell by cell."""
    if _are_grouped(text):
        text = pc.replace_substring(text, ",", "")
    plain = np.asarray(pc.fill_null(pc.match_substring_regex(text, r"^[-+]?\d+([.,]\d+)?$"), False))
    numbers = pc.cast(pc.replace_substring(_only(text, plain), ",", "."), pa.float64())
    values = np.asarray(numbers, dtype=np.float64).copy()
    words, codes = words_and_codes(text.filter(pa.array(~plain)))
    values[~plain] = np.array([_number_of(word) for word in words], dtype=np.float64)[codes]
    return values


def _are_grouped(text: pa.ChunkedArray) -> bool:
    """Return whether commas part thousands: all cells with one are like "987,123", too much for degrees."""
    commas = pc.filter(text, pc.fill_null(pc.match_substring(text, ","), False))
    words = [str(word) for word in pc.unique(commas).slice(0, 2_000).to_pylist()]
    if not words or not all(_GROUPED.fullmatch(word.strip()) for word in words):
        return False
    return any(word.count(",") > 1 or int(word.strip("+- ").split(",")[0]) > 180 for word in words)


def _only(text: pa.ChunkedArray, chosen: Bools) -> pa.ChunkedArray:
    return pc.if_else(pa.chunked_array([pa.array(chosen)]), text, pa.scalar(None, text.type))


_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_SEXAGESIMAL = re.compile(
    r"([-+−])?\s*(\d{1,3})\s*[°ºd]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’m]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|''|s|”)\s*)?"
)
_SOUTH_WEST = re.compile(r"(?i)\b[SWO]\b|ю\.?\s*ш|з\.?\s*д")
_HEMISPHERE = re.compile(r"(?i)\b[NSEWO]\b|[сю]\.?\s*ш\.?|[вз]\.?\s*д\.?|°")


def _number_of(cell: str) -> float:
    text = re.sub(r"(?i)(?<=[\d°'\"])(?=[nsewo]\b)|(?<=\b[nsewo])(?=\d)", " ", cell.strip())
    sign = -1.0 if _SOUTH_WEST.search(text) else 1.0
    match = _SEXAGESIMAL.match(text)
    if match and (match[3] or match[4]):
        whole, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.group(2, 3, 4))
        value = whole + minutes / 60 + seconds / 3600
        return round(-value if match[1] in {"-", "−"} else value * sign, 9)
    text = _HEMISPHERE.sub("", text).strip()
    if not re.fullmatch(r"[-+−]?\s?[\d\s\u00a0'.,]+(?:e[+-]?\d+)?", text, re.IGNORECASE):
        return np.nan
    try:
        return sign * float(_plain(text))
    except ValueError:
        return np.nan


def _plain(text: str) -> str:
    text = re.sub(r"[\s\u00a0']", "", text).replace("−", "-")
    if "," in text and "." in text:
        return (
            text.replace(",", "")
            if text.rindex(".") > text.rindex(",")
            else text.replace(".", "").replace(",", ".")
        )
    return text.replace(",", "") if text.count(",") > 1 else text.replace(",", ".")


def _pair_of(cell: str) -> tuple[float, float]:
    nothing = (np.nan, np.nan)
    if re.match(r"(?i)\s*(srid=\d+;)?\s*(multi)?(point|line|poly)", cell):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", cell.split("(", 1)[-1])]
        corners = np.array(numbers[: len(numbers) // 2 * 2]).reshape(-1, 2)
        return nothing if not len(corners) else tuple((corners.min(axis=0) + corners.max(axis=0)) / 2)
    text = cell.strip().strip("()[]{}")
    for separator in (";", "|", ", ", ",", " "):
        parts = [part for part in text.split(separator) if part.strip()]
        if len(parts) == 2:
            first, second = (_number_of(part) for part in parts)
            if np.isfinite(first) and np.isfinite(second):
                return first, second
    return nothing


# Systems


def _arctic(lon: Floats, lat: Floats) -> bool:
    """Return whether points lie beyond the polar circle and would lie where people live if exchanged."""
    return bool(abs(np.median(lat)) > 66.5 and abs(np.median(lon)) < 60)


def _some(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return up to twenty thousand points spread over the file: enough to know what all of them are."""
    step = max(1, len(x) // 20_000)
    return x[::step], y[::step]


def _in_degrees(lon: Floats, lat: Floats) -> bool:
    inside = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return bool(len(lon) and inside.mean() > 0.5)


def _utm(lon: Floats, lat: Floats) -> CRS:
    from pyproj import CRS

    inside = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    east, north = float(np.median(lon[inside])), float(np.median(lat[inside]))
    if abs(north) > 84:
        return CRS.from_epsg(32661 if north > 0 else 32761)
    zone = int((east + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if north >= 0 else 32700) + zone)


def _projected_system(x: Floats, y: Floats, crs: CRS, swappable: bool) -> System:
    from pyproj import CRS

    wgs84 = CRS.from_epsg(4326)
    step = max(1, len(x) // 1000)
    for swapped in (False, True) if swappable else (False,):
        a, b = (y, x) if swapped else (x, y)
        lon, lat = project(a[::step], b[::step], crs, wgs84)
        if _where_used(lon, lat, crs).mean() > 0.5:
            target = crs if is_metric(crs) else _utm(lon, lat)
            return System(crs, target, swapped)
    msg = _("The coordinates (the first is {x:.0f}, {y:.0f}) do not lie where {crs} is used. Check `crs`.")
    raise CrsError(msg.format(x=x[0], y=y[0], crs=_crs_name(crs)))


def _where_used(lon: Floats, lat: Floats, crs: CRS) -> Bools:
    area = crs.area_of_use
    if area is None:
        return np.isfinite(lon)
    margin = 3.0
    east = area.east + 360 * (area.east < area.west)
    inside = (lon >= area.west - margin) & (lon <= east + margin)
    return inside & (lat >= area.south - margin) & (lat <= area.north + margin)


def _no_crs(x: Floats, y: Floats) -> str:
    msg = _(
        "The coordinates are no degrees (the first is {x:.1f}, {y:.1f}); the file does not say their system. "
    )
    msg += _("Name it, for example `crs={example!r}`; whoever made the file knows it.")
    told = msg.format(x=x[0], y=y[0], example="EPSG:32642")
    likely = _likely_systems(float(np.median(x)), float(np.median(y)))
    if likely:
        told += " " + _("Look whether it is one of these: {systems}.").format(systems="; ".join(likely))
    return told


def _likely_systems(x: float, y: float) -> list[str]:
    """Return systems in which a point with these numbers can lie, with the place that it then has."""
    from pyproj import CRS

    codes = [3857] if 1e6 < max(abs(x), abs(y)) < 20_037_509 else []
    for east in (x, y):
        zone, within = divmod(east, 1e6)
        if 2 <= zone <= 32 and 200_000 <= within <= 800_000:
            codes.append(28400 + int(zone))  # Gauss-Krüger on Pulkovo 1942, the zone before the easting
    found = []
    for code in codes:
        a, b = (y, x) if code > 28400 and divmod(x, 1e6)[0] != code - 28400 else (x, y)
        lon, lat = project(np.array([a]), np.array([b]), CRS.from_epsg(code), CRS.from_epsg(4326))
        if abs(lat[0]) <= 80:
            place = _("latitude {lat:.1f}, longitude {lon:.1f}").format(lat=lat[0], lon=lon[0])
            found.append(f"EPSG:{code} ({place})")
    return found


def _crs_name(crs: CRS) -> str:
    return crs.to_string() if len(crs.to_string()) < 40 else crs.name


@lru_cache(maxsize=8)
def _zone_place(timezone: str) -> tuple[float, float] | None:
    """Return longitude and latitude of the town that a time zone is named after, where the list has it."""
    path = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    if not path.is_file():
        return None
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and len(fields) > 2 and fields[2] == timezone:
            parts = re.fullmatch(r"([+-]\d{2,3})(\d\d)(?:\d\d)?([+-]\d{3})(\d\d)(?:\d\d)?", fields[1])
            if parts:
                lat, lon = (float(parts[k]) + float(parts[k][0] + parts[k + 1]) / 60 for k in (1, 3))
                return lon, lat
    return None
