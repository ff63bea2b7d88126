"""Finding the address behind a masked point: by averaging, by crossing rings, by the border, by what is left over."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection.pseudonyms import digest
from ilp_toolkit.dissemination import geomask, payload
from ilp_toolkit.errors import DisclosureError, InputError

CRS = 32742
KEY = b"\x07" * 32
CITY = gpd.GeoDataFrame(geometry=[shapely.box(500_000, 6_080_000, 504_000, 6_084_000)], crs=CRS)


def homes(n: int, seed: int = 0) -> gpd.GeoDataFrame:
    xy = np.random.default_rng(seed).uniform(0, 4_000, (n, 2)) + np.array([500_000, 6_080_000])
    return gpd.GeoDataFrame({"offence": ["Theft"] * n}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def error(points: gpd.GeoDataFrame, guess: np.ndarray) -> np.ndarray:
    return np.hypot(*(points.get_coordinates().to_numpy() - guess).T)


@pytest.mark.attack
@pytest.mark.parametrize("method", ["donut", "adaptive", "grid"])
def test_the_mean_of_a_hundred_releases_is_no_nearer_than_one(method: str) -> None:
    points, rng = homes(60), np.random.default_rng(1)
    options = {"method": method, "key": KEY, "population": homes(2_000, 9), "boundary": CITY}
    releases = []
    for _release in range(100):
        order = rng.permutation(60)  # each release is sorted, and filtered, anew
        masked = geomask.mask(points.iloc[order], **options)  # type: ignore[arg-type]
        releases.append(masked.loc[points.index].get_coordinates().to_numpy())
    one, mean = error(points, releases[0]), error(points, np.mean(releases, axis=0))
    assert np.allclose(one, mean, atol=1e-6)
    assert mean.min() > (0 if method == "grid" else 10)


@pytest.mark.attack
def test_the_mean_of_rows_at_one_address_is_no_nearer_than_one() -> None:
    address = homes(1)
    many = pd.concat([address] * 500, ignore_index=True)
    masked = geomask.mask(many, key=KEY)
    assert np.unique(masked.get_coordinates().to_numpy(), axis=0).shape == (1, 2)
    assert error(address, masked.get_coordinates().to_numpy().mean(axis=0)[None])[0] >= 50


@pytest.mark.attack
def test_draws_that_were_new_each_time_would_be_averaged_away() -> None:
    """The twin: what the attack does to a mask without a key per case."""
    points = homes(40)
    releases = [
        geomask.mask(points, key=digest(bytes([n]), key=KEY)).get_coordinates().to_numpy() for n in range(100)
    ]
    assert error(points, np.mean(releases, axis=0)).mean() < 30


@pytest.mark.attack
@pytest.mark.parametrize("other", [{"outer": 300}, {"inner": 60}, {"method": "grid"}, {"boundary": CITY}])
def test_a_second_way_of_masking_one_case_is_refused(other: dict[str, object]) -> None:
    points = homes(20)
    first = geomask.mask(points, key=KEY).attrs["choices"]
    second = geomask.mask(points, key=KEY, **other).attrs["choices"]  # type: ignore[arg-type]
    with pytest.raises(DisclosureError):
        geomask.same_way(second, [first])


@pytest.mark.attack
def test_a_little_wider_ring_gives_no_ray_to_follow_back() -> None:
    points = homes(400)
    one = geomask.mask(points, key=KEY, inner=50, outer=250).get_coordinates().to_numpy()
    two = geomask.mask(points, key=KEY, inner=50, outer=251).get_coordinates().to_numpy()
    truth = points.get_coordinates().to_numpy()
    cosine = ((one - truth) * (two - truth)).sum(axis=1) / (
        np.hypot(*(one - truth).T) * np.hypot(*(two - truth).T)
    )
    assert abs(cosine.mean()) < 0.15  # were the draws the same, every cosine would be one


@pytest.mark.attack
def test_the_middle_of_the_ring_is_empty_and_the_address_is_not_the_best_guess() -> None:
    points = homes(4_000)
    masked = geomask.mask(points, key=KEY).get_coordinates().to_numpy()
    within = error(points, masked)
    assert (within < 50).sum() == 0
    # A naive radius puts half of the points within 150 m, an even one (150² − 50²) / (250² − 50²) = a third.
    assert (within < 150).mean() == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.attack
def test_points_along_the_border_are_neither_piled_on_it_nor_mirrored() -> None:
    y = np.linspace(6_080_400, 6_083_600, 3_000)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(np.full(3_000, 500_010.0), y), crs=CRS)
    moved = geomask.mask(points, key=KEY, boundary=CITY).get_coordinates().to_numpy()
    assert (moved[:, 0] >= 500_000).all()
    assert (moved[:, 0] < 500_001).mean() < 0.02  # pushed back to the border, a sixth would lie on it
    step = moved - points.get_coordinates().to_numpy()
    share = (np.hypot(*step.T) ** 2 - 50**2) / (250**2 - 50**2)
    assert np.histogram(share, 4, (0, 1))[0].min() > 0.2 * 3_000


@pytest.mark.attack
@settings(deadline=None, max_examples=30)
@given(st.integers(1, 30), st.integers(0, 10_000), st.sampled_from(["donut", "adaptive"]))
def test_no_moved_point_stays_where_it_was(n: int, seed: int, method: str) -> None:
    points = homes(n, seed)
    masked = geomask.mask(points, method=method, key=KEY, population=homes(900, 3), boundary=CITY)  # type: ignore[arg-type]
    told = geomask.report(points, masked, boundary=CITY)
    assert (told.unmoved, told.outside) == (0, 0)


@pytest.mark.attack
def test_a_point_that_happens_to_stand_on_a_spot_is_told() -> None:
    points = homes(5)
    masked = geomask.mask(points, method="snap", key=KEY, catalogue=points)
    assert geomask.report(points, masked).unmoved == 5


@pytest.mark.attack
@pytest.mark.parametrize("spots", [None, homes(0), homes(3)])
def test_an_empty_catalogue_or_one_of_lonely_spots_is_refused(spots: gpd.GeoDataFrame | None) -> None:
    # Three addresses around each of three spots: fewer than eight, and not none.
    near = pd.concat([homes(3).translate(d, 0) for d in (5, 10, 15)]).to_frame("geometry")
    with pytest.raises(InputError):
        geomask.mask(homes(4), method="snap", key=KEY, catalogue=spots, addresses=near)


@pytest.mark.attack
def test_one_point_alone_is_moved_like_any_other() -> None:
    points = homes(50)
    alone = geomask.mask(points.iloc[[7]], key=KEY, boundary=CITY)
    assert alone.geometry.iloc[0].equals(geomask.mask(points, key=KEY, boundary=CITY).geometry.iloc[7])


@pytest.mark.attack
def test_without_the_key_trying_every_address_finds_nothing() -> None:
    points, town = homes(1), homes(3_000, 5)
    candidates = pd.concat([points, town], ignore_index=True)
    masked = geomask.mask(points, key=KEY).geometry.iloc[0]
    tried = geomask.mask(candidates, key=b"\x00" * 32)
    assert not (tried.distance(masked) < 0.01).any()
    # With the key the first candidate is the one: that is why it lies elsewhere.
    assert (geomask.mask(candidates, key=KEY).distance(masked) < 0.01).tolist()[0]


@pytest.mark.attack
def test_the_true_places_do_not_travel_with_the_moved_ones(tmp_path: Path) -> None:
    points = homes(30)
    points["x"], points["y"] = points.geometry.x, points.geometry.y
    points.attrs["first"] = points.geometry.iloc[0].wkt
    watch = payload.canaries_of_materials([(points, None, None)])
    masked = geomask.mask(points, key=KEY)
    masked.to_parquet(tmp_path / "a.parquet")
    assert {leak.kind for leak in payload.scan(tmp_path, watch, masked=True)} == {"coordinate"}
    masked[["offence", "geometry"]].to_parquet(tmp_path / "a.parquet")
    assert payload.scan(tmp_path, watch, masked=True) == []


@pytest.mark.legitimate
def test_a_masked_layer_passes_the_scan_in_each_format(tmp_path: Path) -> None:
    points = homes(2_000)
    watch = payload.canaries_of_materials([(points, None, None)])
    masked = geomask.mask(points, key=KEY, boundary=CITY)[["offence", "geometry"]]
    masked.to_file(tmp_path / "a.gpkg", driver="GPKG")
    masked.to_crs(4326).to_file(tmp_path / "a.geojson", driver="GeoJSON")
    masked.to_crs(4326).get_coordinates().round(5).to_csv(tmp_path / "a.csv", index=False)
    assert payload.scan(tmp_path, watch, masked=True) == []


@pytest.mark.legitimate
def test_the_pattern_of_the_city_survives_the_ring() -> None:
    rng = np.random.default_rng(2)
    xy = np.concatenate([rng.normal([1_000, 1_000], 200, (300, 2)), rng.uniform(0, 4_000, (300, 2))])
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*(np.clip(xy, 0, 3_999) + np.array([500_000, 6_080_000])).T), crs=CRS
    )
    masked = geomask.mask(points, key=KEY, boundary=CITY)

    def counts(table: gpd.GeoDataFrame) -> np.ndarray:
        at = ((table.get_coordinates().to_numpy() - [500_000, 6_080_000]) // 1_000).astype(int)
        return np.bincount(at[:, 0] * 4 + at[:, 1], minlength=16)

    assert np.corrcoef(counts(points), counts(masked))[0, 1] > 0.9
