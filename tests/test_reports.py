"""The reader of information reports: what enters, what is refused, what is flagged; feedback; the form."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import choices, i18n
from ilp_toolkit.collection import forms, reportfields, reports
from ilp_toolkit.collection.schema import check_label
from ilp_toolkit.errors import ColumnsError, FileError, InputError


def file(**columns):
    """Return a file of reports that nothing is the matter with, with some columns changed."""
    n = max([len(values) for values in columns.values()], default=1)
    good = {
        "Report number": [f"R{k}" for k in range(n)],
        "Date received": ["2025-03-01 10:00"] * n,
        "Reporting officer": ["K-1"] * n,
        "Source code": ["S-1"] * n,
        "First source": ["O-1"] * n,
        "Through whom": ["patrol"] * n,
        "Source grade": ["B"] * n,
        "Information grade": ["2"] * n,
        "How obtained": ["Seen by the officer"] * n,
        "Obtained lawfully": ["yes"] * n,
        "Free of ill-treatment": ["yes"] * n,
        "Handling": ["4x4:H0"] * n,
        "Information": [f"A van stood there on day {k}." for k in range(n)],
        "Sanitised text": [f"A van stood there, day {k}." for k in range(n)],
    }
    return pd.DataFrame({**good, **columns})


def checks(intake):
    return dict(zip(intake.report["check"], intake.report["n"], strict=True))


def test_a_clean_file_gives_every_column_of_the_contract_and_no_finding():
    intake = ilp.read_reports(file(), timezone="Asia/Dushanbe")
    assert list(intake.table.columns) == list(reports.REPORTS)
    assert len(intake.report) == 0
    assert intake.table["flags"].tolist() == [""]
    assert str(intake.table["received"][0]) == "2025-03-01 10:00:00+05:00"
    assert intake.table["source_row"].tolist() == [2]
    assert intake.choices["timezone"] == "Asia/Dushanbe"
    assert choices.of(intake.table) == intake.choices


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_reader_knows_every_header_that_the_form_prints(language):
    with i18n.language(language):
        form = forms.report_form(source_codes={"A": "…"}, information_codes={}, handling_codes={})
    printed = {item.role: item.label for section in form.sections for item in section.fields}
    assert reportfields.match_columns(list(printed.values())) == printed
    assert set(printed) <= set(reports.REPORTS)


@pytest.mark.parametrize("name", ["reports.csv", "reports_ru.csv"])
def test_the_invented_reports_are_read_as_their_truth_says(root, name):
    intake = ilp.read_reports(root / "datasets" / "reports" / name, timezone="Indian/Maldives")
    assert (len(intake.table), len(intake.rejected)) == (57, 3)
    assert checks(intake)["ill_treatment"] == 2
    assert intake.choices["set_aside"] == []


def test_both_languages_tell_the_same_story(root):
    english, russian = (
        ilp.read_reports(root / "datasets" / "reports" / name, timezone="Indian/Maldives").table
        for name in ("reports.csv", "reports_ru.csv")
    )
    for column in ["report_id", "received", "source_grade", "handling", "origin_id", "flags", "lawful"]:
        assert english[column].tolist() == russian[column].tolist(), column
    assert english["text"].ne(russian["text"]).all()


def test_a_workbook_and_a_zipped_file_are_read_like_a_table(tmp_path):
    table = file(Information=["one", "two"])
    table.to_excel(tmp_path / "reports.xlsx", index=False)
    table.to_csv(tmp_path / "reports.zip", index=False)
    expected = ilp.read_reports(table).table["text"].tolist()
    for name in ("reports.xlsx", "reports.zip"):
        assert ilp.read_reports(tmp_path / name).table["text"].tolist() == expected


def test_an_open_file_is_read():
    body = file().to_csv(index=False).encode()
    assert len(ilp.read_reports(io.BytesIO(body)).table) == 1


def test_a_file_without_information_names_its_columns():
    with pytest.raises(ColumnsError, match=r"No column holds the information\. .* Columns: a, b"):
        ilp.read_reports(pd.DataFrame({"a": ["x"], "b": ["y"]}))


def test_columns_are_named_by_role_or_by_header():
    odd = file().rename(columns={"Information": "Wer weiss"})
    for columns in ({"text": "Wer weiss"}, {"Wer weiss": "text"}):
        assert ilp.read_reports(odd, columns=columns).table["text"][0] == "A van stood there on day 0."
    with pytest.raises(ColumnsError, match="Did you mean"):
        ilp.read_reports(odd, columns={"text": "Wer weis"})


def test_a_role_that_reports_do_not_have_is_refused():
    with pytest.raises(ColumnsError, match="'txt', which reports do not have"):
        ilp.read_reports(file(), columns={"txt": "Information", "text": "Information"})


def test_a_missing_file_is_refused():
    with pytest.raises(FileError):
        ilp.read_reports("no such file.csv")


def test_grade_in_one_column_is_taken_apart():
    table = file(Information=["a", "b", "c"]).drop(columns=["Source grade", "Information grade"])
    table["Grade"] = ["4x4:A1", "3x5x2: 2B", ""]
    found = ilp.read_reports(table).table
    assert found[["scale", "source_grade", "information_grade"]].to_numpy().tolist() == [
        ["4x4", "A", "1"], ["3x5x2", "2", "B"], ["4x4", "", ""]]  # fmt: skip


def test_a_report_without_information_is_rejected_with_its_row():
    intake = ilp.read_reports(file(Information=["seen", " "]))
    assert intake.rejected[["source_row", "reason"]].to_numpy().tolist() == [[3, "no information in it"]]


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("Obtained lawfully", "", "lawful_unstated"),
        ("Obtained lawfully", "probably", "lawful_unstated"),
        ("Free of ill-treatment", "?", "ill_treatment_unstated"),
        ("How obtained", "", "obtained_missing"),
        ("Handling", "", "handling_missing"),
        ("Source grade", "", "grade_missing"),
        ("First source", "", "origin_missing"),
        ("Sanitised text", "", "not_sanitised"),
        ("Sanitised text", "a VAN stood there  on day 0.", "sanitised_same"),
        ("Information", "1. A van came.\n2. A car came.", "several_items"),
        ("Date received", "soon", "received_unreadable"),
        ("Report number", "", "id_missing"),
    ],
)
def test_what_is_missing_is_flagged_and_the_report_kept(column, value, check):
    intake = ilp.read_reports(file(**{column: [value]}))
    assert checks(intake) == {check: 1}
    assert intake.table["flags"].tolist() == [check]


def test_a_report_without_a_number_gets_one_from_its_row():
    assert ilp.read_reports(file(**{"Report number": ["", "R9"]})).table["report_id"].tolist() == [
        "row-2",
        "R9",
    ]


def test_repeats_are_flagged():
    table = pd.concat([file(), file(), file(Information=["other"])], ignore_index=True)
    assert ilp.read_reports(table).table["flags"].tolist() == ["", "repeated_id duplicate_row", "repeated_id"]


def test_columns_about_persons_are_set_aside_unless_asked_for():
    table = file(Phone=["+992 900 111 222"])
    assert "Phone" not in ilp.read_reports(table).table
    assert ilp.read_reports(table, keep="Phone").table["Phone"][0] == "+992 900 111 222"


def test_a_column_of_sources_with_numbers_of_persons_is_set_aside():
    numbers = ["+992 900 111 222", "+992 900 111 223", "+992 900 111 224"]
    intake = ilp.read_reports(file(**{"Source code": numbers, "Information": ["a", "b", "c"]}))
    assert intake.table["source_id"].tolist() == ["", "", ""]
    assert "source_named" in checks(intake)


def test_what_else_the_file_holds_passes_through():
    assert ilp.read_reports(file(Colour=["grey"])).table["Colour"].tolist() == ["grey"]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("He confessed under torture", "torture"),
        ("Admitted after a beating", "beating"),
        ("Said so when threatened with prison", "threatened"),
        ("Показания дал после избиения", "избиения"),
        ("Получено под давлением следователя", "под давлением"),
        ("No lawyer, beaten", "beaten"),
        ("Без адвоката, избит", "избит"),
        ("Not at once; after threats", "threats"),
        ("Two nights without sleep, threatened", "threatened"),
        ("He did not talk until he was beaten", "beaten"),
        ("Free account, no force or threat", None),
        ("Nobody was threatened or beaten", None),
        ("Насилия и угроз не было", None),
        ("Физическое насилие не применялось", None),
        ("Force or threats were not used", None),
        ("Угрозы были, адвоката не было", "угрозы"),
        ("He was beaten; a lawyer was not there", "beaten"),
        ("Without ill-treatment of any kind", None),
        ("Опрос без применения насилия и угроз", None),
        ("Рассказал сам, никто ему не угрожал", None),
        ("", None),
    ],
)
def test_words_that_tell_of_ill_treatment_are_found_unless_they_are_denied(said, word):
    assert reportfields.said_tainted(said) == word


CELLS = st.sampled_from(["", "yes", "no", "?", "Да", "нет", "beaten", "Секретно", "text", "4x4:H1"])


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6),
)
def test_no_row_is_lost_and_none_enters_with_a_no(rows):
    names = ["Obtained lawfully", "Free of ill-treatment", "How obtained", "Handling", "Information"]
    columns = dict(zip(names, (list(c) for c in zip(*rows, strict=True)), strict=True))
    intake = ilp.read_reports(file(**columns))
    assert len(intake.table) + len(intake.rejected) == len(rows)
    assert sorted([*intake.table["source_row"], *intake.rejected["source_row"]]) == list(
        range(2, len(rows) + 2)
    )
    assert set(intake.table["lawful"]) | set(intake.table["ill_treatment_free"]) <= {"yes", "unstated"}
    assert intake.table["text"].ne("").all()


def test_the_readers_input_stays_as_it_was():
    table = file(Information=["a", "b"])
    before = table.copy(deep=True)
    ilp.read_reports(table)
    pd.testing.assert_frame_equal(table, before)


def test_lawful_use_needs_both_statements_and_counts_what_it_left_out():
    answers = {"Obtained lawfully": ["yes", "", "yes"], "Free of ill-treatment": ["yes", "yes", ""]}
    table = ilp.read_reports(file(**answers)).table
    found = reports.lawful(table)
    assert found.index.tolist() == [0]
    assert choices.of(found)["left_out"] == {"lawful_unstated": 1, "ill_treatment_unstated": 1, "reports": 2}
    with pytest.raises(ColumnsError, match="lawful"):
        reports.lawful(table.drop(columns="lawful"))


WHEN = dt.datetime(2025, 4, 1, 9, tzinfo=dt.UTC)


def test_an_answer_reaches_its_report_alone_and_leaves_the_table_given():
    table = ilp.read_reports(file(Information=["a", "b"])).table
    answered = reports.answer(table, "R1", "Used. Which van?", by="analyst-07", at=WHEN)
    assert answered["feedback"].tolist() == ["", "Used. Which van?"]
    assert answered["feedback_at"].tolist() == ["", "2025-04-01T09:00:00+00:00"]
    assert table["feedback"].tolist() == ["", ""]
    assert reports.unanswered(answered)["report_id"].tolist() == ["R0"]


@pytest.mark.parametrize(
    ("number", "text", "at", "message"),
    [
        ("R7", "x", WHEN, "stands in 0 reports"),
        ("R0", "  ", WHEN, "An answer without words"),
        ("R0", "x", WHEN.replace(tzinfo=None), "no time zone"),
    ],
)
def test_an_answer_to_nobody_or_of_nothing_is_refused(number, text, at, message):
    table = ilp.read_reports(file()).table
    with pytest.raises(InputError, match=message):
        reports.answer(table, number, text, by="analyst-07", at=at)


def test_a_second_answer_needs_to_be_asked_for():
    table = reports.answer(ilp.read_reports(file()).table, "R0", "first", by="a", at=WHEN)
    with pytest.raises(InputError, match="answered already"):
        reports.answer(table, "R0", "second", by="a", at=WHEN)
    again = reports.answer(table, "R0", "second", by="a", at=WHEN, replace=True)
    assert again["feedback"].tolist() == ["second"]


def test_an_intake_says_its_sizes():
    assert repr(ilp.read_reports(file())) == "<ReportIntake: 1 reports read, 0 rejected, 0 findings>"


def test_every_check_has_a_name_in_words():
    for check, words in reports.CHECKS.items():
        assert check_label(check) == words
    with i18n.language("ru"):
        assert check_label("ill_treatment") == "Указано, что получено жестоким обращением"


def test_every_finding_has_a_remedy_in_words():
    assert set(reports.REMEDIES) == set(reports.CHECKS)
    table = ilp.read_reports(file(Handling=[""])).report
    assert table["remedy"][0].startswith("The strictest handling holds")
    assert table["share"].dtype == np.float64
