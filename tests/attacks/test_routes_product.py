"""Attempts to learn of a single seizure from a route assessment, and the legitimate twins that must pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pypdf
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collection.seizures import read_seizures
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import gate
from ilp_toolkit.dissemination.product import routes
from ilp_toolkit.dissemination.product.blocks import Paragraph, Product
from ilp_toolkit.dissemination.product.routes_facts import gather
from ilp_toolkit.dissemination.product.routes_flows import estimate
from ilp_toolkit.dissemination.product.routes_links import find_links
from ilp_toolkit.dissemination.product.routes_prepared import prepare
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.dissemination.release_routes import release_routes
from ilp_toolkit.errors import DisclosureError, InputError

from .test_legitimate import new_case

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from routes_world import SECRET_DAY, SECRET_ID, SECRET_PLACE, register

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate
POLICY = load()
COLUMNS = {"seizure_id": "number"}
PLAIN = routes.Request(without=frozenset({"gaps", "caught"}))


def collect(case: ilp.Case, table: pd.DataFrame, path: Path) -> ilp.Material:
    table.to_csv(path, index=False)
    return case.collect(
        path, reader=read_seizures, quality="register, complete", handling="internal", columns=COLUMNS
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> ilp.Case:
    return new_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def released(case: ilp.Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one product that left, for everybody who looks into its bytes."""
    folder = tmp_path_factory.mktemp("released")
    material = collect(case, register(), folder / "seizures.csv")
    return release_routes(material, folder / "out", audience="public", author="analyst-07", request=PLAIN)


@pytest.fixture(scope="module")
def everything(released: Path) -> str:
    """Return every text of the product: of files as they are, and of the paper as a reader sees it."""
    found = []
    for path in sorted(released.rglob("*")):
        if path.suffix == ".pdf":
            found += [page.extract_text() for page in pypdf.PdfReader(path).pages]
        elif path.is_file():
            found.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(found).casefold()


@legitimate
def test_an_assessment_for_the_public_leaves_through_the_gate(released: Path, case: ilp.Case) -> None:
    assert "draft" not in (released / "routes.html").read_text(encoding="utf-8").casefold()
    assert case.audit.entries()[-1].event == "release"
    assert len(case.recall("routes")) == 1


@attack
@pytest.mark.parametrize(
    "secret", [SECRET_ID, SECRET_PLACE, SECRET_DAY, "09.03.2024", "9 March 2024", "48.513", "48,513"]
)
def test_nothing_of_a_single_seizure_is_in_the_bytes_that_leave(everything: str, secret: str) -> None:
    assert secret.casefold() not in everything


@attack
def test_no_number_day_or_place_of_any_seizure_is_in_the_bytes_that_leave(everything: str) -> None:
    text, table = everything, register()
    assert not [number for number in table["number"] if number.casefold() in text]
    assert not [day for day in table["SEIZURE_DATE"].unique() if day in text]


@attack
def test_the_link_of_one_seizure_is_in_no_table(released: Path) -> None:
    for name in ("links", "flows", "agreement"):
        table = pd.read_csv(released / "tables" / f"{name}.csv", encoding="utf-8-sig")
        assert ("XC", "XB") not in set(zip(table["origin"], table["destination"], strict=True))


@attack
def test_kilograms_that_one_seizure_makes_are_hidden_and_so_are_those_beside_them() -> None:
    table = register()
    few = (
        table[table["COUNTRY"] == "XA"]
        .head(6)
        .assign(COUNTRY="XC", DEPARTURE_COUNTRY="XB", DESTINATION_COUNTRY="XC")
    )
    few["number"], few["PLACE"] = [f"NL-{i}-55555" for i in range(6)], "Salvamet"
    few["AMOUNT"] = [60.0, 1, 2, 1, 2, 1]
    facts = gather(read_seizures(pd.concat([table, few]), columns=COLUMNS), routes.Request(), policy=POLICY)
    links = find_links(facts)
    shown = links.shown.set_index(["origin", "destination"])
    assert shown.loc[("XB", "XC"), "cases"] == 6
    assert shown.loc[("XB", "XC"), "largest"] == "over half"
    assert shown.loc[[("XB", "XC"), ("XA", "XC")], "kg"].isna().all()
    flows = estimate(facts, links).shown.set_index(["origin", "destination"])
    assert flows.loc[[("XB", "XC"), ("XA", "XC")], ["kg", "low", "high"]].isna().all(axis=None)


@attack
def test_a_flow_that_rests_on_one_seizure_within_its_country_is_hidden() -> None:
    """The link has many small seizures; what its country takes is one load that names no border."""
    table = register()
    there = table.index[table["COUNTRY"] == "XC"]
    table = table.drop(index=there[20:])
    alone = table.loc[[there[0]]].assign(
        number="HM-1-31313", AMOUNT=90.0, DEPARTURE_COUNTRY="", DESTINATION_COUNTRY=""
    )
    facts = gather(read_seizures(pd.concat([table, alone]), columns=COLUMNS), routes.Request(), policy=POLICY)
    links = find_links(facts)
    assert facts.outliers == 0
    assert pd.notna(links.shown.set_index(["origin", "destination"]).loc[("XA", "XC"), "kg"])
    flows = estimate(facts, links).shown.set_index(["origin", "destination"])
    assert flows.loc[("XA", "XC"), ["kg", "low", "high"]].isna().all()
    assert pd.notna(flows.loc[("XB", "XA"), "kg"])


@attack
def test_two_assessments_of_one_file_do_not_give_the_difference_away(tmp_path: Path) -> None:
    """All years, then all but one year in which a link has a single seizure: the difference is that seizure."""
    table = register().iloc[:-1]
    late = table["SEIZURE_DATE"].str.startswith("2025")
    table = table[~(late & (table["COUNTRY"] == "XA"))]
    one = table[table["COUNTRY"] == "XA"].head(1).assign(number="LT-1-90909", SEIZURE_DATE="2025-02-02")
    intake = read_seizures(pd.concat([table, one]), columns=COLUMNS)
    whole = prepare(intake, policy=POLICY)
    earlier = [{"publication": whole.held.publication, "sets": whole.held.sets}]
    alone = prepare(intake, policy=POLICY, request=routes.Request(years=(2023, 2024)))
    assert alone.links.shown["cases"].notna().all()
    beside = prepare(intake, policy=POLICY, request=routes.Request(years=(2023, 2024)), earlier=earlier)
    inward = beside.links.shown.set_index(["origin", "destination"])["cases"]
    assert beside.held.refused or pd.isna(inward[("XB", "XA")])


@attack
def test_another_file_in_the_same_case_is_refused_with_what_mends_it(
    case: ilp.Case, released: Path, tmp_path: Path
) -> None:
    other = collect(case, register(seed=9), tmp_path / "other.csv")
    with pytest.raises(ReleaseError) as caught:
        release_routes(other, tmp_path / "out", audience="public", author="analyst-07", request=PLAIN)
    failed = {check.id: check for check in caught.value.checks}
    assert set(failed) == {"small_counts"}
    assert "--case NEW-FOLDER" in failed["small_counts"].fix
    assert not (tmp_path / "out").exists()
    assert case.audit.entries()[-1].event == "refusal"


@attack
def test_a_file_that_names_a_seizure_does_not_leave(tmp_path: Path) -> None:
    intake = read_seizures(register(60), columns=COLUMNS)
    made = routes.Request(without=PLAIN.without, title="About the load")
    day = dt.date(2026, 1, 1)
    product = Product("Routes", "", "RA-1", "en", day, "DRAFT", (Paragraph("No word of it."),), name="routes")
    leaking = dataclasses.replace(product, files={"note.txt": f"see {SECRET_ID}".encode()})
    with pytest.raises(DisclosureError):
        gate.publish_draft(leaking, tmp_path / "out", canaries=routes.canaries_of(intake, made))
    assert not (tmp_path / "out").exists()


@attack
def test_a_cell_that_could_not_be_read_is_no_example() -> None:
    table = register()
    table["AMOUNT"] = table["AMOUNT"].astype(object)
    table.loc[3, "AMOUNT"] = "two sacks of Torvelim Amzin"
    intake = read_seizures(table, columns=COLUMNS)
    assert intake.report["remedy"].str.contains("Amzin").any()
    made = prepare(intake, policy=POLICY)
    assert not made.report["remedy"].str.contains("Amzin").any()
    assert not made.tables()["checks"]["remedy"].str.contains("Amzin").any()


@attack
def test_incidents_are_no_seizures(tmp_path: Path) -> None:
    mine = new_case(tmp_path / "mine")
    table = pd.DataFrame({"offence": ["Theft"] * 9, "date": ["2025-01-01"] * 9})
    table.to_csv(tmp_path / "register.csv", index=False)
    material = mine.collect(tmp_path / "register.csv", quality="x", handling="internal")
    with pytest.raises(InputError, match="read_seizures"):
        release_routes(material, tmp_path / "out", audience="agency", author="a")


@attack
def test_counts_that_are_hidden_are_not_in_the_ledger() -> None:
    intake = read_seizures(register(), columns=COLUMNS)
    made = prepare(intake, policy=POLICY)
    values = [each["value"] for each in made.held.publication["statements"]]
    assert all(value is None or value == 0 or value >= POLICY.cells.minimum_count for value in values)
