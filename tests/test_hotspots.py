"""Counting, smoothing and testing events on a grid."""

from __future__ import annotations

import subprocess
import sys
import warnings

import esda
import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import scipy.stats
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import grids, hotspots
from ilp_toolkit.analysis.kernels import neighbours as near
from ilp_toolkit.errors import ColumnsError, CrsError, InputError

CRS = "EPSG:32642"

TOY = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
"""Six areas of esda's own tests; neighbours lie within 15."""
TOY_VALUES = pd.Series([2, 3, 3.2, 5, 8, 7.0], index=list("ABCDEF"))
TOY_Z = [-1.397276262, -0.289177616, 0.650649635, -0.289177616, 1.234520884, 2.024243309]


def points(xy: object, **columns: object) -> gpd.GeoDataFrame:
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=CRS)


def city(n: int = 400, seed: int = 0) -> gpd.GeoDataFrame:
    """Events around three centres, a third of them at repeated addresses."""
    rng = np.random.default_rng(seed)
    xy = rng.normal(rng.choice([1000.0, 2500.0, 4000.0], (n, 1)), 400, (n, 2))
    xy[: n // 3] = xy[rng.integers(n // 3, n, n // 3)]
    return points(xy)


def square(side: float = 5000, cell_size: float = 200) -> gpd.GeoDataFrame:
    return grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, side, side)], crs=CRS), cell_size=cell_size)


def round_area(make=grids.square_grid, cell_size: float = 200) -> gpd.GeoDataFrame:
    town = shapely.Point(2500, 2500).buffer(2300).difference(shapely.Point(3300, 2500).buffer(420))
    return make(gpd.GeoSeries([town], crs=CRS), cell_size=cell_size)


def toy_neighbours() -> dict[str, list[str]]:
    apart = np.hypot(*(TOY[:, None] - TOY[None]).transpose(2, 0, 1))
    return {
        a: [b for j, b in enumerate("ABCDEF") if apart[i, j] <= 15 and b != a] for i, a in enumerate("ABCDEF")
    }


# Counting


def test_each_event_is_counted_once_in_a_half_open_cell() -> None:
    counted = hotspots.count(points([(0, 0), (99, 99), (100, 0), (100, 100), (0, 100)]), cell_size=100)
    assert counted[["cell_id", "n"]].values.tolist() == [
        ["E0N0", 2],
        ["E100N0", 1],
        ["E0N100", 1],
        ["E100N100", 1],
    ]


@settings(max_examples=40, deadline=None)
@given(dx=st.floats(-1e5, 1e5), dy=st.floats(-1e5, 1e5), hexagons=st.booleans())
def test_no_shift_loses_or_doubles_an_event(dx: float, dy: float, hexagons: bool) -> None:
    events = points([(x + dx, y + dy) for x in range(0, 400, 50) for y in range(0, 400, 50)])
    make = grids.hex_grid if hexagons else grids.square_grid
    counted = hotspots.count(events, grid=make(events, cell_size=100))
    assert counted["n"].sum() == 64
    assert choices.of(counted)["outside"] == 0


def test_counts_on_a_lattice_agree_with_those_on_the_same_polygons() -> None:
    for make in (grids.square_grid, grids.hex_grid):
        grid = make(gpd.GeoSeries([shapely.box(-100, -100, 5200, 5200)], crs=CRS), cell_size=170)
        plain = grid[["geometry"]]
        assert grids.lattice_of(plain) is None
        events = city()
        assert (hotspots.count(events, grid=grid)["n"] == hotspots.count(events, grid=plain)["n"]).all()


def test_an_event_just_outside_a_clipped_cell_is_counted_in_it() -> None:
    grid = grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 150, 100)], crs=CRS), cell_size=100)
    counted = hotspots.count(points([(190, 50), (210, 50)]), grid=grid)
    assert counted["n"].tolist() == [0, 1]
    assert choices.of(counted)["outside"] == 1


def test_a_point_on_the_edge_of_two_polygons_belongs_to_the_first() -> None:
    grid = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=CRS)
    assert hotspots.count(points([(1, 0.5)]), grid=grid)["n"].tolist() == [1, 0]
    assert hotspots.count(points([(1, 0.5)]), grid=grid.iloc[::-1])["n"].tolist() == [1, 0]


def test_weights_make_a_second_column_and_change_nothing_else() -> None:
    events = points([(10, 10), (20, 20), (150, 10)], harm=[2.0, 3.5, 7.0])
    counted = hotspots.count(events, cell_size=100, weights="harm")
    assert counted["n"].tolist() == [2, 1]
    assert counted["weight"].tolist() == [5.5, 7.0]
    assert hotspots.count(events, cell_size=100, weights=[1, 1, 1])["weight"].tolist() == [2, 1]


def test_rows_without_a_place_of_their_own_are_left_out_and_counted() -> None:
    shapes = [shapely.Point(10, 10), None, shapely.Point(), shapely.Point(50, 50), shapely.Point(np.inf, 0)]
    events = gpd.GeoDataFrame(
        {"place_precision": ["exact", "none", "exact", "area", "exact"]}, geometry=shapes, crs=CRS
    )
    counted = hotspots.count(events, cell_size=100)
    assert counted["n"].tolist() == [1]
    assert choices.of(counted)["left_out"] == {"no_place": 2, "only_area_known": 1, "not_finite": 1}
    assert choices.of(counted)["n_used"] == 1


def test_no_events_on_a_given_grid_are_zeros() -> None:
    grid = square()
    assert hotspots.count(points([]), grid=grid)["n"].sum() == 0
    assert hotspots.kde(points([]), grid=grid, bandwidth=500)["density"].sum() == 0
    assert hotspots.gi_star(points([]), grid=grid)["gi_z"].isna().all()


def test_no_events_and_no_grid_are_refused() -> None:
    for function in (hotspots.count, hotspots.kde, hotspots.gi_star):
        with pytest.raises(InputError, match="give `grid`"):
            function(points([]))


@pytest.mark.parametrize("function", [hotspots.count, hotspots.kde, hotspots.gi_star])
def test_one_event_and_many_at_one_place_are_no_special_case(function) -> None:
    one = function(points([(50, 50)]))
    same = function(points([(50, 50)] * 30))
    assert len(one) == len(same) >= 1
    if "n" in one:
        assert (one["n"].sum(), same["n"].sum()) == (1, 30)
    if "density" in one:
        assert same["density"].max() > 0


@pytest.mark.parametrize("function", [hotspots.count, hotspots.kde, hotspots.gi_star])
def test_the_callers_tables_are_left_as_they_were(function) -> None:
    events, grid = city(50), square()
    events.attrs["choices"] = {"crs": CRS}
    before = (events.to_wkb(), grid.to_wkb(), dict(events.attrs), dict(grid.attrs["choices"]))
    function(events, grid=grid)
    assert events.to_wkb().equals(before[0])
    assert grid.to_wkb().equals(before[1])
    assert (events.attrs, grid.attrs["choices"]) == before[2:]


@pytest.mark.parametrize("function", [hotspots.count, hotspots.kde, hotspots.gi_star])
def test_every_cell_comes_back_in_its_order(function) -> None:
    grid = square().sample(frac=0.7, random_state=1)
    grid.index = [f"cell {i}" for i in range(len(grid))]
    found = function(city(), grid=grid)
    assert found.index.equals(grid.index)
    assert found["cell_id"].equals(grid["cell_id"])


@pytest.mark.parametrize("function", [hotspots.count, hotspots.kde, hotspots.gi_star])
def test_the_order_of_events_does_not_matter(function) -> None:
    events = city()
    column = {"count": "n", "kde": "density", "gi_star": "gi_z"}[function.__name__]
    found = function(events, grid=square())[column]
    assert (found == function(events.sample(frac=1, random_state=2), grid=square())[column]).all()


def test_a_move_by_whole_cells_moves_the_result() -> None:
    events = city()
    moved = points(np.stack([events.geometry.x + 600, events.geometry.y - 400], axis=1))
    here, there = hotspots.gi_star(events, cell_size=200), hotspots.gi_star(moved, cell_size=200)
    assert there["n"].tolist() == here["n"].tolist()
    assert there["gi_z"].to_numpy() == pytest.approx(here["gi_z"].to_numpy())
    assert (there["column"] - here["column"]).unique().tolist() == [3]


def test_degrees_no_crs_and_two_systems_are_refused() -> None:
    events = points([(500_000, 4_000_000)])
    with pytest.raises(CrsError, match="estimate_utm_crs"):
        hotspots.count(events.to_crs("EPSG:4326"), cell_size=100)
    with pytest.raises(CrsError, match="set_crs"):
        hotspots.count(events.set_crs(None, allow_override=True), cell_size=100)
    with pytest.raises(CrsError, match=r"points.to_crs\(grid.crs\)"):
        hotspots.count(events.to_crs("EPSG:32643"), grid=square())


def test_a_grid_and_a_cell_size_together_are_refused() -> None:
    with pytest.raises(InputError, match="not both"):
        hotspots.count(city(), grid=square(), cell_size=100)


def test_what_is_no_point_is_refused_with_its_row() -> None:
    shapes = gpd.GeoSeries([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], crs=CRS)
    with pytest.raises(InputError, match="row 1, Polygon"):
        hotspots.count(shapes, cell_size=100)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, float("nan")], ["a", "b"]])
def test_weights_that_cannot_be_used_are_refused(weights: list[float]) -> None:
    with pytest.raises(InputError, match="weights"):
        hotspots.count(points([(0, 0), (1, 1)]), cell_size=100, weights=weights)


def test_weights_by_a_missing_column_or_another_index_are_refused() -> None:
    with pytest.raises(ColumnsError, match="harm"):
        hotspots.count(points([(0, 0)]), cell_size=100, weights="harm")
    with pytest.raises(InputError, match="reindex"):
        hotspots.count(points([(0, 0)]), cell_size=100, weights=pd.Series([1.0], index=[7]))


# Counting by area


def districts() -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    return gpd.GeoDataFrame({"area": ["Шаҳри нав", "South"]}, geometry=shapes, crs=CRS)


def test_rows_are_placed_by_point_and_the_rest_by_name() -> None:
    incidents = gpd.GeoDataFrame(
        {
            "area": ["South", " ШАҲРИ НАВ ", None, "South", "Nowhere"],
            "place_precision": ["exact", "none", "exact", "area", "none"],
        },
        geometry=[shapely.Point(5, 5), None, shapely.Point(90, 90), shapely.Point(5, 5), None],
        crs=CRS,
    )
    found = hotspots.count_by_area(incidents, districts())
    assert found["n"].tolist() == [2, 1]
    noted = choices.of(found)
    assert (noted["placed_by_point"], noted["placed_by_name"], noted["outside"], noted["not_placed"]) == (
        1,
        2,
        1,
        1,
    )
    assert noted["n_used"] + noted["outside"] + noted["not_placed"] == len(incidents)


def test_rows_without_any_point_need_no_crs() -> None:
    incidents = gpd.GeoDataFrame({"area": ["South", "South"]}, geometry=[None, None])
    assert hotspots.count_by_area(incidents, districts())["n"].tolist() == [0, 2]


def test_rows_without_area_names_are_placed_by_point_alone() -> None:
    assert hotspots.count_by_area(points([(5, 5), (15, 5), (15, 6)]), districts())["n"].tolist() == [1, 2]


def test_areas_of_one_name_or_none_are_refused() -> None:
    twice = districts().assign(area="South")
    with pytest.raises(InputError, match="dissolve"):
        hotspots.count_by_area(points([(5, 5)]), twice)
    with pytest.raises(ColumnsError, match="area"):
        hotspots.count_by_area(points([(5, 5)]), districts().drop(columns="area"))


def test_areas_in_another_system_are_refused() -> None:
    with pytest.raises(CrsError, match=r"areas.to_crs\(incidents.crs\)"):
        hotspots.count_by_area(points([(5, 5)]), districts().to_crs("EPSG:32643"))


# Density


@pytest.mark.parametrize(("kernel", "height"), [("quartic", 3 / np.pi), ("gaussian", 1 / (2 * np.pi))])
def test_the_kernel_over_its_own_event_has_the_published_height(kernel: str, height: float) -> None:
    found = hotspots.kde(points([(50, 50)]), cell_size=100, bandwidth=1000, kernel=kernel)
    assert found["density"].max() == pytest.approx(height, rel=1e-12)


def brute_quartic(xy: np.ndarray, at: np.ndarray, h: float, weight: np.ndarray) -> np.ndarray:
    square = ((at[:, None] - xy[None]) ** 2).sum(axis=2) / h**2
    return 1e6 * (weight * 3 / (np.pi * h**2) * np.clip(1 - square, 0, None) ** 2).sum(axis=1)


@pytest.mark.parametrize("make", [grids.square_grid, grids.hex_grid])
@pytest.mark.parametrize("bandwidth", [260.0, 900.0, 50_000.0])
def test_quartic_density_agrees_with_the_sum_over_all_pairs(make, bandwidth: float) -> None:
    events, grid = city(300), round_area(make)
    weight = np.random.default_rng(1).uniform(0, 3, 300)
    lattice = grids.lattice_of(grid)
    assert lattice is not None
    at = np.stack(lattice.centres(grid["column"].to_numpy(), grid["row"].to_numpy()), axis=1)
    found = hotspots.kde(events, grid=grid, bandwidth=bandwidth, weights=weight)["density"]
    expected = brute_quartic(events.get_coordinates().to_numpy(), at, bandwidth, weight)
    assert found.to_numpy() == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_gaussian_density_agrees_with_scipy() -> None:
    xy = np.random.default_rng(3).multivariate_normal([2500, 2500], [[250_000, 0], [0, 250_000]], 200)
    grid = square()
    scipy_kde = scipy.stats.gaussian_kde(xy.T)
    scipy_kde.covariance = np.eye(2) * 300.0**2
    scipy_kde.cho_cov = np.linalg.cholesky(scipy_kde.covariance)
    at = grid.centroid.get_coordinates().to_numpy()
    found = hotspots.kde(points(xy), grid=grid, bandwidth=300, kernel="gaussian")["density"]
    assert found.to_numpy() == pytest.approx(scipy_kde(at.T) * 200 * 1e6, rel=1e-6, abs=1e-4)


def test_density_on_any_polygons_is_taken_at_their_middle() -> None:
    grid = square()
    plain = grid[["geometry"]]
    for kernel in ("quartic", "gaussian"):
        with_lattice = hotspots.kde(city(), grid=grid, bandwidth=500, kernel=kernel)["density"]
        without = hotspots.kde(city(), grid=plain, bandwidth=500, kernel=kernel)["density"]
        assert without.to_numpy() == pytest.approx(with_lattice.to_numpy(), rel=1e-9, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(x=st.floats(0, 100), y=st.floats(0, 100), kernel=st.sampled_from(["quartic", "gaussian"]))
def test_density_times_area_adds_up_to_the_events(x: float, y: float, kernel: str) -> None:
    events = points([(x, y), (x + 730, y + 210), (x, y)])
    found = hotspots.kde(events, cell_size=100, bandwidth=500, kernel=kernel)
    lost = 0.002 if kernel == "quartic" else 0.02
    assert found["density"].sum() * 0.1**2 == pytest.approx(3, rel=lost)


@pytest.mark.parametrize("make", [grids.square_grid, grids.hex_grid])
def test_edge_correction_puts_back_what_falls_outside(make) -> None:
    grid, events = round_area(make), city(500)
    counted = hotspots.count(events, grid=grid[["geometry"]])["n"].sum()
    plain = hotspots.kde(events, grid=grid, bandwidth=600)
    corrected = hotspots.kde(events, grid=grid, bandwidth=600, edge_correction=True)
    area = grid.area / 1e6
    assert (corrected["density"] * area).sum() == pytest.approx(counted, rel=1e-9)
    assert (plain["density"] * area).sum() < 0.99 * counted
    assert choices.of(corrected)["edge_correction"] == "Diggle"


def test_edge_correction_leaves_out_and_counts_events_outside() -> None:
    grid = round_area()
    found = hotspots.kde(points([(2500, 1500), (90_000, 0)]), grid=grid, bandwidth=600, edge_correction=True)
    assert (found["density"] * grid.area).sum() / 1e6 == pytest.approx(1)
    assert choices.of(found)["outside"] == 1


@pytest.mark.parametrize("function", [hotspots.count, hotspots.kde, hotspots.gi_star])
def test_a_grid_without_cells_gives_none(function) -> None:
    assert len(function(city(20), grid=square().iloc[:0])) == 0


def test_two_towns_far_apart_need_no_cells_between_them() -> None:
    events = points([(50, 50), (9_000_050, 9_000_050)])
    here, there = (grids.square_grid(events.geometry.iloc[[i]], cell_size=100) for i in (0, 1))
    grid = gpd.GeoDataFrame(pd.concat([here, there], ignore_index=True), crs=CRS)
    assert hotspots.count(events, grid=grid)["n"].tolist() == [1, 1]
    assert hotspots.kde(events, grid=grid, bandwidth=500)["density"].round(2).tolist() == [3.82, 3.82]


def test_loops_are_compiled_in_memory_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    from ilp_toolkit.analysis.kernels import _compile

    compiler = numba.njit

    def no_folder(**options: object) -> object:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return compiler(**options)

    monkeypatch.setattr(numba, "njit", no_folder)
    assert _compile.compiled(lambda x: x + 1)(2) == 3


def test_twice_the_weight_is_twice_the_density() -> None:
    events = city(100)
    once = hotspots.kde(events, grid=square(), bandwidth=500)["density"]
    twice = hotspots.kde(events, grid=square(), bandwidth=500, weights=[2.0] * 100)["density"]
    assert twice.to_numpy() == pytest.approx(2 * once.to_numpy())


def test_a_bandwidth_smaller_than_a_cell_warns() -> None:
    with pytest.warns(UserWarning, match="smaller than a cell"):
        hotspots.kde(city(50), cell_size=200, bandwidth=150)


def test_the_default_bandwidth_is_stated_and_not_below_two_cells() -> None:
    found = hotspots.kde(city(), cell_size=200)
    assert "Scott" in choices.of(found)["bandwidth_rule"]
    xy = city().get_coordinates().to_numpy()
    assert choices.of(found)["bandwidth"] == pytest.approx(
        np.sqrt(8) * xy.std(axis=0).mean() * 400 ** (-1 / 6), rel=0.1
    )
    assert choices.of(hotspots.kde(points([(0, 0)] * 5), cell_size=200))["bandwidth"] == 400


def test_events_next_to_the_grid_reach_into_it() -> None:
    found = hotspots.kde(points([(-100, 100)]), grid=square(), bandwidth=500)
    assert found["density"].iloc[0] > 0


@pytest.mark.parametrize("bandwidth", [0, -1, float("nan"), True])
def test_a_bandwidth_that_is_no_distance_is_refused(bandwidth: float) -> None:
    with pytest.raises(InputError, match="bandwidth"):
        hotspots.kde(city(10), cell_size=100, bandwidth=bandwidth)


def test_an_unknown_kernel_is_refused_with_those_known() -> None:
    with pytest.raises(InputError, match="quartic, gaussian, epanechnikov, triweight"):
        hotspots.kde(city(10), cell_size=100, kernel="uniform")  # type: ignore[arg-type]


# Gi*


def test_gi_star_of_the_six_areas_is_as_published() -> None:
    found = hotspots.getis_ord(TOY_VALUES, toy_neighbours())
    assert found["gi_z"].to_numpy() == pytest.approx(TOY_Z, abs=1e-9)
    assert found["p_value"].to_numpy() == pytest.approx(2 * scipy.stats.norm.sf(np.abs(TOY_Z)), rel=1e-8)
    assert found["q_value"].to_numpy() == pytest.approx(scipy.stats.false_discovery_control(found["p_value"]))
    assert found.index.equals(TOY_VALUES.index)


def test_every_way_to_write_neighbours_gives_the_same() -> None:
    named = toy_neighbours()
    listed = [np.array(["ABCDEF".index(b) for b in named[a]], dtype=int) for a in "ABCDEF"]
    matrix = scipy.sparse.lil_matrix((6, 6))
    for i, others in enumerate(listed):
        matrix[i, others] = 0.5
    with_self = {a: [a, *others, *others] for a, others in named.items()}
    weights = libpysal.weights.W(named, silence_warnings=True)
    graph = libpysal.graph.Graph.from_dicts(named)
    for neighbours in (named, listed, matrix.tocsr(), with_self, weights, graph):
        found = hotspots.getis_ord(TOY_VALUES, neighbours)["gi_z"]
        assert found.to_numpy() == pytest.approx(TOY_Z, abs=1e-9), type(neighbours)


def esda_gi_star(values: np.ndarray, w: libpysal.weights.W) -> np.ndarray:
    """esda's Gi* with binary weights and self; on row-standardised weights it is another statistic."""
    w = libpysal.weights.fill_diagonal(w, 1.0)
    w.transform = "B"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(esda.G_Local(values, w, transform="B", star=None, permutations=0).Zs)


@pytest.mark.parametrize("rule", ["queen", "rook"])
def test_gi_star_on_a_lattice_agrees_with_esda(rule: str) -> None:
    grid = square(3000)
    found = hotspots.gi_star(city(), grid=grid, neighbours=rule)
    w = libpysal.weights.lat2W(15, 15, rook=rule == "rook")
    assert found["gi_z"].to_numpy() == pytest.approx(esda_gi_star(found["n"].to_numpy(float), w), abs=1e-9)


@pytest.mark.parametrize("neighbours", ["queen", "rook", 200, 450.0, 9000])
@pytest.mark.parametrize("make", [grids.square_grid, grids.hex_grid])
def test_gi_star_on_a_clipped_grid_agrees_with_the_statistic_on_listed_neighbours(make, neighbours) -> None:
    grid = round_area(make)
    found = hotspots.gi_star(city(), grid=grid, neighbours=neighbours)
    lattice = grids.lattice_of(grid)
    assert lattice is not None
    column, row = grid["column"].to_numpy(), grid["row"].to_numpy()
    xy = np.stack(lattice.centres(column, row), axis=1)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    steps = np.maximum(abs(column[:, None] - column), abs(row[:, None] - row))
    if neighbours == "queen" and lattice.shape == "square":
        near = steps <= 1
    else:
        near = apart <= (lattice.cell_size if isinstance(neighbours, str) else neighbours) + 1e-6
    expected = hotspots.getis_ord(found["n"], [np.flatnonzero(line) for line in near])
    for name in ("gi_z", "p_value", "q_value"):
        assert found[name].to_numpy() == pytest.approx(expected[name].to_numpy(), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("neighbours", ["queen", "rook", 450.0])
def test_gi_star_on_any_polygons_agrees_with_that_on_the_lattice(neighbours) -> None:
    grid, events = square(3000), city()
    on_lattice = hotspots.gi_star(events, grid=grid, neighbours=neighbours)["gi_z"]
    on_polygons = hotspots.gi_star(events, grid=grid[["geometry"]], neighbours=neighbours)["gi_z"]
    assert on_polygons.to_numpy() == pytest.approx(on_lattice.to_numpy(), abs=1e-9)


def test_gi_star_of_a_constant_surface_is_undefined() -> None:
    found = hotspots.getis_ord(pd.Series([3.3] * 4), [[1], [0], [3], [2]])
    assert found.isna().all().all()
    assert choices.of(found)["undefined"] == 4


def test_a_neighbourhood_of_the_whole_map_is_undefined() -> None:
    found = hotspots.getis_ord(pd.Series([1.0, 2.0, 5.0]), [[1, 2], [0], []])
    assert found["gi_z"].isna().tolist() == [True, False, False]
    assert not found["q_value"].iloc[1:].isna().any()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=36, max_size=36), st.floats(0.1, 50), st.floats(-10, 10))
def test_scores_do_not_depend_on_the_unit_of_the_values(
    values: list[int], factor: float, shift: float
) -> None:
    w = libpysal.weights.lat2W(6, 6)
    plain = hotspots.getis_ord(pd.Series(values, dtype=float), w)["gi_z"]
    other = hotspots.getis_ord(pd.Series(values) * factor + shift, w)["gi_z"]
    if len(set(values)) > 1:
        assert other.to_numpy() == pytest.approx(plain.to_numpy(), abs=1e-6)


def test_gi_star_of_weights_is_that_of_their_sums() -> None:
    events = city(200)
    events["harm"] = np.random.default_rng(5).uniform(0, 9, 200)
    grid = square()
    weighted = hotspots.gi_star(events, grid=grid, weights="harm")
    assert (weighted["n"] == hotspots.count(events, grid=grid)["n"]).all()
    assert not np.allclose(weighted["gi_z"], hotspots.gi_star(events, grid=grid)["gi_z"])


def test_a_planted_hot_spot_is_found_and_named() -> None:
    rng = np.random.default_rng(11)
    events = points(np.concatenate([rng.uniform(0, 5000, (500, 2)), rng.normal(3300, 60, (60, 2))]))
    found = hotspots.gi_star(events, grid=square())
    hot = found[found["q_value"] < 0.01]
    assert hot.distance(shapely.Point(3300, 3300)).max() < 500
    assert choices.of(found)["neighbours"] == "queen"


@pytest.mark.parametrize("neighbours", ["bishop", 0, -3.0, float("nan"), True, None])
def test_an_unknown_neighbourhood_is_refused(neighbours: object) -> None:
    with pytest.raises(InputError, match="queen, rook"):
        hotspots.gi_star(city(10), cell_size=100, neighbours=neighbours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("neighbours", "message"),
    [
        ({"A": ["B"]}, "says nothing about 5 areas"),
        ({**toy_neighbours(), "A": ["Z"]}, "'Z'"),
        (scipy.sparse.eye(5).tocsr(), "5 × 5"),
        ("queen", "libpysal"),
        ([[1], [0]], "6 areas"),
    ],
)
def test_neighbours_that_do_not_fit_are_refused(neighbours: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        hotspots.getis_ord(TOY_VALUES, neighbours)


def test_areas_without_a_number_are_refused_by_name() -> None:
    values = TOY_VALUES.copy()
    values["C"] = np.nan
    with pytest.raises(InputError, match="first: 'C'"):
        hotspots.getis_ord(values, toy_neighbours())


def test_hot_spots_load_no_compiler_before_a_loop_is_needed() -> None:
    code = "import sys, ilp_toolkit.analysis.hotspots, ilp_toolkit.analysis.patterns; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("hexagons", [False, True])
@pytest.mark.parametrize("rule", ["queen", "rook", 250.0, 3000.0])
def test_a_whole_rectangle_of_cells_is_summed_as_any_cells_are(rule: object, hexagons: bool) -> None:
    rng = np.random.default_rng(3)
    row, column = np.divmod(np.arange(14 * 9), 9)
    values = rng.poisson(2, len(row)).astype(float)
    ranges = near.around(rule, hexagons=hexagons, cell_size=100.0)
    whole = near.window_sums(values, column + 4, row - 7, ranges)
    mixed = rng.permutation(len(row))
    apart = near.window_sums(values[mixed], column[mixed], row[mixed], ranges)
    for one, other in zip(whole, apart, strict=True):
        assert np.allclose(one[mixed], other)
