"""A small module for tests of marking, a checkout that holds it alone, and submissions of its exam."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from grading.course import build_module
from grading.course import notebook as course_notebook
from grading.key import Bench
from grading.languages import Translation
from grading.modules import load
from grading.roster import Roster
from ilp_toolkit.learning import submission
from ilp_toolkit.learning.cards import variant

MODULE = "90_sample"

MODULE_TOML = """\
title = "A sample"
version = 1
hours = 1.0
code = true
[[outcome]]
id = "count"
level = "apply"
text = "count calls"
[short]
minutes = 45
"""

ITEMS_TOML = """\
[[item]]
id = "q1"
part = "exam"
kind = "choice"
points = 2
hurdle = true
prompt = "Who sees the names?"
[[item.option]]
id = "all"
text = "Everybody"
right = false
why = "Nobody needs them for a plan."
[[item.option]]
id = "none"
text = "Nobody outside of the case"
right = true
why = "The task is served by counts."

[[item]]
id = "q2"
part = "exam"
kind = "number"
points = 1
params = { solver = true }
prompt = "How many rows have no district?"

[[item]]
id = "q3"
part = "exam"
kind = "value"
points = 3
variable = "q3"
prompt = "How many rows has the file?"

[[item]]
id = "q4"
part = "exam"
kind = "value"
points = 2
variable = "q4"
prompt = "How many rows are in Tesvar?"

[[item]]
id = "w1"
part = "exam"
kind = "text"
points = 4
words = [1, 100]
prompt = "Why?"
[[item.criterion]]
id = "ground"
text = "Names the ground"
anchor = ["none", "some", "half", "most", "all"]
"""

EXAM = """\
# %% [markdown]
# ## Questions

# %% item="q1"

# %% item="q2"

# %%
calls = course.data("calls.csv").read_text().split()[1:]

# %% item="q3"
### BEGIN SOLUTION
q3 = len(calls)
### END SOLUTION

# %% item="q4"
### BEGIN SOLUTION
q4 = sum(row.endswith("Tesvar") for row in calls)
### END SOLUTION

# %% item="w1"
"""

DATA = '''\
"""Calls."""
import random

def make(variant: int, seed: int) -> dict[str, str]:
    draw = random.Random(seed)
    rows = ["call,district", *(f"C{n:02d},{draw.choice(['Tesvar', 'Lomiran', ''])}" for n in range(24))]
    return {"calls.csv": "\\n".join(rows) + "\\n"}
'''

SOLVER = '''\
"""Keys."""
from pathlib import Path

def solve(data: Path) -> dict[str, object]:
    rows = (data / "calls.csv").read_text().split()[1:]
    return {"q2": sum(row.endswith(",") for row in rows)}
'''


def checkout(folder: Path) -> Path:
    """Make a checkout with the sample module, its notebooks and its data."""
    module = folder / "modules" / MODULE
    module.mkdir(parents=True)
    files = {
        "module.toml": MODULE_TOML, "items.toml": ITEMS_TOML, "exam.py": EXAM, "data.py": DATA,
        "solver.py": SOLVER, "lesson.py": "# %% [markdown]\n# Read.\n", "lab.py": "# %% [markdown]\n# Try.\n",
    }  # fmt: skip
    for name, text in files.items():
        (module / name).write_text(text, encoding="utf-8", newline="\n")
    build_module(load(module), folder / "notebooks" / "course")
    return folder


def exam(
    bench: Bench, module: str = MODULE, cells: Mapping[str, str] | None = None, language: str = "en"
) -> Any:
    """Return the released exam with the cells of code items filled in."""
    loaded = bench.module(module)
    made = course_notebook(loaded, "exam", Translation(loaded, language))
    for item, code in (cells or {}).items():
        (cell,) = [c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"{item}-code"]
        cell.source = textwrap.dedent(code)
    return made


def solved(bench: Bench, module: str) -> Any:
    """Return the exam with the reference solutions."""
    loaded = bench.module(module)
    return course_notebook(loaded, "exam", Translation(loaded, "en"), solutions=True)


def hand_in(
    inbox: Path,
    bench: Bench,
    roster: Roster,
    learner: str,
    answers: Mapping[str, Any],
    notebook: Any = None,
    *,
    module: str = MODULE,
    attempt: int = 1,
    language: str = "en",
) -> Path:
    """Write a submission as a learner's computer does."""
    loaded = bench.module(module)
    head = {
        "module": module,
        "language": language,
        "learner": learner,
        "card_code": roster.code(learner),
        "attempt": attempt,
        "toolkit": "0.1",
        "build": loaded.build,
        "items": [item.id for item in loaded.ordered],
        "made": {"local": "2026-11-26T14:00:00", "offset": 300, "counter": attempt},
    }
    text = None if notebook is None else nbformat.writes(notebook).encode()
    return submission.write(inbox, head, {"answers": json.loads(json.dumps(dict(answers)))}, text)[0]


def card_variant(roster: Roster, learner: str, module: str = MODULE) -> int:
    """Return which data a learner works on."""
    return variant(roster.code(learner), module)
