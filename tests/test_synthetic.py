"""The recipe of the invented world: it repeats itself, and its parts keep their promises."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit.synthetic import names, spans
from ilp_toolkit.synthetic.__main__ import main
from ilp_toolkit.synthetic.city import City, make_city
from ilp_toolkit.synthetic.files import csv_bytes, json_bytes
from ilp_toolkit.synthetic.incidents import draw


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(np.random.default_rng(1))


def test_the_recipe_gives_the_committed_bytes(root, tmp_path):
    assert main([str(tmp_path)]) == 0
    made = sorted((tmp_path / "kelovar").iterdir())
    assert len(made) == 9
    different = [
        f.name for f in made if f.read_bytes() != (root / "datasets" / "kelovar" / f.name).read_bytes()
    ]
    assert different == []


def test_the_recipe_without_a_folder_says_what_to_type(capsys):
    assert main([]) == 2
    assert "python -m ilp_toolkit.synthetic datasets" in capsys.readouterr().err


def test_importing_the_package_does_not_load_the_recipe():
    code = "import sys, ilp_toolkit; sys.exit('ilp_toolkit.synthetic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_districts_cover_the_city_and_do_not_overlap(city):
    parts = list(city.districts["geometry"])
    whole = shapely.unary_union(parts)
    assert sum(part.area for part in parts) == pytest.approx(whole.area, rel=1e-9)
    assert whole.symmetric_difference(city.boundary).area < 100  # m², of 48 km²


def test_streets_hang_together(city):
    ends = [(line.coords[0], line.coords[-1]) for line in city.streets["geometry"]]
    group = {node: node for pair in ends for node in pair}

    def top(node):
        while group[node] != node:
            node = group[node]
        return node

    for a, b in ends:
        group[top(a)] = top(b)
    assert len({top(node) for node in group}) == 1


def test_streets_stay_out_of_the_river_except_on_bridges(city):
    wet = [line.intersects(city.river.buffer(-5)) for line in city.streets["geometry"]]
    assert set(city.streets.loc[wet, "kind"]) == {"avenue"}
    assert 3 <= sum(wet) <= 6


def test_an_address_is_one_place_in_the_district_it_names(city):
    addresses = city.addresses
    assert not addresses.duplicated(["street", "house"]).any()
    assert not addresses.duplicated(["x", "y"]).any()
    shape = dict(zip(city.districts["area"], city.districts["geometry"], strict=True))
    for area, rows in addresses.groupby("district"):
        shapely.prepare(shape[area])
        assert shapely.intersects_xy(shape[area], rows["x"].to_numpy(), rows["y"].to_numpy()).mean() > 0.999


def test_another_seed_gives_other_streets_in_the_same_districts(city):
    other = make_city(np.random.default_rng(2))
    assert not other.streets["geometry"].equals(city.streets["geometry"])
    assert shapely.equals(other.districts["geometry"].to_numpy(), city.districts["geometry"].to_numpy()).all()


@given(st.lists(st.integers(0, 1096 * 1440 - 1), min_size=1, max_size=60), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_known_span_holds_the_moment_that_it_hides(moments, seed):
    moment = np.array(moments, dtype=np.int64)
    for style in ("absence", "parked", "damage", "days"):
        known = spans.known_spans(
            np.random.default_rng(seed), moment, np.full(len(moment), style, dtype=object), moment < 0
        )
        assert (known["start"] <= moment).all()
        assert ((known["end"] > moment) | (known["end"] == -1)).all()
        assert (known["end"] - known["start"] < 20 * 1440).all()


def test_what_the_police_saw_is_written_to_the_minute():
    moment = np.arange(500, dtype=np.int64) * 97
    style = np.full(500, "moment", dtype=object)
    known = spans.known_spans(np.random.default_rng(3), moment, style, np.ones(500, dtype=bool))
    assert (known["start"] == moment).all()
    assert (known["end"] == moment).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8).filter(any), st.integers(0, 10**6))
def test_draw_takes_only_what_has_weight(weights, seed):
    drawn = draw(np.random.default_rng(seed), np.array(weights, dtype=float), 50)
    assert all(weights[position] > 0 for position in drawn)


def test_draw_follows_its_weights():
    drawn = draw(np.random.default_rng(5), np.array([1.0, 0.0, 3.0]), 40_000)
    assert np.bincount(drawn, minlength=3) / 40_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_every_name_reads_the_same_in_both_scripts():
    back = {names.cyrillic(letter): letter for letter in "abdefgiklmnoprstuvz"} | {"ш": "sh"}
    for name in names.make_names(np.random.default_rng(1), 400):
        assert "".join(back[letter] for letter in names.cyrillic(name).lower()) == name.lower()
        assert not name.startswith("E")


def test_names_given_away_are_not_made_again():
    made = set(names.make_names(np.random.default_rng(1), 3500))
    assert not made & (names.ATLAS | names.AVOIDED)


def test_tables_are_written_with_plain_line_ends_and_quotes_only_where_needed():
    table = pd.DataFrame({"a": ["1", "x,y"], "б": ["", "ж"]})
    assert csv_bytes(table) == 'a,б\n1,\n"x,y",ж\n'.encode()
    assert csv_bytes(table, encoding="cp1251", separator=";").decode("cp1251") == "a;б\n1;\nx,y;ж\n"


def test_json_keeps_lists_of_numbers_on_one_line():
    assert json_bytes({"a": [1, 2.5], "б": {"c": [[1], []]}}).decode() == (
        '{\n "a": [1, 2.5],\n "б": {\n  "c": [\n   [1],\n   []\n  ]\n }\n}\n'
    )
