"""Masking of points: the published distribution of the ring, the five ways, what is kept and what is refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from ilp_toolkit.collection.pseudonyms import Key
from ilp_toolkit.direction import policy
from ilp_toolkit.dissemination import geomask
from ilp_toolkit.errors import CrsError, DisclosureError, InputError

CRS = 32742
KEY = b"\x07" * 32
CITY = gpd.GeoDataFrame(geometry=[shapely.box(500_000, 6_080_000, 506_000, 6_086_000)], crs=CRS)


def scattered(n: int, seed: int = 0, *, margin: float = 0) -> gpd.GeoDataFrame:
    xy = np.random.default_rng(seed).uniform(margin, 6_000 - margin, (n, 2)) + np.array([500_000, 6_080_000])
    return gpd.GeoDataFrame({"offence": ["Theft"] * n}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def moved_by(points: gpd.GeoDataFrame, masked: gpd.GeoDataFrame) -> np.ndarray:
    return points.distance(masked).to_numpy()


# The ring


def test_the_ring_has_the_published_mean_and_median() -> None:
    points = scattered(40_000)
    r = moved_by(points, geomask.mask(points, key=KEY, inner=50, outer=250))
    # Area-uniform on 50-250 m: mean 172.222, median 180.278; a naive radius would give 150 and 150.
    assert r.mean() == pytest.approx(172.222, abs=4 * r.std() / 200)
    assert np.median(r) == pytest.approx(180.278, abs=1.5)
    assert 50 <= r.min() < 52
    assert 249 < r.max() <= 250


def test_every_square_metre_of_the_ring_is_as_likely_and_every_direction_too() -> None:
    points = scattered(5_000)
    masked = geomask.mask(points, key=KEY, inner=100, outer=300)
    step = masked.get_coordinates().to_numpy() - points.get_coordinates().to_numpy()
    share = (np.hypot(*step.T) ** 2 - 100**2) / (300**2 - 100**2)
    angle = (np.arctan2(step[:, 1], step[:, 0]) + np.pi) / (2 * np.pi)
    assert kstest(share, "uniform").pvalue > 1e-3
    assert kstest(angle, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(share, angle)[0, 1]) < 0.05


radii = st.tuples(st.floats(1, 500), st.floats(1.05, 20)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@settings(deadline=None, max_examples=40)
@given(radii, st.integers(1, 40), st.integers(0, 99))
def test_each_point_lands_in_its_ring_whatever_the_radii(
    ring: tuple[float, float], n: int, seed: int
) -> None:
    points = scattered(n, seed)
    r = moved_by(points, geomask.mask(points, key=KEY, inner=ring[0], outer=ring[1]))
    assert (r >= ring[0] - 1e-6).all()
    assert (r <= ring[1] + 1e-6).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=60), st.sampled_from(["donut", "grid", "adaptive"]))
def test_a_subset_in_any_order_is_masked_as_the_whole(rows: list[int], method: str) -> None:
    points, homes = scattered(60), scattered(3_000, 5)
    options = {"method": method, "key": KEY, "boundary": CITY, "population": homes}
    whole = geomask.mask(points, **options)  # type: ignore[arg-type]
    part = geomask.mask(points.iloc[rows], **options)  # type: ignore[arg-type]
    assert part.geometry.geom_equals(whole.geometry.iloc[rows]).all()


def test_the_same_place_in_another_projection_is_moved_the_same_way() -> None:
    points = scattered(200)
    here = geomask.mask(points, key=KEY)
    there = geomask.mask(points.to_crs(32741), key=KEY).to_crs(CRS)
    assert here.distance(there).max() < 30  # the ring turns with the grid's north; the draw is one
    apart = np.abs(points.distance(here) - points.distance(there))
    assert apart.max() < 0.02 * 250


def test_rows_at_one_address_stay_together() -> None:
    points = pd.concat([scattered(5)] * 3)
    masked = geomask.mask(points, key=KEY)
    assert masked.geometry.iloc[:5].geom_equals(masked.geometry.iloc[10:]).all()


def test_keys_and_radii_give_other_spots() -> None:
    points = scattered(50)
    one = geomask.mask(points, key=KEY)
    assert moved_by(one, geomask.mask(points, key=b"\x08" * 32)).min() > 0.01
    assert moved_by(one, geomask.mask(points, key=KEY, outer=251)).min() > 0.01
    assert moved_by(one, geomask.mask(points, key=Key("c", 1, KEY))).max() == 0


# The other ways


def test_the_grid_puts_points_in_the_middle_of_cells_of_whole_multiples() -> None:
    points = scattered(500)
    masked = geomask.mask(points, method="grid", key=KEY, cell_size=200)
    xy = masked.get_coordinates().to_numpy()
    assert np.allclose((xy - 100) % 200, 0)
    assert np.allclose(np.floor(xy / 200), np.floor(points.get_coordinates().to_numpy() / 200))


def test_a_cell_whose_middle_lies_outside_gives_a_point_inside() -> None:
    sliver = gpd.GeoDataFrame(geometry=[shapely.box(500_000, 6_080_000, 500_010, 6_080_400)], crs=CRS)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_003.0], [6_080_011.0]), crs=CRS)
    masked = geomask.mask(points, method="grid", key=KEY, cell_size=200, boundary=sliver)
    assert sliver.geometry.iloc[0].contains(masked.geometry.iloc[0])


def test_snapping_goes_to_the_nearest_spot_as_geopandas_finds_it() -> None:
    points, spots = scattered(300), scattered(40, 1)
    masked = geomask.mask(points, method="snap", key=KEY, catalogue=spots)
    nearest = gpd.sjoin_nearest(points, spots[["geometry"]]).index_right
    assert masked.geometry.geom_equals(spots.geometry.iloc[nearest.to_numpy()].set_axis(points.index)).all()


def test_a_spot_with_too_few_addresses_is_not_used_and_one_with_none_is() -> None:
    spots = gpd.GeoSeries.from_xy([0.0, 1_000.0, 2_000.0], [0.0, 0.0, 0.0], crs=CRS)
    homes = gpd.GeoSeries.from_xy([*np.linspace(-5, 5, 8), *np.linspace(995, 1005, 7)], [1.0] * 15, crs=CRS)
    points = gpd.GeoSeries.from_xy([900.0, 2_100.0], [0.0, 0.0], crs=CRS)
    masked = geomask.mask(points, method="snap", key=KEY, catalogue=spots, addresses=homes)
    assert masked.get_coordinates()["x"].tolist() == [0.0, 2_000.0]
    all_used = geomask.mask(
        points, method="snap", key=KEY, catalogue=spots, addresses=homes, minimum_addresses=7
    )
    assert all_used.get_coordinates()["x"].tolist() == [1_000.0, 2_000.0]


def test_of_two_spots_as_near_the_same_is_taken_whatever_their_order() -> None:
    points = gpd.GeoSeries.from_xy([500.0], [0.0], crs=CRS)
    east_first = gpd.GeoSeries.from_xy([1_000.0, 0.0], [0.0, 0.0], crs=CRS)
    for spots in (east_first, east_first[::-1]):
        masked = geomask.mask(points, method="snap", key=KEY, catalogue=spots)
        assert masked.get_coordinates()["x"].tolist() == [0.0]


def test_voronoi_puts_a_point_as_near_to_one_address_as_to_the_next() -> None:
    points, homes = scattered(200), scattered(400, 3)
    masked = geomask.mask(points, method="voronoi", key=KEY, addresses=homes)
    xy = masked.get_coordinates().to_numpy()
    sites = homes.get_coordinates().to_numpy()
    near = np.sort(np.hypot(*(xy[:, None] - sites[None]).transpose(2, 0, 1)), axis=1)
    assert np.allclose(near[:, 0], near[:, 1], atol=1e-6)


def test_a_voronoi_point_lies_on_the_edge_of_its_own_cell() -> None:
    homes = gpd.GeoSeries.from_xy([0.0, 100.0, 0.0, 100.0], [0.0, 0.0, 100.0, 100.0], crs=CRS)
    points = gpd.GeoSeries.from_xy([10.0], [30.0], crs=CRS)
    masked = geomask.mask(points, method="voronoi", key=KEY, addresses=homes)
    assert masked.get_coordinates().to_numpy().tolist() == [[10.0, 50.0]]


def test_the_adaptive_ring_holds_k_addresses_and_grows_where_few_live() -> None:
    town = gpd.GeoSeries(scattered(4_000, 2).geometry)
    lonely = np.random.default_rng(4).uniform(0, 3_000, (2, 60)) + np.array([[520_000], [6_080_000]])
    hamlet = gpd.GeoSeries.from_xy(*lonely, crs=CRS)
    homes = pd.concat([town, hamlet], ignore_index=True)
    points = gpd.GeoSeries(
        pd.concat([scattered(60, margin=1_500).geometry, hamlet.iloc[:20]], ignore_index=True), crs=CRS
    )
    masked = geomask.mask(points, method="adaptive", key=KEY, population=homes, k=20, inner=20, outer=60)
    r = points.distance(masked).to_numpy()
    assert r[60:].mean() > 3 * r[:60].mean()
    for point, far in zip(points, r, strict=True):
        # The whole ring, wherever in it the spot is drawn, holds k: so does the circle through its outer rim.
        assert (homes.distance(point) <= far * 3).sum() >= 20


def test_adaptive_takes_people_of_areas_too() -> None:
    areas = gpd.GeoDataFrame(
        {"population": [36_000, 360]},
        geometry=[shapely.box(0, 0, 6_000, 6_000), shapely.box(6_000, 0, 12_000, 6_000)], crs=CRS,
    )  # fmt: skip
    points = gpd.GeoSeries.from_xy([3_000.0] * 2, [3_000.0, 3_001.5], crs=CRS)
    away = gpd.GeoSeries.from_xy([9_000.0] * 2, [3_000.0, 3_001.5], crs=CRS)
    both = pd.concat([points, away], ignore_index=True)
    masked = geomask.mask(both, method="adaptive", key=KEY, population=areas, k=20, inner=10, outer=50)
    r = both.distance(masked)
    # 0.001 people per square metre: the circle that holds 21 has a radius of 82 m; a hundredth of them, 818 m.
    assert r[:2].between(16, 83).all()
    assert r[2:].between(160, 830).all()
    with pytest.raises(InputError, match="farthest"):
        geomask.mask(both, method="adaptive", key=KEY, population=areas, k=20, farthest=500)


# The boundary


@pytest.mark.parametrize("method", ["donut", "grid", "snap", "voronoi", "adaptive"])
def test_no_way_leads_out_of_the_boundary(method: str) -> None:
    rim = shapely.get_coordinates(shapely.segmentize(CITY.geometry.iloc[0].buffer(-3).exterior, 100))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rim.T), crs=CRS)
    masked = geomask.mask(
        points, method=method, key=KEY, boundary=CITY, catalogue=pd.concat([scattered(50, 8), points.translate(0, 60)[:9].to_frame("geometry")]),
        addresses=scattered(900, 9), population=scattered(900, 9), minimum_addresses=2,
    )  # type: ignore[arg-type]  # fmt: skip
    assert shapely.intersects(CITY.geometry.iloc[0].buffer(1e-6), np.asarray(masked.geometry)).all()


def test_near_the_boundary_what_is_left_of_the_ring_is_evenly_used() -> None:
    half = gpd.GeoDataFrame(geometry=[shapely.box(0, -9_000, 9_000, 9_000)], crs=CRS)
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([1.0] * 4_000, np.arange(4_000) * 2.0 - 4_000), crs=CRS
    )
    r = moved_by(points, geomask.mask(points, key=KEY, boundary=half))
    assert kstest((r**2 - 50**2) / (250**2 - 50**2), "uniform").pvalue > 1e-3


def test_a_point_that_cannot_be_put_inside_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ilp_toolkit.dissemination._moves.TRIES", 50)
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([503_000, 400_000.0], [6_083_000, 6_000_000.0]), crs=CRS
    )
    with pytest.raises(InputError, match=r"1 points \(first: row 1"):
        geomask.mask(points, key=KEY, boundary=CITY)
    with pytest.raises(InputError, match=r"first: row 1"):
        geomask.mask(points, method="grid", key=KEY, boundary=CITY)


# What is kept, and what is refused


def test_rows_columns_and_index_stay_and_the_callers_table_too() -> None:
    points = scattered(4).set_index(pd.Index([9, 3, 5, 1]))
    points["place_precision"] = "exact"
    points.loc[3, "geometry"] = None
    points.attrs = {"informant": "Torvelim"}
    before = points.copy()
    masked = geomask.mask(points, key=KEY)
    assert masked.index.tolist() == [9, 3, 5, 1]
    assert masked.geometry.isna().tolist() == [False, True, False, False]
    assert masked["place_precision"].tolist() == ["area", "exact", "area", "area"]
    assert masked["offence"].tolist() == ["Theft"] * 4
    assert set(masked.attrs) == {"choices"}
    assert masked.attrs["choices"] == {"method": "donut", "inner": 50, "outer": 250, "layers": {}}
    pd.testing.assert_frame_equal(pd.DataFrame(points), pd.DataFrame(before))


def test_no_points_give_no_points() -> None:
    none = scattered(3).iloc[:0]
    for method in ("donut", "grid", "snap"):
        masked = geomask.mask(none, method=method, key=KEY, boundary=CITY, catalogue=scattered(3))  # type: ignore[arg-type]
        assert len(masked) == 0
    assert geomask.report(none, none).n == 0


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "scatter"}, InputError, "`method` must be one of"),
        ({"inner": 0}, InputError, "`inner` must be above 0"),
        ({"inner": 250}, InputError, "below `outer`"),
        ({"outer": float("inf")}, InputError, "below `outer`"),
        ({"method": "grid", "cell_size": 0}, InputError, "`cell_size` must be above 0"),
        ({"method": "snap"}, InputError, "needs `catalogue`"),
        ({"method": "voronoi"}, InputError, "needs `addresses`"),
        ({"method": "voronoi", "addresses": scattered(1)}, InputError, "two different places"),
        ({"method": "adaptive"}, InputError, "needs `population`"),
        ({"method": "adaptive", "population": CITY}, InputError, "no column “population”"),
        ({"method": "adaptive", "population": scattered(19)}, InputError, "farthest"),
        ({"key": b"short"}, InputError, "16 bytes"),
        ({"boundary": CITY.to_crs(4326)}, CrsError, "`boundary` is in degrees"),
        ({"boundary": CITY.to_crs(32741)}, CrsError, "different coordinate reference systems"),
        ({"method": "snap", "catalogue": scattered(3).set_crs(None, allow_override=True)}, CrsError, "Set it"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_mend(
    options: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        geomask.mask(scattered(5), **{"key": KEY, **options})  # type: ignore[arg-type]


def test_points_in_degrees_feet_or_nowhere_and_other_shapes_are_refused() -> None:
    points = scattered(5)
    with pytest.raises(CrsError, match="estimate_utm_crs"):
        geomask.mask(points.to_crs(4326), key=KEY)
    with pytest.raises(CrsError, match="not in metres"):
        geomask.mask(points.to_crs(2263), key=KEY)
    with pytest.raises(CrsError, match="set_crs"):
        geomask.mask(points.set_crs(None, allow_override=True), key=KEY)
    with pytest.raises(InputError, match="no points"):
        geomask.mask(CITY, key=KEY)


# The report


def test_the_report_counts_the_addresses_that_are_as_near_as_the_true_one() -> None:
    homes = gpd.GeoSeries.from_xy([0.0, 10.0, 20.0, 30.0, 500.0], [0.0] * 5, crs=CRS)
    points = gpd.GeoSeries.from_xy([0.0, 500.0], [0.0, 0.0], crs=CRS)
    masked = gpd.GeoSeries.from_xy([12.0, 500.0], [0.0, 5.0], crs=CRS)
    told = geomask.report(points, masked, population=homes, k=3)
    assert told.spatial_k is not None
    # Within 12 m of the first moved point: 0, 10 and 20. Within 5 m of the second: only its own.
    assert (told.spatial_k["min"], told.spatial_k["max"]) == (1.0, 3.0)
    assert told.below_k == 0.5
    assert told.displacement["max"] == 12.0
    assert (told.n, told.unmoved, told.outside) == (2, 0, None)


def test_the_report_says_what_a_map_prints_and_finds_what_stayed_or_left() -> None:
    points = scattered(10)
    masked = geomask.mask(points, key=KEY)
    stayed = masked.copy()
    stayed.loc[0, "geometry"] = points.geometry.iloc[0]
    stayed.loc[1, "geometry"] = shapely.Point(0, 0)
    told = geomask.report(points, stayed, boundary=CITY)
    assert (told.unmoved, told.outside) == (1, 1)
    sentence = str(geomask.report(points, masked, population=scattered(5_000, 7)))
    assert sentence.startswith("10 points were moved, by ")
    assert "hidden among" in sentence


def test_from_areas_the_report_takes_density_times_the_circle() -> None:
    areas = gpd.GeoDataFrame({"population": [36_000]}, geometry=CITY.geometry.to_numpy(), crs=CRS)
    points = gpd.GeoSeries.from_xy([503_000.0], [6_083_000.0], crs=CRS)
    told = geomask.report(points, points.translate(100, 0), population=areas)
    assert told.spatial_k is not None
    assert told.spatial_k["median"] == 31  # 0.001 people per square metre, a circle of 100 m


def test_one_case_keeps_to_one_way() -> None:
    points = scattered(5)
    first = geomask.mask(points, key=KEY).attrs["choices"]
    geomask.same_way(geomask.mask(points.iloc[:2], key=KEY).attrs["choices"], [first, first])
    with pytest.raises(DisclosureError, match="Mask them as before"):
        geomask.same_way(geomask.mask(points, key=KEY, outer=300).attrs["choices"], [first])
    with pytest.raises(DisclosureError, match="Mask them as before"):
        geomask.same_way(geomask.mask(points, key=KEY, boundary=CITY).attrs["choices"], [first])


def test_the_policy_holds_the_ring_in_order(tmp_path: object) -> None:
    rules = policy.load().geomask
    assert (rules.inner, rules.outer, rules.minimum_addresses, rules.k) == (50, 250, 8, 20)
