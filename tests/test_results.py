"""Results as tables: what Excel and Moodle read back is what was marked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import marked_course
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_course import RIGHTS, hand_in, solution

from grading.assessment import Assessment
from grading.key import Bench
from grading.marks import Entry
from grading.results import Layout, moodle_csv, moodle_ids, results_csv, safe_cell, write_results
from grading.roster import Person, enrol
from grading.standing import PASS, standings
from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError, InputError

PEOPLE = [
    Person("Тимур Ярош", "kg-001", group="=1+1"),
    Person("=cmd|' /C calc'!A0", "kg-002"),
    Person('Ғайрат Ҷӯраев; "бригада"\nвторая', "kg-003"),
    Person("Ilse Varga", "kg-004"),
]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    workspace = marked_course.workspace(tmp_path)
    enrol(workspace, PEOPLE)
    return Bench(workspace)


@pytest.fixture
def record(bench: Bench):
    """kg-001 right, kg-002 misses a hurdle, kg-003 below 70 per cent with w1 unmarked; kg-004 never came."""
    with Assessment(bench.workspace.assessment) as opened:
        right = solution(bench) | {"q7": []}
        for learner, change in (
            ("kg-001", {}),
            ("kg-002", {"q5": ["a"]}),
            ("kg-003", {"q1": {}, "q2": {}, "q3": {}}),
        ):
            attempt = hand_in(opened, bench, learner, right | change)
            opened.mark(attempt.id, [Entry("q7", 7.0, 7.0, "right")], kind="override", marker="chair")
            if learner != "kg-003":
                opened.mark(attempt.id, [Entry("w1", 6.5, 8.0, "partly")], kind="written", marker="anna")
        yield opened


def test_a_module_is_passed_with_70_per_cent_and_every_hurdle_and_not_otherwise(record, bench: Bench) -> None:
    one, two, three = standings(record, bench.module(RIGHTS))
    assert (one.state, one.points, one.out_of, one.missed) == ("passed", 62.5, 64.0, ())
    assert (two.state, two.missed) == ("failed", ("q5",))
    assert two.share >= PASS
    assert (three.points, three.pending, three.state) == (35.0, ("w1",), "failed")


def test_the_outcome_is_open_only_where_what_is_pending_can_decide_it(record, bench: Bench) -> None:
    for learner, wrong, state in (("kg-101", {}, "passed"), ("kg-102", {"q1": {}, "q2": {}}, "open")):
        attempt = hand_in(record, bench, learner, solution(bench) | wrong)
        record.mark(attempt.id, [Entry("q7", 7.0, 7.0, "right")], kind="override", marker="chair")
        (stand,) = [s for s in standings(record, bench.module(RIGHTS)) if s.attempt.learner == learner]
        assert stand.pending == ("w1",)
        assert stand.state == state


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_table_is_read_back_as_it_was_marked(record, bench: Bench, language: str) -> None:
    with i18n.language(language):
        done = write_results(bench.workspace, record, bench, [RIGHTS], names=True)
    path = bench.workspace.results / "results.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    layout = Layout.of(language)
    table = pd.read_csv(
        path, sep=layout.separator, decimal=layout.decimal, encoding="utf-8-sig", dtype={0: str}
    )
    assert list(table.iloc[:, 0]) == ["kg-001", "kg-002", "kg-003"]
    assert table.iloc[0, 1] == "Тимур Ярош"
    assert "Ғайрат Ҷӯраев" in table.iloc[2, 1]
    points, out_of, share = table.columns[6:9]
    assert list(table[points]) == [62.5, 56.5, 35.0]
    assert list(table[out_of]) == [64, 64, 64]
    assert table[share].tolist() == pytest.approx([97.7, 88.3, 54.7])
    assert (done.provisional, done.unsandboxed) == (0, 0)


def test_names_come_only_when_asked_for(record, bench: Bench) -> None:
    for path in write_results(bench.workspace, record, bench, [RIGHTS]).files:
        text = path.read_text(encoding="utf-8-sig")
        assert not [person.name for person in PEOPLE if person.name[:5] in text], path.name


@pytest.mark.attack
def test_no_cell_runs_as_a_formula_in_a_spreadsheet(record, bench: Bench, tmp_path: Path) -> None:
    write_results(bench.workspace, record, bench, [RIGHTS], names=True)
    text = (bench.workspace.results / "results.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "opened.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "opened.xlsx").active.rows for cell in row]
    assert any("cmd" in str(cell.value) for cell in cells)
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


@pytest.mark.attack
@settings(deadline=None, max_examples=50)
@given(
    st.text(max_size=12), st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "\u00a0@"])
)
def test_a_cell_that_begins_like_a_formula_is_text_whatever_follows(rest: str, start: str) -> None:
    assert safe_cell(start + rest) == f"'{start}{rest}"


def test_moodle_gets_final_points_only_and_is_told_by_what_it_knows_learners(record, bench: Bench) -> None:
    found = {RIGHTS: standings(record, bench.module(RIGHTS))}
    text, left_out = moodle_csv(found, ["kg-001", "kg-002", "kg-003", "kg-004"])
    assert list(csv.reader(io.StringIO(text))) == [
        ["idnumber", RIGHTS],
        ["kg-001", "62.5"],
        ["kg-002", "56.5"],
    ]
    assert left_out == (f"kg-003 · {RIGHTS}",)
    with_all, _ = moodle_csv(
        found, ["kg-003"], ids={"kg-003": "a@example.org"}, id_kind="email", provisional=True
    )
    assert list(csv.reader(io.StringIO(with_all))) == [["email", RIGHTS], ["a@example.org", "35"]]


def test_a_provisional_mark_and_one_without_a_sandbox_are_shown_as_such(record, bench: Bench) -> None:
    attempt = record.attempts(RIGHTS, "kg-001")[0]
    record.mark(
        attempt.id, [Entry("q1", 6.0, 6.0, "right", mode="unsandboxed")], kind="auto", marker="machine"
    )
    two = record.attempts(RIGHTS, "kg-002")[0]
    row = record.add_attempt(RIGHTS, "kg-104", 1, language="en", variant=0, receipt="R")
    record.mark(row, [Entry("q1", 6.0, 6.0, "right", provisional=True)], kind="auto", marker="machine")
    record.log("marked provisionally", attempt=row)
    stands = {stand.attempt.learner: stand for stand in standings(record, bench.module(RIGHTS))}
    assert stands["kg-001"].unsandboxed
    assert stands["kg-104"].provisional
    rows = list(csv.reader(io.StringIO(results_csv(stands.values()))))
    notes = {row[0]: row[-1] for row in rows[1:]}
    assert notes["kg-001"] == "executed without a sandbox"
    assert notes["kg-104"] == "provisional: code was not executed"
    assert notes["kg-002"] == ""
    assert two.learner == "kg-002"


def test_the_list_of_moodle_names_its_columns_and_doubts_a_number_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "moodle.csv"
    path.write_text("learner,email\nkg-001,a@example.org\nkg-002,b@example.org\n", encoding="utf-8")
    assert moodle_ids(path) == ({"kg-001": "a@example.org", "kg-002": "b@example.org"}, "email")
    path.write_text("learner,idnumber\nkg-001,7\nkg-002,7\n", encoding="utf-8")
    with pytest.raises(InputError, match="two learners: kg-001 and kg-002"):
        moodle_ids(path)
    path.write_text("who,idnumber\nkg-001,7\n", encoding="utf-8")
    with pytest.raises(ColumnsError, match="learner and idnumber"):
        moodle_ids(path)
