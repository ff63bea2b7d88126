"""
Lessons as pages for a phone: one file each, with what the cells gave, that asks no server for anything.

Questions can be read there, with their answer folded away; they cannot be answered. The exam is not there.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode

from ilp_toolkit import i18n
from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import N_, _
from ilp_toolkit.learning.items import ItemPack
from ilp_toolkit.views.widgets.plain import markdown

from . import asked, pages
from .asked import Asked
from .course import notebook
from .languages import Translation
from .modules import Module
from .pages import rich, text

__all__ = ["executed", "lesson", "question", "write"]

_RUN_HINT = re.compile(r"\n*[^\n]*\*Run → Run All Cells\*[^\n]*")
_ANCHOR = re.compile(r'<a id="([A-Za-z0-9_-]+)"></a>\s*')
_LINK = re.compile(r"\[([^\]]*)\]\((?:lesson|lab|exam|\.\./index)\.ipynb(#[A-Za-z0-9_-]+)?\)")
_ACTIVE = re.compile(r"<(?:script|iframe|object|embed|link|meta|form)\b", re.IGNORECASE)
_MARKS = {"one": "○", "some": "☐", "order": "___"}
_NOTE = N_("To read on the way. Questions are answered in the course itself, at a computer.")
_CSS = """\
main{max-width:44rem}
h1{font-size:1.5rem;line-height:1.25}h2{margin-top:2rem}
.scroll table{font-size:.92em}
.scroll td,.scroll th{min-width:6.5em;vertical-align:top;overflow-wrap:break-word;hyphens:auto}
.scroll .dataframe{border:0}
.scroll .dataframe td,.scroll .dataframe th{min-width:0;max-width:11em;border:0;
 border-bottom:1px solid var(--rule);padding:.25em .5em;text-align:right;font-variant-numeric:tabular-nums}
img{max-width:100%;height:auto}
pre{overflow-x:auto;background:var(--ground);padding:.6rem .8rem;font-size:.85rem;white-space:pre-wrap}
.note{color:var(--muted);font-size:.92rem}
.ask{border:1px solid var(--rule);border-left:.35rem solid var(--accent);padding:.6rem .9rem;margin:1.2rem 0}
.ask .kind{color:var(--muted);font-size:.85rem;margin:0}
.ask ul{list-style:none;padding:0}.ask li{margin:.5rem 0;padding-left:1.8em;text-indent:-1.8em}
.ask li p{text-indent:0}
.ask .blank{border-bottom:1px solid var(--muted);min-width:4em;display:inline-block}
.ask mark{background:none;border:1px dashed var(--ink);padding:0 .2em;color:var(--ink)}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--accent);padding:.45rem 0;font-weight:700}
details.code summary{font-weight:400;font-size:.9rem;color:var(--muted)}
.why{color:var(--muted);display:block;text-indent:0}
nav a{display:block;padding:.5rem 0;border-bottom:1px solid var(--rule)}
"""


def write(modules: Iterable[Module], course: Path, language: str, folder: Path) -> list[Path]:
    """
    Write the lesson of each module, and a page that leads to them.

    Parameters
    ----------
    modules
        Their sources, which hold the worked examples.
    course
        ``notebooks/course`` as learners get it.
    language, folder
        In which language, and where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, links = [], []
    with i18n.language(language):
        for module in modules:
            path = folder / f"{module.id}.html"
            path.write_text(lesson(module, course, language), encoding="utf-8", newline="\n")
            title = ItemPack.load(course / language / module.id).title
            links.append(f'<a href="{path.name}">{text(module.number)} · {text(title)}</a>')
            written.append(path)
        body = [f"<h1>{text(_('Lessons to read on a phone'))}</h1>", _noted(), f"<nav>{''.join(links)}</nav>"]
        index = folder / "index.html"
        index.write_text(
            pages.page(_("Lessons to read on a phone"), body, css=_CSS), encoding="utf-8", newline="\n"
        )
    return [*written, index]


def lesson(module: Module, course: Path, language: str) -> str:
    """
    Return the lesson of a module as one page.

    Raises
    ------
    FileError
        If a cell of the lesson fails.
    """
    place = course / language / module.id
    pack = ItemPack.load(place)
    data = course / "data" / module.id / "v0"
    with i18n.language(language):
        made = executed(notebook(module, "lesson", Translation(module, language), solutions=True), place)
        code = {cell.item: cell.source for cell in module.cells("lesson") if cell.item}
        body = [_noted()]
        for cell in made.cells:
            item = cell.metadata.get("ilp", {}).get("item", "")
            if cell.cell_type == "markdown":
                body.append(prose(cell.source))
            elif item:
                if pack[item].practice and cell.source.startswith("course.ask"):
                    worked = code[item] if pack[item].code else ""
                    body.append(question(asked.read(pack[item], pack, data, worked)))
            elif not cell.source.startswith(("from ilp_toolkit import learning\n\ncourse", "course.")):
                body += [_folded(cell.source)] if module.head.code else []
                body += map(_output, cell.get("outputs", []))
        return pages.page(f"{module.number} · {pack.title}", body, css=_CSS)


def executed(made: NotebookNode, place: Path) -> NotebookNode:
    """Run what a lesson shows, without the questions, where the learner's notebook would run."""
    shown = [cell for cell in made.cells if not _asks(cell)]
    # The cells themselves, not copies: what they give is to stand in `made`.
    running = NotebookNode({**made, "cells": shown})  # type: ignore[no-untyped-call]
    if not any(cell.cell_type == "code" and not _opens(cell) for cell in shown):
        return made
    client = NotebookClient(
        running,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(place)}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        # Nobody's answers are read or written while a page is made.
        with tempfile.TemporaryDirectory() as answers:
            client.execute(env={**os.environ, "ILP_LANG": i18n.current(), "ILP_COURSE_ANSWERS": answers})
    except Exception as error:
        msg = _("The lesson in {folder} could not be run: {reason}")
        raise FileError(msg.format(folder=place, reason=str(error)[-600:])) from error
    return made


def question(one: Asked) -> str:
    """Return a question with its hints and its answer folded away."""
    parts = [f'<section class="ask"><p class="kind">{text(one.task)}</p>', rich(one.prompt, inline=False)]
    if one.lines:
        sign = _MARKS[one.mark]
        parts.append("<ul>" + "".join(f"<li>{sign} {rich(line)}</li>" for line in one.lines) + "</ul>")
    if one.passages:
        told = "".join(f"<mark>{text(p.text)}</mark>" if p.id else text(p.text) for p in one.passages)
        parts.append(f"<p>{told.replace(chr(10), '<br>')}</p>")
    if one.rows:
        blank = '<span class="blank">&nbsp;</span>'
        rows = [[blank if cell is None else rich(cell) for cell in row] for row in one.rows]
        parts.append(pages.table([rich(head) for head in one.head or [""] * len(rows[0])], rows))
    for column, options in one.entries:
        name = f"{rich(column)}: " if column else f"{text(_('To choose from'))}: "
        parts.append(f'<p class="note">{name}{"; ".join(map(rich, options))}</p>')
    parts += [
        _details(_("Hint {n}").format(n=n), rich(hint, inline=False)) for n, hint in enumerate(one.hints, 1)
    ]
    parts.append(_details(_("Answer"), _answer(one)))
    return "".join([*parts, "</section>"])


def prose(source: str) -> str:
    """Return a cell of prose: anchors work, links to notebooks become words, wide tables scroll."""
    source = _RUN_HINT.sub("", source)
    source = _LINK.sub(lambda hit: f"[{hit[1]}]({hit[2]})" if hit[2] else hit[1], source)
    names = _ANCHOR.findall(source)
    body = markdown(_ANCHOR.sub("", source).replace("![", "!\\["))
    body = body.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return "".join(f'<a id="{name}"></a>' for name in names) + body


def _noted() -> str:
    return f'<p class="note">{text(_(_NOTE))}</p>'


def _asks(cell: NotebookNode) -> bool:
    return bool(
        cell.cell_type == "code"
        and cell.source.startswith(("course.ask", "course.answer", "course.progress"))
    )


def _opens(cell: NotebookNode) -> bool:
    return bool(cell.source.startswith("from ilp_toolkit import learning\n\ncourse"))


def _details(name: str, body: str, kind: str = "") -> str:
    return f"<details{f' class={kind}' if kind else ''}><summary>{text(name)}</summary>{body}</details>"


def _folded(code: str) -> str:
    return _details(_("Code"), f"<pre>{text(code)}</pre>", "code")


def _answer(one: Asked) -> str:
    lines = []
    for answer in one.answers:
        sign = f"<strong>{text(answer.sign)}</strong> " if answer.sign else ""
        why = f'<span class="why">{rich(answer.why)}</span>' if answer.why else ""
        lines.append(f"<li>{sign}{rich(answer.text)}{why}</li>")
    body = f"<ul>{''.join(lines)}</ul>" if lines else ""
    if one.code:
        body += f"<pre>{text(one.code)}</pre>"
    return body + (rich(one.solution, inline=False) if one.solution else "")


def _output(output: Any) -> str:
    """Return what a cell gave: pictures, tables, text; a map that runs code is named, not shown."""
    if output.output_type == "stream":
        return f"<pre>{text(output.text)}</pre>"
    data = output.get("data", {})
    if "image/png" in data:
        plain = re.sub(r"\s+", " ", str(data.get("text/plain", "")))
        name = _("Figure") if plain.startswith("<Figure") else plain
        return f'<p><img alt="{text(name)}" src="data:image/png;base64,{data["image/png"].strip()}"></p>'
    if "text/html" in data:
        if _ACTIVE.search(data["text/html"]):
            instead = _("Here the notebook shows a map or a tool that a page cannot hold.")
            return f'<p class="note">{text(instead)}</p>'
        return f'<div class="scroll" tabindex="0">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return prose(data["text/markdown"])
    return f"<pre>{text(data['text/plain'])}</pre>" if "text/plain" in data else ""
