"""Headers in three languages and more find their roles; what a column holds must agree."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from ilp_toolkit.collection.headers import (
    ROLES,
    given_columns,
    layout_columns,
    match_headers,
    name_layout,
    normalise,
    origin_of,
    read_mapping,
)
from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.errors import ColumnsError, FileError


def roles(**columns):
    return match_headers(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}))


def of(columns):
    return roles(**columns)


CHICAGO = {
    "ID": ["11"], "Case Number": ["HZ1"], "Date": ["01/13/2020 03:00:00 PM"], "Block": ["001XX N STATE ST"],
    "IUCR": ["0820"], "Primary Type": ["THEFT"], "Description": ["$500 AND UNDER"], "Arrest": ["false"],
    "Beat": ["0111"], "District": ["001"], "Community Area": ["32"], "X Coordinate": ["1176352"],
    "Y Coordinate": ["1900927"], "Year": ["2020"], "Updated On": ["01/20/2020 03:00:00 PM"],
    "Latitude": ["41.8835"], "Longitude": ["-87.6278"], "Location": ["(41.8835, -87.6278)"],
}  # fmt: skip
NEW_YORK = {
    "CMPLNT_NUM": ["1"], "CMPLNT_FR_DT": ["12/31/2019"], "CMPLNT_FR_TM": ["20:00:00"], "CMPLNT_TO_DT": ["01/13/2020"],
    "CMPLNT_TO_TM": ["07:00:00"], "RPT_DT": ["01/14/2020"], "OFNS_DESC": ["BURGLARY"], "BORO_NM": ["BRONX"],
    "X_COORD_CD": ["1007522"], "Y_COORD_CD": ["236845"], "Latitude": ["40.8167"], "Longitude": ["-73.9194"],
    "VIC_RACE": ["BLACK"], "SUSP_SEX": ["M"],
}  # fmt: skip
LOS_ANGELES = {
    "DR_NO": ["1"], "Date Rptd": ["01/14/2020 12:00:00 AM"], "DATE OCC": ["01/13/2020 12:00:00 AM"],
    "TIME OCC": ["2015"], "AREA": ["01"], "AREA NAME": ["Central"], "Crm Cd": ["510"],
    "Crm Cd Desc": ["VEHICLE - STOLEN"], "Vict Age": ["0"], "Vict Descent": ["H"], "LAT": ["34.0444"],
    "LON": ["-118.2628"],
}  # fmt: skip
RUSSIAN = {
    "№ КУСП": ["12"], "Дата совершения": ["12.01.2024"], "Время совершения": ["20:15"],
    "Дата регистрации": ["13.01.2024"], "Квалификация": ["ст. 158 ч. 2"], "Район": ["Сино"],
    "Адрес происшествия": ["ул. Айни, 5"], "Широта": ["38,56"], "Долгота": ["68,78"], "ФИО заявителя": ["А"],
    "Источник информации": ["звонок 102"],
}  # fmt: skip
SPANISH = {
    "Número de caso": ["1"], "Fecha del hecho": ["13/01/2024"], "Hora del hecho": ["20:15"], "Delito": ["hurto"],
    "Barrio": ["Centro"], "Dirección": ["Calle 1"], "Latitud": ["6.25"], "Longitud": ["-75.56"],
}  # fmt: skip


def test_chicagos_own_export_is_recognised():
    found = of(CHICAGO)
    assert found["incident_id"] == "Case Number"
    assert found["offence"] == "Primary Type"
    assert found["date"] == "Date"
    assert (found["longitude"], found["latitude"]) == ("Longitude", "Latitude")
    assert "reported" not in found


def test_new_yorks_pairs_are_recognised_and_make_spans():
    table = read_incidents(pd.DataFrame(NEW_YORK), timezone="America/New_York")
    assert str(table.table["occurred_from"][0]) == "2019-12-31 20:00:00-05:00"
    assert str(table.table["occurred_to"][0]) == "2020-01-13 07:00:00-05:00"
    assert table.choices["set_aside"] == ["VIC_RACE"]
    assert table.table["area"].tolist() == ["BRONX"]


def test_los_angeles_military_time_is_put_on_its_date():
    intake = read_incidents(pd.DataFrame(LOS_ANGELES), timezone="America/Los_Angeles")
    assert str(intake.table["occurred_from"][0]) == "2020-01-13 20:15:00-08:00"
    assert intake.table["offence"].tolist() == ["VEHICLE - STOLEN"]
    assert intake.choices["set_aside"] == ["Vict Descent"]


def test_a_russian_register_is_recognised():
    assert of(RUSSIAN) == {
        "incident_id": "№ КУСП",
        "offence": "Квалификация",
        "date": "Дата совершения",
        "time": "Время совершения",
        "reported": "Дата регистрации",
        "longitude": "Долгота",
        "latitude": "Широта",
        "area": "Район",
        "address": "Адрес происшествия",
        "origin": "Источник информации",
    }
    intake = read_incidents(pd.DataFrame(RUSSIAN), timezone="Asia/Dushanbe")
    assert intake.choices["set_aside"] == ["ФИО заявителя"]
    assert intake.table["origin"].tolist() == ["reported"]
    assert str(intake.table["occurred_from"][0]) == "2024-01-12 20:15:00+05:00"


def test_a_spanish_register_is_recognised():
    found = of(SPANISH)
    assert found["date"] == "Fecha del hecho"
    assert found["time"] == "Hora del hecho"
    assert found["offence"] == "Delito"
    assert found["area"] == "Barrio"


@pytest.mark.parametrize(
    "header", ["Crime.type", "CRIME_TYPE", "crime type ", "CrimeType", "Crime\u00a0type", "crime-type"]
)
def test_spelling_of_a_header_makes_no_difference(header):
    assert of({header: ["Theft"]}) == {"offence": header}


def test_units_and_e_with_dots_make_no_difference():
    assert normalise("Долгота (град.)") == "долгота"
    assert normalise("Учётный номер") == normalise("Учетный номер")


# What columns hold


def test_a_column_called_date_that_holds_times_is_the_time():
    found = roles(day=["2024-01-05"], date=["20:15"], incident_date=["2024-01-05"])
    assert found["date"] == "incident_date"
    assert found["time"] == "date"


def test_a_column_called_time_that_holds_dates_is_the_date():
    assert roles(time=["2024-01-05 20:15"]) == {"datetime": "time"}


def test_a_date_under_an_unknown_header_is_found_where_it_is_the_only_one():
    assert roles(zzz=["05.01.2024"], www=["x"]) == {"datetime": "zzz"}
    assert roles(zzz=["05.01.2024"], www=["06.01.2024"]) == {}


def test_the_date_of_birth_or_of_the_report_is_not_the_date_of_the_incident():
    found = match_headers(pa.table({"Дата рождения": ["05.01.1980"], "Дата вызова": ["05.01.2024"]}))
    assert found == {"date": "Дата вызова"}
    assert match_headers(pa.table({"Date reported": ["05.01.2024"]})) == {"reported": "Date reported"}


def test_a_location_in_words_is_no_pair_of_coordinates():
    assert roles(date=["2024-01-05"], Location=["On or near High Street"])["address"] == "Location"


def test_numbers_of_nodes_are_no_dates():
    assert roles(**{"from": ["15974", "15975"], "to": ["15975", "20001"], "km": ["2.1", "3"]}) == {}


def test_an_empty_pair_of_a_map_layer_gives_way_to_a_date():
    found = roles(begin=["", ""], end=["", ""], date=["2024-01-05", "2024-01-06"])
    assert found == {"date": "date"}


def test_an_empty_column_gives_way_to_a_filled_one():
    assert roles(longitude=["", ""], lon=["68.7", "68.8"], lat=["38.5", "38.6"])["longitude"] == "lon"


def test_every_role_has_names_and_no_name_stands_twice_in_a_role():
    from ilp_toolkit.collection import _header_words, headers

    for role in ROLES:
        names = [headers.normalise(name) for name in _header_words.vocabulary()[role]["names"]]
        assert names, role
        assert len(names) == len(set(names)), (role, sorted({n for n in names if names.count(n) > 1}))


# Columns named by the caller


def test_both_ways_round_mean_the_same():
    names = ["a", "b"]
    assert given_columns({"date": "a", "offence": "b"}, names) == given_columns(
        {"a": "date", "b": "offence"}, names
    )


def test_numbers_name_the_columns_of_a_headerless_file():
    assert given_columns({1: "x", 2: "y"}, ["1", "2"]) == {"x": "1", "y": "2"}
    assert given_columns({"x": 1, "y": "2"}, ["1", "2"]) == {"x": "1", "y": "2"}


def test_names_of_the_contract_and_common_short_ones_are_roles_too():
    assert given_columns({"occurred_from": "a", "lon": "b"}, ["a", "b"]) == {
        "from_datetime": "a",
        "longitude": "b",
    }


def test_a_role_given_as_none_stays_unfilled():
    table = pd.DataFrame({"date": ["2024-01-05"], "type": ["x"]})
    assert "offence" not in read_incidents(table, columns={"offence": None}).choices["columns"]


def test_a_role_for_two_columns_is_refused():
    with pytest.raises(ColumnsError, match="two columns"):
        given_columns({"a": "date", "b": "date"}, ["a", "b"])


def test_a_mapping_file_may_be_json_and_hold_nothing_but_roles(tmp_path):
    file = tmp_path / "mapping.json"
    file.write_text('{"date": "when", "x": "E"}', encoding="utf-8")
    assert read_mapping(file) == {"columns": {"date": "when", "x": "E"}}


@pytest.mark.parametrize(
    ("text", "error"), [("columns = ", FileError), ('crs = "x"\nspeed = 3', ColumnsError)]
)
def test_a_mapping_file_that_cannot_be_used_is_refused(tmp_path, text, error):
    file = tmp_path / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=r"mapping\.toml"):
        read_mapping(file)
    with pytest.raises(FileError, match=r"missing\.toml"):
        read_mapping(tmp_path / "missing.toml")


# Files without a header


def test_the_layout_of_police_uk_is_recognised_without_its_header():
    row = [
        "",
        "2021-01",
        "Force",
        "Force",
        "-0.1",
        "51.5",
        "On or near X",
        "E01",
        "City 001A",
        "Theft",
        "",
        "",
    ]
    table = pa.table({str(k + 1): pa.array([cell], pa.string()) for k, cell in enumerate(row)})
    assert name_layout(table).column_names == layout_columns("police_uk")
    other = table.set_column(4, "5", pa.chunked_array([["here"]]))
    assert name_layout(other).column_names == [str(k) for k in range(1, 13)]


@pytest.mark.parametrize(
    ("word", "origin"),
    [
        ("On-View", "discovered"),
        ("сообщение гражданина", "reported"),
        ("Рапорт сотрудника", "discovered"),
        ("", "unknown"),
    ],
)
def test_who_noticed_it(word, origin):
    assert origin_of(word) == origin
