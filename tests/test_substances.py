"""Classes of drugs by the words of a listing: traced to words, unknown where they do not say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection import substances
from ilp_toolkit.collection._seizure_schema import DRUG_CLASSES
from ilp_toolkit.collection.substances import FLAGS, classify, confusion, substance
from ilp_toolkit.errors import InputError

TITLES = [
    ("2 g cocaine, uncut", "cocaine"),
    ("Кокаин 1 г", "cocaine"),
    ("crystal meth 5 g", "methamphetamine"),
    ("метамфетамин, кристалл", "methamphetamine"),
    ("Speed paste 100 g", "amphetamine"),
    ("АМФЕТАМИНА 10 г", "amphetamine"),
    ("blue XTC pills x 50", "ecstasy"),
    ("МДМА 1 грамм", "ecstasy"),
    ("Moroccan hash 25g", "cannabis_resin"),
    ("гашиш ручной", "cannabis_resin"),
    ("Hash oil 1 g", "other"),
    ("marijuana, 1 oz", "cannabis_herb"),
    ("марихуана 3 г", "cannabis_herb"),
    ("heroin no. 4", "heroin"),
    ("Героин", "heroin"),
    ("raw opium 50 g", "opium"),
    ("Опий сырец", "opium"),
    ("Мефедрон 1г мука", "nps"),
    ("α-PVP 1 g", "nps"),
    ("25I-NBOMe blotter", "nps"),
    ("5-MeO-DMT", "nps"),
    ("LSD 10 blotters", "other"),
    ("ketamine 5g", "other"),
    ("xanax 2mg x 50", "other"),
    ("Морфин амп.", "morphine"),
    ("sugar, 1 kg", "unknown"),
    ("", "unknown"),
    ("best quality, fast", "unknown"),
    ("ebook: how to grow", "unknown"),
    ("replica watch", "unknown"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_names_its_class(title, expected):
    found = substance(title)
    assert found.substance == expected
    assert expected in DRUG_CLASSES


def test_a_phrase_goes_before_the_words_in_it():
    assert substance("hash oil").substance == "other"
    assert substance("cannabis seeds").substance == "other"
    assert substance("crack cocaine").probability > substance("crack").probability


def test_a_category_that_speaks_against_the_title_is_flagged_and_does_not_win():
    found = substance("heroin 1 g", "Drugs / Cannabis / Weed")
    assert found.substance == "heroin"
    assert "substance_conflict" in found.flags
    assert found.probability < substance("heroin 1 g").probability


def test_a_category_alone_is_said_to_be_alone_and_is_weaker_than_any_clear_word():
    found = substance("10 g", "Drugs / Stimulants / Speed")
    assert (found.substance, found.flags) == ("amphetamine", ("category_only",))
    assert found.probability < substance("amphetamine").probability


def test_a_category_that_holds_several_classes_names_none():
    assert substance("", "Drugs / Cannabis").substance == "unknown"


def test_a_title_that_names_two_classes_has_none():
    found = substance("cocaine heroin")
    assert found.substance == "unknown"
    assert "substance_mixed" in found.flags


def test_what_is_no_drug_says_so_and_has_no_class():
    found = substance("guide: how to open accounts")
    assert (found.substance, found.probability) == ("unknown", 0.0)
    assert "not_drug" in found.flags


def test_a_word_inside_another_is_no_word():
    assert substance("methodical speedway hashtag cokernut").substance == "unknown"


def test_odds_combine_as_independent_words_of_one_class_at_most():
    title, category = 0.97, 0.75
    odds = title / (1 - title), category / (1 - category)
    assert substance("heroin", "Weed").probability == pytest.approx(odds[0] / (1 + sum(odds)), abs=1e-6)


def test_columns_of_titles_and_categories_go_together():
    found = classify(["hash 5g", None, "x"], categories=["", "Hash", float("nan")])
    assert found["substance"].tolist() == ["cannabis_resin", "cannabis_resin", "unknown"]
    with pytest.raises(InputError, match="2 entries for 3 titles"):
        classify(["a", "b", "c"], categories=["x", "y"])
    with pytest.raises(InputError, match="least"):
        classify(["a"], least=1.0)


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_gives_a_class_of_the_list_with_a_probability(title, category):
    found = substance(title, category)
    assert found.substance in DRUG_CLASSES
    assert 0 <= found.probability < 1
    assert (found.substance == "unknown") == (found.probability == 0)
    assert set(found.flags) <= set(FLAGS)


@given(st.sampled_from([title for title, _class in TITLES]), st.randoms())
def test_the_order_of_other_words_and_letters_size_do_not_matter(title, chance):
    upper = f"{chance.choice(['new', 'top', 'NEW'])} {title.upper()} {chance.choice(['!!!', 'today'])}"
    assert substance(upper).substance == substance(title).substance


def test_the_table_of_errors_counts_every_pair_and_gives_recall_and_precision():
    true = [expected for _title, expected in TITLES]
    found = classify([title for title, _class in TITLES])["substance"]
    table = confusion(true, found)
    counts = table.drop(columns=["recall", "precision"])
    assert counts.to_numpy().sum() == len(TITLES)
    assert (table["recall"] == 1).all()
    wrong = confusion(["heroin", "heroin", "opium"], ["heroin", "opium", "opium"])
    assert wrong["recall"].tolist() == [0.5, 1.0]
    assert wrong["precision"].tolist() == [1.0, 0.5]


def test_every_word_of_the_dictionary_names_a_class_that_exists_with_a_weight_that_is_a_chance():
    for name in ("substances.csv", "listing_categories.csv"):
        for word, (group, weight) in substances._rows(name):
            assert group in {*DRUG_CLASSES, "not_drug"}, word
            assert 0 < weight < 1, word
    words = [word for word, _hit in substances._rows("substances.csv")]
    assert len(words) == len(set(words))
    assert np.isfinite([hit[1] for _word, hit in substances._rows("substances.csv")]).all()
