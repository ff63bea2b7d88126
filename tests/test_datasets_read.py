"""The reader and the gazetteer on Kelovar: they find what was planted, exactly, and guess nothing wrong."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ilp_toolkit.analysis import grids, hotspots
from ilp_toolkit.collection import places
from ilp_toolkit.collection.readers import read_incidents

ZONE = "Indian/Maldives"


@pytest.fixture(scope="module")
def folder(root):
    return root / "datasets" / "kelovar"


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def slips(truth):
    return {name: slip["n"] for name, slip in truth["dirt"].items()}


@pytest.fixture(scope="module")
def english(folder):
    return read_incidents(folder / "incidents.csv", timezone=ZONE)


@pytest.fixture(scope="module")
def russian(folder):
    return read_incidents(folder / "register_ru.csv", timezone=ZONE)


def test_every_row_is_read_or_rejected(english, russian, truth):
    assert len(english.table) + len(english.rejected) == truth["rows"]["incidents"]
    assert len(russian.table) == truth["register_ru"]["rows"]
    assert len(russian.rejected) == 0


def test_the_report_counts_every_planted_slip(english, slips, truth):
    found = english.report.set_index("check")["n"].to_dict()
    assert found["date_unreadable"] == len(english.rejected) == slips["unreadable_date"]
    assert found["swapped_row"] == slips["swapped_coordinates"]
    assert found["far_point"] == slips["far_away"]
    assert found["zero_point"] == slips["zero_coordinates"]
    assert found["place_missing"] == slips["blank_coordinates"] + truth["writing"]["fraud_without_a_place"]
    assert found["reversed_interval"] == slips["reversed_span"]
    assert found["duplicate_row"] == slips["duplicate_row"]
    assert found["repeated_id"] == slips["duplicate_row"] + slips["repeated_number"]
    assert (english.table["origin"] == "unknown").sum() == slips["blank_origin"]
    assert english.table["area"].isna().sum() == slips["blank_district"]
    assert english.table["occurred_to"].isna().sum() == found["end_missing"]


def test_the_slips_are_flagged_on_the_rows_that_have_them(english, truth):
    flags = english.table.set_index("incident_id")["flags"].str.split()
    for slip, check in [("swapped_coordinates", "swapped_row"), ("far_away", "far_point"),
                        ("zero_coordinates", "zero_point"), ("reversed_span", "reversed_interval")]:  # fmt: skip
        flagged = set(flags.index[flags.map(lambda codes, check=check: check in codes)])
        assert flagged == set(truth["dirt"][slip]["incident_no"]), slip


def test_points_lie_in_the_city_or_nowhere(english, folder, slips, truth):
    table = english.table
    assert table.crs.to_epsg() == 32742
    assert english.choices["snapped"] is False
    placed = table[~(table.geometry.isna() | table.geometry.is_empty)]
    without = slips["blank_coordinates"] + slips["zero_coordinates"] + slips["far_away"]
    assert len(table) - len(placed) == without + truth["writing"]["fraud_without_a_place"]
    boundary = gpd.read_file(folder / "boundary.geojson").to_crs(table.crs).geometry.iloc[0]
    assert shapely.contains(boundary, placed.geometry.to_numpy()).all()
    assert (placed["place_precision"] == "exact").all()


def test_times_keep_the_city_clock(english, folder):
    first = english.table.iloc[0]
    raw = pd.read_csv(folder / "incidents.csv", dtype=str, nrows=1).iloc[0]
    assert first["occurred_from"].strftime("%Y-%m-%d %H:%M") == raw["occurred_from"]
    assert first["occurred_from"].utcoffset() == pd.Timedelta("5h")
    precise = english.table["time_precision"].value_counts()
    days = pd.read_csv(folder / "incidents.csv", dtype=str)["occurred_from"].str.len() == 10
    assert precise["day"] == days.sum() - 1  # one of the unreadable dates has ten characters too


def test_the_russian_file_keeps_its_people_to_itself(russian):
    assert russian.choices["encoding"] == "cp1251"
    assert set(russian.choices["set_aside"]) == {"ФИО потерпевшего", "ИИН"}
    assert not {"ФИО потерпевшего", "ИИН"} & set(russian.table.columns)
    assert russian.table.geometry.isna().all()


def test_both_files_tell_the_same_time_and_origin(english, russian, truth):
    doubtful = {n for slip in truth["dirt"].values() for n in slip["incident_no"]} | set(
        truth["lost_numbers"]
    )
    number = "incident_id" if russian.table["incident_id"].str.startswith("K").all() else "Номер регистрации"
    ours = russian.table[~russian.table[number].isin(doubtful)]
    other = english.table.drop_duplicates("incident_id").set_index("incident_id").loc[ours[number]]
    for column in ("occurred_from", "occurred_to", "time_precision", "origin"):
        same = (ours[column].to_numpy() == other[column].to_numpy()) | (
            ours[column].isna().to_numpy() & other[column].isna().to_numpy()
        )
        assert same.all(), column


@pytest.fixture(params=[None, "name_ru"])
def layer(request, folder):
    return places.read_areas(folder / "districts.geojson", name=request.param)


def _compare(located, folder, truth):
    """Return what was found and what should have been: Latin name of the district, or None."""
    districts = gpd.read_file(folder / "districts.geojson")
    latin = dict(zip(districts["name_ru"], districts["area"], strict=True))
    spelled = truth["register_ru"]["district_spellings"]
    meant = located.table["area_wording"].map(lambda text: spelled[text]["area"] if text in spelled else None)
    return located.table["area"].map(lambda name: latin.get(name, name)), meant


def test_districts_are_found_by_name_and_none_is_guessed_wrong(russian, folder, truth, layer):
    found, meant = _compare(places.locate(russian.table, areas=layer), folder, truth)
    assert found.notna().mean() > 0.95
    assert (found[found.notna()] == meant[found.notna()]).all()


def test_decisions_settle_what_no_likeness_can(russian, folder, truth, layer):
    located = places.locate(russian.table, areas=layer, decisions=folder / "decisions.csv")
    found, meant = _compare(located, folder, truth)
    assert found.notna().mean() > 0.98
    assert (found[found.notna()] == meant[found.notna()]).all()
    spelled = truth["register_ru"]["district_spellings"]
    nicknames = {text for text, entry in spelled.items() if entry["how"] == "nickname"}
    outside = {text for text, entry in spelled.items() if entry["how"] == "outside"}
    assert found[located.table["area_wording"].isin(nicknames)].notna().all()
    assert not set(located.review["wording"]) & (nicknames | outside)


@pytest.mark.parametrize("name", ["stable", "emerging", "fading"])
def test_gi_star_finds_the_planted_hot_spots(english, folder, truth, name):
    (spot,) = [spot for spot in truth["hot_spots"] if spot["name"] == name]
    centre = gpd.points_from_xy([spot["longitude"]], [spot["latitude"]], crs=4326).to_crs(truth["crs"])[0]
    boundary = gpd.read_file(folder / "boundary.geojson").to_crs(truth["crs"])
    points = english.table[(english.table["offence"] == spot["offence"]) & english.table.geometry.notna()]
    cells = hotspots.gi_star(points, grid=grids.square_grid(boundary, cell_size=200))
    hot = cells[(cells["gi_z"] > 0) & (cells["q_value"] < 0.01)]
    assert hot.contains(centre).any()
    assert len(hot) < 0.08 * len(cells)
