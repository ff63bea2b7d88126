"""The wheel, used alone: everything it needs is in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(__file__).resolve().parents[1]
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel alone; the libraries come from this one, the checkout does not."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    inside = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(inside)
    (inside / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"ilp_toolkit"}
    assert "ilp_toolkit/py.typed" in names
    assert "ilp_toolkit/__init__.pyi" in names
    assert "ilp_toolkit/locale/ru/LC_MESSAGES/ilp_toolkit.po" in names
    geography = (
        "LICENCES.md",
        "borders.geojson.gz",
        "gazetteer.csv.gz",
        "other_names.csv",
        "posts.csv",
        "sources.toml",
    )
    roads = ("roads/LICENSE", "roads/edges.csv.gz", "roads/nodes.csv.gz")
    assert {f"ilp_toolkit/geography/{name}" for name in (*geography, *roads)} <= set(names)


def test_a_profile_is_made_from_the_wheel_alone(wheel: Path, python: Path, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    incidents = tmp_path / "incidents.csv"
    lines = (root / "datasets" / "kelovar" / "incidents.csv").read_text(encoding="utf-8").splitlines()
    incidents.write_text("\n".join(lines[:1500]) + "\n", encoding="utf-8")
    code = (
        "import ilp_toolkit, sys; from ilp_toolkit.cli import main; print(ilp_toolkit.__file__); "
        "sys.argv = ['ilp', 'profile', 'incidents.csv', '--out', 'product', '--timezone', 'Indian/Maldives', '--quiet']; main()"
    )
    done = subprocess.run(
        [str(python), "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(python.parents[1]) in done.stdout.splitlines()[0], "the checkout was imported, not the wheel"
    product = {path.name for path in (tmp_path / "product").iterdir()}
    assert {"profile.html", "profile.pdf", "manifest.json"} <= product
