"""
Marking a class, against nbgrader's own autograde on the same notebooks in the same run.

Fifty honest submissions of an exam with real work on incidents (counts in cells, Gi*, a spatial join), each
on the data of its variant, are marked from the inbox to the gradebook by ``mark`` with two executors, sandbox
on; then ten hostile or broken ones arrive. nbgrader runs the same fifty notebooks one after the other, as it
does, without a sandbox and without knowing whether an answer is right. Every point is checked.

    python -m benchmarks.marking --quick
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sysconfig
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import psutil

from grading.assessment import Assessment
from grading.course import build_module, notebook, pack, text_of
from grading.key import Bench
from grading.languages import Translation
from grading.marking import Settings, mark
from grading.modules import load
from grading.roster import Person, Roster, enrol
from grading.workspace import Workspace
from ilp_toolkit.learning import submission
from ilp_toolkit.learning.cards import variant

MODULE = "91_bench"
POINTS = {"q1": 1.0, "q2": 2.0, "q3": 2.0, "q4": 2.0}

HEAD = """\
title = "Marking, measured"
version = 1
hours = 1.0
code = true
[[outcome]]
id = "count"
level = "apply"
text = "count incidents in places"
[short]
minutes = 45
"""

CHOICE = """\
[[item]]
id = "q1"
part = "exam"
kind = "choice"
points = 1
prompt = "What does a hot spot of reports show?"
[[item.option]]
id = "a"
text = "Where crime is"
right = false
why = "It shows where it was reported."
[[item.option]]
id = "b"
text = "Where crime was reported"
right = true
why = "Reports are what is counted."
"""

CODE = """
[[item]]
id = "{id}"
part = "exam"
kind = "value"
points = 2
tolerance = 0.001
variable = "{id}"
prompt = "{prompt}"
"""

EXAM = """\
# %% item="q1"

# %%
import geopandas as gpd
import pandas as pd
import ilp_toolkit as ilp
raw = pd.read_csv(course.data("incidents.csv"))
points = gpd.GeoDataFrame(raw, geometry=gpd.points_from_xy(raw.x, raw.y), crs="EPSG:32642")

# %% item="q2"
### BEGIN SOLUTION
counted = ilp.hotspots.count(points, cell_size=250)
q2 = int(counted["n"].max())
### END SOLUTION

# %% item="q3"
### BEGIN SOLUTION
hot = ilp.hotspots.gi_star(points, cell_size=250)
q3 = round(float(hot["gi_z"].max()), 4)
### END SOLUTION

# %% item="q4"
### BEGIN SOLUTION
near = gpd.sjoin(points, points.set_geometry(points.buffer(100)), predicate="within")
q4 = len(near) - len(points)
### END SOLUTION
"""

DATA = '''\
"""Incidents around five places."""
import random

def make(variant: int, seed: int) -> dict[str, str]:
    draw = random.Random(seed)
    places = [(draw.uniform(0, 6000), draw.uniform(0, 6000)) for _ in range(5)]
    rows = ["incident_id,x,y"]
    for n in range(1500):
        x, y = draw.choice(places)
        rows.append(f"I{n:04d},{draw.gauss(500000 + x, 400):.1f},{draw.gauss(4200000 + y, 400):.1f}")
    return {"incidents.csv": "\\\\n".join(rows) + "\\\\n"}
'''.replace("\\\\n", "\\n")

HOSTILE: list[dict[str, str]] = [
    {"q2": "while True: pass"},
    {"q2": "import os; os._exit(0)"},
    {"q3": "x = bytearray(40 << 30)"},
    {"q2": "import os\nwhile True: os.fork()"},
    {"q2": "while True: print('x' * 10000)"},
    {"q2": "class Any:\n    def __eq__(self, other): return True\nq2 = Any()"},
    {"q3": "import os, signal; os.kill(os.getppid(), 9); os.kill(-1, 9)"},
    {"q4": "%%bash\nrm -rf / --no-preserve-root 2>/dev/null; cat /etc/shadow"},
    {"q2": "import ilp_toolkit.learning as l\nl.open = None; course.answer = lambda *a: None"},
    {"q4": "q4 = __import__('json').loads('[' * 100000)"},
]


class Memory:
    """The highest memory that this process and all below it hold together, looked at twice a second."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.5):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marking")
    parser.add_argument("--quick", action="store_true", help="six submissions and two hostile ones")
    parser.add_argument("--workers", type=int, default=2)
    quick = (arguments := parser.parse_args()).quick
    honest, hostile = (6, 2) if quick else (50, 10)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), honest, hostile, arguments.workers)


def measure(folder: Path, honest: int, hostile: int, workers: int) -> None:
    """Mark with both and print what it took."""
    checkout = make_checkout(folder / "checkout")
    workspace = Workspace(folder / "work").make()
    learners = [f"kg-{n:03d}" for n in range(1, honest + hostile + 1)]
    roster = enrol(workspace, [Person(f"Person {name}", learner=name) for name in learners])[0]
    bench = Bench(workspace, root=checkout)
    exam = notebook(bench.module(MODULE), "exam", Translation(bench.module(MODULE), "en"), solutions=True)
    # Both find compiled loops where they look for them, and the key worked out.
    for name in learners:
        bench.keys(MODULE, variant(roster.code(name), MODULE))
    inbox = folder / "inbox"
    for name in learners[:honest]:
        hand_in(inbox, bench, roster, name, exam)
    settings = Settings(workers=workers)
    ours, our_memory = timed(lambda: mark(inbox, workspace, bench, settings))
    check(workspace, set(learners[:honest]), {})
    theirs, their_memory = timed(
        lambda: nbgrader(folder / "nbgrader", bench, roster, learners[:honest], exam)
    )
    for name, code in zip(learners[honest:], HOSTILE, strict=False):
        hand_in(inbox, bench, roster, name, changed(exam, code))
    attacked, _memory = timed(lambda: mark(inbox, workspace, bench, settings))
    check(workspace, set(learners[:honest]), dict(zip(learners[honest:], HOSTILE, strict=False)))

    print(f"{honest} honest submissions: ours {ours:.1f} s ({workers} executors, sandbox), "
          f"nbgrader's autograde {theirs:.1f} s, {theirs / ours:.2f} times as fast")  # fmt: skip
    print(f"a submission: ours {ours / honest:.2f} s, nbgrader {theirs / honest:.2f} s")
    print(f"{hostile} hostile ones more, in the same workspace: {attacked:.1f} s; every point is right")
    print(f"{honest + hostile} in all: {ours + attacked:.1f} s")
    print(f"300 honest ones would take {300 * ours / honest / 60:.1f} min")
    print(f"peak memory of all processes: ours {our_memory >> 20} MB, nbgrader {their_memory >> 20} MB")


def timed(work: Callable[[], Any]) -> tuple[float, int]:
    """Return the seconds and the highest memory that work took."""
    with Memory() as memory:
        begun = time.perf_counter()
        work()
        seconds = time.perf_counter() - begun
    return seconds, memory.peak


def make_checkout(folder: Path) -> Path:
    """Make a checkout that holds the module alone."""
    module = folder / "modules" / MODULE
    module.mkdir(parents=True)
    prompts = {
        "q2": "How many in the fullest cell?",
        "q3": "The highest z?",
        "q4": "How many pairs within 100 m?",
    }
    items = CHOICE + "".join(CODE.format(id=item, prompt=prompt) for item, prompt in prompts.items())
    files = {"module.toml": HEAD, "items.toml": items, "exam.py": EXAM, "data.py": DATA,
             "lesson.py": "# %% [markdown]\n# Read.\n", "lab.py": "# %% [markdown]\n# Try.\n"}  # fmt: skip
    for name, text in files.items():
        (module / name).write_text(text, encoding="utf-8", newline="\n")
    build_module(load(module), folder / "notebooks" / "course")
    return folder


def changed(exam: Any, code: dict[str, str]) -> Any:
    """Return the solved exam with other code in some cells."""
    made = nbformat.from_dict(exam)
    for cell in made.cells:
        item = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-code")
        if item in code and "course." not in cell.source:
            cell.source = code[item]
    return made


def hand_in(inbox: Path, bench: Bench, roster: Roster, learner: str, exam: Any) -> None:
    """Write a submission with the right answer to the widget's item and this notebook."""
    module = bench.module(MODULE)
    head = {
        "module": MODULE, "language": "en", "learner": learner, "card_code": roster.code(learner),
        "attempt": 1, "toolkit": "0.1", "build": module.build, "items": [item.id for item in module.ordered],
        "made": {"local": "2026-11-26T14:00:00", "offset": 300, "counter": 1},
    }  # fmt: skip
    keys = bench.keys(MODULE, variant(roster.code(learner), MODULE))
    submission.write(inbox, head, {"answers": keys}, nbformat.writes(exam).encode())


def check(workspace: Workspace, honest: set[str], hostile: dict[str, dict[str, str]]) -> None:
    """Hold every point: all for the honest, none for what a hostile cell was to answer."""
    with Assessment(workspace.assessment) as record:
        for attempt in record.attempts():
            points = {item: mark.points for item, mark in record.effective(attempt.id).items()}
            if attempt.learner in honest:
                assert points == POINTS, (attempt.learner, points)
            for item in hostile.get(attempt.learner, {}):
                assert not points.get(item), (attempt.learner, item, points)


def nbgrader(folder: Path, bench: Bench, roster: Roster, learners: list[str], exam: Any) -> None:
    """Run nbgrader's own autograde over the same notebooks, in one process, one after the other."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    module = bench.module(MODULE)
    source = folder / "source" / MODULE / "exam.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(text_of(exam), encoding="utf-8")
    items = folder / "items.json"
    items.write_text(json.dumps(pack(module, Translation(module, "en")).released()), encoding="utf-8")
    recorded = folder / "recorded.json"
    recorded.write_text("{}", encoding="utf-8")
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = "ilp"
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.Exchange.root = str(folder / "exchange")
    config.Execute.timeout = 60
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    with (
        warnings.catch_warnings(),
        variables(
            ILP_COURSE_MODE="marking", ILP_COURSE_ITEMS=str(items), ILP_COURSE_ANSWERS_FILE=str(recorded)
        ),
    ):
        warnings.simplefilter("ignore")
        api = NbGraderAPI(config=config)
        made = api.generate_assignment(MODULE)
        assert made["success"], made
        for learner in learners:
            place = folder / "submitted" / learner / MODULE / "exam.ipynb"
            place.parent.mkdir(parents=True)
            shutil.copy(source, place)
            data = bench.files(MODULE, variant(roster.code(learner), MODULE))
            with variables(ILP_COURSE_DATA=str(data), ILP_COURSE_OUT=str(folder / f"{learner}.json")):
                done = api.autograde(MODULE, learner)
            assert done["success"], done
            answers = json.loads((folder / f"{learner}.json").read_text(encoding="utf-8"))
            assert set(answers) == {"q2", "q3", "q4"}, answers


@contextmanager
def variables(**named: str) -> Iterator[None]:
    """Set variables of the environment in a ``with`` block."""
    before = {name: os.environ.get(name) for name in named}
    os.environ.update(named)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


if __name__ == "__main__":
    main()
