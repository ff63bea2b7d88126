"""The workspace: made once, never overwritten, and safe to name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grading.workspace import Policy, Workspace
from ilp_toolkit.errors import FileError, InputError


def test_making_a_workspace_again_changes_nothing_that_is_there(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work").make()
    salt = workspace.salt
    workspace.settings.write_text('[marking]\nattempts = "best"\n', encoding="utf-8")
    workspace.make()
    assert workspace.salt == salt
    assert workspace.policy == Policy(attempts="best")


def test_two_workspaces_have_two_salts_that_only_their_owner_reads(tmp_path: Path) -> None:
    one, two = (Workspace(tmp_path / name).make() for name in ("one", "two"))
    assert one.salt != two.salt
    if os.name == "posix":
        assert stat.S_IMODE(one.salt_file.stat().st_mode) == 0o600


def test_nbgrader_reads_the_settings_and_finds_everything_inside_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work").make()
    config: Config = PyFileConfigLoader(workspace.config.name, path=str(workspace.folder)).load_config()
    assert Path(config.CourseDirectory.root) == workspace.folder
    assert config.CourseDirectory.db_url == f"sqlite:///{workspace.gradebook}"
    assert config.Autograde.create_student is False
    assert Path(config.Exchange.root).is_relative_to(workspace.folder)


@pytest.mark.parametrize("name", ["..", "a/b", "/etc", "kg\\014", "", "КГ-014", "a\n", "kg-014 "])
def test_no_name_leads_out_of_the_workspace(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path / "work").make()
    with pytest.raises(ValueError, match="no id"):
        workspace.attempt("03_rights", name, 1)
    with pytest.raises(ValueError, match="no id"):
        workspace.notebook("autograded", name, "kg-014")


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="grading start"):
        _ = Workspace(tmp_path).salt


@pytest.mark.parametrize("text", ['[marking]\nattempts = "first"\n', "[marking\n"])
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str) -> None:
    workspace = Workspace(tmp_path / "work").make()
    workspace.settings.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"workspace\.toml"):
        _ = workspace.policy


def test_a_secret_folder_is_gone_after_use_even_when_something_fails(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work").make()
    used = []

    def fail() -> None:
        with workspace.secret() as folder:
            (folder / "key.json").write_text("{}", encoding="utf-8")
            used.append(folder)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not used[0].exists()
