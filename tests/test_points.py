"""Centres, spread and clustering of points: Cardiff's juvenile offenders, pointpats, K by its definition."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

import ilp_toolkit.analysis.points as points
from ilp_toolkit import choices
from ilp_toolkit.analysis.kernels.ripley import inside_share
from ilp_toolkit.errors import CrsError, InputError

CRS = "EPSG:32642"
SHAPE = shapely.Polygon(
    [(0, 0), (1000, 0), (1000, 500), (600, 500), (600, 1000), (0, 900)],
    [[(200, 200), (200, 350), (380, 350), (380, 200)]],
)
"""An area with a bay and a lake."""


def series(x, y):
    return gpd.GeoSeries.from_xy(np.asarray(x, float), np.asarray(y, float), crs=CRS)


def window(shape):
    return gpd.GeoSeries([shape], crs=CRS)


def strewn(n, seed, shape=SHAPE):
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 1000, (2, 20 * n))
    at = at[:, shapely.intersects_xy(shape, *at)][:, :n]
    return series(*at)


@pytest.fixture(scope="module")
def juvenile():
    from libpysal import examples

    cases = gpd.read_file(examples.get_path("juvenile.shp"))
    return series(cases.geometry.x, cases.geometry.y)


def test_centre_and_spread_of_cardiff_are_as_published(juvenile):
    centre = points.mean_centre(juvenile)
    assert (centre.x, centre.y) == pytest.approx((47.92261905, 56.9702381))
    assert centre.n == 168
    assert float(points.standard_distance(juvenile)) == pytest.approx(31.9935675490)


def test_the_index_of_cardiff_is_as_published(juvenile):
    found = points.nearest_neighbour_index(juvenile, correction="none")
    assert found.mean_distance == pytest.approx(2.4444766370)
    assert found.index == found.uncorrected == pytest.approx(0.7002959430)
    assert found.choices["area_m2"] == pytest.approx(8188)
    assert found.n_repeats == 4
    assert points.nearest_neighbour_index(juvenile).index < found.index


# 62 redwood seedlings (Strauss 1975, as given by Ripley 1977), in hundredths of the side of a square; K by
# spatstat's Kest. At 0.10 many pairs lie exactly so far apart, and rounding decides on which side.
SEEDLINGS = """
36 92, 44 90, 48 92, 48 86, 50 90, 76 86, 78 88, 78 84, 84 92, 86 82, 90 92, 90 90, 90 84, 90 80, 18 60, 18 62,
20 58, 60 66, 62 66, 64 64, 64 72, 68 68, 68 76, 70 72, 72 74, 10 42, 12 42, 12 38, 14 42, 18 44, 18 46, 20 48,
20 50, 22 54, 24 52, 52 42, 50 40, 58 42, 94 48, 96 46, 22 20, 22 16, 26 30, 44 24, 48 22, 50 24, 90 24, 90 22,
48 32, 52 34, 56 36, 99.9 16, 44 18, 48 18, 34 16, 38 16, 26 14, 40 14, 28 14, 74 10, 86 10, 96 4
"""
KEST = {
    "none": (0.026441, 0.066631, 0.110524, 0.145426, 0.182443),
    "border": (0.027064, 0.078079, 0.126660, 0.162097, 0.195853),
    "translation": (0.027675, 0.072104, 0.123980, 0.168592, 0.219652),
    "isotropic": (0.026441, 0.066722, 0.116415, 0.156709, 0.206062),
}


@pytest.fixture
def seedlings():
    at = np.array([pair.split() for pair in SEEDLINGS.replace("\n", " ").split(",")], dtype=float) * 10
    return series(*at.T)


@pytest.mark.parametrize("correction", KEST)
def test_k_of_redwood_seedlings_is_that_of_spatstat(seedlings, correction):
    square = window(shapely.box(0, 0, 1000, 1000))
    distances = [50, 99.9, 100.1, 150, 200, 250]
    table = points.ripley_k(seedlings, area=square, distances=distances, correction=correction, simulations=0)
    found, want = table["k"].to_numpy() / 1e6, KEST[correction]
    assert found[[0, 3, 4, 5]] == pytest.approx([want[0], *want[2:]], abs=6e-7)
    assert found[1] <= want[1] <= found[2]
    wide = points.ripley_l(seedlings, area=square, distances=[50, 150], correction=correction, simulations=0)
    assert wide["l"].to_numpy() == pytest.approx(
        1000 * np.sqrt(np.array([want[0], want[2]]) / np.pi), rel=1e-4
    )


def test_the_index_of_redwood_seedlings_is_that_of_spatstat(seedlings):
    square = window(shapely.box(0, 0, 1000, 1000))
    found = points.nearest_neighbour_index(seedlings, area=square)
    assert (found.uncorrected, found.index) == pytest.approx((0.6186502, 0.5849906), abs=1e-7)
    plain = points.nearest_neighbour_index(seedlings, area=square, correction="none")
    assert plain.p_value == pytest.approx(9.223e-09, rel=1e-3)


def test_median_centre_and_ellipse_agree_with_pointpats(juvenile):
    from pointpats import centrography

    at = np.stack([juvenile.x, juvenile.y], axis=1)
    median = points.median_centre(juvenile)
    assert (median.x, median.y) == pytest.approx(tuple(centrography.euclidean_median(at)), abs=1e-3)
    major, minor, _turn = centrography.ellipse(at)
    found = points.ellipse(juvenile, convention="crimestat")
    assert sorted([found.major, found.minor]) == pytest.approx(sorted([major, minor]))


def test_an_ellipse_by_hand():
    # two pairs: 300 m east and west, 100 m north and south; turned 30 degrees clockwise
    cross = series([-300, 300, 0, 0], [0, 0, -100, 100])
    turned = gpd.GeoSeries([affinity.rotate(p, -30, origin=(0, 0)) for p in cross], crs=CRS)
    found = points.ellipse(turned, convention="yuill")
    assert (found.major, found.minor) == pytest.approx((300 / np.sqrt(2), 100 / np.sqrt(2)))
    assert found.angle == pytest.approx(120)
    assert points.ellipse(turned, convention="arcgis").major == pytest.approx(300)
    assert points.ellipse(turned).major == pytest.approx(300 * np.sqrt(2))
    assert found.polygon.area == pytest.approx(found.area, rel=1e-3)
    along = affinity.translate(found.polygon, 0, 0).exterior.hausdorff_distance(shapely.Point(0, 0))
    assert along == pytest.approx(found.major, rel=1e-3)


# K by its definition: every pair, every correction, one by one.


def slow_k(p, shape, distances, correction):
    x, y, n = p.x.to_numpy(), p.y.to_numpy(), len(p)
    sums, asked = np.zeros(len(distances)), np.zeros(len(distances))
    for i in range(n):
        border = shape.boundary.distance(p.iloc[i])
        asked += border > distances
        for j in range(n):
            if i == j:
                continue
            d, weight = np.hypot(x[j] - x[i], y[j] - y[i]), 1.0
            if d > distances[-1]:
                continue
            if correction == "translation":
                copy = affinity.translate(shape, x[j] - x[i], y[j] - y[i])
                weight = shape.area / shape.intersection(copy).area
            elif correction == "isotropic":
                circle = shapely.Point(x[i], y[i]).buffer(d, quad_segs=500).exterior
                weight = circle.length / circle.intersection(shape).length
            sums += weight * (d <= distances) * (border > distances if correction == "border" else 1)
    if correction == "border":
        return sums * shape.area / (n * asked)
    return sums * shape.area / (n * (n - 1))


@pytest.mark.parametrize("correction", ["none", "border", "translation", "isotropic"])
def test_k_is_its_definition_in_an_area_with_a_bay_and_a_lake(correction):
    p, distances = strewn(40, 3), np.array([60.0, 120, 240])
    table = points.ripley_k(p, area=window(SHAPE), distances=distances, correction=correction, simulations=0)
    assert table["k"].to_numpy() == pytest.approx(slow_k(p, SHAPE, distances, correction), rel=2e-3)
    assert table["expected"].to_numpy() == pytest.approx(np.pi * distances**2)


def test_translation_is_exact_in_an_upright_rectangle():
    box, distances = shapely.box(0, 0, 1000, 600), np.array([77.0, 201])
    p = strewn(40, 4, box)
    table = points.ripley_k(p, area=window(box), distances=distances, correction="translation", simulations=0)
    assert table["k"].to_numpy() == pytest.approx(slow_k(p, box, distances, "translation"), rel=1e-9)


def test_k_without_correction_agrees_with_pointpats_but_for_its_denominator(juvenile):
    from pointpats import k

    steps = np.array([4.05, 8.05, 16.05])
    _support, theirs = k(np.stack([juvenile.x, juvenile.y], axis=1), support=steps)
    ours = points.ripley_k(juvenile, distances=steps, correction="none", simulations=0)["k"]
    assert ours.to_numpy() * 167 / 168 == pytest.approx(theirs)


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 999), st.floats(1, 899), st.floats(0.5, 800))
def test_the_share_of_a_circle_inside_is_that_of_shapely(x, y, radius):
    centre = shapely.Point(x, y)
    circle = centre.buffer(radius, quad_segs=720).exterior
    if not SHAPE.contains(centre) or not circle.intersects(SHAPE):
        return
    from ilp_toolkit.analysis._window import Window

    share = circle.intersection(SHAPE).length / circle.length
    assert inside_share(x, y, radius, Window(SHAPE, "").edges) == pytest.approx(share, abs=3e-3)


def test_chance_lies_in_its_envelope_about_as_often_as_it_says():
    ps = [
        points.ripley_k(strewn(30, 100 + i), area=window(SHAPE), simulations=39, rng=i)["global_p_value"][0]
        for i in range(60)
    ]
    assert 0 <= np.mean(np.array(ps) <= 0.1) < 0.25
    assert 0.3 < np.mean(ps) < 0.7


def test_a_cluster_lies_outside_every_envelope():
    rng = np.random.default_rng(1)
    table = points.ripley_l(
        series(*rng.normal(400, 40, (2, 60))),
        area=window(shapely.box(0, 0, 1000, 1000)),
        distances=[20, 50, 100],
        rng=2,
    )
    assert (table["l"] > table["global_high"]).all()
    assert (table["excess"] > 0).all()
    assert (table["global_p_value"] == 0.01).all()
    assert (table["p_value"] == 0.02).all()
    assert choices.of(table)["global_test"] == "extreme rank length"


def test_the_same_seed_gives_the_same_envelopes():
    p = strewn(20, 5)
    one, two, other = (points.ripley_k(p, area=window(SHAPE), simulations=19, rng=seed) for seed in (1, 1, 2))
    assert one.equals(two)
    assert not one.equals(other)


coordinate = st.floats(-1e5, 1e5).map(lambda v: round(v, 1))
places = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=30)


@settings(max_examples=50, deadline=None)
@given(places, st.floats(-1e4, 1e4), st.floats(0.5, 4))
def test_centres_move_and_grow_with_the_points(rows, shift, factor):
    x, y = np.array(rows).T
    before, after = series(x, y), series(x * factor + shift, y * factor - shift)
    for centre in (points.mean_centre, points.median_centre):
        old, new = centre(before), centre(after)
        if centre is points.mean_centre:
            assert (new.x, new.y) == pytest.approx((old.x * factor + shift, old.y * factor - shift), abs=1e-3)
        far = np.hypot(x - old.x, y - old.y).sum()
        mean = points.mean_centre(before)
        if centre is points.median_centre:
            assert far <= np.hypot(x - mean.x, y - mean.y).sum() * (1 + 1e-9) + 1e-6
            assert far <= min(np.hypot(x - a, y - b).sum() for a, b in rows) * (1 + 1e-5) + 1e-6
    spread = float(points.standard_distance(before))
    assert float(points.standard_distance(after)) == pytest.approx(spread * factor, rel=1e-6, abs=1e-6)
    found = points.ellipse(before, convention="yuill")
    assert found.major**2 + found.minor**2 == pytest.approx(spread**2, rel=1e-6, abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(places, st.data())
def test_a_whole_weight_is_that_many_events(rows, data):
    weight = data.draw(st.lists(st.integers(1, 4), min_size=len(rows), max_size=len(rows)))
    x, y = np.array(rows).T
    once, many = series(x, y), series(np.repeat(x, weight), np.repeat(y, weight))
    for measure in (points.mean_centre, points.median_centre):
        a, b = measure(once, weights=weight), measure(many)
        assert a.x == pytest.approx(b.x, abs=30)
        assert points.standard_distance(once, weights=weight).distance == pytest.approx(
            points.standard_distance(many).distance
        )
    assert points.ellipse(once, weights=weight).major == pytest.approx(points.ellipse(many).major, abs=1e-6)


def test_all_in_one_place_has_a_centre_no_spread_and_no_direction():
    same = series([5] * 4, [7] * 4)
    for centre in (points.mean_centre(same), points.median_centre(same)):
        assert (centre.x, centre.y) == (5, 7)
    assert float(points.standard_distance(same)) == 0
    assert np.isnan(points.ellipse(same).angle)
    for ask in (points.nearest_neighbour_index, points.ripley_k):
        with pytest.raises(InputError, match="`area`"):
            ask(same)
    area = window(shapely.box(0, 0, 100, 100))
    with pytest.warns(UserWarning, match="merge"):
        assert points.nearest_neighbour_index(same, area=area).index == 0
    with pytest.raises(InputError, match="at least two"):
        points.nearest_neighbour_index(same, area=area, repeats="merge")
    assert points.ripley_k(same, area=area, distances=[1], simulations=0)["k"][0] == pytest.approx(10_000)


def test_points_outside_the_area_are_left_out_and_counted():
    table = points.ripley_k(
        series([100, 100, 5000], [100, 400, 5000]), area=window(SHAPE), distances=[50], simulations=0
    )
    assert choices.of(table)["outside"] == 1
    assert choices.of(table)["n_used"] == 3


def test_merging_takes_each_place_once():
    twice = series([100, 100, 800], [100, 100, 100])
    table = points.ripley_k(twice, area=window(SHAPE), distances=[50], repeats="merge", simulations=0)
    assert table["k"][0] == 0
    assert choices.of(table)["n_repeats"] == 1


def test_what_cannot_be_used_is_refused():
    none = gpd.GeoSeries([], crs=CRS)
    for measure in (points.mean_centre, points.median_centre, points.standard_distance, points.ellipse):
        with pytest.raises(InputError, match="no point"):
            measure(none)
    with pytest.raises(InputError, match="weights"):
        points.mean_centre(series([1, 2], [1, 2]), weights=[0, 0])
    with pytest.raises(InputError, match="weights"):
        points.mean_centre(series([1, 2], [1, 2]), weights=[1, np.nan])
    with pytest.raises(InputError, match="n - 2"):
        points.ellipse(series([1, 2], [1, 2]))
    with pytest.raises(CrsError):
        points.mean_centre(gpd.GeoSeries.from_xy([70.0], [40.0], crs="EPSG:4326"))
    with pytest.raises(CrsError):
        points.ripley_k(strewn(5, 1), area=gpd.GeoSeries([SHAPE], crs="EPSG:32643"))
    for wrong in ({"distances": [5, 2]}, {"correction": "best"}, {"simulations": -1}, {"confidence": 1}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            points.ripley_k(strewn(5, 1), area=window(SHAPE), **wrong)


def test_the_callers_points_stay_as_they_are():
    p = strewn(10, 1)
    before = p.copy()
    points.ripley_k(p, area=window(SHAPE), simulations=2, rng=1)
    points.ellipse(p)
    assert p.equals(before)
    assert "choices" not in p.attrs
