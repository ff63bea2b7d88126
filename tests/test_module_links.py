"""The module on link charts: what is planted is there in every file, and each known slip costs what it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd
import pytest

import ilp_toolkit as ilp
from grading.data import SAMPLE, VARIANTS, made, seed
from grading.modules import load
from ilp_toolkit.collection.links import LinkIntake
from ilp_toolkit.learning.answers import encode
from ilp_toolkit.learning.scoring import score

ROOT = Path(__file__).parents[1]
MODULE = load(ROOT / "modules" / "10_links")
SALTS = ((SAMPLE, VARIANTS), (b"an examiner's own", 1))
"""Every variant of the repository, and one as an examiner's own salt draws it."""


class File(NamedTuple):
    folder: Path
    plan: Any
    net: LinkIntake
    usable: pd.DataFrame
    graph: Any


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[File]:
    source: dict[str, Any] = {"__name__": "links_data"}
    exec((MODULE.folder / "data.py").read_text(encoding="utf-8"), source)
    found = []
    for salt, variants in SALTS:
        for variant in range(variants):
            folder = ROOT / "notebooks" / "course" / "data" / MODULE.id / f"v{variant}"
            if salt != SAMPLE:
                folder = tmp_path_factory.mktemp("variant")
                for name, text in made(MODULE, variant, salt).items():
                    (folder / name).write_text(text, encoding="utf-8", newline="\n")
            plan = source["plan"](variant, seed(salt, MODULE.id, variant))
            net = ilp.read_links(folder / "links.csv", entities=folder / "entities.csv")
            refused = pd.read_csv(folder / "refused.csv")["item"]
            usable = net.table[~net.table["item_ids"].str[0].isin(refused)]
            graph = ilp.networks.graph_from_links(usable, entities=net.entities)
            found.append(File(folder, plan, net, usable, graph))
    return found


def calls_read(file: File, which: str) -> int:
    court = json.loads((file.folder / "court.json").read_text(encoding="utf-8"))
    allowed = ilp.calls.Authorisation(
        court["id"],
        court["numbers"],
        court[f"{which}_from"],
        court[f"{which}_to"],
        court["authority"],
        court["basis"],
    )
    return len(ilp.calls.read_calls(file.folder / "calls.csv", authorisation=allowed).table)


def calls_of_a_colleague(file: File) -> pd.DataFrame:
    return pd.read_csv(
        file.folder / "read.csv", dtype={"caller": str, "called": str}, parse_dates=["started"]
    )


def points(item: str, answer: object, right: object) -> float:
    return score(MODULE.item(item), encode(answer), encode(right)).points


def test_every_file_is_read_whole_and_people_have_other_ids_each_time(files: list[File]) -> None:
    for file in files:
        assert len(file.net.rejected) == len(file.net.entities_rejected) == 0
        assert not {"entity_missing", "isolated"} & set(file.net.report["check"])
        assert len(file.net.table) == len(file.plan.ties) < 120
        assert set(file.plan.refused) <= {item for items in file.net.table["item_ids"] for item in items}
    assert len({file.plan.ids["P-31"] for file in files}) > 4


def test_the_victim_is_most_central_in_every_file_and_has_no_row(files: list[File]) -> None:
    for file in files:
        victim = file.plan.ids["P-31"]
        degrees, ways = dict(file.graph.degree()), nx.betweenness_centrality(file.graph)
        assert max(degrees, key=degrees.__getitem__) == max(ways, key=ways.__getitem__) == victim
        assert file.graph.nodes[victim]["role"] == "victim"
        rows = set(ilp.networks.cut_points(file.graph)["entity_id"])
        assert victim not in rows
        assert nx.number_connected_components(nx.restricted_view(file.graph, [victim], [])) >= 2


def test_what_must_not_be_used_changes_the_first_answer_in_every_file(files: list[File]) -> None:
    for file in files:
        right = ilp.networks.timeline(file.usable, kinds=["seen with"])
        everything = ilp.networks.timeline(file.net.table, kinds=["seen with"])
        assert len(right) < len(everything)
        assert points("q1", right, right) == 5
        assert points("q1", everything, right) == 0
        assert points("q1", ilp.networks.timeline(file.usable, kinds=["drives"]), right) == 0


def test_positions_with_what_must_not_be_used_earn_nothing(files: list[File]) -> None:
    file = files[3]
    right = ilp.networks.centralities(file.graph, measures=["betweenness"])
    tainted = ilp.networks.graph_from_links(file.net.table, entities=file.net.entities)
    assert points("q2", right, right) == 5
    assert points("q2", ilp.networks.centralities(tainted, measures=["betweenness"]), right) == 0
    assert points("q2", ilp.networks.centralities(file.graph, measures=["degree"]), right) == 0
    cut = ilp.networks.cut_points(file.graph)
    assert points("q4", cut.query("cut_off >= 3"), cut.query("cut_off >= 3")) == 5
    assert points("q4", cut.query("cut_off > 3"), cut.query("cut_off >= 3")) == 0


def test_another_error_share_or_number_is_another_firmness(files: list[File]) -> None:
    def firm(**other: Any) -> pd.DataFrame:
        asked = {"errors": ["missing_edges"], "levels": [0.2], "top": 5, **other}
        return ilp.networks.rank_stability(
            files[3].graph, measures=["betweenness"], draws=100, rng=1, **asked
        ).network

    right = firm()
    assert points("q5", right, right) == 5
    for other in ({"errors": ["missing_vertices"]}, {"levels": [0.25]}, {"top": 10}):
        assert points("q5", firm(**other), right) == 0


def test_the_days_that_were_asked_for_give_more_calls_than_were_granted(files: list[File]) -> None:
    for file in files:
        granted, asked = calls_read(file, "granted"), calls_read(file, "asked")
        assert 100 < granted < asked
        assert points("q6", granted, granted) == 5
        assert points("q6", asked, granted) == 0
    assert len({file.plan.granted for file in files}) == 4


def test_two_numbers_are_together_in_every_file_and_half_an_hour_is_not_ten_minutes(
    files: list[File],
) -> None:
    differ = 0
    for file in files:
        read = calls_of_a_colleague(file)
        right = ilp.networks.call_patterns(read, within="10 min").together
        assert len(right) == 1
        assert 1 <= right["n"].iloc[0] <= 3
        assert points("q7", right, right) == 4
        half_an_hour = ilp.networks.call_patterns(read)
        assert points("q7", half_an_hour.bursts, right) == 0
        differ += points("q7", half_an_hour.together, right) == 0
    assert differ >= 3


def test_figures_that_the_lesson_says_are_those_of_the_data(root: Path) -> None:
    folder = root / "datasets" / "network"
    lesson = (MODULE.folder / "lesson.py").read_text(encoding="utf-8")
    net = ilp.read_links(folder / "links.csv", entities=folder / "entities.csv")
    graph = ilp.networks.graph_from_links(
        net.table[~net.table["item_ids"].str[0].isin(["R25-025", "R25-042", "R25-047"])],
        entities=net.entities,
    )
    assert f"{len(net.table)} links, one row an item" in lesson
    assert list(graph.neighbors("P-08")) == []
    cut = ilp.networks.cut_points(graph).set_index("entity_id")["cut_off"]
    assert (cut["P-01"], cut["C-02"]) == (12, 8)
    firm = ilp.networks.rank_stability(
        graph, errors=["missing_edges"], levels=[0.1, 0.25], top=5, draws=100, rng=1
    )
    row = firm.network.query("measure == 'betweenness' and level == 0.25").round(2).iloc[0]
    assert f"{row['top_1_kept']:.0%} of the draws".replace("%", " %") in lesson
    assert f"overlap {row['top_overlap']}" in lesson
    place = firm.vertices.query("measure == 'betweenness' and level == 0.25 and entity_id == 'P-30'").iloc[0]
    assert f"P-30: from {place['rank_low']:.0f} to {place['rank_high']:.0f} of {place['n']}" in lesson
