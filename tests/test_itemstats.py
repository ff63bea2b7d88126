"""Item analysis: published and independent values first, then what must hold for any class, then silence on few."""

from __future__ import annotations

import re
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
from grading.key import Bench
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
