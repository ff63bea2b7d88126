"""Places: by point, by name, by decision; never by guess, and never a made-up point."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.collection import places, readers
from ilp_toolkit.collection.placenames import Matcher
from ilp_toolkit.errors import ColumnsError, CrsError, FileError, InputError

LAYER = gpd.GeoDataFrame(
    {"area": ["Северный", "Южный", "Заречный"]},
    geometry=[shapely.box(0, 100, 200, 200), shapely.box(0, 0, 200, 100), shapely.box(200, 0, 300, 200)],
    crs="EPSG:32642",
)


def incidents(
    areas: list[str | None], points: list[tuple[float, float] | None] | None = None, **more
) -> gpd.GeoDataFrame:
    shapes = (
        [None] * len(areas) if points is None else [None if p is None else shapely.Point(p) for p in points]
    )
    return gpd.GeoDataFrame({"area": areas, **more}, geometry=shapes, crs="EPSG:32642")


def test_vancouver_names_and_points_agree_as_documented(real_data) -> None:
    folder = real_data / "vancouver_thefts_2020"
    layer = places.read_areas(folder / "vancouver_neighbourhoods.geojson")
    rows = pd.read_csv(folder / "vancouver_thefts.csv.gz")
    points = gpd.points_from_xy(rows["X"], rows["Y"], crs="EPSG:26910")
    table = gpd.GeoDataFrame({"area": rows["NEIGHBOURHOOD"]}, geometry=points)
    found = places.locate(table, areas=layer, decisions={"Central Business District": "Downtown"})
    matcher = Matcher(layer["area"])
    named = (
        rows["NEIGHBOURHOOD"]
        .replace("Central Business District", "Downtown")
        .map(lambda w: matcher.match(w).area)
    )
    differ = found.report.set_index("check")["n"]["area_and_point_differ"]
    assert round((named.notna().sum() - differ) / len(rows), 3) == 0.973
    assert set(rows["NEIGHBOURHOOD"][named.isna()]) == {"Stanley Park", "Musqueam"}


def test_chicago_has_77_areas_by_number(real_data) -> None:
    folder = real_data / "chicago_2022_slim"
    layer = places.read_areas(folder / "chicago-community-areas.geojson", name="area_numbe")
    rows = pd.read_csv(folder / "crimes-2022-slim.csv.gz", dtype=str, usecols=["Community Area"])
    table = gpd.GeoDataFrame({"area": rows["Community Area"]}, geometry=[None] * len(rows))
    found = places.locate(table, areas=layer).table
    assert found["area"].nunique() == 77
    assert (found["area"] == rows["Community Area"]).all()
    assert (found["place_precision"] == "area").all()
    assert found.geometry.isna().all()


def test_points_of_lancashire_lie_in_its_districts(real_data) -> None:
    folder = real_data / "lancashire_asb_2022"
    rows = pd.read_csv(folder / "lancashire_asb.tab", sep="\t")
    points = gpd.points_from_xy(rows["longitude"], rows["latitude"], crs="EPSG:4326").to_crs("EPSG:27700")
    found = places.locate(
        gpd.GeoDataFrame(rows, geometry=points), areas=folder / "lancashire_districts.geojson"
    )
    assert found.table["area"].nunique() == 14
    assert found.table["area"].notna().mean() > 0.99


def test_a_named_row_goes_by_its_name_and_another_by_its_point() -> None:
    table = incidents(["Severnyi r-n", None, None, "Южный"], [None, (10, 10), (999, 999), (10, 110)])
    found = places.locate(table, areas=LAYER)
    assert found.table["area"].tolist() == ["Северный", "Южный", None, "Южный"]
    assert found.table["area_score"].tolist()[1] == 100.0
    assert np.isnan(found.table["area_score"].tolist()[2])
    assert dict(zip(found.report["check"], found.report["n"], strict=True)) == {
        "outside_areas": 1,
        "area_and_point_differ": 1,
    }


def test_a_name_of_no_area_gives_way_to_the_point_unless_a_human_decided() -> None:
    table = incidents(["E01012607", "E01012607", "Парк"], [(10, 10), None, (10, 10)])
    found = places.locate(table, areas=LAYER, decisions={"Парк": ""})
    assert found.table["area"].tolist() == ["Южный", None, None]
    assert found.table["area_score"].tolist()[0] == 100.0
    assert found.review["wording"].tolist() == ["E01012607"]


def test_a_point_on_a_border_belongs_to_the_area_that_comes_first() -> None:
    table = incidents([None] * 3, [(100, 100), (200, 50), (200, 100)])
    assert places.locate(table, areas=LAYER).table["area"].tolist() == ["Северный", "Южный", "Северный"]


def test_an_area_gives_no_point_and_only_marks_the_precision() -> None:
    table = incidents(
        ["Южный", None, "Нигде"], [None, (1, 1), None], place_precision=["none", "snapped", "none"]
    )
    found = places.locate(table, areas=LAYER).table
    assert found["place_precision"].tolist() == ["area", "snapped", "none"]
    assert found.geometry.isna().tolist() == [True, False, True]


def test_the_callers_tables_are_not_touched() -> None:
    table, layer = incidents(["Южный", None], [None, (1, 1)]), LAYER.copy()
    before = table.copy()
    places.locate(table, areas=layer)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))
    pd.testing.assert_frame_equal(pd.DataFrame(layer), pd.DataFrame(LAYER))


def test_an_address_is_read_only_where_there_is_neither_area_nor_point() -> None:
    table = incidents(
        [None, None, "Южный"],
        [None, (1, 1), None],
        адрес=["г. N, Северный р-н, ул. Мира", "Заречный", "Заречный"],
    )
    found = places.locate(table, areas=LAYER)
    assert found.table["area"].tolist() == ["Северный", "Южный", "Южный"]
    assert found.choices["located"]["address_column"] == "адрес"


def test_decisions_come_first_and_are_never_overridden(tmp_path) -> None:
    table = incidents(["Южный", "Юг-2", "Центр", "нигде"])
    given_ = {"южный": "Заречный", "Юг-2": "Южный", "Центр": ""}
    found = places.locate(table, areas=LAYER, decisions=given_)
    assert found.table["area"].tolist() == ["Заречный", "Южный", None, None]
    assert found.review["wording"].tolist() == ["нигде"]
    csv, toml = tmp_path / "решения.csv", tmp_path / "decisions.toml"
    csv.write_text("wording;area\nюжный;Заречный\nЮг-2;Южный\nЦентр;-\nнигде;\n", encoding="utf-8-sig")
    toml.write_text('[decisions]\n"южный" = "Заречный"\n"Юг-2" = "Южный"\n"Центр" = ""\n', encoding="utf-8")
    for path in (csv, str(toml)):
        again = places.locate(table, areas=LAYER, decisions=path)
        assert again.table["area"].tolist() == found.table["area"].tolist()
        assert again.review["wording"].tolist() == ["нигде"]


def test_the_template_is_filled_by_a_human_and_taken_back(tmp_path) -> None:
    table = incidents(["Сверный", "Сверный", "Что-то"])
    first = places.locate(table, areas=LAYER)
    template = places.decisions_template(first)
    assert template.columns[:2].tolist() == ["wording", "area"]
    assert (template["area"] == "").all()
    template.loc[template["wording"] == "Сверный", "area"] = "Северный"
    template.to_csv(tmp_path / "d.csv", index=False, encoding="utf-8-sig")
    second = places.locate(table, areas=LAYER, decisions=tmp_path / "d.csv")
    assert second.table["area"].tolist() == ["Северный", "Северный", None]
    assert second.review["wording"].tolist() == ["Что-то"]


def test_a_decision_for_an_area_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"'Центр'.*'Заречны'.*Заречный"):
        places.locate(incidents(["Центр"]), areas=LAYER, decisions={"Центр": "Заречны"})


def test_a_bad_decisions_file_is_refused_in_words(tmp_path) -> None:
    (tmp_path / "bad.toml").write_text("[[[", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"bad\.toml"):
        places.locate(incidents(["x"]), areas=LAYER, decisions=tmp_path / "bad.toml")
    with pytest.raises(ColumnsError, match="wording"):
        places.locate(incidents(["x"]), areas=LAYER, decisions=tmp_path / "bad.csv")
    with pytest.raises(FileError, match=r"none\.csv"):
        places.locate(incidents(["x"]), areas=LAYER, decisions=tmp_path / "none.csv")


def test_a_layer_may_give_its_areas_other_names() -> None:
    layer = LAYER.assign(
        area=["North", "South", "Left bank"], name_ru=["Северный", "Южный", "Заречный"], code=["a", "b", "c"]
    )
    found = places.locate(incidents(["Заречный р-н", "a", "Юг-1"]), areas=layer, decisions={"Юг-1": "Южный"})
    assert found.table["area"].tolist() == ["Left bank", None, "South"]


def test_the_invented_citys_register_is_located(root) -> None:
    folder = root / "datasets" / "kelovar"
    register = pd.read_csv(folder / "register_ru.csv", sep=";", encoding="cp1251", dtype=str)
    table = gpd.GeoDataFrame({"area": register["Район"]}, geometry=[None] * len(register))
    before = places.locate(table, areas=folder / "districts.geojson")
    after = places.locate(table, areas=folder / "districts.geojson", decisions=folder / "decisions.csv")
    named = register["Район"].notna().sum()
    assert before.table["area"].notna().sum() / named > 0.95
    assert after.table["area"].notna().sum() / named > 0.995
    assert len(after.review) <= 10


def test_unclear_wordings_are_listed_with_counts_and_candidates() -> None:
    found = places.locate(incidents(["Заречье", "Заречье", "Север Юг", None]), areas=LAYER)
    assert found.review["wording"].tolist() == ["Заречье", "Север Юг"]
    assert found.review["n"].tolist() == [2, 1]
    assert found.review["candidate"][0] == "Заречный"


def test_points_without_a_coordinate_system_are_refused_and_rows_without_points_are_not() -> None:
    table = gpd.GeoDataFrame({"area": [None]}, geometry=[shapely.Point(1, 1)])
    with pytest.raises(CrsError, match="set_crs"):
        places.locate(table, areas=LAYER)
    bare = gpd.GeoDataFrame({"area": ["Южный"]}, geometry=[None])
    assert places.locate(bare, areas=LAYER).table["area"].tolist() == ["Южный"]


def test_a_table_without_rows_or_without_an_area_column_is_located_too() -> None:
    empty = incidents([])
    assert places.locate(empty, areas=LAYER).table["area"].tolist() == []
    bare = gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.Point(1, 1)], crs="EPSG:32642")
    assert places.locate(bare, areas=LAYER).table["area"].tolist() == ["Южный"]


def test_a_missing_address_column_is_named() -> None:
    with pytest.raises(ColumnsError, match="улица"):
        places.locate(incidents(["x"]), areas=LAYER, address="улица")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 350), st.integers(-50, 250)), min_size=1, max_size=40), st.randoms()
)
def test_each_point_has_one_area_whatever_the_order_of_rows(points, random) -> None:
    table = incidents([None] * len(points), points)
    order = list(range(len(points)))
    random.shuffle(order)
    one = places.locate(table, areas=LAYER).table["area"]
    other = places.locate(table.iloc[order], areas=LAYER).table["area"]
    assert len(one) == len(points)
    assert other.tolist() == one.iloc[order].tolist()
    inside = [any(LAYER.geometry.iloc[i].covers(shapely.Point(p)) for i in range(3)) for p in points]
    assert one.notna().tolist() == inside


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ({"id": ["1", "2"], "NAME": ["A", "B"], "district": ["C", "D"]}, "NAME"),
        ({"id": ["1", "2"], "район": ["Синий", "Белый"]}, "район"),
        ({"AREA": [0.5, 0.25], "wd16nm": ["Ince", "Leigh"], "wd16cd": ["E1", "E2"]}, "wd16nm"),
        ({"name": ["same", "same", "same"][:2], "label": ["one", "two"]}, "label"),
        ({"COMUNA": ["01", "02"], "NOMBRE": ["BELEN", "POPULAR"]}, "NOMBRE"),
        ({"code": ["x1", "x2"], "whatever": ["Синий", "Белый"]}, "whatever"),
    ],
)  # fmt: skip
def test_the_column_of_names_is_chosen_by_rule_and_told(columns: dict[str, list], chosen: str) -> None:
    if chosen == "label":
        columns = {
            key: [*values, values[0] + ("" if key == "name" else "x")] for key, values in columns.items()
        }
    n = len(next(iter(columns.values())))
    layer = gpd.GeoDataFrame(
        columns, geometry=[shapely.box(i, 0, i + 1, 1) for i in range(n)], crs="EPSG:32642"
    )
    read = places.read_areas(layer)
    assert read.attrs["choices"]["name_column"] == chosen
    assert read["area"].tolist() == columns[chosen]


def test_areas_are_made_valid_and_lines_and_points_left_out() -> None:
    bowtie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    spike = shapely.Polygon([(0, 0), (4, 0), (4, 4), (4, 8), (4, 4), (0, 4)])
    layer = gpd.GeoDataFrame(
        {"name": ["a", "b", "c"]},
        geometry=[bowtie, shapely.force_3d(spike), shapely.Point(1, 1)],
        crs="EPSG:32642",
    )
    read = places.read_areas(layer)
    assert read["area"].tolist() == ["a", "b"]
    assert read.is_valid.all()
    assert set(read.geom_type) <= {"Polygon", "MultiPolygon"}
    assert not read.has_z.any()
    assert read.attrs["choices"]["shapes_left_out"] == 1


def test_a_column_called_area_that_holds_no_names_is_kept_under_another_name() -> None:
    layer = gpd.GeoDataFrame(
        {"area": ["0", "0"], "community": ["X", "Y"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    )
    read = places.read_areas(layer)
    assert read["area"].tolist() == ["X", "Y"]
    assert read["area_of_file"].tolist() == ["0", "0"]


def test_what_is_no_layer_of_areas_is_refused_in_words(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "a.geojson").write_text("not json")
    points = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(1, 1)], crs="EPSG:4326")
    with pytest.raises(InputError, match=r"a\.csv"):
        places.read_areas(tmp_path / "a.csv")
    with pytest.raises(FileError, match=r"a\.geojson"):
        places.read_areas(tmp_path / "a.geojson")
    with pytest.raises(FileError, match=r"nowhere\.gpkg"):
        places.read_areas(tmp_path / "nowhere.gpkg")
    with pytest.raises(InputError, match="no polygons"):
        places.read_areas(points)
    with pytest.raises(ColumnsError, match="'district'"):
        places.read_areas(LAYER, name="district")
    numbers = gpd.GeoDataFrame({"AREA": [0.3]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:32642")
    with pytest.raises(ColumnsError, match="AREA"):
        places.read_areas(numbers)


def test_names_that_occur_twice_and_names_that_are_missing_are_told() -> None:
    layer = gpd.GeoDataFrame(
        {"name": ["a", "a", None, "b"]},
        geometry=[shapely.box(i, 0, i + 1, 1) for i in range(4)],
        crs="EPSG:32642",
    )
    told = places.read_areas(layer).attrs["choices"]
    assert told["names_twice"] == ["a"]
    assert told["without_name"] == 1


def test_official_numbers_are_believed_from_a_column_headed_as_numbers_alone() -> None:
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    layer = gpd.GeoDataFrame({"area": ["Oakland", "Douglas"], "objectid": [1, 2]}, geometry=shapes, crs=32642)
    rows = gpd.GeoDataFrame({"area": ["1", "2", "01"]}, geometry=[None] * 3)
    assert places.locate(rows, areas=layer).table["area"].isna().all(), (
        "a row counter is no number of a district"
    )
    numbered = layer.assign(area_num=["02", "01"])
    assert places.locate(rows, areas=numbered).table["area"].tolist() == ["Douglas", "Oakland", "Douglas"]
    doubtful = numbered.assign(old_code=[1, 2])
    assert places.locate(rows, areas=doubtful).table["area"].isna().all(), (
        "two numberings that disagree decide nothing"
    )


def test_chicago_files_its_areas_by_number(real_data: Path) -> None:
    folder = real_data / "chicago_2022_slim"
    intake = readers.read_incidents(folder / "crimes-2022-slim.csv.gz", timezone="America/Chicago")
    found = places.locate(intake.table, areas=folder / "chicago-community-areas.geojson")
    assert found.table["area"].nunique() == 77
    assert found.table["area"].notna().mean() > 0.999


def test_names_in_the_readers_language_are_taken_where_the_layer_has_them_all() -> None:
    layer = LAYER.assign(name_en=["North", "South", "Across"], name_ru=["Север", "Юг", None]).drop(
        columns="area"
    )
    assert places.read_areas(layer, language="en")["area"].tolist() == ["North", "South", "Across"]
    assert places.read_areas(layer, language="ru")["area"].tolist() == ["North", "South", "Across"]
    whole = layer.assign(name_ru=["Север", "Юг", "За рекой"])
    named = places.read_areas(whole, language="ru")
    assert named["area"].tolist() == ["Север", "Юг", "За рекой"]
    found = places.locate(incidents(["South", "Север"]), areas=named).table["area"]
    assert found.tolist() == ["Юг", "Север"]
