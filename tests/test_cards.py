"""Course cards on paper: what a learner types from one is what the roster knows."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from grading.cards import page, render
from grading.roster import Learner, Roster
from ilp_toolkit import i18n
from ilp_toolkit.errors import InputError
from ilp_toolkit.learning.cards import typed

LANGUAGES = ("en", "ru")
ROSTER = Roster(
    tuple(Learner(f"kg-{n:03d}", LANGUAGES[n % 2], card=n % 3) for n in range(1, 11)), b"a salt of sixteen"
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", ["html", "pdf"])
def test_what_is_typed_from_a_card_is_the_code_of_the_roster(language: str, form: str) -> None:
    with i18n.language(language):
        sheet = page(ROSTER) if form == "html" else text_of(render(ROSTER))
    codes = re.findall(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]\b", sheet)
    assert len(codes) == len(ROSTER)
    for learner, code in zip(ROSTER.ids, codes, strict=True):
        assert typed(learner, code).code == ROSTER.code(learner)


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_each_card_is_in_its_learners_language(form: str) -> None:
    def sheet(language: str) -> str:
        roster = Roster((Learner("kg-001", language),), b"a salt of sixteen")
        return " ".join((page(roster) if form == "html" else text_of(render(roster))).split())

    with i18n.language("ru"):
        assert "Keep the card" in sheet("en")
    assert "Keep the card" not in sheet("ru")
    assert "Курс" in sheet("ru") or "курса" in sheet("ru")


def test_a_slip_in_typing_is_noticed() -> None:
    code = re.findall(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]\b", page(ROSTER))[0]
    slipped = ("B" if code[0] != "B" else "C") + code[1:]
    with pytest.raises(InputError):
        typed("kg-001", slipped)


def test_names_stand_on_a_sheet_only_when_they_are_asked_for_and_as_text() -> None:
    names = {"kg-001": "Тимур <b>Ярош</b>"}
    assert "Ярош" not in page(ROSTER)
    assert "Ярош" not in text_of(render(ROSTER))
    assert "Тимур &lt;b&gt;Ярош&lt;/b&gt;" in page(ROSTER, names)
    assert "Тимур <b>Ярош</b>" in text_of(render(ROSTER, names))


def test_the_sheet_asks_for_nothing_and_is_the_same_each_time() -> None:
    assert not re.search(
        r"(?:src|href)=|url\((?!data:)|https?://", page(ROSTER).replace("http://www.w3.org", "")
    )
    assert render(ROSTER) == render(ROSTER)
