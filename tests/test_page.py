"""The page of a product in a browser: nothing is asked of the network, and it fits a laptop and a phone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_profile import REQUEST, published, toy

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("page") / "out", toy(), REQUEST) / "profile.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium with the network off."""
    if not CHROMIUM.exists():
        pytest.skip("no chromium: the product's page was not opened")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the page was not opened")
    with playwright.sync_playwright() as tool:
        context = tool.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"),
            executable_path=str(CHROMIUM),
            headless=True,
            args=FLAGS,
            offline=True,
        )
        yield context
        context.close()


@pytest.fixture(params=[(1366, 768), (390, 844)], ids=["laptop", "phone"])
def tab(request: pytest.FixtureRequest, browser: Any, page_file: Path) -> Iterator[Any]:
    opened = browser.new_page()
    opened.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda r: opened.asked.append(r.url))
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()


def test_the_page_asks_the_network_for_nothing_and_nothing_fails(tab: Any, page_file: Path) -> None:
    tab.locator("iframe").scroll_into_view_if_needed()
    tab.frame_locator("iframe").locator(".legend summary").wait_for()
    foreign = [url for url in tab.asked if not url.startswith(("data:", "about:", page_file.as_uri()))]
    assert foreign == []
    assert tab.complaints == []


def test_the_page_is_no_wider_than_the_screen(tab: Any) -> None:
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]


def test_the_map_in_the_page_shows_the_whole_town(tab: Any) -> None:
    frame = tab.frame_locator("iframe")
    tab.locator("iframe").scroll_into_view_if_needed()
    scale = frame.locator(".leaflet-control-scale-line")
    scale.wait_for()
    number, unit = scale.inner_text().split()
    metres = float(number) * (1000 if unit == "km" else 1)
    assert 200 <= metres <= 2000, "the map is at the zoom of the town"


def test_the_answer_stands_on_the_first_screen_of_a_laptop(tab: Any) -> None:
    box = tab.locator(".answer").bounding_box()
    width = tab.viewport_size["width"]
    assert box["y"] < 260
    if width > 1000:
        assert box["y"] + box["height"] <= 800


def test_keys_lead_past_the_marking_to_the_content_and_the_map(tab: Any) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _step in range(12):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.tagName"))
    assert "IFRAME" in reached


def test_the_text_is_large_and_its_lines_are_not_too_long(tab: Any) -> None:
    assert tab.evaluate("getComputedStyle(document.body).fontSize") == "18px"
    width = tab.evaluate("document.querySelector('main > p').getBoundingClientRect().width")
    assert width <= 75 * 18 * 0.6


def test_headings_go_down_one_step_at_a_time(tab: Any) -> None:
    levels = tab.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
