"""The route assessment, end to end: what it says, what it leaves out, and that a mistake is told in words."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from routes_world import places, register, roads
from typer.testing import CliRunner

import ilp_toolkit as ilp
from ilp_toolkit.cli.app import app
from ilp_toolkit.cli.app import main as run
from ilp_toolkit.collection import producers, sidetables
from ilp_toolkit.collection.prices import read_prices
from ilp_toolkit.collection.seizures import SeizureIntake, read_seizures
from ilp_toolkit.direction.policy import load
from ilp_toolkit.dissemination import gate
from ilp_toolkit.dissemination.product import public_sums, routes, routes_back, routes_front
from ilp_toolkit.dissemination.product.blocks import Answers, Product, Table, figures, texts
from ilp_toolkit.dissemination.product.routes_facts import gather
from ilp_toolkit.dissemination.product.routes_flows import estimate
from ilp_toolkit.dissemination.product.routes_links import find_links
from ilp_toolkit.dissemination.product.routes_prepared import COLUMNS, Prepared, prepare
from ilp_toolkit.errors import ColumnsError, InputError

POLICY = load()


def intake(table: pd.DataFrame | None = None) -> SeizureIntake:
    return read_seizures(register() if table is None else table, columns={"seizure_id": "number"})


def request(**changes: object) -> routes.Request:
    given = {
        "roads": sidetables.read_roads(roads()),
        "places": sidetables.read_places(places()),
        "prices": read_prices(
            pd.DataFrame(
                {"country": ["XB", "XA", "XC"] * 6, "year": sorted([2020, 2021, 2022, 2023, 2024, 2025] * 3),
                 "drug": "Heroin", "level": "wholesale", "usd": [4000, 9000, 19000] * 6, "unit": "kg"}
            )
        ),
        "reinforced": (("Murgosin", dt.date(2024, 1, 1)),),
    }  # fmt: skip
    return routes.Request(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(intake(), policy=POLICY, request=request())


@pytest.fixture(scope="module")
def product(prepared: Prepared) -> Product:
    return routes.draw(prepared)


@pytest.fixture(scope="module")
def folder(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One product for all that is asked of its files."""
    out = tmp_path_factory.mktemp("routes") / "product"
    return gate.publish_draft(product, out, canaries=routes.canaries_of(intake(), request()))


# What it says


def test_page_one_answers_in_a_box_and_says_that_seizures_are_not_flows(product: Product) -> None:
    box = product.blocks[0]
    assert isinstance(box, Answers)
    said = {answer.question: answer.text for answer in box.answers}
    assert "Seizures are not flows" in said["What"]
    assert "Belzavat → Tolvania" in said["How it moves"]
    assert "Murgosin" in said["Which posts"]
    assert said["How sure"].startswith("We hold this with moderate confidence")
    assert box.questions


def test_every_figure_says_that_seizures_are_not_flows(product: Product) -> None:
    drawn = list(figures(product.blocks))
    assert {"map-flows", "flow-ladder", "posts"} <= {figure.name for figure in drawn}
    assert all("Seizures are not flows" in figure.alt for figure in drawn)


def test_the_estimate_is_of_the_years_that_were_reported(prepared: Prepared) -> None:
    shown = prepared.estimated.shown.set_index(["origin", "destination"])
    assert shown.loc[("XB", "XA"), "share"] == 1.0
    assert shown.loc[("XA", "XC"), "low"] <= shown.loc[("XA", "XC"), "kg"] <= shown.loc[("XA", "XC"), "high"]
    # What is bound for XC comes through XA as well: the first leg carries both.
    assert shown.loc[("XB", "XA"), "kg"] > shown.loc[("XA", "XC"), "kg"]


def test_corridors_come_with_shares_and_posts_in_the_order_of_names(
    prepared: Prepared, product: Product
) -> None:
    tables = prepared.tables()
    assert tables["posts"]["post"].tolist() == sorted(tables["posts"]["post"])
    shares = tables["corridors"].groupby(["country_from", "country_to"])["share"].sum()
    assert shares.round(2).eq(1).all()
    words = " ".join(texts(product.blocks)).casefold()
    assert "none of them is the best" in words
    assert not re.search(r"(safest|best) (route|way)|weak(est)? post", words)


def test_the_page_the_paper_and_the_record_are_there(folder: Path) -> None:
    page = (folder / "routes.html").read_text(encoding="utf-8")
    assert 'lang="en"' in page
    assert "Seizures are not flows" in page
    paper = pypdf.PdfReader(folder / "routes.pdf").pages[0].extract_text()
    assert "Route assessment" in paper
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "draft"
    assert manifest["rows"]["assessment"] == 151
    listed = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert {"links", "flows", "posts", "corridors", "prices", "reported"} <= listed


def test_no_table_has_a_column_that_is_not_listed(folder: Path) -> None:
    for path in (folder / "tables").glob("*.csv"):
        assert tuple(pd.read_csv(path, encoding="utf-8-sig", nrows=0).columns) == COLUMNS[path.stem]


# What is chosen


def test_opiates_are_taken_together_as_heroin_equivalent() -> None:
    table = register()
    table.loc[:39, "DRUG_NAME"] = "Opium"
    facts = gather(intake(table), routes.Request(), policy=POLICY)
    assert facts.drug == "opiates"
    opium = facts.table["drug_class"].astype(str) == "opium"
    assert facts.table.loc[opium, "kg"].sum() == pytest.approx(table.loc[:39, "AMOUNT"].sum() / 10)
    assert "heroin equivalent" in facts.why_drug


def test_the_drug_with_most_cases_is_taken_where_there_are_no_opiates() -> None:
    table = register()
    table["DRUG_NAME"] = "Cocaine HCL"
    facts = gather(intake(table), routes.Request(), policy=POLICY)
    assert facts.drug == "cocaine"
    assert "most seizures" in facts.why_drug


def test_one_of_each_pair_in_two_units_counts_and_what_is_far_too_heavy_does_not() -> None:
    table = register()
    twins = table.iloc[:4].copy()
    twins["number"] = [f"TW-{i}-123456" for i in range(4)]
    twins["AMOUNT"], twins["DRUG_UNIT"] = twins["AMOUNT"] * 1000, "Gram"
    heavy = table.iloc[[5]].assign(number="HV-1-99999", AMOUNT=5e6, SEIZURE_DATE="2024-02-02")
    facts = gather(intake(pd.concat([table, twins, heavy])), routes.Request(), policy=POLICY)
    assert (facts.twins, facts.outliers) == (4, 1)
    assert facts.n == len(table)
    made = prepare(intake(pd.concat([table, twins, heavy])), policy=POLICY)
    said = " ".join(routes_back.trap_words(made))
    assert "4 rows are left out: the same seizures stand in the file in another unit." in said
    assert "1 row is left out: it weighs more than ten times the next of its drug." in said


def test_years_that_were_not_reported_are_no_zeros(prepared: Prepared) -> None:
    table = register()
    table = table[~((table["COUNTRY"] == "XC") & table["SEIZURE_DATE"].str.startswith("2024"))]
    made = prepare(intake(table), policy=POLICY)
    silent = made.reported[~made.reported["reported"]]
    assert ("XC", 2024) in set(zip(silent["country"], silent["year"], strict=True))
    rows = made.facts.table["country"].to_numpy() == "XC"
    ratio = (made.facts.table["kg"] / made.facts.yearly["kg"])[rows]
    assert (ratio.round(6) == 2).all()


def test_producers_come_from_the_list_with_its_sources_or_from_the_author() -> None:
    assert set(producers.of_drug("opiates")) >= {"AF", "XB"}
    assert not producers.producers().query("country == 'AF'")["verified"].any()
    facts = gather(intake(), routes.Request(), policy=POLICY)
    assert facts.producers == ("XB",)
    assert gather(intake(), routes.Request(producers=("Tolvania",)), policy=POLICY).producers == ("XA",)


def test_loads_that_circle_are_left_out_and_the_line_that_mends_it_is_said() -> None:
    table = register(120)
    one = {"SEIZURE_DATE": "2024-05-05", "DRUG_NAME": "Heroin", "AMOUNT": 5.0, "DRUG_UNIT": "Kilogram"}
    rows = [
        {**one, "number": f"CC-{i:02d}-{i:05d}", "COUNTRY": a, "DEPARTURE_COUNTRY": b, "AMOUNT": 5 + i / 10}
        for i, (a, b) in enumerate([("PK", "NG"), ("NG", "PK")] * 12)
    ]
    little = [
        {**one, "number": f"CD-{i}-77777", "COUNTRY": "PK", "DEPARTURE_COUNTRY": "AF", "AMOUNT": 0.3}
        for i in range(6)
    ]
    facts = gather(intake(pd.concat([table, pd.DataFrame(rows + little)])), routes.Request(), policy=POLICY)
    found = estimate(facts, find_links(facts))
    assert set(found.circling) == {"NG", "PK"}
    assert not {"NG", "PK"} & set(found.flows["destination"])
    warning = found.warning(facts)
    assert "Loads circle among Nigeria, Pakistan" in warning
    assert "--producer AF --producer XB --producer NG" in warning
    again = gather(facts.intake, routes.Request(producers=("AF", "XB", "NG")), policy=POLICY)
    assert not estimate(again, find_links(again)).circling


def test_a_post_is_compared_before_and_after_with_its_neighbours_and_the_control(prepared: Prepared) -> None:
    found = prepared.ways.displaced[0]
    assert found.segments.set_index("segment")["role"].to_dict() == {
        "Murgosin": "treated", "Umrilek": "near", "Salvamet": "control",
    }  # fmt: skip
    days = pd.to_datetime(register()["SEIZURE_DATE"])
    mine = register()["PLACE"] == "Murgosin"
    assert (
        found.segments.set_index("segment").loc["Murgosin", "before"] == (mine & (days < "2024-01-01")).sum()
    )


def test_parts_that_are_left_out_are_in_no_table() -> None:
    made = prepare(intake(), policy=POLICY, request=request(without=frozenset({"flows", "prices", "posts"})))
    assert not {"flows", "agreement", "prices", "price_steps", "posts", "corridors"} & set(made.tables())


def test_shares_say_over_and_under_at_their_ends() -> None:
    assert public_sums.share_words(1.0) == "over 98%"
    assert public_sums.range_words(0.0, 0.35) == "0% to 35%"
    assert public_sums.range_words(1.0, 1.0) == "over 98%"


def test_how_sure_falls_where_few_records_name_another_country() -> None:
    table = register(400)
    table.loc[:369, ["DEPARTURE_COUNTRY", "DESTINATION_COUNTRY"]] = "Unknown"
    level, reasons = routes_front.how_sure(prepare(intake(table), policy=POLICY))
    assert level == "low"
    assert "name another country" in reasons[0]


# Prices


def test_prices_with_units_ranges_and_an_empty_column_become_dollars_a_gram() -> None:
    file = pd.DataFrame(
        {
            "Country/Territory": ["Tajikistan", "Kazakhstan", "Peru", "Chad", "Mali"],
            "Drug group": "Opioids", "Drug": "Heroin", "LevelOfSale": "Wholesale", "Year": 2019,
            "Typical_USD": ["5000", "", 30, "", 7], "Minimum_USD": ["", 8, "", "", ""],
            "Maximum_USD": ["", 18, "", "", ""], "Unit": ["kg", "10 g", "1000 tablet", "g", ""], "": "x",
        }
    )  # fmt: skip
    found = read_prices(file)
    assert found.table["usd_per_g"].round(3).tolist()[:2] == [5.0, 1.2]
    assert found.table["usd_per_g"].isna().tolist() == [False, False, True, True]
    counts = found.report.set_index("check")["n"]
    assert counts[
        ["price_missing", "price_from_range", "price_unit_missing", "price_no_weight"]
    ].tolist() == [1, 1, 1, 1]
    assert counts["price_unnamed_column"] == 1
    assert len(found.table) + len(found.rejected) == len(file)


def test_a_price_a_thousand_times_off_is_a_slip_of_a_unit() -> None:
    usual = [4000.0, 5000, 6000, 8000, 9000, 12000, 15000, 18000]
    file = pd.DataFrame({"country": ["TJ"] * 9, "year": range(2010, 2019), "drug": "Heroin", "level": "wholesale",
                         "usd": [*usual, 9.0], "unit": "kg"})  # fmt: skip
    found = read_prices(file)
    assert found.table["flags"].tolist()[-1] == "price_unit_slip"
    assert (found.table["flags"] == "").sum() == 8


# The real files


def test_the_real_prices_are_read_with_their_traps_counted(real_data: Path) -> None:
    found = read_prices(real_data / "unodc_prices_2018_2022" / "Before_Prices_of_drugs.json")
    again = read_prices(real_data / "unodc_prices_2018_2022" / "Prices_of_drugs.json")
    assert len(found.table) + len(found.rejected) == 4646
    counts = found.report.set_index("check")["n"]
    assert counts.to_dict() == again.report.set_index("check")["n"].to_dict()
    assert counts["price_unit_slip"] > 20
    italy = found.table[(found.table["country"] == "IT") & (found.table["year"] == 2021)]
    heroin = italy[(italy["drug"] == "Heroin") & (italy["level"] == "wholesale")]
    assert heroin["flags"].str.contains("price_unit_slip").all()


def test_the_real_seizures_go_through_with_their_traps_counted(real_data: Path) -> None:
    found = read_seizures(real_data / "unodc_ids_split" / "ids_2011_2013.csv.gz")
    counts = found.report.set_index("check")["n"]
    assert counts[["unit_twin", "kg_outlier", "duplicate", "no_unit"]].tolist() == [50, 1, 5071, 11]
    facts = gather(found, routes.Request(), policy=POLICY)
    assert (facts.drug, facts.n, facts.twins) == ("opiates", 13_927, 25)
    assert facts.producers == ("AF", "CO", "MM", "MX")
    links = find_links(facts)
    shown = links.shown.set_index(["origin", "destination"])
    assert shown["cases"].min() >= POLICY.cells.minimum_count
    assert shown.loc[("PK", "GB"), ["cases", "kg"]].tolist() == [180, 1400]
    # One seizure makes 99 % of what came from Serbia to Hungary.
    assert shown.loc[("RS", "HU"), "largest"] == "over half"
    assert pd.isna(shown.loc[("RS", "HU"), "kg"])
    made = estimate(facts, links)
    assert not made.circling
    assert pd.isna(made.shown.set_index(["origin", "destination"]).loc[("RS", "HU"), "kg"])


# The command


def test_help_names_the_command() -> None:
    assert "routes" in CliRunner().invoke(app, ["--help"]).output


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--years", "last"], "--years must be a year or two"),
        (["--years", "1999"], "no seizure in 1999"),
        (["--drug", "tea"], "no seizure of “tea”"),
        (["--producer", "Atlantis"], "“Atlantis” is no country"),
        (["--reinforced", "Murgosin=2024-01-01"], "--reinforced needs --places"),
        (["--roads", "roads.csv"], "--roads and --places go together"),
        (["--without", "music"], "no part of a route assessment"),
        (["--columns", "drug=NO_SUCH"], "NO_SUCH"),
    ],
)
def test_a_mistake_is_told_in_words(
    extra: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    register().to_csv(tmp_path / "seizures.csv", index=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ilp", "routes", "seizures.csv", "--out", "out", *extra])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


def test_a_file_without_borders_is_told_which_columns_to_name() -> None:
    table = register().drop(columns=["DEPARTURE_COUNTRY", "DESTINATION_COUNTRY"])
    with pytest.raises(InputError, match="--columns departure="):
        prepare(intake(table), policy=POLICY)


def test_a_post_that_is_none_of_the_places_is_told_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"Posts are: Murgosin, Salvamet, Umrilek"):
        prepare(intake(), policy=POLICY, request=request(reinforced=(("Nowhere", dt.date(2024, 1, 1)),)))


def test_tables_beside_the_seizures_say_what_they_lack() -> None:
    with pytest.raises(ColumnsError, match=r"--roads: no column was recognised as km"):
        sidetables.read_roads(roads().drop(columns="km"))
    with pytest.raises(InputError, match=r"row 3 has “many”"):
        sidetables.read_effort(pd.DataFrame({"post": ["a", "b"], "hours": ["1 960,5", "many"]}))


def test_the_table_of_links_is_in_the_order_of_names(product: Product) -> None:
    shown = next(b for b in product.blocks if isinstance(b, Table) and b.columns[0].name == "Link")
    names = [row[0] for row in shown.rows]
    assert names == ["Belzavat → Tolvania", "Tolvania → Ruzmara"]
    assert ilp.read_prices is read_prices
