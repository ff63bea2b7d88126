"""Networks for other programs: what goes out comes back, by our reader and by readers that know nothing of ours."""

from __future__ import annotations

import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.collection.links import TYPES
from ilp_toolkit.dissemination.link_export import FORMATS, chart_files, chart_tables
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.errors import ColumnsError, InputError

DAY = dt.date(2025, 3, 1)
CLOCK = dt.datetime(2025, 3, 1, 9, tzinfo=dt.UTC)
LINK_FACTS = [
    "source",
    "target",
    "kind",
    "weight",
    "date",
    "date_precision",
    "directed",
    "grade",
    "handling",
    "item_ids",
]
ENTITY_FACTS = ["entity_id", "label", "type", "role", "grade", "handling", "item_ids"]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")),
    min_size=1,
    max_size=8,
)


def chart(n: int = 200, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return an invented network of n entities with everything that a link can carry."""
    rng = np.random.default_rng(seed)
    ids = [f"{number:04}" if number % 3 else f"Сова-{number}" for number in range(n)]
    grades = ["4x4:B2", "4x4:X?", "4x4:?4", "6x6:F6", "3x5x2:2B", None]
    markings = ["4x4:H1", "TLP:AMBER+STRICT", "ДСП", ""]
    dates = [("2025-03-01", "day"), ("2025-03-01 14:05:06", "minute"), ("2025-03-01", "month"), ("2025-01-01", "year"),
             ("2025-03-01 14:00", "hour"), (None, None)]  # fmt: skip
    entities = pd.DataFrame(
        {
            "entity_id": ids,
            "label": [f"Торвелим {number} <&\"'>" for number in range(n)],
            "type": [list(TYPES)[number % len(TYPES)] for number in range(n)],
            "role": [["suspect", "victim", "witness", "unknown"][number % 4] for number in range(n)],
            "grade": [grades[number % 6] for number in range(n)],
            "handling": [markings[number % 4] for number in range(n)],
            "item_ids": [(f"R-{number}", f"R-{number + 1}") if number % 2 else () for number in range(n)],
        }
    )
    m = 2 * n
    picked = [dates[number % 6] for number in range(m)]
    links = pd.DataFrame(
        {
            "source": [ids[i] for i in rng.integers(n, size=m)],
            "target": [ids[i] for i in rng.integers(n, size=m)],
            "weight": np.where(np.arange(m) % 5 == 0, np.nan, rng.normal(size=m).round(3)),
            "kind": [[None, "met", "звонил, был", "owns"][number % 4] for number in range(m)],
            "item_ids": [(f"R-{number}",) if number % 3 else () for number in range(m)],
            "grade": [grades[number % 6] for number in range(m)],
            "date": pd.to_datetime([day for day, _how in picked], format="mixed"),
            "date_precision": [how for _day, how in picked],
            "directed": [number % 2 == 0 for number in range(m)],
            "handling": [markings[number % 4] for number in range(m)],
        }
    )
    return links, entities


def plain(table: pd.DataFrame, names: list[str]) -> list[list[Any]]:
    """Return the cells of some columns, missing ones as None."""
    shown = table[names].astype(object)
    return shown.where(shown.notna(), None).values.tolist()


def back(name: str, body: bytes) -> Any:
    stream = io.BytesIO(body)
    stream.name = name
    return ilp.read_links(stream)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    links, entities = chart()
    return chart_files(links, entities, created=DAY)


# There and back


@pytest.mark.parametrize("name", ["chart.anx", "chart.graphml", "chart.gexf"])
def test_a_chart_of_200_entities_comes_back_whole(files: dict[str, bytes], name: str) -> None:
    links, entities = chart()
    intake = back(name, files[name])
    assert len(intake.rejected) == 0
    assert plain(intake.table, LINK_FACTS) == plain(links, LINK_FACTS)
    assert plain(intake.entities, ENTITY_FACTS) == plain(entities, ENTITY_FACTS)


def test_both_tables_come_back_whole() -> None:
    links, entities = chart()
    tables = chart_tables(links, entities)
    intake = ilp.read_links(
        io.BytesIO(tables["links"].to_csv(index=False).encode("utf-8-sig")), layout="list",
        entities=tables["entities"],
    )  # fmt: skip
    assert plain(intake.table, LINK_FACTS) == plain(links, LINK_FACTS)
    assert tables["entities"]["entity_id"].tolist() == sorted(entities["entity_id"])
    known = intake.entities.set_index("entity_id").loc[entities["entity_id"]].reset_index()
    assert plain(known, ENTITY_FACTS) == plain(entities, ENTITY_FACTS)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(TEXT, TEXT, st.one_of(st.none(), TEXT), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(["chart.anx", "chart.graphml", "chart.gexf"]),
)
def test_any_labels_and_kinds_come_back(rows: list[tuple[str, str, str | None, bool]], name: str) -> None:
    no_label = {"NA", "N/A", "#N/A", "NULL", "-", "--", "–", "—"}
    rows = [row for row in rows if not no_label & {row[0], row[1]}] or [("a", "b", None, False)]
    nothing = ilp.links.LINKS and {
        "link",
        "unspecified",
        "na",
        "n/a",
        "-",
        "--",
        "—",
        "nan",
        "nat",
        "none",
        "null",
        "nil",
    }
    rows = [
        (a, b, None if kind is None or kind.casefold() in nothing else kind, way) for a, b, kind, way in rows
    ]
    links = pd.DataFrame(rows, columns=["source", "target", "kind", "directed"])
    intake = back(name, chart_files(links, created=DAY)[name])
    if intake.choices.get("ids_from") == "name":
        return
    assert plain(intake.table, ["source", "target", "directed"]) == plain(
        links, ["source", "target", "directed"]
    )
    assert plain(intake.table, ["kind"]) == plain(links, ["kind"])


# Readers that know nothing of ours


def test_a_plain_reader_of_xml_finds_the_elements_of_an_i2_chart(files: dict[str, bytes]) -> None:
    links, entities = chart()
    root = ET.fromstring(files["chart.anx"])
    assert root.tag == "Chart"
    items = root.findall("ChartItemCollection/ChartItem")
    nodes = [item for item in items if item.find("End/Entity") is not None]
    ties = [item for item in items if item.find("Link") is not None]
    assert (len(nodes), len(ties), len(items)) == (len(entities), len(links), len(entities) + len(links))
    identity = {n.find("End/Entity").get("EntityId"): n.find("End/Entity").get("Identity") for n in nodes}  # type: ignore[union-attr]
    ends = [(identity[t.find("Link").get("End1Id")], identity[t.find("Link").get("End2Id")]) for t in ties]  # type: ignore[union-attr]
    assert ends == list(zip(links["source"], links["target"], strict=True))
    lists = [
        [s.get("Text") for s in root.findall(f"Grade{n}/StringCollection/String")]
        for n in ("One", "Two", "Three")
    ]
    for item, grade, handling, moment, how in zip(
        ties, links["grade"], links["handling"], links["date"], links["date_precision"], strict=True
    ):
        codes = [
            texts[int(item.get(f"Grade{n}Index", ""))]
            for n, texts in zip(("One", "Two", "Three"), lists, strict=True)
        ]
        scale, code = ("", "??") if pd.isna(grade) else grade.split(":")
        assert codes == [*("-" if sign == "?" else f"{scale}:{sign}" for sign in code), handling or "-"]
        if how in ("day", "minute"):
            assert item.get("DateSet") == "true"
            assert pd.Timestamp(item.get("DateTime")) == moment
            assert item.get("TimeSet") == ("true" if how == "minute" else "false")
        else:
            assert item.get("DateSet") == "false"
            assert item.get("DateTime") is None


def test_each_type_strength_and_class_that_a_chart_uses_is_declared_in_it(files: dict[str, bytes]) -> None:
    root = ET.fromstring(files["chart.anx"])
    for used, declared in (
        ("ChartItemCollection/ChartItem/End/Entity/Icon/IconStyle", "EntityTypeCollection/EntityType"),
        ("ChartItemCollection/ChartItem/Link/LinkStyle", "LinkTypeCollection/LinkType"),
    ):
        names = {one.get("Name") for one in root.findall(declared)}
        assert {one.get("Type") for one in root.findall(used)} == names
    classes = {one.get("Name") for one in root.findall("AttributeClassCollection/AttributeClass")}
    assert {one.get("AttributeClass") for one in root.iter("Attribute")} <= classes


def test_networkx_reads_the_graphml_and_the_gexf(files: dict[str, bytes]) -> None:
    links, entities = chart()
    directed = chart_files(links.assign(directed=True), entities, formats=["graphml", "gexf"], created=DAY)
    for graph in (
        nx.read_graphml(io.BytesIO(directed["chart.graphml"]), force_multigraph=True),
        nx.read_gexf(io.BytesIO(directed["chart.gexf"])),
    ):
        assert set(graph) == set(entities["entity_id"])
        assert graph.number_of_edges() == len(links)
        facts = graph.nodes[entities["entity_id"][0]]
        assert (facts["role"], facts["handling"]) == ("suspect", "4x4:H1")
        assert sum(data.get("grade") == "4x4:B2" for _a, _b, data in graph.edges(data=True)) == int(
            (links["grade"] == "4x4:B2").sum()
        )


def test_an_unknown_weight_is_not_written_as_one(files: dict[str, bytes]) -> None:
    links, _entities = chart()
    root = ET.fromstring(files["chart.gexf"])
    space = "{http://gexf.net/1.3}"
    edges = root.findall(f".//{space}edge")
    assert [edge.get("weight") is None for edge in edges] == links["weight"].isna().tolist()
    assert all(
        ("false" if edge.get("weight") is None else "true")
        == next(v.get("value") for v in edge.iter(f"{space}attvalue") if v.get("for") == "weight_known")
        for edge in edges
    )


# What must not be said


def test_no_format_says_that_anything_is_confirmed() -> None:
    links, entities = chart()
    links["grade"] = "6x6:A1"
    made = chart_files(links, entities, created=DAY)
    tables = {name: table.to_csv().encode() for name, table in chart_tables(links, entities).items()}
    for body in (made | tables).values():
        text = body.decode("utf-8").replace("Unconfirmed", "")
        assert "onfirm" not in text
        assert "трен" not in text.casefold()
    root = ET.fromstring(made["chart.anx"])
    assert [one.get("Name") for one in root.iter("Strength")] == ["Unconfirmed"]
    assert {one.get("Strength") for one in root.iter("LinkStyle")} == {"Unconfirmed"}


def test_the_same_network_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert chart_files(*chart(), created=DAY) == files


def test_a_grade_that_its_scale_does_not_have_is_not_passed_on() -> None:
    with pytest.raises(InputError, match="no code"):
        chart_files(pd.DataFrame({"source": ["a"], "target": ["b"], "grade": ["4x4:Z9"]}), created=DAY)


def test_columns_that_nobody_asked_for_stay_inside() -> None:
    links = pd.DataFrame({"source": ["a"], "target": ["b"], "note": ["seen"], "cell": ["C-1"]})
    made = b"".join(chart_files(links, created=DAY).values())
    assert b"seen" not in made
    assert b"C-1" not in made
    assert b"seen" in chart_files(links, columns=["note"], created=DAY)["chart.anx"]
    with pytest.raises(ColumnsError, match="colour"):
        chart_files(links, columns=["colour"], created=DAY)


def test_a_spreadsheet_runs_no_cell_of_the_tables() -> None:
    names = ["=1+1", "@SUM(A1)", "+996 555", "-5", "+cmd|' /C calc'!A0", "plain"]
    tables = chart_tables(pd.DataFrame({"source": names, "target": ["x"] * len(names)}))
    assert tables["links"]["source"].tolist() == [
        "'=1+1",
        "'@SUM(A1)",
        "+996 555",
        "-5",
        "'+cmd|' /C calc'!A0",
        "plain",
    ]


def test_characters_that_xml_cannot_hold_do_not_break_a_chart() -> None:
    links = pd.DataFrame({"source": ["a\x00b"], "target": ["c\nd\t\"'<>&"]})
    intake = back("chart.anx", chart_files(links, created=DAY)["chart.anx"])
    assert intake.table["source"][0] == "a\ufffdb"
    assert intake.table["target"][0] == "c\nd\t\"'<>&"


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="graphml"):
        chart_files(*chart(3), formats=["pdf"], created=DAY)  # type: ignore[list-item]


# Through the gate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a training case with statements, and the network that left it for the agency."""
    folder = tmp_path_factory.mktemp("links")
    statements = pd.DataFrame(
        {
            "who": ["Torvelim Amzin", "P1", "P1"],
            "did": ["met", "paid", "met"],
            "whom": ["P2", "C1", "P1"],
            "when": ["2025-02-03", "2025-03", ""],
            "item": ["R-100001", "R-3", ""],
            "grade": ["B2", "", "X4"],
            "passport": ["AN1234567", "AN7654321", "AN5555555"],
        }
    )
    statements.to_csv(folder / "statements.csv", index=False)
    case = ilp.open_case("training", folder=folder / "case", clock=lambda: CLOCK, key_folder=folder / "keys")
    material = case.collect(
        folder / "statements.csv",
        reader=ilp.read_links,
        quality="Statements of the 60 reports",
        handling="4x4:H1",
    )
    out = ilp.release_links(
        material, folder / "out", audience="agency", author="analyst-07", purpose="tasking"
    )
    return {"case": case, "material": material, "folder": folder, "out": out}


@pytest.mark.legitimate
def test_a_network_leaves_for_the_agency_with_everything_it_rests_on(world: dict[str, Any]) -> None:
    out, links = world["out"], world["material"].table
    intake = ilp.read_links(out / "chart.anx")
    names = ["source", "target", "kind", "date", "grade", "item_ids", "directed"]
    assert plain(intake.table, names) == plain(links, names)
    assert set(intake.table["handling"]) == {"4x4:H1"}
    assert set(intake.entities["handling"]) == {"4x4:H1"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "released"
    assert {"chart.anx", "chart.gexf", "chart.graphml", "tables/links.csv"} <= {
        one["file"] for one in manifest["files"]
    }
    assert "not culpability" in (out / "links.html").read_text(encoding="utf-8")
    assert world["case"].audit.verify().ok if hasattr(world["case"].audit.verify(), "ok") else True


def test_what_was_set_aside_is_in_no_file(world: dict[str, Any]) -> None:
    for path in world["out"].rglob("*"):
        if path.is_file():
            assert b"AN1234567" not in path.read_bytes()


def test_only_the_formats_that_were_asked_for_leave(world: dict[str, Any]) -> None:
    with i18n.language("ru"):
        out = ilp.release_links(
            world["material"], world["folder"] / "one", audience="agency", author="analyst-07", purpose="tasking",
            formats=["anx"],
        )  # fmt: skip
    left = {path.name for path in out.rglob("*") if path.is_file()}
    assert left == {"chart.anx", "links.html", "links.pdf", "manifest.json", "README.txt"}
    assert "Вопросы" in (out / "links.html").read_text(encoding="utf-8")


def test_a_material_that_is_no_network_is_refused(world: dict[str, Any]) -> None:
    material = world["case"].collect(
        pd.DataFrame({"a": [1]}), reader=lambda t: t, quality="x", handling="internal"
    )
    with pytest.raises(InputError, match="read_links"):
        ilp.release_links(material, world["folder"] / "no", audience="agency", author="analyst-07")


@pytest.mark.attack
@pytest.mark.parametrize("audience", ["public", "law_enforcement", "regional_centre", "prosecution"])
def test_a_chart_of_persons_does_not_leave_for_others(world: dict[str, Any], audience: str) -> None:
    place = world["folder"] / f"to-{audience}"
    with pytest.raises(ReleaseError, match="single persons"):
        ilp.release_links(
            world["material"],
            place,
            audience=audience,
            author="analyst-07",
            purpose="tasking",
            second_person="analyst-08",
        )
    assert not place.exists()


@pytest.mark.attack
def test_one_item_under_a_stricter_marking_holds_the_chart_back(world: dict[str, Any]) -> None:
    folder = world["folder"]
    pd.DataFrame({"from": ["P1"], "to": ["P2"]}).to_csv(folder / "l.csv", index=False)
    pd.DataFrame({"id": ["P1", "P2"], "handling": ["internal", "TLP:RED"]}).to_csv(
        folder / "e.csv", index=False
    )
    material = world["case"].collect(
        folder / "l.csv",
        reader=ilp.read_links,
        quality="A chart",
        handling="internal",
        entities=str(folder / "e.csv"),
    )
    with pytest.raises(ReleaseError, match="TLP:RED"):
        ilp.release_links(material, folder / "red", audience="agency", author="analyst-07", purpose="tasking")
    assert not (folder / "red").exists()


@pytest.mark.attack
def test_links_that_nobody_marked_stay_in_the_case(world: dict[str, Any]) -> None:
    material = world["case"].collect(
        pd.DataFrame({"from": ["P1"], "to": ["P2"]}), reader=ilp.read_links, quality="A chart"
    )
    with pytest.raises(ReleaseError, match="audience"):
        ilp.release_links(
            material, world["folder"] / "un", audience="agency", author="analyst-07", purpose="tasking"
        )


@pytest.mark.attack
def test_links_without_a_case_have_no_way_out(tmp_path: Path) -> None:
    intake = ilp.read_links(pd.DataFrame({"from": ["P1"], "to": ["P2"]}))
    with pytest.raises((InputError, AttributeError)):
        ilp.release_links(intake, tmp_path / "out", audience="agency", author="analyst-07")
    assert not (tmp_path / "out").exists()
    assert len(FORMATS) == 5


@pytest.mark.legitimate
def test_entities_that_the_case_took_in_by_themselves_go_with_the_links(world: dict[str, Any]) -> None:
    folder = world["folder"]
    pd.DataFrame({"from": ["P1", "P1"], "to": ["P2", "C9"]}).to_csv(folder / "apart.csv", index=False)
    nodes = {
        "id": ["P1", "P2"],
        "name": ["Torvelim", "Vansok"],
        "type": ["person"] * 2,
        "role": ["suspect", "victim"],
    }
    pd.DataFrame(nodes).to_csv(folder / "people.csv", index=False)
    links = world["case"].collect(
        folder / "apart.csv", reader=ilp.read_links, quality="A chart", handling="internal"
    )
    people = world["case"].collect(
        folder / "people.csv", reader=ilp.read_entities, quality="A list", handling="internal"
    )
    assert people.passport.roles == {"suspect": 1, "victim": 1}
    out = ilp.release_links(
        links,
        folder / "apart",
        audience="agency",
        author="analyst-07",
        purpose="tasking",
        entities=people,
        formats=["anx"],
    )
    known = ilp.read_links(out / "chart.anx").entities.set_index("entity_id")
    assert known["role"].to_dict() == {"P1": "suspect", "P2": "victim", "C9": "unknown"}
    assert known["label"].tolist() == ["Torvelim", "Vansok", "C9"]
    graph = world["case"].analyse(ilp.networks.graph_from_links, links, entities=people)
    assert graph.table.nodes["P2"]["role"] == "victim"
    assert not world["case"].verify(graph)
