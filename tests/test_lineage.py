"""From a cell of a map back to the rows of the file, and the other way round."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit.collation.case import Case
from ilp_toolkit.collation.lineage import HOW
from ilp_toolkit.errors import InputError
from tests.test_case import CRS, new_case, plain_table, register, taken

KELOVAR = Path(__file__).resolve().parents[1] / "datasets" / "kelovar"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return new_case(tmp_path)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, ilp.Material]:
    case = new_case(tmp_path_factory.mktemp("city"))
    rows = pd.read_csv(KELOVAR / "incidents.csv", dtype=str).iloc[::12]
    return case, case.collect(rows, quality="invented", handling="internal", timezone="Indian/Maldives")


def points(*pairs: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"incident_id": [f"K-{i}" for i in range(len(pairs))], "source_row": range(2, len(pairs) + 2)},
        geometry=[shapely.Point(pair) for pair in pairs],
        crs=CRS,
    )


def given_points(case: Case, table: gpd.GeoDataFrame) -> ilp.Material:
    return case.collect(table, reader=plain_table, quality="invented", handling="internal")


def test_a_cell_leads_back_to_the_rows_that_it_counts(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    for cell, n in finding.table[["cell_id", "n"]].itertuples(index=False):
        rows = finding.rows(cell)
        assert len(rows) == n, cell
        assert set(rows["how"]) <= {"in_cell"}
    assert finding.rows("E340000N6089000")["source_row"].tolist() == [2]


@pytest.mark.parametrize("make", ["square", "hex", "districts", "clipped"])
def test_every_cell_of_the_invented_city_gives_as_many_rows_as_it_counts(
    city: tuple[Case, ilp.Material], make: str
) -> None:
    case, material = city
    districts = gpd.read_file(KELOVAR / "districts.geojson").to_crs(material.table.crs)
    grids = {
        "square": {"cell_size": 700},
        "hex": {"grid": ilp.grids.hex_grid(material.table.dropna(subset="geometry"), cell_size=900)},
        "clipped": {"grid": ilp.grids.square_grid(districts, cell_size=900)},
        "districts": {"grid": districts[["area", "geometry"]]},
    }
    finding = case.analyse(ilp.hotspots.count, material, **grids[make])
    assert finding.passport.governed
    table = finding.table
    counted = table[table["n"] > 0].head(40)
    assert len(counted) > 5
    for label, n in counted["n"].items():
        if make == "districts":
            rows = finding.rows(label)
            named = material.table["area"].eq(table.loc[label, "area"]) & material.table.geometry.isna()
            assert len(rows) == n + named.sum()
        else:
            assert len(finding.rows(label)) == n


def test_an_area_leads_back_to_rows_by_point_and_by_name(city: tuple[Case, ilp.Material]) -> None:
    case, material = city
    districts = gpd.read_file(KELOVAR / "districts.geojson").to_crs(material.table.crs)[["area", "geometry"]]
    finding = case.analyse(ilp.hotspots.count_by_area, material, districts)
    for area, n in finding.table[["area", "n"]].itertuples(index=False):
        rows = finding.rows(area)
        assert len(rows) == n, area
        assert set(rows["how"]) == {"in_area"}


@given(
    pairs=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=20),
    clip=st.floats(0.1, 3.9),
)
@settings(max_examples=settings.default.max_examples // 4, deadline=None)
def test_points_on_edges_and_cells_that_are_clipped_are_joined_as_they_were_counted(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]], clip: float
) -> None:
    case = new_case(tmp_path_factory.mktemp("edges"))
    table = points((1.0, 1.0), *((50.0 * x, 50.0 * y) for x, y in pairs))
    area = gpd.GeoDataFrame({"area": ["A"]}, geometry=[shapely.box(0, 0, 100 * clip, 400)], crs=CRS)
    grid = ilp.grids.square_grid(area, cell_size=100)
    finding = case.analyse(ilp.hotspots.count, given_points(case, table), grid=grid)
    for label, n in finding.table["n"].items():
        assert len(finding.rows(label)) == n


def test_rows_without_a_point_are_in_no_cell_and_in_the_whole(case: Case) -> None:
    table = register()
    table.loc[3, ["x", "y"]] = None
    finding = case.analyse(ilp.hotspots.count, taken(case, table), cell_size=100)
    cells = pd.concat([finding.rows(cell) for cell in finding.table["cell_id"]])
    assert 5 not in cells["source_row"].tolist()
    assert len(finding.rows()) == 12
    assert set(finding.rows()["how"]) == {"all"}


def test_a_result_with_the_rows_of_the_file_leads_back_row_by_row(case: Case) -> None:
    material = taken(case)
    finding = case.analyse(ilp.near_repeat.chains, material, distance=100, duration=pd.Timedelta("2D"))
    label = finding.table.index[4]
    rows = finding.rows(label)
    assert rows["source_row"].tolist() == [int(material.table["source_row"].iloc[4])]
    assert rows["how"].tolist() == ["same_row"]


def test_a_filter_on_the_way_narrows_the_rows(case: Case) -> None:
    robberies = case.analyse(lambda t: t[t["offence"] == "Robbery"], taken(case))
    hot = case.analyse(ilp.hotspots.count, robberies, cell_size=1000)
    assert len(hot.rows()) == 6
    assert hot.rows()["source_row"].tolist() == robberies.table["source_row"].tolist()
    assert sum(len(hot.rows(cell)) for cell in hot.table["cell_id"]) == 6


def test_rows_of_several_materials_name_theirs(case: Case) -> None:
    one, other = taken(case), taken(case, register(start=100))
    hot = case.analyse(ilp.hotspots.count, case.combine(one, other), cell_size=1000)
    rows = hot.rows()
    assert rows["material"].value_counts().to_dict() == {one.id: 12, other.id: 12}
    assert len(hot.rows(hot.table["cell_id"].iloc[0])) == hot.table["n"].iloc[0]


def test_what_cannot_be_joined_again_gives_all_rows_and_says_so(case: Case) -> None:
    finding = case.analyse(lambda t: t.groupby("offence").size().rename("n").reset_index(), taken(case))
    rows = finding.rows(0)
    assert len(rows) == 12
    assert set(rows["how"]) == {"all"}
    assert HOW["all"].startswith("all rows")
    number = case.analyse(len, taken(case))
    assert len(number.rows()) == 12
    with pytest.raises(InputError, match="no table"):
        number.rows(0)


def test_a_row_that_does_not_exist_is_named(case: Case) -> None:
    finding = case.analyse(ilp.hotspots.count, taken(case), cell_size=100)
    with pytest.raises(InputError, match="E9N9"):
        finding.rows("E9N9")


def test_a_lineage_says_function_version_inputs_and_choices_as_json(case: Case) -> None:
    material = taken(case)
    said = case.analyse(ilp.hotspots.count, material, cell_size=100).lineage.to_json()
    assert said["function"] == "hotspots.count"
    assert said["version"] == ilp.__version__
    assert said["inputs"] == [{"argument": "0", "kind": "material", "id": material.id, "rows": 12}]
    assert said["choices"] == {"cell_size": 100}
    assert len(said["result"]) == 64


def test_functions_are_named_as_an_analyst_says_them(case: Case) -> None:
    material = taken(case)
    names = {
        ilp.hotspots.gi_star: "hotspots.gi_star",
        ilp.hotspots.kde: "hotspots.kde",
        ilp.hotspots.count: "hotspots.count",
    }
    for function, name in names.items():
        assert case.analyse(function, material, cell_size=100).function == name
    assert case.analyse(ilp.patterns.aoristic, material).function == "patterns.aoristic"
