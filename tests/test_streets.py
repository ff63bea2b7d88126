"""Streets: hand-worked networks, brute force along the streets, and what must hold for any layer."""

from __future__ import annotations

import itertools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, MultiLineString, Point

from ilp_toolkit import choices
from ilp_toolkit.analysis import concentration, streets
from ilp_toolkit.errors import CrsError, InputError

CRS = "EPSG:32642"


def layer(*lines, index=None):
    return gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], index=index, crs=CRS)


def dots(*places):
    return gpd.GeoSeries([Point(place) for place in places], crs=CRS)


# Five segments: a lane A-B-C, a side street from B that forks at D, ends at E and F.
#
#   A --100-- B --100-- C
#             |
#            100
#             D --100-- F
#             |
#            100
#             E
FIVE = layer(
    [(0, 0), (100, 0)],
    [(100, 0), (200, 0)],
    [(100, 0), (100, -100)],
    [(100, -100), (100, -200)],
    [(100, -100), (200, -100)],
    index=["AB", "BC", "BD", "DE", "DF"],
)


def quartic(t, h):
    return 15 / (16 * h) * (1 - (t / h) ** 2) ** 2


def below(t, h):
    """Integral of the quartic kernel from 0 to t."""
    u = np.clip(t / h, 0, 1)
    return 15 / 16 * (u - 2 * u**3 / 3 + u**5 / 5)


def test_five_segments_count_as_by_hand():
    points = dots((10, 3), (20, -3), (100, -50), (100, -50), (150, -104), (500, 500))
    table = streets.count(points, FIVE)
    assert table["n"].tolist() == [2, 0, 2, 0, 1]
    assert table["per_km"].tolist() == [20, 0, 20, 0, 10]
    assert table.index.tolist() == ["AB", "BC", "BD", "DE", "DF"]
    noted = choices.of(table)
    assert (noted["snapped"], noted["too_far_from_streets"], noted["ties"]) == (5, 1, 0)


def test_the_80_20_table_of_five_segments_is_as_by_hand():
    points = dots(*[(10, 0)] * 6, *[(150, -100)] * 3, (100, -150))
    table = streets.hot_streets(points, FIVE)
    assert table.index.tolist() == ["AB", "DF", "DE", "BC", "BD"]
    assert table["incidents_share"].tolist() == pytest.approx([0.6, 0.9, 1, 1, 1])
    assert table["streets_share"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert table["length_share"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])


def test_gi_star_of_five_segments_is_as_by_hand():
    # Neighbourhoods with self: AB {AB BC BD}, BC the same, BD all five, DE {BD DE DF}, DF the same.
    points = dots(*[(10, 0)] * 4, *[(180, 0)] * 3, (100, -50), (100, -150), (190, -100))
    table = streets.gi_star(points, FIVE)
    x = np.array([4, 3, 1, 1, 1])
    z = (8 - 3 * x.mean()) / (x.std() * np.sqrt((5 * 3 - 9) / 4))
    low = (3 - 3 * x.mean()) / (x.std() * np.sqrt((5 * 3 - 9) / 4))
    assert table["gi_z"].tolist() == pytest.approx([z, z, np.nan, low, low], nan_ok=True)
    assert (table["p_value"].dropna() <= table["q_value"].dropna()).all()


def test_the_discontinuous_kernel_parts_equally_among_the_other_streets():
    # 60 m before B: what arrives there halves; at D it halves again; at A and C it turns back.
    h = 200.0
    field = streets.network_kde(dots((40, 0)), FIVE, bandwidth=h, lixel=100).set_index("segment")["density"]
    own = below(60, h) + below(140, h)
    first = (below(160, h) - below(60, h)) / 2
    assert field["AB"] / 10 == pytest.approx(own)
    back_at_b = (below(200, h) - below(140, h)) / 2
    back_at_c = (below(200, h) - below(160, h)) / 2
    assert field["BC"] / 10 == pytest.approx(first + back_at_b + back_at_c)
    assert field["BD"] / 10 == pytest.approx(first + back_at_b)
    assert field["DE"] / 10 == pytest.approx((below(200, h) - below(160, h)) / 4)
    assert field["DF"] == field["DE"]


def test_the_discontinuous_kernel_agrees_with_the_published_check_of_spnetwork():
    arms = layer(*[[(0.1, 0.1), end] for end in [(0.1, 5.1), (-4.9, 0.1), (0.1, -4.9), (5.1, 0.1)]])
    fine = streets.network_kde(dots((0.1, 3.1)), arms, bandwidth=10, lixel=0.001)
    there = fine[(fine["segment"] == 3) & np.isclose((fine["from_m"] + fine["to_m"]) / 2, 3, atol=6e-4)]
    turned = quartic(10, 10)  # the dead end 2 m behind the event is 2 + 5 + 3 m away: nothing comes back
    assert there["density"].mean() / 1000 == pytest.approx(quartic(6, 10) / 3 + turned, rel=1e-3)


def test_the_continuous_kernel_agrees_with_the_published_check_of_spnetwork():
    arms = layer(*[[(0.1, 0.1), end] for end in [(0.1, 10.1), (-9.9, 0.1), (0.1, -9.9), (10.1, 0.1)]])
    fine = streets.network_kde(dots((0.1, 3.1)), arms, bandwidth=5, lixel=0.001, split="continuous")
    there = fine[(fine["segment"] == 0) & np.isclose((fine["from_m"] + fine["to_m"]) / 2, 1, atol=6e-4)]
    assert there["density"].mean() / 1000 == pytest.approx(quartic(2, 5) - quartic(4, 5) / 2, rel=1e-3)


def test_network_k_agrees_with_the_published_check_of_spnetwork():
    arms = layer(*[[end, (0, 0)] for end in [(0, 5), (-5, 0), (0, -5), (5, 0)]])
    table = streets.network_k(dots((0, 3), (3, 0), (1, 0), (0, 1)), arms, distances=[1, 2, 3, 4, 6], rng=1)
    assert table["observed"].tolist() == pytest.approx([0, 10, 10, 50 / 3, 20])


def random_network(seed, nodes=12):
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 400, (nodes, 2))
    pairs = [p for p in itertools.combinations(range(nodes), 2) if rng.random() < 0.3] or [(0, 1)]
    return layer(*[[places[a], places[b]] for a, b in pairs]), rng


def brute_distances(lines, segment, offset):
    """Distance between any two places on a network: cut it at the places, then Dijkstra on everything."""
    nodes, rows = {}, []
    for s, line in enumerate(lines.geometry):
        stops = [(0.0, line.coords[0]), (line.length, line.coords[-1])]
        stops += [(o, ("event", i)) for i, (t, o) in enumerate(zip(segment, offset, strict=True)) if t == s]
        stops.sort(key=lambda stop: stop[0])
        for (a, one), (b, other) in itertools.pairwise(stops):
            rows.append((nodes.setdefault(one, len(nodes)), nodes.setdefault(other, len(nodes)), b - a))
    dense = np.full((len(nodes), len(nodes)), np.inf)
    for a, b, d in rows:
        dense[a, b] = dense[b, a] = min(dense[a, b], max(d, 1e-12))
    found = dijkstra(csr_matrix(np.where(np.isfinite(dense), dense, 0)))
    events = [nodes["event", i] for i in range(len(segment))]
    return found[np.ix_(events, events)]


@pytest.mark.filterwarnings("ignore:In `streets`")
@pytest.mark.parametrize("seed", range(6))
def test_network_k_is_what_brute_force_counts(seed):
    lines, rng = random_network(seed)
    segment = rng.integers(0, len(lines), 25)
    offset = rng.uniform(0, lines.length.to_numpy()[segment])
    points = gpd.GeoSeries(
        shapely.line_interpolate_point(np.asarray(lines.geometry.array)[segment], offset), crs=CRS
    )
    snapped = streets.snap(points, lines)
    same = snapped["segment"].to_numpy() == segment
    apart = brute_distances(lines, snapped["segment"].to_numpy(), snapped["offset_m"].to_numpy())
    assert same.mean() > 0.9
    distances = [20, 60, 150, 400]
    table = streets.network_k(points, lines, distances=distances, permutations=1, rng=1)
    upper = apart[np.triu_indices(25, 1)]
    expected = [2 * lines.length.sum() / (25 * 24) * (upper <= d + 1e-9).sum() for d in distances]
    assert table["observed"].tolist() == pytest.approx(expected)


@pytest.mark.filterwarnings("ignore:In `streets`")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(20, 300), st.floats(5, 200), st.sampled_from(["discontinuous", "continuous"]))  # fmt: skip
def test_the_kernel_keeps_the_mass_of_every_event(seed, bandwidth, lixel, split):
    lines, rng = random_network(seed, nodes=6)
    points = gpd.GeoSeries.from_xy(*rng.uniform(0, 400, (2, 8)), crs=CRS)
    weights = rng.uniform(0, 5, 8)
    field = streets.network_kde(points, lines, bandwidth=bandwidth, lixel=lixel, split=split, max_distance=1e4, weights=weights)  # fmt: skip
    mass = (field["density"] * (field["to_m"] - field["from_m"])).sum() / 1000
    assert mass == pytest.approx(weights.sum(), abs=max(1e-9, choices.of(field)["mass_not_followed"] * 1.01))
    assert choices.of(field)["mass_not_followed"] < 1e-3
    if split == "discontinuous":
        assert (field["density"] >= 0).all()


def test_the_continuous_kernel_does_not_jump_at_a_junction():
    field = streets.network_kde(dots((80, 0)), FIVE, bandwidth=150, lixel=0.5, split="continuous")
    at_b = [field[field["segment"] == "AB"]["density"].iloc[-1], *(field[field["segment"] == s]["density"].iloc[0] for s in ("BC", "BD"))]  # fmt: skip
    assert np.ptp(at_b) / np.mean(at_b) < 0.02
    other = streets.network_kde(dots((80, 0)), FIVE, bandwidth=150, lixel=0.5)
    assert other[other["segment"] == "AB"]["density"].iloc[-1] > 1.9 * other[other["segment"] == "BC"]["density"].iloc[0]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 250), st.floats(-250, 50)), min_size=1, max_size=12), st.randoms())
def test_the_order_of_events_does_not_matter_and_each_counts_once(places, random):
    points = dots(*places)
    table = streets.count(points, FIVE, max_distance=40)
    noted = choices.of(table)
    assert table["n"].sum() + noted["too_far_from_streets"] == len(places)
    shuffled = dots(*random.sample(places, len(places)))
    pd.testing.assert_series_equal(table["n"], streets.count(shuffled, FIVE, max_distance=40)["n"])
    snapped = streets.snap(points, FIVE, max_distance=40)
    far = snapped["segment"].isna()
    assert (snapped["distance_m"][far] > 40).all()
    assert np.allclose(snapped["distance_m"], [FIVE.distance(p).min() for p in points])


def test_scattered_events_are_within_chance_and_a_pile_is_not():
    square = [LineString([(x, y), (x + dx, y + dy)]) for x in range(0, 1000, 100) for y in range(0, 1000, 100) for dx, dy in ((100, 0), (0, 100))]  # fmt: skip
    town = gpd.GeoDataFrame(geometry=square, crs=CRS)
    rng = np.random.default_rng(4)
    lines = np.asarray(town.geometry.array)
    anywhere = shapely.line_interpolate_point(lines[rng.integers(0, len(lines), 120)], rng.uniform(0, 100, 120))  # fmt: skip
    calm = streets.network_k(gpd.GeoSeries(anywhere, crs=CRS), town, distances=[50, 100, 200], rng=1)
    assert (calm["q_value"] > 0.05).all()
    pile = shapely.line_interpolate_point(lines[rng.integers(0, 6, 60)], rng.uniform(0, 100, 60))
    hot = streets.network_k(gpd.GeoSeries([*anywhere[:60], *pile], crs=CRS), town, distances=[50, 100, 200], rng=1)  # fmt: skip
    assert (hot["p_value"] == 0.02).all()
    assert (hot["ratio"] > 2).all()
    again = streets.network_k(gpd.GeoSeries([*anywhere[:60], *pile], crs=CRS), town, distances=[50, 100, 200], rng=1)  # fmt: skip
    pd.testing.assert_frame_equal(hot, again)


def test_streets_in_parts_keep_the_label_of_the_caller():
    many = gpd.GeoDataFrame(
        {"name": ["x", "y", "z"]},
        geometry=[MultiLineString([[(0, 0), (1, 0)], [(5, 0), (9, 0)]]), LineString([(0, 9), (9, 9)]), None],
        index=["a", "b", "c"],
        crs=CRS,
    )
    before = many.copy()
    table = streets.segments(many)
    assert table["street_id"].tolist() == ["a", "a", "b"]
    assert table.index.tolist() == [0, 1, 2]
    assert table["length_m"].tolist() == [1, 4, 9]
    assert choices.of(table)["streets_left_out"] == {"no_length": 1}
    assert streets.count(dots((6, 0)), many)["n"].tolist() == [0, 1, 0]
    assert streets.segments(table).index.tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(many, before)


def test_lines_that_cross_are_joined_only_if_cut():
    cross = layer([(0, 50), (100, 50)], [(50, 0), (50, 100)], index=["we", "ns"])
    with pytest.warns(UserWarning, match="planarise=True"):
        apart = streets.network_kde(dots((40, 50)), cross, bandwidth=40)
    assert apart[apart["segment"] == "ns"]["density"].sum() == 0
    cut = streets.segments(cross, planarise=True)
    assert cut["street_id"].tolist() == ["we", "we", "ns", "ns"]
    joined = streets.network_kde(dots((40, 50)), cut, bandwidth=40)
    assert joined[joined["street_id"] == "ns"]["density"].sum() > 0
    begins = [line.coords[0] for line in cut.geometry]
    assert begins == [(0, 50), (50, 50), (50, 0), (50, 50)]


def test_an_event_at_a_junction_goes_to_the_first_street_and_is_counted_as_a_tie():
    for order in (["AB", "BC", "BD", "DE", "DF"], ["BD", "DF", "AB", "BC", "DE"]):
        table = streets.count(dots((100, 0)), FIVE.loc[order])
        assert table["n"].tolist() == [1, 0, 0, 0, 0]
        assert choices.of(table)["ties"] == 1


def test_loops_parallel_streets_and_dead_ends_work():
    odd = layer(
        [(0, 0), (100, 0)],
        [(0, 0), (50, 40), (100, 0)],
        [(100, 0), (150, 50), (200, 0), (100, 0)],
        [(0, 0), (0, 0)],
    )
    points = dots((10, 0), (150, 50), (50, 40))
    assert streets.count(points, odd)["n"].tolist() == [1, 1, 1]
    for split in ("discontinuous", "continuous"):
        field = streets.network_kde(points, odd, bandwidth=150, split=split)
        assert (field["density"] * (field["to_m"] - field["from_m"])).sum() / 1000 == pytest.approx(3, abs=1e-4)  # fmt: skip
    table = streets.network_k(points, odd, distances=[10, 1000], rng=1, permutations=9)
    assert table["observed"].iloc[1] == pytest.approx(odd.length.sum())


def test_no_event_and_rows_without_a_place_have_a_defined_answer():
    empty = gpd.GeoSeries([None, Point()], crs=CRS)
    assert streets.count(empty, FIVE)["n"].sum() == 0
    assert streets.snap(empty, FIVE)["segment"].isna().all()
    assert streets.network_kde(empty, FIVE)["density"].sum() == 0
    assert streets.gi_star(empty, FIVE)["gi_z"].isna().all()
    with pytest.raises(InputError, match="nothing to share out"):
        streets.hot_streets(empty, FIVE)
    with pytest.raises(InputError, match="at least two"):
        streets.network_k(empty, FIVE, distances=[100])


def test_every_argument_changes_the_answer():
    points = dots(*[(10, 30)] * 4, (150, 0), (100, -150))
    weights = [1, 1, 1, 1, 90, 1]
    assert streets.count(points, FIVE, max_distance=20)["n"].sum() == 2
    assert streets.count(points, FIVE, weights=weights)["weight"].tolist() == [4, 90, 0, 1, 0]
    assert streets.hot_streets(points, FIVE, weights=weights).index[0] == "BC"
    stretched = layer([(0, 0), (1000, 0)], [(1000, 0), (1000, 50)], [(1000, 0), (1500, 0)])
    some = dots((10, 0), (20, 0), (1000, 40))
    assert streets.hot_streets(some, stretched, measure="per_km").index[0] == 1
    assert streets.hot_streets(some, stretched).index[0] == 0
    per_km = streets.gi_star(some, FIVE.set_crs(CRS), measure="per_km", max_distance=5000)
    assert not per_km["gi_z"].isna().all()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: streets.count(dots((0, 0)), FIVE.to_crs(4326)), "to_crs"),
        (lambda: streets.count(dots((0, 0)), FIVE.to_crs(32643)), "Bring one to the other"),
        (lambda: streets.count(dots((0, 0)), FIVE, max_distance=-1), "max_distance"),
        (lambda: streets.count(dots((0, 0)), gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=CRS)), "must hold lines"),
        (lambda: streets.count(dots((0, 0)), FIVE.iloc[:0]), "no line"),
        (lambda: streets.network_kde(dots((0, 0)), FIVE, bandwidth=0), "bandwidth"),
        (lambda: streets.network_kde(dots((0, 0)), FIVE, lixel=float("nan")), "lixel"),
        (lambda: streets.network_kde(dots((0, 0)), FIVE, split="equal"), "split"),
        (lambda: streets.network_k(dots((0, 0), (1, 0)), FIVE, distances=[2, 1]), "rising"),
        (lambda: streets.network_k(dots((0, 0), (1, 0)), FIVE, distances=[2], permutations=0), "permutations"),
        (lambda: streets.gi_star(dots((0, 0)), FIVE, measure="share"), "measure"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_way_out(call, said):
    with pytest.raises((CrsError, InputError), match=said):
        call()


@pytest.fixture(scope="module")
def kelovar(root):
    folder = root / "datasets" / "kelovar"
    lines = gpd.read_file(folder / "streets.geojson").to_crs(32742).set_index("segment")
    rows = pd.read_csv(folder / "incidents.csv", low_memory=False)
    rows["longitude"] = pd.to_numeric(rows["longitude"], errors="coerce")
    rows["latitude"] = pd.to_numeric(rows["latitude"], errors="coerce")
    near = rows["longitude"].between(67, 67.5) & rows["latitude"].between(-35.5, -35.2)
    rows = rows[near]
    shapes = gpd.points_from_xy(rows["longitude"], rows["latitude"], crs=4326)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return gpd.GeoDataFrame(rows, geometry=shapes).to_crs(32742), lines, truth


def test_addresses_of_kelovar_lie_on_the_street_of_their_name(kelovar):
    points, lines, _truth = kelovar
    snapped = streets.snap(points, lines)
    placed = snapped[snapped["segment"].notna() & snapped["address"].notna()]
    names = placed["segment"].map(lines["street"])
    right = [name in address for name, address in zip(names, placed["address"], strict=True)]
    assert len(placed) > 0.95 * len(points)
    assert np.mean(right) > 0.9


def test_the_hot_addresses_of_kelovar_are_on_its_fullest_streets(kelovar):
    points, lines, truth = kelovar
    table = streets.hot_streets(points, lines)
    half = table[table["incidents_share"].shift(fill_value=0) < 0.5]
    assert 0.02 < half["length_share"].iloc[-1] < 0.35
    assert concentration.gini(table["n"]) > 0.4
    hot = [row["address"] for row in truth["hot_addresses"]]
    on_hot = streets.snap(points[points["address"].isin(hot)], lines)["segment"].dropna()
    rank = pd.Series(np.arange(len(table)), index=table.index)
    assert rank[on_hot].median() < 0.1 * len(table)
