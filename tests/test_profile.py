"""The problem profile, end to end: what it says, what it hides, and that two runs give the same bytes."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pypdf
import pytest
from shapely.geometry import LineString, Point, box
from typer.testing import CliRunner

from ilp_toolkit.collection.schema import Intake
from ilp_toolkit.direction.policy import Policy, load
from ilp_toolkit.dissemination import gate, payload
from ilp_toolkit.dissemination.product import profile as profiles
from ilp_toolkit.dissemination.product import profile_facts, profile_shares, profile_where, tables
from ilp_toolkit.dissemination.product.blocks import Answers, Figure, Note, Pair, Product, Table, texts
from ilp_toolkit.dissemination.product.profile_when import follow
from ilp_toolkit.dissemination.product.profile_where import locate
from ilp_toolkit.errors import InputError
from ilp_toolkit.views import charts

CRS = "EPSG:32642"
ZONE = "Asia/Dushanbe"
WEST, SOUTH, SIDE = 500_000, 4_200_000, 4_000
EPOCH = "1795000000"


def toy(n: int = 900, *, precision: str = "minute", seed: int = 7, **columns: Any) -> Intake:
    """Make a town of 4 km: a hot corner in the north-east, Friday evenings, two years."""
    rng = np.random.default_rng(seed)
    hot = rng.random(n) < 0.3
    x = np.where(hot, rng.normal(WEST + 3300, 90, n), rng.uniform(WEST, WEST + SIDE, n))
    y = np.where(hot, rng.normal(SOUTH + 3300, 90, n), rng.uniform(SOUTH, SOUTH + SIDE, n))
    days = rng.integers(0, 730, n)
    start = pd.Timestamp("2023-01-02", tz=ZONE) + pd.to_timedelta(days, unit="D")
    weekend = rng.random(n) < 0.3
    start = start + pd.to_timedelta(np.where(weekend, (4 - start.day_of_week) % 7, 0), unit="D")
    hours = np.where(weekend, 21, rng.integers(0, 24, n))
    start = start + pd.to_timedelta(hours * 60 + rng.integers(0, 60, n), unit="min")
    if precision in {"day", "month"}:
        start = start.normalize()
    if precision == "month":
        start = start - pd.to_timedelta(start.day - 1, unit="D")
    ends = {"day": start + pd.Timedelta(days=1), "month": start + pd.offsets.MonthBegin(1)}
    table = gpd.GeoDataFrame(
        {
            "incident_id": [f"KUSP-2023-{i:05d}" for i in range(n)], "offence": "Theft", "iccs": "0502",
            "occurred_from": start, "occurred_to": ends.get(precision, start), "time_precision": precision,
            "origin": "reported", "place_precision": "exact", "area": None,
            "source_row": np.arange(2, n + 2), "flags": "",
        },
        geometry=gpd.points_from_xy(x, y), crs=CRS,
    )  # fmt: skip
    for name, values in columns.items():
        table[name] = values
    report = pd.DataFrame(columns=["check", "n", "share", "first_row", "remedy"])
    rejected = pd.DataFrame(
        {"source_row": [5], "reason": ["the date cannot be read"], "victim": ["Torvelim Amzin"]}
    )
    return Intake(table, rejected, report, {"timezone": ZONE, "crs": CRS, "set_aside": ["victim"]})


BOUNDARY = gpd.GeoDataFrame(geometry=[box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)], crs=CRS)
HALF = SIDE / 2
DISTRICTS = gpd.GeoDataFrame(
    {"area": ["Tesvar", "Golvir"], "population": [9000, 12000]},
    geometry=[box(WEST, SOUTH, WEST + HALF, SOUTH + SIDE), box(WEST + HALF, SOUTH, WEST + SIDE, SOUTH + SIDE)],
    crs=CRS,
)  # fmt: skip
STREETS = gpd.GeoDataFrame(
    {"name": ["Zelmura Avenue"]}, geometry=[LineString([(WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE)])], crs=CRS
)
REQUEST = profiles.Request(
    boundary=BOUNDARY, areas=DISTRICTS, streets=STREETS, source="Town register (invented)"
)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>'


def make(
    intake: Intake, request: profiles.Request = REQUEST, *, draw: bool = False, policy: Policy | None = None
) -> Product:
    """
    Make a profile; unless its pictures are what is looked at, they are blank, and chance is drawn a few times.

    Drawing takes a second, and so does chance; what it must find is asked in test_profile_chance, of whole profiles.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not draw:
            patch.setattr(charts, "to_svg", lambda axes: SVG)
            patch.setattr(charts, "to_png", lambda axes: b"")
            patch.setattr(profile_where, "_DRAWS", 9)
            patch.setattr(profile_shares, "SAMPLES", 19)
        return profiles.problem_profile(intake, policy=policy or load(), request=request)


@pytest.fixture(scope="module")
def intake() -> Intake:
    return toy()


@pytest.fixture(scope="module")
def made(intake: Intake) -> Product:
    return make(intake, draw=True)


def answers(made: Product) -> dict[str, str]:
    box_ = next(block for block in made.blocks if isinstance(block, Answers))
    return {answer.question: answer.text for answer in box_.answers}


def said(made: Product) -> str:
    return " ".join(texts(made.blocks))


def table_of(made: Product, caption: str) -> Table:
    return next(b for b in made.blocks if isinstance(b, Table) and b.caption.startswith(caption))


def test_page_one_answers_what_where_when_and_how_sure(made: Product) -> None:
    found = answers(made)
    assert found["What"].startswith("900 recorded incidents (Theft), ")
    assert "1 place has more incidents than chance explains" in found["Where"]
    assert "A in Golvir" in found["Where"]
    assert "Friday" in found["When"]
    assert "moderate confidence" in found["How sure"]
    assert "never reported" in found["Not shown"]


def test_page_one_has_a_map_and_a_chart_side_by_side(made: Product) -> None:
    pair = made.blocks[1]
    assert isinstance(pair, Pair)
    assert (pair.left.name, pair.right.name) == ("map-hot-spots-small", "when-weekdays-small")


def test_the_planted_corner_is_found_where_it_was_planted(made: Product) -> None:
    places = made.tables["places"]
    assert places["place"].tolist() == ["A"]
    middle = places.geometry.iloc[0].centroid
    assert abs(middle.x - (WEST + 3300)) < 200
    assert abs(middle.y - (SOUTH + 3300)) < 200
    assert places["area"].tolist() == ["Golvir"]
    assert places["streets"].tolist() == ["Zelmura Avenue"]


def test_the_questions_carry_numbers_of_this_file_and_send_nobody_anywhere(made: Product) -> None:
    asked = next(block for block in made.blocks if isinstance(block, Answers)).questions
    assert 2 <= len(asked) <= 4
    assert all(question.endswith("?") for question in asked)
    assert re.search(r"\d+%", asked[0])


@pytest.mark.parametrize(
    "word", ["predict", "patrol more", "deploy", "priority", "rank 1", "top ", "will be"]
)
def test_nothing_in_a_profile_looks_ahead_or_allocates(made: Product, word: str) -> None:
    assert word not in said(made).casefold()


def test_places_and_districts_are_not_ranked(made: Product) -> None:
    districts = [row[0] for row in table_of(made, "Incidents by district").rows]
    assert districts == sorted(districts)
    centres = made.tables["places"].geometry.centroid.x
    assert centres.is_monotonic_increasing


def test_no_small_count_stands_in_any_public_table(made: Product) -> None:
    counted = {"repeats": "pairs", "change": "before", "streets": "at_least"}
    for name, table in made.tables.items():
        if name in {"checks", "shares"}:
            continue
        counts = table[counted.get(name, "n")].dropna()
        assert not counts.between(1, 9 if name == "repeats" else 4).any(), name


def test_the_true_sum_of_a_place_is_told_where_it_gives_nothing_away(intake: Intake) -> None:
    place = make(intake, replace(REQUEST, cell_size=200.0)).tables["places"].iloc[0]
    inside = intake.table.geometry.within(place.geometry.buffer(0.01)).sum()
    assert place["exact"]
    assert abs(int(place["n"]) - int(inside)) <= 2


def test_the_sum_of_a_place_with_one_hidden_cell_is_that_of_the_others(intake: Intake, made: Product) -> None:
    place = made.tables["places"].iloc[0]
    inside = intake.table.geometry.within(place.geometry.buffer(0.01)).sum()
    assert not place["exact"]
    assert int(place["n"]) < int(inside)


def test_public_tables_hold_only_the_columns_that_may_leave(made: Product) -> None:
    for name, table in made.tables.items():
        assert set(table.columns) <= set(tables.COLUMNS[name])
        assert not table.attrs


def test_a_cell_is_never_finer_than_the_policy_allows(intake: Intake) -> None:
    cells = make(intake, replace(REQUEST, cell_size=10.0)).tables["cells"]
    assert cells.area.max() >= 100**2
    snapped = toy(place_precision="snapped")
    cells = make(snapped, replace(REQUEST, cell_size=10.0)).tables["cells"]
    assert cells.area.max() >= 250**2


def test_snapped_points_are_said_to_be_so(intake: Intake) -> None:
    assert "nearest point of a street map" in said(make(toy(place_precision="snapped")))


def test_a_register_without_coordinates_gives_districts(intake: Intake) -> None:
    names = np.where(np.arange(900) % 3 == 0, "GOLVIR", "Тесвар")
    table = toy(area=names, place_precision="area").table
    table = table.set_geometry(gpd.GeoSeries([None] * len(table), crs=None))
    made = make(replace(toy(), table=table))
    assert "no incident has coordinates" in answers(made)["Where"]
    assert made.tables["districts"].set_index("area")["n"].to_dict() == {"Golvir": 300, "Tesvar": 600}
    assert "cells" not in made.tables


def test_names_alone_give_a_table_without_a_map() -> None:
    table = toy(area="Golvir", place_precision="area").table
    table["geometry"] = gpd.GeoSeries([None] * len(table), crs=CRS)
    made = make(replace(toy(), table=table), profiles.Request())
    assert made.tables["districts"]["n"].tolist() == [900]
    assert not isinstance(made.tables["districts"], gpd.GeoDataFrame)


def test_names_that_fit_no_district_are_told_and_not_counted_as_zero() -> None:
    table = toy(area="77", place_precision="area").table
    table["geometry"] = gpd.GeoSeries([None] * len(table), crs=CRS)
    made = make(replace(toy(), table=table))
    assert "districts" not in made.tables
    assert "none agree" in said(made)


def test_days_without_hours_give_no_chart_of_hours() -> None:
    made = make(toy(precision="day"))
    assert "the file gives no time of day" in said(made)
    assert "hours" not in made.tables
    assert "hour is known" not in answers(made)["How sure"]


def test_months_alone_give_a_period_in_months() -> None:
    made = make(toy(precision="month"))
    assert made.subtitle.startswith("January 2023 to ")
    assert "weekdays" not in made.tables


def test_few_incidents_give_no_hot_spots_and_say_why() -> None:
    made = make(toy(25))
    assert "25 incidents have coordinates, and below 30 chance alone makes clusters" in answers(made)["Where"]
    assert "low confidence" in answers(made)["How sure"]


def test_too_few_incidents_give_one_sentence() -> None:
    with pytest.raises(
        InputError, match="There are only 4 incidents to profile; the policy asks for at least 5"
    ):
        make(toy(4))


def test_the_smallest_file_that_gives_a_profile_gives_one() -> None:
    made = make(toy(5), profiles.Request())
    assert "5 recorded incidents" in said(made)


@pytest.mark.parametrize(
    ("offence", "words"), [("Rape", "by district at the finest"), ("Unlawful assembly", "never mapped")]
)
def test_a_sensitive_offence_gives_no_map_of_cells(offence: str, words: str) -> None:
    made = make(toy(offence=offence))
    assert words in answers(made)["Where"]
    assert not {"cells", "places"} & set(made.tables)


def test_domestic_rows_stay_off_the_map_of_cells_and_in_the_districts() -> None:
    domestic = np.arange(900) % 2 == 0
    made = make(toy(Domestic=domestic))
    assert int(made.tables["cells"]["n"].sum()) <= 450
    assert int(made.tables["districts"]["n"].sum()) == 900
    assert "50% of all incidents are not on the map" in answers(made)["Where"]


def test_an_offence_is_chosen_whatever_its_capitals_and_a_miss_lists_what_there_is() -> None:
    mixed = toy(offence=np.where(np.arange(900) % 2 == 0, "Theft", "Robbery"))
    made = make(mixed, replace(REQUEST, offences=(" THEFT ",)))
    assert made.title == "Problem profile: Theft"
    assert "That is 50% of the 900 incidents in the file" in answers(made)["What"]
    with pytest.raises(InputError, match=r"no offence “Arson”\. It has: (Theft, Robbery|Robbery, Theft)"):
        make(mixed, replace(REQUEST, offences=("Arson",)))


def test_many_offences_together_are_said_to_be_so() -> None:
    made = make(toy(offence=np.where(np.arange(900) % 2 == 0, "Theft", "Robbery")))
    assert "takes 2 kinds of offence together" in answers(made)["What"]
    assert [row[0] for row in table_of(made, "Incidents by offence").rows] == ["Robbery", "Theft"]


def test_unknown_origin_counts_as_discovered() -> None:
    some = np.where(np.arange(900) < 600, "unknown", "reported")
    shown = answers(make(toy(origin=some)))["Not shown"]
    assert "67% were found by the police, or nobody noted by whom" in shown
    everything = make(toy(origin="unknown"))
    assert "Nobody noted who noticed the incidents" in answers(everything)["Not shown"]
    assert "all of them count as discovered by the police" in said(everything)


def test_midnights_that_stand_for_an_unknown_hour_are_left_out_of_the_hours() -> None:
    plain = toy()
    midnight = np.arange(900) % 3 == 0
    start = plain.table["occurred_from"].where(~midnight, plain.table["occurred_from"].dt.normalize())
    flags = np.where(midnight, "midnight_default", "")
    made = make(toy(occurred_from=start, occurred_to=start, flags=flags))
    parts = {row[0]: row[1] for row in table_of(made, "Incidents by part of the day").rows}
    assert sum(int(n) for n in parts.values()) == 600
    assert "300 incidents are timed at exactly midnight" in said(made)


def test_a_boundary_of_another_place_is_refused() -> None:
    elsewhere = BOUNDARY.translate(500_000, 0)
    wrong = replace(REQUEST, boundary=gpd.GeoDataFrame(geometry=elsewhere, crs=CRS), areas=None)
    with pytest.raises(InputError, match="same place"):
        make(toy(), wrong)


def test_without_a_boundary_the_limits_say_what_that_does() -> None:
    assert "No boundary was given" in said(make(toy(), profiles.Request()))


def test_districts_of_one_name_are_united() -> None:
    twice = pd.concat([DISTRICTS, DISTRICTS.assign(area=["golvir ", "Third"])], ignore_index=True)
    areas = profile_facts.united(gpd.GeoDataFrame(twice, crs=CRS))
    assert sorted(areas["area"]) == ["Golvir", "Tesvar", "Third"]


def test_sure_and_likely_never_share_a_sentence(made: Product) -> None:
    from ilp_toolkit.dissemination.language import mixed_sentences

    assert not [text for text in texts(made.blocks) if mixed_sentences(text)]


def test_hours_and_days_of_one_profile_agree(intake: Intake) -> None:
    facts = profile_facts.gather(intake, REQUEST, policy=load())
    when = follow(facts)
    assert when.weekdays is not None
    assert when.hours is not None
    assert when.weekdays["n"].tolist() == when.hours.sum(axis=1).tolist()
    assert when.busiest_day == 4


def test_the_counts_of_the_map_add_up_to_its_incidents(intake: Intake) -> None:
    where = locate(profile_facts.gather(intake, REQUEST, policy=load()))
    assert where.points == 900
    assert where.cells is not None
    assert int(where.cells["n"].sum()) + where.outside <= 900


def test_the_input_is_left_as_it_was(intake: Intake) -> None:
    before = pd.util.hash_pandas_object(pd.DataFrame(intake.table.drop(columns="geometry"))).sum()
    columns = list(intake.table.columns)
    make(intake)
    assert list(intake.table.columns) == columns
    assert pd.util.hash_pandas_object(pd.DataFrame(intake.table.drop(columns="geometry"))).sum() == before


def test_every_figure_has_words_for_those_who_do_not_see_it(made: Product) -> None:
    from ilp_toolkit.dissemination.product.blocks import figures

    drawn = list(figures(made.blocks))
    assert len(drawn) >= 4
    assert all(len(figure.alt) > 20 for figure in drawn)
    assert all(isinstance(figure, Figure) and figure.svg and figure.png for figure in drawn)


# Written out


def published(folder: Path, intake: Intake, request: profiles.Request = REQUEST) -> Path:
    product = make(intake, request, draw=True)
    watch = profiles.canaries_of(intake, product, request)
    watch = replace(watch, set_aside=frozenset({"rahimov davron"}))
    return gate.publish_draft(product, folder, canaries=watch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, intake: Intake) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return published(tmp_path_factory.mktemp("product") / "out", intake)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_two_runs_give_the_same_bytes(
    folder: Path, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    again = contents(published(tmp_path / "again", intake))
    for name, data in contents(folder).items():
        assert again[name] == data, name


def test_no_incident_no_name_and_no_address_of_the_machine_leaves(folder: Path, intake: Intake) -> None:
    everything = b"\n".join(contents(folder).values()).decode("utf-8", errors="ignore")
    assert "KUSP-2023-" not in everything
    assert "Torvelim" not in everything
    assert str(Path.cwd()) not in everything


def test_the_paper_says_what_the_page_says(folder: Path, made: Product) -> None:
    reader = pypdf.PdfReader(io.BytesIO((folder / "profile.pdf").read_bytes()))
    paper = " ".join(" ".join(payload.page_text(page) for page in reader.pages).split())
    for text in answers(made).values():
        assert " ".join(text.split()) in paper
    assert len(reader.pages) <= 11
    for number in range(1, len(reader.pages) + 1):
        assert f"Page {number} of {len(reader.pages)}" in paper
    assert paper.count("DRAFT – no case – not for release") == 2 * len(reader.pages)


def test_page_one_of_the_paper_holds_the_answer_and_the_questions(folder: Path) -> None:
    first = payload.page_text(pypdf.PdfReader(io.BytesIO((folder / "profile.pdf").read_bytes())).pages[0])
    assert "The answer in one minute" in first
    assert "Questions for the decision-maker" in first
    assert "Data quality" not in first


def test_the_page_has_a_language_a_policy_and_a_way_past_the_marking(folder: Path) -> None:
    page = (folder / "profile.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "default-src &#39;none&#39;" in page
    assert 'href="#content"' in page
    assert page.count("<iframe ") == 1


def test_the_manifest_records_input_rows_choices_and_policy(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows"] == {"file": 901, "read": 900, "rejected": 1, "profile": 900}
    assert manifest["policy"]["cells"]["minimum_count"] == 5
    assert manifest["checks"]["payload of every file"] == "passed"
    assert manifest["number"].startswith("PP-2026-")


def test_the_geopackages_hold_cells_and_places_and_no_points(folder: Path) -> None:
    for name in ("cells", "places", "districts"):
        layer = gpd.read_file(folder / "tables" / f"{name}.gpkg")
        assert set(layer.geom_type) <= {"Polygon", "MultiPolygon"}


def test_a_point_that_slips_into_a_table_is_stopped(tmp_path: Path, intake: Intake, made: Product) -> None:
    from ilp_toolkit.errors import DisclosureError

    product = replace(made, tables={name: table.copy() for name, table in made.tables.items()})
    product.tables["cells"].loc[0, "geometry"] = Point(intake.table.geometry.iloc[0])
    watch = profiles.canaries_of(intake, product, REQUEST)
    with pytest.raises(DisclosureError, match="points"):
        gate.publish_draft(product, tmp_path / "out", canaries=watch)
    assert not list(tmp_path.iterdir())


def test_numbers_that_the_reader_made_of_rows_stop_no_product(tmp_path: Path) -> None:
    rows = np.arange(2, 302)
    intake = toy(300, incident_id=[f"row-{row}" for row in rows])
    product = make(intake)
    made = replace(product, blocks=(*product.blocks, Note("First found in row 262.")))
    watch = profiles.canaries_of(intake, made, REQUEST)
    assert gate.publish_draft(made, tmp_path / "out", canaries=watch).exists()


def test_a_column_that_nobody_allowed_is_stopped(intake: Intake) -> None:
    from ilp_toolkit.errors import DisclosureError

    with pytest.raises(DisclosureError, match="victim"):
        tables._allowed("months", pd.DataFrame({"month": ["2024-01"], "n": [9], "victim": ["x"]}))


# The command


def write_csv(folder: Path) -> Path:
    table = toy(300).table
    degrees = table.to_crs(4326)
    frame = pd.DataFrame(
        {
            "Case number": table["incident_id"], "Offence": table["offence"],
            "Date": table["occurred_from"].dt.strftime("%Y-%m-%d %H:%M"), "Longitude": degrees.geometry.x.round(6),
            "Latitude": degrees.geometry.y.round(6), "Victim name": [f"Torvelim Amzin {i}" for i in range(300)],
        }
    )  # fmt: skip
    frame.to_csv(folder / "register.csv", index=False)
    return folder / "register.csv"


def run(*words: str | Path) -> Any:
    from ilp_toolkit.cli.app import app

    return CliRunner().invoke(app, ["profile", *(str(word) for word in words)])


def test_one_command_makes_a_product_from_a_file(tmp_path: Path) -> None:
    source = write_csv(tmp_path)
    result = run(source, "--out", tmp_path / "out", "--timezone", ZONE, "--offence", "theft")
    assert result.exit_code == 0, result.output
    assert "Read 300 of 300 rows" in result.output
    assert result.output.count("profile.html") == 1
    everything = b"\n".join(contents(tmp_path / "out").values())
    assert b"Torvelim" not in everything
    assert b"KUSP-2023" not in everything
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["input"]["file"] == "register.csv"
    assert str(tmp_path) not in json.dumps(manifest)


def test_quiet_prints_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "to_svg", lambda axes: SVG)
    monkeypatch.setattr(charts, "to_png", lambda axes: b"")
    result = run(write_csv(tmp_path), "--out", tmp_path / "out", "--timezone", ZONE, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--offence", "Arson"], "Arson"), (["--cell-size", "-5"], "--cell-size"), (["--policy", "none.toml"], "none.toml"),
        (["--boundary", "none.geojson"], "--boundary"), (["--areas", "none.geojson"], "none.geojson"),
    ],
)  # fmt: skip
def test_a_mistake_gives_one_sentence_and_no_folder(tmp_path: Path, words: list[str], named: str) -> None:
    result = run(write_csv(tmp_path), "--out", tmp_path / "out", "--timezone", ZONE, *words)
    assert result.exit_code != 0
    assert named in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    result = run(tmp_path / "empty.csv", "--out", tmp_path / "out")
    assert "something else than a product" in str(result.exception)


def test_the_command_in_the_product_names_no_folder_and_keeps_the_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ilp_toolkit.cli.order import command_words

    words = [
        "ilp",
        "profile",
        str(tmp_path / "a.csv"),
        "--timezone",
        "Asia/Dushanbe",
        f"--out={tmp_path / 'x'}",
    ]
    monkeypatch.setattr("sys.argv", words)
    assert command_words() == "ilp profile a.csv --timezone Asia/Dushanbe --out=x"


def test_notes_say_why_something_is_missing() -> None:
    made = make(toy(precision="month"), profiles.Request())
    notes = [block.text for block in made.blocks if isinstance(block, Note)]
    assert any("no time of day" in note for note in notes)
    assert any("no layer was given" in note for note in notes)
