"""The examiner's path in a browser: formgrader opens a marked exam, points are given, the record has them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import exam_sample
import pytest
from exam_sample import MODULE, card_variant, hand_in

from grading import formgrader, gradebook
from grading.assessment import Assessment
from grading.desk import Desk
from grading.key import Bench
from grading.marking import Settings, mark
from grading.roster import Person, enrol
from grading.workspace import Workspace

CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LEARNER = "kg-014"
ANSWER = "Names stay with the case. <script>document.title = 'ran'</script>"

pytestmark = pytest.mark.skipif(not CHROMIUM.is_file(), reason="no chromium: formgrader was not opened")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with one marked exam."""
    folder = tmp_path_factory.mktemp("examiner")
    checkout = exam_sample.checkout(folder / "checkout")
    workspace = Workspace(folder / "work").make()
    roster, _ = enrol(workspace, [Person("Mariam Oduya", learner=LEARNER)])
    bench = Bench(workspace, root=checkout)
    key = bench.keys(MODULE, card_variant(roster, LEARNER))
    hand_in(
        workspace.inbox, bench, roster, LEARNER, {**key, "q1": "all", "w1": ANSWER}, exam_sample.exam(bench)
    )
    mark(workspace.inbox, workspace, bench, Settings(answers_only=True))
    with Assessment(workspace.assessment) as record:
        gradebook.project(workspace, record, bench, Desk(workspace, record, bench, "not executed").page)
    return workspace


@pytest.fixture(scope="module")
def server(workspace: Workspace) -> Any:
    """JupyterLab as `python -m grading formgrader` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    called = [
        *formgrader.command(workspace, port=port, browser=False),
        f"--IdentityProvider.token={token}",
    ]
    # An environment that nobody activated: nbgrader must find its programs all the same.
    os.environ["PATH"], path = "/usr/bin:/bin", os.environ["PATH"]
    try:
        around = formgrader.environment(workspace)
    finally:
        os.environ["PATH"] = path
    around["HOME"] = str(workspace.folder.parent)
    log = (workspace.folder / "lab.log").open("wb")
    run = subprocess.Popen(
        called, env=around, cwd=workspace.folder, stdout=log, stderr=log, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/api?token={token}", timeout=2):
                    break
            except OSError:
                assert run.poll() is None, (workspace.folder / "lab.log").read_text()
                time.sleep(0.25)
        yield address, token
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(20)
        log.close()


@pytest.fixture(scope="module")
def page(server: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A page of a browser that reaches this computer alone, and what it asked for elsewhere."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: formgrader was not opened")
    address, token = server
    with playwright.sync_playwright() as tool:
        context = tool.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"), executable_path=str(CHROMIUM), headless=True, args=FLAGS
        )
        elsewhere: list[str] = []
        errors: list[str] = []

        def guard(route: Any) -> None:
            if route.request.url.startswith((address, "data:", "blob:")):
                route.continue_()
            else:
                elsewhere.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/lab?token={token}&reset")
        page.goto(f"{address}/formgrader/gradebook/{MODULE}/exam")
        yield page, elsewhere, errors
        context.close()


def test_an_examiner_marks_by_hand_in_formgrader_and_the_record_has_it(
    workspace: Workspace, page: Any
) -> None:
    tab, elsewhere, errors = page
    tab.click("text=Submission #1", timeout=30_000)
    tab.wait_for_selector("#w1")
    text = tab.inner_text("#notebook-container")
    assert "Names stay with the case. <script>" in text, "the answer stands there as it was written"
    assert tab.title() != "ran"
    assert "all: Everybody" in text
    assert "Names the ground" in text, "the criteria stand beside it"
    assert "Mariam" not in tab.content()
    tab.wait_for_function(
        "document.getElementById('q3').value !== '' || document.getElementById('q3').placeholder !== ''"
    )
    assert (
        tab.evaluate("document.getElementById('q3').placeholder || document.getElementById('q3').value")
        == "3"
    )
    with tab.expect_response(lambda r: "/api/grade/" in r.url and r.request.method == "PUT"):
        tab.fill("#w1", "2.5")
        tab.press("#w1", "Tab")
    with tab.expect_response(lambda r: "/api/comment/" in r.url and r.request.method == "PUT"):
        tab.fill("#w1-comment", "Основание названо.")
        tab.locator("#w1-comment").blur()
    assert errors == []
    assert elsewhere == [], "formgrader works with the network unplugged"
    with Assessment(workspace.assessment) as record:
        (pulled,) = gradebook.pull(workspace, record, Bench(workspace), marker="examiner-1")
        assert (pulled.item, pulled.points, pulled.comment) == ("w1", 2.5, "Основание названо.")
        (attempt,) = record.attempts()
        given = record.effective(attempt.id)["w1"]
        assert (given.points, given.kind, given.marks[0].marker) == (2.5, "written", "examiner-1")
        assert json.dumps(given.comments, ensure_ascii=False) == '["Основание названо."]'
