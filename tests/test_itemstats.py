"""Item analysis: published and independent values first, then what must hold for any class, then silence on few."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import marked_course
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_course import RIGHTS, hand_in, solution
from scipy.stats import pointbiserialr

from grading._psychometrics import alpha, discrimination, groups, item_rest, mantel_haenszel
from grading.assessment import Assessment
from grading.itemstats import FEWEST, Sitting, analyse, report_page, sittings
from grading.itemtimes import FEWEST_TIMED, PAUSE, minutes, moments, timing
from grading.key import Bench
from grading.workspace import Workspace
from ilp_toolkit import i18n
from ilp_toolkit.views.offline import check_offline

WUENSCH = """
1 1 1 1 1 1 0 1 1 0
1 0 1 1 0 1 1 1 0 1
1 1 1 1 0 1 1 0 0 1
0 0 1 0 0 0 1 0 0 0
0 0 0 0 0 1 0 0 1 0
1 1 1 0 1 1 1 1 1 1
1 1 0 1 1 1 0 1 1 1
1 1 1 1 1 1 1 1 0 1
0 1 0 1 1 1 1 1 0 1
1 1 0 1 1 0 1 1 1 0
"""
"""Ten students and ten items, from K. Wuensch's notes on KR-20 (core.ecu.edu/wuenschk/StatHelp/KR20.txt): there the
sum of p·q is 2.18 and the variance of the totals 5.84."""


def test_kr20_is_that_of_a_published_example() -> None:
    scores = np.array([[int(x) for x in line.split()] for line in WUENSCH.split("\n") if line], dtype=float)
    assert (scores.mean(axis=0) * (1 - scores.mean(axis=0))).sum() == pytest.approx(2.18)
    assert scores.sum(axis=1).var() == pytest.approx(5.84)
    assert alpha(scores) == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


def test_the_correlation_with_the_rest_is_scipys_point_biserial() -> None:
    rng = np.random.default_rng(5)
    ability = rng.normal(size=60)
    scores = (ability[:, None] + rng.normal(size=(60, 6)) > 0).astype(float)
    for place in range(6):
        rest = scores.sum(axis=1) - scores[:, place]
        assert item_rest(scores[:, place], rest) == pytest.approx(
            pointbiserialr(scores[:, place], rest).statistic
        )


def test_d_is_the_hand_worked_difference_of_the_groups() -> None:
    """Eleven learners, so three in each group: 2 of 3 right above, 1 of 3 below."""
    total = np.arange(11.0)
    item = np.array([0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1], dtype=float)
    assert discrimination(item, total) == pytest.approx(2 / 3 - 1 / 3)


def test_the_common_odds_ratio_of_the_berkeley_admissions_is_rs() -> None:
    """R's mantelhaen.test(UCBAdmissions): common odds ratio 0.9046968, X² 1.4269 with correction, p 0.2323."""
    admitted_men, rejected_men = [512, 353, 120, 138, 53, 22], [313, 207, 205, 279, 138, 351]
    admitted_women, rejected_women = [89, 17, 202, 131, 94, 24], [19, 8, 391, 244, 299, 317]
    right, men, strata = [], [], []
    for stratum, counts in enumerate(
        zip(admitted_men, rejected_men, admitted_women, rejected_women, strict=True)
    ):
        for n, (is_right, is_man) in zip(counts, [(1, 1), (0, 1), (1, 0), (0, 0)], strict=True):
            right += [is_right] * n
            men += [is_man] * n
            strata += [stratum] * n
    odds = mantel_haenszel(np.array(right, dtype=bool), np.array(men, dtype=bool), strata)
    assert odds is not None
    assert odds.ratio == pytest.approx(0.9046968, abs=1e-6)
    assert odds.p_value == pytest.approx(0.2323, abs=1e-4)


scores_ = st.lists(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4), min_size=6, max_size=25
)


@settings(deadline=None, max_examples=50)
@given(scores_, st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_the_learners(rows: list[list[float]], random) -> None:
    mixed = rows[:]
    random.shuffle(mixed)
    one, other = np.array(rows), np.array(mixed)
    for place in range(4):
        values = [
            (discrimination(s[:, place], s.sum(axis=1)), item_rest(s[:, place], s.sum(axis=1) - s[:, place]))
            for s in (one, other)
        ]
        assert values[0] == pytest.approx(values[1], abs=1e-6) if None not in values[0] else True
        assert -1 <= values[0][0] <= 1
    assert (alpha(one) is None) == (alpha(other) is None)
    if alpha(one) is not None:
        assert alpha(one) == pytest.approx(alpha(other), abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=40))
def test_groups_hold_the_same_number_and_mirror_one_another(totals: list[int]) -> None:
    total = np.array(totals, dtype=float)
    upper, lower = groups(total)
    assert upper.sum() == pytest.approx(lower.sum()) == pytest.approx(max(1, round(0.27 * len(total))))
    again = groups(-total)
    assert np.allclose(upper, again[1])
    assert ((upper >= 0) & (upper <= 1)).all()


def test_two_equal_columns_make_an_exam_that_is_reliable_and_noise_one_that_is_not() -> None:
    column = np.array([0, 1] * 20, dtype=float)
    assert alpha(np.column_stack([column] * 5)) == pytest.approx(1.0)
    noise = np.random.default_rng(1).integers(0, 2, size=(4000, 5)).astype(float)
    assert abs(alpha(noise) or 0) < 0.1
    assert alpha(np.ones((40, 3))) is None


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(marked_course.workspace(tmp_path_factory.mktemp("items")))


def made_up(n: int, *, gap: bool = False) -> list[Sitting]:
    """Learners of whom the able ones are right; with `gap` nobody is right at q4 in Russian."""
    rng = np.random.default_rng(11)
    found = []
    for place in range(n):
        ability, language = rng.normal(), ("en", "ru")[place % 2]
        scores = {(f"q{k}", 1): float(ability + rng.normal() > 0) for k in range(1, 9)}
        if gap and language == "ru":
            scores["q4", 1] = float(rng.random() < 0.05)
        chosen = {"q4": ("a", "c", "e") if scores["q4", 1] else ("b",)}
        found.append(
            Sitting(0, f"kg-{place:03d}", language, scores, {k: (v, 1.0) for k, v in scores.items()}, chosen)
        )
    return found


@pytest.mark.parametrize("language", ["en", "ru"])
def test_below_thirty_nothing_is_told_on_discrimination_and_the_page_says_why(
    bench: Bench, language: str
) -> None:
    few = analyse(bench.module(RIGHTS), made_up(FEWEST - 1))
    assert few.reliability is None
    for item in few.items:
        assert (item.correlation, item.d) == (None, None)
        assert all(high is None and low is None for _name, _n, high, low in item.options)
        assert all(split.delta is None and not split.look for split in item.splits)
    with i18n.language(language):
        page = report_page(few, bench.module(RIGHTS))
    check_offline(page)
    told = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"[-−]?[01][.,]\d\d", told), "no coefficient stands on the page"
    assert "30" in told
    many = analyse(bench.module(RIGHTS), made_up(FEWEST))
    assert many.reliability is not None
    assert many.binary
    assert all(item.correlation is not None and item.d is not None for item in many.items)


def test_an_item_that_reads_differently_in_a_language_is_pointed_at(bench: Bench) -> None:
    report = analyse(bench.module(RIGHTS), made_up(160, gap=True))
    looks = {item.item: [split.language for split in item.splits if split.look] for item in report.items}
    assert looks.pop("q4") == ["en", "ru"]
    assert set(map(tuple, looks.values())) == {()}
    (q4,) = [item for item in report.items if item.item == "q4"]
    russian = next(split for split in q4.splits if split.language == "ru")
    assert russian.delta is not None
    assert russian.delta < -1.5
    assert russian.facility < 0.2
    assert "compare the translation" in report_page(report, bench.module(RIGHTS))


def test_options_are_counted_and_the_good_choose_the_right_ones(bench: Bench) -> None:
    (q4,) = [i for i in analyse(bench.module(RIGHTS), made_up(60)).items if i.item == "q4"]
    by_name = {name: (n, high, low) for name, n, high, low in q4.options}
    assert by_name["a"][0] + by_name["b"][0] == 60
    assert by_name["a"][1] > by_name["a"][2]
    assert by_name["b"][1] < by_name["b"][2]


def test_cohorts_are_pooled_by_version_and_first_attempts_alone_count(bench: Bench) -> None:
    right = solution(bench)
    with Assessment(Path(":memory:")) as one, Assessment(Path(":memory:")) as two:
        hand_in(one, bench, "kg-001", right | {"q4": ["b"]})
        hand_in(one, bench, "kg-001", right, number=2)
        hand_in(one, bench, "kg-002", {}, complete=False)
        hand_in(two, bench, "kg-001", right)
        found = sittings([one, two], RIGHTS)
    assert [(s.cohort, s.learner, s.scores["q4", 1]) for s in found] == [
        (0, "kg-001", 0.0),
        (1, "kg-001", 1.0),
    ]
    report = analyse(bench.module(RIGHTS), found)
    assert (report.n, report.cohorts) == (2, 2)
    assert next(i for i in report.items if i.item == "q4").facility == 0.5


def test_two_versions_of_an_item_are_two_items(bench: Bench) -> None:
    older = made_up(3)
    newer = [
        Sitting(1, s.learner, s.language, {(i, 2 if i == "q1" else v): x for (i, v), x in s.scores.items()},
                {(i, 2 if i == "q1" else v): x for (i, v), x in s.points.items()}, s.chosen)
        for s in made_up(4)
    ]  # fmt: skip
    report = analyse(bench.module(RIGHTS), older + newer)
    assert [(i.item, i.version, i.n) for i in report.items][:3] == [("q1", 1, 3), ("q1", 2, 4), ("q2", 1, 7)]


# --- time


DAY = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
ORDER = ["q1", "q2", "q3", "q4"]


def at(**minute: float) -> dict[str, str]:
    return {item: (DAY + dt.timedelta(minutes=m)).isoformat() for item, m in minute.items()}


def test_minutes_are_told_only_where_two_questions_follow_one_another() -> None:
    assert minutes(at(q1=0, q2=4, q3=10, q4=11.5), ORDER) == {"q2": 4, "q3": 6, "q4": 1.5}
    assert minutes(at(q1=0, q2=20, q3=10, q4=12), ORDER) == {"q4": 2}, "q2 was changed again at the end"
    assert minutes(at(q4=0, q3=1, q2=2, q1=3), ORDER) == {}, "answered from behind"
    assert minutes(at(q1=0, q3=5), ORDER) == {}, "nobody knows when q2 was left"
    assert minutes(at(q1=0, q2=PAUSE + 1, q3=PAUSE + 3), ORDER) == {"q3": 2}, "a pause"
    assert minutes(at(q1=0, q2=0, q3=0.01), ORDER) == {}, "a notebook that ran as a whole"


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from([*ORDER, "x9"]), st.one_of(st.text(max_size=40), st.datetimes().map(str)))
)
def test_what_a_learner_s_computer_says_of_the_time_never_stops_the_analysis(times: dict[str, str]) -> None:
    assert minutes(times, ORDER) == {}, "no moment, or one without an offset"


def test_the_middle_half_is_numpys_and_few_learners_are_told_nothing() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 30.0]
    told = timing("q2", 1, values)
    assert (told.lower, told.median, told.upper) == (3.25, 5.5, 7.75)
    assert told.n >= FEWEST_TIMED
    few = timing("q2", 1, values[:-1])
    assert (few.n, few.median, few.lower, few.upper) == (9, None, None, None)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_tells_minutes_with_their_limits_and_of_no_learner(bench: Bench, language: str) -> None:
    exam = [item.id for item in bench.module(RIGHTS).part("exam")]
    timed = [
        replace(sitting, moments=at(**{item: n * (1 + place / 10) for n, item in enumerate(exam)}))
        for place, sitting in enumerate(made_up(12))
    ]
    report = analyse(bench.module(RIGHTS), timed)
    q2 = next(one for one in report.times if one.item == "q2")
    assert (q2.n, q2.median) == (12, pytest.approx(1.55))
    assert next(one for one in report.times if one.item == "q1").n == 0, "nobody knows when it was begun"
    with i18n.language(language):
        page = report_page(report, bench.module(RIGHTS))
        without = report_page(analyse(bench.module(RIGHTS), made_up(12)), bench.module(RIGHTS))
    check_offline(page)
    assert {"en": "1.6", "ru": "1,6"}[language] in page
    assert {"en": "Time for a question", "ru": "Время на вопрос"}[language] in page
    assert "kg-0" not in page
    assert {"en": "Time for a question", "ru": "Время на вопрос"}[language] not in without


def test_moments_come_from_what_was_handed_in(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work").make()
    folder = workspace.attempt(RIGHTS, "kg-001", 2)
    folder.mkdir(parents=True)
    about = {"learner": "kg-001", "module": RIGHTS, "language": "en", "variant": 0, "receipt": "R", "notes": [],
             "received": "2026-11-26T01:00:00+00:00"}  # fmt: skip
    for extra, wanted in (({"times": at(q1=0)}, at(q1=0)), ({}, {})):
        (folder / "received.json").write_text(json.dumps(about | extra), encoding="utf-8")
        (folder / "answers.json").write_text("{}", encoding="utf-8")
        assert moments(workspace, RIGHTS) == {("kg-001", 2): wanted}
        assert moments(workspace, "02_cycle") == {}
