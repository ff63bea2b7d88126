"""Course notebooks: made from their sources byte by byte, the same in every language, told where a trainer slips."""

from __future__ import annotations

import base64
import csv
import hmac
import json
import re
import shutil
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import jupytext
import nbformat
import pytest
from pre_commit.clientlib import load_config
from typer.testing import CliRunner

from grading.__main__ import COMMANDS, make_app
from grading.course import build_module, notebook, text_of
from grading.data import made as made_data
from grading.data import seed, write_data
from grading.gradebook import opened, path_with_scripts
from grading.languages import LANGUAGES, Translation, _skeleton
from grading.lint import lint
from grading.modules import PARTS, Module, ModuleError, find, load, load_all
from grading.nbgrader_source import release, source, write_sources
from grading.strip import stripped
from grading.template import new_module
from grading.tracks import Curriculum, build_index
from grading.workspace import Workspace
from ilp_toolkit.errors import InputError
from ilp_toolkit.learning.items import ItemPack


@pytest.fixture(scope="module")
def template(root: Path) -> Module:
    return load(root / "modules" / "_template")


@pytest.fixture(scope="module")
def built(template: Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    build_module(template, folder)
    return folder


@pytest.fixture(scope="module")
def rebuilt(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every module and the index, built anew into an empty folder."""
    folder = tmp_path_factory.mktemp("course")
    modules = load_all(root)
    for module in modules:
        build_module(module, folder)
    build_index(Curriculum.load(root), modules, folder)
    return folder


def files(folder: Path) -> dict[str, Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    left_out = {".ipynb_checkpoints", "answers"}
    return {p.relative_to(folder).as_posix(): p for p in found if not left_out & set(p.parts)}


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return zlib.decompress(base64.b64decode(data)) if path.suffix == ".dat" else data


def test_a_rebuild_of_the_course_leaves_no_difference(root: Path, rebuilt: Path) -> None:
    committed, new = files(root / "notebooks" / "course"), files(rebuilt)
    assert sorted(committed) == sorted(new), "run `make notebooks` and commit"
    differing = [name for name in new if content(new[name]) != content(committed[name])]
    assert differing == [], "run `make notebooks` and commit"


def test_building_again_over_a_build_changes_no_file_and_takes_away_what_is_left_over(
    template: Module, built: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "course"))
    before = {name: path.read_bytes() for name, path in files(folder).items()}
    (folder / "data" / "_template" / "v0" / "old.csv").write_text("left over", encoding="utf-8")
    (folder / "en" / "_template" / "old.ipynb").write_text("{}", encoding="utf-8")
    build_module(template, folder)
    assert {name: path.read_bytes() for name, path in files(folder).items()} == before


def test_notebooks_are_plain_valid_and_without_a_trace_of_a_run(rebuilt: Path, built: Path) -> None:
    paths = [*rebuilt.rglob("*.ipynb"), *built.rglob("*.ipynb")]
    assert len(paths) > 20
    for path in paths:
        text = path.read_text(encoding="utf-8")
        made = json.loads(text)
        assert text == json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", path
        nbformat.validate(made)
        assert "jupytext" not in made["metadata"], path
        assert all(
            c["execution_count"] is None and c["outputs"] == [] for c in made["cells"] if "outputs" in c
        )
        ids = [cell["id"] for cell in made["cells"]]
        assert len(ids) == len(set(ids))
        assert stripped(text) == text, "the hook that strips outputs leaves it alone"


def test_code_and_ids_are_the_same_in_every_language(rebuilt: Path, built: Path) -> None:
    compared = 0
    for folder in (rebuilt, built):
        for english in sorted((folder / "en").glob("*/*.ipynb")):
            ours = nbformat.read(english, as_version=4)
            for language in LANGUAGES[1:]:
                path = folder / language / english.relative_to(folder / "en")
                theirs = nbformat.read(path, as_version=4)
                assert len(ours.cells) == len(theirs.cells)
                for one, other in zip(ours.cells, theirs.cells, strict=True):
                    assert (one.id, one.cell_type, one.metadata) == (
                        other.id,
                        other.cell_type,
                        other.metadata,
                    )
                    if "words" in one.metadata.get("tags", []):
                        assert _skeleton(one.source) == _skeleton(other.source), path
                    elif one.cell_type == "code":
                        assert one.source == other.source, path
                        compared += 1
    assert compared > 100


def test_each_item_is_asked_once_in_its_part_and_nbgrader_counts_its_points(
    built: Path, template: Module
) -> None:
    for part in PARTS:
        cells = nbformat.read(built / "en" / "_template" / f"{part}.ipynb", as_version=4).cells
        asked = [cell.source.strip() for cell in cells if cell.source.startswith("course.ask(")]
        assert asked == [f'course.ask("{item.id}")' for item in template.part(part)]
    graded = {c.metadata.nbgrader.grade_id: c for c in cells if "nbgrader" in c.metadata}
    assert set(graded) == {"q1", "q2", "q3", "q3-code", "q4", "q4-code", "q5", "q5-code", "w1"}
    points = {name: c.metadata.nbgrader.points for name, c in graded.items() if c.metadata.nbgrader.grade}
    assert points == {item.id: item.points for item in template.part("exam")}
    assert graded["q3"].source == 'course.answer("q3", q3)'
    assert graded["q3"].metadata.nbgrader.locked
    assert not graded["q3"].metadata.editable
    assert (graded["w1"].metadata.nbgrader.solution, graded["w1"].metadata.nbgrader.grade) == (True, True)
    assert cells[-1].source == "course.submit()"


def test_an_untouched_release_runs_to_its_end(built: Path) -> None:
    """No cell of a release stops a learner who chooses Run All: the names that answers need are there."""
    cells = nbformat.read(built / "en" / "_template" / "exam.ipynb", as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.metadata.get("ilp", {}).get("item") == "q3")
    answers: list[tuple[str, object]] = []
    stand_in = type(
        "Course", (), {"ask": lambda *_: None, "answer": lambda *given: answers.append(given[1:])}
    )
    exec(code, {"course": stand_in()})
    assert answers == [("q3", None)]


def test_items_travel_with_their_practice_keys_for_every_variant(built: Path) -> None:
    pack = ItemPack.load(built / "en" / "_template")
    assert [item.id for item in pack.items] == [
        *(f"p{n}" for n in range(1, 10)),
        *["q1", "q2", "q3", "q4", "q5", "w1"],
    ]
    assert pack.language == "en"
    assert pack["p1"].option[1].why, "practice is explained"
    assert pack["q1"].keyless
    for variant in range(8):
        with (built / "data" / "_template" / f"v{variant}" / "calls.csv").open(encoding="utf-8") as file:
            assert pack.key("p9", variant) == sum(1 for _ in csv.DictReader(file))


def test_data_follow_from_salt_module_and_variant(template: Module, tmp_path: Path) -> None:
    expected = hmac.digest(b"sample", b"03_rights|1", "sha256")[:6]
    assert seed(b"sample", "03_rights", 1) == int.from_bytes(expected, "big")
    one = [made_data(template, variant) for variant in range(8)]
    assert one == [made_data(template, variant) for variant in range(8)]
    assert len({files["calls.csv"] for files in one}) == 8
    assert made_data(template, 0, b"another") != one[0]
    written = write_data(template, tmp_path, b"another")
    assert len(written) == 16
    assert all(path.is_relative_to(tmp_path / "_template") for path in written)


# --- mistakes of a trainer ------------------------------------------------------------------------------


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"the template no longer has {old!r}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def without(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


MISTAKES = {
    "a bracket left open": (edit("module.toml", "hours = 1.0", "hours = [1.0"), "module.toml", "no TOML"),
    "a field mistyped": (edit("module.toml", "summary =", "sumary ="), "module.toml", "`sumary` is no field"),
    "a field forgotten": (edit("module.toml", "code = true", "# code"), "module.toml", "`code` is missing"),
    "a level that Bloom lacks": (edit("module.toml", '"apply"', '"do"'), "module.toml", "'remember'"),
    "a short form too long": (edit("module.toml", "minutes = 45", "minutes = 90"), "module.toml", "90"),
    "a section that is not there": (
        edit("module.toml", '["counting"]', '["cuonting"]'),
        "module.toml",
        "cuonting",
    ),
    "an outcome that nothing serves": (
        edit("module.toml", 'id = "judge"', 'id = "decide"'),
        "module.toml",
        "decide",
    ),
    "an item mistyped": (edit("items.toml", 'kind = "choice"', 'kind = "chioce"'), "items.toml", "chioce"),
    "an anchor that is not there": (
        edit("items.toml", "lesson#counting", "lesson#nothing"),
        "items.toml",
        "#nothing",
    ),
    "no way back to the text": (
        edit("items.toml", 'read = "lesson#counting"\n', ""),
        "items.toml",
        "`read` is missing",
    ),
    "an unknown outcome": (
        edit("items.toml", 'outcome = "count"', 'outcome = "cuont"'),
        "items.toml",
        "cuont",
    ),
    "a lab without hints": (
        edit("items.toml", 'hints = ["A row', '# ["A row'),
        "items.toml",
        "p6: `hints` is missing",
    ),
    "a file that is not made": (
        edit("items.toml", '"counts.csv"', '"cuonts.csv"'),
        "items.toml",
        "cuonts.csv",
    ),
    "an unknown check": (edit("items.toml", '"suppression_attack"', '"magic"'), "items.toml", "magic"),
    "an item not placed": (edit("lesson.py", '# %% item="p2"\n', ""), "lesson.py", "p2 is not placed"),
    "an item placed twice": (
        edit("lesson.py", 'item="p2"', 'item="p1"'),
        "lesson.py",
        "p1 is placed more than once",
    ),
    "an item in another part": (
        edit("lab.py", 'item="p6"', 'item="p1"'),
        "lab.py",
        "p1 belongs to the lesson",
    ),
    "an item that nobody wrote": (edit("lesson.py", 'item="p2"', 'item="p77"'), "lesson.py", "no item p77"),
    "code under a widget": (
        edit("lesson.py", 'item="p1"', 'item="p1"\nx = 1'),
        "lesson.py",
        "leave its cell empty",
    ),
    "code that cannot be read": (edit("lab.py", "calls.head()", "calls.head("), "lab.py", "cannot be read"),
    "a solution that sets nothing": (
        edit("lab.py", "p9 = len", "n = len"),
        "lab.py",
        "sets no variable `p9`",
    ),
    "a solution left open": (edit("lab.py", "### END SOLUTION", ""), "lab.py", "END SOLUTION"),
    "a solution in the open": (
        edit("lab.py", "calls.head()", "### BEGIN SOLUTION\n### END SOLUTION"),
        "lab.py",
        "outside",
    ),
    "a line of the build": (
        edit("lab.py", "calls.head()", 'course.ask("p9")'),
        "lab.py",
        "writes course.ask",
    ),
    "a second title": (edit("lab.py", "# ## Practice", "# # Practice"), "lab.py", "title"),
    "a link into nothing": (
        edit("lab.py", "ipynb#counting", "ipynb#nothing"),
        "lab.py",
        "lesson.ipynb#nothing",
    ),
    "a link to the internet": (
        edit("lab.py", "lesson.ipynb#counting", "https://x.example"),
        "lab.py",
        "internet",
    ),
    "no data": (without("data.py"), "items.toml", "write data.py"),
    "no solver": (without("solver.py"), "items.toml", "write solver.py"),
    "no notes": (without("facilitator.ru.md"), "facilitator.ru.md", "notes for the trainer"),
    "no exam": (without("exam.py"), "exam.py", "missing"),
    "data that fail": (
        edit("data.py", "random.Random(seed)", "random.Random(seed) / 0"),
        "data.py",
        "TypeError",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_a_trainer_is_told_with_its_file_and_remedy(
    root: Path, tmp_path: Path, name: str
) -> None:
    change, file, words = MISTAKES[name]
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "_template"))
    assert lint(folder) == []
    change(folder)
    found = [str(problem) for problem in lint(folder)]
    assert any(text.startswith(f"_template/{file}") and words in text for text in found), found


def test_all_mistakes_are_told_at_once_with_the_line_of_a_cell(root: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "_template"))
    for change in ("a field mistyped", "an item mistyped", "no exam"):
        MISTAKES[change][0](folder)
    with pytest.raises(ModuleError) as caught:
        load(folder)
    assert {problem.file for problem in caught.value.problems} == {
        "_template/module.toml", "_template/items.toml", "_template/exam.py",
    }  # fmt: skip
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "two" / "_template"))
    MISTAKES["code that cannot be read"][0](folder)
    line = (folder / "lab.py").read_text(encoding="utf-8").splitlines().index("import pandas as pd")
    assert [problem.line for problem in lint(folder)] == [line], "the line of the cell's first sign"


def test_a_worked_solution_that_fails_stops_the_build_with_its_place(root: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / "_template"))
    edit("lab.py", "p9 = len(calls)", "p9 = len(cals)")(folder)
    with pytest.raises(InputError, match=r"_template/lab\.py, cell at line \d+: .*NameError.*cals"):
        build_module(load(folder), tmp_path / "out")


def test_the_first_build_of_a_module_finds_the_data_sets_and_leaves_no_folder(
    root: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / "_template"))
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "seven.txt").write_text("7", encoding="utf-8")
    read = "from pathlib import Path\np9 = int(Path('../../../../datasets/seven.txt').read_text())"
    edit("lab.py", "p9 = len(calls)", read)(folder)
    build_module(load(folder), tmp_path / "out")
    assert ItemPack.load(tmp_path / "out" / "en" / "_template").key("p9", 0) == 7
    assert not (tmp_path / "notebooks").exists()


def test_the_shipped_modules_hold_no_mistake(root: Path) -> None:
    found = [str(problem) for folder in find(root) for problem in lint(folder)]
    assert found == []


@pytest.mark.parametrize("part", PARTS)
def test_a_source_that_jupyterlab_saved_gives_the_same_notebook(
    root: Path, tmp_path: Path, part: str
) -> None:
    """Jupytext rewrites the file from the cells of the editor, with a longer head."""
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "_template"))
    before = load(folder)
    opened_in_lab = jupytext.read(folder / f"{part}.py")
    opened_in_lab.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    jupytext.write(opened_in_lab, folder / f"{part}.py", fmt="py:percent")
    after = load(folder)
    assert [(c.kind, c.source, c.slug, c.tags) for c in after.cells(part)] == [
        (c.kind, c.source, c.slug, c.tags) for c in before.cells(part)
    ]
    assert lint(folder) == []


def test_the_hook_that_strips_outputs_runs_on_every_notebook_and_fetches_nothing(root: Path) -> None:
    hooks = [
        hook for repo in load_config(str(root / ".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]
    ]
    strip = next(hook for hook in hooks if hook["id"] == "strip")
    assert strip["entry"].endswith("python -m grading strip")
    assert strip["language"] in ("system", "unsupported"), "the project's own environment"
    assert re.search(strip["files"], "notebooks/casework/01_incidents.ipynb")


# --- overlay, template, commands ------------------------------------------------------------------------


OVERLAY = """
[[item]]
id = "{id}"
part = "{part}"
kind = "choice"
outcome = "judge"
{more}
read = "lesson#leaving"
prompt = "Another question?"
option = [{{ id = "a", text = "Yes", right = true, why = "So." }}, {{ id = "b", text = "No", right = false, why = "No." }}]
"""


def test_an_overlay_replaces_an_item_of_the_exam_and_the_fingerprint(
    template: Module, tmp_path: Path
) -> None:
    path = tmp_path / "_template" / "items.toml"
    path.parent.mkdir()
    path.write_text(OVERLAY.format(id="q1", part="exam", more="points = 2\nhurdle = true"), encoding="utf-8")
    module = load(template.folder, tmp_path)
    assert module.item("q1").prompt == "Another question?"
    assert module.build != template.build
    assert [item.id for item in module.ordered] == [item.id for item in template.ordered]


@pytest.mark.parametrize(
    ("item", "part", "more", "words"),
    [
        ("q77", "exam", "points = 2", "no such item"),
        ("p1", "lesson", "", "not practice"),
        ("q1", "exam", "points = 3\nhurdle = true", "must be those"),
        ("q1", "exam", "points = 2", "must be those"),
    ],
)
def test_an_overlay_that_changes_what_the_module_is_is_refused(
    template: Module, tmp_path: Path, item: str, part: str, more: str, words: str
) -> None:
    path = tmp_path / "_template" / "items.toml"
    path.parent.mkdir()
    path.write_text(OVERLAY.format(id=item, part=part, more=more), encoding="utf-8")
    with pytest.raises(ModuleError, match=words):
        load(template.folder, tmp_path)


def test_a_new_module_from_the_template_builds_as_it_stands(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / "_template")
    folder = new_module(tmp_path, "17_drones")
    assert lint(folder) == []
    written = build_module(load(folder), tmp_path / "notebooks" / "course")
    assert (tmp_path / "notebooks" / "course" / "ru" / "17_drones" / "exam.ipynb") in written
    with pytest.raises(InputError, match="belongs to 17_drones"):
        new_module(tmp_path, "17_other")
    for name in ("drones", "17_Дроны", "17_../x", "17_UPPER", "1_x"):
        with pytest.raises(InputError, match="no name of a module"):
            new_module(tmp_path, name)


def test_the_command_refuses_a_broken_module_and_builds_the_others(root: Path, tmp_path: Path) -> None:
    for name in ("17_one", "18_two"):
        shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / name)
    MISTAKES["an item mistyped"][0](tmp_path / "modules" / "17_one")
    shutil.copy(root / "modules" / "tracks.toml", tmp_path / "modules")
    done = CliRunner().invoke(make_app("build"), ["build", "--root", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert "17_one/items.toml" in done.output
    assert "notebooks/course/en/18_two/exam.ipynb" in done.output
    assert not (tmp_path / "notebooks" / "course" / "en" / "17_one").exists()


def test_every_command_can_be_shown() -> None:
    shown = CliRunner().invoke(make_app(), ["--help"])
    assert shown.exit_code == 0, shown.exception
    assert all(name in shown.output for name in COMMANDS)


def test_outputs_are_taken_out_and_nothing_else(tmp_path: Path, built: Path) -> None:
    path = Path(shutil.copy(built / "en" / "_template" / "lab.ipynb", tmp_path))
    before = path.read_text(encoding="utf-8")
    run = nbformat.reads(before, as_version=4)
    for number, cell in enumerate(cell for cell in run.cells if cell.cell_type == "code"):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", text="Mariam Oduya, 55-01-77\n")]
        cell.metadata["execution"] = {"iopub.execute_input": "2026-11-26T10:00:00Z"}
    run.metadata["language_info"]["version"] = "3.13.1"
    path.write_text(text_of(run), encoding="utf-8")
    first = CliRunner().invoke(make_app("strip"), ["strip", str(path)])
    assert first.exit_code == 1
    assert path.read_text(encoding="utf-8") == before
    second = CliRunner().invoke(make_app("strip"), ["strip", str(path)])
    assert (second.exit_code, second.output) == (0, "")


# --- nbgrader -------------------------------------------------------------------------------------------


def test_nbgrader_makes_from_our_source_what_learners_get(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(root / "modules" / "_template", tmp_path / "modules" / "17_sample"))
    module, workspace = load(folder), Workspace(tmp_path / "work").make()
    write_sources(workspace, [module])
    ours = nbformat.read(workspace.notebook("release", module.id), as_version=4)
    monkeypatch.setenv("PATH", path_with_scripts())
    monkeypatch.chdir(workspace.folder)
    shutil.rmtree(workspace.release)
    with opened(workspace.gradebook) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import Config

        settings = Config()
        settings.CourseDirectory.root = str(workspace.folder)
        settings.CourseDirectory.course_id = "ilp"
        settings.CourseDirectory.db_url = f"sqlite:///{workspace.gradebook}"
        settings.ClearSolutions.code_stub = {"python": ""}
        done = NbGraderAPI(config=settings).generate_assignment(module.id)
        assert done["success"], done
        book.db.expire_all()
        cells = {cell.name: cell.max_score for cell in book.find_notebook("exam", module.id).grade_cells}
    assert cells == {item.id: item.points for item in module.part("exam")}
    theirs = nbformat.read(workspace.notebook("release", module.id), as_version=4)
    learners = notebook(module, "exam", Translation(module, "ru"))
    assert len(theirs.cells) == len(ours.cells) == len(learners.cells)
    for nbgraders, own, given in zip(theirs.cells, ours.cells, learners.cells, strict=True):
        assert (nbgraders.id, nbgraders.source, nbgraders.metadata) == (own.id, own.source, own.metadata)
        assert given.id == own.id
        assert given.source == own.source or given.cell_type == "markdown"


def test_nbgrader_itself_finds_our_checksums_right_and_an_untouched_essay_unanswered(
    template: Module,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.utils import compute_checksum, determine_grade
    cells = {c.metadata.nbgrader.grade_id: c for c in release(template).cells if "nbgrader" in c.metadata}
    assert len(cells) == 9
    for name, cell in cells.items():
        assert cell.metadata.nbgrader.checksum == compute_checksum(cell), name
    assert determine_grade(cells["w1"]) == (0, 4.0)
    solved = {
        c.metadata.nbgrader.grade_id: c.source for c in source(template).cells if "nbgrader" in c.metadata
    }
    assert "groupby" in solved["q3-code"]
    assert "groupby" not in cells["q3-code"].source
    assert (
        notebook(template, "exam", Translation(template, "en")).cells[0].id == release(template).cells[0].id
    )
