"""
Shapes in answers: read from WKB only after its own counts were checked, compared within metres.

A few bytes of WKB can promise millions of corners or nest collections without end. The bytes are therefore
walked through first: every count must be covered by the bytes that follow, collections nest three deep.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

from ..i18n import _
from ._plain import TEXT, AnswerError

if TYPE_CHECKING:
    import shapely

__all__ = ["differs", "distance_unit", "shape"]

_NESTED = 3
_HAUSDORFF = 4_000_000
"""Products of corners up to which two shapes are compared by distance."""


def shape(text: str) -> shapely.Geometry:
    """
    Read a shape from hexadecimal WKB.

    Raises
    ------
    AnswerError
        If it is not such, or not finite.
    """
    import shapely

    bad = AnswerError(_("A shape in the answer cannot be read."))
    if type(text) is not str or len(text) > 10 * TEXT:
        raise bad
    try:
        data = bytes.fromhex(text)
        whole = _walk(data, 0, 0) == len(data)
        made = shapely.from_wkb(data) if whole else None
    except (ValueError, struct.error, IndexError, shapely.errors.ShapelyError):
        raise bad from None
    if made is None:
        raise bad
    return made


def _walk(data: bytes, at: int, depth: int) -> int:
    """Return where the shape that begins at `at` ends; ValueError where it promises more than there is."""
    order = {0: ">", 1: "<"}.get(data[at], "")
    if not order or depth > _NESTED:
        raise ValueError
    (kind,) = struct.unpack_from(order + "I", data, at + 1)
    at += 5
    if kind == 1:
        return _coordinates(data, at, order, 1, empty=True)
    (count,) = struct.unpack_from(order + "I", data, at)
    at += 4
    if count > (len(data) - at) // 4:
        raise ValueError
    if kind == 2:
        return _coordinates(data, at, order, count)
    if kind not in {3, 4, 5, 6, 7}:
        raise ValueError
    for _part in range(count):
        if kind == 3:
            (corners,) = struct.unpack_from(order + "I", data, at)
            at = _coordinates(data, at + 4, order, corners)
        else:
            at = _walk(data, at, depth + 1)
    return at


def _coordinates(data: bytes, at: int, order: str, count: int, *, empty: bool = False) -> int:
    end = at + 16 * count
    if end > len(data):
        raise ValueError
    numbers = struct.unpack_from(f"{order}{2 * count}d", data, at)
    if not all(map(math.isfinite, numbers)) and not (empty and all(map(math.isnan, numbers))):
        raise ValueError
    return end


def distance_unit(crs: str | None) -> float:
    """Return how many metres one unit of the key's CRS is, roughly where it is in degrees."""
    if crs is None:
        return 1.0
    from pyproj import CRS

    known = CRS.from_user_input(crs)
    if known.is_geographic:
        return 111_320.0
    return float(known.axis_info[0].unit_conversion_factor) if known.axis_info else 1.0


def differs(given: str | None, key: str | None, *, tolerance: float) -> str:
    """
    Say how a shape differs from the key's: "" (it does not), "empty", "kind" or "place".

    `tolerance` is in units of the CRS.
    """
    if given is None or key is None:
        return "" if given is key else "empty"
    mine, right = _single(shape(given)), _single(shape(key))
    if mine.is_empty or right.is_empty:
        return "" if mine.is_empty and right.is_empty else "empty"
    if mine.geom_type != right.geom_type:
        return "kind"
    return "" if _near(mine, right, max(tolerance, 1e-9)) else "place"


def _single(made: shapely.Geometry) -> Any:
    """Take a collection of one part for its part."""
    parts = getattr(made, "geoms", None)
    return made if parts is None or len(parts) != 1 else parts[0]


def _near(mine: Any, right: Any, tolerance: float) -> bool:
    import shapely

    if not all(abs(a - b) <= tolerance for a, b in zip(mine.bounds, right.bounds, strict=True)):
        return False
    if mine.geom_type == "Point":
        return bool(mine.distance(right) <= tolerance)
    corners = [int(shapely.get_num_coordinates(each)) for each in (mine, right)]
    if corners[0] * corners[1] > _HAUSDORFF:
        return bool(shapely.equals_exact(mine.normalize(), right.normalize(), tolerance))
    if abs(mine.area - right.area) > tolerance * (right.length + tolerance) + 1e-9 * right.area:
        return False
    return bool(shapely.hausdorff_distance(_edges(mine), _edges(right)) <= tolerance)


def _edges(made: Any) -> Any:
    return made.boundary if made.geom_type in {"Polygon", "MultiPolygon"} else made
