"""Items: what a trainer writes is read whole or refused in words; what is released tells no key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import language
from ilp_toolkit.learning.itemfile import read_items
from ilp_toolkit.learning.items import (
    KINDS,
    Column,
    Criterion,
    Item,
    ItemPack,
    Mistake,
    Option,
    Row,
    Span,
    Step,
)

SECRET = "lorvik"  # stands in every field that must not be released


def every_kind(part: str = "exam") -> tuple[Item, ...]:
    """One item of each kind, with the secret in each field that tells a key."""
    letter = "p" if part != "exam" else "q"
    options = (
        Option(id="a", text="Yes", right=True, why=SECRET),
        Option(id="b", text="No", right=False, why=SECRET),
    )
    plain_options = (Option(id="x", text="X"), Option(id="y", text="Y"))
    rows = tuple(Row(id=f"r{n}", text=f"Row {n}", answer="xxy"[n], why=SECRET) for n in range(3))
    column = Column(id="grade", text="Grade", option=plain_options)
    filled = (Row(id="one", text="One", answer={"grade": "x"}, why=SECRET),)
    steps = tuple(Step(id=name, text=name.upper(), why=SECRET) for name in ("dig", "ask", "cut", "bid"))
    spans = (Span(id="s1", hide=True, why=SECRET), Span(id="s2", hide=False, why=SECRET))
    criteria = (Criterion(id="c", text="Clear?", anchor=(SECRET,) * 5),)
    fields: dict[str, dict[str, Any]] = {
        "choice": {"option": options},
        "choices": {"option": options},
        "order": {"step": steps},
        "match": {"row": rows, "option": plain_options},
        "number": {"answer": 731, "tolerance": 0.25, "mistake": (Mistake(value=444, why=SECRET),)},
        "table": {"column": (column,), "row": filled},
        "spans": {"text": "Seen by [[s1:M. O.]] at [[s2:noon]].", "span": spans},
        "suppress": {"rows_from": "counts.csv", "check": "suppression_attack"},
        "text": {"words": (10, 50), "criterion": criteria},
        "value": {"variable": "q", "tolerance": 0.25},
        "frame": {"variable": "q", "params": {"on": [SECRET]}},
        "geoframe": {"variable": "q"},
        "graph": {"variable": "q"},
    }
    made = []
    for n, (kind, more) in enumerate(fields.items(), start=1):
        name = "w" if kind == "text" and letter == "q" else letter
        points = 0 if letter == "p" else 2
        made.append(Item.model_validate({
            "id": f"{name}{n}", "part": part, "kind": kind, "points": points, "prompt": f"Question {n}?",
            "hints": (SECRET,), "solution": SECRET, **more,
        }))  # fmt: skip
    return tuple(made)


def test_each_kind_of_the_course_is_modelled() -> None:
    assert [item.kind for item in every_kind()] == list(KINDS)


@pytest.mark.parametrize("item", every_kind(), ids=lambda item: item.kind)
def test_what_is_shown_of_an_item_tells_no_key(item: Item) -> None:
    shown = item.shown()
    text = json.dumps(shown)
    assert SECRET not in text
    assert "731" not in text
    assert "444" not in text
    assert not {"right", "why", "answer", "hints", "solution", "hide", "tolerance"} & set(_names(shown))
    assert Item.model_validate(shown).key() is None


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for each in value.values() for name in _names(each))]
    return [name for each in value for name in _names(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("item", every_kind("lab"), ids=lambda item: item.kind)
def test_an_item_written_whole_is_read_the_same(item: Item) -> None:
    assert Item.model_validate(json.loads(json.dumps(item.whole()))) == item


def test_keys_of_declarative_kinds() -> None:
    keys = {item.kind: item.key() for item in every_kind()}
    assert keys == {
        "choice": "a", "choices": ["a"], "order": ["dig", "ask", "cut", "bid"],
        "match": {"r0": "x", "r1": "x", "r2": "y"}, "number": 731, "table": {"one": {"grade": "x"}},
        "spans": ["s1"], "suppress": None, "text": None, "value": None, "frame": None, "geoframe": None,
        "graph": None,
    }  # fmt: skip


@given(st.lists(st.text("abcdefgh", min_size=1), min_size=2, max_size=8, unique=True))
def test_an_order_is_shown_shuffled_and_never_in_the_right_order(ids: list[str]) -> None:
    item = Item(id="q1", part="exam", kind="order", step=tuple(Step(id=i, text=i) for i in ids))
    shown = [step["id"] for step in item.shown()["step"]]
    assert sorted(shown) == sorted(ids)
    assert shown != ids
    assert shown == [step["id"] for step in item.shown()["step"]]


def test_params_are_released_only_where_the_trainer_names_them() -> None:
    item = Item(
        id="q1", part="exam", kind="suppress", params={"threshold": 5, "best": 4, "shown": ["threshold"]}
    )
    assert item.shown()["params"] == {"threshold": 5}


def test_a_pack_comes_back_with_practice_whole_and_the_exam_bare(tmp_path: Path) -> None:
    pack = ItemPack(
        module="03_rights", items=(*every_kind("lab"), *every_kind()), keys={"p10": {"0": 3.5, "1": 4.5}}
    )
    (tmp_path / "items.json").write_text(json.dumps(pack.released()), encoding="utf-8")
    (tmp_path / "practice.dat").write_text(pack.practice(), encoding="ascii")
    read = ItemPack.load(tmp_path)
    assert read.part("lab") == every_kind("lab")
    assert all(item.keyless and item.key() is None for item in read.part("exam"))
    assert SECRET not in (tmp_path / "items.json").read_text(encoding="utf-8")
    assert (read.key("p10", 1), read.key("p1"), read.key("q1")) == (4.5, "a", None)


def test_practice_dat_holds_no_item_of_the_exam_even_if_a_key_of_it_is_given(tmp_path: Path) -> None:
    pack = ItemPack(module="x", items=every_kind(), keys={"q10": {"0": 3.5}})
    (tmp_path / "items.json").write_text(json.dumps(pack.released()), encoding="utf-8")
    (tmp_path / "practice.dat").write_text(pack.practice(), encoding="ascii")
    assert ItemPack.load(tmp_path).keys == {}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 2}', b"\xff\xfe"])
def test_a_damaged_pack_is_refused_in_words(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "items.json").write_bytes(damage)
    with pytest.raises(FileError, match="copy the course folder again"):
        ItemPack.load(tmp_path)


@pytest.mark.parametrize("damage", [b"####", b"AAAA", b"e30="])
def test_damaged_practice_is_refused_in_words(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "items.json").write_text(json.dumps(ItemPack(module="x").released()), encoding="utf-8")
    (tmp_path / "practice.dat").write_bytes(damage)
    with pytest.raises(FileError, match="damaged"):
        ItemPack.load(tmp_path)


def test_translation_reaches_every_text_and_no_id() -> None:
    for item in every_kind("lab"):
        seen = set(item.texts())
        turned = item.translated(lambda text: f"«{text}»")
        assert set(turned.texts()) == {f"«{text}»" for text in seen}
        assert turned.key() == item.key()
        assert turned.translated(lambda text: text[1:-1]) == item


GOOD = """
[[item]]
id = "q1"
part = "exam"
kind = "choice"
points = 2
prompt = "Which?"
option = [
  {id = "a", text = "Yes", right = true, why = "It is."},
  {id = "b", text = "No", right = false, why = "It is not."},
]
"""
SPANS = """
[[item]]
id = "q1"
part = "exam"
kind = "spans"
points = 1
prompt = "Black out."
text = "Seen by [[s1:M. O.]] and [[s2:her brother]]."
span = [{id = "s1", hide = true}, {id = "s2", hide = true}]
"""
ORDER = """
[[item]]
id = "q1"
part = "exam"
kind = "order"
points = 1
prompt = "In which order?"
step = [{id = "k", text = "1"}, {id = "b", text = "2"}, {id = "m", text = "3"}]
"""
TABLE = """
[[item]]
id = "q1"
part = "exam"
kind = "table"
points = 1
prompt = "Grade."
column = [{id = "g", text = "Grade", option = [{id = "A", text = "A"}, {id = "B", text = "B"}]}]
row = [{id = "one", text = "One", answer = {g = "A"}}, {id = "two", text = "Two", answer = {g = "B"}}]
"""
MATCH = """
[[item]]
id = "q1"
part = "exam"
kind = "match"
points = 1
prompt = "Who?"
row = [{id = "r", text = "R", answer = "y"}, {id = "s", text = "S", answer = "x"}, {id = "t", text = "T", answer = "y"}]
option = [{id = "x", text = "X"}, {id = "y", text = "Y"}]
"""
FRAME = """
[[item]]
id = "q1"
part = "exam"
kind = "frame"
points = 1
prompt = "Count."
variable = "q1"
params = {on = ["area"], partial = "rows"}
"""


def read(tmp_path: Path, text: str) -> tuple[Item, ...]:
    path = tmp_path / "items.toml"
    path.write_text(text, encoding="utf-8")
    return read_items(path)


@pytest.mark.parametrize("text", [GOOD, SPANS, ORDER, TABLE, MATCH, FRAME])
def test_a_good_item_is_read(tmp_path: Path, text: str) -> None:
    (item,) = read(tmp_path, text)
    assert item.id == "q1"


MISTAKES = {
    "a field that is misspelt": (GOOD, "prompt =", "promt =", "`promt` is no field"),
    "an unknown kind": (GOOD, '"choice"', '"quiz"', "`kind` is 'quiz'; it must be one of choice, choices"),
    "true in quotation marks": (GOOD, "right = true", 'right = "perhaps"', "`option 1 right` is 'perhaps'; write true"),
    "no points": (GOOD, "points = 2\n", "", "`points` is missing"),
    "points in words": (GOOD, "points = 2", 'points = "two"', "`points` is 'two'; write a number"),
    "an id of another form": (GOOD, '"q1"', '"Q1"', "write p1, p2"),
    "practice in the exam": (GOOD, '"q1"', '"p1"', "p… is practice"),
    "a graded item in the lesson": (GOOD, '"exam"', '"lesson"', "must be exam for a graded item"),
    "two right options": (GOOD, "right = false", "right = true", "2 options are right"),
    "no right option": (GOOD, "right = true", "right = false", "0 options are right"),
    "an option twice": (GOOD, 'id = "b"', 'id = "a"', "the id a stands twice"),
    "an option without why": (GOOD, 'why = "It is."', 'why = ""', "`option` a: `why` is empty"),
    "a field of another kind": (GOOD, "points = 2", "points = 2\nanswer = 3", "`answer` does not belong to kind choice"),
    "a solution in the exam": (GOOD, "points = 2", 'points = 2\nsolution = "a"', "belong to practice"),
    "the same id twice": (GOOD, "},\n]\n", "},\n]\n" + GOOD, "the id stands 2 times"),
    "a single bracket": (GOOD, "[[item]]", "[item]", "double brackets"),
    "a wrong head": (GOOD, "[[item]]", "[[question]]", "opens with [[item]]"),
    "an open quotation mark": (GOOD, '"Which?"', '"Which?', "left open"),
    "a passage without a span": (SPANS, '{id = "s2", hide = true}', "", "marks passage s2"),
    "a span without a passage": (SPANS, "[[s2:her brother]]", "her brother", "`span` s2 does not stand"),
    "nothing to hide": (SPANS, "hide = true", "hide = false", "nothing must be hidden"),
    "an order given away by its ids": (ORDER, '"k"', '"a"', "give the order away"),
    "a table's answer that is no option": (TABLE, '{g = "A"}', '{g = "C"}', "must be one of A, B"),
    "a table's row without a column": (TABLE, '{g = "A"}', "{}", "must name each column"),
    "a match with an unknown option": (MATCH, 'answer = "x"', 'answer = "z"', "must be one of x, y"),
    "a comparison that is not known": (FRAME, 'partial = "rows"', 'partail = "rows"', "`partail` is no field"),
    "an unknown check": (FRAME, "points = 1", 'points = 1\ncheck = "magic"', "must be one of suppression_attack"),
    "a prompt that is empty": (GOOD, '"Which?"', '" "', "`prompt` is empty"),
    "an item of kind text named q": (
        GOOD.partition("option")[0], '"choice"', '"text"', "items of kind text are named w"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_trainers_mistake_is_told_with_item_field_and_remedy(tmp_path: Path, name: str) -> None:
    text, old, new, message = MISTAKES[name]
    assert old in text
    with pytest.raises(FileError) as error:
        read(tmp_path, text.replace(old, new))
    assert message in str(error.value)
    assert "items.toml" in str(error.value)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    second = GOOD.replace('"q1"', '"q2"').replace("right = true", "right = false").replace("points = 2\n", "")
    with pytest.raises(FileError) as error:
        read(tmp_path, GOOD.replace('"Which?"', '""') + second)
    lines = str(error.value).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("- line 3, item q1: `prompt`")
    assert all(line.startswith("- line 14, item q2: ") for line in lines[2:])


def test_a_trainers_mistake_is_told_in_russian(tmp_path: Path) -> None:
    with language("ru"), pytest.raises(FileError, match="строка 3, задание q1"):
        read(tmp_path, GOOD.replace('"Which?"', '""'))


def test_a_file_of_another_encoding_is_refused_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "items.toml"
    path.write_bytes(GOOD.replace("Which?", "Какой?").encode("cp1251"))
    with pytest.raises(FileError, match="not UTF-8"):
        read_items(path)


def test_a_file_of_windows_with_a_mark_at_its_head_is_read(tmp_path: Path) -> None:
    path = tmp_path / "items.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(read_items(path)) == 1


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "modules").glob("*/items.toml")), ids=lambda p: p.parent.name
)
def test_the_items_of_every_module_are_read(path: Path) -> None:
    assert read_items(path)
