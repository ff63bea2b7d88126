"""
How long disclosure control takes: the cheapest pattern proven, the heuristic, and a release beside fifty.

No other package in Python does this, so times stand alone, over several tables, with the goal beside them.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.measure import once
from ilp_toolkit.direction import policy
from ilp_toolkit.dissemination import joint, suppression

CRS = "EPSG:32642"
RULES = policy.load()


def counts(shape: tuple[int, ...], seed: int, mean: float, shape_of_means: float) -> pd.Series:
    """Return counts with unlike means, as offences by area have them."""
    rng = np.random.default_rng(seed)
    values = rng.poisson(rng.gamma(shape_of_means, mean / shape_of_means, shape))
    names = [f"d{i}" for i in range(len(shape))]
    return pd.Series(values.ravel(), index=pd.MultiIndex.from_product([range(n) for n in shape], names=names))


def warm() -> None:
    """Load what the first call of a process loads: SciPy's optimisers, half a second."""
    suppression.suppress(counts((3, 3), 0, 25, 0.8), seconds=60)


def small_table(seed: int) -> Callable[[], Any]:
    warm()
    table = counts((20, 20), seed, 25, 0.8)
    return lambda: suppression.suppress(table, seconds=60)


def large_table(seed: int) -> Callable[[], Any]:
    warm()
    table = counts((50, 50), seed, 100, 3)
    return lambda: suppression.suppress(table, seconds=60)


def three_levels(seed: int) -> Callable[[], Any]:
    warm()
    table = counts((25, 26), seed, 25, 0.8)
    groups = {"d0": {i: f"g{i // 5}" for i in range(25)}}
    return lambda: suppression.suppress(table, parents=groups, seconds=60)


def three_dimensions(seed: int) -> Callable[[], Any]:
    warm()
    table = counts((13, 11, 9), seed, 60, 2)
    return lambda: suppression.suppress(table, method="heuristic", seconds=60)


def incidents(n: int = 20_000) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(1)
    xy = np.clip(rng.normal(5000, 1200, (n, 2)), 0, 9999)
    start = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 51 * 30 * 1440, n), unit="min")
    kinds = rng.choice(["theft", "fraud", "arson"], n, p=[0.7, 0.25, 0.05])
    table = {"offence": kinds, "occurred_from": start.tz_localize("Asia/Dushanbe")}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def grid(size: float, shift: float = 0.0) -> list[str]:
    at = np.arange(-shift, 10_000, size)
    return [shapely.to_wkb(shapely.box(x, y, x + size, y + size), hex=True) for x in at for y in at]


def month(k: int) -> dict[str, str]:
    ends = pd.Timestamp("2020-01-01") + pd.to_timedelta([30 * k, 30 * (k + 1)], unit="D")
    return {"from": ends[0].isoformat(), "to": ends[1].isoformat()}


def said(name: str, extents: list[dict[str, Any]], rows: gpd.GeoDataFrame) -> joint.Publication:
    values = joint.true_values(extents, rows=rows)
    statements = [joint.Statement(e, None if 0 < n < 5 else n) for e, n in zip(extents, values, strict=True)]
    return joint.Publication(name, tuple(statements))


def history(rows: gpd.GeoDataFrame) -> list[joint.Publication]:
    """Fifty months: a map of 100 cells and a table of offences each, small figures hidden."""
    kinds = [{}, *({"offence": [name]} for name in ("theft", "fraud", "arson"))]
    cells = grid(1000)
    return [
        said(f"m{k}", [*({"place": c, **month(k)} for c in cells), *({**e, **month(k)} for e in kinds)], rows)
        for k in range(50)
    ]


def aligned(_seed: int) -> Callable[[], Any]:
    rows = incidents()
    earlier = history(rows)
    new = said("new", [*({"place": c, **month(50)} for c in grid(1000)), month(50)], rows)
    return lambda: joint.protect(new, earlier=earlier, rows=rows, policy=RULES)


def not_aligned(_seed: int) -> Callable[[], Any]:
    rows = incidents()
    earlier = history(rows)
    period = {"from": "2020-02-14", "to": "2020-09-05"}
    new = said("new", [*({"place": c, **period} for c in grid(1000, 400)), period], rows)
    return lambda: joint.protect(new, earlier=earlier, rows=rows, policy=RULES)


def main() -> None:
    seeds = range(1) if "--quick" in sys.argv else range(5)
    print(f"{'job':<44}{'median':>9}{'longest':>9}{'goal':>7}")
    for name, job, goal, repeats in [
        ("cheapest pattern proven, 20 x 20", small_table, 1, seeds),
        ("cheapest pattern proven, 50 x 50", large_table, 2, seeds),
        ("cheapest pattern proven, 3 levels of 25 x 26", three_levels, 2, seeds),
        ("audited heuristic, 13 x 11 x 9", three_dimensions, 5, seeds),
        ("release beside 50, periods aligned", aligned, 5, seeds[:1]),
        ("release beside 50, not aligned", not_aligned, 10, seeds[:1]),
    ]:
        seconds = [once(job, seed).seconds for seed in repeats]
        print(f"{name:<44}{statistics.median(seconds):>7.2f} s{max(seconds):>7.2f} s{goal:>5} s", flush=True)


if __name__ == "__main__":
    main()
