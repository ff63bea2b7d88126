"""Words for how likely and how sure."""

from __future__ import annotations

import dataclasses

import pytest

from ilp_toolkit import i18n
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import language
from ilp_toolkit.errors import InputError

LIMITS = load().confidence
GOOD = language.Evidence(n=900, located=0.99, timed=0.97, snapped=0.0, origin_unknown=0.0, rejected=0.0)


@pytest.mark.parametrize(
    ("p", "icd", "phia"),
    [
        (0.03, "almost no chance", "remote chance"), (0.22, "unlikely", None), (0.5, "roughly even chance", None),
        (0.55, "likely", "likely"), (0.45, "roughly even chance", "realistic possibility"), (0.05, "very unlikely", None),
        (0.97, "almost certain", "almost certain"), (1.0, None, "almost certain"), (0.0, None, "remote chance"),
    ],
)  # fmt: skip
def test_a_probability_has_the_word_of_its_table_and_none_in_a_gap(
    p: float, icd: str | None, phia: str | None
) -> None:
    assert (language.likelihood(p), language.likelihood(p, scale="phia")) == (icd, phia)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        language.likelihood(1.2)


def test_one_register_alone_never_gives_high_confidence() -> None:
    sure = language.how_sure(GOOD, limits=LIMITS)
    assert (sure.level, len(sure.reasons)) == ("moderate", 1)


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"n": 49}, "low"), ({"n": 120}, "moderate"), ({"located": 0.5}, "low"), ({"timed": 0.4}, "low"),
        ({"rejected": 0.2}, "low"), ({"rejected": 0.05}, "moderate"), ({"located": None}, "moderate"),
        ({"n": 120, "snapped": 1.0, "origin_unknown": 1.0}, "low"), ({"snapped": 1.0, "origin_unknown": 1.0}, "moderate"),
    ],
)  # fmt: skip
def test_confidence_follows_from_stated_inputs(change: dict[str, float | None], level: str) -> None:
    sure = language.how_sure(dataclasses.replace(GOOD, **change), limits=LIMITS)  # type: ignore[arg-type]
    assert sure.level == level
    assert len(sure.reasons) >= 1 + sum(value is not None for value in change.values())


def test_the_words_exist_in_every_language() -> None:
    for code in i18n.LANGUAGES:
        with i18n.language(code):
            assert language._phrase("low")
            assert language.likelihood(0.6)
    with i18n.language("ru"):
        assert language.likelihood(0.6) == "вероятно"


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("We have moderate confidence that burglary is likely to go on.", 1),
        ("Burglary is likely to go on. We have moderate confidence in this.", 0),
        ("Имеем высокую оценку: средняя степень уверенности, что это вероятно.", 1),
        ("This is unlike what was seen; low confidence.", 0),
        ("Unlikely?! Low confidence.", 0),
    ],
)
def test_sentences_that_say_both_are_found(text: str, mixed: int) -> None:
    assert len(language.mixed_sentences(text)) == mixed


def test_the_source_of_the_words_is_named() -> None:
    assert "ICD 203" in language.source("icd203")
    assert "PHIA" in language.source("phia")
