"""Attempts to get an estimate past the check of language."""

from __future__ import annotations

import pytest

from ilp_toolkit.dissemination import language

MIXED = [
    "WE HAVE HIGH CONFIDENCE THAT IT IS VERY LIKELY.",
    "We have high\nconfidence that it is very\nlikely.",
    "We have high\u00a0confidence that it is very\u00a0likely.",
    "We have high confi\u00addence that it is very like\u00adly.",
    "We have high confi\u200bdence that it is un\u200blikely.",
    "We have high confi-\ndence that it is un-\nlikely.",
    "We have <b>high</b> confidence that it is **very** likely.",
    "We have high confidence, i.e. it is very likely.",
    "We have h\u0456gh confid\u0435nce that it is lik\u0435ly.",
    "We have high-confidence that it is very-likely.",
    "We have h i g h confidence that it is l i k e l y.",
    "Our confidence is high that it is probable.",
    "We have a high level of confidence; it is nearly certain.",
    "We are highly confident it is improbable.",
    "We have moderate to high confidence that it is almost certainly so.",
    "Confidence: moderate. a likely rise.",
    "Ｗe have high ｃｏｎｆｉｄｅｎｃｅ that it is ｌｉｋｅｌｙ.",
    "Со средней степенью уверенности: это вероятно.",
    "С ВЫСОКОЙ УВЕРЕННОСТЬЮ МАЛОВЕРОЯТЕН РОСТ.",
    "Уверенность — низкая, повтор весьма вероятен.",
    "С умеренной уверенностью, т. е. рост почти наверняка продолжится.",
    "С высокой степенью уверенности рост вероятeн.",
]


@pytest.mark.attack
@pytest.mark.parametrize("text", MIXED)
def test_likely_and_sure_in_one_sentence_are_found_however_they_are_written(text: str) -> None:
    assert "mixed" in {remark.code for remark in language.lint(text)}
    assert language.mixed_sentences(text)


@pytest.mark.attack
@pytest.mark.parametrize(
    "text",
    [
        "It is unlikely (70%).", "It is unlikely (70 %).", "It is unlikely (70\u00a0%).", "It is unlikely (70\u202f%).",
        "It is unlikely (70 per cent).", "It is unlikely (70 percent).", "It is unlikely (p = 0.7).", "It is unlikely (0,7).",
        "It is unlikely: 70%.", "It is unlikely, about 70%.", "It is unlikely [60–80%].", "It is unlikely (60% to 80%).",
        "It is unlikely (7 in 10).", "It is unlikely (7 out of 10).", "70% (unlikely).", "A 70% chance: unlikely.",
        "It is unlikely, with a probability of 70%.", "The probability is 70%, so it is unlikely to stop.",
        "It is UNLIKELY (70%).", "It is un\u00adlikely (70%).", "It is unlikely (７０％).", "It is improbable (70%).",
        "There is a 70% probability, which is unlikely.", "It is likely (≈ 30 %).", "It is very likely (at least 50%).",
        "Это маловероятно (70 %).", "Это маловероятно (70 процентов).", "Рост маловероятен: 70%.", "Рост вероятен (30 %).",
        "Это маловероятно, с вероятностью 70 %.", "Вероятность составляет 70 %, то есть это маловероятно.",
        "Это маловероятно (7 из 10).", "Это маловероятно (0,7).",
    ],
)  # fmt: skip
def test_a_number_that_contradicts_its_word_is_found_however_it_is_written(text: str) -> None:
    assert "out_of_range" in {remark.code for remark in language.lint(text)}


@pytest.mark.attack
@pytest.mark.parametrize(
    "text",
    [
        "BURGLARY WILL RISE.", "Burglary will\u00a0rise.", "Burglary'll rise.", "Burglary’ll rise.", "Burglary will continue to rise.",
        "Burglary is going to rise.", "Burglary w\u0456ll rise.", "Burglary will also spread.", "Rise is inevitable.",
        "Undoubtedly a series.", "They will be attacked.", "The group is bound to return.", "Кражи ПРОДОЛЖАТСЯ.",
        "Кражи станут происходить.", "Число краж возрастёт.", "Число краж возрастет.", "Наверняка это серия.", "Рост неизбежен.",
    ],
)  # fmt: skip
def test_an_assessment_told_as_a_fact_is_found_however_it_is_written(text: str) -> None:
    assert "as_fact" in {remark.code for remark in language.lint(text)}


@pytest.mark.attack
@pytest.mark.parametrize(
    "text",
    ["It MIGHT go on.", "It mi\u200bght go on.", "It m\u0456ght go on.", "Per-\nhaps it goes on.", "Not\u00a0very likely.",
     "Somewhat\nlikely.", "Скорее\u00a0всего, да.", "По-видимому, да.", "СКОРЕЕ ВСЕГО, да.", "Вpяд ли."],
)  # fmt: skip
def test_words_off_the_scale_are_found_however_they_are_written(text: str) -> None:
    assert "off_scale" in {remark.code for remark in language.lint(text)}


@pytest.mark.legitimate
@pytest.mark.parametrize(
    "text",
    [
        "In 2025 the register holds 412 burglaries, 30 % of them on Friday evenings. It is likely that this pattern continues. "
        "We have moderate confidence in this: it rests on one register.",
        "Two of the three reports are graded 4x4:B2. A third van is unlikely (about 30 %).",
        "It is very likely (85 %) that the repeats within 200 m and 14 days will continue. Confidence in this is moderate.",
        "За 2025 год в реестре 412 краж, 30 % из них в пятницу вечером. Вероятно, так будет и дальше. "
        "Степень уверенности средняя: данные из одного реестра.",
        "Если сообщений меньше пяти, число не показано. Руководитель может запросить исходные строки.",
    ],
)
def test_a_sound_assessment_passes(text: str) -> None:
    assert language.lint(text) == []
