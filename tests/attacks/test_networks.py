"""Attempts to make a network say who is to be suspected, and to get a list of persons past the gate."""

from __future__ import annotations

import inspect
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.collation.roles import PROTECTED
from ilp_toolkit.dissemination import checks
from ilp_toolkit.dissemination.release import ReleaseError, preview, release
from ilp_toolkit.errors import InputError

from .test_legitimate import collect, new_case, register

__all__ = ["register"]

attack, legitimate = pytest.mark.attack, pytest.mark.legitimate

SUSPECTS = ["Velkopil", "Arshumet", "Tironak"]
ROLES = {
    "Velkopil": "suspect", "Arshumet": "suspect", "Tironak": "suspect", "Osmirel": "witness", "Kelvatin": "victim",
    "Dornasek": "minor", "Ulvetir": "contact", "Paskolin": "acquitted", "Jemvarit": "unknown", "Lurkonas": "complainant",
}  # fmt: skip


def gang() -> nx.Graph:
    """A network in whose middle the witness stands."""
    links = [("Osmirel", name) for name in ROLES if name != "Osmirel"] + [("Velkopil", "Arshumet")]
    people = pd.DataFrame({"entity_id": list(ROLES), "role": list(ROLES.values()), "type": "person"})
    return ilp.networks.graph_from_links(pd.DataFrame(links, columns=["source", "target"]), entities=people)


def tables(graph: nx.Graph) -> list[pd.DataFrame]:
    net = ilp.networks
    return [
        net.centralities(graph),
        net.communities(graph, rng=1),
        net.brokers(graph, group="role"),
        net.cut_points(graph),
        net.cut_points(graph, of="edges"),
        net.rank_stability(graph, draws=2, rng=1).vertices,
    ]


@attack
def test_nobody_who_is_protected_has_a_row_in_any_table_of_positions() -> None:
    outside = set(ROLES) - set(SUSPECTS)
    for table in tables(gang()):
        assert not outside & {str(cell) for column in table for cell in table[column]}
        assert not outside & set(str(table.attrs).replace("'", " ").split())


@attack
@pytest.mark.parametrize("role", sorted(PROTECTED))
def test_no_wish_brings_a_protected_role_into_the_rows(role: str) -> None:
    for wish in (role, [role], ["suspect", role], "all", []):
        with pytest.raises(InputError, match="stay out"):
            ilp.networks.centralities(gang(), roles=wish)


@attack
@pytest.mark.parametrize(
    "word", ["Потерпевший", "suspect / victim", "Свидетель", "minor, suspect", "person of interest"]
)
def test_a_role_written_in_other_words_is_no_way_in(word: str) -> None:
    graph = nx.Graph([("a", "b"), ("b", "c")])
    nx.set_node_attributes(graph, {"a": "suspect", "b": word, "c": "suspect"}, "role")
    assert ilp.networks.centralities(graph)["entity_id"].tolist() == ["a", "c"]


@attack
def test_a_victims_telephone_has_no_row_either() -> None:
    graph = gang()
    graph.add_node("phone-1", type="phone", role="victim")
    graph.add_node("phone-2", type="phone", role="unknown")
    found = ilp.networks.centralities(graph)["entity_id"]
    assert "phone-1" not in set(found)
    assert "phone-2" in set(found)


@attack
def test_tables_come_by_id_and_hold_no_rank_of_a_person() -> None:
    for table in tables(gang()):
        first = "entity_id" if "entity_id" in table else "source"
        ids = table[first].drop_duplicates().tolist()
        assert ids == sorted(ids)
        assert not {"rank", "score", "risk", "priority", "target_rank"} & set(table.columns)


@attack
def test_a_removal_names_nobody() -> None:
    graph = gang()
    for table in (
        ilp.networks.removal(graph, draws=3, rng=1),
        ilp.networks.removal(graph, by="role", draws=3, rng=1),
    ):
        said = {str(cell) for column in table for cell in table[column]} | set(str(table.attrs).split("'"))
        assert not said & set(ROLES)
    assert not {"return_order", "order", "names"} & set(inspect.signature(ilp.networks.removal).parameters)


@attack
def test_a_group_of_one_is_not_taken_out_by_itself() -> None:
    graph = gang()
    nx.set_node_attributes(graph, {name: name for name in graph}, "own")
    with pytest.raises(InputError, match="would speak of persons"):
        ilp.networks.removal(graph, by="own", draws=2)
    found = ilp.networks.removal(graph, by="role", draws=2, rng=1)
    assert set(found["group"].dropna()) == {"suspect"}  # all other roles stand at one vertex
    with pytest.raises(InputError, match="would speak of persons"):
        ilp.networks.removal(graph, by="label", draws=2)


@attack
@pytest.mark.parametrize("audience", ["public", "partners", "law_enforcement", "prosecution"])
def test_names_leave_for_nobody_who_may_not_see_single_records(
    tmp_path: Path, register: Path, audience: str
) -> None:
    case = new_case(tmp_path)
    material = collect(case, register)
    finding = _governed(case, material)
    seen = preview(
        finding,
        audience=audience,
        columns=["entity_id", "betweenness"],
        mask="grid",
        exceptions={"places": "x"},
    )
    assert "columns" in {check.id for check in checks.failures(seen.checks)}
    with pytest.raises(ReleaseError):
        release(finding, tmp_path / "out", audience=audience, author="analyst-07")
    assert not (tmp_path / "out").exists()


@legitimate
def test_the_agency_itself_sees_where_its_suspects_stand(tmp_path: Path, register: Path) -> None:
    case = new_case(tmp_path)
    finding = _governed(case, collect(case, register))
    seen = preview(finding, audience="agency", confidence="low")
    assert not checks.failures(seen.checks)
    table = next(iter(seen.tables.values()))
    assert table["entity_id"].tolist() == sorted(SUSPECTS)
    out = release(finding, tmp_path / "out", audience="agency", author="analyst-07", confidence="low")
    page = (out / "finding.html").read_text(encoding="utf-8")
    assert "not culpability" in page
    assert "Osmirel" not in page


def _governed(case: ilp.Case, material: ilp.Material) -> ilp.Finding:
    """Make a finding of `networks.centralities` on a network that the case made from its own material."""
    network = case.analyse(lambda _rows: gang(), material, kind="fact")
    return case.analyse(ilp.networks.centralities, network)
