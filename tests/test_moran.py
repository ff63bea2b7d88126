"""Moran's I and conditional permutations, against esda."""

from __future__ import annotations

import warnings

import esda
import geopandas as gpd
import libpysal
import numpy as np
import pytest
import shapely

from ilp_toolkit import choices
from ilp_toolkit.analysis import grids, hotspots
from ilp_toolkit.analysis.kernels.shared_draws import extremes
from ilp_toolkit.errors import InputError

CRS = "EPSG:32642"


def city(n: int = 400, seed: int = 0) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    xy = np.clip(rng.normal(rng.choice([600.0, 1500.0, 2300.0], (n, 1)), 350, (n, 2)), 0, 2999)
    return gpd.GeoDataFrame({"harm": rng.uniform(1, 50, n)}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def square(side: float = 3000, cell_size: float = 200) -> gpd.GeoDataFrame:
    return grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, side, side)], crs=CRS), cell_size=cell_size)


@pytest.fixture(autouse=True)
def _quiet_esda() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("weights", [None, "harm"])
@pytest.mark.parametrize("rule", ["queen", "rook"])
def test_global_moran_agrees_with_esda(rule: str, weights: str | None) -> None:
    counted = hotspots.count(city(), grid=square(), weights=weights)["n" if weights is None else "weight"]
    peer = esda.Moran(
        counted.to_numpy(float), libpysal.weights.lat2W(15, 15, rook=rule == "rook"), permutations=0
    )
    found = hotspots.moran(city(), grid=square(), weights=weights, neighbours=rule)
    assert (found.i, found.expected, found.variance, found.z) == pytest.approx(
        (peer.I, peer.EI, peer.VI_rand, peer.z_rand)
    )
    assert found.p_value == pytest.approx(peer.p_rand, rel=1e-6)


@pytest.mark.parametrize("weights", [None, "harm"])
def test_local_moran_agrees_with_esda(weights: str | None) -> None:
    w = libpysal.weights.lat2W(15, 15, rook=False)
    found = hotspots.local_moran(city(), grid=square(), weights=weights, rng=3, permutations=9)
    values = found["n" if weights is None else "weight"].to_numpy(float)
    peer = esda.Moran_Local(values, w, permutations=0)
    assert found["moran_i"].to_numpy() * len(values) / (len(values) - 1) == pytest.approx(
        peer.Is * len(values) / (len(values) - 1)
    ) or found["moran_i"].to_numpy() == pytest.approx(peer.Is * len(values) / (len(values) - 1))
    names = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert found["quadrant"].tolist() == [names[q] for q in peer.q]


def brute(values: np.ndarray, i: int, others: int, observed: float, times: int) -> float:
    """Permute all other areas afresh for one area."""
    rng = np.random.default_rng(9)
    rest = np.delete(values, i)
    drawn = np.array([rng.permutation(rest)[:others].sum() for _ in range(times)])
    expected = others * rest.mean()
    return float((np.abs(drawn - expected) >= abs(observed - expected) - 1e-9).mean())


def test_shared_draws_give_the_p_value_of_permuting_each_area_afresh() -> None:
    rng = np.random.default_rng(2)
    values = rng.poisson(3, 12).astype(float)
    values[0] = 40
    sizes = np.array([3, 3, 3, 5, 5, 5, 8, 8, 8, 0, 11, 3])
    sums = np.array([rng.permutation(np.delete(values, i))[:k].sum() for i, k in enumerate(sizes)])
    found = extremes(values, sums, sizes, 40_000, np.random.default_rng(1)) / 40_000
    for i, k in enumerate(sizes):
        if 0 < k < 11:
            assert found[i] == pytest.approx(brute(values, i, k, sums[i], 8000), abs=0.02), i
    assert found[9] == found[10] == 0


def test_in_a_small_case_the_p_value_is_that_of_all_arrangements() -> None:
    values = np.array([5.0, 1, 2, 9])
    sums = np.array([11.0, 7, 6, 3])
    found = extremes(values, sums, np.full(4, 2), 60_000, np.random.default_rng(0)) / 60_000
    expected = []
    for i in range(4):
        a, b, c = np.delete(values, i)
        middle = 2 * (a + b + c) / 3
        expected.append(
            np.mean([abs(s - middle) >= abs(sums[i] - middle) - 1e-9 for s in (a + b, a + c, b + c)])
        )
    assert found == pytest.approx(expected, abs=0.01)


def test_large_neighbourhoods_are_drawn_without_repeats() -> None:
    values = np.arange(30.0)
    sizes = np.full(30, 28)
    found = extremes(values, values.sum() - values - 0.0, sizes, 500, np.random.default_rng(0))
    assert (found >= 0).all()
    assert (found <= 500).all()


def test_permuted_gi_star_is_that_of_permuting_each_cell_afresh_and_near_the_normal_curve() -> None:
    grid, events = square(), city(4000)
    normal = hotspots.gi_star(events, grid=grid)
    found = hotspots.gi_star(events, grid=grid, permutations=4999, rng=1)
    assert found["gi_z"].equals(normal["gi_z"])
    values = found["n"].to_numpy(float)
    near = libpysal.weights.lat2W(15, 15, rook=False).neighbors
    for cell in (0, 7, 50, 112, 130, 200):
        fresh = brute(values, cell, len(near[cell]), values[near[cell]].sum(), 4000)
        assert found["p_value"].iloc[cell] == pytest.approx(fresh, abs=0.03)
    assert found["p_value"].min() >= 1 / 5000
    assert np.corrcoef(found["p_value"], normal["p_value"])[0, 1] > 0.9


def test_under_no_pattern_permutation_p_values_are_even() -> None:
    rng = np.random.default_rng(5)
    events = gpd.GeoSeries.from_xy(*rng.uniform(0, 3000, (2, 3000)), crs=CRS)
    p = hotspots.gi_star(events, grid=square(), permutations=999, rng=1)["p_value"]
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.04)
    assert p.mean() == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("function", [hotspots.gi_star, hotspots.local_moran])
def test_the_same_seed_gives_the_same_answer_and_weights_change_it(function) -> None:
    first, second = (function(city(), grid=square(), permutations=99, rng=7) for _ in range(2))
    assert first.drop(columns="geometry").equals(second.drop(columns="geometry"))
    assert choices.of(first)["rng"] == 7
    harm = function(city(), grid=square(), permutations=99, rng=7, weights="harm")
    assert not harm["p_value"].equals(first["p_value"])
    assert hotspots.moran(city(), grid=square(), weights="harm").i != hotspots.moran(city(), grid=square()).i


@pytest.mark.parametrize("make", [grids.square_grid, grids.hex_grid])
def test_on_whole_cells_lattice_and_polygons_agree(make) -> None:
    grid = make(gpd.GeoSeries.from_xy([10.0, 2990], [10.0, 2990], crs=CRS), cell_size=200)
    plain = grid[["geometry"]]
    for function in (hotspots.local_moran, hotspots.gi_star):
        a, b = (function(city(), grid=g, neighbours="rook", rng=1, permutations=99) for g in (grid, plain))
        assert a["p_value"].to_numpy() == pytest.approx(b["p_value"].to_numpy())
    a, b = (hotspots.moran(city(), grid=g, permutations=99, rng=1) for g in (grid, plain))
    assert (a.z, a.p_value) == pytest.approx((b.z, 0.01))


def test_maps_without_differences_or_neighbours_have_no_score() -> None:
    empty = gpd.GeoSeries([], crs=CRS)
    apart = square().iloc[[0, 7, 60, 67]]
    for grid, events in ((square(), empty), (apart, city()), (square().iloc[:1], city())):
        local = hotspots.local_moran(events, grid=grid, rng=1, permutations=9)
        assert local[["moran_i", "p_value", "q_value"]].isna().all(axis=None)
        whole = hotspots.moran(events, grid=grid, permutations=9, rng=1)
        assert np.isnan(whole.i)
        assert np.isnan(whole.p_value)
    assert len(hotspots.local_moran(city(), grid=square().iloc[:0], rng=1)) == 0


@pytest.mark.parametrize("permutations", [0, -1, 1.5, True])
def test_permutations_that_are_no_number_are_refused(permutations: object) -> None:
    for function in (hotspots.gi_star, hotspots.local_moran, hotspots.moran):
        with pytest.raises(InputError, match="permutations"):
            function(city(), grid=square(), permutations=permutations)
