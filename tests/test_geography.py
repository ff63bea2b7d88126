"""Borders, posts and roads: against GeoNames, published distances, the licences, and the files they come from."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import geography, i18n
from ilp_toolkit.collection import placefolds
from ilp_toolkit.collection.posts import BORDER_TOLERANCE_KM
from ilp_toolkit.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "ilp_toolkit" / "geography"
SIX = ["AF", "KG", "KZ", "TJ", "TM", "UZ"]


def maker(name: str) -> ModuleType:
    """Load a part of the script that makes geography; it is no part of the package."""
    spec = importlib.util.spec_from_file_location(
        f"make_geography_{name}", ROOT / "docs" / "make_geography" / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# Borders


@pytest.fixture(scope="module")
def world() -> Any:
    return ilp.places.borders()


@pytest.fixture(scope="module")
def towns() -> pd.DataFrame:
    table = ilp.places.gazetteer()
    return table[table["kind"] == "town"].reset_index(drop=True)


def test_places_of_the_region_come_out_in_the_country_that_geonames_gives_them(towns: pd.DataFrame) -> None:
    here = towns[towns["country"].isin(SIX)]
    right = ilp.places.country_at(here["lon"], here["lat"]) == here["country"].to_numpy()
    assert len(here) > 1200
    assert right.mean() > 0.98
    assert pd.Series(right, index=here["country"]).groupby(level=0).mean().min() > 0.92


def test_cities_of_the_world_come_out_in_their_country_with_coasts_allowed_for(towns: pd.DataFrame) -> None:
    found = ilp.places.country_at(towns["lon"], towns["lat"], within_km=15)
    overseas = {"RE": "FR", "GP": "FR", "MQ": "FR", "GF": "FR", "YT": "FR"}
    wrong = found != towns["country"].replace(overseas).to_numpy()
    assert wrong.mean() < 0.005
    assert wrong.sum() < np.sum(
        ilp.places.country_at(towns["lon"], towns["lat"]) != towns["country"].to_numpy()
    )


@pytest.mark.parametrize(
    ("name", "lon", "lat", "country"),
    [
        ("Sokh, of Uzbekistan in Kyrgyzstan", 71.1347, 39.9772, "UZ"),
        ("Vorukh, of Tajikistan in Kyrgyzstan", 70.5801, 39.8513, "TJ"),
        ("Sarvan, of Tajikistan in Uzbekistan", 70.60, 40.98, "TJ"),
        ("the middle of the exclave of Shohimardon", 71.73, 39.95, "UZ"),
        ("between Sokh and Vorukh", 70.82, 39.95, "KG"),
        ("Khaydarkan, beside Sokh", 71.34, 39.94, "KG"),
        ("Osh", 72.80, 40.53, "KG"),
        ("Simferopol", 34.10, 44.95, "UA"),
        ("Pristina", 21.16, 42.66, "XK"),
        ("Lefkosa north", 33.36, 35.30, "CY"),
        ("Chukotka, west of the antimeridian", 178.0, 67.0, "RU"),
        ("Chukotka, east of it", -173.0, 66.0, "RU"),
        ("Taveuni, Fiji, at it", -179.98, -16.80, "FJ"),
        ("the South Pole", 0.0, -90.0, "AQ"),
    ],
)  # fmt: skip
def test_a_point_lies_in_its_country(name: str, lon: float, lat: float, country: str) -> None:
    assert ilp.places.country_at([lon], [lat])[0] == country, name


def test_the_sea_has_no_country_and_a_point_off_the_coast_the_nearest_if_asked() -> None:
    assert ilp.places.country_at([50.5, -30.0], [42.0, 0.0]).tolist() == [None, None]
    off_aktau = [51.10], [43.64]
    assert ilp.places.country_at(*off_aktau)[0] is None
    assert ilp.places.country_at(*off_aktau, within_km=20)[0] == "KZ"
    assert ilp.places.country_at([50.5], [42.0], within_km=20)[0] is None
    assert ilp.places.country_at([179.9999], [-16.84], within_km=60)[0] == "FJ"


def test_a_missing_point_has_no_country_and_none_at_all_is_no_error() -> None:
    assert ilp.places.country_at([np.nan, 72.8], [40.0, 40.53]).tolist() == [None, "KG"]
    assert ilp.places.country_at([], []).tolist() == []


def test_swapped_degrees_and_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="swapped"):
        ilp.places.country_at([40.5], [172.8])
    with pytest.raises(InputError, match="as many"):
        ilp.places.country_at([72.8, 71.0], [40.5])


def test_a_hundred_thousand_points_take_about_a_second() -> None:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(46, 88, 100_000), rng.uniform(35, 56, 100_000)
    ilp.places.country_at(lon[:10], lat[:10])
    began = time.perf_counter()
    found = ilp.places.country_at(lon, lat)
    assert time.perf_counter() - began < 3.0
    assert {"KZ", "RU", "UZ", None} <= set(found)


def test_borders_are_valid_and_no_line_runs_across_the_map(world: Any) -> None:
    assert world.geometry.is_valid.all()
    assert world["country"].dropna().is_unique
    assert world["country"].isna().sum() == 1
    for shape, country in zip(world.geometry, world["country"], strict=True):
        steps = [abs(np.diff(shapely.get_coordinates(part.exterior)[:, 0])).max() for part in shape.geoms]
        assert max(steps) < 20 or country == "AQ"
    west, south, east, north = world.total_bounds
    assert (west, east) == (-180, 180)
    assert south == -90
    assert north < 84


def test_countries_overlap_nowhere_and_share_their_lines(world: Any) -> None:
    six = world[world["country"].isin([*SIX, "RU", "CN", "IR", "PK"])].to_crs("ESRI:54034")
    whole = six.geometry.union_all()
    assert six.area.sum() == pytest.approx(whole.area, rel=1e-5)
    areas = six.set_index("country").area / 1e6
    published = {"TJ": 141_400, "KG": 199_900, "UZ": 447_400, "KZ": 2_724_900, "AF": 652_900}
    for country, km2 in published.items():
        assert areas[country] == pytest.approx(km2, rel=0.03)


def test_borders_take_codes_and_names_and_refuse_what_is_no_country() -> None:
    assert ilp.places.borders(["Кыргызстан", "TJ"])["country"].tolist() == ["KG", "TJ"]
    with pytest.raises(InputError, match="Atlantis"):
        ilp.places.borders(["Atlantis"])
    with pytest.raises(InputError, match="XA"):
        ilp.places.borders(["XA"])


def test_borders_are_named_in_the_language_in_use_and_are_the_callers_own() -> None:
    with i18n.language("ru"):
        table = ilp.places.borders(["TJ"])
        assert table["name"].tolist() == ["Таджикистан"]
        assert "нет" in ilp.explain(table)
    table.loc[0, "country"] = "??"
    assert ilp.places.borders(["TJ"])["country"].tolist() == ["TJ"]


# Posts


@pytest.fixture(scope="module")
def posts() -> Any:
    return ilp.places.border_posts()


def test_every_post_stands_at_the_border_of_its_two_countries(posts: Any, world: Any) -> None:
    lines = {row.country: row.geometry for row in world.itertuples(index=False)}
    for post in posts.itertuples(index=False):
        border = shapely.intersection(lines[post.country_a], lines[post.country_b])
        assert not border.is_empty, post.post_id
        scale = np.array([111.195 * np.cos(np.radians(post.lat)), 111.195])
        flat = shapely.transform(border, lambda xy, s=scale: xy * s)
        away = shapely.distance(flat, shapely.Point(np.array([post.lon, post.lat]) * scale))
        assert away <= BORDER_TOLERANCE_KM, f"{post.post_id} is {away:.1f} km from the border"


def test_posts_say_where_their_status_was_read_and_that_nobody_checked(posts: Any) -> None:
    assert not posts["verified"].any()
    assert posts["post_id"].is_unique
    assert posts["post_id"].is_monotonic_increasing
    known = posts[posts["status"] != "unknown"]
    assert len(known) > 15
    assert known["status_source"].notna().all()
    assert pd.to_datetime(known["status_date"]).notna().all()
    assert set(posts["status"]) <= {"open", "closed", "unknown"}
    assert set(posts["kind"]) <= {"road", "bridge", "rail", "foot"}
    assert set(posts["placed"]) <= {"map", "road", "hand"}
    assert (posts["accuracy_km"] > 0).all()


def test_no_post_is_told_strong_or_weak(posts: Any) -> None:
    text = " ".join(map(str, posts.columns)).casefold()
    for word in ("strength", "staff", "detect", "weak", "scanner", "rank", "corrupt", "score"):
        assert word not in text


def test_the_posts_of_the_region_are_there_in_russian_too(posts: Any) -> None:
    wanted = {
        "panji-poyon",
        "ishkashim",
        "tem",
        "ruzvay",
        "khumrogi",
        "hairaton",
        "torghundi",
        "aqina",
        "kulma",
        "karamyk",
    }
    wanted |= {
        "kyzyl-art",
        "fotehobod",
        "tursunzoda",
        "sarazm",
        "dostuk",
        "irkeshtam",
        "torugart",
        "korday",
        "zhibek-zholy",
    }
    wanted |= {"saryagash", "khorgos", "dostyk", "farap", "syrym", "zhaisan", "zhana-zhol"}
    assert wanted <= set(posts["post_id"])
    with i18n.language("ru"):
        names = ilp.places.border_posts().set_index("post_id")["name"]
    assert names["kyzyl-art"].startswith("Кызыл-Арт")


# Roads


@pytest.fixture(scope="module")
def graph() -> Any:
    nodes, edges = ilp.places.roads()
    made = nx.from_pandas_edgelist(edges, edge_attr="km")
    assert set(made) == set(nodes["node"])
    return made


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [("Dushanbe", "Moscow", 3571), ("Kunduz", "Dushanbe", 227), ("Dushanbe", "Khorugh", 373), ("Khorugh", "Osh", 605),
     ("Osh", "Bishkek", 502), ("Tirmiz", "Tashkent", 596), ("Almaty", "Yekaterinburg", 2224), ("Ashgabat", "Tashkent", 1319)],
)  # fmt: skip
def test_ways_are_as_long_as_on_the_uncontracted_roads(graph: Any, start: str, end: str, km: float) -> None:
    # Measured by others on the whole clip of the same source, before any of it was mended or contracted.
    found = nx.shortest_path_length(graph, start, end, weight="km")
    if start == "Ashgabat":  # a tear of the source at Tejen is mended, so that the way is 57 km shorter
        assert found == pytest.approx(1262, rel=0.005)
        assert found < km
    else:
        assert found == pytest.approx(km, rel=0.005)


def test_the_roads_are_one_small_graph_of_plausible_edges(graph: Any) -> None:
    nodes, edges = ilp.places.roads()
    assert len(nodes) <= 2500
    assert nx.number_connected_components(graph) <= 2
    place = nodes.set_index("node")
    ends = [np.radians(place.loc[edges[end], ["x", "y"]].to_numpy()) for end in ("source", "target")]
    half = np.sin((ends[0][:, 1] - ends[1][:, 1]) / 2) ** 2
    half += np.cos(ends[0][:, 1]) * np.cos(ends[1][:, 1]) * np.sin((ends[0][:, 0] - ends[1][:, 0]) / 2) ** 2
    straight = 2 * 6371.0 * np.arcsin(np.sqrt(half))
    assert (edges["km"] > straight * 0.98 - 1.5).all()
    assert set(nodes["kind"]) == {"town", "post", "junction"}
    assert not edges.duplicated(["source", "target"]).any()


def test_kunduz_and_osh_are_joined_through_posts_alone(posts: Any) -> None:
    nodes, edges = ilp.places.roads()
    graph = ilp.routes.corridor_graph(
        edges, posts.dropna(subset=["node"]), keep=["Kunduz", "Osh", "Dushanbe"], nodes=nodes, borders="posts"
    )
    way = nx.shortest_path(graph, "Kunduz", "Osh", weight="km")
    crossed = [node for node in way if graph.nodes[node]["kind"] == "post"]
    assert crossed[0] == "panji-poyon"
    assert len(crossed) >= 2
    assert graph.graph["choices"]["roads_without_post_left_out"] > 0
    found = ilp.routes.corridors(graph, "Kunduz", "Osh")
    assert len(found) >= 1


def test_posts_without_a_road_of_the_source_are_said_to_be_off_the_roads(posts: Any) -> None:
    off = set(posts.loc[posts["node"].isna(), "post_id"])
    assert {"tem", "ishkashim", "saryagash"} <= off
    assert len(off) < len(posts) / 4


def test_nearly_every_post_on_the_roads_is_crossed_by_a_road_that_goes_on(posts: Any, graph: Any) -> None:
    # Where the source draws no road beyond, the post is the end of one.
    on = posts.dropna(subset=["node"])
    ends = [post for post in on["node"] if graph.degree[post] < 2]
    assert len(ends) <= 3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 40))
def test_contraction_keeps_the_shortest_ways_between_kept_places(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    whole = nx.random_labeled_tree(size, seed=seed)
    whole.add_edges_from(rng.integers(0, size, (size // 2, 2)).tolist())
    whole.remove_edges_from(list(nx.selfloop_edges(whole)))
    for one, two in whole.edges:
        whole[one][two]["km"] = float(rng.integers(1, 50))
    keep = sorted(rng.choice(size, 6, replace=False).tolist())
    edges = nx.to_pandas_edgelist(whole)[["source", "target", "km"]]
    made = ilp.routes.corridor_graph(edges, keep=keep, crossing=0.0, per_km=1.0, per_hour=0.0, max_nodes=size)
    tight = ilp.routes.corridor_graph(
        edges, keep=keep, crossing=0.0, per_km=1.0, per_hour=0.0, max_nodes=len(made)
    )
    for small in (made, tight):
        for one in keep:
            far, near = (
                dict(nx.single_source_dijkstra_path_length(net, one, weight="km")) for net in (whole, small)
            )
            assert [near.get(two) for two in keep] == pytest.approx([far[two] for two in keep])


# The files, and the script that makes them


def test_the_vendored_data_is_small_and_each_file_says_whose_it_is() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 2_000_000
    licences = (FOLDER / "LICENCES.md").read_text(encoding="utf-8")
    for path in files:
        if path.suffix in (".gz", ".csv"):
            name = path.relative_to(FOLDER).as_posix()
            assert name in licences or name.split("/")[0] + "/" in licences, name
    assert "Open Database License" in (FOLDER / "roads" / "LICENSE").read_text(encoding="utf-8")
    assert {path.name for path in (FOLDER / "roads").iterdir()} == {"LICENSE", "nodes.csv.gz", "edges.csv.gz"}


def test_every_packed_file_names_the_package_it_is_made_from() -> None:
    sources = tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8"))
    made = {name for about in sources.values() for name in about["makes"]}
    assert made == {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.gz")}
    for about in sources.values():
        assert len(about["sha256"]) == 64
        assert {"version", "licence", "file", "archive"} <= set(about)


def test_the_packed_files_carry_no_time_of_making() -> None:
    for path in FOLDER.rglob("*.gz"):
        assert path.read_bytes()[4:8] == bytes(4), path.name


def test_the_stored_sounds_are_those_of_the_code(towns: pd.DataFrame) -> None:
    some = towns.iloc[::20]
    for name, others, sounds in zip(some["name"], some["names"], some["sounds"], strict=True):
        names = [name, *(others.split("|") if others else [])]
        assert [placefolds.sound(one) for one in names] == sounds.split("|"), (
            "run `python docs/make_geography`"
        )


def test_the_maker_refuses_a_file_of_another_version(tmp_path: Path) -> None:
    sources = maker("sources")
    with pytest.raises(SystemExit, match="neither"):
        sources.read("world-atlas", tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "countries-50m.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit, match="another sha256"):
        sources.read("world-atlas", tmp_path)


def test_a_ring_across_the_antimeridian_is_cut_and_one_around_the_pole_closed() -> None:
    borders = maker("borders")
    # Two rings on a grid of whole degrees: a box from 170 to -170, and a cap around the South Pole.
    box = [[350, 100], [20 - 360, 0], [0, 10], [340, 0], [0, -10]]
    cap = [[0, 20], [120, 0], [120, 0], [119, 0], [-359, 0]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [-180, -90]},
        "arcs": [box, cap],
        "objects": {"countries": {"geometries": [
            {"type": "Polygon", "id": "762", "properties": {"name": "Box"}, "arcs": [[0]]},
            {"type": "Polygon", "id": "010", "properties": {"name": "Cap"}, "arcs": [[1]]},
        ]}},
    }  # fmt: skip
    borders.MOVED = []
    made = {
        one["properties"]["country"]: one
        for one in json.loads(borders.make(json.dumps(topology).encode()))["features"]
    }
    pieces = shapely.from_geojson(json.dumps(made["TJ"]["geometry"]))
    assert sorted(part.bounds for part in pieces.geoms) == [(-180, 10, -170, 20), (170, 10, 180, 20)]
    around = shapely.from_geojson(json.dumps(made["AQ"]["geometry"]))
    assert around.contains(shapely.Point(0, -89))
    assert not around.contains(shapely.Point(0, -60))


def test_the_disclaimer_is_said_in_russian_too() -> None:
    with i18n.language("ru"):
        for text in (geography.DISCLAIMER, geography.ATTRIBUTION, geography.ROADS_ATTRIBUTION):
            assert i18n._(text) != text


def test_what_the_roads_carry_is_explained_in_russian_too(posts: Any) -> None:
    with i18n.language("ru"):
        said = ilp.explain(ilp.places.roads()[0]) + ilp.explain(posts)
    assert "OpenStreetMap" in said
    for word in ("order", "lines_from", "posts_verified", "not_shown"):
        assert word not in said


def test_other_names_point_at_places_of_the_gazetteer() -> None:
    with (FOLDER / "other_names.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    known = set(ilp.places.gazetteer()[["country", "name", "kind"]].itertuples(index=False, name=None))
    assert {(row["country"], row["place"], row["place_kind"]) for row in rows} <= known
    assert {row["verified"] for row in rows} == {"false"}
    assert {row["sort"] for row in rows} == {"former", "other"}


def test_the_gazetteer_is_packed_as_utf8_with_unix_lines() -> None:
    text = gzip.decompress((FOLDER / "gazetteer.csv.gz").read_bytes())
    assert b"\r" not in text
    assert text.decode("utf-8").startswith(
        "place_id,kind,name,country,admin,lon,lat,population,names,sounds\n"
    )
