"""Handling: audiences and conditions, the strictest by default, combined by intersection and union."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import i18n
from ilp_toolkit.collection.markings import secret_marking, secret_stamp
from ilp_toolkit.errors import InputError
from ilp_toolkit.evaluation import handling
from ilp_toolkit.evaluation.handling import PUBLIC, STRICTEST, Handling, combine, parse

IDS = sorted(handling.audiences())
TEXTS = ["public", "internal", "4x4:H0", "4x4:H1", "4x4:H2", "4x4:H1 H3", "5x5x5:1 3", "5x5x5:2", "5x5x5:4", "TLP:RED",
         "TLP:GREEN", "TLP:AMBER+STRICT", "TLP:CLEAR", "3x5x2:P", "3x5x2:C A2 S2", "ДСП", "", "ask first"]  # fmt: skip
handlings = st.builds(
    Handling,
    st.frozensets(st.sampled_from(IDS)),
    st.frozensets(st.sampled_from(sorted(handling.conditions()))),
)


@pytest.mark.parametrize(
    ("text", "audiences", "conditions"),
    [
        # Europol's codes combine; each restricts.
        ("4x4:H0", {"law_enforcement", "prosecution"}, {"crime_purpose_only"}),
        ("4x4:H1", {"law_enforcement"}, {"crime_purpose_only", "no_court_use"}),
        ("H1, H2", {"originator", "agency"}, {"crime_purpose_only", "no_court_use", "originator_consent"}),
        # Codes of the 5x5x5 name audiences: 3 is not "more" than 2.
        ("5x5x5:1", {"law_enforcement"}, set()),
        ("5x5x5:2", {"originator", "agency", "partners"}, set()),
        ("5x5x5:3", {"originator", "agency", "foreign_law_enforcement"}, set()),
        ("5x5x5:1 2 3", {"law_enforcement", "partners", "foreign_law_enforcement"}, set()),
        ("5x5x5:1 4", {"originator", "agency"}, {"no_onward_transfer"}),
        ("5x5x5:1 5", {"law_enforcement"}, {"conditions_apply"}),
        ("3x5x2:P", {"law_enforcement"}, {"policing_purpose", "need_to_know"}),
        (
            "3x5x2:C A1 S1",
            {"originator", "agency"},
            {"conditions_apply", "covert_development", "sanitise_delegated"},
        ),
        ("TLP:RED", set(), {"named_recipients_only", "no_onward_transfer"}),
        ("tlp: amber + strict", {"originator", "agency"}, {"need_to_know", "no_onward_transfer"}),
        ("TLP:GREEN", {"law_enforcement", "partners"}, set()),
        ("TLP:WHITE", {PUBLIC}, set()),
        ("для служебного пользования", {"originator", "agency"}, {"official_use_only"}),
        ("Хизмат доирасида фойдаланиш учун", {"originator", "agency"}, {"official_use_only"}),
        ("4х4: Н2", {"originator", "agency"}, {"crime_purpose_only", "originator_consent"}),  # Cyrillic х, Н
        ("agency, partners", {"agency", "partners"}, set()),
        ("to: regional_centre", {"regional_centre"}, set()),
    ],
)
def test_a_marking_is_read_as_audiences_and_conditions(text, audiences, conditions):
    found = parse(text)
    assert found.audiences == audiences
    assert (found.conditions >= conditions) if "5x5x5:1 5" in text else (found.conditions == conditions)


def test_code_5_of_the_5x5x5_restricts_nobody_on_its_own_but_adds_its_condition():
    assert parse("5x5x5:5").audiences == {"originator", "agency"}
    assert parse("5x5x5:1 5").permits("law_enforcement")


@pytest.mark.parametrize("text", [None, "", "  ", float("nan")])
def test_what_nobody_marked_goes_to_nobody_beyond_the_case(text):
    assert parse(text) == STRICTEST
    assert not any(STRICTEST.permits(audience) for audience in IDS)


@pytest.mark.parametrize(
    "text", ["C", "1", "4x4:A1", "5x5x5:6", "TLP:PINK", "restricted", "confidential", "keep it"]
)
def test_what_is_not_understood_goes_to_nobody_and_is_kept_in_words(text):
    found = parse(text)
    assert found.audiences == frozenset()
    assert any(text in condition for condition in found.conditions)


def test_one_word_that_is_not_understood_closes_a_marking_that_is():
    assert parse("public, but ask Osgonok").audiences == frozenset()
    assert parse("4x4:H0 ask first").conditions >= {"crime_purpose_only"}


def test_words_in_brackets_are_a_condition_and_not_a_mistake():
    found = parse("4x4:H0 (call before use)")
    assert "other:call before use" in found.conditions
    assert found.permits("law_enforcement")


def test_public_contains_every_audience_even_one_that_nobody_knows():
    assert all(parse("public").permits(audience) for audience in [*IDS, "a museum"])
    assert not parse("internal").permits("a museum")


def test_sharing_with_the_regional_centre_is_sharing_with_all_of_its_members():
    known = handling.audiences(
        {"XB": {"words": "Belzavat"}, "XC": {"words": "Ruzmara"}, "centre_members": {"members": ["XB", "XC"]}}
    )
    to_centre = parse("regional_centre")
    assert to_centre.permits("XB", known=known)
    assert to_centre.permits("law_enforcement", known=known)
    only_one = Handling(frozenset({"XB", "law_enforcement"}))
    assert not only_one.permits("regional_centre", known=known)
    assert combine(to_centre, only_one, known=known).audiences == {"XB", "law_enforcement"}


def test_permission_for_countries_abroad_is_none_for_the_regional_centre():
    assert not Handling(frozenset({"foreign_law_enforcement", "law_enforcement"})).permits("regional_centre")


def test_audiences_of_a_policy_that_contradict_themselves_are_refused():
    with pytest.raises(InputError, match="is part of itself"):
        handling.audiences({"agency": {"members": ["law_enforcement"]}})
    with pytest.raises(InputError, match="which is no audience"):
        handling.audiences({"school": {"members": ["pupils"]}})


def test_consent_opens_one_audience_and_only_when_every_originator_gave_it():
    both = combine(parse("4x4:H2", originator="XB"), parse("4x4:H2", originator="XC"))
    with pytest.raises(InputError, match="XC gave the information and did not consent"):
        both.with_consent("regional_centre", by=["XB"])
    opened = both.with_consent("regional_centre", by=["XB", "XC"])
    assert opened.permits("regional_centre")
    assert not opened.permits("partners")
    assert "originator_consent" in opened.conditions
    with pytest.raises(InputError, match="Nobody is named as originator"):
        parse("4x4:H2").with_consent("partners", by=["XB"])


def test_what_several_gave_goes_back_to_none_of_them_as_the_originator():
    both = combine(parse("internal", originator="XB"), parse("internal", originator="XC"))
    assert both.originators == {"XB", "XC"}
    assert not both.permits("originator")
    assert parse("internal", originator="XB").permits("originator")


@settings(deadline=None)
@given(handlings, handlings)
def test_combining_permits_exactly_what_both_permit(one, other):
    both = combine(one, other)
    for audience in IDS:
        assert both.permits(audience) == (one.permits(audience) and other.permits(audience))
    assert both.conditions == one.conditions | other.conditions


@settings(deadline=None)
@given(handlings, handlings, handlings)
def test_combining_needs_no_order_and_no_brackets(a, b, c):
    assert combine(a, b) == combine(b, a)
    assert combine(combine(a, b), c) == combine(a, combine(b, c)) == combine(a, b, c)
    assert combine(a, a) == combine(a) == a


@settings(deadline=None)
@given(st.lists(st.sampled_from(TEXTS), max_size=4), st.sampled_from(TEXTS))
def test_one_piece_more_never_opens_anything(texts, more):
    before = combine(*map(parse, texts)) if texts else parse(more)
    after = combine(before, parse(more))
    assert all(before.permits(audience) for audience in IDS if after.permits(audience))
    assert after.conditions >= before.conditions


@settings(deadline=None)
@given(handlings)
def test_a_handling_comes_back_from_json_as_it_was(one):
    assert Handling.from_json(json.loads(json.dumps(one.to_json()))) == one


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_reason(text):
    try:
        found = parse(text)
    except InputError:
        return
    assert isinstance(found, Handling)


def test_nothing_from_the_ledger_is_the_strictest():
    assert Handling.from_json({}) == STRICTEST


def test_every_code_has_words_in_both_languages_and_a_source_that_nobody_has_verified(root):
    data = json.loads((root / "ilp_toolkit/evaluation/scales/handling.json").read_text(encoding="utf-8"))
    known_conditions, known_audiences = handling.conditions(), handling.audiences()
    for scheme in data["schemes"]:
        assert scheme["citation"]
        assert scheme["verified"] is False
        for code in scheme["codes"]:
            assert code["en"]
            assert code["ru"]
            assert code["en"] != code["ru"]
            assert set(code["audiences"]) <= set(known_audiences)
            assert set(code["conditions"]) <= set(known_conditions)


def test_a_handling_is_said_in_the_language_in_use():
    one = parse("4x4:H2", originator="XB")
    assert handling.words(one) == (
        "For: the own agency; the body that gave the information. Conditions: ask the originator before passing "
        "it on; only for preventing and combating crime. From: XB."
    )
    with i18n.language("ru"):
        assert "получить согласие" in handling.words(one)


@pytest.mark.legitimate
@pytest.mark.parametrize(
    "text",
    ["не секретно", "Несекретно", "not secret", "рассекречено", "unclassified", "TLP:RED", "3x5x2:C", "ДСП"],
)
def test_what_is_no_secret_is_not_refused_as_one(text):
    assert secret_marking(text) is None


@pytest.mark.legitimate
@pytest.mark.parametrize(
    "text",
    ["They met in secret.", "Он по секрету рассказал,\nчто фургон серый.", "Секретно встречались у реки."],
)
def test_a_report_that_speaks_of_a_secret_is_not_a_secret(text):
    assert secret_stamp(text) is None
