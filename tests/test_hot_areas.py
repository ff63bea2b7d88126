"""Hot-spot areas by density of events."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from ilp_toolkit import choices
from ilp_toolkit.analysis import hotspots
from ilp_toolkit.errors import CrsError, InputError

CRS = "EPSG:32642"


def points(xy: object) -> gpd.GeoSeries:
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    return gpd.GeoSeries.from_xy(xy[:, 0], xy[:, 1], crs=CRS)


def test_areas_hold_the_groups_that_scikit_learn_finds() -> None:
    rng = np.random.default_rng(1)
    xy = np.concatenate(
        [rng.normal(c, 60, (80, 2)) for c in (0, 700, 1500)] + [rng.uniform(-500, 2000, (60, 2))]
    )
    peer = DBSCAN(eps=np.nextafter(60, 0), min_samples=8).fit_predict(xy)
    found = hotspots.areas(points(xy), distance=60, min_points=8)
    assert found["n"].sum() == (peer >= 0).sum()
    assert sorted(found["n"]) == pytest.approx(sorted(np.bincount(peer[peer >= 0])), abs=2)


def test_repeats_at_one_address_are_an_area() -> None:
    found = hotspots.areas(points([(5, 5)] * 3_000 + [(9000, 9000)]), distance=100, min_points=20)
    assert found[["area", "n", "places"]].values.tolist() == [[1, 3_000, 1]]
    assert found["km2"].iloc[0] == pytest.approx(np.pi * 0.05**2, rel=0.02)
    assert choices.of(found)["in_no_area"] == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=60))
def test_each_area_is_one_polygon_that_holds_its_events(cells: list[tuple[int, int]]) -> None:
    xy = np.array(cells) * 40.0
    found = hotspots.areas(points(xy), distance=60, min_points=3)
    assert (found.geom_type == "Polygon").all()
    assert found["n"].is_monotonic_decreasing
    assert found["n"].sum() + choices.of(found)["in_no_area"] == len(xy)
    for row in found.itertuples():
        assert shapely.contains(row.geometry, shapely.points(xy)).sum() >= row.n


def test_events_exactly_at_the_distance_are_not_near() -> None:
    assert len(hotspots.areas(points([(0, 0), (50, 0)]), distance=50, min_points=2)) == 0
    assert len(hotspots.areas(points([(0, 0), (50, 0)]), distance=50.001, min_points=2)) == 1


def test_weights_are_summed_and_change_no_outline() -> None:
    plain = hotspots.areas(points([(0, 0)] * 3), distance=50, min_points=2)
    harm = hotspots.areas(points([(0, 0)] * 3), distance=50, min_points=2, weights=[1, 2, 7])
    assert harm["weight"].tolist() == [10]
    assert "weight" not in plain
    assert harm.geometry.equals(plain.geometry)


def test_none_and_one_and_wrong_arguments() -> None:
    for xy in ([], [(1, 1)]):
        found = hotspots.areas(points(xy), distance=50)
        assert len(found) == 0
        assert found.crs == CRS
        assert list(found) == ["area", "n", "places", "km2", "density", "geometry"]
    for wrong in ({"distance": 0}, {"distance": np.nan}, {"distance": 9, "min_points": 0}):
        with pytest.raises(InputError):
            hotspots.areas(points([(1, 1)]), **wrong)
    with pytest.raises(CrsError):
        hotspots.areas(points([(1, 1)]).to_crs("EPSG:4326"), distance=50)
