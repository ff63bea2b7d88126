"""Maps: offline, the same bytes each time, nothing in the page that was not named, and a browser opens them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.errors import ColumnsError, CrsError, DisclosureError, InputError
from ilp_toolkit.views import maps, offline, shapes, sheet

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def cells() -> gpd.GeoDataFrame:
    x, y = np.meshgrid(np.arange(8), np.arange(8))
    x0, y0 = 500_000 + 200.0 * x.ravel(), 4_270_000 + 200.0 * y.ravel()
    table = gpd.GeoDataFrame(
        {"n": pd.array(range(64), dtype="Int64"), "suppressed": False, "victim_name": "Amina Sample"},
        geometry=shapely.box(x0, y0, x0 + 200, y0 + 200),
        crs="EPSG:32642",
    )
    table.loc[[1, 40], "suppressed"] = True
    table.loc[40, "n"] = 7_654_321
    table.loc[2, "n"] = pd.NA
    table["label"] = None
    table.loc[63, "label"] = "A"
    table["secret_key"] = range(880_000, 880_064)
    return table


@pytest.fixture
def boundary(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[cells.union_all()], crs=cells.crs)


@pytest.fixture
def districts(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = cells.iloc[[0, 3, 24, 27]][["geometry"]].reset_index(drop=True)
    table["geometry"] = table.geometry.buffer(300, join_style="mitre")
    return table.assign(
        area=["Боғи Марказӣ", "Old Town", "Заречный", "<script>x</script>"], n=[10, 20, 30, 0]
    )


def data_of(page: str) -> dict[str, Any]:
    """The numbers that a page carries."""
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_the_page_fetches_nothing_and_forbids_it(cells: gpd.GeoDataFrame) -> None:
    page = maps.to_html(maps.hotspots(cells))
    assert "default-src 'none'" in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)
    assert "cdn." not in page
    assert "sourceMappingURL" not in page


def test_the_same_map_gives_the_same_bytes(cells: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame) -> None:
    one, two = (maps.to_html(maps.hotspots(cells, boundary=boundary)) for _turn in range(2))
    assert one == two
    again = maps.hotspots(cells, boundary=boundary)
    assert maps.to_html(again) == maps.to_html(again) == one


def test_no_column_gets_in_that_was_not_named(cells: gpd.GeoDataFrame) -> None:
    page = maps.to_html(maps.hotspots(cells))
    assert "victim_name" not in page
    assert "Amina" not in page
    assert "88000" not in page
    assert "secret_key" in maps.to_html(maps.hotspots(cells, columns=["n", "secret_key"]))


def test_a_suppressed_cell_carries_no_number_even_where_the_table_has_it(cells: gpd.GeoDataFrame) -> None:
    page = maps.to_html(maps.hotspots(cells, columns=["n", "secret_key"], minimum=5))
    for number in ("7654321", "7,654,321", "880,040", "880040"):
        assert number not in page
    places = data_of(page)["places"]
    hidden = [place for place in places if place[1] == 1]
    assert [place[2] for place in hidden] == [[None, None]] * 2
    assert "counts under 5" in page


def test_no_data_is_not_zero_and_zero_is_drawn_only_when_asked_for(cells: gpd.GeoDataFrame) -> None:
    kinds = [place[1] for place in data_of(maps.to_html(maps.hotspots(cells)))["places"]]
    assert (len(kinds), kinds.count(0), kinds.count(2)) == (63, 0, 1)
    kinds = [place[1] for place in data_of(maps.to_html(maps.hotspots(cells, zeros=True)))["places"]]
    assert (len(kinds), kinds.count(0)) == (64, 1)


def test_source_date_limit_and_projection_stand_in_the_foot(cells: gpd.GeoDataFrame) -> None:
    page = maps.to_html(
        maps.hotspots(
            cells, source="Register of X", date=dt.date(2026, 11, 3), limit="Recorded is not occurred."
        )
    )
    foot = page[page.index("<footer>") : page.index("</footer>")]
    assert "Source: Register of X, 3 November 2026. Recorded is not occurred. Web Mercator" in foot


def test_titles_and_names_are_escaped(districts: gpd.GeoDataFrame) -> None:
    page = maps.to_html(maps.areas(districts, title='</script><img src="http://x.example/">', subtitle="<b>"))
    assert "<img" not in page
    assert "<b>" not in page
    assert "<script>x" not in page
    assert data_of(page)["places"][3][0] == "<script>x</script>"


def test_areas_show_their_names_and_zero(districts: gpd.GeoDataFrame) -> None:
    data = data_of(maps.to_html(maps.areas(districts)))
    assert [place[0] for place in data["places"]][:3] == ["Боғи Марказӣ", "Old Town", "Заречный"]
    assert data["places"][3][1] == 0


def test_gi_star_is_classed_by_q_and_chance_has_no_class(cells: gpd.GeoDataFrame) -> None:
    scores = cells[["geometry"]].assign(gi_z=np.linspace(-4, 4, 64), p_value=0.01, q_value=0.5, n=3)
    scores.loc[63, "q_value"] = 0.001
    page = maps.to_html(maps.gi_star(scores))
    assert [place[1] for place in data_of(page)["places"]].count(0) == 63
    assert len(data_of(maps.to_html(maps.gi_star(scores.drop(columns="n"))))["places"]) == 1
    assert "hot spot, error rate at most 1%" in page
    assert "cold spot" not in page.split("<ul>")[1].split("</ul>")[0]


def test_density_needs_its_column(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(ColumnsError, match="'density'"):
        maps.density(cells)


def test_a_column_to_show_that_is_not_there_is_named(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(ColumnsError, match="'rate'"):
        maps.hotspots(cells, columns=["rate"])


def test_a_layer_without_reference_system_and_an_empty_one_are_refused(cells: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="set_crs"):
        maps.hotspots(cells.set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="nothing to draw"):
        maps.hotspots(cells.iloc[:0])


def test_the_zoom_stops_where_a_cell_fills_the_hand(cells: gpd.GeoDataFrame) -> None:
    assert 15 <= data_of(maps.to_html(maps.hotspots(cells)))["maxZoom"] <= 17
    assert data_of(maps.to_html(maps.hotspots(cells, max_zoom=14)))["maxZoom"] == 14


@pytest.mark.parametrize(
    "layer",
    [
        folium.TileLayer("OpenStreetMap"),
        folium.Marker([38, 68], icon=folium.CustomIcon("https://x.example/i.png")),
        folium.raster_layers.WmsTileLayer("http://x.example/wms", layers="a"),
    ],
)
def test_a_layer_that_would_fetch_is_refused_and_the_address_named(
    cells: gpd.GeoDataFrame, layer: Any
) -> None:
    page = maps.hotspots(cells)
    layer.add_to(page)
    with pytest.raises(DisclosureError, match=r"fetch.*//"):
        maps.to_html(page)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=x.js></script>",
        '<link rel="stylesheet" href="//x.example/a.css">',
        "<img src='http://x.example/a.png'>",
        "<style>@import 'a.css'; </style>",
        "<style>a{background:url(//x.example/a.png)}</style>",
        "<p style=\"background:url('b.png')\"></p>",
        "<script>fetch('https://x.example')</script>",
        "<iframe srcdoc='&lt;img src=x.png&gt;'></iframe>",
        "<svg><image xlink:href='x.png'/></svg>",
        "<video poster=x.png></video>",
    ],
)
def test_every_way_to_fetch_is_found(text: str) -> None:
    with pytest.raises(DisclosureError):
        offline.check_offline(f"<html>{text}</html>")


def test_a_link_that_a_person_clicks_is_no_fetch() -> None:
    offline.check_offline(
        '<a href="https://x.example">see</a><img src="data:image/png;base64,AA"><a href="#x">y</a>'
    )


def test_a_plain_folium_map_is_refused() -> None:
    with pytest.raises(DisclosureError):
        maps.to_html(folium.Map())


def test_maps_do_not_touch_their_tables(cells: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> None:
    before = cells.copy(deep=True)
    maps.hotspots(cells, areas=districts)
    pd.testing.assert_frame_equal(pd.DataFrame(cells), pd.DataFrame(before))


def test_a_notebook_shows_the_offline_page(cells: gpd.GeoDataFrame) -> None:
    shown = maps.hotspots(cells)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "cdn." not in shown


def test_twenty_thousand_cells_stay_small() -> None:
    x, y = np.meshgrid(np.arange(160), np.arange(130))
    x0, y0 = 500_000 + 100.0 * x.ravel(), 4_270_000 + 100.0 * y.ravel()
    boxes = shapely.box(x0, y0, x0 + 100, y0 + 100)
    table = gpd.GeoDataFrame({"n": 1 + np.arange(20_800) % 9}, geometry=boxes, crs="EPSG:32642")
    assert len(maps.to_html(maps.hotspots(table))) < 2_000_000


def decoded(
    rings: list[list[int]], origin: tuple[float, float], start: list[int]
) -> list[list[tuple[float, float]]]:
    """What the page's reader makes of steps."""
    out = []
    for ring in rings:
        points = []
        for dx, dy in zip(ring[::2], ring[1::2], strict=True):
            start[0] += dx
            start[1] += dy
            points.append((origin[0] + start[0] / shapes.SCALE, origin[1] + start[1] / shapes.SCALE))
        out.append(points)
    return out


@given(
    st.lists(
        st.tuples(st.floats(-179, 179), st.floats(-80, 80), st.floats(0.001, 1), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_steps_lead_back_to_the_shapes(boxes: list[tuple[float, float, float, bool]]) -> None:
    polygons = []
    for x, y, size, hole in boxes:
        outer = shapely.box(x, y, x + size, y + size)
        inner = shapely.box(x + size / 4, y + size / 4, x + size / 2, y + size / 2)
        polygons.append(outer.difference(inner) if hole else outer)
    written = shapes.encode_polygons(polygons, origin=(1.0, 2.0))
    start = [0, 0]
    for polygon, parts in zip(polygons, written, strict=True):
        rings = [ring for part in parts for ring in decoded(part, (1.0, 2.0), start)]
        originals = [polygon.exterior, *polygon.interiors]
        assert len(rings) == len(originals)
        for ring, original in zip(rings, originals, strict=True):
            wanted = shapely.get_coordinates(original)[:-1]
            assert np.abs(np.array(ring) - wanted).max() <= 0.51 / shapes.SCALE


def test_empty_geometries_are_written_as_nothing() -> None:
    written = shapes.encode_polygons([shapely.Polygon(), None, shapely.box(0, 0, 1, 1)], origin=(0, 0))
    assert [sum(len(ring) for part in parts for ring in part) for parts in written] == [0, 0, 8]


def test_names_lie_inside_their_areas() -> None:
    horseshoe = shapely.Point(0, 0).buffer(10).difference(shapely.box(-6, -20, 6, 6))
    point = shapes.label_points([horseshoe, None])[0]
    assert horseshoe.contains(point)


def test_every_look_of_the_legend_has_words(cells: gpd.GeoDataFrame) -> None:
    from ilp_toolkit.views.classes import layer

    measure = layer(cells, "n")
    looks = sheet.looks_of(measure, 5)
    text = sheet.legend_of(looks, measure, hot=True, ground=True)
    for look in looks:
        assert look["label"] in text


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium with the network off."""
    if not CHROMIUM.exists():
        pytest.skip("no chromium: the map pages were not opened")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: the map pages were not opened"
    )
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


def opened(browser: Any, page: str, folder: Path, size: tuple[int, int]) -> tuple[Any, list[str], list[str]]:
    """A tab with a page, the requests that left it, and what the console complained of."""
    file = folder / "map.html"
    file.write_text(page, encoding="utf-8")
    tab = browser.new_page()
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    requests: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: errors.append(message.text))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(file.as_uri())
    tab.wait_for_selector(".legend summary")
    return tab, [url for url in requests if not url.startswith(("file:", "data:"))], errors


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_a_browser_opens_the_map_offline_and_a_click_shows_the_numbers(
    browser: Any, tmp_path: Path, cells: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame, size: tuple[int, int]
) -> None:
    page = maps.to_html(maps.hotspots(cells, boundary=boundary, title="The finding", minimum=5))
    tab, requests, errors = opened(browser, page, tmp_path, size)
    box = tab.locator(".folium-map").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 2 - 5)
    tab.wait_for_selector(".card")
    assert "Recorded incidents" in tab.locator(".card").inner_text()
    assert tab.locator(".legend li").first.is_visible()
    assert tab.locator(".leaflet-control-scale-line").inner_text()
    assert tab.evaluate("document.fonts.check('16px \"Noto Sans\"', 'ҳӯғ')")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert (requests, errors) == ([], [])
    tab.close()


def test_the_keyboard_reaches_the_map_the_letters_and_the_numbers(
    browser: Any, tmp_path: Path, cells: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame
) -> None:
    page = maps.to_html(maps.hotspots(cells, boundary=boundary))
    tab, _requests, errors = opened(browser, page, tmp_path, (1366, 768))
    tab.locator(".folium-map").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".card")
    tab.keyboard.press("Escape")
    tab.locator(".place").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".card caption:has-text('Place A')")
    assert "63" in tab.locator(".card").inner_text()
    tab.locator(".reset").focus()
    tab.keyboard.press("Enter")
    assert errors == []
    tab.close()


def test_a_browser_opens_the_map_inside_another_page(
    browser: Any, tmp_path: Path, districts: gpd.GeoDataFrame
) -> None:
    import html

    inner = html.escape(maps.to_html(maps.areas(districts)), quote=True)
    outer = (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="{offline.CSP}"></head>'
        f'<body><iframe id="map" srcdoc="{inner}" style="width:900px;height:500px"></iframe></body></html>'
    )
    file = tmp_path / "outer.html"
    file.write_text(outer, encoding="utf-8")
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("console", lambda message: errors.append(message.text))
    tab.goto(file.as_uri())
    tab.frame_locator("#map").locator(".legend summary").wait_for()
    assert errors == []
    tab.close()
