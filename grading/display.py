"""
What a marker sees of a learner's exam: the answers in words, and nothing that could run.

A learner's code can print any HTML it likes, and formgrader would show it in the page of an examiner who is
logged in. So no output of an executed notebook is kept but plain text and pictures, and each question's cell
shows the answer as it was recorded, written by us.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from ilp_toolkit.i18n import _, number
from ilp_toolkit.learning.items import Item

from .marks import Effective

__all__ = ["harmless", "in_words", "shown"]

_EMPHASIS = re.compile(r"\*{1,2}([^*]+)\*{1,2}")
"""Stars of markdown: here a question is shown as plain text."""
_LIMIT = 20_000
"""Characters of an output or an answer that are shown."""
_OUTPUTS = 60
"""Outputs of a cell that are shown."""
_ANCHOR = re.compile(r'<a id="[\w.-]*"></a>')
_PICTURES = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}


def in_words(item: Item, answer: Any) -> str:
    """
    Write an answer as a person reads it; what is malformed is shown as it came.

    Examples
    --------
    >>> from ilp_toolkit.learning.items import Option
    >>> options = (Option(id="a", text="Refuse"), Option(id="b", text="Comply"))
    >>> print(in_words(Item(id="q1", part="exam", kind="choice", option=options), "a"))
    a: Refuse
    """
    if answer is None or answer == "":
        return _("No answer.")
    texts = {option.id: option.text for option in item.option} | {step.id: step.text for step in item.step}
    texts |= {passage.id: passage.text for passage in item.passages() if passage.id}
    rows = {row.id: row.text for row in item.row}
    columns = {column.id: column.text for column in item.column}
    options = {option.id: option.text for column in item.column for option in column.option} | texts

    def told(value: Any, names: Mapping[str, str]) -> str:
        name = value if isinstance(value, str) else _plain(value)
        return f"{name}: {names[name]}" if name in names else name

    match item.kind, answer:
        case "choice", str():
            lines = [told(answer, texts)]
        case (("choices" | "spans"), list()):
            lines = [told(value, texts) for value in answer]
        case "order", list():
            lines = [f"{n}. {told(value, texts)}" for n, value in enumerate(answer, 1)]
        case "match", dict():
            lines = [f"{rows.get(k, k)} → {told(v, texts)}" for k, v in answer.items()]
        case "table", dict() if all(isinstance(cells, dict) for cells in answer.values()):
            lines = [
                f"{rows.get(row, row)} | "
                + " | ".join(f"{columns.get(c, c)}: {told(v, options)}" for c, v in cells.items())
                for row, cells in answer.items()
            ]
        case "text", str():
            lines = [answer]
        case _:
            lines = [_plain(answer)]
    text = "\n".join(lines) if lines else _("Nothing is chosen.")
    return text if len(text) <= _LIMIT else text[:_LIMIT] + " …"


def shown(
    notebook: NotebookNode,
    items: Sequence[Item],
    answers: Mapping[str, Any],
    marks: Mapping[str, Effective],
) -> NotebookNode:
    """
    Return a copy of an exam for markers: harmless, with each answer and its marks under its question.

    Parameters
    ----------
    notebook
        The exam, grafted onto the released one; executed or not.
    items
        The items of the exam in the learner's language.
    answers
        The answers that count, as JSON.
    marks
        What each item earns by now.
    """
    copy = _node({**notebook, "cells": [harmless(cell) for cell in notebook.cells]})
    by_id = {item.id: item for item in items}
    for cell in copy.cells:
        item = by_id.get(str(cell.metadata.get("nbgrader", {}).get("grade_id", "")))
        if item is None or cell.cell_type != "code":
            continue
        page = {"text/html": _page(item, answers.get(item.id), marks.get(item.id))}
        cell["outputs"] = [_node({"output_type": "display_data", "metadata": {}, "data": page})]
    copy.metadata.pop("widgets", None)
    return copy


def harmless(cell: NotebookNode) -> NotebookNode:
    """
    Return a copy of a cell that can run nothing in a browser.

    Outputs are plain text, pictures and errors, each of them short; HTML in prose is shown as text.
    """
    copy = {k: v for k, v in cell.items() if k != "attachments"}
    if cell.cell_type == "code":
        kept = [clean for output in cell.get("outputs", []) if (clean := _output(output))]
        copy["outputs"] = kept[:_OUTPUTS]
    else:
        copy["source"] = _ANCHOR.sub("", str(cell.get("source", ""))).replace("<", "&lt;")
    return _node(copy)


def _output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _short(output.get("text"))}
    if kind == "error":
        trace = [_short(line) for line in _list(output.get("traceback"))[-20:]]
        words = {name: _short(output.get(name)) for name in ("ename", "evalue")}
        return {"output_type": "error", "traceback": trace, **words}
    data = _data(output.get("data"))
    return {"output_type": "display_data", "metadata": {}, "data": data} if data else None


def _data(data: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    if not isinstance(data, Mapping):
        return found
    if isinstance(data.get("text/plain"), str | list):
        found["text/plain"] = _short(data["text/plain"])
    for kind, magic in _PICTURES.items():
        try:
            picture = base64.b64decode("".join(_list(data.get(kind))), validate=False)
        except (binascii.Error, ValueError, TypeError):
            continue
        if picture.startswith(magic) and len(picture) < 5_000_000:
            found[kind] = base64.b64encode(picture).decode("ascii")
    return found


def _page(item: Item, answer: Any, mark: Effective | None) -> str:
    """Return what stands under a question. Each text is escaped; nothing else of a learner's is in it."""
    blocks = [
        _block(_("Question"), _EMPHASIS.sub(r"\1", item.prompt)),
        _block(_("Answer"), in_words(item, answer), strong=True),
    ]
    if mark is not None and not mark.pending:
        points = _("{points} of {out_of} points").format(
            points=number(mark.points, 2), out_of=number(mark.out_of, 2)
        )
        blocks.append(_block(_("Mark so far"), "\n".join([points, *mark.comments])))
    elif mark is not None and mark.comments:
        blocks.append(_block(_("To be looked at by a person"), "\n".join(mark.comments)))
    for criterion in item.criterion:
        anchors = "\n".join(f"{n} – {text}" for n, text in enumerate(criterion.anchor))
        blocks.append(_block(criterion.text, anchors))
    return "".join(blocks)


def _block(title: str, text: str, *, strong: bool = False) -> str:
    edge = "4px solid #2b5c8a" if strong else "4px solid #d0d0d0"
    return (
        f'<div style="border-left:{edge};padding:2px 10px;margin:6px 0">'
        f'<div style="font-size:85%;color:#595959">{html.escape(title)}</div>'
        f'<div style="white-space:pre-wrap">{html.escape(text)}</div></div>'
    )


def _node(value: Mapping[str, Any]) -> NotebookNode:
    node: NotebookNode = nbformat.from_dict(value)  # type: ignore[no-untyped-call]
    return node


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)[:_LIMIT]


def _short(value: Any) -> str:
    text = "".join(str(part) for part in _list(value))
    return text if len(text) <= _LIMIT else text[:_LIMIT] + " …"


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
