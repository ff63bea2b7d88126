"""Grids: whole multiples, half-open cells, clipped to the area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import grids
from ilp_toolkit.errors import CrsError, InputError

CRS = "EPSG:32642"
GRIDS = [grids.square_grid, grids.hex_grid]

metres = st.floats(-1e6, 1e6, allow_nan=False)
sizes = st.sampled_from([0.1, 1.0, 50.0, 100.0, 250.0, 333.3])


def area(*shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS)


def blob(x: float, y: float, radius: float, seed: int = 0) -> shapely.Polygon:
    """A ragged, non-convex outline."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    far = radius * rng.uniform(0.4, 1.0, 80)
    return shapely.Polygon(np.stack([x + far * np.cos(turn), y + far * np.sin(turn)], axis=1))


def test_squares_start_at_whole_multiples_of_their_size() -> None:
    grid = grids.square_grid(area(shapely.box(30, 130, 210, 220)), cell_size=100)
    assert grid["cell_id"].tolist() == ["E0N100", "E100N100", "E200N100", "E0N200", "E100N200", "E200N200"]
    assert grid.total_bounds.tolist() == [30, 130, 210, 220]


def test_a_cell_west_and_south_of_the_origin_has_negative_numbers() -> None:
    grid = grids.square_grid(area(shapely.box(-150, -50, -120, -20)), cell_size=100)
    assert grid[["cell_id", "column", "row"]].values.tolist() == [["E-200N-100", -2, -1]]


def test_an_area_that_ends_on_a_cell_edge_has_no_cell_beyond_it() -> None:
    assert len(grids.square_grid(area(shapely.box(0, 0, 300, 200)), cell_size=100)) == 6


def test_a_point_on_a_shared_edge_is_in_the_eastern_or_northern_cell() -> None:
    column, row = grids.Lattice("square", 100.0).locate(
        np.array([100.0, 99.999, 0]), np.array([200.0, 199.999, 0])
    )
    assert (column.tolist(), row.tolist()) == ([1, 0, 0], [2, 1, 0])


@settings(deadline=None)
@given(st.lists(metres, min_size=1, max_size=30), sizes)
def test_each_coordinate_lies_between_the_drawn_edges_of_its_square(values: list[float], size: float) -> None:
    x = np.array(values)
    column, _ = grids.Lattice("square", size).locate(x, x)
    assert (column * size <= x).all()
    assert (x < (column + 1) * size).all()


@settings(deadline=None)
@given(metres, metres, sizes)
def test_a_hexagon_holds_the_points_nearest_to_its_centre(x: float, y: float, size: float) -> None:
    lattice = grids.Lattice("hex", size)
    column, row = lattice.locate(np.array([x]), np.array([y]))
    near_column, near_row = (
        a.ravel() for a in np.meshgrid(column + np.arange(-2, 3), row + np.arange(-2, 3))
    )
    centre_x, centre_y = lattice.centres(near_column, near_row)
    own_x, own_y = lattice.centres(column, row)
    own = np.hypot(x - own_x, y - own_y)[0]
    assert own <= np.hypot(x - centre_x, y - centre_y).min() + 1e-9 * max(size, abs(x), abs(y))


def test_a_point_on_the_side_of_a_hexagon_follows_the_stated_rule() -> None:
    lattice = grids.Lattice("hex", 2.0)
    column, row = lattice.locate(np.array([1.0]), np.array([0.0]))
    assert (column.item(), row.item()) == (1, 0), "an edge that runs north: the eastern cell"


def test_hexagons_tile_the_plane() -> None:
    lattice = grids.Lattice("hex", 100.0)
    cells = lattice.polygons(*(a.ravel() for a in np.meshgrid(np.arange(6), np.arange(6))))
    assert len(np.unique(shapely.get_coordinates(cells), axis=0)) == 2 * 6 * 7 + 12, (
        "corners shared to the last bit"
    )
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), rel=1e-7)
    assert shapely.area(cells) == pytest.approx(lattice.cell_area)


@pytest.mark.parametrize("make", GRIDS)
@settings(max_examples=15, deadline=None)
@given(x=st.integers(-5000, 5000), y=st.integers(-5000, 5000), seed=st.integers(0, 99))
def test_clipped_cells_cover_the_area_once(make, x: float, y: float, seed: int) -> None:
    town = blob(x, y, 1500, seed)
    grid = make(area(town), cell_size=170)
    assert grid.area.sum() == pytest.approx(town.area, rel=1e-9)
    together = shapely.union_all(grid.geometry.values, grid_size=1e-4)
    assert together.symmetric_difference(town).area < 5
    assert grid.is_valid.all()
    assert grid["cell_id"].is_unique


@pytest.mark.parametrize("make", GRIDS)
def test_clipping_agrees_with_cutting_every_cell_on_its_own(make) -> None:
    town = blob(100, 200, 900, 3).difference(shapely.Point(100, 200).buffer(210))
    grid = make(area(town), cell_size=120)
    lattice = grids.lattice_of(grid)
    assert lattice is not None
    column, row = lattice.inside(np.array(town.bounds))
    alone = shapely.intersection(lattice.polygons(column, row), town)
    expected = dict(zip(lattice.ids(column, row), shapely.area(alone), strict=True))
    found = dict(zip(grid["cell_id"], grid.area, strict=True))
    assert found == pytest.approx({name: size for name, size in expected.items() if size > 0})


def test_an_area_of_several_parts_keeps_its_slivers() -> None:
    grid = grids.square_grid(area(shapely.box(0, 0, 100, 100), shapely.box(250, 0, 250.5, 10)), cell_size=100)
    assert grid["cell_id"].tolist() == ["E0N0", "E200N0"]
    assert grid.area.tolist() == pytest.approx([10_000, 5])


def test_overlapping_and_invalid_parts_count_once() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    grid = grids.square_grid(area(bow_tie, shapely.box(0, 0, 100, 100)), cell_size=100)
    assert grid.area.sum() == pytest.approx(10_000)


def test_points_get_the_whole_cells_of_their_bounding_box() -> None:
    points = gpd.GeoSeries([shapely.Point(0, 0), None, shapely.Point(), shapely.Point(200, 100)], crs=CRS)
    grid = grids.square_grid(points, cell_size=100)
    assert len(grid) == 6
    assert (grid.area == 10_000).all()


def test_cells_come_row_by_row_from_the_south_west() -> None:
    for make in GRIDS:
        grid = make(area(blob(0, 0, 700)), cell_size=100)
        assert grid[["row", "column"]].values.tolist() == sorted(grid[["row", "column"]].values.tolist())


def test_two_grids_of_one_size_fit_each_other() -> None:
    small = grids.square_grid(area(shapely.box(500, 500, 900, 900)), cell_size=200).set_index("cell_id")
    large = grids.square_grid(area(shapely.box(-700, -700, 2000, 2000)), cell_size=200).set_index("cell_id")
    assert set(small.index) <= set(large.index)
    assert (large.loc[small.index, "column"] == small["column"]).all()


def test_the_choices_are_noted() -> None:
    noted = choices.of(grids.hex_grid(area(shapely.box(0, 0, 300, 200)), cell_size=100))
    assert noted["shape"] == "hex"
    assert noted["cell_size"] == 100
    assert noted["crs"] == CRS


def test_the_callers_area_is_left_as_it_was() -> None:
    town = gpd.GeoDataFrame({"name": ["A"]}, geometry=[blob(0, 0, 500)], crs=CRS)
    before = town.to_wkb()
    grids.square_grid(town, cell_size=100)
    assert town.to_wkb().equals(before)
    assert "choices" not in town.attrs


def test_a_quarter_of_a_million_cells_are_made() -> None:
    assert len(grids.square_grid(area(shapely.box(0, 0, 50_000, 50_000)), cell_size=100)) == 250_000


@pytest.mark.parametrize("size", [0, -5, float("nan"), float("inf"), True])
def test_a_cell_size_that_is_no_length_is_refused(size: float) -> None:
    with pytest.raises(InputError, match="cell_size"):
        grids.square_grid(area(shapely.box(0, 0, 1, 1)), cell_size=size)


@pytest.mark.parametrize("make", GRIDS)
def test_too_many_cells_are_refused_with_a_size_that_works(make) -> None:
    town = area(shapely.box(0, 0, 100_000, 100_000))
    with pytest.raises(InputError, match=r"Use \d+ m or more"):
        make(town, cell_size=10)


def test_degrees_are_refused_with_the_line_that_mends_it() -> None:
    with pytest.raises(CrsError, match="estimate_utm_crs"):
        grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs="EPSG:4326"), cell_size=100)


def test_feet_are_refused() -> None:
    with pytest.raises(CrsError, match="foot"):
        grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs="EPSG:2263"), cell_size=100)


def test_a_missing_crs_is_refused() -> None:
    with pytest.raises(CrsError, match="set_crs"):
        grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]), cell_size=100)


def test_a_bare_shape_is_refused() -> None:
    with pytest.raises(InputError, match="GeoSeries"):
        grids.square_grid(shapely.box(0, 0, 1, 1), cell_size=100)  # type: ignore[arg-type]


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Polygon()]])
def test_an_empty_area_is_refused(shapes: list[object]) -> None:
    with pytest.raises(InputError, match="nothing to lay a grid over"):
        grids.square_grid(area(*shapes), cell_size=100)


def test_lines_are_no_area() -> None:
    with pytest.raises(InputError, match="LineString"):
        grids.square_grid(area(shapely.LineString([(0, 0), (1, 1)])), cell_size=100)


def test_a_part_of_a_grid_still_has_its_lattice() -> None:
    grid = grids.square_grid(area(shapely.box(0, 0, 500, 500)), cell_size=100)
    assert grids.lattice_of(grid.iloc[::3]) == grids.Lattice("square", 100.0)


def test_a_grid_that_was_moved_or_projected_has_no_lattice_any_more() -> None:
    grid = grids.square_grid(area(shapely.box(500_000, 4_000_000, 500_500, 4_000_500)), cell_size=100)
    assert grids.lattice_of(grid.to_crs("EPSG:32643")) is None
    moved = grid.copy()
    moved.geometry = grid.translate(10, 0)
    assert grids.lattice_of(moved) is None
    assert grids.lattice_of(grid.drop(columns="row")) is None


@pytest.mark.parametrize("side", [0.0, 40.0, 9_000.0])
def test_the_default_cell_is_at_least_a_hundred_metres(side: float) -> None:
    size, rule = grids.default_cell_size(np.array([0, side]), np.array([0, 2 * side]))
    assert size == max(100, 50 * np.ceil(side / 50 / 50))
    assert "100 m" in rule
