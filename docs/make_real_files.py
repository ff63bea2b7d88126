"""
Make `docs/real-files.md`: what the reader makes of real files, with the call used.

Run: ``python docs/make_real_files.py [FOLDER]`` from the checkout. FOLDER holds the real files, which are no
part of the repository; without it, the folder that the tests use. The page holds counts and names of columns
only, nothing from the rows. `tests/test_real_files.py` holds it up to date.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ilp_toolkit import i18n, progress
from ilp_toolkit.collection.readers import read_incidents
from ilp_toolkit.collection.schema import Intake, check_label

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-files.md"


class RealFile(NamedTuple):
    """A real file, and what a caller must say to read it."""

    name: str
    path: str
    call: dict[str, Any]
    why: str


FILES = [
    RealFile(
        "Vancouver, thefts 2020",
        "vancouver_thefts_2020/vancouver_thefts.csv.gz",
        {"crs": "EPSG:26910", "timezone": "America/Vancouver"},
        "X and Y are metres; the date stands in five columns",
    ),
    RealFile(
        "Vancouver, all offences 2020",
        "vancouver_thefts_2020/vancouver_crimes_2020.zip",
        {"crs": "EPSG:26910", "timezone": "America/Vancouver"},
        "a zip with a PDF beside the table; persons' offences at 0, 0",
    ),
    RealFile(
        "Medellín, homicides",
        "medellin_homicides/medellin_homicides.csv",
        {"timezone": "America/Bogota", "wall_clock": True},
        "semicolons, decimal commas, Spanish headers, a Z on local time",
    ),
    RealFile(
        "Cincinnati, burglaries",
        "cincinnati_burglary/cincinnati_burglary.csv.gz",
        {"timezone": "America/New_York", "wall_clock": True},
        "a Z on local time; numbers that repeat",
    ),
    RealFile(
        "Cambridgeshire, January 2021",
        "cambridgeshire_2021_01/2021-01-cambridgeshire-street.csv",
        {"timezone": "Europe/London"},
        "no header: the layout is recognised",
    ),
    RealFile(
        "Lancashire, antisocial behaviour 2022",
        "lancashire_asb_2022/lancashire_asb.tab",
        {"timezone": "Europe/London"},
        "a month written as its first day",
    ),
    RealFile(
        "Tempe, opioid calls",
        "tempe_opioid_calls/tempe_opioid_calls.csv",
        {"timezone": "America/Phoenix"},
        "latitude before longitude; days only",
    ),
    RealFile(
        "Greater Manchester, burglaries",
        "manchester_textbook/gmp_bur.csv",
        {"timezone": "Europe/London"},
        "months only",
    ),
    RealFile(
        "Washington DC, burglaries",
        "aoristic_burglaries/dcburglaries.csv",
        {"crs": "EPSG:2248", "timezone": "America/New_York", "wall_clock": True},
        "feet; from and to; +0000 on local time",
    ),
    RealFile(
        "Chicago, aggravated assaults",
        "chicago_assaults_2010_2019/chicago_aggravated_assaults.csv.gz",
        {"timezone": "America/Chicago"},
        "local time without a zone",
    ),
    RealFile(
        "Chicago, January to November 2022",
        "chicago_2022_slim/crimes-2022-slim.csv.gz",
        {"timezone": "America/Chicago"},
        "no coordinates: community areas only",
    ),
    RealFile(
        "Chicago, arson",
        "near_repeat_chicago/chicago_arson.csv",
        {"columns": {"x": "1", "y": "2", "date": "3"}, "crs": "EPSG:26971", "timezone": "America/Chicago"},
        "no header, metres",
    ),
]

HEAD = """\
<!-- Made by docs/make_real_files.py: do not edit by hand. -->
# Real files, as the reader reads them

Each of these public files is read whole with the call shown. *Flagged* rows are kept and carry the code of
the check in their column `flags`; findings without rows of their own concern the whole file. The files are
no part of this repository; the numbers are counts.

| File | Rows | Read | Rejected | Flagged | With a point | By area only | Projection | What is special |
|---|---:|---:|---:|---:|---:|---:|---|---|
"""


def make(folder: Path) -> str:
    """Return the page as text."""
    with i18n.language("en"), progress.quiet():
        intakes = [(file, read_incidents(folder / file.path, **file.call)) for file in FILES]
    rows = "\n".join(_row(file, intake) for file, intake in intakes)
    return HEAD + rows + "\n\n" + "\n".join(line for pair in intakes for line in _details(*pair))


def _row(file: RealFile, intake: Intake) -> str:
    table = intake.table
    points = int((~table.geometry.isna()).sum())
    by_area = int((table.geometry.isna() & table["area"].notna()).sum())
    cells = [
        file.name,
        *map(_n, (len(table) + len(intake.rejected), len(table), len(intake.rejected))),
        *map(_n, (int((table["flags"] != "").sum()), points, by_area)),
        intake.choices["crs"] or "none",
        file.why,
    ]
    return "| " + " | ".join(cells) + " |"


def _details(file: RealFile, intake: Intake) -> list[str]:
    columns = ", ".join(f"{role} = `{column}`" for role, column in intake.choices["columns"].items())
    aside = ", ".join(f"`{column}`" for column in intake.choices["set_aside"]) or "none"
    lines = [f"## {file.name}", "", "```python", _call(file), "```", ""]
    lines += [f"Columns: {columns}.", f"Set aside: {aside}.", ""]
    lines += ["| Finding | Code | Rows | Share | First row |", "|---|---|---:|---:|---:|"]
    for check, n, share, first in intake.report.drop(columns="remedy").itertuples(index=False, name=None):
        where = "–" if pd.isna(first) else str(first)
        lines.append(f"| {check_label(check)} | `{check}` | {_n(n)} | {100 * share:.1f} % | {where} |")
    return [*lines, ""]


def _call(file: RealFile) -> str:
    name = file.path.rpartition("/")[2]
    options = "".join(f", {key}={value!r}" for key, value in file.call.items()).replace("'", '"')
    return f'ilp.read_incidents("{name}"{options})'


def _n(count: int) -> str:
    return f"{count:,}"


def main() -> None:
    """Write the page."""
    default = os.environ.get("ILP_REAL_DATA", ROOT.parent / "shared" / "data")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else default)
    PAGE.write_text(make(folder), encoding="utf-8", newline="\n")
    print(f"{PAGE.relative_to(ROOT)} is up to date")


if __name__ == "__main__":
    main()
