"""What of each result may leave: the lists name columns that exist, and nothing else slips through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from attacks.test_legitimate import BANDS, districts, events
from shapely.geometry import LineString, box

import ilp_toolkit as ilp
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import columns
from ilp_toolkit.dissemination.outline import frame_of, outline

pytestmark = pytest.mark.filterwarnings("ignore:The fit had not converged")

MAY_LACK = {
    "segment",
    "name_ru",
    "population",
    "households",
    "area_km2",
    "street",
    "street_ru",
    "kind",
    "area",
    "iccs",
}
"""Columns that a result has only where the layer or the file has them."""


@pytest.fixture(scope="module")
def incidents() -> gpd.GeoDataFrame:
    return ilp.read_incidents(events(400), timezone="Indian/Maldives").table


def streets(t: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    x0, y0, x1, y1 = t.total_bounds
    steps = range(12)
    lines = [LineString([(x0 + i * (x1 - x0) / 11, y0), (x0 + i * (x1 - x0) / 11, y1)]) for i in steps]
    lines += [LineString([(x0, y0 + i * (y1 - y0) / 11), (x1, y0 + i * (y1 - y0) / 11)]) for i in steps]
    return gpd.GeoDataFrame(geometry=lines, crs=t.crs)


def results(t: gpd.GeoDataFrame) -> dict[str, Callable[[], Any]]:
    spots, time, near = ilp.hotspots, ilp.patterns, ilp.near_repeat
    layer = districts().to_crs(t.crs)
    area = gpd.GeoDataFrame(geometry=[box(*t.total_bounds).buffer(100)], crs=t.crs)
    lines = streets(t)
    links = pd.DataFrame(
        {"source": list("abcda"), "target": list("bcdeb"), "date": pd.Timestamp("2025-01-01")}
    )
    people = pd.DataFrame(
        {"entity_id": list("abcde"), "role": ["suspect"] * 4 + ["witness"], "side": list("xxyyy")}
    )
    directed = ilp.networks.graph_from_links(links.assign(weight=1.0), entities=people, directed=True)
    plain = ilp.networks.graph_from_links(links, entities=people)
    before, after = pd.Series({"a": 10, "b": 20}), pd.Series({"a": 15, "b": 8})
    return {
        "hotspots.count": lambda: spots.count(t, cell_size=500),
        "hotspots.count_by_area": lambda: spots.count_by_area(t, layer),
        "hotspots.kde": lambda: spots.kde(t, cell_size=500),
        "hotspots.dual_kde": lambda: spots.dual_kde(t[t["offence"] == "Theft"], t, cell_size=500),
        "hotspots.gi_star": lambda: spots.gi_star(t, cell_size=500),
        "hotspots.local_moran": lambda: spots.local_moran(t, cell_size=500, rng=1),
        "hotspots.classify": lambda: spots.classify(t, cell_size=1000),
        "hotspots.stability": lambda: spots.stability(t, cell_size=750, draws=9, rng=1),
        "hotspots.uncertain": lambda: spots.uncertain(t, cell_size=750, error=50, draws=9, rng=1),
        "hotspots.areas": lambda: spots.areas(t, distance=300, min_points=10),
        "hotspots.moran": lambda: spots.moran(t, cell_size=500),
        "patterns.time_profile": lambda: time.time_profile(t),
        "patterns.aoristic": lambda: time.aoristic(t),
        "patterns.weekday_profile": lambda: time.weekday_profile(t),
        "patterns.month_series": lambda: time.month_series(t),
        "patterns.weekly_series": lambda: time.weekly_series(t),
        "patterns.seasonal_profile": lambda: time.seasonal_profile(t),
        "near_repeat.knox": lambda: near.knox(t, **BANDS),
        "near_repeat.chains": lambda: near.chains(t, distance=100, duration="7D"),
        "concentration.summary": lambda: ilp.concentration.summary(spots.count(t, cell_size=500)["n"]),
        "concentration.lorenz": lambda: ilp.concentration.lorenz(spots.count(t, cell_size=500)["n"]),
        "change.compare_periods": lambda: ilp.change.compare_periods(before, after),
        "points.ripley_k": lambda: ilp.points.ripley_k(t, distances=[100, 200], area=area),
        "points.ripley_l": lambda: ilp.points.ripley_l(t, distances=[100, 200], area=area),
        "streets.count": lambda: ilp.streets.count(t, ilp.streets.segments(lines)),
        "streets.hot_streets": lambda: ilp.streets.hot_streets(t, ilp.streets.segments(lines)),
        "forecasts.retrospective_kde": lambda: ilp.forecasts.retrospective_kde(t, cell_size=750),
        "forecasts.prospective": lambda: ilp.forecasts.prospective(t, cell_size=750),
        "forecasts.hawkes": lambda: ilp.forecasts.hawkes(t, cell_size=1500),
        "networks.centralities": lambda: ilp.networks.centralities(directed, weight="weight"),
        "networks.communities": lambda: ilp.networks.communities(plain, rng=1),
        "networks.brokers": lambda: ilp.networks.brokers(plain, group="side"),
        "networks.cut_points": lambda: ilp.networks.cut_points(plain),
        "networks.paths": lambda: ilp.networks.paths(plain, "a", "d"),
        "networks.timeline": lambda: ilp.networks.timeline(plain),
        "networks.removal": lambda: ilp.networks.removal(plain, draws=2, rng=1),
        "readers.read_incidents": lambda: t,
    }


def test_every_listed_function_is_tried_here(incidents: gpd.GeoDataFrame) -> None:
    assert set(results(incidents)) == set(columns.functions())
    assert set(columns.WORDS) == set(columns.functions())


@pytest.mark.parametrize("name", columns.functions())
def test_the_lists_name_columns_that_the_result_has(incidents: gpd.GeoDataFrame, name: str) -> None:
    result, known = results(incidents)[name](), columns.allowed(name)
    assert known is not None
    for public, names in ((True, known.open), (False, known.closed)):
        made = outline(result, function=name, public_rules=public, policy=load())
        if names is None:
            assert made.refused
            continue
        there = {str(c) for table in made.tables.values() for c in table.columns}
        if names != ("*",):
            assert there <= set(names)
            assert set(names) - there <= MAY_LACK
        assert there


@pytest.mark.parametrize("name", columns.functions())
def test_an_outline_leaves_the_result_alone(incidents: gpd.GeoDataFrame, name: str) -> None:
    result = results(incidents)[name]()
    before = frame_of(result).copy()
    outline(result, function=name, public_rules=True, policy=load())
    pd.testing.assert_frame_equal(pd.DataFrame(frame_of(result)), pd.DataFrame(before))


@pytest.mark.parametrize("name", [n for n in columns.functions() if n.startswith(("hotspots", "forecasts"))])
def test_under_public_rules_no_number_of_a_cell_but_its_count_and_classes(
    incidents: gpd.GeoDataFrame, name: str
) -> None:
    made = outline(results(incidents)[name](), function=name, public_rules=True, policy=load())
    for table in made.tables.values():
        if "geometry" in table:
            numbers = {c for c in table.columns if c != "geometry" and pd.api.types.is_float_dtype(table[c])}
            assert numbers <= {"area_km2"}, name


def test_a_curve_of_places_does_not_show_the_count_of_each(incidents: gpd.GeoDataFrame) -> None:
    curve = results(incidents)["concentration.lorenz"]()
    made = outline(curve, function="concentration.lorenz", public_rules=True, policy=load())
    assert len(made.main) == 21 < len(curve)
