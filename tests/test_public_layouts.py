"""Files in the layouts of public registers: invented rows under the headers and in the spelling of the real ones."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection.coordinates import read_numbers
from ilp_toolkit.collection.moments import read_clock


def column(*cells):
    return pa.chunked_array([list(cells)])


# Numbers


def test_commas_between_thousands_of_feet_are_no_decimal_commas():
    assert read_numbers(column("987,123", "1,007,314", "991,500")).tolist() == [987123, 1007314, 991500]
    assert read_numbers(column("215,300", "")).tolist()[0] == 215300


def test_a_degree_with_three_decimals_after_a_comma_stays_a_degree():
    assert read_numbers(column("76,951", "76,102")).tolist() == [76.951, 76.102]
    assert read_numbers(column("4790123,456", "4790001,5")).tolist() == [4790123.456, 4790001.5]


def test_prices_with_commas_between_thousands_are_not_divided_by_a_thousand(tmp_path):
    file = pd.DataFrame({"Country or territory": ["Tajikistan", "Kazakhstan"], "Year": 2016, "Drug": "Heroin",
        "Market": "Wholesale price", "Typical price": ["5,000", "12,000"], "Unit": "kg"})  # fmt: skip
    assert ilp.read_prices(file).table["usd_per_g"].tolist() == [5.0, 12.0]
    file.to_csv(tmp_path / "prices.csv", index=False)
    assert ilp.read_prices(tmp_path / "prices.csv").table["usd_per_g"].tolist() == [5.0, 12.0]


def test_a_decimal_comma_in_one_price_settles_the_others(tmp_path):
    file = pd.DataFrame({"Страна": ["Таджикистан"] * 2, "Год": 2020, "Вид наркотика": "героин",
        "Уровень рынка": "розница", "Цена, долл. США": ["12,500", "8,25"], "Единица": "г"})  # fmt: skip
    file.to_csv(tmp_path / "цены.csv", index=False, sep=";", encoding="cp1251")
    assert ilp.read_prices(tmp_path / "цены.csv").table["usd_per_g"].tolist() == [12.5, 8.25]


def test_a_unit_in_the_header_of_a_price_is_its_unit():
    file = pd.DataFrame({"country": ["TJ"], "year": 2020, "drug": "heroin", "level": "retail"})
    per_kg = ilp.read_prices(file.assign(price_per_kg_usd=5000)).table
    assert per_kg[["unit", "usd_per_g"]].values.tolist() == [["kg", 5.0]]
    with pytest.raises(ilp.errors.ColumnsError, match="usd"):
        ilp.read_prices(file.assign(**{"Mean price (EUR/g)": 45}))


def test_grouped_amounts_of_seizures_keep_their_thousands(tmp_path):
    file = pd.DataFrame({"COUNTRY": "Tajikistan", "SEIZURE_DATE": "2013-05-04", "DRUG_NAME": "Heroin",
        "AMOUNT": ["4,419", "12,350"], "DRUG_UNIT": "Gram"})  # fmt: skip
    for separator, kg in ((",", [4.419, 12.35]), (";", [0.004419, 0.01235])):
        file.to_csv(tmp_path / "s.csv", index=False, sep=separator)
        assert ilp.read_seizures(tmp_path / "s.csv").table["kg"].tolist() == pytest.approx(kg)


# Times


def test_hours_and_minutes_that_lost_their_zeros_are_minutes_after_midnight():
    micros, _grain, _empty = read_clock(column("1849", "5", "45", "930", "2400"))
    assert (micros // 60_000_000).tolist() == [18 * 60 + 49, 5, 45, 9 * 60 + 30, 24 * 60]


def test_a_column_of_hours_stays_a_column_of_hours():
    micros, _grain, _empty = read_clock(column("0", "5", "18", "23"))
    assert (micros // 3_600_000_000).tolist() == [0, 5, 18, 23]


def test_an_end_that_is_only_a_day_does_not_end_before_its_own_start():
    file = pd.DataFrame({"CMPLNT_FR_DT": ["01/31/2023", "01/31/2023"], "CMPLNT_FR_TM": "18:49:00",
        "CMPLNT_TO_DT": ["01/31/2023", "01/30/2023"], "CMPLNT_TO_TM": "(null)", "OFNS_DESC": "BURGLARY"})  # fmt: skip
    flags = ilp.read_incidents(file).table["flags"]
    assert ["reversed_interval" in one for one in flags] == [False, True]
