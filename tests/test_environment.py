"""The ways in (pip, conda, the locks) agree with each other, and each folder says what it is."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

CONDA_NAMES = {"typst": "typst-py", "tzdata": "python-tzdata"}
"""What conda-forge calls a package where its name differs from the Python index."""
WANTED = {"jupyterlab", "pandas", "geopandas", "matplotlib", "ipywidgets", "nbgrader", "folium"}


def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def conda_lines(root: Path) -> list[str]:
    text = (root / "environment.yml").read_text(encoding="utf-8")
    return re.findall(r"^  - (?!conda-forge|nodefaults)(.+)$", text, flags=re.MULTILINE)


def pip_requirements(root: Path) -> set[str]:
    extras = project(root)["optional-dependencies"]
    lines = [*project(root)["dependencies"], *extras["lab"], *extras["course"], *extras["build"]]
    return {line for line in lines if not line.startswith("ilp-toolkit")}


def test_every_line_of_the_conda_environment_is_a_valid_match_spec(root: Path) -> None:
    from rattler import MatchSpec

    lines = conda_lines(root)
    assert len(lines) > 20
    for line in lines:
        assert MatchSpec(line).name is not None


def test_the_conda_environment_has_the_names_and_ranges_of_the_project(root: Path) -> None:
    expected = set()
    for line in pip_requirements(root):
        name, bound = re.fullmatch(r"([a-z0-9-]+)(.*)", line).groups()
        expected.add(CONDA_NAMES.get(name, name) + bound)
    python = "python" + project(root)["requires-python"]
    assert set(conda_lines(root)) - {"pip"} == expected | {python}


def test_the_conda_environment_holds_what_the_course_promises(root: Path) -> None:
    assert {re.split("[>=<]", line)[0] for line in conda_lines(root)} >= WANTED


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_has_a_hash_for_every_pin_and_no_address(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=\S)", text.strip())
    assert len(pins) > 100
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+==\S+", pin), pin[:80]
        assert "--hash=sha256:" in pin, pin[:80]
    assert "://" not in text


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_each_dependency_of_the_project(root: Path, name: str) -> None:
    pinned = set(
        re.findall(r"^([a-z0-9._-]+)==", (root / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    needed = {re.split("[>=<]", line)[0] for line in project(root)["dependencies"]}
    assert needed <= pinned


def test_the_developers_lock_agrees_with_the_users_lock(root: Path) -> None:
    def pins(name: str) -> set[str]:
        text = (root / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[a-z0-9._-]+==\S+(?: ;[^\\]+)?", text, flags=re.MULTILINE))

    def versions(name: str) -> set[str]:
        return {pin.split(" ")[0] for pin in pins(name)}

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_every_top_folder_says_what_lives_there(root: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    folders = {name.split("/")[0] for name in tracked.stdout.splitlines() if "/" in name and name[0] != "."}
    for folder in sorted(folders):
        readme = root / folder / "README.md"
        assert readme.is_file(), f"{folder}/ has no README.md"
        assert len(readme.read_text(encoding="utf-8").splitlines()) >= 5, (
            f"{folder}/README.md says too little"
        )


def test_the_installed_version_is_the_one_in_the_citation(root: Path) -> None:
    import ilp_toolkit

    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {ilp_toolkit.__version__}" in citation
