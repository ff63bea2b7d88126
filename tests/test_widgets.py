"""The course's widgets: what they take, what they answer, and that everybody can use them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_course import COUNTS, ITEMS, items

from ilp_toolkit import i18n
from ilp_toolkit.learning.items import Item
from ilp_toolkit.views import style
from ilp_toolkit.views.widgets import feedback, fields, forms, look, plain
from ilp_toolkit.views.widgets.panel import KINDS, Deeds, Panel


def shown(name: str) -> dict[str, Any]:
    item = next(item for item in items() if item.id == name)
    made = item.shown()
    if item.kind == "spans":
        made["passages"] = [tuple(passage) for passage in item.passages()]
    if item.kind == "suppress":
        made["head"], *made["body"] = [line.split(",") for line in COUNTS.splitlines()]
    if item.rows_from and item.kind == "table":
        made["row"] = [
            {"id": "r1", "cells": [("offence", "Assault")]},
            {"id": "r2", "cells": [("offence", "Theft")]},
        ]
    return made


def field(name: str, value: Any = None, heard: list[Any] | None = None) -> fields.Field:
    question = shown(name)
    return KINDS[question["kind"]](question, value, (heard if heard is not None else []).append)


def parts(widget: Any) -> list[Any]:
    """Return a widget and all that is in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in parts(child))]


def controls(widget: Any) -> list[Any]:
    kinds = (ipywidgets.Button, ipywidgets.ToggleButton, ipywidgets.Dropdown, ipywidgets.Text, ipywidgets.Textarea,
             ipywidgets.Checkbox, ipywidgets.RadioButtons)  # fmt: skip
    return [part for part in parts(widget) if isinstance(part, kinds)]


ANSWERS: dict[str, Any] = {
    "p1": "b", "p2": ["a", "c"], "p3": ["c", "d", "e", "a"], "p4": {"r1": "x"}, "p5": 12.5,
    "p6": {"r1": {"s": "A", "n": 2.5}}, "p7": ["s1", "s3"], "q2": [["North", "night"], ["total", "day"]],
    "q3": {"r2": {"c": "t"}}, "w1": "Отказываю.\nНет решения суда.",
}  # fmt: skip


def test_every_kind_that_is_no_code_has_a_field() -> None:
    assert set(KINDS) == {item.kind for item in items() if not item.code}
    assert set(ANSWERS) == {item["id"] for item in ITEMS if item["kind"] in KINDS} - {"q1"}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_given_back_to_a_field_is_answered_again(name: str) -> None:
    assert field(name, ANSWERS[name]).answer() == ANSWERS[name]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_field_that_nobody_touched_answers_nothing_and_tells_nothing(name: str) -> None:
    heard: list[Any] = []
    assert field(name, None, heard).answer() is None
    field(name, ANSWERS[name], heard)
    assert heard == []


def press(box: ipywidgets.ToggleButton) -> None:
    box.value = not box.value


DEEDS: dict[str, tuple[Callable[[list[Any]], None], Any]] = {
    "p1": (lambda c: setattr(c[0], "value", "b"), "b"),
    "p2": (lambda c: setattr(c[2], "value", True), ["c"]),
    "p3": (lambda c: c[1].click(), None),
    "p4": (lambda c: setattr(c[1], "value", "y"), {"r2": "y"}),
    "p5": (lambda c: setattr(c[0], "value", " 1 234,5 "), 1234.5),
    "p6": (lambda c: setattr(c[3], "value", "3,5"), {"r2": {"n": 3.5}}),
    "p7": (lambda c: press(c[1]), ["s2"]),
    "q2": (lambda c: press(c[0]), [["North", "night"]]),
    "q3": (lambda c: setattr(c[0], "value", "v"), {"r1": {"c": "v"}}),
    "w1": (lambda c: setattr(c[0], "value", "No."), "No."),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_change_is_told_at_once_with_the_answer(name: str) -> None:
    heard: list[Any] = []
    made = field(name, None, heard)
    deed, answer = DEEDS[name]
    deed(controls(made.widget))
    wanted = [step["id"] for step in shown("p3")["step"]] if name == "p3" else answer
    if name == "p3":
        wanted[0], wanted[1] = wanted[1], wanted[0]
    assert heard[-1] == made.answer() == wanted


JUNK = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                    max_leaves=6)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(junk=JUNK, name=st.sampled_from(sorted(ANSWERS)))
def test_whatever_a_damaged_file_holds_a_field_is_drawn(junk: Any, name: str) -> None:
    made = field(name, junk)
    made.answer()


def test_an_answer_can_be_taken_back() -> None:
    heard: list[Any] = []
    made = field("p4", {"r1": "x"}, heard)
    controls(made.widget)[0].value = ""
    assert heard == [None]
    made = field("p7", ["s1"], heard)
    press(controls(made.widget)[0])
    assert heard[-1] == [], "to leave everything readable is an answer as well"


def test_an_order_moves_step_by_step_and_stops_at_its_ends() -> None:
    made = field("p3")
    buttons = controls(made.widget)
    assert buttons[0].disabled, "the first cannot go up"
    assert buttons[-1].disabled, "the last cannot go down"
    start = [step["id"] for step in shown("p3")["step"]]
    buttons[1].click()
    buttons[3].click()
    assert made.answer() == [start[1], start[2], start[0], start[3]]
    names = {step["id"]: step["text"] for step in shown("p3")["step"]}
    assert names[start[1]] in buttons[1].tooltip, "a screen reader hears what moves"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12.5", 12.5), ("12,5", 12.5), ("1 000", 1000.0), ("1\u00a0000,5", 1000.5), ("−3", -3.0), ("", None),
     ("twelve", None), ("1.2.3", None), ("nan", None), ("inf", None), ("1e999", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed: str, value: float | None) -> None:
    heard: list[Any] = []
    made = field("p5", None, heard)
    controls(made.widget)[0].value = typed
    assert made.answer() == value
    told = "".join(part.value for part in parts(made.widget) if isinstance(part, ipywidgets.HTML))
    assert ("is no number" in told) == (value is None and typed != "")


def test_a_number_comes_back_with_the_decimal_sign_of_the_language() -> None:
    with i18n.language("ru"):
        assert controls(field("p5", 12.5).widget)[0].value == "12,5"


def test_what_is_typed_waits_a_moment_and_is_handed_over_when_asked() -> None:
    async def typing() -> tuple[list[Any], list[Any]]:
        heard: list[Any] = []
        made = field("w1", None, heard)
        box = controls(made.widget)[0]
        for text in ("N", "No", "No."):
            box.value = text
        early = list(heard)
        made.flush()
        made.flush()
        return early, heard

    assert asyncio.run(typing()) == ([], ["No."])


def test_what_is_typed_is_told_by_itself_after_the_moment() -> None:
    async def typing() -> list[int]:
        told: list[int] = []
        later = fields.Later(lambda: told.append(1), seconds=0.01)
        later()
        later()
        await asyncio.sleep(0.1)
        return told

    assert asyncio.run(typing()) == [1]


def test_words_are_counted_as_they_are_written() -> None:
    made = field("w1")
    box = controls(made.widget)[0]
    box.value = "один два три"
    told = "".join(part.value for part in parts(made.widget) if isinstance(part, ipywidgets.HTML))
    assert "3 words (asked for: 3 to 60)" in told
    assert "Names the law" in told
    assert "most" not in told, "what earns which points is not shown"


# What is shown is data: it cannot become markup

EVIL = '<img src=x onerror="alert(1)">'


def test_markup_in_questions_options_and_answers_is_shown_as_text() -> None:
    pair = ({"id": "a", "text": EVIL}, {"id": "b", "text": "b"})
    for kind, more in (
        ("choice", {"option": pair}),
        ("choices", {"option": pair}),
        ("order", {"step": (*pair, {"id": "c", "text": EVIL})}),
        ("match", {"row": [{"id": "r", "text": EVIL}], "option": pair}),
        ("number", {"unit": EVIL}),
        ("table", {"column": [{"id": "c", "text": EVIL, "option": pair}], "row": [{"id": "r", "text": EVIL}]}),
        ("table", {"column": [{"id": "c", "text": EVIL, "type": "text"}], "row": [{"id": "r", "cells": [(EVIL, EVIL)]}]}),
        ("spans", {"passages": [(None, EVIL), ("s", EVIL)]}),
        ("suppress", {"head": [EVIL, EVIL], "body": [[EVIL, EVIL]]}),
        ("text", {"criterion": [{"id": "c", "text": EVIL}]}),
    ):  # fmt: skip
        made = Panel(EVIL, {"kind": kind, "prompt": EVIL, **more}, None, lambda _answer: None)
        for part in parts(made.widget):
            if isinstance(part, ipywidgets.HTML):
                assert "<img" not in part.value, kind
            assert not getattr(part, "description_allow_html", False)
    line = feedback.Line(EVIL, False, EVIL)
    html = feedback.mark_html("wrong", 0, [EVIL], [line], read=(EVIL, EVIL))
    html += feedback.hints_html([EVIL], 1) + feedback.solution_html(EVIL)
    html += feedback.progress_html([feedback.Row(EVIL, EVIL, "open")], notes=[EVIL])
    for answer in (EVIL, [EVIL], {EVIL: EVIL}, {EVIL: {EVIL: EVIL}}, {EVIL: [EVIL]}):
        html += plain.answer_html(EVIL, answer)
    assert "<img" not in html
    assert "onerror=&quot;" in html


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_of_a_learner_opens_an_element(text: str) -> None:
    html = plain.answer_html("q1", text)
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "strong", "/strong"}


def test_a_link_in_markdown_never_runs_a_script() -> None:
    assert "href" not in plain.markdown("[x](javascript:alert(1))")


def test_a_long_answer_is_cut_and_says_so() -> None:
    html = plain.answer_html("w1", "а" * 50_000)
    assert len(html) < 21_000
    assert "30,000 more characters" in html


# Everybody can use it


def test_each_control_has_a_name_in_words() -> None:
    for name in ANSWERS:
        for control in controls(field(name).widget):
            options = getattr(control, "_options_labels", ())
            assert control.description or control.tooltip or getattr(control, "placeholder", "") or options, (
                name
            )


def test_a_verdict_is_told_in_a_word_and_a_sign_not_by_colour_alone() -> None:
    told = {verdict: feedback.mark_html(verdict, 0.5, [], []) for verdict in feedback.VERDICTS}
    bare = {re.sub(r"<[^>]*>", "", html) for html in told.values()}
    assert len(bare) == len(told)
    assert all(re.search(r"\w{3}", text) and text[0] in "✓◐✗○✎" for text in bare)
    states = {
        re.sub(r"<[^>]*>", "", feedback.progress_html([feedback.Row("p1", "x", s)])) for s in feedback.STATES
    }
    assert len(states) == len(feedback.STATES)


def test_a_pressed_passage_and_a_hidden_count_change_their_sign() -> None:
    for name, before, after in (("p7", "□", "■"), ("q2", "3", "✕")):
        button = controls(field(name).widget)[0]
        assert button.description.startswith(before)
        press(button)
        assert button.description.startswith(after)


PAIRS = [("ink", "paper"), ("muted", "paper"), ("muted", "ground"), ("accent", "paper"), ("accent", "accent-tint"),
         ("accent", "caution-tint"), ("ink", "accent-tint"), ("ink", "caution-tint"), ("paper", "accent"),
         ("paper", "ink"), ("ink", "ground")]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_stands_out_from_its_ground(pair: tuple[str, str]) -> None:
    roles = dict(re.findall(r"--([\w-]+):([^;}]+)", look.css()))
    assert style.contrast(roles[pair[0]], roles[pair[1]]) >= 4.5


def test_the_rules_name_no_colour_of_their_own_and_touch_nothing_but_the_course() -> None:
    rules = look.css().partition("\n")[2]
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", rules)
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    for selector in re.findall(r"([^{}]+)\{", rules):
        assert all(one.strip().startswith(f".{look.CLASS}") for one in selector.split(",")), selector
    used = set(re.findall(r"var\(--([\w-]+)\)", rules))
    assert used <= set(re.findall(r"--([\w-]+):", style.roles_css()))


def test_buttons_appear_only_where_they_do_something() -> None:
    made = Panel("p1", shown("p1"), None, lambda _answer: None, Deeds(check=lambda: None))
    assert made.check is not None
    assert made.hint is None
    bare = Panel("q1", shown("q1"), None, lambda _answer: None)
    assert not [part for part in parts(bare.widget) if isinstance(part, ipywidgets.Button)]


def test_a_question_that_is_answered_with_code_says_how() -> None:
    made = Panel("p8", shown("p8"), None, lambda _answer: None)
    assert made.field is None
    assert made.answer() is None
    told = "".join(part.value for part in parts(made.widget) if isinstance(part, ipywidgets.HTML))
    assert "Shift+Enter" in told


def test_the_card_form_says_what_came_of_it() -> None:
    kept: list[tuple[str, str]] = []

    def keep(learner: str, code: str) -> tuple[bool, str]:
        kept.append((learner, code))
        return learner == "kg-014", f"said <b>{learner}"

    form = forms.CardForm("", "", keep)
    form.learner.value, form.code.value = "kg-015", "X"
    form.button.click()
    assert kept == [("kg-015", "X")]
    assert "⚠ said &lt;b&gt;kg-015" in form._told.value
    form.learner.value = "kg-014"
    form.button.click()
    assert "✓ said" in form._told.value


def test_a_released_question_needs_no_key_to_be_drawn() -> None:
    for item in items():
        bare = Item.model_validate(item.shown())
        assert bare.key() is None
        if item.kind in {"choice", "choices", "order", "match", "number", "text"}:
            Panel("x", bare.whole(), None, lambda _answer: None)
