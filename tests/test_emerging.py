"""New, lasting and fading hot spots: Gi* in a cube of space and time."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import choices
from ilp_toolkit.analysis import hotspots
from ilp_toolkit.analysis._emerging import _classes
from ilp_toolkit.errors import ColumnsError, InputError

CRS = "EPSG:32642"
KELOVAR = Path(__file__).resolve().parents[1] / "datasets" / "kelovar"


@pytest.fixture(scope="module")
def kelovar() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    table = ilp.read_incidents(KELOVAR / "incidents.csv").table
    return table, gpd.read_file(KELOVAR / "boundary.geojson").to_crs(table.crs)


def events(days: int = 420, per_day: int = 2, seed: int = 0, **columns: object) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    when = np.repeat(pd.date_range("2024-01-01", periods=days), per_day)
    xy = rng.uniform(0, 1500, (len(when), 2))
    return gpd.GeoDataFrame({"occurred_from": when, **columns}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def square() -> gpd.GeoDataFrame:
    town = gpd.GeoSeries([shapely.box(0, 0, 1500, 1500)], crs=CRS)
    return ilp.grids.square_grid(town, cell_size=100)


@pytest.mark.parametrize(
    ("name", "spot"), [("stable", "persistent"), ("emerging", "emerging"), ("fading", "historical")]
)
def test_the_planted_spots_of_the_invented_city_are_found(kelovar, name: str, spot: str) -> None:
    table, boundary = kelovar
    truth = next(
        planted for planted in json.loads((KELOVAR / "truth.json").read_text("utf-8"))["hot_spots"]
        if planted["name"] == name
    )  # fmt: skip
    grid = ilp.grids.square_grid(boundary, cell_size=300)
    found = hotspots.classify(table[table["offence"] == truth["offence"]], grid=grid)
    at = gpd.GeoSeries.from_xy([truth["longitude"]], [truth["latitude"]], crs="EPSG:4326").to_crs(grid.crs)
    here = found[found.intersects(at.iloc[0])]
    assert here["spot"].tolist() == [spot]
    assert (found["spot"] == "none").mean() > 0.8
    assert choices.of(found)["steps"] == 39


def cube(*steps: str) -> np.ndarray:
    return np.array([[mark == "x" for mark in line] for line in steps])


def test_classes_follow_their_rules() -> None:
    there = cube(
        ".........x.x", "xxxxxxxxxxxx", "xxxxxxxxxxxx", "xxxxxxxxxxxx", "..x.....xxxx",
        "..x.....xxxx", "xxxxxx......", "..x..x......", "..x.........", "............",
    )  # fmt: skip
    rising = np.array([0, 1, 0, 0, 1, 0, 0, 0, 0, 0], dtype=bool)
    falling = np.array([0, 0, 1, 0, 0, 0, 1, 0, 0, 0], dtype=bool)
    assert _classes(there, rising, falling).tolist() == [
        "new", "intensifying", "diminishing", "persistent", "emerging",
        "sporadic", "historical", "historical", "none", "none",
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=10, max_size=40), st.booleans(), st.booleans())
def test_every_run_of_steps_has_one_class(steps: list[bool], rising: bool, falling: bool) -> None:
    found = _classes(np.array([steps]), np.array([rising]), np.array([falling and not rising]))[0]
    assert found in hotspots.SPOT_CLASSES
    assert (found == "none") <= (sum(steps) < 0.2 * len(steps) + 1)


def test_the_cube_is_complete_and_every_event_counts_once() -> None:
    found = hotspots.classify(events(), grid=square(), step="30 days")
    assert found["n"].sum() == 840
    assert len(found) == 225
    noted = choices.of(found)
    assert (noted["steps"], noted["before_first_step"], noted["end"]) == (14, 0, "2025-02-24 00:00:00")
    shorter = hotspots.classify(events(), grid=square(), step="40 days")
    assert choices.of(shorter)["before_first_step"] == 40
    assert shorter["n"].sum() == 800


def test_the_score_is_gi_star_over_cells_and_steps() -> None:
    from ilp_toolkit.analysis._cells import summing
    from ilp_toolkit.analysis._emerging import _scores

    grid = ilp.grids.square_grid(gpd.GeoSeries([shapely.box(0, 0, 300, 200)], crs=CRS), cell_size=100)
    values = np.random.default_rng(1).poisson(2, (6, 4)).astype(float)
    near = {
        (c, t): [(d, s) for d in range(6) for s in (t, t - 1) if s >= 0 and abs(c % 3 - d % 3) <= 1]
        for c in range(6) for t in range(4)
    }  # fmt: skip
    labels = pd.MultiIndex.from_product([range(6), range(4)]).to_flat_index()
    expected = hotspots.getis_ord(pd.Series(values.ravel(), index=pd.Index(labels, tupleize_cols=False)).reset_index(drop=True),
        [[d * 4 + s for d, s in near[key]] for key in labels])  # fmt: skip
    found = _scores(values, summing(grid, ilp.grids.lattice_of(grid), "queen"))
    assert found.ravel() == pytest.approx(expected["gi_z"].to_numpy())


def test_weights_change_the_classes_and_nothing_else_of_the_counts() -> None:
    table = events()
    corner = (table.geometry.x < 300) & (table.geometry.y < 300)
    harm = np.where(corner & (table["occurred_from"] > "2024-09-01"), 60.0, 1.0)
    plain, weighted = (hotspots.classify(table, grid=square(), weights=w) for w in (None, harm))
    assert plain["n"].equals(weighted["n"])
    assert not plain["spot"].equals(weighted["spot"])
    used = table.copy()
    used.loc[used.index[0], "occurred_from"] = pd.NaT
    dropped = hotspots.classify(used, grid=square(), weights=harm)
    assert choices.of(dropped)["left_out"] == {"no_time": 1}


def test_too_few_steps_are_refused_with_a_step_that_fits() -> None:
    with pytest.raises(InputError, match="at most 10 days"):
        hotspots.classify(events(days=100), grid=square(), step="28 days")
    hotspots.classify(events(days=100), grid=square(), step="10 days")


def test_odd_tables_have_an_answer() -> None:
    table = events()
    before = table.copy(deep=True)
    same = table.set_geometry(gpd.points_from_xy([50.0] * len(table), [50.0] * len(table)), crs=CRS)
    assert hotspots.classify(same, cell_size=100)["spot"].tolist() == ["none"]
    assert hotspots.classify(same, grid=square())["spot"].iloc[0] == "persistent"
    with pytest.warns(UserWarning, match="right coordinate system"):
        away = hotspots.classify(table.set_geometry(table.translate(1e6)), grid=square())
    assert (away["spot"] == "none").all()
    assert choices.of(away)["outside"] == 840
    assert table.equals(before)
    assert len(hotspots.classify(table, grid=square().iloc[:0])) == 0
    for wrong in ({"step": "0 days"}, {"level": 0}, {"step": 28}):
        with pytest.raises(InputError):
            hotspots.classify(table, grid=square(), **wrong)
    with pytest.raises(InputError, match="no event"):
        hotspots.classify(table.iloc[:0], grid=square())
    with pytest.raises(ColumnsError, match="occurred_from"):
        hotspots.classify(table.drop(columns="occurred_from"), grid=square())
