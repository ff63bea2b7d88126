"""A Russian product is Russian: no English word is left in it but names, data and what a user types."""

from __future__ import annotations

import base64
import json
import re
import shlex
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib.text
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from ilp_toolkit.cli import app as cli
from ilp_toolkit.views import charts

CITY = "datasets/kelovar"
ZONE = "Indian/Maldives"
RUNS = {
    "map of cells": f"incidents.csv --offence 'Residential burglary' --streets {CITY}/streets.geojson",
    "map of districts": f"register_ru.csv --area-column name_ru --decisions {CITY}/decisions.csv",
}
"""What is asked of `ilp profile` beside the layers; the Russian register also has districts with Russian names."""

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
"""A picture in place of those made of dots, which take as long to draw as the others and have no words to read."""

TYPED = {"ilp", "check", "profile", "FILE", "rejected", "OUT", "keep", "columns", "timezone", "crs"}
FILES = {"manifest", "json", "html", "pdf", "tables", "figures", "README", "txt", "csv", "geojson"}
FORMATS = {"CSV", "GeoPackage", "SVG", "PNG", "PDF", "UTF", "cp"}
TERMS = {"WGS", "UTM", "zone", "Web", "Mercator", "Getis", "Ord", "Gi", "Benjamini", "Hochberg", "SHA", "PP"}
NAMES = {"ICD", "toolkit", "Indian", "Maldives", "UTC"}
ATTRIBUTES = {"alt", "title", "aria-label", "placeholder", "aria-roledescription"}
SAID_IN_MAPS = {"reset", "zoom", "lengths", "columns", "label", "note", "names", "places", "styles"}


class Said(HTMLParser):
    """What a page says: text, words in attributes, the page inside a frame, and the words of a map's data."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.texts += [value for name, value in found.items() if name in ATTRIBUTES]
        if "srcdoc" in found:
            self.texts += said(found["srcdoc"])
        if tag in {"script", "style"}:
            self._inside.append(tag)
            self._json = found.get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)
        elif self._json and data.strip():
            self.texts += words_of(json.loads(data), said=False)


def said(page: str) -> list[str]:
    parser = Said()
    parser.feed(page)
    return parser.texts


def words_of(data: Any, *, said: bool) -> Iterator[str]:
    if isinstance(data, str) and said:
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from words_of(item, said=said)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in SAID_IN_MAPS:
                yield from words_of(value, said=True)


@pytest.fixture(scope="module", params=RUNS)
def product(request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Make a product in Russian and keep what its figures say: in their files letters are outlines."""
    out = tmp_path_factory.mktemp("russian") / "product"
    drawn: list[str] = []
    to_svg = charts.to_svg

    def listening(axes: Any) -> str:
        drawn.extend(text.get_text() for text in axes.figure.findobj(matplotlib.text.Text))
        return to_svg(axes)

    words = shlex.split(RUNS[request.param])
    words[0] = f"{CITY}/{words[0]}"
    layers = ["--boundary", f"{CITY}/boundary.geojson", "--areas", f"{CITY}/districts.geojson"]
    asked = ["profile", *words, *layers, "--timezone", ZONE, "--out", str(out), "--lang", "ru"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(charts, "to_svg", listening)
        patch.setattr(charts, "to_png", lambda axes: DOT)
        patch.setattr(sys, "argv", ["ilp", *asked])
        told = CliRunner().invoke(cli.app, asked)
    assert told.exit_code == 0, told.output
    return out, drawn, told.output, words


@pytest.fixture(scope="module")
def names(root: Path) -> set[str]:
    """Words that layers and the register bring along."""
    found = {"Residential", "burglary"}
    for layer in ("districts", "streets"):
        table = gpd.read_file(root / CITY / f"{layer}.geojson").drop(columns="geometry")
        for column in ("area", "street"):
            if column in table:
                found |= {
                    word for text in table[column].astype(str) for word in re.findall(r"[A-Za-z]+", text)
                }
    return found


def english(texts: list[str], allowed: set[str]) -> list[str]:
    """Return the Latin words of two letters and more that nothing allows, each with its sentence."""
    known = TYPED | FILES | FORMATS | TERMS | NAMES | allowed
    found = set()
    for text in texts:
        plain = re.sub(r"\b[0-9a-f]{64}\b|\bPP-\d{4}-[0-9A-F]{8}\b|`[^`]*`|\{length\}", " ", text)
        for word in re.findall(r"[A-Za-z]{2,}", plain):
            if word not in known:
                found.add(f"{word}: {' '.join(text.split())[:120]}")
    return sorted(found)


def without_command(text: str) -> str:
    # The command that makes the product again stands in it as typed; a PDF breaks its lines anywhere.
    return re.sub(r"ilp profile \w+\.csv.*?--\s*lang\s+ru\b", " ", text, flags=re.DOTALL)


def test_the_page_and_its_map_hold_no_english(product: Any, names: set[str]) -> None:
    out, _, _, words = product
    texts = [without_command(text) for text in said((out / "profile.html").read_text(encoding="utf-8"))]
    assert len(" ".join(texts)) > 4000
    assert any("Приблизить" in text for text in texts), "the words of the map were not looked at"
    assert english(texts, names | set(re.findall(r"[A-Za-z]+", words[0]))) == []


def test_the_paper_holds_no_english(product: Any, names: set[str]) -> None:
    out, _, _, words = product
    text = "\n".join(page.extract_text() for page in PdfReader(out / "profile.pdf").pages)
    assert len(text) > 4000
    lines = without_command(text).splitlines()
    assert english(lines, names | set(re.findall(r"[A-Za-z]+", words[0]))) == []


def test_the_figures_hold_no_english(product: Any, names: set[str]) -> None:
    _, drawn, _, words = product
    assert sum(bool(re.search("[а-я]", text)) for text in drawn) > 20
    assert english(drawn, names | set(re.findall(r"[A-Za-z]+", words[0]))) == []


def test_the_command_and_the_readme_speak_russian(product: Any, names: set[str]) -> None:
    out, _, told, _ = product
    texts = [told.replace(str(out), ""), (out / "README.txt").read_text(encoding="utf-8")]
    assert all(re.search("[а-я]{4}", text) for text in texts)
    assert english(texts, names) == []


def test_an_english_word_would_be_found() -> None:
    page = "<p>Слово</p><iframe srcdoc=\"&lt;img alt='map of cells'&gt;\"></iframe>"
    assert [line.split(":")[0] for line in english(said(page), set())] == ["cells", "map", "of"]
