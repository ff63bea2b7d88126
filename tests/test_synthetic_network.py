"""The invented network: the same bytes every time, described, read whole, and what was planted can be found."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re

import networkx as nx
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collation.roles import ROLES
from ilp_toolkit.collection.reports import lawful
from ilp_toolkit.evaluation import grades
from ilp_toolkit.synthetic import names
from ilp_toolkit.synthetic.birth_words import FORMS, written
from ilp_toolkit.synthetic.names import cyrillic
from ilp_toolkit.synthetic.network import make_network


@pytest.fixture(scope="module")
def folder(root):
    return root / "datasets" / "network"


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def net(folder):
    return ilp.read_links(folder / "links.csv", entities=folder / "entities.csv")


@pytest.fixture(scope="module")
def graph(net):
    return ilp.networks.graph_from_links(net.table, entities=net.entities)


@pytest.fixture(scope="module")
def calls(folder):
    allowed = ilp.calls.Authorisation(
        **json.loads((folder / "authorisation.json").read_text(encoding="utf-8"))
    )
    return ilp.calls.read_calls(folder / "calls.csv", authorisation=allowed, key=b"k" * 32)


@pytest.fixture(scope="module")
def reports(root):
    return ilp.read_reports(root / "datasets" / "reports" / "reports.csv", timezone="Indian/Maldives").table


@pytest.fixture(scope="module")
def form(root):
    return text(root / "datasets" / "reports" / "reports.csv").set_index("Report number")


def text(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_recipe_gives_the_committed_bytes(folder):
    made = make_network()
    assert {path.name for path in folder.iterdir()} - {"datasheet.md"} == set(made)
    assert [name for name, body in made.items() if (folder / name).read_bytes() != body] == []


def test_the_package_lists_every_generated_file_with_its_size_hash_and_columns(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"]: resource for resource in package["resources"]}
    assert set(listed) == {path.name for path in folder.iterdir()} - {"datapackage.json", "datasheet.md"}
    for name, resource in listed.items():
        body = (folder / name).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (
            len(body),
            "sha256:" + hashlib.sha256(body).hexdigest(),
        )
        if name.endswith(".csv"):
            rows = csv.reader(
                io.StringIO(body.decode(resource["encoding"])), delimiter=resource["dialect"]["delimiter"]
            )
            assert next(rows) == [field["name"] for field in resource["schema"]["fields"]]


def test_the_reader_takes_links_entities_and_both_sheets_of_statements_whole(folder, net, truth):
    assert (len(net.table), len(net.rejected)) == (truth["links"], 0)
    assert (len(net.entities), len(net.entities_rejected)) == (truth["entities"], 0)
    assert not {"entity_missing", "isolated", "date_unreadable", "grade_unreadable"} & set(
        net.report["check"]
    )
    assert set(net.entities["type"]) <= set(ilp.links.TYPES) - {"unknown"}
    assert set(net.entities.loc[net.entities["type"] == "person", "role"]) <= set(ROLES)
    both = [ilp.read_links(folder / name).table for name in ("statements.csv", "statements_ru.csv")]
    columns = ["source", "target", "item_ids", "grade", "date", "handling", "directed"]
    pd.testing.assert_frame_equal(both[0][columns], both[1][columns])
    assert len(both[0]) == truth["statements"]
    assert not both[1]["kind"].str.contains("[A-Za-z]").any()


def test_every_link_from_a_report_has_the_grade_day_and_handling_of_that_report(folder, form):
    links = text(folder / "links.csv")
    rows = links[links["item_ids"].str.startswith("R25-")]
    assert len(rows) > 30
    known = form.loc[rows["item_ids"]]
    assert rows["scale"].tolist() == known["Grading scale"].tolist()
    assert rows["grade"].tolist() == (known["Source grade"] + known["Information grade"]).tolist()
    assert rows["date"].tolist() == known["Date received"].str[:10].tolist()
    assert rows["handling"].tolist() == known["Handling"].tolist()


def test_every_statement_is_a_link_and_every_item_exists(folder, form):
    links, said = text(folder / "links.csv"), text(folder / "statements.csv")
    assert set(links["item_ids"]) <= set(form.index) | set(said["item"])
    assert set(said["item"]) <= set(links["item_ids"])


def test_the_victim_is_the_most_central_vertex_and_stays_out_of_the_table(graph, truth):
    victim = truth["central_victim"]["id"]
    for measure in (nx.betweenness_centrality(graph), dict(graph.degree())):
        assert max(measure, key=measure.__getitem__) == victim
    rows = ilp.networks.centralities(graph)["entity_id"]
    assert graph.nodes[victim]["role"] == "victim"
    assert victim not in set(rows)
    people = {
        one for one, facts in truth["people"].items() if facts["role"] in ("suspect", "accused", "convicted")
    }
    assert {one for one in rows if one.startswith("P-")} == people


def test_the_groups_of_people_meet_in_the_broker_alone(graph, truth):
    broker, victim = truth["broker"], truth["central_victim"]["id"]
    first, second = (set(truth["groups"][name]) - {broker} for name in "AB")

    def joined(left_out):
        people = [one for one, facts in graph.nodes(data=True) if facts["type"] == "person"]
        parts = nx.connected_components(graph.subgraph(set(people) - left_out))
        return any(part & first and part & second for part in parts)

    assert joined({victim})
    assert not joined({broker})


def test_who_gives_the_orders_has_few_links_in_the_data(graph, truth):
    for person, n in truth["kept_away"].items():
        assert graph.degree(person) == n["links_in_data"]
    assert truth["kept_away"]["P-26"] == {"links_in_data": 2, "links_never_collected": 8}
    assert all(not graph.has_edge(*pair) for pair in truth["never_collected"])


def test_circular_reports_are_found_by_their_first_source(truth, reports):
    found = grades.circular(lawful(reports))
    told = {frozenset(items) for items in truth["circular"].values()}
    origins = reports.set_index("report_id")["origin_id"]
    assert {
        frozenset(group)
        for group in (origins[origins.isin(truth["circular"])].groupby(origins).groups.values())
    } == told
    assert len(found) > 0


def test_links_that_may_not_be_used_rest_on_the_reports_that_the_reader_refuses(folder, truth, reports):
    used = set(lawful(reports)["report_id"])
    links = text(folder / "links.csv")
    items = links.loc[links["item_ids"].str.startswith("R25-"), "item_ids"]
    assert set(items) - used == set(truth["refused_items"]) | {"R25-040"}  # of one it is not said how it came
    rest = links[~links["item_ids"].isin(truth["refused_items"])]
    assert "P-08" not in set(rest["source"]) | set(rest["target"])


def test_calls_are_read_as_far_as_the_court_allowed(calls, truth):
    told = truth["calls"]
    found = dict(zip(calls.report["check"], calls.report["n"], strict=True))
    assert len(calls.table) == told["lawful"]
    assert len(calls.table) + len(calls.rejected) == told["rows"]
    for check in ("outside_numbers", "outside_dates", "start_unreadable", "end_missing"):
        assert found[check.replace("start_unreadable", "started_unreadable")] == told[check]
    assert min(told["outside_numbers"], told["outside_dates"]) > 100


def test_the_habits_that_were_planted_are_found(calls, truth):
    told = truth["calls"]
    found = ilp.networks.call_patterns(calls.table)
    eves = [(dt.date.fromisoformat(day) - dt.timedelta(days=1)) for day in told["bursts_on_the_eve_of"]]
    assert [moment.date() for moment in found.bursts["from"]] == eves
    row = found.together.iloc[0]
    assert [row["number_a"], row["number_b"]] == [re.sub(r"\D", "", one) for one in told["together_at_night"]]
    assert (row["n"], len(found.together)) == (3, 1)
    assert row["expected"] < 0.5
    weekly = calls.table[calls.table["caller"].eq(re.sub(r"\D", "", told["every_thursday"][0]))]
    weekly = weekly[weekly["started"].dt.day_of_week.eq(3) & weekly["started"].dt.hour.eq(11)]
    assert weekly["called"].value_counts().iloc[0] >= 7  # of eight Thursdays; one row is unreadable


def test_registers_hold_the_pairs_that_the_truth_says(folder, truth):
    a, b, known, pairs = (text(folder / f"register_{name}.csv") for name in ("a", "b", "truth", "pairs"))
    columns = ["record_id", "family_name", "given_name", "patronymic", "birth_date", "place", "register"]
    assert list(a.columns) == list(b.columns) == columns
    assert sorted([*a["record_id"], *b["record_id"]]) == sorted(known["record_id"])
    person = known.set_index("record_id")["person_id"]
    same = pairs[pairs["same"] == "yes"]
    assert (person[same["record_a"]].to_numpy() == person[same["record_b"]].to_numpy()).all()
    other = pairs[pairs["same"] == "no"]
    assert (person[other["record_a"]].to_numpy() != person[other["record_b"]].to_numpy()).all()
    n = known.groupby("person_id").size()
    assert len(same) == int((n * (n - 1) // 2).sum()) == truth["register"]["pairs"]["same"]
    written_names = "".join(b["family_name"] + b["given_name"] + b["patronymic"])
    assert set("өүңқғҳҷӯ") <= set(written_names.lower())
    assert b["birth_date"].str.contains("тысяч").any()
    assert a["birth_date"].str.contains("nineteen").any()
    assert not any(
        rows[columns[1:]].apply(lambda cells: cells.str.contains(r"\d{5}")).any(axis=None) for rows in (a, b)
    )


def test_twins_differ_in_the_given_name_alone(folder):
    known = text(folder / "register_truth.csv").set_index("record_id")["written"]
    rows = pd.concat([text(folder / f"register_{name}.csv") for name in "ab"]).set_index("record_id")
    pairs = text(folder / "register_pairs.csv")
    plain = known.index[known.isin(["iso", "dots"])]
    twins = pairs[(pairs["why"] == "twins") & pairs["record_a"].isin(plain) & pairs["record_b"].isin(plain)]
    assert len(twins) > 0
    for one, other in zip(twins["record_a"], twins["record_b"], strict=True):
        left, right = rows.loc[one], rows.loc[other]
        assert left["family_name"] == right["family_name"]
        assert left["given_name"] != right["given_name"]


def test_names_are_of_the_invented_world(folder, root):
    people = text(folder / "entities.csv").query("type == 'person'")
    assert people["label"].map(cyrillic).tolist() == people["label_ru"].tolist()
    made = {
        a + b + c
        for a in names.SYLLABLES["first"]
        for b in names.SYLLABLES["middle"]
        for c in names.SYLLABLES["last"]
    }
    parts = {part for label in people["label"] for part in label.split()}
    written_by_hand = {part for part in parts if part not in made}
    reports = (root / "datasets" / "reports" / "reports.csv").read_text(encoding="utf-8")
    assert all(part in reports for part in written_by_hand)
    assert not parts & (names.ATLAS | names.AVOIDED)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("year", "none")])
def test_a_day_of_birth_is_written_in_one_way_a_day(form):
    days = [dt.date(1950, 1, 1) + dt.timedelta(days=n) for n in range(0, 20_500, 3)]
    said = [written(day, form) for day in days]
    assert len(set(said)) == len(days)
    assert not any("  " in one or one != one.strip() for one in said)
