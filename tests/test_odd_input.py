"""
Every public method of the analysis room, given what registers really hold: an answer, or an error that mends.

One table of calls, one of odd inputs. A method that takes events and is not among the calls fails a test here.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from ilp_toolkit import analysis, choices
from ilp_toolkit.analysis import (
    forecasts,
    grids,
    hotspots,
    linkage,
    near_repeat,
    patterns,
    points,
    similarity,
    streets,
)
from ilp_toolkit.errors import CrsError, IlpError, InputError

CRS = "EPSG:32642"
Call = Callable[[gpd.GeoDataFrame], Any]


def events(xy: Any, day: Any = None) -> gpd.GeoDataFrame:
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    n = len(xy)
    day = np.arange(n) if day is None else day
    start = pd.Timestamp("2024-01-01 10:00", tz="Asia/Dushanbe") + pd.to_timedelta(day, unit="D")
    columns = {
        "occurred_from": start,
        "occurred_to": start + pd.Timedelta(hours=2),
        "harm": np.ones(n),
        "entry": np.where(np.arange(n) % 2, "door", "window"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=CRS)


def usual() -> gpd.GeoDataFrame:
    """Sixty events anywhere and twenty at one address."""
    xy = np.random.default_rng(0).uniform(100, 1900, (60, 2))
    return events(np.vstack([xy, np.full((20, 2), 500.0)]))


def shapes(table: gpd.GeoDataFrame, found: list[Any]) -> gpd.GeoDataFrame:
    return table.set_geometry(gpd.GeoSeries(found, index=table.index, crs=CRS))


TOWN = gpd.GeoSeries([shapely.box(0, 0, 2000, 2000)], crs=CRS)
GRID = grids.square_grid(TOWN, cell_size=200)
FAR_GRID = grids.square_grid(TOWN.translate(1e5, 1e5), cell_size=200)
AREAS = gpd.GeoDataFrame(
    {"area": list("ABCD")},
    geometry=[shapely.box(x, y, x + 1000, y + 1000) for x in (0, 1000) for y in (0, 1000)],
    crs=CRS,
)
LINES = [shapely.LineString([(0, 200 * i), (2000, 200 * i)]) for i in range(5)]
LINES += [shapely.LineString([(200 * i, 0), (200 * i, 2000)]) for i in range(5)]
STREETS = gpd.GeoDataFrame(geometry=list(shapely.node(shapely.union_all(LINES)).geoms), crs=CRS)
BANDS: dict[str, Any] = {"distances": [0, 100, 200], "durations": ["0 days", "7 days"]}
WEEKS = [f"{7 * k} days" for k in range(6)]
NOW = "2024-03-01"


def calls(grid: gpd.GeoDataFrame = GRID, weights: Any = None) -> dict[str, Call]:
    w: dict[str, Any] = {"weights": weights}
    g: dict[str, Any] = {"grid": grid}
    chance: dict[str, Any] = {"permutations": 19, "rng": 1}
    few: dict[str, Any] = {"draws": 5, "rng": 1}
    return {
        "forecasts.fit_hawkes": lambda p: forecasts.fit_hawkes(p, at=NOW, iterations=5),
        "forecasts.hawkes": lambda p: forecasts.hawkes(p, at=NOW, iterations=5, **g),
        "forecasts.prospective": lambda p: forecasts.prospective(p, at=NOW, **g),
        "forecasts.retrospective_kde": lambda p: forecasts.retrospective_kde(p, at=NOW, **g),
        "forecasts.score": lambda p: forecasts.score(p, forecasts.prospective, split="2024-02-15", **g),
        "grids.hex_grid": lambda p: grids.hex_grid(p, cell_size=100),
        "grids.square_grid": lambda p: grids.square_grid(p, cell_size=100),
        "hotspots.areas": lambda p: hotspots.areas(p, distance=100, min_points=3, **w),
        "hotspots.classify": lambda p: hotspots.classify(p, step="7 days", **g, **w),
        "hotspots.count": lambda p: hotspots.count(p, **g, **w),
        "hotspots.count without a grid": lambda p: hotspots.count(p, **w),
        "hotspots.count_by_area": lambda p: hotspots.count_by_area(p, AREAS),
        "hotspots.dual_kde": lambda p: hotspots.dual_kde(p, p, **g, **w),
        "hotspots.gi_star": lambda p: hotspots.gi_star(p, **g, **w),
        "hotspots.gi_star permuted": lambda p: hotspots.gi_star(p, **g, **w, **chance),
        "hotspots.gi_star without a grid": lambda p: hotspots.gi_star(p, **w),
        "hotspots.kde": lambda p: hotspots.kde(p, **g, **w),
        "hotspots.kde adaptive": lambda p: hotspots.kde(p, adaptive=True, edge_correction=True, **g, **w),
        "hotspots.kde likeliest": lambda p: hotspots.kde(p, bandwidth="likelihood", **g, **w),
        "hotspots.kde without a grid": lambda p: hotspots.kde(p, kernel="gaussian", **w),
        "hotspots.local_moran": lambda p: hotspots.local_moran(p, **g, **w, **chance),
        "hotspots.moran": lambda p: hotspots.moran(p, **g, **w, **chance),
        "hotspots.stability": lambda p: hotspots.stability(p, **g, **w, **few),
        "hotspots.stability without a grid": lambda p: hotspots.stability(p, **w, **few),
        "hotspots.uncertain": lambda p: hotspots.uncertain(p, error=50, **g, **w, **few),
        "linkage.pairs": lambda p: linkage.pairs(p, distance=500, duration="30 days", mo=["entry"]),
        "near_repeat.chains": lambda p: near_repeat.chains(p, distance=100, duration="7 days"),
        "near_repeat.half_life": lambda p: near_repeat.half_life(
            near_repeat.knox(p, distances=[0, 200], durations=WEEKS, permutations=0)
        ),
        "near_repeat.knox": lambda p: near_repeat.knox(p, **BANDS, **chance),
        "near_repeat.st_dbscan": lambda p: near_repeat.st_dbscan(
            p, distance=100, duration="7 days", min_points=2
        ),
        "patterns.aoristic": patterns.aoristic,
        "patterns.month_series": patterns.month_series,
        "patterns.seasonal_profile": patterns.seasonal_profile,
        "patterns.time_profile": patterns.time_profile,
        "patterns.weekday_profile": patterns.weekday_profile,
        "patterns.weekly_series": patterns.weekly_series,
        "points.ellipse": lambda p: points.ellipse(p, **w),
        "points.mean_centre": lambda p: points.mean_centre(p, **w),
        "points.median_centre": lambda p: points.median_centre(p, **w),
        "points.nearest_neighbour_index": lambda p: points.nearest_neighbour_index(p, area=AREAS),
        "points.nearest_neighbour_index without an area": points.nearest_neighbour_index,
        "points.ripley_k": lambda p: points.ripley_k(p, area=AREAS, simulations=9, rng=1),
        "points.ripley_l": lambda p: points.ripley_l(p, area=AREAS, simulations=9, rng=1),
        "points.standard_distance": lambda p: points.standard_distance(p, **w),
        "similarity.sppt": lambda p: similarity.sppt(p, p, AREAS),
        "streets.count": lambda p: streets.count(p, STREETS, **w),
        "streets.gi_star": lambda p: streets.gi_star(p, STREETS, **w),
        "streets.hot_streets": lambda p: streets.hot_streets(p, STREETS, **w),
        "streets.network_k": lambda p: streets.network_k(p, STREETS, distances=[100, 300], **chance),
        "streets.network_kde": lambda p: streets.network_kde(p, STREETS, **w),
        "streets.snap": lambda p: streets.snap(p, STREETS),
    }


NAMES = sorted(calls())
ON_THE_CLOCK_ALONE = {name for name in NAMES if name.startswith("patterns.")}
FORECASTS = {name for name in NAMES if name.startswith("forecasts.")}
SPATIAL = [name for name in NAMES if name not in ON_THE_CLOCK_ALONE]
WEIGHTED = [
    name for name in NAMES
    if "weights" in inspect.signature(
        getattr(importlib.import_module(f"ilp_toolkit.analysis.{name.split('.')[0]}"), name.split(".")[1].split()[0])
    ).parameters
]  # fmt: skip
GRIDDED = [
    name for name in NAMES
    if name.startswith(("hotspots.", "forecasts.")) and "without" not in name
    and name.split()[0] not in {"hotspots.areas", "hotspots.count_by_area", "forecasts.fit_hawkes"}
]  # fmt: skip

WITHOUT_GRID = {name for name in NAMES if name.endswith("without a grid")}
CENTRES = {"points.ellipse", "points.mean_centre", "points.median_centre", "points.standard_distance"}
NEEDS_TWO = {"points.nearest_neighbour_index", "points.nearest_neighbour_index without an area", "points.ripley_k",
             "points.ripley_l", "streets.network_k"}  # fmt: skip
NEEDS_SOME = {
    *WITHOUT_GRID, *CENTRES, *NEEDS_TWO, *FORECASTS, "hotspots.classify", "hotspots.dual_kde", "similarity.sppt",
    "streets.hot_streets", "near_repeat.half_life",
}  # fmt: skip

ODD: dict[str, tuple[Callable[[], gpd.GeoDataFrame], set[str]]] = {
    # what is given, and who says what is wrong with it; all others answer
    "events as usual": (usual, set()),
    "no rows": (lambda: usual().iloc[:0], {*NEEDS_SOME, "grids.hex_grid", "grids.square_grid"}),
    "one event": (
        lambda: usual().iloc[:1],
        {*NEEDS_TWO, *FORECASTS, "hotspots.classify", "near_repeat.half_life", "points.ellipse"}
        - {"forecasts.retrospective_kde"},
    ),
    "all at one address": (
        lambda: events(np.full((90, 2), 400.0)),
        {"near_repeat.half_life", "points.nearest_neighbour_index without an area"},
    ),
    "two addresses again and again": (lambda: events(np.tile([[300.0, 400], [1700, 1200]], (45, 1))), set()),
    "all on one line": (
        lambda: events(np.stack([np.linspace(100, 1900, 90), np.full(90, 400.0)], axis=1)),
        {"points.nearest_neighbour_index without an area"},
    ),
    "all at one moment": (
        lambda: events(usual().get_coordinates(), np.zeros(80)),
        {"forecasts.prospective", "forecasts.score", "hotspots.classify", "near_repeat.half_life"},
    ),
    "no place in any row": (
        lambda: shapes(usual(), [None] * 80), {*NEEDS_SOME, "grids.hex_grid", "grids.square_grid"}
    ),
    "empty shapes in all rows": (
        lambda: shapes(usual(), [shapely.Point()] * 80), {*NEEDS_SOME, "grids.hex_grid", "grids.square_grid"}
    ),
    "no place in some rows": (lambda: shapes(usual(), [None, shapely.Point(), *usual().geometry[2:]]), set()),
    "an endless coordinate": (lambda: shapes(usual(), [shapely.Point(np.inf, 0), *usual().geometry[1:]]), set()),
    "labels that repeat": (lambda: usual().set_index(np.zeros(80, dtype=int)), {"linkage.pairs"}),
    "no time in any row": (
        lambda: usual().assign(occurred_from=pd.Series(pd.NaT, range(80), dtype=usual()["occurred_from"].dtype)),
        {*FORECASTS, "hotspots.classify", "near_repeat.half_life"},
    ),
    "no time in some rows": (
        lambda: usual().assign(occurred_from=usual()["occurred_from"].where(np.arange(80) != 4)), set()
    ),
    "shapes that are no points": (lambda: shapes(usual(), list(usual().buffer(5))), {*SPATIAL} - {
        "grids.hex_grid", "grids.square_grid"}),
}  # fmt: skip


def quietly(work: Callable[[], Any]) -> Any:
    """Let the warnings that speak to users pass; those of numpy and pandas stay errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return work()


def tables_of(result: Any) -> list[pd.DataFrame]:
    """Return the tables in a result, numbers of a dataclass as one more."""
    if isinstance(result, pd.DataFrame):
        return [result]
    assert is_dataclass(result), type(result)
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    numbers = {name: [value] for name, value in values.items() if isinstance(value, int | float)}
    return [pd.DataFrame(numbers), *(value for value in values.values() if isinstance(value, pd.DataFrame))]


def assert_sane(result: Any) -> None:
    """No infinite number, no probability beyond its bounds, and the choices are noted, as JSON."""
    for table in tables_of(result):
        for name, column in table.select_dtypes("number").items():
            values = column.to_numpy(dtype=float, na_value=np.nan)
            assert not np.isinf(values).any(), name
            if str(name).endswith(("p_value", "q_value")):
                known = values[~np.isnan(values)]
                assert ((known >= 0) & (known <= 1)).all(), name
    noted = choices.of(result)
    assert noted
    assert json.loads(json.dumps(noted)) is not None
    assert len(choices.explain(result).splitlines()) == len(noted)


def method(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def test_every_method_that_takes_events_is_tried() -> None:
    takes_events = set()
    for room in analysis.__all__:
        module = importlib.import_module(f"ilp_toolkit.analysis.{room}")
        for name in filter(lambda name: inspect.isfunction(getattr(module, name)), module.__all__):
            first = next(iter(inspect.signature(getattr(module, name)).parameters.values()))
            if first.name in {"points", "incidents", "base"} and "Series[" not in str(first.annotation):
                takes_events.add(f"{room}.{name}")
    rooms = {name.split(".")[0] for name in NAMES}
    missing = {name for name in takes_events if name.split(".")[0] in rooms} - {
        method(name) for name in NAMES
    }
    assert missing == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("odd", ODD)
def test_odd_input_has_an_answer_or_an_error_that_mends(name: str, odd: str) -> None:
    given, refusing = ODD[odd]
    table, before = given(), given()
    if name in refusing:
        with pytest.raises(IlpError, match=r"`.+`|No event") as caught:
            quietly(lambda: calls()[name](table))
        assert len(str(caught.value)) > 30
    else:
        assert_sane(quietly(lambda: calls()[name](table)))
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))
    assert table.attrs == before.attrs


def texts(value: Any) -> Iterator[str]:
    """Return every text in a choice."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts(item))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("name", NAMES)
def test_times_that_arrow_holds_are_read_on_the_same_clock(name: str) -> None:
    table = usual()
    arrow = pd.ArrowDtype(pa.timestamp("us", tz="Asia/Dushanbe"))
    times = ["occurred_from", "occurred_to"]
    held = table.assign(**{column: table[column].astype(arrow) for column in times})
    assert digest(quietly(lambda: calls()[name](held))) == digest(quietly(lambda: calls()[name](table)))


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_has_its_words(name: str) -> None:
    noted = choices.of(quietly(lambda: calls(weights="harm")[name](usual())))
    assert noted.keys() <= choices.NAMES.keys()
    said = {text for value in noted.values() for text in texts(value)} - {CRS, "Asia/Dushanbe", "entry"}
    plain = [text for text in said if not text[0].isdigit() or text in choices.WORDS]
    assert [text for text in plain if text not in {*choices.CODES, *choices.WORDS}] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_callers_table_and_grid_keep_every_byte(name: str) -> None:
    table, grid = usual(), GRID.copy()

    def sums() -> list[int]:
        found = [
            pd.util.hash_pandas_object(pd.DataFrame(each.drop(columns="geometry"))).sum()
            for each in (table, grid)
        ]
        return found + [hash(each.geometry.to_wkb().sum()) for each in (table, grid)]

    before = sums()
    quietly(lambda: calls(grid, None if name in ON_THE_CLOCK_ALONE else "harm")[name](table))
    assert sums() == before
    assert grid.attrs == GRID.attrs


@pytest.mark.parametrize("name", SPATIAL)
def test_degrees_and_an_unknown_system_are_refused_with_the_line_that_mends(name: str) -> None:
    with pytest.raises(CrsError, match=r"to_crs\("):
        quietly(lambda: calls()[name](usual().to_crs(4326)))
    with pytest.raises(CrsError, match=r"set_crs\("):
        quietly(lambda: calls()[name](usual().set_crs(None, allow_override=True)))


@pytest.mark.parametrize("name", GRIDDED)
def test_a_grid_in_another_or_no_system_is_refused(name: str) -> None:
    for grid in (GRID.to_crs(4326), GRID.set_crs(None, allow_override=True), GRID.to_crs(32643)):
        with pytest.raises(CrsError, match=r"_crs\("):
            quietly(lambda grid=grid: calls(grid)[name](usual()))


@pytest.mark.parametrize("name", WEIGHTED)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, "much"])
def test_a_weight_that_is_no_weight_is_refused_by_its_row(name: str, bad: Any) -> None:
    harm = pd.Series(np.ones(80), dtype=object)
    harm[7] = bad
    with pytest.raises(InputError, match=r"`weights`.+first: row 7"):
        quietly(lambda: calls(weights="harm")[name](usual().assign(harm=harm)))


@pytest.mark.parametrize("name", WEIGHTED)
def test_weights_of_nothing_are_no_crash(name: str) -> None:
    table = usual().assign(harm=0.0)
    if name in CENTRES or name == "streets.hot_streets":
        with pytest.raises(InputError):
            quietly(lambda: calls(weights="harm")[name](table))
        return
    result = quietly(lambda: calls(weights="harm")[name](table))
    assert_sane(result)


COUNTING = {"hotspots.areas", "hotspots.count", "hotspots.count without a grid", "streets.count"}
"""Counts of events stay counts; the sum of the weights stands beside them."""


@pytest.mark.parametrize("name", [name for name in WEIGHTED if name not in COUNTING])
def test_weights_reach_the_statistic_and_its_p_value(name: str) -> None:
    table = usual().assign(harm=np.where(np.arange(80) % 9, 1.0, 30.0))
    plain, harm = (
        pd.concat(tables_of(quietly(lambda w=w: calls(weights=w)[name](table)))) for w in (None, "harm")
    )
    shared = [
        column for column in plain.select_dtypes("number")
        if column not in {"n", "row", "column", "cell_id", "area_m2", "area"} and column in harm
    ]  # fmt: skip
    moved = [column for column in shared if not np.allclose(plain[column], harm[column], equal_nan=True)]
    assert moved
    assert {column for column in shared if str(column).endswith("p_value")} <= {*moved, "trend_p_value"}


@pytest.mark.parametrize("name", GRIDDED)
def test_a_grid_that_does_not_overlap_is_pointed_out(name: str) -> None:
    if name in {"forecasts.score", "hotspots.dual_kde"}:
        with pytest.raises(InputError, match="grid"):
            quietly(lambda: calls(FAR_GRID)[name](usual()))
        return
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        result = calls(FAR_GRID)[name](usual())
    assert sum("right coordinate system" in str(each.message) for each in heard) == 1
    assert_sane(result)
    if isinstance(result, pd.DataFrame) and "n" in result:
        assert result["n"].sum() == 0


@pytest.mark.parametrize("name", GRIDDED)
def test_a_grid_of_no_cell_and_of_one(name: str) -> None:
    for cells in (0, 1):
        grid = GRID.iloc[:cells]
        if name == "forecasts.score":
            with pytest.raises(InputError, match="grid"):
                quietly(lambda grid=grid: calls(grid)[name](usual()))
        else:
            result = quietly(lambda grid=grid: calls(grid)[name](usual()))
            assert_sane(result)
            if isinstance(result, pd.DataFrame):
                assert len(result) == cells


SECOND = """
import importlib, json, os, pkgutil, sys
os.cpu_count = lambda: 1
sys.path.insert(0, sys.argv[1])
import test_odd_input as odd
from ilp_toolkit.analysis import kernels
lines = odd.digests()
modules = [importlib.import_module(f"{kernels.__name__}.{info.name}") for info in pkgutil.iter_modules(kernels.__path__)]
loops = {id(loop): loop for module in modules for loop in vars(module).values() if hasattr(loop, "py_func")}
compiled = [loop.py_func.__name__ for loop in loops.values() if sum(loop.stats.cache_misses.values())]
used = sum(bool(loop.stats.cache_hits) for loop in loops.values())
print(json.dumps([lines, compiled, used]))
"""


def digest(result: Any) -> list[str]:
    """Return a sum of the numbers in each table of a result."""
    tables = [table.drop(columns="geometry", errors="ignore") for table in tables_of(result)]
    plain = [pd.DataFrame(table).select_dtypes("number").to_csv() for table in tables]
    return [hashlib.sha256(text.encode()).hexdigest() for text in plain]


def digests() -> list[str]:
    """Return a line for each method."""
    return [f"{name} {digest(quietly(lambda: call(usual())))}" for name, call in calls().items()]  # noqa: B023


@pytest.fixture(scope="module")
def two_processes() -> tuple[list[str], list[str], list[str], int]:
    """Run every method here, then in a second process on one core: sums of both, and what that compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 2)
        here = digests()
    one_core = {**os.environ, "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SECOND, str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_core)
    lines, compiled, used = json.loads(done.stdout)
    return here, lines, compiled, used


def test_a_seed_gives_the_same_answer_on_one_core_and_on_two(two_processes) -> None:
    here, there, _compiled, _used = two_processes
    assert len(here) == len(NAMES)
    assert here == there


def test_a_second_process_compiles_none_of_the_loops(two_processes) -> None:
    _here, _there, compiled, used = two_processes
    assert used > 10
    assert compiled == []
