"""Attempts to get single incidents out through a function of one's own, and to write over what a record says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import checks, own_results
from ilp_toolkit.dissemination.release import preview
from tests.attacks.test_exchange import a_report
from tests.attacks.test_legitimate import events, new_case

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate
Make = Callable[[pd.DataFrame], Any]


def taken(folder: Path, table: pd.DataFrame, **rules: Any) -> ilp.Material:
    path = folder / "register.csv"
    table.to_csv(path, index=False)
    given = {"quality": "invented", "handling": "public", "timezone": "Indian/Maldives"}
    return new_case(folder).collect(path, **{**given, **rules})


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> ilp.Material:
    """A register that everybody may see, so that the public rules alone stand in the way."""
    return taken(tmp_path_factory.mktemp("own"), events(300))


def refused(made: ilp.Finding, audience: str = "public", **wishes: Any) -> set[str]:
    seen = preview(made, audience=audience, confidence="moderate", **wishes)
    return {check.id for check in checks.failures(seen.checks)}


def drawn(table: gpd.GeoDataFrame, shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": ["a"] * len(table)}, geometry=list(shapes), crs=table.crs)


def crosses(table: gpd.GeoDataFrame) -> list[Any]:
    ends = zip(table.geometry.x, table.geometry.y, strict=True)
    return [shapely.LineString([(x - 9, y - 9), (x + 9, y + 9)]) for x, y in ends]


# Rows that are records, and their places


ROWS: dict[str, Make] = {
    "a row an incident": lambda t: t.assign(day=t["occurred_from"].dt.day_name())[["day", "offence"]],
    "a few metres around each place": lambda t: drawn(t, t.geometry.buffer(3)),
    "300 m around each place, whose middle it is": lambda t: drawn(t, t.geometry.buffer(300)),
    "a cross on each place": lambda t: drawn(t, crosses(t)),
    "one shape of all places": lambda t: drawn(t.head(1), [t.geometry.buffer(3).union_all()]),
    "a line through all places": lambda t: drawn(t.head(1), [shapely.LineString(list(t.geometry))]),
    "metres in two columns, rounded": lambda t: pd.DataFrame(
        {"a": t.geometry.x.head(20).round(-1) + 0.5, "b": t.geometry.y.head(20).round(-1) + 0.5}
    ),
    "degrees in two columns, rounded": lambda t: pd.DataFrame(
        {"a": t.to_crs(4326).geometry.x.head(20).round(3), "b": t.to_crs(4326).geometry.y.head(20).round(3)}
    ),
}  # fmt: skip


@attack
@pytest.mark.parametrize("name", list(ROWS))
def test_records_do_not_leave_as_rows_of_a_function_of_ones_own(name: str, register: ilp.Material) -> None:
    made = register.case.analyse(ROWS[name], register)
    assert "columns" in refused(made, columns=list(made.table.columns))


@legitimate
def test_cells_that_the_toolkit_counted_leave_with_a_column_of_ones_own(register: ilp.Material) -> None:
    counted = register.case.analyse(ilp.hotspots.count, register, cell_size=1000)
    made = register.case.analyse(
        lambda cells: cells.assign(kind=cells["n"].gt(20).map({True: "many", False: "few"})), counted
    )
    assert not refused(made, columns=["kind", "geometry"])


# Numbers that are counts in another dress


def by_offence(table: pd.DataFrame) -> pd.Series[int]:
    return table["offence"].mask(table.index < 3, "Arson").value_counts()


COUNTS: dict[str, Make] = {
    "with a point behind them": lambda t: by_offence(t).astype(float).rename("x").reset_index(drop=True).to_frame(),
    "one number alone": lambda t: float(by_offence(t).min()),
    "shares of all": lambda t: (by_offence(t) / len(t)).rename("x").reset_index(drop=True).to_frame(),
    "shares in per cent, rounded": lambda t: (
        (by_offence(t) / len(t) * 100).round(1).rename("x").reset_index(drop=True).to_frame()
    ),
    "in words": lambda t: pd.DataFrame({"x": ["2 burglaries in the north"] * 3}),
    "in words of numbers": lambda t: pd.DataFrame({"x": ["three thefts in the north"] * 3}),
    "in Russian words": lambda t: pd.DataFrame({"x": ["две квартирные кражи на севере"] * 3}),
    "in a header": lambda t: pd.DataFrame({"1 robbery": [0.5]}),
    "as the length of a list": lambda t: pd.DataFrame({"x": [["a"] * 2, ["a"] * 3, ["a"] * 3, ["a"] * 3]}),
}  # fmt: skip


@attack
@pytest.mark.parametrize("name", list(COUNTS))
def test_small_counts_do_not_leave_in_another_dress(name: str, register: ilp.Material) -> None:
    made = register.case.analyse(COUNTS[name], register)
    columns = list(made.table.columns) if isinstance(made.table, pd.DataFrame) else ["value"]
    assert {"small_counts", "columns"} & refused(made, columns=columns)


@attack
@pytest.mark.parametrize("words", [
    "In the north there were 2 burglaries.", "Two offences stand out.", "Only one victim lives there.",
    "На севере 3 кражи.", "Там было два случая.", "На севере четыре квартирные кражи.",
    "Не больше двух краж за год.",
])  # fmt: skip
def test_a_hidden_count_does_not_leave_in_the_authors_words(words: str, register: ilp.Material) -> None:
    made = register.case.analyse(ilp.patterns.month_series, register)
    assert "small_counts" in refused(made, statement=words)


@legitimate
@pytest.mark.parametrize("words", [
    "Burglary fell in 3 of 12 months.", "Two districts hold 45 burglaries.", "Within 2 weeks and 200 m of one another.",
    "За 2 недели - 17 краж.", "В трёх районах краж стало меньше.", "In one of the 9 districts thefts rose.",
    "Two robbery hot spots in the old town.", "In 3 districts theft rose.", "2 burglary series", "4 weeks of burglaries",
    "За 3 месяца краж стало больше.", "Три очага краж.", "На 4 улицах кражи днём.",
])  # fmt: skip
def test_other_numbers_in_the_authors_words_pass(words: str) -> None:
    assert own_results.counts_in_words((words,), 5) == ""


@legitimate
def test_shares_and_distances_of_many_leave(register: ilp.Material) -> None:
    shares = register.case.analyse(
        lambda t: t["offence"].value_counts(normalize=True).round(2).rename("share").reset_index(drop=True).to_frame(),
        register,
    )  # fmt: skip
    assert not refused(shares, columns=["share"])
    bands = register.case.analyse(
        lambda t: pd.DataFrame({"to": [100.0, 250.0], "ratio": [1.4, 1.1]}), register
    )
    assert not refused(bands, columns=["ratio"])


@attack
@pytest.mark.parametrize(
    "module", ["ilp_toolkit.analysis.concentration", "concentration", "mine.concentration"]
)
def test_a_function_that_bears_the_name_of_one_of_ours_is_still_ones_own(
    module: str, register: ilp.Material
) -> None:
    def summary(table: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"measure": ["north"], "share": [0.5], "value": [2.0]})

    summary.__module__ = module
    made = register.case.analyse(summary, register)
    assert made.function == "own.concentration.summary"
    assert "columns" in refused(made)


@legitimate
def test_functions_of_the_toolkit_keep_their_names(register: ilp.Material) -> None:
    made = register.case.analyse(ilp.patterns.month_series, register)
    assert made.function == "patterns.month_series"


# What a record says is not what a step in between writes over it


WRITTEN_OVER: dict[str, Make] = {
    "other words": lambda t: t.assign(offence="Theft", iccs="0502"),
    "other words and numbers": lambda t: t.assign(
        offence="Theft", incident_id=[f"A{i}" for i in range(len(t))]
    ),
    "no numbers": lambda t: t.assign(offence="Theft").drop(columns="incident_id"),
    "in two steps": lambda t: t.assign(offence="Burglary"),
}


@attack
@pytest.mark.parametrize(("offence", "audience"), [("Unlawful assembly", "public"), ("Rape", "agency")])
@pytest.mark.parametrize("name", list(WRITTEN_OVER))
def test_an_offence_in_other_words_gets_no_map(
    offence: str, audience: str, name: str, tmp_path: Path
) -> None:
    material = taken(tmp_path, events(60).assign(offence=offence))
    made = material.case.analyse(WRITTEN_OVER[name], material)
    if name == "in two steps":
        made = material.case.analyse(lambda t: t.assign(offence="Theft"), made)
    made = material.case.analyse(ilp.hotspots.kde, made, cell_size=500)
    assert "sensitive_offences" in refused(made, audience)


@attack
def test_a_mark_of_domestic_violence_that_was_left_out_still_counts(tmp_path: Path) -> None:
    material = taken(tmp_path, events(60).assign(domestic=["yes", "no"] * 30))
    made = material.case.analyse(lambda t: t.drop(columns="domestic"), material)
    made = material.case.analyse(ilp.hotspots.kde, made, cell_size=500)
    assert "sensitive_offences" in refused(made, "agency")


@attack
def test_a_second_material_does_not_hide_behind_the_first(tmp_path: Path) -> None:
    harmless = taken(tmp_path, events(60))
    path = tmp_path / "second.csv"
    events(60, seed=4).assign(offence="Unlawful assembly").to_csv(path, index=False)
    other = harmless.case.collect(path, quality="invented", handling="public", timezone="Indian/Maldives")
    made = harmless.case.analyse(
        lambda a, b: ilp.hotspots.kde(b, cell_size=500)["density"].head(5), harmless, other
    )
    assert "sensitive_offences" in refused(made, columns=["density"])


@legitimate
def test_what_was_left_out_by_its_number_counts_no_more(tmp_path: Path) -> None:
    table = events(300)
    table.loc[:9, "offence"] = "Unlawful assembly"
    material = taken(tmp_path, table)
    made = material.case.analyse(
        lambda t: t[t["offence"] != "Unlawful assembly"].assign(offence="Theft"), material
    )
    made = material.case.analyse(ilp.hotspots.kde, made, cell_size=1000)
    assert "sensitive_offences" not in refused(made)


LAWFULNESS: dict[str, Make] = {
    "written over": lambda t: t.assign(lawful="yes", ill_treatment_free="yes"),
    "one answer left out": lambda t: t.drop(columns="ill_treatment_free"),
    "exchanged between reports": lambda t: t.assign(lawful=["yes", "unstated"], ill_treatment_free="yes"),
    "without numbers": lambda t: t.assign(lawful="yes", ill_treatment_free="yes").drop(columns="report_id"),
}


@attack
@pytest.mark.parametrize("name", list(LAWFULNESS))
def test_how_a_report_was_obtained_is_not_written_over(name: str, tmp_path: Path) -> None:
    rows = [a_report(1), a_report(2, **{"Obtained lawfully": "", "Free of ill-treatment": ""})]
    rows[0]["Obtained lawfully"] = "yes" if name != "exchanged between reports" else ""
    rows[1]["Obtained lawfully"] = "" if name != "exchanged between reports" else "yes"
    material = new_case(tmp_path).collect(
        pd.DataFrame(rows), reader=ilp.read_reports, quality="invented", timezone="UTC"
    )
    made = material.case.analyse(LAWFULNESS[name], material)
    assert "lawful_origin" in refused(made, "agency", columns=["subject"])
    again = material.case.analyse(lambda t: t[["subject"]], made)
    assert "lawful_origin" in refused(again, "agency", columns=["subject"])


@legitimate
def test_reports_that_say_how_they_were_obtained_pass_whatever_is_added_to_them(tmp_path: Path) -> None:
    rows = [a_report(1), a_report(2, **{"Obtained lawfully": ""}), a_report(3)]
    material = new_case(tmp_path).collect(
        pd.DataFrame(rows), reader=ilp.read_reports, quality="invented", timezone="UTC"
    )
    made = material.case.analyse(lambda t: ilp.reports.lawful(t).assign(week="23"), material)
    assert "lawful_origin" not in refused(made, "agency", columns=["subject"])


@attack
@pytest.mark.parametrize("change", [
    lambda t: t.assign(role="suspect"),
    lambda t: t.assign(role="suspect", person_id=[f"Q{i}" for i in range(len(t))]),
    lambda t: t.assign(role=t["role"].iloc[::-1].to_numpy()),
])  # fmt: skip
def test_a_role_written_over_makes_no_one_list(change: Make, tmp_path: Path) -> None:
    persons = pd.DataFrame(
        {"person_id": [f"P{i}" for i in range(8)], "role": ["suspect", "victim"] * 4, "town": "Kelovar"}
    )
    material = new_case(tmp_path).collect(
        persons, reader=lambda t: t, quality="invented", handling="internal"
    )
    made = material.case.analyse(change, material)
    assert "roles" in refused(made, "agency", columns=["person_id", "town"])
