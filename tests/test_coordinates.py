"""Where it happened: coordinates in any spelling, in the right order, in metres."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from ilp_toolkit.collection.coordinates import (
    degrees_apart,
    find_system,
    is_metric,
    known_crs,
    read_numbers,
    read_pairs,
    swapped_degrees,
)
from ilp_toolkit.collection.points import is_snapped, read_points
from ilp_toolkit.errors import CrsError


def column(*texts):
    return pa.chunked_array([pa.array(texts, pa.string())])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("68.78", 68.78),
        ("-75,56985400000", -75.569854),
        ("1 298 750,68", 1298750.68),
        ("1,298,750.68", 1298750.68),
        ("1.298.750,68", 1298750.68),
        ("38.56 N", 38.56),
        ("N38.56", 38.56),
        ("87.62° W", -87.62),
        ("38,56° с.ш.", 38.56),
        ("12,3° ю.ш.", -12.3),
        ("41°52'48\" N", 41.88),
        ("87°37'12\"W", -87.62),
        ("38°33.6'", 38.56),
        ("−12.5", -12.5),
        ("1e2", 100),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value):
    assert read_numbers(column(text, "x"))[0] == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "NA", "x", "12.5.3.1", "12 Main Street", None])
def test_what_is_no_number_is_none(text):
    assert np.isnan(read_numbers(column(text, "1"))[0])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-180, 180).map(lambda x: round(x, 6)), min_size=1, max_size=20))
def test_a_decimal_comma_changes_no_number(values):
    texts = [f"{value:.6f}" for value in values]
    plain = read_numbers(column(*texts))
    commas = read_numbers(column(*[text.replace(".", ",") for text in texts]))
    assert np.allclose(plain, values)
    assert np.array_equal(plain, commas)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("(41.88, -87.62)", (41.88, -87.62)),
        ("41.88 -87.62", (41.88, -87.62)),
        ("41,88; -87,62", (41.88, -87.62)),
        ("41.88,-87.62", (41.88, -87.62)),
        ("[41.88|-87.62]", (41.88, -87.62)),
        ("38.56 N, 68.78 E", (38.56, 68.78)),
        ("POINT (-87.62 41.88)", (-87.62, 41.88)),
        ("SRID=4326;POINT(-87.62 41.88)", (-87.62, 41.88)),
        ("POLYGON ((0 0, 2 0, 2 2, 0 0))", (1, 1)),
        ("near the bridge", (np.nan, np.nan)),
    ],
)
def test_a_pair_is_read_from_one_text(text, pair):
    first, second = read_pairs(column(text))
    assert (first[0], second[0]) == pytest.approx(pair, nan_ok=True)


# Systems


def test_degrees_go_to_the_utm_zone_of_the_median_point():
    lon, lat = np.array([68.7, 68.8, 68.9]), np.array([38.5, 38.6, 38.7])
    assert find_system(lon, lat, crs=None).target == CRS.from_epsg(32642)
    assert find_system(lon, -lat, crs=None).target == CRS.from_epsg(32742)


def test_x_and_y_that_are_degrees_are_degrees():
    assert find_system(np.array([68.7]), np.array([38.5]), crs=None).source == CRS.from_epsg(4326)


def test_a_metric_system_is_kept_and_feet_and_mercator_are_not():
    assert is_metric(CRS.from_epsg(32642))
    assert is_metric(CRS.from_epsg(26971))
    assert not is_metric(CRS.from_epsg(2248))
    assert not is_metric(CRS.from_epsg(3857))
    assert not is_metric(CRS.from_epsg(4326))


def test_easting_and_northing_that_were_exchanged_are_put_right():
    x, y = Transformer.from_crs(4326, 32642, always_xy=True).transform([68.78, 68.79], [38.56, 38.57])
    system = find_system(np.array(y), np.array(x), crs=CRS.from_epsg(32642))
    assert system.swapped


def test_a_geographic_system_for_projected_numbers_is_refused():
    with pytest.raises(CrsError, match="in degrees"):
        find_system(np.array([490320.0]), np.array([5458606.0]), crs=CRS.from_epsg(4326))


def test_an_unknown_system_is_refused_with_an_example():
    with pytest.raises(CrsError, match="EPSG:32642"):
        known_crs("UTM")


@settings(max_examples=50, deadline=None)
@given(st.floats(95, 170), st.floats(-60, 60))
def test_exchanging_the_columns_is_found_wherever_latitudes_are_impossible(lon, lat):
    x, y = lon + np.arange(30) / 1000, lat + np.arange(30) / 1000
    assert not swapped_degrees(x, y)
    assert swapped_degrees(y, x)


def test_distances_between_places_are_those_of_the_sphere():
    assert degrees_apart(np.array([0.0]), np.array([90.0]), 0.0, 0.0)[0] == pytest.approx(10007.5, rel=1e-3)


# Points


def table_of(lon, lat):
    return pa.table({"lon": column(*map(str, lon)), "lat": column(*map(str, lat))})


ROLES = {"longitude": "lon", "latitude": "lat"}


def test_points_are_projected_as_pyproj_does():
    lon, lat = [68.78, 68.79, 68.78], [38.56, 38.57, 38.56]
    points = read_points(table_of(lon, lat), ROLES)
    east, north = Transformer.from_crs(4326, 32642, always_xy=True).transform(lon, lat)
    assert [p.x for p in points.geometry] == pytest.approx(list(east))
    assert [p.y for p in points.geometry] == pytest.approx(list(north))
    assert points.geometry[0] is points.geometry[2]


@settings(max_examples=30, deadline=None)
@given(st.floats(-170, 170), st.floats(-60, 60), st.floats(0.0001, 0.3))
def test_a_compact_file_has_no_far_points_wherever_it_lies(lon, lat, size):
    rng = np.random.default_rng(3)
    cloud = rng.normal(0, size, (200, 2))
    points = read_points(table_of(lon + cloud[:, 0], lat + cloud[:, 1]), ROLES)
    assert not points.checks["far_point"].any()
    assert (points.codes >= 0).all()


def test_a_stray_point_is_far_and_a_second_town_is_not():
    rng = np.random.default_rng(3)
    cloud = np.array([68.78, 38.56]) + rng.normal(0, 0.02, (300, 2))
    stray = read_points(table_of([*cloud[:, 0], 71.0], [*cloud[:, 1], 42.0]), ROLES)
    assert stray.checks["far_point"].tolist() == [False] * 300 + [True]
    town = np.array([69.6, 40.3]) + rng.normal(0, 0.02, (30, 2))
    both = np.vstack([cloud, town])
    assert not read_points(table_of(both[:, 0], both[:, 1]), ROLES).checks["far_point"].any()


def test_shared_points_are_snapped_unless_the_rows_are_repeats():
    shared = np.repeat(np.arange(30), 4)
    assert is_snapped(shared, np.zeros(120, dtype=bool)) == (True, 1.0)
    repeats = np.tile([False, True, True, True], 30)
    assert is_snapped(shared, repeats)[0] is False
    assert is_snapped(np.arange(120), np.zeros(120, dtype=bool)) == (False, 0.0)
