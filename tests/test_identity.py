"""Columns about persons are set aside, codes and street names are not."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from ilp_toolkit.collection.identity import kept_columns, personal_columns
from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.errors import ColumnsError


def category(header, *cells):
    return personal_columns(pa.table({header: pa.array(cells or ("x",), pa.string())})).get(header)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ФИО", "name"),
        ("Ф.И.О. потерпевшего", "name"),
        ("Фамилия", "name"),
        ("victim_name", "name"),
        ("LastName", "name"),
        ("Apellidos", "name"),
        ("ИИН", "national_id"),
        ("ПИН", "national_id"),
        ("Паспорт", "national_id"),
        ("passport no.", "national_id"),
        ("Cédula", "national_id"),
        ("Телефон заявителя", "contact"),
        ("E-mail", "contact"),
        ("Адрес проживания", "contact"),
        ("Date of birth", "birth_date"),
        ("Дата рождения", "birth_date"),
        ("Национальность", "origin"),
        ("VIC_RACE", "origin"),
        ("Self-defined ethnicity", "origin"),
        ("Гражданство", "origin"),
        ("Religion", "belief"),
        ("Вероисповедание", "belief"),
        ("Диагноз", "health"),
        ("health status", "health"),
    ],
)
def test_headers_about_persons_are_recognised(header, expected):
    assert category(header) == expected


PLAIN = (
    "Area name|LSOA name|AREA NAME|Street name|station|Название улицы|sex|age|пол|возраст|Primary Type|IUCR"
    "|Район|Наименование органа|BORO_NM|Policing operation|edad|Block"
)


@pytest.mark.parametrize("header", PLAIN.split("|"))
def test_headers_of_places_codes_age_and_sex_are_left(header):
    assert category(header) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ["20101199901234", "10505198000011", "22802200112345"],
            "national_id",
        ),  # 14 digits with a date of birth
        (["850101300016", "900515400013", "010203500017"], None),  # 12 digits that check sums do not bear out
        (["+996 555 123456", "+996 700 654321", "+996 312 111222"], "contact"),
        (["8 (701) 123-45-67", "8 (702) 765-43-21", "8 (705) 111-22-33"], "contact"),
        (["a.b@example.org", "c@example.com", "d@example.net"], "contact"),
        (["Иванов Иван Иванович", "Петрова Анна Сергеевна", "Асанов Азамат Болот уулу"], "name"),
        (["Петров А. Б.", "Сидорова В. Г.", "Ким Д. Е."], "name"),
        (["AN1234567", "ID7654321", "AN 2345678"], "national_id"),
        (["0820", "0810", "0460"], None),
        (["ул. Айни 5", "пр. Рудаки 10", "ул. Бохтар 7"], None),
        (["17031839100", "17031320100", "17031081800"], None),
        (["2024-01-05", "2024-01-06", "2024-01-07"], None),
        (["STREET", "Residence Garage", "Gas Station Drive"], None),
        (["219027252", "219027253", "219027254"], None),
        (["Городской отдел милиции", "Районный отдел полиции", "Южный отдел полиции"], None),
    ],
)
def test_cells_speak_where_the_header_does_not(cells, expected):
    assert category("код", *cells) == expected


def test_a_national_number_with_its_check_digit_is_recognised():
    def with_check(first):
        rest = sum(k * int(d) for k, d in enumerate(first, 1)) % 11
        if rest == 10:
            rest = (
                sum(w * int(d) for w, d in zip((3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2), first, strict=True)) % 11
            )
        return None if rest == 10 else first + str(rest)

    numbers = [with_check(f"8501013{serial:04d}") for serial in range(10, 30)]
    assert category("код", *[number for number in numbers if number]) == "national_id"


def test_a_column_with_a_role_is_judged_by_its_cells_alone():
    table = pa.table({"name": ["theft"], "ИИН": ["x"]})
    assert personal_columns(table, used=["name"]) == {"ИИН": "national_id"}


def test_rejected_rows_keep_what_was_set_aside_and_the_table_does_not():
    table = pd.DataFrame({"date": ["2024-01-05", ""], "ФИО": ["a", "b"], "религия": ["c", "d"]})
    intake = read_incidents(table, keep=["фио"])
    assert intake.choices["set_aside"] == ["религия"]
    assert intake.table["ФИО"].tolist() == ["a"]
    assert "религия" not in intake.table.columns
    assert intake.rejected["религия"].tolist() == ["d"]


def test_keep_names_columns_that_exist():
    assert kept_columns("ФИО", ["ФИО", "код"]) == {"ФИО"}
    with pytest.raises(ColumnsError, match="Did you mean 'ФИО'"):
        kept_columns(["ФИОО"], ["ФИО", "код"])
