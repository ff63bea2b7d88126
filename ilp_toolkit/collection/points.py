"""
Where it happened: points that can be believed, projected to metres, each distinct one made once.

A point that cannot be believed becomes no place, with the reason; the row stays and so do the columns it
was read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .coordinates import System, degrees_apart, find_system, layer_system, project, read_numbers, read_pairs
from .shapes import Bools, Floats, Ints, filled, mix

if TYPE_CHECKING:
    from pyproj import CRS

__all__ = ["Points", "is_snapped", "place_roles", "read_points"]

FAR_KM = 50.0
"""A point nearer to the middle than this is never far."""


@dataclass
class Points:
    """The place of each row of a file, and what is the matter with it."""

    geometry: npt.NDArray[np.object_]
    """Points in `crs`; None where there is no place."""
    crs: CRS | None
    """The projected system, None where no row has a place."""
    codes: Ints
    """A number for each distinct coordinate, -1 where there is no place."""
    checks: dict[str, Bools] = field(default_factory=dict)
    """Rows that a check found, by its code."""
    system: System | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def place_roles(roles: Mapping[str, str]) -> list[str]:
    """Return the roles that give the point: a pair of columns, or one; empty where there is none."""
    for names in (["longitude", "latitude"], ["x", "y"], ["coordinates"], ["wkt"]):
        if all(name in roles for name in names):
            return names
    return []


def read_points(
    table: pa.Table,
    roles: Mapping[str, str],
    *,
    crs: CRS | None = None,
    timezone: str | None = None,
    shapes: npt.NDArray[np.object_] | None = None,
    layer_crs: CRS | None = None,
) -> Points:
    """
    Read where each row happened.

    Parameters
    ----------
    table
        Columns of text.
    roles
        Role to column (see `headers.match_headers`).
    crs
        The system that the caller names.
    timezone
        Helps to tell longitude from latitude.
    shapes
        Geometry of a map layer, used where no column is given.
    layer_crs
        The system that the layer names. It is believed, unless it is in degrees and the numbers are not.

    Returns
    -------
    Points
        One entry a row.

    Notes
    -----
    A point counts as far where its distance from the middle (the median of both coordinates) is over 50 km
    and over twice the distance within which 95 % of the points lie. Where more than 1 % of the points are
    that far the file covers a wide country, and only those over three times as far as 99 % of the points
    count. Twenty points or fewer are never judged. A point beyond eight times the distance of three in four
    points is read the other way round where it then lies among them.

    Raises
    ------
    CrsError
        If projected coordinates have no system, or do not lie where it is used.
    """
    x, y, checks, swappable = _numbers(table, roles, shapes)
    _set_aside(checks, "zero_point", (x == y) & ((x == 0) | (x == -1)), x, y)
    usable = np.isfinite(x) & np.isfinite(y)
    if not usable.any():
        return Points(np.full(len(x), None, dtype=object), None, np.full(len(x), -1), checks)
    if layer_crs is not None:
        system = layer_system(x, y, layer_crs, crs)
    else:
        system = find_system(x, y, crs=crs, swappable=swappable, timezone=timezone)
    if system.swapped:
        x, y = y, x
        checks["swapped_file"] = usable
    codes, east, north = _distinct(x, y)
    points = Points(np.empty(0, dtype=object), system.target, codes, checks, system)
    _believe(points, east, north, timezone)
    _make(points, east, north)
    return points


def is_snapped(codes: Ints, repeated: Bools) -> tuple[bool, float]:
    """
    Return whether coordinates were moved to shared points (block, street or grid centres), and the share.

    The rule: at least half of the rows with a place, exact repeats of a whole row left out, share their
    point with another row; files under 50 such rows are not judged.
    """
    kept = codes[(codes >= 0) & ~repeated]
    if len(kept) < 50:
        return False, 0.0
    counts = np.bincount(kept)
    share = float(counts[counts > 1].sum() / len(kept))
    return share >= 0.5, share


# Numbers


def _numbers(
    table: pa.Table, roles: Mapping[str, str], shapes: npt.NDArray[np.object_] | None
) -> tuple[Floats, Floats, dict[str, Bools], bool]:
    names = place_roles(roles)
    checks: dict[str, Bools] = {}
    if not names and shapes is None:
        nothing = np.full(table.num_rows, np.nan)
        return nothing, nothing.copy(), checks, False
    if not names:
        return *_from_shapes(shapes, checks), checks, False
    columns = [table.column(roles[name]) for name in names]
    if len(columns) == 2:
        x, y = (np.array(read_numbers(column)) for column in columns)
    else:
        x, y = read_pairs(columns[0])
        if names == ["coordinates"]:
            x, y = _lat_lon_order(x, y, columns[0])
    missing = ~np.isfinite(x) | ~np.isfinite(y)
    if missing.any():
        told = [filled(column) for column in columns]
        checks["unreadable_place"] = missing & np.logical_and.reduce(told)
        checks["half_place"] = np.logical_or.reduce(told) & ~np.logical_and.reduce(told)
    return np.where(missing, np.nan, x), np.where(missing, np.nan, y), checks, names != ["wkt"]


def _lat_lon_order(first: Floats, second: Floats, column: pa.ChunkedArray) -> tuple[Floats, Floats]:
    """Return east and north of pairs in one column: the latitude stands first, except in WKT."""
    wkt = np.asarray(
        pc.fill_null(pc.match_substring_regex(column, r"(?i)^\s*(srid=\d+;)?\s*(multi)?point"), False)
    )
    return np.where(wkt, first, second), np.where(wkt, second, first)


def _from_shapes(shapes: npt.NDArray[np.object_] | None, checks: dict[str, Bools]) -> tuple[Floats, Floats]:
    import shapely

    assert shapes is not None
    kind = shapely.get_type_id(shapes)
    points = shapes.copy()
    points[kind > 0] = shapely.point_on_surface(shapes[kind > 0])
    checks["not_a_point"] = kind > 0
    return shapely.get_x(points), shapely.get_y(points)


def _set_aside(checks: dict[str, Bools], check: str, rows: Bools, x: Floats, y: Floats) -> None:
    checks[check] = rows
    x[rows] = np.nan
    y[rows] = np.nan


def _distinct(x: Floats, y: Floats) -> tuple[Ints, Floats, Floats]:
    """Return a number for each row's coordinate, -1 for none, and the distinct coordinates in first order."""
    import pandas as pd

    marks = mix(x.view(np.uint64)) + mix(mix(y.view(np.uint64)))
    codes, _uniques = pd.factorize(marks)
    codes = codes.astype(np.int64)
    n = int(codes.max()) + 1
    first = np.empty(n, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    codes[~np.isfinite(x)] = -1
    return codes, x[first], y[first]


# Belief


def _believe(points: Points, east: Floats, north: Floats, timezone: str | None) -> None:
    """Take away the place of rows whose point is out of range or far from all others."""
    system, counts = points.system, np.bincount(points.codes[points.codes >= 0], minlength=len(east))
    assert system is not None
    outside, exchanged = np.zeros(len(east), dtype=bool), np.zeros(len(east), dtype=bool)
    degrees = system.source.is_geographic
    if degrees:  # nothing is recorded at a pole: some registers write it for a place that is not known
        outside = (np.abs(east) > 180) | (np.abs(north) >= 90)
    inside = np.isfinite(east) & ~outside & (counts > 0)
    far, limit = _far(east, north, inside, counts, degrees)
    if degrees and limit is not None:
        core = _core(east, north, inside, counts) & ~far
        exchanged = ~core & (counts > 0) & _near(north, east, core, counts)
        east[exchanged], north[exchanged] = north[exchanged], east[exchanged]
        outside &= ~exchanged
        far, limit = _far(east, north, np.isfinite(east) & ~outside & (counts > 0), counts, degrees)
    for check, found in (("out_of_range", outside), ("far_point", far), ("swapped_row", exchanged)):
        points.checks[check] = _rows(points.codes, found)
    points.facts["far_km"] = None if limit is None else round(limit)
    gone = outside | far
    points.codes[_rows(points.codes, gone)] = -1


def _rows(codes: Ints, found: Bools) -> Bools:
    return np.append(found, False)[codes]


def _far(
    east: Floats, north: Floats, inside: Bools, counts: Ints, degrees: bool
) -> tuple[Bools, float | None]:
    """Return which distinct points are far from the others, and the limit in km (None where not judged)."""
    weights = np.where(inside, counts, 0)
    if weights.sum() <= 20:
        return np.zeros(len(east), dtype=bool), None
    distance = _from_middle(east, north, weights, degrees, inside)
    limit = max(FAR_KM, 2 * _quantile(distance, weights, 0.95))
    if weights[distance > limit].sum() > 0.01 * weights.sum():
        limit = max(limit, 3 * _quantile(distance, weights, 0.99))
    return inside & (distance > limit), limit


def _core(east: Floats, north: Floats, inside: Bools, counts: Ints) -> Bools:
    """Return which points lie no farther than eight times the distance that holds three in four of them."""
    weights = np.where(inside, counts, 0)
    distance = _from_middle(east, north, weights, True, inside)
    return inside & (distance <= 4 * max(FAR_KM, 2 * _quantile(distance, weights, 0.75)))


def _from_middle(east: Floats, north: Floats, weights: Ints, degrees: bool, inside: Bools) -> Floats:
    """Return kilometres from the median point; 0 outside the range."""
    middle = _quantile(east, weights, 0.5), _quantile(north, weights, 0.5)
    if degrees:
        distance = degrees_apart(np.where(inside, east, 0), np.where(inside, north, 0), *middle)
    else:
        distance = np.hypot(east - middle[0], north - middle[1]) / 1000
    return np.where(inside, distance, 0)


def _quantile(values: Floats, weights: Ints, share: float) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(total, share * total[-1])]])


def _near(east: Floats, north: Floats, core: Bools, counts: Ints) -> Bools:
    """Return which points, read the other way round, lie within half as far again as 95 % of the core."""
    weights = np.where(core, counts, 0)
    middle = _quantile(north, weights, 0.5), _quantile(east, weights, 0.5)
    own = degrees_apart(np.where(core, north, 0), np.where(core, east, 0), *middle)
    radius = max(5.0, 1.5 * _quantile(np.where(core, own, 0), weights, 0.95))
    valid = (np.abs(east) <= 180) & (np.abs(north) <= 90)
    return valid & (degrees_apart(np.where(valid, east, 0), np.where(valid, north, 0), *middle) <= radius)


def _make(points: Points, east: Floats, north: Floats) -> None:
    """Project the distinct coordinates and make one point for each."""
    import shapely

    assert points.system is not None
    x, y = project(east, north, points.system.source, points.system.target)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    if lost.any():
        gone = _rows(points.codes, lost)
        points.checks["out_of_range"] |= gone
        points.codes[gone] = -1
    made = np.empty(len(x) + 1, dtype=object)
    made[:-1] = shapely.points(np.where(lost, 0, x), np.where(lost, 0, y))
    made[-1] = None
    points.geometry = made[points.codes]
    if not (points.codes >= 0).any():
        points.crs = None
