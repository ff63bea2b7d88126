"""What learners hand in arrives whole, once, under a number, and stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inbox_world import (
    KNOWN,
    ROSTER,
    answers_of,
    explorers,
    head,
    notebook,
    snapshot,
    submit,
    taken,
    zipped,
)

from grading import inbox as module
from grading._archives import _named, _parts
from grading.inbox import Edition, collect, editions, kept
from grading.workspace import Workspace
from ilp_toolkit import i18n
from ilp_toolkit.errors import FileError
from ilp_toolkit.learning.cards import variant


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work").make()


def test_a_submission_is_kept_with_its_answers_and_its_notebook(inbox: Path, workspace: Workspace) -> None:
    path = submit(inbox, {"q1": "b", "q2": ["a", "c"]})
    (one,) = taken(inbox, workspace).accepted
    assert (one.learner, one.module, one.attempt, one.language) == ("kg-014", "03_rights", 1, "ru")
    assert one.answers == {"q1": "b", "q2": ["a", "c"]}
    assert one.variant == variant(ROSTER.code("kg-014"), "03_rights")
    assert one.folder == workspace.attempts / "03_rights" / "kg-014" / "1"
    assert one.notebook is not None
    assert one.notebook.read_bytes() == notebook()
    assert (one.folder / "submission.ilpsub").read_bytes() == path.read_bytes()
    assert one.received == "2026-11-26T09:30:00+00:00"
    assert one.notes == ()
    assert len(one.receipt) == 10


def test_what_was_made_with_an_earlier_card_counts_with_that_cards_data(
    inbox: Path, workspace: Workspace
) -> None:
    codes = ROSTER.codes("tj-201")
    for number, code in enumerate(codes, start=1):
        submit(inbox, learner="tj-201", attempt=number, card_code=code)
    kept = taken(inbox, workspace).accepted
    assert [one.variant for one in kept] == [variant(code, "03_rights") for code in codes]
    assert len(set(codes)) == 3


def test_the_inbox_is_left_as_it_was(inbox: Path, workspace: Workspace) -> None:
    submit(inbox / "group")
    (inbox / "kg-015.ipynb").write_bytes(notebook())
    (inbox / "strange.ipynb").write_bytes(b"{")
    before = snapshot(inbox)
    taken(inbox, workspace)
    assert snapshot(inbox) == before


def test_the_same_file_again_is_no_new_attempt(inbox: Path, workspace: Workspace) -> None:
    path = submit(inbox)
    taken(inbox, workspace)
    (inbox / "kg-014 (copy).zip").write_bytes(path.read_bytes())
    (inbox / "all.zip").write_bytes(zipped({"telegram/file.ilpsub": path.read_bytes()}))
    before = snapshot(workspace.attempts)
    again = taken(inbox, workspace)
    assert again.accepted == ()
    assert again.quarantined == ()
    assert len(again.repeated) == 3
    assert snapshot(workspace.attempts) == before


def test_every_attempt_is_kept_in_the_order_of_the_learners_counter(
    inbox: Path, workspace: Workspace
) -> None:
    for number in (3, 1, 2):
        submit(inbox, {"q1": str(number)}, attempt=number)
    accepted = taken(inbox, workspace).accepted
    assert [(one.attempt, one.answers["q1"]) for one in accepted] == [(1, "1"), (2, "2"), (3, "3")]
    assert [one.answers["q1"] for one in kept(workspace)] == ["1", "2", "3"]


def test_an_attempt_with_a_number_that_is_taken_gets_the_next(
    inbox: Path, workspace: Workspace, tmp_path: Path
) -> None:
    submit(inbox, {"q1": "a"})
    taken(inbox, workspace)
    submit(tmp_path / "other computer", {"q1": "b"})
    (one,) = taken(tmp_path / "other computer", workspace).accepted
    assert one.attempt == 2
    assert answers_of(workspace.attempt("03_rights", "kg-014", 1)) == {"q1": "a"}


def test_what_was_kept_is_found_again_for_the_learners_of_a_roster(inbox: Path, workspace: Workspace) -> None:
    for learner in ("kg-015", "kg-014"):
        submit(inbox, learner=learner)
    accepted = taken(inbox, workspace).accepted
    assert list(kept(workspace, ROSTER)) == list(accepted)
    assert [one.learner for one in kept(workspace)] == ["kg-014", "kg-015"]
    assert list(kept(Workspace(inbox / "nothing"))) == []


def test_a_run_that_was_killed_while_keeping_leaves_nothing_half(
    inbox: Path, workspace: Workspace, monkeypatch
) -> None:
    submit(inbox)
    real = module._write

    def killed(path: Path, content: object) -> None:
        if path.name == "received.json":
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(module, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        taken(inbox, workspace)
    assert list(kept(workspace)) == []
    monkeypatch.setattr(module, "_write", real)
    assert [one.attempt for one in taken(inbox, workspace).accepted] == [1]
    assert [path.name for path in (workspace.attempts / "03_rights" / "kg-014").iterdir()] == ["1"]


@pytest.mark.parametrize(
    "place",
    ["kg-014.ipynb", "kg-014/exam.ipynb", "kg-014/03_rights/exam (1).ipynb", "kg-014_03_rights.ipynb", "KG-014.ipynb",
     "kg_014/exam.ipynb", "Иванов kg–014/экзамен.ipynb"],
)  # fmt: skip
def test_a_plain_notebook_is_known_by_its_name_or_its_folder(
    inbox: Path, workspace: Workspace, place: str
) -> None:
    path = inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook())
    (one,) = taken(inbox, workspace).accepted
    assert (one.learner, one.module, one.language) == ("kg-014", "03_rights", "ru")
    assert one.notebook is not None
    assert len(one.notes) == 2


def test_a_notebook_that_lost_its_metadata_is_known_by_the_line_that_opens_the_course(
    inbox: Path, workspace: Workspace
) -> None:
    (inbox / "kg-014.ipynb").write_bytes(notebook(ours=False))
    (one,) = taken(inbox, workspace).accepted
    assert one.module == "03_rights"


def test_answers_that_lie_beside_a_plain_notebook_come_with_it(inbox: Path, workspace: Workspace) -> None:
    (inbox / "kg-014.ipynb").write_bytes(notebook())
    book = {"answers": {"q1": "c", "unknown": 1}, "tries": {}}
    (inbox / "kg-014.03_rights.json").write_text(json.dumps(book), encoding="utf-8")
    (inbox / "kg-015.03_rights.json").write_text("{", encoding="utf-8")
    (one,) = taken(inbox, workspace).accepted
    assert one.answers == {"q1": "c"}
    assert len(one.notes) == 1


def test_who_sends_the_whole_folder_hands_in_its_exam(inbox: Path, workspace: Workspace) -> None:
    for part in ("lesson", "lab", "exam"):
        path = inbox / "kg-014" / "03_rights" / f"{part}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook(part=part))
    collected = taken(inbox, workspace)
    assert len(collected.accepted) == 1
    assert collected.quarantined == ()


def test_who_sends_the_lesson_for_the_exam_is_told(inbox: Path, workspace: Workspace) -> None:
    (inbox / "kg-014.ipynb").write_bytes(notebook(part="lesson"))
    (one,) = taken(inbox, workspace).quarantined
    assert "lesson" in one.reason


@pytest.mark.parametrize("encoding", ["cp866", "utf-8", ""])
def test_an_archive_made_by_explorer_in_russian_is_read(
    inbox: Path, workspace: Workspace, encoding: str
) -> None:
    files = {"Экзамен/kg-014 Иванов/проба_ё.ipynb": notebook(), "Экзамен/kg-015/q.ipynb": notebook(note="b")}
    (inbox / "группа.zip").write_bytes(explorers(files, encoding) if encoding else zipped(files))
    collected = taken(inbox, workspace)
    assert [one.learner for one in collected.accepted] == ["kg-014", "kg-015"]
    about = json.loads((collected.accepted[0].folder / "received.json").read_text(encoding="utf-8"))
    assert about["file"] == "группа.zip/Экзамен/kg-014 Иванов/проба_ё.ipynb"


def test_archives_in_an_archive_are_read_one_level_deep(
    inbox: Path, workspace: Workspace, tmp_path: Path
) -> None:
    sent = submit(tmp_path / "out").read_bytes()
    inner = zipped({"kg-014.ilpsub": sent})
    (inbox / "all.zip").write_bytes(zipped({"kg-014.zip": inner}))
    assert len(taken(inbox, workspace).accepted) == 1
    (inbox / "all.zip").write_bytes(zipped({"a.zip": zipped({"b.zip": inner})}))
    (one,) = taken(inbox, workspace).quarantined
    assert "archive" in one.reason


def test_one_file_is_an_inbox_too(inbox: Path, workspace: Workspace) -> None:
    assert len(taken(submit(inbox), workspace).accepted) == 1


def test_files_of_no_interest_are_passed_over(inbox: Path, workspace: Workspace) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$notes.ipynb", ".ipynb_checkpoints/kg-014.ipynb",
                 "__MACOSX/kg-014.ipynb", "receipt.txt", "photo.jpg"):  # fmt: skip
        path = inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    collected = taken(inbox, workspace)
    assert (collected.accepted, collected.quarantined, collected.repeated) == ((), (), ())


def test_a_broken_notebook_in_a_submission_does_not_lose_its_answers(
    inbox: Path, workspace: Workspace
) -> None:
    submit(inbox, {"q1": "b"}, exam=b"{ broken")
    (one,) = taken(inbox, workspace).accepted
    assert one.answers == {"q1": "b"}
    assert one.notebook is None
    assert len(one.notes) == 1


def test_another_build_is_accepted_when_the_examiner_says_so(
    inbox: Path, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "course" / "en" / "03_rights"
    folder.mkdir(parents=True)
    pack = {"build": "abc123", "items": [{"id": "q1"}, {"id": "q2"}]}
    (folder / "items.json").write_text(json.dumps(pack), encoding="utf-8")
    submit(inbox, build="old1")
    known = editions(workspace, tmp_path / "course")
    assert known == {"03_rights": Edition(frozenset({"abc123"}), frozenset({"q1", "q2"}))}
    (refused,) = collect(inbox, workspace, ROSTER, known=known).quarantined
    assert "accepted_builds.txt" in refused.reason
    (workspace.folder / "accepted_builds.txt").write_text("old1\n", encoding="utf-8")
    known = editions(workspace, tmp_path / "course")
    assert len(collect(inbox, workspace, ROSTER, known=known).accepted) == 1


def test_the_reason_lies_beside_what_was_not_accepted_and_once(inbox: Path, workspace: Workspace) -> None:
    path = submit(inbox, learner="kg-999")
    with i18n.language("ru"):
        (one,) = taken(inbox, workspace).quarantined
        taken(inbox, workspace)
    assert one.folder is not None
    assert (one.folder / "content.bin").read_bytes() == path.read_bytes()
    reason = (one.folder / "reason.txt").read_text(encoding="utf-8")
    assert "нет слушателя kg-999" in reason
    assert len(list(workspace.quarantine.iterdir())) == 1


def test_a_missing_inbox_is_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nowhere"):
        collect(tmp_path / "nowhere", workspace, ROSTER, known=KNOWN)


def test_the_modules_of_the_checkout_are_known(workspace: Workspace, root: Path) -> None:
    found = editions(workspace)
    released = {path.parent.name for path in (root / "notebooks" / "course").glob("*/*/items.json")}
    assert set(found) == released


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЁЯ kg-014_().", min_size=1, max_size=30))
def test_a_name_in_the_code_page_of_the_russian_console_is_read_as_written(name: str) -> None:
    import zipfile

    info = zipfile.ZipInfo("x")
    info.orig_filename = name.encode("cp866").decode("cp437")
    read = _named(info)
    # Where the bytes also happen to be UTF-8 nobody can tell; letters of one code page hardly ever are.
    assert read == name or name.encode("cp866").decode("utf-8", "replace") == read


@given(st.lists(st.sampled_from(["..", ".", "", "a", "kg-014", "C:", "\\", "/", "\0", "b c"]), max_size=6))
def test_no_name_in_an_archive_leads_out_of_it(pieces: list[str]) -> None:
    for joint in ("/", "\\"):
        parts = _parts(joint.join(pieces))
        assert not set(parts) & {"..", ".", "", "/", "\\"}
        assert not any("/" in part or "\\" in part or "\0" in part for part in parts)
        assert not (parts and parts[0][1:2] == ":" and len(pieces) > 0 and pieces[0] == "C:")


def test_a_manifest_may_say_what_the_roster_confirms() -> None:
    assert head()["card_code"] == ROSTER.code("kg-014")
