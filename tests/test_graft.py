"""Whatever was done to a notebook on its way, every question is in it once and the learner's work counts."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading import graft as module
from grading._matching import assigned
from grading.graft import graft, read
from ilp_toolkit.errors import FileError

ITEMS = ("q1", "q2", "q3")


def marks(name: str, *, solution: bool, locked: bool, points: float | None = None) -> dict[str, Any]:
    nbgrader = {
        "grade_id": name, "solution": solution, "locked": locked, "grade": not solution, "task": False,
        "schema_version": 3, "cell_type": "code",
    }  # fmt: skip
    return {"nbgrader": nbgrader | ({} if points is None else {"points": points})}


def release() -> NotebookNode:
    """An exam as the builder makes it: opening, worked example, three code items, one widget, the end."""
    fixed = {"editable": False, "deletable": False}
    cells = [
        new_markdown_cell("# Exam", id="head"),
        new_code_cell('course = learning.open("09_hot_spots", "exam")', id="open", metadata=fixed),
        new_code_cell("counts = [1, 2, 3]", id="data"),
        new_code_cell(
            'course.ask("q0")', id="q0", metadata=fixed | marks("q0", solution=False, locked=True, points=1)
        ),
    ]
    for item in ITEMS:
        ask = new_code_cell(
            f'course.ask("{item}")', id=f"{item}-ask", metadata=fixed | {"ilp": {"item": item}}
        )
        stub = new_code_cell(f"{item} = None  # your code here\n", id=f"{item}-code",
                             metadata=marks(f"{item}-code", solution=True, locked=False))  # fmt: skip
        taken = new_code_cell(f'course.answer("{item}", {item})', id=f"{item}-take",
                              metadata=fixed | marks(item, solution=False, locked=True, points=2))  # fmt: skip
        cells += [ask, stub, taken]
    cells.append(new_code_cell("course.submit()", id="submit", metadata=fixed))
    made = new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def answered() -> NotebookNode:
    """The exam with every item solved and run."""
    made = release()
    for cell in made.cells:
        if cell.id.endswith("-code"):
            cell.source = solution(cell.id[:2])
        if cell.cell_type == "code":
            cell.execution_count = 3
            cell.outputs = [nbformat.v4.new_output("stream", text="an output")]
    return made


def solution(item: str) -> str:
    return f"# work on {item}\n{item} = sum(counts) + {int(item[1])}"


def value_of(made: NotebookNode) -> dict[str, Any]:
    """Run the notebook in this process, as its kernel would: on after errors."""
    answers: dict[str, Any] = {}

    class Course:
        def answer(self, item: str, value: object) -> None:
            answers[item] = value

        def ask(self, item: str) -> None: ...
        def submit(self) -> None: ...

    class Learning:
        def open(self, *_: str) -> Course:
            return Course()

    names: dict[str, Any] = {"learning": Learning()}
    for cell in made.cells:
        if cell.cell_type == "code":
            try:
                exec(cell.source, names)
            except Exception:
                continue
    return answers


FULL = {"q1": 7, "q2": 8, "q3": 9}


def index(made: NotebookNode, name: str) -> int:
    return next(place for place, cell in enumerate(made.cells) if cell.get("id") == name)


def said(grafted: module.Grafted, item: str) -> str:
    return " ".join(change.what for change in grafted.changes if change.item == item)


def test_an_honest_notebook_is_taken_as_it_is_and_nothing_is_reported() -> None:
    grafted = graft(release(), answered())
    assert grafted.changes == ()
    assert value_of(grafted.notebook) == FULL
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in grafted.notebook.cells)


def test_an_untouched_notebook_gives_nothing() -> None:
    grafted = graft(release(), release())
    assert grafted.changes == ()
    assert value_of(grafted.notebook) == dict.fromkeys(ITEMS)


def test_no_notebook_gives_the_release() -> None:
    grafted = graft(release(), None)
    assert [cell.source for cell in grafted.notebook.cells] == [cell.source for cell in release().cells]
    assert len(grafted.changes) == 1


def strip_metadata(made: NotebookNode) -> None:
    for cell in made.cells:
        cell.metadata = {}


def strip_ids(made: NotebookNode) -> None:
    for cell in made.cells:
        cell.pop("id")


def strip_both(made: NotebookNode) -> None:
    strip_metadata(made)
    strip_ids(made)


def duplicate(made: NotebookNode) -> None:
    copied = copy.deepcopy(made.cells[index(made, "q2-code")])
    copied["id"] = "another"
    copied.source = "q2 = 999999"
    made.cells.insert(index(made, "q2-code"), copied)


def duplicate_locked(made: NotebookNode) -> None:
    for name in ("q1-take", "q2-ask", "open"):
        made.cells.insert(index(made, name), copy.deepcopy(made.cells[index(made, name)]))


def delete_locked(made: NotebookNode) -> None:
    made.cells = [cell for cell in made.cells if not cell.id.endswith(("-take", "-ask")) and cell.id != "q0"]


def edit_locked(made: NotebookNode) -> None:
    for cell in made.cells:
        if cell.id.endswith("-take"):
            cell.source = f'course.answer("{cell.id[:2]}", 10**6)'


def rename(made: NotebookNode) -> None:
    for cell in made.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["grade_id"] = "renamed-" + cell.id


def reverse(made: NotebookNode) -> None:
    made.cells.reverse()


def shuffle(made: NotebookNode) -> None:
    random.Random(3).shuffle(made.cells)


def retype(made: NotebookNode) -> None:
    for cell in made.cells:
        if cell.id.endswith("-code"):
            cell.cell_type = "markdown"
            cell.pop("outputs")
            cell.pop("execution_count")


def retype_raw(made: NotebookNode) -> None:
    retype(made)
    for cell in made.cells:
        if cell.id.endswith("-code"):
            cell.cell_type = "raw"


def lie_about_points(made: NotebookNode) -> None:
    for cell in made.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"] |= {"points": 10**6, "grade": False, "solution": True, "locked": False}


def other_kernel(made: NotebookNode) -> None:
    made.metadata["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}


def own_cell_instead(made: NotebookNode) -> None:
    for item in ITEMS:
        place = index(made, f"{item}-code")
        made.cells[place].source = f"{item} = None  # your code here\n"
        made.cells.insert(place + 1, new_code_cell(solution(item)))


def own_cell_at_the_end(made: NotebookNode) -> None:
    own_cell_instead(made)
    own = [cell for cell in made.cells if cell.source.startswith("# work on")]
    made.cells = [cell for cell in made.cells if not cell.source.startswith("# work on")] + own


def into_the_locked_cell(made: NotebookNode) -> None:
    for item in ITEMS:
        made.cells[index(made, f"{item}-code")].source = f"{item} = None  # your code here\n"
        made.cells[index(made, f"{item}-take")].source = f'{solution(item)}\ncourse.answer("{item}", {item})'


def split(made: NotebookNode) -> None:
    for item in ITEMS:
        place = index(made, f"{item}-code")
        half = copy.deepcopy(made.cells[place])
        half["id"] = f"half-{item}"
        half.source = f"part_{item} = sum(counts)"
        made.cells[place].source = f"{item} = part_{item} + {int(item[1])}"
        made.cells.insert(place, half)


def helper(made: NotebookNode) -> None:
    made.cells.insert(index(made, "q1-code"), new_code_cell("def added(n):\n    return sum(counts) + n"))
    for item in ITEMS:
        made.cells[index(made, f"{item}-code")].source = f"{item} = added({int(item[1])})"


def delete_and_write_anew(made: NotebookNode) -> None:
    for item in ITEMS:
        made.cells[index(made, f"{item}-code")] = new_code_cell(solution(item))


def old_format(made: NotebookNode) -> None:
    for cell in made.cells:
        cell.source = cell.source.splitlines(keepends=True)
        cell.pop("id")


def windows_lines(made: NotebookNode) -> None:
    for cell in made.cells:
        cell.source = cell.source.replace("\n", "\r\n") + "   \r\n"


def shell_line(made: NotebookNode) -> None:
    delete_and_write_anew(made)
    for cell in made.cells:
        if cell.source.startswith("# work on"):
            cell.source = "# %matplotlib inline\n" + cell.source


HARM = [
    strip_metadata, strip_ids, strip_both, duplicate, duplicate_locked, delete_locked, edit_locked, rename,
    reverse, shuffle, retype, retype_raw, lie_about_points, other_kernel, own_cell_instead, own_cell_at_the_end,
    into_the_locked_cell, split, helper, delete_and_write_anew, old_format, windows_lines, shell_line,
]  # fmt: skip
SILENT = {strip_ids, strip_metadata, strip_both, lie_about_points, other_kernel, old_format, windows_lines}


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_no_change_on_the_way_costs_or_gives_a_point(harm: Any) -> None:
    handed_in = answered()
    harm(handed_in)
    grafted = graft(release(), handed_in)
    nbformat.validate(grafted.notebook)
    assert value_of(grafted.notebook) == FULL
    assert grafted.notebook.metadata == release().metadata
    fixed = [cell for cell in release().cells if not cell.id.endswith("-code")]
    for cell in fixed:
        found = [one for one in grafted.notebook.cells if one.id == cell.id]
        assert [(one.source, one.metadata) for one in found] == [(cell.source, cell.metadata)]
    if harm not in SILENT:
        assert grafted.changes, "an examiner is told"


def test_what_was_changed_is_told_by_item() -> None:
    handed_in = answered()
    duplicate(handed_in)
    handed_in.cells[index(handed_in, "q3-code")].cell_type = "markdown"
    handed_in.cells[index(handed_in, "q1-take")].source = "course.answer('q1', 42)"
    grafted = graft(release(), handed_in)
    assert "2 copies" in said(grafted, "q2")
    assert "text" in said(grafted, "q3")
    assert "edited" in said(grafted, "q1")


def test_of_several_copies_the_last_changed_one_counts() -> None:
    handed_in = answered()
    place = index(handed_in, "q2-code")
    for source in ("q2 = 8", "q2 = None  # your code here"):
        copied = copy.deepcopy(handed_in.cells[place])
        copied["id"] = f"copy-{source[-2]}"
        copied.source = source
        handed_in.cells.insert(place + 1, copied)
    handed_in.cells[place].source = "q2 = 5"
    first, second = handed_in.cells[place + 1 : place + 3]
    handed_in.cells[place + 1 : place + 3] = [second, first]
    assert value_of(graft(release(), handed_in).notebook)["q2"] == 8


def test_text_of_the_learners_own_stays_and_is_no_markup() -> None:
    handed_in = answered()
    handed_in.cells.insert(
        3, new_markdown_cell("~~~\n~~~~~\n<script>steal()</script> [x](javascript:steal())")
    )
    grafted = graft(release(), handed_in)
    (own,) = [cell for cell in grafted.notebook.cells if cell.cell_type == "markdown" and cell.id != "head"]
    lines = own.source.splitlines()
    assert lines[0] == "~~~~~~text"
    assert lines[-1] == "~~~~~~"
    assert "stays" in said(grafted, "")


def test_an_example_that_the_learner_changed_is_run_as_changed() -> None:
    handed_in = answered()
    handed_in.cells[index(handed_in, "data")].source = "counts = [10]"
    assert value_of(graft(release(), handed_in).notebook)["q1"] == 11


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([harm for harm in HARM if harm not in (old_format, windows_lines)]), max_size=3),
       st.integers(0, 2**16))  # fmt: skip
def test_any_order_of_harmless_changes_leaves_all_questions_and_no_foreign_one(
    harms: list[Any], seed: int
) -> None:
    handed_in = answered()
    for harm in harms:
        try:
            harm(handed_in)
        except (StopIteration, KeyError, AttributeError):
            continue
    random.Random(seed).shuffle(handed_in.cells)
    grafted = graft(release(), handed_in)
    nbformat.validate(grafted.notebook)
    names = [cell.id for cell in grafted.notebook.cells]
    assert len(set(names)) == len(names)
    order = [name for name in names if name in {cell.id for cell in release().cells}]
    assert order == [cell.id for cell in release().cells]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values | st.fixed_dictionaries({}, optional={
    "cell_type": st.sampled_from(["code", "markdown", "raw", 3]), "source": json_values, "metadata": json_values,
    "id": json_values,
}), max_size=6))  # fmt: skip
def test_whatever_a_notebook_holds_the_release_comes_back_whole(cells: list[Any]) -> None:
    grafted = graft(release(), NotebookNode(cells=cells))
    nbformat.validate(grafted.notebook)
    assert {cell.id for cell in release().cells} <= {cell.id for cell in grafted.notebook.cells}


@pytest.mark.attack
def test_thousands_of_cells_are_no_way_to_keep_the_marker_busy() -> None:
    import time

    handed_in = release()
    handed_in.cells = [new_code_cell(f"x{n} = {n}\n" + "a = b\n" * 50) for n in range(4000)]
    begun = time.process_time()
    grafted = graft(release(), handed_in)
    assert time.process_time() - begun < 20
    assert len(grafted.notebook.cells) < 600
    assert "left out" in said(grafted, "")


@pytest.mark.attack
@pytest.mark.parametrize(
    "source", ["(" * 15_000, "-" * 15_000 + "1", "q1 = " + "[" * 9_000, "x" * 300_000, "\ud800", "\0"]
)
def test_a_cell_that_breaks_a_parser_breaks_nothing(source: str) -> None:
    handed_in = answered()
    handed_in.cells[index(handed_in, "q1-code")].source = source
    grafted = graft(release(), handed_in)
    nbformat.validate(grafted.notebook)
    json.dumps(grafted.notebook).encode()
    answers = value_of(grafted.notebook)
    assert (answers["q2"], answers["q3"]) == (8, 9)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("q1 = 3", {"q1"}), ("q1, (q2, *q3) = f()", {"q1", "q2", "q3"}), ("q1: int = 3", {"q1"}),
        ("q1 += 1", {"q1"}), ("def q1(): ...", {"q1"}), ("q1 = None", set()), ("q1 == 3", set()),
        ("!pip list\n%matplotlib inline\nq1 = 3", {"q1"}), ("q1 = (", {"q1"}), ("if True:\n    q1 = 3", {"q1"}),
        ("for q1 in x:\n    pass", {"q1"}), ("with f() as q1:\n    pass", {"q1"}), ("print(q1)", set()),
    ],
)  # fmt: skip
def test_the_names_that_a_cell_gives_a_value_to(source: str, names: set[str]) -> None:
    assert assigned(source) == names


def test_a_notebook_is_read_from_any_format_and_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "exam.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + nbformat.writes(answered()).encode())
    assert value_of(graft(release(), read(path)).notebook) == FULL
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "input": solution("q1"), "language": "python", "outputs": [], "metadata": {}}]}]}  # fmt: skip
    path.write_text(json.dumps(old), encoding="utf-8")
    assert value_of(graft(release(), read(path)).notebook)["q1"] == 7


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"cells": 3}', "nothing", '{"nbformat": 3}', "\x00"]
)
def test_what_is_no_notebook_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "exam.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileError, match=r"exam\.ipynb"):
        read(path)


def test_a_notebook_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "exam.ipynb"
    with path.open("wb") as file:
        file.truncate(module._LARGEST + 1)
    with pytest.raises(FileError, match="larger"):
        read(path)
