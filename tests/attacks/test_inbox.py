"""Files that attack whoever collects them: nothing is accepted that should not be, nothing outside is touched."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from inbox_world import ROSTER, head, notebook, submit, taken, zipped

from grading.inbox import kept
from grading.workspace import Workspace
from ilp_toolkit.errors import InputError
from ilp_toolkit.learning import submission

pytestmark = pytest.mark.attack


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work").make()


def refused(inbox: Path, workspace: Workspace, *words: str) -> None:
    """Everything in the inbox is quarantined for a reason with these words, and nothing kept."""
    collected = taken(inbox, workspace)
    assert collected.accepted == ()
    assert collected.repeated == ()
    assert list(kept(workspace)) == []
    assert collected.quarantined
    for one in collected.quarantined:
        assert all(word in one.reason for word in words), one.reason
        assert one.folder is not None
        assert one.folder.parent == workspace.quarantine
        assert one.reason in (one.folder / "reason.txt").read_text(encoding="utf-8")


def test_a_submission_under_somebody_elses_name_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    submit(inbox, learner="kg-015", card_code=ROSTER.code("kg-014"))
    refused(inbox, workspace, "kg-015", "card")


def test_an_invented_card_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    submit(inbox, card_code="AAAAAAAA")
    refused(inbox, workspace, "card")


def test_a_learner_that_nobody_enrolled_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    submit(inbox, learner="kg-999")
    refused(inbox, workspace, "kg-999")


def test_a_module_that_was_not_given_out_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    submit(inbox, module="99_easy")
    refused(inbox, workspace, "99_easy")


@pytest.mark.parametrize("build", ["", "other"])
def test_another_build_is_not_accepted(inbox: Path, workspace: Workspace, build: str) -> None:
    submit(inbox, build=build)
    refused(inbox, workspace, "build")


def test_an_item_that_the_module_does_not_have_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    submit(inbox, {"q9": "a"}, items=["q1", "q9"])
    refused(inbox, workspace, "q9")


def test_a_variant_chosen_for_its_ease_is_not_accepted(inbox: Path, workspace: Workspace) -> None:
    path = submit(inbox)
    forged(path, lambda manifest: manifest.update(variant=(manifest["variant"] + 1) % 8))
    refused(inbox, workspace, "variant")


def test_answers_that_were_exchanged_after_the_file_was_made_are_not_accepted(
    inbox: Path, workspace: Workspace
) -> None:
    path = submit(inbox)
    forged(
        path,
        lambda manifest: None,
        answers=b'{"answers": {"q1": "z"}, "tries": {}, "hints": {}, "times": {}}',
    )
    refused(inbox, workspace, "answers.json")


@pytest.mark.parametrize(
    "learner", ["../../kg-014", "..", "/etc", "kg-014/../kg-015", "con", "kg-014\n", "КГ-014"]
)
def test_a_learner_who_is_a_path_is_not_accepted(inbox: Path, workspace: Workspace, learner: str) -> None:
    path = submit(inbox)
    forged(path, lambda manifest: manifest.update(learner=learner))
    refused(inbox, workspace)


def forged(path: Path, change: Callable[[dict], object], answers: bytes | None = None) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    change(manifest)
    parts["manifest.json"] = json.dumps(manifest).encode()
    parts["answers.json"] = answers or parts["answers.json"]
    path.write_bytes(zipped(parts))


def test_links_in_the_inbox_are_not_followed(inbox: Path, workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = submit(tmp_path / "elsewhere")
    (inbox / "kg-014.ilpsub").symlink_to(elsewhere)
    (inbox / "folder").symlink_to(elsewhere.parent, target_is_directory=True)
    (inbox / "round").symlink_to(inbox, target_is_directory=True)
    refused(inbox, workspace, "link")


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_a_pipe_in_the_inbox_does_not_stop_the_collector(inbox: Path, workspace: Workspace) -> None:
    os.mkfifo(inbox / "kg-014.ipynb")
    (inbox / "kg-015.ilpsub").mkdir()
    begun = time.monotonic()
    refused(inbox, workspace)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "name",
    [
        "../../../kg-014.ipynb",
        "/etc/kg-014.ipynb",
        "..\\..\\kg-014.ipynb",
        "C:\\kg-014.ipynb",
        "a/../../kg-014.ipynb",
    ],
)
def test_names_that_lead_out_of_an_archive_lead_nowhere(
    inbox: Path, workspace: Workspace, tmp_path: Path, name: str
) -> None:
    (inbox / "all.zip").write_bytes(zipped({name: notebook()}))
    before = set(tmp_path.rglob("*.ipynb"))
    refused(inbox, workspace, "out of the archive")
    assert set(tmp_path.rglob("*.ipynb")) == before


def test_a_link_in_an_archive_is_not_made(inbox: Path, workspace: Workspace) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("kg-014.ipynb")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    (inbox / "all.zip").write_bytes(made.getvalue())
    refused(inbox, workspace, "link")


def test_a_bomb_is_not_unpacked(inbox: Path, workspace: Workspace) -> None:
    (inbox / "all.zip").write_bytes(zipped({"kg-014.ipynb": bytes(60_000_000)}))
    begun = time.process_time()
    refused(inbox, workspace, "larger")
    assert time.process_time() - begun < 5


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_read(
    inbox: Path, workspace: Workspace
) -> None:
    raw = bytearray(zipped({"kg-014.ipynb": bytes(60_000_000)}))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    (inbox / "all.zip").write_bytes(raw)
    refused(inbox, workspace)


def test_a_bomb_of_bombs_is_not_opened(inbox: Path, workspace: Workspace) -> None:
    content = zipped({"kg-014.ipynb": notebook()})
    for _ in range(30):
        content = zipped({"a.zip": content, "b.zip": content})
        if len(content) > 300_000:
            break
    (inbox / "all.zip").write_bytes(content)
    refused(inbox, workspace)


def test_an_archive_of_very_many_files_is_not_read(inbox: Path, workspace: Workspace) -> None:
    (inbox / "all.zip").write_bytes(zipped({f"{n}.txt": b"" for n in range(5001)}))
    refused(inbox, workspace, "5001")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04" + bytes(100), b"PK\x05\x06" + bytes(18), b"Rar!\x1a\x07"]
)
@pytest.mark.parametrize("name", ["kg-014.zip", "kg-014.ilpsub", "kg-014.ipynb"])
def test_what_only_calls_itself_an_archive_or_a_notebook_is_refused(
    inbox: Path, workspace: Workspace, name: str, content: bytes
) -> None:
    (inbox / name).write_bytes(content)
    refused(inbox, workspace)


def test_a_file_larger_than_any_submission_is_not_read_into_memory(inbox: Path, workspace: Workspace) -> None:
    with (inbox / "kg-014.ipynb").open("wb") as file:
        file.truncate(4 << 30)
    refused(inbox, workspace, "larger")


@pytest.mark.parametrize("name", ["exam.ipynb", "kg-999.ipynb", "kg-014 and kg-015.ipynb"])
def test_a_notebook_that_could_be_anybodys_is_nobodys(inbox: Path, workspace: Workspace, name: str) -> None:
    (inbox / name).write_bytes(notebook())
    refused(inbox, workspace, "kg-014")


def test_a_notebook_of_no_module_is_refused(inbox: Path, workspace: Workspace) -> None:
    (inbox / "kg-014.ipynb").write_bytes(notebook(module="../../etc"))
    refused(inbox, workspace, "module")


def test_deep_json_in_a_notebook_breaks_nothing(inbox: Path, workspace: Workspace) -> None:
    (inbox / "kg-014.ipynb").write_bytes(b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    refused(inbox, workspace)


def test_a_name_with_commands_for_the_terminal_is_shown_without_them(
    inbox: Path, workspace: Workspace
) -> None:
    (inbox / "all.zip").write_bytes(zipped({"\x1b]0;owned\x07\x1b[2J\u202ekg-999.ipynb": notebook()}))
    (one,) = taken(inbox, workspace).quarantined
    assert one.name.isprintable()
    assert one.reason.isprintable()


def test_two_different_files_of_one_attempt_are_both_kept(
    inbox: Path, workspace: Workspace, tmp_path: Path
) -> None:
    submit(inbox / "a", {"q1": "a"})
    submit(inbox / "b", {"q1": "b"})
    taken(inbox, workspace)
    assert sorted(one.answers["q1"] for one in kept(workspace)) == ["a", "b"]


def test_one_hostile_file_does_not_keep_the_others_out(inbox: Path, workspace: Workspace) -> None:
    submit(inbox)
    submit(inbox, learner="kg-999")
    (inbox / "all.zip").write_bytes(zipped({"../kg-014.ipynb": b"x", "kg-015/exam.ipynb": notebook()}))
    (inbox / "broken.zip").write_bytes(b"PK")
    collected = taken(inbox, workspace)
    assert [one.learner for one in collected.accepted] == ["kg-014", "kg-015"]
    assert len(collected.quarantined) == 3


def test_what_was_collected_is_not_collected_again_from_the_workspace(workspace: Workspace) -> None:
    submit(workspace.inbox)
    with pytest.raises(InputError, match="workspace"):
        taken(workspace.folder, workspace)
    assert len(taken(workspace.inbox, workspace).accepted) == 1


def test_the_manifest_of_an_honest_submission_is_accepted_by_its_reader(tmp_path: Path) -> None:
    assert submission.read(submit(tmp_path)).manifest.learner == head()["learner"]
