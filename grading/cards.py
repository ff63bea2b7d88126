"""
Course cards on paper: each learner's pseudonym and code, to be cut out and handed over.

A sheet is made as HTML, which any browser prints, and as PDF. Names stand on it only when they are asked for,
on a strip that is torn off when the card is handed over: the card that is lost says nothing of its owner.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _, current
from ilp_toolkit.i18n import language as in_language
from ilp_toolkit.learning.cards import Card
from ilp_toolkit.views import style

from .roster import Learner, Roster

__all__ = ["page", "render", "write"]

_TEMPLATE = Path(__file__).with_name("templates") / "cards.typ"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
_CSS = """\
body{font-family:var(--font);color:var(--ink);margin:12mm}
main{display:grid;grid-template-columns:1fr 1fr;gap:5mm}
.card{border:1px dashed var(--muted);padding:6mm;min-height:45mm;break-inside:avoid}
.card p{margin:1mm 0;font-size:9pt}.card .small{color:var(--muted);font-size:8pt}
.card .id{font-size:20pt;font-weight:bold}.card .code{font-size:18pt;font-variant-numeric:tabular-nums}
.card .strip{border-top:1px dotted var(--muted);padding-top:2mm;margin-top:3mm}
@page{size:A4;margin:0}
"""


def page(roster: Roster, names: Mapping[str, str] | None = None) -> str:
    """
    Return the sheet as one HTML page that asks for nothing else.

    Parameters
    ----------
    roster
        The learners.
    names
        Pseudonym to name, for the strips; None: none.
    """
    data = _data(roster, names or {})
    cards = []
    for card in data["cards"]:
        words = {name: html.escape(text) for name, text in card["words"].items()}
        strip = (
            f'<p class="strip small">{words["tear"]} {html.escape(card["name"])}</p>' if card["name"] else ""
        )
        cards.append(
            f'<section class="card" lang="{card["language"]}"><p class="small">{words["title"]}</p>'
            f'<p class="id">{html.escape(card["learner"])}</p><p class="small">{words["code"]}</p>'
            f'<p class="code">{html.escape(card["code"])}</p><p>{words["keep"]}</p>{strip}</section>'
        )
    return (
        f'<!doctype html><html lang="{data["language"]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{html.escape(data['title'])}</title>"
        f"<style>{style.font_face_css()}\n{style.roles_css()}\n{_CSS}</style></head>"
        f"<body><main>{''.join(cards)}</main></body></html>\n"
    )


def render(roster: Roster, names: Mapping[str, str] | None = None) -> bytes:
    """
    Return the sheet as a PDF, eight cards to a page; the same learners give the same bytes.

    Raises
    ------
    FileError
        If typst refuses it.
    """
    import typst

    fonts = sorted({str(path.parent) for path in style.font_files("ttf").values()})
    content = json.dumps(_data(roster, names or {}), ensure_ascii=False).encode()
    # typst's stub does not know that its input may be files in memory.
    compiled: Any = typst.compile
    try:
        made = compiled(
            {"main.typ": _TEMPLATE.read_bytes(), "cards.json": content},
            font_paths=fonts,
            ignore_system_fonts=True,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise FileError(_("The PDF could not be made: {reason}.").format(reason=error)) from error
    return bytes(made)


def write(roster: Roster, folder: Path, names: Mapping[str, str] | None = None) -> tuple[Path, Path]:
    """Write ``cards.html`` and ``cards.pdf`` into a folder; an earlier sheet is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = folder / "cards.html", folder / "cards.pdf"
    pages[0].write_text(page(roster, names), encoding="utf-8", newline="\n")
    pages[1].write_bytes(render(roster, names))
    return pages


def _data(roster: Roster, names: Mapping[str, str]) -> dict[str, Any]:
    known = sorted(roster.learners, key=lambda learner: learner.id)
    return {
        "title": _("Course card · Intelligence-led policing"),
        "language": current(),
        "font": style.FONT,
        "ink": style.INK,
        "muted": style.MUTED,
        "cards": [_card(learner, roster, names.get(learner.id, "")) for learner in known],
    }


def _card(learner: Learner, roster: Roster, name: str) -> dict[str, Any]:
    """Return what stands on one card, in the learner's language."""
    with in_language(learner.language):
        words = {
            "title": _("Course card · Intelligence-led policing"),
            "code": _("Code"),
            "keep": _(
                "Type both when the course asks for your card. Keep the card: work is marked under this id, "
                "never under your name."
            ),
            "tear": _("Tear off when handing over:"),
        }
    code = Card(learner.id, roster.code(learner.id)).printed()
    return {
        "learner": learner.id,
        "language": learner.language,
        "code": code,
        "name": name,
        "words": words,
    }
