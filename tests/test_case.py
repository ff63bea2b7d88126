"""The governed workspace: what goes in, what comes out, and what travels with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collation import roles
from ilp_toolkit.collation.case import Case
from ilp_toolkit.collation.fingerprint import fingerprint
from ilp_toolkit.collation.inputs import plain
from ilp_toolkit.collation.passport import UNGOVERNED, Passport
from ilp_toolkit.collation.terms import days_of, moment_of
from ilp_toolkit.collation.verdict import verify_folder
from ilp_toolkit.errors import ColumnsError, FileError, InputError
from ilp_toolkit.evaluation.handling import Handling, combine, parse
from tests.test_audit import Clock

CRS = "EPSG:32742"


def new_case(place: Path, clock: Clock | None = None, **changes: object) -> Case:
    terms = {
        "purpose": ["tasking", "prevention"],
        "legal_basis": "Police Service Act of Tolvania (invented)",
        "owner": "analyst-07",
        "key_folder": place / "keys",
        "clock": clock or Clock(),
    }
    return Case("Burglary, district 4", folder=place / "case", **{**terms, **changes})


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return new_case(tmp_path)


def register(n: int = 12, start: int = 1) -> pd.DataFrame:
    """An invented register: points on a line, two districts, two offences."""
    return pd.DataFrame(
        {
            "incident_id": [f"K26-{i:05d}" for i in range(start, start + n)],
            "offence": ["Residential burglary", "Robbery"] * (n // 2),
            "date": pd.date_range("2026-03-01 12:00", periods=n, freq="D").strftime("%Y-%m-%d %H:%M"),
            "x": 340_050.0 + 70.0 * np.arange(n),
            "y": 6_089_050.0,
            "district": ["Tesvar", "Umtelor"] * (n // 2),
        }
    )


def taken(case: Case, table: pd.DataFrame | None = None, **how: object) -> ilp.Material:
    table = register() if table is None else table
    rules = {
        "quality": "invented register",
        "handling": "internal",
        "crs": CRS,
        "timezone": "Indian/Maldives",
    }
    return case.collect(table, **{**rules, **how})


def plain_table(source: pd.DataFrame) -> pd.DataFrame:
    """A reader of one's own: it returns a table and no Intake."""
    return source.copy()


def people(case: Case, table: pd.DataFrame, **how: object) -> ilp.Material:
    return case.collect(table, reader=plain_table, quality="invented persons", handling="internal", **how)


PERSONS = pd.DataFrame(
    {
        "person_id": ["P-0001", "P-0002", "P-0003", "P-0004", "P-0005"],
        "role": ["suspect", "victim", "witness", None, "person of interest"],
    }
)


# Opening


def test_the_training_case_opens_in_one_line_with_everything_filled_in() -> None:
    case = ilp.open_case("training")
    assert case.purposes
    assert all([case.legal_basis, case.necessity, case.proportionality, case.owner])
    assert "invented" in case.legal_basis
    assert case.expires > case.now()
    assert not case.key_folder.is_relative_to(case.folder)


def test_a_case_is_reopened_where_it_is(tmp_path: Path) -> None:
    first, again = new_case(tmp_path), new_case(tmp_path)
    assert (again.id, again.key, again.created) == (first.id, first.key, first.created)
    assert ilp.open_case(tmp_path / "case", key_folder=tmp_path / "keys").id == first.id


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"purpose": "statistics"}, "`purpose`"),
        ({"legal_basis": "another"}, "`legal_basis`"),
        ({"owner": "analyst-08", "rules": "eu_led"}, "`owner`, `rules`"),
        ({"retention": "90 days"}, "`retention`"),
    ],
)
def test_a_case_that_is_reopened_on_other_terms_is_refused(
    tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    new_case(tmp_path)
    with pytest.raises(InputError, match=named):
        new_case(tmp_path, **changes)


@pytest.mark.parametrize("empty", [{"purpose": [" "]}, {"legal_basis": ""}, {"owner": " "}])
def test_a_case_without_purpose_basis_or_owner_is_refused(tmp_path: Path, empty: dict[str, object]) -> None:
    with pytest.raises(InputError, match="A case needs"):
        new_case(tmp_path, **empty)
    assert not (tmp_path / "case").exists()


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "holiday.jpg").write_bytes(b"")
    with pytest.raises(FileError, match=r"holiday\.jpg"):
        new_case(tmp_path)


def test_a_folder_without_a_case_cannot_be_reopened(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no case"):
        ilp.open_case(tmp_path)


def test_the_policy_of_a_case_stays_with_its_folder(tmp_path: Path) -> None:
    own = tmp_path / "strict.toml"
    own.write_text("[cells]\nrounding_base = 10\n", encoding="utf-8")
    assert new_case(tmp_path, policy=own).policy.cells.rounding_base == 10
    assert new_case(tmp_path).policy.cells.rounding_base == 10


def test_a_policy_that_was_changed_between_sessions_is_noted(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    (case.folder / "policy.toml").write_text("[cells]\nminimum_count = 3\n", encoding="utf-8")
    again = new_case(tmp_path)
    assert again.policy.cells.minimum_count == 3
    assert [entry.subject for entry in again.audit.entries() if entry.event == "alteration"] == ["policy"]


@pytest.mark.parametrize(
    ("words", "days"), [("2 years", 730), ("18 Months", 540), ("90 days", 90), ("1 week", 7)]
)
def test_a_retention_is_read_from_words(words: str, days: int) -> None:
    assert days_of(words) == days_of(pd.Timedelta(days=days)) == days


@pytest.mark.parametrize("wrong", ["for ever", "0 days", 5, None, pd.Timedelta("3h"), "-2 years"])
def test_a_retention_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match="retention"):
        days_of(wrong)


def test_a_retention_beyond_the_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1826 days at most"):
        new_case(tmp_path, retention="6 years")


def test_the_last_day_of_holding_is_held_to_its_end() -> None:
    assert moment_of(dt.date(2026, 12, 31), "expires") == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(InputError, match="time zone"):
        moment_of(dt.datetime(2026, 12, 31), "expires")


# Collecting


def test_a_material_is_a_plain_table_with_its_intake_and_a_passport_beside_it(case: Case) -> None:
    material = taken(case)
    assert isinstance(material.table, gpd.GeoDataFrame)
    assert len(material.table) == 12
    assert material.intake.rejected.empty
    assert set(material.table.attrs) <= {"choices"}
    assert material.passport.purposes == {"tasking", "prevention"}
    assert material.passport.quality == ("invented register",)
    assert material.passport.materials == (material.id,)


def test_the_same_source_under_the_same_rules_is_the_same_material_in_every_session(tmp_path: Path) -> None:
    one = taken(new_case(tmp_path))
    other = taken(new_case(tmp_path, Clock(Clock().now + dt.timedelta(days=30))))
    assert one.id == other.id
    assert one.passport.expires == other.passport.expires
    assert len(new_case(tmp_path).recall("material")) == 1


@pytest.mark.parametrize(
    "changes", [{"handling": "public"}, {"purposes": "tasking"}, {"timezone": "Asia/Dushanbe"}]
)
def test_other_rules_or_another_reading_make_another_material(case: Case, changes: dict[str, object]) -> None:
    assert taken(case).id != taken(case, **changes).id


def test_without_a_marking_a_material_is_for_nobody_beyond_the_case(case: Case) -> None:
    assert taken(case, handling=None).passport.handling.audiences == frozenset()


def test_rows_with_markings_of_their_own_restrict_the_whole(case: Case) -> None:
    table = pd.DataFrame({"report_id": ["R-1", "R-2"], "handling": ["TLP:GREEN", "4x4:H1"]})
    found = case.collect(table, reader=plain_table, quality="invented reports", originator="XB").passport
    expected = combine(parse("TLP:GREEN", originator="XB"), parse("4x4:H1", originator="XB"))
    assert found.handling.audiences == expected.audiences
    assert found.handling.conditions == expected.conditions
    assert found.originators == {"XB"}


def test_grades_of_reports_are_counted_and_a_register_gets_none(case: Case) -> None:
    table = pd.DataFrame(
        {
            "report_id": ["R-1", "R-2", "R-3", "R-4"],
            "scale": "4x4",
            "source_grade": ["B", "B", None, "A"],
            "information_grade": ["2", "2", None, "4"],
        }
    )
    reports = case.collect(table, reader=plain_table, quality="invented reports", handling="internal")
    assert reports.passport.grades == {"4x4:B2": 2, "unknown": 1, "4x4:A4": 1}
    assert taken(case).passport.grades == {}


def test_invented_reports_come_in_with_their_grades_handling_and_originators(case: Case) -> None:
    path = Path(__file__).resolve().parents[1] / "datasets" / "reports" / "reports.csv"
    reports = case.collect(path, reader=ilp.read_reports, quality="invented reports")
    table, passport = reports.table, reports.passport
    assert sum(passport.grades.values()) == len(table)
    assert (
        passport.grades["4x4:B2"]
        == (
            (table["source_grade"] == "B") & (table["information_grade"] == "2") & (table["scale"] == "4x4")
        ).sum()
    )
    assert passport.originators == set(table["originator"])
    assert passport.handling.audiences == frozenset(), "some are for nobody beyond the case"
    own = case.analyse(lambda t: t[(t["originator"] == "XA-TPS") & (t["handling"] == "internal")], reports)
    assert len(own.table)
    assert own.passport.originators == own.passport.handling.originators == {"XA-TPS"}
    assert own.passport.handling.permits("agency")


def test_half_a_grade_is_half_a_grade_and_a_code_that_no_scale_knows_is_unknown(case: Case) -> None:
    table = pd.DataFrame(
        {"report_id": ["R-1", "R-2"], "source_grade": ["B", "Q"], "information_grade": [None, "2"]}
    )
    found = case.collect(table, reader=plain_table, quality="invented", handling="internal")
    assert found.passport.grades == {"4x4:B?": 1, "unknown": 1}


def test_quality_must_be_stated_and_a_reader_must_return_a_table(case: Case) -> None:
    with pytest.raises(InputError, match="quality"):
        taken(case, quality=" ")
    with pytest.raises(InputError, match="returned int"):
        case.collect("x", reader=len, quality="none")


def test_an_expiry_beyond_the_policy_is_refused_and_an_earlier_one_is_kept(case: Case) -> None:
    with pytest.raises(InputError, match="policy allows"):
        taken(case, expires="2040-01-01")
    assert taken(case, expires="2026-12-31").passport.expires == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def test_a_file_is_known_by_its_bytes(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "burglary.csv"
    register().to_csv(path, index=False)
    material = case.collect(
        path, quality="invented", handling="internal", crs=CRS, timezone="Indian/Maldives"
    )
    assert (material.name, material.source) == ("burglary", path)
    assert case.recall("material")[0]["file"].startswith("sha256:")


# Roles


def test_roles_are_read_in_english_and_russian_and_unknown_stays_unknown(case: Case) -> None:
    table = pd.DataFrame(
        {
            "person_id": list("abcdefg"),
            "роль": ["Подозреваемый", "потерпевшая", "Свидетель", "", None, "осуждённый", "сосед"],
        }
    )
    material = people(case, table)
    told = ["suspect", "victim", "witness", "unknown", "unknown", "convicted", "unknown"]
    assert material.table["role"].tolist() == told
    assert material.passport.roles == {"suspect": 1, "victim": 1, "witness": 1, "unknown": 3, "convicted": 1}


def test_a_register_s_own_words_for_roles_are_given_with_their_column(case: Case) -> None:
    table = pd.DataFrame({"person_id": ["a", "b"], "status": ["A", "B"]})
    found = people(case, table, roles={"status": {"A": "witness", "B": "suspect"}})
    assert found.table["role"].tolist() == ["witness", "suspect"]
    assert people(case, table, roles="victim").passport.roles == {"victim": 2}


@pytest.mark.parametrize(
    ("given_roles", "error"),
    [
        ("status", InputError),
        ({"nowhere": {"A": "witness"}}, ColumnsError),
        ({"role": {"suspect": "culprit"}}, InputError),
    ],
)
def test_roles_that_do_not_exist_are_refused(case: Case, given_roles: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="roles"):
        people(case, PERSONS, roles=given_roles)


def test_a_row_with_two_roles_counts_for_both_and_is_shown_as_the_more_protected(case: Case) -> None:
    found = people(case, pd.DataFrame({"person_id": ["a"], "role": ["suspect; victim"]}))
    assert found.table["role"].tolist() == ["victim"]
    assert found.passport.roles == {"victim": 1, "suspect": 1}


@given(st.lists(st.sampled_from([*roles.ROLES, "", None, "neighbour", "Обвиняемая"]), max_size=20))
def test_every_row_has_one_role_and_counts_add_up(cells: list[str | None]) -> None:
    found, counts = roles.read_roles(pd.Series(cells, dtype=object))
    assert len(found) == len(cells)
    assert sum(counts.values()) == len(cells)
    assert counts.get("suspect", 0) == cells.count("suspect")


# Analysing


def test_a_finding_holds_what_the_function_returns_alone_and_the_function_knows_no_case(case: Case) -> None:
    material = taken(case)
    finding = case.analyse(ilp.hotspots.gi_star, material, cell_size=100)
    bare = ilp.hotspots.gi_star(material.table, cell_size=100)
    pd.testing.assert_frame_equal(finding.table, bare)
    assert "passport" not in bare.attrs
    assert (finding.function, finding.kind, finding.author) == (
        "hotspots.gi_star",
        "assessment",
        "analyst-07",
    )
    assert finding.choices["cell_size"] == 100
    assert "cell size in metres: 100" in ilp.explain(finding)
    assert finding.materials() == (material,)
    assert case.verify(finding) == []


def test_a_finding_has_the_same_id_when_it_is_made_again_in_a_later_session(tmp_path: Path) -> None:
    def make() -> ilp.Finding:
        case = new_case(tmp_path)
        return case.analyse(ilp.hotspots.count, taken(case), cell_size=100, kind="fact")

    assert make().id == make().id
    assert len(new_case(tmp_path).recall("finding")) == 1


def test_another_choice_kind_author_or_chance_makes_another_finding(case: Case) -> None:
    material = taken(case)
    made = [
        case.analyse(ilp.hotspots.count, material, cell_size=100),
        case.analyse(ilp.hotspots.count, material, cell_size=200),
        case.analyse(ilp.hotspots.count, material, cell_size=100, kind="fact"),
        case.analyse(ilp.hotspots.count, material, cell_size=100, author="analyst-08"),
        case.analyse(lambda table: pd.Series(np.random.default_rng(1).random(3)), material),
        case.analyse(lambda table: pd.Series(np.random.default_rng(2).random(3)), material),
    ]
    assert len({finding.id for finding in made}) == len(made)


def test_results_that_are_no_tables_are_findings_too(case: Case) -> None:
    @dataclasses.dataclass(frozen=True)
    class Model:
        weights: pd.Series
        prior: float

    material = taken(case)
    model = case.analyse(lambda table: Model(table["x"] * 2, 0.5), material)
    assert model.table.prior == 0.5
    used = case.analyse(lambda table, model: table.assign(w=model.weights), material, model=model)
    assert used.passport.governed
    assert case.verify(used) == []
    knox = case.analyse(
        ilp.near_repeat.knox, material, distances=[0, 100, 200], durations=[pd.Timedelta("0D"), pd.Timedelta("3D")],
        permutations=9, rng=1,
    )  # fmt: skip
    assert {"observed", "expected"} <= set(knox.table.columns)
    assert case.verify(knox) == []


def test_a_boundary_and_a_grid_are_noted_as_geography_and_do_not_spoil_governance(case: Case) -> None:
    boundary = gpd.GeoDataFrame(
        {"area": ["Tesvar"], "population": [31_000], "name_ru": ["Тесвар"]},
        geometry=[shapely.box(340_000, 6_089_000, 341_000, 6_089_300)],
        crs=CRS,
    )
    grid = ilp.grids.square_grid(boundary, cell_size=100)
    finding = case.analyse(ilp.hotspots.count, taken(case), grid=grid)
    assert finding.passport.governed
    assert [(one.argument, one.kind, one.rows) for one in finding.lineage.geography] == [
        ("grid", "geography", len(grid))
    ]
    by_area = case.analyse(ilp.hotspots.count_by_area, taken(case), boundary)
    assert case.verify(by_area) == []


@pytest.mark.legitimate
@pytest.mark.parametrize("layer", ["boundary", "districts", "features", "streets"])
def test_the_layers_of_the_invented_city_are_geography(case: Case, layer: str) -> None:
    path = Path(__file__).resolve().parents[1] / "datasets" / "kelovar" / f"{layer}.geojson"
    shapes = gpd.read_file(path).to_crs(CRS)
    finding = case.analyse(lambda table, shapes: table.assign(n=1), taken(case), shapes)
    assert finding.passport.governed
    assert [one.kind for one in finding.lineage.inputs] == ["material", "geography"]


def test_the_very_table_of_a_material_counts_as_that_material(case: Case) -> None:
    material = taken(case)
    one = case.analyse(ilp.hotspots.count, material.table, cell_size=100)
    assert one.passport.governed
    assert one.materials() == (material,)
    assert one.id == case.analyse(ilp.hotspots.count, material, cell_size=100).id


def test_materials_inside_lists_dicts_and_partial_functions_are_found(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    made = [
        case.analyse(pd.concat, [one, other]),
        case.analyse(lambda named: pd.concat(named.values()), {"a": one, "b": other}),
        case.analyse(functools.partial(lambda a, b: pd.concat([a, b]), one), other),
        case.analyse(functools.partial(lambda a, b: pd.concat([a, b]), b=other), one),
    ]
    assert all(set(finding.materials()) == {one, other} for finding in made)


def test_analysis_is_never_blocked_by_expiry_purpose_or_an_ungoverned_table(tmp_path: Path) -> None:
    clock = Clock()
    case = new_case(tmp_path, clock)
    material = taken(case, purposes="statistics", expires="2026-12-31")
    clock.move(days=4000)
    assert len(case.analyse(ilp.hotspots.count, material, cell_size=100).table) > 0
    assert len(case.analyse(len, register()).lineage.ungoverned) == 1


def test_an_error_of_the_function_passes_through_and_leaves_no_record(case: Case) -> None:
    material = taken(case)
    before = len(case.audit.entries())
    with pytest.raises(InputError):
        case.analyse(ilp.hotspots.count, material, cell_size=-5)
    assert len(case.audit.entries()) == before
    assert case.recall("finding") == []


def test_what_is_done_is_in_the_log_with_its_ids(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    finding = case.analyse(ilp.hotspots.count, one, cell_size=100)
    both = case.combine(one, other)
    finding.rows()
    told = [(entry.event, entry.subject) for entry in case.audit.entries()]
    assert told == [
        ("open", case.id),
        ("collection", one.id),
        ("collection", other.id),
        ("consultation", finding.id),
        ("combination", both.id),
        ("consultation", finding.id),
    ]
    assert case.audit.verify() == []


# Combining


def test_combining_puts_rows_below_each_other_and_keeps_where_each_is_from(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100), handling="4x4:H1", originator="XB")
    both = case.combine(one, other)
    assert both.table["material"].tolist() == [one.id] * 12 + [other.id] * 12
    assert isinstance(both.table, gpd.GeoDataFrame)
    assert both.table.crs == one.table.crs
    with pytest.raises(InputError, match="two materials"):
        case.combine(one)
    with pytest.raises(InputError, match="coordinate systems"):
        case.combine(one, taken(case, register(start=300), crs="EPSG:32741"))


def test_combining_with_a_function_runs_it(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    both = case.combine(
        one, other, function=lambda a, b, *, how: pd.DataFrame({"n": [len(a), len(b)]}), how="both"
    )
    assert both.table["n"].tolist() == [12, 12]
    assert case.audit.entries()[-1].event == "combination"


AUDIENCES = [
    "originator",
    "agency",
    "law_enforcement",
    "prosecution",
    "partners",
    "foreign_law_enforcement",
    "public",
]

handlings = st.builds(
    Handling,
    st.frozensets(st.sampled_from(AUDIENCES), max_size=4),
    st.frozensets(st.sampled_from(["originator_consent", "no_court_use", "covert_use"])),
)
moments = st.integers(0, 4000).map(
    lambda days: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=days)
)
passports = st.builds(
    Passport,
    handling=handlings,
    purposes=st.frozensets(st.sampled_from(["tasking", "prevention", "statistics"])),
    legal_bases=st.frozensets(st.sampled_from(["a", "b"])),
    expires=moments,
    grades=st.dictionaries(st.sampled_from(["4x4:A1", "4x4:B2", "unknown"]), st.integers(1, 9)),
    roles=st.dictionaries(st.sampled_from(["suspect", "victim", "unknown"]), st.integers(1, 9)),
    materials=st.sampled_from(["M-1", "M-2", "M-3"]).map(lambda name: (name,)),
    held=st.booleans(),
    governed=st.booleans(),
)


@given(st.lists(passports, min_size=1, max_size=4), st.data())
@settings(deadline=None)
def test_joining_passports_only_ever_restricts(many: list[Passport], data: st.DataObject) -> None:
    joined = Passport.join(*many)
    for audience in AUDIENCES:
        assert joined.handling.permits(audience) == all(one.handling.permits(audience) for one in many)
    for one in many:
        assert joined.purposes <= one.purposes
        assert joined.handling.conditions >= one.handling.conditions
        assert joined.legal_bases >= one.legal_bases
        assert joined.expires <= one.expires
        assert joined.governed <= one.governed
        assert joined.held >= one.held
        assert set(joined.roles) >= set(one.roles)
        assert all(joined.grades[grade] >= n for grade, n in one.grades.items())
    shuffled = data.draw(st.permutations(many))
    assert {**Passport.join(*shuffled).to_json(), "materials": 0} == {**joined.to_json(), "materials": 0}
    assert Passport.join(joined, joined).to_json() == joined.to_json()


def test_nothing_joined_is_ungoverned() -> None:
    assert Passport.join() == UNGOVERNED
    assert not UNGOVERNED.handling.audiences


def test_one_material_behind_two_findings_counts_its_grades_and_roles_once(case: Case) -> None:
    persons = people(case, PERSONS)
    one = case.analyse(lambda table: table.groupby("role").size(), persons)
    other = case.analyse(lambda table: table["role"].nunique(), persons)
    both = case.analyse(lambda a, b: pd.DataFrame({"n": a * b}), one, other)
    assert (
        both.passport.roles
        == persons.passport.roles
        == {"suspect": 1, "victim": 1, "witness": 1, "unknown": 2}
    )


# Selections: some rows of one material, unchanged, are under the rules of those rows


def test_a_selection_of_rows_is_under_the_rules_of_its_rows(case: Case) -> None:
    table = pd.DataFrame(
        {
            "report_id": ["R-1", "R-2", "R-3"],
            "scale": "4x4",
            "source_grade": ["A", "B", "C"],
            "information_grade": ["1", "2", "3"],
            "handling": ["TLP:GREEN", "TLP:GREEN", "TLP:RED"],
        }
    )
    reports = case.collect(table, reader=plain_table, quality="invented reports", originator="XB")
    assert not reports.passport.handling.permits("law_enforcement")
    green = case.analyse(lambda t: t[t["handling"] == "TLP:GREEN"], reports)
    assert green.selection
    assert green.passport.handling.permits("law_enforcement")
    assert green.passport.grades == {"4x4:A1": 1, "4x4:B2": 1}
    counted = case.analyse(lambda t: t.groupby("source_grade").size(), green)
    assert counted.passport.handling.permits("law_enforcement")
    assert case.verify(green) == case.verify(counted) == []


def test_a_selection_of_persons_holds_the_roles_of_its_rows(case: Case) -> None:
    suspects = case.analyse(lambda t: t[t["role"] == "suspect"], people(case, PERSONS))
    assert suspects.passport.roles == {"suspect": 1}
    assert case.analyse(lambda t: t[["person_id"]], suspects).passport.roles == {"suspect": 1}


# The folder


def test_the_folder_holds_no_data(tmp_path: Path) -> None:
    case = new_case(tmp_path)
    persons = pd.DataFrame(
        {"person_id": ["P-9001", "P-9002"], "role": ["suspect", "victim"], "alias": ["Zolotel", "Mirvan"]}
    )
    people(case, persons)
    material = taken(case)
    case.analyse(lambda t: t[t["incident_id"] == "K26-00003"], material, author="Velkopil A. T.")
    case.analyse(lambda t, *, number: t[t["incident_id"] == number], material, number="K26-00003")
    inside = b"".join(path.read_bytes() for path in case.folder.rglob("*") if path.is_file())
    for secret in (b"K26-00003", b"P-9001", b"Zolotel", b"340050", case.key.hex().encode(), case.key):
        assert secret not in inside


def test_a_ledger_returns_records_as_they_were_given(case: Case) -> None:
    first, second = {"id": "x", "cells": [1, None, 2.5]}, {"id": "y"}
    names = [case.remember("publication", first), case.remember("publication", second)]
    assert case.recall("publication") == [first, second]
    assert len(set(names)) == 2
    case.recall("publication")[0]["id"] = "changed"
    assert case.recall("publication")[0]["id"] == "x"
    assert case.recall("nothing") == []


@pytest.mark.legitimate
def test_a_ledger_takes_what_a_gate_writes_down(case: Case) -> None:
    taken(case)
    record = {
        "extent": {
            "offence": ["Residential burglary"],
            "from": "2026-01-01T00:00:00+05:00",
            "place": "0103" * 40,
        },
        "crs": "EPSG:32742",
        "cells": ["E340000N6089000", "E340100N6089000"],
        "counts": [12, None],
        "manifest": "a" * 64,
        "product": "2026-0012",
    }
    case.remember("publication", record)
    assert case.recall("publication") == [record]


def test_materials_of_earlier_sessions_are_listed(tmp_path: Path) -> None:
    taken(new_case(tmp_path))
    listed = new_case(tmp_path).materials()
    assert listed[["name", "rows", "handling"]].values.tolist() == [["table", 12, "agency, originator"]]


def test_the_case_json_says_what_the_case_is_for(case: Case) -> None:
    said = json.loads((case.folder / "case.json").read_text(encoding="utf-8"))
    assert said["purposes"] == ["prevention", "tasking"]
    assert said["retention_days"] == case.policy.retention.default_days


# Fingerprints and choices


frames = st.fixed_dictionaries(
    {
        "n": st.lists(st.integers(-5, 5), min_size=3, max_size=3),
        "word": st.lists(st.sampled_from(["a", "b", None]), min_size=3, max_size=3),
        "x": st.lists(st.floats(allow_nan=True), min_size=3, max_size=3),
    }
)


@given(frames, frames)
def test_tables_have_the_same_fingerprint_where_they_are_equal(
    one: dict[str, list], other: dict[str, list]
) -> None:
    first, second = pd.DataFrame(one), pd.DataFrame(other)
    assert fingerprint(first) == fingerprint(first.copy())
    if not first.equals(second):
        assert fingerprint(first) != fingerprint(second)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.assign(n=1),
        lambda t: t.iloc[::-1],
        lambda t: t.rename(columns={"n": "m"}),
        lambda t: t.reset_index(drop=True).set_index(pd.Index([7, 8, 9])),
        lambda t: t.set_geometry(t.geometry.translate(1e-9)),
        lambda t: t.set_crs("EPSG:32741", allow_override=True),
        lambda t: t.astype({"n": float}),
        lambda t: t.iloc[:2],
    ],
)
def test_any_change_of_a_table_changes_its_fingerprint(change: object) -> None:
    table = gpd.GeoDataFrame({"n": [3, 1, 2]}, geometry=gpd.points_from_xy([1, 2, 3], [4, 5, 6]), crs=CRS)
    assert fingerprint(change(table)) != fingerprint(table)


def test_notes_and_unused_categories_change_no_fingerprint() -> None:
    table = pd.DataFrame({"c": pd.Categorical(["a", "b"], categories=["a", "b", "secret"])})
    used = table.assign(c=table["c"].cat.remove_unused_categories())
    used.attrs["x"] = 1
    assert fingerprint(table) == fingerprint(used)


def test_what_cannot_be_told_has_no_fingerprint() -> None:
    assert fingerprint(object()) is None
    assert fingerprint({"a": [lambda: 1]}) is None


def test_choices_are_said_without_their_content() -> None:
    said = plain(
        {
            "table": register(),
            "weights": np.ones(9),
            "when": pd.Timestamp("2026-01-01"),
            "f": len,
            "n": np.int64(3),
        }
    )
    assert said == {
        "table": "DataFrame, 12 rows",
        "weights": "ndarray, 9 rows",
        "when": "2026-01-01 00:00:00",
        "f": "len",
        "n": 3,
    }


def test_the_table_of_a_finding_can_be_changed_without_changing_the_finding(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    mine = finding.table
    mine["n"] = 0
    mine.loc[mine.index[0], "cell_id"] = "x"
    mine.attrs["handling"] = "public"
    assert finding.table["n"].sum() == 12
    assert finding.unchanged()
    assert "handling" not in finding.table.attrs


@pytest.mark.legitimate
def test_a_filter_then_a_map_is_governed_and_verified(case: Case) -> None:
    burglaries = case.analyse(lambda t: t[t["offence"] == "Residential burglary"], taken(case))
    hot = case.analyse(ilp.hotspots.gi_star, burglaries, cell_size=100)
    assert hot.passport.governed
    assert hot.passport.handling.permits("agency")
    assert case.verify(hot) == case.stale(hot) == []


SESSION = """
import sys
from pathlib import Path
from tests.test_case import new_case, register, taken
case = new_case(Path(sys.argv[1]))
for i in range(6):
    material = taken(case, register(start=100 * i + int(sys.argv[2])))
    case.analyse(len, material)
"""


def test_two_sessions_that_work_in_one_case_at_once_lose_nothing(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    running = [
        subprocess.Popen([sys.executable, "-c", SESSION, str(tmp_path), start], cwd=root)
        for start in ("1", "2")
    ]
    assert [process.wait(timeout=240) for process in running] == [0, 0]
    case = new_case(tmp_path)
    assert len(case.recall("case")) == 1
    assert len(case.recall("material")) == len(case.recall("finding")) == 12
    events = [entry.event for entry in case.audit.entries()]
    assert (events.count("open"), events.count("collection"), events.count("consultation")) == (1, 12, 12)
    assert verify_folder(case.folder, key_folder=case.key_folder).problems == ()
