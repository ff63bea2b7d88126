"""Points in polygons, fast: the same answer as the exact search, borders included."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.analysis import _points, hotspots
from ilp_toolkit.analysis.kernels.inside import UNSURE, first_inside


def both(shapes: list, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    shapes = np.array(shapes, dtype=object)
    exact = _points._exactly(shapes, x, y)
    found = first_inside(shapes, x, y)
    return np.where(found == UNSURE, exact, found), exact


def districts(n: int = 60, seed: int = 0) -> list:
    rng = np.random.default_rng(seed)
    made = shapely.voronoi_polygons(
        shapely.multipoints(rng.uniform(0, 1000, (n, 2))), extend_to=shapely.box(0, 0, 1000, 1000)
    )
    return list(shapely.get_parts(made))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1.0, 1e-3, 1e3]), away=st.sampled_from([0.0, 5e6]))
def test_random_districts_agree_with_the_exact_search(seed: int, scale: float, away: float) -> None:
    shapes = shapely.transform(districts(20, seed), lambda xy: xy * scale + away)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-100, 1100, (2, 400)) * scale + away
    corners = shapely.get_coordinates(shapes)[:60]
    found, exact = both(list(shapes), np.append(x, corners[:, 0]), np.append(y, corners[:, 1]))
    assert (found == exact).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=12))
def test_boxes_and_points_on_whole_numbers_agree_on_every_border(boxes: list) -> None:
    shapes = [shapely.box(a, b, a + c + 1, b + d + 1) for a, b, c, d in boxes]
    x, y = (each.ravel().astype(float) for each in np.meshgrid(np.arange(-1, 22), np.arange(-1, 22)))
    found, exact = both(shapes, x, y)
    assert (found == exact).all()


def test_holes_parts_overlaps_and_nothing_are_right() -> None:
    ring = shapely.Point(50, 50).buffer(40).difference(shapely.Point(50, 50).buffer(20))
    two = shapely.union_all([shapely.box(0, 0, 20, 20), shapely.box(80, 80, 100, 100)])
    thin = shapely.box(0, 49.9999, 100, 50.0001)
    shapes = [None, shapely.Polygon(), ring, two, shapely.box(0, 0, 100, 100), thin]
    x, y = np.random.default_rng(1).uniform(-5, 105, (2, 5000))
    for order in (shapes, shapes[::-1]):
        found, exact = both(order, x, y)
        assert (found == exact).all()
    assert (first_inside(np.array([None], dtype=object), x, y) == -1).all()


@pytest.mark.parametrize("n", [10, 60_000])
def test_counting_in_areas_is_the_same_for_few_and_for_many(n: int) -> None:
    shapes = districts()
    x, y = np.random.default_rng(2).uniform(0, 1000, (2, n))
    areas = gpd.GeoDataFrame({"area": [f"D{i}" for i in range(60)]}, geometry=shapes, crs="EPSG:32642")
    found = hotspots.count(gpd.GeoSeries.from_xy(x, y, crs="EPSG:32642"), grid=areas)
    assert found["n"].tolist() == np.bincount(_points._exactly(np.array(shapes), x, y), minlength=60).tolist()


def test_a_polygon_that_crosses_itself_is_left_to_the_exact_search() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert not _points._plain(np.array([bow], dtype=object))
    assert not _points._plain(np.array([shapely.Point(0, 0)], dtype=object))
    assert _points._plain(np.array([None, shapely.box(0, 0, 1, 1)], dtype=object))
