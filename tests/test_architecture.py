"""The rooms: who may import whom, who may draw, who may write, and what an import may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ilp_toolkit"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

CYCLE = ["direction", "collection", "evaluation", "collation", "analysis", "views", "dissemination", "cli"]
"""The intelligence cycle, then the command line. A room imports rooms before it."""
LEAVES = {
    "errors", "i18n", "progress", "geography",
    "choices", "choice_entities", "choice_names", "choice_networks", "choice_words",
}  # fmt: skip
SIDE_ROOMS = {"synthetic", "learning"}
"""They may use any room; no room uses them, but for what `MAY_USE_SIDE_ROOMS` names."""
MAY_USE_SIDE_ROOMS = {
    ("cli/submit.py", "learning"): "`ilp submit` packs what a learner has answered",
    (
        "cli/verify_certificate.py",
        "learning",
    ): "`ilp verify-certificate` holds a certificate against its issuer's key",
    ("cli/doctor.py", "learning"): "`ilp doctor` packs and reads a submission to see that it works",
}
"""The command line's few doors to a side room, each with its reason."""
DRAWING = {"matplotlib", "folium", "branca", "ipywidgets", "IPython"}
MAY_DRAW = {"views"}

ANALYSIS_IMPORTS = {
    ("hotspots", "_cells"),
    ("hotspots", "_points"),
    ("hotspots", "_density"),
    ("hotspots", "_getis"),
    ("hotspots", "_moran"),
    ("hotspots", "_emerging"),
    ("hotspots", "_hot_areas"),
    ("hotspots", "_stability"),
    ("hotspots", "_uncertainty"),
    ("_emerging", "_cells"),
    ("_emerging", "_moments"),
    ("_emerging", "_points"),
    ("_emerging", "change"),
    ("_emerging", "significance"),
    ("_emerging", "kernels"),
    ("_hot_areas", "_points"),
    ("_hot_areas", "kernels"),
    ("_stability", "_cells"),
    ("_stability", "_points"),
    ("_stability", "grids"),
    ("_stability", "significance"),
    ("_stability", "kernels"),
    ("_uncertainty", "_bandwidth"),
    ("_uncertainty", "_cells"),
    ("_uncertainty", "_density"),
    ("_uncertainty", "_moments"),
    ("_uncertainty", "_points"),
    ("_uncertainty", "_spans"),
    ("_uncertainty", "significance"),
    ("_uncertainty", "kernels"),
    ("_density", "_bandwidth"),
    ("_density", "_cells"),
    ("_density", "_points"),
    ("_density", "grids"),
    ("_density", "kernels"),
    ("_bandwidth", "_points"),
    ("_bandwidth", "kernels"),
    ("_getis", "_cells"),
    ("_getis", "_moran"),
    ("_getis", "_points"),
    ("_getis", "significance"),
    ("_getis", "kernels"),
    ("_moran", "_cells"),
    ("_moran", "_points"),
    ("_moran", "significance"),
    ("_moran", "kernels"),
    ("_points", "kernels"),
    ("grids", "_points"),
    ("_cells", "grids"),
    ("_cells", "_points"),
    ("_cells", "kernels"),
    ("patterns", "_seasons"),
    ("patterns", "_spans"),
    ("_seasons", "_spans"),
    ("patterns", "significance"),
    ("patterns", "kernels"),
    ("_moments", "_points"),
    ("_moments", "_spans"),
    ("change", "_poisson"),
    ("change", "_series"),
    ("change", "significance"),
    ("_series", "_poisson"),
    ("_series", "significance"),
    ("_window", "_points"),
    ("_ripley", "_points"),
    ("_ripley", "_window"),
    ("_ripley", "kernels"),
    ("_ripley", "significance"),
    ("near_repeat", "_moments"),
    ("near_repeat", "_decay"),
    ("near_repeat", "kernels"),
    ("near_repeat", "significance"),
    ("points", "_nearest"),
    ("points", "_points"),
    ("points", "_ripley"),
    ("_nearest", "_points"),
    ("_nearest", "_ripley"),
    ("_nearest", "_window"),
    ("_nearest", "significance"),
    ("similarity", "_points"),
    ("similarity", "significance"),
    ("scoring", "_cells"),
    ("scoring", "_moments"),
    ("scoring", "_spans"),
    ("scoring", "_origin"),
    ("scoring", "_points"),
    ("_past", "_moments"),
    ("_past", "_origin"),
    ("_past", "_points"),
    ("_past", "scoring"),
    ("_self_exciting", "_cells"),
    ("_self_exciting", "_hawkes"),
    ("_self_exciting", "_moments"),
    ("_self_exciting", "_past"),
    ("_self_exciting", "_points"),
    ("_self_exciting", "kernels"),
    ("forecasts", "_cells"),
    ("forecasts", "_hawkes"),
    ("forecasts", "_moments"),
    ("forecasts", "_origin"),
    ("forecasts", "_past"),
    ("forecasts", "_points"),
    ("forecasts", "_self_exciting"),
    ("forecasts", "hotspots"),
    ("forecasts", "scoring"),
    ("streets", "_along"),
    ("streets", "_network"),
    ("streets", "_points"),
    ("streets", "hotspots"),
    ("_along", "_network"),
    ("_along", "_points"),
    ("_along", "kernels"),
    ("_along", "significance"),
    ("_network", "_points"),
    ("bias", "_audit"),
    ("bias", "_exposure"),
    ("bias", "_feedback"),
    ("bias", "_points"),
    ("_feedback", "_urn"),
    ("_urn", "kernels"),
    ("hypotheses", "_ach"),
    ("routes", "_chokepoints"),
    ("routes", "_corridor_graph"),
    ("routes", "_corridors"),
    ("routes", "_logit"),
    ("routes", "_segments"),
    ("_chokepoints", "_flow_tables"),
    ("_segments", "_flow_tables"),
    ("_chokepoints", "_graph"),
    ("_chokepoints", "kernels"),
    ("_corridor_graph", "_graph"),
    ("_corridor_graph", "kernels"),
    ("_corridors", "_graph"),
    ("_corridors", "kernels"),
    ("_segments", "change"),
    ("interdiction", "_covering"),
    ("interdiction", "_cuts"),
    ("interdiction", "_displacing"),
    ("interdiction", "_removal"),
    ("_covering", "_cuts"),
    ("_covering", "_graph"),
    ("_covering", "kernels"),
    ("_cuts", "_graph"),
    ("_cuts", "kernels"),
    ("_displacing", "_graph"),
    ("_displacing", "kernels"),
    ("_removal", "_graph"),
    ("_removal", "kernels"),
    ("networks", "_centrality"),
    ("networks", "_link_graph"),
    ("networks", "_ties"),
    ("_centrality", "_ties"),
    ("_centrality", "kernels"),
    ("_link_graph", "_ties"),
    ("networks", "_brokers"),
    ("networks", "_call_patterns"),
    ("networks", "_communities"),
    ("networks", "_cut_points"),
    ("networks", "_link_paths"),
    ("networks", "_rank_stability"),
    ("networks", "_taking_out"),
    ("networks", "_timeline"),
    ("networks", "_two_mode"),
    ("_brokers", "_ties"),
    ("_call_patterns", "_bursts"),
    ("_call_patterns", "_ties"),
    ("_communities", "_ties"),
    ("_cut_points", "_ties"),
    ("_link_paths", "_graph"),
    ("_link_paths", "_ties"),
    ("_link_paths", "kernels"),
    ("_rank_stability", "_centrality"),
    ("_rank_stability", "_graph"),
    ("_rank_stability", "_ties"),
    ("_taking_out", "_graph"),
    ("_taking_out", "_ties"),
    ("_taking_out", "kernels"),
    ("_timeline", "_link_graph"),
    ("_timeline", "_ties"),
    ("_two_mode", "_ties"),
    ("_ties", "_graph"),
    ("linkage", "_calibration"),
    ("linkage", "_gaps"),
    ("linkage", "_moments"),
    ("linkage", "kernels"),
    ("flows", "_balance"),
    ("flows", "_bias_rates"),
    ("flows", "_flow_estimate"),
    ("flows", "_flow_tables"),
    ("flows", "_fusion"),
    ("flows", "_gradient"),
    ("flows", "_gravity"),
    ("flows", "_information"),
    ("flows", "_seizure_edges"),
    ("flows", "_share_solve"),
    ("_balance", "_flow_tables"),
    ("_bias_rates", "_flow_tables"),
    ("_flow_estimate", "_flow_tables"),
    ("_flow_estimate", "_seizure_edges"),
    ("_flow_estimate", "_share_draws"),
    ("_flow_estimate", "_share_solve"),
    ("_fusion", "_flow_tables"),
    ("_gradient", "_flow_tables"),
    ("_gradient", "significance"),
    ("_gravity", "_flow_tables"),
    ("_gravity", "significance"),
    ("_information", "_flow_tables"),
    ("_information", "_seizure_edges"),
    ("_seizure_edges", "_flow_tables"),
    ("_share_draws", "_elimination"),
    ("_share_draws", "_share_solve"),
    ("_share_solve", "_flow_tables"),
    ("darknet", "_capture"),
    ("darknet", "_closure"),
    ("darknet", "_co_spend"),
    ("darknet", "_feedback_sales"),
    ("darknet", "_holding"),
    ("darknet", "_interrupted"),
    ("darknet", "_leads"),
    ("darknet", "_listing_tables"),
    ("darknet", "_market_shares"),
    ("darknet", "_shipping"),
    ("darknet", "_survival"),
    ("darknet", "_unit_prices"),
    ("darknet", "_vendor_features"),
    ("darknet", "_vendor_links"),
    ("darknet", "_vendors"),
    ("_listing_tables", "_flow_tables"),
    ("_unit_prices", "_flow_tables"),
    ("_unit_prices", "_holding"),
    ("_unit_prices", "_listing_tables"),
    ("_feedback_sales", "_holding"),
    ("_feedback_sales", "_listing_tables"),
    ("_capture", "_flow_tables"),
    ("_capture", "_listing_tables"),
    ("_survival", "_flow_tables"),
    ("_vendors", "_flow_tables"),
    ("_vendors", "_listing_tables"),
    ("_vendors", "_survival"),
    ("_market_shares", "_flow_tables"),
    ("_market_shares", "_listing_tables"),
    ("_market_shares", "concentration"),
    ("_shipping", "_flow_tables"),
    ("_shipping", "_listing_tables"),
    ("_co_spend", "_flow_tables"),
    ("_co_spend", "_listing_tables"),
    ("_interrupted", "_flow_tables"),
    ("_interrupted", "_listing_tables"),
    ("_interrupted", "significance"),
    ("_closure", "_holding"),
    ("_closure", "_interrupted"),
    ("_closure", "_listing_tables"),
    ("_closure", "_leads"),
    ("_vendor_features", "_holding"),
    ("_vendor_features", "_listing_tables"),
    ("_vendor_links", "_calibration"),
    ("_vendor_links", "_flow_tables"),
    ("_vendor_links", "_leads"),
    ("_vendor_links", "_listing_tables"),
    ("_vendor_links", "_vendor_features"),
}
"""Inside analysis each import is named here: module and what it uses."""

MAY_WRITE = {
    "collation/casefolder.py": "the case's own store",
    "collation/filelock.py": "the lock beside the file that is written",
    "collation/journal.py": "the ledger and the audit log of a case",
    "dissemination/gate.py": "the one door out",
    "dissemination/product/form.py": "the blank form of the information report, which holds no data",
    "cli/check.py": "`ilp check --rejected`",
    "collection/pseudonyms.py": "the keys of cases, outside of every project",
    "cli/doctor.py": "tries a temporary folder and leaves nothing",
    "synthetic/package.py": "the recipe of the invented world",
    "learning/cards.py": "the learner's course card, among their own answers",
    "learning/submission.py": "the file that a learner hands in",
    "learning/handing_in.py": "the count of attempts, and the copy for a USB stick",
    "learning/places.py": "a guest's answers become those of the card",
    "learning/_marking.py": "what code answers while it is marked, for the marker",
    "learning/answers.py": "the learner's own answers, on the learner's own machine",
}
"""The few places that write files, each with its reason."""
WRITING_METHODS = {
    "write_text", "write_bytes", "to_csv", "to_excel", "to_file", "to_parquet", "to_feather", "to_pickle", "savefig",
    "write_dataframe", "write_table", "write_csv", "mkdir", "unlink", "rmdir", "touch", "rename", "symlink_to", "copyfile",
    "copytree", "rmtree", "move", "makedirs", "save",
}  # fmt: skip


def room(path: Path) -> str:
    """Return the room of a module: its folder, or its own name at the top."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def imported(path: Path) -> set[str]:
    """Return the dotted names that a module imports, relative ones made absolute."""
    here = ["ilp_toolkit", *path.relative_to(PACKAGE).with_suffix("").parts]
    if here[-1] == "__init__":
        here = [*here[:-1], "__init__"]
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


ROOMS = sorted({room(path) for path in MODULES})


def own_imports(path: Path) -> set[str]:
    return {name for name in imported(path) if name.startswith("ilp_toolkit.")}


each_room = pytest.mark.parametrize(
    "paths",
    [[path for path in MODULES if room(path) == name] for name in ROOMS],
    ids=ROOMS,
)


@each_room
def test_imports_run_backwards_through_the_cycle(paths: list[Path]) -> None:
    for path in paths:
        here = room(path)
        for name in own_imports(path):
            there = name.split(".")[1]
            if there in LEAVES or there == here or there.startswith("__"):
                continue
            assert here not in LEAVES, f"{here} is a leaf and may not import {name}"
            if (path.relative_to(PACKAGE).as_posix(), there) in MAY_USE_SIDE_ROOMS:
                continue
            assert there not in SIDE_ROOMS, f"{here} may not use the side room {there}"
            if here in SIDE_ROOMS or here == "__init__":
                continue
            assert here in CYCLE, f"{here} is no room of the design"
            assert there in CYCLE, f"{there} is no room of the design"
            assert CYCLE.index(there) < CYCLE.index(here), f"{here} may not import {there} ({name})"


def analysis_edges() -> set[tuple[str, str]]:
    edges = set()
    for path in MODULES:
        if room(path) != "analysis" or path.name == "__init__.py":
            continue
        here = path.relative_to(PACKAGE / "analysis").parts[0].removesuffix(".py")
        for name in own_imports(path):
            parts = name.split(".")
            if parts[1] == "analysis" and len(parts) > 2 and parts[2] != here:
                edges.add((here, parts[2]))
    return edges


def test_every_import_inside_analysis_is_declared() -> None:
    assert analysis_edges() <= ANALYSIS_IMPORTS


def test_imports_inside_analysis_are_acyclic() -> None:
    edges = set(ANALYSIS_IMPORTS)
    while edges:
        leaves = {there for _, there in edges} - {here for here, _ in edges}
        assert leaves, f"a cycle among {sorted(edges)}"
        edges = {(here, there) for here, there in edges if there not in leaves}


@each_room
def test_only_views_import_a_drawing_library(paths: list[Path]) -> None:
    for path in paths:
        drawn = {name.split(".")[0] for name in imported(path)} & DRAWING
        assert room(path) in MAY_DRAW or not drawn, f"{path.name} imports {drawn}"


def writes(path: Path) -> list[str]:
    """Return the calls of a module that write, make, move or remove files."""
    found = []
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        table_rename = name == "rename" and (
            any(k.arg in {"columns", "index"} for k in node.keywords)
            or any(isinstance(a, ast.Constant) for a in node.args)
        )
        if name in WRITING_METHODS and not table_rename:
            found.append(f"{name} (line {node.lineno})")
        if name == "open":
            texts = [
                a.value
                for a in [*node.args, *(k.value for k in node.keywords)]
                if isinstance(a, ast.Constant)
            ]
            if any(isinstance(t, str) and set(t) <= set("rwaxbt+") and set(t) & set("wax+") for t in texts):
                found.append(f"open for writing (line {node.lineno})")
    return found


@each_room
def test_files_are_written_only_by_the_door_and_the_listed_places(paths: list[Path]) -> None:
    for path in paths:
        if path.relative_to(PACKAGE).as_posix() not in MAY_WRITE:
            assert not writes(path)


def test_each_place_that_may_write_still_exists_and_writes() -> None:
    for name in MAY_WRITE:
        assert writes(PACKAGE / name), f"{name} writes nothing any more: take it off the list"


@each_room
def test_nothing_private_is_imported_from_another_room(paths: list[Path]) -> None:
    for path in paths:
        for name in own_imports(path):
            last = name.split(".")[-1]
            private = last.startswith("_") and last != "_" and not last.startswith("__")
            assert not private or name.split(".")[1] == room(path), f"{path.name} imports {name}"


@each_room
def test_a_file_holds_one_noun(paths: list[Path]) -> None:
    for path in paths:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 450, f"{path.name} has {lines} lines: it may hold two nouns"


@each_room
def test_every_module_says_what_it_is(paths: list[Path]) -> None:
    for path in paths:
        assert ast.get_docstring(parsed(path)), f"{path.name} has no docstring"


def test_there_is_no_room_without_a_noun() -> None:
    assert not [path for path in MODULES if path.stem in {"utils", "helpers", "common", "misc"}]


HEAVY = {"pandas", "scipy", "geopandas", "numpy", "matplotlib", "pyarrow", "numba", "folium", "pyproj"}


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_no_heavy_library() -> None:
    assert not loaded_by("import ilp_toolkit") & HEAVY


def test_asking_for_help_loads_no_heavy_library() -> None:
    code = (
        "from ilp_toolkit.cli import main\n"
        "for words in (['--help'], ['check', '--help'], ['profile', '--help'], ['--version']):\n"
        "    sys.argv = ['ilp', *words]\n"
        "    try:\n        main()\n    except SystemExit as end:\n        assert not end.code, end.code"
    )
    assert not loaded_by(code) & HEAVY


def test_every_public_name_resolves() -> None:
    import ilp_toolkit

    for name in ilp_toolkit.__all__:
        assert getattr(ilp_toolkit, name) is not None
