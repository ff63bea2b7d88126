"""The roster: pseudonyms for marking, names in a file of their own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from grading.roster import Person, Roster, card_code, enrol, names, read_people, retake
from grading.workspace import Workspace
from ilp_toolkit.errors import ColumnsError, FileError, InputError
from ilp_toolkit.learning.cards import variant

PEOPLE = ["Mariam Oduya", "Тимур Ярош", "Ilse Varga", "Oren Dask", "Карл Брандт", "Ната Лим"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work").make()


def test_a_card_code_is_the_keyed_hash_of_the_learner_as_rfc_2104_has_it() -> None:
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in b"sample".ljust(64, b"\0")) + b"kg-014").digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in b"sample".ljust(64, b"\0")) + inner).digest()
    assert card_code(b"sample", "kg-014") == base64.b32encode(outer).decode()[:8]
    assert hmac.new(b"sample", b"kg-014", hashlib.sha256).digest() == outer


def test_people_get_pseudonyms_and_names_stand_in_one_file_only(workspace: Workspace) -> None:
    roster, added = enrol(workspace, [Person(name) for name in PEOPLE], prefix="kg")
    assert len(roster) == len(added) == len(PEOPLE)
    assert sorted(names(workspace).values()) == sorted(PEOPLE)
    for path in workspace.folder.rglob("*"):
        if path.is_file() and path != workspace.roster:
            text = path.read_bytes().decode("utf-8")
            assert not [name for name in PEOPLE if name in text], path.name


def test_pseudonyms_are_not_given_in_the_order_of_the_list(tmp_path: Path) -> None:
    orders = set()
    for n in range(8):
        workspace = Workspace(tmp_path / str(n)).make()
        enrol(workspace, [Person(name) for name in PEOPLE])
        orders.add(tuple(name for _, name in sorted(names(workspace).items())))
    assert len(orders) > 1


def test_a_list_that_is_read_again_with_one_more_keeps_everybody_else(workspace: Workspace) -> None:
    enrol(workspace, [Person(name) for name in PEOPLE])
    before = names(workspace)
    roster, added = enrol(workspace, [Person(name) for name in [*PEOPLE, "Mariam Oduya"]])
    assert len(added) == 1
    assert len(roster) == 7
    assert {k: v for k, v in names(workspace).items() if k not in added} == before
    assert names(workspace)[added[0]] == "Mariam Oduya", "two people may have one name"


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("cp1251", ";"), ("utf-16", "\t")])
def test_a_list_from_excel_in_any_encoding_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "people.csv"
    rows = [["ФИО", "Язык", "Группа"], ["Ярош Тимур Андреевич", "ru", "1"], ["Лим Ната Сергеевна", "en", "2"]]
    path.write_text("\r\n".join(separator.join(row) for row in rows), encoding=encoding)
    assert read_people(path) == [
        Person("Ярош Тимур Андреевич", language="ru", group="1"),
        Person("Лим Ната Сергеевна", language="en", group="2"),
    ]


def test_a_list_without_names_is_refused_with_the_columns_that_it_has(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("rank,station\ncaptain,North\n", encoding="utf-8")
    with pytest.raises(ColumnsError, match="rank, station"):
        read_people(path)


@pytest.mark.parametrize(
    "bad", ["Kg-014", "кг-014", "kg 014", "../kg-014", "kg-14", "kg-014/../x", "kg-014\n"]
)
def test_a_pseudonym_that_could_harm_a_path_is_refused(workspace: Workspace, bad: str) -> None:
    with pytest.raises(InputError):
        enrol(workspace, [Person("Ilse Varga", learner=bad)])
    assert not workspace.roster.exists()


def test_a_pseudonym_is_not_given_twice(workspace: Workspace) -> None:
    enrol(workspace, [Person("Ilse Varga", learner="kg-001")])
    with pytest.raises(InputError, match="twice"):
        enrol(workspace, [Person("Oren Dask", learner="kg-001")])


def test_marking_works_where_the_file_with_names_is_kept_elsewhere(workspace: Workspace) -> None:
    roster, _ = enrol(workspace, [Person(name) for name in PEOPLE])
    workspace.roster.unlink()
    assert Roster.load(workspace).ids == roster.ids
    assert len({Roster.load(workspace).code(learner) for learner in roster.ids}) == len(PEOPLE)


def test_a_workspace_without_learners_says_how_to_add_them(workspace: Workspace) -> None:
    with pytest.raises(FileError, match="grading roster"):
        Roster.load(workspace)


MODULES = ("02_cycle", "03_rights", "04_evaluation", "09_hot_spots")


def test_a_card_for_a_retake_draws_other_data_in_every_module(workspace: Workspace) -> None:
    roster, _new = enrol(workspace, [Person(name) for name in PEOPLE], prefix="kg")
    someone, other = roster.ids[:2]
    before = roster.codes(someone)
    for times in (2, 3, 4):
        renewed = retake(workspace, [someone], MODULES)
        old, new = before[-1], renewed.code(someone)
        assert all(variant(old, module) != variant(new, module) for module in MODULES)
        assert renewed.codes(someone)[: len(before)] == before, "earlier cards stay good"
        assert len(renewed.codes(someone)) >= times
        assert renewed.codes(other) == roster.codes(other)
        before = renewed.codes(someone)
    again, added = enrol(workspace, [Person(name) for name in PEOPLE], prefix="kg")
    assert (again.codes(someone), added) == (before, []), "reading the list again keeps the cards"


def test_a_retake_of_a_stranger_is_refused(workspace: Workspace) -> None:
    enrol(workspace, [Person(name) for name in PEOPLE], prefix="kg")
    with pytest.raises(InputError, match="no learner zz-999"):
        retake(workspace, ["zz-999"], MODULES)
