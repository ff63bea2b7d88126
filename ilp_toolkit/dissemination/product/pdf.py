"""
A product as a PDF for paper, made by typst.

The blocks reach typst as data (JSON), and the template shows every text as text: nothing that came from a
user's file is ever read as markup. Fonts come with the package, pictures from memory; no file of the machine
is read or written. The PDF follows PDF/UA-1: tagged, titled, with a language and alternative texts.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from importlib import resources
from typing import Any

import typst

from ...errors import DisclosureError
from ...i18n import _
from ...views import style
from .blocks import Figure, InteractiveMap, Pair, Product, figures
from .html import imprint

__all__ = ["render", "sources"]

WATERMARK = "#f0f1f2"
"""So light that text over it keeps its contrast."""


def render(product: Product) -> bytes:
    """
    Return the PDF of a product; the same product gives the same bytes.

    Raises
    ------
    DisclosureError
        If typst refuses the product, a picture without alternative text for instance.
    """
    moment = dt.datetime.combine(product.created, dt.time(), tzinfo=dt.UTC)
    fonts = sorted({str(path.parent) for path in style.font_files("ttf").values()})
    # typst's stub does not know that its input may be files in memory.
    compiled: Any = typst.compile
    try:
        return bytes(
            compiled(
                sources(product),
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=moment,
            )
        )
    except typst.TypstError as error:
        msg = _("The PDF could not be made: {reason}.").format(reason=error)
        raise DisclosureError(msg) from error


def sources(product: Product) -> dict[str, bytes]:
    """Return all that typst reads: the template, the product as JSON, the pictures."""
    template = resources.files("ilp_toolkit.dissemination").joinpath("templates/page.typ").read_bytes()
    files = {"main.typ": template, "product.json": _data(product)}
    for figure in figures(product.blocks):
        files[_picture_file(figure)] = figure.svg
    return files


def _picture_file(figure: Figure) -> str:
    return f"{figure.name}.svg"


def _data(product: Product) -> bytes:
    values: dict[str, Any] = {
        "title": product.title,
        "subtitle": product.subtitle,
        "author": product.author,
        "marking": product.marking,
        "watermark": _("DRAFT") if product.watermark is None else product.watermark,
        "language": product.language,
        "date": [product.created.year, product.created.month, product.created.day],
        "imprint": imprint(product),
        "words": {"page": _("Page {page} of {pages}")},
        "fonts": [style.FONT],
        "sizes": style.SIZES,
        "colours": {
            "ink": style.INK,
            "muted": style.MUTED,
            "rule": style.RULE,
            "accent": style.ACCENT,
            "accent-tint": style.ACCENT_TINT,
            "caution": style.CAUTION,
            "caution-tint": style.CAUTION_TINT,
            "watermark": WATERMARK,
        },
        "blocks": [_plain(block) for block in product.blocks if not isinstance(block, InteractiveMap)],
    }
    return json.dumps(values, ensure_ascii=False, default=_no_pictures).encode("utf-8")


def _plain(block: Any) -> dict[str, Any]:
    if isinstance(block, Figure):
        return {
            "kind": "Figure",
            "file": _picture_file(block),
            "alt": block.alt,
            "caption": block.caption,
        }
    if isinstance(block, Pair):
        return {"kind": "Pair", "left": _plain(block.left), "right": _plain(block.right)}
    return {"kind": type(block).__name__, **asdict(block)}


def _no_pictures(value: object) -> None:
    msg = f"{type(value).__name__} has no place in the text of a product."
    raise TypeError(msg)
