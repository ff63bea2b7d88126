"""
Near repeats: Knox with 10 × 4 bands and 999 permutations, ST-DBSCAN, chains; with the peer where installed.

The events: 30 × 30 km and three years; half of them at 200 hot addresses (exact repeats), a fifth follow
another event within a few hundred metres and two weeks. Growth is measured at this density: ten times the
events on ten times the ground.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .measure import HEADER, once, paired

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
    from st_dbscan import ST_DBSCAN

    x, y, day = events(n)
    data = np.column_stack([day.astype(float), x, y])
    return lambda: ST_DBSCAN(eps1=200, eps2=14, min_samples=5).fit(data)


def chains(n: int, ground: float = 1.0) -> Callable[[], Any]:
    from ilp_toolkit.analysis import near_repeat

    near_repeat.chains(table(200), distance=200, duration="14 days")
    points = table(n, ground)
    return lambda: near_repeat.chains(points, distance=200, duration="14 days")


def alone(job: Any, *args: Any) -> float:
    """Run a job without a peer, print it, return its seconds."""
    run = once(job, *args)
    memory = f"{run.peak_mb:6.0f} MB, {run.peak_mb - run.start_mb:.0f} above the input"
    print(f"{job.__name__:<10}{args[0]:>10,} events {run.seconds:8.3f} s {memory}")
    return run.seconds


def growth(job: Any, sizes: tuple[int, ...]) -> None:
    """Run a job at several sizes and fit the power of the number of events with which its time grows."""
    seconds = [alone(job, n, n / sizes[0]) for n in sizes]
    power = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    print(f"{job.__name__:<10} grows with the events to the power {power:.2f} (same density)")


def main() -> None:
    print(HEADER)
    peers = {
        "pointpats": ("knox 10,000, 999 permutations, 40 bands to 1", knox, pointpats_knox),
        "st_dbscan": ("st_dbscan 10,000", st_dbscan, peer_st_dbscan),
    }
    for name, (job, ours, theirs) in peers.items():
        if importlib.util.find_spec(name):
            print(paired(ours, theirs, args=(10_000,), pairs=3).line(job), flush=True)
        else:
            print(f"{job}: {name} is not installed, so there is no ratio")
            alone(ours, 10_000)
    alone(knox, 100_000)
    growth(knox, (10_000, 30_000, 100_000))
    growth(st_dbscan, (10_000, 100_000, 1_000_000))
    growth(chains, (10_000, 100_000, 300_000))


if __name__ == "__main__":
    main()
