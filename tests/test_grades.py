"""Grades: tagged, never converted, never numbers; circular reports; agreement of graders."""

from __future__ import annotations

import json
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices, i18n
from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.evaluation import grades
from ilp_toolkit.evaluation.grades import SCALES, Grade, agreement, histogram, parse

ALL = [
    Grade(scale, source, information)
    for scale in SCALES
    for source in grades.codes(scale, "source")
    for information in grades.codes(scale, "information")
]


def test_the_scales_have_the_codes_of_their_documents():
    assert {scale: "".join(grades.codes(scale, "source")) for scale in SCALES} == {
        "4x4": "ABCX", "6x6": "ABCDEF", "5x5x5": "ABCDE", "3x5x2": "123"}  # fmt: skip
    assert {scale: "".join(grades.codes(scale, "information")) for scale in SCALES} == {
        "4x4": "1234", "6x6": "123456", "5x5x5": "12345", "3x5x2": "ABCDE"}  # fmt: skip


def test_the_scales_say_which_code_means_that_nobody_can_judge():
    unknown = {
        scale: {grade.source for grade in ALL if grade.scale == scale and not grade.judged("source")}
        for scale in SCALES
    }
    assert unknown == {"4x4": {"X"}, "6x6": {"F"}, "5x5x5": {"E"}, "3x5x2": {"2"}}


def test_no_scale_has_the_code_g_that_a_taxonomy_added():
    with pytest.raises(InputError, match="no code for the source"):
        parse("G1", scale="6x6")


@settings(deadline=None)
@given(st.sampled_from(ALL))
def test_a_grade_comes_back_from_its_text(grade):
    assert parse(str(grade)) == grade


@pytest.mark.parametrize(
    ("text", "scale", "said"),
    [
        ("B2", "4x4", "4x4:B2"),
        ("b-2", "4x4", "4x4:B2"),
        ("4х4: А1", "6x6", "4x4:A1"),  # a scale in the text goes first; Cyrillic х and А
        ("2B", "3x5x2", "3x5x2:2B"),
        ("3x5x2:1/A", "4x4", "3x5x2:1A"),
        ("B", "4x4", "4x4:B?"),
        ("?2", "4x4", "4x4:?2"),
    ],
)
def test_grades_are_read_as_people_write_them(text, scale, said):
    assert str(parse(text, scale=scale)) == said


@pytest.mark.parametrize(
    "text", [None, "", " ", "unknown", "?", "??", "-", "не оценено", float("nan"), pd.NA]
)
def test_a_grade_that_nobody_gave_is_none(text):
    assert parse(text) is None


def test_the_same_two_signs_mean_different_things_on_different_scales():
    assert parse("B2") != parse("B2", scale="5x5x5")
    with pytest.raises(InputError, match="wrong order: the scale 3x5x2 is written 2B"):
        parse("B2", scale="3x5x2")
    with pytest.raises(InputError, match="wrong order: the scale 4x4 is written B2"):
        parse("2B")


def test_a_letter_that_may_be_the_second_or_the_third_is_refused():
    with pytest.raises(InputError, match="Cyrillic letter"):
        parse("В2")


def test_a_grade_says_what_it_means_in_the_language_in_use():
    assert "cannot be judged" in parse("X4").words()
    with i18n.language("ru"):
        assert "Надёжность нельзя оценить" in parse("X4").words()
        assert "не оценено" in parse("B").words()


def test_reports_give_a_grade_each_also_where_excel_made_numbers_of_the_digits():
    table = pd.DataFrame(
        {
            "scale": ["4x4", "", "3x5x2"],
            "source_grade": ["B", None, 1.0],
            "information_grade": [2.0, "", "C"],
        },
        index=[7, 8, 9],
    )
    found = grades.of_reports(table)
    assert [str(grade) for grade in found] == ["4x4:B2", "None", "3x5x2:1C"]
    assert list(found.index) == [7, 8, 9]


def test_a_code_of_another_scale_is_refused_with_its_row_or_counted_as_unknown():
    table = pd.DataFrame({"source_grade": ["B", "F"], "information_grade": ["2", "6"]}, index=["R1", "R2"])
    with pytest.raises(InputError, match=r"Report R2: 'F' is no code for the source in the scale 4x4"):
        grades.of_reports(table)
    found = grades.of_reports(table, invalid="unknown")
    assert histogram(found) == {"4x4:B2": 1, "unknown": 1}
    assert choices.of(found)["grades_not_read"] == 1


def test_reports_without_grades_are_refused_by_column():
    with pytest.raises(ColumnsError, match="information_grade"):
        grades.of_reports(pd.DataFrame({"source_grade": ["A"]}))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ALL, None]), max_size=30), st.randoms())
def test_a_histogram_counts_every_report_once_in_any_order(found, shuffle):
    counts = histogram(found)
    assert sum(counts.values()) == len(found)
    mixed = list(found)
    shuffle.shuffle(mixed)
    assert list(histogram(mixed).items()) == list(counts.items())


REPORTS = pd.DataFrame(
    {
        "report_id": ["R1", "R2", "R3", "R4", "R5", "R6"],
        "origin_id": ["O1", "O1", "O2", "O2", "", "O1"],
        "path": ["Patrol", "liaison officer", "patrol", "patrol ", "patrol", ""],
    }
)


def test_one_origin_by_two_paths_is_circular_and_twice_by_one_path_is_not():
    found = grades.circular(REPORTS)
    assert found[["origin_id", "n", "paths"]].to_numpy().tolist() == [["O1", 2, 2]]
    assert found["report_ids"][0] == ["R1", "R2"]
    assert choices.of(found) == {"origin_unknown": 1, "path_unknown": 1}


def test_no_circle_gives_an_empty_table_with_the_same_columns():
    assert list(grades.circular(REPORTS.iloc[2:4]).columns) == list(grades.circular(REPORTS).columns)


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(6)))
def test_circular_reports_are_found_in_any_order_of_the_rows(order):
    found = grades.circular(REPORTS.iloc[list(order)])
    assert sorted(found["report_ids"][0]) == ["R1", "R2"]


def test_corroboration_counts_origins_and_not_reports():
    assert grades.corroboration(REPORTS) == {"reports": 6, "origins": 2, "repeats": 3, "origin_unknown": 1}


def pairs(table):
    """Return two lists of 6x6 grades whose cross table is the one given."""
    first, second = [], []
    for i, row in enumerate(table):
        for j, n in enumerate(row):
            first += [Grade("6x6", "ABCDE"[i], "1")] * n
            second += [Grade("6x6", "ABCDE"[j], "1")] * n
    return first, second


@pytest.fixture(scope="module")
def metrics():
    return pytest.importorskip("sklearn.metrics")


def test_kappa_is_that_of_the_package_vcd():
    """R's vcd::Kappa(SexualFun), 91 couples, four ordered answers: Agresti's table as 4x4 information codes."""
    table = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
    first = [Grade("4x4", "A", str(i + 1)) for i in range(4) for j in range(4) for _ in range(table[i][j])]
    second = [Grade("4x4", "A", str(j + 1)) for i in range(4) for j in range(4) for _ in range(table[i][j])]
    found = agreement(first, second, axis="information")
    assert (found.n, found.left_out, found.n_weighted) == (91, 0, 91)
    assert found.kappa == pytest.approx(0.1293, abs=5e-5)
    assert found.kappa_se == pytest.approx(0.06860, abs=5e-6)
    assert found.weighted_kappa == pytest.approx(0.2374, abs=5e-5)
    assert found.weighted_kappa_se == pytest.approx(0.07832, abs=5e-6)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=5, max_size=5))
def test_weighted_kappa_agrees_with_scikit_learn(metrics, weights, table):
    first, second = pairs(table)
    found = agreement(first, second, scale="6x6", weights=weights)
    labels = list("ABCDE")
    if found.weighted_kappa is None:
        assert len({grade.source for grade in [*first, *second]}) <= 1
        return
    one, other = [grade.source for grade in first], [grade.source for grade in second]
    expected = metrics.cohen_kappa_score(one, other, labels=labels, weights=weights)
    assert found.weighted_kappa == pytest.approx(expected, abs=1e-9)
    assert found.kappa == pytest.approx(metrics.cohen_kappa_score(one, other, labels=labels), abs=1e-9)


def test_what_cannot_be_judged_has_no_place_in_the_order_and_counts_in_plain_kappa_only():
    first = [parse(text) for text in ["A1", "B1", "X1", "X1", "C1", None]]
    second = [parse(text) for text in ["A1", "C1", "X1", "A1", "C1", "A1"]]
    found = agreement(first, second)
    assert (found.n, found.left_out, found.n_weighted) == (5, 1, 3)
    assert found.table.loc["X", "A"] == 1
    moved = agreement([parse("B1") if g == parse("X1") else g for g in first], second)
    assert moved.weighted_kappa != found.weighted_kappa


def test_agreement_of_two_who_always_say_the_same_code_is_not_defined():
    same = [parse("A1")] * 9
    found = agreement(same, same)
    assert (found.observed, found.kappa, found.weighted_kappa) == (1.0, None, None)


def test_agreement_of_nothing_is_not_defined():
    found = agreement([None], [None])
    assert (found.n, found.observed, found.kappa) == (0, None, None)


def test_agreement_refuses_two_lists_of_different_length():
    with pytest.raises(InputError, match="have 1 and 2 grades"):
        agreement([None], [None, None])


def test_every_code_has_words_in_both_languages_and_its_source_says_that_nobody_verified_it(root):
    for scale in SCALES:
        data = json.loads((root / f"ilp_toolkit/evaluation/scales/{scale}.json").read_text(encoding="utf-8"))
        assert all(source["verified"] is False and source["citation"] for source in data["sources"])
        for axis in ("source", "information"):
            for code in data[axis]["codes"]:
                assert code["en"].strip()
                assert set(code["ru"].casefold()) & set("абвгдежзиклмно")
            judged = [code["code"] for code in data[axis]["codes"] if not code.get("unknown")]
            assert data[axis]["ordered"] == judged


def test_statistics_of_grades_are_refused_by_the_standard_library_and_numpy():
    some = [parse("A1"), parse("B2")]
    for attempt in (statistics.mean, sum, sorted, max, np.mean):
        with pytest.raises(TypeError):
            attempt(some)
