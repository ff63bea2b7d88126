"""Nothing of an exam but what is asked is in what learners get; planted leaks of every kind are found."""

from __future__ import annotations

import base64
import html
import json
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from grading.course import build_module, notebook, text_of
from grading.languages import Translation
from grading.leaks import Secrets, all_secrets, find, secrets
from grading.modules import Module, load
from grading.modules import find as find_modules


@pytest.fixture(scope="module")
def module(root: Path) -> Module:
    return load(root / "modules" / "_template")


@pytest.fixture(scope="module")
def built(module: Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    build_module(module, folder)
    return folder


@pytest.fixture(scope="module")
def known(module: Module, built: Path) -> list[Secrets]:
    return [secrets(module, built / "data")]


def why(module: Module, item: str) -> str:
    return next(option.why for option in module.item(item).option if option.why)


def note(folder: Path, change: Callable[[nbformat.NotebookNode], object], name: str = "exam") -> Path:
    path = folder / "en" / "_template" / f"{name}.ipynb"
    made = nbformat.read(path, as_version=4)
    change(made)
    path.write_text(text_of(made), encoding="utf-8")
    return path


def in_prose(folder: Path, module: Module) -> Path:
    """A trainer pastes the explanation of an exam item into the lesson, in capitals and with other line ends."""
    text = why(module, "q1").upper().replace(" ", "\n", 3)
    return note(folder, lambda made: made.cells.append(nbformat.v4.new_markdown_cell(text)), "lesson")


def in_metadata(folder: Path, module: Module) -> Path:
    return note(folder, lambda made: made.cells[0].metadata.update({"note": why(module, "q1")}))


def in_an_output(folder: Path, module: Module) -> Path:
    text = module.item("w1").criterion[0].anchor[4]
    output = nbformat.v4.new_output("stream", text=f"4: {text}\n")
    return note(folder, lambda made: made.cells[1].outputs.append(output))


def as_a_comment(folder: Path, module: Module) -> Path:
    code = next(cell.source for cell in module.cells("exam") if cell.item == "q3").splitlines()[1]
    return note(folder, lambda made: made.cells.append(nbformat.v4.new_code_cell(f"# {code}")))


def as_the_source(folder: Path, module: Module) -> Path:
    path = folder / "en" / "_template" / "exam.ipynb"
    path.write_text(
        text_of(notebook(module, "exam", Translation(module, "en"), solutions=True)), encoding="utf-8"
    )
    return path


def as_a_field(folder: Path, module: Module) -> Path:
    path = folder / "en" / "_template" / "items.json"
    pack = json.loads(path.read_text(encoding="utf-8"))
    asked = next(item for item in pack["items"] if item["id"] == "q1")
    asked["option"][1]["right"] = True
    path.write_text(json.dumps(pack), encoding="utf-8")
    return path


def in_practice(folder: Path, module: Module) -> Path:
    """The exam's items travel with the practice, whole."""
    path = folder / "en" / "_template" / "practice.dat"
    kept = {"items": [item.whole() for item in module.items], "keys": {}}
    path.write_bytes(base64.b64encode(zlib.compress(json.dumps(kept).encode())))
    return path


def as_a_key(folder: Path, module: Module) -> Path:
    """A key that follows from data, beside the data."""
    path = folder / "data" / "_template" / "v3" / "meta.json"
    rows = (folder / "data" / "_template" / "v3" / "calls.csv").read_text(encoding="utf-8").splitlines()[1:]
    path.write_text(json.dumps({"q2": float(sum(r.split(",")[2] == "" for r in rows))}), encoding="utf-8")
    return path


def as_a_file(folder: Path, module: Module) -> Path:
    return Path(shutil.copy(module.folder / "solver.py", folder / "data" / "_template"))


def under_another_name(folder: Path, module: Module) -> Path:
    return Path(shutil.copy(module.folder / "solver.py", folder / "en" / "_template" / "helpers.txt"))


def in_base64(folder: Path, module: Module) -> Path:
    path = folder / "data" / "_template" / "v0" / "calls.csv"
    hidden = base64.b64encode(why(module, "q1").encode()).decode()
    path.write_text(path.read_text(encoding="utf-8") + f"# {hidden}\n", encoding="utf-8")
    return path


def in_a_page(folder: Path, module: Module) -> Path:
    path = folder / "en" / "_template" / "handout.html"
    words = [f"<b>{html.escape(word)}</b>" for word in why(module, "q1").split()]
    path.write_text(f"<p>{'&nbsp;'.join(words)}</p>", encoding="utf-8")
    return path


def in_an_archive(folder: Path, module: Module) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("course/notes.txt", f"Remember: {why(module, 'q1')}")
    return path


PLANTED = [
    in_prose, in_metadata, in_an_output, as_a_comment, as_the_source, as_a_field, in_practice, as_a_key, as_a_file,
    under_another_name, in_base64, in_a_page, in_an_archive,
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_leak_is_found_in_its_file(
    module: Module,
    built: Path,
    known: list[Secrets],
    tmp_path: Path,
    plant: Callable[[Path, Module], Path],
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "course"))
    path = plant(folder, module)
    leaks = find(folder, known)
    assert {leak.file for leak in leaks} == {path}
    assert all(str(leak).startswith(path.as_posix()) for leak in leaks)


def test_what_is_built_from_the_template_leaks_nothing(built: Path, known: list[Secrets]) -> None:
    assert find(built, known) == []


def test_secrets_of_every_kind_are_known(known: list[Secrets]) -> None:
    kinds = {kind for _item, kind, _text in known[0].texts}
    assert kinds == {"explanation", "solution"}
    assert {item for item, _key in known[0].keys} == {"q1", "q2"}
    assert known[0].items == {"q1", "q2", "q3", "q4", "q5", "w1"}


@pytest.mark.attack
def test_nothing_that_learners_get_holds_a_secret_of_an_exam(root: Path) -> None:
    known = all_secrets(root)
    assert len(known) == len(find_modules(root)) >= 4
    assert all(secret.texts and secret.windows for secret in known if secret.items)
    assert [str(leak) for leak in find(root / "notebooks", known)] == []
