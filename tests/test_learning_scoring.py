"""Scoring: the shares of each kind worked by hand, explanations of what was chosen, and never the key."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.i18n import language
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.items import Column, Item, Mistake, Option, Row, Span, Step
from ilp_toolkit.learning.scoring import Mark, score

OPTIONS = tuple(
    Option(id=name, text=name.upper(), right=name in "ac", why=f"why of {name}") for name in "abcde"
)


def item(kind: str, *, practice: bool = False, **more: Any) -> Item:
    head = {"id": "p1", "part": "lab"} if practice else {"id": "q1", "part": "exam", "points": 6}
    if kind == "choice":
        more = {"option": tuple(o.model_copy(update={"right": o.id == "a"}) for o in OPTIONS), **more}
    if kind == "choices":
        more = {"option": OPTIONS, **more}
    if kind == "order":
        more = {"step": tuple(Step(id=i, text=f"step {i}", why=f"why of {i}") for i in "dacb"), **more}
    if kind == "match":
        rows = tuple(Row(id=f"r{i}", text=f"Row {i}", answer=i, why=f"why of r{i}") for i in "abc")
        more = {
            "row": rows,
            "option": tuple(Option(id=o.id, text=o.text, why=o.why) for o in OPTIONS),
            **more,
        }
    if kind == "table":
        columns = (
            Column(id="source", text="Source", option=tuple(Option(id=i, text=i) for i in "ABX")),
            Column(id="n", text="Number", type="number"),
            Column(id="note", text="Note", type="text"),
        )
        rows = (
            Row(id="one", text="1", answer={"source": "A", "n": 3, "note": "Red car"}, why="why of one"),
            Row(id="two", text="2", answer={"source": "B", "n": 4.5, "note": "none"}, why="why of two"),
        )
        more = {"column": columns, "row": rows, **more}
    if kind == "spans":
        spans = tuple(Span(id=f"s{n}", hide=n < 4, why=f"why of s{n}") for n in range(1, 7))
        more = {"text": " ".join(f"[[s{n}:x]]" for n in range(1, 7)), "span": spans, **more}
    return Item(kind=kind, prompt="?", **head, **more)  # type: ignore[arg-type]


GOOD_TABLE = {
    "one": {"source": "A", "n": 3, "note": "red  car"},
    "two": {"source": "B", "n": "4,5", "note": "None"},
}

SHARES = [
    ("choice", {}, "a", 1),
    ("choice", {}, "b", 0),
    # two of five are right: hits minus false ones, over two
    ("choices", {}, ["a", "c"], 1),
    ("choices", {}, ["c", "a"], 1),
    ("choices", {}, ["a"], 1 / 2),
    ("choices", {}, ["a", "b"], 0),
    ("choices", {}, ["a", "b", "c"], 1 / 2),
    ("choices", {}, ["a", "b", "c", "d", "e"], 0),
    # right is d a c b: the pairs d-a, a-c, c-b
    ("order", {}, ["d", "a", "c", "b"], 1),
    ("order", {}, ["d", "a", "b", "c"], 2 / 3),
    ("order", {}, ["b", "c", "a", "d"], 0),
    ("order", {}, ["a", "d", "c", "b"], 2 / 3),
    ("order", {}, ["d", "a", "c"], 2 / 3),
    ("match", {}, {"ra": "a", "rb": "b", "rc": "c"}, 1),
    ("match", {}, {"ra": "a", "rb": "a", "rc": "c"}, 2 / 3),
    ("match", {}, {"ra": "a"}, 1 / 3),
    ("match", {}, {"ra": "a", "rb": None, "zz": "a"}, 1 / 3),
    ("number", {"answer": 12.5, "tolerance": 0.5}, 12.5, 1),
    ("number", {"answer": 12.5, "tolerance": 0.5}, 13, 1),
    ("number", {"answer": 12.5, "tolerance": 0.5}, "12,9", 1),
    ("number", {"answer": 12.5, "tolerance": 0.5}, 13.1, 0),
    ("number", {"answer": 12.5, "params": {"relative": 0.1}}, 13.7, 1),
    ("number", {"answer": 3, "tolerance": 0}, 3.0, 1),
    ("table", {}, GOOD_TABLE, 1),
    ("table", {}, {"one": GOOD_TABLE["one"]}, 3 / 6),
    ("table", {}, {"one": {"source": "A", "n": 3}, "two": {"source": "A", "n": 4.5, "note": "none"}}, 4 / 6),
    ("table", {"tolerance": 1}, {"one": {"n": 4}, "two": {"n": 5.6}}, 1 / 6),
    # s1, s2, s3 must be hidden
    ("spans", {}, ["s1", "s2", "s3"], 1),
    ("spans", {}, ["s1", "s2"], 2 / 3),
    ("spans", {}, ["s1", "s2", "s3", "s4"], 2 / 3),
    ("spans", {}, ["s1", "s4", "s5"], 0),
    ("spans", {"params": {"strict": True}}, ["s1", "s2"], 0),
    ("spans", {"params": {"strict": True}}, ["s1", "s2", "s3", "s4"], 2 / 3),
]


@pytest.mark.parametrize(("kind", "more", "answer", "share"), SHARES)
@pytest.mark.parametrize("practice", [False, True])
def test_shares_worked_by_hand(
    kind: str, more: dict[str, Any], answer: Any, share: float, practice: bool
) -> None:
    made = score(item(kind, practice=practice, **more), answer)
    assert made.fraction == pytest.approx(share)
    assert made.out_of == (1 if practice else 6)
    assert made.points == pytest.approx(share * made.out_of, abs=0.005)
    assert made.verdict == ("right" if share == 1 else "partly" if share else "wrong")


KINDS = ["choice", "choices", "order", "match", "table", "spans"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_against_itself_is_full_and_silent_of_faults(kind: str) -> None:
    one = item(kind)
    made = score(one, one.key())
    assert (made.points, made.verdict) == (6, "right")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("empty", [None, "", "  ", [], {}])
def test_no_answer_is_told_apart_from_a_wrong_one(kind: str, empty: Any) -> None:
    made = score(item(kind), empty)
    assert (made.points, made.verdict) == (0, "missing")


def everything(made: Mark) -> str:
    return " ".join([*made.comments, *(part.comment for part in made.parts)])


def test_a_wrong_choice_is_explained_and_the_right_one_is_not_named() -> None:
    made = score(item("choice"), "b")
    assert made.comments == ("why of b",)
    assert "why of a" not in everything(made)


def test_wrong_options_are_explained_and_missing_ones_only_counted() -> None:
    made = score(item("choices"), ["a", "d"])
    assert "why of d" in made.comments
    assert "1 more option belongs to it." in made.comments
    assert "why of c" not in everything(made)
    assert [(part.id, part.right) for part in made.parts] == [("a", True), ("d", False)]


@pytest.mark.parametrize(
    ("kind", "answer", "secret"),
    [
        ("order", ["b", "c", "a", "d"], "why of"),
        ("match", {"ra": "b"}, "why of r"),
        ("table", {"one": {"source": "B"}}, "why of"),
        ("spans", ["s4"], "why of s1"),
    ],
)
def test_practice_explains_what_a_graded_item_keeps(kind: str, answer: Any, secret: str) -> None:
    assert secret not in everything(score(item(kind), answer))
    assert secret in everything(score(item(kind, practice=True), answer))


def test_an_order_in_practice_names_the_first_pair_that_is_wrong() -> None:
    made = score(item("order", practice=True), ["a", "d", "c", "b"])
    assert "“step a” comes after “step d”." in made.comments


def test_a_number_that_learners_arrive_at_is_explained() -> None:
    one = item("number", answer=12.5, mistake=(Mistake(value=125, why="Per thousand, not per cent."),))
    assert score(one, 125.0).comments == ("Per thousand, not per cent.",)
    assert score(one, 12.5).verdict == "right"
    assert "factor of 1000" in score(one, 12_500).comments[0]


@pytest.mark.parametrize("answer", [True, "many", [12.5], {"v": 12.5}, "1e999", "0x10", "12.5; import os"])
def test_what_is_no_number_is_told(answer: Any) -> None:
    made = score(item("number", answer=12.5), answer)
    assert made.points == 0
    assert made.comments == ("The answer is no number.",)


def test_a_table_says_in_which_column_rows_are_wrong() -> None:
    made = score(item("table"), {**GOOD_TABLE, "two": {"source": "A", "n": 9, "note": None}})
    assert "“Source”: 1 row of 2 is not right." in made.comments
    assert "1 cell is empty." in made.comments
    assert [(part.id, part.right, part.comment) for part in made.parts] == [
        ("one", True, "why of one"), ("two", False, "")
    ]  # fmt: skip


def test_each_of_several_values_that_the_key_lists_for_a_cell_is_right() -> None:
    key = {"one": {"source": ["A", "B"]}, "two": {"source": "B"}}
    for code, share in (("A", 1), ("B", 1), ("X", 1 / 2), (["A", "B"], 1 / 2)):
        made = score(item("table"), {"one": {"source": code}, "two": {"source": "B"}}, key)
        assert made.fraction == share


def test_the_tolerance_of_an_item_with_shapes_is_in_metres() -> None:
    one = item("geoframe", variable="q1", tolerance=5)
    key, near, far = (encode(gpd.GeoSeries([shapely.Point(x, 0)], crs=32742)) for x in (0, 4, 6))
    assert score(one, near, key).verdict == "right"
    assert score(one, far, key).verdict == "wrong"


def test_a_written_answer_waits_for_people() -> None:
    one = Item(id="w1", part="exam", kind="text", points=4, prompt="?", words=(3, 5))
    made = score(one, "We must not do this at all")
    assert (made.points, made.out_of, made.verdict) == (0, 4, "review")
    assert made.comments == ("The text has 7 words; 3 to 5 are asked for.",)
    assert score(one, " ").verdict == "missing"


def test_a_table_of_the_learners_code_is_compared_with_the_rules_of_the_item() -> None:
    one = item("frame", variable="q1", tolerance=0.5, params={"on": ["area"]})
    key = encode(pd.DataFrame({"area": ["x", "y"], "n": [1.0, 2.0]}))
    made = score(one, encode(pd.DataFrame({"area": ["y", "x"], "n": [2.4, 1.1]})), key)
    assert made.verdict == "right"
    made = score(one, encode(pd.DataFrame({"area": ["y", "x"], "n": [2.4, 9.0]})), key)
    assert made.points == 3
    assert [(part.id, part.right) for part in made.parts] == [("n", False)]


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (item("frame", variable="q1"), None),
        (item("frame", variable="q1"), {"$": "frame"}),
        (item("value", variable="q1", params={"tolerence": 3}), 3),
        (item("value", variable="q1"), {"$": "int", "v": "x"}),
        (item("choice"), "z"),
        (item("choices"), []),
        (item("match"), {"ra": "zz"}),
        (item("table"), {"one": 3}),
        (item("number"), "12"),
        (item("suppress", rows_from="x.csv", check="suppression_attack"), None),
        (item("choice", check="no such check"), "a"),
    ],
)
def test_a_fault_of_the_key_is_put_before_a_person_and_not_marked_wrong(one: Item, key: Any) -> None:
    answer = ["a"] if one.kind == "choices" else {"ra": "a"} if one.kind in {"match", "table"} else 3
    if one.kind == "choice":
        answer = "a"
    if one.kind == "suppress":
        answer = []
    assert score(one, answer, key).verdict == "review"
    assert score(one, answer, key).points == 0


def test_comments_come_in_the_language_of_the_reader() -> None:
    with language("ru"):
        assert score(item("choices"), ["a"]).comments == ("Не хватает ещё 1 варианта.",)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["a", "s1", "$", "v"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["$", "v", "index", "columns", "one", "ra", "a", "nodes"]), inner, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip
ALL = [
    *(item(kind) for kind in KINDS),
    item("number", answer=12.5),
    item("text"),
    item("value", variable="q1"),
    item("frame", variable="q1"),
    item("graph", variable="q1"),
]


@given(JSON, st.sampled_from(ALL))
@settings(max_examples=150, deadline=None)
def test_scoring_never_raises_on_any_json(answer: Any, one: Item) -> None:
    keys = {"value": 12345, "frame": encode(pd.DataFrame({"n": [12345]})), "graph": {"$": "graph", "directed": False, "nodes": [["qq", {}]], "edges": []}}  # fmt: skip
    made = score(one, answer, keys.get(one.kind))
    assert 0 <= made.points <= made.out_of
    assert made.verdict in {"right", "partly", "wrong", "missing", "review"}
    json.dumps([made.comments, made.verdict])


@given(JSON, JSON, st.sampled_from(ALL))
@settings(max_examples=60, deadline=None)
def test_scoring_never_raises_on_any_key_either(answer: Any, key: Any, one: Item) -> None:
    assert 0 <= score(one, answer, key).fraction <= 1
