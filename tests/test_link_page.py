"""The chart to click on among released links: through the same gate and scan, and no word of a report too many."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ilp_toolkit as ilp
from ilp_toolkit.dissemination import link_page
from ilp_toolkit.dissemination.release import ReleaseError
from ilp_toolkit.errors import InputError
from ilp_toolkit.views import link_screen, offline

CLOCK = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
TEXTS = {
    "R25-0001": ("He (Ruzezar Molonok) sells at the stall on Fridays, the baker said.", "He sells at the stall on Fridays."),
    "R25-0002": ("Two men met behind the depot at night, seen by the guard.", "Two men met behind the depot at night, seen by the guard."),
    "R25-0003": ("The van stood at the yard of Shumar.", "The van stood at the yard, and Molonok was near it."),
    "R25-0004": ("Nobody of the chart is in this one, says the neighbour at number four.", "Nobody of the chart is in this one."),
}  # fmt: skip
"""Original and sanitised text: well done, copied, with a name that another one took out, and rested on by no link."""


def reports(**columns: Any) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "report_id": list(TEXTS),
            "received": "2025-02-03",
            "source_id": "SRC-77341",
            "scale": "4x4",
            "source_grade": "B",
            "information_grade": "2",
            "how_obtained": "told",
            "lawful": "yes",
            "ill_treatment_free": "yes",
            "handling": "internal",
            "text": [text for text, _clean in TEXTS.values()],
            "sanitised": [clean for _text, clean in TEXTS.values()],
        }
    )
    return table.assign(**columns)


def payload(page: bytes) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.decode(), re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a training case with links and the reports that they rest on, and what left it for the agency."""
    folder = tmp_path_factory.mktemp("page")
    case = ilp.open_case("training", folder=folder / "case", clock=lambda: CLOCK, key_folder=folder / "keys")
    links = pd.DataFrame(
        {
            "from": ["P1", "P1", "P2", "P2"],
            "to": ["P2", "V1", "V1", "P2"],
            "kind": ["met", "drives", "met", "met"],
            "date": ["2025-02-03", "2025-03", "2025-02-09", "2025-02-10"],
            "grade": ["B2", "", "C3", "X4"],
            "item": ["R25-0001", "R25-0002; R25-0003", "R25-0003", ""],
        }
    )
    entities = pd.DataFrame(
        {"id": ["P1", "P2", "V1"], "name": ["Vansok Torvelim", "Amzin", "Grey van"],
         "type": ["person", "person", "vehicle"], "role": ["suspect", "witness", ""]}
    )  # fmt: skip
    links = case.collect(
        links, reader=ilp.read_links, entities=entities, quality="Four reports", handling="internal"
    )
    told = case.collect(reports(), reader=ilp.read_reports, quality="Four reports", handling="internal")
    out = release(links, folder / "out", told)
    return {"case": case, "links": links, "reports": told, "folder": folder, "out": out}


def release(links: Any, place: Path, told: Any = None, **wishes: Any) -> Path:
    return ilp.release_links(
        links,
        place,
        reports=told,
        **({"audience": "agency", "author": "analyst-07", "purpose": "tasking"} | wishes),
    )


@pytest.mark.legitimate
def test_the_page_bears_the_marking_and_the_number_and_asks_for_nothing(world: dict[str, Any]) -> None:
    page = (world["out"] / "chart.html").read_bytes()
    manifest = json.loads((world["out"] / "manifest.json").read_text(encoding="utf-8"))
    assert page.decode().count(f'<p class="marking" role="note">{manifest["marking"]}</p>') == 2
    assert manifest["number"] in page.decode()
    assert "chart.html" in {one["file"] for one in manifest["files"]}
    offline.check_offline(page.decode())
    data = payload(page)
    assert [one["text"] for one in data["vertices"]] == ["Vansok Torvelim", "Amzin", "Grey van"]
    assert [one["date"] for link in data["links"] for one in link["records"]][1] == "March 2025"
    said = (world["out"] / "links.html").read_text(encoding="utf-8")
    assert "chart.html is the chart to click on" in said
    assert "1 link of an entity to itself is not drawn there." in said
    assert "chart.html" in (world["out"] / "README.txt").read_text(encoding="utf-8")


@pytest.mark.legitimate
def test_a_report_is_two_clicks_from_the_line_with_its_sanitised_text(world: dict[str, Any]) -> None:
    items = payload((world["out"] / "chart.html").read_bytes())["items"]
    assert items["R25-0001"]["text"] == TEXTS["R25-0001"][1]
    assert items["R25-0001"]["grade"] == "4x4:B2"
    assert items["R25-0001"]["handling"] == "internal"


@pytest.mark.attack
def test_no_words_but_sanitised_ones_and_no_source_stand_in_any_file(world: dict[str, Any]) -> None:
    items = payload((world["out"] / "chart.html").read_bytes())["items"]
    assert set(items) == {"R25-0001", "R25-0002", "R25-0003"}, "a report that no link rests on came along"
    assert items["R25-0002"]["text"] == "", "a copy of the original is not sanitised"
    assert items["R25-0003"]["text"] == "", "a name that was taken out of another report"
    every = b"".join(path.read_bytes() for path in world["out"].rglob("*") if path.is_file())
    for word in (
        "Ruzezar",
        "Molonok",
        "the baker",
        "the guard",
        "SRC-77341",
        "Shumar",
        "R25-0004",
        "neighbour",
    ):
        assert word.encode() not in every, word


@pytest.mark.attack
def test_the_scan_refuses_a_page_that_holds_a_report_as_it_was_told(
    world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(given: Any, links: Any) -> Any:
        return given.table.assign(sanitised=given.table["text"])

    monkeypatch.setattr("ilp_toolkit.dissemination.release_links.reports_shown", careless)
    with pytest.raises(ReleaseError, match=r"chart\.html: a value"):
        release(world["links"], world["folder"] / "careless", world["reports"])
    assert not (world["folder"] / "careless").exists()


@pytest.mark.attack
@pytest.mark.parametrize(
    ("column", "value", "match"),
    [("handling", "TLP:RED", "audience"), ("lawful", "", "lawfully"), ("handling", "", "audience")],
)
def test_one_report_that_may_not_leave_holds_the_chart_back(
    world: dict[str, Any], column: str, value: str, match: str
) -> None:
    cells = reports()[column].tolist()
    told = world["case"].collect(
        reports(**{column: [value, *cells[1:]]}),
        reader=ilp.read_reports,
        quality="Reports",
        handling="internal",
    )
    place = world["folder"] / f"no-{column}-{value.replace(':', '')}"
    with pytest.raises(ReleaseError, match=match):
        release(world["links"], place, told)
    assert not place.exists()


@pytest.mark.attack
@pytest.mark.parametrize("audience", ["public", "law_enforcement", "prosecution"])
def test_the_page_leaves_for_no_audience_that_may_not_see_persons(
    world: dict[str, Any], audience: str
) -> None:
    place = world["folder"] / f"page-{audience}"
    with pytest.raises(ReleaseError, match="single persons"):
        release(world["links"], place, audience=audience, formats=["html"], second_person="analyst-08")
    assert not place.exists()


def test_without_reports_no_text_is_in_the_page_and_without_the_format_no_page(world: dict[str, Any]) -> None:
    alone = release(world["links"], world["folder"] / "alone", formats=["html"])
    assert payload((alone / "chart.html").read_bytes())["items"] == {}
    assert not (alone / "chart.anx").exists()
    none = release(world["links"], world["folder"] / "none", formats=["anx"])
    assert not (none / "chart.html").exists()
    assert "chart.html" not in (none / "README.txt").read_text(encoding="utf-8")


def test_reports_of_another_kind_are_refused(world: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="read_reports"):
        release(world["links"], world["folder"] / "kind", world["links"])


def test_a_chart_that_no_screen_shows_is_said_to_have_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    links = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "kind": "met"})
    monkeypatch.setattr(link_screen, "MOST", 2)
    entities = pd.DataFrame({"entity_id": ["a", "b", "c"], "type": "person"})
    page = link_page.chart_page(links, entities, title="T", foot="", marking="M")
    assert page is None
    assert "no chart to click on" in link_page.words_of_page(links, page)


@pytest.mark.parametrize("apart", [False, True])
def test_the_refusal_of_rows_without_a_marking_names_them_and_not_a_marking_that_was_given(
    world: dict[str, Any], apart: bool
) -> None:
    links = pd.DataFrame({"from": ["P1", "P2"], "to": ["P2", "P3"]})
    things = pd.DataFrame({"id": ["P1", "P2", "P3"], "handling": ["internal", "", ""]})
    case, how = world["case"], {"quality": "A chart", "handling": "internal"}
    mixed = links if apart else links.assign(handling=["internal", ""])
    material = case.collect(mixed, reader=ilp.read_links, name="mixed", **how)
    people = case.collect(things, reader=ilp.read_entities, name="people", **how) if apart else None
    with pytest.raises(ReleaseError) as refusal:
        release(material, world["folder"] / "unmarked", entities=people)
    (check,) = refusal.value.checks
    assert (
        "Rows of “people” without a marking among rows that have one: 2."
        if apart
        else "“mixed” without a marking among rows that have one: 1."
    ) in check.evidence
    assert check.fix == 'table["handling"] = table["handling"].replace("", "internal")'
    # What it says to do mends it.
    if apart:
        things["handling"] = things["handling"].replace("", "internal")
        people = case.collect(things, reader=ilp.read_entities, name="people", **how)
    else:
        mixed = mixed.assign(handling=mixed["handling"].replace("", "internal"))
        material = case.collect(mixed, reader=ilp.read_links, name="mixed", **how)
    assert release(material, world["folder"] / f"mended-{apart}", entities=people, formats=["anx"]).is_dir()
