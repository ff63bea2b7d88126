"""
Jobs for `benchmarks.crime`: counts, densities, Gi* and aoristic weeks, and their peers.

Both sides do the same job on the same made-up events: 30 × 30 km, 200 busy addresses with exact repeats,
three years. With `ground`, so many times as many square kilometres and busy addresses.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ilp_toolkit.analysis import grids, hotspots, patterns

CRS = "EPSG:32642"
SIDE = 30_000.0


def events(n: int, seed: int = 0, ground: float = 1.0) -> gpd.GeoSeries:
    rng = np.random.default_rng(seed)
    side, centres, addresses = SIDE * math.sqrt(ground), round(40 * ground), round(200 * ground)
    centre = rng.uniform(0.2 * side, 0.8 * side, (centres, 2))
    xy = centre[rng.integers(0, centres, n)] + rng.normal(0, 1500, (n, 2))
    busy = rng.uniform(0.2 * side, 0.8 * side, (addresses, 2))
    xy[: n // 3] = busy[(addresses * rng.beta(1, 3, n // 3)).astype(int)]
    return gpd.GeoSeries.from_xy(*np.clip(xy, 0, side - 1).T, crs=CRS)


def grid(cell_size: float, side: float = SIDE) -> gpd.GeoDataFrame:
    return grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, side, side)], crs=CRS), cell_size=cell_size)


def spans(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 3 * 365 * 1440, n), unit="min")
    end = start + pd.to_timedelta((rng.exponential(600, n) * rng.integers(0, 2, n)).astype(int), unit="min")
    zone = "Asia/Dushanbe"
    return pd.DataFrame({"occurred_from": start.tz_localize(zone), "occurred_to": end.tz_localize(zone)})


def count_ours(n: int) -> Callable[[], Any]:
    points, cells = events(n), grid(100)
    hotspots.count(points, grid=cells)
    return lambda: hotspots.count(points, grid=cells)


def count_geopandas(n: int) -> Callable[[], Any]:
    points, cells = gpd.GeoDataFrame(geometry=events(n)), grid(100)[["cell_id", "geometry"]]

    def work() -> Any:
        joined = gpd.sjoin(points, cells, predicate="intersects")
        return cells.join(joined.groupby("index_right").size().rename("n"))

    return work


def kde_ours(n: int, kernel: str = "gaussian", ground: float = 1.0) -> Callable[[], Any]:
    points, cells = events(n, ground=ground), grid(100, SIDE * math.sqrt(ground))
    hotspots.kde(points[:10], grid=cells, bandwidth=300, kernel=kernel)  # type: ignore[arg-type]
    return lambda: hotspots.kde(points, grid=cells, bandwidth=300, kernel=kernel)  # type: ignore[arg-type]


def kde_quartic_ours(n: int, ground: float = 1.0) -> Callable[[], Any]:
    return kde_ours(n, "quartic", ground)


def kde_spatstat(n: int) -> Callable[[], Any]:
    from benchmarks.peers import spatstat_density

    x, y = events(n).get_coordinates().to_numpy().T.copy()
    return lambda: spatstat_density(x, y, side=SIDE, bandwidth=300, cell_size=100)


def kde_sklearn(n: int) -> Callable[[], Any]:
    from sklearn.neighbors import KernelDensity

    xy, at = events(n).get_coordinates().to_numpy(), grid(100).centroid.get_coordinates().to_numpy()
    return lambda: np.exp(KernelDensity(bandwidth=300, rtol=1e-4).fit(xy).score_samples(at)) * n * 1e6


def kde_sum_ours(n: int, power: int = 0) -> Callable[[], Any]:
    """Do the sum alone, as the peer has it: places and cells ready."""
    from ilp_toolkit.analysis.kernels import density

    x, y = events(n).get_coordinates().to_numpy().T.copy()
    cells = grid(100)
    column, row = cells["column"].to_numpy(), cells["row"].to_numpy()

    def work() -> Any:
        return density.at_cells(
            column, row, (50.0, 50.0), (100.0, 100.0), *density.merged(x, y, np.ones(n)),
            bandwidth=300.0, gaussian=power == 0, power=power,
        )  # fmt: skip

    work()
    return work


def kde_finite_sum_ours(n: int) -> Callable[[], Any]:
    return kde_sum_ours(n, 1)


def kde_finite_ours(n: int) -> Callable[[], Any]:
    return kde_ours(n, "epanechnikov")


def kde_finite_sklearn(n: int) -> Callable[[], Any]:
    from sklearn.neighbors import KernelDensity

    xy, at = events(n).get_coordinates().to_numpy(), grid(100).centroid.get_coordinates().to_numpy()
    model = KernelDensity(bandwidth=300, kernel="epanechnikov")
    return lambda: np.exp(model.fit(xy).score_samples(at)) * n * 1e6


def lattice_values(side: int) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries, np.ndarray]:
    size = SIDE // side
    cells, points = grid(size, size * side), events(200_000)
    return cells, points, hotspots.count(points, grid=cells)["n"].to_numpy(float)


def gi_ours(side: int) -> Callable[[], Any]:
    from ilp_toolkit.analysis.kernels import neighbours as near

    cells, _points, values = lattice_values(side)
    column, row = cells["column"].to_numpy(), cells["row"].to_numpy()
    around = near.around("queen", hexagons=False, cell_size=SIDE // side)
    return lambda: near.gi_z(values, *near.window_sums(values, column, row, around))


def gi_ours_whole(side: int) -> Callable[[], Any]:
    cells, points, _values = lattice_values(side)
    return lambda: hotspots.gi_star(points, grid=cells)


def gi_esda(side: int, with_weights: bool = False) -> Callable[[], Any]:
    """Score each cell; who is whose neighbour, the cell itself included, is there beforehand if asked."""
    import esda
    import libpysal

    _cells, _points, values = lattice_values(side)

    def neighbours() -> Any:
        return libpysal.weights.fill_diagonal(libpysal.weights.lat2W(side, side, rook=False), 1.0)

    w = None if with_weights else neighbours()

    def work() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return esda.G_Local(values, w or neighbours(), transform="B", star=None, permutations=0).Zs

    if w is not None:
        work()  # the first call lays out what w keeps
    return work


def gi_esda_whole(side: int) -> Callable[[], Any]:
    return gi_esda(side, with_weights=True)


def gi_permuted_ours(side: int) -> Callable[[], Any]:
    from ilp_toolkit.analysis.kernels import neighbours as near
    from ilp_toolkit.analysis.kernels.shared_draws import extremes

    cells, _points, values = lattice_values(side)
    column, row = cells["column"].to_numpy(), cells["row"].to_numpy()
    around = near.around("queen", hexagons=False, cell_size=SIDE // side)

    def work() -> Any:
        sums, sizes = near.window_sums(values, column, row, around)
        others = sizes.astype(np.int64) - 1
        return extremes(values, sums - values, others, 999, np.random.default_rng(1))

    return work


def gi_permuted_esda(side: int) -> Callable[[], Any]:
    import esda
    import libpysal

    _cells, _points, values = lattice_values(side)
    w = libpysal.weights.fill_diagonal(libpysal.weights.lat2W(side, side, rook=False), 1.0)

    def work(values: Any = values, w: Any = w, permutations: int = 999) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return esda.G_Local(
                values, w, transform="B", star=None, permutations=permutations, seed=1, n_jobs=1
            ).p_sim

    small = libpysal.weights.fill_diagonal(libpysal.weights.lat2W(10, 10, rook=False), 1.0)
    work(values[:100] + np.arange(100), small, 9)  # compiles
    return work


def thousand_polygons() -> gpd.GeoDataFrame:
    """Districts with borders of a hundred corners and more."""
    seeds = np.random.default_rng(5).uniform(0, SIDE, (1000, 2))
    made = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shapely.box(0, 0, SIDE, SIDE))
    fine = shapely.segmentize(shapely.get_parts(made), 40.0)
    wavy = shapely.transform(fine, lambda xy: xy + 15 * np.sin(xy[:, ::-1] / 60))
    return gpd.GeoDataFrame({"area": [f"D{i}" for i in range(len(wavy))]}, geometry=wavy, crs=CRS)


def areas_ours(n: int) -> Callable[[], Any]:
    points, polygons = events(n), thousand_polygons()
    hotspots.count(points[:60_000], grid=polygons)
    return lambda: hotspots.count(points, grid=polygons)


def areas_geopandas(n: int) -> Callable[[], Any]:
    points, polygons = gpd.GeoDataFrame(geometry=events(n)), thousand_polygons()

    def work() -> Any:
        joined = gpd.sjoin(points, polygons, predicate="intersects")
        return polygons.join(joined.groupby("index_right").size().rename("n"))

    return work


def aoristic_ours(n: int) -> Callable[[], Any]:
    table = spans(n)
    patterns.aoristic(table[:10])
    return lambda: patterns.aoristic(table)


def aoristic_pandas(n: int) -> Callable[[], Any]:
    """Lay out each span hour by hour, as most scripts for it do."""
    table = spans(n)

    def work() -> Any:
        start = table["occurred_from"].dt.tz_localize(None)
        end = table["occurred_to"].dt.tz_localize(None)
        hours = [
            pd.date_range(a.floor("h"), max(a, b - pd.Timedelta(1, "us")), freq="h")
            for a, b in zip(start, end, strict=True)
        ]
        flat = pd.Series(np.concatenate([each.to_numpy() for each in hours]))
        event = np.repeat(np.arange(len(table)), [len(each) for each in hours])
        a, b = start.to_numpy()[event], end.to_numpy()[event]
        inside = np.minimum(b, flat + pd.Timedelta("1h")) - np.maximum(a, flat)
        whole = np.maximum((b - a).astype("int64"), 1)
        share = np.where(a == b, 1.0, inside.to_numpy().astype("int64") / whole)
        return pd.Series(share).groupby([flat.dt.dayofweek, flat.dt.hour]).sum()

    return work
