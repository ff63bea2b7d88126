"""The payload scan: what must not leave is put into every kind of file, and found there."""

from __future__ import annotations

import base64
import datetime as dt
import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from PIL import Image, PngImagePlugin
from shapely.geometry import Point, box

from ilp_toolkit.collection.schema import Intake
from ilp_toolkit.dissemination import payload
from ilp_toolkit.dissemination.product import pdf
from ilp_toolkit.dissemination.product.blocks import Paragraph, Product

CRS = 32642
LONGITUDE, LATITUDE = 68.787654, 38.561234
CSP = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'


def intake() -> Intake:
    points = gpd.GeoSeries([Point(LONGITUDE, LATITUDE), None, Point(68.8, 38.5)], crs=4326).to_crs(CRS)
    table = gpd.GeoDataFrame(
        {"incident_id": ["KUSP-2024-0017", "1", "300456"], "offence": ["Theft"] * 3}, geometry=points
    )
    return Intake(table, pd.DataFrame(), pd.DataFrame())


@pytest.fixture(scope="module")
def watch() -> payload.Canaries:
    return payload.canaries(
        intake(),
        set_aside=["Torvelim Amzin", "F", "Burglary", "+992 900 12 34 56", None, "Улица"],  # type: ignore[list-item]
        known=["burglary"],
        paths=["/srv/register/2024"],
    )


def found(folder: Path, watch: payload.Canaries) -> set[str]:
    return {leak.kind for leak in payload.scan(folder, watch)}


SECRETS = {
    "identifier": "see KUSP-2024-0017, please",
    "set_aside": "the victim, TORVELIM Amzin, said",
    "coordinate": f'{{"lat": {LATITUDE}, "lng": {LONGITUDE}}}',
    "path": "/srv/register/2024/file.csv",
}
HARMLESS = [
    "KUSP-2024-00171 and XKUSP-2024-0017",
    "Torvelimov Amzin; Amzin; F",
    "burglary",
    f"{LATITUDE:.4f}, {LONGITUDE:.4f}",
    f"{LATITUDE} alone",
    f"{LATITUDE}{' words between' * 60}{LONGITUDE}",
    "version 1.300456 and 300456789",
    "the /srv folder",
]


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.txt", "deep/er/a.svg"])
def test_a_secret_in_a_text_file_is_found(
    tmp_path: Path, watch: payload.Canaries, kind: str, name: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SECRETS[kind], encoding="utf-8")
    assert found(tmp_path, watch) == {kind}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_secret_is_let_through(
    tmp_path: Path, watch: payload.Canaries, text: str
) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert found(tmp_path, watch) == set()


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_in_a_map_inside_a_page_is_found(tmp_path: Path, watch: payload.Canaries, kind: str) -> None:
    import html

    inner = html.escape(f"<script>var popup = {html.escape(SECRETS[kind])!r}</script>")
    (tmp_path / "a.html").write_text(f'{CSP}<iframe srcdoc="{inner}"></iframe>', encoding="utf-8")
    assert found(tmp_path, watch) == {kind}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_in_a_picture_inside_a_page_is_found(
    tmp_path: Path, watch: payload.Canaries, kind: str
) -> None:
    data = base64.b64encode(f"<svg><desc>{SECRETS[kind]}</desc></svg>".encode()).decode()
    (tmp_path / "a.html").write_text(f'{CSP}<img src="data:image/svg+xml;base64,{data}">', encoding="utf-8")
    assert found(tmp_path, watch) == {kind}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_secret_beside_the_picture_of_a_png_is_found(
    tmp_path: Path, watch: payload.Canaries, kind: str, packed: bool
) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRETS[kind], zip=packed)
    Image.new("1", (2, 2)).save(tmp_path / "a.png", pnginfo=info)
    assert found(tmp_path, watch) == {kind}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_in_a_pdf_is_found(tmp_path: Path, watch: payload.Canaries, kind: str) -> None:
    made = Product("t", "s", "N", "en", dt.date(2026, 1, 1), "DRAFT", (Paragraph(SECRETS[kind]),))
    (tmp_path / "a.pdf").write_bytes(pdf.render(made))
    assert found(tmp_path, watch) == {kind}


def test_a_secret_in_the_metadata_of_a_pdf_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    made = Product("t", "s", "N", "en", dt.date(2026, 1, 1), "D", (Paragraph("x"),), author="torvelim amzin")
    (tmp_path / "a.pdf").write_bytes(pdf.render(made))
    assert "set_aside" in found(tmp_path, watch)


def test_a_pdf_that_carries_a_file_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("register.csv", b"a,b")
    buffer = io.BytesIO()
    writer.write(buffer)
    (tmp_path / "a.pdf").write_bytes(buffer.getvalue())
    assert found(tmp_path, watch) == {"active"}


def layer(folder: Path, **columns: object) -> None:
    values = {"cell": [1], "geometry": [box(500000, 4200000, 500200, 4200200)], **columns}
    gpd.GeoDataFrame(values, crs=CRS).to_file(folder / "a.gpkg", driver="GPKG")


def test_cells_alone_pass(tmp_path: Path, watch: payload.Canaries) -> None:
    layer(tmp_path)
    assert found(tmp_path, watch) == set()


@pytest.mark.parametrize("kind", ["identifier", "set_aside", "path"])
def test_a_secret_column_of_a_geopackage_is_found(tmp_path: Path, watch: payload.Canaries, kind: str) -> None:
    layer(tmp_path, remark=[SECRETS[kind]])
    assert found(tmp_path, watch) == {kind}


def test_a_layer_of_points_is_found(tmp_path: Path, watch: payload.Canaries) -> None:
    layer(tmp_path, geometry=[Point(500000, 4200000)])
    assert found(tmp_path, watch) == {"point"}


@pytest.mark.parametrize("crs", [CRS, 4326, 3857])
def test_a_polygon_with_a_corner_on_an_incident_is_found(
    tmp_path: Path, watch: payload.Canaries, crs: int
) -> None:
    corner = intake().table.geometry.iloc[0]
    around = gpd.GeoSeries([box(corner.x, corner.y, corner.x + 50, corner.y + 50)], crs=CRS).to_crs(crs)
    gpd.GeoDataFrame(geometry=around).to_file(tmp_path / "a.gpkg", driver="GPKG")
    assert found(tmp_path, watch) == {"coordinate"}


def test_an_incident_on_a_corner_of_a_public_layer_betrays_nothing(tmp_path: Path) -> None:
    corner = intake().table.geometry.iloc[0]
    cells = gpd.GeoDataFrame(geometry=[box(corner.x, corner.y, corner.x + 50, corner.y + 50)], crs=CRS)
    watch = payload.canaries(intake(), public=[cells])
    cells.to_file(tmp_path / "a.gpkg", driver="GPKG")
    assert found(tmp_path, watch) == set()


@pytest.mark.parametrize(
    "asked",
    [
        '<script src="https://cdn.example/x.js"></script>', "<img src=//cdn.example/x.png>",
        "<link rel=stylesheet href='http://x.example/a.css'>", "<style>@import 'https://x.example/a.css'</style>",
        "<p style='background:url(https://x.example/a.png)'>", "<iframe src='file:///etc/passwd'>",
        "<svg><image xlink:href='https://x.example/a.png'/></svg>",
    ],
)  # fmt: skip
def test_an_address_that_a_page_would_fetch_is_found(
    tmp_path: Path, watch: payload.Canaries, asked: str
) -> None:
    (tmp_path / "a.html").write_text(CSP + asked, encoding="utf-8")
    assert found(tmp_path, watch) == {"address"}


@pytest.mark.parametrize(
    "quiet",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '<a href="https://www.unodc.org/">UNODC</a>',
        "<p>http://x</p>",
    ],
)
def test_an_address_that_is_only_named_passes(tmp_path: Path, watch: payload.Canaries, quiet: str) -> None:
    (tmp_path / "a.html").write_text(CSP + quiet, encoding="utf-8")
    assert found(tmp_path, watch) == set()


def test_a_page_without_a_policy_and_an_unknown_kind_of_file_are_found(
    tmp_path: Path, watch: payload.Canaries
) -> None:
    (tmp_path / "a.html").write_text("<p>", encoding="utf-8")
    pd.DataFrame({"x": [1]}).to_pickle(tmp_path / "a.pkl")
    assert found(tmp_path, watch) == {"policy", "unknown"}


def test_a_find_never_repeats_the_secret(tmp_path: Path, watch: payload.Canaries) -> None:
    (tmp_path / "a.txt").write_text(SECRETS["set_aside"], encoding="utf-8")
    assert [str(leak) for leak in payload.scan(tmp_path, watch)] == [
        "a.txt: a value of a column that was set aside"
    ]


def test_an_intake_without_any_place_has_no_coordinates_to_look_for() -> None:
    table = gpd.GeoDataFrame({"incident_id": ["a"]}, geometry=[None])
    watch = payload.canaries(Intake(table, pd.DataFrame(), pd.DataFrame()))
    assert len(watch.places) == 0
    assert len(watch.metres) == 0


def test_a_number_that_the_reader_made_of_a_row_is_not_looked_for() -> None:
    table = intake().table.assign(
        incident_id=["row-1002", "row-1002", "KUSP-1004"], source_row=[1002, 1003, 1004]
    )
    made = table.iloc[[0, 2]]
    assert payload.canaries(Intake(made, pd.DataFrame(), pd.DataFrame())).identifiers == {"KUSP-1004"}
    # In another row it is a number of the register that only looks so.
    watch = payload.canaries_of_materials([(table, None, None)])
    assert watch.identifiers == {"row-1002", "KUSP-1004"}


def test_numbers_beyond_the_earth_are_no_places(tmp_path: Path, watch: payload.Canaries) -> None:
    rows = "".join(f"{68.1 + i / 999:.7f},{38.1 + i / 999:.7f}\n" for i in range(40))
    (tmp_path / "a.csv").write_text(f"x,y\n{rows}1e308,38.561234\n1e300,nan\n", encoding="utf-8")
    assert found(tmp_path, watch) == set()
    (tmp_path / "a.csv").write_text(f"x,y\n1e308,1e308\n{rows}{LONGITUDE},{LATITUDE}\n", encoding="utf-8")
    assert found(tmp_path, watch) == {"coordinate"}


def test_what_stands_in_several_files_is_searched_once_and_found_in_each(
    tmp_path: Path, watch: payload.Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ilp_toolkit.dissemination.payload import wrappings

    seen: list[str] = []
    plain = wrappings.plain
    monkeypatch.setattr(wrappings, "plain", lambda text: seen.append(text) or plain(text))
    drawing = "<svg><image href='//tiles.example/1.png'/><desc>KUSP-2024-0017</desc></svg>"
    wrapped = base64.b64encode(drawing.encode()).decode()
    (tmp_path / "a.svg").write_text(drawing, encoding="utf-8")
    (tmp_path / "b.html").write_text(f'{CSP}<img src="data:;base64,{wrapped}">', encoding="utf-8")
    (tmp_path / "c.html").write_text(f'{CSP}<p>two<img src="data:;base64,{wrapped}">', encoding="utf-8")
    leaks = {(leak.file, leak.kind, leak.n) for leak in payload.scan(tmp_path, watch)}
    assert leaks == {
        (file, kind, 1) for file in ("a.svg", "b.html", "c.html") for kind in ("identifier", "address")
    }
    assert seen.count(drawing) == 1
