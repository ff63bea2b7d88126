"""The interactive link chart: offline, only what was asked for inside, and from a link to its report in two clicks."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import links_world
import networkx as nx
import pandas as pd
import pytest

from ilp_toolkit import i18n
from ilp_toolkit.analysis import networks
from ilp_toolkit.dissemination import payload as payload_scan
from ilp_toolkit.dissemination.product.blocks import InteractiveMap, Product
from ilp_toolkit.dissemination.product.html import render
from ilp_toolkit.errors import ColumnsError, InputError
from ilp_toolkit.views import charts, offline

CHROMIUM = Path("/usr/bin/chromium")
REPORTS = pd.DataFrame(
    {
        "report_id": ["R25-003", "R25-777"],
        "text": ["Ломурзан Кефтаил sells at the stall.", "Nobody asked for this."],
        "sanitised": ["A man sells </script> at the stall.", "Not rested on."],
        "scale": "4x4",
        "source_grade": ["B", "A"],
        "information_grade": ["2", "1"],
        "handling": ["4x4:H1", ""],
        "received": pd.to_datetime(["2025-02-03", "2025-02-04"]),
    }
)


@pytest.fixture(scope="module")
def page() -> Any:
    return charts.link_screen(links_world.graph(), reports=REPORTS)


def payload(html: str) -> Any:
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1]
    )


def test_the_page_fetches_nothing_and_forbids_it(page: Any) -> None:
    offline.check_offline(page.html)
    assert "default-src 'none'" in page.html
    assert not re.search(r"https?://", page.html)


def test_the_same_network_gives_the_same_page(page: Any) -> None:
    links, entities = links_world.tables()
    mixed = networks.graph_from_links(links.sample(frac=1, random_state=4), entities=entities)
    again = payload(charts.link_screen(mixed, reports=REPORTS).html)
    assert again == payload(page.html)


def test_every_link_keeps_its_evidence(page: Any) -> None:
    links, _entities = links_world.tables()
    data = payload(page.html)
    records = [record for link in data["links"] for record in link["records"]]
    assert len(records) == len(links)
    assert sorted(item for record in records for item in record["items"]) == sorted(
        item for items in links["item_ids"] for item in items
    )
    assert sum(record["grade"] == "" for record in records) == int(links["grade"].isna().sum())
    assert sum(record["day"] == "" for record in records) == int(links["date"].isna().sum())


@pytest.mark.attack
def test_names_and_unsanitised_texts_are_not_in_a_page_that_was_not_asked_for_them(page: Any) -> None:
    assert "Ломурзан" not in page.html
    assert "label of" not in page.html
    assert "Nobody asked" not in page.html
    assert "Not rested on" not in page.html, "a report that no link rests on came along"
    assert "Ломурзан" in charts.link_screen(links_world.graph(), names=True).html


@pytest.mark.attack
def test_what_the_data_hold_cannot_become_script() -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    links = pd.DataFrame(
        {"source": [evil], "target": ["b"], "kind": [evil], "item_ids": [(evil,)], "handling": [evil]}
    )
    html = charts.link_screen(networks.graph_from_links(links), title=evil, foot=evil).html
    assert evil not in html
    assert html.count("</script>") == 2
    assert payload(html)["links"][0]["records"][0]["kind"] == evil


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_speaks_the_language_and_states_the_limit(language: str) -> None:
    with i18n.language(language):
        made = charts.link_screen(nx.path_graph(4))
    assert f'<html lang="{language}">' in made.html
    assert ("not culpability" if language == "en" else "не виновность") in made.html
    assert payload(made.html)["words"]["search"] == ("Search" if language == "en" else "Поиск")


def test_a_date_known_by_its_month_is_written_as_a_month_and_kept_by_a_filter_that_cuts_it() -> None:
    links = pd.DataFrame(
        {"source": ["a", "b"], "target": ["b", "c"], "date": ["2025-03-01", "2025-03-01"],
         "date_precision": ["month", "day"]}
    )  # fmt: skip
    records = [
        link["records"][0]
        for link in payload(charts.link_screen(networks.graph_from_links(links)).html)["links"]
    ]
    assert [(one["date"], one["day"], one["until"]) for one in records] == [
        ("March 2025", "2025-03-01", "2025-03-31"),
        (i18n.date(dt.date(2025, 3, 1)), "2025-03-01", "2025-03-01"),
    ]


def test_a_marking_stands_at_the_top_and_the_bottom_and_is_escaped() -> None:
    made = charts.link_screen(nx.path_graph(4), marking="<b>HANDLING</b>").html
    assert made.count('<p class="marking" role="note">&lt;b&gt;HANDLING&lt;/b&gt;</p>') == 2
    assert "HANDLING" not in charts.link_screen(nx.path_graph(4)).html


def test_reports_without_a_sanitised_text_and_networks_too_large_are_refused() -> None:
    with pytest.raises(ColumnsError, match="sanitised"):
        charts.link_screen(links_world.graph(), reports=REPORTS[["report_id", "text"]])
    with pytest.raises(InputError, match="1,500"):
        charts.link_screen(nx.empty_graph(1501))


def test_a_browser_goes_from_a_link_to_its_report_in_two_clicks_and_by_keys_alone(
    page: Any, tmp_path: Path
) -> None:
    if not CHROMIUM.exists():
        pytest.skip("no chromium: the page was not opened")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the page was not opened")
    file = tmp_path / "chart.html"
    file.write_text(page.html, encoding="utf-8")
    number = next(
        i
        for i, link in enumerate(payload(page.html)["links"])
        if any("R25-003" in r["items"] for r in link["records"])
    )
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        tab = context.new_page()
        wrong: list[str] = []
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on(
            "request",
            lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None,
        )
        tab.goto(file.as_uri())
        tab.wait_for_selector(".vertex")
        # One click on the line, one on the item.
        tab.evaluate(
            f"document.querySelectorAll('.link .hit')[{number}].dispatchEvent(new MouseEvent('click', {{bubbles: true}}))"
        )
        tab.locator("#panel .items button", has_text="R25-003").first.click()
        shown = tab.locator("#panel").inner_text()
        assert "A man sells </script> at the stall." in shown
        assert "4x4:B2" in shown
        assert "4x4:H1" in shown
        # The same by keys: the first sign, its first link, the item.
        assert any(0 in (link["a"], link["b"]) for link in payload(page.html)["links"])
        tab.keyboard.press("Escape")
        tab.locator("#chart").focus()
        for key in ("ArrowRight", "Enter"):
            tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.id") == "panel"
        tab.keyboard.press("Tab")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        assert tab.locator("#panel .items button").count() >= 1
        # Filters: only what is firm stays.
        tab.locator("details.filters summary").click()
        boxes = tab.locator("fieldset").first.locator("input")
        for i in range(1, boxes.count()):
            boxes.nth(i).uncheck()
        firm = sum(any(r["level"] == "firm" for r in link["records"]) for link in payload(page.html)["links"])
        assert tab.locator(".link:not(.gone)").count() == firm
        assert str(firm) in tab.locator("output").inner_text()
        tab.set_viewport_size({"width": 390, "height": 844})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert wrong == []
        browser.close()


@pytest.mark.attack
def test_the_gate_reads_inside_the_page_what_it_must_not_let_out(page: Any, tmp_path: Path) -> None:
    labels = {
        one["label"].casefold() for one in links_world.graph().nodes.values() if one["type"] == "person"
    }
    watch = payload_scan.Canaries(set_aside=frozenset(labels))
    (tmp_path / "chart.html").write_text(page.html, encoding="utf-8")
    assert payload_scan.scan(tmp_path, watch) == []
    named = charts.link_screen(links_world.graph(), names=True)
    (tmp_path / "chart.html").write_text(named.html, encoding="utf-8")
    assert {leak.kind for leak in payload_scan.scan(tmp_path, watch)} == {"set_aside"}


def test_a_product_takes_the_page_as_it_takes_maps(page: Any) -> None:
    product = Product(
        number="1", title="Links", subtitle="", marking="INTERNAL", language="en", created=dt.date(2025, 3, 1),
        blocks=(InteractiveMap("Link chart", page.html),),
    )  # fmt: skip
    made = render(product)
    offline.check_offline(made)
    assert "sandbox" in made
