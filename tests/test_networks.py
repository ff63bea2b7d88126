"""Networks of links: published values, networkx as the other pair of eyes, odd networks, and who has no row."""

from __future__ import annotations

import hashlib
import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices, i18n
from ilp_toolkit.analysis import networks
from ilp_toolkit.analysis._bursts import burst_levels
from ilp_toolkit.collection.links import read_links
from ilp_toolkit.errors import ColumnsError, InputError

PINNED = {
    "10_01": "92d7e670bdf1c7bd734f43c45ae456c4cbfa9f03b31fe8bfc1421ce22abc92fe",
    "13": "7f6320435155c83b0bee8b506f58095656155908ae2acec5f5ad7110852e31f2",
}
"""Hashes of the files that the published values were worked out from."""
LINKS = pd.DataFrame(
    {
        "source": ["p1", "p2", "p2", "p3", "p4", "p1"],
        "target": ["p2", "p1", "p3", "p4", "p5", "p1"],
        "kind": ["call", "meeting", "call", "call", "call", "call"],
        "weight": [3.0, np.nan, 2.0, 1.0, 4.0, 1.0],
        "item_ids": [("R-1",), ("R-2", "R-1"), ("R-3",), "R-4", None, ("R-5",)],
        "grade": ["4x4:B2", None, "4x4:C4", "4x4:A1", pd.NA, "4x4:A1"],
        "date": ["2025-01-05", "2025-01-02", None, "2025-03-01", "2025-03-02", None],
    }
)
PEOPLE = pd.DataFrame(
    {
        "entity_id": ["p1", "p2", "p3", "p4", "p5", "p6"],
        "type": ["person"] * 5 + ["phone"],
        "role": ["suspect", "Потерпевший", "accused", "witness", "unknown", None],
        "area": ["north", "north", "south", "south", "south", None],
    }
)


def read(real_data, name: str) -> nx.Graph:
    folder = real_data / "covert_networkdata"
    if name in PINNED:
        content = (folder / f"covert_{name}_edges.csv").read_bytes()
        assert hashlib.sha256(content).hexdigest() == PINNED[name]
    edges = pd.read_csv(folder / f"covert_{name}_edges.csv", dtype={"from": str, "to": str})
    nodes = pd.read_csv(folder / f"covert_{name}_nodes.csv", dtype={"name": str})
    links = edges.rename(columns={"from": "source", "to": "target"})
    return networks.graph_from_links(
        links, entities=nodes.rename(columns={"name": "entity_id"})[["entity_id"]]
    )


# The published networks ------------------------------------------------------------------------------------


def test_the_wiretapped_network_has_its_known_positions(real_data) -> None:
    found = networks.centralities(read(real_data, "10_01"), measures=["degree", "betweenness", "closeness"])
    assert len(found) == 110
    assert found.attrs["choices"]["n_edges"] == 205
    found = found.set_index("entity_id")
    assert found.loc["1", "degree"] == 60
    assert found.loc["1", "degree_normalised"] == pytest.approx(0.5505, abs=5e-5)
    assert found.loc["1", "betweenness"] == pytest.approx(3752.0859, abs=5e-5)
    assert found.loc["1", "betweenness_normalised"] == pytest.approx(0.6375, abs=5e-5)
    assert found.loc["1", "closeness_normalised"] == pytest.approx(0.6770, abs=5e-5)
    assert found.loc[["12", "3"], "degree"].tolist() == [28, 27]
    expected = {"12": 0.2921, "87": 0.1193, "76": 0.1152, "3": 0.1052}
    for name, value in expected.items():
        assert found.loc[name, "betweenness_normalised"] == pytest.approx(value, abs=5e-5)


PHASES = {
    1: 0.9066,
    2: 0.9427,
    3: 0.8295,
    4: 0.8393,
    5: 0.8839,
    6: 0.5426,
    8: 0.5537,
    9: 0.2491,
    10: 0.3427,
    11: 0.5263,
}
FILES = {1: "10_02", 10: "10_03", 11: "10_04", 2: "10_05", 3: "10_06", 4: "10_07", 5: "10_08", 6: "10_09", 8: "10_11", 9: "10_12"}  # fmt: skip


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_one_position_changes_from_phase_to_phase(real_data, phase: int) -> None:
    found = networks.centralities(read(real_data, FILES[phase]), measures=["betweenness"]).set_index(
        "entity_id"
    )
    assert found.loc["1", "betweenness_normalised"] == pytest.approx(PHASES[phase], abs=5e-5)
    if phase == 9:
        assert found.loc["3", "betweenness_normalised"] == pytest.approx(0.5762, abs=5e-5)


def test_the_wiretapped_network_has_twelve_cut_points(real_data) -> None:
    graph = read(real_data, "10_01")
    found = networks.cut_points(graph)
    assert len(found) == 12
    assert set(found["entity_id"]) == set(nx.articulation_points(graph))


def test_the_cocaine_network_has_its_known_centre(real_data) -> None:
    found = networks.centralities(read(real_data, "13")).set_index("entity_id")
    assert len(found) == 28
    kay = found.loc["Kay", ["degree_normalised", "betweenness_normalised", "closeness_normalised"]]
    assert kay.tolist() == pytest.approx([0.8889, 0.8875, 0.9000], abs=5e-5)


def test_the_florentine_families_have_their_known_betweenness() -> None:
    found = networks.centralities(nx.florentine_families_graph()).set_index("entity_id")
    assert found.loc["Medici", "betweenness_normalised"] == pytest.approx(0.521978, abs=5e-7)


def test_a_path_of_five_is_told_by_hand() -> None:
    found = networks.centralities(nx.path_graph(5))
    assert found["betweenness_normalised"].round(4).tolist() == [0, 0.5, 0.6667, 0.5, 0]


# Against networkx ------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn, *, weighted: bool = False) -> nx.Graph:
    n = draw(st.integers(1, 9))
    directed = draw(st.booleans())
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(n))
    pairs = list(itertools.permutations(range(n), 2) if directed else itertools.combinations(range(n), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    for one, two in chosen:
        graph.add_edge(one, two, w=float(draw(st.integers(1, 4))) if weighted else 1.0)
    return graph


@settings(max_examples=40, deadline=None)
@given(graphs(weighted=True), st.booleans())
def test_measures_agree_with_networkx(graph: nx.Graph, weighted: bool) -> None:
    weight = "w" if weighted else None
    found = networks.centralities(graph, weight=weight)
    names = list(found["entity_id"])
    between = nx.betweenness_centrality(graph, weight=weight)
    near = nx.closeness_centrality(graph, distance=weight)
    assert found["betweenness_normalised"].tolist() == pytest.approx([between[n] for n in names], abs=1e-12)
    assert found["closeness_normalised"].tolist() == pytest.approx([near[n] for n in names], abs=1e-12)
    strong = graph.copy()
    for _one, _two, edge in strong.edges(data=True):
        edge["s"] = 1 / edge["w"]
    burt = nx.constraint(strong, weight="s" if weighted else None)
    assert found["constraint"].tolist() == pytest.approx([burt[n] for n in names], abs=1e-12, nan_ok=True)
    assert found["degree"].tolist() == [graph.degree(n) for n in names]


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_the_eigenvector_is_one(graph: nx.Graph) -> None:
    plain = graph.to_undirected()
    vector = networks.centralities(plain, measures=["eigenvector"])["eigenvector"].to_numpy()
    if not plain.number_of_edges():
        assert np.isnan(vector).all()
        return
    matrix = nx.to_numpy_array(plain, nodelist=sorted(plain))
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert (vector >= 0).all()
    np.testing.assert_allclose(matrix @ vector, np.linalg.eigvalsh(matrix)[-1] * vector, atol=1e-9)


def test_the_eigenvector_of_a_large_network_is_that_of_networkx() -> None:
    graph = nx.barabasi_albert_graph(400, 3, seed=1)
    expected = nx.eigenvector_centrality_numpy(graph)
    found = networks.centralities(graph, measures=["eigenvector"])
    assert found["eigenvector"].tolist() == pytest.approx([expected[n] for n in found["entity_id"]], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(graphs(weighted=True), st.randoms(use_true_random=False))
def test_names_and_the_order_of_edges_do_not_matter(graph: nx.Graph, random) -> None:
    names = [f"v{i}" for i in range(len(graph))]
    random.shuffle(names)
    moved = nx.relabel_nodes(graph, dict(zip(graph, names, strict=True)))
    again = moved.__class__()
    nodes, edges = list(moved.nodes), list(moved.edges(data=True))
    random.shuffle(nodes)
    random.shuffle(edges)
    again.add_nodes_from(nodes)
    again.add_edges_from(edges)
    first = networks.centralities(graph, weight="w").set_index("entity_id")
    second = networks.centralities(again, weight="w").set_index("entity_id")
    second = second.loc[[names[i] for i in first.index]]
    np.testing.assert_allclose(first.to_numpy(float), second.to_numpy(float), atol=1e-9)
    assert list(networks.centralities(again)["entity_id"]) == sorted(names)


def test_strength_is_inverted_and_said() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 4), ("b", "c", 4), ("a", "c", 1)])
    strong = networks.centralities(graph, weight="weight", weight_is="strength").set_index("entity_id")
    long = networks.centralities(graph, weight="weight").set_index("entity_id")
    assert strong.loc["b", "betweenness"] == 1  # 1/4 + 1/4 is nearer than 1
    assert long.loc["b", "betweenness"] == 0
    assert strong.loc["b", "strength"] == 8
    assert "distance = 1 / strength" in choices.explain(
        networks.centralities(graph, weight="weight", weight_is="strength")
    )


# Making the network ----------------------------------------------------------------------------------------


def test_every_link_keeps_its_evidence() -> None:
    graph = networks.graph_from_links(LINKS, entities=PEOPLE)
    edge = graph.edges["p1", "p2"]
    assert (edge["n"], edge["kind"], edge["weight"], edge["weights_unknown"]) == (2, "call; meeting", 3.0, 1)
    assert edge["item_ids"] == ("R-1", "R-2")
    assert (edge["grades"], edge["ungraded"]) == (("4x4:B2",), 1)
    assert edge["dates"] == (pd.Timestamp("2025-01-02"), pd.Timestamp("2025-01-05"))
    assert [(one["source"], one["target"]) for one in edge["links"]] == [("p1", "p2"), ("p2", "p1")]
    assert sum(e["n"] for _o, _t, e in graph.edges(data=True)) == len(LINKS)
    assert graph.nodes["p2"]["role"] == "victim"
    assert {name: graph.nodes["p6"][name] for name in ("type", "role", "label", "item_ids")} == {
        "type": "phone", "role": "unknown", "label": "p6", "item_ids": (),
    }  # fmt: skip
    assert graph.degree["p6"] == 0
    assert "links" in choices.explain(graph)


def test_directions_are_kept_when_asked_for_and_counted_when_not() -> None:
    table = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "directed": [True, False]})
    graph = networks.graph_from_links(table, directed=True)
    assert set(graph.edges) == {("a", "b"), ("b", "c"), ("c", "b")}
    plain = networks.graph_from_links(table)
    assert choices.of(plain)["directions_left_aside"] == 1
    assert sum(1 for _ in networks.timeline(graph).index) == 0


def test_the_table_that_came_in_is_not_changed() -> None:
    before = hashlib.sha256(LINKS.to_json().encode()).hexdigest()
    networks.timeline(LINKS)
    networks.graph_from_links(LINKS, entities=PEOPLE)
    assert hashlib.sha256(LINKS.to_json().encode()).hexdigest() == before


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda: networks.graph_from_links([1]), InputError, "`links` must be a table"),
        (lambda: networks.graph_from_links(pd.DataFrame({"source": ["a"]})), ColumnsError, "lacks the columns target"),
        (lambda: networks.graph_from_links(pd.DataFrame({"source": ["a", None], "target": ["b", "c"]})), InputError, "first: row 1"),
        (lambda: networks.graph_from_links(LINKS, entities=pd.concat([PEOPLE, PEOPLE])), InputError, "stand twice"),
        (lambda: networks.graph_from_links(LINKS, entities=pd.DataFrame({"entity_id": [1, 2]})), InputError, "None of the 5 ids"),
        (lambda: networks.centralities("graph"), InputError, "must be a graph of networkx"),
        (lambda: networks.centralities(nx.path_graph(3), weight="km"), ColumnsError, "no `km`"),
        (lambda: networks.centralities(nx.path_graph(3), measures=["fame"]), InputError, "degree, betweenness"),
        (lambda: networks.centralities(nx.path_graph(3), roles="victim"), InputError, "stay out of such tables"),
        (lambda: networks.removal(nx.path_graph(3), by="role"), ColumnsError, "has the attribute 'role'"),
        (lambda: networks.paths(nx.path_graph(3), 0, 9), InputError, "is not in the graph"),
        (lambda: networks.paths(nx.path_graph(3), 1, 1), InputError, "the same vertex"),
        (lambda: networks.brokers(nx.path_graph(3), group="area"), ColumnsError, "has the attribute 'area'"),
        (lambda: networks.two_mode(nx.path_graph(3), onto="person"), ColumnsError, "has the attribute 'type'"),
        (lambda: networks.rank_stability(nx.path_graph(3), levels=[1.5]), InputError, "shares above 0"),
        (lambda: networks.timeline(nx.path_graph(3)), InputError, "hold no links"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(change, error, words: str) -> None:
    with pytest.raises(error, match=words):
        change()


@pytest.mark.parametrize("value", [np.nan, 0.0, -1.0, np.inf, "far", None])
def test_a_weight_that_is_none_is_refused_with_its_edge(value) -> None:
    graph = nx.Graph()
    graph.add_edge("a", "b", w=1.0)
    graph.add_edge("b", "c", w=value)
    for kind in ("distance", "strength"):
        with pytest.raises(InputError, match=r"1 edges whose `w`.*first: b to c"):
            networks.centralities(graph, weight="w", weight_is=kind)


# Odd networks ----------------------------------------------------------------------------------------------


def test_an_empty_network_has_no_rows() -> None:
    graph = networks.graph_from_links(pd.DataFrame({"source": [], "target": []}))
    for table in (networks.centralities(graph), networks.communities(graph, rng=1), networks.cut_points(graph),
                  networks.cut_points(graph, of="edges"), networks.timeline(graph)):  # fmt: skip
        assert len(table) == 0
    assert len(networks.rank_stability(graph, draws=2, rng=1).vertices) == 0


def test_vertices_without_links_and_several_parts_are_measured() -> None:
    graph = nx.Graph([("a", "b"), ("c", "d")])
    graph.add_node("e")
    found = networks.centralities(graph).set_index("entity_id")
    assert found.loc["e", ["degree", "betweenness", "closeness", "eigenvector"]].tolist() == [0, 0, 0, 0]
    assert np.isnan(found.loc["e", "constraint"])
    assert found["eigenvector"].tolist() == pytest.approx([0.5] * 4 + [0])  # two parts equally dense


def test_loops_and_parallel_links_are_left_out_merged_and_counted() -> None:
    graph = nx.MultiGraph()
    graph.add_edge("a", "a", w=1)
    graph.add_edge("a", "b", w=5)
    graph.add_edge("a", "b", w=2)
    graph.add_edge("b", "c", w=1)
    found = networks.centralities(graph, weight="w")
    assert choices.of(found)["loops_left_out"] == 1
    assert choices.of(found)["parallel_merged"] == 1
    assert found["degree"].tolist() == [1, 2, 1]
    assert found["closeness"].tolist() == pytest.approx([1 / 5, 1 / 3, 1 / 4])  # the shorter of the two
    strong = networks.centralities(graph, weight="w", weight_is="strength")
    assert strong["strength"].tolist() == [7, 8, 1]  # the sum of both


def test_ids_of_several_kinds_stay_what_they_are() -> None:
    graph = nx.Graph([(1, "1"), ("1", 2.5), (2.5, ("x", 3))])
    found = networks.centralities(graph, measures=["degree"])
    assert set(found["entity_id"]) == set(graph)
    assert networks.rank_stability(graph, draws=3, rng=1).vertices["entity_id"].nunique() == 4


# Who has no row --------------------------------------------------------------------------------------------


def test_only_people_with_a_reason_to_be_there_have_a_row() -> None:
    graph = networks.graph_from_links(LINKS, entities=PEOPLE)
    for table in (
        networks.centralities(graph),
        networks.communities(graph, rng=1),
        networks.brokers(graph, group="area"),
        networks.rank_stability(graph, draws=3, rng=1).vertices.drop_duplicates("entity_id"),
    ):
        assert table["entity_id"].tolist() == ["p1", "p3", "p6"]
        assert choices.of(table)["warning"] == networks.POSITION
        assert choices.of(table)["left_out"] == {"role_victim": 1, "role_witness": 1, "role_unknown": 1}
    everybody = networks.centralities(nx.relabel_nodes(nx.path_graph(5), {i: f"p{i + 1}" for i in range(5)}))
    by_id = everybody.set_index("entity_id")["betweenness"]
    found = networks.centralities(graph).set_index("entity_id")["betweenness"]
    assert found["p3"] == by_id["p3"]  # they stay in the network that is computed with


def test_a_network_without_roles_gives_all_rows_and_says_so() -> None:
    found = networks.centralities(nx.path_graph(4))
    assert len(found) == 4
    assert "roles are not known" in choices.explain(found)
    assert "position in collected data, not culpability" in choices.explain(found)
    with i18n.language("ru"):
        assert "а не вина" in choices.explain(found)


def test_one_role_can_be_asked_for() -> None:
    graph = networks.graph_from_links(LINKS, entities=PEOPLE)
    assert networks.centralities(graph, roles=["accused"])["entity_id"].tolist() == ["p3", "p6"]


def test_cut_points_and_bridges_name_nobody_else() -> None:
    graph = networks.graph_from_links(LINKS, entities=PEOPLE)
    points = networks.cut_points(graph)
    assert points["entity_id"].tolist() == ["p3"]
    assert choices.of(points)["cut_points"] == 3
    assert points.loc[0, ["parts", "cut_off"]].tolist() == [2, 2]
    bridges = networks.cut_points(graph, of="edges")
    assert len(bridges) == 0
    assert choices.of(bridges)["bridges"] == 4


# Parts, brokers, modes -------------------------------------------------------------------------------------


def test_two_dense_parts_are_found_each_time() -> None:
    found = networks.communities(nx.barbell_graph(6, 0), rng=3)
    assert found["community"].tolist() == [1] * 6 + [2] * 6
    assert found["stability"].tolist() == [1.0] * 12
    assert choices.of(found)["agreement"] == 1.0
    assert choices.of(found)["modularity"] == pytest.approx(
        nx.community.modularity(nx.barbell_graph(6, 0), [set(range(6)), set(range(6, 12))])
    )


def test_communities_hang_on_the_seed_alone() -> None:
    graph = nx.karate_club_graph()
    first = networks.communities(graph, rng=5)
    text = nx.relabel_nodes(graph, {i: f"{i:02d}" for i in graph})
    again = nx.Graph()
    again.add_nodes_from(reversed(list(text)))
    again.add_edges_from(reversed(list(text.edges(data=True))))
    second = networks.communities(again, rng=5)
    assert first["community"].tolist() == second["community"].tolist()


def brokerage_by_hand(graph: nx.DiGraph, group: dict) -> dict:
    found = {v: [0] * 5 for v in graph}
    for j in graph:
        for i, k in itertools.product(graph.predecessors(j), graph.successors(j)):
            if i == k or graph.has_edge(i, k):
                continue
            a, b, c = group[i], group[j], group[k]
            kind = 0 if a == b == c else 1 if a == c else 2 if b == c else 3 if a == b else 4
            found[j][kind] += 1
    return found


@settings(max_examples=30, deadline=None)
@given(graphs(), st.lists(st.sampled_from("xyz"), min_size=9, max_size=9))
def test_brokers_are_those_counted_by_hand(graph: nx.Graph, groups: list[str]) -> None:
    nx.set_node_attributes(graph, dict(zip(graph, groups, strict=False)), "group")
    found = networks.brokers(graph, group="group").set_index("entity_id")
    directed = graph if graph.is_directed() else graph.to_directed()
    expected = brokerage_by_hand(directed, nx.get_node_attributes(graph, "group"))
    for v in graph:
        assert found.loc[v, list(networks.BROKERAGE)].tolist() == expected[v]
    kinds = [f"{name}_expected" for name in networks.BROKERAGE]
    if len(graph) > 2:
        assert found[kinds].sum(axis=1).tolist() == pytest.approx(found["total"].tolist())


def test_what_is_expected_of_brokers_is_the_mean_over_all_deals() -> None:
    graph = nx.DiGraph([(0, 1), (1, 2), (3, 1), (1, 4), (2, 0), (4, 3)])
    groups = ["x", "y", "y", "x", "z"]
    nx.set_node_attributes(graph, dict(enumerate(groups)), "group")
    found = networks.brokers(graph, group="group").set_index("entity_id")
    total = np.zeros(5)
    others = [v for v in graph if v != 1]
    deals = list(itertools.permutations([groups[v] for v in others]))
    for deal in deals:
        total += brokerage_by_hand(graph, {1: "y", **dict(zip(others, deal, strict=True))})[1]
    kinds = [f"{name}_expected" for name in networks.BROKERAGE]
    assert found.loc[1, kinds].tolist() == pytest.approx((total / len(deals)).tolist())


def test_the_projection_is_that_of_newman_and_says_what_it_loses() -> None:
    graph = nx.davis_southern_women_graph()
    women = graph.graph["top"]
    nx.set_node_attributes(graph, {v: "person" if v in women else "event" for v in graph}, "type")
    found = networks.two_mode(graph, onto="person")
    expected = nx.bipartite.collaboration_weighted_projected_graph(graph, women)
    assert set(map(frozenset, found.edges)) == set(map(frozenset, expected.edges))
    for one, two in expected.edges:
        assert found.edges[one, two]["weight"] == pytest.approx(expected.edges[one, two]["weight"])
    counts = networks.two_mode(graph, onto="person", weighting="count")
    plain = nx.bipartite.weighted_projected_graph(graph, women)
    assert all(counts.edges[pair]["weight"] == plain.edges[pair]["weight"] for pair in plain.edges)
    noted = choices.of(found)
    assert (noted["meetings"], noted["largest_meeting"]) == (14, 14)
    assert "crowds make clusters by themselves" in choices.explain(found)


# Taking out ------------------------------------------------------------------------------------------------


def test_the_curve_is_that_of_networkx() -> None:
    graph = nx.karate_club_graph()
    found = networks.removal(graph, strategies=["degree"], most=0.2, draws=5, rng=1)
    left, n = graph.copy(), len(graph)
    for row in found[found["strategy"] == "degree"].itertuples():
        if row.removed:
            left.remove_node(max(left, key=lambda v: (left.degree[v], -v)))
        assert row.largest == pytest.approx(len(max(nx.connected_components(left), key=len)) / n)
        m = len(left)
        assert row.efficiency == pytest.approx(nx.global_efficiency(left) * m * (m - 1) / (n * (n - 1)))
        pairs = sum(len(c) * (len(c) - 1) for c in nx.connected_components(left))
        assert row.reachability == pytest.approx(pairs / (n * (n - 1)))


def test_a_role_is_taken_out_beside_as_many_at_random() -> None:
    graph = nx.star_graph(8)
    nx.set_node_attributes(graph, {v: "suspect" if v < 3 else "witness" for v in graph}, "role")
    found = networks.removal(graph, by="role", draws=60, rng=2)
    assert found["group"].tolist() == [None, "suspect", "suspect", "witness", "witness"]
    assert found["removed"].tolist() == [0, 3, 3, 6, 6]
    suspect, random = found.loc[1], found.loc[2]
    assert suspect["largest"] == pytest.approx(1 / 9)
    assert random["largest_low"] <= random["largest"] <= random["largest_high"]
    assert networks.removal(graph, by="role", draws=60, rng=2).equals(found)


# How firm --------------------------------------------------------------------------------------------------


def test_ranks_of_a_star_hold_and_ranks_of_a_ring_do_not() -> None:
    star = networks.rank_stability(
        nx.star_graph(30), errors=["missing_edges"], levels=[0.1], top=1, draws=40, rng=1
    )
    ring = networks.rank_stability(
        nx.cycle_graph(30), errors=["missing_edges"], levels=[0.1], top=1, draws=40, rng=1
    )
    assert star.network["top_1_kept"].tolist() == [1.0, 1.0]
    hub = star.vertices[star.vertices["entity_id"] == 0]
    assert hub[["band", "band_kept", "rank_low", "rank_high"]].drop_duplicates().values.tolist() == [
        ["top", 1.0, 1.0, 1.0]
    ]
    width = (ring.vertices["rank_high"] - ring.vertices["rank_low"]).mean()
    assert width > 10
    assert not set(star.vertices) & {"rank", "score"}


def test_more_missing_means_less_firm(real_data) -> None:
    graph = read(real_data, "13")
    found = networks.rank_stability(
        graph, measures=["degree"], levels=[0.05, 0.5], draws=60, top=5, rng=4
    ).network
    for _error, part in found.groupby("error"):
        overlap = part.sort_values("level")["top_overlap"].tolist()
        assert overlap[0] > overlap[1]


@pytest.mark.parametrize("error", ["missing_edges", "missing_vertices", "false_edges"])
def test_the_same_seed_gives_the_same_stability(error: str) -> None:
    def once():
        return networks.rank_stability(
            nx.karate_club_graph(), measures=networks.MEASURES, weight="weight", weight_is="strength",
            errors=[error], levels=[0.1], draws=4, rng=9,
        )  # fmt: skip

    first, second = once(), once()
    pd.testing.assert_frame_equal(first.network, second.network)
    pd.testing.assert_frame_equal(first.vertices, second.vertices)
    assert first.vertices["rank_low"].between(1, 34).all()
    assert first.vertices["rank_high"].between(1, 34).all()
    for _key, part in first.vertices.groupby(["measure", "error", "level"]):
        assert part["entity_id"].tolist() == sorted(nx.karate_club_graph())


# Time and calls --------------------------------------------------------------------------------------------


def test_dated_links_come_in_order_with_their_gaps() -> None:
    found = networks.timeline(networks.graph_from_links(LINKS, entities=PEOPLE))
    assert found["date"].is_monotonic_increasing
    assert found["gap"].tolist()[1:] == [
        pd.Timedelta("3 days"),
        pd.Timedelta("55 days"),
        pd.Timedelta("1 day"),
    ]
    assert choices.of(found)["without_date"] == 2
    assert choices.of(found)["quiet_gaps"] == 1
    assert networks.timeline(LINKS, of=["p5"])["source"].tolist() == ["p4"]
    assert set(networks.timeline(LINKS, kinds=["meeting"])["kind"]) == {"meeting"}


def test_a_month_stays_a_month_in_the_timeline_and_tells_no_gap() -> None:
    links = pd.DataFrame(
        {
            "source": list("abcde"),
            "target": list("bcdef"),
            "date": pd.to_datetime(
                [
                    "2025-01-10 00:00",
                    "2025-03-01 00:00",
                    "2025-03-20 00:00",
                    "2025-03-21 00:00",
                    "2025-03-21 08:30",
                ]
            ),
            "date_precision": ["day", "month", "day", None, None],
        }
    )
    found = networks.timeline(links)
    assert found["date_precision"].tolist() == ["day", "month", "day", "day", "minute"]
    # Between January and "some day of March", and from there to the 20th, nobody knows how long it was.
    assert found["gap"].isna().tolist() == [True, True, True, False, False]
    assert choices.of(found)["dated_by_month_or_year"] == 1
    assert choices.of(found)["quiet_gaps"] == 0
    read = networks.timeline(read_links(links[["source", "target"]].assign(date=["2025-03"] * 5)))
    assert set(read["date_precision"]) == {"month"}


def burst_cost(levels: tuple[int, ...], gaps: np.ndarray, times: float, cost: float) -> float:
    n = len(gaps)
    total, before = 0.0, 0
    for level, gap in zip(levels, gaps, strict=True):
        rate = n / gaps.sum() * times**level
        total += cost * np.log(n) * max(level - before, 0) - np.log(rate) + rate * gap
        before = level
    return total


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 1000), min_size=2, max_size=9), st.floats(1.5, 5), st.floats(0, 2))
def test_bursts_are_the_cheapest_of_all_sequences(gaps: list[float], times: float, cost: float) -> None:
    found = tuple(burst_levels(np.array(gaps), times=times, cost=cost).tolist())
    best = min(
        burst_cost(levels, np.array(gaps), times, cost)
        for levels in itertools.product((0, 1), repeat=len(gaps))
    )
    assert burst_cost(found, np.array(gaps), times, cost) == pytest.approx(best)


def calls() -> pd.DataFrame:
    start = pd.Timestamp("2025-03-03 09:00")
    rows = [("100", "t_a", start + pd.Timedelta(days=d), f"C{d % 5}", None) for d in range(40)]
    rows += [
        ("100", "200", start + pd.Timedelta("20 days") + pd.Timedelta(minutes=3 * i), "C9", "C9")
        for i in range(12)
    ]
    rows += [("t_a", "200", start + pd.Timedelta(days=1, hours=3), "C1", "C7")]
    table = pd.DataFrame(rows, columns=["caller", "called", "started", "cell", "called_cell"])
    table["seconds"] = 60
    table["caller_authorised"] = table["caller"].isin(["100", "200"])
    table["called_authorised"] = table["called"].isin(["100", "200"])
    return table


def test_calls_are_described_by_hours_pairs_and_bursts() -> None:
    found = networks.call_patterns(calls())
    assert found.hours["n"].sum() == 53
    assert len(found.hours) == 168
    assert found.pairs[["number_a", "number_b", "n"]].values.tolist() == [
        ["100", "200", 12],
        ["100", "t_a", 40],
        ["200", "t_a", 1],
    ]
    assert found.pairs["reciprocity"].tolist() == [0, 0, 0]
    assert len(found.bursts) == 1
    assert found.bursts.loc[0, "n"] >= 12
    assert found.bursts.loc[0, "per_day"] > 100
    assert found.together[["number_a", "number_b", "n", "cells"]].values.tolist() == [["100", "200", 12, 1]]
    assert found.together.loc[0, "expected"] < 1


def test_only_authorised_numbers_are_ever_put_in_one_place() -> None:
    table = calls()
    table["called_cell"] = table["cell"]  # the records say where third parties were: it is not used
    assert networks.call_patterns(table).together[["number_a", "number_b"]].values.tolist() == [
        ["100", "200"]
    ]
    nobody = table.drop(columns=["caller_authorised", "called_authorised"])
    assert len(networks.call_patterns(nobody).together) == 0
    assert len(networks.call_patterns(nobody, authorised=["100"]).together) == 0


# Paths -----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(graphs(weighted=True), st.booleans())
def test_all_shortest_paths_are_listed(graph: nx.Graph, weighted: bool) -> None:
    weight = "w" if weighted else None
    if len(graph) < 2:
        return
    found = networks.paths(graph, 0, 1, weight=weight)
    listed = [[*part["source"], part["target"].iloc[-1]] for _path, part in found.groupby("path")]
    try:
        expected = sorted(nx.all_shortest_paths(graph, 0, 1, weight=weight))
    except nx.NetworkXNoPath:
        expected = []
    assert listed == expected


def test_a_path_lists_grades_and_never_adds_them_up() -> None:
    found = networks.paths(networks.graph_from_links(LINKS, entities=PEOPLE), "p1", "p4")
    assert found["target"].tolist() == ["p2", "p3", "p4"]
    assert found["grades"].tolist() == [("4x4:B2",), ("4x4:C4",), ("4x4:A1",)]
    assert found["ungraded"].tolist() == [1, 0, 0]
    assert found["path_grades"].iloc[0] == ("4x4:A1", "4x4:B2", "4x4:C4")
    assert found["item_ids"].tolist() == [("R-1", "R-2"), ("R-3",), ("R-4",)]


def test_a_long_list_of_paths_is_cut_and_said() -> None:
    found = networks.paths(nx.grid_2d_graph(6, 6), (0, 0), (5, 5), most=7)
    assert found["path"].nunique() == 7
    assert choices.of(found)["more_paths"] is True
    assert choices.of(found)["length"] == 10


@given(st.integers(0, 10_000), st.booleans(), st.integers(1, 150))
@settings(deadline=None, max_examples=15)
def test_what_is_left_is_counted_as_one_source_after_the_other_would(
    seed: int, directed: bool, n: int
) -> None:
    from ilp_toolkit.analysis._ties import take_ties
    from ilp_toolkit.analysis.kernels.remaining import remaining

    graph = nx.gnm_random_graph(n, int(1.3 * n), seed=seed, directed=directed)
    gone = np.random.default_rng(seed).random((3, n)) < np.array([[0.0], [0.2], [1.0]])
    ties = take_ties(graph)
    pairs, near, largest = remaining(ties.net, gone)
    for row, out in enumerate(gone):
        left = graph.subgraph([name for name, away in zip(ties.names, out, strict=True) if not away])
        steps = [
            step for _v, found in nx.all_pairs_shortest_path_length(left) for step in found.values() if step
        ]
        assert pairs[row] == len(steps)
        assert near[row] == pytest.approx(sum(1 / step for step in steps), abs=1e-9)
        parts = nx.connected_components(nx.Graph(left))
        assert largest[row] == max(map(len, parts), default=0)
