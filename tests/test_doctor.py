"""`ilp doctor`: what learners and examiners need is really tried, and each fault names its fix."""

from __future__ import annotations

import os
import stat
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from ilp_toolkit.cli import doctor
from ilp_toolkit.learning import submission


def test_a_submission_is_really_made_and_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    real = submission.read

    def noted(path: Path) -> submission.Parts:
        read.append(path)
        return real(path)

    monkeypatch.setattr(submission, "read", noted)
    assert doctor.CHECKUPS["Handing in"]().verdict == "good"
    assert read
    assert not read[0].exists(), "nothing is left behind"


def test_answers_are_tried_where_they_will_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = tmp_path / "notebooks" / "course" / "answers"
    deep = tmp_path / "notebooks" / "course" / "en" / "03_rights"
    answers.mkdir(parents=True)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    found = doctor.CHECKUPS["Answers"]()
    assert (found.verdict, str(answers) in found.found) == ("good", True)
    assert list(answers.iterdir()) == []
    monkeypatch.setenv("ILP_COURSE_ANSWERS", str(tmp_path / "locked stick"))
    found = doctor.CHECKUPS["Answers"]()
    assert found.verdict == "bad"
    assert "ILP_COURSE_ANSWERS" in found.fix


def test_a_sandbox_that_does_not_confine_is_found_by_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text('#!/bin/sh\nwhile [ "$1" != "-I" ]; do last=$1; shift; done\nexec "$last" "$@"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = doctor.CHECKUPS["Sandbox"]()
    assert found.verdict == "warning", "a learner's laptop is good without it"
    assert found.found == "wrote outside"
    assert "user namespaces" in found.fix


def test_a_sandbox_that_the_system_forbids_is_told_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_words: Any, **_more: Any) -> subprocess.CompletedProcess[str]:
        told = "bwrap: setting up uid map: Permission denied\n"
        return subprocess.CompletedProcess([], 1, "", told)

    monkeypatch.setattr(doctor.sys, "platform", "linux")
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: "/usr/bin/bwrap")
    monkeypatch.setattr(doctor.subprocess, "run", forbidden)
    found = doctor.CHECKUPS["Sandbox"]()
    assert (found.verdict, found.found) == ("warning", "bwrap: setting up uid map: Permission denied")
    assert "AppArmor" in found.fix


def test_on_windows_marking_is_sent_to_linux_and_commands_are_those_of_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    monkeypatch.setattr(doctor.platform, "system", lambda: "Windows")
    found = doctor.CHECKUPS["Sandbox"]()
    assert found.verdict == "warning"
    assert "WSL2" in found.fix
    assert "`py -m grading mark --answers-only`" in found.fix
    assert doctor.CHECKUPS["Browser"]().verdict == "good"

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.metadata, "version", missing)
    for name in ("JupyterLab", "Marking"):
        found = doctor.CHECKUPS[name]()
        assert (found.verdict, "py -m pip install ilp-toolkit[" in found.fix) == ("warning", True)


def test_without_notebooks_installed_the_kernel_and_the_widgets_are_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda _name: None)
    for name in ("Kernel", "Widgets"):
        found = doctor.CHECKUPS[name]()
        assert (found.verdict, "ilp-toolkit[lab]" in found.fix) == ("warning", True)


def test_widgets_that_jupyterlab_does_not_know_are_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jupyter_core.paths

    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda *_words: [str(tmp_path)])
    found = doctor.CHECKUPS["Widgets"]()
    assert found.verdict == "bad"
    assert "jupyterlab_widgets" in found.fix
