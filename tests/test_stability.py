"""How far a hot spot depends on settings, on luck, and on what is not known exactly."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ilp_toolkit import choices
from ilp_toolkit.analysis import grids, hotspots
from ilp_toolkit.errors import ColumnsError, InputError

CRS = "EPSG:32642"
SCORES = ["stability", "stability_shift", "stability_size", "stability_neighbours", "stability_sample"]
BANDS = [f"{name}_{label}" for name in ("density", "gi_z") for label in ("q05", "q50", "q95")]


def town(n: int = 600, seed: int = 0, **columns: object) -> gpd.GeoDataFrame:
    """A town of even noise with one strong spot around (1900, 1900)."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 3000, (n, 2))
    xy[: n // 4] = rng.normal(1900, 120, (n // 4, 2))
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def square(make=grids.square_grid, cell_size: float = 200) -> gpd.GeoDataFrame:
    return make(gpd.GeoSeries([shapely.box(0, 0, 3000, 3000)], crs=CRS), cell_size=cell_size)


def cell(table: gpd.GeoDataFrame, x: float, y: float) -> pd.Series:
    return table[table.contains(shapely.Point(x, y))].iloc[0]


# Stability


@pytest.mark.parametrize("make", [grids.square_grid, grids.hex_grid])
def test_a_planted_spot_is_stable_and_noise_is_not(make) -> None:
    found = hotspots.stability(town(), grid=square(make), draws=29, rng=1)
    assert (cell(found, 1910, 1910)[SCORES].astype(float) > 0.95).all()
    away = found[found.centroid.distance(shapely.Point(1900, 1900)) > 900]
    assert away["stability"].max() < 0.5
    assert found[SCORES].isna().mean().max() < 0.1
    assert ((found[SCORES] >= 0) & (found[SCORES] <= 1) | found[SCORES].isna()).all(axis=None)


@pytest.mark.parametrize("neighbours", ["queen", "rook", 450])
def test_the_first_map_is_that_of_gi_star(neighbours) -> None:
    area = shapely.Point(1500, 1500).buffer(1400)
    for make in (grids.square_grid, grids.hex_grid):
        grid = make(gpd.GeoSeries([area], crs=CRS), cell_size=200)
        known = hotspots.gi_star(town(), grid=grid, neighbours=neighbours)
        found = hotspots.stability(town(), grid=grid, neighbours=neighbours, draws=1, rng=1)
        for column in ("n", "gi_z", "q_value"):
            assert found[column].to_numpy() == pytest.approx(known[column].to_numpy())
        assert found["hot"].equals((known["q_value"] <= 0.05) & (known["gi_z"] > 0))


def test_the_same_seed_gives_the_same_score_and_another_another() -> None:
    first, second, third = (
        hotspots.stability(town(), grid=square(), draws=9, rng=seed) for seed in (5, 5, 6)
    )
    assert first[SCORES].equals(second[SCORES])
    assert not first[SCORES].equals(third[SCORES])
    assert choices.of(first)["rng"] == 5


def test_harm_moves_the_stable_spot() -> None:
    table = town()
    corner = (table.geometry.x < 400) & (table.geometry.y < 400)
    found = hotspots.stability(table, grid=square(), weights=np.where(corner, 80.0, 1.0), draws=9, rng=1)
    assert cell(found, 210, 210)["stability"] > cell(found, 1910, 1910)["stability"]


def test_odd_tables_have_a_stability_too() -> None:
    none = gpd.GeoSeries([], crs=CRS)
    assert (hotspots.stability(none, grid=square(), draws=3, rng=1)[SCORES].fillna(0) == 0).all(axis=None)
    same = hotspots.stability(
        gpd.GeoSeries.from_xy([1510.0] * 50, [1510.0] * 50, crs=CRS), grid=square(), draws=9, rng=1
    )
    assert cell(same, 1510, 1510)["stability"] == 1
    assert len(hotspots.stability(town(), grid=square().iloc[:0], draws=3)) == 0
    with pytest.warns(UserWarning, match="right coordinate system"):
        away = hotspots.stability(town().translate(1e6), grid=square(), draws=3, rng=1)
    assert (away["stability"].fillna(0) == 0).all()
    with pytest.raises(InputError, match="cannot be shifted"):
        hotspots.stability(town(), grid=square()[["geometry"]])
    for wrong in ({"sizes": []}, {"sizes": [9]}, {"draws": 0}, {"level": 1}):
        with pytest.raises(InputError):
            hotspots.stability(town(), grid=square(), **wrong)


# Uncertainty carried through


def test_with_nothing_unsure_the_band_is_the_map_itself() -> None:
    found = hotspots.uncertain(town(), error=0, grid=square(), bandwidth=500, draws=3, rng=1)
    field = hotspots.kde(town(), grid=square(), bandwidth=500)["density"].to_numpy()
    hot = hotspots.gi_star(town(), grid=square())
    for label in ("q05", "q50", "q95"):
        assert found[f"density_{label}"].to_numpy() == pytest.approx(field, rel=1e-5)
        assert found[f"gi_z_{label}"].to_numpy() == pytest.approx(hot["gi_z"].to_numpy(), rel=1e-4, abs=1e-5)
    assert (
        found["hot_share"].to_numpy().tolist()
        == ((hot["q_value"] <= 0.05) & (hot["gi_z"] > 0)).astype(float).tolist()
    )
    assert found["n_mean"].tolist() == hot["n"].tolist()


def test_the_band_widens_with_the_error_and_keeps_its_order() -> None:
    narrow, wide = (
        hotspots.uncertain(town(), error=e, grid=square(), bandwidth=400, draws=49, rng=1) for e in (20, 200)
    )
    for table in (narrow, wide):
        assert (table["density_q05"] <= table["density_q50"]).all()
        assert (table["density_q50"] <= table["density_q95"]).all()
        assert table["hot_share"].between(0, 1).all()
    spread = [(t["density_q95"] - t["density_q05"]).mean() for t in (narrow, wide)]
    assert spread[0] < spread[1]


def test_a_smoothed_error_has_the_mean_that_the_normal_curve_gives() -> None:
    """One place, error s: the mean Gaussian density is that of a Gaussian of variance h² + s²."""
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([1500.0] * 400, [1500.0] * 400), crs=CRS)
    found = hotspots.uncertain(
        places, error=300, grid=square(), bandwidth=400, kernel="gaussian", draws=19, rng=1
    )
    at = cell(found, 1510, 1510)
    expected = 400e6 / (2 * np.pi * 500**2)
    assert at["density_q50"] == pytest.approx(expected, rel=0.03)


def test_an_event_of_two_hours_is_in_each_half_of_the_maps() -> None:
    start = pd.to_datetime(["2024-01-01 01:00"] * 40).tz_localize("Asia/Dushanbe")
    table = gpd.GeoDataFrame(
        {"occurred_from": start, "occurred_to": start + pd.Timedelta(hours=2)},
        geometry=gpd.points_from_xy([1510.0] * 40, [1510.0] * 40), crs=CRS,
    )  # fmt: skip
    first = hotspots.uncertain(table, error=0, hours=[1], grid=square(), bandwidth=400, draws=99, rng=1)
    assert first["n_mean"].sum() == pytest.approx(20, abs=1)
    monday = hotspots.uncertain(table, error=0, weekdays=[0], grid=square(), bandwidth=400, draws=3, rng=1)
    assert monday["n_mean"].sum() == 40
    tuesday = hotspots.uncertain(table, error=0, weekdays=[1], grid=square(), bandwidth=400, draws=3, rng=1)
    assert tuesday["n_mean"].sum() == 0
    assert (tuesday["hot_share"] == 0).all()
    assert tuesday["gi_z_q50"].isna().all()


def test_the_error_may_be_of_each_row_and_the_seed_decides() -> None:
    table = town(error_m=[0.0] * 300 + [150.0] * 300)
    first, second, third = (
        hotspots.uncertain(table, error="error_m", grid=square(), bandwidth=400, draws=9, rng=seed)
        for seed in (3, 3, 4)
    )
    assert first[BANDS].equals(second[BANDS])
    assert not first[BANDS].equals(third[BANDS])
    before = table.copy(deep=True)
    hotspots.uncertain(
        table, error="error_m", weights=[2.0] * 600, grid=square(), bandwidth=400, draws=2, rng=1
    )
    assert table.equals(before)


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(ColumnsError, match="metres"):
        hotspots.uncertain(town(), error="metres", grid=square())
    for wrong in ({"error": -1}, {"error": np.nan}, {"error": 0, "draws": 0}, {"error": 0, "level": 0}):
        with pytest.raises(InputError):
            hotspots.uncertain(town(), grid=square(), **wrong)
    timed = town(occurred_from=[pd.Timestamp("2024-01-01")] * 600)
    for wrong in ({"hours": [24]}, {"hours": []}, {"weekdays": [7]}):
        with pytest.raises(InputError, match="whole numbers from 0"):
            hotspots.uncertain(timed, error=0, grid=square(), draws=1, **wrong)
    with pytest.raises(ColumnsError, match="occurred_from"):
        hotspots.uncertain(town(), error=0, hours=[1], grid=square())
    none = hotspots.uncertain(town().iloc[:0], error=5, grid=square(), bandwidth=300, draws=2, rng=1)
    assert (none["density_q95"] == 0).all()
