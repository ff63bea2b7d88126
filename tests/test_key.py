"""The key: complete for every variant, worked out from data, and nowhere on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import exam_sample
import pytest
from exam_sample import MODULE

from grading.data import VARIANTS, seed
from grading.key import ENVIRONMENT, SAMPLE_OVERLAY, Bench, Overlay, keys
from grading.modules import Module, load, load_all
from grading.workspace import ROOT, Workspace
from ilp_toolkit.errors import FileError, InputError
from ilp_toolkit.learning.scoring import score

ALL = {module.id: module for module in load_all() if module.part("exam")}
DATA = ROOT / "notebooks" / "course" / "data"
SALT = "an examiner's salt of 2026"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exam_sample.checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def bench(checkout: Path, tmp_path: Path) -> Bench:
    return Bench(Workspace(tmp_path / "work").make(), root=checkout)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An examiner's folder: another question under the same id, and another salt."""
    folder = tmp_path / "overlay"
    (folder / MODULE).mkdir(parents=True)
    (folder / "salt.txt").write_text(SALT + "\n", encoding="utf-8")
    first = exam_sample.ITEMS_TOML.split("\n\n")[0].replace("Who sees the names?", "Who keeps the names?")
    first = first.replace("right = false", "right = TRUE").replace("right = true", "right = false")
    (folder / MODULE / "items.toml").write_text(first.replace("TRUE", "true"), encoding="utf-8")
    return folder


def test_keys_come_from_the_item_the_solver_and_the_source(bench: Bench) -> None:
    for variant in range(VARIANTS):
        rows = (bench.files(MODULE, variant) / "calls.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert bench.keys(MODULE, variant) == {
            "q1": "none",
            "q2": sum(row.endswith(",") for row in rows),
            "q3": 24,
            "q4": sum(row.endswith("Tesvar") for row in rows),
        }


def test_variants_have_different_keys(bench: Bench) -> None:
    assert len({json.dumps(bench.keys(MODULE, variant)) for variant in range(VARIANTS)}) > 3


def test_an_item_without_a_key_is_named(checkout: Path, tmp_path: Path) -> None:
    folder = exam_sample.checkout(tmp_path / "other")
    (folder / "modules" / MODULE / "solver.py").write_text(
        "def solve(data):\n    return {}\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="q2"):
        keys(load(folder / "modules" / MODULE), 0, data=folder / "notebooks" / "course" / "data")


def test_missing_data_say_how_to_make_them(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make notebooks"):
        keys(bench.module(MODULE), 0, data=tmp_path)


def test_working_out_keys_leaves_no_file_behind(bench: Bench, checkout: Path) -> None:
    before = {
        path
        for path in [*checkout.rglob("*"), *bench.workspace.folder.rglob("*")]
        if "__pycache__" not in path.parts
    }
    bench.keys(MODULE, 0)
    after = {
        path
        for path in [*checkout.rglob("*"), *bench.workspace.folder.rglob("*")]
        if "__pycache__" not in path.parts
    }
    assert after == before


@pytest.mark.attack
def test_the_fingerprint_of_a_key_cannot_be_guessed_without_the_salt(
    bench: Bench, tmp_path: Path, checkout: Path
) -> None:
    other = Bench(Workspace(tmp_path / "another").make(), root=checkout)
    item = bench.module(MODULE).item("q1")
    assert bench.digest(MODULE, item, 0) == bench.digest(MODULE, item, 0)
    assert bench.digest(MODULE, item, 0) != other.digest(MODULE, item, 0)


# --- the examiner's overlay -------------------------------------------------------------------------------------


def test_an_overlay_replaces_items_and_draws_other_data(bench: Bench, overlay: Path, checkout: Path) -> None:
    own = Bench(bench.workspace, Overlay.find(overlay, root=checkout), checkout)
    assert own.module(MODULE).item("q1").prompt == "Who keeps the names?"
    assert own.keys(MODULE, 3)["q1"] == "all"
    assert own.module(MODULE).build != bench.module(MODULE).build
    shown, sample = own.files(MODULE, 3) / "calls.csv", bench.files(MODULE, 3) / "calls.csv"
    assert shown.read_bytes() != sample.read_bytes()
    assert shown.is_relative_to(bench.workspace.folder)
    assert seed(SALT.encode(), MODULE, 3) != seed(b"sample", MODULE, 3)


def test_an_overlay_is_found_by_the_environment(
    overlay: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Overlay.find() is None
    monkeypatch.setenv(ENVIRONMENT, str(overlay))
    assert Overlay.find() == Overlay(overlay.resolve(), SALT.encode())
    with pytest.raises(FileError, match="no folder"):
        Overlay.find(tmp_path / "elsewhere")


@pytest.mark.attack
def test_an_overlay_in_the_repository_is_refused(checkout: Path, overlay: Path) -> None:
    inside = checkout / "grading" / "private"
    inside.mkdir(parents=True)
    with pytest.raises(InputError, match="would be published"):
        Overlay.find(inside, root=checkout)
    linked = overlay.parent / "link"
    linked.symlink_to(inside)
    with pytest.raises(InputError, match="would be published"):
        Overlay.find(linked, root=checkout)


def test_a_short_salt_is_refused(overlay: Path) -> None:
    (overlay / "salt.txt").write_text("short", encoding="utf-8")
    with pytest.raises(InputError, match="too short"):
        Overlay.find(overlay)


def test_the_sample_overlay_can_be_used(tmp_path: Path) -> None:
    found = Overlay.find(SAMPLE_OVERLAY)
    assert found is not None
    assert found.salt
    bench = Bench(Workspace(tmp_path / "work").make(), found)
    replaced = [path.parent.name for path in SAMPLE_OVERLAY.glob("*/items.toml")]
    assert replaced
    for name in replaced:
        plain, own = ALL[name], bench.module(name)
        assert [item.id for item in own.part("exam") if item != plain.item(item.id)]
        assert set(bench.keys(name, 0)) == set(keys(plain, 0, data=DATA))


# --- every module of the course ---------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ALL.values(), ids=ALL)
def test_in_every_variant_what_the_key_asks_for_earns_full_marks(module: Module) -> None:
    for variant in range(VARIANTS):
        found = keys(module, variant, data=DATA)
        for item in module.part("exam"):
            if item.written or item.id not in found:
                continue
            answer = found[item.id]
            if item.kind == "table":
                answer = {
                    row: {
                        name: value[0] if isinstance(value, list) else value for name, value in cells.items()
                    }
                    for row, cells in answer.items()
                }
            earned = score(item, answer, found[item.id], data=DATA / module.id / f"v{variant}")
            assert earned.points == item.points, f"{item.id}, variant {variant}: {earned.comments}"
