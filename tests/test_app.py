"""The command line: how it starts and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ilp_toolkit
from ilp_toolkit.cli import app as cli
from ilp_toolkit.cli import doctor


def run(*words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", "from ilp_toolkit.cli import main; main()", *words],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **env},
    )  # fmt: skip


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout.strip() == f"ilp {ilp_toolkit.__version__}"


def test_help_names_each_command_and_speaks_russian_when_asked() -> None:
    assert {"check", "profile", "doctor"} <= set(run("--help").stdout.split())
    assert "Прочитать" in run("--help", ILP_LANG="ru").stdout


@pytest.mark.parametrize("command", ["check", "profile"])
def test_a_missing_file_ends_with_one_sentence_and_status_2(command: str, tmp_path: Path) -> None:
    words = [command, "no-such-file.csv"] + (["--out", "product"] if command == "profile" else [])
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "no-such-file.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_is_not_blamed_on_the_data(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3
    assert "fault of the program" in capsys.readouterr().err
    monkeypatch.setenv("ILP_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        cli.main()


def test_doctor_finds_nothing_to_mend_in_this_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    findings = doctor.examine()
    assert [finding for finding in findings if finding.verdict == "bad"] == []
    assert {finding.name for finding in findings} >= {"Python", "Libraries", "Fonts", "PDF", "Writing here"}
    assert list(tmp_path.iterdir()) == []


def test_doctor_reports_a_check_up_that_breaks_with_its_fix(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def broken() -> doctor.Finding:
        raise ImportError("no module named shapely")

    monkeypatch.setattr(doctor, "CHECKUPS", {"Libraries": broken})
    with pytest.raises(doctor.typer.Exit) as end:
        doctor.doctor()
    assert end.value.exit_code == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "mend" in shown
    assert "shapely" in shown
    assert "Install again" in shown
