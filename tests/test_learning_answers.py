"""Answers: each type comes back from JSON as it was, what is no answer is refused, the book loses nothing."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
import threading
import types
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal, assert_geoseries_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.errors import FileError
from ilp_toolkit.learning.answers import AnswerBook, AnswerError, decode, dumps, encode, loads

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4),
    ),
    max_leaves=12,
)


def through(value: Any) -> Any:
    """Record a value, write it to a file's bytes, and read it back."""
    return decode(loads(dumps(encode(value))))


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert through(value) == value


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2025, 3, 1),
        dt.time(13, 5),
        dt.timedelta(days=-2, seconds=3, microseconds=4),
        pd.Timestamp("2025-03-01 12:00:00.123456789"),
        pd.Timestamp("2025-03-01 12:00", tz="Asia/Dushanbe"),
        dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC),
        pd.Timedelta("1 days 02:03:04.000000005"),
        pd.Interval(0.0, 5.0, closed="left"),
        pd.Interval(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-02-01")),
        pd.Period("2025-03", "M"),
        {1, 2, 3},
        {1: "a", (2, 3): "b"},
        {"$": "frame", "index": 3},
        math.inf,
        10**250,
        shapely.box(0, 0, 2, 1),
    ],
    ids=repr,
)
def test_values_of_the_calendar_and_the_map_come_back(value: Any) -> None:
    back = through(value)
    assert back == value


def test_a_time_with_a_zone_keeps_its_zone() -> None:
    at = dt.datetime(2025, 7, 1, 9, 30, tzinfo=ZoneInfo("Asia/Bishkek"))
    assert through(at).tz.key == "Asia/Bishkek"


def test_numbers_of_numpy_become_plain_numbers() -> None:
    for value, plain in [
        (np.float64(2.5), 2.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
    ]:
        assert encode(value) == plain
        assert type(encode(value)) is type(plain)
    assert encode(Decimal("2.5")) == 2.5
    assert encode(float("nan")) == {"$": "float", "v": "nan"}
    assert encode(pd.NaT) is encode(pd.NA) is None


@pytest.mark.parametrize("shape", [(0,), (4,), (2, 3), (2, 1, 2)])
def test_an_array_comes_back_in_its_shape(shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape)).reshape(shape)
    np.testing.assert_array_equal(through(array), array)


FRAMES = {
    "numbers and texts": pd.DataFrame({"n": [1, 2, 3], "x": [0.5, None, 2.0], "t": ["a", None, "ё"]}),
    "labels": pd.DataFrame({"n": [1, 2]}, index=pd.Index(["Tesvar", "Lomiran"], name="area")),
    "two levels": pd.DataFrame({"n": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])),
    "times": pd.DataFrame({"at": pd.to_datetime(["2025-01-01 10:00", None])}),
    "times with a zone": pd.DataFrame({"at": pd.to_datetime(["2025-01-01 10:00"]).tz_localize("Asia/Dushanbe")}),
    "lengths of time": pd.DataFrame({"d": pd.to_timedelta(["1h", "2h"])}),
    "categories": pd.DataFrame({"c": pd.Categorical(["u", "v", "u"])}),
    "nullable": pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}),
    "columns that are numbers": pd.DataFrame({2024: [1], 2025: [2]}),
    "no rows": pd.DataFrame({"n": pd.Series([], dtype="int64")}),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_comes_back_equal_by_the_test_of_pandas(name: str) -> None:
    frame = FRAMES[name]
    pd.testing.assert_frame_equal(through(frame), frame, check_index_type=False)


def test_a_series_comes_back_equal_by_the_test_of_pandas() -> None:
    series = pd.Series([3, 4], index=["a", "b"], name="n")
    pd.testing.assert_series_equal(through(series), series)


def test_a_table_with_shapes_keeps_crs_and_shapes() -> None:
    shapes = [shapely.Point(1, 2), None, shapely.box(0, 0, 1, 1)]
    frame = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=32742)
    assert_geodataframe_equal(through(frame), frame)
    assert_geoseries_equal(through(frame.geometry), frame.geometry)
    own = "+proj=laea +lat_0=-35 +lon_0=67 +units=m"
    assert through(frame.set_crs(own, allow_override=True)).crs == own


@pytest.fixture
def networkx(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Stand in for networkx, which the toolkit does not need: its four classes, as far as they are read."""
    module = types.ModuleType("networkx")

    class Graph:
        def __init__(self, nodes: list[Any], edges: list[Any]) -> None:
            self._nodes, self._edges = nodes, edges

        def nodes(self, data: bool) -> list[Any]:
            return self._nodes

        def edges(self, data: bool) -> list[Any]:
            return self._edges

        def number_of_nodes(self) -> int:
            return len(self._nodes)

        def number_of_edges(self) -> int:
            return len(self._edges)

    class DiGraph(Graph): ...

    class MultiGraph(Graph): ...

    for kind in (Graph, DiGraph, MultiGraph):
        kind.__module__ = "networkx.classes.graph"
        setattr(module, kind.__name__, kind)
    monkeypatch.setitem(sys.modules, "networkx", module)
    return module


def test_a_graph_is_recorded_by_nodes_edges_and_attributes(networkx: Any) -> None:
    graph = networkx.DiGraph([("a", {"role": "boss"}), (2, {})], [("a", 2, {"calls": 3})])
    assert encode(graph) == {
        "$": "graph", "directed": True, "multi": False,
        "nodes": [["a", {"role": "boss"}], [2, {}]], "edges": [["a", 2, {"calls": 3}]],
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [object(), print, b"bytes", 1j, (n for n in ()), pd, int, Path()],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_answer_is_refused_with_what_may_be_given(value: Any) -> None:
    with pytest.raises(AnswerError, match="Give a number, a text"):
        encode(value)


def test_a_whole_register_is_refused() -> None:
    with pytest.raises(AnswerError, match="whole register"):
        encode(pd.DataFrame({name: np.zeros(60_000) for name in "abcdefgh"}))


def test_texts_numbers_and_depths_beyond_reason_are_refused() -> None:
    deep: list[Any] = []
    for _level in range(60):
        deep = [deep]
    endless: list[Any] = []
    endless.append(endless)
    for value in ("x" * 200_000, 10**400, deep, endless):
        with pytest.raises(AnswerError):
            encode(value)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": 1, "a": 2}', "[" * 100_000, "9" * 10_000, "'a'", b"\xff", '{"a": 1} x', " " * 9_000_000],
)
def test_json_that_is_none_is_refused(text: str | bytes) -> None:
    with pytest.raises(AnswerError):
        loads(text)


FORGED = [
    {"$": "frame"},
    {"$": "nothing"},
    {"$": ["frame"]},
    {"$": "int", "v": "__import__('os')"},
    {"$": "array", "shape": [10**9, 10**9], "v": []},
    {"$": "datetime", "v": "now", "zone": None},
    {"$": "geometry", "v": "00"},
    {"$": "series", "index": {"names": [None], "v": [1]}, "name": "a", "dtype": "int64", "v": [1, 2]},
    {"$": "period", "v": "2025", "freq": "Q" * 99},
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: str(forged["$"]))
def test_a_forged_record_is_refused(forged: Any) -> None:
    with pytest.raises(AnswerError):
        decode(forged)


def test_a_forged_dtype_loads_nothing_and_leaves_objects() -> None:
    forged = encode(pd.Series([1, 2]))
    assert decode({**forged, "dtype": "os.system('x')"}).dtype == object


class Clock:
    def __init__(self) -> None:
        self.minute = 0

    def __call__(self) -> dt.datetime:
        self.minute += 1
        return dt.datetime(2026, 11, 26, 10, self.minute, tzinfo=dt.UTC)


@pytest.fixture
def book(tmp_path: Path) -> AnswerBook:
    return AnswerBook(tmp_path / "deep" / "kg-014.03_rights.json", clock=Clock())


def test_a_book_keeps_answers_tries_hints_and_times(book: AnswerBook) -> None:
    book.put("p1", "a")
    book.put("q3", encode(pd.Series([1, 2])))
    book.put("p1", "b")
    assert (book.tried("p1"), book.tried("p1"), book.hinted("p1")) == (1, 2, 1)
    again = AnswerBook(book.path)
    assert again.answers["p1"] == "b"
    assert again.answers["q3"]["v"] == [1, 2]
    assert (again.tries, again.hints) == ({"p1": 2}, {"p1": 1})
    assert again.times["p1"] == "2026-11-26T10:03:00+00:00"
    book.put("p1", None)
    assert "p1" not in book.answers


def test_a_book_that_is_not_there_is_empty(book: AnswerBook) -> None:
    assert book.whole() == {"format": 1, "answers": {}, "tries": {}, "hints": {}, "times": {}}


def test_two_notebooks_at_once_lose_no_answer(book: AnswerBook) -> None:
    def write(start: int) -> None:
        for n in range(start, 20, 2):
            AnswerBook(book.path).put(f"p{n + 1}", n)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.answers == {f"p{n + 1}": n for n in range(20)}


def test_a_broken_write_leaves_the_old_book(book: AnswerBook, monkeypatch: pytest.MonkeyPatch) -> None:
    book.put("p1", "a")

    def fail(_handle: int) -> None:
        raise OSError

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError):  # noqa: PT011 - any will do
        book.put("p1", "b")
    assert AnswerBook(book.path).answers == {"p1": "a"}
    assert not list(book.path.parent.glob("*.new"))


def test_a_book_that_another_program_holds_for_a_moment_is_written_then(
    book: AnswerBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that a virus scanner or a second notebook has open."""
    real, refused = Path.replace, iter([PermissionError, PermissionError])

    def replace(path: Path, target: Path) -> Path:
        for error in refused:
            raise error
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    book.put("p1", "a")
    assert book.answers == {"p1": "a"}


@pytest.mark.parametrize("damage", ["{", '{"answers": {}, "answers": {}}'])
def test_a_damaged_book_is_not_overwritten(book: AnswerBook, damage: str) -> None:
    book.put("p1", "a")
    book.path.write_text(damage, encoding="utf-8")
    with pytest.raises(FileError, match="move it away"):
        book.put("p1", "b")
    assert book.path.read_text(encoding="utf-8") == damage


def test_a_book_refuses_what_is_not_recorded_json(book: AnswerBook) -> None:
    for value in (object(), {1: 2}, float("nan"), ("a",)):
        with pytest.raises(AnswerError):
            book.put("p1", value)
    assert book.answers == {}


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_what_is_recorded_is_written_the_same_each_time(value: Any) -> None:
    recorded = encode(value)
    assert dumps(recorded) == dumps(json.loads(dumps(recorded)))
