"""A tiny module with a question of each kind, as the build releases it: what the tests of the course learn on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat

from ilp_toolkit.learning.items import Item, ItemPack

MODULE = "98_toy"

ITEMS: list[dict[str, Any]] = [
    {
        "id": "p1", "part": "lesson", "kind": "choice", "prompt": "A chief asks for the phone of a **journalist**. What first?",
        "option": [
            {"id": "a", "text": "Ask on what lawful basis, in writing, before anything is collected", "right": True,
             "why": "Without a basis nothing may be collected."},
            {"id": "b", "text": "Collect it and sort it out later", "right": False,
             "why": "What is collected without a basis cannot be mended later."},
        ],
        "hints": ["Think of what a judge would ask.", "The basis comes before the act."],
        "read": "lesson#necessity", "solution": "**a**: the basis comes first.",
    },
    {
        "id": "p2", "part": "lab", "kind": "choices", "prompt": "Which of these identify a person?",
        "option": [
            {"id": "a", "text": "Name", "right": True, "why": "It names."},
            {"id": "b", "text": "District", "right": False, "why": "Thousands live there."},
            {"id": "c", "text": "Phone number", "right": True, "why": "One owner."},
        ],
        "read": "lesson#necessity",
    },
    {
        "id": "p3", "part": "lab", "kind": "order", "prompt": "Put the cycle in order.",
        "step": [{"id": n, "text": t, "why": f"{t} has its place."} for n, t in
                 [("d", "Direction"), ("c", "Collection"), ("e", "Evaluation"), ("a", "Analysis")]],
        "solution": "Direction opens the cycle.",
    },
    {
        "id": "p4", "part": "lab", "kind": "match", "prompt": "Who decides?",
        "row": [{"id": "r1", "text": "Opening of a file", "answer": "x", "why": "The supervisor opens it."},
                {"id": "r2", "text": "Interception", "answer": "y", "why": "Only a court."}],
        "option": [{"id": "x", "text": "Supervisor"}, {"id": "y", "text": "Court"}],
    },
    {
        "id": "p5", "part": "lab", "kind": "number", "prompt": "What share of 80 is 10, in per cent?", "answer": 12.5,
        "tolerance": 0.01, "unit": "%", "mistake": [{"value": 8, "why": "You divided the other way round."}],
    },
    {
        "id": "p6", "part": "lab", "kind": "table", "prompt": "Grade the reports.",
        "column": [{"id": "s", "text": "Source", "option": [{"id": "A", "text": "A: always reliable"},
                                                           {"id": "B", "text": "B: mostly reliable"}]},
                   {"id": "n", "text": "Hours", "type": "number"}],
        "row": [{"id": "r1", "text": "Patrol saw the van", "answer": {"s": "A", "n": 2}, "why": "Seen by officers."},
                {"id": "r2", "text": "A caller heard of it", "answer": {"s": "B", "n": 3}, "why": "Known caller."}],
    },
    {
        "id": "p7", "part": "lab", "kind": "spans", "prompt": "Black out what identifies the victim.",
        "text": "On Monday [[s1:Mariam Oduya]] of [[s2:12 Reed Lane]] reported a theft in [[s3:the northern district]].",
        "span": [{"id": "s1", "hide": True, "why": "Her name."}, {"id": "s2", "hide": True, "why": "Her home."},
                 {"id": "s3", "hide": False, "why": "A district names nobody."}],
    },
    {"id": "p8", "part": "lab", "kind": "value", "prompt": "Add two and two into `p8`.", "variable": "p8",
     "hints": ["Use +."], "solution": "`p8 = 2 + 2`"},
    {
        "id": "q1", "part": "exam", "kind": "choice", "points": 2, "hurdle": True, "prompt": "May you keep it for ever?",
        "option": [{"id": "a", "text": "Yes", "right": False, "why": "Nothing is kept for ever."},
                   {"id": "b", "text": "No", "right": True, "why": "Retention ends."}],
        "read": "lesson#necessity",
    },
    {"id": "q2", "part": "exam", "kind": "suppress", "points": 3, "prompt": "Hide what must be hidden.",
     "rows_from": "counts.csv", "check": "suppression_attack", "params": {"threshold": 5}},
    {"id": "q3", "part": "exam", "kind": "table", "points": 2, "prompt": "Class the offences.", "rows_from": "rows.csv",
     "show": ["offence"], "row_id": "id", "params": {"solver": True},
     "column": [{"id": "c", "text": "Class", "option": [{"id": "v", "text": "Violence"}, {"id": "t", "text": "Theft"}]}]},
    {"id": "w1", "part": "exam", "kind": "text", "points": 4, "prompt": "Refuse in writing.", "words": [3, 60],
     "criterion": [{"id": "c1", "text": "Names the law", "anchor": ["no", "hint", "half", "most", "full"]}]},
]  # fmt: skip

COUNTS = "district,night,day,total\nNorth,3,20,23\nSouth,12,9,21\ntotal,15,29,44\n"
ROWS = "id,offence\nr1,Assault\nr2,Theft of a bicycle\n"
RUSSIAN = {
    "A chief asks for the phone of a **journalist**. What first?": "Начальник просит телефон **журналиста**. С чего начать?",
    "Ask on what lawful basis, in writing, before anything is collected": "Письменно спросить о правовом основании, до любого сбора",
    "Collect it and sort it out later": "Собрать, а разобраться потом",
    "What is collected without a basis cannot be mended later.": "Собранное без основания потом не исправить.",
    "Grade the reports.": "Оцените сообщения.", "Source": "Источник", "Hours": "Часы",
    "Black out what identifies the victim.": "Закройте то, что указывает на потерпевшую.",
}  # fmt: skip


def items() -> tuple[Item, ...]:
    """Return the items, whole."""
    return tuple(Item.model_validate(one) for one in ITEMS)


def build(course: Path, language: str = "en") -> Path:
    """Write the module as the build releases it and return its folder."""
    folder = course / language / MODULE
    folder.mkdir(parents=True)
    asked = items()
    if language == "ru":
        asked = tuple(item.translated(lambda text: RUSSIAN.get(text, text)) for item in asked)
    pack = ItemPack(
        module=MODULE, language=language, build="0" * 40, title="A toy", items=asked, keys={"p8": {"0": 4}}
    )
    (folder / "items.json").write_text(json.dumps(pack.released(), ensure_ascii=False), encoding="utf-8")
    (folder / "practice.dat").write_text(pack.practice(), encoding="utf-8")
    for variant in range(8):
        data = course / "data" / MODULE / f"v{variant}"
        data.mkdir(parents=True, exist_ok=True)
        (data / "counts.csv").write_text(COUNTS, encoding="utf-8")
        (data / "rows.csv").write_text(ROWS, encoding="utf-8")
    for part in ("lesson", "lab", "exam"):
        nbformat.write(notebook(asked, part), folder / f"{part}.ipynb")
    return folder


def notebook(asked: tuple[Item, ...], part: str) -> nbformat.NotebookNode:
    """Return a notebook of the module, laid out as the build does."""
    prose, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        prose(f"# Toy {part}"),
        code(f'from ilp_toolkit import learning\n\ncourse = learning.open("{MODULE}", "{part}")', id="open"),
    ]
    if part == "lesson":
        filler = "\n\n".join(["Words that fill the screen."] * 40)
        cells.append(prose(filler))
        cells.append(prose('<a id="necessity"></a>\n## Necessity and proportionality\n\nBasis first.'))
    for item in asked:
        if item.part != part:
            continue
        cells.append(code(f'course.ask("{item.id}")', id=f"{item.id}-ask" if item.code else item.id))
        if item.code:
            cells.append(code(f"{item.variable} = None  # your code here", id=f"{item.id}-code"))
            cells.append(code(f'course.answer("{item.id}", {item.variable})', id=item.id))
    cells.append(code("course.progress()", id="progress"))
    if part == "exam":
        cells.append(code("course.submit()", id="submit"))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made
