"""The class view: what the class did, and nothing of anybody in it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import marked_course
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marked_course import RIGHTS, hand_in, solution

from grading.assessment import Assessment
from grading.classview import class_page, counted, view
from grading.key import Bench
from ilp_toolkit import i18n
from ilp_toolkit.errors import InputError
from ilp_toolkit.views.offline import check_offline


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(marked_course.workspace(tmp_path_factory.mktemp("class")))


@pytest.fixture
def record():
    with Assessment(Path(":memory:")) as opened:
        yield opened


@pytest.fixture
def eleven(record: Assessment, bench: Bench) -> Assessment:
    """Eleven learners: five choose a in q5, one chooses f; four of them mend it in a second attempt."""
    right = solution(bench)
    for n in range(11):
        own = right | ({"q5": ["a", "b"]} if n < 5 else {"q5": ["b", "e", "f", "g", "i"]} if n == 5 else {})
        hand_in(record, bench, f"kg-{n + 1:03d}", own, language="ru" if n % 2 else "en")
    for n in range(4):
        hand_in(record, bench, f"kg-{n + 1:03d}", right, number=2)
    return record


def test_the_page_says_which_wrong_options_and_how_many_chose_them(eleven: Assessment, bench: Bench) -> None:
    seen = view(eleven, bench, RIGHTS, learners=12, policy="best")
    assert (seen.handed_in, seen.learners) == (11, 12)
    (q5,) = [item for item in seen.items if item.item == "q5"]
    assert q5.wrong == (), "one chose a, one chose f: too few to be shown"
    assert q5.share == pytest.approx((9 + 0 + 0.75) / 11)
    assert q5.full == "more than 8 of 11"


def test_first_attempts_alone_show_the_frequent_error(record: Assessment, bench: Bench) -> None:
    right = solution(bench)
    for n in range(9):
        hand_in(
            record, bench, f"kg-{n + 1:03d}", right | ({"q5": ["a", "b"]} if n < 5 else {"q5": ["b", "f"]})
        )
    (q5,) = [item for item in view(record, bench, RIGHTS, learners=9).items if item.item == "q5"]
    option = bench.module(RIGHTS).item("q5").option[0]
    assert (html.unescape(q5.wrong[0][0]), q5.wrong[0][1]) == (option.text, "5 of 9")
    assert [n for _text, n in q5.wrong] == ["5 of 9", "4 of 9"]
    assert q5.full == "fewer than 3"


@pytest.mark.attack
def test_a_share_that_is_a_count_is_hidden_like_one(record: Assessment, bench: Bench) -> None:
    right = solution(bench)
    for n in range(11):
        hand_in(record, bench, f"kg-{n + 1:03d}", right | ({"q5": []} if n == 7 else {}))
    page = class_page(view(record, bench, RIGHTS, learners=11))
    (q5,) = [item for item in view(record, bench, RIGHTS, learners=11).items if item.item == "q5"]
    (q6,) = [item for item in view(record, bench, RIGHTS, learners=11).items if item.item == "q6"]
    assert q5.told == q6.told == "more than 73%", "one who left it out is not told from none"
    assert "91%" not in page


def test_gain_is_that_of_those_who_handed_in_twice(eleven: Assessment, bench: Bench) -> None:
    gain = view(eleven, bench, RIGHTS, learners=11).gain
    full = 64 - 8 - 7  # w1 is not marked yet and q7 was left empty
    assert gain is not None
    assert gain.n == 4
    assert gain.before == pytest.approx((full - 6) / 64)
    assert gain.after == pytest.approx(full / 64)
    assert gain.gained == pytest.approx((6 / 64) / (1 - (full - 6) / 64))


def test_a_module_may_be_the_pre_test(eleven: Assessment, bench: Bench) -> None:
    for n in range(3):
        hand_in(eleven, bench, f"kg-{n + 1:03d}", {}, module="02_cycle")
    gain = view(eleven, bench, RIGHTS, learners=11, pre="02_cycle").gain
    assert gain is not None
    assert (gain.n, gain.before) == (3, 0.0)
    assert gain.after == pytest.approx(49 / 64)
    assert gain.gained == gain.after


@pytest.mark.attack
@pytest.mark.parametrize("language", ["en", "ru"])
def test_nobody_is_on_the_page(eleven: Assessment, bench: Bench, language: str) -> None:
    with i18n.language(language):
        page = class_page(view(eleven, bench, RIGHTS, learners=11))
    check_offline(page)
    assert "kg-" not in page
    assert not re.search(r"R\d\d\d\dX", page)
    assert f'lang="{language}"' in page


@pytest.mark.attack
def test_words_of_a_learner_never_reach_the_page(record: Assessment, bench: Bench) -> None:
    for n in range(5):
        hand_in(
            record,
            bench,
            f"kg-{n + 1:03d}",
            {"q4": ["<i>mine</i>"], "w1": "secret words", "q2": {"zz": "zz"}},
        )
    page = class_page(view(record, bench, RIGHTS, learners=5))
    assert "mine" not in page
    assert "secret words" not in page
    assert "zz" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.attack
@settings(deadline=None, max_examples=50)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(3, 10))
@example(3, 0, 3)
@example(3, 1, 3)
@example(0, 5, 3)
def test_no_count_tells_about_fewer_than_the_minimum_on_either_side(n: int, more: int, minimum: int) -> None:
    total = n + more
    said = counted(n, total, minimum)
    same = [k for k in range(total + 1) if counted(k, total, minimum) == said]
    if n < minimum or more < minimum:
        assert len(same) >= min(minimum, total + 1), "several counts are told alike"
    else:
        assert said == f"{n} of {total}"


def test_too_few_are_not_shown_at_all(record: Assessment, bench: Bench) -> None:
    for n in range(2):
        hand_in(record, bench, f"kg-{n + 1:03d}", solution(bench))
    with pytest.raises(InputError, match="Only 2 have handed in"):
        view(record, bench, RIGHTS, learners=11)
    with pytest.raises(InputError, match="`minimum` must be 3"):
        view(record, bench, RIGHTS, learners=11, minimum=2)
