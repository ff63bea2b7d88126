"""
Points moved before they leave, so that an address cannot be read from a map, and what the moving costs.

*The same point of a case always goes to the same spot.* If each product drew anew, their mean would be the
address. So nothing is drawn from chance: the spot follows from the key of the case and the point alone.
This holds within one way of masking; two ways (another ring, another grid) are two looks at one address, so a
case keeps to one: `same_way` refuses the second.

*Every square metre of the ring is as likely.* A radius drawn evenly would crowd the points towards the
middle, where the address is.

*Each map says how far its points were moved* (`report`): a snapped map once showed forty-one thefts from
shops in a street without one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..collection.pseudonyms import Key, digest
from ..errors import DisclosureError, InputError
from ..i18n import _, number, plural
from . import _mask_layers, _moves

__all__ = ["MaskReport", "Method", "mask", "report", "same_way"]

Method = Literal["donut", "grid", "snap", "voronoi", "adaptive"]
Spatial = gpd.GeoDataFrame | gpd.GeoSeries
Floats = NDArray[np.float64]
_METHODS = ("donut", "grid", "snap", "voronoi", "adaptive")


def mask(
    points: Spatial,
    *,
    method: Method = "donut",
    key: bytes | Key,
    boundary: Spatial | None = None,
    inner: float = 50,
    outer: float = 250,
    cell_size: float = 250,
    catalogue: Spatial | None = None,
    addresses: Spatial | None = None,
    minimum_addresses: int = 8,
    population: Spatial | None = None,
    k: int = 20,
    farthest: float = 2000,
) -> gpd.GeoDataFrame:
    """
    Move points so that addresses cannot be read from them.

    Parameters
    ----------
    points
        Points in metres. Rows without a place stay without one.
    method
        ``donut``: to a spot of a ring around the point, every square metre as likely. ``grid``: to the middle
        of its cell. ``snap``: to the nearest spot of a public catalogue. ``voronoi``: to the nearest line
        that is as far from one address as from the next. ``adaptive``: like ``donut``, the ring as wide as it
        takes to hold `k` addresses or people.
    key
        The key of the case (`pseudonyms.open_key`) or its bytes. ``grid``, ``snap`` and ``voronoi`` need none
        by themselves; it is asked for all the same, so that changing the method needs no other call.
    boundary
        Polygons that no point may leave.
    inner, outer
        Radii of the ring, metres. For ``adaptive`` the least outer radius, and the ratio of the two.
    cell_size
        Side of a cell of ``grid``, metres; cells start at whole multiples of it.
    catalogue
        Spots for ``snap``: middles of streets, public places.
    addresses
        For ``snap``: postal addresses, to keep only spots that are nearest to `minimum_addresses` of them or
        to none. For ``voronoi``: the addresses between which points are put.
    minimum_addresses
        See `addresses`.
    population
        For ``adaptive``: addresses as points, or areas with a column ``population``.
    k
        How many addresses (people) the ring must hold.
    farthest
        The largest outer radius of ``adaptive``, metres. Points for which it is too small are refused.

    Returns
    -------
    GeoDataFrame
        The rows of `points` with their other columns, moved; ``attrs["choices"]`` says how.
        ``place_precision``, where there is one, becomes ``area`` (``snapped`` for ``snap``). How far each
        point went is in no column: it would help whoever looks for the address.

    Raises
    ------
    CrsError
        If a layer has no coordinate reference system or one in degrees, or two differ.
    InputError
        If a shape is no point, a size makes no sense, a layer that the method needs is missing or empty, or a
        point cannot be put inside the boundary.

    Notes
    -----
    Other columns can give a point away (an address, a district with one house): see `payload` and the list of
    columns that may leave. Near the boundary only part of the ring is left, and a spot there tells more. A
    map of many masked points of one address still shows that address's neighbourhood. Displacement weakens
    every analysis at or below its size: analyse first, mask what is shown.

    References
    ----------
    Hampton et al. (2010), doi:10.1093/aje/kwq248 (the ring). Seidl et al. (2015), Spatial obfuscation methods
    for privacy protection of household-level data, Applied Geography 63, 253-263 (lines between addresses).

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([500000.0], [4200000.0], crs=32642)
    >>> moved = mask(points, key=b"k" * 32)
    >>> bool(50 <= moved.distance(points).iloc[0] <= 250)
    True
    >>> mask(points, key=b"k" * 32).geometry.equals(moved.geometry)
    True
    """
    if method not in _METHODS:
        msg = f"`method` must be one of {', '.join(_METHODS)}, got {method!r}."
        raise InputError(msg)
    _mask_layers.check_points(points, "points")
    layers = {"boundary": boundary, "catalogue": catalogue, "addresses": addresses, "population": population}
    for name, layer in layers.items():
        if layer is not None:
            _mask_layers.check_crs(layer, name, like=points)
    border = None if boundary is None else shapely.union_all(np.asarray(boundary.geometry))
    ways = {"inner": inner, "outer": outer, "cell_size": cell_size, "k": k, "farthest": farthest}
    choices: dict[str, Any] = {"method": method, **{name: ways[name] for name in _USED[method]}}
    _mask_layers.check_sizes(choices)
    choices["layers"] = {name: _print(layer) for name, layer in layers.items() if layer is not None}
    shapes = np.asarray(points.geometry)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    xy = shapely.get_coordinates(shapes[there])
    if method == "snap":
        spots = _mask_layers.spots_of(catalogue, addresses, border, minimum_addresses)
        moved, lost = _moves.snap(xy, spots), np.zeros(len(xy), dtype=bool)
        choices |= {"spots": len(spots), "minimum_addresses": minimum_addresses}
    elif method == "voronoi":
        moved, lost = _mask_layers.between(xy, addresses, border), np.zeros(len(xy), dtype=bool)
    elif method == "grid":
        moved, lost = _moves.grid(xy, float(cell_size), border)
    else:
        draws = _moves.Draws(_key(key), _way(choices), _degrees(points, there))
        near, far = _radii(xy, choices, population)
        if method == "adaptive":
            _refuse_far(far, farthest, there)
        moved, lost = _moves.ring(xy, draws, near, far, _inside(border))
    _refuse_lost(lost, there)
    return _moved(points, there, moved, choices)


_USED: dict[str, tuple[str, ...]] = {
    "donut": ("inner", "outer"),
    "grid": ("cell_size",),
    "snap": (),
    "voronoi": (),
    "adaptive": ("inner", "outer", "k", "farthest"),
}


@dataclass(frozen=True)
class MaskReport:
    """How far points were moved, and among how many addresses each is hidden."""

    n: int
    """Points that have a place."""
    unmoved: int
    """Points that stand where they stood (within a centimetre)."""
    outside: int | None
    """Moved points outside the boundary; None where none was given."""
    displacement: pd.Series[float]
    """Metres: mean, then the quantiles ``min`` to ``max``."""
    spatial_k: pd.Series[float] | None
    """Addresses (people) at least as near to the moved point as the true one is; the same quantiles."""
    below_k: float | None
    """Share (0 to 1) of points hidden among fewer than `k`."""
    k: int = field(default=20)

    def __str__(self) -> str:
        """Say it in the words that a map prints."""
        d = self.displacement
        text = plural(
            "{n} point was moved, by {low} to {high} m (half of them by {middle} m or less).",
            "{n} points were moved, by {low} to {high} m (half of them by {middle} m or less).",
            self.n,
        ).format(n=number(self.n), low=number(d["min"]), high=number(d["max"]), middle=number(d["median"]))
        if self.spatial_k is None:
            return text
        hidden = _("Each is hidden among {least} addresses at least, half of them among {middle} or more.")
        return f"{text} " + hidden.format(
            least=number(self.spatial_k["min"]), middle=number(self.spatial_k["median"])
        )


def report(
    points: Spatial,
    masked: Spatial,
    *,
    population: Spatial | None = None,
    boundary: Spatial | None = None,
    k: int = 20,
) -> MaskReport:
    """
    Say how far points were moved and how well that hides them.

    Parameters
    ----------
    points, masked
        The true points and the moved ones, row by row.
    population
        Addresses as points, or areas with a column ``population``; left out, spatial k is not computed.
    boundary
        Polygons that no point should have left.
    k
        The number among which each point should be hidden.

    Returns
    -------
    MaskReport
        Printed, it is the sentence for the map. It holds no row of the data.

    Notes
    -----
    Spatial k counts the addresses within the displacement of the *moved* point: those at which whoever knows
    how far points move would have to look first. From areas it is population density at the moved point times
    that circle, which is rough where areas are large.
    """
    _mask_layers.check_points(points, "points")
    _mask_layers.check_points(masked, "masked")
    for name, layer in {"masked": masked, "population": population, "boundary": boundary}.items():
        if layer is not None:
            _mask_layers.check_crs(layer, name, like=points)
    if len(points) != len(masked):
        msg = f"`points` and `masked` must have the same rows, got {len(points)} and {len(masked)}."
        raise InputError(msg)
    before, after = np.asarray(points.geometry), np.asarray(masked.geometry)
    both = ~(shapely.is_missing(before) | shapely.is_empty(before) | shapely.is_missing(after))
    distance = shapely.distance(before[both], after[both])
    spots = shapely.get_coordinates(after[both])
    hidden = None if population is None else _spatial_k(spots, distance, population)
    outside = None
    if boundary is not None:
        border = shapely.union_all(np.asarray(boundary.geometry))
        outside = int((~shapely.intersects(border, after[both])).sum())
    return MaskReport(
        n=int(both.sum()),
        unmoved=int((distance < 0.01).sum()),
        outside=outside,
        displacement=_quantiles(distance),
        spatial_k=None if hidden is None else _quantiles(hidden),
        below_k=None if hidden is None or not len(hidden) else float((hidden < k).mean()),
        k=k,
    )


def same_way(choices: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]) -> None:
    """
    Refuse a second way of masking in one case.

    Parameters
    ----------
    choices
        ``masked.attrs["choices"]`` of what is to leave.
    earlier
        The same of what has left the case.

    Raises
    ------
    DisclosureError
        If one of them differs: two rings around one address cross near it.

    Examples
    --------
    >>> same_way({"method": "donut", "inner": 50}, [{"method": "donut", "inner": 50}])
    """
    for other in earlier:
        if dict(other) != dict(choices):
            msg = _(
                "Points of this case have left masked in another way ({before}); masked as {now} they could "
                "be "
                "put together to find the addresses. Mask them as before."
            )
            raise DisclosureError(msg.format(before=_said(other), now=_said(choices)))


def _said(choices: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in choices.items())


def _key(key: bytes | Key) -> bytes:
    secret = key.secret if isinstance(key, Key) else key
    if not isinstance(secret, bytes) or len(secret) < 16:
        msg = (
            "`key` must be a Key or at least 16 bytes: with a shorter one every move can be undone by trying."
        )
        raise InputError(msg)
    return digest(b"ilp geomask", key=secret)


def _way(choices: Mapping[str, Any]) -> str:
    """Return what decides the draws: not the layers, so that far from a border its shape changes nothing."""
    return repr(sorted((name, value) for name, value in choices.items() if name != "layers"))


def _print(layer: Spatial) -> str:
    """Return a short fingerprint of the shapes of a layer."""
    return hashlib.sha256(
        b"".join(shapely.to_wkb(shapely.normalize(np.asarray(layer.geometry))))
    ).hexdigest()[:12]


def _degrees(points: Spatial, there: NDArray[np.int64]) -> Floats:
    """Return longitude and latitude: the same place has the same in every projection."""
    chosen = gpd.GeoSeries(np.asarray(points.geometry)[there], crs=points.crs).to_crs(4326)
    return shapely.get_coordinates(np.asarray(chosen))


def _inside(border: Any) -> _moves.Inside:
    if border is None:
        return lambda spots: np.ones(len(spots), dtype=bool)
    shapely.prepare(border)
    return lambda spots: np.asarray(shapely.intersects_xy(border, *spots.T), dtype=bool)


def _radii(xy: Floats, choices: Mapping[str, Any], population: Spatial | None) -> tuple[Floats, Floats]:
    inner, outer = float(choices["inner"]), float(choices["outer"])
    if choices["method"] == "donut":
        return np.full(len(xy), inner), np.full(len(xy), outer)
    layer = _mask_layers.needed(population, "population", "adaptive")
    # The ring must hold k without its hole, so the circle must hold a little more.
    share = 1 - (inner / outer) ** 2
    wanted = int(np.ceil(choices["k"] / share))
    people, density = _mask_layers.people_of(layer)
    far = np.maximum(_moves.adaptive_radii(xy, people, density, wanted), outer)
    return far * inner / outer, far


def _refuse_far(far: Floats, farthest: float, there: NDArray[np.int64]) -> None:
    wrong = far > farthest
    if wrong.any():
        msg = _(
            "Around {n} points (first: row {row}, counted from 0) `k` people do not live within "
            "{farthest} m. Raise `farthest`, lower `k`, or leave these points out."
        )
        raise InputError(msg.format(n=int(wrong.sum()), row=there[wrong][0], farthest=number(farthest)))


def _refuse_lost(lost: NDArray[np.bool_], there: NDArray[np.int64]) -> None:
    if lost.any():
        msg = _(
            "{n} points (first: row {row}, counted from 0) cannot be put inside the boundary: they lie too "
            "far "
            "outside of it. Leave them out, or name a larger boundary."
        )
        raise InputError(msg.format(n=int(lost.sum()), row=there[lost][0]))


# What comes out


def _moved(
    points: Spatial, there: NDArray[np.int64], moved: Floats, choices: dict[str, Any]
) -> gpd.GeoDataFrame:
    shapes = np.full(len(points), None, dtype=object)
    shapes[there] = shapely.points(moved)
    columns = (
        pd.DataFrame(points.drop(columns=points.geometry.name))
        if isinstance(points, gpd.GeoDataFrame)
        else None
    )
    table = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=points.index, crs=points.crs))
    if "place_precision" in table:
        told = np.asarray(table["place_precision"], dtype=object)
        told[there] = "snapped" if choices["method"] == "snap" else "area"
        table["place_precision"] = told
    table.attrs = {"choices": choices}
    return table


def _spatial_k(spots: Floats, distance: Floats, population: Spatial) -> Floats:
    people, density = _mask_layers.people_of(population)
    if people is None:
        return np.floor(np.asarray(density(spots)) * np.pi * distance**2)
    near = cKDTree(people)
    return np.asarray(near.query_ball_point(spots, distance + 1e-6, return_length=True), dtype=float)


def _quantiles(values: Floats) -> pd.Series[float]:
    names = {"min": 0.0, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "max": 1.0}
    found = np.quantile(values, list(names.values())) if len(values) else np.full(len(names), np.nan)
    mean = float(values.mean()) if len(values) else float("nan")
    return pd.Series({"mean": mean, **dict(zip(names, found.tolist(), strict=True))})
