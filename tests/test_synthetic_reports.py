"""The invented reports: the same bytes every time, described, and what was planted can be found again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection.reports import lawful
from ilp_toolkit.evaluation import grades, handling
from ilp_toolkit.synthetic import names
from ilp_toolkit.synthetic.names import cyrillic
from ilp_toolkit.synthetic.reports import HEADERS, make_reports


@pytest.fixture(scope="module")
def folder(root):
    return root / "datasets" / "reports"


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def intake(folder):
    return ilp.read_reports(folder / "reports.csv", timezone="Indian/Maldives")


@pytest.fixture(scope="module")
def texts(root):
    return tomllib.loads(
        (root / "ilp_toolkit" / "synthetic" / "report_texts.toml").read_text(encoding="utf-8")
    )


def test_the_recipe_gives_the_committed_bytes(folder):
    made = make_reports()
    assert {path.name for path in folder.iterdir()} - {"datasheet.md"} == set(made)
    assert [name for name, body in made.items() if (folder / name).read_bytes() != body] == []


def test_the_package_lists_every_generated_file_with_its_size_hash_and_columns(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"]: resource for resource in package["resources"]}
    assert set(listed) == {path.name for path in folder.iterdir()} - {"datapackage.json", "datasheet.md"}
    for name, resource in listed.items():
        body = (folder / name).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (
            len(body),
            "sha256:" + hashlib.sha256(body).hexdigest(),
        )
        if name.endswith(".csv"):
            text = body.decode(resource["encoding"])
            header = next(csv.reader(io.StringIO(text), delimiter=resource["dialect"]["delimiter"]))
            assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_there_are_sixty_in_both_languages(folder, truth):
    english = pd.read_csv(folder / "reports.csv", dtype=str, keep_default_na=False)
    russian = pd.read_csv(
        folder / "reports_ru.csv", dtype=str, keep_default_na=False, sep=";", encoding="cp1251"
    )
    assert len(english) == len(russian) == truth["reports"] == 60
    assert list(english.columns) == [pair[0] for pair in HEADERS.values()]
    assert list(russian.columns) == [pair[1] for pair in HEADERS.values()]
    assert not english["Information"].str.contains("[А-Яа-я]").any()
    assert russian["Сведения"].str.contains("[А-Яа-я]").all()


def test_what_must_be_refused_is_refused_and_nothing_else(folder, intake, truth):
    rows = pd.read_csv(folder / "reports.csv", dtype=str, keep_default_na=False)
    refused = set(rows["Report number"]) - set(intake.table["report_id"])
    assert refused == {*truth["refused"]["ill_treatment"], *truth["refused"]["unlawful"]}


def test_what_is_unstated_is_flagged_and_not_lawful_to_use(intake, truth):
    unstated = {*truth["unstated"]["lawful"], *truth["unstated"]["ill_treatment_free"]}
    assert set(intake.table["report_id"]) - set(lawful(intake.table)["report_id"]) == unstated


def test_both_circles_are_found_and_no_third(intake, truth):
    found = grades.circular(intake.table)
    assert found.set_index("origin_id")["report_ids"].to_dict() == {
        origin: circle["reports"] for origin, circle in truth["circular"].items()
    }
    assert len(found) == 2


def test_the_false_report_has_a_good_grade_and_two_that_speak_against_it(intake, truth):
    by_number = intake.table.set_index("report_id")
    (false,) = truth["planted_false"]["report"]
    assert str(grades.of_reports(by_number.loc[[false]]).iloc[0]) == "4x4:B2"
    against = by_number.loc[truth["planted_false"]["spoken_against_by"]]
    assert len(against) == 2
    assert set(against["source_grade"]) == {"A"}
    assert truth["facts"]["B5"]["true"] == "no"


def test_what_has_no_grade_or_handling_is_as_the_truth_says(intake, truth):
    table = intake.table
    ungraded = grades.of_reports(table).isna().to_numpy()
    assert table["report_id"][ungraded].tolist() == truth["without_grade"]
    unmarked = [handling.parse(text) == handling.STRICTEST for text in table["handling"]]
    assert table["report_id"][unmarked].tolist() == truth["without_handling"]


def test_every_handling_is_understood(intake):
    for text in intake.table["handling"].unique():
        found = handling.parse(text)
        assert not [c for c in found.conditions if c.startswith("other:") and "(" not in text], text


def test_the_second_grader_agrees_as_often_as_the_truth_says(folder, intake, truth):
    second = pd.read_csv(folder / "second_grader.csv", dtype=str)
    rows = pd.read_csv(folder / "reports.csv", dtype=str, keep_default_na=False).set_index("Report number")
    first = rows.loc[second["report_id"], ["Grading scale", "Source grade", "Information grade"]]
    one = grades.of_reports(first.set_axis(["scale", "source_grade", "information_grade"], axis=1))
    other = grades.of_reports(second)
    same = sum(a == b for a, b in zip(one, other, strict=True))
    assert (len(second), same) == (truth["second_grader"]["reports"], truth["second_grader"]["same_grade"])
    assert 0.5 < grades.agreement(one, other, axis="information").weighted_kappa < 0.9


def test_the_datasheet_says_what_the_truth_says(folder, truth):
    page = (folder / "datasheet.md").read_text(encoding="utf-8")
    for number in [*truth["refused"]["ill_treatment"], *truth["refused"]["unlawful"], *truth["unstated"]["lawful"],
                   *truth["planted_false"]["report"], *truth["sanitised_by_copying"]]:  # fmt: skip
        assert number in page
    assert f"of {truth['second_grader']['reports']} reports {truth['second_grader']['same_grade']}" in page


def test_every_fact_has_a_report_and_every_report_a_fact(texts, truth):
    assert {item["fact"] for item in texts["report"]} == set(texts["facts"])
    assert sorted(n for fact in truth["facts"].values() for n in fact["reports"]) == [
        f"R25-{k:03d}" for k in range(1, 61)
    ]


def test_reports_come_in_the_order_of_their_dates_on_working_days(texts):
    moments = [pd.Timestamp(item["at"]) for item in texts["report"]]
    assert moments == sorted(moments)
    assert all(moment.weekday() < 5 for moment in moments)


def test_names_of_persons_and_companies_are_syllables_of_the_invented_world(texts):
    made = {
        a + b + c
        for a in names.SYLLABLES["first"]
        for b in names.SYLLABLES["middle"]
        for c in names.SYLLABLES["last"]
    }
    for name in texts["names"].values():
        for part in name.split():
            assert part in made - names.AVOIDED - names.ATLAS, part
            assert cyrillic(part) != part


def test_no_street_or_town_of_the_texts_is_outside_the_atlas(root, texts):
    known = (root / "datasets" / "README.md").read_text(encoding="utf-8")
    known += (root / "datasets" / "kelovar" / "streets.geojson").read_text(encoding="utf-8")
    known += (root / "datasets" / "kelovar" / "districts.geojson").read_text(encoding="utf-8")
    for item in texts["report"]:
        assert item["area"] in known
        for street in re.findall(r"(\w+) (?:Street|Lane|Avenue)", item["en"]):
            assert street in known, street


def test_sanitised_texts_hold_no_name_but_the_one_copied_by_mistake(folder, texts, truth):
    parts = {part for name in texts["names"].values() for part in name.split()}
    for name, encoding, separator, write in (
        ("reports.csv", "utf-8", ",", str),
        ("reports_ru.csv", "cp1251", ";", cyrillic),
    ):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False, sep=separator, encoding=encoding)
        number, clean = table.columns[0], table.columns[list(HEADERS).index("sanitised")]
        named = [
            row[number] for _i, row in table.iterrows() if any(write(part) in row[clean] for part in parts)
        ]
        assert named == truth["sanitised_by_copying"]
