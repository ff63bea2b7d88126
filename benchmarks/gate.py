"""
The whole gate: a finding of 100,000 incidents from the checks to the folder in its place.

Run with ``python -m benchmarks.gate``. Collecting and analysing are not in the time; the checks, the product
with its map and paper, the scan of the finished bytes, the records and the rename are. No other package has a
gate to compare with: the limit is what an analyst waits for without switching it off.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

import ilp_toolkit as ilp
from benchmarks.measure import Run, once

ROWS = 100_000
LIMITS = {"checks alone (preview)": 2.0, "checks to folder (release)": 5.0}


def register(folder: Path, n: int) -> Path:
    """Invent a register: forty busy places in a city of 30 by 30 km, three years."""
    rng = np.random.default_rng(0)
    centre = np.column_stack([rng.uniform(67.10, 67.40, 40), rng.uniform(-35.45, -35.20, 40)])
    place = centre[rng.integers(0, 40, n)] + rng.normal(0, 0.012, (n, 2))
    moment = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 3 * 365 * 1440, n), unit="min")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "register.csv"
    pd.DataFrame(
        {
            "incident number": [f"KLV-{i:07d}" for i in range(n)],
            "offence": rng.choice(["Residential burglary", "Theft", "Robbery"], n),
            "date and time": moment.strftime("%Y-%m-%d %H:%M"),
            "longitude": place[:, 0].round(6),
            "latitude": place[:, 1].round(6),
            "victim name": [f"Velkopil Arshumet {i % 5000}" for i in range(n)],
        }
    ).to_csv(path, index=False)
    return path


def hot_spots(folder: Path, n: int) -> ilp.Finding:
    case = ilp.Case(
        "Benchmark", folder=folder / "case", purpose="tasking", owner="analyst-07",
        legal_basis="Police Act (invented), s. 12", key_folder=folder / "keys",
    )  # fmt: skip
    how = {"quality": "invented", "handling": "internal", "timezone": "Indian/Maldives"}
    taken = case.collect(register(folder, n), **how)
    return case.analyse(ilp.hotspots.gi_star, taken, cell_size=500)


def previewed(n: int) -> Callable[[], Any]:
    finding = hot_spots(Path(tempfile.mkdtemp()), n)
    ilp.preview(finding, audience="public")
    return lambda: ilp.preview(finding, audience="public")


def released(n: int) -> Callable[[], Any]:
    folder = Path(tempfile.mkdtemp())
    # The first release of a process loads fonts, the PDF compiler and the compiled loops.
    ilp.release(hot_spots(folder / "first", 2_000), folder / "warm", audience="public", author="analyst-07")
    finding = hot_spots(folder / "second", n)
    return lambda: ilp.release(finding, folder / "out", audience="public", author="analyst-07")


def main() -> None:
    runs = 3 if "--quick" in sys.argv else 5
    jobs = {"checks alone (preview)": previewed, "checks to folder (release)": released}
    for name, job in jobs.items():
        done: list[Run] = [once(job, ROWS) for _ in range(runs)]
        seconds = statistics.median(run.seconds for run in done)
        peak = statistics.median(run.peak_mb for run in done)
        kept = "kept" if seconds <= LIMITS[name] else "not kept"
        print(
            f"{name:<32}{seconds:6.2f} s  (limit {LIMITS[name]:.0f} s: {kept})  peak {peak:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
