"""What must not leave, put into every corner of every kind of file; beside each corner its honest twin."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import folium
import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from ilp_toolkit.collection.schema import Intake
from ilp_toolkit.dissemination import payload
from ilp_toolkit.views import maps

CRS = 32742
LONGITUDE, LATITUDE = 67.254321, -35.337654
NAME, RUSSIAN, PHONE, NUMBER, CASE = (
    "Torvelim Amzin", "Дорлек Щёгол Андреевич", "+992 900 12 34 56", "21503199001234", "KUSP-2024-0017",
)  # fmt: skip
CSP = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
HONEST = "Theft is recorded on Fridays; 12,345 cases in 2024, 21503199 in all. Зимнирак, д. 5."


JPEG = b"\xff\xd8\xff\xe1" + NAME.encode()


def incidents() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(67.2, 67.3, 40), rng.uniform(-35.4, -35.3, 40)
    points = gpd.points_from_xy([LONGITUDE, *lon], [LATITUDE, *lat], crs=4326)
    return gpd.GeoDataFrame({"incident_id": [CASE, *map(str, range(1, 41))]}, geometry=points).to_crs(CRS)


TABLE = incidents()
POINT = TABLE.geometry.iloc[0]


@pytest.fixture(scope="module")
def watch() -> payload.Canaries:
    return payload.canaries(
        Intake(TABLE, pd.DataFrame(), pd.DataFrame()),
        set_aside=[NAME, RUSSIAN, PHONE, NUMBER, "F", "35", "1990"], paths=["/srv/register/2024", "C:\\Дела\\2024"],
    )  # fmt: skip


def kinds(path: Path, watch: payload.Canaries) -> set[str]:
    return {leak.kind for leak in payload.scan(path, watch)}


def write(folder: Path, name: str, data: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


# Spellings

SPELLINGS = {
    "capitals": "TORVELIM AMZIN",
    "turned round": "Amzin, Torvelim",
    "underscores": "torvelim_amzin",
    "glued": "torvelimamzin@example.org",
    "spaces between": "Torvelim   \n\t Amzin",
    "no-break space": "Torvelim\u00a0Amzin",
    "soft hyphen": "Tor\u00advelim Amzin",
    "no width": "Tor\u200bvelim Am\ufeffzin",
    "full width": "Ｔｏｒｖｅｌｉｍ Ａｍｚｉｎ",
    "other script": "Торвелим Амзин",
    "other script, turned": "АМЗИН ТОРВЕЛИМ",
    "е for ё": "дорлек щегол андреевич",
    "и for й": "Дорлек Щёгол Андреевич".replace("й", "и"),
    "decomposed": "Дорлек Ще\u0308гол Андреевич",
    "as registers write": "Dorlek Shchyogol Andreevich",
    "as passports write": "DORLEK SHCHEGOL ANDREEVICH",
    "phone without gaps": "tel 992900123456",
    "phone otherwise grouped": "(992) 900-123-456 today",
    "national number grouped": "2150 3199 001234",
    "number as a decimal": "2.1503199001234E13",
    "identifier in prose": "case kusp-2024-0017.",
}


@pytest.mark.attack
@pytest.mark.parametrize("name", SPELLINGS)
def test_a_value_is_found_in_another_spelling(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(write(tmp_path, "a.txt", f"so {SPELLINGS[name]} here"), watch) & {"set_aside", "identifier"}


@pytest.mark.attack
@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "cp866", "koi8-r"]
)
def test_a_value_is_found_in_another_encoding(tmp_path: Path, watch: payload.Canaries, encoding: str) -> None:
    text = f"имя;дата\n{RUSSIAN};2024-01-01\n".encode(encoding)
    assert kinds(write(tmp_path, "a.csv", text), watch) == {"set_aside"}


# Wrappings


def entities(text: str) -> str:
    return "".join(f"&#x{ord(sign):x};" for sign in text)


def escapes(text: str) -> str:
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


def css(text: str) -> str:
    return "".join(f"\\{ord(sign):x} " for sign in text)


def b64(data: str | bytes) -> str:
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "comment": lambda s: f"<!-- {s} -->",
    "attribute": lambda s: f'<div data-who="{s}"></div>',
    "script": lambda s: f"<script>var who = '{s}';</script>",
    "json in script": lambda s: f'<script type="application/json">{json.dumps({"who": s})}</script>',
    "tags inside a word": lambda s: f"<p>{s[:3]}<b>{s[3:]}</b></p>",
    "cells of a table": lambda s: "".join(f"<td>{part}</td>" for part in s.split()),
    "entities": lambda s: f"<p>{entities(s)}</p>",
    "entities twice": lambda s: f"<p>{entities(s).replace('&', '&amp;')}</p>",
    "srcdoc": lambda s: f'<iframe srcdoc="&lt;p&gt;{entities(s).replace("&", "&amp;")}&lt;/p&gt;"></iframe>',
    "unicode escapes": lambda s: f'<script>x="{escapes(s)}"</script>',
    "hex escapes": lambda s: '<script>x="' + "".join(f"\\x{ord(c):02x}" if ord(c) < 256 else c for c in s) + '"</script>',
    "css escapes": lambda s: f"<style>p::after{{content:'{css(s)}'}}</style>",
    "percent": lambda s: f'<a href="https://example.org/?q={quote(s)}">x</a>',
    "percent in cp1251": lambda s: f'<a href="/?q={quote(s.encode("cp1251", "replace"))}">x</a>',
    "data address": lambda s: f'<img src="data:image/svg+xml,{quote(f"<svg><desc>{s}</desc></svg>")}">',
    "base64": lambda s: f"<script>atob('{b64(s)}')</script>",
    "base64 of utf-16": lambda s: f"<script>x='{b64(s.encode('utf-16-le'))}'</script>",
    "base64 four times": lambda s: f"<script>x='{b64(b64(b64(b64(s))))}'</script>",
    "base64 for addresses": lambda s: f"<a name='{base64.urlsafe_b64encode(s.encode()).decode().rstrip('=')}'>",
    "base64 behind a letter": lambda s: f"<script>x='Z{b64(s)}'</script>",
    "base64 in lines": lambda s: "<script>x=`\n" + "\n".join(
        b64(f"{'x ' * 90}{s}{' y' * 90}")[i : i + 76] for i in range(0, 500, 76)) + "\n`</script>",
    "hexadecimal": lambda s: f"<script>x='{f'{s} was here'.encode().hex()}'</script>",
    "gzip in base64": lambda s: f"<script>x='{b64(gzip.compress(s.encode()))}'</script>",
    "zlib in base64": lambda s: f"<script>x='{b64(zlib.compress(s.encode()))}'</script>",
    "page in a page": lambda s: f'<iframe src="data:text/html;base64,{b64(f"<p>{entities(s)}</p>")}"></iframe>',
    "json in json": lambda s: f"<script>x={json.dumps(json.dumps(json.dumps({'a': s})))}</script>",
}  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("secret", [NAME, RUSSIAN], ids=["latin", "cyrillic"])
@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_value_is_found_in_a_page(tmp_path: Path, watch: payload.Canaries, name: str, secret: str) -> None:
    assert kinds(write(tmp_path, "a.html", CSP + WRAPPINGS[name](secret)), watch) == {"set_aside"}


@pytest.mark.legitimate
@pytest.mark.parametrize("name", WRAPPINGS)
def test_the_same_page_without_it_passes(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(write(tmp_path, "a.html", CSP + WRAPPINGS[name](HONEST)), watch) == set()


@pytest.mark.attack
@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["base64", "entities", "unicode escapes", "gzip in base64", "hexadecimal", "comment"]
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_value_is_found_under_any_pile_of_wrappings(pile: list[str]) -> None:
    text = f"the victim {NAME} said"
    for name in pile:
        text = WRAPPINGS[name](text)
    watch = payload.Canaries(set_aside=frozenset({NAME.casefold()}))
    search = payload.searching.Search(watch)
    search.text(text, page=True)
    assert dict(search.results()).get("set_aside"), pile


@pytest.mark.attack
@settings(deadline=None, max_examples=60)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60),
)
def test_a_value_between_any_signs_that_are_no_letters_is_found(front: str, back: str) -> None:
    watch = payload.Canaries(set_aside=frozenset({NAME.casefold()}))
    search = payload.searching.Search(watch)
    search.text(f"{front} {NAME} {back}")
    assert dict(search.results()) == {"set_aside": 1}


# Places


def places() -> dict[str, str]:
    lon, lat, x, y = LONGITUDE, LATITUDE, POINT.x, POINT.y
    degrees = abs(lat)
    dms = [f"{int(v)}°{int(v % 1 * 60)}′{v % 1 * 60 % 1 * 60:.1f}″" for v in (degrees, lon)]
    steps = np.rint((np.array([[lon, lat], [67.3, -35.3]]) - [67, -36]) * 1e6).astype(int)
    steps[1] -= steps[0]
    doubles = np.array([[67.0, -35.0], [lon, lat]])
    return {
        "five decimals": f"{lat:.5f} {lon:.5f}",
        "cut off": f"{int(lat * 1e5) / 1e5}, {int(lon * 1e5) / 1e5}",
        "six": f'{{"lng": {lon}, "name": "a long name in between the two of them", "lat": {lat}}}',
        "fifteen": f"POINT ({lon:.15f} {lat:.15f})",
        "decimal commas": f"{str(lat).replace('.', ',')}; {str(lon).replace('.', ',')}",
        "minutes and seconds": f"{dms[0]}S {dms[1]}E",
        "no sign": f"{degrees} S, {lon} E",
        "whole micro-degrees": f"[{round(lon * 1e6)},{round(lat * 1e6)}]",
        "metres": f"x={x:.2f} y={y:.2f}",
        "whole metres": f"{x:.0f} {y:.0f}",
        "steps of our own maps": json.dumps(
            {"origin": [67, -36], "scale": 1_000_000, "ground": [], "places": [["Cell", 3, [], [[steps.ravel().tolist()]]]]}
        ),
        "topojson": json.dumps(
            {"type": "Topology", "transform": {"scale": [1e-6, 1e-6], "translate": [67, -36]},
             "objects": {"a": {"type": "GeometryCollection", "geometries": []}}, "arcs": [steps.tolist()]}
        ),
        "doubles in base64": b64(doubles.tobytes()),
        "floats in base64": b64(doubles.astype("<f4").tobytes()),
        "big-endian": b64(doubles.astype(">f8").tobytes()),
        "two arrays": f'{{"x":{{"bdata":"{b64(doubles[:, 0].tobytes())}"}},"y":{{"bdata":"{b64(doubles[:, 1].tobytes())}"}}}}',
        "well-known binary": shapely.to_wkb(shapely.Point(lon, lat), hex=True),
        "binary in metres": shapely.to_wkb(shapely.Point(x, y), hex=True),
    }  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("form", places())
@pytest.mark.parametrize("name", ["a.json", "a.html"])
def test_an_exact_place_is_found_in_any_form(
    tmp_path: Path, watch: payload.Canaries, form: str, name: str
) -> None:
    page = f"{CSP}<script>{places()[form]}</script>" if name == "a.html" else places()[form]
    assert kinds(write(tmp_path, name, page), watch) == {"coordinate"}


@pytest.mark.attack
def test_places_in_two_columns_far_apart_are_found(tmp_path: Path, watch: payload.Canaries) -> None:
    table = pd.DataFrame({"lat": [round(LATITUDE, 5)], "text": ["word " * 200], "lon": [round(LONGITUDE, 5)]})
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_excel(tmp_path / "b.xlsx", index=False)
    table.to_parquet(tmp_path / "c.parquet")
    found = {leak.file for leak in payload.scan(tmp_path, watch) if leak.kind == "coordinate"}
    assert found == {"a.csv", "b.xlsx", "c.parquet"}


@pytest.mark.legitimate
def test_twenty_thousand_cells_of_a_city_with_as_many_incidents_pass(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 20_000, (50_000, 2)) + np.array([500_000, 6_080_000])
    table = gpd.GeoDataFrame(
        {"incident_id": [f"X-{i}" for i in range(50_000)]}, geometry=gpd.points_from_xy(*xy.T), crs=CRS
    )
    watch = payload.canaries(Intake(table, pd.DataFrame(), pd.DataFrame()))
    corner = np.stack(np.meshgrid(np.arange(140), np.arange(140)), -1).reshape(-1, 2) * 140.0 + [
        500_000,
        6_080_000,
    ]
    cells = gpd.GeoDataFrame(
        {"n": rng.poisson(5, len(corner))}, geometry=shapely.box(*corner.T, *(corner + 140).T), crs=CRS
    )
    middle = cells.centroid.to_crs(4326).get_coordinates().round(4)
    pd.DataFrame({"lon": middle["x"], "lat": middle["y"], "x": corner[:, 0], "y": corner[:, 1], "n": cells["n"]}).to_csv(
        tmp_path / "cells.csv", index=False
    )  # fmt: skip
    cells.to_file(tmp_path / "cells.gpkg", driver="GPKG")
    (tmp_path / "map.html").write_text(maps.to_html(maps.hotspots(cells)), encoding="utf-8")
    assert payload.scan(tmp_path, watch) == []


@pytest.mark.legitimate
@pytest.mark.parametrize("text", [
    HONEST, "35 F 1990; Torvelim alone; Amzinov Torvelimov", "120 000 сомов, 900 12 34 раза", "-35.3377 67.2543",
    "KUSP-2024-00170 and AKUSP-2024-0017", "https://www.unodc.org/ and http://www.w3.org/2000/svg",
    "/srv/registers and C:\\Дела2024", "x" * 5_000, "\u0000\u0001", "{" * 2_000, "&" * 2_000, "%" * 2_000, "\\u" * 2_000,
])  # fmt: skip
def test_what_only_looks_like_it_passes(tmp_path: Path, watch: payload.Canaries, text: str) -> None:
    assert kinds(write(tmp_path, "a.txt", text), watch) == set()


# Files that hold more than they show


def parquet(folder: Path, table: pd.DataFrame) -> Path:
    table.to_parquet(folder / "a.parquet")
    return folder


@pytest.mark.attack
def test_categories_that_a_filter_left_behind_are_found(tmp_path: Path, watch: payload.Canaries) -> None:
    table = pd.DataFrame({"who": pd.Categorical([NAME, "nobody"]), "n": [1, 2]})
    assert kinds(parquet(tmp_path, table[table["n"] == 2]), watch) == {"set_aside"}


@pytest.mark.attack
def test_attributes_of_a_table_that_parquet_keeps_are_found(tmp_path: Path, watch: payload.Canaries) -> None:
    table = pd.DataFrame({"n": [1]})
    table.attrs["informant"] = NAME
    assert kinds(parquet(tmp_path, table), watch) == {"set_aside"}


@pytest.mark.attack
@pytest.mark.parametrize("column", [
    [NAME], [[NAME]], [{"a": {"b": NAME}}], [NAME.encode()], [int(NUMBER)], [float(NUMBER)], [base64.b64encode(NAME.encode())],
    [gzip.compress(NAME.encode())],
])  # fmt: skip
def test_every_kind_of_column_of_parquet_is_read(
    tmp_path: Path, watch: payload.Canaries, column: list[object]
) -> None:
    assert "set_aside" in kinds(parquet(tmp_path, pd.DataFrame({"x": column})), watch)


@pytest.mark.attack
def test_the_index_and_the_names_of_columns_are_read(tmp_path: Path, watch: payload.Canaries) -> None:
    assert kinds(parquet(tmp_path, pd.DataFrame({"n": [1]}, index=[NAME])), watch) == {"set_aside"}
    assert kinds(parquet(tmp_path, pd.DataFrame({NAME: [1]})), watch) == {"set_aside"}


@pytest.mark.attack
def test_points_in_geoparquet_and_geojson_are_found(tmp_path: Path, watch: payload.Canaries) -> None:
    far = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(600_000, 6_000_000)], crs=CRS)
    far.to_parquet(tmp_path / "a.parquet")
    far.to_crs(4326).to_file(tmp_path / "b.geojson", driver="GeoJSON")
    assert {(leak.file, leak.kind) for leak in payload.scan(tmp_path, watch)} == {
        ("a.parquet", "point"),
        ("b.geojson", "point"),
    }
    assert payload.scan(tmp_path, watch, masked=True) == []


@pytest.mark.attack
def test_a_masked_layer_with_a_point_that_did_not_move_is_found(
    tmp_path: Path, watch: payload.Canaries
) -> None:
    TABLE[["geometry"]].head(1).to_file(tmp_path / "a.gpkg", driver="GPKG")
    assert {leak.kind for leak in payload.scan(tmp_path, watch, masked=True)} == {"coordinate"}


def geopackage(folder: Path) -> Path:
    gpd.GeoDataFrame({"cell": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=CRS).to_file(
        folder / "a.gpkg", driver="GPKG"
    )
    return folder / "a.gpkg"


@pytest.mark.attack
@pytest.mark.parametrize("rows", [1, 400])
def test_deleted_rows_of_a_geopackage_are_found_and_vacuum_mends_it(
    tmp_path: Path, watch: payload.Canaries, rows: int
) -> None:
    with sqlite3.connect(geopackage(tmp_path)) as base:
        base.execute("CREATE TABLE notes (a TEXT, b TEXT, c TEXT)")
        base.executemany("INSERT INTO notes VALUES ('x', ?, 'y')", [[NAME]] * rows)
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        base.execute("PRAGMA secure_delete = OFF")
        base.execute("DELETE FROM notes")
    base.close()
    assert kinds(tmp_path, watch) == {"set_aside"}
    base = sqlite3.connect(tmp_path / "a.gpkg")
    base.execute("VACUUM")
    base.close()
    assert kinds(tmp_path, watch) == set()


@pytest.mark.attack
def test_a_table_that_is_no_layer_and_a_blob_in_it_are_read(tmp_path: Path, watch: payload.Canaries) -> None:
    with sqlite3.connect(geopackage(tmp_path)) as base:
        base.execute("CREATE TABLE other (a BLOB)")
        base.execute("INSERT INTO other VALUES (?)", [zlib.compress(RUSSIAN.encode())])
    base.close()
    assert kinds(tmp_path, watch) == {"set_aside"}


def workbook(folder: Path, change: Callable[[openpyxl.Workbook], object]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["month", "n"])  # type: ignore[union-attr]
    change(book)
    book.save(folder / "a.xlsx")
    return folder


def hidden_row(book: openpyxl.Workbook) -> None:
    book.active["A9"] = NAME  # type: ignore[index]
    book.active.row_dimensions[9].hidden = True  # type: ignore[union-attr]


def note(book: openpyxl.Workbook) -> None:
    from openpyxl.comments import Comment

    book.active["A1"].comment = Comment(NAME, "x")  # type: ignore[index, union-attr]


def rich(book: openpyxl.Workbook) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book.active["A1"] = CellRichText("Tor", TextBlock(InlineFont(b=True), "velim Am"), "zin")  # type: ignore[index]


WORKBOOKS: dict[str, Callable[[openpyxl.Workbook], object]] = {
    "hidden row": hidden_row,
    "comment": note,
    "letters in two fonts": rich,
    "title": lambda book: setattr(book.properties, "title", NAME),
    "last editor": lambda book: setattr(book.properties, "lastModifiedBy", NAME),
    "name of a sheet": lambda book: book.create_sheet(NAME),
    "defined name": lambda book: book.defined_names.add(openpyxl.workbook.defined_name.DefinedName("who", attr_text=f'"{NAME}"')),
    "header of the page": lambda book: setattr(book.active.oddHeader.center, "text", NAME),
    "number": lambda book: book.active.append([int(NUMBER)]),  # type: ignore[union-attr]
    "list of a cell": lambda book: book.active.add_data_validation(  # type: ignore[union-attr]
        openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1=f'"{NAME},x"', sqref="A1")),
}  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_value_is_found_in_a_workbook(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(workbook(tmp_path, WORKBOOKS[name]), watch) == {"set_aside"}


@pytest.mark.attack
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_found(tmp_path: Path, watch: payload.Canaries, state: str) -> None:
    assert kinds(workbook(tmp_path, lambda b: setattr(b.create_sheet("x"), "sheet_state", state)), watch) == {
        "hidden"
    }


@pytest.mark.attack
def test_a_workbook_that_fetches_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    assert kinds(
        workbook(tmp_path, lambda b: b.active.append(['=WEBSERVICE("https://x.example/")'])), watch
    ) == {"active"}  # type: ignore[union-attr]


@pytest.mark.legitimate
def test_an_honest_workbook_passes(tmp_path: Path, watch: payload.Canaries) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["2024-01", 12_345])  # type: ignore[union-attr]
        book.active["A1"].hyperlink = "https://www.unodc.org/"  # type: ignore[index, union-attr]
        book.active["B3"] = "=SUM(B2:B2)"  # type: ignore[index]

    assert kinds(workbook(tmp_path, fill), watch) == set()


def notebook(folder: Path, cell: dict[str, object], metadata: dict[str, object] | None = None) -> Path:
    held = {"cells": [cell], "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    return write(folder, "a.ipynb", json.dumps(held))


def code(outputs: list[object]) -> dict[str, object]:
    return {"cell_type": "code", "source": [], "metadata": {}, "outputs": outputs, "execution_count": 1}


def png(text: str) -> bytes:
    info, buffer = PngImagePlugin.PngInfo(), io.BytesIO()
    info.add_text("Comment", text)
    Image.new("1", (2, 2)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


NOTEBOOKS: dict[str, dict[str, object]] = {
    "stream": code([{"output_type": "stream", "name": "stdout", "text": ["who: Tor", "velim Amzin\n"]}]),
    "page": code([{"output_type": "display_data", "data": {"text/html": [f"<p>{entities(NAME)}</p>"]}, "metadata": {}}]),
    "picture": code([{"output_type": "display_data", "data": {"image/png": base64.encodebytes(png(NAME)).decode()}, "metadata": {}}]),
    "traceback": code([{"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"\x1b[0;31m{NAME}\x1b[0m"]}]),
    "attachment": {"cell_type": "markdown", "source": "x", "metadata": {}, "attachments": {"a.png": {"image/png": b64(png(NAME))}}},
    "widget": code([{"output_type": "display_data", "data": {"application/vnd.x+json": {"a": [{"b": NAME}]}}, "metadata": {}}]),
}  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_value_is_found_in_a_notebook(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(notebook(tmp_path, NOTEBOOKS[name]), watch) == {"set_aside"}


@pytest.mark.attack
def test_a_path_in_the_metadata_of_a_notebook_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    assert kinds(notebook(tmp_path, code([]), {"papermill": {"in": "C:\\Дела\\2024\\a.csv"}}), watch) == {
        "path"
    }
    assert kinds(notebook(tmp_path, code([]), {"papermill": {"in": "/srv/register/2024/a"}}), watch) == {
        "path"
    }


@pytest.mark.legitimate
def test_an_honest_notebook_passes(tmp_path: Path, watch: payload.Canaries) -> None:
    cell = code(
        [{"output_type": "display_data", "data": {"image/png": b64(png("made by a chart"))}, "metadata": {}}]
    )
    assert kinds(notebook(tmp_path, cell), watch) == set()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(extra: bytes) -> bytes:
    whole = png("x")
    return whole[:33] + extra + whole[33:]


PICTURES = {
    "iTXt, compressed": with_chunk(chunk(b"iTXt", b"XML\0\x01\0ru\0\0" + zlib.compress(RUSSIAN.encode()))),
    "zTXt": with_chunk(chunk(b"zTXt", b"note\0\0" + zlib.compress(NAME.encode()))),
    "eXIf": with_chunk(chunk(b"eXIf", b"II*\0\x08\0\0\0" + NAME.encode() + b"\0")),
    "eXIf in utf-16": with_chunk(chunk(b"eXIf", b"MM\0*\0" + RUSSIAN.encode("utf-16-le"))),
    "chunk of nobody": with_chunk(chunk(b"prVt", NAME.encode())),
    "behind the end": png("x") + NAME.encode(),
    "zip behind the end": png("x") + b"\0" + b64(NAME).encode(),
}


@pytest.mark.attack
@pytest.mark.parametrize("name", PICTURES)
def test_a_value_is_found_in_a_picture(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(write(tmp_path, "a.png", PICTURES[name]), watch) == {"set_aside"}


@pytest.mark.attack
@pytest.mark.parametrize("svg", [
    f"<svg><title>{NAME}</title></svg>", f"<svg><metadata><rdf:li>{RUSSIAN}</rdf:li></metadata></svg>",
    "<svg><text><tspan>Tor</tspan><tspan>velim</tspan> Amzin</text></svg>", f"<svg><!--{NAME}--></svg>",
    f'<svg><image href="data:image/png;base64,{b64(png(NAME))}"/></svg>',
    f'<svg><image href="data:image/jpeg;base64,{b64(JPEG)}"/></svg>',
])  # fmt: skip
def test_a_value_is_found_in_a_drawing(tmp_path: Path, watch: payload.Canaries, svg: str) -> None:
    assert kinds(write(tmp_path, "a.svg", svg), watch) == {"set_aside"}


def pdf(change: Callable[[object], object]) -> bytes:
    import pypdf

    writer, buffer = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(buffer)
    return buffer.getvalue()


def xmp(writer: object) -> None:
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(f"<x:xmpmeta><dc:creator>{RUSSIAN}</dc:creator></x:xmpmeta>".encode())
    stream[NameObject("/Type")] = NameObject("/Metadata")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(stream.flate_encode())  # type: ignore[attr-defined]


def annotation(writer: object) -> None:
    from pypdf.annotations import Text

    writer.add_annotation(0, Text(rect=(0, 0, 9, 9), text=RUSSIAN))  # type: ignore[attr-defined]


def orphan(writer: object) -> None:
    from pypdf.generic import StreamObject

    stream = StreamObject()
    stream.set_data(NAME.encode())
    writer._add_object(stream.flate_encode())  # type: ignore[attr-defined]


PAPERS: dict[str, Callable[[object], object]] = {
    "xmp": xmp,
    "annotation": annotation,
    "object that nothing shows": orphan,
    "outline": lambda w: w.add_outline_item(title=RUSSIAN, page_number=0),  # type: ignore[attr-defined]
    "title": lambda w: w.add_metadata({"/Title": RUSSIAN}),  # type: ignore[attr-defined]
    "own entry": lambda w: w.add_metadata({"/Source": NAME}),  # type: ignore[attr-defined]
}


@pytest.mark.attack
@pytest.mark.parametrize("name", PAPERS)
def test_a_value_is_found_in_a_pdf(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(write(tmp_path, "a.pdf", pdf(PAPERS[name])), watch) == {"set_aside"}


@pytest.mark.attack
def test_what_a_pdf_carries_and_what_an_editor_left_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    carried = pdf(lambda w: w.add_attachment("a.csv", NAME.encode()))  # type: ignore[attr-defined]
    assert kinds(write(tmp_path, "a.pdf", carried), watch) == {"active", "set_aside"}
    honest = pdf(lambda w: None)
    left = (
        honest
        + b"\n9 0 obj\n<</Length 20>>\nstream\n"
        + zlib.compress(NAME.encode())
        + b"\nendstream\nendobj\n%%EOF"
    )
    assert {"revision", "set_aside"} <= kinds(write(tmp_path, "a.pdf", left), watch)
    assert kinds(write(tmp_path, "a.pdf", honest), watch) == set()


def archive(**members: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("_dot_", "."), data)
    return buffer.getvalue()


def commented() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a.txt", "x")
        made.comment = RUSSIAN.encode()
    return buffer.getvalue()


ARCHIVES = {
    "member": archive(a_dot_txt=NAME),
    "three deep": archive(a_dot_zip=archive(b_dot_zip=archive(c_dot_csv=RUSSIAN))),
    "name of a member": archive(**{f"{NAME}_dot_txt": "x"}),
    "comment": commented(),
    "in front": NAME.encode() + b"\n" + archive(a_dot_txt="x"),
    "behind": archive(a_dot_txt="x") + NAME.encode(),
    "workbook inside": archive(a_dot_xlsx=archive(**{"xl/sharedStrings_dot_xml": f"<si><t>{NAME}</t></si>"})),
}


@pytest.mark.attack
@pytest.mark.parametrize("name", ARCHIVES)
def test_a_value_is_found_in_an_archive(tmp_path: Path, watch: payload.Canaries, name: str) -> None:
    assert kinds(write(tmp_path, "a.zip", ARCHIVES[name]), watch) == {"set_aside"}


@pytest.mark.attack
def test_what_unpacks_without_end_is_refused(tmp_path: Path, watch: payload.Canaries) -> None:
    bomb = archive(a_dot_txt=b"0" * (300 * 2**20))
    assert kinds(write(tmp_path, "a.zip", bomb), watch) == {"deep"}
    nested = "x"
    for _level in range(30):
        nested = b64(gzip.compress(nested.encode()))
    assert "deep" in kinds(write(tmp_path, "a.zip", archive(a_dot_txt=nested)), watch)


@pytest.mark.attack
@pytest.mark.parametrize(("name", "data", "kind"), [
    ("a.exe", b"MZ", "unknown"), ("a", b"text", "unknown"), ("a.gpkg-wal", b"", "unknown"), (".hidden", b"x", "unknown"),
    ("a.csv", archive(a_dot_txt="x"), "unknown"), ("a.png", b"%PDF-1.7 x", "unknown"), ("a.pdf", b"no pdf", "damaged"),
    ("a.parquet", b"PAR1xxxx", "damaged"), ("a.xlsx", b"PKno", "damaged"), ("a.gpkg", b"SQLite format 3\0", "damaged"),
    ("a.ipynb", b"{", "damaged"), ("a.zip", archive(a_dot_exe="x"), "unknown"),
])  # fmt: skip
def test_what_cannot_be_checked_is_refused(
    tmp_path: Path, watch: payload.Canaries, name: str, data: bytes, kind: str
) -> None:
    assert kind in kinds(write(tmp_path, name, data), watch)


@pytest.mark.attack
def test_the_name_of_a_file_is_read_too(tmp_path: Path, watch: payload.Canaries) -> None:
    assert kinds(write(tmp_path, f"{CASE}/{NAME}.txt", "x"), watch) == {"identifier", "set_aside"}


@pytest.mark.attack
def test_a_map_that_explore_made_is_found_with_all_its_columns(
    tmp_path: Path, watch: payload.Canaries
) -> None:
    table = TABLE.head(2).assign(victim_name=[NAME, "x"], n=1)
    made = folium.Map()
    # What GeoDataFrame.explore(tooltip=["n"]) does.
    folium.GeoJson(table.to_crs(4326).to_json(), tooltip=folium.GeoJsonTooltip(["n"])).add_to(made)
    assert {"set_aside", "identifier", "coordinate", "address", "policy"} <= kinds(
        write(tmp_path, "a.html", made.get_root().render()), watch
    )


ADDRESSES = [
    "<script>fetch('https://x.example/a')</script>", '<meta http-equiv="refresh" content="0;url=https://x.example/">',
    "<form action='https://x.example/'></form>", "<video poster='//x.example/a.png'>", "<script>new Image().src='https://x.example/'</script>",
    "<script>L.tileLayer('https://{s}.tile.example/{z}/{x}/{y}.png')</script>", "<object data='https://x.example/'>",
    "<style>p{background:image-set('https://x.example/a.png' 1x)}</style>", "<img srcset='a.png 1x, https://x.example/b.png 2x'>",
    "<script>new WebSocket('wss://x.example/')</script>", "<link rel=preconnect href=https://x.example>", "<img src='\\\\server\\share\\a.png'>",
    "<base href='https://x.example/'>", f"<iframe srcdoc='{entities('<img src=https://x.example/a.png>')}'></iframe>",
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("asked", ADDRESSES)
def test_an_address_that_would_be_fetched_is_found(
    tmp_path: Path, watch: payload.Canaries, asked: str
) -> None:
    assert kinds(write(tmp_path, "a.html", CSP + asked), watch) == {"address"}


# What is gathered


def test_columns_about_persons_and_free_text_of_several_materials_are_looked_for(tmp_path: Path) -> None:
    reports = pd.DataFrame({
        "report_id": ["IR-2024-0099"], "text": ["Dorlek hid the parcel under the bridge. It rained."],
        "sanitised": ["It rained."], "handling": ["internal"],
    })  # fmt: skip
    persons = pd.DataFrame({"Victim name": ["Vansok Telbor"], "nationality": ["Tolvanian"], "age": [35]})
    other = TABLE.to_crs(32741)
    watch = payload.canaries_of_materials(
        [(TABLE, None, None), (reports, None, None), (persons, None, None), (other, None, None)],
        known=["Telbor"],
    )
    for text, kind in {
        "see IR-2024-0099": "identifier", "hid: DORLEK HID the parcel under the bridge": "set_aside",
        "Telbor Vansok": "set_aside", f"{other.geometry.iloc[0].x:.2f} {other.geometry.iloc[0].y:.2f}": "coordinate",
    }.items():  # fmt: skip
        assert kinds(write(tmp_path, "a.txt", text), watch) == {kind}, text
    for text in ("It rained.", "Tolvanian police", "Telbor", "internal", "aged 35"):
        assert kinds(write(tmp_path, "a.txt", text), watch) == set(), text


def test_set_aside_columns_of_an_intake_are_read_again_from_the_file(tmp_path: Path) -> None:
    import ilp_toolkit as ilp

    source = tmp_path / "register.csv"
    source.write_text(
        "id,date,lon,lat,offence,victim name\nKUSP-000001,2024-05-01 10:00,67.251234,-35.331234,Theft,Vansok Telbor\n"
        "KUSP-000002,never,67.26,-35.34,Theft,Gordun Ishmir\n", encoding="utf-8",
    )  # fmt: skip
    intake = ilp.read_incidents(source, timezone="Indian/Maldives")
    assert len(intake.rejected) == 1
    watch = payload.canaries_of_materials([(intake.table, intake, source)])
    assert watch.set_aside == {"vansok telbor", "gordun ishmir"}
    assert watch.identifiers == {"KUSP-000001"}
    assert any(path.endswith(tmp_path.name) for path in watch.paths)
    without_file = payload.canaries_of_materials([(intake.table, intake, None)])
    assert without_file.set_aside == {"gordun ishmir"}


@pytest.mark.legitimate
def test_numbers_so_dense_that_every_count_is_one_raise_no_alarm(tmp_path: Path) -> None:
    table = pd.DataFrame({"incident_id": [str(n) for n in range(300_000, 340_000)]})
    watch = payload.canaries_of_materials([(table, None, None)])
    assert kinds(write(tmp_path, "a.csv", "x,n\n312345,7\n"), watch) == set()


@pytest.mark.attack
@pytest.mark.parametrize("filler", [
    "1 ", "0", "<script>", "<", "&lt;", "+992 9", "//x ", "Ab1/", "50% of the administration ", "\\u0041", '{"origin":[', "A" * 76 + "\n",
])  # fmt: skip
def test_no_filler_makes_the_scan_blind(tmp_path: Path, watch: payload.Canaries, filler: str) -> None:
    text = CSP + filler * (400_000 // len(filler)) + f" <p> {NAME} </p>"
    assert "set_aside" in kinds(write(tmp_path, "a.html", text), watch)


@pytest.mark.attack
def test_what_lay_too_deep_in_one_file_is_found_in_the_next(tmp_path: Path, watch: payload.Canaries) -> None:
    text = f"the victim {NAME} said so, twice"
    for turn in range(13):
        if turn == 6:
            write(tmp_path, "b.html", CSP + f"<p>{text}")
        text = f"<i>{turn}</i><script>x='{b64(text)}'</script>"
    write(tmp_path, "a.html", CSP + text)
    found = {(leak.file, leak.kind) for leak in payload.scan(tmp_path, watch)}
    assert {("a.html", "deep"), ("b.html", "set_aside")} <= found
    assert ("b.html", "deep") not in found


@pytest.mark.attack
def test_a_text_that_was_no_page_is_asked_for_addresses_where_it_is_one(
    tmp_path: Path, watch: payload.Canaries
) -> None:
    text = CSP + "<img src='//tiles.example/1.png'>"
    write(tmp_path, "a.txt", text)
    write(tmp_path, "b.html", text)
    found = {(leak.file, leak.kind) for leak in payload.scan(tmp_path, watch)}
    assert found == {("b.html", "address")}
