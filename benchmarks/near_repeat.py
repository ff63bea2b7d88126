"""
Jobs for `benchmarks.crime`: Knox with 10 × 4 bands and 999 permutations, ST-DBSCAN, chains, and their peers.

The events: 30 × 30 km and three years; half of them at 200 hot addresses (exact repeats), a fifth follow
another event within a few hundred metres and two weeks. Growth is measured at this density: ten times the
events on ten times the ground.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .peers import FOLDER

DISTANCES = [100.0 * k for k in range(11)]
DURATIONS = [f"{7 * k} days" for k in range(5)]


def events(n: int, ground: float = 1.0) -> tuple[Any, Any, Any]:
    """Return x, y (metres) and the day of `n` events on so many times 30 × 30 km."""
    rng = np.random.default_rng(1)
    side = 30_000 * math.sqrt(ground)
    hot_addresses = round(200 * ground)
    first = n - n // 5
    addresses = rng.normal(side / 2, side / 5.5, (hot_addresses, 2))
    anywhere = rng.uniform(0, side, (first, 2))
    hot = (rng.random(first) < 0.5)[:, None]
    place = np.where(hot, addresses[rng.integers(0, hot_addresses, first)], anywhere)
    day = rng.integers(0, 1095, first)
    parent = rng.integers(0, first, n - first)
    near = place[parent] + rng.normal(0, 100, (n - first, 2))
    x, y = np.concatenate([place, near]).T.round(1)
    return x, y, np.concatenate([day, day[parent] + rng.integers(0, 14, n - first)])


def table(n: int, ground: float = 1.0) -> Any:
    import geopandas as gpd
    import pandas as pd

    x, y, day = events(n, ground)
    start = (pd.Timestamp("2021-01-01") + pd.to_timedelta(day, unit="D")).tz_localize("Asia/Dushanbe")
    columns = {"occurred_from": start, "occurred_to": start + pd.Timedelta(days=1)}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs="EPSG:32642")


def knox(n: int, ground: float = 1.0) -> Callable[[], Any]:
    from ilp_toolkit.analysis import near_repeat

    run = near_repeat.knox
    run(table(200), distances=DISTANCES, durations=DURATIONS, permutations=9, rng=1)
    points = table(n, ground)
    return lambda: run(points, distances=DISTANCES, durations=DURATIONS, permutations=999, rng=1)


def pointpats_knox(n: int) -> Callable[[], Any]:
    """One band of distance and one of time, as the peer's function has no more."""
    from pointpats.spacetime import knox as peer

    x, y, day = events(n)
    places, days = np.column_stack([x, y]), day[:, None].astype(float)
    return lambda: peer(places, days, delta=200, tau=14, permutations=999)


def st_dbscan(n: int, ground: float = 1.0) -> Callable[[], Any]:
    from ilp_toolkit.analysis import near_repeat

    near_repeat.st_dbscan(table(200), distance=200, duration="14 days")
    points = table(n, ground)
    return lambda: near_repeat.st_dbscan(points, distance=200, duration="14 days", min_points=5)


def peer_st_dbscan(n: int) -> Callable[[], Any]:
    sys.path.insert(0, os.environ[FOLDER])
    from st_dbscan import ST_DBSCAN

    x, y, day = events(n)
    data = np.column_stack([day.astype(float), x, y])
    return lambda: ST_DBSCAN(eps1=200, eps2=14, min_samples=5).fit(data)


def chains(n: int, ground: float = 1.0) -> Callable[[], Any]:
    from ilp_toolkit.analysis import near_repeat

    near_repeat.chains(table(200), distance=200, duration="14 days")
    points = table(n, ground)
    return lambda: near_repeat.chains(points, distance=200, duration="14 days")
