"""Blocks, and the two renderers that show them: HTML and PDF."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser

import pypdf
import pytest

from ilp_toolkit import i18n
from ilp_toolkit.dissemination.product import html, pdf
from ilp_toolkit.dissemination.product.blocks import (
    Answer,
    Answers,
    Block,
    Bullets,
    Column,
    Facts,
    Figure,
    Heading,
    InteractiveMap,
    Note,
    PageBreak,
    Pair,
    Paragraph,
    Product,
    Table,
    figures,
    texts,
)  # fmt: skip
from ilp_toolkit.errors import DisclosureError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="#00538a"/></svg>'
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '#read("/etc/passwd") $x^2$ *b* _i_ `c` @ref <lab> // gone /* gone */ = head\n- list',
    "\\ \\u{41} \"quoted\" 'single' {{ 7*7 }} {% raw %}",
    "]] ) } ; #panic()",
    "\u202eright to left\u202c ңөүғқӣӯҷҳ",
    "&amp; &#x41; </srcdoc></iframe>",
    "line\r\nbreak\ttab",
]


def picture(name: str = "one", alt: str = "Theft peaks on Friday") -> Figure:
    return Figure(name=name, alt=alt, svg=SVG, png=b"", caption="Source: an invented register")


def product(*blocks: Block, **changes: object) -> Product:
    values: dict[str, object] = {
        "title": "Theft in Kelovar", "subtitle": "January 2024", "number": "PP-2026-ABCD", "language": "en",
        "created": dt.date(2026, 11, 23), "marking": "DRAFT – not for release", "blocks": blocks,
    }  # fmt: skip
    return Product(**{**values, **changes})  # type: ignore[arg-type]


def one_of_each(text: str) -> tuple[Block, ...]:
    return (
        Answers(text, (Answer(text, text),), text, (text,)),
        Pair(picture("left", text), picture("right", text)),
        PageBreak(),
        Heading(text), Heading(text, 3), Paragraph(text), Bullets((text,)), Bullets((text,), numbered=True),
        Facts(((text, text),)), Table(text, (Column(text), Column(text, number=True)), ((text, text),), text),
        picture("single", text), InteractiveMap(text, "<!doctype html><title>map</title>" + text, text), Note(text, text),
    )  # fmt: skip


class Reader(HTMLParser):
    """Collects the text, the tags and the attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def pdf_text(data: bytes) -> str:
    return " ".join(
        "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split()
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_text_on_the_page(text: str) -> None:
    reader = read(html.render(product(*one_of_each(text), title=text, author=text)))
    assert not [tag for tag, _ in reader.tags if tag == "script"]
    assert not [attrs for _, attrs in reader.tags if any(name.startswith("on") for name in attrs)]
    assert reader.text.count(text.replace("\r\n", "\n")) + reader.text.count(text) >= 10


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_text_on_paper(text: str) -> None:
    shown = pdf_text(pdf.render(product(*one_of_each(text), title=text, author=text)))
    if "\u202e" in text:
        return  # shown from right to left, and read back so
    for word in re.findall(r"[A-Za-z/(){}\[\]#$*`@<>=;&]{3,}", text):
        assert word in shown, word


def test_the_page_and_the_paper_say_the_same() -> None:
    words = "Neither more nor less"
    made = product(*one_of_each(words))
    page = " ".join(read(html.render(made)).text)
    paper = pdf_text(pdf.render(made))
    figures_and_map = 1  # the map's caption is for screens alone
    assert page.count(words) - figures_and_map == paper.count(words)


def test_every_picture_has_an_alternative_text_and_the_page_a_language() -> None:
    reader = read(html.render(product(*one_of_each("x"), language="ru")))
    assert all(attrs.get("alt") for tag, attrs in reader.tags if tag == "img")
    assert next(attrs for tag, attrs in reader.tags if tag == "html")["lang"] == "ru"
    assert next(attrs for tag, attrs in reader.tags if tag == "iframe")["title"] == "x"
    assert {attrs.get("scope") for tag, attrs in reader.tags if tag == "th"} == {"col", "row"}


def test_a_pdf_without_an_alternative_text_is_refused() -> None:
    with pytest.raises(DisclosureError, match="alt"):
        pdf.render(product(Heading("x"), Figure(name="one", alt=None, svg=SVG, png=b"")))  # type: ignore[arg-type]


def test_the_marking_stands_at_the_top_and_the_bottom_of_every_page() -> None:
    made = product(Paragraph("one"), PageBreak(), Paragraph("two"), PageBreak(), Paragraph("three"))
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(made))).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        assert page.extract_text().count("DRAFT – not for release") == 2
        assert f"Page {number} of 3" in page.extract_text()
        assert "PP-2026-ABCD" in page.extract_text()
    assert html.render(made).count("DRAFT – not for release") == 2


def test_the_page_forbids_every_request() -> None:
    page = html.render(product(*one_of_each("x")))
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)


def test_the_same_product_gives_the_same_bytes() -> None:
    made = product(*one_of_each("x"))
    assert pdf.render(made) == pdf.render(made)
    assert html.render(made) == html.render(made)


def test_the_pdf_is_tagged_and_names_its_language_and_title() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(product(Paragraph("Текст"), language="ru"))))
    assert reader.trailer["/Root"]["/Lang"] == "ru"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "Theft in Kelovar"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_letters_of_central_asia_reach_the_paper() -> None:
    letters = "ҢңӨөҮү ҒғҚқҺһІі ӢӣӮӯҶҷҲҳ ŞşŇňÝýŽžÄä Oʻzbek"
    assert letters in pdf_text(pdf.render(product(Paragraph(letters))))


def test_figures_are_listed_once_and_in_order() -> None:
    blocks: tuple[Block, ...] = (Pair(picture("a"), picture("b")), picture("a"), picture("c"))
    assert [figure.name for figure in figures(blocks)] == ["a", "b", "c"]


def test_every_text_of_every_block_is_seen_by_the_checks() -> None:
    assert list(texts(one_of_each("x"))).count("x") == 25  # captions of three pictures are their own


def test_the_words_around_the_blocks_follow_the_language() -> None:
    with i18n.language("ru"):
        page = html.render(product(Paragraph("x"), language="ru"))
    assert 'lang="ru"' in page
