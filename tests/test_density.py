"""Density: kernels, bandwidths by rule and by event, and relative risk."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import scipy.stats
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import grids, hotspots
from ilp_toolkit.analysis.kernels import density
from ilp_toolkit.errors import ColumnsError, CrsError, InputError

CRS = "EPSG:32642"
KERNELS = ["quartic", "gaussian", "epanechnikov", "triweight"]
POWERS = {"epanechnikov": 1, "quartic": 2, "triweight": 3}


def points(xy: object, **columns: object) -> gpd.GeoDataFrame:
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=CRS)


def city(n: int = 300, seed: int = 0) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    xy = rng.normal(rng.choice([1000.0, 2500.0, 4000.0], (n, 1)), 400, (n, 2))
    xy[: n // 3] = xy[rng.integers(n // 3, n, n // 3)]
    return points(xy)


def square(side: float = 5000, cell_size: float = 200) -> gpd.GeoDataFrame:
    return grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, side, side)], crs=CRS), cell_size=cell_size)


def pairwise(xy: np.ndarray, at: np.ndarray, h: np.ndarray, kernel: str) -> np.ndarray:
    """The sum over all pairs, written as the books do."""
    u2 = ((at[:, None] - xy[None]) ** 2).sum(axis=2) / h**2
    if kernel == "gaussian":
        return 1e6 * (np.exp(-u2 / 2) / (2 * np.pi * h**2)).sum(axis=1)
    power = POWERS[kernel]
    return 1e6 * ((power + 1) / (np.pi * h**2) * np.clip(1 - u2, 0, None) ** power).sum(axis=1)


@pytest.mark.parametrize(
    ("kernel", "height"),
    [
        ("quartic", 3 / np.pi),
        ("triweight", 4 / np.pi),
        ("epanechnikov", 2 / np.pi),
        ("gaussian", 1 / (2 * np.pi)),
    ],
)
def test_each_kernel_has_its_published_height(kernel: str, height: float) -> None:
    found = hotspots.kde(points([(50, 50)]), cell_size=100, bandwidth=1000, kernel=kernel)
    assert found["density"].max() == pytest.approx(height, rel=1e-12)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("plain", [False, True])
def test_each_kernel_agrees_with_the_sum_over_all_pairs(kernel: str, plain: bool) -> None:
    events, grid = city(), square()
    found = hotspots.kde(events, grid=grid[["geometry"]] if plain else grid, bandwidth=450, kernel=kernel)
    at, xy = grid.centroid.get_coordinates().to_numpy(), events.get_coordinates().to_numpy()
    expected = pairwise(xy, at, np.full(len(xy), 450.0), kernel)
    assert found["density"].to_numpy() == pytest.approx(expected, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_an_adaptive_bandwidth_is_abramsons(kernel: str) -> None:
    events, grid = city(), square()
    xy, at = events.get_coordinates().to_numpy(), grid.centroid.get_coordinates().to_numpy()
    pilot = pairwise(xy, xy, np.full(len(xy), 500.0), kernel)
    widths = 500 * np.clip(np.sqrt(scipy.stats.gmean(pilot) / pilot), 0.2, 5)
    found = hotspots.kde(events, grid=grid, bandwidth=500, kernel=kernel, adaptive=True)
    assert found["density"].to_numpy() == pytest.approx(pairwise(xy, at, widths, kernel), rel=1e-6, abs=1e-5)
    assert choices.of(found)["adaptive"] == "Abramson"


@settings(max_examples=20, deadline=None)
@given(
    kernel=st.sampled_from(KERNELS), adaptive=st.booleans(),
    xy=st.lists(st.tuples(st.floats(500, 4500), st.floats(500, 4500)), min_size=1, max_size=8),
)  # fmt: skip
def test_with_edge_correction_density_times_area_is_the_events(kernel: str, adaptive: bool, xy: list) -> None:
    grid = square(cell_size=250)
    found = hotspots.kde(
        points(xy), grid=grid, bandwidth=1300, kernel=kernel, adaptive=adaptive, edge_correction=True
    )
    assert (found["density"] * grid.area / 1e6).sum() == pytest.approx(len(xy), rel=1e-6)


def test_the_likeliest_bandwidth_agrees_with_leaving_out_one_place_after_another() -> None:
    xy = np.random.default_rng(4).normal(0, 800, (60, 2))

    def likelihood(h: float) -> float:
        apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
        kernel = np.exp(-apart / (2 * h * h)) / (2 * np.pi * h * h)
        np.fill_diagonal(kernel, 0)
        return float(np.log(kernel.sum(axis=1) / 59).mean())

    assert density.left_out_likelihood(*xy.T.copy(), 300.0) == pytest.approx(likelihood(300.0))
    best = max(np.arange(50, 1500, 1.0), key=likelihood)
    found = hotspots.kde(points(xy), cell_size=50, bandwidth="likelihood", kernel="gaussian")
    assert choices.of(found)["bandwidth"] == pytest.approx(best, abs=6)
    quartic = hotspots.kde(points(xy), cell_size=50, bandwidth="likelihood")
    assert choices.of(quartic)["bandwidth"] == pytest.approx(np.sqrt(8) * best, rel=0.03)


def test_repeats_at_one_address_do_not_pull_the_likeliest_bandwidth_to_nothing() -> None:
    once = city(200).drop_duplicates("geometry")
    twice = gpd.GeoDataFrame(geometry=[*once.geometry] * 3, crs=CRS)
    a, b = (
        choices.of(hotspots.kde(e, cell_size=20, bandwidth="likelihood"))["bandwidth"] for e in (once, twice)
    )
    assert a == b > 40


def test_many_places_are_thinned_and_the_bandwidth_brought_back() -> None:
    xy = np.random.default_rng(0).normal(0, 1000, (6000, 2))
    found = hotspots.kde(points(xy), cell_size=100, bandwidth="likelihood", kernel="gaussian")
    assert 200 < choices.of(found)["bandwidth"] < 330


def test_one_place_has_the_least_bandwidth_under_every_rule() -> None:
    for rule in (None, "scott", "likelihood"):
        found = hotspots.kde(points([(5, 5)] * 9), cell_size=100, bandwidth=rule)
        assert choices.of(found)["bandwidth"] == 200


def test_a_bandwidth_of_an_unknown_rule_is_refused() -> None:
    with pytest.raises(InputError, match="scott or likelihood"):
        hotspots.kde(city(10), cell_size=100, bandwidth="silverman")  # type: ignore[arg-type]


# Relative risk


def test_the_same_points_have_a_relative_risk_of_one() -> None:
    events = city()
    found = hotspots.dual_kde(events, events, grid=square(), bandwidth=600)
    known = found["ratio"].dropna()
    assert len(known) > 100
    assert known.to_numpy() == pytest.approx(1)


def test_the_ratio_is_that_of_the_shares_of_two_densities() -> None:
    events, homes, grid = city(150, 1), city(400, 2), square()
    found = hotspots.dual_kde(events, homes, grid=grid, bandwidth=600, kernel="gaussian")
    a, b = (hotspots.kde(e, grid=grid, bandwidth=600, kernel="gaussian")["density"] for e in (events, homes))
    expected = (a / a.sum()) / (b / b.sum())
    known = found["ratio"].notna()
    assert found["ratio"][known].to_numpy() == pytest.approx(expected[known].to_numpy())
    assert (b[~known] <= 0.01 * b.mean()).all()


def test_where_next_to_nothing_is_exposed_there_is_no_ratio() -> None:
    found = hotspots.dual_kde(
        points([(100, 100), (4900, 4900)]), points([(100, 100)]), grid=square(), bandwidth=500
    )
    assert np.isnan(found["ratio"].iloc[-1])
    assert np.isfinite(found["ratio"].dropna()).all()
    assert choices.of(found)["undefined"] == found["ratio"].isna().sum()


def test_people_may_stand_in_a_column_of_the_grid() -> None:
    grid = square().assign(people=1.0)
    found = hotspots.dual_kde(
        points([(2500, 2500)]), "people", grid=grid, bandwidth=800, edge_correction=True
    )
    assert found["ratio"].notna().all()
    assert (found["ratio"] * found["baseline"]).sum() == pytest.approx(found["baseline"].sum())
    halved = hotspots.dual_kde(
        points([(2500, 2500)]), "people", grid=grid.assign(people=9.0), bandwidth=800, edge_correction=True
    )
    assert halved["ratio"].to_numpy() == pytest.approx(found["ratio"].to_numpy())


def test_weights_count_on_both_sides() -> None:
    events, homes = points([(500, 500), (4500, 4500)]), points([(500, 500), (4500, 4500)])
    grid = square()
    plain = hotspots.dual_kde(events, homes, grid=grid, bandwidth=600)["ratio"]
    harm = hotspots.dual_kde(events, homes, grid=grid, bandwidth=600, weights=[3, 1])["ratio"]
    people = hotspots.dual_kde(events, homes, grid=grid, bandwidth=600, baseline_weights=[3, 1])["ratio"]
    assert (plain.iloc[0], harm.iloc[0], people.iloc[0]) == pytest.approx((1.0, 1.5, 2 / 3), rel=0.1)


def test_a_baseline_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(ColumnsError, match="people"):
        hotspots.dual_kde(city(9), "people", grid=square())
    with pytest.raises(InputError, match="nowhere above 0"):
        hotspots.dual_kde(city(9), points([(9e5, 9e5)]), grid=square(), bandwidth=500)
    with pytest.raises(CrsError, match="baseline"):
        hotspots.dual_kde(city(9), city(9).to_crs("EPSG:32643"), grid=square(), bandwidth=500)
    with pytest.raises(InputError, match="least"):
        hotspots.dual_kde(city(9), city(9), grid=square(), bandwidth=500, least=0)
    with pytest.raises(InputError, match="from 0 up"):
        hotspots.dual_kde(city(9), "people", grid=square().assign(people=np.nan), bandwidth=500)


@pytest.mark.parametrize("cell", [7.0, 100.0, 2500.0])
def test_the_gaussian_followed_from_cell_to_cell_is_the_gaussian(cell: float) -> None:
    x, y = np.array([130.0, 5000.0, -900.0]), np.array([-20.0, 1234.5, 1500.0])
    row, column = np.divmod(np.arange(300 * 300), 300)
    found = density.at_cells(
        column, row, (0.0, 0.0), (cell, cell), x, y, np.ones(3), bandwidth=300.0, gaussian=True
    )
    away = np.stack([column, row], axis=1)[:, None] * cell - np.stack([x, y], axis=1)
    reached = (np.abs(away) <= density.GAUSSIAN_REACH * 300).all(axis=2)
    kernels = np.exp(-(away**2).sum(axis=2) / (2 * 300**2)) / (2 * np.pi * 300**2)
    assert np.allclose(found, (reached * kernels).sum(axis=1), rtol=1e-10, atol=0)
