"""Cuts, closures, removals and displacement: published answers, brute force, then properties."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_toolkit import choices
from ilp_toolkit.analysis import interdiction
from ilp_toolkit.errors import InputError

CLRS = [("s", "v1", 16), ("s", "v2", 13), ("v1", "v3", 12), ("v2", "v1", 4), ("v3", "v2", 9), ("v2", "v4", 14),
        ("v4", "v3", 7), ("v3", "t", 20), ("v4", "t", 4)]  # fmt: skip
PYOMO = pd.DataFrame(
    [("Start", "B", 10, 10), ("Start", "C", 70, 2), ("C", "B", 30, 2), ("B", "End", 100, 1), ("C", "D", 40, 7),
     ("D", "End", 50, 8)],
    columns=["source", "target", "capacity", "cost"],
)  # fmt: skip
"""Facts of the example of network interdiction in PyomoGallery."""


@st.composite
def graphs(draw):
    n = draw(st.integers(3, 6))
    kind = draw(st.sampled_from([nx.Graph, nx.DiGraph]))
    pairs = list((itertools.combinations if kind is nx.Graph else itertools.permutations)(range(n), 2))
    graph = kind()
    graph.add_nodes_from(range(n))
    for a, b in draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=9, unique=True)):
        graph.add_edge(a, b, capacity=float(draw(st.integers(0, 9))), cost=float(draw(st.integers(1, 9))),
                       price=float(draw(st.integers(1, 3))))  # fmt: skip
    return graph


def without(graph, edges):
    left = graph.copy()
    left.remove_edges_from(edges)
    return left


def sets_within(graph, budget):
    edges = list(graph.edges)
    for size in range(len(edges) + 1):
        for chosen in itertools.combinations(edges, size):
            if sum(graph.edges[edge]["price"] for edge in chosen) <= budget:
                yield chosen


def length(graph) -> float:
    return nx.shortest_path_length(graph, 0, 1, weight="cost") if nx.has_path(graph, 0, 1) else np.inf


def test_the_textbook_flow_is_23_and_its_cut_is_the_textbooks() -> None:
    cut = interdiction.min_cut(pd.DataFrame(CLRS, columns=["source", "target", "capacity"]), "s", "t")
    assert cut.value == 23
    assert cut.source_side == ("s", "v1", "v2", "v4")
    assert cut.edges.to_numpy().tolist() == [["v1", "v3", 12.0], ["v4", "t", 4.0], ["v4", "v3", 7.0]]


@pytest.mark.parametrize(("k", "left"), [(0, 80), (1, 10), (2, 0)])
def test_max_flow_interdiction_gives_the_published_answers(k, left) -> None:
    found = interdiction.max_flow_interdiction(PYOMO, "Start", "End", k=k)
    assert (found.before, found.after, found.proven) == (80, left, True)
    assert len(found.edges) <= k
    if k == 1:
        assert found.edges == (("Start", "C"),)


@pytest.mark.parametrize(("k", "left"), [(0, 5), (1, 17), (2, np.inf)])
def test_shortest_path_interdiction_gives_the_published_answers(k, left) -> None:
    found = interdiction.shortest_path_interdiction(PYOMO, "Start", "End", k=k)
    assert (found.before, found.after, found.proven) == (5, left, True)
    if k == 1:
        assert found.edges == (("B", "End"),)


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_a_cut_is_as_large_as_the_flow_of_networkx(graph) -> None:
    cut = interdiction.min_cut(graph, 0, 1)
    assert cut.value == pytest.approx(nx.maximum_flow_value(graph, 0, 1))
    assert not nx.has_path(
        without(without(graph, cut.edges[["source", "target"]].itertuples(index=False, name=None)),
                [e for e in graph.edges if graph.edges[e]["capacity"] == 0]), 0, 1)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(graphs(), st.integers(0, 4))
def test_no_set_within_the_budget_takes_more_from_the_flow(graph, budget) -> None:
    found = interdiction.max_flow_interdiction(graph, 0, 1, budget=budget, costs="price")
    best = min(nx.maximum_flow_value(without(graph, edges), 0, 1) for edges in sets_within(graph, budget))
    assert found.proven
    assert found.after == pytest.approx(best)
    assert found.spent <= budget
    assert nx.maximum_flow_value(without(graph, found.edges), 0, 1) == pytest.approx(best)
    assert found.greedy_after >= found.after


@settings(deadline=None, max_examples=40)
@given(graphs(), st.integers(0, 4), st.sampled_from([None, 2.0, 5.0]))
def test_no_set_within_the_budget_makes_the_way_longer(graph, budget, delay) -> None:
    if not nx.has_path(graph, 0, 1):
        with pytest.raises(InputError, match="no way"):
            interdiction.shortest_path_interdiction(graph, 0, 1, budget=budget)
        return

    def left(edges) -> float:
        if delay is None:
            return length(without(graph, edges))
        slow = graph.copy()
        for edge in edges:
            slow.edges[edge]["cost"] += delay
        return length(slow)

    found = interdiction.shortest_path_interdiction(graph, 0, 1, budget=budget, costs="price", delay=delay)
    assert found.proven
    assert found.after == max(left(edges) for edges in sets_within(graph, budget)) == left(found.edges)
    assert found.spent <= budget
    assert found.greedy_after <= found.after


def test_the_greedy_rule_can_fall_short_and_the_result_says_so() -> None:
    rows = [
        ("s", "a", 1),
        ("a", "t", 1),
        ("s", "b", 1),
        ("b", "t", 1.5),
        ("s", "c", 3),
        ("c", "t", 3),
        ("a", "b", 0.2),
    ]
    graph = pd.DataFrame(rows, columns=["source", "target", "cost"])
    found = interdiction.shortest_path_interdiction(graph, "s", "t", k=2)
    assert found.greedy_after <= found.after == 6
    assert "what this does not show" in choices.explain(found)


def test_no_time_leaves_a_gap_and_no_proof() -> None:
    graph = nx.grid_2d_graph(6, 6)
    rng = np.random.default_rng(1)
    for edge in graph.edges:
        graph.edges[edge]["cost"] = float(rng.uniform(1, 3))
    found = interdiction.shortest_path_interdiction(graph, (1, 1), (4, 4), k=3, time_limit=0)
    assert not found.proven
    assert found.bound > found.after >= found.before
    assert 0 < found.gap <= 1
    exact = interdiction.shortest_path_interdiction(graph, (1, 1), (4, 4), k=3)
    assert found.after <= exact.after <= found.bound


def test_protected_edges_stay_open() -> None:
    found = interdiction.max_flow_interdiction(PYOMO, "Start", "End", k=1, protected=[("Start", "C")])
    assert found.edges != (("Start", "C"),)
    assert found.after > 10
    with pytest.raises(InputError, match="is no edge"):
        interdiction.max_flow_interdiction(PYOMO, "Start", "End", k=1, protected=[("End", "Start")])


def test_a_flow_that_nothing_bounds_is_refused() -> None:
    graph = nx.DiGraph([("s", "a"), ("a", "t")])
    graph.edges["s", "a"]["capacity"] = 3.0
    assert interdiction.min_cut(graph, "s", "t").value == 3
    del graph.edges["s", "a"]["capacity"]
    graph.add_edge("s", "x", capacity=1.0)
    with pytest.raises(InputError, match="Nothing bounds"):
        interdiction.min_cut(graph, "s", "t")


def test_either_a_number_or_a_budget_is_needed() -> None:
    for both in ({}, {"k": 1, "budget": 2}):
        with pytest.raises(InputError, match="either `k`"):
            interdiction.shortest_path_interdiction(PYOMO, "Start", "End", **both)


def test_a_network_whole_is_that_of_networkx_and_comes_apart() -> None:
    graph = nx.gnm_random_graph(12, 30, seed=2, directed=True)
    found = interdiction.removal_experiment(graph, most=1.0, draws=20, rng=1)
    pairs = 12 * 11
    reach = sum(len(nx.descendants(graph, node)) for node in graph) / pairs
    near = (
        sum(1 / d for _n, far in nx.all_pairs_shortest_path_length(graph) for d in far.values() if d) / pairs
    )
    first = found[found["removed"] == 0]
    assert first["reachability"].tolist() == pytest.approx([reach] * 3)
    assert first["closeness"].tolist() == pytest.approx([near] * 3)
    assert found.groupby("strategy")["reachability"].apply(lambda curve: curve.is_monotonic_decreasing).all()
    assert (found.loc[found["removed"] == 12, ["reachability", "closeness"]] == 0).all(axis=None)


def test_removal_by_betweenness_breaks_what_random_removal_does_not() -> None:
    graph = nx.barbell_graph(8, 1)
    found = interdiction.removal_experiment(graph, strategies=["betweenness"], most=0.06, draws=50, rng=1)
    after = found[found["removed"] == 1].set_index("strategy")["reachability"]
    assert after["betweenness"] == pytest.approx(2 * 8 * 7 / (17 * 16))
    assert after["random"] > after["betweenness"]
    star = interdiction.removal_experiment(nx.star_graph(9), strategies=["degree"], most=0.1, draws=5, rng=1)
    assert star.loc[1, "reachability"] == 0


def test_the_result_of_a_removal_names_no_node() -> None:
    graph = nx.relabel_nodes(nx.barbell_graph(4, 1), {i: f"node {i}" for i in range(9)})
    found = interdiction.removal_experiment(graph, draws=5, rng=1)
    assert "node " not in found.to_csv() + choices.explain(found)


def test_strength_asks_for_the_flow() -> None:
    with pytest.raises(InputError, match="needs `flow`"):
        interdiction.removal_experiment(nx.path_graph(4), strategies=["strength"])


def valleys() -> nx.Graph:
    """Five valleys between two towns, each half a unit of cost longer than the one before."""
    graph = nx.Graph()
    for i in range(5):
        nx.add_path(graph, ["a", (i, 1), (i, 2), "b"], cost=1.0 + i / 6)
    return graph


VALLEY_FLOW = pd.DataFrame({"origin": ["a"], "destination": ["b"], "kg": [2.0]})
WORLD = {"k": 1, "months": 60, "runs": 40, "theta": 20.0, "rng": 1}


def test_posts_that_move_after_a_traffic_that_learns_spread_it() -> None:
    found = interdiction.displacement(valleys(), VALLEY_FLOW, **WORLD)
    late = found.iloc[30:].mean()
    assert late["active_edges"] > 1.2 * late["active_edges_without"]
    assert late["hhi"] < late["hhi_without"]
    assert 0 < late["seizure_rate"] < 0.3
    assert (found["ever_used"].diff().dropna() >= 0).all()


def test_a_traffic_that_does_not_learn_stays_and_loses_more() -> None:
    learns = interdiction.displacement(valleys(), VALLEY_FLOW, **WORLD).iloc[30:].mean()
    stays = interdiction.displacement(valleys(), VALLEY_FLOW, learning=0.0, **WORLD).iloc[30:].mean()
    assert stays["seizure_rate"] > learns["seizure_rate"]
    assert stays["active_edges"] < learns["active_edges"]


def test_ways_are_used_in_the_shares_of_the_logit() -> None:
    rows = [("a", "b", 1.0), ("b", "d", 1.0), ("a", "c", 1.2), ("c", "d", 1.3)]
    graph = pd.DataFrame(rows, columns=["source", "target", "cost"])
    flow = pd.DataFrame({"origin": ["a"], "destination": ["d"], "kg": [1.0]})
    found = interdiction.displacement(graph, flow, k=0, months=40, runs=50, shipments=200, theta=2.0, rng=1)
    share = 1 / (1 + np.exp(-2.0 * 0.5))
    n = 200
    expected = (share**2 + (1 - share) ** 2 + 2 * share * (1 - share) / n) / 2  # two edges a way
    assert found["hhi"].mean() == pytest.approx(expected, rel=0.005)
    assert (found["seizure_rate"] == 0).all()


def test_the_seed_gives_the_answer_and_no_edge_is_named() -> None:
    one, two = (
        interdiction.displacement(valleys(), VALLEY_FLOW, k=2, months=12, runs=5, rng=7) for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)
    assert "(0, 1)" not in one.to_csv() + choices.explain(one)


def test_a_flow_without_a_way_is_refused() -> None:
    graph = nx.DiGraph([("a", "b")])
    graph.edges["a", "b"]["cost"] = 1.0
    flow = pd.DataFrame({"origin": ["b"], "destination": ["a"], "kg": [1.0]})
    with pytest.raises(InputError, match="no way from 'b' to 'a'"):
        interdiction.displacement(graph, flow, k=1)
    with pytest.raises(InputError, match="has 1 edges"):
        interdiction.displacement(graph, flow, k=2)
