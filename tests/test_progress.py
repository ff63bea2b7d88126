"""Progress appears on long work at a terminal, and nowhere else."""

from __future__ import annotations

import io
import time

import pytest

from ilp_toolkit import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, work: float) -> str:
    monkeypatch.setattr("sys.stderr", stream)
    with progress.steps(1) as step:
        step("Reading")
        time.sleep(work)
    return stream.getvalue()


def test_long_work_at_a_terminal_shows_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.05)
    monkeypatch.setenv("TERM", "xterm")
    assert "Reading" in shown(monkeypatch, Terminal(), 0.4)


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), 0).strip("\n") == ""


def test_a_pipe_shows_nothing_however_long_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.01)
    assert shown(monkeypatch, io.StringIO(), 0.1) == ""


def test_quiet_shows_nothing_and_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.01)
    with progress.quiet():
        assert progress.is_quiet()
        assert shown(monkeypatch, Terminal(), 0.1) == ""
    assert not progress.is_quiet()
