"""Similar submissions: what is shared is found whatever was renamed, and nothing else stands out."""

from __future__ import annotations

import re
from pathlib import Path

import marked_course
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_course import RIGHTS, hand_in, solution

from grading._fingerprints import Token, code_tokens, grams, prose_tokens, winnow
from grading.assessment import Assessment
from grading.desk import Desk
from grading.key import Bench
from grading.similarity import SAME_VARIANT, SIZES, Document, compare, documents, similarity_page
from ilp_toolkit import i18n
from ilp_toolkit.views.offline import check_offline

LETTER = (
    "I cannot make this list because going to a prayer house is no suspicion and no article or order is named in your "
    "call the damage at the station is a real offence and I offer traces camera and witnesses for it instead"
)
OWN = [
    "Sir, your request lacks a written order. I will not collect names of believers. Please write to the prosecutor.",
    "The law of this country protects faith. A register of visitors would break it, so my answer must be negative today.",
    "My unit works from deeds to people. Nobody who prays has done anything. Ask for the video of the bus stop, please.",
    "Without a judge there is nothing to discuss here; I have noted the hour of the call and informed the legal office.",
    "Collecting belief is forbidden by article seven, therefore this task ends on my desk and goes to the ombudsman now.",
    "We keep evidence about the paint, not about religion. The lawful path is a search for the three boys on the tape.",
]
CODE = """
import pandas as pd
calls = pd.read_csv(path)
counts = calls.groupby("district").size().sort_values(ascending=False)
top = counts.head(3)
share = top.sum() / counts.sum()
q3 = round(100 * share, 1)
"""
RENAMED = """
# my own work
import pandas as data
t = data.read_csv(file)
by_place = t.groupby('area').size().sort_values(ascending=False)
first = by_place.head(5)
part = first.sum() / by_place.sum()
q3 = round(1 * part, 2)
"""


def prose(texts: list[str], variants: list[int] | None = None) -> list[Document]:
    own = variants or list(range(len(texts)))
    return [Document(f"kg-{n:03d}", n, own[n], "prose", "w1", text) for n, text in enumerate(texts)]


def found(documents_: list[Document], given_: str = "") -> list[tuple[str, str]]:
    (cohort,) = compare(documents_, {documents_[0].name: given_})
    return [(pair.one.learner, pair.other.learner) for pair in cohort.pairs]


tokens_ = st.lists(st.sampled_from("abcdefgh"), max_size=60)


@settings(deadline=None, max_examples=60)
@given(tokens_, tokens_, tokens_, tokens_, st.lists(st.sampled_from("abcdefgh"), min_size=7, max_size=30))
def test_a_shared_stretch_that_is_long_enough_always_leaves_a_fingerprint_in_both(a, b, c, d, shared) -> None:
    """The guarantee of the paper: at least window + size - 1 tokens."""
    size, window = SIZES["prose"]
    assert len(shared) >= size + window - 1
    prints = []
    for before, after in ((a, b), (c, d)):
        whole = [Token(text, 0, 1) for text in [*before, *shared, *after]]
        prints.append({value for value, _place in winnow(grams(whole, size), window)})
    assert prints[0] & prints[1]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 8))
def test_every_window_keeps_its_least_hash_and_no_place_twice(hashes: list[int], window: int) -> None:
    kept = winnow(hashes, window)
    places = [place for _value, place in kept]
    assert places == sorted(set(places))
    for start in range(len(hashes) - window + 1):
        part = hashes[start : start + window]
        assert any(start <= place < start + window and hashes[place] == min(part) for place in places)
    assert all(hashes[place] == value for value, place in kept)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_can_be_cut_and_tokens_stand_where_they_say(text: str) -> None:
    for cut in (code_tokens, prose_tokens):
        for token in cut(text):
            assert 0 <= token.start < token.end <= len(text)


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(8)))
def test_the_order_of_the_cohort_decides_nothing(order: list[int]) -> None:
    texts = [LETTER, LETTER.upper(), *OWN]
    mixed = [Document(f"kg-{n:03d}", n, n, "prose", "w1", texts[n]) for n in order]
    assert [set(pair) for pair in found(mixed)] == [{"kg-000", "kg-001"}]


def test_renaming_comments_numbers_and_quotes_hide_nothing_in_code() -> None:
    assert [t.text for t in code_tokens(CODE)] == [t.text for t in code_tokens(RENAMED)]


def test_code_that_is_no_python_is_cut_all_the_same() -> None:
    broken = "%matplotlib inline\nx = (1 +\n'never ends\nfor"
    assert [t.text for t in code_tokens(broken)][:2] == ["%", "N"]


def test_a_copy_stands_out_and_honest_letters_do_not() -> None:
    assert found(prose([LETTER, *OWN])) == []
    edited = LETTER.replace("I cannot", "Sorry, I can not").replace("instead", "to you")
    assert found(prose([*OWN[:3], LETTER, edited, *OWN[3:]])) == [("kg-003", "kg-004")]


def test_what_was_handed_out_is_no_likeness() -> None:
    template = "Dear colleague, this office has received your request by telephone and answers it in writing as follows"
    texts = [f"{template}: {own}" for own in OWN]
    assert found(prose(texts), template) == []
    (cohort,) = compare(prose(texts), {"w1": template})
    assert cohort.baseline == 0.0


def test_a_cohort_in_which_all_quote_the_same_has_a_higher_baseline() -> None:
    quote = " ".join(LETTER.split()[:24])
    texts = [f"{quote}. {own}" for own in OWN]
    (cohort,) = compare(prose(texts))
    assert cohort.baseline is not None
    assert cohort.baseline > 0.3
    assert cohort.pairs == ()
    twins = [*texts, texts[0].replace("please", "kindly")]
    assert found(prose(twins)) == [("kg-000", "kg-006")]


def test_the_same_data_weigh_more() -> None:
    half = " ".join(LETTER.split()[:20])
    texts = [f"{half} {OWN[0]}", f"{half} {OWN[1]}", *OWN[2:], OWN[0][::-1], OWN[1][::-1]]
    apart = compare(prose(texts))[0].pairs
    same = compare(prose(texts, [7, 7, *range(len(texts) - 2)]))[0].pairs
    assert len(apart) == len(same) == 1
    assert same[0].weight == pytest.approx(SAME_VARIANT * apart[0].weight)
    assert (same[0].same_variant, apart[0].same_variant) == (True, False)


def test_both_excerpts_are_what_is_shared() -> None:
    edited = f"Good evening. {LETTER.upper()} Yours."
    (cohort,) = compare(prose([LETTER, edited, *OWN]))
    one, other = cohort.pairs[0].excerpts
    assert one.casefold() == other.casefold()
    assert one in LETTER
    assert len(one) > 0.8 * len(LETTER)


def test_few_texts_have_no_baseline_and_the_page_says_so() -> None:
    cohorts = compare(prose([LETTER, LETTER, OWN[0]]))
    assert (cohorts[0].baseline, cohorts[0].pairs) == (None, ())
    assert "nothing to hold a pair against" in similarity_page("03", cohorts)


def test_two_attempts_of_one_learner_are_not_compared() -> None:
    texts = [Document("kg-000", n, n, "prose", "w1", LETTER) for n in range(2)]
    assert found([*texts, *prose(["", *OWN])[1:]]) == []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(marked_course.workspace(tmp_path))


@pytest.mark.attack
def test_a_report_changes_no_mark_runs_nothing_and_says_it_is_no_verdict(bench: Bench) -> None:
    hostile = LETTER + " <script>alert(1)</script> " + LETTER[::-1]
    with Assessment(bench.workspace.assessment) as record:
        for n, text in enumerate([hostile, hostile, *OWN]):
            hand_in(record, bench, f"kg-{n + 1:03d}", solution(bench) | {"w1": text})
        before = [record.marks(a.id, history=True) for a in record.attempts()], record.events()
        desk = Desk(bench.workspace, record, bench, "not executed")
        cohorts = compare(*documents(bench.workspace, desk, bench, RIGHTS))
        assert ([record.marks(a.id, history=True) for a in record.attempts()], record.events()) == before
    assert [(c.name, [(p.one.learner, p.other.learner) for p in c.pairs]) for c in cohorts] == [
        ("w1", [("kg-001", "kg-002")])
    ]
    page = similarity_page("03", cohorts)
    check_offline(page)
    assert "<script" not in page
    assert "alert(1)" in page
    assert "Similar is not copied" in page
    with i18n.language("ru"):
        assert "Похоже — не значит списано" in similarity_page("03", cohorts)
    assert not re.search(r"\bplagiar", page)
