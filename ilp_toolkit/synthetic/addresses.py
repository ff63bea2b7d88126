"""The addresses of the city: houses along the streets, and what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry import LineString, MultiLineString

__all__ = ["make_addresses"]

_FRONT = 10.0
"""Metres of street to a house."""


def make_addresses(
    rng: np.random.Generator, lines: pd.DataFrame, streets: pd.DataFrame, districts: pd.DataFrame
) -> pd.DataFrame:
    """
    Put houses on both sides of every street, 8 m from its middle, numbered along it.

    Parameters
    ----------
    rng
        Source of chance: it decides what stands where.
    lines
        Whole streets, in the order to which ``streets["line"]`` points.
    streets
        Segments with ``line`` ``street`` ``kind`` ``segment`` ``geometry``.
    districts
        ``area`` and ``geometry``; the two sides of an avenue may lie in different ones.

    Returns
    -------
    DataFrame
        ``x`` ``y`` ``house`` ``street`` ``kind`` ``district`` ``segment`` ``premises``; odd numbers left.
    """
    frames = []
    for line, group in streets.groupby("line", sort=True):
        whole = shapely.line_merge(lines["geometry"].iloc[int(str(line))])
        start = [_along(whole, segment) for segment in group["geometry"]]
        count = 0
        for at in np.argsort(start, kind="stable"):
            row = group.iloc[int(at)]
            n = int((row["geometry"].length - 20) // _FRONT)
            if n < 1:
                continue
            houses = _houses(row["geometry"], n, first=count)
            count += n
            frames.append(houses.assign(street=row["street"], kind=row["kind"], segment=row["segment"]))
    table = pd.concat(frames, ignore_index=True)
    table["x"], table["y"] = table["x"].round(1), table["y"].round(1)
    table = table.drop_duplicates(["x", "y"], ignore_index=True)
    points = shapely.points(table["x"].to_numpy(), table["y"].to_numpy())
    nearest = shapely.STRtree(list(districts["geometry"])).nearest(points)
    table["district"] = districts["area"].to_numpy()[nearest]
    table["premises"] = _premises(rng, table)
    return table


def _along(whole: LineString | MultiLineString, segment: LineString) -> float:
    """Where on its street a segment lies: pieces in order, metres along each."""
    pieces = shapely.get_parts(whole)
    middle = segment.interpolate(0.5, normalized=True)
    nearest = int(np.argmin(shapely.distance(pieces, middle)))
    return round(nearest * 100_000 + float(pieces[nearest].project(middle)), 1)


def _houses(segment: LineString, n: int, *, first: int) -> pd.DataFrame:
    at = 10 + _FRONT * (np.arange(n) + 0.5)
    here = shapely.get_coordinates(shapely.line_interpolate_point(segment, at))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(segment, np.minimum(at + 2, segment.length))
    )
    way = ahead - here
    way /= np.hypot(way[:, 0], way[:, 1])[:, None]
    frames = []
    for side in (0, 1):  # odd numbers on the left, even ones on the right
        sign = 1 - 2 * side
        frames.append(
            pd.DataFrame(
                {
                    "x": here[:, 0] - sign * 8 * way[:, 1],
                    "y": here[:, 1] + sign * 8 * way[:, 0],
                    "house": 2 * (first + np.arange(n)) + 1 + side,
                }
            )
        )
    return pd.concat(frames, ignore_index=True).sort_values("house", kind="stable")


def _premises(rng: np.random.Generator, addresses: pd.DataFrame) -> NDArray[np.object_]:
    """Say what stands at every address; avenues and the centre have more shops, the east more works."""
    kinds = np.array(["house", "flats", "shop", "bar", "car park", "public"], dtype=object)
    plain = np.array([0.50, 0.38, 0.07, 0.006, 0.014, 0.03])
    busy = np.array([0.10, 0.50, 0.24, 0.05, 0.03, 0.08])
    works = np.array([0.30, 0.30, 0.08, 0.005, 0.055, 0.26])
    centre = addresses["district"].isin(["Tesvar", "Lomiran"]).to_numpy()
    main = addresses["kind"].isin(["avenue"]).to_numpy()
    mix = np.where((centre | main)[:, None], busy, plain)
    mix = np.where((addresses["district"] == "Dashvar").to_numpy()[:, None] & ~main[:, None], works, mix)
    below = rng.random(len(addresses))[:, None] >= np.cumsum(mix, axis=1)
    premises: NDArray[np.object_] = kinds[np.minimum(below.sum(axis=1), len(kinds) - 1)]
    return premises
