"""Feedback pages: everything that a learner did is explained, and nothing else is told."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import exam_sample
import marked_course
import pytest
from marked_course import hand_in, solution

from grading.assessment import Assessment
from grading.feedback import feedback, write_feedback
from grading.key import Bench
from grading.languages import Translation
from grading.marks import Entry
from grading.roster import Person, enrol
from grading.standing import standings
from ilp_toolkit.learning.items import Item
from ilp_toolkit.views.offline import check_offline

MODULES = ("02_cycle", "03_rights", "04_evaluation")
HOSTILE = "<img src=x onerror=alert(1)>[x](https://example.org)\"'&"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(marked_course.workspace(tmp_path_factory.mktemp("feedback")))


@pytest.fixture
def record():
    with Assessment(Path(":memory:")) as opened:
        yield opened


def page_of(
    record: Assessment, bench: Bench, module: str = marked_course.RIGHTS, learner: str = "kg-001"
) -> str:
    (stand,) = [s for s in standings(record, bench.module(module)) if s.attempt.learner == learner]
    return feedback(record, bench, stand)


def spoiled(item: Item, key: Any) -> Any:
    """Return an answer that chooses wrong options, one of the right ones at most."""
    if item.kind == "choice":
        return next(option.id for option in item.option if option.id != key)
    if item.kind == "choices":
        return sorted([*[o.id for o in item.option if o.id not in key][:2], key[0]])
    if item.kind == "spans":
        return sorted([*[s.id for s in item.span if not s.hide][:1], key[0]])
    if item.kind == "order":
        return key[::-1]
    if item.kind == "match":
        names = [option.id for option in item.option]
        return {row: names[(names.index(right) + 1) % len(names)] for row, right in key.items()}
    if item.kind == "number":
        return key + 1000
    if item.kind == "table" and isinstance(key, dict):
        return {row: {c.id: _other(c, cells.get(c.id)) for c in item.column} for row, cells in key.items()}
    return "I would ask." if item.written else None


def _other(column: Any, right: Any) -> Any:
    allowed = right if isinstance(right, list) else [right]
    if column.type == "option":
        return next((o.id for o in column.option if o.id not in allowed), column.option[0].id)
    return 999_999 if column.type == "number" else "elsewhere"


def secrets(item: Item, answer: Any, key: Any, marked: dict[str, bool | None]) -> set[str]:
    """Return texts that the page of an answer must not hold: whys of what was not chosen, right options."""
    chosen = {answer} if isinstance(answer, str) else set(answer) if isinstance(answer, list) else set()
    told = {row for row, right in marked.items() if right}
    found = set()
    for one in item.option:
        if item.kind in ("choice", "choices") and one.id not in chosen:
            found |= {one.why, one.text}
        if item.kind == "match" and one.id not in answer.values():
            found |= {one.why, one.text}
    found |= {span.why for span in item.span if span.id not in chosen}
    found |= {passage.text for passage in item.passages() if passage.id and passage.id not in chosen}
    found |= {row.why for row in item.row if row.id not in told}
    found |= {mistake.why for mistake in item.mistake} | {item.solution}
    found |= {level for criterion in item.criterion for level in criterion.anchor}
    if item.kind == "order":
        found |= {step.why for step in item.step}
        found.add(json.dumps(key))
        found.add(" ".join(step.text for step in item.step))
    if item.kind in ("choices", "match", "table") and key:
        found.add(json.dumps(key))
    return {text for text in found if len(text) >= 12}


def readings(page: str) -> list[str]:
    """Return a page as several people would search it."""
    source = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    seen = html.unescape(re.sub(r"<[^>]+>", " ", source))
    plain = re.sub(r"[\W_]+", " ", seen.casefold())
    return [source, html.unescape(source), seen, plain, plain.replace(" ", "")]


def forms(text: str) -> list[str]:
    plain = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return [text, html.escape(text), text.strip(), plain, plain.replace(" ", "")]


@pytest.mark.attack
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("module", MODULES)
def test_a_page_of_wrong_answers_tells_neither_the_key_nor_why_of_what_was_not_chosen(
    record: Assessment, bench: Bench, module: str, language: str
) -> None:
    keys, loaded = bench.keys(module, 0), bench.module(module)
    answers = {item.id: spoiled(item, keys.get(item.id)) for item in loaded.part("exam")}
    attempt = hand_in(record, bench, "kg-001", answers, module=module, language=language)
    page = page_of(record, bench, module)
    translation = Translation(loaded, language)
    hidden, marks = set(), record.effective(attempt.id)
    shown = set()
    for item in map(translation.item, loaded.part("exam")):
        marked = {part["id"]: part["right"] for row in marks[item.id].marks for part in row.parts}
        hidden |= secrets(item, answers[item.id], keys.get(item.id), marked)
        shown |= {item.prompt, *(row.text for row in item.row)}
    hidden = {text for text in hidden if not any(text in other for other in shown)}
    assert len(hidden) > 15
    for reading, form in zip(readings(page), zip(*map(forms, sorted(hidden)), strict=True), strict=True):
        assert [text for text in form if len(text) >= 12 and text in reading] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_wrong_option_that_was_chosen_is_explained(
    record: Assessment, bench: Bench, language: str
) -> None:
    module = bench.module(marked_course.RIGHTS)
    wrong = {
        item.id: sorted(option.id for option in item.option if not option.right)
        for item in module.part("exam")
        if item.kind == "choices"
    }
    hand_in(record, bench, "kg-001", solution(bench) | wrong, language=language)
    seen = html.unescape(page_of(record, bench))
    translation = Translation(module, language)
    whys = [
        o.why for name in wrong for o in translation.item(module.item(name)).option if o.id in wrong[name]
    ]
    assert len(whys) >= 6
    plain = re.sub(r"<[^>]+>", "", seen)
    assert [why for why in whys if why.replace("*", "") not in plain] == []


@pytest.mark.attack
def test_hostile_answers_and_comments_are_shown_as_text(record: Assessment, bench: Bench) -> None:
    answers = {
        "q1": {HOSTILE: {"verdict": HOSTILE}, "fraud": {HOSTILE: HOSTILE}},
        "q2": {HOSTILE: HOSTILE}, "q3": HOSTILE, "q4": [HOSTILE, {"x": HOSTILE}], "q5": {"a": [HOSTILE]},
        "q6": [HOSTILE], "q7": [[HOSTILE, 1]], "q8": {"rusumet": 5}, "w1": HOSTILE,
    }  # fmt: skip
    attempt = hand_in(record, bench, "kg-001", answers)
    record.mark(attempt.id, [Entry("w1", 3.0, 8.0, "partly", (HOSTILE,))], kind="written", marker="anna")
    record.mark(attempt.id, [Entry("q4", 1.0, 6.0, "partly", (HOSTILE,))], kind="override", marker="chair")
    page = page_of(record, bench)
    assert "<img" not in page
    assert "href" not in page
    assert html.escape(HOSTILE) in page
    check_offline(page)


@pytest.mark.attack
def test_labels_that_code_made_are_text_and_its_key_is_not_told(record: Assessment, tmp_path: Path) -> None:
    own = Bench(marked_course.workspace(tmp_path), root=exam_sample.checkout(tmp_path / "checkout"))
    keys = own.keys(exam_sample.MODULE, 0)
    frame = {"$": "frame", "index": {"v": [0], "name": None}, "columns": [{"name": HOSTILE, "v": [HOSTILE]}]}
    answers = {"q1": "all", "q2": keys["q2"] + 1, "q3": frame, "q4": HOSTILE, "w1": "Why not."}
    attempt = hand_in(record, own, "kg-001", answers, module=exam_sample.MODULE)
    parts = ({"id": HOSTILE, "right": False, "comment": f"{HOSTILE}: is not asked for."},)
    entry = Entry("q3", 0.0, 3.0, "wrong", (f"Column {HOSTILE} is too much.",), parts, provisional=True)
    record.mark(attempt.id, [entry], kind="auto", marker="machine")
    page = page_of(record, own, exam_sample.MODULE)
    check_offline(page)
    assert "<img" not in page
    assert "href" not in page
    assert page.count(html.escape(HOSTILE)) == 2
    assert page.count("&lt;img src=x") > 3
    assert "Nobody needs them for a plan." in html.unescape(page)
    assert "The task is served by counts." not in html.unescape(page)
    assert "provisional" in page
    seen = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    given = [f"{number} " for number in (keys["q3"], keys["q4"])]
    assert not [key for key in given if re.search(rf"(?<![\d.]){key}(?!of|points)", seen)], (
        "no key of a number"
    )


@pytest.mark.attack
@pytest.mark.parametrize(
    "forged",
    [{"$": "frame"}, {"$": "frame", "index": 3, "columns": 4}, {"$": "series"}, {"$": "graph", "nodes": 1},
     {"$": []}, {"$": "frame", "index": {"v": [1]}, "columns": [{"name": 1, "v": []}]}, [[[]]], {"a": None}, True],
)  # fmt: skip
def test_an_answer_that_only_looks_like_one_stops_no_page(
    record: Assessment, bench: Bench, forged: object
) -> None:
    items = [item.id for item in bench.module(marked_course.RIGHTS).part("exam")]
    hand_in(record, bench, "kg-001", dict.fromkeys(items, forged))
    assert page_of(record, bench).count('class="item"') == len(items)


@pytest.mark.attack
def test_a_page_knows_no_name_and_no_other_learner(bench: Bench, record: Assessment) -> None:
    enrol(bench.workspace, [Person("Mariam Oduya", "kg-001"), Person("Тимур Ярош", "kg-002")])
    for learner in ("kg-001", "kg-002"):
        hand_in(record, bench, learner, solution(bench) | {"w1": f"Written by {learner[::-1]}."})
    pages = write_feedback(bench.workspace, record, bench, [marked_course.RIGHTS])
    assert [path.parts[-3:] for path in pages] == [
        (learner, marked_course.RIGHTS, "feedback.html") for learner in ("kg-001", "kg-002")
    ]
    first = pages[0].read_text(encoding="utf-8")
    for text in ("Oduya", "Ярош", "kg-002", "200-gk"):
        assert text not in first
    assert "kg-001" in first


def test_a_page_asks_for_nothing_and_says_its_language(record: Assessment, bench: Bench) -> None:
    hand_in(record, bench, "kg-001", solution(bench), language="ru")
    page = page_of(record, bench)
    check_offline(page)
    assert '<html lang="ru">' in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "Что означает повторная сдача" in page


def test_what_a_marker_writes_is_shown_and_the_machines_doubt_is_not(
    record: Assessment, bench: Bench
) -> None:
    attempt = hand_in(record, bench, "kg-001", solution(bench))
    assert "From the marker" not in page_of(record, bench)
    record.mark(
        attempt.id, [Entry("w1", 6.0, 8.0, "partly", ("Name the article.",))], kind="written", marker="a"
    )
    page = page_of(record, bench)
    assert "Name the article." in page
    assert "6 of 8 points" in page


def test_hurdles_and_what_is_pending_are_told(record: Assessment, bench: Bench) -> None:
    hand_in(record, bench, "kg-001", solution(bench) | {"q5": ["a"]})
    page = page_of(record, bench)
    assert "Hurdle q5: not met" in page
    assert "Hurdle q6: met" in page
    assert "Not passed" in page
    assert "1 answer is still to be marked by a person: w1." in page
    assert "Read again: lesson 03, “" in page
