"""Marking again: what changed is told, the old marks stay, and people's marks stand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import exam_sample
import pytest
from exam_sample import MODULE, card_variant, hand_in

from grading import gradebook
from grading.assessment import Assessment
from grading.key import Bench
from grading.marking import Settings, mark
from grading.marks import Entry
from grading.regrade import regrade
from grading.roster import Person, enrol
from grading.workspace import Workspace
from ilp_toolkit.errors import InputError

LEARNERS = ("kg-001", "kg-002")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A workspace with two marked exams: one all right, one with q1 wrong."""
    checkout = exam_sample.checkout(tmp_path / "checkout")
    workspace = Workspace(tmp_path / "work").make()
    roster, _ = enrol(workspace, [Person(f"Person {n}", learner=n) for n in LEARNERS])
    bench = Bench(workspace, root=checkout)
    for learner, choice in zip(LEARNERS, ("none", "all"), strict=True):
        key = bench.keys(MODULE, card_variant(roster, learner))
        answers = {**key, "q1": choice, "w1": "Because."}
        hand_in(workspace.inbox, bench, roster, learner, answers, exam_sample.exam(bench))
    mark(workspace.inbox, workspace, bench, Settings(answers_only=True))
    return bench


def mended(bench: Bench) -> Bench:
    """Turn the key of q1 round, as when it was wrong."""
    path = bench.root / "modules" / MODULE / "items.toml"
    text = path.read_text(encoding="utf-8").replace("right = false", "right = TRUE")
    text = text.replace("right = true", "right = false").replace("TRUE", "true")
    path.write_text(text, encoding="utf-8")
    return Bench(bench.workspace, root=bench.root)


def points(bench: Bench, item: str = "q1") -> list[float]:
    with Assessment(bench.workspace.assessment) as record:
        return [record.effective(attempt.id)[item].points for attempt in record.attempts()]


def test_nothing_changes_where_nothing_was_mended(bench: Bench) -> None:
    with Assessment(bench.workspace.assessment) as record:
        before = [record.marks(attempt.id, history=True) for attempt in record.attempts()]
    done = regrade(bench.workspace, bench, MODULE)
    assert (done.attempts, done.changes, done.totals) == (2, (), ())
    with Assessment(bench.workspace.assessment) as record:
        assert [record.marks(attempt.id, history=True) for attempt in record.attempts()] == before


def test_a_mended_key_is_told_before_and_after_and_reaches_the_gradebook(bench: Bench) -> None:
    done = regrade(bench.workspace, mended(bench), MODULE, item="q1")
    assert [(c.learner, c.item, c.before, c.after, c.by_hand) for c in done.changes] == [
        ("kg-001", "q1", 2.0, 0.0, False),
        ("kg-002", "q1", 0.0, 2.0, False),
    ]
    assert [(after - before) for _learner, _attempt, before, after in done.totals] == [-2.0, 2.0]
    assert done.items == ("q1",)
    assert points(bench) == [0.0, 2.0]
    with sqlite3.connect(bench.workspace.gradebook) as database:
        rows = database.execute(
            "SELECT auto_score FROM grade JOIN base_cell ON base_cell.id = grade.cell_id WHERE name = 'q1'"
        ).fetchall()
    database.close()
    assert sorted(rows) == [(0.0,), (2.0,)]


def test_the_earlier_mark_stays_in_the_record_with_the_item_as_it_was(bench: Bench) -> None:
    regrade(bench.workspace, mended(bench), MODULE)
    with Assessment(bench.workspace.assessment) as record:
        (attempt, _other) = record.attempts()
        old, new = [m for m in record.marks(attempt.id, history=True) if m.item == "q1"]
        assert (old.points, new.points, new.supersedes) == (2.0, 0.0, old.id)
        assert old.version != new.version, "the mark says which form of the item it is of"
        assert len([m for m in record.marks(attempt.id, history=True) if m.item == "q2"]) == 1


def test_a_dry_run_tells_the_same_and_changes_nothing(bench: Bench) -> None:
    new = mended(bench)
    content = bench.workspace.assessment.read_bytes()
    dry = regrade(bench.workspace, new, MODULE, dry_run=True)
    with sqlite3.connect(bench.workspace.assessment) as database:
        assert database.execute("SELECT count(*) FROM mark WHERE supersedes IS NOT NULL").fetchone() == (0,)
    database.close()
    assert points(bench) == [2.0, 0.0]
    real = regrade(bench.workspace, new, MODULE)
    assert (dry.changes, dry.totals) == (real.changes, real.totals)
    assert not dry.written
    assert content


def test_a_mark_given_by_hand_stands_and_the_report_says_so(bench: Bench) -> None:
    with Assessment(bench.workspace.assessment) as record:
        attempt = record.attempts()[0]
        entry = Entry("q1", 1.5, 2.0, "partly", ("Argued well.",))
        record.mark(attempt.id, [entry], kind="override", marker="chair")
    done = regrade(bench.workspace, mended(bench), MODULE)
    assert done.changes[0].by_hand
    assert points(bench) == [1.5, 2.0]
    assert [total[0] for total in done.totals] == ["kg-002"]


def test_what_was_given_in_formgrader_meanwhile_is_taken_over_first(bench: Bench) -> None:
    with gradebook.opened(bench.workspace.gradebook) as book:
        book.find_grade("w1", "exam", MODULE, "kg-001").manual_score = 3.0
        book.db.commit()
    regrade(bench.workspace, mended(bench), MODULE)
    assert points(bench, "w1") == [3.0, 0.0]


def test_an_item_that_is_not_there_is_named_with_those_that_are(bench: Bench) -> None:
    with pytest.raises(InputError, match="q1, q2, q3, q4, w1"):
        regrade(bench.workspace, bench, MODULE, item="q9")
