"""Any file of incidents becomes one table, with an account of every row."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import Point, box

from ilp_toolkit.collection.headers import mapping_text
from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.collection.schema import CHECKS, INCIDENTS, check_label, without_set_aside
from ilp_toolkit.errors import ColumnsError, CrsError, FileError, InputError

DUSHANBE = {"longitude": "68.78", "latitude": "38.56"}


def counts(intake):
    return intake.report.set_index("check")["n"].to_dict()


def frame(**columns):
    return pd.DataFrame({name.replace("_", " "): values for name, values in columns.items()})


# Real files: the counts that their sources document, or that pandas gives independently


def check_contract(intake, rows):
    table = intake.table
    assert len(table) + len(intake.rejected) == rows
    assert list(table.columns[: len(INCIDENTS)]) == list(INCIDENTS)
    assert table["incident_id"].notna().all()
    assert (table["offence"].str.len() > 0).all()
    assert str(table["occurred_from"].dtype).startswith("datetime64[us, ")
    assert set(table["time_precision"]) <= {"minute", "hour", "day", "month"}
    assert set(table["origin"]) <= {"reported", "discovered", "unknown"}
    assert set(table["place_precision"]) <= {"exact", "snapped", "area", "none"}
    assert (table.geometry.isna() == (table["place_precision"] == "none")).all()
    assert table["source_row"].is_monotonic_increasing
    if table.crs is not None:
        assert table.crs.is_projected
        assert table.crs.axis_info[0].unit_name == "metre"
    assert all(check_label(check) != check for check in intake.report["check"])
    return table


REAL = [
    # file, options, rows, rows with a place, time precision, place precision, crs
    (
        "vancouver_thefts_2020/vancouver_thefts.csv.gz",
        {"crs": "EPSG:26910", "timezone": "America/Vancouver"},
        (21918, 21918, "minute", "snapped", "EPSG:26910"),
    ),
    (
        "vancouver_thefts_2020/vancouver_crimes_2020.zip",
        {"crs": "EPSG:26910", "timezone": "America/Vancouver"},
        (37512, 33761, "minute", "snapped", "EPSG:26910"),
    ),
    (
        "medellin_homicides/medellin_homicides.csv",
        {"timezone": "America/Bogota", "wall_clock": True},
        (9360, 9279, "minute", "exact", "EPSG:32618"),
    ),
    (
        "cincinnati_burglary/cincinnati_burglary.csv.gz",
        {"timezone": "America/New_York", "wall_clock": True},
        (8723, 8297, "minute", "exact", "EPSG:32616"),
    ),
    (
        "cambridgeshire_2021_01/2021-01-cambridgeshire-street.csv",
        {"timezone": "Europe/London"},
        (5252, 5078, "month", "snapped", "EPSG:32630"),
    ),
    (
        "cambridgeshire_2021_01/2021-01-city-of-london-street.csv",
        {"timezone": "Europe/London"},
        (247, 213, "month", "snapped", "EPSG:32630"),
    ),
    (
        "lancashire_asb_2022/lancashire_asb.tab",
        {"timezone": "Europe/London"},
        (56434, 56434, "month", "snapped", "EPSG:32630"),
    ),
    (
        "tempe_opioid_calls/tempe_opioid_calls.csv",
        {"timezone": "America/Phoenix"},
        (3379, 3379, "day", "exact", "EPSG:32612"),
    ),
    (
        "manchester_textbook/gmp_bur.csv",
        {"timezone": "Europe/London"},
        (92666, 92666, "month", "snapped", "EPSG:32630"),
    ),
    (
        "aoristic_burglaries/dcburglaries.csv",
        {"crs": "EPSG:2248", "timezone": "America/New_York", "wall_clock": True},
        (1025, 1025, "minute", "exact", "EPSG:32618"),
    ),
    (
        "chicago_assaults_2010_2019/chicago_aggravated_assaults.csv.gz",
        {"timezone": "America/Chicago"},
        (148636, 148636, "minute", "snapped", "EPSG:32616"),
    ),
    (
        "chicago_2022_slim/crimes-2022-slim.csv.gz",
        {"timezone": "America/Chicago"},
        (215551, 0, "minute", "none", None),
    ),
    (
        "near_repeat_chicago/chicago_arson.csv",
        {"crs": "EPSG:26971", "timezone": "America/Chicago", "columns": {1: "x", 2: "y", 3: "date"}},
        (522, 522, "day", "exact", "EPSG:26971"),
    ),
]


@pytest.mark.parametrize(("file", "options", "expected"), REAL, ids=[case[0].split("/")[1] for case in REAL])
def test_a_real_file_loads_whole(real_data, file, options, expected):
    rows, placed, time_precision, place_precision, crs = expected
    intake = read_incidents(real_data / file, **options)
    table = check_contract(intake, rows)
    assert len(intake.rejected) == 0
    assert int(table.geometry.notna().sum()) == placed
    assert set(table["time_precision"]) == {time_precision}
    assert set(table["place_precision"]) - {"none"} == {place_precision} - {"none"}
    assert intake.choices["crs"] == crs
    assert intake.choices["timezone"] == options["timezone"]
    assert table.attrs["choices"] == intake.choices


def test_duplicates_and_repeated_numbers_of_cincinnati_are_those_documented(real_data):
    intake = read_incidents(
        real_data / "cincinnati_burglary" / "cincinnati_burglary.csv.gz",
        timezone="America/New_York",
        wall_clock=True,
    )
    assert counts(intake)["duplicate_row"] == 137
    assert counts(intake)["repeated_id"] == 1774
    assert counts(intake)["place_missing"] == 426
    assert int(intake.table["flags"].str.contains("duplicate_row").sum()) == 137


@pytest.mark.parametrize(
    ("file", "documented"),
    [
        ("chicago_assaults_2010_2019/chicago_aggravated_assaults.csv.gz", 111),
        ("lancashire_asb_2022/lancashire_asb.tab", 20100),
        ("medellin_homicides/medellin_homicides.csv", 43),
    ],
)
def test_exact_duplicates_are_counted_and_kept(real_data, file, documented):
    assert counts(read_incidents(real_data / file))["duplicate_row"] == documented


def test_the_far_incidents_of_cambridgeshire_are_reported_and_kept(real_data):
    file = real_data / "cambridgeshire_2021_01" / "2021-01-cambridgeshire-street.csv"
    table = read_incidents(file, timezone="Europe/London").table
    far = table[table["flags"].str.contains("far_point")]
    towns = set(far["area"].str.rsplit(n=1).str[0])
    assert {"Birmingham", "Blackpool", "Leeds"} <= towns
    assert not {"Cambridge", "Peterborough", "Fenland", "South Cambridgeshire"} & towns
    assert far.geometry.isna().all()
    assert far["Longitude"].iloc[0] == "-1.971816"


def test_vancouver_stays_in_its_own_coordinates(real_data):
    file = real_data / "vancouver_thefts_2020" / "vancouver_thefts.csv.gz"
    table = read_incidents(file, crs="EPSG:26910", timezone="America/Vancouver").table
    raw = pd.read_csv(file)
    assert np.array_equal(table.geometry.x, raw["X"])
    assert str(table["occurred_from"][1]) == "2020-01-01 00:00:00-08:00"
    assert set(table["area"]) == set(raw["NEIGHBOURHOOD"])


def test_washington_is_projected_from_feet_to_metres(real_data):
    file = real_data / "aoristic_burglaries" / "dcburglaries.csv"
    intake = read_incidents(file, crs="EPSG:2248", timezone="America/New_York", wall_clock=True)
    raw = pd.read_csv(file)
    east, north = Transformer.from_crs(2248, 32618, always_xy=True).transform(raw["X"], raw["Y"])
    assert np.allclose(intake.table.geometry.x, east)
    assert np.allclose(intake.table.geometry.y, north)
    assert counts(intake)["end_missing"] == 37
    assert str(intake.table["occurred_to"][0]) == "2016-01-02 04:00:00-05:00"


def test_decimal_commas_and_a_z_on_local_time_are_read(real_data):
    file = real_data / "medellin_homicides" / "medellin_homicides.csv"
    table = read_incidents(file, timezone="America/Bogota", wall_clock=True).table
    east, north = Transformer.from_crs(4326, 32618, always_xy=True).transform(-75.569854, 6.25722555)
    assert table.geometry[0].x == pytest.approx(east)
    assert table.geometry[0].y == pytest.approx(north)
    assert str(table["occurred_from"][0]) == "2019-04-23 12:30:00-05:00"


def test_ethnicity_of_persons_searched_is_set_aside(real_data):
    file = real_data / "manchester_textbook" / "2019-06-greater-manchester-stop-and-search.csv"
    intake = read_incidents(file, timezone="Europe/London")
    assert intake.choices["set_aside"] == ["Self-defined ethnicity", "Officer-defined ethnicity"]
    assert not {*intake.choices["set_aside"]} & set(intake.table.columns)
    assert str(intake.table["occurred_from"][0]) == "2019-06-01 00:01:00+01:00"
    kept = read_incidents(file, timezone="Europe/London", keep="Self-defined ethnicity")
    assert "Self-defined ethnicity" in kept.table.columns


def test_projected_coordinates_without_a_system_are_refused_with_the_remedy(real_data):
    with pytest.raises(CrsError, match="crs="):
        read_incidents(real_data / "vancouver_thefts_2020" / "vancouver_thefts.csv.gz")


def test_a_file_without_a_header_is_not_guessed_at(real_data):
    with pytest.raises(ColumnsError, match=r"no header.*columns="):
        read_incidents(real_data / "near_repeat_chicago" / "chicago_arson.csv", crs="EPSG:26971")


# Nothing is lost


def test_a_row_without_a_date_is_rejected_with_the_reason_and_all_its_columns():
    table = pd.DataFrame(
        {"date": ["2024-01-05", "", "soon", "2023"], "ФИО": list("abcd"), "offence": ["theft"] * 4}
    )
    intake = read_incidents(table)
    assert len(intake.table) == 1
    assert intake.rejected["source_row"].tolist() == [3, 4, 5]
    assert intake.rejected["reason"].tolist() == [
        "no date",
        "the date cannot be read",
        "only the year is known",
    ]
    assert intake.rejected["ФИО"].tolist() == ["b", "c", "d"]
    assert list(without_set_aside(intake).columns) == ["source_row", "reason", "date", "offence"]
    assert counts(intake)["date_unreadable"] == 1
    assert intake.report["check"].iloc[0] == "date_unreadable"
    assert "“soon”" in intake.report["remedy"].iloc[0]


def test_lines_that_are_no_records_are_among_the_rejected(tmp_path):
    file = tmp_path / "register.csv"
    file.write_text("id,date\n1,2024-01-05\n2,2024-01-06,extra,field\n3,2024-01-07\n", encoding="utf-8")
    intake = read_incidents(file)
    assert intake.table["source_row"].tolist() == [2, 4]
    assert intake.rejected["source_row"].tolist() == [3]
    assert counts(intake)["bad_record"] == 1
    assert "extra" not in without_set_aside(intake).to_csv()


def test_columns_that_are_not_used_pass_through_as_text():
    intake = read_incidents(frame(date=["2024-01-05"], Code=["0820"], Flags=["own"], Area=["Сино"]))
    assert intake.table["Code"].tolist() == ["0820"]
    assert intake.table["Flags (original)"].tolist() == ["own"]
    assert intake.table["flags"].tolist() == [""]
    assert intake.table["area"].tolist() == ["Сино"]


def test_an_incident_without_a_place_is_kept():
    intake = read_incidents(frame(date=["2024-01-05"], Район=["Сино"]), timezone="Asia/Dushanbe")
    assert intake.table.crs is None
    assert intake.table["place_precision"].tolist() == ["none"]
    assert counts(intake)["place_missing"] == 1


def test_missing_numbers_and_offences_are_made_up_and_counted():
    table = pd.DataFrame(
        {"incident_id": ["7", "", "N/A"], "offence": ["theft", "", "n/a"], "date": "2024-01-05"}
    )
    intake = read_incidents(table)
    assert intake.table["incident_id"].tolist() == ["7", "row-3", "row-4"]
    assert intake.table["offence"].tolist() == ["theft", "unknown", "unknown"]
    assert counts(intake)["id_missing"] == 2
    assert counts(intake)["offence_missing"] == 2


def test_who_noticed_it_is_read_in_two_languages():
    values = ["911 call", "On-view", "выявлено сотрудником", "Заявление гражданина", "?"]
    intake = read_incidents(pd.DataFrame({"date": "2024-01-05", "Источник": values}))
    assert intake.table["origin"].tolist() == ["reported", "discovered", "discovered", "reported", "unknown"]


def test_the_report_is_ordered_by_gravity_with_shares_and_first_rows():
    table = pd.DataFrame(
        {
            "id": ["1", "1", "3"],
            "from": ["2024-01-05", "x", "2024-01-09"],
            "to": ["2024-01-06", "", "2024-01-08"],
        }
    )
    report = read_incidents(table).report
    order = [list(CHECKS).index(check) for check in report["check"]]
    assert order == sorted(order)
    row = report.set_index("check").loc["reversed_interval"]
    assert (row["n"], row["share"], row["first_row"]) == (1, pytest.approx(1 / 3), 4)
    assert report["remedy"].str.endswith(".").all()


# Time


def test_offsets_in_the_data_are_believed_and_converted():
    table = read_incidents(
        frame(date=["2024-07-01T22:30:00Z", "2024-07-02T03:30:00+05:00"]), timezone="Asia/Dushanbe"
    )
    assert [str(t) for t in table.table["occurred_from"]] == ["2024-07-02 03:30:00+05:00"] * 2


def test_wall_clock_ignores_offsets():
    intake = read_incidents(frame(date=["2024-07-01T22:30:00Z"]), timezone="Asia/Dushanbe", wall_clock=True)
    assert str(intake.table["occurred_from"][0]) == "2024-07-01 22:30:00+05:00"


def test_without_a_zone_the_clock_is_kept_and_flagged():
    intake = read_incidents(frame(date=["2024-07-01 22:30"]))
    assert str(intake.table["occurred_from"][0]) == "2024-07-01 22:30:00+00:00"
    assert counts(intake)["no_timezone"] == 1
    assert intake.choices["timezone"] is None
    assert intake.table["flags"].tolist() == [""]


def test_an_offset_is_no_zone():
    with pytest.raises(InputError, match="Asia/Dushanbe"):
        read_incidents(frame(date=["2024-07-01"]), timezone="UTC+5")


# Place


def far_grid(n=400, lon=68.78, lat=38.56, step=0.002):
    side = int(n**0.5)
    xs, ys = np.meshgrid(np.arange(side), np.arange(side))
    return lon + step * xs.ravel(), lat + step * ys.ravel()


def points_table(lon, lat):
    return pd.DataFrame({"date": "2024-01-05", "longitude": lon.astype(str), "latitude": lat.astype(str)})


def test_zero_far_and_impossible_points_lose_their_place_and_keep_their_row():
    lon, lat = far_grid()
    lon[:4], lat[:4] = [0, 12.5, 268.0, 38.561], [0, 41.9, 38.5, 68.781]
    intake = read_incidents(points_table(lon, lat))
    assert len(intake.table) == 400
    found = counts(intake)
    assert [found[c] for c in ("zero_point", "far_point", "out_of_range", "swapped_row")] == [1, 1, 1, 1]
    assert intake.table.geometry.isna().tolist() == [True] * 3 + [False] * 397
    assert intake.table["longitude"][1] == "12.5"


def test_a_wide_country_keeps_its_edges():
    rng = np.random.default_rng(1)
    lon = np.append(rng.normal(76.9, 0.1, 960), rng.uniform(50, 85, 40))
    lat = np.append(rng.normal(43.2, 0.1, 960), rng.uniform(43, 54, 40))
    intake = read_incidents(points_table(lon, lat))
    assert "far_point" not in counts(intake)


def test_exchanged_columns_are_put_right_and_announced():
    lon, lat = far_grid(lon=120.5, lat=38.5)
    right = read_incidents(points_table(lon, lat)).table
    intake = read_incidents(points_table(lat, lon))
    assert counts(intake)["swapped_file"] == 400
    assert intake.table["flags"].eq("").all()
    assert intake.table.geometry.geom_equals_exact(right.geometry, 1e-6).all()


def test_the_time_zone_tells_longitude_from_latitude_where_both_are_possible():
    lon, lat = far_grid()
    intake = read_incidents(points_table(lat, lon), timezone="Asia/Dushanbe")
    assert counts(intake)["swapped_file"] == 400
    assert "maybe_swapped" in counts(read_incidents(points_table(lat, lon)))


def test_pairs_in_one_column_and_wkt_are_read():
    pair = read_incidents(frame(date=["2024-01-05"], Location=["(38.56, 68.78)"])).table
    wkt = read_incidents(frame(date=["2024-01-05"], wkt=["POINT (68.78 38.56)"])).table
    plain = read_incidents(
        pd.DataFrame({"date": ["2024-01-05"], **{k: [v] for k, v in DUSHANBE.items()}})
    ).table
    assert pair.geometry[0].equals(plain.geometry[0])
    assert wkt.geometry[0].equals(plain.geometry[0])
    assert plain.crs.to_string() == "EPSG:32642"


def test_a_projected_system_is_the_target_where_coordinates_are_degrees():
    table = pd.DataFrame({"date": ["2024-01-05"], **{k: [v] for k, v in DUSHANBE.items()}})
    intake = read_incidents(table, crs="EPSG:28412")
    assert intake.choices["crs"] == "EPSG:28412"
    assert intake.choices["crs_source"] == "EPSG:4326"


def test_a_system_that_does_not_fit_the_coordinates_is_refused():
    table = pd.DataFrame({"date": ["2024-01-05"], "x": ["490320.3"], "y": ["5458606.9"]})
    with pytest.raises(CrsError, match="do not lie where"):
        read_incidents(table, crs="EPSG:2248")
    with pytest.raises(CrsError, match="no coordinate system"):
        read_incidents(table, crs="EPSG:99")


def test_a_map_layer_brings_its_own_system_and_shapes():
    layer = gpd.GeoDataFrame(
        {"date": ["2024-01-05"] * 3}, geometry=[Point(68.78, 38.56), box(68, 38, 69, 39), None], crs=4326
    )
    intake = read_incidents(layer)
    assert intake.table.crs.to_string() == "EPSG:32642"
    assert intake.table.geometry.isna().tolist() == [False, False, True]
    assert counts(intake)["not_a_point"] == 1
    same = read_incidents(layer.to_crs(32642))
    assert same.table.geometry[0].distance(intake.table.geometry[0]) < 1e-6


# Columns


def test_columns_may_be_given_either_way_round_and_kept_in_a_file(tmp_path):
    table = pd.DataFrame({"when": ["2024-01-05"], "what": ["theft"], "made": ["2024-02-01"]})
    first = read_incidents(table, columns={"date": "when", "offence": "what"}, timezone="Asia/Bishkek")
    second = read_incidents(table, columns={"when": "date", "what": "offence"}, timezone="Asia/Bishkek")
    assert first.choices == second.choices
    file = tmp_path / "mapping.toml"
    file.write_text(mapping_text(first), encoding="utf-8")
    third = read_incidents(table, columns=file)
    assert third.choices == first.choices
    pd.testing.assert_frame_equal(pd.DataFrame(third.table), pd.DataFrame(first.table))


def test_an_unknown_column_or_role_is_named_with_its_nearest():
    table = pd.DataFrame({"when": ["2024-01-05"], "what": ["theft"]})
    with pytest.raises(ColumnsError, match=r"'whem'.*Did you mean 'when'.*when, what"):
        read_incidents(table, columns={"date": "whem"})
    with pytest.raises(ColumnsError, match=r"'dat'.*Did you mean 'date'"):
        read_incidents(table, columns={"dat": "when"})
    with pytest.raises(ColumnsError, match="keep"):
        read_incidents(table, columns={"date": "when"}, keep=["name"])


def test_a_file_without_any_date_says_what_to_do():
    with pytest.raises(ColumnsError, match=r"columns=.*alpha, beta"):
        read_incidents(pd.DataFrame({"alpha": ["x"], "beta": ["y"]}))


def test_a_file_with_a_header_and_no_rows_is_refused(tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("date,longitude,latitude\n", encoding="utf-8")
    with pytest.raises(FileError):
        read_incidents(file)


def test_the_callers_table_is_not_touched():
    table = pd.DataFrame({"date": ["2024-01-05"], "name": ["x"]})
    before = table.copy(deep=True)
    read_incidents(table)
    pd.testing.assert_frame_equal(table, before)


# Properties

texts = st.one_of(
    st.dates().map(str),
    st.datetimes().map(str),
    st.sampled_from(
        ["", "NA", "0", "1.5", "12/11/2010", "2024", "45234.5", "2021-01", "x", "POINT (1 2)", "(1, 2)"]
    ),
    st.floats(allow_nan=True, width=32).map(str),
    st.text(max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(["date", "longitude", "latitude", "id", "offence", "note"], texts)
        ),
        min_size=1,
        max_size=30,
    )
)
def test_no_row_is_ever_lost_and_their_order_is_kept(rows):
    table = pd.DataFrame(rows)
    try:
        intake = read_incidents(table, columns={"date": "date"}, crs="EPSG:32642")
    except (CrsError, ColumnsError):
        return
    assert len(intake.table) + len(intake.rejected) == len(table)
    seen = [*intake.table["source_row"], *intake.rejected["source_row"]]
    assert sorted(seen) == list(range(2, len(table) + 2))
    assert intake.table["source_row"].is_monotonic_increasing
    assert (intake.report["n"] <= len(table)).all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(list(range(12))))
def test_the_order_of_rows_changes_no_row(order):
    table = pd.DataFrame(
        {
            "id": [str(k) for k in range(12)],
            "date": [f"{k + 1:02d}/03/2024 1{k % 10}:30" for k in range(11)] + ["31/12/2023"],
            "longitude": [str(68.7 + k / 100) for k in range(12)],
            "latitude": [str(38.5 + k / 100) for k in range(12)],
        }
    )
    straight = read_incidents(table, timezone="Asia/Dushanbe").table.drop(columns="source_row")
    mixed = read_incidents(table.iloc[list(order)], timezone="Asia/Dushanbe").table.drop(columns="source_row")
    back = mixed.iloc[np.argsort(list(order))].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(straight))
