"""What the products of one file have in common: parts and tables that leave, pictures beside each other, how sure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ilp_toolkit.cli.order import Making, Order, fill, taken
from ilp_toolkit.collection import personal_numbers as numbers
from ilp_toolkit.collection.identity import personal_text
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination.product.assessment import answer_box, first_rows, judged
from ilp_toolkit.dissemination.product.blocks import Figure, Pair
from ilp_toolkit.dissemination.product.input_file import file_of, folders_of, input_of
from ilp_toolkit.dissemination.product.parts import check_parts, public_tables
from ilp_toolkit.dissemination.product.picture import Size, foot, side_by_side
from ilp_toolkit.dissemination.product.profile_facts import Request
from ilp_toolkit.dissemination.product.profile_prepared import prepare
from ilp_toolkit.errors import DisclosureError, FileError, InputError

# Parts and tables


def test_a_part_that_nobody_knows_is_told_with_those_that_there_are() -> None:
    check_parts({"prices"}, {"prices": "", "links": ""}, said="")
    with pytest.raises(InputError, match=r"^music is none of prices, links$"):
        check_parts({"prices", "music"}, {"prices": "", "links": ""}, said="{part} is none of {known}")


def test_a_table_leaves_with_its_columns_and_nothing_else() -> None:
    table = pd.DataFrame({"secret": ["x"], "n": [7], "place": ["a"]}, index=[4])
    table.attrs["choices"] = {"file": "register.csv"}
    found = public_tables({"one": table, "none": None, "empty": table.iloc[:0]}, {"one": ("place", "n")})
    assert list(found) == ["one"]
    assert found["one"].to_dict("list") == {"place": ["a"], "n": [7]}
    assert not found["one"].attrs
    assert table.attrs
    with pytest.raises(DisclosureError, match=r"“one” lacks the column “kg”"):
        public_tables({"one": table}, {"one": ("place", "kg")})


# Pictures


def maker(name: str, asked: list[str]) -> Callable[[Size], Figure | None]:
    def draw(size: Size) -> Figure | None:
        asked.append(f"{name} {size}")
        return Figure(name=name, alt="", svg=b"", png=b"") if name else None

    return draw


def test_two_pictures_stand_beside_each_other_and_a_third_is_not_drawn() -> None:
    asked: list[str] = []
    (pair,) = side_by_side([maker("a", asked), maker("", asked), maker("b", asked), maker("c", asked)])
    assert isinstance(pair, Pair)
    assert (pair.left.name, pair.right.name) == ("a", "b")
    assert asked == ["a half", " half", "b half"]


def test_one_picture_takes_the_whole_width() -> None:
    asked: list[str] = []
    (alone,) = side_by_side([maker("", asked), maker("b", asked)])
    assert isinstance(alone, Figure)
    assert asked[-1] == "b full"
    asked.clear()
    assert len(side_by_side([maker("a", asked)])) == 1
    assert asked == ["a full"]
    assert side_by_side([maker("", asked)]) == []


def test_a_foot_without_a_source_is_the_day_alone() -> None:
    day = dt.date(2025, 3, 9)
    assert foot("", day) == "9 March 2025."
    assert foot("register", day) == "Source: register. 9 March 2025."


# How sure


def test_three_doubts_or_a_heavy_one_make_it_low_and_one_file_is_never_high() -> None:
    assert judged([], alone="one file") == ("moderate", ["one file"])
    assert judged([(False, "a"), (False, "b")], alone="z")[0] == "moderate"
    assert judged([(False, "a"), (False, "b"), (False, "c")], alone="z")[0] == "low"
    assert judged([(False, "a"), (True, "b")], alone="z") == ("low", ["b", "a", "z"])


def test_page_one_says_three_reasons_and_four_questions() -> None:
    box = answer_box([("What", "x")], sure=("low", list("abcd")), not_shown="y", questions=list("12345"))
    assert [answer.question for answer in box.answers] == ["What", "How sure", "Not shown"]
    assert box.answers[1].text == "We hold this with low confidence: a; b; c."
    assert box.questions == ("1", "2", "3", "4")


def test_of_a_long_table_the_largest_rows_stand_on_the_page_in_their_order() -> None:
    table = pd.DataFrame({"name": range(40), "kg": [*range(39), None]})
    assert [row["name"] for row in first_rows(table, "kg")] == list(range(9, 39))


# The file


def test_a_member_of_an_archive_is_of_the_file_of_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(b"12345")
    assert file_of(f"{path}!inside.csv") == path
    assert folders_of(f"{path}!inside.csv") == [tmp_path.resolve()]
    assert input_of(f"{path}!inside.csv")["input"]["bytes"] == 5
    assert input_of(None) == input_of(tmp_path / "none.csv") == {}
    assert folders_of(None) == []


# The order


def order(out: Path, **options: object) -> Order:
    file = out.with_name("register.csv")
    file.touch()
    given = {
        "policy": None,
        "case": None,
        "keys": None,
        "audience": "agency",
        "handling": None,
        "quality": "",
    }
    given |= {"purpose": "", "second_person": "", "lang": None, "quiet": True}
    return Order(file=file, out=out, **(given | options))  # type: ignore[arg-type]


def test_a_folder_in_other_use_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(FileError), taken(order(tmp_path)):
        pytest.fail("the order was taken")


def test_a_draft_is_made_of_what_the_reader_read_and_told_in_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[object] = []

    def read(file: str, **how: object) -> str:
        seen.append((file, how))
        return "intake"

    def publish(intake: str, out: Path, *, source: str, **_rest: object) -> None:
        seen.append((intake, out.name, source))

    making = Making(read, publish, release=publish, steps=1, page="x.html", counted="n", told="")
    with taken(order(tmp_path / "out")) as limits:
        fill(order(tmp_path / "out"), making, request=None, how={"columns": None}, limits=limits)
    register = tmp_path / "register.csv"
    assert seen == [(register, {"columns": None}), ("intake", "out", register)]
    assert not capsys.readouterr().out


def test_a_file_that_is_not_there_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    missing = replace(order(tmp_path / "out"), file=f"{tmp_path / 'registr.csv'}!Sheet1")
    with pytest.raises(FileError, match=r"There is no file .*registr\.csv"), taken(missing):
        pytest.fail("the order was taken")  # pragma: no cover


def test_a_part_of_a_profile_that_nobody_knows_is_told_before_the_work() -> None:
    nothing: Any = None
    with pytest.raises(InputError, match=r"“music” is no part of a profile"):
        prepare(nothing, policy=load(), request=Request(without=frozenset({"music"})))


# National numbers


def test_a_column_is_judged_more_loosely_than_a_number_in_a_text() -> None:
    # A foreigner's IIN: the seventh digit tells no century.
    digits = next(f"90010100001{last}" for last in "0123456789" if numbers.iin_check(f"90010100001{last}"))
    assert personal_text(digits) == "national_id"
    assert not numbers.kz_iin(digits)
    assert personal_text("900101300017") == "national_id"
    assert numbers.kz_iin("900101300017")
    assert personal_text("901301300017") is None
