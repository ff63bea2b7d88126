"""The module on hot spots: what is planted is found by the reference, and each known slip costs what it should."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import ilp_toolkit as ilp
from grading.data import SAMPLE, VARIANTS, made, seed, solver
from grading.modules import load
from grading.worked import worked
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.scoring import Mark, score

ROOT = Path(__file__).parents[1]
MODULE = load(ROOT / "modules" / "09_hot_spots")
SALTS = ((SAMPLE, VARIANTS), (b"an examiner's own", 1))
"""Every variant of the repository, and one as an examiner's own salt draws it."""


class Town(NamedTuple):
    folder: Path
    plan: Any
    incidents: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> list[Town]:
    source: dict[str, Any] = {"__name__": "hot_spots_data"}
    exec((MODULE.folder / "data.py").read_text(encoding="utf-8"), source)
    found = []
    for salt, variants in SALTS:
        for variant in range(variants):
            folder = tmp_path_factory.mktemp("variant")
            for name, text in made(MODULE, variant, salt).items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
            register = ilp.read_incidents(
                folder / "incidents.csv", crs="EPSG:32742", timezone="Indian/Maldives"
            )
            assert register.rejected.empty
            plan = source["plan"](variant, seed(salt, MODULE.id, variant))
            districts = gpd.read_file(folder / "districts.geojson")
            found.append(Town(folder, plan, register.table, districts))
    return found


@pytest.fixture(scope="module")
def reference(towns: list[Town]) -> dict[str, Any]:
    """What the solutions of the exam give in one town; the notebook itself is run in test_exams."""
    return worked(MODULE, "exam", towns[3].folder)[0]


def marked(item: str, answer: object, key: object) -> Mark:
    return score(MODULE.item(item), encode(answer), key)


def hot(town: Town, cell_size: float, column: str = "q_value") -> gpd.GeoDataFrame:
    grid = ilp.grids.square_grid(town.districts, cell_size=cell_size)
    cells = ilp.hotspots.gi_star(town.incidents, grid=grid)
    return cells[(cells[column] <= 0.05) & (cells["gi_z"] > 0)]


def solved(town: Town) -> dict[str, Any]:
    solve = solver(MODULE)
    assert solve is not None
    return solve(town.folder)


def counted(town: Town) -> gpd.GeoDataFrame:
    return ilp.hotspots.count_by_area(town.incidents, town.districts)


@pytest.mark.parametrize("cell_size", [200, 250])
def test_both_planted_hot_spots_are_found_in_every_town_and_little_else(
    towns: list[Town], cell_size: int
) -> None:
    for town in towns:
        found = hot(town, cell_size)
        centres = found.geometry.centroid
        planted = [Point(town.plan.lasting), Point(town.plan.emerging)]
        assert all(centres.distance(place).min() < cell_size for place in planted)
        near = pd.concat([centres.distance(place) for place in planted], axis=1).min(axis=1)
        assert (near < 600).mean() >= 0.9, "hot cells lie where something was planted"


def test_count_rate_and_survey_name_three_different_truths(towns: list[Town]) -> None:
    for town in towns:
        table = counted(town).set_index("area")
        assert table["n"].idxmax() == town.plan.names["large"]
        assert (table["n"] / table["cars"]).idxmax() == town.plan.names["reporting"]
        assert (table["survey_victims"] / table["cars"]).idxmax() != town.plan.names["reporting"]
    for town in (towns[0], towns[-1]):
        assert 1.4 < solved(town)["q2"] < 2.2, "its people report more than others"


def test_exact_times_show_the_day_and_spans_the_night(towns: list[Town]) -> None:
    for town in towns:
        spread = ilp.patterns.peak(ilp.patterns.aoristic(town.incidents), width=4)
        exact = ilp.patterns.peak(ilp.patterns.time_profile(town.incidents), width=4)
        assert (town.plan.night - spread.start) % 24 <= 4
        assert 12 <= exact.start <= 15
        last = town.incidents["occurred_to"].dropna()
        assert last.max() <= pd.Timestamp("2026-01-01", tz="Indian/Maldives")


def test_the_emerging_hot_spot_is_a_change_and_per_cent_alone_would_find_more(towns: list[Town]) -> None:
    for town in towns:
        rows = town.incidents["occurred_from"] >= "2025-01-01"
        before, after = (
            ilp.hotspots.count_by_area(town.incidents[part], town.districts).set_index("area")["n"]
            for part in (~rows, rows)
        )
        table = ilp.change.compare_periods(before, after, exposure=(366, 365))
        assert table.loc[town.plan.names["emerging"], "q_value"] <= 0.05
        changed = (table["q_value"] <= 0.05).sum()
        assert ((table["ratio"] - 1).abs() > 0.05).sum() > changed
        if town is towns[4]:
            assert solved(town)["q7"] == changed == 2


def test_counts_or_a_rate_by_people_earn_nothing_where_a_rate_by_cars_is_asked(
    towns: list[Town], reference: dict[str, Any]
) -> None:
    table = counted(towns[3])
    right = table.assign(rate=1000 * table["n"] / table["cars"])
    assert marked("q1", right[["area", "rate"]], reference["q1"]).points == 5
    assert marked("q1", table, reference["q1"]).points == 0
    for slip in (table["n"], 1000 * table["n"] / table["population"], table["n"] / table["cars"]):
        assert marked("q1", table.assign(rate=slip), reference["q1"]).points == 0


def test_another_cell_size_earns_nothing_and_p_for_q_loses_a_part(
    towns: list[Town], reference: dict[str, Any]
) -> None:
    town, key = towns[3], reference["q4"]
    assert marked("q4", hot(town, 200), key).points == 6
    for size in (100, 250, 400, 500):
        assert marked("q4", hot(town, size), key).points == 0
    cold = hot(town, 200, "p_value")
    assert len(cold) > len(hot(town, 200))
    assert marked("q4", cold, key).points < 6


def test_hours_stability_and_forecast_tell_their_slips_apart(
    towns: list[Town], reference: dict[str, Any]
) -> None:
    town = towns[3]
    grid = ilp.grids.square_grid(town.districts, cell_size=250)
    exact = ilp.patterns.peak(ilp.patterns.time_profile(town.incidents), width=4).start
    assert marked("q3", exact, reference["q3"]).points == 0
    assert marked("q6", len(hot(town, 250)), reference["q6"]).points == 0
    by_density = functools.partial(ilp.forecasts.retrospective_kde, bandwidth=300)
    options = {"split": "2025-10-01", "duration": "92 days", "grid": grid}
    right = ilp.forecasts.score(town.incidents, by_density, **options, shares=[0.05])
    tiny = ilp.forecasts.score(town.incidents, by_density, **options, shares=[0.01])
    assert marked("q9", right, reference["q9"]).points == 5
    assert marked("q9", tiny, reference["q9"]).points == 0
    assert tiny["pai"].iloc[0] > right["pai"].iloc[0], "a tiny area makes a large index"


def test_what_code_items_ask_for_is_given_with_gaps_and_not_with_the_answer() -> None:
    for item in MODULE.part("exam"):
        if item.code:
            assert "___" in item.prompt
            assert f"{item.variable} = " in item.prompt
