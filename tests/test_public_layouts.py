"""Files in the layouts of public registers: invented rows under the headers and in the spelling of the real ones."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import numpy as np
import openpyxl
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


# Registers by their headers


def read(header, *rows, **how):
    """Read rows of text under a header that is written as the register writes it."""
    names = header.split("|")
    return ilp.read_incidents(pd.DataFrame([row.split("|") for row in rows], columns=names), **how)


def test_a_day_beside_year_month_and_hour_is_not_lost():
    boston = read("INCIDENT_NUMBER|OFFENSE_DESCRIPTION|OCCURRED_ON_DATE|YEAR|MONTH|DAY_OF_WEEK|HOUR|Lat|Long",
                  "I1|LARCENY|2023-01-06 18:49:00|2023|1|Friday|18|42.36|-71.06")  # fmt: skip
    assert str(boston.table["occurred_from"].iloc[0])[:16] == "2023-01-06 18:49"
    assert boston.table["time_precision"].tolist() == ["minute"]


def test_an_hour_in_a_column_of_its_own_goes_to_the_date():
    table = read(
        "Date|Hour|Offense|Lat|Lon", "2023-01-06|18|Theft|42.36|-71.06", "2023-01-06|24|Theft|42.37|-71.05"
    ).table
    assert table["occurred_from"].dt.strftime("%d %H").tolist() == ["06 18", "07 00"]
    assert table["time_precision"].tolist() == ["hour", "hour"]


def test_parts_with_an_hour_say_more_than_a_date_that_is_always_midnight():
    header = "OCC_DATE|OCC_YEAR|OCC_MONTH|OCC_DAY|OCC_HOUR|OFFENCE|X|Y|LONG_WGS84|LAT_WGS84"
    toronto = read(header, "2023/01/06 05:00:00+00|2023|January|6|18|Assault|-8834505|5409379|-79.38|43.65",
                   "2023/07/06 04:00:00+00|2023|July|6|0|Assault|-8834505|5409379|-79.39|43.66",
                   timezone="America/Toronto")  # fmt: skip
    assert toronto.table["occurred_from"].dt.strftime("%m-%d %H").tolist() == ["01-06 18", "07-06 00"]
    assert toronto.choices["columns"]["longitude"] == "LONG_WGS84"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("report_date|occur_date|occur_time|UC2_Literal|lat|long", "01/20/2023|01/16/2023|1849|LARCENY|42.36|-71.06"),
        ("INCIDENT_KEY|OCCUR_DATE|OCCUR_TIME|BORO|Lon_Lat", "1|01/16/2023|18:49:00|BRONX|POINT (-71.06 42.36)"),
        ("DR Number|Date Reported|Date Occurred|Time Occurred|Location 1", "1|01/20/2023|01/16/2023|1849|(42.36, -71.06)"),
        ("CMPLNT_FR_DT|CMPLNT_FR_TM|X_COORD_CD|Y_COORD_CD|New Georeferenced Column",
         "01/16/2023|18:49:00|987,123|213,456|POINT (-71.06 42.36)"),
        ("Рет саны|Қылмыс жасалған күні|Қылмыс жасалған уақыты|Қылмыс түрі|Ендік|Бойлық", "1|16.01.2023|18:49|Ұрлық|42,36|-71,06"),
        ("Катталган номери|Жасалган күнү|Жасалган убактысы|Кылмыштын түрү|Кеңдик|Узундук", "1|16.01.2023|18:49|Уурулук|42.36|-71.06"),
        ("Иш рақами|Содир этилган сана|Содир этилган вақт|Жиноят тури|Кенглик|Узунлик", "1|16.01.2023|18:49|Ўғрилик|42.36|-71.06"),
        ("Sodir etilgan sana|Sodir etilgan vaqti|Jinoyat turi|Kenglik|Uzunlik", "16.01.2023|18:49|O‘g‘rilik|42.36|-71.06"),
        ("Санаи содиршавӣ|Вақти содиршавӣ|Намуди ҷиноят|Арз|Тӯл", "16.01.2023|18:49|Дуздӣ|42.36|-71.06"),
        ("№ п/п|День|Дата|Время совершения деяния|Состав|Координаты места", "1|пн|16.01.2023|18:49|Кража|42.36, -71.06"),
    ],
)  # fmt: skip
def test_date_clock_and_point_of_a_register_are_all_found(header, row):
    intake = read(header, row)
    table = intake.table.to_crs(4326)
    assert table["occurred_from"].dt.strftime("%Y-%m-%d %H:%M").tolist() == ["2023-01-16 18:49"], (
        intake.choices["columns"]
    )
    point = table.geometry.iloc[0]
    assert (round(point.x, 2), round(point.y, 2)) == (-71.06, 42.36)


def test_an_end_without_a_single_value_is_no_end():
    table = read(
        "Offense Start DateTime|Offense End DateTime|Latitude|Longitude",
        "01/16/2023 06:49:00 PM||42.36|-71.06",
    ).table
    assert (table["occurred_to"] == table["occurred_from"]).all()


def test_a_tenth_of_the_rows_with_longitude_and_latitude_exchanged_is_seen():
    rng = np.random.default_rng(5)
    lat, lon = 43.24 + rng.normal(0, 0.02, 200), 76.9 + rng.normal(0, 0.02, 200)
    wrong = np.arange(200) < 20
    file = pd.DataFrame(
        {
            "date": "2024-03-01",
            "offence": "theft",
            "lat": np.where(wrong, lon, lat),
            "lon": np.where(wrong, lat, lon),
        }
    )
    intake = ilp.read_incidents(file, timezone="Asia/Almaty")
    assert intake.table["flags"].str.contains("swapped_row").tolist() == wrong.tolist()
    east = intake.table.geometry.x
    assert east.max() - east.min() < 20_000


def test_a_pole_stands_for_a_place_that_is_not_known():
    rows = [f"01/16/2023|18:49|THEFT|{-122.4 + i / 1000}|{37.7 + i / 1000}" for i in range(40)]
    table = read("Date|Time|Category|X|Y", *rows, *["01/16/2023|18:49|THEFT|-120.5|90.0"] * 3).table
    assert table["place_precision"].tolist()[-3:] == ["none"] * 3


@pytest.mark.parametrize(
    ("header", "count"),
    [("Год|Месяц|Район|Преступлений", "17"), ("Year|Month|Area|Number of crimes", "17.0")],
)
def test_a_table_of_totals_is_said_to_be_one(header, count):
    report = read(header, f"2023|1|A|{count}", "2023|2|A|1").report
    assert "counts_rows" in report["check"].tolist()
    single = read(header, "2023|1|A|1", "2023|2|A|1").report
    assert "counts_rows" not in single["check"].tolist()


# Answers of web services


STREET = [
    {"category": "burglary", "location": {"latitude": "52.640961", "street": {"id": 884343, "name": "On or near X"},
     "longitude": "-1.126371"}, "context": "", "outcome_status": None, "id": 54164419, "month": "2023-01"},
    {"category": "drugs", "location": None, "context": "", "id": 54164420, "month": "2023-02"},
]  # fmt: skip


def test_records_of_json_are_rows_and_what_is_inside_them_columns(tmp_path):
    for name, text in (
        ("list.json", json.dumps(STREET)),
        ("wrapped.json", json.dumps({"total": 2, "results": STREET})),
        ("lines.jsonl", "\n".join(map(json.dumps, STREET)) + "\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        intake = ilp.read_incidents(tmp_path / name, timezone="Europe/London")
        assert intake.table["offence"].tolist() == ["burglary", "drugs"], name
        assert intake.table["time_precision"].tolist() == ["month"] * 2
        assert intake.table["place_precision"].tolist() == ["exact", "none"]


def test_a_line_that_is_no_record_is_kept_beside_the_table(tmp_path):
    lines = [json.dumps(STREET[0]), "{broken", json.dumps(STREET[1])]
    (tmp_path / "lines.ndjson").write_text("\n".join(lines), encoding="utf-8")
    intake = ilp.read_incidents(tmp_path / "lines.ndjson")
    assert (len(intake.table), intake.rejected["source_row"].tolist()) == (2, [3])


def test_names_that_stand_apart_from_their_rows_are_put_together(tmp_path):
    portal = {"meta": {"view": {"columns": [{"name": "Date"}, {"name": "Latitude"}, {"name": "Longitude"}]}},
              "data": [["2023-01-16T18:49:00", "42.36", "-71.06"]]}  # fmt: skip
    (tmp_path / "rows.json").write_text(json.dumps(portal), encoding="utf-8")
    assert ilp.read_incidents(tmp_path / "rows.json").table["place_precision"].tolist() == ["exact"]


def test_json_without_records_is_refused_in_words(tmp_path):
    for text in ('{"a": 1}', '{"a": [1, 2]}', '[{"a": 1}'):
        (tmp_path / "x.json").write_text(text, encoding="utf-8")
        with pytest.raises(ilp.errors.FileError, match="JSON"):
            ilp.read_incidents(tmp_path / "x.json")


def test_prices_and_listings_come_as_lines_of_json(tmp_path):
    price = {
        "Country": "Tajikistan",
        "Year": 2020,
        "Drug": "Heroin",
        "LevelOfSale": "Retail",
        "Typical_USD": 12,
        "Unit": "g",
    }
    (tmp_path / "p.ndjson").write_text("\n".join([json.dumps(price)] * 2), encoding="utf-8")
    assert ilp.read_prices(tmp_path / "p.ndjson").table["usd_per_g"].tolist() == [12.0, 12.0]
    listing = {"title": "1g cocaine", "price_in_btc": 0.05, "ship_from": "Netherlands", "listing_name": "x"}
    (tmp_path / "l.jsonl").write_text("\n".join([json.dumps(listing)] * 2), encoding="utf-8")
    assert ilp.read_listings(tmp_path / "l.jsonl").table["currency"].tolist() == ["BTC", "BTC"]


# Registers in many files

UK = "Crime ID,Month,Longitude,Latitude,Location,Crime type\n"


def month(folder, name, text=UK, n=2):
    day = folder / name[:7]
    day.mkdir(exist_ok=True, parents=True)
    rows = "".join(f",{name[:7]},-1.{i},52.{i},On or near X,Burglary\n" for i in range(n))
    (day / f"{name}.csv").write_text(text + rows, encoding="utf-8")


def test_months_of_street_files_are_one_table_and_outcomes_are_no_incidents(tmp_path):
    for when in ("2023-01", "2023-02"):
        month(tmp_path / "uk", f"{when}-x-street")
        month(tmp_path / "uk", f"{when}-x-outcomes", UK.replace("Crime type", "Outcome type"))
    with zipfile.ZipFile(tmp_path / "uk.zip", "w") as archive:
        for file in sorted((tmp_path / "uk").rglob("*.csv")):
            archive.write(file, file.relative_to(tmp_path / "uk").as_posix())
    for source in (tmp_path / "uk", tmp_path / "uk.zip", sorted((tmp_path / "uk").rglob("*-street.csv"))):
        intake = ilp.read_incidents(source, timezone="Europe/London")
        assert intake.table["occurred_from"].dt.month.tolist() == [1, 1, 2, 2]
        assert intake.table["source_row"].tolist() == [2, 3, 2, 3]
        assert intake.table["incident_id"].is_unique
        assert intake.table["source_file"].str.contains("street").all()
    report = ilp.read_incidents(tmp_path / "uk").report.set_index("check")
    assert report.loc["several_tables", "n"] == 2


def test_files_with_different_columns_are_not_joined(tmp_path):
    (tmp_path / "a.csv").write_text("date,area\n2024-01-01,A\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("area,people\nA,3\n", encoding="utf-8")
    with pytest.raises(ilp.errors.FileError, match=r"b\.csv.*people"):
        ilp.read_incidents([tmp_path / "a.csv", tmp_path / "b.csv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ilp.errors.FileError, match="folder"):
        ilp.read_incidents(tmp_path / "empty")


# Journals in spreadsheets


def journal(path, rows, merged):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def test_a_header_on_two_levels_under_a_title_is_read_and_a_total_is_rejected(tmp_path):
    rows = [
        ["Журнал учёта происшествий"],
        [
            "№ п/п",
            "Регистрация",
            None,
            "Время совершения",
            None,
            "Вид преступления",
            "Место совершения",
            None,
            None,
        ],
        [None, "Номер КУСП", "Дата регистрации", "Дата", "Время", None, "Район", "Широта", "Долгота"],
        list(range(1, 10)),
        [1, 500, dt.date(2023, 1, 17), dt.date(2023, 1, 16), dt.time(18, 49), "Кража", "Сино", 38.55, 68.77],
        [2, 501, dt.date(2023, 1, 18), dt.date(2023, 1, 17), dt.time(6, 5), "Кража", "Сино", 38.56, 68.78],
        ["ИТОГО", None, None, None, None, 2],
    ]
    merged = ["A1:I1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:I2"]
    intake = ilp.read_incidents(journal(tmp_path / "j.xlsx", rows, merged))
    assert intake.table["occurred_from"].dt.strftime("%d %H:%M").tolist() == ["16 18:49", "17 06:05"]
    assert intake.table["incident_id"].tolist() == ["500", "501"]
    assert intake.table["source_row"].tolist() == [5, 6]
    assert intake.rejected["source_row"].tolist() == [7]


def test_columns_of_one_name_are_told_apart_by_their_groups(tmp_path):
    rows = [["Offence", "From", None, "To", None], [None, "date", "time", "date", "time"],
            ["Theft", "2023-01-16", "18:49", "2023-01-17", "06:00"]]  # fmt: skip
    intake = ilp.read_incidents(journal(tmp_path / "j.xlsx", rows, ["A1:A2", "B1:C1", "D1:E1"]))
    assert intake.choices["columns"]["to_time"] == "To time"
    assert str(intake.table["occurred_to"].iloc[0])[:16] == "2023-01-17 06:00"


def test_cells_merged_down_in_the_data_are_no_header(tmp_path):
    rows = [["Район", "Дата"], ["Сино", "16.01.2023"], [None, "17.01.2023"], ["Фирдавси", "18.01.2023"]]
    intake = ilp.read_incidents(journal(tmp_path / "j.xlsx", rows, ["A2:A3"]))
    assert intake.table["area"].tolist() == ["Сино", "Сино", "Фирдавси"]


def test_typical_lowest_and_highest_price_under_one_heading_are_three(tmp_path):
    rows = [["Prices of drugs"], ["Country", "Drug", "Level of sale", "Year", "Price, USD", None, None, "Unit"],
            [None, None, None, None, "Typical", "Minimum", "Maximum", None],
            ["Tajikistan", "Heroin", "Wholesale", 2020, None, 4000, 9000, "Kilogram"]]  # fmt: skip
    table = ilp.read_prices(journal(tmp_path / "p.xlsx", rows, ["A1:H1", "E2:G2"])).table
    assert table[["usd", "basis", "usd_per_g"]].values.tolist() == [[6000.0, "range", 6.0]]


# Seizures


def test_a_national_register_states_its_country_for_all_rows(tmp_path):
    file = pd.DataFrame({"Дата изъятия": ["04.05.2023"], "Вид наркотического средства": ["героин"],
        "Вес (кг)": ["1\u00a0234,500"], "Страна назначения": ["Россия"]})  # fmt: skip
    file.to_csv(tmp_path / "r.csv", index=False, sep=";", encoding="cp1251", errors="replace")
    with pytest.raises(ilp.errors.ColumnsError, match='"country": "=TJ"'):
        ilp.read_seizures(tmp_path / "r.csv")
    table = ilp.read_seizures(tmp_path / "r.csv", columns={"country": "=Таджикистан"}).table
    assert table[["country", "drug_class", "kg", "destination"]].values.tolist() == [
        ["TJ", "heroin", 1234.5, "RU"]
    ]


def test_totals_of_seizures_are_no_seizures():
    totals = pd.DataFrame({"Country": ["Austria", "Belgium"], "Year": 2020, "Substance": "Heroin",
        "Number of seizures": [120, 300], "Quantity seized (kg)": [70, 1200]})  # fmt: skip
    with pytest.raises(ilp.errors.ColumnsError, match="Number of seizures"):
        ilp.read_seizures(totals)
    assert len(ilp.read_seizures(totals.assign(**{"Number of seizures": 1})).table) == 2


def test_months_as_spreadsheets_write_them_are_months():
    file = pd.DataFrame({"COUNTRY": "Tajikistan", "SEIZURE_DATE": ["Aug-14", "май-13"], "DRUG_NAME": "Heroin",
        "AMOUNT": "1", "DRUG_UNIT": "Kilogram"})  # fmt: skip
    table = ilp.read_seizures(file).table
    assert table["year"].tolist() == [2014, 2013]
    assert table["flags"].str.contains("month_only").all()


def test_what_is_the_same_for_all_prices_is_stated():
    file = pd.DataFrame({"Country": ["Tajikistan"], "Year": [2020], "Typical": [12], "Unit": ["g"]})
    table = ilp.read_prices(file, columns={"drug": "=Heroin", "level": "=Retail"}).table
    assert table[["drug_class", "level", "usd_per_g"]].values.tolist() == [["heroin", "retail", 12.0]]


def test_street_files_from_which_the_header_was_cut_are_joined_as_well(tmp_path):
    for when in ("2021-01", "2021-02"):
        rows = "".join(
            f"c{when}{i},{when},X Constabulary,X Constabulary,-1.{i},52.{i},On or near X,E0,Y 001,Burglary,,\n"
            for i in range(3)
        )
        (tmp_path / f"{when}-x-street.csv").write_text(rows, encoding="utf-8")
    intake = ilp.read_incidents(tmp_path, timezone="Europe/London")
    assert intake.table["occurred_from"].dt.month.tolist() == [1, 1, 1, 2, 2, 2]
    assert intake.table["place_precision"].tolist() == ["exact"] * 6


# Refusals that help


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ("-8834505", "5409379", r"EPSG:3857 \(latitude 43\.6, longitude -79\.4\)"),
        ("4791221", "13657308", r"EPSG:28413 \(latitude 43\.2, longitude 76\.9\)"),
        ("13657308", "4791221", r"EPSG:28413 \(latitude 43\.2, longitude 76\.9\)"),
    ],
)
def test_coordinates_without_a_system_come_with_systems_that_they_may_be_in(x, y, words):
    with pytest.raises(ilp.errors.CrsError, match=words):
        read("date|X|Y", f"2023-01-16|{x}|{y}")


def test_coordinates_that_fit_no_system_are_not_guessed_at():
    with pytest.raises(ilp.errors.CrsError) as caught:
        read("date|X|Y", "2023-01-16|491614|545829")
    assert "EPSG:3857" not in str(caught.value)


def test_months_as_names_of_columns_are_a_header(tmp_path):
    months = [f"2022{m:02d}" for m in (11, 12)] + [f"2023{m:02d}" for m in (1, 2)]
    pd.DataFrame([["Theft", *range(4)]] * 3, columns=["Offence", *months]).to_csv(
        tmp_path / "w.csv", index=False
    )
    with pytest.raises(ilp.errors.ColumnsError, match="Columns: Offence, 202211, 202212, 202301"):
        ilp.read_incidents(tmp_path / "w.csv")


def test_times_that_cannot_be_read_are_said_to_be_lost():
    lost = read("Дата|Время|Преступление", "16.01.2023|18:49-23:59|Кража", "17.01.2023|вечером|Кража").report
    assert lost.set_index("check").loc["time_unreadable", "n"] == 2
    for header, row in (
        ("Дата|Время|Преступление", "16.01.2023|18:49|Кража"),
        ("Дата и время|Время|Преступление", "16.01.2023 18:49|вечером|Кража"),
        ("Дата|Время|Преступление", "16.01.2023||Кража"),
    ):
        assert "time_unreadable" not in read(header, row).report["check"].tolist()


def test_minus_one_minus_one_stands_for_no_place_as_nought_does():
    table = read("date|lat|lon", "2023-01-16|38.5|68.7", "2023-01-16|-1|-1.0", "2023-01-16|0|0").table
    assert table["place_precision"].tolist() == ["exact", "none", "none"]
    assert table["flags"].str.contains("zero_point").tolist() == [False, True, True]
