"""
Handouts for paper: a learner's sheet for each module, and the lab for the day on which the power fails.

What stands on them comes from what learners get anyway: prompts, tables and practice with its answers, never
the exam. Everything is handed to typst as text in a table, and nothing of it is run as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ilp_toolkit import i18n
from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _
from ilp_toolkit.learning.items import ItemPack
from ilp_toolkit.views import style

from . import asked
from .asked import Asked
from .languages import Translation
from .modules import LEVELS, Module

__all__ = ["blocks", "lab", "sheet", "terms", "text_of", "write"]

_TEMPLATE = Path(__file__).with_name("templates") / "handout.typ"
_TERMS, _WORDS = 12, 2
_TERM = re.compile(r"(?m)^\s*(?:[-*]|\d+\.|\|)\s*\*\*([^*\n]{1,40})\*\*")
_ANCHOR = re.compile(r'<a id="[A-Za-z0-9_-]+"></a>\s*')
_BLANK_LINES = {"order": 0, "number": 1, "text": 8}


def write(modules: Iterable[Module], course: Path, language: str, folder: Path) -> list[Path]:
    """
    Write both handouts of each module as PDF.

    Parameters
    ----------
    modules
        Their sources.
    course
        ``notebooks/course`` as learners get it.
    language, folder
        In which language, and where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with i18n.language(language):
        for module in modules:
            pack = ItemPack.load(course / language / module.id)
            for name, content in (("sheet", sheet(module, course, pack)), ("lab", lab(module, course, pack))):
                path = folder / f"{module.id}-{name}.pdf"
                path.write_bytes(_compiled(content))
                written.append(path)
    return written


def sheet(module: Module, course: Path, pack: ItemPack) -> dict[str, Any]:
    """Return what a learner's sheet says: outcomes, terms and sections to put in own words, tables, notes."""
    told = Translation(module, pack.language)
    outcomes = [
        [told.phrase("module", outcome.text), told.say(LEVELS[outcome.level])]
        for outcome in module.head.outcome
    ]
    lesson = _prose(course / pack.language / module.id / "lesson.ipynb")
    by_hand = [
        {"kind": "question", **_question(asked.read(item, pack, Path()), 0)}
        for item in asked.practice(pack, "lesson")
        if item.kind in {"match", "table", "order"} and not item.rows_from
    ]
    return {
        **_head(module, pack, _("Learner's sheet")),
        "outcomes": outcomes,
        "terms": terms(lesson),
        "sections": [hit for text in lesson for hit in re.findall(r"(?m)^## +(.+)$", text)],
        "flow": by_hand,
        "notes": True,
    }


def lab(module: Module, course: Path, pack: ItemPack) -> dict[str, Any]:
    """Return the lab on paper: its text, each question with room to answer, and the answers at the end."""
    code = {cell.item: cell.source for cell in module.cells("lab") if cell.item}
    data = course / "data" / module.id / "v0"
    flow: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for cell in _cells(course / pack.language / module.id / "lab.ipynb"):
        item = cell["metadata"].get("ilp", {}).get("item", "")
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            flow.append({"kind": "prose", "blocks": blocks(_ANCHOR.sub("", source))})
        elif item and source.startswith("course.ask"):
            one = asked.read(pack[item], pack, data, code[item] if pack[item].code else "")
            answers.append(_answer(one, len(answers) + 1))
            flow.append({"kind": "question", **_question(one, len(answers))})
    note = _("For a day without power. Answer first; the last pages tell what is right, and why.")
    return {**_head(module, pack, _("The lab on paper")), "note": note, "flow": flow, "answers": answers}


def terms(prose: Iterable[str]) -> list[str]:
    r"""
    Return the terms of a lesson: words in bold where a line of a list or of a table begins.

    Examples
    --------
    >>> terms(["- **Retention:** how long.\n- It is **not** so."])
    ['Retention']
    """
    found = (hit.strip(" .:") for text in prose for hit in _TERM.findall(text))
    whole = (term for term in found if len(term) > 2 and len(term.split()) <= _WORDS and term[-1].isalpha())
    return list(dict.fromkeys(whole))[:_TERMS]


def _cells(notebook: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook but for the first, which the build wrote for a screen."""
    return list(json.loads(notebook.read_text(encoding="utf-8"))["cells"][1:])


def _prose(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in _cells(notebook) if cell["cell_type"] == "markdown"]


def text_of(path: Path) -> str:
    """Return the text of a PDF, as a reader could copy it out."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def blocks(source: str) -> list[dict[str, Any]]:  # noqa: PLR0912 - one case a kind of token
    """
    Cut markdown into blocks of runs, which the template draws.

    Examples
    --------
    >>> blocks("Is it **lawful**?")
    [{'kind': 'p', 'runs': [['Is it ', ''], ['lawful', 'b'], ['?', '']]}]
    """
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(source)
    made: list[dict[str, Any]] = []
    lists: list[int | None] = []
    row: list[Any] = []
    mark, inside, heading = "", False, False
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                mark = "•" if number is None else f"{number}."
                lists[-1] = None if number is None else number + 1
            case "fence" | "code_block":
                made.append({"kind": "code", "runs": [[token.content.rstrip("\n"), ""]]})
            case "table_open":
                made.append({"kind": "table", "rows": []})
                inside = True
            case "table_close":
                inside = False
            case "heading_open" | "heading_close":
                heading = token.type == "heading_open"
            case "tr_open":
                row = []
            case "tr_close":
                made[-1]["rows"].append(row)
            case "inline":
                runs = list(_runs(token.children or []))
                if inside:
                    row.append(runs)
                elif heading:
                    made.append({"kind": "h", "runs": runs})
                elif lists:
                    made.append({"kind": "li", "mark": mark, "depth": len(lists), "runs": runs})
                    mark = ""
                else:
                    made.append({"kind": "p", "runs": runs})
    return made


def _runs(children: list[Any]) -> Iterator[list[str]]:
    """Give the texts of a line, each with its style: b, i, c (code)."""
    styles: list[str] = []
    for child in children:
        match child.type:
            case "strong_open":
                styles.append("b")
            case "em_open":
                styles.append("i")
            case "strong_close" | "em_close":
                styles.pop()
            case "text":
                if child.content:
                    yield [child.content, "".join(styles)]
            case "code_inline":
                yield [child.content, "c"]
            case "softbreak" | "hardbreak":
                yield [" " if child.type == "softbreak" else "\n", ""]


def _question(one: Asked, n: int) -> dict[str, Any]:
    columns = len(one.rows[0]) if one.rows else 0
    return {
        "number": n,
        "prompt": blocks(one.prompt),
        "task": one.task,
        "mark": one.mark,
        "lines": [blocks(line) for line in one.lines],
        "head": list(one.head) or [""] * columns,
        "rows": [list(row) for row in one.rows],
        "entries": [[column or _("To choose from"), list(options)] for column, options in one.entries],
        "passages": [[passage.text, passage.id is not None] for passage in one.passages],
        "unit": one.unit,
        "blank": 5 if one.code else _BLANK_LINES.get(one.kind, 0),
    }


def _answer(one: Asked, n: int) -> dict[str, Any]:
    return {
        "number": n,
        "lines": [[a.sign, blocks(a.text), blocks(a.why)] for a in one.answers],
        "solution": blocks(one.solution),
        "code": one.code,
    }


def _head(module: Module, pack: ItemPack, kind: str) -> dict[str, Any]:
    return {
        "outcomes": [],
        "terms": [],
        "sections": [],
        "flow": [],
        "answers": [],
        "notes": False,
        "title": pack.title,
        "number": module.number,
        "kind": kind,
        "note": "",
        "language": pack.language,
        "font": style.FONT,
        "colours": {
            "ink": style.INK,
            "muted": style.MUTED,
            "rule": style.RULE,
            "accent": style.ACCENT,
            "tint": style.ACCENT_TINT,
            "ground": style.GROUND,
        },
        "words": {
            "outcomes": _("After this module you can"),
            "terms": _("Key terms"),
            "term": _("Term"),
            "sections": _("The lesson, section by section"),
            "section": _("Section"),
            "kept": _("What I take with me"),
            "own": _("What it means, in your own words"),
            "tables": _("To fill in by hand"),
            "notes": _("Room for notes"),
            "answers": _("Answers: look here after you have tried"),
            "name": _("Course id"),
            "date": _("Date"),
            "page": _("page {n} of {total}"),
            "foot": _("Intelligence-led policing · course handout · invented data, CC BY 4.0"),
        },
    }


def _compiled(content: dict[str, Any]) -> bytes:
    import typst

    fonts = sorted({str(path.parent) for path in style.font_files("ttf").values()})
    compiled: Any = typst.compile  # its stub does not know that the input may be files in memory
    files = {
        "main.typ": _TEMPLATE.read_bytes(),
        "handout.json": json.dumps(content, ensure_ascii=False).encode(),
    }
    try:
        return bytes(compiled(files, font_paths=fonts, ignore_system_fonts=True, timestamp=0))
    except typst.TypstError as error:
        raise FileError(_("The PDF could not be made: {reason}.").format(reason=error)) from error
