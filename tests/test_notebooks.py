"""The casework notebooks run as they stand, and on somebody's own file."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from warm_kernel import executed

from ilp_toolkit import i18n


def run(notebook: Path, **parameters: object) -> nbformat.NotebookNode:
    """Execute a notebook in a process of its own, from its own folder, with other parameters."""
    try:
        return executed(notebook, parameters)
    except CellExecutionError as error:
        pytest.fail(str(error)[-2000:])


def texts(notebook: nbformat.NotebookNode) -> str:
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            parts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
    return "\n".join("".join(part) for part in parts)


def pictures(notebook: nbformat.NotebookNode) -> int:
    return sum("image/png" in o.get("data", {}) for cell in notebook.cells for o in cell.get("outputs", []))


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """What a reader must not see: errors, and warnings as Python writes them."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    raw = [str(o) for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    return raw + [text for text in texts(notebook).splitlines() if "Warning:" in text or "Traceback" in text]


def casework(root: Path, stem: str, language: str = "en") -> Path:
    return (
        root
        / "notebooks"
        / "casework"
        / (f"{stem}.ipynb" if language == "en" else f"{stem}.{language}.ipynb")
    )


NO_LAYERS = {"BOUNDARY": None, "AREAS": None, "STREETS": None}
MAPS = {"02_hot_spots": 11, "03_near_repeats": 2}
"""How many pictures each notebook shows where the data allow all of them."""


@pytest.mark.parametrize("language", ["ru"])
def test_the_incident_notebook_runs_on_the_invented_city(root: Path, tmp_path: Path, language: str) -> None:
    name = "01_incidents.ipynb" if language == "en" else f"01_incidents.{language}.ipynb"
    out = tmp_path / "product"
    notebook = run(root / "notebooks" / "casework" / name, OUT=str(out))
    assert {"profile.html", "profile.pdf", "manifest.json"} <= {path.name for path in out.iterdir()}
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["language"] == language
    assert "Traceback" not in texts(notebook)
    assert pictures(notebook) == 4, "each chart once, and none of those that the product was made of"


def test_the_incident_notebook_runs_on_a_real_file_of_another_layout(
    root: Path, tmp_path: Path, real_data: Path
) -> None:
    folder = real_data / "vancouver_thefts_2020"
    run(
        root / "notebooks" / "casework" / "01_incidents.ipynb",
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
    manifest = json.loads((tmp_path / "product" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["language"] == "en"


CHECK = """
planted = gpd.GeoSeries.from_xy([{longitude}], [{latitude}], crs=4326).to_crs(incidents.crs).iloc[0]
here, there = in_time[in_time.contains(planted)], cells[cells.contains(planted)]
print("FOUND", here["spot"].iloc[0], bool(there["q_value"].iloc[0] < 0.05))
"""
"""A cell that looks up what the hot-spot notebook says of the place where something was planted."""


def planted(root: Path, stem: str, folder: Path) -> Path:
    """Write the notebook with a cell more, beside data of the same name, and return its path."""
    if stem != "02_hot_spots":
        return casework(root, stem, "ru")
    truth = json.loads((root / "datasets" / "kelovar" / "truth.json").read_text(encoding="utf-8"))
    spot = next(spot for spot in truth["hot_spots"] if spot["name"] == "emerging")
    notebook = nbformat.read(casework(root, stem, "ru"), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK.format(**spot)))
    nbformat.write(notebook, folder / "with_check.ipynb")
    return folder / "with_check.ipynb"


@pytest.mark.parametrize("stem", MAPS)
def test_an_analysis_notebook_runs_on_the_invented_city_and_speaks_russian(
    root: Path, tmp_path: Path, stem: str
) -> None:
    data = root / "datasets" / "kelovar"
    files = {"BOUNDARY": "boundary.geojson", "AREAS": "districts.geojson", "STREETS": "streets.geojson"}
    changed = {"INCIDENTS": str(data / "incidents.csv")}
    if stem == "02_hot_spots":
        changed |= {name: str(data / file) for name, file in files.items()}
    notebook = run(planted(root, stem, tmp_path), **changed)
    assert complaints(notebook) == []
    assert pictures(notebook) == MAPS[stem]
    assert "Здесь ничего не показано" not in texts(notebook)
    if stem == "02_hot_spots":
        assert "FOUND emerging True" in texts(notebook), "the thefts planted in 2025 (truth.json)"
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    printed = "".join(o["text"] for o in outputs if o.output_type == "stream")
    assert not {word for word in ("event", "incident", "metres", "Not shown") if word in printed}


def test_the_hot_spot_notebook_runs_on_a_real_file_of_another_layout(root: Path, real_data: Path) -> None:
    folder = real_data / "vancouver_thefts_2020"
    changed = {
        **NO_LAYERS,
        "INCIDENTS": str(folder / "vancouver_thefts.csv.gz"),
        "CRS": "EPSG:26910",
        "TIMEZONE": "America/Vancouver",
        "OFFENCE": "Theft from Vehicle",
        "AREAS": str(folder / "vancouver_neighbourhoods.geojson"),
    }
    notebook = run(casework(root, "02_hot_spots"), **changed)
    assert complaints(notebook) == []
    assert pictures(notebook) == MAPS["02_hot_spots"] - 1, "all but the streets"
    assert "Not shown here" not in texts(notebook)


def test_intervals_without_an_end_and_without_an_offence_are_no_obstacle(root: Path, real_data: Path) -> None:
    changed = {
        "INCIDENTS": str(real_data / "aoristic_burglaries" / "dcburglaries.csv"),
        "CRS": "EPSG:2248",
        "TIMEZONE": "America/New_York",
        "WALL_CLOCK": True,
        "OFFENCE": None,
    }
    notebook = run(casework(root, "03_near_repeats"), **changed)
    assert complaints(notebook) == []
    assert pictures(notebook) == MAPS["03_near_repeats"]


@pytest.mark.parametrize("stem", MAPS)
def test_a_file_without_coordinates_gets_a_sentence_and_what_can_be_had(
    root: Path, real_data: Path, stem: str
) -> None:
    folder = real_data / "chicago_2022_slim"
    changed = {
        "INCIDENTS": str(folder / "crimes-2022-slim.csv.gz"),
        "TIMEZONE": "America/Chicago",
        "OFFENCE": "BURGLARY",
    }
    if stem == "02_hot_spots":
        changed |= {**NO_LAYERS, "AREAS": str(folder / "chicago-community-areas.geojson")}
    notebook = run(casework(root, stem, "ru"), **changed)
    assert complaints(notebook) == []
    assert "Здесь ничего не показано. Ни у одной строки нет своей точки." in texts(notebook)
    assert pictures(notebook) == (stem == "02_hot_spots"), "the map of districts needs no coordinates"


@pytest.mark.parametrize("stem", MAPS)
def test_a_handful_of_rows_makes_no_hot_spot(root: Path, tmp_path: Path, stem: str) -> None:
    lines = (root / "datasets" / "kelovar" / "incidents.csv").read_text(encoding="utf-8").splitlines()
    few = tmp_path / "few.csv"
    few.write_text("\n".join(lines[:4]) + "\n", encoding="utf-8")
    notebook = run(casework(root, stem), INCIDENTS=str(few), OFFENCE=None)
    assert complaints(notebook) == []
    assert "below 100, chance alone draws such pictures" in texts(notebook)
    assert pictures(notebook) == (2 if stem == "02_hot_spots" else 0), "counts only"


def test_the_analysis_notebooks_write_nothing() -> None:
    """No cell calls anything that makes a file: these notebooks are for looking."""
    for stem in MAPS:
        source = next((Path(__file__).parents[1] / "modules" / "casework").glob(f"{stem}.py"))
        calls = {
            node.attr
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert not calls & {
            "to_csv",
            "to_file",
            "to_excel",
            "save",
            "savefig",
            "write_text",
            "release",
            "publish",
        }
        assert "forecasts" not in calls


FAST = {"WITHOUT": ["posts", "caught", "effort", "gaps", "prices", "displacement", "links"], "DRAWS": 40}
"""The product of the notebook on seizures with fewer figures, and fewer draws of chance."""


def test_the_notebook_on_seizures_runs_on_the_invented_world_and_speaks_russian(
    root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "product"
    notebook = run(casework(root, "05_seizures", "ru"), OUT=str(out), **FAST)
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 8, "map, ladder, guesses, prices, agreement, corridors, posts, displacement"
    assert "Здесь ничего не показано" not in said
    assert "ниже 0 — признак смещения" in said, "the move that was planted at Murgosin"
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["language"] == "ru"
    assert (out / "routes.html").is_file()


def test_the_notebook_on_seizures_runs_on_records_of_the_united_nations(root: Path, real_data: Path) -> None:
    changed = {
        "SEIZURES": str(real_data / "unodc_ids_split" / "ids_2011_2013.csv.gz"),
        "PRODUCERS": ["AF"],
        "PRICES": str(real_data / "unodc_prices_2018_2022" / "Prices_of_drugs.json"),
        **dict.fromkeys(["DEMAND", "EFFORT", "ROADS", "PLACES", "REINFORCED", "OUT"]),
    }
    notebook = run(casework(root, "05_seizures"), **changed | {"DRAWS": 20})
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 7, "all but the displacement"
    assert "84641" in said
    assert said.count("Not shown here.") == 2, "no hours of work and no reinforced post were given"


@pytest.fixture(scope="module")
def network(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[nbformat.NotebookNode, Path]:
    """Run the notebook on links in Russian; return it and the folder of its product."""
    out = tmp_path_factory.mktemp("network") / "product"
    return run(casework(root, "06_links", "ru"), OUT=str(out), DRAWS=10), out


def test_the_notebook_on_links_runs_on_the_invented_network_and_speaks_russian(
    network: tuple[nbformat.NotebookNode, Path],
) -> None:
    notebook, out = network
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 4, "the chart, the timeline, hours and bursts of calls"
    assert "Здесь ничего не показано" not in said
    assert "120 → 117" in said, "what rests on items that must not be used alone"
    assert {"chart.anx", "chart.graphml", "links.html"} <= {path.name for path in out.iterdir()}


@pytest.mark.attack
def test_nobody_protected_has_a_row_among_the_positions(
    root: Path, network: tuple[nbformat.NotebookNode, Path]
) -> None:
    notebook = network[0]
    entities = pd.read_csv(root / "datasets" / "network" / "entities.csv")
    people = entities[entities["type"] == "person"].set_index("entity_id")["role"].fillna("unknown")
    tables = ("central", "loose", "cuts", "between")
    outputs = [
        output["data"].get("text/html", "")
        for cell in notebook.cells
        if cell.cell_type == "code" and any(f"display({name}" in cell.source for name in tables)
        for output in cell.outputs
        if "data" in output
    ]
    shown = {entity for entity in people.index if f">{entity}<" in "".join(outputs)}
    assert "P-01" in shown
    assert set(people[list(shown)]) <= {"suspect", "accused", "convicted"}


def test_the_notebook_on_links_runs_on_a_matrix_without_roles_and_dates(root: Path, real_data: Path) -> None:
    changed = {
        "LINKS": str(real_data / "covert_mcmacdonald" / "morselli_caviar.csv"),
        "WEIGHT": "weight",
        "ENDS": ["1", "110"],
        **dict.fromkeys(["ENTITIES", "CALLS", "AUTHORISATION", "OUT"]),
    }
    notebook = run(casework(root, "06_links"), **changed | {"DRAWS": 5})
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 1, "the chart"
    assert "No link has a date." in said
    assert "no authorisation" in said


def test_the_notebook_on_listings_runs_on_the_invented_markets_and_names_no_account(
    root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "product"
    without = ["leads", "closures", "survival", "concentration", "origins", "sales"]
    notebook = run(casework(root, "07_listings", "ru"), OUT=str(out), DRAWS=20, WITHOUT=without)
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 5, "prices, concentration, lives, offers, the closure"
    assert "Здесь ничего не показано" not in said
    assert not re.search(r"\b[vh]_[0-9a-f]{12}\b", said), "a code of an account"
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["language"] == "ru"


def test_the_notebook_on_listings_runs_on_a_real_file_of_one_market(
    root: Path, tmp_path: Path, real_data: Path
) -> None:
    days = pd.date_range("2013-12-25", "2014-02-12", freq="7D")
    rates = tmp_path / "rates.csv"
    pd.DataFrame({"date": days, "BTC": 800}).to_csv(rates, index=False)
    changed = {
        "LISTINGS": str(real_data / "agora_2014" / "listings_2014_jan_feb02.csv"),
        "RATES": str(rates),
        "MARKET": "A",
        "SUBSTANCE": "cannabis_herb",
        **dict.fromkeys(["CLOSED", "OUT"]),
    }
    notebook = run(casework(root, "07_listings"), **changed | {"DRAWS": 20})
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 3, "concentration, lives, offers: no title told an amount"
    assert "15004 → 10724" in said
    assert "All accounts are of one market" in said


@pytest.fixture(scope="module")
def cycle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[nbformat.NotebookNode, Path]:
    """Run the whole cycle in Russian; return the notebook and the folder of its product."""
    out = tmp_path_factory.mktemp("cycle") / "product"
    return run(casework(root, "04_whole_cycle", "ru"), OUT=str(out)), out


def test_the_whole_cycle_runs_from_the_question_to_the_correction(
    cycle: tuple[nbformat.NotebookNode, Path],
) -> None:
    notebook, out = cycle
    said = texts(notebook)
    assert complaints(notebook) == []
    assert pictures(notebook) == 3
    with i18n.language("ru"):
        mend = i18n._("mend:")
    assert said.count(mend) >= 3, "refused in a hurry, and again once it was stale, each with what mends it"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["audience"], manifest["language"]) == (
        "released",
        "public",
        "ru",
    )
    assert "городской совет Келовара" in said, "the notice of correction names its recipient"
    log = {word for line in said.splitlines() if " F-" in line for word in line.split()}
    assert {"refusal", "release", "consultation"} <= log
    assert "True\n[]" in said, "the product carries the root of the log, and the log holds"


def test_the_first_cell_of_the_whole_cycle_opens_the_training_case_in_one_line(root: Path) -> None:
    cells = nbformat.read(casework(root, "04_whole_cycle"), as_version=4).cells
    first = next(cell.source for cell in cells if cell.cell_type == "code")
    assert 'case = ilp.open_case("training")' in first.splitlines()


@pytest.mark.attack
def test_no_record_of_the_register_is_in_the_product_of_the_whole_cycle(
    cycle: tuple[nbformat.NotebookNode, Path],
) -> None:
    out = cycle[1]
    files = [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    assert len(files) == 8
    numbers = re.compile(rb"K2[3-5]-\d{5}")
    assert not [file for file in files if numbers.search(file)]
    cells = pd.read_csv(out / "tables" / "cells.csv")
    assert not cells["n"].between(1, 4).any()
    assert set(cells.columns) == {"cell_id", "n", "spot"}


class Blank(ast.NodeTransformer):
    """Take the texts out of code, so that what is left is what it does."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self.generic_visit(node)


def deeds(notebook: nbformat.NotebookNode) -> list[str]:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return [ast.dump(Blank().visit(ast.parse(source))) for source in cells]


def test_the_code_does_the_same_in_every_language(root: Path) -> None:
    for path in (root / "notebooks" / "casework").glob("[0-9][0-9]_*.ru.ipynb"):
        english = nbformat.read(path.with_name(path.name.replace(".ru.", ".")), as_version=4)
        assert deeds(nbformat.read(path, as_version=4)) == deeds(english), path.name


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
