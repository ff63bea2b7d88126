"""Attempts to bring tainted or secret material in, and to make grades say more than they do."""

from __future__ import annotations

import io
import math
import statistics

import numpy as np
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.errors import InputError
from ilp_toolkit.evaluation import grades
from ilp_toolkit.evaluation.grades import Grade, agreement, corroboration, histogram, parse

pytestmark = pytest.mark.attack
CANARY = "he hid it under the third step"


def file(**columns):
    row = {"Information": [CANARY], "How obtained": ["Told freely"], "Obtained lawfully": ["yes"],
           "Free of ill-treatment": ["yes"], "Handling": ["internal"], "Report number": ["R1"]}  # fmt: skip
    return pd.DataFrame({**row, **columns})


def everything(intake) -> str:
    parts = [
        intake.table.to_csv(),
        intake.rejected.to_csv(),
        intake.report.to_csv(),
        str(intake.choices),
        repr(intake),
    ]
    return "\n".join(parts)


@pytest.mark.parametrize(
    "columns",
    [
        {"Free of ill-treatment": ["no"]},
        {"Free of ill-treatment": ["Нет"]},
        {"How obtained": ["Confessed under torture"]},
        {"How obtained": ["Показания получены под пытками"]},
        {"How obtained": ["Избит при задержании, затем рассказал"]},
        {"How obtained": ["Seen by the officer. The man had been beaten to make him talk."]},
        {"How obtained": ["Kept awake: sleep deprivation for two nights"]},
        {"Obtained lawfully": ["no"]},
        {"Obtained lawfully": ["незаконно"]},
        {"Handling": ["Секретно"]},
        {"Handling": ["4x4:H0 (TOP SECRET)"]},
        {"Information": [f"СОВЕРШЕННО СЕКРЕТНО\n{CANARY}"]},
        {"Sanitised text": [f"SECRET\nCopy No. 2\n{CANARY}"]},
    ],
    ids=lambda columns: "; ".join(f"{k} {v[0][:30]!r}" for k, v in columns.items()),
)
def test_tainted_or_secret_material_leaves_no_word_in_anything_that_the_reader_returns(columns):
    intake = ilp.read_reports(file(**columns))
    assert len(intake.table) == 0
    assert len(intake.rejected) == 1
    assert CANARY not in everything(intake)
    assert intake.rejected["Report number"].tolist() == ["R1"]


def test_a_workbook_stamped_secret_above_its_header_is_refused_whole(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in [["Секретно"], [], ["Номер", "Сведения", "Гриф"], *[["1", "текст", "ДСП"]] * 5]:
        book.active.append(row)
    book.save(tmp_path / "reports.xlsx")
    with pytest.raises(InputError, match="state secrets must not enter"):
        ilp.read_reports(tmp_path / "reports.xlsx")


def test_an_answer_that_nobody_gave_is_not_taken_for_lawful():
    table = ilp.read_reports(file(**{"Free of ill-treatment": [""]})).table
    assert len(ilp.reports.lawful(table)) == 0


def test_an_answer_in_a_column_that_nobody_named_is_not_taken_for_lawful():
    table = ilp.read_reports(file().drop(columns=["Obtained lawfully"])).table
    assert table["lawful"].tolist() == ["unstated"]
    assert len(ilp.reports.lawful(table)) == 0


@pytest.mark.parametrize("answer", ["probably", "yes?", "not known", "see file", "да?", "99"])
def test_an_answer_that_is_no_yes_is_not_taken_for_one(answer):
    table = ilp.read_reports(file(**{"Obtained lawfully": [answer]})).table
    assert table["lawful"].tolist() == ["unstated"]


def test_a_file_stamped_secret_above_its_header_is_refused_whole():
    body = "СОВЕРШЕННО СЕКРЕТНО;;\nЭкз. № 1;;\n" + "Номер;Сведения;Гриф\n" + "1;текст;ДСП\n" * 5
    with pytest.raises(InputError, match="state secrets must not enter"):
        ilp.read_reports(io.BytesIO(body.encode("utf-8")))


@pytest.mark.parametrize("value", [50, 50.0, 0, "50", "medium", "средняя", "0.5", True, "confirmed"])
def test_a_number_or_a_middle_is_no_grade(value):
    """Peers turned F and 6 into 50, and unknown into medium."""
    with pytest.raises(InputError):
        parse(value)


def test_unknown_is_counted_as_unknown_and_not_in_the_middle():
    assert histogram([None, parse("unknown"), parse("X4")]) == {"4x4:X4": 1, "unknown": 2}
    assert not parse("X4").judged("source")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda a, b: a + b,
        lambda a, b: (a + b) / 2,
        lambda a, b: a < b,
        max,
        lambda a, b: sorted([a, b]),
        lambda a, b: sum([a, b]),
        lambda a, b: statistics.mean([a, b]),
        lambda a, b: np.mean([a, b]),
        lambda a, b: pd.Series([a, b]).mean(),
        lambda a, b: pd.Series([a, b]).max(),
        lambda a, b: float(a),
        lambda a, b: math.floor(a),
        lambda a, b: -a,
        lambda a, b: [1, 2, 3][a],
    ],
)
def test_grades_cannot_be_averaged_ordered_or_made_numbers(attempt):
    with pytest.raises(TypeError):
        attempt(parse("A1"), parse("C3"))


def test_a_grade_of_one_scale_is_not_read_as_one_of_another():
    for text, other in (("4x4:B2", "3x5x2"), ("6x6:F6", "4x4"), ("3x5x2:2B", "4x4")):
        assert str(parse(text, scale=other)) == text
    with pytest.raises(InputError, match="scales are not converted"):
        agreement([parse("B2", scale="6x6")], [parse("B2")])
    with pytest.raises(InputError):
        Grade("4x4", "F", "6")


def test_no_function_of_the_package_converts_a_scale():
    assert not [
        name for name in dir(grades) if any(w in name.casefold() for w in ("convert", "score", "number"))
    ]


def test_an_empty_grade_object_cannot_be_made_to_stand_for_unknown():
    with pytest.raises(InputError, match="no grade"):
        Grade("4x4", None, None)


def test_three_reports_of_one_origin_are_not_three_sources(root):
    table = ilp.read_reports(root / "datasets" / "reports" / "reports.csv").table
    forty = table[table["report_id"].isin(["R25-016", "R25-023", "R25-035"])]
    assert corroboration(forty) == {"reports": 3, "origins": 1, "repeats": 2, "origin_unknown": 0}


def test_writing_an_origin_in_other_letters_does_not_make_it_another():
    assert corroboration(pd.DataFrame({"origin_id": ["O-52", "o-52 ", " O-52"]}))["origins"] == 1


def test_a_report_of_unknown_origin_corroborates_nothing():
    assert corroboration(pd.DataFrame({"origin_id": ["O1", "", None]}))["origins"] == 1


def test_merging_a_report_with_another_table_does_not_mark_it_confirmed_or_graded():
    table = ilp.read_reports(file(**{"Source grade": [""], "Information grade": [""]})).table
    merged = table.merge(pd.DataFrame({"report_id": ["R1"], "hits": [3]}), on="report_id")
    assert histogram(grades.of_reports(merged)) == {"unknown": 1}
    assert not [c for c in merged.columns if "confirm" in c.casefold()]


def test_the_name_of_a_source_does_not_stay_in_the_column_of_pseudonyms():
    names = ["Иванов Пётр Сергеевич", "Петрова Анна Ильинична", "Сидоров Олег Петрович"]
    table = pd.concat([file()] * 3, ignore_index=True).assign(**{"Source code": names})
    found = ilp.read_reports(table)
    assert not any(name in everything(found) for name in names if found.table["source_id"].eq(name).any())
    assert found.table["source_id"].tolist() == ["", "", ""]
