"""Counts as statements: what a printed count is about, and that the rows say the same."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.analysis import grids, hotspots, patterns
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import joint
from ilp_toolkit.dissemination.outline import outline
from ilp_toolkit.dissemination.universe import Universe, extents_of, labelled, whole_cells
from ilp_toolkit.errors import InputError

KEY = b"k" * 32
ZONE = "Indian/Maldives"


def incidents(n: int = 200, seed: int = 0) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    start = pd.Series(
        pd.Timestamp("2025-01-01", tz=ZONE) + pd.to_timedelta(rng.integers(0, 400 * 1440, n), unit="min")
    )
    length = pd.to_timedelta(rng.choice([0, 20, 60, 300, 3000], n), unit="min")
    end = (start + length).where(rng.random(n) > 0.1)
    return gpd.GeoDataFrame(
        {
            "incident_id": [f"i{i}" for i in range(n)],
            "offence": rng.choice(["Theft", "Arson"], n),
            "occurred_from": start,
            "occurred_to": end,
            "time_precision": rng.choice(["minute", "day"], n, p=[0.8, 0.2]),
            "place_precision": "exact",
            "source_row": np.arange(2, n + 2),
        },
        geometry=gpd.points_from_xy(rng.uniform(0, 3000, n), rng.uniform(0, 3000, n)),
        crs=32742,
    )


def true_of(name: str, table: pd.DataFrame, universe: Universe, **how: Any) -> list[int]:
    extents = [universe.base | extent for extent in extents_of(name, table, **how)]
    return joint.true_values(extents, rows=universe.rows)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (patterns.month_series, "periods"),
        (patterns.weekly_series, "periods"),
        (patterns.weekday_profile, "periods"),
        (patterns.time_profile, "weekdays"),
        (patterns.time_profile, "hours"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_rows_say_what_the_tables_of_time_say(function: Any, name: str, seed: int) -> None:
    rows = incidents(seed=seed)
    made = outline(
        function(rows), function=f"patterns.{function.__name__}", public_rules=True, policy=load()
    ).tables[name]
    universe = Universe.of({"": rows}, rows, key=KEY)
    assert true_of(name, made, universe) == made["n"].astype(int).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_rows_say_what_a_map_says_also_where_its_cells_are_cut(seed: int) -> None:
    rows = incidents(seed=seed)
    area = gpd.GeoDataFrame(geometry=[shapely.Point(1500, 1500).buffer(1300)], crs=32742)
    cells = hotspots.count(rows, grid=grids.square_grid(area, cell_size=500))
    universe = Universe.of({"": rows}, rows, key=KEY)
    assert true_of("cells", cells, universe, cell_size=500) == cells["n"].tolist()


@given(x=st.floats(-5000, 5000), y=st.floats(-5000, 5000), size=st.sampled_from([50.0, 250.0, 1000.0]))
@settings(deadline=None, max_examples=60)
def test_a_cut_cell_is_part_of_its_whole_square(x: float, y: float, size: float) -> None:
    corner = np.floor(np.array([x, y]) / size) * size
    square = shapely.box(*corner, *(corner + size))
    cut = shapely.intersection(square, shapely.Point(x, y).buffer(size))
    if cut.area < 1e-3 * size * size:
        return
    whole = whole_cells(np.array([cut], dtype=object), cell_size=size)[0]
    assert whole.equals(square)


def test_incidents_chosen_by_offence_and_time_need_no_set_of_their_own() -> None:
    rows = incidents()
    theft = rows[rows["offence"] == "Theft"]
    universe = Universe.of({"": rows}, theft, key=KEY)
    assert not universe.sets
    assert universe.base["offence"] == ["Theft"]
    assert int(universe.mask.sum()) == len(theft)


def test_incidents_chosen_otherwise_get_a_set_that_is_found_again() -> None:
    rows = incidents()
    some = rows[rows.geometry.x > 1000]
    first = Universe.of({"": rows}, some, key=KEY)
    assert len(first.sets) == 1
    again = Universe.of({"": rows}, rows, key=KEY, known=first.sets)
    name = next(iter(first.sets))
    assert joint.true_values([{name: [True]}], rows=again.rows) == [len(some)]


def test_a_set_tells_nobody_its_members_without_the_key() -> None:
    rows = incidents()
    some = rows[rows.geometry.x > 1000]
    sets = Universe.of({"": rows}, some, key=KEY).sets
    other = Universe.of({"": rows}, rows, key=b"x" * 32, known=sets)
    assert joint.true_values([{next(iter(sets)): [True]}], rows=other.rows) == [0]


def test_a_number_on_several_rows_stands_for_several_incidents() -> None:
    rows = incidents(20)
    rows["incident_id"] = "same"
    assert int(Universe.of({"": rows}, rows.head(7), key=KEY).mask.sum()) == 7


def test_the_same_incident_in_two_extracts_is_one() -> None:
    rows = incidents(50)
    later = rows.copy()
    later["source_row"] += 100
    assert len(Universe.of({"a": rows, "b": later}, rows, key=KEY).rows) == 50


def test_incidents_from_elsewhere_and_incidents_taken_twice_are_refused() -> None:
    rows = incidents(30)
    stranger = incidents(5, seed=9).assign(incident_id=[f"s{i}" for i in range(5)])
    for used in (stranger, pd.concat([rows, rows.head(3)])):
        with pytest.raises(InputError, match="no material"):
            Universe.of({"": rows}, used, key=KEY)


def test_labels_leave_the_caller_their_table() -> None:
    rows = incidents(10)
    before = rows.copy()
    labelled(rows)
    pd.testing.assert_frame_equal(pd.DataFrame(rows), pd.DataFrame(before))
