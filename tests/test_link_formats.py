"""Networks in the forms of other programs: Pajek, UCINET's DL, JSON, columns parted by spaces."""

from __future__ import annotations

import json

import networkx as nx
import pytest

import ilp_toolkit as ilp


def saved(tmp_path, name, text, encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def edges(intake):
    table = intake.table
    return {
        (a, b, w) for a, b, w in zip(table["source"], table["target"], table["weight"].fillna(0), strict=True)
    }


def club():
    graph = nx.karate_club_graph()
    named = nx.Graph()
    named.add_weighted_edges_from((f"P {u}", f"P {v}", d["weight"]) for u, v, d in graph.edges(data=True))
    return named


@pytest.mark.parametrize("form", ["pajek", "links", "edges", "cytoscape"])
def test_a_network_that_networkx_wrote_comes_back_whole(tmp_path, form):
    graph, file = club(), tmp_path / f"club.{'net' if form == 'pajek' else 'json'}"
    if form == "pajek":
        nx.write_pajek(graph, file)
    elif form == "cytoscape":
        file.write_text(json.dumps(nx.cytoscape_data(graph)))
    else:
        file.write_text(json.dumps(nx.node_link_data(graph, edges=form)))
    intake = ilp.read_links(file)
    back = ilp.networks.graph_from_links(intake.table, entities=intake.entities)
    assert set(back) == set(graph)
    assert {frozenset(pair) for pair in back.edges} == {frozenset(pair) for pair in graph.edges}
    assert all(back.edges[pair]["weight"] == graph.edges[pair]["weight"] for pair in graph.edges)
    assert not intake.table["directed"].any()


def test_arcs_have_a_direction_and_edges_have_none(tmp_path):
    text = (
        '*Vertices 5\r\n1 "Иванов" 0.1 0.2\r\n2 "Петров А." ic Red\r\n3 "C"\r\n4 "D"\r\n*Arcs :1 "lends"\r\n'
    )
    text += "1 2 3\r\n% a remark\r\n2 3 1\r\n*Edges\r\n3 4 2 c Blue\r\n"
    intake = ilp.read_links(saved(tmp_path, "a.net", text, "cp1251"))
    assert edges(intake) == {("Иванов", "Петров А.", 3.0), ("Петров А.", "C", 1.0), ("C", "D", 2.0)}
    assert intake.table["directed"].tolist() == [True, True, False]
    assert intake.table["source_row"].tolist() == [7, 9, 11]
    assert intake.table["kind"].iloc[0] == "lends"
    assert "5" in set(intake.entities["entity_id"]), "a vertex that is only counted is a vertex"


def test_lists_matrices_and_two_kinds_of_pajek(tmp_path):
    heads = "*Vertices 4\n1 a\n2 b\n3 c\n4 d\n"
    lists = ilp.read_links(saved(tmp_path, "l.net", heads + "*Arcslist\n1 2 3\n2 4\n"))
    assert {pair[:2] for pair in edges(lists)} == {("a", "b"), ("a", "c"), ("b", "d")}
    matrix = ilp.read_links(
        saved(tmp_path, "m.net", "*Vertices 3\n1 a\n2 b\n3 c\n*Matrix\n0 1 0\n1 0 2\n0 2 0\n")
    )
    assert (edges(matrix), matrix.table["directed"].any()) == ({("a", "b", 1.0), ("b", "c", 2.0)}, False)
    kinds = ilp.read_links(
        saved(tmp_path, "t.net", '*Vertices 3 2\n1 "a"\n2 "b"\n3 "E1"\n*Edges\n1 3\n2 3\n')
    )
    assert kinds.choices["layout"] == "two_mode"
    assert dict(zip(kinds.entities["entity_id"], kinds.entities["mode"], strict=True)) == {
        "a": 1,
        "b": 1,
        "E1": 2,
    }


def test_two_vertices_with_one_label_stay_two(tmp_path):
    intake = ilp.read_links(
        saved(tmp_path, "x.net", '*Vertices 3\n1 "Ali"\n2 "Ali"\n3 "Bek"\n*Edges\n1 3\n2 3\n')
    )
    assert sorted(intake.entities["entity_id"]) == ["1", "2", "3"]
    assert intake.entities.set_index("entity_id")["label"].to_dict() == {"1": "Ali", "2": "Ali", "3": "Bek"}


FORMS = {
    "full": "dl n=3 format = fullmatrix\nlabels:\nann,bob,cid\ndata:\n0 1 0\n1 0 2\n0 2 0\n",
    "embedded": "DL N = 3\nFORMAT = FULLMATRIX DIAGONAL PRESENT\nLABELS EMBEDDED\nDATA:\n ann bob cid\nann 0 1 0\nbob 1 0 2\ncid 0 2 0\n",
    "edges": "dl n=3 format=edgelist1\nlabels:\nann\nbob\ncid\ndata:\n1 2 1\n2 3 2\n",
    "edges embedded": "dl n=3 format=edgelist1\nlabels embedded:\ndata:\nann bob 1\nbob cid 2\n",
    "both ways": "dl n=3 format=edgelist1\nlabels embedded:\ndata:\nann bob 1\nbob ann 1\nbob cid 2\ncid bob 2\n",
    "no diagonal": "dl n=3, diagonal absent\nlabels:\nann bob cid\ndata:\n1 0\n1 2\n0 2\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_ucinet_say_the_same(tmp_path, form):
    intake = ilp.read_links(saved(tmp_path, "x.dl", FORMS[form]))
    assert edges(intake) == {("ann", "bob", 1.0), ("bob", "cid", 2.0)}
    assert not intake.table["directed"].any()


def test_nodes_two_kinds_and_several_matrices_of_ucinet(tmp_path):
    nodes = ilp.read_links(
        saved(tmp_path, "n.dl", "dl n=4 format=nodelist1\nlabels:\na,b,c,d\ndata:\n1 2 3\n3 4\n")
    )
    assert {pair[:2] for pair in edges(nodes)} == {("a", "b"), ("a", "c"), ("c", "d")}
    two = ilp.read_links(saved(tmp_path, "t.dl", "dl nr=2 nc=2 format=fullmatrix\nrow labels:\na,b\ncolumn labels:\nE1,E2\ndata:\n1 0\n1 1\n"))  # fmt: skip
    assert (two.choices["layout"], len(two.table), len(two.entities)) == ("two_mode", 3, 4)
    layers = "dl nm=2 n=2 format=fullmatrix\nlabels:\na,b\nmatrix labels:\nfriend,money\ndata:\n0 1\n1 0\n\n0 0\n5 0\n"
    several = ilp.read_links(saved(tmp_path, "m.dl", layers)).table
    assert several[["source", "target", "kind", "directed"]].values.tolist() == [
        ["a", "b", "friend", False], ["b", "a", "money", True]]  # fmt: skip


def test_what_ucinet_writes_otherwise_is_refused_in_words(tmp_path):
    with pytest.raises(ilp.errors.FileError, match=r"upperhalf.*fullmatrix"):
        ilp.read_links(saved(tmp_path, "u.dl", "dl n=3 format=upperhalf\ndata:\n1 0 1\n"))
    with pytest.raises(ilp.errors.FileError, match=r"9 numbers.*holds 5"):
        ilp.read_links(saved(tmp_path, "s.dl", "dl n=3\ndata:\n0 1 0\n1 0\n"))


def test_links_of_d3_that_count_vertices_from_nought_mean_those_vertices(tmp_path):
    held = {
        "nodes": [{"name": "a", "group": 1}, {"name": "b", "group": 2}],
        "links": [{"source": 0, "target": 1, "value": 2}],
    }
    assert edges(ilp.read_links(saved(tmp_path, "d3.json", json.dumps(held)))) == {("a", "b", 2.0)}
    held["nodes"] = [{"id": 1}, {"id": 0}]
    assert edges(ilp.read_links(saved(tmp_path, "ids.json", json.dumps(held)))) == {("0", "1", 2.0)}


def test_columns_parted_by_spaces_are_links_and_names_are_not(tmp_path):
    text = "# Directed graph\n# Nodes: 6 Edges: 5\n" + "".join(f"P{i} P{i + 1}  {i}\n" for i in range(1, 6))
    assert edges(ilp.read_links(saved(tmp_path, "a.txt", text))) == {
        (f"P{i}", f"P{i + 1}", float(i)) for i in range(1, 6)
    }
    matrix = ilp.read_links(saved(tmp_path, "m.txt", "0 1 0\n1 0 2\n0 2 0\n"))
    assert edges(matrix) == {("1", "2", 1.0), ("2", "3", 2.0)}
    with pytest.raises(ilp.errors.ColumnsError, match="ends of links"):
        ilp.read_links(saved(tmp_path, "names.txt", "Ann Lee\nBob Ray\nCid Fox\n"))


def test_a_stamp_in_a_remark_of_a_network_is_heeded(tmp_path):
    with pytest.raises(ilp.errors.InputError, match="secret"):
        ilp.read_links(
            saved(tmp_path, "s.net", "% Совершенно секретно\n*Vertices 2\n1 a\n2 b\n*Edges\n1 2\n")
        )
