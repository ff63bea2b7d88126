"""Amounts and prices as sellers word them: read literally, or not at all with the reason."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection import units
from ilp_toolkit.collection.quantities import FLAGS, currency_of, price, prices, quantities, quantity

OZ = 28.349523125
"""Grams of an ounce by the agreement of 1959."""


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("3.5g", 3.5),
        ("3,5 g", 3.5),
        ("0,5 г", 0.5),
        ("10x2g", 20.0),
        ("10 х 2 г", 20.0),
        ("2g x 10", 20.0),
        ("10 × 2 g", 20.0),
        ("1 oz", OZ),
        ("1/4 oz", OZ / 4),
        ("1 1/2 oz", 1.5 * OZ),
        ("½ oz", OZ / 2),
        ("1½ oz", 1.5 * OZ),
        ("half an ounce", OZ / 2),
        ("an ounce", OZ),
        ("1/2 lb", 226.796185),
        ("100 mg", 0.1),
        ("1,000 mg", 1.0),
        ("1 kg", 1000.0),
        ("1 000 г", 1000.0),
        ("полграмма", 0.5),
        ("5 гр.", 5.0),
        ("3 грамма", 3.0),
        ("2 кг", 2000.0),
        ("28 grams (1 oz)", 28.0),
        ("Hash 25G free delivery", 25.0),
        ("7g, 84% pure", 7.0),
        ("5-MeO 100mg", 0.1),
    ],
)
def test_a_weight_is_read_in_grams(text, grams):
    found = quantity(text)
    assert found.grams == pytest.approx(grams, rel=1e-9)
    assert math.isnan(found.units)
    assert found.flag == ""


@pytest.mark.parametrize(
    ("text", "units", "each"),
    [
        ("25 pills @ 250 mg", 25, 250),
        ("250mg x 25 pills", 25, 250),
        ("100 x 120mg pills", 100, 120),
        ("100 XTC pills 150mg", 100, 150),
        ("50x 200ug blotters", 50, 0.2),
        ("10 таб по 100 мг", 10, 100),
        ("5 таб.", 5, math.nan),
        ("10 марок", 10, math.nan),
        ("2 шт", 2, math.nan),
        ("1,000 tablets", 1000, math.nan),
        ("50 tabs", 50, math.nan),
    ],
)
def test_pieces_are_counted_and_have_no_weight(text, units, each):
    found = quantity(text)
    assert found.units == units
    assert found.mg_each == pytest.approx(each, nan_ok=True)
    assert math.isnan(found.grams)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("1-5 g", "quantity_range"),
        ("1g - 100g", "quantity_range"),
        ("1 to 5 grams", "quantity_range"),
        ("от 1 г до 5 г", "quantity_range"),
        ("from 5 g", "quantity_range"),
        ("5g/10g/25g", "quantity_range"),
        ("1g and 5 pills", "quantity_several"),
        ("5g, 10g, 20g", "quantity_several"),
        ("tablets of 30mg", "dose_only"),
        ("30mg", "dose_only"),
        ("500mcg", "dose_only"),
    ],
)
def test_what_has_two_readings_has_none_and_says_why(text, flag):
    found = quantity(text)
    assert math.isnan(found.grams)
    assert math.isnan(found.units)
    assert found.flag == flag
    assert flag in FLAGS


def test_milligrams_several_times_over_are_a_weight_that_is_flagged():
    found = quantity("20mg x 10")
    assert (found.grams, found.flag) == (pytest.approx(0.2), "count_times_mg")


@pytest.mark.parametrize(
    "text", ["", "the best of all", "unknown", "x", "20x extract", "grams", "No. 1", "2C"]
)
def test_what_states_no_amount_has_none_and_no_flag(text):
    found = quantity(text)
    assert math.isnan(found.grams)
    assert math.isnan(found.units)
    assert found.flag == ""


@given(
    st.decimals(min_value="0.01", max_value="999", places=2), st.sampled_from(["mg", "g", "kg", "oz", "lb"])
)
def test_a_weight_with_a_unit_is_number_times_factor(number, unit):
    found = quantity(f"{number} {unit}")
    grams = float(number) * units.factor(unit).kg * 1000
    if unit == "mg" and number < 50:
        assert found.flag == "dose_only"
    else:
        assert found.grams == pytest.approx(grams, rel=1e-9)


@given(st.integers(1, 500), st.sampled_from([1, 2, 5, 10]))
def test_a_number_of_weights_is_the_same_either_way_round(n, grams):
    one, other = quantity(f"{n} x {grams} g"), quantity(f"{grams}g x {n}")
    assert one.grams == other.grams == n * grams


@given(st.text(max_size=60))
def test_any_text_gives_an_amount_and_a_price_that_are_numbers_or_nothing(text):
    found, paid = quantity(text), price(text)
    assert math.isnan(found.grams) or found.grams >= 0
    assert math.isnan(found.units) or found.units >= 0
    assert math.isnan(paid.amount) or paid.amount >= 0
    assert found.flag in {"", *FLAGS}
    assert paid.flag in {"", *FLAGS}


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("BTC 0.12", 0.12, "BTC"),
        ("0.12027 BTC", 0.12027, "BTC"),
        ("0,12 btc", 0.12, "BTC"),
        ("0,123 BTC", 0.123, "BTC"),
        ("฿ 0.5", 0.5, "BTC"),
        ("mBTC 12", 0.012, "BTC"),
        ("$45.00", 45.0, "USD"),
        ("45 USD", 45.0, "USD"),
        ("USD 1,234.50", 1234.5, "USD"),
        ("$1,000", 1000.0, "USD"),
        ("€12,50", 12.5, "EUR"),
        ("AU$ 30", 30.0, "AUD"),
        ("0.5 XMR", 0.5, "XMR"),
        ("₽ 1 500", 1500.0, "RUB"),
        ("1500 руб.", 1500.0, "RUB"),
        ("1 500 сом", 1500.0, "KGS"),
        ("300 сомони", 300.0, "TJS"),
        ("20 CHF", 20.0, "CHF"),
        ("1e-07", 1e-7, None),
        ("1e-7 BTC", 1e-7, "BTC"),
        ("17,777 BTC", 17777.0, "BTC"),
        ("0.120", 0.12, None),
        ("12", 12.0, None),
        ("free", 0.0, None),
        ("бесплатно", 0.0, None),
    ],
)
def test_a_price_is_read_with_its_currency(text, amount, currency):
    found = price(text)
    assert found.amount == pytest.approx(amount)
    assert found.currency == currency
    assert found.flag == ""


def test_dollars_beside_another_currency_are_kept_apart():
    found = price("BTC 0.12 ($45.00)")
    assert (found.amount, found.currency, found.usd) == (0.12, "BTC", 45.0)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("BTC 0.01 - 0.05", "price_range"),
        ("от 100 до 200 руб", "price_range"),
        ("from 20 USD", "price_range"),
        ("10 USD 20 EUR 30 GBP", "price_several"),
    ],
)
def test_a_price_with_two_readings_has_none(text, flag):
    found = price(text)
    assert math.isnan(found.amount)
    assert found.flag == flag


def test_a_currency_that_no_table_knows_is_said_and_not_guessed():
    found = price("12 glims")
    assert (found.amount, found.currency, found.flag) == (12.0, None, "currency_unlisted")


def test_the_decimal_sign_of_the_file_settles_three_digits():
    assert price("1,234").amount == 1234.0
    assert price("1,234", decimal=",").amount == 1.234


def test_a_satoshi_is_a_hundred_millionth():
    assert currency_of("satoshi") == ("BTC", 1e-8)


def test_tables_keep_the_index_and_take_missing_cells():
    cells = pd.Series(["5 g", None, pd.NA, 3.0], index=[9, 8, 7, 6])
    found = quantities(cells)
    assert found.index.tolist() == [9, 8, 7, 6]
    assert found["grams"].tolist()[0] == 5.0
    assert found["grams"].isna().tolist() == [False, True, True, True]
    assert prices(cells)["amount"].tolist()[3] == 3.0
