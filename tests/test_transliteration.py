"""Transliteration: spellings of one name meet, other names do not."""

from __future__ import annotations

import csv
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection.transliteration import plain, skeleton, to_latin

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіӣӯҳҷў"


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [  # Names as their countries write them in Latin script.
        ("Душанбе", "Dushanbe"),
        ("Хуҷанд", "Khujand"),
        ("Бишкек", "Bishkek"),
        ("Нарын", "Naryn"),
        ("Қостанай", "Qostanay"),
        ("Шымкент", "Shymkent"),
        ("Наманган", "Namangan"),
    ],
)
def test_a_name_is_written_as_its_country_writes_it(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    "spellings",
    [
        ("Жамбыл", "Zhambyl", "Jambyl"),
        ("Жетісу", "Zhetysu", "Jetisu"),
        ("Қарағанды", "Qaraghandy", "Karagandy", "Karaghandy"),
        ("Хуҷанд", "Худжанд", "Khujand", "Khudzhand"),
        ("Ғармӣ", "Gharmi", "Garmi"),
        ("Ўш", "Oʻsh", "O'sh", "O‘sh"),
        ("Чүй", "Chüy", "Chuy", "Чуй"),
        ("Щёлково", "Shchelkovo", "Щелково"),
        ("Şahrisabz", "Shahrisabz", "Шаҳрисабз"),
    ],
)
def test_spellings_of_one_name_share_a_skeleton(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Ош", "Аш"), ("Сино", "Шино"), ("Север", "Юг"), ("Алатау", "Алмалы")]
)
def test_other_names_keep_other_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_plain_takes_away_what_never_matters_and_nothing_else() -> None:
    assert plain("  Arbutus-Ridge ") == plain("ARBUTUS RIDGE")
    assert plain("Ёлкино") == plain("Елкино")
    assert plain("Belén") == plain("BELEN")
    assert plain("Қызыл") != plain("Кызыл")
    assert plain("йод") != plain("иод")


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " -", max_size=30))
def test_every_letter_of_the_region_becomes_latin(name: str) -> None:
    assert to_latin(name).isascii()


@given(st.text(max_size=30))
def test_skeleton_of_any_text_is_stable(text: str) -> None:
    once = skeleton(text)
    assert skeleton(text.upper()) == skeleton(text.upper())
    assert once == " ".join(once.split())


def test_letters_stand_once_in_the_table() -> None:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / "transliteration.csv"
    letters = [row["letter"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
    assert len(letters) == len(set(letters))
    assert set(LETTERS) <= set(letters)
