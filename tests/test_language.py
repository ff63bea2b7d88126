"""Words for how likely and how sure."""

from __future__ import annotations

import dataclasses

import pytest
import test_profile
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import _wording, _yardstick, language
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


def codes(text: str, **options: str) -> list[str]:
    return [remark.code for remark in language.lint(text, **options)]


@pytest.mark.parametrize("row", _yardstick.rows("icd203"), ids=lambda row: row.said["en"])
@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_number_inside_its_row_has_no_remark_and_one_outside_has_one(
    row: _yardstick.Row, code: str
) -> None:
    middle = round((row.low + row.high) * 50)
    outside = 97 if row.high < 0.9 else 30
    word = row.said[code]
    assert codes(f"It is {word} ({middle}%).") == []
    assert codes(f"It is {word} ({outside}%).") == ["out_of_range"]


@pytest.mark.parametrize("row", _yardstick.rows("phia"), ids=lambda row: row.said["en"])
def test_the_rows_of_phia_hold_their_own_bounds(row: _yardstick.Row) -> None:
    for edge in (row.low, row.high):
        assert codes(f"{row.said['en'].capitalize()}: {edge * 100:.0f}%.", yardstick="phia") == []


@pytest.mark.parametrize(
    ("text", "icd", "phia"),
    [
        ("It is unlikely (22%).", [], ["out_of_range"]), ("It is unlikely (20%).", [], ["out_of_range"]),
        ("It is unlikely (19%).", ["out_of_range"], ["out_of_range"]), ("It is unlikely (25%).", [], []),
        ("It is unlikely (35%).", [], []), ("It is unlikely (36 %).", [], ["out_of_range"]),
        ("It is unlikely (45 %).", [], ["out_of_range"]), ("It is unlikely (46 %).", ["out_of_range"], ["out_of_range"]),
        ("It is likely (55-75 %).", [], []), ("It is likely (55-80 %).", [], ["out_of_range"]),
        ("It is a realistic possibility (45%).", ["other_scale"], []),
        ("It is highly likely (85%).", ["other_scale"], []), ("It is very likely (85%).", [], ["other_scale"]),
        ("It is almost certain (99%).", [], []), ("It is almost certain (100%).", ["out_of_range"], []),
        ("There is a remote chance (3%).", [], []),
    ],
)  # fmt: skip
def test_words_and_numbers_at_the_boundaries(text: str, icd: list[str], phia: list[str]) -> None:
    assert codes(text) == icd
    assert codes(text, yardstick="phia") == phia


def test_a_number_in_a_gap_of_phia_is_told_that_it_has_no_word() -> None:
    (remark,) = language.lint("It is unlikely (22%).", yardstick="phia")
    assert "no word for 22%" in remark.fix
    (remark,) = language.lint("It is unlikely (70%).")
    assert "“likely”" in remark.fix


def test_likely_and_sure_in_one_sentence_is_a_fault_under_icd_203_alone() -> None:
    text = "We have moderate confidence that burglary is likely to go on."
    (remark,) = language.lint(text)
    assert (remark.code, remark.found) == ("mixed", "moderate confidence, likely")
    assert codes(text, yardstick="phia") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Burglary will rise next month.", "as_fact"), ("Theft is going to spread to the market.", "as_fact"),
        ("The group will definitely move.", "as_fact"), ("There is no doubt that it was planned.", "as_fact"),
        ("Thefts might go on.", "off_scale"), ("Perhaps the same van was used.", "off_scale"),
        ("It is possible that the van was seen before.", "off_scale"), ("There is a good chance of more.", "off_scale"),
        ("It is not likely to stop.", "off_scale"), ("It is more likely than not to stop.", "off_scale"),
        ("It is extremely likely to stop.", "off_scale"), ("A high probability of repeats.", "off_scale"),
        ("We cannot rule out a third group.", "off_scale"), ("Burglary may well return.", "off_scale"),
        ("Robbery could escalate.", "as_fact"), ("We are very confident in this.", "off_confidence"),
        ("We are confident that it was planned.", "off_confidence"), ("We hold this with medium confidence.", "off_confidence"),
        ("Кражи продолжатся.", "as_fact"), ("Число краж вырастет.", "as_fact"), ("Несомненно, это одна группа.", "as_fact"),
        ("Кражи будут и дальше увеличиваться.", "as_fact"), ("Скорее всего, это одна группа.", "off_scale"),
        ("Возможно, это одна группа.", "off_scale"), ("Это, может быть, одна группа.", "off_scale"),
        ("С высокой вероятностью это одна группа.", "off_scale"), ("Нельзя исключить третью группу.", "off_scale"),
        ("Вряд ли это одна группа.", "off_scale"), ("Очень вероятно, что это так.", "off_scale"),
        ("Мы полностью уверены в этом.", "off_confidence"), ("Полная уверенность в выводе.", "off_confidence"),
    ],
)  # fmt: skip
def test_estimates_in_other_words_are_found(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Burglary is likely to continue.", "It is almost certain that thefts will continue.", "Кражи, вероятно, продолжатся.",
        "Маловероятно, что число краж вырастет.", "The unit will meet on Monday.", "We will report again in May.",
        "The table may be copied.", "Could the camera be moved?", "Will burglary rise?", "Rows that could not be read: 3.",
        "It is possible to read the file again.", "The remote village has no post.", "The 95 % confidence interval is 3 to 7.",
        "30 % of the thefts happen on Friday; it is likely that this goes on.", "It is likely that 30 % of thefts are not reported.",
        "Число может быть скрыто.", "Где возможно, указан район.", "12 строк исключено.", "Доверительный интервал 95 %.",
        "Уверенность в данных описана ниже.", "Вероятность измерена по выборке.", "Theft rose by 30 %.", "Burglary fell in May.",
        "This does not mean that theft will rise.", "“Likely” stands for 55 to 80 %.", "Он не исключён из списка участников.",
        "Two of three vans were seen, e.g. No. 4. It is likely that one is missing.", "The certain places stay on top.",
        "High confidence: three independent sources. The rise is likely to last.",
    ],
)  # fmt: skip
def test_ordinary_prose_has_no_remark(text: str) -> None:
    assert language.lint(text) == []


@pytest.fixture(scope="module", params=i18n.LANGUAGES)
def product_texts(request: pytest.FixtureRequest) -> list[str]:
    from ilp_toolkit.dissemination.product import profile
    from ilp_toolkit.dissemination.product.blocks import texts
    from ilp_toolkit.views import charts

    with pytest.MonkeyPatch.context() as patch, i18n.language(request.param):
        patch.setattr(
            charts, "to_svg", lambda axes: "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='3'/>"
        )
        patch.setattr(charts, "to_png", lambda axes: b"")
        asked = profile.Request(
            boundary=test_profile.BOUNDARY, areas=test_profile.DISTRICTS, source="Town register"
        )
        made = profile.problem_profile(test_profile.toy(), policy=load(), request=asked)
        return list(texts(made.blocks))


def test_the_toolkits_own_products_have_no_remark(product_texts: list[str]) -> None:
    assert len(product_texts) > 100
    assert [remark for text in product_texts for remark in language.lint(text)] == []


def test_the_toolkits_own_messages_have_next_to_none(root) -> None:
    """A safeguard that cries wolf is switched off: of some thousand sentences at most one in two hundred."""
    with (root / "ilp_toolkit/locale/ru/LC_MESSAGES/ilp_toolkit.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    said = [text for message in catalogue if message.id for part in (message.id, message.string)
            for text in ([part] if isinstance(part, str) else part) if text]  # fmt: skip
    remarked = {text for text in said if language.lint(text)}
    assert len(said) > 2000
    assert len(remarked) <= len(said) / 200, remarked


def test_the_pages_of_the_documentation_have_none(root) -> None:
    named = ("README.md", "README.ru.md", "docs/methods.md", "docs/methods.ru.md")
    pages = [*(root / name for name in named), *sorted((root / "datasets").rglob("*.md"))]
    assert [
        (page.name, remark) for page in pages for remark in language.lint(page.read_text(encoding="utf-8"))
    ] == []


@given(st.text(st.characters(exclude_characters="-"), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    language.lint(text)
    assert "".join("".join(_wording.sentences(text)).split()) == "".join(text.split())


def test_only_the_yardsticks_and_languages_that_exist_are_taken() -> None:
    with pytest.raises(ValueError, match="yardstick"):
        language.lint("x", yardstick="nato")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language"):
        language.lint("x", language="kk")  # type: ignore[arg-type]


def test_a_language_can_be_chosen() -> None:
    text = "Thefts might go on. Кражи продолжатся."
    assert codes(text, language="en") == ["off_scale"]
    assert codes(text, language="ru") == ["as_fact"]


def test_every_pattern_of_the_tables_finds_something_and_the_words_of_two_rows_differ() -> None:
    for scale in _yardstick.SCALES:
        for code in i18n.LANGUAGES:
            words = [row.said[code] for row in _yardstick.rows(scale)]
            assert len(set(words)) == len(words) == 7
            for row in _yardstick.rows(scale):
                assert _yardstick.pattern(row.patterns[code]).fullmatch(row.said[code])
