"""The module on source and information evaluation: its draws, its key, what graders earn."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from grading.data import SAMPLE, VARIANTS, made, solver
from grading.modules import Module, load
from ilp_toolkit.evaluation import grades
from ilp_toolkit.learning.items import Item
from ilp_toolkit.learning.scoring import score
from ilp_toolkit.synthetic.reports import reports_table

ROOT = Path(__file__).parents[1]
TRUTH = json.loads((ROOT / "datasets" / "reports" / "truth.json").read_text(encoding="utf-8"))
SALTS = ((SAMPLE, VARIANTS), (b"an examiner's own", 2))


@pytest.fixture(scope="module")
def module() -> Module:
    return load(ROOT / "modules" / "04_evaluation")


@pytest.fixture(scope="module")
def sets(module: Module, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    """Folder and key of every variant with the sample's salt, and of two with another."""
    solve = solver(module)
    assert solve is not None
    found = []
    for salt, variants in SALTS:
        for variant in range(variants):
            folder = tmp_path_factory.mktemp("variant")
            for name, text in made(module, variant, salt).items():
                (folder / name).write_text(text, encoding="utf-8")
            found.append((folder, solve(folder)))
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reference(key: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, str]]:
    return {row: {axis: listed[0] for axis, listed in cells.items()} for row, cells in key.items()}


def numbers(folder: Path) -> dict[str, str]:
    """Return which of the sixty stands behind each row, found by the words of the reports."""
    table = reports_table("en")
    known: dict[str, str] = {}
    for number, text, sanitised in table[["Report number", "Information", "Sanitised text"]].to_numpy():
        bare = re.sub(r" \([^)]*\)", "", text)
        known |= {bare: number, sanitised: number}
    found = {}
    for row in rows(folder / "reports.en.csv"):
        said = row["Information"]
        own = next((n for words, n in known.items() if words and words.startswith(said)), None)
        assert own is not None, said
        found[row["#"]] = own
    return found


def test_every_variant_has_twenty_reports_and_one_circle_among_them(sets: Any) -> None:
    circles = {frozenset(each["reports"]) for each in TRUTH["circular"].values()}
    for folder, key in sets:
        told = numbers(folder)
        assert len(told) == len(set(told.values())) == 20
        here = [circle for circle in circles if circle <= set(told.values())]
        assert len(here) == 1
        inside = [row for row, number in told.items() if number in here[0]]
        assert {tuple(key["q1"][row]["information"]) for row in inside} == {("4",)}
        codes = re.findall(r"First source (O-\d+)", (folder / "reports.en.csv").read_text(encoding="utf-8"))
        assert max(codes.count(code) for code in codes) == 3


def test_the_toolkit_finds_the_same_circle(sets: Any) -> None:
    for folder, _key in sets:
        found = pd.DataFrame(rows(folder / "reports.en.csv"))
        parts = found["How it is known"].str.extract(r"First source (O-\d+), through: (.*)\.$")
        table = pd.DataFrame({"report_id": found["#"], "origin_id": parts[0], "path": parts[1]})
        assert grades.circular(table)["n"].tolist() == [3]


def test_no_report_that_must_not_enter_is_graded(sets: Any) -> None:
    kept_out = set(TRUTH["refused"]["ill_treatment"] + TRUTH["refused"]["unlawful"])
    kept_out |= set(TRUTH["unstated"]["lawful"] + TRUTH["unstated"]["ill_treatment_free"])
    for folder, _key in sets:
        assert not kept_out & set(numbers(folder).values())


def test_the_planted_false_report_is_there_with_its_good_grade_and_a_contradiction(sets: Any) -> None:
    for folder, key in sets:
        told = {number: row for row, number in numbers(folder).items()}
        false, *_rest = TRUTH["planted_false"]["report"]
        assert key["q1"][told[false]] == {"source": ["B"], "information": ["2"]}
        assert set(TRUTH["planted_false"]["spoken_against_by"]) & set(told)


def test_every_variant_has_both_hard_pairs(sets: Any) -> None:
    """A reliable source with a rumour, and an unreliable one with something confirmed."""
    for _folder, key in sets:
        given = {(cells["source"][0], cells["information"][0]) for cells in key["q1"].values()}
        assert {("A", "4"), ("C", "3"), ("X", "2")} <= given


def test_variants_differ_in_their_keys(sets: Any) -> None:
    assert len({json.dumps(key["q1"]) for _folder, key in sets}) == len(sets)
    for _folder, key in sets:
        assert set(key["q1"]) == {f"N{n:02d}" for n in range(1, 21)}


def test_what_a_learner_gets_holds_no_grade_and_no_number_of_the_sixty(sets: Any) -> None:
    for folder, _key in sets:
        for name in ("reports.en.csv", "reports.ru.csv", "desk.en.csv", "matter.en.csv"):
            text = (folder / name).read_text(encoding="utf-8")
            assert "R25-" not in text
            assert not re.search(r"\b[ABCX][1-4]\b", text)


def test_both_languages_ask_the_same(sets: Any) -> None:
    for folder, _key in sets:
        for name in ("reports", "desk", "matter"):
            english, russian = rows(folder / f"{name}.en.csv"), rows(folder / f"{name}.ru.csv")
            assert [row["#"] for row in english] == [row["#"] for row in russian]
            for one, other in zip(english, russian, strict=True):
                digits = [re.findall(r"\d+", " ".join(row.values())) for row in (one, other)]
                assert sorted(set(digits[0]) - {"40"}) == sorted(set(digits[1]) - {"40"})
                assert not re.search("[а-я]", " ".join(one.values()))


def q1(module: Module) -> Item:
    return module.item("q1")


def test_whoever_gives_the_reference_grades_earns_all_and_kappa_is_one(module: Module, sets: Any) -> None:
    for _folder, key in sets:
        mark = score(q1(module), reference(key["q1"]), key["q1"])
        assert (mark.points, mark.verdict) == (20, "right")
        assert any("20 of 20, kappa 1.00" in comment for comment in mark.comments)


def test_every_grade_that_can_be_defended_counts(module: Module, sets: Any) -> None:
    for _folder, key in sets:
        last = {row: {axis: listed[-1] for axis, listed in cells.items()} for row, cells in key["q1"].items()}
        assert last != reference(key["q1"])
        assert score(q1(module), last, key["q1"]).fraction == 1


@pytest.mark.parametrize(("source", "information"), [(s, i) for s in "ABCX" for i in "1234"])
def test_whoever_gives_one_grade_to_all_does_not_pass(
    module: Module, sets: Any, source: str, information: str
) -> None:
    for _folder, key in sets[::4]:
        same = {row: {"source": source, "information": information} for row in key["q1"]}
        mark = score(q1(module), same, key["q1"])
        assert mark.fraction < 0.5
        assert any("kappa 0.00" in comment for comment in mark.comments)


def test_whoever_lets_the_source_decide_on_the_content_is_told_so_and_does_not_pass(
    module: Module, sets: Any
) -> None:
    for _folder, key in sets:
        follows = {"A": "1", "B": "2", "C": "3", "X": "4"}
        given = {
            row: {"source": cells["source"][0], "information": follows[cells["source"][0]]}
            for row, cells in key["q1"].items()
        }
        mark = score(q1(module), given, key["q1"])
        assert any("halo" in comment for comment in mark.comments)
        assert score(q1(module), {row: {**cells, "source": "B"} for row, cells in given.items()},
                     key["q1"]).fraction < 0.7  # fmt: skip


def test_slips_are_counted_by_kind(module: Module) -> None:
    key = {
        "N01": {"source": ["X"], "information": ["4"]},
        "N02": {"source": ["B"], "information": ["3"]},
        "N03": {"source": ["B"], "information": ["2", "1"]},
    }
    given = {
        "N01": {"source": "C", "information": "3"},
        "N02": {"source": "X", "information": "2"},
        "N03": {"source": "B", "information": "1"},
    }
    comments = " ".join(score(q1(module), given, key).comments)
    for told in (
        "1 source that nobody can judge",
        "1 source with a record was called unknown",
        "1 time hearsay",
        "1 report counts as corroborated",
    ):
        assert told in comments
    assert "what the officer saw" not in comments
    assert "N01" not in comments


def test_kappa_is_that_of_the_example_worked_by_hand_in_the_trainers_notes(module: Module) -> None:
    first, second = "AAABCCXX", "AAABCBXC"
    assert [[codes.count(c) for c in "ABCX"] for codes in (first, second)] == [[3, 1, 2, 2], [3, 2, 2, 1]]
    key = {f"N{n:02d}": {"source": code, "information": "1"} for n, code in enumerate(second, 1)}
    given = {f"N{n:02d}": {"source": code, "information": "1"} for n, code in enumerate(first, 1)}
    chance = (3 * 3 + 1 * 2 + 2 * 2 + 2 * 1) / 64
    by_hand = f"{(6 / 8 - chance) / (1 - chance):.2f}"
    assert any(f"6 of 8, kappa {by_hand}" in comment for comment in score(q1(module), given, key).comments)
    notes = (module.folder / "facilitator.md").read_text(encoding="utf-8")
    assert f"**{by_hand}**" in notes
    assert "A3 B1 C2 X2, second A3 B2 C2 X1" in notes


def test_the_second_grader_of_the_lab_is_told_apart_from_the_reference(module: Module) -> None:
    item = module.item("p8")
    mark = score(item, item.key())
    assert mark.verdict == "right"
    assert any("second grader's grade on 4 of 8" in comment for comment in mark.comments)
    defended = {**item.key(), "register": {"source": "A", "information": "2"}}
    assert score(item, defended).fraction == 1


def test_hurdles_take_the_trap(module: Module, sets: Any) -> None:
    """Whoever goes by the boxes lets in what was beaten out of a man; whoever counts reports fails the other."""
    for folder, key in sets:
        desk = {row["#"]: row for row in rows(folder / "desk.en.csv")}
        boxes = {
            row: {"fate": "enters" if cells["Box: no ill-treatment"] == "yes" else key["q2"][row]["fate"]}
            for row, cells in desk.items()
        }
        assert any("beaten" in cells["How it was obtained"] for cells in desk.values())
        assert score(module.item("q2"), key["q2"], key["q2"]).fraction == 1
        assert score(module.item("q2"), boxes, key["q2"]).fraction < 1
        fates = [cells["fate"] for cells in key["q2"].values()]
        assert fates.count("enters") == 3
        assert "waits" in fates
        adds = [cells["adds"] for cells in key["q3"].values()]
        assert sorted(adds) == ["new", "new", "new", "repeat", "repeat", "unknown"]
        every = {row: {"adds": "new"} for row in key["q3"]}
        assert score(module.item("q3"), every, key["q3"]).fraction == 0.5


def test_figures_that_the_lesson_quotes_are_those_of_its_data(module: Module, sets: Any) -> None:
    lesson = (ROOT / "modules" / "04_evaluation" / "lesson.py").read_text(encoding="utf-8")
    folder, _key = sets[0]
    pair = pd.read_csv(folder / "two_graders.csv")
    first, second = pair["first"].map(grades.parse), pair["second"].map(grades.parse)
    found = grades.agreement(first, second, axis="source")
    assert found.kappa is not None
    assert (
        f"agreed on {round((found.observed or 0) * found.n)} of {found.n}, kappa {found.kappa:.2f}" in lesson
    )
    assert found.table.loc["A", "B"] == 7


def test_counts_are_those_of_the_curriculum(module: Module) -> None:
    practice = [item for item in module.items if item.practice]
    graded = [item for item in module.items if item.id.startswith("q")]
    written = [item for item in module.items if item.written]
    assert (len(practice), len(graded), sum(item.hurdle for item in graded), len(written)) == (12, 10, 2, 1)
    assert not any(item.code for item in module.items)


def test_a_wrong_choice_in_a_table_is_explained_without_the_right_one(module: Module, sets: Any) -> None:
    for name in ("q1", "q2", "q3"):
        item = module.item(name)
        whys = {option.id: option.why for column in item.column for option in column.option}
        assert all(whys.values())
        for _folder, key in sets[::4]:
            right = reference(key[name]) if name == "q1" else key[name]
            for row, cells in right.items():
                for column in item.column:
                    listed = key[name][row][column.id]
                    others = [o.id for o in column.option if o.id not in listed and o.id != listed]
                    given = {**right, row: {**cells, column.id: others[0]}}
                    part = next(p for p in score(item, given, key[name]).parts if p.id == row)
                    assert part.right is False
                    assert part.comment == whys[others[0]]


def test_one_grade_for_all_is_not_called_a_halo(module: Module, sets: Any) -> None:
    for _folder, key in sets[::4]:
        same = {row: {"source": "B", "information": "2"} for row in key["q1"]}
        assert not any("halo" in comment for comment in score(q1(module), same, key["q1"]).comments)


def test_the_number_of_a_report_heads_its_row_in_the_form() -> None:
    from ilp_toolkit.views.widgets.panel import KINDS

    question = {
        "id": "q1", "kind": "table", "column": [{"id": "c", "text": "Source", "type": "text"}],
        "row": [{"id": "N01", "cells": [("", "N01"), ("Information", "A van.")]}],
    }  # fmt: skip
    waiting, html = [KINDS["table"](question, None, [].append).widget], ""
    while waiting:
        part = waiting.pop()
        waiting += getattr(part, "children", ())
        if type(part).__name__ == "HTML":
            html += part.value
    assert "<strong>N01</strong>" in html
    assert '<span class="ilp-item-head"></span>' not in html
    assert '<span class="ilp-item-head">Information</span>' in html
