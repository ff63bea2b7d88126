"""A learner's way in JupyterLab, with a real browser: open, run, answer, check, read again, hand in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_page import CHROMIUM, FLAGS

from ilp_toolkit.learning import submission

MODULE = "00_orientation"
TOKEN = "learner"
"""Of a server that lives for one test."""
WAIT = 90_000
"""Milliseconds: a kernel starts slowly on a machine that does other work."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Return a copy of the course as a learner has it on a stick."""
    there, here = root / "notebooks" / "course", tmp_path_factory.mktemp("stick") / "course"
    shutil.copytree(there / "en" / MODULE, here / "en" / MODULE)
    if (there / "data" / MODULE).is_dir():
        shutil.copytree(there / "data" / MODULE, here / "data" / MODULE)
    return here


@pytest.fixture(scope="module")
def lab(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start JupyterLab with settings of its own and return its address."""
    own = tmp_path_factory.mktemp("jupyter")
    places = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython",
    }  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={course}", "--LabApp.news_url=",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    environment = {**os.environ, **{name: str(own / folder) for name, folder in places.items()}}
    with (own / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, server, own / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + WAIT / 1000
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("no chromium: the learner's path was not walked")
    tool = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: the learner's path was not walked"
    )
    with tool.sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"),
            executable_path=str(CHROMIUM),
            headless=True,
            args=FLAGS,
            viewport={"width": 1366, "height": 768},
        )
        context.set_default_timeout(WAIT)
        yield context
        context.close()


def opened(browser: Any, lab: str, part: str) -> Any:
    """Open a notebook as a learner does, and run all of it from the menu."""
    tab = browser.new_page()
    tab.goto(f"{lab}/lab/tree/en/{MODULE}/{part}.ipynb?token={TOKEN}&reset")
    tab.get_by_text("| Idle").wait_for()
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    tab.locator(".ilp-panel", has_text="Question").first.wait_for()
    tab.locator(".ilp-panel", has_text="How far you are").wait_for()
    return tab


def test_a_learner_opens_answers_checks_and_hands_in(browser: Any, lab: str, course: Path) -> None:
    lesson = opened(browser, lab, "lesson")
    question = lesson.locator(".ilp-panel", has=lesson.locator("input[type=radio]")).first
    question.locator("input[type=radio]").first.focus()
    lesson.keyboard.press("Space")
    question.get_by_text("Kept").wait_for()
    question.get_by_role("button", name="Check my answer").press("Enter")
    verdict = question.locator(".ilp-told strong").last
    verdict.wait_for()
    assert verdict.inner_text()[0] in "✓✗"
    assert lesson.locator(".ilp-panel").first.get_by_text(" done").is_visible()
    wide = (
        "[...document.querySelectorAll('.ilp-panel')].filter(p => p.scrollWidth > p.clientWidth + 1).length"
    )
    assert lesson.evaluate(wide) == 0
    lesson.close()

    exam = opened(browser, lab, "exam")
    card = exam.locator(".ilp-panel", has_text="Your course card").first
    card.locator("input").nth(0).fill("kg-014")
    card.locator("input").nth(1).fill("abcd 2345")
    card.get_by_role("button", name="Keep the card").click()
    card.get_by_text("Card kg-014 is kept").wait_for()
    question = exam.locator(".ilp-panel", has_text="Question q1").first
    question.locator("input[type=radio]").first.check()
    question.get_by_text("Kept").wait_for()
    assert question.get_by_role("button").count() == 0, "an exam gives no feedback"
    exam.keyboard.press("Control+s")
    exam.wait_for_timeout(2500)
    form = exam.locator(".ilp-panel", has=exam.get_by_role("button", name="Make the file to hand in")).last
    form.get_by_role("button", name="Make the file to hand in").click()
    receipt = form.locator(".ilp-code")
    receipt.wait_for()
    made = course / "answers" / f"kg-014_{MODULE}_1.ilpsub"
    parts = submission.read(made)
    assert parts.receipt == receipt.inner_text()
    assert list(parts.answers) == sorted(parts.answers)
    assert {"q1", "p1"} <= set(parts.answers), "what was practised as a guest is the learner's"
    assert parts.notebook == (course / "en" / MODULE / "exam.ipynb").read_bytes()
    exam.close()
