"""
Reading UNODC's individual drug seizures with every flag, against pandas that checks nothing.

The real file of 84,641 rows (gzip, line breaks inside cells); invented rows of the same form where it is
missing. The peer does `read_csv`, `to_datetime`, `to_numeric` and maps two units. A second line times the
flags alone: the table is in memory, and what is measured is our own work. Run with `python -m
benchmarks.seizures`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ILP_REAL_DATA", ROOT.parent / "shared" / "data"))
ROWS = 84_641


def ours(path: str) -> Callable[[], Any]:
    from ilp_toolkit.collection import countries
    from ilp_toolkit.collection.seizures import read_seizures

    countries.find("Peru")
    # The first file of a process loads pandas and pyarrow, which the peer has loaded before its clock starts.
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "few.csv"
        few.write_text("COUNTRY;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT\nPeru;2011-01-01;Heroin;1;Gram\n")
        read_seizures(few)

    def work() -> None:
        intake = read_seizures(path)
        assert len(intake.table) + len(intake.rejected) == ROWS

    return work


def flags_alone(path: str) -> Callable[[], Any]:
    from ilp_toolkit.collection import countries
    from ilp_toolkit.collection._seizure_files import open_seizures
    from ilp_toolkit.collection._seizure_rows import SeizureRows

    countries.find("Peru")
    raw, roles = open_seizures(path, None)

    def work() -> None:
        rows = SeizureRows(raw, roles, keep=())
        rows.read()
        rows.check()
        assert len(rows.seizures()) + len(rows.rejected()[0]) == ROWS

    return work


def pandas_without_a_check(path: str) -> Callable[[], Any]:
    import pandas as pd

    def work() -> None:
        table = pd.read_csv(path, sep=";")
        table["date"] = pd.to_datetime(table["SEIZURE_DATE"])
        amount = pd.to_numeric(table["AMOUNT"], errors="coerce")
        table["kg"] = amount * table["DRUG_UNIT"].map({"Kilogram": 1.0, "Gram": 1e-3})
        assert len(table) == ROWS

    return work


def write_invented(path: Path) -> None:
    """Write invented rows of the form of the real file."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    days = pd.Timestamp("2011-01-01") + pd.to_timedelta(rng.integers(0, 1096, ROWS), unit="D")
    names = np.array(
        ["Tajikistan", "Kazakhstan", "Spain", "Colombia", "Iran, Islamic Republic of", "Unknown"]
    )
    columns = {
        "COUNTRY": names[rng.integers(0, 5, ROWS)],
        "PLACE": [f"Post {n},\nroom 1" if n % 50 == 0 else f"Post {n}" for n in rng.integers(0, 8000, ROWS)],
        "SEIZURE_DATE": days.strftime("%Y-%m-%d"),
        "DRUG_NAME": np.array(["Heroin", "Opium", "Cocaine", "Ecstasy"])[rng.integers(0, 4, ROWS)],
        "AMOUNT": rng.lognormal(0, 2, ROWS).round(3),
        "DRUG_UNIT": np.array(["Kilogram", "Gram"])[rng.integers(0, 2, ROWS)],
        "DEPARTURE_COUNTRY": names[rng.integers(0, 6, ROWS)],
        "DESTINATION_COUNTRY": names[rng.integers(0, 6, ROWS)],
    }
    pd.DataFrame(columns).to_csv(path, sep=";", index=False)


def main() -> None:
    from .measure import HEADER, paired

    print(HEADER)
    with tempfile.TemporaryDirectory() as folder:
        path = DATA / "unodc_ids_split" / "ids_2011_2013.csv.gz"
        if not path.is_file():
            path = Path(folder) / "seizures.csv.gz"
            write_invented(path)
        for name, job in (("read_seizures", ours), ("flags alone", flags_alone)):
            pairs = paired(job, pandas_without_a_check, args=(str(path),))
            print(pairs.line(f"{name}, {ROWS:,} rows"), flush=True)


if __name__ == "__main__":
    if __package__:
        main()
    else:
        sys.exit(subprocess.call([sys.executable, "-m", "benchmarks.seizures", *sys.argv[1:]], cwd=ROOT))
