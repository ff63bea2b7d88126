"""Comparison: pandas' own tests as the oracle, hand-worked shares, and comments that say what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.i18n import language
from ilp_toolkit.learning._shapes import distance_unit
from ilp_toolkit.learning.answers import AnswerError, encode
from ilp_toolkit.learning.compare import Outcome, Rules, compare
from tests.test_learning_answers import FRAMES, VALUES


def against(given: Any, key: Any, **rules: Any) -> Outcome:
    """Compare two values as they are recorded."""
    return compare(encode(given), encode(key), Rules(**rules))


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_every_value_equals_itself(value: Any) -> None:
    made = against(value, value)
    assert (made.fraction, made.comments) == (1.0, ())


@pytest.mark.parametrize("name", FRAMES)
def test_every_table_equals_itself(name: str) -> None:
    assert against(FRAMES[name], FRAMES[name]).fraction == 1.0


CELLS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.0, 2.5]), st.sampled_from(["a", "b"]))


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4),
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_two_tables_are_equal_just_when_pandas_says_so(mine: list[Any], right: list[Any]) -> None:
    """The oracle: assert_frame_equal, on columns of objects so that each cell keeps its own type."""
    one, other = (pd.DataFrame(rows, columns=["x", "y"], dtype=object) for rows in (mine, right))
    try:
        pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-9)
        equal = True
    except AssertionError:
        equal = False
    assert (against(one, other).fraction == 1) is equal


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(0, 10), st.floats(-20, 20))
def test_tolerance_is_that_of_numpy(numbers: list[float], tolerance: float, shift: float) -> None:
    moved = [each + shift for each in numbers]
    gaps = [abs(a - b) for a, b in zip(moved, numbers, strict=True)]
    if any(abs(gap - tolerance) < 1e-2 for gap in gaps):
        return  # on the edge rounding decides
    expected = np.allclose(moved, numbers, rtol=0, atol=tolerance)
    assert (against(moved, numbers, tolerance=tolerance).fraction == 1) is expected


AREAS = pd.DataFrame(
    {"n": [10, 20, 30, 40], "rate": [0.1, 0.2, 0.3, 0.4], "kind": ["a", "b", "c", "d"]},
    index=pd.Index(["Tesvar", "Lomiran", "Umtelor", "Ossumir"], name="area"),
)


def changed(column: str, rows: list[int], by: Any) -> pd.DataFrame:
    made = AREAS.copy()
    for row in rows:
        value = made[column].iloc[row]
        made.loc[made.index[row], column] = by(value)
    return made


@pytest.mark.parametrize(
    ("given", "rules", "share"),
    [
        # one cell of twelve wrong: 2 of 3 columns are whole, 3 of 4 rows are
        (changed("n", [0], lambda v: v + 1), {}, 3 / 4),
        (changed("n", [0], lambda v: v + 1), {"partial": "columns"}, 2 / 3),
        (changed("n", [0], lambda v: v + 1), {"partial": "rows"}, 3 / 4),
        (changed("n", [0], lambda v: v + 1), {"partial": "cells"}, 11 / 12),
        (changed("n", [0], lambda v: v + 1), {"partial": "none"}, 0),
        # a column wrong throughout: no row is whole, two columns of three are
        (changed("n", [0, 1, 2, 3], lambda v: v * 1000), {}, 2 / 3),
        # a column that is not there
        (AREAS.drop(columns="rate"), {}, 2 / 3),
        # a row that is not there: no column is whole, 3 of 4 rows are
        (AREAS.iloc[:3], {}, 3 / 4),
        # a row too many: 4 of 5 rows
        (pd.concat([AREAS, AREAS.iloc[:1].rename({"Tesvar": "Nowhere"})]), {}, 4 / 5),
        # the same row twice
        (pd.concat([AREAS, AREAS.iloc[:1]]), {}, 4 / 5),
        # other order of rows and columns, further columns
        (AREAS.iloc[::-1], {}, 1),
        (AREAS.iloc[::-1], {"rows": "ordered"}, 0.5),
        (AREAS[["kind", "rate", "n"]], {}, 1),
        (AREAS[["kind", "rate", "n"]], {"column_order": True}, 0.5),
        (AREAS.assign(more=1), {}, 1),
        (AREAS.assign(more=1), {"extra_columns": False}, 0.5),
        # the index turned into a column, or lost
        (AREAS.reset_index(), {}, 1),
        (AREAS.reset_index(drop=True), {}, 0),
        # only some columns count
        (changed("rate", [0], lambda v: v + 1), {"columns": ("n", "kind")}, 1),
        (AREAS[["n"]], {"columns": ("n",)}, 1),
        # tolerance for one column
        (changed("rate", [0], lambda v: v + 0.01), {"tolerances": {"rate": 0.02}}, 1),
        (changed("n", [0], lambda v: v + 1), {"relative": 0.1}, 1),
        (pd.DataFrame(), {}, 0),
    ],
)  # fmt: skip
def test_shares_of_a_table_worked_by_hand(given: pd.DataFrame, rules: dict[str, Any], share: float) -> None:
    assert against(given, AREAS, **rules).fraction == pytest.approx(share)


def test_rows_are_found_by_the_columns_that_identify_them() -> None:
    flat = AREAS.reset_index()
    made = against(flat.iloc[[3, 1, 0, 2]], flat, on=("area",))
    assert made.fraction == 1
    assert against(flat.drop(columns="area"), flat, on=("area",)).fraction == 0


def test_a_table_of_one_frequent_value_earns_nothing_though_most_cells_are_right() -> None:
    key = pd.DataFrame({"hot": [0] * 19 + [1], "n": [0] * 18 + [1, 2]})
    guess = pd.DataFrame({"hot": [0] * 20, "n": [0] * 20})
    assert against(guess, key, partial="columns").fraction == 0
    assert against(guess, key, partial="cells").fraction == pytest.approx(37 / 40)


def test_a_column_may_be_given_as_a_table_of_one_column() -> None:
    assert against(AREAS["n"].rename("count"), AREAS["n"]).fraction == 1
    assert against(AREAS[["n"]], AREAS["n"]).fraction == 1
    assert against(AREAS["n"], AREAS[["n"]]).fraction == 1


SAID = {
    "a thousand": (3200.0, 3.2, "a factor of 1000"),
    "per cent": (0.25, 25, "a factor of 100: a share and per cent?"),
    "a sign": (-4, 4, "opposite sign"),
    "too high": (5, 4, "too high"),
    "too low": (3, 4, "too low"),
    "text for number": ("12,5", 12.5, "text that looks like a number"),
    "text for a number": ("many", 12.5, "it is a text, but a number is expected"),
    "true for number": (True, 1, "true or false, but a number"),
    "empty": (float("nan"), 1, "it is empty"),
    "capitals": ("tesvar", "Tesvar", "only capitals"),
    "a zone": (pd.Timestamp("2025-01-01 15:00"), pd.Timestamp("2025-01-01 10:00"), "5 hours throughout"),
    "no zone": (
        pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-01", tz="UTC"), "but a time with a time zone is expected"
    ),
    "later": (dt.timedelta(hours=2, seconds=1), dt.timedelta(hours=1), "too late or too long"),
    "infinite": (float("inf"), 3, "infinite"),
    "a list": ([1, 2], 3, "is a list, but a single value"),
    "a table": (AREAS, 3, "is a table (DataFrame), but a single value"),
    "a number for a table": (3, AREAS, "is a single value, but a table (DataFrame)"),
    "a long list": ([1, 2, 3], [1, 2], "1 value too many"),
    "a short list": ([1], [1, 2, 3], "2 values too few"),
    "some wrong": ([1, 5, 3], [1, 2, 3], "1 of 3 values differs: it is too high"),
    "a name missing": ({"a": 1}, {"a": 1, "b": 2}, "1 name is missing"),
    "a name too many": ({"a": 1, "b": 2}, {"a": 1}, "1 name is not expected"),
    "a shape of an array": (np.zeros((2, 3)), np.zeros((3, 2)), "2 × 3, but 3 × 2"),
    "a misspelt column": (AREAS.rename(columns={"rate": "rates"}), AREAS, "rate is missing. Is rates meant?"),
    "rows missing": (AREAS.iloc[:2], AREAS, "2 rows are missing"),
    "rows too many": (AREAS, AREAS.iloc[:3], "1 row is too many: Ossumir"),
    "rows twice": (pd.concat([AREAS, AREAS]), AREAS, "4 rows stand there twice"),
    "cells too high": (
        changed("n", [1, 2], lambda v: v + 3), AREAS,
        "Column n: 2 of 4 cells differ, first in the row Lomiran: all are too high; is something counted twice",
    ),
    "cells too low": (changed("n", [1, 2], lambda v: v - 3), AREAS, "all are too low; are records left out"),
    "cells empty": (changed("kind", [1], lambda _v: None), AREAS, "1 is empty"),
    "an index lost": (AREAS.reset_index(drop=True), AREAS, "no labels (index)"),
    "far too many rows": (pd.DataFrame({"n": range(500)}), AREAS, "far too many"),
    "set": ({1, 2}, {1, 3}, "1 of 2 values differs"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_the_comment_says_what_is_wrong(name: str) -> None:
    mine, key, words = SAID[name]
    made = against(mine, key)
    assert made.fraction < 1
    assert words in " ".join(made.comments)


def test_a_comment_comes_in_the_language_of_the_reader() -> None:
    with language("ru"):
        assert "слишком велико" in against(5, 4).comments[0]


def test_no_comment_holds_a_number_of_the_key() -> None:
    key = pd.DataFrame({"n": [7413, 8529]}, index=["Tesvar", "Lomiran"])
    for mine in (key + 1, key * 1000, key - 7, key.iloc[:1], key.rename(columns={"n": "m"}), key.astype(str)):
        said = " ".join(against(mine, key).comments)
        assert said
        assert "7413" not in said
        assert "8529" not in said
        assert "Lomiran" not in said or mine.index.isin(["Lomiran"]).any()


def test_the_order_of_a_list_counts_unless_the_item_says_otherwise() -> None:
    assert against([2, 1], [1, 2]).fraction == 0
    assert against([2, 1.0], [1, 2], ordered=False).fraction == 1
    assert against((1, 2), [1, 2]).fraction == 1
    assert against(np.array([1, 2]), [1, 2]).fraction == 1
    assert against(pd.Series([1, 2]), [1, 2]).fraction == 1


def test_part_of_a_list_earns_points_only_where_the_item_says_so() -> None:
    assert against([1, 2, 9], [1, 2, 3]).fraction == 0
    assert against([1, 2, 9], [1, 2, 3], partial="cells").fraction == pytest.approx(2 / 3)


def test_dates_compare_with_times_and_zones_by_the_moment() -> None:
    assert against(dt.date(2025, 1, 1), pd.Timestamp("2025-01-01")).fraction == 1
    one, other = (
        pd.Timestamp("2025-01-01 10:00", tz="UTC"),
        pd.Timestamp("2025-01-01 15:00", tz="Asia/Dushanbe"),
    )
    assert against(one, other).fraction == 1
    assert against(pd.Timestamp("2025-01-01 00:00:30"), pd.Timestamp("2025-01-01"), seconds=60).fraction == 1


CRS = 32742
PLACES = gpd.GeoDataFrame(
    {"n": [3, 4]}, geometry=gpd.points_from_xy([500_000, 501_000], [6_080_000, 6_081_000]), crs=CRS
)


@pytest.mark.parametrize(
    ("given", "share", "words"),
    [
        (PLACES, 1, ""),
        (PLACES.to_crs(4326), 0.5, "are in EPSG:4326, another CRS than asked for: use to_crs"),
        (PLACES.set_crs(None, allow_override=True), 0.5, "have no CRS: say which it is with set_crs"),
        (
            pd.DataFrame({"n": [3, 4], "geometry": ["POINT (0 0)"] * 2}),
            0.5,
            "holds no shapes; a GeoDataFrame",
        ),
        (PLACES.set_geometry(PLACES.geometry.translate(0.005)), 1, ""),
        (PLACES.set_geometry(PLACES.geometry.translate(2)), 0.5, "2 of 2 shapes differ: they lie elsewhere"),
        (PLACES.set_geometry(PLACES.geometry.buffer(5)), 0.5, "another kind (points, lines, areas)"),
        (PLACES.set_geometry([PLACES.geometry[0], None]), 0.5, "none where one is expected"),
    ],
)
def test_a_table_with_shapes_is_compared_by_crs_and_place(given: Any, share: float, words: str) -> None:
    made = against(given, PLACES)
    assert made.fraction == share
    assert words in " ".join(made.comments)


def test_a_tolerance_of_metres_holds_in_degrees_too() -> None:
    degrees = PLACES.to_crs(4326)
    moved = PLACES.set_geometry(PLACES.geometry.translate(0, 20)).to_crs(4326)
    assert against(moved, degrees, geometry_tolerance=25).fraction == 1
    assert against(moved, degrees, geometry_tolerance=15).fraction < 1
    assert distance_unit("EPSG:2263") == pytest.approx(0.3048, rel=1e-3)  # feet of New York


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3), st.booleans(), st.floats(0, 0.9))
def test_an_area_is_the_same_whatever_corner_it_begins_with(turn: int, reverse: bool, small: float) -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    moved = [(x + small, y) for x, y in corners[turn:] + corners[:turn]]
    given = shapely.Polygon(moved[::-1] if reverse else moved)
    assert (
        against(
            gpd.GeoSeries([given]), gpd.GeoSeries([shapely.Polygon(corners)]), geometry_tolerance=1
        ).fraction
        == 1
    )


def test_an_area_with_a_hole_is_not_the_area() -> None:
    whole = shapely.box(0, 0, 10, 10)
    ring = whole.difference(shapely.box(4, 4, 6, 6))
    assert against(gpd.GeoSeries([ring]), gpd.GeoSeries([whole]), geometry_tolerance=0.5).fraction == 0


def graph(
    nodes: dict[Any, dict[str, Any]], edges: list[tuple[Any, Any, dict[str, Any]]], *, directed: bool = False
) -> Any:
    return {
        "$": "graph", "directed": directed, "multi": False,
        "nodes": [[name, data] for name, data in nodes.items()], "edges": [list(edge) for edge in edges],
    }  # fmt: skip


RING = graph(
    {"a": {"role": "x"}, "b": {"role": "y"}, 3: {"role": "x"}},
    [("a", "b", {"calls": 2}), ("b", 3, {"calls": 5})],
)


@pytest.mark.parametrize(
    ("given", "share", "words"),
    [
        (RING, 1, ""),
        ({**RING, "nodes": RING["nodes"][::-1], "edges": [["b", "a", {"calls": 2}], [3.0, "b", {"calls": 5}]]}, 1, ""),
        # 1 of 2 edges, all nodes, all roles, 1 of 2 attributes of edges: (1 + 1/2 + 1 + 1/2) / 4
        ({**RING, "edges": RING["edges"][:1]}, 3 / 4, "1 edge is missing"),
        ({**RING, "edges": [*RING["edges"], ["a", 3, {}]]}, (1 + 2 / 3 + 1 + 1) / 4, "1 edge is too many"),
        ({**RING, "nodes": [*RING["nodes"], ["z", {}]]}, (3 / 4 + 3) / 4, "1 node is too many: z"),
        (graph({"a": {"role": "x"}, "b": {"role": "x"}, 3: {"role": "x"}}, RING["edges"]), (3 + 2 / 3) / 4, "role differs at 1 of 3 nodes"),
        ({**RING, "directed": True}, 0, "is directed"),
        (3, 0, "a graph is expected"),
    ],
)  # fmt: skip
def test_shares_of_a_graph_worked_by_hand(given: Any, share: float, words: str) -> None:
    made = compare(given, RING)
    assert made.fraction == pytest.approx(share)
    assert words in " ".join(made.comments)


def test_edges_in_the_opposite_direction_are_told() -> None:
    key = graph({"a": {}, "b": {}}, [("a", "b", {})], directed=True)
    made = compare(graph({"a": {}, "b": {}}, [("b", "a", {})], directed=True), key)
    assert "in the opposite direction" in " ".join(made.comments)


def test_attributes_of_a_graph_count_only_where_the_item_names_them() -> None:
    bare = graph({"a": {}, "b": {}, 3: {}}, [("a", "b", {}), ("b", 3, {})])
    assert compare(bare, RING).fraction < 1
    assert compare(bare, RING, Rules(node_attributes=(), edge_attributes=())).fraction == 1


@pytest.mark.parametrize(
    "key", [3, AREAS, {"a": 1}, [1], RING], ids=["number", "table", "dict", "list", "graph"]
)
@given(value=VALUES)
@settings(max_examples=25, deadline=None)
def test_comparing_with_anything_gives_a_share_or_an_answer_error(key: Any, value: Any) -> None:
    recorded = encode(key) if not (isinstance(key, dict) and "$" in key) else key
    try:
        share = compare(encode(value), recorded).fraction
    except AnswerError:
        return
    assert 0 <= share <= 1
