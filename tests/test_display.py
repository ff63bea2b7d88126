"""What markers see: every answer in words, and nothing of a learner's that a browser runs."""

from __future__ import annotations

import base64
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.display import harmless, in_words, shown
from ilp_toolkit.learning.items import Column, Item, Option, Row, Step

OPTIONS = (Option(id="a", text="Refuse"), Option(id="b", text="Comply"))
ITEMS = {
    "choice": Item(id="q1", part="exam", kind="choice", option=OPTIONS),
    "choices": Item(id="q2", part="exam", kind="choices", option=OPTIONS),
    "order": Item(id="q3", part="exam", kind="order", step=(Step(id="s1", text="Ask"), Step(id="s2", text="Note"))),
    "match": Item(id="q4", part="exam", kind="match", row=(Row(id="r1", text="Witness", answer="a"),), option=OPTIONS),
    "table": Item(
        id="q5", part="exam", kind="table", row=(Row(id="r1", text="Report 1", answer={"c": "a"}),),
        column=(Column(id="c", text="Action", option=OPTIONS),),
    ),
    "spans": Item(id="q6", part="exam", kind="spans", text="Seen by [[s1:M. O.]] at noon."),
    "number": Item(id="q7", part="exam", kind="number", answer=1.0),
    "text": Item(id="w1", part="exam", kind="text"),
}  # fmt: skip
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("choice", "a", "a: Refuse"),
        ("choices", ["a", "b"], "a: Refuse\nb: Comply"),
        ("order", ["s2", "s1"], "1. s2: Note\n2. s1: Ask"),
        ("match", {"r1": "b"}, "Witness → b: Comply"),
        ("table", {"r1": {"c": "a"}}, "Report 1 | Action: a: Refuse"),
        ("spans", ["s1"], "s1: M. O."),
        ("number", 12.5, "12.5"),
        ("text", "Because.\nAnd so on.", "Because.\nAnd so on."),
        ("choices", [], "Nothing is chosen."),
        ("choice", None, "No answer."),
    ],
)
def test_an_answer_is_told_in_the_words_of_its_item(kind: str, answer: Any, words: str) -> None:
    assert in_words(ITEMS[kind], answer) == words


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(ITEMS)), JSON)
def test_any_answer_whatever_can_be_shown(kind: str, answer: Any) -> None:
    assert isinstance(in_words(ITEMS[kind], answer), str)


def code(outputs: list[dict]) -> Any:
    cell = {"cell_type": "code", "id": "abcd1234", "metadata": {}, "execution_count": 1, "source": "x"}
    return nbformat.from_dict({**cell, "outputs": outputs})


@pytest.mark.attack
@pytest.mark.parametrize(
    "data",
    [
        {"text/html": HOSTILE},
        {"application/javascript": "alert(1)"},
        {"image/svg+xml": "<svg onload='alert(1)'/>"},
        {"text/markdown": HOSTILE},
        {"text/latex": HOSTILE},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}},
        {"image/png": base64.b64encode(HOSTILE.encode()).decode()},
        {"image/png": "'><script>alert(1)</script>"},
        {"image/png": 5},
    ],
)
def test_an_output_that_a_browser_might_run_is_left_out(data: dict) -> None:
    for kind in ("display_data", "execute_result"):
        assert harmless(code([{"output_type": kind, "metadata": {}, "data": data}])).outputs == []


def test_text_pictures_and_errors_stay() -> None:
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "12 rows\n"},
        {
            "output_type": "display_data",
            "metadata": {"x": HOSTILE},
            "data": {"image/png": png, "text/plain": "<Figure>"},
        },
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["line"]},
    ]
    kept = harmless(code(outputs)).outputs
    assert [output.output_type for output in kept] == ["stream", "display_data", "error"]
    assert kept[1].data == {"image/png": png, "text/plain": "<Figure>"}
    assert kept[1].metadata == {}


def test_an_output_without_end_is_cut() -> None:
    flood = [{"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}] * 500
    assert len(str(harmless(code(flood)))) < 2_000_000


@pytest.mark.attack
def test_html_in_a_learners_prose_is_shown_as_text() -> None:
    cell = nbformat.from_dict(
        {"cell_type": "markdown", "id": "abcd1234", "metadata": {}, "source": f"# A\n{HOSTILE}"}
    )
    assert "<script" not in harmless(cell).source


def test_showing_leaves_the_notebook_that_it_was_given_as_it_was() -> None:
    cell = code([{"output_type": "stream", "name": "stdout", "text": "1"}])
    cell.metadata = nbformat.from_dict({"nbgrader": {"grade_id": "q1"}})
    notebook = nbformat.from_dict({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    before = nbformat.writes(notebook)
    page = shown(notebook, list(ITEMS.values()), {"q1": HOSTILE}, {})
    nbformat.validate(page)
    assert "&lt;script&gt;" in page.cells[0].outputs[0].data["text/html"]
    assert nbformat.writes(notebook) == before
