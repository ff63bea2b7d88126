"""
Reading a million incidents with every check, against pandas and geopandas that check nothing.

A register is tiled to a million rows, its numbers and dates shifted from tile to tile (else nearly all rows
would be duplicates): Chicago's assaults, and a month of police.uk with its twelve columns; invented points
where the real files are missing. The peer does `read_csv`, `to_datetime`, `points_from_xy` and `to_crs`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ILP_REAL_DATA", ROOT.parent / "shared" / "data"))
ROWS = 1_000_000
TIME_LIMIT, MEMORY_LIMIT = 0.7, 0.95


def ours(path: str, zone: str, rows: int) -> Callable[[], Any]:
    import geopandas  # noqa: F401 - the peer's side loads it before the clock starts, too

    from ilp_toolkit.collection.readers import read_incidents

    def work() -> None:
        intake = read_incidents(path, timezone=zone)
        assert len(intake.table) + len(intake.rejected) == rows

    return work


def pandas_and_geopandas(path: str, _zone: str, rows: int) -> Callable[[], Any]:
    import geopandas as gpd
    import pandas as pd

    def work() -> None:
        table = pd.read_csv(path)
        date, lon, lat = (next(c for c in table if c.lower() in names) for names in NAMES)
        table[date] = pd.to_datetime(table[date])
        points = gpd.points_from_xy(table[lon], table[lat], crs=4326)
        assert len(gpd.GeoDataFrame(table, geometry=points).to_crs(32616)) == rows

    return work


NAMES = (("date", "month"), ("longitude",), ("latitude",))


def write_assaults(path: Path, rows: int) -> str:
    """Write Chicago's assaults, or invented points of the same form, tiled; return the time zone."""
    import numpy as np
    import pandas as pd

    real = DATA / "chicago_assaults_2010_2019" / "chicago_aggravated_assaults.csv.gz"
    table = pd.read_csv(real, dtype=str) if real.is_file() else _invented()
    begin = pd.to_datetime(table["date"])
    tiles = []
    for tile in range(-(-rows // len(table))):
        dates = (begin + pd.Timedelta(minutes=1007 * tile)).dt.strftime("%Y-%m-%d %H:%M")
        ids = np.arange(len(table)) + tile * len(table) + 10_000_000
        tiles.append(table.assign(date=dates, incident_id=ids))
    pd.concat(tiles).head(rows).to_csv(path, index=False)
    return "America/Chicago"


def write_streets(path: Path, rows: int) -> str:
    """Write a month of police.uk, tiled; return the time zone."""
    import pandas as pd

    from ilp_toolkit.collection.headers import layout_columns

    real = DATA / "cambridgeshire_2021_01" / "2021-01-cambridgeshire-street.csv"
    table = pd.read_csv(real, dtype=str, header=None, names=layout_columns("police_uk"))
    tiles = []
    for tile in range(-(-rows // len(table))):
        month = str(pd.Period("2005-01") + tile)
        ids = [hashlib.sha256(f"{tile} {row}".encode()).hexdigest() for row in range(len(table))]
        tiles.append(table.assign(**{"Month": month, "Crime ID": ids}))
    pd.concat(tiles).head(rows).to_csv(path, index=False)
    return "Europe/London"


def _invented() -> Any:
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    n = 150_000
    places = rng.normal((-87.68, 41.84), (0.08, 0.08), (50_000, 2)).round(4)[rng.integers(0, 50_000, n)]
    dates = pd.Timestamp("2010-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 5_000_000, n)), unit="min")
    columns = {"date": dates.strftime("%Y-%m-%d %H:%M"), "longitude": places[:, 0], "latitude": places[:, 1]}
    return pd.DataFrame(columns).assign(offence=rng.choice(["burglary", "theft"], n), district=3)


def main() -> None:
    from .measure import HEADER, paired

    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rows = numbers[0] if numbers else ROWS
    print(HEADER)
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("assaults, 6 columns", write_assaults), ("streets, 12 columns", write_streets)):
            if write is write_streets and not DATA.is_dir():
                continue
            path = Path(folder) / "incidents.csv"
            zone = write(path, rows)
            pairs = paired(ours, pandas_and_geopandas, args=(str(path), zone, rows))
            print(pairs.line(f"read_incidents, {rows:,} rows, {name}"), flush=True)
            good &= pairs.ratio <= TIME_LIMIT and pairs.memory_ratio <= MEMORY_LIMIT
    print(f"at most {TIME_LIMIT} of the time, {MEMORY_LIMIT} of the memory: {'kept' if good else 'NOT KEPT'}")


if __name__ == "__main__":
    if __package__:
        main()
    else:
        command = [sys.executable, "-m", "benchmarks.read_incidents", *sys.argv[1:]]
        sys.exit(subprocess.call(command, cwd=ROOT))
