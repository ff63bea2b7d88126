"""The record of marking: it grows, and nothing in it changes."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.assessment import Assessment
from grading.marks import Entry
from ilp_toolkit.errors import FileError


@pytest.fixture
def record(tmp_path: Path):
    with Assessment(tmp_path / "assessment.db") as opened:
        yield opened


def attempt(record: Assessment, learner: str = "kg-014", number: int = 1, *, complete: bool = True) -> int:
    return record.add_attempt(
        "03_rights",
        learner,
        number,
        language="en",
        variant=3,
        receipt=f"R{learner}{number}",
        complete=complete,
    )


def mark(record: Assessment, row: int, points: float | None, item: str = "q1", **how) -> int:
    verdict = how.pop("verdict", "partly")
    entry = Entry(item, points, 4.0, verdict, provisional=how.pop("provisional", False))
    return record.mark(row, [entry], **{"kind": "auto", "marker": "machine", **how})


def test_a_mark_is_superseded_and_the_earlier_one_stays_readable(record: Assessment) -> None:
    row = attempt(record)
    mark(record, row, 1.0)
    mark(record, row, 3.0)
    assert [m.points for m in record.marks(row)] == [3.0]
    history = record.marks(row, history=True)
    assert [m.points for m in history] == [1.0, 3.0]
    assert history[1].supersedes == history[0].id


@pytest.mark.parametrize("table", ["attempt", "response", "mark", "event", "item_version"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_no_row_of_the_record_can_be_changed_or_deleted(tmp_path: Path, table: str, change: str) -> None:
    path = tmp_path / "assessment.db"
    with Assessment(path) as record:
        row = attempt(record)
        record.respond(row, {"q1": "a"}, origin="recorded")
        record.item_version("03_rights", "q1", version=1, digest="d", head={})
        mark(record, row, 1.0)
    with sqlite3.connect(path) as other, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        other.execute(change.format(table))
    other.close()


def test_a_mark_that_says_the_same_is_not_written_again(record: Assessment) -> None:
    row = attempt(record)
    assert [mark(record, row, 2.0), mark(record, row, 2.0), mark(record, row, 2.5)] == [1, 0, 1]


def test_a_marker_cannot_have_two_standing_marks_of_an_item_even_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "assessment.db"
    with Assessment(path) as record:
        mark(record, attempt(record), 1.0)
    copy = (
        "INSERT INTO mark (attempt, item, kind, marker, points, out_of, verdict, comments, parts, provisional, mode,"
        " made, supersedes) SELECT attempt, item, kind, marker, points, out_of, verdict, comments, parts,"
        " provisional, mode, made, {} FROM mark WHERE id = 1"
    )
    other = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        other.execute(copy.format("NULL"))
    other.execute(copy.format("1"))
    with pytest.raises(sqlite3.IntegrityError):
        other.execute(copy.format("1"))
    other.close()


def test_a_provisional_mark_never_takes_the_place_of_a_final_one(record: Assessment) -> None:
    row = attempt(record)
    assert mark(record, row, 1.0, provisional=True) == 1
    assert mark(record, row, 2.0) == 1
    assert mark(record, row, 4.0, provisional=True) == 0
    effective = record.effective(row)["q1"]
    assert (effective.points, effective.provisional) == (2.0, False)


def test_a_person_goes_before_the_machine_and_an_override_before_the_markers(record: Assessment) -> None:
    row = attempt(record)
    mark(record, row, 0.0, verdict="review")
    assert record.effective(row)["q1"].pending
    mark(record, row, 3.0, kind="written", marker="anna")
    mark(record, row, 2.0, kind="written", marker="boris")
    two = record.effective(row)["q1"]
    assert (two.points, two.kind, two.pending) == (2.5, "written", False)
    mark(record, row, 4.0, kind="override", marker="chair")
    assert record.effective(row)["q1"].points == 4.0
    assert record.effective(row)["q1"].full


def test_a_mark_that_a_person_withdraws_gives_the_item_back_to_the_machine(record: Assessment) -> None:
    row = attempt(record)
    mark(record, row, 1.0)
    mark(record, row, 4.0, kind="override", marker="chair")
    mark(record, row, None, kind="override", marker="chair", verdict="review")
    effective = record.effective(row)["q1"]
    assert (effective.points, effective.kind) == (1.0, "auto")


def test_what_fails_in_the_middle_leaves_nothing_behind(record: Assessment) -> None:
    row = attempt(record)

    def fail() -> None:
        with record.transaction():
            mark(record, row, 1.0)
            record.log("marked", attempt=row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert record.marks(row) == []
    assert not record.is_marked(row)


def test_an_attempt_entered_twice_is_there_once(record: Assessment) -> None:
    assert attempt(record) == attempt(record)
    assert len(record.attempts()) == 1
    assert len(record.events("collected")) == 1


def test_the_last_complete_attempt_counts_unless_the_best_is_asked_for(record: Assessment) -> None:
    for number, (points, complete) in enumerate([(4.0, True), (2.0, True), (4.0, False), (3.0, False)], 1):
        row = attempt(record, number=number, complete=complete)
        mark(record, row, points)
        record.log("marked", attempt=row)
    other = attempt(record, "kg-015", complete=False)
    record.log("marked", attempt=other)
    attempt(record, "kg-016")
    chosen = {"last": record.counting("03_rights"), "best": record.counting("03_rights", "best")}
    assert [(a.learner, a.number) for a in chosen["last"]] == [("kg-014", 2), ("kg-015", 1)]
    assert [(a.learner, a.number) for a in chosen["best"]] == [("kg-014", 1), ("kg-015", 1)]


def test_of_two_attempts_with_equal_points_the_later_one_is_the_best(record: Assessment) -> None:
    for number in (1, 2):
        row = attempt(record, number=number)
        mark(record, row, 3.0)
        record.log("marked", attempt=row)
    assert [a.number for a in record.counting("03_rights", "best")] == [2]


def test_answers_come_back_as_they_were_and_the_latest_counts(record: Assessment) -> None:
    row = attempt(record)
    record.respond(row, {"q1": "a", "q2": {"r1": {"c": 1.5}}, "w1": "Отказ"}, origin="recorded")
    record.respond(row, {"q1": "a", "q2": None}, origin="recorded")
    assert record.responses(row, origin="recorded") == {"q1": "a", "q2": None, "w1": "Отказ"}
    assert record.responses(row, origin="executed") == {}


def test_times_are_written_in_utc_by_the_clock_that_was_given(tmp_path: Path) -> None:
    zone = dt.timezone(dt.timedelta(hours=5))
    clock = lambda: dt.datetime(2026, 11, 26, 2, 30, tzinfo=zone)  # noqa: E731
    with Assessment(tmp_path / "a.db", clock=clock) as record:
        row = attempt(record)
        assert record.attempt(row).received == "2026-11-25T21:30:00.000000Z"


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "assessment.db"
    path.write_text("not a database, by far not one", encoding="utf-8")
    with pytest.raises(FileError, match="record of marking"):
        Assessment(path)


def test_a_record_of_a_later_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "assessment.db"
    Assessment(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(FileError, match="layout 99"):
        Assessment(path)


@given(
    st.lists(
        st.tuples(st.sampled_from(["auto", "written", "override"]), st.sampled_from("ab"), st.floats(0, 4))
    )
)
def test_each_marker_has_one_standing_mark_and_it_is_the_last_one_given(marks) -> None:
    with Assessment(Path(":memory:")) as record:
        row = attempt(record)
        last: dict[tuple[str, str], float] = {}
        for kind, marker, points in marks:
            mark(record, row, points, kind=kind, marker=marker)
            last[kind, marker] = points
        assert {(m.kind, m.marker): m.points for m in record.marks(row)} == last
        assert all(0 <= e.points <= 4 for e in record.effective(row).values())
