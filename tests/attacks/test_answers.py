"""Attempts to be marked right without being right: objects that lie, forged records, bombs, wordings that run."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ilp_toolkit.learning._shapes import shape
from ilp_toolkit.learning.answers import AnswerError, decode, dumps, encode, loads
from ilp_toolkit.learning.checks import CHECKS
from ilp_toolkit.learning.items import Column, Item, Option, Row, Span, Step
from ilp_toolkit.learning.scoring import Mark, score

pytestmark = pytest.mark.attack

RIGHT = 4711
TABLE = pd.DataFrame({"n": [RIGHT, 12], "area": ["Tesvar", "Lomiran"]})
VALUE = Item(id="q1", part="exam", kind="value", points=5, prompt="?", variable="q1")
FRAME = Item(
    id="q2", part="exam", kind="frame", points=5, prompt="?", variable="q2", params={"partial": "cells"}
)
NUMBER = Item(id="q3", part="exam", kind="number", points=5, prompt="?", answer=RIGHT)
LYING: list[str] = []
"""What was called on objects of a learner after they were recorded."""


def graded(value: Any, item: Item = VALUE, key: Any = RIGHT) -> Mark | None:
    """Go the whole way: record in the learner's kernel, hand over as bytes, score. None where it was refused."""
    try:
        handed = dumps(encode(value))
    except AnswerError:
        return None
    LYING.clear()
    made = score(item, loads(handed), encode(key))
    assert not LYING
    return made


class AlwaysEqual:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(RIGHT)


class SaysItIsANumber:
    __class__ = int  # type: ignore[assignment]

    def __int__(self) -> int:
        return RIGHT

    __index__ = __int__


class SaysItIsATable:
    __class__ = pd.DataFrame  # type: ignore[assignment]


class Borrowed:
    def __getattr__(self, name: str) -> Any:
        return getattr(TABLE, name)


class Pickled:
    def __reduce__(self) -> Any:
        return (LYING.append, ("unpickled",))


class Printed:
    def __repr__(self) -> str:
        return str(RIGHT)

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return str(RIGHT)


class Whole(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __index__(self) -> int:
        return RIGHT

    __int__ = __index__
    __sub__ = __rsub__ = lambda self, other: 0  # type: ignore[assignment]


class Real(float):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __float__(self) -> float:
        return float(RIGHT)

    __abs__ = __float__


class Word(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __str__(self) -> str:
        return str(RIGHT)

    def strip(self, *_chars: Any) -> str:
        return str(RIGHT)

    casefold = encode = strip  # type: ignore[assignment]


class Book(dict[str, Any]):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def items(self) -> Any:
        return {"n": RIGHT}.items()

    def __getitem__(self, name: str) -> Any:
        return RIGHT

    def __iter__(self) -> Any:
        return iter(["n"])

    keys = __iter__  # type: ignore[assignment]


class Line(list[Any]):
    def __iter__(self) -> Any:
        return iter([RIGHT])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, at: Any) -> Any:
        return RIGHT


class Array(np.ndarray[Any, Any]):
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return np.True_

    def tolist(self) -> Any:
        return [RIGHT]


class Sheet(pd.DataFrame):
    __hash__ = None  # type: ignore[assignment]

    def equals(self, other: object) -> bool:
        return True

    def __eq__(self, other: object) -> Any:
        return self


class Moment(dt.datetime):
    def isoformat(self, *_args: Any, **_more: Any) -> str:
        return "2025-01-01T00:00:00"


class Zone(dt.tzinfo):
    def utcoffset(self, _at: Any) -> dt.timedelta:
        return dt.timedelta(hours=5)

    def __str__(self) -> str:
        return str(RIGHT)


class Exact(Decimal):
    def __float__(self) -> float:
        return float(RIGHT)


class Meta(type):
    def __instancecheck__(cls, other: object) -> bool:
        return True

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        LYING.append("name")
        return str(RIGHT)


class OfMeta(metaclass=Meta): ...


def named_like(module: Any, name: str) -> Any:
    """Make an object of a class that says it comes from a library."""
    return type(
        name, (), {"__module__": module, "columns": ["n"], "index": [0], "iloc": None, "shape": (1, 1)}
    )()


OBJECTS: dict[str, Callable[[], Any]] = {
    "an object that equals everything": AlwaysEqual,
    "an object that says it is a number": SaysItIsANumber,
    "an object that says it is a table": SaysItIsATable,
    "an object that borrows every attribute": Borrowed,
    "an object that runs when it is unpickled": Pickled,
    "an object that prints the answer": Printed,
    "a whole number that equals everything": lambda: Whole(0),
    "a real number that equals everything": lambda: Real(0),
    "a text that equals everything": lambda: Word("x"),
    "a dict that lists something else": lambda: Book(a=1),
    "a list that goes through something else": lambda: Line([0]),
    "an array that equals everything": lambda: np.zeros(1).view(Array),
    "a table that equals everything": lambda: Sheet({"n": [0]}),
    "a time that writes itself as another": lambda: Moment(2020, 1, 1),
    "a time zone of one's own": lambda: dt.datetime(2020, 1, 1, tzinfo=Zone()),
    "a decimal that turns into the answer": lambda: Exact("0"),
    "a class that every object is of": OfMeta,
    "a class itself": lambda: Meta,
    "a class named like one of pandas": lambda: named_like("pandas.core.frame", "DataFrame"),
    "a class named like one of numpy": lambda: named_like("numpy", "ndarray"),
    "a class named like one of networkx": lambda: named_like("networkx.classes.graph", "Graph"),
    "a class named like one of shapely": lambda: named_like("shapely.geometry", "Point"),
    "a class of a module that is no text": lambda: named_like(Word("pandas"), "DataFrame"),
    "a function": lambda: lambda *_anything: RIGHT,
    "a generator": lambda: (RIGHT for _n in range(1)),
    "a list of objects that equal everything": lambda: [AlwaysEqual()],
    "an array of objects that equal everything": lambda: np.array([AlwaysEqual()], dtype=object),
    "a column of objects that equal everything": lambda: pd.Series([AlwaysEqual()]),
    "a label that equals everything": lambda: pd.Series([0], index=pd.Index([AlwaysEqual()], dtype=object)),
}


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("item", [VALUE, FRAME, NUMBER], ids=lambda item: item.kind)
def test_an_object_that_lies_is_refused_or_gives_its_data_away(name: str, item: Item) -> None:
    made = graded(OBJECTS[name](), item, TABLE if item is FRAME else RIGHT)
    assert made is None or made.points == 0


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_lies_does_not_pass_in_a_cell_of_a_table(name: str) -> None:
    cells = np.empty(2, dtype=object)
    cells[0], cells[1] = OBJECTS[name](), OBJECTS[name]()
    made = graded(pd.DataFrame({"n": cells, "area": cells}), FRAME, TABLE)
    assert made is None or made.points == 0


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_gets_past_the_record_is_refused_by_its_type(name: str) -> None:
    """In the learner's own lesson the scorer might be handed objects: it calls none of their methods."""
    thing = OBJECTS[name]()
    for answer in (thing, [thing], {"n": thing}, {"one": {"g": thing}}):
        assert score(VALUE, answer, RIGHT).points == 0
        assert score(FRAME, answer, encode(TABLE)).points == 0
        assert score(NUMBER, answer).points == 0


RUNS = [
    "4711 if True else 0", "__import__('os').system('true')", "4710+1", "4_711", "٤٧١١", "4711\x00", "0x1267",
    "{key}", "{0.__class__.__mro__}", "{n}", "%(key)s", "%s", "${key}", "{{key}}", "4711; DROP TABLE mark", "=4711",
    "eval('4711')", "<script>4711</script>", "\u202e1174", "４７１１",
]  # fmt: skip


@pytest.mark.parametrize("text", RUNS)
@pytest.mark.parametrize("item", [VALUE, NUMBER], ids=lambda item: item.kind)
def test_a_text_is_neither_evaluated_nor_formatted(text: str, item: Item) -> None:
    made = score(item, text, RIGHT)
    assert made.points == 0
    assert str(RIGHT) not in " ".join(made.comments)


@pytest.mark.parametrize("text", ["{key}", "{0.__class__}", "{n}", "%s", "{", "}"])
def test_a_name_in_the_answer_is_not_formatted_into_the_comment(text: str) -> None:
    mine = TABLE.assign(n=0).set_axis([text, "b"], axis=0)
    made = score(FRAME, encode(mine), encode(TABLE.set_axis(["a", "b"], axis=0)))
    assert made.verdict != "review"
    assert any(text in comment for comment in made.comments)
    assert str(RIGHT) not in " ".join(made.comments)


GOOD = encode(TABLE)
POINT = shapely.to_wkb(shapely.Point(1, 2), hex=True)
MANY = 2_000_000_000
FORGED: dict[str, Any] = {
    "a record that says it is the key": {"$": "key"},
    "a record of a record": {"$": {"$": "frame"}},
    "a record of a list": {"$": ["frame"]},
    "a table without anything": {"$": "frame"},
    "a table whose index is a text": {"$": "frame", "index": {"v": "abc"}, "columns": []},
    "a table with no rows": {**GOOD, "index": {"names": [None], "v": []}, "columns": []},
    "columns longer than the index": {**GOOD, "index": {"names": [None], "v": [0]}},
    "columns that are a dict": {**GOOD, "columns": {"n": [RIGHT, 12]}},
    "a column of nothing": {**GOOD, "columns": [None, None]},
    "cells that are tables": {**GOOD, "columns": [{**GOOD["columns"][0], "v": [GOOD, GOOD]}] },
    "not a number in each cell": {**GOOD, "columns": [{**each, "v": [float("nan")] * 2} for each in GOOD["columns"]]},
    "true in each cell": {**GOOD, "columns": [{**each, "v": [True] * 2} for each in GOOD["columns"]]},
    "a dtype that is code": {**GOOD, "columns": [{**GOOD["columns"][0], "dtype": "__import__('os')", "v": [0, 0]}]},
    "a dtype that equals": {**GOOD, "columns": [{**each, "dtype": {"$": "any"}, "v": [0, 0]} for each in GOOD["columns"]]},
    "shapes that are none": {**GOOD, "columns": [{**each, "dtype": "geometry", "v": [POINT] * 2} for each in GOOD["columns"]]},
    "infinite": {"$": "float", "v": "inf"},
    "not a number": {"$": "float", "v": "nan"},
    "not a number itself": float("nan"),
    "a number without end": {"$": "int", "v": "9" * 5_000},
    "a number that is code": {"$": "int", "v": "4711 if 1 else 0"},
    "a number with an underscore": {"$": "int", "v": "4_711"},
    "a number in other digits": {"$": "int", "v": "٤٧١١"},
    "an interval around the answer": {"$": "interval", "v": [0, 9_999], "closed": "both"},
    "an interval of intervals": {"$": "interval", "v": [{"$": "interval", "v": [1, 2], "closed": []}, 3], "closed": "left"},
    "a set of all answers": {"$": "set", "v": list(range(4_000, 5_000))},
    "a dict of all answers": {"$": "dict", "v": [[n, n] for n in range(4_000, 5_000)]},
    "a list of all answers": list(range(4_000, 5_000)),
    "an array of another shape": {"$": "array", "shape": [10**9, 10**9], "v": [RIGHT]},
    "a length of time": {"$": "timedelta", "v": RIGHT},
    "a date without end": {"$": "date", "v": "9" * 60},
    "a date that does not exist": {"$": "date", "v": "2025-02-31"},
    "a graph of nothing": {"$": "graph"},
    "a table of nothing but labels": {"$": "series", "name": "n", "dtype": "int64", "index": {"v": [RIGHT]}, "v": [None]},
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("item", [VALUE, FRAME, NUMBER], ids=lambda item: item.kind)
def test_a_forged_record_earns_nothing_and_stops_nothing(name: str, item: Item) -> None:
    made = score(item, FORGED[name], GOOD if item is FRAME else RIGHT)
    assert made.points == 0
    assert made.verdict == "wrong"


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_record_is_shown_to_nobody_as_something_else(name: str) -> None:
    try:
        found = decode(FORGED[name])
    except AnswerError:
        return
    assert type(found).__module__.split(".")[0] in {"builtins", "pandas", "numpy", "geopandas", "datetime"}


def deep(levels: int) -> Any:
    made: Any = RIGHT
    for _level in range(levels):
        made = [made]
    return made


def colliding() -> list[int]:
    """Whole numbers that all have the same hash: a dict of them takes the square of their number."""
    return [n * (2**61 - 1) for n in range(40_000)]


def graph(nodes: list[Any], edges: list[Any]) -> dict[str, Any]:
    return {"$": "graph", "directed": False, "multi": False, "nodes": nodes, "edges": edges}


BOMBS: dict[str, Callable[[], Any]] = {
    "ten megabytes of text": lambda: "4711 " * 2_000_000,
    "a million lists in each other": lambda: deep(100_000),
    "three million values": lambda: [RIGHT] * 3_000_000,
    "a number of a million digits": lambda: 10**1_000_000,
    "a number that no float holds": lambda: 10**299,
    "numbers of one hash in a dict": lambda: {"$": "dict", "v": [[n, 1] for n in colliding()]},
    "numbers of one hash as labels": lambda: {
        "$": "series", "name": "n", "dtype": "int64", "index": {"names": [None], "v": colliding()}, "v": [0] * 40_000
    },
    "numbers of one hash as nodes": lambda: graph([[n, {}] for n in colliding()], []),
    "letters with endless marks": lambda: "a" + "\u0300\u0316" * 400_000,
    "a hundred thousand spaces": lambda: "4711" + " " * 99_000 + "x",
    "a hundred thousand spaces behind a number": lambda: "4711" + " " * 99_000 + "%" + " " * 99_000 + "\u00a0",
    "a graph of everything with everything": lambda: graph(
        [[n, {}] for n in range(120)], [[a, b, {}] for a in range(120) for b in range(120)]
    ),
    "a graph whose edges end nowhere": lambda: graph([["a", {}]], [["a", "b", {}]] * 5_000),
    "a graph of nested names": lambda: graph([[deep(20), {}]], []),
    "a table of far too many rows": lambda: {
        "$": "frame", "index": {"names": [None], "v": list(range(150_000))},
        "columns": [{"name": "n", "dtype": "int64", "v": [RIGHT] * 150_000}],
    },
    "a table of far too many columns": lambda: {
        "$": "frame", "index": {"names": [None], "v": []},
        "columns": [{"name": f"area{n}", "dtype": "int64", "v": []} for n in range(20_000)],
    },
}  # fmt: skip
RING = graph([["a", {}], ["b", {}]], [["a", "b", {}]])
GRAPH = Item(
    id="q5", part="exam", kind="graph", points=5, prompt="?", variable="g", params={"partial": "none"}
)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_worth_nothing_and_takes_seconds_at_most(name: str) -> None:
    answer = BOMBS[name]()
    start = time.process_time()
    for item, key in ((VALUE, RIGHT), (FRAME, GOOD), (NUMBER, RIGHT), (GRAPH, RING)):
        assert score(item, answer, key).points == 0
    assert time.process_time() - start < 10


WKB = {
    "more corners than bytes": "0102000000" + MANY.to_bytes(4, "little").hex() + "00" * 64,
    "more parts than bytes": "0107000000" + MANY.to_bytes(4, "little").hex() + "00" * 64,
    "collections without end": "0107000000" + "01000000" + ("0107000000" + "01000000") * 20_000,
    "corners that are no numbers": "0101000000" + "000000000000f87f" + "0000000000000040",
    "corners at infinity": "0101000000" + "000000000000f07f" + "0000000000000040",
    "a kind that does not exist": "01ff000000" + "00" * 16,
    "something behind the end": POINT + "00",
    "half a point": POINT[:20],
    "an order of bytes that does not exist": "02" + POINT[2:],
    "no bytes": "",
    "no hexadecimal": "zz" * 21,
    "a text of WKT": "POINT (1 2)",
    "a ring that is not closed": "0103000000" + "01000000" + "03000000" + "00" * 40 + "000000000000f03f",
}


@pytest.mark.parametrize("name", WKB)
def test_a_shape_that_promises_too_much_is_not_even_read(name: str) -> None:
    key = encode(gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)], crs=32742))
    forged = json.loads(json.dumps(key))
    forged["columns"][0]["v"] = [WKB[name]]
    item = Item(id="q4", part="exam", kind="geoframe", points=5, prompt="?", variable="q4")
    assert score(item, key, key).points == 5
    start = time.process_time()
    assert score(item, forged, key).points == 0
    with pytest.raises(AnswerError):
        shape(WKB[name])
    assert time.process_time() - start < 2


def test_a_shape_of_endless_corners_is_not_measured_against_the_key() -> None:
    key = encode(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))
    circle = gpd.GeoSeries([shapely.Point(0.5, 0.5).buffer(0.5, quad_segs=7_000)])
    item = Item(id="q4", part="exam", kind="geoframe", points=5, prompt="?", variable="q4")
    made = score(item, encode(circle), key)
    assert made.points == 0
    assert "far more corners" in made.comments[0]


@pytest.mark.parametrize(
    "crs", ["EPSG:32742 or EPSG:4326", "{crs}", "x" * 90_000, "+init=epsg:32742", "GEOGCRS[", None]
)
def test_a_forged_crs_is_not_the_key_s_and_is_not_looked_up(crs: str | None) -> None:
    key = encode(gpd.GeoSeries([shapely.Point(1, 2)], crs=32742))
    item = Item(id="q4", part="exam", kind="geoframe", points=5, prompt="?", variable="q4")
    made = score(item, {**key, "crs": crs}, key)
    assert (made.points, made.verdict) == (0, "wrong")
    assert len(made.comments[0]) < 300


OPTIONS = tuple(Option(id=name, text=name, right=name in "ac") for name in "abcd")
CHOICES = Item(id="q6", part="exam", kind="choices", points=5, prompt="?", option=OPTIONS)
CHOICE = Item(id="q7", part="exam", kind="choice", points=5, prompt="?", option=OPTIONS[:2])
ORDER = Item(
    id="q8", part="exam", kind="order", points=5, prompt="?", step=tuple(Step(id=i, text=i) for i in "dacb")
)
MATCH = Item(
    id="q9", part="exam", kind="match", points=5, prompt="?", option=OPTIONS,
    row=(Row(id="r", text="r", answer="b"), Row(id="s", text="s", answer="a")),
)  # fmt: skip
GRID = Item(
    id="q10", part="exam", kind="table", points=5, prompt="?", column=(Column(id="g", text="g", option=OPTIONS),),
    row=(Row(id="r", text="r", answer={"g": "b"}), Row(id="s", text="s", answer={"g": "a"})),
)  # fmt: skip
SPANS = Item(
    id="q11", part="exam", kind="spans", points=5, prompt="?", text="[[s1:x]] [[s2:y]] [[s3:z]]",
    span=tuple(Span(id=f"s{n}", hide=n == 1) for n in (1, 2, 3)),
)  # fmt: skip
LEAK = SPANS.model_copy(update={"check": "redaction_leaks"})
GUESSES: list[tuple[str, Item, Any]] = [
    ("every option", CHOICES, ["a", "b", "c", "d"]),
    ("a right option many times", CHOICES, ["a"] * 50),
    ("a right option and one that does not exist", CHOICES, ["a", "c", "z"]),
    ("a text that holds all", CHOICES, "abcd"),
    ("options as a dict", CHOICES, {"a": True, "c": True}),
    ("both options of a choice", CHOICE, ["a", "b"]),
    ("an option in other letters", CHOICE, "\u0430"),
    ("an option with a space", CHOICE, "a "),
    ("all orders one after another", ORDER, list("dacbabcdbcad")),
    ("an order of steps and others", ORDER, list("dacbz")),
    ("several options in one row", MATCH, {"r": ["a", "b"], "s": ["a", "b"]}),
    ("a row as a list", MATCH, [["r", "b"], ["s", "a"]]),
    ("several codes in one cell", GRID, {"r": {"g": ["a", "b"]}, "s": {"g": "a b"}}),
    ("a table as a list", GRID, [["r", "b"], ["s", "a"]]),
    ("everything black", SPANS, ["s1", "s2", "s3"]),
    ("everything black, by the check", LEAK, ["s1", "s2", "s3"]),
    ("a passage that must go, many times", SPANS, ["s1", "s1"]),
    ("passages that do not exist", SPANS, ["s1", "s9"]),
]


@pytest.mark.parametrize(
    ("item", "answer"), [pytest.param(item, answer, id=name) for name, item, answer in GUESSES]
)
def test_answering_everything_at_once_earns_nothing(item: Item, answer: Any) -> None:
    assert score(item, answer).points == 0


COUNTS = "place,day,night,total\nTesvar,20,9,29\nLomiran,25,3,28\ntotal,45,12,57\n"
HIDE = Item(
    id="q12", part="exam", kind="suppress", points=5, prompt="?", rows_from="c.csv", check="suppression_attack",
    params={"threshold": 5},
)  # fmt: skip
HIDING: dict[str, Any] = {
    "only the victim": [["Lomiran", "night"]],
    "the victim and its row": [["Lomiran", "night"], ["Lomiran", "day"]],
    "the victim and its column": [["Lomiran", "night"], ["Tesvar", "night"]],
    "the victim and both totals": [["Lomiran", "night"], ["Lomiran", "total"], ["total", "night"]],
    "everything": [[r, c] for r in ("Tesvar", "Lomiran", "total") for c in ("day", "night", "total")],
    "the victim in look-alike letters": [["L\u043emiran", "night"]],
    "the victim by a pattern": [["*", "*"]],
    "the victim by number": [[1, 1]],
    "a pair of three": [["Lomiran", "night", "day"]],
    "a path": [["../c.csv", "night"]],
    "a text": "Lomiran,night",
    "the same cell a thousand times": [["Lomiran", "night"]] * 1_000,
    "nothing": [],
}


@pytest.mark.parametrize("name", HIDING)
def test_a_victim_who_can_be_found_earns_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "c.csv").write_text(COUNTS, encoding="utf-8")
    assert score(HIDE, HIDING[name], data=tmp_path).points == 0
    honest = [[r, c] for r in ("Tesvar", "Lomiran") for c in ("day", "night")]
    assert score(HIDE, honest, data=tmp_path).points == 5


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", FORGED)
def test_no_special_check_gives_points_for_a_forged_record(tmp_path: Path, check: str, name: str) -> None:
    (tmp_path / "c.csv").write_text(COUNTS, encoding="utf-8")
    item = {"suppression_attack": HIDE, "redaction_leaks": LEAK}.get(
        check, GRID if check == "kappa" else ORDER
    )
    item = item.model_copy(update={"check": check})
    assert score(item, FORGED[name], data=tmp_path).points == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"q1": 1, "q1": 4711}',
        '{"q1": {"v": 1, "v": 4711}}',
        '{"q1": ' + "[" * 99_999,
        '{"q1": ' + "9" * 99_999 + "}",
    ],
    ids=["a name twice", "a name twice inside", "endless brackets", "endless digits"],
)
def test_answers_that_read_differently_for_different_readers_are_refused(text: str) -> None:
    with pytest.raises(AnswerError):
        loads(text)


def test_what_a_learner_changes_in_pandas_does_not_change_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even in the same process: the comparison asks neither pandas nor numpy whether tables are equal."""
    for target in (pd.DataFrame, pd.Series, np.ndarray):
        if target is not np.ndarray:
            monkeypatch.setattr(target, "equals", lambda *_anything: True)
            monkeypatch.setattr(target, "__eq__", lambda *_anything: True)
    for name in ("assert_frame_equal", "assert_series_equal"):
        monkeypatch.setattr(pd.testing, name, lambda *_anything, **_more: None)
    monkeypatch.setattr(np, "allclose", lambda *_anything, **_more: True)
    monkeypatch.setattr(np, "isclose", lambda *_anything, **_more: True)
    made = graded(TABLE.assign(n=[0, 0], area=["", ""]), FRAME, TABLE)
    assert made is not None
    assert made.points == 0
