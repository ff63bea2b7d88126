"""Links of any file: every row read or rejected, no label changed, no direction, weight or grade guessed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.collation import roles as case_roles
from ilp_toolkit.collection import links
from ilp_toolkit.collection._link_fields import role_word, vocabulary
from ilp_toolkit.collection.schema import check_label
from ilp_toolkit.errors import ColumnsError, FileError, InputError

LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=8
)
NO_LABELS = {"NA", "N/A", "#N/A", "NULL", "-", "--", "–", "—"}


def saved(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pairs(intake: Any) -> list[tuple[str, str]]:
    return list(zip(intake.table["source"], intake.table["target"], strict=True))


def found(intake: Any) -> dict[str, int]:
    return dict(zip(intake.report["check"], intake.report["n"], strict=True))


# The networks that everybody knows

CAVIAR = {1: (110, 205), 2: (15, 18), 3: (42, 50), 4: (41, 50), 5: (24, 28), 6: (33, 56), 7: (33, 48), 8: (32, 39),
          9: (27, 47), 10: (34, 44), 11: (42, 58), 12: (34, 44)}  # fmt: skip
PINNED = {
    "covert_networkdata/covert_10_01_edges.csv": "92d7e670bdf1c7bd734f43c45ae456c4cbfa9f03b31fe8bfc1421ce22abc92fe",
    "covert_networkdata/covert_10_10_edges.csv": "647460178cbe632bcf4ca1ac6430056838e92f1519fc45487f16bd99973e0f32",
    "covert_networkdata/covert_13_edges.csv": "7f6320435155c83b0bee8b506f58095656155908ae2acec5f5ad7110852e31f2",
    "covert_mcmacdonald/morselli_caviar.csv": "6343a98f57a5f6ee35df118cfa0b420801db8bf5318951e01430b4cd0206b614",
    "covert_mcmacdonald/LONDON_GANG.csv": "99ea90a9ae10f691b2d8c79552af20c6a6bcb23be38c2ebdbb8cc47291c294ad",
    "covert_mcmacdonald/natajaran_cocaine.csv": "3bfeb4998c3b93cc16bbc236d92591e9572f0fd8ae3e0f8e9f1f0416ba34a163",
}


def pinned(folder: Path, name: str) -> Path:
    """Return a real file; its counts say something only while it is the one that was counted."""
    path = folder / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == PINNED[name]
    return path


@pytest.mark.parametrize("graph", CAVIAR)
def test_each_phase_of_caviar_loads_whole(real_data: Path, graph: int) -> None:
    edges = real_data / "covert_networkdata" / f"covert_10_{graph:02}_edges.csv"
    intake = ilp.read_links(edges, entities=str(edges).replace("edges", "nodes"))
    assert (len(intake.entities), len(intake.table), len(intake.rejected)) == (*CAVIAR[graph], 0)


@pytest.mark.parametrize("folder", ["covert_networkdata", "covert_mcmacdonald"])
def test_every_real_network_loads_whole_and_without_renaming(real_data: Path, folder: str) -> None:
    for path in sorted((real_data / folder).glob("*.csv")):
        if path.name.endswith("_nodes.csv"):
            continue
        intake = ilp.read_links(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        if intake.choices["layout"] == "matrix":
            written = {*rows[0][1:], *(row[0] for row in rows[1:])} - {""}
            ties = [
                (row[0], name)
                for row in rows[1:]
                for name, cell in zip(rows[0][1:], row[1:], strict=True)
                if cell != "0"
            ]
            assert intake.choices["nonzero_cells"] == len(ties)
            assert len(intake.table) + len(intake.rejected) + intake.choices["mirrored_cells"] == len(ties)
            assert set(pairs(intake)) <= set(ties)
        else:
            written = {cell for row in rows[1:] for cell in row[:2]}
            assert pairs(intake) == [(row[0], row[1]) for row in rows[1:]]
        assert set(intake.entities["entity_id"]) == written, path.name
        assert intake.rejected.empty


def test_the_matrix_of_caviar_is_directed_and_has_295_arcs_between_110(real_data: Path) -> None:
    intake = ilp.read_links(pinned(real_data, "covert_mcmacdonald/morselli_caviar.csv"))
    assert (len(intake.entities), len(intake.table), intake.choices["directed"]) == (110, 295, "directed")
    assert intake.choices["directed_by"] == "matrix"
    assert len({frozenset(pair) for pair in pairs(intake)}) == 205


def test_the_two_files_of_caviar_hold_the_same_pairs(real_data: Path) -> None:
    matrix = ilp.read_links(pinned(real_data, "covert_mcmacdonald/morselli_caviar.csv"))
    listed = ilp.read_links(pinned(real_data, "covert_networkdata/covert_10_01_edges.csv"))
    assert {frozenset(pair) for pair in pairs(matrix)} == {frozenset(pair) for pair in pairs(listed)}


def test_the_london_gang_is_symmetric_and_has_315_pairs(real_data: Path) -> None:
    intake = ilp.read_links(pinned(real_data, "covert_mcmacdonald/LONDON_GANG.csv"))
    assert (len(intake.entities), len(intake.table), intake.choices["directed"]) == (54, 315, "undirected")
    assert found(intake)["cells_mirrored"] == 315


def test_the_cocaine_ring_has_28_people_and_40_ties_in_both_files(real_data: Path) -> None:
    for name in ("covert_mcmacdonald/natajaran_cocaine.csv", "covert_networkdata/covert_13_edges.csv"):
        intake = ilp.read_links(pinned(real_data, name))
        assert (len(intake.entities), len(intake.table)) == (28, 40)


def test_the_malformed_labels_of_phase_7_are_kept_and_flagged(real_data: Path) -> None:
    # The list of graphs is in lexical order, so that the tenth is phase 7.
    intake = ilp.read_links(pinned(real_data, "covert_networkdata/covert_10_10_edges.csv"))
    odd = intake.table[intake.table["flags"].str.contains("id_odd")]
    assert set(odd["source"]) == {".1", ".2"}
    assert {".1", ".2", "1", "2"} & set(intake.entities["entity_id"]) >= {".1", ".2"}


def test_betweenness_of_the_networks_read_is_the_published_one(real_data: Path) -> None:
    intake = ilp.read_links(pinned(real_data, "covert_networkdata/covert_10_01_edges.csv"))
    graph = nx.Graph(pairs(intake))
    assert nx.betweenness_centrality(graph)["1"] == pytest.approx(0.6375, abs=5e-5)
    assert nx.betweenness_centrality(graph, normalized=False)["1"] == pytest.approx(3752.0859, abs=5e-5)


# Lists


def test_a_link_has_the_columns_of_the_contract_in_order() -> None:
    intake = ilp.read_links(pd.DataFrame({"source": ["a"], "target": ["b"]}))
    assert list(intake.table.columns) == [name for name in links.LINKS if name != "handling"]
    marked = ilp.read_links(pd.DataFrame({"source": ["a"], "target": ["b"], "handling": ["H1"]}))
    assert list(marked.table.columns) == list(links.LINKS)
    assert list(intake.entities.columns) == list(links.ENTITIES)


@pytest.mark.parametrize(
    "header",
    ["source,target", "From;To", "кто\tкого", "Лицо 1|Лицо 2", "Entity_1,Entity_2", '"i","j"', "откуда;куда"],
)
def test_ends_are_known_by_their_headers(tmp_path: Path, header: str) -> None:
    mark = next(sign for sign in ",;\t|" if sign in header)
    intake = ilp.read_links(saved(tmp_path, "x.csv", f"{header}\nA{mark}B\nC{mark}A\n"))
    assert pairs(intake) == [("A", "B"), ("C", "A")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_encodings_of_registers_are_read(tmp_path: Path, encoding: str) -> None:
    text = "Источник;Цель;Вес\nТорвелим Амзин;Вансок, Дорлек;2,5\nВансок, Дорлек;Бельсурим;1\n"
    intake = ilp.read_links(saved(tmp_path, "x.csv", text.encode(encoding)))
    assert pairs(intake)[0] == ("Торвелим Амзин", "Вансок, Дорлек")
    assert intake.table["weight"].tolist() == [2.5, 1.0]


def test_names_with_commas_in_quotes_stay_whole(tmp_path: Path) -> None:
    intake = ilp.read_links(saved(tmp_path, "x.csv", 'from,to\n"Amzin, T.","Dorlek, V."\n'))
    assert pairs(intake) == [("Amzin, T.", "Dorlek, V.")]


def test_own_columns_are_named_either_way_round() -> None:
    file = pd.DataFrame({"A": ["x"], "B": ["y"], "how": ["met"], "why": ["r"]})
    for columns in (
        {"source": "A", "target": "B", "kind": "how"},
        {"A": "source", "B": "target", "how": "kind"},
    ):
        table = ilp.read_links(file, columns=columns).table
        assert table[["source", "target", "kind", "why"]].values.tolist() == [["x", "y", "met", "r"]]


def test_two_columns_without_known_headers_are_taken_and_said() -> None:
    intake = ilp.read_links(pd.DataFrame({"alpha": ["x"], "beta": ["y"]}))
    assert pairs(intake) == [("x", "y")]
    assert found(intake)["ends_by_position"] == 1


def test_a_list_of_numbers_without_a_header_loses_no_row(tmp_path: Path) -> None:
    intake = ilp.read_links(saved(tmp_path, "x.csv", "1,2\n1,3\n4,2\n"))
    assert pairs(intake) == [("1", "2"), ("1", "3"), ("4", "2")]


def test_a_list_of_names_without_a_header_loses_no_row(tmp_path: Path) -> None:
    intake = ilp.read_links(saved(tmp_path, "x.csv", "Kay,Bill\nKay,Rosa\nRosa,Bill\n"))
    assert pairs(intake) == [("Kay", "Bill"), ("Kay", "Rosa"), ("Rosa", "Bill")]


def test_a_table_that_holds_no_links_says_which_columns_it_has() -> None:
    file = pd.DataFrame({"code": ["x"], "colour": ["y"], "size": ["1"], "shape": ["z"]})
    with pytest.raises(ColumnsError, match=r"colour.*shape"):
        ilp.read_links(file)


def test_a_column_or_role_that_does_not_exist_is_an_error_with_the_nearest() -> None:
    file = pd.DataFrame({"from": ["x"], "to": ["y"]})
    with pytest.raises(ColumnsError, match="weight"):
        ilp.read_links(file, columns={"wieght": "from"})
    with pytest.raises(ColumnsError, match="frmo"):
        ilp.read_links(file, columns={"source": "frmo", "target": "to"})


def test_gephi_writes_the_direction_into_a_column_called_type(tmp_path: Path) -> None:
    text = "Source,Target,Type,Id,Label,Weight\na,b,Directed,0,met,1\nb,c,Undirected,1,,2\n"
    intake = ilp.read_links(saved(tmp_path, "x.csv", text))
    assert intake.table["directed"].tolist() == [True, False]
    assert intake.table["kind"].tolist()[0] == "met"
    assert intake.choices["directed"] == "mixed"


def test_direction_is_assumed_aloud_and_the_caller_has_the_last_word() -> None:
    file = pd.DataFrame({"from": ["x"], "to": ["y"]})
    assert found(ilp.read_links(file))["direction_assumed"] == 1
    told = ilp.read_links(file, directed=True)
    assert told.table["directed"].all()
    assert "direction_assumed" not in found(told)


def test_every_link_keeps_its_items_grade_and_date() -> None:
    file = pd.DataFrame(
        {
            "who": ["P1", "P1", "P2"],
            "did": ["met", "paid", "called"],
            "whom": ["P2", "C9", "P3"],
            "when": ["2025-02-03", "2025-03", "03.04.2025 14:05"],
            "source item id": ["R-1; R-2", "R-3", ""],
            "grade": ["B2", "3x5x2:2B", "?"],
        }
    )
    table = ilp.read_links(file).table
    assert table["item_ids"].tolist() == [("R-1", "R-2"), ("R-3",), ()]
    assert table["grade"].fillna("none").tolist() == ["4x4:B2", "3x5x2:2B", "none"]
    assert table["date_precision"].tolist() == ["day", "month", "minute"]
    assert str(table["date"].iloc[2]) == "2025-04-03 14:05:00"
    assert table["date"].dt.tz is None
    assert table["directed"].all()


def test_grades_are_tagged_and_never_converted() -> None:
    file = pd.DataFrame({"from": list("abc"), "to": list("xyz"), "grade": ["B2", "6x6:A1", "medium"]})
    intake = ilp.read_links(file, scale="5x5x5")
    assert intake.table["grade"].fillna("none").tolist() == ["5x5x5:B2", "6x6:A1", "none"]
    assert found(intake)["grade_unreadable"] == 1
    assert intake.table["grade (original)"].tolist()[2] == "medium"
    assert [str(ilp.grades.parse(one)) for one in intake.table["grade"][:2]] == ["5x5x5:B2", "6x6:A1"]


def test_two_columns_of_codes_make_one_grade() -> None:
    file = pd.DataFrame(
        {"from": ["a", "b"], "to": ["b", "c"], "source_grade": ["B", ""], "information_grade": ["2", "4"]}
    )
    assert ilp.read_links(file).table["grade"].tolist() == ["4x4:B2", "4x4:?4"]


def test_handling_that_nobody_wrote_is_the_strictest() -> None:
    file = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"], "handling": ["4x4:H1", ""]})
    table = ilp.read_links(file).table
    assert table["handling"].tolist() == ["4x4:H1", ""]
    assert ilp.handling.parse(table["handling"][1]) == ilp.handling.STRICTEST
    bare = ilp.read_links(pd.DataFrame({"from": ["a"], "to": ["b"]}))
    assert "handling" not in bare.table
    assert bare.entities["handling"].tolist() == ["", ""]


def test_an_unknown_weight_is_neither_one_nor_zero() -> None:
    file = pd.DataFrame({"from": list("abcd"), "to": list("wxyz"), "weight": ["1,5", "", "many", "-2"]})
    intake = ilp.read_links(file)
    assert intake.table["weight"].isna().tolist() == [False, True, True, False]
    assert (
        found(intake)["weight_missing"],
        found(intake)["weight_unreadable"],
        found(intake)["weight_negative"],
    ) == (1, 1, 1)
    assert intake.table["weight (original)"].tolist()[2] == "many"


def test_a_row_without_an_end_is_rejected_with_its_reason_and_its_words() -> None:
    intake = ilp.read_links(
        pd.DataFrame({"from": ["a", "b", None], "to": ["b", "NA", "c"], "kind": ["x", "y", "z"]})
    )
    assert len(intake.table) == 1
    assert intake.rejected["source_row"].tolist() == [3, 4]
    assert intake.rejected["kind"].tolist() == ["y", "z"]
    assert all(intake.rejected["reason"])


def test_loops_repeats_and_exact_repeats_are_kept_and_flagged() -> None:
    file = pd.DataFrame(
        {"from": ["a", "a", "b", "a"], "to": ["a", "b", "a", "b"], "kind": ["", "met", "met", "met"]}
    )
    table = ilp.read_links(file).table
    assert table["flags"].str.contains("self_loop").tolist() == [True, False, False, False]
    assert table["flags"].str.contains("repeated_link").tolist() == [False, False, True, False]
    assert table["flags"].str.contains("duplicate_row").tolist() == [False, False, False, True]


def test_one_way_and_back_is_no_repeat_where_links_are_directed() -> None:
    file = pd.DataFrame({"from": ["a", "b"], "to": ["b", "a"]})
    assert "repeated_link" in found(ilp.read_links(file))
    assert "repeated_link" not in found(ilp.read_links(file, directed=True))


def test_labels_stay_as_they_are_written(tmp_path: Path) -> None:
    odd = ["007", "7", "1.0", "1", "Сова", "Coва", "3E5", "00:15", "1/2", "Nan", "None", "true", "'x", "A  B"]
    text = "from,to\n" + "\n".join(f"{label},z" for label in odd)
    intake = ilp.read_links(saved(tmp_path, "x.csv", text))
    assert intake.table["source"].tolist() == odd
    assert found(intake).keys() >= {"id_look_alike", "id_mixed_scripts", "id_fragile"}


def test_labels_that_look_alike_are_named_and_not_merged() -> None:
    intake = ilp.read_links(pd.DataFrame({"from": ["007", "СОВА", "x"], "to": ["7", "COBA", "y"]}))
    assert intake.table["flags"].str.contains("id_look_alike").tolist() == [True, True, False]
    assert len(intake.entities) == 6


def test_a_secret_is_refused_and_its_words_withheld() -> None:
    file = pd.DataFrame(
        {"from": ["a", "Osmel"], "to": ["b", "Virtak"], "handling": ["", "Совершенно секретно"]}
    )
    intake = ilp.read_links(file)
    assert len(intake.table) == 1
    assert "Osmel" not in intake.rejected.to_csv()
    assert "Osmel" not in intake.entities["entity_id"].tolist()
    with pytest.raises(InputError, match="секретно"):
        ilp.read_links(io.BytesIO("СОВЕРШЕННО СЕКРЕТНО;;\nfrom;to;kind\na;b;c\nb;c;d\n".encode()))


def test_columns_about_persons_are_set_aside_unless_asked_for() -> None:
    file = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"], "passport": ["AN1234567", "AN7654321"]})
    assert "passport" not in ilp.read_links(file).table
    assert "passport" in ilp.read_links(file, keep="passport").table


def test_a_file_inside_an_archive_or_a_stream_is_read_alike(tmp_path: Path) -> None:
    text = b"from,to\na,b\n"
    saved(tmp_path, "x.csv.gz", gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("x.csv", text)
    for source in (tmp_path / "x.csv.gz", tmp_path / "x.zip", io.BytesIO(text)):
        assert pairs(ilp.read_links(source)) == [("a", "b")]


def test_a_spreadsheet_is_read_and_its_numbers_stay_labels(tmp_path: Path) -> None:
    path = tmp_path / "links.xlsx"
    pd.DataFrame(
        {"Кто": ["007", "12"], "Кому": ["12", "Торвелим"], "Дата": pd.to_datetime(["2025-01-02"] * 2)}
    ).to_excel(path, index=False)
    table = ilp.read_links(path).table
    assert table[["source", "target"]].values.tolist() == [["007", "12"], ["12", "Торвелим"]]
    assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-01-02"] * 2


def test_russian_words_are_used_where_russian_is() -> None:
    with i18n.language("ru"):
        report = ilp.read_links(pd.DataFrame({"from": ["a", ""], "to": ["a", "b"]})).report
        assert all(any("а" <= letter <= "я" for letter in text) for text in report["remedy"])
        assert all(any("а" <= letter <= "я" for letter in check_label(code)) for code in links.CHECKS)


# Entities


def test_entities_are_described_added_and_kept_without_a_link() -> None:
    nodes = pd.DataFrame(
        {
            "id": ["P1", "P2", "C1", "P1"],
            "name": ["Торвелим", "Вансок", "Osmel Trade", "again"],
            "type": ["Физическое лицо", "person", "company", "person"],
            "role": ["подозреваемый", "свидетель / suspect", "", ""],
            "handling": ["H1", "", "", ""],
        }
    )
    intake = ilp.read_links(pd.DataFrame({"from": ["P1"], "to": ["X9"]}), entities=nodes)
    table = intake.entities.set_index("entity_id")
    assert table.index.tolist() == ["P1", "P2", "C1", "X9"]
    assert table["type"].tolist() == ["person", "person", "organisation", "unknown"]
    assert table["role"].tolist() == ["suspect", "witness", "unknown", "unknown"]
    assert table["label"].tolist() == ["Торвелим", "Вансок", "Osmel Trade", "X9"]
    assert intake.entities_rejected["source_row"].tolist() == [5]
    assert found(intake).keys() >= {"entity_repeated", "entity_missing", "isolated", "role_unknown"}


def test_a_type_or_role_that_no_list_knows_keeps_its_words() -> None:
    nodes = pd.DataFrame({"id": ["a", "b"], "type": ["yacht club", "person"], "role": ["fixer", "victim"]})
    table = ilp.read_links(pd.DataFrame({"from": ["a"], "to": ["b"]}), entities=nodes).entities
    assert table["type"].tolist() == ["unknown", "person"]
    assert table["role"].tolist() == ["unknown", "victim"]
    assert table["type (original)"].tolist()[0] == "yacht club"
    assert table["role (original)"].tolist()[0] == "fixer"


def test_roles_are_read_as_a_case_reads_them() -> None:
    for role, words in vocabulary()["roles"].items():
        for word in words:
            assert case_roles.role_of(word)[0] == (role_word(word) or "unknown") == role
    assert list(vocabulary()["roles"]) == list(case_roles.ROLES)
    for words in (("suspect", "victim"), ("свидетель", "обвиняемый"), ("minor", "witness")):
        cell = " / ".join(words)
        assert role_word(cell) == case_roles.role_of(cell)[0]


# Matrices


def matrix(folder: Path, text: str | bytes, **how: Any) -> Any:
    return ilp.read_links(saved(folder, "m.csv", text), **how)


def test_a_symmetric_matrix_gives_each_pair_once(tmp_path: Path) -> None:
    intake = matrix(tmp_path, '\ufeff"",a,b,c\na,0,2,0\nb,2,0,1\nc,0,1,0\n')
    assert pairs(intake) == [("a", "b"), ("b", "c")]
    assert intake.table["weight"].tolist() == [2, 1]
    assert not intake.table["directed"].any()
    assert intake.table["source_row"].tolist() == [2, 3]
    assert intake.choices["nonzero_cells"] == len(intake.table) + intake.choices["mirrored_cells"]


def test_an_asymmetric_matrix_is_directed_unless_the_caller_says_no(tmp_path: Path) -> None:
    text = '"",a,b\na,0,1\nb,0,0\n'
    assert matrix(tmp_path, text).choices["directed"] == "directed"
    told = matrix(tmp_path, text, directed=False)
    assert (told.choices["directed"], told.choices["directed_by"]) == ("undirected", "caller")


def test_a_matrix_with_one_half_blank_has_no_direction(tmp_path: Path) -> None:
    half = matrix(tmp_path, ",a,b,c\na,,1,0\nb,,,1\nc,,,\n")
    assert (half.choices["directed"], pairs(half)) == ("undirected", [("a", "b"), ("b", "c")])
    assert found(half)["half_matrix"] == 2
    zeros = matrix(tmp_path, ",a,b,c\na,0,1,0\nb,0,0,1\nc,0,0,0\n")
    assert zeros.choices["directed"] == "directed"


def test_rows_and_columns_of_two_kinds_make_a_network_of_two_modes(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ";meeting 1;meeting 2\nA;1;0\nB;1;1\nC;0;0\n")
    assert intake.choices["layout"] == "two_mode"
    assert pairs(intake) == [("A", "meeting 1"), ("B", "meeting 1"), ("B", "meeting 2")]
    modes = intake.entities.set_index("entity_id")["mode"]
    assert modes.to_dict() == {"A": 1, "B": 1, "C": 1, "meeting 1": 2, "meeting 2": 2}


def test_columns_in_another_order_than_the_rows_are_matched_by_label(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ",b,c,a\na,1,0,0\nb,0,3,1\nc,3,0,0\n")
    assert sorted(map(sorted, pairs(intake))) == [["a", "b"], ["b", "c"]]
    assert intake.choices["directed"] == "undirected"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (",X1,X2,X3\n1,0,1,0\n2,1,0,0\n3,0,0,0\n", "R's names of columns"),
        (",Abu.Ras,B.C,D\nAbu Ras,0,1,0\nB-C,1,0,0\nD,0,0,0\n", "points for signs"),
        (",Amzin,Vansok,Dorlek\n1,0,1,0\n2,1,0,0\n3,0,0,0\n", "numbered rows"),
    ],
)
def test_labels_that_a_program_changed_are_matched_and_said(tmp_path: Path, text: str, kinds: str) -> None:
    intake = matrix(tmp_path, text)
    assert intake.choices["layout"] == "matrix", kinds
    assert (len(intake.entities), len(intake.table)) == (3, 1)
    assert found(intake)["labels_differ"] >= 1


def test_a_header_without_its_corner_is_read(tmp_path: Path) -> None:
    intake = matrix(tmp_path, '"a","b","c"\n"a",0,1,1\n"b",1,0,0\n"c",1,0,0\n')
    assert pairs(intake) == [("a", "b"), ("a", "c")]


def test_an_entity_list_beside_a_matrix_of_two_kinds_leaves_its_modes(tmp_path: Path) -> None:
    nodes = pd.DataFrame({"id": ["A", "m2"], "type": ["person", "meeting"]})
    intake = matrix(tmp_path, ",m1,m2\nA,1,0\nB,1,1\n", entities=nodes)
    assert intake.entities.set_index("entity_id")["mode"].to_dict() == {"A": 1, "m2": 2, "m1": 2, "B": 1}


def test_a_square_list_of_numbers_is_no_matrix(tmp_path: Path) -> None:
    intake = matrix(tmp_path, "1,2,5\n1,3,1\n4,2,2\n")
    assert pairs(intake) == [("1", "2"), ("1", "3"), ("4", "2")]
    assert intake.table["weight"].tolist() == [5, 1, 2]


def test_a_matrix_without_labels_is_numbered_aloud(tmp_path: Path) -> None:
    intake = matrix(tmp_path, "0,1,0\n1,0,1\n0,1,0\n")
    assert pairs(intake) == [("1", "2"), ("2", "3")]
    assert found(intake)["labels_missing"] == 3


def test_labels_on_top_alone_are_enough(tmp_path: Path) -> None:
    intake = matrix(tmp_path, "Kay,Bill,Rosa\n0,1,0\n1,0,1\n0,1,0\n")
    assert pairs(intake) == [("Kay", "Bill"), ("Bill", "Rosa")]


def test_a_blank_last_column_and_blank_last_rows_are_nothing(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ";a;b;\na;0;1;\nb;1;0;\n;;;\n")
    assert pairs(intake) == [("a", "b")]
    assert len(intake.entities) == 2


def test_unknown_cells_are_rejected_and_blank_ones_are_none(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ",a,b,c\na,NA,1,NA\nb,1,NA,\nc,NA,,NA\n")
    assert pairs(intake) == [("a", "b")]
    assert intake.rejected[["source", "target"]].values.tolist() == [["a", "c"]]
    assert found(intake)["diagonal_blank"] == 3


def test_a_matrix_that_is_not_square_keeps_everybody(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ",a,b,c,d\na,0,1,0,1\nb,1,0,0,0\nc,0,0,0,0\n")
    assert set(intake.entities["entity_id"]) == {"a", "b", "c", "d"}
    assert ("a", "d") in pairs(intake)
    assert found(intake)["labels_one_side"] == 1


def test_weights_with_a_decimal_comma_and_marks_instead_of_numbers(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ";a;b;c\na;0;0,5;x\nb;0,5;0;1,5\nc;x;1,5;0\n")
    assert intake.table["weight"].tolist() == [0.5, 1.0, 1.5]


def test_windows_1251_and_names_with_commas_in_a_matrix(tmp_path: Path) -> None:
    text = ';"Амзин, Т.";Вансок\n"Амзин, Т.";0;1\nВансок;1;0\n'
    intake = matrix(tmp_path, text.encode("cp1251"))
    assert pairs(intake) == [("Амзин, Т.", "Вансок")]


def test_equal_labels_in_a_matrix_are_said(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ",Omar,Omar,Ali\nOmar,0,0,1\nOmar,0,0,1\nAli,1,1,0\n")
    assert found(intake)["labels_repeated"] == 1
    assert len(intake.table) == 4


def test_a_frame_with_labels_on_both_sides_is_a_matrix() -> None:
    frame = pd.DataFrame([[0, 2], [2, 0]], index=["a", "b"], columns=["a", "b"])
    assert pairs(ilp.read_links(frame)) == [("a", "b")]


def test_a_matrix_of_nothing_is_an_empty_network(tmp_path: Path) -> None:
    intake = matrix(tmp_path, ",a,b\na,0,0\nb,0,0\n")
    assert (len(intake.table), len(intake.entities)) == (0, 2)


def test_a_list_of_two_kinds_has_modes_and_types() -> None:
    intake = ilp.read_links(pd.DataFrame({"person": ["A", "B"], "event": ["E1", "E1"]}))
    assert intake.entities.set_index("entity_id")["mode"].to_dict() == {"A": 1, "B": 1, "E1": 2}
    assert intake.entities.set_index("entity_id")["type"].to_dict() == {
        "A": "person",
        "B": "person",
        "E1": "event",
    }


def test_the_logical_type_of_a_list_of_nodes_is_its_mode(tmp_path: Path) -> None:
    nodes = saved(tmp_path, "n.csv", '"name","type"\n"A",FALSE\n"E1",TRUE\n')
    edges = saved(tmp_path, "e.csv", '"from","to"\n"A","E1"\n')
    entities = ilp.read_links(edges, entities=nodes).entities
    assert entities.set_index("entity_id")["mode"].to_dict() == {"A": 1, "E1": 2}


# Graph formats


def graph() -> Any:
    made = nx.MultiDiGraph()
    made.add_node("007", label="Торвелим", role="victim", type="person", handling="4x4:H2", grade="6x6:A1")
    made.add_node("7", label="Osmel & <Trade>", type="organisation")
    made.add_edge("007", "7", kind="paid", weight=2.5, date="2025-03-01", grade="B2", item_ids="R-1; R-2")
    made.add_edge("007", "7", kind="met", weight=1.0)
    made.add_edge("7", "7", kind="owns")
    return made


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_what_networkx_writes_comes_in_whole(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x.{form}"
    getattr(nx, f"write_{form}")(graph(), path)
    intake = ilp.read_links(path)
    assert pairs(intake) == [("007", "7"), ("007", "7"), ("7", "7")]
    one = intake.table.iloc[0]
    assert (one["kind"], one["weight"], one["grade"], one["item_ids"]) == (
        "paid",
        2.5,
        "4x4:B2",
        ("R-1", "R-2"),
    )
    assert str(one["date"]) == "2025-03-01 00:00:00"
    assert bool(one["directed"])
    entity = intake.entities.set_index("entity_id").loc["007"]
    assert entity[["label", "role", "type", "handling", "grade"]].tolist() == [
        "Торвелим",
        "victim",
        "person",
        "4x4:H2",
        "6x6:A1",
    ]


def test_graphml_with_made_up_ids_is_called_by_its_names(tmp_path: Path) -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    <key id="v_name" for="node" attr.name="name" attr.type="string"/>
    <graph id="G" edgedefault="undirected"><node id="n0"><data key="v_name">Kay</data></node>
    <node id="n1"><data key="v_name">Bill</data></node><edge source="n0" target="n1"/></graph></graphml>"""
    intake = ilp.read_links(saved(tmp_path, "igraph.graphml", text))
    assert pairs(intake) == [("Kay", "Bill")]
    assert not intake.table["directed"].any()
    assert "direction_assumed" not in found(intake)


ANX = """<?xml version='1.0' encoding='utf-16'?>
<Chart><GradeOne><StringCollection><String Id="ID10" Text="4x4:A"/><String Id="ID11" Text="4x4:B"/>
<String Id="ID12" Text="-"/></StringCollection></GradeOne>
<GradeTwo><StringCollection><String Id="ID13" Text="4x4:1"/><String Id="ID14" Text="4x4:2"/>
<String Id="ID15" Text="-"/></StringCollection></GradeTwo>
<ChartItemCollection>
<ChartItem Id="ID2" Label="Торвелим &lt;&amp;&gt;" DateSet="true" TimeSet="true" SourceReference="R-1"
 GradeOneIndex="0" GradeTwoIndex="1" GradeThreeIndex="4" DateTime="2024-01-15T10:11:12.000" XPosition="-80">
<End X="-80" Y="320" Z="0"><Entity EntityId="1" Identity="007" LabelIsIdentity="false"><Icon><IconStyle Type="Person"/></Icon></Entity></End>
<AttributeCollection><Attribute AttributeClass="role" AttributeClassReference="ID4" Value="suspect"/></AttributeCollection></ChartItem>
<ChartItem Id="ID5" Label="7" GradeOneIndex="2" GradeTwoIndex="2" XPosition="80">
<End X="80" Y="320" Z="0"><Entity EntityId="2" Identity="7" LabelIsIdentity="true"><Icon><IconStyle Type="Phone"/></Icon></Entity></End></ChartItem>
<ChartItem Id="ID8" Label="" DateSet="true" SourceReference="R-2" GradeOneIndex="0" GradeTwoIndex="2" DateTime="2024-01-15T00:00:00.000">
<Link End1Id="1" End2Id="2" Offset="10"><LinkStyle Strength="Default" ArrowStyle="ArrowOnTail" Type="Call"/></Link>
<AttributeCollection><Attribute AttributeClass="weight" Value="2.5"/></AttributeCollection></ChartItem>
<ChartItem Id="ID9" Label="" DateTimeDescription="2024-02"><Link End1Id="1" End2Id="2"><LinkStyle Type="Link"/></Link></ChartItem>
</ChartItemCollection></Chart>"""
"""A chart as another program writes it (the items of one made with anxwritter)."""


def test_a_chart_of_i2_is_read_with_dates_grades_and_direction(tmp_path: Path) -> None:
    intake = ilp.read_links(saved(tmp_path, "x.anx", ANX.encode("utf-16")))
    assert pairs(intake) == [("7", "007"), ("007", "7")]
    assert intake.table["directed"].tolist() == [True, False]
    assert intake.table["grade"].fillna("").tolist() == ["4x4:A?", ""]
    assert intake.table["date_precision"].tolist() == ["day", "month"]
    assert intake.table["kind"].fillna("").tolist() == ["Call", ""]
    assert intake.table["weight"].tolist()[0] == 2.5
    entity = intake.entities.set_index("entity_id").loc["007"]
    assert entity[["label", "type", "role", "grade", "date", "GradeThreeIndex"]].tolist() == [
        "Торвелим <&>", "person", "suspect", "4x4:A2", "2024-01-15 10:11:12", "4",
    ]  # fmt: skip
    assert entity["item_ids"] == ("R-1",)


def test_xml_of_another_kind_is_refused_by_its_root(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="playlist"):
        ilp.read_links(saved(tmp_path, "x.xml", "<playlist><track/></playlist>"))
    with pytest.raises(FileError, match="no sound XML"):
        ilp.read_links(saved(tmp_path, "x.graphml", "<graphml><graph>"))


def test_a_graph_in_an_archive_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.anx", ANX.encode("utf-16"))
    assert len(ilp.read_links(path).table) == 2


# Whatever the file


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=12))
def test_any_list_comes_in_as_it_is_written(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("from", "to"), *rows])
    intake = ilp.read_links(io.BytesIO(text.getvalue().encode()), layout="list")
    assert len(intake.table) + len(intake.rejected) == len(rows)
    assert pairs(intake) == [pair for pair in rows if not NO_LABELS & set(pair)]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 7), st.data())
def test_any_matrix_of_one_kind_comes_in_cell_by_cell(n: int, data: Any) -> None:
    names = [f"p{number}" for number in range(n)]
    cells = data.draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=n, max_size=n))
    text = "\n".join(
        [
            ";".join(["", *names]),
            *(";".join([name, *map(str, row)]) for name, row in zip(names, cells, strict=True)),
        ]
    )
    intake = ilp.read_links(io.BytesIO(text.encode()))
    wanted = {(names[i], names[j]): cells[i][j] for i in range(n) for j in range(n) if cells[i][j]}
    got = dict(zip(pairs(intake), intake.table["weight"], strict=True))
    if intake.choices["directed"] == "undirected":
        got |= {(b, a): weight for (a, b), weight in got.items()}
    assert got == wanted
    assert intake.entities["entity_id"].tolist() == names


def test_the_callers_table_is_not_changed() -> None:
    file = pd.DataFrame({"from": ["a"], "to": ["b"], "grade": ["B2"]})
    before = file.copy(deep=True)
    ilp.read_links(file, entities=pd.DataFrame({"id": ["a"]}))
    pd.testing.assert_frame_equal(file, before)


# On the command line


def test_ilp_check_reads_a_file_of_links(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from ilp_toolkit.cli.app import app

    path = saved(tmp_path, "links.csv", "from,to\na,b\n007,7\n,c\n")
    told = CliRunner().invoke(app, ["check", str(path), "--links", "--lang", "en", "--json"])
    assert told.exit_code == 1, told.output
    assert '"read": 2' in told.output
    assert '"rejected": 1' in told.output
    shown = CliRunner().invoke(app, ["check", str(path), "--links", "--lang", "en"])
    assert "Vertices" in shown.output
    assert "both ways" in shown.output
    wrong = CliRunner().invoke(app, ["check", str(path), "--links", "--crs", "EPSG:4326"])
    assert wrong.exit_code != 0
