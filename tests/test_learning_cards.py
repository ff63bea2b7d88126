"""The course card: whose answers these are, and which data they work on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.errors import InputError
from ilp_toolkit.learning.cards import Card, check_letter, read_card, typed, variant, write_card

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODES = st.text(alphabet=ALPHABET, min_size=8, max_size=8)
LEARNERS = st.from_regex(r"\A[a-z]{2}-[0-9]{3}\Z")


def test_the_variant_is_what_the_examiner_reckons_from_the_same_hash() -> None:
    digest = hashlib.sha256(b"ABCD2345|03_rights").hexdigest()
    assert variant("ABCD2345", "03_rights") == int(digest, 16) % 8
    assert variant("ABCD2345", "03_rights", n=5) == int(digest, 16) % 5


def test_variants_are_spread_evenly_and_differ_from_module_to_module() -> None:
    rng = np.random.default_rng(1)
    codes = ["".join(rng.choice(list(ALPHABET), 8)) for _ in range(2000)]
    counts = np.bincount([variant(code, "09_hot_spots") for code in codes], minlength=8)
    assert ((counts - 250) ** 2 / 250).sum() < 24.3, "chi square of 7 degrees of freedom at 0.001"
    same = np.mean([variant(code, "09_hot_spots") == variant(code, "03_rights") for code in codes])
    assert 0.09 < same < 0.16


@given(learner=LEARNERS, code=CODES)
def test_a_printed_card_is_read_back_as_it_was(learner: str, code: str) -> None:
    card = Card(learner, code)
    assert typed(learner.upper(), f" {card.printed().lower()} ") == card


def test_a_slip_in_a_printed_card_is_nearly_always_caught() -> None:
    rng = np.random.default_rng(2)
    caught = 0
    for _ in range(500):
        code = "".join(rng.choice(list(ALPHABET), 8))
        place = int(rng.integers(8))
        other = str(rng.choice([letter for letter in ALPHABET if letter != code[place]]))
        slip = code[:place] + other + code[place + 1 :]
        caught += check_letter("kg-014", slip) != check_letter("kg-014", code)
    assert caught > 460, "a letter of thirty-two misses one slip in thirty-two"


def test_letters_of_the_russian_keyboard_and_lookalike_digits_are_forgiven() -> None:
    assert typed("КG-014", "АВСD2345") == Card("kg-014", "ABCD2345")
    assert typed("kg-014", "abcd 0 1 8 2") == Card("kg-014", "ABCDOIB2")
    assert typed("kg-014", "ABCD–2345") == Card("kg-014", "ABCD2345")


@pytest.mark.parametrize(
    "learner", ["", "kg 014 / x", "../kg", "кг-014", "-kg", "kg-", "k" * 40, "kg\x00014"]
)
def test_what_cannot_be_an_id_is_refused_with_an_example(learner: str) -> None:
    with pytest.raises(InputError, match="kg-014"):
        typed(learner, "ABCD2345")


@pytest.mark.parametrize("code", ["", "ABCD234", "ABCD2345XY", "ABCD234!", "ABCD2349"])
def test_what_cannot_be_a_code_is_refused_with_an_example(code: str) -> None:
    with pytest.raises(InputError, match="ABCD-2345"):
        typed("kg-014", code)


def test_a_code_of_another_learner_is_refused_by_its_check_letter() -> None:
    other = next(f"kg-{n:03d}" for n in range(99) if check_letter(f"kg-{n:03d}", "ABCD2345") != "Z")
    with pytest.raises(InputError, match="do not go together"):
        typed(other, Card("kg-014", "ABCD2345").printed())


def test_a_card_is_kept_and_a_damaged_one_is_no_card(tmp_path: Path) -> None:
    assert read_card(tmp_path) is None
    path = write_card(tmp_path / "answers", Card("kg-014", "ABCD2345"))
    assert read_card(path.parent) == Card("kg-014", "ABCD2345")
    assert [file.name for file in path.parent.iterdir()] == ["card.json"]
    for damaged in ("", "[]", '{"learner": 3}', '{"learner": "kg-014", "code": "short"}', "\x00"):
        path.write_text(damaged, encoding="utf-8")
        assert read_card(path.parent) is None
