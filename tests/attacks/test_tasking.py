"""Attempts to prioritise persons, to weigh harm without a source, and to hide what is not known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from ilp_toolkit import choices
from ilp_toolkit.direction import tasking
from ilp_toolkit.direction._threat import _rule
from ilp_toolkit.errors import InputError

LEVELS = {"physical": "high", "psychological": "low", "financial": "low", "community": "low", "scope": "low",
          "frequency": "high", "trend": "low", "vulnerability": "low"}  # fmt: skip
PERSONS = [
    "Suspect 12", "suspect A", "Person 3", "Offender Velkopil", "P-0012", "PER_77", "12345678901234", "Иванов И.И.",
    "И. И. Иванов", "Асанов Бакыт уулу", "Каримов Рустам Бахтиёрович", "Petrov Ivan Sergeevich", "Mr Arshumet", "гр. Каримов",
    "Подозреваемый 4", "Ringleader of the road", "гражданин Арсумет", "Subject 007", "Лидер группы",
]  # fmt: skip


def problems(label: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"kind": "problem", **LEVELS, **columns}], index=[label])


@pytest.mark.attack
@pytest.mark.parametrize("label", PERSONS)
def test_a_person_is_not_placed_in_a_matrix(label: str) -> None:
    with pytest.raises(InputError, match="never persons"):
        tasking.matrix(problems(label))


@pytest.mark.attack
@pytest.mark.parametrize("label", PERSONS[:6])
def test_a_person_is_not_scored_as_a_group(label: str) -> None:
    with pytest.raises(InputError, match="never persons"):
        tasking.sleipnir(pd.DataFrame({"violence": ["high"]}, index=[label]))


@pytest.mark.attack
@pytest.mark.parametrize(
    "column",
    ["suspect", "full_name", "ФИО", "passport_no", "dob", "person_id", "ethnicity", "ИИН", "Last Name"],
)
def test_columns_about_persons_do_not_come_along(column: str) -> None:
    with pytest.raises(InputError, match="about persons"):
        tasking.matrix(problems("Burglary", **{column: "x"}))


@pytest.mark.attack
def test_a_person_in_another_column_is_found() -> None:
    with pytest.raises(InputError, match="never persons"):
        tasking.matrix(problems("Network of the road", kind="group", remark="led by Suspect 12"))


@pytest.mark.attack
@pytest.mark.parametrize(
    ("label", "members"), [("Velkopil Arshumet", 7), ("Arshumet", 7), ("Network of the road", 1)]
)
def test_a_person_called_a_group_is_still_a_person(label: str, members: int) -> None:
    with pytest.raises(InputError, match=r"reads like a name|one member"):
        tasking.matrix(problems(label, kind="group", members=members))
    with pytest.raises(InputError, match=r"reads like a name|one member"):
        tasking.sleipnir(pd.DataFrame({"violence": ["high"], "members": [members]}, index=[label]))


@pytest.mark.attack
def test_a_group_with_a_persons_name_is_not_scored_for_want_of_a_kind() -> None:
    with pytest.raises(InputError, match="reads like a name"):
        tasking.sleipnir(pd.DataFrame({"violence": ["high"]}, index=["Velkopil Arshumet"]))


@pytest.mark.attack
@pytest.mark.parametrize("kind", ["person", "suspect", "", None, "subject profile"])
def test_there_is_no_kind_for_persons(kind: str | None) -> None:
    with pytest.raises(InputError, match="Persons are none"):
        tasking.matrix(problems("X", kind=kind))


@pytest.mark.attack
@pytest.mark.parametrize("problem", ["Suspect 12", "Иванов И.И."])
def test_no_decision_is_recorded_about_a_person(problem: str) -> None:
    day = dt.date(2026, 3, 2)
    with pytest.raises(InputError, match="persons are not tasked"):
        tasking.Decision("D-1", problem, "problem", "deferred", "reason", "head", day, day)


@pytest.mark.attack
@pytest.mark.parametrize(
    "citation", ["", " ", "-", "—", "n/a", "N/A", "TODO", "?", "нет", "expert", "source", "...", "nan"]
)
def test_a_weight_without_a_source_is_refused_with_its_row(tmp_path: Path, citation: str) -> None:
    path = tmp_path / "index.csv"
    path.write_text(
        f'offence,weight,unit,citation\nA,1,days,"Code, Art. 1"\nB,900,days,"{citation}"\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="row 3"):
        tasking.read_harm(path)


@pytest.mark.attack
def test_every_weight_without_a_source_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text("offence,weight,unit,citation\nA,1,days,\nB,2,days,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"row 2.*row 3"):
        tasking.read_harm(path)


@pytest.mark.attack
def test_invented_weights_say_so_also_under_another_name(tmp_path: Path) -> None:
    text = Path(tasking.__file__).with_name("harm").joinpath("training.csv").read_text(encoding="utf-8")
    path = tmp_path / "official.csv"
    path.write_text(text, encoding="utf-8")
    table = tasking.harm(pd.Series({"Robbery": 3}), index=tasking.read_harm(path))
    assert choices.of(table)["fictional"] is True


@pytest.mark.attack
@pytest.mark.parametrize("blank", ["unknown", None, "", "?", float("nan"), "неизвестно"])
def test_unknown_is_not_hidden_in_a_middle_score(blank: object) -> None:
    ids = [part["id"] for part in _rule("sleipnir.toml")["attributes"]]
    vague = tasking.sleipnir(pd.DataFrame({name: [blank] for name in ids}, index=["G-01"])).iloc[0]
    medium = tasking.sleipnir(pd.DataFrame({name: ["medium"] for name in ids}, index=["G-01"])).iloc[0]
    assert vague["published"] == medium["published"] == 380
    assert (vague["known"], vague["possible"], vague["unknown"]) == (0, 760, 19)
    assert (medium["known"], medium["possible"], medium["unknown"]) == (380, 380, 0)


@pytest.mark.attack
def test_leaving_a_column_out_does_not_make_a_group_look_milder() -> None:
    table = tasking.sleipnir(pd.DataFrame({"violence": ["high"]}, index=["G-01"]))
    assert table["unknown"].tolist() == [18]
    assert table["possible"].tolist() == [760]


@pytest.mark.attack
def test_a_decision_cannot_be_closed_by_leaving_its_failed_measure_out() -> None:
    day = dt.date(2026, 3, 2)
    measures = tuple(tasking.Measure(f"M-{i}", "light the lane", "council", day, "lamps") for i in (1, 2))
    one = tasking.Decision("D-1", "Burglary", "crime", "adopted", "harm", "head", day, day, measures)
    with pytest.raises(InputError, match="left out"):
        tasking.review(one, on=day, by="unit", done={"M-1": "done"}, used="all", outcome="fine")


@pytest.mark.legitimate
@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Thefts from cars in Tesvar", "crime"), ("Robbery of persons", "crime"), ("Missing persons", "problem"),
        ("Violence against a person", "crime"), ("Lead theft", "crime"), ("Zelmura Avenue", "place"), ("Road R1", "route"),
        ("Network of the eastern road", "group"), ("G-03", "group"), ("Market Lunimet", "market"), ("ОПГ-12", "group"),
        ("Кражи из автомобилей", "crime"), ("Торговля людьми", "crime"), ("Сеть восточной дороги", "group"),
        ("Преступления против личности", "crime"), ("Residential burglary, district 4", "problem"),
        ("Person trafficking", "crime"), ("Repeat offenders in shops", "problem"),
    ],
)  # fmt: skip
def test_problems_places_and_groups_are_placed(label: str, kind: str) -> None:
    assert len(tasking.matrix(problems(label, kind=kind))) == 1
