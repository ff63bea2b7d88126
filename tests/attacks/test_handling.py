"""Attempts to widen who may see something: by saying nothing, by misreading, by combining, by a secret."""

from __future__ import annotations

import pytest

from ilp_toolkit.errors import InputError
from ilp_toolkit.evaluation import handling
from ilp_toolkit.evaluation.handling import Handling, combine, parse

pytestmark = pytest.mark.attack


@pytest.mark.parametrize("text", [None, "", " ", "\u00a0", "nan", "-", "?", "none", "1", "default"])
def test_leaving_the_handling_out_does_not_give_it_to_all(text):
    """A peer's tool set handling to “1”, the widest, where nobody had said anything."""
    found = parse(text)
    assert not any(found.permits(audience) for audience in handling.audiences())


@pytest.mark.parametrize(
    "text", ["not public", "не для всех: public?", "public?", "publicly known", "public (no!) until May x"]
)
def test_a_word_beside_public_does_not_leave_it_public(text):
    assert not parse(text).permits("public")


@pytest.mark.parametrize("loose", ["public", "TLP:CLEAR", "5x5x5:1 2 3"])
@pytest.mark.parametrize("strict", ["", "4x4:H2", "TLP:RED", "5x5x5:4", "3x5x2:C", "ДСП"])
def test_combining_with_something_loose_does_not_loosen_something_strict(loose, strict):
    both = combine(parse(loose), parse(strict))
    assert both.conditions >= parse(strict).conditions
    assert not any(both.permits(a) and not parse(strict).permits(a) for a in handling.audiences())


def test_no_code_of_the_5x5x5_is_taken_for_a_higher_one():
    """As a ladder, 3 (abroad) would include 2 (schools, hospitals), and 2 would include 1 (police)."""
    assert not parse("5x5x5:3").permits("partners")
    assert not parse("5x5x5:2").permits("law_enforcement")
    assert not parse("5x5x5:1").permits("foreign_law_enforcement")


def test_asking_one_of_two_originators_is_not_enough():
    both = combine(parse("4x4:H2", originator="XB"), parse("4x4:H2", originator="XC"))
    with pytest.raises(InputError, match="did not consent"):
        both.with_consent("partners", by=["XB", "analyst-07"])


def test_consent_to_one_transfer_is_none_to_the_next():
    opened = parse("4x4:H2", originator="XB").with_consent("regional_centre", by=["XB"])
    assert "originator_consent" in opened.conditions
    assert not opened.permits("foreign_law_enforcement")


def test_an_audience_that_nobody_knows_is_not_let_in():
    assert not parse("4x4:H0").permits("anybody else")
    assert not Handling(frozenset({"law_enforcement"})).permits("LAW_ENFORCEMENT")


def test_two_markings_that_contradict_each_other_let_nobody_in_by_either():
    found = parse("TLP:CLEAR; TLP:RED")
    assert found.audiences == frozenset()
    assert "no_onward_transfer" in found.conditions


SECRET = ["Секретно", "СЕКРЕТНО, экз. № 2", "СС", "сов. секретно", "С О В Е Р Ш Е Н Н О   С Е К Р Е Т Н О", "CEKPETHO",
          "Сeкpeтнo", "ОВ", "Top Secret//NOFORN", "NATO CONFIDENTIAL", "құпия", "Өте құпия", "махфӣ", "Комилан махфӣ",
          "жашыруун", "oʻta muhim", "мутлақо махфий", "4x4:H0; секретно", "public, secret", "особой важности"]  # fmt: skip


@pytest.mark.parametrize("text", SECRET)
def test_a_marking_of_a_state_secret_is_refused_however_it_is_written(text):
    with pytest.raises(InputError, match="state secrets must not enter"):
        parse(text)
