"""Amounts of drugs: weights exactly, conventions with their source, nothing guessed."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.collection import units
from ilp_toolkit.errors import ColumnsError, InputError


def kilograms(amount: float, unit: str | None, drug: str = "heroin") -> float:
    one = units.to_kg(pd.Series([amount]), pd.Series([unit], dtype=object), pd.Series([drug]))
    return float(one["kg"].iloc[0])


def test_opium_is_a_tenth_of_heroin_and_the_ratio_is_the_callers() -> None:
    opium = pd.Series([250.0]), pd.Series(["opium"])
    assert units.heroin_equivalent(*opium).tolist() == [25.0]
    assert units.heroin_equivalent(*opium, opium=8).tolist() == [31.25]
    with pytest.raises(InputError, match="opium"):
        units.heroin_equivalent(*opium, opium=0)


def test_pure_kilograms_of_two_lots_add_up() -> None:
    assert units.pure_kg(pd.Series([100.0, 50.0]), pd.Series([0.6, 0.2])).sum() == pytest.approx(70)


def test_purity_in_percent_is_refused_with_its_row() -> None:
    with pytest.raises(InputError, match="row 7"):
        units.pure_kg(pd.Series([1.0], index=[7]), pd.Series([60.0], index=[7]))


@pytest.mark.parametrize(
    ("unit", "kg"),
    [
        ("Kilogram", 1),
        ("гр.", 0.001),
        ("тонн", 1000),
        ("Milligram", 1e-6),
        ("Microgram", 1e-9),
        ("100 gram", 0.1),
        ("Block (350gr)", 0.35),
        ("pound", 0.45359237),
        ("ounce", 0.028349523125),
        ("Litre", 1),
        ("Cubic Centimeter", 0.001),
        ("Gallons (US, liquid)", 3.785411784),
    ],
)
def test_weights_and_volumes_convert(unit: str, kg: float) -> None:
    assert kilograms(2, unit) == pytest.approx(2 * kg, rel=1e-12)


@pytest.mark.parametrize(
    "unit", ["Unit", "Piece", "Bottles", "Bush", "Plants", "Dose", "acres", "heaps", "", None]
)
def test_what_has_no_weight_gets_none(unit: str | None) -> None:
    assert math.isnan(kilograms(5, unit, "cannabis_herb"))


def test_a_tablet_of_a_stimulant_has_a_range_and_one_of_another_drug_no_weight() -> None:
    table = units.to_kg(pd.Series([1e6, 1e6]), pd.Series(["Tablet", "Pill"]), pd.Series(["ecstasy", "other"]))
    assert table["basis"].tolist() == ["tablet", "none"]
    # UNODC: amphetamine-type tablets weigh 90 to 300 mg.
    assert table.loc[0, ["kg_low", "kg_high"]].tolist() == [90.0, 300.0]
    assert table["kg"].isna().tolist() == [False, True]


def test_a_callers_factor_goes_before_the_packages_own() -> None:
    own = pd.DataFrame(
        {"what": ["kg_per_unit"], "drug_class": ["ecstasy"], "unit": ["tablet"], "value": [0.00025]}
    )
    table = units.to_kg(pd.Series([4.0]), pd.Series(["tablet"]), pd.Series(["ecstasy"]), factors=own)
    assert table[["kg", "kg_low", "kg_high"]].iloc[0].tolist() == pytest.approx([0.001] * 3)
    with pytest.raises(ColumnsError, match="value"):
        units.to_kg(pd.Series([4.0]), pd.Series(["tablet"]), factors=own.drop(columns="value"))


def test_units_that_no_table_knows_are_listed_and_missing_ones_are_not() -> None:
    listed = units.unlisted(pd.Series(["kg", "мешок", "мешок", "heap", None, "", "Unknown"]))
    assert listed.values.tolist() == [["мешок", 2], ["heap", 1]]


def test_every_factor_has_a_source_and_lies_in_its_range() -> None:
    table = units.factors()
    assert (table["source"].str.len() > 5).all()
    assert table["verified"].dtype == bool
    ranged = table.dropna(subset=["low", "high"])
    assert ((ranged["low"] <= ranged["value"]) & (ranged["value"] <= ranged["high"])).all()


def test_a_wording_means_one_unit() -> None:
    words = [word for row in units._units().values() for word in row["wordings"].split("|")]
    assert len(words) == len({word.casefold() for word in words})


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20), st.sampled_from(["g", "kg", "lb", "l"]))
def test_kilograms_are_proportional_and_keep_the_index(amounts: list[float], unit: str) -> None:
    amount = pd.Series(amounts, index=range(5, 5 + len(amounts)))
    before = amount.copy()
    table = units.to_kg(amount, pd.Series(unit, index=amount.index))
    assert table["kg"].tolist() == pytest.approx([one * units.factor(unit).kg for one in amounts])
    assert (table["kg"] == table["kg_low"]).all()
    assert table.index.equals(amount.index)
    pd.testing.assert_series_equal(amount, before)


def test_grams_and_kilograms_of_one_seizure_are_the_same() -> None:
    assert kilograms(25713.83, "Gram") == pytest.approx(kilograms(25.71383, "Kilogram"), rel=1e-12)


def test_no_rows_give_no_rows() -> None:
    empty = pd.Series([], dtype=float)
    assert len(units.to_kg(empty, pd.Series([], dtype=object))) == 0
