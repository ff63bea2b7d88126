"""Corridors, shares, chokepoints and displacement on segments: published answers, peers, then properties."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import routes
from ilp_toolkit.errors import ColumnsError, InputError

YEN = [("C", "D", 3), ("C", "E", 2), ("D", "F", 4), ("E", "D", 1), ("E", "F", 2), ("E", "G", 3), ("F", "G", 2),
       ("F", "H", 1), ("G", "H", 2)]  # fmt: skip
FLOW = pd.DataFrame({"origin": ["Pazzi"], "destination": ["Peruzzi"], "kg": [1.0]})


def arcs(rows: list[tuple], weight: str = "cost") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", weight]).astype({weight: float})


@st.composite
def graphs(draw):
    n = draw(st.integers(3, 7))
    pairs = list(itertools.combinations(range(n), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=12, unique=True))
    graph = nx.Graph() if draw(st.booleans()) else nx.DiGraph()
    graph.add_nodes_from(range(n))
    for a, b in chosen:
        graph.add_edge(a, b, cost=float(draw(st.integers(1, 9))))
    return graph


def test_yen_finds_the_seven_published_ways() -> None:
    found = routes.corridors(arcs(YEN), "C", "H", k=20, method="yen")
    assert found["cost"].tolist() == [5, 7, 8, 8, 8, 11, 11]
    assert found.attrs["choices"]["reason"] == "no more ways without loops"


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_yen_finds_what_listing_all_ways_finds(graph) -> None:
    ways = nx.all_simple_paths(graph, 0, 1)
    costs = sorted(nx.path_weight(graph, way, "cost") for way in ways)
    found = routes.corridors(graph, 0, 1, k=6, method="yen")
    assert found["cost"].tolist() == costs[:6]
    assert found["nodes"].is_unique


@settings(deadline=None, max_examples=60)
@given(graphs(), st.sampled_from([0.4, 0.7, 1.0]), st.sampled_from([1.2, 1.6, 3.0]))
def test_corridors_keep_to_the_detour_and_the_overlap(graph, overlap, detour) -> None:
    found = routes.corridors(graph, 0, 1, k=4, overlap=overlap, detour=detour)
    assert (len(found) > 0) == nx.has_path(graph, 0, 1)
    if len(found):
        assert found["cost"].iloc[0] == nx.shortest_path_length(graph, 0, 1, weight="cost")
        assert (found["detour"] <= detour * (1 + 1e-9)).all()
        assert (found["overlap"] < overlap).all() or len(found) == 1
    for way, cost in zip(found["nodes"], found["cost"], strict=True):
        assert len(set(way)) == len(way)
        assert nx.path_weight(graph, way, "cost") == cost


def test_fewer_corridors_come_with_the_reason() -> None:
    valley = arcs([("a", "b", 1), ("b", "c", 1)])
    found = routes.corridors(valley, "a", "c", k=3)
    assert len(found) == 1
    assert found.attrs["choices"]["reason"] == "searches used up"
    nothing = routes.corridors(valley, "c", "a", k=3)
    assert nothing.empty
    assert nothing.attrs["choices"]["reason"] == "no way between the two"


def test_a_single_best_route_is_refused() -> None:
    with pytest.raises(InputError, match="best route"):
        routes.corridors(arcs(YEN), "C", "H", k=1)


def test_detection_is_no_cost() -> None:
    with pytest.raises(InputError, match="past the police"):
        routes.corridors(arcs(YEN, "risk"), "C", "H", weight="risk")
    roads = arcs([("a", "b", 1)], "km").assign(detection=0.2)
    with pytest.raises(InputError, match="past the police"):
        routes.corridor_graph(roads, keep=["a", "b"])


def test_the_first_bad_weight_is_named() -> None:
    with pytest.raises(InputError, match=r"1 edges whose `cost`.*C to E"):
        routes.corridors(arcs(YEN).replace({"cost": {2.0: np.nan}}).drop([4, 6, 8]), "C", "F")
    with pytest.raises(InputError, match="`origin` 'X' is not in the graph of 6 nodes"):
        routes.corridors(arcs(YEN), "X", "H")
    with pytest.raises(ColumnsError, match="cost"):
        routes.corridors(arcs(YEN, "km"), "C", "H")


def test_of_parallel_roads_the_shortest_is_taken() -> None:
    found = routes.corridors(arcs([("a", "b", 9), ("a", "b", 2), ("a", "a", 1)]), "a", "b", k=2)
    assert found["cost"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("shared", "sizes", "shares"),
    [(True, [1, 0.5, 0.5], [0.5, 0.25, 0.25]), (False, [1, 0.75, 0.75], [0.4, 0.3, 0.3])],
)
def test_path_size_logit_gives_the_published_shares(shared, sizes, shares) -> None:
    second = ("o", "b", "d") if shared else ("o", "c", "d")
    table = pd.DataFrame(
        {"origin": "o", "destination": "d", "cost": 2.0, "nodes": [("o", "a", "d"), ("o", "b", "d"), second],
         "legs": [(1.0, 1.0)] * 3}
    )  # fmt: skip
    if not shared:  # half of the second and third way is one road
        table["nodes"] = [("o", "a", "d"), ("o", "m", "b", "d"), ("o", "m", "c", "d")]
        table["legs"] = [(1.0, 1.0), (1.0, 0.5, 0.5), (1.0, 0.5, 0.5)]
    found = routes.assign(table, beta=0.3)
    assert found["path_size"].tolist() == pytest.approx(sizes)
    assert found["share"].tolist() == pytest.approx(shares)


def test_shares_add_up_for_each_pair_and_even_out_at_beta_0() -> None:
    pair = [routes.corridors(arcs(YEN), "C", end, k=3, detour=9) for end in ("H", "G")]
    found = routes.assign(pd.concat(pair, ignore_index=True), beta=2)
    assert found.groupby("destination")["share"].sum().tolist() == pytest.approx([1, 1])
    even = routes.assign(pair[0], beta=0)
    assert np.ptp(even["share"] / even["path_size"]) < 1e-12


def test_the_medici_have_their_published_betweenness() -> None:
    graph = nx.florentine_families_graph()
    nx.set_edge_attributes(graph, 1.0, "cost")
    found = routes.chokepoints(
        graph, FLOW, of="nodes", measures=["betweenness", "current_flow"], bootstraps=5
    )
    medici = found.set_index("node").loc["Medici"]
    assert medici["betweenness"] == pytest.approx(0.521978, abs=5e-7)
    assert medici["current_flow"] == pytest.approx(0.598947, abs=5e-7)
    edges = routes.chokepoints(graph, FLOW, of="edges", bootstraps=5).set_index(["source", "target"])
    assert edges["betweenness"].idxmax() in {("Medici", "Salviati"), ("Salviati", "Medici")}
    assert edges["betweenness"].max() == pytest.approx(0.247619, abs=5e-7)


def test_a_path_of_five_has_the_published_values() -> None:
    graph = nx.path_graph(5)
    nx.set_edge_attributes(graph, 2.5, "cost")
    flow = pd.DataFrame({"origin": [0], "destination": [4], "kg": [3.0]})
    found = routes.chokepoints(graph, flow, measures=["betweenness", "current_flow", "bridges"], bootstraps=5)
    assert found["betweenness"].tolist() == pytest.approx([0, 0.5, 2 / 3, 0.5, 0])
    assert found["current_flow"].tolist() == pytest.approx([0, 0.5, 2 / 3, 0.5, 0])
    assert found["share"].tolist() == [0, 1, 1, 1, 0]
    assert found["articulation"].tolist() == [False, True, True, True, False]


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_measures_are_those_of_networkx(graph) -> None:
    ends = next(((a, b) for a, b in itertools.permutations(graph, 2) if nx.has_path(graph, a, b)))
    flow = pd.DataFrame({"origin": [ends[0]], "destination": [ends[1]], "kg": [1.0]})
    settings_ = {"bootstraps": 2, "measures": ["betweenness", "current_flow", "bridges"]}
    nodes = routes.chokepoints(graph, flow, of="nodes", **settings_).set_index("node")
    edges = routes.chokepoints(graph, flow, of="edges", **settings_)
    expected = nx.betweenness_centrality(graph, weight="cost")
    assert nodes["betweenness"].to_dict() == pytest.approx(expected)
    expected = nx.edge_betweenness_centrality(graph, weight="cost")
    for row in edges.itertuples():
        assert row.betweenness == pytest.approx(
            expected.get((row.source, row.target), expected.get((row.target, row.source)))
        )
    plain = nx.Graph(graph)
    assert set(nodes.index[nodes["articulation"]]) == set(nx.articulation_points(plain))
    assert {frozenset(pair) for pair in edges.loc[edges["bridge"], ["source", "target"]].to_numpy()} == {
        frozenset(pair) for pair in nx.bridges(plain)
    }
    for _, row in plain.edges.items():
        row["g"] = 1 / row["cost"]
    for part in nx.connected_components(plain):
        if len(part) > 2:
            expected = nx.current_flow_betweenness_centrality(plain.subgraph(part), weight="g")
            assert nodes["current_flow"].loc[sorted(part)].to_dict() == pytest.approx(expected, abs=1e-9)


def test_posts_come_by_name_and_the_seed_gives_the_answer() -> None:
    graph = nx.Graph()
    for post, cost in (("P9", 1.0), ("P1", 1.05), ("P5", 1.6)):
        graph.add_node(post, kind="post")
        graph.add_edge("A", post, cost=cost)
        graph.add_edge(post, "B", cost=cost)
    flow = pd.DataFrame({"origin": ["A"], "destination": ["B"], "kg": [10.0]})
    found = routes.chokepoints(graph, flow, rng=3)
    assert found["post"].tolist() == ["P1", "P5", "P9"]
    assert found["share_as_given"].tolist() == [0, 0, 1]
    assert found["share"].sum() == pytest.approx(1)
    assert 0.2 < found["share"][0] < found["share"][2] < 0.8
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    pd.testing.assert_frame_equal(found, routes.chokepoints(graph, flow, rng=3))
    certain = routes.chokepoints(graph, flow, rng=3, cost_error=0, flow_error=0)
    assert certain["share"].tolist() == certain["share_as_given"].tolist()


def test_bounds_of_a_flow_are_used_and_flows_without_a_way_are_told() -> None:
    table = arcs([("a", "x", 1), ("x", "b", 1), ("c", "d", 1), ("c", "y", 1), ("y", "d", 3)])
    flow = pd.DataFrame({"origin": ["a", "b", "c"], "destination": ["b", "a", "d"], "kg": [3.0, 1.0, 6.0]})
    found = routes.chokepoints(table, flow, of="nodes", rng=1).set_index("node")
    assert found.attrs["choices"]["share_without_a_way"] == 0.1
    assert found["share_as_given"]["x"] == pytest.approx(1 / 3)
    sure = routes.chokepoints(
        table, flow.assign(low=flow["kg"], high=flow["kg"]), of="nodes", rng=1, cost_error=0
    )
    assert sure["low"].tolist() == sure["high"].tolist()
    with pytest.raises(InputError, match="first: row 1"):
        routes.chokepoints(table, flow.assign(kg=[1, -1, 1]))


def test_the_corridor_graph_keeps_distances_between_what_is_kept() -> None:
    rng = np.random.default_rng(5)
    grid = nx.grid_2d_graph(8, 8)
    names = {node: i for i, node in enumerate(grid)}
    roads = pd.DataFrame([(names[a], names[b], float(rng.integers(1, 9))) for a, b in grid.edges],
                         columns=["source", "target", "km"]).sample(frac=0.75, random_state=1)  # fmt: skip
    keep = [0, 27, 63]
    whole = nx.from_pandas_edgelist(roads, edge_attr="km")
    found = routes.corridor_graph(roads, keep=keep, speed=30)
    assert len(found) < whole.number_of_nodes()
    for a, b in itertools.combinations(keep, 2):
        expected = nx.shortest_path_length(whole, a, b, weight="km")
        assert nx.shortest_path_length(found, a, b, weight="km") == pytest.approx(expected)
        assert nx.shortest_path_length(found, a, b, weight="cost") == pytest.approx(expected / 30)
    thin = routes.corridor_graph(roads, keep=keep, max_nodes=12, speed=30)
    assert 3 <= len(thin) <= 12
    assert nx.shortest_path_length(thin, 0, 63, weight="km") == pytest.approx(
        nx.shortest_path_length(whole, 0, 63, weight="km")
    )
    assert choices.of(thin)["rounds_of_ways_kept"] >= 1


def test_posts_are_placed_take_their_hours_and_close_the_rest_of_the_border() -> None:
    roads = arcs([("t", "p", 60), ("p", "u", 60), ("t", "g", 30), ("g", "u", 30), ("z", "w", 1)], "km")
    nodes = pd.DataFrame({"node": list("tpguzw"), "x": [68.0, 69, 68.5, 70, 80, 81], "y": 40.0,
                          "country": ["XA", "XA", "XA", "XB", "XC", "XC"]})  # fmt: skip
    posts = pd.DataFrame({"post_id": ["P1"], "x": [69.01], "y": [40.01], "hours": [3.0]})
    found = routes.corridor_graph(roads, posts, nodes=nodes, keep=["t", "u", "z", "w"], borders="posts")
    assert set(found) == {"t", "p", "u", "z", "w"}
    assert found.nodes["p"]["post_id"] == "P1"
    assert found.nodes["p"]["kind"] == "post"
    assert nx.shortest_path_length(found, "t", "u", weight="hours") == pytest.approx(2 + 3)
    assert choices.of(found)["roads_without_post_left_out"] == 1
    assert choices.of(found)["components"] == [3, 2]
    way = routes.corridors(found, "t", "u", k=2)
    assert way["posts"].tolist() == [("p",)]
    assert way["countries"].tolist() == [("XA", "XB")]
    assert "what this does not show" in choices.explain(found)
    with pytest.raises(InputError, match="km from the nearest node"):
        routes.corridor_graph(roads, posts.assign(x=75.0), nodes=nodes, keep=["t"])


def segments(treated, near, control) -> pd.DataFrame:
    rows = [("T", "treated", *treated), ("N", "near", *near), ("C", "control", *control)]
    return pd.DataFrame(rows, columns=["segment", "role", "before", "after"])


def test_the_displacement_quotient_is_that_of_its_formula() -> None:
    found = routes.displacement_ratio(segments((100, 50), (50, 75), (200, 200)), rng=1)
    assert found.wdq == pytest.approx((75 / 200 - 50 / 200) / (50 / 200 - 100 / 200))
    assert found.reading == "displacement"
    assert found.low < found.wdq < found.high < 0
    assert found.table["relative"].tolist() == pytest.approx([0.5, 1.5, 1])


def test_the_e_test_and_its_interval_are_those_of_change() -> None:
    from ilp_toolkit.analysis import change

    found = routes.displacement_ratio(segments((30, 12), (20, 22), (90, 95)), exposure=(12, 6), rng=1).table
    expected = change.compare_periods(pd.Series([30, 20, 90]), pd.Series([12, 22, 95]), exposure=(12, 6))
    for column in ("ratio", "ratio_low", "ratio_high", "p_value"):
        assert found[column].tolist() == pytest.approx(expected[column].tolist())


def test_without_a_fall_nothing_is_said_of_displacement() -> None:
    found = routes.displacement_ratio(segments((50, 60), (50, 75), (200, 200)), rng=1)
    assert found.reading == "no_effect"
    assert np.isnan(found.wdq)
    assert routes.displacement_ratio(segments((100, 20), (20, 20), (200, 200)), rng=1).reading == "uncertain"
    assert routes.displacement_ratio(segments((200, 50), (90, 30), (400, 400)), rng=1).reading == "diffusion"


def test_segments_without_a_control_are_refused() -> None:
    with pytest.raises(InputError, match="without a row: control"):
        routes.displacement_ratio(segments((5, 5), (5, 5), (5, 5)).iloc[:2])
    with pytest.raises(InputError, match="first: segment 'N'"):
        routes.displacement_ratio(segments((5, 5), (5, -1), (5, 5)))
