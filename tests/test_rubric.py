"""Written answers: two blind markers, their agreement, and a third look where they differ."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import marked_course
import numpy as np
import pytest
from marked_course import RIGHTS, hand_in, solution

from grading.assessment import Assessment
from grading.feedback import feedback
from grading.key import Bench
from grading.rubric import TOP, answers, compare, hand_out, settle, take_in
from grading.standing import standings
from ilp_toolkit import i18n
from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.evaluation.grades import kappa

N = 6


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(marked_course.workspace(tmp_path))


@pytest.fixture
def record(bench: Bench):
    with Assessment(bench.workspace.assessment) as opened:
        for n in range(N):
            answer = f'=I refuse, {n}; there is "no law".\nSecond line.'
            hand_in(opened, bench, f"kg-{n + 1:03d}", solution(bench) | {"w1": answer})
        yield opened


def filled(path: Path, scores: dict[str, int] | list[dict[str, int]], *, comment: str = "") -> Path:
    """Fill a marker's table in: the same scores for all, or a row's own."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for place, row in enumerate(rows):
        own = scores if isinstance(scores, dict) else scores[place]
        row.update({name: str(score) for name, score in own.items()})
        row["comment"] = comment
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def criteria(bench: Bench) -> list[str]:
    return [f"w1.{one.id}" for one in bench.module(RIGHTS).item("w1").criterion]


def test_weighted_kappa_is_that_of_a_hand_worked_table() -> None:
    """Three categories, 10 answers: disagreement (1 + 4 + 1)/4/10 is observed, that of the margins expected."""
    counts = np.array([[3, 1, 1], [0, 2, 1], [0, 0, 2]])
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    observed = (1 * 1 + 1 * 4 + 1 * 1) / 4 / 10
    expected = sum(rows[i] * columns[j] * (i - j) ** 2 for i in range(3) for j in range(3)) / 4 / 100
    assert kappa(counts, weights="quadratic")[0] == pytest.approx(1 - observed / expected)
    assert kappa(counts)[0] == pytest.approx((0.7 - 0.32) / (1 - 0.32))


@pytest.mark.attack
def test_what_a_marker_gets_names_no_learner_and_runs_no_formula(record: Assessment, bench: Bench) -> None:
    read, fill = hand_out(bench.workspace, record, bench, RIGHTS, "anna")
    for path in (read, fill):
        assert "kg-" not in path.read_text(encoding="utf-8-sig")
        assert not [a.receipt for a in record.attempts() if a.receipt in path.read_text(encoding="utf-8-sig")]
    rows = list(csv.DictReader(io.StringIO(fill.read_text(encoding="utf-8-sig"))))
    assert len(rows) == N
    assert all(row["answer"].startswith("'=I refuse") for row in rows)


def test_each_marker_has_an_order_and_codes_of_their_own_that_stay(record: Assessment, bench: Bench) -> None:
    ask = lambda who: [(a.code, a.attempt) for a in answers(bench.workspace, record, bench, RIGHTS, who)]  # noqa: E731
    anna, boris = ask("anna"), ask("boris")
    assert anna == ask("anna")
    assert not {code for code, _ in anna} & {code for code, _ in boris}
    orders = {tuple(attempt for _code, attempt in ask(f"marker-{n}")) for n in range(8)}
    assert len(orders) > 4
    assert sorted(attempt for _code, attempt in anna) == sorted(attempt for _code, attempt in boris)


def test_nothing_is_a_mark_before_two_have_marked(record: Assessment, bench: Bench) -> None:
    names = criteria(bench)
    path = filled(hand_out(bench.workspace, record, bench, RIGHTS, "anna")[1], dict.fromkeys(names, 3))
    assert take_in(bench.workspace, record, bench, RIGHTS, path, marker="anna") == N
    done = settle(record, bench, RIGHTS)
    assert (done.n, done.waiting, done.recorded) == (0, N, 0)
    assert all(stand.pending == ("w1",) for stand in standings(record, bench.module(RIGHTS)))


def test_the_mark_is_the_mean_of_both_and_keeps_their_names_and_words(
    record: Assessment, bench: Bench
) -> None:
    names = criteria(bench)
    for marker, score in (("anna", 3), ("boris", 4)):
        path = filled(
            hand_out(bench.workspace, record, bench, RIGHTS, marker)[1],
            dict.fromkeys(names, score),
            comment=f"By {marker}.",
        )
        take_in(bench.workspace, record, bench, RIGHTS, path, marker=marker)
    done = settle(record, bench, RIGHTS)
    item = bench.module(RIGHTS).item("w1")
    assert (done.recorded, done.differences) == (N, ())
    for stand in standings(record, bench.module(RIGHTS)):
        mark = stand.marks["w1"]
        assert mark.points == pytest.approx(item.points * 7 / 8)
        assert {row.marker for row in mark.marks} == {"anna", "boris"}
    page = feedback(record, bench, standings(record, bench.module(RIGHTS))[0])
    assert "By anna." in page
    assert "By boris." in page
    history = [len(record.marks(a.id, history=True)) for a in record.attempts()]
    settle(record, bench, RIGHTS)
    assert [len(record.marks(a.id, history=True)) for a in record.attempts()] == history


def test_where_two_differ_too_far_a_third_decides(record: Assessment, bench: Bench) -> None:
    names = criteria(bench)
    fair = dict.fromkeys(names, 2)
    first = hand_out(bench.workspace, record, bench, RIGHTS, "anna")[1]
    take_in(bench.workspace, record, bench, RIGHTS, filled(first, fair), marker="anna")
    own = answers(bench.workspace, record, bench, RIGHTS, "boris")
    harsh = [fair | ({names[0]: 0} if one.attempt == own[0].attempt else {}) for one in own]
    second = hand_out(bench.workspace, record, bench, RIGHTS, "boris")[1]
    take_in(bench.workspace, record, bench, RIGHTS, filled(second, harsh), marker="boris")
    done = settle(record, bench, RIGHTS)
    assert [d.attempt for d in done.differences] == [own[0].attempt]
    assert done.recorded == N - 1
    assert record.effective(own[0].attempt)["w1"].pending
    form = hand_out(bench.workspace, record, bench, RIGHTS, "chair", third=True)[1]
    form = filled(form, dict.fromkeys(names, 1))
    assert take_in(bench.workspace, record, bench, RIGHTS, form, marker="chair", third=True) == 1
    done = settle(record, bench, RIGHTS)
    assert (done.recorded, done.differences[0].decided) == (N, True)
    mark = record.effective(own[0].attempt)["w1"]
    assert mark.points == pytest.approx(bench.module(RIGHTS).item("w1").points / TOP)
    standing_marks = {row.marker for row in record.marks(own[0].attempt) if row.item == "w1"}
    assert standing_marks == {"machine", "anna", "boris", "chair"}


def test_agreement_is_told_by_criterion(record: Assessment, bench: Bench) -> None:
    names = criteria(bench)
    mixed = {
        a.attempt: dict.fromkeys(names, n % 5)
        for n, a in enumerate(answers(bench.workspace, record, bench, RIGHTS, "anna"))
    }
    for marker in ("anna", "boris"):
        own = [mixed[a.attempt] for a in answers(bench.workspace, record, bench, RIGHTS, marker)]
        form = filled(hand_out(bench.workspace, record, bench, RIGHTS, marker)[1], own)
        take_in(bench.workspace, record, bench, RIGHTS, form, marker=marker)
    found = compare(record, bench, RIGHTS)
    assert found.n == N
    assert [(n, same) for _i, _c, n, same, _k, _e in found.criteria] == [(N, 1.0)] * len(names)
    assert [value for *_head, value, _e in found.criteria] == pytest.approx([1.0] * len(names))


def test_every_wrong_row_of_a_table_is_told_at_once(record: Assessment, bench: Bench) -> None:
    names = criteria(bench)
    path = filled(hand_out(bench.workspace, record, bench, RIGHTS, "anna")[1], dict.fromkeys(names, 3))
    lines = path.read_text(encoding="utf-8-sig").replace("w1-", "w9-", 1).replace(",3,", ",5,", 1)
    path.write_text(lines, encoding="utf-8-sig")
    with pytest.raises(InputError, match=r"row 2[\s\S]*no answer"):
        take_in(bench.workspace, record, bench, RIGHTS, path, marker="anna")
    assert record.events("scored by hand") == []
    other = hand_out(bench.workspace, record, bench, RIGHTS, "boris")[1]
    with pytest.raises(InputError, match="no answer"):
        take_in(bench.workspace, record, bench, RIGHTS, filled(other, dict.fromkeys(names, 3)), marker="anna")
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ColumnsError, match="no column code"):
        take_in(bench.workspace, record, bench, RIGHTS, other, marker="boris")
    with pytest.raises(InputError, match="--marker"):
        answers(bench.workspace, record, bench, RIGHTS, "../x")


def test_a_table_saved_by_russian_excel_is_taken(record: Assessment, bench: Bench) -> None:
    with i18n.language("ru"):
        path = hand_out(bench.workspace, record, bench, RIGHTS, "anna")[1]
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
        for row in rows[1:]:
            row[1 : 1 + len(criteria(bench))] = ["4"] * len(criteria(bench))
        made = io.StringIO()
        csv.writer(made, delimiter=";").writerows(rows)
        path.write_bytes(made.getvalue().encode("cp1251"))
        assert take_in(bench.workspace, record, bench, RIGHTS, path, marker="anna") == N
