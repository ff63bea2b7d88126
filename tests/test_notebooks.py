"""The casework notebooks run as they stand, and on somebody's own file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest


def run(notebook: Path, result: Path, **parameters: object) -> nbformat.NotebookNode:
    """Execute a notebook in a process of its own, from its own folder, with other parameters."""
    words = []
    for name, value in parameters.items():
        words += ["-y", json.dumps({name: value}, ensure_ascii=False)]
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR"]
    done = subprocess.run(
        [*command, "--cwd", str(notebook.parent), *words, str(notebook), str(result)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return nbformat.read(result, as_version=4)


def texts(notebook: nbformat.NotebookNode) -> str:
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            parts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
    return "\n".join("".join(part) for part in parts)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_incident_notebook_runs_on_the_invented_city(root: Path, tmp_path: Path, language: str) -> None:
    name = "01_incidents.ipynb" if language == "en" else f"01_incidents.{language}.ipynb"
    out = tmp_path / "product"
    notebook = run(root / "notebooks" / "casework" / name, tmp_path / "done.ipynb", OUT=str(out))
    assert {"profile.html", "profile.pdf", "manifest.json"} <= {path.name for path in out.iterdir()}
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["language"] == language
    assert "Traceback" not in texts(notebook)
    pictures = [
        o for cell in notebook.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})
    ]
    assert len(pictures) == 4, "each chart once, and none of those that the product was made of"


def test_the_incident_notebook_runs_on_a_real_file_of_another_layout(
    root: Path, tmp_path: Path, real_data: Path
) -> None:
    folder = real_data / "vancouver_thefts_2020"
    run(
        root / "notebooks" / "casework" / "01_incidents.ipynb",
        tmp_path / "done.ipynb",
        INCIDENTS=str(folder / "vancouver_thefts.csv.gz"),
        CRS="EPSG:26910",
        TIMEZONE="America/Vancouver",
        OFFENCE="Theft from Vehicle",
        BOUNDARY=str(folder / "vancouver_neighbourhoods.geojson"),
        AREAS=str(folder / "vancouver_neighbourhoods.geojson"),
        SOURCE="Vancouver Police Department, open data",
        OUT=str(tmp_path / "product"),
    )
    assert (tmp_path / "product" / "profile.html").is_file()


def test_a_mistake_in_the_file_ends_in_one_sentence_not_in_a_traceback(root: Path, tmp_path: Path) -> None:
    source = root / "notebooks" / "casework" / "01_incidents.ipynb"
    result = tmp_path / "done.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "CRITICAL"]
    done = subprocess.run(
        [*command, "--cwd", str(source.parent), "-p", "INCIDENTS", "no-such-file.csv", str(source), str(result)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode != 0, "the notebook must stop there"
    shown = nbformat.read(result, as_version=4)
    errors = [o for cell in shown.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert len(errors) == 1
    lines = [line for line in errors[0].traceback if line.strip()]
    assert len(lines) == 1
    assert "no-such-file.csv" in lines[0]


def test_a_notebook_is_committed_without_outputs(root: Path) -> None:
    for path in (root / "notebooks").rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells), (
            path.name
        )
