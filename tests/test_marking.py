"""Marking: the right points for everybody, whatever was handed in and whenever it was interrupted."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import exam_sample
import nbformat
import pytest
from exam_sample import MODULE, card_variant, hand_in

from grading.__main__ import main
from grading.assessment import Assessment
from grading.course import build_module
from grading.key import Bench
from grading.marking import Line, Settings, Summary, mark
from grading.modules import load
from grading.roster import Person, Roster, enrol
from grading.sandbox import available
from grading.workspace import Workspace

SANDBOX = available() is None
RIGHT_Q3 = "q3 = len(calls)"
RIGHT_Q4 = "q4 = sum(row.endswith('Tesvar') for row in calls)"
RIGHT = {"q3": RIGHT_Q3, "q4": RIGHT_Q4}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exam_sample.checkout(tmp_path_factory.mktemp("checkout"))


class Class:
    """A workspace with twenty learners, and an inbox."""

    def __init__(self, folder: Path, checkout: Path) -> None:
        self.workspace = Workspace(folder / "work").make()
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        people = [Person(f"Person {n}", learner=f"kg-{n:03d}") for n in range(1, 21)]
        self.roster: Roster = enrol(self.workspace, people)[0]
        self.bench = Bench(self.workspace, root=checkout)

    def key(self, learner: str) -> dict:
        return self.bench.keys(MODULE, card_variant(self.roster, learner))

    def hand_in(
        self, learner: str, answers: dict, cells: dict | None = RIGHT, attempt: int = 1, **how
    ) -> Path:
        notebook = None if cells is None else exam_sample.exam(self.bench, cells=cells)
        return hand_in(
            self.inbox,
            self.bench,
            self.roster,
            learner,
            answers,
            how.pop("notebook", notebook),
            attempt=attempt,
            **how,
        )

    def whole(self, learner: str) -> dict:
        return {**self.key(learner), "w1": "Because of the law."}

    def mark(self, **settings) -> Summary:
        return mark(self.inbox, self.workspace, self.bench, Settings(**{"sandbox": SANDBOX, **settings}))

    def points(self, learner: str, attempt: int = 1) -> dict[str, float]:
        with Assessment(self.workspace.assessment) as record:
            (row,) = [a for a in record.attempts(MODULE, learner) if a.number == attempt]
            return {item: mark.points for item, mark in record.effective(row.id).items()}


@pytest.fixture
def group(tmp_path: Path, checkout: Path) -> Class:
    return Class(tmp_path, checkout)


def line(summary: Summary, learner: str, attempt: int = 1) -> Line:
    (found,) = [one for one in summary.lines if (one.learner, one.attempt) == (learner, attempt)]
    return found


def everything(workspace: Workspace) -> dict[str, object]:
    """Return what must not change: each file but the record, and the record but its runs."""
    files = {
        path.relative_to(workspace.folder).as_posix(): path.read_bytes()
        for path in workspace.folder.rglob("*")
        if path.is_file() and path.suffix not in {".db", ".lock"}
    }
    with sqlite3.connect(workspace.assessment) as database:
        tables = {
            table: database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("attempt", "response", "mark", "event", "projection")
        }
    database.close()
    with sqlite3.connect(workspace.gradebook) as database:
        tables["grade"] = database.execute("SELECT * FROM grade ORDER BY id").fetchall()
    database.close()
    return {**files, **tables}


# --- twelve submissions, in one command ------------------------------------------------------------------------

ALWAYS_EQUAL = """
class Any(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
q3 = Any(5)
"""
FORGED = """
import json, os
path = os.environ["ILP_COURSE_OUT"]
open(path, "w").write(json.dumps({"q1": "none", "q2": 0, "q4": 10**9}))
q3 = len(calls)
"""
KEYHOLE = """
import glob, os
found = [p for top in ("/", os.getcwd()) for p in glob.glob(top + "/**/*assessment.db", recursive=False)]
found += glob.glob("/**/solver.py", recursive=False) + glob.glob("../**/v*/key*", recursive=True)
q3 = len(found)
"""


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[Class, Summary]:
    group = Class(tmp_path_factory.mktemp("twelve"), checkout)

    def send(n: int, answers: dict | None = None, **cells: str) -> None:
        learner = f"kg-{n:03d}"
        group.hand_in(learner, group.whole(learner) if answers is None else answers, {**RIGHT, **cells})

    send(1)
    send(2, {}, q3="q3 = None", q4="q4 = None")
    send(3, q3="q3 = 0")
    send(4, q3=ALWAYS_EQUAL)
    send(5, q3="import os\nos._exit(1)")
    send(6, q3="raise RuntimeError('no')")
    send(7, q3="q3 = {'a': " * 300 + "1" + "}" * 300)
    send(8, q4=FORGED.replace("q3 =", "q4 ="))
    send(9, {**group.whole("kg-009"), "q1": {"always": ["right"]}, "q2": [1] * 1000, "w1": ["not", "text"]})
    send(10, q3=KEYHOLE)
    # The solution's cell is deleted, the question's is copied twice and its metadata are gone.
    broken = exam_sample.exam(group.bench, cells=RIGHT)
    broken.cells = [c for c in broken.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "q4-code"]
    copy = nbformat.from_dict(dict(broken.cells[-3]))
    copy.id, copy.metadata = "c0ffee00", nbformat.from_dict({})
    broken.cells.insert(2, copy)
    group.hand_in("kg-011", group.whole("kg-011"), notebook=broken)
    whole = group.hand_in("kg-012", group.whole("kg-012"))
    whole.write_bytes(whole.read_bytes()[:-200])
    return group, group.mark(workers=2)


FULL = {"q1": 2.0, "q2": 1.0, "q3": 3.0, "q4": 2.0}


@pytest.mark.attack
@pytest.mark.parametrize(
    ("learner", "expected"),
    [
        ("kg-001", {}),
        ("kg-002", {"q1": 0, "q2": 0, "q3": 0, "q4": 0}),
        ("kg-003", {"q3": 0}),
        ("kg-004", {"q3": 0}),
        ("kg-005", {"q3": 0, "q4": 0}),
        ("kg-006", {"q3": 0}),
        ("kg-007", {"q3": 0}),
        ("kg-009", {"q1": 0, "q2": 0}),
        ("kg-010", {"q3": 0}),
        ("kg-011", {"q4": 0}),
    ],
)
def test_each_gets_the_points_of_their_own_answers_and_no_other(twelve, learner: str, expected: dict) -> None:
    group, _summary = twelve
    points = group.points(learner)
    assert {item: points[item] for item in FULL} == {**FULL, **expected}
    assert points["w1"] == 0.0


@pytest.mark.attack
def test_a_file_of_answers_that_code_forges_brings_nothing_but_what_code_may_answer(twelve) -> None:
    group, summary = twelve
    points = group.points("kg-008")
    assert points["q1"] == 2.0, "what the learner chose counts, not what the code wrote"
    assert points["q2"] == 1.0
    assert points["q4"] == 0.0
    assert any("q4" in text for text in line(summary, "kg-008").flagged)


@pytest.mark.attack
def test_a_damaged_file_is_put_aside_with_a_reason_and_stops_nobody(twelve) -> None:
    group, summary = twelve
    assert len(summary.quarantined) == 1
    assert "kg-012" in summary.quarantined[0][0]
    assert len(summary.lines) == 11
    assert summary.code == 1
    assert (group.inbox / summary.quarantined[0][0]).is_file(), "nothing in the inbox is moved"


def test_a_dead_kernel_leaves_the_answer_to_a_person_and_takes_nothing_else(twelve) -> None:
    _group, summary = twelve
    found = line(summary, "kg-005")
    assert {"q3", "q4", "w1"} == set(found.pending)
    assert found.flagged


def test_what_was_changed_in_a_notebook_is_told_by_item(twelve) -> None:
    _group, summary = twelve
    assert any("q4" in text for text in line(summary, "kg-011").changed)


def test_each_mark_says_how_its_answer_was_come_by(twelve) -> None:
    group, _summary = twelve
    with Assessment(group.workspace.assessment) as record:
        (row,) = record.attempts(MODULE, "kg-001")
        modes = {item: mark.marks[0].mode for item, mark in record.effective(row.id).items()}
    how = "sandbox" if SANDBOX else "unsandboxed"
    assert modes == {"q1": "not executed", "q2": "not executed", "q3": how, "q4": how, "w1": "not executed"}


def test_a_second_run_over_the_same_inbox_changes_nothing(twelve) -> None:
    group, summary = twelve
    before = everything(group.workspace)
    again = group.mark()
    assert everything(group.workspace) == before
    assert again.repeated == 11
    assert [one.points for one in again.lines] == [one.points for one in summary.lines]
    assert not any(one.fresh for one in again.lines)


def test_no_name_leaves_the_file_with_names(twelve) -> None:
    group, _summary = twelve
    for path in group.workspace.folder.rglob("*"):
        if path.is_file() and path != group.workspace.roster:
            assert b"Person 1" not in path.read_bytes(), path.name


# --- without execution ------------------------------------------------------------------------------------------


@pytest.fixture
def no_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if anything is executed."""
    import grading.execute

    def refuse(*_args: object, **_options: object) -> None:
        pytest.fail("something was executed")

    monkeypatch.setattr(grading.execute, "execute", refuse)


@pytest.mark.usefixtures("no_execution")
def test_answers_only_executes_nothing_and_marks_code_provisionally(group: Class) -> None:
    group.hand_in("kg-001", group.whole("kg-001"), {"q3": "q3 = 1", "q4": "q4 = 1"})
    summary = group.mark(answers_only=True)
    assert line(summary, "kg-001").provisional
    assert group.points("kg-001")["q3"] == 3.0, "as recorded; a run with execution will tell"
    before = everything(group.workspace)
    group.mark(answers_only=True)
    assert everything(group.workspace) == before


def test_answers_only_loads_nothing_that_windows_lacks() -> None:
    code = (
        "import sys, grading.examiner, grading.marking, grading.cards, grading.regrade\n"
        "print(sorted(m for m in sys.modules if m in {'grading.execute', 'grading.sandbox'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("no_execution")
def test_a_module_that_is_gone_or_broken_keeps_nobody_else_waiting(
    group: Class, tmp_path: Path, checkout: Path
) -> None:
    shutil.copytree(checkout, tmp_path / "own")
    group.bench = Bench(group.workspace, root=tmp_path / "own")
    group.hand_in("kg-001", group.whole("kg-001"))
    for name in ("91_gone", "92_broken"):
        shutil.copytree(
            group.workspace.folder.parent / "own" / "modules" / MODULE, tmp_path / "own" / "modules" / name
        )
        build_module(load(tmp_path / "own" / "modules" / name), tmp_path / "own" / "notebooks" / "course")
        notebook = exam_sample.exam(group.bench, name, RIGHT)
        hand_in(group.inbox, group.bench, group.roster, "kg-001", {"q1": "none"}, notebook, module=name)
    group.mark(answers_only=True)
    group.hand_in("kg-002", group.whole("kg-002"))
    broken = exam_sample.exam(group.bench, "92_broken", RIGHT)
    hand_in(group.inbox, group.bench, group.roster, "kg-002", {"q1": "none"}, broken, module="92_broken")
    shutil.rmtree(tmp_path / "own" / "modules" / "91_gone")
    (tmp_path / "own" / "modules" / "92_broken" / "solver.py").write_text("def solve(data): return {}\n")
    group.bench = Bench(group.workspace, root=tmp_path / "own")
    # The build of what was handed in is no longer that of the module.
    (group.workspace.folder / "accepted_builds.txt").write_text(load(checkout / "modules" / MODULE).build)
    summary = group.mark(answers_only=True)
    assert group.points("kg-002")["q1"] == 2.0
    assert [name for name, _why in summary.waiting] == ["92_broken · kg-002 · 1"]
    assert "q2" in summary.waiting[0][1]
    assert summary.code == 1


def test_a_notebook_that_breaks_the_graft_waits_and_the_others_are_marked(
    group: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grading import desk

    real = desk.graft

    def graft(release, submitted):
        if "BREAKS" in str(submitted):
            raise RecursionError("too deep")
        return real(release, submitted)

    monkeypatch.setattr(desk, "graft", graft)
    group.hand_in("kg-001", group.whole("kg-001"), {**RIGHT, "q3": "q3 = 'BREAKS'"})
    group.hand_in("kg-002", group.whole("kg-002"))
    summary = group.mark()
    assert [one.learner for one in summary.lines] == ["kg-002"]
    assert "too deep" in summary.waiting[0][1]
    monkeypatch.setattr(desk, "graft", real)
    assert len(group.mark().lines) == 2, "the next run tries again"


# --- the command ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_execution")
def test_the_command_prints_every_attempt_and_its_status_says_whether_to_look(
    group: Class, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["grading", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0)

    place = ["--work", str(group.workspace.folder), "--root", str(group.bench.root)]
    group.hand_in("kg-001", group.whole("kg-001"))
    assert run("collect", str(group.inbox), *place) == 0
    assert f"{MODULE} · kg-001 · 1" in capsys.readouterr().out
    assert run("mark", str(group.inbox), "--answers-only", *place) == 0
    said = capsys.readouterr().out
    assert "kg-001" in said
    assert "8.00" in said
    assert "12.00" in said
    assert "provisional" in said
    assert "w1" in said
    (group.inbox / "strange.ilpsub").write_bytes(b"PK no archive")
    assert run("mark", str(group.inbox), "--answers-only", *place) == 1
    assert "strange.ilpsub" in capsys.readouterr().out
    assert run("mark", str(group.inbox / "nowhere"), "--answers-only", *place) == 2
    assert "nowhere" in capsys.readouterr().err
    assert run("regrade", MODULE, *place) == 0
    assert "No points change." in capsys.readouterr().out


def test_progress_is_one_line_that_ends_with_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from grading.examiner import _Ticker

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    ticker = _Ticker()
    for done in range(1, 61):
        ticker(done, 60, (60 - done) * 4.0)
    ticker.end()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    first, *_others, last = said.strip().split("\r")
    assert first.rstrip() == "1 of 60 marked · about 4 minutes left"
    assert last.rstrip() == "60 of 60 marked · about 0 seconds left"


def test_a_provisional_mark_gives_way_to_what_the_code_really_gives(group: Class) -> None:
    group.hand_in("kg-001", group.whole("kg-001"), {"q3": "q3 = 1", "q4": RIGHT_Q4})
    group.mark(answers_only=True)
    summary = group.mark()
    assert group.points("kg-001") | {"w1": 0} == {**FULL, "q3": 0.0, "w1": 0}
    assert not line(summary, "kg-001").provisional
    assert any("q3" in text for text in line(summary, "kg-001").flagged)
    assert summary.code == 1
    before = everything(group.workspace)
    group.mark(answers_only=True)
    assert everything(group.workspace) == before, "a final mark never becomes provisional again"


def test_without_a_sandbox_nothing_is_executed_unless_it_is_said_and_then_it_is_written_down(
    group: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grading.execute
    from grading.sandbox import SandboxError

    monkeypatch.setattr(grading.execute, "available", lambda: "no bubblewrap here")
    group.hand_in("kg-001", group.whole("kg-001"))
    with pytest.raises(SandboxError, match="no bubblewrap here"):
        group.mark(sandbox=True)
    group.mark(sandbox=False)
    with Assessment(group.workspace.assessment) as record:
        (row,) = record.attempts()
        assert record.effective(row.id)["q3"].marks[0].mode == "unsandboxed"


# --- attempts -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_execution")
@pytest.mark.parametrize(("policy", "counts"), [("last", 2), ("best", 1)])
def test_the_policy_of_the_workspace_says_which_attempt_counts(
    group: Class, policy: str, counts: int
) -> None:
    group.workspace.settings.write_text(f'[marking]\nattempts = "{policy}"\n', encoding="utf-8")
    whole = group.whole("kg-001")
    group.hand_in("kg-001", whole)
    group.hand_in("kg-001", {**whole, "q1": "all"}, attempt=2)
    group.hand_in("kg-001", {"q1": "none"}, cells=None, attempt=3)
    summary = group.mark(answers_only=True)
    assert [one.attempt for one in summary.lines if one.counts] == [counts]
    assert len(summary.lines) == 3, "every attempt is kept"


def test_two_runs_at_once_are_refused(group: Class) -> None:
    from ilp_toolkit.collation.filelock import locked
    from ilp_toolkit.errors import FileError

    group.hand_in("kg-001", group.whole("kg-001"))
    with locked(group.workspace.assessment), pytest.raises(FileError, match="Another process"):
        group.mark(answers_only=True)


# --- interrupted ----------------------------------------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from grading.key import Bench
from grading.marking import Settings, mark
from grading.workspace import Workspace
work = Workspace(Path({work!r}))
mark(Path({inbox!r}), work, Bench(work, root=Path({checkout!r})), Settings(sandbox={sandbox}, workers=1),
     progress=lambda done, total, left: print(done, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_run_that_is_killed_is_taken_up_again_with_nothing_lost_and_nothing_doubled(
    group: Class, root: Path, checkout: Path
) -> None:
    learners = [f"kg-{n:03d}" for n in range(1, 6)]
    for learner in learners:
        group.hand_in(learner, group.whole(learner))
    script = RUN.format(
        root=str(root), work=str(group.workspace.folder), inbox=str(group.inbox), checkout=str(checkout),
        sandbox=SANDBOX,
    )  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        first = run.stdout.readline().strip()
        time.sleep(0.05)
        run.send_signal(signal.SIGKILL)
    assert first == "1"
    assert run.returncode == -signal.SIGKILL
    with Assessment(group.workspace.assessment) as record:
        done = [record.is_marked(a.id) for a in record.attempts()]
        assert len(done) == 5
        assert not all(done), "it was killed before its end"
        assert record.runs()[0].finished is None
    summary = group.mark()
    assert [group.points(learner) | {"w1": 0} for learner in learners] == [{**FULL, "w1": 0}] * 5
    with Assessment(group.workspace.assessment) as record:
        for attempt in record.attempts():
            assert len(record.marks(attempt.id, history=True)) == 5, "one mark for each item"
            assert len(record.events("marked", attempt.id)) == 1
    assert len(summary.lines) == 5
    for learner in learners:
        assert group.workspace.notebook("autograded", MODULE, learner).is_file()
    assert not list(group.workspace.private.iterdir()), "no key is left behind"


@pytest.mark.parametrize("when", ["entered", "marked", "shown"])
def test_a_crash_at_any_step_costs_nothing(
    group: Class, when: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from grading import gradebook
    from grading.desk import Desk

    for learner in ("kg-001", "kg-002"):
        group.hand_in(learner, group.whole(learner), {"q3": "q3 = 1", "q4": "q4 = 1"})
    place = {"entered": (Desk, "enter"), "marked": (Assessment, "mark"), "shown": (gradebook, "_show")}[when]
    original, calls = getattr(*place), []

    def crash(*args, **options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(*place, crash)
        with pytest.raises(KeyboardInterrupt):
            group.mark(answers_only=True)
    group.mark(answers_only=True)
    other = Class(tmp_path / "other", group.bench.root) if (tmp_path / "other").mkdir() is None else group
    shutil.copy(group.workspace.salt_file, other.workspace.salt_file)
    other.roster = Roster.load(other.workspace)
    mark(group.inbox, other.workspace, other.bench, Settings(answers_only=True))

    def rows(work: Workspace, query: str, path: str = "assessment") -> list[tuple]:
        with sqlite3.connect(getattr(work, path)) as database:
            found = sorted(database.execute(query).fetchall(), key=repr)
        database.close()
        return found

    for query in (
        "SELECT learner, number, item, points, verdict FROM mark JOIN attempt ON attempt.id = mark.attempt",
        "SELECT learner, number, item, answer FROM response JOIN attempt ON attempt.id = response.attempt",
        "SELECT learner, what FROM event JOIN attempt ON attempt.id = event.attempt",
    ):
        assert rows(group.workspace, query) == rows(other.workspace, query)
    grades = "SELECT auto_score, manual_score, needs_manual_grade FROM grade"
    assert rows(group.workspace, grades, "gradebook") == rows(other.workspace, grades, "gradebook")
